"""Money in 万元, the unit that both annexes print."""

from __future__ import annotations

import datetime as dt
import math
import re
from decimal import Decimal
from typing import Final

from xlpy.cells.reading import Reading, half_width, remembered, settled, show, unreadable
from xlpy.grids import Scalar

_FIX: Final = "请填确切的万元数，如 500"
_DIGITS_FIX: Final = "请用阿拉伯数字填万元数，如 500"
_LIMIT: Final = Decimal(10) ** 9  # 万元; no figure of one enterprise comes near it
_TOO_LARGE: Final = "数太大，不像万元数", "请核对是否把元填成了万元，并填万元数，如 500"
_RESIDUE: Final = Decimal("1e-10")  # 万元; below it only what a formula's binary fractions leave behind
_MOST_DIGITS: Final = 25  # within the precision of Decimal, so that changing the unit loses none

# Spaces as thousands separators need a first group of one or two digits: "120 150" may be two figures.
_AMOUNT = re.compile(
    r"""(?P<currency>¥|人民币|rmb|cny)? :? (?P<sign>[+-]|负)? (?P<symbol>¥)?
    (?P<number> (?: [0-9]+ | [1-9][0-9]{0,2}(?:,[0-9]{3})+ | [1-9][0-9]?(?:\ [0-9]{3})+ ) (?:\.[0-9]*)? | \.[0-9]+ )
    (?P<bracket>\()? (?P<lead>[十百千])? (?P<big>[万亿])? (?P<yuan>[元圆])? (?(bracket)\))
    (?P<after>人民币|rmb|cny)? [整正]? """,
    re.VERBOSE,
)
_UNITS_ALONE: Final = frozenset(("万元", "(万元)", "元"))  # printed beside a place that was left empty
_LOOSE_SPACES = re.compile(r"(?<![0-9,.\s])\s+|\s+(?![0-9,.\s])")
_BRACKETED = re.compile(r"\(([^()]*)\)([^()]*)")
_LEADING_ZERO = re.compile(r"0[0-9]")
_POINT = re.compile(r"(?<=[0-9])。(?=[0-9])")
_TIMES: Final = {"": 0, "十": 1, "百": 2, "千": 3, "万": 4, "亿": 8}  # powers of ten

_NUMERALS: Final = "零〇一二三四五六七八九十百千两壹贰叁肆伍陆柒捌玖拾佰仟"
_RUN: Final = r"[0-9]+(?:[.,]+[0-9]+)*"
_FAULTS: Final = tuple(
    (re.compile(pattern), why)
    for pattern, why in (
        (r"[+-]?[0-9]+(?:\.[0-9]*)?e[+-]?[0-9]+", "是科学记数法，后面的数位可能已经丢了"),
        (r"[%‰]|百分", "是百分比，不是金额"),
        (
            r"\$|€|£|美元|美金|欧元|日元|日圆|英镑|港元|港币|台币|韩元|韩币|卢布|法郎|澳元|加元|外币|外汇"
            r"|usd|eur|jpy|gbp|hkd|krw|twd|aud|cad|chf",
            "是外币，要折算成人民币",
        ),
        (r"[0-9]{4}(?:([-/.])[0-9]{1,2}\1[0-9]{1,2}|年)|[0-9]+月", "是日期，不是金额"),
        (r"[0-9][^0-9]?:[0-9]", "是时间，不是金额"),
        (r"[0-9][十百千]?[万亿]?[元圆]?\s?(?:-+|~+|至|到)\s?¥?[0-9]", "是一个范围，不是确切的数"),
        (
            r"约|大概|近|左右|余|多|以上|以下|以内|超|逾|上下|几|若干|不足|不到|至少|至多|预计|预期|估|[≈~≥≤><±]|\+$",
            "不是确切的数",
        ),
        (rf"^(?:人民币)?负?(?=.*[{_NUMERALS}])[{_NUMERALS}万亿点元圆整正角分]+$", "用了汉字数字"),
        (rf"[0-9][{_NUMERALS}](?:[{_NUMERALS}万亿元圆]|$)", "数字和汉字数字混用"),
        (r"^[^0-9]*$", "不是数"),
        (rf"^[^0-9]*{_RUN}[^0-9]*$", ""),
        (r"[0-9]", "有不止一个数"),
    )
)


