"""A label is the whole text or has a separator behind it; what a blank form prints is nothing."""

from __future__ import annotations

import pytest

from xlpy.labels import Lexicon, Piece, before_date, content, is_date, is_hint, is_note, written

WORDS = Lexicon({"推荐单位": "unit", "推荐单位意见": "opinion", "联系人": "contact", "电话": "phone"}, loose={"unit"})


@pytest.mark.parametrize(
    ("text", "label", "rest"),
    [
        ("推荐单位", "unit", ""),
        ("推 荐 单 位：", "unit", ""),
        ("推荐单位（街镇）：安亭镇", "unit", "安亭镇"),
        ("推荐单位 安亭镇", "unit", "安亭镇"),
        ("推荐单位____", "unit", "____"),
        ("1. 推荐单位：安亭镇", "unit", "安亭镇"),
        ("（一）推荐单位：：安亭镇", "unit", "安亭镇"),
        ("推荐单位意见：同意", "opinion", "同意"),
        ("推荐单位\n意见：同意", "opinion", "同意"),
    ],
)
def test_labels(text: str, label: str, rest: str) -> None:
    found = WORDS.at(text)
    assert found
    assert (found[0], text[found[1] :].strip()) == (label, rest)


@pytest.mark.parametrize(
    "text", ["", "推荐单位包括主管部门以及各街镇。", "推荐单位，是指街镇", "电话 会议系统", "各推荐单位：", "意见"]
)
def test_no_labels(text: str) -> None:
    assert WORDS.at(text) is None


def test_several_labels_in_a_text() -> None:
    assert WORDS.split("推荐单位：安亭镇 联系人：张三 电话会议 电话：59990000") == [
        Piece(None, ""),
        Piece("unit", "安亭镇 "),
        Piece("contact", "张三 电话会议 "),
        Piece("phone", "59990000"),
    ]
    assert WORDS.split("安亭镇") == [Piece(None, "安亭镇")]


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("____", ""),
        ("____年__月__日", ""),
        ("（ 盖章 ）", ""),
        ("（盖章）\n 年 月 日", ""),
        ("__某某公司__（盖章）", "某某公司"),
        ("AB_12", "AB_12"),
        ("2023年9月1日", "2023年9月1日"),
    ],
)
def test_what_was_written(text: str, result: str) -> None:
    assert written(text) == result


@pytest.mark.parametrize("text", ["（请填写全称）", "例：2022年6月", "请填写全称", "不超过500字"])
def test_hints(text: str) -> None:
    assert is_hint(text)
    assert content(text) is None


@pytest.mark.parametrize(
    "text", ["示例轴承有限公司", "提示系统升级", "说明：本项目为续报", "请领导审阅", "（例行检查）"]
)
def test_words_of_the_applicant_are_no_hints(text: str) -> None:
    assert not is_hint(text)
    assert content(text) == text


def test_footnotes() -> None:
    assert is_note("注：一式三份")
    assert not is_note("注塑机改造")


def test_days() -> None:
    assert [is_date(t) for t in ("2023年9月1日", "2023.9.1", "2023 年 月 日", "二〇二三年九月一日", "20230901")] == [
        True
    ] * 5
    assert [is_date(t) for t in ("9月1日", "同意", "2023年9月底")] == [False] * 3
    assert before_date("张三　2023年9月1日") == ("张三", "2023年9月1日")
    assert before_date("于2023年9月1日前完成") == ("于2023年9月1日前完成", "")
