"""Fuzz every target for a while; exit 1 on a fault, with the bytes that led to it kept outside the repository.

    python -m tests.fuzz [--seconds 300] [--out FOLDER]
    python -m tests.fuzz --again FOLDER/received-crash-…      one reproducer once more

What was found interesting stays in FOLDER, so the next run goes on from there. Needs atheris, `.[fuzz]` (Linux).
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

NAMES = {"received": 0.6, "settings": 0.2, "check": 0.2}
"""Target → its part of the time."""

SECONDS = 30
"""What one input may take."""

MEGABYTES = 2500
"""What the process may hold, coverage included."""


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.fuzz", description=(__doc__ or "").splitlines()[0])
    options.add_argument("--seconds", type=int, default=300, help="for all targets together")
    options.add_argument("--out", type=Path, default=Path(tempfile.gettempdir()) / "xlpy-fuzz", help="what is kept")
    options.add_argument("--again", type=Path, metavar="FILE", help="a reproducer")
    given = options.parse_args()
    if given.again:
        return _run(given.again.name.split("-")[0], [str(given.again.resolve())]).returncode and 1
    failed = False
    for name, part in NAMES.items():
        failed |= not _fuzz(name, max(5, round(given.seconds * part)), given.out)
    return int(failed)


def _fuzz(name: str, seconds: int, out: Path) -> bool:
    """Whether a target held. The fault, if any, is shown with the place of its reproducer."""
    from tests.fuzz.targets import plant

    corpus = (out / name).resolve()
    plant(name, corpus)
    prefix, dictionary = out.resolve() / f"{name}-", corpus.with_suffix(".dict")
    before = set(out.glob(f"{name}-*"))
    done = _run(
        name,
        [
            *(f"-max_total_time={seconds}", f"-timeout={SECONDS}", f"-rss_limit_mb={MEGABYTES}", "-max_len=1000000"),
            *(f"-artifact_prefix={prefix}", "-print_final_stats=1", "-len_control=0", str(corpus)),
            *([f"-dict={dictionary}"] if dictionary.exists() else []),
        ],
    )
    lines = done.stderr.splitlines()
    figures = [line.split("stat::")[1] for line in lines if "stat::number_of_executed" in line or "peak_rss" in line]
    print(f"{name}: {seconds} s, {'; '.join(' '.join(figure.split()) for figure in figures)}", flush=True)
    for path in sorted(set(out.glob(f"{name}-*")) - before):
        print(f"FAULT {path}", flush=True)
    if done.returncode:
        print("\n".join(lines[-40:]), flush=True)
    return done.returncode == 0


def _run(name: str, arguments: list[str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "ignore", "-m", "tests.fuzz.targets", name, *arguments]
    return subprocess.run(command, stderr=subprocess.PIPE, text=True, errors="replace", check=False)


if __name__ == "__main__":
    raise SystemExit(main())
