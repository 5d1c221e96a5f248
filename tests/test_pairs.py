"""Which projects may be one: within the table and with the exclusion lists."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlpy.layout import COMMENDED, FILED
from xlpy.listings import Entry
from xlpy.notice import Notice
from xlpy.pairs import Pair, Project, differing, find_pairs

NOTICE = Notice()
AN, MA, NAN = "安亭镇", "马陆镇", "南翔镇"
BEARING = "轮毂轴承异音不良率降低"


def project(number: int, name: str = BEARING, town: str = AN, company: str = "甲公司", out: bool = False) -> Project:
    """A project of the row three below its number; `out` of the table by decision."""
    row = None if out else number + 3
    return Project(number, town, name, company, row, f"[{town}.xlsx]汇总表!B4" if out else f"汇总表!B{row}")


def entry(
    name: str = BEARING, company: str = "甲公司", sheet: str = COMMENDED, note: str = "", cell: str = "B4"
) -> Entry:
    return Entry(sheet=sheet, name=name, company=company, note=note, cell=cell)


def seen(pair: Pair) -> tuple[str, int, int | str, int, bool]:
    other = pair.other.cell if isinstance(pair.other, Entry) else pair.other.number
    return pair.rule, pair.one.number, other, pair.score, pair.exact


def found(*projects: Project, entries: Sequence[Entry] = (), notice: Notice = NOTICE) -> list[Any]:
    return [seen(pair) for pair in find_pairs(projects, entries, notice)]


def test_one_project_of_one_unit_twice() -> None:
    assert found(project(1), project(2, "轮毂轴承 异音不良率降低", AN, "甲 公司")) == [("T01", 1, 2, 100, True)]


def test_one_project_of_two_units() -> None:
    assert found(project(1), project(2, town=MA)) == [("D01", 1, 2, 100, True)]


def test_three_equal_projects_are_two_pairs_with_the_first() -> None:
    assert found(project(1), project(2, town=MA), project(3, town=NAN)) == [
        ("D01", 1, 2, 100, True),
        ("D01", 1, 3, 100, True),
    ]


def test_a_unit_that_repeats_another_units_project_is_told_both() -> None:
    assert found(project(1), project(2, town=MA), project(3, town=MA)) == [
        ("D01", 1, 2, 100, True),
        ("D01", 1, 3, 100, True),
        ("T01", 2, 3, 100, True),
    ]


@pytest.mark.parametrize(("town", "rule"), [(AN, "T02"), (MA, "D01")])
def test_names_that_are_alike(town: str, rule: str) -> None:
    like = project(2, "轮毂轴承异响不良率降低", town)
    assert found(project(1), like) == [(rule, 1, 2, 90, False)]
    assert found(project(1), like, notice=Notice(lookalike=91)) == []


@pytest.mark.parametrize(("town", "rule"), [(AN, "T02"), (MA, "D01")])
def test_one_name_of_two_enterprises_is_no_exact_pair(town: str, rule: str) -> None:
    assert found(project(1), project(2, BEARING, town, "甲有限公司")) == [(rule, 1, 2, 100, False)]
    assert found(project(1, company=""), project(2, BEARING, town, "")) == [(rule, 1, 2, 100, False)]


def test_a_likelier_project_of_the_own_unit_does_not_hide_that_of_another() -> None:
    names = "天幕玻璃镀膜色差一致性提升", "天幕玻璃镀膜色差一致性改进提升", "天幕玻璃镀膜色差一致性改进的提升"
    pairs = found(project(1, names[0]), project(2, names[1], MA), project(3, names[2], MA))
    assert pairs == [("T02", 2, 3, 96, False), ("D01", 1, 2, 92, False)]
    pairs = found(project(1, names[0]), project(2, names[1], MA), project(3, names[2], MA), notice=Notice(lookalike=85))
    assert pairs == [("T02", 2, 3, 96, False), ("D01", 1, 2, 92, False), ("D01", 1, 3, 89, False)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("焊接机器人改造一期工程", "焊接机器人改造二期工程"),
        ("A型密封圈老化寿命提升", "B型密封圈老化寿命提升"),
        ("烟气二氧化硫脱除效率提升", "烟气三氧化硫脱除效率提升"),
        ("控制器软件升级项目V1.2", "控制器软件升级项目V1.3"),
    ],
)
def test_names_with_other_ordinals_are_other_projects(one: str, other: str) -> None:
    listed = [entry(other), entry(other, sheet=FILED)]
    assert found(project(1, one), project(2, other), project(3, other, MA), entries=listed[:0]) == [
        ("D01", 2, 3, 100, True)
    ]
    assert found(project(1, one), entries=listed) == []


@pytest.mark.parametrize("name", ["", "/", "无", "——"])
def test_what_has_no_name_is_in_no_pair(name: str) -> None:
    assert found(project(1, name), project(2, name), project(3, name, MA), entries=[entry(name)]) == []


@pytest.mark.parametrize(("sheet", "rule"), [(COMMENDED, "D02"), (FILED, "D03")])
@pytest.mark.parametrize(
    ("name", "company", "score", "exact"),
    [
        (BEARING, "甲公司", 100, True),
        ("轮毂轴承 异音不良率降低", "甲 公司", 100, True),
        (BEARING, "", 100, True),
        (BEARING, "乙公司", 100, False),
        ("轮毂轴承异响不良率降低", "甲公司", 90, False),
    ],
)
def test_entries_of_the_lists(sheet: str, rule: str, name: str, company: str, score: int, exact: bool) -> None:
    assert found(project(7), entries=[entry(name, company, sheet)]) == [(rule, 7, "B4", score, exact)]


def test_the_entry_of_the_same_enterprise_goes_before_one_without() -> None:
    entries = [entry(company="", cell="B4"), entry(company="乙公司", cell="B5"), entry(cell="B6")]
    assert found(project(1), entries=entries) == [("D02", 1, "B6", 100, True)]
    assert found(project(1), entries=entries[:2]) == [("D02", 1, "B4", 100, True)]


def test_many_entries_with_other_ordinals_do_not_hide_the_like_one() -> None:
    entries = [entry(f"{n}号车间涂装线节能降耗改造", cell=f"B{n}") for n in range(4, 40)]
    assert found(project(1, "20号车间涂装线的节能降耗改造"), entries=entries) == [("D02", 1, "B20", 96, False)]


def test_a_project_in_both_lists_is_told_twice() -> None:
    entries = [entry(), entry(sheet=FILED, cell="C9")]
    assert found(project(1), entries=entries) == [("D02", 1, "B4", 100, True), ("D03", 1, "C9", 100, True)]


def test_what_is_left_out_hides_nobody_who_stays() -> None:
    towns = AN, MA, NAN
    equal = [project(n, town=town, out=n == 1) for n, town in enumerate(towns, 1)]
    assert found(*equal, entries=[entry()])[:1] == [("D01", 2, 3, 100, True)]
    like = [project(1, BEARING, out=True), project(2, f"{BEARING}的攻关"), project(3, f"{BEARING}攻关", MA)]
    assert found(*like) == [("D01", 2, 3, 96, False)]


names = st.sampled_from(
    [BEARING, "轮毂轴承异响不良率降低", "轮毂轴承异音不良率的降低", "减重", "设备改造一期", "", "无"]
)
companies = st.sampled_from(["甲公司", "乙公司", ""])
lists_of_projects = st.lists(
    st.tuples(names, st.sampled_from([AN, MA, NAN, ""]), companies, st.booleans()), max_size=9
).map(lambda some: [project(n, *each) for n, each in enumerate(some, 1)])
lists_of_entries = st.lists(
    st.tuples(names, companies, st.sampled_from([COMMENDED, FILED])), max_size=5, unique=True
).map(lambda some: [entry(*each, cell=f"B{n}") for n, each in enumerate(some, 4)])


@given(lists_of_projects, lists_of_entries, st.randoms(use_true_random=False))
def test_the_order_of_the_arguments_does_not_matter(
    projects: list[Project], entries: list[Entry], chance: random.Random
) -> None:
    shuffled = chance.sample(projects, len(projects)), chance.sample(entries, len(entries))
    assert find_pairs(*shuffled, NOTICE) == find_pairs(projects, entries, NOTICE)


@given(lists_of_projects, lists_of_entries)
def test_no_pair_comes_twice_and_the_lower_number_comes_first(projects: list[Project], entries: list[Entry]) -> None:
    pairs = find_pairs(projects, entries, NOTICE)
    keys = [(pair.rule if isinstance(pair.other, Entry) else "", pair.key) for pair in pairs]
    assert len(set(keys)) == len(keys)
    assert all(isinstance(pair.other, Entry) or pair.one.number < pair.other.number for pair in pairs)


@given(lists_of_projects)
def test_every_two_equal_projects_of_the_table_hang_together(projects: list[Project]) -> None:
    group = {p.number: p.number for p in projects}
    for pair in find_pairs(projects, [], NOTICE):
        assert isinstance(pair.other, Project)
        if pair.exact:
            old, new = group[pair.other.number], group[pair.one.number]
            group = {number: new if own == old else own for number, own in group.items()}
    live = [p for p in projects if p.row_number is not None and all(p.key) and p.name != "无"]
    for one in live:
        assert {group[p.number] for p in live if p.key == one.key} == {group[one.number]}


def test_a_year_of_a_whole_city() -> None:
    projects = [
        project(n, f"{chr(0x4E00 + n)}{chr(0x5E00 + n % 977)}零件{chr(0x6E00 + n % 4001)}改进") for n in range(4_000)
    ]
    pairs = found(*projects, project(4_001, projects[7].name, MA), entries=[entry(projects[9].name)] * 500)
    assert pairs == [("D01", 7, 4_001, 100, True), ("D02", 9, "B4", 100, True)]


def test_novels_instead_of_names() -> None:
    novels = [chr(0x6000 + n) + "轴承降噪" * 8_000 for n in range(60)]
    entries = [entry(f"{name}的", cell=f"B{n}") for n, name in enumerate(novels, 4)]
    pairs = found(*(project(n, name) for n, name in enumerate(novels, 1)), entries=entries)
    assert [pair[:3] for pair in pairs if pair[0] == "D02"] == [("D02", n, f"B{n + 3}") for n in range(1, 61)]


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        ("轴承异音降低", "轴承异音降低", ""),
        ("轮毂轴承异音不良率降低", "轮毂轴承异响不良率降低", "“音”→“响”"),
        ("轴承降噪", "轴承的降噪", "乙多“的”"),
        ("新型轴承降噪", "轴承降噪", "甲多“新型”"),
        ("甲有限公司", "甲有限责任公司", "乙多“责任”"),
        ("", "降噪", "乙多“降噪”"),
        ("降" + "长" * 40_000, "减" + "长" * 30_000, "“降”→“减”"),
        ("长" * 40_000, "长" * 40_001, "前 200 个字相同，后面不同"),
    ],
)
def test_the_words_in_which_names_differ(one: str, other: str, words: str) -> None:
    assert differing(one, other) == words
