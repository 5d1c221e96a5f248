"""The exclusion lists 历年表彰 and 市级申报, pasted by the bureau with their own headers in any order. Pure."""

from __future__ import annotations

from typing import Final

from xlpy.catalogue import CATALOGUE
from xlpy.cells import show
from xlpy.flags import Flag, make_flag
from xlpy.grids import Snapshot
from xlpy.labels import Lexicon
from xlpy.layout import SUMMARY_COLUMNS
from xlpy.models import Model

_DEEPEST_HEADER: Final = 30
_OTHER_NAMES: Final = {
    "project_name": ("获奖项目", "获奖项目名称", "获奖成果", "项目", "成果", "课题", "申报项目", "申报项目名称"),
    "company": ("获奖单位", "单位", "企业", "公司", "公司名称", "获奖企业", "承担单位", "主要完成单位", "申报主体"),
    "number": ("No", "NO.", "排名"),
}
_HEADERS: Final[Lexicon[str]] = Lexicon(
    {
        name: c.field
        for c in SUMMARY_COLUMNS
        if c.field in _OTHER_NAMES
        for name in (c.header, *c.aliases, *_OTHER_NAMES[c.field])
    }
)


class Entry(Model):
    """A line of an exclusion list (`sheet` 历年表彰 or 市级申报). `note` is what else it says: year, award."""

    sheet: str
    name: str
    company: str
    note: str
    cell: str


def read_listing(snapshot: Snapshot, sheet: str) -> tuple[list[Entry], list[Flag]]:
    """The entries of an exclusion list, below the last line near the top that has a header 项目名称 (or an alias).

    Nothing else is needed; further columns become the note. A list without such a header is flagged (P01): nothing of
    it could be compared.
    """
    grid = snapshot.sheets.get(sheet)
    if grid is None:
        return [], []
    top, columns = 0, dict[str, int]()
    for r, row in enumerate(grid.rows[:_DEEPEST_HEADER], 1):
        found: dict[str, int] = {}
        for c, value in enumerate(row, 1):
            if isinstance(value, str) and (field := _HEADERS.whole(value)):
                found.setdefault(field, c)
        if "project_name" in found:
            top, columns = r, found
    if not top:
        filled = [(r, c) for r, c, _ in grid.cells() if r > 2]  # below our own title and hint
        if not filled:
            return [], []
        place = {"file": snapshot.name, "sheet": sheet, "cell": grid.address(*filled[0])}
        return [], [make_flag(CATALOGUE["P01"], "listing", name=sheet, **place)]
    entries = []
    for r in range(top + 1, grid.height + 1):
        name, company = (show(grid.value(r, columns.get(field, 0))).strip() for field in ("project_name", "company"))
        others = (show(v) for c, v in enumerate(grid.rows[r - 1], 1) if c not in columns.values() and v is not None)
        note = " ".join(text.strip() for text in others if text.strip())
        if name:
            cell = grid.address(r, columns["project_name"])
            entries.append(Entry(sheet=sheet, name=name, company=company, note=note, cell=cell))
    return entries, []
