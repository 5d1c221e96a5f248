"""Verify tells which rows, cells and lines of the log are no longer what the commands made of the received files.

Every test here fails without `xlpy.commands.verify`: nothing else compares a workbook with SHA-256 and 来源.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from tests.both import Both
from tests.conftest import Demo, DistrictDemo
from tests.town_files import TOWNS, district_file, some_towns
from xlpy import api, macros, verify
from xlpy.authoring import SUMMARY_XLSX, resource
from xlpy.cli import main
from xlpy.commands.verify import verify as command
from xlpy.demo import FORMS
from xlpy.grids import Formula, Scalar
from xlpy.layout import LOG, SOURCES, fold
from xlpy.list_sheets import header_line
from xlpy.patch import AddSheet, DeleteRows, InsertRows, Operation, Patch, Write, block
from xlpy.readout import verification_text
from xlpy.report import Verification
from xlpy.summary import parse_summary
from xlpy.surfaces.file import open_workbook


@pytest.fixture(scope="module")
def pulled(finished_demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the demo's forms were pulled into a blank workbook, and nothing else was done."""
    folder = tmp_path_factory.mktemp("verify") / "镇"
    shutil.copytree(finished_demo.forms, folder / FORMS)
    path = shutil.copyfile(resource(SUMMARY_XLSX), folder / "附件2.xlsx")
    api.pull(path, folder / FORMS)
    return folder


@pytest.fixture
def town(pulled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(pulled, tmp_path / "镇")) / "附件2.xlsx"


def place(cell: str) -> tuple[int, int]:
    return int(cell[1:]), ord(cell[0]) - 64


def edit(path: Path, *operations: Operation) -> None:
    """A person's work in the closed file."""
    open_workbook(path).commit(Patch(operations))


def typed(sheet: str, cell: str, value: Scalar) -> Operation:
    return Write(sheet, *place(cell), block([[value]]))


def evidence(path: Path, forms: Path | None = None) -> Verification:
    found = verify(path, forms).verify
    assert found is not None
    return found


def form_of(path: Path, row: int) -> Path:
    (file,) = [f.file for f in evidence(path).files if row in f.rows]
    return path.parent / file


def states(path: Path, forms: Path | None = None) -> dict[str, list[int]]:
    """Status → rows, of the files that are not as they were."""
    return {f.status: f.rows for f in evidence(path, forms).files if f.status != "unchanged"}


def test_after_a_pull_everything_is_in_order(town: Path) -> None:
    found = evidence(town)
    assert found.in_order
    assert found.sha256 == hashlib.sha256(town.read_bytes()).hexdigest()
    assert (states(town), found.edits, found.typed, found.lost) == ({}, [], [], [])
    assert len(found.files) == len({row for f in found.files for row in f.rows}) > 10
    assert found.sources_intact is True
    assert found.log.complete
    assert main(["verify", str(town)]) == 0


def test_nothing_is_written(town: Path) -> None:
    before = {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in town.parent.rglob("*") if p.is_file()}
    assert main(["verify", str(town)]) == 0
    assert {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in town.parent.rglob("*") if p.is_file()} == before


def test_a_form_changed_missing_or_moved_is_told_with_its_row(town: Path) -> None:
    changed, gone, moved = (form_of(town, row) for row in (4, 5, 6))
    with changed.open("ab") as file:
        file.write(b"\0")
    gone.unlink()
    (town.parent / FORMS / "子").mkdir()
    moved.rename(town.parent / FORMS / "子" / "改名.xlsx")
    assert states(town) == {"changed": [4], "missing": [5], "moved": [6]}
    lines = verification_text(verify(town)).splitlines()
    assert f"  {FORMS}/{changed.name}：内容变了（汇总表第 4 行）" in lines
    assert f"  {FORMS}/{gone.name}：不见了（汇总表第 5 行）" in lines
    assert f"  {FORMS}/{moved.name}：换了位置或名字，内容没有变，现在是 {FORMS}/子/改名.xlsx（汇总表第 6 行）" in lines
    assert main(["verify", str(town)]) == 1


