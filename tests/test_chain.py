"""操作记录 is chained: what is changed, deleted, inserted or moved in it is found; what users do elsewhere is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.making import complete, workbook
from xlpy import chain
from xlpy.commands.outcome import Run
from xlpy.commands.pull import pull
from xlpy.commands.total import total
from xlpy.commands.undo import undo
from xlpy.commands.validate import validate
from xlpy.grids import Scalar, SheetGrid, Snapshot
from xlpy.layout import HISTORY, LOG, LOG_HEADERS, SOURCES
from xlpy.models import Intake
from xlpy.patch import DeleteRows, InsertRows, Operation, Patch, Write, block


def at(hour: int) -> Run:
    return Run(f"2023-09-01 {hour:02}:00:00", "王")


def worked() -> Snapshot:
    """Four runs: pull, validate, total, and an undo of the last."""
    book = workbook(blank=1)
    intake = Intake(folder="f", forms=(complete(),))
    for command in (
        lambda b: pull(b, at(8), intake),
        lambda b: validate(b, at(9)),
        lambda b: total(b, at(10)),
        lambda b: undo(b, at(11)),
    ):
        book = command(book).patch.applied(book)
    return book


def changed(book: Snapshot, *operations: Operation) -> Snapshot:
    return Patch(operations).applied(book)


def typed(row: int, column: int, value: Scalar) -> Operation:
    return Write(LOG, row, column, block([[value]]))


def line(book: Snapshot, row: int) -> list[Scalar]:
    return [book.sheets[LOG].value(row, c) for c in range(1, 8)]


def problems(book: Snapshot) -> list[tuple[str, str]]:
    evidence = chain.check(book)
    assert evidence.complete == (not evidence.problems)
    return [(problem.cell, problem.message) for problem in evidence.problems]


MOVED = "这一行本身没有改过，但紧挨着它前面的那一行不见了，或次序调换过"
CHANGED = "与校验码不符：这一行改过，或它前面有记录被删掉、改过"
BARE = "没有校验码：不是本软件写的，或校验码被删掉了"
END = "末尾与软件最后写下的不符：软件写过 4 行，现在有 {} 行"


def test_every_run_is_a_link_undo_too() -> None:
    book = worked()
    assert line(book, 1) == list(LOG_HEADERS)
    assert [line(book, r)[1] for r in range(2, 6)] == ["导入登记表", "校验", "合计", "撤销"]
    codes = [str(line(book, r)[6]) for r in range(2, 6)]
    assert all(len(code) == 16 for code in codes)
    assert len(set(codes)) == 4
    evidence = chain.check(book)
    assert (evidence.lines, evidence.unchained, evidence.complete) == (4, 0, True)
    assert (evidence.since, evidence.code) == ("2023-09-01 08:00:00", codes[-1])


def test_the_code_is_a_function_of_the_line_and_of_the_line_before() -> None:
    """Literal, so that workbooks in use go on being verified: a change of this breaks every chain there is."""
    empty = Snapshot("a.xlsx", {})
    once = chain.appended(["2023-09-01 08:00:00", "校验", "王", "错误 1", 3, None], empty, empty).applied(empty)
    assert line(once, 2)[6] == "d05492a19f0ce3bc"


def swapped(book: Snapshot) -> Snapshot:
    one, other = line(book, 3), line(book, 4)
    return changed(book, Write(LOG, 3, 1, block([other, one])))


# Without the chain none of these is found: the sheet has no other memory of its lines.
TAMPERINGS: dict[str, tuple[Callable[[Snapshot], Snapshot], list[tuple[str, str]]]] = {
    "another user": (lambda b: changed(b, typed(3, 3, "李")), [("A3", CHANGED)]),
    "another count": (lambda b: changed(b, typed(2, 5, 1)), [("A2", CHANGED)]),
    "another time of the last line": (lambda b: changed(b, typed(5, 1, "2023-09-02 08:00:00")), [("A5", CHANGED)]),
    "the places blanked": (lambda b: changed(b, typed(2, 6, None)), [("A2", CHANGED)]),
    "first line deleted": (lambda b: changed(b, DeleteRows(LOG, 2, 1)), [("A2", CHANGED)]),
    "middle line deleted": (lambda b: changed(b, DeleteRows(LOG, 3, 1)), [("A3", CHANGED)]),
    "last line deleted": (lambda b: changed(b, DeleteRows(LOG, 5, 1)), [("A4", END.format(3) + "，少了 1 行")]),
    "all lines deleted": (lambda b: changed(b, DeleteRows(LOG, 2, 4)), [("", END.format(0) + "，少了 4 行")]),
    "line inserted": (
        lambda b: changed(b, InsertRows(LOG, 3, 1), Write(LOG, 3, 1, block([["2023-09-01 08:30:00", "校验", "李"]]))),
        [("A3", BARE)],
    ),
    "line repeated with its code": (
        lambda b: changed(b, InsertRows(LOG, 4, 1), Write(LOG, 4, 1, block([line(b, 3)]))),
        [("A4", MOVED)],
    ),
    "line added below": (
        lambda b: changed(b, Write(LOG, 6, 1, block([["2023-09-01 12:00:00", "校验", "李"]]))),
        [("A6", BARE)],
    ),
    "lines swapped": (swapped, [("A3", MOVED), ("A4", MOVED), ("A5", MOVED)]),
    "code changed": (lambda b: changed(b, typed(3, 7, "0" * 16)), [("A3", CHANGED), ("A4", CHANGED)]),
    "a code blanked": (lambda b: changed(b, typed(3, 7, None)), [("A3", BARE), ("A4", CHANGED)]),
    "header renamed": (
        lambda b: changed(b, typed(1, 4, "说明")),
        [("", "找不到“操作记录”的表头，记录读不出来：表头改过，或整张表不见了")],
    ),
    "sheet deleted": (
        lambda b: Snapshot(b.name, {n: g for n, g in b.sheets.items() if n != LOG}),
        [("", "找不到“操作记录”的表头，记录读不出来：表头改过，或整张表不见了")],
    ),
    "the hidden sheet deleted": (
        lambda b: Snapshot(b.name, {n: g for n, g in b.sheets.items() if n != HISTORY}),
        [("", "末行的校验码不见了，末尾是否少了记录无从判断")],
    ),
    "log emptied, hidden sheet deleted": (
        lambda b: changed(Snapshot(b.name, {n: g for n, g in b.sheets.items() if n != HISTORY}), DeleteRows(LOG, 2, 4)),
        [("", "“来源”里有导入过的内容，操作记录却是空的")],
    ),
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_what_is_done_to_the_log_is_found(what: str) -> None:
    tamper, found = TAMPERINGS[what]
    assert problems(tamper(worked())) == found


@pytest.mark.parametrize("what", [name for name in TAMPERINGS if name != "log emptied, hidden sheet deleted"])
def test_the_next_run_heals_nothing(what: str) -> None:
    """A new line continues from the head, not from what stands last: else a run after a deletion would hide it."""
    book = TAMPERINGS[what][0](worked())
    after = validate(book, at(13)).patch.applied(book)
    assert problems(after) != []


def test_the_number_of_lines_goes_on_across_a_gap() -> None:
    """Fails where the head counts the lines there are: what was taken away before would be forgotten."""
    book = changed(worked(), DeleteRows(LOG, 5, 1))
    after = changed(validate(book, at(13)).patch.applied(book), DeleteRows(LOG, 5, 1))
    assert problems(after) == [("A4", "末尾与软件最后写下的不符：软件写过 5 行，现在有 3 行，少了 2 行")]


def test_who_deletes_log_and_hidden_sheet_shows_in_the_day_from_which_the_chain_holds() -> None:
    book = TAMPERINGS["log emptied, hidden sheet deleted"][0](worked())
    after = validate(book, at(13)).patch.applied(book)
    assert problems(after) == []
    assert chain.check(after).since == "2023-09-01 13:00:00"


def test_a_run_that_leaves_the_sources_alone_does_not_vouch_for_them() -> None:
    """Fails where every run takes the fingerprint of 来源 anew: one 校验 after an edit of it would hide the edit."""
    book = worked()
    assert chain.sources_intact(book) is True
    edited = changed(book, Write(SOURCES, 2, 4, block([["0" * 64]])))
    assert chain.sources_intact(edited) is False
    after = validate(edited, at(13)).patch.applied(edited)
    assert chain.sources_intact(after) is False
    assert str(line(after, 6)[3]).endswith("；“来源”表在这之前被人改过")
    mended = changed(after, Write(SOURCES, 2, 4, block([[book.sheets[SOURCES].value(2, 4)]])))
    assert chain.sources_intact(mended) is True
    assert chain.sources_intact(workbook()) is None


def sorted_sources(book: Snapshot) -> Snapshot:
    grid = book.sheets[SOURCES]
    return book.with_sheet(SheetGrid(SOURCES, [grid.rows[0], *reversed(grid.rows[1:])]))


HARMLESS: dict[str, Callable[[Snapshot], Snapshot]] = {
    "来源 sorted": sorted_sources,
    "a note beside the log": lambda b: changed(b, typed(3, 9, "已核")),
    "a line above the log": lambda b: changed(b, InsertRows(LOG, 1, 1), typed(1, 1, "请勿改动")),
    "a blank line in the log": lambda b: changed(b, InsertRows(LOG, 3, 1)),
    "columns in another order": lambda b: b.with_sheet(
        SheetGrid(LOG, [[*(row + [None] * 7)[:7]][::-1] for row in b.sheets[LOG].rows])
    ),
    "numbers as Excel has them": lambda b: b.with_sheet(
        SheetGrid(LOG, [[float(v) if isinstance(v, int) else v for v in row] for row in b.sheets[LOG].rows])
    ),
    "work in the table": lambda b: changed(b, Write("汇总表", 4, 6, block([["国有企业"]]))),
}


@pytest.mark.parametrize("what", HARMLESS)
def test_what_users_do_otherwise_is_no_finding(what: str) -> None:
    book = HARMLESS[what](worked())
    assert problems(book) == []
    after = validate(book, at(12)).patch.applied(book)
    assert problems(after) == []
    assert chain.check(after).lines == 5


# --- workbooks from before the codes -------------------------------------------------------------------------------


def old_log() -> Snapshot:
    lines: list[list[Scalar]] = [
        list(LOG_HEADERS[:-1]),
        ["2023-08-01 08:00:00", "校验", "王", "错误 0", 0, None, "旁注"],
        ["2023-08-02 08:00:00", "校验", "王", "错误 1", 1, "改写 B4"],
    ]
    return workbook(["1", "降噪"], blank=1, 操作记录=lines)


def test_an_old_workbook_gets_the_column_with_the_next_line() -> None:
    assert problems(old_log()) == [("", "各行都没有校验码（旧版软件写的，或被删掉了），从下一次操作起才有")]
    after = validate(old_log(), at(8)).patch.applied(old_log())
    grid = after.sheets[LOG]
    assert [grid.value(1, c) for c in (6, 7, 8)] == ["主要改动", None, "校验码"]  # beside the clerk's note
    assert grid.value(2, 7) == "旁注"
    assert len(str(grid.value(4, 8))) == 16
    evidence = chain.check(after)
    assert (evidence.lines, evidence.unchained, evidence.since) == (3, 2, "2023-09-01 08:00:00")
    assert evidence.complete


def test_from_then_on_the_old_lines_are_held_too() -> None:
    after = validate(old_log(), at(8)).patch.applied(old_log())
    assert problems(changed(after, typed(2, 3, "李"))) == [("A4", CHANGED)]
    assert problems(changed(after, DeleteRows(LOG, 2, 1))) == [("A3", CHANGED)]


def test_a_column_that_was_taken_away_comes_back_without_a_gap_or_shows_what_was_changed() -> None:
    book = worked()
    bare = changed(book, Write(LOG, 1, 7, block([[None]] * 5)))
    again = validate(bare, at(12)).patch.applied(bare)
    assert problems(again) == []
    forged = changed(bare, typed(3, 3, "李"))
    assert problems(validate(forged, at(12)).patch.applied(forged)) == [("A6", CHANGED)]


def test_a_workbook_nobody_has_used_is_in_order() -> None:
    assert problems(workbook(操作记录=[list(LOG_HEADERS)])) == []
    assert problems(workbook()) == []


@pytest.mark.parametrize("kept", [LOG, HISTORY, SOURCES])
def test_whichever_sheet_tells_that_there_was_a_log_its_loss_is_found(kept: str) -> None:
    """Fails without the part of `lost` that looks at the sheet: a log that is gone would be in order."""
    book = changed(worked(), Write(LOG, 1, 1, block([[None] * 7])))
    sheets = {name: grid for name, grid in book.sheets.items() if name == kept or name not in (LOG, HISTORY, SOURCES)}
    assert problems(replace(book, sheets=sheets)) == [
        ("", "找不到“操作记录”的表头，记录读不出来：表头改过，或整张表不见了")
    ]


@pytest.mark.parametrize("head", ["x", "4 zz", "4", "99999999999 " + "0" * 16 + " " + "0" * 16, 4.0, True])
def test_a_head_that_cannot_be_read_is_none(head: Scalar) -> None:
    book = changed(worked(), Write(HISTORY, 1, 5, block([[head]])))
    assert chain.read_head(book) is None
    assert problems(book) == [("", "末行的校验码不见了，末尾是否少了记录无从判断")]
