"""A closed workbook is changed in place: what the patch names, and nothing else."""

from __future__ import annotations

import datetime as dt
import io
import re
import shutil
import subprocess
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.rich_workbook import canonical, parts, rebuilt, rich_workbook
from xlpy.errors import CannotKeep, CannotRun, FileBusy, UnreadableFile, UnsupportedFormat
from xlpy.files.source import Source, read_source
from xlpy.grids import Formula, Scalar, a1, same_scalar
from xlpy.patch import AddSheet, DeleteRows, DropSheet, InsertRows, Operation, Patch, Write
from xlpy.surfaces.editing import Editor
from xlpy.surfaces.file import FileWorkbook, editing, open_workbook
from xlpy.surfaces.package import MAIN, Package

SHEET = "xl/worksheets/sheet1.xml"
X = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rich_workbook(tmp_path_factory.mktemp("rich") / "汇总 表.xlsx")


@pytest.fixture
def path(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(original, tmp_path))


def commit(path: Path, *operations: Operation) -> FileWorkbook:
    book = open_workbook(path)
    book.commit(Patch(operations))
    return book


def row_of(path: Path, *values: Scalar, sheet: str = "汇总表") -> list[Scalar]:
    """The values as another program reads them after they were written to row 40."""
    commit(path, Write(sheet, 40, 1, (values,)))
    return list(open_workbook(path).snapshot.sheet(sheet).rows[39])


def cell(path: Path, address: str, part: str = SHEET) -> etree._Element:
    (found,) = [c for c in etree.fromstring(parts(path)[part]).iter(f"{X}c") if c.get("r") == address]
    return found


def texts(path: Path, part: str, *tags: str) -> list[str]:
    return [e.text or "" for e in etree.fromstring(parts(path)[part]).iter(*(f"{{*}}{tag}" for tag in tags))]


def load(path: Path, **options: Any) -> Any:
    """The workbook as openpyxl reads it; what it does not know does not matter here."""
    with warnings.catch_warnings(action="ignore"):
        return openpyxl.load_workbook(path, **options)


def values(path: Path, part: str, tag: str, attribute: str) -> list[str]:
    return [e.get(attribute, "") for e in etree.fromstring(parts(path)[part]).iter(f"{{*}}{tag}")]


# --- reading ------------------------------------------------------------------------------------------------------


def test_a_snapshot_holds_every_sheet_with_formulas_merges_and_values(path: Path) -> None:
    snapshot = open_workbook(path).snapshot
    grid = snapshot.sheet("汇总表")
    assert [(name, g.hidden) for name, g in snapshot.sheets.items()] == [
        *(("汇总表", False), ("统计", False), ("隐藏", True)),
    ]
    assert grid.value(3, 2) == "项目2"
    assert grid.value(3, 4) == dt.date(2022, 6, 2)
    assert grid.value(3, 10) == 6.0
    assert grid.stored(3, 10) == Formula("=H3*2")
    assert grid.formulas[15, 8] == "=SUM(H3:H12)"
    assert snapshot.sheet("统计").formulas[1, 2] == "=SUM(汇总表!H3:H12)"
    assert grid.merges[0] == (1, 1, 1, 9)
    assert snapshot.properties == {"模板版本": "1"}


def share(path: Path) -> None:
    """J3:J12 as Excel writes a column of like formulas: the text once, the others by number."""
    sheet = parts(path)[SHEET].replace(b"<f>H3*2</f>", b'<f t="shared" ref="J3:J12" si="0">H3*2</f>')
    for row in range(4, 13):
        sheet = sheet.replace(f"<f>H{row}*2</f>".encode(), b'<f t="shared" si="0"/>')
    rebuilt(path, **{SHEET: sheet})


