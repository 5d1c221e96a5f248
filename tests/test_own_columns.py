"""Columns of the bureau's own: listed in 参数, they are read, pulled, checked and told like the notice's own."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.cell import coordinate_to_tuple

from tests.districts import consolidated, district, project
from tests.districts import typed as in_list
from tests.inline import grid, snapshot
from tests.making import HEADERS
from tests.sound import found
from xlpy import api
from xlpy.authoring import FORM_XLSX, SUMMARY_XLSX, resource
from xlpy.calculation import calculate
from xlpy.catalogue import CATALOGUE
from xlpy.checks import check_form, check_table
from xlpy.cli import main
from xlpy.commands.clear import clear
from xlpy.commands.outcome import Run
from xlpy.commands.pull import pull
from xlpy.commands.validate import validate
from xlpy.flags import Flag, Severity
from xlpy.forms import parse_form
from xlpy.grids import Scalar, SheetGrid, Snapshot, column_letters
from xlpy.layout import HISTORY, LOG, RESULTS, SOURCES, source_headers
from xlpy.models import Form, Intake, TownTable
from xlpy.notice import Notice, OwnCheck, OwnColumn
from xlpy.origins import read_origins
from xlpy.patch import Patch, Write, block
from xlpy.readout import form_json, form_text
from xlpy.report import Report
from xlpy.rows import agrees, row_of
from xlpy.settings import rules_rows, settings_rows
from xlpy.submissions import digest_of
from xlpy.summary import parse_summary

COLUMNS = (
    OwnColumn(name="研发投入(万元)", kind="number", required=True, source="研发投入", aliases=("研发费用",)),
    OwnColumn(name="投产时间", kind="month", source="投产年月"),
    OwnColumn(name="奖项类别", kind="list", choices=("质量奖", "创新奖"), source="拟申报奖项"),
    OwnColumn(name="技术路线", source="技术路线简述"),
    OwnColumn(name="街镇评语"),  # the form does not ask for it
)
NOTICE = Notice(columns=COLUMNS)
RUN = Run("2023-09-01 08:00:00", "王")
LATER = Run("2023-09-02 08:00:00", "王")
ROW: list[Scalar] = [1, "降噪", "甲公司", "2022年6月", "国内领先", "民营企业", "中型", 30, None]


def book(*rows: list[Scalar], notice: Notice = NOTICE, columns: tuple[OwnColumn, ...] = COLUMNS) -> Snapshot:
    """A summary workbook: own columns J…N behind the notice's, then 校验, 来源编号 and the marks; 参数 as `notice`."""
    headers = [*HEADERS, *(column.name for column in columns)]
    head: list[Scalar] = [*headers, "校验", "来源编号", *(f"标记·{header}" for header in headers)]
    footer: list[Scalar] = [
        "填报单位（加盖公章）：",
        None,
        "安亭镇",
        None,
        "联系人：",
        "张三",
        "联系电话：",
        "13800001111",
    ]
    lines: list[list[Scalar]] = [["附件 2"], ["申报汇总表"], head, *rows, [], [], [], footer]
    sheets = {"汇总表": lines, "参数": settings_rows(notice), "规则": rules_rows(notice, CATALOGUE)}
    return Snapshot("附件2.xlsx", {name: SheetGrid(name, content) for name, content in sheets.items()})


def form(
    investment: str = "12.5",
    started: str = "2022.11",
    award: str = "质量 奖",
    route: str = "先试点后推广",
    columns: tuple[OwnColumn, ...] = COLUMNS,
) -> Form:
    """A form that asks for four of the five."""
    page = grid(
        f"""
        | 项目名称     | 降噪         |
        | 填报单位     | 甲公司       |
        | 质量攻关目标 | 降到 60 分贝 |
        | 研发投入     | {investment} |
        | 投产年月     | '{started}   |
        | 拟申报奖项   | {award}      |
        | 技术路线简述 | {route}      |
        """
    )
    return parse_form(snapshot(page, name="甲.xlsx", sha256="ab" * 32), columns)


