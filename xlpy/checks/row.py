"""Checks of one row of the table (Annex 2)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xlpy.cells import Month
from xlpy.checks.likeness import in_wan, nearest, other_unit
from xlpy.checks.registry import check, date_text, row_flag
from xlpy.flags import Flag
from xlpy.layout import field_name
from xlpy.models import SummaryRow, SummaryTable
from xlpy.notice import Notice

_HIDDEN = re.compile(  # controls, zero-width and bidirectional signs, tags; line breaks are usual
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    "\ufffe\uffff\U000e0000-\U000e007f]"
)
_FORMULA = re.compile(
    r"[=@＝＠]|[+\-＋－](?![+\-＋－\d\s.,()]*$)"
)  # dashes mean none; signed numbers and phones are data
_LONGEST = 32_767
_NAMES = ("project_name", "company")
_LISTED = ("level", "ownership", "size")
_UNIT = re.compile(r"[(（]万元[)）]$")


@check("row", "R01")
def required_blank(row: SummaryRow, table: SummaryTable, notice: Notice) -> Iterator[Flag]:
    """R01 a required cell of the row is blank, or names 无. A column that is missing altogether is T04, not R01.

    无 in months, amounts and lists is for R03, R05 and R06 to tell.
    """
    for name in notice.required_fields:
        if name not in table.columns:
            continue
        value = row.value_of(name)
        if value.blank and value.cell in table.valueless:
            continue  # F17 tells that something is there
        if value.blank:
            yield row_flag("R01", "blank", table, row, name, name=field_name(name))
        elif value.nil and name in (*_NAMES, *notice.own_fields("text")):
            yield row_flag("R01", "nil", table, row, name, name=field_name(name))


@check("row", "F17")
def content_invisible(row: SummaryRow, table: SummaryTable, notice: Notice) -> Iterator[Flag]:
    """F17 a cell of the row holds a formula without a stored value, or a WPS in-cell picture."""
    for name in table.columns if table.valueless else ():
        value = row.value_of(name)
        if value.blank and value.cell in table.valueless:
            yield row_flag("F17", "row", table, row, name, name=field_name(name))


@check("row", "R03")
def month_unreadable(row: SummaryRow, table: SummaryTable, notice: Notice) -> Iterator[Flag]:
    """R03 完成时间, or a month in a column of the bureau's own, cannot be read; 无 is none where one is required."""
    for name in ("completed", *notice.own_fields("month")):
        value = row.value_of(name)
        if value.problem:
            yield row_flag("R03", "unreadable", table, row, name, name=field_name(name), problem=value.problem)
        elif value.nil and name in notice.required_fields:
            yield row_flag("R03", "nil", table, row, name, name=field_name(name))


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
    """R05 a value outside its code list; the nearest entry is proposed. 无 is outside where an answer is required."""
    for name in (*_LISTED, *notice.own_fields("list")):
        value, which = row.value_of(name), notice.code_lists.get(name)
        if not which or (value.nil and name not in notice.required_fields):
            continue
        if value.value and notice.label(which, value.value) is None:
            proposal = nearest(value.value, which, notice)
            words = {"name": field_name(name), "proposal": proposal, "choices": "、".join(notice.labels(which))}
            yield row_flag("R05", "near" if proposal else "unknown", table, row, name, **words)


@check("row", "R06")
def amount_unreadable(row: SummaryRow, table: SummaryTable, notice: Notice) -> Iterator[Flag]:
    """R06 经济效益, or a number in a column of the bureau's own, is none; nor is 无 where one is required."""
    for name in ("benefit", *notice.own_fields("number")):
        value, words = row.value_of(name), _UNIT.sub("", field_name(name))
        if value.problem:
            yield row_flag("R06", "unreadable", table, row, name, name=words, problem=value.problem)
        elif value.nil and name in notice.required_fields:
            yield row_flag("R06", "nil", table, row, name, name=words)


@check("row", "R07")
def benefit_unit_mixed_up(row: SummaryRow, table: SummaryTable, notice: Notice) -> Iterator[Flag]:
    """R07 经济效益 as large as if typed in 元, or as small as if in 亿元."""
    amount = row.benefit.value
    if amount is not None and (variant := other_unit(amount, notice)):
        yield row_flag("R07", variant, table, row, "benefit", proposal=in_wan(amount, variant))


@check("row", "R08")
def text_unsafe(row: SummaryRow, table: SummaryTable, notice: Notice) -> Iterator[Flag]:
    """R08 text that a spreadsheet would run or has mangled: = + - @ first, invisible signs, #REF!, too long."""
    for name in (*_NAMES, *_LISTED, "remarks", *notice.own_fields("text", "list")):
        value = row.value_of(name)
        raw = value.raw
        words = {"name": field_name(name)}
        if value.problem:
            yield row_flag("R08", "broken", table, row, name, problem=value.problem, **words)
        if _FORMULA.match(raw):
            yield row_flag("R08", "formula", table, row, name, first=raw[0], **words)
        if hidden := _HIDDEN.search(raw):
            yield row_flag("R08", "hidden", table, row, name, place=hidden.start() + 1, **words)
        if len(raw) > _LONGEST:
            yield row_flag("R08", "long", table, row, name, length=f"{len(raw):,}", **words)
