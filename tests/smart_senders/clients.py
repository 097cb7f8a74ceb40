"""Clients and orders for tests of the HTTP client."""

from __future__ import annotations

from batch_orders.core.outcomes import Body, Outcome
from batch_orders.smart_senders import ApiKey, Environment, SmartSenders

KEY = "canary/Key+7f3a=Zq"
"""Its spelling in a URL is another one."""


def make_order_body(domain: str = "shop.com") -> Body:
    return {
        "vendor_id": 1,
        "domains": [{"domain_name": domain, "mailboxes": [f"jane@{domain}"]}],
        "forwarding_domain": "example.org",
        "user_details": {"name": "Jane Doe"},
    }


def place(base_url: str, *domains: str, timeout: float = 20.0) -> list[Outcome]:
    """Place one order per domain, one after the other, over one client."""
    with SmartSenders(Environment.at(base_url), ApiKey(KEY), timeout) as client:
        return [client.place_order(make_order_body(domain)) for domain in domains or ("shop.com",)]
