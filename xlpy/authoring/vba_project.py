"""A VBA project from source text, as [MS-OVBA] asks of a writer that is not Office.

pyOpenVBA starts from a project that Excel made (references, document modules, protection keys). What it keeps for
Office's own use is then taken away: no compiled code in any module, no cache of it, a `_VBA_PROJECT` stream that says
so (2.3.4.1). Excel then compiles the source when it opens the file.
"""

from __future__ import annotations

import re
import struct
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_NO_CACHE: Final = bytes.fromhex("cc61ffff000000")  # _VBA_PROJECT of a writer without a PerformanceCache
_PROJECT_NAME, _PROJECT_VERSION, _MODULES_COOKIE = 0x0004, 0x0009, 0x0013  # records of the dir stream, 2.3.4.2
_LONGEST_LINE: Final = 1023
_TERMINATOR: Final = b"\x10\x00" + bytes(4)


def vba_source(text: str, name: str) -> str:
    """`text` as a module's stream holds it: CRLF, one line end at the end.

    Raises ValueError for what VBA source cannot hold: characters beyond ASCII, lines above 1,023 characters.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")
    for number, line in enumerate(lines, 1):
        if not line.isascii():
            raise ValueError(f"{name}:{number}: VBA source must be ASCII")
        if len(line) > _LONGEST_LINE:
            raise ValueError(f"{name}:{number}: a line of VBA has at most {_LONGEST_LINE} characters")
    return "".join(line + "\r\n" for line in lines)


def vba_project(name: str, modules: Mapping[str, str]) -> bytes:
    """The file vbaProject.bin of a workbook with one sheet (code names ThisWorkbook and Sheet1).

    `modules` are the standard modules: name → source from `vba_source`.
    """
    from pyopenvba import ExcelFile
    from pyopenvba.cfb import CFB
    from pyopenvba.vba import compress, decompress

    with tempfile.TemporaryDirectory() as folder:
        blank = Path(folder) / "blank.xlam"
        with ExcelFile.create_new(blank) as book:
            project = book.vba_project()
            project.delete_module("Module1")
            for module, source in modules.items():
                project.add_module(module, source).cookie = 0xFFFF
            book.save()
        with zipfile.ZipFile(blank) as package:
            streams = CFB.from_bytes(package.read("xl/vbaProject.bin"))

    streams.write_stream_in_storage("VBA", "_VBA_PROJECT", _NO_CACHE)
    records = decompress(streams.get_stream_in_storage("VBA", "dir"))
    records = _with_record(records, _PROJECT_NAME, name.encode("ascii"))
    records = _with_record(records, _MODULES_COOKIE, b"\xff\xff")
    if records.endswith(_TERMINATOR + bytes(4)):  # pyOpenVBA's terminator has four bytes too many
        records = records[:-4]
    streams.write_stream_in_storage("VBA", "dir", compress(records))
    text = streams.get_stream("PROJECT").decode("ascii")
    streams.write_stream("PROJECT", re.sub(r'(?m)^Name="[^"]*"', f'Name="{name}"', text).encode("ascii"))
    return bytes(streams.to_bytes())


def _with_record(records: bytes, wanted: int, value: bytes) -> bytes:
    """A decompressed dir stream with another value in the first record `wanted`."""
    at = 0
    while at + 6 <= len(records):
        kind, size = struct.unpack_from("<HI", records, at)
        if kind == _PROJECT_VERSION:
            size = 6  # its size field is a reserved 4
        if kind == wanted:
            return records[: at + 2] + struct.pack("<I", len(value)) + value + records[at + 6 + size :]
        at += 6 + size
    raise ValueError(f"no record {wanted:#06x} in the dir stream")
