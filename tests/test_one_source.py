"""One source: whatever names a limit (使用说明, prompts, Annex 1, README) names the one that the checks use.

A workbook to which a notice was applied is, but for its history, the one that is made under that notice.
"""

from __future__ import annotations

import datetime as dt
import re
import subprocess
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from tests import sound
from tests.both import Both
from tests.comcalculation import profile
from tests.sound import OTHER, found, member, sound_form, sound_row, sound_table
from tests.test_macros import RUN
from tests.test_settings import CHANGED
from xlpy import api, macros
from xlpy.authoring.district_book import district_bytes, district_workbook
from xlpy.authoring.form_sheet import form_workbook
from xlpy.authoring.form_word import form_document
from xlpy.authoring.readme import help_text, rules_table
from xlpy.authoring.summary_book import summary_bytes, summary_workbook
from xlpy.catalogue import CATALOGUE
from xlpy.checks import check_cross, check_form, check_table
from xlpy.grids import Scalar, Snapshot
from xlpy.guide import district_paragraphs, paragraphs
from xlpy.layout import RULES, SETTINGS, field_name
from xlpy.matching import match
from xlpy.notice import Code, Notice, RuleSetting
from xlpy.patch import Patch, Write, block
from xlpy.rows import benefit
from xlpy.settings import read_notice
from xlpy.surfaces.file import open_workbook

MADE = {"town": summary_bytes, "district": district_bytes}
RECORDS = ("操作记录", "撤销记录")


@pytest.fixture(autouse=True)
def _same_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "this_run", lambda: RUN)


# --- applied is the same as made ----------------------------------------------------------------------------------


def typed_over(old: Snapshot, new: Snapshot) -> Patch:
    """The sheets 参数 and 规则 of `new`, typed over those of `old`; hidden columns apart, which nobody types into."""
    writes = []
    for name in (SETTINGS, RULES):
        one, other = new.sheets[name], old.sheets[name]
        width = 23 if name == SETTINGS else one.width
        writes.append(Write(name, 1, 1, block(one.stored_block(1, 1, max(one.height, other.height), width))))
    return Patch(tuple(writes))


def saying(book: Workbook) -> dict[str, Any]:
    """What a workbook shows, offers and colours, place by place. The figures of 统计 and its line above are a run's."""
    said: dict[str, Any] = {name: defined.attr_text for name, defined in book.defined_names.items()}
    for sheet in book.worksheets:
        if sheet.title in RECORDS:
            continue
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None and (sheet.title != "统计" or (cell.column == 1 and cell.row > 3)):
                    said[f"{sheet.title}!{cell.coordinate}"] = cell.value
        for rule in sheet.data_validations.dataValidation:
            words = rule.type, rule.operator, rule.formula1, rule.formula2, rule.errorStyle, rule.prompt, rule.error
            said[f"{sheet.title} 有效性 {rule.sqref} {rule.type}"] = words
        for number, painted in enumerate(sheet.conditional_formatting):
            said[f"{sheet.title} 格式 {number}"] = str(painted.sqref), [rule.formula for rule in painted.rules]
        hidden = {letter for letter, column in sheet.column_dimensions.items() if column.hidden}
        said[f"{sheet.title} 隐藏"] = sorted(hidden)
        if sheet.title == "使用说明":
            said["行高"] = {row: dimension.height for row, dimension in sheet.row_dimensions.items()}
    return said


