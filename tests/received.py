"""Files as they arrive: one small table in every format, copies with one part replaced, containers made by hand."""

import io
import struct
import zipfile
from pathlib import Path

import docx
import openpyxl
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P

from xlpy.grids import Box

ROWS = [["项目名称", "甲", "乙"], ["轴承降噪", "", "末"], ["合并", "", "右"]]
MERGED = Box(3, 1, 3, 2)


def write_xlsx(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in ROWS:
        sheet.append([v or None for v in row])
    sheet.merge_cells("A3:B3")
    book.save(path)


def write_xls(path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet")
    for r, row in enumerate(ROWS):
        for c, value in enumerate(row):
            if value and (r, c) != (2, 0):
                sheet.write(r, c, value)
    sheet.write_merge(2, 2, 0, 1, "合并")
    book.save(str(path))


def write_ods(path: Path) -> None:
    book = OpenDocumentSpreadsheet()
    table = Table(name="Sheet")
    for row in ROWS:
        line = TableRow()
        for value in row:
            if value == "合并":
                cell = TableCell(valuetype="string", numbercolumnsspanned=2, numberrowsspanned=1)
            elif not value and row[0] == "合并":
                cell = CoveredTableCell()
            else:
                cell = TableCell(valuetype="string") if value else TableCell()
            if value:
                cell.addElement(P(text=value))
            line.addElement(cell)
        table.addElement(line)
    book.spreadsheet.addElement(table)
    book.save(str(path))


def write_docx(path: Path) -> None:
    document = docx.Document()
    table = document.add_table(len(ROWS), 3)
    for r, row in enumerate(ROWS):
        for c, value in enumerate(row):
            table.cell(r, c).text = value
    table.cell(2, 0).merge(table.cell(2, 1)).text = "合并"
    document.save(str(path))


WRITERS = {"xlsx": write_xlsx, "xls": write_xls, "ods": write_ods, "docx": write_docx}


def replace_in(source: Path, target: Path, part: str, old: bytes | None, new: bytes) -> None:
    """A copy of a package in which `old` is replaced in one part (the whole part where `old` is None)."""
    out = io.BytesIO()
    with zipfile.ZipFile(source) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for info in given.infolist():
            data = given.read(info)
            if info.filename == part:
                assert old is None or old in data
                data = new if old is None else data.replace(old, new)
            made.writestr(info.filename, data)
    target.write_bytes(out.getvalue())


def compound(*names: str, stream: bytes = b"") -> bytes:
    """A minimal OLE file with empty streams of these names; the first holds `stream`."""
    sectors = -(-len(stream) // 512) if len(stream) >= 4096 else 0
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    header += struct.pack("<IIIIIIIII", 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0)
    header += struct.pack("<I", 0) + b"\xff" * 432
    entries = [("Root Entry", 5, 0xFFFFFFFE, 0)]
    entries += [
        (n, 2, 2 if sectors and not i else 0xFFFFFFFE, len(stream) if not i else 0) for i, n in enumerate(names)
    ]
    listing = b""
    for name, kind, start, size in entries[:4]:
        text = name.encode("utf-16-le") + b"\0\0"
        listing += text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1) + b"\xff" * 12 + bytes(36)
        listing += struct.pack("<IQ", start, size)
    fat = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + sectors), *([0xFFFFFFFE] if sectors else [])]
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(512, b"\xff")
    return header[:512].ljust(512, b"\0") + table + listing.ljust(512, b"\0") + stream.ljust(sectors * 512, b"\0")


def zipped(**parts: bytes | str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name.replace("__", "/").replace("_", "."), data)
    return out.getvalue()
