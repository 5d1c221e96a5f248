"""What the bureau decided in 疑似重复, who leaves the table for it, and the lines of the sheet. Pure.

A decision is remembered by the numbers of its two projects, which they keep for good (see `xlpy.pairs`). A line that
the bureau typed itself names its projects as 汇总表 does; with 甲 alone it decides on that project alone.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from xlpy.catalogue import CATALOGUE
from xlpy.cells import name_key, show
from xlpy.flags import Flag, make_flag, place_name
from xlpy.grids import Scalar, Snapshot
from xlpy.layout import DUPLICATE_HEADERS, DUPLICATES, EXCLUDE, FIRST, KEEP, MERGE, SECOND, fold
from xlpy.list_sheets import header_line, list_patch
from xlpy.listings import Entry
from xlpy.pairs import RULE_OF, Key, Pair, Project, differing
from xlpy.patch import DeleteRows, Patch, safe_text

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
_BUREAUS = "决定", "去掉", "理由"  # the bureau's cells, which are never written
_LINKS = "甲·位置", "乙·位置"
_NEEDED = "甲·项目名称", "乙·项目名称", "决定"
_BOTH = 2
_OF_PROJECT = "推荐单位", "项目名称", "项目单位", "编号"


@dataclass(frozen=True, slots=True)
class Drop:
    """A project that leaves the table by decision: `verdict` 合并 or 排除, `into` the project it is merged into.

    `like` is the project, `entry` the list and name, that it was found to be like.
    """

    number: int
    verdict: str
    into: int | None
    reason: str
    like: int | None = None
    entry: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the sheet: the pair, the decision (`verdict` "" if none can be read), and its cells by header.

    `row` is its row in the sheet; `noted` whether something stands in a column that is not ours.
    """

    key: Key
    one: int
    other: int | None
    verdict: str
    drop: str
    reason: str
    cells: Mapping[str, Scalar] = field(hash=False)
    row: int = 0
    noted: bool = False

    @property
    def touched(self) -> bool:
        """Whether somebody wrote into it: then it stays."""
        return self.noted or any(show(self.cells[header]) for header in _BUREAUS)


def read_lines(snapshot: Snapshot, known: Iterable[Project] = ()) -> tuple[list[Line], list[Flag]]:
    """The lines of 疑似重复 with their decisions, and a flag (P01) where one cannot be carried out.

    Words that cannot be read are no decision. `known` are the projects by their names, those of now and earlier ones:
    where a line's numbers are absent, or belong to projects of other names (the lines were sorted without the hidden
    columns), the names count. Decisions that go round in a ring are flagged at the project that stays.
    """
    grid = snapshot.sheets.get(DUPLICATES)
    found = header_line(grid, _NEEDED) if grid else None
    if not grid or not found:
        return [], []
    top, at = found
    ours = {at.get(fold(header), 0) for header in DUPLICATE_HEADERS}
    everyone = _Known(known)
    lines: list[Line] = []
    flags: list[Flag] = []

    def flag(variant: str, row: int, header: str, **words: str) -> None:
        place = {"file": snapshot.name, "sheet": DUPLICATES, "cell": grid.address(row, at.get(fold(header), 1))}
        flags.append(make_flag(CATALOGUE["P01"], variant, **place, **words))

    for r in range(top + 1, grid.height + 1):
        cells = {header: grid.stored(r, at.get(fold(header), 0)) for header in DUPLICATE_HEADERS}
        said, side = show(cells["决定"]), show(cells["去掉"])
        alone = not any(show(cells[f"{SECOND}·{what}"]) for what in _OF_PROJECT)
        listed = not show(cells[f"{SECOND}·编号"]) and show(cells[f"{SECOND}·推荐单位"]) in RULE_OF
        numbers: list[int | None] = []
        for which in (FIRST,) if alone or listed else (FIRST, SECOND):
            number, problem = everyone.number(cells, which)
            numbers.append(number)
            if problem and (said or side):
                flag("nameless", r, f"{which}·项目名称", value=said or side, side=which, problem=problem)
        one, other = numbers[0], numbers[1] if len(numbers) > 1 else None
        typed = any(not show(cells[f"{which}·编号"]) for which, _ in zip((FIRST, SECOND), numbers, strict=False))
        if one is None or None in numbers or one == other or ((typed or alone) and not (said or side)):
            continue
        key: Key = (one, *_entry_key(cells)) if listed else (one,) if other is None else tuple(sorted((one, other)))
        verdict, drop = _VERDICTS.get(fold(said), ""), _SIDES.get(fold(side), "")
        choices = {"决定": "保留、排除" if alone else "保留、合并、排除", "去掉": "甲、乙"}
        readable = {"决定": verdict and not (alone and verdict == MERGE), "去掉": drop}
        for header, words in (("决定", said), ("去掉", side)):
            if words and not readable[header]:
                flag("decision", r, header, name=header, value=words, choices=choices[header])
                verdict = ""
        noted = any(v not in (None, "") for c, v in enumerate(grid.rows[r - 1], 1) if c not in ours)
        lines.append(Line(key, one, other, verdict, drop, show(cells["理由"]), cells, r, noted))
    drops = dropped(lines)
    for line in lines:
        gone = _gone(line)
        if gone is not None and gone not in drops:
            name = line.cells[f"{FIRST if gone == line.one else SECOND}·项目名称"]
            flag("ring", line.row, "决定", value=line.verdict, project=show(name))
    return lines, flags


