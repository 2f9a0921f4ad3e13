"""Roles: what a person can be on a record, and which permission each role brings."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    """Held on one record each; there is no role that sees everything."""

    ANYONE = "anyone"
    PERSON = "person"
    SYSTEM = "system"
    OPERATOR = "operator"
    MEMBER = "member"
    ADMINISTRATOR = "administrator"
    EDITOR = "editor"
    APPROVER = "approver"
    LEAD = "lead"
    OPENER = "opener"
    EVALUATOR = "evaluator"
    CHAIR = "chair"
    OBSERVER = "observer"
    AUTHOR = "author"


ON_CHALLENGE = (Role.EDITOR, Role.APPROVER, Role.LEAD, Role.OPENER, Role.EVALUATOR, Role.CHAIR, Role.OBSERVER)
ON_ORGANISATION = (Role.MEMBER, Role.ADMINISTRATOR)
SCORERS = (Role.EVALUATOR, Role.CHAIR)
FROM_OUTSIDE = (*SCORERS, Role.OBSERVER)
"""What somebody can be on a challenge who does not belong to its authority."""
_TEAM = frozenset(ON_CHALLENGE)
_PANEL = frozenset((*SCORERS, Role.LEAD))

# All that somebody may do who has not accepted yet, stands by as a deputy, or is away.
WHILE_OFFERED = frozenset({"challenge:work", "challenge:accept-role", "challenge:change-hands"})

# What one person may not be on one challenge at once, whether acting or standing by, and the code that refuses it.
APART: tuple[tuple[frozenset[Role], frozenset[Role], str], ...] = (
    (frozenset({Role.EDITOR}), frozenset({Role.APPROVER}), "role.editor_approves"),
    (frozenset(SCORERS), frozenset({Role.APPROVER}), "role.approver_scores"),
    (frozenset(SCORERS), frozenset({Role.LEAD}), "role.lead_scores"),
    (frozenset({Role.EVALUATOR}), frozenset({Role.CHAIR}), "role.taken"),
)


def clash(role: Role, held: Iterable[Role]) -> str | None:
    """Why `role` cannot be added to those held, or None."""
    others = frozenset(held)
    for one, other, code in APART:
        if (role in one and others & other) or (role in other and others & one):
            return code
    return None


PERMISSIONS: dict[str, frozenset[Role]] = {
    "public:read": frozenset({Role.ANYONE}),
    "account:enter": frozenset({Role.ANYONE}),
    "account:keep": frozenset({Role.PERSON}),
    "practice:take": frozenset({Role.PERSON}),
    "desk:see": frozenset({Role.PERSON}),
    "organisation:register": frozenset({Role.PERSON}),
    "organisation:see": frozenset({Role.MEMBER, Role.ADMINISTRATOR, Role.OPERATOR}),
    "organisation:edit": frozenset({Role.ADMINISTRATOR}),
    "organisation:leave": frozenset({Role.MEMBER, Role.ADMINISTRATOR}),
    "organisation:verify": frozenset({Role.OPERATOR}),
    "words:erase": frozenset({Role.LEAD, Role.APPROVER, Role.ADMINISTRATOR, Role.OPERATOR}),
    "words:erase-again": frozenset({Role.SYSTEM}),
    "person:erase": frozenset({Role.SYSTEM}),
    "challenge:create": frozenset({Role.MEMBER, Role.ADMINISTRATOR}),
    "challenge:work": _TEAM,
    "challenge:edit": frozenset({Role.EDITOR}),
    "challenge:appoint": frozenset({Role.EDITOR, Role.LEAD}),
    "challenge:move": frozenset({*_TEAM, Role.SYSTEM}),
    "challenge:accept-role": _TEAM,
    "challenge:change-hands": _TEAM,
    "expert:see": frozenset({Role.EDITOR, Role.LEAD, Role.APPROVER}),
    "challenge:engage": frozenset({Role.LEAD, Role.EDITOR}),
    "challenge:report": frozenset({Role.LEAD}),
    "stage:open": frozenset({Role.OPENER}),
    "stage:keep-time": frozenset({Role.SYSTEM}),
    "stage:see-names": _PANEL,
    "stage:declare": frozenset(SCORERS),
    "stage:consent": frozenset({Role.CHAIR, Role.APPROVER}),
    "stage:score": frozenset(SCORERS),
    "stage:read-proposals": _PANEL,
    "stage:check-eligibility": frozenset({Role.LEAD}),
    "stage:clarify": frozenset({Role.LEAD}),
    "stage:recuse": _PANEL,
    "stage:moderate": frozenset({Role.CHAIR}),
    "moderation:see": frozenset(SCORERS),
    "lock:see-reopened": frozenset({Role.CHAIR, Role.APPROVER}),
    "stage:sign": frozenset({Role.APPROVER}),
    "stage:draw": frozenset({Role.CHAIR, Role.LEAD, Role.APPROVER}),
    "decision:propose": frozenset({Role.CHAIR}),
    "decision:confirm": frozenset({Role.APPROVER}),
    "decision:see": frozenset({Role.CHAIR, Role.APPROVER, Role.LEAD}),
    "diagnostics:see": frozenset({Role.CHAIR, Role.APPROVER}),
    "summary:send": frozenset({Role.LEAD}),
    "debrief:answer": frozenset({Role.LEAD}),
    "agreement:sign": frozenset({Role.LEAD}),
    "proposal:start": frozenset({Role.PERSON}),
    "proposal:edit": frozenset({Role.AUTHOR}),
    "proposal:read-own": frozenset({Role.AUTHOR}),
    "operator:invite": frozenset({Role.SYSTEM}),
    "trail:start": frozenset({Role.SYSTEM}),
    "keys:rotate": frozenset({Role.SYSTEM}),
    "witness:keep": frozenset({Role.OPERATOR, Role.SYSTEM}),
    "witness:ask": frozenset({Role.ANYONE}),
    "log:read": frozenset({Role.ANYONE}),
    "log:rotate": frozenset({Role.SYSTEM}),
    "log:recover": frozenset({Role.SYSTEM}),
    "log:watch": frozenset({Role.OPERATOR}),
    "service:probe": frozenset({Role.ANYONE}),
}
