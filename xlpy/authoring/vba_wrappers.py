"""The VBA side of the worksheet functions, written by xlwings' own generator: `python -m xlpy.authoring.vba_wrappers`.

xlwings generates it inside Excel, for which every user would have to "trust access to the VBA project". Here it is
done at build time, and in a process of its own: the generator imports pywin32, which outside Windows has to be replaced
by empty modules before xlwings is loaded.
"""

from __future__ import annotations

import importlib
import io
import sys
from types import ModuleType, SimpleNamespace

FUNCTIONS = "xlpy.functions"
_PYWIN32 = ("pythoncom", "pywintypes", "win32com", "win32com.client")


def wrappers(module: str, workbook: str) -> str:
    """The source of the VBA module xlwings_udfs for the functions of the Python `module`, in the add-in `workbook`.

    Only for a process that does nothing else: outside Windows, pywin32 and xlwings' decorators are replaced.
    """
    if sys.platform != "win32":
        _stand_in_for_pywin32()
    import xlwings
    from xlwings import udfs

    # outside Windows these do nothing, and the generator finds no function
    xlwings.func, xlwings.sub, xlwings.arg, xlwings.ret = udfs.xlfunc, udfs.xlsub, udfs.xlarg, udfs.xlret
    out = io.StringIO()
    udfs.generate_vba_wrapper(module, importlib.import_module(module), out, SimpleNamespace(Name=workbook))
    return f'Attribute VB_Name = "xlwings_udfs"\n#Const App = "Microsoft Excel"\n{out.getvalue()}'


def _stand_in_for_pywin32() -> None:
    stand_ins = {name: ModuleType(name) for name in _PYWIN32}
    stand_ins["pythoncom"].CoInitialize = lambda: None  # type: ignore[attr-defined]
    stand_ins["win32com.client"].Dispatch = lambda found: found  # type: ignore[attr-defined]
    stand_ins["win32com"].client = stand_ins["win32com.client"]  # type: ignore[attr-defined]
    sys.modules.update(stand_ins)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="ascii", newline="\n")  # type: ignore[union-attr]
    print(wrappers(FUNCTIONS, sys.argv[1]), end="")