def test_a_form_that_is_there_but_cannot_be_read_is_told_as_such(town: Path) -> None:
    """Fails without its own status: nobody can say that its content changed."""
    name = form_of(town, 4).relative_to(town.parent).as_posix()
    found = command(open_workbook(town).snapshot, {name: ""}).verify
    assert found is not None
    assert [f.rows for f in found.files if f.status == "unreadable"] == [[4]]
    assert {f.status for f in found.files} == {"unreadable", "missing"}


def test_a_form_that_was_replaced_has_changed_though_its_former_version_lies_elsewhere(town: Path) -> None:
    """Fails where any file of the old content will do: who keeps the old version could hand in any new one."""
    changed, one, other = (form_of(town, row) for row in (4, 5, 6))
    (town.parent / FORMS / "旧版").mkdir()
    shutil.copy(changed, town.parent / FORMS / "旧版")
    with changed.open("ab") as file:
        file.write(b"\0")
    assert states(town) == {"changed": [4]}
    one.rename(town.parent / "换")  # two that changed names are both still there
    other.rename(one)
    (town.parent / "换").rename(other)
    assert [f.status for f in evidence(town).files if f.status != "unchanged"] == ["changed", "moved", "moved"]


def test_a_moved_folder_with_the_same_files_is_in_order(town: Path, tmp_path: Path) -> None:
    (town.parent / FORMS).rename(tmp_path / "别处")
    assert {f.status for f in evidence(town).files} == {"unchecked"}
    assert main(["verify", str(town)]) == 1
    assert {f.status for f in evidence(town, tmp_path / "别处").files} == {"moved"}
    assert main(["verify", str(town), "--forms", str(tmp_path / "别处")]) == 0


def test_an_edit_by_hand_is_told_with_both_contents_and_the_forms_cell(town: Path) -> None:
    before = open_workbook(town).snapshot.sheet("汇总表").value(4, 8)
    edit(town, typed("汇总表", "H4", 77.5), typed("汇总表", "F5", None))
    found = evidence(town)
    assert [(e.cell, e.row_number, e.field, e.now) for e in found.edits] == [
        ("H4", 4, "benefit", 77.5),
        ("F5", 5, "ownership", None),
    ]
    assert found.edits[0].pulled == before
    assert not found.in_order
    line = next(line for line in verification_text(verify(town)).splitlines() if "H4" in line)
    assert line.startswith("  汇总表!H4 经济效益(万元)：从 登记表/")
    assert line.endswith(f" 导入的是“{before}”，现在是“77.5”")


def test_a_row_typed_by_hand_and_one_deleted_are_told(town: Path) -> None:
    rows = verify(town).rows or 0
    name = open_workbook(town).snapshot.sheet("汇总表").value(4, 2)
    edit(town, DeleteRows("汇总表", 4, 1))
    found = evidence(town)
    assert [lost.project_name for lost in found.lost] == [name]
    assert (found.edits, found.typed, found.in_order) == ([], [], False)
    last = max(row for f in evidence(town).files for row in f.rows)
    edit(town, typed("汇总表", f"B{last}", "手工项目"), typed("汇总表", f"C{last}", "手工公司"))
    edit(town, *(Write("汇总表", last, c, block([[None]])) for c in range(10, 22)))
    found = evidence(town)
    assert found.typed == [last]
    assert rows - 1 == verify(town).rows


def test_a_row_may_go_with_its_form_but_not_while_that_cannot_be_read(town: Path) -> None:
    """Fails without the states that `lost` looks at: it would hide the one, or tell of the other for ever."""
    form, forms = form_of(town, 4), town.parent / FORMS
    form.write_bytes(b"x")
    api.pull(town, forms)
    edit(town, DeleteRows("汇总表", 4, 1))
    assert [lost.file for lost in evidence(town).lost] == [f"{FORMS}/{form.name}"]
    form.unlink()
    api.pull(town, forms)
    assert evidence(town).lost == []


