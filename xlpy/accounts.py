"""收支核对: what came in, and where every row and every 万元 of it went. Pure data and its sheet's lines."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import reduce
from pathlib import PurePath

from xlpy.cells import show
from xlpy.errors import CannotRun
from xlpy.grids import Scalar, Snapshot
from xlpy.layout import ACCOUNT_HEADERS, ACCOUNTS, fold
from xlpy.list_sheets import header_line, noted_list_patch
from xlpy.models import Value
from xlpy.patch import Patch, safe_text


class State(StrEnum):
    """What became of a received table, in the words of the sheet."""

    USED = "已采用"
    PENDING = "待决定"  # a later version of what is used: the bureau decides
    REFUSED = "不采用"  # by the bureau's decision
    COPY = "内容相同"  # word for word what another file holds
    MISSING = "未报送"  # a unit that sent nothing
    UNREAD = "未读入"  # a file that could not be read as anything
    GONE = "已不在"  # rows of the table whose file, or the content it had, is no longer there
    TYPED = "区局添加"  # rows that the bureau typed into the table


@dataclass(frozen=True, slots=True)
class Account:
    """One line of 收支核对: a received table, a unit that sent none, or rows of the table that no file accounts for.

    Amounts are 万元 as a cell holds them, so that they add up as in Excel. A row whose 经济效益 cannot be read counts
    as a row and not as an amount (`unread`). `amount_out` is what the district's table says now, `adjusted` how much of
    it the bureau changed by hand. `digest` is the content of the table, `seal` the line that it belongs to (`seal_of`),
    `typed` whether the bureau wrote the unit itself.
    """

    town: str
    state: State
    file: str = ""
    sheet: str = ""
    received: str = ""
    decision: str = ""
    digest: str = ""
    seal: str = ""
    typed: bool = False
    rows_in: int = 0
    rows_out: int = 0
    merged: int = 0
    excluded: int = 0
    unread: int = 0
    amount_in: Decimal = Decimal(0)
    amount_out: Decimal = Decimal(0)
    amount_left: Decimal = Decimal(0)
    adjusted: Decimal = Decimal(0)
    why: str = ""

    @property
    def balanced(self) -> bool:
        """Whether every row in is out or left out, and every 万元 likewise, the bureau's changes told apart."""
        rows = self.rows_in == self.rows_out + self.merged + self.excluded
        return rows and abs(self.amount_in + self.adjusted - self.amount_out - self.amount_left) < _FEN

    def __add__(self, other: Account) -> Account:
        """The sum of two lines, for 小计 and 合计."""
        return Account(
            town=self.town,
            state=self.state,
            rows_in=self.rows_in + other.rows_in,
            rows_out=self.rows_out + other.rows_out,
            merged=self.merged + other.merged,
            excluded=self.excluded + other.excluded,
            unread=self.unread + other.unread,
            amount_in=self.amount_in + other.amount_in,
            amount_out=self.amount_out + other.amount_out,
            amount_left=self.amount_left + other.amount_left,
            adjusted=self.adjusted + other.adjusted,
        )


def held(value: Value[Decimal]) -> Decimal:
    """An amount as a cell holds it, 万元, with 15 digits or more; 0 where it cannot be read."""
    return Decimal(0) if value.value is None else Decimal(repr(float(value.value)))


def seal_of(file: str, sheet: str, received: str, recognised: str) -> str:
    """What tells later to which line a hidden digest belongs, and whether its unit is still the `recognised` one.

    A person may sort the lines without the hidden column, and write another unit.
    """
    return f"{_brief(file, sheet, received)}.{_brief(recognised)}"


def _brief(*words: str) -> str:
    return hashlib.sha256("\n".join(words).encode("utf-8", "surrogatepass")).hexdigest()[:6]


def is_district(snapshot: Snapshot) -> bool:
    """Whether a workbook is the district's: only that has 收支核对."""
    return ACCOUNTS in snapshot.sheets


def require_district(snapshot: Snapshot) -> None:
    """Raises CannotRun for a town's workbook."""
    if not is_district(snapshot):
        raise CannotRun(
            f"“{PurePath(snapshot.name).name}”不是区级汇总表（没有“{ACCOUNTS}”表）",
            "请用 xlpy new district 新建区级汇总表，在那里合并",
        )


def require_town(snapshot: Snapshot) -> None:
    """Raises CannotRun for the district's workbook, which gets its rows from the towns' tables."""
    if is_district(snapshot):
        raise CannotRun(
            f"“{PurePath(snapshot.name).name}”是区级汇总表，不直接导入登记表",
            "请点“合并街镇汇总表”，或运行 xlpy consolidate",
        )


SUBTOTAL, TOTAL = "小计", "合计"
BALANCED, UNBALANCED = "平衡", "不平衡"


def total_of(accounts: Sequence[Account]) -> Account:
    """The sum of all lines."""
    return reduce(Account.__add__, accounts, Account("", State.USED))


