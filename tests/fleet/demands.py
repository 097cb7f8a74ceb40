"""What must be true of a fleet that was struck, once everything has ended."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from batch_orders.core.results import Kind
from batch_orders.ledger import Ledger
from batch_orders.service.deliver import deliver
from batch_orders.service.result import result_of
from tests.fleet.story import Striking


def check(story: Striking) -> None:
    """Count what became of all orders into the story's counts, and demand that nothing went wrong."""
    assert not story.faults, story.faults
    asked = {domain: sheet.account for sheet in story.stored for domain in sheet.domains}
    seen = what_vendors_saw(story, asked)
    states = states_of_domains(story)
    placed, unconfirmed = (
        {domain for domain, state in states.items() if state == wanted}
        for wanted in ("placed", "unconfirmed")
    )
    twice = {domain for domain, count in seen.items() if count > 1}
    lost = (set(asked) - set(states)) | {
        domain for domain, state in states.items() if state in ("planned", "submitting")
    }
    story.counts.update(
        {
            "sheets": len(story.stored),
            "orders": len(asked),
            "orders that the vendors took": seen.total(),
            "placed in the ledger": len(placed),
            "unconfirmed in the ledger": len(unconfirmed),
            "bought twice": len(twice),
            "lost": len(lost) + len(set(seen) - placed - unconfirmed) + len(placed - set(seen)),
        }
    )
    assert not twice, twice
    assert not lost, lost
    assert placed <= set(seen) <= placed | unconfirmed
    check_ended(story)
    check_order(story)
    check_reports(story)


def what_vendors_saw(story: Striking, asked: dict[str, str]) -> Counter[str]:
    """How often each domain was ordered. Never for two at once of one account, and with the key of its account."""
    seen = Counter[str]()
    keys: dict[str, str] = {}
    for vendor in story.vendors:
        seen.update(vendor.seen())
        keys |= vendor.keys()
        assert vendor.overlaps() == [], "two submitters of an account"
    seen = Counter({domain: count for domain, count in seen.items() if domain in asked})
    strange = {domain for domain in seen if keys[domain] != f"key-of-{asked[domain]}"}
    story.counts["under a wrong account"] = len(strange)
    assert not strange, strange
    return seen


def states_of_domains(story: Striking) -> dict[str, str]:
    """Of a sheet that was handed in again, the orders of the first batch stay as they were."""
    lines = story.fleet.ask("SELECT domain, state, account FROM orders")
    states = {line.domain: line.state for line in lines if line.state == "planned"}
    return states | {line.domain: line.state for line in lines if line.state != "planned"}


def check_ended(story: Striking) -> None:
    ends = Counter(story.fleet.jobs())
    assert set(ends) <= {("succeeded", "done"), ("failed", "failed")}, ends
    with ledger_of(story) as ledger:
        unended = [batch.id for batch in ledger.batches(100_000) if not batch.last_finished_at]
    assert not unended, unended


def check_order(story: Striking) -> None:
    """Of each account, nothing of a batch was sent before all that was put in before it."""
    query = (
        "SELECT orders.account, noted.job FROM events JOIN orders ON orders.id = events.order_id "
        "JOIN queue_batches AS noted ON noted.batch = orders.batch "
        "WHERE events.after = 'submitting' ORDER BY events.id"
    )
    latest: dict[str, int] = {}
    for line in story.fleet.ask(query):
        assert latest.get(line.account, 0) <= line.job, f"{line.account}: out of order"
        latest[line.account] = line.job


def check_reports(story: Striking) -> None:
    """Of each batch, a whole report that accounts for every domain once.

    A sheet whose enqueuer was killed while the server committed may have been handed in again: then it has one
    more batch, without orders of its own.
    """
    by_name = {sheet.path.name: sheet for sheet in story.stored}
    folder = story.folder / "reports"
    folder.mkdir(exist_ok=True)
    batches = story.fleet.ask("SELECT id, sheet FROM batches")
    story.counts["batches"] = len(batches)
    with ledger_of(story) as ledger:
        for line in batches:
            result = result_of(line.id, ledger)
            domains = sorted(order.domain for order in result.orders)
            assert domains == sorted(by_name[line.sheet].domains)
            report: Any = deliver(result, folder, (Kind.REPORT,)).report
            with zipfile.ZipFile(report) as archive:
                assert archive.testzip() is None
            report.unlink()
            story.counts["whole reports"] += 1


@contextmanager
def ledger_of(story: Striking) -> Iterator[Ledger]:
    ledger = Ledger.open(story.fleet.ledger)
    try:
        yield ledger
    finally:
        ledger.close()
