"""Packages that are the same bytes everywhere, and the registry of the files built from code."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from docx import Document
from openpyxl import Workbook

from xlpy import authoring
from xlpy.authoring import (
    ADDIN_XLAM,
    DISTRICT_XLSX,
    FORM_DOCX,
    FORM_XLSX,
    PRODUCTS,
    SUMMARY_XLSX,
    build,
    check,
    resource,
    root,
)
from xlpy.authoring.package import normalised, packed, parts, save_document, save_workbook
from xlpy.errors import CannotRun

CORE = b'<x xmlns:dcterms="t"><dcterms:created a="1">%s</dcterms:created><dcterms:modified>%s</dcterms:modified></x>'


def a_zip(compression: int, when: tuple[int, int, int, int, int, int], core: bytes) -> bytes:
    """A package as some machine at some moment might have written it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as package:
        for name, content in {"docProps/core.xml": core, "xl/a.xml": b"a" * 99, "[Content_Types].xml": b"c"}.items():
            package.writestr(zipfile.ZipInfo(name, when), content, compression)
    return out.getvalue()


# --- packages -----------------------------------------------------------------------------------------------------


def test_neither_clock_nor_compression_shows_in_the_bytes() -> None:
    one = a_zip(zipfile.ZIP_STORED, (2023, 9, 1, 8, 0, 0), CORE % (b"2023-09-01T08:00:00Z", b"2023-09-02T08:00:00Z"))
    other = a_zip(zipfile.ZIP_DEFLATED, (2025, 1, 1, 0, 0, 0), CORE % (b"2025-01-01T00:00:00Z", b""))
    assert one != other
    assert normalised(one) == normalised(other)


def test_the_parts_stay_as_they_are_but_for_the_dates() -> None:
    data = normalised(a_zip(zipfile.ZIP_DEFLATED, (2025, 1, 1, 0, 0, 0), CORE % (b"2025-01-01T00:00:00Z", b"")))
    assert parts(data) == {
        "[Content_Types].xml": b"c",
        "docProps/core.xml": CORE % (b"2023-08-02T00:00:00Z", b"2023-08-02T00:00:00Z"),
        "xl/a.xml": b"a" * 99,
    }
    assert list(parts(data)) == ["[Content_Types].xml", "docProps/core.xml", "xl/a.xml"]


def test_the_zip_names_no_machine() -> None:
    with zipfile.ZipFile(io.BytesIO(packed({"a": b"1", "b": b"2"}))) as package:
        seen = {(i.date_time, i.create_system, i.compress_type, i.external_attr >> 16) for i in package.infolist()}
    assert len(seen) == 1
    assert next(iter(seen))[:3] == ((1980, 1, 1, 0, 0, 0), 0, zipfile.ZIP_STORED)


def test_workbooks_and_documents_are_saved_so() -> None:
    book, document = Workbook(), Document()
    book.worksheets[0]["A1"] = "质量攻关"
    document.add_paragraph("质量攻关")
    assert "质量攻关".encode() in b"".join(parts(save_workbook(book)).values())
    assert "质量攻关".encode() in parts(save_document(document))["word/document.xml"]
    for data in (save_workbook(book), save_document(document)):
        assert data == normalised(data)
        assert b"2023-08-02T00:00:00Z</dcterms:modified>" in parts(data)["docProps/core.xml"]


# --- the built files ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [FORM_XLSX, FORM_DOCX, SUMMARY_XLSX, DISTRICT_XLSX])
def test_every_build_gives_the_same_bytes(name: str) -> None:
    assert PRODUCTS[name]() == PRODUCTS[name]()


@pytest.mark.parametrize("name", [FORM_XLSX, FORM_DOCX])
def test_the_shipped_forms_are_what_the_code_builds(name: str) -> None:
    assert parts(resource(name).read_bytes()) == parts(PRODUCTS[name]())
    assert resource(name).read_bytes() == PRODUCTS[name]()


