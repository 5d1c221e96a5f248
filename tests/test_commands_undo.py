"""Undo goes back step by step, refuses to overwrite an edit, and says so in one line."""

from __future__ import annotations

import pytest

from tests.making import complete, workbook
from tests.test_commands_validate import BAD, GOOD, RUN
from xlpy.commands.pull import pull
from xlpy.commands.total import total
from xlpy.commands.undo import undo
from xlpy.commands.validate import validate
from xlpy.errors import CannotRun
from xlpy.grids import Snapshot, same_scalar
from xlpy.layout import HISTORY, LOG
from xlpy.models import Intake
from xlpy.patch import Patch, Write, block


def same(one: Snapshot, other: Snapshot) -> bool:
    """Whether every cell of every sheet is the same, 操作记录 and 撤销记录 apart."""
    names = (set(one.sheets) | set(other.sheets)) - {LOG, HISTORY}
    if not all(name in one.sheets and name in other.sheets for name in names):
        return False
    grids = [(one.sheets[n], other.sheets[n]) for n in names]
    return all(
        same_scalar(a.stored(r, c), b.stored(r, c))
        for a, b in grids
        for r in range(1, max(a.height, b.height) + 1)
        for c in range(1, max(a.width, b.width) + 1)
    )


def test_all_three_commands_go_back_one_by_one() -> None:
    start = workbook(GOOD, BAD, blank=1)
    intake = Intake(
        folder="f", forms=(complete(), complete("气密", "丙公司", "c.xlsx"), complete("耐磨", "丁", "d.xlsx"))
    )
    states = [start]
    for command in (lambda b: pull(b, RUN, intake), lambda b: validate(b, RUN), lambda b: total(b, RUN)):
        states.append(command(states[-1]).patch.applied(states[-1]))
    now = states[-1]
    for before in reversed(states[:-1]):
        assert not same(now, before)
        now = undo(now, RUN).patch.applied(now)
        assert same(now, before)
    with pytest.raises(CannotRun, match=r"^没有可以撤销的操作$"):
        undo(now, RUN)


def test_the_log_tells_of_the_undo() -> None:
    start = workbook(BAD)
    marked = validate(start, RUN).patch.applied(start)
    back = undo(marked, RUN)
    assert back.report.command == "undo"
    assert len(back.report.changes) == 10
    log = back.patch.applied(marked).sheets[LOG]
    assert [log.value(r, 4) for r in (2, 3)] == ["错误 3，警告 2，提示 0", "撤销了 2023-09-01 08:00:00 的“校验”"]


def test_an_edit_on_what_the_step_wrote_stops_the_undo() -> None:
    start = workbook()
    pulled = pull(start, RUN, Intake(folder="f", forms=(complete(),))).patch.applied(start)
    edited = Patch((Write("汇总表", 4, 6, block([["国有企业"]])),)).applied(pulled)
    with pytest.raises(CannotRun) as caught:
        undo(edited, RUN)
    assert str(caught.value) == (
        "2023-09-01 08:00:00 的“导入登记表”之后又改过 汇总表!F4，撤销会盖掉这些改动，所以没有撤销。"
        "请先把这些单元格恢复原样再撤销，或改用“备份”文件夹里的文件"
    )


def test_an_edit_beside_the_marks_does_not() -> None:
    start = workbook(BAD)
    marked = validate(start, RUN).patch.applied(start)
    mended = Patch((Write("汇总表", 4, 7, block([["中型"]])),)).applied(marked)
    back = undo(mended, RUN).patch.applied(mended)
    assert back.sheets["汇总表"].value(4, 7) == "中型"
    assert back.sheets["汇总表"].value(4, 10) is None
