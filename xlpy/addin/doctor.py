"""`xlpy doctor`: everything that must hold for the buttons and worksheet functions, each with the action that mends it.

The registry's keys are those of Office 2016 and later (16.0), with the names that published hardening scripts use. What
the buttons need (the DLL's place, the settings file) is what xlwings' VBA module looks for.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from xlpy.addin import conf
from xlpy.addin.install import Status, status
from xlpy.addin.places import ADDIN_NAME, shipped_addin, versions
from xlpy.addin.system import System
from xlpy.errors import XlpyError

_USER: Final = r"HKCU\Software\Microsoft\Office\16.0"
_POLICIES: Final = (
    r"HKCU\Software\Policies\Microsoft\Office\16.0",
    r"HKLM\Software\Policies\Microsoft\Office\16.0",
)
_INSTALL: Final = "请运行 xlpy addin install"
_ASK: Final = "请联系管理这台电脑的信息部门"


class Finding(NamedTuple):
    """One thing that must hold: `detail` is what was seen, `remedy` the one action that mends it ("" if it holds)."""

    ok: bool
    title: str
    detail: str
    remedy: str = ""

    @property
    def line(self) -> str:
        """✓ or ✗, what it is about, what was seen, what to do."""
        return f"{'✓' if self.ok else '✗'} {self.title}：{self.detail}" + (f"。{self.remedy}" if self.remedy else "")


def examine(system: System | None = None) -> list[Finding]:
    """Every finding about this PC and this user, in the order of mending. Never raises XlpyError."""
    system = system or System()
    try:
        found = status(environment=system.environment, encoding=system.encoding)
    except XlpyError as error:
        return [Finding(False, "Windows 用户", error.problem, error.fix)]
    findings = [_excel(system), _packages(system), _addin(found), *_versions(system, found)]
    findings += [*_conf(system, found), _dll(system, found), *_trust(system), _enabled(system), _shortcut(found)]
    return [*findings, _running(system)]


def _value(system: System, key: str, name: str) -> object:
    """A value of the registry, "" if it is not there. Policies are written in any case, and Windows does not mind."""
    values = system.registry(key).items()
    return next((value for found, value in values if found.casefold() == name.casefold()), "")


def _excel(system: System) -> Finding:
    title = "Excel"
    program = str(_value(system, r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe", ""))
    number = str(_value(system, r"HKCR\Excel.Application\CurVer", "")).rpartition(".")[2]
    if not program.casefold().rstrip('"').endswith("excel.exe"):
        remedy = "请安装 Excel；只有 WPS 时，请在汇总表上点右键，用“发送到”里的“质量攻关”"
        return Finding(False, title, "没有找到 Microsoft Excel", remedy)
    if not number.isdigit() or int(number) < 16:
        return Finding(False, title, f"版本是 {number or '未知'}，太旧或认不出", "请安装 Excel 2016 或更新的版本")
    return Finding(True, title, program.strip('"'))


def _packages(system: System) -> Finding:
    missing = [name for name in ("xlwings", "pywin32") if system.version(name) is None]
    if missing:
        remedy = "请重新安装 xlpy（没有网络时用随附的 wheels 文件夹）"
        return Finding(False, "Python 的组件", f"缺少 {'、'.join(missing)}", remedy)
    return Finding(True, "Python 的组件", f"xlwings {system.version('xlwings')}，pywin32 {system.version('pywin32')}")


def _addin(found: Status) -> Finding:
    title, path = "加载项", found.places.addin
    match found.addin:
        case "absent":
            return Finding(False, title, f"没有装到 {path.parent}", _INSTALL)
        case "foreign":
            return Finding(False, title, f"{path} 是另一个文件", "请把它移到别处，再运行 xlpy addin install")
        case "different":
            return Finding(False, title, "装着的与这个 xlpy 带的不一样", "请关闭 Excel，再运行 xlpy addin install")
    if Path(f"{path}:Zone.Identifier").exists():
        return Finding(False, title, "文件带着“来自互联网”的标记", "请关闭 Excel，删除它，再运行 xlpy addin install")
    return Finding(True, title, f"{path}，是最新的")


def _versions(system: System, found: Status) -> Iterator[Finding]:
    built = versions(found.places.addin) or versions(shipped_addin())
    installed = system.version("xlwings")
    if built is None or installed is None:
        return
    if built[1] != installed:
        seen = f"加载项要 xlwings {built[1]}，装着的是 {installed}"
        yield Finding(False, "版本", seen, f"请运行 pip install xlwings=={built[1]}")
    else:
        yield Finding(True, "版本", f"加载项与 xlwings 都是 {installed}")


def _conf(system: System, found: Status) -> Iterator[Finding]:
    title, settings = "设置", found.settings
    interpreter = conf.value(settings, conf.INTERPRETER)
    if not interpreter:
        yield Finding(False, title, f"{found.places.conf} 里没有 Python 的位置", _INSTALL)
    elif not Path(interpreter).is_file():
        yield Finding(False, title, f"设置里的 Python 不存在：{interpreter}", _INSTALL)
    elif not _same(interpreter, system.interpreter):
        yield Finding(
            False, title, f"按钮用的是 {interpreter}，现在运行的是 {system.interpreter}", f"要用现在这个，{_INSTALL}"
        )
    else:
        yield Finding(True, title, f"Python 是 {interpreter}")
    if (conf.value(settings, "ADD_WORKBOOK_TO_PYTHONPATH") or "").casefold() != "false" and settings:
        yield Finding(False, title, "会从工作簿所在的文件夹里加载程序，不安全", _INSTALL)


def _same(one: str, other: str) -> bool:
    try:
        return Path(one).samefile(other)
    except OSError:
        return Path(one) == Path(other)


def _dll(system: System, found: Status) -> Finding:
    title = "单元格函数"
    interpreter = Path(conf.value(found.settings, conf.INTERPRETER) or system.interpreter)
    version = (versions(found.places.addin) or versions(shipped_addin()) or ("", ""))[1]
    bits = "32" if _excel_is_32_bit(system) else "64"
    name = f"xlwings{bits}-{version}.dll"
    folders = (interpreter.parent, interpreter.parent.parent)  # the second one for a virtual environment
    if any((folder / name).is_file() for folder in folders):
        return Finding(True, title, f"{name} 在 Python 旁边")
    return Finding(
        False,
        title,
        f"{folders[0]} 里没有 {name}，QC_ 开头的函数用不了（按钮不受影响）",
        f"请运行 pip install --force-reinstall --no-deps xlwings=={version}",
    )


def _excel_is_32_bit(system: System) -> bool:
    office = _value(system, r"HKLM\SOFTWARE\Microsoft\Office\ClickToRun\Configuration", "Platform")
    msi = _value(system, r"HKLM\SOFTWARE\Microsoft\Office\16.0\Outlook", "Bitness")
    return "x86" in (office, msi)


def _trust(system: System) -> Iterator[Finding]:
    """What keeps Excel from running the macros of a file in its start folder."""
    title, blocked = "信任设置", False
    for base, policy in ((_USER, False), *((key, True) for key in _POLICIES)):
        remedy = (
            f"这是单位的组策略，{_ASK}"
            if policy
            else "请在 Excel 里打开：文件 → 选项 → 信任中心 → 信任中心设置，取消相应的选项"
        )
        security = rf"{base}\Excel\Security"
        if _value(system, rf"{base}\Excel\Security\Trusted Locations", "AllLocationsDisabled") == 1:
            blocked = True
            yield Finding(False, title, "“受信任位置”被禁用了，Excel 不会运行启动文件夹里的宏", remedy)
        if _value(system, security, "DisableAllAddins") == 1:
            blocked = True
            yield Finding(False, title, "“禁用所有应用程序加载项”打开了", remedy)
        if _value(system, security, "RequireAddinSig") == 1:
            blocked = True
            yield Finding(False, title, "“要求应用程序加载项由受信任的发布者签名”打开了，本加载项没有签名", remedy)
        if _value(system, rf"{base}\Common", "VBAOff") == 1:
            blocked = True
            yield Finding(False, title, "Office 的宏（VBA）被整个关掉了", _ASK)
    if not blocked:
        yield Finding(True, title, "没有发现会拦住加载项的设置")


def _enabled(system: System) -> Finding:
    """Excel keeps a list of files it switched off after a crash: binary values that hold the path in UTF-16."""
    wanted = ADDIN_NAME.casefold().encode("utf-16-le")
    items = system.registry(rf"{_USER}\Excel\Resiliency\DisabledItems").values()
    if any(isinstance(item, bytes) and wanted in item for item in items):
        return Finding(
            False,
            "停用的项目",
            "Excel 出错后把加载项停用了",
            "请在 Excel 里打开：文件 → 选项 → 加载项 → 管理“禁用项目” → 转到，选中它并启用",
        )
    return Finding(True, "停用的项目", "加载项没有被 Excel 停用")


def _shortcut(found: Status) -> Finding:
    if found.shortcut:
        return Finding(True, "发送到", found.places.shortcut.stem)
    return Finding(False, "发送到", "没有快捷方式（只影响在文件上点右键的用法）", _INSTALL)


def _running(system: System) -> Finding:
    if "excel.exe" in system.programs().casefold():
        return Finding(True, "正在运行的 Excel", "有。刚装好或更新过的加载项，要把它全部关闭再打开才会生效")
    remedy = "请打开 Excel 和汇总表，看有没有“质量攻关”选项卡"
    return Finding(False, "正在运行的 Excel", "没有，看不到按钮是否出现", remedy)
