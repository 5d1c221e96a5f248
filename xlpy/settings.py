"""The sheets 参数 and 规则: a `Notice` as lines of cells, and those lines as a `Notice` again.

A value that cannot be used is never half applied: the default stays (for a code list: the whole default list) and a
flag (P01 参数, P02 规则) says where and why. What is absent or blank is the default.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from xlpy import cells
from xlpy.catalogue import CATALOGUE
from xlpy.flags import Flag, Rule, Severity, shown
from xlpy.grids import Scalar, Snapshot
from xlpy.layout import (
    ALIAS_HEADER,
    OWN_CHECK_HEADERS,
    OWN_COLUMN_HEADERS,
    RULE_HEADERS,
    RULES,
    SETTING_HEADERS,
    SETTINGS,
    VALID_HEADERS,
    fold,
)
from xlpy.notice import Code, Notice, OwnCheck, RuleSetting
from xlpy.own_settings import NO, SEVERITIES, SWITCHES, YES, check_rows, column_rows, read_checks, read_columns
from xlpy.setting_sheet import SettingSheet
from xlpy.setting_table import (
    LIST_HEADERS,
    LISTS,
    MOST_ENTRIES,
    POINTERS,
    SEPARATOR,
    SETTINGS_TABLE,
    SPLIT,
    Setting,
    limits_text,
)

BY_CASE: Final = "按情况"  # 级别 of a rule whose wordings differ in severity, such as R04
SEVERITY_WORDS: Final = tuple(s.label for s in Severity)
OWN_CHECKS_LINE: Final = (
    "本区自己的检查：公式成立（TRUE）就算有问题。[@企业规模] 是这一行的格子，[经济效益] 是整列；"
    "范围“行”逐行查，“全表”只查一次。"
    '例：C1，公式 =AND([@企业规模]="微型",[@经济效益]>5000)，提示语 微型企业效益偏大，请核对。级别不填就是“提示”'
)
"""Stands above the own checks in 规则."""

_LONGEST_LABEL: Final = 50  # characters of a name in a code list
_LONGEST_ALIASES: Final = 5000  # characters of a cell with aliases
_LONGEST_MESSAGE: Final = 500


def settings_rows(notice: Notice) -> list[list[Scalar]]:
    """The lines of 参数, all of one length: the header, then a setting a line; to the right the code lists and the own
    columns, which the last lines on the left explain.
    """
    left: list[list[Scalar]] = [[*SETTING_HEADERS]]
    for setting in SETTINGS_TABLE:
        unit = "，".join(filter(None, (setting.unit, limits_text(setting.key))))
        value = setting.kind.show(getattr(notice, setting.key))
        left.append([setting.name, value, setting.explanation, unit, setting.example])
    left += [[p.name, p.place, p.explanation, p.unit, p.example] for p in POINTERS]
    gap: list[list[Scalar]] = [[None]]
    lists = (_list_rows(which, getattr(notice, which)) for which in LISTS)
    return _side_by_side(left, gap, *lists, gap, column_rows(notice.columns))


def _list_rows(which: str, entries: tuple[Code, ...]) -> list[list[Scalar]]:
    dated = VALID_HEADERS[0] in LIST_HEADERS[which]
    rows: list[list[Scalar]] = [[*LIST_HEADERS[which]]]
    for code in entries:
        dates = [code.since, code.until] if dated else []
        rows.append([code.label, SEPARATOR.join(code.aliases) or None, *dates])
    return rows


def _side_by_side(*blocks: list[list[Scalar]]) -> list[list[Scalar]]:
    """Blocks of rows beside each other, the shorter ones filled with blanks."""
    widths = [len(block[0]) for block in blocks]
    rows = zip_longest(*blocks)
    return [[cell for part, width in zip(row, widths, strict=True) for cell in part or [None] * width] for row in rows]


def rules_rows(notice: Notice, catalogue: Mapping[str, Rule]) -> list[list[Scalar]]:
    """The lines of 规则: the header, then a rule a line, as the notice has switched it; below, the own checks."""
    rows: list[list[Scalar]] = [[*RULE_HEADERS]]
    for rule in catalogue.values():
        mine = notice.rules.get(rule.id, RuleSetting())
        severity = mine.severity or own_severity(rule)
        level, enabled = severity.label if severity else BY_CASE, YES if mine.enabled else NO
        fix = next(iter(rule.texts.values())).fix
        rows.append([rule.id, rule.title, level, enabled, rule.why, _without_braces(fix), mine.message or None])
    rest: list[Scalar] = [None] * (len(RULE_HEADERS) - 2)
    return [*rows, [None, None, *rest], [None, OWN_CHECKS_LINE, *rest], *check_rows(notice.checks)]


def own_severity(rule: Rule) -> Severity | None:
    """The severity that the catalogue gives a rule, None where it depends on the case."""
    found = {text.severity or rule.severity for text in rule.texts.values()}
    return found.pop() if len(found) == 1 else None


def _without_braces(text: str) -> str:
    """A wording in general: 请改为{code} → 请改为……"""
    return re.sub(r"“?\{[^}]*\}”?", "……", text)


def read_notice(snapshot: Snapshot) -> tuple[Notice, list[Flag]]:
    """The settings of a workbook, and a flag for each that could not be used, as 规则 wants such flags told.

    A sheet that is absent leaves the defaults; so does everything in it that is absent, blank or unusable.
    """
    notice, flags = read_settings(snapshot)
    return notice, notice.told(flags)


def read_settings(snapshot: Snapshot) -> tuple[Notice, list[Flag]]:
    """Likewise, but every flag, even where 规则 has switched it off.

    One with a `field` (a key of `Notice`) is a doubt about a value that is used; any other is of one that is not.
    """
    changed: dict[str, Any] = {}
    sheets: list[SettingSheet] = []
    if grid := snapshot.sheets.get(SETTINGS):
        sheets.append(sheet := SettingSheet(snapshot.name, grid, CATALOGUE["P01"]))
        changed |= _settings(sheet)
    if grid := snapshot.sheets.get(RULES):
        sheets.append(sheet := SettingSheet(snapshot.name, grid, CATALOGUE["P02"]))
        changed["rules"], changed["checks"] = _rules(sheet)
    notice = Notice.model_validate(changed)
    return notice, [flag for sheet in sheets for flag in sheet.flags]


def _settings(sheet: SettingSheet) -> dict[str, Any]:
    """What 参数 sets: field of the notice → value."""
    own_top, own_at = sheet.table(OWN_COLUMN_HEADERS, [h for h in OWN_COLUMN_HEADERS if h != ALIAS_HEADER])
    changed = _scalars(sheet, own_top, set(own_at.values()))
    changed |= _lists(sheet, Notice.model_validate(changed).deadline)
    if own_top:
        changed["columns"] = read_columns(sheet, own_top, own_at)
    return changed


def _scalars(sheet: SettingSheet, own_top: int, own_columns: set[int]) -> dict[str, Any]:
    """The scalar settings, down to the own columns if those stand below in the same columns."""
    name_header, value_header, *_ = SETTING_HEADERS
    top, columns = sheet.header(name_header, value_header)
    if not top:
        sheet.flag("header")
        return {}
    name_column, column = columns[fold(name_header)], columns[fold(value_header)]
    end = own_top - 1 if own_top > top and name_column in own_columns else sheet.grid.height
    known = {fold(setting.name): setting for setting in SETTINGS_TABLE}
    pointers = {fold(pointer.name): pointer for pointer in POINTERS}
    default, changed, seen = Notice(), dict[str, Any](), dict[str, int]()
    for row in range(top + 1, end + 1):
        name = sheet.text(row, name_column)
        setting = known.get(fold(name))
        if pointer := pointers.get(fold(name)):
            if not sheet.blank(row, [column]) and fold(sheet.text(row, column)) != fold(pointer.place):
                sheet.flag("pointer", row, column, name=pointer.name, place=pointer.place)
            continue
        if not setting:
            if name or not sheet.blank(row, [name_column]):
                sheet.flag("unknown", row, name_column)
            continue
        if setting.key in seen:
            sheet.flag("repeated", row, name_column, name=setting.name, first=seen[setting.key])
            continue
        seen[setting.key] = row
        value, problem = _usable(setting, sheet, row, column)
        if problem:
            was = setting.kind.show(getattr(default, setting.key))
            words = {"name": setting.name, "problem": problem, "example": setting.example, "default": cells.show(was)}
            sheet.flag("value", row, column, **words)
        elif value is not None:
            changed[setting.key] = value
    read = Notice.model_validate(changed)
    if read.year != read.deadline.year and ("year" in changed or "deadline" in changed):
        row = seen.get("deadline") or seen["year"]
        sheet.flag("year", row, column, field="deadline", value=read.year, deadline=cells.show(read.deadline))
    if (named := cells.years(read.title_text)) and read.year not in named:
        sheet.flag("titled", seen["title"], column, field="title", other=max(named), year=read.year)
    return changed


def _usable(setting: Setting, sheet: SettingSheet, row: int, column: int) -> tuple[Any, str]:
    """(value, "") or (None, what is wrong), or (None, "") where the cell is blank."""
    raw, problem, _ = sheet.content(row, column)
    if problem or raw is None:
        return None, problem
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


def _lists(sheet: SettingSheet, deadline: dt.date) -> dict[str, tuple[Code, ...]]:
    """The code lists whose header is there: in a row with a header 别名, or in the header row of the settings."""
    found: dict[str, tuple[Code, ...]] = {}
    for which, title in LISTS.items():
        for other in (ALIAS_HEADER, SETTING_HEADERS[0]):
            row, columns = sheet.header(title, other)
            if row:
                break
        if not row:
            continue
        reading = _List(sheet, which, row, columns[fold(title)])
        entries = reading.entries()
        if not reading.problems and not any(code.valid_on(deadline) for code in entries):
            reading.problem(row, title, "没有一个在截止日期有效")
        for at, column, problem in reading.problems:
            sheet.flag("list", at, column, name=title, problem=problem)
        if not reading.problems:
            found[which] = entries
    return found


class _Named(NamedTuple):
    """A name in a code list, and the entry it stands for."""

    row: int
    label: str
    since: dt.date
    until: dt.date


class _List:
    """A code list under reading. `problems` are (row, column, what is wrong); with one, the default list counts."""

    def __init__(self, sheet: SettingSheet, which: str, top: int, column: int) -> None:
        self.sheet, self.top = sheet, top
        self.problems: list[tuple[int, int, str]] = []
        self._title, *beside = LIST_HEADERS[which]
        self._at = {self._title: column}
        for c in range(column + 1, column + 1 + len(beside)):  # only what stands right beside it is its own
            header = next((h for h in beside if fold(h) == fold(sheet.text(top, c))), "")
            if not header or header in self._at:
                break
            self._at[header] = c
        self._owners: dict[str, list[_Named]] = {}

    def problem(self, row: int, header: str, problem: str) -> None:
        """Note what is wrong in the row's cell below `header`."""
        self.problems.append((row, self._at.get(header, self._at[self._title]), problem))

    def entries(self) -> tuple[Code, ...]:
        """What the list holds; not to be used if there are problems."""
        found: list[Code] = []
        for row in range(self.top + 1, self.sheet.grid.height + 1):
            if self.sheet.blank(row, self._at.values()):
                continue
            if len(found) == MOST_ENTRIES:
                self.problem(row, self._title, f"最多 {MOST_ENTRIES} 项")
                break
            found.append(self._entry(row))
        if not found:
            self.problem(self.top, self._title, "清单是空的")
        return tuple(found)

    def _entry(self, row: int) -> Code:
        label = self._words(row, self._title, _LONGEST_LABEL)
        aliases = [a.strip() for a in SPLIT.split(self._words(row, ALIAS_HEADER, _LONGEST_ALIASES)) if a.strip()]
        since, until = (self._day(row, header) for header in VALID_HEADERS)
        if since and until and until < since:
            self.problem(row, VALID_HEADERS[1], "停用日期早于启用日期")
        if not label and not any(at == row and c == self._at[self._title] for at, c, _ in self.problems):
            self.problem(row, self._title, "这一行有别的内容，但没有名称")
        named = _Named(row, label, since or dt.date.min, until or dt.date.max)
        for header, texts in ((self._title, [label] if label else []), (ALIAS_HEADER, aliases)):
            for text in texts:
                self._claim(header, text, named)
        return Code(label=label, aliases=tuple(aliases), since=since, until=until)

    def _claim(self, header: str, text: str, named: _Named) -> None:
        """Note that a name stands for an entry, and what is wrong if it stands for another at the same time."""
        if not fold(text):
            self.problem(named.row, header, f"“{shown(text)}”里没有文字")
            return
        others = self._owners.setdefault(fold(text), [])
        for other in others:
            if other.row != named.row and other.since <= named.until and named.since <= other.until:
                self.problem(named.row, header, f"“{shown(text)}”在清单里出现了两次（另一处是“{shown(other.label)}”）")
                return
        others.append(named)

    def _words(self, row: int, header: str, longest: int) -> str:
        value, problem, nil = self.sheet.words(row, self._at.get(header, 0), longest)
        if problem:
            self.problem(row, header, problem)
        return "" if problem or (nil and header == ALIAS_HEADER) else value or ""

    def _day(self, row: int, header: str) -> dt.date | None:
        raw, problem, _ = self.sheet.content(row, self._at.get(header, 0))
        reading = cells.day(raw)
        if problem or reading.problem:
            self.problem(row, header, f"“{header}”{problem or reading.problem}")
        return None if problem else reading.value


