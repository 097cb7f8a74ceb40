"""The queue: batches that wait for workers on many machines, in the ledger's own PostgreSQL. It carries batches
only: an order's life stays the ledger's.

The engine is procrastinate, and this is the only room that imports it; what reads or changes the state of the
queue does without it. Tables of ours stand beside the engine's.
"""

from batch_orders.queue.names import QueuedBatch
from batch_orders.queue.requirements import has_engine, refuse_without_engine, refuse_without_server

__all__ = ["QueuedBatch", "has_engine", "refuse_without_engine", "refuse_without_server"]
