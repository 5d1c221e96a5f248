"""What every command ends with: the report, the patch, the undo step, and one line in 操作记录."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from xlpy import history
from xlpy.grids import Scalar, Snapshot
from xlpy.layout import HISTORY, LOG, LOG_HEADERS, SUMMARY
from xlpy.patch import AddSheet, Change, Operation, Patch, Write, block, safe_text
from xlpy.report import CellChange, Report, plain

_LISTED = 20  # changes named in one line of 操作记录


@dataclass(frozen=True, slots=True)
class Run:
    """Who runs a command and when (local time as it should be printed)."""

    time: str
    user: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command tells and what it wants changed; nothing is changed yet."""

    report: Report
    patch: Patch


def outcome(report: Report, patch: Patch, before: Snapshot, run: Run, title: str, result: str) -> Outcome:
    """`patch` less its idle writes, with its undo step and its line in 操作记录.

    A patch that changes nothing leaves no undo step, but the run is logged all the same.
    """
    patch = patch.without_idle_writes(before)
    changes = list(patch.changes(before))
    if patch:
        steps = [*history.steps(before), history.step(title, run.time, patch, before)]
        patch += history.kept(steps, patch.applied(before))
    return logged(report, patch, before, run, title, result, changes)


def logged(
    report: Report, patch: Patch, before: Snapshot, run: Run, title: str, result: str, changes: Iterable[Change]
) -> Outcome:
    """`patch` with one line in 操作记录; the changes go into the report."""
    changes = [change for change in changes if change.sheet not in (LOG, HISTORY)]
    report = report.model_copy(
        update={
            "changes": [
                CellChange(sheet=c.sheet, cell=c.cell, before=plain(c.before), after=plain(c.after)) for c in changes
            ]
        }
    )
    data = [c for c in changes if c.sheet == report_sheet(changes)]
    words = "；".join(f"{c.sheet}!{c.cell}：{_word(c.before)} → {_word(c.after)}" for c in data[:_LISTED])
    if len(data) > _LISTED:
        words += f"；……共 {len(data)} 处"
    line: list[Scalar] = [run.time, title, safe_text(run.user), result, len(changes), safe_text(words) or "无改动"]
    return Outcome(report, patch + _appended(LOG, LOG_HEADERS, line, patch.applied(before)))


def report_sheet(changes: Iterable[Change]) -> str:
    """The sheet whose changes the log names: 汇总表 if it changed, else the first that did."""
    sheets = list(dict.fromkeys(change.sheet for change in changes))
    return SUMMARY if SUMMARY in sheets or not sheets else sheets[0]


def _appended(sheet: str, headers: tuple[str, ...], line: list[Scalar], now: Snapshot) -> Patch:
    operations: list[Operation] = []
    grid = now.sheets.get(sheet)
    if grid is None:
        operations += [AddSheet(sheet), Write(sheet, 1, 1, block([headers]))]
    last = max((r for r, _, _ in grid.cells()), default=0) if grid else 1
    return Patch((*operations, Write(sheet, last + 1, 1, block([line]))))


def _word(value: Scalar) -> str:
    text = "" if value is None else str(value)
    return f"“{text if len(text) <= 40 else text[:39] + '…'}”" if text else "空"
