"""What has changed between a plan that was looked at and the plan as it is now, in sentences. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from batch_orders.core.plan import Decision, Plan
from batch_orders.core.wording import counted
from batch_orders.service.upload_views import describe_order

BECAME: Mapping[str, str] = {
    Decision.ALREADY_PLACED: "placed",
    Decision.BOUGHT_ELSEWHERE: "bought elsewhere",
    Decision.CHANGED: "placed with other content",
    Decision.UNCONFIRMED: "sent and not confirmed: they may have been bought",
    Decision.WAITING: "accepted in another batch, which waits its turn",
    Decision.LEFT_OVER: "left over by a limit",
    Decision.SUPERSEDED: "ordered anew by a later sheet",
    Decision.REPEATED: "found in an earlier sheet as well",
    Decision.DISAGREES: "found in another sheet with other content",
    Decision.OTHER_ACCOUNT: "bought under another account",
}
"""By its decision now, what became of an order that would have been sent: it follows `was` or `were`."""


def tell_changes(before: Iterable[Mapping[str, Any]], plan: Plan) -> list[str]:
    """Sentences about the orders that would be bought then and not now, or the other way round, or at another price."""
    now = {item.order.domain: describe_order(item) for item in plan.planned}
    became: Counter[str] = Counter()
    dearer = gone = 0
    for line in before:
        is_now = now.pop(line["domain"], None)
        if is_now is None:
            gone += line["sent"]
        elif line["sent"] and not is_now["sent"]:
            became[is_now["decision"]] += 1
        elif line["sent"] and line["cost"] != is_now["cost"]:
            dearer += 1
        elif is_now["sent"] and not line["sent"]:
            became["new"] += 1
    became["new"] += sum(line["sent"] for line in now.values())
    said = [
        f"{counted(count, 'order')} {'was' if count == 1 else 'were'} {BECAME[decision]}"
        for decision, count in became.items()
        if count and decision != "new"
    ]
    said += (
        [f"{counted(became['new'], 'order')} can be bought that could not before"] if became["new"] else []
    )
    said += [f"the price of {counted(dearer, 'order')} has changed"] if dearer else []
    said += [f"{counted(gone, 'order')} went out of the plan"] if gone else []
    return said or ["the plan has changed"]
