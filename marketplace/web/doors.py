"""Doors behind which proposals are: a try before they are opened is told like any unknown page, and recorded."""

from __future__ import annotations

from flask import request
from flask_login import current_user

from marketplace.actions import tries
from marketplace.rules.refusals import Refused
from marketplace.web.page import actor

TO_ONE = frozenset({"letter", "criterion"})
"""Parts of an address below a stage by which it leads to what proposals say."""


def tried(no: Refused) -> Refused:
    """What to tell of a refusal: the same, or that there were too many tries at what is sealed."""
    rule, parts = request.url_rule, request.view_args or {}
    if no.kind != "missing" or rule is None or not current_user.is_authenticated:
        return no
    try:
        if rule.rule.startswith("/desk/proposals/<ref>"):
            tries.at_proposal(actor(), parts["ref"])
        elif rule.rule.startswith("/desk/challenges/<ref>/stages/") and TO_ONE & set(parts):
            tries.at_stage(actor(), parts["ref"], parts["stage"])
    except Refused as other:
        return other if other.kind == "throttled" else no
    return no
