"""Words for what people have to do: tasks on their desks, what comes to them next, and roles that change hands."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.words import N_


@dataclass(frozen=True)
class TaskWords:
    """A task on somebody's desk: `text` says in a sentence what it is about."""

    title: str
    button: str
    text: str = ""


TASKS: dict[str, TaskWords] = {
    "accept": TaskWords(N_("Accept your role"), N_("Read and accept"), N_("You were asked to be {roles}.")),
    "deputise": TaskWords(
        N_("Accept to be deputy"), N_("Read and accept"), N_("You were asked to stand by as {roles}.")
    ),
    "take-over": TaskWords(
        N_("Take a role over"), N_("Read and take over"), N_("You were asked to take over as {roles}.")
    ),
    "appoint": TaskWords(N_("Fill the team"), N_("See who is missing"), N_("Still missing: {roles}.")),
    "no-interest": TaskWords(
        N_("Declare that you have no interest"), N_("Declare it"), N_("You are one of two openers.")
    ),
    "write": TaskWords(N_("Finish a draft"), N_("Go on writing")),
    "send": TaskWords(N_("Send a draft for review"), N_("Look and send"), N_("Every section is done.")),
    "approve": TaskWords(
        N_("Review and approve"), N_("Read it"), N_("Everything in it waits for a second pair of eyes.")
    ),
    "engage": TaskWords(
        N_("Record whom you meet"),
        N_("Record a meeting"),
        N_("The early notice is public. The record becomes public at opening."),
    ),
    "open": TaskWords(N_("Open for proposals"), N_("Check and open"), N_("It is approved.")),
    "agree": TaskWords(
        N_("Agree to a request"), N_("Read the request"), N_("{name} asks you to agree: {move}.")
    ),
    "reschedule": TaskWords(
        N_("Set a new deadline"),
        N_("Set a new deadline"),
        N_("The service was not running before the deadline."),
    ),
    "resume": TaskWords(
        N_("Resume or end it"), N_("Look at it"), N_("It is suspended. Nothing opens, closes or is accepted.")
    ),
    "open-proposals": TaskWords(
        N_("Open the proposals"),
        N_("Go to the opening"),
        N_("The stage is closed. Two openers confirm, each in a visit of their own."),
    ),
    "declare": TaskWords(
        N_("Declare your interests"),
        N_("Declare"),
        N_("Answer for every name. Then the proposals open to you."),
    ),
    "consent": TaskWords(
        N_("Consent to declared interests"),
        N_("Look at them"),
        N_("Somebody on the panel declared an interest that can be managed."),
    ),
    "replace": TaskWords(
        N_("Find somebody for the panel"),
        N_("See who is missing"),
        N_("The panel is below its minimum. The stage waits until another person has scored everything."),
    ),
    "check-eligibility": TaskWords(
        N_("Check the published conditions"),
        N_("Check them"),
        N_("Each proposal against each condition. Scoring begins once all are settled."),
    ),
    "rule": TaskWords(
        N_("Rule on a condition"), N_("Read and rule"), N_("Proposal {letter}: the time for a reply is used.")
    ),
    "confirm-refusal": TaskWords(
        N_("Confirm a refusal"),
        N_("Read it"),
        N_("The lead would refuse proposal {letter} for a published condition."),
    ),
    "reply-doubt": TaskWords(
        N_("Reply to a doubt"),
        N_("Read and reply"),
        N_("Your proposal seems to miss a published condition. You may reply before it is ruled on."),
    ),
    "reply-question": TaskWords(
        N_("Reply to a question"), N_("Read and reply"), N_("The authority asks about your proposal.")
    ),
    "begin-scoring": TaskWords(
        N_("Begin scoring"), N_("Begin scoring"), N_("The whole panel declared its interests.")
    ),
    "score": TaskWords(N_("Score the proposals"), N_("Go on scoring"), N_("You score alone until you lock.")),
    "moderate": TaskWords(
        N_("Agree the levels"),
        N_("See every level"),
        N_("Every score is locked. Totals come once the levels are final."),
    ),
    "sign": TaskWords(
        N_("Sign an agreed level"), N_("Read it"), N_("The panel agreed on a level that none of them gave.")
    ),
    "decide": TaskWords(N_("Propose a decision"), N_("See the ranking"), N_("The levels are final.")),
    "go-on": TaskWords(
        N_("Go on to the panel’s levels"),
        N_("Go on"),
        N_("Every lock stands, so the panel can go over its levels again."),
    ),
    "confirm": TaskWords(
        N_("Confirm a decision"), N_("Read the decision"), N_("The chair proposed who goes on.")
    ),
    "summaries": TaskWords(
        N_("Send the summaries"),
        N_("Read and send"),
        N_("Every supplier gets every score and the reason for it, all in one action."),
    ),
    "debrief": TaskWords(
        N_("Answer a supplier"),
        N_("Read and answer"),
        N_("A supplier asked back about its summary. It is answered once, in writing."),
    ),
    "next-stage": TaskWords(
        N_("Start the next stage"), N_("Go to the challenge"), N_("A stage is decided, and somebody goes on.")
    ),
    "notice": TaskWords(
        N_("Publish the award notice"), N_("Check and publish"), N_("Every summary is sent.")
    ),
    "award": TaskWords(N_("Make the award"), N_("Check and award"), N_("The standstill is over.")),
    "deliver": TaskWords(N_("Start delivery"), N_("Start delivery"), N_("The award is made.")),
    "report": TaskWords(
        N_("Report the result"), N_("Report it"), N_("The result against the baseline, and what was learned.")
    ),
    "complete": TaskWords(
        N_("Complete the challenge"), N_("Check and complete"), N_("The result is reported.")
    ),
    "end": TaskWords(
        N_("End it without an award"), N_("Check and end"), N_("Nobody goes on. The lessons are reported.")
    ),
    "propose": TaskWords(
        N_("Finish a proposal"),
        N_("Go on writing"),
        N_("A draft of {name}. The authority sees nothing of it."),
    ),
    "summary": TaskWords(
        N_("Read your summary"), N_("Read it"), N_("Every score of your proposal, and the reason for it.")
    ),
    "verify": TaskWords(
        N_("Verify an authority"), N_("Look at it"), N_("{name} registered as a public authority.")
    ),
}

