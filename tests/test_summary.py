"""Annex 2: found by its headers, every value with its true address, every row accounted for."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.inline import grid, snapshot
from xlpy.authoring.summary_book import summary_bytes
from xlpy.authoring.summary_table import FIRST_ROW, HEADER_ROW, TOWN
from xlpy.cells import Month
from xlpy.checks import check_table
from xlpy.errors import CannotRun, WrongForm
from xlpy.files import read_grids
from xlpy.grids import Box, Scalar, SheetGrid, Snapshot, a1
from xlpy.layout import SUMMARY_COLUMNS, SUMMARY_FIELDS
from xlpy.models import Heading, SummaryTable, Value
from xlpy.notice import Notice, OwnColumn
from xlpy.summary import parse_summary

NOTICE = """
    | 附件 2 |          |          |          |              |          |          |                  |      |
    | 2023年嘉定区重点产品质量攻关项目申报汇总表 | < | < | < | < | < | < | < | < |
    | 序号   | 项目名称 | 项目单位 | 完成时间 | 项目先进水平 | 企业性质 | 企业规模 | 经济效益\\n(万元) | 备注 |
    | 1      | 轴承寿命 | 甲公司   | 2022年6月 | 国际先进    | 民营企业 | 中型     | 320.5            |      |
    | 2      | 齿轮降噪 | 乙公司   | 2022.7   | 国内领先     | 国企     | 大型     | 约5              | 续报 |
    |        |          |          |          |              |          |          |                  |      |
    |        |          |          |          |              |          |          |                  |      |
    | 填报单位（加盖公章）：安亭镇 | < | < | 联系人：张三 | < | 联系电话：59990000 | < | < | < |
