"""Sheet names, headers and labels of the two annexes: the only home of addresses and aliases.

Source: the notice 嘉市监质〔2023〕138号, annexes 1 and 2. Aliases are what people were seen to type; they are
compared after `fold`, so spaces, brackets, colons, width and the underline of a blank never matter.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

# --- sheets of the summary workbook, in their order ---------------------------------------------------------------
GUIDE: Final = "使用说明"
SUMMARY: Final = "汇总表"
RESULTS: Final = "校验结果"
STATISTICS: Final = "统计"
SOURCES: Final = "来源"
SETTINGS: Final = "参数"
RULES: Final = "规则"
LOG: Final = "操作记录"
HISTORY: Final = "撤销记录"  # very hidden: one row per undoable step

# --- more sheets of the district workbook ---------------------------------------------------------------------------
ACCOUNTS: Final = "收支核对"  # what came in and where it went, per unit and file, with the decision which file counts
DUPLICATES: Final = "疑似重复"  # pairs that may be one project, with the decision on each
LEFT_OUT: Final = "未列入"  # every row received that is not in the table, and why
COMMENDED: Final = "历年表彰"  # exclusion lists, pasted by the bureau
FILED: Final = "市级申报"
DISTRICT_SHEETS: Final = (ACCOUNTS, DUPLICATES, LEFT_OUT, COMMENDED, FILED)
OTHER_SHEETS: Final = frozenset(
    (GUIDE, RESULTS, STATISTICS, SOURCES, SETTINGS, RULES, LOG, HISTORY, *DISTRICT_SHEETS)
)  # all but the table

# --- sheets of the form -------------------------------------------------------------------------------------------
COVER: Final = "封面"
INSTRUCTIONS: Final = "填表说明"
FORM: Final = "登记表"
EXTRA: Final = "汇总信息"


class Column(NamedTuple):
    """A column of the summary table: field name, the notice's header, other headers seen for it."""

    field: str
    header: str
    aliases: tuple[str, ...] = ()


SUMMARY_COLUMNS: Final = (
    Column("number", "序号", ("编号", "序")),
    Column("project_name", "项目名称", ("攻关项目名称", "成果名称", "课题名称", "项目名")),
    Column("company", "项目单位", ("单位名称", "企业名称", "申报单位", "申报企业", "项目申报单位", "完成单位")),
    Column("completed", "完成时间", ("项目完成时间", "完成日期", "完成年月")),
    Column("level", "项目先进水平", ("先进水平", "技术水平", "项目水平", "达到水平")),
    Column("ownership", "企业性质", ("单位性质", "企业类型", "经济性质", "所有制性质")),
    Column("size", "企业规模", ("单位规模", "规模")),
    Column("benefit", "经济效益(万元)", ("经济效益", "效益", "经济效益万元", "年经济效益", "新增经济效益")),
    Column("remarks", "备注", ("说明", "附注")),
)
TOWN_COLUMN: Final = Column("town", "推荐单位", ("推荐街镇", "推荐部门", "街镇", "所属街镇", "报送单位"))
OWN: Final = "own."  # before the name of a column that the bureau added: own.研发投入
REQUIRED_HEADERS: Final = tuple(c.field for c in SUMMARY_COLUMNS if c.field not in ("number", "remarks"))
SUMMARY_FIELDS: Final = tuple(c.field for c in SUMMARY_COLUMNS)
HEADER_OF: Final = {c.field: c.header for c in (*SUMMARY_COLUMNS, TOWN_COLUMN)}

CHECK_HEADER: Final = "校验"  # visible column beside the table: what is wrong with the row, in words
ORIGIN_HEADER: Final = "来源编号"  # hidden: the number of the row's line in 来源
MARK_PREFIX: Final = "标记·"  # hidden shadow column of each data column: 0 none, 1 note, 2 warning, 3 error

RESERVED_PREFIX: Final = "预留"  # 预留1…: a hidden column that is free for one of the bureau's own, and its mark column

SOURCE_COLUMNS: Final = {"file": "来源文件", "row": "来源行", "place": "出处"}
"""Columns beside the district's table: the town's file, the row in it, and a link that opens it there."""

FOOTER: Final = {
    "unit": ("填报单位(加盖公章)", ("填报单位", "报送单位", "推荐单位", "汇总单位", "填报单位盖章")),
    "contact": ("联系人", ("填报人", "经办人")),
    "phone": ("联系电话", ("电话", "联系方式", "手机")),
}
FOOTER_NAMES: Final = {"unit": "填报单位", "contact": "联系人", "phone": "联系电话"}
TOTAL_WORDS: Final = ("合计", "总计", "小计", "共计", "累计")

