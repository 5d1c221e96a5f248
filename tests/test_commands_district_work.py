"""What one consolidation works with: numbers, what arrives for a row, what a row is worth, and who leaves the table."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.districts import consolidated, district, project, received, town, typed
from tests.making import workbook
from xlpy.commands.district_work import Work, link_text
from xlpy.errors import CannotRun
from xlpy.grids import Scalar, Snapshot
from xlpy.layout import ACCOUNTS, DUPLICATES
from xlpy.models import TownTable
from xlpy.patch import Patch, Write, block

AN, MA = "安亭镇", "马陆镇"
TWICE = town(AN, project("降噪", remarks=None)), town(MA, project("降噪", amount=20.0, remarks="含两条产线"))
OLD = town(AN, project("降噪"), project("虚焊"), file="安亭.xlsx", modified=1)
NEW = town(AN, project("降噪", amount=33.0), file="安亭_更正.xlsx", modified=2)


def work(snapshot: Snapshot, *tables: TownTable) -> Work:
    return Work(snapshot, received(*tables))


def decided(*tables: TownTable, verdict: str, drop: str | None = None) -> Work:
    """The second run, after a decision on the pair that the first one found."""
    once, _ = consolidated(district(), *tables)
    return work(typed(once, DUPLICATES, "D01", 决定=verdict, 去掉=drop, 理由="同一台设备"), *tables)


def written(snapshot: Snapshot, row: int, column: int, value: Scalar) -> Snapshot:
    return Patch((Write("汇总表", row, column, block([[value]])),)).applied(snapshot)


def test_only_a_district_workbook_with_its_hidden_numbers_will_do() -> None:
    with pytest.raises(CannotRun, match="没有“收支核对”表"):
        work(workbook())
    with pytest.raises(CannotRun) as caught:
        work(written(district(), 3, 15, None))
    assert str(caught.value) == (
        "“区级汇总表.xlsx”的汇总表缺少隐藏的“来源编号”列（在“校验”右边）。请从“备份”文件夹里恢复，或新建一份区级汇总表"
    )


def test_every_project_ever_received_or_typed_has_a_number() -> None:
    once, _ = consolidated(district(), town(AN, project("降噪")))
    later = work(written(once, 5, 2, "区局自报"), town(MA, project("减重")))
    assert later.numbers == [1, 2, 3]  # 降噪, which is away now; the typed row; 减重
    assert (later.new(), later.tracing.typed) == ([3], frozenset({2}))


def test_new_projects_come_by_unit_and_row_whatever_the_order_of_the_files() -> None:
    tables = town(MA, project("减重")), town(AN, project("虚焊"), project("降噪"))
    for some in (tables, tables[::-1]):
        one = work(district(), *some)
        assert [one.tracing.arrivals[n].row.project_name.raw for n in one.new()] == ["虚焊", "降噪", "减重"]


@pytest.mark.parametrize(
    ("typed_in", "stored"),
    [(30, 30.0), ("1,280.5", 1280.5), ("约500", "约500"), ("/", "/"), (None, None)],
)
def test_amounts_arrive_as_numbers_and_what_cannot_be_read_as_it_was_typed(typed_in: Scalar, stored: Scalar) -> None:
    one = work(district(), town(AN, project("降噪", amount=typed_in)))
    (number,) = one.new()
    assert one.arriving(number)["benefit"] == stored


def test_a_month_and_a_listed_word_arrive_in_the_notices_writing_and_the_unit_with_them() -> None:
    one = work(district(), town(AN, ["降噪", "甲公司", "2022.06", "国内领先", "民企", "中型", 30.0, None]))
    cells = one.arriving(one.new()[0])
    assert [cells[f] for f in ("completed", "ownership", "town")] == ["2022年6月", "民营企业", AN]


def test_for_a_row_whose_file_is_away_nothing_arrives() -> None:
    once, _ = consolidated(district(), town(AN, project("降噪")))
    one = work(once)
    assert (one.arriving(1), dict(one.pulled(1) or {})["project_name"]) == ({}, "降噪")


def test_what_is_merged_fills_the_blanks_but_not_the_amount() -> None:
    one = decided(*TWICE, verdict="合并")
    (kept,) = set(one.tracing.arrivals) - set(one.drops)
    assert (one.arriving(kept)["remarks"], one.arriving(kept)["benefit"]) == ("含两条产线", 30.0)
    excluded = decided(*TWICE, verdict="排除")
    assert excluded.arriving(kept)["remarks"] is None


@pytest.mark.parametrize("verdict", ["合并", "排除"])
@pytest.mark.parametrize(("drop", "gone"), [("甲", AN), ("乙", MA), (None, MA)])
def test_who_leaves_is_who_the_decision_names(verdict: str, drop: str | None, gone: str) -> None:
    one = decided(*TWICE, verdict=verdict, drop=drop)
    (number,) = one.drops
    other = (set(one.tracing.arrivals) - {number}).pop()
    assert one.tracing.arrivals[number].town == gone
    assert (one.leaves(number), one.leaves(other)) == (True, False)
    assert (one.drops[number].verdict, one.drops[number].reason) == (verdict, "同一台设备")
    assert one.drops[number].into == (other if verdict == "合并" else None)


def test_nobody_leaves_who_is_kept() -> None:
    assert decided(*TWICE, verdict="保留").drops == {}


def test_rows_of_a_version_that_counts_no_more_leave_unless_the_other_brings_them() -> None:
    once, _ = consolidated(district(), OLD, NEW)
    one = work(typed(once, ACCOUNTS, "安亭_更正.xlsx", 采用="采用"), OLD, NEW)
    names = {n: row.project_name.raw for n, row in one.tracing.rows.items()}
    assert {names[n]: one.leaves(n) for n in names} == {"降噪": False, "虚焊": True}


@pytest.mark.parametrize(
    ("now", "arrives", "worth"),
    [
        (30.0, 33.0, "33.00"),  # untouched: what arrives
        (28.5, 33.0, "28.50"),  # edited: the edit
        (30.0, None, "30.00"),  # nothing arrives: what stands there
        (None, 33.0, "0.00"),  # emptied by hand
    ],
)
def test_what_a_row_must_be_worth_after_the_merge(now: Scalar, arrives: Scalar, worth: str) -> None:
    once, _ = consolidated(district(), town(AN, project("降噪", amount=30.0)))
    newer = town(AN, project("降噪", amount=arrives))
    waiting, _ = consolidated(once, newer)
    decided = typed(waiting, ACCOUNTS, "安亭镇.xlsx", 采用="采用")
    one = work(written(decided, 4, 8, now), newer)
    assert {n: f"{value:.2f}" for n, value in one.worth().items()} == {1: worth}


def test_a_row_is_worth_what_it_says_where_its_file_is_away() -> None:
    once, _ = consolidated(district(), town(AN, project("降噪", amount=30.0)))
    assert work(once).worth() == {1: Decimal("30.00")}


def test_projects_are_those_of_the_table_and_those_left_out_with_a_link_to_where_they_are() -> None:
    one = decided(*TWICE, verdict="排除")
    places = {p.town: (p.row_number, p.place) for p in one.projects(one.table).values()}
    assert places[AN] == (4, "汇总表!B4")
    assert places[MA] == (5, "汇总表!B5")  # of the table before the run
    after, _ = consolidated(one.snapshot, *TWICE)
    later = work(after, *TWICE)
    assert {p.town: (p.row_number, p.place) for p in later.projects(later.table).values()} == {
        AN: (4, "汇总表!B4"),
        MA: (None, "[马陆镇.xlsx]汇总表!B4"),
    }
    away = work(after)
    assert away.projects(away.table)[2].place == "[马陆镇.xlsx]汇总表!B4"


def test_a_link_says_its_own_target() -> None:
    assert link_text("安亭镇/附件2.xlsx", "汇总表!B7") == "[安亭镇/附件2.xlsx]汇总表!B7"
