"""A sheet 参数 or 规则 under reading: where its tables are, what its cells say, and the flags so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from xlpy import cells
from xlpy.cells import Reading
from xlpy.flags import Flag, Rule, make_flag, shown
from xlpy.grids import Scalar, SheetGrid
from xlpy.layout import ALIAS_HEADER, fold
from xlpy.patch import safe_text

VALUELESS: Final = "单元格里是公式，没有算出的结果，请直接填写内容"
_HEADER_ROWS: Final = 20  # the header of a sheet's first table is looked for in so many rows
_MOST_FLAGS: Final = 100  # of a kind on a sheet: more would drown all others
_ENOUGH: Final = 2  # of a table's own headers show that a row is its header


class SettingSheet:
    """A grid whose flags are of `rule`. Nothing here raises, whatever the cells hold."""

    def __init__(self, file: str, grid: SheetGrid, rule: Rule) -> None:
        self.file, self.grid, self.rule = file, grid, rule
        self.flags: list[Flag] = []
        self._told: Counter[str] = Counter()
        self._valueless = frozenset(grid.valueless)
        self._repeated: set[tuple[int, int]] = set()

    def flag(self, variant: str, row: int = 0, column: int = 0, **words: Any) -> None:
        """A flag at a cell, or on the sheet where there is none; of very many of a kind the last one only says so."""
        self._told[variant] += 1
        if self._told[variant] > _MOST_FLAGS:
            return
        if self._told[variant] == _MOST_FLAGS:
            variant, words = "more", {}
        cell = self.grid.address(row, column) if row else ""
        words = {"value": self.text(row, column), **words}
        self.flags.append(make_flag(self.rule, variant, file=self.file, sheet=self.grid.name, cell=cell, **words))

    def text(self, row: int, column: int) -> str:
        """A cell as it is seen."""
        return cells.show(self.grid.value(row, column)).strip()

    def blank(self, row: int, columns: Iterable[int]) -> bool:
        """Whether nothing stands in these cells, not even a formula without a result."""
        return not any(
            self.text(row, column) or (row, column) in self._valueless or (row, column) in self.grid.formulas
            for column in columns
        )

    def content(self, row: int, column: int) -> Reading[Scalar]:
        """What a cell holds, unless it is a formula without a result or a text that no workbook can store."""
        raw = self.grid.value(row, column)
        if raw is None and ((row, column) in self._valueless or (row, column) in self.grid.formulas):
            return Reading(problem=VALUELESS)
        if isinstance(raw, str):
            if len(safe_text(raw)) < len(raw.replace("\r\n", "\n")):
                return Reading(problem="里面有看不见的控制字符，请重新输入")
            raw = raw if raw.strip() else None
        return Reading(raw)

    def words(self, row: int, column: int, longest: int) -> Reading[str]:
        """A cell as words: no date, no truth value, no error of Excel, not more than `longest` characters."""
        raw, problem, _ = self.content(row, column)
        if problem:
            return Reading(problem=problem)
        if raw is not None and (isinstance(raw, bool) or not isinstance(raw, str | int | float)):
            return Reading(problem=f"“{shown(cells.show(raw))}”不是文字；请把单元格设为文本格式再输入")
        read = cells.text(raw)
        if len(read.value or "") > longest:
            return Reading(problem=f"有 {len(read.value or '')} 个字，最多 {longest} 个字")
        return read

    def header(self, *names: str, besides: int = 0) -> tuple[int, dict[str, int]]:
        """The first row that holds all `names`, with the column of each of its headers (folded); (0, {}) if none.

        The row `besides` is not it. One of the names that stands there twice is flagged; the first counts. 别名 may:
        each list has one.
        """
        wanted = set(map(fold, names))
        for row in range(1, min(self.grid.height, _HEADER_ROWS) + 1):
            columns: dict[str, int] = {}
            again: list[tuple[str, int]] = []
            for column in range(1, len(self.grid.rows[row - 1]) + 1):
                if (text := fold(self.text(row, column))) and columns.setdefault(text, column) != column:
                    again.append((text, column))
            if row != besides and wanted <= columns.keys():
                self._twice(row, [c for text, c in again if text in wanted - {fold(ALIAS_HEADER)}])
                return row, columns
        return 0, {}

    def table(self, headers: tuple[str, ...], telling: Iterable[str]) -> tuple[int, dict[str, int]]:
        """The header row of a table that may stand anywhere, with the column of each of `headers`; (0, {}) if none.

        It is the first row with two of the headers in `telling`, which no other table has. The table is what is
        joined to these without a blank header between, so that 别名 is its own.
        """
        known, own = {fold(header): header for header in headers}, set(map(fold, telling))
        for row in range(1, self.grid.height + 1):
            texts = [fold(self.text(row, c)) for c in range(1, len(self.grid.rows[row - 1]) + 1)]
            if len(own.intersection(texts)) < _ENOUGH:
                continue
            anchor = min(texts.index(text) for text in own.intersection(texts))
            left = next((c + 1 for c in range(anchor, -1, -1) if not texts[c]), 0)
            right = next((c for c in range(anchor, len(texts)) if not texts[c]), len(texts))
            columns: dict[str, int] = {}
            again = []
            for c in (*range(anchor, right), *range(left, anchor)):
                if texts[c] in known and columns.setdefault(known[texts[c]], c + 1) != c + 1:
                    again.append(c + 1)
            self._twice(row, again)
            return row, columns
        return 0, {}

    def _twice(self, row: int, columns: Iterable[int]) -> None:
        for column in columns:
            if (row, column) not in self._repeated:
                self._repeated.add((row, column))
                self.flag("twice", row, column)
