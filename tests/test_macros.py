"""Every button of the ribbon: the same outcome in Excel as on the closed file, in a fixed number of calls."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.both import Both, differences
from tests.comdouble import Excel, Workbook
from tests.making import complete
from xlpy import api, macros
from xlpy.authoring import SUMMARY_XLSX, resource
from xlpy.commands.outcome import Run
from xlpy.demo import FORMS, WORKBOOK, make_folder
from xlpy.demo.clerk import footer
from xlpy.models import Intake
from xlpy.patch import Patch, Write
from xlpy.surfaces.excel import LiveWorkbook
from xlpy.surfaces.file import open_workbook

RUN = Run("2023-09-11 09:00:00", "王")
MOST_CALLS = 400


@pytest.fixture(autouse=True)
def _same_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "this_run", lambda: RUN)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo town's folder before the work, the line below the table filled in."""
    folder = tmp_path_factory.mktemp("town") / "安亭 镇"
    make_folder(folder)
    book = open_workbook(folder / WORKBOOK)
    book.commit(footer(book.snapshot))
    return folder


@pytest.fixture
def folder(town: Path, tmp_path: Path) -> Path:
    return shutil.copytree(town, tmp_path / "镇")


@pytest.fixture
def both(folder: Path) -> Both:
    return Both(folder / WORKBOOK)


# --- the same as on the closed file -----------------------------------------------------------------------------------


def test_a_morning_of_buttons_equals_the_same_commands_on_the_file(both: Both) -> None:
    pulled = both.run(macros.pull, api.pull, both.path.parent / FORMS)
    assert pulled.rows == 23
    assert both.in_excel.sheet("汇总表").height > 20  # rows were inserted
    assert both.run(macros.pull, api.pull, both.path.parent / FORMS).changes == []
    checked = both.run(macros.validate, api.validate, both.path.parent / FORMS)
    assert {flag.rule[0] for flag in checked.flags} >= {"F", "R", "T", "X"}
    assert both.run(macros.total, api.total).totals is not None
    assert both.run(macros.clear_marks, api.clear).changes
    for _ in range(3):  # clear, total, pull; the validation changed nothing
        assert both.run(macros.undo, api.undo).changes
    assert both.in_excel.sheet("汇总表").height == open_workbook(both.path).snapshot.sheet("汇总表").height == 20


def test_settings_are_applied_in_excel_as_in_the_file(both: Both) -> None:
    year = Patch((Write("参数", 4, 2, ((2027,),)),))
    LiveWorkbook(both.book).commit(year)
    open_workbook(both.path).commit(year)
    assert both.run(macros.apply, api.apply).changes
    assert both.in_excel.sheet("汇总表").value(2, 1) == "2027年嘉定区重点产品质量攻关项目申报汇总表"


def test_an_edit_in_excel_is_kept_and_told_like_one_in_the_file(both: Both) -> None:
    both.run(macros.pull, api.pull, both.path.parent / FORMS)
    edit = Patch((Write("汇总表", 5, 2, (("=1+1 改过的名称",),)), Write("汇总表", 6, 8, ((7.25,),))))
    LiveWorkbook(both.book).commit(edit)
    open_workbook(both.path).commit(edit)
    report = both.run(macros.pull, api.pull, both.path.parent / FORMS)
    found = [(f.rule, f.cell) for f in report.flags]
    assert ("R08", "B5") in found
    assert ("X01", "B5") in found
    assert ("X04", "H6") in found


def test_what_excel_wrote_can_be_undone_in_the_saved_file_and_the_other_way(both: Both) -> None:
    """撤销记录, the links that Excel was given as formulas and the formats it was left with hold no trap."""
    before = open_workbook(both.path).snapshot
    both.run(macros.pull, api.pull, both.path.parent / FORMS)
    in_excel = Excel().open(both.path)
    both.book.api.SaveCopyAs(str(both.path))
    api.undo(both.path)
    assert macros.undo(in_excel) is not None
    for name in ("汇总表", "校验结果", "来源"):
        assert differences(open_workbook(both.path).snapshot.sheet(name), before.sheet(name)) == []
        assert differences(LiveWorkbook(in_excel).snapshot.sheet(name), before.sheet(name)) == []


