"""Bring the forms into the table: a three-way merge that never overwrites a clerk's edit, then the checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from xlpy.accounts import require_town
from xlpy.commands.marking import by_importance, mark, summary_line
from xlpy.commands.merging import Cells, TableMerge
from xlpy.commands.outcome import Outcome, Run, outcome
from xlpy.commands.validate import find_flags
from xlpy.errors import CannotRun
from xlpy.flags import place_name
from xlpy.grids import Snapshot, column_letters
from xlpy.layout import PULLED_FIELDS
from xlpy.matching import Matching, form_key, match, row_key
from xlpy.models import Form, Intake, Skipped, SummaryRow, SummaryTable, Value
from xlpy.notice import Notice
from xlpy.origins import GONE, SKIPPED, SUPERSEDED, UNREAD, USED, Origin, memory, read_origins, unchanged, write_origins
from xlpy.patch import Patch, safe_text
from xlpy.report import Report
from xlpy.rows import row_of
from xlpy.settings import read_notice
from xlpy.summary import parse_summary


def pull(snapshot: Snapshot, run: Run, intake: Intake) -> Outcome:
    """The table with the forms of `intake` merged in, marked with every flag of rows and forms.

    Per cell: form changed and cell untouched since the last pull → the form's value; cell edited → the clerk's stays
    (and X01 shows both). Forms without a row are added below the last one, in the folder's order. Rows without a form
    stay. Pulling the same forms twice changes nothing. The forms are read with the columns that 参数 adds. Raises
    WrongForm where there is no summary table, CannotRun for the district's workbook.
    """
    require_town(snapshot)
    notice, setting_flags = read_notice(snapshot)
    table = parse_summary(snapshot, columns=notice.columns)
    fields = tuple(f for f in notice.pulled_fields if f in table.columns or f in PULLED_FIELDS)
    origins = read_origins(snapshot, fields)
    nameless = [f for f in intake.forms if not any(form_key(f))]
    matching = match(table, [f for f in intake.forms if any(form_key(f))], *memory(origins, intake))

    if table.other_unit:
        problem = f"汇总表“{table.other_unit.text}”（{table.other_unit.cell}）的单位不是万元，导入的数都是万元"
        raise CannotRun(problem, "请先把单位改成万元，已有的数也改成万元数")
    if "company" not in table.columns and not table.origin_column:
        problem = "汇总表没有“项目单位”这一列，导入的行下次认不出是哪份登记表的"
        raise CannotRun(problem, "请把单位那一列的表头写成“项目单位”，再导入一次")
    merge = _Merge(snapshot, table, notice, fields, origins, run)
    merge.update(matching)
    merge.add(matching.forms_without_row)
    merge.table.renumber()
    merge.remember(matching, (*intake.skipped, *_unnamed(nameless)), intake.folder)
    patch = merge.patch

    after = patch.applied(snapshot)
    table = parse_summary(after, columns=notice.columns)
    flags = setting_flags + find_flags(table, after, notice, intake, run.calculate)
    report = Report(
        command="pull",
        workbook=snapshot.name,
        rows=len(table.rows),
        flags=by_importance(flags, table.file),
        skipped=[*intake.skipped, *_unnamed(nameless)],
    )
    result = (
        f"登记表 {len(intake.forms)} 份，新增 {len(matching.forms_without_row)} 行，"
        f"未采用 {len(intake.skipped) + len(nameless)} 个文件；{summary_line(flags)}"
    )
    data = {column_letters(column) for field, column in table.columns.items() if field != "number"}
    return outcome(report, patch + mark(after, table, flags), snapshot, run, "导入登记表", result, data)


def _unnamed(forms: Sequence[Form]) -> tuple[Skipped, ...]:
    return tuple(Skipped(file=f.file, reason="项目名称和填报单位都没有填，无法列入汇总表") for f in forms)


class _Merge:
    """The merge under way: the table, and what 来源 is to remember: `fields`.

    A column of the bureau's own that the table does not have yet is not remembered as pulled.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        table: SummaryTable,
        notice: Notice,
        fields: tuple[str, ...],
        origins: list[Origin],
        run: Run,
    ) -> None:
        self.snapshot, self.notice, self.fields, self.run = snapshot, notice, fields, run
        self.table = TableMerge(snapshot, table)
        self.origins = origins
        self.by_number = {o.number: o for o in origins if o.number is not None}
        self.next_number = max(self.by_number, default=0) + 1
        self.numbers: dict[str, int] = {}  # file → its line number in 来源
        self.memory = Patch()
        self.pulled: dict[str, Cells] = {}  # file → what was pulled into its row before

    @property
    def patch(self) -> Patch:
        return self.table.patch + self.memory

    def update(self, matching: Matching) -> None:
        """Changed forms into untouched cells of their rows."""
        for row, form in matching.pairs:
            origin = self._origin_of(row, form)
            if origin:
                self.pulled[form.file] = origin.values
            number = origin.number if origin and origin.number not in self.numbers.values() else None
            self.numbers[form.file] = number or self._new_number()
            pulled = origin.values if origin else None
            self.table.update(row, _cells(self._row(form)), pulled, self.numbers[form.file])

    def add(self, forms: Sequence[Form]) -> None:
        """A new row for each form, in their order."""
        for form in forms:
            self.numbers[form.file] = self._new_number()
        self.table.add([(self.numbers[form.file], _cells(self._row(form))) for form in forms])

    def remember(self, matching: Matching, skipped: Sequence[Skipped], folder: str) -> None:
        """来源: a line for every file, and the lines of rows whose form was not read this time.

        Those stay until it is: a file that is open elsewhere or damaged today must not make edits by hand of its row.
        """
        known = {o.file: o for o in reversed(self.origins)}  # the file's own line stands above that of such a row
        current = [form for _, form in matching.pairs] + list(matching.forms_without_row)
        lines = [self._line(form, known.get(form.file)) for form in current]
        for versions in matching.versions:
            for form in versions.superseded:
                lines.append(self._fate(SUPERSEDED, form.file, form.sha256, f"采用 {versions.kept.file}", known))
        lines += [self._fate(SKIPPED, s.file, "", s.reason, known) for s in skipped]
        here = {line.file for line in lines}
        read = {form_key(form) for form in current}
        for origin in self.origins:
            if origin.number is None or origin.number in self.numbers.values():
                continue
            if origin.file not in here:
                lines.append(replace(origin, state=GONE))
            elif origin.key not in read:
                lines.append(replace(origin, state=UNREAD))
        self.memory = write_origins(lines, self.snapshot, folder, self.fields)

    def _row(self, form: Form) -> Mapping[str, Value[str] | Value[Decimal]]:
        row = row_of(form, self.notice)
        return {name: row[name] for name in self.fields}

    def _line(self, form: Form, old: Origin | None) -> Origin:
        row = self._row(form)
        cells, before = _cells(row), self.pulled.get(form.file, {})
        # A value that the form no longer gives stays remembered: the cell that holds it is still untouched.
        cells = {name: before.get(name) if value is None else value for name, value in cells.items()}
        places = {name: place_name(value.sheet, value.cell) for name, value in row.items() if value.cell}
        new = Origin(USED, form.file, form.sha256, self.run.time, self.numbers[form.file], cells, places)
        return old if old and unchanged(old, new) else new

    def _fate(self, state: str, file: str, sha256: str, why: str, known: dict[str, Origin]) -> Origin:
        old = known.get(file)
        state = f"{state}：{why}"
        return old if old and (old.state, old.sha256) == (state, sha256) else Origin(state, file, sha256, self.run.time)

    def _origin_of(self, row: SummaryRow, form: Form) -> Origin | None:
        """The line of a row and its form: what was pulled the last time.

        The row's hidden number counts only if its line names the row or the form: who sorts the visible columns alone
        leaves the numbers behind. Else it is the line of the form's names, the row's, or the form's file.
        """
        keys = form_key(form), row_key(row)
        numbered = self.by_number.get(row.origin or 0)
        if numbered and numbered.key in keys:
            return numbered
        lines = list(self.by_number.values())
        return next(
            (o for wanted in keys for o in lines if o.key == wanted),
            next((o for o in lines if o.file == form.file), None),
        )

    def _new_number(self) -> int:
        self.next_number += 1
        return self.next_number - 1


def _cells(row: Mapping[str, Value[str] | Value[Decimal]]) -> Cells:
    """Field → what goes into its cell: text, or an amount as a number; None for what stays for the clerk."""
    cells: Cells = {}
    for name, value in row.items():
        if isinstance(value.value, Decimal):
            cells[name] = float(value.value)
        else:
            cells[name] = safe_text(value.value).strip() or None if value.value else None
    return cells
