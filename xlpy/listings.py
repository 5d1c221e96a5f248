"""The exclusion lists 历年表彰 and 市级申报, pasted by the bureau with their own headers in any order. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from xlpy.catalogue import CATALOGUE
from xlpy.cells import show
from xlpy.flags import Flag, make_flag
from xlpy.grids import Scalar, SheetGrid, Snapshot
from xlpy.labels import Lexicon
from xlpy.layout import SUMMARY_COLUMNS
from xlpy.models import Model

_OTHER_NAMES: Final = {
    "project_name": ("获奖项目", "获奖项目名称", "获奖成果", "项目", "成果", "课题", "申报项目", "申报项目名称"),
    "company": ("获奖单位", "单位", "企业", "公司", "公司名称", "获奖企业", "承担单位", "主要完成单位", "申报主体"),
    "number": ("No", "NO.", "排名"),
    "remarks": (),
    "year": ("年度", "年份", "获奖年度", "获奖年份", "表彰年度", "表彰年份"),
    "award": ("奖项", "级别", "等级", "奖级", "表彰级别", "表彰奖项", "获奖级别", "获奖等级"),
}
_ALSO_WORDS: Final = ("项目", "成果", "课题")  # headers only among other headers: a column 类别 holds them too
_HEADERS: Final[Lexicon[str]] = Lexicon(
    {name: field for field, names in _OTHER_NAMES.items() for name in names}
    | {name: c.field for c in SUMMARY_COLUMNS if c.field in _OTHER_NAMES for name in (c.header, *c.aliases)}
)


class Entry(Model):
    """A line of an exclusion list (`sheet` 历年表彰 or 市级申报). `note` is what else it says: year, award."""

    sheet: str
    name: str
    company: str
    note: str
    cell: str


def read_listing(snapshot: Snapshot, sheet: str) -> tuple[list[Entry], list[Flag]]:
    """The entries of an exclusion list: whatever stands below a row with a header 项目名称 (or an alias).

    Such a row may come again with its columns in another order, where lists were pasted one below the other. Nothing
    but the project's name is needed; further columns become the note. A list without such a header is flagged (P01):
    nothing of it could be compared.
    """
    grid = snapshot.sheets.get(sheet)
    if grid is None:
        return [], []
    entries: list[Entry] = []
    columns: dict[str, int] = {}
    for r, row in enumerate(grid.rows, 1):
        if found := _header(row):
            columns = found
        elif columns:
            name, company = (_text(grid, r, columns.get(field, 0)) for field in ("project_name", "company"))
            known = {columns.get(field) for field in ("project_name", "company", "number")}
            note = " ".join(words for c, v in enumerate(row, 1) if c not in known and (words := show(v)))
            if name and not _heading(grid, r, columns):
                cell = grid.address(r, columns["project_name"])
                entries.append(Entry(sheet=sheet, name=name, company=company, note=note, cell=cell))
    filled = [(r, c) for r, c, _ in grid.cells() if r > 2]  # below our own title and hint
    if columns or not filled:
        return entries, []
    place = {"file": snapshot.name, "sheet": sheet, "cell": grid.address(*filled[0])}
    return [], [make_flag(CATALOGUE["P01"], "listing", name=sheet, **place)]


def _header(row: Sequence[Scalar]) -> dict[str, int]:
    """Field → column where a row is a header that names the projects; else nothing."""
    found: dict[str, int] = {}
    for c, value in enumerate(row, 1):
        if isinstance(value, str) and (field := _HEADERS.whole(value.strip())):
            found.setdefault(field, c)
    if "project_name" not in found:
        return {}
    alone = len(found) == 1 and sum(value not in (None, "") for value in row) > 1
    return {} if alone and show(row[found["project_name"] - 1]) in _ALSO_WORDS else found


def _text(grid: SheetGrid, row: int, column: int) -> str:
    """A cell as seen; that of a merged range in each of its cells."""
    return show(grid.value(*grid.box(row, column)[:2]))


def _heading(grid: SheetGrid, row: int, columns: Mapping[str, int]) -> bool:
    """Whether the project's cell is merged with those of other columns: 2022年度 above the lines of a year."""
    box = grid.box(row, columns["project_name"])
    return sum(box.left <= column <= box.right for column in columns.values()) > 1
