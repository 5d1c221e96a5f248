"""One worksheet part: its cells, rows and links are changed in place, everything else stays as it is.

Nothing of the sheet is rebuilt from a model, so what this module does not know cannot be lost.
"""

from __future__ import annotations

from bisect import bisect, insort
from collections import defaultdict
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import TYPE_CHECKING

from xlpy.grids import Formula, Scalar, a1
from xlpy.surfaces.anchors import line_from_0, move_anchor
from xlpy.surfaces.cellxml import ADDRESS, Span, cells_in, rows_of, serial
from xlpy.surfaces.references import (
    LAST_ROW,
    Entangled,
    RowMove,
    carried_formula,
    column_number,
    falls_off,
    moved_range,
    moved_ranges,
    whole,
)

if TYPE_CHECKING:
    from lxml.etree import _Element

_EXACT = 2**53  # larger integers are not exact as the floating-point numbers that cells hold
_BEFORE_LINKS = (
    *("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection"),
    *("protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells"),
    *("phoneticPr", "conditionalFormatting", "dataValidations"),
)
_OWN_PLACE = ("sheetData", "sheetViews", "customSheetViews", "rowBreaks", "colBreaks", "dimension")

NO_ROOM = "工作表直到最后一行都有内容或格式，插不下新的行"


