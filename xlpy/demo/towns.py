"""What the bureau's folder 街镇报送 holds after the deadline: eleven of twelve units (not 华亭镇), in as many ways.

Most towns filled in the Annex 2 that was handed out. The others have their own habits, and what goes wrong every year
stands beside the hand-in that shows it. The same bytes and times on every run.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from xlpy.cells import show
from xlpy.demo.companies import PROJECTS
from xlpy.demo.trades import UNITS, Line, lines_of
from xlpy.layout import HEADER_OF, SUMMARY_FIELDS

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

DAY: Final = 86_400  # seconds
FIRST_DAY: Final = 1694476800  # 2023-09-12 00:00 UTC
TOWN: Final = "安亭镇"  # the town of the first act hands in what it made there


class HandIn(NamedTuple):
    """A file as the bureau received it: what stands in 填报单位 and who sent it, the day, and how it was written."""

    file: str
    unit: str | None
    contact: str
    phone: str | None
    lines: Sequence[Line]
    day: int
    write: Callable[[Path, HandIn], None]


def hand_ins() -> Iterator[HandIn]:
    """Every Annex 2 but that of the first act's town. Each line carries the faults named beside it."""
    own = {unit: lines_of(unit) for unit in UNITS}

    def of(unit: str, n: int, **changes: str | None) -> Line:
        """The unit's line `n`, 0-based, changed."""
        return own[unit][n]._replace(**changes)  # type: ignore[arg-type]

    def put(unit: str, n: int, **changes: str | float | None) -> None:
        own[unit][n] = own[unit][n]._replace(**changes)  # type: ignore[arg-type]

    put("新成路街道", 3, level="国内一流")  # R05: no entry of the list
    yield HandIn("新成路街道/附件2_申报汇总表.xlsx", "新成路街道", "丁小满", "59990101", own["新成路街道"], 0, _ours)

    put("真新街道", 7, benefit="约220")  # R06; T05: a line 合计
    yield HandIn("真新/2023质量攻关汇总表.xls", "真新街道办事处", "杜若衡", "59990102", own["真新街道"], 1, _old_excel)

    put("嘉定镇街道", 8, size=None)  # R01
    file = "嘉定镇街道/质量攻关申报汇总表（嘉定镇街道）.docx"
    yield HandIn(file, "嘉定镇街道", "方知远", "59990103", own["嘉定镇街道"], 2, _word)

    yield HandIn("南翔镇人民政府/附件2.xlsx", "南翔镇人民政府", "顾清和", "59990104", own["南翔镇"], 1, _ours)

    # D05: a corrected version two days later: one project withdrawn, two added, one amount put right. T03: no phone.
    first, corrected = own["马陆镇"][:-2], own["马陆镇"][:4] + own["马陆镇"][5:]
    corrected[9] = corrected[9]._replace(benefit=168.5)
    late = Line("车用尿素罐焊接渗漏治理", "上海泊宁塑业有限公司", "2022年3月", "国内先进", "民营企业", "小型", 96.4)
    file = "马陆镇/附件2_申报汇总表（马陆）.xlsx"
    yield HandIn(file, "马陆镇", "韩一诺", None, first, 1, _ours)
    yield HandIn(file.replace("）", "）更正版"), "马陆镇", "韩一诺", "59990105", [*corrected, late], 3, _ours)

    # T04: last year's headers, renamed and in another order, the unit above the table.
    yield HandIn("徐行镇/徐行镇质量攻关汇总表.xlsx", "徐行镇", "柯南舟", "59990106", own["徐行镇"], 2, _last_year)

    put("外冈镇", 5, completed="2023年10月")  # R04: after the deadline
    # D01: an enterprise of 安亭镇 has asked here too.
    moved = PROJECTS[5]
    both = Line(moved.name, moved.company, "2022年7月", "国内先进", "民营企业", moved.size, 82.4)
    yield HandIn("外冈镇/附件2.xlsx", "外冈镇人民政府", "陆听澜", "59990107", [*own["外冈镇"], both], 0, _ours)

    # 填报单位 left blank, T03: the folder tells. D01: its works are here, its seat is in 真新街道.
    both = of("真新街道", 12, completed="2022年02月", ownership="中外合资企业")
    yield HandIn("江桥镇/附件2_申报汇总表.xlsx", None, "孟小川", "59990108", [*own["江桥镇"], both], 2, _ours)

    put("菊园新区", 9, remarks="+附第三方报告")  # R08: a spreadsheet would take it for a formula
    # D01, alike: 的 is added to the name.
    both = of("南翔镇", 12, project_name="巡检无人机的续航时间提升", completed="2021年10月")
    file = "菊园新区/附件2_申报汇总表.xlsx"
    yield HandIn(file, "菊园新区管委会", "宁远山", "59990109", [*own["菊园新区"][:14], both], 0, _ours)
    # D07: four more enterprises of the same unit, sent by an office that is no unit.
    file = "微信收到/汇总表终稿.xlsx"
    yield HandIn(file, "高新技术服务中心", "石小鱼", "59990110", own["菊园新区"][14:], 3, _ours)

    # One sheet for each of two lots. D01, alike: a word added, and the company written in full.
    company = of("徐行镇", 3).company.replace("有限公司", "有限责任公司")
    both = of(
        "徐行镇", 3, project_name="曳引轮耐磨损寿命提升", company=company, completed="2021年9月", ownership="股份制企业"
    )
    lines = [*own["嘉定工业区"], both]
    yield HandIn("嘉定工业区/质量攻关项目汇总（两批）.xlsx", "嘉定工业区", "温如许", "59990111", lines, 2, _two_lots)


