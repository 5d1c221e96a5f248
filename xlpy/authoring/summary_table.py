"""The sheet 汇总表 of a town and of the district: the notice's table with drop-downs, live checks, marks beside it.

Drop-downs, live checks and marks work in Excel and WPS without Python. They reach from the first line of the table
over the thin spacer row below the last, so that rows inserted above the spacer inherit them, and so does the print
area. The line heights are left to Excel, which then grows a line whose text wraps; a program that does not measure
lines gives each the sheet's default height, and a narrow blank column right of the table has a large font, so that
one that does gives none less. The columns beside the table do not wrap, or their words would stretch the printed one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.datavalidation import DataValidation

from xlpy.authoring.sheets import add_sheet, number_pages, paint, restrict
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
    RESERVED_PREFIX,
    RESULTS,
    SOURCE_COLUMNS,
    SUMMARY,
    SUMMARY_FIELDS,
    TOWN_COLUMN,
)
from xlpy.notice import CODE_LISTS, MOST_COLUMNS, Notice, OwnColumn
from xlpy.setting_table import LISTS

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

TITLE_ROW, HEADER_ROW, FIRST_ROW = 2, 3, 4
GAP: Final = ""  # the header of the narrow blank column

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
    "town": 13,
}
_OWN_WIDTH = 14.5
_LINE_HEIGHT = 30.0  # two lines of text
_GAP_WIDTH, _GAP_FONT = 1.5, 22  # a line in so large a font is about as high
_REACH = 1000  # rows compared for a second entry; far below, so that it holds whichever editor inserts rows
_AMOUNT: Final = Alignment(horizontal="right", vertical="center", indent=1)
_LEFT_FIELDS = ("project_name", "company", "remarks")
_LARGEST = 99_999_999  # 万元; only there to let Excel tell numbers from text


@dataclass(frozen=True, slots=True)
class Plan:
    """What stands where in a 汇总表. Columns and rows count from 1.

    corner    what stands above the title
    fields    the printed columns
    beside    header → width of the columns right of them, which are not printed; 0 = hidden
    own       the bureau's own columns; they take the first of the reserved columns, the rest stay hidden and blank
    footer    the labels of the line below the table, of which the first is filled with the unit
    hint      what stands above 校验
    """

    corner: str
    fields: tuple[str, ...]
    beside: Mapping[str, float]
    blank_rows: int
    footer: tuple[str, str, str]
    hint: str
    own: tuple[OwnColumn, ...] = ()

    def under(self, notice: Notice) -> Plan:
        """The same plan with the notice's own columns in it."""
        return replace(self, own=notice.columns)

    @property
    def taken(self) -> dict[str, OwnColumn]:
        """Reserved column → the column of the bureau's own that stands there."""
        return dict(zip(RESERVED, self.own, strict=False))

    def header(self, field: str) -> str:
        """What stands above a printed column; above a reserved one its own name, for a blank column cuts a table."""
        return self.taken[field].name if field in self.taken else HEADER_OF.get(field, field)

    @property
    def of_district(self) -> bool:
        return TOWN_COLUMN.field in self.fields

    @property
    def last_row(self) -> int:
        return FIRST_ROW + self.blank_rows - 1

    @property
    def spacer_row(self) -> int:
        return self.last_row + 1

    @property
    def footer_row(self) -> int:
        return self.spacer_row + 1

    @property
    def columns(self) -> dict[str, int]:
        """Field → its printed column."""
        return {field: n for n, field in enumerate(self.fields, 1)}

    @property
    def marks(self) -> dict[str, int]:
        """Field → its hidden mark column; they stand in the order of the printed columns, which `_marks` relies on."""
        first = self.column(_FIRST_MARK)
        return {field: first + n for n, field in enumerate(self.fields)}

    def column(self, header: str) -> int:
        """The column of a header beside the table."""
        return len(self.fields) + 1 + list(self.beside).index(header)

    def letter(self, field: str) -> str:
        return column_letters(self.columns[field])

    def span(self, first: str, last: str) -> str:
        """The cells of the columns `first` to `last` (letters) from the first line over the spacer."""
        return f"{first}{FIRST_ROW}:{last}{self.spacer_row}"

    def reach(self, *fields: str) -> str:
        """The cells of some fields' columns likewise, as one list of ranges."""
        return " ".join(self.span(letter, letter) for letter in map(self.letter, fields))


