"""`flask … keys`: the installation's own keys, which stand apart from the database."""

from __future__ import annotations

import click

from marketplace.models.database import installation


@click.group()
def keys() -> None:
    """The keys that seal and that read what was opened."""


@keys.command()
def check() -> None:
    """Prove that the sealing and record keys open what they close."""
    installation().keys.check()
    click.echo(f"The keys in {installation().settings.key_dir} open what they close.")