def test_a_formula_that_cells_share_reads_in_each_as_excel_shows_it(path: Path) -> None:
    share(path)
    formulas = open_workbook(path).snapshot.sheet("汇总表").formulas
    assert [formulas[row, 10] for row in (3, 4, 12)] == ["=H3*2", "=H4*2", "=H12*2"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("a.xls", "a.xls：只能直接修改 .xlsx 工作簿，不能修改 .xls。请用 Excel 或 WPS 打开，另存为 .xlsx 后再处理"),
        ("a.docx", "a.docx：只能直接修改 .xlsx 工作簿，不能修改 .docx。请用 Excel 或 WPS 打开，另存为 .xlsx 后再处理"),
        ("a", "a：只能直接修改 .xlsx 工作簿，不能修改没有扩展名的文件。请用 Excel 或 WPS 打开，另存为 .xlsx 后再处理"),
    ],
)
def test_other_formats_are_refused_with_what_to_do(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(UnsupportedFormat) as caught:
        open_workbook(tmp_path / name)
    assert str(caught.value) == message


def test_an_old_workbook_under_a_new_name_is_refused(tmp_path: Path) -> None:
    import xlwt

    book = xlwt.Workbook()
    book.add_sheet("表").write(0, 0, "旧")
    book.save(str(tmp_path / "a.xlsx"))
    with pytest.raises(UnsupportedFormat, match="内容却是旧格式"):
        open_workbook(tmp_path / "a.xlsx")


@pytest.mark.parametrize("junk", [b"", b"PK\x03\x04junk", b"\0" * 99, "不是工作簿".encode()])
def test_junk_is_refused(tmp_path: Path, junk: bytes) -> None:
    (tmp_path / "a.xlsx").write_bytes(junk)
    with pytest.raises((UnreadableFile, UnsupportedFormat)):
        open_workbook(tmp_path / "a.xlsx")


# --- nothing but the written cells ----------------------------------------------------------------------------------


def test_every_other_part_stays_byte_for_byte(path: Path) -> None:
    before = parts(path)
    commit(path, Write("汇总表", 3, 2, (("新项目", None, 1.5),)), Write("汇总表", 40, 30, (("远处",),)))
    after = parts(path)
    assert list(after) == list(before)
    assert [name for name in before if before[name] != after[name]] == [SHEET, "xl/sharedStrings.xml"]


def test_the_written_sheet_stays_as_it_was_but_for_the_written_cells(path: Path) -> None:
    before = parts(path)[SHEET]
    commit(path, Write("汇总表", 3, 2, (("新项目", "x", 1.5),)), Write("汇总表", 40, 30, (("远处",),)))
    written = ("B3", "C3", "D3", "AD40")
    assert canonical(parts(path)[SHEET], written) == canonical(before, written)
    assert canonical(parts(path)[SHEET]) != canonical(before)


def test_cells_keep_their_style_and_emptied_ones_too(path: Path) -> None:
    before = {address: cell(path, address).get("s") for address in ("A1", "B3", "D3", "I3")}
    commit(
        path, Write("汇总表", 1, 1, (("题",),)), Write("汇总表", 3, 1, ((None, None, None, None, 1, 1, 1, 1, "注"),))
    )
    assert {address: cell(path, address).get("s") for address in before} == before
    assert len(cell(path, "B3")) == 0
    assert None not in before.values()


def test_a_new_cell_looks_like_its_column(path: Path) -> None:
    commit(path, Write("汇总表", 50, 1, (("无", "有"),)))
    assert cell(path, "A50").get("s") is None
    assert cell(path, "B50").get("s") == cell(path, "B3").get("s")


def test_rows_and_cells_stay_in_order(path: Path) -> None:
    commit(path, *(Write("汇总表", r, c, ((f"{r}/{c}",),)) for r, c in [(99, 3), (20, 5), (20, 2), (99, 1), (21, 1)]))
    root = etree.fromstring(parts(path)[SHEET])
    rows = [int(row.get("r")) for row in root.iter(f"{X}row")]
    assert rows == sorted(rows)
    assert [c.get("r") for c in root.iter(f"{X}c") if c.get("r")[1:] in ("20", "21", "99")] == [
        *("B20", "E20", "A21", "A99", "C99"),
    ]
    assert root.find(f"{X}dimension").get("ref") == "A1:S99"


def test_an_empty_patch_writes_nothing(path: Path) -> None:
    before = path.read_bytes()
    assert open_workbook(path).commit(Patch()) is None
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == ["汇总 表.xlsx"]


# --- values ---------------------------------------------------------------------------------------------------------

HOSTILE = (
    *("=1+1", "+1", "-1", "@x", "=cmd|'/c calc'!A0", "00123", "3-4", "1e5", "TRUE", "#N/A", "{=1}", "'引号"),
    *(" 前", "后 ", "行\n行", "\t制表", "<&>\"'", "]]>", "_x0041_", "_x000D_", "回\r车", "😀𠮷", "\u200b\ufeff零宽"),
    *("\x07响铃", "长" * 32_767),
)


def test_text_arrives_as_the_same_text(path: Path) -> None:
    assert row_of(path, *HOSTILE)[: len(HOSTILE)] == list(HOSTILE)


def test_other_libraries_read_the_same_text(path: Path) -> None:
    import excelize

    plain = [text for text in HOSTILE if "_x" not in text and "\r" not in text and "\x07" not in text]
    commit(path, Write("汇总表", 40, 1, (tuple(plain),)))
    sheet = load(path)["汇总表"]
    assert [(c.value, c.data_type) for c in sheet[40][: len(plain)]] == [(text, "s") for text in plain]
    book = excelize.open_reader(path.read_bytes())
    assert [book.get_cell_value("汇总表", a1(40, c)) for c in range(1, len(plain) + 1)] == plain
    assert [book.get_cell_formula("汇总表", a1(40, c)) for c in range(1, len(plain) + 1)] == [""] * len(plain)
    book.close()


@pytest.mark.parametrize("text", ["长" * 32_768, "半个\ud83d", "\uffff"])
def test_a_text_that_no_cell_can_hold_is_refused_and_nothing_written(path: Path, text: str) -> None:
    before = path.read_bytes()
    with pytest.raises(CannotRun) as caught:
        commit(path, Write("汇总表", 4, 2, ((text,),)))
    assert str(caught.value) == "写入 汇总表!B4 的文字超过 32767 个字，或含有工作簿存不下的字符"
    assert path.read_bytes() == before


def test_numbers_and_truth_values(path: Path) -> None:
    numbers = (0, -1, 1.5, 0.1 + 0.2, 1e-7, 1e21, 2**31, 123456789012, True, False)
    found = row_of(path, *numbers)[: len(numbers)]
    assert found == list(numbers)
    assert [type(v) for v in found[-2:]] == [bool, bool]


def test_a_date_is_written_as_its_number_and_leaves_the_format_alone(path: Path) -> None:
    days = (dt.date(2023, 9, 15), dt.datetime(2023, 9, 15, 12), dt.time(6), dt.timedelta(hours=30), dt.date(1900, 1, 1))
    commit(path, Write("汇总表", 4, 4, ((dt.date(2023, 9, 15),),)), Write("汇总表", 40, 1, (days,)))
    grid = open_workbook(path).snapshot.sheet("汇总表")
    assert grid.value(4, 4) == dt.date(2023, 9, 15)
    assert [cell(path, a1(40, c))[0].text for c in range(1, 6)] == ["45184", "45184.5", "0.25", "1.25", "1"]


def test_dates_follow_the_workbooks_epoch(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path), {"date_1904": True})
    date = book.add_format({"num_format": "yyyy-mm-dd"})
    book.add_worksheet("表").write_datetime(0, 0, dt.datetime(2020, 1, 1), date)
    book.close()
    commit(path, Write("表", 1, 1, ((dt.date(2023, 9, 15),),)))
    assert load(path)["表"]["A1"].value == dt.datetime(2023, 9, 15)


def test_a_formula_replaces_text_without_a_wrong_value_left(path: Path) -> None:
    commit(path, Write("汇总表", 3, 2, ((Formula('=COUNTA(B4:B12)&"<项>"'),),)))
    written = cell(path, "B3")
    assert (written.get("t"), [(c.tag, c.text) for c in written]) == (None, [(f"{X}f", 'COUNTA(B4:B12)&"<项>"')])
    assert open_workbook(path).snapshot.sheet("汇总表").formulas[3, 2] == '=COUNTA(B4:B12)&"<项>"'


def test_formulas_are_calculated_when_excel_opens_the_file(tmp_path: Path) -> None:
    for name, formula, expected in (("a.xlsx", "=A1*2", ["1"]), ("b.xlsx", "", [""])):
        book = openpyxl.Workbook()
        book.active["A1"], book.active["B1"] = 1, formula or 5  # type: ignore[index]
        book.calculation.fullCalcOnLoad = False
        book.save(tmp_path / name)
        commit(tmp_path / name, Write("Sheet", 1, 1, ((7,),)))
        found = values(tmp_path / name, "xl/workbook.xml", "calcPr", "fullCalcOnLoad")
        assert [value.replace("0", "") for value in found] == expected


def test_overwriting_the_first_of_shared_formulas_leaves_the_others_as_they_read(path: Path) -> None:
    share(path)
    commit(path, Write("汇总表", 3, 10, ((1,),)))
    formulas = open_workbook(path).snapshot.sheet("汇总表").formulas
    assert (3, 10) not in formulas
    assert [formulas[row, 10] for row in (4, 12)] == ["=H4*2", "=H12*2"]
    assert load(path)["汇总表"]["J12"].value == "=H12*2"


