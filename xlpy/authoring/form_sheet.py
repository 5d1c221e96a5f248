"""Annex 1 (登记表) as a workbook: cover, 填表说明, the form as the notice prints it, and 汇总信息 for Annex 2.

Source: 嘉市监质〔2023〕138号, annex 1. Only input cells are unlocked; `CELLS` says where each field stands.
"""

from __future__ import annotations

from typing import Final

from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Alignment, Font
from openpyxl.utils.indexed_list import IndexedList
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from xlpy import layout
from xlpy.authoring import form_text, style
from xlpy.authoring.form_text import label_of, printed
from xlpy.authoring.sheets import number_pages
from xlpy.grids import a1, column_letters
from xlpy.notice import CODE_LISTS, Notice
from xlpy.wrapping import lines

_WIDTH = 11.9  # six equal columns: 160 mm in 宋体 11; still within the margins where its stand-in has wider digits
_COLUMNS = 6
_POINTS = 5.5  # of a unit of column width: a digit in 宋体 11
_LONG = {"background": 108.0, "goal": 96.0, "quality_level": 92.0, "innovation": 156.0, "results": 108.0}
_SPLIT = 4  # rows of a long text: one row ends at 409 points, and a page breaks only between rows
_LABEL = style.font(style.SONG, 11)
_INPUT = style.font(style.FANG, 11)
_SPREAD = Alignment(horizontal="distributed", vertical="center", indent=1)
_SHRINK = Alignment(horizontal="center", vertical="center", shrink_to_fit=True)
_BOTTOM = Alignment(horizontal="left", vertical="bottom", wrap_text=True)

_ENOUGH_ROOM = "写不下时，把本格所在的行拉高即可；打印会自动分页。"
_AMOUNT_RULE = "请填数字，单位万元，可以带小数，不要写“万”“约”等字。没有的填“/”。"
_ELECTRONIC = (
    "只有浅黄色的格子可以填写；其余部分受保护，没有密码。",
    "内容写不下时，把该行拉高；复制来的文字请用“选择性粘贴—文本”，以免带入别的格式。",
    "金额一律以万元为单位，只填数字。",
    "最后一张表“汇总信息”供街镇汇总时使用，请一并填写。",
)


class _Page:
    """A sheet being laid out from top to bottom; `places` collects where the fields come to stand."""

    def __init__(self, sheet: Worksheet, places: dict[str, tuple[str, str]], widths: list[float]) -> None:
        self.sheet, self.places, self.widths, self.row = sheet, places, widths, 0
        self._rules: dict[str, DataValidation] = {}
        sheet.sheet_view.showGridLines = False
        for column, width in enumerate(widths, 1):
            sheet.column_dimensions[column_letters(column)].width = width
        style.protect(sheet)

    def next(self, height: float) -> int:
        """Begin the next row, `height` points high; its number."""
        self.row += 1
        self.sheet.row_dimensions[self.row].height = height
        return self.row

    def text(
        self,
        first: int,
        last: int,
        text: str | None,
        *,
        rows: int = 1,
        font: Font = _LABEL,
        alignment: Alignment = style.LEFT,
    ) -> str:
        """Text over the columns `first` to `last` of this row and those above it, `rows` in all; the range."""
        top = self.row - rows + 1
        area = a1(top, first) if first == last and rows == 1 else f"{a1(top, first)}:{a1(self.row, last)}"
        if ":" in area:
            self.sheet.merge_cells(area)
        cell = self.sheet.cell(top, first)
        cell.value, cell.font, cell.alignment = text, font, alignment
        return area

    def field(
        self,
        name: str,
        first: int,
        last: int,
        *,
        rows: int = 1,
        font: Font = _INPUT,
        alignment: Alignment = style.LEFT,
        number_format: str = style.TEXT_FORMAT,
        value: str | None = None,
    ) -> str:
        """An input range; `name` is its field, "" where nothing is read."""
        area = self.text(first, last, value, rows=rows, font=font, alignment=alignment)
        for row in range(self.row - rows + 1, self.row + 1):
            for column in range(first, last + 1):
                style.as_input(self.sheet.cell(row, column), number_format)
        if name:
            self.places[name] = (self.sheet.title, area.split(":")[0])
        return area

    def rule(self, area: str, rule: DataValidation) -> None:
        """Attach a validation; equal ones share one entry of the sheet."""
        shared = self._rules.setdefault(repr((rule.type, rule.formula1, rule.prompt)), rule)
        if shared is rule:
            self.sheet.add_data_validation(rule)
        shared.add(area)


