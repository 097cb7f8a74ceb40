"""Messages on their way: to a real server, to one that refuses or hangs, to nowhere."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import pytest

from batch_orders.core.results import SheetOutcome
from batch_orders.core.stops import Ending, Stop, StopReason
from batch_orders.errors import ConfigurationError
from batch_orders.notifications import targets
from batch_orders.notifications.notice import Notice
from batch_orders.notifications.notices import Summary, send_notice, send_summary
from batch_orders.settings import Notify, When
from tests.harness.listener import Listener

# Apprise still imports it where it is there.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

CANARY = "canary-5f1e"
NOTICE = Notice("A title", "A body")


def test_a_message_arrives_with_its_files(listener: Listener, tmp_path: Path) -> None:
    report = tmp_path / "$HOME ~ ?mime=x 2026-11-23 023000.xlsx"
    report.write_bytes(b"report")
    notice = Notice("A title", "Two\nlines <b>", (report, tmp_path / "missing.xlsx"), attention=True)
    assert send_notice(notice, [listener.target()]) == ()
    (message,) = listener.messages
    assert (message["title"], message["message"], message["type"]) == ("A title", "Two\nlines <b>", "warning")
    (attached,) = message["attachments"]
    assert (attached["filename"], attached["base64"]) == (report.name, "cmVwb3J0")


def test_files_that_are_too_large_are_left_out(
    listener: Listener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(targets, "LARGEST_IN_ALL", 10)
    for name, size in (("large", 11), ("first", 6), ("second", 6), ("small", 4)):
        (tmp_path / name).write_bytes(b"x" * size)
    files = tuple(tmp_path / name for name in ("large", "first", "second", "small"))
    assert send_notice(Notice("A title", "A body", files), [listener.target()]) == ()
    assert [attached["filename"] for attached in listener.messages[0]["attachments"]] == ["first", "small"]


FAILING = {
    "refused": ("/refuse", "(JSON) did not take the message"),
    "redirected": ("/redirect", "(JSON) did not take the message"),
}


@pytest.mark.parametrize(("path", "sentence"), FAILING.values(), ids=FAILING)
def test_a_target_that_fails_is_named_without_its_secrets_and_holds_up_no_other(
    path: str, sentence: str, listener: Listener, capfd: pytest.CaptureFixture[str]
) -> None:
    faults = send_notice(NOTICE, [listener.target(f"{path}/{CANARY}"), listener.target("/good")])
    (fault,) = faults
    assert fault.startswith("Notification target 1") and sentence in fault
    assert listener.paths == [f"{path}/{CANARY}", "/good"]
    assert CANARY not in fault + "".join(capfd.readouterr())


@pytest.mark.parametrize(
    "url", [f"slack://{CANARY}", CANARY, f"nowhere://{CANARY}", f"json://{CANARY} x:99999999"]
)
def test_a_target_that_cannot_be_understood_is_named_without_its_secrets(
    url: str, listener: Listener, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        (fault,) = send_notice(NOTICE, [url, listener.target()])
    assert fault.startswith("Notification target 1")
    assert len(listener.heard) == 1
    assert CANARY not in fault + caplog.text + "".join(capfd.readouterr())


def test_what_is_too_long_for_a_service_arrives_in_parts(listener: Listener) -> None:
    url = listener.base.replace("http://", "mmost://") + "/abcdefghijklmnopqrstuvwxyz"
    body = "\n".join(f"line {number}" for number in range(3_000))
    assert send_notice(Notice("A title", body), [url]) == ()
    said = "\n".join(message["text"] for message in listener.messages)
    assert len(listener.heard) > 1
    assert all(f"line {number}" in said for number in range(3_000))


def test_what_is_refused_is_said_in_brief_without_files(listener: Listener, tmp_path: Path) -> None:
    report = tmp_path / "report.xlsx"
    report.write_bytes(b"x" * 5_000)
    listener.longest = 2_000
    notice = Notice("A title", "A body", (report,), brief="3 orders.")
    assert send_notice(notice, [listener.target()]) == ()
    (message,) = listener.messages
    assert (message["title"], message["message"], message["attachments"]) == ("A title", "3 orders.", [])


def test_a_target_that_hangs_is_given_up(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets, "PATIENCE", 0.2)
    faults = send_notice(NOTICE, [listener.target("/hang")])
    assert "no answer within 0.2 seconds" in faults[0]


def test_nobody_listens(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        (fault,) = send_notice(NOTICE, [f"json://user:{CANARY}@127.0.0.1:9/{CANARY}"])
    assert "could not be reached" in fault
    assert CANARY not in fault + caplog.text + "".join(capfd.readouterr())


@pytest.mark.parametrize(
    ("when", "ending", "told"),
    [
        (When.ALWAYS, Ending.DONE, 1),
        (When.ALWAYS, Ending.ATTENTION, 1),
        (When.ATTENTION, Ending.DONE, 0),
        (When.ATTENTION, Ending.ATTENTION, 1),
        (When.ATTENTION, Ending.WAITING, 1),
    ],
)
def test_when_a_night_is_told(when: When, ending: Ending, told: int, listener: Listener) -> None:
    send_summary(Summary((SheetOutcome("june.csv", ending),)), Notify((listener.target(),), when))
    assert len(listener.heard) == told


def test_a_night_is_never_failed_by_its_message(listener: Listener, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        send_summary(
            Summary((), Stop(StopReason.OTHER, "Stopped.")), Notify((listener.target(f"/refuse/{CANARY}"),))
        )
    assert "Notification target 1 (JSON) did not take the message" in caplog.text
    assert CANARY not in caplog.text


def test_without_apprise_the_settings_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    assert send_notice(NOTICE, []) == ()
    with pytest.raises(ConfigurationError, match=r"batch-orders\[notify\]"):
        send_notice(NOTICE, ["json://127.0.0.1"])
    send_summary(Summary((), Stop(StopReason.OTHER, "Stopped.")), Notify(("json://127.0.0.1",)))
