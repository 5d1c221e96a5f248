"""A file is replaced whole or not at all, the former version is kept, and nobody's open file is touched.

Each test fails without its guard; where the name of the test does not tell it:

- open elsewhere: `check_free` before the work and once more before the rename, a reader for each kind of mark;
- failures: a branch of `_refusal` for each message, `unlink` in `temporary` and in `replace` for what is left behind;
- backups: `_back_up` before the rename, its number after the highest one, `_forget_old_backups`, the `chmod` of both;
- leftovers: `_clear_away`, for names that begin with this file's own `mark` alone.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, NoReturn

import pytest
import xlsxwriter

from xlpy.errors import CannotRun, CannotWrite, FileBusy, XlpyError
from xlpy.files.folder import list_forms
from xlpy.layout import LOG
from xlpy.patch import AddSheet, Patch, Write
from xlpy.surfaces.file import editing, open_workbook
from xlpy.surfaces.locks import locked, mark
from xlpy.surfaces.losses import losses
from xlpy.surfaces.saving import back_up, backups, new_workbook, refuse_existing


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "汇总表.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("表").write(0, 0, "原来的")
    book.close()
    return path


def commit(path: Path, text: str = "新的") -> Path | None:
    return open_workbook(path).commit(Patch((Write("表", 1, 1, ((text,),)),)))


def content(path: Path) -> object:
    return open_workbook(path).snapshot.sheet("表").value(1, 1)


def tree(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*"))


# --- backups ------------------------------------------------------------------------------------------------------


def test_every_commit_keeps_the_former_version(path: Path) -> None:
    before = path.read_bytes()
    first = commit(path, "一")
    between = path.read_bytes()
    second = commit(path, "二")
    assert (first, second) == (
        path.parent / "备份" / "汇总表.备份1.xlsx",
        path.parent / "备份" / "汇总表.备份2.xlsx",
    )
    assert first
    assert first.read_bytes() == before
    assert second
    assert second.read_bytes() == between
    assert content(path) == "二"
    assert tree(path.parent) == ["备份", "备份/汇总表.备份1.xlsx", "备份/汇总表.备份2.xlsx", "汇总表.xlsx"]


def test_the_newest_five_backups_stay_in_their_order(path: Path) -> None:
    book = open_workbook(path)
    for n in range(12):
        book.commit(Patch((Write("表", 1, 1, ((f"第{n}次",),)),)))
    assert [p.name for p in backups(path)] == [f"汇总表.备份{n}.xlsx" for n in (8, 9, 10, 11, 12)]
    assert [content(p) for p in backups(path)] == [f"第{n}次" for n in range(6, 11)]


def test_a_copy_of_an_open_workbook_is_kept_in_the_same_row(path: Path) -> None:
    commit(path)
    for n in range(2, 8):
        assert back_up(path, b"%d" % n) == path.parent / "备份" / f"汇总表.备份{n}.xlsx"
    assert [p.read_bytes() for p in backups(path)] == [b"3", b"4", b"5", b"6", b"7"]
    assert content(path) == "新的"


def test_a_line_in_the_log_alone_leaves_no_backup_and_no_folder(path: Path) -> None:
    """Fails without `keep`, or without `_drop_if_empty` after it: such a line is not to push out what matters."""
    book = open_workbook(path)
    book.commit(Patch((AddSheet(LOG),)))
    shutil.rmtree(path.with_name("备份"))
    assert book.commit(Patch((Write(LOG, 1, 1, (("查看",),)),))) is None
    assert tree(path.parent) == ["汇总表.xlsx"]


def test_a_copy_of_an_open_workbook_waits_for_a_run_on_its_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails without `alone` in `back_up`: both could take the same number."""
    monkeypatch.setattr("xlpy.surfaces.locks.PATIENCE", 0.1)
    with locked(path), pytest.raises(FileBusy, match="另一个 xlpy 正在处理这个文件"):
        back_up(path, b"x")
    assert backups(path) == []


