"""疑似重复: pairs of projects that may be one, and what the bureau decided on each. Pure.

A project is known by its number in 来源, which it keeps for good: through renamed files, sorted rows and corrected
names. So a decision is remembered by the two numbers, and for the exclusion lists by the number and the entry's names.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from xlpy.catalogue import CATALOGUE
from xlpy.cells import name_key, show
from xlpy.flags import Flag, make_flag, place_name
from xlpy.grids import Scalar, Snapshot
from xlpy.layout import (
    COMMENDED,
    DUPLICATE_HEADERS,
    DUPLICATES,
    EXCLUDE,
    FILED,
    FIRST,
    KEEP,
    MERGE,
    SECOND,
    fold,
)
from xlpy.list_sheets import header_line, list_patch
from xlpy.listings import Entry
from xlpy.notice import Notice
from xlpy.patch import Patch, safe_text
from xlpy.project_names import likest_above, one_project

Key = tuple[object, ...]
"""What a pair is remembered by: two numbers, or a number and the list, project and enterprise of an entry."""

RULE_OF = {COMMENDED: "D02", FILED: "D03"}
_RULES = "T01", "D01", "T02", "D02", "D03"
_VERDICTS = {
    fold(word): verdict
    for verdict, words in {
        KEEP: (KEEP, "留", "都保留", "两个都保留", "不重复", "不是同一个", "不同项目", "否"),
        MERGE: (MERGE, "并", "并为一个", "合为一个"),
        EXCLUDE: (EXCLUDE, "排", "删除", "去掉", "剔除", "不列入", "不受理"),
    }.items()
    for word in words
}
_SIDES = {fold(word): side for side, words in ((FIRST, "甲 1"), (SECOND, "乙 2")) for word in words.split()}
_NUMBERS = "甲·编号", "乙·编号"
_NEEDED = "甲·项目名称", "乙·项目名称", "决定"


@dataclass(frozen=True, slots=True)
class Project:
    """A project that takes part in the search. `row_number` is its row in the district's table, None if left out.

    `place` is the text of a link to it: 汇总表!B7, or [安亭镇/附件2.xlsx]汇总表!B7 where it is left out.
    """

    number: int
    town: str
    name: str
    company: str
    row_number: int | None
    place: str

    @property
    def key(self) -> tuple[str, str]:
        """Project and enterprise as compared for sameness."""
        return name_key(self.name), name_key(self.company)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two projects, or a project and an entry, that may be one. `rule` is T01, T02, D01, D02 or D03; `score` 0…100.

    `exact` where the names are the same, as far as both are known.
    """

    rule: str
    one: Project
    other: Project | Entry
    score: int
    exact: bool

    @property
    def key(self) -> Key:
        if isinstance(self.other, Entry):
            return self.one.number, self.other.sheet, name_key(self.other.name), name_key(self.other.company)
        return tuple(sorted((self.one.number, self.other.number)))


