"""Sheets that are a list under a header: where it stands, and the patch that makes lines their content. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import groupby

from xlpy.grids import Scalar, SheetGrid, Snapshot
from xlpy.layout import fold
from xlpy.patch import AddSheet, Operation, Patch, Write, block


def header_line(grid: SheetGrid, needed: Collection[str]) -> tuple[int, dict[str, int]] | None:
    """The row of a list's header and its folded headers → columns; None if no row near the top has all `needed`."""
    for r, row in enumerate(grid.rows[:20], 1):
        columns = {fold(str(v)): c for c, v in enumerate(row, 1) if v is not None and v != ""}
        if all(fold(header) in columns for header in needed):
            return r, columns
    return None


def list_patch(
    snapshot: Snapshot,
    sheet: str,
    headers: Sequence[str],
    lines: Sequence[Sequence[Scalar]],
    needed: Collection[str],
    links: Collection[str] = (),
) -> Patch:
    """The patch that makes `lines` (one value per header) the content below the header, whatever stood there.

    The header is the row that has all `needed`; without one, or without the sheet, it is written too. Columns may
    stand in any order, and columns that are not ours are left alone. The texts of the columns `links` are links.
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
    blank = [None] * len(headers)
    lines = [*lines, *(blank for _ in range(grid.height - top - len(lines)))]
    placed = sorted((column, n) for n, header in enumerate(headers) if (column := columns.get(fold(header))))
    runs = groupby(enumerate(placed), key=lambda item: (item[1][0] - item[0], headers[item[1][1]] in links))
    for (_, linked), run in runs if lines else ():
        together = [pair for _, pair in run]
        values = [[line[n] for _, n in together] for line in lines]
        operations.append(Write(sheet, top + 1, together[0][0], block(values), links=linked))
    return Patch(tuple(operations))
