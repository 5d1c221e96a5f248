"""Grids → `Form`: Annex 1 by its labels, whatever stands above, beside or between them. Pure.

The reader takes our template, last year's form, one with rows inserted, and the Word form's tables. A label that
stands several times (the cover repeats 项目名称): the first value that is not blank counts, so where both are filled
the cover's. Source of the labels: annex 1 of the notice, `xlpy.layout`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from xlpy import cells
from xlpy.errors import SeveralForms, WrongForm
from xlpy.forms.edition import find_edition
from xlpy.forms.opinions import read_opinion
from xlpy.forms.places import BLOCKS, Found, Name, Page, Said, Typed, in_other_unit
from xlpy.forms.tables import find_figures, find_team
from xlpy.grids import Scalar, SheetGrid, Snapshot
from xlpy.labels import Lexicon, content
from xlpy.layout import (
    ECONOMIC_COLUMNS,
    EXTRA_LABELS,
    FORM_LABELS,
    INSTRUCTIONS,
    LABEL_OF,
    OPINIONS,
    OTHER_SHEETS,
    TEAM_COLUMNS,
    TEAM_HEADING,
)
from xlpy.models import Economics, Form, Member, Opinion, Value
from xlpy.notice import OwnColumn
from xlpy.own_columns import OWN_READERS, OWN_TYPES

_LABELS = FORM_LABELS + EXTRA_LABELS
_ANCHORS = [label.field for label in FORM_LABELS if label.anchor]
_BODY = ("background", "goal", "investment", "quality_level", "innovation", "results")
_ASIDE = ("示例", "样例", "样表", "范例", "范本", "填写说明", INSTRUCTIONS)  # sheets that explain the form
_LOOSE = ("recommender", "project_name", "applicant", "filled_on")


@lru_cache(maxsize=16)
def lexicon(columns: tuple[OwnColumn, ...] = ()) -> Lexicon[Name]:
    """The form's labels by every name they go by; those of the bureau's own columns yield to the notice's."""
    names: dict[str, Name] = {"序号": Name("number", "number")}
    for column in columns:
        names |= dict.fromkeys((column.source, *column.aliases), Name("value", column.field)) if column.source else {}
    for label in _LABELS:
        names |= dict.fromkeys((label.label, *label.aliases), Name("value", label.field))
    tables: list[tuple[str, Mapping[str, tuple[str, tuple[str, ...]]]]] = [
        ("opinion", OPINIONS),
        ("team", {"team": TEAM_HEADING}),
        ("member", TEAM_COLUMNS),
        ("figure", ECONOMIC_COLUMNS),
    ]
    for kind, table in tables:
        for field, (label_text, aliases) in table.items():
            names |= dict.fromkeys((label_text, *aliases), Name(kind, field))
    return Lexicon(names, loose={Name("value", field) for field in _LOOSE})


_READERS: Final[dict[str, Callable[[Scalar], cells.Reading[Any]]]] = {
    "filled_on": cells.day,
    "investment": cells.amount,
    "completed": cells.month,
    "credit_code": cells.credit_code,
    "contact": cells.person,
    "phone": cells.phone,
}
_DATED = ("filled_on", "completed")
_TYPES: Final[dict[str, Any]] = {name: info.annotation for name, info in Form.model_fields.items()}
_TEXT, _AMOUNT, _DAY = Value[str], _TYPES["investment"], _TYPES["filled_on"]


def parse_form(snapshot: Snapshot, columns: tuple[OwnColumn, ...] = ()) -> Form:
    """The form that a file holds. Amounts in 万元; `columns` are the bureau's own, looked for by their labels.

    A blank field has the address where it is to be typed; a label that is not there gives a Value without a cell.
    Hidden sheets and filled-in examples are looked at only if nothing else holds the form. Raises WrongForm where a
    label without which nothing is a 登记表 is missing, or where two forms are filled in.
    """
    names = lexicon(columns)
    pages = _pages((g for g in snapshot.sheets.values() if not _aside(g)), names)
    if _missing(pages):
        pages = _pages(snapshot.sheets.values(), names)
    if missing := _missing(pages):
        raise _wrong(snapshot, pages, missing)
    pages = _one_form(snapshot, pages)
    body = next(page for page in pages if _has(page, "goal"))
    body_first = [body, *(page for page in pages if page is not body)]
    figures, team = find_figures(body_first), find_team(body_first)
    labels = _by_field(pages)
    investment = _first_filled(in_other_unit(f.page.value_of(f), _unit_of(f)) for f in labels.get("investment", []))
    sheet, template = body.grid.name, snapshot.properties.get("xlpy-template", "")
    return Form(
        file=snapshot.name,
        sha256=snapshot.sha256,
        sheet=sheet,
        template=template,
        edition=find_edition(pages, template, sheet),
        before=_economics(figures, "before", sheet),
        after=_economics(figures, "after", sheet),
        team=tuple(_member(line, typed) for line, typed in enumerate(team, 1)),
        valueless=tuple(
            _TEXT(sheet=page.grid.name, cell=page.grid.address(*place))
            for page in pages
            for place in page.grid.valueless
        ),
        other_units=_other_units([investment, *figures.values()]),
        own={column.field: _own(column, labels, sheet) for column in columns},
        investment=_value("investment", investment, sheet),
        **{label.field: _field(label.field, labels, sheet) for label in _LABELS if label.field != "investment"},
        **{who: _opinion(labels.get(who, []), sheet) for who in OPINIONS},
    )


