"""The sheet 来源: for every file of the last run its fate, and for every row what was taken from where.

It is the memory of the three-way merge: the value last pulled tells an edit by hand from a changed form. A town's
workbook remembers `Notice.pulled_fields` of forms; the district's `Notice.district_fields` of the towns' rows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from xlpy.cells import name_key, show
from xlpy.grids import Scalar, SheetGrid, Snapshot, same_scalar
from xlpy.layout import (
    FOLDER_LABEL,
    PULLED_FIELDS,
    SOURCE_HEADERS,
    SOURCES,
    TOWNS_LABEL,
    field_name,
    fold,
    source_headers,
)
from xlpy.list_sheets import header_line
from xlpy.models import Intake
from xlpy.patch import AddSheet, Operation, Patch, Write, block, safe_text

USED, SUPERSEDED, SKIPPED, GONE = "已导入", "已被新版替代", "未采用", "文件已不在"
UNREAD = "这次没有读到"  # a row whose file is there, but not with its form
LISTED = "已列入"  # in the district
_NUMBER, _STATE, _FILE, _SHA, _TIME = SOURCE_HEADERS
_NEEDED = _NUMBER, _STATE, _FILE


@dataclass(frozen=True, slots=True)
class Origin:
    """One line of 来源. `number` is None for a file that gave no row; `values` holds the content last pulled."""

    state: str
    file: str
    sha256: str = ""
    time: str = ""
    number: int | None = None
    values: dict[str, Scalar] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str]:
        """(project, enterprise) as last pulled."""
        return name_key(show(self.values.get("project_name"))), name_key(show(self.values.get("company")))

    @property
    def place(self) -> str:
        """Where the row stood that was last pulled."""
        return self.places.get("project_name", "")


def read_origins(snapshot: Snapshot, fields: tuple[str, ...] = PULLED_FIELDS) -> list[Origin]:
    """The lines of 来源, in order; none if the sheet is absent or has lost its header."""
    grid = snapshot.sheets.get(SOURCES)
    columns = header_line(grid, _NEEDED) if grid else None
    if not grid or not columns:
        return []
    top, at = columns
    lines = []
    for r in range(top + 1, grid.height + 1):
        state, file = show(grid.value(r, at[fold(_STATE)])), show(grid.value(r, at[fold(_FILE)]))
        if not (state or file):
            continue
        number = grid.value(r, at[fold(_NUMBER)])
        lines.append(
            Origin(
                state=state,
                file=file,
                sha256=show(grid.value(r, at.get(fold(_SHA), 0))),
                time=show(grid.value(r, at.get(fold(_TIME), 0))),
                number=int(number) if isinstance(number, int | float) else None,
                values={f: grid.value(r, at.get(fold(_value(f)), 0)) for f in fields},
                places={f: show(grid.value(r, at.get(fold(_place(f)), 0))) for f in fields},
            )
        )
    return lines


def fingerprint(snapshot: Snapshot) -> str:
    """16 hex digits for what the lines of 来源 say, in whatever order lines and columns stand; of nothing, too."""
    grid = snapshot.sheets.get(SOURCES)
    found = header_line(grid, _NEEDED) if grid else None
    lines: list[str] = []
    if grid and found:
        top, columns = found
        for r in range(top + 1, grid.height + 1):
            cells = sorted((header, text) for header, c in columns.items() if (text := show(grid.value(r, c))))
            lines += [json.dumps(cells)] if cells else []
    return hashlib.sha256("\n".join(sorted(lines)).encode("ascii")).hexdigest()[:16]


def unchanged(old: Origin, new: Origin) -> bool:
    """Whether a line says the same as before, its time apart."""
    same = (old.state, old.file, old.sha256, old.number) == (new.state, new.file, new.sha256, new.number)
    names = old.values.keys() | new.values.keys()
    places = all(old.places.get(name, "") == new.places.get(name, "") for name in names)
    return same and places and all(same_scalar(old.values.get(name), new.values.get(name)) for name in names)


def read_folder_name(snapshot: Snapshot) -> str:
    """The folder of the last run, as `Intake.folder` or `TownIntake.folder` had it; "" where none is recorded."""
    grid = snapshot.sheets.get(SOURCES)
    place = _folder_place(grid) if grid else None
    return show(grid.value(*place)).partition("：")[2] if grid and place else ""


def memory(
    origins: Iterable[Origin], intake: Intake
) -> tuple[dict[int, tuple[str, str]], dict[str, float], dict[tuple[str, str], str]]:
    """What `xlpy.matching.match` wants to know besides table and forms: names by number, file times, files by name."""
    lines = [origin for origin in origins if origin.number is not None]
    numbers = {origin.number: origin.key for origin in lines if origin.number is not None}
    return numbers, intake.modified, {origin.key: origin.file for origin in lines}


def write_origins(
    origins: Iterable[Origin],
    snapshot: Snapshot,
    folder: str = "",
    fields: tuple[str, ...] = PULLED_FIELDS,
    label: str = FOLDER_LABEL,
) -> Patch:
    """The patch that makes `origins` the content of 来源, blanking what stood below.

    A header that lacks some of `fields` grows to the right; the values of a field that is none of them are forgotten.
    `folder` goes above the header, behind `label`.
    """
    operations: list[Operation] = []
    grid = snapshot.sheets.get(SOURCES)
    found = header_line(grid, _NEEDED) if grid else None
    headers = source_headers(fields)
    if grid is None:
        operations.append(AddSheet(SOURCES))
    top, columns = found or ((grid.height if grid else 0) + (2 if folder else 1), {})
    width = max(columns.values(), default=0)
    if absent := [header for header in headers if fold(header) not in columns]:
        operations.append(Write(SOURCES, top, width + 1, block([absent])))
        columns |= {fold(header): column for column, header in enumerate(absent, width + 1)}
    if folder and top > 1:
        place = (_folder_place(grid) if grid else None) or (1 if found else top - 1, columns[fold(_FILE)])
        operations.append(Write(SOURCES, *place, block([[safe_text(f"{label}：{folder}")]])))
    width = max(columns.values())
    lines: list[list[Scalar]] = []
    for origin in origins:
        line: list[Scalar] = [None] * width
        cells: dict[str, Scalar] = {
            _NUMBER: origin.number,
            _STATE: origin.state,
            _FILE: origin.file,
            _SHA: origin.sha256 or None,
            _TIME: origin.time or None,
        }
        for f in fields:
            cells[_value(f)] = origin.values.get(f)
            cells[_place(f)] = origin.places.get(f) or None
        for header, value in cells.items():
            if column := columns.get(fold(header)):
                line[column - 1] = value
        lines.append(line)
    old = grid.height - top if grid and found else 0
    lines += [[None] * width for _ in range(old - len(lines))]
    if lines:
        operations.append(Write(SOURCES, top + 1, 1, block(lines)))
    return Patch(tuple(operations))


def _folder_place(grid: SheetGrid) -> tuple[int, int] | None:
    """(row, column) of the cell that names the folder, above the header."""
    found = header_line(grid, _NEEDED)
    labels = f"{FOLDER_LABEL}：", f"{TOWNS_LABEL}："
    above = [(r, c) for r, c, v in grid.cells() if found and r < found[0] and show(v).startswith(labels)]
    return above[0] if above else None


def _value(name: str) -> str:
    return f"{field_name(name)}·值"


def _place(name: str) -> str:
    return f"{field_name(name)}·出处"