class _Known:
    """The projects by number and by name."""

    def __init__(self, projects: Iterable[Project]) -> None:
        self.by_number: dict[int, list[Project]] = defaultdict(list)
        self.by_name: dict[str, list[Project]] = defaultdict(list)
        for project in projects:
            self.by_number[project.number].append(project)
            self.by_name[name_key(project.name)].append(project)

    def number(self, cells: Mapping[str, Scalar], side: str) -> tuple[int | None, str]:
        """The number of a line's project, also where its cell holds it as text or only the names say it; or why not."""
        seen = show(cells[f"{side}·编号"])
        number = int(seen) if seen.isdecimal() and len(seen) < 10 else None
        name, company, town = (name_key(show(cells[f"{side}·{what}"])) for what in ("项目名称", "项目单位", "推荐单位"))

        def fits(project: Project) -> bool:
            names = name_key(project.name), name_key(project.company), name_key(project.town)
            return names[0] == name and company in ("", names[1]) and town in ("", names[2])

        if number is not None and any(map(fits, self.by_number.get(number, ()))):
            return number, ""
        fitting = sorted({project.number for project in self.by_name.get(name, ()) if fits(project)})
        if name and len(fitting) == 1:
            return fitting[0], ""
        if number is not None:
            # Two of the same names in one line: the first is 甲, as it was written.
            return (fitting[side == SECOND] if len(fitting) == _BOTH else number), ""
        if not name:
            return None, "没有写项目名称"
        return None, f"有 {len(fitting)} 个项目叫这个名称" if fitting else "汇总表里没有这个项目"


def _entry_key(cells: Mapping[str, Scalar]) -> tuple[str, str, str]:
    sheet, name, company = (show(cells[f"乙·{what}"]) for what in ("推荐单位", "项目名称", "项目单位"))
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


def dropped(lines: Sequence[Line], here: Collection[int] | None = None) -> dict[int, Drop]:
    """Who leaves the table, whatever the order of the lines.

    Of a pair the second goes, or the one that 去掉 names; of an entry's pair always the project. One line that decides
    against a project is enough, whatever others say; 排除 goes before 合并, then the partner of the lowest number.
    Nothing goes for the sake of a project that is not `here` (None = all are) or that goes for its own sake: where
    decisions go round in a ring, the project of the lowest number stays.
    """
    against: dict[int, list[tuple[bool, int, Drop]]] = defaultdict(list)
    for line in lines:
        gone = _gone(line)
        stays = line.one if gone == line.other else line.other
        if gone is None or not (here is None or stays is None or stays in here):
            continue
        merged = line.verdict == MERGE and stays is not None
        entry = "" if stays is not None else _entry(line)
        drop = Drop(gone, MERGE if merged else EXCLUDE, stays if merged else None, line.reason, stays, entry)
        against[gone].append((merged, stays or 0, drop))
    chosen = {gone: min(some, key=lambda one: (*one[:2], one[2].reason)) for gone, some in against.items()}
    for number in sorted(chosen):
        ring = [number]
        while (after := chosen.get(ring[-1])) and after[1] and after[1] not in ring:
            ring.append(after[1])
        if after and after[1] in ring:
            del chosen[min(ring[ring.index(after[1]) :])]
    return {gone: drop for gone, (_, _, drop) in sorted(chosen.items())}


