"""What the command line shows: a form as one JSON object or as lines, 收支核对 as aligned lines, what verify found."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from unicodedata import east_asian_width

from xlpy.accounts import BALANCED, TOTAL, UNBALANCED, State
from xlpy.cells import Month
from xlpy.errors import one_line, printable
from xlpy.flags import Flag
from xlpy.layout import TEAM_COLUMNS, field_name
from xlpy.models import Form, Value
from xlpy.report import HandEdit, Reconciliation, Report, Verification

if TYPE_CHECKING:
    from xlpy.commands.rolling_up import RollUp


def form_json(form: Form, flags: Sequence[Flag]) -> dict[str, Any]:
    """{"file", "sha256", "fields": {name: {"value", "raw", "sheet", "cell"}}, "team": […], "flags": […]}.

    Amounts are numbers in 万元, months "2022-06", days "2022-06-30"; a value that cannot be read is null.
    """
    return {
        "file": form.file,
        "sha256": form.sha256,
        "fields": {name: _value_json(value) for name, value in form.fields()},
        "team": [
            {"line": member.line, **{name: _value_json(getattr(member, name)) for name in TEAM_COLUMNS}}
            for member in form.team
        ],
        "flags": [flag.model_dump(mode="json", exclude_none=True) for flag in flags],
    }


def form_text(form: Form) -> str:
    """The form's fields, one a line, blank ones left out."""
    lines = [form.file]
    lines += [f"  {field_name(name)}：{one_line(value.raw)}" for name, value in form.fields() if value.raw]
    team = "、".join(one_line(m.name.raw) for m in form.team if m.name.raw)
    return _text([*lines, f"  攻关项目组成员：{team}"] if team else lines)


def _text(lines: Iterable[str]) -> str:
    """The lines as they may go to a terminal, whatever a file or somebody in it is called."""
    return "\n".join(map(printable, lines))


_COLUMNS: Final = ("推荐单位", "状态", "收到行", "列入", "未列入", "收到万元", "列入万元", "未列入万元", "核对", "文件")
_FIGURES: Final = range(2, 8)  # these columns stand at the right


def reconciliation_text(lines: Sequence[Reconciliation]) -> str:
    """收支核对: a line for every table received, their sum, and in one line the units that sent nothing."""
    received = [line for line in lines if line.status != State.MISSING]
    shown = _aligned([_COLUMNS, *map(_account, received), _account(_sum(received))], _FIGURES)
    if missing := [line.town for line in lines if line.status == State.MISSING]:
        shown.append(f"  {State.MISSING} {len(missing)} 个：{'、'.join(missing)}")
    return _text(shown)


_ROLLUP: Final = ("地区", "份", "项目", "万元", "错误", "警告", "核对", "文件")


def rollup_text(found: RollUp) -> str:
    """A line for the whole, every folder and every district, then what was not used, then where it stands."""
    table: list[tuple[str, ...]] = [_ROLLUP]
    for line in found.lines:
        name = "  " * line.depth + line.name
        counts = line.districts, line.total.count, f"{line.total.amount:,.2f}", line.errors, line.warnings
        said = " ".join(part for part in (line.file, f"（{line.why}）" if line.why else "") if part)
        table.append((name, *map(str, counts), line.balance, said))
    shown = _aligned(table, range(1, 6))
    shown += [f"  未采用 {skipped.file}：{skipped.reason}" for skipped in found.skipped]
    return _text([*shown, f"已写入 {found.workbook}"])


def _aligned(table: Sequence[Sequence[str]], figures: Collection[int]) -> list[str]:
    """The rows as lines whose columns stand below each other, those of `figures` at the right."""
    widths = [max(map(_width, column)) for column in zip(*table, strict=True)]
    shown = []
    for row in table:
        gaps = [" " * (width - _width(word)) for word, width in zip(row, widths, strict=True)]
        words = [
            gap + word if n in figures else word + gap for n, (word, gap) in enumerate(zip(row, gaps, strict=True))
        ]
        shown.append(f"  {'  '.join(words)}".rstrip())
    return shown


_FILE_STATES: Final = {
    "unchanged": "没有变",
    "moved": "换了位置或名字，内容没有变",
    "changed": "内容变了",
    "missing": "不见了",
    "unreadable": "打不开",
    "unchecked": "没有核对",
}


