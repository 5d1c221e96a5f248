"""The towns' tables and the district's workbook as files, for tests of what starts at files."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tests.districts import project
from tests.making import HEADERS
from xlpy.authoring import DISTRICT_XLSX, resource
from xlpy.demo.clerk import footer
from xlpy.grids import Scalar
from xlpy.surfaces.file import open_workbook

TOWNS = "街镇报送"
UNITS = "安亭镇", "马陆镇", "徐行镇"


def district_file(folder: Path) -> Path:
    """A blank district workbook, as `xlpy new district` makes it; who hands it in is filled in."""
    path = Path(shutil.copyfile(resource(DISTRICT_XLSX), folder / "区级汇总表.xlsx"))
    book = open_workbook(path)
    backup = book.commit(footer(book.snapshot, {"contact": "张三", "phone": "59590000"}))
    assert backup
    shutil.rmtree(backup.parent)
    return path


def town_file(path: Path, unit: str, *projects: list[Scalar], modified: float = 1.7e9) -> Path:
    """A unit's Annex 2 in a file of its own making, last changed at `modified`."""
    import xlsxwriter

    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("汇总表")
    sheet.write("A1", "2023年申报汇总表")
    for line, cells in enumerate([HEADERS, *([n, *one] for n, one in enumerate(projects, 1))], 2):
        sheet.write_row(f"A{line}", cells)
    sheet.write_row(f"A{len(projects) + 4}", ["填报单位：", None, unit, None, "联系人：", "张三", "电话：", "59590000"])
    book.close()
    os.utime(path, (modified, modified))
    return path


def some_towns(folder: Path, rows: int = 3) -> Path:
    """Three towns with `rows` projects each below `folder`; the answer is the folder of what they sent."""
    for t, unit in enumerate(UNITS):
        mine = [project(f"{unit[0]}{n:03}号线降噪", f"{unit}第{n:03}公司", 10.0 + n) for n in range(rows)]
        town_file(folder / TOWNS / f"{unit}.xlsx", unit, *mine, modified=1.7e9 + t)
    return folder / TOWNS
