"""Links to a cell: how a `Write` with links names its places, and the formula that Excel follows."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from xlpy.surfaces.references import quoted

_PLACE: Final = re.compile(r"(?:\[(?P<file>.+)\])?(?P<sheet>[^\[\]]+)!\$?(?P<column>[A-Z]{1,3})\$?(?P<row>[0-9]{1,7})")
_DRIVE: Final = re.compile(r"[A-Za-z]:(?=[/\\])")
_LONGEST: Final = 255  # characters of a text inside a formula, and of a link's target


class Place(NamedTuple):
    """Where a link leads: a file relative to the workbook ("" = the workbook itself), and sheet and cell in it."""

    file: str
    location: str


def place_of(text: str) -> Place | None:
    """The place that 汇总表!D7 or [file.xlsx]登记表!C5 names; None where it names no cell, or no file of ours.

    Part of the text is written by others: a sheet's name in a file received may hold brackets, dots and colons. A
    link never climbs above the folder that the file was found in, and never has another scheme. The cell is absolute:
    LibreOffice takes C5 for a whole column in R1C1 style, and leads nowhere.

    >>> place_of("[a.xlsx]登记表!C5")
    Place(file='a.xlsx', location="'登记表'!$C$5")
    >>> place_of("[某公司[新].xlsx]登记表!C5").file  # a sheet's name has no brackets, a file's may
    '某公司[新].xlsx'
    >>> place_of("[a.xlsx]/../../x.exe]表!C5"), place_of("[http:a.xlsx]登记表!C5")
    (None, None)
    """
    found = _PLACE.fullmatch(text)
    if found and found["file"]:
        path = _DRIVE.sub("", found["file"], count=1)
        if ":" in path or ".." in re.split(r"[/\\]", path):
            return None
    return Place(found["file"] or "", f"{quoted(found['sheet'])}!${found['column']}${found['row']}") if found else None


def link_formula(text: str) -> str | None:
    r"""The formula that shows `text` and jumps to the place it names; None where it names none that Excel can follow.

    >>> print(link_formula("汇总表!D7"))
    =HYPERLINK("#'汇总表'!$D$7","汇总表!D7")
    >>> print(link_formula("[登记表/a.xlsx]登记表!C5"))
    =HYPERLINK("登记表\a.xlsx#'登记表'!$C$5","[登记表/a.xlsx]登记表!C5")
    """
    place = place_of(text)
    if place is None or "#" in place.file:
        return None
    target, shown = (_literal(t) for t in (place.file.replace("/", "\\") + "#" + place.location, text))
    return f"=HYPERLINK({target},{shown})" if max(len(target), len(shown)) - 2 <= _LONGEST else None


def _literal(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
