"""What the sandbox has seen and sold. It lives in memory and ends with the sandbox."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from batch_orders.sandbox.replies import Reply

_FIRST_ORDER_ID = 100001


@dataclass(frozen=True, slots=True)
class TakenOrder:
    """One order that counts as bought, by the customer with this key. `body` is the parsed one."""

    order_id: str
    body: Mapping[str, Any]
    time: datetime
    key: str = field(default="", repr=False)

    @property
    def domains(self) -> tuple[str, ...]:
        return tuple(domain["domain_name"] for domain in self.body["domains"])


class Store:
    """Safe to use from many threads. A domain can be bought twice, as with the real service."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._orders: list[TakenOrder] = []
        self._requests: list[Any] = []
        self._followed = 0
        self._asked: Counter[str] = Counter()

    @property
    def orders(self) -> tuple[TakenOrder, ...]:
        with self._lock:
            return tuple(self._orders)

    @property
    def requests(self) -> tuple[Any, ...]:
        with self._lock:
            return tuple(self._requests)

    @property
    def followed(self) -> int:
        with self._lock:
            return self._followed

    def record_request(self, body: Any) -> None:
        with self._lock:
            self._requests.append(body)

    def record_followed(self) -> None:
        with self._lock:
            self._followed += 1

    def settle(
        self, body: Mapping[str, Any], domain: str, key: str, decide: Callable[[str, int], Reply]
    ) -> Reply:
        """Decide on a faultless order and keep it if it was taken, in one step.

        `decide` gets the id that the order would have, and how many times `domain` was asked for, this
        one included.
        """
        with self._lock:
            self._asked[domain] += 1
            order_id = str(_FIRST_ORDER_ID + len(self._orders))
            reply = decide(order_id, self._asked[domain])
            if reply.taken:
                self._orders.append(TakenOrder(order_id, body, datetime.now(UTC), key))
            return reply

    def find(self, order_id: str) -> TakenOrder | None:
        return next((order for order in self.orders if order.order_id == order_id), None)
