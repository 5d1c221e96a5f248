"""修改清单: what the page says, and that it is one page however much there is to say."""

from __future__ import annotations

import datetime as dt
import io
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import docx
import pytest

from tests.audit import findings
from xlpy.authoring.package import save_document
from xlpy.authoring.return_list import Letter, rest_line, return_document
from xlpy.commands.returns import ToMend
from xlpy.flags import Severity
from xlpy.notice import Notice

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE
BLANK = ToMend(ERROR, "第5行“减重”，企业规模", "“企业规模”没有填", "请补填")
UNSIGNED = ToMend(
    WARNING,
    "第4行“降噪”的登记表（登记表/甲.xlsx），推荐单位意见",
    "“推荐单位意见”没有填",
    "请推荐单位写明意见并盖章；纸质件上已有的不用改",
)
RENAMED = ToMend(NOTE, "表头，项目先进水平", "表头“先进水平”在通知里是“项目先进水平”", "已按“项目先进水平”读取")


def page(
    *lines: ToMend,
    files: Sequence[str] = ("附件2.xlsx",),
    converted: Mapping[str, str] | None = None,
    day: dt.date = dt.date(2023, 9, 12),
    notice: Notice | None = None,
) -> bytes:
    return save_document(return_document(Letter("安亭镇", day, lines, files, converted or {}), notice or Notice()))


def paragraphs(data: bytes) -> list[str]:
    return [p.text for p in docx.Document(io.BytesIO(data)).paragraphs]


def rows(data: bytes) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in docx.Document(io.BytesIO(data)).tables[0].rows]


def test_the_page_names_the_forms_only_where_there_were_some() -> None:
    letter = Letter("安亭镇", dt.date(2023, 9, 12), [], ["附件2.xlsx"], {}, with_forms=True)
    data = save_document(return_document(letter, Notice()))
    assert paragraphs(data)[2].startswith(
        "　　你单位报送的《2023年嘉定区重点产品质量攻关项目申报汇总表》和登记表已经核对："
    )


def test_the_page_says_to_whom_by_when_how_much_and_what() -> None:
    data = page(BLANK, UNSIGNED, RENAMED)
    assert paragraphs(data) == [
        "修改清单",
        "安亭镇：",
        "　　你单位报送的《2023年嘉定区重点产品质量攻关项目申报汇总表》已经核对："
        "必须修改的 1 处，请核实的 1 处，提示 1 处（没有错就不用改）。请在 2023年9月15日 前改好，重新报送。",
        "　　随附 附件2.xlsx：有颜色的格子就是有问题的地方，工作表“校验结果”里有每一处的说明和改法，请直接在上面改。",
        "",
        "嘉定区市场监督管理局",
        "2023年9月12日",
    ]
    assert rows(data) == [
        ["序号", "在哪里", "问题", "怎么改"],
        ["1", "第5行“减重”，企业规模", "错误：“企业规模”没有填", "请补填"],
        ["2", UNSIGNED.where, "警告：“推荐单位意见”没有填", "请推荐单位写明意见并盖章；纸质件上已有的不用改"],
        ["3", "表头，项目先进水平", "提示：表头“先进水平”在通知里是“项目先进水平”", "已按“项目先进水平”读取"],
    ]


def test_after_the_deadline_it_asks_to_hurry() -> None:
    assert paragraphs(page(UNSIGNED, day=dt.date(2023, 9, 18)))[2].endswith(
        "：请核实的 1 处。申报截止日期 2023年9月15日 已过，请收到后尽快改好，重新报送。"
    )


def test_files_made_anew_are_named_with_what_they_stand_for() -> None:
    data = page(BLANK, files=["附件2.xlsx", "二（已转换）.xlsx"], converted={"二（已转换）.xlsx": "二.docx"})
    assert paragraphs(data)[3].startswith("　　随附 附件2.xlsx、二（已转换）.xlsx：")
    assert paragraphs(data)[4] == "　　二.docx 不能直接标注，已按你单位的各行做成 二（已转换）.xlsx，请改用它。"


def test_another_district_and_year() -> None:
    said = paragraphs(page(BLANK, notice=Notice(year=2024, district="松江区", deadline=dt.date(2024, 9, 20))))
    assert "《2024年松江区重点产品质量攻关项目申报汇总表》" in said[2]
    assert "请在 2024年9月20日 前改好" in said[2]
    assert said[-2] == "松江区市场监督管理局"


def test_what_does_not_fit_is_summed_up_and_every_line_is_counted() -> None:
    lines = [BLANK] * 30 + [UNSIGNED] * 30
    data = page(*lines)
    shown = len(rows(data)) - 1
    assert 20 <= shown < 60
    assert rest_line(lines[shown:]) in paragraphs(data)
    assert rest_line([BLANK, UNSIGNED, UNSIGNED]) == (
        "这一页写不下的还有 3 处（错误 1、警告 2），都列在随附汇总表的“校验结果”里，请一并改好。"
    )


def test_word_finds_nothing_to_repair(tmp_path: Path) -> None:
    (tmp_path / "修改清单.docx").write_bytes(page(BLANK, UNSIGNED))
    assert findings(tmp_path / "修改清单.docx") == []


LONG = ToMend(ERROR, f"第4行“{'W' * 60}”的登记表（{'M' * 39}），统一社会信用代码", "超长的问题文字，" * 20, "改" * 60)
LATIN = ToMend(ERROR, "Row registration development", "internationalization " * 6, "characteristics " * 4)
MIXED = ToMend(WARNING, "甲乙a" * 9, "问题，。W1 " * 14, "（改法）" * 9)


@pytest.mark.libreoffice
def test_it_is_one_page_whatever_the_lines_are(tmp_path: Path) -> None:
    names = ["W" * 50 + ".xlsx"] * 5
    cases = {
        "none": page(BLANK),
        "usual": page(*[BLANK, UNSIGNED, RENAMED] * 20),
        "short": page(*[ToMend(ERROR, "表头", "无", "改")] * 90),
        "long": page(*[LONG] * 9, files=names, converted={f"{n}{name}": name for n, name in enumerate(names)}),
        "latin": page(*[LATIN] * 40),
        "mixed": page(*[MIXED, BLANK, LATIN] * 20),
    }
    for name, data in cases.items():
        (tmp_path / f"{name}.docx").write_bytes(data)
    command = [
        "soffice",
        "--headless",
        f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
        "--convert-to",
        "pdf",
    ]
    files = [str(path) for path in tmp_path.glob("*.docx")]
    subprocess.run([*command, "--outdir", str(tmp_path), *files], check=True, capture_output=True, timeout=180)
    for name in cases:
        told = subprocess.run(["pdfinfo", str(tmp_path / f"{name}.pdf")], check=True, capture_output=True, text=True)
        assert "Pages:           1\n" in told.stdout, name
        text = subprocess.run(
            ["pdftotext", str(tmp_path / f"{name}.pdf"), "-"], check=True, capture_output=True, text=True
        )
        assert "2023 年 9 月 12 日" in text.stdout or "2023年9月12日" in text.stdout, name
