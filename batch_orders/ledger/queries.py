"""What the ledger is asked: rows of its tables → values. Nothing here writes."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Select,
    Text,
    and_,
    any_,
    case,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
)

from batch_orders.core.money import Cost, Prices, Spent, sum_costs
from batch_orders.core.records import (
    NOTHING_HELD,
    BatchRecord,
    HeldBack,
    LedgerOrder,
    OrderEvent,
    PriorOrder,
    TrackedOrder,
)
from batch_orders.core.states import LIVE, UNPROVEN, State
from batch_orders.ledger.lock import write_time
from batch_orders.ledger.schema import (
    LIVE_STATES,
    OPEN,
    batches,
    events,
    failed,
    held_back,
    in_state,
    orders,
    requests,
    resumptions,
    submitters,
    unproven,
)
from batch_orders.ledger.values import AnyRow, read_batch, read_order, read_prior

by_age = orders.c.id + 0
"""The order of ids, in words by which SQLite does not read the whole table in that order to find a few."""
AT_ONCE = 500
"""Domains asked for in one query: below every database's limit on parameters."""

RECENT = 10_000
"""Moves among which recent ones are looked for: all accounts together make fewer in any usual rate's window."""

OVER = (State.REJECTED, State.GONE)
"""States of orders that bought nothing, or nothing that still is."""

SUMMARY = [column for column in batches.c if column is not batches.c.snapshot]
"""All of a batch but its snapshot, which may be large."""

waiting = and_(batches.c.started_at.is_(None), batches.c.finished_at.is_(None))
"""Whether a batch was accepted and has not started. A partial index has these words."""

waits = orders.c.batch.in_(select(batches.c.id).where(waiting).correlate(None))
"""Whether an order's batch waits."""


later = orders.alias("later")

later_orders = select(later.c.id).where(
    later.c.environment == orders.c.environment,
    later.c.domain == orders.c.domain,
    later.c.id > orders.c.id,
)
"""The later orders of an order's environment and domain."""

later_requests = (
    select(requests.c.id)
    .where(
        requests.c.environment == orders.c.environment,
        requests.c.account == orders.c.account,
        requests.c.domain == orders.c.domain,
        requests.c.after_order >= orders.c.id,
    )
    .correlate(orders)
    .order_by(requests.c.id.desc())
    .limit(1)
)
"""The latest request for an order's domain that came after it."""


def wanted_otherwise() -> ColumnElement[bool]:
    """Whether a later sheet wanted something else for the same domain, without an order of its own."""
    asked = later_requests.with_only_columns(requests.c.fingerprint).scalar_subquery()
    return func.coalesce(asked, orders.c.fingerprint) != orders.c.fingerprint


def has_successor() -> ColumnElement[bool]:
    """Whether only a sheet that is handed in again may order an order's domain.

    So it is where a later one asked for it, and where a person said that it was not bought. A batch that
    waits is sent as it was approved.
    """
    not_bought = orders.c.not_bought_at != ""
    return and_(or_(exists(later_orders), wanted_otherwise(), not_bought), not_(waits))


def find_known(
    connection: Connection, environment: str, domains: Sequence[str], besides: str
) -> Mapping[str, PriorOrder]:
    planned = and_(in_state(State.PLANNED), waits, orders.c.batch != besides)
    rank = case((orders.c.state.in_(OVER), 0), (orders.c.state == State.PLANNED, 1), else_=2)
    query = select(orders).where(in_state(*LIVE, *OVER) | planned).order_by(rank, orders.c.id)
    asked = query.where(orders.c.environment == environment, is_among(connection, domains))
    # The one that counts most comes last, so that it is the one that stays.
    return {row.domain: read_prior(row) for row in connection.execute(asked)}


def is_among(connection: Connection, domains: Sequence[str]) -> ColumnElement[bool]:
    """Whether an order is for one of the domains.

    One parameter for all of them, where each one of its own takes longer than the query itself.
    """
    if connection.dialect.name == "postgresql":
        return orders.c.domain == any_(literal(list(domains), ARRAY(Text)))
    named = func.json_each(literal(json.dumps(list(domains)))).table_valued("value")
    return orders.c.domain.in_(select(named.c.value))


def find_orders(connection: Connection, query: Select[tuple[object, ...]]) -> tuple[LedgerOrder, ...]:
    return tuple(read_order(row) for row in connection.execute(query))


def orders_of_batch(batch: str) -> Select[tuple[object, ...]]:
    return select(orders).where(orders.c.batch == batch).order_by(orders.c.position)


