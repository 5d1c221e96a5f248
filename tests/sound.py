"""A form and a table in which nothing is wrong, for tests that spoil one thing. Cells stand as in our templates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from xlpy.cells import Month
from xlpy.flags import Flag
from xlpy.grids import column_letters
from xlpy.layout import SUMMARY_COLUMNS, SUMMARY_FIELDS
from xlpy.models import Economics, Form, Heading, Member, Opinion, SummaryRow, SummaryTable, Value

CODE = "91310114320742767K"


def text(words: str, cell: str, sheet: str = "登记表", problem: str = "") -> Value[str]:
    return Value[str](
        value=words if words and not problem else None,
        raw=words,
        problem=problem,
        nil=words in ("/", "无"),
        sheet=sheet,
        cell=cell,
    )


def money(amount: str, cell: str, problem: str = "", sheet: str = "登记表") -> Value[Decimal]:
    """万元 as typed; "" is blank and "/" is none."""
    nil = amount == "/"
    value = Decimal(amount) if amount and not nil and not problem else None
    return Value[Decimal](value=value, raw=amount, problem=problem, nil=nil, sheet=sheet, cell=cell)


def day(iso: str, cell: str, problem: str = "", sheet: str = "登记表") -> Value[dt.date]:
    value = dt.date.fromisoformat(iso) if iso and not problem else None
    return Value[dt.date](value=value, raw=iso, problem=problem, sheet=sheet, cell=cell)


def month(typed: str, cell: str, problem: str = "", sheet: str = "汇总信息") -> Value[Month]:
    """A month typed as 2022.6."""
    nil = typed == "/"
    value = Month(*map(int, typed.split("."))) if typed and not nil and not problem else None
    return Value[Month](value=value, raw=typed, problem=problem, nil=nil, sheet=sheet, cell=cell)


def number(typed: str, cell: str) -> Value[int]:
    value = int(typed) if typed.isdigit() else None
    return Value[int](
        value=value, raw=typed, problem="" if value or not typed else "不是序号", sheet="汇总表", cell=cell
    )


def member(line: int, name: str = "", *others: str, problem: str = "") -> Member:
    """A line of the team list, in row 20 + line; 性别, 职务, 学历 and 部门 are filled unless given."""
    typed = others or (("男", "工程师", "本科", "质量部") if name else ("", "", "", ""))
    row = 20 + line
    values = [text(words, f"{letter}{row}") for letter, words in zip("BCDE", typed, strict=True)]
    return Member(
        line=line,
        name=text(name, f"A{row}", problem=problem),
        **dict(zip(("gender", "position", "education", "department"), values, strict=True)),
    )


def signed(row: int, by: str = "王小川", on: str = "2023-09-07", problem: str = "", unclear: str = "") -> Opinion:
    return Opinion(
        text=text("同意", f"A{row}"),
        signed_by=text(by, f"B{row}", problem=unclear),
        signed_on=day(on, f"C{row}", problem=problem),
    )


def economics(row: int, sales: str, profit: str, saving: str, forex: str = "/", other: str = "/") -> Economics:
    """A row of the economic table: 销售额 in column B to 其他 in column F."""
    return Economics(
        sales=money(sales, f"B{row}"),
        profit=money(profit, f"C{row}"),
        saving=money(saving, f"D{row}"),
        forex=money(forex, f"E{row}"),
        other=money(other, f"F{row}"),
    )


def sound_form(file: str = "甲.xlsx", **changes: Any) -> Form:
    """A form that gives no flag; 经济效益 is 40 万元."""
    whole: dict[str, Any] = {
        "recommender": text("安亭镇", "B2", "封面"),
        "project_name": text("轴承异音不良率降低", "B3", "封面"),
        "applicant": text("上海禾梧精密轴承有限公司", "B4", "封面"),
        "filled_on": day("2023-09-08", "B5", sheet="封面"),
        "background": text("异音影响整车品质。", "B1"),
        "goal": text("异音不良率降到千分之一。", "B2"),
        "investment": money("42", "B3"),
        "quality_level": text("国内领先水平。", "B4"),
        "innovation": text("现状调查、原因分析、验证。", "B5"),
        "results": text("不良率下降。", "B6"),
        "before": economics(8, "1180", "88", "7"),
        "after": economics(9, "1260", "120", "15"),
        "team": (member(1, "沈嘉禾"), member(2, "平小川"), member(3, "连若溪")),
        "technical": signed(31),
        "finance": signed(32),
        "head": signed(33),
        "recommendation": text("同意推荐。", "B34"),
        "remarks": text("", "B35"),
        "completed": month("2022.6", "B2"),
        "level": text("国内领先", "B3", "汇总信息"),
        "ownership": text("民营企业", "B4", "汇总信息"),
        "size": text("中型", "B5", "汇总信息"),
        "credit_code": text(CODE, "B6", "汇总信息"),
        "contact": text("连若溪", "B7", "汇总信息"),
        "phone": text("13800210001", "B8", "汇总信息"),
    }
    return Form(file=file, sheet="登记表", **{**whole, **changes})


def blank_form() -> Form:
    """The template as it is handed out: every place is there, nothing is filled in."""
    sound = sound_form()
    blank: dict[str, Any] = {}
    for name, info in Form.model_fields.items():
        value = getattr(sound, name)
        if isinstance(value, Value):
            blank[name] = info.annotation(sheet=value.sheet, cell=value.cell)  # type: ignore[misc]
    return sound.model_copy(
        update=blank
        | {
            "before": economics(8, "", "", "", "", ""),
            "after": economics(9, "", "", "", "", ""),
            "team": (),
            **{who: signed(row, "", "") for who, row in (("technical", 31), ("finance", 32), ("head", 33))},
        }
    )


_ROW = {
    "project_name": "轴承异音不良率降低",
    "company": "上海禾梧精密轴承有限公司",
    "completed": "2022.6",
    "level": "国内领先",
    "ownership": "民营企业",
    "size": "中型",
    "benefit": "40",
    "remarks": "",
}


def sound_row(row_number: int = 4, problem: str = "", **typed: str) -> SummaryRow:
    """A row that gives no flag, its cells in columns A to I; `problem` is that of the fields that are `typed`."""
    values: dict[str, Any] = {}
    for name, words in {"number": str(row_number - 3), **_ROW, **typed}.items():
        cell = f"{column_letters(SUMMARY_FIELDS.index(name) + 1)}{row_number}"
        what = problem if name in typed else ""
        if name == "number":
            values[name] = number(words, cell)
        elif name == "completed":
            values[name] = month(words, cell, what, "汇总表")
        elif name == "benefit":
            values[name] = money(words, cell, what, "汇总表")
        else:
            values[name] = text(words, cell, "汇总表", what)
    return SummaryRow(row_number=row_number, **values)


def blank_row(row_number: int = 4) -> SummaryRow:
    return sound_row(row_number, **dict.fromkeys(("number", *_ROW), ""))


OTHER = {"project_name": "座椅面料色牢度提升", "company": "上海木棉纺织科技有限公司"}


def sound_table(*rows: SummaryRow, **changes: Any) -> SummaryTable:
    """A table that gives no flag of its own around `rows` (by default two different projects)."""
    rows = rows or (sound_row(4), sound_row(5, **OTHER))
    last = max(row.row_number for row in rows)
    whole: dict[str, Any] = {
        "file": "附件2.xlsx",
        "sheet": "汇总表",
        "header_row": 3,
        "columns": {name: n for n, name in enumerate(SUMMARY_FIELDS, 1)},
        "headings": headings(),
        "first_row": 4,
        "last_row": last,
        "rows": rows,
        "unit": text("安亭镇", f"C{last + 2}", "汇总表"),
        "contact": text("张三", f"F{last + 2}", "汇总表"),
        "phone": text("59531234", f"H{last + 2}", "汇总表"),
    }
    return SummaryTable(**{**whole, **changes})


def headings(**other: str) -> tuple[Heading, ...]:
    """The notice's headers in row 3, some of them in `other` words."""
    return tuple(
        Heading(text=other.get(c.field, c.header), cell=f"{column_letters(n)}3", field=c.field)
        for n, c in enumerate(SUMMARY_COLUMNS, 1)
    )


def found(flags: Iterable[Flag], rule: str = "") -> list[tuple[str, str]]:
    """(rule, cell) of the flags, of one rule only if it is given."""
    return [(flag.rule, flag.cell) for flag in flags if not rule or flag.rule == rule]
