"""Pages on which a supplier checks its proposal, hands it in, keeps its receipt, and takes it back."""

from __future__ import annotations

import io
import zipfile

from flask import flash, render_template
from flask.typing import ResponseReturnValue

from marketplace.actions import leaving, proposals
from marketplace.queries import proposals as drafts
from marketplace.queries import receipts as queries
from marketplace.rules import limits, receipts
from marketplace.rules.refusals import Refused
from marketplace.web.fields import PageForm, ProseField
from marketplace.web.page import Pages, actor, attachment, see, send
from marketplace.web.proposals import Press, page
from marketplace.web.words import _
from marketplace.words import N_

pages = Pages("receipts", __name__)


class LeaveForm(PageForm):
    why = ProseField(
        N_("Why?"), longest=limits.REASON, rows=3, required=N_("Say why in a sentence"),
        hint=N_("The lead and the chair can ask for it. It is not published."),
    )  # fmt: skip


@pages.page("/desk/proposals/<ref>/check", "proposal:edit", post=True)
def check(ref: str) -> ResponseReturnValue:
    form = Press()
    sent = send(form, lambda key: proposals.submit.once(key)(actor(), ref))
    if sent.results:
        return see(f"/desk/proposals/{ref}/submitted")
    return page("check", form, sent, it=drafts.own_proposal(actor(), ref))


@pages.page("/desk/proposals/<ref>/submitted", "proposal:read-own")
def submitted(ref: str) -> ResponseReturnValue:
    return render_template("proposals/submitted.html", it=queries.receipt(actor(), ref))


@pages.page("/desk/proposals/<ref>/sent", "proposal:read-own")
def sent(ref: str) -> ResponseReturnValue:
    draft = drafts.own_proposal(actor(), ref)
    if not draft.sent:
        raise Refused("missing")
    return render_template("proposals/sent.html", it=draft)


@pages.page("/desk/proposals/<ref>/answers.zip", "proposal:read-own")
def answers(ref: str) -> ResponseReturnValue:
    """What was sent as files, one for each answer, so that programs can compare them with a receipt."""
    sent = drafts.own_proposal(actor(), ref).sent_answers
    if not sent:
        raise Refused("missing")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for question, text in sent.items():
            # Without the hour, so that the same answers are the same file.
            archive.writestr(zipfile.ZipInfo(f"{question}.txt"), text, zipfile.ZIP_DEFLATED)
    return attachment(f"answers-{ref}.zip", "application/zip", packed.getvalue())


@pages.page("/desk/proposals/<ref>/receipts/<int:index>.json", "proposal:read-own")
def receipt(ref: str, index: int) -> ResponseReturnValue:
    content = receipts.spell(queries.receipt_json(actor(), ref, index))
    return attachment(f"receipt-{ref}-{index}.json", "application/json", content.encode())


@pages.page("/desk/proposals/<ref>/withdraw", "proposal:edit", post=True)
def withdraw(ref: str) -> ResponseReturnValue:
    draft = drafts.own_proposal(actor(), ref)
    form = Press()
    sent = send(form, lambda key: proposals.withdraw.once(key)(actor(), ref))
    if sent.results:
        return see(f"/desk/proposals/{ref}/submitted")
    return page("withdraw", form, sent, it=draft)


@pages.page("/desk/proposals/<ref>/leave", "proposal:edit", post=True)
def leave(ref: str) -> ResponseReturnValue:
    form = LeaveForm()
    sent = send(form, lambda key: leaving.leave.once(key)(actor(), ref, form.why.data or ""))
    if sent.results:
        flash(_("Your proposal left the competition. The lead and the chair are told."))
        return see(f"/desk/proposals/{ref}")
    return page("leave", form, sent, it=drafts.own_proposal(actor(), ref))
