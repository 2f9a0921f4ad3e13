"""People, their visits and browsers, the links mailed to them, and the roles they hold on records."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ColumnElement, Index, func, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.base import Key, Model, link, one_of
from marketplace.rules.roles import Role


class Person(Model):
    """`worked_for` are organisations they name, one a line: a tie with a supplier of that name is suggested."""

    __tablename__ = "person"
    id: Mapped[Key]
    ref: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    worked_for: Mapped[str] = mapped_column(default="", server_default="")
    practised_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class Visit(Model):
    """One signed-in session of one browser. The cookie holds the token, this its hash."""

    __tablename__ = "visit"
    id: Mapped[Key]
    token_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = link("person")
    browser: Mapped[str]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    device_hash: Mapped[str | None]


class Device(Model):
    """A browser in which somebody has signed in before. Its cookie holds the token, this its hash."""

    __tablename__ = "device"
    person_id: Mapped[int] = link("person", primary_key=True, index=False)
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class AddressChange(Model):
    """Another e-mail address for an account, which takes effect once both addresses have agreed.

    `visit_hash` is the visit in which it was asked for, and which alone goes on afterwards.
    """

    __tablename__ = "address_change"
    id: Mapped[Key]
    person_id: Mapped[int] = link("person", index=False)
    email: Mapped[str]
    old_token_hash: Mapped[str] = mapped_column(unique=True)
    new_token_hash: Mapped[str] = mapped_column(unique=True)
    visit_hash: Mapped[str]
    created_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    old_agreed_at: Mapped[datetime | None]
    new_agreed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        Index("uq_address_change_waiting", "person_id", unique=True,
              sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL")),
    )  # fmt: skip


class MailedLink(Model):
    """A secret that proves an e-mail address once: to confirm it, or to set a new password."""

    __tablename__ = "mailed_link"
    id: Mapped[Key]
    token_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = link("person")
    purpose: Mapped[str]
    created_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    __table_args__ = (one_of("purpose", ("confirm", "reset")),)


class RoleAssignment(Model):
    """A person holds a role on one record for a while; rows end, they are not deleted.

    On a challenge, the rows of one seat are its holder, a deputy, and whoever was asked to take it over; they
    name the seat's first row, which names none. Since `rests_at` a row waits: the deputy until needed, the
    holder while the deputy sits in, the other until they take over. One row of a seat is in office.
    """

    __tablename__ = "role_assignment"
    id: Mapped[Key]
    person_id: Mapped[int] = link("person")
    role: Mapped[str]
    organisation_id: Mapped[int | None] = link("organisation")
    programme_id: Mapped[int | None] = link("programme", index=False)
    round_id: Mapped[int | None] = link("round", index=False)
    challenge_id: Mapped[int | None] = link("challenge")
    seat_id: Mapped[int | None] = link("role_assignment", index=False)
    deputy: Mapped[bool] = mapped_column(default=False)
    external: Mapped[bool] = mapped_column(default=False)
    from_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    no_interest_at: Mapped[datetime | None]
    undertaken_at: Mapped[datetime | None]
    rests_at: Mapped[datetime | None]
    until_at: Mapped[datetime | None]
    __table_args__ = (
        one_of("role", tuple(Role)),
        CheckConstraint(
            "CASE WHEN role = 'operator' THEN 0 ELSE 1 END ="
            " CASE WHEN organisation_id IS NULL THEN 0 ELSE 1 END + CASE WHEN programme_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN round_id IS NULL THEN 0 ELSE 1 END + CASE WHEN challenge_id IS NULL THEN 0 ELSE 1 END",
            name="one_record",
        ),
        Index("uq_role_assignment_challenge", "challenge_id", "person_id", "role", unique=True,
              sqlite_where=text("until_at IS NULL AND challenge_id IS NOT NULL"),
              postgresql_where=text("until_at IS NULL AND challenge_id IS NOT NULL")),
        Index("uq_role_assignment_organisation", "organisation_id", "person_id", "role", unique=True,
              sqlite_where=text("until_at IS NULL AND organisation_id IS NOT NULL"),
              postgresql_where=text("until_at IS NULL AND organisation_id IS NOT NULL")),
        Index("uq_role_assignment_chair", "challenge_id", unique=True,
              sqlite_where=text("role = 'chair' AND until_at IS NULL AND rests_at IS NULL"),
              postgresql_where=text("role = 'chair' AND until_at IS NULL AND rests_at IS NULL")),
    )  # fmt: skip

    @hybrid_property
    def seat(self) -> int:
        """The number that all rows of this seat share."""
        return self.seat_id or self.id

    @seat.inplace.expression
    @classmethod
    def _seat(cls) -> ColumnElement[int]:
        return func.coalesce(cls.seat_id, cls.id)


# Whoever holds the role now: neither ended, nor waiting as a deputy, nor away.
IN_OFFICE = RoleAssignment.until_at.is_(None) & RoleAssignment.rests_at.is_(None)


class PublicReference(Model):
    """The one random reference under which an official acts on one challenge in the trail."""

    __tablename__ = "public_reference"
    challenge_id: Mapped[int] = link("challenge", primary_key=True, index=False)
    person_id: Mapped[int] = link("person", primary_key=True)
    ref: Mapped[str]
