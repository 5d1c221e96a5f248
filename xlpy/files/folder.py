"""Which files of a folder may be forms. Every file is named once: as a candidate, or as skipped with its reason.

Nothing is read here beyond a few leading bytes of files with an unknown extension; whether a candidate really is a
form is found by `xlpy.files.read_grids` and `xlpy.forms`.
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from xlpy.models import Skipped
from xlpy.patch import safe_text, storable

BACKUP_FOLDER: Final = "备份"
"""Where we keep the versions of a workbook before our own changes."""

RETURN_FOLDER: Final = "退回修改"
"""Where the copies for the towns to mend are put: they are not received once more."""

_OFFICE = {".xlsx", ".xlsm", ".xlsb", ".xls", ".xltx", ".xltm", ".ods", ".docx", ".docm"}
_OLD_OFFICE = {".doc", ".dot", ".wps", ".wpt", ".et", ".ett", ".rtf", ".odt"}  # the reader says what to save them as
_OTHER = {
    "PDF 不能导入，请用同一份表的 Excel 或 Word 版": ".pdf .ofd",
    "图片不是登记表，不读": ".jpg .jpeg .png .gif .bmp .tif .tiff .webp .heic .svg .emf .wmf .psd",
    "压缩包不读，请先解压，再重新导入": ".zip .rar .7z .gz .tar .bz2 .xz .iso .cab",
    "演示文稿不是登记表，不读": ".ppt .pptx .pps .ppsx .dps .odp",
    "音频或视频不是登记表，不读": ".mp3 .mp4 .wav .avi .mov .wmv .m4a .mkv .flv",
    "邮件不读，请打开后把附件另存到这个文件夹": ".msg .eml",
    "文本不是登记表，不读": ".txt .csv .tsv .md .log .json .xml .ini .htm .html .mht .mhtml",
    "快捷方式不读，请把它指向的文件复制过来": ".lnk .url",
    "程序文件不读": ".exe .dll .bat .cmd .vbs .js .ps1 .py .jar .xla .xlam .com .msi",
    "没有下载完的文件，请重新下载": ".crdownload .part .partial .download .downloading .td",
}
_REASON = {suffix: reason for reason, suffixes in _OTHER.items() for suffix in suffixes.split()}
_UNSTORABLE = "文件名或文件夹名里有工作簿存不下的字符，请改名后重新导入"
_SYSTEM = {"thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r"}
_MAGIC = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")


def list_forms(
    folder: str | os.PathLike[str], exclude: Iterable[str | os.PathLike[str]] = ()
) -> tuple[list[Path], list[Skipped]]:
    """The candidates below `folder` and all the rest, both in natural order (表2 before 表10).

    `exclude` names files that are no forms, such as the summary workbook. Links to folders are not followed, so a
    loop of links cannot be entered; a folder that is not entered is named as one skipped entry.
    """
    left_out = {_identity(Path(p)) for p in exclude}
    forms: list[Path] = []
    skipped: list[Skipped] = []
    pending = [Path(folder)]
    while pending:
        here = pending.pop()
        try:
            with os.scandir(here) as found:
                entries = sorted(found, key=lambda e: natural_key(e.name))
        except OSError:
            skipped.append(_skipped(str(here), "打不开这个文件夹，请检查权限"))
            continue
        for entry in entries:
            path = Path(entry.path)
            reason = _reason(entry, path, left_out)
            if reason is None:
                pending.append(path)
            elif reason:
                skipped.append(_skipped(entry.path, reason))
            elif not storable(entry.path):  # the workbook remembers every form by its name
                skipped.append(_skipped(entry.path, _UNSTORABLE))
            else:
                forms.append(path)
    forms.sort(key=lambda p: natural_key(str(p)))
    skipped.sort(key=lambda s: natural_key(s.file))
    return forms, skipped


def natural_key(text: str) -> tuple[tuple[tuple[int, int | str], ...], str]:
    """Sort key in which numbers count as numbers, and width and case do not count.

    >>> sorted(["表10", "表９", "表2"], key=natural_key)
    ['表2', '表９', '表10']
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    pieces = (p for p in re.split(r"([0-9]+)", folded) if p)
    return tuple((0, int(p)) if p[0] in "0123456789" else (1, p) for p in pieces), text


def _skipped(path: str, reason: str) -> Skipped:
    return Skipped(file=safe_text(path), reason=reason)  # the workbook lists it, and must be able to


def _reason(entry: os.DirEntry[str], path: Path, left_out: set[str]) -> str | None:
    """Why an entry is skipped, "" for a candidate, None for a folder to enter."""
    try:
        mode = entry.stat(follow_symlinks=True).st_mode
    except OSError:
        return "链接指向的文件不存在" if entry.is_symlink() else "读不到这个文件，请检查权限"
    if stat.S_ISDIR(mode):
        return _folder_reason(entry)
    if not stat.S_ISREG(mode):
        return "不是普通文件，不读"
    return _file_reason(path, left_out)


def _folder_reason(entry: os.DirEntry[str]) -> str | None:
    if entry.name == BACKUP_FOLDER:
        return "这是自动备份的文件夹，不读"
    if entry.name == RETURN_FOLDER:
        return "这是退回街镇修改的文件夹，不读"
    if entry.name.startswith(".") or entry.name == "__MACOSX":
        return "隐藏的文件夹，不读"
    return "指向别处的文件夹链接，不进入" if entry.is_symlink() else None


def _file_reason(path: Path, left_out: set[str]) -> str:
    name, suffix = path.name.casefold(), path.suffix.casefold()
    if _identity(path) in left_out:
        return "这是汇总表本身"
    if name.startswith(("~$", ".~", "~wr")) or suffix == ".tmp":
        return "Excel、Word 或 WPS 打开文件时的临时文件，不读"
    if name in _SYSTEM:
        return "系统文件，不读"
    if name.startswith("."):
        return "隐藏文件，不读"
    if suffix in _OFFICE or suffix in _OLD_OFFICE:
        return ""
    if reason := _REASON.get(suffix):
        return reason
    try:
        with path.open("rb") as file:
            head = file.read(8)
    except OSError:
        return "打不开这个文件，请检查权限"
    return "" if head.startswith(_MAGIC) else "不是 Excel 或 Word 文件，不读"


def _identity(path: Path) -> str:
    return os.path.normcase(os.path.realpath(path))
