"""Fill 统计 with the table's totals; its charts follow by themselves."""

from __future__ import annotations

from xlpy.commands.outcome import Outcome, Run, outcome
from xlpy.grids import Scalar, SheetGrid, Snapshot
from xlpy.layout import STATISTICS
from xlpy.notice import Notice
from xlpy.patch import AddSheet, Operation, Patch, Write, block, safe_text
from xlpy.report import Report, Totals
from xlpy.settings import read_notice
from xlpy.statistics_layout import (
    COUNT_COLUMN,
    GROUP_HEADERS,
    LABEL_COLUMN,
    LEFT_OUT_COLUMNS,
    LEFT_OUT_HEADERS,
    OVERALL,
    STATED_ROW,
    SUM_LABEL,
    left_out_row,
    overall_rows,
    sections,
)
from xlpy.summary import parse_summary
from xlpy.totals import totals


def total(snapshot: Snapshot, run: Run) -> Outcome:
    """Totals and groupings of the table in 万元 on the sheet 统计, with the rows that are left out and why.

    Raises WrongForm where the workbook holds no summary table. What is wrong with 参数 and 规则 is flagged.
    """
    notice, flags = read_notice(snapshot)
    table = parse_summary(snapshot)
    figures = totals(table, notice)
    operations: list[Operation] = [] if STATISTICS in snapshot.sheets else [AddSheet(STATISTICS)]
    operations += _figures(figures, notice, snapshot.sheets.get(STATISTICS))
    report = Report(command="total", workbook=snapshot.name, rows=len(table.rows), flags=flags, totals=figures)
    result = f"项目 {figures.projects} 个，经济效益 {figures.amount:,.2f} 万元，未计入 {len(figures.left_out)} 个"
    return outcome(report, Patch(tuple(operations)), snapshot, run, "合计", result)


def _figures(figures: Totals, notice: Notice, grid: SheetGrid | None) -> list[Write]:
    stated = f"根据“汇总表”的 {figures.projects} 个项目统计，金额单位：万元"
    numbers = {
        "projects": figures.projects,
        "companies": figures.companies,
        "amount": figures.amount,
        "left_out": len(figures.left_out),
    }
    found = [
        Write(STATISTICS, STATED_ROW, LABEL_COLUMN, block([[stated]])),
        *(
            Write(STATISTICS, row, LABEL_COLUMN, block([[OVERALL[key], numbers[key]]]))
            for key, row in overall_rows().items()
        ),
    ]
    for section in sections(notice):
        groups = figures.groups[section.key]
        lines: list[list[Scalar]] = [[section.title, *[None] * len(GROUP_HEADERS)], [None, *GROUP_HEADERS]]
        lines += [[g.label, g.count, g.amount, g.share] for g in groups]
        share = 1 if figures.amount else 0
        lines.append([SUM_LABEL, sum(g.count for g in groups), round(sum(g.amount for g in groups), 2), share])
        lines[1][0] = grid.stored(section.header_row, LABEL_COLUMN) if grid else None
        found.append(Write(STATISTICS, section.title_row, LABEL_COLUMN, block(lines)))
    top = left_out_row(notice)
    rows: list[list[Scalar]] = [
        [left.row_number, safe_text(left.project_name), left.reason] for left in figures.left_out
    ]
    height = max(len(rows), (grid.height if grid else 0) - top - 1)
    listed: list[list[Scalar]] = [[*LEFT_OUT_HEADERS], *rows]
    listed += [[None] * len(LEFT_OUT_HEADERS) for _ in range(height - len(rows))]
    for n, column in enumerate(LEFT_OUT_COLUMNS):
        found.append(Write(STATISTICS, top + 1, column, block([[line[n]] for line in listed])))
    return found


assert COUNT_COLUMN == LABEL_COLUMN + 1  # labels and counts are written as one block
