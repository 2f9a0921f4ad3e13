#!/usr/bin/env python3
"""Check a receipt, an entry of the log, or the whole log, without trusting the service that gave them.

    python verify.py receipt FILE [--vkey FILE] [--answers DIR]
    python verify.py event INDEX --log URL_OR_DIR --vkey FILE
    python verify.py log URL_OR_DIR --vkey FILE [--since CHECKPOINT]

  receipt   the entry you were given is in the log, and holds what you handed in; --answers compares your own
            files: each answer as a text named by its question (or question.txt), attachments by their names
  event     entry number INDEX is in the log, as it stands there
  log       every entry from the first to the last gives what the log has signed; --since shows that a checkpoint
            which you kept, also in a receipt or a proof, is the beginning of today's log

URL ends in /log; DIR is a copy of what is there. --vkey is the file from /log/vkey, best kept from an earlier day or
had from somebody else: the log's key in use, then those it used before; keys of witnesses may be added.

Ends with 0 when all of it holds, with 1 when something does not, naming it, and with 2 and one line when the input
cannot be checked. Needs Python 3.11 or later and nothing else. Given files, it opens no connection. It shares nothing
with the service that it checks.

How it is checked (c2sp.org: tlog-tiles, tlog-checkpoint, tlog-proof, tlog-cosignature, signed-note; RFC 6962):

  1. An entry's hash is SHA-256 of a zero byte and its bytes. Two hashes are joined by SHA-256 of a one byte and both.
     Joined pair by pair, the entries' hashes end in one root, which changes with any entry, and with their order.
  2. A checkpoint is the log's name, its number of entries and their root, signed (Ed25519).
  3. A path of hashes leads from one entry to the root. A tile holds 256 neighbouring hashes of one height.
  4. A sealed entry holds HMAC-SHA-256 of what was handed in under a random salt; your receipt holds both.
"""

import argparse
import base64
import hashlib
import hmac
import json
import os
import re
import sys
import time
import unicodedata
import zlib
from typing import NamedTuple

WIDTH = 256  # hashes in a full tile
ENTRY_BYTES = 65_535
NOTE_BYTES = 128 * 1024
FILE_BYTES = 16 * 1024 * 1024
SECONDS = 60  # that one part of a log may take to arrive
NAMED = 10  # differences that are told one by one


class Unusable(Exception):
    """The input cannot be checked; the message says why in one line."""


class Missing(Unusable):
    """A part of the log is not there."""


class Disproved(Exception):
    """Something does not hold, and nothing that follows can be checked; the message says what."""


def need(holds, otherwise):
    if not holds:
        raise Unusable(otherwise)


# ---- 1. Files and their spelling ------------------------------------------------------------------------


