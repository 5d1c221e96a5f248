"""An Office package in memory: parts that nobody edits leave it byte for byte as they came."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from xlpy.errors import UnreadableFile
from xlpy.files.limits import MAX_EDITED
from xlpy.files.package import Package as Reader
from xlpy.files.source import Source

if TYPE_CHECKING:
    from lxml.etree import _Element

_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)  # what Office itself writes
CONTENT_TYPES = "[Content_Types].xml"
WORKSHEET = "worksheet"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"  # begins the types of its parts
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"


class Relationship(NamedTuple):
    """One outgoing link of a part: `kind` ends its type, `target` is a part's name or an address outside."""

    id: str
    kind: str
    target: str
    external: bool


class Package:
    """The parts of an .xlsx file by name, in the order of the zip. Names are the same in any case (ISO/IEC 29500-2).

    Raises UnreadableFile for what is no zip, is over a limit, or is not the XML that it should be.
    """

    def __init__(self, source: Source) -> None:
        reader = Reader(source)
        self._source = source
        self._raw = {name: reader.read(name) for name in reader.names if not name.endswith("/")}
        self._spelled = {name.casefold(): name for name in self._raw}
        if len(self._spelled) < len(self._raw):  # readers could take different ones of the same name
            raise source.unreadable()
        self._trees: dict[str, _Element] = {}
        self._left = MAX_EDITED
        self._changed: set[str] = set()
        self._links: dict[str, dict[str, _Element]] = {}  # part of relationships that is edited → id → element

    def unreadable(self, problem: str) -> UnreadableFile:
        return self._source.unreadable(problem)

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._spelled

    @property
    def names(self) -> list[str]:
        return list(self._raw)

    def raw(self, name: str) -> bytes:
        """A part's bytes as they were read (edits that are not saved yet do not show)."""
        return self._raw[self.spelled(name)]

    def spelled(self, name: str) -> str:
        """A part's name as the zip spells it; a name that is not in it as it is."""
        return self._spelled.get(name.casefold(), name)

    def tree(self, name: str) -> _Element:
        """A part's root. Whoever changes it says so with `touch`."""
        name = self.spelled(name)
        if name not in self._trees:
            self._trees[name] = self._parsed(name)
        return self._trees[name]

    def touch(self, name: str) -> None:
        """The tree of this part was changed and goes into the file."""
        self._changed.add(self.spelled(name))

    def add(self, name: str, data: bytes, content_type: str) -> None:
        """A new part with its content type."""
        from lxml import etree

        self._put(name, data)
        types = self.tree(CONTENT_TYPES)
        etree.SubElement(types, f"{{{etree.QName(types).namespace}}}Override").attrib.update(
            {"PartName": "/" + name, "ContentType": content_type}
        )
        self.touch(CONTENT_TYPES)

    def remove(self, name: str) -> None:
        """A part, its own relationships and its content type go. Links to it are the caller's."""
        for gone in map(self.spelled, (name, relationships_name(name))):
            self._raw.pop(gone, None)
            self._spelled.pop(gone.casefold(), None)
            self._trees.pop(gone, None)
            self._links.pop(gone, None)
            self._changed.discard(gone)
        for override in self.tree(CONTENT_TYPES):
            if override.get("PartName", "").casefold() == "/" + name.casefold():
                self.tree(CONTENT_TYPES).remove(override)
                self.touch(CONTENT_TYPES)

    def relationships(self, name: str) -> Iterator[Relationship]:
        """The outgoing links of a part."""
        source = relationships_name(name)
        if source not in self:
            return
        for link in self.tree(source):
            if not isinstance(link.tag, str):
                continue
            external, target = link.get("TargetMode") == "External", link.get("Target", "")
            if not external:
                target = posixpath.normpath(posixpath.join("/", posixpath.dirname(name), target)).lstrip("/")
                target = self.spelled(target)
            yield Relationship(link.get("Id", ""), link.get("Type", "").rsplit("/", 1)[-1], target, external)

    def relate(self, name: str, kind: str, target: str, external: bool = False) -> str:
        """A new outgoing link of a part; the answer is its id. `target` is a part's name or an address outside."""
        from lxml import etree

        source = relationships_name(name)
        if source not in self:
            self._put(source, f'<Relationships xmlns="{_RELATIONSHIPS}"/>'.encode())
            self.touch(source)
        taken, root = self._links_of(source), self.tree(source)
        new = next(i for n in range(len(taken) + 1, len(taken) * 2 + 2) if (i := f"rId{n}") not in taken)
        link = etree.SubElement(root, f"{{{etree.QName(root).namespace}}}Relationship")
        link.attrib.update({"Id": new, "Type": _OFFICE + kind, "Target": target if external else "/" + target})
        if external:
            link.set("TargetMode", "External")
        taken[new] = link
        self.touch(source)
        return new

    def unrelate(self, name: str, id: str) -> None:
        """An outgoing link of a part goes."""
        source = relationships_name(name)
        if (link := self._links_of(source).pop(id, None)) is not None:
            self.tree(source).remove(link)
            self.touch(source)

    def _links_of(self, source: str) -> dict[str, _Element]:
        """Id → element, kept at hand because a sheet may have tens of thousands of links."""
        source = self.spelled(source)
        if source not in self._links:
            links = self.tree(source)
            self._links[source] = {link.get("Id", ""): link for link in links if isinstance(link.tag, str)}
        return self._links[source]

    def _put(self, name: str, data: bytes) -> None:
        self._raw[name] = data
        self._spelled[name.casefold()] = name

    def _parsed(self, name: str) -> _Element:
        from lxml import etree

        data = self._raw.get(name, b"")
        self._left -= data.count(b"<") - data.count(b"</")
        if self._left < 0:
            raise self._source.unreadable(
                "工作簿里的内容太多，这里改不动",
                "没有写入任何内容，请删去用不到的工作表，以及表格下面的空行和右边的空列，保存后再试",
            )
        if b"\0\0" in data[:8]:  # UTF-32, which a package must not use (ISO/IEC 29500-2) and not every parser knows
            raise self.unreadable(f"文件已损坏：部件 {name} 用了 Office 不用的编码")
        try:
            # Comments and processing instructions stay: what is saved again is to be what was read.
            return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
        except etree.XMLSyntaxError as error:
            raise self.unreadable(f"文件已损坏：缺少或无法读取部件 {name}") from error

    def saved(self) -> bytes:
        """The package as a file: changed parts anew, all others as they came."""
        from lxml import etree

        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in self._raw.items():
                if name in self._changed:
                    data = etree.tostring(
                        self._trees[name].getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True
                    )
                info = zipfile.ZipInfo(name, _ZIP_EPOCH)
                info.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(info, data)
        return out.getvalue()


