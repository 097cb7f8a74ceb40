"""A ledger that moves to another database keeps all that it knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from batch_orders.errors import LedgerConflict, LedgerError
from batch_orders.ledger import Ledger
from batch_orders.ledger.copying import copy_tables
from batch_orders.model import Placed, Unconfirmed
from tests.ledger.batches import LIVE, opened_engine, plan_orders


def test_a_copy_knows_what_was_bought_and_goes_on_from_there(sqlite_path: Path, postgres_url: str) -> None:
    old, new = Ledger.open(str(sqlite_path)), Ledger.open(postgres_url)
    first, second, third = plan_orders(old, "shop.com", "store.com", "market.com")
    with old.submitting(LIVE) as submitter:
        for order, outcome in ((first, Placed("7")), (second, Unconfirmed("lost"))):
            submitter.claim(order)
            submitter.record(order, outcome)
    with opened_engine(str(sqlite_path)) as source, opened_engine(postgres_url) as target:
        assert copy_tables(source, target) == {"batches": 1, "orders": 3, "events": 4}
        with pytest.raises(LedgerError, match="not empty"):
            copy_tables(source, target)
    domains = ["shop.com", "store.com", "market.com"]
    assert new.known(LIVE, domains) == old.known(LIVE, domains)
    assert [new.history(domain) for domain in domains] == [old.history(domain) for domain in domains]
    batch = old.batch_lines()[0].id
    assert new.entries(batch) == old.entries(batch)
    papers = new.papers(batch)
    assert papers is not None
    assert papers.batch == batch
    # Ids go on after the copied ones, and a domain is still bought once.
    again, fresh = plan_orders(new, "shop.com", "fresh.com")
    assert min(again, fresh) > third
    with new.submitting(LIVE) as submitter:
        submitter.claim(fresh)
        with pytest.raises(LedgerConflict):
            submitter.claim(again)
    old.close()
    new.close()
