"""Spreadsheets (.xlsx .xlsm .xlsb .xls .ods) → grids, by calamine."""

from __future__ import annotations

import io

from xlpy.grids import Box, SheetGrid


def read_spreadsheet(data: bytes) -> dict[str, SheetGrid]:
    """Sheet name → grid, in the workbook's order. Charts are left out; hidden sheets are kept and say so."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    grids: dict[str, SheetGrid] = {}
    for meta in book.sheets_metadata:
        if meta.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(meta.name)
        grids[meta.name] = SheetGrid(
            name=meta.name,
            rows=[list(row) for row in sheet.to_python(skip_empty_area=False)],
            merges=tuple(
                Box(top + 1, left + 1, bottom + 1, right + 1)
                for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
            ),
            hidden=meta.visible != SheetVisibleEnum.Visible,
        )
    return grids
