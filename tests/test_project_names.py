"""Names of projects that may be one: ordinals, and the look-alike among many names."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz

from xlpy.project_names import likest_above, one_project, ordinals


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("轴承降噪", ()),
        ("设备改造一期", ("一",)),
        ("a型设备改造第二期", ("a", "第二")),
        ("控制器v12升级", ("v12",)),
        ("一种轴承降噪", ()),
    ],
)
def test_ordinals(name: str, found: tuple[str, ...]) -> None:
    assert ordinals(name) == found


@pytest.mark.parametrize(
    ("one", "other", "may"),
    [
        ("设备改造一期", "设备改造二期", False),
        ("设备改造", "设备改造二期", False),
        ("二氧化硫脱除", "三氧化硫脱除", False),
        ("一种轴承降噪", "轴承降噪", True),
    ],
)
def test_ordinals_tell_projects_apart(one: str, other: str, may: bool) -> None:
    assert one_project(one, other) is may


def compared_one_by_one(names: list[str], cutoff: int, owners: Sequence[int] | None = None) -> dict[int, int]:
    """Place of a name → that of the likest above: every name against every earlier one (of another owner)."""
    likest = {}
    for later, name in enumerate(names):
        scores = {
            earlier: score
            for earlier in range(later)
            if (score := fuzz.ratio(name, names[earlier], score_cutoff=cutoff))
            and one_project(name, names[earlier])
            and (owners is None or owners[later] != owners[earlier])
        }
        if scores:
            likest[later] = max(scores, key=lambda earlier: (scores[earlier], -earlier))
    return likest


few_signs = st.text("轴承座椅二三期2a", min_size=1, max_size=14)


@settings(max_examples=300, deadline=None)
@given(st.lists(few_signs, max_size=25), st.sampled_from([50, 66, 67, 80, 90, 95, 99, 100]))
def test_no_look_alike_is_lost_among_unrelated_names(names: list[str], cutoff: int) -> None:
    assert {n: found.place for n, found in likest_above(names, cutoff).items()} == compared_one_by_one(names, cutoff)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(few_signs, st.integers(1, 3)), max_size=25), st.sampled_from([50, 67, 80, 90, 100]))
def test_no_look_alike_of_another_owner_is_lost(named: list[tuple[str, int]], cutoff: int) -> None:
    names, owners = [name for name, _ in named], [owner for _, owner in named]
    found = {n: likest.place for n, likest in likest_above(names, cutoff, owners).items()}
    assert found == compared_one_by_one(names, cutoff, owners)


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
