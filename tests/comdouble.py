"""Excel as xlwings sees it on Windows: COM objects in memory, every call counted, so that macros run here.

xlwings' real Windows engine runs against these objects. They behave as Excel does where a macro could go wrong: what
is written is read as if it were typed, a number in a text cell becomes text, mixed formats are None, addresses and
texts have their limits, a busy Excel rejects every call. What is not modelled raises, so nothing passes by accident.

    excel = Excel()
    book = excel.open(path)          # an xlwings.Book
    ...
    excel.calls["Value="]            # how often a block was written
"""

# ruff: noqa: N802, N803, N815  # the names are Excel's

from __future__ import annotations

import re
import types
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.comcalculation import calculate, carried, is_formula
from tests.comcells import ERROR_BASE, Cell, stored, typed_back, value_of
from tests.comwire import BOXES, REJECTED, UNKNOWN_NAME, CDispatch, com_error, engine, failed


class Com(CDispatch):
    """Every access to a member is one call: `get_X` and `put_X` are properties, `do_X` methods, `item` the default."""

    excel: Excel

    @property
    def _oleobj_(self) -> Any:
        return self

    def GetIDsOfNames(self, *args: Any) -> Any:  # by which xlwings asks whether a member exists
        raise com_error(UNKNOWN_NAME)

    def __bool__(self) -> bool:
        return True

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if get := getattr(type(self), f"get_{name}", None):
            return self._call(name, get, self)
        if do := getattr(type(self), f"do_{name}", None):
            return types.MethodType(lambda me, *args, **named: me._call(f"{name}()", do, me, *args, **named), self)
        raise com_error(UNKNOWN_NAME, f"{type(self).__name__} has no {name} here")

    def __setattr__(self, name: str, value: Any) -> None:
        if name[:1].islower() or name.startswith("_"):
            object.__setattr__(self, name, value)
        elif put := getattr(type(self), f"put_{name}", None):
            self._call(f"{name}=", put, self, value)
        else:
            raise failed(f"{type(self).__name__}.{name} cannot be set here")

    def __call__(self, *args: Any) -> Any:
        return self._call("Item()", type(self).item, self, *args)  # type: ignore[attr-defined]

    def _call(self, name: str, function: Callable[..., Any], *args: Any, **named: Any) -> Any:
        self.excel.calls[name] += 1
        if self.excel.busy:
            raise com_error(REJECTED, "Call was rejected by callee.")
        try:
            return function(*args, **named)
        except AttributeError as error:  # xlwings takes it for a busy Excel and would ask for ever
            raise RuntimeError(f"the double failed in {name}") from error


