"""Excel as the engine of the bureau's own checks: computed in a workbook made for it, which is closed again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from xlpy.checks.own import OwnFormula
from xlpy.grids import Box, Scalar
from xlpy.patch import Block
from xlpy.surfaces.excel_blocks import address
from xlpy.surfaces.excel_cells import arrived, from_excel, to_excel

if TYPE_CHECKING:
    import xlwings as xw

_ONE_SHEET: Final = -4167  # xlWBATWorksheet: an empty workbook, whatever the user's own template has
_NO_FORMULA: Final = -2146827284  # Excel's error 1004
_REFUSED: Final = "#NAME?"


class Garbled(Exception):
    """Excel holds something else than was written."""


def computed(app: xw.App, values: Block, formulas: Sequence[OwnFormula]) -> list[list[Scalar]]:
    """As `xlpy.checks.own.Calculate`. A call for each formula and a handful besides, however many lines there are.

    A formula that Excel does not take gives #NAME?. Raises Garbled, and whatever Excel answers where it is busy.
    """
    scratch = app.api.Workbooks.Add(_ONE_SHEET)
    try:
        return _on(scratch.Worksheets(1), values, formulas)
    finally:
        scratch.Close(False)


def _on(sheet: Any, values: Block, formulas: Sequence[OwnFormula]) -> list[list[Scalar]]:
    height, width = len(values), len(values[0])
    cells = sheet.Range(address(Box(1, 1, height, width)))
    cells.Value = tuple(tuple(to_excel(value, as_text=False) for value in line) for line in values)
    if not _all_there(values, cells.Value2):
        raise Garbled
    taken = [_enter(sheet, one, column, height) for column, one in enumerate(formulas, width + 1)]
    sheet.Calculate()
    results = sheet.Range(address(Box(1, width + 1, height, width + len(formulas)))).Value2
    found: list[list[Scalar]] = []
    for n, one in enumerate(formulas):
        lines = [from_excel(None, line[n]) for line in results[1:]]
        found.append((lines if one.each_line else lines[:1]) if taken[n] else [_REFUSED])
    return found


def _enter(sheet: Any, one: OwnFormula, column: int, height: int) -> bool:
    """Put a formula, which Excel carries down itself; whether it takes it."""
    try:
        sheet.Range(address(Box(2, column, height if one.each_line else 2, column))).Formula = one.text
    except Exception as error:
        details = error.args[2] if len(error.args) > 2 else None
        if not isinstance(details, tuple) or details[-1] != _NO_FORMULA:
            raise
        return False
    return True


def _all_there(values: Block, exact: Any) -> bool:
    rows = exact if isinstance(exact, tuple | list) else ((exact,),)
    return all(arrived(v, e) for line, got in zip(values, rows, strict=True) for v, e in zip(line, got, strict=True))
