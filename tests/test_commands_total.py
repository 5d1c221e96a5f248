"""Total fills 统计 where its charts look, and leaves nothing of the last time."""

from __future__ import annotations

from typing import Any

import pytest

from tests.districts import district
from tests.making import workbook
from tests.test_commands_validate import BAD, GOOD, RUN
from xlpy.accounts import read_accounts
from xlpy.commands.total import statistics_patch, total
from xlpy.flags import Flag, Severity
from xlpy.grids import Scalar, SheetGrid, Snapshot
from xlpy.layout import ACCOUNTS, STATISTICS
from xlpy.notice import Code, Notice
from xlpy.patch import DeleteRows, InsertRows, Operation, Write
from xlpy.report import OwnSum
from xlpy.statistics_layout import left_out_row, overall_rows, sections, unit_note_row, unit_section
from xlpy.summary import parse_summary


def totalled(snapshot: Snapshot) -> Snapshot:
    return total(snapshot, RUN).patch.applied(snapshot)


def lines(snapshot: Snapshot, first: int, last: int, width: int = 4) -> list[list[Scalar]]:
    grid = snapshot.sheets[STATISTICS]
    return [[grid.value(r, c) for c in range(1, width + 1)] for r in range(first, last + 1)]


def test_figures_stand_where_the_layout_says() -> None:
    after = totalled(workbook(GOOD, BAD, [3, "气密", "甲公司", "2022年6月", "国际先进", "国企", "大", 70, None]))
    assert [row[:2] for row in lines(after, 5, 8)] == [
        ["项目数（个）", 3],
        ["项目单位数（家）", 2],
        ["经济效益合计（万元）", 100.0],
        ["未计入经济效益的项目（个）", 1],
    ]
    assert list(overall_rows().values()) == [5, 6, 7, 8]
    level = sections(Notice())[0]
    assert lines(after, level.title_row, level.title_row)[0][0] == "按项目先进水平"
    assert lines(after, level.first_row, level.sum_row) == [
        ["国际领先", 0, 0.0, 0.0],
        ["国际先进", 1, 70.0, 0.7],
        ["国内领先", 1, 30.0, 0.3],
        ["国内先进", 0, 0.0, 0.0],
        ["行业领先", 0, 0.0, 0.0],
        ["一般水平", 0, 0.0, 0.0],
        ["其他（不在清单内）", 1, 0.0, 0.0],
        ["未填", 0, 0.0, 0.0],
        ["合计", 3, 100.0, 1],
    ]


def test_what_is_left_out_is_listed_and_gone_the_next_time() -> None:
    top = left_out_row(Notice())
    once = totalled(workbook(GOOD, BAD))
    assert lines(once, top + 2, top + 2)[0] == [
        5,
        "减重",
        None,
        "写的是“约500”，不是确切的数；请填确切的万元数，如 500",
    ]
    grid = once.sheets["汇总表"].with_block(5, 8, [[12.5]])
    twice = totalled(once.with_sheet(grid))
    assert lines(twice, top + 2, top + 2)[0] == [None] * 4


def test_what_somebody_wrote_below_stays_and_makes_room() -> None:
    """Fails without `end_of_list` (emptied) and without `room` (written over)."""
    top = left_out_row(Notice())
    once = totalled(workbook(GOOD, BAD))
    signed = once.with_sheet(once.sheets[STATISTICS].with_block(top + 3, 1, [["制表：某甲"]]))
    again = totalled(signed)
    assert [row[:2] for row in lines(again, top + 2, top + 3)] == [[5, "减重"], ["制表：某甲", None]]
    more = again.sheets["汇总表"].with_block(4, 8, [["约100"]])
    assert [row[:2] for row in lines(totalled(again.with_sheet(more)), top + 2, top + 5)] == [
        [4, "降噪"],
        [5, "减重"],
        [None, None],
        ["制表：某甲", None],
    ]


def test_totalling_twice_changes_nothing() -> None:
    once = totalled(workbook(GOOD, BAD))
    assert total(once, RUN).report.changes == []


def test_the_report_has_the_same_figures() -> None:
    figures = total(workbook(GOOD, BAD), RUN).report.totals
    assert figures is not None
    assert (figures.projects, figures.companies, figures.amount) == (2, 2, 30.0)
    assert [(left.row_number, left.project_name) for left in figures.left_out] == [(5, "减重")]


def with_sizes(snapshot: Snapshot, *labels: str) -> Snapshot:
    """The workbook with another list of sizes in 参数."""
    entries: list[list[Scalar]] = [["企业规模", "别名"]]
    entries += [[label, None] for label in labels]
    return snapshot.with_sheet(SheetGrid("参数", entries))


