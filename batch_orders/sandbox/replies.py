"""What the sandbox sends back: the very bytes, when they go out, and how the connection ends."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from http.client import responses
from typing import Any

_WITHOUT_BODY = frozenset({204, 304})


class Ending(Enum):
    """How the connection goes on after a reply. RESET sends no FIN but an RST."""

    KEEP = auto()
    CLOSE = auto()
    RESET = auto()


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one request, as bytes on the wire.

    Each of `writes` is one write to the socket, `pace` seconds apart; the first goes out
    `delay` seconds after the request. `taken` says that the order counts as bought.
    """

    writes: tuple[bytes, ...] = ()
    taken: bool = False
    ending: Ending = Ending.KEEP
    delay: float = 0.0
    pace: float = 0.0


def encode(
    status: int,
    body: bytes,
    *,
    content_type: str = "application/json; charset=utf-8",
    length: int | None = None,
    headers: Mapping[str, str] | None = None,
) -> bytes:
    """A whole HTTP/1.1 answer. `length` is the Content-Length to claim where it is not the true one."""
    lines = [f"HTTP/1.1 {status} {responses.get(status, 'Staged')}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if status in _WITHOUT_BODY:
        return _head(lines)
    lines += [f"Content-Type: {content_type}", f"Content-Length: {len(body) if length is None else length}"]
    return _head(lines) + body


def encode_raw(headers: Mapping[str, str], body: bytes) -> bytes:
    """A 200 with exactly these headers, for answers that break the rules of HTTP."""
    return _head(["HTTP/1.1 200 OK", *(f"{name}: {value}" for name, value in headers.items())]) + body


def encode_json(status: int, value: Any, headers: Mapping[str, str] | None = None) -> bytes:
    return encode(status, json.dumps(value).encode(), headers=headers)


def answer(
    status: int,
    value: Any,
    *,
    headers: Mapping[str, str] | None = None,
    taken: bool = False,
    delay: float = 0.0,
) -> Reply:
    """A whole JSON answer in one write; the connection stays open."""
    return Reply((encode_json(status, value, headers),), taken=taken, delay=delay)


def refusal(message: str, context: str) -> Reply:
    """The documented 400: message in the style of Joi, context of the endpoint."""
    return answer(400, {"status": "error", "message": message, "context": context})


def _head(lines: list[str]) -> bytes:
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")
