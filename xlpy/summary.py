"""Grids → `SummaryTable`: Annex 2 by its headers, whatever stands above, below or beside the table. Pure.

Columns may come in any order and others may stand between them. Every row of the body becomes a project or a stray
row (blank between filled ones, 合计, a heading or footer repeated in mid-table); none is dropped silently.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any, Final, NamedTuple

from xlpy import cells
from xlpy.errors import WrongForm
from xlpy.grids import Scalar, SheetGrid, Snapshot, column_letters
from xlpy.labels import Lexicon, content
from xlpy.layout import (
    CHECK_HEADER,
    DISTRICT_SHEETS,
    FOOTER,
    GUIDE,
    HEADER_OF,
    HISTORY,
    LOG,
    MARK_PREFIX,
    ORIGIN_HEADER,
    OWN,
    REQUIRED_HEADERS,
    RESERVED_PREFIX,
    RESULTS,
    RULES,
    SETTINGS,
    SOURCE_COLUMNS,
    SOURCES,
    STATISTICS,
    SUMMARY,
    SUMMARY_COLUMNS,
    SUMMARY_FIELDS,
    TOTAL_WORDS,
    TOWN_COLUMN,
    fold,
)
from xlpy.models import Heading, StrayRow, SummaryRow, SummaryTable, Value
from xlpy.money_units import Unit, is_other, named_unit, stated_unit, unit_alone
from xlpy.notice import OwnColumn
from xlpy.own_columns import OWN_READERS, OWN_TYPES

_OTHER_SHEETS = {GUIDE, RESULTS, STATISTICS, SOURCES, SETTINGS, RULES, LOG, HISTORY, *DISTRICT_SHEETS}
_DEEPEST_HEADER = 200  # rows in which the header row is looked for
_FOOTER_DEPTH = 6  # rows that 填报单位, 联系人 and 联系电话 take at most
_FOOTERS: Final[Lexicon[str]] = Lexicon(
    {name: field for field, (label, aliases) in FOOTER.items() for name in (label, *aliases)}, loose={"unit"}
)
_FIELDS: Final = (*SUMMARY_FIELDS, TOWN_COLUMN.field)
_SOURCES: Final = {fold(header): key for key, header in SOURCE_COLUMNS.items()}
_MARKS: Final = {fold(MARK_PREFIX + header): field for field, header in HEADER_OF.items()}
_RESERVED = re.compile(rf"{RESERVED_PREFIX}\d")
_TOTAL = re.compile(rf"(?:本页|本镇|本区|全镇|全区|以上)?(?:{'|'.join(TOTAL_WORDS)})(?:\d.*|万元|金额.*|项目数.*)?")
_TITLE = re.compile(r"汇总表\s*(?:[(（][^()（）]*[)）])?\s*$")  # of another table that begins below this one
_NOTE = re.compile(r"\s*(?:注|备注|附注|说明|填表说明)\s*\d*\s*[:：]")
_READERS: Final[dict[str, Callable[[Scalar], cells.Reading[Any]]]] = {
    "number": cells.count,
    "completed": cells.month,
    "benefit": cells.amount,
    "contact": cells.person,
    "phone": cells.phone,
}
_TYPES: Final[dict[str, Any]] = {name: SummaryRow.model_fields[name].annotation for name in _FIELDS}
_TEXT = Value[str]


def parse_summary(snapshot: Snapshot, sheet: str | None = None, columns: tuple[OwnColumn, ...] = ()) -> SummaryTable:
    """The summary table of a file, from `sheet` or from the sheet that looks most like it. 经济效益 in 万元.

    A header row needs 项目名称 and two more of the notice's headers. A cell merged over several rows counts for each
    of them, but 经济效益 only for the first: money is not to be added twice. Raises WrongForm where there is no such
    table, CannotRun where there is no such sheet.
    """
    headers = _lexicon(columns)
    return _table(snapshot, *_choose(snapshot, sheet, headers), columns)


def parse_summaries(snapshot: Snapshot, columns: tuple[OwnColumn, ...] = ()) -> list[SummaryTable]:
    """Every summary table of a file, in the order of its sheets, hidden sheets left aside.

    Raises WrongForm where there is none.
    """
    headers = _lexicon(columns)
    _choose(snapshot, None, headers)  # tells what is missing
    grids = [grid for name, grid in snapshot.sheets.items() if name not in _OTHER_SHEETS]
    found = [(grid, _find_header(grid, headers)) for grid in grids]
    shown = [(g, h) for g, h in found if h and h.complete and not g.hidden]
    return [_table(snapshot, grid, _described(grid, header), columns) for grid, header in shown]


def hidden_tables(snapshot: Snapshot) -> list[str]:
    """The hidden sheets that hold a summary table, which `parse_summaries` leaves aside."""
    hidden = [g for name, g in snapshot.sheets.items() if g.hidden and name not in _OTHER_SHEETS]
    return [grid.name for grid in hidden if (header := _find_header(grid, _lexicon())) and header.complete]


def _table(snapshot: Snapshot, grid: SheetGrid, header: _Header, columns: tuple[OwnColumn, ...]) -> SummaryTable:
    title, title_cell = _title(grid, header.top)
    said, unit = _unit_of_money(snapshot, grid, header) or (None, None)
    body = _Body(grid, header, {column.field: column for column in columns}, unit)
    return SummaryTable(
        file=snapshot.name,
        sheet=grid.name,
        title=title,
        title_cell=title_cell,
        header_row=header.top,
        columns=header.columns,
        headings=header.headings,
        missing=tuple(field for field in REQUIRED_HEADERS if field not in header.columns),
        first_row=header.bottom + 1,
        last_row=body.last,
        rows=tuple(body.rows()),
        strays=tuple(body.strays()),
        signers=tuple(body.signers()),
        marks=header.marks,
        sources=header.sources,
        check_column=header.check,
        origin_column=header.origin,
        valueless=frozenset(grid.address(r, c) for r, c in grid.valueless if r > header.bottom),
        other_unit=said,
        unit_rate=unit.rate if unit else Decimal(1),
        **_signed(snapshot, grid, header.top, body.footer),
    )


# --- the header ---------------------------------------------------------------------------------------------------


@lru_cache(maxsize=16)
def _lexicon(columns: tuple[OwnColumn, ...] = ()) -> Lexicon[str]:
    """The headers by every name they go by: the notice's, 推荐单位, and the bureau's own."""
    names = {name: c.field for c in (*SUMMARY_COLUMNS, TOWN_COLUMN) for name in (c.header, *c.aliases)}
    own = {name: column.field for column in columns for name in (column.name, *column.aliases)}
    return Lexicon(own | names)


class _Header(NamedTuple):
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


def _choose(snapshot: Snapshot, sheet: str | None, headers: Lexicon[str]) -> tuple[SheetGrid, _Header]:
    if sheet is not None:
        grids = [snapshot.sheet(sheet)]
    else:
        grids = [g for name, g in snapshot.sheets.items() if name not in _OTHER_SHEETS]
        grids.sort(key=lambda g: (g.name != SUMMARY, g.hidden))
    found = [(grid, header) for grid in grids if (header := _find_header(grid, headers))]
    complete = [pair for pair in found if pair[1].complete]
    if not complete:
        raise _wrong(snapshot, grids, [header for _, header in found])
    grid, header = max(complete, key=lambda p: (p[0].name == SUMMARY, not p[0].hidden, len(p[1].columns)))
    return grid, _described(grid, header)


def _find_header(grid: SheetGrid, headers: Lexicon[str]) -> _Header | None:
    """The rows that hold the most headers; complete ones first."""
    best: _Header | None = None
    hits = {
        r: found for r in range(1, min(grid.height, _DEEPEST_HEADER) + 1) if (found := _headers_in(grid, r, headers))
    }
    for r, found in hits.items():
        bottom = min(max(grid.box(r, c).bottom for c in found), r + 2, grid.height)
        if bottom == r and _continues(grid, r + 1, hits.get(r + 1, {}), found):
            bottom = r + 1
        columns: dict[str, int] = {}
        for row in range(r, bottom + 1):
            for c, field in hits.get(row, {}).items():
                columns.setdefault(field, c)
        header = _Header(r, bottom, columns, headers)
        if best is None or (header.complete, len(columns)) > (best.complete, len(best.columns)):
            best = header
    return best


def _headers_in(grid: SheetGrid, r: int, headers: Lexicon[str]) -> dict[int, str]:
    return {c: f for c, v in enumerate(grid.rows[r - 1], 1) if isinstance(v, str) and (f := headers.whole(v))}


def _continues(grid: SheetGrid, r: int, found: Mapping[int, str], above: Mapping[int, str]) -> bool:
    """Whether row `r` is the second line of the header above it: headers and units, and nothing else."""
    if r > grid.height:
        return False
    others = [v for c, v in enumerate(grid.rows[r - 1], 1) if c not in found and v is not None and v != ""]
    new = bool({*found.values()} - {*above.values()}) or (bool(others) and not found)
    return new and all(isinstance(v, str) and unit_alone(v) for v in others)


def _described(grid: SheetGrid, header: _Header) -> _Header:
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


def _unit_of_money(snapshot: Snapshot, grid: SheetGrid, header: _Header) -> tuple[Heading, Unit] | None:
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


def _title(grid: SheetGrid, header_row: int) -> tuple[str, str]:
    """The line above the table that calls it 汇总表, else the last line above it that is no label; and its address."""
    texts = [
        (cells.show(value), grid.address(r, c))
        for r, row in enumerate(grid.rows[: header_row - 1], 1)
        for c, value in enumerate(row, 1)
        if isinstance(value, str) and value.strip() and _FOOTERS.at(value) is None
    ]
    texts = [(text, cell) for text, cell in texts if not re.fullmatch(r"附件\s*\d*[:：]?", text)]
    return next((one for one in texts if "汇总表" in fold(one[0])), texts[-1] if texts else ("", ""))


def _wrong(snapshot: Snapshot, grids: list[SheetGrid], found: list[_Header]) -> WrongForm:
    advice = "请把表头改回附件2上印的样子，或改用下发的汇总表"
    if any(fold(v[:20]).startswith("质量攻关目标") for g in grids for _, _, v in g.cells() if isinstance(v, str)):
        return WrongForm(snapshot.name, "这不是汇总表，像是附件1登记表", "请选附件2汇总表")
    best = max(found, key=lambda header: len(header.columns), default=None)
    if best is None:
        names = "、".join(f"“{HEADER_OF[field]}”" for field in REQUIRED_HEADERS)
        return WrongForm(snapshot.name, f"这不是汇总表：没有找到写着{names}的表头", advice)
    missing = "、".join(f"“{HEADER_OF[field]}”" for field in REQUIRED_HEADERS if field not in best.columns)
    return WrongForm(snapshot.name, f"没有找到汇总表的表头：同一行里缺少{missing}", advice)


# --- the body -----------------------------------------------------------------------------------------------------


@dataclass
class _Body:
    """The rows below the header, up to the line 填报单位 … (`footer`, None if there is none).

    `unit` is that of 经济效益, where it is not 万元.
    """

    grid: SheetGrid
    header: _Header
    own: Mapping[str, OwnColumn]
    unit: Unit | None = None

    def __post_init__(self) -> None:
        self.first = self.header.bottom + 1
        kinds = {r: self._kind(r) for r in range(self.first, self.grid.height + 1)}
        self.footer = self._find_footer(kinds)
        if self.footer is None:
            filled = [r for r, kind in kinds.items() if kind not in ("blank", "note")]
            self.last = max(filled, default=self.first - 1)
        else:
            spacer = kinds.get(self.footer - 1) == "blank" and not self._own(self.footer - 1)
            self.last = self.footer - (2 if spacer else 1)
        self.kinds = {r: kind for r, kind in kinds.items() if r <= self.last}

    def rows(self) -> Iterator[SummaryRow]:
        """The projects. What is the same for every row is made once."""
        readers: dict[str, tuple[Any, Callable[[Scalar], cells.Reading[Any]]]] = {
            field: (_TYPES[field], _READERS.get(field, cells.text)) for field in _FIELDS
        } | {field: (OWN_TYPES[column.kind], OWN_READERS[column.kind]) for field, column in self.own.items()}
        if self.unit:
            readers["benefit"] = _TYPES["benefit"], self.unit.read
        absent = {f: kind(sheet=self.grid.name) for f, (kind, _) in readers.items() if f not in self.header.columns}
        columns = self.header.columns
        present = [(field, c, column_letters(c), *readers[field]) for field, c in columns.items()]
        known: dict[tuple[str, type, Scalar], tuple[str, cells.Reading[Any]]] = {}  # a column repeats its words
        for r in self._of_kind("project"):
            origin = self.header.origin and self.grid.value(r, self.header.origin)
            whole = cells.count(origin).value if origin is not None else None
            values = dict(absent)
            for field, column, letters, kind, reader in present:
                row = self._inherited.get((r, column), r) if self._inherited else r
                raw = self.grid.value(row, column)
                if (seen := known.get((field, type(raw), raw))) is None:
                    seen = known[field, type(raw), raw] = cells.show(raw), reader(raw)
                cell = self.grid.address(row, column) if self.grid.word else f"{letters}{row}"
                values[field] = _as_value(kind, *seen, self.grid.name, cell)
            own = {field: values.pop(field) for field in self.own}
            place = self.header.sources.get("place")
            source = cells.show(self.grid.value(r, place)) if place else ""
            yield SummaryRow(row_number=r, origin=whole, source=source, own=own, **values)

    def strays(self) -> Iterator[StrayRow]:
        """The rows that are no projects; blank ones only between projects."""
        projects = self._of_kind("project")
        inside = range(projects[0], projects[-1]) if projects else range(0)
        for r, kind in self.kinds.items():
            if kind == "blank" and r in inside:
                yield StrayRow(row_number=r, kind="blank", cell=self.grid.address(r, min(self.header.columns.values())))
            elif kind in ("total", "heading", "note"):
                c = min(self._own(r), default=1)
                text = cells.show(self.grid.value(r, c))
                kind = "footer" if self._footer_like(r) else kind
                yield StrayRow(row_number=r, kind=kind, cell=self.grid.address(r, c), text=text)

    def signers(self) -> Iterator[Value[str]]:
        """填报单位 in lines between the projects, as far as they are filled in."""
        for r in self._of_kind("heading"):
            for c, value in enumerate(self.grid.rows[r - 1], 1):
                if isinstance(value, str) and (hit := _FOOTERS.at(value)) and hit[0] == "unit":
                    signer = _footer_value(self.grid, "unit", r, c, _FOOTERS.split(value[hit[1] :])[0].rest)
                    if not signer.blank:
                        yield signer

    def _of_kind(self, kind: str) -> list[int]:
        return [r for r, k in self.kinds.items() if k == kind]

    def _kind(self, r: int) -> str:
        """project, blank, total, heading (a header or footer repeated), note, or covered by the cells above."""
        own = self._own(r)
        written = {c: v for c, v in own.items() if c != self.header.columns.get("number")}
        if not written and not any(isinstance(v, str) and not v.strip().isdigit() for v in own.values()):
            return "covered" if r in self._continued else "blank"
        if not self._named(r):
            if any(isinstance(v, str) and _TOTAL.fullmatch(fold(v)) for v in own.values()):
                return "total"
            if self._footer_like(r):
                return "heading"
            if len(own) == 1 and _TITLE.search(str(next(iter(own.values())))):
                return "heading"
            if len(own) == 1 and _NOTE.match(str(next(iter(own.values())))):
                return "note"
        if len(_headers_in(self.grid, r, self.header.names)) >= 3:
            return "heading"
        return "project" if written else "blank"

    def _own(self, r: int) -> dict[int, Scalar]:
        """Column → value of what stands in the table's columns of this very row."""
        found = {c: self.grid.value(r, c) for c in self.header.columns.values()}
        return {c: v for c, v in found.items() if v is not None and not (isinstance(v, str) and not v.strip())}

    def _named(self, r: int) -> bool:
        """Whether the row has a project and an enterprise, which no line below a table has."""
        both = (self._at(r, field) for field in ("project_name", "company"))
        return all(v is not None and content(v) is not None and _FOOTERS.marked(str(v)) is None for v in both)

    def _footer_like(self, r: int) -> bool:
        return any(isinstance(v, str) and _FOOTERS.marked(v) for v in self.grid.rows[r - 1])

    def _find_footer(self, kinds: dict[int, str]) -> int | None:
        """The first row below the last project that is a footer line or a note."""
        projects = (r for r in reversed(kinds) if kinds[r] == "project" and self._named(r))
        last = next(projects, self.first - 1)
        ends = (r for r, kind in kinds.items() if r > last and (kind == "note" or self._footer_like(r)))
        return next(ends, None)

    @cached_property
    def _inherited(self) -> dict[tuple[int, int], int]:
        """(row, column) → the row above in which the cell that is merged over it begins."""
        columns = {c for field, c in self.header.columns.items() if field != "benefit"}
        return {
            (r, m.left): m.top
            for m in self.grid.merges
            if m.left in columns and m.top >= self.first
            for r in range(m.top + 1, min(m.bottom, self.grid.height) + 1)
        }

    @cached_property
    def _continued(self) -> set[int]:
        return {r for r, _ in self._inherited}

    def _at(self, r: int, field: str) -> Scalar:
        """The value of a column in a row, be it in a cell merged over several."""
        column = self.header.columns.get(field, 0)
        return self.grid.value(self._inherited.get((r, column), r), column)


