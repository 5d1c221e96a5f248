"""Checks of one form (Annex 1).

A cell whose content other programs cannot see (F17) is never called blank as well: what stands in it is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from xlpy.cells import Month, name_key
from xlpy.checks.likeness import YUAN, in_wan, may_recommend, nearest, other_unit
from xlpy.checks.registry import check, date_text, form_flag
from xlpy.flags import Flag
from xlpy.layout import ECONOMIC_COLUMNS, OPINIONS, TEAM_COLUMNS, TEAM_NAMES, field_name
from xlpy.models import Form, Opinion, Value
from xlpy.notice import Notice

_TOLD_ELSEWHERE = ("investment", "filled_on", "completed", "credit_code", "phone")
_SALES_FACTOR = 10  # 销售额 is larger by nature: 10 亿 is usual for a large enterprise, 100 亿 is not


@check("form", "F01")
def required_blank(form: Form, notice: Notice) -> Iterator[Flag]:
    """F01 a required field is blank, “无” or unreadable, or its label is missing. Which are required is a setting.

    Unreadable amounts, months and dates have rules of their own. Of the bureau's own columns those are required that
    the form asks for.
    """
    unseen = _unseen(form)
    told_elsewhere = _TOLD_ELSEWHERE + notice.own_fields("number", "month")
    own = (column.field for column in notice.columns if column.required and column.source)
    for name in (*notice.form_required, *own):
        value = form.value_of(name)
        words = {"name": field_name(name), "problem": value.problem}
        if not value.cell and value.blank:
            yield form_flag("F01", "absent", form, value, name, **words)
        elif _empty(value, unseen):
            yield form_flag("F01", "blank", form, value, name, **words)
        elif value.nil:
            yield form_flag("F01", "nil", form, value, name, **words)
        elif value.problem and name not in told_elsewhere:
            yield form_flag("F01", "unreadable", form, value, name, **words)


@check("form", "F03")
def amount_unreadable(form: Form, notice: Notice) -> Iterator[Flag]:
    """F03 项目投资, a figure of the economic table, or a number that the bureau asks for cannot be read."""
    own = ((name, form.value_of(name)) for name in notice.own_fields("number"))
    for name, value in (*_amounts(form), *own):
        if value.problem:
            yield form_flag("F03", "unreadable", form, value, name, name=field_name(name), problem=value.problem)


@check("form", "F04")
def unit_mixed_up(form: Form, notice: Notice) -> Iterator[Flag]:
    """F04 an amount as large as if typed in 元, as small as if in 亿元, or ten thousand times its counterpart."""
    told = set()
    for name, value in _amounts(form):
        factor = _SALES_FACTOR if name.endswith(".sales") else 1
        if value.value is not None and (unit := other_unit(value.value, notice, factor)):
            told.add(name)
            yield form_flag("F04", unit, form, value, name, name=field_name(name), proposal=in_wan(value.value, unit))
    for column, (label, _) in ECONOMIC_COLUMNS.items():
        before, after = getattr(form.before, column), getattr(form.after, column)
        field = f"economics.after.{column}"
        if before.value and after.value and not {field, f"economics.before.{column}"} & told:
            small, large = sorted((abs(before.value), abs(after.value)))
            if large >= small * YUAN / 2:
                yield form_flag("F04", "jump", form, after, field, before=before.raw, after=after.raw, name=label)


@check("form", "F05")
def one_sided(form: Form, notice: Notice) -> Iterator[Flag]:
    """F05 an economic column has a number only before or only after (填表说明 3); / is not 0."""
    unseen = _unseen(form)
    for column, (label, _) in ECONOMIC_COLUMNS.items():
        before, after = getattr(form.before, column), getattr(form.after, column)
        if before.problem or after.problem or (before.value is None) == (after.value is None):
            continue
        when, there, missing = ("after", before, after) if after.value is None else ("before", after, before)
        if _place(missing) not in unseen:
            seen = there.raw + (f"，另一格写的是“{missing.raw}”" if missing.raw else "")
            yield form_flag("F05", when, form, missing, f"economics.{when}.{column}", name=label, seen=seen)


@check("form", "F06")
def nothing_improved(form: Form, notice: Notice) -> Iterator[Flag]:
    """F06 no figure is higher after than before (申报条件 2); only where every figure can be read in pairs."""
    pairs = [(getattr(form.before, c), getattr(form.after, c)) for c in ECONOMIC_COLUMNS]
    unseen = _unseen(form)
    if any(v.problem or _place(v) in unseen for pair in pairs for v in pair):
        return
    if any((b.value is None) != (a.value is None) for b, a in pairs):
        return
    filled = [(c, b, a) for c, (b, a) in zip(ECONOMIC_COLUMNS, pairs, strict=True) if a.value is not None]
    if filled and all(a.value <= b.value for _, b, a in filled):
        column, _, after = filled[0]
        yield form_flag("F06", "none", form, after, f"economics.after.{column}")


@check("form", "F07")
def team_too_large(form: Form, notice: Notice) -> Iterator[Flag]:
    """F07 more members than the notice allows (填表说明 5: at most 8)."""
    named = [member for member in form.team if not member.name.blank and not member.name.nil]
    if len(named) > notice.max_team:
        extra = named[notice.max_team]
        field = f"team.{extra.line}.name"
        yield form_flag("F07", "many", form, extra.name, field, count=len(named), most=notice.max_team)


@check("form", "F08")
def team_list_faulty(form: Form, notice: Notice) -> Iterator[Flag]:
    """F08 a gap, a person twice, or an incomplete line in the team list (填表说明 5: in order of contribution)."""
    filled = [m.line for m in form.team if any(not getattr(m, c).blank for c in TEAM_COLUMNS)]
    if not filled:
        yield form_flag("F08", "empty", form, Value[str](), "team", most=notice.max_team)
    first: dict[str, int] = {}
    unseen = _unseen(form)
    for member in form.team:
        field, name, line = f"team.{member.line}.name", member.name, member.line
        others = {c: getattr(member, c) for c in TEAM_COLUMNS if c != "name"}
        if name.blank or name.nil:
            nothing = all(v.blank or v.nil for v in others.values())
            if _place(name) not in unseen and (not nothing or any(line < n for n in filled)):
                yield form_flag("F08", "gap" if nothing else "nameless", form, name, field, line=line)
            continue
        if name.problem:
            yield form_flag("F08", "unreadable", form, name, field, line=line, problem=name.problem)
        elif (key := name_key(name.value or name.raw)) in first:
            yield form_flag("F08", "twice", form, name, field, first=first[key], line=line)
        else:
            first[key] = line
        if missing := [c for c, v in others.items() if v.cell and _empty(v, unseen)]:
            words = {"line": line, "person": name.raw, "missing": "、".join(TEAM_NAMES[c] for c in missing)}
            yield form_flag("F08", "incomplete", form, others[missing[0]], f"team.{line}.{missing[0]}", **words)


@check("form", "F09")
def filled_on_wrong(form: Form, notice: Notice) -> Iterator[Flag]:
    """F09 填报日期 is missing, unreadable, or after the deadline (三(二)4)."""
    filled = form.filled_on
    if filled.problem:
        yield form_flag("F09", "unreadable", form, filled, "filled_on", problem=filled.problem)
    elif filled.value is None:
        if _place(filled) not in _unseen(form):
            yield form_flag("F09", "missing", form, filled, "filled_on")
    elif filled.value > notice.deadline:
        words = {"day": date_text(filled.value), "deadline": date_text(notice.deadline)}
        yield form_flag("F09", "late", form, filled, "filled_on", **words)


@check("form", "F10")
def recommender_unknown(form: Form, notice: Notice) -> Iterator[Flag]:
    """F10 推荐单位 is neither a unit of the district nor, by its name, a 主管部门 (填表说明 6)."""
    text = form.recommender.value
    if text and not form.recommender.nil and not may_recommend(text, notice):
        proposal = nearest(text, "units", notice)
        variant = "near" if proposal else "unknown"
        yield form_flag("F10", variant, form, form.recommender, "recommender", proposal=proposal)


@check("form", "F11")
def opinion_unsigned(form: Form, notice: Notice) -> Iterator[Flag]:
    """F11 one of the three officers' opinions has no name or no date, or one that cannot be read."""
    unseen = _unseen(form)
    for who, (label, _) in OPINIONS.items():
        opinion: Opinion = getattr(form, who)
        name, day = opinion.signed_by, opinion.signed_on
        by, on = f"opinions.{who}.signed_by", f"opinions.{who}.signed_on"
        unsigned = name.nil or _empty(name, unseen)
        undated = day.nil or _empty(day, unseen)
        if unsigned and undated:
            yield form_flag("F11", "both", form, name, by, name=label)
        elif unsigned:
            yield form_flag("F11", "unsigned", form, name, by, name=label)
        elif undated:
            yield form_flag("F11", "undated", form, day, on, name=label)
        if name.problem:
            yield form_flag("F11", "unclear", form, name, by, name=label, problem=name.problem)
        if day.problem:
            yield form_flag("F11", "unreadable", form, day, on, name=label, problem=day.problem)


