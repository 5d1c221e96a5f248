"""Whatever bytes arrive, `read_grids` gives a Snapshot or one line in Chinese: never a hang, a crash or a traceback.

Each test fails without its guard; where the name of the test does not tell it:

- paths: O_NONBLOCK (else a pipe is waited for), S_ISREG (else a device is read), MAX_FILE, a reason for every OSError;
- bombs: `Package.read` counts what it unpacks, MAX_PARTS, `_refuse_entities`, `_tags_left`;
- extents: `Budget.take` and `Budget.merges`, called for each format before calamine sets aside what is claimed;
- damage: `read_grids` catches even a panic, `_silenced` keeps it off the screen, `Compound` follows no circle;
- Word: the limits in `word`, `huge_tree=False`.
"""

import contextlib
import errno
import io
import os
import random
import re
import shutil
import stat
import struct
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import xlsxwriter
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.received import WRITERS, compound, replace_in, zipped
from tests.rich_workbook import rebuilt
from xlpy.errors import FileBusy, PasswordNeeded, UnreadableFile, UnsupportedFormat, XlpyError
from xlpy.files import read_grids
from xlpy.files.limits import MAX_FILE
from xlpy.files.ole import Compound
from xlpy.files.source import read_source
from xlpy.files.xls import scan_xls
from xlpy.grids import Snapshot

RESEND = "请用 Excel 或 WPS 打开确认，另存为 .xlsx 或 .docx；打不开就请报送单位重新发送"
DAMAGED = f"文件已损坏或不完整。{RESEND}"
TOO_BIG = f"文件解压后过大，可能是有意做成这样的。{RESEND}"
ENTITIES = f"文件里有 Office 不会写入的实体定义（DTD），可能有害。{RESEND}"
SHEET = "xl/worksheets/sheet1.xml"
WORKSHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{}</worksheet>'


def refusal(path: Path, kind: type[XlpyError] = UnreadableFile) -> str:
    """The line that reading `path` gives, without the name of the file, which it must start with.

    It comes from a look at the file or from a library, not from a fault of our own that `read_grids` caught at last.
    """
    with pytest.raises(XlpyError) as caught:
        read_grids(path)
    assert type(caught.value) is kind
    assert not isinstance(caught.value.__cause__, LookupError | TypeError | AttributeError | struct.error)
    assert type(caught.value.__cause__) is not ValueError or "\0" in str(path)
    line = str(caught.value)
    assert line.isprintable()
    assert line.startswith(f"{path.name}：")
    return line.removeprefix(f"{path.name}：")


@pytest.fixture
def valid(tmp_path: Path) -> Path:
    WRITERS["xlsx"](tmp_path / "valid.xlsx")
    return tmp_path / "valid.xlsx"


# --- what a path may lead to ------------------------------------------------------------------------------------


def test_a_missing_file(tmp_path: Path) -> None:
    assert refusal(tmp_path / "无.xlsx") == "找不到这个文件。请检查文件名和路径"


def test_a_path_that_no_system_allows() -> None:
    with pytest.raises(UnreadableFile, match="找不到这个文件。请检查文件名和路径"):
        read_grids("a\0b.xlsx")


def test_a_folder(tmp_path: Path) -> None:
    (tmp_path / "夹.xlsx").mkdir()
    assert refusal(tmp_path / "夹.xlsx") == "这是文件夹，不是文件。请给出其中的 Excel 或 Word 文件"


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "空.xlsx").touch()
    assert refusal(tmp_path / "空.xlsx") == "文件是空的（0 字节）。请报送单位重新发送"


@pytest.mark.skipif(os.name == "nt", reason="no device files on Windows")
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null"])
def test_a_device(device: str) -> None:
    assert refusal(Path(device)) == "这不是普通文件。请给出 Excel 或 Word 文件"


@pytest.mark.skipif(os.name == "nt", reason="no named pipes in folders on Windows")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "管.xlsx")
    assert refusal(tmp_path / "管.xlsx") == "这不是普通文件。请给出 Excel 或 Word 文件"


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_a_link_to_itself(tmp_path: Path) -> None:
    (tmp_path / "环.xlsx").symlink_to(tmp_path / "环.xlsx")
    assert refusal(tmp_path / "环.xlsx") == "链接指回了自己。请换成真正的文件"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_a_file_without_permission(valid: Path) -> None:
    with tempfile.TemporaryDirectory() as open_to_all:
        Path(open_to_all).chmod(0o755)  # pytest's own folders are for one user
        path = Path(shutil.copy(valid, open_to_all))
        path.chmod(0o644)
        read_grids(path)  # imports what others may not see
        with no_administrator():
            assert read_grids(path).sheets
        path.chmod(0)
        with no_administrator():
            assert refusal(path) == "没有权限读这个文件。请检查文件权限，或把它复制到自己的文件夹"