def _as_value(kind: Any, seen: str, reading: cells.Reading[Any], sheet: str, cell: str) -> Value[Any]:
    if not seen:
        return kind(sheet=sheet, cell=cell)  # type: ignore[no-any-return]
    value, problem, nil = reading
    if not problem and not nil:  # what is not given takes no memory
        return kind(value=value, raw=seen, sheet=sheet, cell=cell)  # type: ignore[no-any-return]
    return kind(value=value, raw=seen, problem=problem, nil=nil, sheet=sheet, cell=cell)  # type: ignore[no-any-return]


def _read(kind: Any, reader: Callable[[Scalar], cells.Reading[Any]], raw: Scalar, sheet: str, cell: str) -> Value[Any]:
    return _as_value(kind, cells.show(raw), reader(raw), sheet, cell)


# --- the line below the table -------------------------------------------------------------------------------------


def _signed(snapshot: Snapshot, grid: SheetGrid, header_row: int, footer: int | None) -> dict[str, Value[str]]:
    """填报单位, 联系人 and 联系电话 of the sheet; in a Word document also in the text around the table."""
    values = _footer_values(grid, header_row, footer)
    for other in snapshot.sheets.values() if grid.word else ():
        if other.word and other is not grid and _find_header(other, _lexicon()) is None:
            around = _footer_values(other, other.height + 1, None)
            values |= {field: around[field] for field, value in values.items() if value.blank and around[field].cell}
    return values


