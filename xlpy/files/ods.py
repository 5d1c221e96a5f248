"""Guards and additions for .ods: repeated rows and columns, merged ranges (ODF 1.2, part 1, chapters 9 and 19)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlpy.errors import PasswordNeeded
from xlpy.files.facts import Budget, Facts
from xlpy.files.package import Package
from xlpy.grids import Box

if TYPE_CHECKING:
    from lxml.etree import _Element

_TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE: Final = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_CELLS: Final = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")


def scan_ods(package: Package) -> dict[str, Facts]:
    """Sheet name → facts. Raises UnreadableFile before anything large is allocated, PasswordNeeded if encrypted."""
    if b"encryption-data" in package.text("META-INF/manifest.xml"):
        raise PasswordNeeded(package.source.path, "文件设有打开密码", "请报送单位提供没有密码的文件")
    root = package.xml("content.xml")
    if root is None:
        raise package.source.unreadable()
    budget = Budget(package.source)
    return {table.get(f"{_TABLE}name", ""): _scan_table(table, budget) for table in root.iter(f"{_TABLE}table")}


def _scan_table(table: _Element, budget: Budget) -> Facts:
    facts = Facts()
    row = rows = columns = 0
    for line in table.iter(f"{_TABLE}table-row"):
        column = 0
        for cell in line:
            if cell.tag not in _CELLS:
                continue
            repeats = _count(cell, "number-columns-repeated")
            down, right = _count(cell, "number-rows-spanned"), _count(cell, "number-columns-spanned")
            if down > 1 or right > 1:
                facts.merges.append(Box(row + 1, column + 1, row + down, column + right))
            formula, value = cell.get(f"{_TABLE}formula"), cell.get(f"{_OFFICE}value-type")
            if formula is not None and value is None:
                facts.valueless.append((row + 1, column + 1))
            column += repeats
            if len(cell) or formula is not None or value is not None:
                columns = max(columns, column)
                rows = row + _count(line, "number-rows-repeated")
        row += _count(line, "number-rows-repeated")
    budget.take(rows, columns)
    budget.merges(len(facts.merges))
    return facts


def _count(element: _Element, attribute: str) -> int:
    text = element.get(_TABLE + attribute, "1")
    return int(text[:10]) if text.isdecimal() else 1
