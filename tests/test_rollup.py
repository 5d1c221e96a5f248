"""District workbooks of a country, by folder: each is checked, each counts once, and every other file is named."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import openpyxl
import pytest

from tests.districts import RUN, project
from tests.town_files import district_file, town_file
from xlpy import cli
from xlpy.api import consolidate, roll_up
from xlpy.authoring import DISTRICT_XLSX, resource
from xlpy.authoring.district_book import district_bytes
from xlpy.commands.rolling_up import RollUp, labels
from xlpy.errors import CannotRun
from xlpy.notice import Code, Notice
from xlpy.patch import Patch, Write, block
from xlpy.reading.isolated import Pool
from xlpy.summary import parse_summary
from xlpy.surfaces.file import open_workbook


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """河北/石家庄 has two districts, 河北/保定 one, 上海 one; and there are files that are none of them."""
    home = tmp_path_factory.mktemp("country")
    root = home / "各区"
    for n, place in enumerate(("河北/石家庄/甲区", "河北/石家庄/乙区", "河北/保定/丙区", "上海"), 1):
        folder = root / place
        folder.mkdir(parents=True)
        rows = [project(f"{'甲乙丙丁'[n - 1]}{k}号设备降噪", f"{'子丑寅卯'[k]}{n}厂", 10.25 * n) for k in range(n)]
        town_file(home / f"街镇{n}" / "安亭镇" / "附件2.xlsx", "安亭镇", *rows)
        consolidate(district_file(folder), home / f"街镇{n}")
        shutil.rmtree(folder / "备份")
    shutil.copyfile(root / "上海" / "区级汇总表.xlsx", root / "上海" / "副本.xlsx")
    town_file(root / "上海" / "安亭镇.xlsx", "安亭镇", project("降噪"))
    (root / "说明.pdf").write_bytes(b"%PDF")
    return root


@pytest.fixture
def country(made: Path, tmp_path: Path) -> Path:
    """A copy to spoil."""
    return Path(shutil.copytree(made, tmp_path / "各区"))


def lines(found: RollUp) -> list[tuple[str, int, int, float]]:
    """Each line, its name as deep as it stands."""
    return [("　" * x.depth + x.name, x.districts, x.total.count, x.total.amount) for x in found.lines]


WHOLE = [
    ("合计", 4, 10, 307.5),
    ("　上海（嘉定区）", 1, 4, 164.0),
    ("　河北", 3, 6, 143.5),
    ("　　保定", 1, 3, 92.25),
    ("　　　丙区（嘉定区）", 1, 3, 92.25),
    ("　　石家庄", 2, 3, 51.25),
    ("　　　乙区（嘉定区）", 1, 2, 41.0),
    ("　　　甲区（嘉定区）", 1, 1, 10.25),
]


def test_every_folder_has_the_sum_of_what_is_in_it_and_every_file_is_accounted_for(
    country: Path, tmp_path: Path
) -> None:
    found = roll_up(tmp_path / "全国.xlsx", country)
    assert lines(found) == WHOLE
    level = found.lines[0].groups["level"]
    assert {label: (level[label].count, level[label].amount) for label in labels(found.lines, "level")} == {
        "国际领先": (0, 0.0),
        "国际先进": (0, 0.0),
        "国内领先": (10, 307.5),
        "国内先进": (0, 0.0),
        "行业领先": (0, 0.0),
        "一般水平": (0, 0.0),
        "其他（不在清单内）": (0, 0.0),
        "未填": (0, 0.0),
    }
    assert [(s.file, s.reason) for s in found.skipped] == [
        ("说明.pdf", "PDF 不能导入，请用同一份表的 Excel 或 Word 版"),
        ("上海/安亭镇.xlsx", "不是区级汇总表（没有“收支核对”表），没有算进去"),
        ("上海/区级汇总表.xlsx", "与 上海/副本.xlsx 的内容完全相同，只算一次"),
    ]
    assert (found.lines[0].errors, found.lines[0].unbalanced, found.exit_code) == (0, 0, 0)


def test_the_workbook_holds_every_line_as_values_and_folds_by_level(country: Path, tmp_path: Path) -> None:
    out = tmp_path / "全国.xlsx"
    roll_up(out, country, run=RUN)
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["汇总", "按项目先进水平", "按企业性质", "按企业规模", "未采用"]
    sheet = book["汇总"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    assert "、".join(rows[0]) == (
        "地区、区级表（份）、项目数（个）、经济效益（万元）、未计入效益（个）、错误、警告、收到行数、核对、说明、文件"
    )
    assert rows[1][:9] == ["合计", 4, 10, 307.5, 0, 0, rows[1][6], 10, "平衡"]
    assert rows[7][0] == "乙区（嘉定区）"
    assert rows[7][10] == "河北/石家庄/乙区/区级汇总表.xlsx"
    assert [sheet.row_dimensions[row].outlineLevel for row in range(4, 12)] == [0, 1, 1, 2, 3, 2, 3, 3]
    assert not sheet.sheet_properties.outlinePr.summaryBelow
    ownership = [[cell.value for cell in row] for row in book["按企业性质"].iter_rows(min_row=3, max_row=4)]
    private = ownership[0].index("民营企业（个）")
    assert ownership[1][private : private + 2] == [10, 307.5]
    rest = [[cell.value for cell in row] for row in book["未采用"].iter_rows(min_row=4)]
    assert [row[0] for row in rest] == ["说明.pdf", "上海/安亭镇.xlsx", "上海/区级汇总表.xlsx"]

    roll_up(tmp_path / "又.xlsx", country, run=RUN)
    assert (tmp_path / "又.xlsx").read_bytes() == out.read_bytes()


def test_by_any_executor_the_same_to_the_byte(country: Path, tmp_path: Path) -> None:
    out = tmp_path / "全国.xlsx"
    seen = []
    with ThreadPoolExecutor(1) as here, Pool(2) as pool:
        for executor in (here, pool, None):
            found = roll_up(out, country, run=RUN, executor=executor)
            seen.append((found.model_dump_json(), out.read_bytes()))
            out.unlink()
    assert seen[0] == seen[1] == seen[2]


def test_a_table_that_its_accounts_do_not_fit_is_pointed_out(country: Path, tmp_path: Path) -> None:
    """Somebody changed an amount in the table after the last consolidation; another never consolidated."""
    book = open_workbook(country / "上海" / "副本.xlsx")
    table = parse_summary(book.snapshot)
    cell = table.rows[0].row_number, table.columns["benefit"]
    book.commit(Patch((Write(table.sheet, *cell, block([[1000.0]])),)))
    shutil.copyfile(resource(DISTRICT_XLSX), country / "区级汇总表.xlsx")
    found = roll_up(tmp_path / "全国.xlsx", country)
    told = {line.file: (line.balance, line.why) for line in found.lines}
    assert told["区级汇总表.xlsx"] == ("请核对", "还没有合并过")
    twice = "这个文件夹里有 2 份“嘉定区”的表，都算进去了，请核对"
    differs = "“收支核对”列入 4 行 164.00 万元，汇总表是 4 行 1,123.00 万元，请再合并一次"
    assert told["上海/副本.xlsx"] == ("请核对", f"{differs}；{twice}")
    assert told["上海/区级汇总表.xlsx"] == ("平衡", twice)
    assert (found.lines[0].balance, found.exit_code) == ("2 份请核对", 1)


def test_names_of_files_are_text(country: Path, tmp_path: Path) -> None:
    (country / "上海").rename(country / "=cmd|' calc'!A1")
    out = tmp_path / "全国.xlsx"
    roll_up(out, country)
    sheet = openpyxl.load_workbook(out)["汇总"]
    found = [cell for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("=cmd")]
    assert [(cell.value, cell.data_type) for cell in found] == [
        ("=cmd|' calc'!A1（嘉定区）", "s"),
        ("=cmd|' calc'!A1/副本.xlsx", "s"),
    ]


def test_whatever_districts_write_is_text_and_prints_as_such(
    country: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Fails without: `data_type` "s" in `rollup_book`, and `printable` on what `rollup_text` puts together."""
    book = country / "上海" / "区级汇总表.xlsx"
    book.write_bytes(district_bytes(Notice(district="=1+1\u202e区", levels=(Code(label="=1+1级\u202e"),))))
    shutil.copyfile(book, book.with_name("\u202e=1+1.xlsx"))
    out = tmp_path / "全国.xlsx"
    assert cli.main(["rollup", str(out), "--from", str(country)]) in (0, 1)
    told = capsys.readouterr().out
    assert "=1+1 区" in told
    assert "\u202e" not in told
    loaded = openpyxl.load_workbook(out)
    found = [cell for sheet in loaded for row in sheet.iter_rows() for cell in row if "=1+1" in str(cell.value)]
    assert len(found) > 5
    assert {cell.data_type for cell in found} == {"s"}


