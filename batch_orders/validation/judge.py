"""Judge every cell of the frame: one fault code per cell, "" where nothing is wrong.

Values of which one can be sure are judged column by column; only the others are looked at
one by one, and each distinct one only once. That keeps a sheet of Excel's full size quick.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from batch_orders.core.model import PERSON_FIELDS, Field
from batch_orders.core.rules import RowRules
from batch_orders.core.vendors import VendorNames
from batch_orders.validation.mailboxes import (
    IS_A_DOMAIN,
    LEADING_MARKS,
    LOCAL_PART,
    LONGEST_LOCAL_PART,
    ONLY_MARKS,
    Addresses,
    judge_mailbox,
)
from batch_orders.validation.names import Verdict, judge_domain, judge_host
from batch_orders.validation.placeholders import NOBODY, NOBODYS_CONTACT
from batch_orders.validation.vectorised import (
    EMPTY,
    TEXT,
    arrow_rules,
    code_of,
    faults_of_domains,
    faults_of_hosts,
    faults_of_nameless,
    is_among,
    not_sure,
)

PLAIN_LOCAL_PART = f"^{LOCAL_PART}$"
LARGEST_VENDOR = 2**31 - 1
AT = pa.scalar("@", TEXT)
KEPT_BY_ARROW = pd.StringDtype("pyarrow", na_value=np.nan)

Validated = tuple["pd.Series[str]", "pd.Series[str]"]
"""The values as they would be ordered, and the fault codes."""


def to_arrow(values: pd.Series[str]) -> pa.Array:
    texts = pa.array(values.array, TEXT)
    return texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts


def to_series(texts: pa.Array, index: pd.Index[int]) -> pd.Series[str]:
    """As `pd.array(texts, dtype="str")` would be, which takes four times as long to find out how texts are kept."""
    kept = pd.arrays.ArrowStringArray(texts, dtype=KEPT_BY_ARROW)  # type: ignore[call-arg]  # not in the stubs
    return pd.Series(kept, index=index)


def is_filled(texts: pd.Series[str]) -> np.ndarray:
    """Which are not "". As `texts != ""`, which takes pandas many times as long where there are few."""
    return np.asarray(pc.not_equal(to_arrow(texts), EMPTY))


def put(texts: pa.Array, where: pa.Array, others: Sequence[str] | pa.Array) -> pa.Array:
    return pc.replace_with_mask(texts, where, pa.array(others, TEXT)) if len(others) else texts


class Judged(NamedTuple):
    """Distinct texts as they would be ordered and their fault codes; `which` of them each text is.

    Where they are ordered `as_written`, the values are distinct, too: otherwise several texts may be one value.
    """

    values: pa.Array
    faults: pa.Array
    which: pa.Array
    as_written: bool

    def each(self, index: pd.Index[int]) -> Validated:
        return to_series(self.values.take(self.which), index), to_series(self.faults.take(self.which), index)


def judge_distinct(
    column: pa.Array,
    judge: Callable[[str], Verdict],
    faults_of: Callable[[pa.Array], pa.Array] = not_sure,
) -> Judged:
    """Judge each distinct text once. `faults_of` gives the faults it is sure of, null for the others."""
    found = column.dictionary_encode()
    sure = faults_of(found.dictionary)
    odd = pc.is_null(sure)
    texts = found.dictionary.filter(odd).to_pylist()
    verdicts = [judge(text) for text in texts]
    values = [verdict.value for verdict in verdicts]
    faults = put(sure, odd, [verdict.fault for verdict in verdicts])
    return Judged(put(found.dictionary, odd, values), faults, found.indices, values == texts)


def judge_each(
    values: pd.Series[str],
    judge: Callable[[str], Verdict],
    faults_of: Callable[[pa.Array], pa.Array] = not_sure,
) -> Validated:
    return judge_distinct(to_arrow(values), judge, faults_of).each(values.index)


def judge_names(names: pa.Array) -> Judged:
    return judge_distinct(names, judge_domain, faults_of_domains)


def judge_domains(names: pd.Series[str]) -> Validated:
    return judge_names(to_arrow(names)).each(names.index)


def judge_hosts(hosts: pd.Series[str], domains: pd.Series[str]) -> Validated:
    values, faults = judge_each(hosts, judge_host, faults_of_hosts)
    itself = (
        np.asarray(pc.equal(to_arrow(values), to_arrow(domains))) & ~is_filled(faults) & is_filled(domains)
    )
    return values, faults.mask(itself, "forwarding-is-the-domain") if itself.any() else faults


def judge_mailboxes(mailboxes: pd.Series[str], domains: pd.Series[str]) -> Validated:
    return judge_addresses(Addresses(to_arrow(mailboxes)), domains)


def judge_addresses(of: Addresses, domains: pd.Series[str]) -> Validated:
    """As judge_mailbox does, but all at once. Only hosts in other scripts are looked at one by one."""
    addresses, names = of.mailboxes, to_arrow(domains)
    bare = pc.invert(of.parts.found)
    hosts = put(of.parts.behind, bare, names.filter(bare))
    faults = pc.if_else(
        may_be_the_domain(addresses, bare),
        None,
        code_of(
            {
                "mailbox-missing": pc.equal(addresses, EMPTY),
                **faults_of_local_parts(of.local_parts, bare),
                "": pc.or_(pc.equal(names, EMPTY), pc.equal(names, hosts)),
                "mailbox-other-domain": pc.string_is_ascii(hosts),
            }
        ),
    )
    odd = pc.is_null(faults)
    verdicts = judge_odd(addresses.filter(odd).to_pylist(), names.filter(odd).to_pylist(), names)
    completed = pc.and_(bare, pc.equal(faults, EMPTY))
    complete = pc.binary_join_element_wise(addresses.filter(completed), names.filter(completed), AT)
    values = put(addresses, completed, complete)
    return (
        to_series(put(values, odd, [verdict.value for verdict in verdicts]), domains.index),
        to_series(put(faults, odd, [verdict.fault for verdict in verdicts]), domains.index),
    )


def judge_odd(addresses: Sequence[str], domains: Sequence[str], ordered: pa.Array) -> list[Verdict]:
    """Mailboxes one by one. A bare one that is itself another domain of the sheet is no mailbox."""
    pairs = zip(addresses, domains, strict=True)
    verdicts = [judge_mailbox(address, domain) for address, domain in pairs]
    bare = {address for address in addresses if "@" not in address}
    named = bare.intersection(pc.unique(ordered).to_pylist()) if bare else bare
    if not named:
        return verdicts
    judged = zip(addresses, verdicts, strict=True)
    return [
        Verdict(address, IS_A_DOMAIN) if address in named and not verdict.fault else verdict
        for address, verdict in judged
    ]


def faults_of_local_parts(parts: pa.DictionaryArray, bare: pa.Array) -> dict[str, pa.Array]:
    """Masks by fault code, the first of which counts. Few local parts stand in most domains: each is judged once."""
    distinct = parts.dictionary

    def of(matched: pa.Array) -> pa.Array:
        return matched.take(parts.indices)

    no_name = of(pc.match_substring_regex(distinct, f"^{ONLY_MARKS}$"))
    nobody = pc.and_(bare, of(pc.match_substring_regex(distinct, NOBODY)))
    return {
        "mailbox-placeholder": pc.or_(no_name, nobody),
        "mailbox-comma": of(pc.match_substring(distinct, ",")),
        "mailbox-leading-mark": of(pc.match_substring_regex(distinct, f"^[{LEADING_MARKS}]")),
        "mailbox-not-valid": of(pc.invert(pc.match_substring_regex(distinct, PLAIN_LOCAL_PART))),
        "mailbox-too-long": of(pc.greater(pc.utf8_length(distinct), LONGEST_LOCAL_PART)),
    }


def may_be_the_domain(addresses: pa.Array, bare: pa.Array) -> pa.Array:
    """Bare entries that end as a domain does. `jane.doe` does not: nothing is sold under "doe"."""
    found = addresses.filter(bare)
    if not len(found):
        return bare
    dotted = pc.match_substring(found, ".")
    endings = pc.struct_field(pc.extract_regex(found.filter(dotted), r"\.(?P<ending>[^.]*)$"), "ending")
    if not len(endings):
        return pc.and_(bare, pc.invert(bare))
    known = is_among(endings, arrow_rules().endings)
    return pc.replace_with_mask(bare, bare, pc.replace_with_mask(dotted, dotted, known))


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
    if names.is_unknown(number):
        return Verdict(text, "vendor-not-sold")
    return Verdict(str(number))


def judge_vendors(vendors: pd.Series[str], names: VendorNames) -> Validated:
    return judge_each(
        vendors,
        lambda text: judge_vendor(text, names),
        not_sure if names.ids or names.listed else faults_of_nameless,
    )


def judge_present(values: pd.Series[str], code: str) -> Validated:
    return values, pd.Series("", index=values.index, dtype="str").mask(~is_filled(values), code)


def judge_contacts(contacts: pd.Series[str]) -> Validated:
    """A contact is a name; a word that stands for nothing is none."""
    return judge_each(contacts, judge_contact)


def judge_contact(text: str) -> Verdict:
    if not text:
        return Verdict(text, "contact-missing")
    return Verdict(text, "contact-is-nobody" if NOBODYS_CONTACT.match(text.lower()) else "")


FAULT = "fault:"


def fault_column(name: str) -> str:
    return f"{FAULT}{name}"


def at_fault(entries: pd.DataFrame, name: str) -> np.ndarray:
    """Which entries have a fault in the field."""
    return is_filled(entries[fault_column(name)])


def judge_shared(entries: pd.DataFrame, rules: RowRules) -> dict[str, Validated]:
    """All fields but domain and mailbox; `entries` are filled from their domain and the defaults."""
    people = PERSON_FIELDS if rules.people else ()
    return {
        Field.VENDOR: judge_vendors(entries[Field.VENDOR], rules.names),
        Field.FORWARDING_DOMAIN: judge_hosts(entries[Field.FORWARDING_DOMAIN], entries["meant"]),
        Field.CONTACT: judge_contacts(entries[Field.CONTACT]),
        **{name: judge_present(entries[name], "name-missing") for name in people},
    }
