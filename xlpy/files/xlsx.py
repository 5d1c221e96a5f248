"""Guards and additions for .xlsx and .xlsm: the parts are looked at before calamine reads them (ISO/IEC 29500-1)."""

from __future__ import annotations

import posixpath
import re
from typing import Final

from xlpy.files.facts import Budget, Facts
from xlpy.files.package import Package

_REFERENCE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]*)([0-9]+)""")
_CELL = re.compile(rb"[<:]c[\s/>]")
_ROW = re.compile(rb"[<:]row[\s/>]")
_UNIQUE_COUNT = re.compile(rb"""<(?:[\w.-]+:)?sst\b[^>]*?\suniqueCount\s*=\s*["']([0-9]+)""")
_ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_NEEDS_A_LOOK: Final = (b"<f", b":f", b't="e"', b"t='e'", b"DISPIMG")
_FEW: Final = 1_000_000
_MAX_DIGITS: Final = 9


def scan_xlsx(package: Package) -> dict[str, Facts]:
    """Sheet name → facts, for the sheets that have any. Raises UnreadableFile before anything large is allocated.

    Every XML part is looked at, whatever its name, because it is the workbook that decides which one is a sheet.
    """
    budget, found = Budget(package.source), {}
    for name in package.names:
        if not name.endswith((".xml", ".rels")) and b"<" not in package.head(name):
            continue
        data = package.text(name)
        if b"sheetData" in data:
            budget.take(*_extent(data))
            budget.merges(data.count(b"mergeCell "))
            if any(mark in data for mark in _NEEDS_A_LOOK):
                found[name] = _facts(package, name)
        elif (count := _UNIQUE_COUNT.search(data)) and _number(count[1]) > max(len(data), _FEW):
            raise package.source.unreadable()  # calamine sets aside that many strings at once
    if not any((facts.errors or facts.valueless) for facts in found.values()):
        return {}
    return {title: found[part] for title, part in _sheet_parts(package).items() if part in found}


def custom_properties(package: Package) -> dict[str, str]:
    """The document's custom properties (docProps/custom.xml) as text."""
    root = package.xml("docProps/custom.xml")
    return {} if root is None else {p.get("name", ""): "".join(p.itertext()) for p in root}


def _extent(data: bytes) -> tuple[int, int]:
    """(rows, columns) from A1 that the cells of a sheet part reach, or an upper bound of it."""
    references = _REFERENCE.findall(data)
    rows = max(map(_number, {digits for _, digits in references}), default=0)
    columns = max(map(_column, {letters for letters, _ in references}), default=0)
    addressed = sum(1 for letters, _ in references if letters)
    if len(_CELL.findall(data)) > addressed:  # cells without an address follow each other
        lines = _ROW.split(data)
        rows += len(lines) - 1
        columns += max(len(_CELL.findall(line)) for line in lines)
    return rows, columns


def _number(digits: bytes) -> int:
    return int(digits[: _MAX_DIGITS + 1])


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper()[:8]:
        number = number * 26 + letter - 64
    return number


def _facts(package: Package, name: str) -> Facts:
    facts = Facts()
    root = package.xml(name)
    row = column = 0
    for element in () if root is None else root.iter("{*}row", "{*}c"):
        if element.tag.endswith("}row") or element.tag == "row":
            given = element.get("r", "")
            row, column = int(given) if given.isdecimal() else row + 1, 0
            continue
        address = _ADDRESS.fullmatch(element.get("r", ""))
        if address:
            row, column = int(address[2]), _column(address[1].encode())
        else:
            column += 1
        formula, value = element.find("{*}f"), element.find("{*}v")
        text = "" if value is None else value.text or ""
        kind = element.get("t", "n")
        if kind == "e" and element.get("vm") is None:
            facts.errors[row, column] = text
        elif (
            kind == "e"  # a picture placed in the cell by Excel, which older programs show as #VALUE!
            or "DISPIMG(" in text
            or (formula is not None and ("DISPIMG(" in (formula.text or "") or (not text and kind != "str")))
        ):
            facts.valueless.append((row, column))
    return facts


def _sheet_parts(package: Package) -> dict[str, str]:
    """Sheet name → name of its part, by the workbook's relationships."""
    main = package.main_part("xl/workbook.xml")
    folder, base = posixpath.split(main)
    workbook, relations = package.xml(main), package.xml(f"{folder}/_rels/{base}.rels")
    if workbook is None or relations is None:
        return {}
    by_folded = {name.casefold(): name for name in package.names}
    targets = {}
    for relation in relations:
        target = posixpath.normpath(posixpath.join("/" + folder, relation.get("Target", ""))).lstrip("/")
        targets[relation.get("Id")] = by_folded.get(target.casefold(), target)
    return {
        sheet.get("name", ""): targets.get(next((v for k, v in sheet.attrib.items() if k.endswith("}id")), ""), "")
        for sheet in workbook.iter("{*}sheet")
    }
