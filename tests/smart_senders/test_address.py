"""Where orders go."""

from __future__ import annotations

from batch_orders.smart_senders import Environment


def test_what_is_asked_is_the_address_that_was_given() -> None:
    """A server may listen on one of this machine's addresses only."""
    assert Environment.at("http://[::1]:8080/").base_url == "http://[::1]:8080"
    assert Environment.at("http://LOCALHOST.:8080").base_url == "http://localhost:8080"
