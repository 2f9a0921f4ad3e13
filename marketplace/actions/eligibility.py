"""Who can be scored: each opened proposal against the published conditions, with a right of reply.

The lead checks. Whoever seems to miss a condition is told which and why, and may reply; then the lead
rules, and a refusal stands only once a second person confirmed it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from marketplace.actions import proposals, replies, seats
from marketplace.actions.action import UnitOfWork, action
from marketplace.actions.panel import Ground, ground, proposals_of, tell, words
from marketplace.actions.proposals import Place
from marketplace.models.challenges import Challenge
from marketplace.models.eligibility import EligibilityCheck, EligibilityDoubt
from marketplace.models.proposals import Proposal
from marketplace.models.stages import Stage
from marketplace.rules.lifecycle import Case
from marketplace.rules.proposals import digest
from marketplace.rules.refusals import Refused
from marketplace.rules.replies import DOUBT_WORDS
from marketplace.rules.roles import Role


class Check(TypedDict):
    """Whether a proposal meets a condition; the reason may be empty only where it does."""

    passes: bool
    reason: str


@action("stage:check-eligibility")
def check(
    work: UnitOfWork, challenge_ref: str, stage: int, letter: str, checks: Mapping[str, Check], days: int
) -> str:
    """Say of every published condition, by id, whether a proposal meets it. Returns `passed` or `doubted`.

    Whoever seems to miss one is told at once, and may reply for so many whole working days. What passed
    can be checked again until scoring begins. Refuses: role.own_proposal, stage.state, stage.suspended,
    missing (no condition, or no such proposal), eligibility.told, eligibility.incomplete, eligibility.reason,
    reply.days, form.invalid.
    """
    here, proposal = _enter(work, challenge_ref, stage, letter)
    conditions = [each.id for each in here.content.eligibility.conditions]
    if not conditions:
        raise Refused("missing")
    if _doubt(work, proposal) is not None:
        raise Refused("eligibility.told")
    if set(checks) != set(conditions):
        raise Refused("eligibility.incomplete")
    for condition in conditions:
        _keep(work, here, proposal, condition, checks[condition])
    failed = [condition for condition in conditions if not checks[condition]["passes"]]
    work.note("stage.check", here.challenge.id, stage=stage, letter=letter, failed=len(failed))
    if not failed:
        return "passed"
    doubt = EligibilityDoubt(
        stage_id=here.stage.id, proposal_id=proposal.id, told_at=work.now, due_at=replies.due_at(work, days),
        language=here.content.language,
    )  # fmt: skip
    work.session.add(doubt)
    place = replies.place_of(work, here, proposal)
    proposals.tell_supplier(work, place, "eligibility.doubt", "eligibility", due_at=doubt.due_at)
    return "doubted"


@action("proposal:edit")
def reply(work: UnitOfWork, proposal_ref: str, text: str) -> None:
    """Answer a doubt about one's own proposal, once, before its deadline.

    Refuses: missing (no doubt, or not yours), and whatever `replies.take` says.
    """
    place = proposals.enter(work, proposal_ref)
    doubt = _doubt(work, place.proposal)
    if doubt is None:
        raise Refused("missing")
    replies.take(work, place, doubt, text, DOUBT_WORDS)
    work.note("proposal.reply", proposal=proposal_ref)
    tell(work, place.challenge, "eligibility.replied", Role.LEAD, _page(place, "eligibility"))


@action("stage:check-eligibility")
def rule(work: UnitOfWork, challenge_ref: str, stage: int, letter: str, refuse: bool, ruling: str) -> str:
    """Rule on a doubt, after the reply or its deadline. Returns `accepted`, or `asked` for a second person.

    Until a refusal is confirmed the lead may rule again. Refuses: role.own_proposal, stage.state,
    stage.suspended, missing (no doubt), eligibility.ruled, eligibility.early, move.reason, form.invalid.
    """
    here, proposal = _enter(work, challenge_ref, stage, letter)
    doubt = _standing(work, proposal)
    if doubt.replied_at is None and work.now < doubt.due_at:
        raise Refused("eligibility.early", until=doubt.due_at)
    doubt.ruling = words(ruling)
    if refuse and not doubt.ruling:
        raise Refused("move.reason")
    doubt.refused, doubt.ruled_at, doubt.ruled_by_id = refuse, work.now, work.actor.person_id
    work.note("stage.rule", here.challenge.id, stage=stage, letter=letter, refuse=refuse)
    place = replies.place_of(work, here, proposal)
    if refuse:
        tell(work, place.challenge, "eligibility.to-confirm", Role.APPROVER, _page(place, "refusals"))
        return "asked"
    proposals.tell_supplier(work, place, "eligibility.accepted", "eligibility")
    return "accepted"


@action("stage:sign")
def confirm(work: UnitOfWork, challenge_ref: str, stage: int, letter: str, seen: str) -> None:
    """Confirm a refusal; `seen` is the digest of the ruling that was read. Its supplier is told at once.

    From then on the proposal is out of scoring. Where none is left, the stage is decided: nobody goes on.
    Refuses: role.own_proposal, stage.state, stage.suspended, missing (no refusal waits),
    eligibility.same_person, eligibility.changed.
    """
    here, proposal, doubt = _waiting(work, challenge_ref, stage, letter)
    if digest(doubt.ruling) != seen:
        raise Refused("eligibility.changed")
    doubt.confirmed_at, doubt.confirmed_by_id = work.now, work.actor.person_id
    proposal.excluded = "eligibility"
    work.note("stage.refuse", here.challenge.id, stage=stage, letter=letter)
    place = replies.place_of(work, here, proposal)
    proposals.tell_supplier(work, place, "eligibility.refused", "eligibility")
    work.session.flush()
    if not proposals_of(work, here.stage):
        _nobody(work, here)


@action("stage:sign")
def send_back(work: UnitOfWork, challenge_ref: str, stage: int, letter: str, reason: str) -> None:
    """Do not confirm a refusal: the lead rules again. Refuses as `confirm` does, and move.reason."""
    here, proposal, doubt = _waiting(work, challenge_ref, stage, letter)
    if not (said := words(reason)):
        raise Refused("move.reason")
    doubt.refused = doubt.ruled_at = doubt.ruled_by_id = None
    doubt.ruling = ""
    work.note("stage.send-back", here.challenge.id, stage=stage, letter=letter, reason=said)
    place = replies.place_of(work, here, proposal)
    tell(work, place.challenge, "eligibility.returned", Role.LEAD, _page(place, "eligibility"), reason=said)


def screen(work: UnitOfWork, challenge: Challenge, stage: Stage) -> None:
    """Tell the public how many meet the published conditions, once every proposal is ruled on."""
    passed = len(proposals_of(work, stage))
    data = {"stage": stage.number, "passed": passed, "refused": (stage.received or passed) - passed}
    work.leaf("stage.screen", challenge.id, data)


def _enter(work: UnitOfWork, challenge_ref: str, stage: int, letter: str) -> tuple[Ground, Proposal]:
    here = ground(work, challenge_ref, stage)
    seats.stands_apart(work, here.challenge)
    here.in_state("opened")
    proposal = proposals_of(work, here.stage).get(letter)
    if proposal is None:
        raise Refused("missing")
    return here, proposal


def _doubt(work: UnitOfWork, proposal: Proposal) -> EligibilityDoubt | None:
    return work.session.get(EligibilityDoubt, (proposal.stage_id, proposal.id))


def _standing(work: UnitOfWork, proposal: Proposal) -> EligibilityDoubt:
    """The doubt about a proposal that nobody has ruled on for good."""
    doubt = _doubt(work, proposal)
    if doubt is None:
        raise Refused("missing")
    if doubt.refused is False:
        raise Refused("eligibility.ruled")
    return doubt


def _waiting(
    work: UnitOfWork, challenge_ref: str, stage: int, letter: str
) -> tuple[Ground, Proposal, EligibilityDoubt]:
    """A refusal that somebody else than the actor ruled, and that waits for a second person."""
    here, proposal = _enter(work, challenge_ref, stage, letter)
    doubt = _standing(work, proposal)
    if not doubt.refused:
        raise Refused("missing")
    if doubt.ruled_by_id == work.actor.person_id:
        raise Refused("eligibility.same_person")
    return here, proposal, doubt


def _keep(work: UnitOfWork, here: Ground, proposal: Proposal, condition: str, given: Check) -> None:
    reason = words(given["reason"])
    if not given["passes"] and not reason:
        raise Refused("eligibility.reason")
    key = (here.stage.id, proposal.id, condition)
    row = work.session.get(EligibilityCheck, key)
    if row is None:
        row = EligibilityCheck(stage_id=key[0], proposal_id=key[1], condition=key[2])
        work.session.add(row)
    row.passes, row.reason, row.language = given["passes"], reason, here.content.language
    row.by_id, row.at = work.actor.person_id or 0, work.now


def _nobody(work: UnitOfWork, here: Ground) -> None:
    """Every proposal was refused, so that there is nothing to score."""
    stage = here.stage
    stage.decided_at = stage.published_at = work.now
    screen(work, here.challenge, stage)
    data = {"stage": stage.number, "forward": 0, "received": stage.received or 0}
    work.move(stage, "nobody", Case(now=work.now, received=0), data=data)


def _page(place: Place, page: str) -> str:
    return (
        f"/desk/challenges/{place.challenge.ref}/stages/{place.stage.number}/{page}/{place.proposal.letter}"
    )
