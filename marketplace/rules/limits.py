"""How much may be typed, how words are counted, and what text may hold.

Browser and server count alike: the white space below is exactly what the page's script uses.
"""

from __future__ import annotations

import re
import unicodedata

# Characters, unless the name says otherwise.
TITLE = 120
SUMMARY = 400
NAME = 200
EMAIL = 254
PROSE = 8000
MESSAGE = 4000
SEARCH = 200
REASON_LEAST = 20
REASON = 2000
PASSWORD_LEAST = 10
PASSWORD = 200
PUBLIC_SUMMARY_WORDS = 150
DEBRIEF_WORDS = 200
DEBRIEF_ANSWER_WORDS = 500
BODY_BYTES = 2**20
FILE_BYTES = 5 * 2**20
FILES = 3
# The entry of an award names each of them, and an entry has 4 KiB.
WINNERS = 40
ANSWER = 30_000
# Organisations that somebody says they worked for.
EMPLOYERS = 30
# Minor units; an amount is below it.
MONEY = 10**13

WHITESPACE = (
    "\u0009\u000a\u000b\u000c\u000d\u0020\u0085\u00a0\u1680"
    "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
    # No white space by the standard, and blank to the eye: with them any number of words would count as one.
    "\u2800\u3164\uffa0"
)

_WORD = re.compile(f"[^{WHITESPACE}]+")
# Controls (Cc) but for line end and tab, and halves of surrogate pairs (Cs).
_UNKEPT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_NEWLINE = re.compile("\r\n|[\r\u0085\u2028\u2029]")


def words(text: str) -> int:
    """How many words: maximal runs of characters that are not white space."""
    return len(_WORD.findall(text))


def plain(text: str) -> str:
    """The text as it is kept: line ends as `\\n`, accents composed (NFC).

    Refuses with `ValueError` control characters other than line end and tab, and halves of surrogate
    pairs, naming the place.
    """
    kept = unicodedata.normalize("NFC", _NEWLINE.sub("\n", text))
    if found := _UNKEPT.search(kept):
        raise ValueError(f"character U+{ord(found[0]):04X} at {found.start()} cannot be kept")
    return kept
