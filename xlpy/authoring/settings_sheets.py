"""The sheets 参数 and 规则, from `xlpy.settings`, and the names by which the drop-downs find the code lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink

from xlpy.authoring.sheets import add_sheet, choice, heading, number_pages, paint, restrict
from xlpy.authoring.style import (
    BOX,
    CENTRE,
    GREY,
    HEADER_FILL,
    HEI,
    LEFT,
    SONG,
    TEXT_FORMAT,
    TOP_LEFT,
    a4,
    as_input,
    fill,
    font,
)
from xlpy.authoring.summary_table import MARK_TINTS, list_name, own_list_name
from xlpy.flags import Rule, Severity
from xlpy.grids import Scalar, column_letters
from xlpy.layout import (
    OWN_CHECK_HEADERS,
    OWN_COLUMN_HEADERS,
    RULE_HEADERS,
    RULES,
    SETTING_HEADERS,
    SETTINGS,
    VALID_HEADERS,
)
from xlpy.notice import MOST_COLUMNS, ORIGINAL, Notice
from xlpy.own_settings import KINDS, NO, SCOPES, YES
from xlpy.setting_table import (
    HIDDEN_LISTS_AT,
    LIST_COLUMNS,
    LIST_HEADERS,
    MOST_ENTRIES,
    OWN_COLUMN_AT,
    POINTERS,
    SETTINGS_TABLE,
    WHOLE,
    Setting,
    hidden_lists,
    limits,
    limits_text,
)
from xlpy.settings import BY_CASE, SEVERITY_WORDS, rules_rows, settings_rows
from xlpy.wrapping import lines

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

HEADER_ROW: Final = 3
LIST_END: Final = 60  # the last row of a code list that has prompts and formats
_LIST_INPUTS: Final = 25  # rows tinted for typing
_CHECK_INPUTS: Final = 12  # lines for own checks
_CENTRED: Final = (1, 3, 4)  # of 规则: 编号, 级别, 启用

_SETTING_WIDTHS: Final = (20, 46, 60, 19, 32)
_LIST_WIDTHS: Final = (18, 36, 15, 15)
_OWN_WIDTHS: Final = (20, 9, 8, 36, 24, 36)
_RULE_WIDTHS: Final = (7, 32, 9, 8, 50, 50, 34)
_LINK_INK: Final = "FF0563C1"
_DAY_FORMAT: Final = 'yyyy"年"m"月"d"日"'
_PERCENT_FORMAT: Final = 'General"%"'  # a typed 1% shows as 0.01%: the slip is seen


def add_settings(book: Workbook, notice: Notice) -> Worksheet:
    """参数: name, value and explanation of every setting; the code lists to the right."""
    sheet = add_sheet(book, SETTINGS)
    hint = (
        "只改“值”和右边的清单、自定义栏目；下面几行说明右边各列怎么填，点“值”就跳过去。"
        "清单可以接着往下加。改好后点“应用参数”，再点“校验”就按新的查"
    )
    heading(sheet, SETTINGS, hint)
    sheet.row_dimensions[HEADER_ROW].height = 26
    rows = settings_rows(notice)
    wide = len(SETTING_HEADERS)
    for number, row in enumerate(rows, HEADER_ROW):
        for column, value in enumerate(row[:wide], 1):
            if value is not None:
                cell = sheet.cell(number, column, value)
                _header(cell) if number == HEADER_ROW else _line(cell)
    for number, setting in enumerate(SETTINGS_TABLE, HEADER_ROW + 1):
        _value(sheet, number, setting)
    _pointers(sheet)
    for which, column in LIST_COLUMNS.items():
        width = len(LIST_HEADERS[which])
        _table(sheet, column, [row[column - 1 : column - 1 + width] for row in rows], max(len(rows), _LIST_INPUTS))
        for offset, size in enumerate(_LIST_WIDTHS[:width]):
            sheet.column_dimensions[column_letters(column + offset)].width = size
    _dates(sheet)
    _own_columns(sheet, [row[OWN_COLUMN_AT - 1 :] for row in rows])
    for column, size in enumerate(_SETTING_WIDTHS, 1):
        sheet.column_dimensions[column_letters(column)].width = size
    for gap in (wide + 1, OWN_COLUMN_AT - 1):
        sheet.column_dimensions[column_letters(gap)].width = 3
    _heights(sheet, range(HEADER_ROW + 1, HEADER_ROW + max(len(rows), _LIST_INPUTS) + 1))
    last_list, first_list = column_letters(OWN_COLUMN_AT - 2), column_letters(min(LIST_COLUMNS.values()))
    first_own, last_own = column_letters(OWN_COLUMN_AT), column_letters(OWN_COLUMN_AT + len(OWN_COLUMN_HEADERS) - 1)
    lines_end = HEADER_ROW + len(SETTINGS_TABLE) + len(POINTERS)
    lists_end = HEADER_ROW + max(len(getattr(notice, which)) for which in LIST_COLUMNS)
    sheet.print_area = (
        f"A1:{column_letters(wide)}{lines_end},{first_list}{HEADER_ROW}:{last_list}{lists_end},"
        f"{first_own}{HEADER_ROW - 1}:{last_own}{HEADER_ROW + MOST_COLUMNS}"
    )
    sheet.freeze_panes = f"B{HEADER_ROW + 1}"
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    _printing(sheet, pages_high=4)  # two pages for the settings, one for the lists, one for the own columns
    names = {list_name(which): column for which, column in LIST_COLUMNS.items()}
    for name, column in (names | _hidden_lists(sheet, notice)).items():
        book.defined_names[name] = DefinedName(name, attr_text=_filled_part(column_letters(column)))
    return sheet


def _filled_part(letter: str) -> str:
    """The cells below the header down to the last filled one, also where an entry in between was cleared."""
    first = f"{SETTINGS}!${letter}${HEADER_ROW + 1}"
    whole = f"{first}:${letter}${HEADER_ROW + MOST_ENTRIES}"
    return f'OFFSET({first},0,0,MAX(1,SUMPRODUCT(MAX(({whole}<>"")*(ROW({whole})-ROW({first})+1)))),1)'


def _hidden_lists(sheet: Worksheet, notice: Notice) -> dict[str, int]:
    """The lists that a drop-down cannot read off the sheet, in hidden columns that 应用参数 fills anew: the choices of
    the own columns, which stand in one cell, and the units, whose days decide. Their names, each with its column.
    """
    names = [*map(own_list_name, range(MOST_COLUMNS)), list_name("units")]
    for column, (header, entries) in enumerate(hidden_lists(notice, notice.columns).items(), HIDDEN_LISTS_AT):
        sheet.column_dimensions[column_letters(column)].hidden = True
        for row, entry in enumerate((header, *entries), HEADER_ROW):
            sheet.cell(row, column, entry).number_format = TEXT_FORMAT
    return dict(zip(names, range(HIDDEN_LISTS_AT, HIDDEN_LISTS_AT + len(names)), strict=True))


def add_rules(book: Workbook, notice: Notice, catalogue: Mapping[str, Rule]) -> Worksheet:
    """规则: what is checked and why; 级别, 启用 and 自定义提示语 can be changed."""
    sheet = add_sheet(book, RULES)
    hint = (
        "可以改“级别”“启用”和“自定义提示语”（留空就用软件自带的提示；写上“"
        + ORIGINAL
        + "”，那里就换成软件自带的提示）。最下面可以加本区自己的检查。改好后再点“校验”就按新的查"
    )
    heading(sheet, RULES, hint)
    sheet.row_dimensions[HEADER_ROW].height = 26
    rows = rules_rows(notice, catalogue)
    first, last = HEADER_ROW + 1, HEADER_ROW + len(catalogue)
    inputs = {RULE_HEADERS.index(header) + 1 for header in ("级别", "启用", "自定义提示语")}
    for number, row in enumerate(rows[: len(catalogue) + 1], HEADER_ROW):
        for column, value in enumerate(row, 1):
            cell = _written(sheet, number, column, value)
            if number == HEADER_ROW:
                _header(cell)
                continue
            _line(cell)
            if column in _CENTRED:
                cell.alignment = CENTRE
            if column in inputs:
                as_input(cell)
    for column, width in enumerate(_RULE_WIDTHS, 1):
        sheet.column_dimensions[column_letters(column)].width = width
    _heights(sheet, range(first, last + 1))
    own_first, own_last = _own_checks(sheet, last + 2, rows[len(catalogue) + 2 :])
    level, switch = (column_letters(RULE_HEADERS.index(header) + 1) for header in ("级别", "启用"))

    def both(left: str, right: str) -> str:
        return f"{left}{first}:{right}{last} {left}{own_first}:{right}{own_last}"

    choice(
        sheet,
        f"{level}{first}:{level}{last}",
        (*SEVERITY_WORDS, BY_CASE),
        "错误必须改；警告请核对；提示供参考；按情况由软件判断",
    )
    choice(sheet, both(switch, switch), (YES, NO), "选“否”就不再查这一条")
    for severity in Severity:
        tint = fill(MARK_TINTS[severity.level])
        paint(sheet, both(level, level), f'${level}{first}="{severity.label}"', fill=tint)
    right = column_letters(len(RULE_HEADERS))
    paint(sheet, both("A", right), f'${switch}{first}="{NO}"', font=Font(color="FF8C8C8C"))
    sheet.auto_filter.ref = f"A{HEADER_ROW}:{right}{last}"
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    sheet.print_area = f"A1:{right}{own_last}"
    sheet.freeze_panes = f"C{first}"
    _printing(sheet)
    return sheet


def _own_checks(sheet: Worksheet, row: int, rows: list[list[Scalar]]) -> tuple[int, int]:
    """The explanation in `row`, below it the own checks with blank lines to go on: their first and last row."""
    (_, explained, *_), *table = rows
    text = sheet.cell(row, 2, explained)
    text.font, text.alignment = font(SONG, 10, color=GREY), TOP_LEFT
    sheet.merge_cells(start_row=row, end_row=row, start_column=2, end_column=len(OWN_CHECK_HEADERS))
    sheet.row_dimensions[row].height = 44
    first, last = row + 2, row + 1 + max(len(table) - 1, _CHECK_INPUTS)
    _table(sheet, 1, table, last - row, top=row + 1)
    for number in range(first, last + 1):
        for column in _CENTRED:
            sheet.cell(number, column).alignment = CENTRE
    _heights(sheet, range(first, last + 1))
    for header, words, prompt in (
        ("级别", SEVERITY_WORDS, "新加的检查先用“提示”，看准了再改"),
        ("范围", tuple(SCOPES.values()), "行：每个项目查一次；全表：整张表只查一次"),
    ):
        letter = column_letters(OWN_CHECK_HEADERS.index(header) + 1)
        choice(sheet, f"{letter}{first}:{letter}{last}", words, prompt)
    for header, prompt in (
        ("编号", "C1、C2……C999，不能重复"),
        ("公式", '以 = 开头，例如 =AND([@企业规模]="微型",[@经济效益]>5000)。成立就算有问题'),
        ("提示语", "写给填表人看的话；可以用 [@项目单位] 带出这一行的内容"),
    ):
        letter = column_letters(OWN_CHECK_HEADERS.index(header) + 1)
        restrict(sheet, DataValidation(), f"{letter}{first}:{letter}{last}", prompt)
    return first, last


def _header(cell: Cell) -> None:
    cell.font, cell.alignment, cell.border, cell.fill = font(HEI, 11), CENTRE, BOX, HEADER_FILL


def _line(cell: Cell) -> None:
    cell.font, cell.alignment, cell.border = font(SONG, 10.5), LEFT, BOX
    if isinstance(cell.value, str):
        cell.number_format = TEXT_FORMAT


def _value(sheet: Worksheet, row: int, setting: Setting) -> None:
    """The value's cell: its format, and what Excel accepts there."""
    cell = sheet.cell(row, SETTING_HEADERS.index("值") + 1)
    if isinstance(cell.value, dt.date):
        as_input(cell, _DAY_FORMAT)
        rule = DataValidation(type="date", operator="between", formula1="36526", formula2="73415")  # 2000…2100
    elif isinstance(cell.value, int | float):
        as_input(cell, _PERCENT_FORMAT if setting.unit == "%" else "General")
        low, high = limits(setting.key)
        rule = DataValidation(type="whole" if setting.kind is WHOLE else "decimal", formula1=str(low))
        if high is not None:
            rule.operator, rule.formula2 = "between", str(high)
        else:
            rule.operator = "greaterThan" if limits_text(setting.key).startswith("大于") else "greaterThanOrEqual"
    else:
        as_input(cell)
        return
    what = {"date": "日期", "whole": "整数"}.get(rule.type or "", "数字")
    expected = f"{limits_text(setting.key)}（{setting.unit}）" if rule.type != "date" else f"例如 {setting.example}"
    rule.error, rule.errorTitle = f"“{setting.name}”应填{what}，{expected}", "请核对"
    rule.showErrorMessage, rule.allow_blank = True, True
    rule.add(cell.coordinate)
    sheet.add_data_validation(rule)


