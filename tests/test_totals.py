"""Totals in 万元 to the cent; every row counts, unreadable benefits are named and not summed."""

from __future__ import annotations

from tests.making import money, row, table, text
from xlpy.notice import Notice
from xlpy.report import Group, LeftOut
from xlpy.totals import totals

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
