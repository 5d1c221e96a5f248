"""The sheets 参数 and 规则: a `Notice` as lines of cells, and those lines as a `Notice` again.

A value that cannot be used is never half applied: the default stays (for a code list: the whole default list) and a
flag (P01 参数, P02 规则) says where and why. What is absent or blank is the default.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from xlpy import cells
from xlpy.catalogue import CATALOGUE
from xlpy.flags import Flag, Rule, Severity, make_flag, shown
from xlpy.grids import Scalar, SheetGrid, Snapshot
from xlpy.layout import ALIAS_HEADER, RULE_HEADERS, RULES, SETTING_HEADERS, SETTINGS, fold
from xlpy.notice import Code, Notice, RuleSetting
from xlpy.setting_table import LISTS, SEPARATOR, SETTINGS_TABLE, SPLIT, Setting, limits_text

YES, NO = "是", "否"
BY_CASE: Final = "按情况"  # 级别 of a rule whose wordings differ in severity, such as R04
SEVERITY_WORDS: Final = tuple(s.label for s in Severity)
HEADER_ROWS: Final = 20  # the header is looked for in so many rows

_YES_WORDS = ("是", "启用", "开", "yes", "true", "1", "√", "✓")
_NO_WORDS = ("否", "停用", "关", "no", "false", "0", "×", "✗")


def settings_rows(notice: Notice) -> list[list[Scalar]]:
    """The lines of 参数, all of one length: the header, then a setting a line with the code lists to the right."""
    width = len(SETTING_HEADERS) + 1 + 2 * len(LISTS)
    left: list[list[Scalar]] = [[*SETTING_HEADERS]]
    for setting in SETTINGS_TABLE:
        unit = "，".join(filter(None, (setting.unit, limits_text(setting.key))))
        value = setting.kind.show(getattr(notice, setting.key))
        left.append([setting.name, value, setting.explanation, unit, setting.example])
    lists = [
        [
            (title, ALIAS_HEADER),
            *((code.label, SEPARATOR.join(code.aliases) or None) for code in getattr(notice, which)),
        ]
        for which, title in LISTS.items()
    ]
    rows = []
    for n in range(max(len(left), *map(len, lists))):
        row = [*(left[n] if n < len(left) else [None] * len(SETTING_HEADERS)), None]
        for entries in lists:
            row.extend(entries[n] if n < len(entries) else (None, None))
        rows.append(row[:width])
    return rows


def rules_rows(notice: Notice, catalogue: Mapping[str, Rule]) -> list[list[Scalar]]:
    """The lines of 规则: the header, then a rule a line, as the notice has switched it."""
    rows: list[list[Scalar]] = [[*RULE_HEADERS]]
    for rule in catalogue.values():
        mine = notice.rules.get(rule.id, RuleSetting())
        severity = mine.severity or own_severity(rule)
        level, enabled = severity.label if severity else BY_CASE, YES if mine.enabled else NO
        fix = next(iter(rule.texts.values())).fix
        rows.append([rule.id, rule.title, level, enabled, rule.why, _without_braces(fix), mine.message or None])
    return rows


def own_severity(rule: Rule) -> Severity | None:
    """The severity that the catalogue gives a rule, None where it depends on the case."""
    found = {text.severity or rule.severity for text in rule.texts.values()}
    return found.pop() if len(found) == 1 else None


def _without_braces(text: str) -> str:
    """A wording in general: 请改为{code} → 请改为……"""
    return re.sub(r"“?\{[^}]*\}”?", "……", text)


def read_notice(snapshot: Snapshot) -> tuple[Notice, list[Flag]]:
    """The settings of a workbook, and a flag for each that could not be used.

    A sheet that is absent leaves the defaults; so does everything in it that is absent, blank or unusable.
    """
    flags: list[Flag] = []
    changed: dict[str, Any] = {}
    if grid := snapshot.sheets.get(SETTINGS):
        sheet = _Sheet(snapshot.name, grid, CATALOGUE["P01"], flags)
        changed = {**_scalars(sheet), **_lists(sheet)}
    if grid := snapshot.sheets.get(RULES):
        changed["rules"] = _rules(_Sheet(snapshot.name, grid, CATALOGUE["P02"], flags))
    return Notice.model_validate(changed), flags


class _Sheet(NamedTuple):
    """A sheet under reading: where it is, which rule its flags have, and the flags so far."""

    file: str
    grid: SheetGrid
    rule: Rule
    flags: list[Flag]

    def flag(self, variant: str, row: int = 0, column: int = 0, **words: Any) -> None:
        cell = self.grid.address(row, column) if row else ""
        value = cells.show(self.grid.value(row, column))
        self.flags.append(
            make_flag(self.rule, variant, file=self.file, sheet=self.grid.name, cell=cell, **{"value": value, **words})
        )

    def text(self, row: int, column: int) -> str:
        return cells.show(self.grid.value(row, column)).strip()

    def header(self, *names: str) -> tuple[int, dict[str, int]]:
        """The first row that holds all `names`, with the column of each of its headers (folded); (0, {}) if none."""
        wanted = set(map(fold, names))
        for row in range(1, min(self.grid.height, HEADER_ROWS) + 1):
            columns: dict[str, int] = {}
            for column in range(1, len(self.grid.rows[row - 1]) + 1):
                if text := self.text(row, column):
                    columns.setdefault(fold(text), column)
            if wanted <= columns.keys():
                return row, columns
        return 0, {}


def _scalars(sheet: _Sheet) -> dict[str, Any]:
    name_header, value_header, *_ = SETTING_HEADERS
    top, columns = sheet.header(name_header, value_header)
    if not top:
        sheet.flag("header")
        return {}
    name_column, column = columns[fold(name_header)], columns[fold(value_header)]
    known = {fold(setting.name): setting for setting in SETTINGS_TABLE}
    default, changed, seen = Notice(), dict[str, Any](), dict[str, int]()
    for row in range(top + 1, sheet.grid.height + 1):
        name = sheet.text(row, name_column)
        setting = known.get(fold(name))
        if not setting:
            if name:
                sheet.flag("unknown", row, name_column)
            continue
        if setting.key in seen:
            sheet.flag("repeated", row, name_column, name=setting.name, first=seen[setting.key])
            continue
        seen[setting.key] = row
        value, problem = _usable(setting, sheet.grid, row, column)
        if problem:
            was = setting.kind.show(getattr(default, setting.key))
            words = {"name": setting.name, "problem": problem, "example": setting.example, "default": cells.show(was)}
            sheet.flag("value", row, column, **words)
        elif value is not None:
            changed[setting.key] = value
    read = Notice.model_validate(changed)
    if read.year != read.deadline.year and ("year" in changed or "deadline" in changed):
        row = seen.get("deadline") or seen["year"]
        sheet.flag("year", row, column, value=read.year, deadline=cells.show(read.deadline))
    return changed


def _usable(setting: Setting, grid: SheetGrid, row: int, column: int) -> tuple[Any, str]:
    """(value, "") or (None, what is wrong), or (None, "") where the cell is blank."""
    raw = grid.value(row, column)
    if (row, column) in grid.valueless:
        return None, "单元格里是公式，没有算出的结果，请直接填写数值"
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None, ""
    reading = setting.kind.read(raw)
    if reading.problem or reading.value is None:
        return None, reading.problem or f"“{shown(cells.show(raw))}”不是要填的内容"
    try:
        Notice.model_validate({setting.key: reading.value})
    except ValidationError:
        limit = limits_text(setting.key)
        expected = f"为{setting.unit}" if not limit else f"在 {limit} 之间" if "～" in limit else limit
        return None, f"“{shown(cells.show(raw))}”不合要求，应{expected}"
    return reading.value, ""


def _lists(sheet: _Sheet) -> dict[str, tuple[Code, ...]]:
    """The code lists whose header is there: in a row with a header 别名, or in the header row of the settings."""
    found: dict[str, tuple[Code, ...]] = {}
    for which, title in LISTS.items():
        for other in (ALIAS_HEADER, SETTING_HEADERS[0]):
            row, columns = sheet.header(title, other)
            if row:
                break
        if row and (entries := _entries(sheet, title, row, columns[fold(title)])):
            found[which] = entries
    return found


def _entries(sheet: _Sheet, title: str, top: int, column: int) -> tuple[Code, ...] | None:
    """The entries of a list below its header, None (and flags) if one of them cannot be used."""
    with_aliases = fold(sheet.text(top, column + 1)) == fold(ALIAS_HEADER)
    entries: list[Code] = []
    owner: dict[str, str] = {}
    problems = list[tuple[int, int, str]]()
    for row in range(top + 1, sheet.grid.height + 1):
        label = sheet.text(row, column)
        raw = sheet.text(row, column + 1) if with_aliases else ""
        aliases = [alias.strip() for alias in SPLIT.split(raw) if alias.strip()]
        if not label:
            if aliases:
                problems.append((row, column, "有别名，但没有名称"))
            continue
        for text, at in ((label, column), *((alias, column + 1) for alias in aliases)):
            if not fold(text):
                problems.append((row, at, f"“{text}”里没有文字"))
            elif owner.setdefault(fold(text), label) != label or (at == column and label in (e.label for e in entries)):
                problems.append((row, at, f"“{text}”在清单里出现了两次（另一处是“{owner[fold(text)]}”）"))
        entries.append(Code(label=label, aliases=tuple(aliases)))
    if not entries:
        problems.append((top, column, "清单是空的"))
    for row, at, problem in problems:
        sheet.flag("list", row, at, name=title, problem=problem)
    return None if problems else tuple(entries)


def _rules(sheet: _Sheet) -> dict[str, RuleSetting]:
    """The rules that the sheet sets otherwise than the catalogue; ids C… are the bureau's own and not in it."""
    id_header, _, level_header, enabled_header, _, _, message_header = RULE_HEADERS
    top, columns = sheet.header(id_header, level_header)
    if not top:
        sheet.flag("header")
        return {}
    found: dict[str, RuleSetting] = {}
    seen: dict[str, int] = {}
    for row in range(top + 1, sheet.grid.height + 1):
        id_column = columns[fold(id_header)]
        rule_id = sheet.text(row, id_column).upper()
        rule = CATALOGUE.get(rule_id)
        if not rule and not re.fullmatch(r"C\d+", rule_id):
            if rule_id:
                sheet.flag("unknown", row, id_column)
            continue
        if rule_id in seen:
            sheet.flag("repeated", row, id_column, first=seen[rule_id])
            continue
        seen[rule_id] = row
        own = own_severity(rule) if rule else None
        values: dict[str, Any] = {}
        for header, key, words, was in (
            (level_header, "severity", _severity_words(), own.label if own else BY_CASE),
            (enabled_header, "enabled", _switch_words(), YES),
        ):
            text = sheet.text(row, columns.get(fold(header), 0))
            if not text:
                continue
            if fold(text) in words:
                values[key] = words[fold(text)]
            else:
                sheet.flag("value", row, columns[fold(header)], id=rule_id, heading=header, default=was)
        if values.get("severity") == own:
            values.pop("severity", None)
        if message := sheet.text(row, columns.get(fold(message_header), 0)):
            values["message"] = message
        if (setting := RuleSetting(**values)) != RuleSetting():
            found[rule_id] = setting
    return found


def _severity_words() -> dict[str, Severity | None]:
    return {fold(BY_CASE): None, **{fold(word): s for s in Severity for word in (s.label, s.value)}}


def _switch_words() -> dict[str, bool]:
    return {fold(w): True for w in _YES_WORDS} | {fold(w): False for w in _NO_WORDS}
