"""What a consolidation works with: the district's workbook as it was, what arrived, and what was decided. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from pathlib import PurePath
from typing import Any

from xlpy.accounts import held, read_accounts, require_district
from xlpy.cells import Month, amount, show
from xlpy.commands.merging import Cells
from xlpy.errors import CannotRun
from xlpy.flags import place_name
from xlpy.grids import Scalar, Snapshot, same_scalar
from xlpy.layout import ACCOUNTS, CHECK_HEADER, DISTRICT_FIELDS, DUPLICATES, EXCLUDE, MERGE, ORIGIN_HEADER, SOURCES
from xlpy.list_sheets import header_line
from xlpy.matching import Key
from xlpy.models import SummaryTable, TownIntake, Value
from xlpy.notice import Notice
from xlpy.origins import LISTED, Origin, read_origins
from xlpy.pairs import Project
from xlpy.patch import safe_text
from xlpy.settings import read_notice
from xlpy.submissions import HandIn, sort_out
from xlpy.summary import parse_summary
from xlpy.tracing import Arrival, came_from, link_text, scrambled, sheet_of, trace
from xlpy.verdicts import dropped, read_lines

_STRAY_NAMES = 3  # rows that got the name of another unit's project by hand, for one reason or another
_STOOD = LISTED, f"已{MERGE}", f"已{EXCLUDE}"  # in the table, or would but for a decision
_MEMORY = {
    ACCOUNTS: ("推荐单位", "文件", "采用"),
    DUPLICATES: ("甲·项目名称", "乙·项目名称", "决定"),
    SOURCES: ("状态", "文件"),
}


class Work:
    """One run's knowledge; nothing in it changes.

    Raises CannotRun where the workbook's memory is gone, or its table was sorted apart.

    fields     what a row takes from the town's: the notice's, and the bureau's own columns that the table has
    lines      来源 of the last run, by number; `files` its lines without a number
    tracing    which number each row of the table, and each row that arrived, has
    drops      the decisions of 疑似重复 on the projects there are, by number
    """

    def __init__(self, snapshot: Snapshot, intake: TownIntake) -> None:
        require_district(snapshot)
        _require_memory(snapshot)
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
        if not old and any(row.origin for row in self.table.rows):
            raise CannotRun(
                f"“{snapshot.name}”的“{SOURCES}”表空了，不知道汇总表的各行是从哪里来的", "请从“备份”文件夹里恢复"
            )
        self.lines = {line.number: line for line in old if line.number is not None}
        self.files = [line for line in old if line.number is None]
        self.noted = read_accounts(snapshot)
        self.hand_ins = sort_out(intake.tables, self.noted, self.notice, intake.folder, self._listed())
        arrivals = [arrival for one in self.hand_ins if one.used for arrival in self._arrivals(one)]
        self._waiting = {(one.file, one.sheet) for one in self.hand_ins if one.waits}
        self.tracing = trace(arrivals, self.table.rows, self.lines.values(), lambda o: came_from(o) in self._waiting)
        apart = scrambled(self.tracing.rows, self.lines.values())
        if apart > _STRAY_NAMES:
            raise CannotRun(
                f"汇总表有 {apart} 行的项目和推荐单位对不上，像是只给一部分列排了序",
                "请撤销那次排序，或从“备份”文件夹里恢复；排序时要选中整张表",
            )
        self.decided, problems = read_lines(snapshot, self._known())
        self.setting_flags = [*setting_flags, *problems]
        self.drops = {n: drop for n, drop in dropped(self.decided).items() if n in self.numbers}

    def _listed(self) -> dict[tuple[str, str], set[Key]]:
        """File and sheet → the projects that came from there until now."""
        found: dict[tuple[str, str], set[Key]] = defaultdict(set)
        for line in self.lines.values():
            if line.file and all(line.key):
                found[came_from(line)].add(line.key)
        return found

    def _known(self) -> Iterator[Project]:
        """Every project by its names, as the table has them now and as 来源 remembers them."""
        for number, row in self.tracing.rows.items():
            yield Project(number, row.town.raw, row.project_name.raw, row.company.raw, row.row_number, "")
        for number, line in self.lines.items():
            town, name, company = (show(line.values.get(f)) for f in ("town", "project_name", "company"))
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
        return sorted(self.numbers_here | self.lines.keys())

    @property
    def numbers_here(self) -> set[int]:
        """The number of every project that stood in the table or arrived."""
        return self.tracing.arrivals.keys() | self.tracing.rows.keys()

    def new(self) -> list[int]:
        """The projects that come to the table for the first time, by unit, file, sheet and row; then `missed`."""
        units = {(one.file, one.sheet): n for n, one in enumerate(self.hand_ins)}
        arrived = self.tracing.arrivals
        fresh = [n for n in arrived if n not in self.tracing.rows and n not in self.drops]
        return [
            *sorted(
                fresh, key=lambda n: (units[arrived[n].file, sheet_of(arrived[n].place)], arrived[n].row.row_number)
            ),
            *self.missed,
        ]

    @cached_property
    def missed(self) -> list[int]:
        """The rows that only 来源 has left: nobody decided to leave them out, and no file that has them was read.

        Where the file is away, or lacks the row, and that was told (X02), deleting it is the bureau's decision.
        """
        known = self.numbers_here | self.drops.keys()
        return [
            n
            for n, line in sorted(self.lines.items())
            if n not in known and line.file and line.state in _STOOD and came_from(line) not in self._unused
        ]

    def is_held(self, line: Origin) -> bool:
        """Whether a line's file is here, but could not be read, or holds something new that does not count yet."""
        return came_from(line) in self._waiting or line.file in {skipped.file for skipped in self.intake.skipped}

    def restored(self) -> list[int]:
        """The rows that somebody deleted from the table without a decision on them, and that come back."""
        return [n for n in self.new() if n in self.lines and self.lines[n].state == LISTED]

    def leaves(self, number: int) -> bool:
        """Whether a row of the table goes: by a decision on it, or because its file does not count any more."""
        if number in self.drops:
            return True
        line = self.lines.get(number)
        if number in self.tracing.arrivals or line is None or not line.file:
            return False
        return came_from(line) in self._unused

    @cached_property
    def _unused(self) -> set[tuple[str, str]]:
        return {(one.file, one.sheet) for one in self.hand_ins if not one.used and not one.waits}

    def arriving(self, number: int) -> Cells:
        """What arrives for a row, or is remembered of it, its blanks filled from the projects merged into it.

        Not 经济效益: those 万元 are told as left out, and must not be counted twice.
        """
        arrival = self.tracing.arrivals.get(number)
        if arrival is None:
            return dict(self.lines[number].values) if number in self.missed else {}
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
            found[number] = held(arrival.row.benefit if arrival and arrives else row.benefit)
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


