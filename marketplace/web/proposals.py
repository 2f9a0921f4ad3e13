"""Pages of a supplier's proposal: starting it, writing it, checking it, handing it in, its receipt."""

from __future__ import annotations

import io
import json
import secrets
from typing import Any

from flask import Response, flash, render_template, request, send_file
from flask.typing import ResponseReturnValue
from wtforms import HiddenField

from marketplace.actions import files, proposals
from marketplace.queries import proposals as queries
from marketplace.queries.proposals import Answer, OwnDraft
from marketplace.rules import limits
from marketplace.rules.refusals import Refused
from marketplace.web import autosave
from marketplace.web.accounts import press
from marketplace.web.fields import FileField, PageForm, ProseField, RadioField, too_many_characters
from marketplace.web.page import Pages, actor, see
from marketplace.web.words import _, ngettext, said
from marketplace.words import N_

pages = Pages("proposals", __name__)

FILE_KINDS = ".pdf,.docx,.odt,.png,.jpg,.jpeg"
FORM_BYTES = 64 * 1024
LATE = ("edit.stale", "form.reused")


class AnswerField(ProseField):
    """Prose that may run over its words while it is a draft: only handing in asks for fewer."""

    def pre_validate(self, form: Any) -> None:
        if len(text := self.data or "") > limits.ANSWER:
            raise too_many_characters(limits.ANSWER, len(text))


class StartForm(PageForm):
    organisation = RadioField(N_("Who proposes?"), required=N_("Choose who proposes"))


class AnswerForm(PageForm):
    text = AnswerField(N_("Your answer"), rows=14)
    seen = HiddenField()


class FileForm(PageForm):
    file = FileField(
        N_("A file"), required=N_("Choose a file"), accept=FILE_KINDS,
        hint=N_("PDF, DOCX, ODT, PNG or JPEG, at most 5 MB."),
    )  # fmt: skip


class Press(PageForm):
    """A form of one button."""


@pages.page("/challenges/<ref>/propose", "proposal:start", post=True)
def propose(ref: str) -> ResponseReturnValue:
    invitation = queries.invitation(actor(), ref)
    form = StartForm()
    form.organisation.choices = list(invitation.suppliers)
    if len(invitation.suppliers) == 1 and not form.is_submitted():
        form.organisation.data = invitation.suppliers[0][0]
    no = None
    if form.validate_on_submit():
        try:
            started = proposals.start.once(form.once.data)(actor(), ref, form.organisation.data)
            return see(f"/desk/proposals/{started}")
        except Refused as refused:
            no = _told(refused)
    return _page("propose", form, no, it=invitation)


@pages.page("/desk/proposals", "desk:see")
def mine() -> ResponseReturnValue:
    return render_template("proposals/mine.html", proposals=queries.own_proposals(actor()))


@pages.page("/desk/proposals/<ref>", "proposal:read-own")
def tasks(ref: str) -> ResponseReturnValue:
    draft = queries.own_proposal(actor(), ref)
    return render_template("proposals/tasks.html", it=draft, groups=_groups(draft))


@pages.page("/desk/proposals/<ref>/questions/<question_id>", "proposal:edit", post=True)
def question(ref: str, question_id: str) -> ResponseReturnValue:
    draft = queries.own_proposal(actor(), ref)
    answer = draft.answer(question_id)
    form = AnswerForm(data={"text": answer.text, "seen": answer.seen})
    form.text.words = answer.question.words
    form.text.hint, form.text.language = answer.question.guidance, draft.about.language
    if autosave.is_behind():
        return _save_behind(form, ref, question_id)
    no = None
    if form.validate_on_submit():
        try:
            text, seen = form.text.data or "", form.seen.data or ""
            proposals.save_answer.once(form.once.data)(actor(), ref, question_id, text, seen)
            return see(_next(draft, question_id))
        except Refused as refused:
            no = _told(refused)
            if no.code in LATE:
                # Sent again it is meant: what is saved now stands beside it on the page.
                form.seen.data, form.once.data = answer.seen, secrets.token_urlsafe(24)
    stale = answer.text if no is not None and no.code in LATE else ""
    return _page("question", form, no, it=draft, answer=answer, stale=stale)


def _save_behind(form: AnswerForm, ref: str, question_id: str) -> ResponseReturnValue:
    """Keep the answer without a key: sent again, it finds itself kept."""
    if not form.validate_on_submit():
        return autosave.not_kept(form)
    text, seen = form.text.data or "", form.seen.data or ""
    return autosave.kept(seen=proposals.save_answer(actor(), ref, question_id, text, seen))


@pages.page("/desk/proposals/<ref>/check", "proposal:edit", post=True)
def check(ref: str) -> ResponseReturnValue:
    form = Press()
    no = None
    if form.validate_on_submit():
        try:
            proposals.submit.once(form.once.data)(actor(), ref)
            return see(f"/desk/proposals/{ref}/submitted")
        except Refused as refused:
            no = _told(refused)
    return _page("check", form, no, it=queries.own_proposal(actor(), ref))


