"""Bring the towns' tables into the district's: nothing lost, nothing twice, and every decision of the bureau kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xlpy.accounts import Account, total_of, write_accounts
from xlpy.checks import check_district
from xlpy.checks.district import District, Edit
from xlpy.checks.own import own_flags
from xlpy.commands.district_memory import left_out, memory
from xlpy.commands.district_work import Work
from xlpy.commands.marking import by_importance, mark, summary_line
from xlpy.commands.merging import TableMerge
from xlpy.commands.outcome import Outcome, Run, outcome
from xlpy.commands.standing import find_doubles
from xlpy.commands.total import statistics_patch
from xlpy.commands.town_checks import forms_alone, town_flags
from xlpy.errors import CannotRun
from xlpy.flags import Flag, place_name
from xlpy.grids import Scalar, Snapshot, column_letters
from xlpy.models import SummaryRow, SummaryTable, TownIntake
from xlpy.patch import Patch, Write, block, safe_text
from xlpy.reckoning import Books, reckon
from xlpy.report import Reconciliation, Report
from xlpy.rows import agrees
from xlpy.submissions import unclear_decisions
from xlpy.summary import parse_summary
from xlpy.towns import forms_of, unread
from xlpy.tracing import link_text, sheet_of
from xlpy.verdicts import write_lines


def consolidate(snapshot: Snapshot, run: Run, intake: TownIntake) -> Outcome:
    """The district's table with every row of the towns' tables that count, less what the bureau decided to leave out.

    Per cell a three-way merge, as in pull: an edit of the bureau is never overwritten. Rows keep their order, new ones
    come last. A row leaves the table only by a decision in 疑似重复 or 收支核对; one deleted by hand comes back,
    from 来源 if its file could not be read. Running twice changes nothing, and neither does the order of the files. The
    accounts are made from the table as it would be written: where they do not balance, nothing is written and D06 tells
    why. Raises CannotRun for a town's workbook, where its memory is gone, its table was sorted apart, or the folder has
    no table; WrongForm as ever.
    """
    work = Work(snapshot, intake)
    if work.lines and not intake.tables:
        raise CannotRun(f"“{intake.folder}”里没有找到一份读得出的街镇汇总表", "请检查选的文件夹")
    patch = _merged(work)
    after = patch.applied(snapshot)
    table = parse_summary(after, columns=work.notice.columns)
    patch += _sources(work, after, table)

    rows: dict[int, list[SummaryRow]] = {}
    for row in table.rows:
        rows.setdefault(row.origin or 0, []).append(row)
    units = work.notice.labels("units")
    books = Books(work.hand_ins, work.tracing, work.worth(), rows, work.drops, work.lines)
    accounts = reckon(books, work.noted, units, unread(intake, work.notice))
    doubles = find_doubles(work, after, table)
    edits, gone = tuple(_edits(work, rows)), tuple(_gone(work, rows))
    district = District(table, doubles.undecided, tuple(accounts), edits, gone)
    written = write_accounts(accounts, units, snapshot)
    settings = [*work.setting_flags, *doubles.problems, *unclear_decisions(written.applied(snapshot))]
    flags = [*settings, *check_district(district, work.notice), *own_flags(table, work.notice, run.calculate)]
    flags += _flags_of_towns(work, rows)
    report = Report(
        command="consolidate",
        workbook=snapshot.name,
        rows=len(table.rows),
        flags=by_importance(flags, table.file),
        skipped=list(intake.skipped),
        reconciliation=[_told(account) for account in accounts],
    )
    total = total_of(accounts)
    if not all(account.balanced for account in accounts) or total.rows_out != len(table.rows):
        told = report.model_copy(update={"summary": "收支不平衡，没有写入任何内容"})
        return Outcome(told, Patch())

    patch += memory(work, {number: some[0] for number, some in rows.items()}, run)
    patch += written
    patch += write_lines(doubles.pairs, work.decided, doubles.projects, snapshot)
    patch += left_out(work, doubles.projects)
    patch += statistics_patch(snapshot, table, work.notice, accounts, flags)
    patch += mark(after, table, flags)
    restored = work.restored()
    back = f"；补回了从表里删掉的 {len(restored)} 行（不受理的请在“疑似重复”里决定排除）" if restored else ""
    result = (
        f"收到 {total.rows_in} 行 {total.amount_in:,.2f} 万元，列入 {total.rows_out} 行，合并 {total.merged} 行，"
        f"未列入 {total.excluded} 行，收支平衡；{summary_line(flags)}{back}"
    )
    named = {column_letters(column) for field, column in table.columns.items() if field != "number"}
    return outcome(report, patch, snapshot, run, "合并街镇汇总表", result, named)


def _merged(work: Work) -> Patch:
    """The table with what arrived, without what was decided to leave out; every row with its number."""
    merge = TableMerge(work.snapshot, work.table)
    rows = work.tracing.rows
    merge.remove([row.row_number for number, row in rows.items() if work.leaves(number)])
    for number, row in rows.items():
        if not work.leaves(number):
            merge.update(row, work.arriving(number), work.pulled(number), number)
    merge.add([(number, work.arriving(number)) for number in work.new()])
    merge.renumber()
    return merge.patch


def _sources(work: Work, after: Snapshot, table: SummaryTable) -> Patch:
    """来源文件, 来源行 and 出处 of every row."""
    grid, patch = after.sheet(table.sheet), Patch()
    for what, column in sorted(table.sources.items(), key=lambda item: item[1]):
        lines = range(table.first_row, table.last_row + 1)
        values: dict[int, Scalar] = {line: grid.stored(line, column) for line in lines}
        for row in table.rows:
            number = row.origin or 0
            arrival = work.tracing.arrivals.get(number)
            if source := arrival or (work.lines[number] if number in work.missed else None):
                words = {"file": safe_text(source.file), "place": safe_text(link_text(source.file, source.place))}
                line = arrival.row.row_number if arrival else None
                values[row.row_number] = line if what == "row" else words[what]
        if values:
            cells = block([[value] for value in values.values()])
            patch += Patch((Write(table.sheet, table.first_row, column, cells, links=what == "place"),))
    return patch


def _edits(work: Work, rows: Mapping[int, Sequence[SummaryRow]]) -> list[Edit]:
    """The cells of the table that say something else than what the town sent."""
    found = []
    for number, arrival in sorted(work.tracing.arrivals.items()):
        for row in rows.get(number, ()):
            for name in (field for field in work.fields if field != "town"):
                source = arrival.row.value_of(name)
                if source.value is not None and not agrees(name, row.value_of(name), source, work.notice):
                    at = place_name(source.sheet, source.cell)
                    found.append(Edit(row, name, arrival.town, arrival.file, at, source.raw))
    return found


def _gone(work: Work, rows: Mapping[int, Sequence[SummaryRow]]) -> list[tuple[SummaryRow, str]]:
    """The rows that a file which is there no longer has."""
    here = {one.file for one in work.hand_ins if not one.waits}
    lost = [n for n in rows if n not in work.tracing.arrivals and n in work.lines and work.lines[n].file in here]
    return [(rows[n][0], work.lines[n].file) for n in lost]


def _flags_of_towns(work: Work, rows: Mapping[int, Sequence[SummaryRow]]) -> list[Flag]:
    """What only the towns' own files show: their tables as such, and their forms; at the district's rows."""
    numbers = {(a.file, sheet_of(a.place), a.row.row_number): n for n, a in work.tracing.arrivals.items()}
    forms = forms_of(work.intake, [(one.file, one.town) for one in work.hand_ins], work.notice)
    by_town: dict[str, list[SummaryTable]] = {}
    for one in work.hand_ins:
        if one.used:
            by_town.setdefault(one.town or f"\0{one.file}", []).append(one.table.table)
    found = []
    for town, tables in by_town.items():
        own = forms.pop(town, ())
        for table, flags in zip(tables, town_flags(tables, own, work.intake.modified, work.notice), strict=True):
            for flag in flags:
                number = numbers.get((table.file, table.sheet, flag.row_number or 0), 0)
                place = rows[number][0].row_number if number in rows else None
                found.append(flag.model_copy(update={"row_number": place}))
    for own in forms.values():
        found += forms_alone(own, work.intake.modified, work.notice)
    return found


def _told(account: Account) -> Reconciliation:
    return Reconciliation(
        file=account.file,
        sheet=account.sheet,
        town=account.town,
        status=account.state.value,
        rows_in=account.rows_in,
        rows_out=account.rows_out,
        excluded=account.merged + account.excluded,
        amount_in=float(account.amount_in),
        amount_out=float(account.amount_out),
        amount_excluded=float(account.amount_left),
        amount_adjusted=float(account.adjusted),
        balanced=account.balanced,
        why=account.why,
    )
