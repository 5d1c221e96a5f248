"""Every entry of a folder is a candidate or is skipped with a reason a clerk understands.

Each test fails without its line in `folder._reason`, `_folder_reason` or `_file_reason`, or the exception around it.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from xlpy.files.folder import list_forms, natural_key
from xlpy.patch import storable


def make(folder: Path, *names: str, data: bytes = b"x") -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def listed(folder: Path, **options: list[Path]) -> tuple[list[str], dict[str, str]]:
    forms, skipped = list_forms(folder, **options)
    named = {Path(s.file).relative_to(folder).as_posix(): s.reason for s in skipped}
    return [f.relative_to(folder).as_posix() for f in forms], named


def test_candidates_come_in_natural_order_with_those_of_folders_below(tmp_path: Path) -> None:
    make(tmp_path, "表10.xlsx", "表2.docx", "表１.xls", "子/表3.ods", "子/更深/表1.XLSM", "旧.doc", "旧.et", "旧.wps")
    forms, skipped = listed(tmp_path)
    assert forms == ["子/更深/表1.XLSM", "子/表3.ods", "旧.doc", "旧.et", "旧.wps", "表１.xls", "表2.docx", "表10.xlsx"]
    assert skipped == {}


def test_an_unknown_extension_is_judged_by_the_first_bytes(tmp_path: Path) -> None:
    make(tmp_path, "登记表.xlsx.bak", "无扩展名", data=b"PK\x03\x04")
    make(tmp_path, "旧表.2023", data=b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    make(tmp_path, "说明.dat")
    forms, skipped = listed(tmp_path)
    assert forms == ["无扩展名", "旧表.2023", "登记表.xlsx.bak"]
    assert skipped == {"说明.dat": "不是 Excel 或 Word 文件，不读"}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("~$登记表.xlsx", "Excel、Word 或 WPS 打开文件时的临时文件，不读"),
        (".~lock.登记表.xlsx#", "Excel、Word 或 WPS 打开文件时的临时文件，不读"),
        (".~登记表.xlsx", "Excel、Word 或 WPS 打开文件时的临时文件，不读"),
        ("~WRL0001.tmp", "Excel、Word 或 WPS 打开文件时的临时文件，不读"),
        (".登记表.xlsx", "隐藏文件，不读"),
        ("Thumbs.db", "系统文件，不读"),
        ("登记表.pdf", "PDF 不能导入，请用同一份表的 Excel 或 Word 版"),
        ("盖章页.JPG", "图片不是登记表，不读"),
        ("材料.zip", "压缩包不读，请先解压，再重新导入"),
        ("答辩.pptx", "演示文稿不是登记表，不读"),
        ("申报.msg", "邮件不读，请打开后把附件另存到这个文件夹"),
        ("清单.csv", "文本不是登记表，不读"),
        ("表.xlsx.crdownload", "没有下载完的文件，请重新下载"),
        ("表.lnk", "快捷方式不读，请把它指向的文件复制过来"),
        ("备份/表.xlsx", "这是自动备份的文件夹，不读"),
        ("退回修改/表.xlsx", "这是退回街镇修改的文件夹，不读"),
        (".git/表.xlsx", "隐藏的文件夹，不读"),
        ("__MACOSX/表.xlsx", "隐藏的文件夹，不读"),
    ],
)
def test_what_is_skipped_says_why(tmp_path: Path, name: str, reason: str) -> None:
    make(tmp_path, name)
    assert listed(tmp_path) == ([], {name.split("/")[0]: reason})


def test_the_summary_workbook_itself_is_no_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "附件2.xlsx", "表.xlsx")
    monkeypatch.chdir(tmp_path)
    assert listed(tmp_path, exclude=[Path("附件2.xlsx")]) == (["表.xlsx"], {"附件2.xlsx": "这是汇总表本身"})


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_links(tmp_path: Path) -> None:
    make(tmp_path, "表.xlsx", "子/乙.xlsx")
    (tmp_path / "子" / "环").symlink_to(tmp_path)
    (tmp_path / "断.xlsx").symlink_to(tmp_path / "没有.xlsx")
    (tmp_path / "自环.xlsx").symlink_to(tmp_path / "自环.xlsx")
    (tmp_path / "同.xlsx").symlink_to(tmp_path / "表.xlsx")
    forms, skipped = listed(tmp_path)
    assert forms == ["同.xlsx", "子/乙.xlsx", "表.xlsx"]
    assert skipped == {
        "子/环": "指向别处的文件夹链接，不进入",
        "断.xlsx": "链接指向的文件不存在",
        "自环.xlsx": "链接指向的文件不存在",
    }


@pytest.mark.skipif(os.name == "nt", reason="no named pipes in folders on Windows")
def test_a_pipe_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "管.xlsx")
    assert listed(tmp_path) == ([], {"管.xlsx": "不是普通文件，不读"})


def test_a_folder_that_cannot_be_opened_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "锁/表.xlsx", "表.xlsx")
    scan = os.scandir

    def refuse(path: Path) -> object:
        if Path(path).name == "锁":
            raise PermissionError
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert listed(tmp_path) == (["表.xlsx"], {"锁": "打不开这个文件夹，请检查权限"})


@pytest.mark.skipif(os.name == "nt", reason="Windows lists a folder together with what is in it")
def test_a_file_that_vanishes_while_the_folder_is_listed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails without the two reasons in `_reason`, and in `_file_reason`: a whole pull would stop."""
    make(tmp_path, "走了.xlsx", "表.xlsx", "锁着")
    scan, read = os.scandir, Path.open

    @contextmanager
    def late(path: Path) -> Iterator[list[os.DirEntry[str]]]:
        with scan(path) as found:
            entries = list(found)
        (tmp_path / "走了.xlsx").unlink()
        yield entries

    def refuse(path: Path, how: str) -> IO[bytes]:
        if path.name == "锁着":
            raise PermissionError
        return read(path, how)

    monkeypatch.setattr(os, "scandir", late)
    monkeypatch.setattr(Path, "open", refuse)
    told = {"走了.xlsx": "读不到这个文件，请检查权限", "锁着": "打不开这个文件，请检查权限"}
    assert listed(tmp_path) == (["表.xlsx"], told)


def test_every_file_is_accounted_for(tmp_path: Path) -> None:
    names = ["a.xlsx", "b.pdf", "c", "子/d.docx", "子/~$d.docx", "子/e.png", "f.unknown"]
    make(tmp_path, *names)
    forms, skipped = listed(tmp_path)
    assert sorted([*forms, *skipped]) == sorted(names)


def test_natural_order_is_total_and_ignores_width() -> None:
    names = ["b", "a10", "a2", "Ａ2", "a02", "", "10", "９"]
    assert sorted(names, key=natural_key) == ["", "９", "10", "a02", "a2", "Ａ2", "a10", "b"]


@pytest.mark.skipif(os.name == "nt", reason="Windows allows no such names")
def test_a_name_that_no_workbook_can_hold_is_skipped_instead_of_stopping_the_import(tmp_path: Path) -> None:
    make(tmp_path, "好.xlsx", os.fsdecode(b"\xff\xfe.xlsx"), os.fsdecode(b"\xff") + "夹/表.xlsx", "换\n行.xlsx")
    forms, skipped = listed(tmp_path)
    assert forms == ["好.xlsx", "换\n行.xlsx"]
    assert set(skipped.values()) == {"文件名或文件夹名里有工作簿存不下的字符，请改名后重新导入"}
    assert len(skipped) == 2
    assert all(storable(one.file) for one in list_forms(tmp_path)[1]), (
        "the workbook lists them: fails without safe_text"
    )
