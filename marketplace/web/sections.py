"""A form for every section of a challenge: what it asks, and how its answers become the section.

Shape is all that a form refuses. Whether a section is complete is told beside the list of tasks, so
that a half-written one can be saved.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec
import wtforms
from werkzeug.datastructures import MultiDict
from wtforms.validators import ValidationError

from marketplace.queries.authoring import Draft
from marketplace.rules import limits
from marketplace.rules.challenges import Terms
from marketplace.rules.regimes import REGIMES, earliest_deadline
from marketplace.rules.stages import LEAST_LEVELS, MOST_LEVELS
from marketplace.rules.wording import COLLECTS, TOPICS
from marketplace.rules.working_days import midday, uk_date
from marketplace.web.fields import (
    CheckboxesField,
    ConfirmField,
    DateField,
    LineField,
    MoneyField,
    PageForm,
    ProseField,
    RadioField,
    SelectField,
    TextField,
    WholeField,
)
from marketplace.web.groups import Group, named, written_fields
from marketplace.web.page import whole
from marketplace.web.prices import PriceGroup
from marketplace.web.words import _, words
from marketplace.words import N_

FURTHEST = timedelta(days=3660)


def _repeated(group: type[Group]) -> wtforms.FieldList:
    return wtforms.FieldList(wtforms.FormField(group), min_entries=1)


class SectionForm(PageForm):
    """The form of a section: its fields bear the names of the section's."""

    edition = wtforms.HiddenField()

    def around(self, draft: Draft) -> None:
        """Set what depends on the rest of the challenge: the language that is typed, and choices."""
        for field in written_fields(self):
            field.language = draft.language

    def propose(self, draft: Draft) -> None:
        """Fill in what can be worked out; nothing of it is saved before somebody saves it."""

    def content(self, draft: Draft) -> dict[str, Any]:
        """The section as plain values."""
        return {name: self[name].data for name in draft.section.__struct_fields__}

    def seen(self) -> int:
        """The edition that the form was filled from; 0 for oddities."""
        return whole(self.edition.data)

    def ids(self, content: dict[str, Any]) -> dict[str, str]:
        """The ids that saving gave to groups, by the names of the fields that hold them."""
        return {
            entry.form.id.name: row["id"]
            for field in self
            if isinstance(field, wtforms.FieldList)
            for entry, row in zip(field.entries, content[field.short_name], strict=True)
            if "id" in row
        }


class ProblemForm(SectionForm):
    title = TextField(
        N_("Title"), hint=N_("Name the problem as the people who have it would."), longest=limits.TITLE
    )
    summary = ProseField(
        N_("The problem in three sentences"),
        hint=N_("Up to 400 characters. Lists and search results show this."),
        rows=3,
        longest=limits.SUMMARY,
    )
    topic = RadioField(N_("Topic"), choices=list(TOPICS.items()), inline=True)
    problem = ProseField(
        N_("The problem"),
        hint=N_("What happens, to whom, how often, and what it costs them. Leave solutions out."),
    )
    why_now = ProseField(N_("Why now"), hint=N_("What changed, or what gets worse if nobody acts."), rows=4)

    def content(self, draft: Draft) -> dict[str, Any]:
        return super().content(draft) | {"topic": self.topic.data or ""}


class AffectedForm(SectionForm):
    affected = ProseField(
        N_("Who is affected, and how you know"),
        hint=N_("Say how many, and whom you asked. Numbers need a source."),
        rows=10,
    )


class TriedForm(SectionForm):
    tried = ProseField(
        N_("What was tried before"),
        rows=10,
        hint=N_(
            "What was done, what came of it, and why it stopped. If nothing was tried, say how you looked."
        ),
    )


class OutcomeGroup(Group):
    noun = N_("Measure")
    measure = LineField(N_("What you measure"))
    baseline = LineField(N_("Where it stands today"), hint=N_("A number and its source."))
    target = LineField(N_("Where success would put it"))


class OutcomesForm(SectionForm):
    outcomes = _repeated(OutcomeGroup)


class DataGroup(Group):
    noun = N_("Data set")
    name = LineField(N_("What it is"))
    licence = TextField(N_("Licence"), hint=N_("For example Open Government Licence 3.0."))
    format = TextField(N_("Format"), hint=N_("For example CSV, with the years it covers."))
    lawful_basis = LineField(N_("Lawful basis"), hint=N_("Where it has no personal data, say so."))


