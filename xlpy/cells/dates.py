"""Months (完成时间) and days (填报日期, signatures), in every style that people type.

Two readings are a problem, not a choice. Decided, because only one makes sense: a period counts with its end
(2021.3-2022.6 is 2022年6月); 2022.3-6 is March to June (a day would be written with the same sign, 2022.3.6), while
2022-3-6 is a day; a two-digit year without 年 or ’ is one only from 13 on (12.6 may be the 6th of December).
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Final, NamedTuple

from xlpy.cells.reading import LONGEST, Reading, half_width, remembered, settled, show, unreadable
from xlpy.grids import Scalar


class Month(NamedTuple):
    """A month of a year. It stays a month: no day is invented."""

    year: int
    month: int

    def __str__(self) -> str:
        return f"{self.year}年{self.month}月"

    def months_until(self, other: Month) -> int:
        """Whole months from this one to `other`; negative if `other` is earlier."""
        return (other.year - self.year) * 12 + other.month - self.month


class _Fault(NamedTuple):
    """Recognised as a date, but none that can be: why."""

    why: str


class _Date(NamedTuple):
    """A date as far as it was written. `day` is 0 where only the month was."""

    year: int
    month: int
    day: int = 0


_YEARS: Final = range(2000, 2101)
_SERIALS: Final = range(36526, 73416)  # Excel's day numbers of those years
_EPOCH: Final = dt.date(1899, 12, 30)
_MONTH_FIX: Final = "请写到月，如 2022年6月"
_DAY_FIX: Final = "请写到日，如 2022年6月30日"

_Y: Final = r"(?P<year>'?[0-9]{2}|[0-9]{4})"
_PART: Final = r"(?:[上中下]旬|初|中|底|末)?"
_STYLES: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_Y}(?P<nian>年)(?P<month>[0-9]{{1,2}})(?:月份?(?:(?P<day>[0-9]{{1,2}})[日号]?|日|{_PART}))?",
        rf"{_Y}(?P<sep>[-./·, ])(?P<month>[0-9]{{1,2}})(?:(?P=sep)(?P<day>[0-9]{{1,2}})[日号]?|月份?{_PART})?",
        rf"{_Y}(?P<sep>[-./·])(?P<month>[0-9]{{1,2}})月(?P<day>[0-9]{{1,2}})[日号]",
    )
)
_YEAR_ONLY = re.compile(r"([0-9]{4})年?")
_LATER_MONTH = re.compile(rf"([0-9]{{1,2}})月份?(?:([0-9]{{1,2}})[日号]?|{_PART})")
_LATER_DAY = re.compile(r"([0-9]{1,2})[./]([0-9]{1,2})")
_LATER_BARE = re.compile(r"[0-9]{1,2}")
_PERIOD = re.compile(r" ?(?:-+|~+|至|到) ?")

_CLOCK = re.compile(r"[ t][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?z?$")
_WEEKDAY = re.compile(r"[ (]*(?:星期|周)[一二三四五六日天]\)?$")
_DONE = re.compile(r"已?(?:完成|竣工|结题|结束|验收|投产|完工)$")
_LOOSE_SPACES = re.compile(r"(?<![0-9])\s+|\s+(?![0-9])")
_UNFILLED = re.compile(r"[\s_]*年[年月日\s_./-]*|20[\s_]*年[\s_]*月[月日\s_]*")  # as forms print it
_SPLIT_YEAR = re.compile(r"^20 ([0-9]{2}年)")
_HAN_DIGITS: Final = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_HAN_YEAR = re.compile(r"[〇○零一二三四五六七八九]{2,4}(?=年)")
_HAN_SMALL = re.compile(r"[一二三四五六七八九十]{1,3}(?=[月日号])")
_VAGUE = re.compile(r"约|左右|前后|以前|之前|[月日]前|以后|之后|[月日]后|预计|预期|计划|拟|至今|现在|目前|起$|或")
_YEAR = re.compile(r"(?<![0-9])20[0-9]{2}(?![0-9])")
_OF_A_YEAR = re.compile(r"(?<![0-9])(20[0-9]{2}) ?(?:年(?! ?[0-9]{1,2} ?月)|版)")
_QUARTER = re.compile(r"q[1-4]|[1-4]季")
_MONTH_ALONE = re.compile(r"[0-9] ?月")
_FLOAT = re.compile(r"(?:[0-9]{4}|[0-9]{2})\.[0-9]{1,2}")


def month(raw: Scalar) -> Reading[Month]:
    """The month in which something was completed; of a period, the month in which it ends.

    >>> [str(month(v).value) for v in ("2022.6", "2022-06-30", "22.6", 202206, "2021.3-2022.6", dt.date(2022, 6, 30))]
    ['2022年6月', '2022年6月', '2022年6月', '2022年6月', '2022年6月', '2022年6月']
    >>> month(2022.1).problem
    '写的是“2022.1”，数字格里分不清是 2022年1月 还是 2022年10月；请用文字写成 2022年1月 或 2022年10月'
    >>> month("2022年上半年").problem
    '写的是“2022年上半年”，没有写到月；请写到月，如 2022年6月'
    """
    seen = show(raw)
    if isinstance(raw, dt.date):
        return _as_month(seen, _checked(raw.year, raw.month, raw.day))
    if isinstance(raw, bool | dt.time | dt.timedelta):
        return unreadable(seen, "不是年月", _MONTH_FIX)
    if isinstance(raw, float) and (odd := _odd_float(raw, seen)) is not None:
        return odd if isinstance(odd, Reading) else _as_month(seen, odd)
    return _month(seen)


def day(raw: Scalar) -> Reading[dt.date]:
    """A calendar day. A month alone, or a period, is none.

    >>> day("2023年9月1日").value, day("　年　月　日")
    (datetime.date(2023, 9, 1), Reading(value=None, problem='', nil=False))
    >>> day("2023.2.30").problem
    '写的是“2023.2.30”，2023年2月没有 30 日；请写到日，如 2022年6月30日'
    """
    seen = show(raw)
    if isinstance(raw, dt.date):
        return _as_day(seen, _checked(raw.year, raw.month, raw.day))
    if isinstance(raw, bool | dt.time | dt.timedelta):
        return unreadable(seen, "不是日期", _DAY_FIX)
    if isinstance(raw, float) and isinstance(odd := _odd_float(raw, seen), _Date):
        return _as_day(seen, odd)
    return _day(seen)


def _odd_float(raw: float, seen: str) -> Reading[Month] | _Date | None:
    """What a number with a fraction means in a number cell: a day with a time, or year.month less its last 0."""
    if raw == raw // 1:  # also infinity; nan falls through to the text
        return None
    if _SERIALS.start <= raw < _SERIALS.stop:
        return _serial(int(raw))
    if _FLOAT.fullmatch(seen) and seen.endswith(".1"):
        year = int(seen[:-2]) + (2000 if len(seen) == 4 else 0)
        both = f"{year}年1月", f"{year}年10月"
        why = f"数字格里分不清是 {both[0]} 还是 {both[1]}"
        return unreadable(seen, why, f"请用文字写成 {both[0]} 或 {both[1]}")
    return None


@remembered
def _month(seen: str) -> Reading[Month]:
    plain = half_width(seen)
    if len(plain) <= LONGEST and _UNFILLED.fullmatch(plain):
        return Reading()
    if (known := settled(seen, plain, _MONTH_FIX)) is not None:
        return known
    plain = _tidy(plain)
    date = _single(plain)
    return _as_month(seen, (_period(plain) if date is None else date) or _no_date(plain))


@remembered
def _day(seen: str) -> Reading[dt.date]:
    plain = half_width(seen)
    if len(plain) <= LONGEST and _UNFILLED.fullmatch(plain):
        return Reading()
    if (known := settled(seen, plain, _DAY_FIX)) is not None:
        return known
    plain = _tidy(plain)
    date = _single(plain)
    if date is None:
        date = _Fault("是一段时间，不是一天") if isinstance(_period(plain), _Date) else _no_date(plain)
    return _as_day(seen, date)


def _as_month(seen: str, date: _Date | _Fault) -> Reading[Month]:
    if isinstance(date, _Fault):
        return unreadable(seen, date.why, _MONTH_FIX)
    return Reading(Month(date.year, date.month))


def _as_day(seen: str, date: _Date | _Fault) -> Reading[dt.date]:
    if isinstance(date, _Fault):
        return unreadable(seen, date.why, _DAY_FIX)
    if not date.day:
        return unreadable(seen, "没有写到日", _DAY_FIX)
    return Reading(dt.date(*date))


def _tidy(plain: str) -> str:
    """The date alone, in half-width signs and digits: without clock, weekday, 完成 and spaces that say nothing."""
    plain = plain.casefold().replace("’", "'").replace("‘", "'").replace("。", ".").replace("元月", "1月")
    plain = _WEEKDAY.sub("", _CLOCK.sub("", plain))
    plain = _DONE.sub("", plain.removeprefix("(").removesuffix(")") if plain[:1] == "(" else plain)
    plain = _SPLIT_YEAR.sub(r"20\1", _LOOSE_SPACES.sub("", plain)).rstrip(".,;")
    if not plain.isascii():
        plain = _HAN_YEAR.sub(lambda m: m[0].translate(_HAN_DIGITS), plain)
        plain = _HAN_SMALL.sub(lambda m: _small(m[0]), plain)
    return plain


def _small(numeral: str) -> str:
    """六 → 6, 十二 → 12, 二十五 → 25; what is no numeral stays."""
    tens, ten, ones = numeral.rpartition("十")
    if len(tens) > 1 or len(ones) > 1:
        return numeral
    return (tens or "一" if ten else "").translate(_HAN_DIGITS) + (ones or "0").translate(_HAN_DIGITS)


def _single(plain: str) -> _Date | _Fault | None:
    """The one date that the whole text is; None if it is not written as one."""
    if plain.isascii() and plain.isdigit():
        return _digits(plain)
    for style in _STYLES:
        if found := style.fullmatch(plain):
            groups = found.groupdict()
            year = int(groups["year"].lstrip("'"))
            if len(groups["year"]) == 2 and not groups.get("nian") and not 13 <= year < 50:
                return _Fault("分不清哪个是年、哪个是月")
            return _checked(year + (0 if len(groups["year"]) == 4 else 2000), int(groups["month"]), groups["day"])
    return None


def _digits(plain: str) -> _Date | _Fault | None:
    """Digits alone: 202206, 20220630, 220630, or Excel's number of a day."""
    if len(plain) == 5 and int(plain) in _SERIALS:
        return _serial(int(plain))
    if len(plain) == 8:
        return _checked(int(plain[:4]), int(plain[4:6]), plain[6:])
    if len(plain) == 6:
        whole = _checked(int(plain[:4]), int(plain[4:]))
        short = _checked(2000 + int(plain[:2]), int(plain[2:4]), plain[4:])
        if isinstance(whole, _Fault) and isinstance(short, _Date) and int(plain[:2]) < 50:
            return short
        if isinstance(whole, _Date) and isinstance(short, _Date):
            return _Fault(f"分不清是 {whole.year}年{whole.month}月 还是 {short.year}年{short.month}月{short.day}日")
        return whole
    return None


