"""The options that only `inbox` has."""

from __future__ import annotations

import click

from batch_orders.cli.options import setting

inbox = (
    click.option("--watch", is_flag=True, help="Stay, and take files as they come."),
    setting("settle", help="Take a file once its size and time have not changed for so long."),
    setting("poll", help="With --watch: look so often."),
    setting(
        "ready-files", is_flag=True, help="Take NAME once NAME.ready lies beside it, in place of --settle."
    ),
    setting("sftp-key-file", help="The SSH key for an inbox on a server."),
    setting("sftp-password-file", help="A file that holds the password of the server."),
    setting("sftp-known-hosts", help="The servers that are trusted.  [default: known_hosts of the user]"),
)