# Files that are no Annex 2, as every such folder has them.
OTHERS: Mapping[str, bytes] = {
    "Thumbs.db": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0"),
    "马陆镇/~$附件2_申报汇总表（马陆）.xlsx": b"\x05" + b"Han".ljust(54, b" "),
    "真新/盖章扫描件.pdf": b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n",
}
CONTACTS: Final = "各街镇联系人.xlsx"


def write_towns(folder: Path, workbook: Path, forms: Path) -> None:
    """Fill `folder` with what the towns sent; `workbook` and `forms` are those of the first act."""
    sent = list(hand_ins())
    for one in sent:
        path = folder / one.file
        path.parent.mkdir(parents=True, exist_ok=True)
        one.write(path, one)
    _contacts(folder / CONTACTS, sent)
    for name, data in OTHERS.items():
        (folder / name).write_bytes(data)
    own = folder / TOWN
    own.mkdir()
    shutil.copyfile(workbook, own / workbook.name)
    shutil.copytree(forms, own / forms.name)
    days = {folder / one.file: one.day for one in sent}
    for path in folder.rglob("*"):
        if not path.is_relative_to(own / forms.name):  # those keep the time at which the town received them
            received = FIRST_DAY + days.get(path, 0) * DAY
            os.utime(path, (received, received))


# --- ways of writing an Annex 2 -------------------------------------------------------------------------------------

_HEADERS: Final = tuple((field, HEADER_OF[field]) for field in SUMMARY_FIELDS)
_LAST_YEARS: Final = (
    ("number", "编号"),
    ("company", "申报单位"),
    ("project_name", "成果名称"),
    ("completed", "完成日期"),
    ("ownership", "企业类型"),
    ("size", "企业规模"),
    ("level", "达到水平"),
    ("benefit", "年经济效益"),
    ("remarks", "说明"),
)
_TITLE: Final = "2023年嘉定区重点产品质量攻关项目申报汇总表"
_WIDTHS: Final = {"number": 6, "project_name": 34, "company": 30}


def _ours(path: Path, sent: HandIn) -> None:
    """The Annex 2 that was handed out, filled in."""
    from xlpy.authoring import SUMMARY_XLSX, resource
    from xlpy.demo.clerk import filled
    from xlpy.surfaces.file import open_workbook

    path.write_bytes(resource(SUMMARY_XLSX).read_bytes())
    book = open_workbook(path)
    footer = {"unit": sent.unit, "contact": sent.contact, "phone": sent.phone}
    backup = book.commit(filled(book.snapshot, _cells(sent.lines), footer))
    if backup:  # no town sends that along
        shutil.rmtree(backup.parent)


def _cells(lines: Sequence[Line], start: int = 1, headers: Sequence[tuple[str, str]] = _HEADERS) -> list[list[_Cell]]:
    """The rows of a table with these columns, numbered from `start`."""
    return [[n if f == "number" else getattr(line, f) for f, _ in headers] for n, line in enumerate(lines, start)]


