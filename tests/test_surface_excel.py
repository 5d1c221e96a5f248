"""A workbook open in Excel, over xlwings' real Windows engine and a stand-in for Excel that counts every call."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.both import differences
from tests.comcells import Cell
from tests.comdouble import Excel, Workbook, Worksheet
from tests.comwire import REJECTED, com_error
from xlpy.errors import CannotRun
from xlpy.grids import Box, Formula, Scalar, SheetGrid, same_scalar
from xlpy.patch import AddSheet, DeleteRows, DropSheet, InsertRows, Operation, Patch, Write, block, safe_text
from xlpy.surfaces.excel import LiveWorkbook
from xlpy.surfaces.file import open_workbook

SHEET = "汇总表"
HOSTILE = [
    "=1+1", "+1", "-1", "@x", "00123", "3-4", "2022.10", "2022年6月", "1e5", "12%", "10:30", "TRUE", "#N/A", "'引号",
    "''", "a\tb", "两\n行", " 前后 ", "😀", "安亭镇", "=cmd|'/c calc'!A1", "(5)", "1,234", "\u200b", "国际先进",
    safe_text("字" * 40_000), safe_text("=" + "1" * 40_000), safe_text("控\x01制\x0b符"),
]  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A General column A, a text column B, a date column C; a merged title, a hidden sheet, a formula."""
    file = tmp_path / "汇总 表.xlsx"
    book = xlsxwriter.Workbook(file)
    text, date = book.add_format({"num_format": "@"}), book.add_format({"num_format": "yyyy/m/d"})
    money, clock = book.add_format({"num_format": "¥#,##0.00"}), book.add_format({"num_format": "h:mm"})
    sheet = book.add_worksheet(SHEET)
    sheet.set_column("B:B", 20, text)
    sheet.set_column("C:C", 20, date)
    sheet.merge_range("A2:E2", "标题")
    sheet.write_row("A3", ["甲", "00123", "乙"])
    sheet.write_string("B4", "=1+1", text)
    sheet.write_datetime("C4", dt.datetime(2022, 6, 30), date)
    sheet.write_datetime("C5", dt.datetime(2022, 6, 30, 10, 5), date)
    sheet.write_datetime("D5", dt.time(10, 30), clock)
    sheet.write_number("D4", 12.345678, money)
    sheet.write_formula("E4", "=D4*2", None, 24.691356)
    sheet.write_formula("E5", "=1/0", None, "#DIV/0!")
    sheet.write_boolean("A5", True)
    for row in range(6, 30):
        sheet.write_blank(row, 1, None, text)
    hidden = book.add_worksheet("藏")
    hidden.write("A1", "看不见")
    hidden.very_hidden()
    book.close()
    return file


@pytest.fixture
def excel() -> Excel:
    return Excel()


def opened(excel: Excel, path: Path) -> tuple[LiveWorkbook, Workbook]:
    book = excel.open(path)
    return LiveWorkbook(book), object.__getattribute__(book.api, "_inner")


def written(excel: Excel, path: Path, *operations: Operation) -> SheetGrid:
    """The sheet as it is read anew after the operations."""
    live, _ = opened(excel, path)
    live.commit(Patch(operations))
    return LiveWorkbook(live.book).snapshot.sheet(SHEET)


def column(grid: SheetGrid, c: int, top: int, count: int) -> list[Scalar]:
    return [grid.stored(r, c) for r in range(top, top + count)]


# --- reading ----------------------------------------------------------------------------------------------------------


def test_the_open_workbook_reads_as_the_closed_one(excel: Excel, path: Path) -> None:
    live, closed = opened(excel, path)[0].snapshot, open_workbook(path).snapshot
    assert list(live.sheets) == list(closed.sheets)
    for name, grid in closed.sheets.items():
        seen = live.sheet(name)
        for r in range(1, 12):
            for c in range(1, 8):
                assert same_scalar(seen.stored(r, c), grid.stored(r, c)), (name, r, c)
        assert (seen.merges, seen.hidden) == (grid.merges, grid.hidden)


