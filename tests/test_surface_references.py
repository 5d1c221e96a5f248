"""References follow rows that move, and nothing that only looks like a reference does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlpy.surfaces.references import (
    RowMove,
    carried_formula,
    falls_off,
    moved_formula,
    moved_range,
    moved_ranges,
    quoted,
)

DOWN, UP = RowMove("表 1", 5, 2), RowMove("表 1", 5, -2)


@pytest.mark.parametrize(
    ("area", "inserted", "deleted"),
    [
        ("A4", "A4", "A4"),
        ("A5", "A7", None),
        ("$B$7", "$B$9", "$B$5"),
        ("A1:C9", "A1:C11", "A1:C7"),
        ("A5:A6", "A7:A8", None),
        ("A4:A5", "A4:A7", "A4:A4"),
        ("A6:A9", "A8:A11", "A5:A7"),
        ("A:C", "A:C", "A:C"),
        ("$4:$6", "$4:$8", "$4:$4"),
        ("A1:XFD1048576", "A1:XFD1048576", "A1:XFD1048574"),
    ],
)
def test_ranges(area: str, inserted: str, deleted: str | None) -> None:
    assert (moved_range(area, DOWN), moved_range(area, UP)) == (inserted, deleted)


def test_lists_of_ranges_lose_only_what_is_deleted() -> None:
    assert moved_ranges("A1 B5:B6 C4:C9", UP) == "A1 C4:C7"
    assert moved_ranges("B5:B6", UP) == ""


@pytest.mark.parametrize(
    ("formula", "home", "away"),
    [
        ("SUM(H3:H9)*$A$5", "SUM(H3:H11)*$A$7", "SUM(H3:H9)*$A$5"),
        ("'表 1'!A9+表2!A9", "'表 1'!A11+表2!A9", "'表 1'!A11+表2!A9"),
        ("'[1]表 1'!A9+[1]表!A9", "'[1]表 1'!A9+[1]表!A9", "'[1]表 1'!A9+[1]表!A9"),
        ('"A9"&"说""A9"""&A9', '"A9"&"说""A9"""&A11', '"A9"&"说""A9"""&A9'),
        ("LOG10(A9)+A9B+单位A9+A9.1+_A9", "LOG10(A11)+A9B+单位A9+A9.1+_A9", "LOG10(A9)+A9B+单位A9+A9.1+_A9"),
        ("表格[[#This Row],[A9]]+[@A9]+A9", "表格[[#This Row],[A9]]+[@A9]+A11", "表格[[#This Row],[A9]]+[@A9]+A9"),
        ("A9:INDEX(A:A,A9)", "A11:INDEX(A:A,A11)", "A9:INDEX(A:A,A9)"),
        ("1E5+TRUE+#REF!+A9%", "1E5+TRUE+#REF!+A11%", "1E5+TRUE+#REF!+A9%"),
        ("(A9,B4)", "(A11,B4)", "(A9,B4)"),
        ("SUM(5:6)", "SUM(7:8)", "SUM(5:6)"),
    ],
)
def test_formulas(formula: str, home: str, away: str) -> None:
    assert (moved_formula(formula, DOWN, home=True), moved_formula(formula, DOWN, home=False)) == (home, away)


def test_a_reference_to_deleted_rows_says_so() -> None:
    assert moved_formula("'表 1'!A5+A6", UP, home=True) == "'表 1'!#REF!+#REF!"


def test_sheet_names_are_compared_as_excel_does() -> None:
    move = RowMove("It's", 1, 1)
    assert moved_formula("'it''s'!A1+A1", move, home=False) == "'it''s'!A2+A1"
    assert quoted("It's") == "'It''s'"


@pytest.mark.parametrize(
    ("formula", "carried"),
    [
        ("A1+$A1+A$1+$A$1", "B3+$A3+B$1+$A$1"),
        ("SUM(A$1:A1)", "SUM(B$1:B3)"),
        ("表2!Z9&\"A1\"", "表2!AA11&\"A1\""),
        ("XFD1", "#REF!"),
        ("A1048576", "#REF!"),
        ("1:2", "3:4"),
    ],
)  # fmt: skip
def test_a_formula_reads_relative_to_its_cell(formula: str, carried: str) -> None:
    assert carried_formula(formula, 2, 1) == carried


@given(st.integers(1, 50), st.integers(0, 50), st.integers(1, 60), st.integers(1, 20))
def test_deleting_what_was_inserted_gives_every_range_back(top: int, more: int, row: int, by: int) -> None:
    area = f"A{top}:B{top + more}"
    inserted = moved_range(area, RowMove("表", row, by))
    assert inserted is not None
    assert moved_range(inserted, RowMove("表", row, -by)) == area


@given(st.text(alphabet="A9$:!'[]\"(),+表 #_.", max_size=30))
def test_no_text_is_too_odd(formula: str) -> None:
    assert moved_formula(formula, RowMove("表", 10**6, 0), home=True) == formula
    carried_formula(formula, 1, 1)


def test_a_row_that_nobody_could_count_up_to_stays_as_it_stands() -> None:
    """Fails without the limit of digits in `_ENDS`: Python refuses to read such a number."""
    assert moved_range("A" + "7" * 5000, RowMove("表", 5, 1)) == "A" + "7" * 5000
    assert not falls_off("A" + "7" * 5000, RowMove("表", 5, 1))
