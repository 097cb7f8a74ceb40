"""`run` as a person or a cron job starts it: a process, the sandbox over real HTTP, real files."""

from __future__ import annotations

import os

import pytest

from batch_orders.sandbox import Sandbox
from tests.harness.command_line import Machine
from tests.harness.hurried import hurry
from tests.harness.workbooks import read_workbook
from tests.sheets import row, write_workbook

NOTHING = {
    "placed": 0,
    "already placed": 0,
    "rejected": 0,
    "unconfirmed": 0,
    "not submitted": 0,
    "invalid": 0,
}


def test_json_is_one_object_of_an_exact_shape(buyer: Machine, sandbox: Sandbox) -> None:
    ended = buyer.order(row("one.com"), row("one.com", "john"), row("rejected-two.com"), row("bad"))
    assert ended.output.count("\n") == 1
    (report,) = buyer.reports()
    batch = ended.said["sheets"][0]["batch"]
    assert isinstance(batch, str)
    assert {name: value for name, value in ended.said.items() if name != "details"} == {
        "exit_code": 1,
        "sheets": [
            {
                "sheet": "june.csv",
                "batch": batch,
                "rows": {"total": 4, "valid": 3, "invalid": 1},
                "orders": NOTHING | {"placed": 1, "rejected": 1, "invalid": 1},
                "report": f"reports/{report.name}",
                "prices": {"planned": {}, "placed": {"USD": "22.00"}, "at_risk": {}},
            }
        ],
    }
    assert ended.code == 1
    assert list(ended.said["sheets"][0]["orders"]) == list(NOTHING)
    assert "one.com: placed" in ended.errors
    assert [taken.body["domains"][0]["domain_name"] for taken in sandbox.orders] == ["one.com"]


def test_the_body_is_the_binding_dialect_to_the_letter(buyer: Machine, sandbox: Sandbox) -> None:
    rows = [
        row("München.de", "jane, john@münchen.de", "09", "https://acmemail.org/x", "Jané Doe"),
        row("xn--mnchen-3ya.de", "Jim", "", "", ""),
    ]
    assert buyer.order(*({**cells, "contact_postal_code": "00123"} for cells in rows)).code == 0
    assert sandbox.requests == (
        {
            "vendor_id": 9,
            "domains": [
                {
                    "domain_name": "xn--mnchen-3ya.de",
                    "mailboxes": [f"{name}@xn--mnchen-3ya.de" for name in ("jane", "john", "jim")],
                }
            ],
            "forwarding_domain": "acmemail.org",
            "user_details": {"name": "Jané Doe", "postalCode": "00123"},
        },
    )


def test_orders_are_sent_one_at_a_time_in_the_sheets_order(buyer: Machine, sandbox: Sandbox) -> None:
    names = ["zebra.com", "apple.com", "mango.com"]
    assert buyer.order(*map(row, names)).code == 0
    assert [body["domains"][0]["domain_name"] for body in sandbox.requests] == names


def test_0_every_order_is_placed(buyer: Machine) -> None:
    ended = buyer.order(row())
    assert (ended.code, ended.orders) == (0, {"placed": 1})


def test_1_a_dry_run_with_mistakes_and_0_one_without(buyer: Machine) -> None:
    good, bad = row("one.com"), row("two.com", "no mailbox at all")
    assert buyer.run("run", buyer.hand_in(good), "--dry-run").code == 0
    for rows in ((bad,), (good, bad)):
        assert buyer.run("run", buyer.hand_in(*rows), "--dry-run").code == 1


@pytest.mark.parametrize(
    ("domain", "status"),
    [("rejected-a.com", "rejected"), ("drop-after-unlisted-a.com", "unconfirmed"), ("bad", "invalid")],
)
def test_1_something_needs_a_person(buyer: Machine, domain: str, status: str) -> None:
    ended = buyer.order(row(domain), row("good.com"))
    assert (ended.code, ended.orders) == (1, {status: 1, "placed": 1})


