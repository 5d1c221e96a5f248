"""The words of 使用说明. Every limit in them is read from the notice, every word of a mark from the severities.

So the page cannot contradict the checks: change a setting, and the page changes. Pure; it is laid out by
`xlpy.authoring.guide_sheet` and rewritten by the command apply.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final, NamedTuple

from xlpy.flags import Rule, Severity
from xlpy.layout import (
    ACCOUNTS,
    CHECK_HEADER,
    COMMENDED,
    DUPLICATES,
    ECONOMIC_COLUMNS,
    EXCLUDE,
    FILED,
    FIRST,
    HEADER_OF,
    KEEP,
    LEFT_OUT,
    LOG,
    MERGE,
    REFUSE,
    RESULTS,
    RULES,
    SECOND,
    SETTINGS,
    SOURCE_COLUMNS,
    SOURCES,
    STATISTICS,
    SUMMARY,
    TOWN_COLUMN,
    USE,
)
from xlpy.notice import Notice, OwnColumn
from xlpy.wrapping import lines

WIDTHS: Final = (9, 82)  # of the columns: what leads a paragraph, its text
SIZES: Final = {"title": 17.0, "heading": 13.0}  # points; all else is `SIZE`
SIZE: Final = 11.0
_SPACE: Final = {"title": 20, "heading": 14, "hint": 7, "text": 7}  # points above and below; the marks' words have more
_MARKED: Final = 9


class Paragraph(NamedTuple):
    """One line of the guide: what stands before it (a number, a mark's word, or nothing), the text, its kind.

    Kinds: title, heading, hint, text, and for the words of a mark its severity, or "blank".
    """

    lead: str
    text: str
    kind: str = "text"

    @property
    def height(self) -> float:
        """Points that its row must be high to show it whole."""
        size = SIZES.get(self.kind, SIZE)
        width = WIDTHS[1] - 2 if self.lead else sum(WIDTHS)  # a text beside a lead is indented
        return float(_SPACE.get(self.kind, _MARKED) + lines(self.text, width, size) * size * 1.36)


def paragraphs(notice: Notice, catalogue: Mapping[str, Rule]) -> Iterator[Paragraph]:
    """The guide of a town's workbook under a notice, from the title down."""
    deadline = _deadline(notice)
    yield from _opening(f"《{notice.title_text}》使用说明", notice)

    yield Paragraph("", "一、六步做完", "heading")
    yield from _steps(
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
    commands = "xlpy pull（导入）、xlpy validate（校验）、xlpy total（合计）、xlpy undo（撤销）"
    yield from _other_ways(commands)

    yield Paragraph("", "二、颜色的意思", "heading")
    yield from _colours("一定要改，否则不能上报。", "多半有问题，请核对；确认没错可以不改。")
    yield Paragraph("未填", "这一行已经开始填，但这个必填的格子还空着（边填边显示，不用点“校验”）。", "blank")

    yield Paragraph("", f"三、“{SUMMARY}”怎么填", "heading")
    yield from _limits(notice, "导入时按登记表算")
    yield from _code_lists(notice)
    yield _own(notice)
    yield Paragraph("加行", "行不够时，在最后一行的下面、底下那条窄空行的上面插入行，下拉清单和颜色会自动跟着。")
    yield _team(notice)

    yield Paragraph("", "四、要改规定的时候", "heading")
    yield _changes(notice, catalogue, "校验")


def district_paragraphs(notice: Notice, catalogue: Mapping[str, Rule]) -> Iterator[Paragraph]:
    """The guide of the district's workbook likewise."""
    yield from _opening(f"《{notice.year}年{notice.district}质量攻关区级汇总表》使用说明", notice)

    yield Paragraph("", "一、八步做完", "heading")
    yield from _steps(
        "收表：把各单位报来的汇总表（Excel、WPS 或 Word）放进同一个文件夹，一个单位一个子文件夹最好；"
        "连同登记表一起放，就两边对着查。不用改文件名。",
        f"比对清单：把历年表彰名单贴到“{COMMENDED}”，今年已申报市级的贴到“{FILED}”，列的先后不限。",
        f"合并：点“合并”，选这个文件夹。各单位的行都进“{SUMMARY}”，右边写着来自哪个文件、哪一行，"
        f"点“{SOURCE_COLUMNS['place']}”打开原表。可以反复合并：不会重复加行，您改过的格子、排过的顺序、作过的决定都保留。",
        f"核对：看“{ACCOUNTS}”，每份表收到几行几万元、列入多少、没列入多少；"
        f"{len(notice.labels('units'))} 个单位里哪些没报，哪份等您决定，哪份认不出单位。"
        f"没列入的每一行在“{LEFT_OUT}”。行数或金额对不上时，软件不写入。",
        f"决定：在“{ACCOUNTS}”和“{DUPLICATES}”的橙色格里选（见第三部分），再点一次“合并”就照办。",
        "退回修改：点“退回修改”，每个有问题的单位得到一份标好颜色的副本和一页修改清单，原件不动；"
        "改好重报的放进文件夹，再点“合并”。",
        f"统计：各单位和各水平、性质、规模的个数、金额在“{STATISTICS}”，每次合并都重新算，附图表。",
        f"打印：打印“{SUMMARY}”（A4 横向）；每一条问题在“{RESULTS}”，点“位置”就跳到那里。",
    )
    yield from _other_ways("xlpy consolidate（合并）、xlpy undo（撤销）")

    yield Paragraph("", "二、颜色的意思", "heading")
    yield from _colours("一定要处理：退回单位改，或核实后您自己改。", "多半有问题，请核对；或者等您决定。")
    yield Paragraph("待填", f"这一行已经有内容，但这个必填的格子还空着；“{TOWN_COLUMN.header}”也要填。", "blank")

    yield Paragraph("", "三、您的决定", "heading")
    yield Paragraph("", "作过的决定一直记得，文件改名、行重排都不影响；改了主意就改选或清空，再点“合并”。", "hint")
    yield Paragraph(
        USE,
        f"“{ACCOUNTS}”：一个单位报来几份、里面有相同项目的，先算最早的一份，其余等您选。选“{USE}”，旧的一份不再算；"
        f"选“{REFUSE}”，这一份不算。内容完全相同的只算一份，没有相同项目的都算。",
    )
    yield Paragraph("单位", f"认不出是哪个单位的不猜，请在“{ACCOUNTS}”的“{TOWN_COLUMN.header}”里选。")
    yield Paragraph(KEEP, f"“{DUPLICATES}”：不是同一个项目，两行都留下，以后不再问。")
    yield Paragraph(
        MERGE,
        "是同一个项目，只留一行；留下的那行用对方的内容补上自己的空格，金额不相加。"
        f"去掉哪一行在“去掉”里选，不选就是{SECOND}。",
    )
    yield Paragraph(
        EXCLUDE,
        f"去掉的那个不再受理；与“{COMMENDED}”“{FILED}”相同的，去掉的总是{FIRST}。理由请写在“理由”里，“{LEFT_OUT}”也照列。",
    )

    yield Paragraph("", "四、查些什么", "heading")
    yield Paragraph(
        "相似",
        f"项目名称的相似度达到 {notice.lookalike}% 的列进“{DUPLICATES}”：同一单位的、两个单位之间的、"
        f"与“{COMMENDED}”“{FILED}”的都比。",
    )
    yield from _limits(notice, "有登记表的按登记表算")
    yield from _code_lists(notice)
    yield _own(notice)
    yield _team(notice)

    yield Paragraph("", "五、要改规定的时候", "heading")
    yield _changes(notice, catalogue, "合并")


def _opening(title: str, notice: Notice) -> Iterator[Paragraph]:
    yield Paragraph("", title, "title")
    yield Paragraph(
        "",
        f"申报截止日期：{_deadline(notice)}。本页按制表时的“{SETTINGS}”和“{RULES}”写成；以后改了它们，以它们为准。",
        "hint",
    )


def _steps(*steps: str) -> Iterator[Paragraph]:
    yield from (Paragraph(str(number), step) for number, step in enumerate(steps, 1))


def _other_ways(commands: str) -> Iterator[Paragraph]:
    yield Paragraph("", "做错了点“撤销”，回到上一步之前。每次操作都记在“" + LOG + "”。", "hint")
    yield Paragraph("", f"电脑上没有“质量攻关”选项卡时，用命令也一样：{commands}。", "hint")


def _colours(error: str, warning: str) -> Iterator[Paragraph]:
    meanings = {Severity.ERROR: error, Severity.WARNING: warning, Severity.NOTE: "供参考，不用改。"}
    for severity, meaning in meanings.items():
        yield Paragraph(severity.label, meaning, severity.value)


def _limits(notice: Notice, reckoned: str) -> Iterator[Paragraph]:
    """What must be filled in, and the limits of time and money."""
    required = "、".join(_plain(HEADER_OF[field]) for field in notice.required)
    least = notice.months_after_completion
    yield Paragraph("必填", f"{required}。" if required else "没有必填的栏目。")
    yield Paragraph(
        "时间",
        f"完成时间写到月，例如 2022年6月；不要写成 2022.1（分不清 1 月还是 10 月）。不能晚于 {_deadline(notice)}"
        + (
            f"；离截止日期不满 {least} 个月的给警告，因为经济效益要看攻关完成后 {least} 个月的数据。" if least else "。"
        ),
    )
    yield Paragraph(
        "金额",
        f"单位一律是万元，只写数字，例如 1234.5，不写“约”“万”“元”。"
        f"达到 {_number(notice.likely_yuan)} 万元会提醒核对，看是不是把“元”当成了“万元”。",
    )
    yield Paragraph(
        "效益",
        f"{reckoned}：{_formula(notice)}，各取攻关后 {notice.period} 个月减攻关前 {notice.period} 个月。"
        "改过的数与算出的相差超过"
        f" {_number(notice.tolerance_amount)} 万元和 {_number(notice.tolerance_percent)}%（取大的），会提醒核对。",
    )


def _code_lists(notice: Notice) -> Iterator[Paragraph]:
    for lead, field, which in (
        ("水平", "level", "levels"),
        ("性质", "ownership", "ownerships"),
        ("规模", "size", "sizes"),
    ):
        yield Paragraph(lead, f"{HEADER_OF[field]}从下拉清单里选：{'、'.join(notice.labels(which))}。")


def _own(notice: Notice) -> Paragraph:
    """The columns and checks that the bureau added; the line is there without any too, so that it can be rewritten."""
    columns = [f"{column.name}（{_how(column)}）" for column in notice.columns]
    checks = [f"{check.id} {check.title}" for check in notice.checks if check.enabled]
    parts = f"加的栏目：{'、'.join(columns)}。" if columns else "没有加栏目。"
    parts += f"加的检查：{'、'.join(checks)}。" if checks else "没有加检查。"
    return Paragraph("本区", parts)


def _how(column: OwnColumn) -> str:
    """数字，单位万元，必填"""
    kind = {
        "text": "文字",
        "number": "数字，单位万元",
        "month": "写到月",
        "list": f"选一项：{'、'.join(column.choices)}",
    }
    return kind[column.kind] + ("，必填" if column.required else "")


def _team(notice: Notice) -> Paragraph:
    text = f"攻关项目组成员按贡献大小填写，最多 {notice.max_team} 人；填报日期不能晚于 {_deadline(notice)}。"
    return Paragraph("登记表", text)


def _changes(notice: Notice, catalogue: Mapping[str, Rule], command: str) -> Paragraph:
    """Where to change what; `command` is what checks by it."""
    on = [rule for rule in catalogue.values() if notice.enabled(rule.id)]
    return Paragraph(
        "",
        f"换年度、截止日期、推荐单位（现有 {len(notice.labels('units'))} 个）和各清单，改“{SETTINGS}”；"
        f"哪条要查、算错误还是警告，改“{RULES}”（共 {len(catalogue)} 条，现在启用 {len(on)} 条）。"
        f"改好后点“应用参数”更新标题和本页，再点“{command}”就按新的查。",
    )


def _deadline(notice: Notice) -> str:
    """2023年9月15日"""
    return f"{notice.deadline.year}年{notice.deadline.month}月{notice.deadline.day}日"


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
