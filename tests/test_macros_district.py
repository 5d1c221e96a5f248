"""The bureau's buttons: the same outcome in Excel as on the closed file, in a fixed number of calls."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.both import Both
from tests.comdouble import Excel, Workbook
from tests.districts import RUN, project, received, town, typed
from tests.town_files import TOWNS, UNITS, district_file, some_towns, town_file
from xlpy import api, macros
from xlpy.authoring import DISTRICT_XLSX, SUMMARY_XLSX, resource
from xlpy.commands.merging import TableMerge
from xlpy.layout import ACCOUNTS, DUPLICATES
from xlpy.models import TownIntake, TownTable
from xlpy.patch import Patch, Write, block
from xlpy.report import Report
from xlpy.summary import parse_summary
from xlpy.surfaces.excel import LiveWorkbook
from xlpy.surfaces.file import open_workbook


@pytest.fixture(autouse=True)
def _same_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "this_run", lambda: RUN)


@pytest.fixture
def towns(tmp_path: Path) -> Path:
    return some_towns(tmp_path)


@pytest.fixture
def both(tmp_path: Path) -> Both:
    return Both(district_file(tmp_path))


def edit(both: Both, *writes: Write) -> None:
    """The same typed in Excel and in the file."""
    LiveWorkbook(both.book).commit(Patch(writes))
    open_workbook(both.path).commit(Patch(writes))


def decide(both: Both, sheet: str, key: str, **words: str) -> None:
    """What the bureau types into the line of `key`."""
    before = both.in_excel
    after = typed(before, sheet, key, **words)
    edit(both, *(Write(sheet, r, c, block([[v]])) for r, c, v in after.sheets[sheet].cells()
                 if before.sheets[sheet].value(r, c) != v))  # fmt: skip


# --- the same as on the closed file -----------------------------------------------------------------------------------


def test_a_week_of_the_bureau_equals_the_same_commands_on_the_file(both: Both, towns: Path) -> None:
    assert both.run(macros.consolidate, api.consolidate, towns).rows == 9
    assert both.run(macros.consolidate, api.consolidate, towns).changes == []

    town_file(
        towns / "马陆镇.xlsx",
        "马陆镇",
        project("安001号线降噪", "安亭镇第001公司"),
        project("减重", "乙公司"),
    )
    town_file(towns / "华亭镇.xlsx", "华亭镇", project("虚焊", "丙公司", amount="=1+1"), modified=1.8e9)
    edit(both, Write("汇总表", 4, 9, (("区局备注",),)))
    waiting = both.run(macros.consolidate, api.consolidate, towns)
    assert [flag.message[:23] for flag in waiting.flags if flag.rule == "D05"] == [
        "“马陆镇”的 街镇报送/马陆镇.xlsx 内容"
    ]
    decide(both, ACCOUNTS, "待决定", 采用="采用")
    again = both.run(macros.consolidate, api.consolidate, towns)
    assert "D01" in {flag.rule for flag in again.flags}
    assert both.in_excel.sheet("汇总表").value(4, 9) == "区局备注"

    decide(both, DUPLICATES, "D01", 决定="排除", 去掉="乙", 理由="两镇协商")
    decided = both.run(macros.consolidate, api.consolidate, towns)
    assert decided.rows == (again.rows or 0) - 1
    assert both.run(macros.undo, api.undo).changes
    assert both.run(macros.consolidate, api.consolidate, towns).rows == decided.rows
    assert both.run(macros.total, api.total).totals is not None
    assert both.run(macros.undo, api.undo).changes


def test_rows_that_go_and_come_back_are_the_same_in_excel(both: Both, towns: Path) -> None:
    """Rows here and there leave the table with the file they came in, and return with it."""
    both.run(macros.consolidate, api.consolidate, towns)
    decide(both, ACCOUNTS, "街镇报送/马陆镇.xlsx", 采用="不采用")
    assert both.run(macros.consolidate, api.consolidate, towns).rows == 6
    assert [row.town.raw for row in parse_summary(both.in_excel).rows] == ["安亭镇"] * 3 + ["徐行镇"] * 3
    both.run(macros.undo, api.undo)
    assert len(parse_summary(both.in_excel).rows) == 9


# --- what the user sees -----------------------------------------------------------------------------------------------


def test_the_status_bar_says_what_was_done_and_what_waits(both: Both, tmp_path: Path) -> None:
    folder = tmp_path / TOWNS
    for n, (unit, file) in enumerate(
        [("安亭镇", "安亭镇.xlsx"), ("马陆镇", "马陆镇.xlsx"), ("马陆镇", "马陆镇 新.xlsx")]
    ):
        town_file(folder / file, unit, project("降噪"), *[project("减重", "乙公司")] * n, modified=1.7e9 + n)
    macros.consolidate(both.book, folder)
    assert both.excel.boxes == []
    assert both.status.startswith("合并完成：收到 ")
    assert "，收支平衡；错误 " in both.status
    assert both.status.endswith(
        "接下来：“收支核对”有 1 份待决定（填“采用”栏），“疑似重复”有 1 对待决定（填“决定”栏），填好再合并一次"
    )
    assert both.in_front == "收支核对"


def test_it_asks_for_the_folder_and_starts_at_the_last_one(both: Both, towns: Path) -> None:
    both.excel.picked = towns
    report = macros.consolidate(both.book)
    assert report is not None
    assert report.rows == 9
    assert both.excel.started_at == f"{both.path.parent}\\"
    both.excel.picked = None
    assert macros.consolidate(both.book) is None
    assert both.excel.started_at == f"{towns}\\"
    assert both.status == "没有选择文件夹，什么也没有改动"


def test_what_does_not_balance_comes_as_a_message_and_writes_nothing(
    both: Both, towns: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = TableMerge.add
    monkeypatch.setattr(TableMerge, "add", lambda merge, arriving: add(merge, arriving[1:]))  # a row goes astray
    before = both.in_excel
    report = macros.consolidate(both.book, towns)
    assert report is not None
    assert report.exit_code == 1
    assert both.in_excel == before
    (box,) = both.excel.boxes
    assert box.startswith("收支不平衡，没有写入任何内容。")
    assert both.excel.calls["SaveCopyAs()"] == 0


def test_each_button_keeps_to_its_kind_of_workbook(both: Both, towns: Path, tmp_path: Path) -> None:
    """It says so before it asks for a folder."""
    assert macros.pull(both.book) is None
    assert both.excel.boxes[0].split("\n")[0] == (
        "“区级汇总表.xlsx”是区级汇总表，不直接导入登记表。请点“合并街镇汇总表”，或运行 xlpy consolidate"
    )
    path = Path(shutil.copyfile(resource(SUMMARY_XLSX), tmp_path / "附件2.xlsx"))
    excel = Excel()
    book = excel.open(path)
    assert macros.consolidate(book) is None
    assert macros.send_back(book) is None
    assert [box.split("\n")[0] for box in excel.boxes] == [
        "“附件2.xlsx”不是区级汇总表（没有“收支核对”表）。请用 xlpy new district 新建区级汇总表，在那里合并"
    ] * 2
    assert both.excel.started_at == excel.started_at == ""


def test_validate_does_not_take_the_towns_folder_for_forms(both: Both, towns: Path) -> None:
    macros.consolidate(both.book, towns)
    report = macros.validate(both.book)
    assert report is not None
    assert report.skipped is None
    assert both.status.endswith("（和街镇材料核对请点“合并街镇汇总表”，只查了汇总表本身）")


def test_what_goes_back_is_made_of_the_saved_workbook(both: Both, tmp_path: Path) -> None:
    folder = town_file(tmp_path / TOWNS / "安亭镇.xlsx", "安亭镇", project("降噪", amount="约500")).parent
    macros.consolidate(both.book, folder)
    assert macros.send_back(both.book) is None
    assert both.excel.boxes.pop().split("\n")[0] == "“区级汇总表.xlsx”有还没有保存的改动。请先保存，再点一次"
    both.book.api.Save()
    sent = macros.send_back(both.book)
    assert both.excel.boxes == []
    assert sent is not None
    assert [one.town for one in sent] == ["安亭镇"]
    assert both.status == f"已做好 1 个街镇的退回材料，在 {sent[0].folder.parent}；街镇的原件没有动"
    town_file(folder / "安亭镇.xlsx", "安亭镇", project("降噪"))
    assert macros.send_back(both.book, folder) == []
    assert both.status == "各街镇的材料没有要修改的，不用退回"


# --- how many calls ---------------------------------------------------------------------------------------------------


def intake(rows: int, units: Sequence[str] = UNITS) -> TownIntake:
    """Three towns' tables; every row has something wrong with it."""

    def table(unit: str) -> TownTable:
        mine = [project(f"{unit[0]}{n:03}号线降噪", f"{unit}第{n:03}公司", "约500") for n in range(rows)]
        return town(unit, *mine, file=f"{TOWNS}/{unit}.xlsx")

    return received(*map(table, units), folder=TOWNS)


