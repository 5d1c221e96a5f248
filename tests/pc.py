"""A made-up Windows PC: one user's folders below a real one, a registry typed as a dictionary, no shell."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from xlpy.addin.install import install
from xlpy.addin.shortcut import Shortcut
from xlpy.addin.system import System

EXCEL_REGISTRY: dict[str, dict[str, object]] = {
    r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe": {
        "": r'"C:\Program Files\Microsoft Office\Root\Office16\EXCEL.EXE"'
    },
    r"HKCR\Excel.Application\CurVer": {"": "Excel.Application.16"},
    r"HKLM\SOFTWARE\Microsoft\Office\ClickToRun\Configuration": {"Platform": "x64"},
}


@dataclass
class PC:
    """`home` is the user's folder: its name has a space and Chinese, as many have."""

    home: Path
    registry: dict[str, dict[str, object]] = field(
        default_factory=lambda: {k: dict(v) for k, v in EXCEL_REGISTRY.items()}
    )
    versions: dict[str, str] = field(default_factory=lambda: {"xlwings": "0.37.8", "pywin32": "311"})
    programs: str = '"EXCEL.EXE","4711","Console","1","180,000 K"\n'
    shortcuts: dict[Path, Shortcut] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.interpreter.parent.mkdir(parents=True)
        self.interpreter.write_bytes(b"")
        (self.interpreter.parent / "xlwings64-0.37.8.dll").write_bytes(b"")

    @property
    def interpreter(self) -> Path:
        return self.home / "AppData" / "Local" / "Python 3" / "python.exe"

    @property
    def environment(self) -> dict[str, str]:
        return {"USERPROFILE": str(self.home), "APPDATA": str(self.home / "AppData" / "Roaming")}

    @property
    def addin(self) -> Path:
        return self.home / "AppData/Roaming/Microsoft/Excel/XLSTART/质量攻关.xlam"

    @property
    def conf(self) -> Path:
        return self.home / ".xlpy/xlpy.conf"

    @property
    def shortcut(self) -> Path:
        return self.home / "AppData/Roaming/Microsoft/Windows/SendTo/质量攻关 导入和校验.lnk"

    def make_shortcut(self, path: Path, shortcut: Shortcut) -> None:
        path.write_bytes(b"lnk")
        self.shortcuts[path] = shortcut

    def install(self, udf_server: bool | None = None, interpreter: str = "") -> list[str]:
        return install(
            environment=self.environment,
            interpreter=interpreter or str(self.interpreter),
            udf_server=udf_server,
            encoding="gbk",
            make_shortcut=self.make_shortcut,
        )

    def system(self) -> System:
        return System(
            environment=self.environment,
            interpreter=str(self.interpreter),
            registry=lambda key: self.registry.get(key, {}),
            version=self.versions.get,
            programs=lambda: self.programs,
            encoding="gbk",
        )

    def tree(self) -> set[str]:
        """Every file of the user, but for Python's own."""
        files = (p for p in self.home.rglob("*") if p.is_file() and self.interpreter.parent not in p.parents)
        return {p.relative_to(self.home).as_posix() for p in files}
