"""Where the figures of the sheet 统计 stand: its authoring draws the charts over them, the command total fills them.

Addresses are 1-based and follow from the notice's code lists alone: where a list got longer or shorter, `total` inserts
or deletes lines first, so that its charts go along, and it writes the labels with the figures, so that no chart shows a
figure under a wrong name. The district's sheet has more than a town's: a grouping by 推荐单位, pass rates, and a table
of what the units handed in.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from xlpy.layout import HEADER_OF
from xlpy.notice import Notice
from xlpy.totals import DISTRICT_GROUPINGS, GROUPINGS, group_labels

TITLE_ROW: Final = 1
STATED_ROW: Final = 2  # when and from which table the figures were made
OWN_ROW: Final = 3  # the sums of the bureau's own columns, in words
OVERALL_ROW: Final = 4  # heading of the overall figures
OVERALL: Final = {
    "projects": "项目数（个）",
    "companies": "项目单位数（家）",
    "amount": "经济效益合计（万元）",
    "left_out": "未计入经济效益的项目（个）",
}
"""Figure → its label, in the order of the lines below `OVERALL_ROW`."""

LABEL_COLUMN, COUNT_COLUMN, AMOUNT_COLUMN, SHARE_COLUMN, PASS_COLUMN = 1, 2, 3, 4, 5
GROUP_HEADERS: Final = ("项目数（个）", "经济效益（万元）", "占合计的比例")
DISTRICT_GROUP_HEADERS: Final = (*GROUP_HEADERS, "合格率")
LEFT_OUT_HEADERS: Final = ("行", "项目名称", "原因")
LEFT_OUT_COLUMNS: Final = (1, 2, 4)  # the name spans two columns
DISTRICT_LEFT_OUT_COLUMNS: Final = (1, 2, 5)  # narrower ones: it spans three
UNITS: Final = "units"
UNIT_HEADERS: Final = {
    "handed_in": "报送",
    "first_received": "首次收到",
    "last_received": "最后收到",
    "on_time": "按时",
    "submitted": "报送项目数",
    "listed": "列入项目数",
    "listed_rate": "列入率",
    "amount": "经济效益（万元）",
    "companies": "项目单位数",
    "pass_rate": "合格率",
    "with_errors": "有错误的项目数",
    "resubmissions": "重报份数",
}
"""Field of `UnitFigures` → header, in the order of the columns right of `LABEL_COLUMN`."""
UNIT_NOTE: Final = (
    "供评选优秀组织者参考，不计分、不排名。收到的日子是文件最后一次保存的日子；合格率是没有错误的项目所占的比例，"
    "按最近一次校验；列入率是报送的项目中列入汇总表的比例；同一份材料的几个版本只计采用的那一版，其余算重报。"
)
SUM_LABEL: Final = "合计"


class Section(NamedTuple):
    """One grouping: title, then the header, then a line per label (columns A…D), then the line 合计.

    `key` is the field (town, level, ownership, size), as in `Totals.groups`; shares and rates are 0…1. The table of the
    units is laid out alike (`UNITS`).
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


def sections(notice: Notice, district: bool = False) -> tuple[Section, ...]:
    """The groupings from the top down, a blank row between them."""
    found: list[Section] = []
    row = OVERALL_ROW + len(OVERALL) + 2
    for key in DISTRICT_GROUPINGS if district else GROUPINGS:
        section = Section(key, f"按{HEADER_OF[key]}", row, tuple(group_labels(key, notice)))
        found.append(section)
        row = section.sum_row + 2
    return tuple(found)


def unit_section(notice: Notice) -> Section:
    """The table of what the units handed in (columns `UNIT_HEADERS`), below the groupings of the district."""
    row = sections(notice, district=True)[-1].sum_row + 2
    return Section(UNITS, "各推荐单位报送情况", row, tuple(group_labels("town", notice)))


def unit_note_row(notice: Notice) -> int:
    """The row of `UNIT_NOTE`, right below the table of the units."""
    return unit_section(notice).sum_row + 1


def left_out_row(notice: Notice, district: bool = False) -> int:
    """The row of the heading 未计入; its header is in the next row, its lines below."""
    return unit_note_row(notice) + 2 if district else sections(notice)[-1].sum_row + 2
