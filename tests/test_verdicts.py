"""疑似重复: what the bureau decides, on pairs and on a project alone, and that no decision is ever lost."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.inline import grid, snapshot
from tests.test_pairs import AN, BEARING, MA, NAN, NOTICE, entry, lists_of_entries, lists_of_projects, project
from xlpy.flags import Flag
from xlpy.grids import Scalar, SheetGrid, Snapshot
from xlpy.layout import COMMENDED, DUPLICATE_HEADERS, DUPLICATES, EXCLUDE, FILED, KEEP, MERGE
from xlpy.listings import Entry
from xlpy.pairs import Pair, Project, find_pairs
from xlpy.patch import Patch, Write, block
from xlpy.verdicts import Drop, Line, dropped, open_pairs, read_lines, write_lines


def sheet(table: str, top: int = 1) -> Snapshot:
    return snapshot(grid(table, DUPLICATES, top=top), name="区级汇总表.xlsx")


def told(flags: Sequence[Flag]) -> list[tuple[str, str, str]]:
    return [(flag.rule, flag.cell, flag.message) for flag in flags]


def test_columns_in_any_order_below_a_title() -> None:
    lines, flags = read_lines(
        sheet(
            """
            | 理由 | 决定 | 经办 | 甲·编号 | 乙·编号 | 去掉 | 甲·项目名称 | 乙·推荐单位 | 乙·项目名称 | 乙·项目单位 |
            | 确认 | 合并 | 王   | 7       | 3       | 甲   | 降噪        | 马陆镇      | 降噪        |             |
            |      |      |      |         |         |      |             |             |             |             |
            |      | 排除 |      | '8      |         |      | 减重        | 历年表彰    | 减 重       | 乙公司      |
            """,
            top=3,
        )
    )
    assert flags == []
    assert [(n.key, n.one, n.other, n.verdict, n.drop, n.reason, n.row, n.noted, n.touched) for n in lines] == [
        ((3, 7), 7, 3, MERGE, "甲", "确认", 4, True, True),
        ((8, COMMENDED, "减重", "乙公司"), 8, None, EXCLUDE, "", "", 6, False, True),
    ]


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("保留", KEEP),
        ("留", KEEP),
        ("不重复", KEEP),
        ("不是同一个", KEEP),
        (" 合 并 ", MERGE),
        ("并为一个", MERGE),
        ("排除", EXCLUDE),
        ("删除", EXCLUDE),
        ("去掉", EXCLUDE),
        ("", ""),
    ],
)
def test_decisions_as_people_write_them(said: str, verdict: str) -> None:
    lines, flags = read_lines(
        sheet(f"| 甲·编号 | 乙·编号 | 甲·项目名称 | 乙·项目名称 | 决定 |\n| 1 | 2 | 降噪 | 降噪 | {said} |")
    )
    assert ([line.verdict for line in lines], flags) == ([verdict], [])


def test_what_cannot_be_read_is_no_decision_and_is_flagged() -> None:
    lines, flags = read_lines(
        sheet(
            """
            | 甲·编号 | 乙·编号 | 甲·项目名称 | 乙·项目名称 | 决定     | 去掉 |
            | 1       | 2       | 降噪        | 降噪        | 看看再说 |      |
            | 1       | 3       | 降噪        | 降噪        | 排除     | 两个 |
            | 1       | 4       | 降噪        | 降噪        | 排除     | 1    |
            """
        )
    )
    assert [(line.verdict, line.drop) for line in lines] == [("", ""), ("", ""), (EXCLUDE, "甲")]
    assert told(flags) == [
        ("P01", "E2", "“决定”栏写的“看看再说”看不懂，这一对还算没有决定"),
        ("P01", "F3", "“去掉”栏写的“两个”看不懂，这一对还算没有决定"),
    ]
    assert {(flag.file, flag.sheet, flag.severity) for flag in flags} == {("区级汇总表.xlsx", DUPLICATES, "warning")}


KNOWN = [
    project(1, "降噪"),
    project(2, "降噪", MA),
    project(3, "减重", NAN, "乙公司"),
    project(4, "降噪", MA, "丙公司"),
]
HEADER = "| 甲·编号 | 甲·推荐单位 | 甲·项目名称 | 甲·项目单位 | 乙·编号 | 乙·推荐单位 | 乙·项目名称 | 决定 |"


def test_a_line_that_the_bureau_typed_names_its_projects_as_the_table_does() -> None:
    lines, flags = read_lines(
        sheet(
            f"""
            {HEADER}
            |   | 安亭镇 | 降 噪 |        |   |          | 减重 | 合并 |
            |   |        | 减重  |        |   | 历年表彰 | 减重 | 排除 |
            | 1 |        | 改名  |        |   | 南翔镇   | 减重 | 保留 |
            """
        ),
        KNOWN,
    )
    assert flags == []
    assert [(n.key, n.one, n.other, n.verdict) for n in lines] == [
        ((1, 3), 1, 3, MERGE),
        ((3, COMMENDED, "减重", ""), 3, None, EXCLUDE),
        ((1, 3), 1, 3, KEEP),
    ]


def test_a_project_can_be_left_out_for_its_own_sake() -> None:
    lines, flags = read_lines(sheet(f"{HEADER}\n|  |  | 降噪 | 丙公司 |  |  |  | 不受理 |"), KNOWN)
    assert ([(n.key, n.verdict) for n in lines], flags) == ([((4,), EXCLUDE)], [])
    assert dropped(lines) == {4: Drop(4, EXCLUDE, None, "")}


def test_nothing_can_be_merged_into_nothing() -> None:
    lines, flags = read_lines(sheet(f"{HEADER}\n|  |  | 减重 |  |  |  |  | 合并 |"), KNOWN)
    assert [n.verdict for n in lines] == [""]
    assert [f.fix for f in flags] == ["请从下拉清单里选：保留、排除"]


def test_a_decision_on_nobody_knows_whom_is_flagged_and_excludes_nobody() -> None:
    lines, flags = read_lines(
        sheet(
            f"""
            {HEADER}
            |   |        | 降噪     |  | 2 | 马陆镇 | 降噪 | 排除 |
            | 1 |        | 降噪     |  |   | 马陆镇 | 提速 | 合并 |
            | 1 |        | 降噪     |  |   |        |      |      |
            |   |        | 区局手记 |  |   |        |      |      |
            |   |        |          |  |   |        |      | 保留 |
            """
        ),
        KNOWN,
    )
    assert lines == []
    assert told(flags) == [
        ("P01", "C2", "这一行写了“排除”，但认不出“甲”是哪个项目：有 3 个项目叫这个名称，没有照办"),
        ("P01", "G3", "这一行写了“合并”，但认不出“乙”是哪个项目：汇总表里没有这个项目，没有照办"),
        ("P01", "C6", "这一行写了“保留”，但认不出“甲”是哪个项目：没有写项目名称，没有照办"),
    ]


def test_without_the_sheet_or_its_header_there_are_no_lines() -> None:
    assert read_lines(Snapshot("a.xlsx", {})) == ([], [])
    assert read_lines(sheet("| 甲·编号 | 乙·编号 |\n| 1 | 2 |")) == ([], [])


def line(one: int, verdict: str, other: int | None = None, drop: str = "", reason: str = "", row: int = 4) -> Line:
    key = (one, COMMENDED, "降噪", "") if other is None else tuple(sorted((one, other)))
    cells: dict[str, Scalar] = dict.fromkeys(DUPLICATE_HEADERS)
    return Line(key, one, other, verdict, drop, reason, cells, row)


@pytest.mark.parametrize(
    ("what", "lines", "left_out"),
    [
        ("undecided", [line(1, "", 2)], {}),
        ("both kept", [line(1, KEEP, 2)], {}),
        ("乙 by default", [line(1, EXCLUDE, 2)], {2: (EXCLUDE, None)}),
        ("甲 by choice", [line(1, EXCLUDE, 2, "甲")], {1: (EXCLUDE, None)}),
        ("merged", [line(1, MERGE, 2)], {2: (MERGE, 1)}),
        ("merged the other way", [line(1, MERGE, 2, "甲")], {1: (MERGE, 2)}),
        ("of a list always 甲", [line(1, EXCLUDE, None, "乙")], {1: (EXCLUDE, None)}),
        ("merged into a list is excluded", [line(1, MERGE)], {1: (EXCLUDE, None)}),
        ("a chain", [line(1, MERGE, 2), line(2, MERGE, 3)], {2: (MERGE, 1), 3: (MERGE, 2)}),
        ("kept by one line, excluded by another", [line(1, KEEP, 2), line(2, EXCLUDE, 3, "甲")], {2: (EXCLUDE, None)}),
        ("merged and excluded", [line(1, MERGE, 2), line(2, EXCLUDE)], {2: (EXCLUDE, None)}),
        ("merged twice", [line(3, MERGE, 4), line(1, MERGE, 4)], {4: (MERGE, 1)}),
        ("the one that stays is excluded", [line(1, MERGE, 2), line(1, EXCLUDE)], {1: (EXCLUDE, None), 2: (MERGE, 1)}),
        ("a ring of two", [line(1, MERGE, 2), line(1, MERGE, 2, "甲")], {2: (MERGE, 1)}),
        (
            "a ring of three",
            [line(1, EXCLUDE, 2), line(2, EXCLUDE, 3), line(1, EXCLUDE, 3, "甲")],
            {2: (EXCLUDE, None), 3: (EXCLUDE, None)},
        ),
        (
            "a tail at a ring",
            [line(1, MERGE, 2), line(1, MERGE, 2, "甲"), line(2, MERGE, 3)],
            {2: (MERGE, 1), 3: (MERGE, 2)},
        ),
    ],
)
def test_who_leaves_the_table(what: str, lines: list[Line], left_out: dict[int, tuple[str, int | None]]) -> None:
    for order in (lines, lines[::-1]):
        drops = dropped(order)
        assert {number: (drop.verdict, drop.into) for number, drop in drops.items()} == left_out, what
        assert all(number == drop.number for number, drop in drops.items())


def test_the_reason_goes_with_the_decision() -> None:
    assert dropped([line(1, MERGE, 2, reason="同一台设备")]) == {2: Drop(2, MERGE, 1, "同一台设备", 1)}


def test_nothing_goes_for_the_sake_of_a_project_that_is_no_longer_here() -> None:
    lines = [line(1, EXCLUDE, 2), line(3, MERGE, 4), line(5, EXCLUDE)]
    assert list(dropped(lines, here={2, 3, 4, 5})) == [4, 5]


verdicts = st.sampled_from(["", KEEP, MERGE, EXCLUDE])
numbers = st.integers(1, 6)
decisions = st.lists(
    st.builds(
        line,
        numbers,
        verdicts,
        st.one_of(st.none(), st.integers(1, 6)),
        st.sampled_from(["", "甲", "乙"]),
        st.sampled_from(["", "核实"]),
    ).filter(lambda one: one.one != one.other),
    max_size=8,
)


@settings(max_examples=300)
@given(decisions, st.sets(numbers), st.randoms(use_true_random=False))
def test_no_project_is_lost_and_the_order_of_the_lines_does_not_matter(
    lines: list[Line], here: set[int], chance: random.Random
) -> None:
    drops = dropped(lines, here)
    assert dropped(chance.sample(lines, len(lines)), here) == drops
    refused = {one.one for one in lines if one.other is None and one.verdict in (MERGE, EXCLUDE)}
    stays_for: dict[int, set[int]] = {}
    for one in lines:
        if one.other is not None and one.verdict in (MERGE, EXCLUDE):
            gone, stays = (one.one, one.other) if one.drop == "甲" else (one.other, one.one)
            stays_for.setdefault(gone, set()).add(stays)
    for number in drops:
        reached, ahead = set[int](), {number}
        while ahead:
            reached |= ahead
            ahead = {n for each in ahead for n in stays_for.get(each, ())} - reached
        assert reached & refused or (reached & here) - drops.keys(), "neither refused nor there in another's name"


def test_a_ring_is_told_at_the_line_that_is_not_carried_out() -> None:
    lines, flags = read_lines(
        sheet(
            """
            | 甲·编号 | 乙·编号 | 甲·项目名称 | 乙·项目名称 | 决定 | 去掉 |
            | 1       | 2       | 降噪        | 降噪改造    | 排除 |      |
            | 2       | 3       | 降噪改造    | 降噪改进    | 排除 |      |
            | 1       | 3       | 降噪        | 降噪改进    | 合并 | 甲   |
            """
        )
    )
    assert list(dropped(lines)) == [2, 3]
    words = "几行决定合在一起，一个也不留，所以留下了编号最小的“降噪”，这一行的“合并”没有照办"
    assert told(flags) == [("P01", "E4", words)]


def test_open_pairs_are_those_in_the_table_without_a_decision() -> None:
    one, two, three, four = project(1), project(2, town=MA), project(3, town=NAN), project(4, out=True)
    pairs = [Pair("D01", one, each, 100, exact=True) for each in (two, three, four)]
    pairs.append(Pair("D02", one, entry("降噪", ""), 100, exact=True))
    assert [p.key for p in open_pairs(pairs, [line(2, KEEP, 1), line(1, "", 3)])] == [
        (1, 3),
        (1, COMMENDED, "降噪", ""),
    ]
    assert [p.key for p in open_pairs(pairs, [line(1, EXCLUDE)])] == [(1, 2), (1, 3)]


# --- the sheet ------------------------------------------------------------------------------------------------------

EMPTY = Snapshot(
    "区级汇总表.xlsx", {DUPLICATES: SheetGrid(DUPLICATES, [["疑似重复"], [None], list(DUPLICATE_HEADERS)])}
)


def rewritten(book: Snapshot, *projects: Project, entries: Sequence[Entry] = ()) -> Snapshot:
    """The workbook after a run over these projects."""
    pairs = find_pairs(projects, entries, NOTICE)
    return write_lines(pairs, read_lines(book)[0], {p.number: p for p in projects}, book).applied(book)


def shown(book: Snapshot, *headers: str) -> list[list[Scalar]]:
    sheet, columns = book.sheets[DUPLICATES], [DUPLICATE_HEADERS.index(h) + 1 for h in headers]
    return [[sheet.value(r, c) for c in columns] for r in range(4, sheet.height + 1)]


def typed(book: Snapshot, row: int, cells: Mapping[str, Scalar]) -> Snapshot:
    """After a person typed into a row: header → content; beside the table under a header of their own."""
    columns = [*DUPLICATE_HEADERS, "经办"]
    writes = [Write(DUPLICATES, row, columns.index(header) + 1, block([[v]])) for header, v in cells.items()]
    return Patch(tuple(writes)).applied(book)


def test_a_new_pair_is_written_with_all_a_person_needs() -> None:
    other = project(9, "轮毂轴承异响不良率降低", MA, "甲有限公司")
    book = rewritten(EMPTY, project(5), other)
    assert shown(book, *DUPLICATE_HEADERS) == [
        [
            *("D01", 90, "“音”→“响”；单位：乙多“有限”"),
            *(AN, "轮毂轴承异音不良率降低", "甲公司", "汇总表!B8"),
            *(MA, "轮毂轴承异响不良率降低", "甲有限公司", "汇总表!B12"),
            *(None, None, None, "待决定", 5, 9),
        ]
    ]


def test_an_entry_is_written_with_its_list_its_place_and_what_it_says_besides() -> None:
    book = rewritten(EMPTY, project(5), entries=[entry(company="", note="2021 二等奖", cell="C7")])
    shown_now = shown(
        book, "规则", "不同之处", "乙·推荐单位", "乙·项目名称", "乙·项目单位", "乙·位置", "甲·编号", "乙·编号"
    )
    assert shown_now == [["D02", "2021 二等奖", COMMENDED, BEARING, None, "历年表彰!C7", 5, None]]


def test_both_places_are_links() -> None:
    patch = write_lines(find_pairs([project(1), project(2)], [], NOTICE), [], {}, EMPTY)
    linked = [op.values for op in patch.operations if isinstance(op, Write) and op.links]
    assert linked == [(("汇总表!B4",),), (("汇总表!B5",),)]


def test_the_gravest_come_first() -> None:
    projects = project(1), project(2), project(3, town=MA), project(4, "轮毂轴承异响不良率降低")
    listed = [entry(), entry(sheet=FILED)]
    assert [line[0] for line in shown(rewritten(EMPTY, *projects, entries=listed), "规则")] == [
        *("T01", "D01", "D01", "T02"),
        *["D02"] * 4,
        *["D03"] * 4,
    ]


def test_a_lost_sheet_or_header_is_written_anew() -> None:
    for book in (Snapshot("a.xlsx", {}), sheet("| 手记 |")):
        after = rewritten(book, project(1), project(2))
        assert [n.key for n in read_lines(after)[0]] == [(1, 2)]


def test_a_line_with_a_decision_stays_when_its_pair_is_gone() -> None:
    book = typed(rewritten(EMPTY, project(1), project(2, town=MA)), 4, {"决定": KEEP, "理由": "两台设备"})
    after = rewritten(book, project(1), project(2, "座椅减重", MA))
    assert shown(after, "乙·项目名称", "决定", "理由", "现状") == [["座椅减重", KEEP, "两台设备", "两个都保留"]]
    assert shown(rewritten(after, project(1)), "决定", "现状") == [[KEEP, "乙已不在"]]


@pytest.mark.parametrize("cells", [{"理由": "问过马陆"}, {"去掉": "甲"}, {"经办": "王"}])
def test_so_does_a_line_in_which_anything_was_written(cells: dict[str, Scalar]) -> None:
    book = typed(rewritten(EMPTY, project(1), project(2, town=MA)), 4, cells)
    assert [n.key for n in read_lines(rewritten(book, project(1), project(2, "座椅减重", MA)))[0]] == [(1, 2)]


def test_an_untouched_line_goes_with_its_pair() -> None:
    book = rewritten(EMPTY, project(1), project(2, town=MA))
    assert shown(rewritten(book, project(1), project(2, "座椅减重", MA)), "规则") == []


def test_what_the_bureau_wrote_beside_a_line_stays_beside_it_when_lines_above_go() -> None:
    first, second, third = project(1), project(2, town=MA), project(3, "座椅减重")
    fourth, fifth, sixth = project(4, "座椅减重", MA), project(5, "总成气密性"), project(6, "总成气密性", MA)
    book = rewritten(EMPTY, first, second, third, fourth, fifth, sixth)
    assert shown(book, "甲·编号") == [[1], [3], [5]]
    book = typed(book, 3, {"经办": "经办"})
    book = typed(book, 6, {"决定": KEEP, "经办": "王"})
    after = rewritten(book, first, third, fourth, fifth, sixth, project(7, BEARING, NAN))
    assert shown(after, "甲·编号", "乙·编号", "决定") == [[3, 4, None], [5, 6, KEEP], [1, 7, None]]
    assert [after.sheets[DUPLICATES].value(r, 18) for r in range(3, 7)] == ["经办", None, "王", None]


def test_the_bureaus_own_cells_are_never_written() -> None:
    odd: dict[str, Scalar] = {"决定": " 保留", "去掉": 2, "理由": "  两行\n字 "}
    book = typed(rewritten(EMPTY, project(1), project(2, town=MA)), 4, odd)
    projects = {1: project(1, "改名"), 2: project(2, "又改名", MA), 3: project(3, "改名", MA)}
    pairs = find_pairs(list(projects.values()), [], NOTICE)
    patch = write_lines(pairs, read_lines(book)[0], projects, book)
    own = [DUPLICATE_HEADERS.index(header) + 1 for header in odd]
    for operation in patch.operations:
        assert isinstance(operation, Write)
        assert not set(own) & set(range(operation.column, operation.column + len(operation.values[0])))
    assert shown(patch.applied(book), *odd)[0] == list(odd.values())


def test_lines_that_the_bureau_typed_or_left_blank_between_stay_where_they_are() -> None:
    book = rewritten(EMPTY, project(1), project(2, town=MA))
    book = typed(typed(book, 6, {"甲·项目名称": "区局手记"}), 4, {"决定": KEEP})
    after = rewritten(book, project(1), project(2, town=MA), project(3, town=NAN))
    assert shown(after, "甲·编号", "甲·项目名称") == [[1, BEARING], [None, None], [None, "区局手记"], [1, BEARING]]


def test_who_comes_first_in_a_line_never_changes() -> None:
    book = rewritten(EMPTY, project(1), project(2, town=MA))
    turned = typed(book, 4, {"甲·编号": 2, "乙·编号": 1, "甲·推荐单位": MA, "乙·推荐单位": AN})
    after = rewritten(turned, project(1), project(2, "轮毂轴承异音不良率的降低", MA))
    assert shown(after, "不同之处", "甲·推荐单位", "甲·编号", "乙·编号") == [["甲多“的”", MA, 2, 1]]


@pytest.mark.parametrize(
    ("cells", "out", "state"),
    [
        ({}, (), "待决定"),
        ({"决定": "不知道"}, (), "决定看不懂，请从下拉清单里选"),
        ({"决定": "保留"}, (), "两个都保留"),
        ({"决定": "合并"}, (2,), "乙已并入甲"),
        ({"决定": "合并", "去掉": "甲"}, (1,), "甲已并入乙"),
        ({"决定": "排除"}, (2,), "乙已排除"),
        ({"决定": "排除", "去掉": "甲"}, (1,), "甲已排除"),
    ],
)
def test_what_holds_now_is_said(cells: dict[str, Scalar], out: tuple[int, ...], state: str) -> None:
    book = typed(rewritten(EMPTY, project(1), project(2, town=MA)), 4, cells)
    after = rewritten(book, project(1, out=1 in out), project(2, town=MA, out=2 in out))
    assert shown(after, "现状") == [[state]]


def test_what_other_lines_decided_is_said_too() -> None:
    equal = [project(1), project(2, town=MA), project(3, town=NAN)]
    book = rewritten(EMPTY, *equal, entries=[entry()])
    assert shown(book, "规则", "甲·编号") == [["D01", 1], ["D01", 1], ["D02", 1], ["D02", 2], ["D02", 3]]
    book = typed(typed(book, 4, {"决定": KEEP}), 5, {"决定": MERGE})
    book = typed(typed(book, 6, {"决定": EXCLUDE}), 7, {"理由": "待查"})
    out = [project(1, out=True), project(2, town=MA), project(3, town=NAN, out=True)]
    assert shown(rewritten(book, *out, entries=[entry()]), "规则", "甲·编号", "现状") == [
        ["D01", 1, "甲已排除"],
        ["D01", 1, "甲已排除，乙已并入甲"],
        ["D02", 1, "甲已排除"],
        ["D02", 2, "待决定"],
    ]


def test_names_and_places_are_those_of_now() -> None:
    book = typed(rewritten(EMPTY, project(1), project(2, town=MA)), 4, {"决定": MERGE})
    moved = Project(1, AN, "轮毂轴承降噪", "甲公司", 40, "汇总表!B40")
    after = rewritten(book, moved, project(2, town=MA, out=True))
    assert shown(after, "甲·项目名称", "甲·位置", "乙·位置") == [
        ["轮毂轴承降噪", "汇总表!B40", "[马陆镇.xlsx]汇总表!B4"]
    ]


def test_text_of_a_form_is_data() -> None:
    """It is cut and cleaned so that a cell can hold it, and never a formula."""
    wild = '=HYPERLINK("http://x")\x00' + "长" * 40_000
    book = rewritten(EMPTY, project(1, wild), project(2, f"{wild}短", MA))
    [[name]] = shown(book, "甲·项目名称")
    assert isinstance(name, str)
    assert (len(name), "\x00" in name) == (32_767, False)


scribbles = st.lists(
    st.tuples(
        st.integers(0, 9),
        st.sampled_from(["决定", "去掉", "理由", "经办"]),
        st.sampled_from([None, "保留", "合并", "排除", "甲", "看看", 1]),
    ),
    max_size=8,
)


@settings(max_examples=150, deadline=None)
@given(lists_of_projects, lists_of_entries, scribbles, lists_of_projects)
def test_writing_twice_changes_nothing_and_no_decision_is_lost(
    first: list[Project], entries: list[Entry], written: list[tuple[int, str, Scalar]], second: list[Project]
) -> None:
    book = rewritten(EMPTY, *first, entries=entries)
    height = book.sheets[DUPLICATES].height - 3
    for row, header, content in written:
        if row < height:
            book = typed(book, row + 4, {header: content})
    once = rewritten(book, *second, entries=entries[1:])
    assert rewritten(once, *second, entries=entries[1:]) == once
    own = [*(DUPLICATE_HEADERS.index(h) + 1 for h in ("决定", "去掉", "理由", "甲·编号", "乙·编号")), 18]
    before, after = book.sheets[DUPLICATES], once.sheets[DUPLICATES]
    kept = [[before.value(n.row, c) for c in own] for n in read_lines(book)[0] if n.touched]
    now = [[after.value(n.row, c) for c in own] for n in read_lines(once)[0] if n.touched]
    assert now == kept
