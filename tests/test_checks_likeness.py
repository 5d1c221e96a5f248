"""What looks like something else: units of amounts, near entries of a list, who may recommend."""

from __future__ import annotations

from decimal import Decimal

import pytest

from xlpy.checks.likeness import in_wan, may_recommend, nearest, other_unit
from xlpy.notice import Notice

NOTICE = Notice()


@pytest.mark.parametrize(
    ("amount", "unit"),
    [
        ("0", ""),
        ("0.01", ""),
        ("0.009", "tiny"),
        ("-0.009", "tiny"),
        ("99999.99", ""),
        ("100000", "yuan"),
        ("-100000", "yuan"),
    ],
)
def test_an_amount_is_probably_in_another_unit_from_the_limit_on(amount: str, unit: str) -> None:
    assert other_unit(Decimal(amount), NOTICE) == unit


def test_figures_that_are_larger_by_nature_have_a_larger_limit() -> None:
    assert [other_unit(Decimal(n), NOTICE, 10) for n in ("999999", "1000000")] == ["", "yuan"]


@pytest.mark.parametrize(
    ("amount", "unit", "proposal"),
    [
        ("472000", "yuan", "47.2"),
        ("5000000", "yuan", "500"),
        ("123456.78", "yuan", "12.345678"),
        ("0.005", "tiny", "50"),
    ],
)
def test_the_amount_in_the_right_unit_reads_as_people_write_it(amount: str, unit: str, proposal: str) -> None:
    assert in_wan(Decimal(amount), unit) == proposal


@pytest.mark.parametrize(
    ("text", "which", "entry"),
    [
        ("南祥镇", "units", "南翔镇"),
        ("达到国际先进水平", "levels", "国际先进"),
        ("民营公司", "ownerships", "民营企业"),
        ("某某行业协会", "units", ""),
        ("！？", "levels", ""),
        ("", "levels", ""),
    ],
)
def test_only_an_entry_that_is_near_is_proposed(text: str, which: str, entry: str) -> None:
    assert nearest(text, which, NOTICE) == entry


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("安亭镇人民政府", True),
        ("嘉定区经济委员会", True),
        ("嘉定区国资委", True),
        ("上海市嘉定区市场监督管理局（盖章）", True),
        ("嘉定区建设和管理委员会", True),
        ("南祥镇", False),
        ("南祥镇经济发展办公室", False),
        ("浦东新区商务委员会", False),
        ("某某行业协会", False),
        ("局", False),
    ],
)
def test_units_and_departments_recommend(text: str, may: bool) -> None:
    assert may_recommend(text, NOTICE) is may
