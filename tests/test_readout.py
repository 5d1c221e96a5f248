"""收支核对 as the command line prints it: columns stand under each other though Chinese takes two places."""

from __future__ import annotations

from xlpy.readout import reconciliation_text
from xlpy.report import Reconciliation


def line(
    town: str, file: str, rows: tuple[int, int, int], amounts: tuple[float, float, float], **more: object
) -> Reconciliation:
    """A balanced line: rows and 万元 received, listed, left out."""
    figures = dict(zip(("rows_in", "rows_out", "excluded"), rows, strict=True))
    money = dict(zip(("amount_in", "amount_out", "amount_excluded"), amounts, strict=True))
    whole = {"file": file, "town": town, "status": "已采用", "balanced": True, **figures, **money, **more}
    return Reconciliation.model_validate(whole)


def test_every_table_and_the_sum_stand_in_aligned_columns_and_the_missing_in_one_line() -> None:
    lines = [
        line("安亭镇", "安亭镇/附件2.xlsx", (24, 23, 1), (3635.2, 3600.1, 35.1), sheet="汇总表"),
        line("嘉定镇街道", "甲", (8, 8, 0), (120.0, 121.5, 0.0), amount_adjusted=1.5),
        line("", "b.docx", (3, 0, 3), (7.0, 0.0, 7.0), status="待决定", why="认不出是哪个单位"),
        line("马陆镇", "", (0, 0, 0), (0.0, 0.0, 0.0), status="未报送"),
        line("徐行镇", "", (0, 0, 0), (0.0, 0.0, 0.0), status="未报送"),
    ]
    assert reconciliation_text(lines).splitlines() == [
        "  推荐单位    状态    收到行  列入  未列入  收到万元  列入万元  未列入万元  核对  文件",
        "  安亭镇      已采用      24    23       1  3,635.20  3,600.10       35.10  平衡  安亭镇/附件2.xlsx 汇总表",
        "  嘉定镇街道  已采用       8     8       0    120.00    121.50        0.00  平衡  甲 （区局改动 +1.50 万元）",
        "  ？          待决定       3     0       3      7.00      0.00        7.00  平衡  b.docx （认不出是哪个单位）",
        "  合计                    35    31       4  3,762.20  3,721.60       42.10  平衡  （区局改动 +1.50 万元）",
        "  未报送 2 个：马陆镇、徐行镇",
    ]


def test_cents_add_up_and_one_unbalanced_line_unbalances_the_sum() -> None:
    lines = [line("安亭镇", f"{n}.xlsx", (1, 1, 0), (0.1, 0.1, 0.0)) for n in range(10)]
    lines.append(line("马陆镇", "m.xlsx", (2, 1, 0), (5.0, 5.0, 0.0), balanced=False))
    assert reconciliation_text(lines).splitlines()[-1].split() == [
        "合计", "12", "11", "0", "6.00", "6.00", "0.00", "不平衡",
    ]  # fmt: skip


def test_nothing_received_is_a_table_of_zeros() -> None:
    assert reconciliation_text([]).splitlines()[-1].split() == ["合计", "0", "0", "0", "0.00", "0.00", "0.00", "平衡"]
