"""Refusals: a code for machines, and for people what happened, what is kept and what to do next."""

from __future__ import annotations

from marketplace.rules.refusals import (
    accounts,
    anywhere,
    challenges,
    clarifications,
    decisions,
    eligibility,
    erasures,
    evaluation,
    log,
    moderation,
    opening,
    organisations,
    proposals,
    roles,
    summaries,
    witnesses,
)
from marketplace.rules.refusals.entry import Entry, Kind
from marketplace.words import ENGLISH

STATUS: dict[Kind, int] = {
    "forbidden": 403,
    "missing": 404,
    "conflict": 409,
    "invalid": 422,
    "throttled": 429,
    "unavailable": 503,
}

CATALOGUE: dict[str, Entry] = {
    **anywhere.REFUSALS,
    **log.REFUSALS,
    **accounts.REFUSALS,
    **organisations.REFUSALS,
    **roles.REFUSALS,
    **challenges.REFUSALS,
    **proposals.REFUSALS,
    **opening.REFUSALS,
    **eligibility.REFUSALS,
    **clarifications.REFUSALS,
    **evaluation.REFUSALS,
    **moderation.REFUSALS,
    **decisions.REFUSALS,
    **summaries.REFUSALS,
    **witnesses.REFUSALS,
    **erasures.REFUSALS,
}


class Refused(Exception):
    """An action or a query says no; `facts` fill the sentence and never hold a secret."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        if code not in CATALOGUE:
            raise LookupError(f"{code} has no sentence in the catalogue")
        self.code = code
        self.facts = facts

    @property
    def kind(self) -> Kind:
        return CATALOGUE[self.code][0]

    @property
    def status(self) -> int:
        return STATUS[self.kind]

    @property
    def sentence(self) -> str:
        """In English, for the command line; pages say it in their own language."""
        return ENGLISH.say(CATALOGUE[self.code][1], **self.facts)
