"""Two customers of one vendor on one ledger: neither buys with the other's money, nor what the other has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from batch_orders.inbox import Folder
from batch_orders.sandbox import Sandbox
from tests.harness.command_line import Ended, Machine
from tests.harness.inbox import Inbox
from tests.sheets import row

pytestmark = pytest.mark.long

ACCOUNTS = """
[accounts.acme]
api-key-env = "ACME_KEY"
sources = ["acme"]
[accounts.bolt]
api-key-file = "bolt.key"
sources = ["bolt"]
"""
KEYS = {"acme": "acme-Key-5kQ0", "bolt": "bolt-Key-8rW1"}


def set_up(machine: Machine) -> None:
    (machine.here / "batch-orders.toml").write_text(ACCOUNTS, encoding="utf-8")
    (machine.here / "bolt.key").write_text(KEYS["bolt"], encoding="utf-8")
    machine.environment["ACME_KEY"] = KEYS["acme"]


@pytest.fixture
def customers(buyer: Machine) -> Machine:
    """A machine that orders for acme and for bolt. The key of neither is where it is usually looked for."""
    set_up(buyer)
    return buyer


def order(machine: Machine, account: str, *domains: str, words: tuple[str, ...] = ()) -> Ended:
    return machine.order(*map(row, domains), words=("--account", account, *words))


def test_each_order_is_bought_with_its_customers_own_key(customers: Machine, sandbox: Sandbox) -> None:
    for account in KEYS:
        ended = order(customers, account, f"{account}.com")
        assert (ended.code, ended.orders) == (0, {"placed": 1})
        assert f"under the account {account}" in ended.errors
    assert [(taken.key, taken.domains) for taken in sandbox.orders] == [
        (key, (f"{account}.com",)) for account, key in KEYS.items()
    ]


@pytest.mark.parametrize("command", ["run june.csv --yes", "resume --yes", "reconcile", "track"])
def test_nothing_is_done_for_nobody_in_particular(customers: Machine, sandbox: Sandbox, command: str) -> None:
    customers.hand_in(row("one.com"))
    ended = customers.run(*command.split())
    assert ended.code == 2
    assert "the accounts acme, bolt" in ended.errors
    assert "--account" in ended.errors
    assert sandbox.requests == ()


def test_a_domain_that_another_customer_has_is_not_bought_again(customers: Machine, sandbox: Sandbox) -> None:
    batch = order(customers, "acme", "shared.com").said["sheets"][0]["batch"]
    ended = order(customers, "bolt", "shared.com", "own.com")
    assert (ended.code, ended.orders) == (1, {"placed": 1, "invalid": 1})
    assert re.search(rf"Bought under acme on \d{{4}}-\d\d-\d\d, in batch {batch}; not sent", ended.errors)
    assert [taken.domains for taken in sandbox.orders] == [("shared.com",), ("own.com",)]


def test_what_another_customer_may_have_is_not_bought_either(customers: Machine, sandbox: Sandbox) -> None:
    order(customers, "acme", "drop-after-unlisted-a.com")
    ended = order(customers, "bolt", "drop-after-unlisted-a.com")
    assert (ended.code, ended.orders) == (1, {"invalid": 1})
    assert "perhaps bought, under acme" in ended.errors
    assert len(sandbox.requests) == 1


def test_one_customers_batch_is_never_carried_on_for_another(customers: Machine, sandbox: Sandbox) -> None:
    ended = order(customers, "acme", "one.com", "two.com", words=("--max-orders", "1"))
    batch = ended.said["sheets"][0]["batch"]
    named = customers.run("resume", batch, "--yes", "--account", "bolt")
    assert (named.code, "belongs to the account acme" in named.errors) == (2, True)
    assert customers.run("resume", "--yes", "--account", "bolt").code == 2
    assert len(sandbox.requests) == 1
    assert customers.run("resume", "--yes", "--account", "acme").code == 0
    assert {taken.key for taken in sandbox.orders} == {KEYS["acme"]}


def test_each_customer_follows_up_what_is_their_own(customers: Machine) -> None:
    order(customers, "acme", "one.com", "drop-after-unlisted-a.com")
    assert "one.com" not in customers.run("track", "--account", "bolt").output
    assert "one.com" in customers.run("track", "--account", "acme").output
    assert customers.run("reconcile", "--account", "bolt").code == 0
    assert "0 unconfirmed" in customers.run("reconcile", "--account", "bolt").output
    assert "1 unconfirmed" in customers.run("reconcile", "--account", "acme").output
    words = ("resolve", "drop-after-unlisted-a.com", "--not-bought", "--reason", "asked")
    assert customers.run(*words, "--account", "bolt").code == 2


def test_another_key_is_another_customer_until_somebody_says_otherwise(
    buyer: Machine, sandbox: Sandbox
) -> None:
    """Without any accounts in the settings: the account without a name is one customer, too."""
    ended = buyer.order(row("one.com"), row("two.com"), words=("--max-orders", "1"))
    assert ended.code == 4
    buyer.environment["SMARTLEAD_API_KEY"] = "another-Key-2zX9"
    for words in (("resume",), ("run", "june.csv")):
        refused = buyer.run(*words, "--yes")
        assert refused.code == 2
        assert "not the one that the account default has" in refused.errors
        assert "batch-orders account default --new-key" in refused.errors
        assert "another-Key" not in refused.errors
    assert len(sandbox.requests) == 1
    assert buyer.run("account", "default", "--new-key").code == 0
    assert buyer.run("resume", "--yes").code == 0
    assert "default at http" in buyer.run("account", "default").output


def test_one_key_does_not_open_two_accounts(customers: Machine, sandbox: Sandbox) -> None:
    order(customers, "acme", "one.com")
    (customers.here / "bolt.key").write_text(KEYS["acme"], encoding="utf-8")
    ended = order(customers, "bolt", "two.com")
    assert (ended.code, "the account acme" in ended.errors) == (2, True)
    assert len(sandbox.requests) == 1
    moved = customers.run("account", "bolt", "--new-key")
    assert (moved.code, "acme" in moved.output) == (0, True)
    assert order(customers, "bolt", "two.com").code == 0
    assert order(customers, "acme", "three.com").code == 2


def test_no_key_stands_in_the_ledger(customers: Machine) -> None:
    order(customers, "acme", "one.com")
    files = [path.read_bytes() for path in customers.home.rglob("*") if path.is_file()]
    assert files
    assert not any(KEYS["acme"].encode() in content for content in files)


def test_a_missing_key_is_told_by_the_name_of_its_variable(customers: Machine) -> None:
    del customers.environment["ACME_KEY"]
    ended = order(customers, "acme", "one.com")
    assert (ended.code, "ACME_KEY is not set" in ended.errors) == (2, True)


def test_the_doctor_looks_at_every_key(customers: Machine) -> None:
    (customers.here / "bolt.key").write_text("wrong", encoding="utf-8")
    said = customers.run("doctor").output
    assert "API key of acme" in said
    assert "API key of bolt" in said


def test_old_orders_belong_to_the_account_without_a_name(buyer: Machine) -> None:
    buyer.order(row("one.com"))
    set_up(buyer)
    ended = order(buyer, "acme", "one.com")
    assert (ended.code, "Bought under default" in ended.errors) == (1, True)
    assert order(buyer, "default", "one.com").orders == {"already placed": 1}


@pytest.fixture
def shared(tmp_path: Path, sandbox: Sandbox) -> Inbox:
    inbox = Inbox(tmp_path, sandbox.base_url)
    set_up(inbox.machine)
    return inbox


def test_a_folder_of_the_inbox_says_whose_money_is_spent(shared: Inbox, sandbox: Sandbox) -> None:
    for name in ("acme/a.csv", "bolt/b.csv", "stray/c.csv", "d.csv"):
        shared.drop(name)
    night = shared.night()
    assert night.code == 1
    assert {taken.domains[0]: taken.key for taken in sandbox.orders} == {
        "a.com": KEYS["acme"],
        "b.com": KEYS["bolt"],
    }
    assert shared.files(Folder.INBOX) == ["d.csv", "stray/c.csv"]
    assert "stray/c.csv belongs to no account" in night.told


def test_a_night_for_one_customer_leaves_the_others_folders_alone(shared: Inbox, sandbox: Sandbox) -> None:
    shared.drop("acme/a.csv")
    shared.drop("bolt/b.csv")
    assert shared.night("--account", "bolt").code == 0
    assert [taken.key for taken in sandbox.orders] == [KEYS["bolt"]]
    assert shared.files(Folder.INBOX) == ["acme/a.csv"]


def test_a_customer_whose_key_is_refused_holds_nobody_up(shared: Inbox, sandbox: Sandbox) -> None:
    shared.machine.environment["ACME_KEY"] = "wrong-key"
    shared.drop("acme/a.csv")
    shared.drop("bolt/b.csv")
    assert shared.night().code == 4
    assert [taken.key for taken in sandbox.orders] == [KEYS["bolt"]]
    assert shared.files(Folder.INBOX) == ["acme/a.csv"]
