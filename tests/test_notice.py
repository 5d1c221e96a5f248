"""The year's notice: what a typed word stands for in its code lists, and which unit of the district a text names."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlpy.checks.likeness import nearest
from xlpy.flags import Flag, Severity
from xlpy.notice import Code, Notice, RuleSetting, codes

NOTICE = Notice()


@pytest.mark.parametrize(
    ("which", "text", "label"),
    [
        ("levels", "国际先进", "国际先进"),
        ("levels", " 国际先进水平 ", "国际先进"),
        ("levels", "国际先进水平（2020年代）", "国际先进"),
        ("levels", "国内领先，2021年鉴定", "国内领先"),
        ("levels", "达到国际先进水平", None),
        ("ownerships", "民企", "民营企业"),
        ("ownerships", "混合所有", None),
        ("sizes", "中", "中型"),
        ("sizes", "", None),
        ("units", "嘉定镇", "嘉定镇街道"),
    ],
)
def test_a_word_stands_for_its_label(which: str, text: str, label: str | None) -> None:
    assert NOTICE.label(which, text) == label


def test_only_the_whole_text_is_exact() -> None:
    assert NOTICE.exact_label("levels", "国际先进水平") == "国际先进"
    assert NOTICE.exact_label("levels", "国际先进水平（2020年代）") is None


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("安亭镇", "安亭镇"),
        ("安亭", "安亭镇"),
        ("安亭镇人民政府", "安亭镇"),
        ("上海市嘉定区安亭镇人民政府（盖章）", "安亭镇"),
        ("嘉定区 马陆镇 经济发展中心", "马陆镇"),
        ("嘉定新城（马陆镇）", "马陆镇"),
        ("上海嘉定工业区管理委员会", "嘉定工业区"),
        ("上海市嘉定区菊园新区管理委员会", "菊园新区"),
        ("嘉定镇街道办事处", "嘉定镇街道"),
        ("安亭镇、南翔镇", None),
        ("安亭汽车配件公司", None),
        ("青浦工业区", None),
        ("青浦（工业区）", None),
        ("安亭工业区", None),
        ("工业区", "嘉定工业区"),
        ("上海市嘉定区 工业区（盖章）", "嘉定工业区"),
        ("嘉定区嘉定镇", "嘉定镇街道"),
        ("嘉定区", None),
        ("上海市嘉定区真新新村街道办事处", "真新街道"),
        ("嘉定区真新", "真新街道"),
        ("安　亭（盖章）", "安亭镇"),
        ("安亭，南翔", None),
        ("安亭镇，南翔镇", None),
        ("南翔和安亭", None),
        ("安亭（马陆镇）", None),
        ("安亭镇_马陆镇转交", None),
        ("某某街道", None),
        ("街道", None),
        ("", None),
    ],
)
def test_a_unit_is_known_with_what_stands_around_its_name(text: str, unit: str | None) -> None:
    assert NOTICE.unit(text) == unit


def test_every_unit_that_a_text_names_is_told_in_the_order_of_the_list() -> None:
    assert NOTICE.units_in("安亭镇_南翔镇转交") == ["南翔镇", "安亭镇"]
    assert NOTICE.units_in("嘉定镇街道、嘉定镇") == ["嘉定镇街道"]
    assert NOTICE.units_in("嘉定区2023年") == []
    assert Notice(district="浦东新区", units=codes("川沙新镇|川沙")).units_in("浦东新区川沙") == ["川沙新镇"]


def test_a_name_inside_a_longer_one_is_not_named() -> None:
    notice = Notice(units=codes("泗泾镇", "新泗泾镇街道"))
    assert notice.units_in("上海市新泗泾镇街道办事处") == ["新泗泾镇街道"]


@given(st.text(max_size=40))
def test_any_text_names_a_unit_of_the_list_or_none(text: str) -> None:
    assert NOTICE.unit(text) in [*NOTICE.labels("units"), None]
    assert Notice(units=codes("（）|—")).unit(text) in ("（）", None)


def test_the_title_has_year_and_district() -> None:
    assert NOTICE.title_text == "2023年嘉定区重点产品质量攻关项目申报汇总表"


def test_a_unit_outside_its_days_is_unknown_to_every_question() -> None:
    gone = Code(label="老镇", aliases=("老",), until=dt.date(2023, 9, 14))
    coming = Code(label="新街道", since=dt.date(2023, 9, 16))
    last = Code(label="末镇", since=dt.date(2023, 9, 15), until=dt.date(2023, 9, 15))
    notice = Notice(deadline=dt.date(2023, 9, 15), units=(gone, coming, last))
    assert notice.labels("units") == ["末镇"]
    for name in ("老镇", "老", "新街道", "嘉定区老镇人民政府", "新街道办事处"):
        assert notice.label("units", name) is notice.exact_label("units", name) is notice.unit(name) is None, name
        assert nearest(name, "units", notice) == ""
    assert notice.unit("末镇") == "末镇"
    assert [code.valid_on(dt.date(2023, 9, 14)) for code in notice.units] == [True, False, False]


def test_flags_are_told_as_the_rules_say() -> None:
    notice = Notice(rules={"R01": RuleSetting(severity=Severity.NOTE), "R02": RuleSetting(enabled=False)})
    flags = [Flag(rule=rule, severity=Severity.ERROR, message="甲", fix="乙") for rule in ("R01", "R02", "R03", "C1")]
    assert [(flag.rule, flag.severity) for flag in notice.told(flags)] == [
        ("R01", Severity.NOTE),
        ("R03", Severity.ERROR),
        ("C1", Severity.ERROR),
    ]