# --- which sheets hold the form -----------------------------------------------------------------------------------


def _aside(grid: SheetGrid) -> bool:
    return grid.hidden or any(word in grid.name for word in _ASIDE)


def _pages(grids: Iterable[SheetGrid], names: Lexicon[Name]) -> list[Page]:
    """The sheets with their labels, less any that is a 汇总表 and ours beside it: flags of forms name labels."""
    every = [Page(grid, names) for grid in grids]
    pages = [page for page in every if not _is_summary(page)]
    if len(pages) < len(every):
        pages = [page for page in pages if page.grid.name not in OTHER_SHEETS]
    seen = {found.name.field for page in pages for found in page.found()}
    if missing := {*_LOOSE, *_BODY} - seen:
        for page in pages:
            _unpack(page, missing)
    return pages


def _is_summary(page: Page) -> bool:
    return any(
        name.kind == "number" and len(found) >= 4 and any(f.name.field == "project_name" for f in found)
        for r, words in page.words.items()
        for name, _ in words
        if (found := page.rows.get(r, []))
    )


def _unpack(page: Page, missing: set[str]) -> None:
    """Find missing labels at the beginning of lines inside a cell, as where a whole Word form stands in one cell."""
    for r, c, value in page.grid.cells():
        if not isinstance(value, str) or "\n" not in value:
            continue
        kept: list[str] = []
        parts: list[tuple[Name, list[str]]] = []
        for line in value.splitlines():
            hit = page.lexicon.marked(line)
            if hit and hit[0].kind == "value" and hit[0].field in missing:
                parts.append((hit[0], [line[hit[1] :]]))
            else:
                (parts[-1][1] if parts else kept).append(line)
        if parts:
            own = page.lexicon.at(value)
            page.drop(r, c)
            if own and own[0].kind in BLOCKS:
                page.add(own[0], r, c, "\n".join(kept)[own[1] :])
            for name, texts in parts:
                page.add(name, r, c, "\n".join(texts))


def _missing(pages: list[Page]) -> list[str]:
    seen = {found.name.field for page in pages for found in page.found()}
    return [field for field in _ANCHORS if field not in seen]


def _has(page: Page, field: str) -> bool:
    return any(found.name.field == field for found in page.found())


def _one_form(snapshot: Snapshot, pages: list[Page]) -> list[Page]:
    """The pages of the one form that is filled in; a blank copy of its sheet is left out."""
    bodies = [found.page for page in pages for found in page.found() if found.name.field == "goal"]
    if len(bodies) == 1:
        return pages
    bodies = [page for n, page in enumerate(bodies) if page not in bodies[:n]]
    texts = [_body_text(page) for page in bodies]
    filled = [(page, text) for page, text in zip(bodies, texts, strict=True) if text]
    different = [page for n, (page, text) in enumerate(filled) if text not in [t for _, t in filled[:n]]]
    if len(different) > 1:
        names = "、".join(f"“{page.grid.name}”" for page in different)
        raise SeveralForms(
            snapshot.name, f"一个文件里有 {len(different)} 份填好的登记表：{names}", "请每个项目单独存成一个文件"
        )
    goals = [found.page.value_of(found) for page in different for found in page.found() if found.name.field == "goal"]
    if len({typed.value for typed in goals if typed.value is not None}) > 1:
        raise SeveralForms(
            snapshot.name,
            f"“{different[0].grid.name}”里不止一份登记表：{'、'.join(t.address for t in goals)} 都填了质量攻关目标",
            "请每个项目单独存成一个文件",
        )
    kept = (different or bodies)[0]
    return [page for page in pages if page is kept or page not in bodies]


def _body_text(page: Page) -> tuple[tuple[str, Scalar], ...]:
    values = ((f.name.field, page.value_of(f).value) for f in page.found() if f.name.field in _BODY)
    return tuple((field, value) for field, value in values if value is not None)


def _wrong(snapshot: Snapshot, pages: list[Page], missing: list[str]) -> WrongForm:
    names = "、".join(f"“{LABEL_OF[field]}”" for field in missing)
    if len(pages) < len(snapshot.sheets):
        return WrongForm(
            snapshot.name, f"这不是登记表，像是附件2汇总表：没有找到栏目{names}", "请改交附件1登记表，汇总表不用放进来"
        )
    if len(missing) == len(_ANCHORS):
        return WrongForm(
            snapshot.name,
            f"这不是登记表：没有找到栏目{names}",
            "请确认交来的是附件1登记表；是的话，请改用下发的模板填写",
        )
    return WrongForm(
        snapshot.name, f"登记表不完整：没有找到栏目{names}", "请把栏目名称改回登记表上印的样子，或改用下发的模板填写"
    )