def pulled(before: Snapshot, one: Form, run: Run = RUN) -> tuple[Snapshot, Report]:
    outcome = pull(before, run, Intake(folder="登记表", forms=(one,)))
    return outcome.patch.applied(before), outcome.report


def own(one: Snapshot, row: int = 4) -> list[Scalar]:
    """J…N of a row."""
    return [one.sheets["汇总表"].value(row, column) for column in range(10, 15)]


def typed(before: Snapshot, cell: str, value: Scalar) -> Snapshot:
    row, column = coordinate_to_tuple(cell)
    return Patch((Write("汇总表", row, column, block([[value]])),)).applied(before)


def with_settings(before: Snapshot, notice: Notice) -> Snapshot:
    """The sheet 参数 rewritten, nothing else."""
    return before.with_sheet(SheetGrid("参数", settings_rows(notice)))


def of_own(flags: list[Flag]) -> list[tuple[str, str, str]]:
    return [(f.rule, f.cell, f.message) for f in flags if f.field.startswith("own.")]


# --- from the form into the table -----------------------------------------------------------------------------------


def test_each_kind_is_pulled_into_its_column_as_the_table_has_it() -> None:
    after, report = pulled(book(), form())
    assert own(after) == [12.5, "2022年11月", "质量奖", "先试点后推广", None]
    assert of_own(report.flags) == []


def test_pulling_twice_changes_nothing() -> None:
    once, _ = pulled(book(), form())
    twice, report = pulled(once, form(), LATER)
    assert report.changes == []
    assert {name: g for name, g in twice.sheets.items() if name not in (LOG, HISTORY)} == {
        name: g for name, g in once.sheets.items() if name not in (LOG, HISTORY)
    }


def test_what_was_pulled_is_remembered_with_its_place() -> None:
    after, _ = pulled(book(), form())
    (line,) = read_origins(after, NOTICE.pulled_fields)
    assert {name: (line.values[name], line.places[name]) for name in NOTICE.pulled_fields if name[:4] == "own."} == {
        "own.研发投入(万元)": (12.5, "登记表!B4"),
        "own.投产时间": ("2022年11月", "登记表!B5"),
        "own.奖项类别": ("质量奖", "登记表!B6"),
        "own.技术路线": ("先试点后推广", "登记表!B7"),
    }


def test_a_memory_from_before_the_columns_grows_and_loses_nothing() -> None:
    without, _ = pulled(book(notice=Notice()), form(columns=()))
    (before,) = read_origins(without)
    after, _ = pulled(with_settings(without, NOTICE), form(), LATER)
    header = [value for value in after.sheets[SOURCES].rows[1] if value is not None]
    assert header == list(source_headers(NOTICE.pulled_fields))
    (line,) = read_origins(after)
    assert (line.number, line.values, line.places) == (before.number, before.values, before.places)
    assert own(after) == [12.5, "2022年11月", "质量奖", "先试点后推广", None]


def test_a_changed_form_reaches_the_untouched_cell_and_an_edit_stays() -> None:
    once, _ = pulled(book(), form())
    edited = typed(typed(once, "K4", "2022年12月"), "N4", "很好")
    after, report = pulled(edited, form(investment="20", started="2023.1"), LATER)
    assert own(after) == [20.0, "2022年12月", "质量奖", "先试点后推广", "很好"]
    assert of_own(report.flags) == [
        ("X01", "K4", "“投产时间”在汇总表是“2022年12月”，在登记表（甲.xlsx 的 登记表!B5）是“2023年1月”")
    ]


def test_a_column_that_the_table_does_not_have_yet_is_filled_once_it_has() -> None:
    """Who lists a column and imports before the table has it gets a warning, and loses nothing."""
    bare = book(columns=COLUMNS[1:])
    once, report = pulled(bare, form())
    assert [(f.rule, f.severity, f.message, f.fix) for f in report.flags if f.field == "own.研发投入(万元)"] == [
        (
            "T04",
            Severity.WARNING,
            "表头里没有本区增加的“研发投入(万元)”",
            "请把这一列加上；今年不用这一栏的，请在“参数”里删去它那一行",
        )
    ]
    assert pulled(once, form(), LATER)[1].changes == []
    after, report = pulled(typed(once, "AC3", "研发投入(万元)"), form(), LATER)
    assert after.sheets["汇总表"].value(4, 29) == 12.5
    assert of_own(report.flags) == []


