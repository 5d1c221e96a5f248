"""The checks of the table as a whole: for each what passes, what is flagged and where, and what a blank one gives."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.sound import blank_row, found, headings, sound_row, sound_table, text
from xlpy.checks import check_table
from xlpy.flags import Severity
from xlpy.models import Heading, StrayRow, SummaryRow, SummaryTable, Value
from xlpy.notice import Notice

NOTICE = Notice()
BLANK = sound_table(rows=(), last_row=3, unit=text("", "C5"), contact=text("", "F5"), phone=text("", "H5"))


def projects(*names: tuple[str, str]) -> SummaryTable:
    rows = [sound_row(row, project_name=project, company=company) for row, (project, company) in enumerate(names, 4)]
    return sound_table(*rows)


def alike(one: str, other: str, company: str = "乙公司") -> SummaryTable:
    return projects((one, "甲公司"), (other, company))


def extra(words: str) -> tuple[Heading, ...]:
    return (*headings(), Heading(text=words, cell="J3"))


def strays(*kinds: str) -> tuple[StrayRow, ...]:
    return tuple(StrayRow(row_number=n, kind=kind, cell=f"A{n}", text="合计") for n, kind in enumerate(kinds, 5))


# rule, what is tried, the table, where the flags of the rule are
CASES: tuple[tuple[str, str, SummaryTable, list[str]], ...] = (
    ("T01", "passes", sound_table(), []),
    ("T01", "once more", projects(("降噪", "甲公司"), ("减重", "甲公司"), ("降 噪", "甲公司")), ["B6"]),
    ("T01", "twice more", projects(*[("降噪", "甲公司（上海）")] * 3), ["B5", "B6"]),
    ("T01", "of two enterprises", projects(("降噪", "甲公司"), ("降噪", "乙公司")), []),
    ("T01", "/ is no project", projects(("/", "甲公司"), ("/", "甲公司")), []),
    ("T01", "nameless rows", sound_table(blank_row(4), blank_row(5)), []),
    ("T01", "blank", BLANK, []),
    ("T02", "passes", sound_table(), []),
    ("T02", "two characters", alike("天幕玻璃镀膜色差一致性提升", "天幕玻璃镀膜色差一致性的提升"), ["B5"]),
    ("T02", "one name, two enterprises", alike("轴承异音不良率降低", "轴承异音不良率降低"), ["B5"]),
    ("T02", "no enterprise", alike("轴承异音不良率降低", "轴承异音不良率降低", ""), ["B5"]),
    ("T02", "not again what is T01", alike("轴承异音不良率降低", "轴承异音不良率降低", "甲公司"), []),
    ("T02", "一期 and 二期", alike("焊接机器人改造一期工程", "焊接机器人改造二期工程"), []),
    ("T02", "A and B", alike("A型密封圈老化寿命提升", "B型密封圈老化寿命提升"), []),
    ("T02", "二氧化 and 三氧化", alike("烟气二氧化硫脱除效率提升", "烟气三氧化硫脱除效率提升"), []),
    ("T02", "the first phase without its number", alike("焊接机器人改造工程", "焊接机器人改造二期工程"), []),
    ("T02", "V1 and V2", alike("控制器软件升级项目V1.2", "控制器软件升级项目V1.3"), []),
    ("T02", "/ is no project", projects(("无", "甲公司"), ("无", "乙公司")), []),
    ("T02", "blank", BLANK, []),
    ("T03", "passes", sound_table(), []),
    ("T03", "no unit", sound_table(unit=text("", "C7", "汇总表")), ["C7"]),
    ("T03", "no place for it", sound_table(contact=Value[str](sheet="汇总表")), [""]),
    ("T03", "/", sound_table(contact=text("/", "F7")), ["F7"]),
    ("T03", "a digit short", sound_table(phone=text("5953123", "H7", problem="有 7 位数字，不是电话号码")), ["H7"]),
    ("T03", "none of ours", sound_table(unit=text("某某街道", "C7")), ["C7"]),
    ("T03", "its office", sound_table(unit=text("上海市嘉定区安亭镇人民政府（盖章）", "C7")), []),
    ("T03", "a 主管部门", sound_table(unit=text("嘉定区经济委员会", "C7")), []),
    ("T03", "blank", BLANK, ["C5", "F5", "H5"]),
    ("T04", "passes", sound_table(), []),
    ("T04", "brackets and spaces", sound_table(headings=headings(benefit="经济效益 （万元）")), []),
    ("T04", "no level", sound_table(missing=("level",)), [""]),
    ("T04", "an alias", sound_table(headings=headings(company="企业名称")), ["C3"]),
    ("T04", "one more", sound_table(headings=extra("负责人手机")), ["J3"]),
    ("T04", "twice", sound_table(headings=extra("项目单位")), ["J3"]),
    ("T04", "twice, in other words", sound_table(headings=extra("企业名称")), ["J3"]),
    ("T04", "this year's", sound_table(title="2023 年嘉定区申报汇总表", title_cell="A2"), []),
    ("T04", "last year's", sound_table(title="2022年嘉定区申报汇总表", title_cell="A2"), ["A2"]),
    ("T04", "a year that is no table's", sound_table(title="2022年8月通知附件", title_cell="A1"), []),
    (
        "T04",
        "in 元",
        sound_table(other_unit=Heading(text="经济效益（元）", cell="H3"), unit_rate=Decimal("0.0001")),
        ["H3"],
    ),
    ("T04", "in 美元", sound_table(other_unit=Heading(text="经济效益（美元）", cell="H3"), unit_rate=None), ["H3"]),
    ("T04", "blank", BLANK, []),
    ("T05", "passes", sound_table(), []),
    ("T05", "a blank line, a sum", sound_table(strays=strays("blank", "total")), ["A5", "A6"]),
    ("T05", "tables one below the other", sound_table(strays=strays("footer", "heading", "note")), ["A5", "A6", "A7"]),
    ("T05", "blank", BLANK, []),
)


@pytest.mark.parametrize(
    ("rule", "table", "cells"), [c[:1] + c[2:] for c in CASES], ids=[f"{c[0]} {c[1]}" for c in CASES]
)
def test_table(rule: str, table: SummaryTable, cells: list[str]) -> None:
    assert found(check_table(table, NOTICE), rule) == [(rule, cell) for cell in cells]


def test_what_is_wrong_with_the_table_as_such_comes_first() -> None:
    table = sound_table(sound_row(4, size=""), missing=("level",), strays=strays("blank"), phone=text("", "H6"))
    assert [(f.rule, f.cell, f.row_number) for f in check_table(table, NOTICE)] == [
        ("T04", "", None),
        ("T03", "H6", None),
        ("R01", "G4", 4),
        ("T05", "A5", 5),
    ]


def test_both_rows_of_a_double_are_named() -> None:
    (flag,) = check_table(projects(("降噪", "甲公司"), ("降噪", "甲公司")), NOTICE)
    assert (flag.row_number, flag.message) == (5, "与第 4 行是同一单位的同一项目")


def test_the_likest_row_above_is_named_with_its_score() -> None:
    names = "天幕玻璃镀膜色差一致性提升", "天幕玻璃镀膜色差一致性改进提升", "天幕玻璃镀膜色差一致性改进的提升"
    flags = check_table(projects(*((name, f"{n}公司") for n, name in enumerate(names))), NOTICE)
    assert [(f.rule, f.cell, f.message) for f in flags] == [
        ("T02", "B5", "与第 4 行“天幕玻璃镀膜色差一致性提升”（0公司）很像，相似度 93%"),
        ("T02", "B6", "与第 5 行“天幕玻璃镀膜色差一致性改进提升”（1公司）很像，相似度 97%"),
    ]


def test_one_name_of_two_enterprises_is_told_as_such() -> None:
    (flag,) = check_table(alike("轴承异音不良率降低", "轴承异音 不良率降低"), NOTICE)
    assert flag.message == "与第 4 行（甲公司）的项目名称相同"


def test_how_like_is_a_setting() -> None:
    table = alike("天幕玻璃镀膜色差一致性提升", "天幕玻璃镀膜色差改进")
    assert found(check_table(table, NOTICE), "T02") == []
    assert found(check_table(table, Notice(lookalike=65)), "T02") == [("T02", "B5")]


def test_severities_of_one_rule_differ() -> None:
    tables = (
        sound_table(missing=("level",)),
        sound_table(headings=extra("项目单位")),
        sound_table(headings=extra("负责人手机")),
        sound_table(unit=text("", "C7")),
        sound_table(unit=text("某某街道", "C7")),
    )
    flags = [check_table(table, NOTICE)[0] for table in tables]
    assert [(flag.rule, flag.severity) for flag in flags] == [
        ("T04", Severity.ERROR),
        ("T04", Severity.WARNING),
        ("T04", Severity.NOTE),
        ("T03", Severity.ERROR),
        ("T03", Severity.WARNING),
    ]


def test_a_repeated_header_names_the_column_that_was_read() -> None:
    (flag,) = check_table(sound_table(headings=extra("项目单位")), NOTICE)
    assert flag.message == "表头“项目单位”出现了两次，只读了 C3"


@pytest.mark.parametrize("same", [True, False])
def test_a_large_table(same: bool) -> None:
    row = sound_row()
    rows = tuple(renamed(row, 4 + n, "轴承异音" if same else f"第{n:04}号课题", f"第{n}公司") for n in range(3_000))
    flags = check_table(sound_table(*rows), NOTICE)
    assert len(found(flags, "T02")) == (2_999 if same else 0)


def renamed(row: SummaryRow, row_number: int, project: str, company: str) -> SummaryRow:
    values = {"project_name": text(project, f"B{row_number}"), "company": text(company, f"C{row_number}")}
    return row.model_copy(update={"row_number": row_number, **values})
