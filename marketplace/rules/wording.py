"""Words for the lifecycle: states, moves and notices, in the order in which people meet them."""

from __future__ import annotations

from dataclasses import dataclass

STATES: dict[str, str] = {
    "draft": "Draft", "review": "In review", "engagement": "Engagement", "approved": "Approved",
    "open": "Open", "in_progress": "In progress", "standstill": "Standstill", "awarded": "Awarded",
    "delivering": "Delivering", "completed": "Completed", "suspended": "Suspended", "terminated": "Terminated",
}  # fmt: skip

STAGE_STATES: dict[str, str] = {
    "planned": "Planned", "collecting": "Taking proposals", "closed": "Closed", "opened": "Opened",
    "scoring": "Scoring", "moderating": "Moderating", "decided": "Decided", "interrupted": "Interrupted",
}  # fmt: skip


@dataclass(frozen=True)
class MoveWords:
    """`button` is the verb; `says` is what happens and who will see it, in one or two sentences."""

    button: str
    title: str
    says: str
    reason: str = ""


MOVES: dict[str, MoveWords] = {
    "send": MoveWords("Send for review", "Send this for review", "An approver reads it next. Editing stops until it comes back."),
    "send-back": MoveWords("Send back", "Send this back to its editor", "The editor can change it again. Nothing is public.", "What should change?"),
    "engage": MoveWords("Start engagement", "Publish an early notice", "The challenge becomes visible as an early notice. Record everyone you meet and what they are given; the record is published at opening."),
    "approve": MoveWords("Approve", "Approve this challenge", "You approve exactly the words shown here. The lead can open it after that."),
    "open": MoveWords("Open for proposals", "Open this for proposals", "The whole challenge becomes public, and its clock starts. From then on it can only be amended with everyone told."),
    "notice": MoveWords("Publish the award notice", "Publish the award notice", "The result becomes public, and the standstill begins. Everyone assessed has their summary already."),
    "award": MoveWords("Make the award", "Make the award", "The standstill is over. The award becomes final and public."),
    "deliver": MoveWords("Start delivery", "Start delivery", "The trail shows that work began."),
    "complete": MoveWords("Complete", "Complete this challenge", "The result against the baseline becomes public for good."),
    "end": MoveWords("End without an award", "End this without an award", "Nobody goes on. The lessons become public.", "Why does it end here?"),
    "suspend": MoveWords("Suspend", "Suspend this challenge", "Nothing opens, closes or is accepted until it resumes. This happens at once.", "Why? This becomes public."),
    "resume": MoveWords("Resume", "Resume this challenge", "It returns to where it was. A second person must agree.", "Why can it go on? This becomes public."),
    "terminate": MoveWords("End early", "End this challenge early", "It ends for good. A second person must agree.", "Why? This becomes public."),
    "reschedule": MoveWords("Set a new deadline", "Set a new deadline for everyone", "The service was not running before the deadline. A second person must agree.", "What happened? This becomes public."),
    "score": MoveWords("Begin scoring", "Begin scoring", "Everyone on the panel declared their interests. The proposals open to them now."),
}  # fmt: skip


@dataclass(frozen=True)
class NoticeWords:
    subject: str
    text: str


