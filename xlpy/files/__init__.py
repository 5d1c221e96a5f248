"""Any received file → a `Snapshot` of grids. `read_grids` is the only door; it raises only `XlpyError`."""

from __future__ import annotations

import hashlib
from os import PathLike
from pathlib import Path

from xlpy.files.spreadsheet import read_spreadsheet
from xlpy.grids import Snapshot


def read_grids(path: str | PathLike[str]) -> Snapshot:
    """All sheets of a workbook (.xlsx .xlsm .xlsb .xls .ods), with the SHA-256 of the bytes they were read from."""
    data = Path(path).read_bytes()
    return Snapshot(str(path), read_spreadsheet(data), hashlib.sha256(data).hexdigest())
