"""Accounts of one environment: each has its lock and its orders, and a domain is bought once for all of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from batch_orders.core.actions import UPLOAD_PAGE, Author
from batch_orders.core.listing import ListedDomain
from batch_orders.core.outcomes import Placed, Unconfirmed
from batch_orders.core.states import State
from batch_orders.errors import ConfigurationError, LedgerConflict, SubmitterBusy
from batch_orders.ledger import Ledger
from tests.ledger.batches import LIVE, plan_orders


def test_accounts_submit_side_by_side(ledger: Ledger) -> None:
    with ledger.submitting(LIVE), ledger.submitting(LIVE, "acme"), ledger.submitting(LIVE, "bolt"):
        for account in ("", "acme", "bolt"):
            with pytest.raises(SubmitterBusy) as caught, ledger.submitting(LIVE, account):
                pass
            assert account in str(caught.value)


def test_a_domain_is_bought_once_whichever_account_it_is_for(ledger: Ledger) -> None:
    (first,) = plan_orders(ledger, "shop.com", account="acme")
    (second,) = plan_orders(ledger, "shop.com", account="bolt")
    with ledger.submitting(LIVE, "acme") as one, ledger.submitting(LIVE, "bolt") as other:
        one.claim(first)
        with pytest.raises(LedgerConflict, match="Another order for this domain"):
            other.claim(second)
    assert ledger.known(LIVE, ["shop.com"])["shop.com"].account == "acme"


def test_nobody_settles_the_orders_of_another_account(ledger: Ledger) -> None:
    (mine,) = plan_orders(ledger, "shop.com", account="acme")
    (theirs,) = plan_orders(ledger, "store.com", account="bolt")
    with ledger.submitting(LIVE, "acme") as one, ledger.submitting(LIVE, "bolt") as other:
        one.claim(mine)
        other.claim(theirs)
        other.record(theirs, Unconfirmed("lost"))
        assert one.recover() == 1
        assert one.unconfirmed() == ("shop.com",)
        assert one.reconcile({"store.com": ListedDomain("8")}).found == ()
        with pytest.raises(LedgerConflict):
            one.resolve("store.com", Placed("8"))
    assert [order.domain for order in ledger.unsettled(LIVE, "bolt")] == ["store.com"]
    assert [order.domain for order in ledger.unsettled(LIVE)] == ["shop.com", "store.com"]
    assert [order.domain for order in ledger.unsettled(account="")] == []
    assert ledger.places("store.com") == ((LIVE, "bolt"),)
    (order,) = ledger.unsettled(LIVE, "bolt")
    assert (order.state, order.last_checked_at) == (State.UNCONFIRMED, "")


def test_only_an_accounts_own_orders_are_tracked(ledger: Ledger) -> None:
    (mine,) = plan_orders(ledger, "shop.com", account="acme")
    with ledger.submitting(LIVE, "acme") as submitter:
        submitter.claim(mine)
        submitter.record(mine, Placed("7"))
    assert [order.vendor_order_id for order in ledger.trackable(LIVE, "acme")] == ["7"]
    assert ledger.trackable(LIVE) == ()


def test_who_resolved_an_order_is_kept(ledger: Ledger) -> None:
    (order,) = plan_orders(ledger, "shop.com")
    with ledger.submitting(LIVE) as submitter:
        submitter.claim(order)
        submitter.record(order, Unconfirmed("lost"))
        submitter.resolve("shop.com", Placed("7"), Author("jane", UPLOAD_PAGE))
    assert ledger.history("shop.com")[-1].actor == "jane"


def test_a_key_opens_the_account_that_it_was_first_used_for(ledger: Ledger) -> None:
    ledger.note_key(LIVE, "acme", "key-a")
    ledger.note_key(LIVE, "acme", "key-a")
    ledger.note_key("sandbox", "bolt", "key-a")
    with pytest.raises(ConfigurationError, match="not the one that the account acme has"):
        ledger.refuse_other_key(LIVE, "acme", "key-b")
    with pytest.raises(ConfigurationError, match="the one of the account acme"):
        ledger.note_key(LIVE, "bolt", "key-a")
    ledger.note_key(LIVE, "", "key-b")
    with pytest.raises(ConfigurationError, match="the one of the account default"):
        ledger.note_key(LIVE, "acme", "key-b")
    assert [record.account for record in ledger.accounts(LIVE)] == ["", "acme"]


def test_a_new_key_takes_the_place_of_the_old_one(ledger: Ledger) -> None:
    ledger.note_key(LIVE, "acme", "key-a")
    assert ledger.change_key(LIVE, "acme", "key-b") == ()
    ledger.refuse_other_key(LIVE, "acme", "key-b")
    with pytest.raises(ConfigurationError):
        ledger.refuse_other_key(LIVE, "acme", "key-a")
    assert ledger.change_key(LIVE, "bolt", "key-b") == ("acme",)
    with pytest.raises(ConfigurationError, match="the account bolt"):
        ledger.note_key(LIVE, "acme", "key-b")
    ledger.note_key(LIVE, "acme", "key-c")


def test_two_accounts_that_begin_at_once_do_not_get_one_key(ledger: Ledger) -> None:
    names = [f"account-{number}" for number in range(8)]

    def note(name: str) -> bool:
        try:
            ledger.note_key(LIVE, name, "one-key")
        except ConfigurationError:
            return False
        return True

    with ThreadPoolExecutor(len(names)) as together:
        assert sum(together.map(note, names)) == 1
    assert len(ledger.accounts(LIVE)) == 1
