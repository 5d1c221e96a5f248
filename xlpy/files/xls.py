"""Guards and additions for .xls: the records are walked before calamine reads them (MS-XLS)."""

from __future__ import annotations

from collections.abc import Iterator
from struct import unpack_from
from typing import Final

from xlpy.errors import PasswordNeeded
from xlpy.files.facts import ERRORS, Budget, Facts
from xlpy.files.limits import MAX_CELLS, MAX_SHEETS
from xlpy.files.ole import Compound
from xlpy.files.source import Source

WORKBOOK_STREAMS: Final = ("Workbook", "Book", "WORKBOOK", "BOOK")

_BOF, _EOF, _FILEPASS, _BOUNDSHEET, _DIMENSIONS = 0x0809, 0x000A, 0x002F, 0x0085, 0x0200
_FORMULA, _BOOLERR, _MULRK, _MERGES = 0x0006, 0x0205, 0x00BD, 0x00E5
_CELLS: Final = {_FORMULA, _BOOLERR, _MULRK, 0x0203, 0x0204, 0x00D6, 0x027E, 0x00FD}
_DECLARED_LIMIT: Final = MAX_CELLS  # calamine sets aside as many cells as a sheet declares


def scan_xls(source: Source, compound: Compound) -> list[Facts]:
    """The facts of every sheet in the workbook's order. Raises UnreadableFile before anything large is allocated."""
    stream = compound.read(next(n for n in WORKBOOK_STREAMS if n in compound.entries))
    starts = []
    for kind, data in _records(stream, 0):
        if kind == _FILEPASS:
            raise PasswordNeeded(source.path, "文件设有打开密码", "请报送单位提供没有密码的文件")
        if kind == _BOUNDSHEET and len(data) >= 4:
            starts.append(int.from_bytes(data[:4], "little"))
        if kind == _EOF:
            break
    if len(starts) > MAX_SHEETS:
        raise source.unreadable(f"工作表超过 {MAX_SHEETS} 张")
    budget = Budget(source)
    return [_scan_sheet(source, stream, start, budget) for start in starts]


def _scan_sheet(source: Source, stream: bytes, start: int, budget: Budget) -> Facts:
    facts = Facts()
    rows = columns = merges = depth = 0
    opened = False
    for kind, data in _records(stream, start):
        if kind == _BOF:
            depth += opened  # a chart inside the sheet: its records are not the sheet's
            opened = True
        elif kind == _EOF:
            if not depth:
                break
            depth -= 1
        elif depth:
            continue
        elif kind in _CELLS and len(data) >= 6:
            row, column, last = *unpack_from("<HH", data), int.from_bytes(data[-2:], "little")
            rows, columns = max(rows, row + 1), max(columns, column + 1)
            if kind == _MULRK:
                columns = max(columns, last + 1, column + 1 + len(data) // 6)
            elif kind == _BOOLERR and len(data) >= 8 and data[7]:
                facts.errors[row + 1, column + 1] = ERRORS.get(data[6], "#N/A")
            elif kind == _FORMULA and data[6:7] == b"\2" and data[12:14] == b"\xff\xff":
                facts.errors[row + 1, column + 1] = ERRORS.get(data[8], "#N/A")
        elif kind == _DIMENSIONS and _declared(data) > _DECLARED_LIMIT:
            raise source.unreadable()
        elif kind == _MERGES:
            merges += int.from_bytes(data[:2], "little")
    budget.take(rows, columns)
    budget.merges(merges)
    return facts


def _declared(data: bytes) -> int:
    """Cells that a DIMENSIONS record announces; old versions have 2-byte rows."""
    if len(data) == 14:
        top, bottom, left, right = unpack_from("<IIHH", data)
    elif len(data) == 10:
        top, bottom, left, right = unpack_from("<HHHH", data)
    else:
        return 0
    if bottom and (bottom < top or right < left):  # the difference would wrap around
        return MAX_CELLS + 1 if bottom < top else (bottom - top + 1) * (right + 1)
    return int(max(bottom - top, 1) * max(right - (0 if left > 0xFF else left), 1))


def _records(stream: bytes, position: int) -> Iterator[tuple[int, bytes]]:
    while position + 4 <= len(stream):
        kind, size = unpack_from("<HH", stream, position)
        yield kind, stream[position + 4 : position + 4 + size]
        position += 4 + size
