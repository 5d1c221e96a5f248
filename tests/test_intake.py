"""A folder tree as the towns leave it: every file ends as a table, as a form, or as skipped with the reason."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from tests.making import HEADERS
from xlpy.authoring import FORM_DOCX, FORM_XLSX, SUMMARY_XLSX, resource
from xlpy.errors import CannotRun
from xlpy.intake import read_folder, read_towns
from xlpy.models import TownIntake
from xlpy.notice import Notice
from xlpy.towns import recognise

Rows = Sequence[Sequence[str | float | None]]
REST = "“完成时间”、“项目先进水平”、“企业性质”、“企业规模”、“经济效益(万元)”"


def annex2(unit: str, *projects: str) -> Rows:
    """附件2 of a unit with these projects, each of 30 万元."""
    body = [
        [n, name, "甲公司", "2022年6月", "国内领先", "民营企业", "中型", 30.0, None]
        for n, name in enumerate(projects, 1)
    ]
    footer = ["填报单位（加盖公章）：", unit, None, "联系人：", "张三", "联系电话：", "13800001111", None, None]
    return [["2023年申报汇总表", *[None] * 8], list(HEADERS), *body, [None] * 9, footer]


def annex1(project: str, company: str = "甲公司", by: str = "") -> Rows:
    return [
        ["推荐单位", by or None],
        ["项目名称", project or None],
        ["填报单位（盖章）", company or None],
        ["质量攻关目标", "降低噪声" if project else None],
    ]


def write(path: Path, sheets: Mapping[str, Rows] | Rows, hidden: Sequence[str] = ()) -> Path:
    """A real file of the kind that its name says."""
    named = sheets if isinstance(sheets, Mapping) else {"汇总表": sheets}
    path.parent.mkdir(parents=True, exist_ok=True)
    WRITERS[path.suffix](path, named, hidden)
    os.utime(path, (1694390400, 1694390400))
    return path


def _xlsx(path: Path, sheets: Mapping[str, Rows], hidden: Sequence[str]) -> None:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
        for row in rows:
            sheet.append(row)
    book.save(path)


def _xls(path: Path, sheets: Mapping[str, Rows], hidden: Sequence[str]) -> None:
    book = xlwt.Workbook()
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        sheet.visibility = int(name in hidden)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if value is not None:
                    sheet.write(r, c, value)
    book.save(str(path))


def _ods(path: Path, sheets: Mapping[str, Rows], hidden: Sequence[str]) -> None:
    book = OpenDocumentSpreadsheet()
    for name, rows in sheets.items():
        table = Table(name=name)
        for row in rows:
            line = TableRow()
            for value in row:
                kind = {} if value is None else {"valuetype": "string"}
                if isinstance(value, int | float):
                    kind = {"valuetype": "float", "value": str(value)}
                cell = TableCell(**kind)
                if value is not None:
                    cell.addElement(P(text=str(value)))
                line.addElement(cell)
            table.addElement(line)
        book.spreadsheet.addElement(table)
    book.save(str(path))


def _docx(path: Path, sheets: Mapping[str, Rows], hidden: Sequence[str]) -> None:
    document = docx.Document()
    for rows in sheets.values():
        table = document.add_table(len(rows), max(map(len, rows)))
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                table.cell(r, c).text = "" if value is None else str(value)
        document.add_paragraph("")
    document.save(str(path))


WRITERS = {".xlsx": _xlsx, ".xls": _xls, ".ods": _ods, ".docx": _docx}


def skipped(intake: TownIntake) -> dict[str, str]:
    return {s.file: s.reason for s in intake.skipped}


def projects(intake: TownIntake) -> dict[tuple[str, str], list[str]]:
    """(file, sheet) → the names of its projects."""
    return {(t.table.file, t.table.sheet): [r.project_name.raw for r in t.table.rows] for t in intake.tables}


# --- what a file is -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods", "docx"])
def test_tables_and_forms_of_every_kind_are_read(tmp_path: Path, kind: str) -> None:
    write(tmp_path / "街镇" / "安亭镇" / f"附件2.{kind}", annex2("安亭镇", "降噪", "减重"))
    write(tmp_path / "街镇" / "安亭镇" / "登记表" / f"甲.{kind}", {"登记表": annex1("降噪", by="安亭镇")})
    intake = read_towns(tmp_path / "街镇", tmp_path / "区级.xlsx")

    assert intake.folder == "街镇"
    assert intake.skipped == ()
    (one,) = intake.tables
    assert one.table.file == f"街镇/安亭镇/附件2.{kind}"
    assert [r.project_name.raw for r in one.table.rows] == ["降噪", "减重"]
    assert [str(r.benefit.value) for r in one.table.rows] in (["30", "30"], ["30.0", "30.0"])
    assert one.modified == 1694390400
    assert one.received == time.strftime("%Y-%m-%d %H:%M", time.localtime(1694390400))
    assert len(one.sha256) == 64
    assert recognise(one.table, Notice()).name == "安亭镇"
    (form,) = intake.forms
    assert (form.file, form.project_name.value) == (f"街镇/安亭镇/登记表/甲.{kind}", "降噪")
    assert intake.modified == {form.file: 1694390400}


def test_our_own_blank_annexes_are_an_empty_table_and_two_blank_forms(tmp_path: Path) -> None:
    for name in (SUMMARY_XLSX, FORM_XLSX, FORM_DOCX):
        (tmp_path / Path(name).name).write_bytes(resource(name).read_bytes())
    intake = read_towns(tmp_path)
    assert [(Path(t.table.file).name, t.table.rows) for t in intake.tables] == [("附件2_申报汇总表.xlsx", ())]
    assert [Path(f.file).name for f in intake.forms] == ["附件1_登记表.docx", "附件1_登记表.xlsx"]
    assert intake.skipped == ()


def test_every_sheet_with_rows_is_a_table_and_an_empty_one_beside_them_is_not(tmp_path: Path) -> None:
    sheets = {
        "安亭镇": annex2("安亭镇", "降噪"),
        "空": annex2(""),
        "马陆镇": annex2("马陆镇", "减重"),
        "说明": [["请看"]],
    }
    write(tmp_path / "两镇.xlsx", sheets)
    intake = read_towns(tmp_path, tmp_path / "区级.xlsx")
    assert projects(intake) == {("两镇.xlsx", "安亭镇"): ["降噪"], ("两镇.xlsx", "马陆镇"): ["减重"]}
    assert len({t.sha256 for t in intake.tables}) == 1


def test_a_table_without_any_row_is_handed_in_empty_once(tmp_path: Path) -> None:
    write(tmp_path / "空.xlsx", {"一": annex2("安亭镇"), "二": annex2("安亭镇")})
    intake = read_towns(tmp_path, tmp_path / "区级.xlsx")
    assert projects(intake) == {("空.xlsx", "一"): []}
    assert intake.skipped == ()


def test_a_hidden_table_is_told_and_not_used(tmp_path: Path) -> None:
    both = {"汇总表": annex2("安亭镇", "降噪"), "去年": annex2("安亭镇", "旧项目")}
    write(tmp_path / "一.xlsx", both, hidden=["去年"])
    write(tmp_path / "二.xlsx", {"说明": [["请看"]], "去年": both["去年"]}, hidden=["去年"])
    intake = read_towns(tmp_path, tmp_path / "区级.xlsx")
    reason = "隐藏的工作表“去年”里也有汇总表，没有读。要用请取消隐藏后重新导入，不用请删去"
    assert projects(intake) == {("一.xlsx", "汇总表"): ["降噪"]}
    assert [(s.file, s.reason) for s in intake.skipped] == [("一.xlsx", reason), ("二.xlsx", reason)]


def test_several_forms_in_a_file_are_told_whether_it_has_a_table_or_not(tmp_path: Path) -> None:
    forms = {"甲": annex1("降噪"), "乙": [*annex1("减重")[:3], ["质量攻关目标", "减轻重量"]]}
    write(tmp_path / "一.xlsx", {"汇总表": annex2("安亭镇", "降噪", "减重"), **forms})
    write(tmp_path / "二.xlsx", forms)
    intake = read_towns(tmp_path, tmp_path / "区级.xlsx")
    assert (projects(intake), intake.forms) == ({("一.xlsx", "汇总表"): ["降噪", "减重"]}, ())
    several = "一个文件里有 2 份填好的登记表：“甲”、“乙”。请每个项目单独存成一个文件"
    assert skipped(intake) == {"一.xlsx": f"里面的汇总表读了，登记表没有核对：{several}", "二.xlsx": several}


def test_of_the_notices_own_file_counts_what_was_filled_in(tmp_path: Path) -> None:
    for name, form, table in (
        ("两者.docx", annex1("降噪"), annex2("安亭镇", "降噪")),
        ("只有附件1.docx", annex1("减重"), annex2("")),
        ("只有附件2.docx", annex1("", ""), annex2("安亭镇", "虚焊")),
        ("空白.docx", annex1("", ""), annex2("")),
    ):
        write(tmp_path / name, {"附件1": form, "附件2": table})
    intake = read_towns(tmp_path, tmp_path / "区级.xlsx")
    assert {file: names for (file, _), names in projects(intake).items()} == {
        "两者.docx": ["降噪"],
        "只有附件2.docx": ["虚焊"],
        "空白.docx": [],
    }
    assert [(f.file, f.project_name.raw) for f in intake.forms] == [("两者.docx", "降噪"), ("只有附件1.docx", "减重")]


# --- what is left out ---------------------------------------------------------------------------------------------


def test_every_other_file_is_skipped_with_its_reason(tmp_path: Path) -> None:
    district = write(tmp_path / "区级.xlsx", {"汇总表": annex2("", "降噪"), "收支核对": [["收支核对"]]})
    write(tmp_path / "收" / "旧区级.xlsx", {"汇总表": annex2("", "降噪"), "收支核对": [["收支核对"]]})
    write(tmp_path / "收" / "名单.xlsx", [["姓名", "电话"], ["张三", "13800001111"]])
    write(tmp_path / "收" / "缺列.xlsx", [["项目名称", "备注"], ["降噪", "无"]])
    write(tmp_path / "收" / "缺栏.xlsx", annex1("降噪")[:3])
    write(tmp_path / "收" / "备份" / "旧.xlsx", annex2("安亭镇", "降噪"))
    write(tmp_path / "收" / "退回修改" / "安亭镇.xlsx", annex2("安亭镇", "降噪"))
    for name in ("坏.xlsx", "~$附件2.xlsx", "盖章.pdf"):
        (tmp_path / "收" / name).write_bytes(b"x")
    intake = read_towns(tmp_path, district)
    assert (intake.folder, intake.tables, intake.forms) == (".", (), ())
    assert skipped(intake) == {
        "区级.xlsx": "这是汇总表本身",
        "收/备份": "这是自动备份的文件夹，不读",
        "收/坏.xlsx": "这是文本（例如 CSV），不是表格文件。请用 Excel 或 WPS 打开后另存为 .xlsx",
        "收/旧区级.xlsx": "这是区级汇总表，不是街镇交来的，不读",
        "收/名单.xlsx": (
            f"这不是汇总表：没有找到写着“项目名称”、“项目单位”、{REST}的表头；"
            "这不是登记表：没有找到栏目“项目名称”、“填报单位(盖章)”、“质量攻关目标”。请改用下发的附件2汇总表或附件1登记表"
        ),
        "收/缺列.xlsx": (
            f"没有找到汇总表的表头：同一行里缺少“项目单位”、{REST}；"
            "登记表不完整：没有找到栏目“填报单位(盖章)”、“质量攻关目标”。请改用下发的附件2汇总表或附件1登记表"
        ),
        "收/缺栏.xlsx": (
            f"没有找到汇总表的表头：同一行里缺少“项目名称”、“项目单位”、{REST}；"
            "登记表不完整：没有找到栏目“质量攻关目标”。请改用下发的附件2汇总表或附件1登记表"
        ),
        "收/盖章.pdf": "PDF 不能导入，请用同一份表的 Excel 或 Word 版",
        "收/退回修改": "这是退回街镇修改的文件夹，不读",
        "收/~$附件2.xlsx": "Excel、Word 或 WPS 打开文件时的临时文件，不读",
    }


def test_a_file_that_goes_while_reading_stops_nothing(tmp_path: Path) -> None:
    for name in ("一", "二", "三"):
        write(tmp_path / f"{name}.xlsx", annex2("安亭镇", name))

    class Late(ThreadPoolExecutor):
        def submit(self, *args: Any, **named: Any) -> Any:
            (tmp_path / "二.xlsx").unlink(missing_ok=True)
            return super().submit(*args, **named)

    with Late(1) as executor:
        intake = read_towns(tmp_path, tmp_path / "区级.xlsx", executor=executor)
    assert [file for file, _ in projects(intake)] == ["一.xlsx", "三.xlsx"]
    assert skipped(intake) == {"二.xlsx": "找不到这个文件。请检查文件名和路径"}


def test_there_must_be_a_folder(tmp_path: Path) -> None:
    with pytest.raises(CannotRun) as error:
        read_towns(tmp_path / "没有")
    assert str(error.value) == f"找不到街镇材料文件夹“{tmp_path / '没有'}”。请检查路径，或把街镇材料放进这个文件夹"
    with pytest.raises(CannotRun, match="找不到登记表文件夹"):
        read_folder(tmp_path / "没有")


def test_a_time_that_no_calendar_has_is_left_blank(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "附件2.xlsx", annex2("安亭镇", "降噪"))
    stat = Path.stat

    def ages_ago(self: Path, **options: bool) -> os.stat_result:
        found = stat(self, **options)
        return os.stat_result([*found[:8], 10**13, found[9]]) if self == path else found

    monkeypatch.setattr(Path, "stat", ages_ago)
    (one,) = read_towns(tmp_path).tables
    assert (one.received, one.modified) == ("", 1e13)


# --- progress, names, order ---------------------------------------------------------------------------------------


def test_progress_names_every_file_and_ends_with_all(tmp_path: Path) -> None:
    write(tmp_path / "一.xlsx", annex2("安亭镇", "降噪"))
    write(tmp_path / "二" / "甲.xlsx", annex1("降噪"))
    told: list[tuple[int, int, str]] = []
    read_towns(tmp_path, progress=lambda *step: told.append(step))
    assert told == [(0, 2, "一.xlsx"), (1, 2, "甲.xlsx"), (2, 2, "")]


def test_files_outside_the_workbooks_folder_have_their_whole_path(tmp_path: Path) -> None:
    write(tmp_path / "收" / "附件2.xlsx", annex2("安亭镇", "降噪"))
    write(tmp_path / "收" / "甲.xlsx", annex1("降噪"))
    away = tmp_path / "别处" / "区级.xlsx"
    away.parent.mkdir()
    intake = read_towns(tmp_path / "收", away)
    root = tmp_path.resolve().as_posix()
    assert [t.table.file for t in intake.tables] == [f"{root}/收/附件2.xlsx"]
    assert [f.file for f in intake.forms] == [*intake.modified] == [f"{root}/收/甲.xlsx"]


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(["安亭镇/附件2.xlsx", "安亭镇/甲.xlsx", "马陆镇/表.xlsx", "马陆镇/坏.xlsx"]))
def test_the_order_in_which_files_arrived_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, names: list[str]
) -> None:
    tmp_path = tmp_path_factory.mktemp("收")
    for name in names:
        match Path(name).stem:
            case "甲":
                write(tmp_path / name, annex1("降噪"))
            case "坏":
                (tmp_path / name).parent.mkdir(exist_ok=True)
                (tmp_path / name).write_bytes(b"x")
            case _:
                write(tmp_path / name, annex2("", "降噪"))
    intake = read_towns(tmp_path, tmp_path / "区级.xlsx")
    assert [t.table.file for t in intake.tables] == ["安亭镇/附件2.xlsx", "马陆镇/表.xlsx"]
    assert [f.file for f in intake.forms] == ["安亭镇/甲.xlsx"]
    assert [*skipped(intake)] == ["马陆镇/坏.xlsx"]


def test_forms_are_read_alike_with_and_without_tables(tmp_path: Path) -> None:
    write(tmp_path / "甲.xlsx", annex1("降噪"))
    (tmp_path / "坏.xlsx").write_bytes(b"x")
    forms, towns = read_folder(tmp_path, tmp_path / "区级.xlsx"), read_towns(tmp_path, tmp_path / "区级.xlsx")
    assert (forms.forms, forms.modified, forms.folder) == (towns.forms, towns.modified, towns.folder)
    assert forms.skipped == towns.skipped
