"""Exclusion lists as bureaus paste them: their own headers, any order of columns, titles above, lists below lists."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.inline import grid, snapshot
from xlpy.grids import Scalar, SheetGrid, Snapshot
from xlpy.layout import COMMENDED, FILED
from xlpy.listings import read_listing


def pasted(table: str, top: int = 1, name: str = COMMENDED) -> Snapshot:
    return snapshot(grid(table, name, top=top), name="区级汇总表.xlsx")


def entries(table: str, top: int = 1) -> list[tuple[str, str, str, str]]:
    """(project, enterprise, note, cell) of each entry; nothing may be flagged."""
    found, flags = read_listing(pasted(table, top), COMMENDED)
    assert flags == []
    assert {entry.sheet for entry in found} <= {COMMENDED}
    return [(entry.name, entry.company, entry.note, entry.cell) for entry in found]


def test_the_columns_of_our_own_sheet() -> None:
    assert entries(
        """
        | 年度 | 项目名称 | 项目单位 | 表彰级别 | 备注   |
        | 2021 | 降噪     | 甲公司   | 区级     | 一等奖 |
        | 2022 | 减重     |          |          |        |
        """,
        top=3,
    ) == [("降噪", "甲公司", "2021 区级 一等奖", "B4"), ("减重", "", "2022", "B5")]


def test_columns_in_any_order_with_names_of_their_own_and_others_between() -> None:
    assert entries(
        """
        | 2021年度嘉定区重点产品质量攻关成果表彰名单 |      |            |        |          |
        |                                            |      |            |        |          |
        | 序号                                       | 奖项 | 完成单位   | 负责人 | 成果名称 |
        | 1                                          | 一等 | 甲公司     | 张三   | 降噪     |
        |                                            |      |            |        |          |
        | 2                                          | 二等 | 乙 公司\\s | 李四   | 减重     |
        """
    ) == [("降噪", "甲公司", "一等 张三", "E4"), ("减重", "乙 公司", "二等 李四", "E6")]


@pytest.mark.parametrize(
    "header",
    ["项目名称", "项目名称：", "* 项目名称", "攻关项目名称", "成果名称", "课题名称", "获奖项目", "申报项目名称"],
)
def test_what_the_project_is_called(header: str) -> None:
    assert entries(f"| 单位名称 | {header} |\n| 甲公司 | 降噪 |") == [("降噪", "甲公司", "", "B2")]


@pytest.mark.parametrize(
    "header", ["项目单位", "企业名称", "单位", "获奖单位", "申报单位（盖章）", "承担单位", "公司名称"]
)
def test_what_the_enterprise_is_called(header: str) -> None:
    assert entries(f"| 项目名称 | {header} |\n| 降噪 | 甲公司 |") == [("降噪", "甲公司", "", "A2")]


def test_the_projects_alone_are_enough() -> None:
    assert entries("| 项目 |\n| 降噪 |\n|  |\n| 减重 |") == [("降噪", "", "", "A2"), ("减重", "", "", "A4")]


def test_below_our_own_header_counts_the_one_that_was_pasted() -> None:
    assert entries(
        """
        | 年度     | 项目名称 | 项目单位 | 表彰级别 | 备注 |
        | 项目单位 | 年度     | 项目名称 |          |      |
        | 甲公司   | 2021     | 降噪     |          |      |
        """
    ) == [("降噪", "甲公司", "2021", "C3")]


def test_lists_of_several_years_one_below_the_other_each_with_its_header() -> None:
    assert entries(
        """
        | 2021年   | <        | <      |
        | 项目名称 | 单位     | 奖项   |
        | 降噪     | 甲公司   | 一等奖 |
        |          |          |        |
        | 2022年   | <        | <      |
        | 序号     | 获奖单位 | 项目   |
        | 1        | 乙公司   | 减重   |
        """
    ) == [("降噪", "甲公司", "一等奖", "A3"), ("减重", "乙公司", "", "C7")]


def test_a_header_far_below_counts_too() -> None:
    filling = "\n".join(f"| 项目{n} | 甲公司 |" for n in range(60))
    found = entries(f"| 项目名称 | 单位 |\n{filling}\n| 单位 | 项目名称 |\n| 乙公司 | 减重 |")
    assert (len(found), found[-1]) == (61, ("减重", "乙公司", "", "B63"))


@pytest.mark.parametrize("kind", ["项目", "成果", "课题"])
def test_a_kind_of_project_is_no_header(kind: str) -> None:
    assert entries(f"| 类别 | 项目名称 | 单位 |\n| {kind} | 降噪 | 甲公司 |") == [("降噪", "甲公司", kind, "B2")]


def test_one_project_of_two_enterprises_in_merged_cells() -> None:
    assert entries(
        """
        | 项目名称 | 单位   | 奖项 |
        | 降噪     | 甲公司 | 一等 |
        | ^        | 乙公司 |      |
        """
    ) == [("降噪", "甲公司", "一等", "A2"), ("降噪", "乙公司", "", "A3")]


def test_a_heading_merged_over_the_columns_is_no_project() -> None:
    assert entries(
        """
        | 年度   | 项目名称 | 单位   |
        | 区级   | <        | <      |
        | 市级   |          |        |
        | 2021   | 降噪     | 甲公司 |
        """
    ) == [("降噪", "甲公司", "2021", "B4")]


def test_numbers_and_days_are_read_as_they_are_seen() -> None:
    rows: list[list[Scalar]] = [["年度", "项目名称", "获奖日期"], [2021.0, 5201314, dt.datetime(2021, 9, 1)]]
    found, _ = read_listing(Snapshot("a.xlsx", {FILED: SheetGrid(FILED, rows)}), FILED)
    assert [(e.sheet, e.name, e.note) for e in found] == [(FILED, "5201314", "2021 2021-09-01")]


@pytest.mark.parametrize("table", ["| 降噪 | 甲公司 |", "| 名单 | 甲公司 |", "| 项目 | 牵头人 |"])
def test_without_a_header_nothing_is_compared_and_that_is_told(table: str) -> None:
    found, flags = read_listing(pasted(f"{table}\n| 减重 | 乙公司 |", top=3), COMMENDED)
    assert found == []
    assert [(f.rule, f.severity, f.file, f.sheet, f.cell) for f in flags] == [
        ("P01", "warning", "区级汇总表.xlsx", COMMENDED, "A3")
    ]
    assert flags[0].message == "工作表“历年表彰”里找不到写着“项目名称”的表头，这份名单没有比对"


def test_a_sheet_that_is_absent_or_empty_is_no_problem() -> None:
    assert read_listing(Snapshot("a.xlsx", {}), COMMENDED) == ([], [])
    assert read_listing(Snapshot("a.xlsx", {FILED: SheetGrid(FILED, [[FILED], ["请从 A3 贴起"]])}), FILED) == ([], [])


headers = st.permutations(["项目名称", "项目单位", "年度", "负责人"])
lines = st.lists(st.tuples(st.sampled_from(["降噪", "减重", ""]), st.sampled_from(["甲公司", ""])), max_size=6)


@given(headers, lines, st.integers(0, 3))
def test_every_line_with_a_project_is_an_entry_whatever_the_order_of_the_columns(
    order: list[str], typed: list[tuple[str, str]], above: int
) -> None:
    cells: list[dict[str, Scalar]] = [{"项目名称": name, "项目单位": company} for name, company in typed]
    rows: list[list[Scalar]] = [["名单"] for _ in range(above)]
    rows += [list(order), *([line.get(header) for header in order] for line in cells)]
    found, flags = read_listing(Snapshot("a.xlsx", {COMMENDED: SheetGrid(COMMENDED, rows)}), COMMENDED)
    assert ([(e.name, e.company) for e in found], flags) == ([line for line in typed if line[0]], [])
    column = order.index("项目名称")
    assert all(rows[int(e.cell[1:]) - 1][column] == e.name and e.cell[0] == "ABCD"[column] for e in found)
