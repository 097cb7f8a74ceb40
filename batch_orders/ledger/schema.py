"""The tables of the ledger, as the code reads and writes them. A new ledger is made of them, an older one migrated.

Times are ISO 8601 text in UTC, and money is decimal text, the same on SQLite and PostgreSQL. Live
and sandbox orders never meet: every order belongs to one environment, and to one account there.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    and_,
    func,
    literal,
    text,
)

from batch_orders.core.states import FAILED, UNPROVEN, State

REVISION = "0005"
"""The migration that makes exactly these tables."""

metadata = MetaData()

KNOWN_STATES = "state IN ('planned', 'submitting', 'placed', 'rejected', 'unconfirmed', 'gone')"

ID = BigInteger().with_variant(Integer, "sqlite")
"""64 bits on both: SQLite counts up by itself only in what it calls INTEGER."""

batches = Table(
    "batches",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("environment", Text, nullable=False),
    Column("account", Text, nullable=False, server_default=""),
    Column("sheet", Text, nullable=False),
    Column("sheet_sha256", String(64), nullable=False),
    Column("source", Text, nullable=False),
    Column("accepted_at", String(32), nullable=False),
    # A batch that waits its turn has none.
    Column("started_at", String(32)),
    # The first end of a batch, never overwritten. "" is no reason: it went to its end.
    Column("finished_at", String(32)),
    Column("stop_reason", String(32), nullable=False, server_default=""),
    Column("stop_sentence", Text, nullable=False),
    # The whole sheet and its problems, so that any process can carry the batch on and report it.
    # Empty where it was pruned. SQLite reads through a large value to those after it, so it is the last.
    Column("snapshot", LargeBinary),
)

resumptions = Table(
    "resumptions",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=True),
    Column("batch", ForeignKey("batches.id"), nullable=False),
    Column("started_at", String(32), nullable=False),
    Column("finished_at", String(32)),
    Column("stop_reason", String(32), nullable=False),
    Column("stop_sentence", Text, nullable=False),
    Column("actor", Text, nullable=False),
)
"""One line each time that a batch is carried on, after its first end or after it was cut off."""

approvals = Table(
    "approvals",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=True),
    Column("batch", ForeignKey("batches.id"), nullable=False),
    Column("actor", Text, nullable=False),
    Column("door", Text, nullable=False),
    Column("at", String(32), nullable=False),
    Column("checksum", Text, nullable=False),
    Column("orders", Integer, nullable=False),
    # "" where several currencies or an unknown price make no single sum.
    Column("cost", Text, nullable=False),
    Column("currency", Text, nullable=False),
)

orders = Table(
    "orders",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=True),
    Column("batch", ForeignKey("batches.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("environment", Text, nullable=False),
    Column("account", Text, nullable=False, server_default=""),
    Column("domain", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("vendor_order_id", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("changed_at", String(32), nullable=False),
    # When it was last claimed ("": never): budgets count by it. Until when that attempt may be under way.
    Column("submitted_at", String(32), nullable=False, server_default=""),
    Column("claim_ends_at", String(32), nullable=False, server_default=""),
    # When an unconfirmed order was last looked up; what the vendor last said of a placed one, and when.
    Column("last_checked_at", String(32), nullable=False),
    Column("vendor_status", Text, nullable=False),
    Column("vendor_status_at", String(32), nullable=False, server_default=""),
    # When a person said that it was not bought ("": nobody did). Only a sheet orders the domain after that.
    Column("not_bought_at", String(32), nullable=False, server_default=""),
    # The price at which it was approved ("" where none is known), and by whom (NULL: by nobody).
    Column("price", Text, nullable=False, server_default=""),
    Column("currency", Text, nullable=False, server_default=""),
    Column("approval", ForeignKey("approvals.id")),
    CheckConstraint(KNOWN_STATES, name="known_state"),
)

events = Table(
    "events",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=True),
    Column("order_id", ForeignKey("orders.id"), nullable=False),
    Column("at", String(32), nullable=False),
    Column("before", String(16), nullable=False),
    Column("after", String(16), nullable=False),
    Column("message", Text, nullable=False),
    Column("actor", Text, nullable=False),
)

requests = Table(
    "requests",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=True),
    Column("batch", ForeignKey("batches.id"), nullable=False),
    Column("environment", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("domain", Text, nullable=False),
    # "" where its rows were held back: then it is not known what they ask for.
    Column("fingerprint", String(64), nullable=False),
    Column("after_order", ForeignKey("orders.id"), nullable=False),
)
"""What a batch asked for although it stored no order of its own, such as a domain that was unconfirmed then.

