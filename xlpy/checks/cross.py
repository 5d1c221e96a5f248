"""Checks of the table against the forms. What belongs together is found by `xlpy.matching`."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from xlpy.catalogue import CATALOGUE
from xlpy.checks.registry import check, row_flag
from xlpy.flags import Flag, make_flag, place_name, shown
from xlpy.layout import field_name
from xlpy.matching import Matching, row_key
from xlpy.models import Form, SummaryTable, Value
from xlpy.notice import Notice
from xlpy.rows import agrees, row_of

_NAMED = 3  # superseded files that a message names


@check("cross", "X01", "X04")
def row_differs_from_form(matching: Matching, table: SummaryTable, notice: Notice) -> Iterator[Flag]:
    """X01 a cell says something else than its form; X04 经济效益 is not what the form's figures give.

    A field that the form leaves blank or unreadable is compared with nothing. X04's tolerance is the larger of
    the notice's 万元 and percent.
    """
    for row, form in matching.pairs:
        expected = row_of(form, notice)
        for name, source in expected.items():
            cell = row.value_of(name)
            if name not in table.columns or source.value is None or agrees(name, cell, source, notice):
                continue
            words = {"name": field_name(name), "form": form.file, "at": _place(form, source)}
            words["other"] = _amount(source.value) if isinstance(source.value, Decimal) else source.value
            if name != "benefit":
                yield row_flag("X01", "blank" if cell.blank else "differs", table, row, name, **words)
            elif cell.value is not None and not _near(cell.value, Decimal(source.value), notice):
                words["mine"] = _amount(cell.value)
                yield row_flag("X04", "differs", table, row, name, **words)


@check("cross", "X02")
def row_without_form(matching: Matching, table: SummaryTable, notice: Notice) -> Iterator[Flag]:
    """X02 a row whose form is not in the folder. A row that repeats one with a form is T01, not X02."""
    paired = {row_key(row) for row, _ in matching.pairs}
    for row in matching.rows_without_form:
        if all(row_key(row)) and row_key(row) in paired:
            continue
        variant = "nameless" if row.project_name.blank else "none"
        yield row_flag("X02", variant, table, row, "project_name", project=row.project_name.raw)


@check("cross", "X03")
def form_without_row(matching: Matching, table: SummaryTable, notice: Notice) -> Iterator[Flag]:
    """X03 a form that no row of the table stands for."""
    for form in matching.forms_without_row:
        project = f"“{shown(form.project_name.raw)}”" if form.project_name.raw else "没有写项目名称"
        company = form.applicant.raw or "没有写填报单位"
        yield _on_form("X03", "none", form, form=form.file, project=project, company=company)


@check("cross", "X05")
def several_versions(matching: Matching, table: SummaryTable, notice: Notice) -> Iterator[Flag]:
    """X05 several files for one project of one enterprise: which one counts, and which do not."""
    rows = {form.file: row.row_number for row, form in matching.pairs}
    for kept, superseded in ((versions.kept, versions.superseded) for versions in matching.versions):
        others = "、".join(shown(form.file) for form in superseded[:_NAMED])
        others += f" 等 {len(superseded)} 份" if len(superseded) > _NAMED else ""
        words = {"count": len(superseded) + 1, "kept": kept.file, "others": others}
        yield _on_form("X05", "versions", kept, row_number=rows.get(kept.file), **words)


def _on_form(rule: str, variant: str, at: Form, **words: object) -> Flag:
    name = at.project_name
    place = {"file": at.file, "sheet": name.sheet or at.sheet, "cell": name.cell, "value": name.raw}
    return make_flag(CATALOGUE[rule], variant, field="project_name", **place, **words)


def _near(one: Decimal, other: Decimal, notice: Notice) -> bool:
    return abs(one - other) <= max(notice.tolerance_amount, abs(other) * notice.tolerance_percent / 100)


def _amount(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _place(form: Form, value: Value[str] | Value[Decimal]) -> str:
    sheet = value.sheet or form.sheet
    return place_name(sheet, value.cell)
