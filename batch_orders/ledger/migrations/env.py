"""Alembic runs this; the ledger hands it the connection on which the migration is to happen."""

from alembic import context

from batch_orders.ledger.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
