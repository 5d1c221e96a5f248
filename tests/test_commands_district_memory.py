"""来源 and 未列入: what became of every row and every file, and on what ground."""

from __future__ import annotations

import pytest

from tests.districts import LATER, RUN, consolidated, district, lines, project, received, taken, town, typed
from tests.making import complete
from xlpy.commands.consolidate import consolidate
from xlpy.grids import Scalar, Snapshot
from xlpy.layout import ACCOUNTS, DUPLICATE_HEADERS, DUPLICATES, LEFT_OUT, LEFT_OUT_HEADERS, SOURCES
from xlpy.models import Skipped, TownTable
from xlpy.patch import Patch, Write, block

AN, MA = "安亭镇", "马陆镇"
TWICE = town(AN, project("降噪")), town(MA, project("降噪", amount=20.0), project("减重", "乙公司"))
OLD = town(AN, project("降噪"), project("虚焊"), file="安亭.xlsx", modified=1)
NEW = town(AN, project("降噪", amount=33.0), file="安亭_更正.xlsx", modified=2)


def remembered(snapshot: Snapshot) -> list[list[Scalar]]:
    """来源: number, file, state of every line."""
    return lines(snapshot, SOURCES, "来源编号", "文件", "状态")


def left(snapshot: Snapshot) -> list[list[Scalar]]:
    return lines(snapshot, LEFT_OUT, "推荐单位", "项目名称", "经济效益(万元)", "去向", "依据", "出处")


def decided(*tables: TownTable, **words: Scalar) -> Snapshot:
    once, _ = consolidated(district(), *tables)
    return consolidated(typed(once, DUPLICATES, "D01", **words), *tables)[0]


# --- 来源 -----------------------------------------------------------------------------------------------------------


def test_every_project_is_remembered_with_its_file_values_and_places() -> None:
    after, _ = consolidated(district(), town(AN, project("降噪", remarks="两条产线")))
    assert remembered(after) == [[1, "安亭镇.xlsx", "已列入"]]
    told = lines(after, SOURCES, "项目名称·值", "项目名称·出处", "经济效益(万元)·值", "备注·值", "推荐单位·值")
    assert told == [["降噪", "汇总表!B4", 30.0, "两条产线", AN]]


def test_a_row_that_the_bureau_typed_is_remembered_as_such() -> None:
    first = district([1, "区局自报", "丁公司", None, None, None, None, 9.0, None, AN])
    assert remembered(consolidated(first)[0]) == [[1, None, "区局添加"]]


def test_a_row_whose_file_is_away_keeps_what_is_known_of_it() -> None:
    once, _ = consolidated(district(), town(AN, project("降噪")))
    after, _ = consolidated(once, town("南翔镇"))
    assert remembered(after)[0] == [1, "安亭镇.xlsx", "文件已不在"]
    assert lines(after, SOURCES, "项目名称·值", "项目名称·出处") == [["降噪", "汇总表!B4"]]


@pytest.mark.parametrize(("verdict", "state"), [("合并", "已合并"), ("排除", "已排除")])
def test_a_row_that_was_left_out_says_how(verdict: str, state: str) -> None:
    assert remembered(decided(*TWICE, 决定=verdict)) == [
        [1, "安亭镇.xlsx", "已列入"],
        [2, "马陆镇.xlsx", state],
        [3, "马陆镇.xlsx", "已列入"],
    ]


def test_files_without_a_row_have_a_line_with_the_reason() -> None:
    tables = OLD, NEW, town(MA), town(AN, project("虚焊"), project("降噪"), file="转发.xlsx", modified=9)
    sent = received(*tables, forms=[complete("减重")], skipped=[Skipped(file="扫描.pdf", reason="PDF 不能导入")])
    outcome = consolidate(district(), RUN, sent)
    assert remembered(outcome.patch.applied(district()))[2:] == [
        [None, "a.xlsx", "登记表，用于核对"],
        [None, "安亭_更正.xlsx", "待决定：与 安亭.xlsx 有相同的项目，请在“采用”栏选定用哪一份"],
        [None, "扫描.pdf", "未采用：PDF 不能导入"],
        [None, "转发.xlsx", "内容相同：与 安亭.xlsx 的内容完全相同"],
        [None, "马陆镇.xlsx", "汇总表里没有项目"],
    ]


def test_a_value_that_the_town_no_longer_gives_stays_remembered() -> None:
    once, _ = consolidated(district(), town(AN, project("降噪", remarks="两条产线")))
    after = taken(once, town(AN, project("降噪", remarks=None)))
    assert lines(after, SOURCES, "备注·值") == [["两条产线"]]
    again = taken(after, town(AN, project("降噪", remarks="三条产线")))
    assert again.sheets["汇总表"].value(4, 9) == "三条产线"  # nobody touched the cell in between


