"""What `xlpy doctor` asks of a PC, in one place, so that a test can describe any PC."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import metadata

RegistryReader = Callable[[str], Mapping[str, object]]


def _registry(key: str) -> dict[str, object]:
    r"""The values of a key such as HKCU\Software\Microsoft; "" is its default value. {} if there is no such key."""
    if sys.platform != "win32":
        return {}
    import winreg

    root, _, path = key.partition("\\")
    hive = {"HKCU": winreg.HKEY_CURRENT_USER, "HKLM": winreg.HKEY_LOCAL_MACHINE, "HKCR": winreg.HKEY_CLASSES_ROOT}[root]
    values: dict[str, object] = {}
    # a 32-bit Python would be shown its own part of the registry, in which a 64-bit Excel is missing
    for view in (winreg.KEY_WOW64_32KEY, winreg.KEY_WOW64_64KEY):
        try:
            with winreg.OpenKey(hive, path, 0, winreg.KEY_READ | view) as opened:
                for index in range(winreg.QueryInfoKey(opened)[1]):
                    name, value, _ = winreg.EnumValue(opened, index)
                    values[name] = value
        except OSError:
            continue
    return values


def _programs() -> str:
    """The names of the running Excel processes, "" where none runs or Windows does not tell."""
    try:
        done = subprocess.run(
            ["tasklist", "/FI", "IMAGENAME eq EXCEL.EXE", "/FO", "CSV", "/NH"],
            capture_output=True, timeout=20, check=False,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode("ascii", "replace")


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


@dataclass(frozen=True)
class System:
    """A PC as the examination sees it; by default this one.

    `registry` maps a key to its values; `version` a Python package to its installed version, None if missing.
    `encoding` is the code page in which Excel's VBA reads files.
    """

    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    interpreter: str = sys.executable
    registry: RegistryReader = _registry
    version: Callable[[str], str | None] = _version
    programs: Callable[[], str] = _programs
    encoding: str | None = None
