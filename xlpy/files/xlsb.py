"""Guards and additions for .xlsb: the records are walked before calamine reads them (MS-XLSB)."""

from __future__ import annotations

from collections.abc import Iterator
from struct import unpack_from
from typing import Final

from xlpy.files.facts import Budget
from xlpy.files.package import Package

_ROW, _MERGE, _FIRST_CELL, _LAST_CELL = 0, 176, 1, 11
_RICH_CELL: Final = 62
_BEGIN_SHEET: Final = b"\x81\x01"


def scan_xlsb(package: Package) -> None:
    """Raises UnreadableFile before anything large is allocated. Sheets are known by their first record."""
    budget = Budget(package.source)
    for name in package.names:
        if name.endswith((".xml", ".rels", ".bin")):
            data = package.read(name)
            if data.startswith(_BEGIN_SHEET):
                _scan_sheet(data, budget)


def _scan_sheet(data: bytes, budget: Budget) -> None:
    rows = columns = row = merges = 0
    for kind, start, size in _records(data):
        if kind == _ROW and size >= 4:
            row = unpack_from("<I", data, start)[0] + 1
        elif (_FIRST_CELL <= kind <= _LAST_CELL or kind == _RICH_CELL) and size >= 4:
            rows, columns = max(rows, row), max(columns, unpack_from("<I", data, start)[0] + 1)
        elif kind == _MERGE:
            merges += 1
    budget.take(rows, columns)
    budget.merges(merges)


def _records(data: bytes) -> Iterator[tuple[int, int, int]]:
    """(kind, start, size) of each record: the kind has one or two bytes, the size one to four, 7 bits each."""
    position, end = 0, len(data)
    while position < end:
        kind = data[position]
        position += 1
        if kind & 0x80 and position < end:
            kind = (kind & 0x7F) | (data[position] & 0x7F) << 7
            position += 1
        size = 0
        for shift in range(0, 28, 7):
            if position >= end:
                return
            byte = data[position]
            position += 1
            size |= (byte & 0x7F) << shift
            if not byte & 0x80:
                break
        if position + size > end:
            return
        yield kind, position, size
        position += size
