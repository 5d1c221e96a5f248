"""Reading forms, five ways: what unzipping takes, what calamine takes, what we take, and what others would write.

Where our time goes, in multiples of bare calamine, our template on a fairly quiet machine: 1 calamine itself; 0.7
unpacking every part once more and looking at it before calamine does (an untrusted file must not exhaust the machine);
0.9 the file, its container, hash, properties and merged ranges; 2.9 finding labels and values and making the model
(some 75 values of pydantic, 1.2 µs each, their readers as much again); 0.3 the checks.

What was tried, and what it gave. Asking for no more room than the file takes, rather than for the 64 MB that are
allowed: 60 → 15 µs. With that, values that hold only what is given (pydantic keeps a set of the names that were),
merged ranges made once and short texts remembered: 7.5 → 5.8, an older form 10.8 → 8.3. Collecting garbage seldom: a
tenth to a fifth more, see `xlpy.garbage`. Not taken: one call of pydantic for a whole model in place of one for each
value, 0.4 µs a value; an index of the merged ranges, some 50 µs, since a hostile file could make it huge; building the
models' schemas late, 5 of 70 ms at the start.
"""

from __future__ import annotations

import hashlib
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.benchmarks.made import forms
from tests.benchmarks.measuring import Line, in_turn, milliseconds, ratio

MOST, LEAST = 4, 12
_LABELS = (
    *("推荐单位", "项目名称", "填报单位", "填报日期", "项目背景意义", "质量攻关目标", "项目投资", "产品质量水平"),
    *("质量创新程度", "质量攻关成效", "推荐单位意见", "完成时间", "项目先进水平", "企业性质", "企业规模"),
    *("统一社会信用代码", "联系人", "联系电话"),
)


def reading(folder: Path, quick: bool) -> Iterator[Line]:
    """Our template and an older form; each way reads all the forms in each round."""
    for words, older in (("our template", False), ("an older form", True)):
        paths = forms(folder / words, 3 if quick else 8, older)
        times = in_turn({name: _all(way, paths) for name, way in _ways().items()}, 5 if quick else 15)
        for name in times:
            found = ratio(times, name, "bare calamine")
            goal, held = (f"≤ {MOST}", found.median <= MOST) if name == "read_form and its flags" else ("", None)
            what = f"{words}: {name}, × bare calamine"
            if name == "bare calamine":
                each = milliseconds({name: [t / len(paths) for t in times[name]]}, name)
                yield Line(f"{words}: bare calamine", f"{each} a form")
            else:
                yield Line(what, str(found), goal, held)
        faster = ratio(times, "openpyxl", "read_form and its flags")
        yield Line(f"{words}: times faster than by openpyxl", str(faster), f"≥ {LEAST}", faster.median >= LEAST)


def _all(way: Callable[[Path], object], paths: list[Path]) -> Callable[[], object]:
    return lambda: [way(path) for path in paths]


def _ways() -> dict[str, Callable[[Path], object]]:
    import openpyxl
    import pandas
    import python_calamine

    from xlpy import read_form
    from xlpy.checks import check_form
    from xlpy.notice import Notice

    notice = Notice()

    def unzip(path: Path) -> None:
        with zipfile.ZipFile(path) as package:
            for part in package.namelist():
                package.read(part)

    def calamine(path: Path) -> None:
        book = python_calamine.load_workbook(path)
        for sheet in book.sheet_names:
            book.get_sheet_by_name(sheet).to_python()

    def by_openpyxl(path: Path) -> dict[str, Any]:
        """As a competent user would: the value right of each label, and a hash to know the file again."""
        found: dict[str, Any] = {"sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        for sheet in openpyxl.load_workbook(path, data_only=True):
            _look(sheet.iter_rows(values_only=True), found)
        return found

    def by_pandas(path: Path) -> dict[str, Any]:
        """The same with the fastest of the engines of pandas."""
        found: dict[str, Any] = {"sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        for frame in pandas.read_excel(path, sheet_name=None, header=None, engine="calamine").values():
            _look(frame.where(frame.notna(), None).itertuples(index=False), found)
        return found

    return {
        "unzip": unzip,
        "bare calamine": calamine,
        "read_form and its flags": lambda path: check_form(read_form(path), notice),
        "openpyxl": by_openpyxl,
        "pandas over calamine": by_pandas,
    }


def _look(rows: Any, found: dict[str, Any]) -> None:
    for row in rows:
        for at, value in enumerate(row):
            if isinstance(value, str) and (label := next((name for name in _LABELS if value.startswith(name)), None)):
                found.setdefault(label, next((v for v in row[at + 1 :] if v is not None), None))


def pulling(folder: Path, quick: bool) -> Iterator[Line]:
    """A folder of forms into an empty Annex 2: how much of it is reading. By the clock, since others do the reading."""
    from xlpy import pull
    from xlpy.authoring import SUMMARY_XLSX, resource
    from xlpy.intake import read_folder

    count = 100 if quick else 1_000
    forms(folder / "登记表", count)
    workbook = folder / "附件2.xlsx"
    workbook.write_bytes(resource(SUMMARY_XLSX).read_bytes())
    start = time.perf_counter()
    read_folder(folder / "登记表", workbook)
    between = time.perf_counter()
    pull(workbook, folder / "登记表")
    whole = time.perf_counter() - between
    share = (between - start) / whole
    yield Line(f"pull of {count:,} forms, the file written", f"{whole:.2f} s")
    yield Line(f"pull of {count:,} forms: share of reading", f"{share:.0%}", "≥ 50%", share >= 0.5)
