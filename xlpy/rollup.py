"""A folder tree of district workbooks → one workbook with the sums of every level."""

from __future__ import annotations

import os
from concurrent.futures import Executor
from functools import partial
from pathlib import Path

from xlpy.commands.outcome import Run
from xlpy.commands.rolling_up import Figures, RollUp, figures_of
from xlpy.commands.rolling_up import roll_up as sums
from xlpy.errors import CannotRun
from xlpy.files import read_grids
from xlpy.intake import Progress, read_below
from xlpy.reading import Received
from xlpy.surfaces.saving import new_workbook, refuse_existing

PathLike = str | os.PathLike[str]


def roll_up(
    out: PathLike, folder: PathLike, *, run: Run, progress: Progress | None = None, executor: Executor | None = None
) -> RollUp:
    """Read and check every district workbook below `folder`, and write their sums by folder into the new file `out`.

    Every file is in a line or skipped with its reason. Raises CannotRun where there is no folder, no district workbook
    in it, or `out` exists; CannotWrite.
    """
    target = Path(out)
    if target.suffix.casefold() != ".xlsx":
        raise CannotRun(f"文件名要以 .xlsx 结尾，写的是“{target.name}”", "请改文件名再运行")
    refuse_existing(target)
    found: list[Figures] = []
    read = partial(_figures_in, run=run)
    _, skipped = read_below(
        "区级汇总表",
        folder,
        progress,
        read,
        lambda one, _: found.append(one),
        executor,
        base=Path(folder).resolve(),
        exclude=[target],
    )
    if not found:
        why = f"，例如 {skipped[0].file}：{skipped[0].reason}" if skipped else ""
        raise CannotRun(f"文件夹“{folder}”里没有能汇总的区级汇总表{why}", "请把各区的区级汇总表放进这个文件夹")
    result = sums(found, skipped).model_copy(update={"workbook": str(out)})
    from xlpy.authoring.rollup_book import rollup_bytes

    new_workbook(target, rollup_bytes(result, run.time))
    return result


def _figures_in(file: Received, run: Run) -> Figures:
    return figures_of(read_grids(file.source()), run)
