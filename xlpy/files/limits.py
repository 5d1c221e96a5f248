"""How much one received file may hold. A real form stays far below; past a limit reading would exhaust the machine."""

from __future__ import annotations

from typing import Final

MAX_FILE: Final = 64 * 2**20
"""Bytes on disk."""

MAX_UNPACKED: Final = 256 * 2**20
"""Bytes of all parts of a package once unpacked."""

MAX_TREE: Final = 32 * 2**20
"""Bytes of one XML part that is held as a tree, which takes a multiple of it."""

MAX_EDITED: Final = 6_000_000
"""Elements of all XML parts that one edit in place takes apart: half a kilobyte of memory each."""

MAX_PARTS: Final = 10_000
"""Parts in a package."""

MAX_SHEETS: Final = 500

MAX_SHEET_NAME: Final = 255
"""Characters of a sheet's name (Excel itself allows 31). Names go into places and links, which a cell has to hold."""

MAX_CELLS: Final = 5_000_000
"""Cells of all sheets together, as rows × columns from A1: this is what is allocated, however few are filled."""

MAX_MERGES: Final = 50_000
"""Merged ranges in one sheet."""

MAX_WORD_PARAGRAPHS: Final = 200_000

MAX_WORD_COLUMNS: Final = 1_000
"""Columns of one Word table (Word itself allows 63)."""

MAX_WORD_CELLS: Final = 500_000
"""Cells of all Word tables, spanned ones counted."""

MAX_SECONDS: Final = 60
"""Seconds that reading one file may take; then its worker is ended."""

MAX_MEMORY: Final = 4 * 2**30
"""Bytes that a worker may allocate (its address space; what it has committed, on Windows; not on macOS)."""
