"""The bureau's own columns (in 参数) and own checks (in 规则): what is read, and what is flagged and left out whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.inline import grid, snapshot
from xlpy.catalogue import CATALOGUE
from xlpy.flags import Flag, Severity
from xlpy.grids import Scalar, SheetGrid
from xlpy.layout import fold
from xlpy.notice import Notice, OwnCheck, OwnColumn
from xlpy.own_settings import check_rows, column_rows
from xlpy.settings import read_notice, rules_rows, settings_rows

# --- own columns ---------------------------------------------------------------------------------------------------

HEADER = "| 名称 | 值 | | 栏目名称 | 类型 | 必填 | 选项 | 登记表里的名称 | 别名 |"


def columns_of(*lines: str) -> tuple[tuple[OwnColumn, ...], list[Flag]]:
    """The own columns typed in D2, D3, … of 参数."""
    notice, flags = read_notice(snapshot(grid("\n".join([HEADER, *(f"| | | | {line} |" for line in lines)]), "参数")))
    return notice.columns, flags


def test_a_column_of_each_kind() -> None:
    assert columns_of(
        "研发投入 | 数字 | 是 | | 研发投入(万元) | 研发费用，研发经费",
        "合作方式 | 清单 | | 自主研发、合作研发 | / | 无",
        "立项年月 | 年月 | 否 | | |",
        "主管科室 | | | | |",
    ) == (
        (
            OwnColumn(
                name="研发投入",
                kind="number",
                required=True,
                source="研发投入(万元)",
                aliases=("研发费用", "研发经费"),
            ),
            OwnColumn(name="合作方式", kind="list", choices=("自主研发", "合作研发")),
            OwnColumn(name="立项年月", kind="month"),
            OwnColumn(name="主管科室"),
        ),
        [],
    )


@pytest.mark.parametrize(
    ("line", "cell", "problem"),
    [
        ("| 数字 | 是 | | |", "D2", "没有写栏目名称"),
        ("| | | | | 研发费用", "D2", "没有写栏目名称"),
        ("项目单位 | | | | |", "D2", "“项目单位”已经是“项目单位”的名称"),
        ("企业 名称 | | | | |", "D2", "“企业 名称”已经是“项目单位”的名称"),
        ("推荐街镇 | | | | |", "D2", "“推荐街镇”已经是“推荐单位”的名称"),
        ("校验 | | | | |", "D2", "“校验”已经是软件自己的“校验”的名称"),
        ("来源编号 | | | | |", "D2", "“来源编号”已经是软件自己的“来源编号”的名称"),
        ("来源文件 | | | | |", "D2", "“来源文件”已经是软件自己的“来源文件”的名称"),
        ("标记·研发 | | | | |", "D2", "“标记·研发”已经是软件自己的标记列的名称"),
        ("一二三四五六七八九十一二三四五六七八九十长 | | | | |", "D2", "有 21 个字，最多 20 个字"),
        ("=研发 | | | | |", "D2", "“=研发”不能用 = 开头"),
        ("+研发 | | | | |", "D2", "“+研发”不能用 + 开头"),
        ("研发[万元] | | | | |", "D2", "“研发[万元]”里不能有符号 ["),
        ("研发\\n投入 | | | | |", "D2", "“研发 投入”里不能有换行"),
        ("—— | | | | |", "D2", "没有写栏目名称"),
        ("#REF! | | | | |", "D2", None),
        ("研发 | 钱 | | | |", "E2", "“类型”写的是“钱”，应为 文字、数字、年月、清单 之一"),
        ("研发 | 5 | | | |", "E2", "“类型”写的是“5”，应为 文字、数字、年月、清单 之一"),
        ("研发 | | 也许 | | |", "F2", "“必填”写的是“也许”，应为 是、否 之一"),
        ("研发 | 清单 | | | |", "G2", "类型是清单，要写选项，用顿号隔开"),
        ("研发 | 数字 | | 甲、乙 | |", "G2", "类型是数字，不用写选项；要从清单里选，类型请选“清单”"),
        ("研发 | 清单 | | 甲、乙、甲 | |", "G2", "“甲”写了两次"),
        ("研发 | 清单 | | =甲、乙 | |", "G2", "“=甲”不能用 = 开头"),
        ("研发 | | | | 项目总投资 |", "H2", "“项目总投资”已经是“项目投资(万元)”的名称"),
        ("研发 | | | | 利润 |", "H2", "“利润”已经是“利润”的名称"),
        ("研发 | | | | | 经济效益", "I2", "“经济效益”已经是“经济效益(万元)”的名称"),
        ("研发 | | | | 研发费 | 手机", "I2", "“手机”已经是“联系电话”的名称"),
    ],
)
def test_a_line_with_a_mistake_is_flagged_at_its_cell_and_left_out_whole(
    line: str, cell: str, problem: str | None
) -> None:
    columns, flags = columns_of(line, "主管科室 | | | | |")
    assert columns == (OwnColumn(name="主管科室"),)
    [flag] = flags
    assert (flag.rule, flag.sheet, flag.cell) == ("P01", "参数", cell)
    name = line.split("|")[0].strip().replace("\\n", " ") or "第 2 行"
    assert problem is None or flag.message == f"自定义栏目“{name}”填写有误：{problem}"


def test_an_own_column_takes_no_other_ones_name() -> None:
    columns, flags = columns_of(
        "研发 投入 | | | | 研发 | 研发费",
        "研发投入 | | | | |",
        "研发经费 | | | | | 研发费",
        "经费 | | | | 研发 |",
    )
    assert [column.name for column in columns] == ["研发 投入"]
    assert [(flag.cell, flag.message.partition("：")[2]) for flag in flags] == [
        ("D3", "“研发投入”已经是自定义栏目“研发 投入”的名称"),
        ("I4", "“研发费”已经是自定义栏目“研发 投入”的名称"),
        ("H5", "“研发”已经是自定义栏目“研发 投入”的名称"),
    ]


def test_at_most_six_columns() -> None:
    columns, [flag] = columns_of(*(f"栏目{n} | | | | |" for n in range(1, 10)))
    assert [column.name for column in columns] == [f"栏目{n}" for n in range(1, 7)]
    assert (flag.cell, flag.message) == ("D8", "自定义栏目“栏目7”填写有误：最多 6 个，从这一行起都没有用")


def test_a_drop_down_that_excel_cannot_hold_is_refused() -> None:
    columns, [flag] = columns_of(f"研发 | 清单 | | {'、'.join(f'第{n:03}种合作方式' for n in range(40))} | |")
    assert (columns, flag.cell) == ((), "G2")
    assert flag.message.endswith("选项加起来超过 255 个字，下拉清单放不下")


def test_a_table_that_lost_a_header_is_flagged() -> None:
    sheet = grid("| 名称 | 值 | | 栏目名 | 类型 | 必填 | 选项 |\n| | | | 研发 | 文字 | 否 | |", "参数")
    notice, [flag] = read_notice(snapshot(sheet))
    assert (notice.columns, flag.cell) == ((), "E1")
    assert flag.message == "自定义栏目“栏目名称”填写有误：找不到这个表头"


def test_the_table_may_stand_below_the_settings() -> None:
    sheet = grid(
        """
        | 名称         | 值   |      |
        | 攻关人员上限 | 9    |      |
        |              |      |      |
        | 栏目名称     | 别名 | 类型 |
        | 研发投入     | 研发 | 数字 |
        """,
        "参数",
    )
    column = OwnColumn(name="研发投入", kind="number", aliases=("研发",))
    assert read_notice(snapshot(sheet)) == (Notice(max_team=9, columns=(column,)), [])


# --- own checks ----------------------------------------------------------------------------------------------------

CHECKS = "| 编号 | 名称 | 级别 | 启用 | 公式 | 提示语 | 范围 |"


def checks_of(
    *lines: str, formulas: dict[tuple[int, int], str] | None = None, **grids: object
) -> tuple[tuple[OwnCheck, ...], list[Flag]]:
    """The own checks typed in A2, A3, … of 规则."""
    sheet = grid("\n".join([CHECKS, *(f"| {line} |" for line in lines)]), "规则", **grids)  # type: ignore[arg-type]
    if formulas:
        sheet = SheetGrid(sheet.name, sheet.rows, formulas=formulas)
    notice, flags = read_notice(snapshot(sheet))
    return notice.checks, flags


def test_a_new_check_is_a_note_and_switched_on() -> None:
    assert checks_of("c１ | | | | =[@经济效益]<0 | 效益是负数 |") == (
        (OwnCheck(id="C1", title="效益是负数", formula="=[@经济效益]<0", message="效益是负数", cell="规则!E2"),),
        [],
    )


def test_everything_of_a_check_can_be_set() -> None:
    [one], flags = checks_of("C999 | 项目太多 | 错误 | 否 | =COUNTA([项目名称])>50 | 超过 50 个 | 全表")
    assert flags == []
    assert one == OwnCheck(
        id="C999",
        title="项目太多",
        formula="=COUNTA([项目名称])>50",
        message="超过 50 个",
        scope="table",
        severity=Severity.ERROR,
        enabled=False,
        cell="规则!E2",
    )


@pytest.mark.parametrize(
    ("line", "cell", "message"),
    [
        ("C0 | 甲 | | | =[@序号]>1 | |", "A2", "自定义检查 C0 填写有误：编号要写成 C1、C2……C999"),
        ("C1000 | 甲 | | | =[@序号]>1 | |", "A2", "自定义检查 C1000 填写有误：编号要写成 C1、C2……C999"),
        ("R01 | 甲 | | | =[@序号]>1 | |", "A2", "自定义检查 R01 填写有误：编号要写成 C1、C2……C999"),
        ("1 | 甲 | | | =[@序号]>1 | |", "A2", "自定义检查 1 填写有误：编号要写成 C1、C2……C999"),
        ("| 甲 | | | =[@序号]>1 | |", "A2", "自定义检查 第 2 行 填写有误：编号要写成 C1、C2……C999"),
        ("C1 | 甲 | | | | |", "E2", "自定义检查 C1 填写有误：没有写公式"),
        ("C1 | 甲 | | | 5 | |", "E2", "自定义检查 C1 填写有误：公式写的是“5”，应是 = 开头的文字"),
        ("C1 | 甲 | | | =[@序号]>1 | | 整列", "G2", "自定义检查 C1 填写有误：范围写的是“整列”，应为 行、全表 之一"),
    ],
)
def test_a_check_with_a_mistake_is_flagged_at_its_cell_and_left_out(line: str, cell: str, message: str) -> None:
    checks, [flag] = checks_of(line)
    assert (checks, flag.rule, flag.sheet, flag.cell, flag.message) == ((), "P02", "规则", cell, message)


def test_a_number_stands_for_one_check() -> None:
    checks, flags = checks_of(*(f"{id} | 甲 | | | =[@序号]>1 | |" for id in ("C1", "C01", "C10", "c1")))
    assert [check.id for check in checks] == ["C1", "C10"]
    assert [(flag.cell, flag.message, flag.fix) for flag in flags] == [
        ("A3", "规则“C01”写了两次", "请只留一行；现在以第 2 行为准"),
        ("A5", "规则“c1”写了两次", "请只留一行；现在以第 2 行为准"),
    ]


def test_words_not_understood_leave_a_check_a_note_that_is_on() -> None:
    [one], flags = checks_of("C1 | 甲 | 严重 | 也许 | =[@序号]>1 | 乙 |")
    assert (one.severity, one.enabled) == (Severity.NOTE, True)
    assert [(flag.cell, flag.message) for flag in flags] == [
        ("C2", "规则 C1 的“级别”写的是“严重”，看不懂"),
        ("D2", "规则 C1 的“启用”写的是“也许”，看不懂"),
    ]


def test_a_formula_typed_as_a_real_one_counts_as_its_text_if_it_can_be_had() -> None:
    [one], flags = checks_of("C1 | 甲 | | | 3 | 乙 |", formulas={(2, 5): "=1+COUNTA([项目名称])"})
    assert (one.formula, flags) == ("=1+COUNTA([项目名称])", [])
    checks, [flag] = checks_of("C1 | 甲 | | | | 乙 |", valueless=((2, 5),))
    assert (checks, flag.cell) == ((), "E2")
    assert flag.message == "自定义检查 C1 填写有误：公式被当成真公式了；请先把单元格设为文本格式，再输入公式"


def test_rules_and_checks_stand_in_one_sheet_in_either_order() -> None:
    rules = "| 编号 | 级别 | 启用 |\n| F06 | 警告 | 否 |"
    checks = f"{CHECKS}\n| C1 | 甲 | | | =[@序号]>1 | 乙 | |"
    for sheet in (f"{rules}\n| | | |\n{checks}", f"{checks}\n| | | |\n{rules}"):
        notice, flags = read_notice(snapshot(grid(sheet, "规则")))
        assert (list(notice.rules), [check.id for check in notice.checks], flags) == (["F06"], ["C1"], [])


def test_checks_without_a_column_for_formulas() -> None:
    sheet = grid("| 编号 | 名称 | 提示语 |\n| C1 | 甲 | 乙 |", "规则")
    notice, [flag] = read_notice(snapshot(sheet))
    assert (notice.checks, flag.cell) == ((), "A1")
    assert "找不到表头“公式”" in flag.message


# --- whatever the cells hold ---------------------------------------------------------------------------------------

JUNK: st.SearchStrategy[Scalar] = st.one_of(
    st.none(),
    st.booleans(),
    st.floats(),
    st.text(max_size=30),
    st.datetimes(),
    st.timedeltas(),
    st.sampled_from(
        ["C1", "c001", "清单", "数字", "行", "全表", "是", "=[@序号]>1", "\x00", "甲、乙", "#REF!", "项目名称"]
    ),
)


@given(
    st.lists(st.lists(JUNK, min_size=7, max_size=8), max_size=9),
    st.lists(st.tuples(st.integers(1, 9), st.integers(1, 8))),
)
def test_junk_below_the_headers_is_read_or_flagged(rows: list[list[Scalar]], valueless: list[tuple[int, int]]) -> None:
    columns = SheetGrid("参数", [["名称", "值", None], [*column_rows(())[0]], *rows], valueless=tuple(valueless))
    checks = SheetGrid("规则", [*check_rows(()), *rows], valueless=tuple(valueless))
    notice, flags = read_notice(snapshot(columns, checks))
    assert len(notice.columns) <= 6
    assert len({fold(column.name) for column in notice.columns}) == len(notice.columns)
    assert all(flag.rule in ("P01", "P02") and flag.cell and flag.message for flag in flags)
    written = snapshot(SheetGrid("参数", settings_rows(notice)), SheetGrid("规则", rules_rows(notice, CATALOGUE)))
    again, none = read_notice(written)
    assert none == []
    assert again.columns == notice.columns
    assert [c.model_copy(update={"cell": ""}) for c in again.checks] == [
        c.model_copy(update={"cell": ""}) for c in notice.checks
    ]
