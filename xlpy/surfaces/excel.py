"""A workbook that is open in Excel ⇄ Snapshot and Patch, through xlwings on Windows.

Sheets are read and written in blocks, so the number of calls to Excel does not depend on how many rows there are.
Every block is read back after it was written: what Excel made of it is what was meant, or the user is told.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from xlpy.checks.own import OwnFormula
from xlpy.errors import CannotRun, XlpyError
from xlpy.grids import Box, Formula, Scalar, SheetGrid, Snapshot, a1
from xlpy.layout import DISTRICT_SHEETS, GUIDE, HISTORY, LOG, RESULTS, RULES, SETTINGS, SOURCES, STATISTICS
from xlpy.patch import (
    LONGEST,
    AddSheet,
    Block,
    DeleteRows,
    DropSheet,
    InsertRows,
    Operation,
    Patch,
    RowHeight,
    ShowColumns,
    Write,
    storable,
)
from xlpy.surfaces.excel_blocks import address, merged_areas, used_box
from xlpy.surfaces.excel_calculation import Garbled, computed
from xlpy.surfaces.excel_cells import TEXT_FORMAT, arrived, from_excel, plain_words, to_excel
from xlpy.surfaces.links import link_formula
from xlpy.surfaces.saving import back_up

if TYPE_CHECKING:
    import xlwings as xw

_VISIBLE, _VERY_HIDDEN = -1, 2  # XlSheetVisibility
_HIGHEST: Final = 409  # points of a row
_FOLDER_PICKER = 4  # MsoFileDialogType
_NO_TABLES = frozenset((GUIDE, RESULTS, STATISTICS, SOURCES, SETTINGS, RULES, LOG, HISTORY, *DISTRICT_SHEETS))
_BUSY: Final = frozenset((-2147418111, -2147417846, -2146777998))  # rejected, retry later, editing a cell
_PATIENCE: Final = 100  # attempts at a call that Excel rejects; xlwings alone would try for ever
_STEPS: Final = 10  # times that the status bar tells how far the reading of forms got


class LiveWorkbook:
    """A workbook open in Excel. `snapshot` is what it holds, formulas included; after a commit, what it holds then.

    Raises CannotRun where Excel is busy, or where the workbook has no folder of its own or cannot be saved.
    """

    def __init__(self, book: xw.Book) -> None:
        self.book = book
        with _plain_failures(patience=_PATIENCE):
            self._app = book.app
            self.path = _path(book)
            self._sheets: dict[str, xw.Sheet] = {}
            grids: dict[str, SheetGrid] = {}
            for sheet in book.sheets:
                name = sheet.name
                self._sheets[name], grids[name] = sheet, _read(sheet, name)
        self.snapshot = Snapshot(str(self.path), grids)

    def commit(self, patch: Patch) -> Path | None:
        """Carry out `patch`; the answer is the backup of the workbook as it was, in the folder 备份 beside it.

        An empty patch does nothing. The workbook is changed but not saved: that stays for the user. Raises CannotRun
        before the first change where the workbook is protected, and after it where Excel refuses or alters something.
        """
        if not patch:
            return None
        with _plain_failures():
            self._check_writable(patch)
            backup = self._back_up()
            quiet = {"screen_updating": False, "display_alerts": False, "enable_events": False}
            with self._app.properties(**quiet, calculation="manual", status_bar="正在写入，请稍候……"):
                try:
                    self._carry_out(patch)
                except Exception as error:
                    why = error.problem if isinstance(error, XlpyError) else "Excel 中途拒绝了写入"
                    fix = f"请关闭工作簿、不要保存，再重新打开；写入之前的内容在 {backup}"
                    raise CannotRun(f"写入没有完成：{why}", fix) from error
        self.snapshot = patch.applied(self.snapshot)
        return backup

    def calculate(self, values: Block, formulas: Sequence[OwnFormula]) -> list[list[Scalar]]:
        """As `xlpy.checks.own.Calculate`, by this Excel; no workbook of the user's is touched.

        Raises CannotRun where Excel is busy or does not play along.
        """
        quiet = {"screen_updating": False, "display_alerts": False, "enable_events": False}
        try:
            with _plain_failures(patience=_PATIENCE), self._app.properties(**quiet):
                try:
                    return computed(self._app, values, formulas)
                finally:
                    self.book.api.Activate()
        except XlpyError:
            raise
        except Exception as error:
            why = "写进去的内容变了样" if isinstance(error, Garbled) else type(error).__name__
            raise CannotRun(f"Excel 没有算成（{why}）", "请再点一次") from error

    def check_saved(self) -> None:
        """Raises CannotRun where the file on disk is not what stands in Excel."""
        with _plain_failures():
            if not self.book.api.Saved:
                raise CannotRun(f"“{self.path.name}”有还没有保存的改动", "请先保存，再点一次")

    def show(self, *names: str) -> None:
        """Bring the first of the named sheets that exists to the front."""
        with _plain_failures():
            for name in names:
                if name in self._sheets:
                    self._sheets[name].api.Activate()
                    return

    def say(self, text: str) -> None:
        """Put a line into Excel's status bar, where it stays until the next one."""
        self._app.status_bar = text

    def progress(self, title: str) -> Callable[[int, int, str], None]:
        """Called with (done, all, name): tells in the status bar, a fixed number of times, how far the work got."""

        def tell(done: int, all_of_them: int, name: str) -> None:
            if done % max(1, -(-all_of_them // _STEPS)) == 0 and done < all_of_them:
                self.say(f"{title}：{done}/{all_of_them} {name}")

        return tell

    # --- before the first change ------------------------------------------------------------------------------------

    def _check_writable(self, patch: Patch) -> None:
        """Raises CannotRun for what can be known beforehand to fail."""
        operations = patch.operations
        if any(isinstance(op, AddSheet | DropSheet) for op in operations) and self.book.api.ProtectStructure:
            raise CannotRun("工作簿的结构有保护，不能增减工作表", "请在“审阅”里撤消“保护工作簿”，再点一次")
        for name in dict.fromkeys(op.sheet for op in operations if not isinstance(op, AddSheet | DropSheet)):
            if name not in self._sheets:
                continue
            sheet = self._sheets[name].api
            if sheet.ProtectContents:
                raise CannotRun(f"工作表“{name}”有保护，不能写入", "请在“审阅”里撤消工作表保护，再点一次")
            if sheet.FilterMode:
                sheet.ShowAllData()  # blocks are written through hidden rows only where no filter hides them
        for op in operations:
            for row in op.values if isinstance(op, Write) else ():
                for value in row:
                    if isinstance(value, str) and not storable(value):
                        raise CannotRun(f"要写入“{op.sheet}”的文字超过 32767 个字，或含有单元格存不下的字符")  # type: ignore[union-attr]

    def _back_up(self) -> Path:
        """A copy as the workbook is now, unsaved edits included."""
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / self.path.name
            self.book.api.SaveCopyAs(str(copy))
            return back_up(self.path, copy.read_bytes())

    # --- the operations ---------------------------------------------------------------------------------------------

    def _carry_out(self, patch: Patch) -> None:
        dates = any(not isinstance(v, str | float) for op in patch.operations for v in _values(op))
        self._date1904 = dates and bool(self.book.api.Date1904)
        for operation in patch.operations:
            match operation:
                case Write():
                    self._write(operation)
                case InsertRows(sheet, row, count):
                    self._rows(sheet, row, count).insert("down", "format_from_left_or_above")
                case DeleteRows(sheet, row, count):
                    self._rows(sheet, row, count).delete("up")
                case AddSheet(name, hidden):
                    self._add_sheet(name, hidden)
                case DropSheet(name):
                    self._sheets.pop(name).delete()
                case ShowColumns(sheet, first, count, hidden):
                    line = self._sheets[sheet][address(Box(1, first, 1, first + count - 1))]
                    line.api.EntireColumn.Hidden = hidden
                case RowHeight(sheet, row, height):
                    self._rows(sheet, row, 1).api.RowHeight = min(height, _HIGHEST)

    def _rows(self, sheet: str, row: int, count: int) -> xw.Range:
        return self._sheets[sheet][f"{row}:{row + count - 1}"]

    def _add_sheet(self, name: str, hidden: bool) -> None:
        front = self.book.sheets.active
        last = list(self._sheets.values())[-1]
        self._sheets[name] = sheet = self.book.sheets.add(name, after=last)
        front.api.Activate()
        if hidden:
            sheet.api.Visible = _VERY_HIDDEN

    def _write(self, write: Write) -> None:
        """Write a block, read it back, and write again where its cells turn out to be formatted as text.

        Reading the formats instead would take a call for every differing part of the block.
        """
        height, width = len(write.values), max(map(len, write.values), default=0)
        if not height or not width:
            return
        sheet = self._sheets[write.sheet]
        target = sheet[address(Box(write.row, write.column, write.row + height - 1, write.column + width - 1))]
        values: Sequence[Sequence[Scalar]] = write.values
        if write.links:
            target.api.ClearHyperlinks()  # those that were made in the file
            target.number_format = "General"
            values = [[_linked(value) for value in row] for row in values]
        as_text: set[tuple[int, int]] = set()
        for r, c in _too_long_to_quote(values):
            sheet[a1(write.row + r, write.column + c)].number_format = TEXT_FORMAT
            as_text.add((r, c))
        if lost := self._put(target, values, as_text):
            as_text.update((r, c) for r, c in lost if _is_text(values[r][c]))
            for c in sorted({c for r, c in lost if not _is_text(values[r][c])}):
                rows = [r for r, column in lost if column == c]
                strip = Box(write.row + rows[0], write.column + c, write.row + rows[-1], write.column + c)
                sheet[address(strip)].number_format = "General"  # or its numbers would become text
                as_text.difference_update((r, c) for r in range(rows[0], rows[-1] + 1))
            lost = self._put(target, values, as_text)
        if lost:
            raise CannotRun(f"{write.sheet}!{a1(write.row + lost[0][0], write.column + lost[0][1])} 写入后的内容对不上")

    def _put(
        self, target: xw.Range, values: Sequence[Sequence[Scalar]], as_text: Container[tuple[int, int]]
    ) -> list[tuple[int, int]]:
        """Write `values`; the answer is the (row, column), 0-based in the block, of those that did not arrive."""
        target.raw_value = [
            [to_excel(value, (r, c) in as_text, self._date1904) for c, value in enumerate(row)]
            for r, row in enumerate(values)
        ]
        return [
            (r, c)
            for r, (row, got) in enumerate(zip(values, _rows_of(target.api.Value2), strict=True))
            for c, (value, exact) in enumerate(zip(row, got, strict=True))
            if not arrived(value, exact, self._date1904)
        ]


# --- what macros need of Excel besides ---------------------------------------------------------------------------


def calling_book() -> xw.Book:
    """The workbook that was active when the button was clicked."""
    import xlwings as xw

    with _plain_failures(patience=_PATIENCE):
        return xw.Book.caller()


def tell(book: xw.Book, text: str, title: str) -> None:
    """A message box over Excel."""
    with _plain_failures(patience=_PATIENCE):
        book.app.alert(text, title, mode="critical")


def show_sheet(book: xw.Book, name: str) -> bool:
    """Bring a sheet to the front; whether there is one of that name."""
    with _plain_failures(patience=_PATIENCE):
        for sheet in book.sheets:
            if sheet.name == name:
                sheet.api.Activate()
                return True
    return False


def ask_folder(book: xw.Book, title: str, start: Path) -> Path | None:
    """The folder that the user picks in Excel's dialog, None if they cancel."""
    with _plain_failures(patience=_PATIENCE):
        dialog = book.app.api.FileDialog(_FOLDER_PICKER)
        dialog.Title = title
        dialog.InitialFileName = f"{start}{'' if str(start).endswith(('/', chr(92))) else chr(92)}"
        return Path(dialog.SelectedItems.Item(1)) if dialog.Show() == -1 else None


# --- reading --------------------------------------------------------------------------------------------------------


def _path(book: xw.Book) -> Path:
    """Where the workbook lives. Raises CannotRun where its folder is of no use."""
    full = book.api.FullName
    if "://" in full:
        raise CannotRun(
            f"“{book.name}”存放在网盘（OneDrive、SharePoint）上", "请用“另存为”存到本机的文件夹里，再点一次"
        )
    if not book.api.Path:
        raise CannotRun(f"“{book.name}”还没有保存过", "请先保存到放登记表的文件夹旁边，再点一次")
    if book.api.ReadOnly:
        raise CannotRun(f"“{book.name}”是以只读方式打开的", "请关闭后重新打开，或另存一份再点一次")
    return Path(full)


def _read(sheet: xw.Sheet, name: str) -> SheetGrid:
    """A sheet in a handful of calls. The links that we wrote as formulas count as the text they show."""
    hidden = sheet.visible != _VISIBLE
    used, box = used_box(sheet)
    values, exact = _rows_of(used.raw_value), _rows_of(used.api.Value2)
    rows: list[list[Scalar]] = [[] for _ in range(box.top - 1)]
    blank: list[Scalar] = [None] * (box.left - 1)
    rows += [blank + [from_excel(v, e) for v, e in zip(*pair, strict=True)] for pair in zip(values, exact, strict=True)]
    formulas: dict[tuple[int, int], str] = {}
    if used.api.HasFormula is not False:  # None: some have
        for r, row in enumerate(_rows_of(used.formula), box.top):
            for c, text in enumerate(row, box.left):
                shown = rows[r - 1][c - 1]
                ours = isinstance(shown, str) and text in (shown, link_formula(shown))  # a text, or a link to its place
                if isinstance(text, str) and text.startswith("=") and not ours:
                    formulas[r, c] = text
    last = max((r for r, row in enumerate(rows, 1) if any(v is not None for v in row)), default=0)
    del rows[max(last, max((r for r, _ in formulas), default=0)) :]
    merges = () if name in _NO_TABLES else merged_areas(sheet, used, box)
    return SheetGrid(name=name, rows=rows, merges=tuple(merges), formulas=formulas, hidden=hidden)


def _rows_of(block: Any) -> Sequence[Sequence[Any]]:
    """What Excel gives for a range as rows; for a single cell it gives the bare value."""
    return block if isinstance(block, tuple | list) else ((block,),)


# --- writing --------------------------------------------------------------------------------------------------------


def _values(operation: Operation) -> Iterator[Scalar]:
    return (v for row in operation.values for v in row) if isinstance(operation, Write) else iter(())


def _linked(value: Scalar) -> Scalar:
    formula = link_formula(value) if isinstance(value, str) and not isinstance(value, Formula) else None
    return value if formula is None else Formula(formula)


def _too_long_to_quote(values: Sequence[Sequence[Scalar]]) -> list[tuple[int, int]]:
    """The texts that fill a cell to the last character, so that no apostrophe can be put before them."""
    return [
        (r, c)
        for r, row in enumerate(values)
        for c, value in enumerate(row)
        if isinstance(value, str) and len(value) >= LONGEST and not plain_words(value)
    ]


def _is_text(value: Scalar) -> bool:
    return value is None or (isinstance(value, str) and not isinstance(value, Formula))


# --- failures -------------------------------------------------------------------------------------------------------


@contextmanager
def _plain_failures(patience: int = 0) -> Iterator[None]:
    """Excel being busy as one plain sentence. With `patience` a call is tried so many times, else until it succeeds:
    a cell that is being edited must not leave a patch half carried out.
    """
    engine: Any = sys.modules.get("xlwings._xlwindows")
    before = getattr(engine, "N_COM_ATTEMPTS", 0)
    if engine:
        engine.N_COM_ATTEMPTS = patience
    try:
        yield
    except XlpyError:
        raise
    except Exception as error:
        if _is_busy(error):
            fix = "请按回车或 Esc 结束编辑、关掉打开的对话框，再点一次"
            raise CannotRun("Excel 正忙，可能有单元格正在编辑", fix) from error
        raise
    finally:
        if engine:
            engine.N_COM_ATTEMPTS = before


def _is_busy(error: Exception) -> bool:
    details = error.args[2] if len(error.args) > 2 and isinstance(error.args[2], tuple) else ()
    codes = {getattr(error, "hresult", None), *(code for code in details if isinstance(code, int))}
    return bool(codes & _BUSY) or type(error).__name__ == "ExcelBusyError"
