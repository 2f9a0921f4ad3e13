"""Refusals: a code for machines, and for people what happened, what is kept and what to do next."""

from __future__ import annotations

from typing import Literal

from marketplace.words import ENGLISH, N_

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
        """In English, for the command line; pages say it in their own language."""
        return ENGLISH.say(CATALOGUE[self.code][1], **self.facts)


CATALOGUE: dict[str, tuple[Kind, str]] = {
    # Anywhere. Unknown and forbidden look alike.
    "missing": (
        "missing",
        N_("There is no page here that you can see. Check the address, or go to your work."),
    ),
    "form.invalid": (
        "invalid",
        N_("Some of this cannot be used as it is. Nothing is saved. Correct what is marked."),
    ),
    "form.expired": (
        "invalid",
        N_("This page was open too long. Nothing is sent. Check it and send it again."),
    ),
    "form.reused": (
        "conflict",
        N_("This form was already sent with other content. Open the page again to change it."),
    ),
    "edit.stale": (
        "conflict",
        N_(
            "Somebody else changed this after you opened it. Your text is still in the form; compare it with what is saved now, then save again."
        ),
    ),
    "busy": ("conflict", N_("Too many people are writing at this moment. Nothing is lost. Send it again.")),
    # Accounts.
    "sign_in.wrong": (
        "invalid",
        N_("The e-mail address or the password is not right. Check both and try again."),
    ),
    "sign_in.throttled": (
        "throttled",
        N_("There were too many tries. Wait {wait}, then try again."),
    ),
    "account.throttled": (
        "throttled",
        N_("There were too many requests from here. Wait {wait}, then try again."),
    ),
    "account.password_wrong": ("invalid", N_("This is not your password. Nothing changed.")),
    "account.password_short": ("invalid", N_("The password is too short. Use at least {least} characters.")),
    "account.password_common": (
        "invalid",
        N_("This password is one of those tried first by others. Choose another."),
    ),
    "account.link_used": ("invalid", N_("This link was used or is too old. Ask for a new one.")),
    "account.open_roles": (
        "conflict",
        N_("You still have a part in challenges that go on. Hand those roles over first; nothing changed."),
    ),
    "account.last_administrator": (
        "conflict",
        N_(
            "An organisation would be left without an administrator. Make somebody else one first; nothing changed."
        ),
    ),
    "address.same": ("invalid", N_("This is the address of your account already.")),
    "address.taken": (
        "conflict",
        N_(
            "Meanwhile another account has this address. Nothing changed. Close that account first, or choose another."
        ),
    ),
    "account.unconfirmed": (
        "conflict",
        N_("Confirm your e-mail address first. A new link is on its way to you; it works for a day."),
    ),
    # Organisations.
    "organisation.unverified": (
        "conflict",
        N_("An operator has not verified {name} yet. You can write; publishing waits for that."),
    ),
    "organisation.name_taken": (
        "conflict",
        N_("An organisation with this name is here already. Ask its administrator to invite you."),
    ),
    "organisation.already_verified": (
        "conflict",
        N_("This organisation is verified already. Nothing changed."),
    ),
    "organisation.last_administrator": (
        "conflict",
        N_("This is the last administrator. Make somebody else administrator first."),
    ),
    "organisation.open_roles": (
        "conflict",
        N_("Whoever still has a part in one of its challenges cannot go. Hand those roles over first."),
    ),
    "invitation.member": ("conflict", N_("Whoever has this address works for the organisation already.")),
    "invitation.waiting": (
        "conflict",
        N_("An invitation to this address waits for an answer. You can send it again."),
    ),
    "invitation.over": (
        "invalid",
        N_("This invitation was answered, taken back, or is too old. Ask whoever sent it for another."),
    ),
    "invitation.other_address": (
        "conflict",
        N_(
            "This invitation is for another e-mail address than that of your account. Sign in with the account of"
            " that address, or ask for an invitation to yours."
        ),
    ),
    "invitation.has_account": (
        "conflict",
        N_("This address has an account already. Sign in to accept the invitation."),
    ),
    "organisation.website": (
        "invalid",
        N_("Enter a web address that begins with https://, or leave it empty."),
    ),
    # Roles and separation of duties.
    "role.taken": ("conflict", N_("This person holds that role already. Nothing changed.")),
    "role.acted": (
        "conflict",
        N_(
            "This person did this for another place in this stage already, and counts once. Choose another person."
        ),
    ),
    "role.not_member": (
        "invalid",
        N_(
            "Nobody who works for {name} has this address. Check it, or ask its administrator to invite them."
        ),
    ),
    "role.editor_approves": (
        "conflict",
        N_("Whoever wrote the challenge cannot approve it. Choose another person."),
    ),
    "role.approver_scores": (
        "conflict",
        N_("Whoever approves and confirms cannot be on the panel, now or earlier. Choose another person."),
    ),
    "role.one_chair": ("conflict", N_("The panel has a chair already. Remove that one first.")),
    "role.two_openers": ("conflict", N_("There are two openers already. Remove one first.")),
    "role.fixed": ("conflict", N_("The challenge is past the state in which this can change.")),
    "role.own_proposal": (
        "conflict",
        N_("You belong to a supplier with a proposal in this challenge, so you cannot hold this role."),
    ),
    "role.conflict": (
        "conflict",
        N_("This person declared a conflict in this challenge. Choose another person."),
    ),
    "role.recused": (
        "conflict",
        N_(
            "This person left the panel of this challenge half-way, and does not come back to it. Choose another person."
        ),
    ),
    "role.inside": (
        "invalid",
        N_(
            "Only evaluators, a chair and observers come from outside. Choose one of the authority’s own people."
        ),
    ),
    "undertaking.missing": ("invalid", N_("Tick that you give the undertaking. Without it you cannot join.")),
    "role.unknown": ("invalid", N_("There is no such role on a challenge.")),
    "role.lead_scores": (
        "conflict",
        N_(
            "Whoever leads the challenge cannot be on its panel, now or earlier: the lead sees who is late, and the panel must not. Choose another person."
        ),
    ),
    "role.panel_closed": (
        "conflict",
        N_("Every score of this stage is locked, so nobody joins the panel before its decision."),
    ),
    "role.unaccepted": ("conflict", N_("This role is not accepted yet, so it cannot change hands.")),
    "role.has_deputy": ("conflict", N_("This role has a deputy already. End that first.")),
    "role.no_deputy": (
        "conflict",
        N_("Nobody accepted to be deputy here yet. Name one, or hand the role over."),
    ),
    "role.sits_in": ("conflict", N_("The deputy sits in already. Nothing changed.")),
    "role.not_away": ("conflict", N_("The holder of this role is not away. Nothing changed.")),
    "role.asked": ("conflict", N_("Somebody was asked to take this role over already. Withdraw that first.")),
    "role.away": (
        "conflict",
        N_("The deputy sits in here now. Take the role back first, or hand it over."),
    ),
    "role.scoring": (
        "conflict",
        N_(
            "The panel scores now, and this place has not locked. Hand it over, or let a deputy sit in, so that somebody scores in it. Or step back from the panel."
        ),
    ),
    "role.last_appointer": (
        "conflict",
        N_("Nobody else here could appoint somebody to this role. Hand it over instead."),
    ),
    # Challenge.
    "move.unknown": (
        "missing",
        N_("There is no page here that you can see. Check the address, or go to your work."),
    ),
    "move.state": ("conflict", N_("This cannot be done now: the challenge is “{state}”. Nothing changed.")),
    "move.reason": ("invalid", N_("Give a reason. It becomes part of the record.")),
    "move.not_yours": ("conflict", N_("Another person must do this: you did the step before.")),
    "move.asked": ("conflict", N_("This was asked for already and waits for the second person.")),
    "move.changed": (
        "conflict",
        N_("The challenge changed after you looked at it. Read it again, then decide."),
    ),
    "challenge.incomplete": ("conflict", N_("Some tasks are not done yet: {missing}.")),
    "challenge.not_draft": ("conflict", N_("Only a draft can be edited. Your text was not saved.")),
    "challenge.panel": (
        "conflict",
        N_("The panel needs at least {least} people with one chair."),
    ),
    "challenge.unaccepted": (
        "conflict",
        N_("Not everybody has accepted their role yet: {count} to go. The team page says who."),
    ),
    "challenge.openers": ("conflict", N_("Two openers are needed, and each must declare no interest.")),
    "challenge.lead": ("conflict", N_("A lead is needed.")),
    "challenge.author": (
        "conflict",
        N_("Whoever wrote the challenge cannot approve it. Ask another approver."),
    ),
    "challenge.conflicts": ("conflict", N_("The conflicts assessment is missing.")),
    "challenge.portal_notice": (
        "conflict",
        N_("These rules ask for a notice on {portal} first. Record its number and date."),
    ),
    "challenge.notice_date": ("invalid", N_("The notice’s date cannot be in the future.")),
    "deadline.too_early": (
        "invalid",
        N_("The deadline is too early for these rules. The earliest is {earliest}."),
    ),
    "deadline.not_working_day": (
        "invalid",
        N_("The deadline must fall on a working day in every part of the UK."),
    ),
    "deadline.past": ("invalid", N_("The deadline is in the past.")),
    "deadline.missing": ("invalid", N_("Set the deadline first.")),
    # Proposal.
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
    "proposal.question": (
        "missing",
        N_("There is no page here that you can see. Check the address, or go to your work."),
    ),
    "proposal.file_type": ("invalid", N_("This kind of file is not taken. Use PDF, DOCX, ODT, PNG or JPEG.")),
    "proposal.file_size": ("invalid", N_("The file is larger than {limit} MB. Nothing is saved.")),
    "proposal.files_full": ("conflict", N_("There are {limit} files already. Remove one first.")),
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
            "A proposal leaves between its opening and the decision. Before that you withdraw it; after it you tell the authority."
        ),
    ),
    "proposal.left": ("conflict", N_("This proposal counts no more here already. Nothing changed.")),
    # Opening, scoring, decision.
    "stage.state": ("conflict", N_("This cannot be done now: the stage is “{state}”. Nothing changed.")),
    "stage.not_closed": (
        "conflict",
        N_("The deadline is not past. Nothing can be opened, and this try is recorded."),
    ),
    "stage.suspended": (
        "conflict",
        N_("The challenge is suspended. Nothing opens, closes or is accepted until it resumes."),
    ),
    "opener.again": ("conflict", N_("You confirmed already. The second opener must be another person.")),
    "opener.same_seat": (
        "conflict",
        N_("Somebody confirmed in your place already. The second opener must do it now."),
    ),
    "opener.same_visit": ("conflict", N_("The second opener must confirm in a visit of their own.")),
    "opener.interest": (
        "conflict",
        N_("State that you have no interest in who wins first. Then you can confirm."),
    ),
    "opening.mismatch": (
        "conflict",
        N_(
            "A proposal does not match its entry in the trail. Nothing was opened. Tell whoever runs the service."
        ),
    ),
    "eligibility.unchecked": (
        "conflict",
        N_(
            "{count} proposals are not checked against the published conditions yet. Scoring begins after that."
        ),
    ),
    "eligibility.doubts": (
        "conflict",
        N_("A published condition is in doubt for {count} proposals. Scoring begins once each is ruled on."),
    ),
    "eligibility.incomplete": ("invalid", N_("Say of each condition whether the proposal meets it.")),
    "eligibility.reason": (
        "invalid",
        N_("Say why the condition does not seem to be met. The supplier reads this, and replies to it."),
    ),
    "eligibility.told": (
        "conflict",
        N_(
            "Its supplier was told already, and what was checked stands. Rule on it instead. Nothing changed."
        ),
    ),
    "eligibility.early": (
        "conflict",
        N_("The supplier may reply until {until}. Nothing is ruled on before its reply or that instant."),
    ),
    "eligibility.ruled": ("conflict", N_("This was ruled on already. Nothing changed.")),
    "eligibility.changed": (
        "conflict",
        N_("The lead changed the ruling while you read it. Nothing is confirmed. Read it as it stands now."),
    ),
    "eligibility.same_person": (
        "conflict",
        N_("Whoever ruled cannot confirm it. A second person does: ask another approver."),
    ),
    "clarification.whom": ("invalid", N_("Choose whom you ask.")),
    "clarification.one": (
        "invalid",
        N_("Only what is missing is asked of several at once. Ask about this in one proposal."),
    ),
    "clarification.question": ("invalid", N_("Write a question of at most {limit} words.")),
    "clarification.open": (
        "conflict",
        N_("A supplier may reply to a question until {until}. Scores are locked after that. Yours are kept."),
    ),
    "reply.late": (
        "conflict",
        N_(
            "The time for replying ended at {due_at}. Nothing reached the authority. What you typed stands below."
        ),
    ),
    "reply.again": (
        "conflict",
        N_("Your organisation replied already, and that reply stands. Nothing changed."),
    ),
    "reply.empty": ("invalid", N_("Write your reply. Nothing is sent.")),
    "reply.long": ("invalid", N_("Use at most {limit} words. This has {words}. Nothing is sent.")),
    "reply.stopped": (
        "conflict",
        N_(
            "The challenge does not run now, and nothing is accepted. What you typed stands below. If it resumes, you get at least two whole working days more."
        ),
    ),
    "reply.days": ("invalid", N_("Give {least} to {most} whole working days.")),
    "declaration.again": ("conflict", N_("You declared already. Nothing changed.")),
    "declaration.missing": (
        "conflict",
        N_("Declare your interests against every name first. Then the proposals open to you."),
    ),
    "declaration.incomplete": ("invalid", N_("Choose an answer for every name.")),
    "declaration.grounds": ("invalid", N_("Say in a few words what the interest is.")),
    "declaration.waiting": ("conflict", N_("{count} of the panel have not declared yet.")),
    "declaration.consent": (
        "conflict",
        N_(
            "Not every declared interest has its consent yet: the chair’s to the panel, an approver’s to the chair."
        ),
    ),
    "panel.small": ("conflict", N_("The panel is below its minimum. Appoint another evaluator first.")),
    "score.locked": ("conflict", N_("You locked your scores. Nothing changed.")),
    "score.cell": (
        "missing",
        N_("There is no page here that you can see. Check the address, or go to your work."),
    ),
    "score.seat_locked": (
        "conflict",
        N_(
            "Scores were locked in your place on the panel before you took it. They stand, and nothing changed."
        ),
    ),
    "score.level": ("invalid", N_("Choose one of the levels.")),
    "score.reason_short": (
        "invalid",
        N_("Give a reason of at least 20 characters that points to the answer."),
    ),
    "score.reason_paraphrase": (
        "invalid",
        N_("The reason only repeats the level’s own words. Say what in the answer led you there."),
    ),
    "practice.first": (
        "conflict",
        N_(
            "This authority asks whoever scores to practise first, once. Nothing is lost, and your role waits. The way there stands on this page."
        ),
    ),
    "score.reason_long": (
        "invalid",
        N_("The reason is longer than 2,000 characters. Shorten it: its supplier reads all of it."),
    ),
    "score.elsewhere": (
        "conflict",
        N_(
            "You changed this score in another window meanwhile. What you typed here is still in the form. The button shows you both, and then saves what stands in the form."
        ),
    ),
    "score.pointer": ("invalid", N_("Choose the answer that your reason points to.")),
    "score.missing": ("conflict", N_("{count} scores are missing. You lock when every score has a reason.")),
    "score.waits": ("conflict", N_("The stage goes on when everyone on the panel has locked their scores.")),
    "moderation.final": ("conflict", N_("The levels are final already.")),
    "reopen.awarded": (
        "conflict",
        N_("The award is made, so its decision can no longer be taken back."),
    ),
    "reopen.nothing": (
        "conflict",
        N_("Nothing was scored at this stage, so there is nothing to go over again."),
    ),
    "reserve.none": ("conflict", N_("Nobody is held in reserve.")),
    "reserve.late": ("conflict", N_("Delivery has begun, so a reserve can no longer be called.")),
    "reserve.subject": (
        "invalid",
        N_("Choose who drops out: a supplier that was selected and has not signed."),
    ),
    "moderation.not_final": (
        "conflict",
        N_("The levels are not final, so the panel can still change them. Nothing changed."),
    ),
    "moderation.open": (
        "conflict",
        N_(
            "The levels are more than one apart in some places: {count}. Agree on one level there, or say that there is no agreement. Nothing is final yet."
        ),
    ),
    "moderation.unsigned": (
        "conflict",
        N_(
            "Levels outside what anybody gave wait for an approver’s signature: {count}. Nothing is final yet."
        ),
    ),
    "moderation.meeting": (
        "conflict",
        N_("Levels were agreed, so record the meeting at which that was. Nothing is final yet."),
    ),
    "moderation.held": (
        "invalid",
        N_("A meeting was held after everybody had locked, and before now. Check the day and the time."),
    ),
    "moderation.attended": ("invalid", N_("A meeting needs at least two people of the panel.")),
    "moderation.reason": ("invalid", N_("Say why. It becomes part of the record.")),
    "moderation.reasons": (
        "invalid",
        N_("Give a reason for each evaluator whose own level is another. {count} are missing."),
    ),
    "moderation.replaced": (
        "conflict",
        N_("This level was signed, changed or taken back meanwhile. Read what stands now."),
    ),
    "lock.own_first": (
        "conflict",
        N_("Lock your own scores first. Until then nobody learns who has locked. Nothing changed."),
    ),
    "lock.own": (
        "conflict",
        N_("Nobody reopens a lock of their own. The panel can agree on another level instead."),
    ),
    "lock.none": ("conflict", N_("Nothing is locked there, so there is nothing to reopen.")),
    "lock.person": ("invalid", N_("Choose whose lock to reopen.")),
    "moderation.signer": (
        "conflict",
        N_("Whoever was on the panel, or proposed this level, cannot sign it. Ask another approver."),
    ),
    "decision.hidden": (
        "missing",
        N_("There is no page here that you can see. Check the address, or go to your work."),
    ),
    "decision.reason": (
        "invalid",
        N_(
            "This goes out of rank order, or chooses between equals. Give the reason; suppliers will read it."
        ),
    ),
    "draw.none": (
        "missing",
        N_("There is no page here that you can see. Check the address, or go to your work."),
    ),
    "draw.made": ("conflict", N_("The draw is made already. Nothing changed.")),
    "draw.early": ("conflict", N_("The value of this draw is published at {at}. Come back then.")),
    "draw.unneeded": ("conflict", N_("No two proposals share a rank, so there is nothing to draw.")),
    "draw.value": (
        "invalid",
        N_("The value has 64 characters, digits and the letters a to f. Copy it whole."),
    ),
    "draw.differs": (
        "conflict",
        N_(
            "Somebody else copied another value. Compare both with the source; whoever was wrong copies it again."
        ),
    ),
    "decision.draw": (
        "conflict",
        N_(
            "This chooses between equals, or holds them in reserve, and the published rule breaks such a tie by a draw. Record the draw first. What you typed is kept."
        ),
    ),
    "decision.reserve": (
        "invalid",
        N_("The reserve is held by rank without gaps, and equals are held together or not at all."),
    ),
    "decision.too_many": ("invalid", N_("At most {limit} can go on from this stage.")),
    "decision.failing": ("invalid", N_("A proposal below a threshold cannot go on. Nobody can waive that.")),
    "decision.reasons": ("invalid", N_("Every supplier needs a sentence on why. {count} are missing.")),
    "decision.none": ("conflict", N_("There is no proposed decision to confirm.")),
    "decision.scored": (
        "conflict",
        N_("Whoever was on the panel, or proposed, cannot confirm. Ask another approver."),
    ),
    "award.summaries": ("conflict", N_("Every supplier’s summary must be sent first. {count} are waiting.")),
    "award.checks": ("invalid", N_("Confirm each check before the award notice.")),
    "award.standstill": (
        "conflict",
        N_("The last day of the standstill is {until}. Nothing can be awarded before it is over."),
    ),
    "award.undecided": ("conflict", N_("The last stage is not decided yet.")),
    "award.nobody": ("conflict", N_("Nobody was selected, so there is nothing to award.")),
    "award.stages_left": ("conflict", N_("There are stages left after this one.")),
    "agreement.again": ("conflict", N_("There is an agreement with this supplier for this stage already.")),
    "agreement.dates": (
        "invalid",
        N_("An agreement is signed on a day from the award to today, and ends on that day or later."),
    ),
    "agreement.value": (
        "invalid",
        N_("An agreement cannot be over more than the stage’s published money, or in another currency."),
    ),
    "recusal.again": (
        "conflict",
        N_(
            "This person takes no part on the panel any more, and their scores do not count. Nothing changed."
        ),
    ),
    "recusal.final": (
        "conflict",
        N_(
            "The panel’s levels are final, and totals were seen. Somebody’s scores can be left out only once the levels are revised: the chair and an approver do that, with a reason."
        ),
    ),
    "recusal.decided": (
        "conflict",
        N_(
            "The stage is decided. Somebody’s scores can be left out only once its decision is opened again: a lead and an approver do that, with a reason."
        ),
    ),
    "declaration.other": (
        "conflict",
        N_(
            "Somebody else consents to this: the chair to the panel’s interests, an approver to the chair’s own."
        ),
    ),
    "summary.again": ("conflict", N_("The summaries of this stage were sent already. Nothing changed.")),
    "summary.long": ("invalid", N_("Use at most {limit} words. This has {words}. Nothing is saved.")),
    "debrief.again": (
        "conflict",
        N_(
            "You asked about this summary already, and one question can be asked. It stands beside the summary."
        ),
    ),
    "debrief.late": (
        "conflict",
        N_(
            "The {days} days in which you could ask are over. Nothing is sent. The contact on the summary still reads."
        ),
    ),
    "debrief.empty": ("invalid", N_("Write your question, or ask for a meeting.")),
    "debrief.long": ("invalid", N_("Use at most {limit} words. This has {words}. Nothing is sent.")),
    "debrief.answered": ("conflict", N_("This was answered already. Nothing changed.")),
    "debrief.unanswered": ("invalid", N_("Write the answer.")),
    "outcome.missing": ("conflict", N_("Report the result against the baseline first.")),
}
