"""The two tables inside the form: the economic figures and the team list. By their heads, wherever they stand. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache

from xlpy.forms.places import Page, Said, Typed, in_other_unit
from xlpy.grids import Box
from xlpy.labels import is_note
from xlpy.layout import ECONOMIC_COLUMNS, ECONOMIC_ROWS, fold
from xlpy.money_units import MONEY

_REACH = 12  # rows or columns between the heads of the economic table and its last figures
_PERIODS = sorted(
    ((fold(name), when) for when, (label, aliases) in ECONOMIC_ROWS.items() for name in (label, *aliases)),
    key=lambda pair: -len(pair[0]),
)
_SPAN = re.compile(rf"[\d个年月日至到十一二两（）]*(?:{MONEY})?")  # what may follow: 12个月, 2020年7月至2021年6月

Figures = dict[tuple[str, str], Typed]
"""(before or after, column) → the figure's cell."""


def find_figures(pages: Iterable[Page]) -> Figures:
    """The cells of the economic table: heads 销售额 利润 … in one row (or one column), 攻关前 and 攻关后 across.

    Heads may come in any order and be incomplete; a table with fewer than two of them is none. The table's rows
    become stops of its page.
    """
    best: tuple[int, Page, dict[str, Box], bool] | None = None
    for page in pages:
        lines: dict[tuple[bool, int], dict[str, Box]] = defaultdict(dict)
        for r, words in page.words.items():
            for name, c in words:
                if name.kind == "figure":
                    lines[True, r].setdefault(name.field, page.box(r, c))
                    lines[False, c].setdefault(name.field, page.box(r, c))
        for (upright, _), heads in lines.items():
            if len(heads) >= 2 and (best is None or len(heads) > best[0]):
                best = len(heads), page, heads, upright
    if best is None:
        return {}
    _, page, heads, upright = best
    return _upright(page, heads) if upright else _transposed(page, heads)


def _upright(page: Page, heads: Mapping[str, Box]) -> Figures:
    first, top = min(b.left for b in heads.values()), next(iter(heads.values())).top
    page.stops.add(top)
    figures: Figures = {}
    for r in range(top + 1, min(top + _REACH, page.height) + 1):
        when, at = next(((w, c) for c in range(1, first) if (w := _period(page.grid.value(r, c)))), (None, 0))
        if page.rows.get(r) and not when:
            break
        if when and (when, next(iter(heads))) not in figures:
            page.stops.add(r)
            for name, head in ((name, heads[name]) for name in ECONOMIC_COLUMNS if name in heads):
                said = page.said(head.top, head.left), page.said(r, at), _corner(page, top, first - 1)
                figures[when, name] = in_other_unit(page.across(r, head), *said)
    return figures


def _corner(page: Page, row: int, last: int) -> Said | None:
    """What names the unit for the whole table: left of its heads, in columns 1 to `last`, else in the row above."""
    left = [page.said(row, c) for c in range(last, 0, -1)]
    above = [page.said(row - 1, c) for c in range(1, page.width + 1)] if row > 1 and not page.rows.get(row - 1) else []
    return next(filter(None, (*left, *above)), None)


def _transposed(page: Page, heads: Mapping[str, Box]) -> Figures:
    top, left = min(b.top for b in heads.values()), max(b.right for b in heads.values())
    figures: Figures = {}
    for r in range(top - 1, max(top - 4, 0), -1):
        for c in range(left + 1, min(left + _REACH, page.width) + 1):
            when = _period(page.grid.value(r, c))
            if when and (when, next(iter(heads))) not in figures:
                page.stops |= {r, *(b.top for b in heads.values())}
                for name, box in heads.items():
                    said = page.said(box.top, box.left), page.said(r, c), _corner(page, r, left)
                    figures[when, name] = in_other_unit(page.across(box.top, page.box(r, c)), *said)
    return figures


def _period(value: object) -> str | None:
    return _period_of(value) if isinstance(value, str) and len(value) <= 40 else None


@lru_cache(maxsize=256)
def _period_of(text: str) -> str | None:
    key = fold(text)
    for name, when in _PERIODS:
        if key.startswith(name) and _SPAN.fullmatch(key[len(name) :]):
            return when
    return None


def find_team(pages: Iterable[Page]) -> list[dict[str, Typed]]:
    """The lines of the team list below its heads 姓名 性别 …, up to the next label; blank lines at the end dropped."""
    for page in pages:
        for r, words in page.words.items():
            heads = {name.field: page.box(r, c) for name, c in reversed(words) if name.kind == "member"}
            if "name" in heads and len(heads) >= 2:
                return _members(page, r, heads)
    return []


def _members(page: Page, top: int, heads: Mapping[str, Box]) -> list[dict[str, Typed]]:
    page.stops.add(top)
    first = min(box.left for box in heads.values())
    for found in list(page.rows.get(top, ())):
        if found.box.left > first:  # a column of the list that merely sounds like a label: 备注, 联系电话
            page.drop(top, found.box.left)
    others = [head for name, head in heads.items() if name != "name"]
    lines: list[dict[str, Typed]] = []
    for r in range(max(box.bottom for box in heads.values()) + 1, page.height + 1):
        box = page.box(r, heads["name"].left)
        if page.rows.get(r) or any(box.left <= head.left <= box.right for head in others):
            break  # the next label, or a line of text across the list
        if box.top < r:  # the second row of a member who was given two
            continue
        opening = next((v for v in page.grid.rows[r - 1] if v is not None and v != ""), None)
        if isinstance(opening, str) and is_note(opening):
            break
        lines.append({name: page.across(r, head) for name, head in heads.items()})
    while lines and all(typed.value is None for typed in lines[-1].values()):
        lines.pop()
    return lines