class SheetXml:
    """The tree of a worksheet part. `shared` gives a text its number in the shared strings.

    ordered    whether every row comes after those above it, as in all files of Excel; others are not to be changed
    """

    def __init__(self, root: _Element, shared: Callable[[str], int], date1904: bool = False) -> None:
        from lxml import etree

        self.root, self._shared, self._date1904 = root, shared, date1904
        self._ns = f"{{{etree.QName(root).namespace}}}"
        data = root.find("{*}sheetData")
        self._data = etree.SubElement(root, self._tag("sheetData")) if data is None else data
        self.formulas_changed = False
        self._index()

    # --- cells --------------------------------------------------------------------------------------------------

    def write(self, row: int, column: int, value: Scalar) -> None:
        """Put a value, text or formula into a cell, keeping its style; None or "" empties it.

        Raises Entangled in the middle of an array formula.
        """
        from lxml import etree

        cell = self._cells(row).get(column)
        if cell is None:
            if value is None or value == "":
                return
            cell = self._new_cell(row, column)
        self._loosen(cell, row, column)
        for name in ("t", "cm", "vm"):  # the kind of the former value, and pictures or arrays bound to it
            cell.attrib.pop(name, None)
        for child in list(cell):
            cell.remove(child)
        match value:
            case None | "":
                return
            case Formula():
                etree.SubElement(cell, self._tag("f")).text = value.removeprefix("=")
                self.formulas_changed = True
                return
            case str():
                cell.set("t", "s")
                text = str(self._shared(value))
            case bool():
                cell.set("t", "b")
                text = str(int(value))
            case int() if abs(value) <= _EXACT:
                text = str(value)
            case int() | float():
                text = repr(float(value))
            case _:
                text = repr(serial(value, self._date1904)).removesuffix(".0")
        etree.SubElement(cell, self._tag("v")).text = text

    def formulas(self) -> Iterator[tuple[int, int, _Element, str]]:
        """(row, column, element, text without "=") of every formula; one that cells share as it reads in each."""
        rows = dict.fromkeys(row for f in self._data.iter("{*}f") for row in f.iterancestors("{*}row"))
        found = [
            (whole(row.get("r")), c, formula)
            for row in rows
            for c, cell in cells_in(row)
            if len(cell) and (formula := cell.find("{*}f")) is not None
        ]
        masters = {f.get("si"): (r, c, f.text) for r, c, f in found if f.get("t") == "shared" and f.text}
        for r, c, formula in found:
            text = formula.text or ""
            if formula.get("t") == "shared" and not text and formula.get("si") in masters:
                top, left, shared = masters[formula.get("si")]
                text = carried_formula(shared, r - top, c - left)
            yield r, c, formula, text

    def unshare(self, group: str | None = None) -> bool:
        """Formulas that several cells share (of one `group` or all) are written out in each; whether there were any."""
        shared = [
            (f, text) for _, _, f, text in self.formulas() if f.get("t") == "shared" and group in (None, f.get("si"))
        ]
        for formula, text in shared:
            formula.text = text
            for name in ("t", "si", "ref"):
                formula.attrib.pop(name, None)
        return bool(shared)

    def _loosen(self, cell: _Element, row: int, column: int) -> None:
        """Prepare the loss of a cell's formula, on which others may depend."""
        for r, c, span in self._arrays:
            if span.covers(row, column) and not (span.single and (r, c) == (row, column)):
                raise Entangled(f"单元格 {a1(row, column)} 属于数组公式 {span.text}，不能只改其中一格")
        formula = cell.find("{*}f") if len(cell) else None
        if formula is None:
            return
        self.formulas_changed = True
        if formula.get("t") == "shared" and formula.text:
            self.unshare(formula.get("si", ""))

    # --- rows ---------------------------------------------------------------------------------------------------

    def move_rows(self, move: RowMove) -> None:
        """Insert rows that look like the row above, or delete rows, with every range of the sheet following.

        Formulas do not follow here: those that point to this sheet stand in many parts. Raises Entangled where an
        array formula would be torn, or where something would be pushed off the end of the sheet.
        """
        if move.by > 0 and self._order and move.row <= self._order[-1] > LAST_ROW - move.by:
            raise Entangled(NO_ROOM)
        for merge in self.root.iterfind("{*}mergeCells/{*}mergeCell"):
            span = Span(ref := merge.get("ref", ""))
            if span.backwards:  # undo could not bring it back as it was
                raise Entangled(f"合并单元格 {ref} 首尾颠倒，插入或删除行会使它错位")
            if move.by > 0 and span.bottom >= LAST_ROW:
                raise Entangled(NO_ROOM)
        self.unshare()
        for _, _, span in self._arrays:
            if span.top < move.row <= span.bottom:
                raise Entangled(f"第 {move.row} 行穿过数组公式 {span.text}")
        above = self._rows.get(move.row - 1)
        for r, element in self._rows.items():
            new = move.line(r)
            if new is None:
                self._data.remove(element)
                self.formulas_changed |= element.find("{*}c/{*}f") is not None
            elif new != r:
                element.set("r", str(new))
                for c, cell in cells_in(element):
                    cell.set("r", a1(new, c))
                    if len(cell) and (formula := cell.find("{*}f")) is not None:
                        self.formulas_changed = True
                        if ref := formula.get("ref"):
                            formula.set("ref", moved_range(ref, move) or ref)
        if above is not None and move.by > 0:
            last = above
            for n in range(move.by):
                copy = self._blank_copy(above, move.row + n)
                last.addnext(copy)
                last = copy
        self._move_ranges(move)
        self._index()

    def _blank_copy(self, row: _Element, number: int) -> _Element:
        """A row with the height and styles of `row` and no content; always shown."""
        copy = deepcopy(row)
        copy.set("r", str(number))
        for name in ("hidden", "collapsed"):
            copy.attrib.pop(name, None)
        for cell in list(copy):
            found = ADDRESS.fullmatch(cell.get("r", ""))
            if found is None or cell.get("s") is None:
                copy.remove(cell)
                continue
            style = cell.get("s", "")
            cell.attrib.clear()
            cell.set("r", f"{found[1]}{number}")
            cell.set("s", style)
            for child in list(cell):
                cell.remove(child)
        return copy

    def _move_ranges(self, move: RowMove) -> None:
        from lxml import etree

        for part in self.root:
            name = etree.QName(part).localname if isinstance(part.tag, str) else ""
            if name == "rowBreaks":
                for line in part:  # a break stands above the row after its id
                    if row := line.get("id"):
                        line.set("id", str(line_from_0(whole(row), move)))
            if name in _OWN_PLACE:
                continue
            for element in [e for e in part.iter() if isinstance(e.tag, str)]:
                self._move_element(element, move)
        for holder in ("mergeCells", "hyperlinks", "dataValidations", "protectedRanges", "ignoredErrors"):
            part = self.root.find(f"{{*}}{holder}")
            if part is not None and not len(part):
                self.root.remove(part)
            elif part is not None and part.get("count") is not None:
                part.set("count", str(len(part)))

    def _move_element(self, element: _Element, move: RowMove) -> None:
        from lxml import etree

        local = etree.QName(element).localname
        for attribute in ("ref", "sqref", "r") if local in ("inputCells", "cellWatch") else ("ref", "sqref"):
            if old := element.get(attribute):
                if falls_off(old, move):
                    raise Entangled(NO_ROOM)
                new = moved_ranges(old, move)
                if not new:
                    parent = element.getparent()
                    if parent is not None:
                        parent.remove(element)
                    return
                element.set(attribute, new)
        if local == "sqref" and element.text:
            element.text = moved_ranges(element.text, move) or element.text
        move_anchor(element, move)

    def set_height(self, row: int, height: float) -> None:
        """Make a row `height` points high; one that holds nothing has none of its own."""
        if row in self._rows:
            self._rows[row].set("ht", f"{height:g}")
            self._rows[row].set("customHeight", "1")

    # --- columns ------------------------------------------------------------------------------------------------

    def show_columns(self, first: int, count: int, hidden: bool) -> None:
        """Show or hide `count` columns from `first` on; their widths and styles stay."""
        from lxml import etree

        holder = self.root.find("{*}cols")
        if holder is None:
            holder = etree.Element(self._tag("cols"))
            self._data.addprevious(holder)
        last = first + count - 1
        for span in list(holder):
            low, high = whole(span.get("min")), whole(span.get("max"))
            pieces = (low, min(high, first - 1)), (max(low, first), min(high, last)), (max(low, last + 1), high)
            for left, right in pieces:
                if left <= right:
                    piece = deepcopy(span)
                    piece.set("min", str(left))
                    piece.set("max", str(right))
                    span.addprevious(piece)
            holder.remove(span)
        spans = [(whole(span.get("min")), whole(span.get("max")), span) for span in holder]
        known = {column for low, high, _ in spans for column in range(max(low, first), min(high, last) + 1)}
        for column in sorted(set(range(first, last + 1)) - known):
            span = etree.Element(self._tag("col"), {"min": str(column), "max": str(column), "width": "9"})
            spans.append((column, column, span))
        holder[:] = [span for *_, span in sorted(spans, key=lambda each: each[0])]
        for low, _, span in spans:
            if first <= low <= last:
                span.attrib.pop("hidden", None)
                if hidden:
                    span.set("hidden", "1")
        self._styles.clear()

    # --- links --------------------------------------------------------------------------------------------------

    def link(self, row: int, column: int, target_id: str | None, location: str) -> str | None:
        """Make a cell a link to `location` (sheet and cell), in the file behind the relationship `target_id` if given.

        An empty `location` without target removes the link. The answer is the relationship id of a link that was
        replaced, None where there was none.
        """
        from lxml import etree

        links = self.root.find("{*}hyperlinks")
        old = None
        for found in self._links.pop(a1(row, column), ()):
            old = found.get(self._relation) or old
            found.getparent().remove(found)
        if target_id or location:
            if links is None:
                links = etree.Element(self._tag("hyperlinks"))
                self.root.insert(self._place_of_links(), links)
            link = etree.SubElement(links, self._tag("hyperlink"))
            link.set("ref", a1(row, column))
            self._links[a1(row, column)] = [link]
            if target_id:
                link.set(self._relation, target_id)
            if location:
                link.set("location", location)
        elif links is not None and not len(links):
            self.root.remove(links)
        return old

    @property
    def _relation(self) -> str:
        strict = "purl.oclc.org" in self._ns
        base = "purl.oclc.org/ooxml" if strict else "schemas.openxmlformats.org"
        return f"{{http://{base}/officeDocument/{'' if strict else '2006/'}relationships}}id"

    def _place_of_links(self) -> int:
        from lxml import etree

        place = 0
        for n, part in enumerate(self.root, 1):
            if isinstance(part.tag, str) and etree.QName(part).localname in _BEFORE_LINKS:
                place = n
        return place

    # --- the tree -----------------------------------------------------------------------------------------------

    def _index(self) -> None:
        """Find every row, array and link; rows and cells that leave out their address get it.

        Cells are looked up in their row when they are asked for: an object for each would take gigabytes.
        """
        bare = self._data.xpath("*[not(@r)] or */*[not(@r)]")
        self._rows: dict[int, _Element] = {}
        self.ordered, last = True, 0
        for number, element in rows_of(self._data):
            self.ordered, last = self.ordered and number > last, number
            self._rows[number] = element
            if bare:
                element.set("r", str(number))
                for column, cell in cells_in(element):
                    cell.set("r", a1(number, column))
        self._order = list(self._rows)
        self._at: tuple[int, dict[int, _Element]] = 0, {}
        self._arrays = [
            (r, c, Span(formula.get("ref", "")))
            for r, c, formula, _ in self.formulas()
            if formula.get("t") in ("array", "dataTable") and formula.get("ref")
        ]
        self._styles: dict[int, str | None] = {}  # of the columns that were asked for
        self._links: dict[str, list[_Element]] = defaultdict(list)
        for link in self.root.iterfind("{*}hyperlinks/*"):
            self._links[link.get("ref", "")].append(link)

    def _cells(self, row: int) -> dict[int, _Element]:
        """The cells of a row by column; those of the row that was asked for last are at hand."""
        if row != self._at[0]:
            self._at = row, dict(cells_in(self._rows[row])) if row in self._rows else {}
        return self._at[1]

    def _new_cell(self, row: int, column: int) -> _Element:
        from lxml import etree

        if row not in self._rows:
            element = etree.Element(self._tag("row"), {"r": str(row)})
            place = bisect(self._order, row)
            if place:
                self._rows[self._order[place - 1]].addnext(element)
            else:
                self._data.insert(0, element)
            self._rows[row] = element
            insort(self._order, row)
        element, cells = self._rows[row], self._cells(row)
        cell = etree.Element(self._tag("c"), {"r": a1(row, column)})
        style = element.get("s") if element.get("customFormat") else self._column_style(column)
        if style and style != "0":
            cell.set("s", style)
        left = column - 1 if column - 1 in cells else max((c for c in cells if c < column), default=0)
        if left:
            cells[left].addnext(cell)
        else:
            element.insert(0, cell)
        element.attrib.pop("spans", None)  # a hint only, and wrong from now on
        cells[column] = cell
        return cell

    def _column_style(self, column: int) -> str | None:
        if column not in self._styles:
            spans = self.root.iterfind("{*}cols/{*}col")
            over = (span for span in spans if whole(span.get("min")) <= column <= whole(span.get("max")))
            self._styles[column] = next((str(span.get("style", "")) for span in over), None)
        return self._styles[column]

    def update_dimension(self) -> None:
        """The used range as the sheet states it; some readers look no further."""
        dimension = self.root.find("{*}dimension")
        rows = [number for number in self._order if len(self._rows[number])]
        if dimension is None or not rows:
            return
        ends = (ADDRESS.fullmatch(end.get("r", "")) for n in rows for end in (self._rows[n][0], self._rows[n][-1]))
        columns = {column_number(end[1]) for end in ends if end} or {1}
        first, last = a1(rows[0], min(columns)), a1(rows[-1], max(columns))
        dimension.set("ref", first if first == last else f"{first}:{last}")

    def _tag(self, name: str) -> str:
        return self._ns + name
