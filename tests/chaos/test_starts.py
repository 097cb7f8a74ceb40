"""Many starts at the same moment: one submits, and what two sheets share is bought once."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.chaos.meeting import Meeting
from tests.harness.command_line import KEY, Machine, read_words, run_words
from tests.harness.counting_vendor import CountingVendor
from tests.harness.starts import Start, begin_together
from tests.sheets import row

pytestmark = pytest.mark.kills
STARTS = 20


class Beginner:
    """A sheet and a machine of one start, which meets others."""

    def __init__(
        self,
        folder: Path,
        name: str,
        domains: list[str],
        ledger: str,
        server: CountingVendor,
        *more: str,
    ) -> None:
        self.machine = Machine.in_folder(folder / name, SMARTLEAD_API_KEY=KEY)
        self.log = self.machine.here / "log.txt"
        self.report = self.machine.here / "report.xlsx"
        sheet = self.machine.hand_in(*map(row, domains), name=f"{name}.csv")
        self.words = run_words(sheet, server.base_url, ledger, "--report", str(self.report), *more)

    def start(self, meeting: Meeting | None = None) -> Start:
        return self.machine.prepare(*self.words, before=meeting.arm if meeting else None)

    def read_log(self) -> str:
        return self.log.read_text("utf-8")

    def read_said(self) -> dict[str, int]:
        """The counts that --json printed, zeros left out."""
        (line,) = [line for line in self.read_log().splitlines() if line.startswith('{"exit_code"')]
        counts: dict[str, int] = json.loads(line)["sheets"][0]["orders"]
        return {word: count for word, count in counts.items() if count}


def test_of_twenty_starts_at_the_same_moment_one_submits(
    tmp_path: Path, server: CountingVendor, ledger_url: str
) -> None:
    domains = [f"shop-{number}.com" for number in range(5)]
    meeting = Meeting(str(tmp_path), STARTS, patient=True)
    beginners = [
        Beginner(tmp_path, f"start-{number}", domains, ledger_url, server) for number in range(STARTS)
    ]
    processes = begin_together({each.log: each.start(meeting) for each in beginners})
    codes = [process.wait() for process in processes]
    assert sorted(codes) == [0] + [4] * (STARTS - 1)
    winner = codes.index(0)
    for number, each in enumerate(beginners):
        said, told = each.read_said(), " ".join(each.read_log().split())
        words = set(read_words(each.report).values())
        if number == winner:
            assert said == {"placed": len(domains)}
            assert words == {"placed"}
        else:
            assert said == {"not submitted": len(domains)}
            assert words == {"not submitted"}
            assert re.search(rf"\(process {processes[winner].pid}\) since \d{{4}}-\d\d-\d\d", told), told
    assert server.seen() == dict.fromkeys(domains, 1)


@pytest.mark.parametrize("waiting", [False, True], ids=["refused", "waiting"])
def test_what_two_sheets_share_is_bought_once(
    tmp_path: Path, server: CountingVendor, ledger_url: str, waiting: bool
) -> None:
    meeting = Meeting(str(tmp_path), 2, patient=not waiting)
    more = ("--wait",) if waiting else ()
    sheets = {"one": ["shared.com", "first.com"], "two": ["second.com", "shared.com"]}
    beginners = [
        Beginner(tmp_path, name, domains, ledger_url, server, *more) for name, domains in sheets.items()
    ]
    codes = [
        process.wait() for process in begin_together({each.log: each.start(meeting) for each in beginners})
    ]
    said = [each.read_said() for each in beginners]
    if waiting:
        assert codes == [0, 0]
        assert sorted(map(sorted, said)) == [["already placed", "placed"], ["placed"]]
        assert server.seen() == {"shared.com": 1, "first.com": 1, "second.com": 1}
        return
    assert sorted(codes) == [0, 4]
    loser = beginners[codes.index(4)]
    assert loser.read_said() == {"not submitted": 2}
    assert server.seen()["shared.com"] == 1
    loser.log.unlink()
    (again,) = begin_together({loser.log: loser.start()})
    assert again.wait() == 0
    assert loser.read_said() == {"already placed": 1, "placed": 1}
    assert server.seen() == {"shared.com": 1, "first.com": 1, "second.com": 1}
