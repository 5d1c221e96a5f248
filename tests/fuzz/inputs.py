"""The first inputs of the targets, made up by the tests' own builders, and how they are changed further."""

from __future__ import annotations

import random
import re
import tempfile
from collections.abc import Collection
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import atheris
from lxml import etree

from tests.corpus.made import _STRANGE, mutated, mutated_part, mutated_xml, seeds
from tests.districts import project
from tests.town_files import town_file
from xlpy.authoring.package import packed, parts

SHEETS = re.compile(r"xl/(workbook|styles|sharedStrings|worksheets/sheet.)\.xml|xl/_rels/.*|xl/tables/.*|content\.xml")
EDITABLE = "rich.xlsx", "small.xlsx", "town.xlsx"
WORDS = re.compile(r"word/document\.xml")
FORMULAS = (
    '=AND([@企业规模]="微型",[@经济效益]>5000)',
    "=COUNTIF([项目单位],[@项目单位])>1",
    "=SUM([经济效益])>12000",
    '=IF(LEN(TRIM([@项目名称]))<2,ISNUMBER(SEARCH("a*",[@备注])),NOT(TRUE))',
    "=OR(LEFT([@项目单位],2)=MID([@项目单位],1,2),ROUND([@经济效益]/3,2)<>-1.5E+3%)",
)
FORMULA_WORDS = (
    *("[@经济效益]", "[项目单位]", "SUM(", "COUNTIF(", "AND(", "IF("),
    *('"', "^", "&", "{1,2}", "#REF!", "A1:B2", "表!A1"),
)
TYPED = (
    *("2022年6月", "2022.6", "2021.3-2022.6", "22年十二月底", "20220630", "2023年9月1日 星期五", "’22.6"),
    *("1，234.5万元", "约500", "0.5亿", "（20）", "5000000元", "－20", "1.5E3", "/", "无", "12.5%"),
    *("13800001111", "021-59531234转8001", "5953 1234/13800001111", "＋86 138 0000 1111"),
    *("张 三", "买买提·艾力", "张三、李四", "91310114320742767K", "国际先进水平（2020年代）", "#REF!"),
)
TYPED_WORDS = (
    *("年", "月", "日", "上半年", "季度", "底", "至", "~", "-", ".", "〇", "十", "二", "’"),
    *("万", "亿", "元", "千", "美元", "，", ",", "（", "－", "%", "约", "E+", "转", "+86", "021-", "/", "、", "·"),
    *("\u3000", "\u200b", "\u202e", "\n", "\t", "_", "①", "²", "１", "٣", "𝟙"),
)
_MANY = 5_000  # elements, from which on none are added


@cache
def books() -> dict[str, dict[str, bytes]]:
    """Name → parts of every sound package: what the targets of parts put changed parts into."""
    with tempfile.TemporaryDirectory() as folder:
        projects = project("降噪", "甲公司", 10.0), project("气密", "乙公司", "约500")
        town_file(Path(folder, "town.xlsx"), "安亭镇", *projects)
        found = {p.name: p.read_bytes() for p in [*seeds(Path(folder)), Path(folder, "town.xlsx")]}
    return {name: parts(data) for name, data in found.items() if data[:2] == b"PK"}


def files(folder: Path) -> None:
    """Whole files of every format."""
    seeds(folder)


def plant_parts(folder: Path, which: re.Pattern[str], only: Collection[str] = ()) -> None:
    """Every part that is `which`, each under a line that says where it belongs: town.xlsx!xl/workbook.xml."""
    for book in only or books():
        for part in filter(which.fullmatch, books()[book]):
            place = f"{book}!{part}"
            (folder / place.replace("/", "-")).write_bytes(place.encode() + b"\n" + books()[book][part])


def package(data: bytes) -> tuple[str, bytes] | None:
    """(name, the package with its part in place) of an input as `plant_parts` makes them."""
    place, _, xml = data.partition(b"\n")
    book, _, part = place.decode("utf-8", "replace").partition("!")
    content = books().get(book, {})
    return (book, packed({**content, part: xml})) if part in content else None