def verification_text(report: Report) -> str:
    """What `verify` found, a line each: files, cells, rows, 来源, the log; then what is worth noting elsewhere."""
    found = report.verify
    assert found is not None
    told = [*_file_lines(found), *map(_edit_line, found.edits)]
    told += [f"汇总表第 {row} 行：没有对应的文件，是手工录入的" for row in found.typed]
    for name in found.unseen:
        told.append(f"汇总表里找不到“{field_name(name)}”这一栏：表头改过，或整栏不见了，这一栏无从核对")
    if found.unit:
        told.append(f"汇总表“{found.unit}”的单位不是万元，导入的数都是万元")
    for sheet in found.other_tables:
        told.append(f"工作表“{sheet}”里另有一张汇总表，不是导入的，没有核对")
    for lost in found.lost:
        told.append(f"“{lost.project_name}”（{lost.file or '区局添加'}）：原来列在汇总表里，现在没有这一行")
    if found.sources_intact is False:
        told.append("“来源”表的内容和软件最后写下的不同：有人改过，上面的核对以它为准，不能全信")
    for problem in found.log.problems:
        told.append(f"{problem.sheet}!{problem.cell}：{problem.message}" if problem.cell else problem.message)
    verdict = "都对得上" if found.in_order else f"有 {len(told)} 处要看"
    lines = [f"{report.workbook}：{verdict}", *(f"  {line}" for line in told)]
    states = Counter[str](file.status for file in found.files)
    counts = "，".join(f"{words} {states[name]} 个" for name, words in _FILE_STATES.items() if states[name])
    lines.append(f"  {report.rows} 行，来自 {len(found.files)} 个文件{f'：{counts}' if counts else ''}")
    log = found.log
    words = f"  操作记录 {log.lines} 行"
    if log.since:
        words += f"，从 {log.since} 起逐行有校验码；末行校验码 {log.code}，抄在别处，以后可以对照"
    lines.append(words)
    if found.sha256:
        lines.append(f"  这个文件现在的 SHA-256：{found.sha256}")
    return _text(lines)


def _file_lines(found: Verification) -> Iterator[str]:
    if found.files and all(file.status == "unchecked" for file in found.files):
        yield "文件都没有核对：上次的文件夹不在了，或“来源”里没有 SHA-256。请用 --forms 写明文件夹"
        return
    for file in found.files:
        if file.status != "unchanged":
            rows = f"汇总表第 {'、'.join(map(str, file.rows))} 行"
            where = f"，现在是 {file.found}" if file.found else ""
            yield f"{file.file}：{_FILE_STATES[file.status]}{where}（{rows}）"


def _edit_line(edit: HandEdit) -> str:
    source = " ".join(part for part in (edit.file, edit.place) if part)
    now = "清空了" if edit.now is None else f"现在是“{edit.now}”"
    if edit.pulled is None:
        return f"{edit.sheet}!{edit.cell} {field_name(edit.field)}：{source} 里没有可导入的内容，{now}，是手工填的"
    return f"{edit.sheet}!{edit.cell} {field_name(edit.field)}：从 {source} 导入的是“{edit.pulled}”，{now}"


def _account(line: Reconciliation) -> tuple[str, ...]:
    rows = line.rows_in, line.rows_out, line.excluded
    amounts = line.amount_in, line.amount_out, line.amount_excluded
    adjusted = f"区局改动 {line.amount_adjusted:+,.2f} 万元" if line.amount_adjusted else ""
    said = "；".join(part for part in (line.why, adjusted) if part)
    return (
        line.town or "？",
        line.status,
        *map(str, rows),
        *(f"{amount:,.2f}" for amount in amounts),
        BALANCED if line.balanced else UNBALANCED,
        " ".join(part for part in (line.file, line.sheet, f"（{said}）" if said else "") if part),
    )


def _sum(lines: Sequence[Reconciliation]) -> Reconciliation:
    return Reconciliation(
        file="",
        town=TOTAL,
        rows_in=sum(line.rows_in for line in lines),
        rows_out=sum(line.rows_out for line in lines),
        excluded=sum(line.excluded for line in lines),
        amount_in=math.fsum(line.amount_in for line in lines),
        amount_out=math.fsum(line.amount_out for line in lines),
        amount_excluded=math.fsum(line.amount_excluded for line in lines),
        amount_adjusted=math.fsum(line.amount_adjusted for line in lines),
        balanced=all(line.balanced for line in lines),
    )


def _width(text: str) -> int:
    """How many columns of a terminal `text` takes: a Chinese character takes two.

    >>> _width("安亭镇A")
    7
    """
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _value_json(value: Value[Any]) -> dict[str, Any]:
    return {"value": _plain(value.value), "raw": value.raw, "sheet": value.sheet, "cell": value.cell}


def _plain(value: object) -> object:
    match value:
        case Month():
            return f"{value.year:04d}-{value.month:02d}"
        case dt.date():
            return value.isoformat()
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case _:
            return value