def test_what_cannot_be_done_is_refused_before_anything_is_written(country: Path, tmp_path: Path) -> None:
    out = tmp_path / "全国.xlsx"
    towns = country / "上海"
    for name in ("区级汇总表.xlsx", "副本.xlsx"):
        (towns / name).unlink()
    with pytest.raises(CannotRun) as none:
        roll_up(out, towns)
    assert str(none.value) == (
        f"文件夹“{towns}”里没有能汇总的区级汇总表，例如 安亭镇.xlsx：不是区级汇总表（没有“收支核对”表），没有算进去。"
        "请把各区的区级汇总表放进这个文件夹"
    )
    with pytest.raises(CannotRun, match=r"文件名要以 \.xlsx 结尾"):
        roll_up(tmp_path / "全国.xls", country)
    with pytest.raises(CannotRun, match="找不到区级汇总表文件夹"):
        roll_up(out, tmp_path / "没有")
    assert not out.exists()
    out.write_bytes(b"mine")
    with pytest.raises(CannotRun) as exists:
        roll_up(out, tmp_path / "没有")  # told before anything is read
    assert str(exists.value) == "已经有文件“全国.xlsx”，不会覆盖它。请换一个文件名，或先把原来的文件移走"
    assert out.read_bytes() == b"mine"


def test_the_command_line_shows_the_levels(country: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "全国.xlsx"
    assert cli.main(["rollup", str(out), "--from", str(country)]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[0].split() == ["地区", "份", "项目", "万元", "错误", "警告", "核对", "文件"]
    assert shown[1].split()[:5] == ["合计", "4", "10", "307.50", "0"]
    assert shown[6].startswith("      石家庄")
    assert shown[-2] == "  未采用 上海/区级汇总表.xlsx：与 上海/副本.xlsx 的内容完全相同，只算一次"
    assert shown[-1] == f"已写入 {out}"
    out.unlink()
    assert cli.main(["rollup", str(out), "--from", str(country), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["command"], told["workbook"], len(told["lines"])) == ("rollup", str(out), 8)
    assert told["lines"][0]["total"] == {"count": 10, "amount": 307.5}
