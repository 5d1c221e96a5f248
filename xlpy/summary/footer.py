"""The line below the table: 填报单位, 联系人 and 联系电话; and how one cell becomes a value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from xlpy import cells
from xlpy.grids import Scalar, SheetGrid
from xlpy.labels import Lexicon, content
from xlpy.layout import FOOTER
from xlpy.models import Value

FOOTERS: Final[Lexicon[str]] = Lexicon(
    {name: field for field, (label, aliases) in FOOTER.items() for name in (label, *aliases)}, loose={"unit"}
)
_DEPTH = 6  # rows that 填报单位, 联系人 and 联系电话 take at most
_READERS: Final[dict[str, Callable[[Scalar], cells.Reading[Any]]]] = {"contact": cells.person, "phone": cells.phone}
_TEXT = Value[str]


def footer_values(grid: SheetGrid, header_row: int, footer: int | None) -> dict[str, Value[str]]:
    """填报单位, 联系人 and 联系电话, below the table or above it; the first that is filled in counts."""
    below = range(footer, min(footer + _DEPTH, grid.height + 1)) if footer else range(0)
    values: dict[str, Value[str]] = {}
    for r in (*below, *range(1, header_row)):
        for c, value in enumerate(grid.rows[r - 1], 1):
            if isinstance(value, str) and (hit := FOOTERS.at(value)):
                first, *others = FOOTERS.split(value[hit[1] :])
                for field, rest in ((hit[0], first.rest), *((p.label or "", p.rest) for p in others)):
                    if field not in values or values[field].blank:
                        filled = footer_value(grid, field, r, c, rest)
                        if field not in values or not filled.blank:
                            values[field] = filled
    return {field: values.get(field, _TEXT(sheet=grid.name)) for field in FOOTER}


def footer_value(grid: SheetGrid, field: str, r: int, c: int, rest: str) -> Value[str]:
    """The value behind a label in its own cell, else in the next filled cell to the right that is no label."""
    if (inline := content(rest)) is not None:
        return _read(_TEXT, _READERS.get(field, cells.text), inline, grid.name, grid.address(r, c))
    beside = grid.box(r, c).right + 1
    for column in range(beside, len(grid.rows[r - 1]) + 1):
        value = grid.value(r, column)
        if isinstance(value, str) and FOOTERS.at(value):
            break
        if (typed := content(value)) is not None:
            return _read(_TEXT, _READERS.get(field, cells.text), typed, grid.name, grid.address(r, column))
    next_one = grid.value(r, beside)
    free = not rest.strip() and not (isinstance(next_one, str) and FOOTERS.at(next_one))
    return _TEXT(sheet=grid.name, cell=grid.address(r, beside if free else c))


def _read(kind: Any, reader: Callable[[Scalar], cells.Reading[Any]], raw: Scalar, sheet: str, cell: str) -> Value[Any]:
    return as_value(kind, cells.show(raw), reader(raw), sheet, cell)


def as_value(kind: Any, seen: str, reading: cells.Reading[Any], sheet: str, cell: str) -> Value[Any]:
    if not seen:
        return kind(sheet=sheet, cell=cell)  # type: ignore[no-any-return]
    value, problem, nil = reading
    if not problem and not nil:  # what is not given takes no memory
        return kind(value=value, raw=seen, sheet=sheet, cell=cell)  # type: ignore[no-any-return]
    return kind(value=value, raw=seen, problem=problem, nil=nil, sheet=sheet, cell=cell)  # type: ignore[no-any-return]