class Range(Com):
    """Cells `top`, `left`, `bottom`, `right` of a sheet."""

    def __init__(self, sheet: Worksheet, box: tuple[int, int, int, int]) -> None:
        self.excel, self.sheet, self.box = sheet.excel, sheet, box

    def places(self) -> Iterator[tuple[int, int]]:
        top, left, bottom, right = self.box
        return ((r, c) for r in range(top, bottom + 1) for c in range(left, right + 1))

    def rows(self, get: Callable[[Cell], Any]) -> Any:
        top, left, bottom, right = self.box
        block = tuple(tuple(get(self.sheet.seen(r, c)) for c in range(left, right + 1)) for r in range(top, bottom + 1))
        return block[0][0] if (top, left) == (bottom, right) else block

    def put(self, values: Any) -> None:
        top, left, bottom, right = self.box
        self.sheet.check_unprotected()
        block = values if isinstance(values, list | tuple) else [[values] * (right - left + 1)] * (bottom - top + 1)
        if [len(row) for row in block] != [right - left + 1] * (bottom - top + 1):
            raise failed("the block does not fit the range")
        for r, c in self.places():
            if not self.sheet.covered(r, c):
                self.sheet.cell(r, c).enter(block[r - top][c - left])
                if self.excel.mangles:
                    self.excel.mangles(self.sheet.cell(r, c))
        self.sheet.book.saved = False

    def uniform(self, values: Any) -> Any:
        found = set(values)
        return found.pop() if len(found) == 1 else None

    def get_Value(self) -> Any:
        return self.rows(value_of)

    def get_Value2(self) -> Any:
        return self.rows(lambda cell: cell.value)

    def get_Formula(self) -> Any:
        return self.rows(lambda cell: cell.formula or typed_back(cell.value))

    def put_Formula(self, typed: Any) -> None:
        """A block as it would be typed; a single formula is carried to every cell, as it reads there."""
        if not isinstance(typed, str):
            self.put(typed)
            return
        if not is_formula(typed):
            raise failed("that is no formula")
        top, left = self.box[:2]
        for r, c in self.places():
            formula = carried(typed, f"{_letters(left)}{top}", f"{_letters(c)}{r}")
            self.sheet.cells[r, c] = Cell(ERROR_BASE + 2043, formula)  # not calculated yet

    put_Value = put_Value2 = put

    def get_HasFormula(self) -> Any:
        return self.uniform(bool(self.sheet.seen(r, c).formula) for r, c in self.places())

    def get_NumberFormat(self) -> Any:
        return self.uniform(self.sheet.seen(r, c).format for r, c in self.places())

    def put_NumberFormat(self, format: str) -> None:
        self.sheet.check_unprotected()
        for r, c in self.places():
            self.sheet.cell(r, c).format = format

    def get_EntireColumn(self) -> Range:
        return Range(self.sheet, (1, self.box[1], 1_048_576, self.box[3]))

    def put_Hidden(self, hidden: bool) -> None:
        top, left, bottom, right = self.box
        if (top, bottom) != (1, 1_048_576):
            raise failed("only whole columns are hidden")
        self.sheet.check_unprotected()
        for column in range(left, right + 1):
            (self.sheet.hidden_columns.add if hidden else self.sheet.hidden_columns.discard)(column)

    def put_RowHeight(self, height: float) -> None:
        top, left, bottom, right = self.box
        if not 0 <= height <= 409 or (left, right) != (1, 16384):
            raise failed("RowHeight cannot be set")
        self.sheet.check_unprotected()
        self.sheet.heights |= dict.fromkeys(range(top, bottom + 1), height)

    def get_MergeCells(self) -> Any:
        return self.uniform(self.sheet.merge_at(r, c) is not None for r, c in self.places())

    def get_MergeArea(self) -> Range:
        top, left = self.box[:2]
        return Range(self.sheet, self.sheet.merge_at(top, left) or (top, left, top, left))

    def get_Address(self) -> str:
        top, left, bottom, right = self.box
        first, last = f"${_letters(left)}${top}", f"${_letters(right)}${bottom}"
        return first if first == last else f"{first}:{last}"

    def get_Row(self) -> int:
        return self.box[0]

    def get_Worksheet(self) -> Worksheet:
        return self.sheet

    def do_ClearHyperlinks(self) -> None:
        for place in self.places():
            self.sheet.links.pop(place, None)

    def do_Insert(self, Shift: int, CopyOrigin: int) -> None:
        top, left, bottom, right = self.box
        if (Shift, CopyOrigin, left, right) != (-4121, 0, 1, 16384):
            raise failed("only whole rows with the format of the row above are modelled")
        self.sheet.insert(top, bottom - top + 1)

    def do_Delete(self, Shift: int) -> None:
        top, left, bottom, right = self.box
        if (Shift, left, right) != (-4162, 1, 16384):
            raise failed("only whole rows are modelled")
        self.sheet.delete(top, bottom - top + 1)

    def do_Find(self, What: str, LookIn: int, LookAt: int, SearchOrder: int, SearchDirection: int) -> Range | None:
        if (What, LookIn, LookAt, SearchOrder, SearchDirection) != ("*", -4123, 2, 1, 2):
            raise failed("only the last filled cell is modelled")
        filled = [place for place, cell in self.sheet.cells.items() if cell.value is not None or cell.formula]
        return Range(self.sheet, (*max(filled), *max(filled))) if filled else None


