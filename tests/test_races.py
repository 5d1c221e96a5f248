"""Two runs on one workbook at the same moment: one after the other, or one is refused; nothing is ever lost.

Without the lock both find the workbook as they read it, and the later one replaces what the earlier one wrote; of two
that only write, both may say that they did.
"""

from __future__ import annotations

import multiprocessing
import random
import threading
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Literal

import pytest
import xlsxwriter

from xlpy.errors import FileBusy
from xlpy.patch import Patch, Write
from xlpy.surfaces import locks
from xlpy.surfaces.file import editing, open_workbook
from xlpy.surfaces.saving import backups

ROUNDS = 60
RACERS = 3
BUSY = "汇总表.xlsx：另一个 xlpy 正在处理这个文件。没有写入任何内容，请等它结束后再运行一次"
CHANGED = "汇总表.xlsx：文件在读取之后被改过。没有写入任何内容，请再运行一次"
Way = Literal["from reading on", "only to write", "hold"]


def write(racer: int) -> Patch:
    return Patch((Write("表", racer, 1, ((f"第{racer}个",),)),))


def racer(number: int, orders: Connection, gate: Barrier) -> None:
    """A process that writes its own cell of each workbook it is told to, at the moment when all are ready."""
    while True:
        path, way, delay = orders.recv()
        answer = ""
        try:
            if way == "hold":
                with editing(path) as book:
                    orders.send("held")
                    orders.recv()
                    book.commit(write(number))
            elif way == "only to write":
                book = open_workbook(path)
                gate.wait(60)
                time.sleep(delay)
                book.commit(write(number))
            else:
                gate.wait(60)
                time.sleep(delay)
                with editing(path) as book:
                    book.commit(write(number))
        except FileBusy as error:
            answer = str(error)
        orders.send(answer)


class Racers:
    """Processes that all have what they need loaded."""

    def __init__(self, count: int) -> None:
        context = multiprocessing.get_context("spawn")
        self.gate = context.Barrier(count)  # named: the processes find it only as long as we have it
        self.processes = []
        self.orders: list[Connection] = []
        for number in range(1, count + 1):
            here, there = context.Pipe()
            self.processes.append(context.Process(target=racer, args=(number, there, self.gate), daemon=True))
            self.orders.append(here)
        for process in self.processes:
            process.start()

    def race(self, path: Path, way: Way, delays: list[float]) -> list[str]:
        """What each answers: "" for written, or why it was refused."""
        for orders, delay in zip(self.orders, delays, strict=True):
            orders.send((path, way, delay))
        return [orders.recv() for orders in self.orders]

    def end(self) -> None:
        for process in self.processes:
            process.kill()
            process.join()


@pytest.fixture(scope="module")
def racers() -> Iterator[Racers]:
    found = Racers(RACERS)
    yield found
    found.end()


@pytest.fixture
def holder() -> Iterator[Racers]:
    found = Racers(1)
    yield found
    found.end()


def make(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "汇总表.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("表").write(9, 0, "原来的")
    book.close()
    return path


def cells(path: Path) -> list[object]:
    return [v for _, _, v in open_workbook(path).snapshot.sheet("表").cells()]


def check(path: Path, answers: list[str]) -> int:
    """Whoever was through stands in the workbook, the others do not, and every state before is a whole backup."""
    through = [f"第{n}个" for n, answer in enumerate(answers, 1) if not answer]
    assert cells(path) == [*through, "原来的"]
    kept = [cells(backup) for backup in backups(path)]
    assert [len(content) for content in kept] == list(range(1, len(through) + 1)), "one after the other"
    names = {p.name for p in path.parent.rglob("*")}
    assert names == {"汇总表.xlsx", "备份", *(f"汇总表.备份{n}.xlsx" for n in range(1, len(through) + 1))}
    return len(through)


@pytest.mark.parametrize("way", ["from reading on", "only to write"])
def test_no_update_is_lost(racers: Racers, tmp_path: Path, way: Way) -> None:
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    delays = random.Random(seed)
    for n in range(ROUNDS):
        path = make(tmp_path / str(n))
        widest = delays.choice((0.0, 0.002, 0.02))
        answers = racers.race(path, way, [delays.uniform(0, widest) for _ in range(RACERS)])
        print(n, answers)
        assert set(answers) <= {"", BUSY, CHANGED}
        through = check(path, answers)
        if way == "only to write":
            assert through == 1, "they had all read the same, so only one may write"
        else:
            assert through == RACERS or BUSY in answers, "each waits for the one before"


def test_the_second_run_waits_for_the_first(holder: Racers, tmp_path: Path) -> None:
    path = make(tmp_path)
    holder.orders[0].send((path, "hold", 0))
    assert holder.orders[0].recv() == "held"
    threading.Timer(0.4, holder.orders[0].send, ["go on"]).start()
    with editing(path) as book:
        book.commit(write(2))
    assert holder.orders[0].recv() == ""
    check(path, ["", ""])


def test_it_does_not_wait_for_ever_and_loses_nothing(
    holder: Racers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make(tmp_path)
    before = path.read_bytes()
    book = open_workbook(path)
    holder.orders[0].send((path, "hold", 0))
    assert holder.orders[0].recv() == "held"
    monkeypatch.setattr(locks, "PATIENCE", 0.2)
    with pytest.raises(FileBusy) as caught:
        book.commit(write(2))
    assert str(caught.value) == BUSY
    assert path.read_bytes() == before
    holder.orders[0].send("go on")
    assert holder.orders[0].recv() == ""
    check(path, [""])


def test_the_lock_of_a_killed_run_goes_with_it(holder: Racers, tmp_path: Path) -> None:
    path = make(tmp_path)
    holder.orders[0].send((path, "hold", 0))
    assert holder.orders[0].recv() == "held"
    holder.processes[0].kill()
    holder.processes[0].join()
    assert [p.name for p in tmp_path.iterdir() if p != path] == [f"{locks.mark(path)}.lock"], "an empty file is left"
    began = time.monotonic()
    open_workbook(path).commit(write(1))
    assert time.monotonic() - began < locks.PATIENCE
    check(path, [""])
