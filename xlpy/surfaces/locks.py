"""One run of ours at a time on a file: a lock of the system, which goes with the process however that ends."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import sys
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from xlpy.errors import FileBusy

PATIENCE = 5.0  # seconds that a second run waits for the first
_PAUSE = 0.05
_BUSY = frozenset((errno.EACCES, errno.EAGAIN, errno.EWOULDBLOCK))
_REFUSALS = 4  # Windows refuses to open a file in the moment in which another run deletes it


def mark(path: Path) -> str:
    """What the names of our own files beside `path` begin with: hidden, and as short for a name of 255 bytes."""
    name = unicodedata.normalize("NFC", path.name).casefold()  # some disks keep neither case nor composition apart
    return f".xlpy-{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


@contextlib.contextmanager
def locked(path: Path) -> Iterator[bool]:
    """Keep other runs of ours, also on other PCs, from `path` meanwhile; whether that could be done.

    It cannot be where no file can be made beside `path` (then nothing can be written either) and on disks that know no
    locks; there the comparison with what was read has to do. An empty file that a killed run left behind is no lock:
    the next run takes it over and removes it. Raises FileBusy when another run is not done within `PATIENCE` seconds.
    """
    lock = path.parent / f"{mark(path)}.lock"
    file = _wait_for(lock, path)
    if file is None:
        yield False
        return
    try:
        yield True
    finally:
        _let_go(lock, file)


def _wait_for(lock: Path, path: Path) -> BinaryIO | None:
    until, refusals = time.monotonic() + PATIENCE, 0
    while True:
        try:
            # A file object and no bare handle: whatever interrupts us here, it is closed with us.
            file = lock.open("ab")
        except PermissionError:
            refusals += 1
            if refusals == _REFUSALS:
                return None
        except (OSError, ValueError):
            return None
        else:
            try:
                if _take(lock, file):
                    return file
            except OSError as error:
                if error.errno not in _BUSY:
                    _let_go(lock, file)
                    return None
            file.close()
        if time.monotonic() > until:
            raise FileBusy(path, "另一个 xlpy 正在处理这个文件", "没有写入任何内容，请等它结束后再运行一次")
        time.sleep(_PAUSE)


if sys.platform == "win32":
    import msvcrt

    def _take(lock: Path, file: BinaryIO) -> bool:
        """Lock the file. Nobody can delete one that is open, so it is the one that other runs find."""
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        return True

    def _let_go(lock: Path, file: BinaryIO) -> None:
        with contextlib.suppress(OSError):
            msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
        file.close()
        with contextlib.suppress(OSError):  # a run that waits has it open, and removes it in its turn
            lock.unlink()

else:
    import fcntl

    def _take(lock: Path, file: BinaryIO) -> bool:
        """Lock the file; False where it is no longer the one that other runs find, since its last holder removed it."""
        with contextlib.suppress(OSError):  # only its maker can: other users' runs are to open it as well
            os.fchmod(file.fileno(), 0o666)
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        with contextlib.suppress(OSError):
            return os.path.samestat(os.fstat(file.fileno()), lock.stat())
        return False

    def _let_go(lock: Path, file: BinaryIO) -> None:
        with contextlib.suppress(OSError):
            lock.unlink()  # while it is still ours: afterwards it could be another run's
        file.close()
