"""The zip of .xlsx, .docx and .ods is opened within limits, and only as every other reader would open it."""

import io
import zipfile
from itertools import pairwise
from pathlib import Path

import pytest

from xlpy.errors import UnreadableFile
from xlpy.files.package import Package
from xlpy.files.source import Source

DAMAGED = "文件已损坏或不完整"
TOO_BIG = "文件解压后过大，可能是有意做成这样的"
ENTITIES = "文件里有 Office 不会写入的实体定义（DTD），可能有害"


def zipped(*parts: tuple[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytearray:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, data in parts:
            archive.writestr(name, data)
    return bytearray(out.getvalue())


def package(data: bytes) -> Package:
    return Package(Source("表.docx", bytes(data)))


def problem(caught: pytest.ExceptionInfo[UnreadableFile]) -> str:
    return caught.value.problem


def test_parts_count_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails without one limit for all that is read: ten thousand parts may be as large as the limit each."""
    monkeypatch.setattr("xlpy.files.package.MAX_UNPACKED", 2_000)
    opened = package(zipped(("a", bytes(999)), ("b", bytes(999)), ("c", bytes(999))))
    assert len(opened.read("a") + opened.read("b")) == 1_998
    with pytest.raises(UnreadableFile) as caught:
        opened.read("c")
    assert problem(caught) == TOO_BIG


@pytest.mark.parametrize("how", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_no_more_is_unpacked_than_is_allowed(monkeypatch: pytest.MonkeyPatch, how: int) -> None:
    """Fails without the limit inside `_unpack`: a part would be refused only once all of it is in memory."""
    monkeypatch.setattr("xlpy.files.package.MAX_UNPACKED", 2_000)
    opened, unpack, lengths = package(zipped(("a", bytes(10**6)), how=how)), Package._unpack, []

    def measured(self: Package, name: str, limit: int) -> bytes:
        data = unpack(self, name, limit)
        lengths.append(len(data))
        return data

    monkeypatch.setattr(Package, "_unpack", measured)
    with pytest.raises(UnreadableFile):
        opened.read("a")
    assert lengths == [2_001]
    assert len(opened.head("a")) == 16


def test_the_size_that_a_zip_claims_is_not_believed() -> None:
    """Fails where a part is read up to that size, as `zipfile` does: other readers go on, and would see more."""
    data = zipped(("a", b"x" * 5_000))
    for size, claim in ((data.index(b"PK\x03\x04") + 22, 5), (data.index(b"PK\x01\x02") + 24, 5)):
        data[size : size + 4] = claim.to_bytes(4, "little")
    assert package(data).read("a") == b"x" * 5_000


def test_a_part_whose_checksum_is_wrong() -> None:
    """Fails without the comparison: of a Word file nobody else would notice."""
    data = zipped(("a", b"x" * 5_000))
    data[data.index(b"PK\x01\x02") + 16] ^= 1
    with pytest.raises(UnreadableFile) as caught:
        package(data).read("a")
    assert problem(caught) == DAMAGED


def test_a_part_that_is_elsewhere_than_the_directory_says() -> None:
    """Fails without the look at the part's own header: any bytes of the file would pass for a part."""
    data = zipped(("a", b""))
    spot = data.index(b"PK\x01\x02") + 42
    data[spot : spot + 4] = (2).to_bytes(4, "little")
    with pytest.raises(UnreadableFile) as caught:
        package(data).read("a")
    assert problem(caught) == DAMAGED


def test_packed_bytes_that_are_none() -> None:
    data = zipped(("a", b"x" * 5_000))
    data[data.index(b"a", 30) + 1] = 0xFF
    with pytest.raises(UnreadableFile) as caught:
        package(data).read("a")
    assert problem(caught) == DAMAGED


def test_two_parts_of_one_name_are_refused_even_if_both_are_sound() -> None:
    """Fails without the count of names: we might check the one and calamine read the other."""
    with pytest.warns(UserWarning, match="Duplicate"):
        data = zipped(("a", b"1"), ("a", b"2"))
    with pytest.raises(UnreadableFile) as caught:
        package(data)
    assert problem(caught) == DAMAGED


@pytest.mark.parametrize("how", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_way_of_packing_that_office_does_not_know(how: int) -> None:
    with pytest.raises(UnreadableFile) as caught:
        package(zipped(("a", b"x"), how=how))
    assert problem(caught) == "文件用了 Office 不用的压缩方式"


def test_a_zip_that_asks_for_a_newer_program() -> None:
    """Fails where only `BadZipFile` is expected: zipfile lets many other errors through, here NotImplementedError."""
    data = zipped(("a", b"x"))
    data[data.index(b"PK\x01\x02") + 6] = 99
    with pytest.raises(UnreadableFile) as caught:
        package(data)
    assert problem(caught) == DAMAGED


# --- entities -----------------------------------------------------------------------------------------------------

LAUGHS = "".join(f'<!ENTITY {b} "{f"&{a};" * 20}">' for a, b in pairwise("abcdefg"))
DECLARED = {
    "in the text": '<!DOCTYPE x [<!ENTITY a "ha">]><x>&a;</x>',
    "in an attribute": f'<!DOCTYPE x [<!ENTITY a "ha">{LAUGHS}]><x y="&g;"/>',
    "a type elsewhere": '<!DOCTYPE x SYSTEM "a.dtd"><x/>',
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("declared", DECLARED)
def test_declared_entities_are_refused_in_every_encoding(declared: str, encoding: str) -> None:
    """Fails without the look at `internalDTD` for encodings in which no bytes read <!DOCTYPE (utf-32).

    In the others fails without `_refuse_entities` in `xml`: entities in an attribute are put in as it is parsed.
    """
    given_up = declared == "in an attribute" and encoding == "utf-32"  # by the parser: it would grow and grow
    data = (f'<?xml version="1.0" encoding="{encoding}"?>' + DECLARED[declared]).encode(encoding)
    with pytest.raises(UnreadableFile) as caught:
        package(zipped(("a", data))).xml("a")
    assert problem(caught) == (DAMAGED if given_up else ENTITIES)


@pytest.mark.parametrize("declared", ['SYSTEM "{}"', '[<!ENTITY a SYSTEM "{}">]'], ids=["type", "entity"])
def test_no_other_file_is_opened(tmp_path: Path, declared: str) -> None:
    """Fails with `load_dtd`, or with `resolve_entities`: the parser would stumble over what stands there."""
    (tmp_path / "a").write_bytes(b"<!")
    content = f"<!DOCTYPE x {declared.format((tmp_path / 'a').as_uri())}><x>{'&a;' * ('ENTITY' in declared)}</x>"
    with pytest.raises(UnreadableFile) as caught:
        package(zipped(("a", f'<?xml version="1.0" encoding="utf-32"?>{content}'.encode("utf-32")))).xml("a")
    assert problem(caught) == ENTITIES


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
def test_declared_entities_are_refused_where_a_part_is_only_looked_at(encoding: str) -> None:
    """Fails without `_refuse_entities` in `text`: calamine reads that part, and does as its XML says."""
    with pytest.raises(UnreadableFile) as caught:
        package(zipped(("a", DECLARED["in the text"].encode(encoding)))).text("a")
    assert problem(caught) == ENTITIES


def test_a_part_in_utf_16_is_looked_at_as_the_text_it_is() -> None:
    """Fails without the decoding in `text`: the guards that look for tags would find none."""
    assert package(zipped(("a", "<甲/>".encode("utf-16")))).text("a").decode().lstrip("\ufeff") == "<甲/>"


# --- trees --------------------------------------------------------------------------------------------------------


def test_xml_that_is_none() -> None:
    with pytest.raises(UnreadableFile) as caught:
        package(zipped(("a", b"<x>"))).xml("a")
    assert problem(caught) == DAMAGED


def test_a_tree_without_tags_is_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails without MAX_TREE: attributes and text grow without a single further tag."""
    monkeypatch.setattr("xlpy.files.package.MAX_TREE", 1_000)
    with pytest.raises(UnreadableFile) as caught:
        package(zipped(("a", b"<x>" + b"y" * 1_000 + b"</x>"))).xml("a")
    assert problem(caught) == TOO_BIG


def test_tags_of_all_trees_count_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails without `_tags_left`: a tag of four bytes takes hundreds once it is a tree."""
    monkeypatch.setattr("xlpy.files.package._MAX_TAGS", 100)
    opened = package(zipped(("a", b"<x>" + b"<c/>" * 70 + b"</x>")))
    assert opened.xml("a") is not None
    with pytest.raises(UnreadableFile) as caught:
        opened.xml("a")
    assert problem(caught) == TOO_BIG


def test_xml_nested_deeper_than_a_parser_should_follow() -> None:
    """Fails with `huge_tree`: functions that walk a tree would run out of stack."""
    with pytest.raises(UnreadableFile) as caught:
        package(zipped(("a", b"<x>" * 1_000 + b"</x>" * 1_000))).xml("a")
    assert problem(caught) == DAMAGED
