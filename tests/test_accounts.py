"""收支核对: what balances, how the sheet is read and written, and what the bureau wrote into and beside it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.districts import district, lines, typed
from tests.making import workbook
from xlpy.accounts import (
    Account,
    State,
    held,
    is_district,
    read_accounts,
    require_district,
    require_town,
    total_of,
    write_accounts,
)
from xlpy.errors import CannotRun
from xlpy.grids import Formula, Scalar, Snapshot
from xlpy.layout import ACCOUNTS
from xlpy.models import Value
from xlpy.patch import Patch, Write, block

AN, MA, HUA = "安亭镇", "马陆镇", "华亭镇"
UNITS = [AN, MA, HUA]
FIRST = Account(
    *(AN, State.USED, "安亭.xlsx", "汇总表", "2023-09-11 08:00"),
    digest="a" * 12,
    rows_in=4,
    rows_out=2,
    merged=1,
    excluded=1,
    amount_in=Decimal("100.10"),
    amount_out=Decimal("60.05"),
    amount_left=Decimal("40.00"),
    adjusted=Decimal("-0.05"),
)
SECOND = Account(*(AN, State.PENDING, "安亭_更正.xlsx", "汇总表", "2023-09-12 08:00"), digest="b" * 12, why="另一版")
OTHER = Account(*(MA, State.USED, "马陆.xlsx", "汇总表", "2023-09-13 08:00"), digest="c" * 12, rows_in=1, rows_out=1)
MISSING = Account(HUA, State.MISSING, why="没有收到汇总表")


def written(*accounts: Account, into: Snapshot | None = None) -> Snapshot:
    before = into or district()
    return write_accounts(accounts, UNITS, before).applied(before)


def noted(snapshot: Snapshot, row: int, value: Scalar, column: int = 18) -> Snapshot:
    """A note in a column beside ours."""
    return Patch((Write(ACCOUNTS, row, column, block([[value]])),)).applied(snapshot)


def notes(snapshot: Snapshot) -> list[list[Scalar]]:
    """推荐单位, 文件 and the note of every line that has one."""
    grid = snapshot.sheets[ACCOUNTS]
    return [[grid.value(r, c) for c in (1, 2, 18)] for r in range(4, grid.height + 1) if grid.value(r, 18)]


# --- what balances --------------------------------------------------------------------------------------------------


def test_rows_and_amounts_balance_when_all_is_listed_or_left_out_and_changes_are_told_apart() -> None:
    assert FIRST.balanced
    assert MISSING.balanced


@pytest.mark.parametrize(
    "wrong",
    [
        {"rows_out": 1},
        {"rows_out": 3},
        {"merged": 0},
        {"amount_out": Decimal("60.04")},
        {"amount_left": Decimal("40.01")},
        {"adjusted": Decimal(0)},
    ],
)
def test_a_row_or_a_cent_too_many_or_too_few_does_not(wrong: dict[str, int | Decimal]) -> None:
    assert not replace(FIRST, **wrong).balanced  # type: ignore[arg-type]


def test_a_sum_counts_everything() -> None:
    total = total_of([FIRST, OTHER, MISSING])
    assert (total.rows_in, total.rows_out, total.merged, total.excluded) == (5, 3, 1, 1)
    assert (total.amount_in, total.amount_out) == (Decimal("100.10"), Decimal("60.05"))
    assert (total.amount_left, total.adjusted) == (Decimal("40.00"), Decimal("-0.05"))
    assert total_of([]) == Account("", State.USED)


def test_amounts_are_rounded_to_the_cent_and_what_cannot_be_read_is_none() -> None:
    assert held(Value(value=Decimal("12.345"), raw="12.345")) == Decimal("12.345")
    assert held(Value(value=Decimal("0.1234567890123456789"), raw="")) == Decimal("0.12345678901234568")
    assert held(Value(value=None, raw="约500")) == 0


# --- the sheet ------------------------------------------------------------------------------------------------------


def test_lines_come_by_unit_with_a_sum_where_there_are_several_and_over_all() -> None:
    after = written(MISSING, OTHER, SECOND, FIRST)
    shown = lines(after, ACCOUNTS, "推荐单位", "文件", "状态", "收到行数", "列入", "收到万元", "核对", "说明")
    assert shown == [
        [AN, "安亭.xlsx", "已采用", 4, 2, 100.1, "平衡", None],
        [AN, "安亭_更正.xlsx", "待决定", 0, 0, 0, "平衡", "另一版"],
        [AN, "小计（2 份）", None, 4, 2, 100.1, "平衡", None],
        [MA, "马陆.xlsx", "已采用", 1, 1, 0, "平衡", None],
        [HUA, None, "未报送", 0, 0, 0, "平衡", "没有收到汇总表"],
        [None, "合计", None, 5, 3, 100.1, "平衡", None],
    ]


def test_units_that_the_notice_does_not_name_come_after_its_own_and_the_unknown_last() -> None:
    after = written(replace(OTHER, town=""), replace(OTHER, town="市经济局", digest="d" * 12), FIRST)
    assert [line[0] for line in lines(after, ACCOUNTS, "推荐单位", "状态") if line[1]] == [AN, "市经济局", None]


def test_a_line_that_does_not_balance_says_so_up_to_the_total() -> None:
    after = written(replace(FIRST, rows_out=1), SECOND)
    words = [line[0] for line in lines(after, ACCOUNTS, "核对")]
    assert words == ["不平衡", "平衡", "不平衡", "不平衡"]


def test_rows_whose_amount_cannot_be_read_are_told() -> None:
    after = written(replace(FIRST, unread=2, why="另一版"))
    assert lines(after, ACCOUNTS, "说明")[0] == ["另一版；有 2 行经济效益读不出，未计金额"]


def test_what_was_written_reads_back_without_the_sums() -> None:
    assert read_accounts(written(FIRST, SECOND, OTHER, MISSING)) == [FIRST, SECOND, OTHER, MISSING]


def test_what_the_bureau_typed_is_read() -> None:
    decided = typed(written(FIRST, SECOND), ACCOUNTS, "安亭_更正.xlsx", 采用=" 采用 ", 推荐单位="马陆")
    line = read_accounts(decided)[1]
    assert (line.decision, line.town, line.digest) == ("采用", "马陆", "b" * 12)


def test_columns_in_another_order_are_read_and_written_all_the_same() -> None:
    first = written(FIRST, OTHER)
    turned = [list(row[16::-1]) for row in first.sheets[ACCOUNTS].rows[2:]]
    moved = Patch((Write(ACCOUNTS, 3, 1, block(turned)),)).applied(first)
    assert read_accounts(moved) == [FIRST, OTHER]
    assert read_accounts(written(FIRST, into=moved)) == [FIRST]


def test_lines_of_the_last_run_that_are_no_more_are_gone() -> None:
    after = written(OTHER, into=written(FIRST, SECOND, OTHER, MISSING))
    assert [line[0] for line in lines(after, ACCOUNTS, "文件")] == ["马陆.xlsx", "合计"]


def test_a_sheet_that_is_lost_or_has_lost_its_header_is_written_anew() -> None:
    without = replace(district(), sheets={k: v for k, v in district().sheets.items() if k != ACCOUNTS})
    assert read_accounts(without) == []
    assert read_accounts(written(FIRST, into=without)) == [FIRST]
    headless = Patch((Write(ACCOUNTS, 3, 1, block([[None] * 17])),)).applied(written(OTHER))
    assert read_accounts(headless) == []
    assert read_accounts(written(FIRST, into=headless)) == [FIRST]


# --- notes beside it ------------------------------------------------------------------------------------------------


def test_a_note_goes_where_its_line_goes() -> None:
    before = noted(noted(written(FIRST, OTHER, MISSING), 5, "已电话核对"), 6, "催过两次")
    after = written(FIRST, SECOND, OTHER, MISSING, into=before)
    assert notes(after) == [[MA, "马陆.xlsx", "已电话核对"], [HUA, None, "催过两次"]]


def test_a_note_follows_a_renamed_file_and_a_unit_that_hands_in_at_last() -> None:
    before = noted(noted(written(OTHER, MISSING), 4, "已电话核对"), 5, "催过两次")
    late = Account(HUA, State.USED, "华亭.xlsx", "汇总表", digest="e" * 12)
    after = written(FIRST, replace(OTHER, file="x/马陆2.xlsx"), late, into=before)
    assert notes(after) == [[MA, "x/马陆2.xlsx", "已电话核对"], [HUA, "华亭.xlsx", "催过两次"]]


def test_a_note_whose_line_is_gone_or_taken_comes_below() -> None:
    before = noted(noted(written(FIRST, SECOND, OTHER), 4, "甲"), 7, "乙")
    after = written(replace(FIRST, digest="f" * 12), into=noted(before, 5, "丙"))
    assert notes(after) == [[AN, "安亭.xlsx", "甲"], [None, None, "丙"], [None, None, "乙"]]


def test_a_formula_beside_a_line_stays_in_its_row() -> None:
    before = noted(written(OTHER), 4, Formula("=K4*2"))
    assert written(FIRST, OTHER, into=before).sheets[ACCOUNTS].stored(4, 18) == "=K4*2"


def test_what_somebody_wrote_below_the_lines_moves_down_with_the_note_beside_it() -> None:
    """Fails without `_room`: the signature would be written over, or the note land in another row."""
    signed = noted(noted(written(OTHER), 6, "经办人：某甲", column=1), 6, "已盖章")
    after = written(FIRST, SECOND, OTHER, MISSING, into=noted(signed, 4, "已电话核对"))
    assert notes(after) == [[MA, "马陆.xlsx", "已电话核对"], ["经办人：某甲", None, "已盖章"]]
    assert read_accounts(after) == read_accounts(written(FIRST, SECOND, OTHER, MISSING))
    again = written(OTHER, into=after)
    assert notes(again) == [[MA, "马陆.xlsx", "已电话核对"], ["经办人：某甲", None, "已盖章"]]


def test_notes_that_need_not_move_are_not_written() -> None:
    before = noted(written(FIRST, OTHER), 5, "已电话核对")
    assert list(write_accounts([FIRST, OTHER], UNITS, before).changes(before)) == []


# --- whose workbook it is -------------------------------------------------------------------------------------------


def test_only_the_districts_workbook_has_the_sheet() -> None:
    assert is_district(district())
    assert not is_district(workbook())
    require_district(district())
    require_town(workbook())


def test_the_wrong_workbook_is_told_what_to_do() -> None:
    with pytest.raises(CannotRun) as caught:
        require_town(district())
    assert str(caught.value) == (
        "“区级汇总表.xlsx”是区级汇总表，不直接导入登记表。请点“合并街镇汇总表”，或运行 xlpy consolidate"
    )
    with pytest.raises(CannotRun, match="请用 xlpy new district 新建区级汇总表，在那里合并"):
        require_district(workbook())
