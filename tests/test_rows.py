"""The row that a form gives: 经济效益 from its figures, codes as labels, everything else as typed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.making import economics, form, money, month, text
from xlpy.models import Economics, Value
from xlpy.notice import Notice
from xlpy.rows import agrees, benefit, row_of

NOTICE = Notice()


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"profit": "100"}, {"profit": "130.456"}, Decimal("30.46")),
        ({"profit": "100", "saving": "10"}, {"profit": "90", "saving": "15.5"}, Decimal("-4.50")),
        ({"sales": "1", "profit": "2"}, {"sales": "900", "profit": "3"}, Decimal("1.00")),  # never 销售额 too
        ({"sales": "1"}, {"sales": "900"}, None),
        ({"profit": "100", "forex": "/"}, {"profit": "130", "forex": "/"}, Decimal("30.00")),
        ({"profit": "100", "forex": "/"}, {"profit": "130", "forex": "5"}, None),  # / is not 0
        ({}, {}, None),
    ],
)
def test_benefit_is_the_sum_of_what_improved(
    before: dict[str, str], after: dict[str, str], expected: Decimal | None
) -> None:
    assert benefit(form(before=economics(**before), after=economics(**after)), NOTICE) == expected


def test_an_unreadable_figure_leaves_the_benefit_to_the_clerk() -> None:
    unreadable = Economics(profit=money("约500", problem="不是数"))
    assert benefit(form(before=economics(profit="1"), after=unreadable), NOTICE) is None


def test_weights_are_settings() -> None:
    notice = Notice(weight_sales=Decimal("0.5"), weight_profit=Decimal(0))
    one = form(before=economics(sales="100", profit="1"), after=economics(sales="300", profit="9"))
    assert benefit(one, notice) == Decimal("100.00")


def test_exact_aliases_become_labels_and_longer_words_stay() -> None:
    found = row_of(
        form(
            ownership=text("民企", "B5"),
            level=text("国际先进水平（2020年代）", "B4"),
            size=text("中", "B6"),
            completed=month(2022, 6, "B3"),
        ),
        NOTICE,
    )
    assert {name: value.value for name, value in found.items()} == {
        "project_name": "降噪",
        "company": "甲公司",
        "completed": "2022年6月",
        "level": "国际先进水平（2020年代）",
        "ownership": "民营企业",
        "size": "中型",
        "benefit": None,
    }
    assert (found["completed"].sheet, found["completed"].cell) == ("汇总信息", "B3")


@pytest.mark.parametrize(
    ("field", "one", "other", "same"),
    [
        ("project_name", "降 噪（二期）", "降噪(二期)", True),
        ("project_name", "降噪", "降燥", False),
        ("level", "国际先进水平（2020年代）", "国际先进", True),
        ("level", "国际先进", "国内先进", False),
        ("level", "世界第一", "世界第一", True),
        ("ownership", "民企", "私营企业", True),
        ("completed", "2022年6月", "2022年6月", True),
        ("benefit", Decimal("1.004"), Decimal("1"), True),
        ("benefit", Decimal("1.01"), Decimal("1"), False),
        ("size", None, "中型", False),
        ("size", None, None, True),
    ],
)
def test_values_compare_by_meaning(field: str, one: object, other: object, same: bool) -> None:
    assert agrees(field, Value[object](value=one), Value[object](value=other), NOTICE) is same
