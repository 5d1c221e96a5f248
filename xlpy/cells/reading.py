"""What every reader shares: the result, the cell as seen, half-width text, and what stands for "nothing"."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache, wraps
from typing import Any, Final, Generic, NamedTuple, TypeVar

from xlpy.errors import one_line
from xlpy.grids import Scalar

T = TypeVar("T")
R = TypeVar("R")


class Reading(NamedTuple, Generic[T]):
    """What a cell means: a value; or neither value nor problem, where it is blank or `nil` (/ 无 —); or a problem.

    `problem` says in Chinese what was seen, what was expected and what to type.
    """

    value: T | None = None
    problem: str = ""
    nil: bool = False


LONGEST: Final = 100  # a figure, date, phone, name or code that is longer is something else: not searched any further
_INVISIBLE: Final = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"
_EDGES: Final = "".join(map(chr, (*range(9, 14), *range(28, 33), 0x85, 0xA0, *range(0x2000, 0x200B), 0x2028, 0x2029)))
EDGES: Final = _EDGES + "\u202f\u205f\u3000" + _INVISIBLE
BLANKS: Final = EDGES + "_＿"
_SURROGATE = re.compile("[\ud800-\udfff]")

# Only widths and styles of one and the same character: NFKC would also turn ² and ① into digits.
_HALF_WIDTH: Final = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},
    **dict.fromkeys(map(ord, "\u00a0\u2002\u2003\u2009\u202f\u3000"), " "),
    **dict.fromkeys(map(ord, "‐‑‒–—―−﹣─"), "-"),
    **dict.fromkeys(map(ord, _INVISIBLE), None),
    **dict.fromkeys(map(ord, "∼〜"), "~"),
    ord("￥"): "¥",
    ord("〔"): "(",
    ord("〕"): ")",
}
_NILS: Final = frozenset(
    ("/", "//", "\\", "-", "--", "---", "----", "无", "无。", "n/a", "不涉及", "暂无", "没有", "不适用")
)
_EXCEL_ERROR = re.compile(r"#(?:REF!|N/A|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA|#+)", re.IGNORECASE)


def show(raw: Scalar) -> str:
    """The cell as a person sees it; None as "".

    Numbers carry Excel's 15 digits and, up to 21 places before the point, no exponent.

    >>> [show(v) for v in (3.0, 0.1 + 0.2, 13800001111.0, True, dt.datetime(2022, 6, 30), " 甲 乙　")]
    ['3', '0.3', '13800001111', 'TRUE', '2022-06-30', '甲 乙']
    """
    if isinstance(raw, str):
        bare = raw.strip(EDGES)
        # A half of a surrogate pair cannot be saved in any file or model.
        return bare if bare.isascii() else _SURROGATE.sub("\ufffd", bare)
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, float):
        return _show_float(raw)
    if isinstance(raw, int | Decimal):
        return format(Decimal(raw), "f")  # str(int) refuses more than 4,300 digits
    if isinstance(raw, dt.datetime):
        whole = raw.replace(tzinfo=None, microsecond=0)
        return whole.date().isoformat() if raw.time() == dt.time() else whole.isoformat(" ").removesuffix(":00")
    if isinstance(raw, dt.time):
        return raw.replace(tzinfo=None, microsecond=0).isoformat().removesuffix(":00")
    if isinstance(raw, dt.timedelta):
        minutes, seconds = divmod(round(abs(raw).total_seconds()), 60)
        sign = "-" if raw < dt.timedelta() else ""
        return f"{sign}{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
    return str(raw)


def _show_float(raw: float) -> str:
    if not math.isfinite(raw):
        return str(raw)
    digits = format(raw + 0.0, ".15g")  # -0.0 becomes 0
    return format(Decimal(digits), "f") if "e" in digits and 1e-12 < abs(raw) < 1e21 else digits


def half_width(text: str) -> str:
    """`text` with full-width signs, dash styles and kinds of space made one; no digit comes from ², ① or 五."""
    return text.translate(_HALF_WIDTH).strip(BLANKS)


def unreadable(seen: str, why: str, fix: str) -> Reading[Any]:
    """The reading of a cell without a meaning: 写的是“…”，why；fix."""
    line = one_line(seen[:200])
    line = line if len(line) <= 30 else line[:29] + "…"
    return Reading(problem=one_line(f"写的是“{line}”，{why}；{fix}" if line else f"写的是看不见的字符，{why}；{fix}"))


def settled(seen: str, plain: str, fix: str) -> Reading[Any] | None:
    """The reading of what every kind of cell can hold: nothing, "none", an error of Excel, far too much."""
    if not plain:
        return Reading()
    if len(plain) > LONGEST:
        return unreadable(seen, f"有 {len(plain)} 个字，太长了", fix)
    if is_nil(plain):
        return Reading(nil=True)
    if plain[0] == "#" and is_excel_error(plain):
        return unreadable(seen, "是公式出错的结果", fix)
    return None


def remembered(read: Callable[[str], R]) -> Callable[[str], R]:
    """`read` with a memory for the short texts that cells repeat; long ones would only fill it."""
    known = lru_cache(maxsize=65_536)(read)

    @wraps(read)
    def reader(text: str) -> R:
        return known(text) if len(text) <= LONGEST else read(text)

    return reader


def is_nil(plain: str) -> bool:
    """Whether half-width text says "none", which is neither blank nor 0.

    >>> [is_nil(half_width(t)) for t in ("／", "— —", "无", "N/A", "0")]
    [True, True, True, True, False]
    """
    return plain.replace(" ", "").casefold() in _NILS if len(plain) < 10 else False


def is_excel_error(text: str) -> bool:
    """Whether the text is what Excel shows for a formula that failed."""
    return _EXCEL_ERROR.fullmatch(text[:20]) is not None