def _footer_values(grid: SheetGrid, header_row: int, footer: int | None) -> dict[str, Value[str]]:
    """填报单位, 联系人 and 联系电话, below the table or above it; the first that is filled in counts."""
    below = range(footer, min(footer + _FOOTER_DEPTH, grid.height + 1)) if footer else range(0)
    values: dict[str, Value[str]] = {}
    for r in (*below, *range(1, header_row)):
        for c, value in enumerate(grid.rows[r - 1], 1):
            if isinstance(value, str) and (hit := _FOOTERS.at(value)):
                first, *others = _FOOTERS.split(value[hit[1] :])
                for field, rest in ((hit[0], first.rest), *((p.label or "", p.rest) for p in others)):
                    if field not in values or values[field].blank:
                        filled = _footer_value(grid, field, r, c, rest)
                        if field not in values or not filled.blank:
                            values[field] = filled
    return {field: values.get(field, _TEXT(sheet=grid.name)) for field in FOOTER}


def _footer_value(grid: SheetGrid, field: str, r: int, c: int, rest: str) -> Value[str]:
    """The value behind a label in its own cell, else in the next filled cell to the right that is no label."""
    if (inline := content(rest)) is not None:
        return _read(_TEXT, _READERS.get(field, cells.text), inline, grid.name, grid.address(r, c))
    beside = grid.box(r, c).right + 1
    for column in range(beside, len(grid.rows[r - 1]) + 1):
        value = grid.value(r, column)
        if isinstance(value, str) and _FOOTERS.at(value):
            break
        if (typed := content(value)) is not None:
            return _read(_TEXT, _READERS.get(field, cells.text), typed, grid.name, grid.address(r, column))
    next_one = grid.value(r, beside)
    free = not rest.strip() and not (isinstance(next_one, str) and _FOOTERS.at(next_one))
    return _TEXT(sheet=grid.name, cell=grid.address(r, beside if free else c))
