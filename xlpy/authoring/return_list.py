"""修改清单: the one page that goes back to a town, in Word. What does not fit is summed up in its last line.

How much fits is reckoned, not tried: every line of text has an exact height, and a line's width is counted in
characters, generously. So Word, WPS and LibreOffice all keep it on the page.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from unicodedata import east_asian_width

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.shared import Mm, Pt

from xlpy.authoring.word import FANG, HEI, SONG, add_row, set_up, table_of, write
from xlpy.checks.registry import date_text
from xlpy.commands.returns import ToMend
from xlpy.flags import Severity, shown
from xlpy.layout import RESULTS
from xlpy.notice import Notice

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.text.paragraph import Paragraph

TITLE: Final = "修改清单"
HEADERS: Final = ("序号", "在哪里", "问题", "怎么改")

_LEFT, _CENTRE, _RIGHT = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
_POINT = 25.4 / 72  # mm
_SIDE, _TOP = 18, 16  # margins in mm
_WIDTHS = (13, 49, 64, 48)  # of the table's columns, mm
_PADDING = 4  # of a cell, left and right together, mm
_ROOM = (297 - 2 * _TOP) / _POINT * 0.98  # points of the page that are filled at most
_GAP = 2  # points above and below the text of a cell
_NAMED = 3  # files that the letter names


@dataclass(frozen=True, slots=True)
class Look:
    """A kind of text: font, size and exact line height in points, points of space below it."""

    font: str
    size: float
    line: float
    below: float = 0
    align: WD_ALIGN_PARAGRAPH = _LEFT

    def height(self, text: str, width: float) -> float:
        """Points that `text` takes in a column `width` mm wide."""
        return _lines(text, width / (self.size * _POINT)) * self.line + self.below


_WORD = re.compile(r"[“‘（《【〔(\[]*(?:[!-'*-Z\\^-~]+|[^“‘（《【〔])[，。；：、！？”’）》】〕…)\]]*\s*")


def _lines(text: str, width: float) -> int:
    """How many lines `text` takes, broken as Word does: before any Chinese character, between other words.

    Marks that may not begin or end a line keep their neighbour. Widths in characters of the font; those of Latin
    letters are upper limits of the usual fonts', with the little space that Word puts around them.
    """
    count, used = 1, 0.0
    for word in _WORD.findall(text):
        wide = sum(_em(c) for c in word.rstrip(" ")) + (0.5 if word[0].isascii() else 0)
        if used and used + wide > width:
            count, used = count + 1, 0.0
        count, used = count + int(wide / width), used + wide % width + word.count(" ") * 0.3
    return count


def _em(character: str) -> float:
    if east_asian_width(character) in "WFA":
        return 1.0
    return 0.95 if character in "MW@%" else 0.75 if character.isupper() else 0.55


_TITLE = Look(HEI, 20, 32, 6, _CENTRE)
_TEXT = Look(SONG, 12, 19)
_LAST = Look(SONG, 12, 19, 4)
_SIGNED = Look(SONG, 12, 19, align=_RIGHT)
_HEAD = Look(HEI, 10.5, 14, align=_CENTRE)
_CELL = Look(FANG, 10, 13)
_NUMBER = Look(FANG, 10, 13, align=_CENTRE)
_WIDE = 210 - 2 * _SIDE


@dataclass(frozen=True, slots=True)
class Letter:
    """What goes to a town on a day: what there is to mend, the gravest first, and the marked files that go along.

    `converted` names those of the files that were made anew, each with the town's own file that cannot be marked;
    `with_forms` tells whether there were 登记表 to compare with.
    """

    town: str
    day: dt.date
    lines: Sequence[ToMend]
    files: Sequence[str]
    converted: Mapping[str, str] = field(default_factory=dict)
    with_forms: bool = False


def return_document(letter: Letter, notice: Notice) -> WordDocument:
    """The page: title, to whom, by when, how much, the table, who sent it."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(_SIDE)
    section.top_margin = section.bottom_margin = Mm(_TOP)
    set_up(document)

    opening, closing = _opening(letter, notice), _closing(letter, notice)
    rest_look = Look(SONG, 10.5, 16)
    room = _ROOM - sum(look.height(text, _WIDE) for text, look in (*opening, *closing))
    room -= rest_look.height(rest_line(letter.lines), _WIDE)
    fitting = _fitting(letter.lines, room)

    for text, look in opening:
        _put(document.add_paragraph(), text, look)
    _table(document, letter.lines[:fitting])
    _put(document.add_paragraph(), rest_line(letter.lines[fitting:]), rest_look)  # Word wants one below a table
    for text, look in closing:
        _put(document.add_paragraph(), text, look)
    properties = document.core_properties
    properties.author = properties.last_modified_by = "xlpy"
    properties.title, properties.comments = f"{letter.town}{TITLE}", ""
    return document


