"""The checks of the district: who sent what, what is there twice, whether the books balance, what was edited."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.sound import found, sound_row, sound_table, text
from xlpy.accounts import Account, State
from xlpy.catalogue import CATALOGUE
from xlpy.checks import CHECKS, check_district, check_table
from xlpy.checks.district import District, Edit
from xlpy.flags import Flag, Severity
from xlpy.layout import COMMENDED, FILED
from xlpy.listings import Entry
from xlpy.models import SummaryRow, SummaryTable
from xlpy.notice import Notice, RuleSetting
from xlpy.pairs import Pair, Project

NOTICE = Notice()
BOOK = "区级汇总表.xlsx"
AN, MA = "安亭镇", "马陆镇"
NAMES = "轴承异音不良率降低", "座椅面料色牢度提升", "天幕玻璃色差一致性提升"


def row(number: int, name: str = "", town: str = AN) -> SummaryRow:
    """The row of the project with this number, in row 3 + number."""
    placed = sound_row(3 + number, project_name=name or NAMES[number - 1])
    return placed.model_copy(update={"town": text(town, f"J{3 + number}", "汇总表"), "origin": number})


def whole(*rows: SummaryRow) -> SummaryTable:
    return sound_table(*(rows or (row(1), row(2), row(3)))).model_copy(update={"file": BOOK})


def project(number: int, name: str = "", town: str = AN, company: str = "甲公司") -> Project:
    return Project(number, town, name or NAMES[number - 1], company, 3 + number, f"汇总表!B{3 + number}")


def flags(
    *pairs: Pair, accounts: tuple[Account, ...] = (), edits: tuple[Edit, ...] = (), table: SummaryTable | None = None
) -> list[Flag]:
    return check_district(District(table or whole(), pairs, accounts, edits), NOTICE)


def told(some: list[Flag]) -> list[tuple[str, str, str, str]]:
    assert all((f.file, f.sheet, f.field) == (BOOK, "汇总表", "project_name") for f in some)
    return [(f.rule, f.severity.value, f.cell, f.message) for f in some]


def test_a_sound_district_has_no_flag() -> None:
    used = Account(AN, State.USED, "安亭.xlsx", "汇总表", rows_in=3, rows_out=3)
    assert flags(accounts=(used,)) == []


# --- pairs ----------------------------------------------------------------------------------------------------------


def test_a_project_twice_in_a_unit_is_told_at_the_later_row() -> None:
    assert told(flags(Pair("T01", project(1), project(3), 100, exact=True))) == [
        ("T01", "error", "B6", "与第 4 行是同一单位的同一项目")
    ]


def test_the_later_row_is_that_of_the_higher_number_wherever_it_stands() -> None:
    turned = project(2), Project(3, AN, NAMES[2], "甲公司", 4, "汇总表!B4")
    assert told(flags(Pair("T01", *turned, 100, exact=True))) == [
        ("T01", "error", "B4", "与第 5 行是同一单位的同一项目")
    ]


@pytest.mark.parametrize(
    ("score", "company", "message"),
    [
        (96, "甲公司", f"与第 4 行“{NAMES[0]}”（甲公司）很像，相似度 96%"),
        (96, "", f"与第 4 行“{NAMES[0]}”（没有写单位）很像，相似度 96%"),
        (100, "甲公司", "与第 4 行（甲公司）的项目名称相同"),
    ],
)
def test_look_alikes_of_a_unit(score: int, company: str, message: str) -> None:
    pair = Pair("T02", project(1, company=company), project(2), score, exact=False)
    assert told(flags(pair)) == [("T02", "warning", "B5", message)]


def test_one_project_of_two_units_is_told_at_both_rows() -> None:
    pair = Pair("D01", project(1, "降噪"), project(2, "降 噪", MA), 100, exact=True)
    assert told(flags(pair)) == [
        ("D01", "error", "B4", "“降 噪”由安亭镇、马陆镇同时报送"),
        ("D01", "error", "B5", "“降 噪”由安亭镇、马陆镇同时报送"),
    ]
    assert {f.fix for f in flags(pair)} == {"请与两边核对，在“疑似重复”的“决定”栏写保留、合并或排除"}
    assert [f.row_number for f in flags(pair)] == [4, 5]


def test_where_the_unit_is_not_known_that_is_said() -> None:
    pair = Pair("D01", project(1, "降噪", ""), project(2, "降噪", MA), 100, exact=True)
    assert told(flags(pair))[0][3] == "“降噪”由没有写推荐单位的、马陆镇同时报送"


def test_one_name_of_two_enterprises_in_two_units() -> None:
    pair = Pair("D01", project(1, "降噪"), project(2, "降噪", MA, "甲有限公司"), 100, exact=False)
    words = "“降噪”由安亭镇、马陆镇同时报送，项目单位写得不一样：甲公司、甲有限公司"
    assert told(flags(pair)) == [("D01", "warning", "B5", words)]


def test_look_alikes_of_two_units_are_told_at_the_later_row() -> None:
    pair = Pair("D01", project(1), project(2, town=MA), 91, exact=False)
    words = f"“{NAMES[1]}”（马陆镇）与“{NAMES[0]}”（安亭镇）很像，相似度 91%"
    assert told(flags(pair)) == [("D01", "warning", "B5", words)]


def entry(sheet: str, name: str, company: str = "甲公司", note: str = "2021 二等奖") -> Entry:
    return Entry(sheet=sheet, name=name, company=company, note=note, cell="C9")


@pytest.mark.parametrize(
    ("rule", "sheet", "where"), [("D02", COMMENDED, "历年表彰里"), ("D03", FILED, "今年的市级申报里")]
)
def test_a_project_of_an_exclusion_list(rule: str, sheet: str, where: str) -> None:
    exact = Pair(rule, project(2), entry(sheet, NAMES[1]), 100, exact=True)
    assert told(flags(exact)) == [(rule, "error", "B5", f"“{NAMES[1]}”在{where}（2021 二等奖 甲公司）")]
    bare = Pair(rule, project(2), entry(sheet, NAMES[1], "", ""), 100, exact=True)
    assert told(flags(bare)) == [(rule, "error", "B5", f"“{NAMES[1]}”在{where}（C9）")]
    same = Pair(rule, project(2), entry(sheet, NAMES[1], "乙公司", ""), 100, exact=False)
    assert told(flags(same)) == [(rule, "warning", "B5", f"{where}有同名的“{NAMES[1]}”，单位写得不一样（乙公司）")]
    alike = Pair(rule, project(2), entry(sheet, "座椅面料的色牢度提升", "", "2021"), 94, exact=False)
    words = f"“{NAMES[1]}”与{where.removeprefix('今年的')}的“座椅面料的色牢度提升”很像，相似度 94%（2021）"
    assert told(flags(alike)) == [(rule, "warning", "B5", words)]
    assert all("疑似重复" in f.fix for pair in (exact, bare, same, alike) for f in flags(pair))


# --- accounts -------------------------------------------------------------------------------------------------------


def test_a_unit_that_sent_nothing() -> None:
    (flag,) = flags(accounts=(Account("外冈镇", State.MISSING),))
    assert (flag.rule, flag.severity, flag.file, flag.sheet, flag.cell) == ("D04", Severity.NOTE, BOOK, "收支核对", "")
    assert (flag.message, flag.fix) == ("没有收到“外冈镇”的汇总表", "请与该单位核对；没有项目的，也请它报一份空表")


def test_a_version_that_waits_is_told_at_its_own_file() -> None:
    lines = (
        Account(AN, State.USED, "安亭.xlsx", "汇总表", rows_in=2, rows_out=2),
        Account(AN, State.PENDING, "安亭_更正.xls", "Sheet1", rows_in=2, excluded=2),
        Account(AN, State.GONE, "旧.xlsx", "汇总表"),
        Account(MA, State.USED, "马陆.xlsx", "汇总表"),
    )
    (flag,) = flags(accounts=lines)
    assert (flag.rule, flag.severity, flag.file, flag.sheet) == ("D05", Severity.WARNING, "安亭_更正.xls", "Sheet1")
    assert flag.message == "“安亭镇”报送了 2 份有相同项目的汇总表：安亭.xlsx、安亭_更正.xls"
    assert flag.fix == "请在“收支核对”的“采用”栏选定采用哪一份，再合并一次"


@pytest.mark.parametrize("state", [State.USED, State.REFUSED, State.COPY, State.GONE, State.TYPED])
def test_what_is_decided_or_settled_is_not_asked(state: State) -> None:
    assert flags(accounts=(Account(AN, state, "安亭.xlsx", "汇总表"),)) == []


@pytest.mark.parametrize(
    ("account", "message"),
    [
        (
            Account(AN, State.USED, "安亭.xlsx", rows_in=12, rows_out=9, merged=1, excluded=1),
            "“安亭镇”收到 12 行，列入 9 行，未列入 2 行，对不上",
        ),
        (
            Account(
                *(AN, State.USED, "安亭.xlsx"),
                rows_in=1,
                rows_out=1,
                amount_in=Decimal("1280.50"),
                adjusted=Decimal("-0.50"),
                amount_out=Decimal("1279.00"),
                amount_left=Decimal("0.99"),
            ),
            "“安亭镇”收到（含区局调整）1280.00 万元，列入和未列入共 1279.99 万元，对不上",
        ),
        (
            Account("", State.USED, "汇总.xlsx", why="填报单位没有填", rows_in=1),
            "“汇总.xlsx”收到 1 行，列入 0 行，未列入 0 行，对不上",
        ),
    ],
)
def test_books_that_do_not_balance(account: Account, message: str) -> None:
    flag = next(f for f in flags(accounts=(account,)) if f.rule == "D06")
    assert (flag.severity, flag.file, flag.sheet, flag.message) == (Severity.ERROR, BOOK, "收支核对", message)
    assert flag.fix.startswith("没有写入任何内容；")


def test_a_table_whose_unit_is_not_certain() -> None:
    line = Account("", State.USED, "汇总.xlsx", "Sheet1", why="填报单位“某某街道”不在名单里")
    (flag,) = flags(accounts=(line,))
    assert (flag.rule, flag.file, flag.sheet, flag.field) == ("D07", "汇总.xlsx", "Sheet1", "town")
    assert flag.message == "认不出 汇总.xlsx 是哪个单位报送的：填报单位“某某街道”不在名单里"
    assert "“收支核对”的“推荐单位”栏" in flag.fix


def test_a_file_that_is_away_and_whose_rows_stay_is_told() -> None:
    (flag,) = flags(accounts=(Account(AN, State.GONE, "旧.xlsx", "汇总表", rows_in=2, rows_out=2),))
    assert (flag.rule, flag.message) == ("X02", "上次合并的 旧.xlsx 这次不在文件夹里，它的 2 行留在表里")


def test_a_file_that_could_not_be_read_and_whose_rows_stay_is_told_with_the_reason() -> None:
    lines = (
        Account(AN, State.GONE, "旧.xlsx", "汇总表", rows_in=2, rows_out=2),
        Account(AN, State.UNREAD, "旧.xlsx", why="文件有密码"),
    )
    flag = next(f for f in flags(accounts=lines) if f.rule == "X02")
    assert flag.message == "上次合并的 旧.xlsx 这次没有读入（文件有密码），它的 2 行留在表里"
    assert flag.fix == "请关掉打开着它的程序，或让该单位重新交来，再合并一次"


@pytest.mark.parametrize("state", [State.GONE, State.TYPED])
def test_rows_that_no_file_brought_this_time_ask_for_no_unit(state: State) -> None:
    assert flags(accounts=(Account("", state, "汇总.xlsx" if state is State.GONE else ""),)) == []


# --- the table itself -----------------------------------------------------------------------------------------------


def test_a_cell_that_the_bureau_changed_shows_both_contents() -> None:
    table = whole(row(1).model_copy(update={"size": text("小型", "G4", "汇总表")}))
    (flag,) = flags(edits=(Edit(table.rows[0], "size", AN, "安亭/附件2.xlsx", "Sheet1!G9", "中型"),), table=table)
    assert (flag.rule, flag.severity, flag.sheet, flag.cell, flag.row_number, flag.value) == (
        *("X01", Severity.NOTE, "汇总表"),
        *("G4", 4, "小型"),
    )
    assert flag.message == "“企业规模”区局改为“小型”，安亭镇报送的（安亭/附件2.xlsx 的 Sheet1!G9）是“中型”"
    assert flag.fix == "区局的内容会保留；不是有意改的，请改回来"


def test_a_cell_that_the_bureau_emptied() -> None:
    table = whole(row(1).model_copy(update={"remarks": text("", "I4", "汇总表")}))
    (flag,) = flags(edits=(Edit(table.rows[0], "remarks", "", "附件2.xlsx", "Sheet1!I9", "两条产线"),), table=table)
    assert flag.message == "“备注”区局改为“空白”，附件2.xlsx报送的（附件2.xlsx 的 Sheet1!I9）是“两条产线”"


def test_a_row_that_its_file_no_longer_has() -> None:
    table = whole()
    (flag,) = check_district(District(table, gone=((table.rows[1], "安亭.xlsx"),)), NOTICE)
    assert (flag.rule, flag.severity, flag.cell) == ("X02", Severity.WARNING, "B5")
    assert flag.message == f"街镇现在的材料（安亭.xlsx）里已经没有“{NAMES[1]}”"


def test_rows_and_headers_are_checked_as_a_towns_are() -> None:
    spoilt = sound_row(4, size="", benefit="400000")
    table = sound_table(spoilt, missing=("level",)).model_copy(update={"file": BOOK})
    assert found(check_district(District(table), NOTICE)) == found(check_table(table, NOTICE))
    assert found(flags(table=table)) == [("T04", ""), ("R01", "G4"), ("R07", "H4")]


def test_what_makes_sense_in_a_towns_table_only_is_left_to_it() -> None:
    """Doubles come as pairs, on which the bureau decides; below the district's table stands the bureau."""
    table = whole(row(1, "降噪"), row(2, "降噪")).model_copy(
        update={"unit": text("", "C9"), "contact": text("", "F9"), "phone": text("", "H9")}
    )
    assert found(check_table(table, NOTICE)) == [("T03", "C9"), ("T03", "F9"), ("T03", "H9"), ("T01", "B5")]
    assert flags(table=table) == []


def test_the_sheet_of_rules_has_its_say() -> None:
    notice = Notice(rules={"D04": RuleSetting(enabled=False), "D05": RuleSetting(severity=Severity.ERROR)})
    lines = Account(MA, State.MISSING), Account(AN, State.PENDING, "安亭2.xlsx", "汇总表")
    assert [(f.rule, f.severity) for f in check_district(District(whole(), accounts=lines), notice)] == [
        ("D05", Severity.ERROR)
    ]


def test_every_rule_of_the_district_is_declared() -> None:
    declared = {rule for check in CHECKS if check.scope == "district" for rule in check.ids}
    assert declared == {rule for rule in CATALOGUE if rule[0] == "D"} | {"T01", "T02", "X01", "X02"}