def _hidden_marks(fields: tuple[str, ...]) -> dict[str, float]:
    return dict.fromkeys((ORIGIN_HEADER, *(MARK_PREFIX + HEADER_OF.get(f, f) for f in fields)), 0)


RESERVED: Final = tuple(f"{RESERVED_PREFIX}{n}" for n in range(1, MOST_COLUMNS + 1))
_FIRST_MARK: Final = MARK_PREFIX + HEADER_OF[SUMMARY_FIELDS[0]]
_TOWN_FIELDS: Final = (*SUMMARY_FIELDS, *RESERVED)
_DISTRICT_FIELDS: Final = (*_TOWN_FIELDS, TOWN_COLUMN.field)
_SOURCE_WIDTHS: Final = dict(zip(SOURCE_COLUMNS.values(), (34.0, 8.0, 46.0), strict=True))

TOWN: Final = Plan(
    corner="附件 2",
    fields=_TOWN_FIELDS,
    beside={GAP: _GAP_WIDTH, CHECK_HEADER: 90, **_hidden_marks(_TOWN_FIELDS)},
    blank_rows=15,
    footer=(f"{FOOTER_NAMES['unit']}（加盖公章）", FOOTER_NAMES["contact"], FOOTER_NAMES["phone"]),
    hint=f"这一列由“校验”填写，不打印；每一条的改法见“{RESULTS}”",
)
DISTRICT: Final = Plan(
    corner="区级汇总",
    fields=_DISTRICT_FIELDS,
    # The blank column comes last: it would cut what Excel sorts in two, and the hidden columns must go along.
    beside={CHECK_HEADER: 60, **_SOURCE_WIDTHS, **_hidden_marks(_DISTRICT_FIELDS), GAP: _GAP_WIDTH},
    blank_rows=40,
    footer=("汇总单位", "经办人", FOOTER_NAMES["phone"]),
    hint=f"从这一列起由“合并”填写，不打印；每一条的改法见“{RESULTS}”，点“出处”打开街镇的原表",
)


def list_name(which: str) -> str:
    """The defined name of a code list, which grows with its column in 参数: levels → 清单_项目先进水平."""
    return f"清单_{LISTS[which]}"


def own_list_name(number: int) -> str:
    """The defined name of what may be chosen in the own column with this number, 0 the first: 清单_自定义1."""
    return f"清单_自定义{number + 1}"


def add_summary_table(book: Workbook, notice: Notice, plan: Plan = TOWN) -> Worksheet:
    """Add the sheet. Needs the defined names of `list_name` in the book."""
    sheet = add_sheet(book, SUMMARY)
    plan = plan.under(notice)
    _heading(sheet, notice, plan)
    _body(sheet, plan)
    _footer(sheet, plan)
    _beside(sheet, plan)
    _drop_downs(sheet, plan)
    _marks(sheet, plan)
    _live_checks(sheet, notice, plan)
    _printing(sheet, plan)
    return sheet


def _heading(sheet: Worksheet, notice: Notice, plan: Plan) -> None:
    last = column_letters(len(plan.fields))
    corner = sheet.cell(1, 1, plan.corner)
    corner.font, corner.alignment = font(HEI, 14), Alignment(horizontal="left", vertical="center")
    sheet.merge_cells(f"A{TITLE_ROW}:{last}{TITLE_ROW}")
    title = sheet.cell(TITLE_ROW, 1, notice.title_text)
    title.font, title.alignment = font(SONG, 20, bold=True), CENTRE
    for field, column in plan.columns.items():
        cell = sheet.cell(HEADER_ROW, column, plan.header(field))
        cell.font, cell.alignment, cell.border, cell.fill = font(HEI, 12), CENTRE, BOX, HEADER_FILL
        dimension = sheet.column_dimensions[column_letters(column)]
        dimension.width, dimension.hidden = _WIDTHS.get(field, _OWN_WIDTH), cell.value in RESERVED
    heights = {1: 22, TITLE_ROW: 40, HEADER_ROW: 38, plan.spacer_row: 6, plan.footer_row: 34}
    for row, height in heights.items():
        sheet.row_dimensions[row].height = height
    sheet.sheet_format.defaultRowHeight = _LINE_HEIGHT


