"""What a command tells: the pydantic model behind `--json`. Keys that do not apply are absent."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pydantic import BaseModel

from xlpy.flags import Flag, Severity
from xlpy.grids import Scalar
from xlpy.models import Skipped


class CellChange(BaseModel):
    """One cell that the command changed, or with `--dry-run` would change. Days and times are ISO text."""

    sheet: str
    cell: str
    before: str | int | float | bool | None
    after: str | int | float | bool | None


class Reconciliation(BaseModel):
    """One received table's rows and 万元 in and out; see `xlpy.accounts.Account`.

    `balanced` when rows_in = rows_out + excluded and amount_in = amount_out + amount_excluded − amount_adjusted.
    `excluded` counts every row that is not in the district's table: merged, excluded, handed in twice.
    """

    file: str
    sheet: str = ""
    town: str
    status: str = ""
    rows_in: int
    rows_out: int
    excluded: int
    amount_in: float
    amount_out: float
    amount_excluded: float = 0.0
    amount_adjusted: float = 0.0
    balanced: bool
    why: str = ""


class Group(BaseModel):
    """One line of a grouping: how many projects, their 经济效益 in 万元, and its share of the total (0…1).

    `pass_rate` is the share of its checked projects that have no error (0…1); None where none is checked.
    """

    label: str
    count: int
    amount: float
    share: float
    pass_rate: float | None = None


class UnitFigures(BaseModel):
    """What the bureau looks at to decide on 优秀组织者 (notice 三(三)), of one 推荐单位: facts, no score and no rank.

    handed_in                 whether anything came in; None where 收支核对 does not say
    first_received, last_received   days on which the first and the last of its files was last saved, copies left aside
    on_time                   last_received is not after the deadline; None where no day is known
    submitted                 projects in what it handed in, of versions of one table the one that counts
    listed, amount, companies   its projects in the district's table as it stands: number, 万元, enterprises
    listed_rate               of the submitted projects those that were listed (0…1); None without any
    pass_rate                 of its checked projects those without an error (0…1); None where none is checked
    with_errors               its projects that have an error; None likewise
    resubmissions             further versions of a table that it handed in; word-for-word copies are none
    """

    unit: str
    handed_in: bool | None = None
    first_received: dt.date | None = None
    last_received: dt.date | None = None
    on_time: bool | None = None
    submitted: int = 0
    listed: int = 0
    listed_rate: float | None = None
    amount: float = 0.0
    companies: int = 0
    pass_rate: float | None = None
    with_errors: int | None = None
    resubmissions: int = 0


class LeftOut(BaseModel):
    """A row whose 经济效益 is not in the totals, and why."""

    row_number: int
    project_name: str
    reason: str


class OwnSum(BaseModel):
    """The sum of a numeric column of the bureau's own, and in how many rows it could be read."""

    name: str
    amount: float
    count: int


class Totals(BaseModel):
    """The figures of 统计: all projects, groupings by level, ownership and size, and what was left out. 万元.

    The district's are grouped by town (推荐单位) too, and have pass rates and `units`.
    """

    projects: int
    companies: int
    amount: float
    pass_rate: float | None = None
    groups: dict[str, list[Group]]
    units: list[UnitFigures] | None = None
    left_out: list[LeftOut]
    own: list[OwnSum] | None = None


class Report(BaseModel):
    """The outcome of one command on one workbook."""

    command: str
    workbook: str
    rows: int | None = None
    flags: list[Flag] = []
    changes: list[CellChange] = []
    totals: Totals | None = None
    reconciliation: list[Reconciliation] | None = None
    skipped: list[Skipped] | None = None
    summary: str | None = None  # what 操作记录 says of the run

    def count(self, severity: Severity) -> int:
        return sum(flag.severity is severity for flag in self.flags)

    @property
    def exit_code(self) -> int:
        """0 without, 1 with an error flag."""
        return 1 if self.count(Severity.ERROR) else 0

    def as_json(self) -> dict[str, Any]:
        return self.model_dump(mode="json", exclude_none=True) | {
            "flags": [f.model_dump(mode="json", exclude_none=True) for f in self.flags],
            "changes": [c.model_dump(mode="json") for c in self.changes],
        }


def plain(value: Scalar) -> str | int | float | bool | None:
    """A cell's content as JSON has it: a whole number without its .0, days and times as ISO text."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        return str(value)
    return str(value) if isinstance(value, str) else value
