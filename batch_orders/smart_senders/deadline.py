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
    """Ends the call in flight by shutting its socket down, once its time is over.

    It has a handle of its own to the socket, which stays good while a TLS handshake wraps it and
    while an answer outlives its connection.
    """

    def __init__(self) -> None:
        self.over = False
        self._call: object | None = None
        self._handle: socket.socket | None = None
        self._lock = threading.Lock()

    def watch(self, connected: socket.socket) -> None:
        """Called with the socket of the call in flight, before anything of its request is written."""
        with self._lock:
            self._drop_handle()
            if self.over:
                raise ConnectTimeoutError("The deadline passed before the connection stood.")
            self._handle = socket.fromfd(connected.fileno(), connected.family, connected.type)

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
                self._drop_handle()

    def _end(self, call: object) -> None:
        with self._lock:
            # A timer that fires as its call ends must not touch the next one.
            if self._call is not call:
                return
            self.over = True
            if self._handle is not None:
                with suppress(OSError):
                    self._handle.shutdown(socket.SHUT_RDWR)

    def _drop_handle(self) -> None:
        if self._handle is not None:
            self._handle.close()
            self._handle = None


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
        def _new_conn(self) -> socket.socket:
            connected = super()._new_conn()
            deadline.watch(connected)
            return connected

        def request(self, *args: Any, **kwargs: Any) -> None:
            if self.sock is not None:
                deadline.watch(self.sock)
            super().request(*args, **kwargs)

    class TlsConnection(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            connected = super()._new_conn()
            deadline.watch(connected)
            return connected

        def request(self, *args: Any, **kwargs: Any) -> None:
            if self.sock is not None:
                deadline.watch(self.sock)
            super().request(*args, **kwargs)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = PlainConnection

    class TlsPool(HTTPSConnectionPool):
        ConnectionCls = TlsConnection

    return {"http": PlainPool, "https": TlsPool}