_Cell = str | float | None


def _footer(sent: HandIn) -> str:
    return f"填报单位（加盖公章）：{sent.unit}      联系人：{sent.contact}      联系电话：{sent.phone}"


def _old_excel(path: Path, sent: HandIn) -> None:
    """An .xls with a line 合计, and the whole footer in one cell."""
    from xlwt import Workbook, easyxf  # type: ignore[import-untyped]

    book = Workbook(encoding="utf-8")
    sheet = book.add_sheet("Sheet1")
    bold = easyxf("font: bold on; align: horiz center, vert center")
    sheet.write_merge(0, 0, 0, len(_HEADERS) - 1, _TITLE, bold)
    for column, (field, header) in enumerate(_HEADERS):
        sheet.write(1, column, header, bold)
        sheet.col(column).width = 256 * _WIDTHS.get(field, 14)
    rows = _cells(sent.lines)
    amount = sum(line.benefit for line in sent.lines if isinstance(line.benefit, float))
    for row, cells in enumerate([*rows, [None, "合计", *[None] * 5, round(amount, 1), None]], 2):
        for column, value in enumerate(cells):
            if value is not None:
                sheet.write(row, column, value)
    sheet.write(len(rows) + 4, 0, _footer(sent))
    book.save(str(path))


def _word(path: Path, sent: HandIn) -> None:
    """A table in Word, the footer a paragraph below it."""
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    from xlpy.authoring.package import save_document
    from xlpy.authoring.word import HEI, add_row, set_up, table_of, write

    document = Document()
    set_up(document)
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    write(document.add_paragraph(), _TITLE, font=HEI, size=18, align=WD_ALIGN_PARAGRAPH.CENTER)
    table = table_of(document, (10, 55, 52, 22, 22, 24, 14, 22, 24))
    head: list[_Cell] = [header for _, header in _HEADERS]
    for cells in [head, *_cells(sent.lines)]:
        for cell, value in zip(add_row(table, [1] * len(_HEADERS), 7), cells, strict=True):
            write(cell.paragraphs[0], show(value), size=10)
    write(document.add_paragraph(), _footer(sent))
    path.write_bytes(save_document(document))


def _last_year(path: Path, sent: HandIn) -> None:
    """Last year's table: other headers in another order, the unit above them."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "2022"
    for text in ("附件2", _TITLE.replace("2023", "2022").replace("项目", "成果"), f"填报单位：{sent.unit}人民政府"):
        sheet.append([text])
    _table(sheet, _LAST_YEARS, _cells(sent.lines, headers=_LAST_YEARS))
    sheet.append([])
    sheet.append(["联系人：", None, sent.contact, "联系电话：", None, sent.phone])
    _save(path, book)


def _two_lots(path: Path, sent: HandIn) -> None:
    """A sheet for each of two lots, numbered through."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    half = 11
    for name, lines, start in (("第一批", sent.lines[:half], 1), ("第二批", sent.lines[half:], half + 1)):
        sheet = book.create_sheet(name)
        sheet.append([_TITLE])
        _table(sheet, _HEADERS, _cells(lines, start))
        sheet.append([])
        sheet.append([_footer(sent)])
    _save(path, book)


def _contacts(path: Path, sent: Sequence[HandIn]) -> None:
    """A workbook that is no Annex 2."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "联系人"
    sheet.append(["单位", "联系人", "办公电话"])
    for one in sent:
        sheet.append([one.unit, one.contact, one.phone])
    _save(path, book)


def _table(sheet: Worksheet, headers: Sequence[tuple[str, str]], rows: Sequence[Sequence[_Cell]]) -> None:
    from openpyxl.utils import get_column_letter

    sheet.append([header for _, header in headers])
    for cells in rows:
        sheet.append(list(cells))
    for column, (field, _) in enumerate(headers, 1):
        sheet.column_dimensions[get_column_letter(column)].width = _WIDTHS.get(field, 14)


def _save(path: Path, book: object) -> None:
    from xlpy.authoring.package import save_workbook

    path.write_bytes(save_workbook(book))  # type: ignore[arg-type]
