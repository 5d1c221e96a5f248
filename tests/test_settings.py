"""Sheets 参数 and 规则 → `Notice`: by names, never by addresses; what cannot be used is flagged, not half applied."""

from __future__ import annotations

import datetime as dt
import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.inline import grid, snapshot
from xlpy.catalogue import CATALOGUE
from xlpy.flags import Flag, Severity
from xlpy.grids import Scalar, SheetGrid
from xlpy.layout import fold
from xlpy.notice import CODE_LISTS, Code, Notice, OwnCheck, OwnColumn, RuleSetting
from xlpy.setting_table import LIST_COLUMNS, LISTS, OWN_COLUMN_AT, SETTINGS_TABLE, limits_text
from xlpy.settings import read_notice, rules_rows, settings_rows

CHANGED = Notice(
    year=2024,
    district="示例区",
    title="{district}{year}年度汇总表",
    deadline=dt.date(2024, 8, 31),
    division_code="310199",
    max_team=10,
    months_after_completion=6,
    required=("project_name", "company"),
    form_required=("project_name", "phone"),
    weight_sales=Decimal("0.05"),
    weight_profit=Decimal("0.5"),
    weight_saving=Decimal(2),
    weight_forex=Decimal(0),
    weight_other=Decimal("1.25"),
    tolerance_amount=Decimal("0.5"),
    tolerance_percent=Decimal(5),
    likely_yuan=Decimal(50000),
    lookalike=85,
    units=(
        Code(label="甲镇", aliases=("甲", "甲镇人民政府"), until=dt.date(2024, 12, 31)),
        Code(label="乙街道", since=dt.date(2020, 1, 1)),
    ),
    levels=(Code(label="国际先进"), Code(label="国内先进", aliases=("全国先进",))),
    ownerships=(Code(label="国有企业", aliases=("国企",)),),
    sizes=(Code(label="大型"), Code(label="小型")),
    rules={
        "F06": RuleSetting(enabled=False),
        "R01": RuleSetting(severity=Severity.WARNING),
        "R04": RuleSetting(severity=Severity.ERROR, message="请核对完成时间"),
    },
    columns=(
        OwnColumn(
            name="研发投入", kind="number", required=True, source="研发投入(万元)", aliases=("研发费用", "研发经费")
        ),
        OwnColumn(name="合作方式", kind="list", choices=("自主研发", "合作研发")),
        OwnColumn(name="立项年月", kind="month"),
        OwnColumn(name="主管科室"),
    ),
    checks=(
        OwnCheck(
            id="C1",
            title="微型企业效益偏大",
            formula='=AND([@企业规模]="微型",[@经济效益]>5000)',
            message="[@项目单位]是微型企业，请核对",
            severity=Severity.WARNING,
        ),
        OwnCheck(
            id="C20",
            title="项目太多",
            formula="=COUNTA([项目名称])>50",
            message="超过 50 个",
            scope="table",
            enabled=False,
        ),
    ),
)


def sheets(notice: Notice, titles: int = 2) -> tuple[SheetGrid, SheetGrid]:
    """The two sheets of a notice, with so many lines above their header."""
    above: list[list[Scalar]] = [["说明"] for _ in range(titles)]
    return SheetGrid("参数", above + settings_rows(notice)), SheetGrid("规则", above + rules_rows(notice, CATALOGUE))


def found(flags: list[Flag]) -> list[tuple[str, str, str]]:
    return [(flag.rule, flag.sheet, flag.cell) for flag in flags]


def placed(notice: Notice, titles: int) -> Notice:
    """The notice with the cells in which its own checks' formulas stand in `sheets`."""
    first = titles + len(CATALOGUE) + 5  # header, rules, a blank line, the explanation, header
    checks = (check.model_copy(update={"cell": f"规则!E{first + n}"}) for n, check in enumerate(notice.checks))
    return notice.model_copy(update={"checks": tuple(checks)})


@pytest.mark.parametrize("notice", [Notice(), CHANGED], ids=["default", "changed"])
@pytest.mark.parametrize("titles", [0, 2, 7])
def test_a_notice_written_to_its_sheets_is_read_back_the_same(notice: Notice, titles: int) -> None:
    assert read_notice(snapshot(*sheets(notice, titles))) == (placed(notice, titles), [])


