"""Many starts at the same moment: one submits, and what two sheets share is bought once."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.chaos.meeting import Meeting
from tests.chaos.processes import CountingServer, Start, Zygote
from tests.command_line import read_words, run_words
from tests.sheets import row, write_csv

STARTS = 20


def start_sheet(
    folder: Path,
    name: str,
    domains: list[str],
    ledger: str,
    server: CountingServer,
    *more: str,
    meeting: Meeting,
) -> Start:
    sheet = write_csv(folder / f"{name}.csv", *(row(domain) for domain in domains))
    words = run_words(sheet, server.base_url, ledger, "--report", str(folder / f"{name}.xlsx"), *more)
    return Start(words, folder, meeting=meeting, log=f"{name}.txt")


def read_said(start: Start) -> dict[str, int]:
    """The counts that --json printed, zeros left out."""
    (line,) = [
        line
        for line in (start.folder / start.log).read_text().splitlines()
        if line.startswith('{"exit_code"')
    ]
    counts: dict[str, int] = json.loads(line)["sheets"][0]["orders"]
    return {word: count for word, count in counts.items() if count}


def test_of_twenty_starts_at_the_same_moment_one_submits(
    tmp_path: Path, zygote: Zygote, server: CountingServer, ledger_url: str
) -> None:
    domains = [f"shop-{number}.com" for number in range(5)]
    meeting = Meeting(str(tmp_path), STARTS, patient=True)
    starts = [
        start_sheet(tmp_path, f"start-{number}", domains, ledger_url, server, meeting=meeting)
        for number in range(STARTS)
    ]
    processes = zygote.start(*starts)
    codes = zygote.wait()
    assert sorted(codes) == [0] + [4] * (STARTS - 1)
    winner = codes.index(0)
    for number, start in enumerate(starts):
        said, told = read_said(start), " ".join((tmp_path / start.log).read_text().split())
        words = set(read_words(tmp_path / f"start-{number}.xlsx").values())
        if number == winner:
            assert said == {"placed": len(domains)}
            assert words == {"placed"}
        else:
            assert said == {"not submitted": len(domains)}
            assert words == {"not submitted"}
            assert re.search(rf"\(process {processes[winner]}\) since \d{{4}}-\d\d-\d\d", told), told
    assert server.seen() == dict.fromkeys(domains, 1)


@pytest.mark.parametrize("waiting", [False, True], ids=["refused", "waiting"])
def test_what_two_sheets_share_is_bought_once(
    tmp_path: Path, zygote: Zygote, server: CountingServer, ledger_url: str, waiting: bool
) -> None:
    meeting = Meeting(str(tmp_path), 2, patient=not waiting)
    more = ("--wait",) if waiting else ()
    sheets = {"one": ["shared.com", "first.com"], "two": ["second.com", "shared.com"]}
    starts = [
        start_sheet(tmp_path, name, domains, ledger_url, server, *more, meeting=meeting)
        for name, domains in sheets.items()
    ]
    zygote.start(*starts)
    codes = zygote.wait()
    if waiting:
        assert codes == [0, 0]
        assert sorted(map(sorted, map(read_said, starts))) == [["already placed", "placed"], ["placed"]]
        assert server.seen() == {"shared.com": 1, "first.com": 1, "second.com": 1}
        return
    assert sorted(codes) == [0, 4]
    loser = starts[codes.index(4)]
    assert read_said(loser) == {"not submitted": 2}
    assert server.seen()["shared.com"] == 1
    zygote.start(Start(loser.words, tmp_path, log="again.txt"))
    assert zygote.wait() == [0]
    assert read_said(Start(loser.words, tmp_path, log="again.txt")) == {"already placed": 1, "placed": 1}
    assert server.seen() == {"shared.com": 1, "first.com": 1, "second.com": 1}
