"""What the tests of the form's reader share: the smallest form there is, and short views of what was read."""

from __future__ import annotations

from typing import Any

from tests.inline import snapshot
from xlpy.forms import parse_form
from xlpy.grids import SheetGrid
from xlpy.models import Form, Value

ANCHORS = """
    | 项目名称 | 甲 |
    | 填报单位 | 乙 |
    | 质量攻关目标 | 丙 |
"""


def read(*grids: SheetGrid, **options: Any) -> Form:
    return parse_form(snapshot(*grids, **options))


def seen(value: Value[Any]) -> tuple[str, str, str]:
    return value.sheet, value.cell, value.raw


def raws(form: Form) -> dict[str, str]:
    return {name: value.raw for name, value in form.fields() if value.raw}
