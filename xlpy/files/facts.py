"""What is learnt about a sheet before calamine reads it: whether it fits into memory, and what calamine leaves out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from xlpy.files.limits import MAX_CELLS, MAX_MERGES
from xlpy.files.source import Source
from xlpy.grids import Box, a1

ERRORS: Final = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
"""Error codes of the binary formats (MS-XLS 2.5.10 BErr) as Excel shows them."""


@dataclass(slots=True)
class Facts:
    """Of one sheet, by (row, column) from 1.

    errors     error values as shown (#DIV/0!), which calamine gives as blank
    valueless  formulas without a stored value, and pictures in a cell
    merges     merged ranges, where calamine gives none for the format
    """

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    valueless: list[tuple[int, int]] = field(default_factory=list)
    merges: list[Box] = field(default_factory=list)


class Budget:
    """The cells that the sheets of one file may take together, whether filled or not."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._left = MAX_CELLS

    def take(self, rows: int, columns: int) -> None:
        """Account for a sheet that reaches from A1 to (`rows`, `columns`). Raises UnreadableFile past the limit."""
        self._left -= rows * columns
        if self._left < 0:
            raise self._source.unreadable(
                f"有工作表一直铺到 {a1(rows, columns)}，大得读不下",
                "请在 Excel 或 WPS 里删去表格下面的空行和右边的空列，保存后再试",
            )

    def merges(self, count: int) -> None:
        """Account for the merged ranges of one sheet."""
        if count > MAX_MERGES:
            raise self._source.unreadable(
                f"一张工作表里的合并单元格超过 {MAX_MERGES} 处", "请取消多余的合并，保存后再试"
            )
