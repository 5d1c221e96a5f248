"""A command that is killed leaves the old workbook or the new one, byte for byte; the next run, an undo, just works.

Each of these fails without its guard:

- the new file is written beside the old one and renamed (written in place instead: the kill at every step finds an
  empty workbook);
- the backup, too, is written beside its name and renamed (else: a backup that is not whole);
- what a killed run left is removed by the next (else: the folder is not tidy after the undo);
- the lock is one of the system (made of a file's mere existence instead: the next run is refused as busy);
- an interrupt after the rename keeps the backup (else: no copy of the old workbook is left);
- the undo step is written together with what it takes back (else: a state between the old workbook and the new one).
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType
from typing import Any

import lxml.etree  # noqa: F401 — loaded once for all the children, as is the rest that a command needs
import pytest

from tests.making import workbook
from tests.test_commands_validate import BAD, GOOD
from xlpy import api
from xlpy.commands import clear, undo, validate  # noqa: F401
from xlpy.commands.outcome import Run
from xlpy.files.folder import list_forms
from xlpy.patch import Patch, Write
from xlpy.surfaces import file, locks, saving
from xlpy.surfaces.file import open_workbook

RANDOM_KILLS = 220
RUNS = [Run(f"2023-09-01 08:0{n}:00", "王") for n in range(3)]
WATCHED: set[object] = {
    *(module.__file__ for module in (saving, locks)),
    *((file.__file__, name) for name in ("editing", "commit", "_commit")),
    *((Path.replace.__code__.co_filename, name) for name in ("replace", "write_bytes")),
}
needs_fork = pytest.mark.skipif(sys.platform == "win32", reason="every run would take a second to start")


class Ground:
    """A folder with a workbook that was validated once; the states between which a run may be killed, as bytes."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.book = folder, folder / "汇总表.xlsx"
        folder.mkdir()
        make(self.book)
        self.start = self.book.read_bytes()
        api.validate(self.book, run=RUNS[0])
        self.old = self.book.read_bytes()
        self._pristine = folder.with_name("原样")
        shutil.copytree(folder, self._pristine)
        self.after_undo = {self.old: self._undone()}
        self.reset()
        command(self.book)
        self.new = self.book.read_bytes()
        self.after_undo[self.new] = self._undone()
        assert len({self.start, self.old, self.new, *self.after_undo.values()}) == 5, "every state is its own"

    def reset(self) -> None:
        shutil.rmtree(self.folder)
        shutil.copytree(self._pristine, self.folder)

    def _undone(self) -> bytes:
        api.undo(self.book, run=RUNS[2])
        return self.book.read_bytes()

    def check(self) -> bool:
        """Whole before, whole after, and the next run works; whether the killed run had got its new file in place."""
        found = self.book.read_bytes()
        assert found in (self.old, self.new), f"{len(found)} bytes, neither the old workbook nor the new one"
        forms, _ = list_forms(self.folder)
        assert forms == [self.book], "a leftover would be read as a form"
        kept = [backup.read_bytes() for backup in saving.backups(self.book)]
        assert kept == [self.start, self.old] or (kept == [self.start] and found == self.old)
        assert self._undone() == self.after_undo[found]
        count = len(kept) + 1
        names = {"汇总表.xlsx", "备份", *(f"备份/汇总表.备份{n}.xlsx" for n in range(1, count + 1))}
        assert {p.relative_to(self.folder).as_posix() for p in self.folder.rglob("*")} == names
        return found == self.new


def make(path: Path) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("汇总表")
    book.close()
    rows = workbook(GOOD, BAD, blank=1).sheet("汇总表").rows
    open_workbook(path).commit(Patch((Write("汇总表", 1, 1, tuple(map(tuple, rows))),)))
    shutil.rmtree(path.parent / saving.BACKUPS)


def command(book: Path) -> None:
    api.clear(book, run=RUNS[1])


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    return Ground(tmp_path_factory.mktemp("kills") / "工作")


