"""[accounts.NAME]: whose key, limits and folders count, and what is refused."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from batch_orders.errors import ConfigurationError
from batch_orders.service.inbox_accounts import find_owner, find_served
from batch_orders.settings import FILE_NAME, Settings, load_settings

TWO = """
max-orders = 7
api-key-file = "general.key"
[accounts.acme]
api-key-file = "acme.key"
max-orders = 3
rate = "1/s"
sources = ["acme", "north/acme"]
[accounts.bolt]
api-key-env = "BOLT_KEY"
base-url = "https://bolt.example.com"
sources = ["bolt"]
"""


@pytest.fixture
def two(tmp_path: Path) -> Path:
    return write(tmp_path, TWO)


def write(folder: Path, text: str) -> Path:
    path = folder / FILE_NAME
    path.write_text(text, encoding="utf-8")
    return path


def load(file: Path, account: str | None = None, environ: dict[str, str] | None = None) -> Settings:
    return load_settings({"account": account}, environ or {}, file)


def test_an_account_has_its_own_key_and_limits(two: Path) -> None:
    acme, bolt = load(two, "acme"), load(two, "bolt")
    assert (acme.place.api_key_file, acme.submitting.max_orders) == (two.parent / "acme.key", 3)
    assert acme.source("max-orders") == f"max-orders in [accounts.acme] of {two}"
    assert (bolt.place.api_key_file, bolt.place.key_variable) == (None, "BOLT_KEY")
    assert (bolt.place.base_url, bolt.submitting.max_orders) == ("https://bolt.example.com", 7)


def test_a_key_that_is_meant_for_no_account_opens_none(two: Path) -> None:
    environ = {"BATCH_ORDERS_API_KEY_FILE": "/other.key"}
    assert load(two, "acme", environ).place.api_key_file == two.parent / "acme.key"
    assert load(two, "bolt", environ).place.api_key_file is None
    named = load_settings({"account": "bolt", "api-key-file": "/own.key"}, environ, two)
    assert named.place.api_key_file == Path("/own.key")


def test_the_environment_overrules_an_accounts_limits(two: Path) -> None:
    environ = {"BATCH_ORDERS_MAX_ORDERS": "1", "BATCH_ORDERS_ACCOUNT": "acme"}
    settings = load(two, environ=environ)
    assert (settings.place.account, settings.submitting.max_orders) == ("acme", 1)


def test_where_there_are_accounts_one_must_be_named(two: Path) -> None:
    with pytest.raises(ConfigurationError, match="acme, bolt") as caught:
        _ = load(two).place.customer
    assert caught.value.setting == "account"
    assert load(two, "acme").place.customer == "acme"
    assert load(two, "default").place.customer == ""


def test_without_accounts_there_is_the_one_without_a_name(tmp_path: Path) -> None:
    file = write(tmp_path, "")
    assert load(file).place.customer == load(file, "default").place.customer == ""


def test_the_account_without_a_name_may_be_set_as_any_other(tmp_path: Path) -> None:
    settings = load(write(tmp_path, '[accounts.default]\napi-key-env = "OLD_KEY"\nmax-cost = 5'), "default")
    assert (settings.place.customer, settings.place.key_variable) == ("", "OLD_KEY")
    assert settings.submitting.max_cost == Decimal(5)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TWO, "Did you mean acme"),
        ("", "has no accounts"),
    ],
)
def test_a_slip_makes_no_customer(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        load(write(tmp_path, text), "acne")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('account = "acme"', "account cannot stand"),
        ("[accounts]\nacme = 1", "a table for each account"),
        ("[accounts.acme]\nmax-orders = 1", "one of api-key-file and api-key-env"),
        ('[accounts.acme]\napi-key-file = "a"\napi-key-env = "B"', "one of api-key-file and api-key-env"),
        ('[accounts.acme]\napi-key-env = "A"\nledger = "x"', "cannot hold 'ledger'"),
        ('[accounts.acme]\napi-key-env = "A"\nsource = ["x"]', "Did you mean sources"),
        ('[accounts.acme]\napi-key-env = "A"\nsources = "x"', "list of folders"),
        ('[accounts.acme]\napi-key-env = "A"\n[accounts.ACME]\napi-key-env = "B"', "differ in case only"),
        ('[accounts." "]\napi-key-env = "A"', "blank"),
        (
            '[accounts.a]\napi-key-env = "A"\nsources = ["x"]\n[accounts.b]\napi-key-env = "B"\nsources = ["x/"]',
            "among the sources of a and of b",
        ),
    ],
)
def test_what_is_unclear_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        load(write(tmp_path, text))


def test_a_folder_belongs_to_the_account_that_names_it_or_one_above(two: Path) -> None:
    settings = load(two)
    assert find_owner("acme", settings) == find_owner("north/acme/june", settings) == "acme"
    assert find_owner("bolt", settings) == "bolt"
    assert find_owner("north", settings) is None
    assert find_owner("", settings) is None
    # Whoever has folders of their own does not get what lies in no folder at all.
    assert find_owner("", load(two, "acme")) is None


def test_the_inbox_itself_belongs_to_the_account_that_was_named(tmp_path: Path) -> None:
    file = write(
        tmp_path, '[accounts.acme]\napi-key-env = "A"\n[accounts.bolt]\napi-key-env = "B"\nsources = ["."]'
    )
    assert find_owner("", load(file, "acme")) == "bolt"
    file = write(tmp_path, '[accounts.acme]\napi-key-env = "A"')
    assert (find_owner("", load(file, "acme")), find_owner("other", load(file, "acme"))) == ("acme", None)


def test_an_inbox_is_worked_for_all_that_have_folders_or_for_the_one_that_was_named(two: Path) -> None:
    assert find_served(load(two)) == ("acme", "bolt")
    assert find_served(load(two, "bolt")) == ("bolt",)
    with pytest.raises(ConfigurationError, match="none was named"):
        find_served(load(write(two.parent, '[accounts.acme]\napi-key-env = "A"')))