RESULT_HEADERS: Final = ("序号", "级别", "规则", "位置", "项目", "栏目", "现在的内容", "问题", "怎么改", "文件")
SOURCE_HEADERS: Final = ("来源编号", "状态", "文件", "SHA-256", "导入时间")  # then 值/出处 of each pulled field
FOLDER_LABEL: Final = "登记表文件夹"  # above the header of 来源: where the last pull found the forms
TOWNS_LABEL: Final = "街镇材料文件夹"  # the same in the district workbook
LOG_HEADERS: Final = ("时间", "操作", "操作人", "结果", "改动单元格数", "主要改动", "校验码")
HISTORY_HEADERS: Final = ("步骤", "时间", "操作", "内容")
PULLED_FIELDS: Final = ("project_name", "company", "completed", "level", "ownership", "size", "benefit")
DISTRICT_FIELDS: Final = (*PULLED_FIELDS, "remarks", "town")  # what the district's table takes from the towns'
ACCOUNT_HEADERS: Final = (
    "推荐单位", "文件", "工作表", "收到时间", "状态", "采用", "收到行数", "列入", "合并", "未列入",
    "收到万元", "列入万元", "未列入万元", "区局调整万元", "核对", "说明", "内容校验码",
)  # fmt: skip
DUPLICATE_HEADERS: Final = (
    "规则", "相似度", "不同之处", "甲·推荐单位", "甲·项目名称", "甲·项目单位", "甲·位置",
    "乙·推荐单位", "乙·项目名称", "乙·项目单位", "乙·位置", "决定", "去掉", "理由", "现状", "甲·编号", "乙·编号",
)  # fmt: skip
LEFT_OUT_HEADERS: Final = (
    "序号",
    "推荐单位",
    "项目名称",
    "项目单位",
    "经济效益(万元)",
    "去向",
    "依据",
    "出处",
    "来源编号",
)
LISTED_HEADERS: Final = {
    COMMENDED: ("年度", "项目名称", "项目单位", "表彰级别", "备注"),
    FILED: ("序号", "项目名称", "项目单位", "备注"),
}
USE, REFUSE = "采用", "不采用"  # decisions in 收支核对
KEEP, MERGE, EXCLUDE = "保留", "合并", "排除"  # decisions in 疑似重复
FIRST, SECOND = "甲", "乙"  # which of a pair goes
SETTING_HEADERS: Final = ("名称", "值", "说明", "单位/格式", "示例")
ALIAS_HEADER: Final = "别名"  # stands right of each code list in 参数
VALID_HEADERS: Final = ("启用日期", "停用日期")  # beside the aliases of the units
OWN_COLUMN_HEADERS: Final = ("栏目名称", "类型", "必填", "选项", "登记表里的名称", ALIAS_HEADER)
RULE_HEADERS: Final = ("编号", "规则", "级别", "启用", "为什么查", "怎么改", "自定义提示语")
OWN_CHECK_HEADERS: Final = ("编号", "名称", "级别", "启用", "公式", "提示语", "范围")  # below the rules, as aligned


def source_headers(fields: tuple[str, ...] = PULLED_FIELDS) -> tuple[str, ...]:
    """The whole header of 来源: `SOURCE_HEADERS`, then of each pulled field the value and where it stands."""
    return (*SOURCE_HEADERS, *(f"{field_name(f)}·{what}" for f in fields for what in ("值", "出处")))


class Label(NamedTuple):
    """A labelled value of the form: field name, printed label, aliases, whether the form is no 登记表 without it."""

    field: str
    label: str
    aliases: tuple[str, ...] = ()
    anchor: bool = False


FORM_LABELS: Final = (
    Label("recommender", "推荐单位", ("推荐部门", "推荐街镇")),
    Label("project_name", "项目名称", ("成果名称", "攻关项目名称", "课题名称"), anchor=True),
    Label("applicant", "填报单位(盖章)", ("填报单位", "申报单位", "申报企业", "企业名称", "单位名称"), anchor=True),
    Label("filled_on", "填报日期", ("填表日期", "申报日期", "填报时间")),
    Label("background", "项目背景意义", ("项目背景及意义", "项目背景和意义", "背景意义")),
    Label("goal", "质量攻关目标", ("攻关目标", "项目目标"), anchor=True),
    Label("investment", "项目投资(万元)", ("项目投资", "项目投资额", "项目总投资", "攻关费用")),
    Label("quality_level", "产品质量水平", ("质量水平",)),
    Label("innovation", "质量创新程度(含技术路线)", ("质量创新程度", "创新程度")),
    Label("results", "质量攻关成效", ("攻关成效",)),
    Label("recommendation", "推荐单位意见", ("推荐意见", "街镇意见")),
    Label("remarks", "备注", ("附注",)),
)
EXTRA_LABELS: Final = (
    Label("completed", "完成时间", ("项目完成时间", "完成日期", "完成年月")),
    Label("level", "项目先进水平", ("先进水平", "技术水平", "达到水平")),
    Label("ownership", "企业性质", ("单位性质", "企业类型", "经济性质")),
    Label("size", "企业规模", ("单位规模",)),
    Label("credit_code", "统一社会信用代码", ("社会信用代码", "信用代码", "组织机构代码")),
    Label("contact", "联系人", ("项目联系人", "填报人", "经办人")),
    Label("phone", "联系电话", ("电话", "联系方式", "手机", "手机号码", "联系人电话")),
)
LABEL_OF: Final = {lab.field: lab.label for lab in FORM_LABELS + EXTRA_LABELS}

