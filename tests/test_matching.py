"""Rows and forms find each other by name, by what 来源 remembers, and by one name alone; versions are told apart."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from tests.making import form, row, table
from xlpy.matching import match, newest
from xlpy.models import Form, SummaryRow, Value


def filled(file: str, day: int, project: str = "降噪") -> Form:
    return form(file, project, filled_on=Value[dt.date](value=dt.date(2023, 9, day), raw="x"))


def pairs(rows: list[SummaryRow], forms: list[Form], origins: dict[int, tuple[str, str]] | None = None) -> list[object]:
    found = match(table(*rows), forms, origins or {})
    return [(r.row_number, f.file) for r, f in found.pairs]


def test_equal_names_pair_whatever_their_spaces_and_width() -> None:
    assert pairs([row(4, "降 噪", "甲公司（上海）")], [form("a", "降噪", "甲公司(上海)")]) == [(4, "a")]


def test_the_row_that_was_renamed_is_found_through_its_line_in_origins() -> None:
    rows = [row(4, "发动机降噪技术改造", "甲公司", origin=7)]
    assert pairs(rows, [form("a"), form("b", "减重")], {7: ("降噪", "甲公司")}) == [(4, "a")]


def test_one_name_alone_is_enough_if_the_other_is_alike() -> None:
    assert pairs([row(4, "轴承降噪攻关项目")], [form("a", "轴承降噪攻关")]) == [(4, "a")]


def test_two_projects_of_one_enterprise_are_not_each_other() -> None:
    found = match(table(row(4, "轴承降噪攻关")), [form("a", "保持架飞边改进")], {})
    assert found.pairs == ()
    assert [r.row_number for r in found.rows_without_form] == [4]
    assert [f.file for f in found.forms_without_row] == ["a"]


def test_rows_without_names_pair_with_nothing() -> None:
    assert pairs([row(4, "", "")], [form("a", "", "")]) == []


def test_the_latest_day_counts_then_the_later_file() -> None:
    kept, versions = newest([filled("a", 8), filled("b", 9), filled("c", 8)], {})
    assert [f.file for f in kept] == ["b"]
    assert [f.file for f in versions[0].superseded] == ["a", "c"]
    kept, _ = newest([filled("a", 8), filled("b", 8)], {"a": 2.0, "b": 1.0})
    assert [f.file for f in kept] == ["a"]


def test_nameless_forms_are_no_versions_of_each_other() -> None:
    kept, versions = newest([form("a", "", ""), form("b", "", "")], {})
    assert [f.file for f in kept] == ["a", "b"]
    assert versions == []


names = st.sampled_from(["降噪", "减重", "降噪二期", "", "气密性"])
firms = st.sampled_from(["甲公司", "乙公司", "甲公司分厂", ""])


@given(st.lists(st.tuples(names, firms), max_size=8), st.lists(st.tuples(names, firms), max_size=8))
def test_every_row_and_every_form_ends_in_exactly_one_place(
    in_table: list[tuple[str, str]], in_forms: list[tuple[str, str]]
) -> None:
    rows = [row(n, *names) for n, names in enumerate(in_table, 4)]
    forms = [form(f"{n}.xlsx", *names) for n, names in enumerate(in_forms)]
    found = match(table(*rows), forms, {})
    placed = [r.row_number for r, _ in found.pairs] + [r.row_number for r in found.rows_without_form]
    assert sorted(placed) == [r.row_number for r in rows]
    files = [f.file for _, f in found.pairs] + [f.file for f in found.forms_without_row]
    files += [f.file for v in found.versions for f in v.superseded]
    assert sorted(files) == sorted(f.file for f in forms)
