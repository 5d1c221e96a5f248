"""The command line: exit codes 0, 1, 2; JSON as documented; one line on stderr and never a traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Demo
from xlpy.arguments import parser
from xlpy.cli import COMMANDS, main


def run(*arguments: object, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = main([str(a) for a in arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_every_command_has_its_function_and_help() -> None:
    (commands,) = (a for a in parser()._actions if hasattr(a, "choices") and isinstance(a.choices, dict))
    assert list(commands.choices) == list(COMMANDS)
    for name, sub in commands.choices.items():
        assert sub.description, name
        assert all(action.help for action in sub._actions), name


def test_validate_as_json_is_the_documented_object(demo: Demo, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run("validate", demo.workbook, "--forms", demo.forms, "--json", "--dry-run", capsys=capsys)
    assert (code, err) == (1, "")
    found = json.loads(out)
    assert list(found) == ["command", "workbook", "rows", "flags", "changes", "skipped", "summary"]
    assert list(found["flags"][0]) == [
        "rule", "severity", "file", "sheet", "cell", "row_number", "field", "value", "message", "fix",
    ]  # fmt: skip
    assert found["flags"][0]["severity"] == "error"
    assert list(found["skipped"][0]) == ["file", "reason"]
    assert found["changes"] == []


def test_dry_run_writes_nothing_and_lists_the_changes(demo: Demo, capsys: pytest.CaptureFixture[str]) -> None:
    before = demo.workbook.read_bytes()
    code, out, _ = run("pull", demo.workbook, "--forms", demo.forms, "--dry-run", capsys=capsys)
    assert code == 1
    assert "将改动" in out
    assert "汇总表!A13：11 → 10" in out
    assert demo.workbook.read_bytes() == before


def test_read_prints_one_json_object_a_line_and_goes_on_past_a_bad_file(
    demo: Demo, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = demo.forms / "01_禾梧轴承_异音攻关.xlsx", demo.forms / "25_传坏的表.xlsx"
    code, out, err = run("read", bad, good, "--json", capsys=capsys)
    assert code == 2
    lines = [json.loads(line) for line in out.splitlines()]
    assert list(lines[0]) == ["file", "error"]
    assert list(lines[1]) == ["file", "sha256", "fields", "team", "flags"]
    assert lines[1]["fields"]["economics.after.profit"]["value"] == 562.3
    assert lines[1]["fields"]["completed"]["value"] == "2022-06"
    assert lines[1]["team"][0]["name"]["value"] == "沈嘉禾"
    assert lines[1]["flags"] == []
    assert len(err.splitlines()) == 1


def test_read_for_a_person(demo: Demo, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run("read", demo.forms / "12_赛格玛热管理.xlsx", capsys=capsys)
    assert code == 1
    assert "  项目名称：电池液冷板钎焊气孔率降低" in out
    assert "错误 F01 登记表!" in out


def test_total_and_undo(demo: Demo, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run("undo", demo.workbook, capsys=capsys)
    assert code == 0
    assert "；撤销了 2023-09-11 10:31:00 的“合计”" in out
    code, out, _ = run("total", demo.workbook, "--json", capsys=capsys)
    assert code == 0
    found = json.loads(out)
    assert found["totals"]["projects"] == 25
    assert {c["sheet"] for c in found["changes"]} == {"统计"}


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["validate", "没有.xlsx"], "没有.xlsx：找不到这个文件。"),
        (["pull", "没有.xlsx", "--forms", "没有"], "找不到登记表文件夹“没有”。请检查路径，或把登记表放进这个文件夹"),
        (["undo", "{blank}"], "没有可以撤销的操作"),
        (["total", "{form}"], "附件1_登记表.xlsx：这不是汇总表，像是附件1登记表。请选附件2汇总表"),
    ],
)
def test_what_cannot_run_is_one_line_and_exit_code_2(
    arguments: list[str], line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blank, form = tmp_path / "附件2.xlsx", tmp_path / "附件1_登记表.xlsx"
    assert main(["new", "summary", str(blank)]) == 0
    assert main(["new", "form", str(form)]) == 0
    capsys.readouterr()
    code, out, err = run(*(a.format(blank=blank, form=form) for a in arguments), capsys=capsys)
    assert (code, out) == (2, "")
    assert err.startswith(line)
    assert len(err.splitlines()) == 1


def test_new_never_overwrites(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "附件1.docx"
    assert main(["new", "form-docx", str(out)]) == 0
    before = out.read_bytes()
    assert main(["new", "form-docx", str(out)]) == 2
    assert capsys.readouterr().err == "已经有文件“附件1.docx”，不会覆盖它。请换一个文件名，或先把原来的文件移走\n"
    assert out.read_bytes() == before


def test_new_gives_no_file_an_ending_it_is_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "summary", str(tmp_path / "附件2.xls")]) == 2
    line = "summary 的文件名要以 .xlsx 结尾，写的是“附件2.xls”。请改文件名再运行\n"
    assert capsys.readouterr().err == line
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["validate"], "命令写得不对：缺少 汇总表。请看 xlpy validate -h\n"),
        (["new", "annex", "x.xlsx"], "命令写得不对：种类 不能是“annex”，可以是 "),
        (["consolidate", "a.xlsx"], "命令写得不对：缺少 --from。请看 xlpy consolidate -h\n"),
        (["rules", "--all"], "命令写得不对：不认识 --all。请看 xlpy -h\n"),
        (["pull", "a.xlsx", "--forms"], "命令写得不对：--forms 后面要跟一个值。请看 xlpy pull -h\n"),
    ],
)
def test_a_wrong_command_line_is_one_line(arguments: list[str], line: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    err = capsys.readouterr().err
    assert err.startswith(line)
    assert len(err.splitlines()) == 1


def test_no_folder_is_not_the_current_one(demo: Demo, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pull", str(demo.workbook), "--forms", ""]) == 2
    assert capsys.readouterr().err.startswith("找不到登记表文件夹“”。")


def test_an_unexpected_failure_is_one_line_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(options: object) -> int:
        raise ZeroDivisionError

    monkeypatch.setitem(COMMANDS, "rules", broken)
    assert main(["rules"]) == 2
    err = capsys.readouterr().err
    assert err.startswith("程序内部出错（ZeroDivisionError），文件没有改动。")
    assert len(err.splitlines()) == 1


def test_rules_lists_the_catalogue(capsys: pytest.CaptureFixture[str]) -> None:
    from xlpy.catalogue import CATALOGUE

    assert main(["rules", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["id"] for line in lines] == list(CATALOGUE)


def test_the_installed_program_runs_with_an_ascii_console() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "xlpy.cli", "rules"], capture_output=True, env={"PYTHONIOENCODING": "ascii", "PATH": ""},
        timeout=60, check=False, cwd=Path(__file__).parent.parent,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
