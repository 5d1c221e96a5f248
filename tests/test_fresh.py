"""Fresh files under a workbook's notice: every setting goes along, no project does, and nothing is overwritten."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import Demo, DistrictDemo
from tests.sound import found
from xlpy import new, read_form, read_summary, validate
from xlpy.authoring import DISTRICT_XLSX, FORM_DOCX, FORM_XLSX, SUMMARY_XLSX, TEMPLATES
from xlpy.cli import main
from xlpy.errors import CannotRun
from xlpy.files import read_grids
from xlpy.flags import Severity
from xlpy.fresh import KINDS
from xlpy.grids import Scalar
from xlpy.layout import RULES, SETTINGS, fold
from xlpy.next_year import UnusableSettings
from xlpy.notice import Code, Notice, OwnCheck, OwnColumn, RuleSetting
from xlpy.settings import read_notice

NAMES = [Path(name).name for name in (SUMMARY_XLSX, DISTRICT_XLSX, FORM_XLSX, FORM_DOCX)]
CHANGED = Notice(
    district="清溪区",
    division_code="310199",
    max_team=6,
    weight_sales=Decimal("0.5"),
    required=("project_name", "company"),
    units=(
        Code(label="云台街道", aliases=("云台", "云台街道办事处")),
        Code(label="石门镇", since=dt.date(2027, 1, 1)),
        Code(label="东堰镇", until=dt.date(2026, 12, 31)),
    ),
    columns=(
        OwnColumn(name="研发投入", kind="number", required=True, source="研发投入(万元)", aliases=("研发费用",)),
        OwnColumn(name="奖项", kind="list", choices=("甲等", "乙等")),
    ),
    checks=(
        OwnCheck(id="C1", title="投入偏大", formula="=[@研发投入]>[@经济效益]", message="请核对"),
        OwnCheck(id="C2", title="", formula="=1+", message="2023年的老办法", scope="table", severity=Severity.ERROR),
    ),
    rules={"F14": RuleSetting(enabled=False), "T02": RuleSetting(severity=Severity.ERROR, message="像：【问题】")},
)


def workbook(path: Path, notice: Notice = CHANGED, template: str = DISTRICT_XLSX) -> Path:
    """Last year's workbook under a notice, as our template has it."""
    path.write_bytes(TEMPLATES[template](notice))
    return path


def typed(path: Path, sheet: str, **cells: Scalar) -> Path:
    """What somebody typed into cells of a workbook."""
    book = openpyxl.load_workbook(path)
    for cell, value in cells.items():
        book[sheet][cell] = value
    book.save(path)
    return path


def settings(path: Path) -> Notice:
    """The notice of a workbook, its own checks without the cells they stand in."""
    notice, _ = read_notice(read_grids(path))
    return notice.model_copy(update={"checks": tuple(check.model_copy(update={"cell": ""}) for check in notice.checks)})


# --- what goes along --------------------------------------------------------------------------------------------------


def test_every_setting_goes_along_into_both_workbooks(tmp_path: Path) -> None:
    made = new("set", tmp_path / "新", workbook(tmp_path / "旧.xlsx"))
    assert [path.name for path in made.files] == NAMES
    expected = CHANGED.model_copy(
        update={"checks": (CHANGED.checks[0], CHANGED.checks[1].model_copy(update={"title": "2023年的老办法"}))}
    )
    for name in NAMES[:2]:
        assert settings(tmp_path / "新" / name) == expected


def test_the_forms_ask_for_what_the_bureau_added(tmp_path: Path) -> None:
    made = new("set", tmp_path / "新", workbook(tmp_path / "旧.xlsx"))
    for path in made.files[2:]:
        snapshot = read_grids(path)
        shown = {fold(str(value)) for grid in snapshot.sheets.values() for _, _, value in grid.cells()}
        assert fold("研发投入(万元)") in shown
        assert {fold("清溪区重点产品质量攻关项目"), fold("清溪区经济委员会")} <= shown
        assert snapshot.properties["xlpy-template"] == "form/2023.1"


def test_the_projects_stay_behind(demo: Demo, district_demo: DistrictDemo, tmp_path: Path) -> None:
    """A town's workbook or the district's, after a whole season: only 参数 and 规则 are taken."""
    for source in (demo.workbook, district_demo.workbook):
        folder = tmp_path / source.stem
        new("set", folder, source)
        for name in NAMES:
            blank = read_grids(folder / name).sheets
            fresh = tmp_path / "自带" / name
            if not fresh.is_file():
                new("set", fresh.parent)
            assert blank == read_grids(fresh).sheets


