"""Print the ratios: reading one form five ways, checking tables and merging towns of growing number, cold starts.

Each figure is the best of several rounds, the ways taken in turn within each round, so that a busy machine slows all of
them alike; `noise` is the median over the best.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path


def measured(ways: Mapping[str, Callable[[], object]], rounds: int = 15) -> dict[str, tuple[float, float]]:
    """Way → (best seconds, median / best), after one round to warm up."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(rounds + 1):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            if turn:
                times[name].append(time.perf_counter() - start)
    return {name: (min(found), statistics.median(found) / min(found)) for name, found in times.items()}


def table(title: str, found: Mapping[str, tuple[float, float]], base: str) -> None:
    print(f"\n{title:<34}{'ms':>10}{'ratio':>9}{'noise':>8}")
    for name, (best, noise) in found.items():
        print(f"  {name:<32}{best * 1000:>10.2f}{best / found[base][0]:>9.2f}{noise:>8.2f}")


def reading(folder: Path) -> None:
    """One filled-in form of ours: (a) unzip, (b) bare calamine, (c) ours, (d) openpyxl, (e) pandas over calamine."""
    import openpyxl
    import pandas
    import python_calamine

    from xlpy import read_form
    from xlpy.checks import check_form
    from xlpy.demo.companies import PROJECTS
    from xlpy.demo.forms import _compact, _excel, form_values
    from xlpy.files import read_grids
    from xlpy.notice import Notice

    notice = Notice()
    for name, write in (("our template", _excel), ("an older form", _compact)):
        path = folder / f"{name}.xlsx"
        write(path, form_values(PROJECTS[0], 0), notice)

        def unzip(path: Path = path) -> None:
            with zipfile.ZipFile(path) as package:
                for part in package.namelist():
                    package.read(part)

        def calamine(path: Path = path) -> None:
            book = python_calamine.load_workbook(path)
            for sheet in book.sheet_names:
                book.get_sheet_by_name(sheet).to_python()

        def by_openpyxl(path: Path = path) -> None:
            book = openpyxl.load_workbook(path, data_only=True)
            for sheet in book:
                list(sheet.iter_rows(values_only=True))

        ways: dict[str, Callable[[], object]] = {
            "(a) unzip": unzip,
            "(b) bare calamine": calamine,
            "    our grids": lambda path=path: read_grids(path),
            "(c) read_form and its flags": lambda path=path: check_form(read_form(path), notice),
            "(d) openpyxl, values only": by_openpyxl,
            "(e) pandas over calamine": lambda path=path: pandas.read_excel(path, sheet_name=None, engine="calamine"),
        }
        table(f"reading a form: {name}", measured(ways), "(b) bare calamine")


def checking() -> None:
    """The checks of a table, without its forms; the ratio is per row, to 1,000 rows."""
    from tests.making import HEADERS
    from xlpy.commands.outcome import Run
    from xlpy.commands.validate import validate
    from xlpy.grids import Scalar, SheetGrid, Snapshot

    print(f"\n{'validate, rows':<34}{'ms':>10}{'per row':>9}{'noise':>8}")
    run, per_row = Run("2023-09-01 08:00:00", ""), 0.0
    for rows in (1_000, 100, 10_000):
        lines: list[list[Scalar]] = [list(HEADERS)]
        for n in range(1, rows + 1):
            name = f"{chr(0x4E00 + n)}{chr(0x5E00 + n * 7 % 9000)}部件工艺改进"
            lines.append([n, name, f"第{n}公司", "2022年6月", "国内领先", "民营企业", "中型", 30.5, None])
        book = Snapshot("a.xlsx", {"汇总表": SheetGrid("汇总表", lines)})
        best, noise = measured({"": lambda book=book: validate(book, run)}, rounds=3)[""]  # type: ignore[misc]
        per_row = per_row or best / rows
        print(f"  {rows:<32}{best * 1000:>10.0f}{best / rows / per_row:>9.2f}{noise:>8.2f}")


def consolidating() -> None:
    """Towns' tables of 18 rows into the district's, all in memory; the ratio is per table, to 12 tables.

    Where the time goes at 120 tables: a third the undo step and the log (every cell that changes is named), a quarter
    reading the table that would be written, a sixth look-alikes. Reckoning each hand-in over all rows made 1,200 tables
    quadratic; now each row is looked at once.
    """
    from tests.districts import RUN, district, project, received, town
    from xlpy.commands.consolidate import consolidate

    print(f"\n{'consolidate, tables':<34}{'ms':>10}{'each':>9}{'noise':>8}")
    each = 0.0
    for count in (12, 120, 1_200):
        tables = []
        for n in range(count):
            rows = (project(_name(n, k), f"{_name(k, n)}公司", n + k / 100) for k in range(18))
            tables.append(town(f"第{n}街道办事处经济委员会", *rows, file=f"{n}.xlsx"))
        intake = received(*tables)
        best, noise = measured({"": lambda: consolidate(district(), RUN, intake)}, rounds=1)[""]  # noqa: B023
        each = each or best / count
        print(f"  {count:<32}{best * 1000:>10.0f}{best / count / each:>9.2f}{noise:>8.2f}")


def _name(n: int, k: int) -> str:
    """A name that is like no other."""
    return "".join(chr(0x4E00 + (n * 97 + k * 1009 + i * (n + 31 * k + 7)) % 9000) for i in range(12))


def starting(folder: Path) -> None:
    """Fresh interpreters: what a click and a command line cost against what they cannot do without."""
    from xlpy.authoring import SUMMARY_XLSX, resource

    path = folder / "附件2.xlsx"
    path.write_bytes(resource(SUMMARY_XLSX).read_bytes())

    def python(code: str) -> Callable[[], object]:
        return lambda: subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)

    ways = {
        "import xlwings": python("import xlwings"),
        "import xlpy": python("import xlpy"),
        "import xlpy.macros, then xlwings": python("import xlpy.macros, xlwings"),
        "import pydantic, lxml, calamine": python("import pydantic, lxml.etree, python_calamine"),
        "xlpy validate --dry-run": python(f"from xlpy.cli import main; main(['validate', {str(path)!r}, '--dry-run'])"),
    }
    table("a fresh interpreter", measured(ways, rounds=5), "import xlwings")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        reading(Path(name))
        checking()
        consolidating()
        starting(Path(name))
