"""The commands on closed workbooks, for Python users and the command line. All raise only `XlpyError`.

Those that read a folder take an `executor`, which reads its files: see `xlpy.reading`.
"""

from __future__ import annotations

import datetime as dt
import getpass
import os
from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING

from xlpy.commands.outcome import Outcome, Run
from xlpy.files import read_grids
from xlpy.garbage import seldom_collected
from xlpy.grids import Snapshot
from xlpy.intake import Progress, read_folder, read_form, summary_of
from xlpy.models import Intake, SummaryTable
from xlpy.notice import OwnColumn
from xlpy.reading import Received
from xlpy.report import Report
from xlpy.settings import read_notice

if TYPE_CHECKING:
    from xlpy.commands.rolling_up import RollUp
    from xlpy.fresh import Fresh
    from xlpy.returning import SentBack

PathLike = str | os.PathLike[str]

__all__ = [
    "apply",
    "clear",
    "consolidate",
    "new",
    "own_columns",
    "pull",
    "read_folder",
    "read_form",
    "read_summary",
    "roll_up",
    "send_back",
    "this_run",
    "total",
    "undo",
    "validate",
    "verify",
]


def new(
    kind: str,
    out: PathLike,
    notice: PathLike | None = None,
    year: int | str | None = None,
    deadline: dt.date | str | None = None,
) -> Fresh:
    """A blank file at `out` (kind summary, district, form or form-docx), or all four in the folder `out` (kind set).

    With `notice`, a workbook of ours, its 参数 and 规则 count, with another `year` and `deadline` where given; the
    answer then tells what somebody should look at. Its projects are not taken along, and nothing is overwritten.
    Raises UnusableSettings (a CannotRun with `flags`) where 参数 or 规则 hold something that cannot be used.
    """
    from xlpy.fresh import fresh

    return fresh(kind, out, read_grids(notice) if notice is not None else None, year, deadline)


def read_summary(path: PathLike) -> SummaryTable:
    """Annex 2 from a file: the table with every row, heading and stray line, by its own 参数. Amounts in 万元.

    Raises FileError: UnreadableFile, PasswordNeeded, UnsupportedFormat, or WrongForm where it holds no 汇总表.
    """
    return summary_of(Received(os.fspath(path), os.fspath(path)))


@seldom_collected()
def pull(
    workbook: PathLike,
    forms: PathLike,
    dry_run: bool = False,
    *,
    run: Run | None = None,
    progress: Progress | None = None,
    executor: Executor | None = None,
) -> Report:
    """Merge every form below the folder `forms` into the Annex 2 `workbook`, in place, and check both.

    Cells that the clerk edited are kept; pulling twice changes nothing. With `dry_run` nothing is written and the
    report's `changes` tell what would be. The former version of the workbook stays in the folder 备份 beside it.
    """
    from xlpy.commands.pull import pull as command

    intake = read_folder(forms, workbook, progress, own_columns(workbook), executor=executor)
    return _carry_out(workbook, lambda snapshot, at: command(snapshot, at, intake), dry_run, run)


@seldom_collected()
def validate(
    workbook: PathLike,
    forms: PathLike | None = None,
    dry_run: bool = False,
    *,
    run: Run | None = None,
    progress: Progress | None = None,
    executor: Executor | None = None,
) -> Report:
    """Check the Annex 2 `workbook`, with its `forms` if given, and mark what was found on it, in place."""
    from xlpy.commands.validate import validate as command

    intake: Intake | None = None
    if forms is not None:
        intake = read_folder(forms, workbook, progress, own_columns(workbook), executor=executor)
    return _carry_out(workbook, lambda snapshot, at: command(snapshot, at, intake), dry_run, run)


def total(workbook: PathLike, dry_run: bool = False, *, run: Run | None = None) -> Report:
    """Fill the sheet 统计 of the Annex 2 `workbook`: totals in 万元 and groupings by level, ownership and size."""
    from xlpy.commands.total import total as command

    return _carry_out(workbook, command, dry_run, run)


@seldom_collected()
def consolidate(
    workbook: PathLike,
    towns: PathLike,
    dry_run: bool = False,
    *,
    run: Run | None = None,
    progress: Progress | None = None,
    executor: Executor | None = None,
) -> Report:
    """Merge every Annex 2 below the folder `towns` into the district `workbook`, in place, and check all of it.

    Edits and decisions of the bureau are kept; consolidating twice changes nothing. The report's `reconciliation` tells
    where every row and every 万元 went; where that does not balance, nothing is written and a flag D06 says why.
    Raises CannotRun for a town's workbook.
    """
    from xlpy.commands.consolidate import consolidate as command
    from xlpy.intake import read_towns

    intake = read_towns(towns, workbook, progress, own_columns(workbook), executor=executor)
    return _carry_out(workbook, lambda snapshot, at: command(snapshot, at, intake), dry_run, run)


