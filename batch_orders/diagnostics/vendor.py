"""Checks of what is outside: the key by a read-only call, and the clock by the server's own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from batch_orders.core.wording import counted
from batch_orders.diagnostics import Check, Health
from batch_orders.errors import LookUpError
from batch_orders.notifications.calls import call
from batch_orders.smart_senders import ApiKey, Environment, SmartSenders

MOST_APART = timedelta(minutes=5)


def check_key(
    environment: Environment, key: ApiKey, timeout: float, what: str = "API key"
) -> Iterator[Check]:
    """Ask for the vendors, which spends nothing."""
    with SmartSenders(environment, key, timeout) as vendor:
        try:
            offers = vendor.list_vendors()
        except LookUpError as error:
            said = (
                f"{error} After 401 or 403 copy the key again from your account; otherwise check the address and "
                "the network."
            )
            yield Check(what, Health.WRONG, said, "base-url")
            return
    yield Check(
        what, Health.WELL, f"{environment.base_url} takes it and lists {counted(len(offers), 'vendor')}."
    )


def check_clock(environment: Environment) -> Iterator[Check]:
    """Compare this machine's clock with the server's. The key is not sent."""
    yield judge_clock(call(environment.base_url).date, datetime.now(UTC))


def judge_clock(date: str, now: datetime) -> Check:
    """`date` is the Date header of an answer that came just `now`. Pure."""
    what = "Clock"
    try:
        theirs = parsedate_to_datetime(date)
    except ValueError:
        return Check(
            what, Health.UNKNOWN, "The server did not tell its time, so this clock was not compared."
        )
    # A header without a zone is in UTC (RFC 9110, section 5.6.7).
    apart = now - (theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC))
    if abs(apart) <= MOST_APART:
        return Check(what, Health.WELL, "It agrees with the server's.")
    minutes = counted(round(abs(apart) / timedelta(minutes=1)), "minute")
    way = "ahead of" if apart > timedelta(0) else "behind"
    return Check(
        what,
        Health.WRONG,
        f"It is {minutes} {way} the server's. Reports show wrong times: set it, best by NTP.",
    )
