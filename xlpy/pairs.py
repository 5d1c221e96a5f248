"""疑似重复: pairs of projects that may be one, and what the bureau decided on each. Pure.

A project is known by its number in 来源, which it keeps for good: through renamed files, sorted rows and corrected
names. So a decision is remembered by the two numbers, and for the exclusion lists by the number and the entry's names.
"""

from __future__ import annotations

from dataclasses import dataclass


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


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of an exclusion list (`sheet` 历年表彰 or 市级申报). `note` is what else it says: year, award."""

    sheet: str
    name: str
    company: str
    note: str
    cell: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two projects, or a project and an entry, that may be one. `rule` is T01, T02, D01, D02 or D03; `score` 0…100."""

    rule: str
    one: Project
    other: Project | Entry
    score: int


@dataclass(frozen=True, slots=True)
class Drop:
    """A project that leaves the table by decision: `verdict` 合并 or 排除, `into` the project it is merged into."""

    number: int
    verdict: str
    into: int | None
    reason: str