def _pointers(sheet: Worksheet) -> None:
    """The lines that explain the tables on the right: a click on the value leads there."""
    for row, pointer in enumerate(POINTERS, HEADER_ROW + 1 + len(SETTINGS_TABLE)):
        cell = sheet.cell(row, SETTING_HEADERS.index("值") + 1)
        target = f"{column_letters(pointer.column)}{HEADER_ROW}"
        cell.hyperlink = Hyperlink(cell.coordinate, location=f"'{SETTINGS}'!{target}", display=pointer.place)
        cell.font, cell.alignment = font(SONG, 10.5, color=_LINK_INK), LEFT
        reach = MOST_COLUMNS if pointer.column >= OWN_COLUMN_AT else LIST_END - HEADER_ROW
        if pointer.header not in (*VALID_HEADERS, "类型", "必填"):
            letter = column_letters(pointer.column)
            cells = f"{letter}{HEADER_ROW + 1}:{letter}{HEADER_ROW + reach}"
            restrict(sheet, DataValidation(), cells, pointer.explanation)


def _dates(sheet: Worksheet) -> None:
    """From and until when a unit is valid."""
    for pointer in POINTERS:
        if pointer.header not in VALID_HEADERS:
            continue
        letter = column_letters(pointer.column)
        for row in range(HEADER_ROW + 1, LIST_END + 1):
            sheet.cell(row, pointer.column).number_format = _DAY_FORMAT
        rule = DataValidation(type="date", operator="between", formula1="36526", formula2="73415")
        error = f"“{pointer.header}”应填日期，例如 {pointer.example}"
        restrict(sheet, rule, f"{letter}{HEADER_ROW + 1}:{letter}{LIST_END}", pointer.explanation, error)