def test_removing_a_column_changes_nothing_else() -> None:
    edited = typed(pulled(book(), form())[0], "J4", 99)
    once, report = pulled(edited, form(), LATER)
    assert found(report.flags, "X01") == [("X01", "J4")]
    less = Notice(columns=COLUMNS[1:])
    after, report = pulled(with_settings(once, less), form(columns=less.columns), LATER)
    assert {c.cell for c in report.changes if c.sheet == "汇总表"} == {"O4", "Z4"}  # 校验, and the mark of J4
    assert after.sheets["汇总表"].value(4, 26) == 0
    assert [(f.rule, f.cell, f.message) for f in report.flags if f.rule in ("T04", "X01")] == [
        ("T04", "J3", "表头“研发投入(万元)”不是通知里的栏目")
    ]
    again, report = pulled(with_settings(after, NOTICE), form(), LATER)
    assert own(again) == own(once)
    assert found(report.flags, "X01") == [("X01", "J4")]


def test_values_are_compared_by_meaning() -> None:
    row = row_of(form(), NOTICE)
    table = parse_summary(book([*ROW, "12.50 万元", "2022/11", "质量奖", "先试点，后推广"]), columns=COLUMNS)
    same = {name: agrees(name, table.rows[0].value_of(name), value, NOTICE) for name, value in row.items()}
    assert {name: answer for name, answer in same.items() if name.startswith("own.")} == {
        "own.研发投入(万元)": True,
        "own.投产时间": True,
        "own.奖项类别": True,
        "own.技术路线": False,
    }


# --- checks ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "content", "flags"),
    [
        ("J", 12.5, []),
        ("J", None, [("R01", "J4", "“研发投入(万元)”没有填")]),
        ("J", "约12", [("R06", "J4", "研发投入写的是“约12”，不是确切的数；请填确切的万元数，如 500")]),
        ("J", "/", [("R06", "J4", "研发投入写的是“/”，不是数")]),
        ("J", 4000000, []),  # what is usual there nobody knows
        ("K", None, []),
        ("K", "/", []),
        ("K", "2022年上半年", [("R03", "K4", "投产时间写的是“2022年上半年”，没有写到月；请写到月，如 2022年6月")]),
        ("L", "创新 奖", []),
        ("L", "无", []),
        ("L", "质量奖项", [("R05", "L4", "“奖项类别”写的是“质量奖项”，清单里没有，像是“质量奖”")]),
        ("L", "其他", [("R05", "L4", "“奖项类别”写的是“其他”，清单里没有")]),
        ("M", "=1+1", [("R08", "M4", "“技术路线”以“=”开头，再次录入时会变成公式")]),
        ("M", "#REF!", [("R08", "M4", "“技术路线”写的是“#REF!”，是公式出错的结果；请直接填写文字")]),
    ],
)
def test_a_cell_of_an_own_column(column: str, content: Scalar, flags: list[tuple[str, str, str]]) -> None:
    one = typed(book([*ROW, 12.5]), f"{column}4", content)
    assert of_own(check_table(parse_summary(one, columns=COLUMNS), NOTICE)) == flags


def test_the_choices_are_shown() -> None:
    one = typed(book([*ROW, 12.5]), "L4", "其他")
    (flag,) = check_table(parse_summary(one, columns=COLUMNS), NOTICE)
    assert flag.fix == "请从下拉清单里选：质量奖、创新奖"


def test_a_required_text_must_say_something() -> None:
    notice = Notice(columns=(OwnColumn(name="技术路线", required=True),))
    table = parse_summary(book([*ROW, "无"], notice=notice, columns=notice.columns), columns=notice.columns)
    assert of_own(check_table(table, notice)) == [("R01", "J4", "“技术路线”写的是“无”，不是内容")]


