"""Processes that do the reading: what a parser does to its process, a crash, a hang, hunger, costs that one file.

An executor on the standard library, for measured reasons. pebble's and every other `multiprocessing` pool imports the
caller's main script anew in each worker (it would run `xlpy.pull(…)` again where nobody wrote `if __name__ …`), and may
not start from a worker of a Dask cluster, which is daemonic; a child of `subprocess` does neither harm. A worker takes
0.25 s to start and to read its first form, in which the caller can do its own imports, and as little to replace.
"""

from __future__ import annotations

import faulthandler
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future, ThreadPoolExecutor
from contextlib import suppress
from importlib import import_module
from typing import Any, Final, ParamSpec, TypeVar

from xlpy.files.limits import MAX_MEMORY, MAX_SECONDS

P = ParamSpec("P")
T = TypeVar("T")

# The worker imports what its parent imports, from the same places, and nothing that lies about elsewhere.
_PROGRAM: Final = "import sys; sys.path[:] = {!a}; from xlpy.reading.isolated import serve; serve(*{!r})"

_NEEDED: Final = "xlpy.files", "xlpy.forms", "xlpy.summary", "lxml.etree", "python_calamine"

_WATCHED: Final = 1  # the exit code of a process that its watch ended

_prepared: list[_Process] = []


def prepare() -> None:
    """Start one process now, for the pool that comes later: it imports what it will need while we do so too."""
    if not _prepared:
        with suppress(OSError):  # the pool will find out
            _prepared.append(_Process(MAX_SECONDS, MAX_MEMORY))


def _from_prepared(limits: tuple[float, int]) -> _Process | None:
    while _prepared:
        process = _prepared.pop()
        if process.limits == limits and process.alive():
            return process
    return None


class Pool(ThreadPoolExecutor):
    """An executor whose every thread hands its work to a process of its own.

    Functions, arguments and results are pickled. A future raises what the function raised, or
    TimeoutError(seconds)   the function took longer; its process was killed
    MemoryError             it needed more than `memory` bytes (not limited on macOS)
    ChildProcessError       its process died of it
    BrokenExecutor          no process can be started here
    Whatever happens to one of them, the others are not affected. Leaving the pool ends its processes, busy or not; they
    also end by themselves, within `seconds`, when this process is killed.
    """

    def __init__(self, workers: int, seconds: float = MAX_SECONDS, memory: int = MAX_MEMORY) -> None:
        super().__init__(workers, "reading")
        self._limits = seconds, memory
        self._mine = threading.local()
        self._lock = threading.Lock()
        self._all: set[_Process] = set()
        self._closed = False

    def submit(self, function: Callable[P, T], /, *args: P.args, **named: P.kwargs) -> Future[T]:
        return super().submit(self._hand_over, function, *args, **named)  # type: ignore[arg-type]

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = True) -> None:
        """End every process, also in the midst of its work."""
        with self._lock:
            self._closed = True
            for process in self._all:
                process.kill()
        super().shutdown(wait, cancel_futures=cancel_futures)
        if wait:
            for process in self._all:
                process.bury()

    def _hand_over(self, function: Callable[..., T], *args: Any, **named: Any) -> T:
        process: _Process | None = getattr(self._mine, "process", None)
        fresh = process is None
        if process is None:
            process = self._mine.process = self._start()
        try:
            return process.do(function, args, named)
        except (TimeoutError, MemoryError, ChildProcessError, BrokenExecutor) as error:
            self._mine.process = None
            self._end(process)
            if fresh or isinstance(error, TimeoutError):
                raise
        return self._hand_over(function, *args, **named)  # it may have been what the process did before

    def _start(self) -> _Process:
        with self._lock:
            if self._closed:
                raise BrokenExecutor("the pool is closed")
            try:
                process = _from_prepared(self._limits) or _Process(*self._limits)
            except OSError as error:
                raise BrokenExecutor("no process can be started here") from error
            self._all.add(process)
            return process

    def _end(self, process: _Process) -> None:
        process.kill()
        process.bury()
        with self._lock:
            self._all.discard(process)


class _Process:
    """A Python that does one piece of work after another, within limits that it sets itself."""

    def __init__(self, seconds: float, memory: int) -> None:
        self.limits = seconds, memory
        self._ready = False
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM.format(sys.path, self.limits)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},  # there is a process for every core already
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )

    def do(self, function: Callable[..., T], args: tuple[Any, ...], named: dict[str, Any]) -> T:
        """`function(*args, **named)`, there."""
        request = pickle.dumps((function, args, named))
        assert self._process.stdin
        if not self._ready and self._receive() is not True:
            raise BrokenExecutor("a worker did not start")
        self._ready = True
        began = time.monotonic()
        with suppress(OSError):  # it died: so there is no answer
            self._process.stdin.write(request)
            self._process.stdin.flush()
        answer = self._receive()
        if answer is None:
            code = self._process.wait()
            if code == _WATCHED and time.monotonic() - began >= self.limits[0]:
                raise TimeoutError(self.limits[0])
            raise ChildProcessError(code)
        done, result = answer
        if done:
            return result  # type: ignore[no-any-return]
        raise result

    def _receive(self) -> Any:
        """What it says; None where it said nothing and is gone."""
        assert self._process.stdout
        try:
            return pickle.load(self._process.stdout)
        except (EOFError, OSError, pickle.UnpicklingError):
            return None

    def alive(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        self._process.kill()

    def bury(self) -> None:
        """Free what the system holds of a process that was killed."""
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe
            with suppress(OSError):  # there is nobody to take what was left to send
                pipe.close()


def limit_memory(memory: int) -> None:
    """Let this process have no more than `memory` bytes, where the system has such a limit (macOS refuses)."""
    if sys.platform == "win32":
        with suppress(Exception):  # in a job that allows no other, or without pywin32: files are read all the same
            import win32api
            import win32job

            job = win32job.CreateJobObject(None, "")  # lasts as long as a process is in it
            limits = win32job.QueryInformationJobObject(job, win32job.JobObjectExtendedLimitInformation)
            limits["ProcessMemoryLimit"] = memory
            limits["BasicLimitInformation"]["LimitFlags"] |= win32job.JOB_OBJECT_LIMIT_PROCESS_MEMORY
            win32job.SetInformationJobObject(job, win32job.JobObjectExtendedLimitInformation, limits)
            win32job.AssignProcessToJobObject(job, win32api.GetCurrentProcess())
    else:
        import resource

        with suppress(OSError, ValueError):  # macOS refuses; a stricter limit of the system's may be in force
            resource.setrlimit(resource.RLIMIT_AS, (memory, resource.getrlimit(resource.RLIMIT_AS)[1]))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def serve(seconds: float, memory: int) -> None:
    """The worker's side: do what is asked on standard input until that is closed, answer on standard output.

    A watch that needs neither Python's lock nor the parent ends the process after `seconds` of one piece of work.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the parent, which ends us
    limit_memory(memory)
    requests, answers = os.fdopen(0, "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)  # what a library prints is no answer
    for module in _NEEDED:  # a file's seconds are its own
        import_module(module)
    answers.write(pickle.dumps(True))
    answers.flush()
    while True:
        try:
            function, args, named = pickle.load(requests)
        except EOFError:
            return
        faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)
        try:
            answer = pickle.dumps((True, function(*args, **named)))
        except Exception as error:
            answer = pickle.dumps((False, error))
        faulthandler.cancel_dump_traceback_later()
        answers.write(answer)
        answers.flush()
