"""The vendor's list of domains in other forms than the documented one."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch_orders.core.listing import ListedDomain, Listing
from batch_orders.errors import LookUpError
from batch_orders.smart_senders import ApiKey, Environment, SmartSenders
from batch_orders.smart_senders.domain_list import read_domains
from batch_orders.smart_senders.names import to_domain
from tests.harness.command_line import KEY, Machine
from tests.harness.vendor import answer, hostile_server, send
from tests.sheets import row

LINE = {"domain_name": "own.com", "order_id": "7"}
FORMS: dict[str, Any] = {
    "as documented": [LINE],
    "another name": [{"domain": "own.com", "order_id": "7"}],
    "camel case": [{"domainName": "own.com", "orderId": 7}],
    "bare names": ["own.com"],
    "capitals and a last dot": [{"domain_name": " OWN.com. "}],
    "with www": [{"domain_name": "www.own.com"}],
    "a URL": [{"domain_name": "https://own.com/"}],
    "a URL in a field of its own": [{"id": 3, "url": "http://www.own.com:80/path?x"}],
    "without a scheme": ["own.com/"],
    "nested in lists": [[LINE]],
    "nested in data": {"success": True, "data": [LINE]},
    "nested twice": {"ok": True, "data": {"domains": [LINE], "meta": {"took": 3}}},
    "in two lists": {"active": [], "inactive": [LINE]},
    "by domain": {"data": {"own.com": {"order_id": "7"}}},
    "by domain, nothing else": {"own.com": None},
    "alone": {"data": LINE},
    "of orders": [{"order_id": "7", "domains": ["own.com"]}],
    "of orders with objects": {"orders": [{"order_id": "7", "domains": [{"name": "own.com"}]}]},
    "a domain as an object": [{"domain": {"name": "own.com"}, "order_id": "7"}],
    "one that is null among others": [None, LINE, {"domain_name": None}],
}


@pytest.mark.parametrize("name", FORMS)
def test_a_domain_is_found_in_whatever_form_the_list_has(name: str) -> None:
    listing = read_domains(FORMS[name])
    assert set(listing.entries) == {"own.com"}
    assert listing.entries["own.com"].order_id in ("7", "")
    if "7" in json.dumps(FORMS[name]):
        assert listing.entries["own.com"].order_id == "7"
    assert listing.unreadable == (2 if name.startswith("one that is null") else 0)
    assert not listing.is_partial


@pytest.mark.parametrize(
    "spelling", ["bücher.de", "BÜCHER.DE", "bu\u0308cher.de", "XN--bcher-KVA.de.", "bücher。de"]
)
def test_names_in_other_letters_are_compared_as_a_labels(spelling: str) -> None:
    assert set(read_domains([spelling]).entries) == {"xn--bcher-kva.de"}


def test_what_is_no_name_in_an_order_of_several_is_counted() -> None:
    listing = read_domains(
        [{"order_id": "7", "domains": ["own.com", None, "1.2.3.4"], "tags": ["v2.0", "a"]}]
    )
    assert listing == Listing({"own.com": ListedDomain("7")}, unreadable=2)


def test_a_domain_whose_own_name_is_www_keeps_it() -> None:
    assert set(read_domains(["www.com", "www.shop.com"]).entries) == {"www.com", "shop.com"}


def test_all_that_the_list_says_of_a_domain_is_kept() -> None:
    line = {
        "domain_name": "own.com",
        "vendor_id": 4,
        "created_at": "2025-06-23T11:12:57.727Z",
        "forwarding_domain": "https://Acmemail.org",
        "is_active": False,
        "order_id": "757915",
        "password": "x",
    }
    assert read_domains([line]).entries == {
        "own.com": ListedDomain(
            "757915", 4, datetime(2025, 6, 23, 11, 12, 57, 727000, UTC), "acmemail.org", is_active=False
        )
    }


def test_of_a_domain_that_stands_there_twice_the_newer_line_counts() -> None:
    lines = [{**LINE, "order_id": str(day), "created_at": f"2026-01-0{day}"} for day in (1, 3, 2)]
    assert read_domains([*lines, {"domain_name": "own.com"}]).entries["own.com"].order_id == "3"


@pytest.mark.parametrize(
    "said", [[], {"data": []}, {"success": True, "data": {"domains": []}, "total": 0}], ids=str
)
def test_an_empty_list_is_a_list(said: Any) -> None:
    assert read_domains(said) == Listing()


UNREADABLE = (
    *(b"null", b"7", b"{}", b'"own.com"', b"<html>", b"", b'{"message": "Hello"}', b'{"data": null}'),
    *(b"[null]", b"[1, 2]", b"[{}]", b'["-"]', b'[{"id": 1}, {"id": 2}]', b'["jane@own.com"]', b"[[[3]]]"),
    *(
        b'{"success": false, "data": []}',
        b'{"status": "error", "data": ["own.com"]}',
        b'{"ok": true, "ok": false}',
    ),
    *(
        b"[" * 900 + b"]" * 900 + b"x",
        b'["1.2.3.4"]',
        b'[{"domain_name": "one.com", "domain_name": "two.com"}]',
    ),
)


@pytest.mark.parametrize("body", UNREADABLE, ids=lambda body: repr(body[:50]))
def test_a_list_of_which_nothing_can_be_read_is_a_look_up_that_failed(body: bytes) -> None:
    with (
        hostile_server(send(answer(body))) as server,
        SmartSenders(Environment.at(server.base_url), ApiKey(KEY), 20.0) as client,
        pytest.raises(LookUpError, match="get-domain-list gave an answer that cannot be read: "),
    ):
        client.list_domains()


@pytest.mark.parametrize(
    ("around", "partial"),
    [
        ({"page": 1}, True),
        ({"page": 1, "pages": 2}, True),
        ({"page": 1, "totalPages": 1}, False),
        ({"total": 1}, False),
        ({"total": 2}, True),
        ({"total_count": "2", "page": 1}, True),
        ({"meta": {"hasMore": True, "total": 1}}, True),
        ({"next": None}, False),
        ({"next": "/?page=2"}, True),
        ({"limit": 100}, False),
    ],
    ids=str,
)
def test_a_list_that_may_have_more_pages_says_so(around: dict[str, Any], partial: bool) -> None:
    assert read_domains({"data": [LINE], **around}).is_partial is partial


def test_what_is_owned_is_not_bought_again_and_what_could_not_be_read_is_said(machine: Machine) -> None:
    listed = json.dumps({"data": ["www.Bücher-own.com", None, {"id": 1}], "page": 1}).encode()
    with hostile_server(send(answer(listed))) as server:
        machine.environment.update(SMARTLEAD_API_KEY=KEY, BATCH_ORDERS_BASE_URL=server.base_url)
        ended = machine.order(row("bücher-own.com"))
        assert not any(head.startswith(b"POST") for head in server.seen.heads)
    assert ended.said["sheets"][0]["orders"]["placed"] == 0
    assert "2 lines of the vendor's list of domains could not be read" in ended.errors
    assert "only a part of its list" in ended.errors


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.just("own.com"),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["domain_name", "name", "data", "page", "x.com", "a"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(said=JSON)
def test_no_form_of_a_list_is_more_than_read_or_refused(said: Any) -> None:
    try:
        listing = read_domains(said)
    except ValueError:
        return
    assert all(to_domain(domain) == domain for domain in listing.entries)


@given(
    lines=st.lists(
        st.sampled_from(["own.com", "www.own.com", "https://other.com/x", None, 7, "-"]), min_size=1
    )
)
def test_every_line_is_read_or_counted(lines: list[Any]) -> None:
    readable = [line for line in lines if isinstance(line, str) and line != "-"]
    if not readable:
        with pytest.raises(ValueError, match="no domain in any"):
            read_domains(lines)
        return
    listing = read_domains(lines)
    assert listing.unreadable == len(lines) - len(readable)
    assert set(listing.entries) == {"other.com" if "other" in line else "own.com" for line in readable}