def test_the_log_and_what_was_pulled_are_looked_at(town: Path) -> None:
    """来源 is what everything else is measured by: who mends it to fit an edit is found by its fingerprint."""
    grid = open_workbook(town).snapshot.sheet(SOURCES)
    header = next(r for r in range(1, 9) if grid.value(r, 1) == "来源编号")
    edit(town, Write(SOURCES, header + 1, 6, block([["另一个项目"]])))
    assert evidence(town).sources_intact is False
    assert not evidence(town).in_order
    log = open_workbook(town).snapshot.sheet(LOG)
    edit(town, typed(LOG, f"C{log.height}", "别人"))
    assert [p.cell for p in evidence(town).log.problems] == [f"A{log.height}"]


def test_a_log_that_was_changed_is_enough(town: Path) -> None:
    """Fails where rows and files alone are looked at."""
    log = open_workbook(town).snapshot.sheet(LOG)
    edit(town, typed(LOG, f"C{log.height}", "别人"))
    found = evidence(town)
    assert (found.edits, found.sources_intact, found.log.complete, found.in_order) == ([], True, False, False)


def test_what_is_never_brought_in_is_no_edit(town: Path) -> None:
    """Fails where a town's row is held against what only the district brings in: 备注 is the clerk's own."""
    edit(town, typed("汇总表", "I4", "已电话核对"))
    assert evidence(town).in_order


def test_a_file_of_which_no_hash_is_known_is_not_called_changed(town: Path) -> None:
    """Fails where the blank is compared; nor is it in order."""
    top, columns = header_line(open_workbook(town).snapshot.sheet(SOURCES), ("来源编号", "状态")) or (0, {})
    edit(town, Write(SOURCES, top + 1, columns[fold("SHA-256")], block([[None]])))
    (file,) = [f for f in evidence(town).files if f.status != "unchanged"]
    assert (file.status, evidence(town).in_order) == ("unchecked", False)


def test_a_column_of_the_log_that_stands_twice_is_told(town: Path) -> None:
    """Fails where one of two columns is taken: the true names could stand far right, others in the old place."""
    log = open_workbook(town).snapshot.sheet(LOG)
    top = next(r for r in range(1, 9) if log.value(r, 3) == "操作人")
    for r in range(top, log.height + 1):
        edit(town, Write(LOG, r, 12, block([[log.value(r, 3)]])))
    edit(town, typed(LOG, f"C{log.height}", "别人"))
    (problem,) = evidence(town).log.problems
    assert (problem.cell, problem.message) == (f"C{top}", "“操作人”有不止一列，校验码只管得了其中一列")


def mended(path: Path, cell: str, value: Scalar) -> None:
    """An edit of a cell of row 4, and of what 来源 remembers for it."""
    edit(path, typed("汇总表", cell, value))
    snapshot = open_workbook(path).snapshot
    (row,) = (row for row in parse_summary(snapshot).rows if row.row_number == int(cell[1:]))
    found = header_line(snapshot.sheet(SOURCES), ("来源编号", "状态"))
    assert found
    top, columns = found
    numbers = [snapshot.sheet(SOURCES).value(r, columns["来源编号"]) for r in range(1, 99)]
    line = numbers.index(row.origin) + 1
    assert line > top
    edit(path, Write(SOURCES, line, columns[fold("经济效益(万元)·值")], block([[value]])))


