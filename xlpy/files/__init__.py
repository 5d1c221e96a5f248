"""Any received file → a `Snapshot` of grids. `read_grids` is the only door; it raises only `XlpyError`.

source       the bytes, read once
sniff        what the file is, by its bytes
package, ole the two containers, opened within limits
xlsx xls xlsb ods   guards per format, and what calamine leaves out
spreadsheet, word   the grids
folder       which files of a folder may be forms
"""

from __future__ import annotations

import hashlib
from os import PathLike

from xlpy.errors import XlpyError
from xlpy.files.package import Package
from xlpy.files.sniff import Format, recognise
from xlpy.files.source import Source, read_source
from xlpy.files.spreadsheet import read_spreadsheet
from xlpy.files.word import read_word
from xlpy.files.xlsx import custom_properties
from xlpy.grids import Snapshot


def read_grids(file: str | PathLike[str] | Source) -> Snapshot:
    """All sheets of a workbook (.xlsx .xlsm .xlsb .xls .ods), or the text and the tables of a .docx.

    `sha256` is that of the bytes the grids were read from. Raises FileError: UnreadableFile, PasswordNeeded,
    UnsupportedFormat or FileBusy, one line that says what the file is and what to do.
    """
    source = file if isinstance(file, Source) else read_source(file)
    try:
        form, container = recognise(source)
        if form is Format.DOCX and isinstance(container, Package):
            sheets = read_word(container)
        else:
            sheets = read_spreadsheet(source, form, container)
        properties = custom_properties(container) if isinstance(container, Package) and form is not Format.ODS else {}
    except (XlpyError, MemoryError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of calamine is no Exception
        raise source.unreadable() from error
    return Snapshot(source.path, sheets, hashlib.sha256(source.data).hexdigest(), properties)