@pytest.mark.parametrize(
    ("sizes", "moved"),
    [
        (("大型", "中型", "小型", "微型"), []),
        (("大型", "中型", "小型", "微型", "个体", "其他组织"), [InsertRows(STATISTICS, 43, 2)]),
        (("大型",), [DeleteRows(STATISTICS, 40, 3)]),
    ],
)
def test_rows_come_and_go_where_a_list_of_the_settings_got_longer_or_shorter(
    sizes: tuple[str, ...], moved: list[Operation]
) -> None:
    """So that a chart over the list, which Excel moves along, shows all of it and nothing else."""
    before = with_sizes(totalled(workbook(GOOD, BAD)), *sizes)
    patch = total(before, RUN).patch
    assert [o for o in patch.operations if not isinstance(o, Write)] == moved
    after = patch.applied(before)
    notice = Notice(sizes=tuple(Code(label=label) for label in sizes))
    section = sections(notice)[-1]
    assert [line[0] for line in lines(after, section.first_row, section.sum_row)] == [
        *(*sizes, "其他（不在清单内）", "未填", "合计"),
    ]
    top = left_out_row(notice)
    assert [line[0] for line in lines(after, top + 1, top + 3)] == ["行", 5, None]
    assert total(after, RUN).report.changes == []


def test_a_list_without_its_sum_is_written_where_it_belongs_and_no_row_moves() -> None:
    once = totalled(workbook(GOOD, BAD))
    level = sections(Notice())[0]
    broken = once.with_sheet(once.sheets[STATISTICS].with_block(level.sum_row, 1, [[None] * 4]))
    patch = total(with_sizes(broken, "大型", "中型", "小型", "微型"), RUN).patch
    assert all(isinstance(operation, Write) for operation in patch.operations)
    assert patch.applied(broken).sheets[STATISTICS].rows == once.sheets[STATISTICS].rows


# --- the district -------------------------------------------------------------------------------------------------

WIDTH = 13
ONE: list[Scalar] = [1, "降噪", "甲公司", "2022年6月", "国内领先", "民营企业", "中型", 30, None, "安亭镇"]
TWO: list[Scalar] = [2, "减重", "乙公司", "2022年6月", "国际先进", "民营企业", "大型", 70, None, "马陆镇"]
ACCOUNT: list[Scalar] = ["安亭镇", "安亭.xlsx", "汇总表", "2023-09-11 08:00", "已采用", None, 2, 1, 0, 1, 40, 30, 10, 0]
LATE: list[Scalar] = ["马陆镇", "马陆.xlsx", "汇总表", "2023-09-16 08:00", "已采用", None, 1, 1, 0, 0, 70, 70, 0, 0]
MISSING: list[Scalar] = ["南翔镇", None, None, None, "未报送", None, 0, 0, 0, 0, 0, 0, 0, 0]


def consolidated(*said: Scalar) -> Snapshot:
    """A district's workbook whose column 校验 says `said`, row by row."""
    summed: list[Scalar] = [None, "合计", None, None, None, None, 3, 2, 0, 1, 110, 100, 10, 0]
    lists: dict[str, Any] = {ACCOUNTS: [ACCOUNT, LATE, MISSING, summed]}
    snapshot = district([*ONE, said[0]], [*TWO, said[1]], **lists)
    assert parse_summary(snapshot).check_column == 11
    return snapshot


def at_unit(snapshot: Snapshot, *units: str) -> list[list[Scalar]]:
    section = unit_section(Notice())
    found = lines(snapshot, section.first_row, section.sum_row, WIDTH)
    return [line for line in found if line[0] in units]


def test_the_district_is_filled_by_unit_with_pass_rates_by_the_last_check() -> None:
    after = totalled(consolidated("通过", "错误：“企业规模”没有填；警告：完成时间离截止日不足一年"))
    town = sections(Notice(), district=True)[0]
    assert lines(after, town.title_row, town.header_row, 5) == [
        ["按推荐单位", None, None, None, None],
        [None, "项目数（个）", "经济效益（万元）", "占合计的比例", "合格率"],
    ]
    assert [line for line in lines(after, town.first_row, town.sum_row, 5) if line[1]] == [
        ["安亭镇", 1, 30.0, 0.3, 1.0],
        ["马陆镇", 1, 70.0, 0.7, 0.0],
        ["合计", 2, 100.0, 1, 0.5],
    ]


