"""The engine that computes the bureau's own checks on a closed file: the library `formulas`, started late.

Excel computes them itself on a workbook that is open there (`xlpy.surfaces.excel_calculation`). excelize would be an
engine too, but measured: it gives 1 for IF(…,TRUE,FALSE) and 0 for SUMPRODUCT over a comparison. `formulas` gives what
LibreOffice does for each function of `xlpy.checks.own`; COUNTIF with a text such as "00123" it refuses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Future
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from xlpy.checks.own import UNFINISHED, OwnFormula
from xlpy.errors import CannotRun
from xlpy.grids import Scalar
from xlpy.patch import Block
from xlpy.reading.isolated import Pool

if TYPE_CHECKING:
    import numpy as np

_SECONDS: Final = 10.0  # for one formula over a whole table
_REFERENCE = re.compile(r"([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?")


def calculate_apart(values: Block, formulas: Sequence[OwnFormula]) -> list[list[Scalar]]:
    """As `calculate`, in a process of its own: a formula that takes too long or too much memory costs only itself.

    A few characters are enough for that, such as a pattern with a dozen * in COUNTIF. Raises CannotRun where no process
    can be started.
    """
    pending = [_pool().submit(calculate, values, [one]) for one in formulas]
    return [_answer(future) for future in pending]


@lru_cache(maxsize=1)
def _pool() -> Pool:
    """The process, which lives as long as this one: to start the library takes a second and a half."""
    return Pool(1, _SECONDS)


def _answer(future: Future[list[list[Scalar]]]) -> list[Scalar]:
    try:
        [results] = future.result()
    except BrokenExecutor as error:
        raise CannotRun("没有可用的计算引擎", "请再运行一次") from error
    except (TimeoutError, MemoryError, ChildProcessError):
        return [UNFINISHED]
    return results


def calculate(values: Block, formulas: Sequence[OwnFormula]) -> list[list[Scalar]]:
    """As `xlpy.checks.own.Calculate`. What the engine cannot compute gives an error's text: #NAME? or #VALUE!."""
    import numpy as np
    from schedula import EMPTY

    lines = [[EMPTY if value is None or value == "" else value for value in line] for line in values]
    columns = [np.array([[line[n]] for line in lines[1:]], dtype=object) for n in range(len(lines[0]))]
    return [_results(one, columns, len(lines) - 1) for one in formulas]


def _results(one: OwnFormula, columns: Sequence[np.ndarray[Any, Any]], height: int) -> list[Scalar]:
    try:
        function, inputs = _compiled(one.text)
    except Exception:  # whatever the library makes of a formula that it does not know
        return ["#NAME?"]
    found: list[Scalar] = []
    for line in range(height if one.each_line else 1):
        arguments = [columns[n] if whole else columns[n][line : line + 1] for n, whole in inputs]
        try:
            found.append(_plain(function(*arguments)))
        except Exception:
            found.append("#VALUE!")
    return found


@lru_cache(maxsize=64)
def _compiled(text: str) -> tuple[Callable[..., Any], list[tuple[int, bool]]]:
    """A formula as a function, and of each of its arguments the column and whether it is the whole of it."""
    import formulas

    function = formulas.Parser().ast(text)[1].compile()
    inputs = []
    for name in function.inputs:
        reference = _REFERENCE.fullmatch(name.replace("$", ""))
        assert reference, name  # nothing but such references goes in
        inputs.append((_number(reference[1]), reference[3] is not None))
    return function, inputs


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _plain(result: Any) -> Scalar:
    """The one value that the engine gives, as Python has it."""
    import numpy as np

    value = np.asarray(result, dtype=object).ravel()[0]
    if isinstance(value, np.generic):
        value = value.item()
    return value if isinstance(value, bool | int | float) else str(value)
