"""[notify] and [heartbeat] in the settings file, and their variables."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from batch_orders.errors import ConfigurationError
from batch_orders.settings import Heartbeat, Notify, Settings, When, load_settings


def load(tmp_path: Path, text: str) -> Settings:
    path = tmp_path / "batch-orders.toml"
    path.write_text(text, encoding="utf-8")
    return load_settings({}, os.environ, path)


def test_without_a_word_nobody_is_told(tmp_path: Path) -> None:
    settings = load(tmp_path, "")
    assert (settings.notify, settings.heartbeat) == (Notify(), Heartbeat())


def test_targets_and_when(tmp_path: Path) -> None:
    settings = load(tmp_path, '[notify]\ntargets = ["slack://a", "mailto://b"]\nwhen = "always"')
    assert settings.notify == Notify(("slack://a", "mailto://b"), When.ALWAYS)


def test_one_address_gives_three_and_each_can_be_replaced(tmp_path: Path) -> None:
    settings = load(
        tmp_path, '[heartbeat]\nurl = "https://hc.example/id"\nfailure = "https://other.example/f"'
    )
    assert settings.heartbeat == Heartbeat(
        "https://hc.example/id/start", "https://hc.example/id", "https://other.example/f"
    )


def test_one_address_alone(tmp_path: Path) -> None:
    assert load(tmp_path, '[heartbeat]\nsuccess = "https://a.example"').heartbeat == Heartbeat(
        success="https://a.example"
    )


def test_the_environment_comes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATCH_ORDERS_NOTIFY", "json://x?a=1,2 \n json://y")
    monkeypatch.setenv("BATCH_ORDERS_HEARTBEAT", "https://z.example")
    settings = load(
        tmp_path, '[notify]\ntargets = ["a://b"]\nwhen = "always"\n[heartbeat]\nstart = "https://a.example"'
    )
    assert settings.notify == Notify(("json://x?a=1,2", "json://y"), When.ALWAYS)
    assert settings.heartbeat == Heartbeat.at("https://z.example")


REFUSED = {
    '[notify]\ntargets = "canary://"': "targets must be a list",
    "[notify]\ntargets = [1]": "targets must be a list",
    '[notify]\nwhen = "canary"': '"always" or "attention"',
    "[notify]\nwhen = []": '"always" or "attention"',
    '[notify]\ntarget = ["canary://"]': "Did you mean targets?",
    '[heartbeat]\nurl = "canary"': "url must be an address",
    '[heartbeat]\nurl = "ftp://canary"': "url must be an address",
    '[heartbeat]\nstart = "http://[canary"': "start must be an address",
    '[heartbeat]\nfail = "https://canary.example"': "cannot hold 'fail'",
    "notify = 1": "[notify] must be a table",
}


@pytest.mark.parametrize(("text", "sentence"), REFUSED.items())
def test_what_nobody_understands_is_refused_without_repeating_it(
    text: str, sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        load(tmp_path, text)
    assert sentence in str(refusal.value)
    assert "canary" not in str(refusal.value)


def test_a_variable_that_is_no_address_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BATCH_ORDERS_HEARTBEAT", "canary")
    with pytest.raises(ConfigurationError, match="BATCH_ORDERS_HEARTBEAT") as refusal:
        load(tmp_path, "")
    assert "canary" not in str(refusal.value)


def test_no_secret_shows_itself(tmp_path: Path) -> None:
    settings = load(
        tmp_path, '[notify]\ntargets = ["canary://x"]\n[heartbeat]\nurl = "https://canary.example"'
    )
    assert "canary" not in repr(settings)
