"""What the command line shows: a form as one JSON object or as lines for a person, and 收支核对 as aligned lines."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from unicodedata import east_asian_width

from xlpy.accounts import BALANCED, TOTAL, UNBALANCED, State
from xlpy.cells import Month
from xlpy.errors import one_line
from xlpy.flags import Flag
from xlpy.layout import TEAM_COLUMNS, field_name
from xlpy.models import Form, Value
from xlpy.report import Reconciliation

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
    lines = [one_line(form.file)]
    lines += [f"  {field_name(name)}：{one_line(value.raw)}" for name, value in form.fields() if value.raw]
    team = "、".join(one_line(m.name.raw) for m in form.team if m.name.raw)
    return "\n".join([*lines, f"  攻关项目组成员：{team}"] if team else lines)


_COLUMNS: Final = ("推荐单位", "状态", "收到行", "列入", "未列入", "收到万元", "列入万元", "未列入万元", "核对", "文件")
_FIGURES: Final = range(2, 8)  # these columns stand at the right


def reconciliation_text(lines: Sequence[Reconciliation]) -> str:
    """收支核对: a line for every table received, their sum, and in one line the units that sent nothing."""
    received = [line for line in lines if line.status != State.MISSING]
    shown = _aligned([_COLUMNS, *map(_account, received), _account(_sum(received))], _FIGURES)
    if missing := [one_line(line.town) for line in lines if line.status == State.MISSING]:
        shown.append(f"  {State.MISSING} {len(missing)} 个：{'、'.join(missing)}")
    return "\n".join(shown)


_ROLLUP: Final = ("地区", "份", "项目", "万元", "错误", "警告", "核对", "文件")


def rollup_text(found: RollUp) -> str:
    """A line for the whole, every folder and every district, then what was not used, then where it stands."""
    table: list[tuple[str, ...]] = [_ROLLUP]
    for line in found.lines:
        name = "  " * line.depth + one_line(line.name)
        counts = line.districts, line.total.count, f"{line.total.amount:,.2f}", line.errors, line.warnings
        said = " ".join(part for part in (one_line(line.file), f"（{line.why}）" if line.why else "") if part)
        table.append((name, *map(str, counts), line.balance, said))
    shown = _aligned(table, range(1, 6))
    shown += [f"  未采用 {one_line(skipped.file)}：{skipped.reason}" for skipped in found.skipped]
    return "\n".join([*shown, f"已写入 {one_line(found.workbook)}"])


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


def _account(line: Reconciliation) -> tuple[str, ...]:
    rows = line.rows_in, line.rows_out, line.excluded
    amounts = line.amount_in, line.amount_out, line.amount_excluded
    adjusted = f"区局改动 {line.amount_adjusted:+,.2f} 万元" if line.amount_adjusted else ""
    said = "；".join(part for part in (one_line(line.why), adjusted) if part)
    return (
        one_line(line.town) or "？",
        line.status,
        *map(str, rows),
        *(f"{amount:,.2f}" for amount in amounts),
        BALANCED if line.balanced else UNBALANCED,
        " ".join(part for part in (one_line(line.file), one_line(line.sheet), f"（{said}）" if said else "") if part),
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
