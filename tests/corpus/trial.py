"""One file at a time in a child process with limits of time and memory, so that what kills the child is found out."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import re
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

SECONDS = 30.0
"""Seconds of the processor that one job may take (a file read by every reader). A hang is ended at four times that."""

MEMORY = 1500 * 2**20
"""Bytes that the child may hold at its peak, Python itself included."""

_ADDRESS_SPACE = 6 * 2**30  # the hard end, for a child that runs away
_GROWN = 200 * 2**20  # freed memory stays with the process: past this the next file gets a new one
_CHINESE = re.compile("[\u4e00-\u9fff]")
_FAILED = "!"


@dataclass(frozen=True)
class Trial:
    """What became of one file. `answers` has a word or a line per reader, `faults` what must not be."""

    path: Path
    answers: dict[str, str] = field(default_factory=dict)
    faults: tuple[str, ...] = ()
    seconds: float = 0.0
    memory: int = 0

    @property
    def read(self) -> bool:
        """Whether the file's grids were read."""
        return self.answers.get("read_grids") == "read"


def readers() -> dict[str, tuple[Callable[[Path], object], type]]:
    """Reader → function and the model that it must give."""
    from xlpy.api import read_form, read_summary
    from xlpy.files import read_grids
    from xlpy.grids import Snapshot
    from xlpy.models import Form, SummaryTable

    return {
        "read_grids": (read_grids, Snapshot),
        "read_form": (read_form, Form),
        "read_summary": (read_summary, SummaryTable),
    }


def reading(path: Path) -> dict[str, str]:
    """Reader → "read", or the one line that it refused with, or "!" and what is wrong with its answer."""
    from xlpy.errors import XlpyError

    answers = {}
    for name, (read, model) in readers().items():
        try:
            found = read(path)
            answers[name] = "read" if isinstance(found, model) else f"{_FAILED}{type(found).__name__}"
        except XlpyError as error:
            line = str(error)
            sound = line.isprintable() and _CHINESE.search(line) and len(line) < 1000
            answers[name] = line if sound else f"{_FAILED}not one line in Chinese: {line!r}"
        except BaseException as error:
            answers[name] = f"{_FAILED}{type(error).__name__}: {str(error)[:200]}"
    return answers


def serve(connection: Connection, job: Callable[[Path], dict[str, str]]) -> None:
    """The child: do `job` for each path received; whatever it prints is a fault."""
    _limit_memory()
    socket.socket = NoSocket  # type: ignore[misc]
    with tempfile.TemporaryFile() as printed:
        for stream in (1, 2):
            os.dup2(printed.fileno(), stream)
        connection.send("ready")
        with contextlib.suppress(EOFError):
            while True:
                path = connection.recv()
                _forget_peak()
                start = time.process_time()  # others on the machine do not count
                answers = job(path)
                seconds, end = time.process_time() - start, printed.seek(0, os.SEEK_END)
                if end:
                    printed.seek(0)
                    answers["printed"] = _FAILED + "printed: " + printed.read(200).decode("utf-8", "replace")
                    printed.truncate(0)
                connection.send((answers, seconds, _peak()))


class Worker:
    """A child that does one job for many files; a new one takes over when it dies, hangs or has grown."""

    def __init__(self, job: Callable[[Path], dict[str, str]], seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self.job, self.seconds, self.memory = job, seconds, memory
        self._process: Any = None
        self._connection: Connection | None = None

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def try_out(self, path: Path) -> Trial:
        """Do the job for one file."""
        connection = self._connection or self._start()
        start = time.perf_counter()
        try:
            connection.send(path)
            if not connection.poll(4 * self.seconds):
                self._stop()
                return Trial(path, faults=(f"no answer within {4 * self.seconds:.0f} s",), seconds=4 * self.seconds)
            answers, seconds, memory = connection.recv()
        except (EOFError, OSError):
            self._process.join(5)
            code = self._process.exitcode
            self._stop()
            return Trial(path, faults=(f"the process died (exit {code})",), seconds=time.perf_counter() - start)
        if memory > _GROWN:
            self._stop()
        faults = [f"{name}: {text[1:]}" for name, text in answers.items() if text.startswith(_FAILED)]
        if seconds > self.seconds:
            faults.append(f"{seconds:.0f} s")
        if memory > self.memory:
            faults.append(f"{memory / 2**20:.0f} MB at the peak")
        return replace(Trial(path, answers, seconds=seconds, memory=memory), faults=tuple(faults))

    def _start(self) -> Connection:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs, self.job), daemon=True)
        self._process.start()
        theirs.close()
        try:
            self._connection.recv()
        except EOFError:
            raise RuntimeError("the child does not even start") from None
        return self._connection

    def _stop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._process.kill()
            self._process.join()
        self._connection = None


@contextlib.contextmanager
def disturbed(path: Path, disturb: Callable[[Path], None] | None) -> Iterator[None]:
    """With `disturb` called over and over, in a thread, while the file is read."""
    if disturb is None:
        yield
        return
    import threading

    over = threading.Event()

    def keep_on() -> None:
        while not over.is_set():
            disturb(path)

    thread = threading.Thread(target=keep_on)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


class NoSocket(socket.socket):
    """Instead of a socket: nothing is ever fetched."""

    def __init__(self, *_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")


def _limit_memory() -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _forget_peak() -> None:
    with contextlib.suppress(OSError):  # Linux only
        Path("/proc/self/clear_refs").write_text("5")


def _peak() -> int:
    """Bytes of memory at the peak since the last `_forget_peak`; 0 where the system does not tell."""
    with contextlib.suppress(OSError):
        found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
        return int(found[1]) * 1024 if found else 0
    return 0
