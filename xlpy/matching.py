"""Which row of the summary belongs to which form, and which form is the newest version of its project. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from xlpy.cells import name_key
from xlpy.models import Form, SummaryRow, SummaryTable

ALIKE = 60
"""Percent of likeness from which a name may be a retyped form of another, given that the other name is equal."""


@dataclass(frozen=True, slots=True)
class Versions:
    """Several files for one project of one enterprise: the one that counts, and those it supersedes."""

    kept: Form
    superseded: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Matching:
    """The outcome of `match`; every row and every current form is in exactly one of the first three."""

    pairs: tuple[tuple[SummaryRow, Form], ...]
    rows_without_form: tuple[SummaryRow, ...]
    forms_without_row: tuple[Form, ...]
    versions: tuple[Versions, ...]


Key = tuple[str, str]


def form_key(form: Form) -> Key:
    """(project, enterprise) as compared for sameness."""
    return name_key(form.project_name.value or ""), name_key(form.applicant.value or "")


def row_key(row: SummaryRow) -> Key:
    return name_key(row.project_name.value or ""), name_key(row.company.value or "")


def newest(forms: Iterable[Form], modified: Mapping[str, float]) -> tuple[list[Form], list[Versions]]:
    """The forms that count, in the order given, and the groups of which only the newest does.

    Forms with equal project and enterprise are versions of one; the latest 填报日期 wins, then the later `modified`
    time (seconds, by file), then the file name. A form without both names stands for itself.
    """
    groups: dict[Key, list[Form]] = defaultdict(list)
    for form in forms:
        key = form_key(form)
        groups[key if all(key) else ("file", form.file)].append(form)
    kept, versions = [], []
    for group in groups.values():
        best = max(group, key=lambda f: (_day_number(f), modified.get(f.file, 0.0), f.file))
        kept.append(best)
        if len(group) > 1:
            versions.append(Versions(best, tuple(f for f in group if f is not best)))
    return kept, versions


def match(
    table: SummaryTable,
    forms: Iterable[Form],
    origins: Mapping[int, Key],
    modified: Mapping[str, float] | None = None,
    files: Mapping[Key, str] | None = None,
) -> Matching:
    """Pair the table's rows with forms.

    First by name (project and enterprise both equal); then by the row's line in 来源, whose `origins` holds the names
    last pulled (so a row that the clerk renamed still finds its form); then by the file last pulled under those names
    (`files`), if one name still agrees (so a form that corrects the other name stays the same project); then, where
    only one row and one form are left that share the project or the enterprise, by that name alone if the other one is
    alike: two projects of one enterprise are not each other's versions.
    """
    kept, versions = newest(forms, modified or {})
    rows = {row.row_number: row for row in table.rows}
    free = {form.file: form for form in kept}
    pairs: list[tuple[SummaryRow, Form]] = []

    def take(row: SummaryRow, form: Form) -> None:
        pairs.append((rows.pop(row.row_number), free.pop(form.file)))

    by_key: dict[Key, Form] = {form_key(f): f for f in reversed(kept)}
    for row in table.rows:
        form = by_key.get(row_key(row))
        if form and form.file in free and all(row_key(row)):
            take(row, form)
    for row in list(rows.values()):
        key = origins.get(row.origin or 0, ("", ""))
        form = by_key.get(key)
        if form and form.file in free and any(key):
            take(row, form)
    for row in list(rows.values()):
        for key in (row_key(row), origins.get(row.origin or 0, ("", ""))):
            form = free.get((files or {}).get(key, ""))
            if form and row.row_number in rows and any(one and one == other for one, other in _names(row, form)):
                take(row, form)
    for part in (0, 1):
        row_groups: dict[str, list[SummaryRow]] = defaultdict(list)
        form_groups: dict[str, list[Form]] = defaultdict(list)
        for row in rows.values():
            row_groups[row_key(row)[part]].append(row)
        for form in free.values():
            form_groups[form_key(form)[part]].append(form)
        for name, some in row_groups.items():
            if name and len(some) == 1 and len(form_groups[name]) == 1:
                (row,), (form,) = some, form_groups[name]
                if alike(row_key(row)[1 - part], form_key(form)[1 - part]):
                    take(row, form)
    order = {row.row_number: n for n, row in enumerate(table.rows)}
    pairs.sort(key=lambda pair: order[pair[0].row_number])
    return Matching(tuple(pairs), tuple(rows.values()), tuple(free.values()), tuple(versions))


def _names(row: SummaryRow, form: Form) -> Iterable[tuple[str, str]]:
    return zip(row_key(row), form_key(form), strict=True)


def alike(one: str, other: str) -> bool:
    """Whether one name may be a retyped form of the other; a blank one may be of any."""
    from rapidfuzz.fuzz import ratio

    return not (one and other) or ratio(one, other) >= ALIKE


def _day_number(form: Form) -> int:
    return form.filled_on.value.toordinal() if form.filled_on.value else 0
