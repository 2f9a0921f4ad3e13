"""Puts the application together: settings, clock, database, pages, commands. Nothing else."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from marketplace import cli, web
from marketplace.actions import witnesses
from marketplace.api import health, log, witnessing
from marketplace.clock import Clock
from marketplace.config import Settings
from marketplace.models import database
from marketplace.rules.cookies import VISIT
from marketplace.rules.limits import BODY_BYTES

ROOT = Path(__file__).resolve().parent.parent


def create_app(settings: Settings, clock: Clock | None = None) -> Flask:
    """One installation as a WSGI application; tests make as many as they like."""
    app = Flask("marketplace", root_path=str(ROOT), template_folder="templates", static_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=BODY_BYTES,
        SESSION_COOKIE_NAME=VISIT.name,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.base_url.startswith("https://"),
        WTF_CSRF_TIME_LIMIT=None,
        SQLALCHEMY_ENGINE_OPTIONS={"pool_pre_ping": not settings.database_url.startswith("sqlite")},
    )
    if settings.trusted_proxies:
        # Only as many proxies as stand in front are believed about who asks.
        proxies = settings.trusted_proxies
        # Flask says to wrap this method so.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
    witnesses.check(settings)
    database.prepare(app, settings, clock or Clock())
    web.register(app, ROOT / "static")
    for answers in (health.pages, log.pages, witnessing.pages):
        app.register_blueprint(answers)
    app.cli.add_command(cli.db)
    for command in cli.COMMANDS:
        app.cli.add_command(command)
    return app