@contextlib.contextmanager
def no_administrator() -> Iterator[None]:
    """An administrator may read everything: for a moment this process is somebody else."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_file_without_permission_as_the_system_reports_it(valid: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    assert refusal(valid) == "没有权限读这个文件。请检查文件权限，或把它复制到自己的文件夹"


def test_a_file_that_another_program_holds_for_itself_alone(valid: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As Windows reports it. Fails without the look at `winerror`: permissions would be blamed."""

    def held(*_: object) -> int:
        error = PermissionError(errno.EACCES, "in use")
        error.winerror = 32  # type: ignore[attr-defined]
        raise error

    monkeypatch.setattr(os, "open", held)
    assert refusal(valid, FileBusy) == "文件正被别的程序占用。请关闭 Excel 或 WPS 里的这个文件后再试"


@pytest.mark.parametrize("code", [errno.EIO, errno.ESTALE, errno.ENODEV])
def test_a_disk_that_fails_or_goes_away_while_the_file_is_read(
    valid: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    """A stick that is pulled out, a drive on the network that is gone."""

    def fail(_: int) -> os.stat_result:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patch:
        patch.setattr("xlpy.files.source.os.fstat", fail)
        line = refusal(valid)
    assert line == "打不开这个文件。请检查磁盘或网络盘后再试"


@pytest.mark.skipif(os.name == "nt", reason="Windows says of both that there is no such file")
def test_a_path_that_cannot_be(valid: Path) -> None:
    """Fails without ENAMETOOLONG and ENOTDIR among the reasons: a disk would be blamed."""
    assert refusal(valid.parent / f"{'长' * 90}.xlsx") == "找不到这个文件。请检查文件名和路径"
    assert refusal(valid / "表.xlsx") == "找不到这个文件。请检查文件名和路径"


def test_a_file_over_the_limit(tmp_path: Path) -> None:
    with (tmp_path / "大.xlsx").open("wb") as file:
        file.truncate(MAX_FILE + 1)
    assert refusal(tmp_path / "大.xlsx") == "文件超过 64 MB。请删去或压缩里面的图片后再试"


@pytest.mark.skipif(os.name == "nt", reason="no device files on Windows")
@pytest.mark.parametrize("size", [0, 2**50], ids=["grows without an end", "claims to be endless"])
def test_no_more_is_read_than_the_limit(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """Fails without either bound of what is asked for in `read_source`: in hunger for memory."""
    endless = os.stat_result([stat.S_IFREG | 0o644, *[0] * 5, size, *[0] * 3])
    with monkeypatch.context() as patch:
        patch.setattr("xlpy.files.source.os.fstat", lambda _: endless)
        line = refusal(Path("/dev/zero"))
    assert line == "文件超过 64 MB。请删去或压缩里面的图片后再试"


# --- what is recognised but not read ----------------------------------------------------------------------------

UNSUPPORTED = {
    "a.wps": (compound("WordDocument"), "这是 WPS 旧格式(.wps/.et)。请用 WPS 打开后另存为 .xlsx 或 .docx"),
    "a.et": (compound("Workbook"), "这是 WPS 旧格式(.wps/.et)。请用 WPS 打开后另存为 .xlsx 或 .docx"),
    "a.xls": (compound("WordDocument"), "这是旧版 Word 文档(.doc)。请用 Word 或 WPS 打开后另存为 .docx"),
    "b.xls": (compound("PowerPoint Document"), "这是演示文稿(.ppt)。请向企业要 Excel 或 Word 版"),
    "m.xls": (compound("__properties_version1.0"), "这是 Outlook 邮件(.msg)。请打开邮件，把附件另存出来再用"),
    "o.xls": (compound("Contents"), "文件里既没有表格，也没有文档。请向企业要 Excel 或 Word 版"),
    "a.xlsx": (b"%PDF-1.7\n", "这是 PDF。请向企业要 Excel 或 Word 版"),
    "a.docx": (rb"{\rtf1\ansi", "这是 RTF 文档。请用 Word 或 WPS 打开后另存为 .docx"),
    "c.xls": (
        "序号,项目\n1,甲".encode("gb18030"),
        "这是文本（例如 CSV），不是表格文件。请用 Excel 或 WPS 打开后另存为 .xlsx",
    ),
    "d.xls": (b"\xef\xbb\xbf<HTML><table>", "这是网页，只是改了扩展名。请用 Excel 或 WPS 打开后另存为 .xlsx"),
    "u.xls": ("<html>".encode("utf-16"), "这是网页，只是改了扩展名。请用 Excel 或 WPS 打开后另存为 .xlsx"),
    "e.xls": (
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
        "这是 XML 表格(2003)，只是改了扩展名。请用 Excel 或 WPS 打开后另存为 .xlsx",
    ),
    "p.xlsx": (b"\x89PNG\r\n\x1a\n", "这是图片。请向企业要 Excel 或 Word 版"),
    "j.xlsx": (b"\xff\xd8\xff\xe0", "这是图片。请向企业要 Excel 或 Word 版"),
    "r.xlsx": (b"Rar!\x1a\x07\x01\x00", "这是压缩包(.rar)。请先解压，再用里面的文件"),
    "7.xlsx": (b"7z\xbc\xaf\x27\x1c", "这是压缩包(.7z)。请先解压，再用里面的文件"),
    "z.xlsx": (zipped(a_txt="x"), "这是压缩包(.zip)。请先解压，再用里面的文件"),
    "f.xlsx": (zipped(OFD_xml="<x/>"), "这是 OFD 版式文件。请向企业要 Excel 或 Word 版"),
    "s.xlsx": (zipped(ppt__presentation_xml="<x/>"), "这是演示文稿(.pptx)。请向企业要 Excel 或 Word 版"),
    "t.docx": (
        zipped(mimetype="application/vnd.oasis.opendocument.text"),
        "这是 OpenDocument 文档(.odt)。请用 Word 或 WPS 打开后另存为 .docx",
    ),
    "m.doc": (compound("WordDocument", "MatOST"), "这是 WPS 旧格式(.wps/.et)。请用 WPS 打开后另存为 .xlsx 或 .docx"),
    "w.xlsx": (b"RIFF\x24\0\0\0WEBPVP8 ", "这是图片。请向企业要 Excel 或 Word 版"),
    "h.xlsx": (b"\0\0\0\x18ftypheic\0\0\0\0", "这是图片。请向企业要 Excel 或 Word 版"),
    "l.xls": (  # the first 4096 bytes, which are looked at, end inside a character
        b"," + "项目".encode("gb18030") * 2000,
        "这是文本（例如 CSV），不是表格文件。请用 Excel 或 WPS 打开后另存为 .xlsx",
    ),
    "4.xls": (b"\x09\x04\x06\x00", "这是很旧的 Excel 格式。请用 Excel 或 WPS 打开后另存为 .xlsx"),
}


@pytest.mark.parametrize("name", UNSUPPORTED)
def test_what_is_not_read_says_what_it_is_and_what_to_do(tmp_path: Path, name: str) -> None:
    data, line = UNSUPPORTED[name]
    (tmp_path / name).write_bytes(data)
    assert refusal(tmp_path / name, UnsupportedFormat) == line


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (compound("EncryptionInfo", "EncryptedPackage"), "文件设有打开密码。请报送单位提供没有密码的文件"),
        (b"%TSD-Header-###%" + bytes(99), "文件被企业的加密软件加了密。请企业解密后重新报送"),
        (
            zipped(
                mimetype="application/vnd.oasis.opendocument.spreadsheet",
                **{"META-INF__manifest_xml": "<m><encryption-data/></m>"},
            ),
            "文件设有打开密码。请报送单位提供没有密码的文件",
        ),
        (
            compound("Workbook", stream=struct.pack("<HHHH", 0x0809, 0, 0x2F, 2).ljust(10, b"\1").ljust(4096, b"\0")),
            "文件设有打开密码。请报送单位提供没有密码的文件",
        ),
    ],
    ids=["ooxml", "company software", "ods", "xls"],
)
def test_encrypted_files(tmp_path: Path, data: bytes, line: str) -> None:
    (tmp_path / "密.xlsx").write_bytes(data)
    assert refusal(tmp_path / "密.xlsx", PasswordNeeded) == line