def rest_line(lines: Sequence[ToMend]) -> str:
    """The line that stands for what does not fit; "" where nothing is left."""
    if not lines:
        return ""
    return f"这一页写不下的还有 {len(lines)} 处（{_counted(lines)}），都列在随附汇总表的“{RESULTS}”里，请一并改好。"


def _opening(letter: Letter, notice: Notice) -> list[tuple[str, Look]]:
    counts = {severity: sum(line.severity is severity for line in letter.lines) for severity in Severity}
    must, may = counts[Severity.ERROR], counts[Severity.WARNING]
    found = [f"必须修改的 {must} 处" if must else "", f"请核实的 {may} 处" if may else ""]
    if counts[Severity.NOTE]:
        found.append(f"提示 {counts[Severity.NOTE]} 处（没有错就不用改）")
    named = "、".join(shown(file) for file in letter.files[:_NAMED])
    named += f" 等 {len(letter.files)} 个文件" if len(letter.files) > _NAMED else ""
    until = date_text(notice.deadline)
    hurry = f"请在 {until} 前" if letter.day <= notice.deadline else f"申报截止日期 {until} 已过，请收到后尽快"
    with_forms = "和登记表" if letter.with_forms else ""
    texts = [
        f"　　你单位报送的《{notice.title_text}》{with_forms}已经核对：{'，'.join(filter(None, found))}。"
        f"{hurry}改好，重新报送。",
        f"　　随附 {named}：有颜色的格子就是有问题的地方，工作表“{RESULTS}”里有每一处的说明和改法，请直接在上面改。",
    ]
    texts += [
        f"　　{shown(old)} 不能直接标注，已按你单位的各行做成 {shown(new)}，请改用它。"
        for new, old in _few(letter.converted)
    ]
    return [(TITLE, _TITLE), (f"{letter.town}：", _TEXT), *((t, _TEXT) for t in texts[:-1]), (texts[-1], _LAST)]


def _closing(letter: Letter, notice: Notice) -> list[tuple[str, Look]]:
    return [(notice.office, _SIGNED), (date_text(letter.day), _SIGNED)]


def _few(converted: Mapping[str, str]) -> list[tuple[str, str]]:
    return list(converted.items())[:_NAMED]


def _counted(lines: Sequence[ToMend]) -> str:
    counts = {severity: sum(line.severity is severity for line in lines) for severity in Severity}
    return "、".join(f"{severity.label} {count}" for severity, count in counts.items() if count)


def _cells(number: int, line: ToMend) -> tuple[str, str, str, str]:
    return str(number), line.where, f"{line.severity.label}：{line.problem}", line.fix


def _fitting(lines: Sequence[ToMend], room: float) -> int:
    """How many lines of the table fit into `room` points; at least one, since a page without any says nothing."""
    room -= _HEAD.height(HEADERS[-1], _WIDTHS[-1]) + 2 * _GAP + 0.8
    for number, line in enumerate(lines, 1):
        texts = zip(_cells(number, line), _WIDTHS, strict=True)
        room -= max(_CELL.height(text, width - _PADDING) for text, width in texts) + 2 * _GAP + 0.8
        if room < 0:
            return max(1, number - 1)
    return len(lines)


def _table(document: WordDocument, lines: Sequence[ToMend]) -> None:
    table = table_of(document, _WIDTHS)
    for cell, text in zip(add_row(table, (1,) * len(_WIDTHS), 0), HEADERS, strict=True):
        _put(cell.paragraphs[0], text, _HEAD, _GAP)
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for number, line in enumerate(lines, 1):
        looks = (_NUMBER, _CELL, _CELL, _CELL)
        cells = add_row(table, (1,) * len(_WIDTHS), 0)
        for cell, text, look in zip(cells, _cells(number, line), looks, strict=True):
            _put(cell.paragraphs[0], text, look, _GAP)


def _put(paragraph: Paragraph, text: str, look: Look, gap: float = 0) -> None:
    write(paragraph, text, font=look.font, size=look.size, align=look.align)
    shape = paragraph.paragraph_format
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(look.line)
    shape.space_before, shape.space_after = Pt(gap), Pt(gap + look.below)
