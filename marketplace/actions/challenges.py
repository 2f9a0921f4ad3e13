"""Writing a challenge: its sections, the record of talks, notices elsewhere, and the result."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from marketplace.actions.action import UnitOfWork, action
from marketplace.models.accounts import RoleAssignment
from marketplace.models.challenges import (
    Challenge,
    ChallengeAuthor,
    ChallengeSection,
    ChallengeVersion,
    EngagementRecord,
    Outcome,
    PortalNotice,
)
from marketplace.models.organisations import Organisation
from marketplace.models.statements import prepared
from marketplace.rules import contents, languages, references
from marketplace.rules.challenges import SECTIONS, Content, Problem
from marketplace.rules.lifecycle import EDITABLE_STATES
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import Role
from marketplace.rules.stages import TEMPLATES


@action("challenge:create")
def create(work: UnitOfWork, organisation: str, template: str, language: str = "") -> str:
    """Start a draft for an authority from a template; the actor becomes its editor. Returns its ref.

    `language` is the one it is written in, this installation's where empty. Refuses: missing (no such
    authority, not a member, no such template), form.invalid (no such language).
    """
    authority = work.lock(Organisation, Organisation.slug == organisation, Organisation.kind == "authority")
    if template not in TEMPLATES:
        raise Refused("missing")
    words = work.place.words
    chosen = language_of(work, language or words.language)
    challenge = Challenge(
        ref=references.new("CH"), authority_id=authority.id, language=chosen, created_at=work.now
    )
    work.session.add(challenge)
    work.session.flush()
    # A template speaks this installation's language, and English to whoever writes in another.
    given = TEMPLATES[template].sections(words.message if chosen == words.language else str)
    for name, kind in SECTIONS.items():
        spelled = contents.spell(given.get(name, kind()))
        work.session.add(
            ChallengeSection(challenge_id=challenge.id, name=name, content=spelled, edited_at=work.now)
        )
    work.session.add(_editor(work, challenge.id))
    work.note("challenge.create", challenge.id, template=template)
    return challenge.ref


@action("challenge:edit")
def save_section(work: UnitOfWork, ref: str, name: str, content: Mapping[str, Any], edition: int) -> int:
    """Replace one section of a draft; `edition` is the one that the writer saw. Returns the new one.

    What is kept already may be sent again. Refuses: challenge.not_draft, edit.stale, form.invalid.
    """
    challenge = _editable(work, ref)
    section = contents.section(name, content)
    row = work.hold(
        ChallengeSection, ChallengeSection.challenge_id == challenge.id, ChallengeSection.name == name
    )
    spelled = contents.spell(section)
    if row.content == spelled:
        return row.edition
    if row.edition != edition:
        raise Refused("edit.stale")
    row.content = spelled
    row.edition += 1
    row.edited_by_id, row.edited_at = work.actor.person_id, work.now
    if isinstance(section, Problem) and challenge.version is None:
        # Once something is public these follow the version, so that lists never tell a draft.
        challenge.title, challenge.topic = section.title, section.topic
    _wrote(work, challenge.id)
    work.note("challenge.edit", challenge.id, section=name, edition=row.edition)
    return row.edition


@action("challenge:edit")
def set_language(work: UnitOfWork, ref: str, language: str) -> None:
    """Say in which language the challenge is written. Refuses: challenge.not_draft, role.fixed, form.invalid.

    Fixed once anything of it is public: lists go by it.
    """
    challenge = _editable(work, ref)
    if challenge.version is not None:
        raise Refused("role.fixed")
    challenge.language = language_of(work, language)
    _wrote(work, challenge.id)
    work.note("challenge.language", challenge.id, language=language)


@action("challenge:edit")
def save_conflicts(work: UnitOfWork, ref: str, assessment: str) -> None:
    """Keep the conflicts assessment, without which nobody can approve. Refuses: challenge.not_draft."""
    challenge = _editable(work, ref)
    challenge.conflicts_assessment = assessment
    _wrote(work, challenge.id)
    work.note("challenge.conflicts", challenge.id)


@action("challenge:engage")
def record_meeting(work: UnitOfWork, ref: str, met: str, given: str, met_on: date) -> None:
    """Record a supplier met before opening and what they were given. Refuses: role.fixed, challenge.notice_date."""
    challenge = work.lock(Challenge, Challenge.ref == ref)
    if challenge.state not in ("engagement", "approved"):
        raise Refused("role.fixed")
    if met_on > work.now.date():
        raise Refused("challenge.notice_date")
    work.session.add(
        EngagementRecord(
            challenge_id=challenge.id, met=met, given=given, met_on=met_on, language=work.place.words.language,
            created_at=work.now,
        )
    )  # fmt: skip
    work.note("challenge.meeting", challenge.id, met_on=met_on.isoformat())


@action("challenge:report")
def record_portal_notice(
    work: UnitOfWork, ref: str, kind: str, number: str, link: str, published_on: date
) -> None:
    """Record a publication elsewhere. Refuses: challenge.notice_date."""
    challenge = work.lock(Challenge, Challenge.ref == ref)
    if published_on > work.now.date():
        raise Refused("challenge.notice_date")
    work.session.add(
        PortalNotice(
            challenge_id=challenge.id, kind=kind, number=number, link=link, published_on=published_on,
            created_at=work.now,
        )
    )  # fmt: skip
    work.note("challenge.portal_notice", challenge.id, kind=kind)


@action("challenge:report")
def report_outcome(
    work: UnitOfWork, ref: str, result: str, in_use: bool, spent: int, currency: str, lessons: str
) -> None:
    """Keep the result against the baseline until `complete` or `end` publishes it. `spent` in minor units.

    Refuses: role.fixed once the challenge has ended.
    """
    challenge = work.lock(Challenge, Challenge.ref == ref)
    if challenge.state not in ("in_progress", "delivering"):
        raise Refused("role.fixed")
    row = work.session.get(Outcome, challenge.id)
    if row is None:
        row = Outcome(challenge_id=challenge.id)
        work.session.add(row)
    row.result, row.in_use, row.spent, row.currency = result, in_use, spent, currency
    row.lessons, row.language, row.reported_at = lessons, work.place.words.language, work.now
    work.note("challenge.outcome", challenge.id, in_use=in_use, spent=spent)


def language_of(work: UnitOfWork, language: str) -> str:
    """The language, where it is one of those to choose from; refuses form.invalid otherwise."""
    if language not in languages.offered(work.place.words.language):
        raise Refused("form.invalid")
    return language


def content_of(work: UnitOfWork, challenge: Challenge) -> Content:
    """The content as its sections stand now."""
    rows = work.session.execute(
        select(ChallengeSection.name, ChallengeSection.content).where(
            ChallengeSection.challenge_id == challenge.id
        )
    )
    return contents.whole({name: text for name, text in rows}, challenge.language)


def in_force(work: UnitOfWork, challenge: Challenge) -> tuple[ChallengeVersion, Content]:
    """The version that answers answer now and that they are judged by."""
    version: ChallengeVersion = work.session.scalars(*_version(challenge.id, challenge.version)).one()
    return version, contents.parse(version.content)


@prepared
def _version(challenge_id: int, number: int | None) -> Select[*tuple[Any, ...]]:
    return select(ChallengeVersion).filter_by(challenge_id=challenge_id, number=number)


def _editable(work: UnitOfWork, ref: str) -> Challenge:
    challenge = work.lock(Challenge, Challenge.ref == ref)
    if challenge.state not in EDITABLE_STATES:
        raise Refused("challenge.not_draft")
    return challenge


def _editor(work: UnitOfWork, challenge_id: int) -> RoleAssignment:
    return RoleAssignment(
        person_id=work.actor.person_id, role=Role.EDITOR, challenge_id=challenge_id, from_at=work.now,
        accepted_at=work.now,
    )  # fmt: skip


def _wrote(work: UnitOfWork, challenge_id: int) -> None:
    """Remember who wrote: they can never approve it."""
    key = {"challenge_id": challenge_id, "person_id": work.actor.person_id}
    known = select(ChallengeAuthor).filter_by(**key)
    if work.session.scalars(known).one_or_none() is None:
        work.session.add(ChallengeAuthor(**key))
