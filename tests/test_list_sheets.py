"""Sheets that are a list under a header: found wherever it stands, filled whatever the order of the columns."""

from __future__ import annotations

from xlpy.grids import Formula, Scalar, SheetGrid, Snapshot
from xlpy.list_sheets import header_line, list_patch
from xlpy.patch import AddSheet, DeleteRows, InsertRows, Write

NEEDED = "项目名称", "去向"
HEADERS = "序号", "项目名称", "去向", "出处"


def book(*rows: list[Scalar]) -> Snapshot:
    return Snapshot("区级汇总表.xlsx", {"未列入": SheetGrid("未列入", rows)})


def filled(before: Snapshot, *lines: list[Scalar]) -> list[list[Scalar]]:
    after = list_patch(before, "未列入", HEADERS, lines, NEEDED).applied(before)
    return [list(row) for row in after.sheets["未列入"].rows]


# --- the header -----------------------------------------------------------------------------------------------------


def test_the_header_is_the_first_row_that_has_all_that_is_needed() -> None:
    grid = SheetGrid(
        "未列入", [["未列入"], ["项目名称", "说明"], [None, " 项目 名称", "去向", 5], ["项目名称", "去向"]]
    )
    assert header_line(grid, NEEDED) == (3, {"项目名称": 2, "去向": 3, "5": 4})


def test_a_header_may_stand_in_the_first_20_rows() -> None:
    def at(row: int) -> SheetGrid:
        return SheetGrid("未列入", [*([None] for _ in range(row - 1)), list(HEADERS)])

    assert (header_line(at(20), NEEDED) or (0,))[0] == 20
    assert header_line(at(21), NEEDED) is None


def test_without_one_of_the_needed_there_is_no_header() -> None:
    assert header_line(SheetGrid("未列入", [["序号", "项目名称", "出处"]]), NEEDED) is None


# --- the lines ------------------------------------------------------------------------------------------------------


def test_lines_come_below_the_header_and_title_and_hint_stay() -> None:
    before = book(["未列入"], ["由“合并”填写"], list(HEADERS))
    assert filled(before, [1, "降噪", "排除", "甲"], [2, "虚焊", "合并", None]) == [
        ["未列入"],
        ["由“合并”填写"],
        list(HEADERS),
        [1, "降噪", "排除", "甲"],
        [2, "虚焊", "合并", None],
    ]


def test_whatever_stood_there_is_gone_and_columns_that_are_not_ours_are_left_alone() -> None:
    before = book(
        [*list(HEADERS[:3]), "备注", "出处"], [1, "旧", "排除", "区局的", "乙"], [2, "旧", "合并", None, "丙"]
    )
    assert filled(before, [1, "降噪", "排除", "甲"]) == [
        ["序号", "项目名称", "去向", "备注", "出处"],
        [1, "降噪", "排除", "区局的", "甲"],
        [None, None, None, None, None],
    ]


def test_columns_may_stand_in_any_order_and_one_that_is_missing_is_not_written() -> None:
    assert filled(book(["去向", None, "项目名称", "序号"]), [1, "降噪", "排除", "甲"]) == [
        ["去向", None, "项目名称", "序号"],
        ["排除", None, "降噪", 1],
    ]


def test_a_sheet_that_is_missing_is_added_with_its_header() -> None:
    patch = list_patch(Snapshot("b.xlsx", {}), "未列入", HEADERS, [[1, "降噪", "排除", "甲"]], NEEDED)
    assert patch.operations[0] == AddSheet("未列入")
    after = patch.applied(Snapshot("b.xlsx", {}))
    assert [list(row) for row in after.sheets["未列入"].rows] == [list(HEADERS), [1, "降噪", "排除", "甲"]]


def test_below_a_sheet_without_its_header_a_new_one_is_begun() -> None:
    assert filled(book(["有人", "写的"]), [1, "降噪", "排除", "甲"]) == [
        ["有人", "写的"],
        list(HEADERS),
        [1, "降噪", "排除", "甲"],
    ]


