"""Spreadsheets (.xlsx .xlsm .xlsb .xls .ods) → grids, by calamine, once the guards of the format have passed."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import cast

from xlpy.files.facts import Facts
from xlpy.files.limits import MAX_SHEET_NAME, MAX_SHEETS
from xlpy.files.ods import scan_ods
from xlpy.files.ole import Compound
from xlpy.files.package import Package
from xlpy.files.sniff import Format
from xlpy.files.source import Source
from xlpy.files.xls import scan_xls
from xlpy.files.xlsb import scan_xlsb
from xlpy.files.xlsx import scan_xlsx
from xlpy.grids import Box, Scalar, SheetGrid

_HUGE_MERGE = 100_000  # cells
_WPS_PICTURE = ("=DISPIMG(", "=_xlfn.DISPIMG(")
_WPS_PICTURES = "xl/cellimages.xml"


def read_spreadsheet(source: Source, form: Format, container: Package | Compound) -> dict[str, SheetGrid]:
    """Sheet name → grid, in the workbook's order. Charts are left out; hidden sheets are kept and say so."""
    facts = _scan(source, form, container)
    with _silenced():
        return _read(source, facts, _WPS_PICTURES in container)


def _read(source: Source, facts: list[Facts] | Mapping[str, Facts], pictures: bool) -> dict[str, SheetGrid]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    book = CalamineWorkbook.from_filelike(io.BytesIO(source.data))
    listed = book.sheets_metadata
    if len(listed) > MAX_SHEETS:
        raise source.unreadable(f"工作表超过 {MAX_SHEETS} 张")
    if any(len(meta.name) > MAX_SHEET_NAME for meta in listed):
        raise source.unreadable(f"有工作表的名字超过 {MAX_SHEET_NAME} 个字")
    known = dict(zip((m.name for m in listed), facts, strict=False)) if isinstance(facts, list) else facts
    grids: dict[str, SheetGrid] = {}
    for meta in listed:
        if meta.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(meta.name)
        rows = cast("list[list[Scalar]]", sheet.to_python(skip_empty_area=False))
        ranges = sheet.merged_cell_ranges or ()
        merges = [Box(top + 1, left + 1, bottom + 1, right + 1) for (top, left), (bottom, right) in ranges]
        valueless = _pictures(rows) if pictures else []
        if more := known.get(meta.name):
            merges = merges or more.merges
            valueless = sorted({*valueless, *more.valueless})
            _put(rows, more.errors)
        _put(rows, dict.fromkeys(valueless))
        grids[meta.name] = SheetGrid(
            name=meta.name,
            rows=rows,
            merges=tuple(_sane(merges, rows)),
            valueless=tuple(valueless),
            hidden=meta.visible != SheetVisibleEnum.Visible,
        )
    return grids


@contextmanager
def _silenced() -> Iterator[None]:
    """Without the backtrace that calamine, when it panics, writes past Python to the process's standard error."""
    try:
        kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    except OSError:  # a program without a console has no standard error
        yield
        return
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _scan(source: Source, form: Format, container: Package | Compound) -> list[Facts] | Mapping[str, Facts]:
    if isinstance(container, Compound):
        return scan_xls(source, container)
    if form is Format.ODS:
        return scan_ods(container)
    if form is Format.XLSB:
        scan_xlsb(container)
        return {}
    return scan_xlsx(container)


def _pictures(rows: list[list[Scalar]]) -> list[tuple[int, int]]:
    """Cells that hold a picture of WPS; other programs show the formula that names it."""
    return [
        (r, c)
        for r, row in enumerate(rows, 1)
        for c, value in enumerate(row, 1)
        if type(value) is str and value.startswith(_WPS_PICTURE)
    ]


def _put(rows: list[list[Scalar]], cells: Mapping[tuple[int, int], Scalar]) -> None:
    """Set cells, in rows that calamine may have cut short because it holds these cells for blank."""
    for (row, column), value in cells.items():
        while len(rows) < row:
            rows.append([])
        line = rows[row - 1]
        line.extend([None] * (column - len(line)))
        line[column - 1] = value


def _sane(merges: list[Box], rows: list[list[Scalar]]) -> list[Box]:
    """Merged ranges the right way round; one that covers half the sheet ends where the values end."""
    height, width = len(rows), max(map(len, rows), default=0)
    sane = []
    for box in merges:
        top, left, bottom, right = box
        if top > bottom or left > right:
            box = Box(min(top, bottom), min(left, right), max(top, bottom), max(left, right))
        if (box.bottom - box.top + 1) * (box.right - box.left + 1) > _HUGE_MERGE:
            box = Box(box.top, box.left, max(box.top, min(box.bottom, height)), max(box.left, min(box.right, width)))
        sane.append(box)
    return sane