WRONG_USAGE = {
    "an unknown option": ("--nonsense",),
    "a rate that is none": ("--rate", "fast"),
    "a rate of nothing": ("--rate", "0/2s"),
    "a timeout that is none": ("--timeout", "0"),
    "a base URL that is none": ("--base-url", "acmemail.com"),
    "a base URL in the clear": ("--base-url", "http://acmemail.com"),
    "a settings file that is missing": ("--config", "nowhere.toml"),
    "a key file that is missing": ("--api-key-file", "nowhere.key"),
    "a ledger that is a folder": ("--ledger", "."),
    "a ledger that is no database": ("--ledger", "june.csv"),
    "a ledger under a file": ("--ledger", "june.csv/ledger.db"),
    "a ledger of an unknown kind": ("--ledger", "oracle://db.acmemail.com/x"),
    "a ledger that forgets": ("--ledger", "sqlite://"),
    "a report under a file": ("--report", "june.csv/report.xlsx"),
    "a report that is a folder": ("--report", "."),
    "a folder of reports that is a file": ("--reports-dir", "june.csv"),
    "two places to order at": ("--sandbox", "--base-url", "http://127.0.0.1:1"),
}


@pytest.mark.parametrize("words", WRONG_USAGE.values(), ids=WRONG_USAGE)
def test_2_wrong_usage_or_configuration_sends_nothing(
    words: tuple[str, ...], buyer: Machine, sandbox: Sandbox
) -> None:
    ended = buyer.order(row(), words=words)
    assert ended.code == 2
    assert ended.said == {"exit_code": 2, "sheets": []}
    assert sandbox.requests == ()
    assert buyer.reports() == []
    assert "rror" in ended.errors


def test_2_without_a_key(machine: Machine, sandbox: Sandbox) -> None:
    ended = machine.order(row(), words=("--base-url", sandbox.base_url))
    assert (ended.code, sandbox.requests) == (2, ())
    assert "SMARTLEAD_API_KEY" in ended.errors


def test_2_without_a_sheet(buyer: Machine) -> None:
    assert buyer.run("run", "--yes").code == 2


def test_2_without_a_terminal_and_without_a_yes(buyer: Machine, sandbox: Sandbox) -> None:
    ended = buyer.run("run", buyer.hand_in(row()))
    assert (ended.code, sandbox.requests) == (2, ())
    assert "--yes" in ended.errors


def test_2_one_report_for_several_sheets(buyer: Machine, sandbox: Sandbox) -> None:
    buyer.hand_in(row(), name="july.csv")
    ended = buyer.order(row(), words=("july.csv", "--report", "r.xlsx"))
    assert (ended.code, sandbox.requests) == (2, ())


UNREADABLE = {
    "missing.xlsx": None,
    "empty.xlsx": b"",
    "empty.csv": b"",
    "blank.csv": b"\n \n",
    "broken.xlsx": b"PK\x03\x04" + b"\0" * 200,
    "picture.xlsx": b"\x89PNG\r\n\x1a\n" + b"\0" * 200,
    "lacking.csv": b"Domain,Mailbox,Vendor\nacmemail.com,jane,1\n",
    "header-only.csv": b"Domain,Mailbox,Vendor,Forwarding domain,Contact\n",
    "notes.csv": b"These are only notes.\n",
}


@pytest.mark.parametrize(("name", "content"), UNREADABLE.items(), ids=UNREADABLE)
def test_3_a_sheet_that_cannot_be_read(
    name: str, content: bytes | None, buyer: Machine, sandbox: Sandbox
) -> None:
    if content is not None:
        (buyer.here / name).write_bytes(content)
    ended = buyer.run("run", name, "--yes", "--json")
    assert ended.code == 3
    rows = {"total": 0, "valid": 0, "invalid": 0}
    sheet = {"sheet": name, "batch": None, "rows": rows, "orders": NOTHING, "report": None}
    assert ended.said == {"exit_code": 3, "sheets": [sheet]}
    assert sandbox.requests == ()
    assert name in ended.errors