class DataForm(SectionForm):
    data = _repeated(DataGroup)
    none_offered = ConfirmField(N_("We looked, and have no data to offer"))


class AdoptionForm(SectionForm):
    adoption = ProseField(
        N_("Route to adoption"),
        hint=N_("Who would use what works, who pays for it, and who decides that."),
        rows=8,
    )
    intellectual_property = ProseField(
        N_("Who owns the result"), hint=N_("What the supplier keeps, and what the authority may use."), rows=5
    )


class StageGroup(Group):
    noun = N_("Stage")
    name = TextField(N_("Name"), longest=80, width=30)
    collects = SelectField(N_("What it collects"), choices=list(COLLECTS.items()))
    days = WholeField(
        N_("Days"), least=1, most=1000, required=N_("Enter how many days the stage takes"), suffix=N_("days")
    )
    money = MoneyField(N_("Money for each team"), hint=N_("With VAT; 0 where it pays nothing."))
    teams = WholeField(N_("Teams"), most=500, hint=N_("0 in the open call: everybody may propose."))
    forward = WholeField(N_("How many go on"), most=500, hint=N_("At most."))


class StagesForm(SectionForm):
    budget = MoneyField(
        N_("Budget"), hint=N_("The most that all stages may cost together, with VAT. It becomes public.")
    )
    stages = _repeated(StageGroup)

    def content(self, draft: Draft) -> dict[str, Any]:
        numbers = ("money", "teams", "forward")
        rows = [row | {name: row[name] or 0 for name in numbers} for row in self.stages.data]
        # This form is drawn for the section of stages alone.
        return {"stages": rows, "budget": self.budget.data or 0, "currency": draft.section.currency}  # type: ignore[attr-defined]


class ConditionGroup(Group):
    noun = N_("Condition")
    id = wtforms.HiddenField()
    text = LineField(N_("What a proposal or its supplier must meet"))


class EligibilityForm(SectionForm):
    conditions = _repeated(ConditionGroup)
    everyone = ConfirmField(N_("Everyone may propose"))

    def content(self, draft: Draft) -> dict[str, Any]:
        rows = named(self.conditions.data, "text", "condition")
        return {"conditions": rows, "everyone": self.everyone.data}


class QuestionGroup(Group):
    noun = N_("Question")
    id = wtforms.HiddenField()
    prompt = LineField(N_("The question"))
    words = WholeField(
        N_("Most words"),
        least=10,
        most=3000,
        default=300,
        required=N_("Enter the most words for an answer"),
        suffix=N_("words"),
    )
    guidance = LineField(
        N_("Guidance"), optional=True, hint=N_("One sentence on what a good answer speaks to.")
    )


class QuestionsForm(SectionForm):
    questions = _repeated(QuestionGroup)

    def content(self, draft: Draft) -> dict[str, Any]:
        return {"questions": named(self.questions.data, "prompt", "question")}


class CriterionGroup(Group):
    noun = N_("Criterion")
    id = wtforms.HiddenField()
    name = TextField(N_("Name"), width=30)
    meaning = LineField(N_("What it means"), hint=N_("One line. It stands beside the weight on every page."))
    weight = WholeField(
        N_("Weight"), least=1, most=100, required=N_("Enter the weight, from 1 to 100"), suffix="%"
    )
    questions = CheckboxesField(N_("Answers it speaks to"), choices=[])
    levels = wtforms.FieldList(LineField(N_("Level")), min_entries=LEAST_LEVELS)
    minimum = WholeField(N_("Level below which nobody goes on"), most=MOST_LEVELS - 1, optional=True)


class CriteriaForm(SectionForm):
    criteria = _repeated(CriterionGroup)
    minimum_total = WholeField(
        N_("Total below which nobody goes on"),
        most=100,
        suffix="%",
        hint=N_("0 where there is none."),
        default=0,
    )
    price = wtforms.FormField(PriceGroup)
    draw = RadioField(
        N_("An exact tie that no criterion breaks"), size="s",
        choices=[
            ("drand", N_("A public draw breaks it, by a number that nobody can know at the opening")),
            ("none", N_("It stands, and whoever chooses between equals says why")),
        ],
    )  # fmt: skip

    def around(self, draft: Draft) -> None:
        super().around(draft)
        self.price.form.amount.prefix = words().currency(draft.content.stages.currency)
        more = {"language": draft.language}
        choices = [(each.id, each.prompt or each.id, more) for each in draft.content.questions.questions]
        for entry in self.criteria.entries:
            entry.form.questions.choices = choices

    def content(self, draft: Draft) -> dict[str, Any]:
        rows = named(self.criteria.data, "name", "criterion")
        rows = [
            row | {"questions": row["questions"] or [], "levels": [each or "" for each in row["levels"]]}
            for row in rows
        ]
        return {
            "criteria": rows,
            "minimum_total": self.minimum_total.data or 0,
            "price": self.price.form.content(),
            "draw": self.draw.data or "drand",
        }


