"""The chain through 操作记录: every line carries a code of its own content and of the line before it. Pure.

code = first 16 digits of SHA-256(code of the line before, the cells as they are shown). So a line that was changed,
deleted, inserted or moved no longer fits. That the last lines are gone no chain shows: the code of the last one, the
number of lines and a fingerprint of 来源 stand apart, on the very hidden sheet 撤销记录. A new line continues from
there, not from what stands last, so that a run after a deletion does not heal the gap. Lines older than the codes are
folded into the first code.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from xlpy.cells import show
from xlpy.grids import Scalar, SheetGrid, Snapshot
from xlpy.layout import HISTORY, HISTORY_HEADERS, LOG, LOG_HEADERS, fold
from xlpy.list_sheets import header_line
from xlpy.origins import fingerprint, read_origins
from xlpy.patch import AddSheet, Operation, Patch, Write, block
from xlpy.report import LogEvidence, LogProblem

_TOLD: Final = LOG_HEADERS[:-1]
_CODE: Final = fold(LOG_HEADERS[-1])
_HEAD: Final = 1, len(HISTORY_HEADERS) + 1  # the cell of 撤销记录 that holds the head
_HEAD_TEXT: Final = re.compile(r"(\d{1,9}) ([0-9a-f]{16}) ([0-9a-f]{16})")


class Head(NamedTuple):
    """What the last run left: lines written so far, the last one's code, the fingerprint of 来源."""

    lines: int
    code: str
    sources: str


@dataclass(frozen=True, slots=True)
class _Line:
    row: int
    cells: tuple[str, ...]
    code: str


def read_head(snapshot: Snapshot) -> Head | None:
    """The head; None in a workbook that no run of ours has chained yet, or that has lost it."""
    grid = snapshot.sheets.get(HISTORY)
    found = _HEAD_TEXT.fullmatch(show(grid.value(*_HEAD))) if grid else None
    return Head(int(found[1]), found[2], found[3]) if found else None


def sources_intact(snapshot: Snapshot) -> bool | None:
    """Whether 来源 says what the last run that wrote it left there; None where no run has noted that."""
    head = read_head(snapshot)
    return None if head is None else head.sources == fingerprint(snapshot)


def appended(line: Sequence[Scalar], before: Snapshot, after: Snapshot) -> Patch:
    """The patch that adds `line` (a value per header but the code's) to 操作记录 of `after`, chained to `before`.

    A log from before the codes gets their column; one that has lost its header is written to as it used to stand.
    """
    operations: list[Operation] = []
    grid = after.sheets.get(LOG)
    last = max((r for r, _, _ in grid.cells()), default=0) if grid else 1
    columns = {fold(header): column for column, header in enumerate(LOG_HEADERS, 1)}
    if grid is None:
        operations += [AddSheet(LOG), Write(LOG, 1, 1, block([LOG_HEADERS]))]
    elif found := header_line(grid, _TOLD):
        top, columns = found
        if _CODE not in columns:
            columns[_CODE] = _free_column(grid, top)
            operations.append(Write(LOG, top, columns[_CODE], block([[LOG_HEADERS[-1]]])))
    head, known = read_head(before), _lines(before) or []
    lost = not head and any(one.code for one in known)  # what stood last is not known: the gap is to stay visible
    code = _code(head.code if head else "" if lost else _folded(known), map(show, line))
    cells: list[Scalar] = [None] * max(columns[fold(header)] for header in LOG_HEADERS)
    for header, value in zip(LOG_HEADERS, [*line, code], strict=True):
        cells[columns[fold(header)] - 1] = value
    operations.append(Write(LOG, last + 1, 1, block([cells])))
    if HISTORY not in after.sheets:
        operations += [AddSheet(HISTORY, hidden=True), Write(HISTORY, 1, 1, block([HISTORY_HEADERS]))]
    sources = fingerprint(after)
    if head and sources == fingerprint(before):  # a run that left 来源 alone does not vouch for it
        sources = head.sources
    now = Head((head.lines if head else len(known)) + 1, code, sources)
    operations.append(Write(HISTORY, *_HEAD, block([[" ".join(map(str, now))]])))
    return Patch(tuple(operations))


