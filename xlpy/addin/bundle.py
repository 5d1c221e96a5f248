"""`xlpy doctor --bundle`: what a maintainer needs to know of a PC and a workbook, and nothing of anybody's.

Nothing is taken over and then cleaned: every word in it is one of ours, a number, a version, or a word of a list of
known ones (sheets, headers, folders of Windows and Python). What is not known is counted or shown as *.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import platform
import re
import secrets
import sys
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from xlpy import layout, mishap
from xlpy.addin import conf
from xlpy.addin.doctor import examine
from xlpy.addin.places import ADDIN_NAME, SHORTCUT_NAME, places
from xlpy.addin.system import System
from xlpy.catalogue import CATALOGUE
from xlpy.errors import FileError, XlpyError
from xlpy.grids import SheetGrid, Snapshot
from xlpy.layout import fold

_PACKAGES: Final = (
    *("xlwings", "pywin32", "pydantic", "pydantic-core", "python-calamine", "lxml", "pandas", "numpy"),
    *("openpyxl", "python-docx", "rapidfuzz", "rich", "formulas"),
)
_FOLDERS: Final = frozenset(
    (
        *("users", "appdata", "local", "roaming", "programs", "program files", "program files (x86)", "windows"),
        *("microsoft", "microsoft office", "root", "office", "excel", "xlstart", "sendto", "windowsapps"),
        *("python", "scripts", "bin", "lib", "usr", "opt", "venv", ".venv", "xlpy", ".xlpy", "xlpy.conf"),
        *("python.exe", "pythonw.exe", "excel.exe", ADDIN_NAME.casefold(), SHORTCUT_NAME.casefold()),
    )
)
_NUMBERED: Final = re.compile(r"(?:python|office|xlwings(?:32|64)-)[\d.-]*(?:\.exe|\.dll)?", re.ASCII | re.IGNORECASE)
_VERSION: Final = re.compile(r"\d[\d.]{0,15}", re.ASCII)
_DAY_ONE: Final = (1980, 1, 1, 0, 0, 0)
_HEADER_ROWS: Final = 20


def make_bundle(out: Path, workbook: str | os.PathLike[str] | None = None, system: System | None = None) -> list[str]:
    """Write the bundle `out`, a zip, with the structure of `workbook` if one is given; the names of its members.

    Raises CannotRun where `out` exists already, CannotWrite, and FileError where there is no such workbook.
    """
    from xlpy.surfaces.saving import new_workbook

    system = system or System()
    members = {"环境.json": _text(_environment(system)), "自检.txt": "\n".join(_findings(system)) + "\n"}
    if workbook is not None:
        members["工作簿.json"] = _text(_structure_of(Path(workbook)))
    if log := _log():
        members["错误记录.txt"] = log
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in members.items():
            package.writestr(zipfile.ZipInfo(name, _DAY_ONE), text, zipfile.ZIP_DEFLATED)
    new_workbook(out, packed.getvalue())
    return list(members)


def masked(path: str) -> str:
    r"""A path in which only known folders and programs have their names.

    >>> masked(r"C:\Users\张三\AppData\Local\Programs\Python\Python311\python.exe")
    'C:/Users/*/AppData/Local/Programs/Python/Python311/python.exe'
    """
    parts = re.split(r"[\\/]+", path)
    return "/".join(part if _known(part) else "*" for part in parts)


def _known(part: str) -> bool:
    drive = re.fullmatch(r"[A-Za-z]:", part, re.ASCII)
    return bool(not part or drive or part.casefold() in _FOLDERS or _NUMBERED.fullmatch(part))


def _text(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


# --- the PC ---------------------------------------------------------------------------------------------------------


def _environment(system: System) -> dict[str, Any]:
    from xlpy import __version__

    return {
        "xlpy": __version__,
        "python": platform.python_version(),
        "bits": 64 if sys.maxsize > 2**32 else 32,
        "system": platform.system(),
        "release": _VERSION.findall(platform.release())[:1],
        "version": _VERSION.findall(platform.version())[:1],
        "machine": platform.machine(),
        "encodings": [sys.getfilesystemencoding(), sys.stdout.encoding or ""],
        "interpreter": masked(system.interpreter),
        "packages": {name: version for name in _PACKAGES if (version := system.version(name))},
        "settings": dict(_settings(system)),
    }


def _settings(system: System) -> Iterator[tuple[str, str]]:
    """The lines of xlpy.conf that decide how a button starts Python."""
    from xlpy.addin.install import status

    try:
        settings = status(environment=system.environment, encoding=system.encoding).settings
    except XlpyError:
        return
    yield conf.INTERPRETER, masked(conf.value(settings, conf.INTERPRETER) or "")
    for name in (conf.UDF_SERVER, "ADD_WORKBOOK_TO_PYTHONPATH"):
        said = (conf.value(settings, name) or "").casefold()
        yield name, said if said in ("true", "false", "") else "*"


def _findings(system: System) -> list[str]:
    """The findings of `doctor`, each place of this PC masked.

    What they name of a PC is known here; what is not, but has a separator in it, is left out whole.
    """
    own = {system.interpreter, str(Path(system.interpreter).parent), str(Path(system.interpreter).parent.parent)}
    try:
        found = places(system.environment)
        own |= {str(p) for place in (found.addin, found.conf, found.shortcut) for p in (place, place.parent)}
        from xlpy.addin.install import status

        used = conf.value(status(environment=system.environment, encoding=system.encoding).settings, conf.INTERPRETER)
        own |= {used, str(Path(used).parent), str(Path(used).parent.parent)} if used else set()
    except XlpyError:
        pass  # not Windows: the finding says so
    lines = []
    for finding in examine(system):
        detail = finding.detail
        for place in sorted(own, key=len, reverse=True):
            if len(place) > 1:
                detail = detail.replace(place, "\0" + masked(place).replace("/", "\1"))
        detail = "（有路径，略）" if re.search(r"[\\/]", detail) else detail.replace("\0", "").replace("\1", "/")
        lines.append(finding._replace(detail=detail).line)
    return lines


def _log() -> str:
    try:
        return mishap.outlined(mishap.log_path().read_text("utf-8", errors="replace"))
    except OSError:
        return ""


# --- the workbook ---------------------------------------------------------------------------------------------------


def _structure_of(path: Path) -> dict[str, Any]:
    """What a workbook is made of, without anything that somebody wrote into it."""
    from xlpy import api
    from xlpy.files.source import read_source
    from xlpy.surfaces.file import open_workbook

    size = len(read_source(path).data)
    salt = secrets.token_bytes(16)  # kept nowhere: a short name would be found by trying
    suffix = path.suffix.casefold() if re.fullmatch(r"\.[a-z]{3,4}", path.suffix.casefold()) else "*"
    told: dict[str, Any] = {
        "name": hashlib.sha256(salt + path.name.encode("utf-8", "surrogatepass")).hexdigest()[:12] + suffix,
        "bytes": size,
    }
    try:
        told["sheets"] = list(_sheets(open_workbook(path).snapshot))
        flags = api.validate(path, dry_run=True).flags
        counts = Counter(flag.rule if flag.rule in CATALOGUE else "own check" for flag in flags)
        told["flags"] = dict(sorted(counts.items()))
    except FileError as error:
        told["refused"] = type(error).__name__
    except Exception as error:  # what is wrong with the workbook is what the bundle is for
        told["failed"] = mishap.outline(error).splitlines()
    return told


def _sheets(snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    words = _our_words()
    for number, grid in enumerate(snapshot.sheets.values(), 1):
        yield {
            "sheet": words.get(fold(grid.name)) or f"unknown {number}",
            "rows": grid.height,
            "columns": grid.width,
            "merged": len(grid.merges),
            "formulas": len(grid.formulas),
            "hidden": grid.hidden,
            "headers": dict(_headers(grid, words)),
        }


def _headers(grid: SheetGrid, words: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Cell → our header that stands there."""
    for r, c, value in grid.cells():
        if r > _HEADER_ROWS:
            return
        if isinstance(value, str) and (header := words.get(fold(value))):
            yield grid.address(r, c), header


def _our_words() -> dict[str, str]:
    """The names of our sheets and headers, as folded → as we write them."""
    words: set[str] = set()
    for name, value in vars(layout).items():
        if not name.startswith("_"):
            words.update(_texts(value))
    words.update(layout.source_headers(layout.DISTRICT_FIELDS))
    words.update(f"{layout.MARK_PREFIX}{header}" for header in layout.HEADER_OF.values())
    return {fold(word): word for word in sorted(words, key=lambda word: (len(word), word)) if fold(word)}


def _texts(value: object) -> Iterable[str]:
    """The texts in a constant of `layout`: a name, or names, labels and headers however they are grouped."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, tuple):
        for one in value:
            yield from _texts(one)
