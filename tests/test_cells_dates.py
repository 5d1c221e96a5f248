"""What people type as a month or a day."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlpy import cells
from xlpy.cells import Month, Reading

WIDE = str.maketrans("0123456789.,-", "０１２３４５６７８９．，－")
BLANK: Reading[Any] = Reading()


JUNE_2022 = (
    "2022年6月|2022年06月|2022.6|2022.06|2022-06-30|2022-6|2022/6/30|2022/6|202206|20220630|220630|22.6"
    "|22-6-30|’22年6月|'22.6|22年6月|2022年6月底|2022年6月初|2022年6月末|2022年6月中旬|2022年6月上旬"
    "|二〇二二年六月|二○二二年六月三十日|二零二二年六月|2022年六月|２０２２年６月|2022．6|2022。6|2022 6"
    "|2022 年 6 月|20 22 年 6 月|2022年6月 日|2022年6月份|2022年6月30号|2022,6|2022年6月30日 星期四"
    "|2022年6月30日（周四）|（2022年6月）|2022.6.|2022-06-30 00:00:00|2022/6/30 8:05|2022年6月完成|44713"
    "|2021.3-2022.6|2021.3--2022.6|2021.3—2022.6|2021.3～2022.6|2021年3月至2022年6月|2021年3月-2022年6月"
    "|2022年3-6月|2022年3月-6月|2022.3-6|2022/3-6|2021-03-2022-06|2021.03.01-2022.06.30|20210301-20220630"
    "|202103-202206|2022年3月1日-6月30日|2022.3.1-6.30|2021-2022.6|2022.6-2022.6"
)


@pytest.mark.parametrize(
    "raw",
    [
        *JUNE_2022.split("|"),
        *(2022.6, 2022.06, 22.6, 202206, 202206.0, 20220630.0, 44713, 44713.5),
        *(dt.date(2022, 6, 30), dt.datetime(2022, 6, 1, 8)),
    ],
)
def test_month(raw: Any) -> None:
    assert cells.month(raw) == Reading(Month(2022, 6))


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("2022.1", Month(2022, 1)),
        ("2022.10", Month(2022, 10)),
        ("2022-3-6", Month(2022, 3)),
        (2022.11, Month(2022, 11)),
        (2022.12, Month(2022, 12)),
        ("2022年元月", Month(2022, 1)),
        ("二〇二二年十二月", Month(2022, 12)),
        ("二〇二二年十月二十五日", Month(2022, 10)),
        ("13.6", Month(2013, 6)),
        ("’05年3月", Month(2005, 3)),
        ("36526", Month(2000, 1)),
    ],
)
def test_other_months(raw: Any, value: Month) -> None:
    assert cells.month(raw) == Reading(value)


@pytest.mark.parametrize("read", [cells.month, cells.day])
@pytest.mark.parametrize("raw", ["  年  月  日", "年 月", "＿＿年＿＿月＿＿日", "20  年  月  日", "____年__月"])
def test_a_printed_date_that_was_left_empty_is_blank(read: Any, raw: str) -> None:
    assert read(raw) == BLANK


MONTH_PROBLEMS = {
    "没有写到月": (
        "2022|2022年|2022年上半年|2022Q2|2022年第2季度|2022年第二季度|2022年底|2022年初|2021年至2022年"
        "|2020-2022|2022年 月 日"
    ),
    "没有写年份": "6月|6月30日|九月",
    "没有 13 月": "2022年13月|2022.13|202213|2022-13-01",
    "没有 0 月": "2022年0月|202200",
    "年份 1022 不对": "1022.6|1022年6月",
    "年份 3022 不对": "3022年6月|302206",
    "2022年6月没有 31 日": "2022.6.31|20220631|2022年6月31日",
    "开始晚于结束": "2022.6-3|2022.6-2021.3",
    "不是确切的时间": (
        "约2022年6月|2022年6月左右|2022年6月前|2022年6月以后|2022.6至今|预计2023年6月|2023年6月（预计）"
    ),
    "有不止一个时间": "2022.6、2022.8|2022年6月；2022年8月",
    "分不清哪个是年、哪个是月": "12.6|05.6",
    "分不清是 2006年12月 还是 2020年6月12日": "200612",
    "看不出是哪年哪月": "20226|2022630|2022.6/7|6/2022|Jun-22|已完成|2022.6.1-30|2O22.6|abc|5|-5",
}


@pytest.mark.parametrize(("raw", "why"), [(r, p) for p, raws in MONTH_PROBLEMS.items() for r in raws.split("|")])
def test_no_month(raw: str, why: str) -> None:
    assert cells.month(raw) == Reading(problem=f"写的是“{raw}”，{why}；请写到月，如 2022年6月")


@pytest.mark.parametrize("raw", [2022.1, 22.1])
def test_a_number_cell_cannot_tell_january_from_october(raw: float) -> None:
    assert cells.month(raw).problem == (
        f"写的是“{raw}”，数字格里分不清是 2022年1月 还是 2022年10月；请用文字写成 2022年1月 或 2022年10月"
    )


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (2022, "写的是“2022”，没有写到月；请写到月，如 2022年6月"),
        (True, "写的是“TRUE”，不是年月；请写到月，如 2022年6月"),
        (dt.datetime(1900, 1, 5), "写的是“1900-01-05”，年份 1900 不对；请写到月，如 2022年6月"),
        (dt.time(1), "写的是“01:00”，不是年月；请写到月，如 2022年6月"),
    ],
)
def test_no_month_in_a_number_or_date_cell(raw: Any, problem: str) -> None:
    assert cells.month(raw) == Reading(problem=problem)


@pytest.mark.parametrize(
    "raw",
    [
        "2023年9月1日",
        "2023年09月01日",
        "2023-09-01",
        "2023.9.1",
        "2023/9/1",
        "20230901",
        "230901",
        "23.9.1",
        "45170",
        "二〇二三年九月一日",
        "2023年9月1号",
        "2023 年 9 月 1 日",
        "2023-09-01 12:00:00",
        "２０２３．９．１",
        *(45170.0, 45170.4, 20230901, dt.date(2023, 9, 1), dt.datetime(2023, 9, 1, 23, 59)),
    ],
)
def test_day(raw: Any) -> None:
    assert cells.day(raw) == Reading(dt.date(2023, 9, 1))


DAY_PROBLEMS = {
    "没有写到日": "2023年9月|2023.9|202309|2023年9月底",
    "没有写到月": "2023年|2023",
    "没有写年份": "9月1日",
    "2023年2月没有 30 日": "2023.2.30|2023年2月30日|20230230",
    "2023年9月没有 0 日": "2023-09-00",
    "是一段时间，不是一天": "2023.8.1-2023.9.1|2023年8月至9月",
    "不是确切的时间": "2023年9月1日前",
}


@pytest.mark.parametrize(("raw", "why"), [(r, p) for p, raws in DAY_PROBLEMS.items() for r in raws.split("|")])
def test_no_day(raw: str, why: str) -> None:
    assert cells.day(raw) == Reading(problem=f"写的是“{raw}”，{why}；请写到日，如 2022年6月30日")


@given(st.dates(dt.date(2013, 1, 1), dt.date(2049, 12, 31)))
def test_a_date_survives_every_style(date: dt.date) -> None:
    y, m, d = date.year, date.month, date.day
    serial = (date - dt.date(1899, 12, 30)).days
    full = f"{y}年{m}月{d}日|{date}|{y}.{m}.{d}|{y}/{m:02}/{d:02}|{date:%Y%m%d}|{y % 100}.{m}.{d}|{serial}"
    for style in full.split("|"):
        assert cells.day(style).value == date, style
        assert cells.month(style).value == Month(y, m), style
    monthly = f"{y}年{m}月|{y}.{m}|{y}.{m:02}|{y}-{m:02}|{y}{m:02}|{y % 100}年{m}月|{y}年{m}月底"
    monthly += f"|{y - 1}.1-{y}.{m}|{y - 1}年12月至{y}年{m}月|{y}年1-{m}月"
    for style in monthly.split("|"):
        assert cells.month(style).value == Month(y, m), style
        assert cells.month(style.translate(WIDE)).value == Month(y, m), style
    assert cells.day(cells.show(date)).value == date
    assert cells.month(str(Month(y, m))).value == Month(y, m)


@pytest.mark.parametrize(
    ("one", "other", "months"),
    [
        (Month(2022, 6), Month(2023, 9), 15),
        (Month(2023, 1), Month(2022, 12), -1),
        (Month(2022, 6), Month(2022, 6), 0),
    ],
)
def test_months_until(one: Month, other: Month, months: int) -> None:
    assert one.months_until(other) == months
