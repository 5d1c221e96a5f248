"""Undo steps, kept in the workbook itself on the very hidden sheet 撤销记录, newest last.

A step holds the inverse of what a command did and, to notice later edits, what the command left in those cells. It is
JSON, compressed and split over cells, since a cell holds at most 32,767 characters. What a macro wrote cannot be
undone with Ctrl+Z, so this is the only way back besides the backup file.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from xlpy.errors import CannotRun
from xlpy.grids import Formula, Scalar, Snapshot, same_scalar
from xlpy.layout import HISTORY, HISTORY_HEADERS
from xlpy.patch import (
    AddSheet,
    DeleteRows,
    DropSheet,
    InsertRows,
    Operation,
    Patch,
    RowHeight,
    ShowColumns,
    Write,
    block,
)

KEPT_STEPS = 10
_CHUNK = 30_000
_LARGEST = 64 * 1024 * 1024  # unpacked bytes of a step; a workbook from a stranger may hold anything
_OF_A_SHEET = InsertRows | DeleteRows | ShowColumns | RowHeight
_OPERATIONS = {c.__name__: c for c in (Write, InsertRows, DeleteRows, AddSheet, DropSheet, ShowColumns, RowHeight)}


@dataclass(frozen=True, slots=True)
class Step:
    """One undoable run: command, time as text, the patch back, and what the run left where that patch writes."""

    command: str
    time: str
    back: Patch
    left: tuple[Write, ...]


def step(command: str, time: str, patch: Patch, before: Snapshot) -> Step:
    """The undo step of a `patch` about to be carried out on `before`."""
    back, after = patch.inverse(before), patch.applied(before)
    left, now = [], after
    for operation in back.operations:
        if isinstance(operation, Write):
            width = max((len(row) for row in operation.values), default=0)
            values = now.sheet(operation.sheet).stored_block(
                operation.row, operation.column, len(operation.values), width
            )
            left.append(Write(operation.sheet, operation.row, operation.column, values))
        now = Patch((operation,)).applied(now)
    return Step(command, time, back, tuple(left))


def edited_since(last: Step, snapshot: Snapshot) -> list[str]:
    """Addresses that no longer hold what the step left: undoing would overwrite somebody's edit."""
    edited: list[str] = []
    remaining = iter(last.left)
    for operation in last.back.operations:
        if isinstance(operation, Write):
            left = next(remaining)
            if operation.sheet not in snapshot.sheets:
                edited.append(operation.sheet)
                break
            grid = snapshot.sheets[operation.sheet]
            for r, row in enumerate(left.values, left.row):
                for c, value in enumerate(row, left.column):
                    if not same_scalar(grid.stored(r, c), value):
                        edited.append(f"{operation.sheet}!{grid.address(r, c)}")
        elif isinstance(operation, _OF_A_SHEET) and operation.sheet not in snapshot.sheets:
            edited.append(operation.sheet)
            break
        snapshot = Patch((operation,)).applied(snapshot)
    return list(dict.fromkeys(edited))


def steps(snapshot: Snapshot) -> list[Step]:
    """The undo steps that the workbook holds, oldest first."""
    if HISTORY not in snapshot.sheets:
        return []
    grid = snapshot.sheets[HISTORY]
    found = []
    for r in range(2, grid.height + 1):
        texts = [str(grid.value(r, c) or "") for c in range(1, len(grid.rows[r - 1]) + 1)]
        if len(texts) > 3 and texts[3]:
            found.append(Step(texts[2], texts[1], *_unpacked("".join(texts[3:]))))
    return found


def kept(all_steps: Sequence[Step], snapshot: Snapshot) -> Patch:
    """The patch that makes the newest of `all_steps` the content of 撤销记录."""
    operations: list[Operation] = []
    height = 0
    if HISTORY not in snapshot.sheets:
        operations.append(AddSheet(HISTORY, hidden=True))
    else:
        height = snapshot.sheets[HISTORY].height
    rows: list[list[Scalar]] = [list(HISTORY_HEADERS)]
    for number, one in enumerate(all_steps[-KEPT_STEPS:], 1):
        packed = _packed(one)
        chunks = [packed[i : i + _CHUNK] for i in range(0, len(packed), _CHUNK)]
        rows.append([number, one.time, one.command, *chunks])
    old_width = snapshot.sheets[HISTORY].width if height else 0
    width = max(old_width, *(len(row) for row in rows))
    padded = [row + [None] * (width - len(row)) for row in rows]
    padded += [[None] * width for _ in range(height - len(rows))]
    operations.append(Write(HISTORY, 1, 1, block(padded)))
    return Patch(tuple(operations))


def _packed(one: Step) -> str:
    data = {
        "back": [[type(op).__name__, _plain(op)] for op in one.back.operations],
        "left": [_plain(write) for write in one.left],
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode("utf-8", "surrogatepass"), 6)).decode("ascii")


def _unpacked(text: str) -> tuple[Patch, tuple[Write, ...]]:
    try:
        packer = zlib.decompressobj()
        raw = packer.decompress(base64.b64decode(text, validate=True), _LARGEST)
        if packer.unconsumed_tail:
            raise ValueError("too large")
        data = json.loads(raw.decode("utf-8", "surrogatepass"))
        back = tuple(_OPERATIONS[name](**_revived(fields)) for name, fields in data["back"])
        left = tuple(Write(**_revived(fields)) for fields in data["left"])
    except (ValueError, KeyError, TypeError, zlib.error, binascii.Error, RecursionError):
        raise CannotRun("撤销记录已损坏，无法撤销", "请改用“备份”文件夹里的备份文件") from None
    return Patch(back), left


def _plain(operation: Operation) -> dict[str, Any]:
    plain = {field.name: getattr(operation, field.name) for field in fields(operation)}
    if "values" in plain:
        plain["values"] = [[_scalar_out(v) for v in row] for row in plain["values"]]
    return plain


def _revived(fields: dict[str, Any]) -> dict[str, Any]:
    if "values" in fields:
        fields["values"] = block([[_scalar_in(v) for v in row] for row in fields["values"]])
    if isinstance(columns := fields.get("links"), list):
        fields["links"] = tuple(map(int, columns))
    return fields


def _scalar_out(value: Scalar) -> Any:
    match value:
        case Formula():
            return {"formula": str(value)}
        case dt.datetime() | dt.date() | dt.time():
            return {type(value).__name__: value.isoformat()}
        case dt.timedelta():
            return {"timedelta": value.total_seconds()}
        case _:
            return value


def _scalar_in(value: Any) -> Scalar:
    if not isinstance(value, dict):
        if value is None or isinstance(value, str | int | float | bool):
            return value
        raise ValueError(value)
    ((kind, content),) = value.items()
    match kind:
        case "formula":
            return Formula(content)
        case "datetime":
            return dt.datetime.fromisoformat(content)
        case "date":
            return dt.date.fromisoformat(content)
        case "time":
            return dt.time.fromisoformat(content)
        case "timedelta":
            return dt.timedelta(seconds=content)
        case _:
            raise ValueError(kind)
