"""What the vendor says, as it is kept: on one line, and nothing in it acts in place of being shown."""

from __future__ import annotations

import json

import pytest

from batch_orders.smart_senders.answers import Answer, read_outcome


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("No.\r\n  Not\tthis one.", "No. Not this one."),
        ("Not \u202emoc.live\u202c.", "Not \\u202emoc.live\\u202c."),
        ("\x1b[2JGone", "[2JGone"),
        ("Nicht für Köln.", "Nicht für Köln."),
    ],
)
def test_a_message_is_kept_in_plain_sight(said: str, kept: str) -> None:
    body = json.dumps({"ok": False, "message": said}).encode()
    assert read_outcome(Answer(200, {}, body, framed=True), "shop.com").message == kept
