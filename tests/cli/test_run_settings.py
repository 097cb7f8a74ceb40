"""Where an option of `run` gets its value: the command line, the environment, the settings file."""

from __future__ import annotations

import json
from pathlib import Path

from batch_orders.sandbox import Sandbox
from tests.harness.command_line import Machine
from tests.sheets import row


def reports_of(machine: Machine) -> set[str]:
    return {path.parent.name for path in machine.here.rglob("*.xlsx")}


def settle(folder: Path, reports: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "batch-orders.toml").write_text(f"reports-dir = {json.dumps(reports)}")


def test_the_option_wins_over_the_environment_and_that_over_the_file(buyer: Machine) -> None:
    sheet = buyer.hand_in(row())
    settle(buyer.here, "by-file")
    buyer.run("run", sheet, "--dry-run")
    assert reports_of(buyer) == {"by-file"}
    buyer.run("run", sheet, "--dry-run", BATCH_ORDERS_REPORTS_DIR="by-environment")
    assert reports_of(buyer) == {"by-file", "by-environment"}
    buyer.run(
        "run", sheet, "--dry-run", "--reports-dir", "by-option", BATCH_ORDERS_REPORTS_DIR="by-environment"
    )
    assert reports_of(buyer) == {"by-file", "by-environment", "by-option"}


def test_a_settings_file_is_found_in_three_places(buyer: Machine) -> None:
    sheet = buyer.hand_in(row())
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
    ended = buyer.run("run", buyer.hand_in(row()), "--yes")
    assert (ended.code, ended.orders) == (0, {"placed": 1})
    assert sorted(path.name for path in buyer.here.glob("kept/*.*")) != []
    assert (buyer.here / "kept" / "report.xlsx").is_file()
    assert (buyer.here / "kept" / "ledger.db").is_file()


def test_a_settings_file_that_nobody_understands_sends_nothing(buyer: Machine, sandbox: Sandbox) -> None:
    (buyer.here / "batch-orders.toml").write_text('reports_dri = "x"')
    ended = buyer.order(row())
    assert (ended.code, sandbox.requests) == (2, ())
    assert "reports_dri" in ended.errors


def test_columns_vendors_and_defaults_of_the_settings(buyer: Machine, sandbox: Sandbox) -> None:
    (buyer.here / "batch-orders.toml").write_text(
        '[columns]\nKunde = "contact"\n[vendors]\n"Mail Kit" = 9\n[defaults]\nforwarding_domain = "acmemail.org"\n'
    )
    (buyer.here / "export.csv").write_text("Domain,Mailbox,Vendor,Kunde\nacmemail.com,jane,mailkit,Jane\n")
    ended = buyer.run("run", "export.csv", "--yes", "--json")
    assert (ended.code, ended.orders) == (0, {"placed": 1})
    assert "default for forwarding domain" in ended.errors
    (body,) = sandbox.requests
    assert (body["vendor_id"], body["forwarding_domain"]) == (9, "acmemail.org")
