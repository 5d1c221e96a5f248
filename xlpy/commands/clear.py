"""Take the marks off the workbook: what 校验 wrote, and nothing else."""

from __future__ import annotations

from xlpy.commands.marking import mark
from xlpy.commands.outcome import Outcome, Run, outcome
from xlpy.grids import Snapshot
from xlpy.layout import RESULTS
from xlpy.patch import Patch, Write
from xlpy.report import Report
from xlpy.settings import read_notice
from xlpy.summary import parse_summary


def clear(snapshot: Snapshot, run: Run) -> Outcome:
    """The table without colours and without words in 校验, and an empty list 校验结果.

    Raises WrongForm where the workbook holds no summary table.
    """
    table = parse_summary(snapshot, columns=read_notice(snapshot)[0].columns)
    nothing = mark(snapshot, table.model_copy(update={"rows": ()}), [])  # a table without rows has nothing to mark
    if RESULTS not in snapshot.sheets:
        kept = [op for op in nothing.operations if isinstance(op, Write) and op.sheet != RESULTS]
        nothing = Patch(tuple(kept))
    report = Report(command="clear", workbook=snapshot.name, rows=len(table.rows))
    return outcome(report, nothing, snapshot, run, "清除标记", "清除了颜色、校验列和校验结果")