def test_a_workbook_locks_again_once_its_turn_is_over(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails where `editing` does not take back what it told the workbook."""
    monkeypatch.setattr("xlpy.surfaces.locks.PATIENCE", 0.1)
    with editing(path) as book:
        pass
    with locked(path), pytest.raises(FileBusy, match="另一个 xlpy 正在处理这个文件"):
        book.commit(Patch((Write("表", 1, 1, (("新的",),)),)))


def test_backups_of_other_workbooks_are_not_counted(path: Path) -> None:
    folder = path.parent / "备份"
    folder.mkdir()
    others = ("汇总表2.备份7.xlsx", "汇总表.备份9.xlsm", "汇总表.备份x.xlsx", "汇总表.备份3.xlsx.bak")
    for name in others:
        (folder / name).write_bytes(b"")
    commit(path)
    assert [p.name for p in backups(path)] == ["汇总表.备份1.xlsx"]
    assert all((folder / name).exists() for name in others)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_the_mode_and_a_link_stay(path: Path, tmp_path: Path) -> None:
    path.chmod(0o640)
    link = tmp_path / "快捷.xlsx"
    link.symlink_to(path)
    backup = commit(link)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert backup
    assert stat.S_IMODE(backup.stat().st_mode) == 0o640
    assert link.is_symlink()
    assert content(path) == "新的"


# --- open elsewhere -------------------------------------------------------------------------------------------------


def excel_mark(user: str) -> bytes:
    """The owner file of Excel: 165 bytes, the name in the code page and in UTF-16."""
    name = user.encode("gb18030")
    return (
        bytes([len(name)])
        + name.ljust(54)
        + len(user).to_bytes(2, "little")
        + user.encode("utf-16-le").ljust(108, b"\0")
    )


MARKS = [
    ("~$汇总表.xlsx", excel_mark("王小明"), "“王小明”"),
    ("~$汇总表.xlsx", excel_mark("Li Lei"), "“Li Lei”"),
    ("~$汇总表.xlsx", excel_mark("王小明")[:55], "“王小明”"),
    ("~$汇总表.xlsx", b"\0" + excel_mark("王小明")[1:], "“王小明”"),
    ("~$汇总表.xlsx", b"", "别人"),
    ("~$汇总表.xlsx", b"\xff" * 165, "别人"),
    (".~汇总表.xlsx", excel_mark("赵六"), "“赵六”"),
    (".~lock.汇总表.xlsx#", "张三,zhang,pc-7,05.09.2023 10:00,file:///x;".encode(), "“张三”"),
    (".~lock.汇总表.xlsx#", b",zhang,pc-7,05.09.2023 10:00,file:///x;", "“zhang”"),  # no name was entered
    (".~lock.汇总表.xlsx#", "张三\\, 科长,zhang,pc-7,,;".encode(), "“张三, 科长”"),
    (".~lock.汇总表.xlsx#", b",,,", "别人"),
    (".~lock.汇总表.xlsx#", ("长" * 99).encode(), f"“{'长' * 54}”"),  # a line stays one that can be read
    ("~$汇总表.xlsx", excel_mark("王小明")[:55] + b"\xff\xff" + b"x\0" * 200, "“王小明”"),  # a length that is none
]


@pytest.mark.parametrize(("mark", "data", "who"), MARKS)
def test_a_file_open_elsewhere_is_left_alone_and_the_person_named(path: Path, mark: str, data: bytes, who: str) -> None:
    assert len(excel_mark("王小明")) == 165
    path.with_name(mark).write_bytes(data)
    before = path.read_bytes()
    with pytest.raises(FileBusy) as caught:
        commit(path)
    assert str(caught.value) == f"汇总表.xlsx：文件正被{who}打开。请先保存并关闭这个文件，再运行一次"
    assert path.read_bytes() == before
    assert tree(path.parent) == sorted([mark, "汇总表.xlsx"])


def test_a_mark_that_nobody_can_read_is_a_mark(path: Path) -> None:
    """On Windows its owner may keep it to itself; here it is a folder. Fails without “别人” in `_owner_of`."""
    path.with_name("~$汇总表.xlsx").mkdir()
    with pytest.raises(FileBusy, match="文件正被别人打开"):
        commit(path)
    assert content(path) == "原来的"


@pytest.mark.skipif(sys.platform == "win32", reason="no device files on Windows")
def test_no_more_of_a_mark_is_read_than_a_name_takes(path: Path) -> None:
    """Fails without _OWNER: in hunger for memory."""
    path.with_name("~$汇总表.xlsx").symlink_to("/dev/zero")
    with pytest.raises(FileBusy, match="文件正被别人打开"):
        commit(path)


def test_a_file_opened_while_we_work_is_left_alone(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    meanwhile(monkeypatch, lambda: path.with_name("~$汇总表.xlsx").write_bytes(excel_mark("王小明")))
    with pytest.raises(FileBusy, match="文件正被“王小明”打开"):
        commit(path)
    assert tree(path.parent) == ["~$汇总表.xlsx", "汇总表.xlsx"]


@pytest.mark.parametrize("code", [32, 33], ids=["the file", "a part of it"])
def test_windows_says_that_another_program_holds_the_file(
    path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    """Fails without _SHARING: permissions would be blamed."""

    def held(*arguments: Any) -> NoReturn:
        error = PermissionError(errno.EACCES, "in use")
        error.winerror = code  # type: ignore[attr-defined]
        raise error

    monkeypatch.setattr(Path, "replace", held)
    with pytest.raises(FileBusy) as caught:
        commit(path)
    assert str(caught.value) == ("汇总表.xlsx：文件正被 Excel、WPS 或别的程序占用。请先保存并关闭这个文件，再运行一次")
    assert tree(path.parent) == ["汇总表.xlsx"]


# --- failures ---------------------------------------------------------------------------------------------------------


def test_a_read_only_file_is_left_alone(path: Path) -> None:
    path.chmod(0o444)
    with pytest.raises(CannotWrite) as caught:
        commit(path)
    assert str(caught.value) == "汇总表.xlsx：文件是只读的。请在文件属性里取消“只读”，或另存一份再处理"
    assert content(path) == "原来的"
    assert tree(path.parent) == ["汇总表.xlsx"]


def failing(code: int) -> Callable[..., NoReturn]:
    def fail(*arguments: Any, **options: Any) -> NoReturn:
        raise OSError(code, os.strerror(code))

    return fail


FAILURES = [
    (errno.ENOSPC, "磁盘空间不足，没有改动原文件。请清理磁盘后再运行一次"),
    (errno.EDQUOT, "磁盘空间不足，没有改动原文件。请清理磁盘后再运行一次"),  # that of the user's own share
    (errno.EROFS, "磁盘是只读的。请把文件复制到自己电脑的硬盘上再处理"),
    (errno.EACCES, "没有权限写入这个文件或文件夹。请关闭正在使用它的程序，或把文件复制到自己的文件夹再处理"),
    (errno.EIO, "写入失败，没有改动原文件。请检查磁盘或网络盘后再运行一次"),
]
STEPS = ("os.fsync", "tempfile.mkstemp", "pathlib.Path.mkdir", "pathlib.Path.replace")


@pytest.mark.parametrize(("code", "message"), FAILURES, ids=[str(code) for code, _ in FAILURES])
@pytest.mark.parametrize("step", STEPS)
def test_a_failing_disk_leaves_the_old_file_and_nothing_else(
    path: Path, monkeypatch: pytest.MonkeyPatch, step: str, code: int, message: str
) -> None:
    before = path.read_bytes()
    book = open_workbook(path)
    with monkeypatch.context() as patch:
        patch.setattr(step, failing(code))
        with pytest.raises(CannotWrite) as caught:
            book.commit(Patch((Write("表", 1, 1, (("新的",),)),)))
    assert caught.value.reason == message
    assert path.read_bytes() == before
    assert tree(path.parent) == ["汇总表.xlsx"]
    book.commit(Patch((Write("表", 1, 1, (("新的",),)),)))
    assert content(path) == "新的"


@pytest.mark.parametrize(
    "step", ["xlpy.surfaces.file.losses", "os.fsync", "pathlib.Path.chmod", "pathlib.Path.replace"]
)
def test_interrupting_leaves_the_old_file_and_nothing_else(
    path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def interrupted(*arguments: Any, **options: Any) -> NoReturn:
        raise KeyboardInterrupt

    before = path.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(step, interrupted)
        with pytest.raises(KeyboardInterrupt):
            commit(path)
    assert path.read_bytes() == before
    assert tree(path.parent) == ["汇总表.xlsx"]


def test_the_last_step_fails_and_the_backup_goes_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The backup is in its place already when the new file cannot take its own."""
    replace = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if target.name == "汇总表.xlsx":
            raise PermissionError(errno.EACCES, "denied")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(CannotWrite, match="没有权限写入"):
        commit(path)
    assert tree(path.parent) == ["汇总表.xlsx"]


def test_a_file_that_vanished_is_reported(path: Path) -> None:
    book = open_workbook(path)
    path.unlink()
    with pytest.raises(CannotWrite) as caught:
        book.commit(Patch((Write("表", 1, 1, (("新的",),)),)))
    assert str(caught.value) == "汇总表.xlsx：文件或它所在的文件夹不存在。请检查文件名和路径"
    assert tree(path.parent) == []


GONE = "汇总表.xlsx：文件或它所在的文件夹不存在。请检查文件名和路径"


def meanwhile(monkeypatch: pytest.MonkeyPatch, happen: Callable[[], object]) -> None:
    """Let something happen when the new file is on the disk already but not yet in its place."""

    def late(*arguments: Any) -> list[str]:
        happen()
        return losses(*arguments)

    monkeypatch.setattr("xlpy.surfaces.file.losses", late)


def test_a_file_changed_while_we_work_is_not_overwritten(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails without the last `_check_unchanged`: somebody's work would go into a backup that they do not know of."""
    theirs = path.with_name("别人的.xlsx")
    shutil.copy(path, theirs)
    commit(theirs, "别人的")
    shutil.rmtree(path.with_name("备份"))
    meanwhile(monkeypatch, lambda: theirs.replace(path))
    with pytest.raises(FileBusy) as caught:
        commit(path)
    assert str(caught.value) == "汇总表.xlsx：文件在读取之后被改过。没有写入任何内容，请再运行一次"
    assert content(path) == "别人的"
    assert tree(path.parent) == ["汇总表.xlsx"]


def test_the_new_file_is_made_beside_the_old_one(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails with a temporary file elsewhere: on another disk the rename would be a copy, which can be cut short."""
    seen: list[str] = []
    meanwhile(monkeypatch, lambda: seen.extend(p.name for p in path.parent.glob(f"{mark(path)}-*.xlsx")))
    commit(path)
    assert len(seen) == 1


def test_a_file_deleted_while_we_work_stays_deleted(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    meanwhile(monkeypatch, path.unlink)
    with pytest.raises(CannotWrite) as caught:
        commit(path)
    assert str(caught.value) == GONE
    assert tree(path.parent) == []


def test_a_file_renamed_while_we_work_keeps_its_new_name_and_content(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = path.read_bytes()
    meanwhile(monkeypatch, lambda: path.rename(path.with_name("改名.xlsx")))
    with pytest.raises(CannotWrite) as caught:
        commit(path)
    assert str(caught.value) == GONE
    assert path.with_name("改名.xlsx").read_bytes() == before
    assert tree(path.parent) == ["改名.xlsx"]


def test_a_folder_renamed_while_we_work_is_tidied_by_the_next_run(
    tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = tmp_path / "这里", tmp_path / "那里"
    here.mkdir()
    path = path.rename(here / path.name)
    before = path.read_bytes()
    with monkeypatch.context() as patch:
        meanwhile(patch, lambda: here.rename(there))
        with pytest.raises(CannotWrite) as caught:
            commit(path)
    assert str(caught.value) == GONE
    assert (there / path.name).read_bytes() == before
    assert tree(tmp_path) != ["那里", "那里/汇总表.xlsx"], "our own files went along"
    commit(there / path.name)
    assert tree(there) == ["备份", "备份/汇总表.备份1.xlsx", "汇总表.xlsx"]


def become_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("late", [False, True])
def test_a_file_that_has_become_a_folder_is_reported(path: Path, monkeypatch: pytest.MonkeyPatch, late: bool) -> None:
    book = open_workbook(path)
    if late:
        meanwhile(monkeypatch, lambda: become_a_folder(path))
    else:
        become_a_folder(path)
    with pytest.raises(CannotWrite) as caught:
        book.commit(Patch((Write("表", 1, 1, (("新的",),)),)))
    assert str(caught.value) == "汇总表.xlsx：这是文件夹，不是文件。请给出其中的 Excel 文件"
    assert tree(path.parent) == ["汇总表.xlsx"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_that_has_come_to_point_to_itself_is_reported(path: Path) -> None:
    book = open_workbook(path)
    path.unlink()
    path.symlink_to(path)
    with pytest.raises(XlpyError) as caught:
        book.commit(Patch((Write("表", 1, 1, (("新的",),)),)))
    assert str(caught.value) == "汇总表.xlsx：写入失败，没有改动原文件。请检查磁盘或网络盘后再运行一次"


def test_a_file_in_the_place_of_the_folder_for_backups_is_left_alone(path: Path) -> None:
    before = path.read_bytes()
    path.with_name("备份").write_bytes(b"theirs")
    with pytest.raises(CannotWrite) as caught:
        commit(path)
    problem = "旁边有一个叫“备份”的文件，建不了备份文件夹"
    assert str(caught.value) == f"汇总表.xlsx：{problem}。请给那个文件改名后再运行一次"
    assert path.with_name("备份").read_bytes() == b"theirs"
    assert path.read_bytes() == before
    assert tree(path.parent) == ["备份", "汇总表.xlsx"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows limits the path, not the name")
def test_a_name_as_long_as_a_name_can_be_leaves_no_room_for_a_backup(path: Path) -> None:
    path = path.rename(path.with_name("表" * 83 + ".xlsx"))
    before = path.read_bytes()
    with pytest.raises(CannotWrite) as caught:
        commit(path)
    assert caught.value.reason == "文件名太长，没有余地给备份加编号。请把文件名改短后再运行一次"
    assert path.read_bytes() == before
    assert tree(path.parent) == [path.name]


@pytest.fixture
def small_disk() -> Callable[[int], AbstractContextManager[None]]:
    """A real failure in the middle of writing: the system takes no more than so many bytes of a file."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    @contextmanager
    def at_most(size: int) -> Iterator[None]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

    return at_most


SMALL_DISK = "磁盘空间不足，没有改动原文件。请清理磁盘后再运行一次"


@pytest.mark.parametrize("room", [0, 1, 4096])
def test_a_full_disk_in_the_middle_of_the_new_file(path: Path, small_disk: Any, room: int) -> None:
    before = path.read_bytes()
    assert len(before) > room
    with pytest.raises(CannotWrite) as caught, small_disk(room):
        commit(path)
    assert caught.value.reason == SMALL_DISK
    assert path.read_bytes() == before
    assert tree(path.parent) == ["汇总表.xlsx"]


def test_a_full_disk_in_the_middle_of_the_backup(path: Path, small_disk: Any) -> None:
    """The new file is the smaller one here, so it has room."""
    commit(path, "".join(map(chr, range(0x4E00, 0x4E00 + 20_000))))
    before, names = path.read_bytes(), tree(path.parent)
    with pytest.raises(CannotWrite) as caught, small_disk(len(before) // 2):
        commit(path, "短")
    assert caught.value.reason == SMALL_DISK
    assert path.read_bytes() == before
    assert tree(path.parent) == names


@pytest.fixture
def ordinary_user(path: Path) -> Iterator[Path]:
    """The workbook in a folder of somebody whom permissions bind, as they do not bind root."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    folder = Path(tempfile.mkdtemp())
    try:
        path = path.rename(folder / path.name)
        if root:
            for owned in (folder, path):
                os.chown(owned, 65534, 65534)
            os.seteuid(65534)
        yield path
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o700)
        shutil.rmtree(folder)


DENIED = "没有权限写入这个文件或文件夹。请关闭正在使用它的程序，或把文件复制到自己的文件夹再处理"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_a_folder_without_permission_is_left_alone(ordinary_user: Path) -> None:
    path = ordinary_user
    before = path.read_bytes()
    path.parent.chmod(0o500)
    with pytest.raises(CannotWrite) as caught, editing(path) as book:
        book.commit(Patch((Write("表", 1, 1, (("新的",),)),)))
    assert str(caught.value) == f"汇总表.xlsx：{DENIED}"
    assert path.read_bytes() == before
    assert tree(path.parent) == ["汇总表.xlsx"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_a_folder_for_backups_without_permission_leaves_the_file_alone(ordinary_user: Path) -> None:
    path = ordinary_user
    before = path.read_bytes()
    path.with_name("备份").mkdir(0o500)
    with pytest.raises(CannotWrite) as caught:
        commit(path)
    assert str(caught.value) == f"汇总表.xlsx：{DENIED}"
    assert path.read_bytes() == before


# --- what a killed run left -----------------------------------------------------------------------------------------


def test_what_a_killed_run_left_is_no_form_and_goes_with_the_next(path: Path) -> None:
    """tests/test_kills.py makes such leftovers for real."""
    other = path.with_name("别的表.xlsx")
    shutil.copy(path, other)
    for of in (path, other):
        left = path.with_name(f"{mark(of)}-abcdefgh.xlsx")
        left.write_bytes(of.read_bytes()[:1000])
        backup = path.parent / "备份" / left.name
        backup.parent.mkdir(exist_ok=True)
        backup.write_bytes(b"")
    assert list_forms(path.parent)[0] == sorted([path, other])
    commit(path)
    theirs = f"{mark(other)}-abcdefgh.xlsx"
    assert tree(path.parent) == sorted(
        [theirs, "别的表.xlsx", "备份", f"备份/{theirs}", "备份/汇总表.备份1.xlsx", "汇总表.xlsx"]
    )


def test_what_cannot_be_cleared_away_stops_nobody(path: Path) -> None:
    """Folders stand for files that somebody looks at. Fails without `suppress` in the two places that clear."""
    left = path.with_name(f"{mark(path)}-abcdefgh.xlsx")
    oldest = path.parent / "备份" / "汇总表.备份1.xlsx"
    left.mkdir()
    oldest.mkdir(parents=True)
    for n in range(6):
        commit(path, f"第{n}次")
    assert content(path) == "第5次"
    assert [p.name for p in backups(path)] == [f"汇总表.备份{n}.xlsx" for n in (1, 3, 4, 5, 6, 7)]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows locks otherwise")
def test_without_a_lock_nothing_is_cleared_away(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails without `if sure`: on a disk that knows no locks, that could be what another run is writing."""
    left = path.with_name(f"{mark(path)}-abcdefgh.xlsx")
    left.write_bytes(b"theirs")
    monkeypatch.setattr("fcntl.flock", failing(errno.ENOLCK))
    commit(path)
    assert left.read_bytes() == b"theirs"


def test_the_folder_of_the_new_name_is_written_through(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a power cut after the rename could bring back the old file, or none at all.

    Fails without any one of the calls of `fsync`, and without the `flush` before it.
    """
    if sys.platform == "win32":
        pytest.skip("Windows has no such call")
    happened: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def noted_fsync(handle: int) -> None:
        status = os.fstat(handle)
        happened.append("folder" if stat.S_ISDIR(status.st_mode) else "file" if status.st_size else "nothing yet")
        fsync(handle)

    def noted_replace(self: Path, target: Path) -> Path:
        happened.append(f"rename {Path(target).name}")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(Path, "replace", noted_replace)
    commit(path)
    assert happened == [
        *("file", "file", "rename 汇总表.备份1.xlsx", "folder"),
        *("rename 汇总表.xlsx", "folder"),
    ]
    happened.clear()
    new_workbook(path.with_name("新.xlsx"), b"data")
    assert happened == ["file", "folder"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such call")
def test_a_disk_that_cannot_write_a_folder_through_will_do(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As some drives on a network. Fails without `suppress` in `_sync_folder`, or where its folder stays open."""
    fsync, close = os.fsync, os.close
    happened: list[tuple[str, int]] = []

    def refuse_folders(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            happened.append(("refused", handle))
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        fsync(handle)

    def noted_close(handle: int) -> None:
        happened.append(("closed", handle))
        close(handle)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", refuse_folders)
        patch.setattr(os, "close", noted_close)
        commit(path)
    assert content(path) == "新的"
    refused = [n for n, (what, _) in enumerate(happened) if what == "refused"]
    assert len(refused) == 2
    assert all(happened[n + 1] == ("closed", happened[n][1]) for n in refused)


# --- fresh files ----------------------------------------------------------------------------------------------------


def test_a_fresh_file_is_written_whole_as_any_new_file(tmp_path: Path) -> None:
    path = tmp_path / "新.xlsx"
    new_workbook(path, b"data")
    (tmp_path / "other").write_bytes(b"")
    assert path.read_bytes() == b"data"
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE((tmp_path / "other").stat().st_mode)
    assert tree(tmp_path) == ["other", "新.xlsx"]


def test_an_existing_file_is_never_overwritten(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(CannotRun) as caught:
        new_workbook(path, b"data")
    assert str(caught.value) == "已经有文件“汇总表.xlsx”，不会覆盖它。请换一个文件名，或先把原来的文件移走"
    assert path.read_bytes() == before


@pytest.mark.parametrize("links", [True, False])
def test_a_file_that_appears_meanwhile_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    """Fails with a rename alone, and on a disk without links without the look right before it."""
    if not links:
        monkeypatch.setattr(os, "link", failing(errno.EPERM))
    path = tmp_path / "新.xlsx"
    fsync = os.fsync

    def appear(handle: int) -> None:
        path.write_bytes(b"theirs")
        fsync(handle)

    monkeypatch.setattr(os, "fsync", appear)
    with pytest.raises(CannotRun, match=r"已经有文件“新\.xlsx”"):
        new_workbook(path, b"data")
    assert path.read_bytes() == b"theirs"
    assert tree(tmp_path) == ["新.xlsx"]


def test_a_file_system_without_links_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", failing(errno.EPERM))
    new_workbook(tmp_path / "新.xlsx", b"data")
    assert (tmp_path / "新.xlsx").read_bytes() == b"data"
    assert tree(tmp_path) == ["新.xlsx"]


def test_a_link_to_nowhere_is_a_file_that_exists(tmp_path: Path) -> None:
    """Fails without the look at links in `refuse_existing`: what the link is for would get lost."""
    path = tmp_path / "新.xlsx"
    path.symlink_to(tmp_path / "没有.xlsx")
    with pytest.raises(CannotRun, match=r"已经有文件“新\.xlsx”"):
        refuse_existing(path)
    with pytest.raises(CannotRun, match=r"已经有文件“新\.xlsx”"):
        new_workbook(path, b"data")


def test_what_a_killed_run_left_of_a_fresh_file_goes_with_the_next(tmp_path: Path) -> None:
    """Fails without `alone` in `new_workbook`."""
    path = tmp_path / "新.xlsx"
    (tmp_path / f"{mark(path)}-abcdefgh.xlsx").write_bytes(b"da")
    new_workbook(path, b"data")
    assert tree(tmp_path) == ["新.xlsx"]


def test_a_missing_folder_is_reported(tmp_path: Path) -> None:
    with pytest.raises(CannotWrite, match="文件或它所在的文件夹不存在"):
        new_workbook(tmp_path / "没有" / "新.xlsx", b"data")
