"""What an edit lost of a workbook: the new package against the old, part by part. Empty is the only good answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from xlpy.patch import DeleteRows, DropSheet, InsertRows, Patch, RowHeight, ShowColumns, Write
from xlpy.surfaces.cellxml import cells_in, rows_of
from xlpy.surfaces.package import CONTENT_TYPES, Package, relationships_name, sheet_parts, workbook_name
from xlpy.surfaces.references import RowMove

if TYPE_CHECKING:
    from lxml.etree import _Element

T = TypeVar("T")

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

    free = {book, before.spelled(relationships_name(book)), before.spelled(CONTENT_TYPES)}
    free |= {link.target for link in after.relationships(book) if link.kind == "sharedStrings"}
    for name in touched & old_sheets.keys():
        free |= {old_sheets[name], before.spelled(relationships_name(old_sheets[name]))}
    links = any(isinstance(op, Write) and op.links for op in operations)
    shrinks = any(isinstance(op, DeleteRows | DropSheet) for op in operations)
    for name in before.names:
        if name not in after or before.raw(name) == after.raw(name):
            continue
        if name not in free and not moved:
            found.append(_kind(name))
        elif not shrinks:
            lost = _elements(before.tree(name)) - _elements(after.tree(name))
            excused = {part.rpartition("/")[2] for part in gone} | ({"hyperlink"} if links else set())
            if any(not any(word in tag + words for word in excused) for tag, words in lost):
                found.append(_kind(name))
    for name in sorted(touched & old_sheets.keys() & new_sheets.keys()):
        found += _cells_lost(name, before.tree(old_sheets[name]), after.tree(new_sheets[name]), patch)
    return list(dict.fromkeys(found))


def _kind(part: str) -> str:
    return next((words for key, words in _KINDS.items() if key in part), f"其他内容（{part}）")


def _elements(root: _Element) -> Counter[tuple[str, str]]:
    """How often each element occurs, the content of the cells apart; with the part it names where it names one."""
    naming = ("PartName", "Type", "Target")
    found = Counter(((root.tag, ""),))
    for part in root:
        inside = () if str(part.tag).endswith("}sheetData") else part.iter()
        found.update((e.tag, " ".join(filter(None, map(e.get, naming)))) for e in inside if isinstance(e.tag, str))
    return found


def _cells_lost(sheet: str, before: _Element, after: _Element, patch: Patch) -> list[str]:
    """Cells that the patch does not write must be the same at their new place; written ones must keep their style.

    Row by row: the cells of a hundred thousand rows, all at once, would take gigabytes.
    """
    was, now = _lines(before), _lines(after)
    written: dict[int, list[range]] = {}
    for operation in patch.operations:
        match operation:
            case Write() if operation.sheet == sheet:
                for r, line in enumerate(operation.values, operation.row):
                    written.setdefault(r, []).append(range(operation.column, operation.column + len(line)))
            case InsertRows(name, row, count) if name == sheet:
                was, written = _moved(was, move := RowMove(sheet, row, count)), _moved(written, move)
            case DeleteRows(name, row, count) if name == sheet:
                was, written = _moved(was, move := RowMove(sheet, row, -count)), _moved(written, move)
    for r, lines in was.items():
        cells = _cells(now.get(r, ()))
        for column, cell in _cells(lines).items():
            found = cells.get(column)
            if found is None or found.style != cell.style:
                return [f"工作表“{sheet}”的单元格格式"]
            if found != cell and not any(column in columns for columns in written.get(r, ())):
                return [f"工作表“{sheet}”的单元格内容"]
    return []


def _lines(root: _Element) -> dict[int, list[_Element]]:
    """The rows of a worksheet by number."""
    found: dict[int, list[_Element]] = {}
    for number, row in rows_of(root.find("{*}sheetData")):
        found.setdefault(number, []).append(row)
    return found


def _moved(lines: Mapping[int, T], move: RowMove) -> dict[int, T]:
    return {new: line for r, line in lines.items() if (new := move.line(r)) is not None}


def _cells(lines: Iterable[_Element]) -> dict[int, _Cell]:
    """The cells of a row by column."""
    return {
        column: _Cell(cell.get("s", "0"), cell.get("t", "n"), _content(cell) if len(cell) else "")
        for line in lines
        for column, cell in cells_in(line)
    }


def _content(cell: _Element) -> str:
    """What the cell shows, as it is stored: its text less that of its formula."""
    return "".join(
        (part.text or "") if not len(part) else "".join(part.itertext())
        for part in cell
        if not str(part.tag).endswith("}f")
    )