def test_an_encrypted_zip_entry(tmp_path: Path, valid: Path) -> None:
    data = bytearray(valid.read_bytes())
    entry = data.index(b"PK\x01\x02")
    data[entry + 8] |= 1
    valid.write_bytes(data)
    assert refusal(valid, PasswordNeeded) == "文件加了密码。请报送单位提供没有密码的文件"


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"PK\x03\x04" + bytes(100), DAMAGED),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", DAMAGED),
        (bytes(5000), "文件内容全是空的，多半没有传完。请报送单位重新发送"),
        (b"\x00\x01\x02\x80\xff", f"认不出这是什么文件。{RESEND}"),
    ],
)
def test_bytes_that_are_nothing(tmp_path: Path, data: bytes, line: str) -> None:
    (tmp_path / "a.xlsx").write_bytes(data)
    assert refusal(tmp_path / "a.xlsx") == line


# --- files made to exhaust the machine --------------------------------------------------------------------------


@pytest.mark.parametrize("part", [SHEET, "xl/styles.xml", "docProps/custom.xml"])
def test_a_zip_bomb(tmp_path: Path, valid: Path, part: str) -> None:
    bomb = tmp_path / "弹.xlsx"
    with zipfile.ZipFile(valid) as given, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for name in given.namelist():
            if name != part:
                made.writestr(name, given.read(name))
        with made.open(part, "w") as out:
            for _ in range(257):
                out.write(b" " * 2**20)
    assert bomb.stat().st_size < 3 * 2**20
    assert refusal(bomb) == TOO_BIG


