"""Worksheet functions: =QC_CHECK(A4:I4), =QC_AMOUNT(H4) …  They answer with a value or with words, never with #VALUE!.

Excel calls them through xlwings. Their parameters are typed `Any` because xlwings takes a type for a conversion.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import lru_cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, ParamSpec, cast

from xlpy.errors import XlpyError

if TYPE_CHECKING:
    from xlpy.models import Form, Value
    from xlpy.notice import Notice

P = ParamSpec("P")

try:
    import xlwings as xw
except ImportError:  # without xlwings these are functions like any other
    xw = None

_CATEGORY: Final = "质量攻关"
_SETTINGS: Final = "可不填：“参数”表的区域，如 参数!A1:Z60；不填按 2023 年通知"


def _function(**documentation: str) -> Callable[[Callable[P, Any]], Callable[P, Any]]:
    """A worksheet function whose arguments are documented in Excel's function wizard; ranges come as rows.

    A parameter whose documentation starts with “区域” is a range.
    """

    def registered(answer: Callable[P, Any]) -> Callable[P, Any]:
        @wraps(answer)
        def safe(*args: P.args, **named: P.kwargs) -> Any:
            from xlpy.patch import safe_text

            try:
                found = answer(*args, **named)
                return safe_text(found) if isinstance(found, str) else found  # what Excel cannot hold is #VALUE! there
            except XlpyError as error:
                return str(error)
            except Exception as error:
                return f"算不出来（{type(error).__name__}），请核对填的内容"

        if xw is None:
            return safe
        function: Any = safe
        for name, text in documentation.items():
            options = {"ndim": 2} if text.startswith(("区域", _SETTINGS)) else {}
            function = xw.arg(name, doc=text, **options)(function)
        function = xw.func(category=_CATEGORY)(function)  # last: `arg` would reset the category
        return cast(Callable[P, Any], function)

    return registered


@_function(
    path="登记表文件的完整路径",
    field="栏目，如 项目名称、攻关后·利润、填报日期（也可用英文名，如 economics.after.profit）",
)
def QC_FORM(path: Any, field: Any) -> Any:  # noqa: N802
    """读登记表里的一个栏目：数字、日期以文字或万元数给出，读不懂的说明原因"""
    from xlpy.layout import field_name, fold

    file = Path(_text(path))
    if _text(path).startswith(("\\\\", "//")):  # Windows would log on to whatever server a received formula names
        return "不读网络路径，请用带盘符的路径，如 D:\\登记表\\某企业.xlsx"
    if not file.is_absolute():
        return "请写登记表的完整路径，如 D:\\登记表\\某企业.xlsx"
    stamp = file.stat().st_mtime_ns if file.is_file() else 0
    wanted = fold(_text(field))
    for name, value in _form(str(file), stamp).fields():
        if wanted in (fold(name), fold(field_name(name))):
            return _shown(value)
    return f"登记表没有栏目“{_text(field)}”，请写表上印的名称，如 项目名称"


@_function(row="区域：汇总表的一行，从序号到备注共 9 格，如 A4:I4", settings=_SETTINGS)
def QC_CHECK(row: Any, settings: Any = None) -> Any:  # noqa: N802
    """检查汇总表的一行，说出哪里不对；没有问题是“通过”，空行是空"""
    from xlpy.checks import check_table
    from xlpy.grids import SheetGrid, Snapshot
    from xlpy.layout import HEADER_OF, SUMMARY, SUMMARY_FIELDS, field_name
    from xlpy.summary import parse_summary

    cells = [value for line in _rows(row) for value in line]
    if len(cells) != len(SUMMARY_FIELDS):
        return f"请选一行的 {len(SUMMARY_FIELDS)} 格（序号到备注），现在是 {len(cells)} 格"
    grid = SheetGrid(SUMMARY, [[HEADER_OF[name] for name in SUMMARY_FIELDS], cells])
    table = parse_summary(Snapshot("", {SUMMARY: grid}))
    if not table.rows:
        return ""
    alone = ("R02",)  # a row by itself says nothing about its number
    flags = [f for f in check_table(table, _notice(settings)) if f.rule.startswith("R") and f.rule not in alone]
    flags.sort(key=lambda flag: -flag.severity.level)
    return "；".join(f"{f.severity.label}：{field_name(f.field)}，{f.message}" for f in flags) or "通过"


@_function(
    before="区域：攻关前的 5 格：销售额、利润、节能降耗、创汇节汇、其他（万元）",
    after="区域：攻关后的 5 格，顺序相同（万元）",
    settings=_SETTINGS,
)
def QC_BENEFIT(before: Any, after: Any, settings: Any = None) -> Any:  # noqa: N802
    """按攻关前后的数字算经济效益（万元）：利润、节能降耗、创汇节汇、其他的增加额之和"""
    from xlpy.cells import amount, show
    from xlpy.layout import ECONOMIC_COLUMNS, ECONOMIC_ROWS
    from xlpy.models import Economics, Form, Value
    from xlpy.rows import benefit

    read: dict[str, Economics] = {}
    for when, given in (("before", before), ("after", after)):
        cells = [value for line in _rows(given) for value in line]
        title = ECONOMIC_ROWS[when][0]
        if len(cells) != len(ECONOMIC_COLUMNS):
            return f"{title}请选 5 格（销售额到其他），现在是 {len(cells)} 格"
        values = {}
        for (name, (label, _)), cell in zip(ECONOMIC_COLUMNS.items(), cells, strict=True):
            reading = amount(cell)
            if reading.problem:
                return f"{title}·{label}：{reading.problem}"
            values[name] = Value[Decimal](value=reading.value, raw=show(cell), nil=reading.nil)
        read[when] = Economics(**values)
    notice = _notice(settings)
    for name, (label, _) in ECONOMIC_COLUMNS.items():
        pair = [getattr(read[when], name).value for when in ("before", "after")]
        if notice.weights[name] and pair.count(None) == 1:
            return f"{label}只填了攻关{'前' if pair[1] is None else '后'}，前后都要填"
    found = benefit(Form(file="", before=read["before"], after=read["after"]), notice)
    return "没有可以计算的数字" if found is None else float(found)


@_function(
    industry="行业，如 工业、批发业、软件和信息技术服务业",
    staff="从业人员（人）",
    revenue="全年营业收入（万元）",
    assets="资产总额（万元）；只有建筑业、房地产、租赁和商务服务业要填",
)
def QC_SIZE(industry: Any, staff: Any = None, revenue: Any = None, assets: Any = None) -> Any:  # noqa: N802
    """按国统字〔2017〕213号判断企业规模：大型、中型、小型、微型"""
    from xlpy.cells import amount
    from xlpy.enterprise_size import INDUSTRIES, enterprise_size, find_industry, missing_indicators

    line = find_industry(_text(industry))
    if line is None:
        return f"不认识行业“{_text(industry)}”，请从这些里选：{'、'.join(one.name for one in INDUSTRIES)}"
    persons = _text(staff).removesuffix("人").strip().replace(",", "")
    if persons and not (persons.isdecimal() and len(persons) < 10):
        return f"从业人员：写的是“{_text(staff)}”，请填整数人数，如 120"
    turnover, wealth = amount(revenue), amount(assets)
    for title, reading in (("营业收入", turnover), ("资产总额", wealth)):
        if reading.problem:
            return f"{title}：{reading.problem}"
    given = Decimal(persons) if persons else None, turnover.value, wealth.value
    size = enterprise_size(line, *given)
    return size or f"无法判断：缺{'、'.join(missing_indicators(line, *given))}"


@_function(code="统一社会信用代码，单元格要用文本格式")
def QC_CREDIT(code: Any) -> Any:  # noqa: N802
    """核对统一社会信用代码（18 位，含校验码）：正确时给出规范写法，否则说明哪里不对"""
    from xlpy.cells import credit_code

    return _reading(credit_code(code), code)


@_function(text="年月，如 2022年6月、2022.06、2022-06-30")
def QC_MONTH(text: Any) -> Any:  # noqa: N802
    """把各种写法的年月统一成“2022年6月”；分不清的说明原因"""
    from xlpy.cells import month

    return _reading(month(text), text)


@_function(text="金额，如 500、500万元、0.5亿、5000000元")
def QC_AMOUNT(text: Any) -> Any:  # noqa: N802
    """把各种写法的金额换算成万元数；“约500”这样不确切的说明原因"""
    from xlpy.cells import amount

    return _reading(amount(text), text)


# --- what they share --------------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _form(path: str, stamp: int) -> Form:
    """A form as it was at `stamp` (nanoseconds of its last change): many cells ask for one file."""
    from xlpy.intake import form_of
    from xlpy.reading import Received, read_alone

    return read_alone(form_of, Received(path, path))


def _notice(settings: Any) -> Notice:
    """The notice with what the range of 参数 says; its mistakes are for 校验 to report."""
    from xlpy.grids import SheetGrid, Snapshot
    from xlpy.layout import SETTINGS
    from xlpy.notice import Notice
    from xlpy.settings import read_notice

    rows = [list(row) for row in _rows(settings)]
    return read_notice(Snapshot("", {SETTINGS: SheetGrid(SETTINGS, rows)}))[0] if settings is not None else Notice()


def _rows(values: Any) -> Sequence[Sequence[Any]]:
    """A range as rows, whatever its shape."""
    if not isinstance(values, list | tuple):
        return [[values]]
    return values if values and isinstance(values[0], list | tuple) else [values]


def _text(value: Any) -> str:
    from xlpy.cells import show

    return show(value)


def _shown(value: Value[Any]) -> Any:
    """A value of a form for a cell: a number of 万元, or text."""
    if value.problem:
        return value.problem
    if isinstance(value.value, Decimal):
        return float(value.value)
    return value.raw if value.value is None else str(value.value)


def _reading(reading: Any, seen: Any) -> Any:
    """What a reader made of a cell: its value, its problem, or what stands for "none"."""
    if reading.problem:
        return reading.problem
    if reading.value is None:
        return _text(seen)
    return float(reading.value) if isinstance(reading.value, Decimal) else str(reading.value)
