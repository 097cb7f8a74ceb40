"""Judge every cell of the frame: one fault code per cell, "" where nothing is wrong.

Values that are plainly good are recognised column by column; only the others are looked at
one by one, and each distinct one only once. That keeps a sheet of Excel's full size quick.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from batch_orders.model import PERSON_FIELDS, Field
from batch_orders.offers import VendorNames
from batch_orders.rows.mailboxes import LOCAL_PART, LONGEST_LOCAL_PART, judge_mailbox
from batch_orders.rows.names import Verdict, judge_domain, judge_host, suffix_rules
from batch_orders.rules import RowRules

PLAIN_DOMAIN = r"^[a-z0-9]+(?:-[a-z0-9]+)*\.(?P<ending>[a-z]+)$"
"""One label under a top-level domain. No two hyphens in a row: those are for A-labels."""

LONGEST_PLAIN_DOMAIN = 63
"""As long as one label may be, so that no limit is near."""

PLAIN_LOCAL_PART = f"^{LOCAL_PART}$"
LARGEST_VENDOR = 2**31 - 1
TEXT = pa.large_string()
AT, NOTHING = pa.scalar("@", TEXT), pa.scalar("", TEXT)

Judged = tuple["pd.Series[str]", "pd.Series[str]"]
"""The values as they would be ordered, and the fault codes."""


def to_arrow(values: pd.Series[str]) -> pa.Array:
    texts = pa.array(values, TEXT)
    return texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts


def to_series(texts: pa.Array, index: pd.Index[int]) -> pd.Series[str]:
    return pd.Series(texts.to_pandas(), dtype="str").set_axis(index)


def put(texts: pa.Array, where: pa.Array, others: Sequence[str] | pa.Array) -> pa.Array:
    return pc.replace_with_mask(texts, where, pa.array(others, TEXT)) if len(others) else texts


def judge_each(
    values: pd.Series[str],
    judge: Callable[[str], Verdict],
    is_plain: Callable[[pa.Array], pa.Array] = pc.is_null,
) -> Judged:
    """Judge each distinct value once, and those that are plainly good all at once."""
    found = to_arrow(values).dictionary_encode()
    distinct = found.dictionary
    odd = pc.invert(is_plain(distinct))
    verdicts = [judge(text) for text in distinct.filter(odd).to_pylist()]
    names = put(distinct, odd, [verdict.value for verdict in verdicts])
    faults = put(pa.repeat(NOTHING, len(distinct)), odd, [verdict.fault for verdict in verdicts])
    return (
        to_series(names.take(found.indices), values.index),
        to_series(faults.take(found.indices), values.index),
    )


def judge_domains(names: pd.Series[str]) -> Judged:
    return judge_each(names, judge_domain, is_plain_domain)


def is_plain_domain(names: pa.Array) -> pa.Array:
    """True where a name is one label under a top-level domain, and no suffix of its own."""
    rules = pa.array(sorted(suffix_rules()), TEXT)
    # Under "*.example" the list holds "example" itself to be a suffix, too.
    suffixes = pc.replace_substring_regex(rules, r"^\*\.", "")
    endings = pc.struct_field(pc.extract_regex(names, PLAIN_DOMAIN), "ending")
    short = pc.less_equal(pc.binary_length(names), LONGEST_PLAIN_DOMAIN)
    return pc.and_(pc.and_(short, pc.is_in(endings, rules)), pc.invert(pc.is_in(names, suffixes)))


def judge_hosts(hosts: pd.Series[str], domains: pd.Series[str]) -> Judged:
    values, faults = judge_each(hosts, judge_host)
    return values, faults.mask((values == domains) & (faults == ""), "forwarding-is-the-domain")


def judge_mailboxes(mailboxes: pd.Series[str], domains: pd.Series[str]) -> Judged:
    """As judge_mailbox does, but all at once. Only hosts in other scripts are looked at one by one."""
    addresses, names = to_arrow(mailboxes), to_arrow(domains)
    bare = pc.invert(pc.match_substring(addresses, "@"))
    local, host = addresses.filter(bare), names.filter(bare)
    complete = put(addresses, bare, pc.binary_join_element_wise(local, host, AT))
    parts = pc.split_pattern(complete, "@", max_splits=1, reverse=True)
    local_parts = put(pc.list_element(parts, 0), bare, local)
    hosts = put(pc.list_element(parts, 1), bare, host)
    faults = pc.case_when(
        pc.make_struct(
            pc.equal(addresses, ""),
            pc.invert(pc.match_substring_regex(local_parts, PLAIN_LOCAL_PART)),
            pc.greater(pc.utf8_length(local_parts), LONGEST_LOCAL_PART),
            pc.or_(pc.equal(names, ""), pc.equal(names, hosts)),
            pc.string_is_ascii(hosts),
        ),
        "mailbox-missing",
        "mailbox-not-valid",
        "mailbox-too-long",
        "",
        "mailbox-other-domain",
    ).cast(TEXT)
    odd = pc.is_null(faults)
    pairs = zip(addresses.filter(odd).to_pylist(), names.filter(odd).to_pylist(), strict=True)
    verdicts = [judge_mailbox(address, domain) for address, domain in pairs]
    values = pc.if_else(pc.equal(faults, ""), complete, addresses)
    return (
        to_series(put(values, odd, [verdict.value for verdict in verdicts]), mailboxes.index),
        to_series(put(faults, odd, [verdict.fault for verdict in verdicts]), mailboxes.index),
    )


def judge_vendor(text: str, names: VendorNames) -> Verdict:
    """The id of a vendor, given as a number or as a name."""
    if not text:
        return Verdict(text, "vendor-missing")
    if not (text.isascii() and text.isdigit()):
        ids = names.find(text)
        if len(ids) == 1:
            return Verdict(str(next(iter(ids))))
        return Verdict(text, "vendor-ambiguous" if ids else "vendor-unknown")
    number = int(text) if len(text) <= 20 else LARGEST_VENDOR + 1
    if not 0 < number <= LARGEST_VENDOR:
        return Verdict(text, "vendor-out-of-range")
    return Verdict(str(number))


def judge_vendors(vendors: pd.Series[str], names: VendorNames) -> Judged:
    return judge_each(vendors, lambda text: judge_vendor(text, names))


def judge_present(values: pd.Series[str], code: str) -> Judged:
    faults = pd.Series("", index=values.index, dtype="str")
    return values, faults.mask(values == "", code)


FAULT = "fault:"


def fault_column(name: str) -> str:
    return f"{FAULT}{name}"


def judge_shared(entries: pd.DataFrame, rules: RowRules) -> dict[str, Judged]:
    """All fields but domain and mailbox; `entries` are filled from their domain and the defaults."""
    people = PERSON_FIELDS if rules.people else ()
    return {
        Field.VENDOR: judge_vendors(entries[Field.VENDOR], rules.names),
        Field.FORWARDING_DOMAIN: judge_hosts(entries[Field.FORWARDING_DOMAIN], entries[Field.DOMAIN]),
        Field.CONTACT: judge_present(entries[Field.CONTACT], "contact-missing"),
        **{name: judge_present(entries[name], "name-missing") for name in people},
    }
