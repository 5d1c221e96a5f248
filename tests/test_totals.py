"""Totals in 万元 to the cent; every row counts, unreadable benefits are named and not summed."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.making import money, row, table, text
from xlpy.accounts import Account, State
from xlpy.models import SummaryRow
from xlpy.notice import Notice
from xlpy.report import Group, LeftOut, Totals, UnitFigures
from xlpy.totals import district_totals, totals

NOTICE = Notice()


def test_rows_are_grouped_by_label_and_shares_are_of_the_amount() -> None:
    found = totals(
        table(
            row(4, benefit=money("30.10"), level=text("国际先进水平（2020年代）"), size=text("中型")),
            row(5, "减重", benefit=money("9.90"), level=text("国际先进"), size=text("中等")),
            row(6, "气密", "乙公司", benefit=money("60"), level=text("")),
        ),
        NOTICE,
    )
    assert (found.projects, found.companies, found.amount) == (3, 2, 100.0)
    assert [g for g in found.groups["level"] if g.count] == [
        Group(label="国际先进", count=2, amount=40.0, share=0.4),
        Group(label="未填", count=1, amount=60.0, share=0.6),
    ]
    assert [(g.label, g.count) for g in found.groups["size"] if g.count] == [
        ("中型", 1),
        ("其他（不在清单内）", 1),
        ("未填", 1),
    ]


def test_every_label_of_the_list_has_a_line_in_its_order() -> None:
    labels = [g.label for g in totals(table(), NOTICE).groups["size"]]
    assert labels == ["大型", "中型", "小型", "微型", "其他（不在清单内）", "未填"]


def test_what_is_left_out_is_named_with_the_reason() -> None:
    found = totals(
        table(
            row(4, benefit=money("约500", problem="写的是“约500”，不是确切的数")),
            row(5, "减重", benefit=money("/")),
            row(6, "气密", benefit=money(None)),
            row(7, "耐磨", benefit=money("0.1")),
            row(8, "耐压", benefit=money("0.2")),
        ),
        NOTICE,
    )
    assert found.amount == 0.3
    assert found.left_out == [
        LeftOut(row_number=4, project_name="降噪", reason="写的是“约500”，不是确切的数"),
        LeftOut(row_number=5, project_name="减重", reason="经济效益写的是“/”，不是数"),
        LeftOut(row_number=6, project_name="气密", reason="经济效益没有填"),
    ]


def test_an_empty_table_has_zeros_and_no_division_by_zero() -> None:
    found = totals(table(), NOTICE)
    assert (found.projects, found.companies, found.amount, found.left_out) == (0, 0, 0.0, [])
    assert {g.share for groups in found.groups.values() for g in groups} == {0.0}


# --- the district -------------------------------------------------------------------------------------------------


def of_town(town: str, *given: SummaryRow) -> list[SummaryRow]:
    return [one.model_copy(update={"town": text(town)}) for one in given]


def account(town: str, state: State = State.USED, day: str = "2023-09-11", **figures: Any) -> Account:
    received = "" if state is State.MISSING else f"{day} 08:00"
    return Account(town, state, file="附件2.xlsx", received=received, **figures)


def unit(found: Totals, name: str) -> UnitFigures:
    [figures] = [u for u in found.units or () if u.unit == name]
    return figures


def test_the_district_is_grouped_by_unit_in_the_notices_order_then_others_then_blank() -> None:
    found = district_totals(
        table(
            *of_town("马陆镇人民政府", row(4, benefit=money("60"))),
            *of_town("安亭镇", row(5, "减重", benefit=money("30")), row(6, "气密", benefit=money("/"))),
            *of_town("区经委", row(7, "耐磨", benefit=money("10"))),
            *of_town("", row(8, "耐压")),
        ),
        NOTICE,
        [],
        {4: True, 5: False, 6: True, 7: True},
    )
    assert [g for g in found.groups["town"] if g.count] == [
        Group(label="安亭镇", count=2, amount=30.0, share=0.3, pass_rate=0.5),
        Group(label="马陆镇", count=1, amount=60.0, share=0.6, pass_rate=1.0),
        Group(label="其他（不在清单内）", count=1, amount=10.0, share=0.1, pass_rate=1.0),
        Group(label="未填", count=1, amount=0.0, share=0.0, pass_rate=None),
    ]
    assert [g.label for g in found.groups["town"]] == [*NOTICE.labels("units"), "其他（不在清单内）", "未填"]
    assert found.pass_rate == 0.75, "the row that nobody checked is neither passed nor failed"
    assert list(found.groups) == ["town", "level", "ownership", "size"]


def test_a_town_has_no_pass_rates_and_no_units() -> None:
    figures = totals(table(row(4, benefit=money("30"))), NOTICE)
    assert (figures.pass_rate, figures.units, list(figures.groups)) == (None, None, ["level", "ownership", "size"])
    said = figures.model_dump(exclude_none=True)
    assert said["groups"]["size"][-1] == {"label": "未填", "count": 1, "amount": 30.0, "share": 1.0}
    assert set(said) == {"projects", "companies", "amount", "groups", "left_out"}


def test_what_the_bureau_looks_at_to_praise_a_unit() -> None:
    rows = [row(4, benefit=money("30.5")), row(5, "减重", "乙公司", benefit=money("9.5")), row(6, "气密")]
    found = district_totals(
        table(*of_town("安亭镇", *rows)),
        NOTICE,
        [
            account("安亭镇", rows_in=4, rows_out=3, excluded=1),
            account("安亭镇", State.PENDING, "2023-09-18", rows_in=5, excluded=5),
            account("安亭镇", State.COPY, "2023-09-30", rows_in=4, excluded=4),
            account("马陆镇", State.MISSING),
        ],
        {4: True, 5: True, 6: False},
    )
    assert unit(found, "安亭镇") == UnitFigures(
        unit="安亭镇",
        handed_in=True,
        first_received=dt.date(2023, 9, 11),
        last_received=dt.date(2023, 9, 18),
        on_time=False,
        submitted=4,
        listed=3,
        listed_rate=0.75,
        amount=40.0,
        companies=2,
        pass_rate=0.6667,
        with_errors=1,
        resubmissions=1,
    )
    assert unit(found, "马陆镇") == UnitFigures(unit="马陆镇", handed_in=False)
    assert unit(found, "南翔镇") == UnitFigures(unit="南翔镇", handed_in=None), "收支核对 says nothing about it"


@pytest.mark.parametrize(("day", "on_time"), [("2023-09-14", True), ("2023-09-15", True), ("2023-09-16", False)])
def test_the_day_of_the_deadline_is_on_time(day: str, on_time: bool) -> None:
    assert unit(district_totals(table(), NOTICE, [account("安亭镇", day=day)], {}), "安亭镇").on_time is on_time


def test_a_time_that_cannot_be_read_says_nothing_about_the_deadline() -> None:
    figures = unit(district_totals(table(), NOTICE, [account("安亭镇", day="上周五")], {}), "安亭镇")
    assert (figures.handed_in, figures.first_received, figures.on_time) == (True, None, None)


@pytest.mark.parametrize(
    ("states", "count"),
    [
        ([State.USED], 0),
        ([State.USED, State.USED], 0),  # parts
        ([State.USED, State.COPY], 0),
        ([State.REFUSED, State.USED], 1),
        ([State.USED, State.PENDING, State.PENDING], 2),
        ([State.REFUSED], 0),
        ([State.REFUSED, State.REFUSED], 1),
    ],
)
def test_a_resubmission_is_a_version_that_another_one_stands_for(states: list[State], count: int) -> None:
    lines = [account("安亭镇", state, rows_in=2) for state in states]
    assert unit(district_totals(table(), NOTICE, lines, {}), "安亭镇").resubmissions == count


@pytest.mark.parametrize(
    ("line", "handed_in"),
    [
        (Account("安亭镇", State.USED, "空表.xlsx"), True),
        (Account("安亭镇", State.GONE, "旧.xlsx", rows_in=2, rows_out=2), True),
        (Account("安亭镇", State.GONE, "旧.xlsx", decision="采用"), False),
        (Account("安亭镇", State.TYPED, rows_in=1, rows_out=1), True),
        (Account("安亭镇", State.MISSING), False),
    ],
)
def test_a_unit_has_handed_in_if_anything_of_it_came(line: Account, handed_in: bool) -> None:
    assert unit(district_totals(table(), NOTICE, [line], {}), "安亭镇").handed_in is handed_in


def test_accounts_of_aliases_and_of_nobody_have_their_lines() -> None:
    lines = [account("安亭", rows_in=1, rows_out=1), account("区经委", rows_in=2), account("", rows_in=3)]
    found = district_totals(table(), NOTICE, lines, {})
    assert {u.unit: u.submitted for u in found.units or () if u.submitted} == {
        "安亭镇": 1, "其他（不在清单内）": 2, "未填": 3,
    }  # fmt: skip


AMOUNTS = st.one_of(st.none(), st.decimals("-1000", "1000000", places=3))
LABELS = ["安亭镇", "马陆", "区经委", ""]


@settings(deadline=None)  # pandas is loaded in the first one
@given(st.lists(st.tuples(AMOUNTS, st.sampled_from(LABELS), st.sampled_from([True, False, None])), max_size=40))
def test_the_groups_add_up_to_the_whole(lines: list[tuple[Decimal | None, str, bool | None]]) -> None:
    rows = [
        one
        for n, (amount, town, _) in enumerate(lines, 4)
        for one in of_town(town, row(n, benefit=money(None if amount is None else str(amount))))
    ]
    passed = {n: verdict for n, (*_, verdict) in enumerate(lines, 4) if verdict is not None}
    found = district_totals(table(*rows), NOTICE, [], passed)
    whole = sum((a for a, *_ in lines if a is not None), Decimal(0))
    assert Decimal(str(found.amount)) == whole
    for groups in found.groups.values():
        assert sum(g.count for g in groups) == found.projects == len(lines)
        assert sum(Decimal(str(g.amount)) for g in groups) == whole
    units = found.units or []
    assert sum(Decimal(str(u.amount)) for u in units) == whole
    assert sum(u.listed for u in units) == len(lines)
    assert sum(u.with_errors or 0 for u in units) == sum(not verdict for verdict in passed.values())
