"""Pairs of projects that may be one: within the district's table, and with the exclusion lists. Pure.

A project is known by its number in 来源, which it keeps for good: through renamed files, sorted rows and corrected
names. So a pair is known by the two numbers, and for the exclusion lists by the number and the entry's names.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xlpy.cells import name_key, text
from xlpy.layout import COMMENDED, FILED, FIRST, SECOND, fold
from xlpy.listings import Entry
from xlpy.notice import Notice
from xlpy.project_names import likest_above, one_project, ordinals

Key = tuple[object, ...]
"""What a pair is remembered by: two numbers, or a number and the list, project and enterprise of an entry."""

RULE_OF = {COMMENDED: "D02", FILED: "D03"}
_NAME = 200  # characters of a name; what is longer is none, and must not cost minutes


@dataclass(frozen=True, slots=True)
class Project:
    """A project ever received. `row_number` is its row in the district's table, None if left out.

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


def find_pairs(projects: Sequence[Project], entries: Sequence[Entry], notice: Notice) -> list[Pair]:
    """Every pair in the table that may be one project, whatever the order of the arguments.

    Same project and enterprise: T01 within a unit, D01 across units. Names alike (from the notice's percentage on):
    T02 with the likest earlier project of the unit, D01 with that of the others. In an exclusion list: D02, D03, with
    the likest entry. Names whose ordinals differ (一期/二期, A型/B型) are different projects. What is left out of the
    table stands in no pair, so that those who stay are compared with each other; nor does what has no name (/, 无).
    """
    ordered = sorted((p for p in projects if p.row_number is not None and _named(p.name)), key=lambda p: p.number)
    return [*_same(ordered), *_alike(ordered, notice), *_listed(ordered, entries, notice)]


def _named(name: str) -> bool:
    return bool(fold(name)) and not text(name).nil


def _same(projects: Sequence[Project]) -> Iterator[Pair]:
    """Each with the first of its names, and with the first of its unit if that is another."""
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
    """Look-alikes among the projects that are not the same: by unit, and across units."""
    of_unit: dict[tuple[str, tuple[str, str] | int], Project] = {}
    for project in projects:
        of_unit.setdefault((project.town, project.key if all(project.key) else project.number), project)
    unequal = list(of_unit.values())
    by_town: dict[str, list[Project]] = defaultdict(list)
    for project in unequal:
        by_town[project.town].append(project)
    for own in by_town.values():
        for later, (earlier, score) in likest_above([fold(p.name) for p in own], notice.lookalike).items():
            yield Pair("T02", own[earlier], own[later], int(score), exact=False)
    names, towns = [fold(p.name) for p in unequal], [p.town for p in unequal]
    for later, (earlier, score) in likest_above(names, notice.lookalike, towns).items():
        one, other = unequal[earlier], unequal[later]
        if one.key != other.key or not all(one.key):
            yield Pair("D01", one, other, int(score), exact=False)


def _listed(projects: Sequence[Project], entries: Sequence[Entry], notice: Notice) -> Iterator[Pair]:
    for sheet, rule in RULE_OF.items():
        own = sorted(
            (e for e in entries if e.sheet == sheet and _named(e.name)), key=lambda e: (e.name, e.company, e.cell)
        )
        if own:
            yield from _in_list(rule, projects, own, notice)


def _in_list(rule: str, projects: Sequence[Project], entries: Sequence[Entry], notice: Notice) -> Iterator[Pair]:
    """For each project the entry of the same names, or of the same name where an enterprise is not known.

    Else the likest, 100 % where only the enterprises differ.
    """
    from rapidfuzz import fuzz, process

    by_name: dict[str, list[Entry]] = defaultdict(list)
    by_ordinals: dict[tuple[str, ...], list[Entry]] = defaultdict(list)
    for entry in entries:
        by_name[name_key(entry.name)].append(entry)
        by_ordinals[ordinals(_compared(entry))].append(entry)
    names = {key: [_compared(entry) for entry in some] for key, some in by_ordinals.items()}
    for project in projects:
        name, company = project.key
        named = by_name.get(name, [])
        same = [e for e in named if name_key(e.company) == company] or [e for e in named if not (e.company and company)]
        if same:
            yield Pair(rule, project, same[0], 100, exact=True)
            continue
        own = _compared(project)
        key = ordinals(own)
        found = process.extract(own, names.get(key, ()), scorer=fuzz.ratio, score_cutoff=notice.lookalike, limit=None)
        likely = [(score, -index) for other, score, index in found if one_project(own, other)]
        if likely:
            score, index = max(likely)
            yield Pair(rule, project, by_ordinals[key][-index], int(score), exact=False)


def _compared(one: Project | Entry) -> str:
    return fold(one.name)[:_NAME]


def differing(one: str, other: str) -> str:
    """What two names do not share, the first's words before the second's; "" where they are the same.

    Of what is far too long for a name only the beginning is looked at: the time grows with its square and more.

    >>> differing("轴承异音降低攻关", "轴承异响降低的攻关")
    '“音”→“响”，乙多“的”'
    """
    if one == other:
        return ""
    if max(len(one), len(other)) > _NAME:
        return differing(one[:_NAME], other[:_NAME]) or f"前 {_NAME} 个字相同，后面不同"
    words = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag == "replace":
            words.append(f"“{one[a:b]}”→“{other[c:d]}”")
        elif tag != "equal":
            words.append(f"{FIRST}多“{one[a:b]}”" if tag == "delete" else f"{SECOND}多“{other[c:d]}”")
    return "，".join(words)