@pytest.mark.parametrize("key", Notice.model_fields)
def test_every_setting_can_be_changed_in_the_sheets_and_is_read(key: str) -> None:
    """A new field of the notice fails here until it is in a sheet, and CHANGED changes it."""
    changed = Notice(deadline=dt.date(2023, 5, 1)).model_copy(update={key: getattr(CHANGED, key)})
    notice, flags = read_notice(snapshot(*sheets(changed)))
    assert getattr(notice, key) == getattr(placed(CHANGED, 2), key) != getattr(Notice(), key)
    assert [flag for flag in flags if "截止日期却是" not in flag.message] == []


def test_every_scalar_and_every_list_has_its_line() -> None:
    assert {s.key for s in SETTINGS_TABLE} | set(LISTS) | {"rules", "columns", "checks"} == set(Notice.model_fields)
    assert set(LISTS) == set(CODE_LISTS.values())


def test_the_first_lines_as_a_clerk_sees_them() -> None:
    header, year, district, title, deadline, *_ = settings_rows(Notice())
    assert header == [
        *("名称", "值", "说明", "单位/格式", "示例", None),
        *("推荐单位", "别名", "启用日期", "停用日期"),
        *("项目先进水平", "别名", "企业性质", "别名", "企业规模", "别名", None),
        *("栏目名称", "类型", "必填", "选项", "登记表里的名称", "别名"),
    ]
    assert year[:5] == ["年度", 2023, "申报的年度，印在汇总表标题里", "年，2000～2100", "2024"]
    assert year[6:8] == ["新成路街道", "新成路、新成路街道办事处"]
    assert district[:2] == ["区", "嘉定区"]
    assert title[:2] == ["汇总表标题", "{年度}年{区}重点产品质量攻关项目申报汇总表"]
    assert deadline[:2] == ["截止日期", dt.date(2023, 9, 15)]
    assert [LIST_COLUMNS[which] for which in ("units", "levels", "ownerships", "sizes")] == [7, 11, 13, 15]
    assert header[OWN_COLUMN_AT - 1] == "栏目名称"


def test_every_line_of_the_settings_has_explanation_unit_and_example() -> None:
    lines = [row[:5] for row in settings_rows(Notice()) if row[0] is not None]
    assert all(all(str(cell).strip() for cell in line[2:]) and line[2] for line in lines)
    header, *_ = settings_rows(Notice())
    explained = {str(line[0]).rpartition("·")[2] for line in lines}
    assert {head for head in header[5:] if head} <= explained | {"别名"}
    assert ["推荐单位·停用日期", "填在右边的“停用日期”一列"] in [line[:2] for line in lines]


def test_the_lines_of_the_rules() -> None:
    header, *lines = rules_rows(CHANGED, CATALOGUE)
    lines, (blank, explained, own_header, *own) = lines[: len(CATALOGUE)], lines[len(CATALOGUE) :]
    assert blank == [None] * 7
    assert "=AND([@企业规模]" in str(explained[1])
    assert own_header == ["编号", "名称", "级别", "启用", "公式", "提示语", "范围"]
    assert own == [
        [
            *("C1", "微型企业效益偏大", "警告", "是", '=AND([@企业规模]="微型",[@经济效益]>5000)'),
            *("[@项目单位]是微型企业，请核对", "行"),
        ],
        ["C20", "项目太多", "提示", "否", "=COUNTA([项目名称])>50", "超过 50 个", "全表"],
    ]
    assert header == ["编号", "规则", "级别", "启用", "为什么查", "怎么改", "自定义提示语"]
    assert [line[0] for line in lines] == list(CATALOGUE)
    shown = {line[0]: (line[2], line[3], line[6]) for line in lines}
    assert shown["R01"] == ("警告", "是", None)
    assert shown["F06"] == ("提示", "否", None)
    assert shown["R04"] == ("错误", "是", "请核对完成时间")
    assert {line[0]: line[2] for line in rules_rows(Notice(), CATALOGUE)}["R04"] == "按情况"
    assert not any("{" in str(cell) for line in lines for cell in line)


def test_limits_come_from_the_notice() -> None:
    assert limits_text("max_team") == "1～50"
    assert limits_text("tolerance_amount") == "不小于 0"
    assert limits_text("likely_yuan") == "大于 0"
    assert limits_text("deadline") == ""


