"""退回修改 on files: for every town with flags a folder with marked copies of its workbooks, and what to mend.

The towns' own files are only read. A run writes a folder of its own, whole or not at all.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import posixpath
import re
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from xlpy.commands.district_work import Work
from xlpy.commands.marking import mark_all
from xlpy.commands.outcome import Run
from xlpy.commands.returns import Return, Sheet, returns, seen_from
from xlpy.commands.rewriting import rewritten
from xlpy.errors import CannotKeep, CannotRun, CannotWrite, FileBusy, UnreadableFile, UnsupportedFormat, one_line
from xlpy.files import read_grids
from xlpy.files.folder import RETURN_FOLDER
from xlpy.files.source import read_source
from xlpy.flags import Flag
from xlpy.grids import Snapshot
from xlpy.intake import Progress, read_towns
from xlpy.models import SummaryTable
from xlpy.patch import Patch
from xlpy.settings import read_notice
from xlpy.summary import parse_summary
from xlpy.surfaces.file import EDITABLE, open_workbook

LIST: Final = "修改清单.docx"
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
_RESERVED = re.compile(r"(?i)(?:con(?:in\$|out\$)?|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³])\s*(?:\..*)?")
_LONGEST = 60  # characters of a name, so that paths stay short
_LONGEST_SHEET = 31  # as Excel allows; a crafted file may have more
_LONGEST_FILE = 240  # bytes of a file's name, with room for a number


@dataclass(frozen=True, slots=True)
class SentBack:
    """What was made for one town: its folder, and the files in it, the list first."""

    town: str
    folder: Path
    files: tuple[Path, ...]


def send_back(
    workbook: str | os.PathLike[str],
    towns_folder: str | os.PathLike[str],
    out: str | os.PathLike[str] | None = None,
    *,
    run: Run,
    progress: Progress | None = None,
) -> list[SentBack]:
    """Make a folder for every town whose tables or forms have flags; none where nothing is flagged.

    The folders stand below `out` (退回修改 beside the district `workbook`), in one named after the time of the `run`.
    A workbook is copied and the copy marked, as `validate` would; of a file that cannot be marked in place, the rows
    go onto a blank Annex 2 of ours. Raises CannotRun (no district workbook, `out` among the towns' files), FileError.
    """
    snapshot = read_grids(workbook)
    intake = read_towns(towns_folder, workbook, progress, read_notice(snapshot)[0].columns)
    work = Work(snapshot, intake)
    base = Path(workbook).resolve().parent
    target = Path(out) if out is not None else base / RETURN_FOLDER
    _check_apart(target, Path(towns_folder))
    parcels = _Parcels(work, base, dt.date.fromisoformat(run.time[:10]))
    whole = returns(work, parcels.tables())
    if not whole:
        return []
    name = _free(run.time.replace(":", "-"), (p.name for p in target.iterdir()) if target.is_dir() else ())
    staging, final = target / f".{name}", target / name
    sent: list[SentBack] = []
    try:
        staging.mkdir(parents=True)
        for done, one in enumerate(whole):
            if progress:
                progress(done, len(whole), one.town)
            folder = _free(harmless(one.town), (s.folder.name for s in sent))
            if files := parcels.make(one, staging / folder):
                sent.append(SentBack(one.town, final / folder, tuple(final / folder / file for file in files)))
        staging.rename(final)
    except OSError as error:
        shutil.rmtree(staging, ignore_errors=True)
        raise CannotWrite(target, "写不进去", "请检查磁盘空间和权限，再运行一次") from error
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    if progress:
        progress(len(whole), len(whole), "")
    return sent


def harmless(name: str) -> str:
    """`name` as every system takes it for a folder.

    >>> harmless('安亭镇/"东":区. '), harmless("con"), harmless("..")
    ('安亭镇_东_区', '_con', '_')
    """
    plain = one_line(_FORBIDDEN.sub("_", name))[:_LONGEST].strip(" .") or "_"
    return f"_{plain}" if _RESERVED.fullmatch(plain) else plain


def _shortened(stem: str, ending: str) -> str:
    """`stem` and `ending` as a name that every disk takes."""
    while len(os.fsencode(stem + ending)) > _LONGEST_FILE:
        stem = stem[:-1]
    return stem + ending


def _free(name: str, taken: Iterable[str]) -> str:
    """`name`, or 名称（2）… if another has it; case does not tell names apart."""
    used = {other.casefold() for other in taken}
    stem, dot, suffix = name.rpartition(".")
    head, tail = (stem, dot + suffix) if stem else (name, "")
    names = (f"{head}（{n}）{tail}" if n > 1 else name for n in range(1, len(used) + 2))
    return next(one for one in names if one.casefold() not in used)


def _check_apart(out: Path, towns: Path) -> None:
    """What is sent back must not be read as received the next time."""
    here, there = out.resolve(), towns.resolve()
    if here.is_relative_to(there) and RETURN_FOLDER not in here.relative_to(there).parts:
        raise CannotRun(
            f"退回的文件不能放在街镇材料里面（{out}）", f"请另选一个文件夹，或放进名为“{RETURN_FOLDER}”的文件夹"
        )


class _CannotMark(Exception):
    """A copy of `file` cannot be marked in place."""

    def __init__(self, file: str) -> None:
        super().__init__(file)
        self.file = file


@dataclass(frozen=True, slots=True)
class _Anew:
    """A received table on a blank Annex 2 of ours, which `patch` fills; `old` is the file it came in."""

    old: str
    table: SummaryTable
    patch: Patch


class _Parcels:
    """What is put into the towns' folders: marked copies, tables made anew, lists."""

    def __init__(self, work: Work, base: Path, day: dt.date) -> None:
        self._work, self._base, self._day = work, base, day
        self._anew: dict[Sheet, _Anew] = {}
        senders: dict[str, set[str]] = defaultdict(set)
        for one in work.hand_ins:
            senders[one.file].add(one.town)
        for file in dict.fromkeys(one.file for one in work.hand_ins if one.used and one.town):
            shared = len(senders[file]) > 1  # a unit is not to see the rows of another
            if shared or not file.casefold().endswith(EDITABLE):
                self._make_anew(file)

    def tables(self) -> dict[Sheet, SummaryTable]:
        """The tables that go back in a file of ours, by the file and sheet they came in."""
        return {sheet: anew.table for sheet, anew in self._anew.items()}

    def make(self, one: Return, folder: Path) -> list[str]:
        """Fill a town's folder; the names of its files, the list first. None where in the end nothing is flagged.

        A workbook that the editor refuses goes back on an Annex 2 of ours, and everything is told of that one.
        """
        while True:
            folder.mkdir()
            try:
                return self._fill(one, folder)
            except _CannotMark as refused:
                shutil.rmtree(folder)
                self._make_anew(refused.file)
            again = [other for other in returns(self._work, self.tables()) if other.town == one.town]
            if not again:
                return []
            (one,) = again

    def _fill(self, one: Return, folder: Path) -> list[str]:
        anew = {new.table.file: new for new in self._anew.values()}
        marked: dict[str, str] = {}  # file → its name in the folder
        for file, found in one.by_file().items():
            if not any(flags for _, flags in found):
                continue
            marked[file] = seen_from(one.home, file)
            path = folder / marked[file]
            path.parent.mkdir(parents=True, exist_ok=True)
            if new := anew.get(file):
                self._mark(path, self._blank[0], new.patch, found)
            else:
                try:
                    self._mark(path, self._original(file), Patch(), found)
                except (CannotKeep, UnreadableFile, UnsupportedFormat) as error:
                    raise _CannotMark(file) from error
        converted = {name: seen_from(one.home, anew[file].old) for file, name in marked.items() if file in anew}
        from xlpy.authoring.package import save_document
        from xlpy.authoring.return_list import Letter, return_document

        letter = Letter(one.town, self._day, one.to_mend(), list(marked.values()), converted, one.with_forms)
        (folder / LIST).write_bytes(save_document(return_document(letter, self._work.notice)))
        return [LIST, *marked.values()]

    def _mark(
        self, path: Path, data: bytes, filling: Patch, found: Sequence[tuple[SummaryTable, Sequence[Flag]]]
    ) -> None:
        """Put `data`, filled and marked, at `path`. The backup goes: the town's own file is its backup."""
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            copy = Path(folder) / f"copy{path.suffix}"  # the town's name may leave no room for a backup's number
            copy.write_bytes(data)
            book = open_workbook(copy)
            book.commit(filling + mark_all(filling.applied(book.snapshot), found))
            copy.replace(path)

    def _original(self, file: str) -> bytes:
        path = self._base / file
        data = read_source(path).data
        if hashlib.sha256(data).hexdigest() not in {o.table.sha256 for o in self._work.hand_ins if o.file == file}:
            raise FileBusy(path, "文件在读取之后被改过", "请再运行一次")
        return data

    def _make_anew(self, file: str) -> None:
        snapshot = read_grids(self._base / file)
        own = [one.table.table for one in self._work.hand_ins if one.used and one.file == file]
        for table in own:
            which = f"，{harmless(table.sheet)[:_LONGEST_SHEET]}" if len(own) > 1 else ""
            name = _shortened(posixpath.splitext(posixpath.basename(file))[0], f"（已转换{which}）.xlsx")
            folder = posixpath.dirname(file)
            beside = [one.file for one in self._work.hand_ins] + [new.table.file for new in self._anew.values()]
            name = _free(name, (posixpath.basename(f) for f in beside if posixpath.dirname(f) == folder))
            columns = self._work.notice.columns
            patch = rewritten(table, snapshot.sheet(table.sheet), self._blank[1], columns)
            filled = parse_summary(patch.applied(self._blank[1]), columns=columns)
            filled = filled.model_copy(update={"file": posixpath.join(folder, name)})
            self._anew[file, table.sheet] = _Anew(file, filled, patch)

    @cached_property
    def _blank(self) -> tuple[bytes, Snapshot]:
        """An Annex 2 under the district's notice: its bytes, and what it holds."""
        from xlpy.authoring.summary_book import summary_bytes

        data = summary_bytes(self._work.notice)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "附件2.xlsx"
            path.write_bytes(data)
            return data, open_workbook(path).snapshot
