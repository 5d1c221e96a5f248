"""The three-way merge into a table: what arrives, what was pulled last, what stands there; rows that come and go."""

from __future__ import annotations

import pytest

from tests.making import HEADERS
from xlpy.commands.merging import TableMerge
from xlpy.grids import Scalar, SheetGrid, Snapshot
from xlpy.models import SummaryTable
from xlpy.patch import DeleteRows, InsertRows, Write
from xlpy.summary import parse_summary

NUMBER = 11  # the column 来源编号


def book(*names: str | None, blank: int = 2, below: list[Scalar] | None = None) -> Snapshot:
    """A summary with rows of these names, blank lines, and what stands below them."""
    rows: list[list[Scalar]] = [[n, name, "甲公司", *[None] * 8] for n, name in enumerate(names, 1)]
    rows += [[None] * 11 for _ in range(blank)]
    lines = [
        ["2023年申报汇总表"],
        [*HEADERS, "校验", "来源编号"],
        *rows,
        *([below] if below else []),
        [],
        ["填报单位："],
    ]
    return Snapshot("汇总表.xlsx", {"汇总表": SheetGrid("汇总表", lines)})


def begun(snapshot: Snapshot) -> tuple[TableMerge, SummaryTable]:
    table = parse_summary(snapshot)
    return TableMerge(snapshot, table), table


def after(merge: TableMerge, snapshot: Snapshot) -> list[list[Scalar]]:
    """序号, 项目名称, 来源编号 of every line from the table's first on."""
    grid = merge.patch.applied(snapshot).sheets["汇总表"]
    return [[grid.value(r, c) for c in (1, 2, NUMBER)] for r in range(3, grid.height + 1)]


# --- a cell ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "pulled", "arriving", "then"),
    [
        (None, None, "新", "新"),  # new to the row, blank: filled
        ("手填", None, "新", "手填"),  # new to the row, but somebody typed: kept
        ("旧", "旧", "新", "新"),  # untouched since: brought up to date
        ("改过", "旧", "新", "改过"),  # edited: kept
        ("改过", "旧", "旧", "改过"),
        ("旧", "旧", None, "旧"),  # nothing arrives: as it is
        (None, "旧", "新", None),  # emptied by hand: an edit too
    ],
)
def test_an_edit_is_never_overwritten(now: Scalar, pulled: Scalar, arriving: Scalar, then: Scalar) -> None:
    snapshot = book("降噪")
    snapshot.sheets["汇总表"].rows[2][8] = now  # type: ignore[index]
    merge, table = begun(snapshot)
    merge.update(table.rows[0], {"remarks": arriving}, {"remarks": pulled} if pulled else None, 7)
    assert merge.patch.applied(snapshot).sheets["汇总表"].value(3, 9) == then


def test_a_field_without_a_column_is_left_out() -> None:
    snapshot = book("降噪")
    merge, table = begun(snapshot)
    merge.update(table.rows[0], {"town": "安亭镇"}, None, 7)
    assert after(merge, snapshot)[0] == [1, "降噪", 7]


# --- rows -----------------------------------------------------------------------------------------------------------


def test_new_rows_come_into_the_printed_blank_lines_with_their_numbers() -> None:
    snapshot = book("降噪")
    merge, _ = begun(snapshot)
    assert merge.add([(8, {"project_name": "虚焊"}), (9, {"project_name": "减重", "level": None})]) == [4, 5]
    merge.renumber()
    assert after(merge, snapshot)[:3] == [[1, "降噪", None], [2, "虚焊", 8], [3, "减重", 9]]
    assert not any(isinstance(op, InsertRows) for op in merge.patch.operations)


def test_rows_are_inserted_where_the_blank_lines_end() -> None:
    snapshot = book("降噪", blank=1)
    merge, _ = begun(snapshot)
    merge.add([(n, {"project_name": name}) for n, name in ((8, "虚焊"), (9, "减重"), (10, "回弹"))])
    assert merge.patch.operations[0] == InsertRows("汇总表", 5, 2)
    assert [line[1] for line in after(merge, snapshot)] == ["降噪", "虚焊", "减重", "回弹", None, None]


def test_a_line_of_totals_stays_below_the_rows() -> None:
    snapshot = book("降噪", blank=0, below=["合计", None, None, None, None, None, None, 30])
    merge, _ = begun(snapshot)
    merge.add([(8, {"project_name": "虚焊"})])
    merge.renumber()
    assert after(merge, snapshot)[:3] == [[1, "降噪", None], [2, "虚焊", 8], ["合计", None, None]]


def test_rows_are_taken_out_whole_and_runs_of_them_at_once() -> None:
    snapshot = book("一", "二", "三", "四", "五")
    merge, table = begun(snapshot)
    merge.remove([4, 5, 7])
    merge.update(table.rows[3], {"remarks": "批注"}, None, 7)
    merge.renumber()
    assert merge.patch.operations[:2] == (DeleteRows("汇总表", 7, 1), DeleteRows("汇总表", 4, 2))
    assert after(merge, snapshot)[:2] == [[1, "一", None], [2, "四", 7]]
    assert merge.patch.applied(snapshot).sheets["汇总表"].value(4, 9) == "批注"


def test_what_leaves_makes_room_for_what_comes() -> None:
    snapshot = book("一", "二", blank=0)
    merge, _ = begun(snapshot)
    merge.remove([3])
    assert merge.add([(8, {"project_name": "三"})]) == [4]
    merge.renumber()
    assert [line[:2] for line in after(merge, snapshot)][:2] == [[1, "二"], [2, "三"]]


def test_cells_beside_a_merged_row_and_beside_a_new_one_are_filled_where_there_is_a_column() -> None:
    snapshot = book("一", "二")
    merge, table = begun(snapshot)
    merge.remove([3])
    merge.put(table.rows[1], 10, "通过")
    (place,) = merge.add([(8, {"project_name": "三"})])
    merge.fill(place, 10, "新来的")
    merge.put(table.rows[1], None, "无处可写")
    merge.fill(place, None, "无处可写")
    grid = merge.patch.applied(snapshot).sheets["汇总表"]
    assert [grid.value(r, 10) for r in (3, 4)] == ["通过", "新来的"]


def test_an_empty_table_gets_its_rows_from_the_first_line_on() -> None:
    snapshot = book(blank=1)
    merge, _ = begun(snapshot)
    merge.add([(1, {"project_name": "一"}), (2, {"project_name": "二"})])
    merge.renumber()
    assert after(merge, snapshot)[:2] == [[1, "一", 1], [2, "二", 2]]


def test_nothing_changed_is_no_patch() -> None:
    snapshot = book("降噪")
    merge, _ = begun(snapshot)
    merge.remove([])
    merge.renumber()
    assert list(merge.patch.changes(snapshot)) == []
    assert all(isinstance(op, Write) for op in merge.patch.operations)
