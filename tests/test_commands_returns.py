"""What goes back to a town: its own flags, what the district knows of its rows, and the list in a clerk's words."""

from __future__ import annotations

from tests.districts import district, project, received, town
from tests.making import complete, text
from xlpy.commands.district_work import Work
from xlpy.commands.returns import Return, returns
from xlpy.flags import Flag
from xlpy.grids import Scalar, Snapshot
from xlpy.layout import DUPLICATE_HEADERS
from xlpy.models import Form, TownTable
from xlpy.verdicts import Drop

AN, MA = "安亭镇", "马陆镇"
FILE = "街镇材料/安亭镇/附件2.xlsx"


def line(**cells: Scalar) -> list[Scalar]:
    """A line of 疑似重复; its columns by header, without the ·."""
    return [cells.get(header.replace("·", "")) for header in DUPLICATE_HEADERS]


def sent(*tables: TownTable, book: Snapshot | None = None, forms: tuple[Form, ...] = ()) -> list[Return]:
    return returns(Work(book or district(), received(*tables, forms=forms, folder="街镇材料")))


def told(one: Return) -> list[tuple[str, str, str]]:
    return [(flag.rule, flag.cell, flag.message) for flags in one.flags for flag in flags]


def places(one: Return) -> list[str]:
    return [mend.where for mend in one.to_mend()]


def test_a_town_without_flags_gets_nothing() -> None:
    (one,) = sent(town(AN, project("降噪", amount="约500"), file=FILE), town(MA, project("减重")))
    assert (one.town, one.home) == (AN, "/街镇材料/安亭镇")


def test_a_town_is_told_what_it_would_see_itself() -> None:
    (one,) = sent(town(AN, project("降噪"), project("降噪"), project("虚焊", amount="/"), file=FILE))
    assert [(f.rule, f.file, f.cell, f.row_number) for flags in one.flags for f in flags] == [
        ("T01", FILE, "B5", 5),
        ("R06", FILE, "H6", 6),
    ]


def test_forms_are_named_as_the_town_finds_them() -> None:
    form = complete("降噪", file="街镇材料/安亭镇/登记表/甲.xlsx", ownership=text("国有企业", "B5", "汇总信息"))
    (one,) = sent(town(AN, project("降噪"), file=FILE), forms=(form,))
    x01 = next(f for flags in one.flags for f in flags if f.rule == "X01")
    assert x01.message == ("“企业性质”在汇总表是“民营企业”，在登记表（登记表/甲.xlsx 的 汇总信息!B5）是“国有企业”")
    f12 = next(f for flags in one.flags for f in flags if f.rule == "F12")
    assert (f12.file, f12.row_number) == ("登记表/甲.xlsx", 4)
    assert "第4行“降噪”的登记表（登记表/甲.xlsx），推荐单位意见" in places(one)


def test_the_list_has_errors_first_and_says_where_in_words() -> None:
    table = town(AN, project("降噪", remarks="=1"), project("虚焊", amount="/"), file=FILE)
    changed = table.table.model_copy(update={"phone": text("", "H8", "汇总表")})
    (one,) = sent(table.model_copy(update={"table": changed}))
    assert [(m.severity.label, m.where, m.problem) for m in one.to_mend()] == [
        ("错误", "第5行“虚焊”，经济效益(万元)", "经济效益写的是“/”，不是数"),
        ("错误", "表下面，联系电话", "表下面的“联系电话”没有填"),
        ("警告", "第4行“降噪”，备注", "“备注”以“=”开头，再次录入时会变成公式"),
    ]


PAIR = line(
    规则="D01", 相似度=93, 甲推荐单位=AN, 甲项目名称="降噪", 甲项目单位="甲公司", 乙推荐单位=MA, 乙项目名称="降噪声",
    乙项目单位="乙公司", 甲编号=1, 乙编号=2,
)  # fmt: skip


