"""The contract for the body of one place-order call, told in the style of Joi.

Source: the body table of the API's place-order page, and its newer page for `mailbox_details`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?=.{{1,253}}\Z)(?:{_LABEL}\.)+(?!\d+\Z){_LABEL}", re.IGNORECASE)
_ATOM = r"[^\s@.\"(),:;<>\[\]\\]+"
_LOCAL_PART = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")

_BODY_FIELDS = frozenset({"vendor_id", "domains", "forwarding_domain", "user_details"})
_DOMAIN_FIELDS = frozenset({"domain_name", "mailboxes", "mailbox_details"})
_DETAIL_FIELDS = frozenset({"mailbox", "first_name", "last_name", "profile_pic", "parent_account_id"})


def find_fault(body: Any) -> str | None:
    """The first thing wrong with a parsed body, such as `"vendor_id" is required`, or None."""
    return next(_body_faults(body), None)


def _body_faults(body: Any) -> Iterator[str]:
    if not isinstance(body, dict):
        yield '"value" must be of type object'
        return
    yield from _integer_faults(body, "vendor_id", "vendor_id")
    yield from _array_faults(body, "domains", "domains")
    for position, domain in enumerate(body["domains"]):
        yield from _domain_faults(domain, f"domains[{position}]")
    yield from _text_faults(body, "forwarding_domain", "forwarding_domain")
    yield from _user_details_faults(body)
    yield from _unknown_faults(body, _BODY_FIELDS, "")


def _domain_faults(domain: Any, path: str) -> Iterator[str]:
    if not isinstance(domain, dict):
        yield f'"{path}" must be of type object'
        return
    yield from _text_faults(domain, "domain_name", f"{path}.domain_name")
    if not _DOMAIN.fullmatch(domain["domain_name"]):
        yield f'"{path}.domain_name" must contain a valid domain name'
    if "mailboxes" in domain and "mailbox_details" in domain:
        yield f'"{path}" contains a conflict between exclusive peers [mailboxes, mailbox_details]'
    field = "mailbox_details" if "mailbox_details" in domain else "mailboxes"
    yield from _array_faults(domain, field, f"{path}.{field}")
    for position, mailbox in enumerate(domain[field]):
        place = f"{path}.{field}[{position}]"
        if field == "mailboxes":
            yield from _address_faults(mailbox, domain["domain_name"], place)
        else:
            yield from _detail_faults(mailbox, domain["domain_name"], place)
    yield from _unknown_faults(domain, _DOMAIN_FIELDS, f"{path}.")


def _detail_faults(detail: Any, domain_name: str, path: str) -> Iterator[str]:
    if not isinstance(detail, dict):
        yield f'"{path}" must be of type object'
        return
    yield from _text_faults(detail, "mailbox", f"{path}.mailbox")
    yield from _address_faults(detail["mailbox"], domain_name, f"{path}.mailbox")
    yield from _text_faults(detail, "first_name", f"{path}.first_name")
    yield from _text_faults(detail, "last_name", f"{path}.last_name")
    if not isinstance(detail.get("profile_pic", ""), str):
        yield f'"{path}.profile_pic" must be a string'
    if "parent_account_id" in detail:
        yield from _integer_faults(detail, "parent_account_id", f"{path}.parent_account_id")
    yield from _unknown_faults(detail, _DETAIL_FIELDS, f"{path}.")


def _address_faults(address: Any, domain_name: str, path: str) -> Iterator[str]:
    if not isinstance(address, str):
        yield f'"{path}" must be a string'
        return
    local_part, _, domain = address.rpartition("@")
    if not _LOCAL_PART.fullmatch(local_part):
        yield f'"{path}" must be a valid email'
    if domain.lower() != domain_name.lower():
        yield f'"{path}" must be a mailbox of {domain_name}'


def _user_details_faults(body: Mapping[str, Any]) -> Iterator[str]:
    details = body.get("user_details", {})
    if not isinstance(details, dict):
        yield '"user_details" must be of type object'
    elif not isinstance(details.get("name", ""), str):
        yield '"user_details.name" must be a string'


def _integer_faults(holder: Mapping[str, Any], field: str, path: str) -> Iterator[str]:
    if field not in holder:
        yield f'"{path}" is required'
    # To Python True is an integer; in JSON it is not.
    elif isinstance(holder[field], bool) or not isinstance(holder[field], int):
        yield f'"{path}" must be an integer'


def _text_faults(holder: Mapping[str, Any], field: str, path: str) -> Iterator[str]:
    if field not in holder:
        yield f'"{path}" is required'
    elif not isinstance(holder[field], str):
        yield f'"{path}" must be a string'
    elif not holder[field].strip():
        yield f'"{path}" is not allowed to be empty'


def _array_faults(holder: Mapping[str, Any], field: str, path: str) -> Iterator[str]:
    if field not in holder:
        yield f'"{path}" is required'
    elif not isinstance(holder[field], list):
        yield f'"{path}" must be an array'
    elif not holder[field]:
        yield f'"{path}" must contain at least 1 items'


def _unknown_faults(holder: Mapping[str, Any], known: frozenset[str], prefix: str) -> Iterator[str]:
    for field in holder:
        if field not in known:
            yield f'"{prefix}{field}" is not allowed'
