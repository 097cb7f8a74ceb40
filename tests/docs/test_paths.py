"""Every file that the documentation names is there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from batch_orders import __version__

ROOT = Path(__file__).parents[2]
PAGES = ("CONTRIBUTING.md", "docs/smart-senders.md")
NAMED = re.compile(r"`([\w./-]+/[\w.-]*|\w+\.py)`")
LINKED = re.compile(r"\]\((?!https?:)([^)#]+)")


@pytest.mark.parametrize("page", PAGES)
def test_every_module_that_a_page_names_is_there(page: str) -> None:
    named = NAMED.findall((ROOT / page).read_text(encoding="utf-8"))
    assert named
    missing = [
        path for path in named if not any((base / path).exists() for base in (ROOT, ROOT / "batch_orders"))
    ]
    assert missing == []


@pytest.mark.parametrize("page", ["README.md", *PAGES, "docs/architecture.md", "docs/glossary.md"])
def test_every_link_leads_somewhere(page: str) -> None:
    linked = LINKED.findall((ROOT / page).read_text(encoding="utf-8"))
    assert [path for path in linked if not (ROOT / page).parent.joinpath(path).exists()] == []


def test_the_page_of_the_package_has_no_link_into_the_clone() -> None:
    """Whoever reads it on an index page has no clone."""
    package = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert not LINKED.findall((ROOT / package["project"]["readme"]).read_text(encoding="utf-8"))


def test_the_wheel_that_the_readme_names_is_the_one_that_is_built() -> None:
    named = re.findall(r"batch_orders-([\w.]+)-py3", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert set(named) == {__version__}
