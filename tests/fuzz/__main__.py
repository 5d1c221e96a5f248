"""Fuzz every target for a while and print what was tried; exit 1 on a fault, whose input is kept and named.

    python -m tests.fuzz [--seconds 300] [--only TARGET] [--out FOLDER]
    python -m tests.fuzz --again FOLDER/received-crash-…      one reproducer once more

What was found interesting stays in FOLDER, so the next run goes on from there. Needs atheris, `.[fuzz]` (Linux).
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from xlpy.reading import cores

PARTS = {
    "received": 15,
    "sheets": 20,
    "words": 10,
    "edited": 15,
    "cells": 10,
    "tables": 10,
    "settings": 8,
    "checks": 4,
    "log": 8,
}
"""Target (see `targets.py`) → its percentage of the time."""

_FIGURES = {"inputs": r"stat::number_of_executed_units: *(\d+)", "edges": r"cov: (\d+)", "MB": r"peak_rss_mb: *(\d+)"}
_NOISE = re.compile(r"INFO|WARNING|#\d|stat::|MS: |0x|\s*$")  # what libFuzzer says besides


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.fuzz", description=(__doc__ or "").splitlines()[0])
    options.add_argument("--seconds", type=int, default=300, help="for all targets together")
    options.add_argument("--only", choices=PARTS, action="append", help="this target (more than once: these)")
    options.add_argument("--out", type=Path, default=Path(tempfile.gettempdir()) / "xlpy-fuzz", help="what is kept")
    options.add_argument("--again", type=Path, metavar="FILE", help="a reproducer")
    given = options.parse_args()
    if given.again:
        return subprocess.run(_command(given.again.name.split("-")[0], given.again), check=False).returncode and 1
    chosen = {name: part for name, part in PARTS.items() if name in (given.only or PARTS)}
    print("| target | inputs | seconds | a second | edges of xlpy reached | peak MB | faults |")
    print("|---|---:|---:|---:|---:|---:|---|")
    each = given.seconds * cores() / sum(chosen.values())
    with ThreadPoolExecutor(cores()) as side_by_side:
        told = [*side_by_side.map(lambda name: _fuzz(name, round(each * chosen[name]), given.out), chosen)]
    print("".join(told))
    return int(any(told))


def _fuzz(name: str, seconds: int, out: Path) -> str:
    """Print the target's line; the answer is what there is to tell of a fault, "" where it held."""
    kept, start = set(out.glob(f"{name}-*")), time.monotonic()
    command = _command(name, out / name, time.time() + seconds)
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    took = time.monotonic() - start
    found = {figure: re.findall(pattern, done.stderr) for figure, pattern in _FIGURES.items()}
    inputs, edges, memory = (int(numbers[-1]) if numbers else 0 for numbers in found.values())
    faults = sorted(set(out.glob(f"{name}-*")) - kept)
    words = ", ".join(str(path) for path in faults) or ("it did not run" if done.returncode else "0")
    print(f"| {name} | {inputs:,} | {took:.0f} | {inputs / took:,.0f} | {edges:,} | {memory} | {words} |", flush=True)
    if not done.returncode:
        return ""
    lines = [line for line in (done.stdout + done.stderr).splitlines() if not _NOISE.match(line)]
    return f"\nFAULT {name} {words}\n" + "\n".join(line[:500] for line in lines[:40])


def _command(name: str, *arguments: object) -> list[str]:
    return [sys.executable, "-W", "ignore", "-m", "tests.fuzz.targets", name, *map(str, arguments)]


if __name__ == "__main__":
    raise SystemExit(main())
