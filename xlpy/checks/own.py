"""The bureau's own checks (C…): Excel formulas over the table's columns, written in the sheet 规则.

`[@企业规模]` is the row's cell of a column, `[经济效益]` the whole column. A formula is TRUE where something is wrong.
It is computed by Excel itself on a workbook that is open there, and by an engine of its own on a closed file; both get
the same values and the same formulas, never the sheet itself. So a formula can reach nothing but the table: what is
not a column, a number, a text, an operator or a function of the list below is refused before anything is computed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, NamedTuple

from xlpy import cells
from xlpy.catalogue import CATALOGUE
from xlpy.errors import CannotRun
from xlpy.flags import Flag, make_flag, shown
from xlpy.grids import Scalar, column_letters
from xlpy.layout import HEADER_OF, SUMMARY_COLUMNS, TOWN_COLUMN, fold
from xlpy.models import SummaryRow, SummaryTable, Value
from xlpy.notice import Notice, OwnCheck
from xlpy.patch import Block


class OwnFormula(NamedTuple):
    """A formula as an engine gets it: written for the first line below the header, and whether every line has it."""

    text: str
    each_line: bool


Calculate = Callable[[Block, Sequence[OwnFormula]], list[list[Scalar]]]
"""(values, formulas) → for each formula its results, one for each line or a single one.

The values stand from A1 on, a header and a line a row. A formula is written for line 2, as =AND($A2="微型",$B2>5),
and goes down from there. A result is what the cell would show: True, False, a number, a text, or an error's text.
"""

_LISTED = """
ABS AND AVERAGE CEILING CONCATENATE COUNT COUNTA COUNTBLANK COUNTIF COUNTIFS DATE EXACT FALSE FIND FLOOR IF IFERROR INT
ISBLANK ISERROR ISNUMBER ISTEXT LEFT LEN LOWER MAX MEDIAN MID MIN MOD MONTH NOT OR RIGHT ROUND ROUNDDOWN ROUNDUP SEARCH
SUBSTITUTE SUM SUMIF SUMIFS SUMPRODUCT TRIM TRUE UPPER VALUE XOR YEAR
"""
FUNCTIONS: Final = frozenset(_LISTED.split())
_COLUMNS = "AND AVERAGE COUNT COUNTA COUNTBLANK COUNTIF COUNTIFS MAX MEDIAN MIN OR SUM SUMIF SUMIFS XOR"
_RANGES: Final = frozenset(_COLUMNS.split())
"""Functions that take a whole column. In SUMPRODUCT it may stand anywhere; elsewhere each Excel takes it otherwise."""
UNFINISHED: Final = "#UNFINISHED"  # the result of a formula that took more than an engine gives it
_NONSENSE: Final = ("#NAME?", "#VALUE!", "#NULL!")
_LONGEST: Final = 1000  # characters; Excel takes 8,192
_DEEPEST: Final = 32  # brackets within brackets; Excel takes 64 levels of functions

_TOKEN = re.compile(
    r"""(?P<text>"(?:[^"]|"")*")|\[(?P<row>@)?\[?(?P<column>[^\[\]@]+)\]?\]|(?P<function>[A-Za-z][A-Za-z.]*)\s*(?=\()"""
    r"|(?P<constant>TRUE|FALSE)\b|(?P<number>\d+(?:\.\d+)?%?)|(?P<sign><=|>=|<>|[-+*/^&=<>(),])|(?P<space>\s+)",
    re.IGNORECASE,
)
_WIDE = str.maketrans("（），＝＞＜＋－＊／；［］＠", "(),=><+-*/,[]@")


class _Parsed(NamedTuple):
    """A formula with places for its columns, or why it is refused. `columns` are fields, in the order of use."""

    parts: tuple[str | tuple[bool, str], ...] = ()
    columns: tuple[str, ...] = ()
    problem: str = ""


def problem_of(check: OwnCheck, notice: Notice) -> str:
    """Why a formula cannot be used, in words; "" if it can. 全表 checks may not look at a single row's cells."""
    return _parsed(check.formula, check.scope, notice).problem


def formula_flags(table: SummaryTable, notice: Notice) -> list[Flag]:
    """P02 at the cell of each own check in use whose formula is refused."""
    used = (one for one in notice.checks if one.enabled)
    return [_unusable(one, table, problem) for one in used if (problem := problem_of(one, notice))]


