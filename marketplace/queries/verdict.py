"""A walk over the whole log that checks it: its entries, the tree over them, and everything that was signed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, select

from marketplace import integrity
from marketplace.models.challenges import Challenge
from marketplace.models.evaluation import Decision
from marketplace.models.proposals import SealedEntry
from marketplace.models.stages import Stage
from marketplace.models.trail import LogCheckpoint, LogEvent, LogOpening, LogTile
from marketplace.queries import log
from marketplace.queries.query import Reader, query
from marketplace.queries.recovered import Recovered, is_back, recoveries
from marketplace.queries.sealed import DECISIONS, OPENINGS
from marketplace.rules import canonical, events
from marketplace.rules.instants import instant
from marketplace.tlog import checkpoints, notes, tiles, tree
from marketplace.tlog.checkpoints import Checkpoint
from marketplace.tlog.notes import VerifierKey
from marketplace.tlog.tree import Node

ERASE = "trail.erase"


@dataclass(frozen=True)
class Verdict:
    """What a walk over the whole log found: `wrong` is empty where nothing is. `root` is hex.

    The last checkpoint covers the first `signed` entries. `lost` names what a recovery brought back as entries alone:
    what they tell of is not here, and nobody made it so.
    """

    size: int
    root: str
    signed: int
    wrong: tuple[str, ...]
    lost: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return not self.wrong


@query
def verify(read: Reader) -> Verdict:
    """Walk the log from its first leaf and name everything that is not as it must be.

    A log that was replaced as a whole shows only in this machine's mark: elsewhere, compare `root` with one kept
    earlier.
    """
    walk = _Walk(read.place.settings.log_origin, recoveries(read))
    for row in read.connection.execute(_checked_rows(), execution_options={"yield_per": 1000}):
        walk.step(row)
    size = integrity.committed(read.connection)
    if size != walk.count:
        walk.wrong.append(f"The head counts {size} entries, and {walk.count} are here.")
    if not walk.count and size:
        walk.wrong.append("The log is empty.")
    _check_sealed(read, walk)
    _check_decisions(read, walk)
    walk.wrong += _missing_openings(read, walk)
    walk.wrong += _key_faults(read, walk)
    walk.wrong += _tree_faults(read, walk.hashes)
    last = integrity.last_checkpoint(read.connection)
    root, signed = tree.root(walk.hashes).hex(), last.size if last else 0
    return Verdict(walk.count, root, signed, tuple(walk.wrong), tuple(walk.lost))


class _Walk:
    """One pass over the leaves; keeps their hashes, the sealed indexes and what is wrong."""

    def __init__(self, origin: str, recovered: tuple[Recovered, ...]) -> None:
        self.origin = origin
        self.recovered = recovered
        self.count = 0
        self.hashes: list[bytes] = []
        self.sealed: set[int] = set()
        self.records: dict[tuple[str, int], tuple[int, str]] = {}
        self.decided: list[tuple[str, int, int, str]] = []
        self.keys: list[tuple[int, str, str]] = []
        self.committed: set[tuple[int, str]] = set()
        self.erased: set[tuple[int, str]] = set()
        self.wrong: list[str] = []
        self.lost = [
            (
                f"Entry {each.first} was brought back, as entry {each.by} says. What it tells of is lost apart from it."
                if each.first == each.last
                else f"Entries {each.first} to {each.last} were brought back, as entry {each.by} says. "
                "What they tell of is lost apart from them."
            )
            for each in recovered
        ]

    def step(self, row: Row[*tuple[Any, ...]]) -> None:
        if row.place != self.count:
            self.wrong.append(f"Entry {self.count} is missing; {row.place} stands in its place.")
        self.count = row.place + 1
        # A database that was tampered with may hold text where bytes belong.
        raw = row.leaf if isinstance(row.leaf, bytes) else str(row.leaf).encode()
        self.hashes.append(tree.leaf_hash(raw))
        if self.hashes[-1] != row.leaf_hash:
            self.wrong.append(f"Entry {row.place} does not have the hash that was kept for it.")
        try:
            leaf = canonical.decode(raw)
            back = is_back(row.place, self.recovered)
            faults = list(column_faults(row, leaf, back)) + list(_leaf_faults(row.place, leaf, self.origin))
        except (ValueError, KeyError, TypeError) as error:
            self.wrong.append(f"Entry {row.place} cannot be read: {error}.")
            return
        self.wrong += [f"Entry {row.place}: {fault}." for fault in faults]
        if row.kind == events.SEALED:
            self.sealed.add(row.place)
        self._note(row.place, row.kind, leaf, leaf.get("data", {}))
        if not back:
            self.committed |= {(row.place, field) for field in leaf.get("private", {})}

    def _note(self, index: int, kind: str, leaf: dict[str, Any], data: dict[str, Any]) -> None:
        """Keep what an entry says of something that stands elsewhere."""
        if kind in OPENINGS:
            self.records[leaf["challenge"], data["stage"]] = index, data["record"]
        elif kind in DECISIONS and "record" in data:
            self.decided.append((leaf["challenge"], data["stage"], index, data["record"]))
        elif kind == events.ROTATE:
            self.keys.append((index, data["retired"], data["key"]))
        elif kind == ERASE:
            places = (told.split("/", 1) for told in data["openings"])
            self.erased |= {(int(entry), field) for entry, field in places}

    def miss(self, index: int, what: str) -> None:
        """Something that entry `index` tells of is not here: wrong, unless a recovery brought the entry back."""
        (self.lost if is_back(index, self.recovered) else self.wrong).append(what)


def column_faults(row: Row[*tuple[Any, ...]], leaf: dict[str, Any], back: bool) -> Iterator[str]:
    """Where the columns that pages filter by say something else than the leaf.

    One that was brought `back` may tell of a challenge that is not here any more.
    """
    if leaf.get("type") != row.kind:
        yield f"the leaf is a {leaf.get('type')}, its row says {row.kind}"
    if leaf.get("challenge", "") != (row.any_ref or "") and (row.any_ref or not back):
        yield "the leaf and its row name different challenges"
    if leaf.get("at") != instant(row.at):
        yield "the leaf and its row name different instants"


def _leaf_faults(index: int, leaf: dict[str, Any], origin: str) -> Iterator[str]:
    kind = leaf["type"]
    if (kind == events.START) != (index == 0):
        yield "only the first entry begins a trail"
    if kind == events.RECOVERED and leaf["data"]["last"] != index - 1:
        yield "it says that other entries were brought back than those before it"
    if index == 0 and leaf["data"].get("origin") != origin:
        yield f"the trail is {leaf['data'].get('origin')}, this service is {origin}"
    if kind not in events.KINDS:
        yield f"{kind} is no kind of event"
        return
    try:
        events.check(kind, leaf.get("data", {}), leaf.get("private", {}))
    except ValueError as error:
        yield str(error)


def _check_sealed(read: Reader, walk: _Walk) -> None:
    """Every sealed entry belongs to a stage, and an opened stage's record accounts for each of its own."""
    rows = read.connection.execute(
        select(SealedEntry.log_index, SealedEntry.kind, SealedEntry.stage_id).order_by(SealedEntry.log_index)
    ).all()
    known = {row.log_index for row in rows}
    for index in sorted(walk.sealed - known):
        walk.miss(index, f"Entry {index} is sealed, and no stage accounts for it.")
    walk.wrong += [
        f"Entry {index} was accounted for as sealed, and is not." for index in sorted(known - walk.sealed)
    ]
    opened = read.connection.execute(
        select(Stage.id, Stage.number, Stage.opening_record, Challenge.ref)
        .join(Challenge, Challenge.id == Stage.challenge_id)
        .where(Stage.opening_record.is_not(None))
        .order_by(Stage.id)
    )
    for stage in opened:
        own = {row.log_index for row in rows if row.stage_id == stage.id and row.kind != "lock"}
        walk.wrong += _record_faults(stage, own, walk.records.pop((stage.ref, stage.number), (0, ""))[1])
    for (ref, number), (index, _digest) in walk.records.items():
        walk.miss(index, f"{ref}, stage {number}, was opened, and its record is gone.")


