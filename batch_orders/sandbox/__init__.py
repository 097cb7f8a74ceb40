"""A Smart Senders of our own on loopback, for demos and tests. It spends no money.

It keeps the binding contract and the documented shapes of the other endpoints, and stages
trouble by the domain's name. It shares no code with the client and imports nothing else of
the project, so that a mistake in one cannot hide the same mistake in the other.
"""

from batch_orders.sandbox.server import PortError, PortInUse, Sandbox, serve, start_sandbox
from batch_orders.sandbox.store import TakenOrder
from batch_orders.sandbox.trouble import TROUBLES

__all__ = ["TROUBLES", "PortError", "PortInUse", "Sandbox", "TakenOrder", "serve", "start_sandbox"]