def test_without_the_sheets_everything_is_default() -> None:
    assert read_notice(snapshot()) == (Notice(), [])


def test_rows_and_columns_may_be_moved_and_left_out() -> None:
    moved = grid(
        """
        | 2023 年的参数 |      |      |      |          |
        |               | 备用 | 值   | 名称 | 企业规模 |
        |               |      | 9    | 攻关人员上限 | 大型 |
        |               |      |      |      |          |
        |               |      |      | 截止日期     | 小型 |
        |               |      | 6个月 | 完成后应满月数 |   |
        """,
        name="参数",
    )
    notice, flags = read_notice(snapshot(moved))
    assert flags == []
    assert notice == Notice(max_team=9, months_after_completion=6, sizes=(Code(label="大型"), Code(label="小型")))


def with_value(name: str, value: Scalar, cells: tuple[tuple[int, int], ...] = ()) -> SheetGrid:
    rows: list[list[Scalar]] = [["名称", "值"], [None, None], [name, value]]
    return SheetGrid("参数", rows, valueless=cells)


@pytest.mark.parametrize(
    ("name", "value", "key", "read"),
    [
        ("截止日期", "2023年9月20日", "deadline", dt.date(2023, 9, 20)),
        ("截止日期", dt.datetime(2023, 9, 20), "deadline", dt.date(2023, 9, 20)),
        ("截 止 日 期：", "2023-9-20", "deadline", dt.date(2023, 9, 20)),
        ("攻关人员上限", 10.0, "max_team", 10),
        ("攻关人员上限", "１０ 人", "max_team", 10),
        ("行政区划代码", 310115.0, "division_code", "310115"),
        ("经济效益允许差率", "2%", "tolerance_percent", Decimal(2)),
        ("疑似按元填写的起点", "80,000 万元", "likely_yuan", Decimal(80000)),
        ("汇总表标题", "{年度}年{区}汇总表", "title", "{year}年{district}汇总表"),
        ("汇总表必填栏目", "项目名称，单位名称；效益", "required", ("project_name", "company", "benefit")),
        ("汇总表必填栏目", "无", "required", ()),
        ("登记表必填栏目", "项目投资、联系人", "form_required", ("investment", "contact")),
    ],
)
def test_what_people_type(name: str, value: Scalar, key: str, read: object) -> None:
    notice, flags = read_notice(snapshot(with_value(name, value)))
    assert flags == []
    assert getattr(notice, key) == read


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("截止日期", "下月底", None),
        ("截止日期", -5, None),
        ("年度", 1999, "参数“年度”填写有误：“1999”不合要求，应在 2000～2100 之间"),
        ("年度", "明年", "参数“年度”填写有误：“明年”不是数字"),
        ("攻关人员上限", 0, "参数“攻关人员上限”填写有误：“0”不合要求，应在 1～50 之间"),
        ("攻关人员上限", 7.5, "参数“攻关人员上限”填写有误：“7.5”不是整数"),
        ("攻关人员上限", True, "参数“攻关人员上限”填写有误：“TRUE”不是数字"),
        ("利润系数", -1, "参数“利润系数”填写有误：“-1”不合要求，应不小于 0"),
        ("利润系数", float("nan"), None),
        ("疑似按元填写的起点", 0, "参数“疑似按元填写的起点”填写有误：“0”不合要求，应大于 0"),
        ("疑似按元填写的起点", "5万", "参数“疑似按元填写的起点”填写有误：“5万”不是数字"),
        ("行政区划代码", "31011", "参数“行政区划代码”填写有误：“31011”不合要求，应为6 位数字"),
        ("汇总表标题", "{年份}汇总表", "参数“汇总表标题”填写有误：大括号里只能写 {年度} 或 {区}"),
        ("汇总表标题", "{year.real}", "参数“汇总表标题”填写有误：大括号里只能写 {年度} 或 {区}"),
        ("汇总表标题", "{年度", "参数“汇总表标题”填写有误：大括号里只能写 {年度} 或 {区}"),
        ("汇总表必填栏目", "项目名称、颜色", "参数“汇总表必填栏目”填写有误：没有叫“颜色”的栏目"),
    ],
)
def test_a_bad_value_leaves_the_default_and_is_flagged_at_its_cell(
    name: str, value: Scalar, message: str | None
) -> None:
    notice, flags = read_notice(snapshot(with_value(name, value), name="镇.xlsx"))
    assert notice == Notice()
    [flag] = flags
    assert (flag.rule, flag.severity, flag.file, flag.sheet, flag.cell) == (
        *("P01", Severity.WARNING, "镇.xlsx", "参数", "B3"),
    )
    assert message is None or flag.message == message


