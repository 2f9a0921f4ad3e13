"""The trail itself, and organisations."""

from __future__ import annotations

from marketplace.rules.erasures import GROUNDS
from marketplace.rules.events import SEALED
from marketplace.web.sentences.telling import Facts, Tells, Told
from marketplace.web.words import _

tells = Tells()


@tells("log.start")
def _begins(it: Facts) -> Told:
    means = _("This entry fixes the trail’s name, {origin}. Every public act adds one after it.", **it)
    if it["kind"] == "demonstration":
        means = _("This entry fixes that everything here is invented.")
    return _("the trail begins."), means


@tells(SEALED)
def _sealed(_it: Facts) -> Told:
    return _("a sealed entry."), _("What it holds is accounted for when its stage opens or is decided.")


@tells("log.rotate")
def _rotated(_it: Facts) -> Told:
    means = _(
        "Checkpoints that come after this entry carry its signature. What the former key signed still counts."
    )
    return _("a new key signs the trail."), means


@tells("log.recovered")
def _recovered(it: Facts) -> Told:
    means = _(
        "An older copy of the database had been put in place. These entries stand again as they were published. "
        "What they tell of is lost here in all other respects, and may have been done anew since."
    )
    if it["first"] == it["last"]:
        return _("entry {first} was brought back.", **it), means
    return _("entries {first} to {last} were brought back.", **it), means


@tells("organisation.verify")
def _verified(it: Facts) -> Told:
    what = _("an operator verified {organisation} as a public authority.", **it)
    return what, _("It can open challenges from now on.")


@tells("trail.erase")
def _erased(it: Facts) -> Told:
    ground = GROUNDS.get(it["ground"])
    means = _("The entries that committed to these words stand unchanged, and the words are gone from here.")
    if ground is None:
        return _("words were erased."), means
    return _("words were erased. {ground}", ground=_(ground)), means
