"""The row of Annex 2 that a form gives: what is pulled, and what the cross checks compare with.

The notice has no formula for 经济效益. Here it is Σ weight × (攻关后 − 攻关前) over 利润, 节能降耗, 创汇节汇 and 其他
(12 months each, 万元); the weights are settings, 销售额 has weight 0 because profit is part of it.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from math import isclose
from typing import Any

from xlpy.cells import name_key
from xlpy.layout import ECONOMIC_COLUMNS
from xlpy.models import Form, Value
from xlpy.notice import Notice

CENT = Decimal("0.01")


def benefit(form: Form, notice: Notice) -> Decimal | None:
    """经济效益 in 万元 to the cent, or None where a figure that counts is unreadable, one-sided, or all are blank."""
    total, any_pair = Decimal(0), False
    for name in ECONOMIC_COLUMNS:
        before, after = getattr(form.before, name), getattr(form.after, name)
        weight = notice.weights[name]
        if not weight or (before.value is None and after.value is None and not (before.problem or after.problem)):
            continue
        if before.value is None or after.value is None:
            return None
        total += weight * (after.value - before.value)
        any_pair = True
    return total.quantize(CENT, ROUND_HALF_UP) if any_pair else None


def benefit_place(form: Form) -> Value[Decimal]:
    """The cell that stands for 经济效益 in the form: 攻关后 of the first figure that is filled in (利润 first)."""
    for name in ("profit", "saving", "forex", "other", "sales"):
        value: Value[Decimal] = getattr(form.after, name)
        if not value.blank:
            return value
    return form.after.profit


def row_of(form: Form, notice: Notice) -> dict[str, Value[str] | Value[Decimal]]:
    """Field → the text or 万元 that Annex 2 should show for this form, with the form's cell as its place.

    The fields are `notice.pulled_fields`. A blank or unreadable one has the value None: it stays for the clerk. A code
    (企业性质 …) that is exactly an alias becomes the list's label; anything longer, such as 国际先进水平（2020年代）,
    keeps its words (填表说明 2).
    """
    place = benefit_place(form)
    row: dict[str, Value[str] | Value[Decimal]] = {
        "project_name": form.project_name,
        "company": form.applicant,
        "benefit": Value[Decimal](value=benefit(form, notice), raw=place.raw, sheet=place.sheet, cell=place.cell),
    }
    return {name: row.get(name) or _in_cell(name, form.value_of(name), notice) for name in notice.pulled_fields}


def _in_cell(name: str, value: Value[Any], notice: Notice) -> Value[str] | Value[Decimal]:
    """A field of the form as Annex 2 has it: a month as text, an alias as its label, an amount as it is."""
    if value.value is None or isinstance(value.value, Decimal):
        return value
    text = str(value.value)
    if which := notice.code_lists.get(name):
        text = notice.exact_label(which, text) or text
    return Value[str](value=text, raw=value.raw, problem=value.problem, sheet=value.sheet, cell=value.cell)


def agrees(field: str, row_value: Value[Any], form_value: Value[Any], notice: Notice) -> bool:
    """Whether a cell of Annex 2 says the same as its form: names, months, codes and amounts compare by meaning."""
    one, other = row_value.value, form_value.value
    if one is None or other is None:
        return one is other
    if field == "benefit":
        return Decimal(one).quantize(CENT) == Decimal(other).quantize(CENT)
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return isclose(one, other)  # a sheet has 15 digits
    if which := notice.code_lists.get(field):
        labels = notice.label(which, str(one)), notice.label(which, str(other))
        if all(labels):
            return labels[0] == labels[1]
    return name_key(str(one)) == name_key(str(other))
