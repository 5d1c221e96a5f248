"""What looks like something else: units of amounts, near entries of a list, and the look-alike among many names."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz

from xlpy.checks.likeness import in_wan, may_recommend, nearest, other_unit
from xlpy.notice import Notice
from xlpy.project_names import likest_above, one_project

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


def compared_one_by_one(names: list[str], cutoff: int) -> dict[int, int]:
    """Place of a name → that of the likest above: every name against every earlier one."""
    likest = {}
    for later, name in enumerate(names):
        scores = {
            earlier: score
            for earlier in range(later)
            if (score := fuzz.ratio(name, names[earlier], score_cutoff=cutoff)) and one_project(name, names[earlier])
        }
        if scores:
            likest[later] = max(scores, key=lambda earlier: (scores[earlier], -earlier))
    return likest


few_signs = st.text("轴承座椅二三期2a", min_size=1, max_size=14)


@settings(max_examples=300, deadline=None)
@given(st.lists(few_signs, max_size=25), st.sampled_from([50, 66, 67, 80, 90, 95, 99, 100]))
def test_no_look_alike_is_lost_among_unrelated_names(names: list[str], cutoff: int) -> None:
    assert {n: found.place for n, found in likest_above(names, cutoff).items()} == compared_one_by_one(names, cutoff)


@settings(max_examples=100, deadline=None)
@given(st.data(), st.sampled_from([70, 85, 90, 95]))
def test_no_look_alike_is_lost_among_names_with_slips(data: st.DataObject, cutoff: int) -> None:
    """Each name is an earlier one with a few characters left out, put in, or moved to the end."""
    names = [data.draw(st.text("轴承异音不良率降低座椅面料色牢度提升", min_size=6, max_size=24))]
    for _ in range(data.draw(st.integers(1, 15))):
        name = data.draw(st.sampled_from(names))
        for _ in range(data.draw(st.integers(0, 3))):
            at = data.draw(st.integers(0, len(name) - 1))
            put = data.draw(st.sampled_from(["", "的", "轴", "改进"]))
            name = name[:at] + put + name[at + 1 :] + data.draw(st.sampled_from(["", name[at]]))
        names.append(name)
    assert {n: found.place for n, found in likest_above(names, cutoff).items()} == compared_one_by_one(names, cutoff)


def test_the_likest_counts_and_of_equals_the_first() -> None:
    names = ["轴承降噪技术改造", "轴承降噪技术的改造", "轴承降噪技术之改造", "轴承降噪技术改造"]
    found = likest_above(names, 80)
    assert [(later, likest.place, round(likest.score)) for later, likest in sorted(found.items())] == [
        (1, 0, 94),
        (2, 0, 94),
        (3, 0, 100),
    ]


def test_of_equals_the_first_counts_whichever_is_compared_first() -> None:
    assert likest_above(["料椅座", "座面轴", "音低料座面", "椅座轴"], 66)[3].place == 0


PARTS = (
    "轴承异音座椅面料电机壳体压铸气孔齿轮变形线束端子焊接强度涂装泵体泄漏产线降低提升改进控制优化检测精度耐久寿命智能"
)
WORDS = [PARTS[n : n + 2] for n in range(0, len(PARTS), 2)]


def test_five_thousand_names() -> None:
    some = random.Random(2023)
    names = ["".join(some.sample(WORDS, some.randint(4, 7))) for _ in range(5_000)]
    found = likest_above(names, 90)
    assert all(fuzz.ratio(names[later], names[earlier]) >= 90 for later, (earlier, _) in found.items())
    assert found


def test_names_that_are_all_alike_and_endless() -> None:
    names = [chr(0x6000 + n) + "轴承降噪" * 8_000 for n in range(500)]
    assert len(likest_above(names, 90)) == 499