def test_a_zip_bomb_that_lies_about_its_size(tmp_path: Path, valid: Path) -> None:
    data = valid.read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        info = package.getinfo("xl/workbook.xml")
    size = struct.pack("<I", info.file_size)
    (tmp_path / "弹.xlsx").write_bytes(data.replace(size, struct.pack("<I", 1)))
    assert_survives(tmp_path / "弹.xlsx")  # the claim is not believed: the part is still unpacked and counted


def test_small_parts_that_would_grow_into_huge_trees_count_together(tmp_path: Path, valid: Path) -> None:
    """One of them is read within seconds; a zip of 50 kB may hold as many as it likes."""
    cells = b"<worksheet><sheetData>" + b"<c/>" * 1_500_000 + b"</sheetData></worksheet>"
    assert_survives(rebuilt(valid, **{"docProps/a.xml": cells}))
    rebuilt(valid, **{f"docProps/{name}.xml": cells for name in "bc"})
    assert valid.stat().st_size < 60_000
    assert refusal(valid) == TOO_BIG


def test_too_many_parts(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "多.xlsx", "w") as package:
        for number in range(10_001):
            package.writestr(str(number), b"")
    assert refusal(tmp_path / "多.xlsx") == f"文件里的部件超过 10000 个。{RESEND}"


def test_two_parts_of_one_name(tmp_path: Path, valid: Path) -> None:
    with zipfile.ZipFile(valid, "a") as package, pytest.warns(UserWarning, match="Duplicate"):
        package.writestr(SHEET, b"")
    assert refusal(valid) == DAMAGED


BOMB = '<!DOCTYPE x [<!ENTITY a "哈哈"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    ("suffix", "part"),
    [("xlsx", SHEET), ("xlsx", "xl/workbook.xml"), ("docx", "word/document.xml"), ("ods", "content.xml")],
)
def test_an_entity_bomb(tmp_path: Path, suffix: str, part: str, encoding: str) -> None:
    WRITERS[suffix](tmp_path / "a")
    xml = f'<?xml version="1.0" encoding="{encoding}"?>{BOMB}<worksheet><sheetData>&c;</sheetData></worksheet>'
    replace_in(tmp_path / "a", tmp_path / "弹", part, None, xml.encode(encoding))
    assert refusal(tmp_path / "弹") == ENTITIES


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c></row>',
        "<row r='1048576'><c><v>1</v></c></row><row><c r='XFD1'><v>1</v></c></row>",
        '<row r="1048576" spans="1:1"><c s="0" r="XFD1048576"><v>1</v></c></row>',
    ],
    ids=["plain", "single quotes", "address not first"],
)
def test_three_cells_far_apart(tmp_path: Path, valid: Path, rows: str) -> None:
    sheet = WORKSHEET.format(f"<sheetData>{rows}</sheetData>")
    replace_in(valid, tmp_path / "远.xlsx", SHEET, None, sheet.encode())
    assert refusal(tmp_path / "远.xlsx") == (
        "有工作表一直铺到 XFD1048576，大得读不下。请在 Excel 或 WPS 里删去表格下面的空行和右边的空列，保存后再试"
    )


def test_rows_and_cells_without_addresses_are_counted(tmp_path: Path, valid: Path) -> None:
    wide, deep = "<row>" + "<c/>" * 6000 + "</row>", "<row/>" * 1000 + "<row><c><v>1</v></c></row>"
    replace_in(
        valid, tmp_path / "a.xlsx", SHEET, None, WORKSHEET.format(f"<sheetData>{wide}{deep}</sheetData>").encode()
    )
    assert refusal(tmp_path / "a.xlsx").startswith("有工作表一直铺到 HVT1002，大得读不下。")


def test_sheets_count_together(tmp_path: Path) -> None:
    """Fails without one budget for the file: five hundred sheets may each be as large as the limit."""
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    for _ in range(3):
        book.add_worksheet().write(1_048_575, 1, "远")
    book.close()
    assert refusal(tmp_path / "a.xlsx").startswith("有工作表一直铺到 B1048576，大得读不下。")


@pytest.mark.parametrize("digits", [10, 5000])
@pytest.mark.parametrize("row", ['<row r="{}"><c><v>1</v></c></row>', '<row r="1"><c r="A{}"><v>1</v></c></row>'])
def test_addresses_of_absurd_length(tmp_path: Path, valid: Path, row: str, digits: int) -> None:
    """Fails without the limit of digits in `_ADDRESS` and _MAX_DIGITS: calamine's abort takes this process with it."""
    sheet = WORKSHEET.format(f"<sheetData>{row.format('9' * digits)}</sheetData>")
    replace_in(valid, tmp_path / "a.xlsx", SHEET, None, sheet.encode())
    assert refusal(tmp_path / "a.xlsx") == DAMAGED


