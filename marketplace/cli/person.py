"""`flask … person`: what is held about one person, to give it to them or to erase it."""

from __future__ import annotations

from collections.abc import Iterator

import click

from marketplace.actions import people as actions
from marketplace.models.base import db
from marketplace.models.database import installation
from marketplace.policy import SYSTEM
from marketplace.queries import people as queries
from marketplace.rules.refusals import Refused
from marketplace.web import people as pages

STAYS = (
    "That they held roles, and when, without their name: it shows who could do what.",
    "Levels they gave, and that they locked and confirmed: results are recounted from them.",
    "What they wrote for an authority in a challenge, and for a supplier in a proposal: it is that organisation's.",
    "The entries of the trail, unchanged: the commitments to their words fit nothing any more.",
)


@click.group()
def person() -> None:
    """What is held about one person."""


@person.command()
@click.argument("ref")
def export(ref: str) -> None:
    """Print everything that is held about the person REF as JSON."""
    try:
        for piece in pages.document(SYSTEM, ref):
            click.echo(piece, nl=False)
    except Refused as no:
        raise click.ClickException(no.sentence) from None


@person.command()
@click.argument("ref")
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(ref: str, yes: bool) -> None:
    """Erase the person REF for good, after saying what goes, what stays and why."""
    try:
        for line in _told(queries.fate(SYSTEM, ref)):
            click.echo(line)
        if not yes and click.prompt(f"Type {ref} to erase them for good") != ref:
            raise click.ClickException("Nothing is erased.")
        done = actions.erase(SYSTEM, ref)
    except Refused as no:
        raise click.ClickException(no.sentence) from None
    click.echo(
        f"{ref} is erased, as act {done}. The list beside the keys holds it: {installation().erasures.path}"
    )
    click.echo(_left())


def _told(fate: queries.Fate) -> Iterator[str]:
    yield f"{fate.ref} is {fate.name or 'somebody without a name'}."
    yield "Goes:"
    yield "  name, address, password, visits, browsers, mailed links, invitations, and the text of messages to them"
    yield f"  {fate.openings} openings of commitments, in {fate.entries} entries of the trail"
    for table, count in fate.texts.items():
        yield f"  their words in {count} rows of {table}"
    yield "Stays:"
    yield from (f"  {line}" for line in STAYS)


def _left() -> str:
    """What the database's kind means for the bytes."""
    if db.engine.dialect.name == "sqlite":
        return "The bytes are gone from the database and its log. Backups and copies that others hold are out of reach."
    return (
        "PostgreSQL keeps old rows until VACUUM frees their place, and their bytes until others fill it; VACUUM FULL "
        "writes the tables anew. Archived WAL, backups and copies that others hold are out of reach."
    )