def clicks(rows: int, path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Step → calls to Excel, for three towns with `rows` projects each."""
    shutil.copyfile(resource(DISTRICT_XLSX), path)
    excel = Excel()
    book = excel.open(path)

    def read_towns(folder: Path, workbook: Path, progress: Callable[[int, int, str], None], _: object) -> TownIntake:
        for done in range(len(UNITS) + 1):
            progress(done, len(UNITS), "附件2.xlsx")
        return intake(rows)

    def refuse() -> Report | None:
        live = LiveWorkbook(book)
        after = typed(live.snapshot, ACCOUNTS, f"{TOWNS}/马陆镇.xlsx", 采用="不采用")
        cells = after.sheets[ACCOUNTS].cells()
        cell = next((r, c, v) for r, c, v in cells if live.snapshot.sheets[ACCOUNTS].value(r, c) != v)
        live.commit(Patch((Write(ACCOUNTS, *cell[:2], block([[cell[2]]])),)))
        excel.calls.clear()
        return macros.consolidate(book, path.parent)

    monkeypatch.setattr("xlpy.intake.read_towns", read_towns)
    monkeypatch.setattr(Workbook, "do_SaveCopyAs", lambda book, copy: Path(copy).write_bytes(b""))  # one call as ever
    steps: dict[str, Callable[[], Report | None]] = {
        "consolidate": lambda: macros.consolidate(book, path.parent),
        "again": lambda: macros.consolidate(book, path.parent),
        "rows leave": refuse,
        "undo": lambda: macros.undo(book),
    }
    counts: dict[str, int] = {}
    for name, step in steps.items():
        excel.calls.clear()
        assert step() is not None, excel.boxes
        counts[name] = excel.calls.total()
    assert excel.boxes == []
    assert len(parse_summary(LiveWorkbook(book).snapshot).rows) == 3 * rows
    return counts


def test_the_number_of_calls_does_not_grow_with_the_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that stand together leave in one call; each further run of rows that leaves takes its own."""
    few = clicks(20, tmp_path / "20.xlsx", monkeypatch)
    many = clicks(200, tmp_path / "200.xlsx", monkeypatch)
    print("\nCalls to Excel", many)
    assert few == many
    assert max(many.values()) < 800