def read_accounts(snapshot: Snapshot) -> list[Account]:
    """The lines of 收支核对 without 小计 and 合计; none if the sheet is absent or has lost its header.

    `decision` and `town` are what stands there now, the bureau's own words included.
    """
    grid = snapshot.sheets.get(ACCOUNTS)
    found = header_line(grid, _NEEDED) if grid else None
    if not grid or not found:
        return []
    top, at = found

    def text(row: int, header: str) -> str:
        return show(grid.value(row, at.get(fold(header), 0))).strip()

    def count(row: int, header: str) -> int:
        value = grid.value(row, at.get(fold(header), 0))
        return int(value) if isinstance(value, int | float) else 0

    def amount(row: int, header: str) -> Decimal:
        value = grid.value(row, at.get(fold(header), 0))
        return Decimal(repr(value)) if isinstance(value, int | float) else Decimal(0)

    codes = {r: text(r, "内容校验码").split(".") for r in range(top + 1, grid.height + 1)}
    own = {r: _brief(*(text(r, header) for header in ("文件", "工作表", "收到时间"))) for r in codes}
    by_line = {code[1]: code for code in codes.values() if len(code) == _PARTS}
    for r, code in codes.items():
        if code[1:2] != [own[r]]:  # another line's, if that is here; else this line's, whose file was renamed by hand
            codes[r] = by_line.get(own[r], [""] if code[1:2] and code[1] in own.values() else code)

    states = {state.value: state for state in State}
    accounts = []
    for r in range(top + 1, grid.height + 1):
        state = states.get(text(r, "状态"))
        if state is None or text(r, "文件").startswith((SUBTOTAL, TOTAL)):
            continue
        code = codes[r]
        recognised = code[-1] if len(code) == _PARTS else ""
        accounts.append(
            Account(
                town=text(r, "推荐单位"),
                state=state,
                file=text(r, "文件"),
                sheet=text(r, "工作表"),
                received=text(r, "收到时间"),
                decision=text(r, "采用"),
                digest=code[0],
                seal=".".join(code[1:]),
                typed=recognised not in ("", _brief(text(r, "推荐单位"))),
                rows_in=count(r, "收到行数"),
                rows_out=count(r, "列入"),
                merged=count(r, "合并"),
                excluded=count(r, "未列入"),
                amount_in=amount(r, "收到万元"),
                amount_out=amount(r, "列入万元"),
                amount_left=amount(r, "未列入万元"),
                adjusted=amount(r, "区局调整万元"),
                why=text(r, "说明"),
            )
        )
    return accounts


def write_accounts(accounts: Iterable[Account], units: Sequence[str], snapshot: Snapshot) -> Patch:
    """The patch that makes `accounts` the content of 收支核对: by unit in the order of `units`, 小计 and 合计 added."""
    by_town: dict[str, list[Account]] = defaultdict(list)
    for account in accounts:
        by_town[account.town].append(account)
    order = [*(u for u in units if u in by_town), *sorted(t for t in by_town if t and t not in units)]
    if "" in by_town:
        order.append("")
    lines: list[list[Scalar]] = []
    for town in order:
        own = sorted(by_town[town], key=lambda a: (a.state is State.UNREAD, a.received, a.file, a.sheet))
        lines += [_line(account) for account in own]
        own = [account for account in own if account.state is not State.UNREAD]
        if len(own) > 1:
            lines.append(_sum_line(f"{SUBTOTAL}（{len(own)} 份）", total_of(own), town, all(a.balanced for a in own)))
    everything = [account for town in order for account in by_town[town]]
    balanced = all(account.balanced for account in everything)
    lines.append(_sum_line(TOTAL, total_of(everything), "", balanced))
    return noted_list_patch(snapshot, ACCOUNTS, ACCOUNT_HEADERS, lines, _NEEDED, _keys, filled=_FILLED)


def _keys(line: Mapping[str, Scalar]) -> list[tuple[str, ...]]:
    """What a line is known again by: its content, then its file, then its unit."""
    town, file, sheet, digest = (show(line[header]) for header in ("推荐单位", "文件", "工作表", "内容校验码"))
    file = file.partition("（")[0] if file.startswith(SUBTOTAL) else file
    keys = [(digest, file, sheet), (digest,)] if digest else []
    return [*keys, *([(town, file, sheet)] if file else []), *([(town, "")] if town else [])]


_FEN = Decimal("0.000001")  # 万元
_PARTS = 3  # digest, line, unit
_NEEDED = "文件", "状态", "采用"
_FILLED = "核对"


def _line(account: Account) -> list[Scalar]:
    return [
        safe_text(account.town) or None,
        safe_text(account.file) or None,
        safe_text(account.sheet) or None,
        account.received or None,
        account.state.value,
        safe_text(account.decision) or None,
        *_figures(account),
        BALANCED if account.balanced else UNBALANCED,
        safe_text(_why(account)) or None,
        ".".join(filter(None, (account.digest, account.seal))) or None,
    ]


def _why(account: Account) -> str:
    unread = f"有 {account.unread} 行经济效益读不出，未计金额" if account.unread else ""
    return "；".join(part for part in (account.why, unread) if part)


def _sum_line(title: str, account: Account, town: str, balanced: bool) -> list[Scalar]:
    word = BALANCED if balanced else UNBALANCED
    return [town or None, title, None, None, None, None, *_figures(account), word, None, None]


def _figures(account: Account) -> list[Scalar]:
    amounts = account.amount_in, account.amount_out, account.amount_left, account.adjusted
    return [account.rows_in, account.rows_out, account.merged, account.excluded, *(float(a) for a in amounts)]
