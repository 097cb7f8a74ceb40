"""The HTTP client: one keep-alive connection, no redirects, no retries of its own."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Any, Final, TypeVar

import requests

from batch_orders.core.listing import Listing
from batch_orders.core.outcomes import Body, NotTaken, Outcome, Placed, Rejected, Unconfirmed
from batch_orders.core.vendors import Offer
from batch_orders.errors import LookUpError
from batch_orders.smart_senders.address import ApiKey, Environment
from batch_orders.smart_senders.answers import Answer, describe, read_outcome, shorten
from batch_orders.smart_senders.deadline import Deadline
from batch_orders.smart_senders.domain_list import read_domains
from batch_orders.smart_senders.faults import name_reasons, read_fault
from batch_orders.smart_senders.json_body import parse_body
from batch_orders.smart_senders.lookups import read_order_status, read_vendors, refuse_no
from batch_orders.smart_senders.session import open_session
from batch_orders.smart_senders.window import Window

log = logging.getLogger("batch_orders.smart_senders")

API_PATH: Final = "/api/v1/smart-senders/"
CONNECT_TIMEOUT: Final = 30.0
LONGEST_IDLE: Final = 5.0
"""Seconds after which the connection is opened anew: a server that closes an idle connection just
as an order goes out would leave that order unconfirmed."""
LOOK_UP_TIMEOUT: Final = 60.0
LARGEST_ANSWER: Final = 1 << 20
LARGEST_LIST: Final = 256 << 20
"""Bytes. Nobody has documented any paging of get-domain-list."""

Found = TypeVar("Found")


class SmartSenders:
    """Places orders in one environment. Not for use by several threads at once."""

    def __init__(self, environment: Environment, key: ApiKey, timeout: float) -> None:
        """`timeout` is the deadline of one whole call, in seconds."""
        self._base = environment.base_url + API_PATH
        self._key = key
        self._timeout = timeout
        self._deadline = Deadline()
        self._session = open_session(environment.base_url, self._deadline)
        # All but the body is prepared once: that takes requests as long as sending does.
        self._order = self._session.prepare_request(
            requests.Request(
                "POST",
                self._base + "place-order",
                params={"api_key": key.secret},
                headers={"Content-Type": "application/json"},
            )
        )
        self._last_used = time.monotonic()

    def place_order(self, body: Body, window: Window | None = None) -> Outcome:
        """Send one order once, and say what that proved. Never raises for what the server does.

        It is not sent where `window` has closed before its first byte.
        """
        self._refresh()
        data = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        with self._deadline.within(self._timeout, window):
            outcome = self._post(data, domain=body["domains"][0]["domain_name"])
        if isinstance(outcome, Unconfirmed):
            # Whatever still comes on this connection may not be read as the answer to the next order.
            self._session.close()
        self._last_used = time.monotonic()
        if self._deadline.over and isinstance(outcome, Unconfirmed):
            outcome = Unconfirmed(f"There was no whole answer within {self._timeout:g} seconds.")
        return redact(outcome, self._key)

    def list_vendors(self) -> tuple[Offer, ...]:
        """get-vendors. Raises LookUpError where the endpoint is missing, fails or is not understood."""
        return self._look_up("get-vendors", read_vendors)

    def list_domains(self) -> Listing:
        """get-domain-list: what was bought. Raises LookUpError as `list_vendors` does."""
        return self._look_up("get-domain-list", read_domains)

    def order_status(self, order_id: str) -> str:
        """order-details: the vendor's word for one order. Raises LookUpError as `list_vendors` does."""
        return self._look_up("order-details", read_order_status, order_id=order_id)

    def _look_up(self, endpoint: str, read: Callable[[Any], Found], **parameters: str) -> Found:
        self._refresh()
        try:
            answer = self._ask(endpoint, parameters)
            if answer.status != HTTPStatus.OK or not answer.framed:
                raise LookUpError(f"{endpoint} answered {describe(answer.status)}.")
            return read(redact_parsed(refuse_no(parse_body(answer.body)), self._key))
        except LookUpError:
            self._session.close()
            raise
        except (ValueError, RecursionError) as error:
            self._session.close()
            reason = str(error) if isinstance(error, ValueError) else "it is nested too deeply"
            raise LookUpError(f"{endpoint} gave an answer that cannot be read: {reason}.") from None

    def _ask(self, endpoint: str, parameters: Mapping[str, str]) -> Answer:
        seconds = min(self._timeout, LOOK_UP_TIMEOUT)
        try:
            with (
                self._deadline.within(seconds),
                self._session.get(
                    self._base + endpoint,
                    params={"api_key": self._key.secret, **parameters},
                    timeout=seconds,
                    allow_redirects=False,
                    stream=True,
                ) as response,
            ):
                return read_answer(response, LARGEST_LIST)
        # A look-up that fails proves nothing and changes nothing, whatever the reason.
        except Exception as error:  # noqa: BLE001
            log.info("%s could not be asked: %s.", endpoint, name_reasons(error))
            raise LookUpError(f"{endpoint} could not be asked: the connection failed.") from None
        finally:
            self._last_used = time.monotonic()

    def _refresh(self) -> None:
        if time.monotonic() - self._last_used > LONGEST_IDLE:
            self._session.close()

    def _post(self, data: bytes, domain: str) -> Outcome:
        try:
            order = self._order.copy()
            order.prepare_body(data, files=None)
            with self._session.send(
                order,
                timeout=(min(CONNECT_TIMEOUT, self._timeout), self._timeout),
                allow_redirects=False,
                stream=True,
            ) as response:
                return read_outcome(read_answer(response), domain)
        # Whatever goes wrong here, the order may be on its way; no fault may leave without an outcome.
        except Exception as error:  # noqa: BLE001
            outcome = read_fault(error)
            with suppress(Exception):
                log.info("The request failed: %s.", name_reasons(error), extra={"domain": domain})
            return outcome

    def close(self) -> None:
        self._session.close()

    def __enter__(self) -> SmartSenders:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def read_answer(response: requests.Response, largest: int = LARGEST_ANSWER) -> Answer:
    """Read the whole body. Raises as the stack does where it is cut short, broken or too large."""
    body = bytearray()
    for piece in response.iter_content(64 * 1024):
        body += piece
        if len(body) > largest:
            raise OverflowError("the answer is too large")
    return Answer(
        response.status_code, response.headers, bytes(body), is_framed(response.headers, bool(body))
    )


