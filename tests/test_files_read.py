"""One table in every format gives one grid; what other readers lose keeps its true address."""

import datetime as dt
import hashlib
import os
import stat
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P
from openpyxl.packaging.custom import StringProperty

from tests.received import MERGED, ROWS, WRITERS, replace_in, write_xls, write_xlsx
from xlpy.files import read_grids
from xlpy.grids import Box, SheetGrid


@pytest.mark.parametrize("suffix", WRITERS)
def test_the_same_table_in_every_format_gives_the_same_cells_and_merges(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"表.{suffix}"
    WRITERS[suffix](path)
    snapshot = read_grids(path)
    grid = list(snapshot.sheets.values())[-1]
    assert [[grid.value(r, c) for c in (1, 2, 3)] for r in (1, 2, 3)] == [[v or None for v in row] for row in ROWS]
    assert grid.merges == (MERGED,)
    assert (grid.word, grid.hidden, grid.valueless) == (suffix == "docx", False, ())
    assert (snapshot.name, snapshot.sha256) == (str(path), hashlib.sha256(path.read_bytes()).hexdigest())


@pytest.mark.parametrize("suffix", ["xlsx", "xls", "ods"])
def test_the_bytes_decide_and_not_the_extension(tmp_path: Path, suffix: str) -> None:
    WRITERS[suffix](tmp_path / "a")
    (tmp_path / "a").rename(tmp_path / "改名.docx")
    assert read_grids(tmp_path / "改名.docx").sheets["Sheet"].value(1, 1) == "项目名称"


def test_blank_leading_rows_and_columns_keep_true_addresses(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["D7"] = "在 D7"
    book.save(tmp_path / "a.xlsx")
    old = xlwt.Workbook()
    old.add_sheet("Sheet").write(6, 3, "在 D7")
    old.save(str(tmp_path / "a.xls"))
    for name in ("a.xlsx", "a.xls"):
        assert list(read_grids(tmp_path / name).sheets["Sheet"].cells()) == [(7, 4, "在 D7")]


def test_numbers_dates_times_and_booleans_keep_their_kind(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    typed = [1, 1.5, True, dt.datetime(2022, 6, 30, 8, 0), dt.date(2022, 6, 30), dt.time(8, 30), "00123", "=文字"]
    book.active.append(typed)
    book.active["H1"].data_type = "s"
    book.save(tmp_path / "a.xlsx")
    assert read_grids(tmp_path / "a.xlsx").sheets["Sheet"].rows == [typed]


def test_hidden_sheets_are_read_and_say_so_and_charts_are_left_out(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("藏").sheet_state = "hidden"
    book.create_sheet("深藏").sheet_state = "veryHidden"
    book.create_chartsheet("图")
    book.save(tmp_path / "a.xlsx")
    sheets = read_grids(tmp_path / "a.xlsx").sheets
    assert [(g.name, g.hidden) for g in sheets.values()] == [("Sheet", False), ("藏", True), ("深藏", True)]


def test_formulas_without_a_stored_value_are_named_and_an_empty_text_result_is_a_value(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet("表 1")
    sheet.write_formula("B2", "=1+1", value=2)
    sheet.write_formula("B3", '=IF(1,"","x")', value="占位")
    sheet.write_formula("B4", "=1/0", value="#DIV/0!")
    book.close()
    part = "xl/worksheets/sheet1.xml"
    replace_in(tmp_path / "a.xlsx", tmp_path / "b.xlsx", part, "<v>占位</v>".encode(), b"<v></v>")
    replace_in(tmp_path / "b.xlsx", tmp_path / "c.xlsx", part, b"<f>1+1</f><v>2</v>", b"<f>1+1</f>")
    full, lost = (read_grids(tmp_path / name).sheets["表 1"] for name in ("b.xlsx", "c.xlsx"))
    assert (full.value(2, 2), full.value(3, 2), full.value(4, 2)) == (2, None, "#DIV/0!")
    assert (full.valueless, lost.valueless) == ((), ((2, 2),))
    assert lost.value(2, 2) is None


def test_pictures_in_a_cell_are_valueless_and_not_text(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["C5"] = 1
    book.save(tmp_path / "a.xlsx")
    wps = b'<c r="C5" t="str"><f>_xlfn.DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v></c>'
    excel = b'<c r="C5" t="e" vm="1"><v>#VALUE!</v></c>'
    for name, cell in (("wps.xlsx", wps), ("excel.xlsx", excel)):
        part = "xl/worksheets/sheet1.xml"
        replace_in(tmp_path / "a.xlsx", tmp_path / name, part, b'<c r="C5" t="n"><v>1</v></c>', cell)
        grid = read_grids(tmp_path / name).sheets["Sheet"]
        assert (grid.valueless, grid.value(5, 3)) == (((5, 3),), None)


def test_error_values_are_read_as_shown(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["B2"] = "#N/A"
    book.save(tmp_path / "a.xlsx")
    assert read_grids(tmp_path / "a.xlsx").sheets["Sheet"].value(2, 2) == "#N/A"


def test_cells_without_addresses_and_with_prefixes_are_read(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "a.xlsx")
    sheet = (
        b'<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>'
        b'<x:row r="3"><x:c><x:v>7</x:v></x:c><x:c r="D3"><x:v>8</x:v></x:c><x:c><x:f>A3</x:f></x:c></x:row>'
        b"</x:sheetData></x:worksheet>"
    )
    replace_in(tmp_path / "a.xlsx", tmp_path / "b.xlsx", "xl/worksheets/sheet1.xml", None, sheet)
    grid = read_grids(tmp_path / "b.xlsx").sheets["Sheet"]
    assert list(grid.cells()) == [(3, 1, 7.0), (3, 4, 8.0)]
    assert grid.valueless == ((3, 5),)


def test_custom_properties_are_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.custom_doc_props.append(StringProperty(name="模板版本", value="2023.1"))
    book.save(tmp_path / "a.xlsx")
    assert read_grids(tmp_path / "a.xlsx").properties == {"模板版本": "2023.1"}
    write_xls(tmp_path / "a.xls")
    assert read_grids(tmp_path / "a.xls").properties == {}


def test_repeated_cells_and_a_formula_without_value_in_ods(tmp_path: Path) -> None:
    book = OpenDocumentSpreadsheet()
    table = Table(name="Sheet")
    gap = TableRow(numberrowsrepeated=4)
    gap.addElement(TableCell(numbercolumnsrepeated=3))
    line = TableRow()
    line.addElement(TableCell(numbercolumnsrepeated=2))
    cell = TableCell(valuetype="string", numbercolumnsspanned=2, numberrowsspanned=3)
    cell.addElement(P(text="C5"))
    line.addElement(cell)
    line.addElement(CoveredTableCell())
    line.addElement(TableCell(formula="of:=[.A1]"))
    tail = TableRow(numberrowsrepeated=1048000)
    tail.addElement(TableCell(numbercolumnsrepeated=16384))
    for row in (gap, line, tail):
        table.addElement(row)
    book.spreadsheet.addElement(table)
    book.save(str(tmp_path / "a.ods"))
    grid = read_grids(tmp_path / "a.ods").sheets["Sheet"]
    assert [cell for cell in grid.cells() if cell[2]] == [(5, 3, "C5")]
    assert grid.merges == (Box(5, 3, 7, 4),)
    assert grid.valueless == ((5, 5),)


def test_reading_a_grid_does_not_depend_on_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_xlsx(tmp_path / "a.xlsx")
    monkeypatch.chdir(tmp_path)
    assert read_grids("a.xlsx").name == "a.xlsx"
    assert isinstance(read_grids("a.xlsx").sheets["Sheet"], SheetGrid)


def test_a_file_that_grows_while_it_is_opened_is_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.xlsx"
    write_xlsx(path)
    whole, small = path.read_bytes(), list(path.stat())
    small[stat.ST_SIZE] = 100
    monkeypatch.setattr("xlpy.files.source.os.fstat", lambda _: os.stat_result(small))
    assert read_grids(path).sha256 == hashlib.sha256(whole).hexdigest()
