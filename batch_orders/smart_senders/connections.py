"""The connections that orders go over: watched by a deadline, and honest about what was never sent."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from batch_orders.smart_senders.deadline import Deadline


class TunnelNotOpened(NewConnectionError):
    """Nothing reached the server through the proxy, not even the beginning of a request."""


class HandshakeFailed(NewConnectionError):
    """The TLS handshake failed, and a request begins only after it."""


class FinalAnswer(http.client.HTTPResponse):
    """An answer that is read past every interim one before it (RFC 9110, section 15.2).

    The standard library skips only 100. It takes 102 and 103 for final, and the real answer would
    then be read as the answer to the next order.
    """

    def begin(self) -> None:
        super().begin()
        while 100 <= self.status < 200:
            self.headers = self.msg = None  # type: ignore[assignment]  # what `begin` starts from
            super().begin()


class PlainConnection(HTTPConnection):
    response_class = FinalAnswer


class TlsConnection(HTTPSConnection):
    response_class = FinalAnswer

    def connect(self) -> None:
        """Connect, through a proxy where there is one, and shake hands. The request comes after that."""
        with nothing_sent(self):
            super().connect()


@contextmanager
def nothing_sent(connection: HTTPSConnection) -> Iterator[None]:
    try:
        yield
    # These say more exactly what went wrong, and are known to prove the same.
    except (NewConnectionError, ConnectTimeoutError, ssl.SSLCertVerificationError):
        raise
    except Exception as error:
        kind = TunnelNotOpened if connection.proxy else HandshakeFailed
        raise kind(connection, type(error).__name__) from error


class NotBegun(Exception):
    """The time in which a request may begin had passed, and none of its bytes was written."""


class BegunTooLate(Exception):
    """The time in which a request may begin passed while it was being written."""


class WatchedAdapter(HTTPAdapter):
    """An adapter whose connections report to a deadline, and that retries nothing."""

    def __init__(self, deadline: Deadline) -> None:
        self.pools = watched_pools(deadline)
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self.pools

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = self.pools
        return manager


def watched_pools(deadline: Deadline) -> dict[str, type[HTTPConnectionPool]]:
    class Watched(HTTPConnection):
        """Every byte of a request leaves through `send`, right after a look at the clock."""

        begun = False

        def _new_conn(self) -> socket.socket:
            connected = super()._new_conn()
            deadline.watch(connected)
            return connected

        def request(self, *args: Any, **kwargs: Any) -> None:
            if self.sock is not None:
                deadline.watch(self.sock)
            # What was said to a proxy before, to get through it, is nothing of the request.
            self.begun = False
            super().request(*args, **kwargs)

        def send(self, data: Any) -> None:
            if self.sock is None:
                self.connect()
            if not deadline.may_begin():
                raise BegunTooLate if self.begun else NotBegun
            self.begun = True
            super().send(data)

    class WatchedPlain(Watched, PlainConnection):
        pass

    class WatchedTls(Watched, TlsConnection):
        pass

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = WatchedPlain

    class TlsPool(HTTPSConnectionPool):
        ConnectionCls = WatchedTls

    return {"http": PlainPool, "https": TlsPool}
