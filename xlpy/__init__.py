"""xlpy: from a folder of 质量攻关 forms (Annex 1) to a checked summary workbook (Annex 2), in Excel or without.

    >>> from xlpy import read_form, pull, validate        # doctest: +SKIP
    >>> report = pull("附件2_申报汇总表.xlsx", "登记表")      # doctest: +SKIP

Names are loaded on first use: a click in Excel starts a fresh interpreter, so `import xlpy` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xlpy.api import (
        apply,
        clear,
        consolidate,
        new,
        pull,
        read_folder,
        read_form,
        read_summary,
        roll_up,
        send_back,
        total,
        undo,
        validate,
        verify,
    )
    from xlpy.errors import XlpyError
    from xlpy.flags import Flag, Severity
    from xlpy.models import Form, SummaryTable
    from xlpy.report import Report

__version__ = "0.1.0"

_HOME = {
    "xlpy.api": (
        "apply",
        "clear",
        "consolidate",
        "new",
        "pull",
        "read_folder",
        "read_form",
        "read_summary",
        "roll_up",
        "send_back",
        "total",
        "undo",
        "validate",
        "verify",
    ),
    "xlpy.errors": ("XlpyError",),
    "xlpy.flags": ("Flag", "Severity"),
    "xlpy.models": ("Form", "SummaryTable"),
    "xlpy.report": ("Report",),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "Flag",
    "Form",
    "Report",
    "Severity",
    "SummaryTable",
    "XlpyError",
    "apply",
    "clear",
    "consolidate",
    "new",
    "pull",
    "read_folder",
    "read_form",
    "read_summary",
    "roll_up",
    "send_back",
    "total",
    "undo",
    "validate",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name in _MODULE_OF:
        return getattr(import_module(_MODULE_OF[name]), name)
    raise AttributeError(f"module 'xlpy' has no attribute {name!r}")
