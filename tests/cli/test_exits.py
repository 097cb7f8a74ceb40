"""Exit codes and sentences of faults: each class has its code, and says how people here mend it."""

from __future__ import annotations

import ast
import errno
import importlib
import json
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import batch_orders
from batch_orders import errors
from batch_orders.cli.exits import EXITS, Exit, exit_for
from batch_orders.cli.program import run_command
from batch_orders.errors import BatchOrdersError
from batch_orders.settings import SETTINGS
from tests.harness.command_line import Machine
from tests.harness.starts import ROOT
from tests.sheets import row, write_csv

KINDS = {kind.__name__ for kind in EXITS}


def tree(root: type[BatchOrdersError]) -> Iterator[type[BatchOrdersError]]:
    for kind in root.__subclasses__():
        yield kind
        yield from tree(kind)


def import_everything() -> None:
    for module in pkgutil.walk_packages(batch_orders.__path__, "batch_orders."):
        if "__main__" not in module.name and "migrations" not in module.name:
            importlib.import_module(module.name)


def test_every_fault_has_an_exit_code_and_no_fault_is_outside_the_tree() -> None:
    import_everything()
    kinds = set(tree(BatchOrdersError))
    assert {kind for kind in kinds if kind.__module__ == errors.__name__} == set(EXITS)
    assert {exit_for(kind("A sentence.")) for kind in kinds} <= set(Exit)


def test_a_finer_class_of_a_room_ends_as_the_class_above_it() -> None:
    class Finer(errors.LedgerConflict):
        """One of a room's own."""

    assert exit_for(Finer("Moved.")) is exit_for(errors.LedgerConflict("Moved."))


def test_the_tree_is_drawn_as_it_is() -> None:
    drawn = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    for kind in tree(BatchOrdersError):
        if kind.__module__ == errors.__name__:
            assert f"─ {kind.__name__} " in drawn
            assert kind.__doc__


def named_settings() -> set[str]:
    """The settings that our own faults name: the second word of those that have two."""
    names = set()
    texts = [path.read_text("utf-8") for path in Path(batch_orders.__file__).parent.rglob("*.py")]
    for text in texts:
        if not any(f"{kind}(" in text for kind in KINDS):
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in KINDS and len(node.args) == 2:
                word = node.args[1]
                parts = (word.body, word.orelse) if isinstance(word, ast.IfExp) else (word,)
                names |= {str(part.value) for part in parts if isinstance(part, ast.Constant)}
    return names - {""}


def test_what_a_fault_names_is_a_setting() -> None:
    """A name with a typo would leave people without the sentence that helps."""
    named = named_settings()
    assert (
        {"worksheet", "encoding", "delimiter", "password-file", "api-key-file", "body"}
        <= named
        <= set(SETTINGS)
    )


CSV = "Domain,Mailbox,Vendor,Forwarding domain,Contact\nacmemail.com,j\xe4ne,1,acmemail.org,Jane\n"


def test_a_sheet_in_another_encoding_is_refused_with_the_option_that_mends_it(machine: Machine) -> None:
    (machine.here / "june.csv").write_bytes(CSV.encode("latin-1"))
    ended = machine.run("check", "june.csv", "--encoding", "utf-8")
    assert ended.code == 3
    assert "Set it with --encoding." in ended.output


def test_a_value_of_the_file_is_named_with_its_place(machine: Machine) -> None:
    settings = machine.here / "batch-orders.toml"
    settings.write_text('encoding = "utf-8"')
    (machine.here / "june.csv").write_bytes(CSV.encode("latin-1"))
    ended = machine.run("check", "june.csv")
    assert ended.code == 3
    told = " ".join(ended.output.split())
    assert f"It is set by encoding in {settings}; --encoding overrules it." in told


def test_what_was_guessed_says_how_to_be_sure(machine: Machine) -> None:
    (machine.here / "june.csv").write_bytes(CSV.encode("latin-1"))
    assert "Name the encoding with --encoding." in machine.run("check", "june.csv").output


def test_without_a_key_both_ways_to_give_one_are_said(machine: Machine) -> None:
    ended = machine.run("run", write_csv(machine.here / "june.csv", row()), "--yes")
    assert ended.code == 2
    assert (
        "There is no API key. Set SMARTLEAD_API_KEY, or name a file that holds it with --api-key-file."
        in (" ".join(ended.errors.split()))
    )


@pytest.mark.parametrize(
    ("words", "environment", "file"),
    [
        (("--json", "--rate", "fast"), {}, ""),
        (("--rate", "fast"), {"BATCH_ORDERS_JSON": "true"}, ""),
        (("--no-such-option",), {"BATCH_ORDERS_JSON": "true"}, ""),
        (("--no-such-option",), {}, "json = true"),
        ((), {}, 'json = true\nrates = "x"'),
        ((), {}, 'json = true\nrate = "fast"'),
        (("--json",), {}, "json ="),
    ],
)
def test_json_is_said_however_early_a_command_fails(
    words: tuple[str, ...], environment: dict[str, Any], file: str, machine: Machine
) -> None:
    (machine.here / "batch-orders.toml").write_text(file)
    ended = machine.run("run", "june.csv", *words, **environment)
    assert (ended.code, json.loads(ended.output)) == (2, {"exit_code": 2, "sheets": []})
    assert ended.errors


def test_a_fault_of_the_settings_is_a_line_of_the_log_where_that_was_asked_for(machine: Machine) -> None:
    ended = machine.run("run", "june.csv", "--log-format", "json", "--rate", "fast")
    (line,) = ended.errors.splitlines()
    assert (ended.code, json.loads(line)["level"]) == (2, "error")
    assert json.loads(line)["message"].startswith("--rate: 'fast' is not a rate")


def test_a_command_without_json_prints_none_whatever_the_file_says(machine: Machine) -> None:
    (machine.here / "batch-orders.toml").write_text("json = true")
    template = machine.run("template", "orders.csv")
    assert (template.code, template.output.startswith("{")) == (0, False)
    assert machine.run("template", "--no-such-option").output == ""


def test_a_broken_pipe_of_something_else_is_no_result(monkeypatch: pytest.MonkeyPatch) -> None:
    """click takes it for that of the output, and would end with 1: "needs a person", as if all had been tried."""

    def lose_the_database(*_: object) -> None:
        raise BrokenPipeError(errno.EPIPE, "the database has gone")

    monkeypatch.setattr("batch_orders.cli.status.show_status", lose_the_database)
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, getattr(sys, name))
    assert run_command(["status"]) == Exit.STOPPED