def test_the_fix_shows_an_example_and_the_default_in_use() -> None:
    [flag] = read_notice(snapshot(with_value("攻关人员上限", "八")))[1]
    assert flag.fix == "请照示例“8”的样子改；改好之前按默认值“8”处理"


def test_a_formula_without_a_result_is_no_blank() -> None:
    notice, flags = read_notice(snapshot(with_value("攻关人员上限", None, cells=((3, 2),))))
    assert (notice, found(flags)) == (Notice(), [("P01", "参数", "B3")])


def test_one_bad_value_does_not_spoil_the_others() -> None:
    sheet = grid("| 名称 | 值 |\n| 攻关人员上限 | 多 |\n| 完成后应满月数 | 6 |", name="参数")
    notice, flags = read_notice(snapshot(sheet))
    assert (notice, found(flags)) == (Notice(months_after_completion=6), [("P01", "参数", "B2")])


def test_unknown_and_repeated_names() -> None:
    sheet = grid("| 名称 | 值 |\n| 攻关人员上限 | 9 |\n| 组员上限 | 7 |\n| 攻关人员上限 | 6 |", name="参数")
    notice, flags = read_notice(snapshot(sheet))
    assert notice == Notice(max_team=9)
    assert [(f.cell, f.message) for f in flags] == [
        ("A3", "参数表里没有叫“组员上限”的参数"),
        ("A4", "参数“攻关人员上限”写了两次"),
    ]


def test_a_new_year_with_the_old_deadline_is_pointed_out() -> None:
    sheet = grid("| 名称 | 值 |\n| 年度 | 2024 |\n| 截止日期 | '2023-9-15 |", name="参数")
    notice, flags = read_notice(snapshot(sheet))
    assert (notice.year, found(flags)) == (2024, [("P01", "参数", "B3")])


def test_a_sheet_without_its_header() -> None:
    notice, flags = read_notice(
        snapshot(grid("| 攻关人员上限 | 9 |", name="参数"), grid("| F01 | 警告 |", name="规则"))
    )
    assert (notice, found(flags)) == (Notice(), [("P01", "参数", ""), ("P02", "规则", "")])


@pytest.mark.parametrize(
    ("table", "cell"),
    [
        ("| 企业规模 | 别名 | 名称 | 值 |\n| 大型 | 大 |\n| 大型 | |", "A3"),  # a label twice
        ("| 企业规模 | 别名 | 名称 | 值 |\n| 大型 | 大 |\n| 特大型 | 巨、大 |", "B3"),  # one alias for two labels
        ("| 企业规模 | 别名 | 名称 | 值 |\n| 大型 | |\n| | 小企业 |", "A3"),  # an alias of nothing
        ("| 企业规模 | 别名 | 名称 | 值 |\n| | |", "A1"),  # an empty list
        ("| 企业规模 | 别名 | 名称 | 值 |\n| —— | |", "A2"),  # no text in the label
    ],
)
def test_a_bad_entry_leaves_the_whole_default_list(table: str, cell: str) -> None:
    notice, flags = read_notice(snapshot(grid(table, name="参数")))
    assert (notice, found(flags)) == (Notice(), [("P01", "参数", cell)])


@pytest.mark.parametrize("word", ["警告", "warning", "WARNING"])
@pytest.mark.parametrize(("switch", "enabled"), [("是", True), ("否", False), ("停用", False), ("TRUE", True)])
def test_rules_are_switched_in_words(word: str, switch: str, enabled: bool) -> None:
    sheet = grid(f"| 编号 | 级别 | 启用 |\n| r01 | {word} | {switch} |", name="规则")
    expected = {"R01": RuleSetting(severity=Severity.WARNING, enabled=enabled)}
    assert read_notice(snapshot(sheet)) == (Notice(rules=expected), [])


