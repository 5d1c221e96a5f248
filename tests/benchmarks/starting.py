"""Fresh interpreters: what a command line and a click cost against what they cannot do without.

What was tried, and what it gave. Libraries are imported where they are used: pandas (0.4 s) is left to 合计 and the
district's 统计, openpyxl and python-docx to what makes workbooks, rich to a terminal. xlwings itself imports more than
all of ours, and a button imports it anyway. What remains of the command line is pydantic, lxml, calamine, and numpy and
rapidfuzz for look-alikes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks import made
from tests.benchmarks.measuring import Line, in_turn, interpreter, milliseconds, ratio

_NEEDED = "from pydantic import BaseModel; import lxml.etree, python_calamine, numpy, rapidfuzz.fuzz, rapidfuzz.process"
_VALIDATE = "import sys; from xlpy.cli import main; main(['validate', sys.argv[1], '--dry-run'])"


def starting(folder: Path, quick: bool) -> Iterator[Line]:
    path = made.workbook(folder / "附件2.xlsx", 200)
    ways = {
        "xlwings": interpreter("import xlwings"),
        "macros": interpreter("import xlpy.macros, xlwings"),
        "needed": interpreter(_NEEDED),
        "validate": interpreter(_VALIDATE, str(path)),
    }
    times = in_turn(ways, 4 if quick else 12)
    click, command = ratio(times, "macros", "xlwings"), ratio(times, "validate", "needed")
    other = ratio(times, "validate", "xlwings")
    yield Line("python -c 'import xlwings'", milliseconds(times, "xlwings"))
    yield Line("  a click's start, × that", str(click), "≤ 1.4", click.median <= 1.4)
    yield Line("importing pydantic, lxml, calamine, numpy, rapidfuzz", milliseconds(times, "needed"))
    yield Line("  xlpy validate of 200 rows, × that", str(command), "≤ 1.3", command.median <= 1.3)
    yield Line("  xlpy validate of 200 rows, × import xlwings", str(other))
