"""Vendors, prices and order statuses, as the look-ups tell of them."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from batch_orders.core.money import Price
from batch_orders.errors import LookUpError
from batch_orders.smart_senders import ApiKey, Environment, SmartSenders
from batch_orders.smart_senders.lookups import read_vendors
from tests.harness.command_line import KEY
from tests.harness.vendor import answer, hostile_server, send


def read_price(domain: Any, mailbox: Any) -> Price | None:
    pricing = {"domain_price": domain, "mailbox_price": mailbox, "currency": "USD"}
    (offer,) = read_vendors({"data": [{"id": 1, "vendor_name": "One", "pricing": pricing}]})
    return offer.price


@pytest.mark.parametrize(
    ("written", "amount"),
    [("13.00", "13"), (" 4.5 ", "4.5"), ("1300", "1300"), (13, "13"), (4.5, "4.5"), ("0.125", "0.125")],
)
def test_a_price_that_can_be_read_in_one_way_only_is_known(written: Any, amount: str) -> None:
    assert read_price(written, "1.00") == Price(Decimal(amount), Decimal("1.00"), "USD")


@pytest.mark.parametrize(
    "written",
    [
        *(0, 0.0, "0", "0.00", -1, "-1", "1.300", "1,300", "1,300.00", "1.300,00", "1 300", "13,00", "1_300"),
        *(
            "1e3",
            "+13",
            "13.",
            ".5",
            "NaN",
            "Infinity",
            float("nan"),
            1e22,
            "$13",
            "13 USD",
            "\uff11\uff13",
            "",
        ),
        *(None, True, [], {}, "1" * 40, 13.3333),
    ],
    ids=repr,
)
def test_a_price_that_is_nothing_or_can_be_read_in_two_ways_is_not_known(written: Any) -> None:
    assert read_price(written, "1.00") is None
    assert read_price("1.00", written) is None


@pytest.mark.parametrize(
    "said", [{"success": False, "data": []}, {"status": "error", "message": "Down.", "data": []}], ids=str
)
def test_a_look_up_that_says_no_has_failed(said: Any) -> None:
    with (
        hostile_server(send(answer(json.dumps(said).encode()))) as server,
        SmartSenders(Environment.at(server.base_url), ApiKey(KEY), 20.0) as client,
    ):
        for ask in (client.list_vendors, client.list_domains, lambda: client.order_status("7")):
            with pytest.raises(LookUpError, match="it says no"):
                ask()
