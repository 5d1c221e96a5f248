"""Labels in cells: what a cell's text is the label of, what follows it, and what only marks an empty blank. Pure.

Labels are compared folded (`xlpy.layout.fold`) and must be the whole text or be followed by a separator: 推荐单位意见
is not 推荐单位, and the sentence 项目投资，是指… of 填表说明 is no label.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from xlpy.grids import Scalar
from xlpy.layout import fold

T = TypeVar("T")

_HEAD = 48  # characters of a text in which a label, spread out and with a hint in brackets, is looked for
_LEAD = re.compile(r"[\s*＊★☆·•]*(?:[(（]?(?:\d{1,2}|[一二三四五六七八九十]{1,2})[)）、.．]\s*)?[*＊★☆]*")
_LEADING = " \t\n\r\u3000\xa0*＊★☆·•(（0123456789一二三四五六七八九十"
_SEPARATOR = re.compile(r"[:：_＿\n\t(（【\[]|\s+")
_TAIL = re.compile(r"[\s)）】\]]*(?:[(（【\[][^()（）【】\[\]\n]{0,20}[)）】\]]\s*)*(?P<mark>[:：]+|[_＿])?")
_BOUNDARY = re.compile(r"[\s_＿;；,，]+")

_BLANKS = re.compile(r"[_＿]{2,}")
_STAMP = re.compile(r"[(（]\s*(?:请?加?盖\s*公?\s*章处?|公\s*章|签\s*章|签\s*字|签\s*名)\s*[)）]")
_PRINTED = re.compile(r"[_＿章签年]")
_STAMP_ALONE = ("盖章", "公章", "加盖公章", "签章", "年月日", "盖章年月日", "公章年月日")
_HINTING = frozenset("(（【※请如例示不限可从")
_HINT = re.compile(
    r"[(（【※]\s*(?:请|如[:：无有需]|(?:例|例如|示例|提示|注|说明|填写|单位)[:：]|填写|不超过|限\s*\d|可另附|可附页|选填|必填)"
    r"[^)）】]*[)）】]?\s*$"
    r"|请(?:在|填|写|选|说明|简述|简要|输入|注明|如实)|(?:如|例|例如|示例)[:：]"
    r"|(?:不超过|限)\s*\d+\s*字|可另附|可附页|从下拉"
)
_NOTE = re.compile(r"(?:注|备注|附注|说明|填表说明|填写说明)\s*\d*\s*[:：]|※")
_DIGITS = r"[\d〇○零一二三四五六七八九十]"
DATE = re.compile(
    rf"{_DIGITS}{{2,4}}\s*[年./\-]\s*{_DIGITS}{{0,3}}\s*[月./\-]\s*{_DIGITS}{{0,3}}\s*[日号]?|\d{{8}}"
    r"|年\s*\d{1,2}\s*月\s*\d{0,2}\s*日"
)


class Piece(NamedTuple, Generic[T]):
    """A label inside a text and what follows it, up to the next one; label None: the text before the first."""

    label: T | None
    rest: str


class Lexicon(Generic[T]):
    """Labels by the names they go by. `loose` ones may be followed by a single space (推荐单位 安亭镇)."""

    def __init__(self, names: Mapping[str, T], loose: Collection[T] = ()) -> None:
        self._names = {fold(name): label for name, label in names.items()}
        self._first = frozenset(name[0] for name in self._names)
        self._opening = self._first | frozenset(_LEADING)
        self._loose = frozenset(loose)
        self._look = lru_cache(maxsize=4096)(self._find)

    def whole(self, text: str) -> T | None:
        """The label that all of `text` is, hints in brackets aside."""
        found = self.at(text)
        return found[0] if found and found[1] >= len(text.rstrip()) else None

    def at(self, text: str) -> tuple[T, int] | None:
        """The label that `text` begins with, and where the text behind it and its colon begins."""
        if text[:1] not in self._opening:  # nearly all texts, and not worth remembering
            return None
        found = self._look(text[:_HEAD])
        return found and (found[0], found[1])

    def marked(self, text: str) -> tuple[T, int] | None:
        """Like `at`, but only with a colon or a blank line behind the label, or nothing at all."""
        found = self._look(text[:_HEAD])
        return (found[0], found[1]) if found and (found[2] or found[1] >= len(text.rstrip())) else None

    def split(self, text: str, only: Callable[[T], bool] = lambda _: True) -> list[Piece[T]]:
        """`text` cut at every label with a colon or a blank line behind; what comes before the first has label None.

        填报单位：甲 联系人：乙 → (None, ""), (填报单位, "甲 "), (联系人, "乙"). Only labels that pass `only` count.
        """
        cuts: list[tuple[int, T, int]] = []
        for start in (0, *(m.end() for m in _BOUNDARY.finditer(text))):
            if (
                text[start : start + 1] in self._first
                and (hit := self.marked(text[start : start + _HEAD]))
                and only(hit[0])
            ):
                cuts.append((start, hit[0], start + hit[1]))
        ends = [start for start, _, _ in cuts] + [len(text)]
        pieces = [Piece(label, text[behind:end]) for (_, label, behind), end in zip(cuts, ends[1:], strict=True)]
        return [Piece(None, text[: ends[0]]), *pieces]

    def _find(self, head: str) -> tuple[T, int, bool] | None:
        lead = _LEAD.match(head)
        start = lead.end() if lead else 0
        if start >= len(head) or head[start] not in self._first:
            return None
        best: tuple[T, int] | None = None
        longest = ""  # 单位负责人意见 rather than 单位负责人; separators behind a label do not make it longer
        for separator in _SEPARATOR.finditer(head, start):
            key = fold(head[start : separator.start()])
            label = self._names.get(key)
            separates = separator.group() not in " \u3000\xa0" or label in self._loose
            if label is not None and key != longest and separates:
                best, longest = (label, separator.start()), key
        if len(head) < _HEAD:
            key = fold(head[start:])
            if key != longest and (label := self._names.get(key)) is not None:
                best = label, len(head)
        if best is None:
            return None
        tail = _TAIL.match(head, best[1])
        assert tail  # every part of the pattern is optional
        end = tail.start("mark") if tail["mark"] in ("_", "＿") else tail.end()
        return best[0], end, tail["mark"] is not None


def written(text: str) -> str:
    """`text` without what a blank form prints there: underlines, (盖章), 年 月 日. "" where nobody wrote anything.

    >>> written("____年__月__日"), written("__某某公司__（盖章）"), written("AB_12")
    ('', '某某公司', 'AB_12')
    """
    if not _PRINTED.search(text):
        return text.strip()
    text = _BLANKS.sub(" ", _STAMP.sub("", text)).strip(" _＿\n\r\t\u3000\xa0")
    return "" if len(text) < 40 and fold(text) in _STAMP_ALONE else text


def is_hint(text: str) -> bool:
    """Whether `text` tells what to write rather than being written: （请填写全称）, 例：2022年6月."""
    return text[:1] in _HINTING and _HINT.match(text) is not None


def is_note(text: str) -> bool:
    """Whether `text` is a footnote of the printed form: 注：一式三份."""
    return _NOTE.match(text.lstrip()) is not None or is_hint(text)


def content(value: Scalar) -> Scalar:
    """What somebody typed into a cell: None where it is blank, or holds only an unfilled blank or a hint."""
    if isinstance(value, str):
        text = written(value)
        return None if not text or is_hint(text) else text
    return value


def is_date(text: str) -> bool:
    """Whether the whole of `text` is a day, however it is written, complete or not."""
    return DATE.fullmatch(text.strip()) is not None


def before_date(text: str) -> tuple[str, str]:
    """(`text` without a day at its end, that day): 张三 2023年9月1日 → (张三, 2023年9月1日)."""
    days = list(DATE.finditer(text))
    last = days[-1] if days else None
    if last and not text[last.end() :].strip(" 。)）"):
        return text[: last.start()].rstrip(" \u3000,，;；:："), last.group().strip()
    return text, ""


def lines(text: str) -> Iterator[str]:
    """The lines of a cell that are not blank."""
    return (line.strip() for line in text.splitlines() if line.strip())
