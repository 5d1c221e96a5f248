"""Print the measured table: every odd file read, every workbook that can be opened edited and undone.

    python -m tests.corpus                   all of it; packages are fetched by pip into a cache outside the repository
    python -m tests.corpus --quick           a small part, without network
    python -m tests.corpus --also FOLDER     files of one's own, too

Exit 1 on any fault: another exception than XlpyError, a crash, a hang, too much memory, anything lost by an edit.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.corpus.edits import editing
from tests.corpus.made import Case, made
from tests.corpus.shipped import below, shipped
from tests.corpus.trial import MEMORY, SECONDS, Trial, Worker, disturbed, reading
from xlpy.files.limits import MAX_MEMORY

_EDITABLE = (".xlsx", ".xlsm")
EDIT_SECONDS, EDIT_MEMORY = 240.0, MAX_MEMORY  # two edits, each undone and compared element by element


def corpus(folder: Path, cache: Path, also: list[Path], quick: bool) -> Iterator[tuple[str, Case]]:
    """(kind, file): what packages ship, what is at hand, what is made in `folder`."""
    if not quick:
        for path in shipped(cache):
            yield "shipped", Case(path)
    for own in also:
        for path in below(own):
            yield "also", Case(path)
    yield from made(folder, quick)


class Measured:
    """What the table is made of."""

    def __init__(self) -> None:
        self.tried: Counter[str] = Counter()
        self.read: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.edits: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()
        self.trials: list[Trial] = []
        self.edit_trials: list[Trial] = []
        self.faults: list[tuple[str, str]] = []

    def take_reading(self, kind: str, trial: Trial) -> None:
        self.tried[kind] += 1
        self.read[kind] += trial.read
        self.trials.append(trial)
        self.faults += [(_shown(trial.path), fault) for fault in trial.faults]
        if not trial.read and not trial.faults:
            self.reasons[_reason(trial.answers["read_grids"])] += 1

    def take_edit(self, trial: Trial) -> None:
        self.faults += [(_shown(trial.path), fault) for fault in trial.faults]
        if "open" in trial.answers:
            self.edits["not opened"] += 1
            return
        self.edits["workbooks"] += 1
        self.edit_trials.append(trial)
        for kind, answer in trial.answers.items():
            if answer.startswith("refused: "):
                self.edits[f"{kind} refused"] += 1
                self.refusals[_reason(answer.removeprefix("refused: "))] += 1
            elif answer == "done":
                self.edits[f"{kind} done"] += 1
            self.edits["lost"] += "part lost" in answer

    def table(self) -> str:
        """The figures as Markdown."""
        lines = ["| files | tried | read | refused with one line | faults |", "|---|---:|---:|---:|---:|"]
        faulty = {name for name, _ in self.faults}
        for kind, tried in self.tried.items():
            lines.append(f"| {kind} | {tried:,} | {self.read[kind]:,} | {tried - self.read[kind]:,} | |")
        tried, read = sum(self.tried.values()), sum(self.read.values())
        lines.append(f"| **all** | **{tried:,}** | **{read:,}** | **{tried - read:,}** | **{len(faulty)}** |")
        edits = self.edits
        lines += [
            "",
            "| measured | |",
            "|---|---|",
            *_extremes("file read", self.trials, SECONDS, MEMORY),
            f"| median file | {_median([t.seconds for t in self.trials]) * 1000:.1f} ms |",
            *_extremes("workbook edited, compared and undone", self.edit_trials, EDIT_SECONDS, EDIT_MEMORY),
            f"| workbooks edited | {edits['workbooks']:,} |",
            f"| one cell: edited and undone / refused | {edits['cell done']:,} / {edits['cell refused']:,} |",
            f"| two rows inserted: edited and undone / refused | {edits['rows done']:,} / {edits['rows refused']:,} |",
            f"| parts lost | {edits['lost']} |",
        ]
        return "\n".join(lines)


def measure(cases: Iterator[tuple[str, Case]], found: Measured, progress: bool = False) -> None:
    """Read every file, then edit those that were read and can be."""
    start = last = time.monotonic()
    with Worker(reading) as reader, Worker(editing, EDIT_SECONDS, EDIT_MEMORY) as editor:
        for kind, (path, disturb) in cases:
            with disturbed(path, disturb):
                trial = reader.try_out(path)
            found.take_reading(kind, trial)
            if trial.read and not disturb and path.suffix.casefold() in _EDITABLE:
                found.take_edit(editor.try_out(path))
            if progress and time.monotonic() - last > 15:
                last = time.monotonic()
                print(f"{last - start:5.0f} s  {sum(found.tried.values())} files, {kind}", file=sys.stderr)


def _reason(line: str) -> str:
    """A refusal without the file's name and what varies, for counting."""
    line = re.sub(r"^[^：]*\.\w+：", "", line)
    return re.sub(r"“[^”]*”|[A-Z]{1,4}[0-9]+(:[A-Z]+[0-9]+)?|(?<![A-Za-z])[0-9]+", "…", line).split("。")[0]


def _shown(path: Path) -> str:
    return path.name.encode("ascii", "backslashreplace").decode()[:80]


def _extremes(what: str, trials: list[Trial], seconds: float, memory: int) -> list[str]:
    if not trials:
        return []
    slowest, largest = max(trials, key=lambda t: t.seconds), max(trials, key=lambda t: t.memory)
    return [
        f"| slowest {what} | {slowest.seconds:.1f} s of {seconds:.0f} s allowed, {_shown(slowest.path)} |",
        f"| most memory, {what} | {largest.memory >> 20:,} of {memory >> 20:,} MB allowed, {_shown(largest.path)} |",
    ]


def _median(numbers: list[float]) -> float:
    return sorted(numbers)[len(numbers) // 2]


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.corpus", description=(__doc__ or "").splitlines()[0])
    options.add_argument("--quick", action="store_true", help="a small part, without network")
    options.add_argument("--also", type=Path, action="append", default=[], metavar="FOLDER", help="files of one's own")
    options.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "xlpy-corpus", help="for packages")
    given = options.parse_args()
    found = Measured()
    with tempfile.TemporaryDirectory() as name:
        try:
            measure(corpus(Path(name), given.cache, given.also, given.quick), found, progress=True)
        except KeyboardInterrupt:
            print("stopped: the table holds what was done until then", file=sys.stderr)
    print(found.table())
    for title, counted in (("Files are refused", found.reasons), ("Edits are refused", found.refusals)):
        print(f"\n{title} because:")
        for reason, number in counted.most_common():
            print(f"- {number:,} × {reason}")
    for name, fault in found.faults:
        print(f"FAULT {name}: {fault}")
    return 1 if found.faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
