"""`run` as a person or a cron job starts it: a process, the sandbox over real HTTP, real files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from batch_orders.sandbox import Sandbox
from tests.conftest import Ended, Machine
from tests.sheets import Row, row, write_csv, write_workbook

NOTHING = {
    "placed": 0,
    "already placed": 0,
    "rejected": 0,
    "unconfirmed": 0,
    "not submitted": 0,
    "invalid": 0,
}


def hand_in(machine: Machine, *rows: Row, name: str = "june.csv") -> Path:
    return write_csv(machine.here / name, *rows)


def order(machine: Machine, *rows: Row, words: tuple[str, ...] = ()) -> Ended:
    """Hand a sheet in and have it ordered without a question."""
    return machine.run("run", hand_in(machine, *rows), "--yes", "--json", "--rate", "none", *words)


# The exact object, and where each part of it comes from


def test_json_is_one_object_of_an_exact_shape(buyer: Machine, sandbox: Sandbox) -> None:
    ended = order(buyer, row("one.com"), row("one.com", "john"), row("rejected-two.com"), row("bad"))
    assert ended.output.count("\n") == 1
    (report,) = buyer.reports()
    batch = ended.said["sheets"][0]["batch"]
    assert isinstance(batch, str)
    assert ended.said == {
        "exit_code": 1,
        "sheets": [
            {
                "sheet": "june.csv",
                "batch": batch,
                "rows": {"total": 4, "valid": 3, "invalid": 1},
                "orders": NOTHING | {"placed": 1, "rejected": 1, "invalid": 1},
                "report": f"reports/{report.name}",
            }
        ],
    }
    assert ended.code == 1
    assert list(ended.said["sheets"][0]["orders"]) == list(NOTHING)
    assert "one.com: placed" in ended.errors
    assert [taken.body["domains"][0]["domain_name"] for taken in sandbox.orders] == ["one.com"]


def test_the_body_is_the_binding_dialect_to_the_letter(buyer: Machine, sandbox: Sandbox) -> None:
    rows = [
        row("München.de", "jane, john@münchen.de", "07", "https://example.org/x", "Jané Doe"),
        row("xn--mnchen-3ya.de", "Jim", "", "", ""),
    ]
    assert order(buyer, *({**cells, "contact_postal_code": "00123"} for cells in rows)).code == 0
    assert sandbox.requests == (
        {
            "vendor_id": 7,
            "domains": [
                {
                    "domain_name": "xn--mnchen-3ya.de",
                    "mailboxes": [f"{name}@xn--mnchen-3ya.de" for name in ("jane", "john", "jim")],
                }
            ],
            "forwarding_domain": "example.org",
            "user_details": {"name": "Jané Doe", "postalCode": "00123"},
        },
    )


def test_orders_are_sent_one_at_a_time_in_the_sheets_order(buyer: Machine, sandbox: Sandbox) -> None:
    names = ["zebra.com", "apple.com", "mango.com"]
    assert order(buyer, *map(row, names)).code == 0
    assert [body["domains"][0]["domain_name"] for body in sandbox.requests] == names


# Exit codes


def test_0_every_order_is_placed(buyer: Machine) -> None:
    ended = order(buyer, row())
    assert (ended.code, ended.orders) == (0, {"placed": 1})


@pytest.mark.parametrize(
    ("domain", "status"),
    [("rejected-a.com", "rejected"), ("drop-after-unlisted-a.com", "unconfirmed"), ("bad", "invalid")],
)
def test_1_something_needs_a_person(buyer: Machine, domain: str, status: str) -> None:
    ended = order(buyer, row(domain), row("good.com"))
    assert (ended.code, ended.orders) == (1, {status: 1, "placed": 1})


WRONG_USAGE = {
    "an unknown option": ("--nonsense",),
    "a rate that is none": ("--rate", "fast"),
    "a rate of nothing": ("--rate", "0/2s"),
    "a timeout that is none": ("--timeout", "0"),
    "a base URL that is none": ("--base-url", "example.com"),
    "a base URL in the clear": ("--base-url", "http://example.com"),
    "a settings file that is missing": ("--config", "nowhere.toml"),
    "a key file that is missing": ("--api-key-file", "nowhere.key"),
    "a ledger that is a folder": ("--ledger", "."),
    "a ledger that is no database": ("--ledger", "june.csv"),
    "a ledger under a file": ("--ledger", "june.csv/ledger.db"),
    "a ledger of an unknown kind": ("--ledger", "oracle://db.example.com/x"),
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
    ended = order(buyer, row(), words=words)
    assert ended.code == 2
    assert ended.said == {"exit_code": 2, "sheets": []}
    assert sandbox.requests == ()
    assert buyer.reports() == []
    assert "rror" in ended.errors


def test_2_without_a_key(machine: Machine, sandbox: Sandbox) -> None:
    ended = order(machine, row(), words=("--base-url", sandbox.base_url))
    assert (ended.code, sandbox.requests) == (2, ())
    assert "SMARTLEAD_API_KEY" in ended.errors


def test_2_without_a_sheet(buyer: Machine) -> None:
    assert buyer.run("run", "--yes").code == 2


def test_2_without_a_terminal_and_without_a_yes(buyer: Machine, sandbox: Sandbox) -> None:
    ended = buyer.run("run", hand_in(buyer, row()))
    assert (ended.code, sandbox.requests) == (2, ())
    assert "--yes" in ended.errors


def test_2_one_report_for_several_sheets(buyer: Machine, sandbox: Sandbox) -> None:
    hand_in(buyer, row(), name="july.csv")
    ended = order(buyer, row(), words=("july.csv", "--report", "r.xlsx"))
    assert (ended.code, sandbox.requests) == (2, ())


UNREADABLE = {
    "missing.xlsx": None,
    "empty.xlsx": b"",
    "empty.csv": b"",
    "blank.csv": b"\n \n",
    "broken.xlsx": b"PK\x03\x04" + b"\0" * 200,
    "picture.xlsx": b"\x89PNG\r\n\x1a\n" + b"\0" * 200,
    "lacking.csv": b"Domain,Mailbox,Vendor\nexample.com,jane,1\n",
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
    ended = order(buyer, row("one.com"), row(f"{trouble}-two.com"), row("three.com"))
    assert ended.code == 4
    assert ended.orders["placed"] == 1
    assert ended.orders["not submitted"] == (1 if trouble == "status-302" else 2)
    assert len(sandbox.requests) == 2


def test_4_too_many_answers_in_a_row_that_prove_nothing(buyer: Machine, sandbox: Sandbox) -> None:
    rows = [row(f"error500-{name}.com") for name in ("a", "b", "c")]
    ended = order(buyer, *rows, words=("--max-failures", "2"))
    assert (ended.code, ended.orders) == (4, {"unconfirmed": 2, "not submitted": 1})
    assert len(sandbox.requests) == 2


def test_4_nobody_listens(machine: Machine) -> None:
    words = ("--base-url", "http://127.0.0.1:9", "--timeout", "5")
    sheet = hand_in(machine, row(), row("two.com"))
    ended = machine.run("run", sheet, "--yes", "--json", *words, SMARTLEAD_API_KEY="any")
    assert (ended.code, ended.orders) == (4, {"not submitted": 2})


def test_with_several_sheets_the_highest_code(buyer: Machine, sandbox: Sandbox) -> None:
    sheets = [
        hand_in(buyer, row("one.com"), name="good.csv"),
        buyer.here / "missing.csv",
        hand_in(buyer, row("bad"), row("two.com"), name="mixed.csv"),
    ]
    ended = buyer.run("run", *sheets, "--yes", "--json")
    assert ended.code == ended.said["exit_code"] == 3
    assert [sheet["sheet"] for sheet in ended.said["sheets"]] == ["good.csv", "missing.csv", "mixed.csv"]
    assert [sheet["orders"]["placed"] for sheet in ended.said["sheets"]] == [1, 0, 1]
    assert len(buyer.reports()) == 2
    assert len(sandbox.requests) == 2


# A dry run


def test_a_dry_run_sends_nothing_and_writes_a_report(buyer: Machine, sandbox: Sandbox) -> None:
    ended = buyer.run("run", hand_in(buyer, row("one.com"), row("two.com")), "--dry-run", "--json")
    assert (ended.code, ended.orders) == (0, {"not submitted": 2})
    assert ended.said["sheets"][0]["batch"] is None
    assert sandbox.requests == ()
    assert len(buyer.reports()) == 1


def test_a_dry_run_needs_no_key_and_no_terminal(machine: Machine) -> None:
    ended = machine.run("run", hand_in(machine, row(), row("bad")), "--dry-run", "--json")
    assert (ended.code, ended.orders) == (1, {"not submitted": 1, "invalid": 1})


def test_after_a_dry_run_everything_is_still_to_be_ordered(buyer: Machine) -> None:
    buyer.run("run", hand_in(buyer, row()), "--dry-run")
    assert order(buyer, row()).orders == {"placed": 1}


def test_what_was_looked_at_is_what_is_bought(buyer: Machine, sandbox: Sandbox) -> None:
    sheet = hand_in(buyer, row())
    plan = buyer.run("run", sheet, "--dry-run").output
    (checksum,) = [line.split()[-1] for line in plan.splitlines() if "hecksum" in line]
    other = buyer.run("run", hand_in(buyer, row(), row("two.com")), "--approve", checksum, "--json")
    assert (other.code, other.orders, sandbox.requests) == (4, {"not submitted": 2}, ())
    same = buyer.run("run", hand_in(buyer, row()), "--approve", checksum, "--json")
    assert (same.code, same.orders) == (0, {"placed": 1})


# Handed in again


def test_a_second_run_finds_everything_already_placed(buyer: Machine, sandbox: Sandbox) -> None:
    first = order(buyer, row(), row("two.com", "b"), row("two.com", "a"))
    again = order(buyer, row("two.com", "a"), row(), row("two.com", "b"))
    assert (again.code, again.orders) == (0, {"already placed": 2})
    assert again.said["sheets"][0]["batch"] != first.said["sheets"][0]["batch"]
    assert len(sandbox.requests) == 2


def test_a_sheet_that_changed_after_it_was_placed_is_invalid_and_not_sent(
    buyer: Machine, sandbox: Sandbox
) -> None:
    order(buyer, row())
    again = order(buyer, row(), row(mailbox="john"))
    assert (again.code, again.orders) == (1, {"invalid": 1})
    assert "john@example.com" in again.errors
    assert len(sandbox.requests) == 1


def test_an_unconfirmed_order_stays_and_is_not_sent_again(buyer: Machine, sandbox: Sandbox) -> None:
    lost = row("drop-after-unlisted-a.com")
    assert order(buyer, lost).orders == {"unconfirmed": 1}
    again = order(buyer, lost, row("new.com"))
    assert (again.code, again.orders) == (1, {"unconfirmed": 1, "placed": 1})
    assert len(sandbox.requests) == 2


def test_a_rejected_order_is_sent_again(buyer: Machine, sandbox: Sandbox) -> None:
    assert order(buyer, row("rejected-a.com")).orders == {"rejected": 1}
    again = order(buyer, row("rejected-a.com", vendor="2"))
    assert (again.code, again.orders) == (1, {"rejected": 1})
    assert [body["vendor_id"] for body in sandbox.requests] == [1, 2]


def test_orders_of_two_places_never_meet(buyer: Machine, sandbox: Sandbox) -> None:
    assert order(buyer, row(), words=("--sandbox",)).orders == {"placed": 1}
    assert order(buyer, row()).orders == {"placed": 1}
    assert len(sandbox.requests) == 1


def test_the_ledger_does_not_move_with_the_working_directory(buyer: Machine, sandbox: Sandbox) -> None:
    order(buyer, row())
    elsewhere = buyer.home / "elsewhere"
    elsewhere.mkdir()
    moved = Machine(buyer.home, elsewhere, buyer.environment)
    assert order(moved, row()).orders == {"already placed": 1}
    assert (buyer.home / "data" / "batch-orders" / "ledger.db").is_file()


# The report


def test_the_report_goes_where_it_is_asked_to(buyer: Machine) -> None:
    ended = order(buyer, row(), words=("--report", "new/folder/r.xlsx"))
    assert ended.said["sheets"][0]["report"] == "new/folder/r.xlsx"
    assert load_workbook(buyer.here / "new/folder/r.xlsx").sheetnames == [
        "Summary",
        "Orders",
        "Rows",
        "Problems",
    ]
    assert buyer.reports() == []


def test_a_report_that_is_handed_in_again_is_recognised(buyer: Machine, sandbox: Sandbox) -> None:
    order(buyer, row("one.com"), row("rejected-two.com"), words=("--report", "r.xlsx"))
    again = buyer.run("run", "r.xlsx", "--yes", "--json")
    assert again.said["sheets"][0]["rows"] == {"total": 2, "valid": 2, "invalid": 0}
    assert again.orders == {"already placed": 1, "rejected": 1}


def test_the_key_is_nowhere_to_be_read(buyer: Machine) -> None:
    ended = order(buyer, row("echo-key-one.com"), row("error500-two.com"), row("three.com"))
    assert ended.orders == {"rejected": 1, "unconfirmed": 1, "placed": 1}
    assert "canary" not in ended.output + ended.errors
    for folder in (buyer.home, buyer.here):
        for path in folder.rglob("*"):
            assert path.is_dir() or b"canary" not in path.read_bytes()
    sheets = load_workbook(buyer.reports()[0])
    cells = [str(cell.value) for sheet in sheets for line in sheet.iter_rows() for cell in line]
    assert any("[API key]" in cell for cell in cells)
    assert not any("canary" in cell for cell in cells)


# Where an option gets its value


def reports_of(machine: Machine) -> set[str]:
    return {path.parent.name for path in machine.here.rglob("*.xlsx")}


def settle(folder: Path, reports: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "batch-orders.toml").write_text(f"reports-dir = {json.dumps(reports)}")


def test_the_option_wins_over_the_environment_and_that_over_the_file(buyer: Machine) -> None:
    sheet = hand_in(buyer, row())
    settle(buyer.here, "by-file")
    buyer.run("run", sheet, "--dry-run")
    assert reports_of(buyer) == {"by-file"}
    buyer.run("run", sheet, "--dry-run", BATCH_ORDERS_REPORTS_DIR="by-environment")
    assert reports_of(buyer) == {"by-file", "by-environment"}
    buyer.run("run", sheet, "--dry-run", "--reports-dir", "by-option", BATCH_ORDERS_REPORTS_DIR="by-environment")
    assert reports_of(buyer) == {"by-file", "by-environment", "by-option"}


def test_a_settings_file_is_found_in_three_places(buyer: Machine) -> None:
    sheet = hand_in(buyer, row())
    settle(buyer.home / "config" / "batch-orders", str(buyer.here / "by-user"))
    buyer.run("run", sheet, "--dry-run")
    assert reports_of(buyer) == {"by-user"}
    settle(buyer.here, "by-directory")
    buyer.run("run", sheet, "--dry-run")
    assert reports_of(buyer) == {"by-user", "by-directory"}
    settle(buyer.here / "nightly", "by-config")
    buyer.run("run", sheet, "--dry-run", "--config", "nightly/batch-orders.toml")
    assert reports_of(buyer) == {"by-user", "by-directory", "by-config"}


def test_every_option_of_the_contract_stands_in_the_settings_file(buyer: Machine, sandbox: Sandbox) -> None:
    del buyer.environment["BATCH_ORDERS_BASE_URL"], buyer.environment["SMARTLEAD_API_KEY"]
    (buyer.here / "key").write_text("canary-5f1e\n")
    settings = {
        "base-url": sandbox.base_url,
        "ledger": "kept/ledger.db",
        "report": "kept/report.xlsx",
        "api-key-file": "key",
        "timeout": 20,
        "rate": "none",
        "max-failures": 2,
        "json": True,
    }
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    (buyer.here / "batch-orders.toml").write_text("\n".join(lines))
    ended = buyer.run("run", hand_in(buyer, row()), "--yes")
    assert (ended.code, ended.orders) == (0, {"placed": 1})
    assert sorted(path.name for path in buyer.here.glob("kept/*.*")) != []
    assert (buyer.here / "kept" / "report.xlsx").is_file()
    assert (buyer.here / "kept" / "ledger.db").is_file()


def test_a_settings_file_that_nobody_understands_sends_nothing(buyer: Machine, sandbox: Sandbox) -> None:
    (buyer.here / "batch-orders.toml").write_text('reports_dri = "x"')
    ended = order(buyer, row())
    assert (ended.code, sandbox.requests) == (2, ())
    assert "reports_dri" in ended.errors


def test_columns_vendors_and_defaults_of_the_settings(buyer: Machine, sandbox: Sandbox) -> None:
    (buyer.here / "batch-orders.toml").write_text(
        '[columns]\nKunde = "contact"\n[vendors]\n"Mail Kit" = 9\n[defaults]\nforwarding_domain = "example.org"\n'
    )
    (buyer.here / "export.csv").write_text("Domain,Mailbox,Vendor,Kunde\nexample.com,jane,mailkit,Jane\n")
    ended = buyer.run("run", "export.csv", "--yes", "--json")
    assert (ended.code, ended.orders) == (0, {"placed": 1})
    assert "default for forwarding domain" in ended.errors
    (body,) = sandbox.requests
    assert (body["vendor_id"], body["forwarding_domain"]) == (9, "example.org")


# check


def test_check_needs_nothing_and_writes_nothing(machine: Machine) -> None:
    ended = machine.run("check", hand_in(machine, row(), row("two.com", "john doe")), "--json")
    assert (ended.code, ended.orders) == (1, {"not submitted": 1, "invalid": 1})
    assert "john doe" in ended.errors
    assert ended.said["sheets"][0]["report"] is None
    assert [path.name for path in machine.here.iterdir()] == ["june.csv"]
    assert list(machine.home.iterdir()) == []


@pytest.mark.parametrize(
    ("rows", "code"),
    [([row()], 0), ([row(forwarding_domain="https://example.org/")], 0), ([row("bad")], 1), ([], 3)],
)
def test_check_uses_the_same_codes(machine: Machine, rows: list[Row], code: int) -> None:
    assert machine.run("check", hand_in(machine, *rows)).code == code
    assert machine.run("check").code == 2
