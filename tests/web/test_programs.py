"""Programs on the page: every example of docs/http.md as it stands there, and what must not be answered."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from shutil import which
from types import SimpleNamespace
from typing import Any

import jsonschema
import pytest
import requests

from batch_orders.sandbox import Sandbox
from batch_orders.settings import load_settings
from batch_orders.web import identity
from tests.harness.command_line import Machine
from tests.harness.page import Page, serving, write_team
from tests.sheets import row

pytestmark = pytest.mark.long
DOCS = Path(__file__).parents[2] / "docs"
GUIDE = DOCS / "http.md"
SCHEMA = json.loads((DOCS / "json.schema.json").read_text("utf-8"))
TOKEN = "t0ken-of-the-night/7f3a"
TEAM = f"""
[users]
anna = "HASH"
[tokens]
nightly = "{TOKEN}"
looker = {{ token = "only-looks", role = "look" }}
small = {{ token = "only-one", max-orders = 1 }}
"""


@pytest.fixture
def page(buyer: Machine, sandbox: Sandbox) -> Iterator[Page]:
    with serving(buyer, *write_team(buyer, TEAM), sign_in=False) as running:
        yield running


def agrees(told: Any, shown: Any) -> bool:
    """Whether an answer is as the guide shows it: `…` stands for anything."""
    if isinstance(shown, dict):
        return (
            isinstance(told, dict)
            and told.keys() == shown.keys()
            and all(agrees(told[name], shown[name]) for name in shown)
        )
    if isinstance(shown, list):
        return isinstance(told, list) and len(told) == len(shown) and all(map(agrees, told, shown))
    if isinstance(shown, str) and "…" in shown:
        return bool(re.fullmatch(".*".join(map(re.escape, shown.split("…"))), str(told), re.DOTALL))
    return bool(told == shown)


@pytest.mark.skipif(not which("curl") or not which("bash"), reason="there is no curl or bash here")
def test_every_example_of_the_guide_does_what_it_says(page: Page, buyer: Machine, sandbox: Sandbox) -> None:
    buyer.hand_in(row("alder-shop.com"), row("birch-shop.com", "anna roe"), name="orders.csv")
    blocks = re.findall(r"```(sh|json)\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    commands = "".join(f"{text}\nprintf '\\0'\n" for kind, text in blocks if kind == "sh")
    ended = subprocess.run(
        ["bash", "-eu", "-c", commands],
        cwd=buyer.here,
        env={**buyer.environment, "PAGE": page.origin, "TOKEN": TOKEN},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    said = iter(ended.stdout.split("\0"))
    answer = ""
    for kind, text in blocks:
        if kind == "sh":
            answer = next(said)
        else:
            told, shown = json.loads(answer), json.loads(text)
            assert agrees(told, shown), json.dumps(told, indent=2)
    assert (buyer.here / "report.xlsx").read_bytes().startswith(b"PK")
    assert len(sandbox.orders) == 1


def test_a_sheet_is_taken_with_202_and_bought_with_303(page: Page, buyer: Machine, sandbox: Sandbox) -> None:
    program = page.program(TOKEN)
    sheet = buyer.hand_in(*(row(f"alder-{number}.com") for number in range(25)))
    answer = requests.post(
        page.url("/uploads"),
        files={"sheet": (sheet.name, sheet.read_bytes())},
        headers={"Authorization": f"Bearer {TOKEN}"},
        timeout=60,
    )
    assert answer.status_code == 202
    upload = answer.headers["Location"]
    assert answer.json()["address"] == upload
    ready = program.settle(upload)
    assert (ready["state"], ready["plan"]["orders"], ready["problems"]) == ("ready", 25, [])
    wrong = program.post(f"{upload}/confirm", {"checksum": "0" * 12})
    assert (wrong.status_code, wrong.json()["state"], len(sandbox.orders)) == (409, "refused", 0)
    for _ in range(2):
        bought = program.post(f"{upload}/confirm", {"checksum": ready["checksum"]})
        assert bought.status_code == 303
    batch = bought.headers["Location"].partition("?")[0]
    told = program.settle(batch)
    assert (told["exit_code"], told["sheets"][0]["orders"]["placed"]) == (0, 25)
    assert len(sandbox.orders) == 25


def test_a_role_and_limits_hold_for_programs(page: Page, buyer: Machine, sandbox: Sandbox) -> None:
    sheet = buyer.hand_in(row("alder-shop.com"), row("birch-shop.com"))
    files = {"sheet": (sheet.name, sheet.read_bytes())}
    looker, small = page.program("only-looks"), page.program("only-one")
    assert looker.get("/batches").json() == {"batches": [], "pages": {"number": 1, "last": 1, "total": 0}}
    assert looker.post("/uploads", files=files).status_code == 403
    upload = small.post("/uploads", files=files).headers["Location"]
    ready = small.settle(upload)
    refused = small.post(f"{upload}/confirm", {"checksum": ready["checksum"]})
    assert refused.status_code == 403
    assert "at most 1 order" in " ".join(refused.json()["said"])
    assert not sandbox.orders


def test_nothing_comes_of_a_yes_to_a_plan_that_has_changed(
    page: Page, buyer: Machine, sandbox: Sandbox
) -> None:
    program = page.program(TOKEN)
    sheet = buyer.hand_in(row("alder-shop.com"))
    files = {"sheet": (sheet.name, sheet.read_bytes())}
    first, second = (program.post("/uploads", files=files).headers["Location"] for _ in range(2))
    plans = [program.settle(each)["checksum"] for each in (first, second)]
    program.settle(program.post(f"{first}/confirm", {"checksum": plans[0]}).headers["Location"])
    answer = program.post(f"{second}/confirm", {"checksum": plans[1]})
    assert answer.status_code == 409
    assert answer.json()["title"] == "Nothing was sent"
    assert len(sandbox.orders) == 1


def test_orders_are_told_as_the_command_line_tells_them(page: Page, buyer: Machine) -> None:
    ended = buyer.order(row("alder-shop.com"), row("drop-after-unlisted-birch.com"))
    assert ended.code == 1
    program = page.program(TOKEN)
    unconfirmed = program.get("/unconfirmed").json()
    assert_form("page_unconfirmed", unconfirmed)
    assert unconfirmed["orders"] == buyer.run("status", "--json").said["unconfirmed"]
    for domain in ("alder-shop.com", "drop-after-unlisted-birch.com", "never-ordered.com"):
        told = program.get(f"/domains/{domain}").json()
        assert_form("page_domain", told)
        assert {**told, "exit_code": 0} == buyer.run("status", domain, "--json").said


def assert_form(name: str, told: Any) -> None:
    """Whether an answer is of a form of docs/json.schema.json."""
    jsonschema.Draft202012Validator({**SCHEMA, "$ref": f"#/$defs/{name}"}).validate(told)


@pytest.mark.parametrize("said", ["Bearer wrong", "Bearer ", f"Basic {TOKEN}", f"Bearer {TOKEN}x", TOKEN])
def test_without_a_known_token_nothing_is_told(page: Page, said: str) -> None:
    for path in ("/", "/batches"):
        answer = page.get(path, headers={"Authorization": said, "Accept": "application/json"})
        assert answer.status_code == 401
    posted = page.session.post(page.url("/uploads"), headers={"Authorization": said}, timeout=30)
    assert posted.status_code in (401, 403)


def test_a_person_with_a_wrong_token_is_nobody(page: Page) -> None:
    """The token decides: a page elsewhere cannot send one without the session's own cookie counting."""
    anna = page.person("anna")
    assert anna.get("/", headers={"Authorization": "Bearer wrong"}).status_code == 401


