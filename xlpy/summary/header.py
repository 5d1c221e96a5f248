"""The header of the table: its rows, what its columns are, the title and the unit of money above it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from xlpy import cells
from xlpy.errors import WrongForm
from xlpy.grids import SheetGrid, Snapshot
from xlpy.labels import Lexicon
from xlpy.layout import (
    CHECK_HEADER,
    HEADER_OF,
    MARK_PREFIX,
    ORIGIN_HEADER,
    OTHER_SHEETS,
    OWN,
    REQUIRED_HEADERS,
    RESERVED_PREFIX,
    SOURCE_COLUMNS,
    SUMMARY,
    SUMMARY_COLUMNS,
    TOWN_COLUMN,
    fold,
)
from xlpy.models import Heading
from xlpy.money_units import Unit, is_other, named_unit, stated_unit, unit_alone
from xlpy.notice import OwnColumn
from xlpy.summary.footer import FOOTERS

_DEEPEST_HEADER = 200  # rows in which the header row is looked for
_SOURCES: Final = {fold(header): key for key, header in SOURCE_COLUMNS.items()}
_MARKS: Final = {fold(MARK_PREFIX + header): field for field, header in HEADER_OF.items()}
_RESERVED = re.compile(rf"{RESERVED_PREFIX}\d")


@lru_cache(maxsize=16)
def lexicon(columns: tuple[OwnColumn, ...] = ()) -> Lexicon[str]:
    """The headers by every name they go by: the notice's, 推荐单位, and the bureau's own."""
    names = {name: c.field for c in (*SUMMARY_COLUMNS, TOWN_COLUMN) for name in (c.header, *c.aliases)}
    own = {name: column.field for column in columns for name in (column.name, *column.aliases)}
    return Lexicon(own | names)


class Header(NamedTuple):
    """The header's rows and what its columns are."""

    top: int
    bottom: int
    columns: dict[str, int]
    names: Lexicon[str]
    headings: tuple[Heading, ...] = ()
    marks: dict[str, int] = {}
    sources: dict[str, int] = {}
    check: int | None = None
    origin: int | None = None

    @property
    def complete(self) -> bool:
        return "project_name" in self.columns and len(self.columns) >= 3


def choose(snapshot: Snapshot, sheet: str | None, headers: Lexicon[str]) -> tuple[SheetGrid, Header]:
    if sheet is not None:
        grids = [snapshot.sheet(sheet)]
    else:
        grids = [g for name, g in snapshot.sheets.items() if name not in OTHER_SHEETS]
        grids.sort(key=lambda g: (g.name != SUMMARY, g.hidden))
    found = [(grid, header) for grid in grids if (header := find_header(grid, headers))]
    complete = [pair for pair in found if pair[1].complete]
    if not complete:
        raise _wrong(snapshot, grids, [header for _, header in found])
    grid, header = max(complete, key=lambda p: (p[0].name == SUMMARY, not p[0].hidden, len(p[1].columns)))
    return grid, described(grid, header)


def find_header(grid: SheetGrid, headers: Lexicon[str]) -> Header | None:
    """The rows that hold the most headers; complete ones first."""
    best: Header | None = None
    hits = {
        r: found for r in range(1, min(grid.height, _DEEPEST_HEADER) + 1) if (found := headers_in(grid, r, headers))
    }
    for r, found in hits.items():
        bottom = min(max(grid.box(r, c).bottom for c in found), r + 2, grid.height)
        if bottom == r and _continues(grid, r + 1, hits.get(r + 1, {}), found):
            bottom = r + 1
        columns: dict[str, int] = {}
        for row in range(r, bottom + 1):
            for c, field in hits.get(row, {}).items():
                columns.setdefault(field, c)
        header = Header(r, bottom, columns, headers)
        if best is None or (header.complete, len(columns)) > (best.complete, len(best.columns)):
            best = header
    return best


def headers_in(grid: SheetGrid, r: int, headers: Lexicon[str]) -> dict[int, str]:
    return {c: f for c, v in enumerate(grid.rows[r - 1], 1) if isinstance(v, str) and (f := headers.whole(v))}


def _continues(grid: SheetGrid, r: int, found: Mapping[int, str], above: Mapping[int, str]) -> bool:
    """Whether row `r` is the second line of the header above it: headers and units, and nothing else."""
    if r > grid.height:
        return False
    others = [v for c, v in enumerate(grid.rows[r - 1], 1) if c not in found and v is not None and v != ""]
    new = bool({*found.values()} - {*above.values()}) or (bool(others) and not found)
    return new and all(isinstance(v, str) and unit_alone(v) for v in others)


