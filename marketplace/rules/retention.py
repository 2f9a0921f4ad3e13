"""What is stored about people: why, who sees it, how long, and on what ground. One row for each kind of record.

The page about privacy shows this table, and the sweep removes by the periods that stand here. Every table of
the database belongs to one row, so that none can be added without saying how long it is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from marketplace.words import N_

FORM_KEYS = timedelta(hours=48)
LINKS = timedelta(hours=48)
HEARTBEATS = timedelta(days=90)
VISITS = timedelta(days=30)
BROWSERS = timedelta(days=400)
BEGUN = timedelta(days=180)
# Ciphertext that no record names any more.
FILES_LEFT = timedelta(days=7)

GROUNDS: dict[str, str] = {
    "task": N_("A public authority’s task: to buy openly and to account for it."),
    "law": N_("A legal duty to keep records of procurement, and to let them be checked."),
    "asked": N_("You asked for it: it is needed to do what you came for."),
    "safety": N_("The legitimate interest of everyone here in a service that is safe and works."),
}


@dataclass(frozen=True)
class Record:
    """One kind of record. `kept` says how long, with `{period}` where the program itself removes it after `period`."""

    name: str
    holds: str
    why: str
    seen_by: str
    kept: str
    ground: str
    tables: tuple[str, ...]
    period: timedelta | None = None


RECORDS: tuple[Record, ...] = (
    Record(
        N_("Your account"),
        N_("Your name, your e-mail address, a hash of your password, the language you read in, when you finished practice scoring, and, if you name them, organisations that you worked for."),
        N_("So that you can sign in, the people you work with know who you are, and a tie to a supplier is pointed out to you when you score."),
        N_("You. Teams you work with see your name and address. The public sees neither, and nobody but you sees whom you worked for."),
        N_("Until you close your account: address, password, practice and whom you worked for go at once. Your name stays where you ever held a role, beside what was done in it, until you are erased."),
        "asked",
        ("person",),
    ),
    Record(
        N_("Your visits"),
        N_("When each visit began, was last used and ended, and what your browser calls itself."),
        N_("So that you can see where you are signed in, and end it."),
        N_("You alone."),
        N_("{period} after the visit has ended."),
        "safety",
        ("visit",),
        VISITS,
    ),
    Record(
        N_("Browsers that you signed in with"),
        N_("A hash of a random key that the browser holds, and when it was last used."),
        N_("So that we can tell you when somebody signs in from a browser that is new."),
        N_("Nobody."),
        N_("{period} after it was last used."),
        "safety",
        ("device",),
        BROWSERS,
    ),
    Record(
        N_("Links sent to you"),
        N_("The address it went to, and a hash of the secret in a link that confirms an address, invites you or sets a new password."),
        N_("So that a link works once, for whoever can read your mail."),
        N_("Nobody."),
        N_("{period} after the link has ended."),
        "asked",
        ("mailed_link", "address_change", "invitation"),
        LINKS,
    ),
    Record(
        N_("Roles"),
        N_("Which role you hold or held, on which organisation or challenge, from when until when, and when you gave the undertaking of an expert from outside."),
        N_("So that only those who may can act, and it can be shown later who could."),
        N_("The team, and your organisation’s administrators. In the trail you are a random reference, another one for each challenge."),
        N_("For good: it shows who could do what. Once you are erased, no name stands beside it."),
        "law",
        ("role_assignment", "public_reference"),
    ),
    Record(
        N_("Organisations"),
        N_("Name, address, number and what it says about itself."),
        N_("So that everyone knows who buys and who sells."),
        N_("An authority: everyone, once it is verified. A supplier: its own people, and everyone once it is selected or agreed to be named."),
        N_("As long as a challenge or a proposal names it."),
        "task",
        ("organisation",),
    ),
    Record(
        N_("Challenges"),
        N_("What an authority wrote, in every version that was published or approved; reasons, talks, decisions, agreements and results."),
        N_("So that suppliers can answer and everybody can follow."),
        N_("The team while it is a draft; everyone once it is published, as the table of what is public says."),
        N_("For good. Words that must not be public are erased from every version; that they stood there, and on what ground they went, stays."),
        "task",
        ("challenge", "challenge_section", "challenge_author", "challenge_version", "challenge_text", "move_request",
         "move_reason", "engagement_record", "portal_notice", "outcome", "programme", "round", "stage",
         "opening_confirmation", "agreement", "decision"),
    ),
    Record(
        N_("Drafts of proposals"),
        N_("What a supplier wrote and has not handed in, encrypted to that supplier."),
        N_("So that nothing you typed is lost."),
        N_("Your own organisation. The authority does not learn that there is a draft."),
        N_("For good. It stays encrypted, and only your organisation can read it."),
        "asked",
        ("proposal",),
    ),
    Record(
        N_("Proposals handed in"),
        N_("Each hand-in, encrypted, with the time at which it was received; and its price, once the panel’s levels are final."),
        N_("So that it can be opened after the deadline, judged, and shown to have been in time."),
        N_("Nobody before it is opened. Then the panel and the lead, and the public as far as the challenge says."),
        N_("As long as the authority’s rules for procurement records ask. What was replaced or withdrawn stays encrypted, and only its supplier can read it."),
        "law",
        ("submission", "sealed_entry", "cover_entry"),
    ),
    Record(
        N_("What is asked after opening, and replied"),
        N_("Whether a proposal meets each published condition and why, what the lead asks its supplier, and the reply, encrypted like the proposal."),
        N_("So that a supplier is heard before it is refused, and what is unclear is asked of everyone alike."),
        N_("Its supplier and the lead. An approver reads what would be refused, and why; the panel reads questions and replies. The public sees how many."),
        N_("As the proposal they belong to."),
        "law",
        ("eligibility_check", "eligibility_doubt", "clarification"),
    ),
    Record(
        N_("Files you attach"),
        N_("The file, its name and its size, encrypted like the proposal."),
        N_("So that the panel can read what you refer to."),
        N_("As the proposal they belong to. They are never public."),
        N_("As the proposal they belong to."),
        "asked",
        ("proposal_file",),
    ),
    Record(
        N_("Scores and declared interests"),
        N_("What each evaluator declared about every name, each level, each reason, and when it was locked; who left a panel half-way, when, and why."),
        N_("So that a decision can be explained, and recounted."),
        N_("Its author alone until all are locked; then the panel, and the chair, the approver and the lead once its levels are final. The public as the challenge says, as E1, E2, without names. Who left, and why: the lead and the chair at once; the public with the result, in general words and without a name. A request under freedom of information law can ask the authority for more."),
        N_("Until the challenge has ended, and for three years from a contract or, without one, from the award. After that reasons and grounds can be erased with whoever wrote them; levels stay, since the result is recounted from them."),
        "law",
        (
            "declaration", "declared_interest", "score", "score_lock", "reopened_lock", "recusal", "meeting",
            "attendance", "agreed_level", "agreed_reason", "draw", "decision_line", "summary",
        ),
    ),
    Record(
        N_("Scores that you have begun"),
        N_("A level and a reason as you typed them, where they are no score yet."),
        N_("So that nothing you typed is lost when the page is closed."),
        N_("You alone."),
        N_("Until they are scores. What never becomes one: {period} after it was last saved."),
        "task",
        ("score_draft",),
        BEGUN,
    ),
    Record(
        N_("Questions about a summary"),
        N_("What a supplier asked back, whether it wants to meet, who asked and when, and the answer."),
        N_("So that a supplier learns why, and it can be shown that it was answered."),
        N_("The supplier’s own people and the leads of the challenge. Never the public: the trail holds no word of it."),
        N_("As long as the authority’s rules for procurement records ask."),
        "law",
        ("debrief",),
    ),
    Record(
        N_("Messages to you"),
        N_("Subject and text, encrypted, with when it was sent. Each summary that a supplier is told is one of them."),
        N_("So that it can be shown who was told what, and when."),
        N_("You. The operator sees that a message was sent, not what it says."),
        N_("For good: telling you in time is part of the procedure. Once you are erased, the text is gone, and that it was sent stays."),
        "law",
        ("notice",),
    ),
    Record(
        N_("The journal"),
        N_("Acts that are not public, such as saving a draft, signing in or looking at a proposal: who, when, on what, and a reason that somebody gave. Never what a proposal says."),
        N_("So that misuse can be found."),
        N_("The operator, for that reason alone."),
        N_("For good. The database refuses to change or remove a row; once you are erased, the reasons in it are gone."),
        "safety",
        ("journal",),
    ),
    Record(
        N_("The trail"),
        N_("Every public act, with a commitment to the words that belong to it, and no words. The words stand apart, encrypted, and can be erased."),
        N_("So that nothing can be hidden, changed or backdated unseen."),
        N_("Everyone."),
        N_("For good, by its nature."),
        "task",
        ("log_head", "log_event", "log_opening", "log_tile", "log_checkpoint", "log_key"),
    ),
    Record(
        N_("What was erased"),
        N_("References, the places where words stood, the ground and the day. No word of what stood there."),
        N_("So that it stays erased: a list of it is kept beside the keys, and a backup that is put back is erased again by it."),
        N_("Everyone, in the trail, for what was public. Who was erased: the operator."),
        N_("For good."),
        "law",
        ("erasure",),
    ),
    Record(
        N_("What keeps the service running"),
        N_("One-time keys of forms, and how often something was tried from one network address or on one account, under a hash."),
        N_("So that sending a form twice does nothing twice, and guessing passwords does not pay."),
        N_("Nobody."),
        N_("{period}. That the service was running in a minute is kept for 90 days, and names nobody."),
        "safety",
        ("idempotency_key", "throttle", "lease", "heartbeat"),
        FORM_KEYS,
    ),
    Record(
        N_("Neighbours"),
        N_("Which other installations watch our trail, and whose we watch: their names, addresses and keys, and the last checkpoint. Nothing about people."),
        N_("So that it shows when two people are shown two histories."),
        N_("Operators. Everyone sees the names of those that watch us."),
        N_("For good: whoever was removed and comes back is held to what they showed before."),
        "task",
        ("witness", "witnessed_log"),
    ),
)  # fmt: skip

LEFT_OUT = (
    N_("What an organisation wrote is the organisation’s: a challenge, a draft, a proposal, a reply. Its own pages hold all of it."),
    N_("Names and words of other people, also where they stand beside yours."),
    N_("What is secret here, such as the hash of your password and the keys of links and visits."),
    N_("How often something was tried from a network address: under a hash, nobody can tell whose it was."),
    N_("What is sealed from you, such as proposals and other people’s scores."),
)  # fmt: skip
"""What the file that a person downloads does not hold."""