class Worksheet(Com):
    """A sheet: its cells by (row, column), merged areas, links of the file."""

    def __init__(self, book: Workbook, name: str) -> None:
        self.excel, self.book, self.name = book.excel, book, name
        self.cells: dict[tuple[int, int], Cell] = {}
        self.column_formats: dict[int, str] = {}
        self.hidden_columns: set[int] = set()
        self.heights: dict[int, float] = {}
        self.merges: list[tuple[int, int, int, int]] = []
        self.links: dict[tuple[int, int], str] = {}
        self.visible = -1
        self.protected = self.filtered = False

    def seen(self, row: int, column: int) -> Cell:
        return self.cells.get((row, column)) or Cell(format=self.column_formats.get(column, "General"))

    def cell(self, row: int, column: int) -> Cell:
        return self.cells.setdefault((row, column), self.seen(row, column))

    def merge_at(self, row: int, column: int) -> tuple[int, int, int, int] | None:
        return next((m for m in self.merges if m[0] <= row <= m[2] and m[1] <= column <= m[3]), None)

    def covered(self, row: int, column: int) -> bool:
        merge = self.merge_at(row, column)
        return merge is not None and merge[:2] != (row, column)

    def check_unprotected(self) -> None:
        if self.protected:
            raise failed("the sheet is protected")
        if self.filtered:
            raise failed("writing through a filter is not what anybody wants")

    def insert(self, row: int, count: int) -> None:
        self.check_unprotected()
        self._move(row, count)
        for (r, c), cell in list(self.cells.items()):
            if r == row - 1:
                for n in range(count):
                    self.cells[row + n, c] = Cell(format=cell.format)

    def delete(self, row: int, count: int) -> None:
        self.check_unprotected()
        for place in [p for p in self.cells if row <= p[0] < row + count]:
            del self.cells[place]
        self._move(row + count, -count)

    def _move(self, row: int, by: int) -> None:
        def at(r: int) -> int:
            return r + by if r >= row else r

        self.cells = {(at(r), c): cell for (r, c), cell in self.cells.items()}
        self.links = {(at(r), c): link for (r, c), link in self.links.items()}
        self.merges = [(at(top), left, at(bottom), right) for top, left, bottom, right in self.merges]

    def get_Name(self) -> str:
        return self.name

    def put_Name(self, name: str) -> None:
        if len(name) > 31 or name.casefold() in (s.name.casefold() for s in self.book.sheets):
            raise failed("that name is taken or too long")
        self.name = name

    def get_Visible(self) -> int:
        return self.visible

    def put_Visible(self, state: int) -> None:
        self.visible = state

    def get_Index(self) -> int:
        return self.book.sheets.index(self) + 1

    def get_Parent(self) -> Workbook:
        return self.book

    def get_ProtectContents(self) -> bool:
        return self.protected

    def get_FilterMode(self) -> bool:
        return self.filtered

    def do_ShowAllData(self) -> None:
        self.filtered = False

    def do_Activate(self) -> None:
        if self.visible != -1:
            raise failed("a hidden sheet cannot be shown")
        self.book.active = self

    def do_Delete(self) -> None:
        if self.excel.settings["DisplayAlerts"]:
            raise failed("Excel would ask the user")
        self.book.sheets.remove(self)

    def do_Move(self, Before: Any) -> None:
        self.book.sheets.remove(self)
        self.book.sheets.insert(self.book.sheets.index(_bare(Before)), self)

    def do_Calculate(self) -> None:
        calculate(self.cells)

    def get_UsedRange(self) -> Range:
        plain = self.column_formats
        used = [
            (r, c)
            for (r, c), cell in self.cells.items()
            if cell.value is not None or cell.formula or cell.format != plain.get(c, "General")
        ]
        used += [(m[n], m[n + 1]) for m in self.merges for n in (0, 2)]
        rows, columns = [r for r, _ in used] or [1], [c for _, c in used] or [1]
        return Range(self, (min(rows), min(columns), max(rows), max(columns)))

    def do_Range(self, address: str) -> Range:
        if len(address) > 255:
            raise failed("an address of more than 255 characters")
        if rows := re.fullmatch(r"(\d+):(\d+)", address):
            return Range(self, (int(rows[1]), 1, int(rows[2]), 16384))
        found = re.fullmatch(r"([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?", address.replace("$", ""))
        if not found:
            raise failed(f"no address: {address}")
        left, top = _column(found[1]), int(found[2])
        return Range(self, (top, left, int(found[4] or top), _column(found[3]) if found[3] else left))


