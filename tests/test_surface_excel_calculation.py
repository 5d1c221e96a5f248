"""Own checks computed by Excel: the same answers as on a closed file, nothing of the user's touched, few calls.

Behind the double LibreOffice calculates, so the two engines have nothing in common.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.both import Both
from tests.comdouble import Excel
from tests.making import money, row, table, text
from tests.test_macros import RUN
from xlpy import api, calculation, macros
from xlpy.authoring.summary_book import summary_bytes
from xlpy.checks.own import FUNCTIONS, OwnFormula, own_flags
from xlpy.commands.outcome import Run
from xlpy.errors import CannotRun
from xlpy.flags import Severity
from xlpy.grids import Scalar
from xlpy.notice import Notice, OwnCheck
from xlpy.patch import Patch, Write, block
from xlpy.surfaces.excel import LiveWorkbook
from xlpy.surfaces.file import open_workbook

VALUES = block(
    [
        ["项目名称", "企业规模", "经济效益(万元)", "完成时间"],
        ["降噪*", "微型", 6000.0, "2022年6月"],
        ["减重", "大型", 6000, "2022-7"],
        ["AbC", "微型", 30.5, None],
        ["=1+1", None, None, "00123"],
        [" 虚焊 'A", "中型", "/", "TRUE"],
    ]
)
_LISTED = """
=AND($B2="微型",$C2>5000)
=OR($C2<0,ISTEXT($C2))
=NOT($B2="大型")
=XOR($B2="大型",$C2>100)
=IF($C2>5000,TRUE,FALSE)
=IF(AND($B2="微型",$C2>1),TRUE)
=IFERROR($C2*1,0)>100
=ISERROR($C2*1)
=ISBLANK($C2)
=ISNUMBER($C2)
=$B2=""
=$A2="abc"
=EXACT($A2,"abc")
=LEN($A2)>2
=LEFT($D2,4)="2022"
=RIGHT($A2,1)="重"
=MID($A2,1,1)="减"
=LOWER($A2)="abc"
=UPPER($A2)="ABC"
=TRIM($A2)=$A2
=SUBSTITUTE($A2,"A","y")="ybC"
=CONCATENATE($A2,$B2)="减重大型"
=$A2&$B2="减重大型"
=ISERROR(FIND("噪",$A2))
=ISERROR(SEARCH("噪",$A2))
=IFERROR(VALUE(LEFT($D2,4)),0)<2022
=COUNTIF($B$2:$B$6,$B2)>1
=COUNTIF($A$2:$A$6,"*")>2
=COUNTIFS($B$2:$B$6,$B2,$C$2:$C$6,">1000")>0
=COUNTA($B$2:$B$6)=4
=COUNT($C$2:$C$6)=3
=COUNTBLANK($B$2:$B$6)=1
=SUM($C$2:$C$6)=12030.5
=SUMIF($B$2:$B$6,"微型",$C$2:$C$6)>6000
=SUMIFS($C$2:$C$6,$B$2:$B$6,$B2)>100
=SUMPRODUCT(($B$2:$B$6=$B2)*1)>1
=MAX($C$2:$C$6)=$C2
=MIN($C$2:$C$6)=$C2
=AVERAGE($C$2:$C$6)<$C2
=MEDIAN($C$2:$C$6)>$C2
=ABS($C2)>5
=INT($C2)=30
=MOD($C2,2)=0
=ROUND($C2/3,2)=2000
=ROUNDUP($C2,0)=31
=ROUNDDOWN($C2,0)=30
=CEILING($C2,100)=6000
=FLOOR($C2,100)=6000
=YEAR(DATE(2022,MONTH(DATE(2022,6,1)),1))=2022
=($C2>5000)*($B2="微型")=1
=$C2%>1
=-$C2<0
=$C2^2>100
=$C2+1
=$C2/0>1
=TRUE()<>FALSE()
"""
FORMULAS = _LISTED.split()


@pytest.fixture(autouse=True)
def _same_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "this_run", lambda: Run(RUN.time, RUN.user, calculation.calculate))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "附件2.xlsx"
    made.write_bytes(summary_bytes(Notice(checks=CHECKS)))
    rows = (
        (1, "降噪*", "甲公司", "2022年6月", "国内领先", "民营企业", "微型", 6000),
        (2, "减重", "甲公司", "2022年6月", "国内领先", "民营企业", "大型", 6000),
        (3, "=1+1", "甲2号", "2022年6月", "国内领先", "民营企业", "微型", "/"),
    )
    open_workbook(made).commit(Patch((Write("汇总表", 4, 1, rows),)))
    return made


def checked(id: str, formula: str, scope: str = "row") -> OwnCheck:
    return OwnCheck(
        id=id, title="自查", formula=formula, message=f"{id} 请核对", scope=scope, severity=Severity.WARNING
    )


CHECKS = (
    checked("C1", '=AND([@企业规模]="微型",[@经济效益]>5000)'),
    checked("C2", "=COUNTIF([项目单位],[@项目单位])>1"),
    checked("C3", "=SUM([经济效益])>10000", "table"),
    checked("C4", "=[@经济效益]*2>100"),
    checked("C5", "=[@经济效益]>"),
    checked("C6", "=LEN()>[@序号]"),
    checked("C7", '=OR([@项目名称]="=1+1",[@项目单位]="甲2号")'),
)


def live(path: Path) -> LiveWorkbook:
    return LiveWorkbook(Excel().open(path))


def test_every_function_of_the_list_has_its_formula() -> None:
    assert set(re.findall(r"([A-Z]+)\(", " ".join(FORMULAS))) == FUNCTIONS


def test_both_engines_give_the_same_for_every_function(path: Path) -> None:
    formulas = [OwnFormula(formula, True) for formula in FORMULAS]
    by_excel, by_ours = live(path).calculate(VALUES, formulas), calculation.calculate(VALUES, formulas)
    assert dict(zip(FORMULAS, by_excel, strict=True)) == dict(zip(FORMULAS, by_ours, strict=True))


def test_the_flags_are_the_same_in_excel_and_on_the_file(path: Path) -> None:
    report = Both(path).run(macros.validate, api.validate)
    own = [(f.rule, f.cell, f.message) for f in report.flags if f.rule[0] == "C" or f.rule == "P02"]
    not_computed = "自定义检查 {} 的公式算不了：第 {} 行算不出来：公式写得不对，或者把文字当成数来算了"
    assert sorted(own) == [
        ("C1", "G4", "C1 请核对"),
        ("C1", "G6", "C1 请核对"),  # to Excel "/" is more than any number
        ("C2", "C4", "C2 请核对"),
        ("C2", "C5", "C2 请核对"),
        ("C3", "H3", "C3 请核对"),
        ("C4", "H4", "C4 请核对"),
        ("C4", "H5", "C4 请核对"),
        ("C7", "B6", "C7 请核对"),
        ("P02", "E53", not_computed.format("C4", 6)),
        ("P02", "E54", not_computed.format("C5", 4)),
        ("P02", "E55", not_computed.format("C6", 4)),
    ]


def test_nothing_of_the_users_workbook_is_touched(path: Path) -> None:
    excel = Excel()
    book = excel.open(path)
    workbook = LiveWorkbook(book)
    [inner] = [object.__getattribute__(book.api, "_inner")]
    inner.saved = True
    workbook.calculate(VALUES, [OwnFormula("=$C2>5000", True)])
    assert inner.saved
    assert excel.scratch == []
    assert excel.active_book is inner
    assert LiveWorkbook(book).snapshot == workbook.snapshot
    assert excel.settings["ScreenUpdating"] is excel.settings["EnableEvents"] is True


def test_the_number_of_calls_does_not_grow_with_the_lines(path: Path) -> None:
    def calls(lines: int) -> Counter[str]:
        excel = Excel()
        workbook = LiveWorkbook(excel.open(path))
        excel.calls.clear()
        values: list[list[Scalar]] = [["名称", "效益"], *(["降噪", n] for n in range(lines))]
        [results] = workbook.calculate(block(values), [OwnFormula("=$B2>1", True)])
        assert results == [n > 1 for n in range(lines)]
        return excel.calls

    assert calls(3) == calls(2000)
    assert calls(3).total() < 40


def test_a_busy_excel_leaves_a_flag_on_each_check(path: Path) -> None:
    excel = Excel()
    workbook = LiveWorkbook(excel.open(path))
    excel.busy = True
    rows = table(row(4, "降噪", "甲公司", size=text("微型"), benefit=money("6000")))
    flags = own_flags(rows, Notice(checks=CHECKS[:2]), workbook.calculate)
    assert [(flag.rule, flag.message) for flag in flags] == [
        ("P02", "自定义检查 C1 的公式算不了：Excel 正忙，可能有单元格正在编辑"),
        ("P02", "自定义检查 C2 的公式算不了：Excel 正忙，可能有单元格正在编辑"),
    ]


def test_values_that_excel_alters_are_not_computed_with(path: Path) -> None:
    excel = Excel()
    workbook = LiveWorkbook(excel.open(path))
    excel.mangles = lambda cell: setattr(cell, "value", "改了")
    with pytest.raises(CannotRun, match="写进去的内容变了样"):
        workbook.calculate(VALUES, [OwnFormula("=$C2>5000", True)])
    assert excel.scratch == []
