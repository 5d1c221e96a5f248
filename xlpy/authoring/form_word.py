"""Annex 1 (登记表) as a Word document: the same form as the workbook, for enterprises that write in Word.

Source: 嘉市监质〔2023〕138号, annex 1. Each place to fill in is a bookmark named after its field, so that `fill` finds
it wherever rows were inserted; Word takes no full stop and no bracket in such a name: economics_before_sales.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.enum.table import WD_ALIGN_VERTICAL
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from xlpy import layout
from xlpy.authoring import form_text
from xlpy.authoring.form_text import label_of, printed
from xlpy.authoring.word import FANG, HEI, add_row, set_up, table_of, write
from xlpy.notice import Notice

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.table import Table, _Cell

_CENTRE, _RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
_SPREAD = WD_ALIGN_PARAGRAPH.DISTRIBUTE
_WIDTHS = (31, 20, 31, 25, 26, 37)  # mm
_LONG = {"background": 46, "goal": 40, "quality_level": 40, "innovation": 62, "results": 46}  # least heights in mm
_PROPERTIES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"'
    ' xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
    '<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="2" name="{name}">'
    "<vt:lpwstr>{value}</vt:lpwstr></property></Properties>"
)


def form_document(notice: Notice) -> WordDocument:
    """Annex 1 as a blank document: cover, 填表说明, the form in one table, 汇总信息 in another."""
    document = Document()
    _page(document)
    _cover(document, notice)
    _instructions(document, notice)
    _form(document, notice)
    _extra(document, notice)
    properties = document.core_properties
    properties.author = properties.last_modified_by = "xlpy"
    properties.title = "".join(form_text.title(notice)).replace("　", "")
    properties.comments = ""
    _name_edition(document, form_text.template_version(notice))
    return document


def fill(document: WordDocument, values: Mapping[str, str]) -> None:
    """Put texts into the places of their fields: economics.before.sales, team.1.name, opinions.head.signed_on, …

    A line break begins a new paragraph; a printed 年 月 日 is overwritten. Raises KeyError for a field without a place.
    """
    starts = {start.get(qn("w:name")): start for start in document.element.body.iter(qn("w:bookmarkStart"))}
    for field, value in values.items():
        start = starts[_bookmark(field)]
        between = []
        for element in start.itersiblings():
            if element.tag == qn("w:bookmarkEnd"):
                break
            between.append(element)
        first, *more = value.split("\n")
        model = deepcopy(between[0])
        for element in between:
            element.getparent().remove(element)
        start.addnext(_with_text(model, first))
        paragraph = start.getparent()
        for line in reversed(more):
            added = OxmlElement("w:p")
            if paragraph.pPr is not None:
                added.append(deepcopy(paragraph.pPr))
            added.append(_with_text(deepcopy(model), line))
            paragraph.addnext(added)


def _with_text(run: Any, text: str) -> Any:
    run.text = text
    return run


def _bookmark(field: str) -> str:
    return re.sub(r"\W", "_", field)


# --- paragraphs and cells -----------------------------------------------------------------------------------------


def _place(paragraph: Paragraph, field: str, text: str = "", **look: Any) -> None:
    """Mark the end of a paragraph as the place where a field is filled in."""
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    number = str(len(paragraph.part.element.xpath("//w:bookmarkStart")))
    start.set(qn("w:id"), number)
    start.set(qn("w:name"), _bookmark(field))
    end.set(qn("w:id"), number)
    paragraph._p.append(start)
    run = write(paragraph, text, **{"font": FANG, **look})
    paragraph._p.append(end)
    # Word forgets an empty run: what is typed there takes its looks from the paragraph's own mark.
    paragraph._p.get_or_add_pPr().append(deepcopy(run._element.rPr))


# --- the parts of the form ----------------------------------------------------------------------------------------


def _page(document: WordDocument) -> None:
    """A4, Chinese fonts throughout, page numbers but on the cover."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(20)
    section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True
    footer = section.footer.paragraphs[0]
    footer.alignment = _CENTRE
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    footer._p.append(field)
    set_up(document)


