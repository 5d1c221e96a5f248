"""Grids → `SummaryTable`: Annex 2 by its headers, whatever stands above, below or beside the table. Pure.

Columns may come in any order and others may stand between them. Every row of the body becomes a project or a stray
row (blank between filled ones, 合计, a heading or footer repeated in mid-table); none is dropped silently.
"""

from __future__ import annotations

from decimal import Decimal

from xlpy.grids import SheetGrid, Snapshot
from xlpy.layout import OTHER_SHEETS, REQUIRED_HEADERS
from xlpy.models import SummaryTable, Value
from xlpy.notice import OwnColumn
from xlpy.summary.body import Body
from xlpy.summary.footer import footer_values
from xlpy.summary.header import (
    Header,
    choose,
    described,
    find_header,
    lexicon,
    title_of,
    unit_of_money,
)


def parse_summary(snapshot: Snapshot, sheet: str | None = None, columns: tuple[OwnColumn, ...] = ()) -> SummaryTable:
    """The summary table of a file, from `sheet` or from the sheet that looks most like it. 经济效益 in 万元.

    A header row needs 项目名称 and two more of the notice's headers. A cell merged over several rows counts for each
    of them, but 经济效益 only for the first: money is not to be added twice. Raises WrongForm where there is no such
    table, CannotRun where there is no such sheet.
    """
    headers = lexicon(columns)
    return _table(snapshot, *choose(snapshot, sheet, headers), columns)


def parse_summaries(snapshot: Snapshot, columns: tuple[OwnColumn, ...] = ()) -> list[SummaryTable]:
    """Every summary table of a file, in the order of its sheets, hidden sheets left aside.

    Raises WrongForm where there is none.
    """
    headers = lexicon(columns)
    choose(snapshot, None, headers)  # tells what is missing
    grids = [grid for name, grid in snapshot.sheets.items() if name not in OTHER_SHEETS]
    found = [(grid, find_header(grid, headers)) for grid in grids]
    shown = [(g, h) for g, h in found if h and h.complete and not g.hidden]
    return [_table(snapshot, grid, described(grid, header), columns) for grid, header in shown]


def hidden_tables(snapshot: Snapshot) -> list[str]:
    """The hidden sheets that hold a summary table, which `parse_summaries` leaves aside."""
    hidden = [g for name, g in snapshot.sheets.items() if g.hidden and name not in OTHER_SHEETS]
    return [grid.name for grid in hidden if (header := find_header(grid, lexicon())) and header.complete]


def _table(snapshot: Snapshot, grid: SheetGrid, header: Header, columns: tuple[OwnColumn, ...]) -> SummaryTable:
    title, title_cell = title_of(grid, header.top)
    said, unit = unit_of_money(snapshot, grid, header) or (None, None)
    body = Body(grid, header, {column.field: column for column in columns}, unit)
    return SummaryTable(
        file=snapshot.name,
        sheet=grid.name,
        title=title,
        title_cell=title_cell,
        header_row=header.top,
        columns=header.columns,
        headings=header.headings,
        missing=tuple(field for field in REQUIRED_HEADERS if field not in header.columns),
        first_row=header.bottom + 1,
        last_row=body.last,
        rows=tuple(body.rows()),
        strays=tuple(body.strays()),
        signers=tuple(body.signers()),
        marks=header.marks,
        sources=header.sources,
        check_column=header.check,
        origin_column=header.origin,
        valueless=frozenset(grid.address(r, c) for r, c in grid.valueless if r > header.bottom),
        other_unit=said,
        unit_rate=unit.rate if unit else Decimal(1),
        **_signed(snapshot, grid, header.top, body.footer),
    )


def _signed(snapshot: Snapshot, grid: SheetGrid, header_row: int, footer: int | None) -> dict[str, Value[str]]:
    """填报单位, 联系人 and 联系电话 of the sheet; in a Word document also in the text around the table."""
    values = footer_values(grid, header_row, footer)
    for other in snapshot.sheets.values() if grid.word else ():
        if other.word and other is not grid and find_header(other, lexicon()) is None:
            around = footer_values(other, other.height + 1, None)
            values |= {field: around[field] for field, value in values.items() if value.blank and around[field].cell}
    return values
