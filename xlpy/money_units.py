"""The unit of money that a header, a label, or a line 单位：… names, and amounts read in it. Pure.

Both annexes print 万元, and a bare number counts as 万元 unless the page itself names another unit.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Final, NamedTuple

from xlpy import cells
from xlpy.grids import Scalar

WAN: Final = "万元"

_FOREIGN = "美元|美金|欧元|日元|港元|港币|英镑|usd|eur|jpy|hkd|gbp"
MONEY = rf"[十百千]?[万亿]?(?:{_FOREIGN}|[元圆])|[十百千]?[万亿]|百万|千万"
"""A unit of money, folded, as a part of a longer pattern."""
_UNIT = rf"(?:人民币|rmb|cny)?(?P<unit>{MONEY})(?:人民币)?(?:/年|每年)?"
_IN_BRACKETS = re.compile(rf"[(\[【〔{{](?:.*?[,:;、]|.*单位[为是]?)?{_UNIT}(?=[)\]】〕}},;、/])")
_STATED = re.compile(
    rf"(?:^|[(\[【〔,;。、:])(?:金额|货币|计量|数据|计价)*单位(?:[:(]|[为是])*{_UNIT}(?=$|[)\]】〕,;。、])"
)
_ALONE = re.compile(rf"[(\[【〔]?(?:金额|货币|计量)?(?:单位)?[:为是]?{_UNIT}[)\]】〕]?")
_SPREAD = re.compile(r"(?<=单)\s+(?=位)|\s+(?=[:(])|(?<=[:(])\s+|(?<=[币十百千万亿])\s+(?=[十百千万亿元圆])")
_LONGEST: Final = 1_000  # characters that are looked at: the time of these patterns grows with the square
_OWN_UNIT = re.compile(rf"[万亿元圆]|{_FOREIGN}", re.IGNORECASE)


class Unit(NamedTuple):
    """A unit of money by its name, and how many 万元 one of it is; None where that is not known (a currency)."""

    name: str
    rate: Decimal | None

    def read(self, raw: Scalar) -> cells.Reading[Decimal]:
        """An amount of this unit as 万元; one that names its own unit (8万元) as it stands.

        >>> [str(Unit("元", Decimal("0.0001")).read(raw).value.normalize()) for raw in (80000, "8万", "8万元")]
        ['8', '8', '8']
        """
        reading = cells.amount(raw)
        if reading.value is None or (isinstance(raw, str) and _OWN_UNIT.search(raw)):
            return reading
        if self.rate is None:
            return cells.Reading(problem=f"写的是“{cells.show(raw)}”，表上写的单位是{self.name}，换算不了")
        return reading._replace(value=reading.value * self.rate)


def named_unit(label: str) -> Unit | None:
    """The unit that a header or label names in brackets: 经济效益（元）, 利润(单位：千元)."""
    return _found(_IN_BRACKETS.search(re.sub(r"[\s_]+", "", _half_width(label[:_LONGEST]))))


def stated_unit(line: str) -> Unit | None:
    """The unit that a line above a table states for all of it: 金额单位：元; not 填报单位：元通公司."""
    if "单" not in line:
        return None
    return _found(_STATED.search(re.sub(r"[\s_]+", ";", _SPREAD.sub("", _half_width(line[:_LONGEST])))))


def unit_alone(text: str) -> Unit | None:
    """The unit that all of `text` is, as in a line of its own below a header: （元）, 单位：万元."""
    return _found(_ALONE.fullmatch(re.sub(r"[\s_]+", "", _half_width(text)))) if len(text) < 20 else None


def is_other(unit: Unit | None) -> bool:
    """Whether a unit is named, and is not 万元."""
    return unit is not None and unit.name != WAN


def _half_width(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _found(match: re.Match[str] | None) -> Unit | None:
    if match is None:
        return None
    name = match["unit"].replace("圆", "元")
    name = f"{name}元" if name[-1] in "万亿" else name
    return Unit(name, cells.amount(f"1{name}").value)
