"""Delivers what waits in the outbox, one message at a time, with nothing locked while it is sent."""

from __future__ import annotations

import logging
from smtplib import SMTPException

import msgspec

from marketplace.actions import upkeep
from marketplace.actions.upkeep import Letter
from marketplace.models.database import installation
from marketplace.policy import SYSTEM
from marketplace.queries import notices
from marketplace.queries import receipts as queries
from marketplace.rules import receipts
from marketplace.rules.wording import PROVED, UNPROVED

log = logging.getLogger(__name__)


def deliver(most: int = 1000) -> int:
    """Send up to `most` notices that are due. Returns how many left."""
    sent = 0
    for _ in range(most):
        letter = upkeep.claim_notice() if notices.wait(SYSTEM) else None
        if letter is None:
            break
        if _send(letter):
            # A crash before this line sends the message again, under the same message id.
            upkeep.mark_sent(letter.notice_id)
            sent += 1
    return sent


def _send(letter: Letter) -> bool:
    """Hand one letter over; False where it was not taken, and then it is tried again later."""
    place = installation()
    try:
        words: dict[str, str] = msgspec.json.decode(place.keys.read(letter.payload))
        subject = " ".join(words["subject"].split())
        to = place.keys.read(letter.address).decode() if letter.address else letter.to
        text, enclosed = words["text"], {}
        if letter.log_index is not None:
            receipt = queries.enclosed(SYSTEM, letter.log_index)
            text += "\n\n" + place.words.say(PROVED if "proof" in receipt else UNPROVED)
            enclosed = {f"receipt-{letter.log_index}.json": receipts.spell(receipt)}
        place.post.send(to, subject, text, letter.message_id, letter.at, enclosed)
    except (OSError, SMTPException, ValueError) as error:
        # The address and the words stay out of the log.
        log.warning("notice %d (%s) was not taken: %s", letter.notice_id, letter.kind, type(error).__name__)
        return False
    return True
