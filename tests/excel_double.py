"""Excel for the add-in's VBA: pyOpenVBA's interpreter runs the modules as built; Windows around it is made up.

Only what Windows would answer is replaced: the shell that starts programs (its command lines are kept), the
environment, and whether a file exists. `SUBSTITUTIONS` is the whole list of what has to be reworded in xlwings' module
because the interpreter does not know it; the add-in's own module runs word for word.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pyopenvba import ExcelFile
from pyopenvba.apps.excel import ExcelApplication
from pyopenvba.exceptions import VBARuntimeError
from pyopenvba.interpreter._objects import VBAObject
from pyopenvba.interpreter._values import NOTHING, VBAErrorValue, VBAInt

SUBSTITUTIONS = (
    # a comment behind a compiler directive
    (r"""(?m)^(\s*#(?:Const|If|ElseIf|Else|End If)\b(?:"[^"\r\n]*"|[^'"\r\n])*)'[^\r\n]*""", r"\1"),
    # Range without a sheet, given two ranges
    (r"In Range\(sht\.Range\(", "In sht.Range(sht.Range("),
    # a text compared with a Boolean
    (r'GetConfig\("SHOW CONSOLE", False\) = True', 'LCase(GetConfig("SHOW CONSOLE", "False")) = "true"'),
    # deleting a file, and reading one with Input #
    (r"Kill LOG_FILE", "Rem Kill LOG_FILE"),
    (r"Open sFile For Input As iFileNum\r\n", "OpenInput sFile, iFileNum\r\n"),
    (r"Input #iFileNum, sVarName, sVarValue", "sVarName = NextField(iFileNum): sVarValue = NextField(iFileNum)"),
    (r"Close #iFileNum\r\n", "Rem Close #iFileNum\r\n"),
)
OFFICE = r"C:\Program Files\Microsoft Office\root\Office16"


class Shell(VBAObject):  # type: ignore[misc]
    """WScript.Shell: expands variables, keeps what it is told to run and to show."""

    vba_class = "IWshShell3"

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment, self.ran, self.shown = environment, list[str](), list[str]()
        self.refuses = False

    def vba_member(self, name: str) -> bool:
        return True

    def vba_get(self, name: str, args: Any = (), named: Any = None) -> Any:
        match name.lower():
            case "expandenvironmentstrings":
                return re.sub("%([^%]+)%", lambda found: self.environment.get(found[1].upper(), found[0]), str(args[0]))
            case "run" if self.refuses:
                raise VBARuntimeError(70, "Permission denied")
            case "run":
                self.ran.append(str(args[0]))
                return 0
            case "popup":
                self.shown.append(str(args[0]))
                return 1
        raise KeyError(name)

    vba_call = vba_get


class Control(VBAObject):  # type: ignore[misc]
    """The ribbon control that Excel hands to a callback."""

    vba_class = "IRibbonControl"

    def __init__(self, tag: str) -> None:
        self.tag = tag

    def vba_member(self, name: str) -> bool:
        return True

    def vba_get(self, name: str, args: Any = (), named: Any = None) -> Any:
        return {"id": "x", "tag": self.tag}[name.lower()]


