"""What a form and a summary table *are*, once read: every value knows what was typed and where.

Amounts are `Decimal` in 万元; months are `xlpy.cells.Month`; days are `datetime.date`. Nothing here reads a grid or
judges a value: `xlpy.forms` and `xlpy.summary` build these models, `xlpy.checks` looks at them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from xlpy.cells import Month
from xlpy.layout import ECONOMIC_COLUMNS, EXTRA_LABELS, FORM_LABELS, OWN, SUMMARY_FIELDS

T = TypeVar("T")


class Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class Value(Model, Generic[T]):
    """One typed-in value.

    value    what it means, None where it is blank, `nil` or unreadable
    raw      the text as seen in the cell, "" where blank
    problem  why it cannot be read, in Chinese; "" where it can, or is blank
    nil      explicitly "none": / 无 — (which is not 0)
    sheet, cell   where it stands; both "" where its label or column was not found, cell "" likewise
    """

    value: T | None = None
    raw: str = ""
    problem: str = ""
    nil: bool = False
    sheet: str = ""
    cell: str = ""

    @property
    def blank(self) -> bool:
        return not self.raw

    def __reduce__(self) -> tuple[Any, ...]:
        # By its argument: pickle finds no class of the name Value[str] in this module.
        return _bare, self.__pydantic_generic_metadata__["args"], self.__getstate__()


def _bare(of: Any = None) -> Value[Any]:
    """A value of a kind, still without content."""
    kind: type[Value[Any]] = Value[of] if of else Value
    return kind.__new__(kind)


_NOTHING: Value[Any] = Value()


class Member(Model):
    """One line of 攻关项目组成员. `line` counts the form's member lines from 1, blank ones included."""

    line: int
    name: Value[str] = Value[str]()
    gender: Value[str] = Value[str]()
    position: Value[str] = Value[str]()
    education: Value[str] = Value[str]()
    department: Value[str] = Value[str]()


class Economics(Model):
    """One row of the economic table (万元 over 12 months)."""

    sales: Value[Decimal] = Value[Decimal]()
    profit: Value[Decimal] = Value[Decimal]()
    saving: Value[Decimal] = Value[Decimal]()
    forex: Value[Decimal] = Value[Decimal]()
    other: Value[Decimal] = Value[Decimal]()


class Opinion(Model):
    """A signed opinion: its text, who signed, and when."""

    text: Value[str] = Value[str]()
    signed_by: Value[str] = Value[str]()
    signed_on: Value[dt.date] = Value[dt.date]()


class Form(Model):
    """Annex 1 (登记表) of one enterprise.

    `file` is the path as given, `sha256` of its bytes, `sheet` the sheet (or Word table) that holds the form's body,
    `template` the version that our own template stores ("" for any other form), `edition` the year whose form it is by
    that version or by what it prints, `valueless` the cells that show nothing to other programs (a formula without a
    stored value, a WPS in-cell picture), `other_units` the labels that name another unit than 万元, each with how many
    万元 one of that unit is (None where that is not known, and its amounts are unreadable).
    """

    file: str
    sha256: str = ""
    sheet: str = ""
    template: str = ""
    edition: Value[int] = Value[int]()
    recommender: Value[str] = Value[str]()
    project_name: Value[str] = Value[str]()
    applicant: Value[str] = Value[str]()
    filled_on: Value[dt.date] = Value[dt.date]()
    background: Value[str] = Value[str]()
    goal: Value[str] = Value[str]()
    investment: Value[Decimal] = Value[Decimal]()
    quality_level: Value[str] = Value[str]()
    innovation: Value[str] = Value[str]()
    results: Value[str] = Value[str]()
    before: Economics = Economics()
    after: Economics = Economics()
    team: tuple[Member, ...] = ()
    technical: Opinion = Opinion()
    finance: Opinion = Opinion()
    head: Opinion = Opinion()
    recommendation: Value[str] = Value[str]()
    remarks: Value[str] = Value[str]()
    completed: Value[Month] = Value[Month]()
    level: Value[str] = Value[str]()
    ownership: Value[str] = Value[str]()
    size: Value[str] = Value[str]()
    credit_code: Value[str] = Value[str]()
    contact: Value[str] = Value[str]()
    phone: Value[str] = Value[str]()
    own: dict[str, Value[Any]] = {}
    valueless: tuple[Value[str], ...] = ()
    other_units: tuple[Value[Decimal], ...] = ()

    def value_of(self, field: str) -> Value[Any]:
        """The value of a single field or of a column of the bureau's own (own.研发投入)."""
        return self.own.get(field, _NOTHING) if field.startswith(OWN) else getattr(self, field)

    def fields(self) -> Iterator[tuple[str, Value[Any]]]:
        """(name, value) of every single field, named as in the JSON: economics.before.sales, opinions.head, own.…"""
        for label in FORM_LABELS + EXTRA_LABELS:
            yield label.field, getattr(self, label.field)
        for when in ("before", "after"):
            for column in ECONOMIC_COLUMNS:
                yield f"economics.{when}.{column}", getattr(getattr(self, when), column)
        for who in ("technical", "finance", "head"):
            opinion: Opinion = getattr(self, who)
            yield f"opinions.{who}", opinion.text
            yield f"opinions.{who}.signed_by", opinion.signed_by
            yield f"opinions.{who}.signed_on", opinion.signed_on
        yield from self.own.items()


