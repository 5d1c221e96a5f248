"""Our own forms as an enterprise fills them in, .xlsx or .docx, under any notice; and as another program saves them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import openpyxl
from docx import Document

from xlpy.authoring.form_sheet import places
from xlpy.authoring.form_word import fill
from xlpy.authoring.package import packed, parts
from xlpy.grids import Scalar
from xlpy.notice import Notice

CUSTOM = "docProps/custom.xml"


def fill_form(blank: Path, out: Path, notice: Notice, values: Mapping[str, Scalar]) -> Path:
    """`blank`, a form of ours made under `notice`, with `values` (by field, own.研发投入 included), saved as `out`."""
    if blank.suffix == ".docx":
        document = Document(str(blank))
        fill(document, {field: str(value) for field, value in values.items()})
        document.save(str(out))
        return out
    book = openpyxl.load_workbook(blank)
    at = places(notice)
    for field, value in values.items():
        sheet, cell = at[field]
        book[sheet][cell] = value
    book.save(out)
    return out


def without_properties(path: Path) -> Path:
    """The file as a program leaves it that does not keep a document's custom properties."""
    content = parts(path.read_bytes())
    del content[CUSTOM]
    for name in ("_rels/.rels", "[Content_Types].xml"):
        content[name] = _without(content[name])
    path.write_bytes(packed(content))
    return path


def _without(xml: bytes) -> bytes:
    from lxml import etree

    root = etree.fromstring(xml)
    for element in list(root):
        if any(CUSTOM in value for value in element.attrib.values()):
            root.remove(element)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))
