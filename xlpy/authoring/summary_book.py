"""The Annex 2 workbook of a town: 使用说明, 汇总表 and the sheets that the commands read and fill."""

from __future__ import annotations

from typing import Final

from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.workbook.properties import CalcProperties

from xlpy.authoring.form_text import TEMPLATE_PROPERTY
from xlpy.authoring.guide_sheet import add_guide
from xlpy.authoring.list_sheets import add_history, add_log, add_results, add_sources
from xlpy.authoring.package import save_workbook
from xlpy.authoring.settings_sheets import add_rules, add_settings
from xlpy.authoring.statistics_sheet import add_statistics
from xlpy.authoring.summary_table import add_summary_table
from xlpy.catalogue import CATALOGUE
from xlpy.guide import paragraphs
from xlpy.notice import Notice

EDITION: Final = 1  # of our Annex 2; goes up when its layout changes


def template_version(notice: Notice) -> str:
    """summary/2023.1: which form, of which year's notice, which edition of ours."""
    return f"summary/{notice.year}.{EDITION}"


def summary_workbook(notice: Notice) -> Workbook:
    """The workbook with its sheets in the order of `xlpy.layout`, under a notice."""
    book = Workbook()
    book.remove(book.worksheets[0])
    add_guide(book, paragraphs(notice, CATALOGUE))
    add_summary_table(book, notice)
    add_results(book)
    add_statistics(book, notice)
    add_sources(book)
    add_rest(book, notice)
    identify(book, notice, template_version(notice))
    return book


def add_rest(book: Workbook, notice: Notice) -> None:
    """The sheets with which every workbook of ours ends: 参数, 规则, 操作记录, 撤销记录."""
    add_settings(book, notice)
    add_rules(book, notice, CATALOGUE)
    add_log(book)
    add_history(book)


def identify(book: Workbook, notice: Notice, version: str) -> None:
    """What the file says of itself, and how it opens: on the first sheet, every formula reckoned anew."""
    book.active = 0
    book.calculation = CalcProperties(fullCalcOnLoad=True)
    book.properties.creator = "xlpy"
    book.properties.title = notice.title_text
    properties = book.custom_doc_props  # type: ignore[attr-defined]  # the stubs lack it
    properties.append(StringProperty(name=TEMPLATE_PROPERTY, value=version))


def summary_bytes(notice: Notice) -> bytes:
    """The workbook as the bytes of an .xlsx file; the same notice gives the same bytes."""
    return save_workbook(summary_workbook(notice))
