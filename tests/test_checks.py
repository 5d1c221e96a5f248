"""All checks together: what they declare, what 规则 changes, that each id is produced, and junk."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import test_checks_cross, test_checks_form, test_checks_row, test_checks_table
from tests.sound import blank_form, blank_row, found, sound_form, sound_row, sound_table
from xlpy.accounts import Account, State
from xlpy.catalogue import CATALOGUE
from xlpy.cells import Month
from xlpy.checks import CHECKS, check_cross, check_form, check_table
from xlpy.checks.district import District
from xlpy.flags import Flag, Severity
from xlpy.matching import Matching, Versions, match
from xlpy.models import Economics, Form, Heading, Member, Opinion, StrayRow, SummaryRow, SummaryTable, Value
from xlpy.notice import Code, Notice, OwnColumn, RuleSetting

NOTICE = Notice()
LATER = ("D", "P")  # rules of consolidation and of the settings' reader, which are tested with those
# tested in test_checks_district and test_checks_row
OF_DISTRICT = ("X01.town", "X02.gone", "X02.unread", "X02.absent", "F17.row")


def produced() -> list[Flag]:
    """What the cases of every check give."""
    flags: list[Flag] = []
    for _, _, form, _ in test_checks_form.CASES:
        flags += check_form(form, NOTICE)
    for _, _, row, _ in test_checks_row.CASES:
        flags += check_table(sound_table(row), NOTICE)
    for _, _, table, _ in test_checks_table.CASES:
        flags += check_table(table, NOTICE)
    flags += check_table(sound_table(), Notice(columns=(OwnColumn(name="研发投入"),)))
    for _, _, (table, forms), _ in test_checks_cross.CASES:
        flags += check_cross(match(table, forms, {}), table, NOTICE)
    return flags


def test_every_rule_is_declared_by_exactly_one_check() -> None:
    """One for a town's workbook; the district looks at some rules again, with all towns before it.

    T04 and F17 are of forms as well as of tables: either may be another year's, or have cells that show nothing.
    """
    of_towns = [rule for check in CHECKS if check.scope != "district" for rule in check.ids]
    of_district = [rule for check in CHECKS if check.scope == "district" for rule in check.ids]
    assert sorted(of_towns) == sorted(["F17", "T04", *(rule for rule in CATALOGUE if not rule.startswith(LATER))])
    assert sorted(of_district) == sorted(["T01", "T02", "X01", "X02", *(r for r in CATALOGUE if r.startswith("D"))])


def test_a_check_is_told_by_its_docstring() -> None:
    for check in CHECKS:
        first = (check.run.__doc__ or "").split()
        assert first[0].rstrip(",") == check.ids[0], check.run.__name__


def test_a_check_yields_only_what_it_declares() -> None:
    for check in CHECKS:
        for rule in {flag.rule for flag in run_alone(check.run, check.scope)}:
            assert rule in check.ids, check.run.__name__


def run_alone(run: Any, scope: str) -> Iterator[Flag]:
    for _, _, form, _ in test_checks_form.CASES if scope == "form" else ():
        yield from run(form, NOTICE)
    for _, _, row, _ in test_checks_row.CASES if scope == "row" else ():
        yield from run(row, sound_table(row), NOTICE)
    for _, _, table, _ in test_checks_table.CASES if scope in ("table", "town") else ():
        yield from run(table, NOTICE)
    for _, _, (table, forms), _ in test_checks_cross.CASES if scope == "cross" else ():
        yield from run(match(table, forms, {}), table, NOTICE)


def test_every_wording_of_every_rule_is_produced_by_some_case() -> None:
    flags = produced()
    missing = [
        f"{rule.id}.{variant}"
        for rule in CATALOGUE.values()
        if not rule.id.startswith(LATER)
        for variant, words in rule.texts.items()
        if f"{rule.id}.{variant}" not in OF_DISTRICT
        and not any(f.rule == rule.id and fits(words.message, f.message) and fits(words.fix, f.fix) for f in flags)
    ]
    assert missing == []


def fits(template: str, words: str) -> bool:
    """Whether `words` are the template with something in every {…}."""
    pattern = re.sub(r"\\\{\w+\\\}", ".*", re.escape(template))
    return re.fullmatch(pattern, words) is not None


def test_every_rule_has_a_case_that_passes_one_that_flags_and_a_blank_one() -> None:
    for module in (test_checks_form, test_checks_row, test_checks_table, test_checks_cross):
        cases: Any = module.CASES
        for rule in {case[0] for case in cases}:
            names = [case[1] for case in cases if case[0] == rule]
            assert "blank" in names, rule
            assert any(not case[3] for case in cases if case[0] == rule and case[1] != "blank"), rule
            assert any(case[3] for case in cases if case[0] == rule), rule


# --- what the sheet 规则 says -------------------------------------------------------------------------------------


def test_a_rule_that_is_switched_off_vanishes() -> None:
    notice = Notice(rules={"F12": RuleSetting(enabled=False), "F01": RuleSetting(enabled=False)})
    assert {rule for rule, _ in found(check_form(blank_form(), notice))} == {"F08", "F09", "F11"}


def test_one_rule_of_a_check_is_switched_off_and_the_other_stays() -> None:
    notice = Notice(rules={"X01": RuleSetting(enabled=False)})
    table = sound_table(sound_row(size="小型", benefit="99"))
    assert found(check_cross(match(table, [sound_form()], {}), table, notice)) == [("X04", "H4")]


def test_severity_and_words_are_the_bureaus() -> None:
    setting = RuleSetting(severity=Severity.NOTE, message="请先电话联系")
    (flag,) = check_table(sound_table(sound_row(size="")), Notice(rules={"R01": setting}))
    assert (flag.severity, flag.message, flag.fix, flag.cell) == (Severity.NOTE, "请先电话联系", "请补填", "G4")


def test_a_severity_of_its_own_is_overruled_too() -> None:
    table = sound_table(sound_row(completed="2023.1"))
    assert check_table(table, NOTICE)[0].severity is Severity.WARNING
    notice = Notice(rules={"R04": RuleSetting(severity=Severity.ERROR)})
    assert check_table(table, notice)[0].severity is Severity.ERROR


def test_rows_and_columns_are_in_order_beyond_nine_and_z() -> None:
    def valueless(*cells: str) -> Form:
        team = tuple(
            Member(line=n, name=Value[str](raw="张三", sheet="登记表", cell=c)) for n, c in enumerate(cells, 1)
        )
        return sound_form(team=team, valueless=tuple(m.name for m in team))

    cells: tuple[str, ...] = ("B10", "B9", "AA9", "Z9")
    assert [f.cell for f in check_form(valueless(*cells), NOTICE) if f.rule == "F17"] == ["B9", "Z9", "AA9", "B10"]
    cells = "第10行第2列", "第9行第10列", "第9行第2列"
    assert [f.cell for f in check_form(valueless(*cells), NOTICE) if f.rule == "F17"] == [
        "第9行第2列",
        "第9行第10列",
        "第10行第2列",
    ]


# --- junk ---------------------------------------------------------------------------------------------------------

HUGE = Decimal(10) ** 9  # 万元: no reader lets more through
ABSURD = "=cmd|' /C calc'!A0 {name} {0} %s \x00\u202e\ud83d"

texts = st.one_of(
    st.text(max_size=20), st.sampled_from(["", "/", "无", "{", "{x}", "{0.a}", "= + -", "\u200b", ABSURD])
)
amounts = st.one_of(st.decimals(-HUGE, HUGE, places=6), st.sampled_from([Decimal(0), HUGE, -HUGE, 1 / HUGE]))
months = st.builds(Month, st.integers(1, 9999), st.integers(1, 12))


def values(kind: Any, content: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Values of every state, consistent or not: blank with a value, a value with a problem, nil with a cell."""
    return st.builds(
        kind,
        value=st.none() | content,
        raw=texts,
        problem=st.just("") | texts,
        nil=st.booleans(),
        sheet=st.sampled_from(["", "登记表"]),
        cell=st.sampled_from(["", "B2", "第1行第2列", "??"]),
    )