def form_workbook(notice: Notice) -> Workbook:
    """Annex 1 as a blank workbook with the sheets 封面, 填表说明, 登记表, 汇总信息."""
    return _laid_out(notice)[0]


def places(notice: Notice) -> dict[str, tuple[str, str]]:
    """Field → (sheet, cell): economics.before.sales, team.1.name, opinions.technical.signed_by, own.研发投入, …"""
    return _laid_out(notice)[1]


def _laid_out(notice: Notice) -> tuple[Workbook, dict[str, tuple[str, str]]]:
    workbook, places = Workbook(), dict[str, tuple[str, str]]()
    workbook.remove(workbook.worksheets[0])
    _base_font(workbook, _LABEL)
    for name, write in (
        (layout.COVER, _cover),
        (layout.INSTRUCTIONS, _instructions),
        (layout.FORM, _form),
        (layout.EXTRA, _extra),
    ):
        write(workbook.create_sheet(name), places, notice)
    workbook.properties.creator = "xlpy"
    workbook.properties.title = "".join(form_text.title(notice)).replace("　", "")
    version = StringProperty(name=form_text.TEMPLATE_PROPERTY, value=form_text.template_version(notice))
    workbook.custom_doc_props.append(version)  # type: ignore[attr-defined]  # the stubs lack it
    return workbook, places


def _base_font(workbook: Workbook, font: Font) -> None:
    """Make `font` the workbook's own: column widths count its digits, and a width in Calibri is none without Calibri.

    openpyxl has no public way to it.
    """
    workbook._fonts = IndexedList([font])  # type: ignore[attr-defined]
    workbook._named_styles["Normal"].font = font  # type: ignore[attr-defined]


def _cover(sheet: Worksheet, places: dict[str, tuple[str, str]], notice: Notice) -> None:
    page = _Page(sheet, places, [7, 25, 34, 12, 7])
    style.a4(sheet, pages_high=1)
    page.next(24)
    page.text(1, 2, "附件 1", font=style.font(style.HEI, 14))
    page.next(110)
    for line, most, height in zip(form_text.title(notice), (24, 36), (48, 84), strict=True):
        page.next(height)
        size = form_text.fitting(line, sum(page.widths) * _POINTS, most)
        page.text(1, 5, line, font=style.font(style.SONG, size, bold=True), alignment=style.CENTRE)
    page.next(70)
    for field in form_text.COVER_FIELDS:
        page.next(48)
        page.text(2, 2, label_of(field), font=style.font(style.SONG, 16), alignment=_SPREAD)
        day = form_text.COVER_DAY if field == "filled_on" else None
        area = page.field(field, 3, 4, font=style.font(style.FANG, 16), alignment=_BOTTOM, value=day)
        for cell in sheet[area][0]:
            cell.border = style.UNDERLINE
        rule = _advice(label_of(field), form_text.cover_hint(field, notice))
        if field == "recommender":
            rule = _choice(label_of(field), notice.labels("units"), form_text.cover_hint(field, notice))
        page.rule(area, rule)
    page.next(120)
    size = min(form_text.fitting(office, page.widths[2] * _POINTS, 16) for office in form_text.printers(notice))
    for office in form_text.printers(notice):
        page.next(28)
        page.text(3, 3, office, font=style.font(style.SONG, size), alignment=_SPREAD)
    page.text(4, 4, "印制", rows=2, font=style.font(style.SONG, 16), alignment=style.CENTRE)
    sheet.print_area = f"A1:E{page.row}"


def _instructions(sheet: Worksheet, places: dict[str, tuple[str, str]], notice: Notice) -> None:
    page = _Page(sheet, places, [84])
    style.a4(sheet, pages_high=1)
    page.next(60)
    page.text(1, 1, "填表说明", font=style.font(style.HEI, 22), alignment=style.CENTRE)
    for number, text in enumerate(form_text.instructions(notice), 1):
        _paragraph(page, f"{number}. {text}", 14)
    page.next(40)
    page.next(30)
    page.text(1, 1, "用本工作簿填写时", font=style.font(style.HEI, 12, color=style.GREY))
    for text in _ELECTRONIC:
        _paragraph(page, f"· {text}", 11, style.GREY)
    sheet.print_area = f"A1:A{page.row}"


def _paragraph(page: _Page, text: str, size: float, color: str = style.BLACK) -> None:
    page.next(size * 1.6 * lines(text, page.widths[0], size) + size * 0.5)
    page.text(1, 1, text, font=style.font(style.FANG, size, color=color), alignment=style.TOP_LEFT)


