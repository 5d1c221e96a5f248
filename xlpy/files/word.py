"""Word documents (.docx) → grids: the running text as one sheet, each table as another (ISO/IEC 29500-1, chapter 17).

Read from the XML itself: python-docx repeats merged cells and leaves out content controls and check boxes. Text is
what a reader sees with all changes accepted; prompts of empty content controls are no text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from xlpy.files.limits import MAX_WORD_CELLS, MAX_WORD_COLUMNS, MAX_WORD_PARAGRAPHS
from xlpy.files.package import Package
from xlpy.grids import Box, Scalar, SheetGrid

if TYPE_CHECKING:
    from lxml.etree import _Element

BODY: Final = "正文"
TABLE: Final = "表格"

_TRANSPARENT: Final = {"customXml", "ins", "moveTo", "smartTag", "sdtContent", "hyperlink", "fldSimple", "dir", "bdo"}
_CHARACTERS: Final = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-"}
_CHECKED, _UNCHECKED = "☑", "☐"
_SYMBOLS: Final = {
    ("wingdings", 0xA8): _UNCHECKED,
    ("wingdings", 0x6F): _UNCHECKED,
    ("wingdings", 0x71): _UNCHECKED,
    ("wingdings", 0xFE): _CHECKED,
    ("wingdings", 0xFD): "☒",
    ("wingdings", 0xFC): "✓",
    ("wingdings", 0xFB): "✗",
    ("wingdings 2", 0xA3): _UNCHECKED,
    ("wingdings 2", 0x2A): _UNCHECKED,
    ("wingdings 2", 0x52): _CHECKED,
    ("wingdings 2", 0x53): "☒",
    ("wingdings 2", 0x50): "✓",
    ("wingdings 2", 0x4F): "✗",
}


def read_word(package: Package) -> dict[str, SheetGrid]:
    """正文 with a row for each paragraph outside tables (blank ones too), then 表格1, 表格2 … in document order.

    A cell's paragraphs are joined by line breaks, and so are the rows of a table within a cell.
    """
    root = package.xml(package.main_part("word/document.xml"))
    body = None if root is None else root.find("{*}body")
    if body is None:
        raise package.source.unreadable()
    lines: list[list[Scalar]] = []
    tables: list[_Element] = []
    for block in _inner(body, "p", "tbl"):
        if _local(block) == "tbl":
            tables.append(block)
        else:
            lines.append([_paragraph(block) or None])
    if len(lines) > MAX_WORD_PARAGRAPHS:
        raise package.source.unreadable(f"文档超过 {MAX_WORD_PARAGRAPHS} 段")
    grids = {BODY: SheetGrid(name=BODY, rows=lines, word=True)}
    left = MAX_WORD_CELLS
    for number, table in enumerate(tables, 1):
        grid = _table(package, table, f"{TABLE}{number}", left)
        left -= grid.height * grid.width
        grids[grid.name] = grid
    return grids


def _table(package: Package, table: _Element, name: str, left: int) -> SheetGrid:
    rows: list[list[Scalar]] = []
    boxes: list[Box] = []
    above: dict[int, int] = {}  # column → index in `boxes` of the vertically merged cell that the row above ends with
    for number, line in enumerate(_table_rows(table), 1):
        values: list[Scalar] = [None] * min(_number(line, "trPr", "gridBefore", 0), MAX_WORD_COLUMNS)
        open_here: dict[int, int] = {}
        for cell in _inner(line, "tc"):
            column, span = len(values) + 1, max(_number(cell, "tcPr", "gridSpan", 1), 1)
            right = column + span - 1
            if right > MAX_WORD_COLUMNS:
                raise package.source.unreadable(f"{name}超过 {MAX_WORD_COLUMNS} 列")
            if _attribute(cell, "tcPr", "hMerge", "continue") == "continue" and boxes and values:
                boxes[-1] = boxes[-1]._replace(right=right)
                values += [None] * span
                continue
            vertical, upper = _attribute(cell, "tcPr", "vMerge", "continue"), above.get(column)
            if vertical == "continue" and upper is not None and boxes[upper].right == right:
                boxes[upper] = boxes[upper]._replace(bottom=number)
                open_here[column] = upper
                values += [None] * span
                continue
            if vertical is not None:
                open_here[column] = len(boxes)
            boxes.append(Box(number, column, number, right))
            values += [_text(cell).strip("\n") or None, *[None] * (span - 1)]
        above = open_here
        rows.append(values)
        left -= len(values)
        if left < 0:
            raise package.source.unreadable(f"文档里的表格超过 {MAX_WORD_CELLS} 格")
    width = max(map(len, rows), default=0)
    if len(rows) * width > MAX_WORD_CELLS:
        raise package.source.unreadable(f"文档里的表格超过 {MAX_WORD_CELLS} 格")
    for values in rows:
        values += [None] * (width - len(values))
    merges = tuple(b for b in boxes if b.top < b.bottom or b.left < b.right)
    return SheetGrid(name=name, rows=rows, merges=merges, word=True)


def _table_rows(table: _Element) -> Iterator[_Element]:
    for row in _inner(table, "tr"):
        if row.find("{*}trPr/{*}del") is None:
            yield row


def _text(parent: _Element) -> str:
    """Paragraphs and tables within a cell or a text box, a line each."""
    lines = []
    for block in _inner(parent, "p", "tbl"):
        if _local(block) == "p":
            lines.append(_paragraph(block))
        else:
            lines += ["\t".join(_text(cell) for cell in _inner(row, "tc")) for row in _table_rows(block)]
    return "\n".join(lines) if any(line.strip() for line in lines) else ""


def _paragraph(paragraph: _Element) -> str:
    """A paragraph's text; that of a text box anchored in it follows on lines of its own."""
    pieces: list[str] = []
    boxed: list[str] = []
    for element in _inner(paragraph, "r", "oMath", "oMathPara", "checkbox"):
        kind = _local(element)
        if kind == "r":
            if not _hidden(element):
                _run(element, pieces, boxed)
        elif kind == "checkbox":
            pieces.append(_CHECKED if _switch(element.find("{*}checked")) else _UNCHECKED)
        else:
            pieces += [t.text or "" for t in element.iter("{*}t")]
    text = "".join(pieces)
    text = "\n".join([text, *boxed] if text.strip() else boxed) if boxed else text
    return text if text.strip() else ""


