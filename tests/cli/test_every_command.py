"""Every command ends with a line that can be pasted. A command that is new is called here, or fails."""

from __future__ import annotations

import os
import re
import shlex
import signal
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import click
import pytest

from batch_orders.cli.commands import batch_orders
from batch_orders.sandbox import Sandbox
from tests.harness.command_line import Ended, Machine
from tests.harness.page import serving
from tests.ledger.databases import postgres_server, postgres_url
from tests.sheets import row

__all__ = ["postgres_server", "postgres_url"]
WITHOUT: Mapping[str, str] = {"completion": "what it prints is evaluated each time that a shell starts"}
"""Commands that say nothing of what is next, and why."""
Call = Callable[[Machine], Ended]


def leaves(command: click.Command, name: str = "") -> Iterator[str]:
    if not isinstance(command, click.Group):
        yield name
        return
    for word, each in command.commands.items():
        yield from leaves(each, f"{name} {word}".strip())


def lines(ended: Ended) -> list[list[str]]:
    """The words of the lines that begin with "Next: ", without the program's name."""
    told = (ended.output + ended.errors).splitlines()
    found = [shlex.split(line.removeprefix("Next: ")) for line in told if line.startswith("Next: ")]
    assert all(words[0] == "batch-orders" for words in found)
    return [words[1:] for words in found]


def batch_of(buyer: Machine) -> str:
    return str(buyer.order(row("one.com")).said["sheets"][0]["batch"])


def run(buyer: Machine) -> Ended:
    return buyer.run("run", buyer.hand_in(row("one.com")), "--yes", "--rate", "none")


def check(buyer: Machine) -> Ended:
    return buyer.run("check", buyer.hand_in(row("one.com")))


def resume(buyer: Machine) -> Ended:
    buyer.order(row("one.com"), row("two.com"), words=("--max-orders", "1"))
    return buyer.run("resume", "--yes", "--rate", "none")


def resolve(buyer: Machine) -> Ended:
    buyer.order(row("drop-after-unlisted-one.com"))
    return buyer.run("resolve", "drop-after-unlisted-one.com", "--placed")


def inbox(buyer: Machine) -> Ended:
    (buyer.here / "drop").mkdir()
    buyer.hand_in(row("one.com")).rename(buyer.here / "drop" / "june.csv")
    return buyer.run("inbox", "drop", "--settle", "0", "--rate", "none")


def account(buyer: Machine) -> Ended:
    batch_of(buyer)
    return buyer.run("account", "default")


def add_user(buyer: Machine) -> Ended:
    reader, writer = os.pipe()
    os.write(writer, b"correct horse\n")
    os.close(writer)
    try:
        return buyer.run("user", "add", "anna", stdin=reader, fresh=True)
    finally:
        os.close(reader)


def history(buyer: Machine) -> Ended:
    batch_of(buyer)
    told = buyer.run("status").output
    found = re.search(r"^\S+: (.+?) (?:confirmed|handed in|approved)", told, re.MULTILINE)
    return buyer.run("user", "history", found[1] if found else "nobody")


def serve(buyer: Machine) -> Ended:
    with serving(buyer, fresh=True) as page:
        page.process.send_signal(signal.SIGTERM)
        assert page.process.wait(60) == 0
        assert page.process.stderr
        return Ended(0, page.address, page.process.stderr.read())


def sandbox(buyer: Machine) -> Ended:
    with buyer.start("sandbox") as process:
        assert process.stdout
        assert process.stdout.readline().startswith("http://")
        assert process.stderr
        told = next(line for line in process.stderr if line.startswith("Next: "))
        process.send_signal(signal.SIGINT)
        return Ended(0, "", told)


def of_batch(*words: str) -> Call:
    return lambda buyer: buyer.run(*words, batch_of(buyer))


def after_an_order(*words: str) -> Call:
    def call(buyer: Machine) -> Ended:
        batch_of(buyer)
        return buyer.run(*words)

    return call


