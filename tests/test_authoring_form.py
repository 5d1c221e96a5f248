"""Annex 1 as shipped, in Excel and in Word: what is printed, what may be filled in, and that our reader finds it."""

from __future__ import annotations

import datetime as dt
import io
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from openpyxl import Workbook, load_workbook

from tests.audit import findings
from xlpy.authoring import FORM_DOCX, FORM_XLSX, PRODUCTS
from xlpy.authoring.form_sheet import CELLS, form_workbook
from xlpy.authoring.form_word import fill, form_document
from xlpy.authoring.package import save_document, save_workbook
from xlpy.files import read_grids
from xlpy.forms import parse_form
from xlpy.models import Form, Value
from xlpy.notice import Code, Notice, OwnColumn

OTHER = Notice(year=2024, district="松江区", max_team=11, units=(Code(label="甲镇"),), sizes=(Code(label="巨型"),))

INSTRUCTIONS = [
    "1. 项目投资，是指与提高产品质量有直接关系的攻关费用。",
    "2. 技术评价，需有权威部门的检测报告、鉴定报告或者检索报告。说明技术达到何年代国际先进水平"
    "（国际大公司先进水平）、一般水平（国际标准水平）。",
    "3. 指攻关前 12 个月和攻关完成后 12 个月的经济效益数据对比，月份可以跨年度。",
    "4. 创汇节汇金额折算成人民币金额填写。",
    "5. 主要攻关人员应按贡献大小次序填写，最多不超过 8 名。",
    "6. 推荐单位包括主管部门以及各街镇。",
    "7. 请随表一并提供产品质量提高情况、技术评价、攻关成效等方面的证实性材料。",
]
COVER = ["推荐单位", "项目名称", "填报单位（盖章）", "填报日期"]
PRINTED = [
    *("项目背景意义：", "质量攻关目标：", "项目投资（万元）：", "产品质量水平：", "质量创新程度（含技术路线）："),
    *("质量攻关成效：", "（万元）", "销售额", "利润", "节能降耗", "创汇节汇", "其他", "攻关前12月", "攻关后12月"),
    *("攻关项目组成员", "姓名", "性别", "职务（职称）", "学历", "工作单位（部门）"),
    *("单位技术负责人意见：", "单位财务负责人意见：", "单位负责人意见：", *["负责人（签字）："] * 3, *["年月日"] * 3),
    *("推荐单位意见：", "（盖章）", "年月日", "备注："),
]
EXTRA = ["完成时间", "项目先进水平", "企业性质", "企业规模", "统一社会信用代码", "联系人", "联系电话"]


@pytest.fixture(scope="module")
def book() -> Any:
    return load_workbook(io.BytesIO(PRODUCTS[FORM_XLSX]()))


@pytest.fixture(scope="module")
def document() -> Any:
    return Document(io.BytesIO(PRODUCTS[FORM_DOCX]()))


def squeezed(text: object) -> str:
    return "".join(str(text).split())


def texts(sheet: Any) -> list[str]:
    """What a sheet shows, row by row, without spaces."""
    return [squeezed(v) for row in sheet.iter_rows(values_only=True) for v in row if v is not None]


def read(data: bytes, path: Path) -> Form:
    path.write_bytes(data)
    return parse_form(read_grids(path))


def everything(form: Form) -> dict[str, Value[Any]]:
    """Every value of a form under its field's name, the members' included."""
    team = {
        f"team.{m.line}.{name}": getattr(m, name)
        for m in form.team
        for name in ("name", "gender", "position", "education", "department")
    }
    return dict(form.fields()) | team


# --- the workbook: what is printed --------------------------------------------------------------------------------


def test_the_sheets(book: Any) -> None:
    assert book.sheetnames == ["封面", "填表说明", "登记表", "汇总信息"]
    assert [sheet.sheet_state for sheet in book] == ["visible"] * 4


def test_the_cover(book: Any) -> None:
    assert texts(book["封面"]) == [
        *("附件1", "嘉定区重点产品质量攻关项目", "登记表", "推荐单位", "项目名称", "填报单位（盖章）", "填报日期"),
        *("年月日", "嘉定区市场监督管理局", "印制", "嘉定区经济委员会"),
    ]


