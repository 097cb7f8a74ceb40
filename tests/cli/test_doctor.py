"""`doctor` as a person starts it: it says what is wrong, and changes and spends nothing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from batch_orders.sandbox import Sandbox
from tests.harness.command_line import Ended, Machine
from tests.harness.listener import Listener
from tests.harness.rights import give_up_writing_everywhere
from tests.sheets import row


def wrong(ended: Ended) -> list[str]:
    return [line for line in ended.output.splitlines() if line.startswith("to mend")]


def test_all_is_well(buyer: Machine, sandbox: Sandbox) -> None:
    buyer.order(row())
    inbox = buyer.here / "drop"
    inbox.mkdir()
    ended = buyer.run("doctor", "--inbox", inbox)
    assert (ended.code, wrong(ended), ended.errors) == (0, [], "")
    assert "takes it and lists" in ended.output
    assert "opens and can be written" in ended.output
    assert "\nAll is well.\n" in ended.output
    assert len(sandbox.requests) == 1


def test_a_new_machine_is_told_what_is_missing_and_left_as_it_was(machine: Machine, sandbox: Sandbox) -> None:
    ended = machine.run("doctor", "--base-url", sandbox.base_url)
    (line,) = wrong(ended)
    assert (ended.code, "SMARTLEAD_API_KEY" in line) == (1, True)
    assert "\n1 thing to mend.\n" in ended.output
    assert [*machine.here.iterdir(), *machine.home.iterdir()] == []


def test_a_key_that_is_refused(buyer: Machine) -> None:
    ended = buyer.run("doctor", SMARTLEAD_API_KEY="wrong-canary")
    (line,) = wrong(ended)
    assert (ended.code, "401" in line) == (1, True)
    assert "canary" not in ended.output + ended.errors


def test_several_things_at_once(buyer: Machine) -> None:
    key = buyer.here / "key"
    key.write_text("any-key")
    key.chmod(0o644)
    ended = buyer.run("doctor", "--ledger", "ledger.db", "--inbox", "missing", "--api-key-file", key)
    assert [line.split(":")[0].split(maxsplit=2)[2] for line in wrong(ended)] == [
        "API key",
        "Ledger",
        "Inbox",
    ]
    assert ended.code == 1


def test_settings_that_nobody_understands_are_wrong_usage(buyer: Machine) -> None:
    (buyer.here / "batch-orders.toml").write_text("[notify]\ntarget = []")
    ended = buyer.run("doctor")
    assert (ended.code, "Did you mean targets?" in ended.errors) == (2, True)


def test_targets_are_only_looked_at(buyer: Machine, listener: Listener) -> None:
    ended = buyer.run("doctor", BATCH_ORDERS_NOTIFY=f"{listener.target('/canary')} slack://canary")
    (line,) = wrong(ended)
    assert "Notification target 2 cannot be understood" in line
    assert "Notification target 1 (JSON) can be understood" in ended.output
    assert listener.heard == []
    assert "canary" not in ended.output + ended.errors


def test_a_test_message_is_sent_where_it_is_asked_for(buyer: Machine, listener: Listener) -> None:
    targets = f"{listener.target('/canary')} {listener.target('/refuse/canary')}"
    ended = buyer.run("doctor", "--notify", BATCH_ORDERS_NOTIFY=targets)
    (line,) = wrong(ended)
    assert "Notification target 2 (JSON) did not take the message" in line
    assert [message["title"] for message in listener.messages] == ["batch-orders: a test message"] * 2
    assert "canary" not in ended.output + ended.errors


def test_the_heartbeat_is_not_called(buyer: Machine, listener: Listener) -> None:
    ended = buyer.run("doctor", BATCH_ORDERS_HEARTBEAT=f"{listener.base}/canary")
    assert "called at start, success, failure" in ended.output
    assert listener.heard == []
    assert "canary" not in ended.output


@pytest.mark.skipif(sys.platform == "win32", reason="Rights of files are POSIX's.")
def test_a_settings_file_with_secrets_that_others_can_read(buyer: Machine) -> None:
    settings = buyer.here / "batch-orders.toml"
    settings.write_text('[heartbeat]\nsuccess = "https://canary.example"')
    settings.chmod(0o644)
    (line,) = wrong(buyer.run("doctor"))
    assert f"chmod 600 {settings}" in line
    settings.chmod(0o600)
    assert wrong(buyer.run("doctor")) == []


def test_a_ledger_that_cannot_be_written(buyer: Machine) -> None:
    buyer.order(row())
    # It can still be read, so that only a try to write finds it out.
    (buyer.home / "data" / "batch-orders" / "ledger.db").chmod(0o444)
    ended = buyer.run("doctor", before=give_up_writing_everywhere)
    (line,) = wrong(ended)
    assert (ended.code, "readonly" in line) == (1, True)


def test_reports_that_cannot_be_written(buyer: Machine) -> None:
    Path(buyer.here / "reports").write_text("a file")
    (line,) = wrong(buyer.run("doctor"))
    assert "--reports-dir" in line
