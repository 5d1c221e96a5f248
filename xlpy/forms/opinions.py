"""A signed opinion of the form: its text, who signed and when; in one cell or several, side by side or not. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import NamedTuple

from xlpy.forms.places import Found, Page, Typed
from xlpy.grids import Scalar
from xlpy.labels import Lexicon, before_date, is_date, is_hint, lines, written
from xlpy.layout import SIGNED_BY, SIGNED_ON

_DEPTH = 20  # rows that an opinion takes at most
_SIGN: Lexicon[str] = Lexicon(
    dict.fromkeys((SIGNED_BY[0], *SIGNED_BY[1]), "by") | dict.fromkeys((SIGNED_ON[0], *SIGNED_ON[1]), "on"),
    loose={"by"},
)
_BROKEN = re.compile(r"(?<!\s)\s+(?=[(（]\s*签)")  # 负责人⏎(签字), as narrow columns print it


class Signed(NamedTuple):
    """The parts of an opinion; None for a signature or a date that the form has no place for."""

    text: Typed
    by: Typed | None = None
    on: Typed | None = None


class _Area(NamedTuple):
    """The cells that belong to an opinion: from its label to the next one, below and to the right."""

    page: Page
    top: int
    left: int
    bottom: int
    right: int

    def cells(self) -> Iterator[tuple[int, int, Scalar]]:
        for r, row in enumerate(self.page.grid.rows[self.top - 1 : self.bottom], self.top):
            for c, value in enumerate(row[self.left - 1 : self.right], self.left):
                if value is not None and value != "":
                    yield r, c, value

    def free(self, r: int, c: int) -> bool:
        """Whether one can type there."""
        if r > self.bottom or c > self.right:
            return False
        box = self.page.box(r, c)
        return self.page.grid.value(box.top, box.left) is None

    def beside(self, label: Typed) -> Typed:
        """Where to type what a label without value asks for: in the next cell, if that is free."""
        c = self.page.box(label.row, label.column).right + 1
        return label._replace(column=c) if label.value is None and self.free(label.row, c) else label


def read_opinion(found: Found) -> Signed:
    """The opinion under a label. Underlines, (盖章) and 年 月 日 that nobody filled in are nothing."""
    page, area = found.page, _area(found)
    own = Typed(page, found.box.top, found.box.left)
    texts: list[tuple[str, Typed]] = []
    by: Typed | None = None
    on: Typed | None = None
    on_line = False  # the date is to be typed over 年 月 日
    waiting: tuple[str, int] | None = None  # a label for a signature or date whose value may stand in the next cell
    for r, c, raw in area.cells():
        here = Typed(page, r, c)
        if isinstance(raw, dt.date):
            on = on if on and on.value else here._replace(raw=raw, value=raw)
            continue
        text = found.rest if (r, c) == (own.row, own.column) else str(raw)
        for line in lines(_BROKEN.sub("", text.replace("_", " ").replace("＿", " "))):
            for label, rest in _parts(line):
                rest, day = _without_day(rest)
                blank_day = not day and not rest and "年" in line
                if day:
                    on = on if on and on.value else here._replace(raw=day, value=day)
                elif (blank_day or label == "on") and on is None:
                    on, on_line = here, blank_day
                if label == "on":
                    waiting = "on", r
                elif label == "by":
                    if by is None or by.value is None:
                        by = here._replace(raw=rest or None, value=rest or None)
                    waiting = None if rest else ("by", r)
                elif rest and waiting == ("by", r) and by and by.column != c:
                    by, waiting = here._replace(raw=rest, value=rest), None
                elif rest and by and by.row < r and on is None and len(rest) < 16 and any(ch.isdigit() for ch in rest):
                    on = here._replace(raw=rest, value=rest)  # below the signature: a date that is no day, 9月1日
                elif rest and not is_hint(rest):
                    texts.append((rest, here))
    words = _joined(texts) if texts else _place_to_type(own, found, area)
    return Signed(words, by and area.beside(by), on and (on if on_line else area.beside(on)))


def _area(found: Found) -> _Area:
    page, box = found.page, found.box
    row = sorted(f.box.left for f in page.rows[box.top])
    after = [left for left in row if left > box.right]
    before = [left for left in row if left < box.left]
    if after:
        right = after[0] - 1
    elif before and found.name.kind == "opinion" and box.left > box.right - (box.left - before[-1]):
        right = max(box.right, box.left + (box.left - before[-1]) - 1)  # the last of several side by side
    else:
        right = page.width
    bottom = min(page.height, box.top + _DEPTH)
    for r in range(box.top + 1, bottom + 1):
        if any(f.box.left <= right for f in page.rows.get(r, ())):
            bottom = r - 1
            break
    return _Area(page, box.top, box.left, bottom, right)


def _parts(line: str) -> list[tuple[str | None, str]]:
    """负责人(签字)：张三 日期：2023.9.1 → (by, 张三), (on, 2023.9.1)."""
    hit = _SIGN.at(line)
    if not hit and ":" not in line and "：" not in line:
        return [(None, written(line))]
    pieces = _SIGN.split(line[hit[1] :] if hit else line)
    parts = [(hit[0] if hit else None, pieces[0].rest)] + [(p.label, p.rest) for p in pieces[1:]]
    return [(label, written(rest)) for label, rest in parts if label or rest.strip()]


def _without_day(text: str) -> tuple[str, str]:
    if is_date(text):
        return "", text
    rest, day = before_date(text)
    separated = len(rest) + len(day) < len(text.rstrip())
    return (rest, day) if day and separated else (text, "")


def _joined(texts: list[tuple[str, Typed]]) -> Typed:
    text = "\n".join(t for t, _ in texts)
    return texts[0][1]._replace(raw=text, value=text)


def _place_to_type(own: Typed, found: Found, area: _Area) -> Typed:
    beside, below = found.box.right + 1, found.box.bottom + 1
    if area.free(own.row, beside):
        return own._replace(column=beside)
    if area.free(below, own.column):
        return own._replace(row=below)
    return own
