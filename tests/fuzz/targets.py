"""The targets: what libFuzzer's bytes become, and what must hold of the answer: a model, or one line.

    python -m tests.fuzz.targets NAME [reproducer]     with libFuzzer's own options

Run by `python -m tests.fuzz`. A fault is an exception here; libFuzzer saves the bytes that led to it.
"""

from __future__ import annotations

import contextlib
import random
import socket
import sys
import tempfile
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import atheris

with atheris.instrument_imports(include=["xlpy"]):
    from xlpy import intake
    from xlpy.api import read_summary
    from xlpy.calculation import calculate
    from xlpy.catalogue import CATALOGUE
    from xlpy.checks import check_form, check_table
    from xlpy.checks.own import own_flags
    from xlpy.errors import XlpyError
    from xlpy.flags import Flag
    from xlpy.grids import SheetGrid, Snapshot
    from xlpy.notice import Notice, OwnCheck
    from xlpy.settings import read_notice, rules_rows, settings_rows

from tests.corpus.made import _STRANGE, mutated, mutated_part, seeds
from tests.corpus.trial import NoSocket
from tests.corpus.trial import reading as read_all
from tests.making import money, row, table, text

NOTICE = Notice()
TABLE = table(row(4, "降噪", "甲公司", size=text("微型"), benefit=money("6000")), row(5, benefit=money(None)))
SUFFIXES = {b"PK": ".xlsx", b"\xd0\xcf": ".xls"}
Mutator = Callable[[bytes, int, int], bytes]


def received(data: bytes) -> None:
    """A file: every reader, the checks of what was read, and a folder that holds it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("a" + SUFFIXES.get(data[:2], ".docx"))
        path.write_bytes(data)
        faults = [f"{name}: {answer}" for name, answer in read_all(path).items() if answer.startswith("!")]
        assert not faults, faults
        found = intake.read_folder(folder)
        assert len(found.forms) + len(found.skipped) == 1
        for form in found.forms:
            sound(check_form(form, NOTICE))
        with contextlib.suppress(XlpyError):
            sound(check_table(read_summary(path), NOTICE))


def settings(data: bytes) -> None:
    """参数 and 规则 in which some cells hold something else."""
    given = atheris.FuzzedDataProvider(data)
    sheets = {"参数": settings_rows(NOTICE), "规则": rules_rows(NOTICE, CATALOGUE)}
    while given.remaining_bytes():
        rows = sheets[given.PickValueInList(list(sheets))]
        line = rows[given.ConsumeIntInRange(0, len(rows) - 1)]
        column = given.ConsumeIntInRange(0, len(line) - 1)
        line[column] = value(given, line[column])
    grids = {name: SheetGrid(name, rows) for name, rows in sheets.items()}
    notice, _ = read_notice(Snapshot("附件2.xlsx", grids))
    assert check_table(TABLE, notice) is not None  # in the words of 规则, which are the bureau's own
    written = {"参数": settings_rows(notice), "规则": rules_rows(notice, CATALOGUE)}
    again, _ = read_notice(Snapshot("附件2.xlsx", {name: SheetGrid(name, rows) for name, rows in written.items()}))
    assert again.deadline == notice.deadline


def value(given: Any, was: object) -> Any:
    """A cell: of another kind, strange, or what it was with something in the middle."""
    match given.ConsumeIntInRange(0, 5):
        case 0:
            return None
        case 1:
            return given.ConsumeInt(8)
        case 2:
            return given.ConsumeFloat()
        case 3:
            return given.PickValueInList(list(_STRANGE)).decode()
        case 4:
            return plain(given.ConsumeUnicodeNoSurrogates(20))
        case _:
            words = str(was or "")
            spot = given.ConsumeIntInRange(0, len(words))
            return words[:spot] + plain(given.ConsumeUnicodeNoSurrogates(6)) + words[spot:]


def plain(words: str) -> str:
    return words.replace("\0", "")


def check(data: bytes) -> None:
    """A formula of the bureau's own, over a row and over the table."""
    formula = "=" + plain(data.decode("utf-8", "replace"))
    for scope in ("row", "table"):
        one = OwnCheck(id="C1", title="自查", formula=formula, message="[@经济效益]", scope=scope, cell="规则!E48")
        sound(own_flags(TABLE, Notice(checks=(one,)), calculate))


def sound(flags: list[Flag]) -> None:
    """Every flag is a line that a terminal shows as it is."""
    for flag in flags:
        bad = [c for c in flag.message + flag.fix if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cs")]
        assert not bad, flag


def mutated_file(data: bytes, longest: int, seed: int) -> bytes:
    """Bytes changed anywhere, or the XML of one part in its structure."""
    dice = random.Random(seed)
    if data[:2] == b"PK" and dice.random() < 0.9:
        try:
            data = mutated_part(data, dice)
        except Exception:  # no zip any more
            data = mutated(data, dice)
    else:
        data = mutated(data, dice)
    return data[:longest]


TARGETS: dict[str, tuple[Callable[[bytes], None], Mutator | None]] = {
    "received": (received, mutated_file),
    "settings": (settings, None),
    "check": (check, None),
}
FORMULAS = (
    '=AND([@企业规模]="微型",[@经济效益]>5000)',
    "=COUNTIF([项目单位],[@项目单位])>1",
    "=SUM([经济效益])>12000",
    '=IF(LEN(TRIM([@项目名称]))<2,ISNUMBER(SEARCH("a*",[@备注])),NOT(TRUE))',
    "=OR(LEFT([@项目单位],2)=MID([@项目单位],1,2),ROUND([@经济效益]/3,2)<>-1.5E+3%)",
)
WORDS = (
    "[@经济效益]",
    "[项目单位]",
    "SUM(",
    "COUNTIF(",
    "AND(",
    "IF(",
    '"',
    "^",
    "&",
    "{1,2}",
    "#REF!",
    "A1:B2",
    "表!A1",
)


def plant(name: str, folder: Path) -> None:
    """The first inputs of a target, and for formulas the words that make them."""
    folder.mkdir(parents=True, exist_ok=True)
    match name:
        case "received":
            seeds(folder)
        case "check":
            for n, formula in enumerate(FORMULAS):
                (folder / str(n)).write_text(formula[1:], "utf-8")
            escaped = ("".join(f"\\x{byte:02x}" for byte in word.encode()) for word in WORDS)
            folder.with_suffix(".dict").write_text("".join(f'"{word}"\n' for word in escaped))
        case _:
            (folder / "0").write_bytes(bytes(range(64)))


def main() -> None:
    function, mutator = TARGETS[sys.argv[1]]
    socket.socket = NoSocket  # type: ignore[misc]
    options = {"custom_mutator": mutator} if mutator else {}
    atheris.Setup([sys.argv[0], *sys.argv[2:]], function, **options)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
