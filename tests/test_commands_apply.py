"""Apply brings title, headers and 使用说明 in line with 参数 and 规则, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.making import workbook
from tests.test_commands_validate import GOOD, RUN
from xlpy import api
from xlpy.authoring import SUMMARY_XLSX, resource
from xlpy.cells import show
from xlpy.commands.apply import apply
from xlpy.commands.undo import undo
from xlpy.files import read_grids
from xlpy.grids import Scalar, Snapshot
from xlpy.layout import GUIDE, SETTINGS
from xlpy.patch import Patch, Write, block


def with_settings(snapshot: Snapshot, settings: Mapping[str, Scalar]) -> Snapshot:
    """The workbook with some values of 参数 typed over."""
    grid = snapshot.sheets[SETTINGS]
    rows = {show(grid.value(r, 1)): r for r in range(1, grid.height + 1)}
    writes = [Write(SETTINGS, rows[name], 2, block([[value]])) for name, value in settings.items()]
    return Patch(tuple(writes)).applied(snapshot)


@pytest.fixture(scope="module")
def blank() -> Snapshot:
    return read_grids(resource(SUMMARY_XLSX))


def guide(snapshot: Snapshot) -> str:
    return "\n".join(show(value) for _, _, value in snapshot.sheets[GUIDE].cells())


def test_a_fresh_workbook_is_in_line_already(blank: Snapshot) -> None:
    assert apply(blank, RUN).report.changes == []


def test_title_and_guide_follow_the_settings(blank: Snapshot) -> None:
    book = with_settings(blank, {"年度": 2027, "区": "青浦区", "截止日期": "2027年8月31日", "攻关人员上限": 6})
    outcome = apply(book, RUN)
    after = outcome.patch.applied(book)
    assert outcome.report.flags == []
    assert after.sheets["汇总表"].value(2, 1) == "2027年青浦区重点产品质量攻关项目申报汇总表"
    assert "《2027年青浦区重点产品质量攻关项目申报汇总表》使用说明" in guide(after)
    assert "最多 6 人；填报日期不能晚于 2027年8月31日。" in guide(after)
    assert "2023" not in guide(after)
    assert {c.sheet for c in outcome.report.changes} == {"汇总表", GUIDE}
    back = undo(after, RUN).patch.applied(after)
    assert guide(back) == guide(book)


def test_a_wrong_setting_is_flagged_and_not_applied(blank: Snapshot) -> None:
    outcome = apply(with_settings(blank, {"年度": "明年"}), RUN)
    assert [(f.rule, f.sheet) for f in outcome.report.flags] == [("P01", SETTINGS)]
    assert outcome.report.changes == []


def test_headers_become_the_notices_again_and_rows_stay() -> None:
    book = workbook(GOOD)
    renamed = book.with_sheet(book.sheets["汇总表"].with_block(3, 5, [["先进水平"]]))
    after = apply(renamed, RUN).patch.applied(renamed)
    assert after.sheets["汇总表"].value(3, 5) == "项目先进水平"
    assert after.sheets["汇总表"].rows[3] == book.sheets["汇总表"].rows[3]


def test_another_towns_guide_is_left_alone(blank: Snapshot) -> None:
    own = blank.with_sheet(blank.sheets[GUIDE].with_block(1, 1, [["我们自己的说明"]]))
    assert apply(with_settings(own, {"年度": 2027}), RUN).patch.applied(own).sheets[GUIDE] == own.sheets[GUIDE]


def test_on_a_file(tmp_path: Path) -> None:
    path = tmp_path / "附件2.xlsx"
    path.write_bytes(resource(SUMMARY_XLSX).read_bytes())
    assert api.apply(path).changes == []
