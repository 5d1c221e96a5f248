"""The buttons of the ribbon: each runs one command on the workbook that is open in Excel.

Called without a workbook they take the one that was active at the click; with an `xlwings.Book` they serve any Python
program. Whatever goes wrong is one sentence in a message box, with the place of the log file, and the answer None.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec, TypeAlias, TypeVar

from xlpy.errors import XlpyError
from xlpy.garbage import seldom_collected
from xlpy.layout import ACCOUNTS, DUPLICATES, GUIDE, RESULTS, STATISTICS, SUMMARY

if TYPE_CHECKING:
    from xlpy.commands.outcome import Outcome, Run
    from xlpy.fresh import Fresh
    from xlpy.grids import Snapshot
    from xlpy.models import Intake
    from xlpy.notice import OwnColumn
    from xlpy.report import Report
    from xlpy.returning import SentBack
    from xlpy.surfaces.excel import LiveWorkbook

Book: TypeAlias = Any  # an xlwings.Book
TITLE: Final = "质量攻关"
_BOX: Final = 900  # characters that a message box of Windows shows for sure
P = ParamSpec("P")
T = TypeVar("T")


def _button(action: Callable[Concatenate[Book, P], T]) -> Callable[..., T | None]:
    """`action` for a click: the calling workbook by default, failures in a message box."""

    @wraps(action)
    def clicked(book: Book | None = None, *args: P.args, **named: P.kwargs) -> T | None:
        try:
            if book is None:
                from xlpy.surfaces.excel import calling_book

                book = calling_book()
            return action(book, *args, **named)
        except Exception as error:
            _tell(book, error)
            return None

    return clicked


@_button
def pull(book: Book, folder: str | Path | None = None) -> Report | None:
    """导入登记表: merge the forms of `folder` into the table and check both; asks for the folder if none is given."""
    from xlpy.reading.isolated import prepare

    prepare()
    from xlpy.accounts import require_town
    from xlpy.commands.pull import pull as command
    from xlpy.surfaces.excel import LiveWorkbook

    live = LiveWorkbook(book)
    require_town(live.snapshot)
    if folder is None and (folder := _ask(live, "请选择放登记表的文件夹")) is None:
        return None
    intake = _intake(live, Path(folder))
    report = _carry_out(live, lambda snapshot, run: command(snapshot, run, intake))
    left_out = f"，未采用 {len(report.skipped)} 个文件" if report.skipped else ""
    live.say(f"导入完成：汇总表 {report.rows} 行{left_out}；{_flags(report)}")
    live.show(SUMMARY)
    return report


@_button
def consolidate(book: Book, folder: str | Path | None = None) -> Report | None:
    """合并街镇汇总表: bring every town's Annex 2 below `folder` into the district's table; asks if none is given."""
    from xlpy.reading.isolated import prepare

    prepare()
    from xlpy.accounts import require_district
    from xlpy.commands.consolidate import consolidate as command
    from xlpy.intake import read_towns
    from xlpy.surfaces.excel import LiveWorkbook, tell

    live = LiveWorkbook(book)
    require_district(live.snapshot)
    if folder is None and (folder := _ask(live, "请选择放各街镇材料的文件夹")) is None:
        return None
    intake = read_towns(folder, live.path, live.progress("正在读街镇材料"), _own_columns(live))
    report = _carry_out(live, lambda snapshot, run: command(snapshot, run, intake))
    if any(not line.balanced for line in report.reconciliation or ()):
        why = next((flag.message for flag in report.flags if flag.rule == "D06"), "")
        tell(book, f"{report.summary}。{why}", TITLE)
        return report
    live.say(f"合并完成：{report.summary}。{_next_step(live)}")
    live.show(ACCOUNTS)
    return report


@_button
def send_back(book: Book, folder: str | Path | None = None) -> list[SentBack] | None:
    """退回修改: for every town with something to mend its marked copies and a list, from `folder` or the last one."""
    from xlpy import api
    from xlpy.accounts import require_district
    from xlpy.surfaces.excel import LiveWorkbook

    live = LiveWorkbook(book)
    require_district(live.snapshot)
    live.check_saved()
    folder = folder or _recorded_folder(live)
    if folder is None and (folder := _ask(live, "请选择放各街镇材料的文件夹")) is None:
        return None
    sent = api.send_back(live.path, folder, progress=live.progress("正在做退回的材料"))
    if sent:
        live.say(f"已做好 {len(sent)} 个街镇的退回材料，在 {sent[0].folder.parent}；街镇的原件没有动")
    else:
        live.say("各街镇的材料没有要修改的，不用退回")
    return sent


@_button
def validate(book: Book, folder: str | Path | None = None) -> Report:
    """校验: check the table, against the forms of `folder` or of the last pull if they are still there.

    A district's table is checked by itself: what the towns sent is compared when it is consolidated.
    """
    from xlpy.accounts import is_district
    from xlpy.commands.validate import validate as command
    from xlpy.surfaces.excel import LiveWorkbook

    live = LiveWorkbook(book)
    district = is_district(live.snapshot)
    forms = Path(folder) if folder is not None else None if district else _recorded_folder(live)
    intake = _intake(live, forms) if forms else None
    report = _carry_out(live, lambda snapshot, run: command(snapshot, run, intake))
    why = "和街镇材料核对请点“合并街镇汇总表”" if district else "没有找到登记表文件夹"
    live.say(f"校验完成：{_flags(report)}{'' if forms else f'（{why}，只查了汇总表本身）'}")
    live.show(*((RESULTS,) if report.flags else (SUMMARY,)))
    return report


@_button
def total(book: Book) -> Report:
    """合计: fill the sheet 统计."""
    from xlpy.commands.total import total as command
    from xlpy.surfaces.excel import LiveWorkbook

    live = LiveWorkbook(book)
    report = _carry_out(live, command)
    if sums := report.totals:
        live.say(f"合计完成：项目 {sums.projects} 个，经济效益 {sums.amount:,.2f} 万元，未计入 {len(sums.left_out)} 个")
    live.show(STATISTICS)
    return report


@_button
def clear_marks(book: Book) -> Report:
    """清除标记: take away what 校验 wrote."""
    from xlpy.commands.clear import clear as command
    from xlpy.surfaces.excel import LiveWorkbook

    live = LiveWorkbook(book)
    report = _carry_out(live, command)
    live.say("已清除标记；再点“校验”会重新标出")
    live.show(SUMMARY)
    return report


@_button
def apply(book: Book) -> Report:
    """应用参数: title, headers, drop-downs, 使用说明 and 统计 as the sheets 参数 and 规则 have them."""
    from xlpy.commands.apply import apply as command
    from xlpy.commands.apply import unusable
    from xlpy.surfaces.excel import LiveWorkbook

    live = LiveWorkbook(book)
    report = _carry_out(live, command)
    if wrong := unusable(report.flags):
        live.say(f"{report.summary}。{wrong[0].sheet}!{wrong[0].cell}：{wrong[0].message}")
        live.show(wrong[0].sheet)
    else:
        live.say(f"已应用参数，改动 {len(report.changes)} 个单元格")
        live.show(SUMMARY)
    return report


@_button
def new_set(book: Book, folder: str | Path | None = None) -> Fresh | None:
    """新建一套表: forms, a town's and the district's workbook in `folder`, blank, under this workbook's 参数 and 规则.

    They are taken as they stand in Excel now, saved or not. What somebody should look at comes as a message.
    """
    from xlpy.fresh import SET, fresh
    from xlpy.surfaces.excel import LiveWorkbook, ask_folder

    live = LiveWorkbook(book)
    folder = folder or ask_folder(book, "请选择一个文件夹，新的一套表放在里面", live.path.parent)
    if folder is None:
        live.say("没有选择文件夹，什么也没有新建")
        return None
    made = fresh(SET, folder, live.snapshot)
    live.say(f"新建了 {len(made.files)} 个文件，在 {folder}")
    book.app.alert("\n".join(("新的一套表做好了。下发之前请看一看：", *made.notes)), TITLE)
    return made


@_button
def undo(book: Book) -> Report:
    """撤销上一步: take back the last command, which Ctrl+Z cannot."""
    from xlpy.commands.undo import undo as command
    from xlpy.surfaces.excel import LiveWorkbook

    live = LiveWorkbook(book)
    report = _carry_out(live, command)
    live.say(f"已撤销上一步，恢复了 {len(report.changes)} 个单元格")
    live.show(SUMMARY)
    return report


@_button
def verify(book: Book, folder: str | Path | None = None) -> Report:
    """查凭据: whether rows, cells and log still are what the buttons made of the received files; changes nothing."""
    from xlpy.commands.verify import verify as command
    from xlpy.intake import file_digests
    from xlpy.readout import verification_text
    from xlpy.surfaces.excel import LiveWorkbook

    live = LiveWorkbook(book)
    forms = Path(folder) if folder is not None else _recorded_folder(live)
    digests = None if forms is None else file_digests(forms, live.path, live.progress("正在核对文件"))
    report = command(live.snapshot, digests)
    words = verification_text(report)
    book.app.alert(words if len(words) <= _BOX else words[:_BOX] + "…\n（全部内容请用 xlpy verify 查看）", TITLE)
    return report


@_button
def open_results(book: Book) -> None:
    """打开校验结果."""
    _open(book, RESULTS, "请先点“校验”")


@_button
def help(book: Book) -> None:
    """帮助: the sheet 使用说明."""
    _open(book, GUIDE, "请用 xlpy new summary 新建一份汇总表，里面有使用说明")


@_button
def doctor(book: Book) -> None:
    """环境自检: everything that must hold on this PC, each with the action that mends it."""
    from xlpy.addin.doctor import examine

    book.app.alert("\n".join(finding.line for finding in examine()), TITLE)


# --- what they share --------------------------------------------------------------------------------------------------


def _carry_out(live: LiveWorkbook, command: Callable[[Snapshot, Run], Outcome]) -> Report:
    from xlpy import api

    with seldom_collected():
        outcome = command(live.snapshot, replace(api.this_run(), calculate=live.calculate))
        live.commit(outcome.patch)
    return outcome.report


def _intake(live: LiveWorkbook, folder: Path) -> Intake:
    from xlpy.intake import read_folder

    return read_folder(folder, live.path, live.progress("正在读登记表"), _own_columns(live))


def _own_columns(live: LiveWorkbook) -> tuple[OwnColumn, ...]:
    """The columns that the bureau added, by the sheet 参数 as it is in Excel now."""
    from xlpy.settings import read_notice

    return read_notice(live.snapshot)[0].columns


def _ask(live: LiveWorkbook, title: str) -> Path | None:
    """The folder that the user picks, starting at that of the last run; None if they cancel, which is said."""
    from xlpy.surfaces.excel import ask_folder

    folder = ask_folder(live.book, title, _recorded_folder(live) or live.path.parent)
    if folder is None:
        live.say("没有选择文件夹，什么也没有改动")
    return folder


def _next_step(live: LiveWorkbook) -> str:
    """What waits for the bureau's decision after a consolidation."""
    from xlpy.accounts import State, read_accounts
    from xlpy.verdicts import read_lines

    versions = sum(account.state is State.PENDING for account in read_accounts(live.snapshot))
    pairs = sum(not line.verdict for line in read_lines(live.snapshot)[0])
    waiting = [
        f"“{ACCOUNTS}”有 {versions} 份待决定（填“采用”栏）" if versions else "",
        f"“{DUPLICATES}”有 {pairs} 对待决定（填“决定”栏）" if pairs else "",
    ]
    words = "，".join(word for word in waiting if word)
    return f"接下来：{words}，填好再合并一次" if words else ""


def _recorded_folder(live: LiveWorkbook) -> Path | None:
    from xlpy.intake import recorded_folder

    return recorded_folder(live.snapshot, live.path)


def _flags(report: Report) -> str:
    from xlpy.commands.marking import summary_line

    return summary_line(report.flags)


def _open(book: Book, name: str, fix: str) -> None:
    from xlpy.errors import CannotRun
    from xlpy.surfaces.excel import show_sheet

    if not show_sheet(book, name):
        raise CannotRun(f"这个工作簿里没有工作表“{name}”", fix)


def _tell(book: Any, error: Exception) -> None:
    """One sentence to the user; where no message box can be shown, to whoever started this process."""
    from xlpy.mishap import log_file
    from xlpy.surfaces.excel import tell

    line = str(error) if isinstance(error, XlpyError) else f"程序内部出错（{type(error).__name__}），没有做完"
    log = log_file(error)
    words = f"{line}\n\n详细记录在 {log}" if log else line
    try:
        tell(book, words, TITLE)
    except Exception:
        raise SystemExit(words) from None
