"""What a command that did not get to its end says of its files is so."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from xlpy import cli
from xlpy.authoring import SUMMARY_XLSX, resource
from xlpy.cli import main

ROOT = Path(__file__).parent.parent
full_device = pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return Path(shutil.copyfile(resource(SUMMARY_XLSX), tmp_path / "附件2.xlsx"))


def stopped(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_stopped_before_anything_is_written(
    book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = book.read_bytes()
    monkeypatch.setattr("xlpy.commands.total.total", stopped)
    assert main(["total", str(book)]) == 2
    assert capsys.readouterr().err == "已中断，文件没有改动\n"
    assert book.read_bytes() == before


def test_stopped_when_the_workbook_is_written_already(
    book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Fails without `stamps`: whoever reads that nothing was changed would do it all again."""
    before = book.read_bytes()
    monkeypatch.setattr(cli, "print_report", stopped)
    assert main(["total", str(book)]) == 2
    assert capsys.readouterr().err == "已中断，“附件2.xlsx”已经写好\n"
    assert book.read_bytes() != before


def test_a_new_file_is_told_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "_say", stopped)
    assert main(["new", "form", str(tmp_path / "新表.xlsx")]) == 2
    assert capsys.readouterr().err == "已中断，“新表.xlsx”已经写好\n"
    assert (tmp_path / "新表.xlsx").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="there it ends a process at once")
def test_asked_to_end_it_clears_away(
    book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Fails without the handler of SIGTERM: temporary file and lock would wait for the next run."""
    monkeypatch.setattr("xlpy.surfaces.file.replace_file", lambda *_, **__: os.kill(os.getpid(), signal.SIGTERM))
    assert main(["total", str(book)]) == 2
    assert capsys.readouterr().err == "已中断，文件没有改动\n"
    assert [p.name for p in book.parent.iterdir()] == ["附件2.xlsx"]


def run(command: list[str], output: str) -> subprocess.CompletedProcess[str]:
    with Path(output).open("wb") as out:
        return subprocess.run(
            [sys.executable, "-m", "xlpy.cli", *command],
            stdout=out,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            timeout=120,
            check=False,
            cwd=ROOT,
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        )


@full_device
def test_an_output_that_takes_nothing(book: Path) -> None:
    """Fails without `give_up_output` (Python complains at its end) and without the flush (what is lost goes untold)."""
    done = run(["total", str(book)], "/dev/full")
    assert (done.returncode, done.stderr) == (
        2,
        "结果没能全部输出，“附件2.xlsx”已经写好。请检查磁盘空间，或输出要写到的地方\n",
    )
    assert run(["rules"], "/dev/full").stderr == (
        "结果没能全部输出，文件没有改动。请检查磁盘空间，或输出要写到的地方\n"
    )


def test_a_reader_that_leaves_early_is_told_nothing() -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as out:
        done = subprocess.run(
            [sys.executable, "-m", "xlpy.cli", "rules"],
            stdout=out,
            stderr=subprocess.PIPE,
            timeout=120,
            check=False,
            cwd=ROOT,
        )
    assert (done.returncode, done.stderr) == (2, b"")
