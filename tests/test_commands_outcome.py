"""What a command leaves in 操作记录: what an audit needs, and nothing of what a form or its file's name says."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.districts import consolidated, district, project, town
from tests.making import complete, economics, month, workbook
from xlpy.cells import show
from xlpy.commands.apply import apply
from xlpy.commands.clear import clear
from xlpy.commands.outcome import Outcome, Run
from xlpy.commands.pull import pull
from xlpy.commands.total import total
from xlpy.commands.undo import undo
from xlpy.commands.validate import validate
from xlpy.grids import Scalar, Snapshot
from xlpy.layout import LOG
from xlpy.models import Intake, Skipped
from xlpy.notice import Notice
from xlpy.patch import Patch, Write, block
from xlpy.settings import settings_rows

RUN = Run("2023-09-01 08:00:00", "王")
NAME, COMPANY, PERSON, PHONE, AMOUNT = "绝密项目甲", "绝密公司乙", "机密某", "13912345678", "98765.43"
FILE, OTHER = "私密文件.xlsx", "私密图片.pdf"
SECRETS = NAME, COMPANY, PERSON, PHONE, AMOUNT, "98,765.43", "私密"
ROW: list[Scalar] = [1, NAME, COMPANY, f"2022年{PHONE}", f"国内领先{PERSON}", "民营企业", None, float(AMOUNT), PERSON]
OTHERS: list[Scalar] = [2, "减重", "丙公司", "2022年6月", "国内领先", "民营企业", "中型", 30, None]


def pulled(book: Snapshot) -> Outcome:
    """A form whose row was typed over (X01 names both values), another one, and a file that is none."""
    before, after = economics(profit="100"), economics(profit=f"1{AMOUNT}")
    forms = (
        complete(NAME, COMPANY, FILE, completed=month(2021, 6), before=before, after=after),
        complete("耐磨", PERSON, f"{PHONE}.xlsx"),
    )
    skipped = Skipped(file=OTHER, reason=f"{COMPANY}的扫描件")
    return pull(book, RUN, Intake(folder=f"{PERSON}的文件", forms=forms, skipped=(skipped,)))


COMMANDS: dict[str, Callable[[Snapshot], Outcome]] = {
    "导入登记表": pulled,
    "校验": lambda b: validate(b, RUN),
    "合计": lambda b: total(b, RUN),
    "清除标记": lambda b: clear(b, RUN),
    "应用参数": lambda b: apply(b, RUN),
    "撤销": lambda b: undo(b, RUN),
}


def log(book: Snapshot) -> list[list[str]]:
    """The lines below the header, each cell as it is shown, less its code."""
    grid = book.sheets[LOG]
    return [[show(grid.value(r, c)) for c in range(1, 7)] for r in range(2, grid.height + 1)]


def secrets(lines: list[list[str]]) -> list[str]:
    return [secret for secret in SECRETS if any(secret in cell for line in lines for cell in line)]


@pytest.fixture
def worked() -> Snapshot:
    """Every command of a town's workbook, one after the other, over rows that hold every secret."""
    book = workbook(ROW, OTHERS, 参数=[list(line) for line in settings_rows(Notice())])
    for command in COMMANDS.values():
        book = command(book).patch.applied(book)
    return book


def test_a_line_tells_who_did_what_when_with_what_outcome_and_where(worked: Snapshot) -> None:
    """Fails without any of the columns that an audit needs."""
    lines = log(worked)
    assert [line[:3] for line in lines] == [[RUN.time, name, "王"] for name in COMMANDS]
    assert lines[0][3].startswith("登记表 2 份，新增 1 行，未采用 1 个文件；错误 ")
    assert lines[0][5] == "填入 G4、B6、C6、D6、E6、F6、G6、H6"
    assert lines[2][3] == "项目 3 个，经济效益 98,825.43 万元，未计入 0 个"
    assert lines[5][3] == f"撤销了 {RUN.time} 的“清除标记”"  # there was nothing to apply
    assert all(line[3] and line[4].isdigit() for line in lines)


def test_no_line_holds_a_name_a_phone_or_an_amount_of_a_form(worked: Snapshot) -> None:
    """Fails where a line says what stands or stood in a cell, what a file is called, or why it was left out."""
    assert secrets([[show(value) for *_, value in worked.sheet("汇总表").cells()]]) == [
        NAME,
        COMPANY,
        PERSON,
        PHONE,
        AMOUNT,
    ]
    assert secrets(log(worked)) == []


def test_nor_does_the_districts() -> None:
    """Fails where a line names a town's rows, its file or its contact; amounts stand in it as sums alone."""
    tables = town("安亭镇", ROW[1:], project("减重"), file=FILE), town("外冈镇", ROW[1:], file=f"{PERSON}/{FILE}")
    after, report = consolidated(district(), *tables)
    assert {flag.rule for flag in report.flags} >= {"D01"}
    ((time, name, user, result, *_),) = log(after)
    assert (time, name, user) == ("2023-09-16 09:00:00", "合并街镇汇总表", "李")
    assert result.startswith("收到 3 行 197,560.86 万元，列入 ")
    assert secrets(log(after)) == []


def test_a_line_that_no_cell_could_hold_is_made_storable() -> None:
    """Fails without `safe_text`: the name of a user is whatever the system says."""
    book = workbook(OTHERS)
    after = validate(book, Run(RUN.time, "=王\x00\x1b李")).patch.applied(book)
    assert [line[2] for line in log(after)] == ["=王李"]


def test_a_run_that_changes_nothing_is_a_line_all_the_same() -> None:
    """Fails where only patches that change something are logged: that somebody looked is part of the record."""
    book = validate(workbook(OTHERS), RUN).patch.applied(workbook(OTHERS))
    again = Patch((Write("汇总表", 1, 1, block([["附件 2"]])),)).applied(book)
    outcome = validate(again, RUN)
    assert outcome.report.changes == []
    assert [line[4] for line in log(outcome.patch.applied(again))] == [log(book)[0][4], "0"]