def test_what_was_mended_to_fit_an_edit_stays_found_until_the_forms_are_read_again(town: Path) -> None:
    """Fails where a run that leaves 来源 alone takes its fingerprint anew: 校验 would wash the edit clean."""
    before = open_workbook(town).snapshot.sheet("汇总表").value(4, 8)
    mended(town, "H4", 9999)
    assert (evidence(town).edits, evidence(town).sources_intact) == ([], False)
    report = api.validate(town)
    assert str(report.summary).endswith("；“来源”表在这之前被人改过")
    assert (evidence(town).sources_intact, evidence(town).in_order) == (False, False)
    api.pull(town, town.parent / FORMS)  # which takes the form's value for a new one
    assert open_workbook(town).snapshot.sheet("汇总表").value(4, 8) == before
    assert evidence(town).in_order
    log = open_workbook(town).snapshot.sheet(LOG)
    told = [str(log.value(r, 4)).endswith("被人改过") for r in range(log.height - 2, log.height + 1)]
    assert told == [False, True, True]  # that it was, nobody can take out of the log


def test_a_column_whose_header_is_no_longer_known_is_not_taken_for_checked(town: Path) -> None:
    """Fails without the look for columns that have gone: under another header any amount would pass."""
    edit(town, typed("汇总表", "H3", "收入"), typed("汇总表", "H4", 9999))
    found = evidence(town)
    assert (found.edits, found.unseen, found.in_order) == ([], ["benefit"], False)
    blank = Path(shutil.copyfile(resource(SUMMARY_XLSX), town.parent / "空白.xlsx"))
    edit(blank, typed("汇总表", "H3", "收入"))
    assert evidence(blank).unseen == []  # nothing was brought in that could have changed
    line = "  汇总表里找不到“经济效益(万元)”这一栏：表头改过，或整栏不见了，这一栏无从核对"
    assert line in verification_text(verify(town)).splitlines()


def test_another_unit_in_the_header_changes_every_amount(town: Path) -> None:
    """Fails where cells alone are compared: 万元 made 亿元 leaves each of them as it was."""
    edit(town, typed("汇总表", "H3", "经济效益(亿元)"))
    assert (evidence(town).edits, evidence(town).unit, evidence(town).in_order) == ([], "经济效益(亿元)", False)
    line = "  汇总表“经济效益(亿元)”的单位不是万元，导入的数都是万元"
    assert line in verification_text(verify(town)).splitlines()


def test_a_second_table_on_another_sheet_is_told(town: Path) -> None:
    """Fails where only one table is looked at: the bureau reads every sheet that holds one, or sees that one alone."""
    rows = [(*row, *[None] * 9)[:9] for row in open_workbook(town).snapshot.sheet("汇总表").rows]
    edit(town, AddSheet("空白的"), Write("空白的", 1, 1, block(rows[:3])))
    assert evidence(town).in_order  # no project stands there
    edit(town, AddSheet("定稿"), Write("定稿", 1, 1, block(rows)))
    assert (evidence(town).other_tables, evidence(town).in_order) == (["定稿"], False)
    line = "  工作表“定稿”里另有一张汇总表，不是导入的，没有核对"
    assert line in verification_text(verify(town)).splitlines()


def test_what_only_looks_the_same_is_an_edit(town: Path) -> None:
    """Fails where contents are compared as they are shown: a formula, a number as text."""
    amount = open_workbook(town).snapshot.sheet("汇总表").value(4, 8)
    for other in (Formula(f"={amount}"), str(amount)):
        edit(town, typed("汇总表", "H4", other))
        assert [(e.cell, e.now) for e in evidence(town).edits] == [("H4", str(other))]


def test_a_row_that_was_copied_with_its_hidden_number_is_typed_by_hand(town: Path) -> None:
    """Fails where a number of 来源 may stand for two rows."""
    row = open_workbook(town).snapshot.sheet("汇总表").rows[3]
    edit(town, InsertRows("汇总表", 5, 1), Write("汇总表", 5, 1, block([row])), typed("汇总表", "H5", 9999))
    found = evidence(town)
    assert (found.typed, found.edits, found.lost, found.in_order) == ([5], [], [], False)


