"""`xlpy demo`: a town's whole job on made-up data, from a folder of forms to a checked table with totals."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlpy.errors import CannotRun

if TYPE_CHECKING:
    from xlpy.flags import Flag
    from xlpy.report import Report

MARKER: Final = ".xlpy-demo"
FORMS: Final = "登记表"
WORKBOOK: Final = "附件2_申报汇总表_安亭镇.xlsx"
RECEIVED: Final = 1694390400  # every file's time: 2023-09-11 00:00 UTC, so that each run is the same
_SHOWN = 5


def run_demo(folder: Path) -> int:
    """Make the demo in `folder`, run pull → validate → total on it, and print what a clerk would want to know."""
    make_folder(folder)
    report, totals = work(folder)
    _print(folder, report, totals)
    return 0


def make_folder(folder: Path) -> None:
    """The town's folder as it stands before the work: the forms received, and a fresh Annex 2.

    Raises CannotRun where `folder` holds something that is not a former demo: nobody's files are overwritten.
    """
    from xlpy.authoring import SUMMARY_XLSX, resource
    from xlpy.demo.forms import write_forms
    from xlpy.notice import Notice

    try:
        if folder.is_dir() and (folder / MARKER).is_file():
            for name in (FORMS, "备份"):
                shutil.rmtree(folder / name, ignore_errors=True)
            (folder / WORKBOOK).unlink(missing_ok=True)
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


def most_important(flags: Sequence[Flag], count: int = _SHOWN) -> list[Flag]:
    """The first flags of as many different rules, the gravest first."""
    first: dict[str, Flag] = {}
    for flag in flags:
        first.setdefault(flag.rule, flag)
    return list(first.values())[:count]


def _print(folder: Path, report: Report, totals: Report) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from xlpy.flags import Severity
    from xlpy.layout import HEADER_OF

    sums = totals.totals
    assert sums is not None
    console = Console(highlight=False, soft_wrap=True)
    table = Table(title="安亭镇 2023 年质量攻关申报（演示数据）", box=box.SIMPLE_HEAD, title_justify="left")
    for header in (HEADER_OF["level"], "项目数", "经济效益（万元）"):
        table.add_column(header, justify="left" if header == HEADER_OF["level"] else "right")
    for group in sums.groups["level"]:
        if group.count:
            table.add_row(group.label, str(group.count), f"{group.amount:,.2f}")
    table.add_section()
    table.add_row("合计", str(sums.projects), f"{sums.amount:,.2f}")
    console.print(table)
    skipped = report.skipped or []
    counts = "，".join(f"{s.label} {report.count(s)}" for s in Severity)
    console.print(f"汇总表 {report.rows} 行；未采用的文件 {len(skipped)} 个；{counts}。最要紧的 {_SHOWN} 个问题：")
    for flag in most_important(report.flags):
        where = flag.place if flag.file == report.workbook else f"{flag.file} {flag.place}"
        console.print(f"  {flag.severity.label} {flag.rule} {where}：{flag.message}。{flag.fix}", markup=False)
    console.print("\n接下来请打开：", markup=False)
    console.print(f"  {folder / WORKBOOK}", markup=False)
    console.print("    汇总表：有颜色的单元格就是问题所在，“校验”一列写着原因；校验结果：全部问题，点“位置”直达")
    console.print("    统计：合计与图表；来源：每个文件的去向")
    console.print(
        f"  {folder / FORMS}：企业交来的登记表；备份：每一步之前的汇总表（也可用 xlpy undo 逐步撤销）", markup=False
    )