def test_the_list_of_formula_cells_goes_when_one_of_them_goes(path: Path) -> None:
    chain = f'<calcChain xmlns="{X[1:-1]}"><c r="J3" i="1"/></calcChain>'.encode()
    kind = "officeDocument/2006/relationships/calcChain"
    links = parts(path)["xl/_rels/workbook.xml.rels"].replace(
        b"</Relationships>",
        f'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/{kind}" Target="calcChain.xml"/>'
        "</Relationships>".encode(),
    )
    types = parts(path)["[Content_Types].xml"].replace(
        b"</Types>",
        b'<Override PartName="/xl/calcChain.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        b'spreadsheetml.calcChain+xml"/></Types>',
    )
    rebuilt(path, **{"xl/calcChain.xml": chain, "xl/_rels/workbook.xml.rels": links, "[Content_Types].xml": types})
    commit(path, Write("汇总表", 3, 1, ((5,),)))
    assert "xl/calcChain.xml" in parts(path)
    commit(path, Write("汇总表", 3, 10, ((5,),)))
    after = parts(path)
    assert "xl/calcChain.xml" not in after
    assert b"calcChain" not in after["xl/_rels/workbook.xml.rels"] + after["[Content_Types].xml"]


# --- links ------------------------------------------------------------------------------------------------------------


def links_of(path: Path, sheet: str = "统计") -> dict[str, tuple[str | None, str | None]]:
    found = load(path)[sheet]
    return {c.coordinate: (c.hyperlink.target, c.hyperlink.location) for row in found for c in row if c.hyperlink}


def test_links_lead_into_the_workbook_or_a_file_beside_it(path: Path) -> None:
    places = ("汇总表!D7", "[forms/甲 1#.xlsx]登记 表!C5", "it's!A1", "不是地址", "校验结果")
    commit(path, Write("统计", 30, 1, (places,), links=True))
    assert links_of(path) == {
        "A30": (None, "'汇总表'!$D$7"),
        "B30": ("forms/甲%201%23.xlsx", "'登记 表'!$C$5"),
        "C30": (None, "'it''s'!$A$1"),
    }
    assert list(open_workbook(path).snapshot.sheet("统计").rows[29][:5]) == list(places)


def test_a_new_link_replaces_the_old_and_none_removes_it(path: Path) -> None:
    before = parts(path)
    for places in (("[a.xlsx]表!A1", "统计!A1"), ("汇总表!A2", "[b.xlsx]表!B2"), (None, "[c.xlsx]表!C3"), (None, None)):
        commit(path, Write("统计", 30, 1, (places,), links=True))
    assert links_of(path) == {}
    assert canonical(parts(path)["xl/worksheets/sheet2.xml"], ("A30", "B30")) == canonical(
        before["xl/worksheets/sheet2.xml"]
    )
    relations = "xl/worksheets/_rels/sheet2.xml.rels"
    assert canonical(parts(path)[relations]) == canonical(before[relations])


def test_one_run_writes_links_moves_them_and_writes_them_anew(path: Path) -> None:
    commit(
        path,
        Write("统计", 30, 1, (("[a.xlsx]表!A1",), ("[b.xlsx]表!B2",)), links=True),
        InsertRows("统计", 30, 2),
        Write("统计", 32, 1, (("[c.xlsx]表!C3",),), links=True),
    )
    assert links_of(path) == {"A32": ("c.xlsx", "'表'!$C$3"), "A33": ("b.xlsx", "'表'!$B$2")}
    targets = values(path, "xl/worksheets/_rels/sheet2.xml.rels", "Relationship", "Target")
    assert [target for target in targets if target.endswith(".xlsx")] == ["c.xlsx", "b.xlsx"]


def test_a_link_into_another_file_does_not_move_with_the_rows_of_a_sheet_of_that_name_here(path: Path) -> None:
    places = ("[a.xlsx]汇总表!A29",), ("[a.xlsx]汇总表!A13",), ("汇总表!A29",)
    commit(path, Write("统计", 30, 1, places, links=True))
    commit(path, DeleteRows("汇总表", 13, 1))
    assert links_of(path) == {
        "A30": ("a.xlsx", "'汇总表'!$A$29"),
        "A31": ("a.xlsx", "'汇总表'!$A$13"),
        "A32": (None, "'汇总表'!$A$28"),
    }


def test_links_written_before_rows_come_back_lead_where_they_say(path: Path) -> None:
    """As undo does: fails where the insertion moves a link that already names the row as it will stand."""
    commit(path, Write("统计", 30, 1, (("汇总表!B16",), ("汇总表!B13",)), links=True))
    before = open_workbook(path).snapshot
    patch = Patch((DeleteRows("汇总表", 13, 1), Write("统计", 30, 1, (("汇总表!B15",), ("汇总表!B13",)), links=True)))
    commit(path, *patch.operations)
    assert links_of(path) == {"A30": (None, "'汇总表'!$B$15"), "A31": (None, "'汇总表'!$B$13")}
    commit(path, *patch.inverse(before).operations)
    assert links_of(path) == {"A30": (None, "'汇总表'!$B$16"), "A31": (None, "'汇总表'!$B$13")}


def test_the_links_of_a_deleted_row_come_back_with_it(path: Path) -> None:
    commit(path, Write("统计", 30, 1, (("[a.xlsx]表!A1",), ("[b.xlsx]表!B2",)), links=True))
    before, links = open_workbook(path).snapshot, links_of(path)
    patch = Patch((DeleteRows("统计", 30, 1, links=(1,)),))
    commit(path, *patch.operations)
    assert list(links_of(path)) == ["A30"]
    commit(path, *patch.inverse(before).operations)
    assert links_of(path) == links


def test_text_without_links_leaves_the_links_alone(path: Path) -> None:
    commit(path, Write("汇总表", 14, 3, (("改",), (None,))))
    assert links_of(path, "汇总表") == {
        "C14": ("https://example.com/甲?a=1&b=2", None),
        "C15": (None, "'统计'!A1"),
    }


# --- rows -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def grown(path: Path) -> Path:
    """Two rows inserted before row 13, the thin row below the table."""
    commit(path, InsertRows("汇总表", 13, 2))
    return path


def test_inserted_rows_look_like_the_row_above_and_are_empty(grown: Path) -> None:
    root = etree.fromstring(parts(grown)[SHEET])
    rows = {row.get("r"): row for row in root.iter(f"{X}row")}
    for new in ("13", "14"):
        assert (rows[new].get("ht"), rows[new].get("customHeight")) == ("33", "1")
        assert [(c.get("r"), c.get("s"), len(c)) for c in rows[new]] == [
            (c.get("r").replace("12", new), c.get("s"), 0) for c in rows["12"] if c.get("s")
        ]
    assert cell(grown, "B16").get("s") == "1"


