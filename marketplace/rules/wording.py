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
    "engage": MoveWords("Start engagement", "Publish an early notice", "The challenge becomes visible as an early notice. Record everyone you meet and what they are given; the record is published at opening. Where your rules ask for a market engagement notice on a national portal, publish it there first."),
    "approve": MoveWords("Approve", "Approve this challenge", "You approve exactly the words shown here. The lead can open it after that."),
    "open": MoveWords("Open for proposals", "Open this for proposals", "The whole challenge becomes public, and its clock starts. From then on its words and its deadline stand."),
    "notice": MoveWords("Publish the award notice", "Publish the award notice", "The result becomes public, and a standstill begins where the rules or you have one; without one the award is made in the same act. Everyone assessed has their summary already."),
    "award": MoveWords("Make the award", "Make the award", "This waits until the standstill is over. The award is made, everybody can see it, and agreements can be signed."),
    "deliver": MoveWords("Start delivery", "Start delivery", "The trail shows that work began."),
    "complete": MoveWords("Complete", "Complete this challenge", "The result against the baseline becomes public for good."),
    "end": MoveWords("End without an award", "End this without an award", "Nobody goes on. The lessons become public. Where your rules ask for a termination notice on a national portal, it is yours to publish there.", "Why does it end here?"),
    "suspend": MoveWords("Suspend", "Suspend this challenge", "Nothing opens, closes or is accepted until it resumes. This happens at once.", "Why? This becomes public."),
    "resume": MoveWords("Resume", "Resume this challenge", "It returns to where it was. A second person must agree.", "Why can it go on? This becomes public."),
    "terminate": MoveWords("End early", "End this challenge early", "It ends for good. A second person must agree. Where your rules ask for a termination notice on a national portal, it is yours to publish there.", "Why? This becomes public."),
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
    "challenge.award": NoticeWords("Awarded: {title}", "The award of “{title}” is made:\n\n{link}"),
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
    "declaration.manageable": NoticeWords("An interest to consider: {title}", "Somebody on the panel of “{title}” declared an interest that can be managed. Read how, and consent where you agree:\n\n{link}"),
    "declaration.conflict": NoticeWords("A place on the panel is free: {title}", "Somebody on the panel of “{title}” declared a conflict, and takes no further part. Appoint another person before scoring:\n\n{link}"),
    "summary.sent": NoticeWords("Your summary: {title}", "Here is every score of your proposal {ref} for “{title}”, and the reason for it:\n\n{link}"),
}  # fmt: skip


SECTIONS: dict[str, str] = {
    "problem": "The problem, in the words of those who have it", "affected": "Who is affected and how you know",
    "tried": "What was tried before", "outcomes": "What would count as success", "data": "Data you can offer",
    "adoption": "Route to adoption, and who owns the result", "stages": "Stages and money",
    "questions": "Questions to suppliers", "criteria": "Criteria and weights", "terms": "Rules, dates and contact",
}  # fmt: skip

GAPS: dict[str, str] = {
    "problem.title": "The challenge has no title", "problem.summary": "There is no summary",
    "problem.problem": "The problem is not described", "problem.why_now": "Why now is not answered",
    "problem.topic": "No topic is chosen", "affected.affected": "Nobody affected is described",
    "tried.tried": "What was tried before is not said", "outcomes.outcomes": "There is no measure of success",
    "outcomes.measure": "A measure has no name", "outcomes.baseline": "A measure has no baseline",
    "outcomes.target": "A measure has no target", "data.data": "List data, or say that you have none, and not both",
    "data.name": "A data set has no name", "data.licence": "A data set has no licence",
    "data.format": "A data set has no format", "data.lawful_basis": "A data set has no lawful basis",
    "adoption.adoption": "The route to adoption is not described", "adoption.intellectual_property": "Who owns the result is not said",
    "stages.stages": "There is no stage", "stages.name": "A stage has no name",
    "stages.first": "The first stage must collect proposals", "stages.later": "Only the first stage can collect proposals",
    "stages.teams": "A stage plans more teams than the one before takes forward, or none",
    "stages.forward": "A stage takes forward more teams than it has, or the first takes none",
    "stages.budget": "The stages cost more than the budget", "questions.questions": "There is no question",
    "questions.ids": "Two questions share a name", "questions.prompt": "A question has no words",
    "criteria.criteria": "There is no criterion", "criteria.weights": "Weights must add up to 100",
    "criteria.ids": "Two criteria share a name", "criteria.name": "A criterion has no name",
    "criteria.meaning": "A criterion has no meaning", "criteria.levels": "Every criterion needs 3 to 11 levels, each described",
    "criteria.minimum": "A minimum is above the highest level", "criteria.questions": "A criterion points to a question that is gone",
    "terms.regime": "No rules are chosen", "terms.closes_at": "There is no deadline", "terms.decision_on": "There is no decision date",
    "terms.order": "The decision date is before the deadline", "terms.standstill": "These rules do not allow this standstill",
    "terms.contact": "There is no contact",
}  # fmt: skip

TEAM_GAPS: dict[str, str] = {
    "editor": "An editor, who writes the challenge.",
    "lead": "A lead, who opens and runs it.",
    "approver": "An approver who wrote nothing of it and does not score.",
    "openers": "Two openers. Each confirms in a visit of their own.",
    "no_interest": "Openers declare that they have no interest in who wins.",
    "chair": "One chair, who scores and leads the panel.",
    "panel": "Enough people on the panel. The chair counts.",
    "accepted": "Everybody on the panel accepts their role.",
}