def test_a_line_has_the_time_of_the_run_that_changed_it() -> None:
    once, _ = consolidated(district(), town(AN, project("降噪"), project("虚焊")))
    changed = town(AN, project("降噪"), project("虚焊", amount=31.0)).model_copy(update={"sha256": "0" * 64})
    after = taken(once, changed, run=LATER)
    assert [time for (time,) in lines(after, SOURCES, "导入时间")] == [LATER.time] * 2
    same, _ = consolidated(once, town(AN, project("降噪"), project("虚焊")), run=LATER)
    assert [time for (time,) in lines(same, SOURCES, "导入时间")] == [RUN.time] * 2


# --- 未列入 ---------------------------------------------------------------------------------------------------------


def test_what_was_merged_says_into_what_and_why() -> None:
    assert left(decided(*TWICE, 决定="合并", 理由="同一台设备")) == [
        [MA, "降噪", 20.0, "合并", "并入安亭镇的“降噪”；同一台设备", "[马陆镇.xlsx]汇总表!B4"]
    ]


@pytest.mark.parametrize(
    ("drop", "line"),
    [
        ("甲", [AN, "降噪", 30.0, "排除", "与马陆镇的“降噪”疑似重复；两镇电话确认", "[安亭镇.xlsx]汇总表!B4"]),
        ("乙", [MA, "降噪", 20.0, "排除", "与安亭镇的“降噪”疑似重复；两镇电话确认", "[马陆镇.xlsx]汇总表!B4"]),
    ],
)
def test_what_was_excluded_says_by_what_reason(drop: str, line: list[Scalar]) -> None:
    assert left(decided(*TWICE, 决定="排除", 去掉=drop, 理由="两镇电话确认")) == [line]


def test_each_row_of_a_table_that_does_not_count_is_there() -> None:
    after, _ = consolidated(district(), OLD, NEW)
    why = "与 安亭.xlsx 有相同的项目，请在“采用”栏选定用哪一份"
    assert left(after) == [[AN, "降噪", 33.0, "待决定", why, "[安亭_更正.xlsx]汇总表!B4"]]
    chosen, _ = consolidated(typed(after, ACCOUNTS, "安亭_更正.xlsx", 采用="采用"), OLD, NEW)
    assert [line[1:5] for line in left(chosen)] == [
        ["降噪", 30.0, "不采用", "区局决定采用 安亭_更正.xlsx"],
        ["虚焊", 30.0, "不采用", "区局决定采用 安亭_更正.xlsx"],
    ]


def test_a_row_left_out_whose_file_is_away_stays_there_with_its_remembered_amount() -> None:
    after, _ = consolidated(decided(*TWICE, 决定="排除"), town("南翔镇"))
    assert left(after) == [[MA, "降噪", 20.0, "排除", "与安亭镇的“降噪”疑似重复", "[马陆镇.xlsx]汇总表!B4"]]


def test_a_decision_taken_back_empties_it() -> None:
    after, _ = consolidated(typed(decided(*TWICE, 决定="排除"), DUPLICATES, "D01", 决定=None), *TWICE)
    assert left(after) == []


def test_names_that_a_spreadsheet_would_run_are_text() -> None:
    later = town(AN, project("降噪"), project("=1+1"), file="安亭_更正.xlsx", modified=2)
    after, _ = consolidated(district(), OLD, later)
    assert [line[1] for line in left(after)] == ["降噪", "=1+1"]
    assert not after.sheets[LEFT_OUT].formulas


def test_a_note_beside_a_row_left_out_goes_where_that_row_goes() -> None:
    sent = OLD, NEW, town(MA, project("减重", "乙公司"))
    first, _ = consolidated(district(), *sent)
    column = len(LEFT_OUT_HEADERS) + 1
    noted = Patch((Write(LEFT_OUT, 3, column, block([["电话记录"], ["已告知"]])),)).applied(first)
    places = {header: c for c, header in enumerate(DUPLICATE_HEADERS, 1)}
    words = {"甲·项目名称": "减重", "决定": "排除"}
    cells = Patch(tuple(Write(DUPLICATES, 9, places[header], block([[v]])) for header, v in words.items()))
    after, _ = consolidated(cells.applied(noted), *sent)
    assert lines(noted, LEFT_OUT, "项目名称", "电话记录") == [["降噪", "已告知"]]
    assert lines(after, LEFT_OUT, "项目名称", "电话记录") == [["减重", None], ["降噪", "已告知"]]