def _serial(number: int) -> _Date:
    date = _EPOCH + dt.timedelta(number)
    return _Date(date.year, date.month, date.day)


def _period(plain: str) -> _Date | _Fault | None:
    """The end of a period; None if the text is not one, or can be split in two ways."""
    ends = set()
    for sign in _PERIOD.finditer(plain):
        first, last = plain[: sign.start()], plain[sign.end() :]
        start = _single(first)
        if start is None and (year := _YEAR_ONLY.fullmatch(first)):
            start = _checked(int(year[1]), 1)
            end = _single(last)
        elif isinstance(start, _Date):
            end = _single(last) or _later(start, last)
        else:
            continue
        if isinstance(start, _Date) and end is not None:
            ends.add(end if isinstance(end, _Fault) or _in_order(start, end) else _Fault("开始晚于结束"))
    return ends.pop() if len(ends) == 1 else None


def _later(start: _Date, last: str) -> _Date | _Fault | None:
    """The end of a period that is written without its year: 6月, 6月30日, 6, or 6.30 after a day."""
    if found := _LATER_MONTH.fullmatch(last):
        return _checked(start.year, int(found[1]), found[2])
    if start.day and (found := _LATER_DAY.fullmatch(last)):
        return _checked(start.year, int(found[1]), found[2])
    if not start.day and _LATER_BARE.fullmatch(last):
        return _checked(start.year, int(last))
    return None


