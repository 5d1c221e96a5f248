"""What a command wants changed: a short ordered list of block operations, their effect and their inverse.

A `Patch` is data. Both surfaces carry it out; here it is carried out on a `Snapshot` in memory, which gives the diff
(`changes`), the state afterwards (`applied`), and the patch that takes everything back (`inverse`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from xlpy.grids import Scalar, SheetGrid, Snapshot, same_scalar

Block = tuple[tuple[Scalar, ...], ...]


@dataclass(frozen=True, slots=True)
class Write:
    """Put `values` (rows of equal length) with its top left at (`row`, `column`), both 1-based.

    Text stays text on every surface. With `links` each text is also a link to the place it names: 汇总表!D7, or
    [file.xlsx]登记表!C5 relative to the workbook.
    """

    sheet: str
    row: int
    column: int
    values: Block
    links: bool = False


@dataclass(frozen=True, slots=True)
class InsertRows:
    """Insert `count` rows before `row`; they look like the row above them."""

    sheet: str
    row: int
    count: int


@dataclass(frozen=True, slots=True)
class DeleteRows:
    """Delete `count` rows from `row` on. Its inverse brings back their contents, not their looks.

    The texts of the columns `links` are links, as in `Write`, and become links again.
    """

    sheet: str
    row: int
    count: int
    links: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class AddSheet:
    """Add an empty sheet at the end, `hidden` so that only a program can show it."""

    name: str
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class DropSheet:
    """Remove a sheet (only ever one that an AddSheet made)."""

    name: str


@dataclass(frozen=True, slots=True)
class ShowColumns:
    """Show `count` columns from `first` on (1-based), or hide them. A snapshot does not tell which columns are hidden:
    whoever asks for this knows that it changes something.
    """

    sheet: str
    first: int
    count: int
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class RowHeight:
    """Make a row `height` points high; `before` is what it was, which a snapshot does not tell."""

    sheet: str
    row: int
    height: float
    before: float


Operation = Write | InsertRows | DeleteRows | AddSheet | DropSheet | ShowColumns | RowHeight


class Change(NamedTuple):
    """One cell that differs, addressed as it stands after the patch."""

    sheet: str
    cell: str
    before: Scalar
    after: Scalar


@dataclass(frozen=True, slots=True)
class Patch:
    """Operations in order; each sees the result of those before it."""

    operations: tuple[Operation, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.operations)

    def __add__(self, other: Patch) -> Patch:
        return Patch(self.operations + other.operations)

    def applied(self, snapshot: Snapshot) -> Snapshot:
        """`snapshot` after the patch; the argument stays as it was."""
        for operation in self.operations:
            snapshot = _apply(snapshot, operation)
        return snapshot

    def inverse(self, snapshot: Snapshot) -> Patch:
        """The patch that turns `applied(snapshot)` back into `snapshot`, cell for cell."""
        back: list[Operation] = []
        for operation in self.operations:
            back.extend(reversed(_inverse(snapshot, operation)))
            snapshot = _apply(snapshot, operation)
        return Patch(tuple(reversed(back)))

    def changes(self, snapshot: Snapshot) -> Iterator[Change]:
        """The cells that differ, in patch order, later writes to one cell merged; inserted rows count as blank."""
        first: dict[str, dict[tuple[int, int], Scalar]] = {}
        for operation in self.operations:
            match operation:
                case InsertRows(sheet, row, count):
                    first[sheet] = {(r + count if r >= row else r, c): v for (r, c), v in first.get(sheet, {}).items()}
                case DeleteRows(sheet, row, count):
                    first[sheet] = {
                        (r - count if r >= row + count else r, c): v
                        for (r, c), v in first.get(sheet, {}).items()
                        if not row <= r < row + count
                    }
                case Write(sheet):
                    seen = first.setdefault(sheet, {})
                    for place, before, _ in _cells(operation, snapshot):
                        seen.setdefault(place, before)
            snapshot = _apply(snapshot, operation)
        for name, cells in first.items():
            if name in snapshot.sheets:
                grid = snapshot.sheets[name]
                for (r, c), before in cells.items():
                    after = grid.stored(r, c)
                    if not same_scalar(before, after):
                        yield Change(name, grid.address(r, c), before, after)

    def without_idle_writes(self, snapshot: Snapshot) -> Patch:
        """The patch less the writes that change no cell, so that a run with nothing to do has an empty patch."""
        kept: list[Operation] = []
        for operation in self.operations:
            # Rows that move take along where links lead, though the texts may stay the same.
            led_astray = isinstance(operation, Write) and operation.links and any(map(_moves_rows, kept))
            if (
                isinstance(operation, Write)
                and not led_astray
                and all(same_scalar(a, b) for _, a, b in _cells(operation, snapshot))
            ):
                continue
            kept.append(operation)
            snapshot = _apply(snapshot, operation)
        return Patch(tuple(kept))


def _moves_rows(operation: Operation) -> bool:
    return isinstance(operation, InsertRows | DeleteRows)


def block(rows: Sequence[Sequence[Scalar]]) -> Block:
    """Rows as the immutable block that a `Write` holds."""
    return tuple(tuple(row) for row in rows)


_FEW = 24


def writes(grid: SheetGrid, cells: Mapping[tuple[int, int], Scalar]) -> list[Write]:
    """Single cells, by (row, column), as few block writes.

    Neighbours become one rectangle. Where that still leaves more than a few, each column is written in one piece from
    its first to its last changed cell, the cells between as they are: so the number of writes, and with it of calls to
    Excel, does not grow with the table.
    """
    spans: dict[tuple[int, int], list[int]] = {}  # (first, last column) → rows
    columns_of: dict[int, list[int]] = {}
    rows_of: dict[int, list[int]] = {}
    for r, c in sorted(cells):
        columns_of.setdefault(r, []).append(c)
        rows_of.setdefault(c, []).append(r)
    for r, columns in columns_of.items():
        start = columns[0]
        for c, following in zip(columns, [*columns[1:], None], strict=True):
            if following != c + 1:
                spans.setdefault((start, c), []).append(r)
                start = following or 0
    boxes = [(top, left, bottom, right) for (left, right), rows in spans.items() for top, bottom in _runs(rows)]
    if len(boxes) > _FEW:
        boxes = [(rows[0], c, rows[-1], c) for c, rows in rows_of.items()]
    return [
        Write(
            grid.name,
            top,
            left,
            tuple(
                tuple(cells[r, c] if (r, c) in cells else grid.stored(r, c) for c in range(left, right + 1))
                for r in range(top, bottom + 1)
            ),
        )
        for top, left, bottom, right in sorted(boxes)
    ]


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    start = previous = numbers[0]
    for n in numbers[1:]:
        if n != previous + 1:
            yield start, previous
            start = n
        previous = n
    yield start, previous


def _cells(write: Write, snapshot: Snapshot) -> Iterator[tuple[tuple[int, int], Scalar, Scalar]]:
    """((row, column), what is stored there, what is to be written) of every cell."""
    for r, new in enumerate(write.values, write.row):
        (old,) = snapshot.sheet(write.sheet).stored_block(r, write.column, 1, len(new))
        for c, (before, after) in enumerate(zip(old, new, strict=True), write.column):
            yield (r, c), before, after


def _apply(snapshot: Snapshot, operation: Operation) -> Snapshot:
    match operation:
        case AddSheet(name, hidden):
            return snapshot.with_sheet(SheetGrid(name=name, rows=[], hidden=hidden))
        case DropSheet(name):
            return replace(snapshot, sheets={k: v for k, v in snapshot.sheets.items() if k != name})
        case InsertRows(sheet, row, count):
            return snapshot.with_sheet(snapshot.sheet(sheet).with_rows_inserted(row, count))
        case DeleteRows(sheet, row, count):
            return snapshot.with_sheet(snapshot.sheet(sheet).with_rows_deleted(row, count))
        case Write(sheet, row, column, values):
            return snapshot.with_sheet(snapshot.sheet(sheet).with_block(row, column, values))
        case ShowColumns() | RowHeight():
            return snapshot


def _inverse(snapshot: Snapshot, operation: Operation) -> list[Operation]:
    match operation:
        case AddSheet(name):
            return [DropSheet(name)]
        case InsertRows(sheet, row, count):
            return [DeleteRows(sheet, row, count)]
        case DeleteRows(sheet, row, count, links):
            grid = snapshot.sheet(sheet)
            width = max(map(len, grid.rows[row - 1 : row - 1 + count]), default=0)
            lost = grid.stored_block(row, 1, count, width)
            linked = [Write(sheet, row, c, grid.stored_block(row, c, count, 1), links=True) for c in links]
            return [InsertRows(sheet, row, count), *([Write(sheet, row, 1, lost)] if width else []), *linked]
        case Write(sheet, row, column, values):
            width = max((len(r) for r in values), default=0)
            before = snapshot.sheet(sheet).stored_block(row, column, len(values), width)
            return [replace(operation, values=before)]
        case ShowColumns(hidden=hidden):
            return [replace(operation, hidden=not hidden)]
        case RowHeight(height=height, before=before):
            return [replace(operation, height=before, before=height)]
        case DropSheet():
            raise ValueError(f"{operation} has no inverse: undo steps are not undone")


LONGEST = 32_767  # characters of a cell, a limit of the file format and of Excel
_UNSTORABLE = re.compile("[\ud800-\udfff\ufffe\uffff]")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # what XML 1.0 cannot hold


def storable(text: str) -> bool:
    """Whether a cell that somebody filled can hold `text`; Excel takes more control characters than `safe_text`."""
    return len(text) <= LONGEST and not _UNSTORABLE.search(text)


def safe_text(text: str) -> str:
    """`text` as a cell can hold it: without the characters that no workbook can store, and cut at 32,767 with “…”."""
    text = _FORBIDDEN.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