# --- labels → values ----------------------------------------------------------------------------------------------


def _by_field(pages: list[Page]) -> dict[str, list[Found]]:
    """Every label by its field, in the order of the sheets.

    A text that stands where the value of another label belongs is that value, even if it begins like a label
    (项目投资：共五百万元 as the first words of 项目背景意义), provided that the label stands elsewhere too.
    """
    labels: dict[str, list[Found]] = defaultdict(list)
    for page in pages:
        for found in page.found():
            labels[found.name.field].append(found)
    for field, several in labels.items():
        if len(several) > 1:
            for found in several[1:] + several[:1]:
                if content(found.rest) is not None and _quoted(found) and len(labels[field]) > 1:
                    found.page.drop(found.box.top, found.box.left)
                    labels[field] = [f for f in labels[field] if f is not found]
    return labels


def _quoted(found: Found) -> bool:
    r, c = found.box.top, found.box.left
    beside = [f for f in found.page.rows.get(r, ()) if f.box.right == c - 1]
    above = [f for f in found.page.labels.get((r - 1, c), ()) if f.box == found.box._replace(top=r - 1, bottom=r - 1)]
    return any(f.name.kind == "value" and f.name != found.name and not f.rest.strip() for f in (*beside, *above))


def _field(name: str, labels: Mapping[str, list[Found]], sheet: str) -> Value[Any]:
    found = labels.get(name, [])
    if name == "recommendation":
        return _value(name, _first_filled(read_opinion(f).text for f in found), sheet)
    return _value(name, _first_filled(f.page.value_of(f, name in _DATED) for f in found), sheet)


def _unit_of(found: Found) -> Said | None:
    return found.page.said(found.box.top, found.box.left, found.rest)


def _other_units(amounts: Iterable[Typed | None]) -> tuple[Value[Decimal], ...]:
    """What names another unit than 万元 for the amounts that were typed, each once."""
    typed = [one for one in amounts if one and one.value is not None]
    places = {(s.page.grid.name, s.page.grid.address(s.row, s.column)): s for one in typed if (s := one.said)}
    return tuple(_AMOUNT(value=s.unit.rate, raw=s.text, sheet=sheet, cell=cell) for (sheet, cell), s in places.items())


def _own(column: OwnColumn, labels: Mapping[str, list[Found]], sheet: str) -> Value[Any]:
    found = labels.get(column.field, [])
    typed = _first_filled(f.page.value_of(f, column.kind == "month") for f in found)
    return _read(OWN_TYPES[column.kind], OWN_READERS[column.kind], typed, sheet)


def _first_filled(typed: Iterable[Typed]) -> Typed | None:
    first: Typed | None = None
    for one in typed:
        if one.value is not None:
            return one
        first = first or one
    return first


def _value(name: str, typed: Typed | None, sheet: str) -> Value[Any]:
    return _read(_TYPES[name], _READERS.get(name, cells.text), typed, sheet)


def _read(kind: Any, reader: Callable[[Scalar], cells.Reading[Any]], typed: Typed | None, sheet: str) -> Value[Any]:
    """A Value of the type `kind`; without a place it only names the `sheet` where it was looked for."""
    if typed is None:
        return kind(sheet=sheet)  # type: ignore[no-any-return]
    grid = typed.page.grid
    cell = grid.address(typed.row, typed.column)
    if typed.value is None:
        return kind(sheet=grid.name, cell=cell)  # type: ignore[no-any-return]
    value, problem, nil = (typed.said.unit.read if typed.said else reader)(typed.value)
    raw = cells.show(typed.raw)
    if not problem and not nil:  # what is not given takes no memory
        return kind(value=value, raw=raw, sheet=grid.name, cell=cell)  # type: ignore[no-any-return]
    return kind(value=value, raw=raw, problem=problem, nil=nil, sheet=grid.name, cell=cell)  # type: ignore[no-any-return]


def _economics(figures: Mapping[tuple[str, str], Typed], when: str, sheet: str) -> Economics:
    return Economics(
        **{name: _read(_AMOUNT, cells.amount, figures.get((when, name)), sheet) for name in ECONOMIC_COLUMNS}
    )


def _member(line: int, typed: Mapping[str, Typed]) -> Member:
    read = {
        name: _read(_TEXT, cells.person if name == "name" else cells.text, one, one.page.grid.name)
        for name, one in typed.items()
    }
    return Member(line=line, **read)


def _opinion(found: list[Found], sheet: str) -> Opinion:
    signed = [read_opinion(f) for f in found]
    best = next((s for s in signed if s.text.value is not None or (s.by and s.by.value is not None)), None)
    best = best or next(iter(signed), None)
    if best is None:
        return Opinion(text=_TEXT(sheet=sheet), signed_by=_TEXT(sheet=sheet), signed_on=_DAY(sheet=sheet))
    return Opinion(
        text=_read(_TEXT, cells.text, best.text, sheet),
        signed_by=_read(_TEXT, cells.person, best.by, sheet),
        signed_on=_read(_DAY, cells.day, best.on, sheet),
    )
