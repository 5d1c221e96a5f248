"""A click on the ribbon, from Excel's callback to Python's work: the VBA as built runs, and what it starts runs too."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.excel_double import Excel, argv, cmd
from xlpy import api
from xlpy.addin import conf
from xlpy.authoring import ADDIN_XLAM, SUMMARY_XLSX, resource, root
from xlpy.demo import FORMS, WORKBOOK, make_folder, work

ADDIN = root() / ADDIN_XLAM
USER = r"C:\Users\张 三"
PYTHON = USER + r"\AppData\Local\Programs\Python\python.exe"
CONF = USER + r"\.xlpy\xlpy.conf"
ENVIRONMENT = {"USERPROFILE": USER, "TEMP": USER + r"\AppData\Local\Temp"}


def excel(interpreter: str = PYTHON, files: Mapping[str, bytes] | None = None) -> Excel:
    """A PC on which the add-in is installed, with Python at `interpreter`."""
    settings = conf.written({"INTERPRETER_WIN": interpreter, "USE UDF SERVER": "False"}).encode("gbk")
    return Excel(ADDIN, ENVIRONMENT, {CONF: settings, PYTHON: b"", **(files or {})})


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    path = tmp_path / "附件2 R&D (最终版).xlsx"
    path.write_bytes(resource(SUMMARY_XLSX).read_bytes())
    return path


@pytest.mark.parametrize(
    "tag",
    ["pull", "validate", "total", "clear_marks", "undo", "open_results", "consolidate", "send_back", "apply", "new_set",
     "doctor", "help"],
)  # fmt: skip
def test_a_click_starts_the_command_of_the_tag(workbook: Path, tag: str) -> None:
    pc = excel()
    pc.open(workbook)
    pc.click(tag)
    assert pc.messages == []
    (line,) = pc.started
    commands = cmd(line)
    assert [argv(command)[0] for command in commands] == ["C:", "cd", PYTHON]
    arguments = argv(commands[-1])
    assert arguments[1:3] == ["-B", "-c"]
    assert arguments[3] == (
        f'import xlwings.utils;xlwings.utils.prepare_sys_path("false;{workbook};{ADDIN};;;;"); '
        f"import xlpy.macros; xlpy.macros.{tag}()"
    )
    assert arguments[4:6] == [f"--wb={workbook.name}", "--from_xl=1"]
    assert arguments[-2].startswith("2>")


def test_python_on_a_network_folder(workbook: Path) -> None:
    shared = r"\\服务器\软件\python.exe"
    pc = excel(shared, {shared: b""})
    pc.open(workbook)
    pc.click("validate")
    assert argv(cmd(pc.started[0])[0]) == ["pushd", r"\\服务器\软件"]


# --- what cannot run is said --------------------------------------------------------------------------------------


def test_no_workbook() -> None:
    pc = excel()
    pc.click("validate")
    assert pc.messages == ["没有可以处理的工作簿。请先打开汇总表；如果窗口上方有“启用编辑”，请先点它，再点这个按钮。"]
    assert pc.started == []


@pytest.mark.parametrize("name", ["a=b.xlsx", "x;y/a.xlsx"])
def test_a_name_that_xlwings_would_cut(workbook: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    workbook.rename(path)
    pc = excel()
    pc.open(path)
    pc.click("validate")
    assert pc.messages == ["工作簿的名字里有“=”，或所在文件夹的名字里有“;”，按钮处理不了。请改掉名字，重新打开后再点。"]
    assert pc.started == []


@pytest.mark.parametrize("files", [{}, {CONF: b'"INTERPRETER_WIN","C:\\gone\\python.exe"\r\n'}])
def test_no_python(workbook: Path, files: dict[str, bytes]) -> None:
    pc = Excel(ADDIN, ENVIRONMENT, files)
    pc.open(workbook)
    pc.click("validate")
    assert pc.messages == ["找不到 Python。请让信息人员在这台电脑上运行：xlpy addin install"]
    assert pc.started == []


def test_a_shell_that_refuses(workbook: Path) -> None:
    pc = excel()
    pc.shell.refuses = True
    pc.open(workbook)
    pc.click("validate")
    (message,) = pc.messages
    assert message.startswith("没能启动 Python，工作簿没有改动。请让信息人员在这台电脑上运行：xlpy doctor。详细原因：")
    assert pc.started == []


# --- received workbooks -------------------------------------------------------------------------------------------


def test_settings_that_came_with_a_workbook_count_for_nothing(tmp_path: Path) -> None:
    """A sheet xlpy.conf, a file xlpy.conf beside it, a sheet of "embedded code": none of them is looked at."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.create_sheet("xlpy.conf")
    sheet.append(["INTERPRETER_WIN", r"\\evil\python.exe"])
    sheet.append(["PYTHONPATH", r"\\evil"])
    book.create_sheet("code.py")
    path = tmp_path / "收到.xlsx"
    book.save(path)
    beside = r"\xlpy.conf"  # the folder of a path without backslashes is "" to VBA
    pc = excel(files={beside: b'"INTERPRETER_WIN","\\\\evil\\python.exe"\r\n', r"\\evil\python.exe": b""})
    pc.open(path)
    pc.click("validate")
    assert argv(cmd(pc.started[0])[-1])[0] == PYTHON
    assert "evil" not in pc.started[0]


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        ("RunPython", ["import os; os.system('calc')"]),
        ("RunFrozenPython", [r"C:\Windows\System32\calc.exe"]),
        ("ExecuteWindows", [True, "calc", "calc"]),
        ("SaveConfigToFile", [CONF, "INTERPRETER_WIN", r"\\evil\python.exe"]),
        ("ReadFile", [CONF]),
    ],
)
def test_a_formula_starts_nothing_and_reads_nothing(workbook: Path, function: str, arguments: list[object]) -> None:
    """=RunPython("…") in a cell of a received workbook calls the add-in's function of that name."""
    pc = excel()
    pc.open(workbook)
    assert pc.in_cell(f"xlwings.{function}", *arguments) in (None, False, 0, "")
    assert pc.started == []