@pytest.mark.parametrize("letters", [7, 5000])
def test_columns_of_absurd_length(tmp_path: Path, valid: Path, letters: int) -> None:
    """Written in small letters, which nobody does and calamine reads."""
    sheet = WORKSHEET.format(f'<sheetData><row r="1"><c r="{"z" * letters}1"><v>1</v></c></row></sheetData>')
    replace_in(valid, tmp_path / "a.xlsx", SHEET, None, sheet.encode())
    assert refusal(tmp_path / "a.xlsx") == DAMAGED


def test_a_cell_without_an_address_stands_in_its_row_whatever_the_one_before_says(tmp_path: Path, valid: Path) -> None:
    """Fails where the row of a cell's address is taken for that of the next: calamine asks for 160 billion cells."""
    cells = "<row r='9999999'><c r='XFE1'/><c><v>1</v></c></row>"
    replace_in(valid, tmp_path / "a.xlsx", SHEET, None, WORKSHEET.format(f"<sheetData>{cells}</sheetData>").encode())
    assert refusal(tmp_path / "a.xlsx").startswith("有工作表一直铺到 XFF9999999，大得读不下。")


def test_a_stray_cell_at_the_far_right_of_a_form_is_still_read(tmp_path: Path, valid: Path) -> None:
    rows = '<sheetData><row r="40"><c r="A40"><v>1</v></c><c r="XFD40"><v>2</v></c></row></sheetData>'
    replace_in(valid, tmp_path / "a.xlsx", SHEET, None, WORKSHEET.format(rows).encode())
    assert list(read_grids(tmp_path / "a.xlsx").sheets["Sheet"].cells()) == [(40, 1, 1.0), (40, 16384, 2.0)]


def test_a_sheet_in_a_part_of_any_name_is_looked_at(tmp_path: Path, valid: Path) -> None:
    """Fails without the look at the first bytes in `scan_xlsx`: the workbook decides which part is a sheet."""
    rows = '<sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    links = zipfile.ZipFile(valid).read("xl/_rels/workbook.xml.rels").replace(b"sheet1.xml", b"sheet1.png")
    moved = {SHEET: None, "xl/worksheets/sheet1.png": WORKSHEET.format(rows).encode()}
    assert refusal(rebuilt(valid, **{"xl/_rels/workbook.xml.rels": links, **moved})) == FAR.format("XFD1048576")


@pytest.mark.parametrize("count", [b"300000000", b"1000000000000000000"], ids=["gigabytes", "more than there are"])
def test_a_string_table_that_claims_to_be_endless(tmp_path: Path, count: bytes) -> None:
    """Fails without the look at uniqueCount, of the first of which calamine would make gigabytes."""
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    book.add_worksheet().write(0, 0, "甲")
    book.close()
    old, new = b'uniqueCount="1"', b'uniqueCount="' + count + b'"'
    replace_in(tmp_path / "a.xlsx", tmp_path / "b.xlsx", "xl/sharedStrings.xml", old, new)
    assert refusal(tmp_path / "b.xlsx") == DAMAGED


@pytest.mark.parametrize("merge", ["A1:XFD1048576", "XFD1048576:A1"])
def test_an_absurd_merge_ends_where_the_values_end(tmp_path: Path, valid: Path, merge: str) -> None:
    replace_in(valid, tmp_path / "a.xlsx", SHEET, b"A3:B3", merge.encode())
    assert read_grids(tmp_path / "a.xlsx").sheets["Sheet"].merges == ((1, 1, 3, 3),)


def test_absurdly_many_merges(tmp_path: Path, valid: Path) -> None:
    merges = b'<mergeCell ref="A3:B3"/>' * 50_001
    replace_in(valid, tmp_path / "a.xlsx", SHEET, b'<mergeCell ref="A3:B3"/>', merges)
    line = "一张工作表里的合并单元格超过 50000 处。请取消多余的合并，保存后再试"
    assert refusal(tmp_path / "a.xlsx") == line


def test_absurdly_many_merges_in_other_formats(tmp_path: Path) -> None:
    """Fails without the count of merges in `scan_xls`, `scan_xlsb` and `scan_ods`."""
    line = "一张工作表里的合并单元格超过 50000 处。请取消多余的合并，保存后再试"
    assert scanned(tmp_path / "a.xls", xls((0xE5, struct.pack("<H", 50_001)))) == line
    binary = b"\x81\x01\x00" + (b"\xb0\x01\x10" + bytes(16)) * 50_001
    (tmp_path / "a.xlsb").write_bytes(zipped(xl__workbook_bin=b"\x83\x01\x00", xl__worksheets__sheet1_bin=binary))
    assert refusal(tmp_path / "a.xlsb") == line
    WRITERS["ods"](tmp_path / "a.ods")
    content = zipfile.ZipFile(tmp_path / "a.ods").read("content.xml")
    row = content[content.rindex(b"<table:table-row>") : content.index(b"</table:table>")]
    assert row.count(b"columns-spanned") == 1
    replace_in(tmp_path / "a.ods", tmp_path / "b.ods", "content.xml", row, row * 50_001)
    assert refusal(tmp_path / "b.ods") == line


