"""What a plan decides of each order, by what the ledger and the vendor know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from batch_orders.core.budgets import Allowance, Period
from batch_orders.core.differences import differences
from batch_orders.core.listing import ListedDomain
from batch_orders.core.model import Order
from batch_orders.core.money import Price
from batch_orders.core.order_json import fingerprint, order_from_json, order_to_json
from batch_orders.core.plan import Decision, Plan, SheetOrders, VendorView
from batch_orders.core.planning import plan_orders
from batch_orders.core.records import PriorOrder
from batch_orders.core.states import State

ORDER = Order(
    "acmemail.com",
    ("jane@acmemail.com", "john@acmemail.com"),
    1,
    "acmemail.org",
    {"name": "Jané", "email": "j@x"},
)
OTHER = replace(ORDER, domain="other.com", mailboxes=("jane@other.com",), vendor=2)


def known(order: Order = ORDER, state: State = State.PLACED) -> PriorOrder:
    return PriorOrder(
        state=state,
        fingerprint=fingerprint(order),
        content=order_to_json(order),
        vendor_order_id="100001",
        message="",
        changed_at="2026-11-23T04:15:00.000+00:00",
        batch="20261123-041500-3fa2",
    )


def plan_batch(
    environment: str,
    orders: Sequence[Order],
    prior: Mapping[str, PriorOrder],
    view: VendorView | None = None,
    limit: Allowance | None = None,
) -> Plan:
    """The plan of one sheet."""
    sheet = SheetOrders("june.csv", tuple(orders))
    return plan_orders(environment, [sheet], prior, view or VendorView(), [limit] if limit else [])


def plan(*orders: Order, **facts: PriorOrder) -> Plan:
    return plan_batch("sandbox", orders, {f"{name}.com": fact for name, fact in facts.items()})


def decide(order: Order, fact: PriorOrder | None = None) -> Decision:
    facts = {order.domain: fact} if fact else {}
    return plan_batch("sandbox", [order], facts).planned[0].decision


@pytest.mark.parametrize(
    ("state", "decision"),
    [
        (State.PLANNED, Decision.NEW),
        (State.SUBMITTING, Decision.UNCONFIRMED),
        (State.UNCONFIRMED, Decision.UNCONFIRMED),
        (State.PLACED, Decision.ALREADY_PLACED),
        (State.REJECTED, Decision.AGAIN),
    ],
)
def test_each_state_of_the_same_order(state: State, decision: Decision) -> None:
    assert decide(ORDER, known(state=state)) is decision


def test_an_order_that_nobody_knows_is_new() -> None:
    assert decide(ORDER) is Decision.NEW


CHANGES = [
    replace(ORDER, mailboxes=(*ORDER.mailboxes, "jim@acmemail.com")),
    replace(ORDER, mailboxes=ORDER.mailboxes[:1]),
    replace(ORDER, vendor=2),
    replace(ORDER, forwarding_domain="acmemail.net"),
    replace(ORDER, contact={**ORDER.contact, "name": "John"}),
    replace(ORDER, contact={"name": "Jané"}),
]


@pytest.mark.parametrize("changed", CHANGES, ids=range(len(CHANGES)))
def test_an_order_that_was_placed_with_other_content_is_not_sent(changed: Order) -> None:
    decided = plan(changed, acmemail=known())
    assert decided.planned[0].decision is Decision.CHANGED
    assert decided.to_send == ()


@pytest.mark.parametrize("changed", CHANGES, ids=range(len(CHANGES)))
def test_a_corrected_order_that_was_rejected_is_sent_again(changed: Order) -> None:
    assert decide(changed, known(state=State.REJECTED)) is Decision.AGAIN


@pytest.mark.parametrize("changed", CHANGES, ids=range(len(CHANGES)))
def test_an_unconfirmed_order_is_not_sent_whatever_its_content(changed: Order) -> None:
    assert decide(changed, known(state=State.UNCONFIRMED)) is Decision.UNCONFIRMED


def test_the_order_of_mailboxes_and_the_rows_do_not_make_another_order() -> None:
    turned = replace(ORDER, mailboxes=ORDER.mailboxes[::-1], rows=(4, 2))
    assert decide(turned, known()) is Decision.ALREADY_PLACED


def test_differences_in_words() -> None:
    changed = replace(
        ORDER,
        mailboxes=("jane@acmemail.com", "jim@acmemail.com"),
        vendor=2,
        forwarding_domain="acmemail.net",
        contact={"name": "John"},
    )
    assert differences(changed, known()) == (
        "mailboxes added: jim@acmemail.com; mailboxes gone: john@acmemail.com; vendor 1 then, 2 now; "
        "forwarding domain acmemail.org then, acmemail.net now; the contact"
    )


def test_content_reads_back_as_the_same_order() -> None:
    assert order_from_json(order_to_json(ORDER)) == ORDER


def test_the_owners_of_mailboxes_are_part_of_what_is_bought() -> None:
    owned = replace(ORDER, people=(("Jane", "Doe"), ("John", "Roe")))
    turned = replace(owned, mailboxes=owned.mailboxes[::-1], people=owned.people[::-1])
    assert order_from_json(order_to_json(owned)) == owned
    assert decide(turned, known(owned)) is Decision.ALREADY_PLACED
    for other in (ORDER, replace(owned, people=owned.people[::-1])):
        assert decide(other, known(owned)) is Decision.CHANGED
        assert differences(other, known(owned)) == "the owners of mailboxes"


def test_a_plan_keeps_the_sheets_order_and_sends_what_may_be_sent() -> None:
    orders = [replace(ORDER, domain=f"{name}.com") for name in ("one", "two", "three", "four")]
    decided = plan(*orders, two=known(state=State.UNCONFIRMED), three=known(state=State.REJECTED))
    assert [order.domain for order in decided.to_send] == ["one.com", "three.com", "four.com"]
    assert decided.mailboxes == 6
    assert decided.count(Decision.UNCONFIRMED) == 1


def test_a_plan_says_what_goes_to_each_vendor() -> None:
    decided = plan(OTHER, ORDER, replace(ORDER, domain="third.com"), other=known(OTHER))
    assert [(share.vendor, share.orders, share.mailboxes) for share in decided.shares()] == [(1, 2, 4)]


@pytest.mark.parametrize("before", [None, State.REJECTED])
def test_a_domain_that_the_vendor_lists_and_the_ledger_did_not_buy_is_bought_elsewhere(
    before: State | None,
) -> None:
    view = VendorView(listed={"acmemail.com": ListedDomain("SS-7")})
    prior = {"acmemail.com": replace(known(state=before), vendor_order_id="")} if before else {}
    (item,) = plan_batch("sandbox", [ORDER], prior, view).planned
    assert (item.decision, item.vendor_order_id) == (Decision.BOUGHT_ELSEWHERE, "SS-7")
    assert not item.is_sent


@pytest.mark.parametrize("state", [State.UNCONFIRMED, State.SUBMITTING])
def test_what_the_vendor_lists_does_not_settle_an_unconfirmed_order_in_the_plan(state: State) -> None:
    view = VendorView(listed={"acmemail.com": ListedDomain("SS-7")})
    (item,) = plan_batch("sandbox", [ORDER], {"acmemail.com": known(state=state)}, view).planned
    assert item.decision is Decision.UNCONFIRMED


PRICES = {1: Price(Decimal("13.00"), Decimal("4.50"), "USD"), 3: Price(Decimal(9), Decimal(1), "EUR")}


def test_costs_are_counted_to_the_cent_by_currency() -> None:
    third = replace(OTHER, domain="third.com", vendor=3)
    decided = plan_batch("sandbox", [ORDER, OTHER, third], {}, VendorView(prices=PRICES))
    assert decided.costs() == {"USD": Decimal("22.00"), "EUR": Decimal(10)}
    assert decided.unpriced == 1
    assert [share.cost.amount for share in decided.shares()] == [Decimal("22.00"), None, Decimal(10)]


def allow(orders: int | None = None, cost: str | None = None) -> Allowance:
    return Allowance(Period.CALL, orders, Decimal(cost) if cost else None)


def left_over(limit: Allowance | None, *orders: Order, prices: bool = True) -> list[str]:
    view = VendorView(prices=PRICES if prices else {})
    decided = plan_batch("sandbox", orders, {}, view, limit)
    assert all(item.over for item in decided.planned if not item.is_sent)
    return [item.order.domain for item in decided.planned if item.decision is Decision.LEFT_OVER]


def test_no_more_orders_than_the_limit_are_sent() -> None:
    orders = [replace(ORDER, domain=f"{name}.com") for name in ("one", "two", "three")]
    assert left_over(allow(2), *orders) == ["three.com"]
    assert left_over(allow(0), *orders) == ["one.com", "two.com", "three.com"]


def test_orders_that_are_not_sent_do_not_count_against_the_limit() -> None:
    facts = {"acmemail.com": known()}
    decided = plan_batch("sandbox", [ORDER, OTHER], facts, limit=allow(1))
    assert [order.domain for order in decided.to_send] == ["other.com"]


@pytest.mark.parametrize(("limit", "sent"), [("21.99", 0), ("22.00", 1), ("43.99", 1), ("44", 2)])
def test_no_more_than_the_limit_is_spent(limit: str, sent: int) -> None:
    orders = [ORDER, replace(ORDER, domain="other.com")]
    assert len(left_over(allow(cost=limit), *orders)) == 2 - sent


def test_with_a_limit_on_cost_nothing_without_a_price_in_its_currency_is_sent() -> None:
    limits = allow(cost="1000")
    euro = replace(OTHER, domain="euro.com", vendor=3)
    assert left_over(limits, ORDER, OTHER, euro) == ["other.com", "euro.com"]
    assert left_over(limits, ORDER, prices=False) == ["acmemail.com"]
    assert left_over(None, ORDER, OTHER, euro, prices=False) == []


@pytest.mark.parametrize("changed", CHANGES, ids=range(len(CHANGES)))
def test_the_checksum_of_a_plan_is_that_of_what_it_would_do(changed: Order) -> None:
    assert plan(ORDER).checksum == plan(replace(ORDER, rows=(9,))).checksum
    assert plan(ORDER).checksum != plan(changed).checksum
    assert plan(ORDER).checksum != plan_batch("elsewhere", [ORDER], {}).checksum
    assert plan(ORDER).checksum != plan(ORDER, acmemail=known()).checksum
