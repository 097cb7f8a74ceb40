"""Which column is which, as somebody said of a sheet whose headers were not known. One of the faces of a ledger."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import delete, insert, select

from batch_orders.ledger.database import Database
from batch_orders.ledger.lock import write_time
from batch_orders.ledger.upload_rows import digest
from batch_orders.ledger.upload_tables import column_choices


class ColumnChoices:
    """Every method raises LedgerError where the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def chosen(self, headers: Sequence[str]) -> Mapping[str, str]:
        """Header → field, as it was last chosen for a sheet with the same headers."""
        query = select(column_choices.c.columns).where(column_choices.c.headers == digest(headers))
        with self._database._reading() as connection:
            said = connection.execute(query).scalar()
        return dict(json.loads(said)) if said else {}

    def keep(self, headers: Sequence[str], columns: Mapping[str, str], actor: str) -> None:
        key = digest(headers)
        with self._database._changing() as connection:
            connection.execute(delete(column_choices).where(column_choices.c.headers == key))
            connection.execute(
                insert(column_choices).values(
                    headers=key,
                    columns=json.dumps(dict(columns)),
                    actor=actor,
                    at=write_time(datetime.now(UTC)),
                )
            )
