"""Worksheets typed inline, so that a test shows the sheet it is about.

    grid('''
        | 项目名称 | <        | 轴承寿命提升 |
        | 投资     | '007     | 12.5         |
    ''')

One line a row, cells between bars, blanks around them ignored. A number is a number, as in Excel; a leading ' makes it
text. ``\\n`` breaks a line inside a cell, ``\\s`` is a space that stays, ``\\p`` a bar. ``<`` belongs to the merged
cell on its left, ``^`` to the one above.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from xlpy.grids import Box, Scalar, SheetGrid, Snapshot

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_ESCAPES = {"\\n": "\n", "\\s": " ", "\\p": "|"}


def grid(
    table: str,
    name: str = "登记表",
    *,
    top: int = 1,
    left: int = 1,
    values: Mapping[tuple[int, int], Scalar] | None = None,
    valueless: tuple[tuple[int, int], ...] = (),
    hidden: bool = False,
    word: bool = False,
) -> SheetGrid:
    """The sheet `table` shows, its first cell at (`top`, `left`); `values` puts what cannot be typed: dates, "=1+1"."""
    lines = [line.strip() for line in table.strip("\n").splitlines() if line.strip()]
    typed = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    owners: dict[tuple[int, int], tuple[int, int]] = {}
    for r, line in enumerate(typed):
        for c, cell in enumerate(line):
            owners[r, c] = owners[r, c - 1] if cell == "<" else owners[r - 1, c] if cell == "^" else (r, c)
    rows: list[list[Scalar]] = [[] for _ in range(top - 1)]
    rows += [[None] * (left - 1) + [_scalar(cell) for cell in line] for line in typed]
    for (r, c), value in (values or {}).items():
        rows[r - 1][c - 1] = value
    return SheetGrid(name, rows, _merges(owners, top, left), valueless=valueless, hidden=hidden, word=word)


def snapshot(*grids: SheetGrid, name: str = "表.xlsx", sha256: str = "", **properties: str) -> Snapshot:
    """A file that holds `grids`."""
    return Snapshot(name, {g.name: g for g in grids}, sha256, properties)


def _scalar(cell: str) -> Scalar:
    if cell in ("", "<", "^"):
        return None
    if _NUMBER.fullmatch(cell):
        return float(cell) if "." in cell else int(cell)
    for escape, character in _ESCAPES.items():
        cell = cell.replace(escape, character)
    return cell.removeprefix("'")


def _merges(owners: Mapping[tuple[int, int], tuple[int, int]], top: int, left: int) -> tuple[Box, ...]:
    ends: dict[tuple[int, int], tuple[int, int]] = {}
    for (r, c), owner in owners.items():
        bottom, right = ends.get(owner, owner)
        ends[owner] = max(bottom, r), max(right, c)
    return tuple(Box(o[0] + top, o[1] + left, e[0] + top, e[1] + left) for o, e in ends.items() if o != e)