def test_bad_words_in_the_rules_leave_the_catalogues_own() -> None:
    sheet = grid(
        """
        | 编号 | 级别 | 启用 | 自定义提示语 |
        | R01  | 严重 | 否   |              |
        | R02  | 提示 | 也许 |              |
        | Z99  | 错误 | 是   |              |
        | R01  | 提示 | 是   |              |
        | C01  | 提示 | 是   | 本局自查     |
        """,
        name="规则",
    )
    notice, flags = read_notice(snapshot(sheet))
    assert notice.rules == {
        "R01": RuleSetting(enabled=False),
        "R02": RuleSetting(severity=Severity.NOTE),
    }
    assert [(f.rule, f.cell, f.message) for f in flags] == [
        ("P02", "B2", "规则 R01 的“级别”写的是“严重”，看不懂"),
        ("P02", "C3", "规则 R02 的“启用”写的是“也许”，看不懂"),
        ("P02", "A4", "没有编号为“Z99”的规则"),
        ("P02", "A5", "规则“R01”写了两次"),
        ("P02", "A6", "自定义检查 C01 写在了软件自带的规则里"),
    ]


# --- units and their days ------------------------------------------------------------------------------------------


def units(*lines: str, values: dict[tuple[int, int], Scalar] | None = None) -> SheetGrid:
    """The units typed from row 2 on, in the columns A to D."""
    header = "| 推荐单位 | 别名 | 启用日期 | 停用日期 | | 名称 | 值 |"
    return grid("\n".join([header, *(f"| {line} | | | |" for line in lines)]), name="参数", values=values)


def test_a_unit_is_known_from_its_first_to_its_last_day() -> None:
    sheet = units("甲镇 | 甲 | 2023-9-15 |", "乙镇 | | | 2023年9月14日", "丙镇 | | 2023-9-16 |", "丁镇 | | | 2023-9-15")
    notice, flags = read_notice(snapshot(sheet))
    assert flags == []
    assert [code.label for code in notice.units] == ["甲镇", "乙镇", "丙镇", "丁镇"]
    assert notice.labels("units") == ["甲镇", "丁镇"]


def test_a_name_may_pass_from_a_unit_to_the_next() -> None:
    sheet = units("老镇 | 城关 | | 2022-12-31", "新街道 | 城关、老镇 | 2023-1-1 |")
    notice, flags = read_notice(snapshot(sheet))
    assert (notice.unit("老镇"), notice.unit("城关"), flags) == ("新街道", "新街道", [])


@pytest.mark.parametrize(
    ("lines", "cell", "problem"),
    [
        (["甲镇 | | 明年 |"], "C2", None),
        (["甲镇 | | | 2022年"], "D2", None),
        (["甲镇 | | 2023-1-2 | 2023-1-1"], "D2", "停用日期早于启用日期"),
        (["甲镇 | 甲 | | 2023-1-1", "乙镇 | 甲 | 2023-1-1 |"], "B3", "“甲”在清单里出现了两次（另一处是“甲镇”）"),
        (["甲镇 | | | 2022-1-1"], "A1", "没有一个在截止日期有效"),
        (["甲镇 | | |", " | | 2023-1-1 |"], "A3", "这一行有别的内容，但没有名称"),
    ],
)
def test_a_wrong_day_leaves_the_whole_default_list(lines: list[str], cell: str, problem: str | None) -> None:
    notice, [flag] = read_notice(snapshot(units(*lines)))
    assert (notice, flag.rule, flag.sheet, flag.cell) == (Notice(), "P01", "参数", cell)
    assert problem is None or flag.message == f"清单“推荐单位”填写有误：{problem}"


# --- how rules are told ----------------------------------------------------------------------------------------------


def test_the_rules_about_the_settings_can_be_switched_as_any_other() -> None:
    broken = grid("| 名称 | 值 |\n| 攻关人员上限 | 多 |", name="参数")
    rules = "| 编号 | 级别 | 启用 | 自定义提示语 |\n| {} |\n| Z9 | | | |"
    noted = grid(rules.format("P01 | 错误 | 是 | 请找李工：【问题】"), name="规则")
    assert [(f.rule, f.severity, f.message) for f in read_notice(snapshot(broken, noted))[1]] == [
        ("P01", Severity.ERROR, "请找李工：参数“攻关人员上限”填写有误：“多”不是数字"),
        ("P02", Severity.WARNING, "没有编号为“Z9”的规则"),
    ]
    assert found(read_notice(snapshot(broken, grid(rules.format("P01 | | 否 |"), name="规则")))[1]) == [
        ("P02", "规则", "A3")
    ]
    assert found(read_notice(snapshot(broken, grid(rules.format("P02 | | 否 |"), name="规则")))[1]) == [
        ("P01", "参数", "B2")
    ]


