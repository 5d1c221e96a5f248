"""收支核对: what came in, and where every row and every 万元 of it went. Pure data and its sheet's lines."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class State(StrEnum):
    """What became of a received table, in the words of the sheet."""

    USED = "已采用"
    PENDING = "待决定"  # a later version of what is used: the bureau decides
    REFUSED = "不采用"  # by the bureau's decision
    COPY = "内容相同"  # word for word what another file holds
    MISSING = "未报送"  # a unit that sent nothing
    GONE = "已不在"  # rows of the table whose file or line is no longer there
    TYPED = "区局添加"  # rows that the bureau typed into the table


@dataclass(frozen=True, slots=True)
class Account:
    """One line of 收支核对: a received table, a unit that sent none, or rows of the table that no file accounts for.

    Amounts are 万元 to the cent; a row whose 经济效益 cannot be read counts as a row and not as an amount (`unread`).
    `amount_out` is what the district's table says now, `adjusted` how much of it the bureau changed by hand.
    """

    town: str
    state: State
    file: str = ""
    sheet: str = ""
    received: str = ""
    decision: str = ""
    digest: str = ""
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
        return rows and self.amount_in + self.adjusted == self.amount_out + self.amount_left
