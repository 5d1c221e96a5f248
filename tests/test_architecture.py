"""The flow is one-directional: who may import whom, and what runs without Excel and without the in-place editor."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "xlpy"

# A module may import only from lines above its own, or from its own package.
LAYERS = (
    "errors layout mishap wrapping garbage",
    "arguments",
    "grids flags",
    "cells enterprise_size",
    "models catalogue",
    "notice patch",
    "setting_table setting_sheet own_settings settings guide",
    "list_sheets own_columns project_names",
    "money_units",
    "labels forms summary",
    "rows matching report towns listings",
    "pairs",
    "verdicts",
    "accounts",
    "totals history origins",
    "submissions tracing chain",
    "reckoning",
    "statistics_layout",
    "checks",
    "commands readout next_year",
    "files",
    "reading",
    "intake calculation",
    "surfaces",
    "authoring",
    "fresh returning rollup",
    "api",
    "addin",
    "functions macros",
    "demo ending",
    "cli",
)
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names.split()}
PURE = {name for names in LAYERS[: LAYERS.index("commands readout next_year") + 1] for name in names.split()}

# The library and its only home.
ONLY_IN = {
    "xlwings": ("surfaces/excel", "functions.py", "authoring/vba_wrappers.py"),  # the last reads it for the build
    "excelize": (),  # only the tests ask it for a second opinion
    "lxml": ("files/", "surfaces/"),
    "python_calamine": ("files/",),
    "openpyxl": ("authoring/", "demo/"),
    "docx": ("authoring/", "demo/"),
    "pandas": ("totals.py",),
    "formulas": ("calculation.py",),
    "distributed": ("reading/cluster.py",),
    "rich": ("cli.py", "demo/"),
}
MODULES = sorted(PACKAGE.rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """Full names of the modules that a file imports anywhere, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names if node.module == "xlpy")


def layer_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_downward(path: Path) -> None:
    own = layer_of(path)
    if own == "__init__":
        return
    used = {name.split(".")[1] for name in imports(path) if name.startswith("xlpy.")} - {own, "__version__"}
    assert own in RANK, f"{own} has no place in LAYERS"
    upward = sorted(name for name in used if RANK[name] > RANK[own])
    assert not upward, f"{path.name} imports upward: {upward}"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_libraries_stay_in_their_homes(path: Path) -> None:
    place = path.relative_to(PACKAGE).as_posix()
    strays = [
        library
        for name in imports(path)
        if (library := name.split(".")[0]) in ONLY_IN and not place.startswith(ONLY_IN[library])
    ]
    assert not strays


BLOCKED = """
import sys
class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("xlwings", "excelize", "lxml") or name.startswith("xlpy.surfaces"):
            raise ImportError(f"{name} is blocked")
sys.meta_path.insert(0, Blocker())
"""


def run_blocked(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", BLOCKED + code], capture_output=True, text=True, encoding="utf-8", timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_everything_between_grids_and_patch_runs_without_excel_and_editor() -> None:
    """The commands themselves, on a snapshot typed in memory, with every pure module imported."""
    names = sorted(p.relative_to(PACKAGE.parent).with_suffix("").as_posix().replace("/", ".") for p in MODULES
                   if layer_of(p) in PURE)  # fmt: skip
    out = run_blocked(
        f"import importlib\nfor name in {names!r}: importlib.import_module(name)\n"
        """
from xlpy.commands.outcome import Run
from xlpy.commands.pull import pull
from xlpy.commands.total import total
from xlpy.commands.undo import undo
from xlpy.commands.validate import validate
from xlpy.grids import SheetGrid, Snapshot
from xlpy.models import Form, Intake, Value

header = ["序号", "项目名称", "项目单位", "完成时间", "项目先进水平", "企业性质", "企业规模", "经济效益(万元)", "备注"]
rows = [["2023年嘉定区汇总表"], header, [None] * 9, [None] * 9, ["填报单位（加盖公章）：安亭镇"]]
book = Snapshot("a.xlsx", {"汇总表": SheetGrid("汇总表", rows)})
text = lambda words: Value[str](value=words, raw=words)
form = Form(file="x.xlsx", project_name=text("降噪"), applicant=text("甲"))
run = Run("2023-09-01 08:00:00", "王")
for command in (lambda b: pull(b, run, Intake(folder="f", forms=(form,))), lambda b: validate(b, run)):
    outcome = command(book)
    book = outcome.patch.applied(book)
print(book.sheets["汇总表"].rows[2][:3], len(outcome.report.flags) > 3)
print(total(book, run).report.totals.projects)
print(undo(book, run).patch.applied(book).sheets["汇总表"].rows[2][:3])
"""
    )
    assert out.splitlines()[0] == "[1, '降噪', '甲'] True"
    assert out.splitlines()[1] == "1"


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import sys, xlpy, xlpy.cli\nprint(sorted({m.split('.')[0] for m in sys.modules} & %r))" % {
        "pandas", "openpyxl", "excelize", "xlwings", "pydantic", "rich", "lxml", "python_calamine", "numpy",
    }  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