def test_one_file_is_the_same_as_in_the_set(tmp_path: Path) -> None:
    old = workbook(tmp_path / "旧.xlsx")
    new("set", tmp_path / "新", old, 2027, "2027-9-10")
    for kind, shipped in KINDS.items():
        one = tmp_path / f"一份{Path(shipped).suffix}"
        new(kind, one, old, "2027", dt.date(2027, 9, 10))
        assert one.read_bytes() == (tmp_path / "新" / Path(shipped).name).read_bytes()
        one.unlink()


def test_without_a_notice_they_are_the_shipped_files(tmp_path: Path) -> None:
    made = new("set", tmp_path)
    assert [path.read_bytes() for path in made.files] == [TEMPLATES[name](Notice()) for name in KINDS.values()]
    assert (made.notes, made.unfinished) == ([], False)


# --- the new year -----------------------------------------------------------------------------------------------------


def test_a_deadline_of_last_year_is_told_and_flagged_until_it_is_changed(tmp_path: Path) -> None:
    made = new("set", tmp_path / "新", workbook(tmp_path / "旧.xlsx"), year=2027)
    assert made.unfinished
    assert "截止日期：还是 2023年9月15日，不是今年的，一定要改；改好之前每次校验都会提醒（P01）" in made.notes
    for path in made.files[:2]:
        assert settings(path).year == 2027
        (flag,) = [flag for flag in validate(path, dry_run=True).flags if flag.rule == "P01"]
        assert (flag.sheet, flag.cell) == ("参数", "B7")
        assert flag.message == "年度是 2027 年，截止日期却是 2023-09-15"
    typed(made.files[1], SETTINGS, B7=dt.date(2027, 9, 10))
    again = new("set", tmp_path / "再", made.files[1])
    assert not again.unfinished
    assert found(validate(again.files[0], dry_run=True).flags, "P01") == []


def test_a_title_that_names_last_year_is_told_and_flagged(tmp_path: Path) -> None:
    old = workbook(tmp_path / "旧.xlsx", Notice(title="2023年嘉定区质量提升项目申报汇总表"))
    made = new("summary", tmp_path / "新.xlsx", old, 2027, "2027-9-10")
    assert made.unfinished
    assert "汇总表标题：2023年嘉定区质量提升项目申报汇总表，年份不对，一定要改（P01）" in made.notes
    (flag,) = [flag for flag in validate(made.files[0], dry_run=True).flags if flag.rule == "P01"]
    assert (flag.cell, flag.message, flag.fix) == (
        "B6",
        "汇总表标题里写的是 2023 年，年度却是 2027 年",
        "请改标题；年份写成 {年度}，以后就自动跟着年度变",
    )