def orders_of_domain(domain: str) -> Select[tuple[object, ...]]:
    return select(orders).where(orders.c.domain == domain).order_by(orders.c.id)


def unproven_orders(environment: str, account: str | None) -> Select[tuple[object, ...]]:
    query = select(orders).where(unproven).order_by(by_age)
    if environment:
        query = query.where(orders.c.environment == environment)
    return query if account is None else query.where(orders.c.account == account)


def find_places(connection: Connection, domain: str, states: Sequence[State]) -> tuple[tuple[str, str], ...]:
    query = select(orders.c.environment, orders.c.account)
    query = query.where(orders.c.domain == domain, orders.c.state.in_(states))
    return tuple((row.environment, row.account) for row in connection.execute(query.distinct()))


def failed_orders() -> Select[tuple[object, ...]]:
    return select(orders).where(failed).order_by(by_age)


def find_trackable(connection: Connection, environment: str, account: str) -> tuple[TrackedOrder, ...]:
    here = (orders.c.environment == environment) & (orders.c.account == account)
    query = select(orders.c.id, orders.c.domain, orders.c.vendor_order_id, orders.c.vendor_status).where(here)
    # Each with a partial index of its own, which one query for both would not use.
    found = [row for kind in (OPEN, failed) for row in connection.execute(query.where(kind))]
    return tuple(TrackedOrder(*row) for row in sorted(found))


def find_spent(connection: Connection, environment: str, account: str, since: str) -> Spent:
    """What counts as spent since then: what is placed, under way or unconfirmed, by when it was last sent.

    Where prices are in several currencies, the one that most was spent in.
    """
    price = (orders.c.currency, orders.c.price)
    query = (
        select(*price, func.count().label("orders"))
        .where(orders.c.environment == environment, orders.c.account == account)
        .where(orders.c.submitted_at >= since, LIVE_STATES)
        .group_by(*price)
    )
    sums: dict[str, Decimal] = {}
    counted = 0
    for row in connection.execute(query):
        counted += row.orders
        if row.price:
            sums[row.currency] = sums.get(row.currency, Decimal(0)) + row.orders * Decimal(row.price)
    currency = max(sums, key=lambda name: (sums[name], name), default="")
    return Spent(counted, sums.get(currency, Decimal(0)), currency)


def find_recent_calls(
    connection: Connection, environment: str, account: str, seconds: float
) -> tuple[float, ...]:
    """How many seconds ago each order of an account was answered, among the latest moves of the ledger.

    An order that was answered had arrived before. One whose process died is moved under the lock, which counts.
    """
    now = datetime.now(UTC)
    latest = select(func.max(events.c.id)).scalar_subquery()
    query = (
        select(events.c.at)
        .join(orders, orders.c.id == events.c.order_id)
        .where(events.c.id > latest - RECENT, events.c.before == State.SUBMITTING)
        .where(events.c.at >= write_time(now - timedelta(seconds=seconds)))
        .where(orders.c.environment == environment, orders.c.account == account)
    )
    moments = map(datetime.fromisoformat, connection.execute(query).scalars())
    return tuple((now - moment).total_seconds() for moment in moments)


def find_batches(
    connection: Connection, most: int, *where: ColumnElement[bool], after: int = 0
) -> tuple[BatchRecord, ...]:
    """The latest batches of which all of `where` holds, newest first, after the first `after` of them."""
    query = (
        select(*SUMMARY, batches.c.snapshot.is_(None).label("pruned"))
        .where(*where)
        .order_by(batches.c.accepted_at.desc(), batches.c.id.desc())
        .limit(most)
        .offset(after)
    )
    rows = connection.execute(query).all()
    ids = [row.id for row in rows]
    states, prices = count_orders(connection, ids)
    resumed = find_resumptions(connection, ids)
    held = find_held_back(connection, ids)
    return tuple(
        read_batch(row, states[row.id], prices[row.id], resumed.get(row.id), held.get(row.id, NOTHING_HELD))
        for row in rows
    )


def resumable_batches(besides: str, account: str | None) -> ColumnElement[bool]:
    """Whether a batch was cut off, or left orders over, and no later sheet asked for the same anew."""
    planned = select(orders.c.batch).where(in_state(State.PLANNED), not_(has_successor()))
    cut_off = select(orders.c.batch).where(unproven, in_state(State.SUBMITTING), not_(has_successor()))
    left = or_(batches.c.id.in_(planned), batches.c.id.in_(cut_off))
    offered = and_(left, batches.c.environment != besides, not_(waiting), not_(went_to_its_end()))
    return offered if account is None else offered & (batches.c.account == account)