@pages.page("/desk/proposals/<ref>/submitted", "proposal:read-own")
def submitted(ref: str) -> ResponseReturnValue:
    receipt = queries.receipt(actor(), ref)
    return render_template("proposals/submitted.html", it=receipt)


@pages.page("/desk/proposals/<ref>/sent", "proposal:read-own")
def sent(ref: str) -> ResponseReturnValue:
    draft = queries.own_proposal(actor(), ref)
    if not draft.sent:
        raise Refused("missing")
    return render_template("proposals/sent.html", it=draft)


@pages.page("/desk/proposals/<ref>/receipts/<int:index>.json", "proposal:read-own")
def receipt(ref: str, index: int) -> ResponseReturnValue:
    body = json.dumps(queries.receipt_json(actor(), ref, index), indent=1, ensure_ascii=False)
    response = Response(body + "\n", mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="receipt-{ref}-{index}.json"'
    return response


@pages.page("/desk/proposals/<ref>/withdraw", "proposal:edit", post=True)
def withdraw(ref: str) -> ResponseReturnValue:
    draft = queries.own_proposal(actor(), ref)
    form = Press()
    no = None
    if form.validate_on_submit():
        try:
            proposals.withdraw.once(form.once.data)(actor(), ref)
            flash(_("Your proposal is withdrawn. The draft is kept."))
            return see(f"/desk/proposals/{ref}")
        except Refused as refused:
            no = _told(refused)
    return _page("withdraw", form, no, it=draft)


@pages.page("/desk/proposals/<ref>/files", "proposal:edit", post=True)
def attached(ref: str) -> ResponseReturnValue:
    # Before the form is read: this page alone takes more than text.
    request.max_content_length = limits.FILE_BYTES + FORM_BYTES
    draft = queries.own_proposal(actor(), ref)
    form = FileForm()
    no = None
    if form.validate_on_submit():
        try:
            with form.file.data.stream as stream:
                content = stream.read()
            files.add.once(form.once.data)(actor(), ref, form.file.data.filename or "", content)
            flash(_("The file is kept with your draft. Nobody else can read it."))
            return see(f"/desk/proposals/{ref}/files")
        except Refused as refused:
            no = _told(refused)
    return _page("files", form, no, it=draft)


@pages.page("/desk/proposals/<ref>/files/<int:file_id>", "proposal:read-own")
def file(ref: str, file_id: int) -> ResponseReturnValue:
    name, media, content = queries.own_file(actor(), ref, file_id)
    response = send_file(io.BytesIO(content), media, as_attachment=True, download_name=name, etag=False)
    response.headers["Cache-Control"] = "no-store"
    return response


@pages.page("/desk/proposals/<ref>/files/<int:file_id>/remove", "proposal:edit", post=True)
def remove_file(ref: str, file_id: int) -> ResponseReturnValue:
    if press():
        files.remove(actor(), ref, file_id)
        flash(_("The file is taken out of your draft."))
    return see(f"/desk/proposals/{ref}/files")


def _told(no: Refused) -> Refused:
    """The refusal, to be told on the form; what does not exist for the actor goes to the error page."""
    if no.kind == "missing":
        raise no
    return no


def _page(name: str, form: PageForm, no: Refused | None, **shown: Any) -> ResponseReturnValue:
    status = no.status if no else 422 if form.errors else 200
    sentence = said(no) if no else ""
    return render_template(f"proposals/{name}.html", form=form, sentence=sentence, **shown), status


def _next(draft: OwnDraft, question_id: str) -> str:
    after = draft.after(question_id)
    base = f"/desk/proposals/{draft.about.ref}"
    if after is None or "back" in request.form:
        return base
    return f"{base}/questions/{after.question.id}"


def _groups(draft: OwnDraft) -> list[dict[str, Any]]:
    base = f"/desk/proposals/{draft.about.ref}"
    opened = draft.about.collecting
    first = next((answer for answer in draft.answers if not answer.ready), None)
    questions = [
        _task(base, answer, opened, answer is first, draft.about.asked_in) for answer in draft.answers
    ]
    count = len(draft.files)
    attachments = {
        "name": _("Files"),
        "href": f"{base}/files" if opened or count else None,
        "kind": "done" if count else "",
        "status": _("{n} of {most}", n=count, most=limits.FILES) if count else _("None"),
        "hint": _("Optional, up to {most}.", most=limits.FILES),
    }
    return [
        {"title": _("Your answers"), "tasks": questions},
        {"title": _("Attachments"), "tasks": [attachments]},
    ]


def _task(base: str, answer: Answer, opened: bool, first: bool, language: str) -> dict[str, Any]:
    status, kind = _("Not started"), "open" if first else ""
    if answer.left < 0:
        status, kind = ngettext("{n} word too many", "{n} words too many", -answer.left), "way"
    elif answer.words:
        status, kind = _("Done"), "done"
    words = _("{used} of {most} words", used=answer.words, most=answer.question.words)
    href = f"{base}/questions/{answer.question.id}" if opened else None
    return {
        "name": answer.question.prompt,
        "language": language,
        "href": href,
        "status": status,
        "kind": kind,
        "hint": words,
    }
