"""Which of the received tables count: parts of one hand-in, copies, and versions on which the bureau decides. Pure.

A town may send its projects in several files, send the same file twice, or send a corrected version. Files of one
unit that share no project are parts: all count. Equal content is a copy. A file that shares a project with one that
counts is another version of it: it waits until the bureau writes 采用 or 不采用 in 收支核对. What the bureau wrote is
remembered by the content, so that renaming or moving a file changes nothing; and so does a file whose content is
another than last time: what it held before counts on until the bureau takes the new. A file that counted and is away
today, or open elsewhere, still stands against its other versions: none takes its place unasked.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from xlpy.accounts import Account, State, seal_of
from xlpy.catalogue import CATALOGUE
from xlpy.cells import name_key, show
from xlpy.flags import Flag, make_flag
from xlpy.grids import Snapshot
from xlpy.layout import ACCOUNTS, REFUSE, SUMMARY_FIELDS, USE, fold
from xlpy.list_sheets import header_line
from xlpy.matching import Key, row_key
from xlpy.models import SummaryRow, SummaryTable, TownTable
from xlpy.notice import Notice
from xlpy.towns import recognise

_USE_WORDS = {fold(word) for word in (USE, "用", "是", "采纳", "用这份", "采用这份")}
_REFUSE_WORDS = {fold(word) for word in (REFUSE, "不用", "否", "不采纳", "弃用", "作废")}


COUNTED = State.USED, State.GONE
Place = tuple[str, str]
"""File and sheet of a table."""


@dataclass(frozen=True, slots=True)
class HandIn:
    """A received table: whose it is ("" where that is not certain, `why` says why), and whether it counts.

    `replaces` tells that its file held something else when the unit's table was last used.
    """

    town: str
    table: TownTable
    digest: str
    state: State = State.USED
    decision: str = ""
    why: str = ""
    seal: str = ""
    replaces: bool = False

    @property
    def file(self) -> str:
        return self.table.table.file

    @property
    def sheet(self) -> str:
        return self.table.table.sheet

    @property
    def used(self) -> bool:
        return self.state is State.USED

    @property
    def waits(self) -> bool:
        """Whether what its file held before counts on, until the bureau takes this."""
        return self.replaces and not self.used


def digest_of(table: SummaryTable) -> str:
    """The content of a table as 12 hexadecimal digits: the same for other file names, sheets, and orders of rows."""
    lines = sorted(row_digest(row) for row in table.rows)
    unit = [fold(table.other_unit.text)] if table.other_unit else []  # 500 元 are not 500 万元
    content = "\n".join([fold(table.unit.raw), *unit, *lines])
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def row_digest(row: SummaryRow) -> str:
    """What a row says, without its 序号. A column of the bureau's own counts where it is filled in."""
    own = [f"{field}\t{name_key(value.raw)}" for field, value in row.own.items() if value.raw]
    return "\t".join([*(name_key(getattr(row, field).raw) for field in SUMMARY_FIELDS if field != "number"), *own])


def unclear_decisions(snapshot: Snapshot) -> list[Flag]:
    """A flag (P01) at each cell of 收支核对 where somebody wrote a decision that cannot be read: it is none."""
    grid = snapshot.sheets.get(ACCOUNTS)
    found = header_line(grid, ("文件", "状态", "采用")) if grid else None
    if not grid or not found:
        return []
    top, at = found
    column = at[fold("采用")]
    said = {row: show(grid.value(row, column)).strip() for row in range(top + 1, grid.height + 1)}
    place = {"file": snapshot.name, "sheet": ACCOUNTS}
    return [
        make_flag(CATALOGUE["P01"], "use", **place, cell=grid.address(row, column), value=words)
        for row, words in said.items()
        if words and fold(words) not in _USE_WORDS | _REFUSE_WORDS
    ]


def sort_out(
    tables: Sequence[TownTable],
    noted: Sequence[Account],
    notice: Notice,
    root: str = "",
    listed: Mapping[Place, Collection[Key]] = MappingProxyType({}),
) -> list[HandIn]:
    """Every table with its unit and its state, by unit in the notice's order, then by file and sheet.

    `noted` is what 收支核对 says: decisions, units typed for tables whose own is not certain, and what counted before.
    `root` is the folder of all the towns, as in the files' names; `listed` has the projects that each file and sheet
    gave until now.
    """
    decisions = {a.digest: a.decision for a in noted if a.digest and a.decision}
    named = {a.digest: a.town for a in noted if a.digest and a.town}
    typed = {a.digest for a in noted if a.typed}
    used_before = {a.digest for a in noted if a.state is State.USED}
    found = []
    for table in tables:
        digest, unit = digest_of(table.table), recognise(table.table, notice, root)
        town = named.get(digest, "") if digest in typed or not unit.name else unit.name
        town = notice.unit(town) or town or unit.name
        why = "" if town else unit.problem
        if town != unit.name and unit.name:
            why = f"推荐单位由区局指定，材料上是{unit.name}"
        seal = seal_of(table.table.file, table.table.sheet, table.received, unit.name)
        found.append(HandIn(town, table, digest, State.USED, decisions.get(digest, ""), why, seal))
    found = _marked(found, noted)
    away = _away(found, noted, listed)
    by_town: dict[str, list[HandIn]] = defaultdict(list)
    for one in found:
        by_town[one.town or f"\0{one.file}"].append(one)  # those of nobody are nobody's versions
    judged = [one for own in by_town.values() for one in _judged(own, used_before, listed, away)]
    units = {unit: n for n, unit in enumerate(notice.labels("units"))}
    sheets = {id(table): n for n, table in enumerate(tables)}  # of one file, in its own order
    return sorted(
        judged, key=lambda h: (not h.town, units.get(h.town, len(units)), h.town, h.file, sheets[id(h.table)])
    )


