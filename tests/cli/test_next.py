"""The lines that a command ends with: each can be pasted as it stands, and does what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from batch_orders.sandbox import Sandbox
from tests.harness.command_line import Ended, Machine, pasted
from tests.sheets import row


def only(ended: Ended) -> list[str]:
    (words,) = pasted(ended)
    return words


def test_from_an_empty_sheet_to_the_order(buyer: Machine, sandbox: Sandbox) -> None:
    words = only(buyer.run("template", "an order's sheet.csv"))
    assert words == ["check", "an order's sheet.csv"]
    buyer.hand_in(row("one.com"), name="an order's sheet.csv")
    words = only(buyer.run(*words))
    assert words == ["run", "an order's sheet.csv"]
    seen = buyer.run(*words, "--dry-run", "--rate", "none")
    words = only(seen)
    ended = buyer.run(*words)
    assert ended.code == 0
    assert len(sandbox.orders) == 1
    assert only(ended)[0] == "track"
    assert buyer.run(*only(ended)).code == 0


def test_faults_lead_to_a_workbook_that_can_be_corrected(buyer: Machine) -> None:
    buyer.hand_in(row("one.com"), row("bad name"), name="june orders.csv")
    wanted = only(buyer.run("check", "june orders.csv"))
    assert wanted[:3] == ["check", "june orders.csv", "--corrections"]
    written = buyer.run(*wanted)
    assert Path(buyer.here / wanted[3]).is_file()
    again = next(words for words in pasted(written) if words[1] == wanted[3])
    assert buyer.run(*again).code == 1
    assert wanted[3] == "june orders to correct.xlsx"
    # A name that is taken is not named again, and none grows with each round.
    for sheet in ("june orders.csv", wanted[3]):
        assert only(buyer.run("check", sheet))[3] == "june orders to correct 2.xlsx"


def test_options_in_use_are_named_again(buyer: Machine, sandbox: Sandbox, tmp_path: Path) -> None:
    settings = tmp_path / "our settings.toml"
    settings.write_text('time-zone = "UTC"\n')
    ledger = tmp_path / "the ledger.db"
    sheet = buyer.hand_in(row("one.com"), row("two.com"))
    ended = buyer.run(
        *("run", sheet, "--yes", "--max-orders", "1", "--rate", "none", "--new-ledger"),
        *("--config", settings, "--ledger", ledger, "--encoding", "utf-8"),
    )
    assert ended.code == 4
    words = only(ended)
    assert words[0] == "resume"
    assert "--encoding" not in words
    assert [words[words.index(name) + 1] for name in ("--config", "--ledger")] == [str(settings), str(ledger)]
    assert buyer.run(*words, "--yes").code == 0
    assert len(sandbox.orders) == 2


def test_an_unconfirmed_order_is_looked_up_then_settled_by_a_person(buyer: Machine) -> None:
    ended = buyer.run("run", buyer.hand_in(row("drop-after-unlisted-one.com")), "--yes", "--rate", "none")
    looked_up = buyer.run(*pasted(ended)[0])
    assert looked_up.code == 1
    placed, not_bought = pasted(looked_up)
    unsaid = buyer.run(*not_bought)
    assert unsaid.code == 2
    assert "Say how you know" in unsaid.errors
    settled = buyer.run(*placed)
    assert settled.code == 0
    assert "placed" in buyer.run(*only(settled)).output


def test_status_leads_to_what_is_open(buyer: Machine) -> None:
    assert only(buyer.run("status")) == ["template"]
    buyer.order(
        row("one.com"), row("two.com"), row("drop-after-unlisted-three.com"), words=("--max-orders", "1")
    )
    (resume,) = pasted(buyer.run("status"))
    assert resume[0] == "resume"
    assert buyer.run(*resume, "--yes").code == 1
    assert [words[0] for words in pasted(buyer.run("status"))] == ["reconcile"]
    assert pasted(buyer.run("status", "drop-after-unlisted-three.com"))[0][0] == "reconcile"


def test_a_rehearsal_leads_to_the_real_thing(buyer: Machine) -> None:
    buyer.environment.pop("BATCH_ORDERS_BASE_URL")
    sheet = buyer.hand_in(row("one.com"), row("unconfirmed-two.com"))
    ended = buyer.run("run", sheet, "--sandbox", "--yes", "--rate", "none")
    assert only(ended)[:2] == ["run", str(sheet)]
    assert "--sandbox" not in only(ended)


def test_a_program_that_reads_json_sees_none_of_it_on_standard_output(buyer: Machine) -> None:
    ended = buyer.order(row("one.com"))
    assert ended.said["exit_code"] == 0
    assert "Next: " in ended.errors


@pytest.mark.parametrize("words", [("vendors",), ("doctor",), ("prune", "--older-than", "1h", "--dry-run")])
def test_commands_that_only_look_end_with_a_command_too(buyer: Machine, words: tuple[str, ...]) -> None:
    assert buyer.run(*only(buyer.run(*words)), stdin=None).code in (0, 1, 2)


def test_a_password_of_a_database_is_not_shown(buyer: Machine) -> None:
    from batch_orders.cli.next import without_password

    assert without_password("postgresql://ops:secret@db/x") == "postgresql://ops:***@db/x"
    assert without_password("/var/ledger.db") == "/var/ledger.db"
