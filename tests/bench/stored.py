"""The log with a million entries in a database: what it costs to add one, to hash and sign it, and to prove any."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Integer, cast, insert, literal, select, update

from marketplace.actions import log as steps
from marketplace.actions.action import UnitOfWork, action
from marketplace.jobs.signer import Signer
from marketplace.models.database import writing
from marketplace.models.trail import LogEvent, LogHead, LogTile
from marketplace.policy import ANYONE, SYSTEM
from marketplace.queries import log
from marketplace.tlog import proofs, tiles
from tests import factories as f
from tests.bench.log import MILLION, Size
from tests.bench.measure import Work, measure_works


@action("stage:keep-time")
def note(work: UnitOfWork) -> None:
    """A plain action: it leaves a row in the journal, and no entry."""
    work.note("bench.note")


@action("stage:keep-time")
def note_in_public(work: UnitOfWork) -> None:
    """The same with an entry of the log."""
    work.note("bench.note")
    work.leaf("organisation.verify", None, {"organisation": "northmere-council"})


def grow() -> None:
    """Let the log have a million entries, all but two of them the same, and sign it."""
    f.grow_the_log(SYSTEM, 1)
    number = select(literal(2).label("n")).cte("numbers", recursive=True)
    number = number.union_all(select(number.c.n + 1).where(number.c.n < MILLION - 1))
    names = ["index", "leaf", "leaf_hash", "kind", "at"]
    same = [LogEvent.leaf, LogEvent.leaf_hash, LogEvent.kind, LogEvent.at]
    copies = select(cast(number.c.n, Integer), *same).join(number, literal(True)).where(LogEvent.index == 1)
    with writing() as session:
        session.execute(insert(LogEvent).from_select(names, copies.order_by(number.c.n)))
        session.execute(update(LogHead).values(size=MILLION))
        first, other = session.scalars(select(LogEvent.leaf_hash).order_by(LogEvent.index).limit(2)).all()
        grown = tiles.extend(0, lambda _level, _n: b"", [first] + [other] * (MILLION - 1))
        put = [{"level": level, "n": n, "hashes": hashes} for (level, n), hashes in grown.items()]
        session.execute(insert(LogTile), put)
    f.sign_the_log()


def measured() -> tuple[list[Work], list[Size]]:
    """What it costs in the installation whose context is active."""
    grow()
    plain = Work("A plain action", lambda _: note(SYSTEM))
    public = Work("The same, which leaves an entry", lambda _: note_in_public(SYSTEM))
    measure_works([plain, public])
    # An entry adds a millisecond to whatever an action costs, and no more.
    public.target = round(plain.cost + 1, 2)
    others = [
        Work("Hash one entry into a million", lambda _: steps.integrate(1), 5),
        Work("Write, hash, sign and serve one", written_and_signed(Signer("bench"))),
        Work("Proof file of one entry", lambda n: log.proof(ANYONE, _nth(n)), 2),
        Work("Tile of 256 hashes", lambda n: log.tile(ANYONE, 0, _nth(n) // 256)),
        Work("Bundle of 256 entries", lambda n: log.entries(ANYONE, _nth(n) // 256)),
        Work("Whether anything stops a write", lambda _: log.stopped(ANYONE)),
    ]
    # One after the other: the second leaves nothing to hash.
    for each in others:
        measure_works([each])
    file = log.proof(ANYONE, 0)
    hashes = 32 * len(proofs.parse(file).path)
    return [plain, public, *others], [
        Size("Hashes of a proof", hashes, 1024), Size("Proof file, without cosignatures", len(file.encode()), 2048)
    ]  # fmt: skip


def written_and_signed(signer: Signer) -> Callable[[int], None]:
    """What one second of the worker costs in which somebody acts."""

    def do(_number: int) -> None:
        note_in_public(SYSTEM)
        signer.round()

    while not signer.has_checked_all:
        signer.round()
    return do


def _nth(number: int) -> int:
    return (54_321 + number * 99_991) % MILLION
