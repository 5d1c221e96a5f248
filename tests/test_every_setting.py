"""Every setting, typed into its cell, changes what the software does; one that nobody tests here fails.

A case tells what is typed, what is looked at, and what is seen there before and after.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from tests import sound
from tests.conftest import Demo
from tests.inline import grid, snapshot
from tests.sound import OTHER, found, sound_form, sound_row, sound_table
from tests.test_commands_validate import GOOD, RUN
from xlpy.api import read_folder
from xlpy.authoring import SUMMARY_XLSX, resource
from xlpy.authoring.form_text import extra_lines
from xlpy.calculation import calculate
from xlpy.catalogue import CATALOGUE
from xlpy.cells import show
from xlpy.checks import check_cross, check_form, check_table
from xlpy.checks.own import own_flags
from xlpy.commands.apply import apply
from xlpy.commands.validate import validate
from xlpy.files import read_grids
from xlpy.flags import Flag, Severity
from xlpy.forms import parse_form
from xlpy.grids import Scalar, Snapshot
from xlpy.layout import GUIDE, OWN_CHECK_HEADERS, RULES, SETTINGS
from xlpy.matching import match
from xlpy.notice import Notice
from xlpy.patch import Patch, Write, block
from xlpy.rows import benefit
from xlpy.setting_table import LISTS, POINTERS, SETTINGS_TABLE
from xlpy.settings import read_notice
from xlpy.summary import parse_summary

BLANK: Snapshot = read_grids(resource(SUMMARY_XLSX))
_COLUMNS = {pointer.name: pointer.column for pointer in POINTERS}
_UNITS, _LEVELS = _COLUMNS["推荐单位"], _COLUMNS["项目先进水平"]
_ALIASES = {f"{name}·别名": column + 1 for name, column in _COLUMNS.items() if name in LISTS.values()}


class Case(NamedTuple):
    """`typed` into the setting's cell (of a table: into its first line), with `first` typed before."""

    typed: Scalar
    look: Callable[[Snapshot], Any]
    before: Any
    after: Any
    first: tuple[tuple[str, Scalar], ...] = ()


def type_in(book: Snapshot, name: str, value: Scalar) -> Snapshot:
    """The workbook with a value in the cell of a setting of 参数."""
    sheet = book.sheets[SETTINGS]
    lines = {show(sheet.value(r, 1)): r for r in range(4, sheet.height + 1)}
    if column := (_COLUMNS | _ALIASES).get(name):
        return Patch((Write(SETTINGS, 4, column, block([[value]])),)).applied(book)
    return Patch((Write(SETTINGS, lines[name], 2, block([[value]])),)).applied(book)


def notice_of(book: Snapshot) -> Notice:
    notice, flags = read_notice(book)
    assert [flag.message for flag in flags if not flag.field] == []
    return notice


# --- what is looked at ---------------------------------------------------------------------------------------------


def title(book: Snapshot) -> str:
    return show(apply(book, RUN).patch.applied(book).sheets["汇总表"].value(2, 1))


def header(book: Snapshot) -> str:
    """The first of the columns that are kept free."""
    return show(apply(book, RUN).patch.applied(book).sheets["汇总表"].value(3, 10))


def of_form(rule: str, **changes: Any) -> Callable[[Snapshot], Any]:
    return lambda book: found(check_form(sound_form(**changes), notice_of(book)), rule)


def of_table(rule: str, *rows: dict[str, str]) -> Callable[[Snapshot], Any]:
    table = sound_table(*(sound_row(n, **typed) for n, typed in enumerate(rows or ({},), 4)))
    return lambda book: found(check_table(table, notice_of(book)), rule)


def of_unit(name: str) -> Callable[[Snapshot], Any]:
    return of_form("F10", recommender=sound.text(name, "B2"))


def reckoned(book: Snapshot) -> Any:
    """经济效益 where each column has its own gain: 1, 10, 100, 1000, 10000."""
    figures = sound.economics(8, *["0"] * 5), sound.economics(9, "1", "10", "100", "1000", "10000")
    return benefit(sound_form(before=figures[0], after=figures[1]), notice_of(book))


