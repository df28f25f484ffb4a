"""Addresses of companies: which are well formed, which are reserved, which look alike."""

from __future__ import annotations

import re
from itertools import count

SHORTEST, LONGEST = 3, 40
# A letter first; letters, digits and single hyphens; no hyphen at the end. Underscores are not for host names.
PATTERN = re.compile(r"[a-z](?:[a-z0-9]|-(?=[a-z0-9]))*")

_RESERVED_WORDS = """
    about abuse account accounts admin administrator api app apps apex assets auth autoconfig autodiscover backup beta
    billing blog bot browser cache careers cdn chat checkout cloud cname community company connect console contact
    control crm css customer customers cybersec dashboard data database dev developer developers dns doc docs
    domain download downloads email enter erp example feed file files finance forum ftp git graphql guest health help
    helpdesk home hook hooks host hostmaster http https id image images imap img inbox info internal inventory invite
    invitation invoice invoices js jobs json kb legal live localhost log login logout mail mailer mailbox main manage
    manager media member members metrics mobile mobil monitor mx my mysql news newsletter ns ns1 ns2 ns3 null oauth
    official online order orders owner partner partners pay payment payments phone pop pop3 portal postgres postmaster
    press preview pricing privacy private prod production proxy public queue realtime register root rss sales sandbox
    search secure security self server service services session settings setup shared shop sign-in sign-up signin
    signup sitemap smtp socket sql ssh ssl sso staff stage staging stat static stats status stock store stripe
    subscribe sudo support sysadmin system team teams tenant tenants tenon terms test testing tests tls token tools
    undefined update upload uploads usage user users vpn web webhook webhooks webmail websocket whois wiki wpad ws
    www www1 www2 www3 xmpp
"""
RESERVED = frozenset(_RESERVED_WORDS.split())
_SHORT_FORMS = re.compile(r"(?:t|tr|ns|mx|www|smtp|pop|imap|node|web|db|app|api)-?\d+|xn-.*")

_LOOKS_LIKE = str.maketrans({"0": "o", "1": "l", "i": "l", "5": "s", "2": "z", "8": "b", "-": None})


def skeleton(slug: str) -> str:
    """What is left when letters and digits that look alike are made equal: `acme-1` and `acmel` are one."""
    return slug.translate(_LOOKS_LIKE).replace("vv", "w")


_RESERVED_SKELETONS = frozenset(skeleton(word) for word in RESERVED)


def fault(slug: str) -> str | None:
    """Why the address cannot be anybody's: `length`, `pattern`, `reserved`; None when it can."""
    if not SHORTEST <= len(slug) <= LONGEST:
        return "length"
    if not PATTERN.fullmatch(slug):
        return "pattern"
    if slug in RESERVED or _SHORT_FORMS.fullmatch(slug) or skeleton(slug) in _RESERVED_SKELETONS:
        return "reserved"
    return None


def normalise(text: str) -> str:
    """A first guess at an address from whatever was typed; may come out empty."""
    words = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    words = re.sub(r"^[0-9-]+", "", words)
    return words[:LONGEST].rstrip("-")


def candidates(base: str) -> list[str]:
    """Addresses close to `base`, all well formed, none of them checked against those in use."""
    base = base if len(base) >= SHORTEST else f"{base or 'my'}-co"
    found: list[str] = []
    endings = ["", "-hq", "-group", "-co", "-works", "-team"]
    for ending in (*endings, *(f"-{n}" for n in (3, 4, 6, 7, 9))):
        slug = base[: LONGEST - len(ending)].rstrip("-") + ending
        if fault(slug) is None and slug not in found:
            found.append(slug)
    for n in count(33):
        if len(found) >= 12 or n > 99:
            return found
        slug = f"{base[: LONGEST - 3].rstrip('-')}-{n}"
        if fault(slug) is None and slug not in found:
            found.append(slug)
    return found
