"""The HTTP client: one keep-alive connection, no redirects, no retries of its own."""

from __future__ import annotations

import json
import logging
import time
from typing import Final

import requests
from requests.structures import CaseInsensitiveDict

from batch_orders import __version__
from batch_orders.model import Body, NotTaken, Outcome, Placed, Rejected, Unconfirmed
from batch_orders.smart_senders.address import ApiKey, Environment
from batch_orders.smart_senders.answers import Answer, read_outcome
from batch_orders.smart_senders.deadline import Deadline, WatchedAdapter
from batch_orders.smart_senders.faults import read_fault

API_PATH: Final = "/api/v1/smart-senders/"
CONNECT_TIMEOUT: Final = 30.0
LONGEST_IDLE: Final = 5.0
"""Seconds after which the connection is opened anew: a server that closes an idle connection just
as an order goes out would leave that order unconfirmed."""
LARGEST_ANSWER: Final = 1 << 20

# It logs whole addresses, and the key is part of them.
logging.getLogger("urllib3.connectionpool").disabled = True


class SmartSenders:
    """Places orders in one environment. Not for use by several threads at once."""

    def __init__(self, environment: Environment, key: ApiKey, timeout: float) -> None:
        """`timeout` is the deadline of one whole call, in seconds."""
        self._base = environment.base_url + API_PATH
        self._key = key
        self._timeout = timeout
        self._deadline = Deadline()
        self._session = open_session(environment.base_url, self._deadline)
        self._last_used = time.monotonic()

    def place_order(self, body: Body) -> Outcome:
        """Send one order once, and say what that proved. Never raises for what the server does."""
        if time.monotonic() - self._last_used > LONGEST_IDLE:
            self._session.close()
        data = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        with self._deadline.within(self._timeout):
            outcome = self._post(data)
        self._last_used = time.monotonic()
        if self._deadline.over and isinstance(outcome, Unconfirmed):
            outcome = Unconfirmed(f"There was no whole answer within {self._timeout:g} seconds.")
        return redact(outcome, self._key)

    def _post(self, data: bytes) -> Outcome:
        try:
            with self._session.post(
                self._base + "place-order",
                params={"api_key": self._key.secret},
                data=data,
                headers={"Content-Type": "application/json"},
                timeout=(min(CONNECT_TIMEOUT, self._timeout), self._timeout),
                allow_redirects=False,
                stream=True,
            ) as response:
                return read_outcome(read_answer(response))
        # Whatever goes wrong here, the order may be on its way; no fault may leave without an outcome.
        except Exception as error:  # noqa: BLE001
            return read_fault(error)

    def close(self) -> None:
        self._session.close()

    def __enter__(self) -> SmartSenders:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_session(base_url: str, deadline: Deadline) -> requests.Session:
    """A session whose proxies and certificates are looked up once, not at every call.

    `trust_env` stays off: it would also let a .netrc file add credentials to the request.
    """
    session = requests.Session()
    surroundings = session.merge_environment_settings(base_url, {}, None, None, None)
    session.trust_env = False
    session.proxies = dict(surroundings["proxies"])
    session.verify = surroundings["verify"]
    session.headers = CaseInsensitiveDict(
        {"User-Agent": f"batch-orders/{__version__}", "Accept": "application/json"}
    )
    adapter = WatchedAdapter(deadline)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def read_answer(response: requests.Response) -> Answer:
    """Read the whole body. Raises as the stack does where it is cut short, broken or too large."""
    body = b""
    for piece in response.iter_content(64 * 1024):
        body += piece
        if len(body) > LARGEST_ANSWER:
            raise OverflowError("the answer is too large")
    framed = any(name in response.headers for name in ("Content-Length", "Transfer-Encoding")) or (
        response.headers.get("Connection", "").lower() == "close"
    )
    return Answer(response.status_code, response.headers, body, framed)


def redact(outcome: Outcome, key: ApiKey) -> Outcome:
    """A vendor that repeats the key in a message does not get it into ledger or report."""
    message = key.redact(outcome.message)
    match outcome:
        case Placed(order_id):
            return Placed(key.redact(order_id), message)
        case Rejected():
            return Rejected(message)
        case NotTaken(again=again, wait=wait):
            return NotTaken(message, again, wait)
        case Unconfirmed(stop=stop):
            return Unconfirmed(message, stop)
