"""The zip container of .xlsx, .docx, .ods …: its parts, unpacked within limits and only when asked for.

Sizes that a zip claims about itself are never believed: what is unpacked is counted.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from functools import cached_property
from typing import TYPE_CHECKING, Final

from xlpy.errors import PasswordNeeded
from xlpy.files.limits import MAX_PARTS, MAX_TREE, MAX_UNPACKED
from xlpy.files.source import Source

if TYPE_CHECKING:
    from lxml.etree import _Element

_ENCRYPTED: Final = 0x1
_LOCAL_HEADER: Final = 30
_RAW_DEFLATE: Final = -15
_PROLOG: Final = 4096
_UTF16: Final = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"<\x00": "utf-16-le", b"\x00<": "utf-16-be"}
_DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_MAX_TAGS: Final = MAX_TREE // 8  # a filled cell takes 7 bytes a tag and more; made without text, a tree costs far more
_TOO_BIG: Final = "文件解压后过大，可能是有意做成这样的"
_ENTITIES: Final = "文件里有 Office 不会写入的实体定义（DTD），可能有害"


class Package:
    """The parts of `source`, which must be a zip. Raises UnreadableFile, and PasswordNeeded for an encrypted zip."""

    def __init__(self, source: Source) -> None:
        self.source = source
        try:
            found = zipfile.ZipFile(io.BytesIO(source.data)).infolist()
        except Exception as error:  # zipfile lets many kinds through: struct.error, NotImplementedError, …
            raise source.unreadable() from error
        self._parts = {info.filename: info for info in found}
        self._left, self._tags_left = MAX_UNPACKED, _MAX_TAGS
        if len(found) > MAX_PARTS:
            raise source.unreadable(f"文件里的部件超过 {MAX_PARTS} 个")
        if len(self._parts) < len(found):  # two readers could take different ones of the same name
            raise source.unreadable()
        for info in found:
            if info.flag_bits & _ENCRYPTED:
                raise PasswordNeeded(source.path, "文件加了密码", "请报送单位提供没有密码的文件")
            if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise source.unreadable("文件用了 Office 不用的压缩方式")

    @cached_property
    def names(self) -> list[str]:
        return list(self._parts)

    def __contains__(self, name: str) -> bool:
        return name in self._parts

    def read(self, name: str) -> bytes:
        """A part's bytes; b"" where there is none. All that is read from one package counts against one limit."""
        if name not in self._parts:
            return b""
        data = self._unpack(name, self._left + 1)
        self._left -= len(data)
        if self._left < 0:
            raise self.source.unreadable(_TOO_BIG)
        if zlib.crc32(data) != self._parts[name].CRC:
            raise self.source.unreadable()
        return data

    def head(self, name: str) -> bytes:
        """The first few bytes of a part."""
        return self._unpack(name, 16)

    def text(self, name: str) -> bytes:
        """An XML part as UTF-8, refused where it opens by declaring entities or a document type."""
        data = self.read(name)
        self._refuse_entities(data[:_PROLOG])
        encoding = _UTF16.get(data[:2])
        return data.decode(encoding, "replace").encode("utf-8", "replace") if encoding else data

    def xml(self, name: str) -> _Element | None:
        """The root of an XML part, parsed without entities, document types or network; None where there is none.

        The tags of all parts that are held as trees count against one limit.
        """
        data = self.read(name)
        if not data:
            return None
        self._tags_left -= data.count(b"<")
        if len(data) > MAX_TREE or self._tags_left < 0:
            raise self.source.unreadable(_TOO_BIG)
        self._refuse_entities(data)
        from lxml import etree

        parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            root = etree.fromstring(data, parser)
        except etree.XMLSyntaxError as error:
            raise self.source.unreadable() from error
        if root.getroottree().docinfo.internalDTD is not None:  # declared in an encoding unknown above
            raise self.source.unreadable(_ENTITIES)
        return root

    def main_part(self, usual: str) -> str:
        """The name of the document's or workbook's own part, by the package's relationships."""
        relations = self.xml("_rels/.rels")
        for relation in () if relations is None else relations:
            if relation.get("Type", "").endswith("/officeDocument"):
                target = posixpath.normpath(relation.get("Target", usual).lstrip("/"))
                return target if target in self._parts else usual
        return usual

    def _refuse_entities(self, data: bytes) -> None:
        if encoding := _UTF16.get(data[:2]):
            data = data.decode(encoding, "replace").encode("utf-8", "replace")
        if _DECLARED.search(data):
            raise self.source.unreadable(_ENTITIES)

    def _unpack(self, name: str, limit: int) -> bytes:
        # Not by `zipfile`, which stops at the size that the zip claims, where other readers go on.
        info, data = self._parts[name], self.source.data
        start = info.header_offset
        if data[start : start + 4] != b"PK\x03\x04":
            raise self.source.unreadable()
        start += _LOCAL_HEADER + int.from_bytes(data[start + 26 : start + 28], "little")
        start += int.from_bytes(data[info.header_offset + 28 : info.header_offset + 30], "little")
        packed = data[start : start + info.compress_size]
        if info.compress_type == zipfile.ZIP_STORED:
            return packed[:limit]
        try:
            return zlib.decompressobj(_RAW_DEFLATE).decompress(packed, limit)
        except zlib.error as error:
            raise self.source.unreadable() from error