words, money = values(Value[str], texts), values(Value[Decimal], amounts)
days, whole = values(Value[dt.date], st.dates()), values(Value[int], st.integers())
kinds = {Value[str]: words, Value[Decimal]: money, Value[dt.date]: days, Value[int]: whole}
kinds[Value[Month]] = values(Value[Month], months)
economics = st.builds(Economics, **dict.fromkeys(Economics.model_fields, money))
opinions = st.builds(Opinion, text=words, signed_by=words, signed_on=days)
members = st.builds(Member, line=st.integers(-1, 99), **{n: words for n in Member.model_fields if n != "line"})


def fields(model: Any) -> dict[str, st.SearchStrategy[Any]]:
    return {name: kinds[info.annotation] for name, info in model.model_fields.items() if info.annotation in kinds}


forms = st.builds(
    Form,
    file=texts,
    before=economics,
    after=economics,
    team=st.lists(members, max_size=3).map(tuple),
    technical=opinions,
    finance=opinions,
    head=opinions,
    valueless=st.lists(words, max_size=2).map(tuple),
    **fields(Form),
)
rows = st.builds(SummaryRow, row_number=st.integers(1, 9), **fields(SummaryRow))
tables = st.builds(
    SummaryTable,
    sheet=texts,
    header_row=st.just(1),
    columns=st.sets(st.sampled_from(list(SummaryRow.model_fields)[1:-1])).map(lambda s: dict.fromkeys(s, 1)),
    headings=st.lists(st.builds(Heading, text=texts, cell=texts, field=st.sampled_from(["", "size"])), max_size=2).map(
        tuple
    ),
    missing=st.sampled_from([(), ("level",)]),
    first_row=st.just(2),
    last_row=st.just(9),
    rows=st.lists(rows, max_size=3).map(tuple),
    strays=st.lists(st.builds(StrayRow, row_number=st.just(3), kind=texts, cell=texts, text=texts), max_size=2).map(
        tuple
    ),
    unit=words,
    contact=words,
    phone=words,
)
ODD = Notice(
    units=(),
    levels=(),
    sizes=(Code(label="（）"),),
    required=("remarks", "number"),
    form_required=("remarks", "filled_on", "completed", "phone", "investment"),
    months_after_completion=0,
    lookalike=50,
)
notices = st.sampled_from([NOTICE, ODD])