def _own_columns(sheet: Worksheet, rows: list[list[Scalar]]) -> None:
    """The table of own columns, as many lines as there may be."""
    title = sheet.cell(HEADER_ROW - 1, OWN_COLUMN_AT, f"自定义栏目（最多 {MOST_COLUMNS} 个）")
    title.font = font(HEI, 11)
    _table(sheet, OWN_COLUMN_AT, rows, MOST_COLUMNS + 1)
    explained = {pointer.column: pointer.explanation for pointer in POINTERS}
    for column, size in enumerate(_OWN_WIDTHS, OWN_COLUMN_AT):
        sheet.column_dimensions[column_letters(column)].width = size
    for header, words in (("类型", tuple(KINDS.values())), ("必填", (YES, NO))):
        column = OWN_COLUMN_AT + OWN_COLUMN_HEADERS.index(header)
        letter = column_letters(column)
        cells = f"{letter}{HEADER_ROW + 1}:{letter}{HEADER_ROW + MOST_COLUMNS}"
        choice(sheet, cells, words, explained[column])


def _table(sheet: Worksheet, column: int, rows: list[list[Scalar]], height: int, top: int = HEADER_ROW) -> None:
    """A table to fill in, its header in the row `top`, with blank lines to go on: `height` lines in all."""
    for number in range(height):
        for offset in range(len(rows[0])):
            value = rows[number][offset] if number < len(rows) else None
            cell = _written(sheet, top + number, column + offset, value)
            if number:
                _line(cell)
                as_input(cell)
            else:
                _header(cell)


def _written(sheet: Worksheet, row: int, column: int, value: Scalar) -> Cell:
    """A cell with a value: text stays text, also the formula of an own check."""
    cell: Cell = sheet.cell(row, column, value)
    if isinstance(value, str):
        cell.data_type = "s"
    return cell


def _heights(sheet: Worksheet, rows: range) -> None:
    """Room for the longest text of each row, 10.5 points high."""
    for row in rows:
        needed = 1
        for column in range(1, sheet.max_column + 1):
            text = sheet.cell(row, column).value
            if isinstance(text, str):
                needed = max(needed, lines(text, sheet.column_dimensions[column_letters(column)].width, 10.5))
        sheet.row_dimensions[row].height = 8 + 14 * needed


def _printing(sheet: Worksheet, pages_high: int = 0) -> None:
    a4(sheet, landscape=True, pages_high=pages_high)
    number_pages(sheet, sheet.title)
