"""Which of a unit's tables count: parts of one hand-in, copies, and versions on which the bureau decides."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.districts import district, lines, project, town, typed
from xlpy.accounts import Account, State
from xlpy.grids import Snapshot
from xlpy.layout import ACCOUNTS
from xlpy.models import TownTable
from xlpy.notice import Notice
from xlpy.patch import Patch, Write, block
from xlpy.submissions import digest_of, row_digest, sort_out, unclear_decisions

AN, MA = "安亭镇", "马陆镇"
NOTICE = Notice()
OLD = town(AN, project("降噪"), project("虚焊"), file="安亭.xlsx", modified=1)
NEW = town(AN, project("降噪", amount=33.0), project("气密"), file="安亭_更正.xlsx", modified=2)


def sorted_out(*tables: TownTable, noted: tuple[Account, ...] = ()) -> list[tuple[str, str, str]]:
    """Unit, file and state of every table."""
    return [(one.town, one.file, one.state.value) for one in sort_out(tables, noted, NOTICE)]


def noted(table: TownTable, decision: str = "", unit: str = AN, state: State = State.PENDING) -> Account:
    """The line of 收支核对 that the last run left for a table, with what the bureau typed into it."""
    return Account(unit, state, "随便.xlsx", "汇总表", decision=decision, digest=digest_of(table.table))


# --- content --------------------------------------------------------------------------------------------------------


def test_the_content_of_a_table_is_known_whatever_its_file_sheet_and_order_are_called() -> None:
    other = town(AN, project("虚 焊"), project("降噪"), file="x/终稿.xlsx", sheet="Sheet1", modified=9)
    assert digest_of(other.table) == digest_of(OLD.table)
    assert len(digest_of(OLD.table)) == 12


@pytest.mark.parametrize(
    "other",
    [
        town(AN, project("降噪", amount=30.5), project("虚焊")),
        town(AN, project("降噪", remarks="两条产线"), project("虚焊")),
        town(AN, project("降噪")),
        town(MA, project("降噪"), project("虚焊")),
    ],
)
def test_another_amount_remark_row_or_unit_is_other_content(other: TownTable) -> None:
    assert digest_of(other.table) != digest_of(OLD.table)


def test_a_rows_number_says_nothing() -> None:
    one, other = (t.table.rows[n] for t, n in ((OLD, 1), (town(AN, project("虚焊")), 0)))
    assert (one.number.raw, other.number.raw) == ("2", "1")
    assert row_digest(one) == row_digest(other)


# --- what counts ----------------------------------------------------------------------------------------------------


def test_tables_without_a_common_project_are_parts_and_all_count() -> None:
    parts = town(AN, project("降噪"), file="上.xlsx"), town(AN, project("虚焊"), file="下.xlsx")
    assert sorted_out(*parts) == [(AN, "上.xlsx", "已采用"), (AN, "下.xlsx", "已采用")]


def test_sheets_of_one_file_are_no_versions_of_each_other() -> None:
    sheets = [town(AN, project("降噪", amount=n), file="两批.xlsx", sheet=s) for n, s in ((1, "第一批"), (2, "第二批"))]
    assert [state for _, _, state in sorted_out(*sheets)] == ["已采用", "已采用"]


def test_the_same_content_again_is_a_copy_of_the_first() -> None:
    copy = town(AN, project("虚焊"), project("降噪"), file="转发.xlsx", modified=5)
    found = sort_out([copy, OLD], (), NOTICE)
    assert [(one.file, one.state.value, one.why) for one in found] == [
        ("安亭.xlsx", "已采用", ""),
        ("转发.xlsx", "内容相同", "与 安亭.xlsx 的内容完全相同"),
    ]


def test_empty_tables_are_no_copies() -> None:
    assert [state for _, _, state in sorted_out(town(AN, file="一.xlsx"), town(AN, file="二.xlsx"))] == ["已采用"] * 2


def test_of_two_versions_the_first_counts_and_the_later_waits() -> None:
    found = sort_out([NEW, OLD], (), NOTICE)
    assert [(one.file, one.state.value, one.why) for one in found] == [
        ("安亭.xlsx", "已采用", ""),
        ("安亭_更正.xlsx", "待决定", "与 安亭.xlsx 有相同的项目，请在“采用”栏选定用哪一份"),
    ]


def test_one_project_of_two_units_makes_no_versions() -> None:
    assert sorted_out(OLD, town(MA, project("降噪"))) == [(AN, "安亭.xlsx", "已采用"), (MA, "马陆镇.xlsx", "已采用")]


def test_what_counted_at_the_last_run_goes_on_counting() -> None:
    before = noted(NEW, state=State.USED)
    assert sorted_out(OLD, NEW, noted=(before,)) == [
        (AN, "安亭.xlsx", "待决定"),
        (AN, "安亭_更正.xlsx", "已采用"),
    ]


def test_units_come_in_the_notices_order_and_the_unknown_last() -> None:
    stranger = town("某某有限公司", project("减重"), file="a.xlsx")
    sent = (
        stranger,
        town(MA, project("减重")),
        town(AN, project("降噪")),
        town("市经济局", project("回弹"), file="b.xlsx"),
    )
    assert [unit for unit, _, _ in sorted_out(*sent)] == [AN, MA, "市经济局", ""]


# --- what the bureau wrote ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["采用", "用", "是", " 采 用 ", "采用这份"])
def test_the_version_that_is_wanted_replaces_the_older_one(word: str) -> None:
    found = sort_out([OLD, NEW], [noted(NEW, word)], NOTICE)
    assert [(one.file, one.state.value, one.why) for one in found] == [
        ("安亭.xlsx", "不采用", "区局决定采用 安亭_更正.xlsx"),
        ("安亭_更正.xlsx", "已采用", ""),
    ]


@pytest.mark.parametrize("word", ["不采用", "不用", "否", "作废"])
def test_the_version_that_is_refused_does_not_count(word: str) -> None:
    found = sort_out([OLD, NEW], [noted(NEW, word)], NOTICE)
    assert [(one.file, one.state.value, one.why) for one in found] == [
        ("安亭.xlsx", "已采用", ""),
        ("安亭_更正.xlsx", "不采用", "区局决定不采用"),
    ]


def test_the_older_refused_lets_the_later_count() -> None:
    assert sorted_out(OLD, NEW, noted=(noted(OLD, "不采用", state=State.USED),)) == [
        (AN, "安亭.xlsx", "不采用"),
        (AN, "安亭_更正.xlsx", "已采用"),
    ]


def test_a_version_later_than_the_wanted_one_waits_for_a_decision_of_its_own() -> None:
    third = town(AN, project("降噪", amount=34.0), file="安亭_再更正.xlsx", modified=3)
    assert sorted_out(OLD, NEW, third, noted=(noted(NEW, "采用"),)) == [
        (AN, "安亭.xlsx", "不采用"),
        (AN, "安亭_再更正.xlsx", "待决定"),
        (AN, "安亭_更正.xlsx", "已采用"),
    ]


def test_a_decision_hangs_on_the_content_and_outlives_every_name() -> None:
    renamed = replace_name(NEW, "x/y/改了名.xlsx")
    assert sorted_out(OLD, renamed, noted=(noted(NEW, "采用"),)) == [
        (AN, "x/y/改了名.xlsx", "已采用"),
        (AN, "安亭.xlsx", "不采用"),
    ]


def replace_name(table: TownTable, file: str) -> TownTable:
    return table.model_copy(update={"table": table.table.model_copy(update={"file": file})})


def test_a_unit_typed_by_hand_counts_where_the_table_leaves_it_open() -> None:
    unknown = town("某某有限公司", project("减重"), file="汇总.xlsx")
    (alone,) = sort_out([unknown], (), NOTICE)
    assert (alone.town, alone.why[:4]) == ("", "填报单位")
    assert sorted_out(unknown, noted=(noted(unknown, unit="安亭"),)) == [(AN, "汇总.xlsx", "已采用")]
    assert sorted_out(unknown, noted=(noted(unknown, unit="区科委"),)) == [("区科委", "汇总.xlsx", "已采用")]


def test_a_unit_typed_by_hand_does_not_contradict_the_table() -> None:
    assert sorted_out(OLD, noted=(noted(OLD, unit=MA),)) == [(AN, "安亭.xlsx", "已采用")]


# --- what cannot be understood --------------------------------------------------------------------------------------


def said(words: str) -> Snapshot:
    line = Account(AN, State.PENDING, "安亭.xlsx", "汇总表", digest="0" * 12)
    filled = Patch((Write(ACCOUNTS, 4, 1, block([[line.town, line.file, line.sheet, None, line.state.value]])),))
    return typed(filled.applied(district()), ACCOUNTS, "安亭.xlsx", 采用=words)


@pytest.mark.parametrize("words", ["采用？", "待定", "用哪份都行"])
def test_a_decision_that_cannot_be_read_is_told_at_its_cell_and_is_none(words: str) -> None:
    (flag,) = unclear_decisions(said(words))
    assert (flag.rule, flag.severity, flag.file, flag.sheet, flag.cell) == (
        *("P01", "warning", "区级汇总表.xlsx"),
        *("收支核对", "F4"),
    )
    assert (flag.value, flag.message) == (words, f"“采用”栏写的“{words}”看不懂，这一份还算没有决定")
    assert flag.fix == "请从下拉清单里选：采用、不采用；或清空这一格"
    assert sorted_out(OLD, NEW, noted=(noted(NEW, words),))[1] == (AN, "安亭_更正.xlsx", "待决定")


@pytest.mark.parametrize("words", ["采用", "不采用", "否"])
def test_a_decision_that_can_be_read_is_not(words: str) -> None:
    assert unclear_decisions(said(words)) == []


def test_without_the_sheet_or_its_header_nothing_is_told() -> None:
    whole = said("采用？")
    assert unclear_decisions(replace(whole, sheets={})) == []
    assert unclear_decisions(Patch((Write(ACCOUNTS, 3, 6, block([[None]])),)).applied(whole)) == []
    assert lines(whole, ACCOUNTS, "采用") == [["采用？"]]
