"""A closed workbook ⇄ Snapshot and Patch: changed in place, and proved complete before it replaces the old one."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from xlpy.errors import CannotKeep, FileBusy, FileError, UnreadableFile, UnsupportedFormat
from xlpy.files import read_grids
from xlpy.files.source import Source, read_source
from xlpy.grids import Scalar, SheetGrid, Snapshot, same_scalar
from xlpy.layout import HISTORY, LOG
from xlpy.patch import LONGEST, DeleteRows, InsertRows, Patch, Write
from xlpy.surfaces.cellxml import cells_of, serial
from xlpy.surfaces.editing import ANY_FORMULA, Editor
from xlpy.surfaces.links import link_formula
from xlpy.surfaces.losses import losses
from xlpy.surfaces.package import Package, sheet_parts
from xlpy.surfaces.references import Entangled
from xlpy.surfaces.saving import alone, check_free, temporary, write_through
from xlpy.surfaces.saving import replace as replace_file
from xlpy.surfaces.sheetxml import SheetXml

EDITABLE = (".xlsx", ".xlsm")
_CHANGED = "文件在读取之后被改过"
_AGAIN = "没有写入任何内容，请再运行一次"
_NEGATIVE = re.compile(rb"<(?:\w+:)?v[^<>]*>\s*-")
_IN_EXCEL = "没有写入任何内容，请在 Excel 里用“质量攻关”加载项处理这个文件"


class FileWorkbook:
    """A closed workbook. `snapshot` is what it holds, formulas included; after a commit, what it holds then."""

    def __init__(self, path: Path, data: bytes, snapshot: Snapshot) -> None:
        self.path, self.snapshot, self._data = path, snapshot, data
        self._alone = False  # whether other runs are kept away already

    def commit(self, patch: Patch) -> Path | None:
        """Carry out `patch` in the file, whole or not at all; the answer is the backup of the former version.

        An empty patch writes nothing; one that only adds to 操作记录 leaves no backup. Raises FileBusy (open elsewhere,
        or changed since it was read), CannotWrite, CannotKeep (something of the workbook would be lost), CannotRun (a
        text that no cell can hold): then the file is byte for byte as before and nothing else is left behind.
        """
        if not patch:
            return None
        path = _real(self.path)  # a link stays a link
        with contextlib.nullcontext() if self._alone else alone(path):
            return self._commit(patch, path)

    def _commit(self, patch: Patch, path: Path) -> Path | None:
        check_free(path)
        edited, date1904 = self._edited(patch)
        with temporary(path) as temp:
            write_through(temp, edited, self.path)
            after = self._check_cells(patch, temp, edited, date1904)
            self._check_parts(patch, edited)
            check_free(path)
            self._check_unchanged(path)
            backup = replace_file(path, temp, self._data, keep=_worth_a_backup(patch))
        self._data, self.snapshot = edited, replace(after, name=self.snapshot.name)
        return backup

    def _edited(self, patch: Patch) -> tuple[bytes, bool]:
        """The new file, and whether its days count from 1904."""
        for name in {op.sheet for op in patch.operations if isinstance(op, Write)}:
            if name in self.snapshot.sheets and (place := _overlong(self.snapshot.sheets[name])):
                raise CannotKeep(self.path, f"{name}!{place} 的内容超过 {LONGEST} 个字，Excel 也存不下", _IN_EXCEL)
        package = Package(Source(str(self.path), self._data))
        editor = Editor(package)
        try:
            editor.carry_out(patch)
        except Entangled as error:
            raise CannotKeep(self.path, str(error), _IN_EXCEL) from error
        return package.saved(), editor.date1904

    def _check_unchanged(self, path: Path) -> None:
        if hashlib.sha256(read_source(path).data).hexdigest() != self.snapshot.sha256:
            raise FileBusy(self.path, _CHANGED, _AGAIN)

    def _check_cells(self, patch: Patch, temp: Path, edited: bytes, date1904: bool) -> Snapshot:
        """The new file, read anew, must hold what the patch gives in memory."""
        try:
            after = _snapshot(temp, edited)
        except FileError as error:
            raise CannotKeep(self.path, "写入后的内容读不出来", _IN_EXCEL) from error
        expected = patch.applied(self.snapshot)
        moved = any(isinstance(op, InsertRows | DeleteRows) for op in patch.operations)
        if list(expected.sheets) != list(after.sheets):
            raise CannotKeep(self.path, "写入后工作表对不上", _IN_EXCEL)
        for name, grid in expected.sheets.items():
            place = _difference(grid, after.sheets[name], moved, date1904)
            if place:
                raise CannotKeep(self.path, f"写入后 {name}!{place} 的内容对不上", _IN_EXCEL)
        return after

    def _check_parts(self, patch: Patch, edited: bytes) -> None:
        name = str(self.path)
        if lost := losses(Package(Source(name, self._data)), Package(Source(name, edited)), patch):
            raise CannotKeep(self.path, "写入会丢失：" + "、".join(lost), _IN_EXCEL)


def _worth_a_backup(patch: Patch) -> bool:
    return any(not (isinstance(op, Write) and op.sheet in (LOG, HISTORY)) for op in patch.operations)


@contextlib.contextmanager
def editing(path: str | os.PathLike[str]) -> Iterator[FileWorkbook]:
    """As `open_workbook`, with no other run of ours on the workbook from here to the end: two runs go in turn.

    Raises FileBusy, too, where another run does not end within seconds.
    """
    with alone(_real(path)):
        book = open_workbook(path)
        book._alone = True
        try:
            yield book
        finally:
            book._alone = False


def open_workbook(path: str | os.PathLike[str]) -> FileWorkbook:
    """A workbook for editing. Raises FileError: UnsupportedFormat for all but .xlsx and .xlsm, and as `read_grids`."""
    path = Path(path)
    if path.suffix.casefold() not in EDITABLE:
        kind = f" {path.suffix}" if path.suffix else "没有扩展名的文件"
        raise UnsupportedFormat(
            path,
            f"只能直接修改 .xlsx 工作簿，不能修改{kind}",
            "请用 Excel 或 WPS 打开，另存为 .xlsx 后再处理",
        )
    data = read_source(path).data
    return FileWorkbook(path, data, _snapshot(path, data))


def _real(path: str | os.PathLike[str]) -> Path:
    try:
        return Path(os.path.realpath(path))
    except (OSError, ValueError):  # no path at all: whoever opens it says so
        return Path(path)


def _snapshot(path: Path, data: bytes) -> Snapshot:
    """The grids of the file with what calamine leaves out: formulas, and the sign of a number shown as a date."""
    snapshot = read_grids(path)
    if snapshot.sha256 != hashlib.sha256(data).hexdigest():
        raise FileBusy(path, _CHANGED, _AGAIN)
    if not data.startswith(b"PK"):
        raise UnsupportedFormat(
            path, "文件的扩展名是 .xlsx，内容却是旧格式", "请用 Excel 或 WPS 打开，另存为 .xlsx 后再处理"
        )
    package = Package(Source(str(path), data))
    parts = {sheet.name: sheet.part for sheet in sheet_parts(package) if sheet.worksheet}
    sheets = {}
    for name, grid in snapshot.sheets.items():
        if name not in parts:
            raise UnreadableFile(path, f"找不到工作表“{name}”的内容", "请用 Excel 打开，另存为 .xlsx 后再处理")
        try:
            formulas, rows = _formulas(package, parts[name]), _signed(grid, package, parts[name])
        except Entangled as error:
            raise UnreadableFile(path, str(error), "请用 Excel 打开，另存为 .xlsx 后再处理") from error
        # the links that Excel was given as formulas count as the text they show
        kept = {place: f for place, f in formulas.items() if f != link_formula(str(grid.value(*place)))}
        sheets[name] = replace(grid, rows=rows, formulas=kept)
    return replace(snapshot, sheets=sheets)


def _signed(grid: SheetGrid, package: Package, part: str) -> list[list[Scalar]]:
    """The rows, with the number itself where a negative one in a date format was read as a time of day."""
    if not _NEGATIVE.search(package.raw(part)):
        return grid.rows
    rows = [list(row) for row in grid.rows]
    for r, c, cell in cells_of(package.tree(part)):
        if isinstance(grid.value(r, c), dt.time):
            text = cell.findtext("{*}v", "").strip()
            if text.startswith("-"):
                rows[r - 1][c - 1] = float(text)
    return rows


def _formulas(package: Package, part: str) -> dict[tuple[int, int], str]:
    if not ANY_FORMULA.search(package.raw(part)):
        return {}
    sheet = SheetXml(package.tree(part), shared=lambda text: 0)
    return {(r, c): "=" + text for r, c, _, text in sheet.formulas() if text}


def _difference(one: SheetGrid, other: SheetGrid, moved: bool, date1904: bool) -> str:
    """The first cell that differs, or "". Values of formulas are not compared, nor their text once rows moved."""
    if one.formulas.keys() != other.formulas.keys() or (not moved and one.formulas != other.formulas):
        r, c = min(set(one.formulas.items()) ^ set(other.formulas.items()))[0]
        return one.address(r, c)
    for r in range(1, max(one.height, other.height) + 1):
        if r <= min(one.height, other.height) and _same_row(one.rows[r - 1], other.rows[r - 1]):
            continue
        for c in range(1, max(_length(one, r), _length(other, r)) + 1):
            if (r, c) not in one.formulas and not _same(one.value(r, c), other.value(r, c), date1904):
                return one.address(r, c)
    return "" if set(one.merges) == set(other.merges) else "A1"


def _same_row(one: list[Scalar], other: list[Scalar]) -> bool:
    """Whether two rows are the same at a glance, as nearly all are; TRUE and 1 need a closer look."""
    return one == other and bool not in map(type, one) and bool not in map(type, other)


def _overlong(grid: SheetGrid) -> str:
    """The first cell with more than any program writes into one, or "": undo could not put it back."""
    places = (place for place, formula in grid.formulas.items() if len(formula) > LONGEST)
    place = next(places, None) or next(
        ((r, c) for r, c, v in grid.cells() if type(v) is str and len(v) > LONGEST), None
    )
    return grid.address(*place) if place else ""


def _length(grid: SheetGrid, row: int) -> int:
    return len(grid.rows[row - 1]) if row <= grid.height else 0


def _same(one: Scalar, other: Scalar, date1904: bool) -> bool:
    """As `same_scalar`; a date and its serial number are the same, since the cell's format decides which is read."""
    return same_scalar(one, other) or same_scalar(_plain(one, date1904), _plain(other, date1904))


def _plain(value: Scalar, date1904: bool) -> Scalar:
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        return round(serial(value, date1904), 6)
    return round(value, 6) if isinstance(value, float) else value
