"""The figures of 统计: totals and groupings of a summary table, and what was left out and why. pandas, late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from xlpy.accounts import Account, State, held
from xlpy.cells import day, name_key
from xlpy.layout import field_name
from xlpy.models import SummaryRow, SummaryTable
from xlpy.notice import CODE_LISTS, Notice
from xlpy.report import Group, LeftOut, OwnSum, Totals, UnitFigures

if TYPE_CHECKING:
    import pandas as pd

GROUPINGS = ("level", "ownership", "size")
DISTRICT_GROUPINGS = ("town", *GROUPINGS)
OTHER, BLANK = "其他（不在清单内）", "未填"


def frame(table: SummaryTable, notice: Notice, passed: Mapping[int, bool] | None = None) -> pd.DataFrame:
    """The table as pandas has it, one line a project.

    Codes and towns are their labels; `benefit` is 万元 (NaN if unreadable); `passed` is 1 for a project
    without an error, 0 for one with, NaN for one that was not checked.
    """
    import pandas as pd

    verdicts = passed or {}
    return pd.DataFrame(
        [
            {
                "company": name_key(row.company.value or ""),
                "benefit": None if row.benefit.value is None else float(held(row.benefit)),
                "passed": verdicts.get(row.row_number),
                "town": _town(row.town.value or "", notice),
                **{field: _label(row, field, notice) for field in GROUPINGS},
            }
            for row in table.rows
        ],
        columns=["company", "benefit", "passed", *DISTRICT_GROUPINGS],
    ).astype({"benefit": "float64", "passed": "float64"})


def totals(table: SummaryTable, notice: Notice) -> Totals:
    """Totals of `table` in 万元. Every row counts as a project; only readable benefits are summed."""
    return _totals(frame(table, notice), GROUPINGS, table, notice)


def district_totals(
    table: SummaryTable, notice: Notice, accounts: Sequence[Account], passed: Mapping[int, bool]
) -> Totals:
    """Totals of the district's table, by 推荐单位 too, with pass rates and the figures of every unit.

    `accounts` are the lines of 收支核对; `passed` is row number → whether the row has no error, without the rows that
    were not checked. The units' figures are facts to sort and to judge by: no score is made of them.
    """
    data = frame(table, notice, passed)
    found = _totals(data, DISTRICT_GROUPINGS, table, notice)
    return found.model_copy(update={"units": _units(data, accounts, notice)})


def _own_sum(field: str, table: SummaryTable) -> OwnSum:
    """The sum of a column of the bureau's own over the rows where it can be read."""
    values = [row.value_of(field).value for row in table.rows]
    read = [value for value in values if value is not None]
    return OwnSum(name=field_name(field), amount=float(sum(read, Decimal(0))), count=len(read))


def group_labels(field: str, notice: Notice) -> list[str]:
    """The lines of a grouping, in order: the code list, then what is outside it, then blank."""
    which = "units" if field == "town" else CODE_LISTS[field]
    return list(dict.fromkeys([*notice.labels(which), OTHER, BLANK]))


def _totals(data: pd.DataFrame, fields: Sequence[str], table: SummaryTable, notice: Notice) -> Totals:
    amount = _sum(data)
    return Totals(
        projects=len(data),
        companies=_companies(data),
        amount=amount,
        pass_rate=_pass_rate(data),
        groups={field: _groups(data, field, notice, amount) for field in fields},
        own=[_own_sum(field, table) for field in notice.own_fields("number") if field in table.columns] or None,
        left_out=[
            LeftOut(row_number=row.row_number, project_name=row.project_name.value or "", reason=reason)
            for row in table.rows
            if (reason := _why_left_out(row))
        ],
    )


def _groups(data: pd.DataFrame, field: str, notice: Notice, amount: float) -> list[Group]:
    found = []
    for label, own in _split(data, field, notice).items():
        total = _sum(own)
        share = round(total / amount, 4) if amount else 0.0
        found.append(Group(label=label, count=len(own), amount=total, share=share, pass_rate=_pass_rate(own)))
    return found


def _units(data: pd.DataFrame, accounts: Sequence[Account], notice: Notice) -> list[UnitFigures]:
    lines: dict[str, list[Account]] = {label: [] for label in group_labels("town", notice)}
    for account in accounts:
        lines[_town(account.town, notice)].append(account)
    return [_unit(label, own, lines[label], notice) for label, own in _split(data, "town", notice).items()]


def _unit(label: str, data: pd.DataFrame, accounts: Sequence[Account], notice: Notice) -> UnitFigures:
    counting = [a for a in accounts if a.state in _COUNTING]
    versions = [a for a in accounts if a.state in _VERSIONS]
    received = (day(a.received).value for a in accounts if a.state is not State.COPY)
    days = sorted(found for found in received if found)
    submitted = sum(a.rows_in for a in counting)
    checked = int(data["passed"].count())
    return UnitFigures(
        unit=label,
        handed_in=any(a.rows_in or a.state not in (State.MISSING, State.GONE) for a in accounts) if accounts else None,
        first_received=days[0] if days else None,
        last_received=days[-1] if days else None,
        on_time=days[-1] <= notice.deadline if days else None,
        submitted=submitted,
        listed=len(data),
        listed_rate=round(sum(a.rows_out for a in counting) / submitted, 4) if submitted else None,
        amount=_sum(data),
        companies=_companies(data),
        pass_rate=_pass_rate(data),
        with_errors=checked - int(data["passed"].sum()) if checked else None,
        resubmissions=len(versions) if counting else max(len(versions) - 1, 0),
    )


_COUNTING = State.USED, State.GONE, State.TYPED  # what of 收支核对 has projects in the table
_VERSIONS = State.PENDING, State.REFUSED  # versions of a table that another one stands for


def _split(data: pd.DataFrame, field: str, notice: Notice) -> dict[str, pd.DataFrame]:
    """The lines of every label of a grouping, also of those that have none."""
    parts = {str(label): part for label, part in data.groupby(field)}
    return {label: parts.get(label, data.iloc[:0]) for label in group_labels(field, notice)}


def _sum(data: pd.DataFrame) -> float:
    return round(float(data["benefit"].sum()), 6)  # 1 分; the sheet shows the cent


def _companies(data: pd.DataFrame) -> int:
    return int(data.loc[data["company"] != "", "company"].nunique())


def _pass_rate(data: pd.DataFrame) -> float | None:
    return round(float(data["passed"].mean()), 4) if data["passed"].count() else None


def _label(row: SummaryRow, field: str, notice: Notice) -> str:
    text = getattr(row, field).value
    return (notice.label(CODE_LISTS[field], text) or OTHER) if text else BLANK


def _town(text: str, notice: Notice) -> str:
    return (notice.unit(text) or OTHER) if text else BLANK


def _why_left_out(row: SummaryRow) -> str:
    benefit = row.benefit
    if benefit.value is not None:
        return ""
    if benefit.problem:
        return benefit.problem
    return f"经济效益写的是“{benefit.raw}”，不是数" if benefit.nil else "经济效益没有填"
