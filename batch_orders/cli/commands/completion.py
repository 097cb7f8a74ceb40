"""The command `completion`."""

from __future__ import annotations

import click


@click.command()
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print what completes commands, options and files in SHELL when Tab is pressed.

    For bash, this line in ~/.bashrc turns it on; the other shells take it alike:
    eval "$(batch-orders completion bash)". For fish: batch-orders completion fish | source.
    """
    from batch_orders.cli.completion import completion_script

    click.echo(completion_script(context.find_root().command, shell))
