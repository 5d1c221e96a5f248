"""How many lines a text takes in a column, for whoever sets a row's height."""

from __future__ import annotations

from math import ceil
from unicodedata import east_asian_width


def lines(text: str, width: float, size: float = 11) -> int:
    """How many lines `text` takes in a column of `width` (Excel's unit) in a font of `size` points."""
    per_line = max(2.0, (width - 1) * 11 / size)  # a digit of 11 points is one unit, a Chinese character two
    taken = (sum(2 if east_asian_width(c) in "WFA" else 1.1 for c in line) for line in text.split("\n"))
    return sum(max(1, ceil(needed / per_line)) for needed in taken)
