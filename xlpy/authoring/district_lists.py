"""The lists of the district workbook: 收支核对, 疑似重复 and 未列入, and the two lists that the bureau pastes.

What the bureau has to decide is orange, what it may type is tinted. LibreOffice shows only the first format of a cell,
by ranges: so none but the last, the boxes, may reach over all columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from openpyxl.styles import Font
from openpyxl.worksheet.datavalidation import DataValidation

from xlpy.accounts import BALANCED, SUBTOTAL, TOTAL, State
from xlpy.authoring.list_sheets import FAINT, FIRST_LINE, box_lines, lines_of, list_sheet
from xlpy.authoring.sheets import choice, paint, restrict
from xlpy.authoring.style import GREY, HEADER_FILL, INPUT_FILL, LEFT, SONG, TEXT_FORMAT, as_input, fill, font
from xlpy.authoring.summary_table import MARK_TINTS, list_name
from xlpy.flags import Severity
from xlpy.grids import column_letters
from xlpy.layout import (
    ACCOUNT_HEADERS,
    ACCOUNTS,
    COMMENDED,
    DUPLICATE_HEADERS,
    DUPLICATES,
    EXCLUDE,
    FILED,
    FIRST,
    KEEP,
    LEFT_OUT,
    LEFT_OUT_HEADERS,
    LISTED_HEADERS,
    MERGE,
    REFUSE,
    SECOND,
    USE,
)

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

# Header by header as in `xlpy.layout`; 0 = hidden.
_ACCOUNT_WIDTHS: Final = (13, 30, 9, 16, 9, 8.5, 7, 6, 6, 6, 13, 13, 13, 12, 8, 42, 0)
_DUPLICATE_WIDTHS: Final = (6, 7.5, 22, 11.5, 24, 19, 15, 11.5, 24, 19, 18, 8, 6.5, 18, 12, 0, 0)
_LEFT_OUT_WIDTHS: Final = (6, 13, 36, 28, 14, 10, 42, 42, 9)
_LISTED_WIDTHS: Final = {COMMENDED: (10, 48, 38, 18, 34), FILED: (10, 52, 42, 44)}
_PASTED_LINES: Final = 18  # tinted to show where to paste; longer lists run on below

_ERROR, _OPEN, _NOTE = (fill(MARK_TINTS[s.level]) for s in (Severity.ERROR, Severity.WARNING, Severity.NOTE))
_BOLD: Final = Font(bold=True)
_FAINT_INK: Final = Font(color=GREY)


def add_accounts(book: Workbook) -> Worksheet:
    """收支核对: per received table and per unit what came in and where it went, with the bureau's decisions."""
    hint = (
        "收到的每份表、每一行、每一万元的去向，由“合并”填写。橙色的等您决定：在“采用”里选用不用这一份；"
        "认不出单位的，在“推荐单位”里选。选好后再点“合并”"
    )
    sheet = list_sheet(book, ACCOUNTS, hint, dict(zip(ACCOUNT_HEADERS, _ACCOUNT_WIDTHS, strict=True)))
    headers = ("推荐单位", "文件", "状态", "采用", "核对", "说明", "内容校验码")
    town, file, state, use, balance, why, digest = _letters(ACCOUNT_HEADERS, headers)
    n = FIRST_LINE
    units = DataValidation(type="list", formula1=list_name("units"), errorStyle="warning")
    unknown = "清单里没有这个单位。由主管部门报送的，确认没写错就选“是”"
    restrict(sheet, units, lines_of(town), "认不出单位的材料请在这里选", unknown)
    prompt = f"{USE}：这一份算数，同一单位有相同项目的旧的一份不再算。{REFUSE}：这一份不算"
    choice(sheet, lines_of(use), (USE, REFUSE), prompt)

    sums = ",".join(f'LEFT(${file}{n},{len(word)})="{word}"' for word in (SUBTOTAL, TOTAL))
    _paint(sheet, lines_of(balance), f'AND(${balance}{n}<>"",${balance}{n}<>"{BALANCED}")', fill=_ERROR)
    _paint(sheet, lines_of("A", why), f'AND(${state}{n}="",OR({sums}))', fill=HEADER_FILL, font=_BOLD)
    _paint(sheet, lines_of(state), f'${state}{n}="{State.PENDING}"', fill=_OPEN)
    _paint(sheet, lines_of(state), f'${state}{n}="{State.MISSING}"', fill=_NOTE)
    _paint(sheet, lines_of(use), f'AND(${state}{n}="{State.PENDING}",${use}{n}="")', fill=_OPEN)
    _paint(sheet, lines_of(use), f'${digest}{n}<>""', fill=INPUT_FILL)
    _paint(sheet, lines_of(town), f'AND(${town}{n}="",${digest}{n}<>"")', fill=_OPEN)
    box_lines(sheet)
    return sheet


