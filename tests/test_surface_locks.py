"""The lock file beside a workbook: it comes and goes, is nobody's trouble when left behind, and is no must.

Each test fails without its guard: `flock` itself (two at once), the waiting and its end (PATIENCE), the `unlink` and
`finally` of `locked`, a hidden name, NFC and casefold in `mark`, and each of the errors in `_wait_for`.
"""

from __future__ import annotations

import errno
import os
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from xlpy.errors import FileBusy
from xlpy.files.folder import list_forms
from xlpy.surfaces import locks
from xlpy.surfaces.locks import locked, mark

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows locks otherwise")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "汇总表.xlsx"
    path.write_bytes(b"x")
    return path


def names(path: Path) -> list[str]:
    return sorted(p.name for p in path.parent.iterdir())


def test_the_lock_file_is_there_only_meanwhile_and_is_no_form(path: Path) -> None:
    with locked(path) as sure:
        assert sure
        assert names(path) == [".xlpy-380bb585d5af.lock", "汇总表.xlsx"]
        forms, skipped = list_forms(path.parent)
        assert (forms, [s.reason for s in skipped]) == ([path], ["隐藏文件，不读"])
    assert names(path) == ["汇总表.xlsx"]


def test_another_workbook_is_not_concerned(path: Path) -> None:
    with locked(path) as one, locked(path.with_name("汇总表2.xlsx")) as other:
        assert one
        assert other


def test_names_that_some_disks_hold_for_the_same_share_a_lock() -> None:
    assert mark(Path("A/Résumé.XLSX")) == mark(Path("B/Re\u0301sume\u0301.xlsx"))
    assert mark(Path("a.xlsx")) != mark(Path("b.xlsx"))
    assert mark(Path(os.fsdecode(b"\xff.xlsx"))).startswith(".xlpy-"), "a name that is no text has one too"


def test_a_second_run_is_refused_after_a_while(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "PATIENCE", 0.1)
    with locked(path):
        with pytest.raises(FileBusy) as caught, locked(path):
            pytest.fail("two at once")
        assert names(path) == [".xlpy-380bb585d5af.lock", "汇总表.xlsx"], "the first still has its lock"
    assert str(caught.value) == "汇总表.xlsx：另一个 xlpy 正在处理这个文件。没有写入任何内容，请等它结束后再运行一次"
    assert names(path) == ["汇总表.xlsx"]


def test_a_second_run_goes_on_once_the_first_is_done(path: Path) -> None:
    inside, order = threading.Event(), []

    def first() -> None:
        with locked(path):
            inside.set()
            threading.Event().wait(0.2)
            order.append("first")

    run = threading.Thread(target=first)
    run.start()
    inside.wait()
    with locked(path) as sure:
        order.append("second")
        assert sure
    run.join()
    assert order == ["first", "second"]


def test_a_lock_file_left_behind_is_taken_over_and_removed(path: Path) -> None:
    (path.parent / f"{mark(path)}.lock").write_bytes(b"")
    with locked(path) as sure:
        assert sure
    assert names(path) == ["汇总表.xlsx"]


@posix
def test_a_lock_file_that_its_holder_removed_meanwhile_is_no_lock(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else two runs could each hold a file: one the removed, one the new. Fails without the comparison of the two."""
    import fcntl

    flock, lock, removed = fcntl.flock, path.parent / f"{mark(path)}.lock", []

    def removed_first(file: int, how: int) -> None:
        if not removed:
            removed.append(lock.unlink())
        flock(file, how)

    monkeypatch.setattr(fcntl, "flock", removed_first)
    with locked(path) as sure:
        assert sure
        with lock.open("ab") as other, pytest.raises(BlockingIOError):
            flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    assert names(path) == ["汇总表.xlsx"]


@posix
def test_a_lock_file_is_removed_while_it_is_still_ours(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails where it is let go first: by the time it is removed, it could be the lock of another run."""
    import fcntl

    unlink, removed = Path.unlink, []

    def watched(self: Path) -> None:
        with self.open("ab") as other, pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        removed.append(self.name)
        unlink(self)

    monkeypatch.setattr(Path, "unlink", watched)
    with locked(path):
        pass
    assert removed == [".xlpy-380bb585d5af.lock"]


@posix
def test_a_disk_that_knows_no_locks_will_do(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(*arguments: Any) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr("fcntl.flock", no_locks)
    with locked(path) as sure:
        assert not sure
    assert names(path) == ["汇总表.xlsx"]


@posix
def test_the_lock_file_of_another_user_is_taken_over_too(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails without `suppress` around `fchmod`, which only the maker of a file is granted."""

    def refuse(*arguments: Any) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "fchmod", refuse)
    with locked(path) as sure:
        assert sure


@pytest.mark.parametrize("times", [1, 99])
def test_a_lock_file_that_is_just_being_deleted_is_asked_for_again(
    path: Path, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    """Windows refuses it for that moment. Fails without the second try, and without an end of trying."""
    open_it, refused = Path.open, []

    def refuse(self: Path, how: str) -> Any:
        if len(refused) < times:
            refused.append(self.name)
            raise PermissionError(errno.EACCES, "being deleted")
        return open_it(self, how)

    monkeypatch.setattr(Path, "open", refuse)
    monkeypatch.setattr(locks, "PATIENCE", 1)
    with locked(path) as sure:
        assert sure == (times == 1)
    assert len(refused) == (1 if times == 1 else 4)


@pytest.mark.parametrize("folder", ["没有", "坏\0的"])
def test_where_no_file_can_be_made_there_is_no_lock(tmp_path: Path, folder: str) -> None:
    with locked(tmp_path / folder / "汇总表.xlsx") as sure:
        assert not sure
    assert list(tmp_path.iterdir()) == []


@posix
def test_every_user_of_the_folder_can_take_over_a_lock_file(path: Path) -> None:
    with locked(path):
        assert (path.parent / f"{mark(path)}.lock").stat().st_mode & 0o777 == 0o666
