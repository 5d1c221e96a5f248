"""Whose table and whose forms: the unit by what is written in the sheet, and in the names of file and folders. Pure.

Nothing is guessed: where two statements name two units, or the sheet names somebody unknown, it is nobody's, and the
reason says what was seen where. The bureau then writes the unit into 收支核对.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from xlpy.flags import shown
from xlpy.models import Form, Skipped, SummaryTable, TownIntake, Value
from xlpy.notice import Notice, is_department

# What else the names of files and folders say, and what stands between their words.
_OTHER_WORDS = re.compile(
    r"[\s\d.a-z·#]+|附件|附表|登记表|汇总表?|表格?|申报|上报|报送|补报|报|提交|转交|转发|发来|交来|重点产品|质量攻关|攻关"
    r"|成果|项目|推荐|街镇|单位|企业|材料|资料|文件|最终|最新|终稿|定稿|初稿|修改|更正|补充|盖章|已|扫描件|电子版|副本"
    r"|复件|年度?|月|日|第|次|份|版|稿|的|各|等"
)


_MAY_HOLD_TABLES = (
    *(".xlsx", ".xlsm", ".xlsb", ".xls", ".xltx", ".xltm", ".ods", ".csv", ".et", ".ett"),
    *(".docx", ".docm", ".doc", ".wps", ".odt", ".rtf", ".zip", ".rar", ".7z"),
)


class Unit(NamedTuple):
    """Whose a table is: the unit as the notice calls it, or a 主管部门 as it calls itself; else "" and why not."""

    name: str
    problem: str = ""


class _Said(NamedTuple):
    """Something that may name a unit: where it stands, what it says, and the units that it names."""

    where: str
    text: str
    units: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.where}“{shown(self.text)}”"


def recognise(table: SummaryTable, notice: Notice, root: str = "") -> Unit:
    """The unit that sent `table`.

    填报单位 and the column 推荐单位 decide if nothing else names another unit; where they say nothing, the title, the
    names of the sheet, of the file, and of the folders, from the nearest up to `root`, the folder of all the towns.
    """
    signer, rows = _signer(table, notice), _rows(table, notice)
    stated = [*signer, *rows]
    hints = [said for said in _hints(table, notice, root) if said.units]
    certain = [group for group in (signer, rows) if group and all(said.units for said in group)]
    if not stated and not hints:
        return Unit("", "填报单位没有写，从标题、文件名和文件夹名也看不出是哪个单位")
    if len(units := {unit for said in rows for unit in said.units}) > 1:
        return Unit("", f"一张表里有几个推荐单位：{_in_order(units, notice)}")
    if stated and not certain:
        return Unit("", _unknown(stated, hints))
    first = certain[0][0] if certain else hints[0]
    if len(first.units) > 1:
        return Unit("", f"{first}写了几个单位：{_in_order(first.units, notice)}")
    name = first.units[0]
    if table.signers and table.unit.blank:
        return Unit("", f"几张表上下拼在了一起，{signer[-1]}下面还有项目，没有写填报单位")
    for other in (*stated, *hints):
        if other.units and name not in other.units:
            return Unit("", f"{first}和{other}不是同一个单位")
    return Unit(name)


def forms_of(intake: TownIntake, senders: Iterable[tuple[str, str]], notice: Notice) -> dict[str, tuple[Form, ...]]:
    """Unit → the forms that came with its tables, in their order; "": those that no unit's table accounts for.

    `senders` holds (file, unit) of every table received. A form goes with the tables in the nearest folder, from its
    own up, that holds any. Where these are of several units, or a folder on the way has the name of another unit, the
    form's own 推荐单位 decides between them.
    """
    holders: dict[PurePosixPath, set[str]] = defaultdict(set)
    for file, unit in senders:
        holders[PurePosixPath(file).parent].add(unit)
    known = {unit for units in holders.values() for unit in units}
    found: dict[str, list[Form]] = defaultdict(list)
    for form in intake.forms:
        claims: set[str] = set()
        for folder in _folders(form.file, intake.folder):
            if folder in holders:
                claims |= holders[folder]
                break
            claims.update(_named(folder.name, notice))
        own = {unit for said in _spoken("", form.recommender, notice) for unit in said.units}
        units = claims if len(claims) == 1 else own & (claims or known)
        sender = units.pop() if len(units) == 1 else ""
        found[sender if sender in known else ""].append(form)
    return {unit: tuple(own_forms) for unit, own_forms in found.items()}


def unread(intake: TownIntake, notice: Notice) -> list[tuple[str, Skipped]]:
    """What could not be read and might have been a table, with the unit that file and folders name ("" if none)."""
    found = []
    for skipped in intake.skipped:
        path = PurePosixPath(skipped.file)
        if path.suffix.casefold() in _MAY_HOLD_TABLES and not path.name.startswith("~$"):
            named = [
                _named(path.stem, notice),
                *(_named(f.name, notice) for f in _folders(skipped.file, intake.folder)),
            ]
            units = next((units for units in named if units), ())
            found.append((units[0] if len(units) == 1 else "", skipped))
    return found


# --- what is said where -------------------------------------------------------------------------------------------


def _signer(table: SummaryTable, notice: Notice) -> list[_Said]:
    """填报单位 below the table; and in its midst, where several tables were put one below the other."""
    return [said for value in (table.unit, *table.signers) for said in _spoken("填报单位", value, notice)]


def _rows(table: SummaryTable, notice: Notice) -> list[_Said]:
    """推荐单位 of the rows, every wording once."""
    found: dict[str, _Said] = {}
    for row in table.rows:
        for said in _spoken("推荐单位", row.town, notice):
            found.setdefault(said.text, said)
    return list(found.values())


def _spoken(label: str, value: Value[str], notice: Notice) -> list[_Said]:
    """What somebody wrote as his unit: those of the list that it names, or a 主管部门 as it stands; [] where blank."""
    if value.blank or value.nil:
        return []
    text = "".join((value.value or value.raw).split())
    units = tuple(notice.units_in(text)) or ((text,) if is_department(text) else ())
    return [_Said(f"{label}（{value.cell}）" if value.cell else label, text, units)]


def _hints(table: SummaryTable, notice: Notice, root: str) -> Iterator[_Said]:
    yield _Said("标题", table.title, _named(table.title, notice))
    for stray in table.strays:
        if stray.kind == "heading":
            yield _Said(f"第{stray.row_number}行", stray.text, _named(stray.text, notice))
    yield _Said("工作表名", table.sheet, _named(table.sheet, notice))
    stem = PurePosixPath(table.file).stem
    yield _Said("文件名", stem, _named(stem, notice))
    for folder in _folders(table.file, root):
        yield _Said("文件夹名", folder.name, _named(folder.name, notice))


def _named(text: str, notice: Notice) -> tuple[str, ...]:
    """The units in a title or a name of a file: 安亭 too, between 附件2 and 汇总表."""
    words = _OTHER_WORDS.sub("、", unicodedata.normalize("NFKC", text).casefold())
    named = {*notice.units_in(text), *notice.units_in(words)}
    return tuple(unit for unit in notice.labels("units") if unit in named)


def _folders(file: str, root: str) -> list[PurePosixPath]:
    """The folders above a file, the nearest first; those above `root` say nothing about the towns."""
    top = PurePosixPath(root)
    return [folder for folder in PurePosixPath(file).parents if not root or folder == top or top in folder.parents]


def _unknown(stated: Sequence[_Said], hints: Sequence[_Said]) -> str:
    """Somebody unknown is named; what else there is proposes a unit, if all of it the same."""
    unknown = next(said for said in stated if not said.units)
    others = [said for said in (*stated, *hints) if said.units]
    likely = {unit for said in others for unit in said.units}
    return f"{unknown}不在单位名单里" + (f"；{others[0]}像是{likely.pop()}" if len(likely) == 1 else "")


def _in_order(units: Iterable[str], notice: Notice) -> str:
    place = {unit: n for n, unit in enumerate(notice.labels("units"))}
    return "、".join(sorted(units, key=lambda unit: (place.get(unit, len(place)), unit)))
