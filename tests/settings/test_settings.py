"""The settings file: where it is found, what it may say, and what is refused."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from batch_orders.core.rate import Rate
from batch_orders.errors import ConfigurationError
from batch_orders.settings import (
    FILE_NAME,
    SETTINGS,
    Settings,
    default_ledger,
    find_settings_file,
    load_settings,
    peek_setting,
)

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, and a working directory beside it."""
    home, here = tmp_path / "home", tmp_path / "here"
    home.mkdir()
    here.mkdir()
    for name, folder in {"CONFIG": ".config", "DATA": ".local/share"}.items():
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / folder))
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(here)
    return home


def write(folder: Path, text: str, name: str = FILE_NAME) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def load(
    config: Path | None = None,
    environ: Mapping[str, str] | None = None,
    said: Mapping[str, object] | None = None,
) -> Settings:
    """The settings as a door gets them; `said` is what it was told."""
    environ = environ or {}
    return load_settings(said or {}, environ, find_settings_file(config, environ))


def value(name: str, settings: Settings) -> object:
    """What a setting was taken for, whatever group it is in."""
    groups = (
        settings.place,
        settings.reading,
        settings.submitting,
        settings.reporting,
        settings.inbox,
    )
    (found,) = (
        getattr(group, SETTINGS[name].field) for group in groups if hasattr(group, SETTINGS[name].field)
    )
    return found


def option(name: str, config: Path | None = None) -> object:
    return value(name, load(config))


def test_without_a_file_there_are_no_settings() -> None:
    assert load() == Settings()
    assert load().source("rate") == "the default"


def test_the_working_directory_comes_before_the_users_configuration(home: Path) -> None:
    write(home / ".config" / "batch-orders", 'rate = "1/s"')
    assert option("rate") == Rate(1, 1.0)
    write(Path.cwd(), 'rate = "2/s"')
    assert option("rate") == Rate(2, 1.0)


def test_a_named_file_comes_before_both(home: Path) -> None:
    write(Path.cwd(), 'rate = "2/s"\ntimeout = 5')
    named = write(home / "elsewhere", 'rate = "3/s"', "nightly.toml")
    assert option("rate", named) == Rate(3, 1.0)
    assert option("timeout", named) == 300.0


def test_numbers_are_taken_as_they_stand() -> None:
    write(Path.cwd(), "timeout = 12.5")
    assert option("timeout") == 12.5


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    write(Path.cwd(), '\ufeffrate = "none"')
    assert option("rate") is None


@pytest.mark.parametrize("name", ["ledger", "reports-dir", "api-key-file", "report"])
def test_a_relative_path_is_meant_from_the_files_own_folder(name: str, home: Path) -> None:
    folder = home / "team"
    named = write(folder, f'{name} = "kept/here"')
    assert str(option(name, named)) == str(folder / "kept" / "here")


def test_a_path_from_the_root_or_from_home_stays(home: Path) -> None:
    named = write(home / "team", f'ledger = "{home.as_posix()}/a.db"\nreports-dir = "~/reports"')
    assert option("ledger", named) == str(home / "a.db")
    assert option("reports-dir", named) == home / "reports"


def test_a_database_url_is_no_path(home: Path) -> None:
    url = "postgresql://ops@db.acmemail.com/orders"
    assert option("ledger", write(home, f'ledger = "{url}"')) == url


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("rate = ", "is not valid TOML"),
        ('rates = "1/s"', "Did you mean rate?"),
        ('wholly-other = "x"', "'wholly-other' is no setting"),
        ('rate = ["1/s"]', "rate must be a text or a number"),
        ("rate = 2026-11-23", "rate must be a text or a number"),
        ("columns = 1", "[columns] must be a table"),
        ('[columns]\nKunde = "kontakt"', "Did you mean contact?"),
        ('[vendors]\n"Mail Kit" = "nine"', "a vendor's number"),
        ('[vendors]\n"Mail Kit" = 0', "a vendor's number"),
        ('[defaults]\ndomain = "acmemail.com"', "[defaults] cannot hold 'domain'"),
    ],
)
def test_what_nobody_understands_is_refused(text: str, sentence: str) -> None:
    path = write(Path.cwd(), text)
    with pytest.raises(ConfigurationError) as refusal:
        load()
    assert sentence in str(refusal.value)
    assert str(path) in str(refusal.value)


