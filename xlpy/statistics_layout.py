"""Where the figures of the sheet 统计 stand: its authoring draws the charts over them, the command total fills them.

Addresses are 1-based and follow from the notice's code lists alone: after a list got longer, 应用参数 has to lay the
sheet out anew. `total` writes the labels with the figures, so that no chart shows a figure under a wrong name.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from xlpy.layout import HEADER_OF
from xlpy.notice import Notice
from xlpy.totals import GROUPINGS, group_labels

TITLE_ROW: Final = 1
STATED_ROW: Final = 2  # when and from which table the figures were made
OVERALL_ROW: Final = 4  # heading of the overall figures
OVERALL: Final = {
    "projects": "项目数（个）",
    "companies": "项目单位数（家）",
    "amount": "经济效益合计（万元）",
    "left_out": "未计入经济效益的项目（个）",
}
"""Figure → its label, in the order of the lines below `OVERALL_ROW`."""

LABEL_COLUMN, COUNT_COLUMN, AMOUNT_COLUMN, SHARE_COLUMN = 1, 2, 3, 4
GROUP_HEADERS: Final = ("项目数（个）", "经济效益（万元）", "占合计的比例")
LEFT_OUT_HEADERS: Final = ("行", "项目名称", "原因")
LEFT_OUT_COLUMNS: Final = (1, 2, 4)  # the name spans two columns
SUM_LABEL: Final = "合计"


class Section(NamedTuple):
    """One grouping: title, then the header, then a line per label (columns A…D), then the line 合计.

    `key` is the field (level, ownership, size), as in `Totals.groups`; shares are 0…1.
    """

    key: str
    title: str
    title_row: int
    labels: tuple[str, ...]

    @property
    def header_row(self) -> int:
        return self.title_row + 1

    @property
    def first_row(self) -> int:
        return self.title_row + 2

    @property
    def last_row(self) -> int:
        """The last label's row, before 合计."""
        return self.first_row + len(self.labels) - 1

    @property
    def sum_row(self) -> int:
        return self.last_row + 1


def overall_rows() -> dict[str, int]:
    """Figure → its row; the value stands in `COUNT_COLUMN`.

    >>> overall_rows()
    {'projects': 5, 'companies': 6, 'amount': 7, 'left_out': 8}
    """
    return {key: OVERALL_ROW + n for n, key in enumerate(OVERALL, 1)}


def sections(notice: Notice) -> tuple[Section, ...]:
    """The groupings from the top down, a blank row between them."""
    found: list[Section] = []
    row = OVERALL_ROW + len(OVERALL) + 2
    for key in GROUPINGS:
        section = Section(key, f"按{HEADER_OF[key]}", row, tuple(group_labels(key, notice)))
        found.append(section)
        row = section.sum_row + 2
    return tuple(found)


def left_out_row(notice: Notice) -> int:
    """The row of the heading 未计入; its header is in the next row, its lines (columns `LEFT_OUT_COLUMNS`) below."""
    return sections(notice)[-1].sum_row + 2