ROLES: dict[str, str] = {
    "editor": "Writes the challenge", "approver": "Approves it and confirms decisions; wrote nothing and does not score",
    "lead": "Opens the challenge and runs it", "opener": "One of the two who open the proposals",
    "evaluator": "Reads and scores alone, then with the panel", "chair": "Scores, leads the panel and proposes the decision",
    "observer": "Reads after opening; every look is recorded",
}  # fmt: skip

CHECKS: dict[str, str] = {
    "exclusions": "The grounds for exclusion were checked for every supplier selected.",
    "debarment": "The debarment list was checked, where one applies.",
    "insurance": "Insurance was seen.",
    "conflicts": "Everybody who decided confirmed again that they have no conflict of interest.",
    "low_price": "A supplier whose price looked too low was heard, or no price did.",
}

NOTICE_KINDS: dict[str, str] = {
    "opening": "Before opening (the tender notice)", "award": "Before the award (the award notice)",
    "contract": "After the award (contract details)",
}  # fmt: skip

COLLECTS: dict[str, str] = {
    "proposal": "A proposal", "nothing": "Nothing new", "report": "A stage report", "milestones": "Milestones",
}  # fmt: skip


@dataclass(frozen=True)
class TaskWords:
    """A task on somebody's desk: `text` says in a sentence what it is about."""

    title: str
    button: str
    text: str = ""


TASKS: dict[str, TaskWords] = {
    "accept": TaskWords("Accept your role", "Read and accept", "You were asked to be {role}."),
    "no-interest": TaskWords(
        "Declare that you have no interest", "Declare it", "You are one of two openers."
    ),
    "write": TaskWords("Finish a draft", "Go on writing", "{done} of {total} tasks done."),
    "send": TaskWords("Send a draft for review", "Look and send", "Every section is done."),
    "approve": TaskWords(
        "Review and approve", "Read it", "Everything in it waits for a second pair of eyes."
    ),
    "engage": TaskWords(
        "Record whom you meet",
        "Record a meeting",
        "The early notice is public. The record becomes public at opening.",
    ),
    "open": TaskWords("Open for proposals", "Check and open", "It is approved."),
    "agree": TaskWords("Agree to a request", "Read the request", "{name} asked: {move}."),
    "reschedule": TaskWords(
        "Set a new deadline", "Set a new deadline", "The service was not running before the deadline."
    ),
    "resume": TaskWords(
        "Resume or end it", "Look at it", "It is suspended. Nothing opens, closes or is accepted."
    ),
    "open-proposals": TaskWords(
        "Open the proposals",
        "Go to the opening",
        "The stage is closed. Two openers confirm, each in a visit of their own.",
    ),
    "declare": TaskWords(
        "Declare your interests", "Declare", "Answer for every name. Then the proposals open to you."
    ),
    "consent": TaskWords(
        "Consent to declared interests",
        "Look at them",
        "Somebody on the panel declared an interest that can be managed.",
    ),
    "begin-scoring": TaskWords("Begin scoring", "Begin scoring", "The whole panel declared its interests."),
    "score": TaskWords("Score the proposals", "Go on scoring", "You score alone until you lock."),
    "decide": TaskWords("Propose a decision", "See the ranking", "Every score is locked."),
    "confirm": TaskWords("Confirm a decision", "Read the decision", "The chair proposed who goes on."),
    "summaries": TaskWords(
        "Send the summaries",
        "Read and send",
        "Every supplier gets every score and the reason for it, all in one action.",
    ),
    "next-stage": TaskWords(
        "Start the next stage", "Go to the challenge", "A stage is decided, and somebody goes on."
    ),
    "notice": TaskWords("Publish the award notice", "Check and publish", "Every summary is sent."),
    "award": TaskWords("Make the award", "Check and award", "The standstill is over."),
    "deliver": TaskWords("Start delivery", "Start delivery", "The award is made."),
    "report": TaskWords(
        "Report the result", "Report it", "The result against the baseline, and what was learned."
    ),
    "complete": TaskWords("Complete the challenge", "Check and complete", "The result is reported."),
    "end": TaskWords("End it without an award", "Check and end", "Nobody goes on. The lessons are reported."),
    "propose": TaskWords(
        "Finish a proposal", "Go on writing", "A draft of {name}. The authority sees nothing of it."
    ),
    "summary": TaskWords(
        "Read your summary", "Read it", "Every score of your proposal, and the reason for it."
    ),
    "verify": TaskWords("Verify an authority", "Look at it", "{name} registered as a public authority."),
}


EVENTS: dict[str, str] = {
    "challenge.engage": "Early notices",
    "challenge.open": "Openings for proposals",
    "stage.close": "Deadlines",
    "stage.interrupt": "Interruptions",
    "stage.reschedule": "New deadlines",
    "sealed": "Sealed entries",
    "stage.open": "Proposals opened",
    "stage.account": "Sealed entries accounted for",
    "stage.score": "Scoring begun",
    "stage.moderate": "Scores locked",
    "stage.decide": "Decisions",
    "summary.send": "Summaries sent",
    "award.notice": "Award notices",
    "award.make": "Awards",
    "agreement.sign": "Agreements",
    "challenge.deliver": "Deliveries begun",
    "challenge.complete": "Completions",
    "challenge.suspend": "Suspensions",
    "challenge.resume": "Resumptions",
    "challenge.terminate": "Early ends",
    "organisation.verify": "Authorities verified",
    "log.start": "The beginning",
}
"""Kinds of event as the trail's filter names them."""