def test_what_to_look_at_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, out = workbook(tmp_path / "旧.xlsx"), tmp_path / "新"
    assert main(["new", "set", str(out), "--notice", str(old), "--year", "2027", "--deadline", "2027年9月10日"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        *(f"已新建 {out / name}" for name in NAMES),
        "请先看一看这些参数，都在工作表“参数”“规则”里：",
        "  · 年度：2023 → 2027",
        "  · 截止日期：2023年9月15日 → 2027年9月10日",
        "  · 汇总表标题：2027年清溪区重点产品质量攻关项目申报汇总表",
        "  · 区和行政区划代码：清溪区，310199；换一个区的，两项都要改",
        "  · 推荐单位：按截止日期算有 2 个；有起止日期的：“石门镇”2027年1月1日启用，“东堰镇”2026年12月31日停用",
        "  · 自定义栏目：研发投入、奖项；今年不要的，把“参数”里它那一行清空",
        "  · 自定义检查：C1 投入偏大、C2 2023年的老办法；今年不要的，把“规则”里它那一行清空",
        "  · 自定义检查 C2 的公式算不了：公式里没有用到任何栏目",
        "  · 改过的规则：F14、T02",
        "  · 自定义检查 C2：里面写着 2023，请看要不要改",
    ]


def test_the_units_of_the_forms_are_those_of_the_new_deadline(tmp_path: Path) -> None:
    old = workbook(tmp_path / "旧.xlsx")
    for deadline, units in (("2023-9-15", "云台街道,东堰镇"), ("2027-9-10", "云台街道,石门镇")):
        (path,) = new("form", tmp_path / f"{deadline}.xlsx", old, deadline=deadline).files
        rules = openpyxl.load_workbook(path)["封面"].data_validations.dataValidation
        assert [rule.formula1 for rule in rules if rule.type == "list"] == [f'"{units}"']


def test_the_list_of_former_winners_is_offered_not_taken(district_demo: DistrictDemo, tmp_path: Path) -> None:
    made = new("district", tmp_path / "新.xlsx", district_demo.workbook, 2024, "2024-9-15")
    assert made.notes[-1] == (
        "历年表彰：旧表里有 8 项，没有带过来；请把旧名单和去年的获奖名单一起贴到新区级汇总表的“历年表彰”"
    )
    assert read_summary(made.files[0]).rows == ()


# --- what is refused --------------------------------------------------------------------------------------------------


def test_settings_that_cannot_be_used_are_told_and_nothing_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = typed(workbook(tmp_path / "旧.xlsx"), SETTINGS, B7="九月中旬", B9="八个")
    assert main(["new", "set", str(tmp_path / "新"), "--notice", str(old), "--year", "2027"]) == 2
    out, err = capsys.readouterr()
    assert [line.split("：")[0] for line in out.splitlines()[:2]] == ["  警告 P01 参数!B7", "  警告 P01 参数!B9"]
    assert err == (
        "“旧.xlsx”的“参数”“规则”有 2 处填写有误，没有新建任何文件。参数!B7：参数“截止日期”填写有误：写的是“九月中旬”，"
        "没有写年份；请写到日，如 2022年6月30日。请照提示改好，再新建一次\n"
    )
    assert not (tmp_path / "新").exists()


def test_a_rule_that_is_switched_off_hides_nothing_here(tmp_path: Path) -> None:
    silent = CHANGED.model_copy(update={"rules": {"P01": RuleSetting(enabled=False)}})
    old = typed(workbook(tmp_path / "旧.xlsx", silent), SETTINGS, B4="今年")
    assert found(validate(old, dry_run=True).flags, "P01") == []
    with pytest.raises(UnusableSettings) as caught:
        new("district", tmp_path / "新.xlsx", old)
    assert found(caught.value.flags) == [("P01", "B4")]


def test_rules_that_cannot_be_used_are_refused_too(tmp_path: Path) -> None:
    old = typed(workbook(tmp_path / "旧.xlsx"), RULES, D4="也许")
    with pytest.raises(UnusableSettings) as caught:
        new("form-docx", tmp_path / "新.docx", old)
    assert found(caught.value.flags) == [("P02", "D4")]


@pytest.mark.parametrize(
    ("options", "line"),
    [
        ({"year": "二七"}, "年度“二七”不是数字。请写成 2024 的样子"),
        ({"year": "1027"}, "年度“1027”不在允许的范围里。请写成 2024 的样子"),
        ({"deadline": "九月"}, "截止日期写的是“九月”，没有写年份；请写到日，如 2022年6月30日。请写成 2024-9-15 的样子"),
    ],
)  # fmt: skip
def test_a_year_or_a_day_that_cannot_be_read(options: dict[str, str], line: str, tmp_path: Path) -> None:
    with pytest.raises(CannotRun) as caught:
        new("summary", tmp_path / "新.xlsx", **options)  # type: ignore[arg-type]
    assert str(caught.value) == line
    assert list(tmp_path.iterdir()) == []


def test_a_file_without_settings_is_no_notice(tmp_path: Path) -> None:
    (form,) = new("form", tmp_path / "登记表.xlsx").files
    with pytest.raises(CannotRun, match=r"“登记表\.xlsx”里没有工作表“参数”。请用去年的区级汇总表"):
        new("summary", tmp_path / "新.xlsx", form)


def test_files_that_are_there_stay_and_no_other_is_made_beside_them(tmp_path: Path) -> None:
    (tmp_path / NAMES[2]).write_bytes(b"ours")
    with pytest.raises(CannotRun, match="已经有文件“附件1_登记表"):
        new("set", tmp_path)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [(NAMES[2], b"ours")]


def test_a_blank_form_of_the_set_is_read_as_one(tmp_path: Path) -> None:
    made = new("set", tmp_path / "新", workbook(tmp_path / "旧.xlsx"), 2027, "2027-9-10")
    for path in made.files[2:]:
        form = read_form(path)
        assert (form.template, form.project_name.raw) == ("form/2027.1", "")
