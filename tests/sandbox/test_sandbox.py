"""The sandbox keeps the contract: place-order and the endpoints beside it, over real HTTP."""

from __future__ import annotations

import http.client
import json
import socket
from typing import Any

import pytest
import requests

from batch_orders.sandbox import Sandbox, start_sandbox
from tests.sandbox.client import API, KEY


def order(domain: str = "acmemail.com", **changes: Any) -> dict[str, Any]:
    body: dict[str, Any] = {
        "vendor_id": 1,
        "domains": [{"domain_name": domain, "mailboxes": [f"john@{domain}", f"jane@{domain}"]}],
        "forwarding_domain": "smartlead.ai",
        "user_details": {"name": "John Doe"},
    }
    return body | changes


def details(**changes: Any) -> dict[str, Any]:
    detail = {"mailbox": "a.b@acmemail.com", "first_name": "A", "last_name": "B"} | changes
    return order(domains=[{"domain_name": "acmemail.com", "mailbox_details": [detail]}])


def post(sandbox: Sandbox, body: Any, *, key: str = KEY, **options: Any) -> requests.Response:
    options.setdefault("timeout", 30)
    url = f"{sandbox.base_url}{API}place-order"
    return requests.post(url, params={"api_key": key}, json=body, allow_redirects=False, **options)


def get(sandbox: Sandbox, endpoint: str, **query: str) -> requests.Response:
    return requests.get(f"{sandbox.base_url}{API}{endpoint}", params={"api_key": KEY} | query, timeout=30)


# The contract


def test_a_good_order_is_taken_and_kept(sandbox: Sandbox) -> None:
    answer = post(sandbox, order())
    assert (answer.status_code, answer.json()) == (200, {"ok": True, "data": [], "order_id": "100001"})
    assert [(taken.order_id, taken.body) for taken in sandbox.orders] == [("100001", order())]
    assert sandbox.requests == (order(),)


def test_order_ids_count_only_what_was_taken(sandbox: Sandbox) -> None:
    domains = ["one.com", "rejected-two.com", "three.com"]
    ids = [post(sandbox, order(domain)).json().get("order_id") for domain in domains]
    assert ids == ["100001", None, "100002"]


def test_a_domain_can_be_bought_twice(sandbox: Sandbox) -> None:
    post(sandbox, order())
    post(sandbox, order())
    assert [taken.domains for taken in sandbox.orders] == [("acmemail.com",), ("acmemail.com",)]


def test_the_second_dialect_is_taken_too(sandbox: Sandbox) -> None:
    body = details(profile_pic="https://acmemail.com/a.png", parent_account_id=123)
    body["user_details"] = {"firstName": "A", "email": "a@acmemail.org", "phoneCc": "+91"}
    assert post(sandbox, body).json()["ok"] is True