def _marked(found: Sequence[HandIn], noted: Sequence[Account]) -> list[HandIn]:
    """The hand-ins, with those marked whose file held other content of the same unit that counted until now."""
    last = {(a.town, a.file, a.sheet): a.digest for a in noted if a.digest and a.rows_in and a.state in COUNTED}
    used = [a for a in noted if a.state is State.USED]
    known = {a.digest for a in used if a.rows_in} | {
        (a.digest, a.file, a.sheet) for a in used
    }  # all blank ones are equal
    here = {one.digest for one in found}
    marked = []
    for one in found:
        old = last.get((one.town, one.file, one.sheet), one.digest)
        taken = {one.digest, (one.digest, one.file, one.sheet)} & known
        marked.append(replace(one, replaces=old not in here and not taken))
    return marked


@dataclass(frozen=True, slots=True)
class _Away:
    """A table that counted until now and is not among what was read; `over` are the versions refused for its sake."""

    town: str
    file: str
    keys: Collection[Key]
    over: Collection[str]


def _away(found: Sequence[HandIn], noted: Sequence[Account], listed: Mapping[Place, Collection[Key]]) -> list[_Away]:
    here, places = {one.digest for one in found}, {(one.file, one.sheet) for one in found}
    refused = {a.digest for a in noted if a.state is State.REFUSED}
    gone = [a for a in noted if a.digest and a.rows_out and a.state in COUNTED and a.digest not in here]
    return [
        _Away(a.town, a.file, listed.get((a.file, a.sheet), ()), refused if fold(a.decision) in _USE_WORDS else ())
        for a in gone
        if a.town and (a.file, a.sheet) not in places
    ]


def _judged(
    own: Sequence[HandIn], used_before: set[str], listed: Mapping[Place, Collection[Key]], away: Sequence[_Away]
) -> list[HandIn]:
    """The hand-ins of one unit with their states."""
    done: list[HandIn] = []
    open_ones: list[HandIn] = []
    first: dict[str, HandIn] = {}
    for one in sorted(own, key=_age):
        if one.decision and fold(one.decision) in _REFUSE_WORDS:
            done.append(replace(one, state=State.REFUSED, why=one.why or "区局决定不采用"))
        elif (same := first.get(one.digest)) and one.table.table.rows:
            done.append(replace(one, state=State.COPY, why=f"与 {same.file} 的内容完全相同"))
        else:
            first[one.digest] = one
            open_ones.append(one)
    wanted = [one for one in open_ones if fold(one.decision) in _USE_WORDS]
    others = [one for one in open_ones if one not in wanted]
    former = {one.file: set(listed.get((one.file, one.sheet), ())) for one in own if one.replaces and one not in wanted}
    used = list(wanted)
    for one in sorted(others, key=lambda one: (one.digest not in used_before, *_age(one))):
        decided = _sharing(one, wanted)
        absent = (
            [o for o in away if o.town == one.town and _keys(one) & {*o.keys}] if one.digest not in used_before else []
        )
        over = [o.file for o in absent if one.digest in o.over]
        if decided and _age(one) < max(map(_age, decided)):
            done.append(replace(one, state=State.REFUSED, why=f"区局决定采用 {decided[0].file}"))
        elif over and not decided:
            done.append(replace(one, state=State.REFUSED, why=f"区局决定采用 {over[0]}"))
        elif one.replaces and not decided:
            why = "文件内容换过，表里还是上次采用的；请在“采用”栏选定用不用新的"
            done.append(replace(one, state=State.PENDING, why=why))
        elif sharing := [o.file for o in decided or _sharing(one, used)] or [
            *(f for f in former if former[f] & _keys(one)),
            *(o.file for o in absent),
        ]:
            why = f"与 {sharing[0]} 有相同的项目，请在“采用”栏选定用哪一份"
            done.append(replace(one, state=State.PENDING, why=why))
        else:
            used.append(one)
    return done + used


def _age(one: HandIn) -> tuple[float, str, str]:
    return one.table.modified, one.file, one.digest


def _sharing(one: HandIn, others: Sequence[HandIn]) -> list[HandIn]:
    """The hand-ins in other files that have a project of `one` too."""
    mine = _keys(one)
    return [other for other in others if other.file != one.file and mine & _keys(other)]


def _keys(one: HandIn) -> set[Key]:
    return {key for row in one.table.table.rows if all(key := row_key(row))}
