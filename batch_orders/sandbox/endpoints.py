"""The addresses of the sandbox: which there are, what they check, what they answer.

Checked in this order: path, method, key, and then what the endpoint itself asks for.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from batch_orders.sandbox.checks import find_fault
from batch_orders.sandbox.replies import Reply, answer, refusal
from batch_orders.sandbox.staged import CONTEXT, ELSEWHERE, Call
from batch_orders.sandbox.store import Store, TakenOrder
from batch_orders.sandbox.trouble import decide, find_trouble, pick_domain
from batch_orders.sandbox.vendors import VENDORS

API = "/api/v1/smart-senders/"
SEEN = "/sandbox/seen"
"""Not part of the API: what the sandbox has seen, for tests that run it as a process of its own."""

_REFUSED_KEYS = ("invalid", "wrong", "bad")
_UNLISTED = frozenset({"unlisted", "drop-after-unlisted"})
_STATUSES = {
    "pending": ("Payment Pending", "Your payment has not yet been received."),
    "failed": ("Failed", "The order could not be delivered."),
    "cancelled": ("Cancelled", "The order was cancelled."),
}
_COMPLETED = ("Completed", "The order was delivered.")


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request that arrived whole. `path` is without the query."""

    method: str
    path: str
    query: Mapping[str, str]
    content_type: str
    body: bytes

    @property
    def key(self) -> str:
        return self.query.get("api_key", "")


def route(request: Request, store: Store, broken: Mapping[str, int]) -> Reply:
    """The reply to any request. `broken` maps an endpoint's name to the status it answers with."""
    name = request.path.removeprefix(API)
    if name in broken:
        return answer(broken[name], {"message": f"{name} is staged to be broken."})
    if request.path in _OUTSIDE:
        return _OUTSIDE[request.path](request, store)
    if not request.path.startswith(API) or name not in _ENDPOINTS:
        return answer(404, {"message": f"Cannot {request.method} {request.path}"})
    method, endpoint = _ENDPOINTS[name]
    if request.method != method:
        message = f"{name} takes {method}, not {request.method}."
        return answer(405, {"message": message}, headers={"Allow": method})
    return _refuse_key(request.key) or endpoint(request, store)


def _refuse_key(key: str) -> Reply | None:
    if not key:
        return answer(401, {"message": "API key is required."})
    if key.lower().startswith(_REFUSED_KEYS):
        return answer(401, {"message": "Invalid API Key"})
    return None


def _place_order(request: Request, store: Store) -> Reply:
    if request.content_type != "application/json":
        return refusal("Content-Type must be application/json", CONTEXT)
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        return refusal("The body is not valid JSON", CONTEXT)
    fault = find_fault(body)
    if fault is not None:
        return refusal(fault, CONTEXT)
    domain = pick_domain(body)
    return store.settle(
        body, domain, request.key, lambda order_id, nth: decide(Call(domain, request.key, order_id, nth))
    )


def _get_vendors(_: Request, __: Store) -> Reply:
    return answer(200, {"success": True, "data": VENDORS})


def _get_domain_list(request: Request, store: Store) -> Reply:
    """A customer sees what is their own, and nobody else's."""
    bought = [
        _listed(order, domain)
        for order in store.orders
        if order.key == request.key
        for domain in order.domains
        if find_trouble(domain) not in _UNLISTED
    ]
    return answer(200, [{"id": 58001 + position} | line for position, line in enumerate(bought)])


def _listed(order: TakenOrder, domain: str) -> dict[str, Any]:
    time = order.time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {
        "domain_name": domain,
        "vendor_id": order.body["vendor_id"],
        "created_at": time,
        "updated_at": time,
        "forwarding_domain": order.body["forwarding_domain"],
        "is_active": True,
        "order_id": order.order_id,
    }


def _order_details(request: Request, store: Store) -> Reply:
    context = "Error fetching order details"
    order_id = request.query.get("order_id", "")
    if not order_id:
        return refusal('"order_id" is required', context)
    order = store.find(order_id)
    if order is None:
        return refusal("Order not found", context)
    trouble = find_trouble(pick_domain(order.body))
    status, message = _STATUSES.get(trouble or "", _COMPLETED)
    data: dict[str, Any] = {"order_id": order_id, "status": status, "message": message}
    if trouble == "secrets":
        data["email_accounts"] = _email_accounts(order)
    return answer(200, {"status": "success", "message": "Order details fetched", "data": data})


def _email_accounts(order: TakenOrder) -> list[dict[str, str]]:
    domains = order.body["domains"]
    plain = [mailbox for domain in domains for mailbox in domain.get("mailboxes", ())]
    detailed = [detail["mailbox"] for domain in domains for detail in domain.get("mailbox_details", ())]
    return [{"email": mailbox, "password": "sandbox-password-7Yq"} for mailbox in plain + detailed]


def _search_domain(request: Request, store: Store) -> Reply:
    for parameter in ("domain_name", "vendor_id"):
        if not request.query.get(parameter):
            return refusal(f'"{parameter}" is required', "Error searching domain")
    domain = request.query["domain_name"].lower()
    bought = {name.lower() for order in store.orders for name in order.domains}
    suggestions = [{"domain": f"get{domain}"}, {"domain": f"try{domain}"}]
    return answer(200, {"domain": domain, "available": domain not in bought, "suggestions": suggestions})


def _elsewhere(_: Request, store: Store) -> Reply:
    store.record_followed()
    return answer(200, {"ok": True, "data": []})


def _seen(_: Request, store: Store) -> Reply:
    return answer(
        200,
        {
            "orders": [{"order_id": order.order_id, "body": order.body} for order in store.orders],
            "requests": store.requests,
            "followed": store.followed,
        },
    )


Endpoint = Callable[[Request, Store], Reply]

_ENDPOINTS: Mapping[str, tuple[str, Endpoint]] = {
    "place-order": ("POST", _place_order),
    "get-vendors": ("GET", _get_vendors),
    "get-domain-list": ("GET", _get_domain_list),
    "order-details": ("GET", _order_details),
    "search-domain": ("GET", _search_domain),
}
_OUTSIDE: Mapping[str, Endpoint] = {ELSEWHERE: _elsewhere, SEEN: _seen}
