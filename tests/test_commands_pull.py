"""Pull: a three-way merge of form, cell, and what was pulled last."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.making import complete, economics, text, workbook
from xlpy.commands.outcome import Run
from xlpy.commands.pull import pull
from xlpy.commands.undo import undo
from xlpy.errors import CannotRun
from xlpy.grids import Scalar, Snapshot, same_scalar
from xlpy.layout import HISTORY, LOG
from xlpy.models import Form, Intake, Skipped
from xlpy.origins import read_origins
from xlpy.patch import Patch, Write, block
from xlpy.report import Report
from xlpy.surfaces.references import column_number

RUN = Run("2023-09-01 08:00:00", "王")
LATER = Run("2023-09-02 08:00:00", "王")


def intake(*forms: Form, skipped: tuple[Skipped, ...] = ()) -> Intake:
    return Intake(folder="登记表", forms=forms, skipped=skipped)


def pulled(snapshot: Snapshot, *forms: Form, run: Run = RUN) -> tuple[Snapshot, Report]:
    outcome = pull(snapshot, run, intake(*forms))
    return outcome.patch.applied(snapshot), outcome.report


def body(snapshot: Snapshot) -> list[list[Scalar]]:
    """The filled rows of the table, columns A…I."""
    grid = snapshot.sheets["汇总表"]
    rows = [[grid.value(r, c) for c in range(1, 10)] for r in range(4, grid.height + 1)]
    return [r for r in rows if r[1] is not None and r[0] != "填报单位（加盖公章）："]


def edited(snapshot: Snapshot, row: int, column: int, value: Scalar) -> Snapshot:
    return Patch((Write("汇总表", row, column, block([[value]])),)).applied(snapshot)


def rules(report: Report) -> list[tuple[str, str]]:
    return [(f.rule, f.cell) for f in report.flags if f.rule.startswith("X")]


FULL = ["降噪", "甲公司", "2022年6月", "国内领先", "民营企业", "中型", 30.0, None]


def test_forms_fill_the_blank_lines_and_are_numbered() -> None:
    after, report = pulled(workbook(), complete(), complete("减重", "乙公司", "b.xlsx"))
    assert body(after) == [[1, *FULL], [2, "减重", "乙公司", *FULL[2:]]]
    assert report.rows == 2


def test_rows_are_inserted_above_the_footer_when_the_lines_are_used_up() -> None:
    forms = [complete(f"项目{n}", "甲公司", f"{n}.xlsx") for n in "一二三四"]
    after, _ = pulled(workbook(["1", "老项目", "丙公司"], blank=1), *forms)
    assert [r[:2] for r in body(after)] == [[1, "老项目"], [2, "项目一"], [3, "项目二"], [4, "项目三"], [5, "项目四"]]
    grid = after.sheets["汇总表"]
    assert (grid.value(9, 1), grid.value(10, 1)) == (None, "填报单位（加盖公章）：")


def test_pulling_twice_changes_nothing() -> None:
    forms = complete(), complete("减重", "乙公司", "b.xlsx")
    once, _ = pulled(workbook(blank=1), *forms)
    twice, report = pulled(once, *forms, run=LATER)
    assert report.changes == []
    assert [grid for name, grid in twice.sheets.items() if name not in (LOG, HISTORY)] == [
        grid for name, grid in once.sheets.items() if name not in (LOG, HISTORY)
    ]


def test_a_changed_form_reaches_the_untouched_cell() -> None:
    once, _ = pulled(workbook(), complete())
    after, report = pulled(once, complete(after=economics(profit="150")))
    assert body(after)[0][7] == 50.0
    assert [(c.sheet, c.cell, c.before, c.after) for c in report.changes if c.sheet == "汇总表"] == [
        ("汇总表", "H4", 30.0, 50.0)
    ]


def test_a_clerks_edit_stays_and_is_shown_against_the_form() -> None:
    once, _ = pulled(workbook(), complete())
    after, report = pulled(edited(once, 4, 6, "国有企业"), complete())
    assert body(after)[0][5] == "国有企业"
    assert rules(report) == [("X01", "F4")]


def test_edit_and_changed_form_keep_the_clerks_and_name_both() -> None:
    once, _ = pulled(workbook(), complete())
    after, report = pulled(edited(once, 4, 6, "国有企业"), complete(ownership=text("集体企业", "B5")))
    assert body(after)[0][5] == "国有企业"
    (flag,) = [f for f in report.flags if f.rule == "X01"]
    assert (flag.cell, flag.row_number, flag.field) == ("F4", 4, "ownership")
    assert "国有企业" in flag.message
    assert "集体企业" in flag.message


def test_a_row_typed_by_hand_gets_only_its_blanks_filled() -> None:
    after, report = pulled(workbook([1, "降噪", "甲公司", None, "国际先进"]), complete())
    assert body(after) == [[1, "降噪", "甲公司", "2022年6月", "国际先进", "民营企业", "中型", 30.0, None]]
    assert rules(report) == [("X01", "E4")]


def test_a_renamed_row_is_not_added_again() -> None:
    once, _ = pulled(workbook(), complete())
    after, _ = pulled(edited(once, 4, 2, "发动机舱隔音改造"), complete())
    assert [r[1] for r in body(after)] == ["发动机舱隔音改造"]


def test_what_cannot_be_read_stays_for_the_clerk() -> None:
    blank = complete(level=text(""), after=economics(profit="130", saving="5"))
    after, _ = pulled(workbook(), blank)
    assert body(after)[0][4] is None
    assert body(after)[0][7] is None


def test_hostile_text_is_stored_as_text() -> None:
    after, _ = pulled(workbook(), complete("=cmd|' /C calc'!A0", "甲\x00公司"))
    assert body(after)[0][1:3] == ["=cmd|' /C calc'!A0", "甲公司"]


def test_every_file_is_accounted_for() -> None:
    old, new = complete(file="旧.xlsx"), complete(file="新.xlsx")
    nameless = complete("", "", "空.xlsx")
    outcome = pull(
        workbook(),
        RUN,
        intake(old, new, nameless, skipped=(Skipped(file="图.jpg", reason="图片不是登记表，不读"),)),
    )
    lines = read_origins(outcome.patch.applied(workbook()))
    assert {(line.file, line.state) for line in lines} == {
        ("新.xlsx", "已被新版替代：采用 旧.xlsx"),
        ("旧.xlsx", "已导入"),
        ("空.xlsx", "未采用：项目名称和填报单位都没有填，无法列入汇总表"),
        ("图.jpg", "未采用：图片不是登记表，不读"),
    }
    assert outcome.report.skipped == [
        Skipped(file="图.jpg", reason="图片不是登记表，不读"),
        Skipped(file="空.xlsx", reason="项目名称和填报单位都没有填，无法列入汇总表"),
    ]


def test_a_form_that_is_gone_is_remembered_with_its_row() -> None:
    once, _ = pulled(workbook(), complete(), complete("减重", "乙公司", "b.xlsx"))
    after, report = pulled(once, complete(), run=LATER)
    assert [r[1] for r in body(after)] == ["降噪", "减重"]
    assert [(o.number, o.state, o.file) for o in read_origins(after)] == [
        (1, "已导入", "a.xlsx"),
        (2, "文件已不在", "b.xlsx"),
    ]
    assert rules(report) == [("X02", "B5")]


def test_each_run_is_one_line_in_the_log() -> None:
    once, _ = pulled(workbook(), complete())
    twice, _ = pulled(once, complete(), run=LATER)
    lines = [[grid.value(r, c) for c in (1, 2, 3, 6)] for grid in [twice.sheets[LOG]] for r in (1, 2, 3)]
    assert lines[0] == ["时间", "操作", "操作人", "主要改动"]
    assert lines[1][:3] == ["2023-09-01 08:00:00", "导入登记表", "王"]
    assert lines[1][3] == "填入 B4、C4、D4、E4、F4、G4、H4"
    assert lines[2] == ["2023-09-02 08:00:00", "导入登记表", "王", None]


def test_a_table_without_the_hidden_columns_is_pulled_into_all_the_same() -> None:
    bare = workbook()
    grid = bare.sheets["汇总表"]
    plain = bare.with_sheet(grid.with_block(3, 10, [[None] * 11]))
    once, _ = pulled(plain, complete())
    twice, report = pulled(once, complete(), run=LATER)
    assert body(once) == body(twice) == [[1, *FULL]]
    assert report.changes == []


values = st.sampled_from(["国有企业", "民营企业", "集体企业", ""])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(values, values, values), min_size=1, max_size=4))
def test_undo_gives_back_every_cell_whatever_was_edited(moves: list[tuple[str, str, str]]) -> None:
    """For each step: (form's value, clerk's edit before it, …); after all undos the table is as it was."""
    book = workbook(blank=1)
    for form_value, edit, _ in moves:
        if edit and body(book):
            book = edited(book, 4, 6, edit)
        before = book
        book, _ = pulled(book, complete(ownership=text(form_value)), complete("减重", "乙公司", "b.xlsx"))
        outcome = pull(before, RUN, intake(complete(ownership=text(form_value)), complete("减重", "乙公司", "b.xlsx")))
        if outcome.report.changes:
            back = undo(book, LATER).patch.applied(book)
            for name, grid in before.sheets.items():
                if name not in (LOG, HISTORY):
                    other = back.sheets[name]
                    for r in range(1, max(grid.height, other.height) + 1):
                        for c in range(1, max(grid.width, other.width) + 1):
                            assert same_scalar(grid.stored(r, c), other.stored(r, c)), (name, r, c)


def test_benefit_is_written_as_a_number_to_the_cent() -> None:
    after, _ = pulled(workbook(), complete(after=economics(profit="130.005")))
    assert body(after)[0][7] == float(Decimal("30.01"))


# --- what clerks do between two pulls -----------------------------------------------------------------------------


def swapped(snapshot: Snapshot, columns: range) -> Snapshot:
    """Rows 4 and 5 sorted the other way round, but only in some columns."""
    grid = snapshot.sheets["汇总表"]
    rows = [[grid.stored(r, c) for c in columns] for r in (5, 4)]
    return Patch((Write("汇总表", 4, columns[0], block(rows)),)).applied(snapshot)


def test_an_edit_is_kept_after_sorting_with_or_without_the_hidden_columns() -> None:
    forms = complete(size=text("中型")), complete("减重", "乙公司", "b.xlsx", size=text("微型"))
    for columns in (range(1, 21), range(1, 10)):
        once, _ = pulled(workbook(), *forms)
        after, report = pulled(edited(swapped(once, columns), 4, 7, "中型"), *forms)
        assert [row[1:7:5] for row in body(after)] == [["减重", "中型"], ["降噪", "中型"]]
        assert rules(report) == [("X01", "G4")]


def test_a_changed_form_reaches_its_row_after_sorting() -> None:
    forms = complete(), complete("减重", "乙公司", "b.xlsx")
    for columns in (range(1, 21), range(1, 10)):
        once, _ = pulled(workbook(), *forms)
        after, report = pulled(
            swapped(once, columns), forms[0], complete("减重", "乙公司", "b.xlsx", size=text("微型"))
        )
        assert [row[1:7:5] for row in body(after)] == [["减重", "微型"], ["降噪", "中型"]]
        assert rules(report) == []


def test_a_line_total_stays_below_the_new_rows() -> None:
    total = [None, "合计", None, None, None, None, None, 30]
    for blank in (0, 2):
        book = workbook([1, "降噪", "甲公司"], total, blank=blank)
        after, _ = pulled(book, complete(), complete("减重", "乙公司", "b.xlsx"))
        assert [row[:2] for row in body(after)] == [[1, "降噪"], [2, "减重"], [None, "合计"]]
        assert body(after)[2][7] == 30


def test_a_form_that_was_unreadable_for_a_while_still_reaches_the_untouched_cell() -> None:
    once, _ = pulled(workbook(), complete())
    broken, _ = pulled(once, complete(after=economics(), level=text("")))
    assert body(broken)[0][4:8:3] == ["国内领先", 30.0]
    after, report = pulled(broken, complete(after=economics(profit="150"), level=text("国际先进")))
    assert body(after)[0][4:8:3] == ["国际先进", 50.0]
    assert rules(report) == []


def test_a_file_that_could_not_be_read_for_once_makes_no_edits_by_hand_of_its_row() -> None:
    """Fails where the line of the skipped file takes the place of what was pulled from it: open in WPS, half copied."""
    once, _ = pulled(workbook(), complete())
    damaged = intake(skipped=(Skipped(file="a.xlsx", reason="文件已损坏"),))
    without = pull(once, LATER, damaged).patch.applied(once)
    assert [(o.number, o.state, o.file) for o in read_origins(without)] == [
        (None, "未采用：文件已损坏", "a.xlsx"),
        (1, "这次没有读到", "a.xlsx"),
    ]
    assert pull(without, RUN, damaged).report.changes == []
    after, report = pulled(without, complete(after=economics(profit="150")))
    assert body(after)[0][7] == 50.0
    assert rules(report) == []
    assert [(o.number, o.state, o.file) for o in read_origins(after)] == [(1, "已导入", "a.xlsx")]


def test_a_form_that_another_one_was_saved_over_is_remembered_with_its_row() -> None:
    once, _ = pulled(workbook(), complete())
    other = complete("减重", "乙公司")
    over, report = pulled(once, other, run=LATER)
    assert [(o.number, o.state, o.key) for o in read_origins(over)] == [
        (2, "已导入", ("减重", "乙公司")),
        (1, "这次没有读到", ("降噪", "甲公司")),
    ]
    assert rules(report) == [("X02", "B4")]
    assert pulled(over, other)[1].changes == []
    after, report = pulled(over, other, complete(file="b.xlsx", after=economics(profit="150")))
    assert [row[1::6] for row in body(after)] == [["降噪", 50.0], ["减重", 30.0]]
    assert rules(report) == []


def test_a_row_that_was_deleted_comes_back_with_one_line_in_the_memory() -> None:
    once, _ = pulled(workbook(), complete())
    without = Patch((Write("汇总表", 4, 1, block([[None] * 40])),)).applied(once)
    after, _ = pulled(without, complete())
    assert body(after) == [[1, *FULL]]
    assert [(o.number, o.state) for o in read_origins(after)] == [(2, "已导入")]


def test_a_form_that_corrects_its_enterprise_stays_the_same_row() -> None:
    once, _ = pulled(workbook(), complete(), complete("减重", "乙公司", "b.xlsx"))
    after, report = pulled(once, complete(company="上海某某精密制造有限公司"), complete("减重", "乙公司", "b.xlsx"))
    assert [row[1:3] for row in body(after)] == [["降噪", "上海某某精密制造有限公司"], ["减重", "乙公司"]]
    assert rules(report) == []


def test_a_table_in_another_unit_is_not_pulled_into() -> None:
    """The forms' figures are 万元: they would be a ten-thousandth there."""
    book = workbook()
    grid = book.sheets["汇总表"]
    column = next(c for c, v in enumerate(grid.rows[2], 1) if v == "经济效益(万元)")
    other = Patch((Write("汇总表", 3, column, block([["经济效益（元）"]])),)).applied(book)
    with pytest.raises(CannotRun, match="“经济效益（元）”（H3）的单位不是万元，导入的数都是万元"):
        pull(other, RUN, Intake(folder="登记表", forms=(), skipped=()))


def headed(words: str, *columns: str) -> Snapshot:
    """Two rows of one name, under a header in which each of the `columns` is called `words`."""
    book = workbook([1, "降噪"], [2, "降噪"])
    for column in columns:
        book = Patch((Write("汇总表", 3, column_number(column), block([[words]])),)).applied(book)
    return book


def test_a_table_in_which_no_row_will_be_found_again_is_not_pulled_into() -> None:
    """Without the enterprise and without 来源编号 every pull would add the same project once more."""
    with pytest.raises(CannotRun) as caught:
        pull(headed("栏目", "C", "K"), RUN, intake(complete()))
    assert str(caught.value) == (
        "汇总表没有“项目单位”这一列，导入的行下次认不出是哪份登记表的。请把单位那一列的表头写成“项目单位”，再导入一次"
    )


@pytest.mark.parametrize("column", ["C", "K"])
def test_either_of_the_two_is_enough(column: str) -> None:
    once, _ = pulled(headed("栏目", column), complete())
    assert [row[1] for row in body(once)] == ["降噪", "降噪", "降噪"]
    twice, report = pulled(once, complete(), run=LATER)
    assert [row[1] for row in body(twice)] == ["降噪", "降噪", "降噪"]
    assert report.changes == []
