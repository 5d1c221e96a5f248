"""The sheet 统计: the figures' places as `xlpy.statistics_layout` has them, zero at first, and native charts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from openpyxl.chart import BarChart, PieChart, Reference
from openpyxl.chart.data_source import NumFmt
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.layout import Layout, ManualLayout
from openpyxl.chart.legend import Legend
from openpyxl.chart.marker import DataPoint
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.descriptors import Typed
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties
from openpyxl.styles import Alignment
from openpyxl.utils import column_index_from_string
from openpyxl.worksheet.pagebreak import Break

from xlpy import statistics_layout as at
from xlpy.authoring.sheets import add_sheet, heading, number_pages
from xlpy.authoring.style import (
    AMOUNT_FORMAT,
    BOX,
    CENTRE,
    GREY,
    HEADER_FILL,
    HEI,
    LEFT,
    RIGHT,
    SONG,
    TEXT_FORMAT,
    TOP_LEFT,
    a4,
    font,
)
from xlpy.grids import column_letters
from xlpy.layout import HEADER_OF, STATISTICS
from xlpy.notice import Notice
from xlpy.statistics_layout import Section

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.chart._chart import ChartBase
    from openpyxl.worksheet.worksheet import Worksheet

_ROW: Final = 19.5  # points
_LEFT_OUT_LINES: Final = 200  # lines of 未计入 that carry a format
_CHART_COLUMNS: Final = "F", "F"  # the first and the last that a chart covers
_COLUMN_WIDTHS: Final = {"A": 25, "B": 13.5, "C": 18, "D": 15, "E": 2, "F": 58}
_DISTRICT_CHART_COLUMNS: Final = ("F", "I"), ("J", "M")  # number of projects, 万元
_DISTRICT_WIDTHS: Final = dict(
    zip("ABCDEFGHIJKLM", (22, 12.5, 16, 13, 9.5, 12, 12, 9, 16, 12, 9.5, 10.5, 10.5), strict=True)
)
_PAGE_LINES: Final = 29  # of `_ROW` on a page of the district's sheet
_GAP: Final = 95_250  # EMU (0.26 cm) left of the district's charts
_BAR, _EDGE = "4472A8", "FFFFFF"
# Dark to light, so that neighbours differ in black and white too.
_SLICES: Final = ("1F3864", "2E75B6", "9DC3E6", "C9DFF2", "7F7F7F", "D9D9D9")
_FORMATS: Final = ("0", AMOUNT_FORMAT, "0.0%", "0.0%")  # count, 万元, share, pass rate
_UNIT_FORMATS: Final = dict.fromkeys(("listed_rate", "pass_rate"), "0.0%") | {"amount": AMOUNT_FORMAT}
_UNIT_WORDS: Final = ("handed_in", "first_received", "last_received", "on_time")


def add_statistics(book: Workbook, notice: Notice) -> Worksheet:
    """Add the sheet with zeros for figures, so that the charts are valid before the first 合计."""
    sheet = _begun(book, _COLUMN_WIDTHS, "由“合计”填写；汇总表改动后请再点一次“合计”")
    for section, draw in zip(at.sections(notice), (_amounts, _amounts, _shares), strict=True):
        _section(sheet, section, at.GROUP_HEADERS)
        _place(sheet, section, draw(sheet, section), *_CHART_COLUMNS)
    _left_out(sheet, at.left_out_row(notice), at.LEFT_OUT_COLUMNS, at.SHARE_COLUMN)
    a4(sheet)
    number_pages(sheet, STATISTICS)
    return sheet


def add_district_statistics(book: Workbook, notice: Notice) -> Worksheet:
    """The same in the district's workbook: by 推荐单位 too, with pass rates, and what each unit handed in.

    Beside each grouping stand two charts, of the number of projects and of 万元. A section that a page would cut
    begins the next one, unless it is longer than a page.
    """
    sheet = _begun(book, _DISTRICT_WIDTHS, "由“合并”和“合计”填写；汇总表改动后请再点一次“合计”")
    sections = at.sections(notice, district=True)
    for section in sections:
        _section(sheet, section, at.DISTRICT_GROUP_HEADERS)
        counts = _shares(sheet, section) if section.key == "size" else _counts(sheet, section)
        for chart, columns in zip((counts, _amounts(sheet, section)), _DISTRICT_CHART_COLUMNS, strict=True):
            _place(sheet, section, chart, *columns, gap=_GAP)
    _units(sheet, notice)
    last = at.LABEL_COLUMN + len(at.UNIT_HEADERS)
    _left_out(sheet, at.left_out_row(notice, district=True), at.DISTRICT_LEFT_OUT_COLUMNS, last)
    a4(sheet, landscape=True)
    _break_pages(sheet, (*sections, at.unit_section(notice)))
    number_pages(sheet, STATISTICS)
    return sheet


def _begun(book: Workbook, widths: Mapping[str, float], hint: str) -> Worksheet:
    """The sheet with its heading and the overall figures."""
    sheet = add_sheet(book, STATISTICS)
    for letter, width in widths.items():
        sheet.column_dimensions[letter].width = width
    sheet.sheet_format.defaultRowHeight, sheet.sheet_format.customHeight = _ROW, True
    heading(sheet, STATISTICS, hint)
    _overall(sheet)
    return sheet


def _break_pages(sheet: Worksheet, sections: Iterable[Section]) -> None:
    first = 1
    for section in sections:
        fits = section.sum_row < section.title_row + _PAGE_LINES
        if fits and section.sum_row >= first + _PAGE_LINES:
            first = section.title_row
            sheet.row_breaks.append(Break(id=first - 1))


def _text(sheet: Worksheet, row: int, text: str, size: float = 12) -> Any:
    cell = sheet.cell(row, at.LABEL_COLUMN, text)
    cell.font, cell.alignment = font(HEI, size), Alignment(horizontal="left", vertical="center")
    return cell


def _overall(sheet: Worksheet) -> None:
    _text(sheet, at.OVERALL_ROW, "总计")
    for key, row in at.overall_rows().items():
        label, value = sheet.cell(row, at.LABEL_COLUMN, at.OVERALL[key]), sheet.cell(row, at.COUNT_COLUMN, 0)
        for cell in (label, value):
            cell.font, cell.border = font(SONG, 11), BOX
        label.alignment, value.alignment = LEFT, RIGHT
        value.number_format = AMOUNT_FORMAT if key == "amount" else "0"
        value.font = font(SONG, 11, bold=True)


def _section(sheet: Worksheet, section: Section, headers: Sequence[str]) -> None:
    _text(sheet, section.title_row, section.title)
    _header(sheet, section, (HEADER_OF[section.key], *headers))
    for row, label in enumerate((*section.labels, at.SUM_LABEL), section.first_row):
        bold = row == section.sum_row
        _label(sheet, row, label, bold)
        for column, number_format in zip(
            range(at.COUNT_COLUMN, at.COUNT_COLUMN + len(headers)), _FORMATS, strict=False
        ):
            _figure(sheet, row, column, None if column == at.PASS_COLUMN else 0, number_format, bold)


def _units(sheet: Worksheet, notice: Notice) -> None:
    """The table of the units' figures, blank at first, which Excel sorts by any of them."""
    section = at.unit_section(notice)
    _text(sheet, section.title_row, section.title)
    _header(sheet, section, (HEADER_OF["town"], *at.UNIT_HEADERS.values()))
    sheet.row_dimensions[section.header_row].height = 2 * _ROW
    for row, label in enumerate((*section.labels, at.SUM_LABEL), section.first_row):
        bold = row == section.sum_row
        _label(sheet, row, label, bold)
        for column, field in enumerate(at.UNIT_HEADERS, at.COUNT_COLUMN):
            word = field in _UNIT_WORDS and not bold
            _figure(sheet, row, column, None, TEXT_FORMAT if word else _UNIT_FORMATS.get(field, "0"), bold)
            if field in _UNIT_WORDS:
                sheet.cell(row, column).alignment = CENTRE
    last = column_letters(at.LABEL_COLUMN + len(at.UNIT_HEADERS))
    sheet.auto_filter.ref = f"A{section.header_row}:{last}{section.last_row}"
    row = at.unit_note_row(notice)
    sheet.merge_cells(f"A{row}:{last}{row}")
    note = sheet.cell(row, at.LABEL_COLUMN, at.UNIT_NOTE)
    note.font, note.alignment = font(SONG, 10, color=GREY), TOP_LEFT
    sheet.row_dimensions[row].height = 2 * _ROW


