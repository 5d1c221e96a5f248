"""Last year's form: recognised by what the template stores or by what it prints, named, and read all the same."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.filling import fill_form, without_properties
from tests.inline import grid
from tests.typed_forms import ANCHORS, read, seen
from xlpy import consolidate, new, pull, read_form, read_summary
from xlpy.authoring import DISTRICT_XLSX, FORM_DOCX, FORM_XLSX, SUMMARY_XLSX, TEMPLATES
from xlpy.demo.companies import PROJECTS
from xlpy.demo.forms import form_values
from xlpy.flags import Flag
from xlpy.models import Form
from xlpy.notice import Notice, OwnColumn

OLD = Notice(year=2026, columns=(OwnColumn(name="研发投入", kind="number", source="研发投入(万元)"),))
NOW = Notice(year=2027, columns=(OwnColumn(name="研发强度", required=True, source="研发强度(%)"),))
VALUES = {field: value for field, value in form_values(PROJECTS[2], 2).items() if value is not None}


def edition(form: Form) -> tuple[int | None, str, str]:
    return form.edition.value, form.edition.sheet, form.edition.cell


# --- what says the year -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("| 2026年嘉定区重点产品质量攻关成果登记表 |", 2026),
        ("| 二〇二六年度质量提升项目申报书 |", 2026),
        ("| ２０２６ 年质量攻关项目 登 记 表 |", 2026),
        ("| 2026年嘉定区重点产品质量攻关项目 |\n| 登　记　表 |", 2026),
        ("| 2026年嘉定区重点产品质量攻关项目 |\n|  |\n| 登记表 |", 2026),
        ("| 用于填《申报汇总表》（2026年版） |", 2026),
        ("| 嘉定区重点产品质量攻关项目登记表 |", None),
        ("| 2026年3月印制的登记表 |", None),
        ("| 2026年质量攻关工作 |", None),
        ("| 本项目2025年列入计划，2026年完成，一并填入登记表，" + "详见附页" * 12 + "登记表 |", None),
    ],
)
def test_the_year_that_is_printed(title: str, year: int | None) -> None:
    one = read(grid(f"{title}\n{ANCHORS}"))
    assert edition(one) == ((year, "登记表", "A1") if year else (None, "", ""))


def test_the_version_that_our_template_stores() -> None:
    stored = {"xlpy-template": "form/2026.1"}
    assert edition(read(grid(ANCHORS), **stored)) == (2026, "登记表", "")
    assert edition(read(grid(ANCHORS), **{"xlpy-template": "summary/2026.1"})) == (None, "", "")


def test_what_somebody_made_of_last_years_template_by_hand_is_this_years() -> None:
    new_title = grid(f"| 2027年嘉定区登记表 |\n{ANCHORS}")
    assert edition(read(new_title, **{"xlpy-template": "form/2026.1"})) == (2027, "登记表", "A1")


def test_a_value_that_names_a_year_is_no_title() -> None:
    one = read(grid(ANCHORS.replace("| 甲 |", "| 2025年登记表数字化 |") + "| 备注 | 执行2025年版标准 |"))
    assert edition(one) == (None, "", "")


# --- our own templates, filled in, sent back --------------------------------------------------------------------------


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """This year's Annex 2, and last year's blank forms in the folder 旧."""
    (tmp_path / "旧").mkdir()
    (tmp_path / "登记表").mkdir()
    for name in (FORM_XLSX, FORM_DOCX):
        (tmp_path / "旧" / Path(name).name).write_bytes(TEMPLATES[name](OLD))
    path = tmp_path / "附件2.xlsx"
    path.write_bytes(TEMPLATES[SUMMARY_XLSX](NOW))
    return path


def sent(town: Path, name: str) -> Path:
    """Last year's form, filled in completely, last year's own line included."""
    blank = next((town.parent / "旧").glob(f"*{Path(name).suffix}"))
    return fill_form(blank, town.parent / "登记表" / name, OLD, {**VALUES, "own.研发投入": 12.5})


def told(flags: list[Flag]) -> list[tuple[str, str, str, int | None]]:
    mine = [flag for flag in flags if flag.rule == "T04" and flag.file.startswith("登记表/")]
    assert all(flag.message == "这是 2026 年的登记表，今年是 2027 年" for flag in mine)
    return [(flag.file, flag.sheet, flag.cell, flag.row_number) for flag in mine]


def test_a_pull_names_every_form_of_last_year_and_reads_it_all_the_same(town: Path) -> None:
    """The property is kept, or lost by the program that saved the form: then the printed year tells."""
    for name in ("1.xlsx", "2.docx"):
        sent(town, name)
    without_properties(sent(town, "3.xlsx"))
    without_properties(sent(town, "4.docx"))
    assert [read_form(path).template for path in sorted((town.parent / "登记表").iterdir())] == [
        "form/2026.1",
        "form/2026.1",
        "",
        "",
    ]
    for name in ("1.xlsx", "2.docx", "3.xlsx", "4.docx"):
        only = town.parent / "登记表" / name
        folder = town.parent / Path(name).stem / "登记表"
        folder.mkdir(parents=True)
        shutil.copyfile(only, folder / name)
        book = Path(shutil.copyfile(town, folder.parent / "附件2.xlsx"))
        report = pull(book, folder)
        place = ("汇总信息", "A2") if name.endswith("xlsx") else ("正文", "第")
        ((file, sheet, cell, row),) = told(report.flags)
        assert (file, sheet, row) == (f"登记表/{name}", place[0], 4)
        assert cell.startswith(place[1])
        (line,) = read_summary(book).rows
        assert (line.project_name.value, line.level.raw) == (VALUES["project_name"], VALUES["level"])
        absent = [f.message for f in report.flags if f.rule == "F01"]
        assert absent == ["登记表里找不到“研发强度”这一栏"]  # this year's line; last year's own is not asked for


@pytest.mark.libreoffice
@pytest.mark.parametrize(("name", "suffix"), [("甲.xlsx", "ods"), ("甲.xlsx", "xls"), ("甲.docx", "docx")])
def test_a_form_that_another_program_saved(name: str, suffix: str, town: Path, tmp_path: Path) -> None:
    source = without_properties(sent(town, name))
    command = ["soffice", "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"]
    subprocess.run([*command, "--convert-to", suffix, "--outdir", str(tmp_path), str(source)],
                   check=True, capture_output=True, timeout=180)  # fmt: skip
    form = read_form(tmp_path / f"甲.{suffix}")
    assert (form.template, form.edition.value) == ("", 2026)
    assert seen(form.project_name)[2] == VALUES["project_name"]


def test_the_district_is_told_of_last_years_forms_too(town: Path, tmp_path: Path) -> None:
    district = tmp_path / "区级汇总表.xlsx"
    district.write_bytes(TEMPLATES[DISTRICT_XLSX](NOW))
    sent(town, "1.xlsx")
    pull(town, tmp_path / "登记表")
    (tmp_path / "街镇" / "登记表").mkdir(parents=True)
    shutil.move(town, tmp_path / "街镇" / "附件2.xlsx")
    without_properties(Path(shutil.move(tmp_path / "登记表" / "1.xlsx", tmp_path / "街镇" / "登记表" / "1.xlsx")))
    flags = [flag for flag in consolidate(district, tmp_path / "街镇").flags if flag.rule == "T04"]
    assert [(flag.file, flag.cell, flag.message) for flag in flags] == [
        ("街镇/登记表/1.xlsx", "A2", "这是 2026 年的登记表，今年是 2027 年")
    ]


def test_this_years_forms_are_not_told(town: Path, tmp_path: Path) -> None:
    for suffix, kind in ((".xlsx", "form"), (".docx", "form-docx")):
        (blank,) = new(kind, tmp_path / f"今年{suffix}", town).files
        fill_form(blank, tmp_path / "登记表" / f"甲{suffix}", NOW, {**VALUES, "own.研发强度": "5%"})
        without_properties(tmp_path / "登记表" / f"甲{suffix}")
    assert told(pull(town, tmp_path / "登记表").flags) == []


# --- last year's Annex 2 ----------------------------------------------------------------------------------------------


def test_a_town_that_hands_in_last_years_table_is_told_and_read(tmp_path: Path) -> None:
    from tests.districts import project
    from tests.town_files import town_file

    district = tmp_path / "区级汇总表.xlsx"
    district.write_bytes(TEMPLATES[DISTRICT_XLSX](Notice(year=2027)))
    town_file(tmp_path / "街镇" / "安亭镇.xlsx", "安亭镇", project("降噪"))
    report = consolidate(district, tmp_path / "街镇")
    assert report.rows == 1
    (flag,) = [flag for flag in report.flags if flag.rule == "T04"]
    assert (flag.file, flag.sheet, flag.cell) == ("街镇/安亭镇.xlsx", "汇总表", "A1")
    assert flag.message == "这是 2023 年的汇总表，今年是 2027 年"