def test_an_own_header_is_known_by_its_aliases_and_told_when_it_stands_twice() -> None:
    one = typed(book([*ROW, 12.5]), "J3", "研发费用")
    assert of_own(check_table(parse_summary(one, columns=COLUMNS), NOTICE)) == [
        ("T04", "J3", "表头“研发费用”的规定写法是“研发投入(万元)”")
    ]
    twice = typed(book([*ROW, 12.5]), "N3", "研发费用")
    assert ("T04", "N3", "表头“研发投入(万元)”出现了两次，只读了 J3") in of_own(
        check_table(parse_summary(twice, columns=COLUMNS), NOTICE)
    )


@pytest.mark.parametrize(
    ("one", "flags"),
    [
        (form(), []),
        (form(investment=""), [("F01", "B4", "“研发投入(万元)”没有填")]),
        (form(investment="/"), [("F01", "B4", "“研发投入(万元)”写的是“/”，不是内容")]),
        (
            form(investment="约12"),
            [("F03", "B4", "“研发投入(万元)”写的是“约12”，不是确切的数；请填确切的万元数，如 500")],
        ),
        (
            form(started="2022年上半年"),
            [("F16", "B5", "投产时间写的是“2022年上半年”，没有写到月；请写到月，如 2022年6月")],
        ),
        (form(started="", award="", route=""), []),
    ],
)
def test_a_line_of_the_form_that_the_bureau_asks_for(one: Form, flags: list[tuple[str, str, str]]) -> None:
    assert of_own(check_form(one, NOTICE)) == flags


def test_a_form_without_the_line_is_told_only_where_the_form_should_ask() -> None:
    asked = OwnColumn(name="研发强度", required=True, source="研发强度")
    unasked = OwnColumn(name="街镇评分", required=True)
    notice = Notice(columns=(asked, unasked))
    assert of_own(check_form(form(columns=notice.columns), notice)) == [("F01", "", "登记表里找不到“研发强度”这一栏")]


def test_own_flags_are_marked_told_and_cleared_like_others() -> None:
    one = book([*ROW, None, "2022年上半年", "其他"])
    after = validate(one, RUN).patch.applied(one)
    sheet = after.sheets["汇总表"]
    marks = [sheet.value(4, column) for column in range(17 + 9, 17 + 14)]
    assert marks == [3, 3, 2, 0, 0]
    assert str(sheet.value(4, 15)).startswith("错误：“研发投入(万元)”没有填；错误：投产时间写的是“2022年上半年”")
    listed = [[after.sheets[RESULTS].value(row, column) for column in (2, 3, 4, 6, 7)] for row in (2, 3, 4)]
    assert listed == [
        ["错误", "R01", "汇总表!J4", "研发投入(万元)", None],
        ["错误", "R03", "汇总表!K4", "投产时间", "2022年上半年"],
        ["警告", "R05", "汇总表!L4", "奖项类别", "其他"],
    ]
    cleared = clear(after, LATER).patch.applied(after).sheets["汇总表"]
    assert [cleared.value(4, column) for column in (15, *range(26, 31))] == [None] * 6


def test_own_checks_are_computed_with_the_other_checks() -> None:
    rule = OwnCheck(
        id="C1",
        title="投入产出",
        formula="=[@研发投入(万元)]>[@经济效益]",
        message="投入 [@研发投入(万元)] 万元，比效益多",
    )
    notice = Notice(columns=COLUMNS, checks=(rule,))
    one = book([*ROW, 45], notice=notice)
    run = Run("2023-09-01 08:00:00", "王", calculate)
    expected = ("C1", "J4", "投入 45 万元，比效益多")
    outcome = validate(one, run)
    assert of_own(outcome.report.flags) == [expected]
    assert outcome.report.flags[-1].severity is Severity.NOTE
    after = outcome.patch.applied(one)
    assert after.sheets["汇总表"].value(4, 17 + 9) == 1
    assert after.sheets[RESULTS].value(2, 3) == "C1"
    both = pull(one, run, Intake(folder="登记表", forms=(form(investment="45"),)))
    assert expected in of_own(both.report.flags)
    place = next(f"{column_letters(c)}{r}" for r, c, v in one.sheets["规则"].cells() if v == rule.formula)
    assert found(validate(one, RUN).report.flags, "P02") == [("P02", place)]  # without an engine it says so