class Worksheets(Com):
    def __init__(self, book: Workbook) -> None:
        self.excel, self.book = book.excel, book

    def item(self, key: str | int) -> Worksheet:
        if isinstance(key, int):
            return self.book.sheets[key - 1]
        for sheet in self.book.sheets:
            if sheet.name.casefold() == key.casefold():
                return sheet
        raise failed(f"no sheet {key}")

    def __iter__(self) -> Iterator[Worksheet]:
        self.excel.calls["_NewEnum"] += 1
        for sheet in list(self.book.sheets):
            self.excel.calls["Next()"] += 1
            yield sheet

    def get_Count(self) -> int:
        return len(self.book.sheets)

    def get_Parent(self) -> Workbook:
        return self.book

    def do_Add(self, Before: Any) -> Worksheet:
        if self.book.protected:
            raise failed("the workbook's structure is protected")
        sheet = Worksheet(self.book, f"Sheet{len(self.book.sheets) + 100}")
        self.book.sheets.insert(self.book.sheets.index(_bare(Before)), sheet)
        self.book.active = sheet
        return sheet


class Workbook(Com):
    def __init__(self, excel: Excel, path: str) -> None:
        self.excel, self.path = excel, path
        self.sheets: list[Worksheet] = []
        self.active: Worksheet
        self.read_only = self.protected = self.date1904 = False
        self.saved = True

    def get_Name(self) -> str:
        return re.split(r"[/\\]", self.path)[-1]

    def get_FullName(self) -> str:
        return self.path

    def get_Path(self) -> str:
        return self.path.rpartition("/")[0]

    def get_ReadOnly(self) -> bool:
        return self.read_only

    def get_Saved(self) -> bool:
        return self.saved

    def get_ProtectStructure(self) -> bool:
        return self.protected

    def get_Date1904(self) -> bool:
        return self.date1904

    def get_Worksheets(self) -> Worksheets:
        return Worksheets(self)

    def get_ActiveSheet(self) -> Worksheet:
        return self.active

    def get_Application(self) -> Excel:
        return self.excel

    def do_Activate(self) -> None:
        self.excel.active_book = self

    def do_Close(self, save: bool) -> None:
        if save:
            raise failed("Excel would ask where to save it")
        self.excel.scratch.remove(self)

    def do_Save(self) -> None:
        self.do_SaveCopyAs(self.path)
        self.saved = True

    def do_SaveCopyAs(self, path: str) -> None:
        """What Excel would save of all this: contents, formulas with their results, number formats, merged areas."""
        import xlsxwriter

        book = xlsxwriter.Workbook(path)
        formats = {}
        for sheet in self.sheets:
            page = book.add_worksheet(sheet.name)
            for top, left, bottom, right in sheet.merges:
                page.merge_range(top - 1, left - 1, bottom - 1, right - 1, None)
            for (r, c), cell in sheet.cells.items():
                if cell.format not in formats:
                    formats[cell.format] = book.add_format({"num_format": cell.format})
                look, place = formats[cell.format], (r - 1, c - 1)
                if cell.formula:
                    page.write_formula(*place, cell.formula, look, cell.value)
                elif isinstance(cell.value, str):
                    page.write_string(*place, cell.value, look)
                elif isinstance(cell.value, bool):
                    page.write_boolean(*place, cell.value, look)
                elif isinstance(cell.value, float):
                    page.write_number(*place, cell.value, look)
                elif not sheet.covered(r, c):
                    page.write_blank(*place, None, look)
            if sheet.visible != -1:
                page.very_hidden() if sheet.visible == 2 else page.hide()
        book.close()


class Workbooks(Com):
    """Only new ones are asked for; they stand in `excel.scratch` until they are closed."""

    def __init__(self, excel: Excel) -> None:
        self.excel = excel

    def do_Add(self, template: int) -> Workbook:
        if template != -4167:
            raise failed("only an empty workbook with one sheet is modelled")
        book = Workbook(self.excel, "工作簿1")
        book.sheets = [Worksheet(book, "Sheet1")]
        book.active = book.sheets[0]
        self.excel.scratch.append(book)
        self.excel.active_book = book
        return book