def test_a_message_of_ones_own_replaces_the_words_or_keeps_them_at_its_mark() -> None:
    flag = Flag(rule="R01", severity=Severity.ERROR, message="“项目单位”没有填", fix="请补填")
    assert RuleSetting(message="请补齐").told(flag).message == "请补齐"
    assert RuleSetting(message="【问题】，周五前补齐").told(flag).message == "“项目单位”没有填，周五前补齐"
    assert RuleSetting().told(flag) == flag


# --- whatever the cells hold ----------------------------------------------------------------------------------------


def test_what_no_cell_can_hold_and_what_is_no_word_is_flagged_at_its_cell() -> None:
    sheet = SheetGrid(
        "参数",
        [
            ["名称", "值", None, "企业规模", "别名", None, "企业性质", "别名"],
            ["区", "甲\x00区", None, "大\x00型", None, None, "民营", None],
            ["攻关人员上限", 9, None, dt.date(2023, 5, 4), None, None, None, None],
            ["攻关人员上限", 9, None, True, None, None, "国有", None],
        ],
        valueless=((3, 7),),
    )
    notice, flags = read_notice(snapshot(sheet))
    assert notice == Notice(max_team=9)
    assert [(f.rule, f.cell) for f in flags] == [
        *(("P01", cell) for cell in ("B2", "A4", "G3", "D2", "D3", "D4")),
    ]


def test_a_header_that_stands_twice_is_flagged_and_the_left_one_read() -> None:
    sheet = grid(
        "| 名称 | 值 | 值 | 企业规模 | 别名 | 企业规模 |\n| 攻关人员上限 | 9 | 7 | 大型 | | 小型 |", name="参数"
    )
    notice, flags = read_notice(snapshot(sheet))
    assert notice == Notice(max_team=9, sizes=(Code(label="大型"),))
    assert sorted(found(flags)) == [("P01", "参数", "C1"), ("P01", "参数", "F1")]


def test_merged_cells_count_at_their_first_cell() -> None:
    sheet = grid("| 名称 | 值 | < |\n| 攻关人员上限 | 9 | < |\n| ^ | 7 | < |", name="参数")
    assert read_notice(snapshot(sheet)) == (Notice(max_team=9), [])


def test_a_value_typed_where_a_line_only_points_is_flagged() -> None:
    sheet = grid("| 名称 | 值 |\n| 推荐单位 | 甲镇 |\n| 企业规模 | 填在右边的“企业规模”一列 |", name="参数")
    notice, [flag] = read_notice(snapshot(sheet))
    assert (notice, flag.cell, flag.message) == (Notice(), "B2", "“推荐单位”不在这里填")


@pytest.mark.parametrize("lines", [10_000])
def test_lists_without_end_are_flagged_once_and_read_in_linear_time(lines: int) -> None:
    rows: list[list[Scalar]] = [
        ["名称", "值", None, "推荐单位", "别名", "启用日期", "停用日期", None, "栏目名称", "类型"]
    ]
    rows += [["攻关人员上限", n, None, f"{n}镇", "甲", None, None, None, f"栏{n}", "数字"] for n in range(lines)]
    checks: list[list[Scalar]] = [["编号", "名称", "级别", "启用", "公式", "提示语", "范围"]]
    checks += [[f"C{n}", "甲", None, None, "=[@序号]>1", "乙", "行"] for n in range(lines)]
    valueless = tuple((n, 2) for n in range(2, lines))
    start = time.perf_counter()
    notice, flags = read_notice(
        snapshot(SheetGrid("参数", rows, valueless=valueless), SheetGrid("规则", checks, valueless=valueless))
    )
    assert time.perf_counter() - start < 10, "seconds for 20,000 lines; a quadratic reading takes minutes"
    assert notice.units == Notice().units
    assert (len(notice.columns), len(notice.checks)) == (6, 199)
    cells = {f"{flag.sheet}!{flag.cell}" for flag in flags}
    assert {"参数!A3", "参数!E3", "参数!I8", "规则!A2", "规则!A202"} <= cells
    assert len(flags) < 400, "a hundred of a kind"
    assert len([flag for flag in flags if flag.cell.startswith("I")]) == 1


