"""The sheet 统计: the figures' places as `xlpy.statistics_layout` has them, zero at first, and native charts."""

from __future__ import annotations

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

from xlpy import statistics_layout as at
from xlpy.authoring.sheets import add_sheet, heading, number_pages
from xlpy.authoring.style import (
    AMOUNT_FORMAT,
    BOX,
    CENTRE,
    HEADER_FILL,
    HEI,
    LEFT,
    RIGHT,
    SONG,
    TEXT_FORMAT,
    a4,
    font,
)
from xlpy.layout import HEADER_OF, STATISTICS
from xlpy.notice import Notice
from xlpy.statistics_layout import Section

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.chart._chart import ChartBase
    from openpyxl.worksheet.worksheet import Worksheet

_ROW: Final = 19.5  # points
_LEFT_OUT_LINES: Final = 200  # lines of 未计入 that carry a format
_CHART_COLUMN: Final = "F"
_COLUMN_WIDTHS: Final = {"A": 25, "B": 13.5, "C": 18, "D": 15, "E": 2, "F": 58}
_BAR, _EDGE = "4472A8", "FFFFFF"
# Dark to light, so that neighbours differ in black and white too.
_SLICES: Final = ("1F3864", "2E75B6", "9DC3E6", "C9DFF2", "7F7F7F", "D9D9D9")
_FORMATS: Final = {at.COUNT_COLUMN: "0", at.AMOUNT_COLUMN: AMOUNT_FORMAT, at.SHARE_COLUMN: "0.0%"}


def add_statistics(book: Workbook, notice: Notice) -> Worksheet:
    """Add the sheet with zeros for figures, so that the charts are valid before the first 合计."""
    sheet = add_sheet(book, STATISTICS)
    for letter, width in _COLUMN_WIDTHS.items():
        sheet.column_dimensions[letter].width = width
    sheet.sheet_format.defaultRowHeight, sheet.sheet_format.customHeight = _ROW, True
    heading(sheet, STATISTICS, "由“合计”填写；汇总表改动后请再点一次“合计”")
    _overall(sheet)
    for section, draw in zip(at.sections(notice), (_amounts, _amounts, _shares), strict=True):
        _section(sheet, section)
        _place(sheet, section, draw(sheet, section))
    _left_out(sheet, notice)
    a4(sheet)
    number_pages(sheet, STATISTICS)
    return sheet


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


def _section(sheet: Worksheet, section: Section) -> None:
    _text(sheet, section.title_row, section.title)
    for column, header in enumerate((HEADER_OF[section.key], *at.GROUP_HEADERS), at.LABEL_COLUMN):
        cell = sheet.cell(section.header_row, column, header)
        cell.font, cell.alignment, cell.border, cell.fill = font(HEI, 11), CENTRE, BOX, HEADER_FILL
    for row, label in enumerate((*section.labels, at.SUM_LABEL), section.first_row):
        bold = row == section.sum_row
        cell = sheet.cell(row, at.LABEL_COLUMN, label)
        cell.font, cell.alignment, cell.border = font(SONG, 11, bold=bold), LEFT, BOX
        for column, number_format in _FORMATS.items():
            cell = sheet.cell(row, column, 0)
            cell.font, cell.alignment, cell.border = font(SONG, 11, bold=bold), RIGHT, BOX
            cell.number_format = number_format


def _left_out(sheet: Worksheet, notice: Notice) -> None:
    row = at.left_out_row(notice)
    _text(sheet, row, "未计入经济效益合计的项目")
    for column, header in zip(at.LEFT_OUT_COLUMNS, at.LEFT_OUT_HEADERS, strict=True):
        sheet.cell(row + 1, column, header)
    for column in range(at.LABEL_COLUMN, at.SHARE_COLUMN + 1):
        cell = sheet.cell(row + 1, column)
        cell.font, cell.alignment, cell.fill = font(HEI, 11), LEFT, HEADER_FILL
    for line in range(row + 2, row + 2 + _LEFT_OUT_LINES):
        for column in at.LEFT_OUT_COLUMNS:
            cell = sheet.cell(line, column)
            cell.font, cell.alignment = font(SONG, 11), Alignment(horizontal="left", vertical="center")
            cell.number_format = "0" if column == at.LABEL_COLUMN else TEXT_FORMAT


def _place(sheet: Worksheet, section: Section, chart: ChartBase) -> None:
    """Beside the section's table, as high as that; anchored to cells, so that it fits whatever their size."""
    column = column_index_from_string(_CHART_COLUMN) - 1  # drawings count from 0
    chart.anchor = TwoCellAnchor(  # type: ignore[assignment]  # the stubs know only a cell
        editAs="oneCell",
        _from=AnchorMarker(col=column, row=section.title_row - 1),
        to=AnchorMarker(col=column + 1, row=section.sum_row),
    )
    sheet.add_chart(chart)


def _column(sheet: Worksheet, section: Section, column: int) -> Reference:
    return Reference(sheet, min_col=column, min_row=section.first_row, max_row=section.last_row)


def _amounts(sheet: Worksheet, section: Section) -> BarChart:
    """Horizontal bars of 万元, in the order of the table."""
    chart = BarChart()
    chart.type, chart.gapWidth = "bar", 45
    chart.add_data(_column(sheet, section, at.AMOUNT_COLUMN))
    chart.set_categories(_column(sheet, section, at.LABEL_COLUMN))
    _titled(chart, f"{section.title}：经济效益（万元）")
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
