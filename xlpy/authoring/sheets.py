"""What the sheets of the summary workbooks share: heading, formats by rule, what cells accept, page numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment
from openpyxl.worksheet.datavalidation import DataValidation

from xlpy.authoring.style import GREY, HEI, SONG, font

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet


def add_sheet(book: Workbook, name: str) -> Worksheet:
    """A new sheet at the end of the book."""
    sheet: Worksheet = book.create_sheet(name)
    return sheet


def heading(sheet: Worksheet, name: str, hint: str) -> None:
    """Row 1: the sheet's name, row 2: what it is for."""
    for row, text, look, height in ((1, name, font(HEI, 16), 28), (2, hint, font(SONG, 10, color=GREY), 18)):
        cell = sheet.cell(row, 1, text)
        cell.font, cell.alignment = look, Alignment(horizontal="left", vertical="center")
        cell.number_format = "General"
        sheet.row_dimensions[row].height = height


def paint(sheet: Worksheet, cells: str, formula: str, *, stop: bool = False, **look: Any) -> None:
    """A conditional format: `look` (fill, border, Font(color=…)) where `formula` holds, written for the top left cell.

    Excel cannot change a font's name or size by rule, so such a font must not name them.
    """
    rule = FormulaRule([formula], stopIfTrue=stop, **look)  # type: ignore[no-untyped-call]
    sheet.conditional_formatting.add(cells, rule)


def restrict(sheet: Worksheet, rule: DataValidation, cells: str, prompt: str, error: str = "") -> None:
    """Let `cells` (ranges separated by blanks) take what `rule` allows, with a prompt and, if not, an error."""
    rule.allow_blank = True
    rule.showInputMessage, rule.prompt = True, prompt
    rule.showErrorMessage, rule.errorTitle, rule.error = bool(error), "请核对" if error else None, error or None
    for part in cells.split():
        rule.add(part)
    sheet.add_data_validation(rule)


def choice(sheet: Worksheet, cells: str, words: Sequence[str], prompt: str) -> None:
    """A drop-down of `words`, and nothing else."""
    rule = DataValidation(type="list", formula1=f'"{",".join(words)}"', errorStyle="stop")
    restrict(sheet, rule, cells, prompt, f"请从 {'、'.join(words)} 里选")


def number_pages(sheet: Worksheet, name: str = "") -> None:
    """校验结果　第 1 页，共 2 页"""
    footer = sheet.oddFooter
    assert footer is not None  # openpyxl's stubs allow None, it never is
    footer.center.text = f"{name}　第 &P 页，共 &N 页".strip("　")
    footer.center.size = 9
