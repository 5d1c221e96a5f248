"""Where references point once rows were inserted or deleted, in ranges and in whole formulas. Text in, text out."""

from __future__ import annotations

import re
from functools import lru_cache, partial
from typing import NamedTuple

from xlpy.grids import column_letters

LAST_ROW = 1_048_576
_WHOLE = re.compile(r"\s*[+-]?[0-9]{1,10}\s*", re.ASCII)


class Entangled(Exception):
    """The edit would tear something apart, or the part is not what it should be; the message says in Chinese what."""


def whole(text: str | None, default: int = 0) -> int:
    """A whole number of an attribute or element; `default` where there is none. Raises Entangled for anything else."""
    if not text:
        return default
    if not _WHOLE.fullmatch(text):
        raise Entangled(f"文件里该是整数的地方写着“{text[:20]}”，文件可能已损坏")
    return int(text)


class RowMove(NamedTuple):
    """Rows of a sheet move: `by` blank ones come before `row`, or with a negative `by` so many go from `row` on.

    >>> RowMove("表", 5, 2).span(4, 9), RowMove("表", 5, -2).span(4, 9), RowMove("表", 5, -2).span(5, 6)
    ((4, 11), (4, 7), None)
    """

    sheet: str
    row: int
    by: int

    def line(self, row: int) -> int | None:
        """The new number of a row; None for one that is deleted."""
        if row < self.row:
            return row
        return None if row < self.row - self.by else row + self.by

    def span(self, top: int, bottom: int) -> tuple[int, int] | None:
        """The new first and last row of a range; None where nothing of it is left."""
        if self.by >= 0:
            new = (self.line(top) or top, bottom if bottom == LAST_ROW else self.line(bottom) or bottom)
            return min(new[0], LAST_ROW), min(new[1], LAST_ROW)
        first, last = self.line(top), self.line(bottom)
        first, last = self.row if first is None else first, self.row - 1 if last is None else last
        return (first, last) if first <= last else None


_AREA = r"\$?[A-Za-z]{1,3}\$?[0-9]{1,7}(?::\$?[A-Za-z]{1,3}\$?[0-9]{1,7})?|\$?[0-9]{1,7}:\$?[0-9]{1,7}"
_AREA += r"|\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}"
_SHEET = r"'(?:[^']|'')+'|[\w.]+"
_FORMULA = re.compile(
    rf"""
    "(?:[^"]|"")*"                                        # a text
    | \[[^\[\]]*\](?:{_SHEET})!(?:{_AREA})                # another workbook
    | \[(?:[^\[\]]|\[[^\[\]]*\])*\]                       # columns of a table
    | (?:(?P<sheet>(?<![\w.'])(?:{_SHEET}))!|(?<![\w.$'!:]))(?P<area>{_AREA})(?![\w.(!])
    """,
    re.VERBOSE,
)
_CELL = re.compile(r"(?P<fixed>\$?)(?P<column>[A-Za-z]{0,3})(?P<fast>\$?)(?P<row>[0-9]*)")
_LAST_COLUMN = 16_384
_ENDS = re.compile(r"(\$?[A-Za-z]{0,3}\$?)([0-9]{1,9})")


def moved_range(area: str, move: RowMove) -> str | None:
    """An A1 cell or range without sheet, with or without $; None where it is deleted.

    >>> moved_range("$B$3:$B$12", RowMove("表", 4, 2)), moved_range("A:B", RowMove("表", 4, 2))
    ('$B$3:$B$14', 'A:B')
    """
    ends = [_ENDS.fullmatch(end) for end in area.split(":")]
    if not all(ends):
        return area  # whole columns
    parts = [(end[1], int(end[2])) for end in ends if end]
    span = move.span(parts[0][1], parts[-1][1])
    if span is None:
        return None
    return ":".join(f"{letters}{row}" for (letters, _), row in zip(parts, span, strict=False))


def moved_ranges(areas: str, move: RowMove) -> str:
    """Ranges separated by blanks, as in `sqref`; "" where all are deleted."""
    return " ".join(filter(None, (moved_range(area, move) for area in areas.split())))


def falls_off(areas: str, move: RowMove) -> bool:
    """Whether inserting rows would push one of these ranges off the end of the sheet.

    >>> falls_off("A1:B9 C1048575", RowMove("表", 4, 2)), falls_off("A9:B1048576 C:C", RowMove("表", 4, 2))
    (True, False)
    """
    ends = [_ENDS.fullmatch(area.split(":")[0]) for area in areas.split()]
    tops = [int(end[2]) for end in ends if end]
    return any(move.row <= top and top + move.by > LAST_ROW for top in tops)


def moved_formula(formula: str, move: RowMove, home: bool) -> str:
    """A formula whose references follow the rows; what was deleted becomes #REF!.

    `home` says that the formula stands in the sheet that moves, so that references without a sheet name move too.

    >>> moved_formula('SUM(H3:H12)+表!A9&"A9"+LOG10(别表!A9)', RowMove("表", 5, 1), home=True)
    'SUM(H3:H13)+表!A10&"A9"+LOG10(别表!A9)'
    """
    return _FORMULA.sub(partial(_moved, move=move, home=home), formula)


def _moved(match: re.Match[str], move: RowMove, home: bool) -> str:
    area, sheet = match["area"], match["sheet"]
    if area is None or not (home if sheet is None else unquoted(sheet) == move.sheet.casefold()):
        return match[0]
    return match[0][: -len(area)] + (moved_range(area, move) or "#REF!")


def unquoted(sheet: str) -> str:
    """A sheet name as it stands in a formula → the name, folded as Excel compares it."""
    return (sheet[1:-1].replace("''", "'") if sheet.startswith("'") else sheet).casefold()


def quoted(sheet: str) -> str:
    """A sheet name as it may stand before "!" in a formula or link."""
    return "'" + sheet.replace("'", "''") + "'"


def carried_formula(formula: str, rows: int, columns: int) -> str:
    """A formula as it reads in another cell, so many rows below and columns right: relative references go along.

    >>> carried_formula('H3*$B$1+SUM(A$3:A3)+COUNT(C:$D)&"A1"', 2, 1)
    'I5*$B$1+SUM(B$3:B5)+COUNT(D:$D)&"A1"'
    """
    return _FORMULA.sub(partial(_carried, rows=rows, columns=columns), formula)


def _carried(match: re.Match[str], rows: int, columns: int) -> str:
    if match["area"] is None:
        return match[0]
    ends = [_CELL.fullmatch(end) for end in match["area"].split(":")]
    carried = []
    for end in ends:
        if end is None:
            return match[0]
        column = end["column"] if end["fixed"] or not end["column"] else _letters(end["column"], columns)
        row = end["row"]
        if row and not end["fast"]:
            row = str(int(row) + rows)
        if column is None or (row and not 1 <= int(row) <= LAST_ROW):
            return match[0][: -len(match["area"])] + "#REF!"
        carried.append(f"{end['fixed']}{column}{end['fast']}{row}")
    return match[0][: -len(match["area"])] + ":".join(carried)


def _letters(column: str, by: int) -> str | None:
    new = column_number(column) + by
    return column_letters(new) if 1 <= new <= _LAST_COLUMN else None


@lru_cache(maxsize=1024)
def column_number(letters: str) -> int:
    """A → 1, AA → 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