CALLS: Mapping[str, Call] = {
    "run": run,
    "check": check,
    "resume": resume,
    "resolve": resolve,
    "inbox": inbox,
    "account": account,
    "user add": add_user,
    "user history": history,
    "serve": serve,
    "sandbox": sandbox,
    "report": of_batch("report"),
    "export": after_an_order("export", "--since", "2020-01-01"),
    "status": after_an_order("status"),
    "track": after_an_order("track"),
    "reconcile": after_an_order("reconcile"),
    "copy-ledger": after_an_order("copy-ledger", "other.db"),
    "prune": after_an_order("prune", "--older-than", "90d"),
    "demo": lambda buyer: buyer.run("demo"),
    "template": lambda buyer: buyer.run("template", "orders.csv"),
    "vendors": lambda buyer: buyer.run("vendors"),
    "doctor": lambda buyer: buyer.run("doctor"),
}
OF_THE_QUEUE = ("enqueue", "worker", "cancel")


def test_every_command_is_called_here() -> None:
    assert set(leaves(batch_orders)) == {*CALLS, *OF_THE_QUEUE, *WITHOUT}


@pytest.mark.parametrize("name", CALLS)
def test_a_command_ends_with_a_line_that_can_be_pasted(name: str, buyer: Machine, sandbox: Sandbox) -> None:
    assert lines(CALLS[name](buyer))


@pytest.mark.parametrize(
    "words",
    [
        ("status", "never-ordered.com"),
        ("status", "one.com"),
        ("user", "history", "nobody"),
        ("export", "--since", "2099-01-01"),
        ("run", "june.csv", "--yes", "--rate", "none"),
        ("run", "notes.csv", "--yes", "--rate", "none"),
        ("run", "june.csv", "--dry-run"),
        ("run", "june.csv", "--sandbox", "--yes", "--rate", "none"),
        ("inbox", "empty", "--settle", "0"),
        ("inbox", "empty", "--settle", "0", "--sandbox"),
        ("account", "default", "--new-key"),
        ("prune", "--snapshots", "1h", "--yes"),
    ],
)
def test_so_it_does_where_there_is_nothing_left_to_do(words: tuple[str, ...], buyer: Machine) -> None:
    batch_of(buyer)
    (buyer.here / "notes.csv").write_text("nothing,of,it\n1,2,3\n")
    (buyer.here / "empty").mkdir()
    told = lines(buyer.run(*words))
    assert told
    if told[0][0] != "serve" and "inbox" not in told[0]:
        assert buyer.run(*told[0], stdin=None).code in (0, 1, 2, 3)


def batches(buyer: Machine) -> list[str]:
    return [batch["batch"] for batch in buyer.run("status", "--json").said["batches"]]


@pytest.mark.postgres
def test_commands_of_the_queue_do(buyer: Machine, sandbox: Sandbox, postgres_url: str) -> None:
    buyer.environment["BATCH_ORDERS_LEDGER"] = postgres_url
    sheet = buyer.hand_in(row("one.com"))
    put_in = lines(buyer.run("enqueue", sheet, "--yes", "--new-ledger", "--rate", "none"))
    assert {words[0] for words in put_in} <= {"worker", "status", "report"}
    assert buyer.run("report", *batches(buyer)).code == 0
    assert ["worker"] in lines(buyer.run("status", "--queue"))
    assert lines(buyer.run("cancel", sheet))[0][0] == "report"
    assert lines(buyer.run("worker", "--until-empty")) == [["status", "--queue"]]
    assert lines(buyer.run("status", "--queue"))
    refused: Path = buyer.here / "notes.csv"
    refused.write_text("nothing,of,it\n1,2,3\n")
    assert lines(buyer.run("enqueue", refused, "--yes"))[0] == ["check", str(refused)]
    with_plan = buyer.run("enqueue", sheet, "--approve", "000000000000")
    assert next(words for words in lines(with_plan) if "--approve" in words)[0] == "enqueue"
