"""The Annex 2 workbook as shipped: sheets, printing, drop-downs, live formats, and what it says."""

from __future__ import annotations

import datetime as dt
import io
import subprocess
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.audit import findings
from xlpy import statistics_layout
from xlpy.authoring.package import parts
from xlpy.authoring.summary_book import summary_bytes
from xlpy.catalogue import CATALOGUE
from xlpy.files import read_grids
from xlpy.grids import Snapshot
from xlpy.notice import Code, Notice, OwnCheck, OwnColumn, RuleSetting
from xlpy.settings import read_notice
from xlpy.summary import parse_summary

OTHER = Notice(
    year=2024,
    deadline=dt.date(2024, 10, 8),
    max_team=11,
    months_after_completion=6,
    likely_yuan=Decimal(50000),
    tolerance_amount=Decimal(3),
    weight_sales=Decimal("0.5"),
    levels=(Code(label="国际先进"), Code(label="其他水平")),
    units=(Code(label="甲镇"),),
    rules={"F06": RuleSetting(enabled=False)},
)


@pytest.fixture(scope="module")
def data() -> bytes:
    return summary_bytes(Notice())


@pytest.fixture(scope="module")
def book(data: bytes) -> Workbook:
    return load_workbook(io.BytesIO(data))


@pytest.fixture(scope="module")
def table(book: Workbook) -> Any:
    return book["汇总表"]


def as_read(data: bytes, folder: Path) -> Snapshot:
    path = folder / "附件2.xlsx"
    path.write_bytes(data)
    return read_grids(path)


def formats(sheet: Worksheet) -> Iterator[tuple[str, str]]:
    """(cells, formula) of every conditional format, the first to win first."""
    rules = [(rule.priority, str(f.sqref), rule.formula[0]) for f in sheet.conditional_formatting for rule in f.rules]
    yield from ((cells, formula) for _, cells, formula in sorted(rules))


def words(book: Workbook, name: str) -> str:
    return "\n".join(str(v) for row in book[name].iter_rows(values_only=True) for v in row if v is not None)


def printed(data: bytes, folder: Path) -> list[str]:
    """The text of each page as LibreOffice prints it, without blanks."""
    (folder / "a.xlsx").write_bytes(data)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", str(folder), "a.xlsx"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=120)
    done = subprocess.run(["pdftotext", "-layout", "a.pdf", "-"], cwd=folder, check=True, capture_output=True)
    return ["".join(page.split()) for page in done.stdout.decode().split("\f")]


# --- the book -----------------------------------------------------------------------------------------------------


def test_the_sheets_and_their_order(book: Workbook) -> None:
    assert book.sheetnames == [
        *("使用说明", "汇总表", "校验结果", "统计", "来源", "参数", "规则", "操作记录", "撤销记录"),
    ]
    hidden = {sheet.title: sheet.sheet_state for sheet in book.worksheets if sheet.sheet_state != "visible"}
    assert hidden == {"撤销记录": "veryHidden"}


def test_the_same_notice_gives_the_same_bytes(data: bytes) -> None:
    assert summary_bytes(Notice()) == data
    assert summary_bytes(OTHER) != data


