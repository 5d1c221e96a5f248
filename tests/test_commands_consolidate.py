"""Consolidation: every row of every town is in the district's table or explained; nothing the bureau did is lost."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.districts import (
    LATER,
    RUN,
    accounts,
    body,
    consolidated,
    district,
    lines,
    project,
    received,
    taken,
    town,
    typed,
)
from tests.making import HEADERS, workbook
from xlpy.accounts import read_accounts
from xlpy.commands.consolidate import consolidate
from xlpy.commands.merging import TableMerge
from xlpy.commands.undo import undo
from xlpy.errors import CannotRun
from xlpy.flags import Severity
from xlpy.grids import Scalar, SheetGrid, Snapshot, same_scalar
from xlpy.layout import ACCOUNT_HEADERS, ACCOUNTS, DUPLICATE_HEADERS, DUPLICATES, HISTORY, LEFT_OUT, LOG, SOURCES, fold
from xlpy.models import Skipped, TownTable
from xlpy.patch import DeleteRows, Patch, Write, block
from xlpy.report import Report
from xlpy.summary import parse_summary

AN, MA = "安亭镇", "马陆镇"


def rules(report: Report, prefix: str = "") -> list[str]:
    return sorted(f.rule for f in report.flags if f.rule.startswith(prefix) and f.rule != "D04")


def written(snapshot: Snapshot, row: int, column: int, value: Scalar) -> Snapshot:
    return Patch((Write("汇总表", row, column, block([[value]])),)).applied(snapshot)


# --- what comes in ------------------------------------------------------------------------------------------------


def test_the_towns_rows_stand_in_the_order_of_the_units_with_unit_file_and_row() -> None:
    after, report = consolidated(
        district(), town(MA, project("减重", "乙公司")), town(AN, project("降噪"), project("虚焊", amount=12.5))
    )
    assert body(after) == [
        [1, "降噪", "甲公司", 30.0, AN],
        [2, "虚焊", "甲公司", 12.5, AN],
        [3, "减重", "乙公司", 30.0, MA],
    ]
    grid = after.sheets["汇总表"]
    assert [grid.value(5, c) for c in (12, 13, 14, 15)] == ["安亭镇.xlsx", 5, "[安亭镇.xlsx]汇总表!B5", 2]
    assert report.rows == 3


def test_the_accounts_balance_and_name_who_sent_nothing() -> None:
    after, report = consolidated(district(), town(AN, project("降噪"), project("虚焊", amount=12.55)))
    line = accounts(after)["安亭镇.xlsx"]
    assert (line.rows_in, line.rows_out, line.amount_in, line.amount_out) == (2, 2, Decimal("42.55"), Decimal("42.55"))
    assert line.balanced
    missing = [a.town for a in read_accounts(after) if a.state == "未报送"]
    assert (len(missing), missing[0]) == (11, "新成路街道")
    assert sum(f.rule == "D04" for f in report.flags) == 11
    assert lines(after, ACCOUNTS, "推荐单位", "文件", "收到行数", "列入", "核对")[-1] == [None, "合计", 2, 2, "平衡"]


def test_what_cannot_be_read_as_an_amount_is_listed_as_it_was_typed() -> None:
    after, report = consolidated(district(), town(AN, project("降噪", amount="约500"), project("虚焊")))
    assert [row[3] for row in body(after)] == ["约500", 30.0]
    assert accounts(after)["安亭镇.xlsx"].amount_in == 30
    assert ["安亭镇.xlsx", "有 1 行经济效益读不出，未计金额"] in lines(after, ACCOUNTS, "文件", "说明")
    assert "R06" in rules(report)


def test_rows_are_inserted_when_the_printed_lines_are_used_up() -> None:
    after, _ = consolidated(district(blank=1), town(AN, *(project(f"项目{n}") for n in "一二三四")))
    assert [row[1] for row in body(after)] == ["项目一", "项目二", "项目三", "项目四"]


def test_running_twice_changes_nothing() -> None:
    towns = town(AN, project("降噪"), project("降噪")), town(MA, project("降噪"), project("减重", amount="约5"))
    once, _ = consolidated(district(), *towns)
    twice, report = consolidated(once, *towns, run=LATER)
    assert report.changes == []
    assert [g for name, g in twice.sheets.items() if name not in (LOG, HISTORY)] == [
        g for name, g in once.sheets.items() if name not in (LOG, HISTORY)
    ]


def test_undo_gives_back_every_cell() -> None:
    first = district(["1", "老项目"])
    once, _ = consolidated(first, town(AN, project("降噪")), town(MA, project("降噪")))
    back = undo(once, LATER).patch.applied(once)
    for name, grid in first.sheets.items():
        for r in range(1, max(grid.height, back.sheets[name].height) + 1):
            for c in range(1, 30):
                assert same_scalar(grid.stored(r, c), back.sheets[name].stored(r, c)), (name, r, c)


def test_a_towns_workbook_is_no_district_workbook() -> None:
    with pytest.raises(CannotRun, match="不是区级汇总表"):
        consolidate(workbook(), RUN, received(town(AN, project("降噪"))))


def test_without_the_hidden_numbers_nothing_is_written() -> None:
    with pytest.raises(CannotRun, match="缺少隐藏的“来源编号”列"):
        consolidate(written(district(), 3, 15, None), RUN, received(town(AN, project("降噪"))))


# --- who sent it --------------------------------------------------------------------------------------------------


def test_a_unit_that_cannot_be_told_is_flagged_and_its_rows_are_listed_without_one() -> None:
    after, report = consolidated(district(), town("某某有限公司", project("降噪"), file="汇总.xlsx"))
    assert body(after) == [[1, "降噪", "甲公司", 30.0, None]]
    assert [(f.rule, f.cell) for f in report.flags if f.rule == "D07"] == [("D07", "J4"), ("D07", "")]
    assert accounts(after)["汇总.xlsx"].balanced


def test_the_unit_typed_in_the_accounts_is_taken_and_remembered() -> None:
    unknown = town("某某有限公司", project("降噪"), file="汇总.xlsx")
    once, _ = consolidated(district(), unknown)
    told = typed(once, ACCOUNTS, "汇总.xlsx", 推荐单位="安亭")
    after, report = consolidated(told, unknown)
    assert body(after) == [[1, "降噪", "甲公司", 30.0, AN]]
    assert rules(report, "D") == []
    again, report = consolidated(after, town("某某有限公司", project("降噪"), file="改了名.xlsx"))
    assert body(again) == [[1, "降噪", "甲公司", 30.0, AN]]
    assert rules(report, "D") == []


def test_a_unit_that_was_recognised_wrongly_is_put_right_in_the_accounts_and_stays_so() -> None:
    wrong = town("", project("降噪"), file="南翔镇.xlsx")
    once, _ = consolidated(district(), wrong)
    assert [row[4] for row in body(once)] == ["南翔镇"]
    after, _ = consolidated(typed(once, ACCOUNTS, "南翔镇.xlsx", 推荐单位=MA), wrong)
    assert [row[4] for row in body(after)] == [MA]
    assert accounts(after)["南翔镇.xlsx"].why == "推荐单位由区局指定，材料上是南翔镇"
    again, _ = consolidated(after, wrong, run=LATER)
    assert [row[4] for row in body(again)] == [MA]
    back, _ = consolidated(typed(again, ACCOUNTS, "南翔镇.xlsx", 推荐单位=None), wrong)
    assert [row[4] for row in body(back)] == ["南翔镇"]


def test_rows_without_a_unit_are_flagged_at_their_cell() -> None:
    _, report = consolidated(district(), town("某某有限公司", project("降噪"), file="汇总.xlsx"))
    assert [f.message for f in report.flags if f.cell == "J4"] == ["这一行没有写推荐单位"]


def test_what_was_not_read_has_its_line_in_the_accounts() -> None:
    skipped = [
        Skipped(file="街镇报送/外冈镇/附件2.xlsx", reason="文件有密码"),
        Skipped(file="街镇报送/外冈镇/盖章.pdf", reason="PDF 不能导入"),
        Skipped(file="街镇报送/外冈镇/~$附件2.xlsx", reason="打开文件时的临时文件"),
    ]
    outcome = consolidate(district(), RUN, received(town(AN, project("降噪")), skipped=skipped))
    told = lines(outcome.patch.applied(district()), ACCOUNTS, "推荐单位", "文件", "状态", "收到行数", "说明")
    assert [line for line in told if line[0] == "外冈镇"] == [
        ["外冈镇", None, "未报送", 0, "没有收到汇总表"],
        ["外冈镇", "街镇报送/外冈镇/附件2.xlsx", "未读入", 0, "文件有密码"],
    ]
    [flag] = [f for f in outcome.report.flags if f.rule == "D04" and f.severity is Severity.WARNING]
    assert flag.message == "没有收到“外冈镇”读得出的汇总表：街镇报送/外冈镇/附件2.xlsx 没有读入，文件有密码"


def test_a_folder_without_any_table_is_the_wrong_one() -> None:
    once, _ = consolidated(district(), town(AN, project("降噪")))
    with pytest.raises(CannotRun, match="“街镇报送”里没有找到一份读得出的街镇汇总表"):
        consolidated(once)
    assert consolidated(district())[1].rows == 0  # at first nothing may have come in yet


def test_a_file_that_is_away_is_told_with_its_rows() -> None:
    once, _ = consolidated(district(), town(AN, project("降噪"), project("减重")), town(MA, project("提速", "丙公司")))
    _, report = consolidated(once, town(MA, project("提速", "丙公司")))
    assert [f.message for f in report.flags if f.rule == "X02"] == [
        "上次合并的 安亭镇.xlsx 这次不在文件夹里，它的 2 行留在表里"
    ]


def test_amounts_add_up_as_in_excel() -> None:
    fine = [project(f"项目{n}", f"第{n}公司", amount=12.345) for n in range(2)]
    after, report = consolidated(district(), town(AN, *fine))
    assert lines(after, ACCOUNTS, "文件", "收到万元", "列入万元")[-1] == ["合计", 24.69, 24.69]
    assert (report.reconciliation or [])[0].amount_in == 24.69


def stacked(*tables: tuple[str, list[Scalar]]) -> TownTable:
    """Tables of several units, one below the other on one sheet."""
    rows: list[list[Scalar]] = []
    for unit, one in tables:
        rows += [list(HEADERS), [1, *one], ["填报单位：" + unit]]
    table = parse_summary(Snapshot("拼表.xlsx", {"汇总表": SheetGrid("汇总表", rows)}))
    return TownTable(table=table, sha256="0" * 64, received="2023-09-11 08:00", modified=1.0)


def test_tables_one_below_the_other_are_booked_to_nobody() -> None:
    sent = stacked((AN, project("降噪")), (MA, project("减重", "乙公司")))
    after, report = consolidated(district(), sent)
    assert [row[4] for row in body(after)] == [None, None]
    assert [f.message for f in report.flags if f.rule == "D07" and not f.cell] == [
        "认不出 拼表.xlsx 是哪个单位报送的：填报单位（A6）“马陆镇”和填报单位（A3）“安亭镇”不是同一个单位"
    ]
    assert [f.message for f in report.flags if f.rule == "T05"] == [
        "第 3 行又是一行“填报单位：安亭镇”，像是几张表上下拼在了一起",
        "第 4 行又是一行表头（“序号”）",
    ]


def test_amounts_in_another_unit_are_converted_and_told() -> None:
    headers = [*HEADERS[:7], "经济效益（元）", *HEADERS[8:]]
    grid = SheetGrid("汇总表", [headers, [1, *project("降噪", amount=80000)], ["填报单位：安亭镇"]])
    table = parse_summary(Snapshot("安亭镇.xlsx", {"汇总表": grid}))
    after, report = consolidated(district(), TownTable(table=table, sha256="0" * 64, received="", modified=1.0))
    assert body(after) == [[1, "降噪", "甲公司", 8.0, AN]]
    assert ["T04", "H1"] in [[f.rule, f.cell] for f in report.flags]


def test_an_unclear_month_comes_as_it_was_typed() -> None:
    unclear = project("降噪")
    unclear[2] = 2022.1
    after, _ = consolidated(district(), town(AN, unclear))
    assert after.sheets["汇总表"].value(4, 4) == "2022.1"


def test_amounts_in_a_currency_are_not_taken_for_ours() -> None:
    headers = [*HEADERS[:7], "经济效益（美元）", *HEADERS[8:]]
    grid = SheetGrid("汇总表", [headers, [1, *project("降噪", amount=80000)], ["填报单位：安亭镇"]])
    table = parse_summary(Snapshot("安亭镇.xlsx", {"汇总表": grid}))
    after, report = consolidated(district(), TownTable(table=table, sha256="0" * 64, received="", modified=1.0))
    assert body(after) == [[1, "降噪", "甲公司", "80000（单位不明）", AN]]
    assert all(r.balanced for r in report.reconciliation or [])
    _, again = consolidated(after, TownTable(table=table, sha256="0" * 64, received="", modified=1.0), run=LATER)
    assert again.changes == []


# --- what the bureau did ------------------------------------------------------------------------------------------


def test_an_edit_of_the_bureau_is_kept_shown_and_accounted_for() -> None:
    once, _ = consolidated(district(), town(AN, project("降噪")))
    after, report = consolidated(written(once, 4, 8, 28.5), town(AN, project("降噪")))
    assert body(after)[0][3] == 28.5
    line = accounts(after)["安亭镇.xlsx"]
    assert (line.amount_in, line.amount_out, line.adjusted, line.balanced) == (
        30,
        Decimal("28.5"),
        Decimal("-1.5"),
        True,
    )
    [flag] = [f for f in report.flags if f.rule == "X01"]
    assert (flag.severity, flag.cell, flag.value) == ("note", "H4", "28.5")


def test_a_correction_of_the_town_reaches_the_untouched_cell_only() -> None:
    once, _ = consolidated(district(), town(AN, project("降噪", remarks="一"), project("虚焊", remarks="二")))
    edited = written(once, 4, 9, "区局批注")
    after = taken(edited, town(AN, project("降噪", remarks="甲"), project("虚焊", remarks="乙")))
    assert [after.sheets["汇总表"].value(r, 9) for r in (4, 5)] == ["区局批注", "乙"]


def test_new_towns_come_below_whatever_the_order_is_now() -> None:
    an = town(AN, project("降噪"), project("虚焊", "丙公司"))
    once, _ = consolidated(district(), an)
    grid = once.sheets["汇总表"]
    swapped = [grid.stored_block(r, 1, 1, 25)[0] for r in (5, 4)]
    resorted = Patch((Write("汇总表", 4, 1, block(swapped)), Write("汇总表", 4, 9, block([["重点"]])))).applied(once)
    after, report = consolidated(resorted, an, town(MA, project("减重", "乙公司")))
    assert [row[:3] for row in body(after)] == [
        [1, "虚焊", "丙公司"],
        [2, "降噪", "甲公司"],
        [3, "减重", "乙公司"],
    ]
    assert after.sheets["汇总表"].value(4, 9) == "重点"
    assert rules(report, "D") == []


def test_towns_that_are_not_in_the_folder_this_time_stay_in_the_table() -> None:
    once, _ = consolidated(district(), town(AN, project("降噪")))
    after, _ = consolidated(once, town(MA, project("减重", "乙公司")))
    assert [row[4] for row in body(after)] == [AN, MA]
    line = accounts(after)["安亭镇.xlsx"]
    assert (line.state, line.rows_in, line.rows_out, line.balanced) == ("已不在", 1, 1, True)
    assert "安亭镇" not in [a.town for a in read_accounts(after) if a.state == "未报送"]


def test_a_row_that_the_bureau_typed_stays_and_is_accounted_for() -> None:
    first = district([1, "区局自报", "丁公司", "2022年6月", "国内领先", "民营企业", "中型", 9.0, None, AN])
    after, _ = consolidated(first, town(AN, project("降噪")))
    assert [row[1] for row in body(after)] == ["区局自报", "降噪"]
    line = accounts(after)[AN]
    assert (line.state, line.rows_in, line.rows_out, line.amount_in) == ("区局添加", 1, 1, 9)
    again, report = consolidated(after, town(AN, project("降噪")), run=LATER)
    assert report.changes == []
    assert accounts(again)[AN].state == "区局添加"


def test_a_row_deleted_by_hand_comes_back_because_only_a_decision_leaves_a_row_out() -> None:
    once, _ = consolidated(district(), town(AN, project("降噪"), project("虚焊")))
    gone = written(once, 4, 1, None)
    for column in range(1, 16):
        gone = written(gone, 4, column, None)
    after, _ = consolidated(gone, town(AN, project("降噪"), project("虚焊")))
    assert sorted(row[1] for row in body(after)) == ["虚焊", "降噪"]
    assert accounts(after)["安亭镇.xlsx"].balanced


# --- several hand-ins of one unit ---------------------------------------------------------------------------------

OLD = town(AN, project("降噪"), project("虚焊"), file="安亭.xlsx", modified=1)
NEW = town(AN, project("降噪", amount=33.0), project("气密"), file="安亭_更正.xlsx", modified=2)


def test_what_was_deleted_by_hand_and_came_back_is_told() -> None:
    sent = town(AN, project("降噪"), project("减重"))
    once, _ = consolidated(district(), sent)
    _, report = consolidated(Patch((DeleteRows("汇总表", 4, 1),)).applied(once), sent)
    assert str(report.summary).endswith("；补回了从表里删掉的 1 行（不受理的请在“疑似重复”里决定排除）")


def sorted_apart(snapshot: Snapshot, sheet: str, first: int, rows: int, columns: int) -> Snapshot:
    """The last `rows` from `first` on turned upside down, in the first `columns` only."""
    cells = snapshot.sheets[sheet].stored_block(first, 1, rows, columns)
    return Patch((Write(sheet, first, 1, block(cells[::-1])),)).applied(snapshot)


def test_accounts_may_be_sorted_without_their_hidden_column() -> None:
    sent = (
        town(AN, project("降噪", amount=30.0), file="安亭.xlsx", modified=1),
        town(AN, project("降噪", amount=33.0), file="安亭_更正.xlsx", modified=2),
        town("某某有限公司", project("减重", "乙公司"), file="汇总.xlsx"),
    )
    once, _ = consolidated(district(), *sent)
    decided = typed(typed(once, ACCOUNTS, "安亭_更正.xlsx", 采用="采用"), ACCOUNTS, "汇总.xlsx", 推荐单位=MA)
    height = decided.sheets[ACCOUNTS].height - 3
    turned = sorted_apart(decided, ACCOUNTS, 4, height, len(ACCOUNT_HEADERS) - 1)
    assert body(consolidated(turned, *sent)[0]) == body(consolidated(decided, *sent)[0])
    assert [row[3:] for row in body(consolidated(turned, *sent)[0])] == [[33.0, AN], [30.0, MA]]


def test_pairs_may_be_sorted_without_their_hidden_numbers() -> None:
    sent = (
        town(AN, project("降噪"), project("减重", "乙公司"), project("提速", "丙公司")),
        town(MA, project("降噪"), project("减重", "乙公司"), project("提速", "丙公司")),
    )
    once, _ = consolidated(district(), *sent)
    decided = typed(once, DUPLICATES, "减重", 决定="排除", 去掉="甲", 理由="马陆镇推荐")
    turned = sorted_apart(decided, DUPLICATES, 4, 3, len(DUPLICATE_HEADERS) - 2)
    assert body(consolidated(turned, *sent)[0]) == body(consolidated(decided, *sent)[0])
    assert [row[1] for row in body(consolidated(turned, *sent)[0]) if row[4] == AN] == ["降噪", "提速"]


def test_a_name_corrected_and_then_sorted_is_still_the_same_row() -> None:
    sent = town(AN, *(project(f"项目{n}", f"第{n}公司", amount=n) for n in range(1, 4)))
    once, _ = consolidated(district(), sent)
    renamed = written(once, 4, 2, "轴承降噪")
    after, report = consolidated(sorted_apart(renamed, "汇总表", 4, 3, 14), sent)
    assert [row[1:4:2] for row in body(after)] == [["项目3", 3], ["项目2", 2], ["轴承降噪", 1]]
    assert [a.state for a in accounts(after).values()] == ["已采用"]
    assert [f.rule for f in report.flags if f.rule == "X01"] == ["X01"]


def test_a_table_of_which_some_columns_were_sorted_is_not_touched() -> None:
    sent = [town(unit, project(f"{unit}项目", f"{unit}公司")) for unit in (AN, MA, "南翔镇", "江桥镇")]
    once, _ = consolidated(district(), *sent)
    with pytest.raises(CannotRun, match="汇总表有 4 行的项目和推荐单位对不上，像是只给一部分列排了序"):
        consolidated(sorted_apart(once, "汇总表", 4, 4, 9), *sent)


@pytest.mark.parametrize("sheet", [ACCOUNTS, DUPLICATES, SOURCES])
def test_without_the_sheets_that_remember_nothing_is_done(sheet: str) -> None:
    once, _ = consolidated(district(), town(AN, project("降噪")))
    sheets = {("改名" if name == sheet else name): grid for name, grid in once.sheets.items()}
    with pytest.raises(CannotRun, match=f"{sheet}"):
        consolidated(replace(once, sheets=sheets), town(AN, project("降噪")))


def test_files_that_share_no_project_are_parts_of_one_hand_in() -> None:
    parts = town(AN, project("降噪"), file="上.xlsx"), town(AN, project("虚焊"), file="下.xlsx", modified=2)
    after, report = consolidated(district(), *parts)
    assert [row[1] for row in body(after)] == ["降噪", "虚焊"]
    assert rules(report, "D") == []
    assert ["安亭镇", "小计（2 份）", 2, 2] in lines(after, ACCOUNTS, "推荐单位", "文件", "收到行数", "列入")


def test_the_same_content_twice_counts_once() -> None:
    copy = town(AN, project("虚焊"), project("降噪"), file="副本.xlsx", modified=9)
    after, report = consolidated(district(), OLD, copy)
    assert [row[1] for row in body(after)] == ["降噪", "虚焊"]
    assert (accounts(after)["副本.xlsx"].state, accounts(after)["副本.xlsx"].excluded) == ("内容相同", 2)
    assert rules(report, "D") == []


def test_a_newer_version_waits_for_a_decision_and_both_are_seen() -> None:
    after, report = consolidated(district(), OLD, NEW)
    assert [row[1:4:2] for row in body(after)] == [["降噪", 30.0], ["虚焊", 30.0]]
    assert {name: line.state for name, line in accounts(after).items()} == {
        "安亭.xlsx": "已采用",
        "安亭_更正.xlsx": "待决定",
    }
    assert rules(report, "D") == ["D05"]
    assert [line[1] for line in lines(after, LEFT_OUT, "推荐单位", "项目名称", "去向")] == ["降噪", "气密"]


def test_the_newer_replaces_the_older_by_decision_and_is_remembered() -> None:
    once, _ = consolidated(district(), OLD, NEW)
    decided = typed(once, ACCOUNTS, "安亭_更正.xlsx", 采用="采用")
    after, report = consolidated(decided, OLD, NEW)
    assert [row[1:4:2] for row in body(after)] == [["降噪", 33.0], ["气密", 30.0]]
    assert {name: line.state for name, line in accounts(after).items()} == {
        "安亭.xlsx": "不采用",
        "安亭_更正.xlsx": "已采用",
    }
    assert rules(report, "D") == []
    renamed = town(AN, project("气密"), project("降噪", amount=33.0), file="终稿/安亭2.xlsx", modified=2)
    again, report = consolidated(after, renamed, OLD)
    assert sorted(row[1] for row in body(again)) == ["气密", "降噪"]
    assert rules(report, "D") == []


def test_a_file_whose_content_was_changed_waits_too() -> None:
    """It is a resubmission like any other: what counted before stays until the bureau takes the new."""
    once, _ = consolidated(district(), town(AN, project("降噪"), project("减重", "乙公司", amount=5.0)))
    newer = town(AN, project("降噪", amount=0.3))
    after, report = consolidated(once, newer)
    assert [row[1:4:2] for row in body(after)] == [["降噪", 30.0], ["减重", 5.0]]
    assert [f.message for f in report.flags if f.rule == "D05"] == [
        "“安亭镇”的 安亭镇.xlsx 内容换过：上次采用 2 行 35.00 万元，现在 1 行 0.30 万元"
    ]
    told = lines(after, ACCOUNTS, "推荐单位", "文件", "状态", "收到行数", "列入")
    assert [line[1:] for line in told if line[0] == AN] == [
        ["安亭镇.xlsx", "待决定", 1, 0],
        ["安亭镇.xlsx", "已不在", 2, 2],
        ["小计（2 份）", None, 3, 2],
    ]
    assert consolidated(after, newer, run=LATER)[1].changes == []
    refused, report = consolidated(typed(after, ACCOUNTS, "待决定", 采用="不采用"), newer)
    assert ([row[3] for row in body(refused)], rules(report, "D05")) == ([30.0, 5.0], [])
    used, report = consolidated(typed(after, ACCOUNTS, "待决定", 采用="采用"), newer)
    assert [row[1:4:2] for row in body(used)] == [["降噪", 0.3], ["减重", 5.0]]
    assert [(f.rule, f.cell) for f in report.flags if f.rule in ("D05", "X02")] == [("X02", "B5")]
    assert consolidated(used, newer, run=LATER)[1].changes == []


def test_the_newer_is_refused_by_decision() -> None:
    once, _ = consolidated(district(), OLD, NEW)
    after, report = consolidated(typed(once, ACCOUNTS, "安亭_更正.xlsx", 采用="不采用"), OLD, NEW)
    assert [row[1] for row in body(after)] == ["降噪", "虚焊"]
    assert accounts(after)["安亭_更正.xlsx"].state == "不采用"
    assert rules(report, "D") == []


def test_a_decision_that_cannot_be_read_is_told_where_it_stands_after_the_run() -> None:
    once, _ = consolidated(district(), OLD, NEW)
    unclear = typed(once, ACCOUNTS, "安亭_更正.xlsx", 采用="采用？")
    above = (town("新成路街道", project(name), file=f"{name}.xlsx") for name in ("减重", "回弹"))
    after, report = consolidated(unclear, *above, OLD, NEW)
    (flag,) = [f for f in report.flags if f.rule == "P01"]
    assert (flag.sheet, flag.cell, flag.value) == (ACCOUNTS, "F11", "采用？")
    assert (unclear.sheets[ACCOUNTS].value(9, 6), after.sheets[ACCOUNTS].value(11, 6)) == ("采用？", "采用？")
    assert accounts(after)["安亭_更正.xlsx"].state == "待决定"


def test_what_counted_before_goes_on_counting_when_an_older_version_turns_up() -> None:
    once, _ = consolidated(district(), NEW)
    after, _ = consolidated(once, OLD, NEW)
    assert [row[1] for row in body(after)] == ["降噪", "气密"]
    assert accounts(after)["安亭.xlsx"].state == "待决定"


def test_an_edit_of_the_bureau_survives_the_replacement_of_a_version() -> None:
    once, _ = consolidated(district(), OLD, NEW)
    edited = written(typed(once, ACCOUNTS, "安亭_更正.xlsx", 采用="采用"), 4, 9, "已电话核实")
    after, _ = consolidated(edited, OLD, NEW)
    assert (body(after)[0][1], after.sheets["汇总表"].value(4, 9)) == ("降噪", "已电话核实")


def test_a_decision_on_a_file_that_is_away_for_a_while_is_kept() -> None:
    once, _ = consolidated(district(), OLD, NEW)
    decided = typed(once, ACCOUNTS, "安亭_更正.xlsx", 采用="不采用")
    away, _ = consolidated(decided, OLD)
    after, report = consolidated(away, OLD, NEW)
    assert accounts(after)["安亭_更正.xlsx"].state == "不采用"
    assert rules(report, "D") == []


# --- decisions on pairs -------------------------------------------------------------------------------------------

TWICE = town(AN, project("降噪", amount=30.0)), town(MA, project("降噪", amount=20.0), project("减重", "乙公司"))


def test_a_project_from_two_towns_is_shown_with_both() -> None:
    after, report = consolidated(district(), *TWICE)
    shown = lines(after, DUPLICATES, "规则", "相似度", "甲·推荐单位", "甲·项目名称", "乙·推荐单位", "乙·位置", "决定")
    assert shown == [["D01", 100, AN, "降噪", MA, "汇总表!B5", None]]
    assert set(rules(report, "D")) == {"D01"}


@pytest.mark.parametrize(
    ("verdict", "drop", "left", "merged", "excluded"),
    [
        ("保留", None, [AN, MA, MA], 0, 0),
        ("排除", None, [AN, MA], 0, 1),
        ("排除", "甲", [MA, MA], 0, 1),
        ("排除", "乙", [AN, MA], 0, 1),
        ("合并", None, [AN, MA], 1, 0),
        ("合并", "甲", [MA, MA], 1, 0),
        ("合并", "乙", [AN, MA], 1, 0),
    ],
)
def test_a_decision_is_carried_out_accounted_for_and_remembered(
    verdict: str, drop: str | None, left: list[str], merged: int, excluded: int
) -> None:
    once, _ = consolidated(district(), *TWICE)
    decided = typed(once, DUPLICATES, "D01", 决定=verdict, 去掉=drop, 理由="两镇电话确认")
    after, report = consolidated(decided, *TWICE)
    assert [row[4] for row in body(after)] == left
    total = lines(after, ACCOUNTS, "文件", "收到行数", "列入", "合并", "未列入", "核对")[-1]
    assert total == ["合计", 3, len(left), merged, excluded, "平衡"]
    assert rules(report, "D") == []
    renamed = (
        town(MA, project("减重", "乙公司"), project("降噪", amount=20.0), file="马陆2.xlsx"),
        town(AN, project("降噪", amount=30.0), file="x/安亭.xlsx"),
    )
    again, report = consolidated(after, *renamed, run=LATER)
    assert sorted(str(row[4]) for row in body(again)) == sorted(left)
    assert lines(again, DUPLICATES, "决定", "理由")[0] == [verdict, "两镇电话确认"]
    assert rules(report, "D") == []


def test_what_is_left_out_is_listed_with_the_reason() -> None:
    once, _ = consolidated(district(), *TWICE)
    after, _ = consolidated(typed(once, DUPLICATES, "D01", 决定="合并", 理由="同一台设备"), *TWICE)
    assert lines(after, LEFT_OUT, "推荐单位", "项目名称", "经济效益(万元)", "去向", "依据", "出处") == [
        [MA, "降噪", 20.0, "合并", "并入安亭镇的“降噪”；同一台设备", "[马陆镇.xlsx]汇总表!B4"]
    ]


def test_a_project_that_is_like_no_other_is_left_out_by_a_line_of_the_bureaus_own() -> None:
    once, _ = consolidated(district(), town(AN, project("降噪"), project("减重", "乙公司")))
    cells = {"甲·项目名称": "减 重", "决定": "排除", "理由": "不在申报范围"}
    at = {fold(h): c for c, h in enumerate(DUPLICATE_HEADERS, 1)}
    line = Patch(tuple(Write(DUPLICATES, 4, at[fold(h)], block([[v]])) for h, v in cells.items()))
    twice, report = consolidated(line.applied(once), town(AN, project("降噪"), project("减重", "乙公司")))
    assert [row[1] for row in body(twice)] == ["降噪"]
    assert lines(twice, LEFT_OUT, "项目名称", "去向", "依据") == [["减重", "排除", "区局决定；不在申报范围"]]
    assert lines(twice, DUPLICATES, "甲·推荐单位", "甲·编号", "现状") == [[AN, 2, "甲已排除"]]
    assert rules(report, "P") == []
    moved, _ = consolidated(twice, town(AN, project("减重", "乙公司"), project("降噪"), file="改名.xlsx"))
    assert [row[1] for row in body(moved)] == ["降噪"]


def test_a_decision_taken_back_brings_the_row_back() -> None:
    once, _ = consolidated(district(), *TWICE)
    after, _ = consolidated(typed(once, DUPLICATES, "D01", 决定="排除"), *TWICE)
    again, _ = consolidated(typed(after, DUPLICATES, "D01", 决定="保留"), *TWICE)
    assert sorted(str(row[4]) for row in body(again)) == [AN, MA, MA]


def test_merging_fills_the_blanks_of_what_stays_but_not_its_amount() -> None:
    towns = town(AN, project("降噪", amount=None)), town(MA, project("降噪", amount=20.0, remarks="含两条产线"))
    once, _ = consolidated(district(), *towns)
    after, _ = consolidated(typed(once, DUPLICATES, "D01", 决定="合并"), *towns)
    grid = after.sheets["汇总表"]
    assert (grid.value(4, 8), grid.value(4, 9)) == (None, "含两条产线")
    assert all(account.balanced for account in read_accounts(after))


def test_a_prior_winner_is_found_and_excluded_by_decision() -> None:
    first = district(历年表彰=[[2021, "降噪", "甲公司", "区级", None]])
    once, report = consolidated(first, town(AN, project("降噪"), project("虚焊")))
    assert rules(report, "D") == ["D02"]
    after, report = consolidated(
        typed(once, DUPLICATES, "D02", 决定="排除"), town(AN, project("降噪"), project("虚焊"))
    )
    assert [row[1] for row in body(after)] == ["虚焊"]
    assert rules(report, "D") == []


@pytest.mark.parametrize(("sheet", "rule"), [("历年表彰", "D02"), ("市级申报", "D03")])
@pytest.mark.parametrize("drop", [None, "甲", "乙"])
@pytest.mark.parametrize(("verdict", "left"), [("保留", ["降噪", "虚焊"]), ("排除", ["虚焊"]), ("合并", ["虚焊"])])
def test_of_a_pair_with_an_exclusion_list_always_the_project_goes(
    sheet: str, rule: str, drop: str | None, verdict: str, left: list[str]
) -> None:
    entry = [2021, "降噪", "甲公司"] if sheet == "历年表彰" else [1, "降噪", "甲公司"]
    sent = town(AN, project("降噪"), project("虚焊"))
    once, report = consolidated(district(**{sheet: [entry]}), sent)
    assert rules(report, "D") == [rule]
    after, report = consolidated(typed(once, DUPLICATES, rule, 决定=verdict, 去掉=drop), sent)
    assert ([row[1] for row in body(after)], rules(report, "D")) == (left, [])
    _, again = consolidated(after, sent, run=LATER)
    assert again.changes == []


def turned(snapshot: Snapshot, sheet: str, first: int, last: int) -> Snapshot:
    """The lines `first` to `last` of a sheet from below upwards, hidden columns and all, as sorting leaves them."""
    block_of = snapshot.sheets[sheet].stored_block(first, 1, last - first + 1, 40)
    return Patch((Write(sheet, first, 1, block(block_of[::-1])),)).applied(snapshot)


def upside_down(table: TownTable, file: str) -> TownTable:
    """The same table, its rows the other way round, in another file."""
    rows = [
        project(row.project_name.raw, row.company.raw, float(row.benefit.value or 0)) for row in table.table.rows[::-1]
    ]
    return town(table.table.unit.raw, *rows, file=file)


@pytest.mark.parametrize("verdict", ["保留", "合并", "排除"])
def test_decisions_outlive_sorted_rows_sorted_decisions_and_renamed_files_at_once(verdict: str) -> None:
    sent = (*TWICE, town("外冈镇", project("降噪", amount=10.0)))
    once, _ = consolidated(district(), *sent)
    assert [line[0] for line in lines(once, DUPLICATES, "乙·推荐单位")] == [MA, "外冈镇"]
    decided, report = consolidated(typed(once, DUPLICATES, MA, 决定=verdict, 理由="两镇电话确认"), *sent)
    before = body(decided), rules(report, "D")
    sorted_ = turned(turned(decided, "汇总表", 4, 3 + len(body(decided))), DUPLICATES, 4, 5)
    renamed = [upside_down(one, f"x/{n}.xlsx") for n, one in enumerate(sent)]
    after, report = consolidated(sorted_, *renamed, run=LATER)
    assert [row[1:] for row in body(after)] == [row[1:] for row in before[0][::-1]]
    assert rules(report, "D") == before[1]
    assert lines(after, DUPLICATES, "乙·推荐单位", "决定", "理由")[1] == [MA, verdict, "两镇电话确认"]


def test_a_project_filed_to_the_city_is_found() -> None:
    first = district(市级申报=[[1, "虚焊", "甲公司", None]])
    _, report = consolidated(first, town(AN, project("降噪"), project("虚焊")))
    assert rules(report, "D") == ["D03"]


# --- nothing is lost ----------------------------------------------------------------------------------------------


def test_books_that_do_not_balance_are_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = TableMerge.add
    monkeypatch.setattr(TableMerge, "add", lambda self, arriving: whole(self, arriving[1:]))
    outcome = consolidate(district(), RUN, received(town(AN, project("降噪"), project("虚焊"))))
    assert not outcome.patch
    assert [f.rule for f in outcome.report.flags if f.rule == "D06"] == ["D06"]
    assert outcome.report.summary == "收支不平衡，没有写入任何内容"
    assert outcome.report.exit_code == 1


def test_an_amount_that_the_merge_would_alter_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = TableMerge.add
    altered = lambda arriving: [(n, cells | {"benefit": 31.0}) for n, cells in arriving]  # noqa: E731
    monkeypatch.setattr(TableMerge, "add", lambda self, arriving: whole(self, altered(arriving)))
    outcome = consolidate(district(), RUN, received(town(AN, project("降噪"))))
    assert not outcome.patch
    assert "D06" in rules(outcome.report)


amounts = st.one_of(
    st.none(), st.just("约500"), st.just("/"), st.integers(-500, 90_000).map(lambda n: n / 100), st.integers(0, 9_999)
)
projects = st.builds(
    project, st.sampled_from(["降噪", "减重", "虚焊", "气密性", "回弹"]), st.sampled_from(["甲公司", "乙公司"]), amounts
)
tables = st.builds(
    lambda unit, rows, file, modified: town(unit, *rows, file=f"{file}.xlsx", modified=modified),
    st.sampled_from([AN, MA, "南翔", "某某有限公司"]),
    st.lists(projects, max_size=5),
    st.integers(1, 5),
    st.integers(1, 3),
)
folders = st.lists(tables, max_size=5, unique_by=lambda t: t.table.file)


@settings(max_examples=60, deadline=None)
@given(folders, st.randoms(use_true_random=False))
def test_every_row_is_out_or_explained_whatever_is_sent_in_whatever_order(
    sent: list[TownTable], random: object
) -> None:
    shuffled = list(sent)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    after, report = consolidated(district(), *sent)
    other, _ = consolidated(district(), *shuffled)
    assert after == other
    told = report.reconciliation or []
    assert sum(r.rows_in for r in told) == sum(len(t.table.rows) for t in sent)
    assert all(r.balanced and r.rows_in == r.rows_out + r.excluded for r in told)
    cents = [row.benefit.value for t in sent for row in t.table.rows if row.benefit.value is not None]
    assert round(sum(r.amount_out + r.amount_excluded for r in told), 2) == round(float(sum(cents)), 2)
    table = parse_summary(after)
    places = [after.sheets["汇总表"].value(row.row_number, 14) for row in table.rows]
    assert len(set(places)) == len(places) == sum(r.rows_out for r in told)
    _, again = consolidated(after, *shuffled, run=LATER)
    assert again.changes == []


@settings(max_examples=40, deadline=None)
@given(folders, folders.filter(bool), st.lists(st.sampled_from(["保留", "排除", "合并", None]), min_size=8, max_size=8))
def test_books_balance_and_decisions_stay_whatever_comes_next(
    first: list[TownTable], second: list[TownTable], verdicts: list[str | None]
) -> None:
    once, _ = consolidated(district(), *first)
    for n, verdict in enumerate(verdicts):
        found = lines(once, DUPLICATES, "甲·编号", "决定")
        if n < len(found):
            grid = once.sheets[DUPLICATES]
            once = Patch((Write(DUPLICATES, 4 + n, 12, block([[verdict]])),)).applied(once)
            assert grid.value(3, 12) == "决定"
    wanted = [line for line in lines(once, DUPLICATES, "甲·编号", "乙·编号", "决定") if line[2]]
    after, report = consolidated(once, *second)
    assert all(r.balanced for r in report.reconciliation or [])
    assert sum(r.rows_out for r in report.reconciliation or []) == report.rows
    kept = lines(after, DUPLICATES, "甲·编号", "乙·编号", "决定")
    assert [line for line in kept if line[2]] == wanted
    _, again = consolidated(after, *second, run=LATER)
    assert again.changes == []


def test_the_memory_and_the_undo_step_are_kept() -> None:
    after, _ = consolidated(district(), town(AN, project("降噪")))
    assert HISTORY in after.sheets
    assert after.sheets[SOURCES].value(4, 2) == "已列入"


# --- a file that is open elsewhere, half copied or away for one run ---------------------------------------------------


def without(snapshot: Snapshot, *tables: TownTable, unread: str) -> tuple[Snapshot, Report]:
    """A run in which the file `unread` is there but cannot be read."""
    sent = received(*tables, skipped=[Skipped(file=unread, reason="文件打不开：别的程序正在用")])
    outcome = consolidate(snapshot, LATER, sent)
    return outcome.patch.applied(snapshot), outcome.report


def test_while_the_first_version_cannot_be_read_the_later_one_still_waits() -> None:
    once, _ = consolidated(district(), OLD, NEW)
    after, report = without(once, NEW, unread="安亭.xlsx")
    assert [row[1:4:2] for row in body(after)] == [["降噪", 30.0], ["虚焊", 30.0]]
    assert [(a.file, a.state) for a in read_accounts(after) if a.town == AN] == [
        ("安亭.xlsx", "已不在"),
        ("安亭_更正.xlsx", "待决定"),
        ("安亭.xlsx", "未读入"),
    ]
    assert [f.message for f in report.flags if f.rule == "D05"] == [
        "“安亭镇”报送了 2 份有相同项目的汇总表：安亭_更正.xlsx、安亭.xlsx"
    ]
    assert body(consolidated(after, OLD, NEW)[0]) == body(once)


def test_while_the_version_that_was_taken_cannot_be_read_the_refused_one_stays_refused() -> None:
    decided = typed(consolidated(district(), OLD, NEW)[0], ACCOUNTS, "安亭_更正.xlsx", 采用="采用")
    taken_, _ = consolidated(decided, OLD, NEW)
    after, _ = without(taken_, OLD, unread="安亭_更正.xlsx")
    assert body(after) == body(taken_)
    line = accounts(after)["安亭.xlsx"]
    assert (line.state, line.why) == ("不采用", "区局决定采用 安亭_更正.xlsx")
    assert body(consolidated(after, OLD, NEW)[0]) == body(taken_)


def test_rows_of_a_file_that_could_not_be_read_stay_and_are_told() -> None:
    once, _ = consolidated(district(), OLD, town(MA, project("减重", "乙公司")))
    after, report = without(once, town(MA, project("减重", "乙公司")), unread="安亭.xlsx")
    assert body(after) == body(once)
    assert [f.message for f in report.flags if f.rule == "X02"] == [
        "上次合并的 安亭.xlsx 这次没有读入（文件打不开），它的 2 行留在表里"
    ]
    assert [a.why for a in read_accounts(after) if a.state == "已不在"] == ["这次没有读入，表里的行留着"]


def test_a_refusal_of_new_content_outlives_a_run_that_could_not_read_the_file() -> None:
    """Two lines of one file: what counts on, and what was refused."""
    first, second = town(AN, project("降噪")), town(AN, project("降噪", amount=50.0))
    once, _ = consolidated(consolidated(district(), first)[0], second)
    refused, _ = consolidated(typed(once, ACCOUNTS, "待决定", 采用="不采用"), second)
    away, _ = without(refused, town(MA), unread="安亭镇.xlsx")
    after, report = consolidated(away, second)
    assert [a.state for a in read_accounts(after) if a.town == AN] == ["不采用", "已不在"]
    assert rules(report, "D") == []


def test_a_unit_that_was_typed_outlives_a_run_that_could_not_read_the_file() -> None:
    unknown = town("某某有限公司", project("降噪"), file="终稿.xlsx")
    once = typed(consolidated(district(), unknown)[0], ACCOUNTS, "终稿.xlsx", 推荐单位=AN)
    away, _ = without(once, town(MA), unread="终稿.xlsx")
    assert [row[4] for row in body(consolidated(away, unknown)[0])] == [AN]


def test_a_row_deleted_by_hand_comes_back_also_where_its_file_cannot_be_read() -> None:
    once, _ = consolidated(district(), OLD)
    for before in (once, without(once, town(MA), unread="安亭.xlsx")[0]):
        gone = Patch((DeleteRows("汇总表", 4, 1),)).applied(before)
        after, report = without(gone, town(MA), unread="安亭.xlsx")
        assert [row[1:] for row in body(after)] == [["虚焊", "甲公司", 30.0, AN], ["降噪", "甲公司", 30.0, AN]]
        assert "；补回了从表里删掉的 1 行" in str(report.summary)
        assert after.sheets["汇总表"].value(5, 14) == "[安亭.xlsx]汇总表!B4"
        told = [a for a in read_accounts(after) if a.town == AN]
        assert [(a.state, a.rows_in, a.rows_out) for a in told] == [("已不在", 2, 2), ("未读入", 0, 0)]
        assert (
            consolidate(after, LATER, received(OLD)).report.summary
            == "收到 2 行 60.00 万元，列入 2 行，合并 0 行，未列入 0 行，收支平衡；错误 0，警告 0，提示 11"
        )


def test_a_row_of_a_file_that_is_away_is_deleted_for_good_once_that_was_told() -> None:
    """X02 says so: the town has withdrawn it."""
    once, _ = consolidated(district(), OLD)
    away, _ = consolidated(once, town(MA))
    after, _ = consolidated(Patch((DeleteRows("汇总表", 4, 1),)).applied(away), town(MA))
    assert [row[1] for row in body(after)] == ["虚焊"]


def test_a_decision_taken_back_while_the_file_cannot_be_read_brings_the_row_back_too() -> None:
    decided = typed(consolidated(district(), *TWICE)[0], DUPLICATES, "D01", 决定="排除")
    once, _ = consolidated(decided, *TWICE)
    after, _ = without(typed(once, DUPLICATES, "D01", 决定=None), TWICE[0], unread="马陆镇.xlsx")
    assert [row[1:] for row in body(after)][2] == ["降噪", "甲公司", 20.0, MA]