def test_dates_money_errors_and_text_that_looks_like_a_formula(excel: Excel, path: Path) -> None:
    grid = opened(excel, path)[0].snapshot.sheet(SHEET)
    assert grid.value(4, 3) == dt.date(2022, 6, 30)
    assert grid.value(5, 3) == dt.datetime(2022, 6, 30, 10, 5)
    assert grid.value(5, 4) == dt.time(10, 30)
    assert grid.value(4, 4) == 12.345678  # Value would round it to four places
    assert grid.value(5, 5) == "#DIV/0!"
    assert grid.formulas == {(4, 5): "=D4*2", (5, 5): "=1/0"}  # and not B4


def test_formats_far_below_the_table_do_not_count_as_rows(excel: Excel, path: Path) -> None:
    book = excel.load(path)
    book.sheets[0].cells[1_000_000, 2] = Cell(format="@")
    assert LiveWorkbook(excel.wrapped(book)).snapshot.sheet(SHEET).height == 5


def test_merged_areas_in_the_middle_of_a_long_table_are_found(excel: Excel, path: Path) -> None:
    book = excel.load(path)
    sheet = book.sheets[0]
    for row in range(10, 2000):
        sheet.cells[row, 1] = Cell("甲")
    sheet.merges += [(1200, 2, 1204, 2), (1203, 4, 1203, 5)]
    excel.calls.clear()
    merges = LiveWorkbook(excel.wrapped(book)).snapshot.sheet(SHEET).merges
    assert merges == (Box(2, 1, 2, 5), Box(1200, 2, 1204, 2), Box(1203, 4, 1203, 5))
    assert excel.calls["MergeCells"] < 80


def test_a_table_full_of_merged_cells_is_refused(excel: Excel, path: Path) -> None:
    book = excel.load(path)
    book.sheets[0].merges += [(row, 2, row + 1, 2) for row in range(10, 2000, 4)]
    with pytest.raises(CannotRun) as refused:
        LiveWorkbook(excel.wrapped(book))
    assert str(refused.value) == (
        "工作表“汇总表”里合并的单元格太多。请取消表格里的合并单元格，让每一行都填完整，再点一次"
    )


# --- writing ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("left", [1, 2, 3], ids=["General", "text", "date"])
def test_hostile_text_arrives_the_same_through_both_surfaces(excel: Excel, path: Path, left: int) -> None:
    write = Write(SHEET, 8, left, block([[text] for text in HOSTILE]))
    in_excel = column(written(excel, path, write), left, 8, len(HOSTILE))
    file = open_workbook(path)
    file.commit(Patch((write,)))
    in_file = column(open_workbook(path).snapshot.sheet(SHEET), left, 8, len(HOSTILE))
    assert in_excel == HOSTILE
    assert in_file == HOSTILE


