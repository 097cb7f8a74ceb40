"""The heartbeat: heard by a real server, and never a reason to fail."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from batch_orders.notifications import calls
from batch_orders.notifications.calls import call
from batch_orders.notifications.heartbeat import Moment, beat
from batch_orders.settings import Heartbeat
from tests.harness.listener import Listener


def test_start_success_and_failure_are_heard(listener: Listener) -> None:
    heartbeat = Heartbeat.at(f"{listener.base}/uuid?rid=1")
    assert all(beat(heartbeat, moment) for moment in Moment)
    assert listener.paths == ["/uuid/start?rid=1", "/uuid?rid=1", "/uuid/fail?rid=1"]


def test_without_an_address_nothing_is_called() -> None:
    assert beat(Heartbeat(), Moment.START)


UNHEARD = {"/refuse": "it answered 403 Forbidden", "/redirect": "it redirects (302)"}


@pytest.mark.parametrize(("path", "why"), UNHEARD.items(), ids=UNHEARD)
def test_what_is_not_heard_is_a_warning_without_the_address(
    path: str, why: str, listener: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        assert not beat(Heartbeat(start=f"{listener.base}{path}/canary"), Moment.START)
    assert f"The heartbeat for start was not heard: {why}" in caplog.text
    assert listener.paths == [f"{path}/canary"]
    assert "canary" not in caplog.text


def test_nobody_listens(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        assert not beat(Heartbeat(success="http://127.0.0.1:9/canary"), Moment.SUCCESS)
    assert "could not be reached" in caplog.text
    assert "canary" not in caplog.text


def test_a_server_that_hangs_is_given_up(listener: Listener) -> None:
    assert call(f"{listener.base}/hang", seconds=0.2).fault
    assert listener.paths == ["/hang"]


def test_an_address_that_is_none_is_no_exception() -> None:
    assert call("http://[canary").fault.startswith("it could not be reached")


def test_no_password_out_of_a_netrc_file_is_sent(
    listener: Listener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login robot password canary\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with calls.open_session(listener.base) as session:
        assert "Authorization" not in session.get(listener.base).request.headers
