"""The commands on files: what they leave alone, what they answer, what they refuse."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.conftest import Demo
from tests.districts import project
from tests.making import HEADERS
from tests.rich_workbook import parts, rich_workbook
from tests.town_files import district_file, some_towns, town_file
from xlpy import (
    Form,
    XlpyError,
    clear,
    consolidate,
    pull,
    read_folder,
    read_form,
    read_summary,
    send_back,
    total,
    undo,
    validate,
)
from xlpy.api import this_run
from xlpy.authoring import FORM_DOCX, FORM_XLSX, SUMMARY_XLSX, resource
from xlpy.commands.merging import TableMerge
from xlpy.demo.companies import PROJECTS
from xlpy.demo.forms import _excel, _word, form_values
from xlpy.files import read_grids
from xlpy.notice import Notice
from xlpy.patch import Patch, Write, block
from xlpy.surfaces.file import open_workbook

PACKAGE_LISTS = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "docProps/app.xml"}


def differing(before: dict[str, bytes], after: dict[str, bytes]) -> set[str]:
    assert before.keys() <= after.keys(), "a part is lost"
    return {name for name in before if before[name] != after[name]}


@pytest.fixture
def rich(tmp_path: Path) -> Path:
    """A workbook full of pictures, charts, comments, rules and prints, whose table has the notice's headers."""
    path = rich_workbook(tmp_path / "街镇自己的表.xlsx")
    open_workbook(path).commit(Patch((Write("汇总表", 2, 1, block([HEADERS])),)))
    return path


def test_validating_a_rich_workbook_touches_no_part_of_it(rich: Path) -> None:
    """Pictures, shapes, charts, comments, validations, conditional formats, print settings, colours: all stay."""
    before = parts(rich)
    report = validate(rich)
    assert report.flags
    assert differing(before, parts(rich)) <= PACKAGE_LISTS | {"xl/sharedStrings.xml", "xl/styles.xml"}
    assert {"校验结果", "操作记录", "撤销记录"} <= set(read_grids(rich).sheets)


def test_undoing_that_leaves_the_log_alone_behind(rich: Path) -> None:
    before = read_grids(rich)
    validate(rich)
    undo(rich)
    after = read_grids(rich)
    assert set(after.sheets) - set(before.sheets) == {"操作记录", "撤销记录"}
    for name, grid in before.sheets.items():
        assert list(after.sheets[name].cells()) == list(grid.cells())


def test_validating_our_own_workbook_touches_only_the_sheets_it_marks(tmp_path: Path) -> None:
    path = tmp_path / "附件2.xlsx"
    path.write_bytes(resource(SUMMARY_XLSX).read_bytes())
    open_workbook(path).commit(Patch((Write("汇总表", 4, 1, block([[1, "降噪", "甲公司"]])),)))
    names = list(read_grids(path).sheets)
    before = parts(path)
    validate(path)
    sheets = {f"xl/worksheets/sheet{names.index(name) + 1}.xml" for name in names[:3] + names[-2:]}
    links = {"xl/worksheets/_rels/sheet3.xml.rels"}
    assert differing(before, parts(path)) <= PACKAGE_LISTS | sheets | links | {"xl/sharedStrings.xml"}


def test_clear_takes_the_marks_away_and_undo_brings_them_back(tmp_path: Path) -> None:
    path = tmp_path / "附件2.xlsx"
    path.write_bytes(resource(SUMMARY_XLSX).read_bytes())
    open_workbook(path).commit(Patch((Write("汇总表", 4, 1, block([[1, "降噪", "甲公司"]])),)))
    blank = list(read_grids(path).sheets["校验结果"].cells())
    validate(path)
    marked = list(read_grids(path).sheets["校验结果"].cells())
    clear(path)
    assert list(read_grids(path).sheets["校验结果"].cells()) == blank
    undo(path)
    assert list(read_grids(path).sheets["校验结果"].cells()) == marked


def test_a_run_that_changes_nothing_pushes_no_backup_out(tmp_path: Path) -> None:
    path = tmp_path / "附件2.xlsx"
    path.write_bytes(resource(SUMMARY_XLSX).read_bytes())
    validate(path)
    kept = sorted((p.name, p.read_bytes()) for p in (tmp_path / "备份").iterdir())
    for _ in range(6):
        assert validate(path).changes == []
    assert sorted((p.name, p.read_bytes()) for p in (tmp_path / "备份").iterdir()) == kept
    log = read_grids(path).sheets["操作记录"]
    assert sum(log.value(r, 2) == "校验" for r in range(1, log.height + 1)) == 7