# --- round trip ------------------------------------------------------------------------------------------------------

WORDS = st.text("甲乙丙丁戊己庚辛壬癸abc", min_size=2, max_size=8).filter(lambda text: text not in ("ab", "bc"))
DAYS = st.none() | st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31))
LABELS = st.lists(WORDS, min_size=3, max_size=24, unique_by=fold)


@st.composite
def notices(draw: st.DrawFn) -> Notice:
    """A notice as the sheets could say it: units with days, own columns and checks, rules in other words."""
    units, columns = draw(LABELS), draw(LABELS)
    dated = []
    for label, alias in zip(units[::2], units[1::2], strict=False):
        days = sorted(day for day in (draw(DAYS), draw(DAYS)) if day)
        since, until = (*days, None, None)[:2]
        dated.append(Code(label=label, aliases=(alias,), since=since, until=until))
    kinds = st.sampled_from(["text", "number", "month", "list"])
    own = []
    for name, source, alias in list(zip(columns[::3], columns[1::3], columns[2::3], strict=False))[:6]:
        kind = draw(kinds)
        choices = tuple(draw(LABELS)[:4]) if kind == "list" else ()
        required, asked = draw(st.booleans()), draw(st.booleans())
        own.append(
            OwnColumn(
                name=f"栏{name}",
                kind=kind,
                required=required,
                choices=choices,
                source=f"表{source}" if asked else "",
                aliases=(f"又{alias}",),
            )
        )
    ids = draw(st.lists(st.integers(1, 999), max_size=5, unique=True))
    checks = [
        OwnCheck(
            id=f"C{n}",
            title=draw(WORDS),
            formula=f"=[@序号]>{n}",
            message=draw(WORDS),
            scope=draw(st.sampled_from(["row", "table"])),
            severity=draw(st.sampled_from(list(Severity))),
            enabled=draw(st.booleans()),
        )
        for n in ids
    ]
    rules = {
        rule: RuleSetting(enabled=draw(st.booleans()), message=f"{draw(WORDS)}【问题】")
        for rule in draw(st.lists(st.sampled_from([id for id in CATALOGUE if id[0] != "P"]), max_size=4, unique=True))
    }
    return Notice(
        units=(Code(label="恒镇"), *dated),
        columns=tuple(own),
        checks=tuple(checks),
        rules=rules,
        max_team=draw(st.integers(1, 50)),
        weight_other=draw(st.decimals(0, 9, places=2)),
    )


@given(notices())
def test_whatever_a_notice_says_comes_back_from_its_sheets(notice: Notice) -> None:
    assert read_notice(snapshot(*sheets(notice))) == (placed(notice, 2), [])


JUNK: st.SearchStrategy[Scalar] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=40),
    st.datetimes(),
    st.dates(),
    st.times(),
    st.timedeltas(),
    st.sampled_from(["名称", "值", "别名", "编号", "级别", "启用", "企业规模", "R01", "{年度}", "\x00", "=1+1"]),
)


@given(st.lists(st.lists(JUNK, max_size=8), max_size=12))
def test_junk_is_read_without_raising(rows: list[list[Scalar]]) -> None:
    notice, flags = read_notice(snapshot(SheetGrid("参数", rows), SheetGrid("规则", rows)))
    assert notice.title_text is not None
    assert all(flag.rule in ("P01", "P02") and flag.message and flag.fix for flag in flags)


@given(JUNK)
def test_junk_for_any_value_is_read_or_flagged(value: Scalar) -> None:
    for setting in SETTINGS_TABLE:
        notice, flags = read_notice(snapshot(with_value(setting.name, value)))
        assert all(flag.sheet == "参数" and flag.cell in ("B3", "A3") for flag in flags)
        if any(flag.cell == "B3" and "填写有误" in flag.message for flag in flags):
            assert getattr(notice, setting.key) == getattr(Notice(), setting.key)
