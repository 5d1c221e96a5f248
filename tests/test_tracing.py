"""Tracing: a project keeps its number through renamed files, sorted rows, corrected names and typed rows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.making import row, text
from xlpy.models import SummaryRow
from xlpy.origins import Origin
from xlpy.tracing import Arrival, sheet_of, trace


def sent(project: str, company: str = "甲公司", town: str = "安亭镇", file: str = "安亭.xlsx", at: int = 4) -> Arrival:
    values = {"project_name": project, "company": company, "town": town}
    return Arrival(town, file, "", row(at, project, company), values, {"project_name": f"汇总表!B{at}"})


def line(number: int, project: str, company: str = "甲公司", town: str = "安亭镇", at: int = 4, **other: str) -> Origin:
    values = {"project_name": project, "company": company, "town": town}
    file = other.get("file", "安亭.xlsx")
    return Origin("已列入", file, "", "", number, values, {"project_name": f"汇总表!B{at}"})


def listed(number: int | None, project: str, company: str = "甲公司", town: str = "安亭镇", at: int = 4) -> SummaryRow:
    return row(at, project, company, origin=number).model_copy(update={"town": text(town)})


def numbers(arrivals: list[Arrival], rows: list[SummaryRow], lines: list[Origin]) -> dict[str, int]:
    """Project of each arrival → its number."""
    found = trace(arrivals, rows, lines)
    return {a.row.project_name.raw: n for n, a in found.arrivals.items()}


def test_what_arrives_first_is_numbered_in_order() -> None:
    assert numbers([sent("降噪"), sent("减重", at=5)], [], []) == {"降噪": 1, "减重": 2}


def test_numbers_are_never_used_again() -> None:
    assert numbers([sent("新项目", at=9)], [], [line(7, "没有再来的项目", "乙公司")]) == {"新项目": 8}


def test_a_project_keeps_its_number_when_its_file_is_renamed_and_its_rows_are_sorted() -> None:
    lines = [line(1, "降噪"), line(2, "减重", at=5)]
    again = [sent("减重", file="最终版2.xlsx", at=4), sent("降噪", file="最终版2.xlsx", at=5)]
    assert numbers(again, [], lines) == {"降噪": 1, "减重": 2}


def test_a_corrected_name_is_found_where_it_stands() -> None:
    lines = [line(1, "降嗓", at=4), line(2, "减重", at=5)]
    assert numbers([sent("降噪", at=4), sent("减重", at=5)], [], lines) == {"降噪": 1, "减重": 2}


def test_a_corrected_name_is_found_elsewhere_if_nothing_else_can_be_meant() -> None:
    assert numbers([sent("主轴承降噪攻关", at=9)], [], [line(3, "主轴承降躁攻关")]) == {"主轴承降噪攻关": 3}


def test_another_project_of_the_same_enterprise_is_not_a_correction() -> None:
    assert numbers([sent("电池模组虚焊攻关", at=9)], [], [line(3, "主轴承降躁攻关")]) == {"电池模组虚焊攻关": 4}


def test_the_same_project_of_another_unit_is_another_project() -> None:
    assert numbers([sent("降噪", town="马陆镇", file="马陆.xlsx")], [], [line(1, "降噪")]) == {"降噪": 2}


def test_a_table_whose_unit_became_known_keeps_its_numbers() -> None:
    assert numbers([sent("降噪", town="马陆镇", file="x.xlsx")], [], [line(5, "降噪", town="", file="x.xlsx")]) == {
        "降噪": 5
    }


def test_of_two_equal_projects_each_keeps_its_own_number() -> None:
    lines = [line(1, "降噪", at=4), line(2, "降噪", at=5)]
    found = trace([sent("降噪", at=5), sent("降噪", at=4)], [], lines)
    assert {n: a.row.row_number for n, a in found.arrivals.items()} == {1: 4, 2: 5}


def test_rows_sorted_without_the_hidden_number_are_known_by_their_names() -> None:
    lines = [line(1, "降噪"), line(2, "减重", at=5)]
    found = trace([], [listed(1, "减重", at=4), listed(2, "降噪", at=5)], lines)
    assert {n: r.project_name.raw for n, r in found.rows.items()} == {1: "降噪", 2: "减重"}


def test_a_row_that_the_bureau_renamed_is_known_by_its_number() -> None:
    found = trace([sent("降噪")], [listed(1, "主轴承降噪")], [line(1, "降噪")])
    assert found.rows[1].project_name.raw == "主轴承降噪"
    assert found.arrivals[1].row.project_name.raw == "降噪"


def test_a_copied_row_does_not_share_a_number() -> None:
    found = trace([sent("降噪")], [listed(1, "降噪", at=4), listed(1, "降噪", at=5)], [line(1, "降噪")])
    assert {n: r.row_number for n, r in found.rows.items()} == {1: 4, 2: 5}
    assert found.typed == {2}


def test_what_arrives_takes_the_row_that_the_bureau_typed_before() -> None:
    found = trace([sent("降噪", at=7)], [listed(None, "降噪")], [])
    assert (found.arrivals[1].row.row_number, found.rows[1].row_number, found.typed) == (7, 4, frozenset())


def test_a_typed_row_of_another_unit_stays_typed() -> None:
    found = trace([sent("降噪", at=7)], [listed(None, "降噪", town="马陆镇")], [])
    assert (set(found.arrivals), set(found.rows), found.typed) == ({2}, {1}, frozenset({1}))


names = st.sampled_from(["降噪", "减重", "虚焊", "气密性", ""])
towns = st.sampled_from(["安亭镇", "马陆镇", ""])


@given(st.lists(st.tuples(names, names, towns), max_size=12), st.lists(st.tuples(names, names, towns), max_size=12))
def test_every_arrival_and_every_row_has_exactly_one_number(
    old: list[tuple[str, str, str]], new: list[tuple[str, str, str]]
) -> None:
    lines = [line(n, p, c, t, n) for n, (p, c, t) in enumerate(old, 1)]
    rows = [listed(n if n % 3 else None, p, c, t, n) for n, (p, c, t) in enumerate(old, 1)]
    arrivals = [sent(p, c, t, at=n) for n, (p, c, t) in enumerate(new, 1)]
    found = trace(arrivals, rows, lines)
    assert sorted(map(id, found.arrivals.values())) == sorted(map(id, arrivals))
    assert sorted(r.row_number for r in found.rows.values()) == [r.row_number for r in rows]
    assert found.typed <= found.rows.keys() - found.arrivals.keys()


@given(st.lists(st.tuples(names, names, towns), max_size=12))
def test_tracing_what_was_traced_changes_no_number(new: list[tuple[str, str, str]]) -> None:
    arrivals = [sent(p, c, t, at=n) for n, (p, c, t) in enumerate(new, 1)]
    once = trace(arrivals, [], []).arrivals
    lines = [line(n, *a.key, a.town, a.row.row_number) for n, a in once.items()]
    again = trace(list(reversed(arrivals)), [], lines).arrivals
    assert {n: a.row.row_number for n, a in again.items()} == {n: a.row.row_number for n, a in once.items()}


def test_the_sheet_of_a_place() -> None:
    assert [sheet_of(p) for p in ("汇总表!B7", "表格2 第3行第1列", "年终! 表!B7", "汇总表")] == [
        "汇总表",
        "表格2",
        "年终! 表",
        "汇总表",
    ]
