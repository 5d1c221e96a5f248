"""What looks like something else: an amount in another unit, a word near a code list's, a unit or a department."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from xlpy.layout import fold
from xlpy.notice import Notice, is_department

YUAN: Final = Decimal(10_000)
"""元 in a 万元, and 万元 in a 亿元."""

_LEAST: Final = Decimal("0.01")  # 万元: nobody reports a hundred 元
_CUTOFF: Final = 60  # percent of likeness from which an entry is proposed


def other_unit(amount: Decimal, notice: Notice, factor: int = 1) -> str:
    """Why 万元 is probably not the unit of `amount`: "yuan" (元), "tiny" (亿元), or "" if it may well be.

    The limit for 元 is a setting (万元); `factor` raises it for figures that are larger by nature.
    """
    if abs(amount) >= notice.likely_yuan * factor:
        return "yuan"
    return "tiny" if 0 < abs(amount) < _LEAST else ""


def in_wan(amount: Decimal, unit: str) -> str:
    """The amount in 万元 if its unit is what `other_unit` suspects, without needless zeros.

    >>> in_wan(Decimal(472000), "yuan"), in_wan(Decimal("0.005"), "tiny")
    ('47.2', '50')
    """
    return f"{(amount / YUAN if unit == 'yuan' else amount * YUAN).normalize():f}"


def may_recommend(text: str, notice: Notice) -> bool:
    """Whether `text` names a unit of the district or, by its ending, a 主管部门, which recommend too (填表说明 6).

    >>> [may_recommend(t, Notice()) for t in ("嘉定区安亭镇人民政府", "嘉定区经济委员会", "某某镇经济发展办公室")]
    [True, True, False]
    """
    return notice.unit(text) is not None or is_department(text)


def nearest(text: str, which: str, notice: Notice) -> str:
    """The label of the code list `which` that `text` is most like, aliases counted; "" if none is, or two are.

    Aliases of units are not: they add only 管理委员会, 人民政府 and the like, in which any two offices are alike.

    >>> nearest("达到国际先进水平", "levels", Notice()), nearest("混合所有", "ownerships", Notice())
    ('国际先进', '')
    """
    from rapidfuzz import fuzz, process

    names = [
        (fold(name), code.label)
        for code in notice.entries(which)
        for name in (code.label, *(code.aliases if which != "units" else ()))
    ]
    found = process.extract(fold(text), [name for name, _ in names], scorer=fuzz.ratio, score_cutoff=_CUTOFF, limit=8)
    best = {names[index][1] for _, score, index in found if score == found[0][1]}
    return best.pop() if len(best) == 1 else ""