def far_off(book: Snapshot) -> Any:
    """X04 for 45 万元 in the table and 40 in the form."""
    table = sound_table(sound_row(4, benefit="45"))
    return found(check_cross(match(table, (sound_form(),), {}), table, notice_of(book)), "X04")


def own_cell(rule: str, value: Scalar) -> Callable[[Snapshot], Any]:
    """Flags of a rule on the first own column that holds `value`."""

    def look(book: Snapshot) -> Any:
        book = apply(book, RUN).patch.applied(book)
        filled = Patch((Write("汇总表", 4, 1, block([[*GOOD, *[None] * (9 - len(GOOD)), value]])),)).applied(book)
        notice = notice_of(filled)
        return found(check_table(parse_summary(filled, columns=notice.columns), notice), rule)

    return look


def pulled(book: Snapshot) -> Any:
    """What a form that has the line 研发费用合计 gives for the first own column, and whether Annex 1 asks for it."""
    notice = notice_of(book)
    page = grid("| 项目名称 | 降噪 |\n| 填报单位 | 甲 |\n| 质量攻关目标 | 降 |\n| 研发费用合计 | 12.5 |")
    form = parse_form(snapshot(page), notice.columns)
    return form.value_of(notice.columns[0].field).raw, "研发费用合计" in [line.label for line in extra_lines(notice)]


def renamed(book: Snapshot) -> Any:
    """Whether a table with the header 研发费用 has the first own column."""
    table = book.with_sheet(book.sheets["汇总表"].with_block(3, 10, [["研发费用"]]))
    notice = notice_of(book)
    return notice.columns[0].field in parse_summary(table, columns=notice.columns).columns


NAMED = (("自定义栏目·栏目名称", "研发投入"),)
LISTED = (*NAMED, ("自定义栏目·类型", "清单"), ("自定义栏目·选项", "自主、合作"))
ALIKE = ({}, OTHER | {"project_name": "轴承异音不良率上升"})
CASES = {
    "年度": Case(
        2027, title, "2023年嘉定区重点产品质量攻关项目申报汇总表", "2027年嘉定区重点产品质量攻关项目申报汇总表"
    ),
    "区": Case(
        "青浦区", title, "2023年嘉定区重点产品质量攻关项目申报汇总表", "2023年青浦区重点产品质量攻关项目申报汇总表"
    ),
    "汇总表标题": Case("{区}{年度}汇总表", title, "2023年嘉定区重点产品质量攻关项目申报汇总表", "嘉定区2023汇总表"),
    "截止日期": Case("2023-9-7", of_form("F09"), [], [("F09", "B5")]),
    "行政区划代码": Case("310115", of_form("F14"), [], [("F14", "B6")]),
    "攻关人员上限": Case(2, of_form("F07"), [], [("F07", "A23")]),
    "完成后应满月数": Case(16, of_table("R04"), [], [("R04", "D4")]),
    "汇总表必填栏目": Case("备注", of_table("R01", {"size": ""}), [("R01", "G4")], [("R01", "I4")]),
    "登记表必填栏目": Case("备注", of_form("F01", goal=sound.text("", "B2")), [("F01", "B2")], [("F01", "B35")]),
    "销售额系数": Case(2, reckoned, 11110, 11112),
    "利润系数": Case(2, reckoned, 11110, 11120),
    "节能降耗系数": Case(2, reckoned, 11110, 11210),
    "创汇节汇系数": Case(2, reckoned, 11110, 12110),
    "其他系数": Case(2, reckoned, 11110, 21110),
    "经济效益允许差额": Case(5, far_off, [("X04", "H4")], []),
    "经济效益允许差率": Case(13, far_off, [("X04", "H4")], []),
    "疑似按元填写的起点": Case(40, of_table("R07"), [], [("R07", "H4")]),
    "项目相似度": Case(70, of_table("T02", *ALIKE), [], [("T02", "B5")]),
    "推荐单位": Case("北管街道", of_unit("北管街道"), [("F10", "B2")], []),
    "推荐单位·别名": Case("新成路地区", of_unit("新成路地区"), [("F10", "B2")], []),
    "推荐单位·启用日期": Case("2023-9-16", of_unit("新成路街道"), [], [("F10", "B2")]),
    "推荐单位·停用日期": Case("2023-9-14", of_unit("新成路街道"), [], [("F10", "B2")]),
    "项目先进水平": Case("国内首创", of_table("R05", {"level": "国内首创"}), [("R05", "E4")], []),
    "项目先进水平·别名": Case("国际首创", of_table("R05", {"level": "国际首创"}), [("R05", "E4")], []),
    "企业性质": Case("合作社", of_table("R05", {"ownership": "合作社"}), [("R05", "F4")], []),
    "企业性质·别名": Case("事业单位", of_table("R05", {"ownership": "事业单位"}), [("R05", "F4")], []),
    "企业规模": Case("规上", of_table("R05", {"size": "规上"}), [("R05", "G4")], []),
    "企业规模·别名": Case("规模以上", of_table("R05", {"size": "规模以上"}), [("R05", "G4")], []),
    "自定义栏目·栏目名称": Case("研发投入", header, "预留1", "研发投入"),
    "自定义栏目·类型": Case("数字", own_cell("R06", "很多"), [], [("R06", "J4")], first=NAMED),
    "自定义栏目·必填": Case("是", own_cell("R01", None), [], [("R01", "J4")], first=NAMED),
    "自定义栏目·选项": Case("自主、引进", own_cell("R05", "引进"), [("R05", "J4")], [], first=LISTED),
    "自定义栏目·登记表里的名称": Case("研发费用合计", pulled, ("", False), ("12.5", True), first=NAMED),
    "自定义栏目·别名": Case("研发费用", renamed, False, True, first=NAMED),
}