def test_no_lines_leave_no_lines() -> None:
    assert filled(book(list(HEADERS), [1, "旧", "排除", "乙"])) == [list(HEADERS), [None] * 4]
    assert list_patch(book(list(HEADERS)), "未列入", HEADERS, [], NEEDED).operations == ()


def kept(before: Snapshot, *lines: list[Scalar]) -> list[list[Scalar]]:
    """As `filled`, where every line says something under 去向."""
    after = list_patch(before, "未列入", HEADERS, lines, NEEDED, filled="去向").applied(before)
    grid = after.sheets["未列入"]
    return [[grid.stored(r, c) for c in range(1, 5)] for r in range(2, grid.height + 1)]


LINE: list[Scalar] = [1, "降噪", "排除", "甲"]
SIGNED: list[Scalar] = ["经办人：某甲", None, None, None]
NOTHING: list[Scalar] = [None] * 4


def test_what_somebody_wrote_below_the_list_stays_there() -> None:
    """Fails without `end_of_list`: it would be emptied."""
    before = book(list(HEADERS), LINE, [2, "虚焊", "合并", None], NOTHING, SIGNED)
    assert kept(before, LINE) == [LINE, NOTHING, NOTHING, SIGNED]
    assert kept(before, LINE, LINE) == [LINE, LINE, NOTHING, SIGNED]
    assert kept(before, LINE, LINE, LINE) == [LINE, LINE, LINE, SIGNED]


def test_a_list_that_would_reach_it_moves_it_down() -> None:
    """Fails without `room`: the lines would be written over it."""
    assert kept(book(list(HEADERS), LINE, SIGNED), LINE, LINE) == [LINE, LINE, NOTHING, SIGNED]
    assert kept(book(list(HEADERS), LINE, NOTHING, SIGNED), LINE, LINE, LINE) == [LINE, LINE, LINE, NOTHING, SIGNED]
    assert kept(book(list(HEADERS), NOTHING, SIGNED), LINE, LINE) == [LINE, LINE, NOTHING, SIGNED]


def test_a_formula_below_the_list_is_somebody_s_too() -> None:
    sheet = SheetGrid("未列入", [list(HEADERS), LINE, [None, 1]], formulas={(3, 2): "=COUNTA(B2:B2)"})
    before = Snapshot("b.xlsx", {"未列入": sheet})
    assert kept(before, LINE, LINE) == [LINE, LINE, NOTHING, [None, Formula("=COUNTA(B2:B2)"), None, None]]


def test_beside_the_list_in_a_column_that_is_not_ours_nothing_moves() -> None:
    before = book([*HEADERS, "备注"], LINE, [*NOTHING, "区局的"])
    patch = list_patch(before, "未列入", HEADERS, [LINE, LINE], NEEDED, filled="去向")
    assert not any(isinstance(op, InsertRows) for op in patch.operations)


def test_a_formula_that_somebody_typed_into_our_columns_is_gone() -> None:
    sheet = SheetGrid("未列入", [list(HEADERS), [1, 2, 3, 4]], formulas={(2, 3): "=A2+2"})
    before = Snapshot("b.xlsx", {"未列入": sheet})
    after = list_patch(before, "未列入", HEADERS, [[1, "降噪", "排除", "甲"]], NEEDED).applied(before)
    assert not isinstance(after.sheets["未列入"].stored(2, 3), Formula)


def test_only_the_columns_named_are_links_and_neighbours_are_written_as_one_block() -> None:
    before = book(["序号", "项目名称", "去向", "备注", "出处"])
    lines: list[list[Scalar]] = [[1, "降噪", "排除", "汇总表!B4"], [2, "虚焊", "合并", "汇总表!B5"]]
    patch = list_patch(before, "未列入", HEADERS, lines, NEEDED, links=("出处",))
    written = [op for op in patch.operations if isinstance(op, Write)]
    assert [(op.row, op.column, len(op.values[0]), op.links) for op in written] == [(2, 1, 3, False), (2, 5, 1, True)]
    assert not any(isinstance(op, InsertRows | DeleteRows) for op in patch.operations)
