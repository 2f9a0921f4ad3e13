"""What a proposal says: its draft, what is sealed of it, what its entry in the log commits to.

Answers are `{question id: text}`, and a price is in minor units of the stages' currency. Everything here is
spelled in canonical JSON, so that equal content has equal bytes and equal hashes.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marketplace.rules import canonical, limits
from marketplace.rules.challenges import Price, Question
from marketplace.rules.refusals import Refused

Answers = Mapping[str, str]

OPENS_WITH = {
    "pdf": (b"%PDF-",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    "docx": (b"PK\x03\x04",),
    "odt": (b"PK\x03\x04",),
}
MEDIA = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
}


@dataclass(frozen=True)
class Attachment:
    """A file as its supplier sees it: `sha256` is of its plain bytes, `stored` of its ciphertext."""

    name: str
    sha256: str
    size: int
    stored: str

    @property
    def media(self) -> str:
        return MEDIA[extension(self.name)]


@dataclass(frozen=True)
class Draft:
    """What a supplier has written so far; `price` is None until one is given."""

    answers: Answers
    price: int | None = None


@dataclass(frozen=True)
class Sealed:
    """All that one hand-in holds, as it is encrypted to its stage and its supplier.

    `price` is None where price does not count.
    """

    challenge: str
    stage: int
    proposal: str
    version: int
    answers: Answers
    files: tuple[Attachment, ...] = ()
    price: int | None = None

    def spell(self) -> bytes:
        files = [_entry(file) | {"stored": file.stored} for file in self.files]
        return canonical.encode(self._place() | {"answers": dict(self.answers), "files": files})

    def committed(self, ciphertext_hash: str) -> dict[str, Any]:
        """What the entry in the log commits to: hashes of everything, and no word of it.

        A price stands as it is, since the bare hash of a number can be guessed. Only its supplier reads this.
        """
        return self._place() | {
            "answers": {question: digest(text) for question, text in self.answers.items()},
            "ciphertext": ciphertext_hash,
            "files": [_entry(file) for file in self.files],
        }

    def _place(self) -> dict[str, Any]:
        place = {
            "challenge": self.challenge,
            "proposal": self.proposal,
            "stage": self.stage,
            "version": self.version,
        }
        return place | _priced(self.price)


def unsealed(spelled: bytes) -> Sealed:
    """What `spell` spelled; refuses anything else with `ValueError` or `KeyError`."""
    found = canonical.decode(spelled)
    files = tuple(Attachment(f["name"], f["sha256"], f["bytes"], f["stored"]) for f in found.pop("files"))
    return Sealed(**found, files=files)


def opened(spelled: bytes, ref: str) -> Sealed:
    """What was handed in as this proposal and opened. Refuses: opening.changed, where it is another one's."""
    found = unsealed(spelled)
    if found.proposal != ref:
        raise Refused("opening.changed", ref=ref)
    return found


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def price_digest(price: int | None) -> str:
    """What somebody has seen who changes a price; that of an answer is `digest`."""
    return digest("" if price is None else str(price))


def spell_draft(draft: Draft) -> bytes:
    return canonical.encode({"answers": dict(draft.answers)} | _priced(draft.price))


def parse_draft(spelled: bytes) -> Draft:
    found = canonical.decode(spelled)
    if isinstance(found.get("answers"), dict):
        return Draft(found["answers"], found.get("price"))
    return Draft(found)  # Before there were prices a draft was its answers alone.


def check_price(price: int) -> int:
    """Refuses proposal.price: only an amount above 0 can be compared with others."""
    if not 0 < price < limits.MONEY:
        raise Refused("proposal.price")
    return price


def priced(rule: Price, price: int | None) -> int | None:
    """The price to hand in, or None where price does not count. Refuses: proposal.unpriced, proposal.price."""
    if not rule.counts:
        return None
    if price is None:
        raise Refused("proposal.unpriced")
    return check_price(price)


def ready(questions: Sequence[Question], answers: Answers) -> dict[str, str]:
    """The answers to these questions alone, each there and within its limit.

    Refuses: proposal.incomplete, proposal.too_long.
    """
    missing = [question.prompt for question in questions if not limits.words(answers.get(question.id, ""))]
    if missing:
        raise Refused("proposal.incomplete", missing="; ".join(missing))
    for question in questions:
        used = limits.words(answers[question.id])
        if used > question.words:
            facts = {"question": question.prompt, "words": used, "limit": question.words}
            raise Refused("proposal.too_long", **facts)
    return {question.id: answers[question.id] for question in questions}


def letter(place: int) -> str:
    """The name of the proposal at `place` (from 0) among those opened: A … Z, AA, AB …"""
    name = ""
    place += 1
    while place:
        place, left = divmod(place - 1, 26)
        name = chr(ord("A") + left) + name
    return name


def extension(name: str) -> str:
    return name.rpartition(".")[2].lower()


def check_file(name: str, content: bytes) -> str:
    """The name under which a file is kept. Refuses: proposal.file_type, proposal.file_size."""
    if len(content) > limits.FILE_BYTES:
        raise Refused("proposal.file_size", limit=limits.FILE_BYTES // 2**20)
    try:
        kept = " ".join(limits.plain(name).split()).replace("/", "-").replace("\\", "-")
    except ValueError:
        raise Refused("proposal.file_type") from None
    kind = extension(kept)
    begins = any(content.startswith(head) for head in OPENS_WITH.get(kind, ()))
    if not begins or len(kept) > limits.NAME or (kind in ("docx", "odt") and not _is_document(kind, content)):
        raise Refused("proposal.file_type")
    return kept


def opening_record(
    place: Mapping[str, Any], entries: Iterable[Mapping[str, Any]], letters: Sequence[tuple[str, str]]
) -> bytes:
    """The public account of one opening: every sealed entry of the stage by its kind, in order.

    `entries` hold index, kind and commitment, those of kind cover salt and value besides, which open the
    commitment; `letters` pair each proposal's letter with the hash of its ciphertext.
    """
    listed = sorted(entries, key=lambda entry: int(entry["index"]))
    counts = {kind: 0 for kind in ("proposal", "unopened", "replaced", "withdrawn", "cover")}
    for entry in listed:
        counts[entry["kind"]] += 1
    proposals = [{"ciphertext": hashed, "letter": name} for name, hashed in letters]
    return canonical.encode(
        dict(place) | {"counts": counts, "entries": listed, "format": "opening/1", "proposals": proposals}
    )


def _priced(price: int | None) -> dict[str, int]:
    return {} if price is None else {"price": price}


def _entry(file: Attachment) -> dict[str, Any]:
    return {"bytes": file.size, "name": file.name, "sha256": file.sha256}


def _is_document(kind: str, content: bytes) -> bool:
    """Whether a ZIP archive is the kind of document that its name says."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError):
        return False
    if kind == "docx":
        return {"[Content_Types].xml", "word/document.xml"} <= names
    # An OpenDocument file names its kind in its first bytes, stored without compression.
    return content[30:].startswith(b"mimetype" + MEDIA["odt"].encode())