def test_a_token_is_in_no_log(buyer: Machine, sandbox: Sandbox) -> None:
    with serving(buyer, "--log-format", "json", *write_team(buyer, TEAM), sign_in=False) as page:
        page.program(TOKEN).get("/batches")
        page.program(f"{TOKEN}x").get("/batches")
        page.get(f"/batches?token={TOKEN}")
        page.post("/sign-in", {"name": "anna", "password": TOKEN})
        page.process.send_signal(signal.SIGTERM)
        assert page.process.wait(60) == 0
        assert page.process.stderr
        assert page.process.stdout
        said = page.process.stderr.read() + page.process.stdout.read() + page.address
    assert TOKEN not in said
    assert "token" not in page.address


def test_every_token_is_compared_whole_in_constant_time(
    buyer: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By digests of one length, all of them, whatever was sent and whichever fits."""
    _, file = write_team(buyer, TEAM)
    site = SimpleNamespace(settings=load_settings({}, {}, Path(file)))
    compared: list[tuple[int, int]] = []

    def compare(one: bytes, other: bytes) -> bool:
        compared.append((len(one), len(other)))
        return one == other

    monkeypatch.setattr(identity, "hmac", SimpleNamespace(compare_digest=compare))
    for offered in (TOKEN, "only-looks", "", "x" * 10_000):
        compared.clear()
        found = identity.find_program(site, offered)  # type: ignore[arg-type]  # all that it looks at
        assert compared == [(32, 32)] * 3
        assert (found is not None) == (offered in (TOKEN, "only-looks"))
