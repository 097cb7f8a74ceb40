"""Sheets of an inbox are left to workers, and their results lie where they always do."""

from __future__ import annotations

import signal

from tests.harness.counting_vendor import CountingVendor
from tests.queue.fleet import Fleet


def test_a_sheet_is_carried_out_by_a_worker_and_ends_in_done(fleet: Fleet, vendor: CountingVendor) -> None:
    inbox = fleet.machine.here / "night"
    (inbox / "inbox").mkdir(parents=True)
    fleet.sheet("one.com", "two.com").rename(inbox / "inbox" / "june.csv")
    with fleet.worker():
        ended = fleet.machine.run("inbox", inbox, "--queue", "--settle", "0")
    assert ended.code == 0, ended.errors
    assert vendor.seen() == {"one.com": 1, "two.com": 1}
    assert (inbox / "done" / "june.csv").exists()
    assert list((inbox / "done").glob("*.xlsx"))
    assert fleet.jobs() == [("succeeded", "done")]


def test_an_inbox_that_was_killed_follows_what_it_had_put_in(fleet: Fleet, vendor: CountingVendor) -> None:
    inbox = fleet.machine.here / "night"
    (inbox / "inbox").mkdir(parents=True)
    fleet.sheet("one.com").rename(inbox / "inbox" / "june.csv")
    with fleet.machine.start("inbox", inbox, "--queue", "--settle", "0") as killed:
        fleet.wait_for(lambda: bool(fleet.ask("SELECT to_regclass('queue_batches') AS made")[0].made))
        fleet.wait_for(lambda: len(fleet.jobs()) == 1)
        killed.send_signal(signal.SIGKILL)
        killed.wait()
    with fleet.worker():
        ended = fleet.machine.run("inbox", inbox, "--queue", "--settle", "0")
    assert ended.code == 0, ended.errors
    assert vendor.seen() == {"one.com": 1}
    assert (inbox / "done" / "june.csv").exists()
    assert fleet.jobs() == [("succeeded", "done")]