def test_the_instructions_are_the_notices_to_the_letter(book: Any) -> None:
    lines = [row[0] for row in book["填表说明"].iter_rows(values_only=True) if row[0]]
    assert lines[:8] == ["填表说明", *INSTRUCTIONS]


def test_the_form_is_the_notices(book: Any) -> None:
    assert texts(book["登记表"]) == PRINTED


def test_the_extra_sheet_names_what_annex_2_needs_and_shows_how_to_fill_it(book: Any) -> None:
    rows = [[squeezed(v) for v in row] for row in book["汇总信息"].iter_rows(min_row=4, values_only=True)]
    assert [row[:2] for row in rows] == [[label, "None"] for label in EXTRA]
    assert rows[0][2] == "攻关项目完成的年月，只写到月。例：2022年6月"
    assert rows[3][2] == "大型、中型、小型、微型，按国家统计局划型标准选一项。例：大型"


def test_another_notice(tmp_path: Path) -> None:
    form = form_workbook(OTHER)
    assert texts(form["封面"])[1] == "松江区重点产品质量攻关项目"
    assert "巨型，按国家统计局划型标准选一项。例：巨型" in texts(form["汇总信息"])
    assert read(save_workbook(form), tmp_path / "表.xlsx").template == "form/2024.1"
    document = form_document(OTHER)
    fill(document, {f"team.{line}.name": f"成员{line}" for line in range(1, 12)})
    found = read(save_document(document), tmp_path / "表.docx")
    assert (found.template, len(found.team)) == ("form/2024.1", 11)


# --- the workbook: what may be filled in --------------------------------------------------------------------------


def unlocked(book: Any) -> set[tuple[str, str]]:
    """Every unlocked cell, a merged range by its first."""
    inner = {
        (sheet.title, cell.coordinate)
        for sheet in book
        for area in sheet.merged_cells.ranges
        for row in sheet[area.coord]
        for cell in row
        if cell.coordinate != area.coord.split(":")[0]
    }
    cells = {(s.title, c.coordinate) for s in book for row in s.iter_rows() for c in row if not c.protection.locked}
    return cells - inner


def test_only_the_places_of_fields_are_unlocked(book: Any) -> None:
    stamp_date = ("登记表", "A47")
    assert unlocked(book) - set(CELLS.values()) == {stamp_date}
    assert set(CELLS.values()) <= unlocked(book)


def test_the_places_do_not_overlap() -> None:
    assert len(set(CELLS.values())) == len(CELLS) == 19 + 10 + 5 * 8 + 9
    assert CELLS["recommender"] == ("封面", "C6")
    assert CELLS["credit_code"] == ("汇总信息", "B8")


def test_protection_has_no_password_and_leaves_row_heights_free(book: Any) -> None:
    for sheet in book:
        assert (sheet.protection.sheet, sheet.protection.password) == (True, None)
        assert (sheet.protection.formatRows, sheet.protection.formatColumns) == (False, False)


def test_amounts_are_numbers_and_all_else_stays_text(book: Any) -> None:
    formats = {field: book[sheet][cell].number_format for field, (sheet, cell) in CELLS.items()}
    amounts = {field for field, number_format in formats.items() if number_format == "#,##0.00"}
    assert amounts == {"investment"} | {field for field in CELLS if field.startswith("economics.")}
    assert {formats[field] for field in formats.keys() - amounts} == {"@"}


def test_the_places_are_tinted(book: Any) -> None:
    assert {book[sheet][cell].fill.start_color.rgb for sheet, cell in CELLS.values()} == {"FFFFF9E5"}


def rule(book: Any, field: str) -> Any:
    sheet, cell = CELLS[field]
    found = [v for v in book[sheet].data_validations.dataValidation if cell in v.sqref]
    assert len(found) <= 1
    return found[0] if found else None


