"""校验 on the district's workbook: what is known without the towns' files, and nothing that only a town is asked."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from tests.districts import LATER, consolidated, district, project, town, typed
from xlpy.commands import standing
from xlpy.commands.validate import validate
from xlpy.errors import CannotRun
from xlpy.flags import Flag
from xlpy.grids import Scalar, Snapshot
from xlpy.patch import DeleteRows, Patch, Write, block

AN, MA = "安亭镇", "马陆镇"
TWO = town(AN, project("降噪"), project("减重", "乙公司")), town(MA, project("降噪"), project("提速", "丙公司"))


def standing_flags(snapshot: Snapshot) -> list[Flag]:
    return standing.standing_flags(standing.standing_work(snapshot))


def shown(flags: Collection[Flag], leave: Collection[str] = ("D04",)) -> list[tuple[str, str, str]]:
    return [(f.rule, f.cell, f.message) for f in flags if f.rule not in leave]


def written(snapshot: Snapshot, row: int, column: int, value: Scalar) -> Snapshot:
    return Patch((Write("汇总表", row, column, block([[value]])),)).applied(snapshot)


def test_what_consolidation_found_in_the_table_is_found_again() -> None:
    once, report = consolidated(district(), *TWO)
    checked = validate(once, LATER).report
    flags = checked.flags
    assert str(checked.summary).endswith("（只查了本表；街镇文件里的问题，合并时再查）")
    table = [(f.rule, f.sheet, f.cell, f.message) for f in report.flags if f.file == "区级汇总表.xlsx"]
    assert [(f.rule, f.sheet, f.cell, f.message) for f in flags] == table
    assert {rule for rule, *_ in table} == {"D01", "D04"}


def test_a_district_is_not_asked_for_what_a_town_signs() -> None:
    assert shown(standing_flags(district()), leave=()) == []


def test_a_decided_pair_is_told_no_more() -> None:
    once, _ = consolidated(district(), *TWO)
    assert {rule for rule, _, _ in shown(standing_flags(once))} == {"D01"}
    assert shown(standing_flags(typed(once, "疑似重复", "D01", 决定="保留"))) == []


def test_a_decision_that_cannot_be_read_is_told_at_its_cell() -> None:
    once, _ = consolidated(district(), *TWO)
    flags = standing_flags(typed(once, "疑似重复", "D01", 决定="再说"))
    assert [(f.rule, f.sheet) for f in flags if f.rule == "P01"] == [("P01", "疑似重复")]


def test_a_cell_changed_by_hand_is_shown_with_the_towns_words() -> None:
    once, _ = consolidated(district(), TWO[0])
    changed = written(written(once, 4, 8, 31), 5, 3, "乙公司 ")
    assert shown(standing_flags(changed)) == [
        ("X01", "H4", "“经济效益(万元)”区局改为“31”，安亭镇报送的（安亭镇.xlsx 的 汇总表!H4）是“30”")
    ]


def test_rows_deleted_by_hand_are_told_with_their_projects() -> None:
    once, _ = consolidated(district(), TWO[0])
    short = Patch((DeleteRows("汇总表", 4, 1),)).applied(once)
    assert shown(standing_flags(short), ("D04", "R02")) == [
        ("D06", "", "“安亭镇”的 1 行从汇总表里删掉了，没有写明去向：“降噪”")
    ]
    back, _ = consolidated(short, TWO[0])
    assert shown(standing_flags(back)) == []


def test_what_a_decision_left_out_is_not_missing() -> None:
    once, _ = consolidated(district(), *TWO)
    twice, _ = consolidated(typed(once, "疑似重复", "D01", 决定="排除", 理由="马陆镇的是同一项目"), *TWO)
    assert shown(standing_flags(twice)) == []


def test_versions_and_unknown_units_wait_until_they_are_decided() -> None:
    newer = town(AN, project("降噪", amount=40.0), file="安亭镇（新）.xlsx", modified=2.0)
    once, _ = consolidated(district(), TWO[0], newer, town("某开发区", project("提速", "丙公司"), file="x.xlsx"))
    assert [(rule, cell) for rule, cell, _ in shown(standing_flags(once), ("D04", "R01"))] == [
        ("D07", ""),
        ("D05", ""),
        ("D07", "J6"),
    ]


def test_rows_that_the_bureau_typed_are_compared_with_the_others() -> None:
    once, _ = consolidated(district(), TWO[0])
    own: list[Scalar] = [3, "降噪", "甲公司", "2022年6月", "国内领先", "民营企业", "中型", 30.0, None, MA]
    whole = Patch((Write("汇总表", 6, 1, block([own])),)).applied(once)
    assert [(rule, cell) for rule, cell, _ in shown(standing_flags(whole))] == [("D01", "B4"), ("D01", "B6")]


def test_a_towns_workbook_is_none() -> None:
    with pytest.raises(CannotRun, match="不是区级汇总表"):
        standing_flags(Snapshot("附件2.xlsx", {}))
