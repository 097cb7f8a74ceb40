"""Texts whose differences nobody can see are made the same."""

from __future__ import annotations

import re
import unicodedata

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from batch_orders.validation.judge import judge_each, put, to_arrow
from batch_orders.validation.names import Verdict
from batch_orders.validation.unseen import without_unseen

ODD = r"[^\x20-\x7e]|  "
"""Beside plain ASCII with single spaces, for Arrow."""

BLANKS = re.compile(r"\s+")
UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff]")
"""Joiners are not among them: some scripts need them."""


def tidy_texts(texts: pd.Series[str]) -> pd.Series[str]:
    """Composed (NFC), one plain space for every run of white space, nothing of no width."""
    # The same few texts stand in many rows: to tell them apart takes a seventh of looking at each.
    odd = pc.match_substring_regex(pc.unique(to_arrow(texts)), ODD)
    if not pc.any(odd).as_py():
        return texts
    tidied, _ = judge_each(texts, lambda text: Verdict(tidy(text)))
    return tidied


def tidy(text: str) -> str:
    return BLANKS.sub(" ", UNSEEN.sub("", unicodedata.normalize("NFC", text)))


def fold(text: str) -> str:
    """For comparing: two spellings that differ in case only, or by letters that nobody can see, are one."""
    return tidy(without_unseen(text)).strip().casefold()


def fold_texts(texts: pa.Array) -> pa.Array:
    """The same of many: what is plain all at once."""
    odd = pc.match_substring_regex(texts, ODD)
    return put(pc.utf8_lower(texts), odd, [fold(text) for text in texts.filter(odd).to_pylist()])
