"""Every row and every 万元 that came in is in the table or explained; a row that got lost or stands twice shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from tests.districts import district, project, received, town
from tests.making import money, row, text
from xlpy.accounts import Account, State
from xlpy.commands.district_work import Work
from xlpy.layout import EXCLUDE, MERGE
from xlpy.models import SummaryRow, TownTable
from xlpy.origins import Origin
from xlpy.reckoning import Books, pulled_amount, reckon
from xlpy.submissions import digest_of
from xlpy.verdicts import Drop

AN, MA, HUA = "安亭镇", "马陆镇", "华亭镇"
SENT = town(AN, project("降噪", amount=30.0), project("虚焊", amount=12.55))


def reckoned(
    *tables: TownTable,
    lost: Sequence[int] = (),
    twice: Sequence[int] = (),
    drops: Sequence[Drop] = (),
    worth: Mapping[int, Decimal] | None = None,
    rows: Mapping[int, SummaryRow] | None = None,
    lines: Sequence[Origin] = (),
    noted: Sequence[Account] = (),
    units: Sequence[str] = (),
) -> list[Account]:
    """The accounts of a table that holds every row that arrived, but for those dropped and `lost`; and `rows`."""
    work = Work(district(), received(*tables))
    dropped = {drop.number: drop for drop in drops}
    listed = {n: [a.row] for n, a in work.tracing.arrivals.items() if n not in {*lost, *dropped}}
    listed |= {n: [listed[n][0]] * 2 for n in twice} | {n: [one] for n, one in (rows or {}).items()}
    known = {line.number: line for line in lines if line.number is not None}
    work.tracing.rows.update(rows or {})
    books = Books(work.hand_ins, work.tracing, worth or {}, listed, dropped, known)
    return reckon(books, noted, units)


def figures(account: Account) -> tuple[int, int, int, int]:
    return account.rows_in, account.rows_out, account.merged, account.excluded


def amounts(account: Account) -> list[str]:
    return [f"{a:.2f}" for a in (account.amount_in, account.amount_out, account.amount_left, account.adjusted)]


def typed(name: str, unit: str, benefit: str = "9") -> SummaryRow:
    return row(9, name, "丁公司", benefit=money(benefit)).model_copy(update={"town": text(unit)})


# --- received tables ------------------------------------------------------------------------------------------------


def test_what_is_listed_as_it_came_balances() -> None:
    (account,) = reckoned(SENT)
    assert (account.town, account.state, account.file, account.sheet) == (AN, State.USED, "安亭镇.xlsx", "汇总表")
    assert (account.received, account.digest) == ("2023-09-11 08:00", digest_of(SENT.table))
    assert figures(account) == (2, 2, 0, 0)
    assert amounts(account) == ["42.55", "42.55", "0.00", "0.00"]
    assert account.balanced


def test_a_row_that_got_lost_does_not() -> None:
    (account,) = reckoned(SENT, lost=[2])
    assert (figures(account), account.balanced) == ((2, 1, 0, 0), False)
    assert amounts(account)[:2] == ["42.55", "30.00"]


def test_a_row_that_stands_twice_does_not() -> None:
    (account,) = reckoned(SENT, twice=[1])
    assert (figures(account), account.balanced) == ((2, 3, 0, 0), False)


def test_a_row_lost_and_another_twice_do_not_even_out() -> None:
    (account,) = reckoned(SENT, lost=[2], twice=[1])
    assert (figures(account), account.balanced) == ((2, 2, 0, 0), False)  # 万元 tell


def test_an_amount_that_the_bureau_changed_is_told_apart() -> None:
    work = Work(district(), received(SENT))
    changed = work.tracing.arrivals[1].row.model_copy(update={"benefit": money("28.5")})
    (account,) = reckoned(SENT, rows={1: changed}, worth={1: Decimal("28.5")})
    assert amounts(account) == ["42.55", "41.05", "0.00", "-1.50"]
    assert account.balanced
    (wrong,) = reckoned(SENT, rows={1: changed})
    assert not wrong.balanced


def test_what_was_decided_to_leave_out_counts_as_left_with_what_it_brought_in() -> None:
    (account,) = reckoned(SENT, drops=[Drop(1, EXCLUDE, None, "已表彰"), Drop(2, MERGE, 1, "")])
    assert figures(account) == (2, 0, 1, 1)
    assert amounts(account) == ["42.55", "0.00", "42.55", "0.00"]
    assert account.balanced


def test_an_amount_that_cannot_be_read_is_a_row_without_an_amount() -> None:
    (account,) = reckoned(town(AN, project("降噪", amount="约500"), project("虚焊")))
    assert (figures(account), account.unread, amounts(account)[0]) == ((2, 2, 0, 0), 1, "30.00")
    assert account.balanced


def test_a_table_that_does_not_count_is_left_out_whole_with_the_reason() -> None:
    later = town(AN, project("降噪", amount=33.0), file="安亭_更正.xlsx", modified=2)
    account, _ = reckoned(SENT, later)
    assert (account.state, figures(account), amounts(account)) == (
        State.PENDING,
        (1, 0, 0, 1),
        ["33.00", "0.00", "33.00", "0.00"],
    )
    assert account.why == "与 安亭镇.xlsx 有相同的项目，请在“采用”栏选定用哪一份"
    assert account.balanced


def test_each_sheet_of_a_file_has_a_line_of_its_own() -> None:
    first, second = reckoned(
        town(AN, project("降噪"), file="两批.xlsx", sheet="第一批"),
        town(AN, project("虚焊"), project("减重"), file="两批.xlsx", sheet="第二批"),
    )
    assert [(a.sheet, *figures(a)) for a in (first, second)] == [("第一批", 1, 1, 0, 0), ("第二批", 2, 2, 0, 0)]


def test_units_that_sent_nothing_are_named_and_an_empty_table_is_something() -> None:
    accounts = reckoned(town(AN), units=[AN, HUA])
    assert [(a.town, a.state, a.why) for a in accounts] == [
        (AN, State.USED, ""),
        (HUA, State.MISSING, "没有收到汇总表"),
    ]


# --- rows without a table -------------------------------------------------------------------------------------------


def origin(number: int, name: str, file: str = "马陆.xlsx", benefit: float | None = 20.0) -> Origin:
    values = {"project_name": name, "company": "乙公司", "town": MA, "benefit": benefit}
    return Origin("已列入", file, "", "", number, values, {"project_name": "汇总表!B4"})


def test_a_row_that_the_bureau_typed_has_come_in_with_what_it_says() -> None:
    (account,) = reckoned(rows={5: typed("区局自报", MA)}, worth={5: Decimal(9)})
    assert (account.town, account.state, account.file) == (MA, State.TYPED, "")
    assert (figures(account), amounts(account)) == ((1, 1, 0, 0), ["9.00", "9.00", "0.00", "0.00"])
    assert account.balanced


def test_a_row_whose_file_is_away_stays_with_what_is_remembered_of_it() -> None:
    accounts = reckoned(
        SENT, rows={5: typed("减重", MA, "19")}, worth={5: Decimal(19)}, lines=[origin(5, "减重")], units=[AN, MA]
    )
    account = accounts[1]
    assert (account.town, account.state, account.file, account.sheet) == (MA, State.GONE, "马陆.xlsx", "汇总表")
    assert account.why == "原来的文件或其中的行已经不在，表里的行留着"
    assert (figures(account), amounts(account)) == ((1, 1, 0, 0), ["20.00", "19.00", "0.00", "-1.00"])
    assert account.balanced
    assert len(accounts) == 2  # 马陆镇 did send something once


def test_a_row_left_out_whose_file_is_away_is_left_out_still() -> None:
    (account,) = reckoned(drops=[Drop(5, EXCLUDE, None, "")], lines=[origin(5, "减重")])
    assert (figures(account), amounts(account)) == ((1, 0, 0, 1), ["20.00", "0.00", "20.00", "0.00"])


def test_a_decision_on_a_table_that_is_away_is_kept() -> None:
    before = Account(MA, State.REFUSED, "马陆_更正.xlsx", "汇总表", decision="不采用", digest="a" * 12)
    settled = Account(MA, State.COPY, "马陆_副本.xlsx", "汇总表", digest="b" * 12)
    _, account = reckoned(SENT, noted=[before, settled])
    assert (account.state, account.file, account.decision, account.digest) == (
        *(State.GONE, "马陆_更正.xlsx"),
        *("不采用", "a" * 12),
    )
    assert account.why == "这份材料这次没有，写过的决定留着"
    assert (figures(account), account.balanced) == ((0, 0, 0, 0), True)


def test_a_decision_stays_with_the_rows_of_a_table_that_is_away() -> None:
    before = Account(MA, State.USED, "马陆.xlsx", "汇总表", decision="采用", digest="a" * 12)
    accounts = reckoned(rows={5: typed("减重", MA)}, worth={5: Decimal(9)}, lines=[origin(5, "减重")], noted=[before])
    assert [(a.state, a.decision, a.digest, a.rows_in) for a in accounts] == [(State.GONE, "采用", "a" * 12, 1)]


def test_what_is_remembered_of_an_amount() -> None:
    assert pulled_amount(origin(1, "减重", benefit=12.345)) == Decimal("12.345")
    assert pulled_amount(origin(1, "减重", benefit=None)) == 0