@check("form", "F12")
def recommendation_blank(form: Form, notice: Notice) -> Iterator[Flag]:
    """F12 推荐单位意见 is blank (三(二)3: 街镇出具推荐意见)."""
    value = form.recommendation
    if value.nil or _empty(value, _unseen(form)):
        yield form_flag("F12", "blank", form, value, "recommendation")


@check("form", "F13", "F14")
def credit_code_wrong(form: Form, notice: Notice) -> Iterator[Flag]:
    """F13 the code fails its check digit (GB 32100-2015); F14 it was issued outside this district."""
    code = form.credit_code
    if code.problem:
        yield form_flag("F13", "wrong", form, code, "credit_code", problem=code.problem)
    elif code.value and code.value[2:8] != notice.division_code:
        words = {"division": code.value[2:8], "expected": notice.division_code}
        yield form_flag("F14", "elsewhere", form, code, "credit_code", **words)


@check("form", "F15")
def phone_unreadable(form: Form, notice: Notice) -> Iterator[Flag]:
    """F15 the phone number cannot be one. A blank one is not asked for: Annex 1 has no such field."""
    if form.phone.problem:
        yield form_flag("F15", "unreadable", form, form.phone, "phone", problem=form.phone.problem)


@check("form", "F16")
def completed_too_recently(form: Form, notice: Notice) -> Iterator[Flag]:
    """F16 fewer than 12 months between 完成时间 and 填报日期 (填表说明 3), or 完成时间 is unreadable.

    An unreadable 完成时间 of a form has no rule of its own, nor has a month that the bureau asks for; they are told
    here, since R01 on the blank cell that they leave in the table would not say what the form holds.
    """
    for name in ("completed", *notice.own_fields("month")):
        month = form.value_of(name)
        if month.problem:
            yield form_flag("F16", "unreadable", form, month, name, name=field_name(name), problem=month.problem)
    done, filled = form.completed, form.filled_on.value
    if done.value and filled:
        months = done.value.months_until(Month(filled.year, filled.month))
        if months < notice.months_after_completion:
            words = {"completed": done.value, "filled": date_text(filled), "least": notice.months_after_completion}
            variant = "soon" if months >= 0 else "future"
            yield form_flag("F16", variant, form, done, "completed", months=months, **words)


