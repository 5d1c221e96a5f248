"""Labels on a sheet and the cell that holds, or is to hold, the value of each. Pure.

The value stands behind the label in its own cell, to the right of the label's merged box, or below it where the label
spans the form's width or stands in a row of headings. A cell that is a label itself is never a value.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from xlpy.grids import Box, Scalar, SheetGrid
from xlpy.labels import Lexicon, content, is_hint, is_note, written
from xlpy.layout import fold
from xlpy.money_units import Unit, is_other, named_unit, unit_alone

_CLEARLY_TEXT = 12  # characters from which on a text is taken for content where it might be an unknown label


class Name(NamedTuple):
    """What a label names. `kind`: value, opinion, team (heading), member, figure, number, signed."""

    kind: str
    field: str


BLOCKS = frozenset({"value", "opinion", "team"})  # labels that end whatever stands before them


class Found(NamedTuple):
    """A label on a sheet: its box, and what follows it in its own cell, up to the next label."""

    name: Name
    page: Page
    box: Box
    rest: str


class Said(NamedTuple):
    """A text that names a unit of money, and the unit."""

    page: Page
    row: int
    column: int
    text: str
    unit: Unit


class Typed(NamedTuple):
    """A value's cell: `raw` as it stands there (or the part that is the value), `value` without underlines and stamps.

    `value` is None where nothing was typed; the address is then where to type. `said` is what names the unit of an
    amount that is not in 万元.
    """

    page: Page
    row: int
    column: int
    raw: Scalar = None
    value: Scalar = None
    said: Said | None = None

    @property
    def address(self) -> str:
        return self.page.grid.address(self.row, self.column)


@dataclass(slots=True, eq=False)
class Page:
    """A sheet with the labels of `lexicon` found on it, in one pass.

    labels   (row, column) → the block labels in that cell
    rows     row → its block labels, left to right
    words    row → (name, column) of the heads of the team list and of the economic table
    stops    rows that belong to a table inside the form
    """

    grid: SheetGrid
    lexicon: Lexicon[Name]
    width: int = 0
    height: int = 0
    labels: dict[tuple[int, int], list[Found]] = field(default_factory=dict)
    rows: dict[int, list[Found]] = field(default_factory=lambda: defaultdict(list))
    words: dict[int, list[tuple[Name, int]]] = field(default_factory=lambda: defaultdict(list))
    stops: set[int] = field(default_factory=set)
    _boxes: dict[tuple[int, int], Box] = field(default_factory=dict)

    def __post_init__(self) -> None:
        merges = self.grid.merges
        self._boxes = {(m.top, m.left): m for m in merges}
        self.height = self.grid.height
        look = self.lexicon.at
        for r, row in enumerate(self.grid.rows, 1):
            for c, value in enumerate(row, 1):
                if value is None or value == "":
                    continue
                if c > self.width:
                    self.width = c
                if type(value) is str and (hit := look(value)):
                    self._note(r, c, value, hit)
        self.width = max([self.width, *(m.right for m in merges if m.top <= self.height and m.right < 256)])

    def _note(self, r: int, c: int, text: str, hit: tuple[Name, int]) -> None:
        name, end = hit
        if name.kind not in BLOCKS:
            if not written(text[end:]):
                self.words[r].append((name, c))
            return
        rest = text[end:]
        if name.field in LONG or not rest:
            self.add(name, r, c, rest)
            return
        first, *others = self.lexicon.split(rest, lambda other: other.kind in BLOCKS)
        here = {name: first.rest}
        for piece in others:
            if piece.label:
                here.setdefault(piece.label, piece.rest)
        for label, text in here.items():
            self.add(label, r, c, text)

    def add(self, name: Name, r: int, c: int, rest: str) -> None:
        """Take a label into account."""
        found = Found(name, self, self.box(r, c), rest)
        self.labels.setdefault((r, c), []).append(found)
        self.rows[r].append(found)

    def drop(self, r: int, c: int) -> None:
        """Take the text of a cell for content, whatever it begins with."""
        if self.labels.pop((r, c), None):
            self.rows[r] = [f for f in self.rows[r] if f.box.left != c]

    def found(self) -> Iterator[Found]:
        for here in self.labels.values():
            yield from here

    def box(self, r: int, c: int) -> Box:
        """The merged range that covers a cell, or the cell itself."""
        box = self._boxes.get((r, c))
        return box or (Box(r, c, r, c) if self.grid.value(r, c) is not None else self.grid.box(r, c))

    def across(self, r: int, head: Box) -> Typed:
        """What was typed into a row below a heading that may span several columns."""
        typed = self.cell(r, head.left)
        if typed.value is None and typed.column == head.left:
            for c in range(head.left + 1, head.right + 1):
                if (other := self.cell(r, c)).value is not None:
                    return other
        return typed

    def said(self, r: int, c: int, behind: str = "") -> Said | None:
        """The unit of money that a cell names, be it 万元; of a label, what comes before the value `behind` it."""
        value = self.grid.value(r, c)
        if not isinstance(value, str):
            return None
        text = value[: value.rfind(behind)] if behind else value
        unit = named_unit(text) or unit_alone(text)
        return Said(self, r, c, text.strip(), unit) if unit else None

    # --- the value of a label ---------------------------------------------------------------------------------

    def value_of(self, found: Found, needs_digit: bool = False) -> Typed:
        """What was typed for a label, or where it is to be typed. `needs_digit`: a date or month is expected."""
        box, long = found.box, found.name.field in LONG
        if found.rest:
            inline = content(found.rest.replace("_", "") if needs_digit else found.rest)
            if inline is not None:
                return Typed(self, box.top, box.left, inline, inline)
        right = self._right(box)
        heading = self._is_heading(box, right)
        if right and not heading:
            typed = self.cell(*right)
            if typed.value is not None:
                if long and box.bottom > box.top:
                    return self._down(typed, box.bottom)
                return self._parts_of_day(typed) if needs_digit else typed
        below = self._below(found, right, heading)
        if below and not (needs_digit and not _has_digit(below.value)):
            return self._down(below, self.height) if long and not heading and not right else below
        if found.rest.strip() and not is_hint(found.rest):  # an underline to write on
            return Typed(self, box.top, box.left)
        return self._place_to_type(found, right, heading)

    def _right(self, box: Box) -> tuple[int, int] | None:
        """The cell beyond a label's box, None where the form ends there."""
        if box.right >= self.width and (self.grid.word or box.right > box.left):
            return None
        return box.top, box.right + 1

    def _is_heading(self, box: Box, right: tuple[int, int] | None) -> bool:
        """Whether a label stands in a row of headings: next to another label rather than next to its value."""
        if right in self.labels:
            return True
        before = any(f.box.right == box.left - 1 and not f.rest.strip() for f in self.rows[box.top])
        return before and (right is None or self.grid.value(*right) is None)

    def _below(self, found: Found, right: tuple[int, int] | None, heading: bool) -> Typed | None:
        box, long = found.box, found.name.field in LONG
        r, c = box.bottom + 1, box.left
        if (r, c) in self.labels or r in self.stops or not (heading or long or (right is None and self.width > 1)):
            return None
        typed = self.cell(r, c)
        if typed.value is None or is_note(str(typed.value)) or (not long and not heading and not self.grid.merges):
            return None
        if right and not heading and self.box(r, c).right <= box.right:
            text = str(typed.value)
            if len(text) < _CLEARLY_TEXT or text.endswith((":", "：")):
                return None
        return typed

    def _place_to_type(self, found: Found, right: tuple[int, int] | None, heading: bool) -> Typed:
        below = found.box.bottom + 1, found.box.left
        room = below not in self.labels and below[0] not in self.stops and below[0] <= self._bottom()
        room = room and self.grid.value(*below) is None
        wider = room and self.box(*below).right > found.box.right
        if room and (heading or (found.name.field in LONG and (right is None or wider) and not self.grid.word)):
            return Typed(self, *below)
        if right and right not in self.labels:
            return Typed(self, *self.box(*right)[:2])
        return Typed(self, *found.box[:2])

    def _bottom(self) -> int:
        return max(self.height, max((m.bottom for m in self.grid.merges), default=0))

    def cell(self, r: int, c: int) -> Typed:
        """What was typed into a cell, or into the merged range that covers it; a label is not typed."""
        raw = self.grid.value(r, c)
        if raw is None:
            r, c, _, _ = self.box(r, c)
            raw = self.grid.value(r, c)
        if raw is None or (r, c) in self.labels:
            return Typed(self, r, c)
        return Typed(self, r, c, raw, content(raw))

    def _down(self, typed: Typed, last: int) -> Typed:
        """A long text that was typed into several rows, as one; it ends at a blank row or at the next label."""
        texts, r = [], typed.row
        while r <= last and r not in self.stops and (r, typed.column) not in self.labels:
            value = content(self.grid.value(r, typed.column))
            if value is None or (r > typed.row and any(self.rows[r])):
                break
            texts.append(value)
            r = self.box(r, typed.column).bottom + 1
        if len(texts) < 2:
            return typed
        joined = "\n".join(map(str, texts))
        return typed._replace(raw=joined, value=joined)

    def _parts_of_day(self, typed: Typed) -> Typed:
        """2023 | 年 | 9 | 月 | 1 | 日 in cells of their own, as one."""
        if str(self.grid.value(typed.row, typed.column + 1)).strip() != "年":
            return typed
        parts = []
        for c in range(typed.column, typed.column + 6):
            value = self.grid.value(typed.row, c)
            if value is not None and (typed.row, c) not in self.labels:
                parts.append(f"{value:g}" if isinstance(value, float) else str(value).strip())
        joined = "".join(parts)
        return typed._replace(raw=joined, value=joined)


def in_other_unit(typed: Typed, *said: Said | None) -> Typed:
    """An amount with what names its unit, the surest first, where that is not 万元."""
    nearest = next(filter(None, said), None)
    return typed._replace(said=nearest) if nearest and is_other(nearest.unit) else typed


LONG = frozenset(
    {"background", "goal", "quality_level", "innovation", "results", "recommendation", "remarks"}
    | {"technical", "finance", "head"}
)


def _has_digit(value: Scalar) -> bool:
    return not isinstance(value, str) or any(c.isdigit() for c in fold(value))
