"""HTML for people: a blueprint and forms per noun; no commit, no rule, no SQL."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Flask, g

from marketplace.models.database import installation
from marketplace.policy import ANYONE
from marketplace.queries import log
from marketplace.queries.trail import is_demonstration
from marketplace.rules.log import STOPS
from marketplace.web import (
    accounts,
    addresses,
    authoring,
    bars,
    board,
    clarifications,
    closure,
    debriefs,
    decisions,
    delivery,
    deputies,
    desk,
    diagnostics,
    draws,
    eligibility,
    erasures,
    errors,
    evaluation,
    experts,
    fields,
    formats,
    gate,
    guides,
    information,
    invitations,
    locks,
    members,
    moderation,
    moves,
    opening,
    organisations,
    outcomes,
    people,
    practice,
    prices,
    proposals,
    public,
    receipts,
    records,
    recount,
    recusals,
    results,
    scores,
    sealed,
    summaries,
    tables,
    team,
    trail,
    verify,
    witnesses,
    witnessing,
    words,
)
from marketplace.web.page import WholeNumber

BLUEPRINTS: tuple[Blueprint, ...] = (
    public.pages,
    results.pages,
    outcomes.pages,
    records.pages,
    recount.pages,
    trail.pages,
    sealed.pages,
    verify.pages,
    guides.pages,
    information.pages,
    accounts.pages,
    addresses.pages,
    closure.pages,
    people.pages,
    organisations.pages,
    members.pages,
    invitations.pages,
    authoring.pages,
    board.pages,
    desk.pages,
    moves.pages,
    opening.pages,
    proposals.pages,
    prices.pages,
    receipts.pages,
    team.pages,
    deputies.pages,
    experts.pages,
    eligibility.pages,
    clarifications.pages,
    evaluation.pages,
    scores.pages,
    recusals.pages,
    moderation.pages,
    locks.pages,
    practice.pages,
    decisions.pages,
    draws.pages,
    summaries.pages,
    debriefs.pages,
    diagnostics.pages,
    erasures.pages,
    witnesses.pages,
    witnessing.pages,
)


def register(app: Flask, static: Path) -> None:
    """Every page, the gate before them, the words and marks that templates use."""
    app.jinja_env.add_extension("jinja2.ext.do")
    app.url_map.converters["int"] = WholeNumber
    for pages in BLUEPRINTS:
        app.register_blueprint(pages)
    gate.register(app)
    errors.register(app)
    fields.register(app)
    formats.register(app)
    bars.register(app)
    tables.register(app)
    prices.register(app)
    words.register(app)
    delivery.serve_static(app, static)
    app.context_processor(_surroundings)


def _surroundings() -> dict[str, object]:
    place = installation()
    stopped = "" if g.get("broken") else log.stopped(ANYONE)
    return {
        "stopped": STOPS[stopped] if stopped else "",
        "service_name": place.settings.service_name,
        "demonstration": not g.get("broken") and is_demonstration(ANYONE),
        "rehearsal": place.settings.environment == "rehearsal",
        "now": place.clock.now(),
    }
