"""One human-typed cell → its meaning, or the reason why it has none. Nothing is guessed: one possible reading or none."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Generic, NamedTuple, TypeVar

from xlpy.grids import Scalar

T = TypeVar("T")


class Month(NamedTuple):
    """A month of a year. It stays a month: no day is invented."""

    year: int
    month: int

    def __str__(self) -> str:
        return f"{self.year}年{self.month}月"

    def months_until(self, other: Month) -> int:
        """Whole months from this one to `other`; negative if `other` is earlier."""
        return (other.year - self.year) * 12 + other.month - self.month


class Reading(NamedTuple, Generic[T]):
    """What a cell means: a value; or neither value nor problem, where it is blank or `nil` (/ 无 —); or a problem.

    `problem` says in Chinese what was seen, what was expected and what to type.
    """

    value: T | None = None
    problem: str = ""
    nil: bool = False


def show(raw: Scalar) -> str:
    """The cell as a person sees it: 3.0 as 3, a date as 2022-06-30, None as ""."""
    raise NotImplementedError


def text(raw: Scalar) -> Reading[str]:
    raise NotImplementedError


def amount(raw: Scalar) -> Reading[Decimal]:
    """万元"""
    raise NotImplementedError


def month(raw: Scalar) -> Reading[Month]:
    raise NotImplementedError


def day(raw: Scalar) -> Reading[dt.date]:
    raise NotImplementedError


def count(raw: Scalar) -> Reading[int]:
    raise NotImplementedError


def phone(raw: Scalar) -> Reading[str]:
    raise NotImplementedError


def person(raw: Scalar) -> Reading[str]:
    raise NotImplementedError


def credit_code(raw: Scalar) -> Reading[str]:
    raise NotImplementedError


def name_key(raw: str) -> str:
    """A company's or project's name as compared for sameness: width, case, spaces and bracket style do not count."""
    raise NotImplementedError
