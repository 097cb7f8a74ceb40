"""A domain that could be bought, but is a typo: its mailboxes say so."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from batch_orders.core.model import Field
from batch_orders.validation.judge import at_fault, fault_column, to_arrow, to_series
from batch_orders.validation.letters import first_letters
from batch_orders.validation.mailboxes import hosts_of
from batch_orders.validation.names import judge_domain
from batch_orders.validation.typos import is_one_letter_off, may_be_a_pair
from batch_orders.validation.vectorised import EMPTY, TEXT

DOMAIN_TYPO = "domain-slip"
DOMAIN_FAULT = fault_column(Field.DOMAIN)


def mend_typos(entries: pd.DataFrame, elsewhere: np.ndarray) -> pd.DataFrame:
    """The entries with the domains that are nearly the domain of their mailboxes as faulty.

    That is so where other rows of the sheet name the mailboxes' domain and none stands by the row's own one,
    or where all of several rows of the domain have their mailbox in the same other one. `elsewhere` says
    which mailboxes are not in their domain.
    """
    far = elsewhere & ~at_fault(entries, Field.DOMAIN)
    if not far.any():
        return entries
    domains, mailboxes = entries[Field.DOMAIN][far], entries[Field.MAILBOX][far]
    hosts = to_series(hosts_of(to_arrow(mailboxes)), domains.index)
    near = nearly_the_host(domains, hosts)
    if not near.any():
        return entries
    sure = pick_typos(entries, domains[near], hosts[near])
    meant = dict(zip(entries["position"][sure.index], sure, strict=True))
    return put_typos(entries, meant | pasted_links(entries, domains[near], hosts[near]))


def pasted_links(entries: pd.DataFrame, domains: pd.Series[str], hosts: pd.Series[str]) -> dict[int, str]:
    """By the position of the row, the domain that one such as `wwwshop.com` means, whose mailboxes are at `shop.com`.

    That is so in every row of it where no mailbox is at the longer name itself.
    """
    pasted = np.asarray(with_www(to_arrow(domains), to_arrow(hosts)))
    if not pasted.any():
        return {}
    known = dict(zip(domains[pasted], hosts[pasted], strict=True))
    rows = entries[entries[Field.DOMAIN].isin(known)]
    own = rows[Field.DOMAIN][
        to_series(hosts_of(to_arrow(rows[Field.MAILBOX])), rows.index) == rows[Field.DOMAIN]
    ]
    sure = rows[~rows[Field.DOMAIN].isin(own)]
    return dict(zip(sure["position"], sure[Field.DOMAIN].map(known), strict=True))


def nearly_the_host(domains: pd.Series[str], hosts: pd.Series[str]) -> np.ndarray:
    """Whether each domain is a letter away from the host beside it, or hyphens, or a `www` without its dot."""
    here, there = to_arrow(domains), to_arrow(hosts)
    near = np.array(may_be_a_pair(here, there))
    places = np.flatnonzero(near)
    pairs = zip(here.take(places).to_pylist(), there.take(places).to_pylist(), strict=True)
    near[places] = [is_one_letter_off(*pair) for pair in pairs]
    near |= np.asarray(with_www(here, there))
    likely = first_letters(here) == first_letters(there)
    here, there = (each.filter(pa.array(likely)) for each in (here, there))
    near[likely] |= np.asarray(
        pc.equal(pc.replace_substring(here, "-", ""), pc.replace_substring(there, "-", ""))
    )
    return near


def with_www(domains: pa.Array, hosts: pa.Array) -> pa.Array:
    """Whether each domain is the host with `www` in front of it, which was part of a link."""
    likely = pc.starts_with(domains, "www")
    named = pc.binary_join_element_wise(pa.scalar("www", TEXT), hosts.filter(likely), EMPTY)
    return pc.replace_with_mask(likely, likely, pc.equal(domains.filter(likely), named))


def put_typos(entries: pd.DataFrame, host_of: Mapping[int, str]) -> pd.DataFrame:
    """`host_of` is the domain meant, by the position of the row."""
    rows = entries["position"].isin(list(host_of))
    hosts = entries["position"][rows].map(host_of)
    faults, meant, group = (entries[name].copy() for name in (DOMAIN_FAULT, "meant", "group"))
    known = dict(zip(meant, group, strict=True))
    faults[rows], meant[rows] = DOMAIN_TYPO, hosts
    group[rows] = hosts.map(known).fillna(group[rows]).astype("int64")
    return entries.assign(**{DOMAIN_FAULT: faults}, meant=meant, group=group)


def pick_typos(entries: pd.DataFrame, domains: pd.Series[str], hosts: pd.Series[str]) -> pd.Series[str]:
    """The hosts of the entries whose domain is surely the typo, of the two that are a letter apart."""
    others = entries[~entries.index.isin(domains.index) & (entries[DOMAIN_FAULT] == "")]
    standing = set(others[Field.DOMAIN])
    said = hosts.groupby(domains)
    sure = [
        domain not in standing
        and (host in standing or (count > 1 and distinct == 1))
        and not judge_domain(host).fault
        for domain, host, count, distinct in zip(
            domains, hosts, said.transform("size"), said.transform("nunique"), strict=True
        )
    ]
    return hosts[sure]
