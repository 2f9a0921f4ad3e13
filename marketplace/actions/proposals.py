"""A supplier writes a draft, hands it in sealed, replaces it, takes it back: until the deadline.

Nothing here is readable at rest. A draft is encrypted to its supplier; a hand-in to its stage and its
supplier, and the log holds a commitment to it that looks like every other sealed entry.
"""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, func, select

from marketplace.actions.action import UnitOfWork, action
from marketplace.actions.challenges import in_force, language_of
from marketplace.actions.organisations import register
from marketplace.actions.sealed import add as add_sealed
from marketplace.actions.work import Leaf
from marketplace.models.accounts import RoleAssignment
from marketplace.models.challenges import Challenge, ChallengeVersion
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal, ProposalFile, Submission
from marketplace.models.stages import Stage
from marketplace.policy import On
from marketplace.rules import canonical, lifecycle, limits, references
from marketplace.rules.proposals import (
    Attachment,
    Draft,
    Sealed,
    digest,
    parse_draft,
    priced,
    ready,
    spell_draft,
)
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import ON_CHALLENGE, ON_ORGANISATION


@dataclass(frozen=True)
class Place:
    """A proposal with all that it stands in; held in the order challenge, stage, proposal."""

    challenge: Challenge
    stage: Stage
    proposal: Proposal
    supplier: Organisation


@action("proposal:start")
def start(work: UnitOfWork, challenge_ref: str, organisation_slug: str) -> str:
    """Begin a supplier's draft in a challenge's first stage, or find the one there is. Returns its ref.

    Refuses: missing, proposal.not_supplier, proposal.own_challenge, proposal.closed, proposal.not_open,
    proposal.suspended, proposal.interrupted.
    """
    public = Challenge.state.in_(lifecycle.PUBLIC_STATES)
    challenge = work.hold(Challenge, Challenge.ref == challenge_ref, public, share=True)
    supplier = _supplier(work, organisation_slug)
    stands_apart(work, challenge, supplier.id)
    stage = work.hold(Stage, Stage.challenge_id == challenge.id, Stage.number == 1)
    here = select(Proposal).filter_by(stage_id=stage.id, supplier_id=supplier.id, number=1)
    found = work.session.scalars(here).one_or_none()
    if found is not None:
        return found.ref
    takes_proposals(challenge, stage)
    version, _ = in_force(work, challenge)
    proposal = Proposal(
        ref=references.new("PR"), stage_id=stage.id, supplier_id=supplier.id, version_id=version.id,
        language=challenge.language, draft=work.keys.seal(spell_draft(Draft({})), supplier.age_recipient),
        created_at=work.now, edited_at=work.now,
    )  # fmt: skip
    work.session.add(proposal)
    work.note("proposal.start", proposal=proposal.ref)
    return proposal.ref


@action("proposal:start")
def start_as_new(
    work: UnitOfWork, challenge_ref: str, name: str, address: str, company_number: str, is_sme: bool,
    is_non_profit: bool, is_company: bool,
) -> str:  # fmt: skip
    """Register a supplier and begin its draft, or do neither. Refuses as the two do; see `start` and `register`."""
    slug = register.perform(
        work, name=name, kind="supplier", address=address, company_number=company_number, is_sme=is_sme,
        is_non_profit=is_non_profit, is_company=is_company,
    )  # fmt: skip
    return start.perform(work, challenge_ref, slug)


@action("proposal:edit")
def save_answer(work: UnitOfWork, ref: str, question_id: str, text: str, seen: str) -> str:
    """Keep one answer in the draft; `seen` is the digest of the one that the writer had. Returns the new digest.

    Two people may write different answers at once, and what is kept already may be sent again. More words
    than the limit are kept too: only handing in asks for fewer. Refuses: missing, proposal.question,
    proposal.text, edit.stale, and whatever `takes_proposals` says.
    """
    place = enter(work, ref, share=True)
    takes_proposals(place.challenge, place.stage)
    version, content = in_force(work, place.challenge)
    if question_id not in {question.id for question in content.questions.questions}:
        raise Refused("proposal.question")
    kept, draft = _kept(text), draft_of(work, place)
    before = draft.answers.get(question_id, "")
    if kept == before:
        return digest(kept)
    if seen != digest(before):
        raise Refused("edit.stale")
    keep(work, place, version, replace(draft, answers={**draft.answers, question_id: kept}))
    return digest(kept)


@action("proposal:edit")
def set_language(work: UnitOfWork, ref: str, language: str) -> None:
    """Say in which language the answers are written, at first the challenge's.

    Refuses: missing, form.invalid, and whatever `takes_proposals` says.
    """
    place = enter(work, ref)
    takes_proposals(place.challenge, place.stage)
    place.proposal.language = language_of(work, language)
    work.note("proposal.language", proposal=ref, language=language)


