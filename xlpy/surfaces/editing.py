"""A `Patch` carried out on the parts of a closed .xlsx workbook.

Only what an operation names is changed: cells, links, rows, and the references that follow moved rows. Formulas are
not calculated here; a workbook that has any is marked to be calculated when Excel or WPS opens it.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from xlpy.errors import CannotRun, UnreadableFile
from xlpy.grids import Scalar, a1
from xlpy.patch import (
    LONGEST,
    AddSheet,
    DeleteRows,
    DropSheet,
    InsertRows,
    Patch,
    RowHeight,
    ShowColumns,
    Write,
    storable,
)
from xlpy.surfaces.anchors import move_anchor, move_frame
from xlpy.surfaces.cellxml import Span
from xlpy.surfaces.links import place_of
from xlpy.surfaces.package import MAIN, SPREADSHEET, Package, SheetPart, is_on, sheet_parts, workbook_name
from xlpy.surfaces.references import Entangled, RowMove, falls_off, moved_formula, moved_ranges, unquoted, whole
from xlpy.surfaces.sheetxml import NO_ROOM, SheetXml
from xlpy.surfaces.strings import SharedStrings, unescaped

if TYPE_CHECKING:
    from lxml.etree import _Element

_FORMULAS = frozenset(
    (
        *("f", "formula", "formula1", "formula2", "definedName", "calculatedColumnFormula", "totalsRowFormula"),
        *("FmlaLink", "FmlaRange", "FmlaPict"),
    )
)
_FORMULA_ATTRIBUTES = ("textlink", "fmlaLink", "fmlaRange", "location")
_NO_FORMULAS = ("theme", "styles", "sharedStrings", "vbaProject", "calcChain", "metadata", "sheetMetadata")
_AFTER_NAMES = ("sheets", "functionGroups", "externalReferences", "definedNames")
_UNSAFE = re.compile(r"[\x00-\x20\"#%<>?\[\]^`{|}]")  # what an address must not hold; Chinese may stay
ANY_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")


class Editor:
    """A package under edit. Raises Entangled where an operation would tear something apart."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self._book = workbook_name(package)
        properties = package.tree(self._book).find("{*}workbookPr")
        self.date1904 = properties is not None and is_on(properties.get("date1904"))
        self._sheets: dict[str, SheetXml] = {}
        self._strings: SharedStrings | None = None
        self._links: dict[str, dict[tuple[int, int], str]] = {}  # by sheet and place: text that shall be a link

    def carry_out(self, patch: Patch) -> None:
        """Apply every operation in order."""
        if any(name.startswith("_xmlsignatures/") for name in self.package.names):
            raise Entangled("工作簿带有数字签名，改动后签名会失效")
        for operation in patch.operations:
            match operation:
                case Write():
                    self._write(operation)
                case InsertRows(sheet, row, count):
                    self._move(RowMove(sheet, row, count))
                case DeleteRows(sheet, row, count):
                    self._move(RowMove(sheet, row, -count))
                case AddSheet(name, hidden):
                    self._add_sheet(name, hidden)
                case DropSheet(name):
                    self._drop_sheet(name)
                case ShowColumns(name, first, count, hidden):
                    self.sheet(name).show_columns(first, count, hidden)
                    self.package.touch(self._part(name))
                case RowHeight(name, row, height):
                    self.sheet(name).set_height(row, height)
                    self.package.touch(self._part(name))
        self._finish()

    def sheet(self, name: str) -> SheetXml:
        """A worksheet by its name. Raises CannotRun where there is none."""
        if name not in self._sheets:
            root = self.package.tree(self._part(name))
            if not root.tag.endswith("}worksheet"):  # readers take any part for a sheet that is called one
                raise Entangled(f"工作表“{name}”的内容不是工作表")
            sheet = SheetXml(root, self._string, self.date1904)
            if not sheet.ordered:
                raise Entangled(f"工作表“{name}”里的行没有按上下次序存放，文件可能已损坏")
            self._sheets[name] = sheet
        return self._sheets[name]

    def _part(self, name: str) -> str:
        for sheet in sheet_parts(self.package):
            if sheet.name == name and sheet.worksheet:
                return sheet.part
        raise CannotRun(f"工作簿里没有工作表“{name}”")

    def _string(self, text: str) -> int:
        if self._strings is None:
            self._strings = SharedStrings(self.package, self._book)
        return self._strings.number(text)

    # --- cells and links ----------------------------------------------------------------------------------------

    def _write(self, write: Write) -> None:
        sheet, part = self.sheet(write.sheet), self._part(write.sheet)
        links = self._links.setdefault(write.sheet, {})
        tables = [table for table in self._tables(part) if table.headed]
        for r, line in enumerate(write.values, write.row):
            for c, value in enumerate(line, write.column):
                if isinstance(value, str) and not storable(value):
                    raise CannotRun(
                        f"写入 {write.sheet}!{a1(r, c)} 的文字超过 {LONGEST} 个字，或含有工作簿存不下的字符"
                    )
                for table in tables:
                    table.check_title(r, c, value)
                sheet.write(r, c, value)
                if write.links:
                    links[r, c] = value if isinstance(value, str) else ""
        self.package.touch(part)

    def _link_all(self) -> None:
        """The links that were written, at the end: they name places as the rows stand then, as `undo` needs it."""
        for name, links in self._links.items():
            for (row, column), place in links.items():
                self._link(self.sheet(name), self._part(name), row, column, place)

    def _link(self, sheet: SheetXml, part: str, row: int, column: int, place: str) -> None:
        found, id = place_of(place), None
        if found and found.file:
            target = _UNSAFE.sub(lambda c: f"%{ord(c[0]):02X}", found.file.replace("\\", "/"))
            id = self.package.relate(part, "hyperlink", target, external=True)
        replaced = sheet.link(row, column, id, found.location if found else "")
        if replaced:
            self.package.unrelate(part, replaced)

    # --- rows ---------------------------------------------------------------------------------------------------

    def _move(self, move: RowMove) -> None:
        if not move.by:
            return
        home = self._part(move.sheet)
        for table in self._tables(home):
            top, _, bottom, _ = table.box
            if top < move.row <= bottom:
                raise Entangled(f"第 {move.row} 行在表格“{table.name}”里面，请在 Excel 里插入行")
        for other in sheet_parts(self.package):
            if other.worksheet and other.part != home:
                self._unshare_pointing(other, move)
        self.sheet(move.sheet).move_rows(move)
        links = self._links.get(move.sheet, {})
        self._links[move.sheet] = {(row, c): text for (r, c), text in links.items() if (row := move.line(r))}
        self.package.touch(home)
        for link in self.package.relationships(home):
            if not link.external and link.target in self.package:
                self._move_attached(link.kind, link.target, move)
        own = {home, *(link.target for link in self.package.relationships(home) if not link.external)}
        for name in self.package.names:
            if (name.endswith(".xml") or b":Fmla" in self.package.raw(name)) and posixpath.basename(name).removesuffix(
                ".xml"
            ) not in _NO_FORMULAS:
                self._move_formulas(name, move, home=name in own)

    def _unshare_pointing(self, other: SheetPart, move: RowMove) -> None:
        """A shared formula that points to the moved rows would no longer read alike in all its cells."""
        sheet = self.sheet(other.name)
        if any(moved_formula(text, move, False) != text for *_, text in sheet.formulas()) and sheet.unshare():
            self.package.touch(other.part)

    def _move_attached(self, kind: str, name: str, move: RowMove) -> None:
        """Notes, drawings, tables and pivot tables of the sheet follow its rows."""
        if kind not in ("comments", "threadedComment", "drawing", "vmlDrawing", "table", "pivotTable"):
            return
        from lxml import etree

        try:
            tree = self.package.tree(name)
        except UnreadableFile:  # the frames of notes are often no well-formed XML
            raise Entangled("工作表上有批注或控件，插入行会使它们错位") from None
        for element in [e for e in tree.iter() if isinstance(e.tag, str)]:
            match kind, etree.QName(element).localname:
                case ("comments", "comment") | ("threadedComment", "threadedComment"):
                    gone = not _move_attribute(element, "ref", move)
                    if gone and (parent := element.getparent()) is not None:
                        parent.remove(element)
                case ("table", "table" | "autoFilter" | "sortState" | "sortCondition") | ("pivotTable", "location"):
                    if not _move_attribute(element, "ref", move):
                        raise Entangled("要删除的行里有表格或数据透视表")
                case "vmlDrawing", "ClientData":
                    move_frame(element, move)
                case "drawing", _:
                    move_anchor(element, move)
        self.package.touch(name)

    def _move_formulas(self, name: str, move: RowMove, home: bool) -> None:
        """Every formula of a part that points to the moved rows, whatever the element is for."""
        from lxml import etree

        changed = False
        for element in self.package.tree(name).iter():
            if not isinstance(element.tag, str):
                continue
            local = etree.QName(element).localname
            if local in _FORMULAS and element.text:
                new = moved_formula(element.text, move, home)
                changed, element.text = changed or new != element.text, new
            for attribute in ("val",) if local == "cfvo" else _FORMULA_ATTRIBUTES:
                if attribute == "location" and any(key.endswith("}id") for key in element.attrib):  # in another file
                    continue
                if (old := element.get(attribute)) and (new := moved_formula(old, move, home)) != old:
                    element.set(attribute, new)
                    changed = True
            if local == "worksheetSource" and unquoted(element.get("sheet", "")) == move.sheet.casefold():
                changed |= _move_attribute(element, "ref", move)
        if changed:
            self.package.touch(name)

    def _tables(self, part: str) -> Iterator[_Table]:
        for link in self.package.relationships(part):
            if link.kind == "table" and link.target in self.package:
                yield _Table(self.package.tree(link.target))

    # --- sheets -------------------------------------------------------------------------------------------------

    def _add_sheet(self, name: str, hidden: bool) -> None:
        from lxml import etree

        book = self.package.tree(self._book)
        sheets = book.find("{*}sheets")
        if sheets is None or any(s.get("name", "").casefold() == name.casefold() for s in sheets):
            raise CannotRun(f"工作簿里已经有工作表“{name}”")
        folder = posixpath.join(posixpath.dirname(self._book), "worksheets")
        part = next(p for n in range(1, 10_000) if (p := f"{folder}/sheet{n}.xml") not in self.package)
        empty = f'<worksheet xmlns="{MAIN}"><dimension ref="A1"/><sheetData/></worksheet>'
        self.package.add(part, empty.encode(), f"{SPREADSHEET}.worksheet+xml")
        numbers = [whole(s.get("sheetId")) for s in sheets]
        sheet = etree.SubElement(sheets, f"{{{etree.QName(sheets).namespace}}}sheet", name=name)
        sheet.set("sheetId", str(max(numbers, default=0) + 1))
        if hidden:
            sheet.set("state", "veryHidden")
        id_name = next((k for s in sheets for k in s.attrib if k.endswith("}id")), None)
        sheet.set(id_name or "id", self.package.relate(self._book, "worksheet", part))
        self.package.touch(self._book)

    def _drop_sheet(self, name: str) -> None:
        part, book = self._part(name), self.package.tree(self._book)
        sheets = book.find("{*}sheets")
        index = next(n for n, s in enumerate(sheets) if s.get("name") == name)
        sheets.remove(sheets[index])
        for defined in list(book.iterfind("{*}definedNames/{*}definedName")):
            local = whole(defined.get("localSheetId"), -1)
            if local == index:
                defined.getparent().remove(defined)
            elif local > index:
                defined.set("localSheetId", str(local - 1))
        for view in book.iterfind("{*}bookViews/{*}workbookView"):
            for attribute in ("activeTab", "firstSheet"):
                if (tab := whole(view.get(attribute))) >= index and tab:
                    view.set(attribute, str(tab - 1))
        for link in list(self.package.relationships(self._book)):
            if link.target == part and not link.external:
                self.package.unrelate(self._book, link.id)
        self.package.remove(part)
        self.package.touch(self._book)
        self._sheets.pop(name, None)
        self._links.pop(name, None)

    # --- the end ------------------------------------------------------------------------------------------------

    def _finish(self) -> None:
        self._link_all()
        for sheet in self._sheets.values():
            sheet.update_dimension()
        changed = any(sheet.formulas_changed for sheet in self._sheets.values())
        self._sheets.clear()  # each knows this editor: nobody would free their cells before long
        if self._strings:
            self._strings.close()
        if changed:
            self._forget_order_of_calculation()
        if changed or any(ANY_FORMULA.search(self.package.raw(sheet.part)) for sheet in sheet_parts(self.package)):
            self._calculate_on_load()

    def _forget_order_of_calculation(self) -> None:
        """Drop the list of cells with formulas: Excel makes a new one, but repairs a file with a wrong one."""
        for link in list(self.package.relationships(self._book)):
            if link.kind == "calcChain":
                self.package.unrelate(self._book, link.id)
                self.package.remove(link.target)

    def _calculate_on_load(self) -> None:
        from lxml import etree

        book = self.package.tree(self._book)
        settings = book.find("{*}calcPr")
        if settings is None:
            settings = etree.Element(f"{{{etree.QName(book).namespace}}}calcPr")
            before = [e for e in book if isinstance(e.tag, str) and etree.QName(e).localname in _AFTER_NAMES]
            before[-1].addnext(settings)
        if not is_on(settings.get("fullCalcOnLoad")):
            settings.set("fullCalcOnLoad", "1")
            self.package.touch(self._book)


class _Table:
    """What matters of a table part: its name, its box, the titles of its columns."""

    def __init__(self, root: _Element) -> None:
        self.name = root.get("displayName") or root.get("name") or ""
        span = Span(root.get("ref", ""))
        self.box = span.top, span.left, span.bottom, span.right
        self.headed = root.get("headerRowCount") != "0"
        self.columns = [unescaped(c.get("name", "")) for c in root.iterfind("{*}tableColumns/{*}tableColumn")]

    def check_title(self, row: int, column: int, value: Scalar) -> None:
        """Raises Entangled where a title cell would get another text than the table knows its column by."""
        top, left, _, right = self.box
        if row == top and left <= column <= right and value != self.columns[column - left]:
            raise Entangled(f"单元格 {a1(row, column)} 是表格“{self.name}”的标题，要在 Excel 里改")


def _move_attribute(element: _Element, name: str, move: RowMove) -> bool:
    """Move the range in an attribute; whether anything of it is left."""
    if falls_off(element.get(name, ""), move):
        raise Entangled(NO_ROOM)
    new = moved_ranges(element.get(name, ""), move)
    if new:
        element.set(name, new)
    return bool(new)
