"""The bureau's own columns (in 参数) and own checks (in 规则) as lines of cells, and those lines as models again.

A line with a mistake is flagged at its cell and left out whole.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, Final

from xlpy.flags import Severity, place_name, shown
from xlpy.grids import Scalar
from xlpy.layout import (
    CHECK_HEADER,
    ECONOMIC_COLUMNS,
    EXTRA_LABELS,
    FORM_LABELS,
    MARK_PREFIX,
    OPINIONS,
    ORIGIN_HEADER,
    OWN_CHECK_HEADERS,
    OWN_COLUMN_HEADERS,
    SOURCE_COLUMNS,
    SUMMARY_COLUMNS,
    TEAM_COLUMNS,
    TEAM_HEADING,
    TOWN_COLUMN,
    fold,
)
from xlpy.notice import MOST_COLUMNS, OwnCheck, OwnColumn
from xlpy.setting_sheet import SettingSheet
from xlpy.setting_table import LONGEST_NAME, SEPARATOR, SPLIT

YES, NO = "是", "否"
SWITCHES: Final = {
    **dict.fromkeys(map(fold, (YES, "启用", "开", "yes", "true", "1", "√", "✓")), True),
    **dict.fromkeys(map(fold, (NO, "停用", "关", "no", "false", "0", "×", "✗")), False),
}
SEVERITIES: Final = {fold(word): s for s in Severity for word in (s.label, s.value)}
KINDS: Final = {"text": "文字", "number": "数字", "month": "年月", "list": "清单"}
SCOPES: Final = {"row": "行", "table": "全表"}

_KIND_OF: Final = {
    **{fold(word): kind for kind, word in KINDS.items()},
    **dict(zip(map(fold, ("文本", "数值", "月份", "下拉清单")), KINDS, strict=True)),
}
_SCOPE_OF: Final = {fold(word): scope for scope, word in SCOPES.items()}
_NAME, _KIND, _REQUIRED, _CHOICES, _SOURCE, _ALIASES = OWN_COLUMN_HEADERS
_ID, _TITLE, _LEVEL, _ENABLED, _FORMULA, _MESSAGE, _SCOPE = OWN_CHECK_HEADERS
MOST_CHECKS: Final = 200
_LONGEST_CELL: Final = 2000  # characters of a cell with several words
_LONGEST_CHOICES: Final = 255  # characters of a drop-down's list, as Excel has it
_RUNS: Final = ("=", "+", "-", "@")  # a cell that begins so is a formula to a spreadsheet
_BREAKS: Final = "\n\r\t"
_STRANGE: Final = '[]@"“”' + _BREAKS  # mean something in the formula of an own check
_CHECK_ID = re.compile(r"C0{0,2}([1-9]\d{0,2})")


# --- own columns ---------------------------------------------------------------------------------------------------


def column_rows(columns: tuple[OwnColumn, ...]) -> list[list[Scalar]]:
    """The header, and a line a column."""
    rows: list[list[Scalar]] = [[*OWN_COLUMN_HEADERS]]
    for column in columns:
        choices, aliases = (SEPARATOR.join(words) or None for words in (column.choices, column.aliases))
        required = YES if column.required else NO
        rows.append([column.name, KINDS[column.kind], required, choices, column.source or None, aliases])
    return rows


def read_columns(sheet: SettingSheet, top: int, at: Mapping[str, int]) -> tuple[OwnColumn, ...]:
    """The own columns below the header in row `top`, the first six; `at` is where each header stands."""
    if missing := [header for header in (_NAME, _KIND) if header not in at]:
        sheet.flag("column", top, min(at.values()), name=missing[0], problem="找不到这个表头")
        return ()
    headers, labels = _taken_headers(), _taken_labels()
    found: list[OwnColumn] = []
    for row in range(top + 1, sheet.grid.height + 1):
        if sheet.blank(row, at.values()):
            continue
        if len(found) == MOST_COLUMNS:
            problem = f"最多 {MOST_COLUMNS} 个，从这一行起都没有用"
            sheet.flag("column", row, at[_NAME], name=_called(sheet, row, at[_NAME]), problem=problem)
            break
        line = _Line(sheet, row, at)
        column = line.column()
        if column:
            line.check_names(_NAME, (column.name,), headers, [])
            line.check_names(_ALIASES, column.aliases, headers, [column.name])
            if column.source:
                line.check_names(_SOURCE, (column.source,), labels, [])
                line.check_names(_ALIASES, column.aliases, labels, [column.source])
        for header, problem in line.problems.items():
            sheet.flag("column", row, at.get(header, at[_NAME]), name=_called(sheet, row, at[_NAME]), problem=problem)
        if column and not line.problems:
            found.append(column)
            headers |= {fold(name): f"自定义栏目“{column.name}”" for name in (column.name, *column.aliases)}
            if column.source:
                labels |= {fold(name): f"自定义栏目“{column.name}”" for name in (column.source, *column.aliases)}
    return tuple(found)


def _called(sheet: SettingSheet, row: int, column: int) -> str:
    return sheet.text(row, column) or f"第 {row} 行"


def _taken_headers() -> dict[str, str]:
    """Folded header → whose it is: what a column of Annex 2 must not be called."""
    ours = (CHECK_HEADER, ORIGIN_HEADER, *SOURCE_COLUMNS.values())
    notices = {name: c.header for c in (*SUMMARY_COLUMNS, TOWN_COLUMN) for name in (c.header, *c.aliases)}
    return {fold(name): f"“{header}”" for name, header in notices.items()} | {
        fold(name): f"软件自己的“{name}”" for name in ours
    }


def _taken_labels() -> dict[str, str]:
    """Folded label → whose it is: what a line of Annex 1 must not be called."""
    tables = (OPINIONS, {"team": TEAM_HEADING}, TEAM_COLUMNS, ECONOMIC_COLUMNS)
    entries = [(label.label, label.aliases) for label in FORM_LABELS + EXTRA_LABELS]
    entries += [entry for table in tables for entry in table.values()] + [("序号", ())]
    return {fold(name): f"“{label}”" for label, aliases in entries for name in (label, *aliases)}


class _Line:
    """A line of own columns under reading, with the first thing that is wrong at each header."""

    def __init__(self, sheet: SettingSheet, row: int, at: Mapping[str, int]) -> None:
        self.sheet, self.row, self.at = sheet, row, at
        self.problems: dict[str, str] = {}

    def column(self) -> OwnColumn | None:
        """The column, None where a cell of the line is wrong."""
        name = self._word(_NAME, LONGEST_NAME)
        kind = self._of(_KIND, _KIND_OF, KINDS.values(), "text")
        required = self._of(_REQUIRED, SWITCHES, (YES, NO), False)
        choices = self._words(_CHOICES)
        source, aliases = self._word(_SOURCE, LONGEST_NAME), self._words(_ALIASES)
        if kind == "list" and not choices:
            self.problems.setdefault(_CHOICES, "类型是清单，要写选项，用顿号隔开")
        elif kind and kind != "list" and choices:
            self.problems.setdefault(_CHOICES, f"类型是{KINDS[kind]}，不用写选项；要从清单里选，类型请选“清单”")
        if len(",".join(choices)) > _LONGEST_CHOICES:
            self.problems.setdefault(_CHOICES, f"选项加起来超过 {_LONGEST_CHOICES} 个字，下拉清单放不下")
        self._check_distinct(_CHOICES, choices)
        self._check_distinct(_ALIASES, aliases)
        if not name:
            self.problems.setdefault(_NAME, "没有写栏目名称")
        if self.problems:
            return None
        return OwnColumn(name=name, kind=kind, required=required, choices=choices, source=source, aliases=aliases)

    def check_names(self, header: str, names: tuple[str, ...], taken: Mapping[str, str], own: list[str]) -> None:
        """Names that mean something else already, `own` aside."""
        for name in names:
            key = fold(name)
            if key in map(fold, own):
                continue
            if owner := taken.get(key) or ("软件自己的标记列" if key.startswith(fold(MARK_PREFIX)) else ""):
                self.problems.setdefault(header, f"“{shown(name)}”已经是{owner}的名称")

    def _word(self, header: str, longest: int) -> str:
        """The one name in a cell, "" where it is blank or wrong."""
        value, problem, nil = self.sheet.words(self.row, self.at.get(header, 0), longest)
        if value and not problem and not nil:
            problem = _unfit(value)
        if problem:
            self.problems.setdefault(header, problem)
        return "" if problem or nil else value or ""

    def _words(self, header: str) -> tuple[str, ...]:
        """The names in a cell, separated by 、"""
        value, problem, nil = self.sheet.words(self.row, self.at.get(header, 0), _LONGEST_CELL)
        words = tuple(word.strip() for word in SPLIT.split("" if nil else value or "") if word.strip())
        problem = problem or next(filter(None, map(_unfit, words)), "")
        problem = problem or next((f"“{shown(w)}”超过 {LONGEST_NAME} 个字" for w in words if len(w) > LONGEST_NAME), "")
        if problem:
            self.problems.setdefault(header, problem)
        return () if problem else words

    def _of(self, header: str, known: Mapping[str, Any], shown_as: Any, default: Any) -> Any:
        """What a word of a drop-down means; the default where the cell is blank; None where the word is unknown."""
        problem = self.sheet.content(self.row, self.at.get(header, 0)).problem
        text = self.sheet.text(self.row, self.at.get(header, 0))
        if problem or (text and fold(text) not in known):
            expected = "、".join(shown_as)
            self.problems.setdefault(header, problem or f"“{header}”写的是“{shown(text)}”，应为 {expected} 之一")
            return None
        return known[fold(text)] if text else default

    def _check_distinct(self, header: str, words: tuple[str, ...]) -> None:
        seen = set[str]()
        for word in words:
            if fold(word) in seen:
                self.problems.setdefault(header, f"“{shown(word)}”写了两次")
                return
            seen.add(fold(word))


def _unfit(name: str) -> str:
    """Why a word cannot be a header, a label or a choice; "" if it can."""
    if not fold(name):
        return f"“{shown(name)}”里没有文字"
    if name.startswith(_RUNS):
        return f"“{shown(name)}”不能用 {name[0]} 开头"
    if strange := next((c for c in _half_width(name) if c in _STRANGE), ""):
        return f"“{shown(name)}”里不能有{'换行' if strange in _BREAKS else f'符号 {strange}'}"
    return ""


# --- own checks ----------------------------------------------------------------------------------------------------


def check_rows(checks: tuple[OwnCheck, ...]) -> list[list[Scalar]]:
    """The header, and a line a check."""
    rows: list[list[Scalar]] = [[*OWN_CHECK_HEADERS]]
    for one in checks:
        enabled, scope = YES if one.enabled else NO, SCOPES[one.scope]
        rows.append([one.id, one.title, one.severity.label, enabled, one.formula, one.message, scope])
    return rows


def read_checks(sheet: SettingSheet, top: int, at: Mapping[str, int], end: int) -> tuple[OwnCheck, ...]:
    """The own checks below the header in row `top`, down to row `end`."""
    if missing := [header for header in (_ID, _FORMULA) if header not in at]:
        sheet.flag("check", top, min(at.values()), id="", problem=f"找不到表头“{missing[0]}”")
        return ()
    found: list[OwnCheck] = []
    seen: dict[int, int] = {}
    lines = 0
    for row in range(top + 1, end + 1):
        if sheet.blank(row, at.values()):
            continue
        if (lines := lines + 1) > MOST_CHECKS:
            problem = f"最多 {MOST_CHECKS} 条，从这一行起都没有用"
            sheet.flag("check", row, at[_ID], id=sheet.text(row, at[_ID]), problem=problem)
            break
        id = _half_width(sheet.text(row, at[_ID])).upper()
        match = _CHECK_ID.fullmatch(id)
        if match and int(match[1]) in seen:
            sheet.flag("repeated", row, at[_ID], first=seen[int(match[1])])
            continue
        if match:
            seen[int(match[1])] = row
        fields: dict[str, Any] = {}
        problems = [] if match else [(_ID, "编号要写成 C1、C2……C999")]
        problems += _check_fields(sheet, row, at, fields)
        for header, problem in problems:
            sheet.flag("check", row, at[header], id=id or f"第 {row} 行", problem=problem)
        if not problems:
            severity = _word_of(sheet, row, at, _LEVEL, SEVERITIES, Severity.NOTE.label, id)
            enabled = _word_of(sheet, row, at, _ENABLED, SWITCHES, YES, id)
            cell = place_name(sheet.grid.name, sheet.grid.address(row, at[_FORMULA]))
            found.append(OwnCheck(id=id, severity=severity, enabled=enabled, cell=cell, **fields))
    return tuple(found)


def _check_fields(
    sheet: SettingSheet, row: int, at: Mapping[str, int], fields: dict[str, Any]
) -> Iterator[tuple[str, str]]:
    """Fill in title, message, formula and scope; what is wrong: (header, problem)."""
    for header, key in ((_TITLE, "title"), (_MESSAGE, "message")):
        value, problem, _ = sheet.words(row, at.get(header, 0), _LONGEST_CELL)
        fields[key] = value or ""
        if problem:
            yield header, f"“{header}”{problem}"
    id = sheet.text(row, at[_ID])
    fields["title"] = fields["title"] or fields["message"] or f"自定义检查 {id}"
    fields["message"] = fields["message"] or fields["title"]
    formula = sheet.grid.formulas.get((row, at[_FORMULA]))  # typed as a real one: its text counts
    raw, problem, _ = sheet.content(row, at[_FORMULA]) if formula is None else (formula, "", False)
    if problem:
        yield _FORMULA, "公式被当成真公式了；请先把单元格设为文本格式，再输入公式"
    elif not isinstance(raw, str):
        what = (
            f"公式写的是“{shown(sheet.text(row, at[_FORMULA]))}”，应是 = 开头的文字"
            if raw is not None
            else "没有写公式"
        )
        yield _FORMULA, what
    else:
        fields["formula"] = raw.strip()
    scope = sheet.text(row, at.get(_SCOPE, 0))
    fields["scope"] = _SCOPE_OF.get(fold(scope), "row")
    if scope and fold(scope) not in _SCOPE_OF:
        yield _SCOPE, f"范围写的是“{shown(scope)}”，应为 {'、'.join(SCOPES.values())} 之一"


def _word_of(
    sheet: SettingSheet, row: int, at: Mapping[str, int], header: str, known: Mapping[str, Any], default: str, id: str
) -> Any:
    """What 级别 or 启用 says; the default where it is blank or, with a flag, not understood."""
    text = sheet.text(row, at.get(header, 0))
    if text and fold(text) not in known:
        sheet.flag("value", row, at[header], id=id, heading=header, default=default)
        text = ""
    return known[fold(text or default)]


def _half_width(text: str) -> str:
    return unicodedata.normalize("NFKC", text)