def _cover(document: WordDocument, notice: Notice) -> None:
    write(document.add_paragraph(), "附件 1", font=HEI, size=14)
    for line, most, before in zip(form_text.title(notice), (24, 36), (110, 12), strict=True):
        size = form_text.fitting(line, Mm(170).pt, most)
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_before = Pt(before)
        write(paragraph, line, size=size, bold=True, align=_CENTRE)
    document.add_paragraph().paragraph_format.space_before = Pt(70)
    table = table_of(document, (56, 92), None)
    for field in form_text.COVER_FIELDS:
        label, value = add_row(table, (1, 1), 17)
        label.vertical_alignment = value.vertical_alignment = WD_ALIGN_VERTICAL.BOTTOM
        write(label.paragraphs[0], label_of(field), size=16, align=_SPREAD)
        day = form_text.COVER_DAY if field == "filled_on" else ""
        _place(value.paragraphs[0], field, day, size=16)
        _underline(value)
    document.add_paragraph().paragraph_format.space_before = Pt(90)
    table = table_of(document, (70, 24), None)
    rows = [add_row(table, (1, 1), 10) for _ in range(2)]
    office_size = min(form_text.fitting(name, Mm(66).pt, 16) for name in form_text.printers(notice))
    for (office, _), name in zip(rows, form_text.printers(notice), strict=True):
        write(office.paragraphs[0], name, size=office_size, align=_SPREAD)
    write(rows[0][1].merge(rows[1][1]).paragraphs[0], "印制", size=16, align=_CENTRE)