@given(texts=st.lists(st.text(max_size=12).map(safe_text).filter(bool), min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_any_text_arrives_in_cells_of_any_format(texts: Sequence[str]) -> None:
    book = Workbook(Excel(), "C:/表.xlsx")
    book.sheets.append(sheet := Worksheet(book, SHEET))
    book.active = sheet
    for row in range(1, 7, 2):  # every other cell is formatted as text
        sheet.cells[row, 1] = Cell(format="@")
    live = LiveWorkbook(Excel.wrapped(book))
    live._back_up = lambda: Path("备份")  # type: ignore[method-assign]
    live.commit(Patch((Write(SHEET, 1, 1, block([[text] for text in texts])),)))
    assert [sheet.seen(row, 1).value for row in range(1, len(texts) + 1)] == list(texts)


def test_without_protection_the_stand_in_would_mangle_the_texts() -> None:
    """What the tests above rest on: this Excel reads text as the real one does."""
    book = Workbook(Excel(), "C:/表.xlsx")
    sheet = Worksheet(book, SHEET)
    seen: list[object] = []
    for text in ("=1+1", "00123", "3-4", "2022.10", "-1", "安亭镇"):
        sheet.cell(1, 1).enter(text)
        seen.append(sheet.cells[1, 1].value)
        sheet.cells.clear()
    assert seen == [2.0, 123.0, 44989.0, 2022.1, -1.0, "安亭镇"]


def test_numbers_stay_numbers_in_text_columns(excel: Excel, path: Path) -> None:
    values: list[Scalar] = [12.5, "00123", 3, True, None, "=1"]
    grid = written(excel, path, Write(SHEET, 8, 2, block([[v] for v in values])))
    assert column(grid, 2, 8, 6) == [12.5, "00123", 3.0, True, None, "=1"]


def test_what_was_read_writes_back_as_it_was(excel: Excel, path: Path) -> None:
    before = opened(excel, path)[0].snapshot.sheet(SHEET)
    write = Write(SHEET, 3, 1, before.stored_block(3, 1, 3, 5))
    after = written(excel, path, write)
    for r in range(3, 6):
        for c in range(1, 6):
            assert same_scalar(before.stored(r, c), after.stored(r, c)) or after.value(r, c) == "#DIV/0!", (r, c)
    assert after.formulas == before.formulas


def test_dates_keep_the_format_of_their_cell(excel: Excel, path: Path) -> None:
    live, book = opened(excel, path)
    live.commit(Patch((Write(SHEET, 9, 3, ((dt.date(2023, 9, 15),),)),)))
    assert (book.sheets[0].cells[9, 3].value, book.sheets[0].cells[9, 3].format) == (45184.0, "yyyy/m/d")


def test_links_show_their_text_and_lead_to_their_cell(excel: Excel, path: Path) -> None:
    places: list[Scalar] = ["汇总表!D7", "[登记表/某 企业.xlsx]登记表!C5", "登记表!第3行第2列", None]
    live, book = opened(excel, path)
    sheet = book.sheets[0]
    sheet.links[8, 2] = "旧的"
    live.commit(Patch((Write(SHEET, 8, 2, block([[p] for p in places]), links=True),)))
    assert [sheet.seen(r, 2).formula for r in range(8, 12)] == [
        '=HYPERLINK("#\'汇总表\'!$D$7","汇总表!D7")',
        '=HYPERLINK("登记表\\某 企业.xlsx#\'登记表\'!$C$5","[登记表/某 企业.xlsx]登记表!C5")',
        "",
        "",
    ]
    assert sheet.links == {}
    again = LiveWorkbook(live.book).snapshot.sheet(SHEET)
    assert column(again, 2, 8, 4) == places  # our own links count as text, so a second run has nothing to do


def test_a_link_that_excel_could_not_follow_is_text(excel: Excel, path: Path) -> None:
    place = f"[{'长' * 260}.xlsx]登记表!C5"
    live, book = opened(excel, path)
    live.commit(Patch((Write(SHEET, 8, 1, ((place,),), links=True),)))
    assert (book.sheets[0].cells[8, 1].value, book.sheets[0].cells[8, 1].formula) == (place, "")


def test_the_closed_file_takes_those_links_for_text_too(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    sheet = book.add_worksheet(SHEET)
    sheet.write_formula("A1", '=HYPERLINK("#\'汇总表\'!$D$7","汇总表!D7")', None, "汇总表!D7")
    sheet.write_formula("A2", '=HYPERLINK("http://a","别人的")', None, "别人的")
    book.close()
    grid = open_workbook(tmp_path / "a.xlsx").snapshot.sheet(SHEET)
    assert column(grid, 1, 1, 2) == ["汇总表!D7", Formula('=HYPERLINK("http://a","别人的")')]


def test_inserted_rows_look_like_the_row_above_and_can_go_again(excel: Excel, path: Path) -> None:
    live, book = opened(excel, path)
    sheet = book.sheets[0]
    live.commit(Patch((InsertRows(SHEET, 5, 2), Write(SHEET, 5, 2, (("007",), ("008",))))))
    assert [sheet.seen(r, 3).format for r in (4, 5, 6)] == ["yyyy/m/d"] * 3
    assert [sheet.seen(r, 2).value for r in (4, 5, 6)] == ["=1+1", "007", "008"]
    assert sheet.seen(7, 1).value is True
    live.commit(Patch((DeleteRows(SHEET, 5, 2),)))
    assert sheet.seen(5, 1).value is True


def test_rows_that_go_come_back_with_what_they_held(excel: Excel, path: Path) -> None:
    """Texts like formulas, dates, formulas and links, in rows here and there, taken out from below upwards."""
    live, book = opened(excel, path)
    sheet = book.sheets[0]
    written = block([["=1+1", "00123"], ["3-4", "007"], ["甲", "乙"], [7.5, None]])
    live.commit(Patch((Write(SHEET, 6, 1, written), Write(SHEET, 6, 6, (("汇总表!A3",),), links=True))))
    before = live.snapshot
    patch = Patch((DeleteRows(SHEET, 8, 1), DeleteRows(SHEET, 6, 1), DeleteRows(SHEET, 4, 1)))
    back = patch.inverse(before)
    live.commit(patch)
    assert [sheet.seen(r, 1).value for r in (3, 5, 6)] == ["甲", "3-4", 7.5]
    assert differences(LiveWorkbook(excel.wrapped(book)).snapshot.sheet(SHEET), live.snapshot.sheet(SHEET)) == []
    live.commit(back)
    assert differences(LiveWorkbook(excel.wrapped(book)).snapshot.sheet(SHEET), before.sheet(SHEET)) == []


def test_rows_that_stand_together_go_in_one_call(excel: Excel, path: Path) -> None:
    live, _ = opened(excel, path)
    counts = []
    for runs in ([(4, 1)], [(4, 50)], [(90, 5), (60, 10), (4, 50)]):
        excel.calls.clear()
        live.commit(Patch(tuple(DeleteRows(SHEET, *run) for run in runs)))
        counts.append((excel.calls["Delete()"], excel.calls.total()))
    assert [deleted for deleted, _ in counts] == [1, 1, 3]
    assert counts[0] == counts[1]
    assert counts[2][1] - counts[1][1] < 2 * 10


def test_sheets_come_and_go_behind_the_one_in_front(excel: Excel, path: Path) -> None:
    live, book = opened(excel, path)
    live.commit(Patch((AddSheet("撤销记录", hidden=True), Write("撤销记录", 1, 1, (("步骤", 1),)), AddSheet("来源"))))
    assert [(s.name, s.visible) for s in book.sheets] == [(SHEET, -1), ("藏", 2), ("撤销记录", 2), ("来源", -1)]
    assert book.active.name == SHEET
    live.commit(Patch((DropSheet("撤销记录"),)))
    assert [s.name for s in book.sheets] == [SHEET, "藏", "来源"]


def test_the_snapshot_follows_the_commits(excel: Excel, path: Path) -> None:
    live, _ = opened(excel, path)
    live.commit(Patch((Write(SHEET, 3, 1, (("丙",),)),)))
    assert live.snapshot.sheet(SHEET).value(3, 1) == "丙"
    excel.calls.clear()
    assert live.commit(Patch()) is None
    assert not excel.calls


def test_one_backup_holds_the_workbook_as_it_was(excel: Excel, path: Path) -> None:
    live, book = opened(excel, path)
    book.sheets[0].cells[3, 1].value = "还没保存的改动"
    backup = live.commit(Patch((Write(SHEET, 3, 1, (("甲",),)), Write(SHEET, 4, 1, (("乙",),)))))
    assert backup == path.parent / "备份" / "汇总 表.备份1.xlsx"
    assert open_workbook(backup).snapshot.sheet(SHEET).value(3, 1) == "还没保存的改动"
    assert excel.calls["SaveCopyAs()"] == 1


def test_excel_is_as_it_was_after_success_and_after_failure(excel: Excel, path: Path) -> None:
    before = dict(excel.settings)
    live, _ = opened(excel, path)
    live.commit(Patch((Write(SHEET, 3, 1, (("丙",),)),)))
    assert excel.settings == before
    excel.mangles = lambda cell: setattr(cell, "value", "别的")
    with pytest.raises(CannotRun):
        live.commit(Patch((Write(SHEET, 3, 1, (("丁",),)),)))
    assert excel.settings == before


# --- refusals ---------------------------------------------------------------------------------------------------------


def refusal(live: LiveWorkbook, *operations: Operation) -> str:
    with pytest.raises(CannotRun) as refused:
        live.commit(Patch(operations or (Write(SHEET, 3, 1, (("丙",),)),)))
    return str(refused.value)


def test_an_excel_that_alters_what_was_written_is_found_out(excel: Excel, path: Path) -> None:
    live, _ = opened(excel, path)
    excel.mangles = lambda cell: setattr(cell, "value", "别的")
    assert refusal(live) == (
        "写入没有完成：汇总表!A3 写入后的内容对不上。请关闭工作簿、不要保存，再重新打开；"
        f"写入之前的内容在 {path.parent / '备份' / '汇总 表.备份1.xlsx'}"
    )


def test_protection_is_named_before_anything_is_written(excel: Excel, path: Path) -> None:
    live, book = opened(excel, path)
    book.sheets[0].protected = book.protected = True
    assert refusal(live) == "工作表“汇总表”有保护，不能写入。请在“审阅”里撤消工作表保护，再点一次"
    assert refusal(live, AddSheet("来源")) == (
        "工作簿的结构有保护，不能增减工作表。请在“审阅”里撤消“保护工作簿”，再点一次"
    )
    assert excel.calls["SaveCopyAs()"] == excel.calls["Value="] == 0


def test_a_text_that_no_cell_can_hold_is_refused_before_anything_is_written(excel: Excel, path: Path) -> None:
    live, _ = opened(excel, path)
    assert refusal(live, Write(SHEET, 3, 1, (("好",), ("长" * 40_000,)))) == (
        "要写入“汇总表”的文字超过 32767 个字，或含有单元格存不下的字符"
    )
    assert excel.calls["Value="] == 0


def test_a_filter_is_lifted_so_that_no_row_is_skipped(excel: Excel, path: Path) -> None:
    live, book = opened(excel, path)
    book.sheets[0].filtered = True
    live.commit(Patch((Write(SHEET, 3, 1, (("丙",),)),)))
    assert book.sheets[0].seen(3, 1).value == "丙"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"read_only": True}, "“汇总 表.xlsx”是以只读方式打开的。请关闭后重新打开，或另存一份再点一次"),
        ({"path": "工作簿1"}, "“工作簿1”还没有保存过。请先保存到放登记表的文件夹旁边，再点一次"),
        (
            {"path": "https://d.docs.live.net/x/a.xlsx"},
            "“a.xlsx”存放在网盘（OneDrive、SharePoint）上。请用“另存为”存到本机的文件夹里，再点一次",
        ),
    ],
)
def test_a_workbook_that_could_not_be_saved_is_refused(
    excel: Excel, path: Path, change: dict[str, object], sentence: str
) -> None:
    book = excel.load(path)
    vars(book).update(change)
    with pytest.raises(CannotRun) as refused:
        LiveWorkbook(excel.wrapped(book))
    assert str(refused.value) == sentence


