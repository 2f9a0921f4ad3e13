"""The ground of evaluation: a stage with its words in force, its proposals, and the people who score."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from marketplace import policy
from marketplace.actions import seats, stages
from marketplace.actions.action import UnitOfWork
from marketplace.actions.challenges import in_force
from marketplace.models.accounts import IN_OFFICE, RoleAssignment
from marketplace.models.challenges import Challenge
from marketplace.models.evaluation import Declaration, DeclaredInterest, ScoreLock, seats_with
from marketplace.models.proposals import Proposal
from marketplace.models.stages import Stage
from marketplace.rules import limits
from marketplace.rules.challenges import Content
from marketplace.rules.lifecycle import RUNNING_STATES, Case
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import SCORERS


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
    """The opened proposals of a stage by letter: A to Z, then AA."""
    rows = work.session.scalars(
        select(Proposal).where(
            Proposal.stage_id == stage.id, Proposal.state == "submitted", Proposal.letter.is_not(None)
        )
    )
    found = {row.letter or "": row for row in rows}
    return dict(sorted(found.items(), key=lambda pair: (len(pair[0]), pair[0])))


def panel_of(work: UnitOfWork, challenge: Challenge) -> frozenset[int]:
    """Who scores: evaluators and chair who accepted, without anybody who ever declared a conflict here."""
    conflicted = work.session.scalars(
        select(DeclaredInterest.person_id)
        .join(Stage, Stage.id == DeclaredInterest.stage_id)
        .where(Stage.challenge_id == challenge.id, DeclaredInterest.interest == "conflict")
    )
    return policy.panel(work.session.connection(), challenge.id) - set(conflicted)


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


def check_declared(work: UnitOfWork, here: Ground) -> None:
    """Refuse who is not on the panel (missing), role.own_proposal, declaration.missing, declaration.consent."""
    me = work.actor.person_id
    if me not in panel_of(work, here.challenge):
        raise Refused("missing")
    seats.stands_apart(work, here.challenge)
    if work.session.get(Declaration, (here.stage.id, me)) is None:
        raise Refused("declaration.missing")
    waiting = select(DeclaredInterest.proposal_id).where(
        DeclaredInterest.stage_id == here.stage.id, DeclaredInterest.person_id == me,
        DeclaredInterest.interest == "manageable", DeclaredInterest.consented_at.is_(None),
    )  # fmt: skip
    if work.session.scalars(waiting).first() is not None:
        raise Refused("declaration.consent")


def words(text: str, longest: int = limits.REASON) -> str:
    """What somebody typed, as it is kept. Refuses: form.invalid (too long, or cannot be kept)."""
    try:
        kept = limits.plain(text).strip()
    except ValueError as error:
        raise Refused("form.invalid") from error
    if len(kept) > longest:
        raise Refused("form.invalid")
    return kept
