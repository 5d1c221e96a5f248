"""Print the whole table, the goals beside it: `python -m tests.benchmarks`, with `--quick` in a minute or so.

`--large` adds a workbook of 100,000 rows, `--markdown` prints the table as the README quotes it, names of parts
(reading pulling holding checking likening consolidating starting calling) leave out the others. Times are of the
processor, not of the clock. Reading by several processes and machines: `python -m tests.benchmarks.readers`.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from pathlib import Path

from tests.benchmarks.forms import pulling, reading
from tests.benchmarks.measuring import printed
from tests.benchmarks.starting import starting
from tests.benchmarks.tables import calling, checking, consolidating, holding, likening


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, smaller tables")
    parser.add_argument("--large", action="store_true", help="a workbook of 100,000 rows, too: minutes, gigabytes")
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("part", nargs="*")
    given = parser.parse_args()
    if given.markdown:
        print("| what | figure (the middle half of the rounds) | goal | |\n|---|---|---|---|")
    else:
        print(f"Python {platform.python_version()}, {os.cpu_count()} cores; (…): the middle half of the rounds")
    with tempfile.TemporaryDirectory() as name:
        folder, quick = Path(name), given.quick
        parts = {
            "reading": ("Reading one form", reading(folder, quick)),
            "pulling": ("A folder of forms", pulling(folder, quick)),
            "holding": ("Memory", holding(folder, quick)),
            "checking": ("Checking a table", checking(folder, quick, given.large)),
            "likening": ("Look-alikes", likening()),
            "consolidating": ("Merging a district", consolidating(quick)),
            "starting": ("Starting", starting(folder, quick)),
            "calling": ("In Excel", calling(folder)),
        }
        for part in given.part or parts:
            title, lines = parts[part]
            printed(title, list(lines), given.markdown)


if __name__ == "__main__":
    main()
