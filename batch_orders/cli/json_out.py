"""What programs read: one JSON object on standard output. docs/json.schema.json holds its form, command by command."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import click

from batch_orders.core.visible import visible


def say_json(
    code: int, sheets: Sequence[Mapping[str, Any]], details: Sequence[Mapping[str, Any] | None] = ()
) -> None:
    """The object of a command about sheets, and of every one that was ended by a fault.

    `details` are as many as `sheets`; they are told beside them, where there are any.
    """
    more = {"details": list(details)} if any(details) else {}
    say_object(code, sheets=list(sheets), **more)


def say_object(code: int, **told: Any) -> None:
    said = {"exit_code": int(code), **told}
    # A name that the encoding lacks is escaped: with "?" in it, a program could not find the file. So is what
    # would steer a terminal.
    plain = json.dumps(said, ensure_ascii=False)
    click.echo(json.dumps(said, ensure_ascii=not can_show(plain) or visible(plain) != plain))
    sys.stdout.flush()


def can_show(text: str) -> bool:
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeError:
        return False
    return True
