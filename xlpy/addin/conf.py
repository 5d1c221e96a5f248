"""xlwings' settings file of a user: lines of "KEY","value", read by VBA in the system's own code page."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

INTERPRETER = "INTERPRETER_WIN"
UDF_SERVER = "USE UDF SERVER"
OURS = (INTERPRETER, "ADD_WORKBOOK_TO_PYTHONPATH", UDF_SERVER)


def parse(text: str) -> dict[str, str]:
    r"""Key → value, in the file's order. Lines that are no pair are left out: VBA would take them for half of one.

    >>> parse('"INTERPRETER_WIN","C:\\Python 3\\python.exe"\n')
    {'INTERPRETER_WIN': 'C:\\Python 3\\python.exe'}
    """
    return {row[0]: row[1] for row in csv.reader(io.StringIO(text)) if len(row) == 2}


def value(settings: Mapping[str, str], key: str) -> str | None:
    """The value of a key; case does not matter, as in VBA."""
    return next((found for name, found in settings.items() if name.casefold() == key.casefold()), None)


def merged(settings: Mapping[str, str], ours: Mapping[str, str]) -> dict[str, str]:
    """`settings` with our values; every other key stays as it was."""
    names = {name.casefold() for name in ours}
    return {**without(settings, names), **ours}


def without(settings: Mapping[str, str], keys: set[str] | tuple[str, ...]) -> dict[str, str]:
    """`settings` without these keys, whatever their case."""
    names = {key.casefold() for key in keys}
    return {name: found for name, found in settings.items() if name.casefold() not in names}


def written(settings: Mapping[str, str]) -> str:
    """The text of the file."""
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(settings.items())
    return out.getvalue()