@pytest.fixture
def two_products(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """A registry of two small packages, whose content the test may change."""
    products: dict[str, object] = {
        "templates/甲.xlsx": lambda: packed({"a.xml": b"1", "b.xml": b"2"}),
        "workbook/乙.xlsx": lambda: packed({"c.xml": b"3"}),
    }
    monkeypatch.setattr(authoring, "PRODUCTS", products)
    return products


def test_build_writes_what_changed_and_nothing_else(tmp_path: Path, two_products: dict[str, object]) -> None:
    assert build(tmp_path) == [tmp_path / "templates/甲.xlsx", tmp_path / "workbook/乙.xlsx"]
    assert build(tmp_path) == []
    two_products["workbook/乙.xlsx"] = lambda: packed({"c.xml": b"4"})
    assert build(tmp_path) == [tmp_path / "workbook/乙.xlsx"]
    assert parts((tmp_path / "workbook/乙.xlsx").read_bytes()) == {"c.xml": b"4"}


def test_check_names_what_is_missing_or_differs(tmp_path: Path, two_products: dict[str, object]) -> None:
    build(tmp_path)
    assert check(tmp_path) == []
    (tmp_path / "workbook/乙.xlsx").unlink()
    two_products["templates/甲.xlsx"] = lambda: packed({"a.xml": b"0", "d.xml": b""})
    assert check(tmp_path) == [
        "templates/甲.xlsx：与现在的代码生成的不一致（a.xml、b.xml、d.xml）。请运行 xlpy build 重新生成",
        "workbook/乙.xlsx：文件不存在。请运行 xlpy build 生成",
    ]


@pytest.mark.parametrize(
    ("content", "what"), [(b"junk", "不是完整的 Office 文件"), (b"", "不是完整的 Office 文件"), (None, "压缩方式")]
)
def test_check_survives_any_file(
    tmp_path: Path, two_products: dict[str, object], content: bytes | None, what: str
) -> None:
    build(tmp_path)
    path = tmp_path / "workbook/乙.xlsx"
    if content is None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr("c.xml", b"3")
    else:
        path.write_bytes(content)
    assert check(tmp_path) == [f"workbook/乙.xlsx：与现在的代码生成的不一致（{what}）。请运行 xlpy build 重新生成"]


def test_without_the_packages_for_the_addin_it_says_which_command_brings_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Fails without the look for ImportError: a plain install would speak of a fault of the program's own."""
    monkeypatch.setitem(sys.modules, "pyopenvba", None)
    with pytest.raises(CannotRun) as caught:
        PRODUCTS[ADDIN_XLAM]()
    assert str(caught.value) == "没有安装制作加载项要用的软件包。请运行 pip install '.[build]'"


# --- where they are -----------------------------------------------------------------------------------------------


def test_in_a_checkout(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(authoring, "_PACKAGE", tmp_path / "xlpy")
    (tmp_path / "setup.py").touch()
    (tmp_path / "xlpy/authoring").mkdir(parents=True)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/甲.xlsx").touch()
    assert root() == tmp_path
    assert resource("templates/甲.xlsx") == tmp_path / "templates/甲.xlsx"


def test_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(authoring, "_PACKAGE", tmp_path / "xlpy")
    (tmp_path / "xlpy/templates").mkdir(parents=True)
    (tmp_path / "xlpy/templates/甲.xlsx").touch()
    assert resource("templates/甲.xlsx") == tmp_path / "xlpy/templates/甲.xlsx"
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CannotRun) as none:
        root()
    assert str(none.value) == "这里不是 xlpy 的源码目录。请在 xlpy 的源码目录里运行 xlpy build"


def test_installed_but_run_in_a_checkout(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(authoring, "_PACKAGE", tmp_path / "site-packages/xlpy")
    (tmp_path / "checkout/xlpy/authoring").mkdir(parents=True)
    (tmp_path / "checkout/setup.py").touch()
    monkeypatch.chdir(tmp_path / "checkout")
    assert root() == tmp_path / "checkout"


def test_a_file_that_is_gone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(authoring, "_PACKAGE", tmp_path / "xlpy")
    with pytest.raises(CannotRun) as gone:
        resource("templates/甲.xlsx")
    assert str(gone.value) == (
        "xlpy 自带的文件“templates/甲.xlsx”不见了。请重新安装 xlpy；在源码目录里请先运行 xlpy build"
    )


def test_importing_the_registry_loads_no_office_library() -> None:
    code = "import sys, xlpy.authoring; print(sorted({'openpyxl', 'docx', 'lxml', 'excelize'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True, cwd=root())
    assert done.stdout == "[]\n"
