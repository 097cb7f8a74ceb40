"""What becomes of orders after they were sent: reconcile, resolve, track, resume, status."""

from __future__ import annotations

import pytest

from batch_orders.sandbox import Sandbox, start_sandbox
from tests.harness.command_line import Machine
from tests.harness.workbooks import read_workbook
from tests.sheets import row

pytestmark = pytest.mark.long


def test_an_order_that_the_vendor_lists_is_placed_at_the_end_of_its_run(buyer: Machine) -> None:
    ended = buyer.order(row("drop-after-a.com"))
    assert (ended.code, ended.orders) == (0, {"placed": 1})
    assert "Found in the vendor's list" in ended.errors


def test_an_order_that_is_not_listed_stays_unconfirmed_and_is_not_sent_again(
    buyer: Machine, sandbox: Sandbox
) -> None:
    buyer.order(row("drop-after-unlisted-a.com"))
    looked = buyer.run("reconcile")
    assert (looked.code, "cannot tell whether it was bought" in looked.output) == (1, True)
    again = buyer.order(row("drop-after-unlisted-a.com"))
    assert (again.code, again.orders) == (1, {"unconfirmed": 1})
    assert len(sandbox.requests) == 1
    assert "last looked for" in buyer.run("status", "drop-after-unlisted-a.com").output


def test_the_history_of_a_domain_holds_what_was_done_about_it_and_not_about_another(buyer: Machine) -> None:
    buyer.order(row("drop-after-unlisted-a.com"), row("drop-after-unlisted-b.com"))
    for domain in ("drop-after-unlisted-a.com", "drop-after-unlisted-b.com"):
        assert buyer.run("resolve", domain, "--placed").code == 0
    told = buyer.run("status", "Drop-After-Unlisted-a.com").output
    assert "confirmed this" in told
    assert "drop-after-unlisted-a.com: placed" in told
    assert "drop-after-unlisted-b.com" not in told
    assert "drop-after-unlisted-b.com: placed" in buyer.run("status").output


def test_a_run_goes_on_where_the_list_is_missing_and_says_so(buyer: Machine) -> None:
    with start_sandbox(broken={"get-domain-list": 404, "get-vendors": 404}) as half:
        buyer.environment["BATCH_ORDERS_BASE_URL"] = half.base_url
        ended = buyer.order(row("one.com"), row("drop-after-a.com"))
    assert (ended.code, ended.orders) == (1, {"placed": 1, "unconfirmed": 1})
    assert "get-domain-list answered 404" in ended.errors


@pytest.mark.parametrize(
    ("decision", "sent"),
    [(("--placed", "--order-id", "77"), 1), (("--not-bought", "--reason", "support says so"), 2)],
)
def test_only_a_persons_word_frees_an_order(
    buyer: Machine, sandbox: Sandbox, decision: tuple[str, ...], sent: int
) -> None:
    buyer.order(row("drop-after-unlisted-a.com"))
    assert buyer.run("resolve", "Drop-After-Unlisted-a.com", *decision).code == 0
    buyer.order(row("drop-after-unlisted-a.com"))
    assert len(sandbox.requests) == sent
    history = buyer.run("status", "drop-after-unlisted-a.com").output
    assert "Resolved by a person" in history
    assert decision[-1] in history


@pytest.mark.parametrize(
    "words",
    [
        ("unknown.com", "--placed"),
        ("drop-after-unlisted-a.com",),
        ("drop-after-unlisted-a.com", "--placed", "--not-bought"),
        ("drop-after-unlisted-a.com", "--not-bought"),
    ],
)
def test_a_decision_that_is_none_changes_nothing(buyer: Machine, words: tuple[str, ...]) -> None:
    buyer.order(row("drop-after-unlisted-a.com"))
    assert buyer.run("resolve", *words).code == 2
    assert buyer.order(row("drop-after-unlisted-a.com")).orders == {"unconfirmed": 1}


def test_the_vendors_word_is_tracked_and_reported_without_passwords(buyer: Machine) -> None:
    rows = [row("pending-a.com"), row("secrets-b.com"), row("failed-c.com")]
    buyer.order(*rows)
    tracked = buyer.run("track")
    assert tracked.code == 1
    assert "Payment Pending" in tracked.output
    assert "placed" in buyer.run("status", "pending-a.com").output
    buyer.order(*rows)
    newest = max(buyer.reports(), key=lambda path: path.stat().st_mtime_ns)
    lines = list(read_workbook(newest)["Orders"].iter_rows(values_only=True))
    told = {line[1]: line[lines[0].index("Vendor status")] for line in lines[1:]}
    assert (told["pending-a.com"], told["failed-c.com"]) == ("Payment Pending", "Failed")
    kept = b"".join(path.read_bytes() for path in buyer.home.rglob("ledger.db*"))
    assert b"assword" not in kept


def test_what_a_limit_left_over_is_carried_on_without_the_sheet(buyer: Machine, sandbox: Sandbox) -> None:
    first = buyer.order(row("one.com"), row("two.com"), row("three.com"), words=("--max-orders", "1"))
    assert (first.code, first.orders) == (4, {"placed": 1, "not submitted": 2})
    (buyer.here / "june.csv").unlink()
    ended = buyer.run("resume", "--yes", "--json")
    assert (ended.code, ended.orders) == (0, {"placed": 3})
    assert [taken.domains for taken in sandbox.orders] == [("one.com",), ("two.com",), ("three.com",)]
    assert ended.said["sheets"][0]["rows"] == {"total": 3, "valid": 3, "invalid": 0}


def test_what_was_bought_in_the_meantime_is_not_bought_by_resume(buyer: Machine, sandbox: Sandbox) -> None:
    first = buyer.order(row("one.com"), row("two.com"), words=("--max-orders", "1"))
    buyer.order(row("two.com"))
    assert buyer.run("resume", "--yes").code == 2
    ended = buyer.run("resume", first.said["sheets"][0]["batch"], "--yes", "--json")
    assert (ended.code, ended.orders) == (0, {"placed": 1, "already placed": 1})
    assert len(sandbox.requests) == 2


def test_without_a_batch_that_was_cut_short_resume_says_so(buyer: Machine) -> None:
    buyer.order(row("one.com"))
    assert buyer.run("resume", "--yes").code == 2
    assert buyer.run("resume", "20260101-000000-ffffffff", "--yes").code == 2


def test_what_a_later_sheet_asked_for_anew_is_never_resumed(buyer: Machine, sandbox: Sandbox) -> None:
    first = buyer.order(row("one.com"), row("rejected-two.com"), words=("--max-orders", "1"))
    buyer.order(row("rejected-two.com", "john"))
    assert buyer.run("resume", "--yes").code == 2
    ended = buyer.run("resume", first.said["sheets"][0]["batch"], "--yes", "--json")
    assert (ended.code, ended.orders) == (4, {"placed": 1, "not submitted": 1})
    assert [body["domains"][0]["mailboxes"] for body in sandbox.requests][1:] == [["john@rejected-two.com"]]
