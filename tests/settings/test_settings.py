"""The settings file: where it is found, what it may say, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from batch_orders.errors import ConfigurationError
from batch_orders.settings import FILE_NAME, default_ledger, load_settings

KNOWN = ["base-url", "ledger", "reports-dir", "rate", "timeout", "api-key-file", "report"]


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


def option(name: str, config: Path | None = None) -> str | None:
    return load_settings(config, KNOWN).options.get(name)


def test_without_a_file_there_are_no_settings() -> None:
    settings = load_settings(None, KNOWN)
    assert (settings.path, dict(settings.options)) == (None, {})


def test_the_working_directory_comes_before_the_users_configuration(home: Path) -> None:
    write(home / ".config" / "batch-orders", 'rate = "1/s"')
    assert option("rate") == "1/s"
    write(Path.cwd(), 'rate = "2/s"')
    assert option("rate") == "2/s"


def test_a_named_file_comes_before_both(home: Path) -> None:
    write(Path.cwd(), 'rate = "2/s"\ntimeout = 5')
    named = write(home / "elsewhere", 'rate = "3/s"', "nightly.toml")
    assert option("rate", named) == "3/s"
    assert option("timeout", named) is None


def test_numbers_are_taken_as_they_stand() -> None:
    write(Path.cwd(), "timeout = 12.5")
    assert option("timeout") == "12.5"


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    write(Path.cwd(), '\ufeffrate = "none"')
    assert option("rate") == "none"


@pytest.mark.parametrize("name", ["ledger", "reports-dir", "api-key-file", "report"])
def test_a_relative_path_is_meant_from_the_files_own_folder(name: str, home: Path) -> None:
    folder = home / "team"
    named = write(folder, f'{name} = "kept/here"')
    assert option(name, named) == str(folder / "kept" / "here")


def test_a_path_from_the_root_or_from_home_stays(home: Path) -> None:
    named = write(home / "team", f'ledger = "{home.as_posix()}/a.db"\nreports-dir = "~/reports"')
    assert option("ledger", named) == str(home / "a.db")
    assert option("reports-dir", named) == str(home / "reports")


def test_a_database_url_is_no_path(home: Path) -> None:
    url = "postgresql://ops@db.example.com/orders"
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
        ('[defaults]\ndomain = "example.com"', "[defaults] cannot hold 'domain'"),
    ],
)
def test_what_nobody_understands_is_refused(text: str, sentence: str) -> None:
    path = write(Path.cwd(), text)
    with pytest.raises(ConfigurationError) as refusal:
        load_settings(None, KNOWN)
    assert sentence in str(refusal.value)
    assert str(path) in str(refusal.value)


def test_columns_vendors_and_defaults() -> None:
    write(
        Path.cwd(),
        '[columns]\nKunde = "Contact"\nOrt = "contact city"\n'
        '[vendors]\n"Mail Kit" = 9\n'
        '[defaults]\nvendor = 7\nForwarding-Domain = "example.org"',
    )
    settings = load_settings(None, KNOWN)
    assert settings.columns == {"Kunde": "contact", "Ort": "contact_city"}
    assert settings.vendors == {"Mail Kit": 9}
    assert settings.defaults == {"vendor": "7", "forwarding_domain": "example.org"}
    assert settings.options == {}


def test_a_flag_is_true_or_false() -> None:
    write(Path.cwd(), "json = true")
    assert load_settings(None, [*KNOWN, "json"]).options == {"json": "true"}


def test_a_named_file_that_is_missing_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"nightly\.toml cannot be read"):
        load_settings(Path("nightly.toml"), KNOWN)


def test_a_folder_is_no_settings_file() -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_settings(Path.cwd(), KNOWN)


def test_text_that_is_not_utf_8_is_refused() -> None:
    path = Path.cwd() / FILE_NAME
    path.write_bytes('rate = "\xe4"'.encode("latin-1"))
    with pytest.raises(ConfigurationError, match="is not UTF-8 text"):
        load_settings(None, KNOWN)


def test_the_ledger_is_in_the_users_data_directory_wherever_a_run_starts(home: Path) -> None:
    assert default_ledger() == home / ".local" / "share" / "batch-orders" / "ledger.db"


@pytest.mark.parametrize("ledger", ["orders.db", "sqlite:///orders.db"])
def test_a_ledger_stays_where_it_is_whatever_directory_a_run_is_started_in(
    tmp_path: Path, ledger: str
) -> None:
    path = tmp_path / "batch-orders.toml"
    path.write_text(f'ledger = "{ledger}"\n', encoding="utf-8")
    assert load_settings(path, {"ledger"}).options["ledger"].endswith(f"{tmp_path}/orders.db")
