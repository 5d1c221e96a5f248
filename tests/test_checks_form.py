"""The checks of a form: for each what passes, what is flagged and where, and what a blank form gives."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from tests.sound import (
    blank_form,
    day,
    economics,
    found,
    member,
    money,
    month,
    signed,
    sound_form,
    text,
)
from xlpy.cells import credit_code
from xlpy.checks import check_form
from xlpy.flags import Severity
from xlpy.models import Form, Member, Value
from xlpy.notice import Notice

NOTICE = Notice()
NAMES = ["沈嘉禾", "平小川", "连若溪", "孔令仪", "裴元朗", "戚小满", "项柏川", "葛青山", "单小余"]


def edition(year: int) -> Value[int]:
    return Value[int](value=year, raw=f"{year}年嘉定区登记表", sheet="封面", cell="A1")


def unit(rate: str | None) -> Value[Decimal]:
    return Value[Decimal](value=Decimal(rate) if rate else None, raw="（元）", sheet="登记表", cell="A7")


SIGNED = ("B31", "B32", "B33")


def team(*names: str) -> Form:
    return sound_form(team=tuple(member(line, name) for line, name in enumerate(names, 1)))


def figures(before: tuple[str, ...], after: tuple[str, ...]) -> Form:
    """销售额 利润 节能降耗 创汇节汇 其他 before (row 8) and after (row 9)."""
    return sound_form(before=economics(8, *before), after=economics(9, *after))


def unreadable_after(column: str, typed: str, problem: str) -> Form:
    after = economics(9, "1260", "120", "15")
    return sound_form(after=after.model_copy(update={column: money(typed, "D9", problem)}))


def unseen(*places: tuple[str, str]) -> tuple[Value[str], ...]:
    return tuple(Value[str](sheet=sheet, cell=cell) for sheet, cell in places)


def without_education(one: Member) -> Member:
    """As read from a form whose team list has no such column."""
    return one.model_copy(update={"education": Value[str]()})


# rule, what is tried, the form, where the flags of the rule are
CASES: tuple[tuple[str, str, Form, list[str]], ...] = (
    ("F01", "passes", sound_form(), []),
    ("F01", "no goal", sound_form(goal=text("", "B2")), ["B2"]),
    ("F01", "无 is no goal", sound_form(goal=text("无", "B2")), ["B2"]),
    ("F01", "/ is no investment", sound_form(investment=money("/", "B3")), ["B3"]),
    ("F01", "a formula that failed", sound_form(goal=text("#REF!", "B2", problem="是公式出错的结果")), ["B2"]),
    ("F01", "an unreadable amount is F03", sound_form(investment=money("约50", "B3", "不是确切的数")), []),
    ("F01", "the label is not there", sound_form(results=Value[str](sheet="登记表")), [""]),
    ("F01", "remarks need nothing", sound_form(remarks=text("无", "B35")), []),
    ("F01", "a picture is not blank", sound_form(goal=text("", "B2"), valueless=unseen(("登记表", "B2"))), []),
    ("F01", "blank", blank_form(), ["B2", "B3", "B4", "B1", "B2", "B3", "B4", "B5", "B6"]),
    ("F03", "passes", sound_form(investment=money("/", "B3")), []),
    ("F03", "investment", sound_form(investment=money("约50", "B3", "写的是“约50”，不是确切的数；请填…")), ["B3"]),
    ("F03", "a figure", unreadable_after("saving", "1,5", "写的是“1,5”，逗号的位置不对；请填…"), ["D9"]),
    ("F03", "blank", blank_form(), []),
    ("F04", "passes", sound_form(investment=money("99999", "B3")), []),
    ("F04", "元", sound_form(investment=money("472000", "B3")), ["B3"]),
    ("F04", "亿元", sound_form(investment=money("0.005", "B3")), ["B3"]),
    ("F04", "0 is a figure", sound_form(investment=money("0", "B3")), []),
    ("F04", "a large enterprise's sales", figures(("900000", "88", "7"), ("999999", "120", "15")), []),
    ("F04", "sales in 元", figures(("11800000", "88", "7"), ("12600000", "120", "15")), ["B8", "B9"]),
    ("F04", "one in 元, one in 万元", figures(("1180", "8.8", "7"), ("1260", "88000", "15")), ["C9"]),
    ("F04", "a great leap", figures(("1180", "8.8", "7"), ("1260", "8800", "15")), []),
    ("F04", "blank", blank_form(), []),
    ("F05", "passes", sound_form(), []),
    ("F05", "only before", figures(("1180", "88", "7"), ("1260", "", "15")), ["C9"]),
    ("F05", "only after, / is not 0", figures(("1180", "88", "/"), ("1260", "120", "15")), ["D8"]),
    ("F05", "0 is a figure", figures(("1180", "88", "0"), ("1260", "120", "15")), []),
    ("F05", "unreadable is F03", unreadable_after("saving", "1,5", "逗号的位置不对"), []),
    (
        "F05",
        "a formula is not blank",
        figures(("1180", "88", "7"), ("1260", "", "15")).model_copy(update={"valueless": unseen(("登记表", "C9"))}),
        [],
    ),
    ("F05", "blank", blank_form(), []),
    ("F06", "passes", sound_form(), []),
    ("F06", "all less or equal", figures(("1180", "88", "7"), ("1180", "80", "7")), ["B9"]),
    ("F06", "saving alone is enough", figures(("1180", "88", "7"), ("1100", "80", "8")), []),
    ("F06", "not sure where a figure is missing", figures(("1180", "88", "7"), ("1180", "88", "")), []),
    ("F06", "not sure where one is unreadable", unreadable_after("profit", "多", "不是数"), []),
    ("F06", "blank", blank_form(), []),
    ("F07", "eight", team(*NAMES[:8]), []),
    ("F07", "nine", team(*NAMES), ["A29"]),
    ("F07", "blank lines do not count", team(*NAMES[:4], "", *NAMES[4:8]), []),
    ("F07", "blank", blank_form(), []),
    ("F08", "passes", sound_form(), []),
    ("F08", "a gap", team("沈嘉禾", "", "连若溪"), ["A22"]),
    ("F08", "/ is a gap", team("沈嘉禾", "/", "连若溪"), ["A22"]),
    ("F08", "printed lines left over", team("沈嘉禾", "平小川", "", ""), []),
    ("F08", "one person twice", team("沈嘉禾", "平小川", "沈 嘉禾"), ["A23"]),
    ("F08", "no 学历", sound_form(team=(member(1, "沈嘉禾", "女", "工程师", "", "质量部"),)), ["D21"]),
    ("F08", "no column 学历", sound_form(team=(without_education(member(1, "沈嘉禾")),)), []),
    ("F08", "no name", sound_form(team=(member(1, "沈嘉禾"), member(2, "", "女", "", "", ""))), ["A22"]),
    ("F08", "two in one cell", sound_form(team=(member(1, "张三、李四", problem="像是不止一个姓名"),)), ["A21"]),
    ("F08", "blank", blank_form(), [""]),
    ("F09", "on the last day", sound_form(filled_on=day("2023-09-15", "B5")), []),
    ("F09", "a day late", sound_form(filled_on=day("2023-09-16", "B5")), ["B5"]),
    ("F09", "unreadable", sound_form(filled_on=day("九月", "B5", "写的是“九月”，没有写到日；请写到日")), ["B5"]),
    ("F09", "blank", blank_form(), ["B5"]),
    ("F10", "an alias", sound_form(recommender=text("嘉定工业区管委会", "B2")), []),
    ("F10", "in full", sound_form(recommender=text("上海市嘉定区安亭镇人民政府", "B2")), []),
    ("F10", "a 主管部门", sound_form(recommender=text("嘉定区经济委员会", "B2")), []),
    ("F10", "a slip", sound_form(recommender=text("南祥镇", "B2")), ["B2"]),
    ("F10", "none of ours", sound_form(recommender=text("某某行业协会", "B2")), ["B2"]),
    ("F10", "/ is F01", sound_form(recommender=text("/", "B2")), []),
    ("F10", "blank", blank_form(), []),
    ("F11", "passes", sound_form(), []),
    ("F11", "no name", sound_form(finance=signed(32, by="")), ["B32"]),
    ("F11", "no date", sound_form(head=signed(33, on="")), ["C33"]),
    ("F11", "neither", sound_form(technical=signed(31, "", "")), ["B31"]),
    ("F11", "a date that is none", sound_form(head=signed(33, on="9月", problem="没有写年份")), ["C33"]),
    ("F11", "待定", sound_form(head=signed(33, by="待定", unclear="不像一个人的姓名")), ["B33"]),
    (
        "F11",
        "a signature as a picture",
        sound_form(head=signed(33, by=""), valueless=unseen(("登记表", "B33"))),
        [],
    ),
    ("F11", "blank", blank_form(), [*SIGNED]),
    ("F12", "passes", sound_form(), []),
    ("F12", "无", sound_form(recommendation=text("无", "B34")), ["B34"]),
    ("F12", "blank", blank_form(), ["B34"]),
    ("F13", "passes", sound_form(), []),
    ("F13", "check digit", sound_form(credit_code=text("91310114320742767L", "B6", problem="校验码不符")), ["B6"]),
    ("F13", "blank", blank_form(), []),
    ("F14", "passes", sound_form(), []),
    ("F14", "registered by the city", sound_form(credit_code=text("91310000676257316N", "B6")), ["B6"]),
    ("F14", "blank", blank_form(), []),
    ("F15", "passes", sound_form(), []),
    ("F15", "a digit short", sound_form(phone=text("1380021001", "B8", problem="有 10 位数字")), ["B8"]),
    ("F15", "blank", blank_form(), []),
    ("F16", "twelve months", sound_form(completed=month("2022.9", "B2")), []),
    ("F16", "eleven months", sound_form(completed=month("2022.10", "B2")), ["B2"]),
    ("F16", "not yet", sound_form(completed=month("2023.10", "B2")), ["B2"]),
    ("F16", "unreadable", sound_form(completed=month("2022", "B2", "写的是“2022”，没有写到月；请…")), ["B2"]),
    ("F16", "unknown when filled in", sound_form(completed=month("2023.6", "B2"), filled_on=day("", "B5")), []),
    ("F16", "blank", blank_form(), []),
    ("T04", "passes", sound_form(), []),
    ("T04", "this year's", sound_form(edition=edition(2023)), []),
    ("T04", "last year's", sound_form(edition=edition(2022)), ["A1"]),
    ("T04", "next year's", sound_form(edition=edition(2024)), ["A1"]),
    ("T04", "in 元", sound_form(other_units=(unit("0.0001"),)), ["A7"]),
    ("T04", "in 美元", sound_form(other_units=(unit(None),)), ["A7"]),
    ("T04", "blank", blank_form(), []),
    ("F17", "passes", sound_form(), []),
    ("F17", "in a field", sound_form(valueless=unseen(("登记表", "C9"), ("登记表", "A21"))), ["C9", "A21"]),
    ("F17", "elsewhere, told once", sound_form(valueless=unseen(("登记表", "K1"), ("登记表", "K2"))), ["K1"]),
    ("F17", "blank", blank_form(), []),
)


@pytest.mark.parametrize(
    ("rule", "form", "cells"), [c[:1] + c[2:] for c in CASES], ids=[f"{c[0]} {c[1]}" for c in CASES]
)
def test_form(rule: str, form: Form, cells: list[str]) -> None:
    assert sorted(found(check_form(form, NOTICE), rule)) == sorted((rule, cell) for cell in cells)


def test_a_sound_form_gives_no_flag() -> None:
    assert check_form(sound_form(), NOTICE) == []


def test_a_spoiled_field_gives_no_flag_of_another_rule() -> None:
    """What each case is about is all that is wrong with it; a second finding would be a false alarm."""
    for rule, name, form, cells in CASES:
        if form != blank_form() and cells:
            others = {flag.rule for flag in check_form(form, NOTICE)} - {rule}
            assert not others, (rule, name)


def test_flags_of_a_blank_form_by_place() -> None:
    flags = check_form(blank_form(), NOTICE)
    assert [(flag.rule, flag.place) for flag in flags] == [
        ("F01", "封面!B2"),
        ("F01", "封面!B3"),
        ("F01", "封面!B4"),
        ("F09", "封面!B5"),
        ("F08", "登记表"),
        ("F01", "登记表!B1"),
        ("F01", "登记表!B2"),
        ("F01", "登记表!B3"),
        ("F01", "登记表!B4"),
        ("F01", "登记表!B5"),
        ("F01", "登记表!B6"),
        ("F11", "登记表!B31"),
        ("F11", "登记表!B32"),
        ("F11", "登记表!B33"),
        ("F12", "登记表!B34"),
    ]


def test_a_flag_names_file_sheet_cell_and_field() -> None:
    form = sound_form("来件/甲.xlsx", after=economics(9, "1260", "120", "", "/"))
    (flag,) = check_form(form, NOTICE)
    assert flag.model_dump(mode="json") == {
        "rule": "F05",
        "severity": "error",
        "file": "来件/甲.xlsx",
        "sheet": "登记表",
        "cell": "D9",
        "row_number": None,
        "field": "economics.after.saving",
        "value": "",
        "message": "“节能降耗”只填了攻关前（7），攻关后没有数",
        "fix": "请企业补填攻关后的数；确实为零请填 0，不要写“/”",
    }


def test_words_of_a_missing_label() -> None:
    (flag,) = check_form(sound_form(results=Value[str]()), NOTICE)
    assert (flag.sheet, flag.cell) == ("登记表", "")
    assert flag.message == "登记表里找不到“质量攻关成效”这一栏"


def test_what_is_typed_is_told_with_its_remedy_in_full() -> None:
    long = "9131" * 7
    form = sound_form(credit_code=text(long, "B6", problem=credit_code(long).problem))
    assert [flag.message for flag in check_form(form, NOTICE)] == [
        "统一社会信用代码写的是“9131913191319131913191319131”，有 28 位，应为 18 位；请对照营业执照填 18 位代码"
    ]


def test_limits_are_settings() -> None:
    notice = Notice(
        max_team=2,
        deadline=dt.date(2023, 9, 1),
        months_after_completion=24,
        division_code="310115",
        likely_yuan=Decimal(40),
        form_required=("remarks",),
    )
    rules = {flag.rule for flag in check_form(sound_form(), notice)}
    assert rules == {"F01", "F04", "F07", "F09", "F14", "F16"}


def test_the_great_leap_is_told_once() -> None:
    """A figure in 元 is F04 by itself; that it is ten thousand times the other one is the same fault."""
    form = figures(("1180", "88", "7"), ("1260", "880000", "15"))
    assert found(check_form(form, NOTICE)) == [("F04", "C9")]


def test_two_offices_are_not_alike_for_their_common_words() -> None:
    (flag,) = check_form(sound_form(recommender=text("嘉定新城管理委员会", "B2")), NOTICE)
    assert flag.message == "推荐单位“嘉定新城管理委员会”不在本区街镇名单里"


def test_registered_elsewhere_is_only_a_note() -> None:
    (flag,) = check_form(sound_form(credit_code=text("91310000676257316N", "B6")), NOTICE)
    assert (flag.severity, flag.message) == (Severity.NOTE, "信用代码第3至8位是 310000，本区是 310114")


def test_a_form_full_of_what_cannot_be_seen_is_told_in_few_flags() -> None:
    crowd = tuple(member(line, f"张{chr(0x4E00 + line)}", "", "", "", "") for line in range(1, 501))
    pictures = unseen(*(("登记表", f"K{row}") for row in range(1, 20_001)))
    flags = check_form(sound_form(team=crowd, valueless=pictures), NOTICE)
    assert [len(found(flags, rule)) for rule in ("F07", "F08", "F17")] == [1, 500, 1]


def test_completed_in_the_month_of_filling_in_is_too_soon_but_not_in_the_future() -> None:
    (flag,) = check_form(sound_form(completed=month("2023.9", "B2")), NOTICE)
    assert flag.message == "项目 2023年9月 完成，到填报日期 2023年9月8日 只有 0 个月，不满 12 个月"
