"""Names of projects that are so alike that they may be one project. Pure; many names in seconds."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from typing import Final, NamedTuple

_COMPARED: Final = 100  # characters of a name; what is longer is no name, and must not cost minutes
_BLOCK: Final = 1_000  # lines of a score matrix at a time, so that memory stays small
_NUMERALS: Final = "一二三四五六七八九十百零甲乙丙丁"
_NUMERAL = re.compile(f"[{_NUMERALS}]")
_ORDINAL = re.compile(rf"[0-9a-zα-ω]+|第[{_NUMERALS}]+|[{_NUMERALS}]+(?=[期号型代线类级段批阶轮])")


class Likest(NamedTuple):
    """The earlier name that is most like a name: its place, and how like it is in percent."""

    place: int
    score: float


def one_project(one: str, other: str) -> bool:
    """Whether alike names may be one project: their ordinals are equal, and no 二 (氧化) stands for a 三 (氧化).

    >>> one_project("设备改造一期", "设备改造二期"), one_project("一种轴承降噪", "轴承降噪")
    (False, True)
    """
    if ordinals(one) != ordinals(other):
        return False
    numerals, others = _NUMERAL.findall(one), _NUMERAL.findall(other)
    return len(numerals) != len(others) or numerals == others


def ordinals(name: str) -> tuple[str, ...]:
    """What tells one of several like projects from another: figures, Latin letters, 一 of 一期.

    >>> ordinals("a型设备改造第二期")
    ('a', '第二')
    """
    return tuple(_ORDINAL.findall(name))


def likest_above(names: Sequence[str], cutoff: int, owners: Sequence[Hashable] | None = None) -> dict[int, Likest]:
    """Place of a name → the likest of the names before it that may be one project with it, the first of equals.

    `names` are folded and not empty; only likeness of at least `cutoff` percent (50…100) counts. With `owners`, one
    for each name, only names of different owners are compared. The outcome, in order, is that of comparing every name
    with every earlier one, but most pairs are never looked at: see `_candidates`.

    >>> likest_above(["轴承降噪改造", "座椅减重", "轴承的降噪改造"], 90)[2].place
    0
    >>> likest_above(["轴承降噪改造", "轴承降噪改造", "轴承的降噪改造"], 90, "甲乙乙")[2].place
    0
    """
    if len(names) < 2:
        return {}
    import numpy as np
    from rapidfuzz import fuzz, process

    first: dict[str, int] = {}
    for place, name in enumerate(names):
        first.setdefault(name[:_COMPARED], place)
    places = list(first.values()) if owners is None else range(len(names))
    unequal = [names[place][:_COMPARED] for place in places]
    owner = np.array(_numbered(owners or places))
    numerals = ["".join(_NUMERAL.findall(name)) for name in unequal]
    kind, count = np.array(_numbered(numerals)), np.array([len(n) for n in numerals])
    best, likest = np.zeros(len(unequal), np.float32), np.zeros(len(unequal), np.intp)
    for group in _candidates(unequal, cutoff):
        members = np.array(group)
        for start in range(0, len(group), _BLOCK):
            later, above = members[start : start + _BLOCK], members[: start + _BLOCK]
            scores = process.cdist(
                [unequal[n] for n in later], [unequal[n] for n in above], scorer=fuzz.ratio, score_cutoff=cutoff
            )
            if np.count_nonzero(scores) == len(later):  # each is like itself alone
                continue
            scores = np.tril(scores, start - 1)
            scores[(count[later, None] == count[above]) & (kind[later, None] != kind[above])] = 0  # as one_project
            scores[owner[later, None] == owner[above]] = 0
            score, earlier = scores.max(axis=1), above[scores.argmax(axis=1)]
            better = (score > best[later]) | ((score == best[later]) & (score > 0) & (earlier < likest[later]))
            best[later[better]], likest[later[better]] = score[better], earlier[better]
    found = {places[n]: Likest(places[likest[n]], float(best[n])) for n in best.nonzero()[0]}
    if owners is None:
        equal = ((place, first[name[:_COMPARED]]) for place, name in enumerate(names))
        found |= {place: Likest(earlier, 100.0) for place, earlier in equal if earlier != place}
    return dict(sorted(found.items()))


def _numbered(things: Sequence[Hashable]) -> list[int]:
    """Equal things as equal numbers."""
    known = {thing: n for n, thing in enumerate(dict.fromkeys(things))}
    return [known[thing] for thing in things]


def _candidates(names: Sequence[str], cutoff: int) -> Iterator[list[int]]:
    """Groups of places, in order, such that every two names that are alike and of equal ordinals share a group.

    If names of lengths n and m are at least `cutoff` percent alike, they have at least ⌈cutoff · (n + m) / 200⌉
    characters in common. So few of a name's own may then be missing in the other that one of its rarest is among the
    rarest of the other too (the prefix filter of set-similarity joins): only names that share such a one are compared.
    Where that would be more work than comparing all, the group is all.
    """
    # The second 轴 of a name is another sign than the first, so that shared signs are counted as often as they occur.
    signs = [[(sign, name[:n].count(sign)) for n, sign in enumerate(name)] for name in names]
    common = Counter(sign for name in signs for sign in name)
    of_equal_ordinals: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, name in enumerate(names):
        of_equal_ordinals[ordinals(name)].append(place)
    for places in of_equal_ordinals.values():
        groups: dict[tuple[str, int], list[int]] = defaultdict(list)
        for place in places:
            length = len(names[place])
            shortest = -(-length * cutoff // (200 - cutoff))  # of the names that can be alike
            shared = -(-cutoff * (length + shortest) // 200)
            for sign in sorted(signs[place], key=lambda sign: (common[sign], sign))[: length - shared + 1]:
                groups[sign].append(place)
        work = sum(len(group) ** 2 for group in groups.values())
        for group in groups.values() if work < len(places) ** 2 else [places]:
            if len(group) > 1:
                yield group
