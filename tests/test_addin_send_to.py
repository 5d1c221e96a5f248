"""“发送到 → 质量攻关 导入和校验”: which command each kind of file gets, and that it really runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.excel_double import argv
from tests.pc import PC
from xlpy.addin.send_to import command_for, main
from xlpy.authoring import FORM_DOCX, FORM_XLSX, SUMMARY_XLSX, resource, root


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    town = tmp_path / "安亭 R&D"
    town.mkdir()
    for name in (FORM_DOCX, FORM_XLSX, SUMMARY_XLSX):
        (town / Path(name).name).write_bytes(resource(name).read_bytes())
    return town


def test_each_kind_of_file_gets_its_command(folder: Path) -> None:
    summary, form, document = (folder / Path(name).name for name in (SUMMARY_XLSX, FORM_XLSX, FORM_DOCX))
    assert command_for(summary) == ["validate", str(summary)]
    assert command_for(form) == ["read", str(form)]
    assert command_for(document) == ["read", str(document)]
    (folder / "登记表").mkdir()
    assert command_for(summary) == ["pull", str(summary), "--forms", str(folder / "登记表")]
    junk = folder / "a.xlsx"
    junk.write_bytes(b"junk")
    assert command_for(junk) == ["validate", str(junk)]


def test_a_file_that_cannot_be_read_says_why(
    folder: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(root()))
    junk = folder / "a.xlsx"
    junk.write_bytes(b"junk")
    assert main([str(junk)]) == 2
    assert capfd.readouterr().err.startswith("a.xlsx：")


def test_a_file_is_looked_at_in_a_process_of_its_own(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails where this process parses the file itself: what kills a parser would end the files after it, too."""
    monkeypatch.setattr("xlpy.intake.parse_summary", None)
    form = folder / Path(FORM_XLSX).name
    assert command_for(form) == ["read", str(form)]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows allows no control characters in names")
def test_names_reach_the_window_without_signs_that_it_obeys(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Fails without `printable` in `main`: a name may colour the window, or turn what follows around."""
    (folder / "\x1b[31m红\u202e").mkdir()
    (junk := folder / "\x1b[31m红\u202e.xlsx").write_bytes(b"junk")
    assert main([str(folder / "\x1b[31m红\u202e"), str(junk)]) == 2
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "“ [31m红 ”是文件夹。请发送汇总表文件；登记表放在它旁边的“登记表”文件夹里"
    assert lines[1].startswith("xlpy validate ")
    assert lines[1].endswith('/ [31m红 .xlsx"')


def test_no_file_and_a_folder(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert main([str(folder)]) == 2
    assert capsys.readouterr().out.splitlines() == [
        "请在文件上点右键，选“发送到”里的“质量攻关 导入和校验”；或者把文件拖到这个快捷方式上",
        "“安亭 R&D”是文件夹。请发送汇总表文件；登记表放在它旁边的“登记表”文件夹里",
    ]


def test_what_windows_starts_when_a_file_is_dropped(folder: Path, tmp_path: Path) -> None:
    """The shortcut's program and arguments, then the file's name in quotes, as Explorer puts it."""
    pc = PC(tmp_path / "张 三")
    pc.install()
    shortcut = pc.shortcuts[pc.shortcut]
    summary = folder / Path(SUMMARY_XLSX).name
    forms = folder / "登记表"
    forms.mkdir()
    (folder / Path(FORM_XLSX).name).rename(forms / "甲 公司.xlsx")

    line = f'"{shortcut.program}" {shortcut.arguments} "{summary}"'
    program, *arguments = argv(line)
    assert program == str(pc.interpreter)
    before = summary.read_bytes()
    done = subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, "PYTHONPATH": str(root())},
        cwd=folder, capture_output=True, text=True, encoding="utf-8", stdin=subprocess.DEVNULL, timeout=120,
    )  # fmt: skip
    assert done.stderr == ""
    assert done.returncode == 1  # an empty form is full of errors
    first, second, *_ = done.stdout.splitlines()
    assert first.startswith("xlpy pull ")
    assert second.startswith(f"{summary}：")
    assert summary.read_bytes() != before


def test_a_module_beside_the_file_is_not_imported(folder: Path) -> None:
    (folder / "xlpy.py").write_text("raise SystemExit('hijacked')", "utf-8")
    done = subprocess.run(
        [sys.executable, "-P", "-m", "xlpy.addin.send_to", str(folder / Path(SUMMARY_XLSX).name)],
        env={**os.environ, "PYTHONPATH": str(root())},
        cwd=folder, capture_output=True, text=True, encoding="utf-8", stdin=subprocess.DEVNULL, timeout=120,
    )  # fmt: skip
    assert "hijacked" not in done.stderr
    assert done.stdout.startswith("xlpy validate ")