def _underline(cell: _Cell) -> None:
    borders, line = OxmlElement("w:tcBorders"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", "auto")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    cell._tc.get_or_add_tcPr().insert_element_before(borders, "w:shd", "w:noWrap", "w:tcMar", "w:vAlign")


def _instructions(document: WordDocument, notice: Notice) -> None:
    title = document.add_paragraph()
    title.paragraph_format.page_break_before = True
    title.paragraph_format.space_after = Pt(24)
    write(title, "填表说明", font=HEI, size=22, align=_CENTRE)
    for number, text in enumerate(form_text.instructions(notice), 1):
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(10)
        paragraph.paragraph_format.line_spacing = 1.5
        run = write(paragraph, f"{number}. {text}", font=FANG, size=14)
    run.add_break(WD_BREAK.PAGE)  # here, since a table has no break of its own


def _form(document: WordDocument, notice: Notice) -> None:
    table = table_of(document, _WIDTHS)
    for field in ("background", "goal"):
        _long_text(table, field, _LONG[field])
    label, value = add_row(table, (2, 4), 9)
    write(label.paragraphs[0], f"{label_of('investment')}：")
    _place(value.paragraphs[0], "investment")
    for field in ("quality_level", "innovation", "results"):
        _long_text(table, field, _LONG[field])
    _economics(table, notice)
    _team(table, notice)
    _opinions(table)
    (cell,) = _long_text(table, "recommendation", 54)
    for text in (form_text.SEAL, form_text.OPINION_DAY):
        paragraph = cell.add_paragraph()
        paragraph.paragraph_format.space_before = Pt(60 if text == form_text.SEAL else 6)
        write(paragraph, text, align=_RIGHT)
    _long_text(table, "remarks", 22)


def _long_text(table: Table, field: str, height: float) -> list[_Cell]:
    """A label and, in the same cell, the place for its text."""
    (cell,) = cells = add_row(table, (len(_WIDTHS),), height, may_break=True)
    cell.vertical_alignment = WD_ALIGN_VERTICAL.TOP
    write(cell.paragraphs[0], f"{label_of(field)}：")
    _place(cell.add_paragraph(), field)
    return cells


def _economics(table: Table, notice: Notice) -> None:
    """Three rows that stay on one page."""
    heads = add_row(table, (1,) * len(_WIDTHS), 8)
    for cell, text in zip(heads, ("（万元）", *(label for label, _ in layout.ECONOMIC_COLUMNS.values())), strict=True):
        write(cell.paragraphs[0], text, align=_CENTRE)
        cell.paragraphs[0].paragraph_format.keep_with_next = True
    for when in layout.ECONOMIC_ROWS:
        first, *others = add_row(table, (1,) * len(_WIDTHS), 9)
        write(first.paragraphs[0], form_text.span_label(when, notice), align=_CENTRE)
        for cell, column in zip(others, layout.ECONOMIC_COLUMNS, strict=True):
            _place(cell.paragraphs[0], f"economics.{when}.{column}", align=_CENTRE)
        for cell in (first, *others):
            cell.paragraphs[0].paragraph_format.keep_with_next = when == "before"


def _team(table: Table, notice: Notice) -> None:
    (heading,) = add_row(table, (len(_WIDTHS),), 8)
    write(heading.paragraphs[0], layout.TEAM_HEADING[0], align=_CENTRE)
    spans = (1, 1, 1, 1, 2)
    for cell, (label, _) in zip(add_row(table, spans, 8), layout.TEAM_COLUMNS.values(), strict=True):
        write(cell.paragraphs[0], printed(label), align=_CENTRE)
    for line in range(1, notice.max_team + 1):
        for cell, name in zip(add_row(table, spans, 8), layout.TEAM_COLUMNS, strict=True):
            _place(cell.paragraphs[0], f"team.{line}.{name}", align=_CENTRE, size=11)


def _opinions(table: Table) -> None:
    for cell, (who, (label, _)) in zip(add_row(table, (2, 2, 2), 56), layout.OPINIONS.items(), strict=True):
        cell.vertical_alignment = WD_ALIGN_VERTICAL.TOP
        write(cell.paragraphs[0], f"{label}：", size=11)
        _place(cell.add_paragraph(), f"opinions.{who}", size=11)
        signed_by, signed_on = cell.add_paragraph(), cell.add_paragraph()
        signed_by.paragraph_format.space_before = Pt(72)
        signed_on.paragraph_format.space_before = Pt(6)
        write(signed_by, f"{printed(layout.SIGNED_BY[0])}：", size=11)
        _place(signed_by, f"opinions.{who}.signed_by", size=11)
        _place(signed_on, f"opinions.{who}.signed_on", form_text.OPINION_DAY, align=_RIGHT, size=11)


def _extra(document: WordDocument, notice: Notice) -> None:
    title, note = document.add_paragraph(), document.add_paragraph()
    title.paragraph_format.page_break_before = True
    title.paragraph_format.space_after = Pt(8)
    note.paragraph_format.space_after = Pt(8)
    write(title, form_text.EXTRA_TITLE, font=HEI, size=18, align=_CENTRE)
    write(note, form_text.extra_note(notice), font=FANG, size=11, align=_CENTRE)
    table = table_of(document, (40, 60, 70))
    for cell, header in zip(add_row(table, (1, 1, 1), 9), form_text.EXTRA_HEADERS, strict=True):
        write(cell.paragraphs[0], header, font=HEI, align=_CENTRE)
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for line in form_text.extra_lines(notice):
        name, value, hint = add_row(table, (1, 1, 1), 13)
        write(name.paragraphs[0], line.label)
        _place(value.paragraphs[0], line.field)
        write(hint.paragraphs[0], line.hint, font=FANG, size=10, grey=True)


def _name_edition(document: WordDocument, version: str) -> None:
    """Store the template's edition as a custom property of the document."""
    package = document.part.package
    xml = _PROPERTIES.format(name=form_text.TEMPLATE_PROPERTY, value=version)
    content_type = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
    part = Part(PackURI("/docProps/custom.xml"), content_type, xml.encode(), package)
    package.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)
