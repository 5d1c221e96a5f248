"""The words of 使用说明. Every limit in them is read from the notice, every word of a mark from the severities.

So the page cannot contradict the checks: change a setting, and the page changes. Pure; it is laid out by
`xlpy.authoring.guide_sheet` and rewritten by the command apply.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from xlpy.flags import Rule, Severity
from xlpy.layout import (
    CHECK_HEADER,
    ECONOMIC_COLUMNS,
    HEADER_OF,
    LOG,
    RESULTS,
    RULES,
    SETTINGS,
    SOURCES,
    STATISTICS,
    SUMMARY,
)
from xlpy.notice import Notice


class Paragraph(NamedTuple):
    """One line of the guide: what stands before it (a number, a mark's word, or nothing), the text, its kind.

    Kinds: title, heading, hint, text, and for the words of a mark its severity, or "blank".
    """

    lead: str
    text: str
    kind: str = "text"


def paragraphs(notice: Notice, catalogue: Mapping[str, Rule]) -> Iterator[Paragraph]:
    """The guide under a notice, from the title down."""
    deadline = f"{notice.deadline.year}年{notice.deadline.month}月{notice.deadline.day}日"
    yield Paragraph("", f"《{notice.title_text}》使用说明", "title")
    yield Paragraph(
        "", f"申报截止日期：{deadline}。本页按制表时的“{SETTINGS}”和“{RULES}”写成；以后改了它们，以它们为准。", "hint"
    )

    yield Paragraph("", "一、六步做完", "heading")
    steps = (
        "收表：把企业交来的登记表（Excel 或 Word）放进同一个文件夹，不用改文件名。",
        f"导入：打开本表，点“质量攻关”选项卡里的“导入”，选这个文件夹，各项目自动填进“{SUMMARY}”。"
        f"可以反复导入：不会重复加行，您手工改过的单元格不会被覆盖。每个文件的去向记在“{SOURCES}”。",
        f"校验：点“校验”。有问题的单元格会上色，右边“{CHECK_HEADER}”列写着原因；"
        f"“{RESULTS}”逐条列出问题和改法，点“位置”就跳到那个单元格。",
        "改：改好后再点“校验”，直到没有“错误”。",
        f"合计：点“合计”，按项目先进水平、企业性质、企业规模的个数和金额在“{STATISTICS}”，附图表。",
        f"打印、交区局：填好“{SUMMARY}”底下的填报单位、联系人、联系电话，打印（A4 横向）并加盖公章，"
        f"连同登记表在 {deadline} 前交到区市场监管局。",
    )
    yield from (Paragraph(str(number), step) for number, step in enumerate(steps, 1))
    yield Paragraph("", "做错了点“撤销”，回到上一步之前。每次操作都记在“" + LOG + "”。", "hint")
    yield Paragraph(
        "",
        "电脑上没有“质量攻关”选项卡时，用命令也一样：xlpy pull（导入）、xlpy validate（校验）、"
        "xlpy total（合计）、xlpy undo（撤销）。",
        "hint",
    )

    yield Paragraph("", "二、颜色的意思", "heading")
    meanings = {
        Severity.ERROR: "一定要改，否则不能上报。",
        Severity.WARNING: "多半有问题，请核对；确认没错可以不改。",
        Severity.NOTE: "供参考，不用改。",
    }
    for severity, meaning in meanings.items():
        yield Paragraph(severity.label, meaning, severity.value)
    yield Paragraph("未填", "这一行已经开始填，但这个必填的格子还空着（边填边显示，不用点“校验”）。", "blank")

    yield Paragraph("", f"三、“{SUMMARY}”怎么填", "heading")
    required = "、".join(_plain(HEADER_OF[field]) for field in notice.required)
    yield Paragraph("必填", f"{required}。" if required else "没有必填的栏目。")
    yield Paragraph(
        "时间",
        f"完成时间写到月，例如 2022年6月；不要写成 2022.1（分不清 1 月还是 10 月）。不能晚于 {deadline}；"
        f"离截止日期不满 {notice.months_after_completion} 个月的给警告，"
        f"因为经济效益要看攻关完成后 {notice.months_after_completion} 个月的数据。",
    )
    yield Paragraph(
        "金额",
        f"单位一律是万元，只写数字，例如 1234.5，不写“约”“万”“元”。"
        f"达到 {_number(notice.likely_yuan)} 万元会提醒核对，看是不是把“元”当成了“万元”。",
    )
    yield Paragraph(
        "效益",
        f"导入时按登记表算：{_formula(notice)}，各取攻关后 12 个月减攻关前 12 个月。改过的数与算出的相差超过"
        f" {_number(notice.tolerance_amount)} 万元和 {_number(notice.tolerance_percent)}%（取大的），会提醒核对。",
    )
    for lead, field, which in (
        ("水平", "level", "levels"),
        ("性质", "ownership", "ownerships"),
        ("规模", "size", "sizes"),
    ):
        yield Paragraph(lead, f"{HEADER_OF[field]}从下拉清单里选：{'、'.join(notice.labels(which))}。")
    yield Paragraph("加行", "行不够时，在最后一行的下面、底下那条窄空行的上面插入行，下拉清单和颜色会自动跟着。")
    yield Paragraph("登记表", f"攻关项目组成员按贡献大小填写，最多 {notice.max_team} 人；填报日期不能晚于 {deadline}。")

    yield Paragraph("", "四、要改规定的时候", "heading")
    on = [rule for rule in catalogue.values() if (s := notice.rules.get(rule.id)) is None or s.enabled]
    yield Paragraph(
        "",
        f"换年度、截止日期、推荐单位（现有 {len(notice.units)} 个）和各清单，改“{SETTINGS}”；"
        f"哪条要查、算错误还是警告，改“{RULES}”（共 {len(catalogue)} 条，现在启用 {len(on)} 条）。"
        "改好后点“应用参数”更新标题和本页，再点“校验”就按新的查。",
        "text",
    )


def _formula(notice: Notice) -> str:
    """利润 + 节能降耗 + 0.5 × 其他"""
    terms = [
        name if weight == 1 else f"{_number(weight)} × {name}"
        for key, (name, _) in ECONOMIC_COLUMNS.items()
        if (weight := notice.weights[key])
    ]
    return " + ".join(terms) or "各项都不计入"


def _number(value: Decimal) -> str:
    """100000 → 100000, 1.50 → 1.5"""
    return f"{value.normalize():f}"


def _plain(header: str) -> str:
    """经济效益(万元) → 经济效益"""
    return header.split("(", 1)[0]
