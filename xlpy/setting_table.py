"""What can be set in the sheet 参数: one table of the scalar settings, and the code lists. It says how each is shown,
read and explained; the sheet, its reading (`xlpy.settings`), its drop-downs and the guide come from it.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple

from xlpy import cells
from xlpy.cells import Reading
from xlpy.flags import shown
from xlpy.grids import Scalar
from xlpy.layout import (
    ALIAS_HEADER,
    EXTRA_LABELS,
    FORM_LABELS,
    HEADER_OF,
    LABEL_OF,
    OWN_COLUMN_HEADERS,
    SETTING_HEADERS,
    SUMMARY_COLUMNS,
    VALID_HEADERS,
    Column,
    Label,
    fold,
)
from xlpy.notice import MOST_COLUMNS, Notice, OwnColumn

SEPARATOR: Final = "、"
SPLIT: Final = re.compile(r"[、，,；;\n]+")  # what people put between names
LONGEST_NAME: Final = 20  # characters of an own column's name
_UNIT = re.compile(r"\s*(人|名|个月|年|倍|%|万元)$")
_DIGITS = re.compile(r"[+-]?\d{1,15}(\.\d{1,15})?")
_PLACEHOLDERS = {"{年度}": "{year}", "{区}": "{district}"}


class Kind(NamedTuple):
    """How a setting stands in its cell, and how the cell is read."""

    show: Callable[[Any], Scalar]
    read: Callable[[Scalar], Reading[Any]]


class Setting(NamedTuple):
    """One scalar setting: its field of `Notice`, and what a clerk is told about it."""

    key: str
    name: str
    explanation: str
    unit: str
    example: str
    kind: Kind


def _number(raw: Scalar) -> Reading[Decimal]:
    """A number, also as text and with its unit behind it: 10 人, 12个月, 2%. 5万 is none: 万元 or 万?"""
    seen = cells.show(raw)
    plain = _UNIT.sub("", unicodedata.normalize("NFKC", seen).replace(",", "").strip())
    if isinstance(raw, bool) or not _DIGITS.fullmatch(plain):
        return Reading(problem=f"“{shown(seen)}”不是数字")
    return Reading(Decimal(plain))


def _whole(raw: Scalar) -> Reading[int]:
    """A number without a fraction."""
    value, problem, _ = _number(raw)
    if value is None:
        return Reading(problem=problem)
    if value != value.to_integral_value():
        return Reading(problem=f"“{shown(cells.show(raw))}”不是整数")
    return Reading(int(value))


def _show_number(value: Decimal) -> Scalar:
    return int(value) if value == value.to_integral_value() else float(value)


def _title(raw: Scalar) -> Reading[str]:
    """A title; its only placeholders are {年度} and {区} (stored as {year} and {district})."""
    seen = cells.text(raw)
    if not seen.value:
        return seen
    title = seen.value
    for chinese, stored in _PLACEHOLDERS.items():
        title = title.replace(chinese, stored)
    try:
        parts = list(string.Formatter().parse(title))
    except ValueError:
        parts = [("", "?", None, None)]
    names = {f"{{{name}}}" for _, name, _, _ in parts if name is not None}
    if not names <= set(_PLACEHOLDERS.values()) or any(form or turn for _, _, form, turn in parts):
        return Reading(problem="大括号里只能写 {年度} 或 {区}")
    return Reading(title)


def _show_title(value: str) -> Scalar:
    for chinese, stored in _PLACEHOLDERS.items():
        value = value.replace(stored, chinese)
    return value


def _names(table: tuple[Column | Label, ...], printed: Mapping[str, str]) -> Kind:
    """Several columns or labels by their printed names, joined by 、; 无 means none of them."""
    known = {fold(name): entry.field for entry in table for name in (printed[entry.field], *entry.aliases)}

    def read(raw: Scalar) -> Reading[tuple[str, ...]]:
        seen = cells.text(raw)
        if seen.nil:
            return Reading(())
        words = [word for word in SPLIT.split(seen.value or "") if word.strip()]
        unknown = [word for word in words if fold(word) not in known]
        if unknown:
            return Reading(problem=f"没有叫“{shown(unknown[0].strip())}”的栏目")
        return Reading(tuple(dict.fromkeys(known[fold(word)] for word in words)))

    return Kind(lambda fields: SEPARATOR.join(printed[f] for f in fields) or "无", read)


def _same(value: Any) -> Any:
    return value


def _text_of_code(raw: Scalar) -> Reading[str]:
    return Reading(cells.show(raw).strip())


WHOLE = Kind(_same, _whole)
DAY = Kind(_same, cells.day)
TEXT = Kind(_same, cells.text)
TITLE = Kind(_show_title, _title)
CODE_TEXT = Kind(_same, _text_of_code)
NUMBER = Kind(_show_number, _number)
COLUMNS = _names(SUMMARY_COLUMNS, HEADER_OF)
LABELS = _names(FORM_LABELS + EXTRA_LABELS, LABEL_OF)

_WEIGHT = "经济效益 = 各项“攻关后 − 攻关前”乘以系数后相加；这是{}的系数，0 表示不计入"

SETTINGS_TABLE: Final = (
    Setting("year", "年度", "申报的年度，印在汇总表标题里", "年", "2024", WHOLE),
    Setting("district", "区", "区的名称，印在汇总表标题里", "文字", "嘉定区", TEXT),
    Setting(
        "title",
        "汇总表标题",
        "汇总表顶上打印的标题；{年度} 和 {区} 会自动换成上面两项",
        "文字",
        "{年度}年{区}重点产品质量攻关项目申报汇总表",
        TITLE,
    ),
    Setting("deadline", "截止日期", "通知规定的申报截止日期；填报日期、完成时间都不能晚于它", "日期", "2024-9-15", DAY),
    Setting(
        "division_code",
        "行政区划代码",
        "统一社会信用代码第 3 至 8 位与它不同时给一条提示（登记机关在市里或迁址属正常）",
        "6 位数字",
        "310114",
        CODE_TEXT,
    ),
    Setting("max_team", "攻关人员上限", "登记表“攻关项目组成员”最多几人（填表说明第 5 条）", "人", "8", WHOLE),
    Setting(
        "months_after_completion",
        "完成后应满月数",
        "经济效益要看攻关完成后这么多个月的数据，不满时给一条警告（填表说明第 3 条）",
        "个月",
        "12",
        WHOLE,
    ),
    Setting(
        "required",
        "汇总表必填栏目",
        "汇总表里每个项目都要填的栏目，用顿号隔开",
        "栏目名称",
        "项目名称、项目单位、经济效益(万元)",
        COLUMNS,
    ),
    Setting(
        "form_required",
        "登记表必填栏目",
        "登记表里必须填的栏目，用顿号隔开",
        "栏目名称",
        "项目名称、填报单位、项目投资",
        LABELS,
    ),
    Setting(
        "weight_sales", "销售额系数", _WEIGHT.format("销售额") + "（利润已含在销售额里，不要重复计）", "倍", "0", NUMBER
    ),
    Setting("weight_profit", "利润系数", _WEIGHT.format("利润"), "倍", "1", NUMBER),
    Setting("weight_saving", "节能降耗系数", _WEIGHT.format("节能降耗"), "倍", "1", NUMBER),
    Setting("weight_forex", "创汇节汇系数", _WEIGHT.format("创汇节汇"), "倍", "1", NUMBER),
    Setting("weight_other", "其他系数", _WEIGHT.format("其他"), "倍", "1", NUMBER),
    Setting(
        "tolerance_amount",
        "经济效益允许差额",
        "汇总表与登记表算出的经济效益相差不超过这个数，不算不一致（与下一项取大的）",
        "万元",
        "1",
        NUMBER,
    ),
    Setting(
        "tolerance_percent",
        "经济效益允许差率",
        "同上，按百分比；填 1 就是 1%，不用打百分号",
        "%",
        "1",
        NUMBER,
    ),
    Setting(
        "likely_yuan",
        "疑似按元填写的起点",
        "金额达到这个数时提醒核对：可能把“元”当成“万元”填了",
        "万元",
        "100000",
        NUMBER,
    ),
    Setting(
        "lookalike",
        "项目相似度",
        "两个项目的名称相似到这个程度，提醒核对是否重复；100 为完全相同",
        "%",
        "90",
        WHOLE,
    ),
)
LISTS: Final = {
    "units": LABEL_OF["recommender"],
    "levels": HEADER_OF["level"],
    "ownerships": HEADER_OF["ownership"],
    "sizes": HEADER_OF["size"],
}
"""Code list of the notice → the header over it in 参数; its aliases stand in the next column."""

LIST_HEADERS: Final = {
    which: (title, ALIAS_HEADER, *(VALID_HEADERS if which == "units" else ())) for which, title in LISTS.items()
}
"""Code list → its headers: the units also have the days from and until which they are valid."""


def _list_columns() -> Iterator[tuple[str, int]]:
    column = len(SETTING_HEADERS) + 2
    for which, headers in LIST_HEADERS.items():
        yield which, column
        column += len(headers)


LIST_COLUMNS: Final = dict(_list_columns())
"""Code list → its column in the shipped sheet 参数 (reading goes by header, never by this)."""

OWN_COLUMN_AT: Final = len(SETTING_HEADERS) + sum(map(len, LIST_HEADERS.values())) + 3
"""The first column of the table of own columns there, a blank one before it."""


HIDDEN_LISTS_AT: Final = OWN_COLUMN_AT + len(OWN_COLUMN_HEADERS) + 1
"""The first of the hidden columns there that hold what drop-downs cannot read off the sheet, an entry a row."""

VALID_UNITS: Final = "在用推荐单位"
MOST_ENTRIES: Final = 500  # of a code list


def hidden_lists(notice: Notice, columns: Sequence[OwnColumn | None]) -> dict[str, tuple[str, ...]]:
    """Header → entries of each hidden column: what may be chosen in each place that own columns may take (`columns`),
    and the units that are valid on the deadline.
    """
    lists = [column.choices if column and column.kind == "list" else () for column in columns]
    lists += [()] * (MOST_COLUMNS - len(lists))
    own = {f"选项清单{number}": entries for number, entries in enumerate(lists, 1)}
    return own | {VALID_UNITS: tuple(notice.labels("units"))}


class Pointer(NamedTuple):
    """A line below the settings that explains a table beside them: its header, what it holds, where it begins."""

    header: str
    explanation: str
    unit: str
    example: str
    column: int
    of: str = ""

    @property
    def name(self) -> str:
        """推荐单位, 自定义栏目·类型: what the line is called."""
        return f"{self.of}·{self.header}" if self.of else self.header

    @property
    def place(self) -> str:
        """What stands in place of a value."""
        return f"填在右边的“{self.header}”一列"


_OWN = "自定义栏目"
_UNIT_COLUMN: Final = LIST_COLUMNS["units"]
_LIST_POINTERS: Final = (
    Pointer(
        "推荐单位",
        "本区有哪些推荐单位，每行一个；右边的“别名”写同一单位的其他写法，用顿号隔开",
        "文字",
        "安亭镇；别名：安亭、安亭镇人民政府",
        _UNIT_COLUMN,
    ),
    Pointer(
        "启用日期",
        "新设的单位从这一天起才认，按截止日期算；一直都有的不填",
        "日期",
        "2025-1-1",
        _UNIT_COLUMN + LIST_HEADERS["units"].index(VALID_HEADERS[0]),
        "推荐单位",
    ),
    Pointer(
        "停用日期",
        "撤销、合并的单位过了这一天就不再认，按截止日期算；还在的不填",
        "日期",
        "2024-12-31",
        _UNIT_COLUMN + LIST_HEADERS["units"].index(VALID_HEADERS[1]),
        "推荐单位",
    ),
    Pointer(
        "项目先进水平", "有哪几级，从高到低；别名同上", "文字", "国际先进；别名：国际先进水平", LIST_COLUMNS["levels"]
    ),
    Pointer("企业性质", "有哪几种；别名同上", "文字", "民营企业；别名：民企、私营", LIST_COLUMNS["ownerships"]),
    Pointer("企业规模", "有哪几种；别名同上", "文字", "大型；别名：大、大型企业", LIST_COLUMNS["sizes"]),
)
_OWN_EXPLAINED: Final = (
    (
        f"汇总表里要加的栏目，每行一个，最多 {MOST_COLUMNS} 个；不要了就把这一行清空",
        f"最多 {LONGEST_NAME} 个字",
        "研发投入",
    ),
    ("栏目里填什么：文字；数字（万元，参加合计）；年月；清单（从“选项”里选）。不填就是文字", "选一个", "数字"),
    ("这一栏每个项目是不是都要填；不填就是“否”", "是/否", "否"),
    ("类型是清单时，可以选的内容，用顿号隔开；其他类型不填", "文字", "自主研发、合作研发、引进"),
    (
        "登记表上也要企业填这一项时，写它在登记表上的名称，导入时就会带过来；登记表上没有的不填",
        "文字",
        "研发投入(万元)",
    ),
    ("企业、街镇对这一栏的其他写法，用顿号隔开", "文字", "研发费用、研发经费"),
)
POINTERS: Final = (
    *_LIST_POINTERS,
    *(
        Pointer(header, *words, column, _OWN)
        for column, (header, words) in enumerate(zip(OWN_COLUMN_HEADERS, _OWN_EXPLAINED, strict=True), OWN_COLUMN_AT)
    ),
)
"""The tables of 参数 in words; they make up its last lines and the prompts of the tables' cells."""


def limits(key: str) -> tuple[Any, Any]:
    """The least and greatest value that a setting may have; None where there is no such limit."""
    low = high = None
    for limit in Notice.model_fields[key].metadata:
        low = getattr(limit, "ge", getattr(limit, "gt", low))
        high = getattr(limit, "le", high)
    return low, high


def limits_text(key: str) -> str:
    """The limits in words: 1～50, 不小于 0, 大于 0; "" where there are none."""
    low, high = limits(key)
    if low is None or high is not None:
        return "" if low is None else f"{low}～{high}"
    return f"大于 {low}" if any(hasattr(m, "gt") for m in Notice.model_fields[key].metadata) else f"不小于 {low}"