def _check_decisions(read: Reader, walk: _Walk) -> None:
    """Every decision's record is here as its entry fixed it, and they name every lock that came before the last."""
    kept: dict[tuple[str, int], dict[str, str]] = {}
    for row in read.connection.execute(_DECIDED):
        digest = hashlib.sha256(row.record.encode()).hexdigest()
        kept.setdefault((row.ref, row.number), {})[digest] = row.record
    last: dict[tuple[str, int], int] = {}
    named: dict[tuple[str, int], set[int]] = {}
    for ref, number, index, digest in walk.decided:
        record = kept.get((ref, number), {}).get(digest)
        if record is None:
            walk.miss(
                index, f"{ref}, stage {number}: the record of the decision in entry {index} is not here."
            )
            continue
        last[ref, number] = index
        named.setdefault((ref, number), set()).update(canonical.decode(record.encode())["locks"])
    for lock in read.connection.execute(_LOCKS):
        place = lock.ref, lock.number
        if lock.log_index < last.get(place, 0) and lock.log_index not in named[place]:
            walk.wrong.append(
                f"{lock.ref}, stage {lock.number}: no decision accounts for entry {lock.log_index}."
            )


def _missing_openings(read: Reader, walk: _Walk) -> Iterator[str]:
    """Words that an entry commits to, gone without an entry that says so."""
    for index, field in read.connection.execute(select(LogOpening.index.label("place"), LogOpening.field)):
        walk.committed.discard((index, field))
    for index, field in sorted(walk.committed - walk.erased):
        yield f"Entry {index}: what opens its {field} is gone, and no entry says that it was erased."


