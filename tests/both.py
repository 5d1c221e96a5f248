"""One workbook in two places: whatever a button does in Excel, its command must do to the closed file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.comdouble import Excel
from xlpy.grids import SheetGrid, Snapshot, same_scalar
from xlpy.report import Report
from xlpy.surfaces.excel import LiveWorkbook
from xlpy.surfaces.file import open_workbook


class Both:
    """One workbook, open in Excel and as a closed file."""

    def __init__(self, path: Path) -> None:
        self.path, self.excel = path, Excel()
        self.book = self.excel.open(self.path)

    def run(self, macro: Callable[..., Report | None], command: Callable[..., Report], *args: Any) -> Report:
        """Both reports must be equal, and both workbooks afterwards."""
        live, closed = macro(self.book, *args), command(self.path, *args)
        assert self.excel.boxes == []
        assert live == closed
        self.assert_equal()
        return closed

    @property
    def in_excel(self) -> Snapshot:
        return LiveWorkbook(self.book).snapshot

    def assert_equal(self) -> None:
        live, closed = self.in_excel, open_workbook(self.path).snapshot
        assert list(live.sheets) == list(closed.sheets)
        for name, grid in closed.sheets.items():
            assert differences(live.sheet(name), grid) == []
            assert live.sheet(name).hidden == grid.hidden
            if name in ("汇总表", "申报汇总"):
                assert set(live.sheet(name).merges) == set(grid.merges)

    @property
    def status(self) -> str:
        return str(self.excel.settings["StatusBar"])

    @property
    def in_front(self) -> str:
        return str(self.book.sheets.active.name)


def differences(one: SheetGrid, other: SheetGrid) -> list[tuple[str, str, Any, Any]]:
    return [
        (one.name, one.address(r, c), one.stored(r, c), other.stored(r, c))
        for r in range(1, max(one.height, other.height) + 1)
        for c in range(1, max(one.width, other.width) + 1)
        if not same_scalar(one.stored(r, c), other.stored(r, c))
    ]
