"""One received file, read once: every later step works on these bytes, so nothing changes underfoot."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from xlpy.errors import FileBusy, UnreadableFile
from xlpy.files.limits import MAX_FILE

DAMAGED = "文件已损坏或不完整"
RESEND = "请用 Excel 或 WPS 打开确认，另存为 .xlsx 或 .docx；打不开就请报送单位重新发送"
_SHARING_VIOLATION = 32  # Windows: another program opened the file for itself alone


@dataclass(frozen=True, slots=True)
class Source:
    """`path` as given, and the bytes found there."""

    path: str
    data: bytes

    @property
    def suffix(self) -> str:
        return Path(self.path).suffix.casefold()

    def unreadable(self, problem: str = DAMAGED, fix: str = RESEND) -> UnreadableFile:
        return UnreadableFile(self.path, problem, fix)


def read_source(path: str | os.PathLike[str]) -> Source:
    """The bytes of a regular file of at most `MAX_FILE` bytes.

    Never waits: a pipe or a device is opened without blocking, recognised and refused. Raises UnreadableFile, and
    FileBusy where another program keeps others from reading.
    """
    name = os.fspath(path)
    try:
        with open(name, "rb", opener=_without_waiting) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise UnreadableFile(name, "这不是普通文件", "请给出 Excel 或 Word 文件")
            size = min(status.st_size, MAX_FILE)
            data = file.read(size + 1)  # room for as much as allowed would be set aside, which takes its time
            if len(data) > size:
                data += file.read(MAX_FILE + 1 - len(data))
    except (OSError, ValueError) as error:
        raise _cannot_open(name, error) from error
    if len(data) > MAX_FILE:
        limit = MAX_FILE // 2**20
        raise UnreadableFile(name, f"文件超过 {limit} MB", "请删去或压缩里面的图片后再试")
    if not data:
        raise UnreadableFile(name, "文件是空的（0 字节）", "请报送单位重新发送")
    return Source(name, data)


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _cannot_open(name: str, error: OSError | ValueError) -> UnreadableFile | FileBusy:
    code = getattr(error, "errno", None)
    if getattr(error, "winerror", None) == _SHARING_VIOLATION:
        return FileBusy(name, "文件正被别的程序占用", "请关闭 Excel 或 WPS 里的这个文件后再试")
    if isinstance(error, ValueError) or code in (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.EINVAL):
        return UnreadableFile(name, "找不到这个文件", "请检查文件名和路径")
    if Path(name).is_dir():  # Windows refuses to open a folder at all
        return _folder(name)
    if code in (errno.EACCES, errno.EPERM):
        return UnreadableFile(name, "没有权限读这个文件", "请检查文件权限，或把它复制到自己的文件夹")
    if code == errno.ELOOP:
        return UnreadableFile(name, "链接指回了自己", "请换成真正的文件")
    return UnreadableFile(name, "打不开这个文件", "请检查磁盘或网络盘后再试")


def _folder(name: str) -> UnreadableFile:
    return UnreadableFile(name, "这是文件夹，不是文件", "请给出其中的 Excel 或 Word 文件")
