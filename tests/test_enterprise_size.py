"""企业规模 by 国统字〔2017〕213号: every bound of every industry, on it and just below."""

from __future__ import annotations

from decimal import Decimal

import pytest

from xlpy.enterprise_size import INDUSTRIES, Industry, enterprise_size, find_industry, missing_indicators

HUGE = Decimal(10) ** 8


def industry(name: str) -> Industry:
    found = find_industry(name)
    assert found is not None
    return found


def size(name: str, *indicators: int | None) -> str | None:
    return enterprise_size(industry(name), *(None if i is None else Decimal(i) for i in indicators))


@pytest.mark.parametrize("line", INDUSTRIES, ids=lambda line: line.name)
def test_each_bound_separates_two_sizes(line: Industry) -> None:
    for place in range(3):
        for n, (above, below) in enumerate((("大型", "中型"), ("中型", "小型"), ("小型", "微型"))):
            if (bounds := line[1 + place]) is not None:
                given = [HUGE, HUGE, HUGE]
                given[place] = Decimal(bounds[n])
                assert enterprise_size(line, *given) == above
                given[place] -= Decimal("0.01")
                assert enterprise_size(line, *given) == below


def test_the_lines_of_the_table() -> None:
    assert len(INDUSTRIES) == 16
    assert industry("工业")[1:4] == ((1000, 300, 20), (40000, 2000, 300), None)
    assert industry("建筑业")[1:4] == (None, (80000, 6000, 300), (80000, 5000, 300))
    assert industry("批发业")[1:4] == ((200, 20, 5), (40000, 5000, 1000), None)
    assert industry("租赁和商务服务业")[1:4] == ((300, 100, 10), None, (120000, 8000, 100))
    assert industry("农、林、牧、渔业")[1:4] == (None, (20000, 500, 50), None)


def test_all_bounds_are_needed_and_one_missed_makes_it_smaller() -> None:
    assert size("工业", 1000, 40000) == "大型"
    assert size("工业", 1000, 39999) == "中型"
    assert size("工业", 5000, 299) == "微型"


def test_what_is_missing_leaves_the_size_open_unless_it_cannot_matter() -> None:
    assert size("工业", 1000, None) is None
    assert size("工业", 19, None) == "微型"
    assert size("其他", 100) == "中型"
    assert missing_indicators(industry("建筑业"), None, Decimal(1), None) == ["资产总额"]


def test_industries_by_the_names_people_use() -> None:
    assert [industry(n).name for n in ("制造业", "农林牧渔", "软件", "房地产", " 物业 ")] == [
        "工业",
        "农、林、牧、渔业",
        "软件和信息技术服务业",
        "房地产开发经营",
        "物业管理",
    ]
    assert find_industry("银行") is None
    assert find_industry("") is None
