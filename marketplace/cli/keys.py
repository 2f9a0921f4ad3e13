"""`flask … keys`: the installation's own keys, which stand apart from the database."""

from __future__ import annotations

import click

from marketplace.actions import keys as actions
from marketplace.models.database import installation, make_cosigner
from marketplace.outside import cosigner, signing
from marketplace.policy import SYSTEM
from marketplace.queries import keys as queries
from marketplace.rules.refusals import Refused

HOLDS = {
    "sealing": "unwraps the private halves of stages and suppliers: without it nothing sealed can be opened",
    "record": "opens what was opened, openings of commitments, replies and messages that wait",
}


@click.group()
def keys() -> None:
    """The keys that seal and that read what was opened."""


@keys.command()
def create() -> None:
    """Make the keys of a new installation. What is there already stays as it is."""
    ring = installation().keys
    missing = [name for name, file in ring.files.items() if not file.path.exists()]
    if missing and queries.any_sealed(SYSTEM):
        raise click.ClickException(
            f"This database was sealed by keys that are not in {installation().settings.key_dir}. "
            "Put them back from their backup. New ones would open nothing of it."
        )
    ring.create()
    make_cosigner(installation().settings)
    click.echo("New keys are made." if missing else "The keys are there already.")
    _say_what_to_keep()


@keys.command()
def check() -> None:
    """Prove that the keys open everything that is closed to them, and that the log's key is the one that is published.

    Exits with 1 and names what is not so.
    """
    verdict = _checked()
    if fault := queries.signing_fault(SYSTEM):
        click.echo(fault, err=True)
        raise SystemExit(1)
    click.echo(f"The keys open all {verdict.opened} values that are closed to them.")
    if verdict.older:
        click.echo(
            f"{verdict.older} of these need an older key. Run keys rotate to close them to the newest."
        )
    _say_what_to_keep()


@keys.command()
def rotate() -> None:
    """Make new keys and close to them what older ones closed. Cut short, it goes on where it stopped.

    The service may run meanwhile.
    """
    try:
        for name, count in actions.rotate(SYSTEM, anew=not _checked().older):
            click.echo(f"{name}: {count} closed again")
    except Refused as no:
        raise click.ClickException(no.sentence) from None
    click.echo(
        "Everything here opens by the newest keys. The older ones stay in their files: "
        "copies of the database made before today need them."
    )
    _say_what_to_keep()


def _checked() -> queries.Verdict:
    """What was found; ends the command where anything does not open."""
    installation().keys.check()
    verdict = queries.check(SYSTEM)
    for fault in verdict.closed:
        click.echo(fault, err=True)
    if verdict.closed:
        raise SystemExit(1)
    return verdict


def _say_what_to_keep() -> None:
    place = installation()
    folder = place.settings.key_dir
    click.echo("Back up, apart from the database and its copies:")
    for name, file in place.keys.files.items():
        click.echo(f"  {file.path} (keys in it: {len(file.identities)}): {HOLDS[name]}")
    for key_id in signing.ids(folder):
        click.echo(f"  {signing.path(folder, key_id)}: signs the public log, or did before a rotation")
    if place.erasures.path.exists():
        click.echo(
            f"  {place.erasures.path}: what was erased, and has to be again in a database from a backup"
        )
    if place.cosigner is not None:
        click.echo("Needs no backup, since a restored database has to get a new one:")
        click.echo(
            f"  {folder / cosigner.FILE}: signs other logs, as their witness {place.cosigner.key.name}"
        )
    click.echo("Never back up, and never bring back with a database:")
    click.echo(
        f"  {place.settings.log_mark}: how far this machine has signed, so that it never signs an older copy"
    )
