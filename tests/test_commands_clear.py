"""Clear takes away what 校验 wrote, and undo brings it back."""

from __future__ import annotations

from tests.making import MARKS, workbook
from xlpy.commands.clear import clear
from xlpy.commands.outcome import Run
from xlpy.commands.undo import undo
from xlpy.commands.validate import validate
from xlpy.grids import Snapshot

RUN = Run("2023-09-01 08:00:00", "王")


def marks(snapshot: Snapshot) -> list[object]:
    grid = snapshot.sheet("汇总表")
    return [grid.value(r, c) for r in range(4, 7) for c in (10, *range(12, 10 + len(MARKS)))]


def test_marks_words_and_list_are_gone_and_nothing_else() -> None:
    before = workbook([1, "降噪", "甲公司", "2022年6月"])
    marked = validate(before, RUN).patch.applied(before)
    assert 3 in marks(marked)
    outcome = clear(marked, RUN)
    after = outcome.patch.applied(marked)
    assert set(marks(after)) == {None}
    assert [row for row in after.sheet("校验结果").rows[1:] if any(v is not None for v in row)] == []
    assert [row[:9] for row in after.sheet("汇总表").rows] == [row[:9] for row in before.sheet("汇总表").rows]
    assert outcome.report.command == "clear"
    back = undo(after, RUN).patch.applied(after)
    assert marks(back) == marks(marked)


def test_a_table_that_was_never_checked_gets_no_list() -> None:
    before = workbook([1, "降噪"])
    outcome = clear(before, RUN)
    assert "校验结果" not in outcome.patch.applied(before).sheets
    assert outcome.report.changes == []
