"""Where the figures of 统计 stand under a notice: nothing overlaps, whatever the code lists are."""

from __future__ import annotations

import pytest

from xlpy import statistics_layout
from xlpy.notice import Code, Notice


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
