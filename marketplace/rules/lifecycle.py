"""The lifecycle as data: every way a challenge or a stage can move, who may, and what must hold.

A new transition is one row here plus its words in `wording.py`. Buttons, routes, the policy check,
the leaf in the log, the notices and the test of every state against every move follow from the row.
Source of the rows: the product's table of transitions (docs/architecture.md, "Lifecycle").
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from marketplace.rules.roles import Role

WRITING_STATES = ("draft", "review", "engagement")
EDITABLE_STATES = ("draft", "engagement")
HIDDEN_STATES = ("draft", "review", "approved")
CHALLENGE_STATES = (
    "draft", "review", "engagement", "approved", "open", "in_progress", "standstill",
    "awarded", "delivering", "completed", "suspended", "terminated",
)  # fmt: skip
STAGE_STATES = (
    "planned", "collecting", "closed", "opened", "scoring", "moderating", "decided", "interrupted",
)  # fmt: skip
RUNNING_STATES = ("engagement", "open", "in_progress", "standstill", "awarded", "delivering")
PUBLIC_STATES = (*RUNNING_STATES, "completed", "suspended", "terminated")
ENDED_STATES = ("completed", "terminated")
# Agreements are signed in these, and a result is still owed.
AWARDED_STATES = ("awarded", "delivering")
# Whoever comes to the panel late, to propose the decision in somebody's place, declares before that too.
DECLARING_STATES = ("opened", "scoring", "moderating")


@dataclass(frozen=True)
class Case:
    """All that a guard may ask about the record it guards, gathered inside the transaction."""

    now: datetime
    actor_id: int | None = None
    challenge_state: str = ""
    missing: tuple[str, ...] = ()
    author_ids: frozenset[int] = frozenset()
    holders: dict[Role, frozenset[int]] = field(default_factory=dict)
    unaccepted: int = 0
    openers_clear: int = 0
    minimum_panel: int = 2
    conflicts_assessed: bool = False
    authority_verified: bool = False
    authority_name: str = ""
    portal: str = ""
    portal_notices: int = 0
    deadline_refusal: str | None = None
    earliest: datetime | None = None
    stages_left: int = 0
    last_stage_decided: bool = False
    selected: int = 0
    reserve: int = 0
    summaries_waiting: int = 0
    reasons_waiting: int = 0
    checks_confirmed: bool = True
    standstill_ends_at: datetime | None = None
    standstill_until: date | None = None
    outcome_reported: bool = False
    received: int = 0
    openers_confirmed: int = 0
    undeclared: int = 0
    unconsented: int = 0
    panel_counted: int = 0
    unlocked: int = 0
    levels_final: bool = False
    unchecked: int = 0
    in_doubt: int = 0

    def count(self, *roles: Role) -> int:
        return len(frozenset().union(*(self.holders.get(role, frozenset()) for role in roles)))


@dataclass(frozen=True)
class No:
    """Why a guard says no: a code of the catalogue and the facts for its sentence."""

    code: str
    facts: dict[str, object] = field(default_factory=dict)


Guard = Callable[[Case], No | None]


def is_complete(case: Case) -> No | None:
    return No("challenge.incomplete", {"missing": ", ".join(case.missing)}) if case.missing else None


def has_team(case: Case) -> No | None:
    """Panel with one chair, two openers without interest, a lead; everybody accepted."""
    scorers = case.count(Role.EVALUATOR, Role.CHAIR)
    if scorers < case.minimum_panel or case.count(Role.CHAIR) != 1:
        return No("challenge.panel", {"least": case.minimum_panel})
    if case.count(Role.OPENER) != 2 or case.openers_clear != 2:
        return No("challenge.openers")
    if not case.count(Role.LEAD):
        return No("challenge.lead")
    return No("challenge.unaccepted", {"count": case.unaccepted}) if case.unaccepted else None


def actor_wrote_nothing(case: Case) -> No | None:
    return No("challenge.author") if case.actor_id in case.author_ids else None


def conflicts_are_assessed(case: Case) -> No | None:
    return None if case.conflicts_assessed else No("challenge.conflicts")


def authority_is_verified(case: Case) -> No | None:
    return None if case.authority_verified else No("organisation.unverified", {"name": case.authority_name})


def portal_notice_exists(case: Case) -> No | None:
    if not case.portal or case.portal_notices:
        return None
    return No("challenge.portal_notice", {"portal": case.portal})


def deadline_holds(case: Case) -> No | None:
    if case.deadline_refusal is None:
        return None
    return No(case.deadline_refusal, {"earliest": case.earliest})


def two_openers_confirmed(case: Case) -> No | None:
    return None if case.openers_confirmed >= 2 else No("move.unknown")


def eligibility_is_settled(case: Case) -> No | None:
    """Every proposal is checked against the published conditions, and nobody waits for a ruling."""
    if case.unchecked:
        return No("eligibility.unchecked", {"count": case.unchecked})
    return No("eligibility.doubts", {"count": case.in_doubt}) if case.in_doubt else None


def panel_declared(case: Case) -> No | None:
    if case.undeclared:
        return No("declaration.waiting", {"count": case.undeclared})
    return No("declaration.consent") if case.unconsented else None


def panel_is_large_enough(case: Case) -> No | None:
    return None if case.panel_counted >= case.minimum_panel else No("panel.small")


def all_locked(case: Case) -> No | None:
    return No("score.missing", {"count": case.unlocked}) if case.unlocked else None


def levels_are_final(case: Case) -> No | None:
    return None if case.levels_final else No("moderation.not_final")


def levels_are_not_final(case: Case) -> No | None:
    return No("moderation.final") if case.levels_final else None


def confirmer_did_not_score(case: Case) -> No | None:
    scorers = case.holders.get(Role.EVALUATOR, frozenset()) | case.holders.get(Role.CHAIR, frozenset())
    return No("decision.scored") if case.actor_id in scorers else None


def last_stage_is_decided(case: Case) -> No | None:
    if case.stages_left and case.selected:
        return No("award.stages_left")
    return None if case.last_stage_decided else No("award.undecided")


def nobody_is_left(case: Case) -> No | None:
    return No("move.unknown") if case.received else None


def somebody_selected(case: Case) -> No | None:
    return None if case.selected else No("award.nobody")


def summaries_are_ready(case: Case) -> No | None:
    if case.reasons_waiting:
        return No("decision.reasons", {"count": case.reasons_waiting})
    return None


def summaries_are_sent(case: Case) -> No | None:
    return No("award.summaries", {"count": case.summaries_waiting}) if case.summaries_waiting else None


def checks_are_confirmed(case: Case) -> No | None:
    return None if case.checks_confirmed else No("award.checks")


def standstill_is_over(case: Case) -> No | None:
    if case.standstill_ends_at is None or case.now >= case.standstill_ends_at:
        return None
    return No("award.standstill", {"until": case.standstill_until})


def outcome_is_reported(case: Case) -> No | None:
    return None if case.outcome_reported else No("outcome.missing")


def is_not_awarded(case: Case) -> No | None:
    return None if case.challenge_state in ("in_progress", "standstill") else No("reopen.awarded")


def something_was_scored(case: Case) -> No | None:
    return None if case.received else No("reopen.nothing")


def nothing_is_delivered(case: Case) -> No | None:
    return None if case.challenge_state in ("in_progress", "standstill", "awarded") else No("reserve.late")


def a_reserve_waits(case: Case) -> No | None:
    return None if case.reserve else No("reserve.none")


@dataclass(frozen=True)
class Move:
    """One row. `target` None returns a challenge to the state left, and leaves a stage where it is.

    `second` names who must be one of two people in different roles who agree.
    """

    name: str
    of: Literal["challenge", "stage"]
    sources: tuple[str, ...]
    target: str | None
    by: frozenset[Role]
    needs: tuple[Guard, ...] = ()
    tells: tuple[str, ...] = ()
    event: str | None = None
    reason: bool = False
    second: frozenset[Role] | None = None


def _by(*roles: Role) -> frozenset[Role]:
    return frozenset(roles)


_LEAD_OR_APPROVER = _by(Role.LEAD, Role.APPROVER)
_CHAIR_AND_APPROVER = _by(Role.CHAIR, Role.APPROVER)
_SUSPENDABLE = RUNNING_STATES

MOVES: tuple[Move, ...] = (
    Move("send", "challenge", ("draft",), "review", _by(Role.EDITOR), (is_complete,), ("approvers",)),
    Move("send-back", "challenge", ("review",), "draft", _by(Role.APPROVER), (), ("editors",), reason=True),
    Move("engage", "challenge", ("review",), "engagement", _by(Role.LEAD), (authority_is_verified,), (), "challenge.engage"),
    Move("approve", "challenge", ("review", "engagement"), "approved", _by(Role.APPROVER),
         (is_complete, actor_wrote_nothing, conflicts_are_assessed, has_team), ("leads",)),
    Move("open", "challenge", ("approved",), "open", _by(Role.LEAD),
         (authority_is_verified, portal_notice_exists, deadline_holds), ("team",), "challenge.open"),
    Move("begin", "challenge", ("open",), "in_progress", _by(Role.SYSTEM)),
    Move("notice", "challenge", ("in_progress",), "standstill", _by(Role.LEAD),
         (last_stage_is_decided, somebody_selected, summaries_are_sent, portal_notice_exists, checks_are_confirmed),
         ("team", "suppliers"), "award.notice"),
    Move("award", "challenge", ("standstill",), "awarded", _by(Role.LEAD), (standstill_is_over,), ("team", "suppliers"), "award.make"),
    Move("deliver", "challenge", ("awarded",), "delivering", _by(Role.LEAD), (), ("team",), "challenge.deliver"),
    Move("complete", "challenge", ("delivering",), "completed", _by(Role.LEAD), (outcome_is_reported,), ("team",), "challenge.complete"),
    Move("end", "challenge", ("in_progress",), "completed", _by(Role.LEAD),
         (last_stage_is_decided, summaries_are_sent, outcome_is_reported), ("team",), "challenge.complete", reason=True),
    Move("suspend", "challenge", _SUSPENDABLE, "suspended", _LEAD_OR_APPROVER, (), ("team", "suppliers"), "challenge.suspend", reason=True),
    Move("resume", "challenge", ("suspended",), None, _LEAD_OR_APPROVER, (), ("team", "suppliers"), "challenge.resume",
         reason=True, second=_LEAD_OR_APPROVER),
    Move("terminate", "challenge", (*_SUSPENDABLE, "suspended"), "terminated", _LEAD_OR_APPROVER, (), ("team", "suppliers"),
         "challenge.terminate", reason=True, second=_LEAD_OR_APPROVER),
    Move("go-back", "challenge", ("standstill", "awarded"), "in_progress", _LEAD_OR_APPROVER),
    Move("collect", "stage", ("planned",), "collecting", _by(Role.LEAD)),
    Move("close", "stage", ("collecting",), "closed", _by(Role.SYSTEM), (), ("openers",), "stage.close"),
    Move("interrupt", "stage", ("collecting",), "interrupted", _by(Role.SYSTEM), (), ("team",), "stage.interrupt"),
    Move("reschedule", "stage", ("interrupted",), "collecting", _LEAD_OR_APPROVER, (deadline_holds,), ("team", "suppliers"), "stage.reschedule",
         reason=True, second=_LEAD_OR_APPROVER),
    Move("nobody", "stage", ("closed", "opened"), "decided", _by(Role.SYSTEM, Role.APPROVER), (nobody_is_left,), ("leads",), "stage.decide"),
    Move("open-proposals", "stage", ("closed",), "opened", _by(Role.OPENER), (two_openers_confirmed,), ("panel",), "stage.open"),
    Move("score", "stage", ("opened",), "scoring", _by(Role.LEAD), (eligibility_is_settled, panel_declared, panel_is_large_enough), ("panel",), "stage.score"),
    Move("moderate", "stage", ("scoring",), "moderating", _by(Role.EVALUATOR, Role.CHAIR, Role.LEAD), (all_locked,), ("panel",), "stage.moderate"),
    Move("wait", "stage", ("moderating",), "scoring", _by(Role.EVALUATOR, Role.CHAIR, Role.LEAD), (), ("panel",), "stage.wait"),
    Move("reopen-lock", "stage", ("scoring", "moderating"), "scoring", _by(Role.CHAIR), (levels_are_not_final,), (), "stage.reopen-lock"),
    Move("revise", "stage", ("moderating",), None, _CHAIR_AND_APPROVER, (levels_are_final,), ("chairs", "approvers", "leads"), "stage.revise",
         reason=True, second=_CHAIR_AND_APPROVER),
    Move("decide", "stage", ("moderating",), "decided", _by(Role.APPROVER),
         (confirmer_did_not_score, summaries_are_ready), ("leads",), "stage.decide"),
    Move("call-reserve", "stage", ("decided",), None, _LEAD_OR_APPROVER, (nothing_is_delivered, a_reserve_waits), ("team", "suppliers"),
         "stage.call-reserve", reason=True, second=_LEAD_OR_APPROVER),
    Move("reopen", "stage", ("decided",), "scoring", _LEAD_OR_APPROVER, (is_not_awarded, something_was_scored), ("team", "suppliers"),
         "stage.reopen", reason=True, second=_LEAD_OR_APPROVER),
)  # fmt: skip

BY_NAME: dict[tuple[str, str], Move] = {(move.of, move.name): move for move in MOVES}


def asked_of(name: str) -> frozenset[Role]:
    """The roles of which two people must agree to the move; none where one person is enough."""
    move = BY_NAME.get(("challenge", name)) or BY_NAME.get(("stage", name))
    return move.second or frozenset() if move else frozenset()


def allowed(of: str, state: str, roles: frozenset[Role]) -> tuple[Move, ...]:
    """Moves that somebody with these roles may try from this state, in the table's order."""
    return tuple(m for m in MOVES if m.of == of and state in m.sources and roles & m.by)


def refusal(move: Move, state: str, case: Case) -> No | None:
    """Why `move` cannot be made from `state`, or None where it can."""
    if state not in move.sources:
        return No(
            "move.state" if move.of == "challenge" else "stage.state", {"state": state.replace("_", " ")}
        )
    return next((no for guard in move.needs if (no := guard(case))), None)


def effective_stage(state: str, closes_at: datetime | None, now: datetime, *, running: bool) -> str:
    """A stage's state by the clock: at `closes_at` it is closed, whoever has or has not noticed.

    `running` is false while the challenge is suspended or ended: then nothing closes by itself.
    """
    if state == "collecting" and running and closes_at is not None and now >= closes_at:
        return "closed"
    return state


def effective_challenge(state: str, closes_at: datetime | None, now: datetime) -> str:
    """A challenge's state by the clock; `closes_at` is that of its first stage."""
    if state == "open" and closes_at is not None and now >= closes_at:
        return "in_progress"
    return state
