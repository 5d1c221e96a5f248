"""Whose table: what is written in the sheet, and how the sheet, its file and its folders are called. Never a guess."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.inline import grid, snapshot
from tests.making import form, row, table, text
from xlpy.models import Form, SummaryTable, TownIntake
from xlpy.notice import Notice, codes
from xlpy.summary import parse_summary
from xlpy.towns import Unit, forms_of, recognise

NOTICE = Notice()
TITLE = "2023年嘉定区重点产品质量攻关项目申报汇总表"


def sent(
    unit: str = "", *rows: str, file: str = "附件2.xlsx", title: str = TITLE, sheet: str = "汇总表", label: str = "B9"
) -> SummaryTable:
    """A table signed by `unit`, with the words of its column 推荐单位, in `file`."""
    lines = [row(n).model_copy(update={"town": text(words, f"J{n}")}) for n, words in enumerate(rows, 4)]
    return table(*lines, unit=text(unit, label), file=file, title=title).model_copy(update={"sheet": sheet})


def name_of(one: SummaryTable, root: str = "") -> str:
    unit = recognise(one, NOTICE, root)
    assert bool(unit.name) is not bool(unit.problem)  # a unit, or the reason
    return unit.name


# --- what the sheet says ------------------------------------------------------------------------------------------


def test_the_unit_that_signed_sent_it() -> None:
    assert recognise(sent("上海市嘉定区安亭镇人民政府"), NOTICE) == Unit("安亭镇", "")


def test_a_department_is_called_as_it_calls_itself() -> None:
    assert name_of(sent("嘉定区 经济委员会")) == "嘉定区经济委员会"
    assert name_of(sent("", "嘉定区科委", "嘉定区科委")) == "嘉定区科委"


def test_the_column_of_the_rows_says_it_where_nobody_signed() -> None:
    assert name_of(sent("", "马陆镇", "", "嘉定区马陆镇")) == "马陆镇"


def test_a_word_that_means_nothing_is_not_written() -> None:
    blank = sent("").model_copy(update={"unit": text("无").model_copy(update={"nil": True})})
    assert recognise(blank, NOTICE).problem == "填报单位没有写，从标题、文件名和文件夹名也看不出是哪个单位"


def test_rows_of_several_units_are_nobodys() -> None:
    for signer in ("", "安亭镇"):
        assert recognise(sent(signer, "安亭镇", "南翔镇", "安亭"), NOTICE) == Unit(
            "", "一张表里有几个推荐单位：南翔镇、安亭镇"
        )


def test_one_who_is_not_in_the_list_is_nobody_and_the_file_name_only_proposes() -> None:
    assert recognise(sent("某某轴承厂", file="安亭镇.xlsx"), NOTICE) == Unit(
        "", "填报单位（B9）“某某轴承厂”不在单位名单里；文件名“安亭镇”像是安亭镇"
    )
    assert recognise(sent("某某轴承厂", file="安亭镇/马陆镇.xlsx"), NOTICE) == Unit(
        "", "填报单位（B9）“某某轴承厂”不在单位名单里"
    )


def test_one_unknown_row_leaves_the_others_in_doubt_unless_the_unit_signed() -> None:
    assert recognise(sent("", "安亭镇", "某某轴承厂"), NOTICE) == Unit(
        "", "推荐单位（J5）“某某轴承厂”不在单位名单里；推荐单位（J4）“安亭镇”像是安亭镇"
    )
    assert name_of(sent("安亭镇", "某某轴承厂", "某某电器厂")) == "安亭镇"


def test_every_row_naming_the_unit_outweighs_an_unknown_signature() -> None:
    assert name_of(sent("某某经济发展中心", "安亭镇", "安亭")) == "安亭镇"


def test_two_units_may_not_sign_one_table() -> None:
    assert recognise(sent("安亭镇、南翔镇"), NOTICE) == Unit(
        "", "填报单位（B9）“安亭镇、南翔镇”写了几个单位：南翔镇、安亭镇"
    )


# --- what the names say -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "unit"),
    [
        ({"title": "安亭镇2023年质量攻关项目申报汇总表"}, "安亭镇"),
        ({"sheet": "安亭"}, "安亭镇"),
        ({"file": "安亭.xlsx"}, "安亭镇"),
        ({"file": "附件2-安亭汇总表（最终版2）.xlsx"}, "安亭镇"),
        ({"file": "街镇报送/工业区2023.xls"}, "嘉定工业区"),
        ({"file": "街镇报送/嘉定镇/附件2.xlsx"}, "嘉定镇街道"),
        ({"file": "街镇报送/03 真新新村街道/材料/附件2.xlsx"}, "真新街道"),
        ({"file": "马陆镇/嘉定区2023/附件2.xlsx"}, "马陆镇"),
        ({"file": "街镇报送/菊园新区管委会.最终.docx"}, "菊园新区"),
        ({"file": "青浦工业区.xlsx"}, ""),
        ({"file": "青浦 工业区.xlsx"}, ""),
        ({"file": "安亭汽车配件公司.xlsx"}, ""),
        ({"file": "嘉定区2023/嘉定.xlsx"}, ""),
        ({"file": "嘉定区经济委员会/附件2.xlsx"}, ""),  # a folder of the bureau is often called so too
        ({"file": "安亭镇_马陆镇转交.xlsx"}, ""),
        ({"file": "安亭_马陆转交.xlsx"}, ""),
        ({"file": "马陆镇/安亭镇_马陆镇转交.xlsx"}, ""),
        ({"file": "南翔镇和安亭镇/附件2.xlsx"}, ""),
        ({"file": "马陆镇/安亭镇.xlsx"}, ""),
    ],
)
def test_where_the_sheet_says_nothing_the_names_do(place: dict[str, str], unit: str) -> None:
    assert name_of(sent(**place)) == unit


def test_names_that_agree_with_the_signature_do_no_harm() -> None:
    assert name_of(sent("安亭镇", file="街镇报送/安亭镇/安亭镇_马陆镇转交.xlsx")) == "安亭镇"
    assert name_of(sent("南翔镇", file="南翔镇和安亭镇/附件2.xlsx")) == "南翔镇"


@pytest.mark.parametrize(
    ("one", "problem"),
    [
        (sent("安亭镇", "马陆镇"), "填报单位（B9）“安亭镇”和推荐单位（J4）“马陆镇”不是同一个单位"),
        (sent("安亭镇", title="马陆镇汇总表"), "填报单位（B9）“安亭镇”和标题“马陆镇汇总表”不是同一个单位"),
        (sent("安亭镇", sheet="马陆"), "填报单位（B9）“安亭镇”和工作表名“马陆”不是同一个单位"),
        (sent("安亭镇", file="马陆.xlsx"), "填报单位（B9）“安亭镇”和文件名“马陆”不是同一个单位"),
        (sent("安亭镇", file="马陆镇/附件2.xlsx"), "填报单位（B9）“安亭镇”和文件夹名“马陆镇”不是同一个单位"),
        (sent("嘉定区经委", file="马陆镇/2.xlsx"), "填报单位（B9）“嘉定区经委”和文件夹名“马陆镇”不是同一个单位"),
        (sent(file="安亭镇/马陆镇.xlsx"), "文件名“马陆镇”和文件夹名“安亭镇”不是同一个单位"),
        (sent(file="南翔镇、安亭镇/2.xlsx"), "文件夹名“南翔镇、安亭镇”写了几个单位：南翔镇、安亭镇"),
        (sent("安亭镇", label=""), ""),
    ],
)
def test_what_contradicts_is_told_with_its_place(one: SummaryTable, problem: str) -> None:
    assert recognise(one, NOTICE).problem == problem


HEAD = "| 序号 | 项目名称 | 项目单位 | 经济效益 |"
FIRST, SECOND = "| 1 | 甲 | 乙 | 5 |", "| 1 | 丙 | 丁 | 6 |"


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (
            [HEAD, FIRST, "| 填报单位：江桥镇 | | | |", HEAD, SECOND, "| 填报单位：外冈镇 | | | |"],
            "填报单位（A6）“外冈镇”和填报单位（A3）“江桥镇”不是同一个单位",
        ),
        (
            [HEAD, FIRST, "| 填报单位： | | 江桥镇 | |", HEAD, SECOND, "| 填报单位： | | 外冈镇 | |"],
            "填报单位（C6）“外冈镇”和填报单位（C3）“江桥镇”不是同一个单位",
        ),
        (
            [HEAD, FIRST, "| 填报单位：江桥镇 | | | |", HEAD, SECOND],
            "几张表上下拼在了一起，填报单位（A3）“江桥镇”下面还有项目，没有写填报单位",
        ),
        (
            ["| 2023年汇总表（江桥镇） | | | |", HEAD, FIRST, "| 2023年汇总表（外冈镇） | | | |", HEAD, SECOND],
            "标题“2023年汇总表（江桥镇）”和第4行“2023年汇总表（外冈镇）”不是同一个单位",
        ),
        ([HEAD, FIRST, "| 填报单位：江桥镇 | | | |", HEAD, SECOND, "| 填报单位：江桥镇 | | | |"], ""),
    ],
)
def test_tables_one_below_the_other_are_nobodys_unless_one_unit_signed_all(lines: list[str], problem: str) -> None:
    one = parse_summary(snapshot(grid("\n".join(lines), "Sheet1"), name="表.xlsx"))
    assert recognise(one, NOTICE) == (Unit("", problem) if problem else Unit("江桥镇"))
    assert [row.project_name.raw for row in one.rows] == ["甲", "丙"]


def test_folders_above_those_of_the_towns_say_nothing() -> None:
    one = sent(file="D:/安亭镇工作/街镇报送/马陆镇/附件2.xlsx")
    assert name_of(one, "D:/安亭镇工作/街镇报送") == "马陆镇"
    assert name_of(sent(file="D:/安亭镇/收/附件2.xlsx"), "D:/安亭镇/收") == ""
    assert name_of(sent(file="收/安亭镇/附件2.xlsx"), "收/安亭镇") == "安亭镇"  # one town's folder was chosen
    assert name_of(sent(file="安亭镇/附件2.xlsx"), ".") == "安亭镇"


WRITINGS = [(code.label, name) for code in NOTICE.units for name in (code.label, *code.aliases)]


@given(
    st.sampled_from(WRITINGS),
    st.sampled_from(["", "嘉定区", "上海市嘉定区", "上海市 嘉定区 ", "嘉定", "上海嘉定"]),
    st.sampled_from(["", "（盖章）", "(公章)", "：", "＿＿＿", " （加盖公章）"]),
    st.sampled_from(["", " ", "\u3000", "\xa0"]),
)
def test_a_unit_is_known_however_it_signs(writing: tuple[str, str], before: str, behind: str, gap: str) -> None:
    unit, name = writing
    assert name_of(sent(before + gap.join(name) + behind)) == unit


@given(
    st.sampled_from(WRITINGS), st.sampled_from(["附件2{}", "{}汇总表", "２０２３年{} 最终版(2)", "03_{}_报送", "{}"])
)
def test_a_unit_is_known_in_the_name_of_file_folder_and_sheet(writing: tuple[str, str], around: str) -> None:
    unit, name = writing
    whole = around.format(name)
    assert name_of(sent(file=f"{whole}.xlsx")) == unit
    assert name_of(sent(file=f"{whole}/附件2.xlsx")) == unit
    assert name_of(sent(sheet=whole)) == unit


words = st.sampled_from(["", "安亭镇", "马陆", "嘉定区经委", "某某厂", "南翔镇和安亭镇", "嘉定区"])


@given(words, st.lists(words, max_size=3), words, words, words)
def test_nothing_is_guessed(signer: str, rows: list[str], title: str, file: str, folder: str) -> None:
    """A unit is one that something names, and nothing names only others."""
    one = sent(signer, *rows, title=title, file=f"{folder or '收'}/{file or '附件2'}.xlsx")
    if unit := name_of(one):
        named = [set(NOTICE.units_in(w)) or {w} & {"嘉定区经委"} for w in (signer, *rows)]
        named += [set(NOTICE.units_in(w)) for w in (title, file, folder)]
        assert {unit} in named
        assert all(unit in units for units in named if units)
    assert recognise(one.model_copy(update={"rows": one.rows[::-1]}), NOTICE).name == unit


# --- the forms ----------------------------------------------------------------------------------------------------


def came(
    *files: str, by: str = "", tables: dict[str, str] | None = None, root: str = "收", notice: Notice = NOTICE
) -> dict[str, list[str]]:
    """Unit → its forms' files; `tables` is file → unit, `by` the forms' own 推荐单位."""
    forms: tuple[Form, ...] = tuple(form(file, recommender=text(by)) for file in files)
    found = forms_of(TownIntake(folder=root, tables=(), forms=forms), (tables or {}).items(), notice)
    return {unit: [one.file for one in own] for unit, own in found.items()}


BOTH = {"收/安亭/附件2.xlsx": "安亭镇", "收/马陆/附件2.xlsx": "马陆镇"}


def test_forms_go_with_the_tables_in_the_nearest_folder_above() -> None:
    files = ["收/安亭/甲.xlsx", "收/安亭/登记表/乙.docx", "收/马陆/丙.xlsx"]
    assert came(*files, tables=BOTH) == {"安亭镇": files[:2], "马陆镇": files[2:]}


def test_the_folder_decides_even_where_the_form_names_another_unit() -> None:
    assert came("收/安亭/甲.xlsx", by="马陆镇", tables=BOTH) == {"安亭镇": ["收/安亭/甲.xlsx"]}


def test_parts_of_one_hand_in_share_the_forms() -> None:
    parts = {"收/安亭/上.xlsx": "安亭镇", "收/安亭/下.xlsx": "安亭镇"}
    assert came("收/安亭/甲.xlsx", tables=parts) == {"安亭镇": ["收/安亭/甲.xlsx"]}


def test_in_one_heap_a_form_goes_by_its_own_words() -> None:
    heap = {"收/安亭镇.xlsx": "安亭镇", "收/马陆镇.xlsx": "马陆镇", "收/经委.xlsx": "嘉定区经委"}
    assert came("收/甲.xlsx", by="嘉定区马陆镇人民政府", tables=heap) == {"马陆镇": ["收/甲.xlsx"]}
    assert came("收/甲.xlsx", by="嘉定区 经委", tables=heap) == {"嘉定区经委": ["收/甲.xlsx"]}
    assert came("收/甲.xlsx", by="南翔镇", tables=heap) == {"": ["收/甲.xlsx"]}
    assert came("收/甲.xlsx", by="安亭镇、马陆镇", tables=heap) == {"": ["收/甲.xlsx"]}
    assert came("收/甲.xlsx", tables=heap) == {"": ["收/甲.xlsx"]}


def test_a_file_with_sheets_of_two_units_is_a_heap() -> None:
    forms = TownIntake(folder="收", tables=(), forms=(form("收/甲.xlsx", recommender=text("安亭镇")),))
    found = forms_of(forms, [("收/两镇.xlsx", "安亭镇"), ("收/两镇.xlsx", "马陆镇")], NOTICE)
    assert list(found) == ["安亭镇"]


def test_forms_in_a_folder_beside_that_of_the_table_go_by_the_towns_folder() -> None:
    beside = {"收/安亭镇/附件2/表.xlsx": "安亭镇", "收/马陆镇/附件2/表.xlsx": "马陆镇"}
    assert came("收/安亭镇/附件1/甲.xlsx", tables=beside) == {"安亭镇": ["收/安亭镇/附件1/甲.xlsx"]}
    assert came("收/甲.xlsx", by="马陆", tables=beside) == {"马陆镇": ["收/甲.xlsx"]}


def test_a_town_that_sent_no_table_keeps_its_forms_from_the_others() -> None:
    above = {"收/附件2.xlsx": "安亭镇"}
    assert came("收/马陆镇/甲.xlsx", tables=above) == {"": ["收/马陆镇/甲.xlsx"]}
    assert came("收/马陆镇/甲.xlsx", by="马陆镇", tables=above) == {"": ["收/马陆镇/甲.xlsx"]}
    assert came("收/马陆镇/甲.xlsx", tables={"收/安亭镇/表.xlsx": "安亭镇"}) == {"": ["收/马陆镇/甲.xlsx"]}
    assert came("收/某某公司/甲.xlsx", tables=above) == {"安亭镇": ["收/某某公司/甲.xlsx"]}


def test_forms_beside_a_table_of_nobody_are_nobodys() -> None:
    assert came("收/一/甲.xlsx", by="安亭镇", tables={"收/一/表.xlsx": "", **BOTH}) == {"": ["收/一/甲.xlsx"]}


def test_without_tables_every_form_is_nobodys() -> None:
    assert came("收/甲.xlsx", by="安亭镇") == {"": ["收/甲.xlsx"]}


def test_the_folder_of_a_form_above_the_towns_says_nothing() -> None:
    away = {"D:/安亭镇/收/马陆/附件2.xlsx": "马陆镇"}
    assert came("D:/安亭镇/收/甲.xlsx", by="马陆", tables=away, root="D:/安亭镇/收") == {
        "马陆镇": ["D:/安亭镇/收/甲.xlsx"]
    }


@given(st.permutations(["收/安亭/甲.xlsx", "收/安亭/深/乙.xlsx", "收/马陆/丙.xlsx", "收/丁.xlsx"]), st.randoms())
def test_the_order_of_files_does_not_matter(files: list[str], random: object) -> None:
    tables = list(BOTH.items())
    random.shuffle(tables)  # type: ignore[attr-defined]
    found = came(*files, tables=dict(tables))
    assert {unit: sorted(own) for unit, own in found.items()} == {
        "安亭镇": ["收/安亭/深/乙.xlsx", "收/安亭/甲.xlsx"],
        "马陆镇": ["收/马陆/丙.xlsx"],
        "": ["收/丁.xlsx"],
    }


def test_the_units_are_those_of_the_notice() -> None:
    monthly = Notice(district="宝山区", units=codes("月浦镇|月浦"))  # 月 is in names of files too
    assert recognise(sent(file="9月/月浦镇汇总表.xlsx"), monthly) == Unit("月浦镇", "")
    notice = Notice(district="浦东新区", units=codes("川沙新镇|川沙"))
    assert recognise(sent("浦东新区川沙"), notice) == Unit("川沙新镇", "")
    assert recognise(sent("安亭镇"), notice).name == ""
