"""Checks of the table against the forms. What belongs together is found by `xlpy.matching`."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from xlpy.catalogue import CATALOGUE
from xlpy.cells import show
from xlpy.checks.registry import check, row_flag
from xlpy.flags import Flag, make_flag
from xlpy.layout import PULLED_FIELDS
from xlpy.matching import Matching
from xlpy.models import Form, SummaryTable, Value
from xlpy.notice import Notice
from xlpy.rows import agrees, row_of


@check("cross", "X01", "X04")
def row_differs_from_form(matching: Matching, table: SummaryTable, notice: Notice) -> Iterator[Flag]:
    """X01 a cell says something else than its form; X04 经济效益 is not what the form's figures give.

    A field that the form leaves blank or unreadable is compared with nothing. X04's tolerance is the larger of
    the notice's 万元 and percent.
    """
    for row, form in matching.pairs:
        expected = row_of(form, notice)
        for name in PULLED_FIELDS:
            cell, source = getattr(row, name), expected[name]
            if name not in table.columns or source.value is None or agrees(name, cell, source, notice):
                continue
            words = {"source": _place(form, source), "other": _shown(source.value)}
            if name != "benefit":
                yield row_flag("X01", "differs", table, row, name, **{"value": cell.raw or "空", **words})
            elif cell.value is not None and not _near(cell.value, Decimal(source.value), notice):
                yield row_flag("X04", "differs", table, row, name, **words)


@check("cross", "X02")
def row_without_form(matching: Matching, table: SummaryTable, notice: Notice) -> Iterator[Flag]:
    """X02 a row whose form is not in the folder."""
    for row in matching.rows_without_form:
        yield row_flag("X02", "none", table, row, "project_name", project=row.project_name.raw)


@check("cross", "X03")
def form_without_row(matching: Matching, table: SummaryTable, notice: Notice) -> Iterator[Flag]:
    """X03 a form that no row of the table stands for."""
    for form in matching.forms_without_row:
        yield _on_form("X03", "none", form, project=form.project_name.raw, company=form.applicant.raw)


@check("cross", "X05")
def several_versions(matching: Matching, table: SummaryTable, notice: Notice) -> Iterator[Flag]:
    """X05 several files for one project of one enterprise: which one counts, and which do not."""
    for versions in matching.versions:
        others = "、".join(form.file for form in versions.superseded)
        words = {"count": len(versions.superseded) + 1, "kept": versions.kept.file, "others": others}
        yield _on_form("X05", "versions", versions.kept, **words)


def _on_form(rule: str, variant: str, form: Form, **words: object) -> Flag:
    name = form.project_name
    place = {"file": form.file, "sheet": name.sheet or form.sheet, "cell": name.cell, "value": name.raw}
    return make_flag(CATALOGUE[rule], variant, field="project_name", **place, **words)


def _near(one: Decimal, other: Decimal, notice: Notice) -> bool:
    return abs(one - other) <= max(notice.tolerance_amount, abs(other) * notice.tolerance_percent / 100)


def _place(form: Form, value: Value[Any]) -> str:
    return f"{form.file} {value.sheet}!{value.cell}"


def _shown(value: object) -> str:
    return show(float(value)) if isinstance(value, Decimal) else str(value)