class SummaryRow(Model):
    """One filled row of Annex 2. `row_number` is its true row in the sheet; `origin` its line number in 来源.

    `town` is the 推荐单位 of the row, which the district's table has and a town's usually has not; `own` holds the
    columns that the bureau added, by field (own.研发投入). `source` is the text of its 出处 in the district's table.
    """

    row_number: int
    number: Value[int] = Value[int]()
    project_name: Value[str] = Value[str]()
    company: Value[str] = Value[str]()
    completed: Value[Month] = Value[Month]()
    level: Value[str] = Value[str]()
    ownership: Value[str] = Value[str]()
    size: Value[str] = Value[str]()
    benefit: Value[Decimal] = Value[Decimal]()
    remarks: Value[str] = Value[str]()
    town: Value[str] = Value[str]()
    own: dict[str, Value[Any]] = {}
    origin: int | None = None
    source: str = ""

    def value_of(self, field: str) -> Value[Any]:
        """The value of a field or of a column of the bureau's own (own.研发投入)."""
        return self.own.get(field, _NOTHING) if field.startswith(OWN) else getattr(self, field)

    def fields(self) -> Iterator[tuple[str, Value[Any]]]:
        for name in SUMMARY_FIELDS:
            yield name, getattr(self, name)
        yield from self.own.items()


class StrayRow(Model):
    """A row inside the table that is no project: `kind` is blank, total, heading, footer (repeated), or note."""

    row_number: int
    kind: str
    cell: str
    text: str = ""


class Heading(Model):
    """A header cell: its text, its address, and the field it was recognised as ("" if none).

    `sheet` is named only where it is another than the table's: the running text of a Word document.
    """

    text: str
    cell: str
    field: str = ""
    sheet: str = ""


class SummaryTable(Model):
    """Annex 2 as found in one sheet.

    columns    field → 1-based column
    title      the line above the table that names it; `title_cell` is where it stands
    headings   every header cell, in order
    missing    required fields without a column
    first_row, last_row   the table's body, blank lines at its end included (an empty body: last_row < first_row)
    rows       the filled rows, in order
    strays     blank rows between filled ones, 合计 rows, headers or footers repeated in mid-table
    unit, contact, phone  the line below the table
    signers    填报单位 in mid-table, where several tables stand one below the other
    marks      field → column of its hidden mark column; `check_column`, `origin_column` likewise; None if absent
    sources    in the district's table: file, row, place → column
    valueless  the cells of its rows that show nothing to other programs (a formula without a stored value)
    other_unit the words above the amounts that name another unit than 万元; the amounts here are 万元 all the same
    unit_rate  how many 万元 one of that unit is; None where that is not known, and the amounts are unreadable
    """

    file: str = ""
    sheet: str
    title: str = ""
    title_cell: str = ""
    header_row: int
    columns: dict[str, int]
    headings: tuple[Heading, ...] = ()
    missing: tuple[str, ...] = ()
    first_row: int
    last_row: int
    rows: tuple[SummaryRow, ...] = ()
    strays: tuple[StrayRow, ...] = ()
    unit: Value[str] = Value[str]()
    signers: tuple[Value[str], ...] = ()
    contact: Value[str] = Value[str]()
    phone: Value[str] = Value[str]()
    marks: dict[str, int] = {}
    sources: dict[str, int] = {}
    check_column: int | None = None
    origin_column: int | None = None
    valueless: frozenset[str] = frozenset()
    other_unit: Heading | None = None
    unit_rate: Decimal | None = Decimal(1)


class Skipped(Model):
    """A file that was received but not used, and why in one line."""

    file: str
    reason: str


class Intake(Model):
    """What a folder of forms held: every file is a form or skipped.

    `modified` is file → seconds of last change, to tell versions apart.
    `folder` is the folder as it is recorded in 来源.
    """

    folder: str
    forms: tuple[Form, ...]
    skipped: tuple[Skipped, ...] = ()
    modified: dict[str, float] = {}


class TownTable(Model):
    """One Annex 2 as received; a file with several sheets gives several.

    table      the table; `table.file` is the file's path relative to the district workbook, "/" between its parts
    sha256     of the file's bytes
    received   local time of the file's last change, 2023-09-11 08:00 ("" where unknown)
    modified   the same in seconds, to tell the newer of two
    """

    table: SummaryTable
    sha256: str = ""
    received: str = ""
    modified: float = 0.0


class TownIntake(Model):
    """What a folder tree of the towns held: every file is an Annex 2, an Annex 1, or skipped with the reason.

    `folder` is as recorded in 来源; `modified` is file → seconds of last change, of the forms.
    """

    folder: str
    tables: tuple[TownTable, ...]
    forms: tuple[Form, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    modified: dict[str, float] = {}