def test_thousands_of_sheets(tmp_path: Path) -> None:
    """Fails without MAX_SHEETS; in .xls already before each of them is looked at: they may all be the same one."""
    line = f"工作表超过 500 张。{RESEND}"
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    for _ in range(501):
        book.add_worksheet()
    book.close()
    assert refusal(tmp_path / "a.xlsx") == line
    assert scanned(tmp_path / "a.xls", xls(before=struct.pack("<HHIHH", 0x85, 8, 0, 0, 0) * 500)) == line


def test_the_name_of_a_sheet_that_no_cell_could_hold(tmp_path: Path, valid: Path) -> None:
    """Fails without MAX_SHEET_NAME: a whole pull would stop, since 来源 names sheet and cell of every value."""
    book = zipfile.ZipFile(valid).read("xl/workbook.xml").decode()
    for length in (255, 256):
        path = rebuilt(
            valid, **{"xl/workbook.xml": re.sub(r' name="[^"]*"', f' name="{"长" * length}"', book, count=1).encode()}
        )
        if length == 255:
            assert next(iter(read_grids(path).sheets)) == "长" * 255
    assert refusal(path) == f"有工作表的名字超过 255 个字。{RESEND}"


def test_absurd_repeats_in_ods(tmp_path: Path) -> None:
    WRITERS["ods"](tmp_path / "a.ods")
    old, new = b"<table:table-row>", b'<table:table-row table:number-rows-repeated="999999999">'
    replace_in(tmp_path / "a.ods", tmp_path / "b.ods", "content.xml", old, new)
    assert refusal(tmp_path / "b.ods").startswith("有工作表一直铺到 C2999999997，大得读不下。")


@pytest.mark.parametrize("number", [b"x", b"9" * 5000], ids=["none", "endless"])
def test_repeats_that_are_no_number_in_ods(tmp_path: Path, number: bytes) -> None:
    """Fails without the look at digits in `ods._count`, and at no more than ten of them."""
    WRITERS["ods"](tmp_path / "a.ods")
    old, new = b"<table:table-row>", b'<table:table-row table:number-rows-repeated="' + number + b'">'
    replace_in(tmp_path / "a.ods", tmp_path / "b.ods", "content.xml", old, new)
    assert refusal(tmp_path / "b.ods").startswith((DAMAGED, "有工作表一直铺到 C29999999997，大得读不下。"))


def test_an_ods_without_content(tmp_path: Path) -> None:
    (tmp_path / "a.ods").write_bytes(zipped(mimetype="application/vnd.oasis.opendocument.spreadsheet"))
    assert refusal(tmp_path / "a.ods") == DAMAGED


