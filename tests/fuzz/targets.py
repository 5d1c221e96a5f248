"""The targets: what libFuzzer's bytes become, and what must hold of the answer: a model with flags, or one line.

    python -m tests.fuzz.targets NAME FOLDER UNTIL     or with a reproducer in place of the two

Run by `python -m tests.fuzz`. A fault is an exception here, or an input that takes too long; libFuzzer saves it.
"""

from __future__ import annotations

import contextlib
import re
import socket
import sys
import tempfile
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import atheris

with atheris.instrument_imports(include=["xlpy"], exclude=["xlpy.demo", "xlpy.authoring"]):
    from xlpy import cells, chain, intake
    from xlpy.calculation import calculate
    from xlpy.catalogue import CATALOGUE
    from xlpy.checks import check_form, check_table
    from xlpy.checks.own import own_flags
    from xlpy.commands.outcome import Outcome, Run
    from xlpy.commands.pull import pull
    from xlpy.commands.total import total
    from xlpy.commands.undo import undo
    from xlpy.commands.validate import validate
    from xlpy.commands.verify import verify
    from xlpy.errors import XlpyError
    from xlpy.files import read_grids
    from xlpy.files.source import Source
    from xlpy.flags import Flag
    from xlpy.forms import parse_form
    from xlpy.grids import SheetGrid, Snapshot
    from xlpy.layout import LOG, SOURCES
    from xlpy.models import Intake
    from xlpy.notice import Notice, OwnCheck
    from xlpy.settings import read_notice, rules_rows, settings_rows
    from xlpy.summary import parse_summary
    from xlpy.surfaces.file import open_workbook  # noqa: F401 which the tests' edits use

from tests.corpus.edits import editing
from tests.corpus.trial import NoSocket
from tests.fuzz import inputs
from tests.making import complete, money, row, table, text, workbook
from tests.test_chain import worked
from tests.test_commands_undo import same
from tests.test_commands_validate import BAD, GOOD, RUN

HERE = ThreadPoolExecutor(1)
"""Reads in this process, where coverage is seen and a crash is found; tests/test_reading.py holds the isolation."""

SECONDS = 30
"""What one input may take, late imports and a busy machine included."""

MEGABYTES = 2500
"""What the process may hold, coverage included."""

NOTICE = Notice()
TABLE = table(row(4, "降噪", "甲公司", size=text("微型"), benefit=money("6000")), row(5, benefit=money(None)))
SUFFIXES = {b"PK": ".xlsx", b"\xd0\xcf": ".xls"}
WORKED = worked()
INTAKE = Intake(folder="f", forms=(complete(), complete("气密", "丙公司", "c.xlsx")))
COMMANDS: tuple[Callable[[Snapshot], Outcome], ...] = (
    lambda book: pull(book, RUN, INTAKE),
    lambda book: validate(book, RUN, INTAKE),
    lambda book: total(book, RUN),
)
_CHINESE = re.compile("[\u4e00-\u9fff]")


# --- what must hold of any answer -----------------------------------------------------------------------------------


@contextlib.contextmanager
def answered() -> Iterator[None]:
    """What is done here ends well, or with one line in Chinese that a terminal shows as it is."""
    told = ""
    try:
        yield
    except XlpyError as error:
        told = str(error)
    assert told.isprintable(), told
    assert not told or _CHINESE.search(told), told
    assert len(told) < 1000, told


