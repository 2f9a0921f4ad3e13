"""`flask … log`: the public log that only grows."""

from __future__ import annotations

from pathlib import Path

import click

from marketplace.jobs import mirrors, recovery, rotation, signer
from marketplace.outside.mirrors import Folder, mirror
from marketplace.policy import SYSTEM
from marketplace.queries import verdict


@click.group()
def log() -> None:
    """The public log that only grows."""


@log.command()
def verify() -> None:
    """Walk the whole log; exit with 1 and name what is wrong, if anything is."""
    found = verdict.verify(SYSTEM)
    for fault in found.wrong:
        click.echo(fault, err=True)
    for loss in found.lost:
        click.echo(loss)
    if not found.ok:
        raise SystemExit(1)
    click.echo(f"{found.size} entries, in order and unchanged. Their root is {found.root}.")
    click.echo(f"The last checkpoint covers {found.signed}.")


@log.command()
@click.option("--checkpoint", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True)
def start(checkpoint: Path) -> None:
    """Let this machine sign a log that another one has signed, from its last published CHECKPOINT on.

    The other one must never sign again. What comes after the checkpoint in this database must be right.
    """
    try:
        marked = signer.start(checkpoint.read_text())
    except ValueError as error:
        raise click.ClickException(f"{error}. Nothing is changed.") from None
    click.echo(f"This machine signs {marked.origin} from {marked.size} entries on. Start the worker.")


@log.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
def export(folder: Path) -> None:
    """Make DIR what /log/ serves, for any web server. Again, it only adds what has come since."""
    try:
        done = mirrors.export(Folder(folder))
    except (ValueError, OSError) as error:
        raise click.ClickException(f"{error}. The checkpoint in {folder} is as it was.") from None
    click.echo(f"{folder} holds the first {done.size} entries. Files written for that: {done.written}.")


@log.command()
@click.argument("source", metavar="DIR_OR_URL")
@click.option(
    "--checkpoint",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="On a machine without a mark of the log: the newest checkpoint that was published, in a file.",
)
def recover(source: str, checkpoint: Path | None) -> None:
    """Bring back the entries that an older database lacks, from what “log export” wrote or from a public mirror.

    Everything there is checked first. What people did since the copy was made is lost apart from its entries.
    """
    try:
        done = recovery.recover(mirror(source), checkpoint.read_text() if checkpoint else None)
    except (ValueError, OSError) as error:
        raise click.ClickException(f"{error}. Nothing is changed.") from None
    click.echo(
        f"{_entries(done.first, done.last)} back, and entry {done.last + 1} says so. "
        "The worker signs in its next round; then the service takes new work."
    )


def _entries(first: int, last: int) -> str:
    return f"Entry {first} is" if first == last else f"Entries {first} to {last} are"


@log.command("rotate-key")
def rotate_key() -> None:
    """Let a new key sign the log, and say so in it first. Only on the machine that signs; the service may run."""
    try:
        key = rotation.rotate()
    except (ValueError, OSError) as error:
        raise click.ClickException(f"{error}. The key is as it was.") from None
    click.echo(f"The log is signed from its next checkpoint on by\n  {key}")
    click.echo("Back its file up now, as “keys check” names it. What the former one signed still counts.")
    click.echo("Witnesses need the new key: give it to whoever runs them, as /log/vkey shows it.")
