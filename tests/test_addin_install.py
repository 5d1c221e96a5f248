"""`xlpy addin install | uninstall | status`, for a made-up user: what is put where, and what is left alone."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from tests.pc import PC
from xlpy.addin import conf
from xlpy.addin import install as module
from xlpy.addin.install import install, status, uninstall
from xlpy.addin.places import versions
from xlpy.addin.shortcut import Shortcut
from xlpy.authoring import ADDIN_XLAM, root
from xlpy.errors import CannotRun, CannotWrite, FileBusy

SHIPPED = root() / ADDIN_XLAM


@pytest.fixture
def pc(tmp_path: Path) -> PC:
    return PC(tmp_path / "张 三")


def test_install_puts_three_files_in_place(pc: PC) -> None:
    lines = pc.install()
    assert pc.tree() == {
        "AppData/Roaming/Microsoft/Excel/XLSTART/质量攻关.xlam",
        "AppData/Roaming/Microsoft/Windows/SendTo/质量攻关 导入和校验.lnk",
        ".xlpy/xlpy.conf",
    }
    assert pc.addin.read_bytes() == SHIPPED.read_bytes()
    assert lines == [
        f"加载项已装好：{pc.addin}",
        f"设置已写好：{pc.conf}",
        "“发送到”里有了：质量攻关 导入和校验",
        "请重新打开 Excel，功能区会出现“质量攻关”选项卡",
    ]


def test_the_settings_are_what_vba_reads(pc: PC) -> None:
    """ "KEY","value" a line, in the code page of Chinese Windows, for paths with spaces and Chinese."""
    python = r"C:\Users\张 三\AppData\Local\Programs\Python\python.exe"
    pc.install(interpreter=python)
    assert pc.conf.read_bytes() == (
        '"INTERPRETER_WIN","C:\\Users\\张 三\\AppData\\Local\\Programs\\Python\\python.exe"\r\n'
        '"ADD_WORKBOOK_TO_PYTHONPATH","false"\r\n'
        '"USE UDF SERVER","False"\r\n'
    ).encode("gbk")
    assert pc.shortcuts[pc.shortcut] == Shortcut(
        program=python,
        arguments="-P -m xlpy.addin.send_to",
        folder=r"C:\Users\张 三\AppData\Local\Programs\Python",
        description="导入登记表并校验汇总表，不需要打开 Excel",
    )


def test_a_path_that_vba_cannot_read_is_said_before_anything_is_written(pc: PC) -> None:
    with pytest.raises(CannotRun) as raised:
        pc.install(interpreter="C:\\Users\\\U00020bb7野\\python.exe")
    assert str(raised.value) == (
        "Python 装在 C:\\Users\\\U00020bb7野\\python.exe，路径里的“\U00020bb7”是 Excel 的宏读不了的字。"
        "请把 Python 装到没有这个字的文件夹，例如 C:\\Python，再运行一次"
    )
    assert pc.tree() == set()


def test_installing_again_changes_nothing_and_says_so(pc: PC) -> None:
    pc.install()
    stamp, settings = pc.addin.stat().st_mtime_ns, pc.conf.read_bytes()
    assert pc.install()[0] == f"加载项本来就是最新的：{pc.addin}"
    assert pc.addin.stat().st_mtime_ns == stamp
    assert pc.conf.read_bytes() == settings


def test_an_older_addin_is_updated(pc: PC) -> None:
    from xlpy.authoring.package import packed, parts

    pc.install()
    older = parts(SHIPPED.read_bytes())
    older["docProps/core.xml"] = older["docProps/core.xml"].replace(b"xlpy 0.1.0", b"xlpy 0.0.9")
    pc.addin.write_bytes(packed(older))
    assert status(environment=pc.environment, encoding="gbk").addin == "different"
    assert pc.install()[0] == f"加载项已更新：{pc.addin}"
    assert pc.addin.read_bytes() == SHIPPED.read_bytes()


def test_somebody_elses_addin_of_that_name_is_not_overwritten(pc: PC) -> None:
    pc.addin.parent.mkdir(parents=True)
    pc.addin.write_bytes(b"another")
    with pytest.raises(CannotRun) as raised:
        pc.install()
    assert str(raised.value) == f"{pc.addin} 是另一个加载项，不会覆盖它。请先把它移到别处，再运行一次"
    assert pc.tree() == {"AppData/Roaming/Microsoft/Excel/XLSTART/质量攻关.xlam"}
    assert uninstall(environment=pc.environment) == [f"{pc.addin} 是另一个加载项，没有动它"]
    assert pc.addin.read_bytes() == b"another"


def test_other_settings_and_addins_stay(pc: PC) -> None:
    other = pc.addin.with_name("别的.xlam")
    other.parent.mkdir(parents=True)
    other.write_bytes(b"other")
    pc.conf.parent.mkdir()
    pc.conf.write_bytes('"SHOW CONSOLE","True"\r\n"interpreter_win","D:\\旧\\python.exe"\r\n'.encode("gbk"))
    pc.install()
    settings = conf.parse(pc.conf.read_bytes().decode("gbk"))
    assert settings["SHOW CONSOLE"] == "True"
    assert [key for key in settings if key.upper() == "INTERPRETER_WIN"] == ["INTERPRETER_WIN"]
    assert settings["INTERPRETER_WIN"] == str(pc.interpreter)

    uninstall(environment=pc.environment, encoding="gbk")
    assert pc.tree() == {"AppData/Roaming/Microsoft/Excel/XLSTART/别的.xlam", ".xlpy/xlpy.conf"}
    assert pc.conf.read_bytes() == b'"SHOW CONSOLE","True"\r\n'


def test_settings_that_are_no_text_go_back_as_they_came(pc: PC) -> None:
    pc.conf.parent.mkdir()
    pc.conf.write_bytes(b'"NOTE","\xff\xfe"\r\nrubbish\r\n')
    pc.install()
    assert pc.conf.read_bytes().startswith(b'"NOTE","\xff\xfe"\r\n"INTERPRETER_WIN",')


def test_uninstall_leaves_nothing(pc: PC) -> None:
    pc.install()
    assert uninstall(environment=pc.environment, encoding="gbk") == [
        f"加载项已删除：{pc.addin}",
        "“发送到”的快捷方式已删除：质量攻关 导入和校验",
        f"设置已删除：{pc.conf}",
    ]
    assert pc.tree() == set()
    assert not pc.conf.parent.exists()
    assert uninstall(environment=pc.environment) == ["没有装过，不用卸载"]


@pytest.mark.parametrize(
    ("before", "asked", "after"),
    [
        (None, None, "False"),
        (None, True, "True"),
        ("True", None, "True"),  # an update keeps the choice
        ("True", False, "False"),
    ],
)
def test_the_server_option(pc: PC, before: str | None, asked: bool | None, after: str) -> None:
    if before:
        pc.install(udf_server=before == "True")
    pc.install(udf_server=asked)
    assert conf.value(conf.parse(pc.conf.read_text("gbk")), "use udf server") == after


def test_only_the_content_is_copied(pc: PC, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mark of the web travels with a copy that keeps a file's other properties, of which its time is one."""
    source = tmp_path / "received.xlam"
    source.write_bytes(SHIPPED.read_bytes())
    os.utime(source, (946684800, 946684800))
    monkeypatch.setattr(module, "shipped_addin", lambda: source)
    pc.install()
    assert pc.addin.read_bytes() == source.read_bytes()
    assert pc.addin.stat().st_mtime > 946684800 + 1


