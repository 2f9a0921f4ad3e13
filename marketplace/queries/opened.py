"""Proposals as the panel and the lead read them, once they are opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, Row, Select, or_, select, type_coerce

from marketplace import policy
from marketplace.models.evaluation import Declaration, DeclaredInterest
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal, ProposalFile
from marketplace.models.stages import Stage
from marketplace.models.statements import prepared
from marketplace.policy import On
from marketplace.queries.files import OwnFile, check_scan, name_of
from marketplace.queries.query import Reader, query
from marketplace.rules.proposals import MEDIA, extension, opened
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import SCORERS


@dataclass(frozen=True)
class OpenedProposal:
    letter: str
    ref: str
    supplier: str
    language: str
    answers: dict[str, str]
    files: tuple[OwnFile, ...]


def opened_proposals(
    read: Reader, stage_id: int, letters: Sequence[str] | None = None
) -> tuple[OpenedProposal, ...]:
    """Every proposal that was opened in a stage, by letter, for panel and lead; with `letters` those alone.

    Refuses `missing` to everyone else, before opening, and after a conflict; `declaration.missing` to a
    scorer who has not declared against every name; `declaration.consent` until all is consented to;
    `role.own_proposal` to who belongs to a supplier that proposes here.
    """
    _may_read(read, stage_id)
    return texts_of(read, stage_id, letters)


def texts_of(read: Reader, stage_id: int, letters: Sequence[str] | None = None) -> tuple[OpenedProposal, ...]:
    """The same for whoever was found to be entitled, to this stage and as `opened_proposals` asks it.

    Refuses: opening.changed.
    """
    rows = read.connection.execute(*_opened(stage_id, letters or [], letters is None)).all()
    files = _opened_files(read, [row.id for row in rows])
    found = [
        OpenedProposal(
            letter=row.letter, ref=row.ref, supplier=row.name, language=row.language,
            files=tuple(files.get(row.id, ())), answers=dict(opened(read.keys.read(row.content), row.ref).answers),
        )
        for row in rows
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda each: (len(each.letter), each.letter)))


@query
def opened_file(read: Reader, file_id: int) -> tuple[str, str, bytes]:
    """Name, media type and bytes of an opened file, for those whom `opened_proposals` answers.

    Refuses besides: file.infected, file.waiting.
    """
    row = read.connection.execute(
        select(
            ProposalFile.label, ProposalFile.opened, ProposalFile.size, ProposalFile.scan, Proposal.stage_id
        )
        .join(Proposal, Proposal.id == ProposalFile.proposal_id)
        .where(ProposalFile.id == file_id, ProposalFile.opened.is_not(None))
    ).one_or_none()
    if row is None:
        raise Refused("missing")
    _may_read(read, row.stage_id)
    name = name_of(read.keys.read(row.label))
    check_scan(OwnFile(file_id, name, row.size, row.scan))
    return name, MEDIA[extension(name)], read.keys.read(read.place.files.get(row.opened))


@query
def unscanned_files(read: Reader) -> tuple[int, ...]:
    """Opened files of which the scanner said nothing yet, for the worker that asks again."""
    read.require("stage:keep-time")
    row = ProposalFile
    return tuple(
        read.connection.scalars(
            select(row.id).where(row.scan == "waiting", row.opened.is_not(None)).order_by(row.id)
        )
    )


def _may_read(read: Reader, stage_id: int) -> None:
    me, opened = read.actor.person_id, read.connection.scalar(*_challenge_of_opened(stage_id))
    # Where nothing is opened there is no such place, and so nobody holds a role on it.
    held = read.require("stage:read-proposals", On(challenge_id=opened or 0))
    policy.stands_apart(read.connection, read.actor, opened or 0)
    if held & set(SCORERS) and read.connection.scalar(*declared(stage_id, me)) is None:
        raise Refused("declaration.missing")
    check_interests(read, stage_id)


def check_interests(read: Reader, stage_id: int) -> None:
    """Refuse what the actor's own interests close to them: missing after a conflict, declaration.consent."""
    _check_each(read.connection.execute(*_interests(stage_id, read.actor.person_id)).all())


def _check_each(found: Sequence[Row[*tuple[Any, ...]]]) -> None:
    if any(interest == "conflict" for interest, _ in found):
        raise Refused("missing")
    if any(consented_at is None for _, consented_at in found):
        raise Refused("declaration.consent")


def check_declared(read: Reader, stage_id: int) -> None:
    """Refuse declaration.missing to who has not declared, and what `check_interests` does; in one statement."""
    found = read.connection.execute(*_declaration(stage_id, read.actor.person_id)).all()
    if not found:
        raise Refused("declaration.missing")
    _check_each([row for row in found if row.interest is not None])


@prepared
def _opened(stage_id: int, letters: Sequence[str], every: bool) -> Select[*tuple[Any, ...]]:
    row = Proposal
    return (
        select(row.id, row.letter, row.ref, row.language, row.content, Organisation.name)
        .join(Organisation, Organisation.id == row.supplier_id)
        .where(
            row.stage_id == stage_id, row.content.is_not(None), row.letter.is_not(None),
            or_(type_coerce(every, Boolean), row.letter.in_(letters)),
        )
    )  # fmt: skip


@prepared
def _challenge_of_opened(stage_id: int) -> Select[*tuple[Any, ...]]:
    return select(Stage.challenge_id).where(Stage.id == stage_id, Stage.opened_at.is_not(None))


@prepared
def declared(stage_id: int, person_id: int | None) -> Select[*tuple[Any, ...]]:
    """When this person declared against every name of the stage, if they did."""
    row = Declaration
    return select(row.at).where(row.stage_id == stage_id, row.person_id == person_id)


@prepared
def _declaration(stage_id: int, person_id: int | None) -> Select[*tuple[Any, ...]]:
    """A row for each interest that is more than nothing, or one without; none before this person declared."""
    row, said = DeclaredInterest, Declaration
    theirs = (row.stage_id == said.stage_id) & (row.person_id == said.person_id) & (row.interest != "none")
    return (
        select(row.interest, row.consented_at)
        .select_from(said)
        .outerjoin(row, theirs)
        .where(said.stage_id == stage_id, said.person_id == person_id)
    )


@prepared
def _interests(stage_id: int, person_id: int | None) -> Select[*tuple[Any, ...]]:
    """What this person declared that is more than nothing."""
    row = DeclaredInterest
    return select(row.interest, row.consented_at).where(
        row.stage_id == stage_id, row.person_id == person_id, row.interest != "none"
    )


@prepared
def _files_of(ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    row = ProposalFile
    return (
        select(row.id, row.proposal_id, row.label, row.size, row.scan)
        .where(row.proposal_id.in_(ids), row.opened.is_not(None))
        .order_by(row.id)
    )


def _opened_files(read: Reader, ids: Sequence[int]) -> dict[int, list[OwnFile]]:
    found: dict[int, list[OwnFile]] = {}
    for row in read.connection.execute(*_files_of(ids)):
        name = name_of(read.keys.read(row.label))
        found.setdefault(row.proposal_id, []).append(OwnFile(row.id, name, row.size, row.scan))
    return found
