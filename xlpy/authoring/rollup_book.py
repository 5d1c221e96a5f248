"""The workbook of a roll-up: a line for the whole, for every folder and for every district, folded by level."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment

from xlpy.authoring.package import save_workbook
from xlpy.authoring.sheets import add_sheet, heading, number_pages
from xlpy.authoring.style import (
    AMOUNT_FORMAT,
    BOX,
    CENTRE,
    HEADER_FILL,
    HEI,
    LEFT,
    RIGHT,
    SONG,
    TEXT_FORMAT,
    a4,
    fill,
    font,
)
from xlpy.authoring.summary_table import MARK_TINTS
from xlpy.commands.rolling_up import Figures, RollUp, Tally, labels
from xlpy.flags import Severity
from xlpy.grids import Scalar, column_letters
from xlpy.layout import HEADER_OF
from xlpy.patch import safe_text
from xlpy.totals import GROUPINGS
from xlpy.wrapping import lines

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

OVERVIEW, REST = "汇总", "未采用"
_HEADER_ROW: Final = 3
_SIZE: Final = 10
_COUNT: Final = "#,##0"
_SHOWN: Final = f"{_COUNT};-{_COUNT};", f"{AMOUNT_FORMAT};-{AMOUNT_FORMAT};"  # without noughts, of which there are many
_ERROR_FILL: Final = fill(MARK_TINTS[Severity.ERROR.level])
_MOST_OUTLINES: Final = 7  # Excel folds no deeper

# Header, width, number format.
_OVERVIEW: Final = (
    ("地区", 30, TEXT_FORMAT),
    ("区级表（份）", 14, _COUNT),
    ("项目数（个）", 14, _COUNT),
    ("经济效益（万元）", 18, AMOUNT_FORMAT),
    ("未计入效益（个）", 18, _COUNT),
    ("错误", 8, _COUNT),
    ("警告", 8, _COUNT),
    ("收到行数", 11, _COUNT),
    ("核对", 12, TEXT_FORMAT),
    ("说明", 36, TEXT_FORMAT),
    ("文件", 36, TEXT_FORMAT),
)


def rollup_bytes(rollup: RollUp, time: str) -> bytes:
    """The workbook: 汇总, a sheet for each grouping, and 未采用. The same figures and `time` give the same bytes."""
    book = Workbook()
    book.remove(book.worksheets[0])
    whole = rollup.lines[0]
    hint = f"{time} 由 {whole.districts} 份区级汇总表汇总，金额单位：万元。左边的 1、2、3 按级展开或收起"
    sheet = _sheet(book, OVERVIEW, hint, _OVERVIEW)
    for row, line in enumerate(rollup.lines, _HEADER_ROW + 1):
        _write(sheet, row, _overview(line), _OVERVIEW, line)
        if line.unbalanced:
            sheet.cell(row, 9).fill = _ERROR_FILL
    for key in GROUPINGS:
        _grouping(book, key, rollup, hint)
    columns = (("文件", 60, TEXT_FORMAT), ("原因", 90, TEXT_FORMAT))
    rest = _sheet(book, REST, f"文件夹里另外 {len(rollup.skipped)} 个文件没有算进去，原因如下", columns)
    for row, skipped in enumerate(rollup.skipped, _HEADER_ROW + 1):
        _write(rest, row, (skipped.file, skipped.reason), columns)
    book.properties.creator = "xlpy"
    return save_workbook(book)


def _overview(line: Figures) -> tuple[Scalar, ...]:
    return (
        line.name,
        line.districts,
        line.total.count,
        line.total.amount,
        line.left_out,
        line.errors,
        line.warnings,
        line.rows_in,
        line.balance,
        line.why,
        line.file,
    )


def _grouping(book: Workbook, key: str, rollup: RollUp, hint: str) -> None:
    """项目数 and 万元 of every label side by side."""
    found = labels(rollup.lines, key)
    columns = [("地区", 30, TEXT_FORMAT)]
    for label in found:
        columns += [(f"{label}（个）", 15, _SHOWN[0]), (f"{label}（万元）", 18, _SHOWN[1])]
    sheet = _sheet(book, f"按{HEADER_OF[key]}", hint, columns)
    for row, line in enumerate(rollup.lines, _HEADER_ROW + 1):
        tallies = [line.groups.get(key, {}).get(label, Tally()) for label in found]
        _write(sheet, row, (line.name, *(x for t in tallies for x in (t.count, t.amount))), columns, line)


def _sheet(book: Workbook, name: str, hint: str, columns: Sequence[tuple[str, int, str]]) -> Worksheet:
    sheet = add_sheet(book, name)
    heading(sheet, name, hint)
    sheet.row_dimensions[_HEADER_ROW].height = 31
    for number, (header, width, _) in enumerate(columns, 1):
        cell = sheet.cell(_HEADER_ROW, number)
        cell.value, cell.data_type = safe_text(header), "s"
        cell.font, cell.alignment, cell.border, cell.fill = font(HEI, 10.5), CENTRE, BOX, HEADER_FILL
        sheet.column_dimensions[column_letters(number)].width = width
    sheet.freeze_panes = f"B{_HEADER_ROW + 1}"
    sheet.sheet_properties.outlinePr.summaryBelow = False  # type: ignore[union-attr]  # never None
    sheet.print_title_rows, sheet.print_title_cols = f"{_HEADER_ROW}:{_HEADER_ROW}", "A:A"
    a4(sheet, landscape=True)
    number_pages(sheet, name)
    return sheet


def _write(
    sheet: Worksheet,
    row: int,
    values: Sequence[Scalar],
    columns: Sequence[tuple[str, int, str]],
    line: Figures | None = None,
) -> None:
    """One line; sums are bold, and what they sum can be folded away. Text stays text, whatever a file is called."""
    look = font(SONG, _SIZE, bold=bool(line and not line.file))
    for number, (value, (_, _, number_format)) in enumerate(zip(values, columns, strict=True), 1):
        cell = sheet.cell(row, number)
        if isinstance(value, str):
            cell.value, cell.data_type, cell.alignment = safe_text(value), "s", LEFT
        else:
            cell.value, cell.alignment = value, RIGHT
        cell.font, cell.border, cell.number_format = look, BOX, number_format
    if line:
        depth = min(line.depth, _MOST_OUTLINES)
        sheet.cell(row, 1).alignment = Alignment("left", "center", indent=depth)
        sheet.row_dimensions[row].outlineLevel = depth
    needed = (lines(v, w, _SIZE) for v, (_, w, _) in zip(values, columns, strict=True) if isinstance(v, str))
    sheet.row_dimensions[row].height = 15 * max(needed)
