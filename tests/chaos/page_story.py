"""One story of the upload page: a sheet that is ordered, however often the server or a child dies on the way."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

import requests

from batch_orders.sandbox import Sandbox
from tests.chaos.points import Point, Within
from tests.harness.command_line import Machine, read_states
from tests.harness.page import Page, heading_of, serve_warmly, serving
from tests.sheets import row

MOST_ROUNDS = 4
UNDER_WAY = ("planned", "submitting")


class PageStory:
    """A sheet, a page that is started again and again, and a sandbox that knows what was bought."""

    def __init__(self, buyer: Machine, sandbox: Sandbox, count: int = 3) -> None:
        self.buyer = buyer
        self.sandbox = sandbox
        self.domains = [f"alder-{number}.com" for number in range(count)]
        self.sheet = buyer.hand_in(*(row(domain) for domain in self.domains))

    def strike(self, point: Point | Within, *, child: bool) -> bool:
        """Serve with a point in the process that listens or in its children. Returns whether it came to it."""
        mark = self.buyer.here / "struck"
        mark.unlink(missing_ok=True)
        armed = point.marked(str(mark)).arm
        before = partial(serve_warmly, **{"in_children" if child else "in_server": armed})
        with serving(self.buyer, before=before, sign_in=False) as page, suppress(requests.ConnectionError):
            page.sign_in()
            self.go_on(page, mark)
        return mark.exists()

    def look(self) -> None:
        """Open the page, do nothing, and see whether it claims too much."""
        with serving(self.buyer) as page:
            self.check_claims(page)

    def finish(self) -> None:
        """One start that nothing hinders must be enough, whatever the others have left behind."""
        with serving(self.buyer) as page:
            self.check_claims(page)
            self.go_on(page)
            page.post("/unconfirmed/look-up")
            self.check_claims(page)

    def go_on(self, page: Page, until: Path | None = None) -> None:
        """What a person does who wants the sheet bought, and trusts the page alone; at most until there is a file."""
        for _ in range(MOST_ROUNDS):
            if until and until.exists():
                return
            upload = self.find_work(page)
            if not upload:
                return
            if page.settle(upload)["state"] == "ready":
                page.confirm(upload)
            self.check_claims(page)

    def find_work(self, page: Page) -> str:
        """The upload to go on with: of a batch that was cut off, one that waits, or the sheet anew. "" at the end."""
        for batch in batches_of(page):
            counts = page.settle(batch)["counts"]
            if any(counts[state] for state in UNDER_WAY):
                leads_to = page.post(f"{batch}/carry-on").headers["Location"]
                return "" if page.settle(leads_to)["state"] != "ready" else leads_to
            return ""
        waiting = re.findall(r'href="(/uploads/[^"/]+)"', page.get("/").text)
        usable = (upload for upload in waiting if page.settle(upload)["state"] == "ready")
        return next(usable, "") or page.hand_in(self.sheet)

    def check_claims(self, page: Page) -> None:
        """No page says more than the ledger, and the ledger no more than was bought."""
        for batch in batches_of(page):
            said = re.match(r"(\d+) of (\d+) placed", heading_of(page.get(batch).text))
            assert said
            placed = sum(state == "placed" for state in self.states().values())
            assert int(said[1]) <= placed <= len(self.sandbox.orders)
            assert int(said[2]) == len(self.domains)
        assert set(self.batches()) == set(self.confirmed()), "an upload says of its batch what is not so"

    def states(self) -> dict[str, str]:
        return read_states(self.ledger)

    def is_over(self) -> bool:
        """Whether nothing is left to be sent."""
        states = self.states().values()
        return len(states) == len(self.domains) and not set(states) & set(UNDER_WAY)

    def check(self) -> None:
        """What must be true, however the story went: nothing twice, nothing lost, one batch."""
        bought = Counter(name for order in self.sandbox.orders for name in order.domains)
        assert set(bought.values()) <= {1}, f"bought twice: {bought}"
        states = self.states()
        assert sorted(states) == sorted(self.domains)
        assert set(states.values()) <= {"placed", "unconfirmed"}, states
        placed = {domain for domain, state in states.items() if state == "placed"}
        assert placed <= set(bought), f"never bought, but placed: {placed - set(bought)}"
        assert len(self.batches()) == 1
        assert set(self.confirmed()) == set(self.batches()), "an upload says of its batch what is not so"

    def batches(self) -> list[str]:
        return self.ask("SELECT id FROM batches")

    def confirmed(self) -> list[str]:
        """The batches that uploads say to have become."""
        return self.ask("SELECT batches FROM uploads WHERE state = 'confirmed'")

    def ask(self, query: str) -> list[str]:
        with closing(sqlite3.connect(self.ledger)) as connection:
            return [str(value) for (value,) in connection.execute(query)]

    @property
    def ledger(self) -> Path:
        return next(Path(self.buyer.home).rglob("ledger.db"))


def batches_of(page: Page) -> list[str]:
    return list(dict.fromkeys(re.findall(r'href="(/batches/\d[^"]+)"', page.get("/batches").text)))