def own_flags(table: SummaryTable, notice: Notice, calculate: Calculate | None) -> list[Flag]:
    """The flags of every own check that is switched on; P02 at the check's cell where it cannot be computed.

    Without an engine no check can, and each says so.
    """
    flags: list[Flag] = []
    usable: list[tuple[OwnCheck, _Parsed]] = []
    for one in notice.checks:
        if not one.enabled:
            continue
        parsed = _parsed(one.formula, one.scope, notice)
        absent = [field for field in parsed.columns if field not in table.columns]
        if parsed.problem:
            flags.append(_unusable(one, table, parsed.problem))
        elif absent:
            flags.append(_unusable(one, table, f"汇总表里没有“{_name(absent[0])}”这一栏"))
        elif calculate is None:
            flags.append(_unusable(one, table, "这里没有可用的计算引擎"))
        else:
            usable.append((one, parsed))
    if usable and calculate and table.rows:
        try:
            flags += _computed(usable, table, calculate)
        except CannotRun as error:
            flags += [_unusable(one, table, error.problem) for one, _ in usable]
    return flags


def _computed(usable: Sequence[tuple[OwnCheck, _Parsed]], table: SummaryTable, calculate: Calculate) -> Iterator[Flag]:
    fields = list(dict.fromkeys(field for _, parsed in usable for field in parsed.columns))
    letters = {field: column_letters(n) for n, field in enumerate(fields, 1)}
    last = len(table.rows) + 1
    values = ((*map(_name, fields),), *(tuple(_content(row.value_of(f)) for f in fields) for row in table.rows))

    def text(part: str | tuple[bool, str]) -> str:
        if isinstance(part, str):
            return part
        one_row, field = part
        return f"${letters[field]}2" if one_row else f"${letters[field]}$2:${letters[field]}${last}"

    formulas = [OwnFormula("=" + "".join(map(text, parsed.parts)), one.scope == "row") for one, parsed in usable]
    for (one, parsed), results in zip(usable, calculate(values, formulas), strict=True):
        told = False
        for row, result in zip(table.rows, results, strict=False):
            if isinstance(result, bool):
                if result:
                    yield _found(one, parsed, table, row if one.scope == "row" else None)
            elif not told:  # the other rows are checked all the same
                told = True
                where = f"第 {row.row_number} 行" if one.scope == "row" else "全表"
                yield _unusable(one, table, f"{where}{_instead(result)}")


def _instead(result: Scalar) -> str:
    """What came out in place of TRUE or FALSE; engines differ in how they name what is no formula at all."""
    if result == UNFINISHED:
        return "太费时间或内存，没有算完"
    if result in _NONSENSE:
        return "算不出来：公式写得不对，或者把文字当成数来算了"
    return f"算出来的是“{shown(cells.show(result))}”，应当是 TRUE 或 FALSE"


def _found(one: OwnCheck, parsed: _Parsed, table: SummaryTable, row: SummaryRow | None) -> Flag:
    field = parsed.columns[0] if parsed.columns else "project_name"
    value: Value[Any] = row.value_of(field) if row else Value()
    heading = next((h.cell for h in table.headings if h.field == field), "")
    return Flag(
        rule=one.id,
        severity=one.severity,
        file=table.file,
        sheet=table.sheet,
        cell=value.cell if row else heading,
        row_number=row.row_number if row else None,
        field=field,
        value=shown(value.raw),
        message=_filled(one.message, row),
        fix="这是本区自定义的检查，请核对",
    )


def _filled(message: str, row: SummaryRow | None) -> str:
    """The bureau's words with what the row says in place of [@栏目]."""
    if row is None:
        return shown(message)

    def said(match: re.Match[str]) -> str:
        field = _FIELDS.get(fold(match[1])) or (
            f"own.{match[1].strip()}" if f"own.{match[1].strip()}" in row.own else ""
        )
        return shown(row.value_of(field).raw) if field else match[0]

    return shown(re.sub(r"\[@([^\[\]@]+)\]", said, message))


def _unusable(one: OwnCheck, table: SummaryTable, problem: str) -> Flag:
    sheet, _, cell = one.cell.rpartition("!")
    words = {"id": one.id, "problem": problem, "value": one.formula}
    return make_flag(CATALOGUE["P02"], "formula", file=table.file, sheet=sheet, cell=cell, **words)


_FIELDS: Final = {
    fold(name): column.field for column in (*SUMMARY_COLUMNS, TOWN_COLUMN) for name in (column.header, *column.aliases)
}


def _name(field: str) -> str:
    return HEADER_OF.get(field) or field.removeprefix("own.")


