"""A child is killed at the points that matter: no order is sent twice, and no page claims more than the ledger."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pytest

from batch_orders.sandbox import Sandbox
from tests.chaos.points import AFTER, BEFORE, PLACES, Point
from tests.harness.command_line import Machine
from tests.harness.page import heading_of, serve_warmly, serving
from tests.sheets import row

pytestmark = [pytest.mark.long, pytest.mark.kills]
PLACES["confirming an upload"] = "batch_orders.ledger.uploads:Uploads.confirm"


def serve_deadly(point: Point) -> None:
    """Children inherit the point; the server itself never comes to it."""
    point.arm()
    serve_warmly()


@dataclass(frozen=True, slots=True)
class Kill:
    place: str
    when: str


KILLS = [
    Kill("confirming an upload", BEFORE),
    Kill("confirming an upload", AFTER),
    Kill("sending an order", BEFORE),
    Kill("recording an outcome", BEFORE),
]


@pytest.mark.parametrize("kill", KILLS)
def test_a_child_that_is_killed_buys_nothing_twice(buyer: Machine, sandbox: Sandbox, kill: Kill) -> None:
    sheet = buyer.hand_in(*(row(f"alder-{number}.com") for number in range(3)))
    deadly: Callable[[], None] = partial(serve_deadly, Point(kill.place, kill.when))
    with serving(buyer, before=deadly) as page:
        upload = page.hand_in(sheet)
        page.settle(upload)
        said = page.get(page.confirm(upload).headers["Location"])
        if "/plan" in said.url:
            assert "Nothing was sent." in said.text
            assert not sandbox.requests
        else:
            text = page.get(said.url.partition("?")[0]).text
            placed = re.match(r"(\d+) of 3 placed", heading_of(text))
            assert placed
            assert int(placed[1]) <= len(sandbox.orders)
    with serving(buyer) as page:
        again = page.hand_in(sheet)
        page.settle(again)
        if "Buy" in heading_of(page.plan(again)):
            page.settle(page.confirm(again).headers["Location"])
        for batch in re.findall(r'href="(/batches/\d[^"]+)"', page.get("/batches").text):
            if page.settle(batch)["counts"]["planned"]:
                fresh = page.post(f"{batch}/carry-on").headers["Location"]
                page.settle(fresh)
                if "Buy" in heading_of(page.plan(fresh)):
                    page.settle(page.confirm(fresh).headers["Location"])
    bought = [name for order in sandbox.orders for name in order.domains]
    assert len(bought) == len(set(bought))
