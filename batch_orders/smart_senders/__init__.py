"""Smart Senders: the only room that speaks HTTP. A request goes in, an outcome comes out."""

from batch_orders.smart_senders.address import LIVE_BASE_URL, ApiKey, Environment
from batch_orders.smart_senders.body import make_body
from batch_orders.smart_senders.client import SmartSenders

__all__ = ["LIVE_BASE_URL", "ApiKey", "Environment", "SmartSenders", "make_body"]
