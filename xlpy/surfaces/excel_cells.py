"""What goes over the wire to Excel for a cell, and what comes back. Pure: no Excel here.

Excel reads what is written to a cell as if it were typed: "=1+1" becomes a formula, "00123" the number 123, "3-4" a
date, and a number written to a cell formatted as text ("@") becomes text. What goes over depends on that format.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from xlpy.grids import Formula, Scalar
from xlpy.surfaces.cellxml import serial

TEXT_FORMAT: Final = "@"
_ERRORS: Final = {
    2000: "#NULL!",
    2007: "#DIV/0!",
    2015: "#VALUE!",
    2023: "#REF!",
    2029: "#NAME?",
    2036: "#NUM!",
    2042: "#N/A",
    2043: "#GETTING_DATA",
    2045: "#SPILL!",
    2050: "#CALC!",
}
_ERROR_BASE: Final = -2146828288  # the COM error of a cell is this plus the number that CVErr takes
_DAY_ZERO: Final = dt.date(1899, 12, 30)
_SAME_MOMENT: Final = 1e-6  # days; Excel's dates come over in milliseconds


def from_excel(value: Any, exact: Any) -> Scalar:
    """A cell from its `Value`, which tells dates, and its `Value2`, which does not round money. "" is None.

    >>> from_excel(dt.datetime(2022, 6, 30), 44742.0), from_excel(None, -2146826281)
    (datetime.date(2022, 6, 30), '#DIV/0!')
    """
    if isinstance(value, dt.datetime):  # pywin32's kind of it, which carries a time zone that means nothing
        moment = dt.datetime(*value.timetuple()[:6], value.microsecond)
        if moment.date() == _DAY_ZERO:
            return moment.time()
        return moment if moment.time() != dt.time() else moment.date()
    if isinstance(exact, int) and not isinstance(exact, bool):  # every number of Excel is a float
        return _ERRORS.get(exact - _ERROR_BASE, "#N/A")
    found: Scalar = exact
    return None if found == "" else found


def to_excel(value: Scalar, as_text: bool, date1904: bool = False) -> str | float | bool:
    """What to assign so that the cell then holds `value`; `as_text` tells that it is formatted as text.

    Numbers, dates (as serial numbers, the cell's format stays) and formulas need a cell that is not.

    >>> to_excel("=1+1", False), to_excel("=1+1", True), to_excel("安亭镇", False), to_excel(3, False)
    ("'=1+1", '=1+1', '安亭镇', 3.0)
    """
    match value:
        case None | "":
            return ""
        case Formula():
            return str(value)
        case str():
            return value if as_text or plain_words(value) else f"'{value}"
        case bool():
            return value
        case int() | float():
            return float(value)
        case _:
            return serial(value, date1904)


def plain_words(text: str) -> bool:
    """Whether no cell could take the text for anything else: it begins with a letter beyond ASCII, has no numeral.

    >>> [plain_words(t) for t in ("国际先进", "2022年6月", "TRUE", "May", "＝1", "'项目", "第一")]
    [True, False, False, False, False, False, False]
    """
    return text[:1].isalpha() and not text[0].isascii() and not any(map(str.isnumeric, text))


def arrived(value: Scalar, exact: Any, date1904: bool = False) -> bool:
    """Whether a cell whose `Value2` is `exact` holds what was to be written; a formula may give anything but itself."""
    match value:
        case Formula():
            return bool(exact != str(value))
        case None | "":
            return exact is None or exact == ""
        case str():
            return isinstance(exact, str) and exact == value
        case bool():
            return bool(exact is value)
        case int() | float():
            return isinstance(exact, float) and exact == float(value)
        case _:
            return isinstance(exact, float) and abs(exact - serial(value, date1904)) < _SAME_MOMENT
