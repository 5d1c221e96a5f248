"""Write `messages.txt` anew: `python -m tests.golden`. Read the diff as a clerk would."""

from tests.golden import MESSAGES, rendered

MESSAGES.write_text(rendered(), "utf-8")