def test_an_absurd_extent_in_xls(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    book.add_sheet("a").write(5, 5, 1.5)
    book.save(str(tmp_path / "a.xls"))
    cell = struct.pack("<HHHH", 0x0203, 14, 5, 5)
    data = (tmp_path / "a.xls").read_bytes()
    if cell not in data:
        cell = struct.pack("<HHHH", 0x027E, 10, 5, 5)
    assert data.count(cell) == 1
    (tmp_path / "b.xls").write_bytes(data.replace(cell, cell[:4] + b"\xff\xff\xff\xff"))
    assert refusal(tmp_path / "b.xls").startswith("有工作表一直铺到 CRXP65536，大得读不下。")
    dimensions = struct.pack("<HH", 0x0200, 14)
    spot = data.index(dimensions) + 4
    (tmp_path / "c.xls").write_bytes(data[:spot] + struct.pack("<IIHH", 0, 0xFFFFFFFE, 0, 0xFF) + data[spot + 12 :])
    assert refusal(tmp_path / "c.xls") == DAMAGED


def xls(*records: tuple[int, bytes], before: bytes = b"") -> bytes:
    """An .xls with one sheet of these records."""
    sheet = b"".join(struct.pack("<HH", kind, len(data)) + data for kind, data in records)
    start = 4 + 4 + len(before) + 12 + 4
    book = struct.pack("<HHHH", 0x0809, 4, 0x600, 5) + before
    book += struct.pack("<HHIHH", 0x85, 8, start, 0, 0) + struct.pack("<HH", 0x0A, 0)
    stream = book + struct.pack("<HHHH", 0x0809, 4, 0x600, 16) + sheet + struct.pack("<HH", 0x0A, 0)
    return compound("Workbook", stream=stream.ljust(4096, b"\0"))


def scanned(path: Path, data: bytes) -> str:
    """What `scan_xls` says of it, before calamine could: a refusal, or "" for a file it lets pass."""
    path.write_bytes(data)
    source = read_source(path)
    try:
        scan_xls(source, Compound(source))
    except XlpyError as error:
        return error.reason if isinstance(error, UnreadableFile | PasswordNeeded) else repr(error)
    return ""


@pytest.mark.parametrize("kind", [0, 1], ids=["simple", "RC4 or later"])
def test_every_way_of_encrypting_an_xls(tmp_path: Path, kind: int) -> None:
    """The simple way scrambles the cells with a short key; calamine takes no notice, and would read what it left."""
    before = struct.pack("<HHHHH", 0x2F, 6, kind, 0x1234, 0x5678)
    assert scanned(tmp_path / "a.xls", xls(before=before)) == "文件设有打开密码。请报送单位提供没有密码的文件"
    assert refusal(tmp_path / "a.xls", PasswordNeeded) == "文件设有打开密码。请报送单位提供没有密码的文件"


FAR = "有工作表一直铺到 {}，大得读不下。请在 Excel 或 WPS 里删去表格下面的空行和右边的空列，保存后再试"
CHART = (0x0809, struct.pack("<HH", 0x600, 0x20))
NUMBER = (0x0203, struct.pack("<HHHd", 0xFFFF, 0xFF, 0, 1.0))


@pytest.mark.parametrize(
    ("records", "line"),
    [
        ([(0x0200, struct.pack("<IIHHH", 0, 0xFFFF, 0, 0xFF, 0))], DAMAGED),
        ([(0x0200, struct.pack("<HHHHH", 0, 0xFFFF, 0, 0xFF, 0))], DAMAGED),
        ([(0x0200, struct.pack("<IIHHH", 5, 2, 0, 1, 0))], DAMAGED),
        ([(0x0200, struct.pack("<IIHHH", 0, 60_000, 200, 100, 0))], DAMAGED),
        ([(0x0200, struct.pack("<IIHHH", 0, 60_000, 0, 10, 0))], ""),
        ([NUMBER], FAR.format("IV65536")),
        ([(0x00BD, struct.pack("<HHHIH", 0xFFFF, 0, 0, 0, 0xFF))], FAR.format("IV65536")),
        ([CHART, NUMBER, (0x0A, b"")], ""),
        ([CHART, NUMBER, (0x0A, b""), NUMBER], FAR.format("IV65536")),
    ],
    ids=["claim", "old claim", "upside down", "right to left", "sound", "cell", "cells", "chart", "after a chart"],
)
def test_extents_in_xls(tmp_path: Path, records: list[tuple[int, bytes]], line: str) -> None:
    """Each fails without its branch in `scan_xls`: what calamine would set aside, or a chart's own records."""
    assert scanned(tmp_path / "a.xls", xls(*records)) == line


@pytest.mark.parametrize("kind", [5, 62], ids=["number", "rich text"])
def test_an_absurd_extent_in_xlsb(tmp_path: Path, kind: int) -> None:
    row = b"\x00\x04" + struct.pack("<I", 0xFFFFF)
    cell = bytes([kind, 16]) + struct.pack("<IId", 0x3FFF, 0, 1.0)
    sheet = b"\x81\x01\x00" + b"\x91\x01\x00" + row + cell
    data = zipped(xl__workbook_bin=b"\x83\x01\x00", xl__worksheets__sheet1_bin=sheet)
    (tmp_path / "a.xlsb").write_bytes(data)
    assert refusal(tmp_path / "a.xlsb").startswith("有工作表一直铺到 XFD1048576，大得读不下。")


def test_a_sheet_in_xlsb_that_is_cut_off_anywhere(tmp_path: Path) -> None:
    """Fails without the looks for the end of the data in `xlsb._records`."""
    sheet = b"\x81\x01\x00" + b"\x00\x04" + struct.pack("<I", 7) + b"\x05\x90\x00" + struct.pack("<IId", 3, 0, 1.0)
    for end in range(3, len(sheet)):
        (tmp_path / "a.xlsb").write_bytes(zipped(xl__workbook_bin=b"\x83\x01\x00", xl__s_bin=sheet[:end]))
        assert refusal(tmp_path / "a.xlsb") == DAMAGED


def test_a_panic_of_the_library_is_one_line_and_nothing_else(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code_page_without_content = struct.pack("<HHHH", 0x0809, 0, 0x42, 0).ljust(4096, b"\0")
    (tmp_path / "a.xls").write_bytes(compound("Workbook", stream=code_page_without_content))
    with pytest.raises(UnreadableFile) as caught:
        read_grids(tmp_path / "a.xls")
    assert type(caught.value.__cause__).__name__ == "PanicException"
    assert str(caught.value) == f"a.xls：{DAMAGED}"
    assert capfd.readouterr() == ("", "")


def test_a_program_without_standard_error_reads_all_the_same(valid: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Excel's own Python server has none. Fails without the exception in `_silenced`."""

    def closed(handle: int) -> int:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))

    with monkeypatch.context() as patch:
        patch.setattr("xlpy.files.spreadsheet.os.dup", closed)
        assert list(read_grids(valid).sheets) == ["Sheet"]


def test_a_looping_chain_of_sectors(tmp_path: Path) -> None:
    data = bytearray(compound("Workbook"))
    data[512 + 4 : 512 + 8] = struct.pack("<I", 1)  # the directory's only sector is followed by itself
    (tmp_path / "环.xls").write_bytes(data)
    assert refusal(tmp_path / "环.xls") == DAMAGED


def test_a_word_table_of_absurd_width(tmp_path: Path) -> None:
    WRITERS["docx"](tmp_path / "a.docx")
    replace_in(
        tmp_path / "a.docx",
        tmp_path / "b.docx",
        "word/document.xml",
        b'w:gridSpan w:val="2"',
        b'w:gridSpan w:val="999999999"',
    )
    assert refusal(tmp_path / "b.docx") == f"表格1超过 1000 列。{RESEND}"


def test_deeply_nested_word_xml(tmp_path: Path) -> None:
    WRITERS["docx"](tmp_path / "a.docx")
    deep = b"<w:sdt><w:sdtContent>" * 5000 + b"</w:sdtContent></w:sdt>" * 5000
    replace_in(tmp_path / "a.docx", tmp_path / "b.docx", "word/document.xml", b"<w:body>", b"<w:body>" + deep)
    assert refusal(tmp_path / "b.docx") == DAMAGED


# --- any bytes at all -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("samples")
    for suffix, write in WRITERS.items():
        write(folder / suffix)
    return {suffix: (folder / suffix).read_bytes() for suffix in WRITERS}


def assert_survives(path: Path) -> None:
    with contextlib.suppress(XlpyError):
        assert isinstance(read_grids(path), Snapshot)


FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FUZZ
@given(data=st.binary(max_size=300), start=st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]))
def test_random_bytes(tmp_path: Path, data: bytes, start: bytes) -> None:
    (tmp_path / "a").write_bytes(start + data)
    assert_survives(tmp_path / "a")