@pytest.mark.parametrize(
    ("field", "choices"),
    [
        (
            "recommender",
            "新成路街道,真新街道,嘉定镇街道,南翔镇,安亭镇,马陆镇,徐行镇,华亭镇,外冈镇,江桥镇,菊园新区,嘉定工业区",
        ),
        ("team.1.gender", "男,女"),
        ("team.8.gender", "男,女"),
        ("level", "国际领先,国际先进,国内领先,国内先进,行业领先,一般水平"),
        ("ownership", "国有企业,集体企业,民营企业,股份制企业,外商投资企业,中外合资企业,港澳台投资企业,其他"),
        ("size", "大型,中型,小型,微型"),
    ],
)
def test_drop_downs_offer_and_do_not_force(book: Any, field: str, choices: str) -> None:
    found = rule(book, field)
    assert (found.type, found.formula1, found.errorStyle) == ("list", f'"{choices}"', "warning")
    assert len(found.formula1) <= 257  # Excel's limit for a list written out, without its quotation marks: 255


@pytest.mark.parametrize("field", sorted(f for f in CELLS if f.startswith("economics.") or f == "investment"))
def test_amounts_explain_themselves(book: Any, field: str) -> None:
    found = rule(book, field)
    assert (found.type, found.errorStyle, found.allowBlank) == ("decimal", "warning", True)
    assert found.prompt == "请填数字，单位万元，可以带小数，不要写“万”“约”等字。没有的填“/”。"
    assert found.error == "这里应填以万元为单位的数字。仍要保留所填内容吗？"


def test_the_credit_code_has_18_characters(book: Any) -> None:
    found = rule(book, "credit_code")
    assert (found.type, found.operator, found.formula1) == ("textLength", "equal", "18")


def test_no_rule_forbids_and_none_is_longer_than_excel_shows(book: Any) -> None:
    rules = [v for sheet in book for v in sheet.data_validations.dataValidation]
    assert {v.errorStyle for v in rules if v.showErrorMessage} == {"warning"}
    assert all(len(v.promptTitle or "") <= 32 and len(v.prompt or "") <= 255 for v in rules)
    assert all(len(v.errorTitle or "") <= 32 and len(v.error or "") <= 225 for v in rules)


# --- the workbook: how it prints ----------------------------------------------------------------------------------


def test_every_sheet_prints_on_portrait_a4(book: Any) -> None:
    for sheet in book:
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "portrait")
    for name in ("封面", "填表说明", "汇总信息"):
        assert book[name].sheet_properties.pageSetUpPr.fitToPage
        assert (book[name].page_setup.fitToWidth, book[name].page_setup.fitToHeight) == (1, 1)


def test_the_form_takes_two_pages_the_second_beginning_with_the_figures(book: Any) -> None:
    sheet = book["登记表"]
    assert not sheet.sheet_properties.pageSetUpPr.fitToPage  # fitted to pages, Excel would ignore the break
    (page_break,) = sheet.row_breaks.brk
    assert sheet.cell(page_break.id + 1, 1).value == "（万元）"
    heights = [sheet.row_dimensions[row].height for row in range(1, sheet.max_row + 1)]
    room = (11.69 - sheet.page_margins.top - sheet.page_margins.bottom) * 72  # points on A4
    assert sum(heights[: page_break.id]) < room
    assert sum(heights[page_break.id :]) < room
    assert all(height <= 409 for height in heights)
    pixels = sum(sheet.column_dimensions[c].width * 9 + 5 for c in "ABCDEF")  # a digit of a wide font of 11 points
    assert pixels / 96 < 8.27 - sheet.page_margins.left - sheet.page_margins.right


def test_column_widths_count_the_digits_of_a_font_that_is_there(book: Any) -> None:
    assert book._fonts[0].name == "宋体"
    assert {c.font.name for s in book for row in s.iter_rows() for c in row if c.value} <= {"宋体", "仿宋", "黑体"}


# --- Word ---------------------------------------------------------------------------------------------------------


def test_the_word_form_prints_the_same(document: Any) -> None:
    cover, printers, form, extra = document.tables
    assert [row.cells[0].text for row in cover.rows] == COVER
    assert [squeezed(row.cells[0].text) for row in printers.rows] == ["嘉定区市场监督管理局", "嘉定区经济委员会"]
    paragraphs = [p.text.strip("\n") for p in document.paragraphs if p.text.strip()]
    assert paragraphs == [
        *("附件 1", "嘉定区重点产品质量攻关项目", "登　记　表", "填表说明", *INSTRUCTIONS),
        *("汇总信息", "登记表里没有、而街镇填《申报汇总表》时需要的内容，请一并填写。（2023年版）"),
    ]
    printed = [squeezed(p.text) for cell in form._tbl.iter_tcs() for p in cell.p_lst if p.text.strip()]
    assert sorted(printed) == sorted(PRINTED)
    assert [row.cells[0].text for row in extra.rows] == ["项目", *EXTRA]


