"""What every answer does to a whole run: ledger, exit code, report, and how often the order was sent.

One test per line of docs/smart-senders.md, section 4, each with a sheet of two orders, the first of which meets the
trouble. The vendor's list of domains is broken, so that nothing is looked up afterwards.
"""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from typing import NamedTuple

import pytest

from batch_orders.sandbox import Sandbox, start_sandbox
from tests.harness.command_line import Ended, Machine, read_states, read_words
from tests.harness.hurried import hurry
from tests.sheets import row

pytestmark = pytest.mark.long

GOOD = "good-shop.com"


class Line(NamedTuple):
    """`first` and `second` are the report's words of the two orders, `state` the ledger's of the first."""

    trouble: str
    bodies: int
    state: str
    first: str
    second: str
    code: int


LINES = [
    Line("drop-before", 1, "unconfirmed", "unconfirmed", "placed", 1),
    Line("drop-after", 1, "unconfirmed", "unconfirmed", "placed", 1),
    Line("silent", 1, "unconfirmed", "unconfirmed", "placed", 1),
    Line("cut", 1, "unconfirmed", "unconfirmed", "placed", 1),
    Line("not-json", 1, "unconfirmed", "unconfirmed", "placed", 1),
    Line("second-dialect", 1, "placed", "placed", "placed", 0),
    Line("refused-by-body", 1, "rejected", "rejected", "placed", 1),
    Line("status-302", 1, "unconfirmed", "unconfirmed", "not submitted", 4),
    Line("status-307", 1, "unconfirmed", "unconfirmed", "not submitted", 4),
    Line("rejected", 1, "rejected", "rejected", "placed", 1),
    Line("refused-key", 1, "planned", "not submitted", "not submitted", 4),
    Line("unpaid", 1, "planned", "not submitted", "not submitted", 4),
    Line("forbidden", 1, "planned", "not submitted", "not submitted", 4),
    Line("status-409", 1, "unconfirmed", "unconfirmed", "placed", 1),
    Line("status-408", 1, "unconfirmed", "unconfirmed", "placed", 1),
    Line("busy", 2, "placed", "placed", "placed", 0),
    Line("always-busy", 5, "planned", "not submitted", "not submitted", 4),
    Line("error500-after", 1, "unconfirmed", "unconfirmed", "placed", 1),
]

REJECTING = (
    "status-404",
    "status-405",
    "status-413",
    "status-415",
    "status-422",
    "refused-by-status",
    "echo-key",
)
PROVING_NOTHING = (
    *(
        "reset",
        "reset-after",
        "cut-header",
        "bare-list",
        "no-verdict",
        "empty",
        "bad-gzip",
        "bad-chunk",
        "stall",
    ),
    *("drip", "drip-header", "error500", "error502", "error503", "error504", "status-425", "status-501"),
    *(
        "status-505",
        "status-520",
        "status-529",
        "status-599",
        "status-418",
        "status-451",
        "status-201",
        "status-206",
    ),
)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with start_sandbox(broken={"get-domain-list": 404}) as running:
        yield running


def run_orders(buyer: Machine, *domains: str, more: tuple[str, ...] = ()) -> Ended:
    return buyer.order(*map(row, domains), words=("--ledger", "ledger.db", *more), before=hurry)


def count_bodies(sandbox: Sandbox) -> Counter[str]:
    return Counter(body["domains"][0]["domain_name"] for body in sandbox.requests)


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.trouble)
def test_each_answer_counts_for_what_it_proves(sandbox: Sandbox, buyer: Machine, line: Line) -> None:
    domain = f"{line.trouble}-shop.com"
    ended = run_orders(buyer, domain, GOOD, more=("--timeout", "2"))
    assert ended.code == ended.said["exit_code"] == line.code, ended.errors
    assert ended.orders == Counter((line.first, line.second))
    assert read_words(buyer.report_of(ended)) == {domain: line.first, GOOD: line.second}
    second = "placed" if line.second == "placed" else "planned"
    assert read_states(buyer.here / "ledger.db") == {domain: line.state, GOOD: second}
    assert count_bodies(sandbox) == +Counter({domain: line.bodies, GOOD: int(line.second == "placed")})
    assert sandbox.followed == 0


def test_nothing_more_is_sent_of_what_proves_nothing(sandbox: Sandbox, buyer: Machine) -> None:
    unclear = [f"{trouble}-shop.com" for trouble in PROVING_NOTHING]
    refused = [f"{trouble}-shop.com" for trouble in REJECTING]
    more = ("--timeout", "2", "--max-failures", "99")
    expected = dict.fromkeys(unclear, "unconfirmed") | dict.fromkeys(refused, "rejected") | {GOOD: "placed"}
    # The second run finds all of them in the ledger: it sends again only what was rejected.
    for bodies in (1, 2):
        ended = run_orders(buyer, *unclear, *refused, GOOD, more=more)
        assert ended.code == 1, ended.errors
        words = read_words(buyer.report_of(ended))
        assert {domain: word.removeprefix("already ") for domain, word in words.items()} == expected
        assert read_states(buyer.here / "ledger.db") == expected
        sent = Counter(dict.fromkeys([*unclear, GOOD], 1)) + Counter(dict.fromkeys(refused, bodies))
        assert count_bodies(sandbox) == sent


def test_answers_that_prove_nothing_stop_the_batch_after_three(sandbox: Sandbox, buyer: Machine) -> None:
    unclear = [f"drop-after-shop-{number}.com" for number in range(5)]
    ended = run_orders(buyer, *unclear, GOOD)
    assert ended.code == 4
    assert ended.orders == {"unconfirmed": 3, "not submitted": 3}
    assert count_bodies(sandbox) == Counter(unclear[:3])


def test_a_server_that_cannot_be_reached_was_sent_nothing(buyer: Machine) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    ended = run_orders(buyer, "shop.com", GOOD, more=("--base-url", f"http://127.0.0.1:{port}"))
    assert ended.code == 4
    assert ended.orders == {"not submitted": 2}
    assert read_words(buyer.report_of(ended)) == {"shop.com": "not submitted", GOOD: "not submitted"}
    assert read_states(buyer.here / "ledger.db") == {"shop.com": "planned", GOOD: "planned"}


def test_what_was_left_unconfirmed_is_looked_up_and_found(buyer: Machine) -> None:
    with start_sandbox() as sandbox:
        domains = ("drop-after-shop.com", "drop-before-shop.com", GOOD)
        ended = run_orders(buyer, *domains, more=("--base-url", sandbox.base_url))
        assert ended.code == 1
        expected = {"drop-after-shop.com": "placed", "drop-before-shop.com": "unconfirmed", GOOD: "placed"}
        assert read_states(buyer.here / "ledger.db") == read_words(buyer.report_of(ended)) == expected
        assert count_bodies(sandbox) == Counter(list(expected))