ECONOMIC_COLUMNS: Final = {
    "sales": ("销售额", ("销售收入", "营业收入", "产值")),
    "profit": ("利润", ("利润额", "净利润", "利润总额")),
    "saving": ("节能降耗", ("节能", "降耗", "节约")),
    "forex": ("创汇节汇", ("创汇", "节汇", "创汇节汇额")),
    "other": ("其他", ("其它",)),
}
ECONOMIC_ROWS: Final = {
    "before": ("攻关前", ("攻关前12月", "攻关前12个月", "实施前", "改进前", "攻关前十二个月")),
    "after": ("攻关后", ("攻关后12月", "攻关后12个月", "攻关完成后12个月", "实施后", "改进后", "攻关后十二个月")),
}
TEAM_HEADING: Final = ("攻关项目组成员", ("项目组成员", "主要攻关人员", "攻关小组成员", "攻关组成员"))
TEAM_COLUMNS: Final = {
    "name": ("姓名", ()),
    "gender": ("性别", ()),
    "position": ("职务(职称)", ("职务", "职称", "职务职称")),
    "education": ("学历", ("文化程度",)),
    "department": ("工作单位(部门)", ("工作单位", "部门", "所在部门", "工作部门", "单位部门")),
}
TEAM_NAMES: Final = {f: t[0] for f, t in TEAM_COLUMNS.items()}
OPINIONS: Final = {
    "technical": ("单位技术负责人意见", ("技术负责人意见",)),
    "finance": ("单位财务负责人意见", ("财务负责人意见",)),
    "head": ("单位负责人意见", ("企业负责人意见", "法定代表人意见", "负责人意见")),
}
SIGNED_BY: Final = ("负责人(签字)", ("负责人", "签字", "签名", "负责人签字", "负责人签名"))
SIGNED_ON: Final = ("日期", ("签字日期", "年月日"))

FORM_INSTRUCTIONS: Final = (
    "项目投资，是指与提高产品质量有直接关系的攻关费用。",
    "技术评价，需有权威部门的检测报告、鉴定报告或者检索报告。说明技术达到何年代国际先进水平"
    "（国际大公司先进水平）、一般水平（国际标准水平）。",
    "指攻关前 {period} 个月和攻关完成后 {period} 个月的经济效益数据对比，月份可以跨年度。",
    "创汇节汇金额折算成人民币金额填写。",
    "主要攻关人员应按贡献大小次序填写，最多不超过 {max_team} 名。",
    "推荐单位包括主管部门以及各街镇。",
    "请随表一并提供产品质量提高情况、技术评价、攻关成效等方面的证实性材料。",
)

_IGNORED = re.compile(r"[\s_()\[\]【】〔〕{}<>《》:;,.、，。：；·\-—–~*＊#\"'“”‘’/\\|]+")


@lru_cache(maxsize=16384)
def fold(text: str) -> str:
    """`text` as labels and names are compared: width, case, spaces, brackets and punctuation do not count.

    >>> fold("填报单位（盖章）：____") == fold("填报 单位(盖章)")
    True
    """
    return _IGNORED.sub("", unicodedata.normalize("NFKC", text).casefold())


@lru_cache(maxsize=1024)
def field_name(field: str) -> str:
    """The printed name of a field: benefit → 经济效益(万元), economics.before.sales → 攻关前·销售额."""
    if field.startswith(OWN):
        return field.removeprefix(OWN)
    head, *rest = field.split(".")
    match head:
        case "economics":
            return f"{ECONOMIC_ROWS[rest[0]][0]}·{ECONOMIC_COLUMNS[rest[1]][0]}" if len(rest) == 2 else "经济效益"
        case "team":
            member = f"成员{rest[0]}" if rest else "攻关项目组成员"
            return f"{member}·{TEAM_NAMES[rest[1]]}" if len(rest) == 2 else member
        case "opinions":
            name = OPINIONS[rest[0]][0]
            return name + {"signed_by": "·签字", "signed_on": "·日期"}.get(rest[1] if len(rest) > 1 else "", "")
        case _:
            return HEADER_OF.get(head) or LABEL_OF.get(head) or FOOTER_NAMES.get(head) or head
