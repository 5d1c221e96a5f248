"""The README's generated blocks are fresh, its commands exist, its pictures are there, its Python runs."""

from __future__ import annotations

import re
from pathlib import Path

from tests.conftest import Demo
from xlpy.authoring.readme import refreshed

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "README.md").read_text("utf-8")


def test_generated_blocks_are_fresh() -> None:
    assert refreshed(TEXT) == TEXT
    assert TEXT.count("<!-- generated: ") == 2


def test_every_command_in_the_text_exists() -> None:
    from xlpy.cli import COMMANDS

    named = set(re.findall(r"`xlpy (\w+)", TEXT))
    assert named
    assert named <= set(COMMANDS)


def test_every_picture_and_path_is_there() -> None:
    pictures = re.findall(r"!\[[^]]*\]\(([^)]+)\)", TEXT)
    assert len(pictures) >= 5
    for name in pictures:
        assert (ROOT / name).is_file(), name
    for name in re.findall(r"`(xlpy/[\w/.]+|workbook/|templates/)`", TEXT):
        assert (ROOT / name).exists(), name


def test_the_python_example_runs(demo: Demo, monkeypatch: object) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    code = code.replace("登记表/01_某企业.xlsx", "登记表/01_禾梧轴承_异音攻关.xlsx").replace(
        "附件2_申报汇总表.xlsx", demo.workbook.name
    )
    import contextlib
    import io

    out = io.StringIO()
    with contextlib.chdir(demo.folder), contextlib.redirect_stdout(out):
        exec(compile(code, "README.md", "exec"), {})
    assert out.getvalue().splitlines()[0] == "轮毂轴承异音不良率降低攻关 562.3 C29"
    assert out.getvalue().splitlines()[-1].endswith(" 万元")


def test_the_top_level_holds_what_it_should_and_nothing_else() -> None:
    import subprocess

    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:  # an unpacked source archive has no repository
        names = {p.name for p in ROOT.iterdir() if not p.name.startswith(".")} - {"build", "xlpy.egg-info"}
    else:
        names = {line.strip('"').split("/")[0] for line in listed.stdout.splitlines()}
    assert {n for n in names if not n.startswith(".")} == {
        "workbook", "xlpy", "templates", "tests", "setup.py", "README.md", "LICENSE",
    }  # fmt: skip