def _require_memory(snapshot: Snapshot) -> None:
    """Raises CannotRun where a sheet that holds decisions or origins is renamed, deleted, or has lost its header."""
    for sheet, needed in _MEMORY.items():
        grid = snapshot.sheets.get(sheet)
        if grid is None:
            what = f"缺少“{sheet}”表"
        elif any(True for _ in grid.cells()) and header_line(grid, needed) is None:
            what = f"的“{sheet}”表里找不到表头“{'”“'.join(needed)}”"
        else:
            continue
        raise CannotRun(
            f"“{PurePath(snapshot.name).name}”{what}，作过的决定读不出来", "请改回原名，或从“备份”文件夹里恢复"
        )


def _in_cell(name: str, value: Value[Any], notice: Notice) -> Scalar:
    """What goes into the district's cell: 万元 as a number; what cannot be read as it was typed: nothing is lost."""
    text = safe_text(value.raw).strip() or None
    if isinstance(value.value, Decimal):
        return float(value.value)
    if name == "benefit" and text and value.problem and amount(text).value is not None:
        return f"{text}（单位不明）"  # no figure in the town's table: nor must it become one in ours
    if isinstance(value.value, Month):
        return str(value.value)
    if value.value and (which := notice.code_lists.get(name)):
        return notice.exact_label(which, value.value) or text
    return text
