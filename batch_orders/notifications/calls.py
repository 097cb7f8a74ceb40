"""Calls over the network that may fail or hang: they never raise, and never hold a run up.

Addresses are secrets here: none of them, and no text of an exception, gets into an answer.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from threading import Thread
from typing import TypeVar

import requests

from batch_orders import __version__

CALL_SECONDS = 10.0

Found = TypeVar("Found")

# It logs whole addresses.
logging.getLogger("urllib3.connectionpool").disabled = True


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call brought: the answer's status and Date header, or the fault that left it without one."""

    status: int = 0
    date: str = ""
    fault: str = ""


def call(url: str, seconds: float = CALL_SECONDS) -> Answer:
    """GET an address, once. Redirects are not followed: they would carry the secret elsewhere."""
    return run_within(
        seconds, lambda: ask(url, seconds), Answer(fault=f"there was no answer within {seconds:g} seconds")
    )


def run_within(seconds: float, work: Callable[[], Found], late: Found) -> Found:
    """What `work` returns, or `late` where it takes longer. `work` must not raise.

    A thread that is late is left behind: it does not keep the program from ending. The stack's own
    timeouts are per read, and know nothing of names that resolve slowly.
    """
    found: list[Found] = []
    thread = Thread(target=lambda: found.append(work()), daemon=True)
    thread.start()
    thread.join(seconds)
    return found[0] if found else late


def ask(url: str, seconds: float) -> Answer:
    try:
        with (
            open_session(url) as session,
            session.get(url, timeout=seconds, allow_redirects=False, stream=True) as response,
        ):
            return Answer(response.status_code, response.headers.get("Date", ""))
    # Whatever it is: its text may hold the address.
    except Exception as error:  # noqa: BLE001
        return Answer(fault=f"it could not be reached ({type(error).__name__})")


def open_session(url: str) -> requests.Session:
    """A session that uses the surroundings' proxies and certificates, but no .netrc file's passwords."""
    session = requests.Session()
    surroundings = session.merge_environment_settings(url, {}, None, None, None)
    session.trust_env = False
    session.proxies = dict(surroundings["proxies"])
    session.verify = surroundings["verify"]
    session.headers["User-Agent"] = f"batch-orders/{__version__}"
    return session
