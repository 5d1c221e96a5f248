"""Take back the last command that changed the workbook."""

from __future__ import annotations

from xlpy import history
from xlpy.commands.outcome import Outcome, Run, logged
from xlpy.errors import CannotRun
from xlpy.grids import Snapshot
from xlpy.report import Report

_NAMED = 5


def undo(snapshot: Snapshot, run: Run) -> Outcome:
    """The workbook as it was before the last step in 撤销记录, which is used up by this.

    Raises CannotRun where there is no step, or where a cell it would restore was edited since: nothing is overwritten.
    """
    steps = history.steps(snapshot)
    if not steps:
        raise CannotRun("没有可以撤销的操作")
    last = steps[-1]
    if edited := history.edited_since(last, snapshot):
        places = "、".join(edited[:_NAMED]) + (f" 等 {len(edited)} 处" if len(edited) > _NAMED else "")
        raise CannotRun(
            f"{last.time} 的“{last.command}”之后又改过 {places}，撤销会盖掉这些改动，所以没有撤销",
            "请先把这些单元格恢复原样再撤销，或改用“备份”文件夹里的文件",
        )
    changes = list(last.back.changes(snapshot))
    patch = last.back + history.kept(steps[:-1], last.back.applied(snapshot))
    report = Report(command="undo", workbook=snapshot.name)
    return logged(report, patch, snapshot, run, "撤销", f"撤销了 {last.time} 的“{last.command}”", changes)