@dataclass(frozen=True, slots=True)
class Drop:
    """A project that leaves the table by decision: `verdict` 合并 or 排除, `into` the project it is merged into."""

    number: int
    verdict: str
    into: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the sheet: the pair, the decision (`verdict` "" if none can be read), and its cells by header."""

    key: Key
    one: int
    other: int | None
    verdict: str
    drop: str
    reason: str
    cells: Mapping[str, Scalar] = field(hash=False)

    @property
    def touched(self) -> bool:
        """Whether somebody wrote into it: then it stays."""
        return any(show(self.cells[header]).strip() for header in ("决定", "去掉", "理由"))


# --- the search -----------------------------------------------------------------------------------------------------


def find_pairs(projects: Sequence[Project], entries: Sequence[Entry], notice: Notice) -> list[Pair]:
    """Every pair that may be one project, whatever the order of the arguments.

    Same project and enterprise: T01 within a unit, D01 across units. Names alike (from the notice's percentage on):
    T02, D01, with the likest project before it. In an exclusion list: D02, D03, with the likest entry. Names whose
    ordinals differ (一期/二期, A型/B型) are different projects.
    """
    ordered = sorted((p for p in projects if fold(p.name)), key=lambda p: p.number)
    return [*_same(ordered), *_alike(ordered, notice), *_listed(ordered, entries, notice)]


def _same(projects: Sequence[Project]) -> Iterator[Pair]:
    groups: dict[tuple[str, str], list[Project]] = defaultdict(list)
    for project in projects:
        if all(project.key):
            groups[project.key].append(project)
    for first, *others in groups.values():
        of_town = {first.town: first}
        for other in others:
            yield Pair("T01" if other.town == first.town else "D01", first, other, 100, exact=True)
            if (earlier := of_town.setdefault(other.town, other)) not in (first, other):
                yield Pair("T01", earlier, other, 100, exact=True)


def _alike(projects: Sequence[Project], notice: Notice) -> Iterator[Pair]:
    first: dict[tuple[str, str], Project] = {}
    for project in projects:
        first.setdefault(project.key if all(project.key) else ("", str(project.number)), project)
    unequal = list(first.values())
    likest = likest_above([fold(p.name) for p in unequal], notice.lookalike) if len(unequal) > 1 else {}
    for later, (earlier, score) in sorted(likest.items()):
        one, other = unequal[earlier], unequal[later]
        yield Pair("T02" if one.town == other.town else "D01", one, other, int(score), exact=False)


def _listed(projects: Sequence[Project], entries: Sequence[Entry], notice: Notice) -> Iterator[Pair]:
    for sheet, rule in RULE_OF.items():
        own = sorted(
            (e for e in entries if e.sheet == sheet and fold(e.name)), key=lambda e: (e.name, e.company, e.cell)
        )
        if own and projects:
            yield from _in_list(rule, projects, own, notice)


def _in_list(rule: str, projects: Sequence[Project], entries: Sequence[Entry], notice: Notice) -> Iterator[Pair]:
    """For each project the entry of the same names, else the likest."""
    from rapidfuzz import fuzz, process

    by_name: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_name[name_key(entry.name)].append(entry)
    names = [fold(entry.name) for entry in entries]
    for project in projects:
        name, company = project.key
        named = by_name.get(name, [])
        same = [e for e in named if not e.company or not company or name_key(e.company) == company]
        if same:
            yield Pair(rule, project, same[0], 100, exact=True)
            continue
        own = fold(project.name)
        found = process.extract(own, names, scorer=fuzz.ratio, score_cutoff=notice.lookalike, limit=8)
        likely = [(score, index) for _, score, index in found if one_project(own, names[index])]
        if likely:
            score, index = max(likely, key=lambda item: (item[0], -item[1]))
            yield Pair(rule, project, entries[index], int(score), exact=False)


def differing(one: str, other: str) -> str:
    """What two names do not share, the first's words before the second's; "" where they are the same.

    >>> differing("轴承异音降低攻关", "轴承异响降低的攻关")
    '“音”→“响”，乙多“的”'
    """
    words = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag == "replace":
            words.append(f"“{one[a:b]}”→“{other[c:d]}”")
        elif tag != "equal":
            words.append(f"{FIRST}多“{one[a:b]}”" if tag == "delete" else f"{SECOND}多“{other[c:d]}”")
    return "，".join(words)


# --- the decisions --------------------------------------------------------------------------------------------------


def read_lines(snapshot: Snapshot) -> tuple[list[Line], list[Flag]]:
    """The lines of 疑似重复 with their decisions, and a flag (P01) where a decision cannot be read: it is none then."""
    grid = snapshot.sheets.get(DUPLICATES)
    found = header_line(grid, _NEEDED) if grid else None
    if not grid or not found:
        return [], []
    top, at = found
    lines: list[Line] = []
    flags: list[Flag] = []
    for r in range(top + 1, grid.height + 1):
        cells = {header: grid.stored(r, at.get(fold(header), 0)) for header in DUPLICATE_HEADERS}
        one, other = (int(n) if isinstance(n := cells[header], int | float) else None for header in _NUMBERS)
        if one is None:
            continue
        key: Key = tuple(sorted((one, other))) if other is not None else (one, *_entry_key(cells))
        said, side = show(cells["决定"]).strip(), show(cells["去掉"]).strip()
        verdict, drop = _VERDICTS.get(fold(said), ""), _SIDES.get(fold(side), "")
        for header, text, readable in (("决定", said, verdict), ("去掉", side, drop)):
            if text and not readable:
                place = {"file": snapshot.name, "sheet": DUPLICATES, "cell": grid.address(r, at[fold(header)])}
                words = {"name": header, "value": text, "choices": "保留、合并、排除" if header == "决定" else "甲、乙"}
                flags.append(make_flag(CATALOGUE["P01"], "decision", **place, **words))
                verdict = ""
        lines.append(Line(key, one, other, verdict, drop, show(cells["理由"]).strip(), cells))
    return lines, flags


def _entry_key(cells: Mapping[str, Scalar]) -> tuple[str, str, str]:
    sheet, name, company = (show(cells[f"乙·{what}"]).strip() for what in ("推荐单位", "项目名称", "项目单位"))
    return sheet, name_key(name), name_key(company)


def open_pairs(pairs: Sequence[Pair], lines: Sequence[Line]) -> list[Pair]:
    """The pairs on which nobody has decided, both of whose projects are in the table."""
    decided = {line.key for line in lines if line.verdict}
    return [
        pair
        for pair in pairs
        if pair.key not in decided
        and pair.one.row_number is not None
        and (isinstance(pair.other, Entry) or pair.other.row_number is not None)
    ]


def dropped(lines: Sequence[Line]) -> dict[int, Drop]:
    """Who leaves the table: of a pair the second, or the one that 去掉 names; of an entry's pair always the project.

    The first line that decides against a project counts. Where projects are merged into each other in a ring, the one
    with the lowest number stays, so that no project vanishes altogether.
    """
    found: dict[int, Drop] = {}
    for line in lines:
        if line.verdict not in (MERGE, EXCLUDE):
            continue
        if line.other is None:
            found.setdefault(line.one, Drop(line.one, EXCLUDE, None, line.reason))
            continue
        gone, stays = (line.one, line.other) if line.drop == FIRST else (line.other, line.one)
        into = stays if line.verdict == MERGE else None
        found.setdefault(gone, Drop(gone, line.verdict, into, line.reason))
    for number in sorted(found):
        ring = [number]
        while (drop := found.get(ring[-1])) and drop.into is not None and drop.into not in ring:
            ring.append(drop.into)
        if drop and drop.into in ring:
            found.pop(min(ring[ring.index(drop.into) :]), None)
    return found


def write_lines(
    pairs: Sequence[Pair], lines: Sequence[Line], projects: Mapping[int, Project], snapshot: Snapshot
) -> Patch:
    """The patch that brings 疑似重复 up to date.

    A line with a decision or a reason stays for good, in its place, its three cells untouched; an open one goes when
    its pair is no longer alike. New pairs come below. Who is 甲 and who is 乙 never changes.
    """
    found = {pair.key: pair for pair in reversed(pairs)}
    drops = dropped(lines)
    kept = [line for line in lines if line.touched or line.key in found]
    known = {line.key for line in kept}
    new = sorted((p for key, p in found.items() if key not in known), key=lambda p: (_RULES.index(p.rule), str(p.key)))
    written = [_refreshed(line, found.get(line.key), projects, drops) for line in kept]
    written += [_line(pair) for pair in new]
    cells = [[line[header] for header in DUPLICATE_HEADERS] for line in written]
    return list_patch(snapshot, DUPLICATES, DUPLICATE_HEADERS, cells, _NEEDED, links=("甲·位置", "乙·位置"))


def _line(pair: Pair) -> dict[str, Scalar]:
    line: dict[str, Scalar] = dict.fromkeys(DUPLICATE_HEADERS)
    other = pair.other
    line |= _judged(pair, pair.one, other) | _side(FIRST, pair.one)
    if isinstance(other, Entry):
        place = place_name(other.sheet, other.cell)
        words = {"推荐单位": other.sheet, "项目名称": other.name, "项目单位": other.company, "位置": place}
        line |= {f"{SECOND}·{what}": safe_text(text) or None for what, text in words.items()}
    else:
        line |= _side(SECOND, other)
    return line | {"现状": "待决定"}


def _refreshed(
    line: Line, pair: Pair | None, projects: Mapping[int, Project], drops: Mapping[int, Drop]
) -> dict[str, Scalar]:
    cells = dict(line.cells)
    one, other = projects.get(line.one), projects.get(line.other or 0)
    if one:
        cells |= _side(FIRST, one)
    if other:
        cells |= _side(SECOND, other)
    if pair and one:
        cells |= _judged(pair, one, pair.other if isinstance(pair.other, Entry) else other or pair.other)
        if isinstance(pair.other, Entry):
            cells[f"{SECOND}·位置"] = place_name(pair.other.sheet, pair.other.cell)
    cells["现状"] = _state(line, one, other, drops)
    return cells


def _judged(pair: Pair, one: Project, other: Project | Entry) -> dict[str, Scalar]:
    differences = [differing(one.name, other.name)]
    if other.company and name_key(one.company) != name_key(other.company):
        differences.append(f"单位：{differing(one.company, other.company)}")
    note = other.note if isinstance(other, Entry) else ""
    words = "；".join(filter(None, (*differences, note)))
    return {"规则": pair.rule, "相似度": pair.score, "不同之处": safe_text(words) or "名称和单位相同"}


def _side(side: str, project: Project) -> dict[str, Scalar]:
    words = {"推荐单位": project.town, "项目名称": project.name, "项目单位": project.company, "位置": project.place}
    cells: dict[str, Scalar] = {f"{side}·{what}": safe_text(text) or None for what, text in words.items()}
    return cells | {f"{side}·编号": project.number}


def _state(line: Line, one: Project | None, other: Project | None, drops: Mapping[int, Drop]) -> str:
    """What holds now, in words."""
    if one is None or (line.other is not None and other is None):
        return f"{FIRST if one is None else SECOND}已不在"
    if not line.verdict:
        return "决定看不懂，请从下拉清单里选" if show(line.cells["决定"]).strip() else "待决定"
    if line.verdict == KEEP:
        return "保留" if line.other is None else "两个都保留"
    gone = FIRST if line.other is None or line.drop == FIRST else SECOND
    drop = drops.get((line.one if gone == FIRST else line.other) or 0)
    if drop is None:
        return "互相合并，留下编号最小的一个"
    return f"{gone}已排除" if drop.verdict == EXCLUDE else f"{gone}已并入{SECOND if gone == FIRST else FIRST}"
