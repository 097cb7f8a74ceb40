"""What is kept of people: who did what, how much each has handed in, and no secret."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.harness.command_line import Machine
from tests.harness.page import PASSWORD, Page, checksum_of, serving, write_team
from tests.sheets import row
from tests.web.teams import TEAM, environment_of

pytestmark = pytest.mark.long


def test_who_did_what_when_through_which_door_is_kept(buyer: Machine) -> None:
    """On the batch's page, in status, and as one person's history; for the second who confirms as well."""
    with serving(buyer, "--rate", "5/1s", *write_team(buyer, TEAM), sign_in=False) as page:
        uma, carl, rosa = page.person("uma"), page.person("carl"), page.person("rosa")
        sheet = buyer.hand_in(row("error500-shop.com"), *(row(f"alder-{n}.com") for n in range(15)))
        upload = uma.hand_in(sheet)
        uma.settle(upload)
        checksum = checksum_of(carl.plan(upload))
        batch = carl.post(f"{upload}/confirm", {"checksum": checksum}).headers["Location"]
        second = page.person("poor").post(f"{upload}/confirm", {"checksum": checksum})
        assert re.search(
            r"Carl confirmed this at \d\d:\d\d\. Here it is", uma.get(second.headers["Location"]).text
        )
        assert carl.post(f"{batch}/stop").status_code == 303
        carl.settle(batch)
        assert rosa.post("/unconfirmed/look-up").status_code == 200
        record = {"domain": "error500-shop.com", "account": "", "decision": "bought", "order_id": "7"}
        rosa.post("/unconfirmed/record", {**record, "environment": environment_of(buyer)})
        text = re.sub(r"<[^>]+>", "", uma.get(batch).text)
        history = {name: uma.get(f"/people/{name}").text for name in ("uma", "Carl", "rosa")}
    said = buyer.run("status").output
    for told in (text, said):
        assert re.search(
            rf"Carl confirmed this at \d\d:\d\d on .*the upload page.*16 orders.*plan {checksum}", told
        )
        assert re.search(rf"Carl stopped this at \d\d:\d\d on .*the upload page.*plan {checksum}", told)
        assert re.search(rf"rosa looked this up at .*1 order, 0 found with the vendor.*plan {checksum}", told)
        assert re.search(rf"rosa resolved this at .*error500-shop.com: placed.*plan {checksum}", told)
    assert sheet.name in history["uma"]
    assert all(word in history["Carl"] for word in ("confirmed", "stopped", checksum))
    assert all(word in history["rosa"] for word in ("looked up", "resolved"))
    listed = buyer.run("user", "history", "Carl").output
    assert all(word in listed for word in ("confirmed", "stopped", checksum, "upload page"))
    by_hand = buyer.run("resolve", "error500-shop.com", "--gone", "--reason", "refunded")
    assert by_hand.code == 0
    assert re.search(
        r"resolved this at .*the command line: error500-shop.com: gone", buyer.run("status").output
    )


def test_no_password_and_no_name_of_a_secret_is_in_the_ledger(team: Page, buyer: Machine) -> None:
    carl = team.person("carl")
    (secret,) = carl.session.cookies.values()
    ledger = next(Path(buyer.home).rglob("ledger.db"))
    with closing(sqlite3.connect(ledger)) as connection:
        said = "\n".join(connection.iterdump())
    assert str(secret) not in said
    assert PASSWORD not in said


QUOTA = TEAM + "[page]\nuploads-per-hour = 2\nmegabytes-per-hour = 1\n"


def test_more_than_an_hours_share_is_refused_until_it_is_free_again(buyer: Machine) -> None:
    small = ("june.csv", b"domain\n")
    with serving(buyer, *write_team(buyer, QUOTA), sign_in=False) as page:
        uma, carl, program = page.person("uma"), page.person("carl"), page.program("t0ken-of-the-night")
        large = carl.post("/uploads", files={"sheet": ("large.csv", b"x" * (1 << 20) + b"x")})
        assert large.status_code == 429
        for _ in range(2):
            uma.hand_in(small)
        refused = uma.post("/uploads", files={"sheet": small})
        assert refused.status_code == 429
        assert 3500 < int(refused.headers["Retry-After"]) <= 3601
        assert "uma handed in 2 times within the last hour" in refused.text
        # It is each one's own.
        carl.hand_in(small)
        answers = [program.post("/uploads", files={"sheet": small}).status_code for _ in range(3)]
        assert answers == [202, 202, 429]
        with closing(sqlite3.connect(next(Path(buyer.home).rglob("ledger.db")))) as connection, connection:
            assert connection.execute("SELECT count(*) FROM uploads").fetchone() == (5,)
            connection.execute("UPDATE uploads SET created_at = '2020-01-01T00:00:00.000+00:00'")
        uma.hand_in(small)
