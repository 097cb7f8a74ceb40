"""What others wrote is shown, and does nothing."""

from __future__ import annotations

import os

import pytest

from batch_orders.core.visible import visible, visible_line


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x07", r"\x1b[31mred\x07"),
        ("\x9b31m\x9d", r"\x9b31m\x9d"),
        ("a\rb\x7f", r"a\rb\x7f"),
        ("\u202ecod.exe\u2066", r"\u202ecod.exe\u2066"),
        (os.fsdecode(b"K\xf6ln.csv"), r"K\xf6ln.csv"),
        ("\ud83d", r"\ud83d"),
        ("\U000e0041", r"\U000e0041"),
        ("Zoë, 北京\n\t\u05e9\u05dc", "Zoë, 北京\n\t\u05e9\u05dc"),
    ],
)
def test_what_would_act_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert visible(shown) == shown


def test_a_name_stays_one_line() -> None:
    assert visible_line("a\nError: b\t.csv") == r"a\nError: b\t.csv"
