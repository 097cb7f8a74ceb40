"""One call of the command line: the command is run, and every way to end becomes an exit code."""

from __future__ import annotations

import sys

import click

from batch_orders.cli.commands import batch_orders
from batch_orders.cli.exits import Exit, exit_for
from batch_orders.cli.explain import explain
from batch_orders.cli.json_out import say_json
from batch_orders.cli.options import hear_json_early, json_asked
from batch_orders.core.visible import visible_line
from batch_orders.errors import BatchOrdersError
from batch_orders.logs import describe_fault, log, logs_are_json


def run_command(words: list[str]) -> int:
    try:
        code = batch_orders.main(words, prog_name="batch-orders", standalone_mode=False)
        return int(code or 0)
    except click.ClickException as error:
        error.show(sys.stderr)
        hear_json_early(getattr(error, "ctx", None))
        return leave(Exit.USAGE, words)
    except (click.Abort, KeyboardInterrupt) as error:
        if isinstance(error.__cause__, EOFError):  # click takes any EOFError for a person's Ctrl-D
            say(f"An unforeseen fault: {describe_fault(error.__cause__)}. Please report it with this line.")
            return leave(Exit.STOPPED, words)
        say("Interrupted. Nothing was sent.")
        return leave(Exit.STOPPED, words)
    except BatchOrdersError as error:
        say(explain(error))
        return leave(exit_for(error), words)
    except SystemExit as error:  # click's word for any broken pipe, such as the database's
        say(
            f"An unforeseen fault: {describe_fault(error.__context__ or error)}. Please report it with this line."
        )
        return leave(Exit.STOPPED, words)
    # The text of an unforeseen fault is not shown: it may hold the key or contact details.
    except Exception as error:  # noqa: BLE001
        say(f"An unforeseen fault: {describe_fault(error)}. Please report it with this line.")
        return leave(Exit.STOPPED, words)


def leave(code: Exit, words: list[str]) -> int:
    """Programs that asked for JSON get their one object, however a run ends."""
    if "--json" in words or json_asked():
        say_json(code, [])
    return code


def say(sentence: str) -> None:
    if logs_are_json():
        log.error("%s", sentence)
    else:
        click.echo(f"Error: {visible_line(sentence)}", err=True)
