"""What “发送到 → 质量攻关 导入和校验” does with the files it is given: for people with WPS, or without Excel.

Each file is handed to the command line, in a window that stays open until Enter is pressed:
a 汇总表 with a folder 登记表 beside it is pulled, a 汇总表 alone validated, a 登记表 read.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from xlpy.errors import WrongForm, XlpyError, printable

FORMS_FOLDER: Final = "登记表"
_FAILED: Final = 2


def command_for(path: Path) -> list[str]:
    """The arguments of `xlpy` for one file. A file that cannot be read goes to validate, which says why."""
    from xlpy.intake import summary_of
    from xlpy.reading import Received, read_alone

    if path.suffix.casefold() == ".docx":
        return ["read", str(path)]
    try:
        read_alone(summary_of, Received(str(path), str(path)))
    except WrongForm:
        return ["read", str(path)]
    except XlpyError:
        return ["validate", str(path)]
    forms = path.parent / FORMS_FOLDER
    return ["pull", str(path), "--forms", str(forms)] if forms.is_dir() else ["validate", str(path)]


def main(files: Sequence[str]) -> int:
    """Carry out the command of every file; the worst exit code."""
    if not files:
        print("请在文件上点右键，选“发送到”里的“质量攻关 导入和校验”；或者把文件拖到这个快捷方式上")
        return _FAILED
    worst = 0
    for name in files:
        path = Path(name)
        if path.is_dir():
            print(f"“{printable(path.name)}”是文件夹。请发送汇总表文件；登记表放在它旁边的“{FORMS_FOLDER}”文件夹里")
            worst = _FAILED
            continue
        command = command_for(path)
        print(f"xlpy {printable(subprocess.list2cmdline(command))}", flush=True)
        worst = max(worst, subprocess.run([sys.executable, "-P", "-m", "xlpy.cli", *command], check=False).returncode)
        print(flush=True)
    return worst


if __name__ == "__main__":
    code = main(sys.argv[1:])
    if sys.stdin is not None and sys.stdin.isatty():
        input("看完后按回车键关闭")
    raise SystemExit(code)
