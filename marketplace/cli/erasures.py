"""`flask … erasures`: the list of what was erased, which outlives a restored database."""

from __future__ import annotations

import click

from marketplace.jobs import erasures as job
from marketplace.models.database import installation


@click.group()
def erasures() -> None:
    """What was erased, by the list that is kept beside the keys."""


@erasures.command()
def apply() -> None:
    """Erase again what a restored database brought back. The worker does the same when it starts."""
    done = job.again()
    click.echo(f"Acts applied from {installation().erasures.path}: {done}. The database knew of all others.")
