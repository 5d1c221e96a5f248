"""企业规模 by 国家统计局《统计上大中小微型企业划分办法（2017）》, 国统字〔2017〕213号.

大型, 中型 and 小型 need every lower bound of their line, otherwise the enterprise is one size smaller; one that misses
a bound of 小型 is 微型. The bounds here come from secondary sources: the official text was not at hand.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final, NamedTuple

from xlpy.layout import fold

SIZES: Final = ("大型", "中型", "小型", "微型")
INDICATORS: Final = {"staff": "从业人员", "revenue": "营业收入", "assets": "资产总额"}
Bounds = tuple[int, int, int]


class Industry(NamedTuple):
    """Lower bounds of 大型, 中型, 小型: staff in persons, revenue and assets in 万元; None where not looked at."""

    name: str
    staff: Bounds | None = None
    revenue: Bounds | None = None
    assets: Bounds | None = None
    aliases: tuple[str, ...] = ()


INDUSTRIES: Final = (
    Industry("农、林、牧、渔业", revenue=(20000, 500, 50), aliases=("农林牧渔", "农业", "林业", "畜牧业", "渔业")),
    Industry("工业", (1000, 300, 20), (40000, 2000, 300), aliases=("制造业", "采矿业", "制造")),
    Industry("建筑业", None, (80000, 6000, 300), (80000, 5000, 300), aliases=("建筑",)),
    Industry("批发业", (200, 20, 5), (40000, 5000, 1000), aliases=("批发",)),
    Industry("零售业", (300, 50, 10), (20000, 500, 100), aliases=("零售",)),
    Industry("交通运输业", (1000, 300, 20), (30000, 3000, 200), aliases=("交通运输", "运输业")),
    Industry("仓储业", (200, 100, 20), (30000, 1000, 100), aliases=("仓储",)),
    Industry("邮政业", (1000, 300, 20), (30000, 2000, 100), aliases=("邮政",)),
    Industry("住宿业", (300, 100, 10), (10000, 2000, 100), aliases=("住宿",)),
    Industry("餐饮业", (300, 100, 10), (10000, 2000, 100), aliases=("餐饮",)),
    Industry("信息传输业", (2000, 100, 10), (100000, 1000, 100), aliases=("信息传输",)),
    Industry("软件和信息技术服务业", (300, 100, 10), (10000, 1000, 50), aliases=("软件", "软件业", "信息技术服务业")),
    Industry("房地产开发经营", None, (200000, 1000, 100), (10000, 5000, 2000), aliases=("房地产", "房地产业")),
    Industry("物业管理", (1000, 300, 100), (5000, 1000, 500), aliases=("物业",)),
    Industry("租赁和商务服务业", (300, 100, 10), None, (120000, 8000, 100), aliases=("租赁", "商务服务业", "租赁业")),
    Industry("其他未列明行业", (300, 100, 10), aliases=("其他", "其它")),
)
_BY_NAME: Final = {fold(name): industry for industry in INDUSTRIES for name in (industry.name, *industry.aliases)}


def find_industry(name: str) -> Industry | None:
    """The line of the table that a name means, None where it is not one of them.

    >>> find_industry("制造业").name
    '工业'
    """
    return _BY_NAME.get(fold(name))


def missing_indicators(
    industry: Industry, staff: Decimal | None, revenue: Decimal | None, assets: Decimal | None
) -> list[str]:
    """The indicators that this industry is judged by and that are not given, by their Chinese names."""
    given = {"staff": staff, "revenue": revenue, "assets": assets}
    return [INDICATORS[key] for key, value in given.items() if getattr(industry, key) is not None and value is None]


def enterprise_size(
    industry: Industry,
    staff: Decimal | None = None,
    revenue: Decimal | None = None,
    assets: Decimal | None = None,
) -> str | None:
    """大型, 中型, 小型 or 微型; None (无法判断) where an indicator is missing that could make a difference.

    `staff` in persons, `revenue` of a year and `assets` in 万元. One indicator below the bound of 小型 is enough for
    微型, whatever the others are.

    >>> enterprise_size(find_industry("工业"), Decimal(1000), Decimal(2000))
    '中型'
    """
    sizes = [
        _size(Decimal(value), bounds) if value is not None else None
        for value, bounds in zip((staff, revenue, assets), industry[1:4], strict=True)
        if bounds is not None
    ]
    known = [size for size in sizes if size is not None]
    smallest = max(known, default=0)
    if len(known) < len(sizes) and smallest < len(SIZES) - 1:
        return None
    return SIZES[smallest]


def _size(value: Decimal, bounds: Bounds) -> int:
    """The place in `SIZES` that one indicator allows."""
    return next((n for n, bound in enumerate(bounds) if value >= bound), len(bounds))
