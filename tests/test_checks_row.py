"""The checks of one row of the table: for each what passes, what is flagged and where, and what a blank row gives."""

from __future__ import annotations

import pytest

from tests.sound import blank_row, found, number, sound_row, sound_table, text
from xlpy.cells import amount, month
from xlpy.checks import check_table
from xlpy.flags import Severity
from xlpy.models import SummaryRow
from xlpy.notice import Notice

NOTICE = Notice()
LONG = "长" * 32_768

# rule, what is tried, the row (row 4 of the sheet), where the flags of the rule are
CASES: tuple[tuple[str, str, SummaryRow, list[str]], ...] = (
    ("R01", "passes", sound_row(), []),
    ("R01", "no project", sound_row(project_name=""), ["B4"]),
    ("R01", "/ is no enterprise", sound_row(company="/"), ["C4"]),
    ("R01", "/ is R05", sound_row(level="/"), []),
    ("R01", "unreadable is R06", sound_row(benefit="约40", problem="不是确切的数"), []),
    ("R01", "blank", blank_row(), ["B4", "C4", "D4", "E4", "F4", "G4", "H4"]),
    ("R02", "passes", sound_row(), []),
    ("R02", "begins at 2", sound_row(number="2"), ["A4"]),
    ("R02", "no number", sound_row(number="甲"), ["A4"]),
    ("R02", "blank", blank_row(), ["A4"]),
    ("R03", "passes", sound_row(), []),
    ("R03", "half a year", sound_row(completed="2022上", problem=month("2022上").problem), ["D4"]),
    ("R03", "/", sound_row(completed="/"), ["D4"]),
    ("R03", "blank", blank_row(), []),
    ("R04", "twelve months", sound_row(completed="2022.9"), []),
    ("R04", "eleven months", sound_row(completed="2022.10"), ["D4"]),
    ("R04", "in the month of the deadline", sound_row(completed="2023.9"), ["D4"]),
    ("R04", "too late", sound_row(completed="2023.10"), ["D4"]),
    ("R04", "blank", blank_row(), []),
    ("R05", "an alias", sound_row(ownership="民企"), []),
    ("R05", "its year in brackets", sound_row(level="国际先进水平（2020年代）"), []),
    ("R05", "near one", sound_row(level="达到国际先进水平"), ["E4"]),
    ("R05", "near none", sound_row(ownership="混改"), ["F4"]),
    ("R05", "/", sound_row(size="/"), ["G4"]),
    ("R05", "blank", blank_row(), []),
    ("R06", "passes", sound_row(benefit="-4.5"), []),
    ("R06", "about", sound_row(benefit="约40", problem=amount("约40").problem), ["H4"]),
    ("R06", "/ is no number", sound_row(benefit="/"), ["H4"]),
    ("R06", "blank", blank_row(), []),
    ("R07", "passes", sound_row(benefit="99999"), []),
    ("R07", "元", sound_row(benefit="400000"), ["H4"]),
    ("R07", "亿元", sound_row(benefit="0.004"), ["H4"]),
    ("R07", "0 is a figure", sound_row(benefit="0"), []),
    ("R07", "blank", blank_row(), []),
    ("R08", "passes", sound_row(remarks="第一行\n第二行，5-6 月复核"), []),
    ("R08", "a formula", sound_row(project_name='=HYPERLINK("x")'), ["B4"]),
    ("R08", "a command", sound_row(company="@SUM(A1)"), ["C4"]),
    ("R08", "full width", sound_row(remarks="＝1+1"), ["I4"]),
    ("R08", "a sign before words", sound_row(remarks="+cmd|' /C calc'!A0"), ["I4"]),
    ("R08", "a dash is none", sound_row(remarks="--"), []),
    ("R08", "a number with its sign", sound_row(remarks="-12.5"), []),
    ("R08", "a telephone number", sound_row(remarks="+86 (021) 5953-1234"), []),
    ("R08", "zero width", sound_row(project_name="轴承\u200b异音"), ["B4"]),
    ("R08", "turned around", sound_row(company="甲\u202e乙公司"), ["C4"]),
    ("R08", "a control character", sound_row(remarks="甲\x07乙"), ["I4"]),
    ("R08", "too long", sound_row(remarks=LONG), ["I4"]),
    ("R08", "as long as a cell can be", sound_row(remarks=LONG[1:]), []),
    ("R08", "a formula that failed", sound_row(remarks="#REF!", problem="是公式出错的结果"), ["I4"]),
    ("R08", "blank", blank_row(), []),
)


