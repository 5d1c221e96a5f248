"""The README's worked example, step by step: its tables are what is typed here, and what must come out.

Every command runs in Excel (over the COM double) and on the closed file by the command line, with one outcome.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.both import Both, differences
from tests.conftest import DistrictDemo
from tests.districts import RUN
from tests.filling import fill_form
from xlpy import api, calculation, cells, macros
from xlpy.authoring import DISTRICT_XLSX, FORM_DOCX, FORM_XLSX, SUMMARY_XLSX, resource
from xlpy.cli import main
from xlpy.commands.outcome import Run
from xlpy.demo.companies import PROJECTS
from xlpy.demo.forms import credit_code, form_values
from xlpy.files import read_grids
from xlpy.flags import place_name
from xlpy.grids import Scalar, Snapshot, a1
from xlpy.layout import GUIDE, OWN_CHECK_HEADERS, OWN_COLUMN_HEADERS, RULES, SETTING_HEADERS, SETTINGS, fold
from xlpy.notice import Notice
from xlpy.patch import Patch, Write, block
from xlpy.report import Report
from xlpy.settings import read_notice
from xlpy.summary import parse_summary
from xlpy.surfaces.excel import LiveWorkbook
from xlpy.surfaces.file import open_workbook

README = (Path(__file__).parent.parent / "README.md").read_text("utf-8")
SECTION = README[README.index("## 换一年、换一个区") : README.index("\n---\n")]
NAMES = [Path(name).name for name in (SUMMARY_XLSX, DISTRICT_XLSX, FORM_XLSX, FORM_DOCX)]


def step(name: str) -> list[dict[str, str]]:
    """The lines of a step's table in the README: header → text."""
    (table,) = re.findall(rf"<!-- step: {name} -->\n((?:\|.*\n)+)", SECTION)
    rows = [line.strip("|").split("|") for line in table.splitlines()]
    header, _, *lines = ([cell.strip().strip("`") for cell in row] for row in rows)
    return [dict(zip(header, line, strict=True)) for line in lines]


def as_typed(text: str) -> Scalar:
    """What Excel makes of it: 2027 is a number, 2027-9-10 a day, nothing is a blank cell."""
    if re.fullmatch(r"\d{1,5}(\.\d+)?", text):
        return float(text)
    day = cells.day(text).value if re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", text) else None
    return day or text or None


