"""One workbook edited in place, compared with what it was, and the edit undone: by means of its own, not the editor's.

Two edits, each on a fresh copy: another text in one cell, and two rows inserted in the middle of the sheet.
"""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from lxml import etree

from tests.rich_workbook import parts
from xlpy.errors import XlpyError
from xlpy.files.package import Package
from xlpy.files.source import Source
from xlpy.grids import SheetGrid, Snapshot, a1, same_scalar
from xlpy.patch import InsertRows, Patch, Write
from xlpy.surfaces.file import open_workbook
from xlpy.surfaces.references import column_number

TEXT = "=1+1 改过"
_LARGE = 16 * 2**20
_WORKBOOK_LEVEL = ("sharedstrings", "[content_types]", "workbook.xml")  # additions only: checked element by element


def editing(path: Path) -> dict[str, str]:
    """Edit → "done", "refused: why", or "!" and what was lost; {"open": why} where the workbook cannot be edited."""
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / ("a" + path.suffix)
        shutil.copyfile(path, copy)
        try:
            snapshot = open_workbook(copy).snapshot
        except XlpyError as error:
            return {"open": error.problem}
        if not snapshot.sheets:
            return {"open": "no worksheet"}
        grid = next(iter(snapshot.sheets.values()))
        answers = {}
        for kind, patch in {"cell": _another_text(grid), "rows": _two_rows(grid)}.items():
            shutil.copyfile(path, copy)
            try:
                answers[kind] = _edited(copy, patch, kind == "rows")
            except XlpyError as error:
                answers[kind] = f"refused: {error.problem}"
                if copy.read_bytes() != path.read_bytes():
                    answers[kind] = "!refused, and yet the file is another"
            except BaseException as error:
                answers[kind] = f"!{type(error).__name__}: {error}"
        return answers


def _another_text(grid: SheetGrid) -> Patch:
    """The first cell that holds no formula gets another text, and so does a cell below all others."""
    place = next(((r, c) for r, c, _ in grid.cells() if (r, c) not in grid.formulas), (1, 1))
    below = min(grid.height, 1_048_570) + 3
    return Patch((Write(grid.name, *place, ((TEXT,),)), Write(grid.name, below, 1, ((TEXT,),))))


def _two_rows(grid: SheetGrid) -> Patch:
    middle = grid.height // 2 + 1
    return Patch((InsertRows(grid.name, middle, 2), Write(grid.name, middle, 1, ((TEXT,),))))


def _edited(path: Path, patch: Patch, moved: bool) -> str:
    book = open_workbook(path)
    was = book.snapshot
    before = _parts(path)
    book.commit(patch)
    if faults := _faults(before, parts(path), _places(patch), moved):
        return "!edit: " + "; ".join(faults[:3])
    try:
        open_workbook(path).commit(patch.inverse(was))
    except XlpyError as error:
        return f"!undo refused: {error.problem}"
    back = open_workbook(path).snapshot
    if faults := [*_faults(before, parts(path), _places(patch), moved, undone=True), *_values(was, back)]:
        return "!undo: " + "; ".join(faults[:3])
    return "done"


def _parts(path: Path) -> Mapping[str, bytes]:
    try:
        return parts(path)
    except zipfile.BadZipFile:  # `zipfile` stops at the size that an entry claims, where other readers go on
        package = Package(Source(str(path), path.read_bytes()))
        return {name: package.read(name) for name in package.names}


def _places(patch: Patch) -> frozenset[str]:
    return frozenset(a1(op.row, op.column) for op in patch.operations if isinstance(op, Write))


def _values(was: Snapshot, back: Snapshot) -> list[str]:
    """Cells, formulas and merges that undo did not bring back."""
    faults = [] if list(was.sheets) == list(back.sheets) else ["sheets"]
    for name, one in was.sheets.items():
        other = back.sheets.get(name) or SheetGrid(name)
        faults += [
            f"{name}!{a1(r, c)}"
            for grid in (one, other)
            for r, c, _ in grid.cells()
            if (r, c) not in one.formulas and not same_scalar(one.value(r, c), other.value(r, c))
        ]
        faults += [f"{name} formulas"] * (one.formulas != other.formulas)
        faults += [f"{name} merges"] * (set(one.merges) != set(other.merges))
    return faults


