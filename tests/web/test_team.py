"""Several people on one page: who signs in how, and who may do what. Each line of the promise by itself."""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import requests
from argon2 import PasswordHasher
from starlette.routing import Mount, Route

from batch_orders.core.people import Role
from batch_orders.sandbox import Sandbox
from batch_orders.web.access import Page as PageRole
from batch_orders.web.app import PAGES, ROUTES
from tests.harness.command_line import Machine
from tests.harness.page import PASSWORD, Page, checksum_of, heading_of, serving, write_team
from tests.sheets import row

pytestmark = pytest.mark.long
TEAM = """
[users]
lena = { password = "HASH", role = "look" }
uma = { password = "HASH", role = "upload" }
Carl = { password = "HASH", role = "confirm" }
rosa = { password = "HASH", role = "resolve" }
small = { password = "HASH", max-orders = 1 }
poor = { password = "HASH", max-cost = 0.01 }
[tokens]
nightly = "t0ken-of-the-night"
"""
OPEN = {"/sign-in", "/sign-out", "/static"}


@pytest.fixture
def team(buyer: Machine, sandbox: Sandbox) -> Iterator[Page]:
    """A page that nobody has signed in to."""
    with serving(buyer, *write_team(buyer, TEAM), sign_in=False) as page:
        yield page


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


def test_there_is_no_one_time_token(team: Page, buyer: Machine) -> None:
    assert "token" not in team.address
    assert team.get("/?token=").url.endswith("/sign-in")
    assert heading_of(team.get("/batches").text) == "Sign in"


def test_without_signing_in_nothing_is_shown_or_done(team: Page) -> None:
    for page in PAGES:
        path = page.path.format(upload="none", batch="none", name="none.com")
        if page.method == "POST":
            assert team.post(path).status_code == 401
        else:
            answer = team.get(path, allow_redirects=False)
            assert answer.headers["Location"].startswith("/sign-in"), path
            assert team.get(path, headers={"Accept": "application/json"}).status_code == 401


def test_somebody_is_led_to_where_they_wanted_to_go(team: Page) -> None:
    asked = team.get("/budget")
    assert 'name="next" value="/budget"' in asked.text
    words = {"name": "CARL", "password": PASSWORD}
    assert team.post("/sign-in", {**words, "next": "/budget"}).headers["Location"] == "/budget"
    for elsewhere in (
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "x",
    ):
        assert team.post("/sign-in", {**words, "next": elsewhere}).headers["Location"] == "/"


@pytest.mark.parametrize(
    "words", [("carl", "wrong"), ("nobody", PASSWORD), ("", ""), ("nightly", "t0ken-of-the-night")]
)
def test_who_is_not_known_gets_the_same_answer(team: Page, words: tuple[str, str]) -> None:
    answer = team.post("/sign-in", {"name": words[0], "password": words[1]})
    assert answer.status_code == 401
    assert "The name or the password is not right." in answer.text
    assert "Set-Cookie" not in answer.headers


def test_guessing_is_slowed_down_by_name_and_address(team: Page) -> None:
    for _ in range(5):
        assert team.post("/sign-in", {"name": "carl", "password": "guess"}).status_code == 401
    answer = team.post("/sign-in", {"name": "Carl", "password": PASSWORD})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 901
    # A header that anybody can send makes nobody another one.
    spoofed = {"X-Forwarded-For": "10.1.2.3", "X-Real-IP": "10.1.2.3"}
    assert team.post("/sign-in", {"name": "carl", "password": PASSWORD}, headers=spoofed).status_code == 429
    assert team.person("uma").get("/").status_code == 200


def test_a_sign_in_from_another_site_is_refused(team: Page) -> None:
    words = {"name": "carl", "password": PASSWORD}
    answer = team.post("/sign-in", words, headers={"Origin": "http://evil.example"})
    assert answer.status_code == 403


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


def test_who_is_taken_out_of_the_settings_is_signed_out(buyer: Machine) -> None:
    with serving(buyer, *write_team(buyer, TEAM), sign_in=False) as page:
        kept = page.person("lena").session.cookies
    with serving(buyer, *write_team(buyer, TEAM.replace("lena", "lara")), sign_in=False) as page:
        page.session.cookies = kept
        assert heading_of(page.get("/").text) == "Sign in"