def _in_order(start: _Date, end: _Date) -> bool:
    return start <= end if start.day and end.day else start[:2] <= end[:2]


def years(text: str) -> tuple[int, ...]:
    """The years that a title or a note names; a month or day is none.

    >>> years("2023年嘉定区汇总表"), years("二〇二三年度"), years("（2027年版）"), years("2022年6月")
    ((2023,), (2023,), (2027,), ())
    """
    plain = _HAN_YEAR.sub(lambda found: found[0].translate(_HAN_DIGITS), half_width(text))
    return tuple(int(year) for year in _OF_A_YEAR.findall(plain))


def _checked(year: int, month: int, day: str | int | None = None) -> _Date | _Fault:
    if year not in _YEARS:
        return _Fault(f"年份 {year} 不对")
    if not 1 <= month <= 12:
        return _Fault(f"没有 {month} 月")
    if day is None:
        return _Date(year, month)
    try:
        dt.date(year, month, int(day))
    except ValueError:
        return _Fault(f"{year}年{month}月没有 {int(day)} 日")
    return _Date(year, month, int(day))


def _no_date(plain: str) -> _Fault:
    """Why the text is no date. A year that is there without a month is the usual reason."""
    if _VAGUE.search(plain):
        return _Fault("不是确切的时间")
    rest, years = _YEAR.subn("", plain)
    rest = _QUARTER.sub("", rest)
    if years and not any(c in "0123456789" for c in rest):
        return _Fault("没有写到月")
    if not years and _MONTH_ALONE.search(plain):
        return _Fault("没有写年份")
    return _Fault("有不止一个时间" if years > 1 else "看不出是哪年哪月")
