"""Free text, and names as compared for sameness."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from xlpy.cells.reading import BLANKS, Reading, half_width, is_excel_error, is_nil, remembered, show, unreadable
from xlpy.grids import Scalar

_DASHES: Final = "‐‑‒–—―−﹣─"
_KEY: Final = {
    **dict.fromkeys(map(ord, "[{【〔〖"), "("),
    **dict.fromkeys(map(ord, "]}】〕〗"), ")"),
    **dict.fromkeys(map(ord, _DASHES), "-"),
    **dict.fromkeys(map(ord, "∼〜"), "~"),
    **dict.fromkeys(map(ord, "•‧・･∙⋅"), "·"),
    **dict.fromkeys(map(ord, "\"'`´“”‘’„‟‚‛′″「」『』〝〞〟《》〈〉«»"), None),
}
_UNDERLINE: Final = ("__", "＿")
_UNSEEN = re.compile(  # spaces, controls, zero-width and bidirectional signs, tags: names that look alike are alike
    "[\\s\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]+"
)


def text(raw: Scalar) -> Reading[str]:
    """Words as typed, without the spaces and the printed underline around them. Nothing inside is changed.

    无, / and the like are a value too, with `nil` set, so that a check can tell them from an answer.

    >>> text("＿＿安亭镇＿＿").value, text("____").value, text("无")
    ('安亭镇', None, Reading(value='无', problem='', nil=True))
    """
    return _text(show(raw))


@remembered
def _text(seen: str) -> Reading[str]:
    if seen == "_" or seen.startswith(_UNDERLINE) or seen.endswith(_UNDERLINE):
        seen = seen.strip(BLANKS)
    if not seen:
        return Reading()
    if seen[0] == "#" and is_excel_error(seen):
        return unreadable(seen, "是公式出错的结果", "请直接填写文字")
    return Reading(seen, nil=len(seen) < 20 and is_nil(half_width(seen)))


@remembered
def name_key(raw: str) -> str:
    """A company's or project's name as compared: width, case, spaces, quotes and the style of brackets do not count.

    Nor do signs that nobody sees: with one of those in its name a project would be another and yet look the same.

    有限公司 and 有限责任公司 stay different: a look-alike, never the same.

    >>> name_key("上海某某（集团） 有限公司") == name_key("上海某某(集团)有限公司")
    True
    """
    bare = _UNSEEN.sub("", unicodedata.normalize("NFKC", raw).casefold().translate(_KEY))
    return unicodedata.normalize("NFKC", bare)  # case and spaces gone, letters and their marks join anew
