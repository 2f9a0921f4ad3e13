"""Erasing what was published in error: which words, on what ground, and once more before it is done."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from marketplace.actions import erasures as acts
from marketplace.published import Text
from marketplace.queries import erasures as queries
from marketplace.queries.erasures import Erasable
from marketplace.rules.erasures import GROUNDS, PUBLISHED_GROUNDS
from marketplace.web.fields import CheckboxesField, PageForm, RadioField, TextField
from marketplace.web.page import Pages, actor, see, send
from marketplace.web.places import where
from marketplace.web.words import _
from marketplace.words import N_

pages = Pages("erasures", __name__)

BEGINNING = 140
"""Characters of each text that the list shows."""


class ErasureForm(PageForm):
    texts = CheckboxesField(
        N_("Which words?"), required=N_("Choose what to erase"),
        hint=N_("Only what is public now is listed, the newest version first."),
    )  # fmt: skip
    ground = RadioField(
        N_("On what ground?"), choices=[(code, GROUNDS[code]) for code in PUBLISHED_GROUNDS],
        required=N_("Choose the ground"), hint=N_("It becomes public, and stands where the words stood."),
    )  # fmt: skip


class PlaceForm(PageForm):
    at = TextField(
        N_("Where do the words stand?"), required=N_("Enter the address of a page"), spellcheck=False,
        hint=N_("The address of a public page, or the reference of a challenge, such as CH-7K3MZQ0A."),
    )  # fmt: skip


@pages.page("/desk/erase", "words:erase", post=True)
def anywhere() -> ResponseReturnValue:
    """Where an operator begins, who was told of the words by their address."""
    queries.require_everywhere(actor())
    form = PlaceForm()
    sent = send(form, lambda _once: queries.owner(actor(), form.at.data or ""))
    if sent.results:
        kind, named = sent.results[0]
        return see(f"/desk/{kind}/{named}/erase")
    return render_template("erasures/place.html", form=form, sentence=sent.sentence), sent.status


@pages.page("/desk/challenges/<ref>/erase", "words:erase", post=True)
def of_challenge(ref: str) -> ResponseReturnValue:
    """What a challenge says in public, for its lead, its approvers and an operator."""
    home = f"/desk/challenges/{ref}"
    return _page(queries.of_challenge(actor(), ref), acts.erase.once, home)


@pages.page("/desk/organisations/<slug>/erase", "words:erase", post=True)
def of_organisation(slug: str) -> ResponseReturnValue:
    """What an organisation says about itself, for its administrators and an operator."""
    record, home = queries.of_organisation(actor(), slug), f"/desk/organisations/{slug}"
    return _page(record, acts.erase_organisation.once, home)


def _page(record: Erasable, act: Callable[[str], Callable[..., str]], home: str) -> ResponseReturnValue:
    form = ErasureForm()
    listed = [(each.place, where(each.place), {"quoted": _beginning(each)}) for each in record.texts]
    # Sent a second time, what was chosen is not there any more, and the answer is the same all the same.
    gone = record.gone if request.form.get("sure") == "yes" else ()
    form.texts.choices = [*listed, *((place, where(place)) for place in gone)]
    chosen: Sequence[str] = form.texts.data or []
    sent = send(form, lambda once: act(once)(actor(), record.ref, chosen, form.ground.data or ""), twice=True)
    if sent.results:
        flash(_("The words are erased. The trail says so, and the team is told."))
        return see(f"{home}/erase")
    form.texts.choices = listed
    asked = [(where(each.place), each.text) for each in record.texts if each.place in chosen]
    template = "erasures/check.html" if sent.again and asked else "erasures/erase.html"
    return render_template(
        template, record=record, form=form, again=sent.again, asked=asked, sentence=sent.sentence, home=home,
        ground=GROUNDS.get(form.ground.data or "", ""),
    ), sent.status  # fmt: skip


def _beginning(each: Text) -> Markup:
    """How a text begins, as what somebody wrote in its language; a number or a name is in none."""
    text = each.text if len(each.text) <= BEGINNING else f"{each.text[:BEGINNING].rstrip()}…"
    spoken = (
        Markup('<span lang="{}">{}</span>') if each.language else Markup('<span translate="no">{}</span>')
    )
    return spoken.format(*filter(None, (each.language, text)))
