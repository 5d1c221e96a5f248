"""`xlpy demo`: two acts on made-up data. A town makes its Annex 2 of forms; the bureau consolidates all towns.

towns, trades   what the towns send          forms, companies   what the enterprises of the first act's town send
bureau          what the bureau does         clerk              what the town's clerk does
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlpy.errors import CannotRun

if TYPE_CHECKING:
    from xlpy.grids import Snapshot
    from xlpy.patch import Patch
    from xlpy.report import Report

MARKER: Final = ".xlpy-demo"
FORMS: Final = "登记表"
WORKBOOK: Final = "附件2_申报汇总表_安亭镇.xlsx"
RECEIVED: Final = 1694390400  # every file's time: 2023-09-11 00:00 UTC, so that each run is the same
TOWNS: Final = "街镇报送"
DISTRICT: Final = "区级汇总表.xlsx"


def run_demo(folder: Path) -> int:
    """Make the demo in `folder` and play both acts, each followed by what its user would want to know.

    The town: pull → validate → total. The bureau: consolidate, decide, consolidate again.
    """
    from xlpy.demo.telling import tell_district, tell_town

    make_folder(folder)
    tell_town(folder / WORKBOOK, folder / FORMS, *work(folder))
    receive(folder)
    tell_district(folder / DISTRICT, folder / TOWNS, first_day(folder), second_day(folder))
    return 0


def make_folder(folder: Path) -> None:
    """The town's folder as it stands before the work: the forms received, and a fresh Annex 2.

    Raises CannotRun where `folder` holds something that is not a former demo: nobody's files are overwritten.
    """
    from xlpy.authoring import SUMMARY_XLSX, resource
    from xlpy.demo.forms import write_forms
    from xlpy.files.folder import BACKUP_FOLDER
    from xlpy.notice import Notice

    try:
        if folder.is_dir() and (folder / MARKER).is_file():
            for name in (FORMS, TOWNS, BACKUP_FOLDER):
                shutil.rmtree(folder / name, ignore_errors=True)
            for name in (WORKBOOK, DISTRICT):
                (folder / name).unlink(missing_ok=True)
        elif folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise CannotRun(f"“{folder}”里已经有别的文件", "请换一个空文件夹，例如 xlpy demo 演示2")
        (folder / FORMS).mkdir(parents=True)
        (folder / MARKER).write_text("xlpy demo\n", "utf-8")
        write_forms(folder / FORMS, Notice())
        (folder / WORKBOOK).write_bytes(resource(SUMMARY_XLSX).read_bytes())
        for path in (folder / FORMS).rglob("*"):
            os.utime(path, (RECEIVED, RECEIVED))
    except OSError as error:
        raise CannotRun(f"写不进“{folder}”", "请换一个能写的文件夹，并关闭正打开其中文件的程序") from error


def work(folder: Path) -> tuple[Report, Report]:
    """Everything the clerk does: 导入, some work by hand, 校验, 合计. The reports of 校验 and 合计."""
    from xlpy.api import pull, total, validate
    from xlpy.commands.outcome import Run
    from xlpy.demo.clerk import edits, footer
    from xlpy.surfaces.file import open_workbook

    workbook, forms = folder / WORKBOOK, folder / FORMS
    for change, command in ((footer, "pull"), (edits, "validate")):
        book = open_workbook(workbook)
        book.commit(change(book.snapshot))
        if command == "pull":
            pull(workbook, forms, run=Run("2023-09-11 09:00:00", "演示"))
    report = validate(workbook, forms, run=Run("2023-09-11 10:30:00", "演示"))
    totals = total(workbook, run=Run("2023-09-11 10:31:00", "演示"))
    return report, totals


def receive(folder: Path) -> None:
    """The bureau's side as it stands before its work: what the towns sent, and a fresh district workbook."""
    from xlpy.authoring import DISTRICT_XLSX, resource
    from xlpy.demo.towns import write_towns

    try:
        (folder / TOWNS).mkdir()
        write_towns(folder / TOWNS, folder / WORKBOOK, folder / FORMS)
        (folder / DISTRICT).write_bytes(resource(DISTRICT_XLSX).read_bytes())
    except OSError as error:
        raise CannotRun(f"写不进“{folder}”", "请换一个能写的文件夹，并关闭正打开其中文件的程序") from error


def first_day(folder: Path) -> Report:
    """The bureau pastes its lists of former winners, and has the towns' tables brought together."""
    from xlpy.demo.bureau import lists

    return _consolidated(folder, lists, "2023-09-18 09:00:00")


def second_day(folder: Path) -> Report:
    """The bureau decides what it was shown, corrects an amount, and has it all brought together once more."""
    from xlpy.demo.bureau import decisions

    return _consolidated(folder, decisions, "2023-09-19 09:00:00")


def _consolidated(folder: Path, change: Callable[[Snapshot], Patch], time: str) -> Report:
    from xlpy.api import consolidate
    from xlpy.commands.outcome import Run
    from xlpy.surfaces.file import open_workbook

    book = open_workbook(folder / DISTRICT)
    book.commit(change(book.snapshot))
    return consolidate(folder / DISTRICT, folder / TOWNS, run=Run(time, "演示"))
