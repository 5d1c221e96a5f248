"""Checks of the district's table as a whole: who sent what, what is there twice, and whether the books balance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from xlpy.accounts import Account, State
from xlpy.catalogue import CATALOGUE
from xlpy.cells import name_key
from xlpy.checks.registry import check, row_flag
from xlpy.flags import Flag, make_flag
from xlpy.layout import ACCOUNTS, field_name
from xlpy.listings import Entry
from xlpy.models import SummaryRow, SummaryTable
from xlpy.notice import Notice
from xlpy.pairs import Pair, Project

_NAMED = 3  # projects that one message spells out


@dataclass(frozen=True, slots=True)
class Edit:
    """A cell of the district's table that says something else than the town's: unit, file, place and content there."""

    row: SummaryRow
    field: str
    town: str
    file: str
    at: str
    other: str


@dataclass(frozen=True, slots=True)
class Lost:
    """Rows of a unit's file that were deleted from the district's table, without a decision on them."""

    town: str
    file: str
    projects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class District:
    """What the checks look at.

    pairs     the open pairs of 疑似重复
    accounts  the lines of 收支核对
    edits     the cells that the bureau changed
    gone      rows whose file is there, but no longer has them: row and file
    lost      rows that somebody deleted since the last run
    """

    table: SummaryTable
    pairs: tuple[Pair, ...] = ()
    accounts: tuple[Account, ...] = ()
    edits: tuple[Edit, ...] = ()
    gone: tuple[tuple[SummaryRow, str], ...] = ()
    lost: tuple[Lost, ...] = ()


@check("district", "T01", "T02", "D01", "D02", "D03")
def one_project_twice(district: District, notice: Notice) -> Iterator[Flag]:
    """T01, T02, D01 a project twice, D02, D03 a project of an exclusion list; nobody has decided on the pair yet.

    Told at the later row; one project sent by two units is told at both.
    """
    rows = {row.row_number: row for row in district.table.rows}
    for pair in district.pairs:
        one, other = rows[pair.one.row_number or 0], pair.other
        if isinstance(other, Entry):
            source = " ".join(filter(None, (other.note, other.company)))
            words = {"project": pair.one.name, "other": other.name, "score": pair.score, "source": source or other.cell}
            named = name_key(pair.one.name) == name_key(other.name)
            variant = "listed" if pair.exact else "same" if named else "alike"
            yield row_flag(pair.rule, variant, district.table, one, "project_name", **words)
        else:
            yield from _twice(pair, other, district.table, rows)


def _twice(pair: Pair, other: Project, table: SummaryTable, rows: dict[int, SummaryRow]) -> Iterator[Flag]:
    one, later = pair.one, rows[other.row_number or 0]
    if pair.rule in ("T01", "T02"):
        variant = "twice" if pair.rule == "T01" else "alike" if pair.score < 100 else "same"
        words = {"other": one.row_number, "project": one.name, "company": one.company or "没有写单位"}
        yield row_flag(pair.rule, variant, table, later, "project_name", score=pair.score, **words)
    elif name_key(one.name) == name_key(other.name):
        words = {"project": other.name, "towns": _both(one.town, other.town, "推荐单位")}
        words["companies"] = _both(one.company, other.company, "项目单位")
        for row in (rows[one.row_number or 0], later) if pair.exact else (later,):
            yield row_flag("D01", "twice" if pair.exact else "same", table, row, "project_name", **words)
    else:
        words = {"project": other.name, "town": other.town, "other": one.name, "other_town": one.town}
        yield row_flag("D01", "alike", table, later, "project_name", score=pair.score, **words)


def _both(one: str, other: str, what: str) -> str:
    return "、".join(name or f"没有写{what}的" for name in (one, other))


@check("district", "D04")
def nothing_handed_in(district: District, notice: Notice) -> Iterator[Flag]:
    """D04 a unit of the notice from which nothing came."""
    unread = {a.town: a for a in district.accounts if a.state is State.UNREAD}
    for account in district.accounts:
        if account.state is not State.MISSING:
            continue
        if there := unread.get(account.town):
            place = {"file": there.file, "sheet": "", "cell": ""}
            yield make_flag(CATALOGUE["D04"], "unread", unit=account.town, why=there.why, **place)
        else:
            yield make_flag(CATALOGUE["D04"], "missing", unit=account.town, **_on_sheet(district))


@check("district", "D05")
def handed_in_twice(district: District, notice: Notice) -> Iterator[Flag]:
    """D05 a further version of a hand-in, on which the bureau has not decided."""
    words: dict[str, Any]
    for account in district.accounts:
        former = [a for a in district.accounts if a.state is State.GONE and _sheet(a) == _sheet(account)]
        if account.state is State.PENDING and former:
            words = {"unit": account.town or "没有写单位的", "rows_in": account.rows_in, "amount_in": account.amount_in}
            words |= {"rows_out": sum(a.rows_out for a in former), "amount_out": sum(a.amount_out for a in former)}
            words |= {name: f"{words[name]:,.2f}" for name in ("amount_in", "amount_out")}
            yield make_flag(CATALOGUE["D05"], "changed", file=account.file, sheet=account.sheet, cell="", **words)
        elif account.state is State.PENDING:
            own = [a for a in district.accounts if a.town == account.town and a.file and _has_rows(a)]
            files = "、".join(dict.fromkeys(a.file for a in own))
            words = {"unit": account.town or "没有写单位的", "count": len(own), "others": files}
            yield make_flag(CATALOGUE["D05"], "twice", file=account.file, sheet=account.sheet, cell="", **words)


def _has_rows(account: Account) -> bool:
    return account.rows_out > 0 if account.state is State.GONE else account.state is not State.UNREAD


@check("district", "D06")
def does_not_balance(district: District, notice: Notice) -> Iterator[Flag]:
    """D06 rows or 万元 of a hand-in that are neither in the table nor explained; rows deleted since the last run."""
    for lost in district.lost:
        named = "、".join(f"“{name}”" for name in lost.projects[:_NAMED])
        more = "等" if len(lost.projects) > _NAMED else ""
        gone: dict[str, Any] = {
            "unit": lost.town or lost.file,
            "count": len(lost.projects),
            "projects": named,
            "more": more,
        }
        yield make_flag(CATALOGUE["D06"], "deleted", **gone, **_on_sheet(district))
    for account in district.accounts:
        if account.balanced:
            continue
        left = account.merged + account.excluded
        rows = account.rows_in != account.rows_out + left
        words: dict[str, Any] = {
            "unit": account.town or account.file,
            "rows_in": account.rows_in,
            "rows_out": account.rows_out,
            "excluded": left,
            "amount_in": account.amount_in + account.adjusted,
            "amount_out": account.amount_out + account.amount_left,
        }
        yield make_flag(CATALOGUE["D06"], "rows" if rows else "amount", **words, **_on_sheet(district))


@check("district", "D07")
def unit_unknown(district: District, notice: Notice) -> Iterator[Flag]:
    """D07 a received table whose unit is not certain, and the rows without 推荐单位."""
    for account in district.accounts:
        if not account.town and account.file and account.state not in (State.GONE, State.UNREAD):
            words = {"file": account.file, "sheet": account.sheet, "cell": "", "problem": account.why}
            yield make_flag(CATALOGUE["D07"], "unsure", field="town", **words)
    for row in district.table.rows:
        if row.town.blank and "town" in district.table.columns:
            yield row_flag("D07", "row", district.table, row, "town")


@check("district", "X01")
def changed_by_the_bureau(district: District, notice: Notice) -> Iterator[Flag]:
    """X01 a cell that the bureau changed: what the town sent is shown beside it."""
    for edit in district.edits:
        value = edit.row.value_of(edit.field)
        words = {"name": field_name(edit.field), "mine": value.raw or "空白", "other": edit.other}
        place = {"town": edit.town or edit.file, "form": edit.file, "at": edit.at}
        yield row_flag("X01", "town", district.table, edit.row, edit.field, **words, **place)


@check("district", "X02")
def row_without_its_source(district: District, notice: Notice) -> Iterator[Flag]:
    """X02 a row that the town's file, which is there, no longer has; a file that is away or unread, with its rows."""
    for row, file in district.gone:
        yield row_flag("X02", "gone", district.table, row, "project_name", project=row.project_name.raw, form=file)
    unread = {account.file: account.why for account in district.accounts if account.state is State.UNREAD}
    here = {a.file for a in district.accounts if a.state not in (State.GONE, State.UNREAD)}
    for account in district.accounts:
        if account.state is State.GONE and account.rows_out and account.file not in here:
            words: dict[str, Any] = {"form": account.file, "count": account.rows_out}
            words["why"] = unread.get(account.file)
            variant = "unread" if words["why"] else "absent"
            yield make_flag(CATALOGUE["X02"], variant, **words, **_on_sheet(district))


def _sheet(account: Account) -> tuple[str, str]:
    return account.file, account.sheet


def _on_sheet(district: District) -> dict[str, str]:
    return {"file": district.table.file, "sheet": ACCOUNTS, "cell": ""}
