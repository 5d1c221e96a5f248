"""Where the traceback of a failure goes: never to the user, who is told the file's place."""

from __future__ import annotations

import tempfile
import traceback
from pathlib import Path


def log_file(error: BaseException) -> Path | None:
    """Write the traceback of `error` to a file that a developer can be sent; None where nothing can be written."""
    log = Path(tempfile.gettempdir()) / "xlpy-error.log"
    try:
        log.write_text("".join(traceback.format_exception(error)), "utf-8", errors="backslashreplace")
    except OSError:
        return None
    return log
