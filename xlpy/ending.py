"""The last word of a command that did not get to its end: what happened, and whether its files are as they were."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

_OUTPUT: Final = frozenset((errno.ENOSPC, errno.EFBIG, errno.EIO, errno.EBADF, errno.EINVAL, errno.EPIPE))

Stamps = Mapping[str, tuple[int, int, int] | None]


def stamps(arguments: Iterable[object]) -> Stamps:
    """What a command's arguments name, with what shows whether a file was replaced since: None where none is."""
    return {str(one): _stamp(str(one)) for one in arguments if isinstance(one, str | Path)}


def _stamp(path: str) -> tuple[int, int, int] | None:
    try:
        found = Path(path).stat()
    except (OSError, ValueError):
        return None
    return (found.st_ino, found.st_mtime_ns, found.st_size) if stat.S_ISREG(found.st_mode) else None


def last_word(error: BaseException, before: Stamps) -> str:
    """One line for the user; what else a developer needs goes to a file. "" where there is nobody to tell."""
    if isinstance(error, BrokenPipeError):  # the reader of our output left early
        return ""
    written = [Path(path).name for path, stamp in before.items() if _stamp(path) != stamp]
    fate = "、".join(f"“{name}”" for name in written) + "已经写好" if written else "文件没有改动"
    if isinstance(error, KeyboardInterrupt):
        return f"已中断，{fate}"
    if isinstance(error, OSError) and error.filename is None and error.errno in _OUTPUT:
        return f"结果没能全部输出，{fate}。请检查磁盘空间，或输出要写到的地方"
    from xlpy.mishap import log_file

    line = f"程序内部出错（{type(error).__name__}），{fate}"
    log = log_file(error)
    return f"{line}。请把 {log} 发给维护人员" if log else line


def give_up_output() -> None:
    """What could not be printed is not tried again at the end, where Python would complain of it in its own words."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
