"""Judge every cell of the frame: one fault code per cell, "" where nothing is wrong.

Values that are plainly good are recognised column by column; only the others are looked at
one by one, and each distinct one only once. That keeps a sheet of Excel's full size quick.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from batch_orders.model import PERSON_FIELDS, Field
from batch_orders.offers import VendorNames
from batch_orders.rows.mailboxes import LOCAL_PART, LONGEST_LOCAL_PART, judge_mailbox
from batch_orders.rows.names import Verdict, judge_domain, judge_host, suffix_rules
from batch_orders.rows.rules import RowRules

PLAIN_DOMAIN = r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.[a-z]{2,63}$"
PLAIN_LOCAL_PART = f"^{LOCAL_PART}$"
AT = pa.scalar("@", type=pa.large_string())
LARGEST_VENDOR = 2**31 - 1

Judged = tuple["pd.Series[str]", "pd.Series[str]"]
"""The values as they would be ordered, and the fault codes."""


def to_arrow(values: pd.Series[str]) -> pa.ChunkedArray | pa.Array:
    return pa.array(values, type=pa.large_string(), from_pandas=True)


def is_plain_domain(values: pd.Series[str]) -> np.ndarray:
    """True where a name is one label under a top-level domain, and no suffix of its own."""
    names = to_arrow(values)
    rules = pa.array(sorted(suffix_rules()), type=pa.large_string())
    # Under "*.example" the list holds "example" itself to be a suffix, too.
    suffixes = pc.replace_substring_regex(rules, r"^\*\.", "")
    endings = pc.replace_substring_regex(names, r"^.*\.", "")
    plain = pc.and_(
        pc.and_(pc.match_substring_regex(names, PLAIN_DOMAIN), pc.is_in(endings, rules)),
        # Hyphens in third and fourth place are for A-labels, which are judged one by one.
        pc.invert(pc.or_(pc.match_substring(names, "--"), pc.is_in(names, suffixes))),
    )
    return np.asarray(plain)


def judge_each(values: pd.Series[str], plain: np.ndarray, judge: Callable[[str], Verdict]) -> Judged:
    """Judge the values that are not plain, each distinct one once."""
    codes, distinct = pd.factorize(values[~plain])
    verdicts = [judge(value) for value in distinct]
    return spread(values, ~plain, [verdicts[code] for code in codes])


def spread(values: pd.Series[str], where: np.ndarray, verdicts: Iterable[Verdict]) -> Judged:
    """Put the verdicts on `where` among values that are good as they are."""
    faults = np.full(len(values), "", dtype=object)
    judged = list(verdicts)
    if not judged:
        return values, pd.Series(faults, index=values.index, dtype="str")
    ordered = values.to_numpy(dtype=object, copy=True)
    ordered[where] = [verdict.value for verdict in judged]
    faults[where] = [verdict.fault for verdict in judged]
    return pd.Series(ordered, values.index, dtype="str"), pd.Series(faults, values.index, dtype="str")


def judge_domains(names: pd.Series[str]) -> Judged:
    return judge_each(names, is_plain_domain(names), judge_domain)


def judge_hosts(hosts: pd.Series[str], domains: pd.Series[str]) -> Judged:
    nothing_plain = np.zeros(len(hosts), dtype=bool)
    values, faults = judge_each(hosts, nothing_plain, judge_host)
    return values, faults.mask((values == domains) & (faults == ""), "forwarding-is-the-domain")


def judge_mailboxes(mailboxes: pd.Series[str], domains: pd.Series[str]) -> Judged:
    addresses, names = to_arrow(mailboxes), to_arrow(domains)
    bare = pc.invert(pc.match_substring(addresses, "@"))
    complete = pc.if_else(bare, pc.binary_join_element_wise(addresses, names, AT), addresses)
    local_parts = pc.replace_substring_regex(complete, "@.*$", "")
    plain = pc.and_(
        pc.and_(
            pc.equal(pc.binary_join_element_wise(local_parts, names, AT), complete),
            pc.match_substring_regex(local_parts, PLAIN_LOCAL_PART),
        ),
        pc.and_(
            pc.less_equal(pc.utf8_length(local_parts), LONGEST_LOCAL_PART),
            pc.not_equal(names, ""),
        ),
    )
    where = ~np.asarray(plain)
    pairs = zip(mailboxes[where], domains[where], strict=True)
    completed = pd.Series(complete.to_pandas(), dtype="str").set_axis(mailboxes.index)
    return spread(completed, where, (judge_mailbox(address, domain) for address, domain in pairs))


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
    return judge_each(vendors, np.zeros(len(vendors), dtype=bool), lambda text: judge_vendor(text, names))


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