def _rules(sheet: SettingSheet) -> tuple[dict[str, RuleSetting], tuple[OwnCheck, ...]]:
    """The rules that the sheet sets otherwise than the catalogue, and the own checks."""
    own_top, own_at = sheet.table(OWN_CHECK_HEADERS, [h for h in OWN_CHECK_HEADERS if h not in RULE_HEADERS])
    id_header, _, level_header, *_ = RULE_HEADERS
    top, columns = sheet.header(id_header, level_header, besides=own_top)
    bottom = sheet.grid.height
    rules: dict[str, RuleSetting] = {}
    if top:
        rules = dict(_switched(sheet, top, own_top - 1 if own_top > top else bottom, columns))
    elif not own_top:
        sheet.flag("header")
    checks = read_checks(sheet, own_top, own_at, top - 1 if top > own_top else bottom) if own_top else ()
    return rules, checks


def _switched(
    sheet: SettingSheet, top: int, bottom: int, columns: Mapping[str, int]
) -> Iterator[tuple[str, RuleSetting]]:
    id_header, _, level_header, enabled_header, _, _, message_header = RULE_HEADERS
    severities: dict[str, Severity | None] = {**SEVERITIES, fold(BY_CASE): None}
    id_column = columns[fold(id_header)]
    seen: dict[str, int] = {}
    for row in range(top + 1, bottom + 1):
        rule_id = sheet.text(row, id_column).upper()
        rule = CATALOGUE.get(rule_id)
        if not rule:
            if not sheet.blank(row, [id_column]):
                sheet.flag("misplaced" if re.fullmatch(r"C\d+", rule_id) else "unknown", row, id_column)
            continue
        if rule_id in seen:
            sheet.flag("repeated", row, id_column, first=seen[rule_id])
            continue
        seen[rule_id] = row
        own = own_severity(rule)
        values: dict[str, Any] = {}
        for header, key, words, was in (
            (level_header, "severity", severities, own.label if own else BY_CASE),
            (enabled_header, "enabled", SWITCHES, YES),
        ):
            column = columns.get(fold(header), 0)
            text = sheet.text(row, column)
            if fold(text) in words:
                values[key] = words[fold(text)]
            elif not sheet.blank(row, [column]):
                sheet.flag("value", row, column, id=rule_id, heading=header, default=was)
        if values.get("severity") == own:
            values.pop("severity", None)
        message, problem, _ = sheet.words(row, columns.get(fold(message_header), 0), _LONGEST_MESSAGE)
        if problem:
            sheet.flag("message", row, columns[fold(message_header)], id=rule_id, problem=problem)
        elif message:
            values["message"] = message
        if (setting := RuleSetting(**values)) != RuleSetting():
            yield rule_id, setting
