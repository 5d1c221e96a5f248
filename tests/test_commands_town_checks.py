"""A unit's tables and forms checked as one hand-in: what the district wants to know, and what the town does."""

from __future__ import annotations

from collections.abc import Sequence

from tests.sound import OTHER, blank_row, day, found, sound_form, sound_row, sound_table, text
from xlpy.commands.town_checks import forms_alone, hand_in_flags, town_flags
from xlpy.flags import Flag
from xlpy.models import Form, SummaryTable
from xlpy.notice import Notice, RuleSetting

NOTICE = Notice()
FIRST = sound_table(sound_row(4), file="安亭镇/附件2.xlsx")
SECOND = sound_table(sound_row(9, number="1", **OTHER), file="安亭镇/第二批.xlsx")
FORM = sound_form("安亭镇/登记表/甲.xlsx")
NAMES = {
    "project_name": text(OTHER["project_name"], "B3", "封面"),
    "applicant": text(OTHER["company"], "B4", "封面"),
}
OTHER_FORM = sound_form("安亭镇/登记表/乙.xlsx", **NAMES)


def checked(tables: Sequence[SummaryTable], *forms: Form) -> list[Flag]:
    return [flag for flags in town_flags(tables, forms, {}, NOTICE) for flag in flags]


def places(flags: Sequence[Flag]) -> list[tuple[str, str, str, int | None]]:
    return [(f.rule, f.file, f.cell, f.row_number) for f in flags]


def test_a_hand_in_in_order_has_no_flags() -> None:
    assert checked([FIRST, SECOND], FORM, OTHER_FORM) == []
    assert hand_in_flags([FIRST, SECOND], [FORM, OTHER_FORM], {}, NOTICE) == [[], []]


def test_without_forms_no_row_is_told_to_lack_one() -> None:
    assert checked([FIRST, SECOND]) == []


def test_a_form_is_missed_in_no_table_only_if_none_has_its_row() -> None:
    flags = checked([FIRST, SECOND], OTHER_FORM, sound_form("安亭镇/丙.xlsx", project_name=text("减重", "B3", "封面")))
    assert places(flags) == [
        ("X03", "安亭镇/丙.xlsx", "B3", None),
        ("X02", "安亭镇/附件2.xlsx", "B4", 4),
    ]
    assert flags[1].message == "文件夹里没有“轴承异音不良率降低”的登记表"
    assert flags[0].message == "文件 安亭镇/丙.xlsx（“减重”，上海禾梧精密轴承有限公司）没有列入汇总表"


def test_a_row_that_is_alike_does_not_take_the_form_of_an_equal_row_in_another_table() -> None:
    alike = sound_table(sound_row(4, project_name="轴承异音不良率再降低"), file="安亭镇/附件2.xlsx")
    equal = sound_table(sound_row(7, number="1"), file="安亭镇/第二批.xlsx")
    assert places(checked([alike, equal], FORM)) == [("X02", "安亭镇/附件2.xlsx", "B4", 4)]


def test_differences_stand_at_the_row_of_the_towns_own_table() -> None:
    table = sound_table(sound_row(9, number="1", size="小型", benefit="50", **OTHER), file="安亭镇/第二批.xlsx")
    assert places(checked([FIRST, table], FORM, OTHER_FORM)) == [
        ("X01", "安亭镇/第二批.xlsx", "G9", 9),
        ("X04", "安亭镇/第二批.xlsx", "H9", 9),
    ]


def test_flags_of_a_form_name_its_cell_and_the_row_it_belongs_to() -> None:
    unsigned = sound_form("安亭镇/登记表/乙.xlsx", recommendation=text("", "B34"), **NAMES)
    assert places(checked([FIRST, SECOND], FORM, unsigned)) == [("F12", "安亭镇/登记表/乙.xlsx", "B34", 9)]


def test_versions_of_a_form_are_told_at_the_row_that_has_it() -> None:
    old = sound_form("安亭镇/旧.xlsx", filled_on=day("2023-08-21", "B5", sheet="封面"), **NAMES)
    flags = checked([FIRST, SECOND], FORM, old, OTHER_FORM)
    assert places(flags) == [("X05", "安亭镇/登记表/乙.xlsx", "B3", 9)]
    assert flags[0].message == "同一项目有 2 份登记表，采用的是 安亭镇/登记表/乙.xlsx，没有采用 安亭镇/旧.xlsx"


def test_the_district_wants_of_the_table_what_its_own_does_not_show() -> None:
    footer = {"unit": text("", "C8", "汇总表"), "file": "安亭镇/附件2.xlsx"}
    faulty = sound_table(sound_row(4), sound_row(5, number="9", level="好"), sound_row(6, number="3"), **footer)
    assert found(checked([faulty], FORM)) == [("T03", "C8")]
    (everything,) = hand_in_flags([faulty], [FORM], {}, NOTICE)
    assert found(everything) == [("T03", "C8"), ("R02", "A5"), ("T01", "B5"), ("R05", "E5"), ("T01", "B6")]


def test_a_row_of_one_table_that_repeats_another_tables_lacks_no_form() -> None:
    assert checked([FIRST, sound_table(sound_row(7, number="1"), file="安亭镇/改.xlsx")], FORM) == []


def test_forms_without_any_table_are_checked_all_the_same() -> None:
    late = sound_form("真新街道/甲.xlsx", filled_on=day("2023-10-08", "B5", sheet="封面"))
    earlier = sound_form("真新街道/旧.xlsx", recommendation=text("", "B34"))
    assert places(forms_alone([late, earlier], {}, NOTICE)) == [("F09", "真新街道/甲.xlsx", "B5", None)]


def test_rules_that_are_switched_off_stay_silent() -> None:
    quiet = Notice(rules={"X02": RuleSetting(enabled=False)})
    assert town_flags([FIRST, SECOND], [FORM], {}, quiet) == [[], []]


def test_a_blank_row_in_the_table_is_no_cross_check() -> None:
    (flags,) = hand_in_flags([sound_table(blank_row(4), rows=())], [FORM], {}, NOTICE)
    assert [f.rule for f in flags] == ["X03"]