def test_every_line_of_the_settings_has_a_case() -> None:
    sheet = BLANK.sheets[SETTINGS]
    lines = {show(sheet.value(r, 1)) for r in range(4, sheet.height + 1)} - {""}
    assert lines | _ALIASES.keys() == CASES.keys()
    assert {s.key for s in SETTINGS_TABLE} | set(LISTS) | {"columns", "rules", "checks"} == set(Notice.model_fields)


@pytest.mark.parametrize("name", CASES)
def test_a_changed_setting_changes_what_is_done(name: str) -> None:
    case = CASES[name]
    book = BLANK
    for setting, value in case.first:
        book = type_in(book, setting, value)
    assert case.look(book) == case.before
    assert case.look(type_in(book, name, case.typed)) == case.after != case.before


# --- the rules -----------------------------------------------------------------------------------------------------


def rule_line(book: Snapshot, rule: str) -> int:
    sheet = book.sheets[RULES]
    return next(r for r in range(4, sheet.height + 1) if show(sheet.value(r, 1)) == rule)


def set_rules(book: Snapshot, column: int, value: str) -> Snapshot:
    """A column of 规则 filled in for every rule of the catalogue."""
    writes = (Write(RULES, rule_line(book, rule), column, block([[value]])) for rule in CATALOGUE)
    return Patch(tuple(writes)).applied(book)


