"""The catalogue: which rules there are and how grave, that no text is half filled, and every message literally."""

from __future__ import annotations

import re
import string

from tests.golden import MESSAGES, SAMPLES, rendered
from xlpy.catalogue import CATALOGUE
from xlpy.flags import Severity, Text

IDS = [
    *(f"F{n:02}" for n in range(1, 18) if n != 2),
    *(f"R{n:02}" for n in range(1, 9)),
    *(f"T{n:02}" for n in range(1, 6)),
    *(f"X{n:02}" for n in range(1, 6)),
    *(f"D{n:02}" for n in range(1, 8)),
    *("P01", "P02"),
]
ERRORS = re.findall(r"\w+", "F01 F03 F05 F07 F09 F13 R01 R03 R04 R06 T01 T03 T04 X01 X03 D01 D02 D03 D06")
NOTES = ["F06", "F14", "D04"]
CLERKS_WORDS = re.compile(
    "json|null|none|error|字段|解析|校验失败|非法|无效|参数错误|异常|编码|格式错误", re.IGNORECASE
)


def texts() -> list[tuple[str, Text]]:
    return [(f"{rule.id}.{variant}", text) for rule in CATALOGUE.values() for variant, text in rule.texts.items()]


def test_ids_and_their_order() -> None:
    assert list(CATALOGUE) == IDS
    assert [rule.id for rule in CATALOGUE.values()] == IDS


def test_severities() -> None:
    by_severity = {s: [r.id for r in CATALOGUE.values() if r.severity is s] for s in Severity}
    assert by_severity[Severity.ERROR] == ERRORS
    assert by_severity[Severity.NOTE] == NOTES
    own = {where: text.severity for where, text in texts() if text.severity}
    assert own == {
        "R04.soon": Severity.WARNING,
        "T03.unit": Severity.WARNING,
        "T04.own": Severity.WARNING,
        "T04.unit": Severity.WARNING,
        "T04.renamed": Severity.NOTE,
        "D04.unread": Severity.WARNING,
        "T04.unknown": Severity.NOTE,
        "T04.twice": Severity.WARNING,
        "T04.titled": Severity.WARNING,
        "T04.form": Severity.WARNING,
        "T04.later": Severity.WARNING,
        "X01.town": Severity.NOTE,
        "D01.same": Severity.WARNING,
        "D01.alike": Severity.WARNING,
        "D02.same": Severity.WARNING,
        "D02.alike": Severity.WARNING,
        "D03.same": Severity.WARNING,
        "D03.alike": Severity.WARNING,
    }


def test_every_message_literally() -> None:
    """After a change that is meant: python -m tests.golden, and read the diff."""
    assert rendered() == MESSAGES.read_text("utf-8")


def test_no_sample_is_left_over() -> None:
    used = {
        where: {name for _, name, _, _ in string.Formatter().parse(text.message + text.fix) if name}
        for where, text in texts()
    }
    for key, values in SAMPLES.items():
        names = set().union(*(found for where, found in used.items() if key in (where, where.partition(".")[0])))
        assert names >= set(values), key


def test_messages_and_remedies_are_one_plain_sentence_each() -> None:
    for where, text in texts():
        for words in text[:2]:
            assert words == words.strip(), where
            assert not words.endswith(("。", "，", "；", "：")), where
            assert not CLERKS_WORDS.search(re.sub(r"\{\w+\}", "", words)), where
            quotes = [sign for sign in words if sign in "“”"]
            assert quotes == ["“", "”"] * (len(quotes) // 2), where
            assert words.count("（") == words.count("）"), where


def test_titles_are_short_and_each_says_why() -> None:
    titles = [rule.title for rule in CATALOGUE.values()]
    assert all(len(title) <= 20 for title in titles)
    assert len(set(titles)) == len(titles) - 1  # F04 and R07 are one fault, in the form and in the table
    assert all(rule.why and not rule.why.endswith("。") for rule in CATALOGUE.values())
