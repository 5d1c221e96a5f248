"""The sheets that the commands fill line by line: 校验结果, 来源, 操作记录 and the very hidden 撤销记录.

Their columns carry the format, since a line has no cells before it is written; conditional formats draw its box.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from openpyxl.styles import Alignment, Border, Side

from xlpy.authoring.sheets import add_sheet, heading, number_pages, paint
from xlpy.authoring.style import BOX, CENTRE, HEADER_FILL, HEI, SONG, TEXT_FORMAT, a4, fill, font
from xlpy.authoring.summary_table import MARK_TINTS
from xlpy.flags import Severity
from xlpy.grids import column_letters
from xlpy.layout import (
    HEADER_OF,
    HISTORY,
    HISTORY_HEADERS,
    LOG,
    LOG_HEADERS,
    RESULT_HEADERS,
    RESULTS,
    SOURCE_HEADERS,
    SOURCES,
    source_headers,
)

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

HEADER_ROW: Final = 3  # below the title and a line that says what the sheet is for
LAST_LINE: Final = 2000  # how far filters and conditional formats reach
_HAIR: Final = Side("hair", color="FF7F7F7F")
_FAINT: Final = Border(left=_HAIR, right=_HAIR, top=_HAIR, bottom=_HAIR)

_RESULT_WIDTHS: Final = (5.5, 6.5, 6.5, 33, 22, 14, 18, 46, 32, 24)
_SOURCE_WIDTHS: Final = (10, 20, 30, 14, 19)
_LOG_WIDTHS: Final = (19, 14, 12, 44, 13, 80)
_CENTRED: Final = ("序号", "级别", "规则", "来源编号", "改动单元格数")


def add_results(book: Workbook) -> Worksheet:
    """校验结果: every flag, coloured by 级别, ready to filter and print."""
    hint = "由“校验”填写。点“位置”跳到那个单元格；改好后再点一次“校验”，这里会重新列出"
    sheet = _list_sheet(book, RESULTS, hint, RESULT_HEADERS, dict(zip(RESULT_HEADERS, _RESULT_WIDTHS, strict=True)))
    level = column_letters(RESULT_HEADERS.index("级别") + 1)
    first = HEADER_ROW + 1
    for severity in Severity:
        cells, tint = f"{level}{first}:{level}{LAST_LINE}", fill(MARK_TINTS[severity.level])
        paint(sheet, cells, f'${level}{first}="{severity.label}"', fill=tint, border=_FAINT)
    sheet.auto_filter.ref = f"A{HEADER_ROW}:{column_letters(len(RESULT_HEADERS))}{LAST_LINE}"
    _box_lines(sheet, len(RESULT_HEADERS))
    return sheet


def add_sources(book: Workbook) -> Worksheet:
    """来源: every file received, and what was pulled from where."""
    hint = "由“导入”填写，请不要改：每个文件的去向，以及每个值最后一次从登记表哪个单元格导入、当时是什么内容"
    headers = source_headers()
    widths = dict(zip(SOURCE_HEADERS, _SOURCE_WIDTHS, strict=True))
    sheet = _list_sheet(book, SOURCES, hint, headers, widths | dict.fromkeys(headers[len(SOURCE_HEADERS) :], 16.0))
    benefit = column_letters(headers.index(f"{HEADER_OF['benefit']}·值") + 1)
    sheet.column_dimensions[benefit].number_format = "General"  # Excel turns a number in a text cell into text
    _box_lines(sheet, len(headers))
    return sheet


def add_log(book: Workbook) -> Worksheet:
    """操作记录: one line per run."""
    hint = "每次操作自动记一行：谁、什么时候、做了什么、改了哪些单元格"
    sheet = _list_sheet(book, LOG, hint, LOG_HEADERS, dict(zip(LOG_HEADERS, _LOG_WIDTHS, strict=True)))
    _box_lines(sheet, len(LOG_HEADERS))
    return sheet


def add_history(book: Workbook) -> Worksheet:
    """撤销记录: what undo needs. Very hidden: only a program can show it."""
    sheet = add_sheet(book, HISTORY)
    sheet.append(list(HISTORY_HEADERS))
    for column in range(2, 50):  # a step is split over as many cells as it takes
        sheet.column_dimensions[column_letters(column)].number_format = TEXT_FORMAT
    sheet.sheet_state = "veryHidden"
    return sheet


def _list_sheet(book: Workbook, name: str, hint: str, headers: Sequence[str], widths: Mapping[str, float]) -> Worksheet:
    sheet = add_sheet(book, name)
    heading(sheet, name, hint)
    sheet.row_dimensions[HEADER_ROW].height = 26
    sheet.sheet_format.defaultRowHeight = 29.0  # two lines, where a program does not measure them
    for number, header in enumerate(headers, 1):
        cell = sheet.cell(HEADER_ROW, number, header)
        cell.font, cell.alignment, cell.border, cell.fill = font(HEI, 10.5), CENTRE, BOX, HEADER_FILL
        column = sheet.column_dimensions[column_letters(number)]
        column.width = widths[header]
        column.font = font(SONG, 10)
        centred = header in _CENTRED
        column.alignment = Alignment(horizontal="center" if centred else "left", vertical="center", wrap_text=True)
        column.number_format = "General" if centred else TEXT_FORMAT
    sheet.freeze_panes = f"A{HEADER_ROW + 1}"
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    number_pages(sheet, name)
    a4(sheet, landscape=True)
    sheet.print_options.horizontalCentered = False
    return sheet


def _box_lines(sheet: Worksheet, width: int) -> None:
    """A faint box around the cells of filled lines. Last of the sheet's formats: LibreOffice shows only the first."""
    first, last = HEADER_ROW + 1, column_letters(width)
    paint(sheet, f"A{first}:{last}{LAST_LINE}", f"COUNTA($A{first}:${last}{first})>0", border=_FAINT)