NOTICES: dict[str, NoticeWords] = {
    "account.confirm": NoticeWords("Confirm your e-mail address", "Somebody, probably you, registered here with this address. Open this link within a day to confirm it:\n\n{link}\n\nIf it was not you, do nothing."),
    "account.exists": NoticeWords("You have an account already", "Somebody, probably you, tried to register with this address. You have an account already. Sign in here, or set a new password:\n\n{link}"),
    "account.reset": NoticeWords("Set a new password", "Open this link within an hour to set a new password:\n\n{link}\n\nIf you did not ask for it, do nothing."),
    "account.changed": NoticeWords("Your password was changed", "Your password was changed, and every other visit was signed out. If it was not you, set a new one here:\n\n{link}"),
    "operator.invited": NoticeWords("You are an operator here", "You were asked to operate this service: you verify public authorities. Open this link within a day:\n\n{link}"),
    "organisation.verified": NoticeWords("{name} is verified", "An operator verified {name}. You can open challenges now:\n\n{link}"),
    "organisation.joined": NoticeWords("You were added to {name}", "You can now work for {name}:\n\n{link}"),
    "role.given": NoticeWords("A role for you: {title}", "You were asked to take part in “{title}” as {role}. Please read what it means and accept:\n\n{link}"),
    "challenge.send": NoticeWords("To review: {title}", "“{title}” waits for an approver:\n\n{link}"),
    "challenge.send-back": NoticeWords("Sent back: {title}", "“{title}” came back with a reason:\n\n{link}"),
    "challenge.approve": NoticeWords("Approved: {title}", "“{title}” is approved. The lead can open it:\n\n{link}"),
    "challenge.open": NoticeWords("Open: {title}", "“{title}” is open for proposals:\n\n{link}"),
    "challenge.suspend": NoticeWords("Suspended: {title}", "“{title}” is suspended. Nothing opens, closes or is accepted until it resumes. The reason is here:\n\n{link}"),
    "challenge.resume": NoticeWords("Resumed: {title}", "“{title}” goes on. The dates are here:\n\n{link}"),
    "challenge.terminate": NoticeWords("Ended early: {title}", "“{title}” ended early. The reason is here:\n\n{link}"),
    "challenge.ask": NoticeWords("A second person is needed: {title}", "Somebody asked to {move} “{title}”. Please agree or do nothing:\n\n{link}"),
    "challenge.notice": NoticeWords("Award notice: {title}", "The award notice of “{title}” is public:\n\n{link}"),
    "challenge.award": NoticeWords("Awarded: {title}", "The award of “{title}” is final:\n\n{link}"),
    "challenge.deliver": NoticeWords("Delivery began: {title}", "Work on “{title}” began:\n\n{link}"),
    "challenge.complete": NoticeWords("Completed: {title}", "“{title}” is completed. The result is here:\n\n{link}"),
    "challenge.end": NoticeWords("Ended: {title}", "“{title}” ended without an award. The lessons are here:\n\n{link}"),
    "stage.close": NoticeWords("Ready to open: {title}", "“{title}” closed. Two openers confirm next, each in a visit of their own:\n\n{link}"),
    "stage.interrupt": NoticeWords("Interrupted: {title}", "The service was not running before the deadline of “{title}”. Lead and approver set a new one:\n\n{link}"),
    "stage.reschedule": NoticeWords("New deadline: {title}", "“{title}” has a new deadline for everyone:\n\n{link}"),
    "stage.nobody": NoticeWords("No proposals: {title}", "“{title}” closed without a proposal:\n\n{link}"),
    "stage.open-proposals": NoticeWords("Declare your interests: {title}", "The proposals for “{title}” were opened. Please declare against every name before any text opens to you:\n\n{link}"),
    "stage.score": NoticeWords("Scoring begins: {title}", "The proposals for “{title}” wait for your scores:\n\n{link}"),
    "stage.moderate": NoticeWords("All scores are locked: {title}", "The panel of “{title}” finished. The ranking is ready for the chair:\n\n{link}"),
    "stage.decide": NoticeWords("Decided: {title}", "The decision on “{title}” is confirmed:\n\n{link}"),
    "decision.proposed": NoticeWords("To confirm: {title}", "The chair proposed a decision on “{title}”. An approver who did not score confirms it:\n\n{link}"),
    "proposal.received": NoticeWords("We have your proposal: {title}", "Your proposal {ref} for “{title}” is sealed until {closes_at}. You can replace or withdraw it until then:\n\n{link}"),
    "proposal.withdrawn": NoticeWords("Withdrawn: {title}", "Your proposal {ref} for “{title}” is withdrawn. The draft is kept:\n\n{link}"),
    "summary.sent": NoticeWords("Your summary: {title}", "Here is every score of your proposal {ref} for “{title}”, and the reason for it:\n\n{link}"),
}  # fmt: skip
