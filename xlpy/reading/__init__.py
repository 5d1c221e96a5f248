"""Many files read by one `concurrent.futures.Executor`: the same results and reasons, in the same order, by any.

isolated   processes of this machine, which is the default
cluster    the workers of a Dask cluster

Any other executor does too, without the isolation: a ThreadPoolExecutor reads in this process.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeVar

from xlpy.errors import CannotRun, FileError, UnreadableFile, XlpyError
from xlpy.files.source import Source, read_source

T = TypeVar("T")

_AHEAD: Final = 1_000  # files that are handed out before the first of them is taken back
_WORTH_A_WORKER: Final = 150  # forms that one process reads in the time in which another gets ready
_TICK: Final = 0.5  # seconds; on Windows nothing interrupts a wait without an end
_ANOTHER_WAY: Final = "请用 Excel 或 WPS 打开确认，另存为 .xlsx 再试；还不行，请把这个文件发给维护人员"


@dataclass(frozen=True, slots=True)
class Received:
    """A file to read.

    name       what it is called in all that is told of it
    modified   seconds of its last change
    data       its bytes, where it is read far from its `path`
    """

    path: str
    name: str
    modified: float = 0.0
    data: bytes | None = None

    def source(self) -> Source:
        """Its bytes. Raises UnreadableFile and FileBusy."""
        return Source(self.name, read_source(self.path).data if self.data is None else self.data)


def read_each(read: Callable[[Received], T], files: Iterable[Received], executor: Executor) -> Iterator[T | FileError]:
    """What `read` makes of each file, or why it makes nothing of it, in the order of the `files`.

    `read` can be pickled, and so can what it returns; it raises FileError. Whatever else it raises, or does to the
    process it runs in, costs that file alone. What is not yet read when the caller stops is left.
    """
    under_way: deque[tuple[Received, Future[T | FileError]]] = deque()
    try:
        for file in files:
            under_way.append((file, executor.submit(attempt, read, file)))
            if len(under_way) >= _AHEAD:
                yield _next(under_way, read)
        while under_way:
            yield _next(under_way, read)
    finally:
        for _, future in under_way:
            future.cancel()


def read_alone(read: Callable[[Received], T], file: Received) -> T:
    """As `read_each` for one file, whose reader must not take this process down; its process stays for the next one.

    Raises FileError.
    """
    found = settled(_reserved().submit(attempt, read, file), read, file)
    if isinstance(found, FileError):
        raise found
    return found


@cache
def _reserved() -> Executor:
    from xlpy.reading.isolated import Pool

    return Pool(1)


def _next(under_way: deque[tuple[Received, Future[T | FileError]]], read: Callable[[Received], T]) -> T | FileError:
    file, future = under_way.popleft()
    while not wait([future], _TICK).done:
        pass
    return settled(future, read, file)


def attempt(read: Callable[[Received], T], file: Received) -> T | FileError:
    """`read(file)`, or why not; no other error than of memory gets out."""
    try:
        return read(file)
    except FileError as error:
        return error
    except XlpyError as error:
        return UnreadableFile(file.name, error.problem, error.fix)
    except MemoryError:
        raise
    except Exception as error:
        return UnreadableFile(file.name, f"读的时候程序内部出错（{type(error).__name__}），已跳过", _ANOTHER_WAY)


def settled(future: Future[T | FileError], read: Callable[[Received], T], file: Received) -> T | FileError:
    """The result of an `attempt`, or what became of its process in words. Where none can be started, this one reads."""
    try:
        return future.result()
    except TimeoutError as error:
        return UnreadableFile(file.name, f"读了超过 {error.args[0]:g} 秒还没读完，已跳过", _ANOTHER_WAY)
    except MemoryError:
        return UnreadableFile(file.name, "读它要用的内存太多，已跳过", _ANOTHER_WAY)
    except ChildProcessError:
        return UnreadableFile(file.name, "读到一半时读取程序崩溃了，已跳过", _ANOTHER_WAY)
    except CancelledError:
        raise CannotRun("和集群的连接断了，没有读完", "请确认 dask scheduler 还在运行，再运行一次") from None
    except BrokenExecutor:
        return attempt(read, file)


@contextmanager
def executor_for(files: Sequence[Received], given: Executor | None = None) -> Iterator[Executor]:
    """The executor that was `given`, else processes of this machine: as many as the `files` are worth, one a core."""
    if given:
        yield given
        return
    from xlpy.reading.isolated import Pool

    with Pool(min(cores(), 1 + len(files) // _WORTH_A_WORKER)) as pool:
        yield pool


def cores() -> int:
    """The processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
