"""Checks of the table as a whole (Annex 2)."""

from __future__ import annotations

from collections.abc import Iterator

from xlpy import cells
from xlpy.checks.likeness import may_recommend
from xlpy.checks.registry import check, row_flag, table_flag
from xlpy.flags import Flag
from xlpy.layout import FOOTER, FOOTER_NAMES, HEADER_OF, SUMMARY_COLUMNS, field_name, fold
from xlpy.matching import row_key
from xlpy.models import SummaryRow, SummaryTable, Value
from xlpy.notice import Notice
from xlpy.project_names import likest_above

_FIELD_OF = {fold(name): c.field for c in SUMMARY_COLUMNS for name in (c.header, *c.aliases)}


@check("table", "R02")
def numbers_out_of_order(table: SummaryTable, notice: Notice) -> Iterator[Flag]:
    """R02 序号 is not 1…n. Told once, at the first wrong one: what follows is shifted by it."""
    if "number" not in table.columns:
        return
    for expected, row in enumerate(table.rows, 1):
        if row.number.value != expected:
            yield row_flag("R02", "blank" if row.number.blank else "wrong", table, row, "number", expected=expected)
            return


@check("town", "T01", "T02")
def project_twice(table: SummaryTable, notice: Notice) -> Iterator[Flag]:
    """T01 one project of one enterprise in two rows; T02 names so alike that they may be one project.

    Names that differ in digits, letters or ordinals (一期/二期, A型/B型) are different projects: no T02.
    """
    first: dict[tuple[str, str], SummaryRow] = {}
    others: list[SummaryRow] = []
    for row in table.rows:
        key = row_key(row)
        if row.project_name.nil:
            continue
        if all(key) and key in first:
            yield row_flag("T01", "twice", table, row, "project_name", other=first[key].row_number)
        else:
            first.setdefault(key, row)
            others.append(row)
    yield from _alike(others, table, notice)


def _alike(rows: list[SummaryRow], table: SummaryTable, notice: Notice) -> Iterator[Flag]:
    named = [(row, name) for row in rows if (name := fold(row.project_name.value or ""))]
    rows = [row for row, _ in named]
    likest = likest_above([name for _, name in named], notice.lookalike)
    for later, (earlier, score) in sorted(likest.items()):
        other = rows[earlier]
        words = {"project": other.project_name.raw, "company": other.company.raw or "没有写单位"}
        place = {"other": other.row_number, "score": round(score)}
        yield row_flag("T02", "alike" if score < 100 else "same", table, rows[later], "project_name", **words, **place)


@check("town", "T03")
def footer_incomplete(table: SummaryTable, notice: Notice) -> Iterator[Flag]:
    """T03 填报单位, 联系人 or 联系电话 below the table is missing or unreadable."""
    for field in FOOTER:
        value: Value[str] = getattr(table, field)
        name = FOOTER_NAMES[field]
        words = {"name": name, "value": value.raw}
        if not value.cell and value.blank:
            yield table_flag("T03", "absent", table, "", field, **words)
        elif value.blank or value.nil:
            yield table_flag("T03", "nil" if value.nil else "blank", table, value.cell, field, **words)
        elif value.problem:
            yield table_flag("T03", "unreadable", table, value.cell, field, problem=value.problem, **words)
        elif field == "unit" and not may_recommend(value.value or "", notice):
            yield table_flag("T03", "unit", table, value.cell, field, **words)


@check("table", "T04")
def headers_changed(table: SummaryTable, notice: Notice) -> Iterator[Flag]:
    """T04 a header of the notice or of the bureau is missing, is written otherwise, stands twice, or is neither's;

    or the whole table is another year's.
    """
    yield from _of_another_year(table, notice)
    if unit := table.other_unit:
        variant = "unit" if table.unit_rate is not None else "money"
        flag = table_flag("T04", variant, table, unit.cell, "benefit", value=unit.text)
        yield flag.model_copy(update={"sheet": unit.sheet}) if unit.sheet else flag
    for field in table.missing:
        yield table_flag("T04", "missing", table, "", field, name=HEADER_OF[field])
    for column in notice.columns:
        if column.field not in table.columns:
            yield table_flag("T04", "own", table, "", column.field, name=column.name)
    fields = {fold(name): c.field for c in notice.columns for name in (c.name, *c.aliases)} | _FIELD_OF
    read = {heading.field: heading.cell for heading in table.headings if heading.field}
    for heading in table.headings:
        field = heading.field or fields.get(fold(heading.text), "")  # of two equal headers only one is recognised
        words = {"value": heading.text, "name": field_name(field)}
        if not heading.field and field in read and field not in ("number", "remarks"):
            yield table_flag("T04", "twice", table, heading.cell, field, read=read[field], **words)
        elif not heading.field:
            yield table_flag("T04", "unknown", table, heading.cell, **words)
        elif fold(heading.text) != fold(words["name"]) and heading != table.other_unit:
            yield table_flag("T04", "renamed", table, heading.cell, field, **words)


def _of_another_year(table: SummaryTable, notice: Notice) -> Iterator[Flag]:
    """The title calls it the 汇总表 of another year: last year's, or one whose title was left as it was."""
    named = cells.years(table.title)
    if named and "汇总表" in fold(table.title) and notice.year not in named:
        words = {"value": table.title, "seen": max(named), "year": notice.year}
        yield table_flag("T04", "titled", table, table.title_cell, "", **words)


@check("table", "T05")
def stray_rows(table: SummaryTable, notice: Notice) -> Iterator[Flag]:
    """T05 a blank line, or one that is no project (合计, a header repeated), between the projects."""
    for stray in table.strays:
        place = {"row_number": stray.row_number, "value": stray.text}
        variant = stray.kind if stray.kind in ("blank", "heading", "footer") else "total"
        yield table_flag("T05", variant, table, stray.cell, "", row=stray.row_number, text=stray.text, **place)
