"""Reading by each executor, and what a country would take: `python -m tests.benchmarks.readers`.

What was tried, and what it gave. Reading in this process for few files saves the start of a worker (0.25 s), but a file
that crashes a parser then ends the run: so there is always a worker, which `prepare` starts while the command does its
own imports; of the 0.25 s about 0.1 s remain. A second worker pays from some hundred files on, when what it takes over
outweighs its start. Handing files to workers by path or as bytes makes no difference here; sending a result back costs
0.2 ms, most of it pydantic. fork would start a worker in 0.01 s, but Windows has none, and a fork of a process with
threads may hang. The client of a cluster spends 3 ms a file, so it feeds two cores of this machine and not more.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.measuring import ROOT, spent

DISTRICTS, TOWNS, ROWS = 3_000, 12, 18  # a country, the units of a district, the projects of a unit


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        each = executors(folder)
        table, district = tables(folder)
    reading = DISTRICTS * (TOWNS * ROWS * each + TOWNS * table) / 3600
    print(f"\n{DISTRICTS:,} districts of {TOWNS} units with {ROWS} projects, hours of one core of this machine")
    print(f"  reading {DISTRICTS * TOWNS * ROWS:,} forms and {DISTRICTS * TOWNS:,} tables: {reading:.2f}")
    print(f"  checking and rolling up {DISTRICTS:,} district workbooks: {DISTRICTS * district / 3600:.2f}")


def executors(folder: Path) -> float:
    """Folders of forms by each executor, its start included but for the cluster's; the processor's seconds of a form.

    Seconds on the clock, then the processor's, which a busy machine changes less (those of a cluster are elsewhere).
    """
    from xlpy.demo.companies import PROJECTS
    from xlpy.demo.forms import _excel, form_values
    from xlpy.intake import read_folder
    from xlpy.notice import Notice
    from xlpy.reading import cores
    from xlpy.reading.cluster import Cluster
    from xlpy.reading.isolated import Pool

    form = folder / "form.xlsx"
    _excel(form, form_values(PROJECTS[0], 0), Notice())
    each = 0.0
    with two_workers(folder) as address, Cluster(address) as cluster:
        ways: dict[str, Callable[[], Executor]] = {
            "this process": lambda: ThreadPoolExecutor(1),
            "one worker": lambda: Pool(1),
            f"{cores()} workers": lambda: Pool(cores()),
        }
        print(f"{'forms':<10}{''.join(f'{way:>18}' for way in [*ways, 'cluster of 2'])}")
        for count in (1, 12, 300, 1_000):
            forms = folder / str(count)
            forms.mkdir()
            for n in range(count):
                os.link(form, forms / f"{n}.xlsx")
            taken = []
            for way in ways.values():

                def run(way: Callable[[], Executor] = way, forms: Path = forms) -> None:
                    with way() as executor:
                        read_folder(forms, executor=executor)

                taken.append(_best(run))
            taken.append(_best(lambda forms=forms: read_folder(forms, executor=cluster)))  # type: ignore[misc]
            each = taken[0][1] / count  # the last folder is the largest
            print(f"  {count:<8,}{''.join(f'{clock:>10.2f} ({cpu:5.2f})' for clock, cpu in taken)}")
    return each


def tables(folder: Path) -> tuple[float, float]:
    """The processor's seconds of a unit's table, read, and of a district's workbook, read, checked and totalled."""
    from tests.districts import project
    from tests.town_files import district_file, town_file
    from xlpy.api import consolidate, this_run
    from xlpy.commands.rolling_up import figures_of
    from xlpy.files import read_grids
    from xlpy.summary import parse_summaries

    names = iter(chr(0x4E00 + n) + chr(0x5E00 + n * 7 % 9000) for n in range(TOWNS * ROWS))
    for unit in range(TOWNS):
        rows = [project(f"{(name := next(names))}部件工艺改进", f"{name}公司") for _ in range(ROWS)]
        town_file(folder / "units" / f"{unit}" / "附件2.xlsx", f"第{unit}街道办事处经济委员会", *rows)
    book = district_file(folder)
    consolidate(book, folder / "units")
    shutil.rmtree(folder / "备份", ignore_errors=True)
    run = this_run()
    table = folder / "units" / "0" / "附件2.xlsx"
    return (
        _best(lambda: [parse_summaries(read_grids(table)) for _ in range(20)])[1] / 20,
        _best(lambda: figures_of(read_grids(book), run))[1],
    )


def _best(way: Callable[[], object], rounds: int = 2) -> tuple[float, float]:
    """The least seconds on the clock and of the processor, those of processes that have ended included."""
    clocks, processors = [], []
    for _ in range(rounds):
        start, before = time.perf_counter(), spent()
        way()
        clocks.append(time.perf_counter() - start)
        processors.append(spent() - before)
    return min(clocks), min(processors)


@contextmanager
def two_workers(folder: Path) -> Iterator[str]:
    """The address of a Dask cluster of two workers on this machine."""
    contact = folder / "scheduler.json"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    started: list[subprocess.Popen[bytes]] = []
    for words in (["scheduler", "--host", "127.0.0.1", "--port", "0"], *[["worker", "--nthreads", "1"]] * 2):
        command = [sys.executable, "-m", "dask", *words, "--scheduler-file", str(contact), "--no-dashboard"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        started.append(subprocess.Popen(command, cwd=folder, env=environment, **quiet))  # type: ignore[call-overload]
    try:
        while not contact.exists():
            time.sleep(0.1)
        yield json.loads(contact.read_text())["address"]
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait()


if __name__ == "__main__":
    main()