def test_every_cell_holds_a_value_and_no_formula(book: Workbook) -> None:
    """A formula without a stored value is blank in previews, on phones and for other readers."""
    formulas = [
        f"{sheet.title}!{cell.coordinate}"
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    assert formulas == []


def test_chinese_is_stored_as_such(data: bytes) -> None:
    """excelize would save the references that openpyxl writes as text: drop-downs with &amp;#38169; in them."""
    spelled = [name for name, part in parts(data).items() if b"&#2" in part or b"&#3" in part]
    assert spelled == []
    assert "错误,警告,提示,按情况".encode() in parts(data)["xl/worksheets/sheet7.xml"]


def test_the_template_names_its_edition(data: bytes, tmp_path: Path) -> None:
    assert as_read(data, tmp_path).properties["xlpy-template"] == "summary/2023.1"
    assert as_read(summary_bytes(OTHER), tmp_path).properties["xlpy-template"] == "summary/2024.1"


@pytest.mark.parametrize("notice", [Notice(), OTHER], ids=["2023", "other"])
def test_our_own_readers_understand_it(notice: Notice, tmp_path: Path) -> None:
    snapshot = as_read(summary_bytes(notice), tmp_path)
    assert read_notice(snapshot) == (notice, [])
    found = parse_summary(snapshot)
    assert (found.header_row, found.first_row, found.last_row, found.rows) == (3, 4, 18, ())
    assert list(found.columns) == [
        *("number", "project_name", "company", "completed", "level", "ownership", "size", "benefit", "remarks"),
    ]
    assert (found.unit.cell, found.contact.cell, found.phone.cell) == ("C20", "E20", "G20")
    assert (found.check_column, found.origin_column) == (17, 18)
    assert found.marks == {name: column for column, name in enumerate(found.columns, 19)}
    assert [h.field for h in found.headings] == list(found.columns), "columns that are free are no headings"


def test_the_audit_finds_nothing_that_excel_would_repair(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "附件2.xlsx"
    path.write_bytes(data)
    assert findings(path) == []


# --- 汇总表 -------------------------------------------------------------------------------------------------------


def test_the_table_is_the_notices_to_the_letter(table: Any) -> None:
    assert table["A1"].value == "附件 2"
    assert table["A2"].value == "2023年嘉定区重点产品质量攻关项目申报汇总表"
    assert [cell.value for cell in table[3][:9]] == [
        *("序号", "项目名称", "项目单位", "完成时间", "项目先进水平", "企业性质", "企业规模", "经济效益(万元)", "备注"),
    ]
    assert all(cell.value is None for row in table["A4:I19"] for cell in row)
    assert all(cell.border.left.style == cell.border.bottom.style == "thin" for row in table["A4:I18"] for cell in row)
    assert {cell.coordinate: cell.value for cell in table[20] if cell.value} == {
        "B20": "填报单位（加盖公章）：",
        "D20": "联系人：",
        "F20": "联系电话：",
    }


def test_the_table_prints_its_nine_columns_on_landscape_a4(table: Any) -> None:
    assert table.print_area == "'汇总表'!$A$1:$O$20"
    assert table.print_title_rows == "$3:$3"
    setup: Any = table.page_setup
    assert (setup.paperSize, setup.orientation, setup.fitToWidth, setup.fitToHeight) == (9, "landscape", 1, 0)
    assert table.sheet_properties.pageSetUpPr.fitToPage
    assert table.oddFooter.center.text == "第 &P 页，共 &N 页"
    assert table.freeze_panes == "C4"


def test_beside_the_table_stand_the_check_column_and_hidden_ones(table: Any) -> None:
    free = [f"预留{n}" for n in range(1, 7)]
    assert [cell.value for cell in table[3][9:]] == [
        *(*free, None, "校验", "来源编号", "标记·序号", "标记·项目名称", "标记·项目单位", "标记·完成时间"),
        *("标记·项目先进水平", "标记·企业性质", "标记·企业规模", "标记·经济效益(万元)", "标记·备注", *free),
    ]
    spans = [range(d.min, d.max + 1) for d in table.column_dimensions.values() if d.hidden]
    assert sorted(column for span in spans for column in span) == [*range(10, 16), *range(18, 34)], (
        "J…O, free for own columns, and R…AG: 来源编号 and the marks"
    )
    assert not table["Q4"].alignment.wrap_text, "wrapped findings would stretch the printed lines"


def test_text_columns_keep_what_is_typed(table: Any) -> None:
    assert [table.cell(4, column).number_format for column in range(1, 10)] == [
        *("0", "@", "@", "@", "@", "@", "@", "#,##0.00", "@"),
    ]
    assert [table[cell].number_format for cell in ("C20", "E20", "G20")] == ["@", "@", "@"]


def test_the_drop_downs_take_their_lists_from_the_settings(book: Workbook, table: Any) -> None:
    lists = {
        str(rule.sqref): (rule.formula1, rule.errorStyle)
        for rule in table.data_validations.dataValidation
        if rule.type == "list"
    }
    assert lists == {
        "E4:E19": ("清单_项目先进水平", "warning"),
        "F4:F19": ("清单_企业性质", "warning"),
        "G4:G19": ("清单_企业规模", "warning"),
        "C20": ("清单_推荐单位", "warning"),
        **{f"{letter}4:{letter}19": (f"清单_自定义{n}", None) for n, letter in enumerate("JKLMNO", 1)},
    }
    columns = {
        "清单_项目先进水平": "K",
        "清单_企业性质": "M",
        "清单_企业规模": "O",
        **{f"清单_自定义{n}": c for n, c in enumerate(("Y", "Z", "AA", "AB", "AC", "AD"), 1)},
        "清单_推荐单位": "AE",  # hidden: those in force on the deadline
    }
    last = 'MAX(1,SUMPRODUCT(MAX(({whole}<>"")*(ROW({whole})-ROW({first})+1))))'
    assert {name: defined.attr_text for name, defined in book.defined_names.items()} == {
        name: f"OFFSET({first},0,0,{last.format(first=first, whole=f'{first}:${c}$503')},1)"
        for name, c in columns.items()
        if (first := f"参数!${c}$4")
    }
    settings = book["参数"]
    assert [settings[cell].value for cell in ("G3", "G4", "K4", "M4", "O4", "O7")] == [
        *("推荐单位", "新成路街道", "国际领先", "国有企业", "大型", "微型"),
    ]


def test_the_benefit_takes_numbers_only(table: Any) -> None:
    [rule] = [rule for rule in table.data_validations.dataValidation if rule.type == "decimal"]
    assert (str(rule.sqref), rule.operator, rule.errorStyle) == ("H4:H19", "between", None)
    assert rule.error == "经济效益要填数字，单位是万元，例如 1234.5。“约”“万”“元”等字请去掉"


def test_formats_reach_over_the_spacer_row(table: Any) -> None:
    """So that rows inserted above it, the last, inherit them."""
    assert list(formats(table)) == [
        ("A4:O19", "S4=3"),
        ("A4:O19", "S4=2"),
        ("A4:O19", "S4=1"),
        ("Q4:Q19", "MAX($S4:$AG4)=3"),
        ("Q4:Q19", "MAX($S4:$AG4)=2"),
        ("H4:H19", "ISTEXT(H4)"),
        ("B4:B19 C4:C19", 'AND($B4<>"",$C4<>"",SUMPRODUCT(($B$4:$B$1000=$B4)*($C$4:$C$1000=$C4))>1)'),
        ("A4:O19", 'AND(S$2=1,TRIM(A4)="",COUNTA($B4:$O4)>0)'),
    ]


def must(notice: Notice) -> list[str]:
    """The columns that are tinted while they are blank: those with a 1 above their mark column."""
    sheet: Any = load_workbook(io.BytesIO(summary_bytes(notice)))["汇总表"]
    return [sheet.cell(3, column).value for column in range(1, 16) if sheet.cell(2, column + 18).value == 1]


def test_only_required_columns_are_tinted_while_blank() -> None:
    assert must(Notice()) == [
        *("项目名称", "项目单位", "完成时间", "项目先进水平", "企业性质", "企业规模", "经济效益(万元)"),
    ]
    assert must(Notice(required=("project_name", "benefit"))) == ["项目名称", "经济效益(万元)"]
    assert must(Notice(required=(), columns=(OwnColumn(name="投入", required=True), OwnColumn(name="评语")))) == [
        "投入"
    ]


def test_own_columns_take_the_reserved_ones(tmp_path: Path) -> None:
    own = (OwnColumn(name="研发投入", kind="number"), OwnColumn(name="奖项", kind="list", choices=("金奖", "银奖")))
    data = summary_bytes(Notice(columns=own))
    book = load_workbook(io.BytesIO(data))
    sheet: Any = book["汇总表"]
    assert [cell.value for cell in sheet[3][8:14]] == ["备注", "研发投入", "奖项", "预留3", "预留4", "预留5"]
    assert [cell.value for cell in sheet[3][26:30]] == ["标记·备注", "标记·研发投入", "标记·奖项", "预留3"]
    assert [sheet.column_dimensions[letter].hidden for letter in "IJKL"] == [False, False, False, True]
    assert [sheet[cell].number_format for cell in ("J4", "K4")] == ["#,##0.00", "@"]
    assert [book["参数"][cell].value for cell in ("Y3", "Y4", "Z3", "Z4", "Z5")] == [
        *("选项清单1", None, "选项清单2", "金奖", "银奖"),
    ]
    table = parse_summary(as_read(data, tmp_path), columns=own)
    assert (table.columns["own.研发投入"], table.marks["own.研发投入"]) == (10, 28)
    assert (table.columns["own.奖项"], table.marks["own.奖项"]) == (11, 29)


def test_rows_inserted_above_the_spacer_inherit_everything(data: bytes, tmp_path: Path) -> None:
    import excelize

    path = tmp_path / "附件2.xlsx"
    path.write_bytes(data)
    editor = excelize.open_file(str(path))
    editor.insert_rows("汇总表", 19, 25)
    editor.save()
    editor.close()
    book = load_workbook(path)
    sheet = book["汇总表"]
    assert sheet.print_area == "'汇总表'!$A$1:$O$45"
    assert sheet.print_title_rows == "$3:$3"
    rules = {str(r.sqref): r.formula1 for r in sheet.data_validations.dataValidation if r.type == "list"}
    assert rules == {
        "E4:E44": "清单_项目先进水平",
        "F4:F44": "清单_企业性质",
        "G4:G44": "清单_企业规模",
        "C45": "清单_推荐单位",
        **{f"{letter}4:{letter}44": f"清单_自定义{n}" for n, letter in enumerate("JKLMNO", 1)},
    }
    assert {cells for cells, _ in formats(sheet)} == {"A4:O44", "Q4:Q44", "H4:H44", "B4:B44 C4:C44"}
    [words] = [r.formula1 for r in book["规则"].data_validations.dataValidation if "按情况" in (r.formula1 or "")]
    assert words == '"错误,警告,提示,按情况"'


# --- the other sheets ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "row", "headers"),
    [
        ("校验结果", 3, ["序号", "级别", "规则", "位置", "项目", "栏目", "现在的内容", "问题", "怎么改", "文件"]),
        (
            *("来源", 3),
            [
                *("来源编号", "状态", "文件", "SHA-256", "导入时间", "项目名称·值", "项目名称·出处", "项目单位·值"),
                *("项目单位·出处", "完成时间·值", "完成时间·出处", "项目先进水平·值", "项目先进水平·出处"),
                *("企业性质·值", "企业性质·出处", "企业规模·值", "企业规模·出处"),
                *("经济效益(万元)·值", "经济效益(万元)·出处"),
            ],
        ),
        ("操作记录", 3, ["时间", "操作", "操作人", "结果", "改动单元格数", "主要改动", "校验码"]),
        ("撤销记录", 1, ["步骤", "时间", "操作", "内容"]),
    ],
)
def test_the_sheets_that_commands_fill(book: Workbook, name: str, row: int, headers: list[str]) -> None:
    assert [cell.value for cell in book[name][row] if cell.value is not None] == headers
    assert book[name].max_row == row, "nothing below the header"


def test_results_are_filtered_frozen_wrapped_and_coloured(book: Workbook) -> None:
    sheet = book["校验结果"]
    assert sheet.auto_filter.ref == "A3:J2000"
    assert sheet.freeze_panes == "A4"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.column_dimensions["H"].alignment.wrap_text
    assert list(formats(sheet))[:3] == [
        ("B4:B2000", '$B4="错误"'),
        ("B4:B2000", '$B4="警告"'),
        ("B4:B2000", '$B4="提示"'),
    ]


@pytest.mark.parametrize("notice", [Notice(), OTHER], ids=["2023", "other"])
def test_the_charts_stand_on_the_figures_of_their_section(notice: Notice) -> None:
    sheet: Any = load_workbook(io.BytesIO(summary_bytes(notice)))["统计"]
    charts = sheet._charts
    assert [type(chart).__name__ for chart in charts] == ["BarChart", "BarChart", "PieChart"]
    for chart, section, column in zip(charts, statistics_layout.sections(notice), "CCB", strict=True):
        [series] = chart.series
        span = f"${section.first_row}:${{}}${section.last_row}"
        assert series.val.numRef.f == f"'统计'!${column}{span.format(column)}"
        assert (series.cat.numRef or series.cat.strRef).f == f"'统计'!$A{span.format('A')}"
        labels = [sheet.cell(row, 1).value for row in range(section.first_row, section.sum_row + 1)]
        assert labels == [*section.labels, "合计"]
        assert all(
            sheet.cell(row, column).value == 0
            for row in range(section.first_row, section.sum_row + 1)
            for column in (2, 3, 4)
        ), "zeros, so that the charts are valid before the first 合计"


def test_the_settings_can_be_typed_only_within_their_limits(book: Workbook) -> None:
    sheet = book["参数"]
    place = {sheet.cell(row, 1).value: f"B{row}" for row in range(4, sheet.max_row + 1)}
    rules = {str(r.sqref): r for r in sheet.data_validations.dataValidation}
    team = rules[place["攻关人员上限"]]
    assert (team.type, team.operator, team.formula1, team.formula2) == ("whole", "between", "1", "50")
    assert team.error == "“攻关人员上限”应填整数，1～50（人）"
    yuan = rules[place["疑似按元填写的起点"]]
    assert (yuan.type, yuan.operator, yuan.formula1) == ("decimal", "greaterThan", "0")
    assert rules[place["截止日期"]].type == "date"
    assert sheet[place["截止日期"]].number_format == 'yyyy"年"m"月"d"日"'
    assert sheet[place["行政区划代码"]].number_format == "@"


def test_the_rules_have_a_line_each_and_the_own_checks_follow(book: Workbook) -> None:
    sheet = book["规则"]
    last = 3 + len(CATALOGUE)
    assert [sheet.cell(row, 1).value for row in range(4, last + 1)] == list(CATALOGUE)
    assert [cell.value for cell in sheet[last + 3]] == ["编号", "名称", "级别", "启用", "公式", "提示语", "范围"]
    first, end = last + 4, last + 15
    assert {str(r.sqref): r.formula1 for r in sheet.data_validations.dataValidation if r.type == "list"} == {
        f"C4:C{last}": '"错误,警告,提示,按情况"',
        f"D4:D{last} D{first}:D{end}": '"是,否"',
        f"C{first}:C{end}": '"错误,警告,提示"',
        f"G{first}:G{end}": '"行,全表"',
    }
    assert {sheet.cell(row, 5).number_format for row in range(first, end + 1)} == {"@"}


def test_own_columns_and_own_checks_are_written_as_text_and_read_again(tmp_path: Path) -> None:
    notice = Notice(
        units=(Code(label="甲镇"), Code(label="乙镇", until=dt.date(2023, 12, 31))),
        columns=(OwnColumn(name="研发投入", kind="number", required=True),),
        checks=(
            OwnCheck(
                id="C1",
                title="效益为零",
                formula="=[@经济效益]=0",
                message="=核对",
                scope="row",
                cell=f"规则!E{7 + len(CATALOGUE)}",
            ),
        ),
    )
    assert read_notice(as_read(summary_bytes(notice), tmp_path)) == (notice, [])


def test_the_tables_of_the_settings_have_drop_downs_and_inputs(book: Workbook) -> None:
    sheet = book["参数"]
    assert [sheet.cell(3, column).value for column in range(18, 24)] == [
        *("栏目名称", "类型", "必填", "选项", "登记表里的名称", "别名"),
    ]
    rules = {str(r.sqref): r for r in sheet.data_validations.dataValidation}
    assert rules["S4:S9"].formula1 == '"文字,数字,年月,清单"'
    assert rules["T4:T9"].formula1 == '"是,否"'
    assert rules["I4:I60"].type == rules["J4:J60"].type == "date"
    assert [sheet[cell].protection.locked for cell in ("G4", "I4", "J20", "R4", "W9", "R10")] == [False] * 5 + [True]
    place = {sheet.cell(row, 1).value: sheet.cell(row, 2) for row in range(4, sheet.max_row + 1)}
    assert place["自定义栏目·类型"].hyperlink.location == "'参数'!S3"


def test_the_guide_names_the_limits_of_its_notice(book: Workbook) -> None:
    text = words(book, "使用说明")
    rules = len(CATALOGUE)
    for said in (
        "《2023年嘉定区重点产品质量攻关项目申报汇总表》使用说明",
        "2023年9月15日",
        "最多 8 人",
        "不满 12 个月",
        "达到 100000 万元",
        "利润 + 节能降耗 + 创汇节汇 + 其他",
        "超过 1 万元和 1%",
        "国际领先、国际先进、国内领先、国内先进、行业领先、一般水平",
        "现有 12 个",
        f"共 {rules} 条，现在启用 {rules} 条",
    ):
        assert said in text


def test_the_guide_follows_a_changed_notice() -> None:
    text = words(load_workbook(io.BytesIO(summary_bytes(OTHER))), "使用说明")
    for said in (
        "《2024年嘉定区重点产品质量攻关项目申报汇总表》使用说明",
        "2024年10月8日",
        "最多 11 人",
        "不满 6 个月",
        "达到 50000 万元",
        "0.5 × 销售额 + 利润",
        "超过 3 万元和 1%",
        "国际先进、其他水平",
        "现有 1 个",
        f"现在启用 {len(CATALOGUE) - 1} 条",
    ):
        assert said in text
    for old in ("2023", "8 人", "不满 12 个月", "100000"):
        assert old not in text


@pytest.mark.libreoffice
def test_the_printed_pages(data: bytes, tmp_path: Path) -> None:
    """使用说明 takes one page; 汇总表 one page of nine columns with the footer line, nothing of what is beside it."""
    guide, table, results, *_ = printed(data, tmp_path)
    assert guide.startswith("《2023年嘉定区重点产品质量攻关项目申报汇总表》使用说明")
    assert "四、要改规定的时候" in guide
    assert table.startswith(
        "附件22023年嘉定区重点产品质量攻关项目申报汇总表"
        "序号项目名称项目单位完成时间项目先进水平企业性质企业规模经济效益(万元)备注"
        "填报单位（加盖公章）：联系人：联系电话："
    )
    assert "校验" not in table
    assert results.startswith("校验结果")
