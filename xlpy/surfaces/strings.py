"""The texts of a workbook, which its cells name by number (ISO/IEC 29500-1, 18.4)."""

from __future__ import annotations

import posixpath
import re

from xlpy.surfaces.package import MAIN, SPREADSHEET, Package
from xlpy.surfaces.references import whole

_PART = "sharedStrings"
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b-\x1f]")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class SharedStrings:
    """The texts of the workbook, which cells name by number. New ones come after the old ones."""

    def __init__(self, package: Package, book: str) -> None:
        from lxml import etree

        self._package = package
        found = [link.target for link in package.relationships(book) if link.kind == _PART]
        self._part = found[0] if found else posixpath.join(posixpath.dirname(book), _PART + ".xml")
        if self._part not in package:
            package.add(self._part, f'<sst xmlns="{MAIN}"/>'.encode(), f"{SPREADSHEET}.sharedStrings+xml")
            package.relate(book, _PART, self._part)
        self._root = package.tree(self._part)
        self._tag = f"{{{etree.QName(self._root).namespace}}}"
        self._numbers: dict[str, int] = {}
        self._length = self._written = 0
        for item in self._root.iterfind("{*}si"):
            if len(item) == 1 and item[0].tag == self._tag + "t":
                self._numbers.setdefault(item[0].text or "", self._length)
            self._length += 1

    def number(self, text: str) -> int:
        """The number of a text, which is added where it is new."""
        from lxml import etree

        stored = escaped(text)
        self._written += 1
        if stored not in self._numbers:
            item = etree.SubElement(etree.SubElement(self._root, self._tag + "si"), self._tag + "t")
            item.text = stored
            if stored != stored.strip() or "\n" in stored:
                item.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            self._numbers[stored] = self._length
            self._length += 1
        return self._numbers[stored]

    def close(self) -> None:
        """Bring the counts up to date."""
        self._root.set("uniqueCount", str(self._length))
        self._root.set("count", str(max(whole(self._root.get("count")), 0) + self._written))
        self._package.touch(self._part)


def escaped(text: str) -> str:
    """`text` as the format writes it: control characters, and what reads like an escape, become _xHHHH_.

    Source: ISO/IEC 29500-1, ST_Xstring. Undo needs it: what a cell held must go back as it was.
    """
    return _ESCAPE.sub(lambda match: f"_x{ord(match[0]):04X}_", text)


def unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