DECIDE_BY = (
    "declare", "consent", "replace", "begin-scoring", "score", "go-on", "moderate", "sign", "decide", "confirm",
)  # fmt: skip
"""Tasks whose date is that of the announced decision."""

_DECLARES = N_("After the deadline you declare your interests against every name, then score alone.")
_OPENS = N_("After the deadline you open the proposals with a second opener, each in a visit of your own.")
_CONFIRMS = N_("You confirm the decision when the chair has proposed it.")

COMING: dict[str, dict[str, str]] = {
    "draft": {
        "approver": N_("It comes to you when its editor sends it for review."),
        "lead": N_("You open it for proposals once it is approved."), "opener": _OPENS, "evaluator": _DECLARES,
        "chair": _DECLARES,
    },
    "review": {
        "editor": N_("An approver reads it. It comes back to you with a reason, or goes on."),
        "lead": N_("You open it for proposals once it is approved."), "opener": _OPENS, "evaluator": _DECLARES,
        "chair": _DECLARES,
    },
    "engagement": {"opener": _OPENS, "evaluator": _DECLARES, "chair": _DECLARES},
    "approved": {"": N_("Its lead opens it next.")},
    "open": {
        "lead": N_("It closes on {closes_on}. Nobody reads a proposal before two people have opened them."),
        "opener": N_("From {closes_on} you open the proposals with a second opener, each in a visit of your own."),
        "approver": _CONFIRMS,
        "evaluator": N_("It closes on {closes_on}. Then you declare your interests against every name, and score alone."),
        "chair": N_("It closes on {closes_on}. Then you declare your interests, score alone, and propose the decision."),
        "": N_("It closes on {closes_on}."),
    },
    "closed": {
        "opener": N_("You confirmed. The second opener is next."),
        "": N_("Two openers open the proposals, each in a visit of their own."),
    },
    "opened": {
        "lead": N_("The panel declares its interests. You begin scoring when all of it has."),
        "approver": _CONFIRMS,
        "evaluator": N_("You declared your interests. Scoring begins when the whole panel has."),
        "chair": N_("You declared your interests. Scoring begins when the whole panel has."),
    },
    "scoring": {
        "lead": N_("The panel scores. You send every summary once the decision is confirmed."),
        "approver": _CONFIRMS,
        "evaluator": N_("Your scores are locked. When everybody’s are, the panel agrees its levels."),
        "chair": N_("Your scores are locked. When everybody’s are, the panel agrees its levels."),
    },
    "waiting": {
        "lead": N_("The panel waits for another person, who declares against every name and scores everything."),
        "approver": _CONFIRMS,
        "evaluator": N_("Your scores stand. The panel waits for another person, who scores everything."),
        "chair": N_("Your scores stand. The panel waits for another person, who scores everything."),
    },
    "moderating": {
        "chair": N_("You proposed the decision. An approver who did not score confirms it."),
        "": N_("Every score is locked. The panel agrees its levels, the chair proposes the decision, and an approver confirms it."),
    },
    "decided": {"": N_("The stage is decided. The lead sends every summary before anything is published.")},
    "standstill": {
        "lead": N_("You make the award once the standstill is over. Its last day is {until}."),
        "": N_("The award can be made once the standstill is over. Its last day is {until}."),
    },
    "awarded": {"": N_("The award is made. Its lead starts delivery next.")},
    "delivering": {"": N_("Its lead reports the result against the baseline.")},
    "suspended": {"": N_("It is suspended. Nothing happens before it resumes.")},
}  # fmt: skip
"""What comes next to somebody for whom nothing waits, by state (of the stage, once there is one) and role; "" is anybody."""


