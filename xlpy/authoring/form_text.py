"""What both editions of Annex 1 (workbook and Word) print: titles, labels as printed, hints, field order.

Source: 嘉市监质〔2023〕138号, annex 1; the hints are ours.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from xlpy.checks.registry import date_text
from xlpy.layout import ECONOMIC_ROWS, EXTRA_LABELS, FORM_INSTRUCTIONS, LABEL_OF
from xlpy.notice import Notice, OwnColumn

TEMPLATE_PROPERTY: Final = "xlpy-template"  # the custom document property that names a template's edition
COVER_FIELDS: Final = ("recommender", "project_name", "applicant", "filled_on")
OPINION_DAY: Final = "　　年　　月　　日"  # to be overwritten; a date without digits is blank to a reader
COVER_DAY: Final = "　　　　年　　　月　　　日"
SEAL: Final = "（盖章）　　　　　　"
EXTRA_TITLE: Final = "汇总信息"
EXTRA_HEADERS: Final = ("项目", "填写内容", "怎么填")

_COVER_HINTS: Final = {
    "recommender": "请选所在街镇；由主管部门推荐的，填其全称。",
    "project_name": "写全称，与证明材料一致。",
    "applicant": "写全称，与公章一致。",
    "filled_on": "写全年月日。例：{first_day}",
}
_HINTS: Final = {
    "completed": "攻关项目完成的年月，只写到月。例：{last_year}年6月",
    "level": "{levels}，选一项；可在后面注明年代。例：{levels_first}（2020年代）",
    "ownership": "{ownerships}，选一项。例：{ownerships_first}",
    "size": "{sizes}，按国家统计局划型标准选一项。例：{sizes_first}",
    "credit_code": "营业执照上的 18 位代码，数字和大写字母。例：{credit_code}",
    "contact": "街镇核对材料时找谁，填一位。例：张三",
    "phone": "手机号，或带区号的座机，分机用“转”隔开。例：021-59990000转801",
}


def template_version(notice: Notice) -> str:
    """form/2023.1: which form, of which year's notice, which edition of ours."""
    return f"form/{notice.year}.1"


def printed(label: str) -> str:
    """A label with the full-width brackets that the notice prints.

    >>> printed("职务(职称)")
    '职务（职称）'
    """
    return label.replace("(", "（").replace(")", "）")


def label_of(field: str) -> str:
    """The printed label of a field, without a colon."""
    return printed(LABEL_OF[field])


def title(notice: Notice) -> tuple[str, str]:
    """The two lines of the cover's title; the first is what the title of Annex 2 says of the programme, less its year.

    >>> title(Notice()), title(Notice(title="{year}年{district}质量提升项目申报汇总表"))[0]
    (('嘉定区重点产品质量攻关项目', '登　记　表'), '嘉定区质量提升项目')
    """
    named = re.fullmatch(r"\s*(?:20\d\d\s*年度?)?\s*(.+?)(?:申报)?汇总表\s*", notice.title_text)
    return named[1] if named else f"{notice.district}重点产品质量攻关项目", "登　记　表"


def fitting(text: str, width: float, size: float) -> float:
    """The font size, `size` or less (points), at which Chinese `text` stands on one line of `width` points.

    >>> fitting("嘉定区经济委员会", 187, 16), fitting("云溪高新技术产业开发区市场监督管理局", 187, 16)
    (16, 10)
    """
    return min(size, int(width / len(text)))


def extra_note(notice: Notice) -> str:
    """The line above 汇总信息. Its year tells the edition where a program drops the document's property."""
    return f"登记表里没有、而街镇填《申报汇总表》时需要的内容，请一并填写。（{notice.year}年版）"


def printers(notice: Notice) -> tuple[str, str]:
    """The two offices below the cover, which print the form."""
    return notice.office, f"{notice.district}经济委员会"


class Line(NamedTuple):
    """A line of 汇总信息: its field, the label as printed, how to fill it in; the bureau's own column if it is one."""

    field: str
    label: str
    hint: str
    own: OwnColumn | None = None


def extra_lines(notice: Notice) -> list[Line]:
    """The lines of 汇总信息: ours, then one for each own column that the form asks for."""
    ours = [Line(label.field, label_of(label.field), hint(label.field, notice)) for label in EXTRA_LABELS]
    asked = [column for column in notice.columns if column.source]
    return ours + [Line(column.field, printed(column.source), _own_hint(column, notice), column) for column in asked]


def _own_hint(column: OwnColumn, notice: Notice) -> str:
    hints = {
        "text": "按实际情况填写。",
        "number": "单位万元，只填数字，例如 1234.5。",
        "month": f"只写到月，例如 {notice.year - 1}年6月。",
        "list": f"{'、'.join(column.choices)}，选一项。",
    }
    return hints[column.kind] + ("必填" if column.required else "没有的填“/”")


def instructions(notice: Notice) -> tuple[str, ...]:
    """填表说明 of the form, with the notice's greatest number of team members and its months."""
    return tuple(text.format(max_team=notice.max_team, period=notice.period) for text in FORM_INSTRUCTIONS)


def span_label(when: str, notice: Notice) -> str:
    """What stands before the figures of a span: before → 攻关前12月."""
    return f"{ECONOMIC_ROWS[when][0]}{notice.period}月"


def cover_hint(field: str, notice: Notice) -> str:
    """How to fill a field of the cover; the example of a day is one before the deadline."""
    return _COVER_HINTS[field].format(first_day=date_text(notice.deadline.replace(day=1)))


def hint(field: str, notice: Notice) -> str:
    """How to fill a field of 汇总信息, with an example of this year and district."""
    words = {which: notice.labels(which) for which in ("levels", "ownerships", "sizes")}
    lists = {which: "、".join(labels) for which, labels in words.items()}
    firsts = {f"{which}_first": labels[0] for which, labels in words.items()}
    return _HINTS[field].format(**lists, **firsts, credit_code=_made_up_code(notice), last_year=notice.year - 1)


def _made_up_code(notice: Notice) -> str:
    """A 统一社会信用代码 of nobody, of the notice's district."""
    from stdnum.cn import uscc

    head = f"91{notice.division_code}DEM000006"
    return head + str(uscc.calc_check_digit(head))