@seldom_collected()
def send_back(
    workbook: PathLike,
    towns: PathLike,
    out: PathLike | None = None,
    *,
    run: Run | None = None,
    progress: Progress | None = None,
) -> list[SentBack]:
    """退回修改: for every town with something to mend, a folder with its marked workbooks and the list in plain words.

    The folders stand below `out`, by default 退回修改 beside the district `workbook`. Neither that nor the towns' own
    files are changed. Raises CannotRun for a town's workbook, or where `out` lies among what the towns sent.
    """
    from xlpy.returning import send_back as command

    return command(workbook, towns, out, run=run or this_run(), progress=progress)


def roll_up(
    out: PathLike,
    districts: PathLike,
    *,
    run: Run | None = None,
    progress: Progress | None = None,
    executor: Executor | None = None,
) -> RollUp:
    """Check every district workbook below the folder `districts`, and write their sums into the new workbook `out`.

    Folders give the levels (province, city); every file is in a line or skipped with its reason. Raises CannotRun where
    `out` exists or nothing can be summed.
    """
    from xlpy.rollup import roll_up as command

    return command(out, districts, run=run or this_run(), progress=progress, executor=executor)


def apply(workbook: PathLike, dry_run: bool = False, *, run: Run | None = None) -> Report:
    """Title, headers, own columns, drop-downs, 使用说明 and 统计 of `workbook` as its sheets 参数 and 规则 have them.

    In place, with every row kept; nothing is changed while something on the two sheets cannot be used (see `flags`).
    """
    from xlpy.commands.apply import apply as command

    return _carry_out(workbook, command, dry_run, run)


def clear(workbook: PathLike, dry_run: bool = False, *, run: Run | None = None) -> Report:
    """Take every mark off the Annex 2 `workbook`: colours, the words in 校验, and the list 校验结果."""
    from xlpy.commands.clear import clear as command

    return _carry_out(workbook, command, dry_run, run)


def undo(workbook: PathLike, dry_run: bool = False, *, run: Run | None = None) -> Report:
    """Take back the last command that changed `workbook`: every cell as it was.

    Raises CannotRun where there is nothing to undo or a cell was edited since; several steps go back one by one.
    """
    from xlpy.commands.undo import undo as command

    return _carry_out(workbook, command, dry_run, run)


def verify(workbook: PathLike, forms: PathLike | None = None, *, progress: Progress | None = None) -> Report:
    """Whether rows, cells and log of `workbook` are still what the commands made of the received files.

    The files are looked for below `forms`, by default where the last pull or consolidation found them. Nothing is
    written, and the workbook may be open elsewhere. What was found is the report's `verify`. Raises FileError as
    `read_summary`, and CannotRun where `forms` is no folder.
    """
    from xlpy.commands.verify import verify as command
    from xlpy.intake import file_digests, recorded_folder
    from xlpy.surfaces.file import open_workbook

    snapshot = open_workbook(workbook).snapshot
    folder = forms if forms is not None else recorded_folder(snapshot, Path(workbook).resolve())
    return command(snapshot, None if folder is None else file_digests(folder, workbook, progress))


def _carry_out(
    workbook: PathLike, command: Callable[[Snapshot, Run], Outcome], dry_run: bool, run: Run | None
) -> Report:
    from xlpy.surfaces.file import editing, open_workbook

    at = run or this_run()
    if dry_run:
        with seldom_collected():
            return command(open_workbook(Path(workbook)).snapshot, at).report
    with editing(Path(workbook)) as book, seldom_collected():
        outcome = command(book.snapshot, at)
        book.commit(outcome.patch)
    return outcome.report


def own_columns(workbook: PathLike) -> tuple[OwnColumn, ...]:
    """The columns that the bureau added, by the sheet 参数 of `workbook`. Raises FileError."""
    return read_notice(read_grids(workbook))[0].columns


def this_run() -> Run:
    """Who runs a command, the local time, and the engine for own checks, which is not started before it is needed."""
    from xlpy.calculation import calculate_apart

    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):  # no user database: containers, some services
        user = ""
    return Run(dt.datetime.now().astimezone().strftime("%Y-%m-%d %H:%M:%S"), user, calculate_apart)
