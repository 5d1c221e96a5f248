"""A received table on a blank Annex 2 of ours: for files that cannot be marked where they are. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from xlpy.grids import Scalar, SheetGrid, Snapshot
from xlpy.layout import FOOTER, SUMMARY_FIELDS
from xlpy.models import SummaryRow, SummaryTable
from xlpy.patch import InsertRows, Operation, Patch, safe_text, writes
from xlpy.summary import parse_summary


def rewritten(table: SummaryTable, grid: SheetGrid, blank: Snapshot) -> Patch:
    """The patch that puts `table`, read from `grid`, onto `blank`: row for row, with the line below the table.

    What can be read as 万元 becomes a number, all else stays as it was typed. Columns that are not the notice's follow
    right of ours, so that nothing of a row is lost; blank lines and lines 合计 are left behind.
    """
    target = parse_summary(blank)
    page = blank.sheet(target.sheet)
    cells: dict[tuple[int, int], Scalar] = {}
    extra = dict(enumerate(_other_columns(table, grid), max(map(len, page.rows)) + 1))
    for column, (text, _) in extra.items():
        cells[target.header_row, column] = safe_text(text)
    for place, row in enumerate(table.rows, target.first_row):
        for name in SUMMARY_FIELDS:
            cells[place, target.columns[name]] = _content(row, name)
        for column, (_, old) in extra.items():
            value = grid.value(row.row_number, old)
            cells[place, column] = safe_text(value) if isinstance(value, str) else value
    missing = len(table.rows) - (target.last_row - target.first_row + 1)
    operations: list[Operation] = [*_footer(table, target, page)]
    if missing > 0:
        operations.append(InsertRows(target.sheet, target.last_row + 1, missing))
        page = page.with_rows_inserted(target.last_row + 1, missing)
    filled = {place: value for place, value in cells.items() if value is not None}
    return Patch((*operations, *writes(page, filled)))


def _content(row: SummaryRow, name: str) -> Scalar:
    value = getattr(row, name)
    if isinstance(value.value, Decimal):
        return float(value.value)
    if isinstance(value.value, int):
        return value.value
    return safe_text(value.raw) or None


def _other_columns(table: SummaryTable, grid: SheetGrid) -> Iterator[tuple[str, int]]:
    """(heading, column) of the columns that are not the notice's."""
    heads = {grid.address(r, c): c for r, c, _ in grid.cells() if table.header_row <= r < table.first_row}
    for heading in table.headings:
        if heading.field not in SUMMARY_FIELDS:
            yield heading.text, heads[heading.cell]


def _footer(table: SummaryTable, target: SummaryTable, page: SheetGrid) -> Iterator[Operation]:
    places = {page.address(r, c): (r, c) for r in range(target.last_row, page.height + 1) for c in range(1, 30)}
    cells: dict[tuple[int, int], Scalar] = {}
    for field in FOOTER:
        if typed := getattr(table, field).raw:
            cells[places[getattr(target, field).cell]] = safe_text(typed)
    yield from writes(page, cells)
