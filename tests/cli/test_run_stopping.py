"""`run` and the person at the keyboard: the question, Ctrl-C, and the run of somebody else."""

from __future__ import annotations

import json
import os
import pty
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

import pytest

from batch_orders.sandbox import Sandbox
from tests.harness.command_line import Ended, Machine, Running
from tests.harness.starts import PATIENCE
from tests.sheets import row

pytestmark = pytest.mark.long


def wait_for_requests(sandbox: Sandbox, process: Running, count: int = 1) -> None:
    while len(sandbox.requests) < count:
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)


def read_until(stream: IO[str] | None, words: str) -> str:
    assert stream is not None
    for line in stream:
        if words in line:
            return line
    raise AssertionError(f"The stream ended without {words!r}.")


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_finishes_the_order_in_flight_and_writes_the_report(
    name: str, buyer: Machine, sandbox: Sandbox
) -> None:
    sheet = buyer.hand_in(*(row(f"slow-{letter}.com") for letter in "abcdef"))
    with buyer.start("run", sheet, "--yes", "--json") as process:
        wait_for_requests(sandbox, process)
        process.send_signal(signal.Signals[name])
        output, errors = process.communicate(timeout=PATIENCE)
    said = json.loads(output)
    (described,) = said["sheets"]
    sent = len(sandbox.requests)
    assert (process.returncode, said["exit_code"]) == (4, 4)
    assert 1 <= sent < 6
    assert described["orders"]["placed"] == len(sandbox.orders) == sent
    assert described["orders"]["not submitted"] == 6 - sent
    assert "Stopping" in errors
    assert len(buyer.reports()) == 1
    rest = buyer.run("run", sheet, "--yes", "--json")
    assert (rest.code, rest.orders) == (0, {"already placed": sent, "placed": 6 - sent})
    assert len(sandbox.requests) == 6


def test_a_second_signal_leaves_at_once_and_the_ledger_tells_the_truth(
    buyer: Machine, sandbox: Sandbox
) -> None:
    sheet = buyer.hand_in(row("silent-one.com"), row("two.com"))
    with buyer.start("run", sheet, "--yes", "--json") as process:
        wait_for_requests(sandbox, process)
        process.send_signal(signal.SIGINT)
        read_until(process.stderr, "Stopping")
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, output) == (4, "")
    assert "Left at once" in errors
    assert "submitting" in buyer.run("status", "silent-one.com").output
    again = buyer.run("run", sheet, "--yes", "--json")
    assert again.orders == {"already placed": 1, "placed": 1}
    assert len(sandbox.requests) == 2


def test_while_one_run_submits_another_one_does_not(buyer: Machine, sandbox: Sandbox) -> None:
    with buyer.start("run", buyer.hand_in(row("silent-one.com")), "--yes") as process:
        wait_for_requests(sandbox, process)
        other = buyer.run("run", buyer.hand_in(row("two.com"), name="july.csv"), "--yes", "--json")
    assert (other.code, other.orders) == (4, {"not submitted": 1})
    assert "are being submitted by" in other.errors
    assert len(sandbox.requests) == 1


@contextmanager
def terminal(answer: bytes) -> Iterator[int]:
    """The standard input of a person who types `answer`."""
    person, program = pty.openpty()
    try:
        os.write(person, answer)
        yield program
    finally:
        os.close(person)
        os.close(program)


def answer_question(machine: Machine, answer: bytes) -> Ended:
    with terminal(answer) as standard_input:
        return machine.run("run", machine.hand_in(row()), stdin=standard_input)


def test_a_yes_at_the_terminal_submits(buyer: Machine, sandbox: Sandbox) -> None:
    done = answer_question(buyer, b"y\n")
    assert (done.code, len(sandbox.orders)) == (0, 1)
    shown = done.output
    assert shown.index("Plan: 1 order") < shown.index("Buy 1 domain with 1 mailbox at ")
    assert sandbox.base_url in shown


@pytest.mark.parametrize("answer", [b"n\n", b"\n", b"\x04"], ids=ascii)
def test_anything_but_a_yes_at_the_terminal_sends_nothing(
    answer: bytes, buyer: Machine, sandbox: Sandbox
) -> None:
    done = answer_question(buyer, answer)
    assert (done.code, sandbox.requests) == (4, ())
    assert "1 not submitted" in done.output
    assert len(buyer.reports()) == 1
