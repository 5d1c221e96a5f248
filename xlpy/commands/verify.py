"""Whether rows, cells and log are still what the commands made of the received files. Changes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from xlpy.accounts import is_district
from xlpy.cells import show
from xlpy.chain import check, sources_intact
from xlpy.commands.district_memory import TYPED
from xlpy.grids import SheetGrid, Snapshot, same_scalar
from xlpy.models import SummaryRow, SummaryTable
from xlpy.origins import LISTED, UNREAD, USED, Origin, read_origins
from xlpy.report import FileEvidence, HandEdit, LostRow, Report, Verification, plain
from xlpy.settings import read_notice
from xlpy.summary import parse_summaries, parse_summary
from xlpy.tracing import trace


def verify(snapshot: Snapshot, digests: Mapping[str, str] | None) -> Report:
    """The evidence in a town's or the district's workbook, against 来源 and the files' SHA-256 now (`digests`).

    `digests` is by file name as 来源 has it, "" for a file that cannot be read; None where there is no folder to look
    into. Raises WrongForm where there is no summary table.
    """
    notice, _ = read_notice(snapshot)
    table = parse_summary(snapshot, columns=notice.columns)
    fields = notice.district_fields if is_district(snapshot) else notice.pulled_fields
    origins = read_origins(snapshot, tuple(dict.fromkeys((*fields, "project_name", "company", "town"))))
    lines = {origin.number: origin for origin in origins if origin.number is not None}
    rows = trace((), table.rows, lines.values()).rows
    received = [(lines[n], row) for n, row in sorted(rows.items()) if n in lines and lines[n].file]
    files = list(_files(received, digests))
    grid = snapshot.sheet(table.sheet)
    edits = [edit for line, row in received for edit in _edits(line, row, table, grid, fields)]
    gone = [field for field in fields if field not in table.columns]
    unseen = [field for field in gone if any(line.values.get(field) not in (None, "") for line, _ in received)]
    typed = [row.row_number for n, row in rows.items() if n not in lines or not lines[n].file]
    lost = [
        LostRow(file=line.file, project_name=show(line.values.get("project_name")))
        for number, line in sorted(lines.items())
        if number not in rows and line.state in (USED, UNREAD, LISTED, TYPED)
    ]
    others = [o.sheet for o in parse_summaries(snapshot, notice.columns) if o.rows and o.sheet != table.sheet]
    log, intact = check(snapshot), sources_intact(snapshot)
    sound = all(file.same for file in files) and log.complete and intact is not False and not table.other_unit
    found = Verification(
        in_order=sound and not (edits or typed or unseen or lost or others),
        sha256=snapshot.sha256 or None,
        files=files,
        edits=sorted(edits, key=lambda edit: edit.row_number),
        typed=sorted(typed),
        unseen=unseen,
        lost=lost,
        unit=table.other_unit.text if table.other_unit else None,
        other_tables=others,
        sources_intact=intact,
        log=log,
    )
    return Report(command="verify", workbook=snapshot.name, rows=len(table.rows), verify=found)


def _files(received: Iterable[tuple[Origin, SummaryRow]], digests: Mapping[str, str] | None) -> Iterable[FileEvidence]:
    """What became of each file since its rows were brought in, in the order of 来源."""
    rows: dict[tuple[str, str], list[int]] = defaultdict(list)
    for line, row in received:
        rows[line.file, line.sha256].append(row.row_number)
    places = {sha256: name for name, sha256 in reversed([*(digests or {}).items()])}
    known = {None, *(sha256 for _, sha256 in rows)}  # what may stand under the name of a file that has moved
    for (file, sha256), numbers in rows.items():
        now = (digests or {}).get(file)
        evidence = FileEvidence(file=file, status="unchecked", rows=sorted(numbers))
        if digests is None or not sha256:
            yield evidence
        elif now == sha256:
            yield evidence.model_copy(update={"status": "unchanged"})
        elif sha256 in places and now in known:
            yield evidence.model_copy(update={"status": "moved", "found": places[sha256]})
        else:
            status = "missing" if now is None else "changed" if now else "unreadable"
            yield evidence.model_copy(update={"status": status})


def _edits(
    line: Origin, row: SummaryRow, table: SummaryTable, grid: SheetGrid, fields: Iterable[str]
) -> Iterable[HandEdit]:
    """The cells of a row that say something else than what was last brought in for them."""
    for field in fields:
        if not (column := table.columns.get(field)):
            continue
        now, pulled = grid.stored(row.row_number, column), line.values.get(field)
        if not same_scalar(now, pulled):
            yield HandEdit(
                sheet=table.sheet,
                cell=grid.address(row.row_number, column),
                row_number=row.row_number,
                field=field,
                pulled=plain(pulled),
                now=plain(now),
                file=line.file,
                place=line.places.get(field, ""),
            )
