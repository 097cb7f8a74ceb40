"""The process that children are forked from: what it keeps waiting, and what becomes of sheets without it."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from typing import NoReturn

import pytest

from batch_orders.sheet.ahead import ReaderAhead
from batch_orders.web import warmed
from batch_orders.web.warming import Warmed
from tests.harness.command_line import Machine
from tests.harness.page import serve_warmly, serving
from tests.harness.starts import Start, begin
from tests.sheets import row

pytestmark = pytest.mark.long


def take_jobs() -> None:
    """A sheet comes while what sheets need is imported, another one while the rest is; says what is done in turn."""
    line, theirs = socket.socketpair()
    way = Warmed(line=line)
    sheets = [b"second sheet", b"first sheet"]

    def warm(names: Iterable[str]) -> None:
        with suppress(ChildProcessError):  # until those that were forked have ended
            os.wait()
        print("for uploads" if names is warmed.FOR_UPLOADS else "for others", flush=True)
        if sheets:
            assert way.fork(sheets.pop(), 1)
        else:
            line.shutdown(socket.SHUT_WR)

    def run(told: bytes, ahead: ReaderAhead | None) -> NoReturn:
        print(told.decode(), flush=True)
        os._exit(0)

    warmed.warm, warmed.run = warm, run
    warmed.main(theirs.detach(), None)


def test_a_sheet_does_not_wait_for_what_it_does_not_need(machine: Machine) -> None:
    with begin(Start((), machine.here, machine.environment, program=take_jobs)) as forked:
        said, errors = forked.communicate()
    assert said.splitlines()[:5] == ["for uploads", "first sheet", "for others", "second sheet", "for others"]
    assert not errors


def test_without_that_process_each_child_is_started_anew(buyer: Machine) -> None:
    with serving(buyer, before=partial(serve_warmly, in_children=partial(os._exit, 0))) as page:
        assert page.settle(page.hand_in(buyer.hand_in(row("alder-shop.com"))))["state"] == "ready"
