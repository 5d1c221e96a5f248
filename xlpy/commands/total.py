"""Fill 统计 with the table's totals; its charts follow by themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Final

from xlpy import statistics_layout as at
from xlpy.accounts import Account, is_district, read_accounts
from xlpy.cells import show
from xlpy.commands.outcome import Outcome, Run, outcome
from xlpy.flags import Flag, Severity
from xlpy.grids import Scalar, SheetGrid, Snapshot
from xlpy.layout import STATISTICS
from xlpy.list_sheets import end_of_list, room
from xlpy.models import SummaryTable
from xlpy.notice import Notice
from xlpy.patch import AddSheet, DeleteRows, InsertRows, Operation, Patch, Write, block, safe_text
from xlpy.report import Group, Report, Totals, UnitFigures
from xlpy.settings import read_notice
from xlpy.statistics_layout import LABEL_COLUMN, Section
from xlpy.summary import parse_summary
from xlpy.totals import district_totals, totals

_STATED: Final = "根据“汇总表”的 {} 个项目统计，金额单位：万元"


def total(snapshot: Snapshot, run: Run) -> Outcome:
    """Totals and groupings of the table in 万元 on the sheet 统计, with the rows that are left out and why.

    The district's also by 推荐单位, with pass rates by the last check, and with what each unit handed in. Raises
    WrongForm where the workbook holds no summary table. What is wrong with 参数 and 规则 is flagged.
    """
    notice, flags = read_notice(snapshot)
    table = parse_summary(snapshot, columns=notice.columns)
    figures = _figures(snapshot, table, notice)
    report = Report(command="total", workbook=snapshot.name, rows=len(table.rows), flags=flags, totals=figures)
    result = f"项目 {figures.projects} 个，经济效益 {figures.amount:,.2f} 万元，未计入 {len(figures.left_out)} 个"
    return outcome(report, _filled(snapshot, figures, notice), snapshot, run, "合计", result)


def statistics_patch(
    snapshot: Snapshot, table: SummaryTable, notice: Notice, accounts: Sequence[Account], flags: Sequence[Flag]
) -> Patch:
    """The patch that fills the district's 统计 with the figures of `table`, all of whose rows were checked: `flags`."""
    wrong = {flag.row_number for flag in flags if flag.severity is Severity.ERROR}
    passed = {row.row_number: row.row_number not in wrong for row in table.rows}
    return _filled(snapshot, district_totals(table, notice, accounts, passed), notice)


def follow(snapshot: Snapshot, table: SummaryTable, notice: Notice) -> Patch:
    """The patch after which the sheet 统计 has the notice's lists and what follows from its deadline and units.

    Nothing where the sheet is absent, or was never filled and has these lists already.
    """
    grid = snapshot.sheets.get(STATISTICS)
    if grid is None:
        return Patch()
    filled = show(grid.value(at.STATED_ROW, LABEL_COLUMN)).startswith(_STATED.partition("{")[0])
    if not filled and not _other_lists(grid, snapshot, notice):
        return Patch()
    return _filled(snapshot, _figures(snapshot, table, notice), notice)


def _other_lists(grid: SheetGrid, snapshot: Snapshot, notice: Notice) -> bool:
    district = is_district(snapshot)
    return any(
        [show(grid.value(row, LABEL_COLUMN)) for row in range(one.first_row, one.sum_row + 1)]
        != [*one.labels, at.SUM_LABEL]
        for one in (*at.sections(notice, district), *([at.unit_section(notice)] if district else []))
    )


def _figures(snapshot: Snapshot, table: SummaryTable, notice: Notice) -> Totals:
    if is_district(snapshot):
        return district_totals(table, notice, read_accounts(snapshot), _last_check(snapshot, table))
    return totals(table, notice)


def _last_check(snapshot: Snapshot, table: SummaryTable) -> dict[int, bool]:
    """Row number → whether the column 校验 names no error; rows about which it says nothing were not checked.

    The hidden marks would not do: they do not tell of what is wrong in a row's form.
    """
    grid = snapshot.sheet(table.sheet)
    words = {row.row_number: show(grid.value(row.row_number, table.check_column or 0)) for row in table.rows}
    return {row: not said.startswith(Severity.ERROR.label) for row, said in words.items() if said}


def _filled(snapshot: Snapshot, figures: Totals, notice: Notice) -> Patch:
    if grid := snapshot.sheets.get(STATISTICS):
        rows = Patch(tuple(_fitted(grid, notice, figures.units is not None)))
    else:
        rows = Patch((AddSheet(STATISTICS),))
    grid = rows.applied(snapshot).sheet(STATISTICS)
    writes = (*_overall(figures, grid), *_groupings(figures, notice, grid))
    return rows + Patch(writes) + _left_out(figures, notice, grid)


def _fitted(grid: SheetGrid, notice: Notice, district: bool) -> Iterator[Operation]:
    """Rows to insert or delete, so that each list on the sheet is as long as 参数 has it now: its charts go along.

    A list is found by its title and its line 合计, without a gap between; where either is gone, it is left as it is.
    """
    words = [show(row[0]) if row else "" for row in grid.rows]
    top = shift = 0
    for section in (*at.sections(notice, district), *([at.unit_section(notice)] if district else [])):
        try:
            top = words.index(section.title, top) + 1
            bottom = words.index(at.SUM_LABEL, top) + 1
        except ValueError:
            continue
        if not all(words[top + 1 : bottom]):
            continue
        more = section.sum_row - section.title_row - (bottom - top)
        last = bottom - 1 + shift
        if more > 0:
            yield InsertRows(STATISTICS, last, more)
        elif more < 0:
            yield DeleteRows(STATISTICS, last + more, -more)
        shift += more


