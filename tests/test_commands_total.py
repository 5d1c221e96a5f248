"""Total fills 统计 where its charts look, and leaves nothing of the last time."""

from __future__ import annotations

from tests.making import workbook
from tests.test_commands_validate import BAD, GOOD, RUN
from xlpy.commands.total import total
from xlpy.grids import Scalar, Snapshot
from xlpy.layout import STATISTICS
from xlpy.notice import Notice
from xlpy.statistics_layout import left_out_row, overall_rows, sections


def totalled(snapshot: Snapshot) -> Snapshot:
    return total(snapshot, RUN).patch.applied(snapshot)


def lines(snapshot: Snapshot, first: int, last: int, width: int = 4) -> list[list[Scalar]]:
    grid = snapshot.sheets[STATISTICS]
    return [[grid.value(r, c) for c in range(1, width + 1)] for r in range(first, last + 1)]


def test_figures_stand_where_the_layout_says() -> None:
    after = totalled(workbook(GOOD, BAD, [3, "气密", "甲公司", "2022年6月", "国际先进", "国企", "大", 70, None]))
    assert [row[:2] for row in lines(after, 5, 8)] == [
        ["项目数（个）", 3],
        ["项目单位数（家）", 2],
        ["经济效益合计（万元）", 100.0],
        ["未计入经济效益的项目（个）", 1],
    ]
    assert list(overall_rows().values()) == [5, 6, 7, 8]
    level = sections(Notice())[0]
    assert lines(after, level.title_row, level.title_row)[0][0] == "按项目先进水平"
    assert lines(after, level.first_row, level.sum_row) == [
        ["国际领先", 0, 0.0, 0.0],
        ["国际先进", 1, 70.0, 0.7],
        ["国内领先", 1, 30.0, 0.3],
        ["国内先进", 0, 0.0, 0.0],
        ["行业领先", 0, 0.0, 0.0],
        ["一般水平", 0, 0.0, 0.0],
        ["其他（不在清单内）", 1, 0.0, 0.0],
        ["未填", 0, 0.0, 0.0],
        ["合计", 3, 100.0, 1],
    ]


def test_what_is_left_out_is_listed_and_gone_the_next_time() -> None:
    top = left_out_row(Notice())
    once = totalled(workbook(GOOD, BAD))
    assert lines(once, top + 2, top + 2)[0] == [
        5,
        "减重",
        None,
        "写的是“约500”，不是确切的数；请填确切的万元数，如 500",
    ]
    grid = once.sheets["汇总表"].with_block(5, 8, [[12.5]])
    twice = totalled(once.with_sheet(grid))
    assert lines(twice, top + 2, top + 2)[0] == [None] * 4


def test_totalling_twice_changes_nothing() -> None:
    once = totalled(workbook(GOOD, BAD))
    assert total(once, RUN).report.changes == []


def test_the_report_has_the_same_figures() -> None:
    figures = total(workbook(GOOD, BAD), RUN).report.totals
    assert figures is not None
    assert (figures.projects, figures.companies, figures.amount) == (2, 2, 30.0)
    assert [(left.row_number, left.project_name) for left in figures.left_out] == [(5, "减重")]