# --- what is told of a form -----------------------------------------------------------------------------------------


def test_json_and_text_of_a_form_name_the_own_fields() -> None:
    one = form(investment="约12")
    told = form_json(one, check_form(one, NOTICE))
    assert {name: value["value"] for name, value in told["fields"].items() if name.startswith("own.")} == {
        "own.研发投入(万元)": None,
        "own.投产时间": "2022-11",
        "own.奖项类别": "质量 奖",
        "own.技术路线": "先试点后推广",
        "own.街镇评语": None,
    }
    assert told["fields"]["own.研发投入(万元)"]["cell"] == "B4"
    assert [flag["field"] for flag in told["flags"] if flag["rule"] == "F03"] == ["own.研发投入(万元)"]
    assert "  研发投入(万元)：约12" in form_text(one).splitlines()
    json.dumps(told, ensure_ascii=False)


# --- from the towns into the district's table -------------------------------------------------------------------------


def town_of(unit: str, *investments: Scalar, headers: tuple[str, ...] = ("研发费用",)) -> TownTable:
    """A unit's Annex 2 with a project for each of `investments`, which stand in its last column."""
    rows: list[list[Scalar]] = [[n, *project(f"{unit}项目{n}"), typed_in] for n, typed_in in enumerate(investments, 1)]
    sheet = SheetGrid("汇总表", [["申报汇总表"], [*HEADERS, *headers], *rows, [], ["填报单位：", unit]])
    table = parse_summary(Snapshot(f"{unit}.xlsx", {"汇总表": sheet}), columns=COLUMNS[:1])
    return TownTable(table=table, sha256=unit.ljust(64, "0"), received="2023-09-11 08:00", modified=1.0)


def own_district() -> Snapshot:
    """An empty district workbook whose bureau has listed one column and added it at the table's end, in AA."""
    listed = with_settings(district(), Notice(columns=COLUMNS[:1]))
    return typed(listed, "AA3", "研发投入(万元)")


def in_district(one: Snapshot) -> list[Scalar]:
    return [one.sheets["汇总表"].value(row, 27) for row in (4, 5, 6)]


def test_the_towns_own_columns_come_into_the_districts() -> None:
    """By whatever name a town calls the column; what cannot be read comes as it was typed, and is flagged."""
    towns = town_of("安亭镇", 12.5, "约3"), town_of("马陆镇", 7, headers=("研发投入（万元）",))
    once, report = consolidated(own_district(), *towns)
    assert in_district(once) == [12.5, "约3", 7.0]
    assert found(report.flags, "R06") == [("R06", "AA5")]
    _, report = consolidated(once, *towns, run=LATER)
    assert report.changes == []
    newer = town_of("安亭镇", 13, "约3"), towns[1]
    waiting, _ = consolidated(typed(once, "AA6", 8), *newer, run=LATER)
    changed, report = consolidated(in_list(waiting, "收支核对", "待决定", 采用="采用"), *newer, run=LATER)
    assert in_district(changed) == [13.0, "约3", 8]
    assert [(f.rule, f.cell, f.message) for f in report.flags if f.rule == "X01"] == [
        ("X01", "AA6", "“研发投入(万元)”区局改为“8”，马陆镇报送的（马陆镇.xlsx 的 汇总表!J3）是“7”")
    ]


def test_an_own_column_that_a_town_leaves_blank_does_not_make_its_table_another_one() -> None:
    """Decisions on a received table hang on its content, and outlive a column that is listed later."""
    plain, listed = (parse_summary(book(ROW, columns=()), columns=columns) for columns in ((), COLUMNS))
    assert digest_of(plain) == digest_of(listed)
    filled = parse_summary(book([*ROW, 12.5]), columns=COLUMNS)
    assert digest_of(filled) != digest_of(parse_summary(book([*ROW, 13]), columns=COLUMNS))


