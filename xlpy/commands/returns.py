"""退回修改: what goes back to each town. Its own tables with every flag, and the list of what to mend. Pure."""

from __future__ import annotations

import posixpath
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from xlpy.catalogue import CATALOGUE
from xlpy.cells import name_key, show
from xlpy.checks.registry import row_flag
from xlpy.commands.district_work import Work
from xlpy.commands.marking import by_importance
from xlpy.commands.town_checks import hand_in_flags
from xlpy.errors import one_line
from xlpy.flags import Flag, Severity, shown
from xlpy.grids import Snapshot
from xlpy.layout import DUPLICATE_HEADERS, DUPLICATES, FIRST, FOOTER, SECOND, field_name, fold
from xlpy.list_sheets import header_line
from xlpy.matching import row_key
from xlpy.models import Form, SummaryRow, SummaryTable
from xlpy.towns import forms_of

Sheet = tuple[str, str]
"""A received table: its file and its sheet."""

_SHOWN = 40  # characters of a path in a line of text


@dataclass(frozen=True, slots=True)
class ToMend:
    """One line of the list for a town: where, in its own table; what was seen; what to do."""

    severity: Severity
    where: str
    problem: str
    fix: str


@dataclass(frozen=True, slots=True)
class Return:
    """What a town is told: its tables that count, as they are sent back, and the flags of each in the same order."""

    town: str
    tables: tuple[SummaryTable, ...]
    flags: tuple[tuple[Flag, ...], ...]
    with_forms: bool = False

    @property
    def home(self) -> str:
        """The folder that holds all its tables; what a file is called is told from here."""
        return posixpath.commonpath([posixpath.dirname(_rooted(table.file)) for table in self.tables])

    def by_file(self) -> dict[str, list[tuple[SummaryTable, tuple[Flag, ...]]]]:
        """File → its tables, a sheet each, with their flags."""
        files: dict[str, list[tuple[SummaryTable, tuple[Flag, ...]]]] = defaultdict(list)
        for table, flags in zip(self.tables, self.flags, strict=True):
            files[table.file].append((table, flags))
        return files

    def to_mend(self) -> list[ToMend]:
        """Every flag in words: the gravest first, then as they stand in the tables."""
        lines = [
            ToMend(flag.severity, self._where(table, flag), flag.message, flag.fix)
            for table, flags in zip(self.tables, self.flags, strict=True)
            for flag in by_importance(flags, table.file)
        ]
        return sorted(lines, key=lambda line: -line.severity.level)

    def _where(self, table: SummaryTable, flag: Flag) -> str:
        """第5行“降噪”，完成时间; with the file and the sheet where the town sent several."""
        sheets = Counter(table.file for table in self.tables)
        which = f"{_end_of(seen_from(self.home, table.file))} " if len(sheets) > 1 else ""
        which += f"{shown(table.sheet)} " if sheets[table.file] > 1 else ""
        name = next((row.project_name.raw for row in table.rows if row.row_number == flag.row_number), "")
        row = f"第{flag.row_number}行" + (f"“{shown(name)}”" if name else "") if flag.row_number else ""
        if flag.file != table.file:
            place = f"{which}{row}的登记表（{_end_of(flag.file)}）" if row else f"登记表 {_end_of(flag.file)}"
        else:
            place = which + (row or ("表下面" if flag.field in FOOTER else "表头"))
        return f"{place}，{field_name(flag.field)}" if flag.field else place


def returns(work: Work, sent: Mapping[Sheet, SummaryTable] | None = None) -> list[Return]:
    """What goes back to each unit whose tables or forms have flags, in the notice's order of units.

    Flags are those that the town would see itself, and what the district's workbook says of its rows. `sent` holds the
    tables that go back in another file than they came in, row for row. Forms are named as seen from the town's tables.
    A unit without a table that counts gets nothing: there is nothing of its own to mark.
    """
    own: dict[str, list[SummaryTable]] = defaultdict(list)
    for one in work.hand_ins:
        if one.used and one.town:
            own[one.town].append(one.table.table)
    forms = forms_of(work.intake, [(one.file, one.town) for one in work.hand_ins], work.notice)
    known = _Known(work)
    found = []
    for town, received in own.items():
        tables = tuple((sent or {}).get((table.file, table.sheet), table) for table in received)
        checked = _checked(work, Return(town, tables, ()).home, tables, forms.get(town, ()))
        flags = tuple((*seen, *known.flags(old, new)) for seen, old, new in zip(checked, received, tables, strict=True))
        if any(flags):
            found.append(Return(town, tables, flags, bool(forms.get(town))))
    return found


def _checked(work: Work, home: str, tables: Sequence[SummaryTable], forms: Iterable[Form]) -> list[list[Flag]]:
    forms = [form.model_copy(update={"file": seen_from(home, form.file)}) for form in forms]
    times = {seen_from(home, file): time for file, time in work.intake.modified.items()}
    return hand_in_flags(tables, forms, times, work.notice)


