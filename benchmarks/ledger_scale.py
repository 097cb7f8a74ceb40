"""The ledger's queries at the begin and the end of a batch, with 1,000,000 placed orders over three years.

`python benchmarks/ledger_scale.py [ORDERS] [LEDGER]`: LEDGER is a path or a database URL that holds nothing
yet, or what this has made before; without one it is SQLite in the system's temporary folder.
"""

from __future__ import annotations

import itertools
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, func, insert, select, text

from batch_orders.ledger import Ledger, Submitter
from batch_orders.ledger.engine import open_engine, reading
from batch_orders.ledger.schema import batches, events, orders

ENVIRONMENT, ACCOUNT = "https://smart-senders.example", "acme"
OF_A_BATCH = 50
THIS_MONTH = 20_000
"""Orders; all others lie in the three years before."""
OPEN = 500
"""Of this month's, how many the vendor has not completed yet."""
PRICES = ("22.50", "18.00", "36.25", "12.99")
ASKED = 1_000
AT_ONCE = 10_000
TURNS = 9
AIM = 50.0
YEARS = timedelta(days=3 * 365)
Row = Mapping[str, Any]


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    usual = Path(tempfile.gettempdir()) / "batch-orders-benchmarks" / f"ledger-{count}.db"
    place = sys.argv[2] if len(sys.argv) > 2 else str(usual)
    usual.parent.mkdir(exist_ok=True)
    month = datetime.now(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    engine = open_engine(place)
    fill(engine, count, month)
    engine.dispose()
    with closing(Ledger.open(place)) as ledger, ledger.submitting(ENVIRONMENT, ACCOUNT) as submitter:
        print(f"{count:,} placed orders, {THIS_MONTH:,} of them this month, {ledger.place}")
        print("| query | fastest | median |\n|---|---|---|")
        for name, ask in questions(ledger, submitter, count, month).items():
            took = [measure(ask) for _ in range(TURNS)]
            late = "" if statistics.median(took) <= AIM else f", above the aim of {AIM:.0f} ms"
            print(f"| {name} | {min(took):.1f} ms | {statistics.median(took):.1f} ms{late} |")


def questions(
    ledger: Ledger, submitter: Submitter, count: int, month: datetime
) -> dict[str, Callable[[], object]]:
    known = [domain_of(number) for number in range(0, count, max(1, count * 2 // ASKED))]
    asked = [*known, *(f"new-{number}.com" for number in range(ASKED - len(known)))]
    day = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    latest = ledger.batches(1)[0]
    return {
        "recover": submitter.recover,
        "unsettled": lambda: ledger.unsettled(ENVIRONMENT, ACCOUNT),
        f"known, {ASKED:,} domains": lambda: ledger.known(ENVIRONMENT, asked),
        "budget of a day": lambda: ledger.spent_since(ENVIRONMENT, ACCOUNT, day),
        "budget of a month": lambda: ledger.spent_since(ENVIRONMENT, ACCOUNT, month),
        "status": lambda: (ledger.batches(), ledger.unsettled(), ledger.failed()),
        "resumable": lambda: ledger.resumable(account=ACCOUNT),
        "handed in before": lambda: ledger.handed_in(ENVIRONMENT, ACCOUNT, latest.sheet_sha256),
        "orders of a batch": lambda: (ledger.orders(latest.id), ledger.superseded(latest.id)),
        "to be tracked": lambda: ledger.trackable(ENVIRONMENT, ACCOUNT),
    }


def measure(ask: Callable[[], object]) -> float:
    """Milliseconds."""
    begun = time.perf_counter()
    ask()
    return (time.perf_counter() - begun) * 1_000


def fill(engine: Engine, count: int, month: datetime) -> None:
    with reading(engine) as connection:
        there = connection.execute(select(func.count()).select_from(batches)).scalar_one()
    if there:
        return
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA cache_size = -500000")
    for table, rows in (
        (batches, make_batches(count, month)),
        (orders, make_orders(count, month)),
        (events, make_events(count, month)),
    ):
        while part := list(itertools.islice(rows, AT_ONCE)):
            with engine.begin() as connection:
                put(connection, table, part)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # As autovacuum does by itself after a while.
        connection.execute(text("ANALYZE"))


def put(connection: Connection, table: Table, part: list[Row]) -> None:
    if connection.dialect.name == "sqlite":
        connection.execute(insert(table), part)
        return
    columns = ", ".join(part[0])
    cursor = connection.connection.cursor()
    with cursor.copy(f"COPY {table.name} ({columns}) FROM STDIN") as copy:
        for row in part:
            copy.write_row(tuple(row.values()))


def moment_of(number: int, count: int, month: datetime) -> str:
    """Evenly over three years, then over this month as far as it has gone."""
    before = count - THIS_MONTH
    if number < before:
        when = month - YEARS + YEARS * (number / before)
    else:
        when = month + (datetime.now(UTC) - month) * ((number - before) / THIS_MONTH)
    return when.isoformat(timespec="milliseconds")


def domain_of(number: int) -> str:
    return f"shop-{number * 7919 % 1_000_003:07}.com"


def make_batches(count: int, month: datetime) -> Iterator[Row]:
    for number in range(0, count, OF_A_BATCH):
        at = moment_of(number, count, month)
        yield {
            "id": f"batch-{number:09}",
            "environment": ENVIRONMENT,
            "account": ACCOUNT,
            "sheet": "orders.xlsx",
            "sheet_sha256": f"{number:064x}",
            "source": "",
            "accepted_at": at,
            "started_at": at,
            "finished_at": at,
            "stop_reason": "",
            "stop_sentence": "",
            "snapshot": bytes(2_000),
        }


def make_orders(count: int, month: datetime) -> Iterator[Row]:
    for number in range(count):
        at, domain = moment_of(number, count, month), domain_of(number)
        yield {
            "batch": f"batch-{number // OF_A_BATCH * OF_A_BATCH:09}",
            "position": number % OF_A_BATCH,
            "environment": ENVIRONMENT,
            "account": ACCOUNT,
            "domain": domain,
            "content": f'{{"domain":"{domain}","mailboxes":["jane@{domain}","john@{domain}"],"vendor":1}}',
            "fingerprint": f"{number:064x}",
            "state": "placed",
            "vendor_order_id": str(100_000 + number),
            "message": "Order placed successfully.",
            "attempts": 1,
            "changed_at": at,
            "submitted_at": at,
            "last_checked_at": "",
            "vendor_status": "Pending" if number >= count - OPEN else "Completed",
            "price": PRICES[number % len(PRICES)],
            "currency": "USD",
        }


def make_events(count: int, month: datetime) -> Iterator[Row]:
    for number in range(count):
        for before, after in (("planned", "submitting"), ("submitting", "placed")):
            yield {
                "order_id": number + 1,
                "at": moment_of(number, count, month),
                "before": before,
                "after": after,
                "message": "",
                "actor": "orders@machine (process 4711)",
            }


if __name__ == "__main__":
    main()
