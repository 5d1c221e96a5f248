"""Annex 1: read by its labels, whatever the layout; every value with its true address; a blank form stays blank."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.inline import grid, snapshot
from xlpy.authoring.form_sheet import CELLS, form_workbook
from xlpy.cells import Month
from xlpy.errors import WrongForm
from xlpy.files import read_grids
from xlpy.forms import parse_form
from xlpy.forms.parse import LEXICON
from xlpy.grids import Box, Scalar, SheetGrid, Snapshot
from xlpy.layout import FORM_INSTRUCTIONS, FORM_LABELS, OPINIONS, TEAM_COLUMNS
from xlpy.models import Form, Value
from xlpy.notice import Notice

COVER = """
    | 附件 1 |
    | 嘉定区重点产品质量攻关项目 登 记 表 |
    | 推荐单位 __安亭镇__ |
    | 项目名称 __轴承寿命提升__ |
    | 填报单位（盖章） ____上海某某轴承有限公司 |
    | 填报日期 2023年9月1日 |
    | 嘉定区市场监督管理局\\n嘉 定 区 经 济 委 员 会 印制 |
"""
BODY = """
    | 项目背景意义：\\n依赖进口。 | < | < | < | < | < |
    | 质量攻关目标：\\n寿命提高到5000小时 | < | < | < | < | < |
    | 项目投资（万元）： | < | 120.5 | < | < | < |
    | 产品质量水平：国内先进 | < | < | < | < | < |
    | 质量创新程度（含技术路线）：\\n新工艺 | < | < | < | < | < |
    | 质量攻关成效：\\n退货减半 | < | < | < | < | < |
    | （万元） | 销售额 | 利润 | 节能降耗 | 创汇节汇 | 其他 |
    | | | | | | |
    | 攻关前 12月 | 1000 | 100 | / | | |
    | 攻关后 12月 | 2000 | 130 | / | | |
    | 攻关项目组成员 | < | < | < | < | < |
    | 姓 名 | 性别 | 职务\\n(职称) | 学历 | 工作单位\\n(部门) | < |
    | 张三 | 男 | 工程师 | 本科 | 质量部 | < |
    | | | | | | < |
    | 李四 | 女 | | 大专 | 生产部 | < |
    | | | | | | < |
    | 单位技术负责人意见：\\n同意。 | < | 单位财务负责人意见：\\n属实 | < | 单位负责人意见：\\n同意申报 | < |
    | 负责人\\n(签字)：王五 | < | 负责人\\n(签字)：赵六 | < | 负责人\\n(签字)：孙七 2023年9月3日 | < |
    | 2023年9月1日 | < | 2023年9月2日 | < | 年 月 日 | < |
    | 推荐单位意见：\\n同意推荐。\\n（ 盖章 ）\\n2023年9月5日 | < | < | < | < | < |
    | 备注：无 | < | < | < | < | < |
"""
BLANK_COVER = """
    | 附件 1 |
    | 嘉定区重点产品质量攻关项目 登 记 表 |
    | 推荐单位 _____ |
    | 项目名称 _____ |
    | 填报单位（盖章） _____ |
    | 填报日期 _____年____月____日 |
    | 嘉定区市场监督管理局\\n嘉 定 区 经 济 委 员 会 印制 |
"""
BLANK_BODY = """
    | 项目背景意义： | < | < | < | < | < |
    | 质量攻关目标： | < | < | < | < | < |
    | 项目投资（万元）： | < | < | < | < | < |
    | | | | | | |
    | 产品质量水平： | < | < | < | < | < |
    | 质量创新程度（含技术路线）： | < | < | < | < | < |
    | 质量攻关成效： | < | < | < | < | < |
    | （万元） | 销售额 | 利润 | 节能降耗 | 创汇节汇 | 其他 |
    | | | | | | |
    | 攻关前 12月 | | | | | |
    | 攻关后 12月 | | | | | |
    | 攻关项目组成员 | < | < | < | < | < |
    | 姓 名 | 性别 | 职务 (职称) | 学历 | 工作单位 (部门) | < |
    | | | | | | < |
    | | | | | | < |
    | 单位技术负责人意见： | < | 单位财务负责人意见： | < | 单位负责人意见： | < |
    | 负责人 (签字)： | < | 负责人 (签字)： | < | 负责人 (签字)： | < |
    | 年 月 日 | < | 年 月 日 | < | 年 月 日 | < |
    | 推荐单位意见：\\n（ 盖章 ）\\n年 月 日 | < | < | < | < | < |
    | 备注： | < | < | < | < | < |