class Excel:
    """A running Excel with the add-in loaded: `click` a button, then look at `started` and `messages`.

    `files` are the files of the PC, by Windows path; `environment` its variables, in upper case. `encoding` is the
    code page in which VBA reads text files.
    """

    def __init__(
        self, addin: Path, environment: Mapping[str, str], files: Mapping[str, bytes], encoding: str = "gbk"
    ) -> None:
        self.app = ExcelApplication.open(addin, with_vba=False)
        self.environment, self.files, self.encoding = environment, files, encoding
        self.caller: Any = None
        self.opened = False
        self.shell = Shell(environment)
        self._fields: list[str] = []
        with ExcelFile(addin) as file:
            for module in file.vba_project().modules:
                source = _reworded(module.source) if module.name == "xlwings" else module.source
                kind = "standard" if module.kind.name == "standard" else "document"
                self.app.add_module(source, name=module.name, kind=kind)
        self._make_up_windows()

    @property
    def started(self) -> list[str]:
        """The command lines that Windows was told to start."""
        return self.shell.ran

    @property
    def messages(self) -> list[str]:
        """What message boxes said."""
        boxes = [str(prompt) for _, prompt, *_ in self.app.interpreter.dialogs]
        return boxes + self.shell.shown

    def open(self, workbook: Path) -> None:
        """Open a workbook and make it the active one."""
        self.opened = True
        self.app.activate_workbook(self.app.open_workbook(workbook))

    def click(self, tag: str, callback: str = "Ribbon.OnButton") -> None:
        """Press the button with this tag."""
        self.app.run(callback, Control(tag))

    def in_cell(self, function: str, *arguments: Any) -> Any:
        """What a formula in a cell that calls this function of the add-in gets."""
        self.caller = self.app.interpreter.host.call_global("Range", ["A1"], {})
        try:
            return self.app.run(function, *arguments)
        finally:
            self.caller = None

    def _make_up_windows(self) -> None:
        interpreter = self.app.interpreter
        create = interpreter.host.create
        interpreter.host.create = lambda name: self.shell if name.lower() == "wscript.shell" else create(name)
        interpreter._intrinsics = dict(interpreter._intrinsics) | {
            "getattr": self._attributes,
            "environ": lambda _, args, named: self.environment.get(str(args[0]).upper(), ""),
            "freefile": lambda _, args, named: VBAInt(1, "Integer"),
            "openinput": self._open_input,
            "nextfield": lambda _, args, named: self._fields.pop(0),
            "eof": lambda _, args, named: not self._fields,
        }
        made_up = {"hwnd": VBAInt(133742, "Long"), "path": OFFICE}
        excel, application = self, self.app.application

        class Application(type(application)):  # type: ignore[misc]
            def vba_member(self, name: str) -> Any:
                return name.lower() in (*made_up, "caller") or super().vba_member(name)

            def vba_get(self, name: str, args: Any = None, named: Any = None) -> Any:
                if name.lower() == "caller":
                    return excel.caller or VBAErrorValue(2023)  # what a ribbon callback gets
                if name.lower() == "activeworkbook" and not excel.opened:
                    return NOTHING  # an add-in is never the active workbook
                found = made_up.get(name.lower())
                return super().vba_get(name, args or [], named or {}) if found is None else found

        application.__class__ = Application

    def _attributes(self, _: Any, args: Any, named: Any) -> Any:
        if str(args[0]) in self.files:
            return VBAInt(32, "Long")
        raise VBARuntimeError(53, "File not found")

    def _open_input(self, _: Any, args: Any, named: Any) -> None:
        text = self.files[str(args[0])].decode(self.encoding)
        self._fields = [field for row in csv.reader(io.StringIO(text)) for field in row]


def _reworded(source: str) -> str:
    for pattern, replacement in SUBSTITUTIONS:
        source, found = re.subn(pattern, replacement, source)
        assert found, f"no longer needed: {pattern}"
    return source


def cmd(line: str) -> list[str]:
    """The commands that cmd.exe /C makes of a line: split at & outside quotes, ^ taken as the escape it is there.

    A backslash means nothing to cmd.exe: the quote behind it still opens or closes.
    """
    commands, current, quoted, at = list[str](), "", False, len("cmd.exe /C ")
    assert line.startswith("cmd.exe /C ")
    while at < len(line):
        character = line[at]
        if character == "^" and not quoted:
            at += 1
            current += line[at]
        elif character == "&" and not quoted:
            commands.append(current.strip())
            current = ""
        else:
            quoted ^= character == '"'
            current += character
        at += 1
    return [*commands, current.strip()]


def argv(command: str) -> list[str]:
    """How a Windows program splits its command line (the C runtime's rules for backslashes and quotes)."""
    out, current, quoted, started, at = list[str](), "", False, False, 0
    while at < len(command):
        character = command[at]
        if character == "\\":
            run = len(command[at:]) - len(command[at:].lstrip("\\"))
            at += run
            started = True
            if command[at : at + 1] != '"':
                current += "\\" * run
                continue
            current += "\\" * (run // 2)
            if run % 2:
                current += '"'
                at += 1
            continue
        if character == '"':
            quoted, started = not quoted, True
        elif character in " \t" and not quoted:
            if started:
                out.append(current)
            current, started = "", False
        else:
            current, started = current + character, True
        at += 1
    return [*out, current] if started else out
