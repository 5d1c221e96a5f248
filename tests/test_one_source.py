"""One source: whatever names a limit (使用说明, prompts, Annex 1, README) names the one that the checks use.

A workbook to which a notice was applied is, but for its history, the one that is made under that notice.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from tests.both import Both
from tests.comcalculation import profile
from tests.test_macros import RUN
from tests.test_settings import CHANGED
from xlpy import api, macros
from xlpy.authoring.district_book import district_bytes
from xlpy.authoring.summary_book import summary_bytes
from xlpy.grids import Scalar, Snapshot
from xlpy.layout import RULES, SETTINGS
from xlpy.notice import Notice
from xlpy.patch import Patch, Write, block
from xlpy.settings import read_notice
from xlpy.surfaces.file import open_workbook

MADE = {"town": summary_bytes, "district": district_bytes}
RECORDS = ("操作记录", "撤销记录")


@pytest.fixture(autouse=True)
def _same_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "this_run", lambda: RUN)


# --- applied is the same as made ----------------------------------------------------------------------------------


def typed_over(old: Snapshot, new: Snapshot) -> Patch:
    """The sheets 参数 and 规则 of `new`, typed over those of `old`; hidden columns apart, which nobody types into."""
    writes = []
    for name in (SETTINGS, RULES):
        one, other = new.sheets[name], old.sheets[name]
        width = 23 if name == SETTINGS else one.width
        writes.append(Write(name, 1, 1, block(one.stored_block(1, 1, max(one.height, other.height), width))))
    return Patch(tuple(writes))


def saying(book: Workbook) -> dict[str, Any]:
    """What a workbook shows, offers and colours, place by place. The figures of 统计 and its line above are a run's."""
    said: dict[str, Any] = {name: defined.attr_text for name, defined in book.defined_names.items()}
    for sheet in book.worksheets:
        if sheet.title in RECORDS:
            continue
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None and (sheet.title != "统计" or (cell.column == 1 and cell.row > 3)):
                    said[f"{sheet.title}!{cell.coordinate}"] = cell.value
        for rule in sheet.data_validations.dataValidation:
            words = rule.type, rule.operator, rule.formula1, rule.formula2, rule.errorStyle, rule.prompt, rule.error
            said[f"{sheet.title} 有效性 {rule.sqref} {rule.type}"] = words
        for number, painted in enumerate(sheet.conditional_formatting):
            said[f"{sheet.title} 格式 {number}"] = str(painted.sqref), [rule.formula for rule in painted.rules]
        hidden = {letter for letter, column in sheet.column_dimensions.items() if column.hidden}
        said[f"{sheet.title} 隐藏"] = sorted(hidden)
        if sheet.title == "使用说明":
            said["行高"] = {row: dimension.height for row, dimension in sheet.row_dimensions.items()}
    return said


@pytest.mark.parametrize("kind", MADE)
@pytest.mark.parametrize("notice", [CHANGED, Notice(months_after_completion=0)], ids=["changed", "no months"])
def test_a_workbook_with_another_notice_applied_is_the_one_made_under_it(
    kind: str, notice: Notice, tmp_path: Path
) -> None:
    old, new = tmp_path / "旧.xlsx", tmp_path / "新.xlsx"
    old.write_bytes(MADE[kind](Notice()))
    new.write_bytes(MADE[kind](notice))
    book = open_workbook(old)
    book.commit(typed_over(book.snapshot, open_workbook(new).snapshot))
    before = saying(load_workbook(old))
    both = Both(old)
    report = both.run(macros.apply, api.apply)
    assert report.flags == []
    assert saying(load_workbook(old)) == saying(load_workbook(new)) != before
    [guide] = [s for s in object.__getattribute__(both.book.api, "_inner").sheets if s.name == "使用说明"]
    assert guide.heights == {r: d.height for r, d in load_workbook(new)["使用说明"].row_dimensions.items()}
    assert both.run(macros.apply, api.apply).changes == []
    both.run(macros.undo, api.undo)
    assert saying(load_workbook(old)) == before


def drop_downs(path: Path, folder: Path) -> dict[str, list[str]]:
    """What each drop-down shows, reckoned by LibreOffice from the name behind it, blank lines left out."""
    book = load_workbook(path)
    sheet = book.create_sheet("看")
    names = list(book.defined_names)
    for column, name in enumerate(names, 1):
        sheet.cell(1, column, f"=ROWS({name})")
        for row in range(1, 100):
            sheet.cell(row + 1, column, f'=IF({row}<=ROWS({name}),INDEX({name},{row},1)&"","")')
    book.save(folder / "看.xlsx")
    command = [
        "soffice",
        "--headless",
        f"-env:UserInstallation={profile()}",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(folder / "出"),
    ]
    subprocess.run([*command, str(folder / "看.xlsx")], check=True, capture_output=True, timeout=180)
    lines = list(load_workbook(folder / "出" / "看.xlsx", data_only=True)["看"].iter_rows(values_only=True))
    return {name: [line[n] for line in lines[1:] if line[n]] for n, name in enumerate(names)}


UNITS: list[list[Scalar]] = [
    ["甲镇", None, None, "2023-9-14"],  # gone on the deadline of 2023
    ["乙街道", "乙", "2023-9-15", None],
    [None, None, None, None],
    *([f"新{n}镇", None, None, None] for n in range(90)),
]


@pytest.mark.parametrize("kind", MADE)
def test_the_drop_downs_show_what_the_checks_accept(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "表.xlsx"
    path.write_bytes(MADE[kind](Notice(columns=CHANGED.columns)))
    cleared = Write(SETTINGS, 8, 11, block([[None, None]]))  # 行业领先, in the middle of the levels
    open_workbook(path).commit(Patch((Write(SETTINGS, 4, 7, block(UNITS)), cleared)))
    assert api.apply(path).flags == []
    notice, _ = read_notice(open_workbook(path).snapshot)
    assert drop_downs(path, tmp_path) == {
        "清单_推荐单位": ["乙街道", *(f"新{n}镇" for n in range(90))],
        "清单_项目先进水平": ["国际领先", "国际先进", "国内领先", "国内先进", "一般水平"],
        "清单_企业性质": Notice().labels("ownerships"),
        "清单_企业规模": Notice().labels("sizes"),
        "清单_自定义2": ["自主研发", "合作研发"],
        **{f"清单_自定义{n}": [] for n in (1, 3, 4, 5, 6)},
    }
    assert notice.labels("units") == ["乙街道", *(f"新{n}镇" for n in range(90))]
    assert notice.labels("levels") == ["国际领先", "国际先进", "国内领先", "国内先进", "一般水平"]
