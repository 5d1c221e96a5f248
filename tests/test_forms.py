"""Annex 1: read by its labels, whatever the layout; every value with its true address; a blank form stays blank."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.inline import grid
from tests.typed_forms import ANCHORS, raws, read, seen
from xlpy.authoring.form_sheet import CELLS, form_workbook
from xlpy.errors import WrongForm
from xlpy.files import read_grids
from xlpy.forms import parse_form
from xlpy.grids import Scalar, SheetGrid, Snapshot
from xlpy.layout import FORM_INSTRUCTIONS, TEAM_COLUMNS
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


def instructions() -> SheetGrid:
    return grid(
        "| 填表说明 |" + "".join(f"\n| {n}. {text} |" for n, text in enumerate(FORM_INSTRUCTIONS, 1)), "填表说明"
    )


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


def in_unit(old: str, new: str) -> Form:
    return read(grid(COVER, "封面"), grid(BODY.replace(old, new), "登记表"))


def told(form: Form) -> list[tuple[str, str, Decimal | None]]:
    return [(said.cell, said.raw, said.value) for said in form.other_units]


def test_investment_is_read_in_the_unit_that_its_label_names() -> None:
    form = in_unit("项目投资（万元）", "项目投资（元）")
    assert (form.investment.value, form.investment.raw) == (Decimal("0.01205"), "120.5")
    assert form.after.profit.value == 130
    assert told(form) == [("A3", "项目投资（元）：", Decimal("0.0001"))]


def test_a_unit_behind_the_value_is_the_values() -> None:
    form = in_unit("| 项目投资（万元）： | < | 120.5 | < | < | < |", "| 项目投资：1205000（元） | < | < | < | < | < |")
    assert (form.investment.value, told(form)) == (Decimal("120.5"), [])


@pytest.mark.parametrize(
    ("old", "new", "said", "sales", "profit"),
    [
        ("| （万元） |", "| （元） |", ("A7", "（元）", Decimal("0.0001")), "0.2", "0.013"),
        ("| （万元） |", "| 单位：千元 |", ("A7", "单位：千元", Decimal("0.1")), "200", "13"),
        ("利润", "利润（千元）", ("C7", "利润（千元）", Decimal("0.1")), "2000", "13"),
        ("攻关后 12月", "攻关后 12月（亿元）", ("A10", "攻关后 12月（亿元）", Decimal(10_000)), "20000000", "1300000"),
    ],
)
def test_figures_are_read_in_the_nearest_unit_named(
    old: str, new: str, said: tuple[str, str, Decimal], sales: str, profit: str
) -> None:
    form = in_unit(old, new)
    assert (form.after.sales.value, form.after.profit.value) == (Decimal(sales), Decimal(profit))
    assert form.after.saving.nil
    assert told(form) == [said]


def test_figures_in_a_currency_cannot_be_read() -> None:
    form = in_unit("| （万元） |", "| （美元） |")
    assert form.after.profit.problem == "写的是“130”，表上写的单位是美元，换算不了"
    assert told(form) == [("A7", "（美元）", None)]


def test_a_unit_above_nothing_typed_is_not_told() -> None:
    assert told(read(grid(BLANK_COVER, "封面"), grid(BLANK_BODY.replace("（万元）", "（元）"), "登记表"))) == []


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


TABLE = "| 序号 | 项目名称 | 项目单位 | 完成时间 | 企业性质 | 企业规模 |"


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
            [grid(TABLE)],
            "表.xlsx：这不是登记表，像是附件2汇总表：没有找到栏目“项目名称”、“填报单位(盖章)”、“质量攻关目标”。"
            "请改交附件1登记表，汇总表不用放进来",
        ),
        (  # a copy of the clerk's own workbook among the forms: what 校验 says of them is none
            [grid(TABLE, "汇总表"), grid(ANCHORS, "校验结果")],
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
