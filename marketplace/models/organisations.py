"""Authorities and suppliers, and the programmes and rounds that group an authority's challenges."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, false
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.models.base import Key, Model, link, one_of


class Organisation(Model):
    """`age_identity` is the private half that opens its drafts, encrypted to the sealing key."""

    __tablename__ = "organisation"
    id: Mapped[Key]
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="en")
    address: Mapped[str] = mapped_column(default="")
    website: Mapped[str] = mapped_column(default="")
    company_number: Mapped[str | None]
    is_sme: Mapped[bool] = mapped_column(default=False)
    is_non_profit: Mapped[bool] = mapped_column(default=False)
    is_company: Mapped[bool] = mapped_column(default=True)
    age_recipient: Mapped[str]
    age_identity: Mapped[bytes]
    created_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    verified_by_id: Mapped[int | None] = link("person", index=False)
    requires_practice: Mapped[bool] = mapped_column(default=False, server_default=false())
    __table_args__ = (
        one_of("kind", ("authority", "supplier")),
        Index("ix_organisation_kind_name", "kind", "name", "id"),
    )


class Programme(Model):
    __tablename__ = "programme"
    id: Mapped[Key]
    authority_id: Mapped[int] = link("organisation")
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    regime: Mapped[str | None]


class Round(Model):
    __tablename__ = "round"
    id: Mapped[Key]
    programme_id: Mapped[int] = link("programme")
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    language: Mapped[str] = mapped_column(default="en")
    opens_on: Mapped[date | None]