def test_columns_vendors_and_defaults() -> None:
    write(
        Path.cwd(),
        '[columns]\nKunde = "Contact"\nOrt = "contact city"\n'
        '[vendors]\n"Mail Kit" = 9\n'
        '[defaults]\nvendor = 7\nForwarding-Domain = "acmemail.org"',
    )
    settings = load()
    assert settings.columns == {"Kunde": "contact", "Ort": "contact_city"}
    assert settings.vendors == {"Mail Kit": 9}
    assert settings.defaults == {"vendor": "7", "forwarding_domain": "acmemail.org"}
    assert settings.sources == {}


def test_which_values_mean_that_a_row_is_ordered() -> None:
    write(Path.cwd(), '[order_when]\nStatus = ["approved", "live"]\nActive = false')
    assert load().order_when == {"Status": {"approved", "live"}, "Active": None}


@pytest.mark.parametrize("value", ["true", "[]", '"yes"', "[1]"])
def test_other_words_on_when_to_order_are_refused(value: str) -> None:
    write(Path.cwd(), f"[order_when]\nStatus = {value}")
    with pytest.raises(ConfigurationError, match=r"\[order_when\] must give 'Status' the values"):
        load()


def test_a_flag_is_true_or_false() -> None:
    write(Path.cwd(), "json = true\nwait = false")
    settings = load()
    assert (settings.reporting.json, settings.submitting.wait) == (True, False)


def test_a_named_file_that_is_missing_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"nightly\.toml cannot be read"):
        load(Path("nightly.toml"))


def test_a_folder_is_no_settings_file() -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load(Path.cwd())


def test_text_that_is_not_utf_8_is_refused() -> None:
    path = Path.cwd() / FILE_NAME
    path.write_bytes('rate = "\xe4"'.encode("latin-1"))
    with pytest.raises(ConfigurationError, match="is not UTF-8 text"):
        load()


def test_the_ledger_is_in_the_users_data_directory_wherever_a_run_starts(home: Path) -> None:
    assert default_ledger() == home / ".local" / "share" / "batch-orders" / "ledger.db"


@pytest.mark.parametrize("ledger", ["orders.db", "sqlite:///orders.db"])
def test_a_ledger_stays_where_it_is_whatever_directory_a_run_is_started_in(
    tmp_path: Path, ledger: str
) -> None:
    path = tmp_path / "batch-orders.toml"
    path.write_text(f'ledger = "{ledger}"\n', encoding="utf-8")
    assert str(option("ledger", path)).endswith(f"{tmp_path}/orders.db")


def test_the_door_wins_over_the_environment_that_over_the_file_and_each_is_named() -> None:
    path = write(Path.cwd(), "max-orders = 1")
    variable = {"BATCH_ORDERS_MAX_ORDERS": "2"}
    told = [load(), load(environ=variable), load(environ=variable, said={"max-orders": 3})]
    assert [settings.submitting.max_orders for settings in told] == [1, 2, 3]
    assert [settings.source("max-orders") for settings in told] == [
        f"max-orders in {path}",
        "BATCH_ORDERS_MAX_ORDERS",
        "--max-orders",
    ]


def test_what_was_not_given_and_an_empty_variable_say_nothing() -> None:
    settings = load(environ={"BATCH_ORDERS_LEDGER": ""}, said={"ledger": None})
    assert (settings.place.ledger, settings.source("ledger")) == (None, "the default")


def test_the_variable_names_the_settings_file_unless_the_door_does(home: Path) -> None:
    by_variable = write(home / "a", "max-orders = 1", "a.toml")
    by_door = write(home / "b", "max-orders = 2", "b.toml")
    variable = {"BATCH_ORDERS_CONFIG": str(by_variable)}
    assert load(environ=variable).submitting.max_orders == 1
    assert load(by_door, environ=variable).submitting.max_orders == 2


def test_a_relative_path_that_is_not_in_the_file_is_meant_from_the_working_directory(home: Path) -> None:
    named = write(home / "team", 'report = "kept/here.xlsx"')
    assert load(named, said={"report": "a.xlsx"}).reporting.report == Path("a.xlsx")
    assert load(named, {"BATCH_ORDERS_REPORT": "b.xlsx"}).reporting.report == Path("b.xlsx")


