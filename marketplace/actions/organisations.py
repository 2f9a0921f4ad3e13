"""Organisations: registering one, and verifying an authority."""

from __future__ import annotations

from urllib.parse import urlsplit

from sqlalchemy import select

from marketplace import policy
from marketplace.actions.action import UnitOfWork, action
from marketplace.actions.members import give, held_by
from marketplace.models.organisations import Organisation
from marketplace.policy import PLATFORM
from marketplace.rules import limits, references
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import ON_ORGANISATION, Role


@action("organisation:register")
def register(
    work: UnitOfWork, name: str, kind: str, address: str = "", website: str = "", company_number: str = "",
    description: str = "", is_sme: bool = False, is_non_profit: bool = False, is_company: bool = True,
) -> str:  # fmt: skip
    """Register an authority or a supplier and make its creator administrator. Returns the slug.

    An authority writes at once and publishes after an operator has verified it. A supplier's name is
    its own; `company_number` may be empty, and is where there is no company yet.
    Refuses: form.invalid, organisation.name_taken.
    """
    work.require(PLATFORM)
    name = _text(name, limits.NAME)
    if not name or kind not in ("authority", "supplier"):
        raise Refused("form.invalid")
    recipient, identity = work.keys.new_pair()
    organisation = Organisation(
        slug=_free_slug(work, name, kind), name=name, kind=kind, address=_text(address, limits.SUMMARY),
        website=_web_address(website), company_number=_company_number(company_number) if is_company else None,
        description=_prose(description), is_sme=is_sme, is_non_profit=is_non_profit, is_company=is_company,
        language=work.place.words.tag,
        age_recipient=recipient, age_identity=identity, created_at=work.now,
    )  # fmt: skip
    work.session.add(organisation)
    work.session.flush()
    give(work, organisation, work.actor.person_id or 0, ON_ORGANISATION)
    work.note("organisation.register", organisation=organisation.slug, kind=kind)
    return organisation.slug


@action("organisation:verify")
def verify(work: UnitOfWork, slug: str) -> None:
    """An operator has checked that this authority is one, and who writes for it.

    Refuses: organisation.already_verified; missing for a supplier, which needs no verification.
    """
    work.require(PLATFORM)
    organisation = work.hold(Organisation, Organisation.slug == slug, Organisation.kind == "authority")
    if organisation.verified_at is not None:
        raise Refused("organisation.already_verified")
    organisation.verified_at = work.now
    organisation.verified_by_id = work.actor.person_id
    work.leaf("organisation.verify", None, {"organisation": slug}, acting=Role.OPERATOR)
    for person_id in sorted(policy.administrators(work.session.connection(), organisation.id)):
        work.tell("organisation.verified", person_id, f"/desk/organisations/{slug}", name=organisation.name)


@action("organisation:edit")
def require_practice(work: UnitOfWork, slug: str, required: bool) -> None:
    """Ask whoever scores on this authority's challenges to practise first, or no longer.

    It is asked of those who accept a place on a panel, or declare their interests, from now on.
    Refuses: missing for a supplier.
    """
    organisation = work.lock(Organisation, Organisation.slug == slug, Organisation.kind == "authority")
    if organisation.requires_practice != required:
        organisation.requires_practice = required
        work.note("organisation.practice", organisation=slug, required=required)


def _free_slug(work: UnitOfWork, name: str, kind: str) -> str:
    """The first free address for this name.

    Only a verified authority, or one that the actor registered themselves, keeps others from its name:
    else anybody could take the name of somebody who is not here yet.
    """
    base = references.slug(name)
    same = select(Organisation).where((Organisation.slug == base) | Organisation.slug.like(f"{base}-%"))
    near = list(work.session.scalars(same))
    for other in near:
        same_name = other.name.casefold() == name.casefold() and other.kind == kind
        if same_name and (other.verified_at is not None or held_by(work, other, work.actor.person_id)):
            raise Refused("organisation.name_taken")
    taken = {other.slug for other in near}
    number = 2
    slug = base
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug


def _text(value: str, most: int) -> str:
    """One line, at most `most` characters; refuses form.invalid."""
    return " ".join(_prose(value, most).split())


def _prose(value: str, most: int = limits.MESSAGE) -> str:
    try:
        kept = limits.plain(value).strip()
    except ValueError:
        raise Refused("form.invalid") from None
    if len(kept) > most:
        raise Refused("form.invalid")
    return kept


def _company_number(value: str) -> str | None:
    return _text(value, 20).replace(" ", "").upper() or None


def _web_address(value: str) -> str:
    """A web address or nothing; never another scheme, since pages link to it."""
    kept = _text(value, limits.SUMMARY)
    if not kept:
        return ""
    try:
        parts = urlsplit(kept)
    except ValueError:
        raise Refused("organisation.website") from None
    if parts.scheme not in ("http", "https") or "." not in parts.netloc or " " in kept:
        raise Refused("organisation.website")
    return kept
