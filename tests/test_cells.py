"""What every cell reader owes: blank, none, junk and speed; then shown text, names and 序号."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlpy import cells
from xlpy.cells import Reading
from xlpy.cells.reading import EDGES

READERS = (
    cells.text,
    cells.amount,
    cells.month,
    cells.day,
    cells.count,
    cells.phone,
    cells.person,
    cells.credit_code,
)
BLANK: Reading[Any] = Reading()
by_name = pytest.mark.parametrize("read", READERS, ids=lambda r: r.__name__)


# --- shared by all readers ----------------------------------------------------------------------------------------
@by_name
@pytest.mark.parametrize("raw", [None, "", " ", "　", "\u00a0\t\r\n", "_", "____", "＿＿＿", "\u200b\ufeff", " __ __ "])
def test_blank_is_neither_value_nor_problem(read: Any, raw: Any) -> None:
    assert read(raw) == BLANK


@by_name
@pytest.mark.parametrize(
    "raw", ["/", "／", "无", " 无 ", "—", "——", "— —", "-", "－", "--", "N/A", "n/a", "不涉及", "暂无"]
)
def test_none_is_nil_and_not_zero(read: Any, raw: str) -> None:
    reading = read(raw)
    assert (reading.nil, reading.problem) == (True, "")
    assert reading.value == (raw.strip() if read is cells.text else None)


@by_name
@pytest.mark.parametrize("raw", ["#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#######"])
def test_an_error_of_excel_is_a_problem(read: Any, raw: str) -> None:
    assert read(raw).value is None
    assert read(raw).problem.startswith(f"写的是“{raw}”，是公式出错的结果；请")


JUNK = [
    b"",
    b"\xff",
    object(),
    [],
    {},
    "\x00",
    "\x1b[31m",
    "😀",
    "①",
    "²",
    "½",
    "\ud800",
    "٣",
    "۲۰۲۲",
    "१",
    "(((((",
    ")(",
    "-(",
    ":",
    "年",
    "月",
    "十",
    "二十",
    "十十十月",
    "￥",
    "=cmd|' /C calc'!A0",
    "{0}",
    "%s",
    "九" * 5000,
    10**5000,
    -(10**5000),
    1e308,
    -1e308,
    5e-324,
    float("nan"),
    float("inf"),
    float("-inf"),
    Decimal("NaN"),
    Decimal("1e999"),
    complex(1, 1),
    True,
    False,
    dt.date.min,
    dt.date.max,
    dt.datetime.max,
    dt.time(23, 59, 59, 999999),
    dt.timedelta.max,
    dt.timedelta.min,
]


@by_name
@pytest.mark.parametrize("raw", JUNK, ids=lambda v: repr(v)[:20] if not isinstance(v, int) else "int")
def test_junk_never_raises_and_says_one_line(read: Any, raw: Any) -> None:
    reading = read(raw)
    assert reading.value is None or not reading.problem
    assert reading.problem.isprintable()
    assert len(reading.problem) < 150


@by_name
@pytest.mark.parametrize("raw", ["²", "①", "½", "٣", "۲۰۲۲", "५"])
def test_signs_that_merely_look_like_digits_are_no_numbers(read: Any, raw: str) -> None:
    assert read(raw).value == (raw if read is cells.text else None)


@by_name
@pytest.mark.parametrize(
    "unit", ["1", "1,", "1 ", " ", "-", "2022.6-", "1-", "(", "张 ", "1/", "九", "_", "转", ".", "¥"]
)
def test_a_million_characters_are_not_searched(read: Any, unit: str) -> None:
    raw = unit * (1_000_000 // len(unit)) + "x"
    assert isinstance(read(raw), cells.Reading)  # a pattern that backtracks would hang here


@by_name
@pytest.mark.parametrize("unit", ["1", "1,", "1 ", "1,000", "-", "6-", "2022.6-", "(", "张 ", "1/", "1转", ".", "138 "])
def test_the_longest_text_that_is_searched_comes_back(read: Any, unit: str) -> None:
    assert isinstance(read((unit * 100)[:99] + "x"), cells.Reading)  # a pattern that backtracks would hang here


@by_name
@given(raw=st.one_of(st.text(max_size=60), st.floats(), st.integers(), st.dates(), st.datetimes(), st.times()))
def test_any_cell_gets_a_reading(read: Any, raw: Any) -> None:
    reading = read(raw)
    assert reading.problem == "" or (reading.value is None and not reading.nil)


def test_a_long_cell_is_not_searched() -> None:
    assert cells.amount("5" * 400).problem == (
        "写的是“55555555555555555555555555555…”，有 400 个字，太长了；请填确切的万元数，如 500"
    )


# --- show, text, name_key, count ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        (None, ""),
        (3.0, "3"),
        (-0.0, "0"),
        (0.1 + 0.2, "0.3"),
        (1234.5, "1234.5"),
        (1e-7, "0.0000001"),
        (13800001111.0, "13800001111"),
        (9.1310114320742767e17, "913101143207428000"),
        (913101143207427670, "913101143207427670"),
        (True, "TRUE"),
        (False, "FALSE"),
        (dt.date(2022, 6, 30), "2022-06-30"),
        (dt.datetime(2022, 6, 30), "2022-06-30"),
        (dt.datetime(2022, 6, 30, 8, 5), "2022-06-30 08:05"),
        (dt.datetime(2022, 6, 30, 8, 5, 7), "2022-06-30 08:05:07"),
        (dt.time(8, 5), "08:05"),
        (dt.timedelta(hours=30), "30:00"),
        (dt.timedelta(minutes=-90), "-1:30"),
        ("　a  b\n", "a  b"),
        ("00123", "00123"),
        ("a\ud800", "a\ufffd"),
    ],
)
def test_show(raw: Any, seen: str) -> None:
    assert cells.show(raw) == seen


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("＿安亭镇＿＿", "安亭镇"),
        ("____安亭 镇____", "安亭 镇"),
        ("_x_", "_x_"),
        ("第一行\n第二行", "第一行\n第二行"),
        ("=1+1", "=1+1"),
        ("3-4", "3-4"),
        ("（２）①²", "（２）①²"),
        (2023.0, "2023"),
        (0, "0"),
    ],
)
def test_text_is_kept(raw: Any, value: str) -> None:
    assert cells.text(raw) == Reading(value)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="#_＿"), max_size=80))
def test_text_changes_nothing_but_the_edges(raw: str) -> None:
    value = cells.text(raw).value or ""
    assert value in raw
    assert set(raw.replace(value, "", 1)) <= set(EDGES)
    assert cells.text(value).value == (value or None)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("上海某某（集团）有限公司", "上海某某(集团) 有限公司", True),
        ("上海某某【集团】有限公司", "上海某某〔集团〕有限公司", True),
        ("ＡＢＣ—１项目", "abc-1 项 目", True),
        ("“静音”电机", "静音电机", True),
        ("静\u202e音\u2066电\x01机\u200b\U000e0041", "静音电机", True),  # else an unseen sign makes a project another
        ("上海某某有限公司", "上海某某有限责任公司", False),
        ("上海某某(集团)有限公司", "上海某某集团有限公司", False),
        ("A-1", "A1", False),
    ],
)
def test_name_key(one: str, other: str, same: bool) -> None:
    assert (cells.name_key(one) == cells.name_key(other)) is same


@given(st.text(max_size=40))
def test_name_key_of_a_key_is_that_key(raw: str) -> None:
    key = cells.name_key(raw)
    assert cells.name_key(key) == key


@pytest.mark.parametrize("raw", [7, 7.0, "7", "７", "7.", "7.0", "7、", "第7", "第 7", "07", " 7 "])
def test_count(raw: Any) -> None:
    assert cells.count(raw) == Reading(7)


@pytest.mark.parametrize("raw", ["七", "①", "(1)", "0", "-1", "1-2", "1.5", "合计", "1e3", "12345678"])
def test_no_count(raw: str) -> None:
    assert cells.count(raw) == Reading(problem=f"写的是“{raw}”，不是序号；请填整数，如 1")
