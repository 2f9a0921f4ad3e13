"""What an entry of the catalogue is: its kind, and its sentence for people."""

from __future__ import annotations

from typing import Literal

from marketplace.words import N_

Kind = Literal["missing", "forbidden", "conflict", "invalid", "throttled", "unavailable"]
Entry = tuple[Kind, str]

# Unknown and forbidden look alike.
NO_PAGE: Entry = (
    "missing",
    N_("There is no page here that you can see. Check the address, or go to your work."),
)

TOO_LONG: Entry = ("invalid", N_("Use at most {limit} words. This has {words}. Nothing is sent."))