def _entry(line: Line) -> str:
    """历年表彰里的“降噪”"""
    sheet, name = (show(line.cells.get(f"{SECOND}·{what}")) for what in ("推荐单位", "项目名称"))
    return f"{sheet}里的“{name}”" if name else ""


def _gone(line: Line) -> int | None:
    """The number that a line decides against."""
    if line.verdict not in (MERGE, EXCLUDE):
        return None
    return line.one if line.other is None or line.drop == FIRST else line.other


def write_lines(
    pairs: Sequence[Pair], lines: Sequence[Line], projects: Mapping[int, Project], snapshot: Snapshot
) -> Patch:
    """The patch that brings 疑似重复, as `lines` were read from it, up to date.

    A line into which the bureau wrote stays for good, in its place, its own cells untouched; an untouched one is
    deleted when its pair is no longer alike. New pairs come below. Who is 甲 and who is 乙 never changes.
    """
    found = {pair.key: pair for pair in reversed(pairs)}
    stale = sorted(line.row for line in lines if not line.touched and line.key not in found)
    runs = [[row for _, row in run] for _, run in groupby(enumerate(stale), key=lambda item: item[1] - item[0])]
    grid = snapshot.sheets.get(DUPLICATES)
    place = header_line(grid, _NEEDED) if grid else None
    links = tuple(column for header in _LINKS if place and (column := place[1].get(fold(header))))
    patch = Patch(tuple(DeleteRows(DUPLICATES, run[0], len(run), links) for run in reversed(runs)))
    after = patch.applied(snapshot)

    headers, written = list(DUPLICATE_HEADERS), list[Mapping[str, Scalar]]()
    drops = dropped(lines, projects)
    if place:
        (top, at), grid = place, after.sheet(DUPLICATES)
        headers = [header for header in DUPLICATE_HEADERS if header not in _BUREAUS]
        last = max(r for r, _, _ in grid.cells())
        written = [{h: grid.stored(r, at.get(fold(h), 0)) for h in headers} for r in range(top + 1, last + 1)]
        for line in lines:
            if line.touched or line.key in found:
                n = line.row - bisect_left(stale, line.row) - top - 1
                written[n] = _refreshed(line, found.get(line.key), projects, drops)
    known = {line.key for line in lines}
    new = sorted((p for key, p in found.items() if key not in known), key=lambda p: (_RULES.index(p.rule), str(p.key)))
    cells = [[line.get(header) for header in headers] for line in (*written, *(_line(pair, drops) for pair in new))]
    return patch + list_patch(after, DUPLICATES, headers, cells, _NEEDED, links=_LINKS)


def _line(pair: Pair, drops: Mapping[int, Drop]) -> dict[str, Scalar]:
    line: dict[str, Scalar] = dict.fromkeys(DUPLICATE_HEADERS)
    other = pair.other
    line |= _judged(pair, pair.one, other) | _side(FIRST, pair.one)
    number = None if isinstance(other, Entry) else other.number
    if isinstance(other, Entry):
        place = place_name(other.sheet, other.cell)
        words = {"推荐单位": other.sheet, "项目名称": other.name, "项目单位": other.company, "位置": place}
        line |= {f"{SECOND}·{what}": safe_text(text) or None for what, text in words.items()}
    else:
        line |= _side(SECOND, other)
    new = Line(pair.key, pair.one.number, number, "", "", "", line)
    return line | {"现状": _state(new, pair.one, None if isinstance(other, Entry) else other, drops)}


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
    if not line.verdict and show(line.cells["决定"]):
        return "决定看不懂，请从下拉清单里选"
    sides = ((FIRST, line.one, SECOND, line.other), (SECOND, line.other, FIRST, line.one))
    fates = []
    for side, number, facing, partner in sides:
        if drop := drops.get(number or 0):
            into = facing if drop.into == partner else "别的项目"
            fates.append(f"{side}已排除" if drop.verdict == EXCLUDE else f"{side}已并入{into}")
    if fates:
        return "，".join(fates)
    if line.verdict in (MERGE, EXCLUDE):
        return "几个决定互相去掉，留下编号最小的"
    return "待决定" if not line.verdict else "保留" if line.other is None else "两个都保留"
