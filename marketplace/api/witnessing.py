"""Our witness for other logs: it cosigns a checkpoint that follows from the one before it (C2SP tlog-witness)."""

from __future__ import annotations

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest, MethodNotAllowed, RequestEntityTooLarge

from marketplace.actions import witnessing as actions
from marketplace.api import serve
from marketplace.models.database import installation
from marketplace.rules.refusals import Refused
from marketplace.tlog import checkpoints, notes, witnessing

pages = Blueprint("witness", __name__)

MOST_BYTES = 2**17
"""Sixteen signatures of the longest kind, and a proof."""


def add_checkpoint() -> Response:
    """Cosign the checkpoint that is sent: 200 and our signature's line.

    400: not such a request; 404: an unknown log; 403: not signed by it; 409: the proof does not begin at the size that
    we cosigned last, which is the answer, or as many leaves under another root; 422: the proof does not hold; 413: too
    long; 429: too many.
    """
    if installation().cosigner is None:
        # Where nobody is a witness there is nothing here.
        raise Refused("missing")
    if request.method != "POST":
        raise MethodNotAllowed(["POST"])
    request.max_content_length = MOST_BYTES
    try:
        asked = witnessing.parse(request.get_data().decode())
        checkpoint = checkpoints.parse(notes.split(asked.note)[0])
        if checkpoint.size < asked.old:
            raise ValueError("the checkpoint is smaller than the old size")
        line = actions.cosign(asked, checkpoint, client=request.remote_addr or "")
    except RequestEntityTooLarge:
        return _said("This is too long for a checkpoint.", 413)
    except (ValueError, BadRequest):
        return _said("This is no checkpoint with its proof, as C2SP’s tlog-witness spells it.", 400)
    except Refused as no:
        return _refused(no)
    return _said(line.removesuffix("\n"), 200)


def _refused(no: Refused) -> Response:
    if no.code == "witnessing.stale":
        answer = _said(str(no.facts["size"]), no.status)
        answer.headers["Content-Type"] = "text/x.tlog.size"
        return answer
    answer = _said("This log is not known here." if no.code == "missing" else no.sentence, no.status)
    if no.kind == "throttled":
        answer.headers["Retry-After"] = "60"
    return answer


def _said(text: str, status: int) -> Response:
    return Response(f"{text}\n", status=status, mimetype="text/plain")


def vkey() -> Response:
    """The verifier key of our cosignatures, for those whose logs we watch."""
    cosigner = installation().cosigner
    if cosigner is None:
        raise Refused("missing")
    return _said(str(cosigner.key), 200)


for address, view, permission, methods in (
    ("/witness/add-checkpoint", add_checkpoint, "witness:ask", ["GET", "POST"]),
    ("/witness/vkey", vkey, "public:read", ["GET"]),
):
    serve(pages, address, view, permission, methods)
