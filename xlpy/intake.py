"""A folder of received files → `Intake`, `TownIntake`: every file ends as what it is, or as skipped with its reason."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from functools import partial
from pathlib import Path, PureWindowsPath
from typing import Final, NamedTuple, TypedDict, TypeVar

from xlpy.errors import CannotRun, FileError, SeveralForms, WrongForm
from xlpy.files import read_grids
from xlpy.files.folder import list_forms
from xlpy.files.source import read_source
from xlpy.forms import parse_form
from xlpy.grids import Snapshot
from xlpy.layout import ACCOUNTS
from xlpy.models import Form, Intake, Skipped, SummaryTable, TownIntake, TownTable
from xlpy.notice import OwnColumn
from xlpy.origins import read_folder_name
from xlpy.reading import Received, executor_for, read_each
from xlpy.settings import read_notice
from xlpy.summary import hidden_tables, parse_summaries, parse_summary

Progress = Callable[[int, int, str], None]
"""Called with (done, all, name of the file at hand)."""

PathLike = str | os.PathLike[str]
T = TypeVar("T")
_HIDDEN: Final = "隐藏的工作表“{}”里也有汇总表，没有读。要用请取消隐藏后重新导入，不用请删去"
_SEVERAL: Final = "里面的汇总表读了，登记表没有核对：{}"


def read_form(path: PathLike, columns: tuple[OwnColumn, ...] = ()) -> Form:
    """Annex 1 from a file: .xlsx .xlsm .xlsb .xls .ods .docx. `columns` are the bureau's own, here and below.

    Raises FileError: UnreadableFile, PasswordNeeded, UnsupportedFormat, or WrongForm where it holds no 登记表.
    """
    return parse_form(read_grids(path), columns)


def read_folder(
    folder: PathLike,
    workbook: PathLike | None = None,
    progress: Progress | None = None,
    columns: tuple[OwnColumn, ...] = (),
    *,
    executor: Executor | None = None,
) -> Intake:
    """Every form below `folder`, in natural order of the names.

    Files are named relative to the folder of `workbook` where that is possible, so that the workbook's links and its
    memory of files survive when both are moved together. They are read by the `executor` (see `xlpy.reading`), by
    default in processes of their own. Raises CannotRun where there is no such folder.
    """
    forms: list[Form] = []
    modified: dict[str, float] = {}

    def take(form: Form, seconds: float) -> None:
        forms.append(form)
        modified[form.file] = seconds

    read = partial(form_of, columns=columns)
    name, skipped = read_below("登记表", folder, progress, read, take, executor, **_seen_from(workbook))
    return Intake(folder=name, forms=tuple(forms), skipped=tuple(skipped), modified=modified)


def read_towns(
    folder: PathLike,
    workbook: PathLike | None = None,
    progress: Progress | None = None,
    columns: tuple[OwnColumn, ...] = (),
    *,
    executor: Executor | None = None,
) -> TownIntake:
    """Every Annex 2 and every form below `folder`, in natural order, named and read as in `read_folder`.

    A file gives a table for each shown sheet that has rows; one without any row is handed in empty, unless the file
    holds a form. A table on a hidden sheet is told as skipped, and so are several forms in one file. `workbook` is the
    district's; any other district workbook is skipped.
    """
    tables: list[TownTable] = []
    forms: list[Form] = []
    unread: list[Skipped] = []
    modified: dict[str, float] = {}

    def take(found: _Annexes, seconds: float) -> None:
        stamp = {"sha256": found.sha256, "received": _minute(seconds), "modified": seconds}
        tables.extend(TownTable(table=table, **stamp) for table in found.tables)
        unread.extend(found.unread)
        if found.form:
            forms.append(found.form)
            modified[found.form.file] = seconds

    read = partial(_annexes_of, columns=columns)
    name, skipped = read_below("街镇材料", folder, progress, read, take, executor, **_seen_from(workbook))
    return TownIntake(
        folder=name, tables=tuple(tables), forms=tuple(forms), skipped=(*skipped, *unread), modified=modified
    )


def file_digests(folder: PathLike, workbook: PathLike, progress: Progress | None = None) -> dict[str, str]:
    """The SHA-256 of every file below `folder` that may be a form or a table, named as in `read_folder`.

    Nothing of a file is looked at but its bytes; "" stands for one that cannot be read. Raises CannotRun as there.
    """
    root = _folder("材料", folder)
    base = Path(workbook).resolve().parent
    paths, _ = list_forms(root, exclude=[Path(workbook)])
    digests: dict[str, str] = {}
    for done, path in enumerate(paths):
        if progress:
            progress(done, len(paths), path.name)
        try:
            digests[_named(path, base)] = hashlib.sha256(read_source(path).data).hexdigest()
        except FileError:
            digests[_named(path, base)] = ""
    if progress:
        progress(len(paths), len(paths), "")
    return digests


def recorded_folder(snapshot: Snapshot, workbook: Path) -> Path | None:
    """The folder of the last pull or consolidation into `workbook`, if it is still there.

    It is recorded relative to the workbook where that was possible. One on a server counts only for a workbook on the
    same: Windows would log on wherever a received workbook says.
    """
    name = read_folder_name(snapshot)
    server, own = PureWindowsPath(name).drive, PureWindowsPath(workbook).drive
    if not name or (server.startswith("\\\\") and server.casefold() != own.casefold()):
        return None
    folder = workbook.parent / name
    return folder if folder.is_dir() else None


# --- one file, wherever it is read --------------------------------------------------------------------------------


def form_of(file: Received, columns: tuple[OwnColumn, ...] = ()) -> Form:
    """Annex 1 from a received file. Raises FileError, as `read_form`."""
    return parse_form(read_grids(file.source()), columns)


def summary_of(file: Received) -> SummaryTable:
    """Annex 2 from a received file, by its own 参数. Raises FileError, as `xlpy.read_summary`."""
    snapshot = read_grids(file.source())
    return parse_summary(snapshot, columns=read_notice(snapshot)[0].columns)


class _Annexes(NamedTuple):
    tables: list[SummaryTable]
    form: Form | None
    unread: list[Skipped]
    sha256: str


def _annexes_of(file: Received, columns: tuple[OwnColumn, ...]) -> _Annexes:
    snapshot = read_grids(file.source())
    if ACCOUNTS in snapshot.sheets:
        raise WrongForm(snapshot.name, "这是区级汇总表，不是街镇交来的，不读")
    return _Annexes(*_annexes(snapshot, columns), snapshot.sha256)


def _annexes(
    snapshot: Snapshot, columns: tuple[OwnColumn, ...]
) -> tuple[list[SummaryTable], Form | None, list[Skipped]]:
    """The tables and the form of a file, and what in it was not read.

    The notice's own file has both: what nobody filled in does not count there.
    Raises WrongForm where there is neither, not even on a hidden sheet.
    """
    tables, no_table = [], None
    unread = [Skipped(file=snapshot.name, reason=_HIDDEN.format(sheet)) for sheet in hidden_tables(snapshot)]
    try:
        tables = parse_summaries(snapshot, columns)
    except WrongForm as error:
        no_table = error
    try:
        form = parse_form(snapshot, columns)
    except SeveralForms as several:
        if no_table:
            raise
        form, unread = None, [*unread, Skipped(file=snapshot.name, reason=_SEVERAL.format(several.reason))]
    except WrongForm as no_form:
        if no_table:
            problem = f"{no_table.problem}；{no_form.problem}"
            raise WrongForm(snapshot.name, problem, "请改用下发的附件2汇总表或附件1登记表") from no_form
        form = None
    if form and tables and form.project_name.blank and form.applicant.blank:
        form = None
    return [table for table in tables if table.rows] or ([] if form else tables[:1]), form, unread


# --- a folder of them ---------------------------------------------------------------------------------------------


def read_below(
    what: str,
    folder: PathLike,
    progress: Progress | None,
    read: Callable[[Received], T],
    take: Callable[[T, float], None],
    executor: Executor | None,
    *,
    base: Path | None = None,
    exclude: Sequence[Path] = (),
) -> tuple[str, list[Skipped]]:
    """`read` every file below `folder`, and give `take` what it found and the seconds of the file's last change.

    Returns how the folder is named, and every file of which there is nothing to take, `exclude` among them. Files are
    named as seen from the folder `base`, if they are below it. Raises CannotRun where there is no folder.
    """
    root = _folder(what, folder)
    paths, left_out = list_forms(root, exclude)
    skipped = [Skipped(file=_named(Path(s.file), base), reason=s.reason) for s in left_out]
    files = [Received(str(path), _named(path, base), _modified(path)) for path in paths]
    with executor_for(files, executor) as ready:
        results = read_each(read, files, ready)
        for done, file in enumerate(files):
            if progress:
                progress(done, len(files), Path(file.path).name)
            found = next(results)
            if isinstance(found, FileError):
                skipped.append(Skipped(file=file.name, reason=found.reason))
            else:
                take(found, file.modified)
    if progress:
        progress(len(files), len(files), "")
    return _named(root, base), skipped


class _Seen(TypedDict):
    base: Path | None
    exclude: Sequence[Path]


def _seen_from(workbook: PathLike | None) -> _Seen:
    """Files are named from where the workbook is, which is none of them."""
    path = Path(workbook) if workbook else None
    return {"base": path.resolve().parent, "exclude": [path]} if path else {"base": None, "exclude": ()}


def _folder(what: str, folder: PathLike) -> Path:
    root = Path(folder)
    if not str(folder).strip() or not root.is_dir():
        raise CannotRun(f"找不到{what}文件夹“{folder}”", f"请检查路径，或把{what}放进这个文件夹")
    return root


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:  # it is gone: who reads it will say so
        return 0.0


def _named(path: Path, base: Path | None) -> str:
    if base:
        full = path.resolve()
        if full.is_relative_to(base):
            return full.relative_to(base).as_posix()
        return full.as_posix()
    return path.as_posix()


def _minute(seconds: float) -> str:
    """2023-09-11 08:00 in local time; "" for a time that no calendar has."""
    try:
        return dt.datetime.fromtimestamp(seconds).strftime("%Y-%m-%d %H:%M")
    except (OSError, OverflowError, ValueError):
        return ""
