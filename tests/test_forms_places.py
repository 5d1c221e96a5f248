"""Labels of Annex 1 and their values: beside, below or in one cell; the two tables; the opinions; any layout at all."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.inline import grid
from tests.typed_forms import ANCHORS, raws, read, seen
from xlpy.cells import Month
from xlpy.errors import WrongForm
from xlpy.forms.parse import lexicon
from xlpy.grids import Box, Scalar, SheetGrid
from xlpy.layout import FORM_INSTRUCTIONS, FORM_LABELS, OPINIONS
from xlpy.models import Value

# --- where a value may stand --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("| 项目名称 | 甲 |", "B1"),
        ("| 项 目 名 称： | 甲 |", "B1"),
        ("| 一、项目名称（全称） | 甲 |", "B1"),
        ("| *项目名称* | 甲 |", "B1"),
        ("| 攻关项目名称 | 甲 |", "B1"),
        ("| 项目名称：甲 |", "A1"),
        ("| 项目名称 甲 |", "A1"),
        ("| 项目名称\\n甲 |", "A1"),
        ("| 项目名称：___甲___ |", "A1"),
        ("| 项目名称 | < | 甲 | < |", "C1"),
        ("| 项目名称 | 甲 | <\n| ^ | ^ | ^ |", "B1"),
        ("| 项目名称 | 企业规模 |\n| 甲 | |", "A2"),
        ("| 企业规模 | 项目名称 |\n| | 甲 |", "B2"),
        ("| 项目名称 | < |\n| 甲 | < |", "A2"),
        ("| 项目名称：甲 企业规模：大型 |", "A1"),
        ("| 企业规模：大型 项目名称：甲 |", "A1"),
    ],
)
def test_where_a_value_may_stand(text: str, cell: str) -> None:
    form = read(grid(text, "封面"), grid("| 填报单位 | 乙 |\n| 质量攻关目标 | 丙 |"))
    assert seen(form.project_name) == ("封面", cell, "甲")


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("| 项目名称 | | 推荐单位 | 安亭镇 |", "B1"),
        ("| 项目名称： | 推荐单位：安亭镇 |", "A1"),
        ("| 项目名称 | （请填写全称） |", "B1"),
        ("| 项目名称 | ________ |", "B1"),
        ("| 项目名称 | | 写全称，与公章一致 |", "B1"),
        ("| 项目名称 | |\n| 项目起止时间 | 2021年至2022年 |", "B1"),
        ("| 项目名称 | < |\n| 推荐单位 | 安亭镇 |", "A1"),
    ],
)
def test_a_neighbouring_label_or_hint_is_no_value(text: str, cell: str) -> None:
    form = read(grid(text, "封面"), grid("| 填报单位 | 乙 |\n| 质量攻关目标 | 丙 |"))
    assert seen(form.project_name) == ("封面", cell, "")


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("| 项目背景意义：第一段\\n第二段 | < |", "A1"),
        ("| 项目背景意义 | 第一段\\n第二段 |", "B1"),
        ("| 项目背景意义 | < |\n| 第一段\\n第二段 | < |", "A2"),
        ("| 项目背景意义 | < |\n| 第一段 | < |\n| 第二段 | < |\n| | < |\n| 注：不超过五百字 | < |", "A2"),
        ("| 项目背景意义 | 第一段 |\n| ^ | 第二段 |", "B1"),
        ("| 项目背景意义： | | |\n| 第一段\\n第二段 | < | < |", "A2"),
    ],
)
def test_long_texts(text: str, cell: str) -> None:
    form = read(grid(text + ANCHORS))
    assert seen(form.background) == ("登记表", cell, "第一段\n第二段")


def test_a_text_may_begin_like_another_label() -> None:
    form = read(grid("| 项目背景意义 | 项目投资：共五百万元 |\n| 项目投资 | 500 |" + ANCHORS))
    assert (form.background.raw, form.investment.raw) == ("项目投资：共五百万元", "500")


def test_the_cover_counts_where_cover_and_body_differ() -> None:
    form = read(grid("| 项目名称 | 封面写的 |", "封面"), grid(ANCHORS))
    assert seen(form.project_name) == ("封面", "B1", "封面写的")


def test_the_body_counts_where_the_cover_is_blank() -> None:
    form = read(grid("| 项目名称 | |", "封面"), grid(ANCHORS))
    assert seen(form.project_name) == ("登记表", "B1", "甲")


def test_similar_labels_are_told_apart() -> None:
    form = read(
        grid(
            """
            | 推荐单位意见： | 同意推荐 |
            | 推荐单位 | 安亭镇 |
            | 单位负责人意见 | 同意 |
            | 单位技术负责人意见 | 可行 |
            """
            + ANCHORS
        )
    )
    assert (form.recommendation.raw, form.recommender.raw) == ("同意推荐", "安亭镇")
    assert (form.head.text.raw, form.technical.text.raw) == ("同意", "可行")


def test_the_instructions_are_no_labels() -> None:
    """Even on the sheet of the form, and without their numbers."""
    form = read(grid(ANCHORS + "".join(f"| {text} | |\n" for text in FORM_INSTRUCTIONS)))
    assert raws(form) == {"project_name": "甲", "applicant": "乙", "goal": "丙"}
    assert (form.investment.cell, form.recommender.cell) == ("", "")


@pytest.mark.parametrize(
    ("text", "raw", "value"),
    [
        ("| 填报日期 | 2023 | 年 | 9 | 月 | 1 | 日 |", "2023年9月1日", dt.date(2023, 9, 1)),
        ("| 填报日期：2023_年_9_月_1_日 |", "2023年9月1日", dt.date(2023, 9, 1)),
        ("| 填报日期 | 年 月 日 |", "", None),
    ],
)
def test_dates_with_printed_words(text: str, raw: str, value: dt.date | None) -> None:
    form = read(grid(text + ANCHORS))
    assert (form.filled_on.raw, form.filled_on.value) == (raw, value)


def test_what_annex_2_needs() -> None:
    form = read(
        grid(ANCHORS),
        grid(
            "| 完成时间 | 2022年6月 | 写到月 |\n| 企业性质 | 其他 | 选一项 |\n| 联系电话 | | 手机或座机 |", "汇总信息"
        ),
    )
    assert form.completed.value == Month(2022, 6)
    assert form.ownership.raw == "其他"
    assert seen(form.phone) == ("汇总信息", "B3", "")


# --- economic table -----------------------------------------------------------------------------------------------


def test_economic_columns_in_any_order_and_incomplete() -> None:
    form = read(
        grid(
            ANCHORS
            + """
            | 项目                          | 利润（万元） | < | 销售收入 |
            | 攻关前12个月（2021.1-2021.12） | 1            | < | 2        |
            | 实施后                        |              | 3 | 4        |
            """
        )
    )
    assert (seen(form.before.profit)[1:], seen(form.before.sales)[1:]) == (("B5", "1"), ("D5", "2"))
    assert (seen(form.after.profit)[1:], seen(form.after.sales)[1:]) == (("C6", "3"), ("D6", "4"))
    assert form.before.other.cell == ""


def test_economic_table_on_its_side() -> None:
    form = read(grid(ANCHORS + "| | 攻关前12月 | 攻关后12月 |\n| 销售额 | 1 | 2 |\n| 利润 | 3 | 4 |\n| 其它 | 5 | |"))
    assert [seen(v)[1:] for v in (form.before.sales, form.after.profit, form.before.other, form.after.other)] == [
        ("B5", "1"),
        ("C6", "4"),
        ("B7", "5"),
        ("C7", ""),
    ]


def test_blank_results_do_not_swallow_the_table_below() -> None:
    form = read(grid(ANCHORS + "| 质量攻关成效： | < | < |\n| （万元） | 销售额 | 利润 |\n| 攻关前 | 1 | 2 |"))
    assert form.results.raw == ""


# --- team ---------------------------------------------------------------------------------------------------------


def test_more_than_eight_members_are_read() -> None:
    lines = "".join(f"| 成员{'甲乙丙丁戊己庚辛壬癸'[n]} | 男 | | | |\n" for n in range(10))
    form = read(grid(ANCHORS + "| 姓名 | 性别 | 职称 | 文化程度 | 部门 |\n" + lines + "| 备注 | 无 | | | |"))
    assert [m.line for m in form.team] == list(range(1, 11))
    assert form.team[9].name.raw == "成员癸"
    assert form.remarks.raw == "无"


def test_team_with_numbers_and_a_heading_at_its_side() -> None:
    form = read(
        grid(
            ANCHORS
            + """
            | 攻关项目组成员 | 序号 | 姓名 | 性别 | 联系电话 |
            | ^ | 1 | 张三 | 男 | 59990000 |
            | ^ | 2 | | | |
            | 注：按贡献大小次序填写 | < | < | < | < |
            | 说明文字 | | | | |
            """
        )
    )
    assert [(m.line, m.name.raw, m.name.cell) for m in form.team] == [(1, "张三", "C5")]
    assert form.phone.cell == ""


# --- opinions -----------------------------------------------------------------------------------------------------


def opinion(text: str) -> tuple[tuple[str, str], ...]:
    form = read(grid(ANCHORS + text))
    return tuple((v.cell, v.raw) for v in (form.head.text, form.head.signed_by, form.head.signed_on))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "| 单位负责人意见：同意\\n负责人（签字）：张三\\n2023年9月1日 |",
            (("A4", "同意"), ("A4", "张三"), ("A4", "2023年9月1日")),
        ),
        ("| 单位负责人意见：同意 签字：张三 日期：2023.9.1 |", (("A4", "同意"), ("A4", "张三"), ("A4", "2023.9.1"))),
        (
            "| 单位负责人意见 | 同意 | 签字 | 张三 | 日期 | 2023-9-1 |",
            (("B4", "同意"), ("D4", "张三"), ("F4", "2023-9-1")),
        ),
        (
            "| 单位负责人意见 | 同意 | < |\n| ^ | 负责人（签字）： | 张三 |\n| ^ | | 2023年9月1日 |",
            (("B4", "同意"), ("C5", "张三"), ("C6", "2023年9月1日")),
        ),
        ("| 单位负责人意见： | < |\n| 负责人（签字）： | |\n| 年 月 日 | < |", (("A4", ""), ("B5", ""), ("A6", ""))),
        (
            "| 单位负责人意见 | | < | < | < | < |\n| 签字： | < | | 日期： | < | |",
            (("B4", ""), ("C5", ""), ("F5", "")),
        ),
        ("| 单位负责人意见： | |\n| 备注 | 某 |", (("B4", ""), ("", ""), ("", ""))),
        (
            "| 单位负责人意见：情况属实，于2023年9月底前完成。 |",
            (("A4", "情况属实，于2023年9月底前完成。"), ("", ""), ("", "")),
        ),
    ],
)
def test_opinions(text: str, expected: tuple[tuple[str, str], ...]) -> None:
    assert opinion(text) == expected


def test_a_typed_date_under_an_opinion() -> None:
    text = "| 单位负责人意见：同意 |\n| 负责人（签字）：张三 |\n| x |"
    form = read(grid(ANCHORS + text, values={(6, 1): dt.datetime(2023, 9, 1)}))
    assert form.head.signed_on == Value[dt.date](value=dt.date(2023, 9, 1), raw="2023-09-01", sheet="登记表", cell="A6")


# --- whatever the layout, addresses are true ----------------------------------------------------------------------

_ASKED = [label for label in FORM_LABELS if label.field not in ("filled_on", "investment", "recommendation")]


@st.composite
def layouts(draw: st.DrawFn) -> tuple[SheetGrid, dict[str, tuple[str, str]]]:
    """Labels in any order and spelling, with their values inline, beside or below, and where each value stands."""
    left = draw(st.integers(0, 2))
    margin: list[Scalar] = [None] * left
    rows: list[list[Scalar]] = [[] for _ in range(draw(st.integers(0, 3)))]
    merges: list[Box] = []
    places: dict[str, tuple[str, str]] = {}
    column = "ABC"[left]
    for n, label in enumerate(draw(st.permutations(_ASKED))):
        name = draw(st.sampled_from([label.label, *label.aliases]))
        name = draw(st.sampled_from([name, f"{name}：", " ".join(name), f"{n % 9 + 1}、{name}"]))
        token = f"词{n}的内容"
        match draw(st.sampled_from(["inline", "beside", "below", "merged", "blank"])):
            case "inline":
                rows.append([*margin, f"{name}：{token}"])
                places[label.field] = f"{column}{len(rows)}", token
            case "beside":
                rows.append([*margin, name, token])
                places[label.field] = f"{'BCD'[left]}{len(rows)}", token
            case "merged":
                rows.append([*margin, name, None, token])
                merges.append(Box(len(rows), left + 1, len(rows), left + 2))
                places[label.field] = f"{'CDE'[left]}{len(rows)}", token
            case "below":
                rows += [[*margin, name], [*margin, token]]
                merges += [Box(r, left + 1, r, 8) for r in (len(rows) - 1, len(rows))]
                places[label.field] = f"{column}{len(rows)}", token
            case "blank":
                rows.append([*margin, name])
        rows += [[] for _ in range(draw(st.integers(0, 1)))]
    return SheetGrid("登记表", rows, tuple(merges)), places


@settings(max_examples=200, deadline=None)
@given(layouts())
def test_every_value_is_reported_where_it_stands(layout: tuple[SheetGrid, dict[str, tuple[str, str]]]) -> None:
    sheet, places = layout
    form = read(sheet)
    assert {name: (value.cell, value.raw) for name, value in form.fields() if value.raw} == places


_WORDS = [
    "项目名称",
    "填报单位",
    "质量攻关目标",
    "姓名",
    "性别",
    "销售额",
    "利润",
    "攻关前",
    "单位负责人意见：",
    "签字：",
    "年 月 日",
]
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.datetimes(min_value=dt.datetime(1900, 1, 1))
    | st.dates()
    | st.times()
    | st.timedeltas()
    | st.text(max_size=12)
    | st.sampled_from(_WORDS)
    | st.builds(
        "".join, st.lists(st.sampled_from([*_WORDS, "\n", "  ", "：", "_", "(", "）", "1、", "2023年"]), max_size=6)
    )
)
BOXES = st.builds(
    lambda r, c, h, w: Box(r, c, r + h, c + w),
    *[st.integers(1, 6)] * 2,
    *[st.integers(0, 2) | st.integers(0, 40000)] * 2,
)
SHEETS = st.builds(
    SheetGrid,
    st.sampled_from(["登记表", "封面", "填表说明"]),
    st.lists(st.lists(SCALARS, max_size=6), max_size=8),
    st.lists(BOXES, max_size=4).map(tuple),
    hidden=st.booleans(),
    word=st.booleans(),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(SHEETS, max_size=3), st.booleans())
def test_junk_raises_nothing_but_wrong_form(sheets: list[SheetGrid], with_labels: bool) -> None:
    if with_labels:
        sheets = [*sheets, grid(ANCHORS, "附页")]
    try:
        form = read(*sheets)
    except WrongForm:
        return
    assert {value.sheet for _, value in form.fields()} <= {sheet.name for sheet in sheets}


def test_no_name_stands_for_two_labels() -> None:
    for label in FORM_LABELS:
        found = lexicon().at(label.label)
        assert found
        assert found[0].field == label.field
    for who, (name, _) in OPINIONS.items():
        found = lexicon().at(name)
        assert found
        assert found[0].field == who
