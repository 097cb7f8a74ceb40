"""A deadline for a whole call. The stack's own timeouts are per read: a slow drip outlives them."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError


class Deadline:
    """Ends the call in flight by shutting its socket down, once its time is over."""

    def __init__(self) -> None:
        self.over = False
        self._call: object | None = None
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()

    def watch(self, connected: socket.socket | None) -> None:
        """Called when a connection stands, before the request is written."""
        with self._lock:
            self._socket = connected
            if self.over:
                raise ConnectTimeoutError("The deadline passed before the connection stood.")

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        call = object()
        with self._lock:
            self._call, self.over = call, False
        timer = threading.Timer(seconds, self._end, [call])
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            with self._lock:
                self._call = None

    def _end(self, call: object) -> None:
        with self._lock:
            # A timer that fires as its call ends must not touch the next one.
            if self._call is not call:
                return
            self.over = True
            if self._socket is not None:
                with suppress(OSError):
                    self._socket.shutdown(socket.SHUT_RDWR)


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
    class PlainConnection(HTTPConnection):
        def connect(self) -> None:
            super().connect()
            deadline.watch(self.sock)

    class TlsConnection(HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            deadline.watch(self.sock)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = PlainConnection

    class TlsPool(HTTPSConnectionPool):
        ConnectionCls = TlsConnection

    return {"http": PlainPool, "https": TlsPool}