def went_to_its_end() -> ColumnElement[bool]:
    """Whether nothing interrupted a batch, when it was carried out or when it was last carried on."""
    mine = resumptions.c.batch == batches.c.id
    latest = select(func.max(resumptions.c.id)).where(mine).correlate(batches).scalar_subquery()
    resumed = exists().where(
        resumptions.c.id == latest, resumptions.c.finished_at.is_not(None), resumptions.c.stop_reason == ""
    )
    first = and_(batches.c.finished_at.is_not(None), batches.c.stop_reason == "")
    return or_(resumed, and_(first, latest.is_(None)))


def count_orders(
    connection: Connection, ids: Sequence[str]
) -> tuple[Mapping[str, Mapping[State, int]], Mapping[str, Prices]]:
    """How many orders of each batch stand where, and what they cost."""
    price = (orders.c.currency, orders.c.price)
    query = (
        select(orders.c.batch, orders.c.state, *price, func.count().label("counted"))
        .where(orders.c.batch.in_(ids))
        .group_by(orders.c.batch, orders.c.state, *price)
    )
    states: defaultdict[str, Counter[State]] = defaultdict(Counter)
    costs: defaultdict[tuple[str, State], list[Cost]] = defaultdict(list)
    for row in connection.execute(query):
        states[row.batch][State(row.state)] += row.counted
        if row.price:
            amount = row.counted * Decimal(row.price)
            costs[row.batch, State(row.state)].append(Cost(amount, row.currency))

    def sums(batch: str, *states: State) -> Mapping[str, Decimal]:
        return sum_costs(cost for state in states for cost in costs[batch, state])

    return states, {
        batch: Prices(
            planned=sums(batch, State.PLANNED),
            placed=sums(batch, State.PLACED),
            at_risk=sums(batch, *UNPROVEN),
        )
        for batch in ids
    }


def find_resumptions(connection: Connection, ids: Sequence[str]) -> Mapping[str, AnyRow]:
    """The latest resumption of each batch that has one."""
    query = select(resumptions).where(resumptions.c.batch.in_(ids)).order_by(resumptions.c.id)
    return {row.batch: row for row in connection.execute(query)}


def find_held_back(connection: Connection, ids: Sequence[str]) -> Mapping[str, HeldBack]:
    """What was held back of each batch whose sheet had mistakes."""
    query = select(held_back).where(held_back.c.batch.in_(ids))
    return {row.batch: HeldBack(row.invalid_orders, row.invalid_rows) for row in connection.execute(query)}


def find_superseded(connection: Connection, batch: str) -> Mapping[str, str]:
    """Domain → the batch that asked for it last, "" where a person said that it was not bought."""
    order = later_orders.correlate(orders).order_by(later.c.id.desc()).limit(1)
    columns = (
        orders.c.domain,
        order.scalar_subquery().label("later"),
        order.with_only_columns(later.c.batch).scalar_subquery().label("ordered_by"),
        later_requests.with_only_columns(requests.c.after_order).scalar_subquery().label("after"),
        later_requests.with_only_columns(requests.c.batch).scalar_subquery().label("asked_by"),
    )
    query = select(*columns).where(orders.c.batch == batch, has_successor())
    return {
        row.domain: (row.asked_by if (row.after or 0) >= (row.later or 1) else row.ordered_by) or ""
        for row in connection.execute(query)
    }


def find_history(connection: Connection, domain: str) -> tuple[OrderEvent, ...]:
    first = select(orders, batches.c.accepted_at).join(batches, batches.c.id == orders.c.batch)
    moved = select(
        events, orders.c.environment, orders.c.account, orders.c.batch, orders.c.vendor_order_id
    ).join(orders, orders.c.id == events.c.order_id)
    told = [
        OrderEvent(row.accepted_at, row.environment, row.account, row.batch, "", State.PLANNED, "", "", "")
        for row in connection.execute(first.where(orders.c.domain == domain).order_by(orders.c.id))
    ]
    told += [
        OrderEvent(
            row.at,
            row.environment,
            row.account,
            row.batch,
            row.before,
            row.after,
            row.vendor_order_id if row.after == State.PLACED else "",
            row.message,
            row.actor,
        )
        for row in connection.execute(moved.where(orders.c.domain == domain).order_by(events.c.id))
    ]
    return tuple(sorted(told, key=lambda event: event.at))


def find_submitters(connection: Connection) -> Mapping[tuple[str, str], tuple[str, str]]:
    """Environment and account → who submits for it, and since when."""
    rows = connection.execute(select(submitters))
    return {(row.environment, row.account): (row.actor, row.since) for row in rows}