def test_3_a_folder_is_no_sheet(buyer: Machine) -> None:
    assert buyer.run("run", ".", "--yes").code == 3


def test_a_sheet_is_read_by_what_it_is_and_not_by_its_ending(buyer: Machine) -> None:
    workbook = write_workbook(buyer.here / "orders.csv", row("one.com"))
    assert buyer.run("run", workbook, "--yes").code == 0


@pytest.mark.parametrize("trouble", ["refused-key", "unpaid", "forbidden", "status-302"])
def test_4_what_the_next_order_would_meet_as_well(trouble: str, buyer: Machine, sandbox: Sandbox) -> None:
    ended = buyer.order(row("one.com"), row(f"{trouble}-two.com"), row("three.com"))
    assert ended.code == 4
    assert ended.orders["placed"] == 1
    assert ended.orders["not submitted"] == (1 if trouble == "status-302" else 2)
    assert len(sandbox.requests) == 2


def test_4_too_many_answers_in_a_row_that_prove_nothing(buyer: Machine, sandbox: Sandbox) -> None:
    rows = [row(f"error500-{name}.com") for name in ("a", "b", "c")]
    ended = buyer.order(*rows, words=("--max-failures", "2"))
    assert (ended.code, ended.orders) == (4, {"unconfirmed": 2, "not submitted": 1})
    assert len(sandbox.requests) == 2


def test_4_nobody_listens(machine: Machine) -> None:
    words = ("--base-url", "http://127.0.0.1:9", "--timeout", "5")
    sheet = machine.hand_in(row(), row("two.com"))
    ended = machine.run("run", sheet, "--yes", "--json", *words, before=hurry, SMARTLEAD_API_KEY="any")
    assert (ended.code, ended.orders) == (4, {"not submitted": 2})


def test_with_several_sheets_the_highest_code(buyer: Machine, sandbox: Sandbox) -> None:
    sheets = [
        buyer.hand_in(row("one.com"), name="good.csv"),
        buyer.here / "missing.csv",
        buyer.hand_in(row("bad"), row("two.com"), name="mixed.csv"),
    ]
    ended = buyer.run("run", *sheets, "--yes", "--json")
    assert ended.code == ended.said["exit_code"] == 3
    assert [sheet["sheet"] for sheet in ended.said["sheets"]] == ["good.csv", "missing.csv", "mixed.csv"]
    assert [sheet["orders"]["placed"] for sheet in ended.said["sheets"]] == [1, 0, 1]
    assert len(buyer.reports()) == 2
    assert len(sandbox.requests) == 2


def test_a_dry_run_sends_nothing_and_writes_a_report(buyer: Machine, sandbox: Sandbox) -> None:
    ended = buyer.run("run", buyer.hand_in(row("one.com"), row("two.com")), "--dry-run", "--json")
    assert (ended.code, ended.orders) == (0, {"not submitted": 2})
    assert ended.said["sheets"][0]["batch"] is None
    assert sandbox.requests == ()
    assert len(buyer.reports()) == 1


def test_a_dry_run_needs_no_key_and_no_terminal(machine: Machine) -> None:
    ended = machine.run("run", machine.hand_in(row(), row("bad")), "--dry-run", "--json")
    assert (ended.code, ended.orders) == (1, {"not submitted": 1, "invalid": 1})


def test_after_a_dry_run_everything_is_still_to_be_ordered(buyer: Machine) -> None:
    buyer.run("run", buyer.hand_in(row()), "--dry-run")
    assert buyer.order(row()).orders == {"placed": 1}


def test_what_was_looked_at_is_what_is_bought(buyer: Machine, sandbox: Sandbox) -> None:
    sheet = buyer.hand_in(row())
    plan = buyer.run("run", sheet, "--dry-run").output
    (checksum,) = [line.split()[-1] for line in plan.splitlines() if "hecksum" in line]
    other = buyer.run("run", buyer.hand_in(row(), row("two.com")), "--approve", checksum, "--json")
    assert (other.code, other.orders, sandbox.requests) == (4, {"not submitted": 2}, ())
    same = buyer.run("run", buyer.hand_in(row()), "--approve", checksum, "--json")
    assert (same.code, same.orders) == (0, {"placed": 1})