class Walk(Both):
    """A workbook on which everything is done twice: by typing and clicking in Excel, and in the closed file."""

    def __init__(self, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        super().__init__(path)
        self.capsys = capsys

    def type(self, sheet: str, row: int, column: int, *values: Scalar) -> None:
        """Into the cells of a row, from a column on."""
        patch = Patch((Write(sheet, row, column, block([list(values)])),))
        LiveWorkbook(self.book).commit(patch)
        open_workbook(self.path).commit(patch)

    def click(self, button: Callable[..., Report | None], command: str, *arguments: Any) -> dict[str, Any]:
        """A button in Excel and its command on the file: the same report, and the same workbook afterwards."""
        folder = [a for a in arguments if isinstance(a, Path)]
        clicked = button(self.book, *folder)
        assert self.excel.boxes == []
        self.capsys.readouterr()
        main([command, str(self.path), *map(str, arguments), "--json"])
        printed: dict[str, Any] = json.loads(self.capsys.readouterr().out)
        assert clicked is not None
        assert json.loads(json.dumps(clicked.as_json())) == printed
        self.assert_equal()
        return printed


def find(snapshot: Snapshot, sheet: str, *headers: str) -> tuple[int, int]:
    """The row and first column where these headers stand side by side."""
    grid = snapshot.sheets[sheet]
    wanted = [fold(header) for header in headers]
    for r, c, _ in grid.cells():
        if [fold(cells.show(grid.value(r, c + n))) for n in range(len(headers))] == wanted:
            return r, c
    raise AssertionError(headers)


def fill_in(walk: Walk, sheet: str, name: str, headers: tuple[str, ...], clear: int = 0) -> None:
    """A step's table typed below its header in the workbook, after the `clear` lines that stand there."""
    top, left = find(walk.in_excel, sheet, *headers)
    for n in range(clear):
        walk.type(sheet, top + 1 + n, left, *[None] * len(headers))
    for n, line in enumerate(step(name), 1):
        assert tuple(line) == headers
        walk.type(sheet, top + n, left, *map(as_typed, line.values()))


# --- the steps --------------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _same_run(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(RUN.time, RUN.user, calculation.calculate)
    monkeypatch.setattr(api, "this_run", lambda: run)


def change_settings(path: Path, capsys: pytest.CaptureFixture[str]) -> Walk:
    """Steps 1 to 3."""
    walk = Walk(path, capsys)
    top, left = find(walk.in_excel, SETTINGS, *SETTING_HEADERS[:2])
    grid = walk.in_excel.sheets[SETTINGS]
    names = {cells.show(grid.value(r, left)): r for r in range(top + 1, grid.height + 1)}
    for line in step("settings"):
        walk.type(SETTINGS, names[line["名称"]], left + 1, as_typed(line["值"]))
    fill_in(walk, SETTINGS, "units", ("推荐单位", "别名", "启用日期", "停用日期"), clear=len(Notice().units))
    fill_in(walk, SETTINGS, "columns", OWN_COLUMN_HEADERS)
    fill_in(walk, RULES, "checks", OWN_CHECK_HEADERS)
    return walk


def new_set(walk: Walk, folder: Path) -> None:
    """Step 4: the button and the command make the same files."""
    made = macros.new_set(walk.book, folder.parent / "Excel 里做的")
    assert made is not None, walk.excel.boxes
    (told,) = walk.excel.boxes
    assert main(commands()[0]) == 0  # in the folder of last year's workbook
    printed = walk.capsys.readouterr().out
    for note in made.notes:
        assert note in told
        assert note in printed
    assert not made.unfinished
    assert sorted(path.name for path in folder.iterdir()) == sorted(NAMES)
    for path in made.files:
        assert path.read_bytes() == (folder / path.name).read_bytes()


def send_forms(folder: Path) -> Path:
    """Step 5: what the enterprises send back."""
    notice = read_notice(read_grids(folder / NAMES[0]))[0]
    received = folder / "登记表"
    received.mkdir()
    for n, line in enumerate(step("forms")):
        old = line["用的表"] == "去年"
        suffix = Path(line["文件"]).suffix
        blank = resource(FORM_XLSX) if old else next(folder.glob(f"附件1*{suffix}"))
        values = {field: value for field, value in form_values(PROJECTS[n], n).items() if value is not None}
        team = [field for field in values if field.startswith("team.") and int(field.split(".")[1]) > notice.max_team]
        values |= dict.fromkeys((field for field in values if field.startswith("economics.")), "/")
        values |= {
            "recommender": "柳桥镇",
            "project_name": line["项目名称"],
            "applicant": line["项目单位"],
            "size": line["企业规模"],
            "filled_on": "2027年9月1日",
            "completed": "2026年6月",
            "credit_code": credit_code(n, notice.division_code),
            **{f"opinions.{who}.signed_on": "2027年8月30日" for who in ("technical", "finance", "head")},
            "economics.before.profit": line["利润攻关前"],
            "economics.after.profit": line["利润攻关后"],
        }  # fmt: skip
        if not old:
            values["own.研发投入"] = line["研发投入"]
        for field in team:
            del values[field]
        fill_form(blank, received / line["文件"], Notice() if old else notice, values)
    return received


def sign(walk: Walk) -> None:
    """填报单位, 联系人 and 联系电话 below the table."""
    table = parse_summary(walk.in_excel)
    for value, words in ((table.unit, "柳桥镇"), (table.contact, "张三"), (table.phone, "59590000")):
        column, row = re.fullmatch(r"([A-Z])(\d+)", value.cell).groups()  # type: ignore[union-attr]
        walk.type("汇总表", int(row), ord(column) - 64, words)


def _form(file: str) -> str:
    return file.removeprefix("登记表/") if file.startswith("登记表/") else ""


def corrected() -> tuple[int, int, float]:
    """Step 7: the cell (column, row) that the clerk fills in, and the amount."""
    amount, letter, row = re.findall(r"研发投入 ([\d.]+) 填进 `([A-Z])(\d+)`", SECTION)[0]
    return ord(letter) - 64, int(row), float(amount)


def as_told(report: dict[str, Any]) -> list[dict[str, str]]:
    """A report's flags as the README lists them."""
    severities = {"error": "错误", "warning": "警告", "note": "提示"}
    return [
        {
            "级别": severities[flag["severity"]],
            "规则": flag["rule"],
            "位置": " ".join(filter(None, (_form(flag["file"]), place_name(flag["sheet"], flag["cell"])))),
            "问题": flag["message"],
        }
        for flag in report["flags"]
    ]  # fmt: skip


def test_the_example_of_the_readme(
    district_demo: DistrictDemo, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    last_year = Path(shutil.copyfile(district_demo.workbook, tmp_path / "2027年参数.xlsx"))
    folder = tmp_path / "2027年"
    new_set(change_settings(last_year, capsys), folder)
    forms = send_forms(folder)

    town = Walk(folder / NAMES[0], capsys)
    sign(town)
    town.click(macros.pull, "pull", "--forms", forms)
    assert as_told(town.click(macros.validate, "validate", "--forms", forms)) == step("flags")

    column, row, value = corrected()
    town.type("汇总表", row, column, value)
    left = [line for line in step("flags") if line["位置"] != f"汇总表!{a1(row, column)}"]
    assert as_told(town.click(macros.validate, "validate", "--forms", forms)) == left
    sums = town.click(macros.total, "total")["totals"]
    (own,) = sums["own"]
    totals = {
        "项目": f"{sums['projects']} 个",
        "经济效益": f"{sums['amount']:g} 万元",
        own["name"]: f"{own['amount']:g} 万元",
    }
    assert [totals] == step("totals")

    (folder / "街镇报送").mkdir()
    shutil.copyfile(town.path, folder / "街镇报送" / "柳桥镇.xlsx")
    district = Walk(folder / NAMES[1], capsys)
    report = district.click(macros.consolidate, "consolidate", "--from", folder / "街镇报送")
    assert as_told(report) == step("district")
    assert all(line["balanced"] for line in report["reconciliation"])
    rows = parse_summary(district.in_excel, columns=read_notice(district.in_excel)[0].columns).rows
    assert [row.own["own.研发投入"].raw for row in rows] == ["85", "60", "12"]

    later(town)
    later(district)
    command = commands()[1]
    assert main(command) == 0
    assert "一定要改" not in capsys.readouterr().out
    notice = read_notice(read_grids(tmp_path / command[2] / NAMES[0]))[0]
    assert (notice.year, notice.deadline, notice.district) == (2028, dt.date(2028, 9, 8), "云溪区")
    assert [column.name for column in notice.columns] == ["研发投入"]
    assert [check.id for check in notice.checks] == ["C1", "C2"]


def later(walk: Walk) -> None:
    """A change in mid-season: the deadline is put off, 应用参数 carries it into 使用说明."""
    (day,) = re.findall(r"例如截止日期延到 ([\d-]+)", SECTION)
    row, column = find(walk.in_excel, SETTINGS, "截止日期")
    walk.type(SETTINGS, row, column + 1, as_typed(day))
    before = walk.in_excel.sheets["汇总表"]
    assert walk.click(macros.apply, "apply")["flags"] == []
    guide = "".join(cells.show(value) for _, _, value in walk.in_excel.sheets[GUIDE].cells())
    assert "2027年9月20日" in guide
    assert "2027年9月10日" not in guide
    assert differences(walk.in_excel.sheets["汇总表"], before) == []


def commands() -> list[list[str]]:
    """The whole commands that the section shows, as they would be typed."""
    return [shlex.split(words) for words in re.findall(r"`xlpy (new set [^`]+)`", SECTION)]


# --- the button by itself ---------------------------------------------------------------------------------------------


def test_the_button_asks_for_a_folder_and_takes_what_is_typed_but_not_saved(tmp_path: Path) -> None:
    path = Path(shutil.copyfile(resource(DISTRICT_XLSX), tmp_path / "旧.xlsx"))
    both = Both(path)
    row, column = find(both.in_excel, SETTINGS, "年度")
    LiveWorkbook(both.book).commit(Patch((Write(SETTINGS, row, column + 1, block([[2027]])),)))
    assert macros.new_set(both.book) is None
    assert both.status == "没有选择文件夹，什么也没有新建"
    assert both.excel.started_at == f"{tmp_path}\\"
    both.excel.picked = tmp_path / "新"
    made = macros.new_set(both.book)
    assert made is not None
    assert made.unfinished
    assert both.status == f"新建了 4 个文件，在 {tmp_path / '新'}"
    (box,) = both.excel.boxes
    assert box.splitlines()[:3] == [
        "新的一套表做好了。下发之前请看一看：",
        "年度：2027",
        "截止日期：还是 2023年9月15日，不是今年的，一定要改；改好之前每次校验都会提醒（P01）",
    ]
    assert read_notice(read_grids(made.files[0]))[0].year == 2027


def test_the_button_makes_nothing_of_settings_that_cannot_be_used(tmp_path: Path) -> None:
    path = Path(shutil.copyfile(resource(DISTRICT_XLSX), tmp_path / "旧.xlsx"))
    both = Both(path)
    row, column = find(both.in_excel, SETTINGS, "攻关人员上限")
    LiveWorkbook(both.book).commit(Patch((Write(SETTINGS, row, column + 1, block([["八个"]])),)))
    assert macros.new_set(both.book, tmp_path / "新") is None
    (box,) = both.excel.boxes
    assert box.startswith(
        "“旧.xlsx”的“参数”“规则”有 1 处填写有误，没有新建任何文件。参数!B9：参数“攻关人员上限”填写有误："
    )
    assert not (tmp_path / "新").exists()
