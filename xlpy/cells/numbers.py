"""序号: the number of a line."""

from __future__ import annotations

import re

from xlpy.cells.reading import Reading, half_width, settled, show, unreadable
from xlpy.grids import Scalar

_FIX = "请填整数，如 1"
_COUNT = re.compile(r"(?:第 ?)?0*([1-9][0-9]{0,5})(?:\.0*|、)?")


def count(raw: Scalar) -> Reading[int]:
    """A whole number from 1 on, as 序号 are typed.

    >>> [count(v).value for v in (1, 2.0, "３", "4.", "第5", "6、", "七")]
    [1, 2, 3, 4, 5, 6, None]
    >>> count("七").problem
    '写的是“七”，不是序号；请填整数，如 1'
    """
    seen = show(raw)
    plain = half_width(seen)
    if (known := settled(seen, plain, _FIX)) is not None:
        return known
    found = _COUNT.fullmatch(plain)
    return Reading(int(found[1])) if found else unreadable(seen, "不是序号", _FIX)