# --- the two ways to end ------------------------------------------------------------------------------------------


def at_step(step: int, end: Callable[[], None]) -> Callable[[FrameType, str, Any], Any]:
    """A trace function that calls `end` before the numbered line of the modules that write. It counts in `.count`."""

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        code = frame.f_code
        if code.co_filename not in WATCHED and (code.co_filename, code.co_name) not in WATCHED:
            return None
        if event == "line":
            if trace.count == step:  # type: ignore[attr-defined]
                end()
            trace.count += 1  # type: ignore[attr-defined]
        return trace

    trace.count = 0  # type: ignore[attr-defined]
    return trace


def steps(book: Path) -> int:
    """How many lines of the modules that write a command runs through."""
    trace = at_step(-1, lambda: None)
    with traced(trace):
        command(book)
    return int(trace.count)  # type: ignore[attr-defined]


@contextlib.contextmanager
def traced(trace: Any) -> Any:
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(before)


def interrupted() -> None:
    raise KeyboardInterrupt


def killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def child(book: Path, step: int, ready: Connection) -> None:
    """One run in a process of its own, killed at a step unless that is -1."""
    ready.send(None)
    if step < 0:
        command(book)
    else:
        with traced(at_step(step, killed)):
            command(book)
    ready.send(None)


class Children:
    """Processes forked off one that has everything loaded."""

    def __init__(self) -> None:
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["pytest", __name__])

    def run(self, book: Path, step: int = -1, kill_after: float | None = None) -> float:
        """Start a run, kill it after so many seconds if given, wait for its end; the seconds that it took."""
        here, there = self._context.Pipe()
        process = self._context.Process(target=child, args=(book, step, there))
        process.start()
        there.close()
        here.recv()
        began = time.perf_counter()
        if kill_after is not None:
            while time.perf_counter() - began < kill_after:  # a sleep is not exact enough
                pass
            process.kill()
        process.join(60)
        took = time.perf_counter() - began
        assert process.exitcode in (0, -signal.SIGKILL)
        assert step < 0 or process.exitcode, "the child was to be killed"
        process.close()
        here.close()
        return took


@needs_fork
def test_killed_at_random_moments(ground: Ground) -> None:
    children = Children()
    lengths = []
    for _ in range(6):
        ground.reset()
        lengths.append(children.run(ground.book))
        assert ground.check()
    length = sorted(lengths)[-2]
    seed = random.randrange(10**9)
    print(f"seed {seed}, {RANDOM_KILLS} kills of runs of {length:.3f} s")
    moments = random.Random(seed)
    done = 0
    for n in range(RANDOM_KILLS):
        moment = moments.uniform(0, 1.3 * length)
        print(f"kill {n} after {moment:.6f} s")
        ground.reset()
        children.run(ground.book, kill_after=moment)
        done += ground.check()
    print(f"{done} runs were through, {RANDOM_KILLS - done} were not")


@needs_fork
def test_killed_at_every_step_of_writing(ground: Ground) -> None:
    children = Children()
    ground.reset()
    number = steps(ground.book)
    assert number > 100
    done = []
    for step in range(number):
        print(f"kill before step {step} of {number}")
        ground.reset()
        children.run(ground.book, step)
        done.append(ground.check())
    assert done == sorted(done), "from one step on the new file is in its place"
    assert {False, True} == set(done)


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")  # the lock, interrupted while it is handed over
def test_interrupted_at_every_step_of_writing(ground: Ground) -> None:
    """Ctrl-C raises wherever the program happens to be: before the rename, right after it, while tidying up."""
    ground.reset()
    number = steps(ground.book)
    done = []
    for step in range(number):
        print(f"interrupt before step {step} of {number}")
        ground.reset()
        with contextlib.suppress(KeyboardInterrupt), traced(at_step(step, interrupted)):
            command(ground.book)
            pytest.fail("the run was to be interrupted")
        done.append(ground.check())
    assert {False, True} == set(done)
