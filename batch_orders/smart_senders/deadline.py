"""A deadline for a whole call. The stack's own timeouts are per read: a slow drip outlives them."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from urllib3.exceptions import ConnectTimeoutError

from batch_orders.smart_senders.window import Window


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
        self._window: Window | None = None

    def watch(self, connected: socket.socket) -> None:
        """Called with the socket of the call in flight, before anything of its request is written."""
        with self._lock:
            self._drop_handle()
            if self.over:
                raise ConnectTimeoutError("The deadline passed before the connection stood.")
            self._handle = socket.fromfd(connected.fileno(), connected.family, connected.type)

    @contextmanager
    def within(self, seconds: float, window: Window | None = None) -> Iterator[None]:
        """A call of so many seconds, which may begin to be written only in the window, or at any time without one."""
        self._window = window
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

    def may_begin(self) -> bool:
        """Whether the window of the call in flight is open."""
        return self._window is None or self._window.is_open()

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