WRONG = {
    "rate": ("fast", "is not a rate"),
    "max-cost": ("-1", "is not an amount"),
    "max-orders": ("1.5", "is not a whole number of 0 or more"),
    "max-failures": ("0", "is not a whole number of 1 or more"),
    "timeout": ("nan", "is not a number of seconds"),
    "settle": ("-1", "is not a number of seconds"),
    "poll": ("86401", "is not a number of seconds"),
    "encoding": ("klingon", "is no encoding"),
    "delimiter": ("#", "is no delimiter"),
    "body": ("both", "is not one of mailboxes, mailbox-details"),
    "json": ("perhaps", "is neither true nor false"),
    "log-format": ("xml", "is not one of human, json"),
}


@pytest.mark.parametrize(("name", "text", "fault"), [(name, *wrong) for name, wrong in WRONG.items()])
def test_a_wrong_value_is_refused_with_the_place_that_it_comes_from(name: str, text: str, fault: str) -> None:
    variable = SETTINGS[name].variable
    path = write(Path.cwd() / "own", f"{name} = {text!r}", "own.toml")
    for source, given in {
        f"--{name}": {"said": {name: text}},
        variable: {"environ": {variable: text}},
        f"{name} in {path}": {"config": path},
    }.items():
        with pytest.raises(ConfigurationError) as refusal:
            load(**given)  # type: ignore[arg-type]  # each is one parameter by its name
        assert str(refusal.value).startswith(f"{source}: {text!r} {fault}")


@pytest.mark.parametrize("name", ["ledger", "api-key-file", "worksheet"])
def test_an_empty_value_is_refused_for_it_would_silently_mean_the_default(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"--{name} is empty"):
        load(said={name: ""})
    write(Path.cwd(), f'{name} = ""')
    with pytest.raises(ConfigurationError, match=f"{name} in .* is empty"):
        load()


def test_what_each_form_of_a_value_means() -> None:
    said = {
        "rate": "60/m",
        "max-cost": "99.50",
        "max-orders": "0",
        "timeout": "0.5",
        "encoding": "latin1",
        "delimiter": "TAB",
        "header-row": 3,
        "json": True,
        "ready-files": "on",
    }
    settings = load(said=said)
    assert settings.submitting.rate == Rate(60, 60.0)
    assert (settings.submitting.max_cost, settings.submitting.max_orders) == (Decimal("99.50"), 0)
    assert settings.place.timeout == 0.5
    reading = settings.reading
    assert (reading.encoding, reading.delimiter, reading.header_row) == ("iso8859-1", "\t", 3)
    assert settings.reporting.json
    assert settings.inbox.ready_files


@pytest.mark.parametrize("name", ["rot13", "base64", "undefined", "a\0b"])
def test_what_python_calls_an_encoding_but_makes_no_text_is_refused(name: str) -> None:
    with pytest.raises(ConfigurationError, match="is no encoding"):
        load(said={"encoding": name})


def test_nothing_but_a_door_says_yes_to_a_plan() -> None:
    write(Path.cwd(), "yes = true")
    with pytest.raises(ConfigurationError, match="'yes' is no setting"):
        load()
    assert not load(write(Path.cwd(), "", "empty.toml"), {"BATCH_ORDERS_YES": "1"}).submitting.yes


def test_a_password_in_the_ledgers_url_does_not_show_itself() -> None:
    assert "canary" not in repr(load(said={"ledger": "postgresql://ops:canary@db/orders"}))


def test_the_form_that_was_asked_for_is_known_whatever_else_is_wrong() -> None:
    path = write(Path.cwd(), 'json = true\nrates = "x"')
    broken = write(Path.cwd(), "json = ", "broken.toml")
    assert peek_setting("json", {}, {}, path) is True
    assert peek_setting("json", {}, {"BATCH_ORDERS_JSON": "false"}, path) is False
    assert peek_setting("json", {"json": True}, {}, broken) is True
    assert peek_setting("json", {}, {"BATCH_ORDERS_JSON": "1"}, broken) is True
    assert peek_setting("log-format", {"log-format": "xml"}, {}, None) == "human"


def test_settings_are_loaded_where_the_command_lines_packages_are_missing() -> None:
    code = (
        "import sys; sys.modules |= dict.fromkeys(['click', 'rich', 'pandas', 'sqlalchemy'])\n"
        "from batch_orders.settings import load_settings\n"
        "print(load_settings({'max-orders': '2'}, {}, None).submitting.max_orders)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "2\n"