def _run(run: _Element, pieces: list[str], boxed: list[str]) -> None:
    for child in run:
        kind = _local(child)
        if kind == "t":
            pieces.append(child.text or "")
        elif kind in _CHARACTERS:
            pieces.append(_CHARACTERS[kind])
        elif kind == "br":
            pieces.append("" if _value(child, "type") in ("page", "column") else "\n")
        elif kind == "sym":
            pieces.append(_symbol(child))
        elif kind == "fldChar":
            pieces.append(_form_field(child))
        elif kind == "ruby":
            pieces += [t.text or "" for t in child.iterfind("{*}rubyBase//{*}t")]
        elif kind == "AlternateContent":  # the same drawing twice, for new and for old programs
            versions = [c for c in child if _local(c) in ("Choice", "Fallback")]
            for version in versions[:1]:
                _run(version, pieces, boxed)
        elif kind in ("drawing", "pict", "object"):
            for box in child.iter("{*}txbxContent"):
                if not any(_local(a) == "txbxContent" for a in box.iterancestors()) and (text := _text(box)):
                    boxed.append(text)


def _inner(parent: _Element, *wanted: str) -> Iterator[_Element]:
    """The wanted children, those inside content controls, hyperlinks and insertions included; never deleted ones."""
    for child in parent:
        kind = _local(child)
        if kind in wanted:
            yield child
        elif kind in _TRANSPARENT:
            yield from _inner(child, *wanted)
        elif kind == "AlternateContent":
            for version in child[:1]:
                yield from _inner(version, *wanted)
        elif kind == "sdt":
            yield from _content_control(child, wanted)


def _content_control(control: _Element, wanted: tuple[str, ...]) -> Iterator[_Element]:
    properties, content = control.find("{*}sdtPr"), control.find("{*}sdtContent")
    box = None if properties is None else properties.find("{*}checkbox")
    if box is not None and "checkbox" in wanted:
        yield box
    elif content is not None:
        prompt = properties is not None and _switch(properties.find("{*}showingPlcHdr"))
        # Only the prompt's words are dropped: cells and paragraphs keep their places.
        if not (prompt and "r" in wanted):
            if prompt:
                for run in list(content.iter("{*}r")):
                    run.getparent().remove(run)
            yield from _inner(content, *wanted)


def _hidden(run: _Element) -> bool:
    return _switch(run.find("{*}rPr/{*}vanish"))


def _symbol(symbol: _Element) -> str:
    font, code = (_value(symbol, "font") or "").casefold(), _value(symbol, "char") or ""
    try:
        number = int(code, 16)
    except ValueError:
        return ""
    known = _SYMBOLS.get((font, number & 0xFF))
    return known or (chr(number) if 0x20 <= number < 0xD800 or 0xE000 <= number <= 0xFFFD else "")


def _form_field(field: _Element) -> str:
    """A check box or a drop-down of the old kind, which has no text of its own."""
    box = field.find("{*}ffData/{*}checkBox")
    if box is not None:
        state = box.find("{*}checked")
        return _CHECKED if _switch(box.find("{*}default") if state is None else state) else _UNCHECKED
    choices = field.findall("{*}ffData/{*}ddList/{*}listEntry")
    chosen = field.find("{*}ffData/{*}ddList/{*}result")
    number = "0" if chosen is None else _value(chosen, "val") or "0"
    if number.isdecimal() and int(number[:6]) < len(choices):
        return _value(choices[int(number[:6])], "val") or ""
    return ""


def _switch(element: _Element | None) -> bool:
    """An on/off property: on where it stands without a value."""
    return element is not None and (_value(element, "val") or "1") not in ("0", "false", "off")


def _attribute(element: _Element, group: str, name: str, default: str) -> str | None:
    """The value of a property; `default` where it stands without one, None where it does not stand at all."""
    found = element.find(f"{{*}}{group}/{{*}}{name}")
    return None if found is None else _value(found, "val") or default


def _number(element: _Element, group: str, name: str, default: int) -> int:
    text = _attribute(element, group, name, "")
    return int(text[:9]) if text and text.isdecimal() else default


def _value(element: _Element, name: str) -> str | None:
    return next((str(v) for k, v in element.attrib.items() if k.rpartition("}")[2] == name), None)


def _local(element: _Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
