"""Checks of one form (Annex 1)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from xlpy.cells import Month, name_key
from xlpy.checks.registry import check, form_flag
from xlpy.flags import Flag
from xlpy.layout import ECONOMIC_COLUMNS, OPINIONS, TEAM_COLUMNS, TEAM_NAMES, field_name, fold
from xlpy.models import Form, Opinion, Value
from xlpy.notice import Notice

YUAN = Decimal(10_000)


@check("form", "F01")
def required_blank(form: Form, notice: Notice) -> Iterator[Flag]:
    """F01 a required field is blank, “无”, or its label is missing. Which are required is a setting."""
    for name in notice.form_required:
        value: Value[object] = getattr(form, name)
        variant = (
            "absent" if not value.cell and not value.raw else "blank" if value.blank else "nil" if value.nil else ""
        )
        if variant:
            yield form_flag("F01", variant, form, value, name, name=field_name(name))


@check("form", "F03")
def amount_unreadable(form: Form, notice: Notice) -> Iterator[Flag]:
    """F03 项目投资 or a figure of the economic table cannot be read as 万元."""
    for name, value in amounts(form):
        if value.problem:
            yield form_flag("F03", "unreadable", form, value, name, problem=value.problem)


@check("form", "F04")
def unit_mixed_up(form: Form, notice: Notice) -> Iterator[Flag]:
    """F04 an amount as large as if typed in 元, as small as if in 亿元, or ten thousand times its counterpart."""
    for name, value in amounts(form):
        if value.value is not None and (variant := suspicious(value.value, notice)):
            words = {"name": field_name(name), "proposal": in_wan(value.value, variant)}
            yield form_flag("F04", variant, form, value, name, **words)
    for column in ECONOMIC_COLUMNS:
        before, after = getattr(form.before, column), getattr(form.after, column)
        if (
            before.value
            and after.value
            and not suspicious(before.value, notice)
            and not suspicious(after.value, notice)
        ):
            small, large = sorted((abs(before.value), abs(after.value)))
            if large >= small * YUAN / 2:
                words = {"before": before.raw, "after": after.raw, "name": ECONOMIC_COLUMNS[column][0]}
                yield form_flag("F04", "jump", form, after, f"economics.after.{column}", **words)


@check("form", "F05")
def one_sided(form: Form, notice: Notice) -> Iterator[Flag]:
    """F05 an economic column has a number only before or only after (填表说明 3); / is not 0."""
    for column, (label, _) in ECONOMIC_COLUMNS.items():
        before, after = getattr(form.before, column), getattr(form.after, column)
        if before.problem or after.problem or (before.value is None) == (after.value is None):
            continue
        when, there, missing = ("after", before, after) if after.value is None else ("before", after, before)
        seen = there.raw + (f"，另一格写的是“{missing.raw}”" if missing.raw else "")
        yield form_flag("F05", when, form, missing, f"economics.{when}.{column}", name=label, seen=seen)


@check("form", "F06")
def nothing_improved(form: Form, notice: Notice) -> Iterator[Flag]:
    """F06 no figure is higher after than before (申报条件 2); only where every figure can be read in pairs."""
    pairs = [(getattr(form.before, c), getattr(form.after, c)) for c in ECONOMIC_COLUMNS]
    if any(v.problem for pair in pairs for v in pair) or any((b.value is None) != (a.value is None) for b, a in pairs):
        return
    filled = [(b, a) for b, a in pairs if a.value is not None]
    if filled and all(a.value <= b.value for b, a in filled):
        yield form_flag("F06", "none", form, filled[0][1], "economics")


@check("form", "F07")
def team_too_large(form: Form, notice: Notice) -> Iterator[Flag]:
    """F07 more members than the notice allows (填表说明 5: at most 8)."""
    named = [member for member in form.team if not member.name.blank]
    if len(named) > notice.max_team:
        extra = named[notice.max_team]
        field = f"team.{extra.line}.name"
        yield form_flag("F07", "many", form, extra.name, field, count=len(named), most=notice.max_team)


@check("form", "F08")
def team_list_faulty(form: Form, notice: Notice) -> Iterator[Flag]:
    """F08 a gap, a person twice, or an incomplete line in the team list (填表说明 5: in order of contribution)."""
    if not form.team:
        yield form_flag("F08", "empty", form, Value[str](), "team", most=notice.max_team)
    first: dict[str, int] = {}
    for member in form.team:
        field, name = f"team.{member.line}.name", member.name
        others = {c: getattr(member, c) for c in TEAM_COLUMNS if c != "name"}
        if name.blank:
            variant = "gap" if all(v.blank for v in others.values()) else "nameless"
            yield form_flag("F08", variant, form, name, field, line=member.line)
            continue
        if name.problem:
            yield form_flag("F08", "unreadable", form, name, field, problem=name.problem)
            continue
        key = name_key(name.value or "")
        if key in first:
            yield form_flag("F08", "twice", form, name, field, first=first[key], line=member.line)
        first.setdefault(key, member.line)
        missing = [c for c, v in others.items() if v.blank and v.cell]
        if missing:
            words = {"line": member.line, "person": name.raw, "missing": "、".join(TEAM_NAMES[c] for c in missing)}
            yield form_flag("F08", "incomplete", form, others[missing[0]], f"team.{member.line}.{missing[0]}", **words)


@check("form", "F09")
def filled_on_wrong(form: Form, notice: Notice) -> Iterator[Flag]:
    """F09 填报日期 is missing, unreadable, or after the deadline (三(二)4)."""
    filled = form.filled_on
    if filled.problem:
        yield form_flag("F09", "unreadable", form, filled, "filled_on", problem=filled.problem)
    elif filled.value is None:
        yield form_flag("F09", "missing", form, filled, "filled_on")
    elif filled.value > notice.deadline:
        yield form_flag("F09", "late", form, filled, "filled_on", day=filled.value, deadline=notice.deadline)


@check("form", "F10")
def recommender_unknown(form: Form, notice: Notice) -> Iterator[Flag]:
    """F10 推荐单位 is none of the district's units; 主管部门 recommend too (填表说明 6), so this only warns."""
    text = form.recommender.value
    if text and not form.recommender.nil and notice.label("units", text) is None:
        proposal = nearest(text, notice.labels("units"))
        yield form_flag(
            "F10", "near" if proposal else "unknown", form, form.recommender, "recommender", proposal=proposal
        )


