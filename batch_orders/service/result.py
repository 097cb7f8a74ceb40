"""The result of a batch, from the ledger alone: at any time, on any machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from batch_orders.core.outcomes import Outcome
from batch_orders.core.results import BatchResult, Draft
from batch_orders.core.settling import MAY_CHANGE, Records, settle
from batch_orders.core.stops import Stop
from batch_orders.errors import ConfigurationError
from batch_orders.ledger import Ledger

NOTHING_HEARD: Mapping[str, Outcome | None] = {}


def result_of(batch: str, ledger: Ledger) -> BatchResult:
    """What is known now of everything that the sheet of a batch asked for.

    Raises ConfigurationError where there is no such batch, or its sheet was taken out of the ledger.
    """
    record = ledger.batch(batch)
    if record is None:
        raise ConfigurationError(f"The ledger knows no batch {batch}.")
    ended = record.last_finished_at
    finished = datetime.fromisoformat(ended) if ended else datetime.now(UTC)
    return settle_from_ledger(find_draft(batch, ledger), batch, ledger, record.last_stop, finished)


def find_draft(batch: str, ledger: Ledger) -> Draft:
    draft = ledger.draft(batch)
    if draft is None:
        raise ConfigurationError(
            f"The sheet of batch {batch} is not in the ledger any more: prune took it out. What was bought is still "
            "known."
        )
    return draft


def settle_from_ledger(
    draft: Draft,
    batch: str,
    ledger: Ledger,
    stop: Stop | None,
    finished: datetime | None = None,
    remarks: tuple[str, ...] = (),
    heard: Mapping[str, Outcome | None] = NOTHING_HEARD,
) -> BatchResult:
    """`heard` is what this process heard of the orders that it sent.

    Raises LedgerError where the ledger cannot be read.
    """
    open_domains = [order.domain for order in draft.orders if order.fingerprint or order.status in MAY_CHANGE]
    records = Records(
        own={order.domain: order for order in ledger.orders(batch)},
        prior=ledger.known(draft.environment, open_domains),
        superseded=ledger.superseded(batch),
        heard=heard,
    )
    result = settle(draft, records, stop, finished or datetime.now(UTC), batch, remarks)
    return replace(result, approvals=ledger.approvals(batch))
