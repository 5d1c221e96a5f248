"""The checks of the table against its forms: what passes, what is flagged and where, and what blanks give."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.sound import (
    OTHER,
    blank_form,
    blank_row,
    day,
    economics,
    found,
    month,
    sound_form,
    sound_row,
    sound_table,
    text,
)
from xlpy.checks import check_cross
from xlpy.matching import match
from xlpy.models import Form, SummaryRow, SummaryTable, Value
from xlpy.notice import Notice

NOTICE = Notice()
EARLIER = day("2023-08-21", "B5")
LONE = sound_form("乙.xlsx", project_name=text(OTHER["project_name"], "B3", "封面"))
UNREAD = economics(9, "1260", "/", "15")

Case = tuple[SummaryTable, tuple[Form, ...]]


def pair(row: SummaryRow, *forms: Form) -> Case:
    return sound_table(row), forms or (sound_form(),)


# rule, what is tried, the table and its forms, where the flags of the rule are
CASES: tuple[tuple[str, str, Case, list[str]], ...] = (
    ("X01", "passes", pair(sound_row()), []),
    ("X01", "spaces and width", pair(sound_row(project_name="轴承 异音不良率降低　")), []),
    ("X01", "an alias", pair(sound_row(ownership="民企", level="国内领先（2022年）")), []),
    ("X01", "another size", pair(sound_row(size="小型")), ["G4"]),
    ("X01", "another month", pair(sound_row(completed="2022.7")), ["D4"]),
    ("X01", "an enterprise nearly the same", pair(sound_row(company="上海禾梧精密轴承有限责任公司")), ["C4"]),
    ("X01", "blank in the row", pair(sound_row(level="")), ["E4"]),
    ("X01", "blank in the form", pair(sound_row(), sound_form(level=text("", "B3"))), []),
    ("X01", "unreadable in the form", pair(sound_row(), sound_form(completed=month("早", "B2", "看不出"))), []),
    ("X01", "blank", pair(blank_row(), blank_form()), []),
    ("X02", "passes", pair(sound_row()), []),
    ("X02", "no form", (sound_table(), (sound_form(),)), ["B5"]),
    (
        "X02",
        "no form, no name",
        (sound_table(sound_row(4), sound_row(5, project_name="", company="")), (sound_form(),)),
        ["B5"],
    ),
    ("X02", "a row twice is T01", (sound_table(sound_row(4), sound_row(5)), (sound_form(),)), []),
    ("X02", "blank", (sound_table(rows=()), ()), []),
    ("X03", "passes", pair(sound_row()), []),
    ("X03", "no row", pair(sound_row(), sound_form(), LONE), ["B3"]),
    ("X03", "blank", (sound_table(rows=()), (blank_form(),)), ["B3"]),
    ("X04", "passes", pair(sound_row()), []),
    ("X04", "within 1 万元", pair(sound_row(benefit="41")), []),
    ("X04", "more than that", pair(sound_row(benefit="41.01")), ["H4"]),
    ("X04", "less", pair(sound_row(benefit="-40")), ["H4"]),
    ("X04", "figures that cannot be read", pair(sound_row(benefit="1"), sound_form(after=UNREAD)), []),
    ("X04", "/ in the row is R06", pair(sound_row(benefit="/")), []),
    ("X04", "blank", pair(blank_row(), sound_form()), []),
    ("X05", "passes", pair(sound_row()), []),
    ("X05", "an earlier version", pair(sound_row(), sound_form("甲_旧.xlsx", filled_on=EARLIER), sound_form()), ["B3"]),
    ("X05", "blank", pair(sound_row(), blank_form(), blank_form().model_copy(update={"file": "乙.xlsx"})), []),
)


def check(case: Case, notice: Notice = NOTICE) -> list[tuple[str, str, str, str]]:
    """(rule, file, place, message) of the cross check's flags."""
    table, forms = case
    flags = check_cross(match(table, forms, {}), table, notice)
    return [(f.rule, f.file, f.place, f.message) for f in flags]