def test_the_report_goes_where_it_is_asked_to(buyer: Machine) -> None:
    ended = buyer.order(row(), words=("--report", "new/folder/r.xlsx"))
    assert ended.said["sheets"][0]["report"] == "new/folder/r.xlsx"
    assert read_workbook(buyer.here / "new/folder/r.xlsx").sheetnames == [
        "To do",
        "Orders",
        "Rows",
        "Problems",
    ]
    assert buyer.reports() == []


def test_a_report_that_is_handed_in_again_is_recognised(buyer: Machine, sandbox: Sandbox) -> None:
    buyer.order(row("one.com"), row("rejected-two.com"), words=("--report", "r.xlsx"))
    again = buyer.run("run", "r.xlsx", "--yes", "--json")
    assert again.said["sheets"][0]["rows"] == {"total": 2, "valid": 2, "invalid": 0}
    assert again.orders == {"already placed": 1, "rejected": 1}


def test_the_key_is_nowhere_to_be_read(buyer: Machine) -> None:
    ended = buyer.order(row("echo-key-one.com"), row("error500-two.com"), row("three.com"))
    assert ended.orders == {"rejected": 1, "unconfirmed": 1, "placed": 1}
    assert "canary" not in ended.output + ended.errors
    for folder in (buyer.home, buyer.here):
        for path in folder.rglob("*"):
            assert path.is_dir() or b"canary" not in path.read_bytes()
    sheets = read_workbook(buyer.reports()[0])
    cells = [str(cell.value) for sheet in sheets for line in sheet.iter_rows() for cell in line]
    assert any("[API key]" in cell for cell in cells)
    assert not any("canary" in cell for cell in cells)


def test_a_report_never_replaces_the_sheet(buyer: Machine, sandbox: Sandbox) -> None:
    sheet = write_workbook(buyer.here / "june.xlsx", row())
    before = sheet.read_bytes()
    assert buyer.run("run", sheet, "--yes", "--report", buyer.here / "." / "june.xlsx").code == 2
    assert buyer.run("run", buyer.hand_in(row()), "--yes", "--report", "june.csv").code == 2
    assert buyer.run("check", sheet, "--corrections", sheet).code == 2
    assert (sheet.read_bytes(), sandbox.requests) == (before, ())


def test_what_differs_from_what_was_bought_is_told(buyer: Machine) -> None:
    buyer.order(row("one.com"))
    told = buyer.order(row("one.com", "john")).errors
    assert "one.com: mailboxes added: john@one.com; mailboxes gone: jane@one.com" in told


@pytest.mark.parametrize("more", [{"BATCH_ORDERS_JSON": "1"}, {}])
def test_a_program_gets_its_object_also_for_wrong_usage(buyer: Machine, more: dict[str, str]) -> None:
    buyer.environment.update(more)
    (buyer.here / "batch-orders.toml").write_text("json = true\n", encoding="utf-8")
    ended = buyer.run("run", buyer.hand_in(row()), "--yes", "--timeout", "nan")
    assert (ended.code, ended.said) == (2, {"exit_code": 2, "sheets": []})


def test_a_sheet_whose_name_is_no_utf8_is_ordered(buyer: Machine, sandbox: Sandbox) -> None:
    sheet = buyer.hand_in(row("one.com"))
    sheet = sheet.rename(sheet.with_name(os.fsdecode(b"K\xf6ln.csv")))
    ended = buyer.run("run", sheet, "--yes", "--json")
    assert (ended.code, ended.orders) == (0, {"placed": 1})
    assert "K_ln.csv" in buyer.run("status").output
    assert len(sandbox.orders) == 1
