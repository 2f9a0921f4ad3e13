"""After a decision: every supplier's summary at once, the chosen one's own words, and agreements."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import msgspec
from sqlalchemy import select

from marketplace.actions import seats
from marketplace.actions.action import UnitOfWork, action
from marketplace.actions.challenges import content_of
from marketplace.actions.decisions import Counted, count
from marketplace.actions.panel import Ground, ground, proposals_of, words
from marketplace.cases import chosen_of
from marketplace.models.accounts import RoleAssignment
from marketplace.models.challenges import Challenge
from marketplace.models.evaluation import (
    AgreedReason,
    Decision,
    DecisionLine,
    Summary,
    said_of_cells,
    taken_forward,
)
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal
from marketplace.models.stages import Agreement, Stage
from marketplace.rules import limits, summaries
from marketplace.rules.lifecycle import AWARDED_STATES
from marketplace.rules.refusals import Refused
from marketplace.rules.regimes import REGIMES
from marketplace.rules.scoring import Standing
from marketplace.rules.summaries import Remark, Scored
from marketplace.rules.working_days import uk_date


@dataclass(frozen=True)
class Said:
    """What the panel said of a cell: its level, or None where it did not agree; why, and what to whom (by person)."""

    level: int | None
    reason: str
    moved: Mapping[int, str]


@dataclass(frozen=True)
class Decided:
    """A stage decided for good: its counted scores, the lines by letter, and whether it was the last.

    `said` is the panel's word by letter and criterion, where it spoke.
    """

    here: Ground
    proposals: Mapping[str, Proposal]
    counted: Counted
    decision: Decision
    lines: Mapping[str, DecisionLine]
    said: Mapping[tuple[str, str], Said]
    names: Mapping[int, str]
    last: bool

    @property
    def forward(self) -> tuple[Standing, ...]:
        return tuple(each for each in self.counted.standings if self.lines[each.id].outcome == "forward")


@action("summary:send")
def send_summaries(work: UnitOfWork, challenge_ref: str, stage: int) -> int:
    """Freeze and send every supplier's summary of a decided stage, all in this one action. Returns how many.

    At an earlier stage nobody reads of a rival's scores: those who go on read of their own proposal
    alone, the others of the cut-off total besides. Refuses: role.own_proposal, stage.state, decision.none,
    summary.again.
    """
    here = ground(work, challenge_ref, stage)
    seats.stands_apart(work, here.challenge)
    here.in_state("decided")
    told = select(Summary.id).filter_by(stage_id=here.stage.id, replaced_at=None)
    if work.session.scalars(told).first() is not None:
        raise Refused("summary.again")
    decided = _decided(work, here)
    people = people_of(work, [row.supplier_id for row in decided.proposals.values()])
    for standing in decided.counted.standings:
        proposal = decided.proposals[standing.id]
        content = summaries.spell(_document(decided, standing))
        row = Summary(stage_id=here.stage.id, proposal_id=proposal.id, sent_at=work.now, content=content)
        row.language = here.content.language
        work.session.add(row)
        said = {"title": here.challenge.title, "ref": proposal.ref}
        link = f"/desk/proposals/{proposal.ref}/summary"
        for person_id in people[proposal.supplier_id]:
            work.tell("summary.sent", person_id, link, here.challenge.id, **said)
    if not decided.last:
        here.stage.published_at = work.now
    work.leaf("summary.send", here.challenge.id, {"stage": stage, "sent": len(decided.lines)})
    return len(decided.lines)


@action("proposal:edit")
def set_public_summary(work: UnitOfWork, proposal_ref: str, text: str) -> None:
    """Keep the public words about a proposal that goes on, 150 at most, once its supplier was told.

    Refuses: missing (not yours, not going on, or nobody told you yet), summary.long, form.invalid.
    """
    stage, proposal = _told(work, proposal_ref)
    if proposal.id not in set(work.session.scalars(taken_forward(stage.id))):
        raise Refused("missing")
    kept = words(text, limits.PROSE)
    if (used := limits.words(kept)) > limits.PUBLIC_SUMMARY_WORDS:
        raise Refused("summary.long", limit=limits.PUBLIC_SUMMARY_WORDS, words=used)
    proposal.public_summary = kept
    work.note("proposal.public_summary", stage.challenge_id, proposal=proposal_ref)


@action("proposal:edit")
def set_named(work: UnitOfWork, proposal_ref: str, agrees: bool) -> None:
    """Let the public results name one's supplier beside its scores although it was not selected, or no longer.

    Refuses: missing (not yours, or nobody told you yet).
    """
    stage, proposal = _told(work, proposal_ref)
    proposal.agrees_to_be_named = agrees
    work.note("proposal.named", stage.challenge_id, proposal=proposal_ref, agrees=agrees)


def _told(work: UnitOfWork, proposal_ref: str) -> tuple[Stage, Proposal]:
    """A proposal of one's own whose supplier has a summary that stands, with its stage."""
    found = work.session.execute(
        select(Stage.id, Stage.challenge_id)
        .join(Proposal, Proposal.stage_id == Stage.id)
        .where(Proposal.ref == proposal_ref)
    ).one_or_none()
    if found is None:
        raise Refused("missing")
    work.hold(Challenge, Challenge.id == found.challenge_id, share=True)
    stage = work.hold(Stage, Stage.id == found.id, share=True)
    proposal = work.lock(Proposal, Proposal.ref == proposal_ref)
    standing = select(Summary.id).filter_by(proposal_id=proposal.id, replaced_at=None)
    if work.session.scalars(standing).first() is None:
        raise Refused("missing")
    return stage, proposal


