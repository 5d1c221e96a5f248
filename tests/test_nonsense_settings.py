"""Whatever stands in 参数 and 规则: flags at the right cells, the table is checked, nothing is half applied."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.both import Both
from tests.test_commands_validate import RUN
from tests.test_every_setting import BLANK, rule_line
from xlpy import api, calculation, macros
from xlpy.authoring import SUMMARY_XLSX, resource
from xlpy.catalogue import CATALOGUE
from xlpy.commands.apply import apply
from xlpy.commands.validate import validate
from xlpy.grids import Formula, Scalar, SheetGrid, Snapshot
from xlpy.layout import RULES, SETTINGS
from xlpy.notice import Notice
from xlpy.patch import Patch, Write, block
from xlpy.settings import read_notice
from xlpy.surfaces.file import open_workbook

FIRST_CHECK = rule_line(BLANK, list(CATALOGUE)[-1]) + 4  # of the bureau's own
LAST_LINE = BLANK.sheets[SETTINGS].height
ROW = Write("汇总表", 4, 1, block([[1, "降噪", "甲公司", "2022年6月", "国内领先", "民营企业", "中型", "约5"]]))
RUNNING = replace(RUN, calculate=calculation.calculate)


def settings(row: int, column: int, *lines: list[Scalar]) -> Write:
    return Write(SETTINGS, row, column, block(lines))


def rules(row: int, column: int, *lines: list[Scalar]) -> Write:
    return Write(RULES, row, column, block(lines))


def check(formula: str, id: str = "C1", scope: str = "行") -> list[Scalar]:
    return [id, "自查", "提示", "是", formula, "请核对", scope]


def own(formula: str) -> Write:
    return rules(FIRST_CHECK, 1, check(formula))


E = f"规则!E{FIRST_CHECK}"
NONSENSE: dict[str, tuple[Write, list[str]]] = {
    "every value blank": (settings(4, 2, *[[None]] * 18), []),
    "only spaces": (settings(4, 2, *[["　 "]] * 18), []),
    "text for a day": (settings(7, 2, ["下月底"]), ["参数!B7"]),
    "a day that is none": (settings(7, 2, ["2023年2月30日"]), ["参数!B7"]),
    "text for a unit's day": (settings(4, 9, ["开春", "年底"]), ["参数!I4", "参数!J4"]),
    "text for numbers": (settings(9, 2, ["八"], ["一年"]), ["参数!B9", "参数!B10"]),
    "a truth value": (settings(9, 2, [True]), ["参数!B9"]),
    "an error": (settings(4, 2, ["#REF!"]), ["参数!B4"]),
    "numbers beyond all measure": (settings(9, 2, [1e300], [-1e300]), ["参数!B9", "参数!B10"]),
    "a name of control characters": (settings(5, 2, ["嘉\x01定"]), ["参数!B5"]),
    "braces": (settings(6, 2, ["{年度.__class__}汇总表"]), ["参数!B6"]),
    "a setting twice": (settings(LAST_LINE + 1, 1, ["年度", 2024]), [f"参数!A{LAST_LINE + 1}"]),
    "a unit twice": (settings(5, 7, ["新成路街道"]), ["参数!G5"]),
    "an alias twice": (settings(5, 8, ["新成路"]), ["参数!H5"]),
    "a list of blanks": (settings(4, 11, *[[None, None]] * 20), ["参数!K3"]),
    "an own column twice": (settings(4, 18, ["研发"], ["研发"]), ["参数!R5"]),
    "an own column called as ours": (settings(4, 18, ["校验"]), ["参数!R4"]),
    "an own column that would run": (settings(4, 18, ["=cmd|'/c calc'!A0"]), ["参数!R4"]),
    "a rule twice": (rules(5, 1, ["F01"]), ["规则!A5"]),
    "a rule that there is not": (rules(5, 1, ["Z99"]), ["规则!A5"]),
    "a severity that there is not": (rules(5, 3, ["致命", "也许"]), ["规则!C5", "规则!D5"]),
    "an own check twice": (
        rules(FIRST_CHECK, 1, check("=[@序号]>5"), check("=[@序号]>6")),
        [f"规则!A{FIRST_CHECK + 1}"],
    ),
    "an own check without a formula": (rules(FIRST_CHECK, 1, ["C1", "自查"]), [E]),
    "a formula that reads a file": (own("='C:\\[x.xlsx]表'!A1>[@序号]"), [E]),
    "a formula that calls a server": (own('=WEBSERVICE("http://x/"&[@项目单位])="1"'), [E]),
    "a formula that starts a program": (own("=cmd|'/c calc'!A0"), [E]),
    "a formula that looks at its own cell": (own(f"=E{FIRST_CHECK}>1"), [E]),
    "a formula about a column that there is not": (own("=[@研发投入]>1"), [E]),
    "a formula of brackets": (own("=" + "(" * 900), [E]),
    "a formula of square brackets": (own("=" + "[" * 900), [E]),
    "a formula of quotation marks": (own('="' * 300), [E]),
    "a formula without end": (own("=[@序号]>" + "1" * 30_000), [E]),
    "a tower of powers": (own("=9^9^9^9^9>[@序号]"), [E]),
    "a list of 10,000 units": (settings(4, 7, *[[f"第{n}镇"] for n in range(10_000)]), ["参数!G504"]),
    "10,000 times one unit": (settings(4, 7, *[["甲镇"]] * 10_000), [f"参数!G{n}" for n in range(5, 105)]),
    "10,000 own columns": (settings(4, 18, *[[f"栏目{n}"] for n in range(10_000)]), ["参数!R10"]),
    "10,000 unknown settings": (
        settings(LAST_LINE + 1, 1, *[[f"参数{n}", n] for n in range(10_000)]),
        [f"参数!A{LAST_LINE + n}" for n in range(1, 101)],
    ),
    "10,000 own checks": (
        rules(FIRST_CHECK, 1, *[check("=[@序号]>5", f"C{n}") for n in range(1, 10_001)]),
        [f"规则!A{FIRST_CHECK + 200}"],
    ),
    "10,000 times one check": (
        rules(FIRST_CHECK, 1, *[check("=[@序号]>5")] * 10_000),
        [f"规则!A{FIRST_CHECK + n}" for n in (*range(1, 101), 200)],
    ),
}  # fmt: skip


def with_(*writes: Write) -> Snapshot:
    return Patch((ROW, *writes)).applied(BLANK)


def places(flags: object) -> Iterator[str]:
    return (f"{f.sheet}!{f.cell}" for f in flags if f.rule in ("P01", "P02"))  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", NONSENSE)
def test_it_is_flagged_where_it_stands_and_the_table_is_checked(name: str) -> None:
    write, expected = NONSENSE[name]
    report = validate(with_(write), RUNNING).report
    assert sorted(places(report.flags)) == sorted(expected)
    assert [(f.rule, f.cell) for f in report.flags if f.sheet == "汇总表" and f.rule[0] == "R"] == [("R06", "H4")]


@pytest.mark.parametrize("name", NONSENSE)
def test_nothing_of_it_is_half_applied(name: str) -> None:
    write, expected = NONSENSE[name]
    book = with_(write, settings(4, 1, ["年度", 2023]) if name == "a setting twice" else settings(1, 1, ["参数"]))
    report = apply(book, RUNNING).report
    reads_alone = name in ("a formula that takes long", "a tower of powers")  # only computing shows it
    if expected and not reads_alone:
        assert report.changes == []
        assert sorted(places(report.flags)) == sorted(expected)
    notice, _ = read_notice(book)
    same = notice.model_copy(update={"checks": (), "columns": ()})
    assert same == Notice()
    assert len(notice.columns) <= 6
    assert len(notice.checks) <= 200


def test_sheets_without_any_content() -> None:
    book = with_()
    for name in (SETTINGS, RULES):
        book = book.with_sheet(SheetGrid(name, []))
    report = validate(book, RUNNING).report
    assert sorted(places(report.flags)) == ["参数!", "规则!"]
    assert apply(book, RUNNING).report.changes == []


def test_a_formula_that_takes_for_ever_costs_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = f'=COUNTIF([项目名称],"{"*a" * 20}*b")>0'
    book = with_(
        Write("汇总表", 4, 2, block([["a" * 60]])),
        rules(FIRST_CHECK, 1, check(slow), check("=[@序号]=1", "C2")),
    )
    with calculation.Pool(1, 3.0) as pool:
        monkeypatch.setattr(calculation, "_pool", lambda: pool)
        report = validate(book, replace(RUN, calculate=calculation.calculate_apart)).report
    assert [(f.rule, f.cell, f.message) for f in report.flags if f.rule in ("P02", "C1", "C2")] == [
        ("P02", f"E{FIRST_CHECK}", "自定义检查 C1 的公式算不了：第 4 行太费时间或内存，没有算完"),
        ("C2", "A4", "请核对"),
    ]


def test_real_formulas_in_a_file_circular_ones_too(tmp_path: Path) -> None:
    """Excel gives a circular formula no value; the file holds none."""
    path = tmp_path / "附件2.xlsx"
    path.write_bytes(resource(SUMMARY_XLSX).read_bytes())
    circular = (
        settings(4, 2, [Formula("=B4+1")]),
        settings(7, 2, [Formula("=B8")], [Formula("=B7")]),
        settings(5, 7, [Formula("=G5")]),
        rules(FIRST_CHECK, 1, ["C1", "自查", "提示", "是", Formula(f"=E{FIRST_CHECK}"), "请核对", "行"]),
    )
    open_workbook(path).commit(Patch((ROW, *circular)))
    report = api.validate(path)
    assert sorted(places(report.flags)) == ["参数!B4", "参数!B7", "参数!B8", "参数!G5", E]
    assert ("R06", "H4") in [(f.rule, f.cell) for f in report.flags]
    assert api.apply(path).changes == []
    assert Formula("=B4+1") == open_workbook(path).snapshot.sheets[SETTINGS].stored(4, 2)


def test_in_excel_as_in_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "this_run", lambda: RUNNING)
    path = tmp_path / "附件2.xlsx"
    path.write_bytes(resource(SUMMARY_XLSX).read_bytes())
    names = ("text for a day", "a truth value", "a unit twice", "an own column twice", "a rule twice")
    lists = settings(4, 11, *[[f"第{n}级", None] for n in range(600)])
    hostile = own("=cmd|'/c calc'!A0")
    open_workbook(path).commit(Patch((ROW, *(NONSENSE[name][0] for name in names), lists, hostile)))
    both = Both(path)
    report = both.run(macros.validate, api.validate)
    assert sorted(places(report.flags)) == sorted(
        ["参数!K504", E, *(place for name in names for place in NONSENSE[name][1])]
    )
    assert both.run(macros.apply, api.apply).changes == []
    assert both.in_front == SETTINGS
    assert both.status.startswith(
        "“参数”“规则”有 7 处填写有误，没有应用，什么也没有改；请改好后再点一次“应用参数”。参数!"
    )