def test_a_row_inserted_below_a_hidden_one_shows(path: Path) -> None:
    commit(path, InsertRows("汇总表", 6, 1))
    rows = {row.get("r"): row.get("hidden") for row in etree.fromstring(parts(path)[SHEET]).iter(f"{X}row")}
    assert (rows["5"], rows["6"]) == ("1", None)


def test_what_hangs_on_the_rows_goes_along(grown: Path) -> None:
    assert values(grown, SHEET, "conditionalFormatting", "sqref") == ["B3:B15", "H3:H15", "A3:A15", ""]
    assert values(grown, SHEET, "dataValidation", "sqref") == ["F3:F15", "G3:G15", "H3:H15"]
    assert values(grown, SHEET, "mergeCell", "ref") == ["A1:I1"]
    assert values(grown, SHEET, "hyperlink", "ref") == ["C16", "C17"]
    assert values(grown, SHEET, "protectedRange", "sqref") == ["A3:B15"]
    assert values(grown, SHEET, "ignoredError", "sqref") == ["B3:B15"]
    assert values(grown, SHEET, "brk", "id") == ["10", "16"]
    assert texts(grown, SHEET, "sqref") == ["H3:H15", "P16", "P3"]
    assert values(grown, "xl/comments1.xml", "comment", "ref") == ["B4", "B16"]
    assert values(grown, "xl/tables/table1.xml", "table", "ref") == ["R16:S20"]
    assert values(grown, "xl/tables/table1.xml", "autoFilter", "ref") == ["R16:S19"]
    assert texts(grown, "xl/drawings/drawing1.xml", "row") == ["2", "2", "15", "15", "15", "21"]
    assert texts(grown, "xl/drawings/vmlDrawing1.vml", "Row") == ["3", "15"]


def test_references_follow_wherever_they_stand(grown: Path) -> None:
    snapshot = open_workbook(grown).snapshot
    assert snapshot.sheet("汇总表").formulas[17, 8] == "=SUM(H3:H12)"
    assert snapshot.sheet("统计").formulas[1, 2] == "=SUM(汇总表!H3:H12)"
    assert snapshot.sheet("统计").formulas[2, 2] == '=汇总表!H17&"汇总表!H15"'
    assert texts(grown, "xl/workbook.xml", "definedName") == [
        *("隐藏!$A$1:$C$5", "汇总表!$A$1:$I$17", "汇总表!$2:$2", "统计!$A$1:$A$3", "汇总表!$A$3:$I$15"),
    ]
    assert texts(grown, "xl/charts/chart1.xml", "f") == ["汇总表!$H$2", "汇总表!$B$3:$B$12", "汇总表!$H$3:$H$17"]
    assert "汇总表!A16:H16" in texts(grown, SHEET, "f")
    assert "汇总表!$H$15>1" in texts(grown, "xl/worksheets/sheet2.xml", "formula")


def test_formulas_move_as_in_an_independent_editor(path: Path) -> None:
    """excelize moves formulas by a parser of its own; both must agree, at every place where rows can be inserted."""
    import excelize

    share(path)
    untouched = path.read_bytes()
    for row in (3, 8, 13, 15):
        path.write_bytes(untouched)
        if row in (3, 8, 13):
            rebuilt(path, **{SHEET: parts(path)[SHEET].replace(b't="array" ref="K3:K5"', b"")})
        other = excelize.open_reader(path.read_bytes())
        if row == 15:
            with pytest.raises(CannotKeep, match="第 15 行在表格“下表”里面"):
                commit(path, InsertRows("汇总表", row, 3))
            continue
        book = commit(path, InsertRows("汇总表", row, 3))
        other.insert_rows("汇总表", row, 3)
        found = {(name, at): f for name, g in book.snapshot.sheets.items() for at, f in g.formulas.items()}
        assert len(found) == 22
        plain = {key: f for key, f in found.items() if "[" not in f}  # it writes [@列] in another way
        assert plain == {(n, at): "=" + other.get_cell_formula(n, a1(*at)) for n, at in plain}
        other.close()


def test_a_patch_and_its_inverse_give_everything_back(path: Path) -> None:
    before, cells = parts(path), open_workbook(path).snapshot
    patch = Patch(
        (
            InsertRows("汇总表", 13, 3),
            Write("汇总表", 12, 1, ((99, "新"), (1, "新"), (2, "新"))),
            AddSheet("撤销记录", hidden=True),
            Write("撤销记录", 1, 1, (("步骤", 1.0),)),
            Write("统计", 20, 1, (("汇总表!B13",),), links=True),
        )
    )
    book = open_workbook(path)
    book.commit(patch)
    assert book.snapshot.sheet("撤销记录").hidden
    assert book.snapshot.sheet("汇总表").rows[13][:2] == [2, "新"]
    book.commit(patch.inverse(cells))
    assert {n: (g.rows, g.formulas, g.merges) for n, g in book.snapshot.sheets.items()} == {
        n: (g.rows, g.formulas, g.merges) for n, g in cells.sheets.items()
    }
    written = ("A12", "B12", "A20")
    after = parts(path)
    assert [n for n in before if canonical_or_raw(before[n], written) != canonical_or_raw(after[n], written)] == [
        "xl/sharedStrings.xml"
    ]


def canonical_or_raw(data: bytes, without: tuple[str, ...]) -> bytes:
    return canonical(data, without) if data.lstrip()[:1] == b"<" else data


def test_deleted_rows_take_along_what_stands_on_them(path: Path) -> None:
    rebuilt(path, **{"xl/tables/table1.xml": parts(path)["xl/tables/table1.xml"].replace(b"R14:S1", b"R15:S1")})
    commit(path, DeleteRows("汇总表", 14, 1))
    assert links_of(path, "汇总表") == {"C14": (None, "'统计'!A1")}
    assert values(path, "xl/comments1.xml", "comment", "ref") == ["B4"]
    assert open_workbook(path).snapshot.sheet("统计").formulas[2, 2] == '=汇总表!H14&"汇总表!H15"'


# --- sheets -----------------------------------------------------------------------------------------------------------


