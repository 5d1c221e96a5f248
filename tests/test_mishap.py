"""What is written down of a failure leads to the line of code, and holds nothing of anybody's form."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest

from tests.comdouble import Excel
from xlpy import macros
from xlpy.authoring import FORM_XLSX, SUMMARY_XLSX, resource
from xlpy.cli import main
from xlpy.errors import FileError
from xlpy.layout import fold
from xlpy.mishap import log_file, log_path, outline, outlined
from xlpy.models import Form
from xlpy.patch import Patch, Write, block
from xlpy.surfaces.file import open_workbook

NAME, COMPANY, PHONE, AMOUNT, PERSON = "绝密项目甲", "绝密公司乙", "13912345678", "98765.43", "机密某"
SECRETS = NAME, COMPANY, PHONE, AMOUNT, PERSON


@pytest.fixture(autouse=True)
def _own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder := tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.delenv("XLPY_LOG", raising=False)


@pytest.fixture
def form(tmp_path: Path) -> Path:
    """A form that holds every secret; so does its path."""
    (folder := tmp_path / f"{PERSON}的文件").mkdir()
    path = Path(shutil.copyfile(resource(FORM_XLSX), folder / f"{COMPANY}.xlsx"))
    book = open_workbook(path)
    grid, label = next(
        (g, (r, c)) for g in book.snapshot.sheets.values() for r, c, v in g.cells() if fold(str(v)) == "项目名称"
    )
    words = f"{NAME} {COMPANY} {PHONE} {AMOUNT} {PERSON}"
    book.commit(Patch((Write(grid.name, label[0], grid.box(*label).right + 1, block([[words]])),)))
    return path


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """A check that fails in the worst way: it says all it has seen, as does pydantic below it."""

    def check(form: Form, notice: object) -> None:
        said = str(form.project_name.value)
        try:
            Form.model_validate({"file": {PHONE: 1}})  # pydantic's message holds the input
        except ValueError as error:
            error.add_note(said)
            raise KeyError(said, form.file) from error

    monkeypatch.setattr("xlpy.checks.check_form", check)


@pytest.mark.usefixtures("broken")
def test_no_secret_of_a_form_reaches_the_log(form: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Fails where Python's own traceback is written: it holds every one of the secrets."""
    assert main(["read", str(form)]) == 2
    assert "程序内部出错（KeyError），文件没有改动。请把" in capsys.readouterr().err
    written = log_path().read_bytes()
    assert [s for s in SECRETS if s.encode() in written] == []
    assert [s for s in SECRETS if s.encode("unicode_escape") in written] == []
    assert str(form.parent.parent).encode() not in written
    lines = written.decode("utf-8").splitlines()
    assert lines[0].startswith("xlpy 0.")
    assert lines[1] == "error: builtins.KeyError"
    assert any(line.startswith("  xlpy/cli.py:") and line.endswith(" main") for line in lines)
    assert any(line.startswith("  xlpy/cli.py:") and line.endswith(" _read") for line in lines)
    assert "caused by: pydantic_core._pydantic_core.ValidationError" in lines
    assert any(line.startswith("  pydantic/main.py:") for line in lines)
    assert "  elsewhere" in lines  # this file


@pytest.mark.usefixtures("broken")
def test_who_asks_for_all_of_it_gets_it(form: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So the test above looks in the right place, and its secrets would be there."""
    monkeypatch.setenv("XLPY_LOG", "full")
    assert main(["read", str(form)]) == 2
    written = log_path().read_bytes()
    assert [s for s in SECRETS if s.encode() not in written] == []


def test_a_button_logs_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails where the macros write Python's own traceback."""

    def fail(*_: object) -> None:
        raise FileError(tmp_path / f"{COMPANY}.xlsx", f"“{NAME}”读不出来", PHONE)

    monkeypatch.setattr("xlpy.commands.validate.validate", fail)
    excel = Excel()
    macros.validate(excel.open(Path(shutil.copyfile(resource(SUMMARY_XLSX), tmp_path / f"{PERSON}.xlsx"))))
    assert NAME in excel.boxes[0]  # the user is told
    written = log_path().read_bytes()
    assert b"error: xlpy.errors.FileError\n" in written
    assert [s for s in SECRETS if s.encode() in written] == []


def raised(error: BaseException) -> BaseException:
    try:
        raise error
    except BaseException as caught:
        return caught


def test_groups_loops_and_long_chains_end() -> None:
    """Fails without what was `seen`, or its depth."""
    one, other = raised(ValueError(NAME)), raised(TypeError(PHONE))
    one.__cause__, other.__cause__ = other, one
    told = outline(ExceptionGroup(NAME, [one])).splitlines()  # type: ignore[list-item]
    assert told[1:] == [
        "error: builtins.ExceptionGroup",
        *("one of: builtins.ValueError", "  elsewhere"),
        *("caused by: builtins.TypeError", "  elsewhere"),
    ]
    chain: BaseException = ValueError()
    for _ in range(500):
        (above := ValueError()).__cause__ = chain
        chain = above
    assert len(outline(chain).splitlines()) < 30


def test_a_place_that_is_no_place_in_the_code_is_not_named(tmp_path: Path) -> None:
    """Fails without the look at what a frame says of itself: code made of a text may be called anything."""
    file = tmp_path / "site-packages" / f"{COMPANY}.py"
    with pytest.raises(ZeroDivisionError) as caught:
        exec(compile("1 / 0", str(file), "exec"))
    assert outline(caught.value).splitlines()[1:] == ["error: builtins.ZeroDivisionError", "  elsewhere", "  elsewhere"]


def test_only_what_is_certain_to_be_an_outline_is_taken_for_one() -> None:
    """Fails without the look at the first line, or at each line."""
    whole = outline(raised(ValueError(NAME)))
    assert outlined(whole) == whole
    assert outlined(whole + f'{NAME}\nZhangSan\n  {PHONE}\n  File "a.py", line 1\n') == whole
    assert outlined(f"Traceback (most recent call last):\n{whole}ValueError: {NAME}\n") == ""
    assert outlined("") == ""


def test_where_nothing_can_be_written_there_is_no_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nirgends"))
    assert log_file(ValueError()) is None
