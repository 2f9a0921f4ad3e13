"""How price counts, in words; and the page on which a supplier writes its own."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from fractions import Fraction

from flask import Flask
from flask.typing import ResponseReturnValue
from wtforms import HiddenField

from marketplace.actions import prices
from marketplace.queries import proposals as queries
from marketplace.rules.challenges import Price
from marketplace.rules.refusals import Refused
from marketplace.web import autosave, formats
from marketplace.web.fields import MoneyField, PageForm
from marketplace.web.page import Pages, actor, see, send
from marketplace.web.proposals import LATE, page
from marketplace.web.words import _, words
from marketplace.words import N_

pages = Pages("prices", __name__)

METHODS: dict[str, str] = {
    "none": N_("It does not count: the money is fixed"),
    "ceiling_linear": N_("By how far it stays below a ceiling"),
    "reference_ratio": N_("Against a reference amount"),
    "lowest_ratio": N_("Against the lowest price proposed"),
}

MEANINGS: dict[str, str] = {
    "ceiling_linear": N_("How far it stays below {amount}."),
    "reference_ratio": N_("How it compares with {amount}."),
    "lowest_ratio": N_("How it compares with the lowest."),
}

SENTENCES: dict[str, str] = {
    "ceiling_linear": N_(
        "Price counts for {weight} of 100 points. Its ceiling is {amount}: a price of half of that wins {half}"
        " points, and one at the ceiling or above is allowed and wins none."
    ),
    "reference_ratio": N_(
        "Price counts for {weight} of 100 points. Its reference is {amount}: a price up to that wins all of them,"
        " and one twice as high wins {half}."
    ),
    "lowest_ratio": N_(
        "Price counts for {weight} of 100 points. The lowest price wins all of them, and one twice as high wins"
        " {half}. So what a rival asks bears on everybody’s points: the result says who would lead without each"
        " of the others."
    ),
}

FORMULAS: dict[str, str] = {
    "ceiling_linear": N_(
        "Points = {weight} × (C − P) ÷ C, and never below 0. P is the price, C is {amount}."
    ),
    "reference_ratio": N_(
        "Points = {weight} × R ÷ P, and never above {weight}. P is the price, R is {amount}."
    ),
    "lowest_ratio": N_(
        "Points = {weight} × L ÷ P, and never above {weight}. P is the price, L the lowest price among proposals"
        " that are not excluded and miss no criterion’s minimum."
    ),
}


@dataclass(frozen=True)
class PriceWords:
    """A price that counts, as people read it: by its weight, in a line, in sentences, as the formula of its points.

    `reason` is the author's, for more than 30%.
    """

    weight: int
    meaning: str
    sentence: str
    formula: str
    reason: str


def price_words(price: Price, currency: str) -> PriceWords | None:
    """None where price does not count."""
    if not price.counts:
        return None
    facts = {
        "weight": price.weight,
        "half": formats.points(Fraction(price.weight, 2), price.weight % 2),
        "amount": formats.money(price.amount, currency),
    }
    meaning, sentence, formula = (
        _(texts[price.method], **facts) for texts in (MEANINGS, SENTENCES, FORMULAS)
    )
    return PriceWords(price.weight, meaning, sentence, formula, price.reason)


class PriceForm(PageForm):
    price = MoneyField(
        N_("Your price"), heading=True, size="l", required=N_("Enter your price"),
        hint=N_("For the whole of what you propose, with VAT where it is due."),
    )  # fmt: skip
    seen = HiddenField()


@pages.page("/desk/proposals/<ref>/price", "proposal:edit", post=True)
def price(ref: str) -> ResponseReturnValue:
    draft = queries.own_proposal(actor(), ref)
    own = draft.price
    if own is None:
        raise Refused("missing")
    form = PriceForm(data={"price": own.amount, "seen": own.seen})
    form.price.prefix = words().currency(own.currency)
    if autosave.is_behind():
        return _save_behind(form, ref)
    sent = send(form, lambda key: _save(form, ref, key))
    if sent.results:
        return see(f"/desk/proposals/{ref}")
    stale = sent.code in LATE
    if stale:
        # Sent again it is meant: what is saved now stands beside it on the page.
        form.seen.data, form.once.data = own.seen, secrets.token_urlsafe(24)
    return page("price", form, sent, it=draft, own=own, stale=stale)


def _save(form: PriceForm, ref: str, key: str) -> str:
    return prices.save.once(key)(actor(), ref, form.price.data, form.seen.data or "")


def _save_behind(form: PriceForm, ref: str) -> ResponseReturnValue:
    """Keep the price without a key: sent again, it finds itself kept."""
    if not form.validate_on_submit():
        return autosave.not_kept(form)
    return autosave.kept(seen=_save(form, ref, ""))


def register(app: Flask) -> None:
    app.jinja_env.filters["price_words"] = price_words
