"""Bring the workbook in line with its sheets 参数 and 规则: title, headers, own columns, drop-downs, 使用说明, 统计.

The drop-downs of levels, ownerships and sizes follow 参数 by themselves, since they name its columns; the checks read
both sheets at every run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from xlpy.accounts import is_district
from xlpy.catalogue import CATALOGUE
from xlpy.cells import show
from xlpy.checks.own import formula_flags
from xlpy.commands.outcome import Outcome, Run, outcome
from xlpy.commands.own_places import arranged
from xlpy.commands.total import follow
from xlpy.flags import Flag
from xlpy.grids import SheetGrid, Snapshot
from xlpy.guide import district_paragraphs, paragraphs
from xlpy.layout import GUIDE, field_name, fold
from xlpy.models import SummaryTable
from xlpy.notice import OFFICE, Notice
from xlpy.patch import Operation, Patch, RowHeight, Write, block, safe_text
from xlpy.report import Report
from xlpy.settings import read_settings
from xlpy.summary import parse_summary

_BUREAU: Final = re.compile(rf"\w{{1,20}}{OFFICE}")


def apply(snapshot: Snapshot, run: Run) -> Outcome:
    """The title as 参数 has it, the headers, a column for each of the bureau's own, what is painted while it is blank,
    the drop-downs that do not follow by themselves, 使用说明 with the limits in force, and 统计 with its lists.

    Nothing is changed while something in 参数 or 规则 cannot be used: half of a notice is worse than the former one.
    Raises WrongForm where there is no summary table.
    """
    notice, flags = read_settings(snapshot)
    table = parse_summary(snapshot, columns=notice.columns)
    flags += formula_flags(table, notice)
    report = Report(command="apply", workbook=snapshot.name, rows=len(table.rows), flags=flags)
    if wrong := unusable(flags):
        result = f"“参数”“规则”有 {len(wrong)} 处填写有误，没有应用，什么也没有改；请改好后再点一次“应用参数”"
        return outcome(report, Patch(), snapshot, run, "应用参数", result)
    own = arranged(snapshot, table, notice)
    grid = snapshot.sheet(table.sheet)
    operations = [*_title(table, grid, notice), *_headers(table, grid), *own.operations, *_guide(snapshot, notice)]
    if is_district(snapshot):
        operations += _office(table, grid, notice)
    patch = Patch(tuple(operations))
    after = patch.applied(snapshot)
    patch += follow(after, parse_summary(after, columns=notice.columns), notice)
    result = f"按“参数”“规则”更新了标题、表头、下拉清单、使用说明和统计{own.words}"
    return outcome(report, patch, snapshot, run, "应用参数", result)


def unusable(flags: Iterable[Flag]) -> list[Flag]:
    """Those after which something else counts than what was typed; a flag with a field is a doubt about what counts."""
    return [flag for flag in flags if not flag.field]


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


def _office(table: SummaryTable, grid: SheetGrid, notice: Notice) -> Iterator[Write]:
    """The bureau below the district's table, unless somebody else stands there."""
    if _BUREAU.fullmatch(table.unit.raw):
        for r, c, value in grid.cells():
            if grid.address(r, c) == table.unit.cell and show(value) != notice.office:
                yield Write(grid.name, r, c, block([[notice.office]]))


def _guide(snapshot: Snapshot, notice: Notice) -> Iterator[Operation]:
    """使用说明 as authored: column A for what leads a paragraph (or the text of one that nothing leads), B the text.

    Left alone where the sheet is not ours or its lines no longer stand as authored.
    """
    grid = snapshot.sheets.get(GUIDE)
    guide = district_paragraphs if is_district(snapshot) else paragraphs
    lines = list(guide(notice, CATALOGUE))
    if grid is None or grid.height != len(lines) or not show(grid.value(1, 1)).endswith("》使用说明"):
        return
    yield Write(GUIDE, 1, 1, block([[line.lead or line.text] for line in lines]))
    for row, line in enumerate(lines, 1):
        if line.lead:
            yield Write(GUIDE, row, 2, block([[line.text]]))
        former = line._replace(text=show(grid.value(row, 2 if line.lead else 1)))
        if former.height != line.height:
            yield RowHeight(GUIDE, row, line.height, former.height)