def test_a_sheet_comes_last_and_goes_again(path: Path) -> None:
    before = parts(path)
    book = commit(path, AddSheet("来源"), Write("来源", 2, 2, (("=文", 1.0),)), AddSheet("撤销记录", hidden=True))
    assert list(book.snapshot.sheets) == ["汇总表", "统计", "隐藏", "来源", "撤销记录"]
    found = load(path)
    assert [found[n].sheet_state for n in ("来源", "撤销记录")] == ["visible", "veryHidden"]
    assert found["来源"]["B2"].value == "=文"
    assert found["来源"]["B2"].data_type == "s"
    book.commit(Patch((DropSheet("来源"), DropSheet("撤销记录"))))
    after = parts(path)
    same = [n for n in before if n != "xl/sharedStrings.xml"]
    assert {n: canonical_or_raw(after[n], ()) for n in same} == {n: canonical_or_raw(before[n], ()) for n in same}
    assert set(after) == set(before)


def test_names_of_later_sheets_stay_with_them(path: Path) -> None:
    """A name's sheet is stored as a number that shifts when a sheet before it goes."""
    book = commit(path, DropSheet("统计"))
    assert values(path, "xl/workbook.xml", "definedName", "localSheetId") == ["1", "0", "0", "", "0"]
    assert list(book.snapshot.sheets) == ["汇总表", "隐藏"]


def test_a_sheet_that_exists_is_not_added(path: Path) -> None:
    with pytest.raises(CannotRun, match="工作簿里已经有工作表“统计”"):
        commit(path, AddSheet("统计"))