"""
ANCHORS = """
    | 项目名称 | 甲 |
    | 填报单位 | 乙 |
    | 质量攻关目标 | 丙 |
"""


def instructions() -> SheetGrid:
    return grid(
        "| 填表说明 |" + "".join(f"\n| {n}. {text} |" for n, text in enumerate(FORM_INSTRUCTIONS, 1)), "填表说明"
    )


def read(*grids: SheetGrid, **options: Any) -> Form:
    return parse_form(snapshot(*grids, **options))


def seen(value: Value[Any]) -> tuple[str, str, str]:
    return value.sheet, value.cell, value.raw


def raws(form: Form) -> dict[str, str]:
    return {name: value.raw for name, value in form.fields() if value.raw}


NOTICES_FORM = {
    "recommender": "安亭镇",
    "project_name": "轴承寿命提升",
    "applicant": "上海某某轴承有限公司",
    "filled_on": "2023年9月1日",
    "background": "依赖进口。",
    "goal": "寿命提高到5000小时",
    "investment": "120.5",
    "quality_level": "国内先进",
    "innovation": "新工艺",
    "results": "退货减半",
    "recommendation": "同意推荐。",
    "remarks": "无",
    "economics.before.sales": "1000",
    "economics.before.profit": "100",
    "economics.before.saving": "/",
    "economics.after.sales": "2000",
    "economics.after.profit": "130",
    "economics.after.saving": "/",
    "opinions.technical": "同意。",
    "opinions.technical.signed_by": "王五",
    "opinions.technical.signed_on": "2023年9月1日",
    "opinions.finance": "属实",
    "opinions.finance.signed_by": "赵六",
    "opinions.finance.signed_on": "2023年9月2日",
    "opinions.head": "同意申报",
    "opinions.head.signed_by": "孙七",
    "opinions.head.signed_on": "2023年9月3日",
}


# --- the notice's own form ----------------------------------------------------------------------------------------


def test_the_notices_form() -> None:
    form = read(grid(COVER, "封面"), instructions(), grid(BODY, "登记表"), sha256="ab", name="某某.xlsx")
    assert (form.file, form.sha256, form.sheet, form.template) == ("某某.xlsx", "ab", "登记表", "")
    assert raws(form) == NOTICES_FORM
    assert seen(form.applicant) == ("封面", "A5", "上海某某轴承有限公司")
    assert seen(form.investment) == ("登记表", "C3", "120.5")
    assert seen(form.after.profit) == ("登记表", "C10", "130")
    assert seen(form.head.signed_by) == ("登记表", "E18", "孙七")


def test_values_have_their_meaning() -> None:
    form = read(grid(COVER, "封面"), grid(BODY, "登记表"))
    assert form.filled_on.value == dt.date(2023, 9, 1)
    assert form.investment.value == Decimal("120.5")
    assert form.before.saving.nil
    assert form.before.saving.value is None
    assert form.technical.signed_on.value == dt.date(2023, 9, 1)


def test_team_keeps_its_line_numbers() -> None:
    form = read(grid(COVER, "封面"), grid(BODY, "登记表"))
    assert [(m.line, m.name.raw, m.name.cell, m.department.raw, m.department.cell) for m in form.team] == [
        (1, "张三", "A13", "质量部", "E13"),
        (2, "", "A14", "", "E14"),
        (3, "李四", "A15", "生产部", "E15"),
    ]


def test_a_blank_form_is_blank_and_says_where_to_type() -> None:
    form = read(grid(BLANK_COVER, "封面"), instructions(), grid(BLANK_BODY, "登记表"))
    assert raws(form) == {}
    assert form.team == ()
    assert {name: f"{value.sheet}!{value.cell}" for name, value in form.fields() if value.cell} == {
        "recommender": "封面!A3",
        "project_name": "封面!A4",
        "applicant": "封面!A5",
        "filled_on": "封面!A6",
        "background": "登记表!A1",
        "goal": "登记表!A2",
        "investment": "登记表!A3",
        "quality_level": "登记表!A5",
        "innovation": "登记表!A6",
        "results": "登记表!A7",
        "recommendation": "登记表!A19",
        "remarks": "登记表!A20",
        "economics.before.sales": "登记表!B10",
        "economics.before.profit": "登记表!C10",
        "economics.before.saving": "登记表!D10",
        "economics.before.forex": "登记表!E10",
        "economics.before.other": "登记表!F10",
        "economics.after.sales": "登记表!B11",
        "economics.after.profit": "登记表!C11",
        "economics.after.saving": "登记表!D11",
        "economics.after.forex": "登记表!E11",
        "economics.after.other": "登记表!F11",
        "opinions.technical": "登记表!A16",
        "opinions.technical.signed_by": "登记表!A17",
        "opinions.technical.signed_on": "登记表!A18",
        "opinions.finance": "登记表!C16",
        "opinions.finance.signed_by": "登记表!C17",
        "opinions.finance.signed_on": "登记表!C18",
        "opinions.head": "登记表!E16",
        "opinions.head.signed_by": "登记表!E17",
        "opinions.head.signed_on": "登记表!E18",
    }


def test_labels_that_are_not_there_have_no_cell() -> None:
    form = read(grid(ANCHORS))
    assert form.remarks == Value[str](sheet="登记表")
    assert form.before.sales == Value[Decimal](sheet="登记表")
    assert form.head.signed_on == Value[dt.date](sheet="登记表")


def test_cover_and_body_on_one_sheet_and_last_years_title() -> None:
    cover = COVER.replace("项目 登 记 表", "项目登记表（2022年度）")
    assert raws(read(grid(cover + BODY, "Sheet1"))) == NOTICES_FORM


def test_word_tables() -> None:
    """In Word a cell holds label and content; addresses are rows and columns."""
    form = read(
        SheetGrid("正文", grid(COVER).rows, word=True),
        SheetGrid("第1个表格", grid(BODY).rows, grid(BODY).merges, word=True),
    )
    assert raws(form) == NOTICES_FORM
    assert seen(form.project_name) == ("正文", "第4行第1列", "轴承寿命提升")
    assert seen(form.goal) == ("第1个表格", "第2行第1列", "寿命提高到5000小时")


def test_word_form_in_several_tables() -> None:
    lines = BODY.strip().splitlines()
    parts = ["\n".join(lines[a:b]) for a, b in ((0, 6), (6, 10), (10, 16), (16, 21))]
    tables = [grid(part, f"第{n}个表格", word=True) for n, part in enumerate(parts, 1)]
    assert raws(read(grid(COVER, "正文", word=True), *tables)) == NOTICES_FORM


def test_several_labels_in_one_cell() -> None:
    """Some Word forms keep the first three blocks, or the whole cover, in one cell."""
    form = read(
        grid(
            """
            | 推荐单位：安亭镇\\n项目名称：甲\\n填报单位（盖章）：乙 |
            | 项目背景意义：\\n第一行\\n第二行\\n质量攻关目标：丙\\n项目投资（万元）：12 |
            """,
            word=True,
        )
    )
    assert raws(form) == {
        "recommender": "安亭镇",
        "project_name": "甲",
        "applicant": "乙",
        "background": "第一行\n第二行",
        "goal": "丙",
        "investment": "12",
    }


# --- our template -------------------------------------------------------------------------------------------------


def template(tmp_path: Path, typed: dict[str, Scalar]) -> Snapshot:
    book = form_workbook(Notice())
    for field, value in typed.items():
        sheet, cell = CELLS[field]
        book[sheet][cell].value = value
    book.save(tmp_path / "表.xlsx")
    return read_grids(tmp_path / "表.xlsx")


def everything(form: Form) -> dict[str, Value[Any]]:
    team = {f"team.{m.line}.{name}": getattr(m, name) for m in form.team for name in TEAM_COLUMNS}
    return {**dict(form.fields()), **team}


def test_our_template_filled_in(tmp_path: Path) -> None:
    tokens = {field: f"词{n}" for n, field in enumerate(CELLS)}
    values = everything(parse_form(template(tmp_path, dict(tokens))))
    assert {field: seen(values[field]) for field in CELLS} == {f: (*CELLS[f], tokens[f]) for f in CELLS}


def test_our_template_blank(tmp_path: Path) -> None:
    form = parse_form(template(tmp_path, {}))
    assert form.template == "form/2023.1"
    assert raws(form) == {}
    assert {name: (value.sheet, value.cell) for name, value in form.fields()} == {
        field: place for field, place in CELLS.items() if not field.startswith("team.")
    }


# --- where a value may stand --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("| 项目名称 | 甲 |", "B1"),
        ("| 项 目 名 称： | 甲 |", "B1"),
        ("| 一、项目名称（全称） | 甲 |", "B1"),
        ("| *项目名称* | 甲 |", "B1"),
        ("| 攻关项目名称 | 甲 |", "B1"),
        ("| 项目名称：甲 |", "A1"),
        ("| 项目名称 甲 |", "A1"),
        ("| 项目名称\\n甲 |", "A1"),
        ("| 项目名称：___甲___ |", "A1"),
        ("| 项目名称 | < | 甲 | < |", "C1"),
        ("| 项目名称 | 甲 | <\n| ^ | ^ | ^ |", "B1"),
        ("| 项目名称 | 企业规模 |\n| 甲 | |", "A2"),
        ("| 企业规模 | 项目名称 |\n| | 甲 |", "B2"),
        ("| 项目名称 | < |\n| 甲 | < |", "A2"),
        ("| 项目名称：甲 企业规模：大型 |", "A1"),
        ("| 企业规模：大型 项目名称：甲 |", "A1"),
    ],
)
def test_where_a_value_may_stand(text: str, cell: str) -> None:
    form = read(grid(text, "封面"), grid("| 填报单位 | 乙 |\n| 质量攻关目标 | 丙 |"))
    assert seen(form.project_name) == ("封面", cell, "甲")


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("| 项目名称 | | 推荐单位 | 安亭镇 |", "B1"),
        ("| 项目名称： | 推荐单位：安亭镇 |", "A1"),
        ("| 项目名称 | （请填写全称） |", "B1"),
        ("| 项目名称 | ________ |", "B1"),
        ("| 项目名称 | | 写全称，与公章一致 |", "B1"),
        ("| 项目名称 | |\n| 项目起止时间 | 2021年至2022年 |", "B1"),
        ("| 项目名称 | < |\n| 推荐单位 | 安亭镇 |", "A1"),
    ],
)
def test_a_neighbouring_label_or_hint_is_no_value(text: str, cell: str) -> None:
    form = read(grid(text, "封面"), grid("| 填报单位 | 乙 |\n| 质量攻关目标 | 丙 |"))
    assert seen(form.project_name) == ("封面", cell, "")


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("| 项目背景意义：第一段\\n第二段 | < |", "A1"),
        ("| 项目背景意义 | 第一段\\n第二段 |", "B1"),
        ("| 项目背景意义 | < |\n| 第一段\\n第二段 | < |", "A2"),
        ("| 项目背景意义 | < |\n| 第一段 | < |\n| 第二段 | < |\n| | < |\n| 注：不超过五百字 | < |", "A2"),
        ("| 项目背景意义 | 第一段 |\n| ^ | 第二段 |", "B1"),
        ("| 项目背景意义： | | |\n| 第一段\\n第二段 | < | < |", "A2"),
    ],
)
def test_long_texts(text: str, cell: str) -> None:
    form = read(grid(text + ANCHORS))
    assert seen(form.background) == ("登记表", cell, "第一段\n第二段")


def test_a_text_may_begin_like_another_label() -> None:
    form = read(grid("| 项目背景意义 | 项目投资：共五百万元 |\n| 项目投资 | 500 |" + ANCHORS))
    assert (form.background.raw, form.investment.raw) == ("项目投资：共五百万元", "500")


def test_the_cover_counts_where_cover_and_body_differ() -> None:
    form = read(grid("| 项目名称 | 封面写的 |", "封面"), grid(ANCHORS))
    assert seen(form.project_name) == ("封面", "B1", "封面写的")


def test_the_body_counts_where_the_cover_is_blank() -> None:
    form = read(grid("| 项目名称 | |", "封面"), grid(ANCHORS))
    assert seen(form.project_name) == ("登记表", "B1", "甲")


def test_similar_labels_are_told_apart() -> None:
    form = read(
        grid(
            """
            | 推荐单位意见： | 同意推荐 |
            | 推荐单位 | 安亭镇 |
            | 单位负责人意见 | 同意 |
            | 单位技术负责人意见 | 可行 |
            """
            + ANCHORS
        )
    )
    assert (form.recommendation.raw, form.recommender.raw) == ("同意推荐", "安亭镇")
    assert (form.head.text.raw, form.technical.text.raw) == ("同意", "可行")


def test_the_instructions_are_no_labels() -> None:
    """Even on the sheet of the form, and without their numbers."""
    form = read(grid(ANCHORS + "".join(f"| {text} | |\n" for text in FORM_INSTRUCTIONS)))
    assert raws(form) == {"project_name": "甲", "applicant": "乙", "goal": "丙"}
    assert (form.investment.cell, form.recommender.cell) == ("", "")


@pytest.mark.parametrize(
    ("text", "raw", "value"),
    [
        ("| 填报日期 | 2023 | 年 | 9 | 月 | 1 | 日 |", "2023年9月1日", dt.date(2023, 9, 1)),
        ("| 填报日期：2023_年_9_月_1_日 |", "2023年9月1日", dt.date(2023, 9, 1)),
        ("| 填报日期 | 年 月 日 |", "", None),
    ],
)
def test_dates_with_printed_words(text: str, raw: str, value: dt.date | None) -> None:
    form = read(grid(text + ANCHORS))
    assert (form.filled_on.raw, form.filled_on.value) == (raw, value)


def test_what_annex_2_needs() -> None:
    form = read(
        grid(ANCHORS),
        grid(
            "| 完成时间 | 2022年6月 | 写到月 |\n| 企业性质 | 其他 | 选一项 |\n| 联系电话 | | 手机或座机 |", "汇总信息"
        ),
    )
    assert form.completed.value == Month(2022, 6)
    assert form.ownership.raw == "其他"
    assert seen(form.phone) == ("汇总信息", "B3", "")


# --- economic table -----------------------------------------------------------------------------------------------


def test_economic_columns_in_any_order_and_incomplete() -> None:
    form = read(
        grid(
            ANCHORS
            + """
            | 项目                          | 利润（万元） | < | 销售收入 |
            | 攻关前12个月（2021.1-2021.12） | 1            | < | 2        |
            | 实施后                        |              | 3 | 4        |
            """
        )
    )
    assert (seen(form.before.profit)[1:], seen(form.before.sales)[1:]) == (("B5", "1"), ("D5", "2"))
    assert (seen(form.after.profit)[1:], seen(form.after.sales)[1:]) == (("C6", "3"), ("D6", "4"))
    assert form.before.other.cell == ""


def test_economic_table_on_its_side() -> None:
    form = read(grid(ANCHORS + "| | 攻关前12月 | 攻关后12月 |\n| 销售额 | 1 | 2 |\n| 利润 | 3 | 4 |\n| 其它 | 5 | |"))
    assert [seen(v)[1:] for v in (form.before.sales, form.after.profit, form.before.other, form.after.other)] == [
        ("B5", "1"),
        ("C6", "4"),
        ("B7", "5"),
        ("C7", ""),
    ]


def test_blank_results_do_not_swallow_the_table_below() -> None:
    form = read(grid(ANCHORS + "| 质量攻关成效： | < | < |\n| （万元） | 销售额 | 利润 |\n| 攻关前 | 1 | 2 |"))
    assert form.results.raw == ""


# --- team ---------------------------------------------------------------------------------------------------------


def test_more_than_eight_members_are_read() -> None:
    lines = "".join(f"| 成员{'甲乙丙丁戊己庚辛壬癸'[n]} | 男 | | | |\n" for n in range(10))
    form = read(grid(ANCHORS + "| 姓名 | 性别 | 职称 | 文化程度 | 部门 |\n" + lines + "| 备注 | 无 | | | |"))
    assert [m.line for m in form.team] == list(range(1, 11))
    assert form.team[9].name.raw == "成员癸"
    assert form.remarks.raw == "无"


def test_team_with_numbers_and_a_heading_at_its_side() -> None:
    form = read(
        grid(
            ANCHORS
            + """
            | 攻关项目组成员 | 序号 | 姓名 | 性别 | 联系电话 |
            | ^ | 1 | 张三 | 男 | 59990000 |
            | ^ | 2 | | | |
            | 注：按贡献大小次序填写 | < | < | < | < |
            | 说明文字 | | | | |
            """
        )
    )
    assert [(m.line, m.name.raw, m.name.cell) for m in form.team] == [(1, "张三", "C5")]
    assert form.phone.cell == ""


# --- opinions -----------------------------------------------------------------------------------------------------


def opinion(text: str) -> tuple[tuple[str, str], ...]:
    form = read(grid(ANCHORS + text))
    return tuple((v.cell, v.raw) for v in (form.head.text, form.head.signed_by, form.head.signed_on))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "| 单位负责人意见：同意\\n负责人（签字）：张三\\n2023年9月1日 |",
            (("A4", "同意"), ("A4", "张三"), ("A4", "2023年9月1日")),
        ),
        ("| 单位负责人意见：同意 签字：张三 日期：2023.9.1 |", (("A4", "同意"), ("A4", "张三"), ("A4", "2023.9.1"))),
        (
            "| 单位负责人意见 | 同意 | 签字 | 张三 | 日期 | 2023-9-1 |",
            (("B4", "同意"), ("D4", "张三"), ("F4", "2023-9-1")),
        ),
        (
            "| 单位负责人意见 | 同意 | < |\n| ^ | 负责人（签字）： | 张三 |\n| ^ | | 2023年9月1日 |",
            (("B4", "同意"), ("C5", "张三"), ("C6", "2023年9月1日")),
        ),
        ("| 单位负责人意见： | < |\n| 负责人（签字）： | |\n| 年 月 日 | < |", (("A4", ""), ("B5", ""), ("A6", ""))),
        (
            "| 单位负责人意见 | | < | < | < | < |\n| 签字： | < | | 日期： | < | |",
            (("B4", ""), ("C5", ""), ("F5", "")),
        ),
        ("| 单位负责人意见： | |\n| 备注 | 某 |", (("B4", ""), ("", ""), ("", ""))),
        (
            "| 单位负责人意见：情况属实，于2023年9月底前完成。 |",
            (("A4", "情况属实，于2023年9月底前完成。"), ("", ""), ("", "")),
        ),
    ],
)
def test_opinions(text: str, expected: tuple[tuple[str, str], ...]) -> None:
    assert opinion(text) == expected


def test_a_typed_date_under_an_opinion() -> None:
    text = "| 单位负责人意见：同意 |\n| 负责人（签字）：张三 |\n| x |"
    form = read(grid(ANCHORS + text, values={(6, 1): dt.datetime(2023, 9, 1)}))
    assert form.head.signed_on == Value[dt.date](value=dt.date(2023, 9, 1), raw="2023-09-01", sheet="登记表", cell="A6")


# --- which sheets -------------------------------------------------------------------------------------------------


def test_hidden_sheets_and_examples_count_only_if_nothing_else_does() -> None:
    old = grid(ANCHORS.replace("甲", "旧"), "去年", hidden=True)
    example = grid(ANCHORS.replace("甲", "例"), "填写示例")
    assert read(old, example, grid(ANCHORS)).project_name.raw == "甲"
    assert read(old).project_name.raw == "旧"


def test_annex_2_in_the_same_file_is_left_alone() -> None:
    table = grid(
        "| 序号 | 项目名称 | 项目单位 | 完成时间 | 企业性质 | 备注 |\n| 1 | 别的 | 别家 | 2022年1月 | 国有 | 丁 |",
        "附件2",
    )
    form = read(table, grid(ANCHORS))
    assert raws(form) == {"project_name": "甲", "applicant": "乙", "goal": "丙"}


def test_a_blank_copy_of_the_form_is_left_out() -> None:
    blank = grid("| 项目名称 | |\n| 填报单位 | |\n| 质量攻关目标 | |\n| 备注 | |", "空表")
    form = read(blank, grid(ANCHORS + "| 备注 | |"))
    assert form.sheet == "登记表"
    assert form.remarks.sheet == "登记表"


def test_cells_that_other_programs_show_as_blank() -> None:
    form = read(grid(ANCHORS, valueless=((1, 2), (3, 2))))
    assert [seen(v) for v in form.valueless] == [("登记表", "B1", ""), ("登记表", "B3", "")]


@pytest.mark.parametrize(
    ("grids", "message"),
    [
        (
            [grid("| 名单 | 金额 |")],
            "表.xlsx：这不是登记表：没有找到栏目“项目名称”、“填报单位(盖章)”、“质量攻关目标”。"
            "请确认交来的是附件1登记表；是的话，请改用下发的模板填写",
        ),
        (
            [grid("| 项目名称 | 甲 |\n| 填报单位 | 乙 |")],
            "表.xlsx：登记表不完整：没有找到栏目“质量攻关目标”。请把栏目名称改回登记表上印的样子，或改用下发的模板填写",
        ),
        (
            [grid("| 序号 | 项目名称 | 项目单位 | 完成时间 | 企业性质 | 企业规模 |")],
            "表.xlsx：这不是登记表，像是附件2汇总表：没有找到栏目“项目名称”、“填报单位(盖章)”、“质量攻关目标”。"
            "请改交附件1登记表，汇总表不用放进来",
        ),
        (
            [grid(ANCHORS, "甲"), grid(ANCHORS.replace("丙", "丁"), "乙")],
            "表.xlsx：一个文件里有 2 份填好的登记表：“甲”、“乙”。请每个项目单独存成一个文件",
        ),
        (
            [grid(ANCHORS + ANCHORS.replace("丙", "丁"))],
            "表.xlsx：“登记表”里不止一份登记表：B3、B6 都填了质量攻关目标。请每个项目单独存成一个文件",
        ),
    ],
)
def test_what_is_no_form(grids: list[SheetGrid], message: str) -> None:
    with pytest.raises(WrongForm) as error:
        read(*grids)
    assert str(error.value) == message


# --- whatever the layout, addresses are true ----------------------------------------------------------------------

_ASKED = [label for label in FORM_LABELS if label.field not in ("filled_on", "investment", "recommendation")]


@st.composite
def layouts(draw: st.DrawFn) -> tuple[SheetGrid, dict[str, tuple[str, str]]]:
    """Labels in any order and spelling, with their values inline, beside or below, and where each value stands."""
    left = draw(st.integers(0, 2))
    margin: list[Scalar] = [None] * left
    rows: list[list[Scalar]] = [[] for _ in range(draw(st.integers(0, 3)))]
    merges: list[Box] = []
    places: dict[str, tuple[str, str]] = {}
    column = "ABC"[left]
    for n, label in enumerate(draw(st.permutations(_ASKED))):
        name = draw(st.sampled_from([label.label, *label.aliases]))
        name = draw(st.sampled_from([name, f"{name}：", " ".join(name), f"{n % 9 + 1}、{name}"]))
        token = f"词{n}的内容"
        match draw(st.sampled_from(["inline", "beside", "below", "merged", "blank"])):
            case "inline":
                rows.append([*margin, f"{name}：{token}"])
                places[label.field] = f"{column}{len(rows)}", token
            case "beside":
                rows.append([*margin, name, token])
                places[label.field] = f"{'BCD'[left]}{len(rows)}", token
            case "merged":
                rows.append([*margin, name, None, token])
                merges.append(Box(len(rows), left + 1, len(rows), left + 2))
                places[label.field] = f"{'CDE'[left]}{len(rows)}", token
            case "below":
                rows += [[*margin, name], [*margin, token]]
                merges += [Box(r, left + 1, r, 8) for r in (len(rows) - 1, len(rows))]
                places[label.field] = f"{column}{len(rows)}", token
            case "blank":
                rows.append([*margin, name])
        rows += [[] for _ in range(draw(st.integers(0, 1)))]
    return SheetGrid("登记表", rows, tuple(merges)), places


@settings(max_examples=200, deadline=None)
@given(layouts())
def test_every_value_is_reported_where_it_stands(layout: tuple[SheetGrid, dict[str, tuple[str, str]]]) -> None:
    sheet, places = layout
    form = read(sheet)
    assert {name: (value.cell, value.raw) for name, value in form.fields() if value.raw} == places


_WORDS = [
    "项目名称",
    "填报单位",
    "质量攻关目标",
    "姓名",
    "性别",
    "销售额",
    "利润",
    "攻关前",
    "单位负责人意见：",
    "签字：",
    "年 月 日",
]
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
    | st.sampled_from(_WORDS)
    | st.builds(
        "".join, st.lists(st.sampled_from([*_WORDS, "\n", "  ", "：", "_", "(", "）", "1、", "2023年"]), max_size=6)
    )
)
BOXES = st.builds(
    lambda r, c, h, w: Box(r, c, r + h, c + w),
    *[st.integers(1, 6)] * 2,
    *[st.integers(0, 2) | st.integers(0, 40000)] * 2,
)
SHEETS = st.builds(
    SheetGrid,
    st.sampled_from(["登记表", "封面", "填表说明"]),
    st.lists(st.lists(SCALARS, max_size=6), max_size=8),
    st.lists(BOXES, max_size=4).map(tuple),
    hidden=st.booleans(),
    word=st.booleans(),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(SHEETS, max_size=3), st.booleans())
def test_junk_raises_nothing_but_wrong_form(sheets: list[SheetGrid], with_labels: bool) -> None:
    if with_labels:
        sheets = [*sheets, grid(ANCHORS, "附页")]
    try:
        form = read(*sheets)
    except WrongForm:
        return
    assert {value.sheet for _, value in form.fields()} <= {sheet.name for sheet in sheets}


def test_no_name_stands_for_two_labels() -> None:
    for label in FORM_LABELS:
        found = LEXICON.at(label.label)
        assert found
        assert found[0].field == label.field
    for who, (name, _) in OPINIONS.items():
        found = LEXICON.at(name)
        assert found
        assert found[0].field == who
