"""The sheets 参数 and 规则, from `xlpy.settings`, and the names by which the drop-downs find the code lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from xlpy.authoring.sheets import add_sheet, choice, heading, number_pages, paint
from xlpy.authoring.style import (
    BOX,
    CENTRE,
    HEADER_FILL,
    HEI,
    LEFT,
    SONG,
    TEXT_FORMAT,
    a4,
    as_input,
    fill,
    font,
    lines,
)
from xlpy.authoring.summary_table import MARK_TINTS, list_name
from xlpy.flags import Rule, Severity
from xlpy.grids import Scalar, column_letters
from xlpy.layout import RULE_HEADERS, RULES, SETTING_HEADERS, SETTINGS
from xlpy.notice import Notice
from xlpy.setting_table import LIST_COLUMNS, SETTINGS_TABLE, WHOLE, Setting, limits, limits_text
from xlpy.own_settings import NO, YES
from xlpy.settings import BY_CASE, SEVERITY_WORDS, rules_rows, settings_rows

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

HEADER_ROW: Final = 3
LIST_END: Final = 60  # the last row of a code list that a drop-down shows
_LIST_INPUTS: Final = 25  # rows tinted for typing

_SETTING_WIDTHS: Final = (20, 46, 60, 19, 32)
_RULE_WIDTHS: Final = (7, 32, 9, 8, 50, 50, 34)
_DAY_FORMAT: Final = 'yyyy"年"m"月"d"日"'
_PERCENT_FORMAT: Final = 'General"%"'  # a typed 1% shows as 0.01%: the slip is seen


def add_settings(book: Workbook, notice: Notice) -> Worksheet:
    """参数: name, value and explanation of every setting; the code lists to the right."""
    sheet = add_sheet(book, SETTINGS)
    hint = "只改“值”和右边的清单；别名是同一项的其他写法，用顿号隔开。清单可以接着往下加。改好后再点“校验”就按新的查"
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
    for column in LIST_COLUMNS.values():
        _code_list(book, sheet, column, [row[column - 1 : column + 1] for row in rows])
    for column, width in enumerate(_SETTING_WIDTHS, 1):
        sheet.column_dimensions[column_letters(column)].width = width
    sheet.column_dimensions[column_letters(wide + 1)].width = 3
    _heights(sheet, range(HEADER_ROW + 1, HEADER_ROW + max(len(rows), _LIST_INPUTS) + 1))
    last = column_letters(max(LIST_COLUMNS.values()) + 1)
    first_list = column_letters(min(LIST_COLUMNS.values()))
    bottom = HEADER_ROW + len(rows) - 1
    sheet.print_area = f"A1:{column_letters(wide)}{bottom},{first_list}{HEADER_ROW}:{last}{bottom}"
    sheet.freeze_panes = f"B{HEADER_ROW + 1}"
    _printing(sheet, pages_high=2)  # a page for the settings, a page for the lists
    for which, column in LIST_COLUMNS.items():
        name, start = list_name(which), f"{SETTINGS}!${column_letters(column)}${HEADER_ROW + 1}"
        whole = f"{start}:${column_letters(column)}${LIST_END}"
        book.defined_names[name] = DefinedName(name, attr_text=f"OFFSET({start},0,0,MAX(1,COUNTA({whole})),1)")
    return sheet


def add_rules(book: Workbook, notice: Notice, catalogue: Mapping[str, Rule]) -> Worksheet:
    """规则: what is checked and why; 级别, 启用 and 自定义提示语 can be changed."""
    sheet = add_sheet(book, RULES)
    heading(sheet, RULES, "可以改“级别”“启用”和“自定义提示语”（留空就用软件自带的提示）。改好后再点“校验”就按新的查")
    sheet.row_dimensions[HEADER_ROW].height = 26
    rows = rules_rows(notice, catalogue)
    level, enabled, message = (RULE_HEADERS.index(h) + 1 for h in ("级别", "启用", "自定义提示语"))
    for number, row in enumerate(rows, HEADER_ROW):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(number, column, value)
            if number == HEADER_ROW:
                _header(cell)
                continue
            _line(cell)
            if column in (1, level, enabled):
                cell.alignment = CENTRE
            if column in (level, enabled, message):
                as_input(cell)
    for column, width in enumerate(_RULE_WIDTHS, 1):
        sheet.column_dimensions[column_letters(column)].width = width
    first, last = HEADER_ROW + 1, HEADER_ROW + len(rows) - 1
    _heights(sheet, range(first, last + 1))
    letter, switch = column_letters(level), column_letters(enabled)
    levels, switches = f"{letter}{first}:{letter}{last}", f"{switch}{first}:{switch}{last}"
    severities = (*SEVERITY_WORDS, BY_CASE)
    choice(sheet, levels, severities, "错误必须改；警告请核对；提示供参考；按情况由软件判断")
    choice(sheet, switches, (YES, NO), "选“否”就不再查这一条")
    for severity in Severity:
        tint = fill(MARK_TINTS[severity.level])
        paint(sheet, levels, f'${letter}{first}="{severity.label}"', fill=tint)
    all_cells = f"A{first}:{column_letters(len(RULE_HEADERS))}{last}"
    paint(sheet, all_cells, f'${switch}{first}="{NO}"', font=Font(color="FF8C8C8C"))
    sheet.auto_filter.ref = f"A{HEADER_ROW}:{column_letters(len(RULE_HEADERS))}{last}"
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    sheet.freeze_panes = f"C{first}"
    _printing(sheet)
    return sheet


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


def _code_list(book: Workbook, sheet: Worksheet, column: int, pairs: list[list[Scalar]]) -> None:
    """A list and its aliases, with blank lines to go on."""
    for number, row in enumerate(range(HEADER_ROW, HEADER_ROW + max(len(pairs), _LIST_INPUTS))):
        values = pairs[number] if number < len(pairs) else [None, None]
        for offset, value in enumerate(values):
            cell = sheet.cell(row, column + offset, value)
            if row == HEADER_ROW:
                _header(cell)
            else:
                _line(cell)
                as_input(cell)
    sheet.column_dimensions[column_letters(column)].width = 18
    sheet.column_dimensions[column_letters(column + 1)].width = 36


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
