"""Word documents that are ours: Chinese fonts, runs, tables whose rows know their height."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from docx.enum.table import WD_ALIGN_VERTICAL, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.table import Table, _Cell
    from docx.text.paragraph import Paragraph

SONG: Final = "宋体"
FANG: Final = "仿宋"
HEI: Final = "黑体"
LATIN: Final = "Times New Roman"

_LEFT = WD_ALIGN_PARAGRAPH.LEFT
_STYLES = (
    *("Normal", "Default Paragraph Font", "Normal Table", "No List", "Table Grid"),
    *("Header", "Header Char", "Footer", "Footer Char"),
)


def set_up(document: WordDocument) -> None:
    """Chinese fonts throughout, and nothing left of python-docx's own template."""
    defaults = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    fonts, language = defaults.find(qn("w:rFonts")), defaults.find(qn("w:lang"))
    fonts.attrib.clear()  # the theme's fonts, which would win over those named here
    for script, name in (("ascii", LATIN), ("eastAsia", SONG), ("hAnsi", LATIN), ("cs", LATIN)):
        fonts.set(qn(f"w:{script}"), name)
    language.set(qn("w:eastAsia"), "zh-CN")
    normal = document.styles["Normal"]
    normal.font.size = Pt(12)
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = 1.0
    _clear(document)


def _clear(document: WordDocument) -> None:
    """Drop what python-docx's own template brings along and a form has no use for: nine tenths of the file."""
    for rels in (document.part.package.rels, document.part.rels):
        for key, relation in list(rels.items()):
            if relation.reltype.rpartition("/")[2] in ("thumbnail", "stylesWithEffects", "customXml", "numbering"):
                del rels[key]
    for style in list(document.styles):
        if style.name not in _STYLES:
            style.delete()


def write(
    paragraph: Paragraph,
    text: str,
    *,
    font: str = SONG,
    size: float = 12,
    bold: bool = False,
    grey: bool = False,
    align: WD_ALIGN_PARAGRAPH = _LEFT,
) -> Any:
    """Add a run of text; the run. Word takes Chinese from the east-asian font, figures from the other."""
    paragraph.alignment = align
    run = paragraph.add_run(text)
    run.font.name, run.font.size, run.font.bold = LATIN, Pt(size), bold or None
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)
    if grey:
        run.font.color.rgb = RGBColor(0x59, 0x59, 0x59)
    return run


def add_row(table: Table, spans: Iterable[int], height: float, *, may_break: bool = False) -> list[_Cell]:
    """A new row whose cells span so many columns each, at least `height` mm high."""
    row = table.add_row()
    row.height, row.height_rule = Mm(height), WD_ROW_HEIGHT_RULE.AT_LEAST
    if not may_break:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    cells, column = [], 0
    for span in spans:
        cell = row.cells[column]
        cells.append(cell.merge(row.cells[column + span - 1]) if span > 1 else cell)
        column += span
    for cell in cells:
        cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    return cells


def table_of(document: WordDocument, widths: Iterable[int], style: str | None = "Table Grid") -> Table:
    """An empty table with columns of these widths in mm."""
    sizes = [Mm(width) for width in widths]
    table = document.add_table(rows=0, cols=len(sizes), style=style)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, size in zip(table.columns, sizes, strict=True):
        column.width = size
    return table