def read_file(path, limit=FILE_BYTES):
    if not os.path.isfile(path):
        raise Missing(f"there is no file {show(path)}")
    try:
        with open(path, "rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise Unusable(f"cannot read {show(path)}: {error.strerror}") from None
    need(len(data) <= limit, f"{show(path)} is longer than {limit:,} bytes")
    return data


def text_of(data, what):
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Unusable(f"{what} is not text in UTF-8") from None


def from_base64(text, what, length=None):
    """Bytes from the one right spelling; other spellings of the same bytes are refused."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        data = None
    is_right = data is not None and base64.b64encode(data).decode() == text and length in (None, len(data))
    need(is_right, f"{what} is not base64" + (f" of {length} bytes" if length else ""))
    return data


def whole(text, what):
    """A number in decimal, as the log spells it."""
    need(re.fullmatch("0|[1-9][0-9]{0,17}", text), f"{what} is not a whole number: {show(text)}")
    return int(text)


def from_json(text):
    """Refuses with ValueError what the log's JSON never holds: fractions, and a key twice in one object."""
    return json.loads(text, object_pairs_hook=without_repeats, parse_float=refuse, parse_constant=refuse)


def without_repeats(pairs):
    found = dict(pairs)
    return found if len(found) == len(pairs) else refuse("a repeated key")


def refuse(what):
    raise ValueError(f"{what[:20]} is not allowed here")


def canonical(value):
    """Canonical JSON (RFC 8785) of text, whole numbers below 2**53, true, false, lists and objects."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join([f"{canonical(key)}:{canonical(value[key])}" for key in keys]) + "}"
    if isinstance(value, list):
        return "[" + ",".join([canonical(each) for each in value]) + "]"
    if value is None or (type(value) is int and abs(value) >= 2**53):
        refuse("null, or so large a number,")
    if isinstance(value, str):
        value.encode("utf-8")  # half a surrogate pair is no text
    return json.dumps(value, ensure_ascii=False)


def read_entry(leaf):
    """What an entry says; None where it is not spelled as entries of a Daylight are."""
    try:
        entry = from_json(leaf.decode("utf-8"))
        is_right = isinstance(entry, dict) and len(leaf) <= 4096 and canonical(entry).encode() == leaf
        return entry if is_right else None
    except (ValueError, RecursionError):
        return None


# ---- 2. Signatures (Ed25519, RFC 8032) ------------------------------------------------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


def signature_holds(public, message, signature):
    key, s = to_point(public), int.from_bytes(signature[32:], "little")
    if key is None or len(signature) != 64 or s >= ORDER:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    x, y, z, t = key
    x, y, z, _ = add(times(s, BASE), times(k, (P - x, y, z, P - t)))
    x, y = x * pow(z, -1, P) % P, y * pow(z, -1, P) % P
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


def to_point(data):
    """A point on the curve in extended coordinates; None where the bytes are not one."""
    if len(data) != 32:
        return None
    odd, y = divmod(int.from_bytes(data, "little"), 2**255)
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (x == 0 and odd):
        return None
    x = x if x & 1 == odd else P - x
    return x, y, 1, x * y % P


def add(one, other):
    (x1, y1, z1, t1), (x2, y2, z2, t2) = one, other
    a, b = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    c, d = 2 * D * t1 * t2 % P, 2 * z1 * z2 % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number, point):
    found = (0, 1, 1, 0)
    while number:
        if number & 1:
            found = add(found, point)
        point, number = add(point, point), number >> 1
    return found


BASE = to_point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


# ---- 3. Keys and checkpoints ----------------------------------------------------------------------------

LOG, WITNESS = 1, 4


class Key(NamedTuple):
    spelled: str
    name: str
    id: bytes
    kind: int
    public: bytes


class Checkpoint(NamedTuple):
    origin: str
    size: int
    root: bytes
    text: bytes
    signatures: list  # of name, id of the key, signature


def keys_in(path):
    return read_keys(read_file(path), show(path))


def read_keys(data, what):
    """Verifier keys, one a line, the log's first."""
    keys = [read_key(line, what) for line in text_of(data, what).split("\n") if line.strip()]
    need(any(key.kind == LOG for key in keys), f"{what} holds no key of a log")
    return sorted(keys, key=lambda key: key.kind)


def read_key(line, what):
    line = line.strip()
    name, _, rest = line.partition("+")
    id, _, material = rest.partition("+")
    need(is_name(name) and material, f"{what} is not a list of verifier keys: {show(line)}")
    material = from_base64(material, f"the key of {show(name)}", 33)
    known = material[0] in (LOG, WITNESS)
    need(known, f"the key of {show(name)} is neither Ed25519 nor for Ed25519 cosignatures")
    expected = sha256(name.encode() + b"\n" + material)[:4]
    need(id == expected.hex(), f"the key of {show(name)} does not fit its id {show(id)}")
    return Key(line, name, expected, material[0], material[1:])


def is_name(text):
    return bool(text) and "+" not in text and not any(each.isspace() or each < " " for each in text)


def read_checkpoint(data, what):
    note = text_of(data, what)
    body, blank, signed = note.rpartition("\n\n")
    is_note = blank and signed.endswith("\n") and not re.search("[\0-\x09\x0b-\x1f]", note)
    need(is_note, f"{what} is not a signed note")
    lines = body.split("\n")
    need(len(lines) >= 3 and all(lines), f"{what} is not a name, a size and a root")
    size, root = whole(lines[1], f"the size in {what}"), from_base64(lines[2], f"the root in {what}", 32)
    signatures = [read_signature(line, what) for line in signed[:-1].split("\n")]
    return Checkpoint(lines[0], size, root, (body + "\n").encode(), signatures)


def read_signature(line, what):
    dash, _, rest = line.partition(" ")
    name, _, signature = rest.partition(" ")
    need(dash == "—" and is_name(name), f"{what} has a line that is no signature: {show(line)}")
    signature = from_base64(signature, f"the signature of {show(name)}")
    return name, signature[:4], signature[4:]


def signed_at(key, text, signature):
    """When a witness says that it signed, 0 for a log, which does not say; None if it does not hold."""
    if key.kind == LOG:
        return 0 if signature_holds(key.public, text, signature) else None
    stamp = int.from_bytes(signature[:8], "big")
    message = b"cosignature/v1\ntime %d\n" % stamp + text
    return stamp if stamp < 2**63 and signature_holds(key.public, message, signature[8:]) else None


def check_signatures(report, checkpoint, keys, what="checkpoint"):
    """The key with which the log signed, or None. A signature whose key is not given proves nothing."""
    name = keys[0].name
    report.check(
        checkpoint.origin == name,
        f"The {what} is of the log {show(name)}.",
        f"The {what} is of another log: {show(checkpoint.origin)}, and the key is of {show(name)}.",
    )
    by, others = (
        None,
        {(signer, id): f"{show(signer)} ({id.hex()})" for signer, id, _ in checkpoint.signatures},
    )
    for key in keys:
        others.pop((key.name, key.id), None)
        for signature in [each[2] for each in checkpoint.signatures if each[:2] == (key.name, key.id)]:
            stamp = signed_at(key, checkpoint.text, signature)
            if stamp is None:
                report.check(False, "", f"The signature of {show(key.name)} on the {what} does not hold.")
            elif key.kind == WITNESS:
                report.check(True, f"The witness {show(key.name)} signed the {what} too, {when(stamp)}.")
            elif key.name == name:
                by = by or key
    unjudged = ", ".join(others.values())
    no = f"No key that was given has signed the {what}; on it are {unjudged or 'no other signatures'}."
    report.check(by is not None, f"The log {show(name)} has signed the {what}.", no)
    if by is not None:
        report.detail(f"key of the {what}", by.spelled)
        if others:
            report.note(f"Also signed by {unjudged}. Without their keys these cannot be judged.")
        if len(checkpoint.signatures) == 1:
            report.note(f"No witness has signed the {what} beside the log.")
    return by


def check_retired(report, checkpoint, by, keys, rotations=(), what="checkpoint"):
    """A key that is not in use any more signs up to the checkpoint with the entry that says so."""
    last = min((index + 1 for index, key in rotations if by and key == by.spelled), default=None)
    if last is not None:
        report.check(
            checkpoint.size <= last,
            f"The key that signed the {what} was in use up to {last:,} entries.",
            f"The key that signed the {what} of {checkpoint.size:,} entries was in use up to {last:,}.",
        )
    elif by not in (None, keys[0]):
        report.note(f"The key that signed the {what} is out of use. Here it does not show since when.")


# ---- 4. The tree ----------------------------------------------------------------------------------------


def sha256(data):
    return hashlib.sha256(data).digest()


def hash_entry(leaf):
    return sha256(b"\0" + leaf)


def join(left, right):
    return sha256(b"\1" + left + right)


def top(hashes):
    """The hash over neighbours, joined pair by pair; a last one without a partner rises as it is."""
    while len(hashes) > 1:
        pairs = [join(hashes[n], hashes[n + 1]) for n in range(0, len(hashes) - 1, 2)]
        hashes = pairs + hashes[len(hashes) - len(hashes) % 2 :]
    return hashes[0]


def follow(hash, index, size, path):
    """The root to which a path leads from an entry; None where the path has not the right length."""
    last = size - 1
    for beside in path:
        if last == 0:
            return None
        if index & 1 or index == last:
            hash = join(beside, hash)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            hash = join(hash, beside)
        index, last = index >> 1, last >> 1
    return hash if last == 0 else None


class Log:
    """A log's parts, by `get(path, limit)`, as far as its checkpoint covers them."""

    def __init__(self, place):
        self.get = from_web(place) if re.match("https?://", place) else from_folder(place)
        self.checkpoint = read_checkpoint(self.get("checkpoint", NOTE_BYTES), "the checkpoint")
        self.tiles = {}

    def part(self, level, n, limit):
        """A tile's bytes, what it holds, and what of that is covered. Partial tiles may go once they are full."""
        below = 0 if level == "entries" else 8 * level
        width = min(WIDTH, (self.checkpoint.size >> below) - WIDTH * n)
        try:
            return self.get(tile_path(level, n, width), limit), width, width
        except Missing as missing:
            if width == WIDTH:
                raise
            partial = missing
        try:
            return self.get(tile_path(level, n, WIDTH), limit), WIDTH, width
        except Missing:
            raise partial from None

    def entries(self, n):
        """The entries from 256 n on, as far as they are covered."""
        data, held, wanted = self.part("entries", n, WIDTH * (ENTRY_BYTES + 2))
        found, at = [], 0
        while at + 2 <= len(data) and len(found) <= held:
            end = at + 2 + int.from_bytes(data[at : at + 2], "big")
            found.append(data[at + 2 : end])
            at = end
        if at != len(data) or len(found) != held:
            raise Disproved(f"{tile_path('entries', n, held)} does not hold {held} entries.")
        return found[:wanted]

    def hashes(self, level, n):
        """The hashes of a tile, as far as they are covered, in one string of bytes."""
        if (level, n) not in self.tiles:
            data, held, wanted = self.part(level, n, 32 * WIDTH)
            if len(data) != 32 * held:
                raise Disproved(f"{tile_path(level, n, held)} does not hold {held} hashes.")
            self.tiles[level, n] = data[: 32 * wanted]
        return self.tiles[level, n]

    def node(self, height, n):
        """The hash over the 2**height entries that begin at n * 2**height."""
        count = 2 ** (height % 8)
        number, first = divmod(n * count, WIDTH)
        tile = self.hashes(height // 8, number)
        return top([tile[32 * each : 32 * each + 32] for each in range(first, first + count)])

    def over(self, start, end):
        height, half = (end - start).bit_length() - 1, halve(start, end)
        if end - start == 2**height:
            return self.node(height, start >> height)
        return join(self.over(start, half), self.over(half, end))

    def path(self, index, start, end):
        """The hashes beside the way from an entry up to the hash over the entries from `start` to `end`."""
        if end - start == 1:
            return []
        half = halve(start, end)
        if index < half:
            return [*self.path(index, start, half), self.over(half, end)]
        return [*self.path(index, half, end), self.over(start, half)]


def halve(start, end):
    """Where the tree over these entries parts: after the largest power of two below their number."""
    return start + (1 << max(end - start - 1, 1).bit_length() - 1)


def tile_path(level, n, width):
    parts = [f"{n % 1000:03}"]
    while n >= 1000:
        n //= 1000
        parts.insert(0, f"x{n % 1000:03}")
    return f"tile/{level}/{'/'.join(parts)}" + (f".p/{width}" if width < WIDTH else "")


def from_folder(folder):
    need(os.path.isdir(folder), f"there is no folder {show(folder)}")

    def get(path, limit):
        return read_file(os.path.join(folder, *path.split("/")), limit)

    return get


def from_web(address):
    # Whoever gives files needs no part of this, and can see that none of it was loaded.
    import http.client
    import urllib.error
    import urllib.request as web

    # Without the handlers of redirects, files and FTP an answer leads nowhere else.
    opener = web.OpenerDirector()
    for named in ("Proxy", "HTTP", "HTTPS", "HTTPDefaultError"):
        opener.add_handler(getattr(web, f"{named}Handler")())
    opener.add_handler(web.HTTPErrorProcessor())

    def get(path, limit):
        where = f"{address.rstrip('/')}/{path}"
        try:
            asked = web.Request(where, headers={"Accept-Encoding": "gzip, identity"})  # noqa: S310
            with opener.open(asked, timeout=SECONDS / 3) as answer:
                return unpacked(where, answer, limit)
        except urllib.error.HTTPError as error:
            moved = error.headers.get("Location")
            error.close()
            kind = Missing if error.code in (404, 410) else Unusable
            advice = f" and points to {show(moved)}: name that address" if moved else ""
            raise kind(f"{show(where)} answers {error.code}{advice}") from None
        except (OSError, http.client.HTTPException, zlib.error, ValueError) as error:
            raise Unusable(f"cannot read {show(where)}: {show(str(error) or type(error).__name__)}") from None

    return get


def unpacked(where, answer, limit):
    """What a server answers, no longer than the limit in any form, and complete."""
    data, length, ends = bytearray(), answer.length, time.monotonic() + SECONDS
    while (length is None or len(data) < length) and (more := answer.read1(65_536)):
        data += more
        # Hashes get a little longer when they are packed.
        need(len(data) <= limit + limit // 8, f"{show(where)} is longer than {limit:,} bytes")
        need(time.monotonic() < ends, f"{show(where)} takes longer than {SECONDS} seconds")
    complete = length in (None, len(data))
    coding = answer.headers.get("Content-Encoding", "identity")
    if coding == "gzip":
        unzip = zlib.decompressobj(wbits=31)
        data = unzip.decompress(bytes(data), limit + 1)
        complete = complete and unzip.eof
    need(coding in ("gzip", "identity"), f"{show(where)} comes in an encoding that was not asked for")
    need(complete, f"{show(where)} is cut short, or longer than {limit:,} bytes")
    return bytes(data)


# ---- 5. A receipt ---------------------------------------------------------------------------------------


SEALED = re.compile(
    rb'\{"at":"([0-9TZ:.-]{20,30})","private":\{"content":"([0-9a-f]{64})"\},"type":"sealed","v":1\}'
)


def verify_receipt(report, path, vkey=None, answers=None):
    receipt = read_receipt(path)
    index, leaf = receipt["index"], from_base64(receipt["leaf"], "the leaf")
    report.title = f"The receipt of entry {index} of {show(receipt['origin'])}"
    sealed = SEALED.fullmatch(leaf)
    report.check(
        sealed is not None,
        f"The entry is sealed: it says when, {sealed[1].decode() if sealed else ''}, and nothing else.",
        "The entry is not a sealed entry in the log's spelling.",
    )
    report.detail("hash of the entry", hash_entry(leaf).hex())
    value = check_opening(report, receipt, sealed[2].decode() if sealed else None)

    number, hashes, checkpoint = read_proof(receipt["proof"], "the proof")
    report.check(number == index, "", f"The proof is of entry {number}, and the receipt of entry {index}.")
    no = f"The receipt is of {show(receipt['origin'])}, and its checkpoint of {show(checkpoint.origin)}."
    report.check(receipt["origin"] == checkpoint.origin, "", no)
    check_place(report, leaf, index, hashes, checkpoint)
    own = read_keys(receipt["vkey"].encode(), "the vkey of the receipt")
    keys = keys_in(vkey) if vkey else own
    by = check_signatures(report, checkpoint, keys)
    check_retired(report, checkpoint, by, keys)
    if not vkey:
        report.note(
            "The key is the receipt's own: with --vkey, a key from elsewhere says that the log uses it."
        )
    if answers is not None:
        check_answers(report, value, answers)
    log = "the log" if vkey else "the log of whoever made the key in this receipt"
    report.means = f"Entry {index} is in {log}, and cannot be changed or left out of it without a trace."


def read_receipt(path):
    try:
        receipt = from_json(text_of(read_file(path), show(path)))
    except ValueError as error:
        raise Unusable(f"the receipt is not JSON: {error}") from None
    is_receipt = isinstance(receipt, dict) and receipt.get("format") == "receipt/1"
    need(is_receipt, 'the file is not a receipt: it has no "format":"receipt/1"')
    later = "the receipt has no proof yet: get it again in a minute, when the log has signed its entry"
    need(receipt.get("proof") is not None, later)
    for key in ("origin", "vkey", "leaf", "proof"):
        need(is_text(receipt.get(key)), f"{key} of the receipt is not a text")
    index = receipt.get("index")
    need(type(index) is int and index >= 0, "index of the receipt is not a whole number")
    return receipt


def is_text(value):
    return isinstance(value, str) and not re.search("[\ud800-\udfff]", value)


def check_opening(report, receipt, commitment):
    """What was handed in, where the receipt lays it open."""
    openings = receipt.get("openings", {})
    need(isinstance(openings, dict), "openings of the receipt is not an object")
    if not openings:
        report.note("The receipt does not open its entry: that it is there shows, and not what it holds.")
        return None
    opening = openings.get("content")
    # What is opened beside it, no step would look at.
    is_opening = isinstance(opening, dict) and isinstance(opening.get("value"), dict) and len(openings) == 1
    salt = opening.get("salt") if is_opening else None
    is_opening = isinstance(salt, str) and re.fullmatch("[0-9a-f]{64}", salt)
    need(is_opening, "openings of the receipt is not content alone, with a salt of 64 hex digits and a value")
    value = opening["value"]
    try:
        message = b"\0".join([b"daylight/1", b"sealed", b"content", canonical(value).encode()])
    except ValueError as error:
        raise Unusable(f"the value in the receipt cannot be spelled: {error}") from None
    found = hmac.new(bytes.fromhex(salt), message, hashlib.sha256).hexdigest()
    named = [key for key in ("challenge", "stage", "proposal", "version") if key in value]
    told = ", ".join(f"{key} {show(value[key])}" for key in named)
    report.check(
        found == commitment,
        f"What the receipt opens is what was sealed: {told or 'see below'}.",
        "What the receipt opens is not what was sealed: salt and value do not give the entry's commitment.",
    )
    report.detail("what was sealed", canonical(value))
    return value


def read_proof(text, what):
    """Index, path and checkpoint of a C2SP tlog-proof."""
    head, _, note = text.partition("\n\n")
    first, *lines = head.split("\n")
    need(first == "c2sp.org/tlog-proof@v1", f"{what} is not a tlog-proof")
    if lines and lines[0].startswith("extra "):
        from_base64(lines.pop(0)[6:], f"what {what} says besides")
    need(lines and lines[0].startswith("index "), f"{what} names no index")
    index = whole(lines.pop(0)[6:], f"the index of {what}")
    need(len(lines) < 64, f"{what} is too long")
    path = [from_base64(line, f"a hash in {what}", 32) for line in lines]
    return index, path, read_checkpoint(note.encode(), "the checkpoint")


def check_place(report, leaf, index, path, checkpoint):
    root = follow(hash_entry(leaf), index, checkpoint.size, path) if index < checkpoint.size else None
    report.check(
        root == checkpoint.root,
        f"It is entry {index} of the {checkpoint.size:,} that the checkpoint counts.",
        f"It is not entry {index} of the checkpoint's {checkpoint.size:,}: its path does not lead to their root.",
    )
    report.detail("root of the checkpoint", checkpoint.root.hex())


def check_answers(report, value, folder):
    """Compare the supplier's own files with what was handed in. A folder may hold more, or less."""
    need(value is not None, "the receipt does not open its entry: there is nothing to compare answers with")
    need(os.path.isdir(folder), f"there is no folder {show(folder)}")
    # Looking names up among what is there, no name in a receipt leads out of the folder.
    there = {plain(name): os.path.join(folder, name) for name in sorted(os.listdir(folder))}
    same, absent = [], []
    for name, names, digest, spellings in handed_in(value):
        paths = [there[plain(each)] for each in names if plain(each) in there]
        if any(digest in spellings(path) for path in paths):
            same.append(show(name))
        elif paths:
            report.check(False, "", f"{show(paths[0])} is not what was handed in as {show(name)}.")
        else:
            absent.append(show(name))
    need(same or absent or report.failed, "what was sealed holds no answers: there is nothing to compare")
    need(same or report.failed, f"{show(folder)} holds none of: {', '.join(absent)}")
    if same:
        report.check(True, f"These files are what was handed in: {', '.join(same)}.")
    if absent:
        report.note(f"Not compared, since {show(folder)} does not hold them: {', '.join(absent)}.")


def handed_in(value):
    """Of each answer and attachment: its name, names its file may have, its SHA-256, how to take that of a file."""
    texts, files = value.get("answers", {}), value.get("files", [])
    need(
        isinstance(texts, dict) and isinstance(files, list),
        "the answers or files in the receipt are no lists",
    )
    for name, digest in texts.items():
        need(is_text(digest), f"the answer {show(name)} in the receipt has no digest")
        yield name, (f"{name}.txt", name), digest, digests_of_text
    for each in files:
        is_file = isinstance(each, dict) and is_text(each.get("name")) and is_text(each.get("sha256"))
        need(is_file, "a file in the receipt has no name or no digest")
        yield each["name"], (each["name"],), each["sha256"], digest_of_file


def plain(name):
    return unicodedata.normalize("NFC", name)


def digest_of_file(path):
    need(os.path.isfile(path), f"{show(path)} is not a file")
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while part := file.read(65_536):
            digest.update(part)
    return {digest.hexdigest()}


def digests_of_text(path):
    """Editors end a text, and its lines, in their own ways: an answer has several digests."""
    data = read_file(path)
    lines = data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
    spellings = {lines, lines.removesuffix(b"\n")}
    spellings |= {each.replace(b"\n", b"\r\n") for each in spellings}
    return {sha256(each).hex() for each in spellings | {data}}


# ---- 6. An entry, and the whole log ---------------------------------------------------------------------


def verify_event(report, index, place, vkey):
    index, keys, log = whole(index, "INDEX"), keys_in(vkey), Log(place)
    checkpoint = log.checkpoint
    need(index < checkpoint.size, f"the log has no entry {index} yet: it has {checkpoint.size:,}, from 0 on")
    report.title = f"Entry {index} of {show(checkpoint.origin)}"
    by = check_signatures(report, checkpoint, keys)
    check_retired(report, checkpoint, by, keys)
    if report.failed:
        return
    leaf = log.entries(index // WIDTH)[index % WIDTH]
    entry = read_entry(leaf)
    report.check(
        entry is not None,
        f"It says: {show((entry or {}).get('type'))}, {show((entry or {}).get('at'))}.",
        "It is not in the spelling that entries have.",
    )
    report.detail("the entry", leaf.decode("utf-8", "backslashreplace"))
    report.detail("hash of the entry", hash_entry(leaf).hex())
    check_place(report, leaf, index, log.path(index, 0, checkpoint.size), checkpoint)
    report.means = f"Entry {index} is in the log that was signed, as it stands below."


class Growth:
    """A tree that grows from the left, tile by tile; only what is not yet in a full tile is kept."""

    def __init__(self, log):
        self.log, self.rows, self.full = log, [], []
        self.tiles, self.differences = 0, 0
        self.named = []

    def add(self, level, hashes):
        if level == len(self.rows):
            self.rows.append([])
            self.full.append(0)
        row = self.rows[level]
        row += hashes
        if len(row) == WIDTH:
            self.compare(level)
            self.rows[level] = []
            self.full[level] += 1
            self.add(level + 1, [top(row)])

    def end(self):
        """Compare the tiles at the right edge, which are not full."""
        for level, row in enumerate(self.rows):
            if row:
                self.compare(level)

    def compare(self, level):
        n, row = self.full[level], self.rows[level]
        tile = self.log.hashes(level, n)
        del self.log.tiles[level, n]
        self.tiles += 1
        if tile != b"".join(row):
            path = tile_path(level, n, len(row))
            for each, hash in enumerate(row):
                if hash != tile[32 * each : 32 * each + 32]:
                    entry = f"entry {WIDTH * n + each}" if level == 0 else f"its hash {each}"
                    self.differ(f"{path} holds another hash than the entries give: {entry}.")

    def differ(self, what):
        self.differences += 1
        if len(self.named) < NAMED:
            self.named.append(what)

    def root(self, more=()):
        """The root so far, with a few more entries' hashes."""
        found = []
        for row in [more, *self.rows[1:]] if more else self.rows:
            found = [top([*row, *found])] if row or found else []
        return found[0] if found else sha256(b"")


def verify_log(report, place, vkey, since=None):
    keys, kept, log = keys_in(vkey), read_kept(since) if since else None, Log(place)
    checkpoint, growth, rotations = log.checkpoint, Growth(log), []
    report.title = f"The log {show(checkpoint.origin)} of {checkpoint.size:,} entries"
    by = check_signatures(report, checkpoint, keys)
    if report.failed:
        return
    begun = None
    for n in range(-(-checkpoint.size // WIDTH)):
        entries, start = log.entries(n), WIDTH * n
        hashes = [hash_entry(leaf) for leaf in entries]
        if kept and start <= kept.size < start + len(hashes):
            begun = growth.root(hashes[: kept.size - start])
        growth.add(0, hashes)
        rotations += [(start + at, key) for at, leaf in enumerate(entries) if (key := retired_key(leaf))]
        if n == 0:
            check_first(report, entries[0], checkpoint.origin)
    growth.end()
    root = growth.root()
    check_growth(report, growth, root, checkpoint)
    check_retired(report, checkpoint, by, keys, rotations)
    if kept:
        check_kept(report, kept, root if kept.size == checkpoint.size else begun, checkpoint)
        by = check_signatures(report, kept, keys, "checkpoint that was kept")
        check_retired(report, kept, by, keys, rotations, "checkpoint that was kept")
    report.means = "The log is whole: every entry is the one that was signed, in its place."


def check_growth(report, growth, root, checkpoint):
    for each in growth.named:
        report.check(False, "", each)
    if growth.differences > len(growth.named):
        report.check(False, "", f"And {growth.differences - len(growth.named):,} more hashes differ.")
    if not growth.differences:
        report.check(True, f"All {growth.tiles:,} tiles hold what the entries give.")
    report.check(
        root == checkpoint.root,
        f"The {checkpoint.size:,} entries give the root in the checkpoint.",
        "The entries give another root than the checkpoint has.",
    )
    report.detail("root of the checkpoint", checkpoint.root.hex())
    report.detail("root of the entries", root.hex())


def check_first(report, leaf, origin):
    entry = read_entry(leaf) or {}
    data = entry.get("data")
    named = data.get("origin") if isinstance(data, dict) and entry.get("type") == "log.start" else None
    report.check(
        named == origin,
        f"Entry 0 begins this log, and gives it its name: {show(origin)}.",
        f"Entry 0 does not begin the log {show(origin)}" + (f": it begins {show(named)}." if named else "."),
    )


def retired_key(leaf):
    """The key that this entry takes out of use, where it does that."""
    if b"log.rotate" in leaf:
        entry = read_entry(leaf) or {}
        data = entry.get("data")
        if entry.get("type") == "log.rotate" and isinstance(data, dict):
            return data.get("retired")
    return None


def read_kept(path):
    """A checkpoint that was kept, by itself or within a receipt or a proof."""
    data = read_file(path)
    if data.lstrip().startswith(b"{"):
        return read_proof(read_receipt(path)["proof"], "the proof")[2]
    if data.startswith(b"c2sp.org/tlog-proof"):
        return read_proof(text_of(data, show(path)), show(path))[2]
    return read_checkpoint(data, show(path))


def check_kept(report, kept, root, checkpoint):
    if kept.size > checkpoint.size:
        report.check(False, "", f"The checkpoint that was kept has {kept.size:,} entries, and the log fewer.")
        return
    report.check(
        root == kept.root,
        f"The {kept.size:,} entries of the checkpoint that was kept are the beginning of this log.",
        f"The first {kept.size:,} entries are not those of the checkpoint that was kept: the log was changed since.",
    )


# ---- 7. Say it ------------------------------------------------------------------------------------------


class Report:
    def __init__(self):
        self.title, self.means, self.failed = "", "", False
        self.steps, self.details = [], []

    def check(self, holds, yes="", no=""):
        """Note a step that holds or does not; an empty text says nothing."""
        self.failed = self.failed or not holds
        if said := yes if holds else no:
            self.steps.append(f"  {'passed' if holds else 'FAILED'}  {said}")

    def note(self, said):
        self.steps.append(f"  note    {said}")

    def detail(self, name, value):
        self.details.append(f"  {name}: {show(value, 5000)}")

    def __str__(self):
        end = "Disproved: what is marked FAILED does not hold." if self.failed else f"Verified. {self.means}"
        details = ["", "Details", *self.details] if self.details else []
        return "\n".join([self.title, *self.steps, end, *details])


def when(seconds):
    try:
        return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(seconds))
    except (OverflowError, OSError, ValueError):
        return f"{seconds} seconds after 1970"


def show(value, longest=200):
    """Anything on one line, with nothing in it that a terminal would obey."""
    text = value if isinstance(value, str) and value.isprintable() else json.dumps(value)
    return text if len(text) <= longest else text[: longest - 3] + "..."


class Arguments(argparse.ArgumentParser):
    def error(self, message):
        raise Unusable(f"{show(message)} (see verify.py --help)")


def arguments_of(words):
    as_written = argparse.RawDescriptionHelpFormatter
    parser = Arguments(prog="verify.py", description=__doc__, formatter_class=as_written)
    commands = parser.add_subparsers(required=True, metavar="receipt, event or log")
    receipt, event, log = (commands.add_parser(name) for name in ("receipt", "event", "log"))
    receipt.add_argument("path", metavar="FILE")
    receipt.add_argument("--vkey", metavar="FILE")
    receipt.add_argument("--answers", metavar="DIR")
    receipt.set_defaults(verify=verify_receipt)
    event.add_argument("index", metavar="INDEX")
    event.add_argument("--log", dest="place", metavar="URL_OR_DIR", required=True)
    event.add_argument("--vkey", metavar="FILE", required=True)
    event.set_defaults(verify=verify_event)
    log.add_argument("place", metavar="URL_OR_DIR")
    log.add_argument("--vkey", metavar="FILE", required=True)
    log.add_argument("--since", metavar="CHECKPOINT")
    log.set_defaults(verify=verify_log)
    return vars(parser.parse_args(words))


def main(words):
    report = Report()
    try:
        given = arguments_of(words)
        given.pop("verify")(report, **given)
    except Disproved as what:
        report.check(False, "", str(what))
    except Unusable as reason:
        return unusable(reason)
    except (RecursionError, MemoryError):
        return unusable("the input is nested too deeply, or too large")
    except OSError as error:
        return unusable(f"cannot read {show(error.filename)}: {error.strerror}")
    except KeyboardInterrupt:
        return unusable("stopped before the end")
    print(report)
    return 1 if report.failed else 0


def unusable(reason):
    print(f"verify: {reason}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")
    sys.exit(main(sys.argv[1:]))
