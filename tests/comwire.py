"""The wire between xlwings and Excel: a stand-in for pywin32, over which xlwings' Windows engine is imported."""

from __future__ import annotations

import ctypes
import datetime as dt
import sys
import types
from collections.abc import Callable
from typing import Any

REJECTED = -2147418111  # RPC_E_CALL_REJECTED: what a busy Excel answers
_EXCEPTION, _FAILED, UNKNOWN_NAME = -2147352567, -2146827284, -2147352570
BOXES: dict[int, Callable[[str], int]] = {}  # window → who is told what a message box says


class com_error(Exception):  # noqa: N801  # pywin32's name
    def __init__(self, hresult: int, text: str = "", details: tuple[Any, ...] | None = None) -> None:
        super().__init__(hresult, text, details, None)
        self.hresult, self.strerror, self.excepinfo, self.argerror = self.args


class TimeType(dt.datetime):
    """pywin32's date, which claims to be UTC."""


class CDispatch: ...


class DispatchBaseClass: ...


def failed(text: str) -> com_error:
    return com_error(_EXCEPTION, "Exception occurred.", (0, "Microsoft Excel", text, None, 0, _FAILED))


def engine() -> Any:
    """xlwings' Windows engine, imported over a stand-in for pywin32."""
    if "xlwings._xlwindows" in sys.modules:
        return sys.modules["xlwings._xlwindows"]

    class Anything(type):
        def __getattr__(cls, name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            return lambda *args, **kwargs: 0

    class Module(types.ModuleType):
        def __getattr__(self, name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            return Anything(name, (), {})

    names = "pywintypes win32api win32con pythoncom win32gui win32process win32timezone win32com win32com.client"
    stubs: dict[str, Any] = {name: Module(name) for name in names.split()}
    stubs["pywintypes"].com_error = stubs["pythoncom"].ole_error = com_error
    stubs["pywintypes"].TimeType = TimeType
    stubs["pythoncom"].__file__ = None
    stubs["win32com"].client = client = stubs["win32com.client"]
    client.CDispatch = CDispatch
    client.DispatchBaseClass = client.CoClassBaseClass = DispatchBaseClass
    stubs["win32timezone"].TimeZoneInfo = types.SimpleNamespace(utc=lambda: dt.UTC)
    stubs["win32process"].GetWindowThreadProcessId = lambda hwnd: (0, hwnd)
    stubs["win32con"].MB_OK, stubs["win32con"].MB_ICONWARNING = 0, 48
    stubs["win32api"].MessageBox = lambda hwnd, text, title, style: BOXES[hwnd](text)
    kept = ctypes.PyDLL
    sys.modules.update(stubs)
    vars(ctypes).update(oledll=Module("dll"), windll=Module("dll"))
    ctypes.PyDLL = lambda *args: Anything("dll", (), {})  # type: ignore[assignment,misc]
    try:
        import xlwings
        from xlwings import _xlwindows
    finally:
        ctypes.PyDLL = kept  # type: ignore[misc]
        del vars(ctypes)["oledll"], vars(ctypes)["windll"]  # other libraries take them for a sign of Windows
        for name in names.split():
            sys.modules.pop(name)
    if "excel" not in [engine.name for engine in xlwings.engines]:
        xlwings.engines.add(xlwings.main.Engine(impl=_xlwindows.engine))
    return _xlwindows
