"""Authoring of the files that are ours: what stands in templates/ and workbook/ is built here, and only here.

openpyxl and python-docx are imported by the builders, when one runs.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from xlpy.errors import CannotRun, CannotWrite
from xlpy.notice import Notice


def _form_workbook(notice: Notice) -> bytes:
    from xlpy.authoring.form_sheet import form_workbook
    from xlpy.authoring.package import save_workbook

    return save_workbook(form_workbook(notice))


def _form_document(notice: Notice) -> bytes:
    from xlpy.authoring.form_word import form_document
    from xlpy.authoring.package import save_document

    return save_document(form_document(notice))


def _summary_workbook(notice: Notice) -> bytes:
    from xlpy.authoring.summary_book import summary_bytes

    return summary_bytes(notice)


def _district_workbook(notice: Notice) -> bytes:
    from xlpy.authoring.district_book import district_bytes

    return district_bytes(notice)


def _shipped(name: str) -> bytes:
    return TEMPLATES[name](Notice())


def _addin() -> bytes:
    from xlpy.authoring.addin_book import addin_bytes

    try:
        return addin_bytes(root() / ADDIN_SOURCES, Path(ADDIN_XLAM).name)
    except ImportError:  # packages that only those need who change the add-in
        raise CannotRun("没有安装制作加载项要用的软件包", "请运行 pip install '.[build]'") from None


def _readme() -> bytes:
    from xlpy.authoring.readme import refreshed

    return refreshed((root() / README).read_text("utf-8")).encode()


README: Final = "README.md"
FORM_XLSX: Final = "templates/附件1_登记表.xlsx"
FORM_DOCX: Final = "templates/附件1_登记表.docx"
SUMMARY_XLSX: Final = "workbook/附件2_申报汇总表.xlsx"
DISTRICT_XLSX: Final = "workbook/区级汇总表.xlsx"
ADDIN_XLAM: Final = "workbook/质量攻关.xlam"
ADDIN_SOURCES: Final = "workbook/addin"

TEMPLATES: Final[dict[str, Callable[[Notice], bytes]]] = {
    FORM_XLSX: _form_workbook,
    FORM_DOCX: _form_document,
    SUMMARY_XLSX: _summary_workbook,
    DISTRICT_XLSX: _district_workbook,
}
"""Path in the checkout → what builds the file's bytes under a notice."""

PRODUCTS: Final[dict[str, Callable[[], bytes]]] = {
    **{name: partial(_shipped, name) for name in TEMPLATES},
    ADDIN_XLAM: _addin,
    README: _readme,
}
"""Path in the checkout → what builds the file's bytes, under the notice that the package knows."""

_PACKAGE = Path(__file__).parents[1]


def root() -> Path:
    """The checkout to build in: the one that this package runs from, else the current folder if it is one.

    Raises CannotRun where there is neither.
    """
    for folder in (_PACKAGE.parent, Path.cwd()):
        if (folder / "setup.py").is_file() and (folder / "xlpy" / "authoring").is_dir():
            return folder
    raise CannotRun("这里不是 xlpy 的源码目录", "请在 xlpy 的源码目录里运行 xlpy build")


def resource(name: str) -> Path:
    """The shipped file `name` (a key of `PRODUCTS`), beside the package in a checkout, inside it once installed."""
    for folder in (_PACKAGE, _PACKAGE.parent):
        if (path := folder / name).is_file():
            return path
    raise CannotRun(f"xlpy 自带的文件“{name}”不见了", "请重新安装 xlpy；在源码目录里请先运行 xlpy build")


def build(root: Path) -> list[Path]:
    """Build every product below `root`; the paths of those whose bytes changed."""
    changed = []
    for name, builder in PRODUCTS.items():
        path, data = root / name, builder()
        if not path.is_file() or path.read_bytes() != data:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            except OSError as error:
                raise CannotWrite(path, "写不进去", "请检查磁盘空间和权限，并关闭正打开它的程序") from error
            changed.append(path)
    return changed


def check(root: Path) -> list[str]:
    """One line per product below `root` that is missing or is not, byte for byte, what would be built now."""
    findings = []
    for name, builder in PRODUCTS.items():
        path = root / name
        if not path.is_file():
            findings.append(f"{name}：文件不存在。请运行 xlpy build 生成")
        elif differing := _differing(path.read_bytes(), builder()):
            findings.append(f"{name}：与现在的代码生成的不一致（{differing}）。请运行 xlpy build 重新生成")
    return findings


def _differing(old: bytes, new: bytes) -> str:
    """Which parts of two packages differ, for a person; "" if the bytes are the same."""
    if old == new:
        return ""
    from zipfile import BadZipFile

    from xlpy.authoring.package import parts

    try:
        one, other = parts(old), parts(new)
    except BadZipFile:
        return "不是完整的 Office 文件"
    names = sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
    return "、".join(names) or "压缩方式"
