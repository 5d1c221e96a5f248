"""What a file is, by its bytes and never by its name; and for what is not read, what it is and what to do instead."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import Final

from xlpy.errors import PasswordNeeded, UnreadableFile, UnsupportedFormat
from xlpy.files import ole
from xlpy.files.ole import Compound
from xlpy.files.package import Package
from xlpy.files.source import Source
from xlpy.files.xls import WORKBOOK_STREAMS


class Format(Enum):
    """The formats that are read."""

    XLSX = auto()
    XLSB = auto()
    XLS = auto()
    ODS = auto()
    DOCX = auto()


_SAVE_XLSX: Final = "请用 Excel 或 WPS 打开后另存为 .xlsx"
_SAVE_DOCX: Final = "请用 Word 或 WPS 打开后另存为 .docx"
_SAVE_EITHER: Final = "请用 WPS 打开后另存为 .xlsx 或 .docx"
_ASK_OFFICE: Final = "请向企业要 Excel 或 Word 版"
_UNZIP: Final = "请先解压，再用里面的文件"
_NO_PASSWORD: Final = "请报送单位提供没有密码的文件"
_DECRYPT: Final = "请企业解密后重新报送"

_MAIN_PARTS: Final = (
    (b"spreadsheetml.sheet.main+xml", Format.XLSX),
    (b"spreadsheetml.template.main+xml", Format.XLSX),
    (b"ms-excel.sheet.macroEnabled.main+xml", Format.XLSX),
    (b"ms-excel.template.macroEnabled.main+xml", Format.XLSX),
    (b"ms-excel.addin.macroEnabled.main+xml", Format.XLSX),
    (b"ms-excel.sheet.binary.macroEnabled.main", Format.XLSB),
    (b"wordprocessingml.document.main+xml", Format.DOCX),
    (b"wordprocessingml.template.main+xml", Format.DOCX),
    (b"ms-word.document.macroEnabled.main+xml", Format.DOCX),
    (b"ms-word.template.macroEnabledTemplate.main+xml", Format.DOCX),
)
_MAIN_NAMES: Final = {
    "xl/workbook.xml": Format.XLSX,
    "xl/workbook.bin": Format.XLSB,
    "word/document.xml": Format.DOCX,
}
_OTHER_PACKAGES: Final = (  # a part whose name starts like this tells what the zip is
    ("ppt/", "这是演示文稿(.pptx)", _ASK_OFFICE),
    ("visio/", "这是 Visio 图(.vsdx)", _ASK_OFFICE),
    ("OFD.xml", "这是 OFD 版式文件", _ASK_OFFICE),
    ("Index/", "这是苹果 Numbers 或 Pages 文件", "请在苹果电脑上导出为 .xlsx 或 .docx"),
)
_OTHER_STREAMS: Final = (
    ("PowerPoint Document", "这是演示文稿(.ppt)", _ASK_OFFICE),
    ("__properties_version1.0", "这是 Outlook 邮件(.msg)", "请打开邮件，把附件另存出来再用"),
    ("VisioDocument", "这是 Visio 图(.vsd)", _ASK_OFFICE),
)
_OTHER_MAGIC: Final = (
    (b"{\\rtf", "这是 RTF 文档", _SAVE_DOCX),
    (b"\x89PNG", "这是图片", _ASK_OFFICE),
    (b"\xff\xd8\xff", "这是图片", _ASK_OFFICE),
    (b"GIF8", "这是图片", _ASK_OFFICE),
    (b"BM", "这是图片", _ASK_OFFICE),
    (b"II*\x00", "这是图片", _ASK_OFFICE),
    (b"MM\x00*", "这是图片", _ASK_OFFICE),
    (b"Rar!\x1a\x07", "这是压缩包(.rar)", _UNZIP),
    (b"7z\xbc\xaf\x27\x1c", "这是压缩包(.7z)", _UNZIP),
    (b"\x1f\x8b", "这是压缩包(.gz)", _UNZIP),
    (b"MZ", "这是程序文件", "请不要打开，并核实文件来源"),
    (b"\x78\x9f\x3e\x22", "这是 Outlook 的附件包(winmail.dat)", "请报送单位换一种方式发送"),
    (b"\x09\x08", "这是很旧的 Excel 格式", _SAVE_XLSX),
    (b"\x09\x04", "这是很旧的 Excel 格式", _SAVE_XLSX),
    (b"\x09\x02", "这是很旧的 Excel 格式", _SAVE_XLSX),
    (b"\x09\x00", "这是很旧的 Excel 格式", _SAVE_XLSX),
)
_PROTECTED: Final = (b"%TSD-Header-###%", b"E-SafeNet")  # file encryption that companies run on their own PCs
_OTHER_MARKUP: Final = (
    (b"urn:schemas-microsoft-com:office:spreadsheet", "这是 XML 表格(2003)，只是改了扩展名", _SAVE_XLSX),
    (b"http://schemas.microsoft.com/office/word/2003", "这是 XML 文档(2003)，只是改了扩展名", _SAVE_DOCX),
    (b"http://schemas.microsoft.com/office/2006/xmlpackage", "这是单个 XML 的 Office 文件", _SAVE_EITHER),
    (b"<html", "这是网页，只是改了扩展名", _SAVE_XLSX),
    (b"<!doctype html", "这是网页，只是改了扩展名", _SAVE_XLSX),
    (b"<table", "这是网页，只是改了扩展名", _SAVE_XLSX),
    (b"mime-version:", "这是网页或邮件，只是改了扩展名", _SAVE_XLSX),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


def recognise(source: Source) -> tuple[Format, Package | Compound]:
    """The format of a file that is read, and its opened container (a `Compound` for XLS, a `Package` otherwise).

    Raises UnsupportedFormat, PasswordNeeded, or UnreadableFile where nothing is recognised.
    """
    if source.data.startswith(b"PK\x03\x04"):
        package = Package(source)
        return _package_format(package), package
    if source.data.startswith(ole.MAGIC):
        compound = Compound(source)
        return _compound_format(source, compound), compound
    raise _refusal(source)


def _package_format(package: Package) -> Format:
    types = package.read("[Content_Types].xml")
    for main, found in _MAIN_PARTS:
        if main in types:
            return found
    for name, found in _MAIN_NAMES.items():
        if name in package:
            return found
    path = package.source.path
    kind = package.read("mimetype").strip()
    if kind.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return Format.ODS
    if kind.startswith(b"application/vnd.oasis.opendocument.text"):
        raise UnsupportedFormat(path, "这是 OpenDocument 文档(.odt)", _SAVE_DOCX)
    for start, problem, fix in _OTHER_PACKAGES:
        if any(name.startswith(start) for name in package.names):
            raise UnsupportedFormat(path, problem, fix)
    raise UnsupportedFormat(path, "这是压缩包(.zip)", _UNZIP)


def _compound_format(source: Source, compound: Compound) -> Format:
    streams = compound.entries
    if "EncryptedPackage" in streams or "EncryptionInfo" in streams:
        raise PasswordNeeded(source.path, "文件设有打开密码", _NO_PASSWORD)
    # WPS stores its own formats in the same streams as Office does: there only the name tells them apart.
    if source.suffix in (".wps", ".wpt", ".et", ".ett") or "MatOST" in streams:
        raise UnsupportedFormat(source.path, "这是 WPS 旧格式(.wps/.et)", _SAVE_EITHER)
    if any(name in streams for name in WORKBOOK_STREAMS):
        return Format.XLS
    if "WordDocument" in streams:
        raise UnsupportedFormat(source.path, "这是旧版 Word 文档(.doc)", _SAVE_DOCX)
    for stream, problem, fix in _OTHER_STREAMS:
        if stream in streams:
            raise UnsupportedFormat(source.path, problem, fix)
    raise UnsupportedFormat(source.path, "文件里既没有表格，也没有文档", _ASK_OFFICE)


def _refusal(source: Source) -> PasswordNeeded | UnsupportedFormat | UnreadableFile:
    data, path = source.data, source.path
    head = data[:4096]
    if any(mark in head for mark in _PROTECTED):
        return PasswordNeeded(path, "文件被企业的加密软件加了密", _DECRYPT)
    if b"%PDF-" in head[:1024]:
        return UnsupportedFormat(path, "这是 PDF", _ASK_OFFICE)
    for magic, problem, fix in _OTHER_MAGIC:
        if data.startswith(magic):
            return UnsupportedFormat(path, problem, fix)
    if head[8:12] == b"WEBP" or head[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1"):
        return UnsupportedFormat(path, "这是图片", _ASK_OFFICE)
    if not head.strip(b"\0"):
        return source.unreadable("文件内容全是空的，多半没有传完", "请报送单位重新发送")
    text = _as_text(head)
    if text is None:
        return source.unreadable("认不出这是什么文件")
    folded = text.casefold().encode()
    for mark, problem, fix in _OTHER_MARKUP:
        if mark in folded:
            return UnsupportedFormat(path, problem, fix)
    return UnsupportedFormat(path, "这是文本（例如 CSV），不是表格文件", _SAVE_XLSX)


def _as_text(head: bytes) -> str | None:
    """The start of a text file; None if it is none."""
    encodings = ("utf-16",) if head[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        for cut in range(4):  # the head may end inside a character
            try:
                text = head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
            return None if _CONTROL.search(text) else text
    return None