@pytest.mark.parametrize("kind", MADE)
@pytest.mark.parametrize("notice", [CHANGED, Notice(months_after_completion=0)], ids=["changed", "no months"])
def test_a_workbook_with_another_notice_applied_is_the_one_made_under_it(
    kind: str, notice: Notice, tmp_path: Path
) -> None:
    old, new = tmp_path / "旧.xlsx", tmp_path / "新.xlsx"
    old.write_bytes(MADE[kind](Notice()))
    new.write_bytes(MADE[kind](notice))
    book = open_workbook(old)
    book.commit(typed_over(book.snapshot, open_workbook(new).snapshot))
    before = saying(load_workbook(old))
    both = Both(old)
    report = both.run(macros.apply, api.apply)
    assert report.flags == []
    assert saying(load_workbook(old)) == saying(load_workbook(new)) != before
    [guide] = [s for s in object.__getattribute__(both.book.api, "_inner").sheets if s.name == "使用说明"]
    assert guide.heights == {r: d.height for r, d in load_workbook(new)["使用说明"].row_dimensions.items()}
    assert both.run(macros.apply, api.apply).changes == []
    both.run(macros.undo, api.undo)
    assert saying(load_workbook(old)) == before


def drop_downs(path: Path, folder: Path) -> dict[str, list[str]]:
    """What each drop-down shows, reckoned by LibreOffice from the name behind it, blank lines left out."""
    book = load_workbook(path)
    sheet = book.create_sheet("看")
    names = list(book.defined_names)
    for column, name in enumerate(names, 1):
        sheet.cell(1, column, f"=ROWS({name})")
        for row in range(1, 100):
            sheet.cell(row + 1, column, f'=IF({row}<=ROWS({name}),INDEX({name},{row},1)&"","")')
    book.save(folder / "看.xlsx")
    command = [
        "soffice",
        "--headless",
        f"-env:UserInstallation={profile()}",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(folder / "出"),
    ]
    subprocess.run([*command, str(folder / "看.xlsx")], check=True, capture_output=True, timeout=180)
    lines = list(load_workbook(folder / "出" / "看.xlsx", data_only=True)["看"].iter_rows(values_only=True))
    return {name: [line[n] for line in lines[1:] if line[n]] for n, name in enumerate(names)}


UNITS: list[list[Scalar]] = [
    ["甲镇", None, None, "2023-9-14"],  # gone on the deadline of 2023
    ["乙街道", "乙", "2023-9-15", None],
    [None, None, None, None],
    *([f"新{n}镇", None, None, None] for n in range(90)),
]


