"""What an order would buy other than was bought before, in words."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import zip_longest

from batch_orders.core.model import Order
from batch_orders.core.order_json import order_from_json
from batch_orders.core.records import PriorOrder


def differences(order: Order, known: PriorOrder) -> str:
    """In words, what an order would buy other than was bought."""
    bought = order_from_json(known.content)
    told = []
    added = [box for box in order.mailboxes if box not in bought.mailboxes]
    gone = [box for box in bought.mailboxes if box not in order.mailboxes]
    if added:
        told.append(f"mailboxes added: {', '.join(added)}")
    if gone:
        told.append(f"mailboxes gone: {', '.join(gone)}")
    if order.vendor != bought.vendor:
        told.append(f"vendor {bought.vendor} then, {order.vendor} now")
    if order.forwarding_domain != bought.forwarding_domain:
        told.append(f"forwarding domain {bought.forwarding_domain} then, {order.forwarding_domain} now")
    if dict(order.contact) != dict(bought.contact):
        told.append("the contact")
    now, then = owners_of(order), owners_of(bought)
    if any(now[mailbox] != then[mailbox] for mailbox in now.keys() & then.keys()):
        told.append("the owners of mailboxes")
    return "; ".join(told)


def owners_of(order: Order) -> Mapping[str, tuple[str, str] | None]:
    return dict(zip_longest(order.mailboxes, order.people))