BOX = ["a@acmemail.com"]
FAULTS: list[tuple[Any, str]] = [
    ([], '"value" must be of type object'),
    ({}, '"vendor_id" is required'),
    (order(vendor_id="1"), '"vendor_id" must be an integer'),
    (order(vendor_id=True), '"vendor_id" must be an integer'),
    (order(vendor_id=1.5), '"vendor_id" must be an integer'),
    ({"vendor_id": 1}, '"domains" is required'),
    (order(domains={}), '"domains" must be an array'),
    (order(domains=[]), '"domains" must contain at least 1 items'),
    (order(domains=["acmemail.com"]), '"domains[0]" must be of type object'),
    (order(domains=[{"mailboxes": BOX}]), '"domains[0].domain_name" is required'),
    (order("example"), '"domains[0].domain_name" must contain a valid domain name'),
    (order("1.2.3.4"), '"domains[0].domain_name" must contain a valid domain name'),
    (order("-a.com"), '"domains[0].domain_name" must contain a valid domain name'),
    (order("a b.com"), '"domains[0].domain_name" must contain a valid domain name'),
    (order("acmemail.com\n"), '"domains[0].domain_name" must contain a valid domain name'),
    (order(domains=[{"domain_name": "acmemail.com"}]), '"domains[0].mailboxes" is required'),
    (
        order(domains=[{"domain_name": "acmemail.com", "mailboxes": []}]),
        '"domains[0].mailboxes" must contain at least 1 items',
    ),
    (
        order(domains=[{"domain_name": "acmemail.com", "mailboxes": ["a@acmemail.com", 5]}]),
        '"domains[0].mailboxes[1]" must be a string',
    ),
    (
        order(domains=[{"domain_name": "acmemail.com", "mailboxes": ["a b@acmemail.com"]}]),
        '"domains[0].mailboxes[0]" must be a valid email',
    ),
    (
        order(domains=[*order()["domains"], {"domain_name": "acmemail.org", "mailboxes": BOX}]),
        '"domains[1].mailboxes[0]" must be a mailbox of acmemail.org',
    ),
    (
        order(domains=[{"domain_name": "acmemail.com", "mailboxes": BOX, "mailbox": "a"}]),
        '"domains[0].mailbox" is not allowed',
    ),
    (
        order(domains=[{"domain_name": "acmemail.com", "mailboxes": BOX, "mailbox_details": []}]),
        '"domains[0]" contains a conflict between exclusive peers [mailboxes, mailbox_details]',
    ),
    (details(first_name=1), '"domains[0].mailbox_details[0].first_name" must be a string'),
    (details(last_name=""), '"domains[0].mailbox_details[0].last_name" is not allowed to be empty'),
    (
        details(mailbox="a@acmemail.org"),
        '"domains[0].mailbox_details[0].mailbox" must be a mailbox of acmemail.com',
    ),
    (
        details(parent_account_id="1"),
        '"domains[0].mailbox_details[0].parent_account_id" must be an integer',
    ),
    ({**order(), "forwarding_domain": " "}, '"forwarding_domain" is not allowed to be empty'),
    (order(forwarding_domain=None), '"forwarding_domain" must be a string'),
    (order(user_details="John"), '"user_details" must be of type object'),
    (order(user_details={"name": 5}), '"user_details.name" must be a string'),
    (order(coupon="x"), '"coupon" is not allowed'),
]


@pytest.mark.parametrize(("body", "message"), FAULTS, ids=[message for _, message in FAULTS])
def test_a_faulty_body_is_refused_with_the_place_of_the_fault(
    sandbox: Sandbox, body: Any, message: str
) -> None:
    answer = post(sandbox, body)
    refused = {"status": "error", "message": message, "context": "Error creating domain"}
    assert (answer.status_code, answer.json()) == (400, refused)
    assert sandbox.orders == ()
    assert sandbox.requests == (body,)


NOT_JSON = {
    "torn": (b"{", "application/json"),
    "not UTF-8": (b"\xff", "application/json"),
    "too deep": (b"[" * 100_000, "application/json"),
    "content type": (json.dumps(order()).encode(), "text/plain"),
}


@pytest.mark.parametrize(("data", "content_type"), NOT_JSON.values(), ids=NOT_JSON)
def test_what_is_not_json_is_refused(sandbox: Sandbox, data: bytes, content_type: str) -> None:
    url = f"{sandbox.base_url}{API}place-order?api_key={KEY}"
    answer = requests.post(url, data=data, headers={"Content-Type": content_type}, timeout=30)
    assert (answer.status_code, len(sandbox.requests), sandbox.orders) == (400, 1, ())


@pytest.mark.parametrize(
    ("key", "message"),
    [("", "API key is required.")] + [(key, "Invalid API Key") for key in ("invalid-1", "WRONG", "Badkey")],
)
def test_a_key_can_be_refused(sandbox: Sandbox, key: str, message: str) -> None:
    answer = post(sandbox, {"the key": "is checked before the body"}, key=key)
    assert (answer.status_code, answer.json()) == (401, {"message": message})


def test_path_then_method_are_checked_before_the_key(sandbox: Sandbox) -> None:
    assert requests.post(f"{sandbox.base_url}{API}place-orders", timeout=30).status_code == 404
    assert requests.post(f"{sandbox.base_url}/place-order", timeout=30).status_code == 404
    answer = requests.get(f"{sandbox.base_url}{API}place-order", timeout=30)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


def test_a_body_that_did_not_arrive_whole_is_not_a_request(sandbox: Sandbox) -> None:
    port = int(sandbox.base_url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(
            f"POST {API}place-order?api_key=k HTTP/1.1\r\nContent-Length: 9\r\n\r\n{{".encode()
        )
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(1) == b""
    assert sandbox.requests == ()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Transfer-Encoding": "chunked"}, 411),
        ({"Content-Length": "x"}, 411),
        ({"Content-Length": "9" * 9}, 413),
    ],
)
def test_a_body_of_unknown_or_excessive_length_is_refused(
    sandbox: Sandbox, headers: dict[str, str], status: int
) -> None:
    url = f"{sandbox.base_url}{API}place-order"
    request = requests.Request("POST", url).prepare()
    request.headers.update(headers)
    with requests.Session() as session:
        assert session.send(request, timeout=30).status_code == status