@dataclass(frozen=True)
class HandsWords:
    """A way for a role to change hands: `link` leads to its page, `says` what it changes, `done` what was done."""

    link: str
    title: str
    says: str
    button: str
    done: str


HANDS: dict[str, HandsWords] = {
    "take-over": HandsWords(N_("Take this role over"), N_("Take the role over from {holder}"), N_("From then on you act as {role}, and {holder} does not. It is for good: you can only hand it on."), N_("Take it over"), N_("You act as {role} now.")),
    "decline": HandsWords(N_("Decline"), N_("Decline to be {role}"), N_("You do not take this on, and whoever asked you looks for somebody else."), N_("Decline"), N_("You declined, and those who asked are told.")),
    "name-deputy": HandsWords(N_("Name a deputy"), N_("Name a deputy"), N_("Once they accept, they stand by, and act as {role} only while {holder} is away. What the holder may not be, the deputy may not be either."), N_("Ask them"), N_("{name} is asked to be deputy.")),
    "sit-in": HandsWords(N_("Let the deputy sit in"), N_("Let {deputy} sit in"), N_("{holder} is away. From now on {deputy} acts as {role}, and {holder} does not. What {holder} wrote, scored or declared stays theirs: {deputy} begins anew. {holder} can take the role back at any time."), N_("Let the deputy sit in"), N_("{deputy} acts as {role} now.")),
    "return": HandsWords(N_("End the deputy’s turn"), N_("{holder} is back"), N_("From now on {holder} acts as {role} again, and {deputy} stands by."), N_("End the deputy’s turn"), N_("{holder} acts as {role} again.")),
    "hand-over": HandsWords(N_("Hand the role over"), N_("Hand the role over"), N_("Whoever you ask takes over for good, and from then on {holder} does not act as {role}. They read what it means and take over themselves; until then nothing changes. A deputy who has accepted takes over at once."), N_("Hand it over"), N_("{name} is asked to take over.")),
    "withdraw": HandsWords(N_("Withdraw the handover"), N_("Withdraw the handover"), N_("{asked} was asked to take over and has not. {holder} keeps the role."), N_("Withdraw it"), N_("The handover is withdrawn. {holder} keeps the role.")),
    "end-deputy": HandsWords(N_("End the deputy’s part"), N_("End the part of {deputy}"), N_("{deputy} is no longer deputy here. Where they sit in now, {holder} acts again at once."), N_("End it"), N_("{deputy} is no longer deputy.")),
    "stop-deputy": HandsWords(N_("Stop being deputy"), N_("Stop being deputy"), N_("You no longer stand by for {holder}. Where you sit in now, {holder} acts again at once."), N_("Stop being deputy"), N_("You are no longer deputy.")),
    "give-back": HandsWords(N_("Give the role back"), N_("Give the role back"), N_("You no longer act as {role}, and nobody takes your place by that. The team page shows who is missing. To name somebody in your place, hand the role over instead."), N_("Give it back"), N_("You gave the role back.")),
    "remove": HandsWords(N_("End this role"), N_("End this role of {holder}"), N_("{holder} no longer acts as {role}. Until the approval you can appoint them or somebody else again."), N_("End the role"), N_("{holder} no longer acts as {role}.")),
}  # fmt: skip
"""How a role changes hands, by the code that queries/team.changes gives."""
