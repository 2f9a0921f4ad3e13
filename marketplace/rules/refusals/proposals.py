"""A proposal, from its draft to its leaving."""

from __future__ import annotations

from marketplace.rules.refusals.entry import NO_PAGE, Entry
from marketplace.words import N_

REFUSALS: dict[str, Entry] = {
    "proposal.closed": (
        "conflict",
        N_(
            "The challenge closed at {closes_at}. Your draft is kept. It is not with the authority, and nothing else changed."
        ),
    ),
    "proposal.not_open": ("conflict", N_("This challenge takes no proposals now. Your draft is kept.")),
    "proposal.incomplete": (
        "invalid",
        N_("Some questions have no answer yet: {missing}. Your draft is kept."),
    ),
    "proposal.too_long": (
        "invalid",
        N_("“{question}” has {words} words; the limit is {limit}. Your draft is kept."),
    ),
    "proposal.price": (
        "invalid",
        N_("Enter a price above 0: only such a price can be compared. Your draft is kept as it was."),
    ),
    "proposal.unpriced": (
        "invalid",
        N_("The proposal has no price yet, and here it counts. Your draft is kept."),
    ),
    "proposal.already_submitted": (
        "conflict",
        N_("This proposal is with the authority already. You can replace or withdraw it until the deadline."),
    ),
    "proposal.not_submitted": (
        "conflict",
        N_("This proposal is not with the authority, so there is nothing to withdraw."),
    ),
    "proposal.not_supplier": (
        "invalid",
        N_("Only a member of a supplier organisation can propose. Register your firm or team first."),
    ),
    "proposal.own_challenge": (
        "conflict",
        N_("Your organisation, or you, take part in running this challenge."),
    ),
    "proposal.question": NO_PAGE,
    "proposal.file_type": ("invalid", N_("This kind of file is not taken. Use PDF, DOCX, ODT, PNG or JPEG.")),
    "proposal.file_size": ("invalid", N_("The file is larger than {limit} MB. Nothing is saved.")),
    "file.refused": (
        "invalid",
        N_(
            "“{name}” is refused: the scanner found malware in it. Nothing of it is stored, and your draft is kept. Check where it came from, and add a clean file."
        ),
    ),
    "file.infected": (
        "conflict",
        N_("“{name}” is withheld: the scanner found malware in it. The rest of the proposal can be read."),
    ),
    "file.waiting": (
        "conflict",
        N_(
            "“{name}” is not scanned for malware yet, so nobody can download it. The scanner is asked again each minute."
        ),
    ),
    "proposal.files_full": ("conflict", N_("There are {limit} files already. Remove one first.")),
    "proposal.files_often": (
        "throttled",
        N_("You added many files within an hour. Wait {wait}, then add this one. Your draft is kept."),
    ),
    "proposal.suspended": (
        "conflict",
        N_("The challenge is suspended. Nothing is accepted until it resumes. Your draft is kept."),
    ),
    "proposal.interrupted": (
        "conflict",
        N_(
            "The service was interrupted before the deadline. Nothing is accepted until a new deadline is published, the same for everyone. Your draft is kept."
        ),
    ),
    "proposal.text": (
        "invalid",
        N_(
            "This answer cannot be kept as it is: it is too long, or holds a character that cannot be stored. Nothing is saved."
        ),
    ),
    "proposal.not_opened": (
        "conflict",
        N_(
            "A proposal leaves between its opening and the decision. Until the deadline you withdraw it instead. Once it is decided you tell the authority."
        ),
    ),
    "proposal.left": ("conflict", N_("This proposal counts no more here already. Nothing changed.")),
}
