"""Every way in which a new package could be poorer than the old is named in words that a clerk knows.

Each test fails without its look in `losses`: at sheets, at parts that are gone or altered, at elements, at cells.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from tests.rich_workbook import parts, rebuilt, rich_workbook
from xlpy.files.source import Source
from xlpy.patch import AddSheet, DropSheet, InsertRows, Operation, Patch, Write
from xlpy.surfaces.editing import Editor
from xlpy.surfaces.losses import losses
from xlpy.surfaces.package import Package

SHEET = "xl/worksheets/sheet1.xml"
WRITE = Write("汇总表", 3, 2, (("新",),))


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return rich_workbook(tmp_path_factory.mktemp("rich") / "a.xlsx").read_bytes()


@pytest.fixture
def path(original: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "a.xlsx"
    path.write_bytes(original)
    return path


def package(data: bytes) -> Package:
    return Package(Source("a.xlsx", data))


def edit(path: Path, *operations: Operation) -> None:
    editor = package(path.read_bytes())
    Editor(editor).carry_out(Patch(operations))
    path.write_bytes(editor.saved())


def found(original: bytes, path: Path, *operations: Operation) -> list[str]:
    return losses(package(original), package(path.read_bytes()), Patch(operations))


@pytest.mark.parametrize(
    "operations",
    [
        (WRITE,),
        (InsertRows("汇总表", 13, 2), WRITE),
        (WRITE, InsertRows("汇总表", 3, 1), Write("汇总表", 3, 1, ((None, 5),))),
        (AddSheet("来源"), Write("来源", 1, 1, (("x",),))),
        (DropSheet("隐藏"),),
        (Write("汇总表", 14, 3, ((None,), (None,)), links=True),),
    ],
    ids=["write", "insert", "write and insert", "add", "drop", "unlink"],
)
def test_an_edit_of_ours_loses_nothing(original: bytes, path: Path, operations: tuple[Operation, ...]) -> None:
    edit(path, *operations)
    assert path.read_bytes() != original
    assert found(original, path, *operations) == []


@pytest.mark.parametrize(
    ("part", "name"),
    [
        ("xl/media/image1.png", "图片"),
        ("xl/drawings/drawing1.xml", "图片、图形或图表的位置"),
        ("xl/drawings/vmlDrawing1.vml", "图片、图形或图表的位置"),
        ("xl/charts/chart1.xml", "图表"),
        ("xl/comments1.xml", "批注"),
        ("xl/tables/table1.xml", "表格"),
        ("xl/theme/theme1.xml", "主题颜色"),
        ("xl/styles.xml", "单元格样式"),
        ("docProps/custom.xml", "文档属性"),
    ],
)
def test_a_part_that_is_gone_or_altered(original: bytes, path: Path, part: str, name: str) -> None:
    edit(path, WRITE)
    edited = parts(path)[part]
    rebuilt(path, **{part: None})
    assert found(original, path, WRITE) == [name]
    rebuilt(path, **{part: edited + b" "})
    assert found(original, path, WRITE) == [name]


@pytest.mark.parametrize(
    "element",
    [
        *("headerFooter", "oddHeader", "dataValidation", "cfRule", "hyperlink"),
        *("pane", "protectedRange", "brk", "extLst", "cols"),
    ],
)
@pytest.mark.parametrize("operation", [WRITE, InsertRows("汇总表", 13, 1)], ids=["write", "insert"])
def test_an_element_of_the_sheet_that_is_gone(original: bytes, path: Path, element: str, operation: Operation) -> None:
    edit(path, operation)
    root = etree.fromstring(parts(path)[SHEET])
    gone = next(root.iter(f"{{*}}{element}"))
    gone.getparent().remove(gone)
    rebuilt(path, **{SHEET: etree.tostring(root)})
    assert found(original, path, operation) == ["工作表内容"]


def tampered(path: Path, address: str, **attributes: str) -> None:
    root = etree.fromstring(parts(path)[SHEET])
    (cell,) = [c for c in root.iter("{*}c") if c.get("r") == address]
    if "v" in attributes:
        cell.find("{*}v").text = attributes.pop("v")
    cell.attrib.update(attributes)
    rebuilt(path, **{SHEET: etree.tostring(root)})


@pytest.mark.parametrize("change", [{"v": "777"}, {"t": "str"}], ids=["value", "kind"])
def test_a_cell_that_nobody_wrote_has_changed(original: bytes, path: Path, change: dict[str, str]) -> None:
    edit(path, WRITE)
    tampered(path, "A5", **change)
    assert found(original, path, WRITE) == ["工作表“汇总表”的单元格内容"]


def test_a_cell_that_moved_has_changed(original: bytes, path: Path) -> None:
    operation = InsertRows("汇总表", 13, 2)
    edit(path, operation)
    tampered(path, "B16", v="0")
    assert found(original, path, operation) == ["工作表“汇总表”的单元格内容"]


@pytest.mark.parametrize("address", ["B3", "D5"], ids=["written", "not written"])
def test_a_cell_has_lost_its_format(original: bytes, path: Path, address: str) -> None:
    edit(path, WRITE)
    tampered(path, address, s="0")
    assert found(original, path, WRITE) == ["工作表“汇总表”的单元格格式"]


def test_a_sheet_is_gone(original: bytes, path: Path) -> None:
    edit(path, WRITE, DropSheet("隐藏"))
    assert found(original, path, WRITE)[:2] == ["工作表“隐藏”", "工作表内容"]


def test_an_independent_editor_is_seen_through(original: bytes, path: Path) -> None:
    """excelize, a well-kept library, drops from the styles what marks a cell as a check box."""
    import excelize

    book = excelize.open_reader(original)
    book.set_cell_str("汇总表", "B3", "新")
    book.save_as(str(path))
    book.close()
    assert "单元格样式" in found(original, path, WRITE)


@pytest.mark.parametrize(
    ("part", "element"),
    [
        ("xl/workbook.xml", "definedName"),
        ("xl/sharedStrings.xml", "si"),
        ("xl/_rels/workbook.xml.rels", "Relationship"),
        ("[Content_Types].xml", "Override"),
    ],
)
def test_an_element_is_gone_of_a_part_that_an_edit_may_change(
    original: bytes, path: Path, part: str, element: str
) -> None:
    """Fails without the count of elements: that such a part was edited at all says nothing."""
    edit(path, WRITE)
    root = etree.fromstring(parts(path)[part])
    for gone in [e for e in root.iter(f"{{*}}{element}") if "worksheet" not in str(e.attrib)][:2]:
        gone.getparent().remove(gone)
    rebuilt(path, **{part: etree.tostring(root)})
    assert found(original, path, WRITE)


@pytest.mark.parametrize("address", ["A5", "D5"], ids=["with a value", "with a format alone"])
def test_a_cell_is_gone(original: bytes, path: Path, address: str) -> None:
    """Fails without the look at cells that are missing."""
    edit(path, WRITE)
    root = etree.fromstring(parts(path)[SHEET])
    (cell,) = [c for c in root.iter("{*}c") if c.get("r") == address]
    cell.getparent().remove(cell)
    rebuilt(path, **{SHEET: etree.tostring(root)})
    assert found(original, path, WRITE) == ["工作表“汇总表”的单元格格式"]
