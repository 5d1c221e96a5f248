"""Grids keep true addresses; inserting and deleting rows are each other's inverse."""

import datetime as dt
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from xlpy.errors import CannotRun
from xlpy.grids import Box, Formula, Scalar, SheetGrid, Snapshot, a1, column_letters, same_scalar

scalars = st.one_of(
    st.none(), st.text(max_size=3), st.integers(), st.floats(allow_nan=False), st.booleans(), st.dates()
)
rows = st.lists(st.lists(scalars, max_size=5), max_size=8)
boxes = st.builds(
    lambda top, left, height, width: Box(top, left, top + height, left + width),
    *(st.integers(1, 8), st.integers(1, 5), st.integers(0, 4), st.integers(0, 3)),
)
places = st.tuples(st.integers(1, 8), st.integers(1, 5))
grids = st.builds(
    SheetGrid,
    name=st.just("表"),
    rows=rows,
    merges=st.lists(boxes, max_size=3).map(tuple),
    formulas=st.dictionaries(places, st.just("=A1"), max_size=3),
    valueless=st.lists(places, max_size=3).map(tuple),
)


@given(column=st.integers(1, 16384), row=st.integers(1, 1048576))
def test_addresses_are_those_of_excel(column: int, row: int) -> None:
    assert column_letters(column) == get_column_letter(column)
    assert a1(row, column) == f"{get_column_letter(column)}{row}"


@given(grid=grids, row=st.integers(1, 12), count=st.integers(1, 4))
def test_deleting_what_was_inserted_gives_the_grid_back(grid: SheetGrid, row: int, count: int) -> None:
    assert grid.with_rows_inserted(row, count).with_rows_deleted(row, count) == grid


@given(grid=grids, row=st.integers(1, 8), count=st.integers(1, 4), place=places)
def test_inserted_rows_are_blank_and_move_the_rest(
    grid: SheetGrid, row: int, count: int, place: tuple[int, int]
) -> None:
    moved = grid.with_rows_inserted(row, count)
    r, c = place
    assert same_scalar(moved.stored(r + count if r >= row else r, c), grid.stored(r, c))
    assert all(moved.value(n, c) is None for n in range(row, row + count))


@given(grid=grids, row=st.integers(1, 8), count=st.integers(1, 4), place=places)
def test_deleted_rows_are_gone_and_the_rest_moves(
    grid: SheetGrid, row: int, count: int, place: tuple[int, int]
) -> None:
    left = grid.with_rows_deleted(row, count)
    r, c = place
    assert same_scalar(left.stored(r, c), grid.stored(r + count if r >= row else r, c))
    assert all(m.top <= m.bottom for m in left.merges)


@pytest.mark.parametrize(
    ("merge", "left"),
    [
        (Box(1, 1, 2, 2), (Box(1, 1, 2, 2),)),
        (Box(2, 1, 4, 1), (Box(2, 1, 2, 1),)),
        (Box(3, 1, 4, 1), ()),
        (Box(4, 1, 6, 1), (Box(3, 1, 4, 1),)),
        (Box(2, 1, 6, 1), (Box(2, 1, 4, 1),)),
        (Box(6, 1, 7, 1), (Box(4, 1, 5, 1),)),
    ],
)
def test_deleting_rows_3_and_4_cuts_merged_ranges(merge: Box, left: tuple[Box, ...]) -> None:
    assert SheetGrid("表", merges=(merge,)).with_rows_deleted(3, 2).merges == left


@given(grid=grids, place=places, block=st.lists(st.lists(scalars, min_size=2, max_size=2), min_size=1, max_size=3))
def test_a_written_block_is_read_back_and_nothing_else_changes(
    grid: SheetGrid, place: tuple[int, int], block: list[list[Scalar]]
) -> None:
    row, column = place
    written = grid.with_block(row, column, block)
    for r in range(1, 12):
        for c in range(1, 9):
            inside = row <= r < row + len(block) and column <= c < column + 2
            wanted = block[r - row][c - column] if inside else grid.stored(r, c)
            assert same_scalar(written.stored(r, c), wanted)


