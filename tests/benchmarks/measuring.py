"""Processor time, measured side by side: the ways to do a thing are taken in turn, round by round, and compared within
the round, so that whatever else the machine does slows all of them alike. What is told is the median of the rounds'
ratios and the middle half of them, which is the machine's noise.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
# What getrusage says of a child includes what its parent held.
_TOLD = """
import atexit, sys
def tell():
    print(*[line for line in open("/proc/self/status") if line.startswith("VmHWM")], file=sys.stderr)
atexit.register(tell)
"""
Times = dict[str, list[float]]
"""Way → seconds of each round."""


class Ratio(NamedTuple):
    """The median, and the ends of the middle half."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.low:.2f}–{self.high:.2f})"


class Line(NamedTuple):
    """One figure and the goal beside it; `held` is None where no goal is set."""

    what: str
    figure: str
    goal: str = ""
    held: bool | None = None

    @property
    def verdict(self) -> str:
        return "" if self.held is None else "held" if self.held else "MISSED"


def spent() -> float:
    """Seconds of processor time of this process and of those it has waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def seconds(way: Callable[[], object]) -> float:
    start = spent()
    way()
    return spent() - start


def in_turn(ways: Mapping[str, Callable[[], object]], rounds: int) -> Times:
    """Each way once a round, after one round to warm up."""
    times: Times = {name: [] for name in ways}
    for turn in range(rounds + 1):
        for name, way in ways.items():
            taken = seconds(way)
            if turn:
                times[name].append(taken)
    return times


def ratio(times: Times, way: str, base: str) -> Ratio:
    each = [one / other for one, other in zip(times[way], times[base], strict=True)]
    low, _, high = statistics.quantiles(each, n=4)
    return Ratio(statistics.median(each), low, high)


def milliseconds(times: Times, way: str) -> str:
    return f"{statistics.median(times[way]) * 1000:,.2f} ms"


def interpreter(code: str, *arguments: str) -> Callable[[], object]:
    """A fresh Python that runs `code`, its modules compiled before as in every installed package."""
    command = [sys.executable, "-c", code, *arguments]
    folder = str(Path(tempfile.gettempdir()) / "xlpy-benchmarks-compiled")
    compiled = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": folder}
    return lambda: subprocess.run(command, cwd=ROOT, env=compiled, check=True, capture_output=True)


def peak(code: str, *arguments: str) -> tuple[float, float]:
    """(seconds of processor time, MB at the most) of a fresh Python that runs `code`, on Linux."""
    start = spent()
    done = subprocess.run(
        [sys.executable, "-c", _TOLD + code, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode > 1:  # 1 tells of flags
        raise RuntimeError(done.stderr)
    return spent() - start, int(done.stderr.split()[-2]) / 1024


def printed(title: str, lines: Sequence[Line], markdown: bool) -> None:
    """A part of the table, at once when it is known."""
    if markdown:
        print(f"| **{title}** | | | |")
        for line in lines:
            print(f"| {line.what} | {line.figure} | {line.goal} | {line.verdict} |")
    else:
        print(f"\n{title}")
        for line in lines:
            print(f"  {line.what:<56}{line.figure:<26}{line.goal:<22}{line.verdict}")
    sys.stdout.flush()
