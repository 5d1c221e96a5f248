"""The seam: a sheet, a live Excel range and a Word table all become a `SheetGrid` with true addresses. Pure data.

Rows and columns are 1-based everywhere. Nothing here opens a file: see `xlpy.files` and `xlpy.surfaces`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple

from xlpy.errors import CannotRun


class Formula(str):
    """A cell's formula ("=…"), where the stored content matters and not the value shown."""

    __slots__ = ()


Scalar = None | str | int | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta
"""What a cell can hold; blank is None."""


class Box(NamedTuple):
    """A rectangle, 1-based and inclusive."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class SheetGrid:
    """One sheet (or Word table) as dense rows from A1.

    rows       values as shown; rows may differ in length; "" counts as blank
    merges     merged ranges; the value stands in the top left cell
    formulas   (row, column) → formula, only where the file was opened for editing
    valueless  cells whose content other programs show as blank: a formula without a stored value, a WPS picture
    hidden     the sheet is not shown
    word       a Word table or a Word text: addresses are 第3行第2列
    """

    name: str
    rows: list[list[Scalar]] = field(default_factory=list)
    merges: tuple[Box, ...] = ()
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    valueless: tuple[tuple[int, int], ...] = ()
    hidden: bool = False
    word: bool = False

    @property
    def height(self) -> int:
        return len(self.rows)

    @property
    def width(self) -> int:
        return max(map(len, self.rows), default=0)

    def value(self, row: int, column: int) -> Scalar:
        """The value shown at an address; None where blank or outside the grid."""
        if row < 1 or column < 1 or row > len(self.rows) or column > len(self.rows[row - 1]):
            return None
        found = self.rows[row - 1][column - 1]
        return None if found == "" else found

    def stored(self, row: int, column: int) -> Scalar:
        """What to write back to get the cell as it is: its formula if it has one, else its value."""
        formula = self.formulas.get((row, column))
        return Formula(formula) if formula is not None else self.value(row, column)

    def cells(self) -> Iterator[tuple[int, int, Scalar]]:
        """(row, column, value) of every cell that is not blank, row by row."""
        for r, row in enumerate(self.rows, 1):
            for c, value in enumerate(row, 1):
                if value is not None and value != "":
                    yield r, c, value

    def box(self, row: int, column: int) -> Box:
        """The merged range that covers a cell, or the cell itself."""
        for merge in self.merges:
            if merge.top <= row <= merge.bottom and merge.left <= column <= merge.right:
                return merge
        return Box(row, column, row, column)

    def address(self, row: int, column: int) -> str:
        """C12; in a Word document 第12行第3列, the columns counted as a person sees them: a merged cell is one."""
        if not self.word:
            return a1(row, column)
        seen = {self.box(row, c).left for c in range(1, column + 1)}
        return f"第{row}行第{len(seen)}列"

    def stored_block(self, row: int, column: int, height: int, width: int) -> tuple[tuple[Scalar, ...], ...]:
        """A rectangle of stored contents, blanks outside the grid."""
        return tuple(self._stored_line(r, column, width) for r in range(row, row + height))

    def _stored_line(self, row: int, column: int, width: int) -> tuple[Scalar, ...]:
        found = self.rows[row - 1][column - 1 : column - 1 + width] if 0 < row <= len(self.rows) else []
        line = [None if value == "" else value for value in found] + [None] * (width - len(found))
        for c in range(column, column + width) if self.formulas else ():
            if (row, c) in self.formulas:
                line[c - column] = Formula(self.formulas[row, c])
        return tuple(line)

    def with_block(self, row: int, column: int, values: Sequence[Sequence[Scalar]]) -> SheetGrid:
        """A copy with a block written; formulas that it covers are gone."""
        rows, formulas = list(self.rows), dict(self.formulas)
        while len(rows) < row - 1 + len(values):
            rows.append([])
        for r, line in enumerate(values, row):
            old = list(rows[r - 1])
            old.extend([None] * (column - 1 + len(line) - len(old)))
            old[column - 1 : column - 1 + len(line)] = line
            for c in range(column, column + len(line)) if formulas else ():
                formulas.pop((r, c), None)
            if Formula in map(type, line):
                for c, value in enumerate(line, column):
                    if isinstance(value, Formula):
                        formulas[r, c] = str(value)
                        old[c - 1] = None
            rows[r - 1] = old
        return replace(self, rows=rows, formulas=formulas)

    def with_rows_inserted(self, row: int, count: int) -> SheetGrid:
        """A copy with `count` blank rows before `row`; a merged range that spans the place grows."""

        def moved(r: int) -> int:
            return r + count if r >= row else r

        rows = list(self.rows)
        if row <= len(rows):
            rows[row - 1 : row - 1] = [[] for _ in range(count)]
        return replace(
            self,
            rows=rows,
            merges=tuple(Box(moved(m.top), m.left, moved(m.bottom), m.right) for m in self.merges),
            formulas={(moved(r), c): f for (r, c), f in self.formulas.items()},
            valueless=tuple((moved(r), c) for r, c in self.valueless),
        )

    def with_rows_deleted(self, row: int, count: int) -> SheetGrid:
        """A copy without `count` rows from `row` on; a merged range that reaches into them is cut."""
        end = row + count

        def moved(r: int) -> int:
            return r - count if r >= end else r

        def cut(m: Box) -> Box:
            top = row if row <= m.top < end else moved(m.top)
            return Box(top, m.left, row - 1 if row <= m.bottom < end else moved(m.bottom), m.right)

        kept = [m for m in self.merges if not row <= m.top <= m.bottom < end]
        return replace(
            self,
            rows=self.rows[: row - 1] + self.rows[end - 1 :],
            merges=tuple(map(cut, kept)),
            formulas={(moved(r), c): f for (r, c), f in self.formulas.items() if not row <= r < end},
            valueless=tuple((moved(r), c) for r, c in self.valueless if not row <= r < end),
        )


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All sheets of a workbook (or all tables of a Word file) at one moment.

    `name` is the path as given, `sha256` that of the file's bytes ("" for a live workbook), `properties` the
    document's custom properties (our templates keep their version there).
    """

    name: str
    sheets: dict[str, SheetGrid]
    sha256: str = ""
    properties: dict[str, str] = field(default_factory=dict)

    def sheet(self, name: str) -> SheetGrid:
        try:
            return self.sheets[name]
        except KeyError:
            raise CannotRun(
                f"工作簿里没有工作表“{name}”", "请用 xlpy new summary 新建汇总表，或把该表复制回来"
            ) from None

    def with_sheet(self, grid: SheetGrid) -> Snapshot:
        """A copy in which `grid` replaces the sheet of its name, or comes last."""
        return replace(self, sheets={**self.sheets, grid.name: grid})


@lru_cache(maxsize=2048)
def column_letters(column: int) -> str:
    """1 → A, 27 → AA."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def a1(row: int, column: int) -> str:
    """(12, 3) → C12."""
    return f"{column_letters(column)}{row}"


def same_scalar(one: Scalar, other: Scalar) -> bool:
    """Whether two cell contents are the same to a user: 1 and 1.0 are, blank and "" are, "1" and 1 are not."""
    if one is None or one == "":
        return other is None or other == ""
    if isinstance(one, Formula) != isinstance(other, Formula) or isinstance(one, bool) != isinstance(other, bool):
        return False
    numbers = isinstance(one, int | float) and isinstance(other, int | float)
    texts = isinstance(one, str) and isinstance(other, str)
    return (numbers or texts or type(one) is type(other)) and one == other