@pytest.mark.parametrize("rule", CATALOGUE)
def test_each_rule_is_switched_weighed_and_worded_by_its_line(rule: str) -> None:
    flags = [Flag(rule=one, severity=Severity.ERROR, message="原话", fix="改") for one in CATALOGUE]

    def told(column: int, value: str) -> dict[str, tuple[Severity, str]]:
        book = Patch((Write(RULES, rule_line(BLANK, rule), column, block([[value]])),)).applied(BLANK)
        return {flag.rule: (flag.severity, flag.message) for flag in notice_of(book).told(flags)}

    as_it_is = dict.fromkeys(CATALOGUE, (Severity.ERROR, "原话"))
    own = next(iter({text.severity or CATALOGUE[rule].severity for text in CATALOGUE[rule].texts.values()}))
    other = Severity.NOTE if own is not Severity.NOTE else Severity.WARNING
    assert told(3, other.label) == as_it_is | {rule: (other, "原话")}
    assert told(4, "否") == {one: seen for one, seen in as_it_is.items() if one != rule}
    assert told(7, "本区的话：【问题】") == as_it_is | {rule: (Severity.ERROR, "本区的话：原话")}


def test_what_the_lines_say_holds_for_everything_that_the_demo_is_told(demo: Demo) -> None:
    book, intake = read_grids(demo.workbook), read_folder(demo.forms, demo.workbook)

    def told(book: Snapshot) -> list[Flag]:
        return validate(book, RUN, intake).report.flags

    as_it_is = told(book)
    rules = {flag.rule for flag in as_it_is}
    assert len(rules) > 30
    assert {flag.severity for flag in as_it_is} == set(Severity)
    assert told(set_rules(book, 4, "否")) == []
    assert {flag.severity for flag in told(set_rules(book, 3, "提示"))} == {Severity.NOTE}
    assert {flag.message for flag in told(set_rules(book, 7, "请核对"))} == {"请核对"}


# --- the bureau's own checks -----------------------------------------------------------------------------------------

FORMULA = '=[@企业规模]="中型"'


class OwnCase(NamedTuple):
    """What is typed into a cell of an own check that is otherwise C1, FORMULA, 请核对; what its flags are then."""

    typed: str
    look: Callable[[Snapshot], Any]
    before: Any
    after: Any
    formula: str = FORMULA


def own(*names: str) -> Callable[[Snapshot], Any]:
    """These things about the flags of the own checks on a table of two rows, the first of medium size."""

    def look(book: Snapshot) -> Any:
        rows = sound_table(sound_row(4), sound_row(5, **OTHER, size="小型"))
        return [tuple(getattr(f, name) for name in names) for f in own_flags(rows, notice_of(book), calculate)]

    return look


def in_guide(book: Snapshot) -> bool:
    after = apply(book, RUN).patch.applied(book)
    return any("C1 规模自查" in show(value) for _, _, value in after.sheets[GUIDE].cells())


OWN_CASES = {
    "编号": OwnCase("C7", own("rule"), [("C1",)], [("C7",)]),
    "名称": OwnCase("规模自查", in_guide, False, True),
    "级别": OwnCase("错误", own("severity"), [(Severity.NOTE,)], [(Severity.ERROR,)]),
    "启用": OwnCase("否", own("rule"), [("C1",)], []),
    "公式": OwnCase('=[@企业规模]="小型"', own("row_number"), [(4,)], [(5,)]),
    "提示语": OwnCase("[@项目单位]要核对", own("message"), [("请核对",)], [("上海禾梧精密轴承有限公司要核对",)]),
    "范围": OwnCase("全表", own("cell"), [("H4",), ("H5",)], [("H3",)], "=SUM([经济效益])>1"),
}


def test_every_column_of_the_own_checks_has_a_case() -> None:
    assert list(OWN_CASES) == list(OWN_CHECK_HEADERS)


@pytest.mark.parametrize("name", OWN_CASES)
def test_a_changed_own_check_changes_what_is_told(name: str) -> None:
    case = OWN_CASES[name]
    first = rule_line(BLANK, list(CATALOGUE)[-1]) + 4
    line: list[Scalar] = ["C1", None, None, None, case.formula, "请核对", None]
    book = Patch((Write(RULES, first, 1, block([line])),)).applied(BLANK)
    assert case.look(book) == case.before
    column = OWN_CHECK_HEADERS.index(name) + 1
    typed = Patch((Write(RULES, first, column, block([[case.typed]])),)).applied(book)
    assert case.look(typed) == case.after != case.before
