"""How price counts: in words, in the author's fields, and on the page on which a supplier writes its own."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import wtforms
from flask import Flask
from flask.typing import ResponseReturnValue
from wtforms import HiddenField
from wtforms.validators import ValidationError

from marketplace.actions import prices
from marketplace.queries import proposals as queries
from marketplace.rules import limits
from marketplace.rules import prices as rules
from marketplace.rules.challenges import Price
from marketplace.rules.refusals import Refused
from marketplace.web import autosave, formats
from marketplace.web.fields import MoneyField, PageForm, ProseField, RadioField, WholeField
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

HINTS: dict[str, str] = {
    "none": N_("The usual choice. Everybody is paid the same, and the best idea wins."),
    "ceiling_linear": N_("A rival’s price changes nothing."),
    "reference_ratio": N_(
        "A rival’s price changes nothing. Asking less than the reference wins nothing more."
    ),
    "lowest_ratio": N_(
        "A rival’s price changes everybody’s points, and can change who wins. Only where there is one stage."
    ),
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


QUALITY, WEIGHT = 130, 70
BIDS: dict[str, tuple[int, int]] = {"A": (86, 1_000_000), "B": (74, 800_000), "C": (0, 600_000)}
"""Points for quality and a price: what an author weighs before choosing `lowest_ratio`."""


@dataclass(frozen=True)
class Bid:
    """One proposal of the example: its total of 200 without the hopeless third one, and with it."""

    letter: str
    quality: int
    price: int
    without: Fraction | None
    beside: Fraction


def example() -> list[Bid]:
    """The example counted by the rule itself."""
    with_all = _totals(BIDS)
    without = _totals({letter: bid for letter, bid in BIDS.items() if letter != "C"})
    return [Bid(letter, *bid, without.get(letter), with_all[letter]) for letter, bid in BIDS.items()]


def _totals(bids: dict[str, tuple[int, int]]) -> dict[str, Fraction]:
    asked = {letter: price for letter, (_quality, price) in bids.items()}
    worth = rules.factors(Price("lowest_ratio", WEIGHT), asked, asked)
    return {letter: quality + WEIGHT * worth[letter] for letter, (quality, _price) in bids.items()}


class PriceGroup(wtforms.Form):
    """The author's choice of how price counts."""

    method = RadioField(
        N_("How price counts"), size="s",
        choices=[(method, text, {"hint": HINTS[method]}) for method, text in METHODS.items()],
    )  # fmt: skip
    weight = WholeField(
        N_("Weight of the price"), most=99, suffix="%", optional=True,
        hint=N_("With those of the criteria it makes 100. Above 30% you give a reason."),
    )  # fmt: skip
    amount = MoneyField(
        N_("Ceiling or reference"), optional=True,
        hint=N_("With VAT. It is public. Leave it empty where the method has none."),
    )  # fmt: skip
    reason = ProseField(
        N_("Why price counts for more than 30%"), rows=3, optional=True,
        hint=N_("Needed only then. It stands beside the weights, for everyone to read."),
    )  # fmt: skip

    def content(self) -> dict[str, Any]:
        """The choice as plain values; where price does not count, nothing is left of the rest."""
        method = self.method.data or "none"
        if method == "none":
            return {"method": method}
        amount = (self.amount.data or 0) if method in rules.WITH_AMOUNT else 0
        return {
            "method": method, "weight": self.weight.data or 0, "amount": amount, "reason": self.reason.data or "",
        }  # fmt: skip


class PriceForm(PageForm):
    price = MoneyField(
        N_("Your price"), heading=True, size="l", required=N_("Enter your price"),
        hint=N_("For the whole of what you propose, with VAT where it is due."),
    )  # fmt: skip
    seen = HiddenField()

    def validate_price(self, field: Any) -> None:
        if field.data is not None and not 0 < field.data < limits.MONEY:
            raise ValidationError(_("Enter a price above 0, which can be compared with others"))


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
    app.jinja_env.globals["price_example"] = example