def _form(sheet: Worksheet, places: dict[str, tuple[str, str]], notice: Notice) -> None:
    page = _Page(sheet, places, [_WIDTH] * _COLUMNS)
    style.a4(sheet)
    # Excel ignores page breaks on a sheet that is fitted to pages; the columns are as wide as the page instead.
    sheet.sheet_properties.pageSetUpPr = None
    number_pages(sheet)
    for field in ("background", "goal"):
        _long_text(page, field)
    page.next(26)
    style.frame(sheet, page.text(1, 2, f"{label_of('investment')}："))
    _amount(page, "investment", 3, 6, label_of("investment"))
    for field in ("quality_level", "innovation", "results"):
        _long_text(page, field)
    sheet.row_breaks.append(Break(id=page.row))
    _economics(page, notice)
    _team(page, notice)
    _opinions(page)
    _recommendation(page)
    _long_text(page, "remarks", 70, 2)
    sheet.print_area = f"A1:F{page.row}"


def _long_text(page: _Page, field: str, height: float = 0, rows: int = _SPLIT) -> None:
    """A label, and below it in the same box the room for its text."""
    page.next(20)
    style.frame(page.sheet, page.text(1, _COLUMNS, f"{label_of(field)}："), bottom=False)
    for _ in range(rows):
        page.next((height or _LONG[field]) / rows)
    area = page.field(field, 1, _COLUMNS, rows=rows, alignment=style.TOP_LEFT)
    style.frame(page.sheet, area, top=False)
    page.rule(area, _advice(label_of(field), _ENOUGH_ROOM))


def _amount(page: _Page, field: str, first: int, last: int, name: str) -> None:
    alignment = _SHRINK if first == last else style.LEFT
    area = page.field(field, first, last, alignment=alignment, number_format=style.AMOUNT_FORMAT)
    style.frame(page.sheet, area)
    rule = _advice(name, _AMOUNT_RULE)
    rule.type, rule.operator, rule.formula1, rule.formula2 = "decimal", "between", "-100000000", "100000000"
    _warn(rule, "这里应填以万元为单位的数字。仍要保留所填内容吗？")
    page.rule(area, rule)


def _economics(page: _Page, notice: Notice) -> None:
    page.next(24)
    style.frame(page.sheet, page.text(1, 1, "（万元）", alignment=style.CENTRE))
    for column, (label, _) in enumerate(layout.ECONOMIC_COLUMNS.values(), 2):
        style.frame(page.sheet, page.text(column, column, label, alignment=style.CENTRE))
    for when in layout.ECONOMIC_ROWS:
        label = form_text.span_label(when, notice)
        page.next(26)
        style.frame(page.sheet, page.text(1, 1, label, alignment=style.CENTRE))
        for column, (name, (heading, _)) in enumerate(layout.ECONOMIC_COLUMNS.items(), 2):
            _amount(page, f"economics.{when}.{name}", column, column, f"{label} {heading}")


def _team(page: _Page, notice: Notice) -> None:
    page.next(22)
    style.frame(page.sheet, page.text(1, _COLUMNS, layout.TEAM_HEADING[0], alignment=style.CENTRE))
    spans = {name: (c, c) for c, name in enumerate(layout.TEAM_COLUMNS, 1)} | {"department": (5, _COLUMNS)}
    page.next(22)
    for name, (label, _) in layout.TEAM_COLUMNS.items():
        style.frame(page.sheet, page.text(*spans[name], printed(label), alignment=style.CENTRE))
    for line in range(1, notice.max_team + 1):
        page.next(21)
        for name, span in spans.items():
            area = page.field(f"team.{line}.{name}", *span, alignment=_SHRINK)
            style.frame(page.sheet, area)
            if name == "gender":
                page.rule(area, _choice("性别", ["男", "女"], ""))


