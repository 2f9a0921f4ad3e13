"""A page: a route that names its permission, so that none can be forgotten."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import Blueprint, Response, redirect, request, send_file
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import BadRequest
from werkzeug.routing import IntegerConverter

from marketplace.policy import Actor
from marketplace.rules.refusals import Refused
from marketplace.web.fields import PageForm
from marketplace.web.words import said

T = TypeVar("T")
View = Callable[..., ResponseReturnValue]

STAGE = "/desk/challenges/<ref>/stages/<int:stage>"
"""Where the team's pages of a stage begin."""


_WHOLE = re.compile("[0-9]{1,15}", re.ASCII)


class WholeNumber(IntegerConverter):
    """A number in an address: one that every database holds, spelled in one way; others lead nowhere."""

    regex = "0|[1-9][0-9]{0,14}"


class Pages(Blueprint):
    """A blueprint whose routes cannot be registered without a permission."""

    def page(self, rule: str, permission: str, *, post: bool = False) -> Callable[[View], View]:
        """Register a view under `rule`; with `post` it takes what its form sends as well."""

        def register(view: View) -> View:
            view.permission = permission  # type: ignore[attr-defined]  # the mark that the gate reads
            self.add_url_rule(rule, view_func=view, methods=["GET", "POST"] if post else ["GET"])
            return view

        return register


def see(address: str) -> Any:
    """After a change: 303 to a page that a query fills."""
    return redirect(address, code=303)


def attachment(name: str, media: str, content: bytes) -> Response:
    """A file of a proposal, to be saved and never kept on the way."""
    response = send_file(io.BytesIO(content), media, as_attachment=True, download_name=name, etag=False)
    response.headers["Cache-Control"] = "no-store"
    return response


def whole(text: str | None) -> int:
    """A number that a page wrote into its form or link; 0, which counts nothing, for whatever else came back."""
    return int(text) if text and _WHOLE.fullmatch(text) else 0


def asked_number(name: str) -> int | None:
    """A number that an address may have after its question mark; anything else there is a broken address (400)."""
    text = request.args.get(name, "")
    if text and not _WHOLE.fullmatch(text):
        raise BadRequest
    return int(text) if text else None


def actor() -> Actor:
    """Who asks for this page."""
    found: Actor = current_user._get_current_object()
    return found


@dataclass(frozen=True)
class Sent(Generic[T]):
    """What came of a form: `results` holds the action's result once it is done, and is empty before.

    Otherwise the page shows the form again under `status`, with the `code` and `sentence` of a refusal; or,
    where `again` holds what was typed, asks whether it is meant.
    """

    results: tuple[T, ...] = ()
    status: int = 200
    code: str = ""
    sentence: str = ""
    again: tuple[tuple[str, str], ...] = ()


def send(form: PageForm, act: Callable[[str], T], *, twice: bool = False) -> Sent[T]:
    """Check a form that was sent and let `act` do its work, under the form's key.

    With `twice`, for what cannot be undone, the page first shows what was typed and asks: parts/form.html has
    the two buttons, which send all of it with `sure` as yes or no. A refusal is told on the form; what does
    not exist for the actor goes to the error page.
    """
    sure = request.form.get("sure", "") if twice else "yes"
    if not form.is_submitted() or sure == "no":
        return Sent()
    if not form.validate():
        return Sent(status=422)
    if sure != "yes":
        return Sent(again=tuple(request.form.items(multi=True)))
    try:
        return Sent((act(form.once.data or ""),))
    except Refused as no:
        if no.kind == "missing":
            raise
        return Sent(status=no.status, code=no.code, sentence=said(no))
