"""The worksheet functions: a value, or words that a person at the cell understands; never an exception."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from xlpy import functions
from xlpy.authoring import FORM_XLSX, resource
from xlpy.functions import QC_AMOUNT, QC_BENEFIT, QC_CHECK, QC_CREDIT, QC_FORM, QC_MONTH, QC_SIZE

FUNCTIONS: list[Callable[..., Any]] = [QC_AMOUNT, QC_BENEFIT, QC_CHECK, QC_CREDIT, QC_FORM, QC_MONTH, QC_SIZE]
ARGUMENTS = {QC_FORM: 2, QC_BENEFIT: 2, QC_SIZE: 4}
ROW = [1.0, "降噪", "甲公司", "2022年6月", "国内领先", "民营企业", "中型", 30.0, None]


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A form as an enterprise fills it in."""
    from xlpy.demo import FORMS, make_folder

    folder = tmp_path_factory.mktemp("demo") / "演 示"
    make_folder(folder)
    return str(sorted((folder / FORMS).rglob("*.xlsx"))[0])


def test_a_field_of_a_form_by_its_printed_and_by_its_english_name(form: str) -> None:
    from xlpy import read_form

    model = read_form(form)
    assert QC_FORM(form, "项目名称") == QC_FORM(form, "project_name") == model.project_name.value
    assert model.after.profit.value is not None
    assert QC_FORM(form, "攻关后·利润") == QC_FORM(form, "economics.after.profit") == float(model.after.profit.value)
    assert QC_FORM(form, "填报日期") == str(model.filled_on.value)


def test_a_form_that_is_missing_changed_or_no_form(form: str, tmp_path: Path) -> None:
    assert QC_FORM("a.xlsx", "项目名称") == "请写登记表的完整路径，如 D:\\登记表\\某企业.xlsx"
    assert QC_FORM(str(tmp_path / "无.xlsx"), "项目名称") == "无.xlsx：找不到这个文件。请检查文件名和路径"
    assert QC_FORM(form, "老板") == "登记表没有栏目“老板”，请写表上印的名称，如 项目名称"
    copy = tmp_path / "表.xlsx"
    copy.write_bytes(resource(FORM_XLSX).read_bytes())
    assert QC_FORM(str(copy), "项目名称") == ""
    copy.write_bytes(Path(form).read_bytes())
    assert QC_FORM(str(copy), "项目名称") == QC_FORM(form, "项目名称")  # not the answer of before


@pytest.mark.parametrize("path", ["\\\\server\\share\\a.xlsx", "//server/share/a.xlsx"])
def test_a_formula_cannot_make_windows_log_on_to_a_server(path: str) -> None:
    assert QC_FORM(path, "项目名称") == "不读网络路径，请用带盘符的路径，如 D:\\登记表\\某企业.xlsx"


def test_a_row_is_checked_as_in_the_table() -> None:
    assert QC_CHECK([ROW]) == "通过"
    assert QC_CHECK([[7.0, *ROW[1:]]]) == "通过"  # its number depends on the other rows
    assert QC_CHECK([[None] * 9]) == ""
    assert QC_CHECK([[1.0, "降噪", None, 2022.1, *ROW[4:7], "约500", None]]) == (
        "错误：项目单位，“项目单位”没有填；"
        "错误：完成时间，完成时间写的是“2022.1”，数字格里分不清是 2022年1月 还是 2022年10月；"
        "请用文字写成 2022年1月 或 2022年10月；"
        "错误：经济效益(万元)，经济效益写的是“约500”，不是确切的数；请填确切的万元数，如 500"
    )


@pytest.mark.parametrize(("row", "cells"), [([["a"]], 1), ("a", 1), ([[1] * 10], 10)])
def test_a_row_of_another_width_is_told(row: Any, cells: int) -> None:
    assert QC_CHECK(row) == f"请选一行的 9 格（序号到备注），现在是 {cells} 格"


def test_the_settings_of_the_workbook_count_where_they_are_given() -> None:
    settings = [["名称", "值"], ["截止日期", dt.datetime(2022, 1, 31)]]
    assert "完成时间" in QC_CHECK([ROW], settings)
    assert QC_CHECK([ROW], [["别的表"]]) == "通过"


def test_benefit_is_the_sum_of_what_improved() -> None:
    before = [[1000.0, 100.0, 5.0, None, None]]
    assert QC_BENEFIT(before, [[2000.0, "130万元", 7.5, None, "/"]]) == 32.5
    assert QC_BENEFIT([[v] for v in before[0]], before) == 0.0  # a column of five will do
    assert QC_BENEFIT([[None] * 5], [[None] * 5]) == "没有可以计算的数字"
    assert QC_BENEFIT(before, [[2000.0, 130.0, None, None, None]]) == "节能降耗只填了攻关前，前后都要填"
    assert QC_BENEFIT(before, [[1.0, 2.0, 3.0]]) == "攻关后请选 5 格（销售额到其他），现在是 3 格"
    assert QC_BENEFIT(before, [["约1", 2.0, 3.0, 4.0, 5.0]]) == (
        "攻关后·销售额：写的是“约1”，不是确切的数；请填确切的万元数，如 500"
    )