class FileDialog(Com):
    """The folder that the test lets the user pick stands in `excel.picked`, None for a click on 取消."""

    def __init__(self, excel: Excel) -> None:
        self.excel = excel

    def put_Title(self, text: str) -> None: ...

    def put_InitialFileName(self, text: str) -> None:
        self.excel.started_at = text

    def do_Show(self) -> int:
        return 0 if self.excel.picked is None else -1

    def get_SelectedItems(self) -> FileDialog:
        return self

    def do_Item(self, number: int) -> str:
        assert number == 1
        return str(self.excel.picked)


class Excel(Com):
    """The application. `calls` counts, `boxes` holds the message boxes that came up, `busy` lets it reject all."""

    def __init__(self) -> None:
        self.excel = self
        self.calls: Counter[str] = Counter()
        self.boxes: list[str] = []
        self.busy = False
        self.picked: Path | None = None
        self.started_at = ""
        self.scratch: list[Workbook] = []
        self.active_book: Workbook | None = None
        self.mangles: Callable[[Cell], None] | None = None
        self.settings: dict[str, Any] = {
            "ScreenUpdating": True,
            "DisplayAlerts": True,
            "EnableEvents": True,
            "Calculation": -4105,
            "StatusBar": False,
        }
        self.hwnd = len(BOXES) + 1
        BOXES[self.hwnd] = self.tell

    def open(self, path: Path) -> Any:
        """The .xlsx at `path` as an `xlwings.Book` of the real Windows engine."""
        return self.wrapped(self.load(path))

    @staticmethod
    def wrapped(book: Workbook) -> Any:
        """A modelled workbook as an `xlwings.Book`."""
        windows = engine()
        import xlwings

        return xlwings.Book(impl=windows.Book(windows.COMRetryObjectWrapper(book)))

    def load(self, path: Path) -> Workbook:
        import openpyxl

        book = Workbook(self, path.as_posix())
        formulas, values = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
        for source in formulas.worksheets:
            sheet = Worksheet(book, source.title)
            sheet.visible = {"visible": -1, "hidden": 0, "veryHidden": 2}[source.sheet_state]
            for dimension in source.column_dimensions.values():
                if dimension.hidden:
                    sheet.hidden_columns.update(range(dimension.min, (dimension.max or dimension.min) + 1))
                if dimension.number_format != "General" and dimension.min:
                    for column in range(dimension.min, (dimension.max or dimension.min) + 1):
                        sheet.column_formats[column] = dimension.number_format
            for (r, c), cell in source._cells.items():
                value = values[source.title].cell(r, c).value
                formula = str(cell.value) if cell.data_type == "f" else ""
                sheet.cells[r, c] = Cell(stored(value), formula, cell.number_format)
                if cell.hyperlink:
                    sheet.links[r, c] = cell.hyperlink.location or cell.hyperlink.target or ""
            sheet.heights = {r: d.height for r, d in source.row_dimensions.items() if d.height is not None}
            sheet.merges = [(m.min_row, m.min_col, m.max_row, m.max_col) for m in source.merged_cells.ranges]
            book.sheets.append(sheet)
        book.active = book.sheets[0]
        return book

    def tell(self, text: str) -> int:
        """A message box, closed by a click on 确定."""
        self.boxes.append(text)
        return 1

    def get_Hwnd(self) -> int:
        return self.hwnd

    def get_Workbooks(self) -> Workbooks:
        return Workbooks(self)

    def do_FileDialog(self, kind: int) -> FileDialog:
        assert kind == 4
        return FileDialog(self)


for _name in ("ScreenUpdating", "DisplayAlerts", "EnableEvents", "Calculation", "StatusBar"):
    setattr(Excel, f"get_{_name}", lambda self, name=_name: self.settings[name])
    setattr(Excel, f"put_{_name}", lambda self, value, name=_name: self.settings.__setitem__(name, value))


def _bare(wrapped: Any) -> Any:
    return object.__getattribute__(wrapped, "_inner") if type(wrapped).__name__ == "COMRetryObjectWrapper" else wrapped


def _letters(column: int) -> str:
    from openpyxl.utils import get_column_letter

    return get_column_letter(column)


def _column(letters: str) -> int:
    from openpyxl.utils import column_index_from_string

    return column_index_from_string(letters)
