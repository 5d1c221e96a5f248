"""Files are replaced whole or not at all: who holds one open, backups, and the step from temporary file to file.

Killed at any point, a run leaves the old file or the new one, whole; what else it leaves has names that `list_forms`
passes over, and goes with the next run on the file.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from xlpy.errors import CannotRun, CannotWrite, FileBusy
from xlpy.surfaces.locks import locked, mark

BACKUPS = "备份"  # the folder beside the workbook
KEPT_BACKUPS = 5
_CLOSE = "请先保存并关闭这个文件，再运行一次"
_FULL = frozenset((errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG))
_SHARING = frozenset((32, 33))  # Windows: another program holds the file or a part of it
_OWNER = 512  # bytes of an owner file that are looked at


def new_workbook(path: str | os.PathLike[str], data: bytes) -> None:
    """Write a fresh file, whole or not at all. Raises CannotRun where one exists already, CannotWrite, FileBusy."""
    target = Path(path)
    with alone(target), _writing(target):
        with temporary(target) as temp:
            write_through(temp, data, target)
            temp.chmod(0o666 & ~_umask())  # as any new file; a temporary one is its owner's alone
            try:
                os.link(temp, target)  # unlike a rename this cannot overwrite a file that has just appeared
            except OSError:  # it is there, or the file system has no links (FAT, some network drives)
                refuse_existing(target)
                temp.rename(target)
        _sync_folder(target.parent)


def refuse_existing(path: Path) -> None:
    """Raises CannotRun where there is such a file already."""
    if path.exists() or path.is_symlink():
        raise CannotRun(f"已经有文件“{path.name}”，不会覆盖它", "请换一个文件名，或先把原来的文件移走")


@contextlib.contextmanager
def alone(path: Path) -> Iterator[None]:
    """No other run of ours is on the file meanwhile, and what a killed one left of its work is gone.

    Raises FileBusy where another run does not end within seconds.
    """
    with locked(path) as sure:
        if sure:
            _clear_away(path)
        yield


def _clear_away(path: Path) -> None:
    for folder in (path.parent, path.parent / BACKUPS):
        with contextlib.suppress(OSError):
            for left in folder.glob(mark(path) + "-*"):
                left.unlink()


def check_free(path: Path) -> None:
    """Raises FileBusy where another program has the file open (naming the person), CannotWrite if it is read-only."""
    if owner := next((found for found in map(_owner_of, _owner_files(path)) if found is not None), None):
        raise FileBusy(path, f"文件正被{owner}打开", _CLOSE)
    with _writing(path):
        if not path.stat().st_mode & stat.S_IWUSR:
            raise CannotWrite(path, "文件是只读的", "请在文件属性里取消“只读”，或另存一份再处理")
        with path.open("r+b"):  # Excel and WPS on Windows keep others from writing
            pass


def replace(path: Path, temp: Path, original: bytes, keep: bool = True) -> Path | None:
    """Put `temp` in the place of `path`, after a backup of `original`; the answer is the backup. For a run alone.

    Without `keep` the backup goes again once all is well: a line more in 操作记录 is not to push out a backup that
    somebody may need. Raises CannotWrite or FileBusy; then the file is as before.
    """
    with _writing(path):
        backup = _back_up(path, original)
        try:
            temp.chmod(stat.S_IMODE(path.stat().st_mode))
            temp.replace(path)
        except BaseException:
            if temp.exists():  # an interrupt may come when the new file is in its place: then the old is in the backup
                backup.unlink(missing_ok=True)
                _drop_if_empty(backup.parent)
            raise
        _sync_folder(path.parent)
    if keep:
        _forget_old_backups(path)
        return backup
    with contextlib.suppress(OSError):
        backup.unlink()
    _drop_if_empty(backup.parent)
    return None


@contextlib.contextmanager
def temporary(path: Path, folder: Path | None = None) -> Iterator[Path]:
    """A new file with the ending of `path`, beside it or in `folder`. It is gone at the end, unless we are killed."""
    with _writing(path):
        handle, name = tempfile.mkstemp(prefix=mark(path) + "-", suffix=path.suffix, dir=folder or path.parent)
        os.close(handle)
    temp = Path(name)
    try:
        yield temp
    finally:
        with contextlib.suppress(OSError):
            temp.unlink(missing_ok=True)


def write_through(path: Path, data: bytes, target: Path | None = None) -> None:
    """Write a file and wait until it is on the disk. Raises CannotWrite, which names `target` if one is given."""
    with _writing(target or path), path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


# --- backups ------------------------------------------------------------------------------------------------------


def back_up(path: Path, data: bytes) -> Path:
    """Keep `data`, the workbook at `path` as it is now, as its newest backup. Raises CannotWrite and FileBusy."""
    with alone(path):
        with _writing(path):
            backup = _back_up(path, data)
        _forget_old_backups(path)
    return backup


def backups(path: Path) -> list[Path]:
    """The backups of a workbook, oldest first."""
    name = re.compile(re.escape(path.stem) + r"\.备份(\d+)" + re.escape(path.suffix))
    folder = path.parent / BACKUPS
    found = [(int(m[1]), p) for p in folder.iterdir() if (m := name.fullmatch(p.name))] if folder.is_dir() else []
    return [p for _, p in sorted(found)]


def _back_up(path: Path, original: bytes) -> Path:
    folder = path.parent / BACKUPS
    try:
        folder.mkdir(exist_ok=True)
    except FileExistsError:
        problem, fix = f"旁边有一个叫“{BACKUPS}”的文件，建不了备份文件夹", "请给那个文件改名后再运行一次"
        raise CannotWrite(path, problem, fix) from None
    old = backups(path)
    number = int(re.findall(r"\d+", old[-1].stem)[-1]) + 1 if old else 1
    backup = folder / f"{path.stem}.备份{number}{path.suffix}"
    try:
        with temporary(path, folder) as temp:
            write_through(temp, original, path)
            temp.chmod(stat.S_IMODE(path.stat().st_mode))
            temp.replace(backup)
    except BaseException:
        _drop_if_empty(folder)
        raise
    _sync_folder(folder)
    return backup


def _drop_if_empty(folder: Path) -> None:
    with contextlib.suppress(OSError):
        folder.rmdir()


def _forget_old_backups(path: Path) -> None:
    for old in backups(path)[:-KEPT_BACKUPS]:
        with contextlib.suppress(OSError):  # one that somebody is looking at goes next time
            old.unlink()


# --- who has it open ----------------------------------------------------------------------------------------------


def _owner_files(path: Path) -> Iterator[Path]:
    for name in (f"~${path.name}", f".~{path.name}", f".~lock.{path.name}#"):
        yield path.with_name(name)


def _owner_of(sign: Path) -> str | None:
    """Who opened the file, by the mark that Excel, WPS or LibreOffice puts beside it; None if nobody did."""
    try:
        with sign.open("rb") as file:
            data = file.read(_OWNER)
    except OSError as error:  # nobody's mark has a name that is too long for the disk
        return None if error.errno in (errno.ENOENT, errno.ENAMETOOLONG) else "别人"
    name = _libreoffice_user(data) if sign.name.startswith(".~lock.") else _excel_user(data)
    name = "".join(c for c in name if c.isprintable() and c != "\ufffd").strip()[:54]
    return f"“{name}”" if name else "别人"


def _libreoffice_user(data: bytes) -> str:
    """The name in LibreOffice's owner file, or the account on the PC where no name was ever entered: name,account,…"""
    fields = re.split(r"(?<!\\),", data.decode("utf-8", "replace"))
    return next((re.sub(r"\\(.)", r"\1", field) for field in fields[:2] if field.strip()), "")


