"""Where the figures of 统计 stand under a notice: nothing overlaps, whatever the code lists are."""

from __future__ import annotations

import pytest

from xlpy import statistics_layout
from xlpy.notice import Code, Notice
from xlpy.report import UnitFigures


def test_the_places_under_the_notice_of_2023() -> None:
    level, ownership, size = statistics_layout.sections(Notice())
    assert (level.title, level.title_row, level.first_row, level.last_row, level.sum_row) == (
        *("按项目先进水平", 10, 12, 19, 20),
    )
    assert level.labels == (
        *("国际领先", "国际先进", "国内领先", "国内先进", "行业领先", "一般水平", "其他（不在清单内）", "未填"),
    )
    assert (ownership.title_row, size.title_row, size.sum_row) == (22, 36, 44)
    assert statistics_layout.left_out_row(Notice()) == 46


def test_the_overall_figures() -> None:
    assert statistics_layout.overall_rows() == {"projects": 5, "companies": 6, "amount": 7, "left_out": 8}


@pytest.mark.parametrize("length", [1, 4, 30])
def test_sections_move_down_with_the_lists_above_them(length: int) -> None:
    levels = tuple(Code(label=f"水平{n}") for n in range(length))
    found = statistics_layout.sections(Notice(levels=levels))
    assert [len(section.labels) for section in found] == [length + 2, 10, 6]
    rows = [row for section in found for row in range(section.title_row, section.sum_row + 1)]
    assert len(set(rows)) == len(rows), "no row belongs to two sections"
    assert min(rows) > max(statistics_layout.overall_rows().values())
    assert statistics_layout.left_out_row(Notice(levels=levels)) > max(rows)


def test_the_districts_sheet_begins_with_the_units_and_ends_with_what_each_handed_in() -> None:
    town, level, *_, size = statistics_layout.sections(Notice(), district=True)
    assert (town.key, town.title, town.title_row, town.first_row, town.last_row) == ("town", "按推荐单位", 10, 12, 25)
    assert town.labels == (*Notice().labels("units"), "其他（不在清单内）", "未填")
    assert (level.title_row, size.sum_row) == (28, 62)
    units = statistics_layout.unit_section(Notice())
    assert (units.title, units.title_row, units.sum_row) == ("各推荐单位报送情况", 64, 80)
    assert units.labels == town.labels
    assert statistics_layout.unit_note_row(Notice()) == 81
    assert statistics_layout.left_out_row(Notice(), district=True) == 83


@pytest.mark.parametrize("length", [3, 12, 40])
def test_the_districts_sections_move_down_with_the_list_of_units(length: int) -> None:
    notice = Notice(units=tuple(Code(label=f"第{n}街道") for n in range(length)))
    found = (*statistics_layout.sections(notice, district=True), statistics_layout.unit_section(notice))
    assert [len(section.labels) for section in found] == [length + 2, 8, 10, 6, length + 2]
    rows = [row for section in found for row in range(section.title_row, section.sum_row + 1)]
    assert rows == sorted(set(rows)), "no row belongs to two sections"
    assert max(rows) < statistics_layout.unit_note_row(notice) < statistics_layout.left_out_row(notice, district=True)


def test_every_fact_about_a_unit_has_a_column_and_no_label_has_two_lines() -> None:
    assert set(statistics_layout.UNIT_HEADERS) == set(UnitFigures.model_fields) - {"unit"}
    own = Notice(sizes=(Code(label="大型"), Code(label="未填")))
    assert statistics_layout.sections(own)[-1].labels == ("大型", "未填", "其他（不在清单内）")
