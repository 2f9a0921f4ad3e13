"""One challenge of the demonstration as a script: who does what, and when, until where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import msgspec

from marketplace.actions import (
    challenges,
    clarifications,
    decisions,
    eligibility,
    evaluation,
    moderation,
    moves,
    opening,
    prices,
    proposals,
    roles,
    scores,
    stages,
    summaries,
    upkeep,
)
from marketplace.actions.eligibility import Check
from marketplace.actions.evaluation import Interest
from marketplace.actions.moves import AWARD_CHECKS, Details
from marketplace.actions.scores import Cell
from marketplace.demo.story import StoryChallenge, StoryProposal
from marketplace.policy import SYSTEM, Actor
from marketplace.queries import asked as own_asked
from marketplace.queries import proposals as own
from marketplace.queries import stages as found
from marketplace.rules import contents
from marketplace.rules.challenges import SECTIONS, Content
from marketplace.rules.proposals import digest, price_digest
from marketplace.rules.regimes import REGIMES, earliest_deadline, standstill_ends_at
from marketplace.rules.working_days import next_working_day

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


@dataclass
class Cast:
    """Everybody who acts, by key; organisations' addresses by the story's; who is listed to sign in."""

    password: str
    people: dict[str, Actor] = field(default_factory=dict)
    slugs: dict[str, str] = field(default_factory=dict)
    members: dict[str, tuple[str, ...]] = field(default_factory=dict)
    roles: list[tuple[str, str, str]] = field(default_factory=list)

    def listed(self) -> list[dict[str, str]]:
        """Who can sign in and as what, as `demo-people.json` keeps it."""
        return [
            {"role": role, "email": self.people[key].email, "password": self.password, "challenge": ref}
            for role, key, ref in self.roles
        ]


class Script:
    """Plays one story. `run` yields the next instant at which it wants to act."""

    def __init__(self, story: StoryChallenge, cast: Cast, today: datetime) -> None:
        self.story, self.cast = story, cast
        day = (today + story.day_opened * DAY).date()
        self.opened_at = datetime(day.year, day.month, day.day, 9, 30, tzinfo=today.tzinfo)
        self.today = today
        self.ref = ""
        self.letters: dict[str, str] = {}
        regime = REGIMES[story.content.terms.regime]
        self.closes_at = earliest_deadline(regime, self.opened_at, story.days_open)
        self.content = self._dated(story.content)

    def who(self, role: str, number: int = 0) -> Actor:
        return self.cast.people[self.story.people[role][number]]

    def on(self, day: int, hour: int = 10, minute: int = 0) -> datetime:
        """An instant on a day of the story."""
        at: date = (self.today + day * DAY).date()
        return datetime(at.year, at.month, at.day, hour, minute, tzinfo=self.today.tzinfo)

    def run(self) -> Iterator[datetime]:
        yield from self._write()
        if self.story.reaches == "engagement":
            return
        yield from self._collect()
        if self.story.reaches in ("open", "closed"):
            return
        yield from self._open()
        if self.story.reaches == "terminated":
            yield from self._terminate()
            return
        yield from self._check()
        yield from self._declare()
        yield from self._clarify()
        yield from self._score()
        if self.story.reaches == "scoring":
            return
        yield from self._decide()
        yield from self._finish()

    def _dated(self, content: Content) -> Content:
        decision = next_working_day((self.closes_at + 40 * DAY).date())
        terms = msgspec.structs.replace(content.terms, closes_at=self.closes_at, decision_on=decision)
        return msgspec.structs.replace(content, terms=terms)

    def _write(self) -> Iterator[datetime]:
        """From the first words to the approval, with talks before opening where the story has any."""
        editor, approver, lead = self.who("editor"), self.who("approver"), self.who("lead")
        begins = min(self.opened_at, self.today) - 21 * DAY
        yield begins
        authority = self.cast.slugs[self.story.authority]
        self.ref = challenges.create(editor, authority, "one-stage", self.content.language)
        for number, name in enumerate(SECTIONS):
            yield begins + number * 40 * MINUTE
            section = msgspec.to_builtins(getattr(self.content, name))
            challenges.save_section(editor, self.ref, name, section, 1)
        challenges.save_conflicts(
            editor,
            self.ref,
            "Nobody on the team works for, owns part of, or is related to a firm in this field.",
        )
        self._appoint()
        yield begins + 3 * DAY
        moves.make(editor, self.ref, "send", Details())
        yield begins + 4 * DAY
        if self.story.engagement:
            yield from self._engage(begins, lead)
        if self.story.reaches == "engagement":
            return
        yield self.opened_at - 20 * HOUR
        moves.make(approver, self.ref, "approve", Details(seen=contents.digest(self.content)))

    def _engage(self, begins: datetime, lead: Actor) -> Iterator[datetime]:
        moves.make(lead, self.ref, "engage", Details())
        for meeting in sorted(self.story.engagement, key=lambda each: each.day):
            at = max(self.on(meeting.day, 15), begins + 5 * DAY)
            yield at
            challenges.record_meeting(lead, self.ref, meeting.whom, meeting.given, at.date())

    def _appoint(self) -> None:
        editor, story = self.who("editor"), self.story
        chair = story.people["chair"][0]
        team = [("approver", key) for key in story.people["approver"]] + [
            ("lead", key) for key in story.people["lead"]
        ]
        team += [("opener", key) for key in story.people["openers"]] + [("chair", chair)]
        team += [("evaluator", key) for key in story.people["evaluators"] if key != chair]
        self.cast.roles.append(("editor", story.people["editor"][0], self.ref))
        for role, key in team:
            roles.appoint(editor, self.ref, self.cast.people[key].email, role)
            self.cast.roles.append((role, key, self.ref))
        for key in dict.fromkeys(key for _, key in team):
            roles.accept(self.cast.people[key], self.ref)
        for key in story.people["openers"]:
            roles.declare_no_interest(self.cast.people[key], self.ref)

    def _collect(self) -> Iterator[datetime]:
        """Open, let suppliers write and hand in, and close by the clock."""
        lead = self.who("lead")
        yield self.opened_at - 2 * HOUR
        challenges.record_portal_notice(
            lead, self.ref, "opening", f"DEMO-{self.ref[3:]}", "", self.opened_at.date()
        )
        yield self.opened_at
        moves.make(lead, self.ref, "open", Details())
        span = min(self.closes_at, self.today) - self.opened_at
        count = len(self.story.proposals)
        proposed = {
            self.opened_at + span * (0.35 + 0.6 * number / max(count, 1)): proposal
            for number, proposal in enumerate(self.story.proposals)
        }
        last = self.closes_at - 2 * MINUTE
        covers = [at for at in found.cover_moments(SYSTEM, self.ref) if at < last]
        for at in sorted([*proposed, *covers]):
            yield at
            stages.add_covers(SYSTEM)
            if at in proposed:
                self._propose(proposed[at])
        yield last
        upkeep.beat()
        yield self.closes_at + timedelta(seconds=2)
        stages.close(SYSTEM, found.number(SYSTEM, self.ref, 1))

    def _propose(self, proposal: StoryProposal) -> None:
        key = self.cast.members[proposal.supplier][0]
        author = self.cast.people[key]
        ref = proposals.start(author, self.ref, self.cast.slugs[proposal.supplier])
        first = {**proposal.answers, **(proposal.replaced or {})}
        for question, text in first.items():
            proposals.save_answer(author, ref, question, text, digest(""))
        if proposal.price is not None:
            prices.save(author, ref, proposal.price, price_digest(None))
        proposals.submit(author, ref)
        if proposal.replaced:
            for question, seen in proposal.replaced.items():
                proposals.save_answer(author, ref, question, proposal.answers[question], digest(seen))
            proposals.submit(author, ref)
        if proposal.withdrawn:
            proposals.withdraw(author, ref)
        self.cast.roles.append(("author", key, self.ref))

    def _open(self) -> Iterator[datetime]:
        first, second = self.who("openers", 0), self.who("openers", 1)
        yield self.closes_at + 2 * HOUR
        opening.confirm(first, self.ref, 1)
        yield self.closes_at + 5 * HOUR
        opening.confirm(second, self.ref, 1)
        self.letters = found.letters(self.who("lead"), self.ref, 1)

    def _check(self) -> Iterator[datetime]:
        """The lead checks every proposal; whoever seems to miss a condition replies the next morning."""
        conditions = self.story.content.eligibility.conditions
        if not conditions:
            return
        lead, approver = self.who("lead"), self.who("approver")
        yield self.closes_at + 6 * HOUR
        for proposal in self._standing():
            misses = proposal.doubt
            checks = {
                each.id: Check(passes=True, reason="")
                if misses is None or misses.condition != each.id
                else Check(passes=False, reason=misses.reason)
                for each in conditions
            }
            eligibility.check(lead, self.ref, 1, self._letter(proposal), checks, 3)
        for proposal in self._standing():
            if (doubt := proposal.doubt) is None:
                continue
            author, ref = self._author(proposal)
            yield self.closes_at + 20 * HOUR
            eligibility.reply(author, ref, doubt.reply)
            yield self.closes_at + 22 * HOUR
            letter = self._letter(proposal)
            eligibility.rule(lead, self.ref, 1, letter, doubt.refused, doubt.ruling)
            if doubt.refused:
                yield self.closes_at + 23 * HOUR
                eligibility.confirm(approver, self.ref, 1, letter, digest(doubt.ruling))

    def _clarify(self) -> Iterator[datetime]:
        """The lead asks before anybody scores, and is answered the next morning."""
        for proposal in self._standing():
            if (asked := proposal.clarification) is None:
                continue
            author, ref = self._author(proposal)
            yield self.closes_at + 2 * DAY + HOUR
            letters = [self._letter(proposal)]
            clarifications.ask(
                self.who("lead"), self.ref, 1, letters, asked.kind, asked.answer, asked.question, 100, 2
            )
            yield self.closes_at + 2 * DAY + 20 * HOUR
            clarifications.reply(author, ref, own_asked.asked_of(author, ref)[0].number, asked.reply)

    def _standing(self) -> list[StoryProposal]:
        return [each for each in self.story.proposals if not each.withdrawn]

    def _letter(self, proposal: StoryProposal) -> str:
        return self.letters[self.cast.slugs[proposal.supplier]]

    def _author(self, proposal: StoryProposal) -> tuple[Actor, str]:
        """Who signs for a proposal's supplier, and the proposal's reference."""
        author = self.cast.people[self.cast.members[proposal.supplier][0]]
        mine = own.own_proposals(author)
        return author, next(each.ref for each in mine if each.challenge_ref == self.ref)

    def _declare(self) -> Iterator[datetime]:
        for number, key in enumerate(self.story.people["evaluators"]):
            yield self.closes_at + DAY + number * 3 * HOUR
            refused = {self._letter(each) for each in self._standing() if each.doubt and each.doubt.refused}
            names = set(self.letters.values()) - refused
            none = {letter: Interest(interest="none", grounds="") for letter in names}
            evaluation.declare(self.cast.people[key], self.ref, 1, none)
        yield self.closes_at + 2 * DAY
        moves.make(self.who("lead"), self.ref, "score", Details())

    def _score(self) -> Iterator[datetime]:
        for number, key in enumerate(self.story.people["evaluators"]):
            evaluator = self.cast.people[key]
            for place, proposal in enumerate(self.story.proposals):
                if proposal.withdrawn:
                    continue
                yield self.closes_at + 3 * DAY + (place * 5 + number) * HOUR
                self._score_one(evaluator, key, proposal)
        if self.story.reaches != "scoring":
            yield self.closes_at + 6 * DAY
            for key in self.story.people["evaluators"]:
                evaluation.lock(self.cast.people[key], self.ref, 1)

    def _score_one(self, evaluator: Actor, key: str, proposal: StoryProposal) -> None:
        letter = self.letters[self.cast.slugs[proposal.supplier]]
        cells = [
            Cell(
                letter=letter, criterion=criterion, level=score.level, reason=score.reason, question=score.question
            )
            for criterion, score in proposal.scores.get(key, {}).items()
        ]  # fmt: skip
        if cells and (refused := scores.save_scores(evaluator, self.ref, 1, cells)):
            raise ValueError(f"no scores of {key}: {refused}")

    def _decide(self) -> Iterator[datetime]:
        story = self.story
        decided = self.on(story.day_decided or 0, 11)
        yield decided - 2 * DAY
        self._moderate(decided - 2 * DAY)
        yield decided - DAY
        reasons = {
            self.letters[self.cast.slugs[slug]]: text for slug, text in story.not_selected_reasons.items()
        }
        winner = self.letters[self.cast.slugs[story.winner]]
        reasons[winner] = story.selection_reason
        decision = decisions.propose(
            self.who("chair"), self.ref, 1, [winner], reasons, story.selection_reason, ""
        )
        yield decided
        decisions.confirm(self.who("approver"), self.ref, 1, decision)
        yield decided + HOUR
        summaries.send_summaries(self.who("lead"), self.ref, 1)
        self._say_publicly()
        yield decided + 2 * HOUR
        challenges.record_portal_notice(
            self.who("lead"), self.ref, "award", f"DEMO-{self.ref[3:]}-A", "", decided.date()
        )
        moves.make(self.who("lead"), self.ref, "notice", Details(checks=AWARD_CHECKS))

    def _moderate(self, held_at: datetime) -> None:
        """The panel meets, agrees what it agrees, and the levels are final."""
        story, chair = self.story, self.who("chair")
        panel = story.people["evaluators"]
        for each in story.agreed:
            letter = self.letters[self.cast.slugs[each.supplier]]
            reasons = {f"E{n}": each.reasons.get(key, "") for n, key in enumerate(panel, 1)}
            said = moderation.Said(kind="level", level=each.level, reason="", reasons=reasons)
            moderation.agree(chair, self.ref, 1, letter, each.criterion, said, 0)
        if story.moderation_notes:
            attended = [self.cast.people[key].ref for key in panel]
            moderation.record_meeting(chair, self.ref, 1, held_at, attended, story.moderation_notes)
        moderation.settle(chair, self.ref, 1)

    def _chosen(self) -> StoryProposal:
        return next(each for each in self.story.proposals if each.supplier == self.story.winner)

    def _say_publicly(self) -> None:
        chosen = self._chosen()
        author = self.cast.people[self.cast.members[chosen.supplier][0]]
        ref = next(each.ref for each in own.own_proposals(author) if each.challenge_ref == self.ref)
        summaries.set_public_summary(author, ref, chosen.summary)

    def _finish(self) -> Iterator[datetime]:
        story, lead = self.story, self.who("lead")
        if story.reaches == "standstill":
            return
        noticed = self.on(story.day_decided or 0, 13)
        ends = standstill_ends_at(
            REGIMES[self.content.terms.regime], noticed, self.content.terms.standstill_days
        )
        awarded = max(noticed, ends or noticed) + 10 * HOUR
        yield awarded
        if ends is not None:
            moves.make(lead, self.ref, "award", Details())
        yield awarded + DAY
        value = self._chosen().price or self.content.stages.stages[0].money
        winner = self.letters[self.cast.slugs[story.winner]]
        summaries.sign_agreement(
            lead, self.ref, winner, value, self.content.stages.currency, (awarded + DAY).date(), None
        )
        if story.reaches == "awarded" or story.outcome is None:
            return
        yield awarded + 5 * DAY
        moves.make(lead, self.ref, "deliver", Details())
        yield self.on(story.day_ended or 0, 14)
        outcome = story.outcome
        challenges.report_outcome(
            lead,
            self.ref,
            outcome.result,
            outcome.in_use,
            outcome.spent,
            self.content.stages.currency,
            outcome.lessons,
        )
        moves.make(lead, self.ref, "complete", Details())

    def _terminate(self) -> Iterator[datetime]:
        yield self.on(self.story.day_ended or 0, 14)
        moves.make(self.who("lead"), self.ref, "terminate", Details(reason=self.story.termination_reason))
        yield self.on(self.story.day_ended or 0, 16)
        moves.make(self.who("approver"), self.ref, "terminate", Details())
