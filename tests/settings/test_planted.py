"""A settings file in the working directory that somebody else may have put there."""

from __future__ import annotations

import grp
import os
import pwd
from pathlib import Path

import pytest

from batch_orders.errors import ConfigurationError
from batch_orders.settings import find_settings_file
from batch_orders.settings.planted import TRUSTED_ONLY
from tests.harness.command_line import Machine
from tests.harness.listener import Listener
from tests.sheets import row

NOBODY = 65534
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
TABLES = {
    "notify": "[notify]\ntargets = []",
    **{name: f"[{name}]" for name in ("heartbeat", "users", "tokens", "proxy", "page")},
    "accounts": "[accounts.a]",
}


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "batch-orders.toml"
    file.write_text('ledger = "l.db"\n')
    file.chmod(0o644)
    return file


def look() -> Path | None:
    return find_settings_file(None, {})


def test_ones_own_is_used(planted: Path) -> None:
    assert look() == planted


@pytest.mark.parametrize("word", TRUSTED_ONLY)
def test_what_anybody_can_write_decides_nothing_that_matters(planted: Path, word: str) -> None:
    planted.write_text(TABLES.get(word, f'{word} = "x"'))
    planted.chmod(0o666)
    with pytest.raises(ConfigurationError, match=f"others can write to it. It sets {word}, "):
        look()


def test_what_anybody_can_write_may_say_how_sheets_are_read(planted: Path) -> None:
    planted.write_text('encoding = "cp1252"\n[columns]\n"Box" = "mailbox"\n')
    planted.chmod(0o666)
    assert look() == planted


@needs_root
def test_another_users_file_is_refused_and_so_is_another_users_link(planted: Path) -> None:
    os.chown(planted, NOBODY, NOBODY)
    with pytest.raises(ConfigurationError, match="belongs to another user"):
        look()
    own = planted.rename(planted.with_name("mine.toml"))
    os.chown(own, 0, 0)
    planted.symlink_to(own)
    os.lchown(planted, NOBODY, NOBODY)
    with pytest.raises(ConfigurationError, match="belongs to another user"):
        look()


def test_the_users_private_group_may_write_and_another_may_not(planted: Path) -> None:
    user = pwd.getpwuid(os.geteuid())
    own = grp.getgrgid(user.pw_gid)
    planted.chmod(0o664)
    if own.gr_name == user.pw_name and not own.gr_mem:
        os.chown(planted, -1, own.gr_gid)
        assert look() == planted
    if os.geteuid() == 0:
        os.chown(planted, -1, 12345)
        with pytest.raises(ConfigurationError, match="others can write to it"):
            look()


def test_a_file_that_was_named_is_used_whoever_owns_it(planted: Path) -> None:
    planted.chmod(0o666)
    assert find_settings_file(planted, {}) == planted
    assert find_settings_file(None, {"BATCH_ORDERS_CONFIG": str(planted)}) == planted


def test_the_key_is_not_sent_to_a_planted_address(buyer: Machine, listener: Listener) -> None:
    del buyer.environment["BATCH_ORDERS_BASE_URL"]
    file = buyer.here / "batch-orders.toml"
    file.write_text(f'base-url = "{listener.base}"\n')
    file.chmod(0o666)
    ended = buyer.order(row())
    assert (ended.code, ended.said["exit_code"], listener.heard) == (2, 2, [])
    assert "lies in the working directory" in ended.errors


def test_the_file_that_is_used_is_said(buyer: Machine) -> None:
    file = buyer.here / "batch-orders.toml"
    file.write_text("max-orders = 5\n")
    assert "Settings: " not in buyer.order(row()).errors
    file.write_text('ledger = "ledger.db"\n')
    assert f"Settings: {file}" in buyer.order(row()).errors


def test_without_a_home_no_ledger_moves_with_the_working_directory(buyer: Machine) -> None:
    nobody = {"HOME": "", "XDG_DATA_HOME": "", "XDG_STATE_HOME": "", "XDG_CONFIG_HOME": ""}
    for name in nobody:
        buyer.environment.pop(name)
    ended = buyer.run("run", buyer.hand_in(row()), "--yes", before=be_nobody)
    assert ended.code == 2
    assert "There is no home directory for the ledger" in ended.errors
    ended = buyer.run("run", buyer.hand_in(row()), "--yes", "--ledger", "kept.db", before=be_nobody)
    assert ended.code == 0
    assert not (buyer.here / "~").exists()


def be_nobody() -> None:
    """This user has no entry, as in a container."""

    def unknown(*_: object) -> object:
        raise KeyError("getpwuid(): uid not found")

    pwd.getpwuid = unknown  # type: ignore[assignment]
