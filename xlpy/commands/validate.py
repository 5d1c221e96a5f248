"""Check the table, with the forms if they are at hand, and show what was found on the workbook."""

from __future__ import annotations

from collections.abc import Sequence

from xlpy.accounts import is_district
from xlpy.checks import check_cross, check_form, check_table
from xlpy.checks.own import Calculate, own_flags
from xlpy.commands.marking import by_importance, mark, summary_line
from xlpy.commands.outcome import Outcome, Run, outcome
from xlpy.commands.standing import standing_flags, standing_work
from xlpy.flags import Flag
from xlpy.grids import Snapshot
from xlpy.matching import Matching, match
from xlpy.models import Intake, SummaryTable
from xlpy.notice import Notice
from xlpy.origins import memory, read_origins
from xlpy.report import Report
from xlpy.settings import read_notice
from xlpy.summary import parse_summary


def validate(snapshot: Snapshot, run: Run, intake: Intake | None = None) -> Outcome:
    """Flags of the table's rows and, with `intake`, of its forms and of the two against each other.

    The forms of `intake` are read with the columns that the workbook's 参数 adds. The district's table is checked as
    it stands: what only the towns' files show is found when they are consolidated.
    Raises WrongForm where the workbook holds no summary table.
    """
    if is_district(snapshot):
        work = standing_work(snapshot)
        notice, table = work.notice, work.table
        flags = standing_flags(work) + own_flags(table, notice, run.calculate)
        flags += _of_forms(match(table, intake.forms, {}, intake.modified), table, notice) if intake else []
    else:
        notice, setting_flags = read_notice(snapshot)
        table = parse_summary(snapshot, columns=notice.columns)
        flags = setting_flags + find_flags(table, snapshot, notice, intake, run.calculate)
    report = Report(
        command="validate",
        workbook=snapshot.name,
        rows=len(table.rows),
        flags=by_importance(flags, table.file),
        skipped=list(intake.skipped) if intake else None,
    )
    alone = "（只查了本表；街镇文件里的问题，合并时再查）" if is_district(snapshot) else ""
    return outcome(report, mark(snapshot, table, flags), snapshot, run, "校验", summary_line(flags) + alone)


def find_flags(
    table: SummaryTable, snapshot: Snapshot, notice: Notice, intake: Intake | None, calculate: Calculate | None
) -> list[Flag]:
    """Every flag of table, own checks, current forms, and cross check.

    A form's flags carry the row that the form belongs to.
    """
    flags = check_table(table, notice) + own_flags(table, notice, calculate)
    if intake is None:
        return flags
    return flags + _of_forms(match(table, intake.forms, *memory(read_origins(snapshot), intake)), table, notice)


def _of_forms(matching: Matching, table: SummaryTable, notice: Notice) -> list[Flag]:
    flags = check_cross(matching, table, notice)
    for row, form in matching.pairs:
        flags += _at_row(check_form(form, notice), row.row_number)
    for form in matching.forms_without_row:
        flags += check_form(form, notice)
    return flags


def _at_row(flags: Sequence[Flag], row_number: int) -> list[Flag]:
    return [flag.model_copy(update={"row_number": row_number}) for flag in flags]