"""


def read(text: str, **options: Any) -> SummaryTable:
    return parse_summary(snapshot(grid(text, "汇总表", **options)))


def seen(value: Value[Any]) -> tuple[str, str]:
    return value.cell, value.raw


def test_the_notices_table() -> None:
    table = read(NOTICE)
    assert table.title == "2023年嘉定区重点产品质量攻关项目申报汇总表"
    assert (table.header_row, table.first_row, table.last_row) == (3, 4, 6)
    assert table.columns == {c.field: n for n, c in enumerate(SUMMARY_COLUMNS, 1)}
    assert table.missing == ()
    assert table.strays == ()
    assert [r.row_number for r in table.rows] == [4, 5]
    assert {name: seen(value) for name, value in table.rows[0].fields()} == {
        "number": ("A4", "1"),
        "project_name": ("B4", "轴承寿命"),
        "company": ("C4", "甲公司"),
        "completed": ("D4", "2022年6月"),
        "level": ("E4", "国际先进"),
        "ownership": ("F4", "民营企业"),
        "size": ("G4", "中型"),
        "benefit": ("H4", "320.5"),
        "remarks": ("I4", ""),
    }
    assert seen(table.unit) == ("A8", "安亭镇")
    assert seen(table.contact) == ("D8", "张三")
    assert seen(table.phone) == ("F8", "59990000")


def test_values_are_typed_by_their_column() -> None:
    first, second = read(NOTICE).rows
    assert (first.number.value, first.completed.value, first.benefit.value) == (1, Month(2022, 6), Decimal("320.5"))
    assert second.benefit.value is None
    assert second.benefit.problem


def test_headings_name_every_header_cell() -> None:
    table = read("| 备注 | 项目名称 | 负责人 | 项目单位 | 经济效益 |\n| | 甲 | 张三 | 乙 | 5 |")
    assert [(h.cell, h.text, h.field) for h in table.headings] == [
        ("A1", "备注", "remarks"),
        ("B1", "项目名称", "project_name"),
        ("C1", "负责人", ""),
        ("D1", "项目单位", "company"),
        ("E1", "经济效益", "benefit"),
    ]
    assert table.missing == ("completed", "level", "ownership", "size")
    assert table.rows[0].level == Value[str](sheet="汇总表")


def test_a_column_that_stands_twice_counts_once() -> None:
    table = read("| 项目名称 | 项目单位 | 完成时间 | 完成时间 |\n| 甲 | 乙 | 2022年6月 | 2023年6月 |")
    assert table.columns["completed"] == 3
    assert [h.field for h in table.headings] == ["project_name", "company", "completed", ""]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("经济效益（单位：万元）", "benefit"),
        ("项 目 名 称*", "project_name"),
        ("企业名称", "company"),
        ("完成时间（年月）", "completed"),
        ("达到水平", "level"),
    ],
)
def test_headers_as_people_write_them(header: str, field: str) -> None:
    others = [c.header for c in SUMMARY_COLUMNS if c.field != field]
    table = read("| " + " | ".join([header, *others]) + " |\n| " + " | ".join(["甲"] * 9) + " |")
    assert table.columns[field] == 1


def test_our_columns_beside_the_table_are_no_headings() -> None:
    table = read(
        """
        | 项目名称 | 项目单位 | 经济效益 | 校验 | 来源编号 | 标记·项目名称 | 标记·经济效益(万元) |
        | 甲       | 乙       | 5        | 通过 | 7        | 0             | 0                   |
        """
    )
    assert (table.check_column, table.origin_column) == (4, 5)
    assert table.marks == {"project_name": 6, "benefit": 7}
    assert [h.text for h in table.headings] == ["项目名称", "项目单位", "经济效益"]
    assert table.rows[0].origin == 7


def test_header_of_two_merged_lines() -> None:
    table = read(
        """
        | 序号 | 项目名称 | 项目单位 | 企业情况 | <        | 经济效益 | 备注 |
        | ^    | ^        | ^        | 企业性质 | 企业规模 | （万元） | ^    |
        | 1    | 甲       | 乙       | 国有     | 大型     | 5        |      |
        """
    )
    assert (table.header_row, table.first_row) == (1, 3)
    assert [(h.cell, h.field) for h in table.headings] == [
        ("A1", "number"),
        ("B1", "project_name"),
        ("C1", "company"),
        ("D2", "ownership"),
        ("E2", "size"),
        ("F1", "benefit"),
        ("G1", "remarks"),
    ]
    assert [seen(v) for _, v in table.rows[0].fields() if v.raw] == [
        ("A3", "1"),
        ("B3", "甲"),
        ("C3", "乙"),
        ("D3", "国有"),
        ("E3", "大型"),
        ("F3", "5"),
    ]


def body(lines: str) -> SummaryTable:
    return read("| 序号 | 项目名称 | 项目单位 | 经济效益 |\n" + lines)


def test_blank_row_between_projects_is_a_stray() -> None:
    table = body("| 1 | 甲 | 乙 | 5 |\n| | | | |\n| 2 | 丙 | 丁 | 6 |")
    assert [(s.row_number, s.kind, s.cell) for s in table.strays] == [(3, "blank", "A3")]
    assert [r.row_number for r in table.rows] == [2, 4]


@pytest.mark.parametrize("phantom", ["| 2 | | | |", "| | \\s | | |", "| '2 | \\s\\s | | |"])
def test_a_number_or_a_stray_space_makes_no_project(phantom: str) -> None:
    table = body(f"| 1 | 甲 | 乙 | 5 |\n{phantom}")
    assert [r.row_number for r in table.rows] == [2]
    assert table.strays == ()
    assert table.last_row == 2


@pytest.mark.parametrize(
    "line", ["| 合计 | < | | 5 |", "| | 合 计： | | 5 |", "| | | 共计2项 | 5 |", "| 本页小计 | | | |"]
)
def test_a_row_with_a_sum_is_no_project(line: str) -> None:
    table = body(f"| 1 | 甲 | 乙 | 5 |\n{line}\n| 2 | 丙 | 丁 | 5 |")
    assert [(s.row_number, s.kind) for s in table.strays] == [(3, "total")]
    assert [r.row_number for r in table.rows] == [2, 4]


def test_a_project_may_be_called_like_a_sum() -> None:
    assert [r.project_name.raw for r in body("| 1 | 累计 | 乙 | 5 |").rows] == ["累计"]
    assert [r.project_name.raw for r in body("| 1 | 累计流量计提升 | | 5 |").rows] == ["累计流量计提升"]


def test_half_filled_rows_are_projects() -> None:
    table = body("| 1 | 甲 | | |\n| | | 乙 | |\n| | | | 5 |\n| 填报单位：安亭镇 | | | |")
    assert [r.row_number for r in table.rows] == [2, 3, 4]


@pytest.mark.parametrize(
    ("header", "typed", "read", "words"),
    [
        ("经济效益（元）", "80000", "8", "经济效益（元）"),
        ("经济效益(亿元)", "1.5", "15000", "经济效益(亿元)"),
        ("年经济效益（千元）", "9000", "900", "年经济效益（千元）"),
        ("经济效益（元）", "8万元", "8", "经济效益（元）"),
        ("经济效益（元）", "8万", "8", "经济效益（元）"),
        ("经济效益（亿）", "1.5", "15000", "经济效益（亿）"),
        ("经济效益（USD）", "80000", None, "经济效益（USD）"),
        ("经济效益（美元）", "80000", None, "经济效益（美元）"),
        ("经济效益（万元）", "80000", "80000", None),
        ("经济效益", "80000", "80000", None),
    ],
)
def test_amounts_are_read_in_the_unit_that_the_header_names(
    header: str, typed: str, read: str | None, words: str | None
) -> None:
    table = parse_summary(snapshot(grid(f"| 项目名称 | 项目单位 | {header} |\n| 甲 | 乙 | {typed} |")))
    value = table.rows[0].benefit.value
    assert (None if value is None else f"{value.normalize():f}") == read
    assert (table.other_unit.text if table.other_unit else None) == words


def test_a_line_above_names_the_unit_unless_the_header_does() -> None:
    plain, named = (
        parse_summary(snapshot(grid(f"| | | 金额单位：元 |\n| 项目名称 | 项目单位 | {header} |\n| 甲 | 乙 | 80000 |")))
        for header in ("经济效益", "经济效益(万元)")
    )
    assert plain.other_unit == Heading(text="金额单位：元", cell="C1", field="benefit")
    assert (plain.rows[0].benefit.value, named.rows[0].benefit.value) == (8, 80000)
    assert named.other_unit is None


@pytest.mark.parametrize("line", ["填报单位：元通公司", "推荐单位：元江路街道"])
def test_a_unit_that_is_an_office_is_none_of_money(line: str) -> None:
    table = read(f"| {line} | | |\n| 项目名称 | 项目单位 | 经济效益 |\n| 甲 | 乙 | 80000 |")
    assert (table.other_unit, table.rows[0].benefit.value) == (None, Decimal(80000))


@pytest.mark.parametrize(("line", "value"), [("元", "8"), ("（万元）", "80000")])
def test_the_unit_may_stand_in_a_line_of_its_own_below_the_header(line: str, value: str) -> None:
    table = read(f"| 项目名称 | 项目单位 | 经济效益 |\n| | | {line} |\n| 甲 | 乙 | 80000 |")
    assert [(row.row_number, row.benefit.value) for row in table.rows] == [(3, Decimal(value))]


def test_the_unit_of_a_word_table_may_stand_in_the_text_above_it() -> None:
    text = SheetGrid("正文", [["2023年汇总表"], ["单位：元"]], word=True)
    page = grid("| 项目名称 | 项目单位 | 经济效益 |\n| 甲 | 乙 | 80000 |", "表格1", word=True)
    table = parse_summary(snapshot(text, page))
    assert table.rows[0].benefit.value == 8
    assert table.other_unit == Heading(text="单位：元", cell="第2行第1列", field="benefit", sheet="正文")
    assert [(f.sheet, f.cell) for f in check_table(table, Notice()) if f.message.startswith("“单位：元”")] == [
        ("正文", "第2行第1列")
    ]


def test_header_and_footer_repeated_in_mid_table_are_strays() -> None:
    table = body(
        """
        | 1 | 甲 | 乙 | 5 |
        | 填报单位：安亭镇 | < | < | < |
        | 序号 | 项目名称 | 项目单位 | 经济效益 |
        | 2 | 丙 | 丁 | 6 |
        | 填报单位：安亭镇 | < | < | < |
        """
    )
    assert [r.row_number for r in table.rows] == [2, 5]
    assert [(s.row_number, s.kind, s.text) for s in table.strays] == [
        (3, "footer", "填报单位：安亭镇"),
        (4, "heading", "序号"),
    ]


def test_a_project_may_be_called_like_a_title() -> None:
    assert [row.project_name.raw for row in body("| | 汇总表自动核对攻关 | | |\n| 2 | 丙 | 丁 | 6 |").rows] == [
        "汇总表自动核对攻关",
        "丙",
    ]


def test_enterprise_merged_over_two_rows_belongs_to_both() -> None:
    table = body("| 1 | 甲 | 乙公司 | 5 |\n| 2 | 丙 | ^ | 6 |\n| 3 | 丁 | 戊公司 | 7 |")
    assert [seen(r.company) for r in table.rows] == [("C2", "乙公司"), ("C2", "乙公司"), ("C4", "戊公司")]


def test_benefit_merged_over_two_rows_is_not_added_twice() -> None:
    table = body("| 1 | 甲 | 乙公司 | 5 |\n| 2 | 丙 | 乙公司 | ^ |")
    assert [seen(r.benefit) for r in table.rows] == [("D2", "5"), ("D3", "")]


def test_a_project_merged_over_two_rows_is_one() -> None:
    table = body("| 1 | 甲 | 乙公司 | 5 |\n| ^ | ^ | ^ | ^ |\n| 2 | 丙 | 丁公司 | 6 |")
    assert [r.row_number for r in table.rows] == [2, 4]
    assert table.strays == ()


# --- where the body ends ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "last_row"),
    [
        ("", 1),
        ("| 1 | 甲 | 乙 | 5 |", 2),
        ("| 1 | 甲 | 乙 | 5 |\n| 2 | | | |\n| | | | |", 2),
        ("| | | | |\n| | | | |\n| | | | |\n| 填报单位： | | | |", 3),  # two printed lines and the spacer
        ("| 1 | 甲 | 乙 | 5 |\n| 填报单位： | | | |", 2),
        ("| 填报单位： | | | |", 1),
        ("| | | | |\n| 填报单位： | | | |", 1),
        ("| 1 | 甲 | 乙 | 5 |\n| ^ | ^ | ^ | ^ |\n| 填报单位： | | | |", 3),  # nor is the second half of a project
        ("| 1 | 甲 | 乙 | 5 |\n| 2 | | | |\n| 填报单位： | | | |", 3),  # a numbered line is no spacer
        ("| 1 | 甲 | 乙 | 5 |\n| | | | |\n| 注：效益为年效益 | | | |\n| | | | |\n| 填报单位： | | | |", 2),
    ],
)
def test_last_row(lines: str, last_row: int) -> None:
    assert body(lines).last_row == last_row


# --- the line below the table -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "unit", "contact", "phone"),
    [
        (
            "| 填报单位（加盖公章）：安亭镇 联系人：张三 联系电话：021-59990000 | < | < | < |",
            ("A3", "安亭镇"),
            ("A3", "张三"),
            ("A3", "021-59990000"),
        ),
        (
            "| 填报单位（加盖公章）：___安亭镇___联系人：_张三_联系电话：_59990000_ | < | < | < |",
            ("A3", "安亭镇"),
            ("A3", "张三"),
            ("A3", "59990000"),
        ),
        (
            "| 填报单位 | 安亭镇 | | |\n| 联系人 | | 张三 | |\n| 电话 | 59990000 | | |",
            ("B3", "安亭镇"),
            ("C4", "张三"),
            ("B5", "59990000"),
        ),
        (
            "| 填报单位（加盖公章）：____ | < | 联系人：____ | 联系电话：____ |",
            ("A3", ""),
            ("C3", ""),
            ("D3", ""),
        ),
        ("| 填报单位（盖章）： | | 联系人： | |", ("B3", ""), ("D3", ""), ("", "")),
    ],
)
def test_footer(lines: str, unit: tuple[str, str], contact: tuple[str, str], phone: tuple[str, str]) -> None:
    table = body("| 1 | 甲 | 乙 | 5 |\n" + lines)
    assert (seen(table.unit), seen(table.contact), seen(table.phone)) == (unit, contact, phone)
    assert [r.row_number for r in table.rows] == [2]


def test_footer_above_the_table() -> None:
    table = read("| 填报单位：安亭镇 | | 联系人：张三 |\n| 项目名称 | 项目单位 | 备注 |\n| 甲 | 乙 | |")
    assert (seen(table.unit), seen(table.contact)) == (("A1", "安亭镇"), ("C1", "张三"))
    assert table.title == ""


# --- which sheet --------------------------------------------------------------------------------------------------

SMALL = "| 项目名称 | 项目单位 | 备注 |\n| {} | 乙 | |"


def test_the_sheet_of_that_name_comes_first() -> None:
    book = snapshot(grid(NOTICE, "去年"), grid(SMALL.format("今年"), "汇总表"))
    assert parse_summary(book).sheet == "汇总表"


def test_else_the_visible_sheet_with_most_headers() -> None:
    book = snapshot(grid(SMALL.format("甲"), "一"), grid(NOTICE, "二", hidden=True), grid(NOTICE, "三"))
    assert parse_summary(book).sheet == "三"
    assert parse_summary(book, "一").rows[0].project_name.raw == "甲"


def test_our_own_lists_are_no_summary_table() -> None:
    with pytest.raises(WrongForm):
        parse_summary(snapshot(grid(SMALL.format("甲"), "来源")))


def test_no_such_sheet() -> None:
    with pytest.raises(CannotRun):
        parse_summary(snapshot(grid(NOTICE, "汇总表")), "附表")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "| 名单 | 金额 |",
            "表.xlsx：这不是汇总表：没有找到写着“项目名称”、“项目单位”、“完成时间”、“项目先进水平”、“企业性质”、"
            "“企业规模”、“经济效益(万元)”的表头。请把表头改回附件2上印的样子，或改用下发的汇总表",
        ),
        (
            "| 序号 | 项目单位 | 完成时间 | 企业性质 | 企业规模 | 经济效益 |",
            "表.xlsx：没有找到汇总表的表头：同一行里缺少“项目名称”、“项目先进水平”。"
            "请把表头改回附件2上印的样子，或改用下发的汇总表",
        ),
        (
            "| 项目名称 | 甲 |\n| 质量攻关目标：\\n提高 | |",
            "表.xlsx：这不是汇总表，像是附件1登记表。请选附件2汇总表",
        ),
    ],
)
def test_what_is_no_summary_table(text: str, message: str) -> None:
    with pytest.raises(WrongForm) as error:
        read(text)
    assert str(error.value) == message


def test_word_addresses() -> None:
    table = parse_summary(snapshot(grid(SMALL.format("甲"), "第2个表格", word=True)))
    assert table.rows[0].project_name == Value[str](value="甲", raw="甲", sheet="第2个表格", cell="第2行第1列")


# --- whatever the layout, addresses are true ----------------------------------------------------------------------


@st.composite
def layouts(draw: st.DrawFn) -> tuple[SheetGrid, dict[str, str]]:
    """A table somewhere on a sheet, every filled cell with a token of its own, and where each token stands."""
    headers: list[str] = draw(st.permutations([c.header for c in SUMMARY_COLUMNS]))
    for extra in draw(st.lists(st.sampled_from(["负责人", "所属行业", "附件数"]), unique=True)):
        headers.insert(draw(st.integers(0, len(headers))), extra)
    left = draw(st.integers(0, 3))
    margin: list[Scalar] = [None] * left
    titles = draw(st.lists(st.sampled_from([None, "", "附件2", "通知"]), max_size=6))
    rows: list[list[Scalar]] = [*([*margin, title] for title in titles), [*margin, *headers]]
    places: dict[str, str] = {}
    known = {c.header for c in SUMMARY_COLUMNS}
    for filled in [True, *draw(st.lists(st.booleans(), max_size=6))]:
        line = list(margin)
        for column, header in enumerate(headers, left + 1):
            token = f"词{len(rows) + 1}.{column}" if filled else None
            line.append(token)
            if token and header in known:
                places[token] = a1(len(rows) + 1, column)
        rows.append(line)
    if draw(st.booleans()):
        rows += [[], [*margin, "填报单位：安亭镇"]]
    return SheetGrid("汇总表", rows), places


@settings(max_examples=150, deadline=None)
@given(layouts())
def test_every_value_is_reported_where_it_stands(layout: tuple[SheetGrid, dict[str, str]]) -> None:
    sheet, places = layout
    table = parse_summary(snapshot(sheet))
    assert {v.raw: v.cell for row in table.rows for _, v in row.fields() if v.raw} == places
    rows = [row.row_number for row in table.rows]
    assert [s.row_number for s in table.strays] == [r for r in range(rows[0], rows[-1]) if r not in rows]
    assert table.first_row == table.header_row + 1 == rows[0]


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.datetimes(min_value=dt.datetime(1900, 1, 1))
    | st.dates()
    | st.times()
    | st.timedeltas()
    | st.text(max_size=12)
    | st.sampled_from(
        ["项目名称", "项目单位", "完成时间", "序号", "备注", "合计", "填报单位：", "联系人 张三", "注：", "经济效益"]
    )
)
BOXES = st.builds(
    lambda r, c, h, w: Box(r, c, r + h, c + w),
    *[st.integers(1, 6)] * 2,
    *[st.integers(0, 40000) | st.integers(0, 2)] * 2,
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(SCALARS, max_size=6), max_size=8), st.lists(BOXES, max_size=4), st.booleans())
def test_junk_raises_nothing_but_wrong_form(rows: list[list[Scalar]], merges: list[Box], word: bool) -> None:
    try:
        table = parse_summary(Snapshot("x", {"汇总表": SheetGrid("汇总表", rows, tuple(merges), word=word)}))
    except WrongForm:
        return
    assert all(table.first_row <= row.row_number <= table.last_row for row in table.rows)


def test_our_template_blank(tmp_path: Path) -> None:
    (tmp_path / "表.xlsx").write_bytes(summary_bytes(Notice()))
    table = parse_summary(read_grids(tmp_path / "表.xlsx"))
    assert table.title == "2023年嘉定区重点产品质量攻关项目申报汇总表"
    assert table.columns == {field: TOWN.columns[field] for field in SUMMARY_FIELDS}
    assert table.marks == {field: TOWN.marks[field] for field in SUMMARY_FIELDS}
    assert (table.check_column, table.origin_column) == (TOWN.column("校验"), TOWN.column("来源编号"))
    assert (table.header_row, table.first_row, table.last_row) == (HEADER_ROW, FIRST_ROW, TOWN.last_row)
    assert [h.field for h in table.headings] == list(SUMMARY_FIELDS)
    assert (table.rows, table.strays) == ((), ())
    assert [value.cell for value in (table.unit, table.contact, table.phone)] == ["C20", "E20", "G20"]


OWN = (
    OwnColumn(name="研发投入", kind="number", aliases=("研发费用",)),
    OwnColumn(name="所属产业", kind="list", choices=("汽车", "电子")),
)


def test_a_column_of_the_bureaus_own_is_read_wherever_it_stands() -> None:
    table_grid = grid(
        """
        | 序号 | 所属产业 | 项目名称 | 项目单位 | 完成时间 | 研发费用 | 标记·研发投入 |
        | 1    | 汽车     | 降噪     | 甲公司   | 2022年6月 | 约5    | 3 |
        | 2    |          | 减重     | 甲公司   | 2022年6月 | 12.5   | 0 |
        """,
        "汇总表",
    )
    table = parse_summary(Snapshot("表.xlsx", {"汇总表": table_grid}), columns=OWN)
    first, second = table.rows
    assert (first.value_of("own.所属产业").value, first.value_of("own.所属产业").cell) == ("汽车", "B2")
    assert first.value_of("own.研发投入").problem.startswith("写的是“约5”")
    assert second.value_of("own.研发投入").value == Decimal("12.5")
    assert (table.columns["own.研发投入"], table.marks) == (6, {"own.研发投入": 7})
    assert [h.field for h in table.headings if h.text == "研发费用"] == ["own.研发投入"]


def test_a_column_that_nobody_listed_is_no_field() -> None:
    table_grid = grid("| 项目名称 | 项目单位 | 完成时间 | 研发投入 |\n| 降噪 | 甲公司 | 2022年6月 | 5 |", "汇总表")
    table = parse_summary(Snapshot("表.xlsx", {"汇总表": table_grid}))
    assert "own.研发投入" not in table.columns
    assert table.rows[0].value_of("own.研发投入").blank


def test_a_word_table_is_signed_in_the_text_below_it() -> None:
    body = grid(
        """
        | 2023年嘉定区重点产品质量攻关项目申报汇总表 |
        | 填报单位（加盖公章）：徐行镇人民政府 联系人：秦小满 联系电话：59570102 |
        """,
        "正文",
        word=True,
    )
    projects = grid("| 项目名称 | 项目单位 | 完成时间 |\n| 降噪 | 甲公司 | 2022年6月 |", "表格1", word=True)
    table = parse_summary(Snapshot("表.docx", {"正文": body, "表格1": projects}))
    assert (table.unit.value, table.unit.sheet, table.unit.cell) == ("徐行镇人民政府", "正文", "第2行第1列")
    assert (table.contact.value, table.phone.value) == ("秦小满", "59570102")
