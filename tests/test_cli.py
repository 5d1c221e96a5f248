"""The command line: exit codes 0, 1, 2; JSON as documented; one line on stderr and never a traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Demo
from tests.districts import project
from tests.town_files import district_file, some_towns, town_file
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
        (["pull", "{blank}", "--forms", "没有"], "找不到登记表文件夹“没有”。请检查路径，或把登记表放进这个文件夹"),
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


# --- the district's workbook ------------------------------------------------------------------------------------------


@pytest.fixture
def district(tmp_path: Path) -> Path:
    return district_file(tmp_path)


def test_a_new_district_workbook_is_ready_for_the_towns(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "区级汇总表.xlsx"
    assert main(["new", "district", str(out)]) == 0
    towns = some_towns(tmp_path)
    capsys.readouterr()
    code, printed, _ = run("consolidate", out, "--from", towns, capsys=capsys)
    assert code == 0
    assert printed.splitlines()[0].startswith(f"{out}：9 行，")


def test_consolidate_prints_the_accounts(district: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    code, out, err = run("consolidate", district, "--from", some_towns(tmp_path), capsys=capsys)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].startswith(f"{district}：9 行，改动 ")
    assert "收到 9 行 99.00 万元，列入 9 行，合并 0 行，未列入 0 行，收支平衡；" in lines[0]
    assert lines[1:7] == [
        "  推荐单位  状态    收到行  列入  未列入  收到万元  列入万元  未列入万元  核对  文件",
        "  安亭镇    已采用       3     3       0     33.00     33.00        0.00  平衡  街镇报送/安亭镇.xlsx 汇总表",
        "  马陆镇    已采用       3     3       0     33.00     33.00        0.00  平衡  街镇报送/马陆镇.xlsx 汇总表",
        "  徐行镇    已采用       3     3       0     33.00     33.00        0.00  平衡  街镇报送/徐行镇.xlsx 汇总表",
        "  合计                   9     9       0     99.00     99.00        0.00  平衡",
        "  未报送 9 个：新成路街道、真新街道、嘉定镇街道、南翔镇、华亭镇、外冈镇、江桥镇、菊园新区、嘉定工业区",
    ]


def test_consolidate_as_json_has_the_reconciliation(
    district: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = district.read_bytes()
    town_file(tmp_path / "街镇报送" / "安亭镇.xlsx", "安亭镇", project("降噪", amount=12.55))
    (tmp_path / "街镇报送" / "说明.pdf").write_bytes(b"%PDF-1.7")
    capsys.readouterr()
    code, out, _ = run("consolidate", district, "--from", tmp_path / "街镇报送", "--dry-run", "--json", capsys=capsys)
    found = json.loads(out)
    assert list(found) == ["command", "workbook", "rows", "flags", "changes", "reconciliation", "skipped", "summary"]
    (line,) = [one for one in found["reconciliation"] if one["file"]]
    assert line == {
        "file": "街镇报送/安亭镇.xlsx", "sheet": "汇总表", "town": "安亭镇", "status": "已采用",
        "rows_in": 1, "rows_out": 1, "excluded": 0, "amount_in": 12.55, "amount_out": 12.55, "amount_excluded": 0.0,
        "amount_adjusted": 0.0, "balanced": True, "why": "",
    }  # fmt: skip
    assert [one["file"] for one in found["skipped"]] == ["街镇报送/说明.pdf"]
    assert code == 0
    assert district.read_bytes() == before


def test_one_project_from_two_towns_is_an_error(
    district: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for unit in ("安亭镇", "马陆镇"):
        town_file(tmp_path / "街镇报送" / f"{unit}.xlsx", unit, project("降噪"))
    code, out, _ = run("consolidate", district, "--from", tmp_path / "街镇报送", capsys=capsys)
    assert code == 1
    assert "  错误 D01 汇总表!" in out


def test_sendback_tells_what_was_made_and_where(
    district: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    towns = town_file(tmp_path / "街镇报送" / "安亭镇.xlsx", "安亭镇", project("降噪", amount="约500")).parent
    assert main(["consolidate", str(district), "--from", str(towns)]) == 1
    capsys.readouterr()
    code, out, err = run("sendback", district, "--from", towns, "--json", capsys=capsys)
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert list(found) == ["command", "workbook", "towns"]
    (one,) = found["towns"]
    assert one["town"] == "安亭镇"
    assert [Path(file).name for file in one["files"]] == ["修改清单.docx", "安亭镇.xlsx"]
    assert all(Path(file).is_file() and Path(file).parent == Path(one["folder"]) for file in one["files"])
    code, out, _ = run("sendback", district, "--from", towns, "--out", tmp_path / "发回", capsys=capsys)
    first, last = out.splitlines()
    assert first.startswith(f"安亭镇：2 个文件，在 {tmp_path / '发回'}")
    assert last == "做好了 1 个街镇的退回材料"


def test_where_nothing_is_wrong_nothing_goes_back(
    district: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    towns = some_towns(tmp_path)
    capsys.readouterr()
    code, out, _ = run("sendback", district, "--from", towns, capsys=capsys)
    assert (code, out) == (0, "各街镇的材料没有要修改的，不用退回\n")
    assert not (tmp_path / "退回修改").exists()


def test_a_towns_workbook_is_no_districts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    blank = tmp_path / "附件2.xlsx"
    assert main(["new", "summary", str(blank)]) == 0
    towns = some_towns(tmp_path)
    capsys.readouterr()
    for command in ("consolidate", "sendback"):
        code, out, err = run(command, blank, "--from", towns, capsys=capsys)
        assert (code, out) == (2, "")
        assert err == (
            "“附件2.xlsx”不是区级汇总表（没有“收支核对”表）。请用 xlpy new district 新建区级汇总表，在那里合并\n"
        )


# --- new files, wrong arguments, failures -----------------------------------------------------------------------------


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
