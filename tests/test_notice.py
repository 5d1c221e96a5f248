"""The year's notice: what a typed word stands for in its code lists, and which unit of the district a text names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlpy.notice import Notice, codes

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
        ("某某街道", None),
        ("", None),
    ],
)
def test_a_unit_is_known_with_what_stands_around_its_name(text: str, unit: str | None) -> None:
    assert NOTICE.unit(text) == unit


@given(st.text(max_size=40))
def test_any_text_names_a_unit_of_the_list_or_none(text: str) -> None:
    assert NOTICE.unit(text) in [*NOTICE.labels("units"), None]
    assert Notice(units=codes("（）|—")).unit(text) in ("（）", None)


def test_the_title_has_year_and_district() -> None:
    assert NOTICE.title_text == "2023年嘉定区重点产品质量攻关项目申报汇总表"