# --- refusals -----------------------------------------------------------------------------------------------------


def test_excel_holds_the_addin(pc: PC, monkeypatch: pytest.MonkeyPatch) -> None:
    def held(self: Path, target: Path) -> None:
        raise PermissionError(errno.EACCES, "used by another process", str(target))

    monkeypatch.setattr(Path, "replace", held)
    with pytest.raises(FileBusy) as raised:
        pc.install()
    assert str(raised.value) == "质量攻关.xlam：加载项正被 Excel 使用。请关闭所有 Excel 窗口，再运行一次"
    assert pc.tree() == set()


def test_excel_holds_the_addin_at_uninstall(pc: PC, monkeypatch: pytest.MonkeyPatch) -> None:
    pc.install()

    def held(self: Path, missing_ok: bool = False) -> None:
        raise PermissionError(errno.EACCES, "used by another process", str(self))

    monkeypatch.setattr(Path, "unlink", held)
    with pytest.raises(FileBusy):
        uninstall(environment=pc.environment, encoding="gbk")


def test_a_folder_that_cannot_be_made(pc: PC) -> None:
    (pc.home / "AppData" / "Roaming").write_bytes(b"a file where a folder belongs")
    with pytest.raises(CannotWrite) as raised:
        pc.install()
    assert str(raised.value) == "XLSTART：建不了这个文件夹。请检查它的权限"


def test_a_shell_that_makes_no_shortcut(pc: PC, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(path: Path, shortcut: Shortcut) -> None:
        raise OSError("0x80070005")

    monkeypatch.setattr(pc, "make_shortcut", refuses)
    with pytest.raises(CannotWrite) as raised:
        pc.install()
    assert str(raised.value) == (
        "质量攻关 导入和校验.lnk：“发送到”的快捷方式写不进去。加载项已经装好；请检查这个文件夹的权限"
    )


def test_outside_windows() -> None:
    with pytest.raises(CannotRun) as raised:
        install(environment={"HOME": "/home/zhang"})
    assert str(raised.value) == (
        "这台电脑没有 Windows 的用户文件夹，加载项装不上。加载项只用于 Windows 上的 Excel；命令行照样可以处理文件"
    )


# --- status -------------------------------------------------------------------------------------------------------


def test_status_before_and_after(pc: PC) -> None:
    assert status(environment=pc.environment, encoding="gbk").lines == [
        f"加载项：没有装。请运行 xlpy addin install（{pc.addin}）",
        f"Python：没有设置（{pc.conf}）",
        "Python 常驻（点按钮更快）：关",
        "“发送到”：没有（质量攻关 导入和校验）",
    ]
    assert pc.tree() == set()
    pc.install(udf_server=True)
    assert status(environment=pc.environment, encoding="gbk").lines == [
        f"加载项：已装好，是最新的（{pc.addin}）",
        f"Python：{pc.interpreter}（{pc.conf}）",
        "Python 常驻（点按钮更快）：开",
        "“发送到”：有（质量攻关 导入和校验）",
    ]


@pytest.mark.parametrize("junk", [b"", b"PK\x03\x04", b"x" * 1000])
def test_a_file_that_is_no_addin_has_no_versions(tmp_path: Path, junk: bytes) -> None:
    path = tmp_path / "a.xlam"
    path.write_bytes(junk)
    assert versions(path) is None
    assert versions(tmp_path / "gone.xlam") is None
    assert versions(SHIPPED) == ("0.1.0", "0.37.8")


def test_conf_lines() -> None:
    assert conf.parse('"A","1, 2"\r\n\r\n"B"\r\nC,3\r\n') == {"A": "1, 2", "C": "3"}
    assert conf.merged({"a": "1", "b": "2"}, {"A": "3"}) == {"b": "2", "A": "3"}
    assert conf.written({"A": "1, 2"}) == '"A","1, 2"\r\n'