@pytest.mark.parametrize(
    ("rule", "row", "cells"), [c[:1] + c[2:] for c in CASES], ids=[f"{c[0]} {c[1]}" for c in CASES]
)
def test_row(rule: str, row: SummaryRow, cells: list[str]) -> None:
    assert found(check_table(sound_table(row), NOTICE), rule) == [(rule, cell) for cell in cells]


def test_a_formula_without_its_result_is_no_blank_cell() -> None:
    table = sound_table(sound_row(size=""), valueless=frozenset({"G4"}))
    (flag,) = check_table(table, NOTICE)
    assert (flag.rule, flag.cell, flag.message) == (
        "F17",
        "G4",
        "“企业规模”这一格里是公式或图片，文件里没有存下结果，读到的是空白",
    )


def test_a_sound_row_gives_no_flag() -> None:
    assert check_table(sound_table(), NOTICE) == []


def test_a_spoiled_cell_gives_no_flag_of_another_rule() -> None:
    for rule, name, row, cells in CASES:
        if row != blank_row() and cells:
            assert {flag.rule for flag in check_table(sound_table(row), NOTICE)} == {rule}, (rule, name)


def test_flags_of_a_blank_row_by_place() -> None:
    flags = check_table(sound_table(blank_row()), NOTICE)
    cells = ["A4", "B4", "C4", "D4", "E4", "F4", "G4", "H4"]
    assert found(flags) == [("R02" if cell == "A4" else "R01", cell) for cell in cells]


def test_a_flag_names_file_sheet_cell_row_and_field() -> None:
    (flag,) = check_table(
        sound_table(sound_row(4), sound_row(12, number="2", level="达到国际先进水平", project_name="减重")), NOTICE
    )
    assert flag.model_dump(mode="json") == {
        "rule": "R05",
        "severity": "warning",
        "file": "附件2.xlsx",
        "sheet": "汇总表",
        "cell": "E12",
        "row_number": 12,
        "field": "level",
        "value": "达到国际先进水平",
        "message": "“项目先进水平”写的是“达到国际先进水平”，清单里没有，像是“国际先进”",
        "fix": "请从下拉清单里选",
    }


def test_wrong_numbers_are_told_once() -> None:
    rows = [sound_row(row, number=str(n), project_name="减" * row) for row, n in ((4, 1), (5, 3), (7, 4), (9, 9))]
    flags = check_table(sound_table(*rows), NOTICE)
    assert [(f.rule, f.cell, f.message) for f in flags] == [
        ("R02", "A5", "这一行的序号是“3”，应当是 2；后面的也请一并核对")
    ]


def test_after_the_deadline_is_an_error_and_too_soon_a_warning() -> None:
    flags = [
        check_table(sound_table(sound_row(completed=typed)), NOTICE)[0] for typed in ("2023.10", "2023.1", "2023.9")
    ]
    assert [(flag.severity, flag.message) for flag in flags] == [
        (Severity.ERROR, "完成时间 2023年10月 在截止日期 2023年9月15日 之后"),
        (Severity.WARNING, "完成时间 2023年1月 到截止日期 2023年9月15日 不满 12 个月"),
        (Severity.WARNING, "完成时间 2023年9月 到截止日期 2023年9月15日 不满 12 个月"),
    ]


def test_a_column_that_is_not_there_is_not_blank_in_every_row() -> None:
    table = sound_table(blank_row())
    columns = {name: n for name, n in table.columns.items() if name not in ("level", "number")}
    cells = [cell for _, cell in found(check_table(table.model_copy(update={"columns": columns}), NOTICE))]
    assert cells == ["B4", "C4", "D4", "F4", "G4", "H4"]


def test_which_columns_are_required_is_a_setting() -> None:
    notice = Notice(required=("remarks",))
    assert found(check_table(sound_table(sound_row(level="")), notice)) == [("R01", "I4")]


def test_an_unreadable_number_is_told_with_its_remedy() -> None:
    row = sound_row().model_copy(update={"number": number("七", "A4"), "remarks": text("ok", "I4", "汇总表")})
    assert [f.message for f in check_table(sound_table(row), NOTICE)] == [
        "这一行的序号是“七”，应当是 1；后面的也请一并核对"
    ]
