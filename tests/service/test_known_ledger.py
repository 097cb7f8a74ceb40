"""Whether a ledger is the one that was meant, while another run submits with it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from batch_orders.ledger import Ledger
from batch_orders.ledger.marks import Marks
from batch_orders.service.known_ledger import Expected, prove_known
from tests.ledger.batches import LIVE, plan_orders


def test_what_another_run_records_meanwhile_is_not_taken_for_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = str(tmp_path / "ledger.db")
    read = Marks.read

    def read_while_another_submits(marks: Marks) -> int | None:
        with ledger.submitting(LIVE) as submitter:
            submitter.claim(order)
        marks.write(ledger.last_event())
        return read(marks)

    with closing(Ledger.open(place)) as ledger, closing(Ledger.open(place)) as seen:
        (order,) = plan_orders(ledger, "shop.com")
        monkeypatch.setattr(Marks, "read", read_while_another_submits)
        assert prove_known(seen, Marks.of(place, tmp_path / "state"), Expected(), "", certain=True) == ()
