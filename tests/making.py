"""Models typed short, for tests: `text("降噪")`, `money("12.5")`, `form(…)`, `table(rows…)`."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from xlpy.cells import Month
from xlpy.grids import Scalar, SheetGrid, Snapshot, column_letters
from xlpy.layout import SUMMARY_FIELDS
from xlpy.models import Economics, Form, SummaryRow, SummaryTable, Value


def text(words: str | None, cell: str = "", sheet: str = "登记表") -> Value[str]:
    return Value[str](value=words or None, raw=words or "", sheet=sheet, cell=cell)


def money(amount: str | None, cell: str = "", problem: str = "") -> Value[Decimal]:
    if amount == "/":
        return Value[Decimal](raw="/", nil=True, sheet="登记表", cell=cell)
    value = Decimal(amount) if amount and not problem else None
    return Value[Decimal](value=value, raw=amount or "", problem=problem, sheet="登记表", cell=cell)


def month(year: int, month: int, cell: str = "") -> Value[Month]:
    return Value[Month](value=Month(year, month), raw=f"{year}年{month}月", sheet="汇总信息", cell=cell)


def economics(**amounts: str) -> Economics:
    return Economics(**{name: money(amount) for name, amount in amounts.items()})


def form(file: str = "a.xlsx", project: str = "降噪", company: str = "甲公司", **fields: Any) -> Form:
    names = {"project_name": text(project, "B3"), "applicant": text(company, "B4")}
    return Form(file=file, sheet="登记表", **{**names, **fields})


def row(row_number: int, project: str = "降噪", company: str = "甲公司", **fields: Any) -> SummaryRow:
    """A row whose cells stand in the notice's columns A…I."""
    values = {"project_name": text(project), "company": text(company), **fields}
    origin = values.pop("origin", None)
    placed = {
        name: value.model_copy(
            update={"sheet": "汇总表", "cell": f"{column_letters(SUMMARY_FIELDS.index(name) + 1)}{row_number}"}
        )
        for name, value in values.items()
    }
    return SummaryRow(row_number=row_number, origin=origin, **placed)


def table(*rows: SummaryRow, **fields: Any) -> SummaryTable:
    columns = {name: n for n, name in enumerate(SUMMARY_FIELDS, 1)}
    last = max((r.row_number for r in rows), default=3)
    return SummaryTable(sheet="汇总表", header_row=3, columns=columns, first_row=4, last_row=last, rows=rows, **fields)


HEADERS = ["序号", "项目名称", "项目单位", "完成时间", "项目先进水平", "企业性质", "企业规模", "经济效益(万元)", "备注"]
MARKS = ["校验", "来源编号", *(f"标记·{h}" for h in HEADERS)]


def workbook(*rows: list[Scalar], blank: int = 2, **sheets: list[list[Scalar]]) -> Snapshot:
    """A summary workbook as our template lays it out: title, header, `rows`, `blank` lines, spacer, footer."""
    footer: list[Scalar] = [
        "填报单位（加盖公章）：",
        None,
        "安亭镇",
        None,
        "联系人：",
        "张三",
        "联系电话：",
        "13800001111",
    ]
    body = [list(r) + [None] * (9 - len(r)) for r in rows] + [[None] * 9 for _ in range(blank)]
    lines = [["附件 2"], ["2023年嘉定区重点产品质量攻关项目申报汇总表"], [*HEADERS, *MARKS], *body, [], footer]
    grids = {"汇总表": SheetGrid("汇总表", lines)}
    grids |= {name: SheetGrid(name, content) for name, content in sheets.items()}
    return Snapshot("附件2.xlsx", grids)


def complete(project: str = "降噪", company: str = "甲公司", file: str = "a.xlsx", **fields: Any) -> Form:
    """A form with all that a row needs; 经济效益 is 30 万元."""
    whole = {
        "completed": month(2022, 6, "B3"),
        "level": text("国内领先", "B4"),
        "ownership": text("民营企业", "B5"),
        "size": text("中型", "B6"),
        "before": Economics(profit=money("100", "C20")),
        "after": Economics(profit=money("130", "C21")),
        "sha256": file.ljust(64, "0"),
    }
    return form(file, project, company, **{**whole, **fields})
