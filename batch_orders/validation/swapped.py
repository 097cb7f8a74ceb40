"""A row whose cells for domain and mailbox changed places: the domain that it means stands in the other cell."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from batch_orders.validation.blocks import UNNAMED
from batch_orders.validation.judge import judge_names, put
from batch_orders.validation.meant_domains import look_up
from batch_orders.validation.names import COMMON_ENDINGS
from batch_orders.validation.read_domains import read_domain
from batch_orders.validation.vectorised import EMPTY, are_in

ONE_NAME = r"^[^@,;\s]+\.[^@,;\s]+$"
MAY_BE_MAILBOXES = r"^[a-z0-9._'@,;\s-]*[a-z][a-z0-9._'@,;\s-]*$"
USUAL_ENDING = rf"\.(?:{'|'.join(COMMON_ENDINGS)})$"


def meant_where_swapped(cells: pa.Array, mailboxes: pa.Array, meant: pa.Array, good: pa.Array) -> pa.Array:
    """`meant` with the domains that stand in the mailbox's cell, where the faulty one holds what may be a mailbox.

    A mailbox may look like a domain (`nan.li`): the sheet has the domain elsewhere, too, or it has a usual ending.
    """
    lost = pc.equal(meant, EMPTY)
    lost = pc.replace_with_mask(lost, lost, may_be_swapped(cells.filter(lost), mailboxes.filter(lost)))
    cells, mailboxes = cells.filter(lost), mailboxes.filter(lost)
    if not len(cells):
        return meant
    found = look_up(mailboxes, domains_in(pc.unique(mailboxes)))
    sure = pc.or_(are_in(found, good), pc.match_substring_regex(found, USUAL_ENDING))
    sure = pc.or_(sure, pc.match_substring(cells, "@"))
    return put(meant, lost, pc.if_else(sure, found, ""))


def may_be_swapped(cells: pa.Array, mailboxes: pa.Array) -> pa.Array:
    one_name = pc.match_substring_regex(mailboxes, ONE_NAME)
    named = pc.invert(pc.match_substring_regex(cells, UNNAMED))
    return pc.and_(pc.and_(one_name, named), pc.match_substring_regex(cells, MAY_BE_MAILBOXES))


def domains_in(texts: pa.Array) -> dict[str, str]:
    """By text, the name that can be bought in it, where it holds one."""
    judged = judge_names(texts)
    read = zip(texts.to_pylist(), judged.values.to_pylist(), judged.faults.to_pylist(), strict=True)
    return {text: domain for text, name, fault in read if (domain := read_domain(text) if fault else name)}
