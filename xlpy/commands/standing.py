"""The district's table checked as it stands, without the towns' files: what 校验 finds on the district's workbook."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from xlpy.checks import check_district
from xlpy.checks.district import District, Edit, Lost
from xlpy.commands.district_work import Work
from xlpy.flags import Flag
from xlpy.grids import Snapshot
from xlpy.layout import LISTED_HEADERS
from xlpy.listings import read_listing
from xlpy.models import SummaryTable, TownIntake
from xlpy.origins import LISTED
from xlpy.pairs import Pair, Project, find_pairs
from xlpy.patch import Patch, Write, block
from xlpy.rows import agrees
from xlpy.submissions import unclear_decisions
from xlpy.summary import parse_summary
from xlpy.verdicts import open_pairs


@dataclass(frozen=True, slots=True)
class Doubles:
    """What may be there twice: every project by number, every pair, those that are open, and faults of the lists."""

    projects: dict[int, Project]
    pairs: list[Pair]
    undecided: tuple[Pair, ...]
    problems: list[Flag]


def find_doubles(work: Work, snapshot: Snapshot, table: SummaryTable) -> Doubles:
    """The projects of `table`, which stands in `snapshot`, against each other and against the exclusion lists."""
    projects = work.projects(table)
    listings = [read_listing(snapshot, sheet) for sheet in LISTED_HEADERS]
    entries = [entry for some, _ in listings for entry in some]
    pairs = find_pairs(list(projects.values()), entries, work.notice)
    undecided = tuple(open_pairs(pairs, work.decided))
    return Doubles(projects, pairs, undecided, [flag for _, problems in listings for flag in problems])


def standing_work(snapshot: Snapshot) -> Work:
    """The district's workbook by itself. Raises CannotRun for a town's workbook, WrongForm without a table."""
    return Work(snapshot, TownIntake(folder="", tables=()))


def standing_flags(work: Work) -> list[Flag]:
    """Every flag of the district's table that needs no file of a town: R, T, D, and X of cells changed by hand.

    收支核对 is taken as the last run left it.
    """
    numbers = {row.row_number: number for number, row in work.tracing.rows.items()}
    rows = tuple(row.model_copy(update={"origin": numbers[row.row_number]}) for row in work.table.rows)
    table = work.table.model_copy(update={"rows": rows})
    doubles = find_doubles(work, work.snapshot, table)
    district = District(table, doubles.undecided, tuple(work.noted), tuple(_edits(work)), lost=tuple(_lost(work)))
    settings = [*work.setting_flags, *doubles.problems, *unclear_decisions(work.snapshot)]
    return [*settings, *check_district(district, work.notice)]


def _edits(work: Work) -> Iterator[Edit]:
    """The cells that say something else than 来源 remembers of the town's."""
    told = {row.row_number: row for row in _as_sent(work).rows}
    for number, row in sorted(work.tracing.rows.items()):
        line = work.lines.get(number)
        if line is None or line.state != LISTED:
            continue
        for name in (field for field in work.fields if field != "town"):
            source, at = told[row.row_number].value_of(name), line.places.get(name, "")
            if at and source.value is not None and not agrees(name, row.value_of(name), source, work.notice):
                town = str(line.values.get("town") or "")
                yield Edit(row, name, town, line.file, at, source.raw)


def _as_sent(work: Work) -> SummaryTable:
    """The table with the towns' words in place of its own: read by the same reader, they compare by meaning."""
    table, grid = work.table, work.snapshot.sheet(work.table.sheet)
    lines = {row.row_number: work.lines[number] for number, row in work.tracing.rows.items() if number in work.lines}
    writes = []
    for name in work.fields:
        if (column := table.columns.get(name)) and lines:
            sent = {r: line.values.get(name) for r, line in lines.items()}
            shown = [
                sent[r] if sent.get(r) is not None else grid.stored(r, column)
                for r in range(table.first_row, table.last_row + 1)
            ]
            writes.append(Write(table.sheet, table.first_row, column, block([[value] for value in shown])))
    return parse_summary(Patch(tuple(writes)).applied(work.snapshot), columns=work.notice.columns)


def _lost(work: Work) -> Iterator[Lost]:
    """The rows of 来源 that no decision left out, and that somebody deleted from the table."""
    gone: dict[tuple[str, str], list[str]] = defaultdict(list)
    for number, line in sorted(work.lines.items()):
        if line.state == LISTED and number not in work.tracing.rows:
            town = str(line.values.get("town") or "")
            gone[town, line.file].append(str(line.values.get("project_name") or ""))
    for (town, file), projects in gone.items():
        yield Lost(town, file, tuple(projects))
