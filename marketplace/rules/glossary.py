"""The words of the field, used alike in code, pages and documents. `docs/glossary.md` is this table."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.words import N_


@dataclass(frozen=True)
class Word:
    """`ocds` is what the Open Contracting Data Standard calls it; empty where it has no word."""

    word: str
    means: str
    ocds: str = ""


WORDS: tuple[Word, ...] = (
    Word(
        N_("authority"), N_("a public body that publishes challenges; verified by an operator first"), "buyer"
    ),
    Word(N_("supplier"), N_("a firm, a charity or a team that is not yet a company"), "tenderer, supplier"),
    Word(
        N_("member, administrator"),
        N_("who works for an authority or a supplier; the latter also invites people and removes them"),
    ),
    Word(
        N_("invitation"),
        N_(
            "what makes the owner of one e-mail address a member, or an expert on one challenge, once they accept it"
        ),
    ),
    Word(N_("visit"), N_("one browser signed in to one account, until it is signed out or time ends it")),
    Word(
        N_("challenge"), N_("a problem published instead of a specification"), "contracting process, tender"
    ),
    Word(N_("programme, round"), N_("what groups an authority’s challenges")),
    Word(
        N_("statement"),
        N_("the challenge in words: problem, why now, affected, tried, outcomes, data, adoption"),
        "tender description",
    ),
    Word(N_("stage"), N_("collect, open, score, decide; a challenge is a sequence of them")),
    Word(
        N_("version"),
        N_("the whole content as noticed or approved; never changed, only followed by another"),
        "release",
    ),
    Word(
        N_("criterion, weight, level"),
        N_("what is scored, its whole percent, and 0 to the scale’s top, each level described"),
        "award criteria",
    ),
    Word(
        N_("condition"),
        N_("what a proposal or its supplier must meet to be scored at all, published with the challenge"),
        "eligibility criteria",
    ),
    Word(N_("proposal"), N_("one supplier’s answers to one stage"), "bid"),
    Word(N_("draft"), N_("a proposal that only its supplier can read, encrypted to that supplier")),
    Word(N_("submission"), N_("one sealed hand-in of a proposal; replacing makes another")),
    Word(N_("reference"), N_("CH-, PR-, PE- and eight characters"), "ocid, ids"),
    Word(N_("opener"), N_("one of two people who, each in a visit of their own, open what was sealed")),
    Word(N_("opening record"), N_("the public document that accounts for every sealed entry of a stage")),
    Word(N_("panel, evaluator, chair"), N_("who scores; the chair also proposes the decision")),
    Word(
        N_("deputy"),
        N_("who acts in a role while its holder is away; one of the two acts at a time"),
    ),
    Word(
        N_("seat"),
        N_("one place in a role, with its holder, its deputy, and whoever was asked to take it over"),
    ),
    Word(N_("declaration"), N_("what each of the panel says about every name before any text opens")),
    Word(
        N_("doubt"),
        N_(
            "a condition that an opened proposal seems to miss; its supplier may reply before two people rule"
        ),
    ),
    Word(
        N_("clarification"),
        N_("a question of the lead to a supplier after opening; the reply stands beside the answer"),
    ),
    Word(
        N_("undertaking"),
        N_(
            "what an expert from outside promises before joining a panel: confidence, no interest, use of the material"
        ),
    ),
    Word(
        N_("recusal"),
        N_("somebody leaves a panel half-way; their scores of that stage count for no proposal"),
    ),
    Word(N_("lock"), N_("an evaluator has finished; nobody sees their scores before it")),
    Word(N_("moderation"), N_("the panel agrees its levels, before anybody sees a total")),
    Word(
        N_("decision"),
        N_("who goes on, proposed by the chair, confirmed by an approver who did not score"),
        "award",
    ),
    Word(
        N_("summary"),
        N_("what each supplier is told: every level, reason and total of its own, and the selected one’s"),
    ),
    Word(N_("question back"), N_("what a supplier asks once about its summary; the lead answers once")),
    Word(
        N_("award notice, standstill, award"),
        N_("the result becomes public; a pause by the rules; it becomes final"),
        "award",
    ),
    Word(N_("agreement"), N_("a contract with one supplier for one stage"), "contract"),
    Word(N_("outcome"), N_("what came of it, against the baseline"), "implementation"),
    Word(N_("notice"), N_("a message that we send to one person")),
    Word(N_("portal notice"), N_("a publication elsewhere, recorded here with number and date")),
    Word(N_("trail"), N_("all public events, in order")),
    Word(N_("event, leaf"), N_("one entry of the trail; its bytes")),
    Word(
        N_("commitment, opening"),
        N_("a hash that binds a text without telling it; the salt and value that tell it"),
    ),
    Word(N_("checkpoint"), N_("how many entries the trail has and the one root over them, signed")),
    Word(
        N_("mark"),
        N_("what the machine that signs remembers of its last checkpoint, apart from the database"),
    ),
    Word(N_("receipt"), N_("a file of one’s own that proves what was sent and that it is in the trail")),
    Word(
        N_("erasure"),
        N_("words that are gone for good; a sentence stands in their place, and an entry says so"),
    ),
    Word(
        N_("cover entry"),
        N_("a sealed entry without meaning, so that counting entries does not count proposals"),
    ),
    Word(
        N_("witness, cosignature"),
        N_("another installation that keeps our last checkpoint; its signature that the trail only grew"),
    ),
    Word(N_("journal"), N_("internal acts, never public")),
    Word(N_("upkeep"), N_("rows that keep the service running and are nobody’s act")),
)
