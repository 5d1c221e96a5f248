"""Every error is one harmless line that names the file and says what to do."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from xlpy import errors
from xlpy.errors import CannotRun, FileError, UnreadableFile, WrongForm, XlpyError, one_line


def test_a_file_error_starts_with_the_files_name() -> None:
    error = WrongForm(Path("/home/王/登记表/a.xlsx"), "不是登记表", "请检查是否放错了文件")
    assert str(error) == "a.xlsx：不是登记表。请检查是否放错了文件"
    assert error.reason == "不是登记表。请检查是否放错了文件"


@pytest.mark.parametrize("name", ["a\nb.xlsx", "a\x1b[31mb.xlsx", "a\u202eb.xlsx", "a\u2028b.xlsx"])
def test_control_characters_in_a_files_name_cannot_break_the_line(name: str) -> None:
    line = str(UnreadableFile(name, "文件已损坏"))
    assert line.isprintable()
    assert line.endswith("b.xlsx：文件已损坏")


def test_errors_survive_pickling_between_processes() -> None:
    for error in (CannotRun("没有可以撤销的操作"), UnreadableFile("x/a.xls", "打不开", "请重新下载")):
        copy = pickle.loads(pickle.dumps(error))
        assert (type(copy), str(copy)) == (type(error), str(error))


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    classes = [c for c in vars(errors).values() if isinstance(c, type) and issubclass(c, Exception)]
    for c in classes:
        assert c.__name__ in (errors.__doc__ or "")
        assert issubclass(c, XlpyError)
        assert issubclass(c, FileError) == (c.__name__ not in ("XlpyError", "CannotRun"))


def test_one_line_keeps_words_and_joins_lines() -> None:
    assert one_line(" a\r\nb\t\tc\x00 ") == "a b c"
