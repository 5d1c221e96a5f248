"""A package under edit refuses what it could not give back, and lets nothing in from elsewhere."""

import io
import zipfile
from pathlib import Path

import pytest

from xlpy.errors import UnreadableFile
from xlpy.files.source import Source
from xlpy.surfaces.package import Package, sheet_parts, workbook_name

LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def package(files: dict[str, str]) -> Package:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return Package(Source("表.xlsx", out.getvalue()))


def test_what_an_entity_names_does_not_get_in(tmp_path: Path) -> None:
    """Fails with `resolve_entities`: a file of this PC would become part of the workbook.

    What reads a workbook looks for declarations at the start of most parts only; an editor takes all of them apart.
    """
    (tmp_path / "secret").write_text("secret")
    declared = f'<!DOCTYPE x [<!ENTITY a SYSTEM "{(tmp_path / "secret").as_uri()}">]><x>&a;</x>'
    tree = package({"a.xml": declared}).tree("a.xml")
    assert "secret" not in "".join(tree.itertext())


@pytest.mark.parametrize("data", ["<x>", "", "no XML"])
def test_a_part_that_is_no_xml(data: str) -> None:
    """Fails without the exception in `_parsed`."""
    with pytest.raises(UnreadableFile, match=r"文件已损坏：缺少或无法读取部件 a\.xml"):
        package({"a.xml": data}).tree("a.xml")


def test_a_part_that_is_not_there() -> None:
    with pytest.raises(UnreadableFile, match=r"文件已损坏：缺少或无法读取部件 a\.xml"):
        package({"b.xml": "<x/>"}).tree("a.xml")


def test_a_package_without_a_workbook() -> None:
    """Fails without the look for one: any part of that name would do."""
    with pytest.raises(UnreadableFile, match="文件里没有工作簿"):
        workbook_name(package({"xl/workbook.xml": "<workbook/>"}))


def test_a_sheet_without_a_part() -> None:
    """Fails without the look for its id in `sheet_parts`."""
    link = f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="book.xml"/>'
    book = f'<workbook xmlns:r="{OFFICE}"><sheets><sheet name="甲" r:id="r9"/></sheets></workbook>'
    links = f'<Relationships xmlns="{LINKS}">{link}</Relationships>'
    with pytest.raises(UnreadableFile, match="文件已损坏：找不到工作表“甲”的内容"):
        sheet_parts(package({"_rels/.rels": links, "book.xml": book}))


def test_an_address_outside_stays_as_it_is() -> None:
    """Fails without the look at TargetMode: it would be taken for a part, and lead nowhere."""
    link = f'<Relationship Id="r1" Type="{OFFICE}/hyperlink" Target="../b/c.xlsx" TargetMode="External"/>'
    links = f'<Relationships xmlns="{LINKS}">{link}</Relationships>'
    (found,) = package({"xl/a.xml": "<x/>", "xl/_rels/a.xml.rels": links}).relationships("xl/a.xml")
    assert (found.external, found.target) == (True, "../b/c.xlsx")
