"""Who comes in to a page for several people, how, and until when."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import requests
from argon2 import PasswordHasher

from batch_orders.sandbox import Sandbox
from batch_orders.web.app import PAGES
from tests.harness.command_line import Machine
from tests.harness.page import PASSWORD, Page, checksum_of, heading_of, serving, write_team
from tests.sheets import row
from tests.web.teams import TEAM

pytestmark = pytest.mark.long


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


def test_with_sign_in_any_address_can_be_listened_on(buyer: Machine) -> None:
    with serving(buyer, "--host", "0.0.0.0", *write_team(buyer, TEAM), sign_in=False) as page:
        port = page.origin.rpartition(":")[2]
        here = f"http://127.0.0.1:{port}"
        assert requests.get(f"{here}/", timeout=30).status_code == 200
        assert requests.get(f"{here}/", headers={"Host": "evil.example"}, timeout=30).status_code == 421


def test_who_is_taken_out_of_the_settings_is_signed_out(buyer: Machine) -> None:
    with serving(buyer, *write_team(buyer, TEAM), sign_in=False) as page:
        kept = page.person("lena").session.cookies
    with serving(buyer, *write_team(buyer, TEAM.replace("lena", "lara")), sign_in=False) as page:
        page.session.cookies = kept
        assert heading_of(page.get("/").text) == "Sign in"


def test_a_session_ends_with_the_password_that_it_began_with(buyer: Machine) -> None:
    with serving(buyer, *write_team(buyer, TEAM), sign_in=False) as page:
        kept = page.person("lena").session.cookies
    changed = TEAM.replace(
        'lena = { password = "HASH"', f'lena = {{ password = "{PasswordHasher(1, 8, 1).hash("x")}"'
    )
    with serving(buyer, *write_team(buyer, changed), sign_in=False) as page:
        page.session.cookies = kept
        assert heading_of(page.get("/").text) == "Sign in"


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
