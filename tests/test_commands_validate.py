"""Validate shows exactly what it found: marks, 校验 in words, 校验结果 with links; old marks do not linger."""

from __future__ import annotations

from tests.making import HEADERS, complete, workbook
from xlpy.commands.outcome import Run
from xlpy.commands.pull import pull
from xlpy.commands.validate import validate
from xlpy.grids import Scalar, SheetGrid, Snapshot
from xlpy.layout import RESULT_HEADERS, RESULTS
from xlpy.models import Intake
from xlpy.patch import Patch, Write, block

RUN = Run("2023-09-01 08:00:00", "王")
GOOD: list[Scalar] = [1, "降噪", "甲公司", "2022年6月", "国内领先", "民营企业", "中型", 30, None]
BAD: list[Scalar] = [2, "减重", "乙公司", "2022年上半年", "国内领先水准", "民营企业", None, "约500", None]


def validated(snapshot: Snapshot) -> Snapshot:
    return validate(snapshot, RUN).patch.applied(snapshot)


def line(snapshot: Snapshot, row: int, first: int, last: int, sheet: str = "汇总表") -> list[Scalar]:
    return [snapshot.sheets[sheet].value(row, c) for c in range(first, last + 1)]


def test_marks_stand_in_the_shadow_columns_and_words_beside_the_row() -> None:
    after = validated(workbook(GOOD, BAD))
    marks = dict(zip(HEADERS, line(after, 5, 12, 20), strict=True))
    assert {h: level for h, level in marks.items() if level} == {
        "完成时间": 3, "项目先进水平": 2, "企业规模": 3, "经济效益(万元)": 3,
    }  # fmt: skip
    assert line(after, 4, 10, 10) == ["通过"]
    assert line(after, 4, 12, 20) == [0] * 9
    assert line(after, 6, 10, 20) == [None] * 11
    words = str(after.sheets["汇总表"].value(5, 10))
    assert words.startswith("错误：“企业规模”没有填；错误：完成时间写的是“2022年上半年”")
    assert words.endswith("；另有 1 条，见“校验结果”")


def test_every_flag_is_a_line_of_the_result_list_the_gravest_first() -> None:
    after = validated(workbook(GOOD, BAD))
    grid = after.sheets[RESULTS]
    assert line(after, 1, 1, 10, RESULTS) == list(RESULT_HEADERS)
    assert [line(after, r, 1, 7, RESULTS) for r in range(2, grid.height + 1)] == [
        [1, "错误", "R01", "汇总表!G5", "减重", "企业规模", None],
        [2, "错误", "R03", "汇总表!D5", "减重", "完成时间", "2022年上半年"],
        [3, "错误", "R06", "汇总表!H5", "减重", "经济效益(万元)", "约500"],
        [4, "警告", "R05", "汇总表!E5", "减重", "项目先进水平", "国内领先水准"],
    ]


def test_places_are_links() -> None:
    writes = [op for op in validate(workbook(BAD), RUN).patch.operations if isinstance(op, Write) and op.links]
    assert writes[0].values[0] == ("汇总表!G4",)


def test_old_marks_do_not_linger() -> None:
    marked = validated(workbook(GOOD, BAD))
    mended = Patch((Write("汇总表", 5, 1, block([[2, "减重", "乙公司", *GOOD[3:]]])),)).applied(marked)
    after = validated(mended)
    assert line(after, 5, 10, 10) == ["通过"]
    assert line(after, 5, 12, 20) == [0] * 9
    grid = after.sheets[RESULTS]
    assert [line(after, r, 1, 10, RESULTS) for r in range(2, grid.height + 1)] == [[None] * 10] * 4


def test_validating_twice_changes_nothing() -> None:
    once = validated(workbook(GOOD, BAD))
    assert validate(once, RUN).report.changes == []


def test_a_clean_table_has_no_flags() -> None:
    assert validate(workbook(GOOD), RUN).report.flags == []


def test_a_forms_flags_stand_at_its_row_and_lead_into_its_file() -> None:
    intake = Intake(folder="f", forms=(complete(file="登记表/甲.xlsx"),))
    book = workbook()
    book = pull(book, RUN, intake).patch.applied(book)
    outcome = validate(book, RUN, intake)
    f12 = next(f for f in outcome.report.flags if f.rule == "F12")
    assert (f12.row_number, f12.file, f12.sheet) == (4, "登记表/甲.xlsx", "登记表")
    places = [v for op in outcome.patch.applied(book).sheets[RESULTS].rows for v in op[3:4]]
    assert "[登记表/甲.xlsx]登记表" in places


def test_another_workbook_with_the_same_headers_gets_the_list_alone() -> None:
    bare = Snapshot("别的.xlsx", {"表": SheetGrid("表", [list(HEADERS), list(BAD)])})
    after = validated(bare)
    assert after.sheets["表"] == bare.sheets["表"]
    assert after.sheets[RESULTS].value(2, 4) == "表!G2"


def test_settings_of_the_workbook_are_used_and_their_faults_told() -> None:
    book = workbook(GOOD, 参数=[["名称", "值"], ["区", "青浦区"], ["截止日期", "不详"]])
    flags = validate(book, RUN).report.flags
    assert [(f.rule, f.sheet, f.cell) for f in flags] == [("P01", "参数", "B3")]