def check(snapshot: Snapshot) -> LogEvidence:
    """Whether 操作记录 is as the commands wrote it: every line in its place, none changed, none gone."""
    head, lines = read_head(snapshot), _lines(snapshot)
    if lines is None:
        lost = head is not None or LOG in snapshot.sheets or bool(read_origins(snapshot))
        problem = LogProblem(sheet=LOG, message="找不到“操作记录”的表头，记录读不出来：表头改过，或整张表不见了")
        return LogEvidence(lines=0, complete=not lost, problems=[problem] if lost else [])
    coded = [line for line in lines if line.code]
    first = coded[0] if coded else None
    evidence = LogEvidence(
        lines=len(lines),
        unchained=lines.index(first) if first else len(lines),
        since=first.cells[0] if first else None,
        code=coded[-1].code if coded else None,
        problems=[*_breaks(lines), *_twins(snapshot), *_end(lines, head, bool(read_origins(snapshot)))],
    )
    return evidence.model_copy(update={"complete": not evidence.problems})


def _breaks(lines: Sequence[_Line]) -> Iterable[LogProblem]:
    """The lines that do not fit between their neighbours."""
    codes = {"", *(line.code for line in lines)}
    previous, chained = "", False
    for line in lines:
        if line.code:
            if line.code != _code(previous, line.cells):
                moved = any(line.code == _code(code, line.cells) for code in codes)
                why = (
                    "这一行本身没有改过，但紧挨着它前面的那一行不见了，或次序调换过"
                    if moved
                    else "与校验码不符：这一行改过，或它前面有记录被删掉、改过"
                )
                yield _problem(line, why)
            previous, chained = line.code, True
        elif chained:
            yield _problem(line, "没有校验码：不是本软件写的，或校验码被删掉了")
        else:
            previous = _code(previous, line.cells)


def _twins(snapshot: Snapshot) -> Iterable[LogProblem]:
    """Headers that stand twice: the codes hold one of the columns, a reader may look at the other."""
    grid = snapshot.sheet(LOG)
    top, _ = header_line(grid, _TOLD) or (1, {})
    headers = [fold(show(value)) for value in grid.rows[top - 1]]
    for header in LOG_HEADERS:
        if headers.count(fold(header)) > 1:
            place = grid.address(top, headers.index(fold(header)) + 1)
            yield LogProblem(sheet=LOG, cell=place, message=f"“{header}”有不止一列，校验码只管得了其中一列")


def _end(lines: Sequence[_Line], head: Head | None, used: bool) -> Iterable[LogProblem]:
    """What the head says of the lines at the end."""
    if head is None:
        if any(line.code for line in lines):
            yield LogProblem(sheet=HISTORY, message="末行的校验码不见了，末尾是否少了记录无从判断")
        elif lines:
            yield LogProblem(sheet=LOG, message="各行都没有校验码（旧版软件写的，或被删掉了），从下一次操作起才有")
        elif used:
            yield LogProblem(sheet=LOG, message="“来源”里有导入过的内容，操作记录却是空的")
    elif not lines or _folded(lines) != head.code:
        gone = head.lines - len(lines)
        why = f"，少了 {gone} 行" if gone > 0 else ""
        message = f"末尾与软件最后写下的不符：软件写过 {head.lines} 行，现在有 {len(lines)} 行{why}"
        yield _problem(lines[-1], message) if lines else LogProblem(sheet=LOG, message=message)


def _problem(line: _Line, message: str) -> LogProblem:
    return LogProblem(sheet=LOG, cell=f"A{line.row}", message=message)


def _lines(snapshot: Snapshot) -> list[_Line] | None:
    """The lines of 操作记录; None if it is absent or has lost its header."""
    grid = snapshot.sheets.get(LOG)
    found = header_line(grid, _TOLD) if grid else None
    if not grid or not found:
        return None
    top, columns = found
    lines = []
    for r in range(top + 1, grid.height + 1):
        cells = tuple(show(grid.value(r, columns[fold(header)])) for header in _TOLD)
        code = show(grid.value(r, columns.get(_CODE, 0)))
        if code or any(cells):
            lines.append(_Line(r, cells, code))
    return lines


def _folded(lines: Iterable[_Line]) -> str:
    """The code that the next line continues from: the last one written, older lines folded in."""
    previous, chained = "", False
    for line in lines:
        if line.code or not chained:
            previous = line.code or _code(previous, line.cells)
        chained = chained or bool(line.code)
    return previous


def _code(previous: str, cells: Iterable[str]) -> str:
    text = json.dumps([previous, *cells])
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:16]


def _free_column(grid: SheetGrid, top: int) -> int:
    """The first column right of the header in which nothing stands below it either."""
    taken = {c for r, c, _ in grid.cells() if r >= top}
    column = max(c for r, c, _ in grid.cells() if r == top) + 1
    while column in taken:
        column += 1
    return column
