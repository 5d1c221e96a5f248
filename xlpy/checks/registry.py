"""How a check is declared: a small function, and the ids it may yield. The runners are in `xlpy.checks`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeVar

from xlpy.catalogue import CATALOGUE
from xlpy.flags import Flag, make_flag
from xlpy.models import Form, SummaryRow, SummaryTable, Value

F = TypeVar("F", bound=Callable[..., Iterator[Flag]])


class Check(NamedTuple):
    """A registered check: its ids, its function, and what it looks at.

    form, row, table (any 汇总表), town (a town's only), cross (a table and its forms), district.
    """

    scope: str
    ids: tuple[str, ...]
    run: Callable[..., Iterator[Flag]]


CHECKS: list[Check] = []


def check(scope: str, *ids: str) -> Callable[[F], F]:
    """Register a check of `scope` that yields only the rules `ids`."""

    def registered(function: F) -> F:
        CHECKS.append(Check(scope, ids, function))
        return function

    return registered


def form_flag(rule: str, variant: str, form: Form, value: Value[Any], field: str, **words: Any) -> Flag:
    """A flag on a value of a form; where its label was not found, on the form's sheet."""
    words = {"value": value.raw, **words}
    return make_flag(
        CATALOGUE[rule], variant, field=field, file=form.file, sheet=value.sheet or form.sheet, cell=value.cell, **words
    )


def row_flag(rule: str, variant: str, table: SummaryTable, row: SummaryRow, field: str, **words: Any) -> Flag:
    """A flag on a cell of the table's row; without a cell (its column is missing) on the row's sheet."""
    value = row.value_of(field)
    words = {"value": value.raw, **words}
    return make_flag(
        CATALOGUE[rule],
        variant,
        field=field,
        file=table.file,
        sheet=value.sheet or table.sheet,
        cell=value.cell,
        row_number=row.row_number,
        **words,
    )


def date_text(day: dt.date) -> str:
    """2023年9月1日, as clerks write it."""
    return f"{day.year}年{day.month}月{day.day}日"


def table_flag(rule: str, variant: str, table: SummaryTable, cell: str, field: str = "", **words: Any) -> Flag:
    """A flag on the table as such: a header, a line between the rows, the line below."""
    return make_flag(CATALOGUE[rule], variant, field=field, file=table.file, sheet=table.sheet, cell=cell, **words)