def _opinions(page: _Page) -> None:
    starts = dict(zip(layout.OPINIONS, range(1, _COLUMNS, 2), strict=True))
    page.next(22)
    for who, column in starts.items():
        text = f"{layout.OPINIONS[who][0]}："
        style.frame(page.sheet, page.text(column, column + 1, text), bottom=False)
    page.next(88)
    for who, column in starts.items():
        area = page.field(f"opinions.{who}", column, column + 1, alignment=style.TOP_LEFT)
        style.frame(page.sheet, area, top=False, bottom=False)
    page.next(22)
    for who, column in starts.items():
        page.text(column, column, f"{printed(layout.SIGNED_BY[0])}：", font=style.font(style.SONG, 10))
        page.field(f"opinions.{who}.signed_by", column + 1, column + 1)
        style.frame(page.sheet, f"{a1(page.row, column)}:{a1(page.row, column + 1)}", top=False, bottom=False)
    page.next(22)
    for who, column in starts.items():
        area = page.field(
            f"opinions.{who}.signed_on", column, column + 1, alignment=style.RIGHT, value=form_text.OPINION_DAY
        )
        style.frame(page.sheet, area, top=False)


def _recommendation(page: _Page) -> None:
    page.next(22)
    style.frame(page.sheet, page.text(1, _COLUMNS, f"{label_of('recommendation')}："), bottom=False)
    page.next(94)
    area = page.field("recommendation", 1, _COLUMNS, alignment=style.TOP_LEFT)
    style.frame(page.sheet, area, top=False, bottom=False)
    page.next(22)
    area = page.text(1, _COLUMNS, form_text.SEAL, alignment=style.RIGHT)
    style.frame(page.sheet, area, top=False, bottom=False)
    page.next(22)
    area = page.field("", 1, _COLUMNS, alignment=style.RIGHT, value=form_text.OPINION_DAY)
    style.frame(page.sheet, area, top=False)


def _extra(sheet: Worksheet, places: dict[str, tuple[str, str]], notice: Notice) -> None:
    page = _Page(sheet, places, [22, 30, 34])
    style.a4(sheet, pages_high=1)
    page.next(40)
    page.text(1, 3, form_text.EXTRA_TITLE, font=style.font(style.HEI, 18), alignment=style.CENTRE)
    page.next(24)
    page.text(1, 3, form_text.extra_note(notice), font=style.font(style.FANG, 11), alignment=style.CENTRE)
    page.next(24)
    for column, header in enumerate(form_text.EXTRA_HEADERS, 1):
        area = page.text(column, column, header, font=style.font(style.HEI, 11), alignment=style.CENTRE)
        sheet[area].fill = style.HEADER_FILL
        style.frame(sheet, area)
    for line in form_text.extra_lines(notice):
        page.next(max(34.0, 15.0 * lines(line.hint, page.widths[2], 10) + 8))
        style.frame(sheet, page.text(1, 1, line.label))
        area = page.field(line.field, 2, 2)
        style.frame(sheet, area)
        style.frame(sheet, page.text(3, 3, line.hint, font=style.font(style.FANG, 10, color=style.GREY)))
        page.rule(area, _extra_rule(line, notice))
    sheet.print_area = f"A1:C{page.row}"


def _extra_rule(line: form_text.Line, notice: Notice) -> DataValidation:
    if line.field in CODE_LISTS:
        return _choice(line.label, notice.labels(CODE_LISTS[line.field]), line.hint)
    if line.own and line.own.kind == "list":
        return _choice(line.label, list(line.own.choices), line.hint)
    rule = _advice(line.label, line.hint)
    if line.field == "credit_code":
        rule.type, rule.operator, rule.formula1 = "textLength", "equal", "18"
        _warn(rule, "统一社会信用代码应是 18 位。仍要保留所填内容吗？")
    return rule


def _advice(name: str, text: str) -> DataValidation:
    """A note shown while the cell is selected; anything may be typed."""
    return DataValidation(
        allow_blank=True,
        showInputMessage=bool(text),
        promptTitle=name[:32] if text else None,
        prompt=text[:255] or None,
    )


def _choice(name: str, labels: list[str], advice: str) -> DataValidation:
    """A drop-down that warns about other text, but takes it: 国际先进水平（2020年代） is legitimate.

    A list that Excel cannot hold in the cell's rule (255 characters, no comma or quotation mark in an entry) is only
    advised.
    """
    rule = _advice(name, advice)
    listed = ",".join(labels)
    if len(listed) > 255 or listed.count(",") != len(labels) - 1 or '"' in listed:
        return rule
    rule.type, rule.formula1 = "list", f'"{listed}"'
    _warn(rule, f"“{name}”里没有所填的内容。如确实需要这样写，可以保留；否则请从下拉列表里选。")
    return rule


def _warn(rule: DataValidation, text: str) -> None:
    rule.showErrorMessage, rule.errorStyle, rule.errorTitle, rule.error = True, "warning", "请核对", text


CELLS: Final = places(Notice())
"""The places of the 2023 form."""
