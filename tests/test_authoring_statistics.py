"""The district's 统计 as authored: charts on the figures of their section, a table to sort, pages that cut nothing."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from xlpy import api
from xlpy.authoring import DISTRICT_XLSX, resource
from xlpy.authoring.package import save_workbook
from xlpy.authoring.statistics_sheet import add_district_statistics
from xlpy.list_sheets import header_line
from xlpy.notice import Code, Notice
from xlpy.patch import Patch, Write, block
from xlpy.statistics_layout import left_out_row, sections, unit_note_row, unit_section
from xlpy.surfaces.file import editing


def units(count: int) -> Notice:
    return Notice(units=tuple(Code(label=f"第{n}街道") for n in range(1, count + 1)))


def authored(notice: Notice) -> Any:
    book = Workbook()
    book.remove(book.worksheets[0])
    add_district_statistics(book, notice)
    return load_workbook(io.BytesIO(save_workbook(book)))["统计"]


@pytest.mark.parametrize("notice", [Notice(), units(3), units(40)], ids=["2023", "3 units", "40 units"])
def test_two_charts_beside_each_grouping_show_projects_and_amounts(notice: Notice) -> None:
    charts = list(authored(notice)._charts)
    kinds = [type(chart).__name__ for chart in charts]
    assert kinds == ["BarChart", "BarChart"] * 3 + ["PieChart", "BarChart"]
    for section in sections(notice, district=True):
        for column, left, right in (("B", 5, 9), ("C", 9, 13)):
            chart = charts.pop(0)
            [series] = chart.series
            assert series.val.numRef.f == f"'统计'!${column}${section.first_row}:${column}${section.last_row}"
            assert (series.cat.numRef or series.cat.strRef).f == f"'统计'!$A${section.first_row}:$A${section.last_row}"
            where = chart.anchor
            assert (where._from.col, where.to.col) == (left, right)
            assert (where._from.row, where.to.row) == (section.title_row - 1, section.sum_row)


@pytest.mark.parametrize("notice", [Notice(), units(3), units(40)], ids=["2023", "3 units", "40 units"])
def test_the_figures_of_the_units_have_their_places_and_can_be_sorted(notice: Notice) -> None:
    sheet, section = authored(notice), unit_section(notice)
    header = [sheet.cell(section.header_row, column).value for column in range(1, 14)]
    assert header == [
        *("推荐单位", "报送", "首次收到", "最后收到", "按时", "报送项目数", "列入项目数", "列入率", "经济效益（万元）"),
        *("项目单位数", "合格率", "有错误的项目数", "重报份数"),
    ]
    labels = [sheet.cell(row, 1).value for row in range(section.first_row, section.sum_row + 1)]
    assert labels == [*notice.labels("units"), "其他（不在清单内）", "未填", "合计"]
    assert sheet.auto_filter.ref == f"A{section.header_row}:M{section.last_row}", "合计 is not sorted along"
    formats = [sheet.cell(section.first_row, column).number_format for column in range(2, 14)]
    assert formats == ["@", "@", "@", "@", "0", "0", "0.0%", "#,##0.00", "0", "0.0%", "0", "0"]
    note = unit_note_row(notice)
    assert f"A{note}:M{note}" in {str(area) for area in sheet.merged_cells.ranges}
    assert sheet.cell(left_out_row(notice, district=True) + 1, 5).value == "原因"


def test_a_section_that_a_page_would_cut_begins_the_next_one() -> None:
    sheet = authored(Notice())
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (
        *("landscape", 1, 0),
    )
    level, _, size = sections(Notice(), district=True)[1:]
    assert [found.id for found in sheet.row_breaks.brk] == [level.title_row - 1, size.title_row - 1]


def test_a_section_longer_than_a_page_begins_where_it_stands() -> None:
    assert [found.id for found in authored(units(40)).row_breaks.brk] == [
        sections(units(40), district=True)[1].title_row - 1,
        sections(units(40), district=True)[3].title_row - 1,
    ]


def charts_of(path: Path) -> list[tuple[str, str]]:
    """Labels and figures of every chart of 统计."""
    sheet: Any = load_workbook(path)["统计"]
    series = [chart.series[0] for chart in sheet._charts]
    return [((one.cat.numRef or one.cat.strRef).f, one.val.numRef.f) for one in series]


@pytest.mark.parametrize("change", [2, -5], ids=["two units more", "five units fewer"])
def test_the_charts_of_a_saved_workbook_follow_the_list_of_units_in_its_settings(change: int, tmp_path: Path) -> None:
    path = tmp_path / "区级汇总表.xlsx"
    path.write_bytes(resource(DISTRICT_XLSX).read_bytes())
    labels = units(12 + change).labels("units")
    words = block([[label, None] for label in [*labels, *[None] * 5]])
    with editing(path) as book:
        top, columns = header_line(book.snapshot.sheet("参数"), ("推荐单位", "名称")) or (0, {})
        book.commit(Patch((Write("参数", top + 1, columns["推荐单位"], words),)))
    figures = api.total(path).totals
    assert figures is not None
    assert [unit.unit for unit in figures.units or []][:-2] == labels
    expected = []
    for section in sections(units(12 + change), district=True):
        ranges = [f"'统计'!${column}${section.first_row}:${column}${section.last_row}" for column in "ABC"]
        expected += [(ranges[0], ranges[1]), (ranges[0], ranges[2])]
    assert charts_of(path) == expected
    assert api.total(path).changes == []
    api.undo(path)
    assert charts_of(path) == charts_of(resource(DISTRICT_XLSX))