def test_no_password_and_no_name_of_a_secret_is_in_the_ledger(team: Page, buyer: Machine) -> None:
    carl = team.person("carl")
    (secret,) = carl.session.cookies.values()
    ledger = next(Path(buyer.home).rglob("ledger.db"))
    with closing(sqlite3.connect(ledger)) as connection:
        said = "\n".join(connection.iterdump())
    assert str(secret) not in said
    assert PASSWORD not in said


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
    environment = sandbox_of(buyer)
    assert ben.post("/unconfirmed/record", {**record, "environment": environment}).status_code == 404
    assert "acme" not in ben.get("/budget").text
    again = both.hand_in(sheet, account="acme")
    both.settle(again)
    assert "handed in before" in both.get(f"{again}/plan").text
    own = ben.hand_in(sheet)
    ben.settle(own)
    assert "handed in before" not in ben.get(f"{own}/plan").text


def sandbox_of(machine: Machine) -> str:
    with closing(sqlite3.connect(next(Path(machine.home).rglob("ledger.db")))) as connection:
        return str(connection.execute("SELECT environment FROM orders").fetchone()[0])


def test_a_sheet_for_somebody_elses_account_is_refused(accounts: Page, buyer: Machine) -> None:
    sheet = buyer.hand_in(row("alder-shop.com"))
    files = {"sheet": (sheet.name, sheet.read_bytes())}
    assert accounts.person("ben").post("/uploads", {"account": "acme"}, files=files).status_code == 422
    assert accounts.person("both").post("/uploads", files=files).status_code == 422


PROXIED = """
[users]
carl = { role = "confirm" }
uma = { password = "HASH", role = "upload" }
[proxy]
header = "X-Remote-User"
peers = ["PEER"]
[page]
address = "https://orders.example.com"
"""


def test_a_named_proxy_says_who_somebody_is(buyer: Machine) -> None:
    with serving(buyer, *write_team(buyer, PROXIED.replace("PEER", "127.0.0.1")), sign_in=False) as page:
        said = {"X-Remote-User": "carl", "Host": "orders.example.com"}
        assert page.get("/", headers=said).status_code == 200
        assert "carl" in page.get("/", headers=said).text
        stranger = page.get("/", headers={**said, "X-Remote-User": "mallory"})
        assert stranger.status_code == 403
        cross = page.post("/sign-out", headers={**said, "Origin": "http://orders.example.com"})
        assert cross.status_code == 403
        assert (
            page.post("/sign-out", headers={**said, "Origin": "https://orders.example.com"}).status_code
            == 303
        )
        cookie = page.post(
            "/sign-in",
            {"name": "uma", "password": PASSWORD},
            headers={"Host": "orders.example.com", "Origin": "https://orders.example.com"},
        ).headers["Set-Cookie"]
        assert "secure" in cookie.lower()
        # Without a password, nobody comes in by the form.
        assert page.post("/sign-in", {"name": "carl", "password": ""}).status_code == 401


def test_what_others_say_in_the_proxys_header_is_ignored(buyer: Machine) -> None:
    with serving(buyer, *write_team(buyer, PROXIED.replace("PEER", "192.0.2.1")), sign_in=False) as page:
        for name in ("X-Remote-User", "x-remote-user", "X_Remote_User"):
            spoofed = {name: "carl", "X-Forwarded-For": "192.0.2.1", "Forwarded": "for=192.0.2.1"}
            assert heading_of(page.get("/", headers=spoofed).text) == "Sign in"
            assert page.post("/uploads", headers=spoofed).status_code == 401


def test_with_sign_in_any_address_can_be_listened_on(buyer: Machine) -> None:
    with serving(buyer, "--host", "0.0.0.0", *write_team(buyer, TEAM), sign_in=False) as page:
        port = page.origin.rpartition(":")[2]
        here = f"http://127.0.0.1:{port}"
        assert requests.get(f"{here}/", timeout=30).status_code == 200
        assert requests.get(f"{here}/", headers={"Host": "evil.example"}, timeout=30).status_code == 421


