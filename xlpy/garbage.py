"""Python's search for reference cycles, as often as a command needs it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def seldom_collected() -> Iterator[None]:
    """While a command runs, objects are walked for cycles only when they are many and young.

    A command makes millions of objects and nearly no cycles; as Python is set, each is walked again and again, which
    took a third of the time of a large consolidation, and more of it the larger it was.
    """
    usual = gc.get_threshold()
    gc.set_threshold(10_000, 50, 1_000)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
