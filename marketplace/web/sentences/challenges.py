"""A challenge, and who holds its roles."""

from __future__ import annotations

from marketplace.rules.wording import ROLE_WORDS
from marketplace.web import formats
from marketplace.web.sentences.telling import Facts, Tells, Told
from marketplace.web.words import _

tells = Tells()


@tells("challenge.engage")
def _engaged(_it: Facts) -> Told:
    means = _("Whom the authority meets, and what they are given, is published when the challenge opens.")
    return _("early notice: talks with suppliers begin."), means


@tells("challenge.open")
def _opened(it: Facts) -> Told:
    means = _("Its words, criteria and weights stand from here on. What comes in is sealed.")
    if not it["closes_at"]:
        return _("opened for proposals."), means
    return _("opened for proposals until {closes_at}.", **it), means


@tells("challenge.suspend")
def _suspended(_it: Facts) -> Told:
    return _("suspended."), _("Nothing opens, closes or is accepted until two people agree to go on.")


@tells("challenge.resume")
def _resumed(it: Facts) -> Told:
    means = _("Two people agreed to it.")
    if it["closes_at"]:
        return _("resumed, with a new deadline: {closes_at}.", **it), means
    if it["standstill_until"]:
        return _("resumed. The standstill begins anew, and its last day is {standstill_until}.", **it), means
    return _("resumed."), means


@tells("challenge.terminate")
def _terminated(_it: Facts) -> Told:
    return _("ended early."), _("Nothing is awarded. Two people agreed to end it, and the reason is public.")


@tells("challenge.deliver")
def _delivered(_it: Facts) -> Told:
    return _("work began."), _("What comes of it is reported when it is completed.")


@tells("challenge.complete")
def _completed(it: Facts) -> Told:
    means = _("The result against the baseline, and what was learned, are public.")
    if not isinstance(it["spent"], int):
        return _("completed."), means
    it |= {"spent": formats.money(it["spent"], it["currency"] or "GBP")}
    if it["in_use"]:
        return _("completed, and in use. {spent} was spent.", **it), means
    return _("completed, and not in use. {spent} was spent.", **it), means


@tells("role.hand-over")
def _handed_over(it: Facts) -> Told:
    means = _("Whoever had it before acts in it no longer.")
    return _("the role of {role} passed to another person.", role=_role(it)), means


@tells("role.sit-in")
def _sat_in(it: Facts) -> Told:
    means = _("The holder of the role is away, and one of the two acts at a time.")
    return _("a deputy sits in as {role}.", role=_role(it)), means


@tells("role.return")
def _returned(it: Facts) -> Told:
    return _("the {role} is back, and the deputy stands by again.", role=_role(it)), ""


@tells("role.give-back")
def _given_back(it: Facts) -> Told:
    return _("the role of {role} was given back.", role=_role(it)), ""


def _role(it: Facts) -> str:
    return _(ROLE_WORDS.get(it["role"], ""))