@action("proposal:edit")
def submit(work: UnitOfWork, ref: str) -> int:
    """Hand the draft in, sealed, strictly before the deadline; a second time replaces the first.

    Returns the number of this hand-in. It is received at the instant read once the stage is held.
    Refuses: missing, proposal.own_challenge, proposal.incomplete, proposal.too_long, proposal.unpriced,
    proposal.price, proposal.already_submitted, and whatever `takes_proposals` says; the draft is kept each time.
    """
    place = enter(work, ref)
    takes_proposals(place.challenge, place.stage)
    stands_apart(work, place.challenge, place.proposal.supplier_id, accepted=True)
    version, content = in_force(work, place.challenge)
    draft = draft_of(work, place)
    answers = ready(content.questions.questions, draft.answers)
    price = priced(content.criteria.price, draft.price)
    files = tuple(attachment for _, attachment in attachments(work, place))
    sealed = Sealed(place.challenge.ref, place.stage.number, ref, version.number, answers, files, price)
    number = _replace(work, place, sealed.spell())
    entry = _seal(work, place, version, sealed, number)
    work.note("proposal.submit", proposal=ref, number=number)
    tell_supplier(work, place, "proposal.received", "submitted", entry)
    return number


@action("proposal:edit")
def withdraw(work: UnitOfWork, ref: str) -> None:
    """Take a handed-in proposal back before the deadline; the draft stays.

    Refuses: missing, proposal.not_submitted, and whatever `takes_proposals` says.
    """
    place = enter(work, ref)
    takes_proposals(place.challenge, place.stage)
    current = _current(work, place.proposal)
    if place.proposal.state != "submitted" or current is None:
        raise Refused("proposal.not_submitted")
    current.current = False
    place.proposal.state = "withdrawn"
    value: dict[str, object] = {
        "challenge": place.challenge.ref,
        "stage": place.stage.number,
        "proposal": ref,
        "withdrawn": current.number,
    }
    entry = add_sealed(work, place.stage, "withdrawal", value, _recipients(place), None, place.proposal)
    work.note("proposal.withdraw", proposal=ref, number=current.number)
    tell_supplier(work, place, "proposal.withdrawn", "submitted", entry)


def enter(work: UnitOfWork, ref: str, *, share: bool = False) -> Place:
    """Hold a proposal and what it stands in; refuses `missing` to everyone but its supplier.

    Whoever may not act learns and locks nothing. `share` leaves the stage to other writers of drafts.
    """
    found = work.session.execute(_where(ref)).one_or_none()
    if found is None:
        raise Refused("missing")
    work.require(On(supplier_id=found.supplier_id))
    challenge = work.hold(Challenge, Challenge.id == found.challenge_id, share=True)
    stage = work.hold(Stage, Stage.id == found.stage_id, share=share)
    proposal = work.lock(Proposal, Proposal.id == found.id)
    return Place(challenge, stage, proposal, work.session.get_one(Organisation, proposal.supplier_id))


def takes_proposals(challenge: Challenge, stage: Stage) -> None:
    """Refuse with the reason unless the stage collects now.

    A stage whose deadline is past never comes here as `collecting`: holding it closes it first.
    """
    if challenge.state == "suspended":
        raise Refused("proposal.suspended")
    if stage.state == "interrupted":
        raise Refused("proposal.interrupted")
    if stage.closed_at is not None and stage.closes_at is not None:
        raise Refused("proposal.closed", closes_at=stage.closes_at)
    if challenge.state not in lifecycle.RUNNING_STATES or stage.state != "collecting":
        raise Refused("proposal.not_open")


def stands_apart(work: UnitOfWork, challenge: Challenge, supplier_id: int, *, accepted: bool = False) -> None:
    """Refuse `proposal.own_challenge` to whoever takes part in running the challenge, or works there.

    With `accepted`, a role that was only offered does not count: offering one must not shut a rival out.
    """
    row = RoleAssignment
    own = row.person_id == work.actor.person_id
    held = select(row.id).where(row.until_at.is_(None)).limit(1)
    runs = held.where(row.challenge_id == challenge.id, row.role.in_(ON_CHALLENGE))
    members = select(row.person_id).where(row.organisation_id == supplier_id, row.until_at.is_(None))
    places = [
        held.where(own, row.organisation_id == challenge.authority_id),
        runs.where(row.person_id.in_(members), row.accepted_at.is_not(None)),
    ]
    if not accepted:
        places.append(runs.where(own))
    if any(work.session.scalars(each).first() is not None for each in places):
        raise Refused("proposal.own_challenge")


def draft_of(work: UnitOfWork, place: Place) -> Draft:
    return parse_draft(work.keys.unseal(place.proposal.draft, place.supplier.age_identity))


