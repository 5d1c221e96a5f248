"""What the demo's clerk did to the table between 导入 and 校验: typed rows by hand, corrected cells, deleted a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xlpy.grids import Scalar, Snapshot
from xlpy.patch import DeleteRows, InsertRows, Operation, Patch, Write, block
from xlpy.summary import parse_summary

# Typed by hand, without a form; each line carries the faults named beside it.
TYPED: tuple[dict[str, Scalar], ...] = (
    # X02, R05 a level outside the list, R06 no number, R03 no month, R01 size blank, R08 text that looks like a formula
    {
        "number": 30,
        "project_name": "冲压件回弹补偿精度提升",
        "company": "上海闻笛模具有限公司",
        "completed": "2022年上半年",
        "level": "国内领先水准",
        "ownership": "民营企业",
        "size": None,
        "benefit": "约500",
        "remarks": "=附件另寄",
    },
    # R02 is seen at the first wrong number; R04 after the deadline; R07 元 typed as 万元
    {
        "number": 31,
        "project_name": "铝合金压铸件气密性攻关",
        "company": "上海丹枫压铸有限公司",
        "completed": "2023年10月",
        "level": "国内先进",
        "ownership": "民营企业",
        "size": "小型",
        "benefit": 865000,
        "remarks": None,
    },
)


FOOTER: Mapping[str, str] = {"unit": "安亭镇人民政府", "contact": "秦小满"}  # the telephone number forgotten (T03)


def footer(snapshot: Snapshot, words: Mapping[str, str | None] = FOOTER) -> Patch:
    """The line below the table; `words` by field, as in `xlpy.layout.FOOTER`."""
    table = parse_summary(snapshot)
    grid = snapshot.sheet(table.sheet)
    operations: list[Operation] = []
    for field, text in words.items():
        cell = getattr(table, field).cell
        place = next((r, c) for r in range(table.last_row, grid.height + 1) for c in range(1, 10)
                     if grid.address(r, c) == cell)  # fmt: skip
        operations.append(Write(table.sheet, *place, block([[text]])))
    return Patch(tuple(operations))


def filled(snapshot: Snapshot, rows: Sequence[Sequence[Scalar]], words: Mapping[str, str | None]) -> Patch:
    """A blank Annex 2 of ours with `rows`, one value per column of the notice, and the line below them."""
    table = parse_summary(snapshot)
    more = len(rows) - (table.last_row - table.first_row + 1)
    operations: list[Operation] = [InsertRows(table.sheet, table.last_row + 1, more)] if more > 0 else []
    operations.append(Write(table.sheet, table.first_row, min(table.columns.values()), block(rows)))
    return footer(snapshot, words) + Patch(tuple(operations))


def edits(snapshot: Snapshot) -> Patch:
    """The clerk's morning, as one patch."""
    table = parse_summary(snapshot)
    columns = table.columns
    sheet, rows = table.sheet, table.rows

    def put(row: int, field: str, value: Scalar) -> Write:
        return Write(sheet, row, columns[field], block([[value]]))

    operations: list[Operation] = [
        Write(sheet, table.header_row, columns["level"], block([["先进水平"]])),  # T04: a header retyped
        put(rows[1].row_number, "ownership", "国有企业"),  # X01: differs from the form
        put(rows[4].row_number, "benefit", 194),  # X04: not what the form's figures give
    ]
    last = rows[-1].row_number
    operations.append(InsertRows(sheet, table.last_row + 1, len(TYPED) + 2))
    total = round(sum(float(row.benefit.value or 0) for row in rows), 2)
    operations += [  # T05: a line 合计 between the projects
        put(last + 1, "project_name", "合计"),
        put(last + 1, "benefit", total),
    ]
    for n, typed in enumerate(TYPED, last + 2):
        operations += [put(n, field, value) for field, value in typed.items() if value is not None]
    twice = rows[0]  # T01: the first project once more
    again = last + 2 + len(TYPED)
    for field, value in twice.fields():
        operations.append(put(again, field, 32 if field == "number" else _content(value.value)))
    operations.append(DeleteRows(sheet, rows[9].row_number, 1))  # X03: its form is left without a row
    return Patch(tuple(operations))


def _content(value: object) -> Scalar:
    from decimal import Decimal

    if isinstance(value, Decimal):
        return float(value)
    return None if value is None else str(value)