def _header(sheet: Worksheet, section: Section, headers: Iterable[str]) -> None:
    for column, header in enumerate(headers, at.LABEL_COLUMN):
        cell = sheet.cell(section.header_row, column, header)
        cell.font, cell.alignment, cell.border, cell.fill = font(HEI, 11), CENTRE, BOX, HEADER_FILL


def _label(sheet: Worksheet, row: int, label: str, bold: bool) -> None:
    cell = sheet.cell(row, at.LABEL_COLUMN, label)
    cell.font, cell.alignment, cell.border = font(SONG, 11, bold=bold), LEFT, BOX


def _figure(sheet: Worksheet, row: int, column: int, value: int | None, number_format: str, bold: bool) -> None:
    cell = sheet.cell(row, column, value)
    cell.font, cell.alignment, cell.border = font(SONG, 11, bold=bold), RIGHT, BOX
    cell.number_format = number_format


def _left_out(sheet: Worksheet, row: int, columns: Sequence[int], last: int) -> None:
    """The list from `row` on, its lines in `columns`, its header as wide as column `last`."""
    _text(sheet, row, "未计入经济效益合计的项目")
    for column, header in zip(columns, at.LEFT_OUT_HEADERS, strict=True):
        sheet.cell(row + 1, column, header)
    for column in range(at.LABEL_COLUMN, last + 1):
        cell = sheet.cell(row + 1, column)
        cell.font, cell.alignment, cell.fill = font(HEI, 11), LEFT, HEADER_FILL
    for line in range(row + 2, row + 2 + _LEFT_OUT_LINES):
        for column in columns:
            cell = sheet.cell(line, column)
            cell.font, cell.alignment = font(SONG, 11), Alignment(horizontal="left", vertical="center")
            cell.number_format = "0" if column == at.LABEL_COLUMN else TEXT_FORMAT


