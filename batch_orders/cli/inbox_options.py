"""The options that only `inbox` has."""

from __future__ import annotations

import click

from batch_orders.cli.options import SecondsOption, file_path, setting

inbox = (
    click.option("--watch", is_flag=True, help="Stay, and take files as they come."),
    setting(
        "--settle",
        type=SecondsOption(min=0, max=86_400),
        default=10,
        show_default=True,
        metavar="SECONDS",
        help="Take a file once its size and time have not changed for so long.",
    ),
    setting(
        "--poll",
        type=SecondsOption(min=0, min_open=True, max=86_400),
        default=5,
        show_default=True,
        metavar="SECONDS",
        help="With --watch: look so often.",
    ),
    setting(
        "--ready-files", is_flag=True, help="Take NAME once NAME.ready lies beside it, in place of --settle."
    ),
    setting("--sftp-key-file", type=file_path, help="The SSH key for an inbox on a server."),
    setting("--sftp-password-file", type=file_path, help="A file that holds the password of the server."),
    setting(
        "--sftp-known-hosts",
        type=file_path,
        help="The servers that are trusted.  [default: known_hosts of the user]",
    ),
)
