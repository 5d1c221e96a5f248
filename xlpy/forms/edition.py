"""Which year's form it is: by the version that our template stores, and by the year that the form prints. Pure.

A program may drop the stored version, and somebody may have made this year's form out of last year's by hand, so what
is printed counts as well: the newest year of both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from xlpy import cells
from xlpy.forms.places import Page
from xlpy.layout import fold
from xlpy.models import Value

_VERSION = re.compile(r"form/(\d{4})\.\d+")
_TITLES: Final = ("登记表", "申报表", "申报书")
_NOTE = re.compile(r"汇总表.*年版")  # the note above 汇总信息
_LONGEST: Final = 60  # characters; what is longer is no title
_SECOND_LINE: Final = 3  # rows below its first line in which the title's second one, 登记表, may stand


def find_edition(pages: Iterable[Page], template: str, sheet: str) -> Value[int]:
    """The year of a form whose template stored the version `template`; blank where nothing says one.

    `sheet` is told as its place where no cell prints a year.
    """
    found = [*_printed(pages)]
    if stored := _VERSION.fullmatch(template):
        found.append(Value[int](value=int(stored[1]), raw=template, sheet=sheet))
    return max(found, key=lambda one: one.value or 0, default=Value[int]())


def _printed(pages: Iterable[Page]) -> Iterator[Value[int]]:
    """2026年嘉定区……登记表, （2026年版）; also where 登记表 stands on a line of its own below."""
    for page in pages:
        for r, c, text in page.grid.cells():
            if not isinstance(text, str) or len(text) > _LONGEST or (r, c) in page.labels:
                continue
            if (years := cells.years(text)) and (_is_title(fold(text)) or _titled_below(page, r, c)):
                yield Value[int](value=max(years), raw=text, sheet=page.grid.name, cell=page.grid.address(r, c))


def _is_title(folded: str) -> bool:
    return folded.endswith(_TITLES) or _NOTE.search(folded) is not None


def _titled_below(page: Page, row: int, column: int) -> bool:
    below = (page.grid.value(r, column) for r in range(row + 1, row + 1 + _SECOND_LINE))
    return any(isinstance(text, str) and fold(text) in _TITLES for text in below)
