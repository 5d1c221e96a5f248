"""Findings about forms and tables, and how one is made.

A `Flag` is data and is returned, never raised. Its words come from `xlpy.catalogue`; a check only says which rule,
which variant of its text, where, and the values that fill the text. A missing value in a text is a programming error
(KeyError), so a half-filled message cannot reach a user.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict

from xlpy.errors import one_line


class Severity(StrEnum):
    """How sure and how grave: certain → error, likely → warning, worth a look → note."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def level(self) -> int:
        """The number in the hidden mark columns: 3 error, 2 warning, 1 note."""
        return {"error": 3, "warning": 2, "note": 1}[self.value]

    @property
    def label(self) -> str:
        """The word that clerks see."""
        return {"error": "错误", "warning": "警告", "note": "提示"}[self.value]


class Text(NamedTuple):
    """One wording of a rule: what was seen and expected, what to do, and a severity where it is not the rule's own."""

    message: str
    fix: str
    severity: Severity | None = None


class Rule(NamedTuple):
    """A rule of the catalogue. `texts` has a wording per variant; the first is the usual one."""

    id: str
    title: str
    why: str
    severity: Severity
    texts: dict[str, Text]


class Flag(BaseModel):
    """One finding. `cell` is the true address in `sheet` of `file` ("" where the thing is missing altogether).

    `row_number` is the row of the summary table the finding belongs to, None where there is none.
    `value` is what was seen, as text; `message` says what was seen and expected; `fix` says what to do.
    """

    model_config = ConfigDict(frozen=True)

    rule: str
    severity: Severity
    file: str = ""
    sheet: str = ""
    cell: str = ""
    row_number: int | None = None
    field: str = ""
    value: str = ""
    message: str
    fix: str

    @property
    def place(self) -> str:
        """汇总表!D7, in a Word document 表格2 第3行第1列, or the sheet alone where there is no cell."""
        return place_name(self.sheet, self.cell)


def place_name(sheet: str, cell: str) -> str:
    """A sheet and a cell in it as one word: 汇总表!D7, 表格2 第3行第1列."""
    return f"{sheet}{' ' if cell.startswith('第') else '!'}{cell}" if cell else sheet


_SHOWN = 60
_CUT = ("problem", "others")  # words that quote what was typed, already shortened


def shown(value: object) -> str:
    """`value` as it may stand inside a message: one line, no control characters, shortened."""
    text = one_line("" if value is None else str(value))
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def make_flag(rule: Rule, variant: str = "", *, field: str = "", **context: Any) -> Flag:
    """A flag of `rule` in the wording `variant` ("" = the first).

    `context` holds the flag's place (file, sheet, cell, row_number, value) and whatever the wording names in {…}.
    """
    text = rule.texts[variant] if variant else next(iter(rule.texts.values()))
    place = {k: context[k] for k in ("file", "sheet", "cell", "row_number") if k in context}
    words = {k: one_line(v) if k in _CUT else shown(v) for k, v in context.items()}
    return Flag(
        rule=rule.id,
        severity=text.severity or rule.severity,
        field=field,
        value=shown(context.get("value", "")),
        message=text.message.format(**words),
        fix=text.fix.format(**words),
        **place,
    )
