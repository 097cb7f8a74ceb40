"""Smart Senders: the only room that speaks HTTP. A request goes in, an outcome comes out."""

from batch_orders.core.base_url import LIVE_BASE_URL
from batch_orders.smart_senders.address import ApiKey, Environment
from batch_orders.smart_senders.body import make_body
from batch_orders.smart_senders.client import SmartSenders
from batch_orders.smart_senders.window import Window

__all__ = [
    "LIVE_BASE_URL",
    "ApiKey",
    "Environment",
    "SmartSenders",
    "Window",
    "make_body",
]
