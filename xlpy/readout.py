"""A form as `xlpy read` shows it: one JSON object, or lines for a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from xlpy.cells import Month
from xlpy.errors import one_line
from xlpy.flags import Flag
from xlpy.layout import TEAM_COLUMNS, field_name
from xlpy.models import Form, Value


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