def plant_texts(folder: Path, texts: tuple[str, ...], words: tuple[str, ...]) -> None:
    """`texts`, and the `words` that make more of them."""
    for number, text in enumerate(texts):
        (folder / str(number)).write_text(text, "utf-8")
    escaped = ("".join(f"\\x{byte:02x}" for byte in word.encode()) for word in words)
    folder.with_suffix(".dict").write_text("".join(f'"{word}"\n' for word in escaped))


def plant_choices(folder: Path) -> None:
    """Bytes that `value` and its like draw from."""
    (folder / "0").write_bytes(bytes(range(64)))


def changed_file(data: bytes, longest: int, seed: int) -> bytes:
    """Bytes changed anywhere, or the XML of one part in its structure."""
    dice = random.Random(seed)
    try:
        data = mutated_part(data, dice) if data[:2] == b"PK" and dice.random() < 0.9 else mutated(data, dice)
    except Exception:  # no zip any more
        data = mutated(data, dice)
    return data[:longest]


def changed_part(data: bytes, longest: int, seed: int) -> bytes:
    """The XML below the first line changed: mostly its tree, so that it stays well-formed; at times its bytes."""
    dice = random.Random(seed)
    place, _, xml = data.partition(b"\n")
    longest -= len(place) + 1
    match dice.randrange(6):
        case 0:
            xml = mutated_xml(xml, dice)
        case 1:
            xml = atheris.Mutate(xml, longest)
        case _:
            xml = changed_tree(xml, dice)
    return place + b"\n" + xml[:longest]


def changed_tree(xml: bytes, dice: random.Random) -> bytes:
    """Elements gone, doubled, nested or of another name; texts and attributes strange, or those of another element."""
    try:
        root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return mutated_xml(xml, dice)
    strange = [text.decode() for text in _STRANGE]
    for _ in range(dice.choice((1, 1, 2, 4, 10))):
        elements = list(root.iter("*"))
        one, other = dice.choice(elements), dice.choice(elements)
        values = [*strange, *map(str, range(10)), *other.attrib.values()]
        match dice.randrange(8):
            case 0 if one is not root:
                one.getparent().remove(one)
            case 1 if other is not root and len(elements) < _MANY:
                other.addnext(deepcopy(one))
            case 2 if len(elements) < _MANY:
                other.append(deepcopy(one))
            case 3:
                one.tag = other.tag
            case 4:
                one.text = dice.choice([*strange, other.text, *TYPED])
            case _ if one.attrib:
                one.set(dice.choice(one.attrib.keys()), dice.choice(values))
    return bytes(etree.tostring(root))


def value(given: Any, was: object) -> Any:
    """A cell: blank, of another kind, strange, as people type it, or what it was with something in the middle."""
    match given.ConsumeIntInRange(0, 6):
        case 0:
            return None
        case 1:
            return given.ConsumeInt(8)
        case 2:
            return given.ConsumeRegularFloat()  # NaN is in no file, and is not equal to itself
        case 3:
            return given.PickValueInList(list(_STRANGE)).decode()
        case 4:
            return plain(given.ConsumeUnicodeNoSurrogates(20))
        case 5:
            return given.PickValueInList(list(TYPED))
        case _:
            words = str(was or "")
            spot = given.ConsumeIntInRange(0, len(words))
            return words[:spot] + plain(given.ConsumeUnicodeNoSurrogates(6)) + words[spot:]


def change_rows(given: Any, rows: list[list[Any]], top: int = 0) -> None:
    """Another value in one cell, or a row inserted, doubled, moved or gone; nothing above `top`."""
    if len(rows) <= top:
        rows.append([])
    at, other = (given.ConsumeIntInRange(top, len(rows) - 1) for _ in range(2))
    match given.ConsumeIntInRange(0, 11):
        case 0:
            rows.insert(at, [])
        case 1:
            rows.insert(other, list(rows[at]))
        case 2:
            rows.insert(other, rows.pop(at))
        case 3:
            del rows[at]
        case _:
            column = given.ConsumeIntInRange(0, len(rows[at]))
            rows[at] += [None] * (column + 1 - len(rows[at]))
            rows[at][column] = value(given, rows[at][column])


def plain(words: str) -> str:
    return words.replace("\0", "")