def test_sorted_rows_and_cleared_hidden_columns_are_no_edits_and_hide_none(town: Path) -> None:
    """Fails where rows are known by their place, or by their hidden number alone."""
    rows = [(*row, *[None] * 30)[:21] for row in open_workbook(town).snapshot.sheet("汇总表").rows[3:12]]
    edit(town, Write("汇总表", 4, 1, block(rows[::-1])))
    assert evidence(town).in_order
    edit(town, Write("汇总表", 4, 10, block([[None] * 12] * 9)))
    assert evidence(town).in_order
    edit(town, typed("汇总表", "H4", 9999))
    assert [(e.cell, e.pulled) for e in evidence(town).edits] == [("H4", rows[8][7])]


def test_json_has_it_all(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(town, typed("汇总表", "F4", "国有独资"))
    capsys.readouterr()
    assert main(["verify", str(town), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {"command", "workbook", "rows", "flags", "changes", "verify"}
    found = told["verify"]
    told = "in_order", "sha256", "files", "edits", "typed", "unseen", "lost", "other_tables", "sources_intact", "log"
    assert set(found) == set(told)
    assert {*found["edits"][0]} >= {"sheet", "cell", "row_number", "field", "pulled", "now", "file", "place"}
    assert set(found["log"]) == {"lines", "unchained", "since", "code", "complete", "problems"}


def test_the_districts_rows_are_held_against_the_towns_files(district_demo: DistrictDemo, tmp_path: Path) -> None:
    shutil.copytree(district_demo.folder, folder := tmp_path / "区")
    path = folder / district_demo.workbook.name
    before = evidence(path)
    assert states(path) == {}
    assert before.sources_intact is True
    assert before.log.complete
    assert before.lost == []  # what was merged or left out by decision is not lost
    file = max(before.files, key=lambda f: len(f.rows))
    with (folder / file.file).open("ab") as out:
        out.write(b"\0")
    assert states(path) == {"changed": file.rows}


def test_a_fresh_consolidation_is_in_order(tmp_path: Path) -> None:
    some_towns(tmp_path)
    path = district_file(tmp_path)
    api.consolidate(path, tmp_path / TOWNS)
    found = evidence(path)
    assert found.in_order
    assert sorted(len(f.rows) for f in found.files) == [3, 3, 3]


def test_in_the_district_remarks_are_brought_in_and_own_rows_are_typed(tmp_path: Path) -> None:
    """Fails where the district's rows are held against what towns bring in, or its own rows against files."""
    some_towns(tmp_path)
    path = district_file(tmp_path)
    api.consolidate(path, tmp_path / TOWNS)
    table = parse_summary(open_workbook(path).snapshot)
    remarks, row = table.columns["remarks"], table.rows[-1].row_number + 1
    own = {"town": "安亭镇", "project_name": "区局补的项目", "company": "上海某乙有限公司"}
    edit(path, *(Write("汇总表", row, table.columns[name], block([[text]])) for name, text in own.items()))
    api.consolidate(path, tmp_path / TOWNS)
    assert (evidence(path).typed, evidence(path).edits, evidence(path).lost) == ([row], [], [])
    assert row not in {number for file in evidence(path).files for number in file.rows}
    edit(path, Write("汇总表", table.first_row, remarks, block([["区局改的"]])))
    assert [(e.field, e.now) for e in evidence(path).edits] == [("remarks", "区局改的")]
    edit(path, DeleteRows("汇总表", row, 1))
    assert [lost.project_name for lost in evidence(path).lost] == ["区局补的项目"]


def test_in_excel_it_says_the_same_and_changes_nothing(town: Path) -> None:
    edit(town, typed("汇总表", "F4", "国有独资"))
    both = Both(town)
    live, closed = macros.verify(both.book), verify(town)
    assert live is not None
    assert live.verify is not None
    assert closed.verify is not None
    assert live.verify == closed.verify.model_copy(update={"sha256": None})
    assert [e.cell for e in live.verify.edits] == ["F4"]
    (text,) = both.excel.boxes
    assert "汇总表!F4 企业性质：从 登记表/" in text
    both.assert_equal()
