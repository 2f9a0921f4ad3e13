"""What ties somebody to a supplier as far as records tell: shared organisations, mail domains, past employers.

A tie is a hint to the one person it is about. It declares nothing, and its absence means nothing.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

Tie = Literal["member", "former", "domain", "employer"]

# Addresses there say nothing of whom somebody works for.
PUBLIC_MAIL = frozenset({
    "aol.com", "blueyonder.co.uk", "btinternet.com", "fastmail.com", "free.fr", "gmail.com", "gmx.com", "gmx.de",
    "gmx.net", "googlemail.com", "hey.com", "hotmail.co.uk", "hotmail.com", "hotmail.fr", "icloud.com",
    "live.co.uk", "live.com", "mac.com", "mail.com", "me.com", "msn.com", "nhs.net", "ntlworld.com", "o2.co.uk",
    "orange.fr", "outlook.com", "plus.net", "pm.me", "proton.me", "protonmail.com", "sky.com", "talktalk.net",
    "tiscali.co.uk", "tuta.com", "tutanota.com", "virginmedia.com", "web.de", "yahoo.co.uk", "yahoo.com",
    "yandex.com", "ymail.com", "zoho.com",
})  # fmt: skip
# Words that say what kind of body a name is of, and not which.
_FORMS = frozenset({
    "ab", "ag", "as", "bv", "cic", "cio", "co", "company", "corp", "corporation", "gmbh", "inc", "incorporated",
    "limited", "llc", "llp", "lp", "ltd", "nv", "oy", "plc", "pty", "sa", "sarl", "sas", "spa", "srl", "the",
})  # fmt: skip


def domain_of(email: str) -> str:
    """The domain of an address, in lower case; empty where everybody can have an address there."""
    domain = email.rpartition("@")[2].lower()
    return "" if domain in PUBLIC_MAIL else domain


def plain_name(name: str) -> str:
    """An organisation's name as it is compared: without case, accents, punctuation and legal form."""
    folded = unicodedata.normalize("NFKD", name.casefold().replace("&", " and "))
    bare = "".join(each for each in folded if not unicodedata.combining(each))
    words = re.findall(r"\w+", bare.replace("'", "").replace("’", "").replace(".", ""))
    return " ".join([word for word in words if word not in _FORMS] or words)


def names_of(lines: str) -> frozenset[str]:
    """The names that somebody gave one a line, as they are compared."""
    return frozenset(plain_name(line) for line in lines.splitlines()) - {""}
