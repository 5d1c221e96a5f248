"""收支核对, reckoned: every row and every 万元 that came in is in the table or explained, or the books do not balance.

The rows that are out are counted in the table as it would be written, not in what the merge says it did: so a row
that got lost or stands twice cannot go unnoticed. Pure.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from xlpy import cells
from xlpy.accounts import Account, State, held
from xlpy.cells import show
from xlpy.layout import MERGE
from xlpy.models import Skipped, SummaryRow, Value
from xlpy.origins import Origin
from xlpy.submissions import HandIn
from xlpy.tracing import Tracing, came_from, sheet_of
from xlpy.verdicts import Drop

_BRIEFLY = re.compile("[：。]")  # of a reason; 来源 has the whole


@dataclass(frozen=True, slots=True)
class Books:
    """What is reckoned with.

    worth    what each row that stood in the table must be worth after the merge (万元, the bureau's edits counted)
    rows     the rows of the table as it would be written, by number; more than one where a number stands twice
    drops    the decisions of 疑似重复 on the projects there are
    lines    the lines of 来源 of the last run, by number
    """

    hand_ins: Sequence[HandIn]
    tracing: Tracing
    worth: Mapping[int, Decimal]
    rows: Mapping[int, Sequence[SummaryRow]]
    drops: Mapping[int, Drop]
    lines: Mapping[int, Origin]


def pulled_amount(line: Origin) -> Decimal:
    """What 来源 remembers of an amount."""
    reading = cells.amount(line.values.get("benefit"))
    return held(Value[Decimal](value=reading.value))


def reckon(
    books: Books, noted: Sequence[Account], units: Iterable[str], unread: Iterable[tuple[str, Skipped]] = ()
) -> list[Account]:
    """The lines of 收支核对: of every table, of rows without one, of what was not read, of units that sent nothing.

    `noted` are the lines of the last run: a decision on a table that is not here now is kept. `unread`: (unit, file).
    """
    arrived: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, arrival in books.tracing.arrivals.items():
        arrived[arrival.file, sheet_of(arrival.place)].append(number)
    accounts = [_received(one, arrived[one.file, one.sheet], books) for one in books.hand_ins]
    unread = list(unread)
    accounts += _without_table(books, {skipped.file for _, skipped in unread})
    accounts = _with_decisions(accounts, noted)
    sent = {account.town for account in accounts if account.rows_in or account.state is not State.GONE}
    accounts += [
        Account(unit, State.UNREAD, skipped.file, why=_BRIEFLY.split(skipped.reason)[0]) for unit, skipped in unread
    ]
    return accounts + [Account(unit, State.MISSING, why="没有收到汇总表") for unit in units if unit not in sent]


def _received(one: HandIn, own: Sequence[int], books: Books) -> Account:
    """The line of a received table; `own` are the numbers of its rows."""
    table = one.table.table
    account = Account(
        town=one.town,
        state=one.state,
        file=one.file,
        sheet=one.sheet,
        received=one.table.received,
        decision=one.decision,
        digest=one.digest,
        seal=one.seal,
        rows_in=len(table.rows),
        unread=sum(row.benefit.value is None for row in table.rows),
        amount_in=sum((held(row.benefit) for row in table.rows), Decimal(0)),
        why=one.why,
    )
    if not one.used:
        return replace(account, excluded=account.rows_in, amount_left=account.amount_in)
    return _filled(account, own, {n: held(books.tracing.arrivals[n].row.benefit) for n in own}, books)


def _without_table(books: Books, unread: Collection[str]) -> list[Account]:
    """Rows that the bureau typed, and rows whose file, or whose line in it, is no longer there or was not read."""
    here = {(one.file, one.sheet) for one in books.hand_ins if not one.used and not one.waits}  # counted there
    former = {(one.file, one.sheet) for one in books.hand_ins if one.waits}
    groups: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for number in sorted({*books.tracing.rows, *books.rows, *(books.drops.keys() & books.lines.keys())} - {0}):
        if number in books.tracing.arrivals:
            continue
        line = books.lines.get(number)
        if line is None or not line.file:
            row = books.tracing.rows.get(number)
            town = row.town.raw if row else show(line.values.get("town")) if line else ""
            groups[town, "", ""].append(number)
        elif came_from(line) not in here:
            groups[show(line.values.get("town")), *came_from(line)].append(number)
    found = []
    for (town, file, sheet), own in groups.items():
        came = {n: pulled_amount(books.lines[n]) if file else books.worth.get(n, Decimal(0)) for n in own}
        state = State.GONE if file else State.TYPED
        why = "原来的文件或其中的行已经不在，表里的行留着" if file else ""
        why = "这次没有读入，表里的行留着" if file in unread else why
        why = "文件内容换过，这是上次采用的内容，表里的行留着" if (file, sheet) in former else why
        account = Account(town, state, file, sheet, rows_in=len(own), amount_in=sum(came.values(), Decimal(0)), why=why)
        found.append(_filled(account, own, came, books))
    return found


def _filled(account: Account, numbers: Sequence[int], came: Mapping[int, Decimal], books: Books) -> Account:
    """What became of these projects: `came` is what each brought in."""
    listed = [row for n in numbers for row in books.rows.get(n, ())]
    left = [books.drops[n] for n in numbers if n in books.drops]
    kept = [n for n in numbers if n not in books.drops]
    return replace(
        account,
        rows_out=len(listed),
        merged=sum(drop.verdict == MERGE for drop in left),
        excluded=sum(drop.verdict != MERGE for drop in left),
        amount_out=sum((held(row.benefit) for row in listed), Decimal(0)),
        amount_left=sum((came[drop.number] for drop in left), Decimal(0)),
        adjusted=sum((books.worth.get(n, came[n]) - came[n] for n in kept), Decimal(0)),
    )


def _with_decisions(accounts: Sequence[Account], noted: Sequence[Account]) -> list[Account]:
    """`accounts` with what the bureau decided, and the units that it typed, for tables that are not here now."""
    here = {account.digest for account in accounts if account.digest}
    away = sorted((a for a in noted if a.digest and a.digest not in here), key=lambda a: not a.rows_out)
    done = []
    for account in accounts:
        sheet = account.town, account.file, account.sheet
        before = next((a for a in away if account.state is State.GONE and (a.town, a.file, a.sheet) == sheet), None)
        if before:
            away.remove(before)
            account = replace(account, decision=before.decision, received=before.received)
            account = replace(account, digest=before.digest, seal=before.seal)
        done.append(account)
    for before in away:
        if before.decision or before.typed:
            gone = Account(before.town, State.GONE, before.file, before.sheet, before.received, before.decision)
            done.append(replace(gone, digest=before.digest, seal=before.seal, why="这份材料这次没有，写过的决定留着"))
    return done
