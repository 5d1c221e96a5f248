"""A received table on a blank Annex 2 of ours: for files that cannot be marked where they are. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from xlpy.cells import amount
from xlpy.grids import Scalar, SheetGrid, Snapshot
from xlpy.layout import FOOTER
from xlpy.models import SummaryTable, Value
from xlpy.notice import OwnColumn
from xlpy.patch import InsertRows, Operation, Patch, safe_text, writes
from xlpy.summary import parse_summary


def rewritten(table: SummaryTable, grid: SheetGrid, blank: Snapshot, columns: tuple[OwnColumn, ...] = ()) -> Patch:
    """The patch that puts `table`, read from `grid`, onto `blank`: row for row, with the line below the table.

    What can be read as 万元 becomes a number, all else stays as it was typed. Columns that `blank` does not have follow
    right of its own, so that nothing of a row is lost; blank lines and lines 合计 are left behind. `columns` are the
    bureau's own.
    """
    target = parse_summary(blank, columns=columns)
    page = blank.sheet(target.sheet)
    cells: dict[tuple[int, int], Scalar] = {}
    extra = dict(enumerate(_other_columns(table, grid, target), max(map(len, page.rows)) + 1))
    for column, (text, _) in extra.items():
        cells[target.header_row, column] = safe_text(text)
    for place, row in enumerate(table.rows, target.first_row):
        for name, value in row.fields():
            if name in target.columns:
                cells[place, target.columns[name]] = _content(name, value)
        for column, (_, old) in extra.items():
            typed = grid.value(row.row_number, old)
            cells[place, column] = safe_text(typed) if isinstance(typed, str) else typed
    missing = len(table.rows) - (target.last_row - target.first_row + 1)
    operations: list[Operation] = [*_footer(table, target, page)]
    if missing > 0:
        operations.append(InsertRows(target.sheet, target.last_row + 1, missing))
        page = page.with_rows_inserted(target.last_row + 1, missing)
    filled = {place: value for place, value in cells.items() if value is not None}
    return Patch((*operations, *writes(page, filled)))


def _content(name: str, value: Value[Any]) -> Scalar:
    if name == "benefit" and value.problem and amount(value.raw).value is not None:
        return f"{safe_text(value.raw)}（单位不明）"  # no 万元 in the town's table: nor must it become 万元 in ours
    if isinstance(value.value, Decimal):
        return float(value.value)
    if isinstance(value.value, int):
        return value.value
    return safe_text(value.raw) or None


def _other_columns(table: SummaryTable, grid: SheetGrid, target: SummaryTable) -> Iterator[tuple[str, int]]:
    """(heading, column) of the columns that `target` does not have."""
    heads = {grid.address(r, c): c for r, c, _ in grid.cells() if table.header_row <= r < table.first_row}
    for heading in table.headings:
        if heading.field not in target.columns:
            yield heading.text, heads[heading.cell]


def _footer(table: SummaryTable, target: SummaryTable, page: SheetGrid) -> Iterator[Operation]:
    places = {page.address(r, c): (r, c) for r in range(target.last_row, page.height + 1) for c in range(1, 30)}
    cells: dict[tuple[int, int], Scalar] = {}
    for field in FOOTER:
        if typed := getattr(table, field).raw:
            cells[places[getattr(target, field).cell]] = safe_text(typed)
    yield from writes(page, cells)
