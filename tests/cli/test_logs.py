"""The log: JSON lines for programs, plain lines for people, secrets for nobody."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from rich.text import Text

from batch_orders.cli.progress import Lines
from batch_orders.cli.show import LogConsole, open_console
from batch_orders.core.outcomes import NotTaken, Outcome, Placed, Rejected, Unconfirmed
from batch_orders.logs import LogFormat, about, hide, log, set_up_logs
from batch_orders.sandbox import Sandbox
from batch_orders.service.submission import OrderToSend
from tests.harness.command_line import Machine
from tests.sheets import row


@pytest.fixture(autouse=True)
def logs() -> Any:
    """Each test sets the log up for itself."""
    yield
    for handler in tuple(log.handlers):
        log.removeHandler(handler)
    log.setLevel(logging.NOTSET)
    log.propagate = True
    hide(())


def lines(captured: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in captured.readouterr().err.splitlines()]


def test_people_get_warnings_in_plain_lines(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs(LogFormat.HUMAN)
    log.info("Nothing to see.")
    logging.getLogger("batch_orders.heartbeat").warning("It was %s.", "not heard")
    assert capsys.readouterr() == ("", "Warning: It was not heard.\n")


def test_programs_get_everything_with_its_fields(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs(LogFormat.JSON)
    with about(sheet="\udcfcj.csv", source="blue"):
        with about(batch="b1"):
            log.warning("Two\nlines: ü", extra={"domain": "one.com"})
        log.info("After")
    log.info("Outside")
    first, after, outside = lines(capsys)
    assert first.pop("time").endswith("+00:00")
    assert first == {
        "level": "warning",
        "message": "Two\nlines: ü",
        "batch": "b1",
        "sheet": "\udcfcj.csv",
        "domain": "one.com",
        "source": "blue",
    }
    assert list(after) == ["time", "level", "message", "sheet", "source"]
    assert list(outside) == ["time", "level", "message"]


def test_setting_the_log_up_again_replaces_it(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs(LogFormat.JSON)
    set_up_logs(LogFormat.JSON)
    log.info("Once")
    assert len(lines(capsys)) == 1


@pytest.mark.parametrize("log_format", LogFormat)
def test_no_line_holds_contact_details(log_format: LogFormat, capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs(log_format)
    hide({"Canary Doe", "+49 30 canary"})
    log.error("%s", "CANARY DOE, canary@one.com (+49 30 canary) cannot be reached")
    errors = capsys.readouterr().err
    assert "canary" not in errors.lower()
    assert "[hidden], [hidden] ([hidden]) cannot be reached" in errors


def test_sentences_become_lines_and_what_is_laid_out_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs(LogFormat.JSON)
    console = open_console(aside=False)
    assert isinstance(console, LogConsole)
    assert not console.is_terminal
    console.print("  A plan  ")
    console.print(Text("Careful", style="yellow"))
    console.print(Text("Stopped", style="bold red"))
    console.print(["a", "table"])
    console.print()
    assert [(line["level"], line["message"]) for line in lines(capsys)] == [
        ("info", "A plan"),
        ("warning", "Careful"),
        ("error", "Stopped"),
    ]


OUTCOMES: list[tuple[Outcome, str, str]] = [
    (Placed("895641"), "info", "1/2 one.com: placed (895641)"),
    (
        Rejected("box@one.com of Canary Doe is taken"),
        "error",
        "1/2 one.com: rejected: [hidden] of [hidden] is taken",
    ),
    (Unconfirmed("cut off"), "warning", "1/2 one.com: unconfirmed: cut off"),
    (NotTaken("busy", again=True), "info", "0/2 one.com: not bought: busy"),
]


@pytest.mark.parametrize(("outcome", "level", "message"), OUTCOMES)
def test_one_line_per_outcome(
    outcome: Outcome, level: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logs(LogFormat.JSON)
    body = {"domains": [{"mailboxes": ["box@one.com"]}], "user_details": {"name": "Canary Doe"}}
    progress = Lines(open_console(aside=False))
    progress.begins(2)
    progress.outcome(OrderToSend(1, "one.com", body), outcome)
    (line,) = lines(capsys)
    assert (line["level"], line["message"], line["domain"]) == (level, message, "one.com")


def test_a_run_logs_lines_of_json_and_nothing_else(buyer: Machine, sandbox: Sandbox) -> None:
    details = {"mailbox": "canary.box", "contact": "Canary Doe", "contact_phone": "+49 30 999 canary"}
    rows = [row("one.com", **details), row("rejected-two.com", **details), row("bad", **details)]
    ended = buyer.order(*rows, words=("--log-format", "json"))
    told = [json.loads(line) for line in ended.errors.splitlines()]
    assert (ended.code, ended.orders) == (1, {"placed": 1, "rejected": 1, "invalid": 1})
    assert {line["sheet"] for line in told} == {"june.csv"}
    assert [line["domain"] for line in told if "domain" in line] == ["one.com", "rejected-two.com"]
    batch = ended.said["sheets"][0]["batch"]
    assert [line["batch"] for line in told if "domain" in line] == [batch, batch]
    assert told[-1]["batch"] == batch
    assert {"level", "message", "time"} <= set(told[0])
    assert "canary" not in ended.errors.lower()


def test_the_form_of_the_log_can_stand_in_the_environment_and_the_file(buyer: Machine) -> None:
    words = ("run", buyer.hand_in(row()), "--dry-run")
    assert buyer.run(*words, BATCH_ORDERS_LOG_FORMAT="json").errors.startswith('{"time"')
    (buyer.here / "batch-orders.toml").write_text('log-format = "json"')
    ended = buyer.run(*words)
    assert (ended.output, ended.errors[:8]) == ("", '{"time":')
    assert buyer.run(*words, "--log-format", "human").errors == ""


def test_a_fault_that_ends_a_command_is_a_line_as_well(buyer: Machine) -> None:
    ended = buyer.order(row(), words=("--log-format", "json", "--report", "."))
    (line,) = ended.errors.splitlines()
    assert (ended.code, json.loads(line)["level"]) == (2, "error")


def test_a_batch_that_is_carried_on_is_logged_with_its_name(buyer: Machine) -> None:
    buyer.order(row("one.com"), row("two.com"), words=("--max-orders", "1"))
    ended = buyer.run("resume", "--yes", "--json", "--log-format", "json")
    told = [json.loads(line) for line in ended.errors.splitlines()]
    batch = ended.said["sheets"][0]["batch"]
    assert [line["batch"] for line in told if line.get("domain") == "two.com"] == [batch]
    assert (told[-1]["batch"], told[-1]["sheet"]) == (batch, "june.csv")


def test_another_form_is_refused(buyer: Machine) -> None:
    assert buyer.run("run", buyer.hand_in(row()), "--dry-run", "--log-format", "xml").code == 2
