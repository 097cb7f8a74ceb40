"""A row whose cells for domain and mailbox changed places: the domain that it means stands in the other cell."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from batch_orders.core.model import Field
from batch_orders.validation.blocks import UNNAMED
from batch_orders.validation.judge import at_fault, is_filled, judge_domains, put, to_arrow, to_series
from batch_orders.validation.meant_domains import look_up
from batch_orders.validation.names import COMMON_ENDINGS
from batch_orders.validation.read_domains import read_domain
from batch_orders.validation.vectorised import are_in

ONE_NAME = r"^[^@,;\s]+\.[^@,;\s]+$"
MAY_BE_MAILBOXES = r"^[a-z0-9._'@,;\s-]*[a-z][a-z0-9._'@,;\s-]*$"
USUAL_ENDING = rf"\.(?:{'|'.join(COMMON_ENDINGS)})$"


def meant_where_swapped(rows: pd.DataFrame, meant: pd.Series[str], good: pa.Array) -> pd.Series[str]:
    """`meant` with the domains that stand in the mailbox's cell, where the domain's holds what may be a mailbox.

    A mailbox may look like a domain (`nan.li`): the sheet has the domain elsewhere, too, or it has a usual ending.
    """
    lost = at_fault(rows, Field.DOMAIN) & ~is_filled(meant)
    all_domains, all_mailboxes = to_arrow(rows[Field.DOMAIN]), to_arrow(rows[Field.MAILBOX])
    lost[lost] = may_be_swapped(all_domains.filter(pa.array(lost)), all_mailboxes.filter(pa.array(lost)))
    if not lost.any():
        return meant
    domains, mailboxes = all_domains.filter(pa.array(lost)), all_mailboxes.filter(pa.array(lost))
    found = look_up(mailboxes, domains_in(pc.unique(mailboxes)))
    sure = pc.or_(are_in(found, good), pc.match_substring_regex(found, USUAL_ENDING))
    sure = pc.or_(sure, pc.match_substring(domains, "@"))
    swapped = put(to_arrow(meant), pa.array(lost), pc.if_else(sure, found, ""))
    return to_series(swapped, meant.index)


def may_be_swapped(domains: pa.Array, mailboxes: pa.Array) -> np.ndarray:
    one_name = pc.match_substring_regex(mailboxes, ONE_NAME)
    named = pc.invert(pc.match_substring_regex(domains, UNNAMED))
    return np.asarray(pc.and_(pc.and_(one_name, named), pc.match_substring_regex(domains, MAY_BE_MAILBOXES)))


def domains_in(texts: pa.Array) -> dict[str, str]:
    """By text, the name that can be bought in it, where it holds one."""
    names, faults = judge_domains(pd.Series(texts.to_pylist(), dtype="str"))
    read = zip(texts.to_pylist(), names, faults, strict=True)
    return {text: domain for text, name, fault in read if (domain := read_domain(text) if fault else name)}