def keep(work: UnitOfWork, place: Place, version: ChallengeVersion, draft: Draft) -> None:
    """Put what is written now in the draft's place; one that was not handed in answers the version in force."""
    proposal = place.proposal
    proposal.draft = work.keys.seal(spell_draft(draft), place.supplier.age_recipient)
    proposal.edition += 1
    proposal.edited_at = work.now
    if proposal.state == "draft":
        proposal.version_id = version.id
    work.note("proposal.save", proposal=proposal.ref, edition=proposal.edition)


def attachments(work: UnitOfWork, place: Place) -> list[tuple[ProposalFile, Attachment]]:
    """The files that the draft carries now, in the order in which they came."""
    rows = work.session.scalars(
        select(ProposalFile)
        .filter_by(proposal_id=place.proposal.id, removed_at=None)
        .order_by(ProposalFile.id)
    )
    return [(row, _attachment(work, place, row)) for row in rows]


def _attachment(work: UnitOfWork, place: Place, row: ProposalFile) -> Attachment:
    label = canonical.decode(work.keys.unseal(row.label, place.supplier.age_identity))
    return Attachment(label["name"], label["sha256"], row.size, row.stored)


def _where(ref: str) -> Select[int, int, int, int]:
    return (
        select(Proposal.id, Proposal.supplier_id, Proposal.stage_id, Stage.challenge_id)
        .join(Stage, Stage.id == Proposal.stage_id)
        .where(Proposal.ref == ref)
    )


def _supplier(work: UnitOfWork, slug: str) -> Organisation:
    """The actor's own supplier; whether another one of that name exists is not said."""
    row = RoleAssignment
    found = work.session.scalars(
        select(Organisation)
        .join(row, row.organisation_id == Organisation.id)
        .where(Organisation.slug == slug, Organisation.kind == "supplier", row.role.in_(ON_ORGANISATION))
        .where(row.person_id == work.actor.person_id, row.until_at.is_(None))
        .distinct()
    ).one_or_none()
    if found is None:
        raise Refused("proposal.not_supplier")
    return found


def _kept(text: str) -> str:
    try:
        kept = limits.plain(text).strip()
    except ValueError:
        raise Refused("proposal.text") from None
    if len(kept) > limits.ANSWER:
        raise Refused("proposal.text")
    return kept


def _current(work: UnitOfWork, proposal: Proposal) -> Submission | None:
    return work.session.scalars(
        select(Submission).filter_by(proposal_id=proposal.id, current=True)
    ).one_or_none()


def _replace(work: UnitOfWork, place: Place, plain: bytes) -> int:
    """Put the hand-in that stands aside, kept; the number of the next one.

    Refuses proposal.already_submitted where it says the same: an entry for nothing only adds noise.
    """
    current = _current(work, place.proposal)
    if current is not None:
        if work.keys.unseal(current.ciphertext, place.supplier.age_identity) == plain:
            raise Refused("proposal.already_submitted")
        current.current = False
        work.session.flush()
    last = select(func.max(Submission.number)).filter_by(proposal_id=place.proposal.id)
    return (work.session.scalars(last).one() or 0) + 1


def _seal(work: UnitOfWork, place: Place, version: ChallengeVersion, sealed: Sealed, number: int) -> Leaf:
    ciphertext = work.keys.seal(sealed.spell(), *_recipients(place))
    hashed = hashlib.sha256(ciphertext).hexdigest()
    proposal = place.proposal
    submission = Submission(
        proposal_id=proposal.id, number=number, version_id=version.id, ciphertext=ciphertext,
        ciphertext_hash=hashed, at=work.now,
    )  # fmt: skip
    work.session.add(submission)
    proposal.state, proposal.submitted_at, proposal.version_id = "submitted", work.now, version.id
    return add_sealed(
        work, place.stage, "proposal", sealed.committed(hashed), _recipients(place), submission, proposal
    )


def _recipients(place: Place) -> tuple[str, str]:
    if place.stage.age_recipient is None:
        raise LookupError("a collecting stage has no key")
    return place.stage.age_recipient, place.supplier.age_recipient


def tell_supplier(
    work: UnitOfWork, place: Place, kind: str, page: str, entry: Leaf | None = None, **facts: Any
) -> None:
    """Write to everybody of a proposal's supplier; `page` is the one below the proposal's that they are led to.

    `entry` is a leaf of this action, enclosed with its proof once a checkpoint covers it.
    """
    row = RoleAssignment
    people = work.session.scalars(
        select(row.person_id)
        .where(row.organisation_id == place.supplier.id, row.until_at.is_(None))
        .distinct()
        .order_by(row.person_id)
    )
    ref = place.proposal.ref
    link = f"/desk/proposals/{ref}/{page}"
    words: dict[str, Any] = {"title": place.challenge.title, "ref": ref}
    if place.stage.closes_at is not None:
        words["closes_at"] = place.stage.closes_at
    words |= facts
    for person_id in people:
        notice = work.tell(kind, person_id, link, place.challenge.id, **words)
        if entry is not None and notice is not None:
            entry.then.append(functools.partial(setattr, notice, "log_index"))
