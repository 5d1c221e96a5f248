"""`xlpy doctor`: on a sound PC everything holds; each thing that is broken is named, with what mends it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.comdouble import Excel
from tests.pc import PC
from xlpy import macros
from xlpy.addin.doctor import examine
from xlpy.addin.system import System
from xlpy.authoring import SUMMARY_XLSX, resource

OFFICE = r"HKCU\Software\Microsoft\Office\16.0"
POLICY = r"HKCU\Software\Policies\Microsoft\Office\16.0"
MACHINE_POLICY = r"HKLM\Software\Policies\Microsoft\Office\16.0"


@pytest.fixture
def pc(tmp_path: Path) -> PC:
    sound = PC(tmp_path / "张 三")
    sound.install()
    return sound


def wrong(pc: PC) -> list[str]:
    return [finding.line for finding in examine(pc.system()) if not finding.ok]


def test_a_sound_pc(pc: PC) -> None:
    assert [finding.line for finding in examine(pc.system())] == [
        r"✓ Excel：C:\Program Files\Microsoft Office\Root\Office16\EXCEL.EXE",
        "✓ Python 的组件：xlwings 0.37.8，pywin32 311",
        f"✓ 加载项：{pc.addin}，是最新的",
        "✓ 版本：加载项与 xlwings 都是 0.37.8",
        f"✓ 设置：Python 是 {pc.interpreter}",
        "✓ 单元格函数：xlwings64-0.37.8.dll 在 Python 旁边",
        "✓ 信任设置：没有发现会拦住加载项的设置",
        "✓ 停用的项目：加载项没有被 Excel 停用",
        "✓ 发送到：质量攻关 导入和校验",
        "✓ 正在运行的 Excel：有。刚装好或更新过的加载项，要把它全部关闭再打开才会生效",
    ]


def test_nothing_is_written(pc: PC) -> None:
    before = {name: (pc.home / name).stat().st_mtime_ns for name in pc.tree()}
    examine(pc.system())
    assert {name: (pc.home / name).stat().st_mtime_ns for name in pc.tree()} == before


def no_excel(pc: PC) -> None:
    pc.registry.clear()


def wps_in_its_place(pc: PC) -> None:
    pc.registry[r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"] = {"": r"C:\WPS\et.exe"}


def old_excel(pc: PC) -> None:
    pc.registry[r"HKCR\Excel.Application\CurVer"] = {"": "Excel.Application.12"}


def no_pywin32(pc: PC) -> None:
    del pc.versions["pywin32"]


def addin_gone(pc: PC) -> None:
    pc.addin.unlink()


def addin_of_somebody_else(pc: PC) -> None:
    pc.addin.write_bytes(b"another")


def addin_altered(pc: PC) -> None:
    with pc.addin.open("ab") as file:
        file.write(b"\0")


def addin_marked(pc: PC) -> None:
    Path(f"{pc.addin}:Zone.Identifier").write_bytes(b"[ZoneTransfer]\r\nZoneId=3\r\n")


def other_xlwings(pc: PC) -> None:
    pc.versions["xlwings"] = "0.36.1"


def no_settings(pc: PC) -> None:
    pc.conf.unlink()


def python_moved(pc: PC) -> None:
    pc.conf.write_bytes(b'"INTERPRETER_WIN","C:\\old\\python.exe"\r\n"ADD_WORKBOOK_TO_PYTHONPATH","false"\r\n')


def another_python(pc: PC) -> None:
    other = pc.home / "python.exe"
    other.write_bytes(b"")
    (other.parent / "xlwings64-0.37.8.dll").write_bytes(b"")
    pc.install(interpreter=str(other))


def imports_from_anywhere(pc: PC) -> None:
    pc.conf.write_bytes(pc.conf.read_bytes().replace(b"false", b"true"))


def no_dll(pc: PC) -> None:
    (pc.interpreter.parent / "xlwings64-0.37.8.dll").unlink()


def excel_of_32_bits(pc: PC) -> None:
    pc.registry[r"HKLM\SOFTWARE\Microsoft\Office\ClickToRun\Configuration"] = {"Platform": "x86"}


def no_trusted_places(pc: PC) -> None:
    pc.registry[rf"{OFFICE}\Excel\Security\Trusted Locations"] = {"alllocationsdisabled": 1}


def addins_off_by_policy(pc: PC) -> None:
    pc.registry[rf"{POLICY}\Excel\Security"] = {"DisableAllAddins": 1}


def signatures_by_policy(pc: PC) -> None:
    pc.registry[rf"{MACHINE_POLICY}\Excel\Security"] = {"RequireAddinSig": 1}


def no_vba(pc: PC) -> None:
    pc.registry[rf"{POLICY}\Common"] = {"VBAOff": 1}


def disabled_after_a_crash(pc: PC) -> None:
    item = b"\x02\0\0\0" + str(pc.addin).lower().encode("utf-16-le")
    pc.registry[rf"{OFFICE}\Excel\Resiliency\DisabledItems"] = {"A1": b"else", "B2": item}


def no_shortcut(pc: PC) -> None:
    pc.shortcut.unlink()


def excel_closed(pc: PC) -> None:
    pc.programs = "INFO: No tasks are running which match the specified criteria.\n"


@pytest.mark.parametrize(
    ("breaks", "lines"),
    [
        (
            no_excel,
            [
                "✗ Excel：没有找到 Microsoft Excel。"
                "请安装 Excel；只有 WPS 时，请在汇总表上点右键，用“发送到”里的“质量攻关”"
            ],
        ),
        (
            wps_in_its_place,
            [
                "✗ Excel：没有找到 Microsoft Excel。"
                "请安装 Excel；只有 WPS 时，请在汇总表上点右键，用“发送到”里的“质量攻关”"
            ],
        ),
        (old_excel, ["✗ Excel：版本是 12，太旧或认不出。请安装 Excel 2016 或更新的版本"]),
        (no_pywin32, ["✗ Python 的组件：缺少 pywin32。请重新安装 xlpy（没有网络时用随附的 wheels 文件夹）"]),
        (addin_gone, ["✗ 加载项：没有装到 {addin.parent}。请运行 xlpy addin install"]),
        (addin_of_somebody_else, ["✗ 加载项：{addin} 是另一个文件。请把它移到别处，再运行 xlpy addin install"]),
        (addin_altered, ["✗ 加载项：装着的与这个 xlpy 带的不一样。请关闭 Excel，再运行 xlpy addin install"]),
        (addin_marked, ["✗ 加载项：文件带着“来自互联网”的标记。请关闭 Excel，删除它，再运行 xlpy addin install"]),
        (other_xlwings, ["✗ 版本：加载项要 xlwings 0.37.8，装着的是 0.36.1。请运行 pip install xlwings==0.37.8"]),
        (no_settings, ["✗ 设置：{conf} 里没有 Python 的位置。请运行 xlpy addin install"]),
        (
            python_moved,
            [
                "✗ 设置：设置里的 Python 不存在：C:\\old\\python.exe。请运行 xlpy addin install",
                "✗ 单元格函数：. 里没有 xlwings64-0.37.8.dll，QC_ 开头的函数用不了（按钮不受影响）。"
                "请运行 pip install --force-reinstall --no-deps xlwings==0.37.8",
            ],
        ),
        (
            another_python,
            [
                "✗ 设置：按钮用的是 {home}/python.exe，现在运行的是 {interpreter}。"
                "要用现在这个，请运行 xlpy addin install"
            ],
        ),
        (imports_from_anywhere, ["✗ 设置：会从工作簿所在的文件夹里加载程序，不安全。请运行 xlpy addin install"]),
        (
            no_dll,
            [
                "✗ 单元格函数：{interpreter.parent} 里没有 xlwings64-0.37.8.dll，QC_ 开头的函数用不了（按钮不受影响）。"
                "请运行 pip install --force-reinstall --no-deps xlwings==0.37.8"
            ],
        ),
        (
            excel_of_32_bits,
            [
                "✗ 单元格函数：{interpreter.parent} 里没有 xlwings32-0.37.8.dll，QC_ 开头的函数用不了（按钮不受影响）。"
                "请运行 pip install --force-reinstall --no-deps xlwings==0.37.8"
            ],
        ),
        (
            no_trusted_places,
            [
                "✗ 信任设置：“受信任位置”被禁用了，Excel 不会运行启动文件夹里的宏。"
                "请在 Excel 里打开：文件 → 选项 → 信任中心 → 信任中心设置，取消相应的选项"
            ],
        ),
        (
            addins_off_by_policy,
            ["✗ 信任设置：“禁用所有应用程序加载项”打开了。这是单位的组策略，请联系管理这台电脑的信息部门"],
        ),
        (
            signatures_by_policy,
            [
                "✗ 信任设置：“要求应用程序加载项由受信任的发布者签名”打开了，本加载项没有签名。"
                "这是单位的组策略，请联系管理这台电脑的信息部门"
            ],
        ),
        (no_vba, ["✗ 信任设置：Office 的宏（VBA）被整个关掉了。请联系管理这台电脑的信息部门"]),
        (
            disabled_after_a_crash,
            [
                "✗ 停用的项目：Excel 出错后把加载项停用了。"
                "请在 Excel 里打开：文件 → 选项 → 加载项 → 管理“禁用项目” → 转到，选中它并启用"
            ],
        ),
        (no_shortcut, ["✗ 发送到：没有快捷方式（只影响在文件上点右键的用法）。请运行 xlpy addin install"]),
        (
            excel_closed,
            ["✗ 正在运行的 Excel：没有，看不到按钮是否出现。请打开 Excel 和汇总表，看有没有“质量攻关”选项卡"],
        ),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_one_thing_is_broken(pc: PC, breaks: Callable[[PC], None], lines: list[str]) -> None:
    breaks(pc)
    assert wrong(pc) == [
        line.format(addin=pc.addin, conf=pc.conf, home=pc.home, interpreter=pc.interpreter) for line in lines
    ]


def test_a_virtual_environment_has_the_dll_one_folder_up(pc: PC) -> None:
    dll = pc.interpreter.parent / "xlwings64-0.37.8.dll"
    dll.rename(dll.parent.parent / dll.name)
    assert wrong(pc) == []


def test_outside_windows() -> None:
    assert [finding.line for finding in examine(System(environment={}))] == [
        "✗ Windows 用户：这台电脑没有 Windows 的用户文件夹，加载项装不上。"
        "加载项只用于 Windows 上的 Excel；命令行照样可以处理文件"
    ]


def test_this_pc_answers_whatever_it_is(pc: PC) -> None:
    """The real registry, packages and programs: no exception, wherever the tests run."""
    assert len(examine(System(environment=pc.environment))) >= 9


def test_the_button(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("APPDATA", raising=False)
    path = tmp_path / "附件2.xlsx"
    path.write_bytes(resource(SUMMARY_XLSX).read_bytes())
    excel = Excel()
    macros.doctor(excel.open(path))
    (box,) = excel.boxes
    assert box.startswith("✗ Windows 用户：")
