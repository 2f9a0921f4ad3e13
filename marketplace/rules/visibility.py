"""What is seen, and when: the table that people read. Policy and queries hold it; the tests of secrecy try it."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.words import N_


@dataclass(frozen=True)
class Seen:
    """One kind of content, and who sees it in each of the three times of a challenge."""

    what: str
    sealed: str
    opened: str
    decided: str


SEEN: tuple[Seen, ...] = (
    Seen(
        N_("The challenge, its criteria, its versions"), N_("Everyone"), N_("Everyone"), N_("Everyone"),
    ),
    Seen(
        N_("How many proposals"), N_("Nobody, until the deadline"), N_("Everyone"), N_("Everyone"),
    ),
    Seen(
        N_("Who proposed"),
        N_("Nobody in any role"),
        N_("The panel and the lead. Those who go on are named at each stage’s decision."),
        N_("Those selected: everyone. Others are “Proposal B” unless they agree to be named, or the rules name them."),
    ),
    Seen(
        N_("What a proposal says"),
        N_("Nobody: it is sealed"),
        N_("The panel and the lead"),
        N_("Of the selected one, a public summary: everyone. Of others: nobody new."),
    ),
    Seen(
        N_("What each sealed entry of the trail was"),
        N_("Nobody: they look alike."),
        N_("Everyone: which were proposals, withdrawals and cover entries, by number and without a name."),
        N_("Everyone. The record of a decision names its evaluators’ locks as well."),
    ),
    Seen(
        N_("Scores, and the reasons for them"),
        N_("There are none"),
        N_("Each evaluator their own; the panel each other’s once all are locked. Chair, approver and lead once its levels are final."),
        N_("Scores: everyone, as the challenge said before it opened, every evaluator’s as E1, E2, or the panel’s means. Reasons: each supplier, in its summary."),
    ),
    Seen(
        N_("Prices, where they count"),
        N_("Nobody: they are sealed with the proposal"),
        N_("Nobody before the panel’s levels are final. Then the amounts, and the points that they win: chair, approver and lead."),
        N_("Of the selected one, the amount: everyone. Of others, the points alone."),
    ),
    Seen(
        N_("How firm the ranking is"),
        N_("There is none"),
        N_("Nobody, until the decision is confirmed"),
        N_("Chair and approver. Everyone, where the challenge said so before it opened; and always what leaving one proposal out would change, where the lowest price sets the points."),
    ),
    Seen(
        N_("What is asked of a supplier after the opening, and its reply"),
        N_("Nothing is asked"),
        N_("That supplier and the lead. The panel reads questions and replies beside the answers; an approver reads what would be refused. Everyone: how many."),
        N_("The same"),
    ),
    Seen(
        N_("Interests declared on the panel"), N_("There are none"), N_("Everyone: how many"), N_("Everyone: how many"),
    ),
    Seen(
        N_("Who left a panel half-way, and why"),
        N_("Nobody: it can happen only after the opening"),
        N_("The lead and the chair. Everyone: that somebody did."),
        N_("Everyone: how many, and why in general words. Nobody’s name."),
    ),
    Seen(
        N_("A supplier’s own summary"),
        N_("There is none"),
        N_("That supplier, once its stage is decided"),
        N_("That supplier"),
    ),
    Seen(
        N_("What a supplier asks about its summary"),
        N_("There is nothing to ask about"),
        N_("That supplier and the lead"),
        N_("That supplier and the lead"),
    ),
)  # fmt: skip