def test_the_word_form_is_a4_and_repeats_the_header_of_its_list(document: Any) -> None:
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert document.tables[3].rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None


def test_every_run_names_its_chinese_font(document: Any) -> None:
    fonts = {run.find(f".//{qn('w:rFonts')}").get(qn("w:eastAsia")) for run in document.element.body.iter(qn("w:r"))}
    assert fonts == {"宋体", "仿宋", "黑体"}


def test_filling_keeps_paragraphs_and_overwrites_the_printed_date(tmp_path: Path) -> None:
    document = form_document(Notice())
    fill(
        document,
        {
            "goal": "第一目标\n第二目标",
            "opinions.head.signed_by": "张三",
            "opinions.head.signed_on": "2023年9月1日",
            "filled_on": "2023-9-8",
        },
    )
    form = read(save_document(document), tmp_path / "表.docx")
    assert form.goal.raw == "第一目标\n第二目标"
    assert (form.head.signed_by.value, form.head.signed_on.value) == ("张三", dt.date(2023, 9, 1))
    assert form.filled_on.value == dt.date(2023, 9, 8)
    assert "2023-9-8" in [cell.text for row in document.tables[0].rows for cell in row.cells]
    assert form.technical.signed_on.blank


def test_filling_refuses_a_field_that_has_no_place() -> None:
    with pytest.raises(KeyError):
        fill(form_document(Notice()), {"team.9.name": "张三"})


# --- both, as read ------------------------------------------------------------------------------------------------


def filled(kind: str, values: dict[str, str]) -> bytes:
    if kind == "docx":
        document = form_document(Notice())
        fill(document, values)
        return save_document(document)
    book: Workbook = form_workbook(Notice())
    for field, value in values.items():
        sheet, cell = CELLS[field]
        book[sheet][cell] = value
    return save_workbook(book)


@pytest.mark.parametrize("kind", ["xlsx", "docx"])
def test_our_reader_finds_every_field(kind: str, tmp_path: Path) -> None:
    tokens = {
        field: f"2023年9月{number - 50}日" if field.endswith("signed_on") else f"词{number}"
        for number, field in enumerate(CELLS)
    }
    found = everything(read(filled(kind, tokens), tmp_path / f"表.{kind}"))
    assert {field: found[field].raw for field in CELLS} == tokens


@pytest.mark.parametrize("kind", ["xlsx", "docx"])
def test_our_reader_finds_nothing_in_the_blank_form(kind: str, tmp_path: Path) -> None:
    form = read(filled(kind, {}), tmp_path / f"表.{kind}")
    assert {field: value.raw for field, value in everything(form).items() if value.raw} == {}
    assert [field for field, value in form.fields() if not value.cell] == []
    assert form.template == "form/2023.1"


@pytest.mark.parametrize("name", [FORM_XLSX, FORM_DOCX])
def test_the_audit_finds_nothing_that_office_would_repair(name: str, tmp_path: Path) -> None:
    path = tmp_path / Path(name).name
    path.write_bytes(PRODUCTS[name]())
    assert findings(path) == []


@pytest.mark.libreoffice
@pytest.mark.parametrize("name", [FORM_XLSX, FORM_DOCX])
def test_the_printed_pages(name: str, tmp_path: Path) -> None:
    """Cover, instructions, two pages of form and 汇总信息; every label whole."""
    path = tmp_path / Path(name).name
    path.write_bytes(PRODUCTS[name]())
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", str(tmp_path), path.name]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    done = subprocess.run(["pdftotext", "-raw", f"{path.stem}.pdf", "-"], cwd=tmp_path, check=True, capture_output=True)
    cover, instructions, first, second, extra = (squeezed(p) for p in done.stdout.decode().split("\f") if p.strip())
    assert [label for label in [*COVER, "登记表", "嘉定区经济委员会", "印制"] if label not in cover] == []
    assert [line for line in INSTRUCTIONS if squeezed(line) not in instructions] == []
    assert [label for label in PRINTED[:6] if label not in first] == []
    assert [label for label in PRINTED[6:] if label not in second] == []
    assert [label for label in EXTRA if label not in extra] == []


