"""来源 is written and read back as it was, below any title, and its leftovers are blanked."""

from __future__ import annotations

from xlpy.grids import SheetGrid, Snapshot
from xlpy.layout import SOURCES
from xlpy.origins import SKIPPED, USED, Origin, read_folder_name, read_origins, write_origins

EMPTY = Snapshot("a.xlsx", {})
USED_LINE = Origin(
    state=USED,
    file="登记表/a.xlsx",
    sha256="ab" * 32,
    time="2023-09-01 08:00:00",
    number=3,
    values={"project_name": "降噪", "company": "甲", "completed": "2022年6月", "level": None, "ownership": None,
            "size": "中型", "benefit": 12.5},
    places={"project_name": "登记表!B3", "company": "封面!C8", "completed": "", "level": "", "ownership": "",
            "size": "", "benefit": "登记表!C20"},
)  # fmt: skip
SKIPPED_LINE = Origin(state=f"{SKIPPED}：这是图片，不读", file="登记表/b.jpg", time="2023-09-01 08:00:00")


def blank(line: Origin) -> Origin:
    fields = USED_LINE.values
    return Origin(line.state, line.file, line.sha256, line.time, line.number,
                  dict.fromkeys(fields), dict.fromkeys(fields, ""))  # fmt: skip


def test_lines_come_back_as_they_were_written() -> None:
    after = write_origins([USED_LINE, SKIPPED_LINE], EMPTY).applied(EMPTY)
    assert read_origins(after) == [USED_LINE, blank(SKIPPED_LINE)]
    assert read_origins(after)[0].key == ("降噪", "甲")


def test_writing_the_same_lines_changes_nothing() -> None:
    after = write_origins([USED_LINE, SKIPPED_LINE], EMPTY).applied(EMPTY)
    assert not write_origins([USED_LINE, SKIPPED_LINE], after).without_idle_writes(after)


def test_fewer_lines_leave_nothing_behind() -> None:
    after = write_origins([USED_LINE, SKIPPED_LINE], EMPTY).applied(EMPTY)
    less = write_origins([SKIPPED_LINE], after).applied(after)
    assert read_origins(less) == [blank(SKIPPED_LINE)]


def test_the_header_is_found_below_a_title() -> None:
    fresh = write_origins([], EMPTY).applied(EMPTY).sheets[SOURCES].rows
    titled = Snapshot("a.xlsx", {SOURCES: SheetGrid(SOURCES, [["说明文字"], [], *fresh])})
    after = write_origins([USED_LINE], titled).applied(titled)
    assert after.sheets[SOURCES].value(1, 1) == "说明文字"
    assert read_origins(after) == [USED_LINE]


def test_a_sheet_without_its_header_is_no_memory_and_loses_nothing() -> None:
    other = Snapshot("a.xlsx", {SOURCES: SheetGrid(SOURCES, [["别的", "内容"]])})
    assert read_origins(other) == []
    after = write_origins([USED_LINE], other).applied(other)
    assert after.sheets[SOURCES].rows[0] == ["别的", "内容"]
    assert read_origins(after) == [USED_LINE]


def test_the_folder_of_the_last_pull_stands_above_the_header() -> None:
    after = write_origins([USED_LINE], EMPTY, "登记表").applied(EMPTY)
    assert after.sheets[SOURCES].rows[0][2] == "登记表文件夹：登记表"
    assert read_folder_name(after) == "登记表"
    assert read_origins(after) == [USED_LINE]
    assert not write_origins([USED_LINE], after, "登记表").without_idle_writes(after)
    moved = write_origins([USED_LINE], after, "D:/别处：2023").applied(after)
    assert read_folder_name(moved) == "D:/别处：2023"
    assert read_folder_name(write_origins([USED_LINE], EMPTY).applied(EMPTY)) == ""
    assert read_folder_name(EMPTY) == ""