def _faults(
    before: Mapping[str, bytes], after: Mapping[str, bytes], places: frozenset[str], moved: bool, undone: bool = False
) -> list[str]:
    """Parts that are gone, and parts that differ by more than the edit."""
    gone = [name for name in before if name not in after and not name.endswith("/")]
    faults = [f"part lost: {name}" for name in gone if "calcChain" not in name]
    for name, data in before.items():
        if name not in after or data == after[name]:
            continue
        try:
            one, other = (_contents(part, places, moved, undone) for part in (data, after[name]))
        except etree.XMLSyntaxError:
            faults.append(f"{name} differs")
            continue
        free = any(word in name.casefold() for word in _WORKBOOK_LEVEL) or name.endswith(".rels")
        lost = Counter({k: n for k, n in (one - other).items() if "calcChain" not in str(k)})
        if lost:
            faults.append(f"{name} lost {[f'{k} x{n}' for k, n in lost.items()][:3]}")
        elif not free and not moved and (more := other - one):
            faults.append(f"{name} gained {[f'{k} x{n}' for k, n in more.items()][:3]}")
    return faults


_FOLLOWS_ROWS = (
    "r",
    "ref",
    "sqref",
    "spans",
    "id",
    "t",
    "si",
    "location",
    "textlink",
    "max",
    "manualBreakCount",
)


def _contents(data: bytes, places: frozenset[str], moved: bool, undone: bool) -> Counter[tuple[str, ...] | int]:
    """Every element of a part with its attributes and text, and how often; without the cells that the edit is about.

    After rows have `moved`, addresses and formulas do not count, unless it was `undone`; hints for readers never do.
    A part of a million cells is too much to keep: there an element is known by its hash.
    """
    loose = moved and not undone
    found: Counter[tuple[str, ...] | int] = Counter()
    for element in _elements(data, places):
        tag = etree.QName(element).localname if isinstance(element.tag, str) else "comment"
        if tag in ("dimension", "calcPr", "sst", "row", "worksheet", "workbook"):
            found[(element.tag,)] += tag != "row" and tag != "calcPr"
            continue
        text = "" if tag in _FORMULAS and moved else (element.text or "").strip()
        attributes = {
            str(k): str(v)
            for k, v in element.attrib.items()
            if k != "count"
            and not (tag == "f" and moved)
            and not (loose and k in _FOLLOWS_ROWS and tag != "Relationship")
        }
        if loose:
            text = "" if tag in ("sqref", "f", "row", "rowOff", "Anchor", "Row") else text
            attributes = {k: v for k, v in attributes.items() if k != "val" or tag != "cfvo"}
        kind = element.tag if isinstance(element.tag, str) else tag
        key = kind, text, *(f"{k}={v}" for k, v in sorted(attributes.items()))
        found[key if len(data) < _LARGE else hash(key)] += 1
    return found


def _elements(data: bytes, places: frozenset[str]) -> Iterator[Any]:
    """The elements and comments of a part, each forgotten after it was looked at.

    Cells that leave out their address get it; those in `places` are left out.
    """
    left_out, number, column = None, 0, 0
    events = ("start", "end", "comment", "pi")
    for event, element in etree.iterparse(
        BytesIO(data), events, resolve_entities=False, no_network=True, huge_tree=True
    ):
        if event == "start":
            if element.tag.endswith("}row"):
                number, column = int(element.get("r") or number + 1), 0
            elif element.tag.endswith("}c") and (row := element.getparent()) is not None and row.tag.endswith("}row"):
                letters = element.get("r", "").rstrip("0123456789")
                column = column_number(letters) if letters else column + 1
                element.set("r", a1(number, column))
                if element.get("r") in places:
                    left_out = element
            continue
        if left_out is None:
            yield element
        elif element is left_out:
            left_out = None
        if event == "end":
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


_FORMULAS = ("f", "formula", "formula1", "formula2", "definedName", "calculatedColumnFormula", "totalsRowFormula")
