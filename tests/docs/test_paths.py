"""Every file that the documentation names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

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
