"""The one exception tree: raised only where work *cannot continue*.

    XlpyError
    ├── FileError             one file is at fault; carries its path
    │   ├── UnreadableFile    damaged, not an Office file, over a limit, vanished
    │   ├── PasswordNeeded    encrypted
    │   ├── UnsupportedFormat .doc .wps .et .pdf …: says what to save it as
    │   ├── WrongForm         readable, but not a 登记表 / 汇总表; names the labels that are missing
    │   │   └── SeveralForms  more than one 登记表 in it
    │   ├── FileBusy          open in Excel or WPS, or locked
    │   ├── CannotKeep        the in-place editor would lose a part of this workbook
    │   └── CannotWrite       disk full, read-only, no permission
    └── CannotRun             arguments or state do not allow the command

A defect *inside* a form or a table is never raised: it is a `xlpy.flags.Flag`.
"""

from __future__ import annotations

from os import PathLike
from pathlib import PurePath


class XlpyError(Exception):
    """Work cannot continue. ``str(error)`` is one line in Chinese: what is wrong and what to do."""

    def __init__(self, problem: str, fix: str = "") -> None:
        self.problem = one_line(problem)
        self.fix = one_line(fix)
        super().__init__(self.problem, self.fix)

    def __str__(self) -> str:
        return f"{self.problem}。{self.fix}" if self.fix else self.problem


class FileError(XlpyError):
    """One file is at fault. `path` is the file as given; the line starts with its name."""

    def __init__(self, path: str | PathLike[str], problem: str, fix: str = "") -> None:
        super().__init__(problem, fix)
        self.path = str(path)
        self.args = (path, problem, fix)  # so that the error survives pickling between processes

    def __str__(self) -> str:
        return f"{one_line(PurePath(self.path).name or self.path)}：{super().__str__()}"

    @property
    def reason(self) -> str:
        """The line without the file's name, for lists that name the file in another column."""
        return super().__str__()


class UnreadableFile(FileError):
    """Damaged, not what its name says, over a limit, or gone."""


class PasswordNeeded(FileError):
    """The file is encrypted."""


class UnsupportedFormat(FileError):
    """A format that is recognised but not read."""


class WrongForm(FileError):
    """The file was read, but it does not hold the form that was asked for."""


class SeveralForms(WrongForm):
    """The file holds more than one filled-in form, and one alone was asked for."""


class FileBusy(FileError):
    """Another program or run holds the file."""


class CannotKeep(FileError):
    """Editing would lose something of the user's workbook; nothing was written."""


class CannotWrite(FileError):
    """The file or its folder does not accept the new version; the old one is unharmed."""


class CannotRun(XlpyError):
    """The command's arguments or the workbook's state do not allow it to run."""


def printable(text: str) -> str:
    r"""`text` with a space for every control, bidirectional or line-breaking character: one line, as it reads.

    >>> printable("\x1b[31m甲\u202e乙\n丙")
    ' [31m甲 乙 丙'
    """
    return "".join(c if c.isprintable() else " " for c in text)


def one_line(text: str) -> str:
    """`text` as `printable`, each run of blanks as one, so that a message stays one harmless line."""
    return " ".join(printable(text).split())
