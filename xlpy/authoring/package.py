"""Office packages (OOXML zips) whose bytes depend on their content only, not on clock, platform or zlib.

Parts are stored uncompressed: deflate's output differs between zlib builds, and our files stay small enough to mail.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docx.document import Document
    from openpyxl import Workbook

CONTENT_TYPES = "[Content_Types].xml"
CORE = "docProps/core.xml"
WRITTEN = "2023-08-02T00:00:00Z"  # the day of the notice, in place of the moment of the build

_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_REFERENCE = re.compile(rb"&#(\d+);")
_DATE = re.compile(rb"(<dcterms:(created|modified)\b[^>]*>)[^<]*(</dcterms:\2>)")


def parts(data: bytes) -> dict[str, bytes]:
    """Name → content of every part of a package, in the order of the zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(content: dict[str, bytes]) -> bytes:
    """A package with these parts, in this order but for the content types, which Office puts (and expects) first."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as package:
        for name in sorted(content, key=lambda part: part != CONTENT_TYPES):
            info = zipfile.ZipInfo(name, _ZIP_EPOCH)
            info.create_system = 0  # else it names the machine that built the file
            package.writestr(info, content[name])
    return out.getvalue()


def normalised(data: bytes) -> bytes:
    """The package with fixed times, one zip layout and fixed document dates: the same input gives the same bytes.

    >>> one = packed({"a": b"1", CONTENT_TYPES: b"2"})
    >>> normalised(one) == normalised(normalised(one)), list(parts(one))
    (True, ['[Content_Types].xml', 'a'])
    """
    content = parts(data)
    if CORE in content:
        content[CORE] = _DATE.sub(rb"\g<1>" + WRITTEN.encode() + rb"\g<3>", content[CORE])
    return packed(content)


def save_workbook(workbook: Workbook, formulas: bool = False) -> bytes:
    """An openpyxl workbook as the bytes of an .xlsx file. Without `formulas`, text that begins with = stays text."""
    for sheet in () if formulas else workbook.worksheets:
        for cell in sheet._cells.values():  # `iter_rows` would add a cell wherever there is none
            if cell.data_type == "f":  # openpyxl takes a name typed into 参数 for a formula
                cell.data_type = "s"
    out = io.BytesIO()
    workbook.save(out)
    content = parts(out.getvalue())
    for name, part in content.items():
        content[name] = _spelled_out(part) if name.endswith(".xml") else part
    return normalised(packed(content))


def _spelled_out(part: bytes) -> bytes:
    """A part with its Chinese as UTF-8, as Excel writes it: openpyxl writes &#38169; for 错.

    excelize keeps the formula of a drop-down as it finds it and would save such a reference as text: &amp;#38169;
    """

    def character(reference: re.Match[bytes]) -> bytes:
        code = int(reference[1])
        return chr(code).encode() if code > 127 else reference[0]

    return _REFERENCE.sub(character, part)


def save_document(document: Document) -> bytes:
    """A python-docx document as the bytes of a .docx file."""
    out = io.BytesIO()
    document.save(out)
    return normalised(out.getvalue())
