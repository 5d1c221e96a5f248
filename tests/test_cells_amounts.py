"""What people type as money, and what it means in 万元."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlpy import cells
from xlpy.cells import Reading

BLANK: Reading[Any] = Reading()


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        *((500, "500"), (500.0, "500"), (0.1 + 0.2, "0.3"), (1e-14, "0"), (-0.0, "0"), (-20.5, "-20.5"), (0, "0")),
        *(
            ("500", "500"),
            ("500.0", "500"),
            (".5", "0.5"),
            ("5.", "5"),
            ("0", "0"),
            ("-0", "0"),
            ("１２３．５", "123.5"),
        ),
        *(("12。5", "12.5"), ("500。", "500"), ("+20", "20"), ("-20", "-20"), ("－20", "-20"), ("−20", "-20")),
        *(("负20", "-20"), ("(20)", "-20"), ("（20）", "-20"), ("（20万元）", "-20"), ("(20)万元", "-20")),
        *(("1,234.5", "1234.5"), ("1，234.5", "1234.5"), ("1,234,567", "1234567"), ("1 234.5", "1234.5")),
        *(("500万元", "500"), ("500万", "500"), ("2000万", "2000"), ("500 万元", "500"), ("500（万元）", "500")),
        *(("0.5亿", "5000"), ("3亿元", "30000"), ("5000000元", "500"), ("500元", "0.05"), ("500元整", "0.05")),
        *(("5百万元", "500"), ("5千万", "5000"), ("300千元", "30"), ("1,234.5万元", "1234.5"), ("0元", "0")),
        *(("￥500万元", "500"), ("¥5,000,000元", "500"), ("人民币500万元", "500"), ("人民币：500万", "500")),
        *(("RMB500万", "500"), ("500万元人民币", "500"), ("-20万元", "-20"), ("人民币-20万元", "-20")),
    ],
)
def test_amount_is_in_ten_thousand_yuan(raw: Any, value: str) -> None:
    assert cells.amount(raw) == Reading(Decimal(value))


@pytest.mark.parametrize("raw", ["万元", "（万元）", "____万元", "　元"])
def test_a_printed_unit_alone_is_blank(raw: str) -> None:
    assert cells.amount(raw) == BLANK


AMOUNT_PROBLEMS = {
    "不是确切的数；请填确切的万元数，如 500": (
        "约500|大约500万元|近500|500左右|500余万元|500多万|500以上|≈500|500+|>500|不足500|五百多万|预计500"
    ),
    "是一个范围，不是确切的数；请填确切的万元数，如 500": (
        "500-600|500~600|500～600万元|500—600|500至600|500万元到600万元"
    ),
    "有不止一个数；请填确切的万元数，如 500": (
        "500/600|500、600|500 600|120 150|500, 600|500;600|利润500税收200|12 34|1亿2000万|5*100"
    ),
    "是百分比，不是金额；请填确切的万元数，如 500": "15%|15％|提高15%|百分之五|15个百分点",
    "是外币，要折算成人民币；请填确切的万元数，如 500": (
        "500万美元|$500|US$500|500万欧元|€500|USD500|100万港币|500万日元"
    ),
    "是日期，不是金额；请填确切的万元数，如 500": "2022-06-30|2022年6月|2022/6/30|2022.6.30|6月30日",
    "用了汉字数字；请用阿拉伯数字填万元数，如 500": "五百|五百万元|伍佰万元整|人民币伍佰万元|一千二百|零",
    "数字和汉字数字混用；请用阿拉伯数字填万元数，如 500": "5百|3千|5百五十万",
    "逗号的位置不对（应每三位一个）；请填不带逗号的万元数，如 500": "1,5|1,23,4|1，5|0,500|1,2345|1,234,56|1,5万元",
    "小数点不止一个；请填确切的万元数，如 500": "1.2.3|1..2",
    "是科学记数法，后面的数位可能已经丢了；请填确切的万元数，如 500": "1e5|1.5E+03|1E-7",
    "前面多了 0，或者少了小数点；请填确切的万元数，如 500": "05|007",
    "既有括号又有正负号，分不清正负；请填确切的万元数，如 500": "(-20)",
    "数以外还有别的字；请填确切的万元数，如 500": "利润500|500吨|500千瓦|500W|年均500万|500万元/年|-(20)|10²",
    "不是数；请填确切的万元数，如 500": "详见附件|abc|nan|inf|①|²|见第一页",
    "是时间，不是金额；请填确切的万元数，如 500": "12:30",
    "数太大，不像万元数；请核对是否把元填成了万元，并填万元数，如 500": "1000000000|-5000000000|100000亿",
}


@pytest.mark.parametrize(("raw", "rest"), [(r, p) for p, raws in AMOUNT_PROBLEMS.items() for r in raws.split("|")])
def test_no_amount(raw: str, rest: str) -> None:
    assert cells.amount(raw) == Reading(problem=f"写的是“{raw}”，{rest}")


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (
            "￥500",
            "写的是“￥500”，有货币符号却没有单位，分不清是元还是万元；"
            "请只填万元数：如果是 500 元，填 0.05；如果是万元，填 500",
        ),
        (
            "人民币5,000,000",
            "写的是“人民币5,000,000”，有货币符号却没有单位，分不清是元还是万元；"
            "请只填万元数：如果是 5000000 元，填 500；如果是万元，填 5000000",
        ),
        (True, "写的是“TRUE”，是逻辑值，不是数；请填确切的万元数，如 500"),
        (float("nan"), "写的是“nan”，不是数；请填确切的万元数，如 500"),
        (1e300, "写的是“1e+300”，数太大，不像万元数；请核对是否把元填成了万元，并填万元数，如 500"),
        (
            dt.datetime(1901, 5, 14),
            "写的是“1901-05-14”，是日期，不是金额；请把单元格格式改为“常规”，再填万元数，如 500",
        ),
        (dt.time(12), "写的是“12:00”，是时间，不是金额；请把单元格格式改为“常规”，再填万元数，如 500"),
        ("500\n600", "写的是“500 600”，有不止一个数；请填确切的万元数，如 500"),
    ],
)
def test_no_amount_in_full(raw: Any, problem: str) -> None:
    assert cells.amount(raw) == Reading(problem=problem)


AMOUNTS = st.decimals(min_value=0, max_value=999_999_999, places=4, allow_nan=False)
WIDE = str.maketrans("0123456789.,-", "０１２３４５６７８９．，－")
STYLES = {
    "bare": lambda d: f"{d:f}",
    "grouped": lambda d: f"{d:,f}",
    "full width": lambda d: f"{d:,f}".translate(WIDE),
    "万": lambda d: f"{d:f}万",
    "万元": lambda d: f" {d:,f} 万元",
    "人民币": lambda d: f"人民币{d:f}万元",
    "元": lambda d: f"{d * 10000:f}元",
    "千元": lambda d: f"{d * 10:f}千元",
    "亿": lambda d: f"{d / 10000:f}亿",
}


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
@given(value=AMOUNTS)
def test_an_amount_survives_every_style(style: Any, value: Decimal) -> None:
    assert cells.amount(style(value)).value == value
    negative = cells.amount("－" + style(value).strip().removeprefix("人民币"))
    assert negative.value == -value
    assert cells.amount(f"（{style(value)}）").value == -value


@given(st.floats(min_value=-1e8, max_value=1e8, allow_nan=False))
def test_a_number_cell_counts_as_excel_shows_it(raw: float) -> None:
    value = cells.amount(raw).value
    assert value is not None
    assert abs(value - Decimal(format(raw, ".15g"))) < Decimal("1e-10")


@given(st.decimals(min_value=-99_999_999, max_value=99_999_999, places=6, allow_nan=False))
def test_showing_an_amount_and_reading_it_gives_it_back(value: Decimal) -> None:
    read: Any = cells.amount(format(value, "f")).value
    assert cells.amount(cells.show(read)).value == read == value