def test_one_connection_carries_many_orders(sandbox: Sandbox) -> None:
    connection = http.client.HTTPConnection(sandbox.base_url.removeprefix("http://"), timeout=30)
    connection.connect()
    # A closed connection is now an error, where it would be opened again.
    connection.auto_open = 0
    for _ in range(3):
        headers = {"Content-Type": "application/json"}
        connection.request("POST", f"{API}place-order?api_key={KEY}", json.dumps(order()), headers)
        assert json.load(connection.getresponse())["ok"] is True
    connection.close()


# The other endpoints


def test_vendors_have_text_prices_one_ambiguous_name_and_one_unknown_price(sandbox: Sandbox) -> None:
    answer = get(sandbox, "get-vendors").json()
    names = ["".join(vendor["vendor_name"].split()).lower() for vendor in answer["data"]]
    assert answer["success"] is True
    assert len(names) - len(set(names)) == 1
    assert [vendor["id"] for vendor in answer["data"] if "pricing" not in vendor] == [9]
    assert answer["data"][0]["pricing"] == {
        "domain_price": "13.00",
        "mailbox_price": "4.50",
        "currency": "USD",
    }


def test_the_domain_list_holds_what_was_bought(sandbox: Sandbox) -> None:
    for domain in ("acmemail.com", "rejected-a.com", "unlisted-b.com"):
        post(sandbox, order(domain))
    (line,) = get(sandbox, "get-domain-list").json()
    assert line.pop("created_at") == line.pop("updated_at") != ""
    assert line == {
        "id": 58001,
        "domain_name": "acmemail.com",
        "vendor_id": 1,
        "forwarding_domain": "smartlead.ai",
        "is_active": True,
        "order_id": "100001",
    }


@pytest.mark.parametrize(
    ("domain", "status"),
    [
        ("acmemail.com", "Completed"),
        ("pending-a.com", "Payment Pending"),
        ("failed-a.com", "Failed"),
        ("cancelled-a.com", "Cancelled"),
    ],
)
def test_order_details_tell_the_status(sandbox: Sandbox, domain: str, status: str) -> None:
    order_id = post(sandbox, order(domain)).json()["order_id"]
    answer = get(sandbox, "order-details", order_id=order_id).json()
    assert (answer["status"], answer["data"]["order_id"], answer["data"]["status"]) == (
        "success",
        order_id,
        status,
    )
    assert "password" not in json.dumps(answer)


def test_order_details_can_hold_passwords(sandbox: Sandbox) -> None:
    order_id = post(sandbox, order("secrets-a.com")).json()["order_id"]
    accounts = get(sandbox, "order-details", order_id=order_id).json()["data"]["email_accounts"]
    assert [account["email"] for account in accounts] == ["john@secrets-a.com", "jane@secrets-a.com"]
    assert all(account["password"] for account in accounts)


def test_order_details_of_an_unknown_order_are_refused(sandbox: Sandbox) -> None:
    assert get(sandbox, "order-details", order_id="1").status_code == 400
    assert get(sandbox, "order-details").json()["message"] == '"order_id" is required'


def test_search_tells_what_is_still_available(sandbox: Sandbox) -> None:
    post(sandbox, order())
    found = [
        get(sandbox, "search-domain", domain_name=name, vendor_id="1").json()["available"]
        for name in ("acmemail.com", "free.com")
    ]
    assert found == [False, True]
    assert get(sandbox, "search-domain").json() == {
        "status": "error",
        "message": '"domain_name" is required',
        "context": "Error searching domain",
    }


@pytest.mark.parametrize("endpoint", ["get-vendors", "get-domain-list", "order-details", "search-domain"])
def test_every_endpoint_checks_the_key(sandbox: Sandbox, endpoint: str) -> None:
    assert get(sandbox, endpoint, api_key="wrong").status_code == 401


def test_an_endpoint_can_be_broken() -> None:
    with start_sandbox(broken={"get-domain-list": 404}) as sandbox:
        assert get(sandbox, "get-domain-list").status_code == 404
        assert get(sandbox, "get-vendors").status_code == 200