def test_the_district_computes_its_own_checks() -> None:
    rule = OwnCheck(id="C7", title="投入", formula="=[@研发投入(万元)]>10", message="投入大")
    notice = Notice(columns=COLUMNS[:1], checks=(rule,))
    one = own_district().with_sheet(SheetGrid("规则", rules_rows(notice, CATALOGUE)))
    _, report = consolidated(one, town_of("安亭镇", 12.5, 3), run=Run("2023-09-16 09:00:00", "李", calculate))
    assert found(report.flags, "C7") == [("C7", "AA4")]


# --- real files -----------------------------------------------------------------------------------------------------


def summary_file(folder: Path) -> Path:
    """A fresh Annex 2 to whose 参数 the bureau has written a column, and to whose table the clerk has added it."""
    path = folder / "附件2.xlsx"
    path.write_bytes(resource(SUMMARY_XLSX).read_bytes())
    workbook = openpyxl.load_workbook(path)
    settings, table = workbook["参数"], workbook["汇总表"]
    header = next(cell for row in settings.iter_rows() for cell in row if cell.value == "栏目名称")
    for offset, content in enumerate(("研发投入(万元)", "数字", "是", None, "研发投入", None)):
        settings.cell(header.row + 1, header.column + offset, content)
    (last,) = [cell for row in table.iter_rows() for cell in row if cell.value == "标记·备注"]
    table.cell(last.row, last.column + 1, "研发投入(万元)")
    workbook.save(path)
    return path


def form_file(folder: Path) -> Path:
    """A form on which the enterprise has filled in the line that the bureau asks for."""
    folder.mkdir()
    path = folder / "甲.xlsx"
    path.write_bytes(resource(FORM_XLSX).read_bytes())
    one = api.read_form(path)
    workbook = openpyxl.load_workbook(path)
    for name, content in (("project_name", "降噪"), ("applicant", "甲公司")):
        value = one.value_of(name)
        workbook[value.sheet][value.cell] = content
    extra = workbook[one.completed.sheet]
    extra.cell(extra.max_row + 1, 1, "研发投入")
    extra.cell(extra.max_row, 2, 12.5)
    workbook.save(path)
    return path


def test_the_command_line_reads_a_form_by_the_settings_of_a_workbook(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, place = summary_file(tmp_path), form_file(tmp_path / "登记表")
    assert main(["read", str(place), "--json", "--notice", str(path)]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["fields"]["own.研发投入(万元)"] == {"value": 12.5, "raw": "12.5", "sheet": "汇总信息", "cell": "B11"}
    assert main(["read", str(place), "--json"]) == 1
    assert "own.研发投入(万元)" not in json.loads(capsys.readouterr().out)["fields"]
    assert main(["read", str(place), "--notice", str(tmp_path / "没有.xlsx")]) == 2
    assert capsys.readouterr().err.startswith("没有.xlsx：找不到这个文件")


def test_files_are_read_by_the_workbooks_own_settings(tmp_path: Path) -> None:
    path = summary_file(tmp_path)
    place = form_file(tmp_path / "登记表")
    report = api.pull(path, place.parent)
    table = api.read_summary(path)
    (row,) = table.rows
    value = row.value_of("own.研发投入(万元)")
    assert (str(value.value), value.cell) == ("12.5", f"{column_letters(table.columns['own.研发投入(万元)'])}4")
    assert of_own(report.flags) == []
    assert [c.cell for c in api.pull(path, place.parent).changes] == []
    workbook = openpyxl.load_workbook(path)
    workbook["汇总表"][value.cell] = 99
    workbook.save(path)
    assert of_own(api.validate(path, place.parent).flags) == [
        ("X01", value.cell, "“研发投入(万元)”在汇总表是“99”，在登记表（登记表/甲.xlsx 的 汇总信息!B11）是“12.5”")
    ]
