"""Kinds of public event: what a leaf of each kind may carry. Fixed once released.

`data` holds codes, numbers, dates, references and hashes of public documents. `private` names the
commitments: what a person typed, or what is sealed.
"""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.words import N_

START = "log.start"
SEALED = "sealed"
ROTATE = "log.rotate"
RECOVERED = "log.recovered"


@dataclass(frozen=True)
class Kind:
    type: str
    data: frozenset[str]
    private: frozenset[str]
    unnamed: bool = False
    """Without even the reference under which its author acts, so that no two entries can be put together."""


def _kind(type_: str, data: str = "", private: str = "", *, unnamed: bool = False) -> Kind:
    return Kind(type_, frozenset(data.split()), frozenset(private.split()), unnamed)


KINDS: dict[str, Kind] = {
    kind.type: kind
    for kind in (
        _kind(START, "origin kind random"),
        _kind(SEALED, "", "content"),
        _kind(ROTATE, "key retired"),
        _kind(RECOVERED, "first last"),
        _kind("organisation.verify", "organisation"),
        _kind("trail.erase", "erasure ground openings texts organisation"),
        _kind("challenge.engage", "version content"),
        _kind("challenge.open", "version content closes_at stages rules engagement"),
        _kind("challenge.suspend", "from", "reason"),
        _kind("challenge.resume", "to closes_at standstill_until", "reason"),
        _kind("challenge.terminate", "from", "reason"),
        _kind("challenge.deliver"),
        _kind("challenge.complete", "in_use spent currency", "result lessons reason"),
        _kind("role.hand-over", "role holder successor"),
        _kind("role.sit-in", "role holder deputy"),
        _kind("role.return", "role holder deputy"),
        _kind("role.give-back", "role holder"),
        _kind("stage.close", "stage received closes_at"),
        _kind("stage.interrupt", "stage closes_at last_heartbeat"),
        _kind("stage.reschedule", "stage closes_at", "reason"),
        _kind("stage.open", "stage opened record"),
        _kind("stage.account", "stage unopened record"),
        _kind("stage.screen", "stage passed refused"),
        _kind("stage.clarify", "stage asked"),
        _kind("stage.reply", "stage", unnamed=True),
        _kind("stage.score", "stage panel declared manageable conflicts"),
        _kind("stage.recuse", "stage evaluator", "reason"),
        _kind("stage.wait", "stage evaluators"),
        _kind("stage.moderate", "stage evaluators"),
        _kind("stage.agree", "stage agreed open attended"),
        _kind("stage.reopen-lock", "stage", "reason"),
        _kind("stage.revise", "stage", "reason"),
        _kind("stage.decide", "stage forward received record"),
        _kind("stage.draw", "stage round beacon"),
        _kind("stage.reopen", "stage from", "reason"),
        _kind("stage.call-reserve", "stage from forward record", "reason"),
        _kind("proposal.leave", "stage proposal", "reason"),
        _kind("summary.send", "stage sent"),
        _kind("award.notice", "standstill_until proposals suppliers"),
        _kind("award.make", "proposals suppliers"),
        _kind("agreement.sign", "stage proposal value currency signed_on"),
    )
}


def check(type_: str, data: dict[str, object], private: dict[str, object]) -> None:
    """Raise `ValueError` where a leaf would carry what its kind does not name."""
    kind = KINDS[type_]
    unknown = (set(data) - kind.data) | (set(private) - kind.private)
    if unknown:
        raise ValueError(f"{type_} does not carry {', '.join(sorted(unknown))}")


FIELDS: dict[str, str] = {
    "origin": N_("Name of the trail"), "kind": N_("Kind of installation"), "organisation": N_("Organisation"),
    "version": N_("Version"), "content": N_("Content"), "closes_at": N_("Closes at"), "stages": N_("Stages"),
    "rules": N_("Rules"), "engagement": N_("Record of talks"), "from": N_("State before"), "to": N_("State after"),
    "standstill_until": N_("Last day of the standstill"), "in_use": N_("In use"), "spent": N_("Spent"),
    "currency": N_("Currency"), "stage": N_("Stage"), "received": N_("Received in time"),
    "last_heartbeat": N_("Last sign of life before the deadline"), "opened": N_("Opened"), "record": N_("Record"),
    "unopened": N_("Left unopened"), "panel": N_("People on the panel"), "declared": N_("People who declared"),
    "manageable": N_("Interests that can be managed"), "conflicts": N_("People with a conflict"),
    "evaluator": N_("Evaluator, by public reference"), "evaluators": N_("People who scored"), "agreed": N_("Levels agreed"), "open": N_("Levels without agreement"), "attended": N_("People at the panel’s meetings"), "forward": N_("Go on"), "sent": N_("Summaries sent"),
    "proposals": N_("Proposals"), "suppliers": N_("Suppliers"), "proposal": N_("Proposal"), "value": N_("Value"),
    "signed_on": N_("Signed on"), "passed": N_("Meet the conditions"), "refused": N_("Refused"), "asked": N_("Suppliers asked"), "reason": N_("Reason"), "result": N_("Result"), "lessons": N_("What was learned"),
    "role": N_("Role"), "holder": N_("Holder, by public reference"), "deputy": N_("Deputy, by public reference"),
    "erasure": N_("Act of erasing"), "ground": N_("Ground"), "openings": N_("Openings erased, by entry and name"), "texts": N_("Texts erased, by their place"),
    "successor": N_("Successor, by public reference"), "round": N_("Round of the draw"), "beacon": N_("Random value"),
    "random": N_("Random value, so that no two trails begin alike"),
    "key": N_("Key that signs the trail"), "retired": N_("Key that signed it before"), "first": N_("First entry"), "last": N_("Last entry"),
}  # fmt: skip
"""What a leaf carries, as the page of an entry names it."""