def _body(sheet: Worksheet, plan: Plan) -> None:
    columns = plan.columns
    for row in range(FIRST_ROW, plan.spacer_row + 1):
        for field, column in columns.items():
            cell = sheet.cell(row, column)
            cell.font = font(SONG, 10.5)
            number = field == "benefit" or (field in plan.taken and plan.taken[field].kind == "number")
            cell.alignment = LEFT if field in _LEFT_FIELDS else _AMOUNT if number else CENTRE
            cell.number_format = AMOUNT_FORMAT if number else "0" if field == "number" else TEXT_FORMAT
            cell.protection = UNLOCKED
            if row <= plan.last_row:
                cell.border = BOX


def _footer(sheet: Worksheet, plan: Plan) -> None:
    """填报单位（加盖公章）：__ 联系人：__ 联系电话：__, each blank a cell of its own."""
    row = plan.footer_row
    for text, (label_column, inputs) in zip(plan.footer, ((2, (3,)), (4, (5,)), (6, (7, 8))), strict=True):
        label = sheet.cell(row, label_column, f"{text}：")
        label.font, label.alignment = font(SONG, 12), Alignment(horizontal="right", vertical="center")
        cells = [sheet.cell(row, column) for column in inputs]
        for cell in cells:
            cell.font, cell.alignment, cell.number_format = font(SONG, 12), LEFT, TEXT_FORMAT
            cell.protection = UNLOCKED
        box(cells, UNDERLINE)
    sheet.merge_cells(start_row=row, end_row=row, start_column=7, end_column=8)


def _beside(sheet: Worksheet, plan: Plan) -> None:
    """校验, where a row came from, and the hidden columns 来源编号 and 标记·…"""
    for header, width in plan.beside.items():
        column = plan.column(header)
        dimension = sheet.column_dimensions[column_letters(column)]
        dimension.width, dimension.hidden = width or 8, not width
        if header != GAP:
            label = sheet.cell(HEADER_ROW, column, header)
            label.font, label.alignment = font(HEI, 11, color=GREY), Alignment(horizontal="left", vertical="center")
    for field, column in plan.marks.items():
        if field in RESERVED:
            sheet.cell(HEADER_ROW, column).value = MARK_PREFIX + plan.header(field) if field in plan.taken else field
    hint = sheet.cell(TITLE_ROW, plan.column(CHECK_HEADER), plan.hint)
    hint.font, hint.alignment = font(SONG, 10, color=GREY), Alignment(horizontal="left", vertical="bottom")
    written = {plan.column(h): h for h in (CHECK_HEADER, *_SOURCE_WIDTHS) if h in plan.beside}
    for row in range(FIRST_ROW, plan.spacer_row + 1):
        for column, header in written.items():
            cell = sheet.cell(row, column)
            cell.font, cell.alignment = font(SONG, 10), Alignment(horizontal="left", vertical="center")
            cell.number_format = "0" if header == SOURCE_COLUMNS["row"] else TEXT_FORMAT
        if row <= plan.last_row:
            sheet.cell(row, plan.column(GAP)).font = font(SONG, _GAP_FONT)


def _drop_downs(sheet: Worksheet, plan: Plan) -> None:
    for field in ("level", "ownership", "size"):
        restrict(
            sheet,
            DataValidation(type="list", formula1=list_name(CODE_LISTS[field]), errorStyle="warning"),
            plan.reach(field),
            prompt=f"请从清单里选{HEADER_OF[field]}；清单在工作表“参数”里",
            error=f"清单里没有这个{HEADER_OF[field]}。确认没写错就选“是”，校验时会给一条警告",
        )
    for number, field in enumerate(RESERVED):
        # No warning: where the column has no list, the drop-down is empty and anything may be typed.
        rule = DataValidation(type="list", formula1=own_list_name(number))
        restrict(sheet, rule, plan.reach(field), prompt="这是本区加的栏目；要从清单里选的，清单在工作表“参数”里")
    unit = sheet.cell(plan.footer_row, 3).coordinate
    restrict(
        sheet,
        DataValidation(type="list", formula1=list_name("units"), errorStyle="warning"),
        plan.reach(TOWN_COLUMN.field) if plan.of_district else unit,
        prompt="请从清单里选推荐单位（街镇或主管部门）"
        if plan.of_district
        else "请从清单里选填报单位（街镇或主管部门）；打印后在这里加盖公章",
        error="清单里没有这个单位。确认没写错就选“是”",
    )
    restrict(
        sheet,
        DataValidation(type="decimal", operator="between", formula1=str(-_LARGEST), formula2=str(_LARGEST)),
        plan.reach("benefit"),
        prompt="单位：万元。只写数字，例如 1234.5；不写“约”“万”“元”",
        error="经济效益要填数字，单位是万元，例如 1234.5。“约”“万”“元”等字请去掉",
    )
    restrict(
        sheet,
        DataValidation(),  # a prompt alone: 校验 reads many ways of writing a month, Excel does not
        plan.reach("completed"),
        prompt="写到月，例如 2022年6月。不要写成 2022.1，那样分不清是 1 月还是 10 月",
    )


