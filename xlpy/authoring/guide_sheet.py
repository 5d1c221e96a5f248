"""The sheet 使用说明, one printed page: the words of `xlpy.guide`, laid out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from openpyxl.styles import Alignment

from xlpy.authoring.sheets import add_sheet
from xlpy.authoring.style import BLACK, BOX, CENTRE, GREY, HEI, SONG, a4, fill, font
from xlpy.authoring.summary_table import BLANK_TINT, MARK_TINTS
from xlpy.flags import Severity
from xlpy.guide import SIZE, SIZES, WIDTHS, Paragraph
from xlpy.layout import GUIDE

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_TINTS: Final = {**{s.value: MARK_TINTS[s.level] for s in Severity}, "blank": BLANK_TINT}


def add_guide(book: Workbook, paragraphs: Iterable[Paragraph]) -> Worksheet:
    """Add the sheet: column A for what leads a paragraph, column B for its text."""
    sheet = add_sheet(book, GUIDE)
    for letter, width in zip("AB", WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    for row, paragraph in enumerate(paragraphs, 1):
        _write(sheet, row, paragraph)
    a4(sheet, pages_high=1)
    sheet.print_area = f"A1:B{sheet.max_row}"
    sheet.sheet_view.showGridLines = False
    return sheet


def _write(sheet: Worksheet, row: int, paragraph: Paragraph) -> None:
    lead, text, kind = paragraph
    start = 2 if lead else 1
    cell = sheet.cell(row, start, text)
    if start == 1:
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(WIDTHS))
    name = HEI if kind in ("title", "heading") else SONG
    cell.font = font(name, SIZES.get(kind, SIZE), color=GREY if kind == "hint" else BLACK)
    cell.alignment = Alignment(
        horizontal="center" if kind == "title" else "left", vertical="center", wrap_text=True, indent=1 if lead else 0
    )
    sheet.row_dimensions[row].height = paragraph.height
    if lead:
        mark = sheet.cell(row, 1, lead)
        mark.font, mark.alignment = font(HEI, SIZE), CENTRE
        if kind in _TINTS:
            mark.fill, mark.border = fill(_TINTS[kind]), BOX