def _key_faults(read: Reader, walk: _Walk) -> Iterator[str]:
    """Keys that are listed and that the log does not announce; the first of all is the one that is replaced first."""
    told: dict[str, int | None] = {retired: index + 1 for index, retired, _key in walk.keys}
    if walk.keys:
        told.setdefault(walk.keys[-1][2], None)
    for vkey, last in log.terms_of(read.connection):
        if (walk.keys or last is not None) and told.get(vkey, -1) != last:
            yield f"The key {vkey} is listed otherwise than the log announces it."


def _record_faults(stage: Row[*tuple[Any, ...]], own: set[int], published: str) -> Iterator[str]:
    place = f"{stage.ref}, stage {stage.number}"
    record = (stage.opening_record or "").encode()
    if hashlib.sha256(record).hexdigest() != published:
        yield f"{place}: the opening record is not the one whose hash is in the trail."
    try:
        entries = canonical.decode(record)["entries"]
        named = {each["index"] for each in entries}
    except (ValueError, KeyError, TypeError):
        yield f"{place}: the opening record cannot be read."
        return
    for index in sorted(own - named):
        yield f"{place}: the opening record does not account for entry {index}."
    for index in sorted(named - own):
        yield f"{place}: the opening record names entry {index}, which is not of this stage."


def _tree_faults(read: Reader, hashes: list[bytes]) -> Iterator[str]:
    """Where tiles, checkpoints or the mark say something else than the entries."""
    made = tiles.extend(0, lambda _level, _n: b"", hashes[: integrity.hashed(read.connection)])
    kept = {(row.level, row.n): row.hashes for row in read.connection.execute(_TILES)}
    for level, n in sorted(made.keys() | kept.keys()):
        if made.get((level, n)) != kept.get((level, n)):
            yield f"Tile {n} of level {level} is not what the entries make."
    node = tiles.node(lambda level, n: made.get((level, n), b""))
    keys = dict(_readable(log.terms_of(read.connection)))
    for row in read.connection.execute(_CHECKPOINTS):
        yield from (f"Checkpoint {row.size}: {fault}." for fault in _note_faults(read, row, keys, node))
    mark = integrity.marked(integrity.log_id(read.connection))
    if mark is not None and not _stands(mark, node):
        yield f"The mark of this machine over {mark.size} entries is not what the entries make."


def _readable(terms: Iterable[tuple[str, int | None]]) -> Iterator[tuple[VerifierKey, int | None]]:
    """What is no key at all has signed nothing."""
    for vkey, last in terms:
        with suppress(ValueError):
            yield VerifierKey.parse(vkey), last


def _note_faults(
    read: Reader, row: Row[*tuple[Any, ...]], keys: dict[VerifierKey, int | None], node: Node
) -> Iterator[str]:
    try:
        opened = notes.open_note(row.note, keys)
        checkpoint = checkpoints.parse(opened.text)
    except ValueError as error:
        yield str(error)
        return
    if (checkpoint.origin, checkpoint.size) != (read.place.settings.log_origin, row.size):
        yield f"the note is of {checkpoint.origin} and {checkpoint.size} entries"
    if not any(last is None or row.size <= last for last in map(keys.get, opened.by)):
        yield "the key that signed it was retired before"
    if not _stands(checkpoint, node):
        yield "its root is not what the entries make"


def _stands(checkpoint: Checkpoint, node: Node) -> bool:
    try:
        return tree.root_at(node, checkpoint.size) == checkpoint.root
    except ValueError:
        return False


_DECIDED = (
    select(Decision.record, Stage.number, Challenge.ref)
    .join(Stage, Stage.id == Decision.stage_id)
    .join(Challenge, Challenge.id == Stage.challenge_id)
    .where(Decision.record.is_not(None))
)
_LOCKS = (
    select(SealedEntry.log_index, Stage.number, Challenge.ref)
    .join(Stage, Stage.id == SealedEntry.stage_id)
    .join(Challenge, Challenge.id == Stage.challenge_id)
    .where(SealedEntry.kind == "lock")
    .order_by(SealedEntry.log_index)
)
_TILES = select(LogTile.level, LogTile.n, LogTile.hashes)
_CHECKPOINTS = select(LogCheckpoint.size, LogCheckpoint.note).order_by(LogCheckpoint.size)


def _checked_rows() -> Select[*tuple[Any, ...]]:
    return (
        select(
            LogEvent.index.label("place"),
            LogEvent.at,
            LogEvent.kind,
            LogEvent.leaf,
            LogEvent.leaf_hash,
            Challenge.ref.label("any_ref"),
        )
        .outerjoin(Challenge, Challenge.id == LogEvent.challenge_id)
        .order_by(LogEvent.index)
    )
