"""Sheets that are a list under a header: where it stands, and the patch that makes lines their content. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import groupby

from xlpy.grids import Scalar, SheetGrid, Snapshot
from xlpy.layout import fold
from xlpy.patch import AddSheet, InsertRows, Operation, Patch, Write, block, writes


def header_line(grid: SheetGrid, needed: Collection[str]) -> tuple[int, dict[str, int]] | None:
    """The row of a list's header and its folded headers → columns; None if no row near the top has all `needed`."""
    for r, row in enumerate(grid.rows[:20], 1):
        columns = {fold(str(v)): c for c, v in enumerate(row, 1) if v is not None and v != ""}
        if all(fold(header) in columns for header in needed):
            return r, columns
    return None


def end_of_list(grid: SheetGrid, top: int, column: int) -> int:
    """The row below the last line, which is the last that says something in `column`, where every line does.

    What stands from there on is nobody's line: a signature, a remark, a sum of somebody's own.
    """
    return max((r for r in range(top + 1, grid.height + 1) if grid.value(r, column) is not None), default=top) + 1


def room(grid: SheetGrid, top: int, end: int, columns: Collection[int], count: int) -> Patch:
    """Rows to insert, so that `count` lines do not reach what stands in their `columns` from `end` on.

    They come directly above it, where they look like the lines, and one more stays blank.
    """
    last = top + count
    taken = next((r for r in range(end, last + 1) if any(grid.stored(r, c) is not None for c in columns)), None)
    return Patch((InsertRows(grid.name, taken, last + 2 - taken),) if taken else ())


def list_patch(
    snapshot: Snapshot,
    sheet: str,
    headers: Sequence[str],
    lines: Sequence[Sequence[Scalar]],
    needed: Collection[str],
    links: Collection[str] = (),
    filled: str = "",
) -> Patch:
    """The patch that makes `lines` (one value per header) the content below the header, whatever stood there.

    The header is the row that has all `needed`; without one, or without the sheet, it is written too. Columns may
    stand in any order, and columns that are not ours are left alone. The texts of the columns `links` are links.
    Every line has something under the header `filled`; what stands below the last one that has, stays below.
    """
    operations: list[Operation] = []
    grid = snapshot.sheets.get(sheet)
    if grid is None:
        operations.append(AddSheet(sheet))
        grid = SheetGrid(sheet)
    top, columns = header_line(grid, needed) or (0, {})
    if not top:
        top, columns = grid.height + 1, {fold(header): c for c, header in enumerate(headers, 1)}
        operations.append(Write(sheet, top, 1, block([headers])))
    placed = sorted((column, n) for n, header in enumerate(headers) if (column := columns.get(fold(header))))
    end = end_of_list(grid, top, columns[fold(filled)]) if fold(filled) in columns else grid.height + 1
    operations.extend(room(grid, top, end, [column for column, _ in placed], len(lines)).operations)
    blank = [None] * len(headers)
    lines = [*lines, *(blank for _ in range(end - top - 1 - len(lines)))]
    runs = groupby(enumerate(placed), key=lambda item: (item[1][0] - item[0], headers[item[1][1]] in links))
    for (_, linked), run in runs if lines else ():
        together = [pair for _, pair in run]
        values = [[line[n] for _, n in together] for line in lines]
        operations.append(Write(sheet, top + 1, together[0][0], block(values), links=linked))
    return Patch(tuple(operations))


Keys = Callable[[Mapping[str, Scalar]], Sequence[tuple[str, ...]]]
"""What a line, by header, is known again by: the surest first."""


def noted_list_patch(
    snapshot: Snapshot,
    sheet: str,
    headers: Sequence[str],
    lines: Sequence[Sequence[Scalar]],
    needed: Collection[str],
    keys: Keys,
    links: Collection[str] = (),
    filled: str = "",
) -> Patch:
    """As `list_patch`; what somebody wrote beside a line, in a column that is not ours, goes where the line goes.

    A note whose line is gone comes below all lines. Formulas stay: they speak of the row that they stand in.
    """
    patch = Patch()
    grid = snapshot.sheets.get(sheet)
    if grid and (found := header_line(grid, (*needed, filled))):  # first: the notes go by where the lines then stand
        top, at = found
        ours = [at[fold(header)] for header in headers if fold(header) in at]
        patch = room(grid, top, end_of_list(grid, top, at[fold(filled)]), ours, len(lines))
    after = patch.applied(snapshot)
    listed = list_patch(after, sheet, headers, lines, needed, links, filled)
    return patch + listed + _notes(after, sheet, headers, lines, needed, keys, filled)


def _notes(
    snapshot: Snapshot,
    sheet: str,
    headers: Sequence[str],
    lines: Sequence[Sequence[Scalar]],
    needed: Collection[str],
    keys: Keys,
    filled: str,
) -> Patch:
    grid = snapshot.sheets.get(sheet)
    found = header_line(grid, needed) if grid else None
    if not grid or not found:
        return Patch()
    top, at = found
    ours = {at.get(fold(header), 0) for header in headers}
    notes = [(r, c, v) for r, c, v in grid.cells() if r > top and c not in ours and (r, c) not in grid.formulas]
    places: dict[tuple[str, ...], int] = {}
    for row, line in enumerate(lines, top + 1):
        for key in keys(dict(zip(headers, line, strict=True))):
            places.setdefault(key, row)
    cells: dict[tuple[int, int], Scalar] = {(r, c): None for r, c, _ in notes}
    below = max(grid.height, top + len(lines))
    for r, c, value in notes:
        cell = {header: grid.value(r, at.get(fold(header), 0)) for header in headers}
        own = keys(cell) if cell[filled] else []
        to = next((places[key] for key in own if key in places), r if not own and r > top + len(lines) else 0)
        if not to or cells.get((to, c)) is not None:
            to = below = below + 1
        cells[to, c] = value
    return Patch(tuple(writes(grid, cells)))