class TermsForm(SectionForm):
    regime = RadioField(
        N_("Rules that it runs under"), choices=[(key, regime.name) for key, regime in REGIMES.items()]
    )
    closes_on = DateField(N_("Deadline"), hint=N_("It closes at 12pm (midday) UK time on this day."))
    decision_on = DateField(N_("Decision"), hint=N_("The day by which suppliers know."))
    publish_scores = RadioField(
        N_("What of the scores becomes public"),
        choices=[
            ("individual", N_("Every evaluator’s scores, as E1, E2 and so on")),
            ("panel", N_("The panel’s mean levels alone")),
        ],
    )
    publish_diagnostics = ConfirmField(
        N_("Publish how firm the result is"),
        hint=N_(
            "What other weights would change and, with single scores, how far the panel agreed. It changes no score."
        ),
    )
    minimum_panel = WholeField(
        N_("People on the panel"), least=2, most=15, default=2, hint=N_("At least, with the chair.")
    )
    standstill_days = WholeField(
        N_("Standstill of your own"),
        most=60,
        default=0,
        suffix=N_("days"),
        hint=N_("0 leaves it to the rules. Working days under the Procurement Act, calendar days elsewhere."),
    )
    contact = TextField(
        N_("Contact"), hint=N_("An address that somebody reads, for questions about this page.")
    )

    def around(self, draft: Draft) -> None:
        super().around(draft)
        self.draft = draft

    def propose(self, draft: Draft) -> None:
        proposed = proposed_deadline(draft, self.regime.data or "")
        if not self.closes_on.raw_data and self.closes_on.data is None and proposed:
            self.closes_on.data = uk_date(proposed)

    def validate_closes_on(self, field: Any) -> None:
        _check_near(field, self.draft.now)

    def validate_decision_on(self, field: Any) -> None:
        _check_near(field, self.draft.now)

    def content(self, draft: Draft) -> dict[str, Any]:
        names = (set(Terms.__struct_fields__) - {"closes_at"}) & set(self._fields)
        closes_at = midday(self.closes_on.data) if self.closes_on.data else None
        values = {name: self[name].data for name in names}
        numbers = {
            "minimum_panel": self.minimum_panel.data or 2,
            "standstill_days": self.standstill_days.data or 0,
        }
        chosen = {
            "regime": self.regime.data or "",
            "publish_scores": self.publish_scores.data or "individual",
        }
        return values | numbers | chosen | {"closes_at": closes_at}


FORMS: dict[str, type[SectionForm]] = {
    "problem": ProblemForm,
    "affected": AffectedForm,
    "tried": TriedForm,
    "outcomes": OutcomesForm,
    "data": DataForm,
    "adoption": AdoptionForm,
    "stages": StagesForm,
    "eligibility": EligibilityForm,
    "questions": QuestionsForm,
    "criteria": CriteriaForm,
    "terms": TermsForm,
}


def filled(draft: Draft) -> SectionForm:
    """The section's form with what is saved."""
    values = msgspec.structs.asdict(draft.section)
    if isinstance(draft.section, Terms) and draft.section.closes_at:
        values["closes_on"] = uk_date(draft.section.closes_at)
    form = FORMS[draft.name](formdata=None, data=values | {"edition": draft.edition})
    form.around(draft)
    form.propose(draft)
    return form


def typed(draft: Draft, fields: MultiDict[str, str]) -> SectionForm:
    """The section's form with what was sent."""
    form = FORMS[draft.name](formdata=fields)
    form.around(draft)
    return form


def proposed_deadline(draft: Draft, regime: str) -> datetime | None:
    """The earliest midday that rules and first stage allow, were the challenge opened now."""
    stages = draft.content.stages.stages
    days = stages[0].days if stages else 0
    return earliest_deadline(REGIMES[regime], draft.now, days) if regime in REGIMES else None


def _check_near(field: Any, now: datetime) -> None:
    if field.data and abs(field.data - now.date()) > FURTHEST:
        raise ValidationError(_("Choose a day within the next ten years"))
