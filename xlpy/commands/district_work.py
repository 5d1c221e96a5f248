"""What a consolidation works with: the district's workbook as it was, what arrived, and what was decided. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any

from xlpy.accounts import cents, read_accounts, require_district
from xlpy.cells import Month, show
from xlpy.commands.merging import Cells
from xlpy.errors import CannotRun
from xlpy.flags import place_name
from xlpy.grids import Scalar, Snapshot, same_scalar
from xlpy.layout import CHECK_HEADER, DISTRICT_FIELDS, MERGE, ORIGIN_HEADER
from xlpy.models import SummaryTable, TownIntake, Value
from xlpy.notice import Notice
from xlpy.origins import read_origins
from xlpy.pairs import Project
from xlpy.patch import safe_text
from xlpy.settings import read_notice
from xlpy.submissions import HandIn, sort_out
from xlpy.summary import parse_summary
from xlpy.tracing import Arrival, sheet_of, trace
from xlpy.verdicts import dropped, read_lines


class Work:
    """One run's knowledge; nothing in it changes.

    fields     what a row takes from the town's: the notice's, and the bureau's own columns that the table has
    lines      来源 of the last run, by number; `files` its lines without a number
    tracing    which number each row of the table, and each row that arrived, has
    drops      the decisions of 疑似重复 on the projects there are, by number
    """

    def __init__(self, snapshot: Snapshot, intake: TownIntake) -> None:
        require_district(snapshot)
        self.snapshot, self.intake = snapshot, intake
        self.notice, setting_flags = read_notice(snapshot)
        self.table = parse_summary(snapshot, columns=self.notice.columns)
        own = (field for field in self.notice.district_fields if field in self.table.columns)
        self.fields = tuple(dict.fromkeys((*DISTRICT_FIELDS, *own)))
        if not self.table.origin_column:
            raise CannotRun(
                f"“{snapshot.name}”的汇总表缺少隐藏的“{ORIGIN_HEADER}”列（在“{CHECK_HEADER}”右边）",
                "请从“备份”文件夹里恢复，或新建一份区级汇总表",
            )
        old = read_origins(snapshot, self.fields)
        self.lines = {line.number: line for line in old if line.number is not None}
        self.files = [line for line in old if line.number is None]
        self.noted = read_accounts(snapshot)
        self.hand_ins = sort_out(intake.tables, self.noted, self.notice, intake.folder)
        arrivals = [arrival for one in self.hand_ins if one.used for arrival in self._arrivals(one)]
        self.tracing = trace(arrivals, self.table.rows, self.lines.values())
        self.decided, problems = read_lines(snapshot, self._known())
        self.setting_flags = [*setting_flags, *problems]
        self.drops = {n: drop for n, drop in dropped(self.decided).items() if n in self.numbers}

    def _known(self) -> Iterator[Project]:
        """Every project by its names, as the table has them now or as 来源 remembers them."""
        for number, row in self.tracing.rows.items():
            yield Project(number, row.town.raw, row.project_name.raw, row.company.raw, row.row_number, "")
        for number in self.lines.keys() - self.tracing.rows.keys():
            town, name, company = (show(self.lines[number].values.get(f)) for f in ("town", "project_name", "company"))
            yield Project(number, town, name, company, None, "")

    def _arrivals(self, one: HandIn) -> Iterator[Arrival]:
        for row in one.table.table.rows:
            typed = {name: row.value_of(name) for name in self.fields}
            places = {name: place_name(value.sheet, value.cell) for name, value in typed.items() if value.cell}
            cells = {name: _in_cell(name, value, self.notice) for name, value in typed.items()}
            yield Arrival(one.town, one.file, one.table.sha256, row, {**cells, "town": one.town or None}, places)

    @cached_property
    def numbers(self) -> list[int]:
        """The number of every project ever received or typed."""
        return sorted(self.tracing.arrivals.keys() | self.tracing.rows.keys() | self.lines.keys())

    def new(self) -> list[int]:
        """The projects that come to the table for the first time, by unit, file, sheet and row."""
        units = {(one.file, one.sheet): n for n, one in enumerate(self.hand_ins)}
        arrived = self.tracing.arrivals
        fresh = [n for n in arrived if n not in self.tracing.rows and n not in self.drops]
        return sorted(
            fresh, key=lambda n: (units[arrived[n].file, sheet_of(arrived[n].place)], arrived[n].row.row_number)
        )

    def leaves(self, number: int) -> bool:
        """Whether a row of the table goes: by a decision on it, or because its file does not count any more."""
        if number in self.drops:
            return True
        line = self.lines.get(number)
        if number in self.tracing.arrivals or line is None or not line.file:
            return False
        return (line.file, sheet_of(line.places.get("project_name", ""))) in self._unused

    @cached_property
    def _unused(self) -> set[tuple[str, str]]:
        return {(one.file, one.sheet) for one in self.hand_ins if not one.used}

    def arriving(self, number: int) -> Cells:
        """What arrives for a row, its blanks filled from the projects that were merged into it.

        Not 经济效益: those 万元 are told as left out, and must not be counted twice.
        """
        arrival = self.tracing.arrivals.get(number)
        if arrival is None:
            return {}
        cells = dict(arrival.values)
        for other in self._merged_into.get(number, ()):
            for name, value in other.values.items():
                if name != "benefit" and cells.get(name) is None:
                    cells[name] = value
        return cells

    @cached_property
    def _merged_into(self) -> Mapping[int, list[Arrival]]:
        found: dict[int, list[Arrival]] = {}
        for number, drop in sorted(self.drops.items()):
            if drop.verdict == MERGE and drop.into is not None and (other := self.tracing.arrivals.get(number)):
                found.setdefault(drop.into, []).append(other)
        return found

    def pulled(self, number: int) -> Mapping[str, Scalar] | None:
        """What the last run put into a row; None for one that is new or that the bureau typed."""
        line = self.lines.get(number)
        return line.values if line and line.file else None

    def worth(self) -> dict[int, Decimal]:
        """What each row that stood in the table must be worth after the merge (万元): an edit counts as it stands."""
        grid, column = self.snapshot.sheet(self.table.sheet), self.table.columns.get("benefit", 0)
        found = {}
        for number, row in self.tracing.rows.items():
            last = (self.pulled(number) or {}).get("benefit")
            untouched = row.benefit.blank if last is None else same_scalar(grid.stored(row.row_number, column), last)
            arrival = self.tracing.arrivals.get(number)
            arrives = arrival and untouched and arrival.values.get("benefit") is not None
            found[number] = cents(arrival.row.benefit if arrival and arrives else row.benefit)
        return found

    def projects(self, table: SummaryTable) -> dict[int, Project]:
        """Every project there is by number: those in the `table` to be written, and those left out by decision."""
        found = {}
        for row in table.rows:
            number, place = row.origin or 0, place_name(table.sheet, row.project_name.cell)
            found[number] = Project(number, row.town.raw, row.project_name.raw, row.company.raw, row.row_number, place)
        for number in self.drops.keys() - found.keys():
            arrival, line = self.tracing.arrivals.get(number), self.lines.get(number)
            if arrival:
                row, link = arrival.row, link_text(arrival.file, arrival.place)
                found[number] = Project(number, arrival.town, row.project_name.raw, row.company.raw, None, link)
            elif line:
                town, name, company = (str(line.values.get(f) or "") for f in ("town", "project_name", "company"))
                link = link_text(line.file, line.places.get("project_name", "")) if line.file else ""
                found[number] = Project(number, town, name, company, None, link)
        return dict(sorted(found.items()))


def link_text(file: str, place: str) -> str:
    """[安亭镇/附件2.xlsx]汇总表!B7: the text of a link, which is its own target."""
    return f"[{file}]{place}"


def _in_cell(name: str, value: Value[Any], notice: Notice) -> Scalar:
    """What goes into the district's cell: 万元 as a number; what cannot be read as it was typed: nothing is lost."""
    text = safe_text(value.raw).strip() or None
    if isinstance(value.value, Decimal):
        return float(value.value)
    if isinstance(value.value, Month):
        return str(value.value)
    if value.value and (which := notice.code_lists.get(name)):
        return notice.exact_label(which, value.value) or text
    return text
