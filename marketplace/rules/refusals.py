"""Refusals: a code for machines, and for people what happened, what is kept and what to do next."""

from __future__ import annotations

from typing import Literal

Kind = Literal["missing", "forbidden", "conflict", "invalid", "throttled"]

STATUS: dict[Kind, int] = {
    "forbidden": 403,
    "missing": 404,
    "conflict": 409,
    "invalid": 422,
    "throttled": 429,
}


class Refused(Exception):
    """An action or a query says no; `facts` fill the sentence and never hold a secret."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        if code not in CATALOGUE:
            raise LookupError(f"{code} has no sentence in the catalogue")
        self.code = code
        self.facts = facts

    @property
    def kind(self) -> Kind:
        return CATALOGUE[self.code][0]

    @property
    def status(self) -> int:
        return STATUS[self.kind]

    @property
    def sentence(self) -> str:
        return CATALOGUE[self.code][1].format_map({key: str(value) for key, value in self.facts.items()})


CATALOGUE: dict[str, tuple[Kind, str]] = {
    # Anywhere. Unknown and forbidden look alike.
    "missing": ("missing", "There is no page here that you can see. Check the address, or go to your work."),
    "form.invalid": (
        "invalid",
        "Some of this cannot be used as it is. Nothing is saved. Correct what is marked.",
    ),
    "form.expired": ("invalid", "This page was open too long. Nothing is sent. Check it and send it again."),
    "form.reused": (
        "conflict",
        "This form was already sent with other content. Open the page again to change it.",
    ),
    "edit.stale": (
        "conflict",
        "Somebody else changed this after you opened it. Your text is still in the form; compare it with what is saved now, then save again.",
    ),
    "busy": ("conflict", "Too many people are writing at this moment. Nothing is lost. Send it again."),
    # Accounts.
    "sign_in.wrong": (
        "invalid",
        "The e-mail address or the password is not right. Check both and try again.",
    ),
    "sign_in.throttled": ("throttled", "There were too many tries. Wait {minutes} minutes, then try again."),
    "account.throttled": (
        "throttled",
        "There were too many requests from here. Wait {minutes} minutes, then try again.",
    ),
    "account.password_short": ("invalid", "The password is too short. Use at least {least} characters."),
    "account.password_common": (
        "invalid",
        "This password is one of those tried first by others. Choose another.",
    ),
    "account.link_used": ("invalid", "This link was used or is too old. Ask for a new one."),
    "account.unconfirmed": (
        "conflict",
        "Confirm your e-mail address first. A new link is on its way to you; it works for a day.",
    ),
    # Organisations.
    "organisation.unverified": (
        "conflict",
        "An operator has not verified {name} yet. You can write; publishing waits for that.",
    ),
    "organisation.name_taken": (
        "conflict",
        "An organisation with this name is here already. Ask its administrator to add you.",
    ),
    "organisation.already_verified": ("conflict", "This organisation is verified already. Nothing changed."),
    "organisation.member_unknown": (
        "invalid",
        "Nobody with this e-mail address has an account here. Ask them to register first.",
    ),
    "organisation.last_administrator": (
        "conflict",
        "This is the last administrator. Name another one first.",
    ),
    "organisation.open_roles": ("conflict", "This person still holds roles. Hand them over first."),
    "organisation.website": ("invalid", "Enter a web address that begins with https://, or leave it empty."),
    # Roles and separation of duties.
    "role.taken": ("conflict", "This person holds that role already. Nothing changed."),
    "role.not_member": ("invalid", "Only a member of {name} can hold this role."),
    "role.editor_approves": (
        "conflict",
        "Whoever wrote the challenge cannot approve it. Choose another person.",
    ),
    "role.approver_scores": (
        "conflict",
        "Whoever approves and confirms cannot score. Choose another person.",
    ),
    "role.one_chair": ("conflict", "The panel has a chair already. Remove that one first."),
    "role.two_openers": ("conflict", "There are two openers already. Remove one first."),
    "role.fixed": ("conflict", "The challenge is past the state in which this can change."),
    "role.own_proposal": (
        "conflict",
        "You belong to a supplier with a proposal in this challenge, so you cannot hold this role.",
    ),
    "role.conflict": (
        "conflict",
        "This person declared a conflict in this challenge. Choose another person.",
    ),
    "role.unknown": ("invalid", "There is no such role on a challenge."),
    # Challenge.
    "move.unknown": (
        "missing",
        "There is no page here that you can see. Check the address, or go to your work.",
    ),
    "move.state": ("conflict", "This cannot be done now: the challenge is “{state}”. Nothing changed."),
    "move.reason": ("invalid", "Give a reason. It becomes part of the record."),
    "move.not_yours": ("conflict", "Another person must do this: you did the step before."),
    "move.asked": ("conflict", "This was asked for already and waits for the second person."),
    "move.changed": ("conflict", "The challenge changed after you looked at it. Read it again, then decide."),
    "challenge.incomplete": ("conflict", "Some tasks are not done yet: {missing}."),
    "challenge.not_draft": ("conflict", "Only a draft can be edited. Your text was not saved."),
    "challenge.panel": (
        "conflict",
        "The panel needs at least {least} people with one chair, all of whom accepted.",
    ),
    "challenge.openers": ("conflict", "Two openers are needed, and each must declare no interest."),
    "challenge.lead": ("conflict", "A lead is needed."),
    "challenge.author": ("conflict", "Whoever wrote the challenge cannot approve it. Ask another approver."),
    "challenge.conflicts": ("conflict", "The conflicts assessment is missing."),
    "challenge.portal_notice": (
        "conflict",
        "These rules ask for a notice on {portal} first. Record its number and date.",
    ),
    "challenge.notice_date": ("invalid", "The notice's date cannot be in the future."),
    "deadline.too_early": (
        "invalid",
        "The deadline is too early for these rules. The earliest is {earliest}.",
    ),
    "deadline.not_working_day": (
        "invalid",
        "The deadline must fall on a working day in every part of the UK.",
    ),
    "deadline.past": ("invalid", "The deadline is in the past."),
    "deadline.missing": ("invalid", "Set the deadline first."),
    # Proposal.
    "proposal.closed": (
        "conflict",
        "The challenge closed at {closes_at}. Your draft is kept. It is not with the authority, and nothing else changed.",
    ),
    "proposal.not_open": ("conflict", "This challenge takes no proposals now. Your draft is kept."),
    "proposal.incomplete": ("invalid", "Some questions have no answer yet: {missing}. Your draft is kept."),
    "proposal.too_long": (
        "invalid",
        "“{question}” has {words} words; the limit is {limit}. Your draft is kept.",
    ),
    "proposal.already_submitted": (
        "conflict",
        "This proposal is with the authority already. You can replace or withdraw it until the deadline.",
    ),
    "proposal.not_submitted": (
        "conflict",
        "This proposal is not with the authority, so there is nothing to withdraw.",
    ),
    "proposal.not_supplier": (
        "invalid",
        "Only a member of a supplier organisation can propose. Register your firm or team first.",
    ),
    "proposal.own_challenge": ("conflict", "Your organisation, or you, take part in running this challenge."),
    "proposal.question": (
        "missing",
        "There is no page here that you can see. Check the address, or go to your work.",
    ),
    "proposal.file_type": ("invalid", "This kind of file is not taken. Use PDF, DOCX, ODT, PNG or JPEG."),
    "proposal.file_size": ("invalid", "The file is larger than {limit} MB. Nothing is saved."),
    "proposal.files_full": ("conflict", "There are {limit} files already. Remove one first."),
    "proposal.suspended": (
        "conflict",
        "The challenge is suspended. Nothing is accepted until it resumes. Your draft is kept.",
    ),
    "proposal.interrupted": (
        "conflict",
        "The service was interrupted before the deadline. Nothing is accepted until a new deadline is published, the same for everyone. Your draft is kept.",
    ),
    "proposal.text": (
        "invalid",
        "This answer cannot be kept as it is: it is too long, or holds a character that cannot be stored. Nothing is saved.",
    ),
    # Opening, scoring, decision.
    "stage.state": ("conflict", "This cannot be done now: the stage is “{state}”. Nothing changed."),
    "stage.not_closed": (
        "conflict",
        "The deadline is not past. Nothing can be opened, and this try is recorded.",
    ),
    "stage.suspended": (
        "conflict",
        "The challenge is suspended. Nothing opens, closes or is accepted until it resumes.",
    ),
    "opener.again": ("conflict", "You confirmed already. The second opener must be another person."),
    "opener.same_visit": ("conflict", "The second opener must confirm in a visit of their own."),
    "opener.interest": (
        "conflict",
        "State that you have no interest in who wins first. Then you can confirm.",
    ),
    "opening.mismatch": (
        "conflict",
        "A proposal does not match its entry in the trail. Nothing was opened. Tell whoever runs the service.",
    ),
    "declaration.again": ("conflict", "You declared already. Nothing changed."),
    "declaration.missing": (
        "conflict",
        "Declare your interests against every name first. Then the proposals open to you.",
    ),
    "declaration.incomplete": ("invalid", "Choose an answer for every name."),
    "declaration.grounds": ("invalid", "Say in a few words what the interest is."),
    "declaration.waiting": ("conflict", "{count} of the panel have not declared yet."),
    "declaration.consent": ("conflict", "The chair has not consented to every declared interest yet."),
    "panel.small": ("conflict", "The panel is below its minimum. Appoint another evaluator first."),
    "score.locked": ("conflict", "You locked your scores. Nothing changed."),
    "score.cell": (
        "missing",
        "There is no page here that you can see. Check the address, or go to your work.",
    ),
    "score.level": ("invalid", "Choose one of the levels."),
    "score.reason_short": ("invalid", "Give a reason of at least 20 characters that points to the answer."),
    "score.reason_paraphrase": (
        "invalid",
        "The reason only repeats the level’s own words. Say what in the answer led you there.",
    ),
    "score.pointer": ("invalid", "Choose the answer that your reason points to."),
    "score.missing": ("conflict", "{count} scores are missing. You lock when every score has a reason."),
    "decision.hidden": (
        "missing",
        "There is no page here that you can see. Check the address, or go to your work.",
    ),
    "decision.reason": (
        "invalid",
        "This goes out of rank order, or chooses between equals. Give the reason; suppliers will read it.",
    ),
    "decision.too_many": ("invalid", "At most {limit} can go on from this stage."),
    "decision.failing": ("invalid", "A proposal below a threshold cannot go on. Nobody can waive that."),
    "decision.reasons": ("invalid", "Every supplier needs a sentence on why. {count} are missing."),
    "decision.none": ("conflict", "There is no proposed decision to confirm."),
    "decision.scored": ("conflict", "Whoever scored or proposed cannot confirm. Ask another approver."),
    "award.summaries": ("conflict", "Every supplier’s summary must be sent first. {count} are waiting."),
    "award.checks": ("invalid", "Confirm each check before the award notice."),
    "award.standstill": (
        "conflict",
        "The last day of the standstill is {until}. Nothing can be awarded before it is over.",
    ),
    "award.undecided": ("conflict", "The last stage is not decided yet."),
    "award.nobody": ("conflict", "Nobody was selected, so there is nothing to award."),
    "award.stages_left": ("conflict", "There are stages left after this one."),
    "agreement.again": ("conflict", "There is an agreement with this supplier for this stage already."),
    "agreement.dates": (
        "invalid",
        "An agreement is signed on a day from the award to today, and ends on that day or later.",
    ),
    "agreement.value": (
        "invalid",
        "An agreement cannot be over more than the stage’s published money, or in another currency.",
    ),
    "declaration.other": (
        "conflict",
        "Somebody else consents to this: the chair to the panel’s interests, an approver to the chair’s own.",
    ),
    "summary.again": ("conflict", "The summaries of this stage were sent already. Nothing changed."),
    "summary.long": ("invalid", "Use at most {limit} words. This has {words}. Nothing is saved."),
    "outcome.missing": ("conflict", "Report the result against the baseline first."),
}
