"""Where the add-in's parts stand in one Windows user's folders, and how an add-in file is recognised as ours."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from xlpy.authoring import ADDIN_XLAM, resource
from xlpy.authoring.addin_book import CONF_SHEET, PROJECT
from xlpy.errors import CannotRun

ADDIN_NAME: Final = Path(ADDIN_XLAM).name
SHORTCUT_NAME: Final = "质量攻关 导入和校验.lnk"
_VERSIONS = re.compile(r"xlpy (\S+) · xlwings (\S+?)<")
_LARGEST: Final = 1_000_000  # bytes of a part that is looked at; ours has under a thousand


@dataclass(frozen=True)
class Places:
    """The files that `xlpy addin install` writes.

    `addin` lies in Excel's start folder, which Excel trusts; `conf` is where xlwings looks for a user's settings;
    `shortcut` is the entry of “发送到”.
    """

    addin: Path
    conf: Path
    shortcut: Path


def places(environment: Mapping[str, str]) -> Places:
    """The places of the user whom the environment names (USERPROFILE, APPDATA). Raises CannotRun where it does not."""
    try:
        home, roaming = Path(environment["USERPROFILE"]), Path(environment["APPDATA"])
    except KeyError:
        raise CannotRun(
            "这台电脑没有 Windows 的用户文件夹，加载项装不上", "加载项只用于 Windows 上的 Excel；命令行照样可以处理文件"
        ) from None
    return Places(
        addin=roaming / "Microsoft" / "Excel" / "XLSTART" / ADDIN_NAME,
        conf=home / f".{PROJECT}" / CONF_SHEET,
        shortcut=roaming / "Microsoft" / "Windows" / "SendTo" / SHORTCUT_NAME,
    )


def shipped_addin() -> Path:
    """The add-in that came with this package. Raises CannotRun if it is gone."""
    return resource(ADDIN_XLAM)


def versions(addin: Path) -> tuple[str, str] | None:
    """Versions of (xlpy, xlwings) that an add-in was built for; None if the file is no add-in of ours.

    They stand in the document's properties, which Excel shows in its list of add-ins.
    """
    try:
        with zipfile.ZipFile(addin) as package, package.open("docProps/core.xml") as part:
            found = _VERSIONS.search(part.read(_LARGEST).decode("utf-8", "replace"))
    except (OSError, KeyError, ValueError, RuntimeError, NotImplementedError, EOFError, zipfile.BadZipFile, zlib.error):
        return None
    return (found[1], found[2]) if found else None