@check("form", "T04")
def form_changed(form: Form, notice: Notice) -> Iterator[Flag]:
    """T04 the form is last year's, by its template's version or by what it prints, or names another unit than 万元."""
    for said in form.other_units:
        yield form_flag("T04", "unit" if said.value is not None else "money", form, said, "")
    seen = form.edition.value
    if seen and seen != notice.year:
        variant = "form" if seen < notice.year else "later"
        yield form_flag("T04", variant, form, form.edition, "", seen=seen, year=notice.year)


@check("form", "F17")
def content_invisible(form: Form, notice: Notice) -> Iterator[Flag]:
    """F17 a cell holds a formula without a stored value, or a WPS in-cell picture.

    Each cell that is a field of the form is told; cells that are none only once, with their number.
    """
    fields = {_place(value): name for name, value in _all_fields(form)}
    rest = []
    for value in form.valueless:
        if name := fields.get(_place(value)):
            yield form_flag("F17", "valueless", form, value, name, name=field_name(name))
        else:
            rest.append(value)
    if rest:
        yield form_flag("F17", "elsewhere", form, rest[0], "", count=len(rest))


def _unseen(form: Form) -> set[tuple[str, str]]:
    """The places whose content cannot be seen, so that nothing is known about it."""
    return {_place(value) for value in form.valueless}


def _place(value: Value[Any]) -> tuple[str, str]:
    return value.sheet, value.cell


def _empty(value: Value[Any], unseen: set[tuple[str, str]]) -> bool:
    """Whether nothing stands in the cell, as far as one can tell."""
    return value.blank and _place(value) not in unseen


def _amounts(form: Form) -> Iterator[tuple[str, Value[Decimal]]]:
    """Every amount of the form with its field name."""
    return ((name, value) for name, value in form.fields() if name == "investment" or name.startswith("economics."))


def _all_fields(form: Form) -> list[tuple[str, Value[Any]]]:
    """Every field with its name, those of the team included."""
    team = [(f"team.{m.line}.{column}", getattr(m, column)) for m in form.team for column in TEAM_COLUMNS]
    return [*form.fields(), *team]
