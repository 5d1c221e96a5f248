"""Where things stand on a sheet of Excel: the used range and the merged areas, asked for in few calls."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from xlpy.errors import CannotRun
from xlpy.grids import Box, a1
from xlpy.surfaces.references import column_number

if TYPE_CHECKING:
    import xlwings as xw

_ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")
_MANY_CELLS: Final = 1_000_000
_FORMULAS, _PART, _BY_ROWS, _PREVIOUS = -4123, 2, 1, 2  # XlFindLookIn, XlLookAt, XlSearchOrder, XlSearchDirection
_TOP, _BOTTOM = 8, 4  # rows in which titles, headers and the line below a table are merged
_MOST_QUESTIONS: Final = 120


def address(box: Box) -> str:
    """A4:I18."""
    return f"{a1(box.top, box.left)}:{a1(box.bottom, box.right)}"


def box_of(text: str) -> Box:
    """The rectangle that an address of Excel names.

    >>> box_of("$B$2:$D$9"), box_of("A1")
    (Box(top=2, left=2, bottom=9, right=4), Box(top=1, left=1, bottom=1, right=1))
    """
    found = _ADDRESS.fullmatch(text)
    if not found:
        raise ValueError(text)
    left, top, right, bottom = found.groups()
    return Box(int(top), column_number(left), int(bottom or top), column_number(right or left))


def used_box(sheet: xw.Sheet) -> tuple[xw.Range, Box]:
    """The used range and its place; where formats make it reach over far too many cells, up to the last filled row."""
    used = sheet.used_range
    box = box_of(used.address)
    if (box.bottom - box.top + 1) * (box.right - box.left + 1) > _MANY_CELLS:
        last = used.api.Find(What="*", LookIn=_FORMULAS, LookAt=_PART, SearchOrder=_BY_ROWS, SearchDirection=_PREVIOUS)
        box = box._replace(bottom=last.Row if last is not None else box.top)
        used = sheet[address(box)]
    return used, box


def merged_areas(sheet: xw.Sheet, used: xw.Range, box: Box) -> list[Box]:
    """The merged areas of the used range. Raises CannotRun where there are too many to ask for.

    Excel tells for any block whether all, none or some of its cells are merged: asked by halves, the number of calls
    depends on how many areas there are, not on how many rows.
    """
    if used.merge_cells is False:
        return []
    areas: list[Box] = []
    pending = _bands(box)
    questions = 0
    while pending:
        part = pending.pop()
        if known := next((area for area in areas if _overlap(area, part)), None):
            pending += _without(part, known)
            continue
        questions += 1
        if questions > _MOST_QUESTIONS:
            raise CannotRun(
                f"工作表“{sheet.name}”里合并的单元格太多", "请取消表格里的合并单元格，让每一行都填完整，再点一次"
            )
        cells = sheet[address(part)]
        merged = cells.merge_cells
        if merged is None:  # some of them
            pending += _halves(part)
        elif merged:
            areas.append(box_of(sheet[a1(part.top, part.left)].merge_area.address))
            pending.append(part)
    return sorted(areas)


def _bands(box: Box) -> list[Box]:
    """The box as top, body and bottom: the body of a table is seldom merged, and then takes one question."""
    if box.bottom - box.top < _TOP + _BOTTOM:
        return [box]
    cuts = (box.top, box.top + _TOP, box.bottom - _BOTTOM + 1, box.bottom + 1)
    return [Box(top, box.left, end - 1, box.right) for top, end in pairwise(cuts) if top < end]


def _halves(box: Box) -> list[Box]:
    if box.bottom > box.top:
        middle = (box.top + box.bottom) // 2
        return [box._replace(bottom=middle), box._replace(top=middle + 1)]
    middle = (box.left + box.right) // 2
    return [box._replace(right=middle), box._replace(left=middle + 1)]


def _overlap(one: Box, other: Box) -> bool:
    return one.top <= other.bottom and other.top <= one.bottom and one.left <= other.right and other.left <= one.right


def _without(box: Box, hole: Box) -> list[Box]:
    """`box` less `hole`, as up to four rectangles."""
    top, bottom = max(box.top, hole.top), min(box.bottom, hole.bottom)
    parts = (
        Box(box.top, box.left, top - 1, box.right),
        Box(bottom + 1, box.left, box.bottom, box.right),
        Box(top, box.left, bottom, hole.left - 1),
        Box(top, hole.right + 1, bottom, box.right),
    )
    return [part for part in parts if part.top <= part.bottom and part.left <= part.right]
