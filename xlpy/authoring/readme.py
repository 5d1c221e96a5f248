"""The README's generated blocks: the table of rules and the command line's help. `xlpy build` puts them in place."""

from __future__ import annotations

import argparse
import re

from xlpy.arguments import parser
from xlpy.catalogue import CATALOGUE

_BLOCK = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def refreshed(readme: str) -> str:
    """`readme` with every generated block as it should be. An unknown block's name is a KeyError."""
    blocks = {"rules": rules_table(), "help": help_text()}
    return _BLOCK.sub(lambda found: f"{found[1]}{blocks[found[2]]}\n{found[3]}", readme)


def rules_table() -> str:
    """The catalogue as a Markdown table."""
    lines = ["| 编号 | 规则 | 级别 | 为什么查 |", "|---|---|---|---|"]
    for rule in CATALOGUE.values():
        words = {(text.severity or rule.severity).label: None for text in rule.texts.values()}
        lines.append(f"| {rule.id} | {rule.title} | {'、'.join(words)} | {rule.why} |")
    return "\n".join(lines)


def help_text() -> str:
    """`xlpy -h`, then the help of each command."""
    top = parser()
    (commands,) = (action for action in top._actions if isinstance(action, argparse._SubParsersAction))
    texts = [top.format_help(), *(sub.format_help() for sub in commands.choices.values())]
    return "\n\n".join(f"```text\n{text.strip()}\n```" for text in texts)
