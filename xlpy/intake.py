"""A folder of forms → `Intake`: every file ends as a form or as skipped with a one-line reason."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from xlpy.errors import CannotRun, FileError
from xlpy.files import read_grids
from xlpy.files.folder import list_forms
from xlpy.forms import parse_form
from xlpy.models import Form, Intake, Skipped

Progress = Callable[[int, int, str], None]
"""Called with (done, all, name of the file at hand)."""


def read_form(path: str | os.PathLike[str]) -> Form:
    """Annex 1 from a file: .xlsx .xlsm .xlsb .xls .ods .docx.

    Raises FileError: UnreadableFile, PasswordNeeded, UnsupportedFormat, or WrongForm where it holds no 登记表.
    """
    return parse_form(read_grids(path))


def read_folder(
    folder: str | os.PathLike[str], workbook: str | os.PathLike[str] | None = None, progress: Progress | None = None
) -> Intake:
    """Every form below `folder`, in natural order of the names.

    Files are named relative to the folder of `workbook` where that is possible, so that the workbook's links and its
    memory of files survive when both are moved together. Raises CannotRun where there is no such folder.
    """
    root = Path(folder)
    if not str(folder).strip() or not root.is_dir():
        raise CannotRun(f"找不到登记表文件夹“{folder}”", "请检查路径，或把登记表放进这个文件夹")
    base = Path(workbook).resolve().parent if workbook else None
    paths, skipped = list_forms(root, exclude=[Path(workbook)] if workbook else [])
    forms: list[Form] = []
    left_out = [Skipped(file=_named(Path(s.file), base), reason=s.reason) for s in skipped]
    modified: dict[str, float] = {}
    for done, path in enumerate(paths):
        if progress:
            progress(done, len(paths), path.name)
        name = _named(path, base)
        try:
            forms.append(read_form(path).model_copy(update={"file": name}))
            modified[name] = path.stat().st_mtime
        except FileError as error:
            left_out.append(Skipped(file=name, reason=error.reason))
        except OSError:
            left_out.append(Skipped(file=name, reason="读的时候文件不见了。请放回后重新导入"))
    if progress:
        progress(len(paths), len(paths), "")
    return Intake(folder=_named(root, base), forms=tuple(forms), skipped=tuple(left_out), modified=modified)


def _named(path: Path, base: Path | None) -> str:
    if base:
        full = path.resolve()
        if full.is_relative_to(base):
            return full.relative_to(base).as_posix()
        return full.as_posix()
    return path.as_posix()
