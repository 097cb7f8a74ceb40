"""Several people on one page: who may do what, and with whose sheets."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.routing import Mount, Route

from batch_orders.core.people import Role
from batch_orders.sandbox import Sandbox
from batch_orders.web.access import Page as PageRole
from batch_orders.web.app import PAGES, ROUTES
from tests.harness.command_line import Machine
from tests.harness.page import Page, checksum_of, serving, write_team
from tests.sheets import row
from tests.web.teams import TEAM, environment_of

pytestmark = pytest.mark.long
BACK = '<a href="/">Back to the first page</a>'
OPEN = {"/sign-in", "/sign-out", "/static"}


def test_every_address_has_a_role() -> None:
    for route in ROUTES:
        assert isinstance(route, Route | Mount)
        if route.path in OPEN:
            continue
        assert isinstance(route, Route)
        page = getattr(route.endpoint, "__self__", None)
        assert isinstance(page, PageRole), f"{route.path} needs no role"
        assert isinstance(page.role, Role)


NEEDED = {page.role for page in PAGES if page.method == "POST"}


def test_nothing_is_changed_by_somebody_who_may_only_look() -> None:
    assert Role.LOOK not in NEEDED


@pytest.mark.parametrize("name", ["lena", "uma", "Carl", "rosa"])
def test_each_role_is_let_in_where_it_may_and_nowhere_else(team: Page, name: str) -> None:
    person = team.person(name)
    roles = {
        "lena": {Role.LOOK},
        "uma": {Role.LOOK, Role.UPLOAD},
        "Carl": {Role.LOOK, Role.UPLOAD, Role.CONFIRM},
        "rosa": {Role.LOOK, Role.RESOLVE},
    }[name]
    for page in PAGES:
        path = page.path.format(upload="none", batch="none", name="none.com")
        answer = person.post(path) if page.method == "POST" else person.get(path)
        assert (answer.status_code == 403) == (page.role not in roles), f"{page.method} {path}"
        assert answer.status_code != 403 or BACK in answer.text
    assert ("You may look at what others handed in." in person.get("/").text) == (Role.UPLOAD not in roles)
    nothing_to_post = person.post("/vendors")
    assert nothing_to_post.status_code == 405
    assert BACK in nothing_to_post.text


def test_an_upload_is_confirmed_by_somebody_else_and_refused_to_who_may_not(
    team: Page, buyer: Machine, sandbox: Sandbox
) -> None:
    uma, carl = team.person("uma"), team.person("carl")
    upload = uma.hand_in(buyer.hand_in(row("alder-shop.com")))
    uma.settle(upload)
    plan = uma.plan(upload)
    assert "needs the role confirm" in plan
    assert '<button class="action">Buy' not in plan
    checksum = checksum_of(carl.plan(upload))
    refused = uma.post(f"{upload}/confirm", {"checksum": checksum})
    assert refused.status_code == 403
    assert not sandbox.orders
    batch = carl.post(f"{upload}/confirm", {"checksum": checksum}).headers["Location"]
    carl.settle(batch)
    assert "confirmed this at" in uma.get(batch).text
    assert len(sandbox.orders) == 1


@pytest.mark.parametrize(("name", "told"), [("small", "at most 1 order"), ("poor", "at most 0.01")])
def test_a_plan_above_somebodys_limits_is_not_bought(
    team: Page, buyer: Machine, sandbox: Sandbox, name: str, told: str
) -> None:
    person = team.person(name)
    upload = person.hand_in(buyer.hand_in(row("alder-shop.com"), row("birch-shop.com")))
    person.settle(upload)
    assert told in person.plan(upload)
    checksum = checksum_of(team.person("carl").plan(upload))
    answer = person.post(f"{upload}/confirm", {"checksum": checksum})
    assert answer.status_code == 403
    assert "Nothing was sent." in answer.text
    assert not sandbox.orders


def test_where_two_must_agree_nobody_confirms_their_own_sheet(buyer: Machine, sandbox: Sandbox) -> None:
    words = write_team(buyer, TEAM + "[page]\nconfirm-by-another = true\n")
    with serving(buyer, *words, sign_in=False) as page:
        carl, small = page.person("carl"), page.person("small")
        upload = carl.hand_in(buyer.hand_in(row("alder-shop.com")))
        carl.settle(upload)
        assert "somebody else has to say yes" in carl.plan(upload)
        checksum = checksum_of(small.plan(upload))
        assert carl.post(f"{upload}/confirm", {"checksum": checksum}).status_code == 403
        assert not sandbox.orders
        small.settle(small.post(f"{upload}/confirm", {"checksum": checksum}).headers["Location"])
    assert len(sandbox.orders) == 1


def test_fifty_confirms_of_two_people_make_one_batch(team: Page, buyer: Machine, sandbox: Sandbox) -> None:
    people = [team.person("carl"), team.person("carl"), team.program("t0ken-of-the-night")]
    upload = people[0].hand_in(buyer.hand_in(*(row(f"alder-{number}.com") for number in range(5))))
    people[0].settle(upload)
    checksum = checksum_of(people[0].plan(upload))
    gate = threading.Barrier(50)

    def confirm(number: int) -> str:
        gate.wait()
        answer = people[number % 3].post(f"{upload}/confirm", {"checksum": checksum})
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"].partition("?")[0]

    with ThreadPoolExecutor(50) as many:
        batches = set(many.map(confirm, range(50)))
    assert len(batches) == 1
    people[0].settle(batches.pop(), wanted=("done", "attention", "stopped"))
    assert len(sandbox.orders) == 5


ACCOUNTS = """
[accounts.acme]
api-key-env = "ACME_KEY"
[accounts.bolt]
api-key-env = "BOLT_KEY"
[users]
anna = { password = "HASH", role = ["confirm", "resolve"], account = "acme" }
ben = { password = "HASH", role = ["confirm", "resolve"], account = "bolt" }
both = { password = "HASH", role = ["confirm", "resolve"] }
"""


@pytest.fixture
def accounts(buyer: Machine, sandbox: Sandbox) -> Iterator[Page]:
    words: Any = write_team(buyer, ACCOUNTS)
    key = buyer.environment["SMARTLEAD_API_KEY"]
    machine = Machine(buyer.home, buyer.here, {**buyer.environment, "ACME_KEY": key, "BOLT_KEY": f"{key}2"})
    with serving(machine, *words, sign_in=False) as page:
        yield page


def test_what_another_account_has_is_not_there(accounts: Page, buyer: Machine) -> None:
    anna, ben, both = accounts.person("anna"), accounts.person("ben"), accounts.person("both")
    sheet = buyer.hand_in(row("error500-shop.com"), row("alder-shop.com", "no mailbox"))
    upload = anna.hand_in(sheet)
    anna.settle(upload)
    for path in (upload, f"{upload}/plan", f"{upload}/problems", f"{upload}/corrections.xlsx"):
        assert ben.get(path).status_code == 404
    checksum = checksum_of(anna.plan(upload))
    for path in ("confirm", "columns", "password"):
        assert ben.post(f"{upload}/{path}", {"checksum": checksum}).status_code == 404
    batch = anna.post(f"{upload}/confirm", {"checksum": checksum}).headers["Location"]
    anna.settle(batch)
    for path in (batch, f"{batch}/report.xlsx", f"{batch}/result.csv"):
        assert ben.get(path).status_code == 404
        assert both.get(path).status_code == 200
    for path in (f"{batch}/stop", f"{batch}/carry-on"):
        assert ben.post(path).status_code == 404
    for path in ("/", "/batches", "/unconfirmed", "/domains/error500-shop.com"):
        assert batch not in ben.get(path).text
        assert batch in both.get(path).text
    record = {"domain": "error500-shop.com", "account": "acme", "decision": "not bought", "reason": "x"}
    environment = environment_of(buyer)
    assert ben.post("/unconfirmed/record", {**record, "environment": environment}).status_code == 404
    assert "acme" not in ben.get("/budget").text
    again = both.hand_in(sheet, account="acme")
    both.settle(again)
    assert "handed in before" in both.get(f"{again}/plan").text
    own = ben.hand_in(sheet)
    ben.settle(own)
    assert "handed in before" not in ben.get(f"{own}/plan").text


def test_what_another_account_bought_is_in_the_plan_without_its_name(accounts: Page, buyer: Machine) -> None:
    anna, ben = accounts.person("anna"), accounts.person("ben")
    sheet = buyer.hand_in(row("alder-shop.com"))
    anna.order(sheet)
    upload = ben.hand_in(sheet)
    assert ben.settle(upload)["state"] == "nothing to buy"
    text = ben.plan(upload)
    assert "bought under another account, not sent" in text
    assert "under acme" not in text


def test_a_sheet_for_somebody_elses_account_is_refused(accounts: Page, buyer: Machine) -> None:
    sheet = buyer.hand_in(row("alder-shop.com"))
    files = {"sheet": (sheet.name, sheet.read_bytes())}
    assert accounts.person("ben").post("/uploads", {"account": "acme"}, files=files).status_code == 422
    assert accounts.person("both").post("/uploads", files=files).status_code == 422