@pytest.mark.parametrize(
    ("rule", "case", "cells"), [c[:1] + c[2:] for c in CASES], ids=[f"{c[0]} {c[1]}" for c in CASES]
)
def test_cross(rule: str, case: Case, cells: list[str]) -> None:
    table, forms = case
    assert found(check_cross(match(table, forms, {}), table, NOTICE), rule) == [(rule, cell) for cell in cells]


def test_a_table_that_agrees_with_its_forms_gives_no_flag() -> None:
    assert check(pair(sound_row())) == []


def test_both_values_are_shown_on_the_cell_of_the_table() -> None:
    assert check(pair(sound_row(size="小型"))) == [
        (
            "X01",
            "附件2.xlsx",
            "汇总表!G4",
            "“企业规模”在汇总表是“小型”，在登记表（甲.xlsx 的 汇总信息!B5）是“中型”",
        )
    ]
    assert check(pair(sound_row(completed=""))) == [
        ("X01", "附件2.xlsx", "汇总表!D4", "“完成时间”在汇总表空着，在登记表（甲.xlsx 的 汇总信息!B2）是“2022年6月”")
    ]


def test_benefits_are_shown_as_people_write_them() -> None:
    message = "经济效益在汇总表是 100 万元，按登记表（甲.xlsx 的 登记表!C9 等格）算是 40 万元"
    assert check(pair(sound_row(benefit="100"))) == [("X04", "附件2.xlsx", "汇总表!H4", message)]


def test_the_tolerance_is_the_larger_of_amount_and_percent() -> None:
    large = sound_form(after=economics(9, "1260", "1080", "15"))  # 1,000 万元
    off_by_ten = pair(sound_row(benefit="1010"), large)
    assert check(off_by_ten) == []
    assert [flag[0] for flag in check(pair(sound_row(benefit="1010.05"), large))] == ["X04"]  # 1 % of the form's
    assert [flag[0] for flag in check(off_by_ten, Notice(tolerance_percent=Decimal("0.9")))] == ["X04"]
    assert check(off_by_ten, Notice(tolerance_percent=Decimal(0), tolerance_amount=Decimal(10))) == []


def test_rows_without_a_form() -> None:
    assert check((sound_table(), (sound_form(),))) == [
        ("X02", "附件2.xlsx", "汇总表!B5", "文件夹里没有“座椅面料色牢度提升”的登记表")
    ]


def test_a_form_without_a_row_is_flagged_at_its_file() -> None:
    company = text("", "B4", "封面")
    lone = LONE.model_copy(update={"file": "来件/乙.xlsx", "applicant": company})
    assert check(pair(sound_row(), sound_form(), lone)) == [
        (
            "X03",
            "来件/乙.xlsx",
            "封面!B3",
            "文件 来件/乙.xlsx（“座椅面料色牢度提升”，没有写填报单位）没有列入汇总表",
        )
    ]


def test_versions_are_named_and_belong_to_the_row() -> None:
    older = [sound_form(f"旧{n}.xlsx", filled_on=EARLIER) for n in range(1, 6)]
    table, forms = pair(sound_row(7, number="1"), *older, sound_form("新.xlsx"))
    (flag,) = check_cross(match(table, forms, {}), table, NOTICE)
    assert (flag.rule, flag.file, flag.row_number) == ("X05", "新.xlsx", 7)
    assert flag.message == ("同一项目有 6 份登记表，采用的是 新.xlsx，没有采用 旧1.xlsx、旧2.xlsx、旧3.xlsx 等 5 份")


def test_a_column_that_is_not_there_is_compared_with_nothing() -> None:
    table = sound_table(sound_row(size="小型"))
    columns = {name: n for name, n in table.columns.items() if name != "size"}
    assert check((table.model_copy(update={"columns": columns}), (sound_form(),))) == []


def test_a_form_without_places_is_still_named() -> None:
    """A model typed by hand or read from a form without 汇总信息: the form's own sheet stands for the place."""
    form = sound_form(size=Value[str](value="小型", raw="小型"))
    assert "（甲.xlsx 的 登记表）" in check(pair(sound_row(), form))[0][3]
