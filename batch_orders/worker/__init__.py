"""The worker: takes batches out of the queue on any machine, several accounts at once, and carries each out."""

from batch_orders.worker.carrying import Carrying, ServedAccount
from batch_orders.worker.serving import Serving

__all__ = ["Carrying", "ServedAccount", "Serving"]
