"""Words for the lifecycle: states, moves and notices, in the order in which people meet them."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.words import N_

STATES: dict[str, str] = {
    "draft": N_("Draft"), "review": N_("In review"), "engagement": N_("Engagement"), "approved": N_("Approved"),
    "open": N_("Open"), "in_progress": N_("In progress"), "standstill": N_("Standstill"), "awarded": N_("Awarded"),
    "delivering": N_("Delivering"), "completed": N_("Completed"), "suspended": N_("Suspended"), "terminated": N_("Terminated"),
}  # fmt: skip

MEANINGS: dict[str, str] = {
    "engagement": N_("An early notice. The authority talks with suppliers, and records whom it meets and what it gives them."),
    "open": N_("Takes proposals until the deadline. How many came is nobody’s knowledge until then."),
    "in_progress": N_("Closed. Two people open the proposals, the panel declares its interests and scores, and an approver who did not score confirms."),
    "standstill": N_("The award notice is public. No agreement can be signed yet, so that suppliers can ask and challenge."),
    "awarded": N_("The award is made, after the standstill where there is one. Agreements can be signed."),
    "delivering": N_("The work goes on."),
    "completed": N_("It ended, with its result against the baseline, the money spent and the lessons."),
    "suspended": N_("Nothing opens, closes or is accepted. One person can stop it; two are needed to go on."),
    "terminated": N_("Ended early, by two people, with a public reason."),
}  # fmt: skip
"""What each public state of a challenge means."""

STAGE_STATES: dict[str, str] = {
    "planned": N_("Planned"), "collecting": N_("Taking proposals"), "closed": N_("Closed"), "opened": N_("Opened"),
    "scoring": N_("Scoring"), "moderating": N_("Moderating"), "decided": N_("Decided"), "interrupted": N_("Interrupted"),
}  # fmt: skip

TOPICS: dict[str, str] = {
    "business": N_("Business"), "environment": N_("Environment"), "health": N_("Health"), "housing": N_("Housing"),
    "identity": N_("Identity"), "safety": N_("Safety"), "transport": N_("Transport"),
}  # fmt: skip


@dataclass(frozen=True)
class MoveWords:
    """`button` is the verb; `says` is what happens and who will see it, in one or two sentences."""

    button: str
    title: str
    says: str
    reason: str = ""


MOVES: dict[str, MoveWords] = {
    "send": MoveWords(N_("Send for review"), N_("Send this for review"), N_("An approver reads it next. Editing stops until it comes back.")),
    "send-back": MoveWords(N_("Send back"), N_("Send this back to its editor"), N_("The editor can change it again. Nothing is public."), N_("What should change?")),
    "engage": MoveWords(N_("Start engagement"), N_("Publish an early notice"), N_("The challenge becomes visible as an early notice, which cannot be taken back. Record everyone you meet and what they are given; the record is published at opening. Where your rules ask for a market engagement notice on a national portal, publish it there first.")),
    "approve": MoveWords(N_("Approve"), N_("Approve this challenge"), N_("You approve exactly the words shown here. The lead can open it after that.")),
    "open": MoveWords(N_("Open for proposals"), N_("Open this for proposals"), N_("The whole challenge becomes public, and its clock starts. From then on its words and its deadline stand: this cannot be undone.")),
    "notice": MoveWords(N_("Publish the award notice"), N_("Publish the award notice"), N_("The result becomes public, and a standstill begins where the rules or you have one; without one the award is made in the same act. Everyone assessed has their summary already. It cannot be taken back.")),
    "award": MoveWords(N_("Make the award"), N_("Make the award"), N_("This waits until the standstill is over. The award is made, everybody can see it, and agreements can be signed. It cannot be taken back. Where somebody began a court claim against it, the law may forbid that: suspend the challenge first, and take advice.")),
    "deliver": MoveWords(N_("Start delivery"), N_("Start delivery"), N_("The trail shows that work began.")),
    "complete": MoveWords(N_("Complete"), N_("Complete this challenge"), N_("The result against the baseline becomes public for good.")),
    "end": MoveWords(N_("End without an award"), N_("End this without an award"), N_("Nobody goes on. The result and the lessons become public, for good. Where your rules ask for a termination notice on a national portal, it is yours to publish there."), N_("Why does it end here?")),
    "suspend": MoveWords(N_("Suspend"), N_("Suspend this challenge"), N_("Nothing opens, closes or is accepted until it resumes. This happens at once."), N_("Why? This becomes public.")),
    "resume": MoveWords(N_("Resume"), N_("Resume this challenge"), N_("It returns to where it was. A stage that takes proposals gets a new deadline, and a standstill begins anew. A second person must agree."), N_("Why can it go on? This becomes public.")),
    "terminate": MoveWords(N_("End early"), N_("End this challenge early"), N_("It ends for good. A second person must agree. Where your rules ask for a termination notice on a national portal, it is yours to publish there."), N_("Why? This becomes public.")),
    "reschedule": MoveWords(N_("Set a new deadline"), N_("Set a new deadline for everyone"), N_("The service was not running before the deadline. A second person must agree."), N_("What happened? This becomes public.")),
    "call-reserve": MoveWords(N_("Call the reserve"), N_("Call the reserve"), N_("A supplier that was selected drops out before it signed: have that from it in writing. The first in reserve, by rank without it, takes its place. A second person must agree. Every summary is sent anew then, and after an award notice another one is due, with a standstill of its own where there is one."), N_("Why does it drop out? This becomes public, and is the reason that suppliers read for who takes its place.")),
    "reopen": MoveWords(N_("Take the decision back"), N_("Take the decision back"), N_("The stage returns to scoring, and a standstill ends. Locked scores stand; the panel agrees its levels anew, and the chair proposes anew. The old decision and the summaries that were sent are kept, marked as replaced. A second person must agree. It is not possible once the award is made."), N_("What was wrong? This becomes public.")),
    "revise": MoveWords(N_("Revise the levels"), N_("Revise the panel’s levels"), N_("The levels are no longer final, and nobody sees a total until they are again. A proposed decision is set aside. What the panel agreed is kept. The chair and an approver must agree."), N_("Why? This becomes public.")),
    "score": MoveWords(N_("Begin scoring"), N_("Begin scoring"), N_("Everyone on the panel declared their interests. The proposals open to them now. This cannot be undone.")),
}  # fmt: skip


@dataclass(frozen=True)
class NoticeWords:
    subject: str
    text: str


NOTICES: dict[str, NoticeWords] = {
    "account.confirm": NoticeWords(N_("Confirm your e-mail address"), N_("Somebody, probably you, registered here with this address. Open this link within a day to confirm it:\n\n{link}\n\nIf it was not you, do nothing.")),
    "account.exists": NoticeWords(N_("You have an account already"), N_("Somebody, probably you, tried to register with this address. You have an account already. Sign in here, or set a new password:\n\n{link}")),
    "account.reset": NoticeWords(N_("Set a new password"), N_("Open this link within an hour to set a new password:\n\n{link}\n\nIf you did not ask for it, do nothing.")),
    "account.changed": NoticeWords(N_("Your password was changed"), N_("Your password was changed, and every other visit was signed out. If it was not you, set a new one here:\n\n{link}")),
    "account.new-browser": NoticeWords(N_("A new sign-in to your account"), N_("Somebody signed in to your account at {at}, in a browser that we have not met on it before: {browser}.\n\nIf it was you, do nothing. If it was not, end that visit here and change your password at once:\n\n{link}")),
    "account.closed": NoticeWords(N_("Your account is closed"), N_("Your account is closed, as you asked. This is the last message to this address, and you can register it again when you like. What is kept, and for how long:\n\n{link}")),
    "address.old": NoticeWords(N_("Another address for your account?"), N_("Somebody who is signed in to your account wants its e-mail address to become {email}. Agree or stop it here, within two days:\n\n{link}\n\nIf it was not you, stop it and set a new password. If you do nothing, nothing changes.")),
    "address.new": NoticeWords(N_("Confirm this address for your account"), N_("Somebody, probably you, wants this to be the e-mail address of their account here. Confirm it within two days:\n\n{link}\n\nIf it was not you, do nothing.")),
    "address.taken": NoticeWords(N_("You have an account already"), N_("Somebody, probably you, wants this to be the e-mail address of another account here. You have an account with it already, so nothing changes. To free the address, sign in and close that account:\n\n{link}")),
    "address.changed": NoticeWords(N_("The address of your account changed"), N_("The e-mail address of your account is {email} now, as both addresses agreed. Every other visit was signed out:\n\n{link}")),
    "operator.invited": NoticeWords(N_("You are an operator here"), N_("You were asked to operate this service: you verify public authorities. Open this link within a day:\n\n{link}")),
    "organisation.verified": NoticeWords(N_("{name} is verified"), N_("An operator verified {name}. You can open challenges now:\n\n{link}")),
    "organisation.invited": NoticeWords(N_("{name} invites you"), N_("{inviter} invites you to work for {name} on {service}, where public authorities publish challenges and suppliers answer them. Open this link to read what that means, and to join or to decline:\n\n{link}\n\nIt works until {ends_at}. If you do not know them, do nothing.")),
    "expert.invited": NoticeWords(N_("Your judgement is asked for: {title}"), N_("{inviter} of {name} asks you to take part in “{title}” as {role}, from outside the authority, on {service}. Open this link to read what that means and what you undertake, and to accept or to decline. You need no account yet:\n\n{link}\n\nIt works until {ends_at}. If you do not know them, do nothing.")),
    "organisation.administrator": NoticeWords(N_("You are an administrator of {name}"), N_("You were made an administrator of {name}. You can invite people and change what they are:\n\n{link}")),
    "organisation.member": NoticeWords(N_("You are a member of {name}"), N_("You are no longer an administrator of {name}, and still a member:\n\n{link}")),
    "organisation.removed": NoticeWords(N_("You no longer work for {name}"), N_("An administrator removed you from {name}. Its drafts are closed to you. The organisations that you work for:\n\n{link}")),
    "role.given": NoticeWords(N_("A role for you: {title}"), N_("You were asked to take part in “{title}” as {role}. Please read what it means and accept:\n\n{link}")),
    "role.deputy": NoticeWords(N_("Will you be deputy? {title}"), N_("{name} asks you to be deputy in “{title}”, for the role of {role}. You act only while its holder is away. Please read what it means and accept:\n\n{link}")),
    "role.offer": NoticeWords(N_("Will you take over? {title}"), N_("{name} asks you to take over the role of {role} in “{title}”. Nothing changes before you do:\n\n{link}")),
    "role.sit-in": NoticeWords(N_("A deputy sits in: {title}"), N_("{holder} is away, so {other} acts as {role} in “{title}” from now on. Who is away can take the role back here at any time:\n\n{link}")),
    "role.return": NoticeWords(N_("Back in their role: {title}"), N_("{holder} acts as {role} in “{title}” again. {other} stands by:\n\n{link}")),
    "role.hand-over": NoticeWords(N_("A role changed hands: {title}"), N_("{other} took over the role of {role} in “{title}” from {holder}:\n\n{link}")),
    "role.declined": NoticeWords(N_("Declined: {title}"), N_("{other} was asked about the role of {role} in “{title}” and declined. Ask somebody else here:\n\n{link}")),
    "role.withdrawn": NoticeWords(N_("No longer needed: {title}"), N_("{other} was asked to take over the role of {role} in “{title}”, and need not any more. {holder} keeps it:\n\n{link}")),
    "role.deputy-ended": NoticeWords(N_("No longer deputy: {title}"), N_("{other} is no longer deputy for the role of {role} in “{title}”. {holder} acts in it:\n\n{link}")),
    "role.give-back": NoticeWords(N_("A role is free: {title}"), N_("{holder} no longer takes part in “{title}” as {role}. The team page shows who is missing:\n\n{link}")),
    "challenge.send": NoticeWords(N_("To review: {title}"), N_("“{title}” waits for an approver:\n\n{link}")),
    "challenge.send-back": NoticeWords(N_("Sent back: {title}"), N_("“{title}” came back with a reason:\n\n{link}")),
    "challenge.approve": NoticeWords(N_("Approved: {title}"), N_("“{title}” is approved. The lead can open it:\n\n{link}")),
    "challenge.open": NoticeWords(N_("Open: {title}"), N_("“{title}” is open for proposals:\n\n{link}")),
    "challenge.suspend": NoticeWords(N_("Suspended: {title}"), N_("“{title}” is suspended. Nothing opens, closes or is accepted until it resumes. The reason is here:\n\n{link}")),
    "challenge.resume": NoticeWords(N_("Resumed: {title}"), N_("“{title}” goes on. The dates are here:\n\n{link}")),
    "challenge.terminate": NoticeWords(N_("Ended early: {title}"), N_("“{title}” ended early. The reason is here:\n\n{link}")),
    "challenge.ask": NoticeWords(N_("A second person is needed: {title}"), N_("Somebody asked to {move} “{title}”. Please agree or do nothing:\n\n{link}")),
    "challenge.notice": NoticeWords(N_("Award notice: {title}"), N_("The award notice of “{title}” is public, and the award is made: there is no standstill. Its page says who was selected and why:\n\n{link}")),
    "challenge.standstill": NoticeWords(N_("Award notice: {title}"), N_("The award notice of “{title}” is public. A standstill runs until the end of {until}, and nothing can be signed before. Its page says who was selected and why:\n\n{link}")),
    "challenge.award": NoticeWords(N_("Awarded: {title}"), N_("The award of “{title}” is made:\n\n{link}")),
    "challenge.deliver": NoticeWords(N_("Delivery began: {title}"), N_("Work on “{title}” began:\n\n{link}")),
    "challenge.complete": NoticeWords(N_("Completed: {title}"), N_("“{title}” is completed. The result is here:\n\n{link}")),
    "challenge.end": NoticeWords(N_("Ended: {title}"), N_("“{title}” ended without an award. The lessons are here:\n\n{link}")),
    "stage.close": NoticeWords(N_("Ready to open: {title}"), N_("“{title}” closed. Two openers confirm next, each in a visit of their own:\n\n{link}")),
    "stage.interrupt": NoticeWords(N_("Interrupted: {title}"), N_("The service was not running before the deadline of “{title}”. Lead and approver set a new one:\n\n{link}")),
    "stage.reschedule": NoticeWords(N_("New deadline: {title}"), N_("“{title}” has a new deadline for everyone:\n\n{link}")),
    "stage.nobody": NoticeWords(N_("No proposals: {title}"), N_("“{title}” closed without a proposal:\n\n{link}")),
    "stage.open-proposals": NoticeWords(N_("Declare your interests: {title}"), N_("The proposals for “{title}” were opened. Please declare against every name before any text opens to you:\n\n{link}")),
    "stage.score": NoticeWords(N_("Scoring begins: {title}"), N_("The proposals for “{title}” wait for your scores:\n\n{link}")),
    "stage.wait": NoticeWords(N_("Scoring goes on: {title}"), N_("The panel of “{title}” is smaller than it must be, because somebody left it. It waits for another person, who scores every proposal. What you locked stands, and you have nothing to do:\n\n{link}")),
    "recusal.made": NoticeWords(N_("Somebody left the panel: {title}"), N_("Somebody on the panel of “{title}” takes no further part. Their scores of this stage do not count, for any proposal. Whether the panel needs another person, and what to do, is here:\n\n{link}")),
    "recusal.yours": NoticeWords(N_("You left the panel: {title}"), N_("The lead of “{title}” ended your part on its panel. The scores that you gave at this stage are kept, and do not count. If you have questions, ask the lead. Your work:\n\n{link}")),
    "stage.moderate": NoticeWords(N_("All scores are locked: {title}"), N_("Everyone on the panel of “{title}” locked their scores. It reads every level now, and meets to agree them:\n\n{link}")),
    "stage.call-reserve": NoticeWords(N_("A reserve is called: {title}"), N_("A supplier that was selected for “{title}” dropped out, and the first in reserve takes its place. The reason is public. Whoever was scored gets a new summary:\n\n{link}")),
    "stage.reopen": NoticeWords(N_("The decision is taken back: {title}"), N_("The decision on “{title}” was taken back, and the panel goes over it again. The reason is public. What suppliers were told before is kept, and no longer stands. Whoever was scored gets a new summary after the new decision:\n\n{link}")),
    "stage.revise": NoticeWords(N_("Levels open again: {title}"), N_("The panel’s levels for “{title}” can change again, and no total is shown until they are final. The reason is here:\n\n{link}")),
    "score.reopened": NoticeWords(N_("Your lock is reopened: {title}"), N_("The chair reopened your scores for “{title}”, because: {reason}\n\nThey are kept as you locked them. Change what needs it, and lock again:\n\n{link}")),
    "stage.decide": NoticeWords(N_("Decided: {title}"), N_("The decision on “{title}” is confirmed:\n\n{link}")),
    "moderation.sign": NoticeWords(N_("To sign: {title}"), N_("The panel of “{title}” agreed on a level that none of them gave. It counts once an approver signs it:\n\n{link}")),
    "proposal.left": NoticeWords(N_("A proposal left: {title}"), N_("A supplier withdrew its opened proposal for “{title}”. It is ranked no longer; a decision that was proposed lapses. The challenge is here:\n\n{link}")),
    "draw.asked": NoticeWords(N_("A draw to check: {title}"), N_("Somebody copied the public value that breaks a tie of “{title}”. Copy it too, from its source, so that two people have:\n\n{link}")),
    "decision.proposed": NoticeWords(N_("To confirm: {title}"), N_("The chair proposed a decision on “{title}”. An approver who did not score confirms it:\n\n{link}")),
    "proposal.received": NoticeWords(N_("We have your proposal: {title}"), N_("Your proposal {ref} for “{title}” is received and sealed. You can replace or withdraw it before {closes_at}. Two people open it after that. Your receipt is here:\n\n{link}")),
    "file.withheld": NoticeWords(N_("A file is withheld: {title}"), N_("The scanner found malware in a file of your proposal {ref} for “{title}”. Nobody can download that file. Your proposal stands, and the panel reads everything else. Which file it is:\n\n{link}")),
    "proposal.withdrawn": NoticeWords(N_("Withdrawn: {title}"), N_("Your proposal {ref} for “{title}” is withdrawn, and nobody opens it. The draft is kept. Your receipt is here:\n\n{link}")),
    "declaration.manageable": NoticeWords(N_("An interest to consider: {title}"), N_("Somebody on the panel of “{title}” declared an interest that can be managed. Read how, and consent where you agree:\n\n{link}")),
    "declaration.conflict": NoticeWords(N_("A place on the panel is free: {title}"), N_("Somebody on the panel of “{title}” declared a conflict, and takes no further part. Appoint another person before scoring:\n\n{link}")),
    "eligibility.doubt": NoticeWords(N_("Please reply by {due_at}: {title}"), N_("Your proposal {ref} for “{title}” seems to miss a published condition. Here is which, and why. You may reply until {due_at}, and nothing is ruled on before that:\n\n{link}")),
    "eligibility.replied": NoticeWords(N_("A supplier replied: {title}"), N_("A supplier replied to your doubt about a condition of “{title}”. Read it and rule:\n\n{link}")),
    "eligibility.accepted": NoticeWords(N_("Your proposal goes on: {title}"), N_("Your proposal {ref} for “{title}” meets the published conditions, and is scored like every other:\n\n{link}")),
    "eligibility.to-confirm": NoticeWords(N_("A refusal to confirm: {title}"), N_("The lead of “{title}” would refuse a proposal for a published condition. It stands only if a second person confirms it:\n\n{link}")),
    "eligibility.returned": NoticeWords(N_("Not confirmed: {title}"), N_("A refusal that you ruled on “{title}” was not confirmed. Rule again. The reason:\n\n{reason}\n\n{link}")),
    "eligibility.refused": NoticeWords(N_("Not scored: {title}"), N_("Your proposal {ref} for “{title}” does not meet a published condition, and is not scored. Here is which, why, and how to ask about it:\n\n{link}")),
    "clarification.asked": NoticeWords(N_("A question to you: {title}"), N_("The authority asks about your proposal {ref} for “{title}”. You may reply once, until {due_at}:\n\n{link}")),
    "clarification.answered": NoticeWords(N_("A supplier replied: {title}"), N_("A supplier replied to your question about its proposal for “{title}”. The panel reads it beside the answer:\n\n{link}")),
    "debrief.asked": NoticeWords(N_("A supplier asks about its summary: {title}"), N_("A supplier asked back about its summary in “{title}”. It waits for your one answer in writing:\n\n{link}")),
    "debrief.answered": NoticeWords(N_("Your question is answered: {title}"), N_("What you asked about your summary in “{title}” is answered. The answer stands beside the summary:\n\n{link}")),
    "words.erased": NoticeWords(N_("Words were erased: {title}"), N_("Public words of “{title}” were erased. The trail says which, when and on what ground:\n\n{link}")),
    "summary.erased": NoticeWords(N_("Words in your summary were erased: {title}"), N_("Public words of “{title}” were erased, and your summary repeated them. Everything else in it stands as it was sent. The trail says which words, when and on what ground:\n\n{link}")),
    "summary.sent": NoticeWords(N_("Your summary: {title}"), N_("Here is every score of your proposal {ref} for “{title}”, the reason for it, and how to ask about it:\n\n{link}")),
}  # fmt: skip

PROVED = N_(
    "The attached file is your entry in the trail as everybody sees it, with the proof that it is there. Keep it: anyone can check it without this website. It says that something was recorded, and when, but not what."
)
UNPROVED = N_(
    "The attached file is your entry in the trail as everybody sees it. No checkpoint covers it yet, so its proof is still missing; the receipt on the page above has it as soon as there is one."
)
"""What is said of the entry that a message encloses, with its proof and without."""

SECTIONS: dict[str, str] = {
    "problem": N_("The problem, in the words of those who have it"), "affected": N_("Who is affected and how you know"),
    "tried": N_("What was tried before"), "outcomes": N_("What would count as success"), "data": N_("Data you can offer"),
    "adoption": N_("Route to adoption, and who owns the result"), "stages": N_("Stages and money"),
    "eligibility": N_("Who can propose"), "questions": N_("Questions to suppliers"), "criteria": N_("Criteria and weights"), "terms": N_("Rules, dates and contact"),
}  # fmt: skip

GAPS: dict[str, str] = {
    "problem.title": N_("The challenge has no title"), "problem.summary": N_("There is no summary"),
    "problem.problem": N_("The problem is not described"), "problem.why_now": N_("Why now is not answered"),
    "problem.topic": N_("No topic is chosen"), "affected.affected": N_("Nobody affected is described"),
    "tried.tried": N_("What was tried before is not said"), "outcomes.outcomes": N_("There is no measure of success"),
    "outcomes.measure": N_("A measure has no name"), "outcomes.baseline": N_("A measure has no baseline"),
    "outcomes.target": N_("A measure has no target"), "data.data": N_("List data, or say that you have none, and not both"),
    "data.name": N_("A data set has no name"), "data.licence": N_("A data set has no licence"),
    "data.format": N_("A data set has no format"), "data.lawful_basis": N_("A data set has no lawful basis"),
    "adoption.adoption": N_("The route to adoption is not described"), "adoption.intellectual_property": N_("Who owns the result is not said"),
    "stages.stages": N_("There is no stage"), "stages.name": N_("A stage has no name"),
    "stages.first": N_("The first stage must collect proposals"), "stages.later": N_("Only the first stage can collect proposals"),
    "stages.teams": N_("A stage plans more teams than the one before takes forward, or none"),
    "stages.forward": N_("A stage takes forward more teams than it has, or the first takes none"),
    "stages.winners": N_("The last stage can select 40 at most"),
    "stages.budget": N_("The stages cost more than the budget"), "eligibility.conditions": N_("List conditions, or say that everyone may propose, and not both"),
    "eligibility.ids": N_("Two conditions share a name"), "eligibility.text": N_("A condition has no words"),
    "questions.questions": N_("There is no question"),
    "questions.ids": N_("Two questions share a name"), "questions.prompt": N_("A question has no words"),
    "criteria.criteria": N_("There is no criterion"), "criteria.weights": N_("Weights must add up to 100, that of the price included"),
    "criteria.ids": N_("Two criteria share a name"), "criteria.name": N_("A criterion has no name"),
    "criteria.meaning": N_("A criterion has no meaning"), "criteria.levels": N_("Every criterion needs 3 to 11 levels, each described"),
    "criteria.minimum": N_("A minimum is above the highest level"), "criteria.questions": N_("A criterion points to a question that is gone"),
    "criteria.price_weight": N_("The price has no weight"), "criteria.price_ceiling": N_("The price has no ceiling"),
    "criteria.price_reference": N_("The price has no reference amount"),
    "criteria.price_lowest": N_("With several stages price cannot count against the lowest: points would tell rivals what it is"),
    "criteria.price_reason": N_("Price counts for more than 30% and no reason is given"),
    "terms.regime": N_("No rules are chosen"), "terms.closes_at": N_("There is no deadline"), "terms.decision_on": N_("There is no decision date"),
    "terms.order": N_("The decision date is before the deadline"), "terms.standstill": N_("These rules do not allow this standstill"),
    "terms.contact": N_("There is no contact"),
}  # fmt: skip

TEAM_GAPS: dict[str, str] = {
    "editor": N_("An editor, who writes the challenge."),
    "lead": N_("A lead, who opens and runs it."),
    "approver": N_("An approver who wrote nothing of it and does not score."),
    "openers": N_("Two openers. Each confirms in a visit of their own."),
    "no_interest": N_("Openers declare that they have no interest in who wins."),
    "chair": N_("One chair, who scores and leads the panel."),
    "panel": N_("Enough people on the panel. The chair counts."),
    "accepted": N_("Everybody accepts their role."),
}

ROLE_NAMES: dict[str, str] = {
    "member": N_("Member"), "administrator": N_("Administrator"), "editor": N_("Editor"), "approver": N_("Approver"),
    "lead": N_("Lead"), "opener": N_("Opener"), "evaluator": N_("Evaluator"), "chair": N_("Chair"),
    "observer": N_("Observer"), "operator": N_("Operator"),
}  # fmt: skip

# The same inside a sentence.
ROLE_WORDS: dict[str, str] = {
    "editor": N_("editor"), "approver": N_("approver"), "lead": N_("lead"), "opener": N_("opener"),
    "evaluator": N_("evaluator"), "chair": N_("chair"), "observer": N_("observer"), "operator": N_("operator"),
}  # fmt: skip

KINDS: dict[str, str] = {"authority": N_("Public authority"), "supplier": N_("Supplier")}

ROLES: dict[str, str] = {
    "editor": N_("Writes the challenge"), "approver": N_("Approves it and confirms decisions; wrote nothing and does not score"),
    "lead": N_("Opens the challenge and runs it"), "opener": N_("One of the two who open the proposals"),
    "evaluator": N_("Reads and scores, alone"), "chair": N_("Scores, leads the panel and proposes the decision"),
    "observer": N_("Reads after opening; every look is recorded"),
}  # fmt: skip


CHECKS: dict[str, str] = {
    "exclusions": N_(
        "The grounds for exclusion were checked for every supplier selected, and for those it relies on."
    ),
    "debarment": N_("The debarment list was checked, where one applies."),
    "insurance": N_("Insurance was seen."),
    "conflicts": N_(
        "Everybody who took part in the decision confirmed again that they have no conflict of interest, beyond what was declared and is managed."
    ),
    "low_price": N_("A supplier whose price looked too low was heard, or no price did."),
}

NOTICE_KINDS: dict[str, str] = {
    "opening": N_("Before opening (the tender notice)"), "award": N_("Before the award (the award notice)"),
    "contract": N_("After the award (contract details)"),
}  # fmt: skip

COLLECTS: dict[str, str] = {
    "proposal": N_("A proposal"), "nothing": N_("Nothing new"), "report": N_("A stage report"), "milestones": N_("Milestones"),
}  # fmt: skip


EVENTS: dict[str, str] = {
    "challenge.engage": N_("Early notices"),
    "challenge.open": N_("Openings for proposals"),
    "stage.close": N_("Deadlines"),
    "stage.interrupt": N_("Interruptions"),
    "stage.reschedule": N_("New deadlines"),
    "sealed": N_("Sealed entries"),
    "stage.open": N_("Proposals opened"),
    "stage.account": N_("Sealed entries accounted for"),
    "stage.screen": N_("Conditions checked"),
    "stage.clarify": N_("Suppliers asked"),
    "stage.reply": N_("Replies of suppliers"),
    "stage.score": N_("Scoring begun"),
    "stage.recuse": N_("People who left a panel half-way"),
    "stage.wait": N_("Panels that wait for another person"),
    "stage.moderate": N_("Scores locked"),
    "stage.agree": N_("Levels made final"),
    "stage.reopen-lock": N_("Lock reopened"),
    "stage.revise": N_("Levels opened again"),
    "stage.decide": N_("Decisions"),
    "stage.draw": N_("Draws"),
    "stage.reopen": N_("Decisions taken back"),
    "stage.call-reserve": N_("Reserves called"),
    "proposal.leave": N_("Proposals withdrawn after opening"),
    "summary.send": N_("Summaries sent"),
    "role.hand-over": N_("Roles handed over"),
    "role.sit-in": N_("Deputies sitting in"),
    "role.return": N_("Holders back in their roles"),
    "role.give-back": N_("Roles given back"),
    "award.notice": N_("Award notices"),
    "award.make": N_("Awards"),
    "agreement.sign": N_("Agreements"),
    "challenge.deliver": N_("Deliveries begun"),
    "challenge.complete": N_("Completions"),
    "challenge.suspend": N_("Suspensions"),
    "challenge.resume": N_("Resumptions"),
    "challenge.terminate": N_("Early ends"),
    "organisation.verify": N_("Authorities verified"),
    "trail.erase": N_("Words erased"),
    "log.rotate": N_("New keys of the trail"),
    "log.recovered": N_("Entries brought back"),
    "log.start": N_("The beginning"),
}
"""Kinds of event as the trail's filter names them."""
