"""Where the bureau's own columns stand in 汇总表: 应用参数 opens a reserved column for a new one, and closes it again.

The template has hidden columns 预留1… right of 备注, each with its mark column, formats and a drop-down. A column that
is taken off 参数 is hidden with what it holds; its mark column keeps its name, so that it comes back with its content.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from xlpy.cells import show
from xlpy.grids import SheetGrid, Snapshot
from xlpy.layout import HEADER_OF, MARK_PREFIX, RESERVED_PREFIX, SETTINGS, fold
from xlpy.models import SummaryTable
from xlpy.notice import Notice, OwnColumn
from xlpy.patch import Operation, ShowColumns, Write, block
from xlpy.setting_table import hidden_lists


class Place(NamedTuple):
    """A reserved column: its number (1…), where it and its mark column stand, what they are called now."""

    number: int
    column: int
    mark: int
    header: str
    held: str

    @property
    def closed(self) -> bool:
        return _is_reserved(self.header)

    def is_for(self, name: str, column: OwnColumn) -> bool:
        return fold(name) in {fold(text) for text in (column.name, *column.aliases)}


class Arranged(NamedTuple):
    """What is to be done, and in words which columns were opened and closed."""

    operations: tuple[Operation, ...]
    words: str


def arranged(snapshot: Snapshot, table: SummaryTable, notice: Notice) -> Arranged:
    """Open a column for each of the notice's own columns that has none, and hide those that it has no more.

    Where no reserved column is free, the header goes right of everything: the column is read and checked there, but
    neither coloured nor printed.
    """
    grid = snapshot.sheet(table.sheet)
    places = _places(grid, table)
    taken: dict[int, OwnColumn] = {}
    operations: list[Operation] = []
    opened, beside, closed = list[str](), list[str](), list[str]()
    homeless = []
    for column in notice.columns:
        shown = next((p for p in places if not p.closed and p.is_for(p.header, column)), None)
        if shown:
            taken[shown.number] = column
        elif column.field not in table.columns:
            homeless.append(column)
    for place in places:
        if not place.closed and place.number not in taken:
            closed.append(place.header)
            operations.append(_header(table, place.column, f"{RESERVED_PREFIX}{place.number}"))
            operations.append(ShowColumns(table.sheet, place.column, 1, hidden=True))
    end = max(map(len, grid.rows), default=0)
    for column in homeless:
        free = [p for p in places if p.closed and p.number not in taken]
        back = [p for p in free if p.is_for(p.held.removeprefix(MARK_PREFIX), column)]
        blank = [p for p in free if _is_reserved(p.held)] + [p for p in free if not _is_filled(grid, table, p.column)]
        if found := [*back, *blank][:1]:
            taken[found[0].number] = column
            opened.append(column.name)
            operations.append(_header(table, found[0].column, column.name))
            operations.append(_header(table, found[0].mark, MARK_PREFIX + column.name))
            operations.append(ShowColumns(table.sheet, found[0].column, 1))
        else:
            end += 1
            beside.append(column.name)
            operations.append(_header(table, end, column.name))
    operations += _must_be_filled(grid, table, places, taken, notice)
    operations += _hidden_lists(snapshot, notice, [taken.get(p.number) for p in places])
    told = (("新加栏目", opened), ("收起栏目", closed), ("在表格最右边新加栏目（没有预留的列了）", beside))
    return Arranged(tuple(operations), "".join(f"；{what}“{'”“'.join(names)}”" for what, names in told if names))


def _is_reserved(text: str) -> bool:
    return fold(text).startswith(RESERVED_PREFIX) and fold(text).removeprefix(RESERVED_PREFIX).isdigit()


def _is_filled(grid: SheetGrid, table: SummaryTable, column: int) -> bool:
    return any(show(grid.value(r, column)) for r in range(table.first_row, table.last_row + 1))


def _header(table: SummaryTable, column: int, text: str) -> Write:
    return Write(table.sheet, table.header_row, column, block([[text]]))


def _places(grid: SheetGrid, table: SummaryTable) -> list[Place]:
    """The reserved columns; none in a table that is not as our template has it: every mark as far from its column."""
    distances = {table.marks[f] - table.columns[f] for f in HEADER_OF if f in table.marks and f in table.columns}
    if len(distances) != 1:
        return []
    (distance,) = distances
    known = {column for field, column in table.columns.items() if field in HEADER_OF}
    marks = {column for field, column in table.marks.items() if field in HEADER_OF}
    places: list[Place] = []
    for mark in range(min(marks), len(grid.rows[table.header_row - 1]) + 1):
        held, column = show(grid.value(table.header_row, mark)), mark - distance
        own = held.startswith(MARK_PREFIX) and mark not in marks
        if (own or _is_reserved(held)) and column not in known:
            header = show(grid.value(table.header_row, column))
            places.append(Place(len(places) + 1, column, mark, header, held))
    return places


def _must_be_filled(
    grid: SheetGrid, table: SummaryTable, places: Sequence[Place], taken: dict[int, OwnColumn], notice: Notice
) -> list[Write]:
    """1 or 0 above each mark column, by which the template paints what is still blank; only where it stands already."""
    row = table.header_row - 1
    wanted = {
        mark: field == "town" or field in notice.required for field, mark in table.marks.items() if field in HEADER_OF
    }
    wanted |= {place.mark: place.number in taken and taken[place.number].required for place in places}
    return [
        Write(table.sheet, row, mark, block([[int(must)]]))
        for mark, must in wanted.items()
        if row and isinstance(grid.value(row, mark), int | float)
    ]


def _hidden_lists(snapshot: Snapshot, notice: Notice, columns: Sequence[OwnColumn | None]) -> list[Write]:
    """The hidden columns of 参数 that drop-downs show, with the own column that stands in each place."""
    grid = snapshot.sheets.get(SETTINGS)
    at = {fold(show(v)): (r, c) for r, c, v in grid.cells() if isinstance(v, str)} if grid else {}
    writes = []
    for header, entries in hidden_lists(notice, columns).items():
        if grid and (found := at.get(fold(header))):
            top, column = found
            old = [show(grid.value(r, column)) for r in range(top + 1, grid.height + 1)]
            length = max([len(entries), *(n for n, text in enumerate(old, 1) if text)])
            values = [*entries, *[None] * (length - len(entries))]
            if values:
                writes.append(Write(SETTINGS, top + 1, column, block([[value] for value in values])))
    return writes