def relationships_name(name: str) -> str:
    """xl/workbook.xml → xl/_rels/workbook.xml.rels; "" (the package itself) → _rels/.rels."""
    folder, base = posixpath.split(name)
    return posixpath.join(folder, "_rels", base + ".rels")


class SheetPart(NamedTuple):
    """A sheet of the workbook: its name, the part that holds it, whether it is a worksheet (not a chart sheet)."""

    name: str
    part: str
    worksheet: bool


def workbook_name(package: Package) -> str:
    """The name of the part that is the workbook."""
    for link in package.relationships(""):
        if link.kind == "officeDocument" and link.target.endswith(".xml"):
            return link.target
    raise package.unreadable("文件里没有工作簿")


def sheet_parts(package: Package) -> list[SheetPart]:
    """The sheets in the order of their tabs."""
    from lxml import etree

    book = workbook_name(package)
    links = {link.id: link for link in package.relationships(book)}
    found = []
    for sheet in package.tree(book).iterfind("{*}sheets/{*}sheet"):
        id = next((value for key, value in sheet.attrib.items() if etree.QName(key).localname == "id"), "")
        if id not in links:
            raise package.unreadable(f"文件已损坏：找不到工作表“{sheet.get('name')}”的内容")
        found.append(SheetPart(sheet.get("name", ""), links[id].target, links[id].kind == WORKSHEET))
    return found


def is_on(value: str | None) -> bool:
    """Whether a boolean attribute is true."""
    return value in ("1", "true", "on")
