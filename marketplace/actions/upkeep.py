"""Upkeep: the few writes that are nobody's act, each in a short transaction of its own.

They commit even when the action they serve is refused, which is why a throttle still counts. Those that hash and
sign the log stand in `log.py`; those that keep what a witness answered, and what we answer as one, in `witnesses.py`
and `witnessing.py`. There are no others.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select, text, update

from marketplace.models.accounts import AddressChange, Device, MailedLink, Person, Visit
from marketplace.models.database import installation, writing
from marketplace.models.evaluation import ScoreDraft
from marketplace.models.invitations import Invitation
from marketplace.models.notices import Notice, due
from marketplace.models.upkeep import Heartbeat, IdempotencyKey, Lease, Throttle
from marketplace.rules import retention
from marketplace.rules.refusals import Refused

NOTICE_FIRST_WAIT = timedelta(minutes=1)
NOTICE_LONGEST_WAIT = timedelta(hours=6)
# With waits that double up to six hours this is about nine days.
NOTICE_TRIES = 45

_TRY = Throttle.__table__.c
_COUNT = text(
    "INSERT INTO throttle (name, window_starts_at, count) VALUES (:name, :window_starts_at, :count)"
    " ON CONFLICT (name, window_starts_at) DO UPDATE SET count = throttle.count + 1 RETURNING count"
).bindparams(bindparam("window_starts_at", type_=_TRY.window_starts_at.type))


def throttle(name: str, limit: int, window: timedelta, code: str) -> None:
    """Count one try under `name`; refuses `code` once `limit` is passed in this window."""
    now = installation().clock.now()
    starts = datetime.fromtimestamp(
        now.timestamp() // window.total_seconds() * window.total_seconds(), now.tzinfo
    )
    with writing() as session:
        # One statement: two first tries at one moment would both find no row to lock.
        count = session.execute(_COUNT, {"name": name, "window_starts_at": starts, "count": 1}).scalar_one()
    if count > limit:
        raise Refused(code, wait=starts + window - now)


def touch(token_hash: str, seen_before: datetime) -> None:
    """Remember that a visit is alive; called at most every few minutes for one visit."""
    now = installation().clock.now()
    with writing() as session:
        session.execute(
            update(Visit)
            .where(Visit.token_hash == token_hash, Visit.seen_at == seen_before)
            .values(seen_at=now)
        )


def beat() -> None:
    """The service is alive in this minute."""
    now = installation().clock.now()
    minute = now.replace(second=0, microsecond=0)
    with writing() as session:
        if session.get(Heartbeat, minute) is None:
            session.add(Heartbeat(minute=minute))


def take_lease(name: str, holder: str, length: timedelta, *, alone: bool = False) -> bool:
    """Take or renew the lease `name`; False while somebody else holds it.

    A holder is `machine:process`. With `alone` it is known that any other process of this machine is gone.
    """
    now = installation().clock.now()
    with writing() as session:
        row = session.get(Lease, name, with_for_update=True)
        if row is None:
            row = Lease(name=name, holder=holder, ends_at=now)
            session.add(row)
        elif row.holder != holder and row.ends_at > now and not (alone and _neighbours(row.holder, holder)):
            return False
        row.holder, row.ends_at = holder, now + length
        return True


def _neighbours(one: str, other: str) -> bool:
    return one.partition(":")[0] == other.partition(":")[0]


def drop_lease(name: str, holder: str) -> None:
    """Give a lease back, so that another need not wait for it to run out; somebody else's stays."""
    with writing() as session:
        session.execute(delete(Lease).where(Lease.name == name, Lease.holder == holder))


@dataclass(frozen=True)
class Letter:
    """A notice to be sent now; `payload` is ciphertext of its subject and text.

    It goes `to` the address of somebody's account, or where that is empty to the one in `address`, ciphertext.
    `log_index` is an entry to enclose.
    """

    notice_id: int
    kind: str
    to: str
    address: bytes | None
    payload: bytes
    message_id: str
    at: datetime
    log_index: int | None


def claim_notice() -> Letter | None:
    """The notice that has waited longest, counted as tried; None where nothing is due.

    A crash between this and `mark_sent` sends it a second time, under the same message id, when its
    next try is due: a notice may arrive twice but is not lost.
    """
    now = installation().clock.now()
    waiting = (
        select(Notice)
        .where(due(now), Notice.tries < NOTICE_TRIES)
        .order_by(Notice.next_try_at, Notice.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    with writing() as session:
        notice = session.scalars(waiting).one_or_none()
        if notice is None:
            return None
        notice.next_try_at = now + min(NOTICE_FIRST_WAIT * 2 ** min(notice.tries, 20), NOTICE_LONGEST_WAIT)
        notice.tries += 1
        theirs = select(Person.email).where(Person.id == notice.person_id)
        to = session.scalars(theirs).one() if notice.address is None else ""
        return Letter(
            notice.id, notice.kind, to, notice.address, notice.payload, notice.message_id, notice.created_at,
            notice.log_index,
        )  # fmt: skip


def mark_sent(notice_id: int) -> None:
    """The notice was handed over; it is not sent again."""
    now = installation().clock.now()
    with writing() as session:
        session.execute(update(Notice).where(Notice.id == notice_id).values(sent_at=now))


def sweep() -> None:
    """Remove what is past its keeping time, as the page about privacy says."""
    now = installation().clock.now()
    with writing() as session:
        session.execute(delete(IdempotencyKey).where(IdempotencyKey.at < now - retention.FORM_KEYS))
        session.execute(delete(Throttle).where(Throttle.window_starts_at < now - retention.FORM_KEYS))
        session.execute(delete(Heartbeat).where(Heartbeat.minute < now - retention.HEARTBEATS))
        session.execute(delete(MailedLink).where(MailedLink.ends_at < now - retention.LINKS))
        session.execute(delete(Visit).where(Visit.ends_at < now - retention.VISITS))
        session.execute(delete(AddressChange).where(AddressChange.ends_at < now - retention.LINKS))
        session.execute(delete(Invitation).where(Invitation.ends_at < now - retention.LINKS))
        session.execute(delete(ScoreDraft).where(ScoreDraft.saved_at < now - retention.BEGUN))
        session.execute(delete(Device).where(Device.seen_at < now - retention.BROWSERS))
