"""After a decision: a supplier's own summary, and what was signed with those chosen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from marketplace.models.challenges import IN_FORCE, Challenge, ChallengeVersion
from marketplace.models.evaluation import CONFIRMED, Decision, DecisionLine, Summary
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal
from marketplace.models.stages import Agreement, Stage
from marketplace.policy import On
from marketplace.queries.debriefs import Asked, of_proposal
from marketplace.queries.query import Reader, query
from marketplace.rules import contents, summaries
from marketplace.rules.lifecycle import AWARDED_STATES
from marketplace.rules.refusals import Refused


@dataclass(frozen=True)
class OwnSummary:
    """`spelled` is the document as it was frozen, in `language`; what the supplier wrote is in `own_language`.

    `may_write` says that the supplier is asked for public words about its proposal. `asked` are its questions
    back with their answers; until `asks_until` it may ask one, where it `may_ask`. `replaced` says that the decision
    which this tells of was taken back, and another summary follows. `named` says whether the supplier agreed to
    be named in public although it was not selected, which it is asked where it `may_be_named`.
    """

    document: summaries.Summary
    spelled: str
    language: str
    authority: str
    supplier: str
    sent_at: datetime
    public_summary: str
    own_language: str
    may_write: bool
    asked: tuple[Asked, ...]
    asks_until: datetime
    may_ask: bool
    replaced: bool
    named: bool
    may_be_named: bool


@dataclass(frozen=True)
class Signed:
    letter: str
    supplier: str
    value: int
    currency: str
    signed_on: date
    ends_on: date | None


@dataclass(frozen=True)
class Agreements:
    """What is signed, and who was chosen and has no agreement yet, by letter and name.

    `most` is what one agreement may be worth by the published plan, in minor units.
    """

    challenge_ref: str
    title: str
    language: str
    state: str
    currency: str
    most: int
    signed: tuple[Signed, ...]
    open: tuple[tuple[str, str], ...]

    @property
    def may_sign(self) -> bool:
        return self.state in AWARDED_STATES and bool(self.open)


@query
def own_summary(read: Reader, proposal_ref: str) -> OwnSummary:
    """The summary that was sent to one's own supplier; refuses `missing` before that."""
    authority = Organisation.__table__.alias()
    found = read.connection.execute(
        select(
            Proposal.id, Proposal.supplier_id, Proposal.public_summary, Proposal.agrees_to_be_named, Organisation.name,
            Proposal.language.label("own_language"), authority.c.name.label("authority"),
            Summary.content, Summary.language, Summary.sent_at, Summary.replaced_at,
        )
        .join(Organisation, Organisation.id == Proposal.supplier_id)
        .join(Stage, Stage.id == Proposal.stage_id)
        .join(Challenge, Challenge.id == Stage.challenge_id)
        .join(authority, authority.c.id == Challenge.authority_id)
        .join(Summary, Summary.proposal_id == Proposal.id)
        .where(Proposal.ref == proposal_ref)
        .order_by(Summary.id.desc())
        .limit(1)
    ).one_or_none()  # fmt: skip
    if found is None:
        raise Refused("missing")
    read.require("proposal:read-own", On(supplier_id=found.supplier_id))
    document = summaries.parse(found.content)
    asked, until = of_proposal(read, found.id), summaries.asks_until(found.sent_at)
    replaced = found.replaced_at is not None
    return OwnSummary(
        document=document, spelled=found.content, language=found.language,
        authority=found.authority, supplier=found.name,
        sent_at=found.sent_at, public_summary=found.public_summary, own_language=found.own_language,
        may_write=document.outcome == "forward" and not replaced, asked=asked, asks_until=until, replaced=replaced,
        may_ask=not replaced and read.now < until and not any(each.standing for each in asked),
        named=found.agrees_to_be_named, may_be_named=document.outcome != "forward" and not replaced,
    )  # fmt: skip


@query
def agreements(read: Reader, challenge_ref: str) -> Agreements:
    """What the lead signed with those chosen at the last stage that began."""
    found = read.connection.execute(
        select(Challenge.id, Challenge.ref, Challenge.title, Challenge.state, ChallengeVersion.content)
        .join(ChallengeVersion, IN_FORCE)
        .where(Challenge.ref == challenge_ref)
    ).one_or_none()
    if found is None:
        raise Refused("missing")
    read.require("agreement:sign", On(challenge_id=found.id))
    last = select(func.max(Stage.number)).where(Stage.challenge_id == found.id, Stage.state != "planned")
    rows = read.connection.execute(
        select(
            Proposal.letter, Organisation.name, Agreement.value, Agreement.currency, Agreement.signed_on,
            Agreement.ends_on, Stage.number,
        )
        .join(DecisionLine, DecisionLine.proposal_id == Proposal.id)
        .join(Decision, Decision.id == DecisionLine.decision_id)
        .join(Stage, Stage.id == Decision.stage_id)
        .join(Organisation, Organisation.id == Proposal.supplier_id)
        .outerjoin(Agreement, (Agreement.proposal_id == Proposal.id) & Agreement.ended_at.is_(None))
        .where(
            Stage.challenge_id == found.id, Stage.number == last.scalar_subquery(),
            CONFIRMED,
            DecisionLine.outcome == "forward",
        )
        .order_by(DecisionLine.rank, Proposal.letter)
    ).all()  # fmt: skip
    content = contents.parse(found.content)
    return Agreements(
        challenge_ref=found.ref, title=found.title, language=content.language, state=found.state,
        currency=content.stages.currency,
        most=content.stages.stages[rows[0].number - 1].money if rows else 0,
        signed=tuple(
            Signed(row.letter or "", row.name, row.value, row.currency, row.signed_on, row.ends_on)
            for row in rows
            if row.value is not None
        ),
        open=tuple((row.letter, row.name) for row in rows if row.value is None),
    )  # fmt: skip