@check("form", "F11")
def opinion_unsigned(form: Form, notice: Notice) -> Iterator[Flag]:
    """F11 one of the three officers' opinions has no name or no date."""
    for who, (label, _) in OPINIONS.items():
        opinion: Opinion = getattr(form, who)
        name, day = opinion.signed_by, opinion.signed_on
        if day.problem:
            yield form_flag(
                "F11", "unreadable", form, day, f"opinions.{who}.signed_on", name=label, problem=day.problem
            )
        if name.blank and day.blank:
            yield form_flag("F11", "both", form, name, f"opinions.{who}.signed_by", name=label)
        elif name.blank:
            yield form_flag("F11", "unsigned", form, name, f"opinions.{who}.signed_by", name=label)
        elif day.blank:
            yield form_flag("F11", "undated", form, day, f"opinions.{who}.signed_on", name=label)


@check("form", "F12")
def recommendation_blank(form: Form, notice: Notice) -> Iterator[Flag]:
    """F12 推荐单位意见 is blank (三(二)3: 街镇出具推荐意见)."""
    if form.recommendation.blank:
        yield form_flag("F12", "blank", form, form.recommendation, "recommendation")


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
    """F15 the phone number cannot be one."""
    if form.phone.problem:
        yield form_flag("F15", "unreadable", form, form.phone, "phone", problem=form.phone.problem)


@check("form", "F16")
def completed_too_recently(form: Form, notice: Notice) -> Iterator[Flag]:
    """F16 fewer than 12 months between 完成时间 and 填报日期 (填表说明 3), or 完成时间 is unreadable.

    An unreadable 完成时间 of a form has no rule of its own; it is told here, since R01 on the blank cell that it
    leaves in the table would not say what the form holds.
    """
    done, filled = form.completed, form.filled_on.value
    if done.problem:
        yield form_flag("F16", "unreadable", form, done, "completed", problem=done.problem)
    elif done.value and filled:
        months = done.value.months_until(Month(filled.year, filled.month))
        if months < notice.months_after_completion:
            words = {"months": max(months, 0), "least": notice.months_after_completion}
            yield form_flag("F16", "soon", form, done, "completed", completed=done.value, filled=filled, **words)


@check("form", "F17")
def content_invisible(form: Form, notice: Notice) -> Iterator[Flag]:
    """F17 a cell holds a formula without a stored value, or a WPS in-cell picture."""
    for value in form.valueless:
        yield form_flag("F17", "valueless", form, value, "")


def amounts(form: Form) -> Iterator[tuple[str, Value[Decimal]]]:
    """Every amount of the form with its field name."""
    yield "investment", form.investment
    for when in ("before", "after"):
        for column in ECONOMIC_COLUMNS:
            yield f"economics.{when}.{column}", getattr(getattr(form, when), column)


def suspicious(amount: Decimal, notice: Notice) -> str:
    """Why 万元 is probably not the unit: "yuan", "tiny", or "" if it may be. The limit for 元 is a setting."""
    if abs(amount) >= notice.likely_yuan:
        return "yuan"
    return "tiny" if 0 < abs(amount) < Decimal("0.01") else ""


def in_wan(amount: Decimal, variant: str) -> str:
    """The amount in 万元 if the suspicion is right, without needless zeros."""
    return f"{(amount / YUAN if variant == 'yuan' else amount * YUAN).normalize():f}"


def nearest(text: str, labels: list[str]) -> str:
    """The label most like `text`, "" if none is."""
    from difflib import get_close_matches

    by_key = {fold(label): label for label in labels}
    found = get_close_matches(fold(text), by_key, n=1, cutoff=0.6)
    return by_key[found[0]] if found else ""
