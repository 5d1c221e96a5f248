"""While a command runs Python looks for reference cycles seldom; afterwards as it did before."""

from __future__ import annotations

import gc

import pytest

from xlpy.garbage import seldom_collected


def test_inside_only_young_objects_are_walked_often() -> None:
    before = gc.get_threshold()
    with seldom_collected():
        young, older, oldest = gc.get_threshold()
        assert gc.isenabled()
        assert young > before[0]
        assert older * oldest > before[1] * before[2]
    assert gc.get_threshold() == before


def test_a_failure_leaves_nothing_behind() -> None:
    before = gc.get_threshold()
    with pytest.raises(ZeroDivisionError), seldom_collected():
        raise ZeroDivisionError
    assert gc.get_threshold() == before


def test_one_command_inside_another_changes_nothing() -> None:
    before = gc.get_threshold()
    with seldom_collected():
        inside = gc.get_threshold()
        with seldom_collected():
            assert gc.get_threshold() == inside
        assert gc.get_threshold() == inside
    assert gc.get_threshold() == before
