"""How far the ledger had come, as it stands outside it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from batch_orders.ledger.marks import Marks


def test_a_mark_is_whole_however_many_write_it(tmp_path: Path) -> None:
    marks = Marks.of(str(tmp_path / "ledger.db"), tmp_path / "state")
    events = range(10**6, 10**6 + 1000)

    def write_and_read(event: int) -> int | None:
        marks.write(event)
        return marks.read()

    with ThreadPoolExecutor(8) as pool:
        assert all(read in events for read in pool.map(write_and_read, events))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ledger.db.mark", "state"]
