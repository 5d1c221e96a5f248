"""Made-up forms and tables of any size, whose names share their words as those of real projects do."""

from __future__ import annotations

import zipfile
from pathlib import Path

from tests.making import HEADERS
from xlpy.authoring import SUMMARY_XLSX, resource
from xlpy.demo.companies import PROJECTS
from xlpy.demo.forms import _compact, _excel, form_values
from xlpy.demo.trades import UNITS
from xlpy.grids import Scalar, SheetGrid, Snapshot
from xlpy.notice import Notice
from xlpy.patch import InsertRows, Patch, Write, block
from xlpy.summary import parse_summary
from xlpy.surfaces.file import editing

_TRADES = [trade for unit in UNITS.values() for trade in unit.trades]
_PRODUCTS = list(dict.fromkeys(product for trade in _TRADES for product in trade.products.split()))
_TROUBLES = list(dict.fromkeys(trouble for trade in _TRADES for trouble in trade.troubles.split()))
_MATERIALS = ("不锈钢", "铝合金", "碳纤维", "镁合金", "陶瓷", "钛合金", "尼龙", "硅胶", "玻璃", "铜", "石墨", "聚丙烯")


def name(n: int) -> str:
    """The name of the n-th project: material, product, trouble; no two are equal."""
    made = n // len(_MATERIALS)
    trouble = made // len(_PRODUCTS) * 7 + n * 5
    return _MATERIALS[n % len(_MATERIALS)] + _PRODUCTS[made % len(_PRODUCTS)] + _TROUBLES[trouble % len(_TROUBLES)]


def project(n: int) -> list[Scalar]:
    """A row without its 序号."""
    return [name(n), f"第{n}公司", f"2022年{n % 8 + 1}月", "国内领先", "民营企业", "中型", n % 997 + 0.5, None]


def table(rows: int) -> Snapshot:
    """An Annex 2 of `rows` projects, as other programs make it: nothing but the table."""
    lines: list[list[Scalar]] = [list(HEADERS), *([n + 1, *project(n)] for n in range(rows))]
    return Snapshot("附件2.xlsx", {"汇总表": SheetGrid("汇总表", lines)})


def workbook(path: Path, rows: int) -> Path:
    """Our Annex 2 with `rows` projects in it."""
    path.write_bytes(resource(SUMMARY_XLSX).read_bytes())
    with editing(path) as book:
        found = parse_summary(book.snapshot)
        missing = rows - (found.last_row - found.first_row + 1)
        room = [InsertRows(found.sheet, found.last_row, missing)] if missing > 0 else []
        lines = block([[n + 1, *project(n)] for n in range(rows)])
        book.commit(Patch((*room, Write(found.sheet, found.first_row, 1, lines))))
    return path


def forms(folder: Path, count: int, older: bool = False) -> list[Path]:
    """`count` forms that are all right, one project each: our template, or an older form."""
    folder.mkdir(exist_ok=True)
    notice, write = Notice(), _compact if older else _excel
    paths = [folder / f"{n:05}.xlsx" for n in range(count)]
    for n, path in enumerate(paths):
        if n < len(PROJECTS):
            write(path, form_values(PROJECTS[n], n), notice)
        else:
            given = PROJECTS[n % len(PROJECTS)]
            _with_words(paths[n % len(PROJECTS)], path, {given.name: name(n), given.company: f"第{n}公司"})
    return paths


def _with_words(source: Path, path: Path, words: dict[str, str]) -> None:
    """A copy of a workbook with other words in its cells, which is faster than to write it anew."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            data = old.read(part)
            for word, other in words.items():
                data = data.replace(word.encode(), other.encode())
            new.writestr(part, data)
