"""The commands on files: what they leave alone, what they answer, what they refuse."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.conftest import Demo
from tests.making import HEADERS
from tests.rich_workbook import parts, rich_workbook
from xlpy import Form, XlpyError, clear, pull, read_folder, read_form, read_summary, total, undo, validate
from xlpy.authoring import FORM_DOCX, FORM_XLSX, SUMMARY_XLSX, resource
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


# --- what cannot run ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["没有.xlsx", ".", "junk.xlsx", "empty.xlsx", "junk.docx"])
def test_every_function_that_takes_a_file_survives_what_is_no_workbook(name: str, tmp_path: Path) -> None:
    (tmp_path / "junk.xlsx").write_bytes(b"PK\x03\x04" + b"\x00" * 50)
    (tmp_path / "junk.docx").write_bytes(b"\x00\xff" * 500)
    (tmp_path / "empty.xlsx").touch()
    path = tmp_path / name
    for function in (read_form, read_summary, validate, total, undo, clear, lambda p: pull(p, tmp_path)):
        with pytest.raises(XlpyError) as caught:
            function(path)
        assert str(caught.value).isprintable()


def test_a_folder_that_is_none_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(XlpyError, match="找不到登记表文件夹"):
        read_folder(tmp_path / "没有")
