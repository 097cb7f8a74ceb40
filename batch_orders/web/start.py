"""The first steps of the process that listens: children are on their way before it imports what serving needs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from batch_orders.web import warming


def main(request: Mapping[str, Any]) -> None:
    """Serve until a signal asks to end. `request` is what the command line hands over."""
    # Whoever holds its writing end keeps the sandbox alive, the batches that were started among them.
    held = os.pipe() if request["sandbox"] else ()
    key = (request["key_fd"],) if request["key_fd"] is not None else ()
    warmed = warming.warm_up((*held[1:], *key))
    from batch_orders.web.server import main as serve

    serve(request, warmed, held)
