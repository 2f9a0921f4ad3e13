"""What an action works with: its actor, its instant, its locks, and the trace that it leaves."""

from __future__ import annotations

import functools
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from sqlalchemy import ColumnElement, select, text
from sqlalchemy.orm import Session

from marketplace import integrity, policy
from marketplace.models.accounts import PublicReference
from marketplace.models.challenges import Challenge, MoveReason
from marketplace.models.database import Installation, installation
from marketplace.models.notices import Notice
from marketplace.models.stages import Stage
from marketplace.models.trail import JournalEntry, LogEvent, LogOpening
from marketplace.policy import Actor, On
from marketplace.rules import canonical, events, lifecycle
from marketplace.rules.instants import instant
from marketplace.rules.refusals import Refused
from marketplace.rules.regimes import last_day
from marketplace.rules.roles import Role
from marketplace.rules.wording import NOTICES, ROLE_WORDS
from marketplace.tlog import tree

M = TypeVar("M")


# Without the ORM, which would take a third of what an entry costs.
_GROW = text("UPDATE log_head SET size = size + :count WHERE id = 1 RETURNING size")


class PastDeadline(Exception):
    """An action met a stage whose deadline has passed and that nobody has closed yet."""

    def __init__(self, stage_id: int) -> None:
        self.stage_id = stage_id


@dataclass
class Leaf:
    """A leaf that waits for its index; `then` is told the index inside the same transaction."""

    type: str
    body: dict[str, Any]
    salts: dict[str, tuple[bytes, object]]
    recipients: tuple[str, ...]
    challenge_id: int | None
    then: list[Callable[[int], None]] = field(default_factory=list)


