"""What `xlpy demo` prints after each act: what a clerk and the bureau want to know, and what to open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlpy.accounts import State
from xlpy.files import read_grids
from xlpy.flags import Severity
from xlpy.layout import HEADER_OF
from xlpy.verdicts import read_lines

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from xlpy.flags import Flag
    from xlpy.report import Reconciliation, Report

_SHOWN: Final = 5


def most_important(flags: Sequence[Flag], count: int = _SHOWN) -> list[Flag]:
    """The first flags of as many different rules, the gravest first."""
    first: dict[str, Flag] = {}
    for flag in flags:
        first.setdefault(flag.rule, flag)
    return list(first.values())[:count]


def tell_town(workbook: Path, forms: Path, report: Report, totals: Report) -> None:
    """The first act: `report` of 校验, `totals` of 合计."""
    sums = totals.totals
    assert sums is not None
    console = _console()
    table = _table("安亭镇 2023 年质量攻关申报（演示数据）", [HEADER_OF["level"]], ["项目数", "经济效益（万元）"])
    for group in sums.groups["level"]:
        if group.count:
            table.add_row(group.label, str(group.count), f"{group.amount:,.2f}")
    table.add_section()
    table.add_row("合计", str(sums.projects), f"{sums.amount:,.2f}")
    console.print(table)
    skipped = report.skipped or []
    console.print(
        f"汇总表 {report.rows} 行；未采用的文件 {len(skipped)} 个；{_counts(report)}。最要紧的 {_SHOWN} 个问题："
    )
    _tell_flags(console, report)
    _tell(
        console,
        "\n接下来请打开：",
        f"  {workbook}",
        "    汇总表：有颜色的单元格就是问题所在，“校验”一列写着原因；校验结果：全部问题，点“位置”直达",
        "    统计：合计与图表；来源：每个文件的去向",
        f"  {forms}：企业交来的登记表；备份：每一步之前的汇总表（也可用 xlpy undo 逐步撤销）",
    )


def tell_district(workbook: Path, towns: Path, first: Report, second: Report) -> None:
    """The second act: the reports of 合并 before and after the bureau's decisions, `workbook` as it is then."""
    console = _console()
    console.print()
    lines = second.reconciliation or []
    table = _table("嘉定区 2023 年区级汇总（演示数据）", ["推荐单位"], ["收到", "列入", "未列入", "列入万元"], ["状态"])
    for town, own in _by_town(lines).items():
        table.add_row(town or "（认不出）", *_sums(own), "、".join(dict.fromkeys(line.status for line in own)))
    table.add_section()
    balanced = all(line.balanced for line in lines)
    table.add_row("合计", *_sums(lines), "收支平衡" if balanced else "收支不平衡")
    console.print(table)
    _tell(
        console,
        f"第一次合并：{first.summary}",
        f"区局选定版本、处理疑似重复、改正一处金额之后再合并：{second.summary}",
    )
    waiting = [line.file for line in lines if line.status == State.PENDING]
    missing = [line.town for line in lines if line.status == State.MISSING]
    pairs = sum(not line.verdict for line in read_lines(read_grids(workbook))[0])
    _tell(
        console,
        f"还缺：{'、'.join(missing) or '没有'}；版本未定：{'、'.join(waiting) or '没有'}；疑似重复待决定：{pairs} 对",
        f"{_counts(second)}。最要紧的 {_SHOWN} 个问题：",
    )
    _tell_flags(console, second, "D")
    _tell(
        console,
        "\n接下来请打开：",
        f"  {workbook}",
        "    汇总表：全区项目，每行写着来源，点“出处”打开街镇的原表；收支核对：每份材料的行数和万元去了哪里",
        "    疑似重复：在“决定”里选保留、合并或排除，再合并一次即生效；未列入：没有进汇总表的每一行和原因",
        f"  {towns}：街镇交来的材料；“xlpy consolidate”可以再合并，已作的决定和修改都保留",
    )


def _by_town(lines: Iterable[Reconciliation]) -> dict[str, list[Reconciliation]]:
    found: dict[str, list[Reconciliation]] = defaultdict(list)
    for line in lines:
        found[line.town].append(line)
    return found


def _sums(lines: Sequence[Reconciliation]) -> list[str]:
    rows = [sum(counts) for counts in zip(*((x.rows_in, x.rows_out, x.excluded) for x in lines), strict=True)]
    return [*map(str, rows), f"{sum(line.amount_out for line in lines):,.2f}"]


def _console() -> Console:
    from rich.console import Console

    return Console(highlight=False, soft_wrap=True)


def _table(title: str, left: Sequence[str], right: Sequence[str], more: Sequence[str] = ()) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left")
    for header in (*left, *right, *more):
        table.add_column(header, justify="right" if header in right else "left")
    return table


def _counts(report: Report) -> str:
    return "，".join(f"{s.label} {report.count(s)}" for s in Severity)


def _tell_flags(console: Console, report: Report, first: str = "") -> None:
    """The gravest flags, among equals those of the rules `first`."""
    by_gravity = sorted(report.flags, key=lambda flag: (-flag.severity.level, not flag.rule.startswith(first)))
    for flag in most_important(by_gravity):
        where = flag.place if flag.file == report.workbook else f"{flag.file} {flag.place}"
        _tell(console, f"  {flag.severity.label} {flag.rule} {where}：{flag.message}。{flag.fix}")


def _tell(console: Console, *lines: str) -> None:
    for line in lines:
        console.print(line, markup=False)