def test_a_cell_being_edited_gives_one_sentence_and_no_endless_waiting(excel: Excel, path: Path) -> None:
    book = excel.open(path)
    excel.busy = True
    with pytest.raises(CannotRun) as refused:
        LiveWorkbook(book)
    assert str(refused.value) == (
        "Excel 正忙，可能有单元格正在编辑。请按回车或 Esc 结束编辑、关掉打开的对话框，再点一次"
    )


def test_an_edit_in_the_middle_of_a_commit_is_waited_for(excel: Excel, path: Path) -> None:
    live, book = opened(excel, path)
    interruptions: Iterator[bool] = iter([False, True, True, False])

    def sometimes(cell: Cell) -> None:
        if next(interruptions, False):
            raise com_error(REJECTED)

    excel.mangles = sometimes
    live.commit(Patch((Write(SHEET, 3, 1, (("丙",), ("丁",))),)))
    assert [book.sheets[0].seen(r, 1).value for r in (3, 4)] == ["丙", "丁"]


# --- how many calls ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["text", "number", "mixed"])
def test_a_block_takes_as_many_calls_whatever_its_height(excel: Excel, path: Path, kind: str) -> None:
    counts = []
    for height in (20, 2000):
        live, _ = opened(excel, path)
        values: list[list[Scalar]] = [
            [f"00{n}" if kind == "text" or (kind == "mixed" and n % 2) else float(n)] * 2 for n in range(height)
        ]
        excel.calls.clear()
        live.commit(Patch((Write(SHEET, 8, 1, block(values)),)))
        counts.append(excel.calls.total())
    assert counts[0] == counts[1] < 40
