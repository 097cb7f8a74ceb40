"""The forms of what --json says, as docs/json.schema.json tells of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema

from tests.harness.command_line import Ended

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "json.schema.json").read_text(encoding="utf-8"))


def held(command: str, ended: Ended) -> dict[str, Any]:
    """The object, once it is proven to be of the form of its command."""
    said = ended.said
    jsonschema.Draft202012Validator({**SCHEMA, "$ref": f"#/$defs/{command}"}).validate(said)
    jsonschema.Draft202012Validator(SCHEMA).validate(said)
    assert said["exit_code"] == ended.code
    return said
