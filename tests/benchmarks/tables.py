"""Checking tables and merging those of towns, of growing size: the time of a row must not grow with them.

validate of 10,000 rows in memory, where its time goes: a half reading the table (10 values a row), a sixth look-alikes,
a fifth the checks of rows, the rest marks, undo step and log. In a file the workbook's XML takes three times as much
again: it is changed in place, read anew, and compared cell by cell with what it was.

What was tried, and what it gave. Reading every word of a column only once: a fifth of the reading. Groups of names in
which nobody is like another are left at a glance: look-alikes twice as fast. Blocks written, compared and taken back by
rows rather than by cells; the old XML compared with the new row by row; the style of a column looked up once; an edited
workbook freed at once: 10,000 rows in a file 12.2 → 7.3 s and 844 → 573 MB. Rows put in after the one before, links and
relationships found by a table: each was a search through all of them, so that making a workbook of 100,000 rows took
149 s (now 35), and a district with thousands of links grew quadratically.

consolidate was linear but for Python's search for reference cycles, which walks what is held, again and again: a third
of 1,200 tables, and growing. Now commands search seldom (`xlpy.garbage`). Earlier, reckoning each hand-in over all rows
was quadratic; each row is now looked at once. Of what remains a third is the undo step and the log (every cell that
changes is named), a quarter reading the table that would be written, a sixth look-alikes.

Look-alikes are compared only where they share one of their rarest signs: see `xlpy.project_names`.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.benchmarks import made
from tests.benchmarks.measuring import Line, peak, seconds

EVEN = 1.3  # times the time of a row in a table a tenth as large, up to which growth counts as linear
_VALIDATE = "import sys; from xlpy.cli import main; sys.exit(main(['validate', sys.argv[1]]))"
_READ = "import sys, xlpy\nfor path in sys.argv[1:]: xlpy.read_form(path)"
_KEEP = "import sys, xlpy\nkept = [xlpy.read_form(path) for path in sys.argv[1:]]"


def checking(folder: Path, quick: bool, large: bool) -> Iterator[Line]:
    """`validate` in memory, then with the file read, changed, proved and replaced."""
    from xlpy.commands.outcome import Run
    from xlpy.commands.validate import validate
    from xlpy.garbage import seldom_collected

    before = 0.0
    for rows in (100, 1_000, 10_000) if quick else (100, 1_000, 10_000, 100_000):
        book = made.table(rows)
        with seldom_collected():
            taken = _best(lambda book=book: validate(book, Run("2023-09-01 08:00:00", "")), 2 if rows > 10_000 else 5)  # type: ignore[misc]
        each = taken / rows
        goal, held = ("≤ 1 s", taken <= 1) if rows == 10_000 else ("", None)
        yield Line(f"validate of {rows:,} rows, in memory", f"{taken:.3f} s", goal, held)
        if before and rows > 1_000:
            yield Line(
                f"  a row of {rows:,} : of {rows // 10:,}", f"{each / before:.2f}", f"≤ {EVEN}", each <= before * EVEN
            )
        before = each
    start, _ = peak("import xlpy.api")
    before = 0.0
    for rows in (1_000, 10_000, 100_000)[: 1 if quick else 3 if large else 2]:
        taken, most = peak(_VALIDATE, str(made.workbook(folder / f"{rows}.xlsx", rows)))
        each = (taken - start) / rows
        yield Line(f"xlpy validate of {rows:,} rows, the file written", f"{taken:.1f} s, {most:,.0f} MB")
        if before:
            yield Line(
                f"  a row of {rows:,} : of {rows // 10:,}", f"{each / before:.2f}", f"≤ {EVEN}", each <= before * EVEN
            )
        before = each


def likening() -> Iterator[Line]:
    """Names that are like each other, found among all."""
    from xlpy.layout import fold
    from xlpy.project_names import likest_above

    taken = {}
    for count in (5_000, 20_000):
        names = [fold(made.name(n)) for n in range(count)]
        taken[count] = _best(lambda names=names: likest_above(names, 90), 3)  # type: ignore[misc]
        goal, held = ("≤ 5 s", taken[count] <= 5) if count == 20_000 else ("", None)
        yield Line(f"look-alikes among {count:,} projects", f"{taken[count]:.2f} s", goal, held)
    power = math.log(taken[20_000] / taken[5_000]) / math.log(4)
    yield Line("  grows with the power", f"{power:.2f}", "< 2 (comparing all)", power < 2)


def consolidating(quick: bool) -> Iterator[Line]:
    """Towns' tables of 18 rows into the district's, all in memory."""
    from tests.districts import RUN, district, received, town
    from xlpy.commands.consolidate import consolidate
    from xlpy.garbage import seldom_collected

    before = 0.0
    for count in (12, 120) if quick else (12, 120, 1_200):
        units = [f"第{n}街道办事处经济委员会" for n in range(count)]
        tables = [
            town(unit, *map(made.project, range(18 * n, 18 * n + 18)), file=f"{n}.xlsx") for n, unit in enumerate(units)
        ]
        intake = received(*tables)
        with seldom_collected():
            taken = _best(lambda intake=intake: consolidate(district(), RUN, intake), 3 if count < 1_000 else 1)  # type: ignore[misc]
        yield Line(f"consolidate {count:,} towns' tables, in memory", f"{taken:.2f} s")
        each = taken / count
        if before:
            yield Line(
                f"  a table of {count:,} : of {count // 10:,}",
                f"{each / before:.2f}",
                f"≤ {EVEN}",
                each <= before * EVEN,
            )
        before = each


def holding(folder: Path, quick: bool) -> Iterator[Line]:
    """Memory: reading forms one after another must take no more for many than for few."""
    few, many = (30, 120) if quick else (100, 1_000)
    paths = [str(path) for path in made.forms(folder / "登记表", many)]
    _, small = peak(_READ, *paths[:few])
    _, large = peak(_READ, *paths)
    yield Line(f"memory, {few} forms read one by one", f"{small:.0f} MB")
    yield Line(f"memory, {many:,} forms : {few}", f"{large / small:.2f}", "≤ 1.1", large <= small * 1.1)
    _, kept = peak(_KEEP, *paths)
    yield Line(f"  with the {many:,} models kept, more for each", f"{(kept - large) * 1024 / many:.0f} kB")


def calling(folder: Path) -> Iterator[Line]:
    """Calls to Excel by the button 校验, counted in a double of its COM interface."""
    from tests.comdouble import Excel, Workbook
    from xlpy import macros

    calls = {}
    kept = Workbook.do_SaveCopyAs
    Workbook.do_SaveCopyAs = lambda book, copy: shutil.copy(made_at, copy)  # one call as ever
    try:
        for rows in (10, 1_000):
            made_at = made.workbook(folder / f"校验{rows}.xlsx", rows)
            excel = Excel()
            book = excel.open(made_at)
            excel.calls.clear()
            macros.validate(book)
            assert not excel.boxes
            calls[rows] = excel.calls.total()
    finally:
        Workbook.do_SaveCopyAs = kept
    yield Line("calls to Excel by 校验, 10 rows", f"{calls[10]}")
    yield Line("calls to Excel by 校验, 1,000 rows", f"{calls[1_000]}", f"= {calls[10]}", calls[1_000] == calls[10])


def _best(way: Callable[[], object], rounds: int) -> float:
    """The least of some rounds: of one way alone, what is over it is the machine's."""
    return min(seconds(way) for _ in range(rounds))