def described(grid: SheetGrid, header: Header) -> Header:
    """The header with its other columns: what is ours beside the table, and the headings nobody asked for."""
    field_at = {column: field for field, column in header.columns.items()}
    marks: dict[str, int] = {}
    ours: dict[str, int] = {}
    sources: dict[str, int] = {}
    headings: list[tuple[int, int, Heading]] = []
    for r in range(header.top, header.bottom + 1):
        for c, value in enumerate(grid.rows[r - 1], 1):
            text = cells.show(value)
            key = fold(text)
            if not text or (r > header.top and unit_alone(text)) or _RESERVED.fullmatch(key):
                continue
            if key in _MARKS:
                marks[_MARKS[key]] = c
            elif text.startswith(MARK_PREFIX):  # also that of a column which 参数 lists no more, so that it goes blank
                name = text.removeprefix(MARK_PREFIX)
                marks[header.names.whole(name) or OWN + name] = c
            elif key in _SOURCES:
                sources.setdefault(_SOURCES[key], c)
            elif key in (fold(CHECK_HEADER), fold(ORIGIN_HEADER)):
                ours.setdefault(key, c)
            else:
                field = field_at.get(c, "")
                known = bool(field) and isinstance(value, str) and header.names.whole(value) == field
                box = grid.box(r, c)
                if known or box.right == c or box.bottom == header.bottom:  # not the common heading of several columns
                    heading = Heading(text=text, cell=grid.address(r, c), field=field if known else "")
                    headings.append((c, r, heading))
    headings.sort(key=lambda item: item[:2])
    return header._replace(
        headings=tuple(heading for _, _, heading in headings),
        marks=marks,
        sources=sources,
        check=ours.get(fold(CHECK_HEADER)),
        origin=ours.get(fold(ORIGIN_HEADER)),
    )


def unit_of_money(snapshot: Snapshot, grid: SheetGrid, header: Header) -> tuple[Heading, Unit] | None:
    """Where the header of 经济效益 or, if it names none, a line above it names another unit than 万元."""
    column = header.columns.get("benefit", 0)
    lines = range(header.top, header.bottom + 1)
    here = [Heading(text=cells.show(grid.value(r, column)), cell=grid.address(r, column)) for r in lines]
    named = [(said, unit) for said in here if (unit := named_unit(said.text) or unit_alone(said.text))]
    if not named and column:
        above = _above(snapshot, grid, header.top)
        named = [(said, unit) for said in above if (unit := stated_unit(said.text))][:1]
    other = next((one for one in named if is_other(one[1])), None)
    return (other[0].model_copy(update={"field": "benefit"}), other[1]) if other else None


def _above(snapshot: Snapshot, grid: SheetGrid, top: int) -> Iterator[Heading]:
    """The texts above the table, the nearest first; in a Word document also its running text."""
    pages = [(grid, top - 1), *((g, g.height) for g in snapshot.sheets.values() if grid.word and g.width == 1)]
    for page, last in pages:
        sheet = "" if page is grid else page.name
        for r in range(last, 0, -1):
            for c, value in enumerate(page.rows[r - 1], 1):
                if isinstance(value, str):
                    yield Heading(text=cells.show(value), cell=page.address(r, c), sheet=sheet)


def title_of(grid: SheetGrid, header_row: int) -> tuple[str, str]:
    """The line above the table that calls it 汇总表, else the last line above it that is no label; and its address."""
    texts = [
        (cells.show(value), grid.address(r, c))
        for r, row in enumerate(grid.rows[: header_row - 1], 1)
        for c, value in enumerate(row, 1)
        if isinstance(value, str) and value.strip() and FOOTERS.at(value) is None
    ]
    texts = [(text, cell) for text, cell in texts if not re.fullmatch(r"附件\s*\d*[:：]?", text)]
    return next((one for one in texts if "汇总表" in fold(one[0])), texts[-1] if texts else ("", ""))


def _wrong(snapshot: Snapshot, grids: list[SheetGrid], found: list[Header]) -> WrongForm:
    advice = "请把表头改回附件2上印的样子，或改用下发的汇总表"
    if any(fold(v[:20]).startswith("质量攻关目标") for g in grids for _, _, v in g.cells() if isinstance(v, str)):
        return WrongForm(snapshot.name, "这不是汇总表，像是附件1登记表", "请选附件2汇总表")
    best = max(found, key=lambda header: len(header.columns), default=None)
    if best is None:
        names = "、".join(f"“{HEADER_OF[field]}”" for field in REQUIRED_HEADERS)
        return WrongForm(snapshot.name, f"这不是汇总表：没有找到写着{names}的表头", advice)
    missing = "、".join(f"“{HEADER_OF[field]}”" for field in REQUIRED_HEADERS if field not in best.columns)
    return WrongForm(snapshot.name, f"没有找到汇总表的表头：同一行里缺少{missing}", advice)