# --- up to Python's work ------------------------------------------------------------------------------------------

SITE = '''
import atexit, json, os, sys
from pathlib import Path

def start():
    import xlwings
    from tests.comdouble import Excel

    book = Excel().open(Path(os.environ["WORKBOOK"]))
    def caller():
        """As xlwings finds it: by the name on the command line."""
        (name,) = (a.split("=")[1].strip() for a in sys.argv if a.startswith("--wb="))
        assert "--from_xl=1" in sys.argv and name == book.name
        return book
    xlwings.Book.caller = caller
    def report():
        from xlpy.surfaces.excel import LiveWorkbook
        rows = LiveWorkbook(book).snapshot.sheets["校验结果"].rows
        Path(os.environ["ANSWER"]).write_text(json.dumps(rows, ensure_ascii=False, default=str), "utf-8")
    atexit.register(report)

if sys.argv[:1] == ["-c"]:
    start()
'''


def test_the_command_line_does_the_job(tmp_path: Path) -> None:
    """A filled workbook, 校验 clicked: Python is started as VBA asked and finds what it finds in the closed file."""
    town = tmp_path / "R&D 安亭"
    make_folder(town)
    work(town)
    path = town / WORKBOOK
    expected = [flag.rule for flag in api.validate(path, town / FORMS, dry_run=True).flags]

    pc = excel()
    pc.open(path)
    pc.click("validate")
    arguments = argv(cmd(pc.started[0])[-1])
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(SITE, "utf-8")
    answer = tmp_path / "answer.json"
    redirected = next(n for n, argument in enumerate(arguments) if argument.startswith("2>"))
    done = subprocess.run(
        [sys.executable, *arguments[1:redirected]],
        env={**os.environ, "PYTHONPATH": f"{tmp_path / 'site'}{os.pathsep}{root()}", "WORKBOOK": str(path),
             "ANSWER": str(answer)},
        capture_output=True, text=True, encoding="utf-8", timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    rows = json.loads(answer.read_text("utf-8"))
    found = [row[2] for row in rows if row[2] and re.fullmatch(r"[A-Z]\d\d", str(row[2]))]
    assert found == expected
    assert len(found) > 3
