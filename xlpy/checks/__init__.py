"""The checks: one rule, one small function. Here they are run, and the sheet 规则 has its say.

Every check is declared with the ids it may yield (`CHECKS`); what the sheet 规则 switched off is dropped, severities
and words that it changed are changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from xlpy.checks import cross, district, form, row, table
from xlpy.checks.district import District
from xlpy.checks.registry import CHECKS, Check
from xlpy.flags import Flag
from xlpy.matching import Matching
from xlpy.models import Form, SummaryTable
from xlpy.notice import Notice

__all__ = [
    "CHECKS",
    "Check",
    "check_cross",
    "check_district",
    "check_form",
    "check_table",
    "cross",
    "district",
    "form",
    "row",
    "table",
]


def check_form(one: Form, notice: Notice) -> list[Flag]:
    """Every flag of a form, by place: F…, and T04 where it is another year's."""
    return _run("form", notice, lambda check: check.run(one, notice))


def check_table(one: SummaryTable, notice: Notice) -> list[Flag]:
    """Every flag R… and T… of a town's table, by place: first of the table as such, then row by row."""
    own = _run("town", notice, lambda check: check.run(one, notice))
    return sorted(_rows_and_headers(one, notice) + own, key=_place)


def check_district(whole: District, notice: Notice) -> list[Flag]:
    """Every flag of the district's table and of what came in: R, T, D, and X of the cells that the bureau changed."""
    own = _run("district", notice, lambda check: check.run(whole, notice))
    return sorted(_rows_and_headers(whole.table, notice) + own, key=_place)


def _rows_and_headers(one: SummaryTable, notice: Notice) -> list[Flag]:
    rows = _run("row", notice, lambda check: (flag for each in one.rows for flag in check.run(each, one, notice)))
    return rows + _run("table", notice, lambda check: check.run(one, notice))


def check_cross(matching: Matching, one: SummaryTable, notice: Notice) -> list[Flag]:
    """Every flag X… of a table against its forms, by place."""
    return _run("cross", notice, lambda check: check.run(matching, one, notice))


def _run(scope: str, notice: Notice, found: Callable[[Check], Iterable[Flag]]) -> list[Flag]:
    flags = []
    for check in CHECKS:
        if check.scope != scope or not any(map(notice.enabled, check.ids)):
            continue
        for flag in found(check):
            if flag.rule not in check.ids:
                raise AssertionError(f"{check.run.__name__} yields {flag.rule}, which it does not declare")
            flags.append(flag)
    return sorted(notice.told(flags), key=_place)


_ADDRESS = re.compile(r"([A-Z]+)(\d+)|第(\d+)行第(\d+)列")


def _place(flag: Flag) -> tuple[int, str, str, int, str, str]:
    """Row of the table, file, sheet, row and column of the cell (C12, or 第12行第3列), rule."""
    found = _ADDRESS.fullmatch(flag.cell)
    row, column = (found[2] or found[3], (found[1] or found[4]).rjust(8)) if found else (0, "")
    return flag.row_number or 0, flag.file, flag.sheet, int(row), column, flag.rule