@pytest.mark.parametrize("kind", MADE)
def test_the_drop_downs_show_what_the_checks_accept(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "表.xlsx"
    path.write_bytes(MADE[kind](Notice(columns=CHANGED.columns)))
    cleared = Write(SETTINGS, 8, 11, block([[None, None]]))  # 行业领先, in the middle of the levels
    open_workbook(path).commit(Patch((Write(SETTINGS, 4, 7, block(UNITS)), cleared)))
    assert api.apply(path).flags == []
    notice, _ = read_notice(open_workbook(path).snapshot)
    assert drop_downs(path, tmp_path) == {
        "清单_推荐单位": ["乙街道", *(f"新{n}镇" for n in range(90))],
        "清单_项目先进水平": ["国际领先", "国际先进", "国内领先", "国内先进", "一般水平"],
        "清单_企业性质": Notice().labels("ownerships"),
        "清单_企业规模": Notice().labels("sizes"),
        "清单_自定义2": ["自主研发", "合作研发"],
        **{f"清单_自定义{n}": [] for n in (1, 3, 4, 5, 6)},
    }
    assert notice.labels("units") == ["乙街道", *(f"新{n}镇" for n in range(90))]
    assert notice.labels("levels") == ["国际领先", "国际先进", "国内领先", "国内先进", "一般水平"]


# --- what a text names, the checks use -----------------------------------------------------------------------------

ODD = Notice(
    year=2031,
    district="示例区",
    title="{year}年{district}质量提升项目申报汇总表",
    deadline=dt.date(2031, 4, 3),
    division_code="330199",
    max_team=5,
    months_after_completion=7,
    required=("project_name", "remarks"),
    weight_sales=Decimal("0.25"),
    weight_profit=Decimal(0),
    weight_other=Decimal(3),
    tolerance_amount=Decimal("2.5"),
    tolerance_percent=Decimal(4),
    likely_yuan=Decimal(77777),
    lookalike=64,
    units=(Code(label="甲镇", aliases=("甲",)), Code(label="乙街道", until=dt.date(2031, 4, 2))),
    levels=(Code(label="一等"), Code(label="二等", aliases=("二",))),
    ownerships=(Code(label="甲类"), Code(label="乙类")),
    sizes=(Code(label="特大"), Code(label="普通")),
    rules={"F06": RuleSetting(enabled=False)},
)
NOTICES = pytest.mark.parametrize("notice", [Notice(), ODD], ids=["2023", "odd"])
GUIDES = {"town": paragraphs, "district": district_paragraphs}


def guide(notice: Notice, kind: str = "town") -> str:
    return "\n".join(f"{line.lead}\t{line.text}" for line in GUIDES[kind](notice, CATALOGUE))


def named(pattern: str, text: str) -> list[str]:
    """What the pattern's groups name in the text; each time the same."""
    found = set(re.findall(pattern, text))
    assert len(found) == 1, (pattern, found)
    [one] = found
    return [one] if isinstance(one, str) else list(one)


def day(text: str) -> dt.date:
    return dt.date(*map(int, re.findall(r"\d+", text)))


def row_flags(notice: Notice, rule: str, **typed: str) -> list[tuple[str, str]]:
    return found(check_table(sound_table(sound_row(4, **typed)), notice), rule)


def form_flags(notice: Notice, rule: str, **changes: Any) -> list[tuple[str, str]]:
    return found(check_form(sound_form(**changes), notice), rule)


@NOTICES
@pytest.mark.parametrize("kind", GUIDES)
def test_the_deadline(notice: Notice, kind: str) -> None:
    last = day(named(r"申报截止日期：(\d+年\d+月\d+日)", guide(notice, kind))[0])
    assert day(named(r"填报日期不能晚于 (\d+年\d+月\d+日)", guide(notice, kind))[0]) == last
    after = last + dt.timedelta(days=1)
    for filled, flags in ((last, []), (after, [("F09", "B5")])):
        assert form_flags(notice, "F09", filled_on=sound.day(filled.isoformat(), "B5")) == flags
    month = day(named(r"不能晚于 (\d+年\d+月\d+日)；离", guide(notice, kind))[0])
    for later, severity in ((0, "warning"), (1, "error")):
        table = sound_table(sound_row(4, completed=f"{month.year}.{month.month + later}"))
        assert [f.severity.value for f in check_table(table, notice) if f.rule == "R04"] == [severity]


@NOTICES
@pytest.mark.parametrize("kind", GUIDES)
def test_the_months_after_completion(notice: Notice, kind: str) -> None:
    least = int(named(r"离截止日期不满 (\d+) 个月", guide(notice, kind))[0])
    assert set(re.findall(r"攻关(?:完成)?[前后] (\d+) 个月", guide(notice, kind))) == {str(least)}
    assert set(re.findall(r"攻关(?:完成)?[前后] ?(\d+) ?个?月", printed(notice))) == {str(least)}
    end = notice.deadline.year * 12 + notice.deadline.month - 1
    for months, flags in ((least, []), (least - 1, [("R04", "D4")])):
        year, month = divmod(end - months, 12)
        assert row_flags(notice, "R04", completed=f"{year}.{month + 1}") == flags


@NOTICES
def test_the_greatest_team(notice: Notice) -> None:
    most = int(named(r"最多 (\d+) 人", guide(notice))[0])
    assert int(named(r"最多不超过 (\d+) 名", printed(notice))[0]) == most
    rules = form_workbook(notice)["登记表"].data_validations.dataValidation
    lines = sum(len(str(rule.sqref).split()) for rule in rules if rule.formula1 == '"男,女"')
    assert lines == most
    for count, flags in ((most, []), (most + 1, [("F07", f"A{21 + most}")])):
        team = tuple(member(n, f"{'赵钱孙李周吴郑王冯'[n - 1]}小{n}") for n in range(1, count + 1))
        assert form_flags(notice, "F07", team=team) == flags


@NOTICES
@pytest.mark.parametrize("kind", GUIDES)
def test_the_amount_that_looks_like_yuan(notice: Notice, kind: str) -> None:
    least = Decimal(named(r"达到 (\S+) 万元会提醒", guide(notice, kind))[0])
    assert row_flags(notice, "R07", benefit=str(least)) == [("R07", "H4")]
    assert row_flags(notice, "R07", benefit=str(least - Decimal("0.01"))) == []


@NOTICES
@pytest.mark.parametrize("kind", GUIDES)
def test_the_formula_and_its_tolerance(notice: Notice, kind: str) -> None:
    words, amount, percent = named(r"算：(.+?)，各取.+相差超过 (\S+) 万元和 (\S+)%", guide(notice, kind))
    weights = {}
    for term in words.split(" + "):
        weight, _, name = term.rpartition(" × ")
        weights[name] = Decimal(weight or 1)
    before, after = sound.economics(8, "10", "20", "30", "40", "50"), sound.economics(9, "11", "23", "37", "45", "59")
    gains = dict(zip(("销售额", "利润", "节能降耗", "创汇节汇", "其他"), (1, 3, 7, 5, 9), strict=True))
    expected = sum(weight * gains[name] for name, weight in weights.items())
    one = sound_form(before=before, after=after)
    assert benefit(one, notice) == expected
    for factor in (Decimal(1), Decimal(100)):  # the larger of the two counts
        scaled = sound_form(
            before=sound.economics(8, *["0"] * 5),
            after=sound.economics(9, *(str(gain * factor * 10) for gain in gains.values())),
        )
        right = benefit(scaled, notice)
        assert right is not None
        tolerated = max(Decimal(amount), right * Decimal(percent) / 100)
        for off, flags in ((tolerated, []), (tolerated + Decimal("0.01"), [("X04", "H4")])):
            table = sound_table(sound_row(4, benefit=str(right + off)))
            matching = match(table, (scaled,), {})
            assert found(check_cross(matching, table, notice), "X04") == flags


@NOTICES
def test_the_likeness_of_names(notice: Notice) -> None:
    limit = int(named(r"相似度达到 (\d+)%", guide(notice, "district"))[0])
    for same, flags in ((limit, [("T02", "B5")]), (limit - 2, [])):
        name = "".join(chr(0x4E00 + n) for n in range(100))
        other = name[:same] + "".join(chr(0x5E00 + n) for n in range(100 - same))
        table = sound_table(sound_row(4, project_name=name), sound_row(5, **OTHER | {"project_name": other}))
        assert found(check_table(table, notice), "T02") == flags


@NOTICES
@pytest.mark.parametrize("kind", GUIDES)
def test_the_code_lists(notice: Notice, kind: str) -> None:
    for field, header, column in (
        ("level", "项目先进水平", "E"),
        ("ownership", "企业性质", "F"),
        ("size", "企业规模", "G"),
    ):
        labels = named(rf"{header}从下拉清单里选：(.+?)。", guide(notice, kind))[0].split("、")
        in_annex_1 = set(re.findall(r"[^、，。：\s\"]+", printed(notice).replace(",", "、")))
        assert set(labels) <= in_annex_1
        at = ("R05", f"{column}4")
        assert all(at not in row_flags(notice, "R05", **{field: label}) for label in labels)
        others = {code.label for code in getattr(ODD if notice == Notice() else Notice(), f"{field}s")}
        assert all(at in row_flags(notice, "R05", **{field: other}) for other in others)


@NOTICES
@pytest.mark.parametrize("kind", GUIDES)
def test_what_must_be_filled_in(notice: Notice, kind: str) -> None:
    names = named(r"必填\t(.+)。", guide(notice, kind))[0].split("、")
    told = {f.field for f in check_table(sound_table(sound.blank_row()), notice) if f.rule == "R01"}
    assert [field_name(field).split("(")[0] for field in notice.required] == names
    assert told == set(notice.required)


@NOTICES
@pytest.mark.parametrize("kind", GUIDES)
def test_the_units_and_the_rules_are_counted(notice: Notice, kind: str) -> None:
    units = int(named(r"推荐单位（现有 (\d+) 个）", guide(notice, kind))[0])
    known = [code.label for code in (*Notice().units, *ODD.units)]
    assert sum(not form_flags(notice, "F10", recommender=sound.text(one, "B2")) for one in known) == units
    everything, on = map(int, named(r"共 (\d+) 条，现在启用 (\d+) 条", guide(notice, kind)))
    assert (everything, on) == (len(CATALOGUE), sum(map(notice.enabled, CATALOGUE)))


@NOTICES
def test_the_examples_of_annex_1_pass_its_own_checks(notice: Notice) -> None:
    code = named(r"例：(91\w{16})", printed(notice))[0]
    assert form_flags(notice, "F13", credit_code=sound.text(code, "B6")) == []
    assert form_flags(notice, "F14", credit_code=sound.text(code, "B6")) == []
    filled = day(named(r"写全年月日。例：(\d+年\d+月\d+日)", printed(notice))[0])
    assert form_flags(notice, "F09", filled_on=sound.day(filled.isoformat(), "B5")) == []


def printed(notice: Notice) -> str:
    """Every word of Annex 1, Excel and Word, with its prompts and drop-downs."""
    return "\n".join((*words(form_workbook(notice)), *(t.text or "" for t in paragraphs_of(form_document(notice)))))


def words(book: Workbook) -> Iterator[str]:
    """Text of cells, prompts, errors and drop-downs; of 参数 without its examples, which are named so."""
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None and (sheet.title != SETTINGS or cell.column != 5):
                    yield str(cell.value)
        for rule in sheet.data_validations.dataValidation:
            yield from filter(None, (rule.prompt, rule.error, rule.formula1))


def paragraphs_of(document: Any) -> Iterator[Any]:
    from docx.oxml.ns import qn

    return iter(document.element.body.iter(qn("w:t")))


# Figures and names of the notice of 2023, as a text would have them; none may be left under another notice.
FORMER = re.compile(
    r"2023|嘉定|310114|9 ?月 ?15 ?日|9-15|8 ?[名人]|12 ?个?月|(?<![\d-])100,?000(?!\d)|\D1 万元和|90 ?%"
    r"|安亭|国内领先|民营企业|微型"
)


TEXTS: dict[str, Callable[[Notice], str]] = {
    **{f"guide of {kind}": lambda notice, kind=kind: guide(notice, kind) for kind in GUIDES},
    "annex 1": printed,
    "annex 2": lambda notice: "\n".join(words(summary_workbook(notice))),
    "district": lambda notice: "\n".join(words(district_workbook(notice))),
}
EXAMPLES = (  # said to be such
    '例：C1，公式 =AND([@企业规模]="微型",[@经济效益]>5000)，提示语 微型企业效益偏大',
    '例如 =AND([@企业规模]="微型",[@经济效益]>5000)',
    "“截止日期”应填日期，例如 2024-9-15",
)


def former(text: str) -> list[str]:
    for example in EXAMPLES:
        text = text.replace(example, "")
    return [text[max(0, m.start() - 20) : m.end() + 10] for m in FORMER.finditer(text)]


@pytest.mark.parametrize("name", TEXTS)
def test_no_text_names_a_limit_of_another_notice(name: str) -> None:
    assert former(TEXTS[name](ODD)) == []
    assert len(former(TEXTS[name](Notice()))) > 10, "the words looked for are those of 2023"


def test_the_tables_of_the_readme_name_no_limit_at_all() -> None:
    assert former(rules_table() + help_text()) == []
