"""A notice taken from a workbook into a new year: what goes along, and what somebody has to look at first. Pure.

The settings, own columns, own checks and rule switches go along; the projects do not. Nothing is guessed: a deadline
stays until somebody says the new one, and every check of the new workbooks reminds of it (P01) meanwhile.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any, Final

from pydantic import ValidationError

from xlpy import cells
from xlpy.checks.own import problem_of
from xlpy.errors import CannotRun
from xlpy.flags import Flag, shown
from xlpy.grids import Snapshot
from xlpy.layout import COMMENDED, RULES, SETTINGS
from xlpy.listings import read_listing
from xlpy.notice import CODE_LISTS, Notice
from xlpy.setting_table import SETTINGS_TABLE
from xlpy.settings import read_settings

_KINDS: Final = {setting.key: setting for setting in SETTINGS_TABLE}


class UnusableSettings(CannotRun):
    """参数 or 规则 of a workbook hold something that cannot be used: `flags`. Half of it is never taken along."""

    def __init__(self, file: str, flags: list[Flag]) -> None:
        self.flags = flags
        first = f"{flags[0].place}：{flags[0].message}"
        problem = f"“{PurePath(file).name}”的“{SETTINGS}”“{RULES}”有 {len(flags)} 处填写有误，没有新建任何文件。{first}"
        super().__init__(problem, "请照提示改好，再新建一次")


def notice_of(snapshot: Snapshot) -> tuple[Notice, list[Flag]]:
    """The settings of a workbook of ours, and the doubts about values that are used all the same.

    Raises UnusableSettings where anything in 参数 or 规则 is not used, CannotRun where there are no such sheets.
    """
    if missing := [name for name in (SETTINGS, RULES) if name not in snapshot.sheets]:
        raise CannotRun(
            f"“{PurePath(snapshot.name).name}”里没有工作表“{missing[0]}”",
            "请用去年的区级汇总表，或者别的带“参数”和“规则”的汇总表",
        )
    notice, flags = read_settings(snapshot)
    if unusable := [flag for flag in flags if not flag.field]:
        raise UnusableSettings(snapshot.name, unusable)
    return notice, flags


def moved(notice: Notice, **typed: Any) -> Notice:
    """The notice with settings as somebody typed them (year="2027", deadline="2027-9-10"); None leaves one as it is.

    Raises CannotRun where one cannot be read.
    """
    values = dict(notice)
    for key, raw in typed.items():
        if raw is None:
            continue
        setting = _KINDS[key]
        value, problem, _ = setting.kind.read(raw)
        try:
            Notice.model_validate({key: value})
        except ValidationError:
            problem = problem or f"“{shown(raw)}”不在允许的范围里"
        if problem:
            raise CannotRun(f"{setting.name}{problem}", f"请写成 {setting.example} 的样子")
        values[key] = value
    return Notice.model_validate(values)


def to_look_at(old: Notice, new: Notice, source: Snapshot | None) -> list[str]:
    """What somebody should look at before the new files go out, a line for each, in the order of 参数 and 规则."""
    return [
        *_scalars(old, new),
        *_units(new),
        *_own(new),
        *_named_years(old, new),
        *(_commended(source) if source else ()),
    ]


def must_change(notice: Notice) -> bool:
    """Whether the deadline or the title is still that of another year."""
    return notice.deadline.year != notice.year or _title_is_old(notice)


def _title_is_old(notice: Notice) -> bool:
    named = cells.years(notice.title_text)
    return bool(named) and notice.year not in named


def _scalars(old: Notice, new: Notice) -> Iterator[str]:
    yield f"年度：{old.year} → {new.year}" if old.year != new.year else f"年度：{new.year}"
    if new.deadline.year != new.year:
        yield f"截止日期：还是 {_day(new.deadline)}，不是今年的，一定要改；改好之前每次校验都会提醒（P01）"
    else:
        was = f"{_day(old.deadline)} → " if old.deadline != new.deadline else ""
        yield f"截止日期：{was}{_day(new.deadline)}"
    yield f"汇总表标题：{new.title_text}" + ("，年份不对，一定要改（P01）" if _title_is_old(new) else "")
    yield f"区和行政区划代码：{new.district}，{new.division_code}；换一个区的，两项都要改"


def _units(new: Notice) -> Iterator[str]:
    dated = []
    for unit in new.units:
        since, until = unit.since, unit.until
        days = [f"{_day(since)}启用" if since else "", f"{_day(until)}停用" if until else ""]
        if since or until:
            dated.append(f"“{shown(unit.label)}”{'、'.join(filter(None, days))}")
    told = f"；有起止日期的：{'，'.join(dated)}" if dated else ""
    yield f"推荐单位：按截止日期算有 {len(new.labels('units'))} 个{told}"


def _own(new: Notice) -> Iterator[str]:
    if new.columns:
        names = "、".join(column.name for column in new.columns)
        yield f"自定义栏目：{names}；今年不要的，把“{SETTINGS}”里它那一行清空"
    if new.checks:
        names = "、".join(f"{check.id} {shown(check.title)}" for check in new.checks)
        yield f"自定义检查：{names}；今年不要的，把“{RULES}”里它那一行清空"
    for check in new.checks:
        if problem := problem_of(check, new):
            yield f"自定义检查 {check.id} 的公式算不了：{problem}"
    if new.rules:
        yield f"改过的规则：{'、'.join(sorted(new.rules))}"


def _named_years(old: Notice, new: Notice) -> Iterator[str]:
    """Where the old year stands in words that go along."""
    if old.year == new.year:
        return
    texts = [(f"自定义栏目“{c.name}”", (c.name, c.source, *c.choices, *c.aliases)) for c in new.columns]
    texts += [(f"自定义检查 {c.id}", (c.title, c.formula, c.message)) for c in new.checks]
    texts += [(f"规则 {id} 的自定义提示语", (rule.message,)) for id, rule in sorted(new.rules.items())]
    for which in dict.fromkeys(CODE_LISTS.values()):
        texts += [(f"清单里的“{code.label}”", (code.label, *code.aliases)) for code in getattr(new, which)]
    for name, words in texts:
        if any(str(old.year) in word for word in words):
            yield f"{name}：里面写着 {old.year}，请看要不要改"


def _commended(source: Snapshot) -> Iterator[str]:
    entries, _ = read_listing(source, COMMENDED)
    if entries:
        yield (
            f"{COMMENDED}：旧表里有 {len(entries)} 项，没有带过来；"
            f"请把旧名单和去年的获奖名单一起贴到新区级汇总表的“{COMMENDED}”"
        )


def _day(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
