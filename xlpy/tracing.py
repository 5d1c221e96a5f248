"""Which line of 来源 each row that the towns sent, and each row of the district's table, belongs to. Pure.

A line's number is a project's name for good: decisions, edits and accounts hang on it. So it has to survive renamed
and moved files, rows in another order, sorting without the hidden columns, and names corrected on either side.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from xlpy.cells import name_key, show
from xlpy.grids import Scalar
from xlpy.layout import PULLED_FIELDS
from xlpy.matching import alike, row_key
from xlpy.models import SummaryRow
from xlpy.origins import Origin


@dataclass(frozen=True, slots=True)
class Arrival:
    """A row that a town sent: its unit, its file, the row, what it says (`values`) and where (`places`).

    Values and places are by field, as 来源 remembers them.
    """

    town: str
    file: str
    sha256: str
    row: SummaryRow
    values: Mapping[str, Scalar] = field(hash=False)
    places: Mapping[str, str] = field(hash=False)

    @property
    def key(self) -> tuple[str, str]:
        return row_key(self.row)

    @property
    def owner(self) -> str:
        """The unit as it is compared."""
        return name_key(self.town)

    @property
    def place(self) -> str:
        return self.places.get("project_name", "")


_SHEET = re.compile(r"(.*?)(?:!| 第)[^!]*")


def sheet_of(place: str) -> str:
    """汇总表!B7 → 汇总表, 表格2 第3行第1列 → 表格2."""
    found = _SHEET.fullmatch(place)
    return found[1] if found else place


def link_text(file: str, place: str) -> str:
    """[安亭镇/附件2.xlsx]汇总表!B7: the text of a link, which is its own target."""
    return f"[{file}]{place}"


@dataclass(frozen=True, slots=True)
class Tracing:
    """The outcome: for every arrival its number, for every row of the table its number.

    arrivals   number → what arrived
    rows       number → the row of the district's table, for every row of it
    typed      the numbers of rows that neither a line of 来源 nor an arrival accounts for: the bureau typed them
    """

    arrivals: dict[int, Arrival]
    rows: dict[int, SummaryRow]
    typed: frozenset[int]


def trace(
    arrivals: Sequence[Arrival],
    rows: Sequence[SummaryRow],
    lines: Iterable[Origin],
    waits: Callable[[Origin], bool] = lambda line: False,
) -> Tracing:
    """Every row to its line, every arrival to its line or to a row typed before it arrived, else to a new number.

    The order of the arrivals decides nothing but the new numbers. No arrival takes a line that `waits`.
    """
    known = {line.number: line for line in lines if line.number is not None}
    by_number = _anchored(rows, known)
    next_number = max(known, default=0) + 1
    typed: dict[int, SummaryRow] = {}
    anchored = {row.row_number for row in by_number.values()}
    for row in rows:
        if row.row_number not in anchored:
            typed[next_number] = by_number[next_number] = row
            next_number += 1
    search = _Search(arrivals, {number: line for number, line in known.items() if not waits(line)})
    search.pair(lambda a: (a.owner, *a.key, a.file, a.place), lambda n, o: (_owner(o), *o.key, o.file, o.place))
    search.pair(lambda a: (a.owner, *a.key, _said(a.values)), lambda n, o: (_owner(o), *o.key, _said(o.values)))
    search.pair(lambda a: (a.owner, *a.key), lambda n, o: (_owner(o), *o.key))
    search.pair(lambda a: (a.file, *a.key), lambda n, o: (o.file, *o.key))  # its unit was not known, or was mended
    now = {number: (name_key(row.town.raw), *row_key(row)) for number, row in by_number.items()}
    search.pair(lambda a: (a.owner, *a.key), lambda n, o: now.get(n))
    search.pair_corrected(0)
    search.pair_corrected(1)
    search.lines = {number: _as_typed(row) for number, row in typed.items()}
    search.pair(lambda a: (a.owner, *a.key), lambda n, o: (_owner(o), *o.key) if any(o.key) else None)
    search.pair(lambda a: a.key, lambda n, o: o.key if all(o.key) and not _owner(o) else None)
    numbers = search.found
    for arrival in search.arrivals.values():
        numbers[next_number] = arrival
        next_number += 1
    return Tracing(numbers, by_number, frozenset(typed.keys() - numbers.keys()))


class _Search:
    """Arrivals and lines that have not found each other yet."""

    def __init__(self, arrivals: Sequence[Arrival], lines: Mapping[int, Origin]) -> None:
        self.arrivals = dict(enumerate(arrivals))
        self.lines = dict(lines)
        self.found: dict[int, Arrival] = {}

    def pair(
        self,
        of_arrival: Callable[[Arrival], Hashable],
        of_line: Callable[[int, Origin], Hashable],
        agree: Callable[[Arrival, Origin], bool] | None = None,
    ) -> None:
        """Pair what has equal keys, in order; with `agree` only where one stands against one and both agree."""
        waiting: dict[Hashable, list[int]] = defaultdict(list)
        for place, arrival in self.arrivals.items():
            if (key := of_arrival(arrival)) is not None:
                waiting[key].append(place)
        lines: dict[Hashable, list[int]] = defaultdict(list)
        for number, line in self.lines.items():
            if (key := of_line(number, line)) in waiting:
                lines[key].append(number)
        for key, own in lines.items():
            places = waiting[key]
            if agree and not (len(own) == len(places) == 1 and agree(self.arrivals[places[0]], self.lines[own[0]])):
                continue
            for place, number in zip(places, own, strict=False):
                self.found[number] = self.arrivals.pop(place)
                del self.lines[number]

    def pair_corrected(self, part: int) -> None:
        """By one name (`part` 0 project, 1 enterprise) alone: where it stands; or where nothing else can be meant."""
        self.pair(
            lambda a: (a.file, a.place, a.key[part]) if a.key[part] else None,
            lambda n, o: (o.file, o.place, o.key[part]),
        )
        self.pair(
            lambda a: (a.owner, a.key[part]) if a.key[part] else None,
            lambda n, o: (_owner(o), o.key[part]),
            lambda a, o: alike(a.key[1 - part], o.key[1 - part]),
        )


def _anchored(rows: Sequence[SummaryRow], known: Mapping[int, Origin]) -> dict[int, SummaryRow]:
    """Number → row.

    A row's hidden number counts if its line has the row's names; then the names count, so that sorting without the
    hidden columns does no harm; then 出处, for a row that was renamed and sorted; then the number alone.
    """
    found: dict[int, SummaryRow] = {}
    open_rows = list(rows)

    def take(number_of: Callable[[SummaryRow], int | None]) -> None:
        left = []
        for row in open_rows:
            number = number_of(row)
            if number is not None and number in known and number not in found:
                found[number] = row
            else:
                left.append(row)
        open_rows[:] = left

    take(lambda row: row.origin if (line := known.get(row.origin or 0)) and line.key == row_key(row) else None)
    by_names: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for number, line in known.items():
        if number not in found and any(line.key):
            by_names[(_owner(line), *line.key)].append(number)
    take(lambda row: next(iter(by_names.get((name_key(row.town.raw), *row_key(row)), [])), None))
    by_link = {link_text(line.file, line.place): number for number, line in known.items() if line.file}
    take(lambda row: by_link.get(row.source))
    take(lambda row: row.origin)
    return found


def scrambled(rows: Mapping[int, SummaryRow], lines: Iterable[Origin]) -> int:
    """How many rows have the names of another unit's project: what is left when only some columns were sorted."""
    known = {line.number: line for line in lines}
    owners: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in known.values():
        if all(one.key):
            owners[one.key].add(_owner(one))
    wrong = [row for n, row in rows.items() if (line := known.get(n)) and line.key != row_key(row)]
    return sum(bool(owners.get(row_key(row))) and name_key(row.town.raw) not in owners[row_key(row)] for row in wrong)


def _owner(line: Origin) -> str:
    return name_key(show(line.values.get("town")))


def came_from(line: Origin) -> tuple[str, str]:
    """File and sheet of the row that a line of 来源 remembers."""
    return line.file, sheet_of(line.place)


def _said(values: Mapping[str, Scalar]) -> tuple[str, ...]:
    """What a row says, apart from its unit."""
    return tuple(name_key(show(values.get(name))) for name in PULLED_FIELDS)


def _as_typed(row: SummaryRow) -> Origin:
    """The line that a row typed by hand would have."""
    return Origin("", "", values={name: getattr(row, name).raw for name in ("project_name", "company", "town")})
