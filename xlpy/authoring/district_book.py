"""The district's workbook: the towns' tables in one, the accounts of them, and what the bureau decides."""

from __future__ import annotations

from typing import Final

from openpyxl import Workbook

from xlpy.authoring.district_lists import add_accounts, add_duplicates, add_left_out, add_listed
from xlpy.authoring.guide_sheet import add_guide
from xlpy.authoring.list_sheets import add_results, add_sources
from xlpy.authoring.package import save_workbook
from xlpy.authoring.statistics_sheet import add_district_statistics
from xlpy.authoring.summary_book import add_rest, identify
from xlpy.authoring.summary_table import DISTRICT, add_summary_table
from xlpy.catalogue import CATALOGUE
from xlpy.guide import district_paragraphs
from xlpy.layout import COMMENDED, DISTRICT_FIELDS, FILED
from xlpy.notice import Notice

EDITION: Final = 1  # of our district workbook; goes up when its layout changes
_COMMAND: Final = "合并"
_SOURCES_HINT: Final = (
    "由“合并”填写，请不要改：收到的每一行有一个编号，永远不变；这里记着它来自哪个文件、去了哪里、"
    "每个值最后一次从哪个单元格来、当时是什么内容"
)


def template_version(notice: Notice) -> str:
    """district/2023.1: which workbook, of which year's notice, which edition of ours."""
    return f"district/{notice.year}.{EDITION}"


def district_workbook(notice: Notice) -> Workbook:
    """The workbook with its sheets in their order, under a notice."""
    book = Workbook()
    book.remove(book.worksheets[0])
    add_guide(book, district_paragraphs(notice, CATALOGUE))
    table = add_summary_table(book, notice, DISTRICT)
    table.cell(DISTRICT.footer_row, 3).value = notice.office
    add_accounts(book)
    add_duplicates(book)
    add_left_out(book)
    add_listed(book, COMMENDED, "历年获得区级、市级表彰的成果")
    add_listed(book, FILED, "今年已申报市级的项目")
    add_results(book, _COMMAND)
    add_district_statistics(book, notice)
    add_sources(book, DISTRICT_FIELDS, _SOURCES_HINT)
    add_rest(book, notice)
    identify(book, notice, template_version(notice))
    return book


def district_bytes(notice: Notice) -> bytes:
    """The workbook as the bytes of an .xlsx file; the same notice gives the same bytes."""
    return save_workbook(district_workbook(notice))