def amount(raw: Scalar) -> Reading[Decimal]:
    """Money in 万元, exact; what is typed in 元 or 亿 is converted, and a bare number is 万元 as the column says.

    A number from a number cell counts with the 15 digits that Excel shows.

    >>> [str(amount(v).value) for v in (500, "1，234.5", "500万元", "0.5亿", "5000000元", "－20", "（20）", "/")]
    ['500', '1234.5', '500', '5000', '500', '-20', '-20', 'None']
    >>> amount("1,5").problem
    '写的是“1,5”，逗号的位置不对（应每三位一个）；请填不带逗号的万元数，如 500'
    """
    if isinstance(raw, str):
        return _amount(show(raw))
    seen = show(raw)
    if isinstance(raw, bool):
        return unreadable(seen, "是逻辑值，不是数", _FIX)
    if isinstance(raw, dt.date):
        return unreadable(seen, "是日期，不是金额", "请把单元格格式改为“常规”，再填万元数，如 500")
    if isinstance(raw, dt.time | dt.timedelta):
        return unreadable(seen, "是时间，不是金额", "请把单元格格式改为“常规”，再填万元数，如 500")
    if isinstance(raw, int | float):
        if isinstance(raw, float) and not math.isfinite(raw):
            return unreadable(seen, "不是数", _FIX)
        if abs(raw) >= _LIMIT:
            return unreadable(seen, *_TOO_LARGE)
        value = Decimal(format(raw, ".15g"))
        return Reading(_plain(value if abs(value) >= _RESIDUE else Decimal(0)))
    return _amount(seen)


@remembered
def _amount(seen: str) -> Reading[Decimal]:
    plain = half_width(seen)
    if plain in _UNITS_ALONE:
        return Reading()
    if (known := settled(seen, plain, _FIX)) is not None:
        return known
    plain = _POINT.sub(".", plain.casefold()).removesuffix("。")
    plain = _LOOSE_SPACES.sub("", plain)
    bracketed = _BRACKETED.fullmatch(plain)
    found = _AMOUNT.fullmatch(bracketed[1] + bracketed[2] if bracketed else plain)
    if found is None:
        return _fault(seen, plain)
    number, lead, big, yuan = (found[name] or "" for name in ("number", "lead", "big", "yuan"))
    if bracketed and found["sign"]:
        return unreadable(seen, "既有括号又有正负号，分不清正负", _FIX)
    if _LEADING_ZERO.match(number):
        return unreadable(seen, "前面多了 0，或者少了小数点", _FIX)
    if len(number) > _MOST_DIGITS:
        return unreadable(seen, "位数太多，不像金额", _FIX)
    if lead and not (big or yuan):
        return unreadable(seen, "数字和汉字数字混用", _DIGITS_FIX)
    digits = number.replace(",", "").replace(" ", "")
    if not (big or yuan):
        if found["currency"] or found["symbol"] or found["after"]:
            fix = (
                f"请只填万元数：如果是 {digits} 元，填 {_plain(Decimal(digits).scaleb(-4)):f}；如果是万元，填 {digits}"
            )
            return unreadable(seen, "有货币符号却没有单位，分不清是元还是万元", fix)
        power = 0
    else:
        power = _TIMES[lead] + _TIMES[big] - 4
    value = _plain(Decimal(digits).scaleb(power))
    if value >= _LIMIT:
        return unreadable(seen, *_TOO_LARGE)
    return Reading(-value if value and (bracketed or found["sign"] in ("-", "负")) else value)


def _fault(seen: str, plain: str) -> Reading[Decimal]:
    """Why this is not one exact amount. The order matters: the more telling reason comes first."""
    why = next((why for pattern, why in _FAULTS if pattern.search(plain)), "")
    if not why:
        if plain.count(".") > 1:
            why = "小数点不止一个"
        elif "," in plain:
            return unreadable(seen, "逗号的位置不对（应每三位一个）", "请填不带逗号的万元数，如 500")
        else:
            why = "数以外还有别的字"
    return unreadable(seen, why, _DIGITS_FIX if "汉字" in why else _FIX)


def _plain(value: Decimal) -> Decimal:
    """`value` without zeros at its end and without an exponent, so that it prints as people write it."""
    value = value.normalize()
    return value.quantize(Decimal(1)) if value.as_tuple().exponent > 0 else value + 0  # type: ignore[operator]
