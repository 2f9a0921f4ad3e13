"""The ground of evaluation: a stage with its words in force, its proposals, and the people who score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select, union_all, update

from marketplace import policy
from marketplace.actions import seats, stages
from marketplace.actions.action import UnitOfWork
from marketplace.actions.challenges import in_force
from marketplace.models.accounts import IN_OFFICE, RoleAssignment
from marketplace.models.challenges import Challenge
from marketplace.models.eligibility import in_doubt, unchecked
from marketplace.models.evaluation import (
    AgreedLevel,
    Decision,
    Declaration,
    DeclaredInterest,
    Recusal,
    ScoreLock,
    counted_evaluators,
    seats_with,
)
from marketplace.models.proposals import ELIGIBLE, Proposal
from marketplace.models.stages import Stage
from marketplace.models.statements import prepared
from marketplace.rules import limits
from marketplace.rules.challenges import Content
from marketplace.rules.lifecycle import RUNNING_STATES, Case
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import SCORERS, Role


@dataclass(frozen=True)
class Ground:
    """A locked stage of a running challenge; `content` is the version in force, `digest` its hash."""

    challenge: Challenge
    stage: Stage
    content: Content
    digest: str

    def in_state(self, *states: str) -> None:
        """Refuses `stage.state` elsewhere."""
        if self.stage.state not in states:
            raise Refused("stage.state", state=self.stage.state.replace("_", " "))


def ground(work: UnitOfWork, challenge_ref: str, number: int, *, share: bool = False) -> Ground:
    """Lock a stage, after the actor's permission was found on its challenge.

    `share` lets others hold it too: an evaluator who saves keeps nobody but a lock waiting.
    Refuses: missing, stage.suspended.
    """
    challenge, stage = stages.find(work, challenge_ref, number, share=share)
    if challenge.state not in RUNNING_STATES:
        raise Refused("stage.suspended")
    version, content = in_force(work, challenge)
    return Ground(challenge, stage, content, version.content_hash)


def proposals_of(work: UnitOfWork, stage: Stage) -> dict[str, Proposal]:
    """The opened proposals of a stage that take part in scoring, by letter: A to Z, then AA."""
    rows = work.session.scalars(
        select(Proposal).where(
            Proposal.stage_id == stage.id,
            Proposal.state == "submitted",
            Proposal.letter.is_not(None),
            ELIGIBLE,
        )
    )
    found = {row.letter or "": row for row in rows}
    return dict(sorted(found.items(), key=lambda pair: (len(pair[0]), pair[0])))


def panel_of(work: UnitOfWork, challenge: Challenge) -> frozenset[int]:
    """Who scores: evaluators and chair who accepted, without anybody who had a conflict here or was left out."""
    gone = work.session.scalars(*_gone(challenge.id))
    return policy.panel(work.session.connection(), challenge.id) - set(gone)


@prepared
def _gone(challenge_id: int) -> Select[*tuple[Any, ...]]:
    here = select(Stage.id).where(Stage.challenge_id == challenge_id)
    both = union_all(
        select(DeclaredInterest.person_id).where(
            DeclaredInterest.stage_id.in_(here), DeclaredInterest.interest == "conflict"
        ),
        select(Recusal.person_id).where(Recusal.stage_id.in_(here)),
    )
    return select(both.subquery())


def panel_case(
    work: UnitOfWork, challenge: Challenge, stage: Stage, content: Content
) -> tuple[Case, dict[str, int]]:
    """Who declared what; whoever has a conflict, or has not accepted, does not count."""
    people = policy.holders(work.session.connection(), challenge.id)
    scorers = policy.panel(work.session.connection(), challenge.id)
    declared = set(work.session.scalars(select(Declaration.person_id).filter_by(stage_id=stage.id)))
    interests = list(work.session.scalars(select(DeclaredInterest).filter_by(stage_id=stage.id)))
    conflicts = {row.person_id for row in interests if row.interest == "conflict"}
    manageable = [row for row in interests if row.interest == "manageable" and row.person_id in scorers]
    case = Case(
        now=work.now, actor_id=work.actor.person_id, holders=people,
        undeclared=len(scorers - declared), unconsented=sum(row.consented_at is None for row in manageable),
        panel_counted=len((scorers & declared) - conflicts), minimum_panel=content.terms.minimum_panel,
        unchecked=len(work.session.scalars(unchecked(stage.id, len(content.eligibility.conditions))).all()),
        in_doubt=len(work.session.scalars(in_doubt(stage.id)).all()),
    )  # fmt: skip
    found = {
        "panel": case.panel_counted, "declared": len(declared), "conflicts": len(conflicts),
        "manageable": len({row.person_id for row in manageable}),
    }  # fmt: skip
    return case, found


def left_to_lock(work: UnitOfWork, here: Ground) -> frozenset[int]:
    """Whom of the panel the stage waits for: nobody has locked in their seat, whoever sat there before."""
    row = RoleAssignment
    locked = [seat for _, seat in work.session.execute(seats_with(ScoreLock, [here.stage.id]))]
    open_seats = select(row.person_id).where(
        row.challenge_id == here.challenge.id, row.role.in_(SCORERS), IN_OFFICE, row.seat.not_in(locked)
    )
    return panel_of(work, here.challenge) & set(work.session.scalars(open_seats))


def counted_of(work: UnitOfWork, here: Ground) -> int:
    """How many people locked and count."""
    counted = counted_evaluators(here.stage.id).order_by(None).subquery()
    return work.session.scalars(select(func.count()).select_from(counted)).one()


def moderate_after_last(work: UnitOfWork, here: Ground, held: frozenset[Role]) -> str:
    """Move on once nobody is left to lock and enough people count; `held` are the roles the actor began with.

    Returns `locked` or `moderating`. Below its minimum the panel waits for another person.
    """
    counted = counted_of(work, here)
    if left_to_lock(work, here) or counted < here.content.terms.minimum_panel:
        return "locked"
    data = {"stage": here.stage.number, "evaluators": counted}
    work.move(here.stage, "moderate", Case(now=work.now, unlocked=0), data=data, held=held)
    return "moderating"


def set_aside(work: UnitOfWork, here: Ground) -> None:
    """The levels that count changed: what was agreed on them stands no longer, nor an unconfirmed decision."""
    here.stage.final_at = None
    agreed = update(AgreedLevel).where(
        AgreedLevel.stage_id == here.stage.id, AgreedLevel.replaced_at.is_(None)
    )
    work.session.execute(agreed.values(replaced_at=work.now))
    set_proposed_aside(work, here)


def set_proposed_aside(work: UnitOfWork, here: Ground) -> None:
    """What was proposed and nobody confirmed stands no longer: its ranks or totals are others now."""
    proposed = update(Decision).where(
        Decision.stage_id == here.stage.id, Decision.replaced_at.is_(None), Decision.confirmed_at.is_(None)
    )
    work.session.execute(proposed.values(replaced_at=work.now))


def end_part(work: UnitOfWork, here: Ground, person_id: int) -> None:
    """End every place of a person on the panel; where a deputy sat in, the holder is back at once."""
    standing = select(RoleAssignment.role).where(
        RoleAssignment.challenge_id == here.challenge.id, RoleAssignment.person_id == person_id,
        RoleAssignment.role.in_(SCORERS), RoleAssignment.until_at.is_(None),
    )  # fmt: skip
    for role in work.session.scalars(standing).all():
        seat = seats.seat_of(work, here.challenge, person_id, role)
        seats.leave(work, seat, seat.row)
    work.session.flush()


def tell(work: UnitOfWork, challenge: Challenge, kind: str, role: Role, link: str, **facts: Any) -> None:
    """Tell everybody in a role of the challenge, but for the actor."""
    people = policy.holders(work.session.connection(), challenge.id).get(role, frozenset())
    for person_id in sorted(people - {work.actor.person_id}):
        work.tell(kind, person_id, link, challenge.id, title=challenge.title, **facts)


def check_declared(work: UnitOfWork, here: Ground) -> None:
    """Refuse who is not on the panel (missing), role.own_proposal, declaration.missing, declaration.consent."""
    me = work.actor.person_id
    if me not in panel_of(work, here.challenge):
        raise Refused("missing")
    seats.stands_apart(work, here.challenge)
    # Locked, so that of two windows of one person, where a stage is shared, the second sees what the first saved.
    if work.session.get(Declaration, (here.stage.id, me), with_for_update=True) is None:
        raise Refused("declaration.missing")
    if work.session.scalars(*_unconsented(here.stage.id, me)).first() is not None:
        raise Refused("declaration.consent")


@prepared
def _unconsented(stage_id: int, person_id: int | None) -> Select[*tuple[Any, ...]]:
    row = DeclaredInterest
    return select(row.proposal_id).where(
        row.stage_id == stage_id, row.person_id == person_id, row.interest == "manageable",
        row.consented_at.is_(None),
    )  # fmt: skip


def check_unlocked(work: UnitOfWork, here: Ground) -> None:
    """Refuse who has locked (score.locked), or sits where somebody else has (score.seat_locked)."""
    if work.session.get(ScoreLock, (here.stage.id, work.actor.person_id)) is not None:
        raise Refused("score.locked")
    if seats.has_done(work, here.stage, ScoreLock, work.actor.person_id):
        raise Refused("score.seat_locked")


def sat_here(work: UnitOfWork, here: Ground) -> bool:
    """Whether the actor was on the panel at any stage of the challenge, whatever role they hold now.

    Who declared could score, or agree the panel's levels in the place of a chair who was away.
    """
    declared = (
        select(Declaration.person_id)
        .join(Stage, Stage.id == Declaration.stage_id)
        .where(Stage.challenge_id == here.challenge.id, Declaration.person_id == work.actor.person_id)
        .limit(1)
    )
    return work.session.scalars(declared).first() is not None


def words(text: str, longest: int = limits.REASON) -> str:
    """What somebody typed, as it is kept. Refuses: form.invalid (too long, or cannot be kept)."""
    try:
        kept = limits.plain(text).strip()
    except ValueError as error:
        raise Refused("form.invalid") from error
    if len(kept) > longest:
        raise Refused("form.invalid")
    return kept
