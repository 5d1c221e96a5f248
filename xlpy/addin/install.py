"""`xlpy addin install | uninstall | status`: the add-in into Excel's start folder, without administrator rights."""

from __future__ import annotations

import contextlib
import hashlib
import locale
import os
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import Literal

from xlpy.addin import conf
from xlpy.addin.places import ADDIN_NAME, Places, places, shipped_addin, versions
from xlpy.addin.shortcut import Shortcut, write_shortcut
from xlpy.errors import CannotRun, CannotWrite, FileBusy
from xlpy.surfaces.saving import temporary, write_through

AddinState = Literal["current", "different", "foreign", "absent"]
_CLOSE_EXCEL = "请关闭所有 Excel 窗口，再运行一次"


def install(
    *,
    environment: Mapping[str, str] = os.environ,
    interpreter: str = sys.executable,
    udf_server: bool | None = None,
    encoding: str | None = None,
    make_shortcut: Callable[[Path, Shortcut], None] = write_shortcut,
) -> list[str]:
    """Put the add-in, its settings and the entry of “发送到” in place; also updates them. One line a thing done.

    `interpreter` is the python.exe that the buttons start. `udf_server` keeps one Python running for all buttons
    (faster; needs xlwings' DLL); None leaves a former choice as it is. Other settings and add-ins stay untouched.

    Raises CannotRun, FileBusy (Excel holds the add-in) or CannotWrite.
    """
    target, source = places(environment), shipped_addin()
    before = addin_state(target.addin)
    if before == "foreign":
        raise CannotRun(f"{target.addin} 是另一个加载项，不会覆盖它", "请先把它移到别处，再运行一次")
    settings = _settings(target.conf, _code_page(encoding))
    kept = conf.value(settings, conf.UDF_SERVER)
    server = kept if udf_server is None and kept is not None else str(bool(udf_server))
    ours = dict(zip(conf.OURS, (interpreter, "false", server), strict=True))
    data = _encoded(conf.merged(settings, ours), _code_page(encoding), interpreter)

    if before != "current":
        # the content only: a mark of the web stays behind
        _place(target.addin, lambda temp: shutil.copyfile(source, temp))
    words = {"current": "本来就是最新的", "different": "已更新", "absent": "已装好"}
    done = [f"加载项{words[before]}：{target.addin}"]
    _place(target.conf, lambda temp: write_through(temp, data))
    done.append(f"设置已写好：{target.conf}")
    _make(target.shortcut.parent)
    try:
        make_shortcut(target.shortcut, Shortcut(interpreter, folder=str(PureWindowsPath(interpreter).parent)))
    except OSError as error:
        fix = "加载项已经装好；请检查这个文件夹的权限"
        raise CannotWrite(target.shortcut, "“发送到”的快捷方式写不进去", fix) from error
    done.append(f"“发送到”里有了：{target.shortcut.stem}")
    done.append("请重新打开 Excel，功能区会出现“质量攻关”选项卡")
    return done


def uninstall(*, environment: Mapping[str, str] = os.environ, encoding: str | None = None) -> list[str]:
    """Take away what `install` put in place and nothing else; a setting of somebody else's keeps the file."""
    target, done = places(environment), []
    if addin_state(target.addin) == "foreign":
        done.append(f"{target.addin} 是另一个加载项，没有动它")
    elif _removed(target.addin):
        done.append(f"加载项已删除：{target.addin}")
    if _removed(target.shortcut):
        done.append(f"“发送到”的快捷方式已删除：{target.shortcut.stem}")
    settings = _settings(target.conf, _code_page(encoding))
    if rest := conf.without(settings, conf.OURS):
        if rest != settings:
            data = _encoded(rest, _code_page(encoding), "")
            _place(target.conf, lambda temp: write_through(temp, data))
            done.append(f"设置里只留下了别的项目：{target.conf}")
    elif _removed(target.conf):
        done.append(f"设置已删除：{target.conf}")
    with contextlib.suppress(OSError):  # there, and empty
        target.conf.parent.rmdir()
    return done or ["没有装过，不用卸载"]


@dataclass(frozen=True)
class Status:
    """What is in place for one user. `settings` is the whole settings file."""

    places: Places
    addin: AddinState
    settings: Mapping[str, str]
    shortcut: bool

    @property
    def lines(self) -> list[str]:
        """The status for a person."""
        words = {
            "current": "已装好，是最新的",
            "different": "已装好，但与这个 xlpy 带的不一样。请运行 xlpy addin install 更新",
            "foreign": "这个位置是另一个加载项",
            "absent": "没有装。请运行 xlpy addin install",
        }
        interpreter = conf.value(self.settings, conf.INTERPRETER)
        server = (conf.value(self.settings, conf.UDF_SERVER) or "").casefold() == "true"
        return [
            f"加载项：{words[self.addin]}（{self.places.addin}）",
            f"Python：{interpreter or '没有设置'}（{self.places.conf}）",
            f"Python 常驻（点按钮更快）：{'开' if server else '关'}",
            f"“发送到”：{'有' if self.shortcut else '没有'}（{self.places.shortcut.stem}）",
        ]


def status(*, environment: Mapping[str, str] = os.environ, encoding: str | None = None) -> Status:
    """What is in place; writes nothing. Raises CannotRun outside Windows."""
    found = places(environment)
    settings = _settings(found.conf, _code_page(encoding))
    return Status(found, addin_state(found.addin), settings, found.shortcut.is_file())


def addin_state(path: Path) -> AddinState:
    """Whether the add-in at `path` is, byte for byte, the one of this package; "foreign" if it is not ours at all."""
    if not path.is_file():
        return "absent"
    if versions(path) is None:
        return "foreign"
    return "current" if _digest(path) == _digest(shipped_addin()) else "different"


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _code_page(encoding: str | None) -> str:
    return encoding or locale.getencoding()


def _settings(path: Path, encoding: str) -> dict[str, str]:
    try:
        text = path.read_bytes().decode(encoding, "surrogateescape")  # bytes that are no text go back as they came
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise CannotRun(f"读不了设置文件 {path}", "请检查这个文件的权限") from error
    return conf.parse(text)


def _encoded(settings: Mapping[str, str], encoding: str, interpreter: str) -> bytes:
    try:
        return conf.written(settings).encode(encoding, "surrogateescape")
    except UnicodeEncodeError as error:
        strange = error.object[error.start : error.end]
        raise CannotRun(
            f"Python 装在 {interpreter}，路径里的“{strange}”是 Excel 的宏读不了的字",
            "请把 Python 装到没有这个字的文件夹，例如 C:\\Python，再运行一次",
        ) from error


def _place(path: Path, write: Callable[[Path], object]) -> None:
    """A file in its place, whole or not at all. A former one's alternate data (mark of the web) goes with it."""
    _make(path.parent)
    with temporary(path) as temp:
        try:
            write(temp)
            temp.replace(path)
        except PermissionError as error:
            raise _busy(path) from error
        except OSError as error:
            raise CannotWrite(path, "写不进去", "请检查磁盘空间和这个文件夹的权限") from error


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotWrite(folder, "建不了这个文件夹", "请检查它的权限") from error


def _removed(path: Path) -> bool:
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise _busy(path) from error
    return True


def _busy(path: Path) -> FileBusy | CannotWrite:
    if path.name == ADDIN_NAME:
        return FileBusy(path, "加载项正被 Excel 使用", _CLOSE_EXCEL)
    return CannotWrite(path, "没有权限改动它", "请检查文件是否只读、是否正被别的程序使用")
