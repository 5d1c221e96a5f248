"""Flags on the workbook: hidden mark columns, the 校验 column in words, and the list 校验结果 with links.

The user's own colours are never touched: conditional formats that ship with the template paint from the mark columns.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import groupby

from xlpy.flags import Flag, Severity
from xlpy.grids import Scalar, Snapshot
from xlpy.layout import RESULT_HEADERS, RESULTS, field_name
from xlpy.list_sheets import list_patch
from xlpy.models import SummaryTable
from xlpy.patch import Patch, Write, block, safe_text

_IN_CELL = 3  # findings that the 校验 column spells out


def by_importance(flags: Sequence[Flag], own: str) -> list[Flag]:
    """Errors first; within a severity by row of the table, the workbook's own (file `own`) before its forms'.

    How the workbook's path was typed plays no part, so the same findings come in the same order.
    """
    return sorted(flags, key=lambda flag: _importance(flag, own))


def _importance(flag: Flag, own: str) -> tuple[int, int, bool, str, str, str]:
    other = flag.file != own
    return -flag.severity.level, flag.row_number or 1 << 30, other, flag.file if other else "", flag.rule, flag.cell


def mark(snapshot: Snapshot, table: SummaryTable, flags: Sequence[Flag]) -> Patch:
    """The patch that shows exactly `flags` on the workbook: whatever was marked before is gone."""
    return mark_all(snapshot, [(table, flags)])


def mark_all(snapshot: Snapshot, found: Sequence[tuple[SummaryTable, Sequence[Flag]]]) -> Patch:
    """As `mark`, of a workbook with a table on each of several sheets: every table with its flags."""
    marks = Patch(tuple(w for each in found for w in (*_mark_columns(*each), *_check_column(*each))))
    return marks + _result_list(snapshot, found)


def _mark_columns(table: SummaryTable, flags: Sequence[Flag]) -> list[Write]:
    levels: dict[tuple[int, str], int] = defaultdict(int)
    for flag in flags:
        if flag.sheet == table.sheet and flag.row_number is not None:
            place = flag.row_number, flag.field
            levels[place] = max(levels[place], flag.severity.level)
    height = range(table.first_row, table.last_row + 1)
    filled = {row.row_number for row in table.rows}
    columns = sorted((column, field) for field, column in table.marks.items())
    writes = []
    for _, run in groupby(enumerate(columns), key=lambda pair: pair[1][0] - pair[0]):
        together = [field for _, (_, field) in run]
        values: list[list[Scalar]] = [
            [levels[r, field] or (0 if r in filled else None) for field in together] for r in height
        ]
        if values:
            writes.append(Write(table.sheet, table.first_row, table.marks[together[0]], block(values)))
    return writes


def _check_column(table: SummaryTable, flags: Sequence[Flag]) -> list[Write]:
    if table.check_column is None or table.last_row < table.first_row:
        return []
    found: dict[int, list[Flag]] = defaultdict(list)
    for flag in flags:
        if flag.row_number is not None:
            found[flag.row_number].append(flag)
    filled = {row.row_number for row in table.rows}
    words: list[list[Scalar]] = []
    for r in range(table.first_row, table.last_row + 1):
        if r in found:
            words.append([safe_text(_in_words(found[r], table))])
        else:
            words.append(["通过" if r in filled else None])
    return [Write(table.sheet, table.first_row, table.check_column, block(words))]


def _in_words(flags: Sequence[Flag], table: SummaryTable) -> str:
    ordered = by_importance(flags, table.file)
    parts = []
    for flag in ordered[:_IN_CELL]:
        name = field_name(flag.field) if flag.field else ""
        name = "" if name in flag.message else f"{name}，"
        parts.append(f"{flag.severity.label}：{_where(flag, table)}{name}{flag.message}")
    rest = len(ordered) - _IN_CELL
    return "；".join(parts) + (f"；另有 {rest} 条，见“{RESULTS}”" if rest > 0 else "")


def _where(flag: Flag, table: SummaryTable) -> str:
    """Which file a finding is in, unless it is the table's own."""
    if flag.file == table.file:
        return ""
    return f"{flag.file} " if flag.rule.startswith("T") else "登记表：" if flag.rule.startswith("F") else ""


def _result_list(snapshot: Snapshot, found: Sequence[tuple[SummaryTable, Sequence[Flag]]]) -> Patch:
    flagged = [(flag, table) for table, flags in found for flag in flags]
    flagged.sort(key=lambda pair: _importance(pair[0], pair[1].file))
    names = {(table.sheet, row.row_number): row.project_name.raw for table, _ in found for row in table.rows}
    lines: list[list[Scalar]] = []
    for number, (flag, table) in enumerate(flagged, 1):
        own = flag.file in ("", table.file)
        place = flag.place if own else f"[{flag.file}]{flag.place}"
        lines.append(
            [
                number,
                flag.severity.label,
                flag.rule,
                safe_text(place),
                safe_text(names.get((table.sheet, flag.row_number or 0), "")) or None,
                field_name(flag.field) if flag.field else None,
                safe_text(flag.value) or None,
                safe_text(flag.message),
                safe_text(flag.fix),
                None if own else safe_text(flag.file) or None,
            ]
        )
    return list_patch(snapshot, RESULTS, RESULT_HEADERS, lines, RESULT_HEADERS[1:4], links=("位置",), filled="问题")


def summary_line(flags: Sequence[Flag]) -> str:
    """错误 3，警告 2，提示 1."""
    return "，".join(f"{s.label} {sum(f.severity is s for f in flags)}" for s in Severity)
