"""What becomes of each order of a plan, in the words that people read before they say yes. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from batch_orders.core.differences import differences
from batch_orders.core.plan import Decision, PlannedOrder
from batch_orders.core.settling import other_account_sentence

DECISION_WORDS: Mapping[Decision, str] = {
    Decision.NEW: "will be ordered",
    Decision.AGAIN: "rejected before, sent again",
    Decision.ALREADY_PLACED: "already placed, not sent",
    Decision.BOUGHT_ELSEWHERE: "bought already, and not by an order of this ledger; not sent",
    Decision.CHANGED: "placed before with other content, not sent",
    Decision.UNCONFIRMED: "unconfirmed from before, not sent",
    Decision.WAITING: "in a batch that waits its turn, not sent",
    Decision.LEFT_OVER: "over the limit, not sent now",
    Decision.REPEATED: "in an earlier sheet as well, sent once",
    Decision.DISAGREES: "in another sheet with other content, not sent",
    Decision.SUPERSEDED: "asked for by a later sheet, or recorded as not bought; not sent, hand the latest sheet in",
    Decision.OTHER_ACCOUNT: "bought under another account, not sent",
}
"""Follows a count, or stands beside one order."""


def say_more(item: PlannedOrder) -> str:
    """What its decision alone does not tell of an order: what differs, who bought it, which limit; "" for nothing."""
    match item:
        case PlannedOrder(decision=Decision.CHANGED, prior=prior) if prior:
            return differences(item.order, prior)
        case PlannedOrder(decision=Decision.OTHER_ACCOUNT, prior=prior) if prior:
            return other_account_sentence(prior)
    return item.over.sentence if item.over else ""
