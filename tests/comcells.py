"""What a cell of Excel makes of what is written to it, and how it gives it back."""

from __future__ import annotations

import ast
import datetime as dt
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.comwire import TimeType, failed

ERROR_BASE = -2146828288
NAME_ERROR, DIV0 = ERROR_BASE + 2029, ERROR_BASE + 2007


@dataclass
class Cell:
    """`value` as Value2 gives it; `prefix` the apostrophe that a person would see in the formula bar."""

    value: str | float | bool | int | None = None
    formula: str = ""
    format: str = "General"
    prefix: str = ""

    def enter(self, typed: Any) -> None:
        """Take what is written to `Value`, `Value2` or `Formula` as Excel does."""
        self.formula = self.prefix = ""
        if isinstance(typed, int) and not isinstance(typed, bool):
            if not -(2**31) <= typed < 2**31:
                raise failed("a 64-bit integer")
            typed = float(typed)
        match typed:
            case None | "":
                self.value = None
            case bool():
                self.value = str(typed).upper() if self.format == "@" else typed
            case float():
                self.value = _shown(typed) if self.format == "@" else typed
            case str():
                if len(typed) > 32_767:
                    raise failed("a text of more than 32,767 characters")
                self._enter_text(typed)
            case _:
                raise failed(f"cannot take {type(typed)}")

    def _enter_text(self, text: str) -> None:
        if self.format == "@":
            self.value = text
        elif text.startswith("'"):
            self.prefix, self.value = "'", text[1:]
        elif text[0] in "=+-@" and len(text) > 1 and not _number(text):
            if len(text) > 8192 or any(len(part) > 255 for part in re.findall(r'"((?:[^"]|"")*)"', text)):
                raise failed("a formula that is too long")
            self.formula = text if text[0] == "=" else f"={text}"
            self.value = _calculated(self.formula)
        else:
            self.value = text
            for pattern, format, read in _TYPED:
                if found := pattern.fullmatch(text.strip()):
                    self.value = read(found)
                    if format and self.format == "General":
                        self.format = format
                    break


def _number(text: str) -> bool:
    return bool(re.fullmatch(r"[+-]?(\d[\d,]*\.?\d*|\.\d+)(e[+-]?\d+)?%?", text, re.IGNORECASE))


def _serial(year: int, month: int, day: int) -> float:
    return float((dt.date(year, month, day) - dt.date(1899, 12, 30)).days)


_TYPED: list[tuple[re.Pattern[str], str, Callable[[re.Match[str]], Any]]] = [
    (re.compile(r"(?i)true"), "", lambda m: True),
    (re.compile(r"(?i)false"), "", lambda m: False),
    (re.compile(r"#N/A"), "", lambda m: ERROR_BASE + 2042),
    (re.compile(r"([+-]?[\d,]*\.?\d+)%"), "0%", lambda m: float(m[1].replace(",", "")) / 100),
    (re.compile(r"[+-]?\d[\d,]*\.?\d*(?:[eE][+-]?\d+)?"), "", lambda m: float(m[0].replace(",", ""))),
    (re.compile(r"\((\d+)\)"), "", lambda m: -float(m[1])),
    (re.compile(r"(\d{1,2})[-/](\d{1,2})"), "m/d", lambda m: _serial(2023, int(m[1]), int(m[2]))),
    (re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})"), "yyyy/m/d", lambda m: _serial(*map(int, m.groups()))),
    (re.compile(r"(\d{4})年(\d{1,2})月"), 'yyyy"年"m"月"', lambda m: _serial(int(m[1]), int(m[2]), 1)),
    (re.compile(r"(\d{1,2}):(\d{2})"), "h:mm", lambda m: int(m[1]) / 24 + int(m[2]) / 1440),
]
_OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def _calculated(formula: str) -> Any:
    """The value of HYPERLINK and of sums of numbers; of anything else #NAME?."""
    if found := re.fullmatch(r'=HYPERLINK\("(?:[^"]|"")*","((?:[^"]|"")*)"\)', formula):
        return found[1].replace('""', '"')

    def value(node: ast.expr) -> float:
        match node:
            case ast.Constant(value=int() | float()):
                return float(node.value)  # type: ignore[arg-type]
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -value(operand)
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return value(operand)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
                return float(_OPERATORS[type(op)](value(left), value(right)))
        raise SyntaxError

    try:
        return value(ast.parse(formula[1:].strip(), mode="eval").body)
    except ZeroDivisionError:
        return DIV0
    except (SyntaxError, ValueError):
        return NAME_ERROR


def _shown(number: float) -> str:
    return f"{number:.15g}"


def _is_date(format: str) -> bool:
    bare = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", format)
    return format not in ("General", "@") and any(c in bare.lower() for c in "ymdhs")


def typed_back(value: Any) -> str:
    """A constant as Formula gives it: what one would type."""
    return "" if value is None else _shown(value) if type(value) is float else str(value)


def value_of(cell: Cell) -> Any:
    if type(cell.value) is float:
        if _is_date(cell.format):
            moment = dt.datetime(1899, 12, 30) + dt.timedelta(days=cell.value)
            moment += dt.timedelta(microseconds=500)  # pywin32 gives whole milliseconds
            return TimeType(*moment.timetuple()[:6], moment.microsecond // 1000 * 1000, tzinfo=dt.UTC)
        if "¥" in cell.format or "$" in cell.format:
            return round(Decimal(repr(cell.value)), 4)
    return cell.value


def stored(value: Any) -> Any:
    """What Value2 gives for what openpyxl read."""
    from openpyxl.utils.datetime import to_excel

    if isinstance(value, dt.date | dt.time | dt.timedelta):
        return float(to_excel(value))  # type: ignore[no-untyped-call]
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
