"""What is held about oneself, as a page and as a file."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from flask import Flask, Response, render_template
from flask.typing import ResponseReturnValue

from marketplace.models.database import application, installation
from marketplace.policy import Actor
from marketplace.queries import people
from marketplace.rules import retention
from marketplace.rules.instants import instant
from marketplace.rules.retention import RECORDS
from marketplace.web.information import kept
from marketplace.web.page import Pages, actor
from marketplace.web.words import _

pages = Pages("people", __name__)


@pages.page("/account/data", "account:keep")
def data() -> ResponseReturnValue:
    """What the file holds, and what it does not."""
    return render_template("accounts/data.html", records=RECORDS, left_out=retention.LEFT_OUT)


@pages.page("/account/data.json", "account:keep")
def download() -> ResponseReturnValue:
    """Everything, one kind of record after another, as it is read."""
    me = actor()
    # The pieces are made after this request has ended.
    response = Response(_streamed(application(), document(me, me.ref)), mimetype="application/json")
    response.headers["Content-Disposition"] = f"attachment; filename={me.ref}.json"
    response.headers["Cache-Control"] = "no-store"
    return response


def _streamed(app: Flask, pieces: Iterator[str]) -> Iterator[str]:
    """Each piece under a context of its own, so that none is open while the browser reads."""
    piece: str | None = ""
    while piece is not None:
        yield piece
        with app.app_context():
            piece = next(pieces, None)


def document(who: Actor, ref: str) -> Iterator[str]:
    """The file in pieces, each kind of record in one: what it is for and how long it is kept stands beside it."""
    yield f'{{"format":"person/1","about":{_json(ref)},"at":{_json(instant(installation().clock.now()))},"records":['
    for number, record in enumerate(RECORDS):
        found = people.held(who, ref, record.name)
        told = {
            "name": _(record.name), "why": _(record.why), "kept": kept(record),
            "ground": _(retention.GROUNDS[record.ground]),
            "rows": [{"table": table, **values} for table, values in found.rows],
        }  # fmt: skip
        yield ("," if number else "") + "\n" + _json(told)
    yield f'],\n"left_out":{_json([_(each) for each in retention.LEFT_OUT])}}}\n'


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
