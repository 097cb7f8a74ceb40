"""What people really buy passes without a word: a false alarm costs as much as a miss."""

from __future__ import annotations

import pytest

from batch_orders.validation.names import judge_domain
from tests.real_names import ORDINARY_MAILBOXES, needs_real_names, real_names
from tests.validation.judged import bought, coral, judge, problems

pytestmark = pytest.mark.long

KEPT_FOR_EXAMPLES = {"example.com", "example.net", "example.org", "yourdomain.com"}

NAMES = """
nan.li null.io tbd.agency none.app testbericht.de sample.de old-school.net example.agency münchen.de straße.de
łódź.pl çelik.com.tr 例え.jp コーヒー豆.jp한국.com кораллриф.com 1und1.de 24h.com 3m.com n-a.com x.com t.me
totalenergies.com sumup.com notes.dev status.app bitly.de habit.ly copy.ai archive.org
yourdomains.net mydomaine.com domain.com test.com
""".replace("jp한국", "jp 한국").split()

CONTACTS = """Anna Roe|Null Island Ltd|Jean-Luc Née|Zoë O'Brien|María José García|Łukasz Żak|Nguyễn Văn A|李娜|Ян Новак
R&D Team|AT&T; Sales|Roe, Anna|Dr. J. P. Example|X|Truett Falsetti|Nan Li|May Tan""".replace("\n", "|").split(
    "|"
)


def test_ordinary_mailboxes_pass_without_a_word() -> None:
    whole = [coral(mailbox=f"{name}@coralpeak.com") for name in ORDINARY_MAILBOXES]
    bare = [coral("goldreef.com", name) for name in ORDINARY_MAILBOXES]
    own = coral("silverfern.com", "silverfern@silverfern.com")
    grouping = judge(*whole, *bare, own)
    assert problems(grouping) == ()
    assert len(bought(grouping)) == 2 * len(ORDINARY_MAILBOXES) + 1


@pytest.mark.parametrize("name", NAMES)
def test_ordinary_names_pass_without_a_word(name: str) -> None:
    assert problems(judge(coral(name), coral("silverfern.com", forwarding_domain=name))) == ()


@pytest.mark.parametrize("contact", CONTACTS)
def test_ordinary_contacts_pass_without_a_word(contact: str) -> None:
    more = {
        "contact_company": contact,
        "contact_country": "NA",
        "contact_postal_code": "01101",
        "contact_state": "NO",
    }
    assert problems(judge(coral(contact=contact, **more))) == ()


@needs_real_names
def test_real_names_pass_without_a_word() -> None:
    hosts = {"domain-is-a-subdomain", "domain-of-a-service"}
    kept = {name for name in real_names() if judge_domain(name).fault in hosts}
    # Hosts of a government and of a service, which no registry sells.
    assert len(kept) <= 4
    names = [name for name in real_names() if name not in KEPT_FOR_EXAMPLES | kept]
    grouping = judge(*(coral(name, f"anna@{name}") for name in names))
    assert problems(grouping) == ()
    assert len(bought(grouping)) == len(names) > 4_000
