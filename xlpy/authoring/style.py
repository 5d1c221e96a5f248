"""The look of every workbook that is ours: official-document fonts, thin borders, lightly tinted input cells.

宋体, 仿宋 and 黑体 are on every Chinese Windows; WPS and LibreOffice replace them by CJK fonts in which a character is
one em wide as well, so lines break at the same places.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from openpyxl.cell import Cell
from openpyxl.cell.cell import MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.properties import PageSetupProperties

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

SONG = "宋体"  # text
FANG = "仿宋"  # what is filled in
HEI = "黑体"  # headings

BLACK = "FF000000"
GREY = "FF595959"
INPUT_TINT = "FFFFF9E5"  # light enough to vanish on a black-and-white print
HEADER_TINT = "FFEDEDED"

TEXT_FORMAT = "@"  # what is typed stays text: 00123, 3-4, =…
AMOUNT_FORMAT = "#,##0.00"  # 万元

_GB2312 = 134  # the font's character set, by which Excel finds a replacement on a system without the font


def font(name: str = SONG, size: float = 11, *, bold: bool = False, color: str = BLACK) -> Font:
    return Font(name=name, size=size, bold=bold, color=color, charset=_GB2312)


def fill(color: str) -> PatternFill:
    return PatternFill("solid", start_color=color, end_color=color)


INPUT_FILL = fill(INPUT_TINT)
HEADER_FILL = fill(HEADER_TINT)

THIN = Side("thin", color=BLACK)
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
UNDERLINE = Border(bottom=THIN)

CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)
RIGHT = Alignment(horizontal="right", vertical="center", wrap_text=True)
TOP_LEFT = Alignment(horizontal="left", vertical="top", wrap_text=True)

UNLOCKED = Protection(locked=False)


def box(cells: Iterable[Cell | MergedCell], border: Border = BOX) -> None:
    """Draw `border` on every cell; a merged range needs it on each of its cells, not on the first alone."""
    for cell in cells:
        cell.border = border


def frame(sheet: Worksheet, area: str, *, top: bool = True, bottom: bool = True) -> None:
    """Thin lines around a range such as A1:F3, left open where it joins the range above or below."""
    rows = list(sheet[area]) if ":" in area else [(sheet[area],)]
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            cell.border = Border(
                left=THIN if c == 0 else None,
                right=THIN if c == len(row) - 1 else None,
                top=THIN if top and r == 0 else None,
                bottom=THIN if bottom and r == len(rows) - 1 else None,
            )


def as_input(cell: Cell | MergedCell, number_format: str = TEXT_FORMAT) -> None:
    """Make `cell` one that a user fills in: unlocked, tinted, and of a format that keeps what is typed."""
    cell.protection = UNLOCKED
    cell.number_format = number_format
    cell.fill = INPUT_FILL


def protect(sheet: Worksheet) -> None:
    """Lock what is not input, without a password: against slips, not against people.

    Row heights and column widths stay free, so that long texts can be given room.
    """
    protection = sheet.protection
    protection.sheet = True
    protection.formatRows = False
    protection.formatColumns = False
    protection.formatCells = False


def a4(sheet: Worksheet, *, landscape: bool = False, pages_high: int = 0) -> None:
    """Print on A4, as wide as the page; `pages_high` pages at most (0 = as many as it takes)."""
    sheet.page_setup.paperSize = int(sheet.PAPERSIZE_A4)
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = pages_high
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.59  # inches: 15 mm
    margins.top, margins.bottom = 0.79, 0.71
    margins.header = margins.footer = 0.31
