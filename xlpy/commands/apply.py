"""Bring the workbook in line with its sheets 参数 and 规则: title, headers, own columns, 使用说明.

The drop-downs follow 参数 by themselves, since they name its columns; the checks read both sheets at every run.
"""

from __future__ import annotations

from xlpy.accounts import is_district
from xlpy.catalogue import CATALOGUE
from xlpy.cells import show
from xlpy.commands.outcome import Outcome, Run, outcome
from xlpy.commands.own_places import arranged
from xlpy.grids import SheetGrid, Snapshot
from xlpy.guide import district_paragraphs, paragraphs
from xlpy.layout import GUIDE, field_name, fold
from xlpy.models import SummaryTable
from xlpy.notice import Notice
from xlpy.patch import Patch, Write, block, safe_text
from xlpy.report import Report
from xlpy.settings import read_notice
from xlpy.summary import parse_summary


def apply(snapshot: Snapshot, run: Run) -> Outcome:
    """The title as 参数 has it, the headers, a column for each of the bureau's own, what is painted while it is blank,
    and 使用说明 with the limits in force.

    What is wrong with 参数 or 规则 is flagged and not applied; no column is hidden then, since its line may be what is
    wrong. Raises WrongForm where there is no summary table.
    """
    notice, flags = read_notice(snapshot)
    table = parse_summary(snapshot, columns=notice.columns)
    grid = snapshot.sheet(table.sheet)
    own = arranged(snapshot, table, notice, close=not flags)
    operations = [*_title(table, grid, notice), *_headers(table, grid), *own.operations, *_guide(snapshot, notice)]
    report = Report(command="apply", workbook=snapshot.name, rows=len(table.rows), flags=flags)
    result = f"按“参数”“规则”更新了标题、表头和使用说明；填写有误 {len(flags)} 处{own.words}"
    return outcome(report, Patch(tuple(operations)), snapshot, run, "应用参数", result)


def _title(table: SummaryTable, grid: SheetGrid, notice: Notice) -> list[Write]:
    """The cell above the header that holds the title now; a table without one gets none."""
    for r, c, value in grid.cells():
        if r >= table.header_row:
            break
        if table.title and show(value) == table.title:
            return [Write(grid.name, r, c, block([[safe_text(notice.title_text)]]))]
    return []


def _headers(table: SummaryTable, grid: SheetGrid) -> list[Write]:
    """A header that stands for one of the notice's or the bureau's own, but in other words, gets theirs."""
    return [
        Write(grid.name, table.header_row, column, block([[field_name(field)]]))
        for field, column in table.columns.items()
        if (old := show(grid.value(table.header_row, column))) and fold(old) != fold(field_name(field))
    ]


def _guide(snapshot: Snapshot, notice: Notice) -> list[Write]:
    """使用说明 as authored: column A for what leads a paragraph (or the text of one that nothing leads), B the text.

    Left alone where the sheet is not ours or its lines no longer stand as authored.
    """
    grid = snapshot.sheets.get(GUIDE)
    guide = district_paragraphs if is_district(snapshot) else paragraphs
    lines = list(guide(notice, CATALOGUE))
    if grid is None or grid.height != len(lines) or not show(grid.value(1, 1)).endswith("》使用说明"):
        return []
    return [
        Write(GUIDE, 1, 1, block([[line.lead or line.text] for line in lines])),
        *(Write(GUIDE, row, 2, block([[line.text]])) for row, line in enumerate(lines, 1) if line.lead),
    ]
