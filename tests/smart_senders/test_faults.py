"""Every exception of the HTTP stack, and what it proves. What is on no list proves nothing."""

from __future__ import annotations

import logging
import socket
import ssl
from collections.abc import Iterator

import pytest
import requests
import urllib3

from batch_orders.core.outcomes import NotTaken, Unconfirmed
from batch_orders.errors import LookUpError
from batch_orders.smart_senders import ApiKey, Environment, SmartSenders
from batch_orders.smart_senders.faults import read_fault
from tests.harness.command_line import KEY
from tests.harness.vendor import hostile_server, place, send, then_close

PROOFS: dict[type[BaseException], bool] = {
    urllib3.exceptions.NameResolutionError: True,
    urllib3.exceptions.NewConnectionError: True,
    urllib3.exceptions.ConnectTimeoutError: True,
    ssl.SSLCertVerificationError: False,
}
"""The only exceptions that prove that nothing was sent → whether the same order may be sent again."""

STACK = ("requests.", "urllib3.", "http.client", "ssl", "socket", "builtins")


def walk(kind: type[BaseException]) -> Iterator[type[BaseException]]:
    yield kind
    for narrower in type.__subclasses__(kind):
        yield from walk(narrower)


def find_kinds() -> list[type[BaseException]]:
    """Every exception that the HTTP stack defines or may let through."""
    kinds = {kind for kind in walk(Exception) if f"{kind.__module__}.".startswith(STACK)}
    return sorted(kinds - {ExceptionGroup}, key=lambda kind: (kind.__module__, kind.__qualname__))


def make(kind: type[BaseException]) -> BaseException:
    """An instance without what its own constructor asks for: only its class counts."""
    return kind.__new__(kind)


def wrap(error: BaseException) -> Iterator[BaseException]:
    """The ways in which requests hands an exception of the layers beneath on."""
    yield error
    yield requests.ConnectionError(error)
    retried = make(urllib3.exceptions.MaxRetryError)
    retried.reason = error  # type: ignore[attr-defined]
    for kind in (requests.ConnectionError, requests.exceptions.ProxyError, requests.exceptions.SSLError):
        yield kind(retried)
    raised = requests.ConnectionError("the text proves nothing")
    raised.__cause__ = error
    yield raised


def test_only_what_is_on_the_list_proves_that_nothing_was_sent() -> None:
    kinds = find_kinds()
    assert {kind.__module__ for kind in kinds} >= {
        "requests.exceptions",
        "urllib3.exceptions",
        "http.client",
        "ssl",
    }
    assert len(kinds) > 120
    for kind in kinds:
        proof = next((again for proven, again in PROOFS.items() if issubclass(kind, proven)), None)
        for error in wrap(make(kind)):
            outcome = read_fault(error)
            if proof is None:
                assert isinstance(outcome, Unconfirmed), kind
                assert not outcome.stop
            else:
                assert isinstance(outcome, NotTaken), kind
                assert outcome.again is proof
            assert outcome.message.endswith(".")


def test_the_text_of_an_exception_is_never_told() -> None:
    """It holds the whole address, and so the key."""
    for kind in (requests.ConnectionError, urllib3.exceptions.LocationParseError, OSError):
        outcome = read_fault(kind("https://orders.example/?api_key=canary"))
        assert "canary" not in outcome.message


def test_a_chain_that_bites_its_own_tail_ends() -> None:
    first, second = requests.ConnectionError("one"), OSError("two")
    first.__cause__, second.__cause__ = second, first
    assert isinstance(read_fault(first), Unconfirmed)


def test_what_was_only_being_handled_proves_nothing() -> None:
    """`__context__` may be a failed first attempt of somebody else; only a stated cause counts."""
    error = requests.ConnectionError("dropped")
    error.__context__ = socket.gaierror()
    assert isinstance(read_fault(error), Unconfirmed)
    error.__context__ = make(urllib3.exceptions.NewConnectionError)
    assert isinstance(read_fault(error), Unconfirmed)


def test_the_log_names_the_fault_and_people_are_told_none_of_it(caplog: pytest.LogCaptureFixture) -> None:
    log = logging.getLogger("batch_orders.smart_senders")
    log.addHandler(caplog.handler)
    log.setLevel(logging.INFO)
    try:
        with hostile_server(then_close(send(b""))) as server:
            (outcome,) = place(server.base_url)
            with (
                SmartSenders(Environment.at(server.base_url), ApiKey(KEY), 20.0) as client,
                pytest.raises(LookUpError, match=r"could not be asked: the connection failed\.$"),
            ):
                client.list_vendors()
    finally:
        log.setLevel(logging.NOTSET)
        log.removeHandler(caplog.handler)
    assert isinstance(outcome, Unconfirmed)
    assert "RemoteDisconnected" not in outcome.message
    lines = [record.getMessage() for record in caplog.records]
    assert sum("RemoteDisconnected" in line for line in lines) >= 2
    assert KEY not in caplog.text
