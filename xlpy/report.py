"""What a command tells: the pydantic model behind `--json`. Keys that do not apply are absent."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

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


class FileEvidence(BaseModel):
    """A received file that rows of the table came from, against the file as it is now.

    status      unchanged, or moved: the same content stands at `found` and nothing new under the old name; changed,
                missing, unreadable; unchecked where no folder was looked into or no SHA-256 was kept
    rows        the rows of the table that came from it
    """

    file: str
    status: Literal["unchanged", "moved", "changed", "missing", "unreadable", "unchecked"]
    found: str | None = None
    rows: list[int]

    @property
    def same(self) -> bool:
        return self.status in ("unchanged", "moved")


class HandEdit(BaseModel):
    """A cell of the table that does not hold what was last brought in for it, and from where that was.

    `pulled` is absent where nothing came for the cell: it was filled in by hand.
    """

    sheet: str
    cell: str
    row_number: int
    field: str
    pulled: str | int | float | bool | None = None
    now: str | int | float | bool | None = None
    file: str = ""
    place: str = ""


class LostRow(BaseModel):
    """A row that was brought in and is not in the table any more, though nobody decided so."""

    file: str
    project_name: str


class LogProblem(BaseModel):
    """A place at which 操作记录 is not as the commands wrote it."""

    sheet: str
    cell: str = ""
    message: str


class LogEvidence(BaseModel):
    """Whether 操作记录 is whole; see `xlpy.chain`.

    lines       its lines; `unchained` of them are older than the codes
    since       the time of the first line with a code: from then on the chain holds, for the lines before it too
    code        校验码 of the last line
    """

    lines: int
    unchained: int = 0
    since: str | None = None
    code: str | None = None
    complete: bool = False
    problems: list[LogProblem] = []


class Verification(BaseModel):
    """What `verify` found: files, cells and rows against 来源, and the log.

    sha256          of the workbook's file; absent for one that is open in Excel
    typed           rows of the table that came from no file
    unseen          fields brought in whose column the table has no more: nothing is known of their cells
    unit            the words of the table by which 经济效益 now counts in another unit than 万元
    other_tables    sheets with a table of the same kind that nobody brought in: whose rows a reader could take
    sources_intact  whether 来源 is as the last run wrote it; absent where no run has kept that
    """

    in_order: bool
    sha256: str | None = None
    files: list[FileEvidence]
    edits: list[HandEdit]
    typed: list[int]
    unseen: list[str]
    lost: list[LostRow]
    unit: str | None = None
    other_tables: list[str] = []
    sources_intact: bool | None = None
    log: LogEvidence


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
    verify: Verification | None = None
    summary: str | None = None  # what 操作记录 says of the run

    def count(self, severity: Severity) -> int:
        return sum(flag.severity is severity for flag in self.flags)

    @property
    def exit_code(self) -> int:
        """0 without, 1 with an error flag or evidence that is not in order."""
        return 1 if self.count(Severity.ERROR) or (self.verify and not self.verify.in_order) else 0

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