@FUZZ
@given(
    suffix=st.sampled_from(sorted(WRITERS)), seed=st.integers(0, 2**32), changes=st.integers(1, 20), cut=st.booleans()
)
def test_mutated_and_truncated_files(
    tmp_path: Path, samples: dict[str, bytes], suffix: str, seed: int, changes: int, cut: bool
) -> None:
    dice, data = random.Random(seed), bytearray(samples[suffix])
    for _ in range(changes):
        data[dice.randrange(len(data))] = dice.randrange(256)
    (tmp_path / "a").write_bytes(data[: dice.randrange(len(data))] if cut else data)
    assert_survives(tmp_path / "a")


@FUZZ
@given(suffix=st.sampled_from(["xlsx", "docx", "ods"]), seed=st.integers(0, 2**32), changes=st.integers(1, 8))
def test_mutated_parts_in_a_sound_package(
    tmp_path: Path, samples: dict[str, bytes], suffix: str, seed: int, changes: int
) -> None:
    dice, out = random.Random(seed), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(samples[suffix])) as given_zip, zipfile.ZipFile(out, "w") as made:
        names = [n for n in given_zip.namelist() if n.endswith((".xml", ".rels"))]
        chosen = dice.choice(names)
        for name in given_zip.namelist():
            data = bytearray(given_zip.read(name))
            if name == chosen and data:
                for _ in range(changes):
                    spot = dice.randrange(len(data))
                    data[spot : spot + dice.randrange(3)] = dice.choice(
                        [b"9", b"0", b"<", b">", b'"', b"A", b"\xff", b""]
                    )
            made.writestr(name, bytes(data))
    (tmp_path / "a").write_bytes(out.getvalue())
    assert_survives(tmp_path / "a")


@pytest.mark.parametrize("shift", range(-30, 8))
def test_a_far_cell_is_seen_wherever_it_stands_in_a_large_sheet(tmp_path: Path, valid: Path, shift: int) -> None:
    """Fails when the pieces that a large part is looked at in do not overlap: here one ends near its address."""
    start, far = WORKSHEET.format("<sheetData>").encode()[: -len("</worksheet>")], b'<c r="XFD1048576"/>'
    rows = b'<row r="999">'.rjust(2**20 - len(start) + shift) + far + b"</row>"
    replace_in(valid, tmp_path / "a.xlsx", SHEET, None, start + rows + b"</sheetData></worksheet>")
    assert refusal(tmp_path / "a.xlsx").startswith("有工作表一直铺到 XFD1048576，大得读不下。")
