"""Every attribute and every number of a sound file, one at a time, with a value that no program writes there."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from tests.received import WRITERS
from tests.rich_workbook import parts, rebuilt, rich_workbook
from xlpy.authoring import FORM_DOCX, resource

_VALUES = {"huge": "99999999999", "word": "x", "negative": "-1", "empty": "", "endless": "7" * 5000}
_EVERY = 29  # how much of it is made when it has to be quick


def odd_values(folder: Path, quick: bool) -> Iterator[Path]:
    """A file for every place and value; the same attribute of like elements of a part is one place."""
    seeds = rich_workbook(folder / "rich.xlsx"), folder / "form.docx", folder / "small.ods"
    seeds[1].write_bytes(resource(FORM_DOCX).read_bytes())
    WRITERS["ods"](seeds[2])
    places = [(seed, *place) for seed in seeds for place in _places(seed)]
    for number, (seed, part, index, name) in list(enumerate(places))[:: _EVERY if quick else 1]:
        for kind, value in _VALUES.items():
            root = etree.fromstring(parts(seed)[part])
            element = list(root.iter())[index]
            if name is None:
                element.text = value
            else:
                element.set(name, value)
            path = folder / f"{number}-{kind}{seed.suffix}"
            path.write_bytes(seed.read_bytes())
            data = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
            yield rebuilt(path, **{part: data})


def _places(path: Path) -> Iterator[tuple[str, int, str | None]]:
    """(part, which of its elements, attribute or None for the text)."""
    known = set()
    with zipfile.ZipFile(path) as package:
        xml = {name: package.read(name) for name in package.namelist() if name.endswith((".xml", ".rels", ".vml"))}
    for part, data in xml.items():
        for index, element in enumerate(etree.fromstring(data).iter()):
            if not isinstance(element.tag, str):
                continue
            text = [None] if (element.text or "").strip().lstrip("-").replace(".", "", 1).isdecimal() else []
            for name in (*element.attrib, *text):
                place = part, element.tag, name
                if place not in known:
                    known.add(place)
                    yield part, index, None if name is None else str(name)
