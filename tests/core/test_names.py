"""How a name in other letters is shown."""

from __future__ import annotations

import pytest

from batch_orders.core.names import show_name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("acmemail.com", "acmemail.com"),
        ("xn--mnchen-3ya.de", "münchen.de (xn--mnchen-3ya.de)"),
        ("mail.xn--mnchen-3ya.de", "mail.münchen.de (mail.xn--mnchen-3ya.de)"),
        ("xn--abc.com", "xn--abc.com"),
        ("", ""),
    ],
)
def test_a_name_stands_beside_what_is_bought(name: str, shown: str) -> None:
    assert show_name(name) == shown
