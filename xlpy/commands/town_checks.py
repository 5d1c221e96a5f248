"""What a town handed in, checked as one: its tables, its forms, and the two against each other. Pure.

The district checks the rows of all towns on its own table; of a town's files it wants only what cannot be seen there
(`town_flags`). The town itself wants everything, table by table (`hand_in_flags`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from xlpy.checks import check_cross, check_form, check_table
from xlpy.flags import Flag
from xlpy.matching import Matching, match, newest, row_key
from xlpy.models import Form, SummaryRow, SummaryTable
from xlpy.notice import Notice

_OF_ROWS = "R", "T01", "T02"  # rules that the district's own table shows as well


def town_flags(
    tables: Sequence[SummaryTable], forms: Sequence[Form], modified: Mapping[str, float], notice: Notice
) -> list[list[Flag]]:
    """Per table that counts of one unit: T03, T04 and T05 of it, X of it against the forms, and F of its rows' forms.

    A flag's `row_number` is the row in the town's own table. `modified` (file → seconds) tells versions of a form
    apart. Without forms there is nothing to compare with: no X at all.
    """
    everything = hand_in_flags(tables, forms, modified, notice)
    return [[flag for flag in flags if not flag.rule.startswith(_OF_ROWS)] for flags in everything]


def forms_alone(forms: Sequence[Form], modified: Mapping[str, float], notice: Notice) -> list[Flag]:
    """F of the forms that no table came with, the newest version of each."""
    return _of_forms(newest(forms, modified)[0], notice)


def hand_in_flags(
    tables: Sequence[SummaryTable], forms: Sequence[Form], modified: Mapping[str, float], notice: Notice
) -> list[list[Flag]]:
    """Per table, in their order, every flag of it, of its rows' forms, and of the two against each other.

    A form that no table has a row for is told once, with the first table.
    """
    found = [check_table(table, notice) for table in tables]
    if not forms or not tables:
        return found
    matchings = list(_matched(tables, forms, modified))
    for table, flags, matching in zip(tables, found, matchings, strict=True):
        flags += check_cross(matching, table, notice)
        for row, form in matching.pairs:
            flags += [f.model_copy(update={"row_number": row.row_number}) for f in check_form(form, notice)]
        flags += _of_forms(matching.forms_without_row, notice)
    return found


def _of_forms(forms: Sequence[Form], notice: Notice) -> list[Flag]:
    return [flag for form in forms for flag in check_form(form, notice)]


def _matched(
    tables: Sequence[SummaryTable], forms: Sequence[Form], modified: Mapping[str, float]
) -> Iterator[Matching]:
    """The unit's forms matched with the rows of all its tables at once, and then told apart by table.

    One table after the other would let a row that is alike take the form of an equal row in a later table.
    """
    owners: dict[int, tuple[int, SummaryRow]] = {}  # a number that is the row's alone → its table, the row
    for n, table in enumerate(tables):
        for row in table.rows:
            owners[len(owners) + 1] = n, row
    rows = tuple(row.model_copy(update={"row_number": number}) for number, (_, row) in owners.items())
    whole = match(tables[0].model_copy(update={"rows": rows}), forms, {}, modified)
    paired = {row_key(row) for row, _ in whole.pairs}
    table_of = {form.file: owners[row.row_number][0] for row, form in whole.pairs}
    for n in range(len(tables)):
        yield Matching(
            pairs=tuple((owners[r.row_number][1], form) for r, form in whole.pairs if owners[r.row_number][0] == n),
            rows_without_form=tuple(
                row
                for place, row in (owners[r.row_number] for r in whole.rows_without_form)
                if place == n and not (all(row_key(row)) and row_key(row) in paired)  # it repeats one that has a form
            ),
            forms_without_row=whole.forms_without_row if n == 0 else (),
            versions=tuple(v for v in whole.versions if table_of.get(v.kept.file, 0) == n),
        )
