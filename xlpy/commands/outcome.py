"""What every command ends with: the report, the patch, the undo step, and one line in 操作记录."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from xlpy import chain, history
from xlpy.checks.own import Calculate
from xlpy.grids import Scalar, Snapshot
from xlpy.layout import HISTORY, LOG, SUMMARY
from xlpy.patch import Change, Patch, safe_text
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

    The line names the cells of the first changes in the columns `named` (letters) of 汇总表, not their contents: an
    audit needs who did what and when, and the log is no second copy of the forms. A patch that changes nothing leaves
    no undo step, but the run is logged all the same.
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
    """`patch` with one line in 操作记录; the changes go into the report.

    The line also tells if somebody edited 来源 before this run, which may write it anew.
    """
    if chain.sources_intact(before) is False:
        result += "；“来源”表在这之前被人改过"
    changes = [change for change in changes if change.sheet not in (LOG, HISTORY)]
    told = [CellChange(sheet=c.sheet, cell=c.cell, before=plain(c.before), after=plain(c.after)) for c in changes]
    words = _places([c for c in changes if c.sheet == SUMMARY and c.cell.rstrip("0123456789") in named])
    line: list[Scalar] = [run.time, title, run.user, result, len(changes), words]
    line = [safe_text(v) or None if isinstance(v, str) else v for v in line]
    report = report.model_copy(update={"changes": told, "summary": result})
    return Outcome(report, patch + chain.appended(line, before, patch.applied(before)))


def _places(changes: Sequence[Change]) -> str:
    """填入 B4、C4；改写 H7: which cells, and nothing of what stands or stood in them."""
    cells: dict[str, list[str]] = {}
    for change in changes[:_NAMED]:
        kind = "填入" if change.before in (None, "") else "清空" if change.after in (None, "") else "改写"
        cells.setdefault(kind, []).append(change.cell)
    words = [f"{kind} {'、'.join(some)}" for kind, some in cells.items()]
    return "；".join([*words, f"……共 {len(changes)} 处"] if len(changes) > _NAMED else words)
