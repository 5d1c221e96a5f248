"""Guards and additions for .xlsx and .xlsm: the parts are looked at before calamine reads them (ISO/IEC 29500-1)."""

from __future__ import annotations

import posixpath
import re
from typing import Final, NamedTuple

from xlpy.files.facts import Budget, Facts
from xlpy.files.package import Package

# Patterns start with fixed bytes, which makes them several times as fast.
_UNPLAIN_TAG = re.compile(rb'<(?:c|row|f)(?! r="[A-Z]*[0-9]+")[\s/>]')
_REFERENCE = re.compile(rb' r="([A-Z]*)([0-9]+)')
_BEYOND_Z99 = re.compile(rb' r="(?:[A-Z]{2}|[A-Z]?[0-9]{3})')
_PREFIXED_TAG = re.compile(rb":(?:c|row)[\s/>]")
_ERROR: Final = b't="e"'
_UNIQUE_COUNT = re.compile(rb"""uniqueCount\s*=\s*["']([0-9]+)""")
_ADDRESS = re.compile(r"([A-Z]{0,6})([0-9]{1,9})", re.ASCII | re.IGNORECASE)  # more would overflow in calamine
_FEW: Final = 1_000_000
_MAX_DIGITS: Final = 9
_LARGE: Final = 2**20
_WPS_PICTURE: Final = "DISPIMG("


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
            extent = _plain_extent(data)
            if extent is None or _ERROR in data:
                walked = _walk(package, name)
                extent = walked.rows, walked.columns
                if walked.facts.errors or walked.facts.valueless:
                    found[name] = walked.facts
            budget.take(*extent)
            budget.merges(data.count(b"mergeCell "))
        elif (count := _UNIQUE_COUNT.search(data)) and int(count[1][:10]) > max(len(data), _FEW):
            raise package.source.unreadable()  # calamine sets aside that many strings at once
    return {title: found[part] for title, part in _sheet_parts(package).items() if part in found} if found else {}


def custom_properties(package: Package) -> dict[str, str]:
    """The document's custom properties (docProps/custom.xml) as text."""
    root = package.xml("docProps/custom.xml")
    return {} if root is None else {p.get("name", ""): "".join(p.itertext()) for p in root}


def _plain_extent(data: bytes) -> tuple[int, int] | None:
    """Bounds of (rows, columns) from A1 in a sheet part without formulas whose rows and cells all start with `r`.

    None for any other part: that one needs a walk.
    """
    if _UNPLAIN_TAG.search(data) or _PREFIXED_TAG.search(data):
        return None
    if not _BEYOND_Z99.search(data):  # a form: near enough, and three times as fast
        return 99, 26
    if len(data) > _LARGE:
        return _large_extent(data)
    references = set(_REFERENCE.findall(data))
    numbers = {number for _, number in references}
    if any(len(n) > _MAX_DIGITS for n in numbers):
        return None
    return max(map(int, numbers), default=0), max(map(_column, {letters for letters, _ in references}), default=0)


def _large_extent(data: bytes) -> tuple[int, int] | None:
    """As `_plain_extent` gives it, at once for many references: one by one those of a million rows take seconds."""
    import numpy as np

    rows = columns = 0
    for start in range(0, len(data), _LARGE):
        piece = np.frombuffer(data[start : start + _LARGE + 32].ljust(_LARGE + 64), np.uint8).astype(np.int64)
        at = np.flatnonzero(piece[: _LARGE + 4] == ord('"'))
        at = at[(at > 3) & (piece[at - 3] == ord(" ")) & (piece[at - 2] == ord("r")) & (piece[at - 1] == ord("="))] + 1
        column, row = np.zeros_like(at), np.zeros_like(at)
        for _ in range(8):
            letter = piece[at] - ord("A") + 1
            column, at = np.where(more := (letter > 0) & (letter < 27), column * 26 + letter, column), at + more
        for _ in range(_MAX_DIGITS):
            digit = piece[at] - ord("0")
            row, at = np.where(more := (digit >= 0) & (digit < 10), row * 10 + digit, row), at + more
        if ((piece[at] >= ord("0")) & (piece[at] <= ord("9"))).any():
            return None
        rows, columns = max(rows, int(row.max(initial=0))), max(columns, int(column.max(initial=0)))
    return rows, columns


class _Walked(NamedTuple):
    rows: int
    columns: int
    facts: Facts


def _walk(package: Package, name: str) -> _Walked:
    """Every cell of a sheet in its order; one without an address follows the one before, in the row it stands in.

    Raises UnreadableFile for an address that nobody could count up to: calamine would end the whole process over it.
    """
    root, facts = package.xml(name), Facts()
    row = column = rows = columns = 0
    for element in () if root is None else root.iter("{*}row", "{*}c"):
        found = _ADDRESS.fullmatch(address) if (address := element.get("r")) else None
        if address and not found:
            raise package.source.unreadable()
        if element.tag.endswith("row"):
            row, column = int(found[2]) if found else row + 1, 0
            continue
        line, column = (int(found[2]), _column(found[1].upper().encode())) if found else (row, column + 1)
        rows, columns = max(rows, line, 1), max(columns, column)
        formula, named, text = False, "", ""
        for child in element:
            if child.tag.endswith("}v"):
                text = child.text or ""
            elif child.tag.endswith("}f"):
                formula, named = True, child.text or ""
        kind = element.get("t", "n")
        if kind == "e" and element.get("vm") is None:
            facts.errors[line, column] = text
        elif (
            kind == "e"  # with vm: a picture that Excel has placed in the cell
            or (formula and not text and kind != "str")
            or _WPS_PICTURE in named
            or _WPS_PICTURE in text
        ):
            facts.valueless.append((line, column))
    return _Walked(rows, columns, facts)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters[:8]:
        number = number * 26 + letter - 64
    return number


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
