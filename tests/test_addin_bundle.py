"""The support bundle helps a maintainer and holds nothing of anybody's: secrets stand wherever it looks."""

from __future__ import annotations

import json
import tempfile
import zipfile
from pathlib import Path

import pytest

from tests.pc import PC
from xlpy.addin.bundle import make_bundle, masked
from xlpy.addin.system import System
from xlpy.authoring import DISTRICT_XLSX, SUMMARY_XLSX, resource
from xlpy.cli import main
from xlpy.errors import CannotRun
from xlpy.mishap import log_file, log_path
from xlpy.patch import AddSheet, Patch, Write, block
from xlpy.surfaces.file import open_workbook

USER, FILE, COMPANY, PROJECT = "机密用户", "绝密文件名", "绝密公司乙", "SecretProject"
CONTACT, PHONE, AMOUNT, SHEET, HEADER = "某联系人", "13912345678", "98765.43", "私密工资表", "私密表头"
RULE, VALUE = "私密提示语", "秘密参数值"
SECRETS = USER, FILE, COMPANY, PROJECT, CONTACT, PHONE, AMOUNT, SHEET, HEADER, RULE, VALUE


@pytest.fixture
def pc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PC:
    """A PC whose user's folder has a secret name, with Python in a folder of that name too."""
    sound = PC(tmp_path / f"{USER} {CONTACT}")
    sound.install()
    (folder := tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return sound


def secret_workbook(folder: Path, shipped: str = SUMMARY_XLSX) -> Path:
    """A workbook with a secret in its path, in every sheet, in a sheet's name, in 参数 and 规则 and in a header."""
    path = folder / f"{FILE}.xlsx"
    path.write_bytes(resource(shipped).read_bytes())
    book = open_workbook(path)
    grid = book.snapshot.sheet("汇总表")
    header = next(r for r, c, v in grid.cells() if v == "项目名称")
    row = [1, PROJECT, COMPANY, "2022年6月", f"国际先进{VALUE}", CONTACT, PHONE, float(AMOUNT), f"{PHONE}{CONTACT}"]
    operations = [
        Write("汇总表", header + 1, 1, block([row])),
        Write("汇总表", header, grid.width + 2, block([[HEADER]])),
        AddSheet(SHEET),
        Write(SHEET, 1, 1, block([[COMPANY, PHONE], [HEADER, float(AMOUNT)], ["项 目：名称", CONTACT]])),
    ]
    for name, other in book.snapshot.sheets.items():
        if not other.hidden and name != "汇总表":
            operations.append(Write(name, other.height + 2, 1, block([[f"{COMPANY}{PHONE}{RULE}"]])))
    book.commit(Patch(tuple(operations)))
    return path


def leaks(path: Path) -> list[tuple[str, str]]:
    """(member, secret) wherever a secret stands in the raw bytes of the zip or of a member, in any usual encoding."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
        parts |= {f"name of {name}": name.encode() for name in package.namelist()}
    parts["the zip"] = path.read_bytes()
    encodings = "utf-8", "gbk", "utf-16-le", "unicode_escape"
    return [(name, s) for name, data in parts.items() for s in SECRETS if any(s.encode(e) in data for e in encodings)]


def member(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as package:
        return package.read(name).decode("utf-8")


@pytest.mark.parametrize("shipped", [SUMMARY_XLSX, DISTRICT_XLSX])
def test_no_secret_is_in_the_bundle(pc: PC, tmp_path: Path, shipped: str) -> None:
    """Fails where a name, a path, a cell or a message goes in as it is."""
    book = secret_workbook(tmp_path, shipped)
    try:
        raise ValueError(f"{COMPANY} {PHONE}")
    except ValueError as error:
        log_file(error)
    out = tmp_path / "包.zip"
    assert make_bundle(out, book, pc.system()) == ["环境.json", "自检.txt", "工作簿.json", "错误记录.txt"]
    assert leaks(out) == []


BROKEN = "relative", "elsewhere", "no windows", "addin of another", "excel elsewhere", "settings", "system"


@pytest.mark.parametrize("broken", BROKEN)
def test_nor_on_a_pc_that_is_not_sound(pc: PC, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    """The findings name what is wrong with its place: an interpreter in any folder, an add-in that is another file.

    Fails without `masked` for each place of this PC; without the look for separators (Excel elsewhere); without the
    known words of the settings and the numbers of the system's version, which anybody may have written.
    """
    system = pc.system()
    match broken:
        case "excel elsewhere":
            pc.registry[r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"] = {
                "": rf"D:\{USER}\EXCEL.EXE"
            }
        case "settings":
            text = pc.conf.read_text("gbk")
            assert '"ADD_WORKBOOK_TO_PYTHONPATH","false"' in text
            pc.conf.write_text(text.replace('PATH","false"', f'PATH","{VALUE}"'), "gbk")
        case "system":
            monkeypatch.setattr("platform.release", lambda: f"5.15-{COMPANY}")
            monkeypatch.setattr("platform.version", lambda: f"#1 {CONTACT}")
        case "relative":
            pc.install(interpreter=f"{USER}")
        case "elsewhere":
            pc.install(interpreter=rf"D:\{USER}，{CONTACT}\{FILE}.exe")
        case "no windows":
            system = System(environment={"HOME": str(pc.home)}, interpreter=f"/home/{USER}/python3")
        case "addin of another":
            pc.addin.write_bytes(COMPANY.encode())
    make_bundle(tmp_path / "包.zip", system=system)
    assert leaks(tmp_path / "包.zip") == []


def test_a_workbook_that_is_refused_gives_no_name_away(pc: PC, tmp_path: Path) -> None:
    """Fails where the refusal goes in as it is said, or an ending that is none: both hold the file's name."""
    (book := tmp_path / f"附件2.{COMPANY}").write_bytes(b"x")
    make_bundle(out := tmp_path / "包.zip", book, pc.system())
    told = json.loads(member(out, "工作簿.json"))
    assert (told["name"][12:], told["refused"]) == ("*", "UnsupportedFormat")
    assert leaks(out) == []


def test_a_log_of_an_older_version_or_a_full_one_stays_out(
    pc: PC, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails where the log goes in as it stands."""
    monkeypatch.setenv("XLPY_LOG", "full")
    try:
        raise ValueError(PROJECT)
    except ValueError as error:
        log_file(error)
    assert PROJECT in log_path().read_text("utf-8")
    assert make_bundle(tmp_path / "包.zip", system=pc.system()) == ["环境.json", "自检.txt"]
    assert leaks(tmp_path / "包.zip") == []


def test_it_tells_what_a_maintainer_needs(pc: PC, tmp_path: Path) -> None:
    make_bundle(out := tmp_path / "包.zip", secret_workbook(tmp_path), pc.system())
    environment = json.loads(member(out, "环境.json"))
    assert environment["packages"] == {"xlwings": "0.37.8", "pywin32": "311"}
    assert environment["settings"]["INTERPRETER_WIN"].endswith("/*/AppData/Local/Python 3/python.exe") or environment[
        "settings"
    ]["INTERPRETER_WIN"].endswith("/*/AppData/Local/*/python.exe")
    findings = member(out, "自检.txt").splitlines()
    assert "✓ 版本：加载项与 xlwings 都是 0.37.8" in findings
    assert any(line.startswith("✓ 加载项：") and line.endswith("XLSTART/质量攻关.xlam，是最新的") for line in findings)
    book = json.loads(member(out, "工作簿.json"))
    assert book["name"].endswith(".xlsx")
    sheets = {sheet["sheet"]: sheet for sheet in book["sheets"]}
    assert list(sheets) == [
        *("使用说明", "汇总表", "校验结果", "统计", "来源", "参数", "规则", "操作记录", "撤销记录", "unknown 10"),
    ]
    assert {"项目名称", "项目单位", "经济效益(万元)"} <= set(sheets["汇总表"]["headers"].values())
    assert list(sheets["unknown 10"]["headers"].values()) == ["项目名称"]
    assert sheets["撤销记录"]["hidden"] is True
    assert book["flags"]["R05"] >= 1
    assert set(book["flags"]) <= {"own check", *(f"{k}{n:02}" for k in "FRTXDP" for n in range(20))}


def test_two_bundles_do_not_name_a_file_alike(pc: PC, tmp_path: Path) -> None:
    """Fails without the salt. A plain hash of 某公司.xlsx would be found by trying every company there is."""
    book = secret_workbook(tmp_path)
    names = set()
    for number in range(2):
        make_bundle(out := tmp_path / f"{number}.zip", book, pc.system())
        names.add(json.loads(member(out, "工作簿.json"))["name"])
    assert len(names) == 2


def test_a_workbook_that_breaks_a_command_is_told_by_its_place_in_the_code(
    pc: PC, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails where Python's own traceback goes in."""

    def fail(*_: object) -> None:
        raise KeyError(COMPANY)

    monkeypatch.setattr("xlpy.commands.validate.validate", fail)
    make_bundle(out := tmp_path / "包.zip", secret_workbook(tmp_path), pc.system())
    failed = json.loads(member(out, "工作簿.json"))["failed"]
    assert failed[1] == "error: builtins.KeyError"
    assert any(line.startswith("  xlpy/api.py:") for line in failed)
    assert leaks(out) == []


def test_from_the_command_line(pc: PC, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book, out = secret_workbook(tmp_path), tmp_path / "包.zip"
    before = book.read_bytes()
    assert main(["doctor", "--bundle", str(out), "--workbook", str(book)]) == 0
    assert capsys.readouterr().out == (
        f"已写好 {out}，里面是 环境.json、自检.txt、工作簿.json；都是文字，发出之前可以打开看一遍\n"
    )
    assert leaks(out) == []
    assert book.read_bytes() == before
    assert main(["doctor", "--bundle", str(out)]) == 2  # an older one is not overwritten
    with pytest.raises(CannotRun):
        make_bundle(out, system=pc.system())
    assert main(["doctor", "--workbook", str(book)]) == 2
    assert "--workbook 要和 --bundle 一起用" in capsys.readouterr().err


def test_paths_keep_only_known_names() -> None:
    """Fails without `_known`."""
    assert masked(r"\\服务器\共享\python.exe") == "/*/*/python.exe"
    assert masked("/home/zhangsan/.venv/bin/python3.11") == "/*/*/.venv/bin/python3.11"