def add_duplicates(book: Workbook) -> Worksheet:
    """疑似重复: pairs that may be one project, with the decision on each."""
    hint = (
        f"可能是同一个项目的各对，由“合并”找出。请在橙色格里选：{KEEP}（不是同一个，都留下）、{MERGE}（是同一个，只留一行）、"
        f"{EXCLUDE}（去掉的不受理）；“去掉”不选就是去掉{SECOND}。单个项目不受理：在最下面另写一行，“{FIRST}·项目名称”写它的名称，决定写{EXCLUDE}。再点“合并”就生效"
    )
    sheet = list_sheet(book, DUPLICATES, hint, dict(zip(DUPLICATE_HEADERS, _DUPLICATE_WIDTHS, strict=True)))
    verdict, which, reason, now, one = _letters(DUPLICATE_HEADERS, ("决定", "去掉", "理由", "现状", "甲·编号"))
    choice(
        sheet,
        lines_of(verdict),
        (KEEP, MERGE, EXCLUDE),
        f"{KEEP}：两个都留下。{MERGE}：是同一个，只留一行。{EXCLUDE}：去掉的那个不受理。清空再点“合并”就恢复原样",
    )
    choice(
        sheet,
        lines_of(which),
        (FIRST, SECOND),
        f"合并或排除时去掉哪一个；不选就是{SECOND}。{SECOND}在“{COMMENDED}”“{FILED}”里的，去掉的总是{FIRST}",
    )
    filled = f'${one}{FIRST_LINE}<>""'
    decided = f'${verdict}{FIRST_LINE}<>""'
    _paint(sheet, lines_of(verdict), f'AND({filled},${verdict}{FIRST_LINE}="")', fill=_OPEN)
    _paint(sheet, lines_of(verdict, reason), filled, fill=INPUT_FILL)
    _paint(sheet, lines_of("A", now), decided, font=_FAINT_INK)
    box_lines(sheet)
    return sheet


def add_left_out(book: Workbook) -> Worksheet:
    """未列入: every row received that is not in the table, and why."""
    hint = (
        f"收到了但没有列入“汇总表”的每一行：去了哪里、依据什么决定，由“合并”填写，请不要改。"
        f"要改决定，请到“{ACCOUNTS}”或“{DUPLICATES}”"
    )
    sheet = list_sheet(book, LEFT_OUT, hint, dict(zip(LEFT_OUT_HEADERS, _LEFT_OUT_WIDTHS, strict=True)))
    box_lines(sheet)
    return sheet


def add_listed(book: Workbook, name: str, what: str) -> Worksheet:
    """历年表彰 or 市级申报: an area to paste `what` into, as text, whatever the order of the columns."""
    hint = f"把{what}连同表头从 A3 贴起（列的先后不限，必须有“项目名称”），或照下面的表头填写。“合并”时逐个比对"
    sheet = list_sheet(book, name, hint, dict(zip(LISTED_HEADERS[name], _LISTED_WIDTHS[name], strict=True)))
    for column in range(1, len(LISTED_HEADERS[name]) + 1):
        sheet.column_dimensions[column_letters(column)].number_format = TEXT_FORMAT
        for row in range(FIRST_LINE, FIRST_LINE + _PASTED_LINES):
            cell = sheet.cell(row, column)
            as_input(cell)
            cell.font, cell.alignment, cell.border = font(SONG, 10), LEFT, FAINT
    box_lines(sheet)
    return sheet


def _letters(headers: Sequence[str], wanted: Sequence[str]) -> list[str]:
    return [column_letters(headers.index(header) + 1) for header in wanted]


def _paint(sheet: Worksheet, cells: str, formula: str, **look: Any) -> None:
    paint(sheet, cells, formula, border=FAINT, **look)
