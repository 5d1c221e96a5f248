"""Apply brings title, headers and 使用说明 in line with 参数 and 规则, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.both import Both
from tests.making import workbook
from tests.test_commands_validate import GOOD, RUN
from xlpy import api, macros
from xlpy.authoring import DISTRICT_XLSX, SUMMARY_XLSX, resource
from xlpy.cells import show
from xlpy.commands.apply import apply
from xlpy.commands.undo import undo
from xlpy.files import read_grids
from xlpy.grids import Scalar, Snapshot
from xlpy.layout import GUIDE, SETTINGS
from xlpy.notice import Notice, OwnColumn
from xlpy.patch import Patch, ShowColumns, Write, block
from xlpy.setting_table import OWN_COLUMN_AT
from xlpy.settings import settings_rows
from xlpy.summary import parse_summary
from xlpy.surfaces.file import editing


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


# --- columns of the bureau's own ----------------------------------------------------------------------------------

OWN = (OwnColumn(name="研发投入", kind="number", required=True, aliases=("研发费用",)),)
PRIZE = OwnColumn(name="奖项", kind="list", choices=("金奖", "银奖"))
FREE = [f"预留{n}" for n in range(1, 7)]


def with_own(snapshot: Snapshot, *columns: OwnColumn) -> Snapshot:
    """The workbook with these own columns in 参数, as the bureau would type them."""
    old = snapshot.sheets[SETTINGS]
    rows = [row[OWN_COLUMN_AT - 1 :] for row in settings_rows(Notice(columns=columns))[1:]]
    cleared = [[None] * 6] * 8
    grid = old.with_block(4, OWN_COLUMN_AT, cleared).with_block(4, OWN_COLUMN_AT, rows)
    return snapshot.with_sheet(grid)


def header(snapshot: Snapshot, first: int, last: int) -> list[str]:
    return [show(snapshot.sheets["汇总表"].value(3, column)) for column in range(first, last + 1)]


def shown(patch: Patch) -> list[tuple[int, bool]]:
    return [(op.first, not op.hidden) for op in patch.operations if isinstance(op, ShowColumns)]


def test_an_own_column_opens_a_reserved_one(blank: Snapshot) -> None:
    book = with_own(blank, *OWN, PRIZE)
    outcome = apply(book, RUN)
    after = outcome.patch.applied(book)
    assert str(outcome.report.summary).endswith("；新加栏目“研发投入”“奖项”")
    assert header(after, 9, 15) == ["备注", "研发投入", "奖项", *FREE[2:]]
    assert header(after, 27, 33) == ["标记·备注", "标记·研发投入", "标记·奖项", *FREE[2:]]
    assert shown(outcome.patch) == [(10, True), (11, True)]
    assert [after.sheets["汇总表"].value(2, column) for column in (27, 28, 29)] == [0, 1, 0], "must it be filled in"
    lists = after.sheets[SETTINGS]
    assert [lists.value(r, 26) for r in (3, 4, 5)] == ["选项清单2", "金奖", "银奖"]
    assert "加的栏目：研发投入（数字，单位万元，必填）、奖项（选一项：金奖、银奖）。" in guide(after)
    table = parse_summary(after, columns=(*OWN, PRIZE))
    assert (table.columns["own.奖项"], table.marks["own.奖项"]) == (11, 29)
    assert apply(after, RUN).report.changes == []
    back = undo(after, RUN)
    assert header(back.patch.applied(after), 9, 15) == ["备注", *FREE]
    assert shown(back.patch) == [(11, False), (10, False)]


def test_an_own_column_that_is_taken_off_goes_with_its_content_and_comes_back_with_it(blank: Snapshot) -> None:
    book = apply_to(with_own(blank, *OWN, PRIZE))
    typed = book.with_sheet(book.sheets["汇总表"].with_block(4, 10, [["1200", "金奖"]]))
    less = with_own(typed, PRIZE)
    outcome = apply(less, RUN)
    after = outcome.patch.applied(less)
    assert str(outcome.report.summary).endswith("；收起栏目“研发投入”")
    assert (header(after, 10, 11), shown(outcome.patch)) == (["预留1", "奖项"], [(10, False)])
    assert after.sheets["汇总表"].value(4, 10) == "1200"
    other = apply_to(with_own(after, PRIZE, OwnColumn(name="评语")))
    assert header(other, 10, 12) == ["预留1", "奖项", "评语"], "what a hidden column holds is nobody else's"
    again = apply_to(with_own(other, PRIZE, *OWN))
    assert header(again, 10, 12) == ["研发投入", "奖项", "预留3"]
    assert again.sheets["汇总表"].value(4, 10) == "1200"


def test_a_column_under_another_name_gets_that_of_the_settings(blank: Snapshot) -> None:
    book = apply_to(with_own(blank, *OWN))
    renamed = book.with_sheet(book.sheets["汇总表"].with_block(3, 10, [["研发费用"]]))
    assert header(apply_to(renamed), 10, 11) == ["研发投入", "预留2"]


def test_nothing_is_hidden_while_a_setting_is_wrong(blank: Snapshot) -> None:
    book = apply_to(with_own(blank, *OWN))
    wrong = with_settings(with_own(book), {"年度": "明年"})
    assert header(apply_to(wrong), 10, 10) == ["研发投入"]


def test_a_table_without_reserved_columns_gets_the_column_on_the_right() -> None:
    book = workbook(GOOD, 参数=settings_rows(Notice(columns=OWN)))
    width = book.sheets["汇总表"].width
    outcome = apply(book, RUN)
    assert str(outcome.report.summary).endswith("；在表格最右边新加栏目（没有预留的列了）“研发投入”")
    after = outcome.patch.applied(book)
    assert parse_summary(after, columns=OWN).columns["own.研发投入"] == width + 1
    assert apply(after, RUN).report.changes == []


def test_what_is_painted_while_blank_follows_the_settings(blank: Snapshot) -> None:
    after = apply_to(with_settings(blank, {"汇总表必填栏目": "项目名称、备注"}))
    assert [after.sheets["汇总表"].value(2, column) for column in range(19, 34)] == [0, 1, *[0] * 6, 1, *[0] * 6]


@pytest.mark.parametrize("name", [SUMMARY_XLSX, DISTRICT_XLSX])
def test_own_columns_in_excel_and_on_the_file(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "this_run", lambda: RUN)
    path = tmp_path / "表.xlsx"
    path.write_bytes(resource(name).read_bytes())
    with editing(path) as book:
        grid = with_own(book.snapshot, *OWN, PRIZE).sheets[SETTINGS]
        book.commit(Patch((Write(SETTINGS, 4, OWN_COLUMN_AT, grid.stored_block(4, OWN_COLUMN_AT, 2, 6)),)))
    both = Both(path)
    report = both.run(macros.apply, api.apply)
    assert str(report.summary).endswith("；新加栏目“研发投入”“奖项”")
    hidden = {"J": False, "K": False, "L": True}
    seen = load_workbook(path)["汇总表"].column_dimensions
    assert {letter: bool(seen[letter].hidden) for letter in hidden} == hidden
    [live] = [sheet for sheet in object.__getattribute__(both.book.api, "_inner").sheets if sheet.name == "汇总表"]
    assert {10, 11, 12} & live.hidden_columns == {12}
    both.run(macros.undo, api.undo)
    assert load_workbook(path)["汇总表"].column_dimensions["J"].hidden


def apply_to(snapshot: Snapshot) -> Snapshot:
    return apply(snapshot, RUN).patch.applied(snapshot)
