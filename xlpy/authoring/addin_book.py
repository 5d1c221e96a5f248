"""The Excel add-in from its text sources in workbook/addin: VBA modules, the ribbon, the hidden settings sheet."""

from __future__ import annotations

import datetime as dt
import importlib.util
import io
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final

from xlpy import __version__
from xlpy.authoring.package import CONTENT_TYPES, normalised, packed, parts
from xlpy.authoring.vba_project import vba_project, vba_source

PROJECT: Final = "xlpy"  # xlwings' PROJECT_NAME: the settings are on the sheet xlpy.conf and in ~\.xlpy\xlpy.conf
CONF_SHEET: Final = f"{PROJECT}.conf"
RIBBON: Final = "customUI/customUI14.xml"
_RIBBON_RELATION: Final = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
_MACRO_WORKBOOK: Final = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_ADDIN: Final = b"application/vnd.ms-excel.addin.macroEnabled.main+xml"

_ONLY_CLICKED: Final = "    If Not Clicked() Then Exit Function ' not from a cell\r\n"
# What is changed in xlwings' module: its text, each found exactly once. Two reasons beside the name: a workbook that
# was received must decide nothing (which Python runs, what is imported), and a formula in it must start nothing.
_XLWINGS_CHANGES: Final = (
    (r'(PROJECT_NAME As String = )"myaddin"', rf'\1"{PROJECT}"'),
    (r'SheetExists\(ActiveWorkbook, PROJECT_NAME & "\.conf"\) = True', "False"),
    (r"FileExists\(GetDirectoryConfigFilePath\(\)\) = True", "False"),
    (r'Right\$\(sht\.Name, 3\) = "\.py"( Then\r\n +uses_embedded_code)', r"False\1"),
    (r"(Public Function RunPython\(.*\r\n)", rf"\1{_ONLY_CLICKED}"),
    (r"(Function ExecuteWindows\(.*_\r\n.*\r\n)", rf"\1{_ONLY_CLICKED}"),
    (r"(Public Function RunFrozenPython\(.*\r\n)", rf"\1{_ONLY_CLICKED}"),
    (r"(Function SaveConfigToFile\(.*\r\n)", rf"\1{_ONLY_CLICKED}"),
    (r"(Function ReadFile\(.*\r\n)", rf"\1{_ONLY_CLICKED}"),
)


def addin_bytes(sources: Path, name: str) -> bytes:
    """The add-in `name` (its file name) from the folder `sources`; the same sources give the same bytes.

    Raises ValueError where a callback of the ribbon has no Sub, or a source is not what VBA can hold.
    """
    ribbon = (sources / "customUI14.xml").read_bytes()
    modules = addin_modules(sources, name)
    if missing := missing_callbacks(ribbon.decode(), modules):
        raise ValueError(f"the ribbon names what no module has: {', '.join(missing)}")
    conf = tomllib.loads((sources / "conf.toml").read_text("utf-8"))
    return _package(conf, vba_project("XlpyAddin", modules), ribbon, description(modules))


def addin_modules(sources: Path, name: str) -> dict[str, str]:
    """Every standard module of the add-in: ours, xlwings' own, and the generated worksheet functions."""
    modules = {"xlwings": _xlwings_module()}
    for path in sorted(sources.glob("*.bas")):
        modules[path.stem] = vba_source(path.read_text("utf-8"), path.name)
    modules["xlwings_udfs"] = vba_source(_wrappers(name), "xlwings_udfs")
    return modules


def description(modules: dict[str, str]) -> str:
    """What Excel's list of add-ins says of it, and `xlpy doctor` reads: the versions it was built for."""
    xlwings = re.findall(r'XLWINGS_VERSION As String = "([^"]+)"', modules["xlwings"])
    return f"xlpy {__version__} · xlwings {xlwings[0]}"


def missing_callbacks(ribbon: str, modules: dict[str, str]) -> list[str]:
    """The callbacks (Module.Procedure) of customUI XML for which `modules` have no public Sub."""
    named = re.findall(r'\b(?:on[A-Z]\w+|get[A-Z]\w+|loadImage)="([^"]+)"', ribbon)
    missing = []
    for callback in dict.fromkeys(named):
        module, _, procedure = callback.rpartition(".")
        if not re.search(rf"(?m)^(?:Public )?Sub {re.escape(procedure)}\(", modules.get(module, "")):
            missing.append(callback)
    return missing


def _xlwings_module() -> str:
    spec = importlib.util.find_spec("xlwings")  # where it is, without loading it
    if spec is None or not spec.submodule_search_locations:
        raise ValueError("xlwings is not installed")
    path = Path(spec.submodule_search_locations[0]) / "xlwings_custom_addin.bas"
    text = vba_source(path.read_text("ascii"), path.name)
    for pattern, replacement in _XLWINGS_CHANGES:
        text, found = re.subn(pattern, replacement, text)
        if found != 1:
            raise ValueError(f"{path.name} of this xlwings has {pattern!r} {found} times instead of once")
    return text


def _wrappers(name: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "xlpy.authoring.vba_wrappers", name],
        cwd=Path(__file__).parents[2],  # so that it is this xlpy that is imported
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    if done.returncode:
        raise ValueError(f"the worksheet functions could not be generated: {done.stderr}")
    return done.stdout


def _package(conf: dict[str, str], project: bytes, ribbon: bytes, comments: str) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    as_text = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, as_text)
    # the list of add-ins shows title and comments; `normalised` puts the real date
    book.set_properties({"title": "质量攻关", "comments": comments, "created": dt.datetime(2000, 1, 1)})
    sheet = book.add_worksheet(CONF_SHEET)
    for row, (key, value) in enumerate(conf.items()):
        sheet.write_row(row, 0, (key, value))
    book.set_vba_name("ThisWorkbook")
    sheet.set_vba_name("Sheet1")
    book.add_vba_project(io.BytesIO(project), is_stream=True)
    book.close()

    content = parts(out.getvalue())
    content[CONTENT_TYPES] = _replaced(content[CONTENT_TYPES], _MACRO_WORKBOOK, _ADDIN)
    relation = f'<Relationship Id="ribbon" Type="{_RIBBON_RELATION}" Target="{RIBBON}"/></Relationships>'
    content["_rels/.rels"] = _replaced(content["_rels/.rels"], b"</Relationships>", relation.encode())
    content[RIBBON] = ribbon
    return normalised(packed(content))


def _replaced(part: bytes, old: bytes, new: bytes) -> bytes:
    if part.count(old) != 1:
        raise ValueError(f"XlsxWriter wrote {old!r} {part.count(old)} times instead of once")
    return part.replace(old, new)
