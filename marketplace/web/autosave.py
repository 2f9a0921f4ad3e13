"""Saving what is typed while it is typed: how a form answers when a script sent it behind the page.

The script (static/js/autosave.js) sends the form to its own address and asks for JSON. Nothing else differs:
the same checks, the same action. A refusal comes as the problem+json that every address answers with.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from marketplace.models.database import installation
from marketplace.web.fields import PageForm, error_links
from marketplace.web.formats import clock
from marketplace.web.words import _


def is_behind() -> bool:
    """Whether the form came from the script, while somebody goes on typing."""
    return request.accept_mimetypes.best == "application/json"


def kept(texts: Mapping[str, str] | None = None, /, **fields: str) -> ResponseReturnValue:
    """It is saved. `fields` are hidden values that the form carries from now on; `texts` what the page says, by id."""
    now = installation().clock.now()
    return {"saved": _("Saved at {time}.", time=clock(now)), "fields": fields} | _said(texts)


def not_kept(form: PageForm, texts: Mapping[str, str] | None = None, /, **fields: str) -> ResponseReturnValue:
    """Not all of it can be saved; `fields` and `texts` are of what was.

    Brings a fresh token, to try `again` with where the old one was to blame.
    """
    sentence = next((text for _id, text in error_links(form)), "")
    fields["csrf_token"] = generate_csrf()
    again = "csrf_token" in form.errors
    return {"detail": sentence, "fields": fields, "again": again} | _said(texts), 422


def _said(texts: Mapping[str, str] | None) -> dict[str, object]:
    return {"texts": dict(texts)} if texts else {}
