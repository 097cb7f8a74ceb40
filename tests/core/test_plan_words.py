"""What people read of a plan: every decision has its words, at every door."""

from __future__ import annotations

import pytest

from batch_orders.core.plan import SENT, Decision
from batch_orders.core.plan_words import DECISION_WORDS
from batch_orders.service.upload_changes import BECAME


@pytest.mark.parametrize("decision", Decision)
def test_every_decision_has_words(decision: Decision) -> None:
    assert DECISION_WORDS[decision]
    assert decision in SENT or BECAME[decision]
