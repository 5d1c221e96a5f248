"""The district's workbook and towns' tables typed short, for tests."""

from __future__ import annotations

from collections.abc import Sequence

from tests.making import HEADERS
from xlpy.accounts import Account, read_accounts
from xlpy.commands.consolidate import consolidate
from xlpy.commands.outcome import Run
from xlpy.grids import Scalar, SheetGrid, Snapshot
from xlpy.layout import (
    ACCOUNT_HEADERS,
    ACCOUNTS,
    DISTRICT_FIELDS,
    DUPLICATE_HEADERS,
    DUPLICATES,
    LEFT_OUT,
    LEFT_OUT_HEADERS,
    LISTED_HEADERS,
    SOURCES,
    fold,
    source_headers,
)
from xlpy.list_sheets import header_line
from xlpy.models import Form, Skipped, TownIntake, TownTable
from xlpy.patch import Patch, Write, block
from xlpy.report import Report
from xlpy.summary import parse_summary

RUN = Run("2023-09-16 09:00:00", "李")
LATER = Run("2023-09-17 09:00:00", "李")
BESIDE = ["推荐单位", "校验", "来源文件", "来源行", "出处", "来源编号"]
MARKS = [f"标记·{h}" for h in [*HEADERS, "推荐单位"]]
WIDTH = len(HEADERS) + 1


def district(*rows: list[Scalar], blank: int = 3, **lists: list[list[Scalar]]) -> Snapshot:
    """An empty district workbook as ours is laid out; `lists` fills 历年表彰 and 市级申报."""
    body = [list(r) + [None] * (WIDTH - len(r)) for r in rows] + [[None] * WIDTH for _ in range(blank)]
    lines: list[list[Scalar]] = [
        ["附件 2"],
        ["2023年嘉定区重点产品质量攻关项目申报汇总表"],
        [*HEADERS, *BESIDE, *MARKS],
    ]
    sheets = {"汇总表": [*lines, *body, [], ["填报单位：", "嘉定区市场监督管理局"]]}
    for name, headers in (
        (ACCOUNTS, ACCOUNT_HEADERS),
        (DUPLICATES, DUPLICATE_HEADERS),
        (LEFT_OUT, LEFT_OUT_HEADERS),
        *LISTED_HEADERS.items(),
        (SOURCES, source_headers(DISTRICT_FIELDS)),
    ):
        sheets[name] = [[name], [None], list(headers), *lists.get(name, [])]
    return Snapshot("区级汇总表.xlsx", {name: SheetGrid(name, content) for name, content in sheets.items()})


def project(name: str, company: str = "甲公司", amount: Scalar = 30.0, remarks: str | None = None) -> list[Scalar]:
    """A row without its 序号, columns 项目名称 … 备注."""
    return [name, company, "2022年6月", "国内领先", "民营企业", "中型", amount, remarks]


def town(unit: str, *projects: list[Scalar], file: str = "", modified: float = 1.0, sheet: str = "汇总表") -> TownTable:
    """A unit's Annex 2 with `projects` (lists as `project` makes them)."""
    body: list[list[Scalar]] = [[n, *one] for n, one in enumerate(projects, 1)]
    footer: list[Scalar] = ["填报单位（加盖公章）：", None, unit, None, "联系人：", "张三", "联系电话：", "13800001111"]
    name = file or f"{unit}.xlsx"
    grid = SheetGrid(sheet, [["附件 2"], ["2023年申报汇总表"], list(HEADERS), *body, [], footer])
    table = parse_summary(Snapshot(name, {sheet: grid}))
    return TownTable(table=table, sha256=name.ljust(64, "0"), received="2023-09-11 08:00", modified=modified)


def received(
    *tables: TownTable, forms: Sequence[Form] = (), skipped: Sequence[Skipped] = (), folder: str = "街镇报送"
) -> TownIntake:
    return TownIntake(folder=folder, tables=tables, forms=tuple(forms), skipped=tuple(skipped))


def consolidated(snapshot: Snapshot, *tables: TownTable, run: Run = RUN) -> tuple[Snapshot, Report]:
    outcome = consolidate(snapshot, run, received(*tables))
    return outcome.patch.applied(snapshot), outcome.report


def taken(snapshot: Snapshot, *tables: TownTable, run: Run = RUN) -> Snapshot:
    """Consolidated, 采用 written for whatever waits, and consolidated again."""
    after, _ = consolidated(snapshot, *tables, run=run)
    after = typed(after, ACCOUNTS, "待决定", 采用="采用")
    return consolidated(after, *tables, run=run)[0]


def body(snapshot: Snapshot) -> list[list[Scalar]]:
    """The filled rows of the district's table: 序号, 项目名称, 项目单位, 经济效益, 推荐单位."""
    grid, table = snapshot.sheets["汇总表"], parse_summary(snapshot)
    return [[grid.value(r.row_number, c) for c in (1, 2, 3, 8, 10)] for r in table.rows]


def accounts(snapshot: Snapshot) -> dict[str, Account]:
    """File (or unit, where there is none) → its line in 收支核对; units that sent nothing left aside."""
    return {a.file or a.town: a for a in read_accounts(snapshot) if a.state != "未报送"}


def lines(snapshot: Snapshot, sheet: str, *headers: str) -> list[list[Scalar]]:
    """The lines of a list sheet: the cells under `headers`."""
    grid = snapshot.sheets[sheet]
    found = header_line(grid, headers)
    assert found
    top, at = found
    cells = [[grid.value(r, at[fold(h)]) for h in headers] for r in range(top + 1, grid.height + 1)]
    return [line for line in cells if any(v is not None for v in line)]


def typed(snapshot: Snapshot, sheet: str, key: Scalar, **words: Scalar) -> Snapshot:
    """What a person types into the line of a list sheet that holds `key` somewhere: header → words."""
    grid = snapshot.sheets[sheet]
    found = header_line(grid, tuple(words))
    assert found
    top, at = found
    row = next(r for r in range(top + 1, grid.height + 1) if key in grid.rows[r - 1])
    return Patch(tuple(Write(sheet, row, at[fold(h)], block([[w]])) for h, w in words.items())).applied(snapshot)
