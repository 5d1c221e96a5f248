"""Every message that a user can see, rendered with sample values, in `messages.txt`.

The file is compared literally, so that a person reads what a change does to the words. After a change that is meant:

    python -m tests.golden
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from xlpy.catalogue import CATALOGUE
from xlpy.flags import make_flag

MESSAGES = Path(__file__).with_name("messages.txt")

# Rule → what its texts name in {…}; a rule and variant where one variant needs other values.
SAMPLES: dict[str, dict[str, Any]] = {
    "F01": {"name": "质量攻关目标", "value": "无", "problem": "写的是“#REF!”，是公式出错的结果；请直接填写文字"},
    "F03": {"name": "项目投资(万元)", "problem": "写的是“约50”，不是确切的数；请填确切的万元数，如 500"},
    "F04": {"name": "项目投资(万元)", "value": "472000", "proposal": "47.2"},
    "F04.tiny": {"name": "攻关后·利润", "value": "0.005", "proposal": "50"},
    "F04.jump": {"name": "利润", "before": "8.8", "after": "88000"},
    "F05.after": {"name": "利润", "seen": "88"},
    "F05.before": {"name": "创汇节汇", "seen": "130，另一格写的是“/”"},
    "F06": {},
    "F07": {"count": 9, "most": 8},
    "F08": {"line": 3, "value": "沈嘉禾", "first": 1, "person": "沈嘉禾", "missing": "学历、工作单位(部门)", "most": 8},
    "F08.unreadable": {
        "line": 3,
        "problem": "写的是“张三、李四”，像是不止一个姓名；请只填一个人的姓名，如 张三",
    },
    "F09": {"day": "2023年9月20日", "deadline": "2023年9月15日"},
    "F09.unreadable": {"problem": "写的是“2023年9月”，没有写到日；请写到日，如 2022年6月30日"},
    "F10": {"value": "某某行业协会"},
    "F10.near": {"value": "南祥镇", "proposal": "南翔镇"},
    "F11": {"name": "单位财务负责人意见", "problem": "写的是“9月7日”，没有写年份；请写到日，如 2022年6月30日"},
    "F11.unclear": {
        "name": "单位财务负责人意见",
        "problem": "写的是“待定”，不像一个人的姓名；请只填一个人的姓名，如 张三",
    },
    "F12": {},
    "F13": {"problem": "写的是“91310114320742767L”，校验码不符，至少有一位不对；请对照营业执照逐位核对"},
    "F14": {"division": "310000", "expected": "310114"},
    "F15": {"problem": "写的是“1380021001”，有 10 位数字，不是电话号码；请填手机号（11 位）或座机号，如 021-59531234"},
    "F16": {"completed": "2023年6月", "filled": "2023年9月8日", "months": 3, "least": 12},
    "F16.future": {"completed": "2023年12月", "filled": "2023年9月8日"},
    "F16.unreadable": {"name": "完成时间", "problem": "写的是“2022年上半年”，没有写到月；请写到月，如 2022年6月"},
    "F17": {"name": "攻关后·利润", "cell": "C9", "count": 4},
    "R01": {"name": "项目单位", "value": "/"},
    "R02": {"value": "7", "expected": 6},
    "R03": {
        "name": "完成时间",
        "problem": "写的是“2022.1”，数字格里分不清是 2022年1月 还是 2022年10月；请用文字写成 2022年1月 或 2022年10月",
        "value": "/",
    },
    "R04.late": {"month": "2023年10月", "deadline": "2023年9月15日"},
    "R04.soon": {"month": "2023年1月", "deadline": "2023年9月15日", "least": 12},
    "R05": {"name": "项目先进水平", "value": "达到国际先进水平", "proposal": "国际先进"},
    "R05.unknown": {"name": "企业规模", "value": "规上", "choices": "大型、中型、小型、微型"},
    "R06": {
        "name": "经济效益",
        "problem": "写的是“500-600”，是一个范围，不是确切的数；请填确切的万元数，如 500",
        "value": "/",
    },
    "R07": {"value": "400000", "proposal": "40"},
    "R07.tiny": {"value": "0.004", "proposal": "40"},
    "R08": {"name": "备注", "first": "=", "place": 3, "length": "40,000"},
    "R08.broken": {"name": "备注", "problem": "写的是“#REF!”，是公式出错的结果；请直接填写文字"},
    "T01": {"other": 5},
    "T02": {"other": 5, "project": "天幕玻璃镀膜色差一致性提升", "company": "上海云帆玻璃工艺有限公司", "score": 96},
    "T03": {
        "name": "联系电话",
        "value": "/",
        "problem": "写的是“5953123”，有 7 位数字，不是电话号码；请填手机号（11 位）或座机号，如 021-59531234",
    },
    "T03.unit": {"value": "某某街道"},
    "T04.missing": {"name": "项目先进水平"},
    "T04.own": {"name": "研发投入"},
    "T04.renamed": {"value": "企业名称", "name": "项目单位"},
    "T04.unknown": {"value": "负责人手机"},
    "F17.row": {"name": "企业规模"},
    "T05.heading": {"row": 9, "text": "序号"},
    "T05.footer": {"row": 12, "text": "填报单位：江桥镇"},
    "T04.unit": {"value": "经济效益（元）"},
    "T04.money": {"value": "经济效益（美元）"},
    "T04.twice": {"name": "项目单位", "read": "C3"},
    "T04.titled": {"seen": 2026, "year": 2027},
    "T04.form": {"seen": 2026, "year": 2027},
    "T04.later": {"seen": 2027, "year": 2026},
    "T05": {"row": 9, "text": "合计"},
    "X01": {"name": "企业规模", "value": "小型", "form": "登记表/01_甲.xlsx", "at": "汇总信息!B5", "other": "中型"},
    "X01.town": {
        "name": "经济效益",
        "mine": "28.5",
        "town": "安亭镇",
        "form": "安亭镇/附件2.xlsx",
        "at": "汇总表!H4",
        "other": "30",
    },
    "X02.gone": {"project": "降噪", "form": "安亭镇/附件2.xlsx"},
    "X02.unread": {"form": "安亭镇/附件2.xlsx", "count": 12, "why": "文件打不开"},
    "X02.absent": {"form": "安亭镇/附件2.xlsx", "count": 12},
    "X02": {"project": "座椅面料色牢度提升"},
    "X03": {"form": "登记表/02_乙.docx", "project": "“座椅面料色牢度提升”", "company": "上海木棉纺织科技有限公司"},
    "X04": {"mine": "100", "form": "登记表/01_甲.xlsx", "at": "登记表!C9", "other": "40"},
    "X05": {"count": 2, "kept": "登记表/03_丙_最终版2.xlsx", "others": "登记表/03_丙.xlsx"},
    "D01": {"project": "降噪", "towns": "安亭镇、南翔镇"},
    "D01.same": {"project": "降噪", "towns": "安亭镇、南翔镇", "companies": "甲公司、甲有限公司"},
    "D01.alike": {
        "project": "天幕玻璃色差一致性提升",
        "town": "安亭镇",
        "other": "天幕玻璃色差一致性的提升",
        "other_town": "南翔镇",
        "score": 96,
    },
    "D02": {"project": "天幕玻璃色差一致性提升", "source": "2021年区级二等奖"},
    "D02.same": {"project": "天幕玻璃色差一致性提升", "source": "2021 区级 上海云帆玻璃有限公司"},
    "D02.alike": {
        "project": "天幕玻璃色差一致性提升",
        "other": "天幕玻璃色差一致性的提升",
        "score": 96,
        "source": "2021 区级",
    },
    "D03": {"project": "天幕玻璃色差一致性提升", "source": "市级申报第 12 行"},
    "D03.same": {"project": "天幕玻璃色差一致性提升", "source": "上海云帆玻璃有限公司"},
    "D03.alike": {
        "project": "天幕玻璃色差一致性提升",
        "other": "天幕玻璃色差一致性的提升",
        "score": 96,
        "source": "市级申报!B9",
    },
    "D04": {"unit": "外冈镇"},
    "D04.unread": {"unit": "外冈镇", "file": "外冈镇/附件2.xlsx", "why": "文件有密码"},
    "D05": {"unit": "安亭镇", "count": 2, "others": "附件2_安亭.xlsx、附件2_安亭_改.xlsx"},
    "D05.changed": {
        "unit": "安亭镇",
        "file": "附件2_安亭.xlsx",
        "rows_in": 12,
        "amount_in": "1280.5",
        "rows_out": 11,
        "amount_out": "1240.5",
    },
    "D06.rows": {"unit": "安亭镇", "rows_in": 12, "rows_out": 10, "excluded": 1},
    "D06.amount": {"unit": "安亭镇", "amount_in": "1280.5", "amount_out": "1240.5"},
    "D06.deleted": {"unit": "安亭镇", "count": 4, "projects": "“降噪”、“减重”、“提速”", "more": "等"},
    "D07": {"file": "附件2_某某街道.xlsx", "problem": "填报单位“某某街道”不在名单里"},
    "P01": {
        "name": "攻关人员上限",
        "problem": "“八”不是数字",
        "example": "8",
        "default": "8",
        "value": "攻关人数",
        "first": 6,
    },
    "P01.list": {"name": "企业规模", "problem": "“大”在清单里出现了两次（另一处是“大型”）"},
    "P01.pointer": {"name": "推荐单位·停用日期", "place": "填在右边的“停用日期”一列"},
    "P01.twice": {"value": "名称"},
    "P01.year": {"value": "2024", "deadline": "2023-09-15"},
    "P01.titled": {"other": 2023, "year": 2027},
    "P01.column": {"name": "研发投入", "problem": "类型写的是“钱”，应为 文字、数字、年月、清单 之一"},
    "P01.listing": {"name": "历年表彰"},
    "P01.decision": {"name": "决定", "value": "看看再说", "choices": "保留、合并、排除"},
    "P01.nameless": {"value": "排除", "side": "甲", "problem": "汇总表里没有这个项目"},
    "P01.ring": {"project": "天幕玻璃色差一致性提升", "value": "合并"},
    "P02": {"id": "F06", "heading": "级别", "value": "严重", "default": "提示", "first": 6},
    "P02.unknown": {"value": "F99"},
    "P02.twice": {"value": "编号"},
    "P02.message": {"id": "F06", "problem": "有 600 个字，最多 500 个字"},
    "P02.misplaced": {"value": "C1"},
    "P02.check": {"id": "C1", "problem": "没有写公式"},
    "P02.formula": {"id": "C1", "problem": "没有叫“研发投入”的栏目"},
    "P02.repeated": {"value": "F06", "first": 6},
}


def sample(rule: str, variant: str) -> dict[str, Any]:
    """The values for one wording; a KeyError where nobody gave any."""
    return SAMPLES.get(f"{rule}.{variant}") or SAMPLES.get(rule, {})


def rendered() -> str:
    """All wordings of all rules, with what a clerk also sees of them: title, reason, level."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    for rule in CATALOGUE.values():
        yield f"{rule.id} {rule.title}——{rule.why}"
        for variant in rule.texts:
            flag = make_flag(rule, variant, **sample(rule.id, variant))
            yield f"  {variant} {flag.severity.label}：{flag.message}。{flag.fix}"
