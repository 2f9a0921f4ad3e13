"""Where a public text stands, as people call it: `published.py` has the places."""

from __future__ import annotations

from marketplace.web import differences
from marketplace.web.words import _
from marketplace.words import N_

PLACES: dict[str, str] = {
    "reason/reason": N_("The reason given with entry {name}"),
    "recusal/reason": N_("Why somebody left the panel, entry {name}"),
    "decision/why": N_("Why it was decided so"),
    "decision/rank_reason": N_("Why it was decided out of rank, or between equals"),
    "summary/public_summary": N_("The public summary of {name}"),
    "meeting/met": N_("Whom the authority met"),
    "meeting/given": N_("What they were given"),
    "notice/number": N_("The number of a notice elsewhere"),
    "notice/link": N_("The address of a notice elsewhere"),
    "result/result": N_("The result"),
    "result/lessons": N_("What was learned"),
    "organisation/name": N_("The organisation’s name"),
    "organisation/description": N_("What the organisation does"),
    "organisation/address": N_("The organisation’s address"),
    "organisation/website": N_("The organisation’s website"),
}  # fmt: skip


def where(place: str) -> str:
    """A place in words; as it is spelled, where this version knows no words for it."""
    kind, name, field = place.split("/", 2)
    if kind == "version":
        parts = tuple(int(part) if part.isdigit() else part for part in field.split("."))
        return _("Version {number}. {where}", number=name, where=differences.where(parts))
    return _(PLACES[f"{kind}/{field}"], name=name) if f"{kind}/{field}" in PLACES else place