def _place(sheet: Worksheet, section: Section, chart: ChartBase, first: str, last: str, gap: int = 0) -> None:
    """Over the columns `first` to `last`, as high as the section's table; anchored to cells, whatever their size."""
    left, right = (column_index_from_string(letters) for letters in (first, last))
    chart.anchor = TwoCellAnchor(  # type: ignore[assignment]  # the stubs know only a cell
        editAs="oneCell",
        _from=AnchorMarker(col=left - 1, colOff=gap, row=section.title_row - 1, rowOff=gap // 4),
        to=AnchorMarker(col=right, row=section.sum_row),
    )
    sheet.add_chart(chart)


def _column(sheet: Worksheet, section: Section, column: int) -> Reference:
    return Reference(sheet, min_col=column, min_row=section.first_row, max_row=section.last_row)


def _amounts(sheet: Worksheet, section: Section) -> BarChart:
    """Bars of 万元."""
    return _bars(sheet, section, at.AMOUNT_COLUMN, "经济效益（万元）")


def _counts(sheet: Worksheet, section: Section) -> BarChart:
    """Bars of the number of projects."""
    return _bars(sheet, section, at.COUNT_COLUMN, "项目数（个）")


def _bars(sheet: Worksheet, section: Section, column: int, what: str) -> BarChart:
    """Horizontal bars of a column, in the order of the table."""
    chart = BarChart()
    chart.type, chart.gapWidth = "bar", 45
    chart.add_data(_column(sheet, section, column))
    chart.set_categories(_column(sheet, section, at.LABEL_COLUMN))
    _titled(chart, f"{section.title}：{what}")
    chart.legend = None
    chart.layout = Layout(
        manualLayout=ManualLayout(layoutTarget="inner", xMode="edge", yMode="edge", x=0.3, y=0.16, w=0.56, h=0.8)
    )
    chart.x_axis.scaling.orientation = "maxMin"
    chart.y_axis.majorGridlines = None
    chart.x_axis.delete, chart.y_axis.delete = False, True  # the labels give the values
    chart.x_axis.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill="7F7F7F"))
    chart.x_axis.majorTickMark = "none"
    chart.x_axis.txPr = _small()
    [series] = chart.series
    series.graphicalProperties = GraphicalProperties(solidFill=_BAR)
    series.dLbls = _values("#,##0;-#,##0;")
    return chart


def _shares(sheet: Worksheet, section: Section) -> PieChart:
    """A pie of the number of projects."""
    chart = PieChart()
    chart.add_data(_column(sheet, section, at.COUNT_COLUMN))
    chart.set_categories(_column(sheet, section, at.LABEL_COLUMN))
    _titled(chart, f"{section.title}：项目数（个）")
    chart.legend = Legend(legendPos="r", txPr=_small())
    [series] = chart.series
    series.data_points = [
        DataPoint(
            idx=n, spPr=GraphicalProperties(solidFill=_SLICES[n % len(_SLICES)], ln=LineProperties(solidFill=_EDGE))
        )
        for n in range(len(section.labels))
    ]
    series.dLbls = _values("0;;")
    series.dLbls.dLblPos = "outEnd"
    return chart


def _titled(chart: ChartBase, text: str) -> None:
    chart.title = text
    title: Any = chart.title  # the text has become a title, which openpyxl's stubs do not see
    title.overlay = False
    title.tx.rich.p[0].pPr = ParagraphProperties(defRPr=_characters(1100, bold=True))
    chart.graphical_properties = GraphicalProperties(ln=LineProperties(solidFill="BFBFBF"))
    chart.roundedCorners = False


class _Labels(DataLabelList):
    """Data labels whose number format is their own; openpyxl's lack the attribute that says so."""

    __elements__ = DataLabelList.__elements__
    __nested__ = tuple(name for name in DataLabelList.__nested__ if name != "numFmt")
    numFmt = Typed(expected_type=NumFmt, allow_none=True)  # type: ignore[assignment]  # noqa: N815


def _values(number_format: str) -> DataLabelList:
    """Labels with the values in a format that leaves out zero."""
    return _Labels(
        numFmt=NumFmt(formatCode=number_format, sourceLinked=False),
        showVal=True,
        showPercent=False,
        showSerName=False,
        showCatName=False,
        showLegendKey=False,
        txPr=_small(),
    )


def _small() -> RichText:
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=_characters(900)), endParaRPr=CharacterProperties())
    return RichText(p=[paragraph])


def _characters(size: int, bold: bool = False) -> CharacterProperties:
    return CharacterProperties(sz=size, b=bold, solidFill="262626")