def sound(flags: Iterable[Flag]) -> None:
    """Every flag is a line that a terminal shows as it is."""
    for flag in flags:
        bad = [c for c in flag.message + flag.fix if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cs")]
        assert not bad, flag


def understood(source: Source) -> None:
    """Grids, form, table and 参数 of a file: a model with flags each, or one line."""
    with answered():
        snapshot = read_grids(source)
        notice, flags = read_notice(snapshot)
        sound(flags)
        with answered():
            sound(check_form(parse_form(snapshot, notice.columns), notice))
        sound(check_table(parse_summary(snapshot, columns=notice.columns), notice))


# --- files ----------------------------------------------------------------------------------------------------------


def received(data: bytes) -> None:
    """A file in a folder: it is understood, and told among the tables, the forms or what was skipped."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("a" + SUFFIXES.get(data[:2], ".docx"))
        path.write_bytes(data)
        if data:
            understood(Source(str(path), data))
        found = intake.read_towns(folder, executor=HERE)
        assert len(found.tables) + len(found.forms) + len(found.skipped) >= 1
        assert not [one for one in found.skipped if "内部出错" in one.reason], found.skipped


def part(data: bytes) -> None:
    """A sound package but for one part."""
    if given := inputs.package(data):
        understood(Source(*given))


def edited(data: bytes) -> None:
    """The same, edited in place and undone: refused with a reason, the file as it was, or nothing is lost."""
    if given := inputs.package(data):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / given[0]
            path.write_bytes(given[1])
            faults = {edit: answer for edit, answer in editing(path).items() if answer.startswith("!")}
        assert not faults, faults


# --- cells and sheets -----------------------------------------------------------------------------------------------

READERS: dict[Callable[[Any], cells.Reading[Any]], Callable[[Any], Any]] = {
    cells.amount: lambda value: format(value, "f"),
    cells.count: str,
    cells.credit_code: str,
    cells.day: str,
    cells.month: str,
    cells.person: str,
    cells.phone: str,
    cells.text: str,
}
"""Reader of a typed cell → how its value is typed."""


def cell(data: bytes) -> None:
    """A typed cell has a value, a problem in one line, or neither; a value that is typed again is the same value."""
    typed = inputs.plain(data.decode("utf-8", "replace"))
    for read, again in READERS.items():
        found = read(typed)
        assert found.value is None or not found.problem, (read.__name__, found)
        assert found.problem.isprintable(), (read.__name__, found)
        assert len(found.problem) < 300, (read.__name__, found)
        if found.value is not None:
            assert read(again(found.value)).value == found.value, (read.__name__, found)
    cells.years(typed)
    assert cells.name_key(cells.name_key(typed)) == cells.name_key(typed)
    with contextlib.suppress(ValueError):
        number = float(typed)
        for read in READERS:
            assert read(number).problem.isprintable(), (read.__name__, number)


def body(data: bytes) -> None:
    """Annex 2 in which cells and rows are others: a command run twice changes nothing more, undo takes all back."""
    given = atheris.FuzzedDataProvider(data)
    command = given.PickValueInList(list(COMMANDS))
    book = workbook(GOOD, BAD)
    rows = [list(line) for line in book.sheets["汇总表"].rows]
    while given.remaining_bytes():
        inputs.change_rows(given, rows)
    book = book.with_sheet(SheetGrid("汇总表", rows))
    with answered():
        once = command(book)
        sound(once.report.flags)
        after = once.patch.applied(book)
        twice = command(after).report
        assert not twice.changes, (twice.command, twice.changes)
        if once.report.changes:
            assert same(undo(after, RUN).patch.applied(after), book), twice.command


def settings(data: bytes) -> None:
    """参数 and 规则 in which cells are others: what they mean is written and read again as the same."""
    given = atheris.FuzzedDataProvider(data)
    sheets = {"参数": settings_rows(NOTICE), "规则": rules_rows(NOTICE, CATALOGUE)}
    while given.remaining_bytes():
        inputs.change_rows(given, sheets[given.PickValueInList(list(sheets))])
    grids = {name: SheetGrid(name, rows) for name, rows in sheets.items()}
    notice, flags = read_notice(Snapshot("附件2.xlsx", grids))
    sound(flags)
    assert check_table(TABLE, notice) is not None  # in the words of 规则, which are the bureau's own
    written = {"参数": settings_rows(notice), "规则": rules_rows(notice, CATALOGUE)}
    again, _ = read_notice(Snapshot("附件2.xlsx", {name: SheetGrid(name, rows) for name, rows in written.items()}))
    assert again.deadline == notice.deadline


def check(data: bytes) -> None:
    """A formula of the bureau's own, over a row and over the table: a flag, or none."""
    formula = "=" + inputs.plain(data.decode("utf-8", "replace"))
    for scope in ("row", "table"):
        one = OwnCheck(id="C1", title="自查", formula=formula, message="[@经济效益]", scope=scope, cell="规则!E48")
        sound(own_flags(TABLE, Notice(checks=(one,)), calculate))


def log(data: bytes) -> None:
    """A log in which lines are others is not complete, and one more run does not heal it; nor is 来源 then intact."""
    given = atheris.FuzzedDataProvider(data)
    book = WORKED
    while given.remaining_bytes():
        name = given.PickValueInList([LOG, SOURCES])
        rows = [list(line) for line in book.sheets[name].rows]
        inputs.change_rows(given, rows, top=_TOP[name])
        book = book.with_sheet(SheetGrid(name, rows, hidden=book.sheets[name].hidden))
    for now in (book, validate(book, Run("2023-09-01 12:00:00", "王")).patch.applied(book)):
        whole = _lines(book, LOG) == _lines(WORKED, LOG)
        assert chain.check(now).complete == whole
        intact = sorted(_lines(book, SOURCES)) == sorted(_lines(WORKED, SOURCES))
        assert chain.sources_intact(now) == intact
        for digests in (None, {"a.xlsx": "0" * 64}):
            with answered():
                found = verify(now, digests).verify
                assert found
                assert found.in_order <= (whole and intact)


_TOP = {LOG: 1, SOURCES: 2}
"""The rows of the headers, which stay."""


def _lines(book: Snapshot, name: str) -> list[list[str]]:
    """What a person sees of a list below its header."""
    grid, top = book.sheets[name], _TOP[name]
    columns = range(1, len(WORKED.sheets[name].rows[top - 1]) + 1)
    shown = ([cells.show(grid.value(r, c)) for c in columns] for r in range(top + 1, grid.height + 1))
    return [line for line in shown if any(line)]


# --- running one ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Target:
    """What is done with an input, the first inputs, and how they are changed if not by libFuzzer itself."""

    run: Callable[[bytes], None]
    plant: Callable[[Path], None]
    mutate: Callable[[bytes, int, int], bytes] | None = None


_PARTS, _TEXTS = inputs.plant_parts, inputs.plant_texts

TARGETS = {
    "received": Target(received, inputs.files, inputs.changed_file),
    "sheets": Target(part, partial(_PARTS, which=inputs.SHEETS), inputs.changed_part),
    "words": Target(part, partial(_PARTS, which=inputs.WORDS), inputs.changed_part),
    "edited": Target(edited, partial(_PARTS, which=inputs.SHEETS, only=inputs.EDITABLE), inputs.changed_part),
    "cells": Target(cell, partial(_TEXTS, texts=inputs.TYPED, words=inputs.TYPED_WORDS)),
    "tables": Target(body, inputs.plant_choices),
    "settings": Target(settings, inputs.plant_choices),
    "checks": Target(check, partial(_TEXTS, texts=inputs.FORMULAS, words=inputs.FORMULA_WORDS)),
    "log": Target(log, inputs.plant_choices),
}


def main() -> None:
    name, place, *until = sys.argv[1:]
    target, path = TARGETS[name], Path(place).resolve()
    options = [
        f"-timeout={SECONDS}",
        f"-report_slow_units={SECONDS}",
        f"-rss_limit_mb={MEGABYTES}",
        "-max_len=1000000",
        "-len_control=0",
        "-keep_seed=1",  # parts of one package reach the same code until they are changed
    ]
    if until:
        path.mkdir(parents=True, exist_ok=True)
        target.plant(path)
        left = max(1, round(float(until[0]) - time.time()))
        options += [f"-max_total_time={left}", f"-artifact_prefix={path}-", "-print_final_stats=1"]
        if (words := path.with_suffix(".dict")).exists():
            options.append(f"-dict={words}")
    socket.socket = NoSocket  # type: ignore[misc]
    mutator = {"custom_mutator": target.mutate} if target.mutate else {}
    atheris.Setup([name, *options, str(path)], target.run, **mutator)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
