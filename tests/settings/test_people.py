"""[users], [tokens], [proxy] and [page]: who may do what, and what is refused."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from batch_orders.core.people import Person, Role
from batch_orders.errors import ConfigurationError
from batch_orders.settings import FILE_NAME, PageSettings, load_settings

HASH = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2g"
TEAM = f"""
[users]
Anna = "{HASH}"
ben = {{ password = "{HASH}", role = ["upload", "resolve"], account = ["acme", "default"], max-orders = 3 }}
[tokens]
nightly = "s3cret-s3cret"
screen = {{ token = "another-secret", role = "look", max-cost = 9.5 }}
[proxy]
header = "X-Remote-User"
peers = ["127.0.0.1", "::1"]
[page]
address = "https://Orders.example.com:443/"
confirm-by-another = true
uploads-per-hour = 7
"""


def load(folder: Path, text: str) -> PageSettings:
    file = folder / FILE_NAME
    file.write_text(text, encoding="utf-8")
    return load_settings({}, {}, file).page


def test_people_and_programs_have_roles_limits_and_accounts(tmp_path: Path) -> None:
    page = load(tmp_path, TEAM)
    anna, ben = page.users["anna"].person, page.users["ben"].person
    assert anna == Person("Anna", frozenset({Role.LOOK, Role.UPLOAD, Role.CONFIRM}))
    assert ben.roles == {Role.LOOK, Role.UPLOAD, Role.RESOLVE}
    assert ben.accounts == frozenset({"acme", ""})
    assert (ben.max_orders, ben.sees(""), ben.sees("bolt")) == (3, True, False)
    assert page.tokens["nightly"].person.roles == anna.roles
    screen = page.tokens["screen"].person
    assert screen.roles == {Role.LOOK}
    assert screen.max_cost == Decimal("9.5")
    assert page.proxy.peers == {"127.0.0.1", "::1"}
    assert (page.address, page.confirm_by_another, page.uploads_per_hour) == (
        "https://orders.example.com",
        True,
        7,
    )


def test_a_proxy_may_be_named_that_signs_nobody_in(tmp_path: Path) -> None:
    proxy = load(tmp_path, '[proxy]\npeers = ["127.0.0.1"]').proxy
    assert (proxy.header, set(proxy.peers)) == ("", {"127.0.0.1"})


def test_no_secret_shows_itself(tmp_path: Path) -> None:
    shown = repr(load(tmp_path, TEAM))
    assert HASH not in shown
    assert "s3cret" not in shown


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ('[users]\nanna = "open sesame"', "no argon2 hash"),
        ('[users]\nanna = { role = "look" }', "no [proxy] says"),
        (f'[users]\nanna = {{ password = "{HASH}", role = "confrim" }}', "Did you mean confirm?"),
        (f'[users]\nanna = {{ password = "{HASH}", max-orders = -1 }}', "max-orders '-1'"),
        (f'[users]\nanna = {{ password = "{HASH}", limit = 1 }}', "cannot hold 'limit'"),
        (f'[users]\nanna = {{ password = "{HASH}", account = [] }}', "list of accounts"),
        (f'[users]\nanna = "{HASH}"\nAnna = "{HASH}"', "differ in case only"),
        (f'[users]\nanna = "{HASH}"\n[tokens]\nanna = "abc"', "differ in case only"),
        ('[tokens]\na = "abc"\nb = "abc"', "have the same token"),
        ('[tokens]\na = ""', "must have a token"),
        ('[tokens]\na = { role = "look" }', "must have a token"),
        ("[tokens]\na = 7", "a text or a table"),
        ('[proxy]\nheader = "X-User"', "peers must be a list"),
        ('[proxy]\nheader = "X User"\npeers = ["127.0.0.1"]', "name of a header"),
        ('[proxy]\nheader = "X-User"\npeers = ["10.0.0.0/8"]', "no address of a machine"),
        ('[page]\naddress = "orders.example.com"', "must be an address"),
        ('[page]\naddress = "https://orders.example.com/page"', "must be an address"),
        ('[page]\nconfirm-by-another = "yes"', "true or false"),
    ],
)
def test_what_is_not_clear_is_refused(tmp_path: Path, said: str, told: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        load(tmp_path, said)
    assert told in str(refused.value)
    assert "open sesame" not in str(refused.value)


@pytest.mark.parametrize(
    ("orders", "costs", "unpriced", "refused"),
    [
        (3, {"USD": Decimal("10.00")}, 0, ""),
        (4, {"USD": Decimal("1.00")}, 0, "at most 3 orders"),
        (3, {"USD": Decimal("10.01")}, 0, "at most 10"),
        (3, {"USD": Decimal("1.00")}, 1, "not known as one sum"),
        (3, {"USD": Decimal("1.00"), "EUR": Decimal("1.00")}, 0, "not known as one sum"),
    ],
)
def test_a_plan_is_within_somebodys_limits(
    orders: int, costs: dict[str, Decimal], unpriced: int, refused: str
) -> None:
    said = Person("anna", max_orders=3, max_cost=Decimal(10)).refuse_plan(orders, costs, unpriced)
    assert refused in said
    assert bool(said) == bool(refused)