def sane(flags: list[Flag]) -> None:
    for flag in flags:
        assert flag.message
        assert flag.fix
        assert flag.message.isprintable(), flag
        assert len(flag.message) < 1_000


@settings(max_examples=60, deadline=None)
@given(forms, notices)
def test_junk_forms(form: Form, notice: Notice) -> None:
    sane(check_form(form, notice))


@settings(max_examples=60, deadline=None)
@given(tables, notices)
def test_junk_tables(table: SummaryTable, notice: Notice) -> None:
    sane(check_table(table, notice))


@settings(max_examples=40, deadline=None)
@given(tables, st.lists(forms, min_size=1, max_size=3), notices)
def test_junk_pairs(table: SummaryTable, received: list[Form], notice: Notice) -> None:
    pairs = tuple(zip(table.rows, received, strict=False))
    versions = (Versions(received[0], tuple(received)),)
    sane(check_cross(Matching(pairs, table.rows, tuple(received), versions), table, notice))


def test_a_novel_in_every_cell() -> None:
    novel = Value[str](value="长" * 40_000, raw="长" * 40_000, problem="长" * 200, sheet="登记表", cell="B2")
    names = [name for name, kind in fields(SummaryRow).items() if kind is words]
    row = SummaryRow(row_number=4, **dict.fromkeys(names, novel))
    form = sound_form().model_copy(update={name: novel for name, kind in fields(Form).items() if kind is words})
    sane(check_form(form, NOTICE) + check_table(sound_table(row, row), NOTICE))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.run.__name__)
def test_every_check_meets_empty_models(check: Any) -> None:
    table = SummaryTable(sheet="", header_row=1, columns={}, first_row=2, last_row=1)
    row, form = SummaryRow(row_number=1), Form(file="")
    empty: dict[str, list[tuple[Any, ...]]] = {
        "form": [(form,), (blank_form(),)],
        "row": [(row, table), (blank_row(), sound_table(blank_row()))],
        "table": [(table,), (sound_table(row),)],
        "town": [(table,), (sound_table(row),)],
        "district": [(District(table),), (District(table, accounts=(Account("", State.USED),)),)],
        "cross": [(Matching((), (), (), ()), table), (Matching(((row, form),), (row,), (form,), ()), table)],
    }
    for models in empty[check.scope]:
        sane(list(check.run(*models, ODD)))
