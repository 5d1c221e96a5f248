"""Where a failure is written down: never to the user, who is told the file's place.

Python's own traceback shows the message of the exception, and messages hold what stood in a cell, in a form (pydantic
prints the input) or in a path. What is written here holds none of it: the exceptions' types and, for every frame of
ours or of a library, module, line and function. With the version that leads a developer to the line of code, whose
words are known. XLPY_LOG=full in the environment asks for Python's traceback, personal data and all.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Final

_PACKAGE: Final = Path(__file__).parent
_FIRST: Final = re.compile(r"xlpy \d[\w.]* · Python \d[\w.+]* · [\w-]+", re.ASCII)
_ERROR: Final = re.compile(r"(?:error|caused by|while handling|one of): [\w.]+", re.ASCII)
_FRAME: Final = re.compile(r"  (?:[\w/.-]+\.py:\d+ [\w<>]+|elsewhere)", re.ASCII)
_DEPTH: Final = 20  # exceptions that caused each other
_LIBRARIES: Final = ("site-packages", "dist-packages")


def log_path() -> Path:
    """The file that holds the last failure."""
    return Path(tempfile.gettempdir()) / "xlpy-error.log"


def log_file(error: BaseException) -> Path | None:
    """Write `error` down for a developer, without what it says; None where nothing can be written."""
    full = os.environ.get("XLPY_LOG", "").casefold() == "full"
    text = "".join(traceback.format_exception(error)) if full else outline(error)
    log = log_path()
    try:
        log.write_text(text, "utf-8", errors="backslashreplace")
    except OSError:
        return None
    return log


def outline(error: BaseException) -> str:
    """Types and places of `error` and of what caused it, a line each; nothing of their messages."""
    from xlpy import __version__

    first = f"xlpy {__version__} · Python {sys.version.split()[0]} · {sys.platform}"
    return "\n".join([first, *_told(error, "error", set())]) + "\n"


def outlined(text: str) -> str:
    """What of a log is certain to be an `outline`: a log of Python's own, or of an older version, gives nothing."""
    lines = text.splitlines()
    if not lines or not _FIRST.fullmatch(lines[0]):
        return ""
    return "".join(f"{line}\n" for line in lines if any(p.fullmatch(line) for p in (_FIRST, _ERROR, _FRAME)))


def _told(error: BaseException, how: str, seen: set[int]) -> Iterator[str]:
    if id(error) in seen or len(seen) > _DEPTH:
        return
    seen.add(id(error))
    kind = type(error)
    yield f"{how}: {kind.__module__}.{kind.__qualname__}".replace("<locals>", "locals")
    for frame, line in traceback.walk_tb(error.__traceback__):
        yield f"  {_place(frame.f_code.co_filename, line, frame.f_code.co_name)}"
    for one in getattr(error, "exceptions", ()):
        yield from _told(one, "one of", seen)
    if error.__cause__ is not None:
        yield from _told(error.__cause__, "caused by", seen)
    elif error.__context__ is not None and not error.__suppress_context__:
        yield from _told(error.__context__, "while handling", seen)


def _place(file: str, line: int, function: str) -> str:
    """xlpy/checks/form.py:12 check_form; of a file that is neither ours nor a library's, not even the name."""
    path = PurePath(file)
    if path.is_relative_to(_PACKAGE):
        path = path.relative_to(_PACKAGE.parent)
    else:
        start = max((n for n, part in enumerate(path.parts) if part in _LIBRARIES), default=0)
        standard = PurePath(os.__file__).parent
        if start:
            path = PurePath(*path.parts[start + 1 :])
        elif path.is_relative_to(standard):
            path = path.relative_to(standard)
        else:
            return "elsewhere"
    told = f"  {path.as_posix()}:{line} {function}"
    return told.strip() if _FRAME.fullmatch(told) else "elsewhere"
