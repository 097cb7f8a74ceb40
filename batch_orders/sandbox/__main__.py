"""`python -m batch_orders.sandbox [--port N] [--latency S]`: a sandbox as a process of its own."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading

from batch_orders.sandbox import PortError, serve


def end_when_closed() -> None:
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> int:
    """Print the base URL as the first line and serve until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m batch_orders.sandbox", description=main.__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 picks a free one")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds by which every answer comes late")
    parser.add_argument(
        "--until-closed", action="store_true", help="end when nobody holds standard input open any more"
    )
    options = parser.parse_args()
    if options.until_closed:
        threading.Thread(target=end_when_closed, daemon=True).start()
    # SIGINT, too: a shell that starts a process in the background has it ignored.
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.default_int_handler)
    try:
        serve(options.port, lambda base_url: print(base_url, flush=True), latency=options.latency)
    except KeyboardInterrupt:
        return 0
    except PortError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
