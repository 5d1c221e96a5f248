"""The three places that speak to Windows itself, with a stand-in for each Windows module: registry, shell, programs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace, TracebackType
from typing import Any

import pytest

from xlpy.addin.shortcut import Shortcut, write_shortcut
from xlpy.addin.system import System


class Key:
    def __init__(self, values: list[tuple[str, object]]) -> None:
        self.values = values

    def __enter__(self) -> Key:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        return None


@pytest.fixture
def winreg(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str, int], list[tuple[str, object]]]:
    """A registry: (hive, path, view) → values; the views of 32- and 64-bit programs differ."""
    content: dict[tuple[str, str, int], list[tuple[str, object]]] = {}

    def open_key(hive: str, path: str, reserved: int, access: int) -> Key:
        assert reserved == 0
        view = access & ~1
        if (hive, path, view) not in content:
            raise FileNotFoundError(path)
        return Key(content[hive, path, view])

    module: Any = ModuleType("winreg")
    module.HKEY_CURRENT_USER, module.HKEY_LOCAL_MACHINE, module.HKEY_CLASSES_ROOT = "user", "machine", "classes"
    module.KEY_READ, module.KEY_WOW64_32KEY, module.KEY_WOW64_64KEY = 1, 32, 64
    module.OpenKey = open_key
    module.QueryInfoKey = lambda key: (0, len(key.values), 0)
    module.EnumValue = lambda key, index: (*key.values[index], 1)
    monkeypatch.setitem(sys.modules, "winreg", module)
    monkeypatch.setattr(sys, "platform", "win32")
    return content


def test_the_registry_is_read_in_both_views(winreg: dict[tuple[str, str, int], list[tuple[str, object]]]) -> None:
    """A 32-bit Python sees a 64-bit Excel, and the view of 64 bits wins."""
    winreg["machine", r"SOFTWARE\A", 32] = [("x", 1), ("y", 1)]
    winreg["machine", r"SOFTWARE\A", 64] = [("y", 2), ("", "default")]
    winreg["classes", "B", 64] = [("z", 3)]
    registry = System().registry
    assert registry(r"HKLM\SOFTWARE\A") == {"x": 1, "y": 2, "": "default"}
    assert registry(r"HKCR\B") == {"z": 3}
    assert registry(r"HKCU\nothing") == {}


@pytest.mark.parametrize(
    ("answer", "found"),
    [(b'"EXCEL.EXE","1","Console","1","9 K"\r\n', True), ("信息: 没有运行的任务\r\n".encode("gbk"), False)],
)
def test_running_programs(monkeypatch: pytest.MonkeyPatch, answer: bytes, found: bool) -> None:
    asked = []

    def run(command: list[str], **options: object) -> SimpleNamespace:
        asked.append(command)
        return SimpleNamespace(stdout=answer)

    monkeypatch.setattr(subprocess, "run", run)
    assert ("EXCEL.EXE" in System().programs()) is found
    assert asked == [["tasklist", "/FI", "IMAGENAME eq EXCEL.EXE", "/FO", "CSV", "/NH"]]


class ShellLink:
    """IShellLink and IPersistFile, as far as they are used."""

    def __init__(self, refuses: type[Exception] | None) -> None:
        self.refuses = refuses
        self.told: dict[str, object] = {}

    def __getattr__(self, name: str) -> Any:
        return lambda value: self.told.__setitem__(name, value)

    def QueryInterface(self, interface: str) -> ShellLink:  # noqa: N802
        assert interface == "IPersistFile"
        return self

    def Save(self, path: str, remember: int) -> None:  # noqa: N802
        if self.refuses:
            raise self.refuses("0x80070005")
        self.told["Save"] = path


def shell(monkeypatch: pytest.MonkeyPatch, refuses: bool = False) -> ShellLink:
    error = type("com_error", (Exception,), {})
    link = ShellLink(error if refuses else None)
    pythoncom: Any = ModuleType("pythoncom")
    pythoncom.CLSCTX_INPROC_SERVER, pythoncom.IID_IPersistFile = 1, "IPersistFile"
    pythoncom.CoCreateInstance = lambda clsid, outer, context, interface: link
    pywintypes: Any = ModuleType("pywintypes")
    pywintypes.com_error = error
    package: Any = ModuleType("win32com.shell")
    package.shell = SimpleNamespace(CLSID_ShellLink="clsid", IID_IShellLink="iid")
    modules = {"pythoncom": pythoncom, "pywintypes": pywintypes, "win32com": ModuleType("win32com"),
               "win32com.shell": package}  # fmt: skip
    for name, module in modules.items():
        monkeypatch.setitem(sys.modules, name, module)
    return link


def test_the_shell_writes_the_shortcut(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    link = shell(monkeypatch)
    path = tmp_path / "质量攻关 导入和校验.lnk"
    write_shortcut(path, Shortcut(r"C:\Python 3\python.exe", folder=r"C:\Python 3"))
    assert link.told == {
        "SetPath": r"C:\Python 3\python.exe",
        "SetArguments": "-P -m xlpy.addin.send_to",
        "SetWorkingDirectory": r"C:\Python 3",
        "SetDescription": "导入登记表并校验汇总表，不需要打开 Excel",
        "Save": str(path),
    }


def test_a_shell_that_refuses(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shell(monkeypatch, refuses=True)
    with pytest.raises(OSError, match="0x80070005"):
        write_shortcut(tmp_path / "a.lnk", Shortcut("python.exe"))