def test_a_formula_that_is_written_is_stored_and_has_no_value_yet() -> None:
    grid = SheetGrid("表", [[1]]).with_block(1, 1, [[Formula("=B1")]])
    assert (grid.value(1, 1), grid.stored(1, 1), type(grid.stored(1, 1))) == (None, "=B1", Formula)
    assert grid.with_block(1, 1, [["=B1"]]).formulas == {}


def test_values_outside_the_grid_are_blank_and_empty_text_is_blank() -> None:
    grid = SheetGrid("表", [["甲", ""], ["乙"]])
    blanks = [grid.value(r, c) for r, c in ((0, 1), (1, 0), (-1, 1), (1, 2), (2, 2), (3, 1))]
    assert blanks == [None] * 6
    assert list(grid.cells()) == [(1, 1, "甲"), (2, 1, "乙")]
    assert (grid.height, grid.width, SheetGrid("空").width) == (2, 2, 0)


def test_a_cell_lies_in_its_merged_range_or_is_one_by_itself() -> None:
    grid = SheetGrid("表", merges=(Box(2, 2, 3, 4),))
    assert (grid.box(3, 3), grid.box(1, 1)) == (Box(2, 2, 3, 4), Box(1, 1, 1, 1))


def test_addresses_of_a_word_table() -> None:
    assert SheetGrid("表格1", word=True).address(12, 3) == "第12行第3列"
    assert SheetGrid("表").address(12, 3) == "C12"


SAME: Mapping[str, tuple[Scalar, Scalar]] = {
    "blank and empty text": (None, ""),
    "1 and 1.0": (1, 1.0),
    "equal text": ("甲", "甲"),
    "equal formulas": (Formula("=A1"), Formula("=A1")),
    "equal days": (dt.date(2022, 6, 1), dt.date(2022, 6, 1)),
}
DIFFERENT: Mapping[str, tuple[Scalar, Scalar]] = {
    "text and number": ("1", 1),
    "blank and 0": (None, 0),
    "true and 1": (True, 1),
    "text and formula": ("=A1", Formula("=A1")),
    "space and blank": (" ", None),
    "blank and false": ("", False),
}


@pytest.mark.parametrize("pair", SAME.values(), ids=SAME)
def test_the_same_to_a_user(pair: tuple[Scalar, Scalar]) -> None:
    assert same_scalar(*pair)
    assert same_scalar(*reversed(pair))


@pytest.mark.parametrize("pair", DIFFERENT.values(), ids=DIFFERENT)
def test_not_the_same_to_a_user(pair: tuple[Scalar, Scalar]) -> None:
    assert not same_scalar(*pair)
    assert not same_scalar(*reversed(pair))


@given(one=scalars, other=scalars)
def test_sameness_is_symmetric_and_reflexive(one: Scalar, other: Scalar) -> None:
    assert same_scalar(one, one)
    assert same_scalar(one, other) == same_scalar(other, one)


def test_a_missing_sheet_is_one_line() -> None:
    with pytest.raises(CannotRun) as caught:
        Snapshot("a.xlsx", {}).sheet("汇总表")
    assert str(caught.value) == "工作簿里没有工作表“汇总表”。请用 xlpy new summary 新建汇总表，或把该表复制回来"


def test_replacing_a_sheet_keeps_its_place() -> None:
    book = Snapshot("a.xlsx", {"甲": SheetGrid("甲"), "乙": SheetGrid("乙")})
    assert list(book.with_sheet(SheetGrid("甲", [[1]])).sheets) == ["甲", "乙"]
    assert book.with_sheet(SheetGrid("甲", [[1]])).sheet("甲").value(1, 1) == 1
    assert list(book.with_sheet(SheetGrid("丙")).sheets) == ["甲", "乙", "丙"]
