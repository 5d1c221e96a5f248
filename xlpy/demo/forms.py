"""The demo's forms: what each enterprise wrote, with the faults that people really make, as files of several layouts.

Half of the forms are entirely right. Every other one carries the faults named beside it, so that each rule about forms
is seen at work. Everything is seeded by the text itself: the same bytes on every run.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from xlpy.authoring import FORM_DOCX, FORM_XLSX, resource
from xlpy.demo.companies import PROJECTS, Project
from xlpy.layout import ECONOMIC_COLUMNS
from xlpy.notice import Notice

Values = dict[str, str | float | dt.date | None]

TOWN = "安亭镇"
FILLED_ON = "2023年9月8日"
SIGNED_ON = "2023年9月7日"


class Sent(NamedTuple):
    """A file as the town received it: its name, the layout it was filled in, whose project, and what differs."""

    file: str
    layout: str  # excel, word, compact
    project: int
    changes: Mapping[str, str | float | dt.date | None] = {}


def _moved(before: str, after: str) -> dict[str, str]:
    return {"economics.before.profit": before, "economics.after.profit": after}


SENT = (
    Sent("01_禾梧轴承_异音攻关.xlsx", "excel", 0),
    Sent("02_澜序内饰.docx", "word", 1),
    Sent("03_曜新电池.xlsx", "excel", 2),
    Sent("04_砺石紧固件.xlsx", "compact", 3),
    Sent("05_拾光光学.xlsx", "excel", 4),
    Sent("06_穗丰装备.docx", "word", 5),
    Sent("07_青禾包装.xlsx", "excel", 6),
    Sent("08_鸿雁线束.xlsx", "excel", 7),
    Sent("09_格物检测.xlsx", "compact", 8),
    Sent("10_北斗橡塑.xlsx", "excel", 9),
    Sent("11_溪山食品机械.docx", "word", 10),
    # F01: 攻关目标 left blank. F12: the town has not yet written its opinion.
    Sent("12_赛格玛热管理.xlsx", "excel", 11, {"goal": None, "recommendation": None}),
    # F03: two amounts that are no numbers. F13: a credit code with two digits swapped.
    Sent(
        "13_木棉纺织.xlsx",
        "excel",
        12,
        {"investment": "约50多", "economics.after.saving": "1,5", "credit_code": "swapped"},
    ),
    # F04: 元 typed as 万元. F15: a phone number one digit short.
    Sent("14_明湖水处理.xlsx", "excel", 13, {"investment": 472000, "phone": "1380021001"}),
    # F05: only 攻关后 filled in for 创汇节汇. F10: no unit of the district. F14: registered elsewhere.
    Sent(
        "15_微芒传感.xlsx",
        "excel",
        14,
        {"economics.before.forex": "/", "recommender": "嘉定新城管理委员会", "credit_code": "310000"},
    ),
    # F06: nothing improved. F11: the finance officer has not signed.
    Sent(
        "16_长风铸造.docx",
        "word",
        15,
        {
            "economics.after.sales": "9600",
            **_moved("388", "388"),
            "economics.after.saving": "62",
            "opinions.finance.signed_by": None,
            "opinions.finance.signed_on": None,
        },
    ),
    # F07: nine members. F09: filled in after the deadline. T04: on last year's form.
    Sent(
        "17_知微医疗.xlsx",
        "compact",
        16,
        {
            "team": "桑榆 闻人语 左小安 车若谷 燕小北 池中月 路远 柴门 溪亭",
            "filled_on": "2023年9月20日",
            "title": "2022年嘉定区重点产品质量攻关项目登记表",
        },
    ),
    # F08: one person twice. F16: finished only three months before.
    Sent("18_朴石新材料.xlsx", "excel", 17, {"team": "司空晴 宇文舟 司空晴", "completed": "2023年6月"}),
    # F17: an amount is a formula that was never calculated, so every other program shows it as blank.
    Sent("19_天衡仪表.xlsx", "excel", 18, {"economics.after.profit": "=400+28"}),
    # X05: two versions of one form; the later 填报日期 counts.
    Sent("20_星桥电子.xlsx", "excel", 19, {"filled_on": "2023年8月21日", "economics.after.profit": "470"}),
    Sent("20_星桥电子_最终版2.xlsx", "excel", 19),
    Sent("21_禾梧轴承_保持架.xlsx", "excel", 20),
    Sent("22_云帆玻璃.xlsx", "compact", 21),
    # T02: the project of 22 again, two characters different.
    Sent("23_云帆玻璃_天幕.xlsx", "compact", 21, {"project_name": "天幕玻璃镀膜色差一致性的提升"}),
)

# Files that are no forms, as every such folder has them.
OTHERS: Mapping[str, bytes] = {
    "~$01_禾梧轴承_异音攻关.xlsx": b"\x09" + b"Zhang".ljust(54, b" "),
    "证明材料/检测报告.pdf": b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n",
    "24_登记表扫描件.jpg": bytes.fromhex("ffd8ffe000104a4649460001"),
    "25_传坏的表.xlsx": b"PK\x03\x04" + b"\x14\x00" * 40,
}


def write_forms(folder: Path, notice: Notice) -> None:
    """Write every file of `SENT` and `OTHERS` into `folder`."""
    for number, sent in enumerate(SENT):
        values = form_values(PROJECTS[sent.project], number)
        for name, change in sent.changes.items():
            if name == "team":
                values = {k: v for k, v in values.items() if not k.startswith("team.")} | dict(_team(str(change)))
            elif name == "credit_code":
                values[name] = _other_code(str(values[name]), str(change))
            else:
                values[name] = change
        _LAYOUTS[sent.layout](folder / sent.file, values, notice)
    for name, data in OTHERS.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def form_values(project: Project, number: int) -> Values:
    """Field → content of a form that is entirely right. `number` makes the credit code."""
    values: Values = {
        "recommender": TOWN,
        "project_name": project.name,
        "applicant": project.company,
        "filled_on": FILLED_ON,
        "background": f"{project.product}是公司主导产品，但{project.problem}，影响客户满意度和产品竞争力，亟需攻关。",
        "goal": f"通过{project.method}，使{project.result}，并形成可推广的控制规范。",
        "investment": project.investment,
        "quality_level": f"{project.product}经第三方机构检测，主要指标达到{project.level}水平，{project.result}。",
        "innovation": f"技术路线：现状调查—原因分析—{project.method}—验证与固化。创新点是过程参数与质量特性直接关联。",
        "results": f"项目实施后{project.result}，相关规范已纳入质量管理体系，两项专利已受理。",
        "recommendation": "情况属实，同意推荐。",
        "completed": project.completed,
        "level": project.level,
        "ownership": project.ownership,
        "size": project.size,
        "credit_code": credit_code(number),
        "contact": project.team.split()[-1],
        "phone": project.phone,
    }
    for column in ECONOMIC_COLUMNS:
        pair = getattr(project, column, None) or ("/", "/")
        values[f"economics.before.{column}"], values[f"economics.after.{column}"] = pair
    values.update(_team(project.team))
    names = project.team.split()
    for who, name in zip(("technical", "finance", "head"), (names[0], names[-1], names[0]), strict=True):
        values[f"opinions.{who}"] = "情况属实，同意申报。"
        values[f"opinions.{who}.signed_by"] = name
        values[f"opinions.{who}.signed_on"] = SIGNED_ON
    return values


_POSITIONS = ("质量总监（高级工程师）", "工艺工程师", "质量工程师", "技术员")
_DEPARTMENTS = ("质量部", "工艺技术部", "制造部")


def _team(names: str) -> Iterator[tuple[str, str]]:
    for n, name in enumerate(names.split()):
        yield f"team.{n + 1}.name", name
        yield f"team.{n + 1}.gender", "女" if n % 3 == 2 else "男"
        yield f"team.{n + 1}.position", _POSITIONS[min(n, len(_POSITIONS) - 1)]
        yield f"team.{n + 1}.education", "硕士" if n == 0 else "本科"
        yield f"team.{n + 1}.department", _DEPARTMENTS[n % len(_DEPARTMENTS)]


def credit_code(number: int, division: str = "310114") -> str:
    """A made-up 统一社会信用代码 whose two check digits hold (GB 32100-2015, GB 11714-1997)."""
    from stdnum.cn import uscc

    body = f"DEM0{number:04d}"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    rest = (
        11 - sum("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".index(c) * w for c, w in zip(body, weights, strict=True)) % 11
    )
    first = f"91{division}{body}{'X' if rest == 10 else '0' if rest == 11 else rest}"
    return first + str(uscc.calc_check_digit(first))


def _other_code(code: str, change: str) -> str:
    if change == "swapped":
        return code[:14] + code[15] + code[14] + code[16:] if code[14] != code[15] else code[:-1] + "0"
    return credit_code(int(code[12:16]), change)


# --- layouts ------------------------------------------------------------------------------------------------------


def _excel(path: Path, values: Values, notice: Notice) -> None:
    """Our own template, filled in."""
    from openpyxl import load_workbook

    from xlpy.authoring.form_sheet import CELLS

    workbook = load_workbook(resource(FORM_XLSX))
    for name, value in values.items():
        if value is not None:
            sheet, cell = CELLS[name]
            workbook[sheet][cell] = _typed(name, value)
        elif name in CELLS:
            sheet, cell = CELLS[name]
            workbook[sheet][cell] = None
    _save(workbook, path)


def _word(path: Path, values: Values, notice: Notice) -> None:
    """Our Word template, filled in."""
    from docx import Document

    from xlpy.authoring.form_word import fill
    from xlpy.authoring.package import save_document

    document = Document(str(resource(FORM_DOCX)))
    fill(document, {name: str(value) for name, value in values.items() if value is not None})
    path.write_bytes(save_document(document))


def _compact(path: Path, values: Values, notice: Notice) -> None:
    """An older form on one sheet: other title, labels at the left, other words for some of them, rows in between."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment

    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "申报表"
    for column, width in zip("ABCDEF", (22, 16, 16, 16, 16, 24), strict=True):
        sheet.column_dimensions[column].width = width
    lines: list[list[str | float | dt.date | None]] = [
        [values.get("title", "嘉定区重点产品质量攻关成果登记表")],
        [],
        ["推荐单位：", values["recommender"], None, "填报日期：", values["filled_on"]],
        ["成果名称", values["project_name"]],
        ["申报单位（盖章）", values["applicant"]],
        ["社会信用代码", values["credit_code"], None, "联系人", values["contact"]],
        ["联系电话", values["phone"], None, "完成时间", values["completed"]],
        ["先进水平", values["level"], None, "企业性质", values["ownership"], None],
        ["企业规模", values["size"]],
        [],
        ["项目背景及意义", values["background"]],
        ["攻关目标", values["goal"]],
        ["项目投资（万元）", _number(values["investment"])],
        ["质量水平", values["quality_level"]],
        ["创新程度", values["innovation"]],
        ["攻关成效", values["results"]],
        ["经济效益（万元）", *(label for label, _ in ECONOMIC_COLUMNS.values())],
    ]
    for when, label in (("before", "攻关前12个月"), ("after", "攻关后12个月")):
        lines.append([label, *(_number(values[f"economics.{when}.{column}"]) for column in ECONOMIC_COLUMNS)])
    lines += [["项目组成员"], ["姓名", "性别", "职务/职称", "学历", "工作单位（部门）"]]
    size = sum(name.startswith("team.") and name.endswith(".name") for name in values)
    for n in range(1, max(8, size) + 1):
        lines.append([values.get(f"team.{n}.{c}") for c in ("name", "gender", "position", "education", "department")])
    for who, label in (("technical", "技术负责人意见"), ("finance", "财务负责人意见"), ("head", "单位负责人意见")):
        lines.append([label, values[f"opinions.{who}"]])
        signed = [values[f"opinions.{who}.signed_by"], values[f"opinions.{who}.signed_on"]]
        lines.append(["负责人（签字）", signed[0], None, "日期", signed[1]])
    lines += [["推荐单位意见", values["recommendation"]], ["备注", None]]
    for line in lines:
        sheet.append(line)
    for row in sheet.iter_rows():
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="center")
            if isinstance(cell.value, str):
                cell.number_format = "@"
    sheet.merge_cells("A1:F1")
    _save(workbook, path)


_LAYOUTS = {"excel": _excel, "word": _word, "compact": _compact}


def _save(workbook: object, path: Path) -> None:
    from xlpy.authoring.package import save_workbook

    path.write_bytes(save_workbook(workbook, formulas=True))  # type: ignore[arg-type]


def _typed(name: str, value: str | float | dt.date) -> str | float | dt.date | None:
    """Amounts go in as numbers where they are numbers, as Excel would take what is typed."""
    return _number(value) if name == "investment" or name.startswith("economics.") else value


def _number(value: str | float | dt.date | None) -> str | float | dt.date | None:
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return value
