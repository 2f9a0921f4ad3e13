"""The engine of every write: one action, one transaction, one trace.

An action is a function of a `UnitOfWork`. The engine opens the transaction, checks policy as records
are locked, runs lifecycle rows, buffers what the log and the outbox are to receive, and writes that
as the last statements before the commit. There are three kinds of writes and no fourth: *public*
(leaves a leaf), *internal* (leaves a journal row) and *upkeep* (listed in `upkeep.py`).
"""

from __future__ import annotations

import functools
import hmac
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

import msgspec
from sqlalchemy.exc import DBAPIError, IntegrityError

from marketplace import integrity
from marketplace.actions.work import PastDeadline, UnitOfWork
from marketplace.models.database import writing
from marketplace.models.upkeep import IdempotencyKey
from marketplace.policy import SYSTEM, Actor
from marketplace.rules.refusals import Refused
from marketplace.rules.roles import PERMISSIONS

__all__ = ("Action", "UnitOfWork", "action", "closers")

P = ParamSpec("P")
R = TypeVar("R")

TRIES = 6

Around = Callable[..., AbstractContextManager[Any]]
"""Work outside the transaction, such as with files: gets the actor and the arguments, and what it
yields is `work.prepared`. It sees a refusal pass, and leaves once the transaction has ended."""


def _unprepared(*_args: Any, **_kwargs: Any) -> AbstractContextManager[Any]:
    return nullcontext()


class Action(Generic[P, R]):
    """A write that anybody may ask for and policy answers: call it with the actor first."""

    def __init__(
        self, permission: str, perform: Callable[Concatenate[UnitOfWork, P], R], around: Around, always: bool
    ) -> None:
        if permission not in PERMISSIONS:
            raise LookupError(f"no permission is called {permission}")
        self.permission = permission
        self.perform = perform
        self.around = around
        self.always = always
        self.name = f"{perform.__module__.rpartition('.')[2]}.{perform.__name__}"
        self._result = msgspec.json.Decoder()
        functools.update_wrapper(self, perform)

    def __call__(self, actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return self._run(actor, "", args, kwargs)

    def once(self, key: str) -> Callable[Concatenate[Actor, P], R]:
        """The action under an idempotency key: sent again, it answers again and does nothing.

        Kept 48 hours. Another body under the same key is refused with `form.reused`.
        """

        def call(actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> R:
            return self._run(actor, key, args, kwargs)

        return call

    def _run(self, actor: Actor, key: str, args: Any, kwargs: Any) -> R:
        if not self.always:
            integrity.require_fitting()
        with self.around(actor, *args, **kwargs) as prepared:
            return self._try(actor, key, args, kwargs, prepared)

    def _try(self, actor: Actor, key: str, args: Any, kwargs: Any, prepared: Any) -> R:
        for attempt in range(1, TRIES + 1):
            try:
                return self._attempt(actor, key, args, kwargs, prepared)
            except PastDeadline as past:
                # Stands on its own: it commits even where the action is then refused.
                closers[0](SYSTEM, past.stage_id)
            except IntegrityError:
                # Another transaction was first; seen anew, its work answers or refuses us.
                if attempt >= 3:
                    raise
            except DBAPIError as error:
                if attempt == TRIES or not _passes(error):
                    raise
        raise Refused("busy")

    def _attempt(self, actor: Actor, key: str, args: Any, kwargs: Any, prepared: Any) -> R:
        with writing() as session:
            work = UnitOfWork(session, actor, self.permission, prepared)
            if key:
                body = self._body_hash(work, args, kwargs)
                known = session.get(IdempotencyKey, (actor.key, self.name, key))
                if known is not None:
                    return self._answer_again(known, body)
                mine = IdempotencyKey(
                    actor=actor.key, action=self.name, key=key, body_hash=body, result="",
                    at=work.place.clock.now(),
                )  # fmt: skip
                session.add(mine)
                session.flush()
            result = self.perform(work, *args, **kwargs)
            if key:
                mine.result = msgspec.json.encode(result).decode()
            work.finish()
        # A crash here leaves it to the next sweep.
        for then in work.afterwards:
            then()
        return result

    def _answer_again(self, known: IdempotencyKey, body: str) -> R:
        if not hmac.compare_digest(known.body_hash, body):
            raise Refused("form.reused")
        result: R = self._result.decode(known.result)
        return result

    def _body_hash(self, work: UnitOfWork, args: Any, kwargs: Any) -> str:
        body = msgspec.json.encode([args, sorted(kwargs.items())], enc_hook=repr)
        return hmac.new(work.place.settings.secret_key.encode(), body, "sha256").hexdigest()


closers: list[Callable[[Actor, int], object]] = []
"""What closes a stage; `stages.py` puts itself here, since the engine stands below it."""


def action(
    permission: str, around: Around = _unprepared, *, always: bool = False
) -> Callable[[Callable[Concatenate[UnitOfWork, P], R]], Action[P, R]]:
    """Make a function of a unit of work into an action that needs `permission`.

    All refuse `log.stopped` while the database is not the one that was signed, unless `always`.
    """

    def wrap(perform: Callable[Concatenate[UnitOfWork, P], R]) -> Action[P, R]:
        return Action(permission, perform, around, always)

    return wrap


def _passes(error: DBAPIError) -> bool:
    """Whether the failure is one of those that go away when tried again."""
    state = getattr(error.orig, "sqlstate", None)
    return state in ("40001", "40P01", "55P03") or "locked" in str(error.orig)
