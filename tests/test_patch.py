"""Patches on snapshots in memory: effect, diff, inverse, and few block writes for many cells."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlpy.errors import CannotRun
from xlpy.grids import Box, Formula, SheetGrid, Snapshot, same_scalar
from xlpy.patch import AddSheet, Change, DeleteRows, DropSheet, InsertRows, Patch, Write, block, safe_text, writes


def book(*rows: list[object], **options: object) -> Snapshot:
    return Snapshot("a.xlsx", {"表": SheetGrid("表", [list(r) for r in rows], **options)})  # type: ignore[arg-type]


def rows(snapshot: Snapshot, sheet: str = "表") -> list[list[object]]:
    grid = snapshot.sheets[sheet]
    return [[grid.stored(r, c) for c in range(1, grid.width + 1)] for r in range(1, grid.height + 1)]


def test_write_puts_a_block_and_leaves_the_rest() -> None:
    before = book(["a", "b"], ["c", "d"])
    after = Patch((Write("表", 2, 2, block([["X", 5]])),)).applied(before)
    assert rows(after) == [["a", "b", None], ["c", "X", 5]]
    assert rows(before) == [["a", "b"], ["c", "d"]]


def test_insert_moves_what_stands_below_and_grows_merges_that_span_the_place() -> None:
    before = book(["t"], ["x"], ["y"], merges=(Box(1, 1, 1, 3), Box(2, 2, 3, 2)), formulas={(3, 1): "=A1"})
    after = Patch((InsertRows("表", 3, 2),)).applied(before)
    assert rows(after) == [["t"], ["x"], [None], [None], [Formula("=A1")]]
    assert after.sheets["表"].merges == (Box(1, 1, 1, 3), Box(2, 2, 5, 2))


def test_changes_name_cells_as_they_stand_afterwards() -> None:
    patch = Patch((Write("表", 2, 1, block([["neu"]])), InsertRows("表", 1, 1), Write("表", 1, 1, block([["oben"]]))))
    assert list(patch.changes(book(["a"], ["b"]))) == [
        Change("表", "A3", "b", "neu"),
        Change("表", "A1", None, "oben"),
    ]


def test_changes_leave_out_cells_that_end_as_they_began() -> None:
    patch = Patch((Write("表", 1, 1, block([["x"]])), Write("表", 1, 1, block([["a"]]))))
    assert list(patch.changes(book(["a"]))) == []


def test_idle_writes_are_dropped() -> None:
    patch = Patch((Write("表", 1, 1, block([["a", 1.0]])), Write("表", 2, 1, block([["c"]]))))
    assert patch.without_idle_writes(book(["a", 1], ["b"])).operations == (Write("表", 2, 1, block([["c"]])),)


def test_links_are_written_once_rows_have_moved_though_they_say_the_same() -> None:
    """Where they lead has moved with the rows: the next row is now the one that the text names."""
    link = Write("表", 3, 1, block([["表!A1"]]), links=True)
    patch = Patch((DeleteRows("表", 1, 1), replace(link, row=2)))
    assert patch.without_idle_writes(book(["a"], ["b"], ["表!A1"])) == patch
    assert not Patch((link,)).without_idle_writes(book(["a"], ["b"], ["表!A1"]))


def test_writing_to_a_missing_sheet_says_so() -> None:
    with pytest.raises(CannotRun, match="工作簿里没有工作表“统计”"):
        Patch((Write("统计", 1, 1, block([["a"]])),)).applied(book(["a"]))


def test_undo_operations_have_no_inverse() -> None:
    with pytest.raises(ValueError, match="no inverse"):
        Patch((DropSheet("表"),)).inverse(book(["a"]))


scalars = st.one_of(
    st.none(), st.text(max_size=3), st.integers(-9, 9), st.floats(-9, 9), st.booleans(), st.just(Formula("=1")),
    st.dates(dt.date(2020, 1, 1), dt.date(2024, 1, 1)),
)  # fmt: skip
operations = st.one_of(
    st.builds(
        Write, st.just("表"), st.integers(1, 6), st.integers(1, 4),
        st.integers(1, 3).flatmap(lambda w: st.lists(st.tuples(*[scalars] * w), min_size=1, max_size=3).map(tuple)),
    ),
    st.builds(InsertRows, st.just("表"), st.integers(1, 7), st.integers(1, 3)),
    st.builds(DeleteRows, st.just("表"), st.integers(1, 7), st.integers(1, 3)),
    st.builds(AddSheet, st.sampled_from(["甲", "乙"])),
)  # fmt: skip


@given(st.lists(operations, max_size=6), st.lists(st.lists(scalars, max_size=4), max_size=5))
def test_the_inverse_gives_back_every_cell(ops: list[object], cells: list[list[object]]) -> None:
    names: set[object] = set()
    unique = [op for op in ops if not isinstance(op, AddSheet) or (op.name not in names and not names.add(op.name))]
    before = book(*cells)
    patch = Patch(tuple(unique))  # type: ignore[arg-type]
    back = patch.inverse(before).applied(patch.applied(before))
    assert set(back.sheets) == set(before.sheets)
    one, other = before.sheets["表"], back.sheets["表"]
    for r in range(1, max(one.height, other.height) + 1):
        for c in range(1, max(one.width, other.width) + 1):
            assert same_scalar(one.stored(r, c), other.stored(r, c))


@given(st.dictionaries(st.tuples(st.integers(1, 60), st.integers(1, 9)), st.integers(), max_size=80))
def test_scattered_cells_become_few_writes_with_the_same_effect(cells: dict[tuple[int, int], int]) -> None:
    before = book(*[[f"{r}:{c}" for c in range(1, 10)] for r in range(1, 61)])
    grid = before.sheets["表"]
    found = writes(grid, cells)
    assert len(found) <= 24
    after = Patch(tuple(found)).applied(before).sheets["表"]
    for r in range(1, 61):
        for c in range(1, 10):
            assert after.value(r, c) == cells.get((r, c), f"{r}:{c}")


def test_neighbouring_cells_are_one_write() -> None:
    cells = {(r, c): r * c for r in (2, 3, 4) for c in (1, 2)}
    assert writes(SheetGrid("表"), cells) == [Write("表", 2, 1, block([[2, 4], [3, 6], [4, 8]]))]


def test_delete_rows_takes_their_merges_and_formulas_along() -> None:
    before = book(["a"], ["b"], ["c"], merges=(Box(2, 1, 2, 2), Box(3, 1, 3, 2)), formulas={(2, 1): "=1"})
    after = Patch((DeleteRows("表", 2, 1),)).applied(before)
    assert rows(after) == [["a"], ["c"]]
    assert after.sheets["表"].merges == (Box(2, 1, 2, 2),)
    assert after.sheets["表"].formulas == {}


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("=1+1", "=1+1"),
        ("a\r\nb\rc\td", "a\nb\nc\td"),
        ("a\x00\x07b\x1f", "ab"),
        ("🙂\ud800", "🙂"),
        ("x" * 32_767, "x" * 32_767),
        ("x" * 32_768, "x" * 32_766 + "…"),
    ],
)
def test_safe_text_keeps_all_that_a_cell_can_hold(text: str, stored: str) -> None:
    assert safe_text(text) == stored