`after_order` is the latest order of the domain at that time. It is not sent any more where the latest request
after it asks for something else.
"""

actions = Table(
    "actions",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=True),
    Column("at", String(32), nullable=False),
    Column("act", String(16), nullable=False),
    Column("actor", Text, nullable=False, index=True),
    Column("door", Text, nullable=False),
    Column("environment", Text, nullable=False),
    Column("account", Text, nullable=False),
    # "" where it was about no single batch or domain, or no plan was approved.
    Column("batch", String(40), nullable=False, index=True),
    Column("domain", Text, nullable=False),
    Column("checksum", Text, nullable=False),
    Column("message", Text, nullable=False),
)
"""What people did beside saying yes: stops, look-ups, and what they found out."""

origins = Table(
    "origins",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=True),
    Column("batch", ForeignKey("batches.id"), nullable=False),
    Column("domain", Text, nullable=False),
    Column("mark", String(32), nullable=False),
)
"""Of orders of a corrections workbook: the marks of the original rows that they put right. See core.origins."""

held_back = Table(
    "held_back",
    metadata,
    Column("batch", ForeignKey("batches.id"), primary_key=True),
    Column("invalid_orders", Integer, nullable=False),
    Column("invalid_rows", Integer, nullable=False),
)
"""Of batches whose sheet had mistakes: how many. Its snapshot says which, and is too large to be read for a list."""

accounts = Table(
    "accounts",
    metadata,
    Column("environment", Text, primary_key=True),
    Column("account", Text, primary_key=True),
    # A salted hash of the account's API key, never the key.
    Column("salt", String(64), nullable=False),
    Column("mark", String(128), nullable=False),
    Column("first_seen_at", String(32), nullable=False),
    # When another key took the place of the first ("": never).
    Column("key_changed_at", String(32), nullable=False),
)

retirement = Table(
    "retirement",
    metadata,
    Column("token", String(32), primary_key=True),
    Column("successor", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("since", String(32), nullable=False),
    # Pending without it: the copy is under way, or was cut off.
    Column("final_at", String(32)),
)
"""Where this ledger was copied to, or is being copied to: one line at most, and while it stands nothing is claimed."""

arrivals = Table(
    "arrivals",
    metadata,
    Column("token", String(32), primary_key=True),
    Column("source", Text, nullable=False),
    Column("at", String(32), nullable=False),
    Column("outcome", String(16), nullable=False),
)
"""How each copy into this ledger ended: from `under way` to `copied` or `taken back`, and then never again.

Where there is one and none was copied, the ledger is not used.
"""

submitters = Table(
    "submitters",
    metadata,
    Column("environment", Text, primary_key=True),
    Column("account", Text, primary_key=True),
    Column("actor", Text, nullable=False),
    Column("since", String(32), nullable=False),
)

LIVE_STATES = text("state IN ('submitting', 'placed', 'unconfirmed')")

one_live_order = Index(
    "one_live_order",
    orders.c.environment,
    orders.c.domain,
    unique=True,
    sqlite_where=LIVE_STATES,
    postgresql_where=LIVE_STATES,
)
"""A domain can be bought once, whichever account it is for: the database itself refuses a second live order."""


def in_state(*states: State) -> ColumnElement[bool]:
    """Whether an order is in one of these states, in words that SQLite recognises a partial index by."""
    values = [literal(state.value, literal_execute=True) for state in states]
    return orders.c.state.in_(values) if len(values) > 1 else orders.c.state == values[0]


failed = and_(
    in_state(State.PLACED),
    func.lower(orders.c.vendor_status).in_([literal(word, literal_execute=True) for word in FAILED]),
)
"""Whether an order was placed, then failed. A partial index has these words."""

OPEN = text(
    "state = 'placed' AND vendor_order_id <> '' "
    "AND lower(vendor_status) NOT IN ('completed', 'failed', 'cancelled', 'canceled')"
)
"""Whether a placed order can be asked for and has not ended with the vendor, in the words of a partial index."""

unproven = in_state(*UNPROVEN)
"""Said beside one of the two as well: SQLite does not see that it follows."""
