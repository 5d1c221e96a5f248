"""The entry of “发送到”, made by Windows itself.

A real shortcut rather than a batch file: Windows hands the file's name over whole, whatever it contains ("R&D.xlsx"
would end a batch file's command line), and the shortcut itself is Unicode.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

# -P: the folder that Python is started in is no place to import from
ARGUMENTS: Final = "-P -m xlpy.addin.send_to"


@dataclass(frozen=True)
class Shortcut:
    """What a shortcut starts: Windows appends the names of the files that are sent to it."""

    program: str
    arguments: str = ARGUMENTS
    folder: str = ""
    description: str = "导入登记表并校验汇总表，不需要打开 Excel"


def write_shortcut(path: Path, shortcut: Shortcut) -> None:
    """Write a .lnk file through the Windows shell. Raises OSError where the shell refuses."""
    import pythoncom
    from pywintypes import com_error
    from win32com.shell import shell

    try:
        link = pythoncom.CoCreateInstance(
            shell.CLSID_ShellLink, None, pythoncom.CLSCTX_INPROC_SERVER, shell.IID_IShellLink
        )
        link.SetPath(shortcut.program)
        link.SetArguments(shortcut.arguments)
        link.SetWorkingDirectory(shortcut.folder)
        link.SetDescription(shortcut.description)
        link.QueryInterface(pythoncom.IID_IPersistFile).Save(str(path), 0)
    except com_error as error:
        raise OSError(str(error)) from error