def test_a_workbook_without_our_other_sheets_gets_them(tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / WORKBOOK
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("申报汇总")
    sheet.write_row("A1", ["序号", "项目名称", "项目单位", "完成时间", "经济效益"])
    sheet.write_row("A2", [1, "降噪", "甲公司", "2022年6月", 5])
    sheet.write_row("A3", ["填报单位：安亭镇"])
    book.close()
    (tmp_path / FORMS).mkdir()
    both = Both(path)
    both.run(macros.validate, api.validate)
    both.run(macros.total, api.total)
    both.run(macros.undo, api.undo)
    assert both.book.sheets["撤销记录"].visible == 2


def test_a_received_workbook_cannot_send_windows_to_a_server(both: Both) -> None:
    live = LiveWorkbook(both.book)
    live.commit(Patch((Write("来源", 1, 3, (("登记表文件夹：//server/share",),)),)))
    assert macros._recorded_folder(live) is None


# --- what the user sees -----------------------------------------------------------------------------------------------


def test_the_status_bar_tells_the_outcome_and_the_sheet_worth_seeing_is_in_front(both: Both) -> None:
    seen = []
    buttons: tuple[Callable[[], object], ...] = (
        lambda: macros.pull(both.book, both.path.parent / FORMS),
        lambda: macros.validate(both.book),
        lambda: macros.total(both.book),
        lambda: macros.clear_marks(both.book),
        lambda: macros.undo(both.book),
        lambda: macros.open_results(both.book),
        lambda: macros.help(both.book),
    )
    for click in buttons:
        click()
        seen.append((both.status, both.in_front))
    assert both.excel.boxes == []
    assert seen[0] == ("导入完成：汇总表 23 行，未采用 4 个文件；" + seen[0][0].split("；")[1], "汇总表")
    assert seen[1] == ("校验完成：" + seen[0][0].split("；")[1], "校验结果")
    assert seen[2][0].startswith("合计完成：项目 23 个，经济效益 3,635.20 万元")
    assert [front for _, front in seen[2:]] == ["统计", "汇总表", "汇总表", "校验结果", "使用说明"]
    assert seen[3][0] == "已清除标记；再点“校验”会重新标出"
    assert seen[4][0].startswith("已撤销上一步，恢复了 ")


def test_pull_asks_for_the_folder_and_starts_at_the_last_one(both: Both) -> None:
    both.excel.picked = both.path.parent / FORMS
    macros.pull(both.book)
    assert both.excel.started_at == f"{both.path.parent}\\"
    assert both.status.startswith("导入完成：汇总表 23 行")
    both.excel.picked = None
    assert macros.pull(both.book) is None
    assert both.excel.started_at == f"{both.path.parent / FORMS}\\"
    assert both.status == "没有选择文件夹，什么也没有改动"


def test_validate_compares_with_the_forms_of_the_last_pull_while_they_are_there(both: Both) -> None:
    macros.pull(both.book, both.path.parent / FORMS)
    with_forms = macros.validate(both.book)
    assert with_forms is not None
    assert any(flag.rule.startswith("F") for flag in with_forms.flags)
    shutil.rmtree(both.path.parent / FORMS)
    alone = macros.validate(both.book)
    assert alone is not None
    assert not any(flag.rule.startswith("F") for flag in alone.flags)
    assert both.status.endswith("（没有找到登记表文件夹，只查了汇总表本身）")


def test_a_click_takes_the_workbook_that_was_active(both: Both) -> None:
    both.book.set_mock_caller()
    assert macros.total() is not None
    assert both.in_front == "统计"


# --- failures ---------------------------------------------------------------------------------------------------------


def test_a_failure_is_one_sentence_and_the_place_of_the_log(both: Both) -> None:
    assert macros.undo(both.book) is None
    sentence, blank, log = both.excel.boxes[0].split("\n")
    assert (sentence, blank) == ("没有可以撤销的操作", "")
    place = Path(log.removeprefix("详细记录在 "))
    assert "error: xlpy.errors.CannotRun\n" in place.read_text("utf-8")


def test_a_mistake_of_ours_shows_no_traceback(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xlpy.commands.total.totals", lambda *args: 1 / 0)
    assert macros.total(both.book) is None
    assert both.excel.boxes[0].startswith("程序内部出错（ZeroDivisionError），没有做完\n\n详细记录在 ")


def test_a_workbook_that_is_no_summary_says_so(tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "别的.xlsx"
    xlsxwriter.Workbook(path).close()
    excel = Excel()
    book = excel.open(path)
    assert macros.validate(book) is None
    assert "这不是汇总表" in excel.boxes[0]
    macros.open_results(book)
    assert excel.boxes[1].startswith("这个工作簿里没有工作表“校验结果”。请先点“校验”\n")


def test_where_no_message_box_can_come_up_the_sentence_goes_to_the_caller(both: Both) -> None:
    both.excel.busy = True
    with pytest.raises(SystemExit) as ended:
        macros.validate(both.book)
    assert str(ended.value).startswith("Excel 正忙，可能有单元格正在编辑。")


# --- how many calls ---------------------------------------------------------------------------------------------------


def intake(rows: int) -> Intake:
    forms = [complete(f"降噪技术{n:04}", f"第{n:04}公司", f"登记表/{n}.xlsx") for n in range(rows)]
    return Intake(folder=FORMS, forms=tuple(forms))


@pytest.fixture(scope="module")
def counted() -> Iterator[dict[tuple[str, int], int]]:
    counts: dict[tuple[str, int], int] = {}
    yield counts
    print("\nCalls to Excel    20 rows  2,000 rows")
    for name in dict.fromkeys(name for name, _ in counts):
        print(f"{name:16}{counts.get((name, 20), 0):9}{counts.get((name, 2000), 0):12,}")


def clicks(rows: int, path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Macro → calls, on a table that gets `rows` rows; every row has something wrong with it."""
    shutil.copy(resource(SUMMARY_XLSX), path)
    excel = Excel()
    book = excel.open(path)

    def read_folder(folder: Path, workbook: Path, progress: Callable[[int, int, str], None], _: object) -> Intake:
        for done in range(rows + 1):
            progress(done, rows, "某企业.xlsx")
        return intake(rows)

    monkeypatch.setattr("xlpy.intake.read_folder", read_folder)
    monkeypatch.setattr(Workbook, "do_SaveCopyAs", lambda book, copy: Path(copy).write_bytes(b""))  # one call as ever
    counts: dict[str, int] = {}
    buttons: dict[str, Callable[[], object]] = {
        "pull": lambda: macros.pull(book, path.parent),
        "clear_marks": lambda: macros.clear_marks(book),
        "validate": lambda: macros.validate(book, path.parent),
        "total": lambda: macros.total(book),
        "undo": lambda: macros.undo(book),
        "apply": lambda: macros.apply(book),
        "open_results": lambda: macros.open_results(book),
        "help": lambda: macros.help(book),
    }
    for name, click in buttons.items():
        excel.calls.clear()
        click()
        counts[name] = excel.calls.total()
    assert excel.boxes == []
    inner: Workbook = object.__getattribute__(book.api, "_inner")
    assert inner.sheets[1].seen(rows + 3, 2).value == f"降噪技术{rows - 1:04}"
    return counts


def test_the_number_of_calls_does_not_grow_with_the_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, counted: dict[tuple[str, int], int]
) -> None:
    few = clicks(20, tmp_path / "20.xlsx", monkeypatch)
    many = clicks(2000, tmp_path / "2000.xlsx", monkeypatch)
    counted |= {(n, 20): c for n, c in few.items()} | {(n, 2000): c for n, c in many.items()}
    assert few == many
    assert max(many.values()) < MOST_CALLS