def _overall(figures: Totals, grid: SheetGrid) -> Iterator[Write]:
    stated = _STATED.format(figures.projects)
    numbers = {
        "projects": figures.projects,
        "companies": figures.companies,
        "amount": figures.amount,
        "left_out": len(figures.left_out),
    }
    yield Write(STATISTICS, at.STATED_ROW, LABEL_COLUMN, block([[stated]]))
    own = "；".join(f"{one.name}合计 {one.amount:,.2f}（{one.count} 行）" for one in figures.own or ())
    if own or grid.value(at.OWN_ROW, LABEL_COLUMN) is not None:
        yield Write(STATISTICS, at.OWN_ROW, LABEL_COLUMN, block([[f"本区增加的栏目：{own}" if own else None]]))
    for key, row in at.overall_rows().items():
        yield Write(STATISTICS, row, LABEL_COLUMN, block([[at.OVERALL[key], numbers[key]]]))


def _groupings(figures: Totals, notice: Notice, grid: SheetGrid) -> Iterator[Write]:
    district = figures.units is not None
    headers = at.DISTRICT_GROUP_HEADERS if district else at.GROUP_HEADERS
    for section in at.sections(notice, district):
        groups = figures.groups[section.key]
        amount = round(sum(g.amount for g in groups), 2)
        everything = Group(
            label=at.SUM_LABEL,
            count=sum(g.count for g in groups),
            amount=amount,
            share=1 if figures.amount else 0,
            pass_rate=figures.pass_rate,
        )
        lines = [_group_line(group)[: len(headers) + 1] for group in (*groups, everything)]
        yield _section(section, headers, lines, grid)
    if figures.units is not None:
        lines = [*map(_unit_line, figures.units), _unit_sums(figures.units, figures)]
        yield _section(at.unit_section(notice), tuple(at.UNIT_HEADERS.values()), lines, grid)
        yield Write(STATISTICS, at.unit_note_row(notice), LABEL_COLUMN, block([[at.UNIT_NOTE]]))


def _section(section: Section, headers: Sequence[str], lines: Sequence[Sequence[Scalar]], grid: SheetGrid) -> Write:
    """Title, header and lines in one block; what the sheet says over the labels stays."""
    corner = grid.stored(section.header_row, LABEL_COLUMN)
    title = [section.title, *[None] * len(headers)]
    return Write(STATISTICS, section.title_row, LABEL_COLUMN, block([title, [corner, *headers], *lines]))


def _group_line(group: Group) -> list[Scalar]:
    return [group.label, group.count, group.amount, group.share, group.pass_rate]


def _unit_line(unit: UnitFigures) -> list[Scalar]:
    """What is not known stays blank."""
    return [unit.unit, *(_word(getattr(unit, field)) for field in at.UNIT_HEADERS)]


def _word(value: bool | dt.date | Scalar) -> Scalar:
    """A fact as the sheet has it: 是 or 否, a day as text, a figure as it is."""
    if isinstance(value, bool):
        return "是" if value else "否"
    return value.isoformat() if isinstance(value, dt.date) else value


def _unit_sums(units: Sequence[UnitFigures], figures: Totals) -> list[Scalar]:
    """Of the units' figures those that add up, and the district's own for those that do not."""
    submitted = sum(u.submitted for u in units)
    listed_of_submitted = sum((u.listed_rate or 0) * u.submitted for u in units)
    errors = [u.with_errors for u in units if u.with_errors is not None]
    sums = {
        "handed_in": sum(bool(u.handed_in) for u in units),
        "on_time": sum(bool(u.on_time) for u in units),
        "submitted": submitted,
        "listed": sum(u.listed for u in units),
        "listed_rate": round(listed_of_submitted / submitted, 4) if submitted else None,
        "amount": round(sum(u.amount for u in units), 2),
        "companies": figures.companies,
        "pass_rate": figures.pass_rate,
        "with_errors": sum(errors) if errors else None,
        "resubmissions": sum(u.resubmissions for u in units),
    }
    return [at.SUM_LABEL, *(sums.get(field) for field in at.UNIT_HEADERS)]


def _left_out(figures: Totals, notice: Notice, grid: SheetGrid) -> Patch:
    """The rows that are not in the sum of 万元; lines that an earlier run wrote further down are emptied."""
    district = figures.units is not None
    columns = at.DISTRICT_LEFT_OUT_COLUMNS if district else at.LEFT_OUT_COLUMNS
    top = at.left_out_row(notice, district) + 1
    lines: list[list[Scalar]] = [
        [left.row_number, safe_text(left.project_name), left.reason] for left in figures.left_out
    ]
    end = end_of_list(grid, top, columns[-1])
    blank: list[list[Scalar]] = [[None] * len(columns) for _ in range(end - top - 1 - len(lines))]
    listed: list[list[Scalar]] = [[*at.LEFT_OUT_HEADERS], *lines, *blank]
    writes = (Write(STATISTICS, top, c, block([[line[n]] for line in listed])) for n, c in enumerate(columns))
    return room(grid, top, end, columns, len(lines)) + Patch(tuple(writes))


assert at.COUNT_COLUMN == LABEL_COLUMN + 1  # labels and counts are written as one block
