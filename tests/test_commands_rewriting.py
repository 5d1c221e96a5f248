"""A received table on a blank Annex 2: row for row, with what stands below it and beside it."""

from __future__ import annotations

from tests.making import HEADERS, workbook
from xlpy.commands.rewriting import rewritten
from xlpy.grids import Scalar, SheetGrid, Snapshot
from xlpy.summary import parse_summary

FOOTER: list[Scalar] = ["填报单位：马陆镇", None, "联系人：李四", None, "联系电话：13900002222"]


def on_ours(*rows: list[Scalar], headers: list[str] = HEADERS) -> Snapshot:
    """Our Annex 2 with two blank lines, after a table of these rows was put onto it."""
    received = Snapshot("旧.xls", {"表": SheetGrid("表", [list(headers), *rows, [], FOOTER])})
    blank = workbook(blank=2)
    patch = rewritten(parse_summary(received), received.sheets["表"], blank)
    return patch.applied(blank)


def test_amounts_become_numbers_and_all_else_stays_as_typed() -> None:
    after = on_ours([1, "降噪", "甲公司", "2022.6", "国内领先水准", None, "中型", "500万元", "=1"])
    assert after.sheets["汇总表"].rows[3][:9] == [
        *(1, "降噪", "甲公司", "2022.6", "国内领先水准", None, "中型", 500.0, "=1"),
    ]


def test_what_cannot_be_read_is_not_lost() -> None:
    after = on_ours(["一", "降噪", "甲公司", "年底", None, None, None, "约5", None])
    assert after.sheets["汇总表"].rows[3][:9] == ["一", "降噪", "甲公司", "年底", None, None, None, "约5", None]


def test_amounts_in_another_unit_become_ten_thousands_and_those_in_a_currency_no_number() -> None:
    row: list[Scalar] = ["降噪", "甲公司", 80000]
    read = {
        header: parse_summary(on_ours(row, headers=["项目名称", "项目单位", header])).rows[0].benefit
        for header in ("经济效益（元）", "经济效益（美元）")
    }
    assert [(value.raw, value.value) for value in read.values()] == [("8", 8), ("80000（单位不明）", None)]


def test_the_table_grows_and_the_line_below_it_stays_below() -> None:
    many: list[list[Scalar]] = [[n, f"项目{n}", "甲公司", None, None, None, None, n, None] for n in range(1, 6)]
    table = parse_summary(on_ours(*many))
    assert [(r.row_number, r.project_name.value) for r in table.rows][-1] == (8, "项目5")
    assert (table.unit.value, table.contact.value, table.phone.value) == ("马陆镇", "李四", "13900002222")
    assert table.unit.cell == "C10"


def test_columns_in_another_order_and_columns_of_the_towns_own() -> None:
    after = on_ours(
        ["甲公司", "降噪", 5, "王五", "2022年6月"],
        ["乙公司", "减重", 7, "=2", "2022年7月"],
        headers=["项目单位", "项目名称", "经济效益", "法人", "完成时间"],
    )
    rows = after.sheets["汇总表"].rows
    assert [row[1:4] for row in rows[3:5]] == [["降噪", "甲公司", "2022年6月"], ["减重", "乙公司", "2022年7月"]]
    assert [row[20] for row in rows[2:5]] == ["法人", "王五", "=2"]


def test_blank_lines_and_sums_are_left_behind() -> None:
    one: list[Scalar] = [1, "降噪", "甲公司", None, None, None, None, 5, None]
    two: list[Scalar] = [2, "减重", "乙公司", None, None, None, None, 7, None]
    table = parse_summary(on_ours(one, [], [None, "合计", None, None, None, None, None, 5, None], two))
    assert ([r.row_number for r in table.rows], table.strays) == ([4, 5], ())