def is_framed(headers: Mapping[str, str], has_body: bool) -> bool:
    """Whether the server said where the answer ends. A header that was cut short does not say it."""
    length = headers.get("Content-Length", "").strip()
    ends_with_connection = has_body and headers.get("Connection", "").lower() == "close"
    return (
        length.isdecimal()
        or "chunked" in headers.get("Transfer-Encoding", "").lower()
        or ends_with_connection
    )


def redact(outcome: Outcome, key: ApiKey) -> Outcome:
    """A vendor that repeats the key in a message does not get it into ledger or report.

    Texts are shortened after that: half a key would not be recognised.
    """
    message = shorten(key.redact(outcome.message))
    match outcome:
        case Placed(order_id):
            return Placed(shorten(key.redact(order_id)), message)
        case Rejected():
            return Rejected(message)
        case NotTaken(again=again, wait=wait):
            return NotTaken(message, again, wait)
        case Unconfirmed(stop=stop, answered=answered):
            return Unconfirmed(message, stop, answered)


def redact_parsed(said: Any, key: ApiKey) -> Any:
    """Parsed JSON with the key taken out of every text, and every text of bounded length."""
    match said:
        case str():
            return shorten(key.redact(said))
        case list():
            return [redact_parsed(part, key) for part in said]
        case dict():
            return {name: redact_parsed(part, key) for name, part in said.items()}
        case _:
            return said
