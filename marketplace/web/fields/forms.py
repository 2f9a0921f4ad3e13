"""A form on a page: sent at most once, and its errors gathered."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import wtforms
from flask import Flask
from flask_wtf import FlaskForm
from wtforms.validators import ValidationError

from marketplace.rules.refusals import CATALOGUE
from marketplace.web.fields.group import plain_text
from marketplace.web.words import _


class OnceField(wtforms.HiddenField):
    """The key that makes sending a form twice the same as sending it once."""

    def __init__(self, label: str = "", **rest: Any) -> None:
        super().__init__(label, default=lambda: secrets.token_urlsafe(24), filters=(plain_text,), **rest)

    def pre_validate(self, form: Any) -> None:
        if not re.fullmatch(r"[A-Za-z0-9_-]{16,64}", self.data or ""):
            raise ValidationError(_("This form is out of date. Load the page again."))


class PageForm(FlaskForm):
    """A form on a page: guarded against forgery, and sent at most once."""

    once = OnceField()


def error_links(form: wtforms.Form, more: Mapping[str, Sequence[str]] | None = None) -> list[tuple[str, str]]:
    """Every error as (id of its control, sentence), in the order of the fields; "" links nowhere.

    more: field names to sentences that an action added, shown after the form's own.
    """
    found: list[tuple[str, str]] = [("", str(error)) for error in form.form_errors]
    for field in form:
        found += _links_of(field)
        found += [(_target(field), text) for text in (more or {}).get(field.short_name, ())]
    return found


def _links_of(field: Any) -> list[tuple[str, str]]:
    if isinstance(field, wtforms.FormField):
        return error_links(field.form)
    inner = [link for entry in getattr(field, "entries", ()) for link in _links_of(entry)]
    own = [error for error in field.errors if isinstance(error, str)]
    if own and field.type == "CSRFTokenField":
        own = [CATALOGUE["form.expired"][1]]
    return [(_target(field), _(error)) for error in own] + inner


def _target(field: Any) -> str:
    return "" if isinstance(field, wtforms.HiddenField) else getattr(field, "link_id", field.id)


def register(app: Flask) -> None:
    """Give templates `error_links`, which templates/parts/form.html needs."""
    app.jinja_env.globals["error_links"] = error_links