def _excel_user(data: bytes) -> str:
    """The name in Excel's owner file (165 bytes): 55 bytes in the system's code page, then length and UTF-16."""
    length = int.from_bytes(data[55:57], "little")
    if 0 < length <= 54 and len(data) >= 57 + 2 * length:
        return data[57 : 57 + 2 * length].decode("utf-16-le", "replace")
    return data[1 : 1 + data[0]].decode("gb18030", "replace") if data else ""


# --- failures -----------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _refusal(path, error) from error


def _refusal(path: Path, error: OSError) -> FileBusy | CannotWrite:
    if getattr(error, "winerror", None) in _SHARING:
        return FileBusy(path, "文件正被 Excel、WPS 或别的程序占用", _CLOSE)
    if error.errno in _FULL:
        return CannotWrite(path, "磁盘空间不足，没有改动原文件", "请清理磁盘后再运行一次")
    if error.errno == errno.EROFS:
        return CannotWrite(path, "磁盘是只读的", "请把文件复制到自己电脑的硬盘上再处理")
    if error.errno in (errno.EACCES, errno.EPERM):
        return CannotWrite(
            path, "没有权限写入这个文件或文件夹", "请关闭正在使用它的程序，或把文件复制到自己的文件夹再处理"
        )
    if error.errno == errno.EISDIR:
        return CannotWrite(path, "这是文件夹，不是文件", "请给出其中的 Excel 文件")
    if error.errno == errno.ENAMETOOLONG:
        return CannotWrite(path, "文件名太长，没有余地给备份加编号", "请把文件名改短后再运行一次")
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return CannotWrite(path, "文件或它所在的文件夹不存在", "请检查文件名和路径")
    return CannotWrite(path, "写入失败，没有改动原文件", "请检查磁盘或网络盘后再运行一次")


def _umask() -> int:
    mask = os.umask(0o022)  # there is no way to ask without setting
    os.umask(mask)
    return mask


def _sync_folder(folder: Path) -> None:
    """Make the rename itself last through a power cut, where the system can (not on Windows)."""
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
