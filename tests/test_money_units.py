"""Which unit of money a header, a label, or a line 单位：… names, and what amounts in it are."""

from __future__ import annotations

from decimal import Decimal

import pytest

from xlpy.money_units import Unit, named_unit, stated_unit, unit_alone


def name(unit: Unit | None) -> str:
    return unit.name if unit else ""


@pytest.mark.parametrize(
    ("label", "unit"),
    [
        ("经济效益(万元)", "万元"),
        ("经济效益 【 万 元 】", "万元"),
        ("经济效益（单位：万元）", "万元"),
        ("经济效益（近一年，万元）", "万元"),
        ("经济效益（人民币万元）", "万元"),
        ("经济效益（万）", "万元"),
        ("经济效益（万元/年）", "万元"),
        ("经济效益（元）", "元"),
        ("经济效益\n(圆)", "元"),
        ("经济效益（单位：元）", "元"),
        ("年经济效益（千元）", "千元"),
        ("经济效益（百万元）", "百万元"),
        ("经济效益（百万）", "百万元"),
        ("经济效益（亿）", "亿元"),
        ("经济效益（万美元）", "万美元"),
        ("经济效益（USD）", "usd"),
        ("项目投资（元）：", "元"),
        ("经济效益", ""),
        ("完成时间（年月）", ""),
        ("关键部件（元件）", ""),
    ],
)
def test_a_header_names_its_unit_in_brackets(label: str, unit: str) -> None:
    assert name(named_unit(label)) == unit


@pytest.mark.parametrize(
    ("line", "unit"),
    [
        ("单位：元", "元"),
        ("单位（元）", "元"),
        ("单位：亿", "亿元"),
        ("金额单位：人民币 千元", "千元"),
        ("计量单位为元", "元"),
        ("2023年申报汇总表（单位：亿元）", "亿元"),
        ("单 位 : 元   2023年9月", "元"),
        ("填报单位：安亭镇  单位：元", "元"),
        ("单位：万元", "万元"),
        ("填报单位：元", ""),
        ("推荐单位：元通公司", ""),
        ("单位：元通公司", ""),
        ("项目单位（元）", ""),
    ],
)
def test_a_line_above_a_table_states_the_unit(line: str, unit: str) -> None:
    assert name(stated_unit(line)) == unit


def test_a_unit_may_stand_alone() -> None:
    texts = "（元）", "单位：万元", "万", "5元", "元件", "单位"
    assert [name(unit_alone(text)) for text in texts] == ["元", "万元", "万元", "", "", ""]


@pytest.mark.parametrize(
    ("label", "rate"),
    [("（元）", "0.0001"), ("（千元）", "0.1"), ("（十万元）", "10"), ("（百万元）", "100"), ("（亿元）", "10000")],
)
def test_how_many_ten_thousands_one_is(label: str, rate: str) -> None:
    unit = named_unit(label)
    assert unit
    assert unit.rate == Decimal(rate)


def test_an_amount_that_names_its_own_unit_keeps_it() -> None:
    yuan = named_unit("（元）")
    assert yuan
    assert [yuan.read(raw).value for raw in (80000, "80000", "80000元", "8万元", "8万", "0.0008亿")] == [8] * 6
    assert yuan.read("/").nil
    assert yuan.read("约8").problem == "写的是“约8”，不是确切的数；请填确切的万元数，如 500"


def test_a_currency_is_not_converted() -> None:
    dollars = named_unit("（美元）")
    assert dollars == Unit("美元", None)
    assert dollars.read(80000).problem == "写的是“80000”，表上写的单位是美元，换算不了"
