"""The sheet 汇总表: the notice's Annex 2 to the letter, with drop-downs, live checks and the marks beside it.

Drop-downs, live checks and marks work in Excel and WPS without Python. They reach from the first line of the table
over the thin spacer row below the last, so that rows inserted above the spacer inherit them, and so does the print
area. The line heights are left to Excel, which then grows a line whose text wraps; a program that does not measure
lines gives each the sheet's default height, and the narrow blank column beside the table has a large font, so that
one that does gives none less. The 校验 column does not wrap, or its words would stretch the printed table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.datavalidation import DataValidation

from xlpy.authoring.sheets import add_sheet, number_pages, paint
from xlpy.authoring.style import (
    AMOUNT_FORMAT,
    BOX,
    CENTRE,
    GREY,
    HEADER_FILL,
    HEI,
    LEFT,
    SONG,
    TEXT_FORMAT,
    UNDERLINE,
    UNLOCKED,
    a4,
    box,
    fill,
    font,
)
from xlpy.grids import column_letters
from xlpy.layout import (
    CHECK_HEADER,
    FOOTER_NAMES,
    HEADER_OF,
    MARK_PREFIX,
    ORIGIN_HEADER,
    SUMMARY,
    SUMMARY_COLUMNS,
    SUMMARY_FIELDS,
)
from xlpy.notice import CODE_LISTS, Notice
from xlpy.setting_table import LISTS

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

TITLE_ROW, HEADER_ROW, FIRST_ROW = 2, 3, 4
BLANK_ROWS = 15
LAST_ROW = FIRST_ROW + BLANK_ROWS - 1
SPACER_ROW = LAST_ROW + 1
FOOTER_ROW = SPACER_ROW + 1

COLUMN: Final = {field: n for n, field in enumerate(SUMMARY_FIELDS, 1)}
GAP_COLUMN = len(SUMMARY_FIELDS) + 1
CHECK_COLUMN = GAP_COLUMN + 1
ORIGIN_COLUMN = CHECK_COLUMN + 1
MARK_COLUMN: Final = {field: ORIGIN_COLUMN + n for n, field in enumerate(SUMMARY_FIELDS, 1)}

# Light enough to read and copy in black and white. Level of a mark → fill, and the font for the words about it.
MARK_TINTS: Final = {3: "FFF8D0CF", 2: "FFFFE3AE", 1: "FFDCE9F7"}
MARK_INKS: Final = {3: "FF9C0006", 2: "FF7F4A00"}
BLANK_TINT: Final = "FFFFFBD1"

_WIDTHS: Final = {
    "number": 6,
    "project_name": 36,
    "company": 29,
    "completed": 12.5,
    "level": 14.5,
    "ownership": 14.5,
    "size": 9.5,
    "benefit": 14.5,
    "remarks": 15,
}
_CHECK_WIDTH = 90
_LINE_HEIGHT = 30.0  # two lines of text
_GAP_WIDTH, _GAP_FONT = 1.5, 22  # a line in so large a font is about as high
_REACH = 1000  # rows compared for a second entry; far below, so that it holds whichever editor inserts rows
_AMOUNT: Final = Alignment(horizontal="right", vertical="center", indent=1)
_LEFT_FIELDS = ("project_name", "company", "remarks")
_LARGEST = 99_999_999  # 万元; only there to let Excel tell numbers from text


def list_name(which: str) -> str:
    """The defined name of a code list, which grows with its column in 参数: levels → 清单_项目先进水平."""
    return f"清单_{LISTS[which]}"


def add_summary_table(book: Workbook, notice: Notice) -> Worksheet:
    """Add the sheet. Needs the defined names of `list_name` in the book."""
    sheet = add_sheet(book, SUMMARY)
    _heading(sheet, notice)
    _body(sheet)
    _footer(sheet)
    _beside(sheet)
    _drop_downs(sheet)
    _marks(sheet)
    _live_checks(sheet, notice)
    _printing(sheet)
    return sheet


def reach(*fields: str) -> str:
    """The cells of some columns from the first line over the spacer, as one list of ranges."""
    letters = (column_letters(COLUMN[field]) for field in fields)
    return " ".join(f"{letter}{FIRST_ROW}:{letter}{SPACER_ROW}" for letter in letters)


def _heading(sheet: Worksheet, notice: Notice) -> None:
    last = column_letters(len(SUMMARY_FIELDS))
    annex = sheet.cell(1, 1, "附件 2")
    annex.font, annex.alignment = font(HEI, 14), Alignment(horizontal="left", vertical="center")
    sheet.merge_cells(f"A{TITLE_ROW}:{last}{TITLE_ROW}")
    title = sheet.cell(TITLE_ROW, 1, notice.title_text)
    title.font, title.alignment = font(SONG, 20, bold=True), CENTRE
    for column in SUMMARY_COLUMNS:
        cell = sheet.cell(HEADER_ROW, COLUMN[column.field], column.header)
        cell.font, cell.alignment, cell.border, cell.fill = font(HEI, 12), CENTRE, BOX, HEADER_FILL
    for row, height in ((1, 22), (TITLE_ROW, 40), (HEADER_ROW, 38), (SPACER_ROW, 6), (FOOTER_ROW, 34)):
        sheet.row_dimensions[row].height = height
    sheet.sheet_format.defaultRowHeight = _LINE_HEIGHT
    for field, width in _WIDTHS.items():
        sheet.column_dimensions[column_letters(COLUMN[field])].width = width


def _body(sheet: Worksheet) -> None:
    for row in range(FIRST_ROW, SPACER_ROW + 1):
        for field, column in COLUMN.items():
            cell = sheet.cell(row, column)
            cell.font = font(SONG, 10.5)
            cell.alignment = LEFT if field in _LEFT_FIELDS else _AMOUNT if field == "benefit" else CENTRE
            cell.number_format = {"benefit": AMOUNT_FORMAT, "number": "0"}.get(field, TEXT_FORMAT)
            cell.protection = UNLOCKED
            if row < SPACER_ROW:
                cell.border = BOX


def _footer(sheet: Worksheet) -> None:
    """填报单位（加盖公章）：__ 联系人：__ 联系电话：__, each blank a cell of its own."""
    labels = {"unit": f"{FOOTER_NAMES['unit']}（加盖公章）", **{k: FOOTER_NAMES[k] for k in ("contact", "phone")}}
    for key, label_column, inputs in (("unit", 2, (3,)), ("contact", 4, (5,)), ("phone", 6, (7, 8))):
        label = sheet.cell(FOOTER_ROW, label_column, f"{labels[key]}：")
        label.font, label.alignment = font(SONG, 12), Alignment(horizontal="right", vertical="center")
        cells = [sheet.cell(FOOTER_ROW, column) for column in inputs]
        for cell in cells:
            cell.font, cell.alignment, cell.number_format = font(SONG, 12), LEFT, TEXT_FORMAT
            cell.protection = UNLOCKED
        box(cells, UNDERLINE)
    sheet.merge_cells(start_row=FOOTER_ROW, end_row=FOOTER_ROW, start_column=7, end_column=8)


def _beside(sheet: Worksheet) -> None:
    """校验, and the hidden columns 来源编号 and 标记·…"""
    headers = {CHECK_COLUMN: CHECK_HEADER, ORIGIN_COLUMN: ORIGIN_HEADER}
    headers |= {column: MARK_PREFIX + HEADER_OF[field] for field, column in MARK_COLUMN.items()}
    for column, text in headers.items():
        cell = sheet.cell(HEADER_ROW, column, text)
        cell.font, cell.alignment = font(HEI, 11, color=GREY), Alignment(horizontal="left", vertical="center")
        dimension = sheet.column_dimensions[column_letters(column)]
        dimension.width, dimension.hidden = (_CHECK_WIDTH, False) if column == CHECK_COLUMN else (8, True)
    sheet.column_dimensions[column_letters(GAP_COLUMN)].width = _GAP_WIDTH
    hint = sheet.cell(TITLE_ROW, CHECK_COLUMN, "这一列由“校验”填写，不打印；每一条的改法见“校验结果”")
    hint.font, hint.alignment = font(SONG, 10, color=GREY), Alignment(horizontal="left", vertical="bottom")
    for row in range(FIRST_ROW, SPACER_ROW + 1):
        finding = sheet.cell(row, CHECK_COLUMN)
        finding.font, finding.number_format = font(SONG, 10), TEXT_FORMAT
        finding.alignment = Alignment(horizontal="left", vertical="center")
        if row < SPACER_ROW:
            sheet.cell(row, GAP_COLUMN).font = font(SONG, _GAP_FONT)


def _drop_downs(sheet: Worksheet) -> None:
    for field in ("level", "ownership", "size"):
        which = CODE_LISTS[field]
        _add(
            sheet,
            DataValidation(type="list", formula1=list_name(which), errorStyle="warning"),
            reach(field),
            prompt=f"请从清单里选{HEADER_OF[field]}；清单在工作表“参数”里",
            error=f"清单里没有这个{HEADER_OF[field]}。确认没写错就选“是”，校验时会给一条警告",
        )
    _add(
        sheet,
        DataValidation(type="list", formula1=list_name("units"), errorStyle="warning"),
        sheet.cell(FOOTER_ROW, 3).coordinate,
        prompt="请从清单里选填报单位（街镇或主管部门）；打印后在这里加盖公章",
        error="清单里没有这个单位。确认没写错就选“是”",
    )
    _add(
        sheet,
        DataValidation(type="decimal", operator="between", formula1=str(-_LARGEST), formula2=str(_LARGEST)),
        reach("benefit"),
        prompt="单位：万元。只写数字，例如 1234.5；不写“约”“万”“元”",
        error="经济效益要填数字，单位是万元，例如 1234.5。“约”“万”“元”等字请去掉",
    )
    _add(
        sheet,
        DataValidation(),  # a prompt alone: 校验 reads many ways of writing a month, Excel does not
        reach("completed"),
        prompt="写到月，例如 2022年6月。不要写成 2022.1，那样分不清是 1 月还是 10 月",
    )


def _add(sheet: Worksheet, rule: DataValidation, cells: str, prompt: str, error: str = "") -> None:
    rule.allow_blank = True
    rule.showInputMessage, rule.prompt = True, prompt
    rule.showErrorMessage, rule.errorTitle, rule.error = bool(error), "请核对" if error else None, error or None
    rule.add(cells.replace(" ", ","))
    sheet.add_data_validation(rule)


def _marks(sheet: Worksheet) -> None:
    """Paint the table from the hidden columns, the gravest first: that one wins."""
    first, last = column_letters(1), column_letters(len(SUMMARY_FIELDS))
    mark = column_letters(MARK_COLUMN[SUMMARY_FIELDS[0]])
    for level, tint in MARK_TINTS.items():
        cells = f"{first}{FIRST_ROW}:{last}{SPACER_ROW}"
        paint(sheet, cells, f"{mark}{FIRST_ROW}={level}", stop=True, fill=fill(tint))
    check, end = column_letters(CHECK_COLUMN), column_letters(max(MARK_COLUMN.values()))
    for level, ink in MARK_INKS.items():
        gravest = f"MAX(${mark}{FIRST_ROW}:${end}{FIRST_ROW})={level}"
        paint(sheet, f"{check}{FIRST_ROW}:{check}{SPACER_ROW}", gravest, font=Font(color=ink))


def _live_checks(sheet: Worksheet, notice: Notice) -> None:
    """What Excel itself shows while typing: a number that is text, a project entered twice, what is still blank."""
    benefit, name, company = (column_letters(COLUMN[f]) for f in ("benefit", "project_name", "company"))
    error = fill(MARK_TINTS[3])
    paint(sheet, reach("benefit"), f"ISTEXT({benefit}{FIRST_ROW})", fill=error)
    # Compared by "=": COUNTIFS would take * and ? in a name as wildcards.
    same = "*".join(f"(${c}${FIRST_ROW}:${c}${_REACH}=${c}{FIRST_ROW})" for c in (name, company))
    twice = f'AND(${name}{FIRST_ROW}<>"",${company}{FIRST_ROW}<>"",SUMPRODUCT({same})>1)'
    paint(sheet, reach("project_name", "company"), twice, fill=error)
    required = [field for field in SUMMARY_FIELDS if field in notice.required]
    if required:
        cell = f"{column_letters(COLUMN[required[0]])}{FIRST_ROW}"
        filled = f"COUNTA(${name}{FIRST_ROW}:${column_letters(len(SUMMARY_FIELDS))}{FIRST_ROW})>0"
        paint(sheet, reach(*required), f'AND(TRIM({cell})="",{filled})', fill=fill(BLANK_TINT))


def _printing(sheet: Worksheet) -> None:
    a4(sheet, landscape=True)
    sheet.print_area = f"A1:{column_letters(len(SUMMARY_FIELDS))}{FOOTER_ROW}"
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    number_pages(sheet)
    sheet.freeze_panes = f"C{FIRST_ROW}"