def test_what_each_unit_handed_in_stands_below() -> None:
    after = totalled(consolidated("通过", "错误：“企业规模”没有填"))
    section = unit_section(Notice())
    assert lines(after, section.title_row, section.header_row, WIDTH) == [
        ["各推荐单位报送情况", *[None] * 12],
        [
            *(None, "报送", "首次收到", "最后收到", "按时", "报送项目数", "列入项目数", "列入率", "经济效益（万元）"),
            *("项目单位数", "合格率", "有错误的项目数", "重报份数"),
        ],
    ]
    assert at_unit(after, "安亭镇", "马陆镇", "南翔镇", "其他（不在清单内）", "合计") == [
        ["南翔镇", "否", None, None, None, 0, 0, None, 0.0, 0, None, None, 0],
        ["安亭镇", "是", "2023-09-11", "2023-09-11", "是", 2, 1, 0.5, 30.0, 1, 1.0, 0, 0],
        ["马陆镇", "是", "2023-09-16", "2023-09-16", "否", 1, 1, 1.0, 70.0, 1, 0.0, 1, 0],
        ["其他（不在清单内）", None, None, None, None, 0, 0, None, 0.0, 0, None, None, 0],
        ["合计", 2, None, None, 1, 3, 2, 0.6667, 100.0, 2, 0.5, 1, 0],
    ]
    assert str(lines(after, unit_note_row(Notice()), unit_note_row(Notice()))[0][0]).startswith("供评选优秀组织者参考")


def test_before_any_check_there_is_no_pass_rate() -> None:
    figures = total(consolidated(None, None), RUN).report.totals
    assert figures is not None
    assert figures.pass_rate is None
    assert {g.pass_rate for groups in figures.groups.values() for g in groups} == {None}
    assert {unit.with_errors for unit in figures.units or []} == {None}


def test_warnings_and_notes_pass() -> None:
    figures = total(consolidated("警告：完成时间离截止日不足一年", "提示：攻关后没有改善"), RUN).report.totals
    assert figures is not None
    assert figures.pass_rate == 1.0


def test_totalling_the_district_twice_changes_nothing_and_undo_brings_back_what_was() -> None:
    before = consolidated("通过", "通过")
    done = total(before, RUN)
    once = done.patch.applied(before)
    assert total(once, RUN).report.changes == []
    assert done.patch.inverse(before).applied(once).sheets == before.sheets


def test_a_consolidation_fills_the_same_figures_from_its_flags() -> None:
    snapshot = consolidated("通过", "错误：“企业规模”没有填")
    table = parse_summary(snapshot)
    form: dict[str, Any] = {
        "file": "登记表.xlsx",
        "sheet": "登记表",
        "field": "size",
        "message": "不一致",
        "fix": "请核对",
    }
    flags = [
        Flag(rule="X01", severity=Severity.ERROR, row_number=5, **form),
        Flag(rule="F06", severity=Severity.NOTE, row_number=4, **form),
        Flag(rule="X03", severity=Severity.ERROR, row_number=None, **form),
    ]
    patch = statistics_patch(snapshot, table, Notice(), read_accounts(snapshot), flags)
    assert patch.applied(snapshot).sheets[STATISTICS].rows == totalled(snapshot).sheets[STATISTICS].rows


def test_the_order_into_which_a_person_sorted_the_units_is_the_notices_again() -> None:
    once = totalled(consolidated("通过", "通过"))
    section = unit_section(Notice())
    by_amount = sorted(lines(once, section.first_row, section.last_row, WIDTH), key=lambda line: -float(str(line[8])))
    sorted_by_hand = once.with_sheet(once.sheets[STATISTICS].with_block(section.first_row, 1, by_amount))
    assert [line[0] for line in lines(totalled(sorted_by_hand), section.first_row, section.last_row)] == list(
        section.labels
    )


def test_a_numeric_column_of_the_bureaus_own_is_summed_while_it_is_listed() -> None:
    settings: list[list[Scalar]] = [
        ["栏目名称", "类型", "必填", "选项", "登记表里的名称", "别名"],
        ["研发投入", "数字"],
    ]
    lines: list[list[Scalar]] = [
        ["项目名称", "项目单位", "完成时间", "研发投入"],
        ["降噪", "甲公司", "2022年6月", 12.5],
        ["减重", "乙公司", "2022年6月", "约3"],
    ]
    book = Snapshot("a.xlsx", {"汇总表": SheetGrid("汇总表", lines), "参数": SheetGrid("参数", settings)})
    outcome = total(book, RUN)
    assert outcome.report.totals
    assert outcome.report.totals.own == [OwnSum(name="研发投入", amount=12.5, count=1)]
    after = outcome.patch.applied(book)
    assert after.sheets["统计"].value(3, 1) == "本区增加的栏目：研发投入合计 12.50（1 行）"
    unlisted = after.with_sheet(SheetGrid("参数"))
    assert total(unlisted, RUN).patch.applied(unlisted).sheets["统计"].value(3, 1) is None
