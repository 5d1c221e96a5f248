"""The sheets that the commands fill line by line: 校验结果, 来源, 操作记录 and the very hidden 撤销记录.

Their columns carry the format, since a line has no cells before it is written; conditional formats draw its box.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from openpyxl.styles import Alignment, Border, Side

from xlpy.authoring.sheets import add_sheet, heading, number_pages, paint
from xlpy.authoring.style import AMOUNT_FORMAT, BOX, CENTRE, HEADER_FILL, HEI, SONG, TEXT_FORMAT, a4, fill, font
from xlpy.authoring.summary_table import MARK_TINTS
from xlpy.flags import Severity
from xlpy.grids import column_letters
from xlpy.layout import (
    HEADER_OF,
    HISTORY,
    HISTORY_HEADERS,
    LOG,
    LOG_HEADERS,
    PULLED_FIELDS,
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
FIRST_LINE: Final = HEADER_ROW + 1
LAST_LINE: Final = 2000  # how far filters and conditional formats reach
_HAIR: Final = Side("hair", color="FF7F7F7F")
FAINT: Final = Border(left=_HAIR, right=_HAIR, top=_HAIR, bottom=_HAIR)

_RESULT_WIDTHS: Final = (5.5, 6.5, 6.5, 33, 22, 14, 18, 46, 32, 24)
_SOURCE_WIDTHS: Final = (10, 20, 30, 14, 19)
_LOG_WIDTHS: Final = (19, 14, 12, 44, 13, 62, 18)
_COUNTS: Final = ("序号", "来源编号", "改动单元格数", "相似度", "收到行数", "列入", "合并", "未列入")
_WORDS: Final = ("级别", "规则", "采用", "核对", "决定", "去掉", "去向")
_AMOUNTS: Final = (HEADER_OF["benefit"], "收到万元", "列入万元", "未列入万元", "区局调整万元")


def add_results(book: Workbook, command: str = "校验") -> Worksheet:
    """校验结果: every flag, coloured by 级别, ready to filter and print. `command` is what fills it."""
    hint = f"由“{command}”填写。点“位置”跳到那个单元格；改好后再点一次“{command}”，这里会重新列出"
    sheet = list_sheet(book, RESULTS, hint, dict(zip(RESULT_HEADERS, _RESULT_WIDTHS, strict=True)))
    level = column_letters(RESULT_HEADERS.index("级别") + 1)
    for severity in Severity:
        tint = fill(MARK_TINTS[severity.level])
        paint(sheet, lines_of(level), f'${level}{FIRST_LINE}="{severity.label}"', fill=tint, border=FAINT)
    sheet.auto_filter.ref = f"A{HEADER_ROW}:{column_letters(len(RESULT_HEADERS))}{LAST_LINE}"
    box_lines(sheet)
    return sheet


_TOWN_HINT: Final = "由“导入”填写，请不要改：每个文件的去向，以及每个值最后一次从登记表哪个单元格导入、当时是什么内容"


def add_sources(book: Workbook, fields: tuple[str, ...] = PULLED_FIELDS, hint: str = _TOWN_HINT) -> Worksheet:
    """来源: every file received, and what was pulled from where."""
    values = dict.fromkeys(source_headers(fields)[len(SOURCE_HEADERS) :], 16.0)
    sheet = list_sheet(book, SOURCES, hint, dict(zip(SOURCE_HEADERS, _SOURCE_WIDTHS, strict=True)) | values)
    benefit = column_letters(source_headers(fields).index(f"{HEADER_OF['benefit']}·值") + 1)
    sheet.column_dimensions[benefit].number_format = "General"  # Excel turns a number in a text cell into text
    box_lines(sheet)
    return sheet


def add_log(book: Workbook) -> Worksheet:
    """操作记录: one line per run."""
    hint = "每次操作自动记一行：谁、什么时候、做了什么、改了哪些单元格。请不要改：改过、删过的行查得出来（xlpy verify）"
    sheet = list_sheet(book, LOG, hint, dict(zip(LOG_HEADERS, _LOG_WIDTHS, strict=True)))
    box_lines(sheet)
    return sheet


def add_history(book: Workbook) -> Worksheet:
    """撤销记录: what undo needs. Very hidden: only a program can show it."""
    sheet = add_sheet(book, HISTORY)
    sheet.append(list(HISTORY_HEADERS))
    for column in range(2, 50):  # a step is split over as many cells as it takes
        sheet.column_dimensions[column_letters(column)].number_format = TEXT_FORMAT
    sheet.sheet_state = "veryHidden"
    return sheet


def list_sheet(book: Workbook, name: str, hint: str, widths: Mapping[str, float]) -> Worksheet:
    """A sheet with a header and nothing below it; `widths` is header → width of the column, 0 = hidden."""
    sheet = add_sheet(book, name)
    heading(sheet, name, hint)
    sheet.row_dimensions[HEADER_ROW].height = 26
    sheet.sheet_format.defaultRowHeight = 31.0  # two lines, where a program does not measure them
    for number, (header, width) in enumerate(widths.items(), 1):
        cell = sheet.cell(HEADER_ROW, number, header)
        cell.font, cell.alignment, cell.border, cell.fill = font(HEI, 10.5), CENTRE, BOX, HEADER_FILL
        column = sheet.column_dimensions[column_letters(number)]
        column.width, column.hidden = width or 8, not width
        column.font = font(SONG, 10)
        centred = header in _COUNTS + _WORDS
        across = "center" if centred else "right" if header in _AMOUNTS else "left"
        column.alignment = Alignment(horizontal=across, vertical="center", wrap_text=True)
        column.number_format = "General" if centred else AMOUNT_FORMAT if header in _AMOUNTS else TEXT_FORMAT
    sheet.freeze_panes = f"A{FIRST_LINE}"
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    number_pages(sheet, name)
    a4(sheet, landscape=True)
    sheet.print_options.horizontalCentered = False
    return sheet


def lines_of(first: str, last: str = "") -> str:
    """The cells of the lines below the header in the columns `first` to `last` (letters)."""
    return f"{first}{FIRST_LINE}:{last or first}{LAST_LINE}"


def box_lines(sheet: Worksheet) -> None:
    """A faint box around the cells of filled lines. Last of the sheet's formats: LibreOffice shows only the first."""
    last = column_letters(sheet.max_column)
    paint(sheet, lines_of("A", last), f"COUNTA($A{FIRST_LINE}:${last}{FIRST_LINE})>0", border=FAINT)
