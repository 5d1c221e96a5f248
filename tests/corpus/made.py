"""Odd files that are made: what arrives damaged, and what somebody could send on purpose. A folder for each kind."""

from __future__ import annotations

import io
import os
import random
import re
import struct
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import xlsxwriter
import xlwt

from tests.corpus.odd_values import odd_values
from tests.received import WRITERS, compound, replace_in, zipped
from tests.rich_workbook import parts, rebuilt, rich_workbook
from xlpy.authoring import ADDIN_XLAM, FORM_DOCX, FORM_XLSX, SUMMARY_XLSX, resource

SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
ROWS = 1_048_576
COLUMNS = 16_384


class Case(NamedTuple):
    """A file, and what is done to it again and again while it is read."""

    path: Path
    disturb: Callable[[Path], None] | None = None


def made(folder: Path, quick: bool = False) -> Iterator[tuple[str, Case]]:
    """(kind, file) for every kind; `quick` makes few of what could be made without end, and nothing large."""
    for maker in (_damaged, _places, _renamed, _old, _spreadsheets, _words, odd_values, _bombs, _large):
        if maker is _large and quick:
            continue
        kind = maker.__name__.strip("_")
        (folder / kind).mkdir(parents=True, exist_ok=True)
        for found in maker(folder / kind, quick):
            yield kind, found if isinstance(found, Case) else Case(found)


def seeds(folder: Path) -> list[Path]:
    """Sound files of every format that is read: forms as they are filled in, a table, and a little of everything."""
    from openpyxl import load_workbook

    from xlpy.authoring.form_sheet import CELLS
    from xlpy.demo.companies import PROJECTS
    from xlpy.demo.forms import form_values

    folder.mkdir(parents=True, exist_ok=True)
    form = load_workbook(resource(FORM_XLSX))
    for name, value in form_values(PROJECTS[0], 0).items():
        if name in CELLS and value is not None:
            sheet, cell = CELLS[name]
            form[sheet][cell] = value
    form.save(folder / "form.xlsx")
    (folder / "form.docx").write_bytes(resource(FORM_DOCX).read_bytes())
    (folder / "summary.xlsx").write_bytes(resource(SUMMARY_XLSX).read_bytes())
    rich_workbook(folder / "rich.xlsx")
    for suffix, write in WRITERS.items():
        write(folder / f"small.{suffix}")
    (folder / "small.xlsb").write_bytes(_xlsb(3, 3))
    return sorted(folder.iterdir())