@action("agreement:sign")
def sign_agreement(
    work: UnitOfWork, challenge_ref: str, proposal: str, value: int, currency: str, signed_on: date,
    ends_on: date | None = None,
) -> int:  # fmt: skip
    """Record a signed agreement with a chosen supplier, by letter or reference. `value` in minor units.

    Returns its number. Refuses: role.own_proposal, move.state, missing (not chosen), agreement.again,
    agreement.dates, agreement.value, form.invalid.
    """
    challenge = work.lock(Challenge, Challenge.ref == challenge_ref)
    seats.stands_apart(work, challenge)
    if challenge.state not in AWARDED_STATES:
        raise Refused("move.state", state=challenge.state.replace("_", " "))
    stage = chosen_of(work.session.connection(), challenge.id)
    chosen = _chosen(work, stage.stage_id, proposal)
    if chosen is None:
        raise Refused("missing")
    _check_days(challenge, uk_date(work.now), signed_on, ends_on)
    if not 0 <= value < limits.MONEY or not re.fullmatch("[A-Z]{3}", currency):
        raise Refused("form.invalid")
    plan = content_of(work, challenge).stages
    if currency != plan.currency or value > plan.stages[stage.number - 1].money:
        raise Refused("agreement.value")
    standing = select(Agreement.id).filter_by(stage_id=stage.stage_id, proposal_id=chosen.id, ended_at=None)
    if work.session.scalars(standing).first() is not None:
        raise Refused("agreement.again")
    row = Agreement(
        stage_id=stage.stage_id, proposal_id=chosen.id, buyer_id=challenge.authority_id,
        supplier_id=chosen.supplier_id, value=value, currency=currency, signed_on=signed_on, ends_on=ends_on,
        created_at=work.now,
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    work.leaf(
        "agreement.sign", challenge.id,
        {
            "stage": stage.number, "proposal": chosen.ref, "value": value, "currency": currency,
            "signed_on": signed_on.isoformat(),
        },
    )  # fmt: skip
    return row.id


def _check_days(challenge: Challenge, today: date, signed_on: date, ends_on: date | None) -> None:
    """Nothing is signed before the award: until then the standstill may run."""
    awarded = uk_date(challenge.awarded_at) if challenge.awarded_at else today
    if not awarded <= signed_on <= today or (ends_on is not None and ends_on < signed_on):
        raise Refused("agreement.dates")


def _decided(work: UnitOfWork, here: Ground) -> Decided:
    decision = work.session.scalars(
        select(Decision).where(Decision.stage_id == here.stage.id, Decision.replaced_at.is_(None))
    ).one_or_none()
    if decision is None or decision.confirmed_at is None:
        raise Refused("decision.none")
    proposals = proposals_of(work, here.stage)
    lines = {
        row.proposal_id: row
        for row in work.session.scalars(select(DecisionLine).filter_by(decision_id=decision.id))
    }
    names = work.session.execute(
        select(Organisation.id, Organisation.name).where(
            Organisation.id.in_([row.supplier_id for row in proposals.values()])
        )
    )
    return Decided(
        here=here, proposals=proposals, counted=count(work, here, proposals), decision=decision,
        lines={letter: lines[row.id] for letter, row in proposals.items()},
        said=_said(work, here, {row.id: letter for letter, row in proposals.items()}),
        names={organisation: name for organisation, name in names},
        last=here.stage.number == len(here.content.stages.stages)
        or not any(line.outcome == "forward" for line in lines.values()),
    )  # fmt: skip


def _said(work: UnitOfWork, here: Ground, letters: Mapping[int, str]) -> dict[tuple[str, str], Said]:
    rows = list(work.session.scalars(said_of_cells(here.stage.id)))
    moved: dict[int, dict[int, str]] = defaultdict(dict)
    for reason in work.session.scalars(
        select(AgreedReason).where(AgreedReason.agreed_level_id.in_([row.id for row in rows]))
    ):
        moved[reason.agreed_level_id][reason.person_id] = reason.reason
    return {
        (letters[row.proposal_id], row.criterion): Said(row.level, row.reason, moved[row.id])
        for row in rows
        if row.proposal_id in letters
    }


def _document(decided: Decided, own: Standing) -> summaries.Summary:
    here, outcome = decided.here, decided.lines[own.id].outcome
    tells = decided.last or outcome != "forward"
    others = [each for each in decided.forward if each.id != own.id] if decided.last else []
    content = here.content
    more = REGIMES[content.terms.regime].more_within
    return summaries.Summary(
        format="summary/1",
        challenge=here.challenge.ref,
        title=here.challenge.title,
        stage=here.stage.number,
        stage_name=content.stages.stages[here.stage.number - 1].name,
        proposal=decided.proposals[own.id].ref,
        outcome=outcome,
        criteria=summaries.scales(content.criteria.criteria),
        minimum_total=content.criteria.minimum_total,
        prompts={question.id: question.prompt for question in content.questions.questions},
        own=_own(decided, own),
        cut_off=_cut_off(decided.forward) if tells else "",
        selected=tuple(_rival(decided, each) for each in others),
        why=decided.decision.why if decided.last else "",
        rank_reason=decided.decision.rank_reason if tells else "",
        debrief=content.terms.contact,
        price=content.criteria.price,
        currency=content.stages.currency,
        more_within=more.value if more else 0,
        excluded=decided.proposals[own.id].excluded,
    )


def _own(decided: Decided, standing: Standing) -> Scored:
    """With its own price, as it handed it in; a place among rivals is told once they compete no longer."""
    found = msgspec.structs.replace(_scored(decided, standing), price=decided.proposals[standing.id].price)
    return found if decided.last else msgspec.structs.replace(found, rank=None)


def _rival(decided: Decided, standing: Standing) -> Scored:
    name = decided.names[decided.proposals[standing.id].supplier_id]
    return msgspec.structs.replace(_scored(decided, standing), name=name)


def _scored(decided: Decided, standing: Standing) -> Scored:
    panel = {
        criterion: (said.level is not None, said.reason)
        for (letter, criterion), said in decided.said.items()
        if letter == standing.id
    }
    return summaries.scored(
        decided.here.content.criteria, standing, _remarks(decided, standing.id), panel,
        decided.lines[standing.id].reason,
    )  # fmt: skip


def _remarks(decided: Decided, letter: str) -> dict[str, list[Remark]]:
    """Every evaluator's reason by criterion; the level beside it where those are to be published."""
    single = decided.here.content.terms.publish_scores == "individual"
    found: dict[str, list[Remark]] = defaultdict(list)
    for number, person in enumerate(decided.counted.people, start=1):
        for criterion in decided.here.content.criteria.criteria:
            row = decided.counted.rows[person, letter, criterion.id]
            level = row.level if single else None
            said = decided.said.get((letter, criterion.id))
            moved = said.moved.get(person, "") if said else ""
            found[criterion.id].append(Remark(f"E{number}", row.reason, row.question, level, moved))
    return found


def _cut_off(forward: Iterable[Standing]) -> str:
    totals: list[Fraction] = [each.total for each in forward]
    return str(min(totals)) if totals else ""


def people_of(work: UnitOfWork, suppliers: Iterable[int]) -> dict[int, list[int]]:
    """Who works for each of these suppliers, by its number."""
    rows = work.session.execute(
        select(RoleAssignment.organisation_id, RoleAssignment.person_id)
        .where(RoleAssignment.organisation_id.in_(set(suppliers)), RoleAssignment.until_at.is_(None))
        .distinct()
        .order_by(RoleAssignment.person_id)
    )
    found: dict[int, list[int]] = defaultdict(list)
    for organisation_id, person_id in rows:
        if organisation_id is not None:
            found[organisation_id].append(person_id)
    return found


def _chosen(work: UnitOfWork, stage_id: int, letter_or_ref: str) -> Proposal | None:
    """The proposal by letter or reference, if the stage's decision takes it forward."""
    return work.session.scalars(
        select(Proposal).where(
            Proposal.id.in_(taken_forward(stage_id)),
            (Proposal.letter == letter_or_ref) | (Proposal.ref == letter_or_ref),
        )
    ).one_or_none()
