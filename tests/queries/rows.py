"""What no action does: challenges, proposals and scores put straight into tables, tampering, and counted reads."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import event, insert, select, text

from marketplace.models.base import db
from marketplace.models.challenges import Challenge, ChallengeText, ChallengeVersion
from marketplace.models.database import installation, writing
from marketplace.models.evaluation import Score
from marketplace.models.organisations import Organisation
from marketplace.models.proposals import Proposal
from marketplace.policy import Actor
from marketplace.rules import contents, references
from marketplace.rules import proposals as texts
from tests import factories as f
from tests.conftest import NOON


def many_challenges(
    count: int, state: str = "open", closes_at: datetime = NOON, title: str = "Damp homes"
) -> list[str]:
    """`count` challenges of one authority, one minute apart in deadline; their references in that order."""
    authority = f.an_authority()
    now = installation().clock.now()
    author = authority.administrator.person_id
    prefix = {"open": "0P", "completed": "CM", "terminated": "TM", "standstill": "ST"}[state]
    refs = [f"CH-{prefix}{n:06d}" for n in range(count)]
    with writing() as session:
        organisation_id = session.query(Organisation.id).filter_by(slug=authority.slug).scalar()
        first = (session.query(Challenge.id).order_by(Challenge.id.desc()).limit(1).scalar() or 0) + 1
        rows = [
            {
                "id": first + n, "ref": ref, "authority_id": organisation_id, "state": state, "version": 1,
                "title": title, "topic": "housing", "created_at": now,
                "opened_at": now + timedelta(minutes=n),
                "closes_at": closes_at + timedelta(minutes=n),
                "ended_at": now + timedelta(minutes=n) if state in ("completed", "terminated") else None,
                "resumes_to": "open" if state == "suspended" else None,
                "noticed_at": now if state == "standstill" else None,
            }
            for n, ref in enumerate(refs)
        ]  # fmt: skip
        content = contents.spell(f.a_content(title=title, closes_at=closes_at))
        session.execute(insert(Challenge), rows)
        session.execute(
            insert(ChallengeVersion),
            [
                {
                    "challenge_id": row["id"], "number": 1, "content": content, "content_hash": "0" * 64,
                    "created_at": now, "made_by_id": author,
                }
                for row in rows
            ],
        )  # fmt: skip
        session.execute(
            insert(ChallengeText),
            [{"challenge_id": row["id"], "title": title, "body": "One home in eleven"} for row in rows],
        )
    return refs


def add_proposals(world: f.World, upto: int) -> None:
    """Grow an opened stage to `upto` proposals, each of a supplier of its own and scored by the whole panel."""
    begun, stage_id, now = len(f.letters(world)), world.stage.id, installation().clock.now()
    with writing() as session:
        known = session.scalars(select(Proposal).where(Proposal.stage_id == stage_id).limit(1)).one()
        firms = [
            {
                "slug": references.new("PR").lower(), "name": f"Firm {place}", "kind": "supplier",
                "age_recipient": "", "age_identity": b"", "created_at": now,
            }
            for place in range(begun, upto)
        ]  # fmt: skip
        suppliers = session.scalars(insert(Organisation).returning(Organisation.id), firms).all()
        keys = installation().keys
        sealed = texts.unsealed(keys.read(known.content or b""))

        def content_of(ref: str) -> bytes:
            return keys.keep(replace(sealed, proposal=ref).spell())

        rows = [
            {
                "ref": ref, "stage_id": stage_id, "supplier_id": supplier, "state": "submitted",
                "version_id": known.version_id, "draft": b"", "content": content_of(ref), "words": known.words,
                "letter": texts.letter(place),
                "created_at": now, "edited_at": now, "submitted_at": now,
            }
            for place, supplier in enumerate(suppliers, begun)
            for ref in [references.new("PR")]
        ]  # fmt: skip
        added = session.scalars(insert(Proposal).returning(Proposal.id), rows).all()
    add_scores(world, added, world.scorers)


def add_scores(world: f.World, proposals: Sequence[int], panel: Sequence[Actor]) -> None:
    """A level, drawn by lot, from each of the panel for each criterion of these proposals."""
    rng, now, stage_id = random.Random(7), installation().clock.now(), world.stage.id
    cells = [
        {
            "stage_id": stage_id, "person_id": person.person_id, "proposal_id": id, "criterion": c.id,
            "level": rng.randrange(c.maximum + 1), "reason": "said", "question": "approach", "saved_at": now,
        }
        for id in proposals
        for person in panel
        for c in world.content.criteria.criteria
    ]  # fmt: skip
    with writing() as session:
        session.execute(insert(Score), cells)


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that reads send within the block."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    engine = db.engines["read"]
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def statements(read: Callable[[], object]) -> int:
    """How many statements `read` sends."""
    with counted() as sent:
        read()
    return len(sent)


def tamper(*statements: str) -> None:
    """Write as somebody who holds the database file: its guards are dropped first."""
    with writing() as session:
        for name in session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            session.execute(text(f"DROP TRIGGER {name}"))
        for statement in statements:
            session.execute(text(statement))
