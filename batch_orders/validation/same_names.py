"""A faulty domain that its row's mailbox writes rightly: `shop_number_9.com` beside `jane@shop-number-9.com`.

Two texts are the same name where their letters and digits are, without hyphens, blanks and other signs. That alone
says what is meant only where no other text is as near: the mailbox's host, or the one domain of the sheet.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from batch_orders.validation.judge import judge_names, put
from batch_orders.validation.letters import last_letters, split_at
from batch_orders.validation.mailboxes import split_mailboxes
from batch_orders.validation.names import judge_domain
from batch_orders.validation.read_domains import BEFORE_A_NAME, DOTTED, LONGEST_READ, plain_text
from batch_orders.validation.typos import is_one_letter_off
from batch_orders.validation.vectorised import EMPTY, are_in

SIGNS = re.compile(r"[\W_]+")
SEVERAL = r"@[^@]*@|[,;\s]"
NAME = re.compile(r"[a-z0-9-]+\.[a-z0-9.-]*")
PLAIN = r"^[a-z0-9._-]{1,253}$"
WITH_SIGNS = r"[a-z0-9][^a-z0-9.]+[a-z0-9].*\.[a-z]+$"
"""Two parts of a name with a sign between them, and an ending."""


class Doubt(NamedTuple):
    """A faulty domain's cell, the host of its mailboxes, what the cell seems to mean, and whether that is ordered."""

    cell: str
    host: str
    before: str
    ordered: bool


class Hosts(NamedTuple):
    """Beside each faulty domain, the host of its mailboxes that can be bought, or "", and whether both are `alike`."""

    names: pa.Array
    alike: pa.Array


def find_hosts(cells: pa.Array, mailboxes: pa.Array) -> Hosts:
    hosts = common_hosts(mailboxes)
    hosts = pc.if_else(can_be_bought(hosts), hosts, EMPTY)
    return Hosts(hosts, same_letters(cells, hosts))


def meant_by_hosts(cells: pa.Array, beside: Hosts, meant: pa.Array, good: pa.Array) -> pa.Array:
    """`meant` with the domain of its mailboxes for each of the faulty domains that is the same name, or nearly."""
    hosts = beside.names
    asked = pc.and_(pc.not_equal(hosts, meant), pc.not_equal(cells, EMPTY))
    asked = pc.and_(asked, pc.not_equal(hosts, EMPTY))
    if not pc.any(asked).as_py():
        return meant
    alike = pc.and_(asked, beside.alike)
    before, asked = pc.if_else(alike, hosts, meant), pc.and_not(asked, alike)
    ordered = are_in(before, good)
    doubts = [
        Doubt(*said)
        for said in zip(
            *(each.filter(asked).to_pylist() for each in (cells, hosts, before, ordered)), strict=True
        )
    ]
    known = {doubt: doubt.host for doubt in set(doubts) if is_meant(doubt)}
    found = [known.get(doubt, doubt.before) for doubt in doubts]
    return put(before, asked, found)


def can_be_bought(hosts: pa.Array) -> pa.Array:
    judged = judge_names(hosts)
    good = pc.equal(judged.faults, EMPTY).take(judged.which)
    return pc.and_(good, pc.equal(judged.values.take(judged.which), hosts))


def common_hosts(mailboxes: pa.Array) -> pa.Array:
    """The host that all addresses of each cell are in; "" where there is none, or several."""
    address = split_at(mailboxes, "@")
    several = pc.and_(address.found, pc.match_substring_regex(mailboxes, SEVERAL))
    return put(address.behind, several, [common_host(cell) for cell in mailboxes.filter(several).to_pylist()])


def common_host(cell: str) -> str:
    hosts = {address.rpartition("@")[2] for address in split_mailboxes(cell) if "@" in address}
    return hosts.pop() if len(hosts) == 1 else ""


def is_meant(doubt: Doubt) -> bool:
    """Whether the cell means the host."""
    cell, host, before, ordered = doubt
    if len(cell) > LONGEST_READ:
        return False
    plain = BEFORE_A_NAME.sub("", plain_text(cell)).removeprefix("www.")
    if {letters(plain), letters(plain).removeprefix("www")} & {letters(host), letters(label_of(host))}:
        return True
    near = is_one_letter_off(plain, host) or label_of(plain) == label_of(host)
    if NAME.fullmatch(plain) and near:
        # What was only guessed from an ending that does not exist is worth less than what stands there.
        return not before or (not ordered and judge_domain(plain).fault == "domain-unknown-ending")
    return not before and set(DOTTED.findall(plain)) == {host}


def label_of(name: str) -> str:
    return name.partition(".")[0]


def letters(text: str) -> str:
    return SIGNS.sub("", text)


def same_as_ordered(names: pa.Array, good: pa.Array) -> dict[str, str]:
    """Each of the names that one of the good domains is, and no other, but for its signs."""
    odd = names.filter(pc.match_substring_regex(names, WITH_SIGNS))
    if not len(odd):
        return {}
    wanted, spelled = plain_letters(odd), plain_letters(good)
    signs = pc.match_substring_regex(wanted, "[^a-z0-9]")
    wanted = put(wanted, signs, pc.replace_substring_regex(wanted.filter(signs), "[^a-z0-9]+", ""))
    hit = pc.is_in(spelled, wanted)
    spelled, good = spelled.filter(hit), good.filter(hit)
    counts = pc.value_counts(spelled)
    once = pc.struct_field(counts, 0).filter(pc.equal(pc.struct_field(counts, 1), 1))
    at = pc.index_in(pc.if_else(pc.is_in(wanted, once), wanted, None), spelled)
    found = at.is_valid()
    domains = good.take(at.filter(found))
    return dict(zip(odd.filter(found).to_pylist(), domains.to_pylist(), strict=True))


def same_letters(cells: pa.Array, hosts: pa.Array) -> pa.Array:
    """Which plain names are those of the hosts beside them but for their signs: what `is_meant` says of them.

    Only names that end alike are looked at: the others are left to it.
    """
    likely = pa.array(last_letters(cells) == last_letters(hosts))
    cells, hosts = cells.filter(likely), hosts.filter(likely)
    same = pc.equal(plain_letters(cells), plain_letters(hosts))
    return pc.replace_with_mask(likely, likely, pc.and_(same, pc.match_substring_regex(cells, PLAIN)))


def plain_letters(names: pa.Array) -> pa.Array:
    """As `letters`, of plain names."""
    for sign in "._-":
        names = pc.replace_substring(names, sign, "")
    return names
