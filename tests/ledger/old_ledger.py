"""Ledgers as the first version made them, with all that can be in one."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, text

from batch_orders.core.model import Order
from batch_orders.core.order_json import fingerprint, order_to_json
from batch_orders.ledger.engine import MIGRATIONS, pool_options, read_place
from batch_orders.ledger.snapshot import pack_cells
from tests.ledger.batches import LIVE, OTHER
from tests.sheets import make_worksheet, row

WENT_WELL, CUT, LEFT_OVER, DIED = "went-well", "cut-short", "left-over", "died"
T = "2026-11-2{}T04:15:00.000+00:00"
"""A moment of a day."""

OldBatches = Sequence[Mapping[str, str | None]]
OldOrder = tuple[str, int, str, str, str, str, str, int]
"""Batch, place, environment, domain, state, order id, message, attempts."""
OldOrders = Sequence[OldOrder]
OldEvent = tuple[int, str, str, str]
"""The order's number, before, after, message."""
OldEvents = Sequence[OldEvent]

BATCHES: OldBatches = (
    {"id": WENT_WELL, "environment": LIVE, "begun": T.format(1), "ended": T.format(2), "stopped": ""},
    {"id": CUT, "environment": LIVE, "begun": T.format(2), "ended": T.format(3), "stopped": "Interrupted."},
    {
        "id": LEFT_OVER,
        "environment": LIVE,
        "begun": T.format(3),
        "ended": T.format(4),
        "stopped": "Too dear.",
    },
    {"id": DIED, "environment": OTHER, "begun": T.format(4), "ended": None, "stopped": ""},
)
ORDERS: OldOrders = (
    (WENT_WELL, 0, LIVE, "placed.com", "placed", "895641", "thank you", 1),
    (WENT_WELL, 1, LIVE, "rejected.com", "rejected", "", "no", 1),
    (CUT, 0, LIVE, "unconfirmed.com", "unconfirmed", "", "lost", 2),
    (CUT, 1, LIVE, "planned.com", "planned", "", "", 0),
    (LEFT_OVER, 0, LIVE, "dear.com", "planned", "", "", 0),
    (DIED, 0, OTHER, "placed.com", "submitting", "", "", 1),
)
EVENTS: OldEvents = (
    (1, "planned", "submitting", ""),
    (1, "submitting", "placed", "thank you"),
    (2, "planned", "submitting", ""),
    (2, "submitting", "rejected", "no"),
    (3, "planned", "submitting", ""),
    (3, "submitting", "planned", "busy"),
    (3, "planned", "submitting", ""),
    (3, "submitting", "unconfirmed", "lost"),
    (6, "planned", "submitting", ""),
)


def old_result(domain: str, status: str, row: int, order_id: str = "") -> dict[str, Any]:
    return {
        "domain": domain,
        "status": status,
        "rows": [row],
        "order_id": order_id,
        "message": "It was not sent.",
        "mailboxes": [f"jane@{domain}"],
        "vendor": "1",
        "forwarding_domain": "acmemail.org",
        "contact": "Jane Doe",
        "attempts": 0,
        "time": T.format(1) if order_id else None,
        "vendor_status": "",
    }


def old_problem(row: int, code: str) -> dict[str, Any]:
    said = {"severity": "error", "worksheet": "Orders", "row": row, "column": "Domain", "value": "x"}
    return {**said, "code": code, "message": "Not so.", "suggestion": ""}


def old_papers(batch: str, environment: str) -> bytes:
    """As the first version wrote them: five rows, two of them held back, one placed differently before."""
    domains = ("fresh.com", "known.com", "bad one", "changed.com", "bad two")
    words = ("not submitted", "already placed", "invalid", "invalid", "invalid")
    worksheet = make_worksheet([row(domain) for domain in domains], "Orders", [5, 6, 9, 10, 12])
    said = {
        "batch": batch,
        "environment": environment,
        "started": T.format(1),
        "orders": [
            old_result(domain, word, number, "7" if word == "already placed" else "")
            for number, (domain, word) in enumerate(zip(domains, words, strict=True))
        ],
        "problems": [
            old_problem(9, "domain-shape"),
            old_problem(12, "domain-shape"),
            old_problem(10, "placed-differently"),
        ],
        "problem_count": 3,
        "rows_invalid": 2,
        "row_problems": {"2": "Not so.", "4": "Not so."},
        "remarks": ["The vendor could not be asked."],
        "checksum": "0123456789ab",
        "sheet": {
            "path": "some/orders.xlsx",
            "format": "xlsx",
            "sha256": "00",
            "assumptions": ["read as it is"],
            "problems": [],
        },
        "worksheets": [
            {
                "name": "Orders",
                "header_row": 1,
                "headers": worksheet.headers,
                "columns": dict(worksheet.columns),
            }
        ],
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as papers:
        papers.writestr("draft.json", json.dumps(said, ensure_ascii=False))
        papers.writestr("cells-0", pack_cells(worksheet.cells))
    return packed.getvalue()


@contextmanager
def raw_engine(place: str) -> Iterator[Engine]:
    """The database itself, which no version brings up to date."""
    url = read_place(place)
    engine = create_engine(url, **pool_options(url))
    try:
        yield engine
    finally:
        engine.dispose()


def make_old_ledger(
    place: str, batches: OldBatches = BATCHES, orders: OldOrders = ORDERS, events: OldEvents = EVENTS
) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with raw_engine(place) as engine, engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for batch in batches:
            add_batch(connection, batch)
        for order in orders:
            add_order(connection, order)
        for event in events:
            add_event(connection, event)


def add_batch(connection: Connection, batch: Mapping[str, str | None]) -> None:
    papers = old_papers(str(batch["id"]), str(batch["environment"]))
    connection.execute(
        text(
            "INSERT INTO batches (id, environment, sheet, sheet_sha256, source, begun, ended, stopped, papers) "
            "VALUES (:id, :environment, 'orders.xlsx', '00', 'sales', :begun, :ended, :stopped, :papers)"
        ),
        {**batch, "papers": papers},
    )


def add_order(connection: Connection, said: OldOrder) -> None:
    owner, place, environment, domain, state, order_id, message, attempts = said
    order = Order(domain, (f"jane@{domain}",), 1, "acmemail.org", {"name": "Jane Doe"})
    connection.execute(
        text(
            "INSERT INTO orders (batch, place, environment, domain, content, fingerprint, state, order_id, "
            "message, attempts, changed, looked_for, vendor_status) VALUES (:batch, :place, :environment, "
            ":domain, :content, :fingerprint, :state, :order_id, :message, :attempts, :changed, :looked_for, '')"
        ),
        {
            "batch": owner,
            "place": place,
            "environment": environment,
            "domain": domain,
            "content": order_to_json(order),
            "fingerprint": fingerprint(order),
            "state": state,
            "order_id": order_id,
            "message": message,
            "attempts": attempts,
            "changed": T.format(2),
            "looked_for": T.format(3) if state == "unconfirmed" else "",
        },
    )


def add_event(connection: Connection, event: OldEvent) -> None:
    order_number, before, after, message = event
    connection.execute(
        text(
            'INSERT INTO events ("order", at, before, after, message, who) '
            "VALUES (:order, :at, :before, :after, :message, 'jane@machine')"
        ),
        {"order": order_number, "at": T.format(2), "before": before, "after": after, "message": message},
    )
