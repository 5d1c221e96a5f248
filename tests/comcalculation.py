"""What stands in for Excel's own calculation: LibreOffice, an engine that has nothing to do with the package's."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from tests.comcells import ERROR_BASE, Cell, stored

_ERRORS = {"#NULL!": 2000, "#DIV/0!": 2007, "#VALUE!": 2015, "#REF!": 2023, "#NAME?": 2029, "#NUM!": 2036, "#N/A": 2042}


def is_formula(text: str) -> bool:
    """Whether Excel would take it; what it refuses gives error 1004."""
    import formulas

    try:
        formulas.Parser().ast(text)[1].compile()
    except Exception:
        return False
    return True


def carried(formula: str, cell: str, to: str) -> str:
    """A formula of one cell as it reads in another."""
    from openpyxl.formula.translate import Translator

    return str(Translator(formula, cell).translate_formula(to))


def calculate(cells: Mapping[tuple[int, int], Cell]) -> None:
    """Give every formula among `cells`, by (row, column), its value."""
    import openpyxl

    book = openpyxl.Workbook()
    page: Any = book.active
    for (r, c), cell in cells.items():
        one = page.cell(r, c, cell.formula.replace("XOR(", "_xlfn.XOR(") or cell.value)
        if isinstance(cell.value, str) and not cell.formula:
            one.data_type = "s"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "表.xlsx"
        book.save(path)
        out = Path(folder) / "算好"
        command = ["soffice", "--headless", f"-env:UserInstallation={profile()}", "--convert-to", "xlsx"]
        subprocess.run([*command, "--outdir", str(out), str(path)], check=True, capture_output=True, timeout=180)
        sheet: Any = openpyxl.load_workbook(out / path.name, data_only=True).active
        for (r, c), cell in cells.items():
            if cell.formula:
                value = stored(sheet.cell(r, c).value)
                cell.value = ERROR_BASE + _ERRORS[value] if value in _ERRORS else value


@lru_cache(maxsize=1)
def profile() -> str:
    return Path(tempfile.mkdtemp(prefix="libreoffice")).as_uri()
