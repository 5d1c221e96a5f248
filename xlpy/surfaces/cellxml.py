"""Rows and cells of a worksheet part in order, with the addresses that they may leave out; ranges; days as numbers."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from xlpy.surfaces.references import column_number, whole

if TYPE_CHECKING:
    from lxml.etree import _Element

ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


def cells_of(root: _Element) -> Iterator[tuple[int, int, _Element]]:
    """(row, column, element) of every cell of a worksheet."""
    for number, row in rows_of(root.find("{*}sheetData")):
        for column, cell in cells_in(row):
            yield number, column, cell


def rows_of(data: _Element | None) -> Iterator[tuple[int, _Element]]:
    """(number, element) of every row; one that leaves out its number follows the one before."""
    number = 0
    for row in () if data is None else data.iterfind("{*}row"):
        number = whole(row.get("r"), number + 1)
        yield number, row


def cells_in(row: _Element) -> Iterator[tuple[int, _Element]]:
    """(column, element) of every cell of a row; one that leaves out its address follows the one before."""
    column = 0
    for cell in row.iterfind("{*}c"):
        address = cell.get("r", "")
        found = ADDRESS.fullmatch(address) or ADDRESS.fullmatch(address.upper())
        column = column_number(found[1]) if found else column + 1
        yield column, cell


def serial(value: dt.datetime | dt.date | dt.time | dt.timedelta, date1904: bool = False) -> float:
    """Days since the workbook's epoch, as a cell stores dates and times.

    >>> serial(dt.date(2023, 9, 15)), serial(dt.datetime(2023, 9, 15, 12), date1904=True), serial(dt.date(1900, 1, 1))
    (45184.0, 43722.5, 1.0)
    """
    match value:
        case dt.timedelta():
            return value / dt.timedelta(days=1)
        case dt.time():
            return (dt.datetime.combine(dt.date.min, value.replace(tzinfo=None)) - dt.datetime.min) / dt.timedelta(
                days=1
            )
        case dt.datetime():
            moment = value.replace(tzinfo=None)
        case _:
            moment = dt.datetime.combine(value, dt.time())
    if date1904:
        return (moment - dt.datetime(1904, 1, 1)) / dt.timedelta(days=1)
    days = (moment - dt.datetime(1899, 12, 30)) / dt.timedelta(days=1)
    return days - 1 if 0 < days < 61 else days  # Excel counts a 29 February 1900


class Span:
    """The range of an array formula."""

    def __init__(self, text: str) -> None:
        ends = [ADDRESS.fullmatch(end) for end in text.replace("$", "").split(":")]
        rows = [int(end[2]) for end in ends if end] or [0]
        columns = [column_number(end[1]) for end in ends if end] or [0]
        self.text, self.top, self.bottom, self.left, self.right = text, min(rows), max(rows), min(columns), max(columns)
        self.backwards = rows != sorted(rows) or columns != sorted(columns)

    @property
    def single(self) -> bool:
        return (self.top, self.left) == (self.bottom, self.right)

    def covers(self, row: int, column: int) -> bool:
        return self.top <= row <= self.bottom and self.left <= column <= self.right
