"""Logs: warnings in plain lines for people, or everything as JSON lines for programs.

Every line goes to standard error. No line holds the API key, which texts never have, nor contact
details, which are taken out here.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum

from batch_orders.core.privacy import hide_details
from batch_orders.core.visible import visible_line

FIELDS = ("batch", "sheet", "domain", "source")

log = logging.getLogger("batch_orders")

about_now: ContextVar[Mapping[str, str]] = ContextVar("about_now")
hidden_now: ContextVar[Collection[str]] = ContextVar("hidden_now", default=())


class LogFormat(StrEnum):
    HUMAN = "human"
    JSON = "json"


def set_up_logs(log_format: LogFormat) -> None:
    """Send the program's log to standard error in this form, for the rest of the process.

    People read the program's own output, so that their log has warnings only.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if log_format is LogFormat.JSON else PlainLines())
    for former in tuple(log.handlers):
        log.removeHandler(former)
    log.addHandler(handler)
    log.setLevel(logging.INFO if log_format is LogFormat.JSON else logging.WARNING)
    log.propagate = False


def logs_are_json() -> bool:
    return any(isinstance(handler.formatter, JsonLines) for handler in log.handlers)


@contextmanager
def about(**fields: str) -> Iterator[None]:
    """Within the block, every line has these fields: of `batch`, `sheet`, `domain`, `source`."""
    token = about_now.set({**about_now.get({}), **fields})
    try:
        yield
    finally:
        about_now.reset(token)


def hide(details: Collection[str]) -> None:
    """Keep these contact details out of every later line, in place of those that were hidden before."""
    hidden_now.set(details)


class PlainLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        told = hide_details(record.getMessage(), hidden_now.get())
        return f"{record.levelname.capitalize()}: {visible_line(told)}"


class JsonLines(logging.Formatter):
    """One JSON object a line: time (ISO 8601 in UTC), level, message, and those FIELDS that are known."""

    def format(self, record: logging.LogRecord) -> str:
        fields = {**about_now.get({}), **vars(record)}
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "message": hide_details(record.getMessage(), hidden_now.get()),
            **{name: fields[name] for name in FIELDS if fields.get(name)},
        }
        # ASCII only: a line is whole JSON also where standard error cannot show every letter.
        return json.dumps(line)


def describe_fault(error: BaseException) -> str:
    """The kind of a fault and the line of ours that it came from, without its text."""
    place = error.__traceback__
    spot = ""
    while place is not None:
        code = place.tb_frame.f_code
        if "batch_orders" in code.co_filename:
            spot = f"{code.co_filename.rpartition('batch_orders')[2].lstrip('/')}, line {place.tb_lineno}"
        place = place.tb_next
    return f"{type(error).__name__} in {spot or 'start-up'}"
