"""The rows below the header: projects, stray rows, and where they end."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from xlpy import cells
from xlpy.grids import Scalar, SheetGrid, column_letters
from xlpy.labels import content
from xlpy.layout import SUMMARY_FIELDS, TOTAL_WORDS, TOWN_COLUMN, fold
from xlpy.models import StrayRow, SummaryRow, Value
from xlpy.money_units import Unit
from xlpy.notice import OwnColumn
from xlpy.own_columns import OWN_READERS, OWN_TYPES
from xlpy.summary.footer import FOOTERS, as_value, footer_value
from xlpy.summary.header import Header, headers_in

_FIELDS: Final = (*SUMMARY_FIELDS, TOWN_COLUMN.field)
_TOTAL = re.compile(rf"(?:本页|本镇|本区|全镇|全区|以上)?(?:{'|'.join(TOTAL_WORDS)})(?:\d.*|万元|金额.*|项目数.*)?")
_TITLE = re.compile(r"汇总表\s*(?:[(（][^()（）]*[)）])?\s*$")  # of another table that begins below this one
_NOTE = re.compile(r"\s*(?:注|备注|附注|说明|填表说明)\s*\d*\s*[:：]")
_READERS: Final[dict[str, Callable[[Scalar], cells.Reading[Any]]]] = {
    "number": cells.count,
    "completed": cells.month,
    "benefit": cells.amount,
}
_TYPES: Final[dict[str, Any]] = {name: SummaryRow.model_fields[name].annotation for name in _FIELDS}


@dataclass
class Body:
    """The rows below the header, up to the line 填报单位 … (`footer`, None if there is none).

    `unit` is that of 经济效益, where it is not 万元.
    """

    grid: SheetGrid
    header: Header
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
                values[field] = as_value(kind, *seen, self.grid.name, cell)
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
                if isinstance(value, str) and (hit := FOOTERS.at(value)) and hit[0] == "unit":
                    signer = footer_value(self.grid, "unit", r, c, FOOTERS.split(value[hit[1] :])[0].rest)
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
        if len(headers_in(self.grid, r, self.header.names)) >= 3:
            return "heading"
        return "project" if written else "blank"

    def _own(self, r: int) -> dict[int, Scalar]:
        """Column → value of what stands in the table's columns of this very row."""
        found = {c: self.grid.value(r, c) for c in self.header.columns.values()}
        return {c: v for c, v in found.items() if v is not None and not (isinstance(v, str) and not v.strip())}

    def _named(self, r: int) -> bool:
        """Whether the row has a project and an enterprise, which no line below a table has."""
        both = (self._at(r, field) for field in ("project_name", "company"))
        return all(v is not None and content(v) is not None and FOOTERS.marked(str(v)) is None for v in both)

    def _footer_like(self, r: int) -> bool:
        return any(isinstance(v, str) and FOOTERS.marked(v) for v in self.grid.rows[r - 1])

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
