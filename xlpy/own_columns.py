"""How a column of the bureau's own is read, by its kind; numbers as 经济效益 is: 万元 unless told otherwise."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from xlpy import cells
from xlpy.cells import Month
from xlpy.grids import Scalar
from xlpy.models import Value

OWN_TYPES: Final[dict[str, Any]] = {
    "text": Value[str],
    "list": Value[str],
    "number": Value[Decimal],
    "month": Value[Month],
}
OWN_READERS: Final[dict[str, Callable[[Scalar], cells.Reading[Any]]]] = {
    "text": cells.text,
    "list": cells.text,
    "number": cells.amount,
    "month": cells.month,
}