def test_enterprise_sizes() -> None:
    assert QC_SIZE("工业", 1000.0, 40000.0) == "大型"
    assert QC_SIZE("制造业", "1,200人", "3亿", None) == "中型"
    assert QC_SIZE("工业", None, 5000.0) == "无法判断：缺从业人员"
    assert QC_SIZE("建筑业", None, 80000.0, 80000.0) == "大型"
    assert QC_SIZE("工业", "约100", 1.0) == "从业人员：写的是“约100”，请填整数人数，如 120"
    assert QC_SIZE("工业", 10.0, "很多") == "营业收入：写的是“很多”，不是确切的数；请填确切的万元数，如 500"
    assert QC_SIZE("银行", 1.0).startswith("不认识行业“银行”，请从这些里选：农、林、牧、渔业、工业、")


def test_codes_months_and_amounts() -> None:
    assert QC_CREDIT("9131 0114 320742767k") == "91310114320742767K"
    assert QC_CREDIT("91310114320742767L") == (
        "写的是“91310114320742767L”，校验码不符，至少有一位不对；请对照营业执照逐位核对"
    )
    assert QC_MONTH("2022.06") == QC_MONTH(dt.datetime(2022, 6, 30)) == "2022年6月"
    assert QC_AMOUNT("0.5亿") == 5000.0
    assert QC_AMOUNT("／") == "／"
    assert [f(None) for f in (QC_CREDIT, QC_MONTH, QC_AMOUNT)] == ["", "", ""]


JUNK = [None, "", " ", True, -1, 1e308, float("nan"), float("inf"), "x" * 40_000, "\ud800", b"x", object(), [], [[]],
        [[None]], ((1, "a"), (None, dt.datetime(2022, 1, 1))), dt.date(1, 1, 1), "/", "=1+1", "\x00"]  # fmt: skip


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("junk", JUNK, ids=lambda j: repr(j)[:20])
def test_junk_gives_words_and_never_an_exception(function: Callable[..., Any], junk: Any) -> None:
    answer = function(*[junk] * ARGUMENTS.get(function, 1))
    assert isinstance(answer, str | float)


def test_an_answer_is_never_longer_than_a_cell_holds() -> None:
    """Fails without `safe_text` in the wrapper: Excel would show #VALUE!."""
    answer = QC_SIZE("远" * 32_767)
    assert (len(answer), answer[:6], answer[-2:]) == (32_767, "不认识行业“", "远…")


def test_the_functions_can_be_imported_where_there_is_no_xlwings() -> None:
    code = (
        "import sys; sys.modules['xlwings'] = None\nfrom xlpy.functions import QC_AMOUNT\nprint(QC_AMOUNT('500万元'))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "500.0\n"


REGISTER = """
import sys, types
for name in ("pythoncom", "pywintypes", "win32com", "win32com.client"):
    sys.modules[name] = types.ModuleType(name)
sys.modules["pythoncom"].CoInitialize = lambda: None
sys.modules["win32com.client"].Dispatch = lambda found: found
import xlwings
from xlwings import udfs
xlwings.func, xlwings.arg = udfs.xlfunc, udfs.xlarg
from xlpy import functions
for name in sys.argv[1:]:
    known = getattr(functions, name).__xlfunc__
    print(known["name"], known["category"], known["ret"]["doc"] != "", sep="|", end="")
    for argument in known["args"]:
        words = argument["doc"].encode("unicode_escape").decode()
        print("", argument["name"], words.startswith("Positional"), argument["options"].get("ndim"), sep="|", end="")
    print()
"""


def test_excel_is_told_what_every_argument_means() -> None:
    names = [function.__name__ for function in FUNCTIONS]
    assert names == sorted(name for name in vars(functions) if name.startswith("QC_"))
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", REGISTER, *names], capture_output=True, timeout=60, check=True
    )
    assert done.stdout.decode().splitlines() == [
        "QC_AMOUNT|质量攻关|True|text|False|None",
        "QC_BENEFIT|质量攻关|True|before|False|2|after|False|2|settings|False|2",
        "QC_CHECK|质量攻关|True|row|False|2|settings|False|2",
        "QC_CREDIT|质量攻关|True|code|False|None",
        "QC_FORM|质量攻关|True|path|False|None|field|False|None",
        "QC_MONTH|质量攻关|True|text|False|None",
        "QC_SIZE|质量攻关|True|industry|False|None|staff|False|None|revenue|False|None|assets|False|None",
    ]


def test_a_form_is_read_in_a_process_of_its_own(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails where the server of the worksheet functions parses the file itself: what kills a parser would kill it."""
    monkeypatch.setattr("xlpy.intake.parse_form", None)
    functions._form.cache_clear()
    assert QC_FORM(form, "项目名称")
