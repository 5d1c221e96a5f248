"""The three-way merge into a table: what arrives, what was pulled last, and what stands in the cell now.

Per cell: what arrives changed and the cell is as it was last pulled → the new value; the cell was edited → the edit
stays. Rows are added below the last one and taken out whole; everything is collected and becomes one patch.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from xlpy.grids import Scalar, SheetGrid, Snapshot, same_scalar
from xlpy.models import SummaryRow, SummaryTable
from xlpy.patch import DeleteRows, InsertRows, Operation, Patch, writes

Cells = dict[str, Scalar]
"""Field → what goes into its cell; None for what stays as it is."""


class TableMerge:
    """A table under change. Row numbers are those of `table` as it was read."""

    def __init__(self, snapshot: Snapshot, table: SummaryTable) -> None:
        self._table = table
        self._grid: SheetGrid = snapshot.sheet(table.sheet)
        self._rows: list[Operation] = []
        self._cells: dict[tuple[int, int], Scalar] = {}
        self._now = {row.row_number: row.row_number for row in table.rows}  # as read → after rows went
        self._strays = [stray.row_number for stray in table.strays]
        self._last = table.last_row
        self._filled = list(self._now.values())

    @property
    def patch(self) -> Patch:
        return Patch((*self._rows, *writes(self._grid, self._cells)))

    def remove(self, row_numbers: Collection[int]) -> None:
        """Take rows out of the table; before anything else is changed."""
        gone, links = sorted(row_numbers), tuple(c for what, c in self._table.sources.items() if what == "place")
        for last in reversed(gone):
            if self._rows and isinstance(run := self._rows[-1], DeleteRows) and run.row == last + 1:
                self._rows[-1] = DeleteRows(run.sheet, last, run.count + 1, links)
            else:
                self._rows.append(DeleteRows(self._table.sheet, last, 1, links))
        for operation in self._rows:
            assert isinstance(operation, DeleteRows)
            self._grid = self._grid.with_rows_deleted(operation.row, operation.count)
        below = {row: row - sum(1 for other in gone if other < row) for row in {*self._now, *self._strays}}
        self._now = {row: below[row] for row in self._now if row not in gone}
        self._strays = [below[row] for row in self._strays]
        self._last -= len(gone)
        self._filled = list(self._now.values())

    def update(self, row: SummaryRow, arriving: Cells, pulled: Mapping[str, Scalar] | None, number: int) -> None:
        """A row and what arrives for it; `pulled` is what the last pull put there, None if it is new to the row."""
        place = self._now[row.row_number]
        self._number(place, number)
        for name, value in arriving.items():
            column = self._table.columns.get(name)
            if not column or value is None:
                continue
            last = pulled.get(name) if pulled else None
            now = self._grid.stored(place, column)
            if row.value_of(name).blank if last is None else same_scalar(now, last):
                self._cells[place, column] = value

    def put(self, row: SummaryRow, column: int | None, value: Scalar) -> None:
        """A cell of a row that is ours to fill; without a column, nothing."""
        if column:
            self._cells[self._now[row.row_number], column] = value

    def add(self, arriving: Sequence[tuple[int, Cells]]) -> list[int]:
        """New rows (number in 来源, cells) below the last filled one; the answer is where they stand.

        Rows are inserted when the printed blank lines are used up. A line 合计 or a note below the rows stays below
        them: only the blank lines above it are free.
        """
        last = max(self._filled, default=self._table.first_row - 1)
        end = min((row for row in self._strays if row > last), default=self._last + 1)
        missing = len(arriving) - (end - 1 - last)
        if missing > 0:
            self._rows.append(InsertRows(self._table.sheet, end, missing))
            self._grid = self._grid.with_rows_inserted(end, missing)
        places = list(range(last + 1, last + 1 + len(arriving)))
        for place, (number, cells) in zip(places, arriving, strict=True):
            self._number(place, number)
            for name, value in cells.items():
                if (column := self._table.columns.get(name)) and value is not None:
                    self._cells[place, column] = value
        self._filled += places
        return places

    def fill(self, place: int, column: int | None, value: Scalar) -> None:
        """A cell of a row that `add` made."""
        if column:
            self._cells[place, column] = value

    def renumber(self) -> None:
        """序号 1…n down the filled rows."""
        if column := self._table.columns.get("number"):
            for number, row_number in enumerate(sorted(self._filled), 1):
                self._cells[row_number, column] = number

    def _number(self, place: int, number: int) -> None:
        if self._table.origin_column:
            self._cells[place, self._table.origin_column] = number