def test_a_workbook_without_shared_strings_gets_them(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("表").write(0, 0, 1)
    book.close()
    links = parts(path)["xl/_rels/workbook.xml.rels"]
    assert b"sharedStrings" not in links
    commit(path, Write("表", 1, 2, (("=文",),)))
    assert load(path)["表"]["B1"].value == "=文"


# --- what other editors lose ----------------------------------------------------------------------------------------


def test_prefixed_names_and_unknown_elements_survive(path: Path) -> None:
    """Some programs write <x:row>; two widespread libraries lose such sheets' headers or the whole content."""
    root = etree.fromstring(parts(path)[SHEET])
    prefixed = etree.Element(root.tag, nsmap={"x": X[1:-1], **{k: v for k, v in root.nsmap.items() if k}})
    prefixed.extend(list(root))
    etree.SubElement(prefixed, "{urn:example:future}何物", 值="1")
    sheet = etree.tostring(prefixed, encoding="utf-8").replace(b"<x:sheetData", b"<!--\xe6\xb3\xa8--><x:sheetData")
    assert b"<x:row" in sheet
    rebuilt(path, **{SHEET: sheet})
    commit(path, Write("汇总表", 3, 2, (("新",),)))
    assert canonical(parts(path)[SHEET], ("B3",)) == canonical(sheet, ("B3",))
    assert b"<!--\xe6\xb3\xa8-->" in parts(path)[SHEET]
    assert open_workbook(path).snapshot.sheet("汇总表").value(3, 2) == "新"


def test_cells_without_addresses_are_counted(path: Path) -> None:
    """The format lets a cell leave out its address; it then follows the one before."""
    root = etree.fromstring(parts(path)["xl/worksheets/sheet3.xml"])
    for element in root.iter(f"{X}row", f"{X}c"):
        element.attrib.pop("r", None)
    rebuilt(path, **{"xl/worksheets/sheet3.xml": etree.tostring(root)})
    commit(path, Write("隐藏", 1, 1, (("明", "朗"),)))
    assert open_workbook(path).snapshot.sheet("隐藏").rows == [["明", "朗"]]


def test_macros_stay_byte_for_byte(path: Path) -> None:
    macro = path.with_suffix(".xlsm")
    path.rename(macro)
    types = parts(macro)["[Content_Types].xml"].replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    rebuilt(macro, **{"[Content_Types].xml": types, "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + bytes(range(256))})
    commit(macro, Write("汇总表", 3, 2, (("新",),)))
    assert parts(macro)["xl/vbaProject.bin"] == b"\xd0\xcf\x11\xe0" + bytes(range(256))
    assert b"macroEnabled" in parts(macro)["[Content_Types].xml"]


REFUSED: Sequence[tuple[Operation, str]] = (
    (Write("汇总表", 4, 11, ((1,),)), "单元格 K4 属于数组公式 K3:K5，不能只改其中一格"),
    (InsertRows("汇总表", 4, 1), "第 4 行穿过数组公式 K3:K5"),
    (InsertRows("汇总表", 16, 1), "第 16 行在表格“下表”里面，请在 Excel 里插入行"),
    (DeleteRows("汇总表", 14, 5), "要删除的行里有表格或数据透视表"),
    (Write("统计", 1, 6, (("别名",),)), "单元格 F1 是表格“Table2”的标题，要在 Excel 里改"),
)


@pytest.mark.parametrize(("operation", "problem"), REFUSED, ids=[problem for _, problem in REFUSED])
def test_what_would_be_torn_is_refused_and_nothing_written(path: Path, operation: Operation, problem: str) -> None:
    """Each fails without its Entangled: Excel would repair the file, and leave out what does not fit together."""
    before = path.read_bytes()
    with pytest.raises(CannotKeep) as caught:
        commit(path, operation)
    fix = "没有写入任何内容，请在 Excel 里用“质量攻关”加载项处理这个文件"
    assert str(caught.value) == f"汇总 表.xlsx：{problem}。{fix}"
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == ["汇总 表.xlsx"]


@pytest.mark.parametrize(
    ("old", "new", "seen"),
    [
        (b'<row r="2"', b'<row r="A2"', "A2"),
        (b"<cols>", b'<cols><col min="1" max="9.5" width="9"/>', "9.5"),
        (b'<brk id="10"', b'<brk id="x"', "x"),
    ],
    ids=["row", "column", "page break"],
)
def test_what_should_be_a_number_and_is_none_is_refused(path: Path, old: bytes, new: bytes, seen: str) -> None:
    """Fails without `whole`: the command would end in a fault of its own instead of a reason."""
    part = "xl/worksheets/sheet1.xml"
    assert old in parts(path)[part]
    rebuilt(path, **{part: parts(path)[part].replace(old, new, 1)})
    before = path.read_bytes()
    with pytest.raises(
        (CannotKeep, UnreadableFile), match=f"汇总 表.xlsx：文件里该是整数的地方写着“{seen}”，文件可能已损坏"
    ):
        commit(path, Write("汇总表", 3, 30, (("新",),)), InsertRows("汇总表", 7, 1))
    assert path.read_bytes() == before


@pytest.mark.parametrize("row", [b"", b"-1"], ids=["none", "before the first"])
def test_a_page_break_where_no_row_is_stays_as_it_stands(path: Path, row: bytes) -> None:
    """Fails without the guards in `_move_ranges` and `line_from_0`: undone, it would stand elsewhere."""
    break_ = b'<brk id="' + row + b'"'
    rebuilt(path, **{SHEET: parts(path)[SHEET].replace(b'<brk id="10"', break_, 1)})
    commit(path, InsertRows("汇总表", 7, 1))
    commit(path, DeleteRows("汇总表", 7, 1))
    assert break_ in parts(path)[SHEET]


def test_rows_out_of_their_order_are_refused_and_nothing_written(tmp_path: Path) -> None:
    """Fails without `SheetXml.ordered`: a new row would come to stand where Excel does not look for it."""
    path = tmp_path / "乱.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("表").write_column("A1", ["一", "二", "三"])
    book.close()
    sheet = parts(path)["xl/worksheets/sheet1.xml"]
    rows = re.findall(rb"<row.*?</row>", sheet)
    rebuilt(path, **{"xl/worksheets/sheet1.xml": sheet.replace(b"".join(rows), rows[0] + rows[2] + rows[1])})
    before = path.read_bytes()
    with pytest.raises(CannotKeep, match=r"乱\.xlsx：工作表“表”里的行没有按上下次序存放，文件可能已损坏。"):
        commit(path, Write("表", 2, 2, (("新",),)))
    assert path.read_bytes() == before


def test_a_workbook_too_large_to_take_apart_is_refused_and_nothing_written(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails without MAX_EDITED: trees of a few million cells take all the memory there is."""
    before, book = path.read_bytes(), open_workbook(path)
    monkeypatch.setattr("xlpy.surfaces.package.MAX_EDITED", 300)
    with pytest.raises(UnreadableFile) as caught:
        book.commit(Patch((Write("汇总表", 3, 2, (("新",),)),)))
    assert str(caught.value) == (
        "汇总 表.xlsx：工作簿里的内容太多，这里改不动。"
        "没有写入任何内容，请删去用不到的工作表，以及表格下面的空行和右边的空列，保存后再试"
    )
    assert path.read_bytes() == before


def test_frames_of_notes_that_are_no_xml_do_not_move(path: Path) -> None:
    """Fails without the exception in `_move_attached`: the workbook would be called damaged, which it is not."""
    frames = parts(path)["xl/drawings/vmlDrawing1.vml"].replace(b"</xml>", b"<br></xml>")
    rebuilt(path, **{"xl/drawings/vmlDrawing1.vml": frames})
    with pytest.raises(CannotKeep, match="工作表上有批注或控件，插入行会使它们错位"):
        commit(path, InsertRows("汇总表", 13, 1))


def test_a_signed_workbook_is_refused(path: Path) -> None:
    """Fails without the look at signatures in `carry_out`."""
    rebuilt(path, **{"_xmlsignatures/sig1.xml": b"<Signature/>"})
    with pytest.raises(CannotKeep, match="工作簿带有数字签名，改动后签名会失效"):
        commit(path, Write("汇总表", 3, 2, (("新",),)))


def test_a_loss_found_at_the_end_leaves_the_file_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The new file is compared with the old before it takes its place: here saving drops the pictures."""
    saved = Package.saved

    def careless(self: Package) -> bytes:
        for name in [n for n in self.names if "media" in n]:
            self.remove(name)
        return saved(self)

    monkeypatch.setattr(Package, "saved", careless)
    before = path.read_bytes()
    with pytest.raises(CannotKeep, match="写入会丢失：图片"):
        commit(path, Write("汇总表", 3, 2, (("新",),)))
    assert path.read_bytes() == before


def test_a_wrong_value_found_at_the_end_leaves_the_file_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from xlpy.surfaces.sheetxml import SheetXml

    write = SheetXml.write
    monkeypatch.setattr(SheetXml, "write", lambda self, row, column, value: write(self, row, column, f"{value}!"))
    before = path.read_bytes()
    with pytest.raises(CannotKeep, match="写入后 汇总表!B3 的内容对不上"):
        commit(path, Write("汇总表", 3, 2, (("新",),)))
    assert path.read_bytes() == before


# --- judged by others -----------------------------------------------------------------------------------------------


def test_the_audit_finds_nothing_new(path: Path) -> None:
    from openxml_audit import OpenXmlValidator

    def findings() -> set[str]:
        return {str(error) for error in OpenXmlValidator(max_errors=10_000).validate(str(path)).errors}

    before = findings()
    commit(
        path,
        InsertRows("汇总表", 13, 2),
        Write("汇总表", 13, 1, (("=1", 1.5, True, None, Formula("=A1")),)),
        AddSheet("撤销记录", hidden=True),
        Write("撤销记录", 1, 1, (("汇总表!A1", "[forms/a b.xlsx]登记表!C5"),), links=True),
    )
    assert findings() - before == set()


ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>"""


@pytest.mark.libreoffice
def test_libreoffice_calculates_the_moved_formulas(path: Path, tmp_path: Path) -> None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if not office:
        pytest.skip("LibreOffice is not installed")
    commit(path, InsertRows("汇总表", 13, 2), Write("汇总表", 12, 8, ((1000,),)))
    profile = (tmp_path / "profile").as_uri()
    (tmp_path / "profile" / "user").mkdir(parents=True)
    (tmp_path / "profile" / "user" / "registrymodifications.xcu").write_text(ALWAYS_RECALCULATE)
    subprocess.run(
        [
            *(office, "--headless", f"-env:UserInstallation={profile}"),
            *("--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "out"), str(path)),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    found = load(tmp_path / "out" / path.name, data_only=True)
    total = sum(row * 1.5 for row in range(2, 11)) + 1000
    assert found["汇总表"]["H17"].value == total
    assert found["统计"]["B1"].value == total
    assert found["统计"]["B2"].value == f"{total:g}汇总表!H15"


# --- any patch ------------------------------------------------------------------------------------------------------

DATES = (dt.date, dt.time, dt.timedelta)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**6), 10**6),
    st.floats(-1e6, 1e6),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"), min_size=1, max_size=12),
    st.sampled_from(["=1+1", "_x0041_", "00123", "_x000D_\r"]),
    st.dates(dt.date(1901, 1, 1), dt.date(2099, 12, 31)),
)


@st.composite
def patches(draw: st.DrawFn) -> Patch:
    operations: list[Operation] = []
    for _ in range(draw(st.integers(1, 4))):
        row, column = draw(st.integers(1, 9)), draw(st.integers(1, 5))
        if draw(st.booleans()):
            width = draw(st.integers(1, 3))
            lines = st.tuples(*[scalars] * width)
            operations.append(Write("表", row, column, tuple(draw(st.lists(lines, min_size=1, max_size=3)))))
        else:
            operations.append(InsertRows("表", row, draw(st.integers(1, 3))))
    return Patch(tuple(operations))


@given(patches())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_patch_gives_the_file_what_it_gives_in_memory_and_back(tmp_path: Path, patch: Patch) -> None:
    path, out = tmp_path / "a.xlsx", io.BytesIO()
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "表"
    sheet.append(["项目", 1, dt.date(2022, 6, 1), True, None, None, None, dt.date(2022, 6, 1)])
    sheet.append([None, "x", 2.5])
    sheet.merge_cells("B5:C6")
    book.save(out)
    path.write_bytes(out.getvalue())

    file = open_workbook(path)
    before = file.snapshot
    file.commit(patch)
    expected, found = patch.applied(before).sheet("表"), file.snapshot.sheet("表")
    assert set(found.merges) == set(expected.merges)
    for r in range(1, expected.height + 1):
        for c in range(1, 9):
            one, other = expected.value(r, c), found.value(r, c)
            if not isinstance(one, DATES) and not isinstance(other, DATES):  # the cell's format decides which is read
                assert same_scalar(one, other), (r, c)
    file.commit(patch.inverse(before))
    assert {(r, c): v for r, c, v in file.snapshot.sheet("表").cells()} == {
        (r, c): v for r, c, v in before.sheet("表").cells()
    }


NEGATIVE = (-5, -0.5, -1.25, -700_000)


@pytest.mark.parametrize("date1904", [False, True])
def test_a_negative_number_in_a_date_format_is_written_read_and_taken_back(tmp_path: Path, date1904: bool) -> None:
    """Excel shows ##### for it and calamine a time of day, without its sign and its days; the number is what counts."""
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path), {"date_1904": date1904})
    dated = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("表")
    for column in range(len(NEGATIVE)):
        sheet.write_datetime(0, column, dt.datetime(2022, 6, 1), dated)
        sheet.write_number(1, column, NEGATIVE[column], dated)
    sheet.write_number(2, 0, 0.75, dated)
    book.close()
    file = open_workbook(path)
    before = file.snapshot
    assert before.sheet("表").rows[1] == list(NEGATIVE)
    patch = Patch((Write("表", 1, 1, (NEGATIVE,)), Write("表", 2, 1, ((dt.date(2023, 9, 15), 1, "", "x"),))))
    file.commit(patch)
    rows = open_workbook(path).snapshot.sheet("表").rows
    assert rows[0] == list(NEGATIVE)
    assert rows[1][0] == dt.date(2023, 9, 15)
    assert rows[2][0] == dt.time(18)
    file.commit(patch.inverse(before))
    assert open_workbook(path).snapshot.sheet("表").rows == before.sheet("表").rows


def test_a_file_changed_since_it_was_read_is_not_overwritten(path: Path) -> None:
    book = open_workbook(path)
    commit(path, Write("汇总表", 3, 2, (("别人的",),)))
    theirs = path.read_bytes()
    with pytest.raises(FileBusy) as caught:
        book.commit(Patch((Write("汇总表", 3, 2, (("我的",),)),)))
    assert str(caught.value) == "汇总 表.xlsx：文件在读取之后被改过。没有写入任何内容，请再运行一次"
    assert path.read_bytes() == theirs


def test_a_large_table_is_written_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("表").write(0, 0, "x")
    book.close()
    file = open_workbook(path)
    file.commit(Patch((Write("表", 1, 1, tuple((f"项目{n}", "=1", n * 1.5, None) for n in range(2000))),)))
    assert file.snapshot.sheet("表").height == 2000
    assert file.snapshot.sheet("表").rows[-1][:3] == ["项目1999", "=1", 2998.5]


def test_importing_the_surface_loads_nothing_heavy() -> None:
    code = (
        "import sys, xlpy.surfaces.file\nprint(sorted({'lxml', 'openpyxl', 'pandas', 'excelize'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"


# --- found by the corpus ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "[Content_Types].xml", "xl/worksheets/sheet1.xml"])
def test_names_of_parts_are_the_same_in_any_case(path: Path, part: str) -> None:
    """Without it a second part of nearly the same name comes to be, and the cells lose their texts."""
    content = parts(path)
    rebuilt(path, **{part: None, part.upper(): content[part]})
    commit(path, Write("汇总表", 3, 2, (("新",),)), InsertRows("汇总表", 13, 1))
    assert sorted(name.casefold() for name in parts(path)) == sorted(name.casefold() for name in content)
    assert open_workbook(path).snapshot.sheet("汇总表").rows[2][1] == "新"
    assert open_workbook(path).snapshot.sheet("汇总表").rows[3][1] == "项目3"


def test_a_part_in_an_encoding_that_no_office_program_uses_is_refused(path: Path) -> None:
    """Fails without the look at the first bytes: the tree is built, and the comparison with it cannot be."""
    text = parts(path)["[Content_Types].xml"].decode().replace("UTF-8", "UTF-32")
    rebuilt(path, **{"[Content_Types].xml": text.encode("utf-32")})
    before = path.read_bytes()
    with pytest.raises(UnreadableFile, match=r"部件 \[Content_Types\]\.xml 用了 Office 不用的编码"):
        commit(path, AddSheet("新", False))
    assert path.read_bytes() == before


def test_two_parts_whose_names_differ_in_case_only_are_refused(path: Path) -> None:
    rebuilt(path, **{"xl/SharedStrings.xml": parts(path)["xl/sharedStrings.xml"]})
    with pytest.raises(UnreadableFile, match="文件已损坏或不完整"):
        open_workbook(path)


@pytest.mark.parametrize("what", ["cell", "comment", "merge", "long merge", "validation"])
def test_nothing_is_pushed_off_the_end_of_the_sheet(path: Path, what: str) -> None:
    """Each fails without its own look: `move_rows` at cells and at merges, `_move_attribute`, `_move_element`."""
    content = parts(path)
    match what:
        case "cell":
            narrow = b"<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData>%s</sheetData></worksheet>"
            rebuilt(path, **{SHEET: narrow % b'<row r="1048575"><c r="A1048575"><v>1</v></c></row>'})
        case "comment":
            notes = content["xl/comments1.xml"].replace(b'ref="B14"', b'ref="B1048576"')
            rebuilt(path, **{"xl/comments1.xml": notes})
        case "validation":
            rebuilt(path, **{SHEET: content[SHEET].replace(b'sqref="F3:F13"', b'sqref="F1048575:F1048576"')})
        case "long merge":
            rebuilt(path, **{SHEET: content[SHEET].replace(b'ref="A1:I1"', b'ref="L20:L1048576"')})
        case _:
            merges = content[SHEET].replace(b'ref="A1:I1"', b'ref="A1048575:I1048576"')
            rebuilt(path, **{SHEET: merges})
    before = path.read_bytes()
    with pytest.raises(CannotKeep, match="工作表直到最后一行都有内容或格式，插不下新的行"):
        commit(path, InsertRows("汇总表", 13, 2))
    assert path.read_bytes() == before


def test_a_merge_written_backwards_is_refused_before_rows_move(path: Path) -> None:
    """Fails without `Span.backwards`: the rows move, and undo cannot bring the merge back."""
    rebuilt(path, **{SHEET: parts(path)[SHEET].replace(b'ref="A1:I1"', b'ref="I1:A1"')})
    with pytest.raises(CannotKeep, match="合并单元格 I1:A1 首尾颠倒，插入或删除行会使它错位"):
        commit(path, InsertRows("汇总表", 13, 2))


def test_a_part_that_is_no_worksheet_is_not_written_to(path: Path) -> None:
    """Fails without the look at the root in `Editor.sheet`: the styles would get cells."""
    rebuilt(path, **{SHEET: parts(path)["xl/styles.xml"]})
    with pytest.raises(CannotKeep, match="工作表“汇总表”的内容不是工作表"):
        commit(path, Write("汇总表", 3, 2, (("新",),)))


@pytest.mark.parametrize("kind", ["<f>{}</f>", "<is><t>{}</t></is>"])
def test_a_cell_with_more_than_any_program_writes_is_not_overwritten(path: Path, kind: str) -> None:
    """Fails without `_overlong`: the cell is written, and undo cannot put its content back."""
    cell = f'<c r="A1" t="inlineStr">{kind.format("(" * 32_768)}</c>'
    row = f'<sheetData><row r="1">{cell}</row></sheetData>'
    rebuilt(path, **{SHEET: f'<worksheet xmlns="{MAIN}">{row}</worksheet>'.encode()})
    with pytest.raises(CannotKeep, match="汇总表!A1 的内容超过 32767 个字，Excel 也存不下"):
        commit(path, Write("汇总表", 1, 1, (("新",),)))


# --- the last look ------------------------------------------------------------------------------------------------


def also(monkeypatch: pytest.MonkeyPatch, *operations: Operation) -> None:
    """An editor that does something nobody asked for as well."""
    carry_out = Editor.carry_out
    monkeypatch.setattr(Editor, "carry_out", lambda self, patch: carry_out(self, patch + Patch(operations)))


SLIPS: Sequence[tuple[Operation, str]] = (
    (AddSheet("多的"), "写入后工作表对不上"),
    (Write("汇总表", 3, 1, ((Formula("=1+1"),),)), "写入后 汇总表!A3 的内容对不上"),
    (Write("汇总表", 3, 10, ((Formula("=1+1"),),)), "写入后 汇总表!J3 的内容对不上"),
    (Write("汇总表", 3, 10, ((5,),)), "写入后 汇总表!J3 的内容对不上"),
    (Write("汇总表", 3, 2, ((1,),)), "写入后 汇总表!B3 的内容对不上"),
)


@pytest.mark.parametrize(("slip", "problem"), SLIPS, ids=["sheet", "new formula", "formula", "no formula", "truth"])
def test_what_nobody_asked_for_is_found_at_the_end(
    path: Path, monkeypatch: pytest.MonkeyPatch, slip: Operation, problem: str
) -> None:
    """Each fails without its comparison in `_check_cells` and `_difference`: losses tell another story, or none."""
    before = path.read_bytes()
    also(monkeypatch, slip)
    with pytest.raises(CannotKeep) as caught:
        commit(path, Write("汇总表", 3, 2, ((True,),)))
    assert caught.value.problem == problem
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == ["汇总 表.xlsx"]


def test_a_merge_that_is_gone_is_found_at_the_end(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails without the comparison of merges in `_difference`."""
    carry_out = Editor.carry_out

    def careless(self: Editor, patch: Patch) -> None:
        carry_out(self, patch)
        merge = next(self.package.tree(SHEET).iter(f"{X}mergeCell"))
        merge.getparent().remove(merge)  # type: ignore[union-attr]

    monkeypatch.setattr(Editor, "carry_out", careless)
    with pytest.raises(CannotKeep) as caught:
        commit(path, Write("汇总表", 3, 2, (("新",),)))
    assert caught.value.problem == "写入后 汇总表!A1 的内容对不上"


def test_a_new_file_that_cannot_be_read_is_thrown_away(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails without the exception in `_check_cells`: the clerk's own workbook would be called damaged."""
    before = path.read_bytes()
    monkeypatch.setattr(Package, "saved", lambda self: b"PK\x03\x04 no more")
    with pytest.raises(CannotKeep, match="写入后的内容读不出来"):
        commit(path, Write("汇总表", 3, 2, (("新",),)))
    assert path.read_bytes() == before


def test_a_disk_that_gives_back_other_bytes_is_not_believed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails without the comparison of SHA-256 in `_snapshot`: what is read anew must be what was written."""
    before = path.read_bytes()
    monkeypatch.setattr(
        "xlpy.surfaces.file.write_through", lambda temp, data, target: temp.write_bytes(before) and None
    )
    with pytest.raises(CannotKeep, match="写入后的内容读不出来"):
        commit(path, AddSheet("新表"), DropSheet("新表"))
    assert path.read_bytes() == before


def test_a_file_changed_while_it_is_opened(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails without the same comparison: cells of the one version would go with the bytes of the other."""
    other = path.with_name("别的.xlsx")
    shutil.copy(path, other)
    commit(other, Write("汇总表", 3, 2, (("别的",),)))

    def changed(name: Path) -> Source:
        source = read_source(name)
        other.replace(path)
        return source

    monkeypatch.setattr("xlpy.surfaces.file.read_source", changed)
    with pytest.raises(FileBusy, match="文件在读取之后被改过"):
        open_workbook(path)


def test_a_sheet_whose_name_readers_take_differently(path: Path) -> None:
    """Fails without the look at the names in `_snapshot`: a KeyError, which is no line for a clerk."""
    book = parts(path)["xl/workbook.xml"]
    assert 'name="汇总表"'.encode() in book
    rebuilt(path, **{"xl/workbook.xml": book.replace('name="汇总表"'.encode(), 'name="汇\n总表"'.encode())})
    with pytest.raises(UnreadableFile, match="找不到工作表“汇 总表”的内容"):
        open_workbook(path)


def test_a_path_that_no_system_allows() -> None:
    """Fails without the exception in `_real`."""
    with pytest.raises(UnreadableFile, match="找不到这个文件"), editing("a\0b.xlsx"):
        pytest.fail("there is no such file")