def _written(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


# --- damaged on the way ---------------------------------------------------------------------------------------------


def _damaged(folder: Path, quick: bool) -> Iterator[Path]:
    """Cut short at every k-th byte, bits turned, pieces lost, doubled or zeroed; the same inside a sound package."""
    pieces, turns = (4, 4) if quick else (80, 120)
    for seed in seeds(folder / "seeds"):
        data, dice = seed.read_bytes(), random.Random(seed.name)
        yield seed
        for cut in range(1, len(data), max(1, len(data) // pieces)):
            yield _written(folder, f"cut-{cut}-{seed.name}", data[:cut])
        for turn in range(turns):
            yield _written(folder, f"bits-{turn}-{seed.name}", mutated(data, dice))
        if zipfile.is_zipfile(seed):
            for turn in range(turns):
                yield _written(folder, f"part-{turn}-{seed.name}", mutated_part(data, dice))


def mutated(data: bytes, dice: random.Random) -> bytes:
    """A few changes anywhere: a bit, a byte, an extreme number, a piece lost, doubled or zeroed."""
    out = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 5, 20))):
        spot = dice.randrange(len(out) or 1)
        match dice.randrange(6):
            case 0 if out:
                out[spot] ^= 1 << dice.randrange(8)
            case 1:
                out[spot : spot + 1] = bytes([dice.randrange(256)])
            case 2:
                number = dice.choice(
                    (b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xff\xff\xff\x7f", b"\0\0\0\x80", b"\xfe\xff")
                )
                out[spot : spot + len(number)] = number
            case 3:
                del out[spot : spot + dice.randrange(1, 200)]
            case 4:
                out[spot:spot] = out[spot : spot + dice.randrange(1, 200)]
            case _:
                length = dice.randrange(1, 200)
                out[spot : spot + length] = bytes(len(out[spot : spot + length]))
    return bytes(out)


_TAG = re.compile(rb"<[^<>]*>")
_ATTRIBUTE = re.compile(rb'"[^"<>]*"')
_TEXT = re.compile(rb">[^<>]+<")
_STRANGE = (
    *(b"", b"-1", b"0", b"1e999", b"NaN", b"99999999999999999999", b"A1:XFD1048576", b"XFD1048577", b"A0", b"#REF!"),
    *(
        b"true",
        "２０２２年１３月".encode(),
        b"_x0000_",
        b"&#0;",
        b"&#x202E;",
        b"../../../x",
        b"http://127.0.0.1:9/",
        b"9" * 400,
    ),
)


def mutated_part(data: bytes, dice: random.Random) -> bytes:
    """A sound package in which the XML of one part is changed in its structure, or byte by byte."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        names = [info.filename for info in given.infolist() if info.file_size]
        chosen = dice.choice(names)
        dropped = dice.random() < 0.05
        for name in names:
            content = given.read(name)
            if name == chosen:
                if dropped:
                    continue
                content = mutated_xml(content, dice) if content[:1] == b"<" else mutated(content, dice)
            package.writestr(name, content)
    return out.getvalue()


def mutated_xml(data: bytes, dice: random.Random) -> bytes:
    """Elements dropped, doubled, moved or nested; attributes and texts replaced by strange ones."""
    for _ in range(dice.choice((1, 1, 2, 4, 10))):
        kind = dice.randrange(6)
        found = list((_ATTRIBUTE, _TEXT, _TAG, _TAG, _TAG, _TAG)[kind].finditer(data))
        if not found:
            continue
        start, end = dice.choice(found).span()
        match kind:
            case 0:
                data = data[: start + 1] + dice.choice(_STRANGE) + data[end - 1 :]
            case 1:
                data = data[: start + 1] + dice.choice(_STRANGE) + data[end - 1 :]
            case 2:
                data = data[:start] + data[end:]
            case 3:
                data = data[:end] + data[start:end] + data[end:]
            case 4:
                other = dice.choice(found)
                data = data[:start] + other[0] + data[end:]
            case _:  # a whole stretch of elements once more, or away
                other_end = dice.choice(found).end()
                low, high = min(start, other_end), max(start, other_end)
                piece = data[low:high][:20_000]
                data = data[:low] + piece * dice.choice((0, 2, 30)) + data[high:]
    return data[: 16 * 2**20]


# --- what is no file, or changes ------------------------------------------------------------------------------------


def _places(folder: Path, quick: bool) -> Iterator[Case | Path]:
    """Folders, links, pipes, devices, and files that vanish, shrink or are replaced while they are read."""
    sound = folder / "sound.xlsx"
    WRITERS["xlsx"](sound)
    yield folder / "missing.xlsx"
    yield _written(folder, "empty.xlsx", b"")
    yield _written(folder, "nul.xlsx", bytes(5000))
    (folder / "folder.xlsx").mkdir(exist_ok=True)
    yield folder / "folder.xlsx"
    yield folder / ("长" * 300 + ".xlsx")
    yield folder / "a\0b.xlsx"
    yield folder / "sound.xlsx" / "below.xlsx"
    if sys.platform == "win32":
        return
    for name, target in {
        "loop.xlsx": "loop.xlsx",
        "to-and-fro.xlsx": "fro-and-to.xlsx",
        "fro-and-to.xlsx": "to-and-fro.xlsx",
        "dangling.xlsx": "nowhere",
        "link.xlsx": "sound.xlsx",
        "upwards.xlsx": "..",
        "zero.xlsx": "/dev/zero",
        "random.xlsx": "/dev/random",
        "terminal.xlsx": "/dev/tty",
        "memory.xlsx": "/proc/self/mem",
        "statistics.xlsx": "/proc/self/stat",
    }.items():
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(target)
        yield folder / name
    if not (folder / "pipe.xlsx").exists():
        os.mkfifo(folder / "pipe.xlsx")
    yield folder / "pipe.xlsx"
    closed = _written(folder, "closed.xlsx", sound.read_bytes())
    closed.chmod(0)  # the administrator reads it all the same
    yield closed
    for name in ("换\n行.xlsx", "\x1b[31m红.xlsx", "右\u202e左.xlsx", "CON.xlsx", "a:b.xlsx", "😀.xlsx", "=1+1.xlsx"):
        yield _written(folder, name, sound.read_bytes()[:2000])
    with_bad_name = os.fsdecode(os.fsencode(folder) + b"/\xff\xfe.xlsx")
    yield _written(Path(with_bad_name).parent, Path(with_bad_name).name, sound.read_bytes())
    rich = rich_workbook(folder / "whole.xlsx").read_bytes()

    def vanish(path: Path) -> None:
        path.unlink(missing_ok=True)
        path.write_bytes(rich)

    def shrink(path: Path) -> None:
        os.truncate(path, 3000)
        path.write_bytes(rich)

    def swap(path: Path) -> None:
        other = path.with_suffix(".new")
        other.write_bytes(sound.read_bytes() if random.random() < 0.5 else rich)
        other.replace(path)

    for disturb in (vanish, shrink, swap):
        for turn in range(3 if quick else 30):
            yield Case(_written(folder, f"{disturb.__name__}-{turn}.xlsx", rich), disturb)


# --- other formats under our names ----------------------------------------------------------------------------------

_TABLE = "序号,项目名称,项目单位\n1,轴承降噪,甲公司\n"
_HTML = (
    "<html><head><meta charset=gbk></head><body><table><tr><td>序号</td><td>项目名称</td></tr></table></body></html>"
)
_XML_2003 = (
    '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook '
    'xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet/></Workbook>'
)


def _renamed(folder: Path, quick: bool) -> Iterator[Path]:
    """CSV, web pages, pictures, programs … called .xls, .xlsx and .docx, and our formats under each other's names."""
    contents = {
        "csv": _TABLE,
        "csv-gbk": _TABLE.encode("gbk"),
        "csv-utf16": _TABLE.encode("utf-16"),
        "csv-utf16be": b"\xfe\xff" + _TABLE.encode("utf-16-be"),
        "csv-long": _TABLE * 100_000,
        "html": _HTML.encode("gbk"),
        "html-utf16": _HTML.encode("utf-16"),
        "mht": "MIME-Version: 1.0\nContent-Type: multipart/related\n\n" + _HTML,
        "xml-2003": _XML_2003,
        "fods": '<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"/>',
        "json": '{"a": 1}',
        "rtf": r"{\rtf1\ansi x}",
        "pdf": "%PDF-1.7\n%%EOF",
        "png": b"\x89PNG\r\n\x1a\n" + bytes(99),
        "jpeg": b"\xff\xd8\xff\xe0" + bytes(99),
        "exe": b"MZ" + bytes(99),
        "rar": b"Rar!\x1a\x07\x01\0",
        "7z": b"7z\xbc\xaf\x27\x1c",
        "gz": b"\x1f\x8b\x08\0",
        "zip": zipped(a_txt="x"),
        "zip-empty": b"PK\x05\x06" + bytes(18),
        "zip-of-zips": zipped(a_zip=zipped(b_zip=zipped(c_zip=zipped(d_txt="x")))),
        "pptx": zipped(ppt__presentation_xml="<x/>"),
        "odt": zipped(mimetype="application/vnd.oasis.opendocument.text"),
        "ofd": zipped(OFD_xml="<x/>"),
        "tsd": b"%TSD-Header-###%" + bytes(99),
        **{name: compound(name) for name in ("WordDocument", "PowerPoint Document", "EncryptedPackage", "Contents")},
    }
    for name, content in contents.items():
        for suffix in (".xls", ".xlsx", ".docx"):
            yield _written(folder, name.replace(" ", "-") + suffix, content)
    for seed in seeds(folder / "seeds"):
        for suffix in {".xls", ".xlsx", ".ods", ".docx", ".xlsb"} - {seed.suffix}:
            yield _written(folder, f"{seed.stem}-{seed.suffix[1:]}{suffix}", seed.read_bytes())
    yield from _encrypted(folder)


def _encrypted(folder: Path) -> Iterator[Path]:
    """With a password to open, as Office encrypts (ECMA-376 agile)."""
    try:
        from msoffcrypto.format.ooxml import OOXMLFile
    except ImportError:
        print("no msoffcrypto: no truly encrypted files", file=sys.stderr)
        return
    for seed in seeds(folder / "seeds"):
        if seed.suffix in (".xlsx", ".docx"):
            out = io.BytesIO()
            OOXMLFile(io.BytesIO(seed.read_bytes())).encrypt("密码123", out)
            yield _written(folder, f"encrypted-{seed.name}", out.getvalue())


# --- Excel before 1997 ------------------------------------------------------------------------------------------------


def _record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _biff5(extra: bytes = b"") -> bytes:
    """A workbook stream of Excel 5/95 with one sheet and one number."""
    sheet = _record(0x0809, struct.pack("<HHHH", 0x0500, 0x0010, 0, 0)) + extra
    sheet += _record(0x0203, struct.pack("<HHHd", 0, 0, 15, 42.0)) + _record(0x000A)
    start = _record(0x0809, struct.pack("<HHHH", 0x0500, 0x0005, 0, 0)) + _record(0x0042, struct.pack("<H", 936))
    name = "表".encode("gbk")
    length = len(start) + 4 + 7 + len(name) + 4
    bound = _record(0x0085, struct.pack("<IBBB", length, 0, 0, len(name)) + name)
    return (start + bound + _record(0x000A) + sheet).ljust(4096, b"\0")


def _old(folder: Path, quick: bool) -> Iterator[Path]:
    """BIFF2 to BIFF5, bare and in a container; records that lie about lengths and counts."""
    for kind, version in ((0x0009, 2), (0x0209, 3), (0x0409, 4), (0x0809, 5)):
        number = _record(0x0003, struct.pack("<HH3sd", 0, 0, b"\0\0\0", 42.0)) + _record(0x000A)
        bof = _record(kind, struct.pack("<HH", version << 8, 0x10)) + number
        yield _written(folder, f"biff{version}.xls", bof)
        yield _written(folder, f"biff{version}-in-container.xls", compound("Book", stream=bof.ljust(4096, b"\0")))
    yield _written(folder, "biff5.xls", compound("Book", stream=_biff5()))
    lies = {
        "dimensions": _record(0x0200, struct.pack("<IIHHH", 0, 0xFFFFFFFF, 0, 0xFFFF, 0)),
        "merges": _record(0x00E5, struct.pack("<H", 0xFFFF)),
        "mulrk": _record(0x00BD, struct.pack("<HHHIH", 0, 0, 0, 0, 0xFFFF)),
        "label": _record(0x0204, struct.pack("<HHHH", 0, 0, 0, 0xFFFF)),
        "rstring": _record(0x00D6, b"\0"),
        "formula": _record(0x0006, struct.pack("<HHH", 0, 0, 0)),
        "charts": _record(0x0809) * 500,
        "short": struct.pack("<HH", 0x0203, 0xFFFF),
    }
    for name, record in lies.items():
        yield _written(folder, f"biff5-{name}.xls", compound("Book", stream=_biff5(record)))
        biff8 = _biff5(record).replace(b"\x00\x05", b"\x00\x06")
        yield _written(folder, f"biff8-{name}.xls", compound("Workbook", stream=biff8))
    dice = random.Random(5)
    for turn in range(8 if quick else 400):
        stream = mutated(_biff5(), dice).ljust(4096, b"\0")[:8192]
        yield _written(folder, f"biff5-bits-{turn}.xls", compound("Book", stream=stream))


# --- .xlsx, .xlsm, .xlsb, .ods -------------------------------------------------------------------------------------


def _with_sheet(folder: Path, name: str, rows: str, after: str = "", **changes: bytes | None) -> Path:
    """A small workbook whose only sheet has these rows."""
    path = folder / name
    WRITERS["xlsx"](path)
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'
    return rebuilt(path, **{SHEET: sheet.encode(), **changes})


def _spreadsheets(folder: Path, quick: bool) -> Iterator[Path]:
    """Merges, addresses, values, parts and relationships that no program writes; macros, links, strict OOXML."""
    cell = '<row r="1"><c r="A1"><v>1</v></c></row>'

    def merged(*refs: str) -> str:
        return "<mergeCells>" + "".join(f'<mergeCell ref="{ref}"/>' for ref in refs) + "</mergeCells>"

    merges = {
        "cyclic": ("A1:B2", "B2:C3", "C3:A1"),
        "nested": ("A1:Z99", "B2:C3", "A1:A1"),
        "everything": ("A1:XFD1048576",),
        "backwards": ("XFD1048576:A1",),
        "beyond": ("A1:ZZZ99999999", "AAAA1:B2"),
        "zero": ("A0:B0",),
        "nonsense": ("", "A1", ":", "A1:B2:C3", "表!A1:B2", "1:1", "A:A", "-1"),
        "many": tuple(f"A{r}:B{r}" for r in range(1, 49_000)),
        "too-many": ("A1:B1",) * 60_000,
        "overlapping": tuple(f"A1:{c}{r}" for r in range(1, 60) for c in "BCDEFGH"),
    }
    for name, refs in merges.items():
        yield _with_sheet(folder, f"merges-{name}.xlsx", cell, merged(*refs))
    addresses = {
        "far-apart": '<row r="1"><c r="A1"><v>1</v></c><c r="B2"><v>1</v></c><c r="XFD1048576"><v>1</v></c></row>',
        "beyond": '<row r="99999999"><c r="ZZZZ99999999"><v>1</v></c></row>',
        "overflow": '<row r="4294967297"><c r="A4294967297"><v>1</v></c></row>',
        "zero": '<row r="0"><c r="A0"><v>1</v></c></row>',
        "negative": '<row r="-1"><c r="A-1"><v>1</v></c></row>',
        "letters": '<row r="x"><c r="1A"><v>1</v></c><c r=""><v>1</v></c></row>',
        "none": "<row><c><v>1</v></c></row>" * 1000,
        "shuffled": "".join(f'<row r="{r}"><c r="B{r}"/><c r="A{r}"><v>1</v></c></row>' for r in range(99, 0, -1)),
        "twice": f'{cell}{cell}<row r="1"><c r="A1"><v>2</v></c><c r="A1"><v>3</v></c></row>',
        "other-row": '<row r="1"><c r="A5"><v>1</v></c></row><row r="2"><c r="A1"><v>2</v></c></row>',
        "wide": '<row r="1">' + "".join(f"<c><v>{n}</v></c>" for n in range(COLUMNS)) + "</row>",
        "too-wide": '<row r="1">' + "<c><v>1</v></c>" * 40_000 + "</row>",
        "full-width": '<row r="１"><c r="Ａ１"><v>1</v></c></row>',
        "lower-case": '<row r="1"><c r="a1"><v>1</v></c></row>',
    }
    for name, rows in addresses.items():
        yield _with_sheet(folder, f"addresses-{name}.xlsx", rows)
    values = {
        "kinds": "".join(
            f'<c r="A{n}" t="{kind}"><v>{text}</v></c>'
            for n, (kind, text) in enumerate(
                (k, t)
                for k in ("s", "n", "b", "e", "str", "d", "inlineStr", "", "zzz")
                for t in ("", "0", "-1", "99999999999", "1e999", "NaN", "x", "2022-13-99", "2958466", "-1e308")
            )
        ),
        "styled": "".join(f'<c r="A1" s="{s}"><v>44000</v></c>' for s in ("-1", "0", "4294967296", "x", "14")),
        "formulas": '<c r="A1"><f>A1</f></c><c r="B1"><f t="shared" si="9"/></c>'
        '<c r="C1"><f t="array" ref="?">1</f></c><c r="D1"><f t="shared" si="-1" ref="D1:D1048576">D2</f></c>',
        "long-formula": f'<c r="A1"><f>{"(" * 100_000}</f><v>1</v></c>',
        "long-text": f'<c r="A1" t="inlineStr"><is><t>{"字" * 5_000_000}</t></is></c>',
        "escapes": '<c r="A1" t="inlineStr"><is><t>_x0000__xD800_&#xFFFD;&#x202E;</t></is></c>',
        "deep": f'<c r="A1" t="inlineStr">{"<is>" * 2000}<t>x</t>{"</is>" * 2000}</c>',
    }
    for name, cells in values.items():
        yield _with_sheet(folder, f"values-{name}.xlsx", f'<row r="1">{cells}</row>')
    yield from _pathological_texts(folder, quick)
    yield from _wrong_parts(folder)
    addin = resource(ADDIN_XLAM).read_bytes()
    yield _written(folder, "macros.xlsm", addin)
    yield _written(folder, "macros.xlsx", addin)
    link = b'<Relationship Id="rId99" Type="http://x/oleObject" Target="http://127.0.0.1:9/x" TargetMode="External"/>'
    for suffix in ("xlsx", "docx"):
        WRITERS[suffix](folder / "a")
        main = "xl/_rels/workbook.xml.rels" if suffix == "xlsx" else "word/_rels/document.xml.rels"
        target = folder / f"external.{suffix}"
        replace_in(folder / "a", target, main, b"</Relationships>", link + b"</Relationships>")
        yield target
    book = xlsxwriter.Workbook(str(folder / "dde.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_formula("A1", "=cmd|'/c calc'!A1", None, "x")
    sheet.write_formula("A2", '=[1]Sheet1!A1+WEBSERVICE("http://127.0.0.1:9/")', None, 1)
    sheet.write_url("A3", "file://///127.0.0.1/share/x")
    book.close()
    yield folder / "dde.xlsx"
    for number in (500, 501, 600 if quick else 5000):
        yield _sheets(folder, number)
    rich = rich_workbook(folder / "rich.xlsx")
    yield rebuilt(folder / _copy(rich, "strict.xlsx"), **{n: _strict(d) for n, d in parts(rich).items()})
    for suffix, writer in WRITERS.items():
        writer(folder / f"plain.{suffix}")
        yield folder / f"plain.{suffix}"
    for rows, columns in ((3, 3), (1, COLUMNS), (ROWS, 4), (ROWS, COLUMNS)):
        yield _written(folder, f"{rows}x{columns}.xlsb", _xlsb(rows, columns))
    for name, attribute in {
        "rows": b'table:number-rows-repeated="1048576"',
        "endless": b'table:number-rows-repeated="99999999999999999999"',
        "negative": b'table:number-rows-repeated="-5"',
        "nonsense": b'table:number-rows-repeated="x"',
    }.items():
        WRITERS["ods"](folder / "a")
        target = folder / f"repeat-{name}.ods"
        replace_in(folder / "a", target, "content.xml", b"<table:table-row>", b"<table:table-row " + attribute + b">")
        yield target


_PATHOLOGICAL = {
    "digits": "1" * 32_767, "spaces": " " * 32_767, "wide-spaces": "\u3000" * 32_767, "brackets": "（" * 32_767,
    "months": "2022年" * 8_000, "dots": "." * 32_767, "commas": "1," * 16_000, "signs": "-" * 32_767,
    "units": "万元" * 16_000, "slashes": "/" * 32_767, "colons": "：" * 32_767, "lines": "\n" * 32_767,
    "labels": "项目名称：" * 6_000, "marks": "☑□" * 16_000, "names": "张三、" * 10_000, "zeros": "０" * 32_767,
    "combining": "a" + "\u0301" * 32_000, "phones": "021-" * 8_000, "dates": "2022.6-" * 4_600,
    "mixed": "1 ,.年月/-（" * 3_600,
}  # fmt: skip


def _pathological_texts(folder: Path, quick: bool) -> Iterator[Path]:
    """Texts on which a careless pattern would work for hours, in every value or after every label of both annexes."""
    import warnings

    from openpyxl import load_workbook

    from xlpy.authoring.form_sheet import CELLS

    of_form = {(sheet, cell) for sheet, cell in CELLS.values()}
    of_table = {("汇总表", f"{column}{row}") for column in "ABCDEFGHI" for row in range(4, 13)}
    for name, text in list(_PATHOLOGICAL.items())[1:12:5] if quick else _PATHOLOGICAL.items():
        ways = ("", text, ""), ("-within", f"甲{text[2:]}末", ""), ("-labels", "", text)
        for kind, template, values in (("form", FORM_XLSX, of_form), ("table", SUMMARY_XLSX, of_table)):
            for where, value, after_label in ways:
                book = load_workbook(resource(template))
                for sheet, cell in values if value else ():
                    with warnings.catch_warnings(action="ignore"):
                        book[sheet][cell] = value
                for sheet in {sheet for sheet, _ in values} if after_label else ():
                    for place in (place for row in book[sheet].iter_rows() for place in row):
                        if isinstance(place.value, str) and (sheet, place.coordinate) not in values:
                            place.value = f"{place.value}{after_label}"[:32_766] + "末"
                book.save(folder / f"{kind}{where}-{name}.xlsx")
                yield folder / f"{kind}{where}-{name}.xlsx"


def _wrong_parts(folder: Path) -> Iterator[Path]:
    """Parts missing, named twice, pointing to each other, outside, or to what is no sheet."""
    small = folder / "small.xlsx"
    WRITERS["xlsx"](small)
    content = parts(small)
    for name in content:
        label = name.replace("/", "-").replace("[", "").replace("]", "")
        yield rebuilt(folder / _copy(small, f"without-{label}.xlsx"), **{name: None})
        yield rebuilt(folder / _copy(small, f"blank-{label}.xlsx"), **{name: b""})
        yield rebuilt(folder / _copy(small, f"no-xml-{label}.xlsx"), **{name: b"\xff<"})
        yield rebuilt(folder / _copy(small, f"other-root-{label}.xlsx"), **{name: b"<x/>"})
        yield rebuilt(folder / _copy(small, f"upper-{label}.xlsx"), **{name: None, name.upper(): content[name]})
    links = content["xl/_rels/workbook.xml.rels"]
    for label, target in {
        "outside": b"../../../etc/passwd",
        "itself": b"workbook.xml",
        "absolute": b"/xl/worksheets/sheet1.xml",
        "url": b"http://127.0.0.1:9/sheet1.xml",
        "long": b"x" * 70_000,
        "styles": b"styles.xml",
    }.items():
        changed = links.replace(b"/xl/worksheets/sheet1.xml", target).replace(b"worksheets/sheet1.xml", target)
        yield rebuilt(folder / _copy(small, f"target-{label}.xlsx"), **{"xl/_rels/workbook.xml.rels": changed})
    book = content["xl/workbook.xml"]
    for label, name in {
        "empty": b"",
        "long": b"x" * 70_000,
        "control": b"a&#9;b",
        "path": b"../x",
        "formula": b"=1",
    }.items():
        changed = book.replace(b'name="Sheet"', b'name="' + name + b'"')
        yield rebuilt(folder / _copy(small, f"sheet-name-{label}.xlsx"), **{"xl/workbook.xml": changed})


def _copy(path: Path, name: str) -> str:
    (path.parent / name).write_bytes(path.read_bytes())
    return name


def _sheets(folder: Path, number: int) -> Path:
    book = xlsxwriter.Workbook(str(folder / f"sheets-{number}.xlsx"))
    for _ in range(number):
        book.add_worksheet().write(0, 0, "项目名称")
    book.close()
    return folder / f"sheets-{number}.xlsx"


def _strict(data: bytes) -> bytes:
    """The namespaces of ISO/IEC 29500 Strict in place of those that Office writes by default."""
    strict = b"http://purl.oclc.org/ooxml/"
    for transitional, name in (
        (b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"spreadsheetml/main"),
        (b"http://schemas.openxmlformats.org/wordprocessingml/2006/main", b"wordprocessingml/main"),
        (b"http://schemas.openxmlformats.org/officeDocument/2006/", b"officeDocument/"),
        (b"http://schemas.openxmlformats.org/drawingml/2006/", b"drawingml/"),
    ):
        data = data.replace(transitional, strict + name)
    return data


def _xlsb(rows: int, columns: int) -> bytes:
    """An .xlsb with a cell in its last row and column."""

    def record(kind: bytes, data: bytes = b"") -> bytes:
        return kind + bytes([len(data)]) + data

    name = "表".encode("utf-16-le")
    link = struct.pack("<I", 4) + "rId1".encode("utf-16-le")
    sheet = record(b"\x9c\x01", struct.pack("<II", 0, 1) + link + struct.pack("<I", 1) + name)
    book = record(b"\x83\x01") + record(b"\x8f\x01") + sheet + record(b"\x90\x01") + record(b"\x84\x01")
    first = record(b"\x00", struct.pack("<I", 0) + bytes(13)) + record(b"\x05", struct.pack("<IId", 0, 0, 1.0))
    last = record(b"\x00", struct.pack("<I", rows - 1) + bytes(13))
    last += record(b"\x05", struct.pack("<IId", columns - 1, 0, 2.0))
    extent = record(b"\x94\x01", struct.pack("<IIII", 0, rows - 1, 0, columns - 1))
    data = record(b"\x81\x01") + extent + record(b"\x91\x01") + first + last + record(b"\x92\x01") + record(b"\x82\x01")
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    start = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    )
    types = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName='
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(
            "[Content_Types].xml",
            f'{types}"/xl/workbook.bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>'
            "</Types>",
        )
        package.writestr(
            "_rels/.rels", f'{start}Type="{office}/officeDocument" Target="xl/workbook.bin"/></Relationships>'
        )
        package.writestr("xl/workbook.bin", book)
        package.writestr(
            "xl/_rels/workbook.bin.rels",
            f'{start}Type="{office}/worksheet" Target="worksheets/sheet1.bin"/></Relationships>',
        )
        package.writestr("xl/worksheets/sheet1.bin", data)
    return out.getvalue()


# --- Word -------------------------------------------------------------------------------------------------------------


def _words(folder: Path, quick: bool) -> Iterator[Path]:
    """Tables with spans and merges that make no sense, nesting, endless text."""
    start = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    end = "</w:body></w:document>"
    cell = "<w:tc>{}<w:p><w:r><w:t>项目名称</w:t></w:r></w:p></w:tc>"
    plain = cell.format("")

    def span(text: str) -> str:
        return cell.format(f'<w:tcPr><w:gridSpan w:val="{text}"/></w:tcPr>')

    below = cell.format("<w:tcPr><w:vMerge/></w:tcPr>")

    def table(*rows: str) -> str:
        return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"

    bodies = {
        "spans": table(*(span(text) for text in ("0", "-1", "x", "", "63", "1000"))),
        "span-endless": table(span("9" * 30)),
        "span-wide": table(*[span("1000")] * 501),
        "merged-from-nowhere": table(below, plain, below * 3),
        "before": table('<w:trPr><w:gridBefore w:val="999999999"/></w:trPr>' + plain),
        "nested": "<w:tbl><w:tr><w:tc>" * 200 + plain + "</w:tc></w:tr></w:tbl>" * 200,
        "deep": "<w:sdt><w:sdtContent>" * 5000 + "</w:sdtContent></w:sdt>" * 5000,
        "no-cells": table("", "", ""),
        "no-rows": table(),
        "many-tables": table(plain) * (200 if quick else 20_000),
        "many-rows": table(*[plain * 3] * (500 if quick else 100_000)),
        "many-paragraphs": "<w:p><w:r><w:t>x</w:t></w:r></w:p>" * (500 if quick else 250_000),
        "one-paragraph": f"<w:p><w:r><w:t>{'项目名称：' * (10_000 if quick else 1_000_000)}</w:t></w:r></w:p>",
        "texts-only": "<w:p><w:r><w:t>项目名称：</w:t></w:r></w:p>" * 5000,
        "field": "<w:p><w:r><w:instrText>"
        'DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc"</w:instrText></w:r></w:p>',
        "outside": "</w:body><w:body>",
        **{name: table(cell.replace("项目名称", text).format("") * 2) for name, text in _PATHOLOGICAL.items()},
    }
    WRITERS["docx"](folder / "a")
    for name, body in bodies.items():
        target = folder / f"{name}.docx"
        replace_in(folder / "a", target, "word/document.xml", None, (start + body + end).encode())
        yield target
    plain_docx = folder / "plain.docx"
    WRITERS["docx"](plain_docx)
    yield rebuilt(folder / _copy(plain_docx, "strict.docx"), **{n: _strict(d) for n, d in parts(plain_docx).items()})
    for name in parts(plain_docx):
        label = name.replace("/", "-").replace("[", "").replace("]", "")
        yield rebuilt(folder / _copy(plain_docx, f"without-{label}.docx"), **{name: None})


# --- made to exhaust --------------------------------------------------------------------------------------------------

_LAUGHS = '<!DOCTYPE x [<!ENTITY a "哈">' + "".join(
    f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
_ENTITIES = {
    "laughs": (_LAUGHS + "]>", "&i;"),
    "quadratic": (f'<!DOCTYPE x [<!ENTITY a "{"哈" * 50_000}">]>', "&a;" * 10_000),
    "file": ('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>', "&a;"),
    "fetched": ('<!DOCTYPE x [<!ENTITY a SYSTEM "http://127.0.0.1:9/">]>', "&a;"),
    "parameter": ('<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:9/"> %a;]>', ""),
    "dtd": ('<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">', ""),
    "device": ('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///dev/random">]>', "&a;"),
}
_XML_PARTS = {
    "xlsx": (
        *("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"),
        *(SHEET, "xl/styles.xml", "docProps/custom.xml", "docProps/core.xml"),
    ),
    "docx": ("[Content_Types].xml", "_rels/.rels", "word/document.xml", "word/styles.xml"),
    "ods": ("content.xml", "META-INF/manifest.xml", "styles.xml"),
}


def _bombs(folder: Path, quick: bool) -> Iterator[Path]:
    """Entities, and zips that unpack to a thousand times their size, lie about it, or overlap."""
    for suffix, names in _XML_PARTS.items():
        WRITERS[suffix](folder / f"seed.{suffix}")
        for part in names[:: 3 if quick else 1]:
            for name, (declared, used) in list(_ENTITIES.items())[:: 2 if quick else 1]:
                for encoding in ("utf-8", "utf-16", "utf-32"):
                    xml = f'<?xml version="1.0" encoding="{encoding}"?>{declared}'
                    xml += f"<worksheet><sheetData>{used}</sheetData></worksheet>"
                    label = part.replace("/", "-").replace("[", "").replace("]", "")
                    target = folder / f"{name}-{encoding}-{label}.{suffix}"
                    replace_in(folder / f"seed.{suffix}", target, "", None, b"")
                    yield rebuilt(target, **{part: xml.encode(encoding)})
    size = (2 if quick else 300) * 2**20
    for suffix, names in _XML_PARTS.items():
        for part in (*names, "xl/media/image1.png") if not quick else names[:2]:
            for filler in (b" ", b"<c/>", b"\0"):
                yield _blown(folder, suffix, part, filler, size)
    yield _overlapping(folder / "overlapping.xlsx", 300 if quick else 9_000)
    data = bytearray((folder / "seed.xlsx").read_bytes())
    for spot in [m.start() for m in re.finditer(b"PK\x01\x02", bytes(data))]:
        for claim in (0, 1, 0xFFFFFFFF, 0x7FFFFFFF):
            lie = bytearray(data)
            lie[spot + 24 : spot + 28] = struct.pack("<I", claim)
            yield _written(folder, f"claims-{spot}-{claim}.xlsx", bytes(lie))
    with zipfile.ZipFile(folder / "many-parts.xlsx", "w") as package:
        for number in range(1_000 if quick else 60_000):
            package.writestr(f"{number}.xml", b"")
    yield folder / "many-parts.xlsx"


def _blown(folder: Path, suffix: str, part: str, filler: bytes, size: int) -> Path:
    label = part.replace("/", "-").replace("[", "").replace("]", "")
    target = folder / f"blown-{filler.hex()}-{label}.{suffix}"
    with (
        zipfile.ZipFile(folder / f"seed.{suffix}") as given,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package,
    ):
        for name in given.namelist():
            if name != part:
                package.writestr(name, given.read(name))
        with package.open(part, "w", force_zip64=True) as out:
            out.write(b"<worksheet><sheetData>")
            block = filler * (2**20 // len(filler))
            for _ in range(size // len(block)):
                out.write(block)
            out.write(b"</sheetData></worksheet>")
    return target


def _overlapping(path: Path, number: int) -> Path:
    """Many entries of the directory share one packed body of 10 MB (as in David Fifield's zip bombs)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/00000.xml", b"<x>" + b" " * (10 * 2**20) + b"</x>")
    data = out.getvalue()
    start = data.index(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    entry = data[start:end]
    entries = b"".join(entry.replace(b"00000", b"%05d" % n) for n in range(number))
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, number, number, len(entries), start, 0)
    path.write_bytes(data[:start] + entries + tail)
    return path


# --- as large as may be -----------------------------------------------------------------------------------------------


def _large(folder: Path, quick: bool) -> Iterator[Path]:
    """1,048,576 rows; as many cells as are allowed, and one row more; a million different texts."""
    for columns in (1, 4, 5):
        yield _rows(folder / f"rows-{columns}.xlsx", columns, texts=False)
    yield _rows(folder / "rows-texts.xlsx", 2, texts=True)
    yield _with_sheet(folder, "last-row.xlsx", f'<row r="{ROWS}"><c r="A{ROWS}"><v>1</v></c></row>')
    yield _with_sheet(folder, "last-of-four.xlsx", f'<row r="{ROWS}"><c r="D{ROWS}"><v>1</v></c></row>')
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    for row in range(65_536):
        for column in range(6):
            sheet.write(row, column, row * column)
    book.save(str(folder / "rows.xls"))
    yield folder / "rows.xls"
    labelled = "".join(
        f'<row r="{r}"><c r="A{r}" t="inlineStr"><is><t>项目名称</t></is></c>'
        f'<c r="B{r}" t="inlineStr"><is><t>项目单位</t></is></c></row>'
        for r in range(1, 200_000)
    )
    yield _with_sheet(folder, "labels-everywhere.xlsx", labelled)
    names = "".join(f'<c r="A1" t="inlineStr"><is><t>{n}项目名称</t></is></c>' for n in range(16_000))
    yield _with_sheet(folder, "labels-in-one-row.xlsx", f'<row r="1">{names}</row>'.replace(' r="A1"', ""))


def _rows(path: Path, columns: int, texts: bool) -> Path:
    book = xlsxwriter.Workbook(str(path), {"constant_memory": not texts})
    sheet = book.add_worksheet()
    for row in range(ROWS):
        for column in range(columns):
            if texts:
                sheet.write_string(row, column, f"第{row}行第{column}列")
            else:
                sheet.write_number(row, column, row)
    book.close()
    return path
