"""Readers of files for the tests of `xlpy.reading`: workers import them by name, so they stand in a module.

What one does to its process goes by what the file is called, as a parser's goes by what is in it.
"""

from __future__ import annotations

import ctypes
import os
import re
import threading
import time
from pathlib import Path

from xlpy.errors import WrongForm
from xlpy.intake import form_of
from xlpy.models import Form
from xlpy.reading import Received


def told(file: Received) -> str:
    """The file's name, or an accident."""
    print("a library's own words")  # standard output is where workers answer
    name = file.name
    if "崩溃" in name:
        ctypes.string_at(0)
    if "退出" in name:
        os._exit(0)
    if "后患" in name:  # the next one pays
        threading.Timer(0.2, os.abort).start()
    if "二" in name:
        time.sleep(0.5)
    if "死循环" in name:
        re.match("(a|a)+b", "a" * 64)  # inside C code, which does not let go of Python's lock
    if "大" in name:
        return str(len(bytearray(2**40)))
    if "撑" in name:
        filled = [bytearray(2**24) for _ in range(1024)]
        return str(len(filled))
    if "异常" in name:
        raise KeyError(name)
    if "不是" in name:
        raise WrongForm(file.name, "不是登记表", "请换一份")
    return f"{name} {os.getpid()}"


def taking_its_time(file: Received) -> Form:
    """A form, after a twentieth of a second."""
    time.sleep(0.05)
    return form_of(file, ())


def waiting(file: Received) -> str:
    """Tells in the file who reads it, and never ends."""
    Path(file.path).write_text(str(os.getpid()))
    time.sleep(1e6)
    return ""


def tallied(file: Received) -> str:
    """Adds a mark to the file each time that it is read; some never end."""
    with Path(file.path).open("a") as marks:
        marks.write("|")
    if "挂" in file.name:
        time.sleep(1e6)
    return file.name
