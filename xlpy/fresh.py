"""Fresh blank files: the shipped ones as they are, or made under the notice that a workbook holds."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from pathlib import Path
from typing import Final, NamedTuple

from xlpy.authoring import DISTRICT_XLSX, FORM_DOCX, FORM_XLSX, SUMMARY_XLSX, TEMPLATES, resource
from xlpy.errors import CannotRun, CannotWrite
from xlpy.grids import Snapshot
from xlpy.next_year import moved, must_change, notice_of, to_look_at
from xlpy.notice import Notice
from xlpy.surfaces.saving import new_workbook

PathLike = str | os.PathLike[str]
KINDS: Final = {"summary": SUMMARY_XLSX, "district": DISTRICT_XLSX, "form": FORM_XLSX, "form-docx": FORM_DOCX}
SET: Final = "set"


class Fresh(NamedTuple):
    """The new files, and under a notice what somebody should look at first; `unfinished`: what must be changed."""

    files: list[Path]
    notes: list[str]
    unfinished: bool = False


def fresh(
    kind: str,
    out: PathLike,
    source: Snapshot | None = None,
    year: int | str | None = None,
    deadline: dt.date | str | None = None,
) -> Fresh:
    """Make one file (`kind` as in `KINDS`) at `out`, or with the kind set all of them in the folder `out`.

    `source` is the workbook whose 参数 and 规则 count; its projects are not taken along. `year` and `deadline` are as
    typed. Nothing is overwritten: all the files are made, or none. Raises CannotRun, UnusableSettings, CannotWrite.
    """
    target = Path(out)
    names = list(KINDS.values()) if kind == SET else [KINDS[kind]]
    paths = [target / Path(name).name for name in names] if kind == SET else [target]
    if kind != SET and target.suffix.casefold() != Path(names[0]).suffix:
        raise CannotRun(f"{kind} 的文件名要以 {Path(names[0]).suffix} 结尾，写的是“{target.name}”", "请改文件名再运行")
    if source is None and year is None and deadline is None:
        _write_all(paths, [resource(name).read_bytes() for name in names])
        return Fresh(paths, [])
    old = notice_of(source)[0] if source else Notice()
    notice = moved(old, year=year, deadline=deadline)
    _write_all(paths, [TEMPLATES[name](notice) for name in names])
    return Fresh(paths, to_look_at(old, notice, source), must_change(notice))


def _write_all(paths: list[Path], contents: list[bytes]) -> None:
    """Write every file, or none."""
    done: list[Path] = []
    if len(paths) > 1:
        _make_folder(paths[0].parent)
    try:
        for path, data in zip(paths, contents, strict=True):
            new_workbook(path, data)
            done.append(path)
    except BaseException:
        for path in done:
            with contextlib.suppress(OSError):
                path.unlink()
        raise


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotWrite(folder, "建不了这个文件夹", "请换一个能写的地方，或检查同名的文件") from error
