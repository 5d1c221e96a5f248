"""The figures of 统计: totals and groupings of a summary table, and what was left out and why. pandas, late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlpy.cells import name_key
from xlpy.models import SummaryRow, SummaryTable
from xlpy.notice import CODE_LISTS, Notice
from xlpy.report import Group, LeftOut, Totals

if TYPE_CHECKING:
    import pandas as pd

GROUPINGS = ("level", "ownership", "size")
OTHER, BLANK = "其他（不在清单内）", "未填"


def frame(table: SummaryTable, notice: Notice) -> pd.DataFrame:
    """The table as pandas has it: one line a project, codes as their labels, benefit in 万元 (NaN if unreadable)."""
    import pandas as pd

    return pd.DataFrame(
        [
            {
                "row_number": row.row_number,
                "project_name": row.project_name.value or "",
                "company": name_key(row.company.value or ""),
                "benefit": None if row.benefit.value is None else float(row.benefit.value),
                **{field: _label(row, field, notice) for field in GROUPINGS},
            }
            for row in table.rows
        ],
        columns=["row_number", "project_name", "company", "benefit", *GROUPINGS],
    ).astype({"benefit": "float64"})


def totals(table: SummaryTable, notice: Notice) -> Totals:
    """Totals of `table` in 万元, to the cent. Every row counts as a project; only readable benefits are summed."""
    data = frame(table, notice)
    amount = round(float(data["benefit"].sum()), 2)
    return Totals(
        projects=len(data),
        companies=int(data.loc[data["company"] != "", "company"].nunique()),
        amount=amount,
        groups={field: _groups(data, field, notice, amount) for field in GROUPINGS},
        left_out=[
            LeftOut(row_number=row.row_number, project_name=row.project_name.value or "", reason=reason)
            for row in table.rows
            if (reason := _why_left_out(row))
        ],
    )


def group_labels(field: str, notice: Notice) -> list[str]:
    """The lines of a grouping, in order: the code list, then what is outside it, then blank."""
    return [*notice.labels(CODE_LISTS[field]), OTHER, BLANK]


def _groups(data: pd.DataFrame, field: str, notice: Notice, amount: float) -> list[Group]:
    groups = data.groupby(field)["benefit"]
    counts, sums = groups.size().to_dict(), groups.sum().to_dict()
    lines = []
    for label in group_labels(field, notice):
        total = float(sums.get(label, 0.0))
        share = round(total / amount, 4) if amount else 0.0
        lines.append(Group(label=label, count=int(counts.get(label, 0)), amount=round(total, 2), share=share))
    return lines


def _label(row: SummaryRow, field: str, notice: Notice) -> str:
    text = getattr(row, field).value
    return (notice.label(CODE_LISTS[field], text) or OTHER) if text else BLANK


def _why_left_out(row: SummaryRow) -> str:
    benefit = row.benefit
    if benefit.value is not None:
        return ""
    if benefit.problem:
        return benefit.problem
    return f"经济效益写的是“{benefit.raw}”，不是数" if benefit.nil else "经济效益没有填"