def test_how_the_path_is_typed_changes_nothing(finished_demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(finished_demo.folder)
    report = validate(finished_demo.workbook.name, finished_demo.forms.name, dry_run=True)
    assert report.changes == []


# --- the same form in every format --------------------------------------------------------------------------------


def meaning(form: Form) -> dict[str, object]:
    """Everything that the form says, without where it stands."""
    team = [[getattr(m, c).value for c in ("name", "gender", "position", "education", "department")] for m in form.team]
    return {name: value.value for name, value in form.fields()} | {"team": team}


@pytest.mark.libreoffice
@pytest.mark.parametrize("suffix", ["xls", "ods"])
def test_the_same_form_saved_in_another_format_says_the_same(suffix: str, tmp_path: Path) -> None:
    values = form_values(PROJECTS[2], 2)
    _excel(tmp_path / "表.xlsx", values, Notice())
    command = ["soffice", "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"]
    subprocess.run(
        [*command, "--convert-to", suffix, "--outdir", str(tmp_path), str(tmp_path / "表.xlsx")],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    one, other = read_form(tmp_path / "表.xlsx"), read_form(tmp_path / f"表.{suffix}")
    assert meaning(other) == meaning(one)
    assert [(v.sheet, v.cell) for _, v in other.fields()] == [(v.sheet, v.cell) for _, v in one.fields()]


def test_the_same_form_in_word_says_the_same(tmp_path: Path) -> None:
    values = form_values(PROJECTS[2], 2)
    _excel(tmp_path / "表.xlsx", values, Notice())
    _word(tmp_path / "表.docx", values, Notice())
    one = meaning(read_form(tmp_path / "表.xlsx"))
    assert meaning(read_form(tmp_path / "表.docx")) == one
    assert one["project_name"] == "动力电池模组激光焊接虚焊攻关"
    assert one["team"][5] == ["罗一鸣", "女", "技术员", "本科", "制造部"]


def test_blank_templates_are_read_as_blank() -> None:
    for name in (FORM_XLSX, FORM_DOCX):
        form = read_form(resource(name))
        assert {field: value.raw for field, value in form.fields() if value.raw} == {}
        assert form.template.startswith("form/")


# --- the district's workbook ------------------------------------------------------------------------------------------


@pytest.fixture
def towns(tmp_path: Path) -> Path:
    return some_towns(tmp_path)


@pytest.fixture
def district(tmp_path: Path) -> Path:
    return district_file(tmp_path)


def test_every_row_of_the_towns_is_in_the_districts_file(district: Path, towns: Path) -> None:
    report = consolidate(district, towns)
    assert report.rows == 9
    assert report.reconciliation is not None
    received = [(one.town, one.rows_in, one.rows_out, one.amount_in) for one in report.reconciliation if one.file]
    assert received == [("安亭镇", 3, 3, 33.0), ("马陆镇", 3, 3, 33.0), ("徐行镇", 3, 3, 33.0)]
    table = read_summary(district)
    assert [(row.project_name.raw, row.town.raw) for row in table.rows][::4] == [
        ("安000号线降噪", "安亭镇"),
        ("马001号线降噪", "马陆镇"),
        ("徐002号线降噪", "徐行镇"),
    ]


def test_consolidating_twice_changes_nothing_and_undo_takes_it_back(district: Path, towns: Path) -> None:
    consolidate(district, towns)
    kept = district.read_bytes()
    assert consolidate(district, towns, dry_run=True).changes == []
    assert district.read_bytes() == kept
    assert consolidate(district, towns).changes == []
    undo(district)
    assert read_summary(district).rows == ()


def test_a_dry_run_writes_nothing_and_says_what_would_be(district: Path, towns: Path) -> None:
    before = district.read_bytes()
    run = this_run()
    report = consolidate(district, towns, dry_run=True, run=run)
    assert district.read_bytes() == before
    assert {"汇总表", "收支核对", "来源"} <= {change.sheet for change in report.changes}
    assert report.changes == consolidate(district, towns, run=run).changes


def test_what_does_not_balance_writes_nothing(district: Path, towns: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add = TableMerge.add
    monkeypatch.setattr(TableMerge, "add", lambda merge, arriving: add(merge, arriving[1:]))  # a row goes astray
    before = district.read_bytes()
    report = consolidate(district, towns)
    assert district.read_bytes() == before
    assert not (district.parent / "备份").exists()
    assert report.exit_code == 1
    assert "D06" in {flag.rule for flag in report.flags}
    assert report.changes == []


def test_each_command_keeps_to_its_kind_of_workbook(district: Path, towns: Path, tmp_path: Path) -> None:
    town = town_file(tmp_path / "附件2.xlsx", "安亭镇", project("降噪"))
    for function in (consolidate, send_back):
        with pytest.raises(XlpyError, match=r"“附件2\.xlsx”不是区级汇总表"):
            function(town, towns)
    with pytest.raises(XlpyError, match=r"“区级汇总表\.xlsx”是区级汇总表，不直接导入登记表。请点“合并街镇汇总表”"):
        pull(district, towns)


def test_what_is_sent_back_leaves_everybodys_files_alone(district: Path, tmp_path: Path) -> None:
    towns = tmp_path / "街镇报送"
    town_file(towns / "安亭镇.xlsx", "安亭镇", project("降噪", amount="约500"))
    town_file(towns / "马陆镇.xlsx", "马陆镇", project("减重", "乙公司"))
    consolidate(district, towns)
    before = {path: path.read_bytes() for path in (district, *towns.iterdir())}
    sent = send_back(district, towns, tmp_path / "发回")
    assert {path: path.read_bytes() for path in before} == before
    assert [(one.town, [file.name for file in one.files]) for one in sent] == [
        ("安亭镇", ["修改清单.docx", "安亭镇.xlsx"])
    ]
    assert sent[0].folder.is_relative_to(tmp_path / "发回")
    marked = read_grids(sent[0].files[1])
    assert "R06" in {value for _, _, value in marked.sheets["校验结果"].cells()}


# --- what cannot run ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["没有.xlsx", ".", "junk.xlsx", "empty.xlsx", "junk.docx"])
def test_every_function_that_takes_a_file_survives_what_is_no_workbook(name: str, tmp_path: Path) -> None:
    (tmp_path / "junk.xlsx").write_bytes(b"PK\x03\x04" + b"\x00" * 50)
    (tmp_path / "junk.docx").write_bytes(b"\x00\xff" * 500)
    (tmp_path / "empty.xlsx").touch()
    path = tmp_path / name
    of_folders = [lambda p, f=function: f(p, tmp_path) for function in (pull, consolidate, send_back)]
    for function in (read_form, read_summary, validate, total, undo, clear, *of_folders):
        with pytest.raises(XlpyError) as caught:
            function(path)
        assert str(caught.value).isprintable()


def test_a_folder_that_is_none_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(XlpyError, match="找不到登记表文件夹"):
        read_folder(tmp_path / "没有")
