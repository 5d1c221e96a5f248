"""What every command ends with: the report, the patch, the undo step, and one line in 操作记录."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from xlpy import history
from xlpy.cells import show
from xlpy.checks.own import Calculate
from xlpy.grids import Scalar, Snapshot
from xlpy.layout import HISTORY, LOG, LOG_HEADERS, SUMMARY
from xlpy.patch import AddSheet, Change, Operation, Patch, Write, block, safe_text
from xlpy.report import CellChange, Report, plain

_NAMED = 8  # changes that one line of 操作记录 spells out


@dataclass(frozen=True, slots=True)
class Run:
    """Who runs a command and when (local time as it should be printed), and what computes the bureau's own checks."""

    time: str
    user: str
    calculate: Calculate | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command tells and what it wants changed; nothing is changed yet."""

    report: Report
    patch: Patch


def outcome(
    report: Report,
    patch: Patch,
    before: Snapshot,
    run: Run,
    title: str,
    result: str,
    named: Collection[str] = (),
) -> Outcome:
    """`patch` less its idle writes, with its undo step and its line in 操作记录.

    The line names the first changes in the columns `named` (letters) of 汇总表. A patch that changes nothing leaves no
    undo step, but the run is logged all the same.
    """
    patch = patch.without_idle_writes(before)
    changes = list(patch.changes(before))
    if patch:
        steps = [*history.steps(before), history.step(title, run.time, patch, before)]
        patch += history.kept(steps, patch.applied(before))
    return logged(report, patch, before, run, title, result, changes, named)


def logged(
    report: Report,
    patch: Patch,
    before: Snapshot,
    run: Run,
    title: str,
    result: str,
    changes: Iterable[Change],
    named: Collection[str] = (),
) -> Outcome:
    """`patch` with one line in 操作记录; the changes go into the report."""
    changes = [change for change in changes if change.sheet not in (LOG, HISTORY)]
    told = [CellChange(sheet=c.sheet, cell=c.cell, before=plain(c.before), after=plain(c.after)) for c in changes]
    worth_naming = [c for c in changes if c.sheet == SUMMARY and c.cell.rstrip("0123456789") in named]
    words = "；".join(f"{c.cell}：{_word(c.before)} → {_word(c.after)}" for c in worth_naming[:_NAMED])
    if len(worth_naming) > _NAMED:
        words += f"；……共 {len(worth_naming)} 处"
    line: list[Scalar] = [run.time, title, safe_text(run.user), result, len(changes), safe_text(words) or None]
    report = report.model_copy(update={"changes": told, "summary": result})
    return Outcome(report, patch + _appended(LOG, LOG_HEADERS, line, patch.applied(before)))


def _appended(sheet: str, headers: tuple[str, ...], line: list[Scalar], now: Snapshot) -> Patch:
    operations: list[Operation] = []
    grid = now.sheets.get(sheet)
    if grid is None:
        operations += [AddSheet(sheet), Write(sheet, 1, 1, block([headers]))]
    last = max((r for r, _, _ in grid.cells()), default=0) if grid else 1
    return Patch((*operations, Write(sheet, last + 1, 1, block([line]))))


def _word(value: Scalar) -> str:
    text = show(value)
    return f"“{text if len(text) <= 40 else text[:39] + '…'}”" if text else "空"