def seen_from(folder: str, file: str) -> str:
    """安亭镇/登记表/甲.xlsx, seen from 安亭镇: 登记表/甲.xlsx."""
    return posixpath.relpath(_rooted(file), _rooted(folder))


def _rooted(path: str) -> str:
    """Files are named from the district workbook's folder or, elsewhere, from the root: here all from the root."""
    return "/" + path.lstrip("/")


def _end_of(path: str) -> str:
    """A path in a line of text: where it is long, its end says more."""
    path = one_line(path)
    return path if len(path) <= _SHOWN else "…" + path[1 - _SHOWN :]


class _Known:
    """What the district's workbook says of the towns' rows: open pairs of 疑似重复, and rows that were left out.

    A town is told the other project's name and who sent it, nothing else of it.
    """

    def __init__(self, work: Work) -> None:
        self._arrivals, self._drops = work.tracing.arrivals, work.drops
        self._numbers = {(a.file, a.row.project_name.sheet, a.row.row_number): n for n, a in self._arrivals.items()}
        self._open: dict[int, list[_Other]] = defaultdict(list)
        self._decided: dict[int, str] = {}
        for number, other in _pairs(work.snapshot):
            if other.decided:
                self._decided[number] = other.rule
            else:
                self._open[number].append(other)

    def flags(self, old: SummaryTable, new: SummaryTable) -> list[Flag]:
        """Flags on the rows of `new`, which are those of the received table `old`, row for row."""
        return [
            flag
            for before, row in zip(old.rows, new.rows, strict=True)
            if (number := self._numbers.get((old.file, old.sheet, before.row_number)))
            for flag in self._of(number, new, row)
        ]

    def _of(self, number: int, table: SummaryTable, row: SummaryRow) -> Iterator[Flag]:
        if drop := self._drops.get(number):
            into = self._arrivals.get(drop.into or 0)
            how = f"已并入{into.town}报送的“{shown(into.row.project_name.raw)}”" if into else f"已{drop.verdict}"
            reason = f"（{shown(drop.reason)}）" if drop.reason else ""
            rule = CATALOGUE[self._decided.get(number, "T01")]
            yield Flag(
                rule=rule.id,
                severity=Severity.NOTE,
                file=table.file,
                sheet=row.project_name.sheet or table.sheet,
                cell=row.project_name.cell,
                row_number=row.row_number,
                field="project_name",
                value=shown(row.project_name.raw),
                message=f"区局没有列入这个项目：{how}{reason}",
                fix="不用改；有不同意见请与区局联系",
            )
            return
        for other in self._open[number]:
            if other.town != self._arrivals[number].town:
                yield other.flag(table, row, self._arrivals[number].town)


@dataclass(frozen=True, slots=True)
class _Other:
    """The other side of a pair, as a town may know it. `town` is its unit, or the exclusion list that it stands in."""

    rule: str
    town: str
    name: str
    company: str
    score: str
    decided: bool

    def flag(self, table: SummaryTable, row: SummaryRow, town: str) -> Flag:
        equal = (name_key(self.name), name_key(self.company)) == row_key(row)
        words = {"project": row.project_name.raw, "other": self.name, "other_town": self.town, "town": town}
        words |= {"towns": f"{town}、{self.town}", "source": self.company, "score": self.score}
        exact = "twice" if self.rule == "D01" else "listed"
        flag = row_flag(self.rule, exact if equal else "alike", table, row, "project_name", **words)
        fix = f"请与{self.town}核对；是同一个项目的，只由一个单位报送"  # the catalogue speaks to the bureau
        if self.rule != "D01":
            fix = "请核对；是同一项成果的请撤回，不是的请向区局书面说明"
        severity = flag.severity if equal else min(flag.severity, Severity.WARNING, key=lambda s: s.level)
        return flag.model_copy(update={"fix": fix, "severity": severity})


def _pairs(snapshot: Snapshot) -> Iterator[tuple[int, _Other]]:
    """Number of a project in 来源 → the other side of each pair D01, D02 or D03 that it is in."""
    grid = snapshot.sheets.get(DUPLICATES)
    found = header_line(grid, ("规则", "决定", "甲·编号")) if grid else None
    if not grid or not found:
        return
    top, at = found
    for r in range(top + 1, grid.height + 1):
        cells = {header: show(grid.value(r, at.get(fold(header), 0))).strip() for header in DUPLICATE_HEADERS}
        if cells["规则"] not in ("D01", "D02", "D03"):
            continue
        for own, other in ((FIRST, SECOND), (SECOND, FIRST)):
            number = cells[f"{own}·编号"]
            if number.isdecimal():
                town, name, company = (cells[f"{other}·{what}"] for what in ("推荐单位", "项目名称", "项目单位"))
                score, decided = cells["相似度"].rstrip("%"), bool(cells["决定"])
                yield int(number), _Other(cells["规则"], town, name, company, score, decided)
