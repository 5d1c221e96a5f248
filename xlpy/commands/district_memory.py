"""What a consolidation writes beside the table: 来源, the memory of every project, and 未列入, the rows left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from xlpy.accounts import held
from xlpy.cells import name_key, show
from xlpy.commands.district_work import Work
from xlpy.commands.outcome import Run
from xlpy.grids import Scalar
from xlpy.layout import LEFT_OUT, LEFT_OUT_HEADERS, MERGE, TOWNS_LABEL
from xlpy.list_sheets import noted_list_patch
from xlpy.models import SummaryRow
from xlpy.origins import GONE, LISTED, SKIPPED, Origin, unchanged, write_origins
from xlpy.pairs import Project
from xlpy.patch import Patch, safe_text
from xlpy.reckoning import pulled_amount
from xlpy.tracing import link_text

TYPED = "区局添加"


def memory(work: Work, rows: Mapping[int, SummaryRow], run: Run) -> Patch:
    """来源: a line for every project ever received or typed (`rows` by number), and one for every file without any."""
    lines = [_line(work, number, rows.get(number), run) for number in work.numbers]
    numbered = {line.file for line in lines}
    fates: dict[tuple[str, str], str] = {}
    for one in work.hand_ins:
        if not one.used:
            fates[one.file, f"{one.state.value}：{one.why}"] = one.table.sha256
        elif one.file not in numbered:
            fates[one.file, "汇总表里没有项目"] = one.table.sha256
    fates |= {(s.file, f"{SKIPPED}：{s.reason}"): "" for s in work.intake.skipped}
    fates |= {(form.file, "登记表，用于核对"): form.sha256 for form in work.intake.forms}
    known = {(line.file, line.state, line.sha256): line for line in work.files}
    for (file, state), sha256 in sorted(fates.items()):
        lines.append(known.get((file, state, sha256)) or Origin(state, file, sha256, run.time))
    return write_origins(lines, work.snapshot, work.intake.folder, work.fields, TOWNS_LABEL)


def _line(work: Work, number: int, row: SummaryRow | None, run: Run) -> Origin:
    old, arrival, drop = work.lines.get(number), work.tracing.arrivals.get(number), work.drops.get(number)
    decided = f"已{drop.verdict}" if drop else ""
    if arrival:
        before = work.pulled(number) or {}
        # A value that the town no longer gives stays remembered: the cell that holds it is still untouched.
        values = {name: before.get(name) if v is None else v for name, v in work.arriving(number).items()}
        state = decided or LISTED
        new = Origin(state, arrival.file, arrival.sha256, run.time, number, values, dict(arrival.places))
    elif old and old.file:
        away = f"{SKIPPED}：这份材料没有采用" if work.leaves(number) else LISTED if row and work.is_held(old) else GONE
        state = decided or away
        new = Origin(state, old.file, old.sha256, run.time, number, old.values, old.places)
    else:
        row = row or work.tracing.rows.get(number)
        typed = _typed(row, work.fields) if row else old.values if old else {}
        new = Origin(decided or TYPED, "", "", run.time, number, typed)
    return old if old and unchanged(old, new) else new


def _typed(row: SummaryRow, fields: Sequence[str]) -> dict[str, Scalar]:
    typed = {name: row.value_of(name) for name in fields}
    return {name: float(v.value) if isinstance(v.value, Decimal) else v.raw or None for name, v in typed.items()}


def _like(project: Project | None, entry: str) -> str:
    other = f"{project.town}的“{project.name}”" if project else entry
    return f"与{other}疑似重复" if other else "区局决定"


def left_out(work: Work, projects: Mapping[int, Project]) -> Patch:
    """未列入: every row received that is not in the table, where it went and by whose decision; 万元."""
    lines: list[list[Scalar]] = []
    for number, drop in sorted(work.drops.items()):
        arrival, project = work.tracing.arrivals.get(number), projects[number]
        amount = held(arrival.row.benefit) if arrival else pulled_amount(work.lines[number])
        into, like = projects.get(drop.into or 0), projects.get(drop.like or 0)
        why = f"并入{into.town}的“{into.name}”" if drop.verdict == MERGE and into else _like(like, drop.entry)
        reason = "；".join(part for part in (why, drop.reason) if part)
        place = project.place
        lines.append([project.town, project.name, project.company, float(amount), drop.verdict, reason, place, number])
    for one in work.hand_ins:
        for row in one.table.table.rows if not one.used else ():
            name = row.project_name
            link = link_text(one.file, f"{name.sheet}!{name.cell}" if name.cell else one.sheet)
            words: list[Scalar] = [
                one.town,
                name.raw,
                row.company.raw,
                float(held(row.benefit)),
                one.state.value,
                one.why,
                link,
            ]
            lines.append([*words, None])
    whole = [[n, *(safe_text(v) or None if isinstance(v, str) else v for v in line)] for n, line in enumerate(lines, 1)]
    needed = "项目名称", "去向", "出处"
    links = ("出处",)
    return noted_list_patch(work.snapshot, LEFT_OUT, LEFT_OUT_HEADERS, whole, needed, _keys, links, filled="去向")


def _keys(line: Mapping[str, Scalar]) -> list[tuple[str, ...]]:
    """What a line of 未列入 is known again by: the names and where they come from, then the names alone."""
    names = tuple(name_key(show(line[header])) for header in ("推荐单位", "项目名称", "项目单位"))
    return [(*names, show(line["出处"])), names]