def test_both_towns_of_an_open_pair_are_told_of_the_other() -> None:
    book = district(疑似重复=[PAIR])
    an, ma = sent(town(AN, project("降噪"), file=FILE), town(MA, project("降噪声", "乙公司")), book=book)
    assert told(an) == [("D01", "B4", "“降噪”（安亭镇）与“降噪声”（马陆镇）很像，相似度 93%")]
    assert told(ma) == [("D01", "B4", "“降噪声”（马陆镇）与“降噪”（安亭镇）很像，相似度 93%")]
    assert an.to_mend()[0].fix == "请与马陆镇核对；是同一个项目的，只由一个单位报送"


def test_the_very_same_project_is_an_error() -> None:
    same = line(规则="D01", 相似度="100%", 乙推荐单位=MA, 乙项目名称="降 噪", 乙项目单位="甲公司", 甲编号=1)
    (one,) = sent(town(AN, project("降噪"), file=FILE), book=district(疑似重复=[same]))
    assert [(f.severity.label, f.message) for f in one.flags[0]] == [("错误", "“降噪”由安亭镇、马陆镇同时报送")]


def test_pairs_that_the_bureau_has_decided_are_not_the_towns_business() -> None:
    kept = list(PAIR)
    kept[DUPLICATE_HEADERS.index("决定")] = "保留"
    book = district(疑似重复=[kept])
    assert sent(town(AN, project("降噪"), file=FILE), town(MA, project("降噪声", "乙公司")), book=book) == []


def test_likeness_with_an_exclusion_list_is_told() -> None:
    listed = line(规则="D02", 相似度=95, 乙推荐单位="历年表彰", 乙项目名称="降噪攻关", 乙项目单位="甲公司", 甲编号=1)
    (one,) = sent(town(AN, project("降噪"), file=FILE), book=district(疑似重复=[listed]))
    assert told(one) == [("D02", "B4", "“降噪”与历年表彰里的“降噪攻关”很像，相似度 95%（甲公司）")]


def test_a_row_that_was_left_out_is_told_with_the_reason_and_no_more_of_its_pairs() -> None:
    tables = town(AN, project("降噪"), file=FILE), town(MA, project("降噪声", "乙公司"))
    work = Work(district(疑似重复=[PAIR]), received(*tables))
    work.drops = {2: Drop(2, "合并", 1, "与安亭镇核对过"), 1: Drop(1, "排除", None, "2021年已获表彰")}
    flags: list[Flag] = [flag for one in returns(work) for flag in one.flags[0]]
    assert [(f.severity.label, f.row_number, f.message) for f in flags] == [
        ("提示", 4, "区局没有列入这个项目：已排除（2021年已获表彰）"),
        ("提示", 4, "区局没有列入这个项目：已并入安亭镇报送的“降噪”（与安亭镇核对过）"),
    ]


def test_no_telephone_of_another_town_is_told() -> None:
    book = district(疑似重复=[PAIR])
    other = town(MA, project("降噪声", "乙公司", remarks="13912345678"))
    said = "".join(str(one.to_mend()) for one in sent(town(AN, project("降噪"), file=FILE), other, book=book)[:1])
    assert "降噪声" in said
    assert "13" not in said


def test_tables_that_do_not_count_or_belong_to_nobody_are_not_sent_back() -> None:
    first = town(AN, project("降噪"), file="安亭镇/附件2.xlsx")
    later = town(AN, project("降噪", amount="约30"), file="安亭镇/附件2（改）.xlsx", modified=2.0)
    nobody = town("某某镇", project("减重", amount="/"), file="不明.xlsx")
    assert sent(first, later, nobody) == []


def test_tables_that_go_back_in_another_file_are_told_by_its_rows() -> None:
    table = town(AN, project("降噪"), file="安亭镇/附件2.docx")
    anew = town(AN, project("降噪"), file="安亭镇/附件2（已转换）.xlsx").table
    moved = anew.model_copy(
        update={"rows": tuple(r.model_copy(update={"row_number": 9}) for r in anew.rows), "last_row": 9}
    )
    work = Work(district(疑似重复=[PAIR]), received(table))
    (one,) = returns(work, {("安亭镇/附件2.docx", "汇总表"): moved})
    assert [(f.rule, f.file, f.row_number) for f in one.flags[0]] == [("D01", "安亭镇/附件2（已转换）.xlsx", 9)]