class UnitOfWork:
    """One action at work, inside one transaction."""

    def __init__(self, session: Session, actor: Actor, permission: str, prepared: Any = None) -> None:
        self.session = session
        self.actor = actor
        self.permission = permission
        self.prepared = prepared
        self.place: Installation = installation()
        self.keys = self.place.keys
        self._now: datetime | None = None
        self._locked = False
        self.afterwards: list[Callable[[], object]] = []
        """What follows the commit, outside of the transaction, such as wiping what it deleted out of the files."""
        self._leaves: list[Leaf] = []
        self._notices: set[tuple[str, int | None, str, str]] = set()

    @property
    def now(self) -> datetime:
        """This action's one instant, read after its first lock is held."""
        if self._now is None:
            self._now = self.place.clock.now()
        return self._now

    def hold(self, model: type[M], *where: ColumnElement[bool], share: bool = False) -> M:
        """The one row that matches, locked until the commit; refuses `missing` where there is none.

        Locks are taken in the order challenge, stage, proposal, so that two actions never wait for
        each other in a ring.
        """
        statement = select(model).where(*where).with_for_update(read=share)
        record = self.session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
        if record is None:
            raise Refused("missing")
        if not self._locked or (isinstance(record, Stage) and not self._leaves):
            # What counts is when the lock was had, not when it was asked for.
            self._locked, self._now = True, None
        if isinstance(record, Stage):
            self._close_first(record)
        return record

    def lock(self, model: type[M], *where: ColumnElement[bool]) -> M:
        """As `hold`, and refuses `missing` unless the actor has this action's permission on it."""
        record = self.hold(model, *where)
        self.require(policy.of(record))
        return record

    def require(self, on: On, permission: str | None = None) -> frozenset[Role]:
        """The actor's roles on `on`; refuses `missing` without this action's permission."""
        return policy.require(self.session.connection(), self.actor, permission or self.permission, on)

    def roles(self, on: On) -> frozenset[Role]:
        return policy.roles(self.session.connection(), self.actor, on)

    def move(
        self, record: Challenge | Stage, name: str, case: lifecycle.Case, *, reason: str = "",
        data: dict[str, Any] | None = None, private: dict[str, object] | None = None,
        held: frozenset[Role] | None = None,
    ) -> Leaf | None:  # fmt: skip
        """Run one row of the lifecycle: role, state, guards, then the state and its trace.

        `held` are the actor's roles as this act began, where it has ended one of them.
        """
        of = "challenge" if isinstance(record, Challenge) else "stage"
        move = lifecycle.BY_NAME[of, name]
        challenge_id = record.id if isinstance(record, Challenge) else record.challenge_id
        held = self.roles(On(challenge_id=challenge_id)) if held is None else held
        if not move.by & held:
            raise Refused("missing")
        if no := lifecycle.refusal(move, record.state, case):
            raise Refused(no.code, **no.facts)
        if move.reason and not reason:
            raise Refused("move.reason")
        self._set_state(record, move)
        self._tell_of(move, challenge_id)
        if move.event is None:
            self.note(f"{of}.{name}", challenge_id, reason=reason)
            return None
        leaf = self.leaf(
            move.event, challenge_id, data or {}, {**({"reason": reason} if reason else {}), **(private or {})},
            acting=next(iter(sorted(move.by & held))),
        )  # fmt: skip
        if reason:
            row = MoveReason(
                challenge_id=challenge_id, move=name, reason=reason, language=self.place.words.language,
                at=self.now,
            )  # fmt: skip
            self.session.add(row)
            leaf.then.append(functools.partial(setattr, row, "log_index"))
        return leaf

    def leaf(
        self, type_: str, challenge_id: int | None, data: dict[str, Any],
        private: dict[str, object] | None = None, *, acting: Role | None = None, recipients: tuple[str, ...] = (),
    ) -> Leaf:  # fmt: skip
        """Buffer a public event. `private` values enter as commitments whose openings are kept.

        Openings are encrypted to the record key, or to `recipients` alone where given.
        """
        events.check(type_, data, private or {})
        body: dict[str, Any] = {"at": instant(self.now), "type": type_, "v": 1}
        if type_ != events.SEALED:
            body |= {"by": self._by(type_, acting, challenge_id), "data": data}
            if challenge_id is not None:
                body["challenge"] = self.session.scalars(
                    select(Challenge.ref).where(Challenge.id == challenge_id)
                ).one()
        salts = {name: (canonical.new_salt(), value) for name, value in (private or {}).items()}
        if salts:
            body["private"] = {
                name: canonical.commitment(salt, type_, name, value) for name, (salt, value) in salts.items()
            }
        leaf = Leaf(type_, body, salts, recipients, challenge_id if type_ != events.SEALED else None)
        self._leaves.append(leaf)
        return leaf

    def start(self, kind: str = "") -> Leaf:
        """Buffer leaf 0: it fixes the origin, says what kind of place this is, and its hash is the log's id."""
        settings = self.place.settings
        usual = "rehearsal" if settings.environment == "rehearsal" else "service"
        # Two that begin in the same second are two logs.
        random = canonical.new_salt()[:8].hex()
        data = {"origin": settings.log_origin, "kind": kind or usual, "random": random}
        return self.leaf(events.START, None, data)

    def public_reference(self, challenge_id: int, person_id: int) -> str:
        """The one random reference under which a person acts on a challenge in the trail."""
        known = self.session.get(PublicReference, (challenge_id, person_id))
        if known is None:
            ref = canonical.new_salt()[:8].hex()
            known = PublicReference(challenge_id=challenge_id, person_id=person_id, ref=ref)
            self.session.add(known)
            self.session.flush()
        return known.ref

    def note(self, act: str, challenge_id: int | None = None, **facts: object) -> None:
        """Leave a row in the journal: an internal act. Never what somebody wrote in a proposal."""
        self.session.add(
            JournalEntry(
                at=self.now, person_id=self.actor.person_id, act=act, challenge_id=challenge_id,
                facts=canonical.encode(facts).decode(),
            )
        )  # fmt: skip

    def tell(
        self, kind: str, person_id: int | None, link: str, challenge_id: int | None = None, *, to: str = "",
        **words: object,
    ) -> Notice | None:  # fmt: skip
        """Put a message into the outbox; it leaves after the commit, and never without it.

        It goes to the address of the person's account when it leaves, or `to` another, such as that of
        somebody without an account. Returns it, or None where this action says the same to them already.
        """
        if (kind, person_id, to, link) in self._notices:
            return None
        self._notices.add((kind, person_id, to, link))
        notice, say = NOTICES[kind], self.place.words.say
        words = {
            name: say(ROLE_WORDS[fact]) if isinstance(fact, Role) else fact for name, fact in words.items()
        }
        words["link"] = self.place.settings.base_url + link
        payload = {"subject": say(notice.subject, **words), "text": say(notice.text, **words)}
        row = Notice(
            person_id=person_id, address=self.keys.keep(to.encode()) if to else None, kind=kind,
            challenge_id=challenge_id, created_at=self.now, next_try_at=self.now,
            payload=self.keys.keep(msgspec.json.encode(payload)), message_id=f"{uuid.uuid4()}@{self._host()}",
        )  # fmt: skip
        self.session.add(row)
        return row

    def finish(self) -> None:
        """The last statements before the commit: take positions under the log head, write leaves.

        A crash before the commit leaves neither the change nor its leaves; after it, both.
        """
        self.session.flush()
        if not self._leaves:
            return
        first = self._take(len(self._leaves))
        integrity.require(self.session.connection(), first)
        if first == 0 and self._leaves[0].type != events.START:
            self.start()
            self._leaves.insert(0, self._leaves.pop())
            self._take(1)
        for index, leaf in enumerate(self._leaves, start=first):
            self._write(index, leaf)
        self.session.flush()

    def _take(self, count: int) -> int:
        """Lock the head and take `count` positions; the first of them."""
        size: int = self.session.connection().execute(_GROW, {"count": count}).scalar_one()
        return size - count

    def _write(self, index: int, leaf: Leaf) -> None:
        content = canonical.encode(leaf.body)
        if len(content) > canonical.LEAF_LIMIT:
            raise ValueError(f"a leaf of {len(content)} bytes")
        self.session.add(
            LogEvent(
                index=index, leaf=content, leaf_hash=tree.leaf_hash(content), kind=leaf.type,
                challenge_id=leaf.challenge_id, at=self.now,
            )
        )  # fmt: skip
        for name, (salt, value) in leaf.salts.items():
            opening = canonical.encode({"salt": salt.hex(), "value": value})
            sealed = self.keys.seal(opening, *leaf.recipients) if leaf.recipients else self.keys.keep(opening)
            self.session.add(LogOpening(index=index, field=name, ciphertext=sealed))
        for then in leaf.then:
            then(index)

    def _set_state(self, record: Challenge | Stage, move: lifecycle.Move) -> None:
        if isinstance(record, Challenge):
            target = move.target or record.resumes_to
            record.resumes_to = record.state if move.target == "suspended" else None
            record.state = target or record.state
        else:
            record.state = move.target or record.state

    def _by(self, type_: str, acting: Role | None, challenge_id: int | None) -> dict[str, str]:
        if self.actor.is_system or self.actor.person_id is None:
            return {"as": str(Role.SYSTEM)}
        role = str(acting or Role.PERSON)
        if events.KINDS[type_].unnamed:
            return {"as": role}
        if challenge_id is None:
            return {"as": role, "ref": canonical.new_salt()[:8].hex()}
        return {"as": role, "ref": self.public_reference(challenge_id, self.actor.person_id)}

    def _tell_of(self, move: lifecycle.Move, challenge_id: int) -> None:
        challenge = self.session.get_one(Challenge, challenge_id)
        inside = f"/desk/challenges/{challenge.ref}"
        people = policy.holders(self.session.connection(), challenge_id)
        kind, facts = f"{move.of}.{move.name}", dict[str, Any](title=challenge.title)
        if move.target == "standstill" and challenge.standstill_ends_at:
            # Whoever may challenge the award is told its exact last day, and need not look for it.
            kind, facts["until"] = "challenge.standstill", last_day(challenge.standstill_ends_at)
        for group in move.tells:
            link = f"/challenges/{challenge.ref}" if group == "suppliers" else inside
            for person_id in policy.group(self.session.connection(), people, group, challenge_id):
                self.tell(kind, person_id, link, challenge_id, **facts)

    def _close_first(self, stage: Stage) -> None:
        if self.actor.is_system or stage.state != "collecting":
            return
        challenge = self.session.get_one(Challenge, stage.challenge_id)
        running = challenge.state in lifecycle.RUNNING_STATES
        if lifecycle.effective_stage(stage.state, stage.closes_at, self.now, running=running) == "closed":
            raise PastDeadline(stage.id)

    def _host(self) -> str:
        return self.place.settings.base_url.split("://")[-1].split(":")[0].split("/")[0]
