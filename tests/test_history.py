"""Undo steps survive in the workbook, notice later edits, and a damaged one is refused in one line."""

from __future__ import annotations

import datetime as dt

import pytest

from xlpy import history
from xlpy.errors import CannotRun
from xlpy.grids import Formula, Scalar, SheetGrid, Snapshot
from xlpy.layout import HISTORY
from xlpy.patch import AddSheet, InsertRows, Patch, Write, block


def book(*rows: list[Scalar]) -> Snapshot:
    return Snapshot("a.xlsx", {"表": SheetGrid("表", [list(r) for r in rows])})


def run(snapshot: Snapshot, patch: Patch, name: str = "导入") -> Snapshot:
    step = history.step(name, "2023-09-01 08:00:00", patch, snapshot)
    after = patch.applied(snapshot)
    return history.kept([*history.steps(snapshot), step], after).applied(after)


def test_a_step_comes_back_as_it_was_kept() -> None:
    before = book(["a", 1, 2.5, True, None, dt.datetime(2022, 6, 30), dt.date(2022, 6, 1), dt.time(8), Formula("=B1")])
    patch = Patch((Write("表", 1, 1, block([["x"] * 9])), InsertRows("表", 1, 2), AddSheet("新")))
    kept = history.steps(run(before, patch))
    assert kept == [history.step("导入", "2023-09-01 08:00:00", patch, before)]
    assert history.edited_since(kept[0], patch.applied(before)) == []


def test_an_edit_after_the_step_is_named() -> None:
    after = run(book(["a"], ["b"]), Patch((Write("表", 1, 1, block([["x"], ["y"]])),)))
    edited = Patch((Write("表", 2, 1, block([["von Hand"]])),)).applied(after)
    assert history.edited_since(history.steps(edited)[-1], edited) == ["表!A2"]


def test_an_edit_beside_the_step_is_none_of_its_business() -> None:
    after = run(book(["a"], ["b"]), Patch((Write("表", 1, 1, block([["x"]])),)))
    edited = Patch((Write("表", 2, 1, block([["von Hand"]])),)).applied(after)
    assert history.edited_since(history.steps(edited)[-1], edited) == []


def test_a_row_inserted_by_hand_is_noticed() -> None:
    after = run(book(["a"], ["b"]), Patch((Write("表", 1, 1, block([["x"], ["y"]])),)))
    moved = Patch((InsertRows("表", 1, 1),)).applied(after)
    assert history.edited_since(history.steps(moved)[-1], moved) == ["表!A1", "表!A2"]


def test_only_the_newest_ten_steps_are_kept() -> None:
    now = book(["0"])
    for n in range(12):
        now = run(now, Patch((Write("表", 1, 1, block([[str(n)]])),)), name=f"第{n}步")
    assert [s.command for s in history.steps(now)] == [f"第{n}步" for n in range(2, 12)]


def test_a_large_step_is_split_over_cells_that_fit() -> None:
    import random

    noise = random.Random(1)
    cells = [[noise.random() for _ in range(40)] for _ in range(300)]
    after = run(book(*[list(r) for r in cells]), Patch((Write("表", 1, 1, block([[0] * 40] * 300)),)))
    texts = [str(v) for _, _, v in after.sheets[HISTORY].cells()]
    assert max(map(len, texts)) == 30_000
    assert history.steps(after)[0].back.operations == (Write("表", 1, 1, block(cells)),)


@pytest.mark.parametrize("text", ["x", "eJw=", "eJyrVspMUbJSMlSqBQAYkQMN", "💥" * 40, "A" * 30_000])
def test_a_damaged_history_is_one_line(text: str) -> None:
    damaged = book(["a"]).with_sheet(SheetGrid(HISTORY, [["步骤", "时间", "操作", "内容"], [1, "", "导入", text]]))
    with pytest.raises(CannotRun) as caught:
        history.steps(damaged)
    assert str(caught.value) == "撤销记录已损坏，无法撤销。请改用“备份”文件夹里的备份文件"
