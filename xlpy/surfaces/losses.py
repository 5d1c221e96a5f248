"""What an edit lost of a workbook: the new package against the old, part by part. Empty is the only good answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from xlpy.patch import DeleteRows, DropSheet, InsertRows, Patch, RowHeight, ShowColumns, Write
from xlpy.surfaces.cellxml import cells_in
from xlpy.surfaces.package import CONTENT_TYPES, Package, relationships_name, sheet_parts, workbook_name
from xlpy.surfaces.references import RowMove, whole

if TYPE_CHECKING:
    from lxml.etree import _Element, iterparse

_KINDS = {
    "drawings": "图片、图形或图表的位置",
    "charts": "图表",
    "media": "图片",
    "comments": "批注",
    "threadedComments": "批注",
    "tables": "表格",
    "pivot": "数据透视表",
    "printerSettings": "打印设置",
    "styles.xml": "单元格样式",
    "theme": "主题颜色",
    "vbaProject": "宏",
    "externalLinks": "外部链接",
    "docProps": "文档属性",
    "worksheets": "工作表内容",
}


class _Cell(NamedTuple):
    style: str
    kind: str
    content: str


def losses(before: Package, after: Package, patch: Patch) -> list[str]:
    """What is gone or altered without the patch asking for it, in words that a clerk knows."""
    operations = patch.operations
    moved = any(isinstance(op, InsertRows | DeleteRows) for op in operations)
    dropped = {op.name for op in operations if isinstance(op, DropSheet)}
    of_a_sheet = Write | InsertRows | DeleteRows | ShowColumns | RowHeight
    touched = {op.sheet for op in operations if isinstance(op, of_a_sheet)} - dropped
    old_sheets = {sheet.name: sheet.part for sheet in sheet_parts(before)}
    new_sheets = {sheet.name: sheet.part for sheet in sheet_parts(after)}

    found = [f"工作表“{name}”" for name in old_sheets if name not in new_sheets and name not in dropped]
    book = workbook_name(before)
    gone = {old_sheets[name] for name in dropped & old_sheets.keys()}
    gone |= {before.spelled(relationships_name(part)) for part in gone}
    gone |= {link.target for link in before.relationships(book) if link.kind == "calcChain"}
    found += [_kind(name) for name in before.names if name not in after and name not in gone]

    sheets = touched & old_sheets.keys() & new_sheets.keys()
    free = {book, before.spelled(relationships_name(book)), before.spelled(CONTENT_TYPES)}
    free |= {link.target for link in after.relationships(book) if link.kind == "sharedStrings"}
    for name in touched & old_sheets.keys():
        free |= {old_sheets[name], before.spelled(relationships_name(old_sheets[name]))}
    excused = {part.rpartition("/")[2] for part in gone}
    excused |= {"hyperlink" for op in operations if isinstance(op, Write) and op.links}
    shrinks = any(isinstance(op, DeleteRows | DropSheet) for op in operations)
    for name in before.names:
        if name not in after or before.raw(name) == after.raw(name):
            continue
        if name not in free and not moved:
            found.append(_kind(name))
        elif not shrinks and name not in {old_sheets[sheet] for sheet in sheets}:
            found += [_kind(name)] * _fewer(_elements(before.raw(name)), _elements(after.raw(name)), excused)
    for name in sorted(sheets):
        was, now = _Rows(before.raw(old_sheets[name])), _Rows(after.raw(new_sheets[name]))
        found += _cells_lost(name, was, now, patch)
        found += [_kind(old_sheets[name])] * (not shrinks and _fewer(was.others(), now.others(), excused))
    return list(dict.fromkeys(found))


def _kind(part: str) -> str:
    return next((words for key, words in _KINDS.items() if key in part), f"其他内容（{part}）")


def _fewer(before: Counter[tuple[str, str]], after: Counter[tuple[str, str]], excused: set[str]) -> bool:
    """Whether elements are gone, other than those with an excused word."""
    return any(not any(word in tag + words for word in excused) for tag, words in before - after)


def _elements(data: bytes) -> Counter[tuple[str, str]]:
    """How often each element of a part occurs; with the part it names where it names one."""
    found: Counter[tuple[str, str]] = Counter()
    for _, element in _parsed(data):
        found[element.tag, _named(element)] += 1
        element.clear()
    return found


def _named(element: _Element) -> str:
    return " ".join(filter(None, map(element.get, ("PartName", "Type", "Target"))))


def _parsed(data: bytes, tag: str | None = None) -> iterparse:
    from lxml import etree

    return etree.iterparse(BytesIO(data), tag=tag, resolve_entities=False, no_network=True)


class _Rows:
    """The rows of a worksheet part from top to bottom, each forgotten when the next one is asked for.

    All at once those of a hundred thousand lines would take gigabytes, and there are two parts to compare.
    """

    def __init__(self, data: bytes) -> None:
        self._parsed = _parsed(data, "{*}row")
        self.number = 0
        self.row: _Element | None = None

    def next(self) -> _Element | None:
        """The next row, whose `number` it is from then on."""
        former = self.row
        for _, row in self._parsed:
            data = row.getparent()
            if data is not None and data.tag.endswith("}sheetData"):
                if former is not None:
                    data.remove(former)
                self.number, self.row = whole(row.get("r"), self.number + 1), row
                return row
        self.row = None
        return None

    def at(self, number: int) -> _Element | None:
        """The row of this number, if there is one; never one above the row that was asked for before."""
        while self.number < number and self.next() is not None:
            pass
        return self.row if self.number == number else None

    def others(self) -> Counter[tuple[str, str]]:
        """How often each element outside of the rows occurs."""
        while self.next() is not None:
            pass
        parts = [part for part in self._parsed.root if not str(part.tag).endswith("}sheetData")]
        return Counter((e.tag, _named(e)) for part in parts for e in part.iter() if isinstance(e.tag, str))


def _cells_lost(sheet: str, was: _Rows, now: _Rows, patch: Patch) -> list[str]:
    """Cells that the patch does not write must be the same at their new place; written ones must keep their style."""
    from lxml import etree

    moves: list[RowMove] = []
    written: dict[int, list[range]] = {}
    for operation in patch.operations:
        match operation:
            case Write() if operation.sheet == sheet:
                for r, values in enumerate(operation.values, operation.row):
                    written.setdefault(r, []).append(range(operation.column, operation.column + len(values)))
            case InsertRows(name, row, count) | DeleteRows(name, row, count) if name == sheet:
                move = RowMove(sheet, row, count if isinstance(operation, InsertRows) else -count)
                written = {new: columns for r, columns in written.items() if (new := move.line(r)) is not None}
                moves.append(move)
    while (line := was.next()) is not None:
        place = _line(was.number, moves)
        if place is None:
            continue
        found = now.at(place)
        if found is not None and place == was.number and etree.tostring(line) == etree.tostring(found):
            continue
        cells = {} if found is None else _cells(found)
        for column, cell in _cells(line).items():
            same = cells.get(column)
            if same is None or same.style != cell.style:
                return [f"工作表“{sheet}”的单元格格式"]
            if same != cell and not any(column in columns for columns in written.get(place, ())):
                return [f"工作表“{sheet}”的单元格内容"]
    return []


def _line(row: int, moves: Iterable[RowMove]) -> int | None:
    """Where a row is after the moves; None for one that was deleted."""
    place: int | None = row
    for move in moves:
        place = move.line(place) if place else None
    return place


def _cells(row: _Element) -> dict[int, _Cell]:
    """The cells of a row by column."""
    return {
        column: _Cell(cell.get("s", "0"), cell.get("t", "n"), _content(cell) if len(cell) else "")
        for column, cell in cells_in(row)
    }


def _content(cell: _Element) -> str:
    """What the cell shows, as it is stored: its text less that of its formula."""
    return "".join(
        (part.text or "") if not len(part) else "".join(part.itertext())
        for part in cell
        if not str(part.tag).endswith("}f")
    )
