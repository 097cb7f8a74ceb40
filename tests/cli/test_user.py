"""`user add`: the line that it prints signs somebody in, and the password is nowhere."""

from __future__ import annotations

import os
import tomllib
from decimal import Decimal

import pytest

from batch_orders.core.people import Role
from batch_orders.service.passwords import is_password
from batch_orders.settings import FILE_NAME, load_settings
from tests.harness.command_line import Ended, Machine

PASSWORD = "correct horse"


def add(machine: Machine, *words: str, typed: str = PASSWORD) -> Ended:
    reader, writer = os.pipe()
    os.write(writer, f"{typed}\n".encode())
    os.close(writer)
    try:
        return machine.run("user", "add", *words, stdin=reader, fresh=True)
    finally:
        os.close(reader)


@pytest.mark.parametrize("name", ["anna", "Anna Böll", 'a"b'])
def test_the_line_is_settings_and_holds_a_hash(machine: Machine, name: str) -> None:
    words = ("--role", "upload", "--role", "resolve", "--account", "acme", "--max-cost", "9.50")
    ended = add(machine, name, *words)
    assert (ended.code, PASSWORD in ended.output + ended.errors) == (0, False)
    assert len(ended.output.splitlines()) == 1
    file = machine.here / FILE_NAME
    file.write_text(f"[users]\n{ended.output}", encoding="utf-8")
    member = load_settings({}, {}, file).page.users[name.casefold()]
    assert member.person.name == name
    assert member.person.roles == {Role.LOOK, Role.UPLOAD, Role.RESOLVE}
    assert member.person.accounts == frozenset({"acme"})
    assert member.person.max_cost == Decimal("9.50")
    assert is_password(PASSWORD, member.password)
    assert not is_password(PASSWORD + "!", member.password)


def test_without_words_somebody_goes_the_whole_way(machine: Machine) -> None:
    said = tomllib.loads(add(machine, "anna").output)
    assert said["anna"]["role"] == "confirm"


@pytest.mark.parametrize(("name", "typed"), [("anna", "short"), ("anna", ""), (" ", PASSWORD)])
def test_what_can_be_no_name_or_password_is_refused(machine: Machine, name: str, typed: str) -> None:
    ended = add(machine, name, typed=typed)
    assert ended.code == 2
    assert not ended.output