def _content(value: Value[Any]) -> Scalar:
    """A cell as a formula sees it: a number where one can be read, else the text; blank is blank."""
    if isinstance(value.value, Decimal):
        return float(value.value)
    return value.value if isinstance(value.value, int) else value.raw or None


def _parsed(formula: str, scope: str, notice: Notice) -> _Parsed:
    own = tuple((fold(name), column.field) for column in notice.columns for name in (column.name, *column.aliases))
    return _parse(formula, scope, own)


@lru_cache(maxsize=256)
def _parse(formula: str, scope: str, own: tuple[tuple[str, str], ...]) -> _Parsed:
    text = formula.strip()
    if not text.translate(_WIDE).startswith("="):
        return _Parsed(problem="公式要以 = 开头")
    if len(text) > _LONGEST:
        return _Parsed(problem=f"公式超过 {_LONGEST} 个字")
    fields = {**dict(own), **_FIELDS}
    parts: list[str | tuple[bool, str]] = []
    columns: list[str] = []
    depth, at, text = 0, 0, _half_width(text.translate(_WIDE)[:1] + text[1:])[1:]
    while at < len(text):
        token = _TOKEN.match(text, at)
        if not token:
            return _Parsed(problem=f'看不懂“{shown(text[at : at + 12])}”；只能用 [@栏目]、数、"文字"、运算符和常用函数')
        at = token.end()
        if name := token["column"]:
            field = fields.get(fold(name))
            if field is None:
                return _Parsed(problem=f"没有叫“{shown(name)}”的栏目")
            if token["row"] and scope == "table":
                return _Parsed(problem=f"范围是全表时不能用 [@{shown(name)}]，要用 [{shown(name)}]")
            parts.append((bool(token["row"]), field))
            columns.append(field)
        elif name := token["function"]:
            if name.upper() not in FUNCTIONS:
                return _Parsed(problem=f"不能用函数 {shown(name)}")
            parts.append(name.upper())
        else:
            depth += {"(": 1, ")": -1}.get(token[0], 0)
            if not 0 <= depth <= _DEEPEST:
                return _Parsed(problem="括号不成对" if depth < 0 else "括号套得太深")
            parts.append(token[0])
    if depth:
        return _Parsed(problem="括号不成对")
    if not any(isinstance(part, tuple) for part in parts):
        return _Parsed(problem="公式里没有用到任何栏目")
    if field := _loose_column(parts):
        name = _name(field)
        return _Parsed(problem=f"整列 [{name}] 只能单独放在 SUM、COUNTIF 这样的函数里；这一行的格子是 [@{name}]")
    return _Parsed(tuple(parts), tuple(dict.fromkeys(columns)))


def _loose_column(parts: Sequence[str | tuple[bool, str]]) -> str:
    """The first whole column that stands where Excel would take one of its cells, or all in turn; "" if there is none.

    Which of the two depends on the version of Excel, so neither is asked for.
    """
    tokens = [part for part in parts if not isinstance(part, str) or part.strip()]
    within: list[tuple[str, int]] = []  # the functions around, each with the number of its argument
    for before, token, after in zip(["", *tokens], tokens, [*tokens[1:], ""], strict=False):
        if token == "(":
            within.append((before if isinstance(before, str) else "", 0))
        elif token == ")":
            within.pop()
        elif token == "," and within:
            within.append((within[-1][0], within.pop()[1] + 1))
        elif isinstance(token, tuple) and not token[0]:
            names = {name for name, _ in within}
            if "SUMPRODUCT" in names and not names & {"IF", "IFERROR"}:
                continue
            function, number = within[-1] if within else ("", 0)
            alone = before in ("(", ",") and after in (")", ",")
            if not alone or function not in _RANGES or _is_criterion(function, number):
                return token[1]
    return ""


def _is_criterion(function: str, number: int) -> bool:
    """Whether an argument (0 the first) is what a function compares with, one value."""
    match function:
        case "COUNTIF" | "SUMIF":
            return number == 1
        case "COUNTIFS":
            return number % 2 == 1
        case "SUMIFS":
            return number > 0 and number % 2 == 0
    return False


def _half_width(text: str) -> str:
    """Full-width brackets, commas and operators as Excel has them, outside of quoted texts."""
    pieces = re.split(r'("(?:[^"]|"")*"|[“][^”]*[”])', text)
    return "".join(
        piece.translate(_WIDE) if n % 2 == 0 else f'"{piece[1:-1]}"' if piece[0] == "“" else piece
        for n, piece in enumerate(pieces)
    )
