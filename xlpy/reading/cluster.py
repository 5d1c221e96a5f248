"""A Dask cluster as an executor. Files go to it as bytes: its machines need nothing of ours but xlpy itself.

There, too, a process of its own reads each file (`xlpy.reading.isolated`), so that a file that crashes a parser is
skipped at once; Dask would try it on four workers and take each of them down.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import replace
from functools import cache
from threading import Condition
from typing import Any, Final, TypeVar

from xlpy.errors import CannotRun, FileError
from xlpy.reading import Received, cores, settled
from xlpy.reading.isolated import Pool

T = TypeVar("T")

_PATIENCE: Final = 10  # seconds until the scheduler must have answered, and a worker be there
_SENT: Final = 256 * 2**20  # bytes of files that are on their way at one time
_START: Final = "请确认 dask scheduler 和 dask worker 已经启动，地址写成 tcp://机器:8786"


class Cluster(Executor):
    """The workers of the Dask cluster at `address`. What a worker was at when it is lost is done again by another.

    Takes attempts to read (`xlpy.reading.attempt`) only. Raises CannotRun where there is no such cluster, or xlpy is
    missing on it or of another version.
    """

    def __init__(self, address: str) -> None:
        try:
            import distributed
        except ImportError:
            raise CannotRun("没有安装集群要用的软件包", "请运行 pip install 'xlpy[cluster]'") from None
        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters is told in our own words
        kind: Any = distributed.Client  # has no types
        self._client = kind.__new__(kind)
        try:
            kind.__init__(self._client, address, timeout=_PATIENCE, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:
            self._client.close()  # half made it would wait 20 s at the program's end, for a traceback
            raise CannotRun(f"连不上集群“{address}”", _START) from error
        try:
            self._check()
        except BaseException:
            self._client.close()
            raise
        self._executor = self._client.get_executor(pure=False)
        self._sent = 0
        self._arrived = Condition()

    def submit(self, function: Callable[..., T], /, *args: Any, **named: Any) -> Future[T]:
        read, file = args
        try:
            file = replace(file, data=file.source().data)
        except FileError as error:
            refused: Future[Any] = Future()
            refused.set_result(error)
            return refused
        weight = len(file.data)
        with self._arrived:
            while self._sent and self._sent + weight > _SENT:
                self._arrived.wait(1)
            self._sent += weight
        future: Future[T] = self._executor.submit(_isolated, function, read, file)
        future.add_done_callback(lambda _: self._arrive(weight))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = True) -> None:
        """Leave the cluster; what it has not done yet is cancelled."""
        self._executor.shutdown(wait=False)
        self._client.close()

    def _arrive(self, weight: int) -> None:
        with self._arrived:
            self._sent -= weight
            self._arrived.notify()

    def _check(self) -> None:
        from xlpy import __version__

        try:
            self._client.wait_for_workers(1, _PATIENCE)
        except TimeoutError:
            raise CannotRun("集群里一台工作机也没有", _START) from None
        try:
            versions = set(self._client.run(_version).values())
        except Exception as error:
            raise CannotRun("集群的工作机上没有装 xlpy，或装得不对", "请在每台工作机上装同一版本的 xlpy") from error
        if versions != {__version__}:
            seen = "、".join(sorted(versions))
            raise CannotRun(f"集群上的 xlpy 是 {seen}，这里是 {__version__}", "请在每台工作机上装同一版本的 xlpy")


def _version() -> str:
    from xlpy import __version__

    return __version__


def _isolated(function: Callable[..., T], read: Callable[[Received], Any], file: Received) -> T | FileError:
    """On a worker of the cluster: an attempt in a process of its own."""
    return settled(_pool().submit(function, read, file), read, file)


@cache
def _pool() -> Pool:
    return Pool(cores())
