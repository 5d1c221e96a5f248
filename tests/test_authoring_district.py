"""The district workbook as shipped: its sheets, the table, the lists with the bureau's decisions, and what it says."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from tests.audit import findings
from tests.test_authoring_summary import OTHER, as_read, formats, printed, words
from xlpy.accounts import Account, State, is_district, read_accounts, write_accounts
from xlpy.authoring import DISTRICT_XLSX, PRODUCTS, resource
from xlpy.authoring.district_book import district_bytes
from xlpy.authoring.package import parts
from xlpy.catalogue import CATALOGUE
from xlpy.commands.apply import apply
from xlpy.commands.outcome import Run
from xlpy.grids import Scalar, Snapshot
from xlpy.guide import district_paragraphs
from xlpy.layout import DISTRICT_FIELDS, TOWNS_LABEL
from xlpy.notice import Notice
from xlpy.origins import Origin, read_folder_name, read_origins, write_origins
from xlpy.patch import InsertRows, Patch, Write, block
from xlpy.settings import read_notice
from xlpy.summary import parse_summary
from xlpy.surfaces.file import open_workbook

FIELDS = ["number", "project_name", "company", "completed", "level", "ownership", "size", "benefit", "remarks", "town"]


@pytest.fixture(scope="module")
def data() -> bytes:
    return district_bytes(Notice())


@pytest.fixture(scope="module")
def book(data: bytes) -> Workbook:
    return load_workbook(io.BytesIO(data))


@pytest.fixture(scope="module")
def table(book: Workbook) -> Any:
    return book["汇总表"]


@pytest.fixture
def snapshot(data: bytes, tmp_path: Path) -> Snapshot:
    return as_read(data, tmp_path)


def drop_downs(sheet: Any) -> dict[str, str]:
    """Cells → list of every drop-down."""
    return {str(r.sqref): r.formula1 for r in sheet.data_validations.dataValidation if r.type == "list"}


def headers(sheet: Any) -> list[str]:
    return [cell.value for cell in sheet[3] if cell.value is not None]


def hidden(sheet: Any) -> list[str]:
    """The headers of the hidden columns."""
    spans = [range(d.min, d.max + 1) for d in sheet.column_dimensions.values() if d.hidden]
    return [sheet.cell(3, column).value for column in sorted(c for span in spans for c in span)]


# --- the book -----------------------------------------------------------------------------------------------------


def test_the_sheets_and_their_order(book: Workbook) -> None:
    assert book.sheetnames == [
        *("使用说明", "汇总表", "收支核对", "疑似重复", "未列入", "历年表彰", "市级申报"),
        *("校验结果", "统计", "来源", "参数", "规则", "操作记录", "撤销记录"),
    ]
    states = {sheet.title: sheet.sheet_state for sheet in book.worksheets if sheet.sheet_state != "visible"}
    assert states == {"撤销记录": "veryHidden"}


def test_the_same_notice_gives_the_same_bytes(data: bytes) -> None:
    assert district_bytes(Notice()) == data
    assert district_bytes(OTHER) != data


def test_the_shipped_workbook_is_what_the_code_builds() -> None:
    assert parts(resource(DISTRICT_XLSX).read_bytes()) == parts(PRODUCTS[DISTRICT_XLSX]())
    assert resource(DISTRICT_XLSX).read_bytes() == PRODUCTS[DISTRICT_XLSX]()


def test_the_template_names_its_edition(snapshot: Snapshot, tmp_path: Path) -> None:
    assert snapshot.properties["xlpy-template"] == "district/2023.1"
    assert as_read(district_bytes(OTHER), tmp_path).properties["xlpy-template"] == "district/2024.1"


def test_the_audit_finds_nothing_that_excel_would_repair(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "区级汇总表.xlsx"
    path.write_bytes(data)
    assert findings(path) == []


def test_every_cell_holds_a_value_and_no_formula(book: Workbook) -> None:
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert [f"{c.parent.title}!{c.coordinate}" for c in cells if c.data_type == "f"] == []


@pytest.mark.parametrize("notice", [Notice(), OTHER], ids=["2023", "other"])
def test_our_own_readers_understand_it(notice: Notice, tmp_path: Path) -> None:
    snapshot = as_read(district_bytes(notice), tmp_path)
    assert is_district(snapshot)
    assert read_notice(snapshot) == (notice, [])
    found = parse_summary(snapshot)
    assert found.title == notice.title_text
    assert (found.header_row, found.first_row, found.last_row) == (3, 4, 43)
    assert (found.rows, found.strays, found.missing) == ((), (), ())
    assert found.columns == {field: column for column, field in enumerate(FIELDS[:-1], 1)} | {"town": 16}
    assert found.sources == {"file": 18, "row": 19, "place": 20}
    assert (found.check_column, found.origin_column) == (17, 21)
    assert found.marks == {field: column for column, field in enumerate(FIELDS[:-1], 22)} | {"town": 37}
    assert [h.field for h in found.headings] == FIELDS, "no heading is unknown"
    assert (found.unit.raw, found.contact.cell, found.phone.cell) == ("嘉定区市场监督管理局", "E45", "G45")


# --- 汇总表 -------------------------------------------------------------------------------------------------------


def test_the_table_has_the_unit_and_where_a_row_came_from(table: Any) -> None:
    assert [table["A1"].value, table["A2"].value] == ["区级汇总", "2023年嘉定区重点产品质量攻关项目申报汇总表"]
    free = [f"预留{n}" for n in range(1, 7)]
    assert headers(table)[:21] == [
        *("序号", "项目名称", "项目单位", "完成时间", "项目先进水平", "企业性质", "企业规模", "经济效益(万元)", "备注"),
        *(*free, "推荐单位", "校验", "来源文件", "来源行", "出处", "来源编号"),
    ]
    assert headers(table)[21:] == [*(f"标记·{header}" for header in headers(table)[:9]), *free, "标记·推荐单位"]
    assert hidden(table) == [*free, *headers(table)[20:]]
    assert {cell.coordinate: cell.value for cell in table[45] if cell.value} == {
        "B45": "汇总单位：",
        "C45": "嘉定区市场监督管理局",
        "D45": "经办人：",
        "F45": "联系电话：",
    }


def test_no_blank_column_cuts_what_excel_sorts(table: Any) -> None:
    """Excel sorts up to the first blank column: numbers and marks must go along with their rows."""
    assert all(table.cell(3, column).value for column in range(1, 38))
    assert table.auto_filter.ref == "A3:AK44"
    assert table.column_dimensions["AL"].width == 1.5
    assert table["AL4"].font.sz == table["AL43"].font.sz == 22, "keeps the lines as high as two lines of text"


def test_the_table_prints_to_the_unit_on_landscape_a4(table: Any) -> None:
    assert table.print_area == "'汇总表'!$A$1:$P$45"
    assert table.print_title_rows == "$3:$3"
    setup: Any = table.page_setup
    assert (setup.paperSize, setup.orientation, setup.fitToWidth, setup.fitToHeight) == (9, "landscape", 1, 0)
    assert table.freeze_panes == "C4"


def test_texts_stay_texts_and_numbers_numbers(table: Any) -> None:
    formats = {"A": "0", "H": "#,##0.00", "S": "0"}
    letters = "ABCDEFGHIJKLMNOPQRST"
    assert {c: table[f"{c}4"].number_format for c in letters} == dict.fromkeys(letters, "@") | formats
    assert not any(table[f"{column}4"].alignment.wrap_text for column in "QRST"), "they would stretch printed lines"


def test_the_drop_downs_take_their_lists_from_the_settings(book: Workbook, table: Any) -> None:
    assert drop_downs(table) == {
        "E4:E44": "清单_项目先进水平",
        "F4:F44": "清单_企业性质",
        "G4:G44": "清单_企业规模",
        "P4:P44": "清单_推荐单位",
        **{f"{letter}4:{letter}44": f"清单_自定义{n}" for n, letter in enumerate("JKLMNO", 1)},
    }
    assert set(drop_downs(table).values()) == set(book.defined_names)


def test_formats_reach_over_the_spacer_row(table: Any) -> None:
    twice = 'AND($U4="",$B4<>"",$C4<>"",SUMPRODUCT(($B$4:$B$1000=$B4)*($C$4:$C$1000=$C4))>1)'
    assert list(formats(table)) == [
        ("A4:P44", "V4=3"),
        ("A4:P44", "V4=2"),
        ("A4:P44", "V4=1"),
        ("Q4:Q44", "MAX($V4:$AK4)=3"),
        ("Q4:Q44", "MAX($V4:$AK4)=2"),
        ("H4:H44", "ISTEXT(H4)"),
        ("B4:B44 C4:C44", twice),
        ("A4:P44", 'AND(V$2=1,TRIM(A4)="",COUNTA($B4:$P4)>0)'),
    ]
    assert [table.cell(2, column).value for column in range(22, 38)] == [0, *[1] * 7, *[0] * 7, 1]


def test_rows_that_our_editor_inserts_inherit_everything(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "区级汇总表.xlsx"
    path.write_bytes(data)
    line: list[Scalar] = ["甲镇/附件2.xlsx", 7, "[甲镇/附件2.xlsx]汇总表!B7", 60]
    patch = Patch((InsertRows("汇总表", 44, 20), Write("汇总表", 63, 18, block([line]))))
    open_workbook(path).commit(patch)
    sheet: Any = load_workbook(path)["汇总表"]
    assert sheet.print_area == "'汇总表'!$A$1:$P$65"
    assert sheet.auto_filter.ref == "A3:AK64"
    assert drop_downs(sheet)["P4:P64"] == "清单_推荐单位"
    assert {cells.split()[0] for cells, _ in formats(sheet)} == {"A4:P64", "Q4:Q64", "H4:H64", "B4:B64"}
    for column in range(1, 39):
        assert sheet.cell(63, column).style_id == sheet.cell(43, column).style_id, "looks like the row above"
    assert sheet["B63"].border.bottom.style == "thin"
    assert sheet.row_dimensions[64].height == 6, "the spacer stays the last row"
    found = parse_summary(as_read(path.read_bytes(), tmp_path))
    assert (found.last_row, found.unit.cell) == (63, "C65")
    assert findings(path) == []


# --- the lists ----------------------------------------------------------------------------------------------------

ACCOUNTS = [
    *("推荐单位", "文件", "工作表", "收到时间", "状态", "采用", "收到行数", "列入", "合并", "未列入"),
    *("收到万元", "列入万元", "未列入万元", "区局调整万元", "核对", "说明", "内容校验码"),
]
DUPLICATES = [
    *("规则", "相似度", "不同之处", "甲·推荐单位", "甲·项目名称", "甲·项目单位", "甲·位置"),
    *("乙·推荐单位", "乙·项目名称", "乙·项目单位", "乙·位置"),
    *("决定", "去掉", "理由", "现状", "甲·编号", "乙·编号"),
]
LEFT_OUT = ["序号", "推荐单位", "项目名称", "项目单位", "经济效益(万元)", "去向", "依据", "出处", "来源编号"]


@pytest.mark.parametrize(
    ("name", "wanted", "unseen"),
    [
        ("收支核对", ACCOUNTS, ["内容校验码"]),
        ("疑似重复", DUPLICATES, ["甲·编号", "乙·编号"]),
        ("未列入", LEFT_OUT, []),
        ("历年表彰", ["年度", "项目名称", "项目单位", "表彰级别", "备注"], []),
        ("市级申报", ["序号", "项目名称", "项目单位", "备注"], []),
    ],
)
def test_a_list_has_its_header_and_prints_on_landscape_a4(
    book: Workbook, name: str, wanted: list[str], unseen: list[str]
) -> None:
    sheet: Any = book[name]
    assert sheet["A1"].value == name
    assert sheet["A2"].value.count("“") >= 2, "what to do, with the names of the buttons and columns"
    assert (headers(sheet), hidden(sheet)) == (wanted, unseen)
    assert all(cell.value is None for row in sheet.iter_rows(min_row=4) for cell in row)
    assert (sheet.freeze_panes, sheet.print_title_rows, sheet.page_setup.orientation) == ("A4", "$3:$3", "landscape")
    assert sheet.page_setup.paperSize == 9
    assert sheet.oddFooter.center.text == f"{name}　第 &P 页，共 &N 页"


def test_accounts_take_the_decision_and_an_unknown_unit(book: Workbook) -> None:
    assert drop_downs(book["收支核对"]) == {"A4:A2000": "清单_推荐单位", "F4:F2000": '"采用,不采用"'}


def test_accounts_show_what_does_not_balance_and_what_is_pending(book: Workbook) -> None:
    assert list(formats(book["收支核对"])) == [
        ("O4:O2000", 'AND($O4<>"",$O4<>"平衡")'),
        ("A4:P2000", 'AND($E4="",OR(LEFT($B4,2)="小计",LEFT($B4,2)="合计"))'),
        ("E4:E2000", '$E4="待决定"'),
        ("E4:E2000", '$E4="未报送"'),
        ("F4:F2000", 'AND($E4="待决定",$F4="")'),
        ("F4:F2000", '$Q4<>""'),
        ("A4:A2000", 'AND($A4="",$Q4<>"")'),
        ("A4:Q2000", "COUNTA($A4:$Q4)>0"),
    ]


def test_the_formats_of_accounts_fit_what_is_written(snapshot: Snapshot) -> None:
    """The words that the formats look for are those that the accounts are written with."""
    accounts = [
        Account("甲镇", State.USED, "甲镇/1.xlsx", digest="ab", rows_in=1),
        Account("甲镇", State.PENDING, "甲镇/2.xlsx", digest="cd"),
        Account("乙镇", State.MISSING),
    ]
    grid = write_accounts(accounts, ["甲镇", "乙镇"], snapshot).applied(snapshot).sheets["收支核对"]
    shown = [[grid.value(row, column) for column in (2, 5, 15)] for row in range(4, 9)]
    assert shown == [
        ["甲镇/1.xlsx", "已采用", "不平衡"],
        ["甲镇/2.xlsx", "待决定", "平衡"],
        ["小计（2 份）", None, "不平衡"],
        [None, "未报送", "平衡"],
        ["合计", None, "不平衡"],
    ]
    assert len(read_accounts(Snapshot("x", {"收支核对": grid}))) == 3


def test_duplicates_take_the_decision(book: Workbook) -> None:
    sheet = book["疑似重复"]
    assert drop_downs(sheet) == {"L4:L2000": '"保留,合并,排除"', "M4:M2000": '"甲,乙"'}
    assert list(formats(sheet)) == [
        ("L4:L2000", 'AND($P4<>"",$L4="")'),
        ("L4:N2000", '$P4<>""'),
        ("A4:O2000", '$L4<>""'),
        ("A4:Q2000", "COUNTA($A4:$Q4)>0"),
    ]


def test_lines_get_the_format_of_their_column(book: Workbook) -> None:
    formats = {
        (name, header): book[name].column_dimensions[cell.column_letter].number_format
        for name in ("收支核对", "疑似重复", "未列入")
        for cell in book[name][3]
        if (header := cell.value)
    }
    amounts = [header for (_, header), number_format in formats.items() if number_format == "#,##0.00"]
    assert amounts == ["收到万元", "列入万元", "未列入万元", "区局调整万元", "经济效益(万元)"]
    counts = [("收支核对", "收到行数"), ("疑似重复", "相似度"), ("未列入", "序号"), ("未列入", "来源编号")]
    assert {formats[key] for key in counts} == {"General"}, "Excel would turn a number in a text cell into text"
    texts = [("收支核对", "文件"), ("疑似重复", "甲·项目名称"), ("疑似重复", "理由"), ("未列入", "出处")]
    assert {formats[key] for key in texts} == {"@"}


@pytest.mark.parametrize("name", ["历年表彰", "市级申报"])
def test_what_is_pasted_stays_text(book: Workbook, name: str) -> None:
    sheet: Any = book[name]
    assert {sheet.column_dimensions[cell.column_letter].number_format for cell in sheet[3]} == {"@"}
    assert {cell.number_format for cell in sheet[4]} == {"@"}
    assert "从 A3 贴起" in sheet["A2"].value
    assert "必须有“项目名称”" in sheet["A2"].value


def test_sources_remember_the_districts_fields(snapshot: Snapshot, book: Workbook) -> None:
    sheet: Any = book["来源"]
    assert headers(sheet)[:6] == ["来源编号", "状态", "文件", "SHA-256", "导入时间", "项目名称·值"]
    assert headers(sheet)[-4:] == ["备注·值", "备注·出处", "推荐单位·值", "推荐单位·出处"]
    line = Origin("已列入", "甲镇/1.xlsx", "0" * 64, "2023-09-16 09:00:00", 7, {"town": "甲镇", "benefit": 1.5})
    patch = write_origins([line], snapshot, "街镇报送", DISTRICT_FIELDS, TOWNS_LABEL)
    after = patch.applied(snapshot)
    assert after.sheets["来源"].value(4, 1) == 7
    [again] = read_origins(after, DISTRICT_FIELDS)
    assert (again.number, again.values["town"], again.values["benefit"]) == (7, "甲镇", 1.5)
    assert read_folder_name(after) == "街镇报送"


# --- 使用说明 -------------------------------------------------------------------------------------------------------


def test_the_guide_names_the_limits_of_its_notice(book: Workbook) -> None:
    text = words(book, "使用说明")
    rules = len(CATALOGUE)
    for said in (
        "《2023年嘉定区质量攻关区级汇总表》使用说明",
        "2023年9月15日",
        "12 个单位里哪些没报",
        "达到 90% 的列进“疑似重复”",
        "最多 8 人",
        "不满 12 个月",
        "达到 100000 万元",
        "利润 + 节能降耗 + 创汇节汇 + 其他",
        "超过 1 万元和 1%",
        "国际领先、国际先进、国内领先、国内先进、行业领先、一般水平",
        f"共 {rules} 条，现在启用 {rules} 条",
    ):
        assert said in text


def test_the_guide_follows_a_changed_notice() -> None:
    notice = OTHER.model_copy(update={"lookalike": 77})
    text = "\n".join(line.text for line in district_paragraphs(notice, CATALOGUE))
    for said in (
        "《2024年嘉定区质量攻关区级汇总表》使用说明",
        "2024年10月8日",
        "1 个单位里哪些没报",
        "达到 77% 的列进",
        "最多 11 人",
        "不满 6 个月",
        "达到 50000 万元",
        "0.5 × 销售额 + 利润",
        "超过 3 万元和 1%",
        f"现在启用 {len(CATALOGUE) - 1} 条",
    ):
        assert said in text
    for old in ("2023", "8 人", "不满 12 个月", "100000", "90%"):
        assert old not in text


def test_the_guide_tells_every_decision(book: Workbook) -> None:
    text = words(book, "使用说明")
    for word in ("采用", "不采用", "保留", "合并", "排除", "去掉", "推荐单位"):
        assert word in text


def test_apply_rewrites_the_districts_own_guide(snapshot: Snapshot) -> None:
    run = Run("2023-09-16 09:00:00", "李")
    assert apply(snapshot, run).report.changes == [], "a fresh workbook is in line already"
    grid = snapshot.sheets["参数"]
    rows = {grid.value(row, 1): row for row in range(1, grid.height + 1)}
    typed = Patch(
        (
            Write("参数", rows["年度"], 2, block([[2027]])),
            Write("参数", rows["截止日期"], 2, block([[dt.date(2027, 8, 31)]])),
        )
    ).applied(snapshot)
    after = apply(typed, run).patch.applied(typed)
    assert after.sheets["使用说明"].value(1, 1) == "《2027年嘉定区质量攻关区级汇总表》使用说明"
    assert parse_summary(after).title == "2027年嘉定区重点产品质量攻关项目申报汇总表"


@pytest.mark.libreoffice
def test_the_printed_pages(data: bytes, tmp_path: Path) -> None:
    """使用说明 takes one page; 汇总表 ends at 推荐单位; of each list its header."""
    guide, first, second, accounts, *_ = printed(data, tmp_path)
    assert guide.startswith("《2023年嘉定区质量攻关区级汇总表》使用说明")
    assert "五、要改规定的时候" in guide
    header = "序号项目名称项目单位完成时间项目先进水平企业性质企业规模经济效益(万元)备注推荐单位"
    assert first.startswith("区级汇总2023年嘉定区重点产品质量攻关项目申报汇总表" + header)
    assert second.startswith(header)
    assert "汇总单位：嘉定区市场监督管理局经办人：联系电话：" in second
    assert not any("校验" in page or "来源" in page for page in (first, second))
    assert accounts.startswith("收支核对收到的每份表")
