"""How much one person or program may hand in within an hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from batch_orders.core.people import Person
from batch_orders.ledger.upload_queries import Used
from batch_orders.web.render import Refusal
from batch_orders.web.site import MIB, Site

WINDOW = timedelta(hours=1)


def demand_quota(site: Site, person: Person, size: int) -> None:
    """Raises Refusal (429) where another upload of `size` bytes would be too much. A person alone has no such limit."""
    settings = site.settings.page
    if not settings.has_sign_in and not person.program:
        return
    now = datetime.now(UTC)
    used = site.ledger.uploads.used_since(person.name, now - WINDOW)
    most, most_bytes = settings.uploads_per_hour, settings.megabytes_per_hour * MIB
    if used.uploads + 1 > most:
        told = (
            f"{person.name} handed in {used.uploads:,} times within the last hour, and {most:,} is the most."
        )
        raise refuse(told, used, now)
    if used.bytes + size > most_bytes:
        told = f"{person.name} may hand in {settings.megabytes_per_hour:,} MB within an hour"
        raise refuse(f"{told}, and {used.bytes / MIB:,.0f} MB were handed in already.", used, now)


def refuse(why: str, used: Used, now: datetime) -> Refusal:
    free_at = (used.first or now) + WINDOW
    seconds = max(1, int((free_at - now).total_seconds()) + 1)
    again = f"Hand it in again after {free_at.astimezone():%H:%M}."
    return Refusal(
        429, "That is too much for an hour", f"{why} Nothing was stored.", again, retry_after=seconds
    )
