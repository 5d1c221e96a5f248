"""Checks of one row of the table (Annex 2)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xlpy.cells import Month
from xlpy.checks.likeness import in_wan, nearest, other_unit
from xlpy.checks.registry import check, date_text, row_flag
from xlpy.flags import Flag
from xlpy.layout import HEADER_OF
from xlpy.models import SummaryRow, SummaryTable, Value
from xlpy.notice import CODE_LISTS, Notice

_HIDDEN = re.compile(  # controls, zero-width and bidirectional signs, tags; line breaks are usual
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    "\ufffe\uffff\U000e0000-\U000e007f]"
)
_FORMULA = re.compile(
    r"[=@＝＠]|[+\-＋－](?![+\-＋－\d\s.,()]*$)"
)  # dashes mean none; signed numbers and phones are data
_LONGEST = 32_767
_TEXTS = ("project_name", "company", "level", "ownership", "size", "remarks")


@check("row", "R01")
def required_blank(row: SummaryRow, table: SummaryTable, notice: Notice) -> Iterator[Flag]:
    """R01 a required cell of the row is blank, or names 无. A column that is missing altogether is T04, not R01.

    无 in the other columns is for R03, R05 and R06 to tell.
    """
    for name in notice.required:
        if name not in table.columns:
            continue
        value = _value(row, name)
        if value.blank:
            yield row_flag("R01", "blank", table, row, name, name=HEADER_OF[name])
        elif value.nil and name in ("project_name", "company"):
            yield row_flag("R01", "nil", table, row, name, name=HEADER_OF[name])


@check("row", "R03")
def completed_unreadable(row: SummaryRow, table: SummaryTable, notice: Notice) -> Iterator[Flag]:
    """R03 完成时间 cannot be read as a month."""
    done = row.completed
    if done.problem:
        yield row_flag("R03", "unreadable", table, row, "completed", problem=done.problem)
    elif done.nil:
        yield row_flag("R03", "nil", table, row, "completed")


@check("row", "R04")
def completed_late(row: SummaryRow, table: SummaryTable, notice: Notice) -> Iterator[Flag]:
    """R04 完成时间 after the deadline (error), or under 12 months before it (warning; 填表说明 3)."""
    if (done := row.completed.value) is None:
        return
    months = done.months_until(Month(notice.deadline.year, notice.deadline.month))
    words = {"month": done, "deadline": date_text(notice.deadline), "least": notice.months_after_completion}
    if months < 0:
        yield row_flag("R04", "late", table, row, "completed", **words)
    elif months < notice.months_after_completion:
        yield row_flag("R04", "soon", table, row, "completed", **words)


@check("row", "R05")
def outside_the_list(row: SummaryRow, table: SummaryTable, notice: Notice) -> Iterator[Flag]:
    """R05 a value outside its code list; the nearest entry is proposed."""
    for name in ("level", "ownership", "size"):
        which = CODE_LISTS[name]
        text = _value(row, name).value
        if text and notice.label(which, text) is None:
            proposal = nearest(text, which, notice)
            words = {"name": HEADER_OF[name], "proposal": proposal, "choices": "、".join(notice.labels(which))}
            yield row_flag("R05", "near" if proposal else "unknown", table, row, name, **words)


@check("row", "R06")
def benefit_unreadable(row: SummaryRow, table: SummaryTable, notice: Notice) -> Iterator[Flag]:
    """R06 经济效益 is not a number in 万元; / and 无 are none either."""
    benefit = row.benefit
    if benefit.problem:
        yield row_flag("R06", "unreadable", table, row, "benefit", problem=benefit.problem)
    elif benefit.nil:
        yield row_flag("R06", "nil", table, row, "benefit")


@check("row", "R07")
def benefit_unit_mixed_up(row: SummaryRow, table: SummaryTable, notice: Notice) -> Iterator[Flag]:
    """R07 经济效益 as large as if typed in 元, or as small as if in 亿元."""
    amount = row.benefit.value
    if amount is not None and (variant := other_unit(amount, notice)):
        yield row_flag("R07", variant, table, row, "benefit", proposal=in_wan(amount, variant))


@check("row", "R08")
def text_unsafe(row: SummaryRow, table: SummaryTable, notice: Notice) -> Iterator[Flag]:
    """R08 text that a spreadsheet would run or has mangled: = + - @ first, invisible signs, #REF!, too long."""
    for name in _TEXTS:
        value = _value(row, name)
        raw = value.raw
        words = {"name": HEADER_OF[name]}
        if value.problem:
            yield row_flag("R08", "broken", table, row, name, problem=value.problem, **words)
        if _FORMULA.match(raw):
            yield row_flag("R08", "formula", table, row, name, first=raw[0], **words)
        if hidden := _HIDDEN.search(raw):
            yield row_flag("R08", "hidden", table, row, name, place=hidden.start() + 1, **words)
        if len(raw) > _LONGEST:
            yield row_flag("R08", "long", table, row, name, length=f"{len(raw):,}", **words)


def _value(row: SummaryRow, name: str) -> Value[str]:
    value: Value[str] = getattr(row, name)
    return value