def test_who_did_what_when_through_which_door_is_kept(buyer: Machine) -> None:
    """On the batch's page, in status, and as one person's history; for the second who confirms as well."""
    with serving(buyer, "--rate", "5/1s", *write_team(buyer, TEAM), sign_in=False) as page:
        uma, carl, rosa = page.person("uma"), page.person("carl"), page.person("rosa")
        sheet = buyer.hand_in(row("error500-shop.com"), *(row(f"alder-{n}.com") for n in range(15)))
        upload = uma.hand_in(sheet)
        uma.settle(upload)
        checksum = checksum_of(carl.plan(upload))
        batch = carl.post(f"{upload}/confirm", {"checksum": checksum}).headers["Location"]
        second = page.person("poor").post(f"{upload}/confirm", {"checksum": checksum})
        assert re.search(
            r"Carl confirmed this at \d\d:\d\d\. Here it is", uma.get(second.headers["Location"]).text
        )
        assert carl.post(f"{batch}/stop").status_code == 303
        carl.settle(batch)
        assert rosa.post("/unconfirmed/look-up").status_code == 200
        record = {"domain": "error500-shop.com", "account": "", "decision": "bought", "order_id": "7"}
        rosa.post("/unconfirmed/record", {**record, "environment": sandbox_of(buyer)})
        text = re.sub(r"<[^>]+>", "", uma.get(batch).text)
        history = {name: uma.get(f"/people/{name}").text for name in ("uma", "Carl", "rosa")}
    said = buyer.run("status").output
    for told in (text, said):
        assert re.search(
            rf"Carl confirmed this at \d\d:\d\d on .*the upload page.*16 orders.*plan {checksum}", told
        )
        assert re.search(rf"Carl stopped this at \d\d:\d\d on .*the upload page.*plan {checksum}", told)
        assert re.search(rf"rosa looked this up at .*1 order, 0 found with the vendor.*plan {checksum}", told)
        assert re.search(rf"rosa resolved this at .*error500-shop.com: placed.*plan {checksum}", told)
    assert sheet.name in history["uma"]
    assert all(word in history["Carl"] for word in ("confirmed", "stopped", checksum))
    assert all(word in history["rosa"] for word in ("looked up", "resolved"))
    listed = buyer.run("user", "history", "Carl").output
    assert all(word in listed for word in ("confirmed", "stopped", checksum, "upload page"))
    by_hand = buyer.run("resolve", "error500-shop.com", "--gone", "--reason", "refunded")
    assert by_hand.code == 0
    assert re.search(
        r"resolved this at .*the command line: error500-shop.com: gone", buyer.run("status").output
    )


def test_a_session_ends_with_the_password_that_it_began_with(buyer: Machine) -> None:
    with serving(buyer, *write_team(buyer, TEAM), sign_in=False) as page:
        kept = page.person("lena").session.cookies
    changed = TEAM.replace(
        'lena = { password = "HASH"', f'lena = {{ password = "{PasswordHasher(1, 8, 1).hash("x")}"'
    )
    with serving(buyer, *write_team(buyer, changed), sign_in=False) as page:
        page.session.cookies = kept
        assert heading_of(page.get("/").text) == "Sign in"


QUOTA = TEAM + "[page]\nuploads-per-hour = 2\nmegabytes-per-hour = 1\n"


def test_more_than_an_hours_share_is_refused_until_it_is_free_again(buyer: Machine) -> None:
    small = ("june.csv", b"domain\n")
    with serving(buyer, *write_team(buyer, QUOTA), sign_in=False) as page:
        uma, carl, program = page.person("uma"), page.person("carl"), page.program("t0ken-of-the-night")
        large = carl.post("/uploads", files={"sheet": ("large.csv", b"x" * (1 << 20) + b"x")})
        assert large.status_code == 429
        for _ in range(2):
            uma.hand_in(small)
        refused = uma.post("/uploads", files={"sheet": small})
        assert refused.status_code == 429
        assert 3500 < int(refused.headers["Retry-After"]) <= 3601
        assert "uma handed in 2 times within the last hour" in refused.text
        # It is each one's own.
        carl.hand_in(small)
        answers = [program.post("/uploads", files={"sheet": small}).status_code for _ in range(3)]
        assert answers == [202, 202, 429]
        with closing(sqlite3.connect(next(Path(buyer.home).rglob("ledger.db")))) as connection, connection:
            assert connection.execute("SELECT count(*) FROM uploads").fetchone() == (5,)
            connection.execute("UPDATE uploads SET created_at = '2020-01-01T00:00:00.000+00:00'")
        uma.hand_in(small)


def test_a_session_that_ends_in_the_middle_of_a_yes_sends_nothing_and_keeps_the_plan(
    team: Page, buyer: Machine, sandbox: Sandbox
) -> None:
    carl = team.person("carl")
    upload = carl.hand_in(buyer.hand_in(row("alder-shop.com")))
    carl.settle(upload)
    checksum = checksum_of(carl.plan(upload))
    with closing(sqlite3.connect(next(Path(buyer.home).rglob("ledger.db")))) as connection, connection:
        connection.execute("UPDATE sessions SET seen_at = '2020-01-01T00:00:00.000+00:00'")
    answer = carl.post(f"{upload}/confirm", {"checksum": checksum})
    assert answer.status_code == 401
    assert "Nothing was sent. Your plan is kept." in answer.text
    assert not sandbox.orders
    leads_to = re.findall(r'name="next" value="([^"]*)"', answer.text)
    assert leads_to == [f"{upload}/plan"]
    again = carl.post("/sign-in", {"name": "carl", "password": PASSWORD, "next": leads_to[0]})
    assert heading_of(carl.get(again.headers["Location"]).text).startswith("Buy 1 domain")


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