def _marks(sheet: Worksheet, plan: Plan) -> None:
    """Paint the table from the hidden columns, the gravest first: that one wins."""
    marks = [column_letters(column) for column in plan.marks.values()]
    table = plan.span(column_letters(1), column_letters(len(plan.fields)))
    for level, tint in MARK_TINTS.items():
        paint(sheet, table, f"{marks[0]}{FIRST_ROW}={level}", stop=True, fill=fill(tint))
    check = column_letters(plan.column(CHECK_HEADER))
    for level, ink in MARK_INKS.items():
        gravest = f"MAX(${marks[0]}{FIRST_ROW}:${marks[-1]}{FIRST_ROW})={level}"
        paint(sheet, plan.span(check, check), gravest, font=Font(color=ink))


def _live_checks(sheet: Worksheet, notice: Notice, plan: Plan) -> None:
    """What Excel itself shows while typing: a number that is text, a project entered twice, what is still blank."""
    benefit, name, company = map(plan.letter, ("benefit", "project_name", "company"))
    error = fill(MARK_TINTS[3])
    paint(sheet, plan.reach("benefit"), f"ISTEXT({benefit}{FIRST_ROW})", fill=error)
    # Compared by "=": COUNTIFS would take * and ? in a name as wildcards.
    same = "*".join(f"(${c}${FIRST_ROW}:${c}${_REACH}=${c}{FIRST_ROW})" for c in (name, company))
    # Of the district's rows only those just typed: the bureau decides in 疑似重复 on those that have a number.
    typed = f'${column_letters(plan.column(ORIGIN_HEADER))}{FIRST_ROW}="",' if plan.of_district else ""
    twice = f'AND({typed}${name}{FIRST_ROW}<>"",${company}{FIRST_ROW}<>"",SUMPRODUCT({same})>1)'
    paint(sheet, plan.reach("project_name", "company"), twice, fill=error)
    # Whether a column must be filled in stands above its mark column, where 应用参数 can change it.
    mark = column_letters(min(plan.marks.values()))
    for field, column in plan.marks.items():
        sheet.cell(TITLE_ROW, column).value = int(must_be_filled(plan.taken.get(field, field), notice))
    filled = f"COUNTA(${name}{FIRST_ROW}:${column_letters(len(plan.fields))}{FIRST_ROW})>0"
    blank = f'AND({mark}${TITLE_ROW}=1,TRIM(A{FIRST_ROW})="",{filled})'
    paint(sheet, plan.span("A", column_letters(len(plan.fields))), blank, fill=fill(BLANK_TINT))


def must_be_filled(column: OwnColumn | str, notice: Notice) -> bool:
    """Whether a column of the table (a field, or one of the bureau's own) is painted while it is blank."""
    if isinstance(column, OwnColumn):
        return column.required
    return column in (*notice.required_fields, TOWN_COLUMN.field)


def _printing(sheet: Worksheet, plan: Plan) -> None:
    a4(sheet, landscape=True)
    sheet.print_area = f"A1:{column_letters(len(plan.fields))}{plan.footer_row}"
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    number_pages(sheet)
    sheet.freeze_panes = f"C{FIRST_ROW}"
    if plan.of_district:
        # Over the spacer, so that rows inserted above it are filtered and sorted with the others.
        last = column_letters(max(plan.marks.values()))
        sheet.auto_filter.ref = f"A{HEADER_ROW}:{last}{plan.spacer_row}"