# --- columns of the bureau's own ----------------------------------------------------------------------------------

OWN = Notice(
    max_team=5,
    columns=(
        OwnColumn(name="研发投入(万元)", kind="number", required=True, source="研发投入"),
        OwnColumn(name="奖项", kind="list", choices=("金奖", "银奖"), source="拟申报奖项"),
        OwnColumn(name="街镇评语"),
    ),
)


def test_the_form_asks_for_own_columns_that_have_a_label_there() -> None:
    sheet: Any = form_workbook(OWN)["汇总信息"]
    lines = [[sheet.cell(row, column).value for column in (1, 3)] for row in range(11, sheet.max_row + 1)]
    assert lines == [
        ["研发投入", "单位万元，只填数字，例如 1234.5。必填"],
        ["拟申报奖项", "金奖、银奖，选一项。没有的填“/”"],
    ]
    rules = [rule for rule in sheet.data_validations.dataValidation if rule.formula1 == '"金奖,银奖"']
    assert [str(rule.sqref) for rule in rules] == ["B12"]
    assert sheet.print_area == "'汇总信息'!$A$1:$C$12"
    table: Any = form_document(OWN).tables[-1]
    assert [row.cells[0].text for row in table.rows][-2:] == ["研发投入", "拟申报奖项"]


def test_the_instructions_name_the_notices_greatest_number_of_members() -> None:
    text = "主要攻关人员应按贡献大小次序填写，最多不超过 5 名。"
    assert f"5. {text}" in [cell.value for (cell,) in form_workbook(OWN)["填表说明"].iter_rows(max_col=1)]
    assert f"5. {text}" in [paragraph.text.rstrip("\n") for paragraph in form_document(OWN).paragraphs]


@pytest.mark.parametrize("word", [False, True])
def test_what_is_filled_in_there_is_read(tmp_path: Path, word: bool) -> None:
    path = tmp_path / f"登记表.{'docx' if word else 'xlsx'}"
    if word:
        document = form_document(OWN)
        fill(document, {"own.研发投入(万元)": "12.5", "own.奖项": "银奖", "project_name": "降噪"})
        path.write_bytes(save_document(document))
    else:
        book = form_workbook(OWN)
        book["汇总信息"]["B11"], book["汇总信息"]["B12"] = 12.5, "银奖"
        book["封面"]["C6"] = "降噪"
        path.write_bytes(save_workbook(book))
    form = parse_form(read_grids(path), OWN.columns)
    assert (form.own["own.研发投入(万元)"].value, form.own["own.奖项"].value) == (Decimal("12.5"), "银奖")


def test_long_names_stay_on_one_line_of_the_cover(tmp_path: Path) -> None:
    """A renamed programme, and a district with a long name: neither title nor offices may break or push the page."""
    notice = Notice(
        district="云溪高新技术产业开发区",
        title="{year}年{district}重点产品质量攻关与质量提升示范成果申报汇总表",
    )
    title, office = "云溪高新技术产业开发区重点产品质量攻关与质量提升示范成果", "云溪高新技术产业开发区市场监督管理局"
    cover = form_workbook(notice)["封面"]
    sizes = {cell.value: cell.font.size for row in cover.iter_rows() for cell in row if cell.value}
    width = sum(cover.column_dimensions[letter].width for letter in "ABCDE") * 5.5
    assert 12 <= sizes[title] <= width / len(title)
    assert 8 <= sizes[office] <= cover.column_dimensions["C"].width * 5.5 / len(office)
    assert sizes["云溪高新技术产业开发区经济委员会"] == sizes[office]
    document = form_document(notice)
    (printed,) = [p for p in document.paragraphs if p.text == title]
    assert printed.runs[0].font.size.pt * len(title) <= 170 / 25.4 * 72
