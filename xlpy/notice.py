"""The year's notice as settings: deadline, units, code lists, thresholds. The default is Jiading's notice of 2023.

Source: 嘉市监质〔2023〕138号 (deadline: 三(二)4; at most 8 members: 填表说明 5; units: FACTS of the 2023 round).
The sheets 参数 and 规则 of a workbook override these defaults; `xlpy.settings` reads and lists them.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from decimal import Decimal
from functools import cached_property
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from xlpy.flags import Flag, Severity
from xlpy.layout import DISTRICT_FIELDS, OWN, PULLED_FIELDS, fold

ORIGINAL: Final = "【问题】"  # in a message of the bureau's own: the original words
OFFICE: Final = "市场监督管理局"
MOST_COLUMNS: Final = 6  # of the bureau's own: more would not fit on the printed page

# What stands between two names in one text; spaces do not, as in 安　亭　镇.
_BETWEEN = re.compile(r"[，,、；;：:。/／\\|｜()（）\[\]【】<>《》_＿\-—–~～+＋&＆\n\t]|[和与及暨]")
_STAMPS = ("", "盖章", "公章", "加盖公章", "签章")
_KINDS = "街道|镇|乡|新区|新城|园区|工业区|开发区|办事处|人民政府|管委会|管理委员会"
_KIND = re.compile(rf"(?:{_KINDS})*")  # alone it names nothing: there are many 工业区
_WHOLE = re.compile(rf"(?:{_KINDS})$")

# 局, 委, 委员会 … of a district or the city; not those of a town or park that is not in the list.
_DEPARTMENT = re.compile(r"(?:(?!街道|镇|新区|新城|园区|工业区|开发区).)+(?:局|委|委员会|办公室|署)(?:盖章)?")


def is_department(text: str) -> bool:
    """Whether `text` is, by its ending, a 主管部门, which may recommend too (填表说明 6).

    >>> is_department("嘉定区经济委员会"), is_department("某某镇经济发展办公室")
    (True, False)
    """
    return _DEPARTMENT.fullmatch(fold(text)) is not None


class Code(BaseModel):
    """An entry of a code list: the label that is stored, and what people write for it.

    since, until    the first and the last day of a unit; None = has always been there, is there still
    """

    model_config = ConfigDict(frozen=True)
    label: str
    aliases: tuple[str, ...] = ()
    since: dt.date | None = None
    until: dt.date | None = None

    def valid_on(self, day: dt.date) -> bool:
        """Whether the entry is in force on `day`, its first and last day included."""
        return (self.since or day) <= day <= (self.until or day)


class OwnColumn(BaseModel):
    """A column that the bureau added to Annex 2, and a labelled line that Annex 1 gets for it.

    name       its header in Annex 2, and its field (`own.研发投入`)
    kind       text, number (summed in 统计), month, or list (one of `choices`)
    source     its label in Annex 1; "" where the form does not ask for it
    aliases    other headers and labels that people write
    """

    model_config = ConfigDict(frozen=True)
    name: str
    kind: Literal["text", "number", "month", "list"] = "text"
    required: bool = False
    choices: tuple[str, ...] = ()
    source: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def field(self) -> str:
        """own.研发投入: how the column is named among the fields."""
        return f"{OWN}{self.name}"


class OwnCheck(BaseModel):
    """A check of the bureau's own (C…), written in 规则 as an Excel formula that is TRUE where something is wrong.

    formula    =AND([@企业规模]="微型",[@经济效益]>5000): [@header] is the row's cell, [header] the whole column
    scope      row: told at each row for which it holds; table: told once
    """

    model_config = ConfigDict(frozen=True)
    id: str = Field(pattern=r"^C\d{1,3}$")
    title: str
    formula: str
    message: str
    scope: Literal["row", "table"] = "row"
    severity: Severity = Severity.NOTE
    enabled: bool = True
    cell: str = ""


class RuleSetting(BaseModel):
    """What the sheet 规则 says about one rule: switched on, severity and message override (None = the catalogue's).

    【问题】 in the message stands for the catalogue's own words, with their details.
    """

    model_config = ConfigDict(frozen=True)
    enabled: bool = True
    severity: Severity | None = None
    message: str = ""

    def told(self, flag: Flag) -> Flag:
        """`flag` with this severity and in these words."""
        words = self.message.replace(ORIGINAL, flag.message) or flag.message
        return flag.model_copy(update={"severity": self.severity or flag.severity, "message": words})


_AS_IT_IS = RuleSetting()


def codes(*entries: str) -> tuple[Code, ...]:
    """`"国有企业|国企|国有"` → a Code with its aliases."""
    return tuple(Code(label=label, aliases=tuple(aliases)) for label, *aliases in (e.split("|") for e in entries))


class Notice(BaseModel):
    """Everything that changes from year to year or from district to district. Amounts in 万元, times in months."""

    model_config = ConfigDict(frozen=True)

    year: int = Field(default=2023, ge=2000, le=2100)
    district: str = "嘉定区"
    title: str = "{year}年{district}重点产品质量攻关项目申报汇总表"
    deadline: dt.date = dt.date(2023, 9, 15)
    division_code: str = Field(default="310114", pattern=r"^\d{6}$")
    max_team: int = Field(default=8, ge=1, le=50)
    months_after_completion: int = Field(default=12, ge=0, le=60)
    required: tuple[str, ...] = ("project_name", "company", "completed", "level", "ownership", "size", "benefit")
    form_required: tuple[str, ...] = (
        "recommender",
        "project_name",
        "applicant",
        "background",
        "goal",
        "investment",
        "quality_level",
        "innovation",
        "results",
    )
    weight_sales: Decimal = Field(default=Decimal(0), ge=0)
    weight_profit: Decimal = Field(default=Decimal(1), ge=0)
    weight_saving: Decimal = Field(default=Decimal(1), ge=0)
    weight_forex: Decimal = Field(default=Decimal(1), ge=0)
    weight_other: Decimal = Field(default=Decimal(1), ge=0)
    tolerance_amount: Decimal = Field(default=Decimal(1), ge=0)
    tolerance_percent: Decimal = Field(default=Decimal(1), ge=0, le=100)
    likely_yuan: Decimal = Field(default=Decimal(100000), gt=0)
    lookalike: int = Field(default=90, ge=50, le=100)
    units: tuple[Code, ...] = codes(
        "新成路街道|新成路|新成路街道办事处",
        "真新街道|真新|真新街道办事处|真新新村街道",
        "嘉定镇街道|嘉定镇|嘉定镇街道办事处",
        "南翔镇|南翔|南翔镇人民政府",
        "安亭镇|安亭|安亭镇人民政府",
        "马陆镇|马陆|马陆镇人民政府",
        "徐行镇|徐行|徐行镇人民政府",
        "华亭镇|华亭|华亭镇人民政府",
        "外冈镇|外冈|外冈镇人民政府",
        "江桥镇|江桥|江桥镇人民政府",
        "菊园新区|菊园|菊园新区管委会",
        "嘉定工业区|工业区|嘉定工业区管委会|嘉定工业区管理委员会",
    )
    levels: tuple[Code, ...] = codes(
        "国际领先|国际领先水平|世界领先|国际领跑",
        "国际先进|国际先进水平|世界先进|国际大公司先进水平",
        "国内领先|国内领先水平|全国领先",
        "国内先进|国内先进水平|全国先进",
        "行业领先|行业领先水平|市内领先|市领先|本市领先|行业先进|行业先进水平|市内领先水平",
        "一般水平|一般|国际标准水平",
    )
    ownerships: tuple[Code, ...] = codes(
        "国有企业|国企|国有|国有控股|国有控股企业|国有独资|央企|中央企业|全民所有制",
        "集体企业|集体|集体所有制",
        "民营企业|民企|民营|私营|私营企业|私企|私营有限责任公司|自然人独资",
        "股份制企业|股份制|股份有限公司|股份公司|上市公司",
        "外商投资企业|外资|外企|外资企业|外商独资|外商独资企业",
        "中外合资企业|合资|合资企业|中外合资|中外合作",
        "港澳台投资企业|港澳台|港资|台资|港澳台资|港资企业|台资企业|港澳台商投资企业",
        "其他|其它",
    )
    sizes: tuple[Code, ...] = codes(
        "大型|大|大型企业|大企业", "中型|中|中型企业", "小型|小|小型企业|小企业", "微型|微|微型企业|小微|微企"
    )
    rules: dict[str, RuleSetting] = {}
    columns: tuple[OwnColumn, ...] = Field(default=(), max_length=MOST_COLUMNS)
    checks: tuple[OwnCheck, ...] = ()

    @property
    def title_text(self) -> str:
        """The printed title of Annex 2."""
        return self.title.format(year=self.year, district=self.district)

    @property
    def office(self) -> str:
        """The bureau that prints Annex 1 and hands the district's table on."""
        return f"{self.district}{OFFICE}"

    @property
    def period(self) -> int:
        """Months before and after the project whose figures Annex 1 asks for."""
        return self.months_after_completion or 12

    @property
    def weights(self) -> dict[str, Decimal]:
        """Weight of each economic column in 经济效益. The notice gives no formula: see README."""
        return {name: getattr(self, f"weight_{name}") for name in ("sales", "profit", "saving", "forex", "other")}

    @cached_property
    def _tables(self) -> dict[str, dict[str, str]]:
        return {which: _lookup(self.entries(which)) for which in self.code_lists.values()}

    def label(self, which: str, text: str) -> str | None:
        """The label that `text` stands for in the code list `which` (units, levels, ownerships, sizes), or None.

        A unit that is not valid on the deadline is unknown, here and below.
        What stands in brackets or after a comma is looked at only if the whole is unknown:
        国际先进水平（2020年代） is 国际先进.
        """
        table = self._tables[which]
        found = table.get(fold(text))
        if found is None:
            for mark in "（(，,；;":
                head = text.split(mark, 1)[0]
                if head != text and (found := table.get(fold(head))):
                    break
        return found

    def exact_label(self, which: str, text: str) -> str | None:
        """The label that the whole of `text` stands for, or None."""
        return self._tables[which].get(fold(text))

    def unit(self, text: str) -> str | None:
        """The one unit of the district that `text` names, or None: an entry of the list, or words around just one.

        上海市嘉定区安亭镇人民政府 and 安亭镇经济发展办公室 are 安亭镇.
        """
        found = self.units_in(text)
        return found[0] if len(found) == 1 else None

    def units_in(self, text: str) -> list[str]:
        """Every unit of the district that `text` names, in the order of the list.

        A whole name (安亭镇, 嘉定工业区) counts wherever it stands; a short one (安亭) only as a word of its own, or
        behind 上海市嘉定区, for 安亭汽车配件公司 is no unit; a bare kind (工业区) only where nothing else is written,
        for 青浦工业区 is none either.
        """
        table, words = self._tables["units"], [fold(word) for word in _BETWEEN.split(text)]
        bare = [self._within_district.sub("", word) for word in words if word not in _STAMPS]
        if found := table.get(fold(text)) or (table.get(bare[0]) if len(bare) == 1 else None):
            return [found]
        whole = {table[name] for name in self._whole_units.findall(fold(text))}
        short = {table.get(word) for word in bare if not _KIND.fullmatch(word)}
        return [label for label in self.labels("units") if label in whole | short]

    @cached_property
    def _whole_units(self) -> re.Pattern[str]:
        """The units' names that cannot mean anything else; the longest first, so that none is found in a longer one."""
        labels = {fold(label) for label in self.labels("units")}
        names = [n for n in self._tables["units"] if not _KIND.fullmatch(n) and (n in labels or _WHOLE.search(n))]
        return re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))) or "(?!)")

    @cached_property
    def _within_district(self) -> re.Pattern[str]:
        """上海市嘉定区 before a folded name."""
        return re.compile(rf"^(?:上海市?)?{re.escape(fold(self.district).removesuffix('区'))}区?(?=.)")

    @cached_property
    def code_lists(self) -> dict[str, str]:
        """Field → its code list. A column of the bureau's own with choices has its own list: own.奖项 → own.奖项."""
        return CODE_LISTS | {field: field for field in self._choices}

    @cached_property
    def _choices(self) -> dict[str, tuple[Code, ...]]:
        lists = (column for column in self.columns if column.kind == "list" and column.choices)
        return {column.field: tuple(Code(label=choice) for choice in column.choices) for column in lists}

    def entries(self, which: str) -> tuple[Code, ...]:
        """The entries of a code list in their order: those that are valid on the deadline."""
        listed: tuple[Code, ...] = self._choices[which] if which in self._choices else getattr(self, which)
        return tuple(code for code in listed if code.valid_on(self.deadline))

    def labels(self, which: str) -> list[str]:
        """Their labels."""
        return [code.label for code in self.entries(which)]

    def own_fields(self, *kinds: str) -> tuple[str, ...]:
        """The bureau's own columns as fields: those of these `kinds` (text, number, month, list)."""
        return tuple(column.field for column in self.columns if column.kind in kinds)

    @cached_property
    def required_fields(self) -> tuple[str, ...]:
        """What a row of Annex 2 must have."""
        return (*self.required, *(column.field for column in self.columns if column.required))

    @cached_property
    def pulled_fields(self) -> tuple[str, ...]:
        """What a row of Annex 2 takes from its form."""
        return (*PULLED_FIELDS, *(column.field for column in self.columns if column.source))

    @cached_property
    def district_fields(self) -> tuple[str, ...]:
        """What a row of the district's table takes from the town's."""
        return (*DISTRICT_FIELDS, *(column.field for column in self.columns))

    def enabled(self, rule: str) -> bool:
        """Whether a rule of the catalogue is switched on."""
        return rule not in self.rules or self.rules[rule].enabled

    def told(self, flags: Iterable[Flag]) -> list[Flag]:
        """`flags` as 规则 wants them: without the rules that are off, with its severities and words."""
        return [self.rules.get(flag.rule, _AS_IT_IS).told(flag) for flag in flags if self.enabled(flag.rule)]


CODE_LISTS = {"level": "levels", "ownership": "ownerships", "size": "sizes", "recommender": "units"}


def _lookup(entries: Iterable[Code]) -> dict[str, str]:
    return {fold(text): code.label for code in entries for text in (code.label, *code.aliases)}
