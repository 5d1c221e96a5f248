"""Models typed short, for tests: `text("降噪")`, `money("12.5")`, `form(…)`, `table(rows…)`."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from xlpy.cells import Month
from xlpy.grids import column_letters
from xlpy.layout import SUMMARY_FIELDS
from xlpy.models import Economics, Form, SummaryRow, SummaryTable, Value


def text(words: str | None, cell: str = "", sheet: str = "登记表") -> Value[str]:
    return Value[str](value=words or None, raw=words or "", sheet=sheet, cell=cell)


def money(amount: str | None, cell: str = "", problem: str = "") -> Value[Decimal]:
    if amount == "/":
        return Value[Decimal](raw="/", nil=True, sheet="登记表", cell=cell)
    value = Decimal(amount) if amount and not problem else None
    return Value[Decimal](value=value, raw=amount or "", problem=problem, sheet="登记表", cell=cell)


def month(year: int, month: int, cell: str = "") -> Value[Month]:
    return Value[Month](value=Month(year, month), raw=f"{year}年{month}月", sheet="汇总信息", cell=cell)


def economics(**amounts: str) -> Economics:
    return Economics(**{name: money(amount) for name, amount in amounts.items()})


def form(file: str = "a.xlsx", project: str = "降噪", company: str = "甲公司", **fields: Any) -> Form:
    names = {"project_name": text(project, "B3"), "applicant": text(company, "B4")}
    return Form(file=file, sheet="登记表", **{**names, **fields})


def row(row_number: int, project: str = "降噪", company: str = "甲公司", **fields: Any) -> SummaryRow:
    """A row whose cells stand in the notice's columns A…I."""
    values = {"project_name": text(project), "company": text(company), **fields}
    origin = values.pop("origin", None)
    placed = {
        name: value.model_copy(
            update={"sheet": "汇总表", "cell": f"{column_letters(SUMMARY_FIELDS.index(name) + 1)}{row_number}"}
        )
        for name, value in values.items()
    }
    return SummaryRow(row_number=row_number, origin=origin, **placed)


def table(*rows: SummaryRow, **fields: Any) -> SummaryTable:
    columns = {name: n for n, name in enumerate(SUMMARY_FIELDS, 1)}
    last = max((r.row_number for r in rows), default=3)
    return SummaryTable(sheet="汇总表", header_row=3, columns=columns, first_row=4, last_row=last, rows=rows, **fields)
