"""Kinds of public event: what a leaf of each kind may carry. Fixed once released.

`data` holds codes, numbers, dates, references and hashes of public documents. `private` names the
commitments: what a person typed, or what is sealed. `words` is the sentence for the trail's pages.
"""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.words import N_

START = "log.start"
SEALED = "sealed"


@dataclass(frozen=True)
class Kind:
    type: str
    data: frozenset[str]
    private: frozenset[str]
    words: str


def _kind(type_: str, words: str, data: str = "", private: str = "") -> Kind:
    return Kind(type_, frozenset(data.split()), frozenset(private.split()), words)


KINDS: dict[str, Kind] = {
    kind.type: kind
    for kind in (
        _kind(START, N_("The trail begins."), "origin kind"),
        _kind(
            SEALED,
            N_("A sealed entry. What it holds is accounted for when the stage opens or is decided."),
            "",
            "content",
        ),
        _kind(
            "organisation.verify",
            N_("An operator verified {organisation} as a public authority."),
            "organisation",
        ),
        _kind(
            "challenge.engage",
            N_("Early notice: talks with suppliers begin. Each is recorded and published at opening."),
            "version content",
        ),
        _kind(
            "challenge.open",
            N_("Opened for proposals until {closes_at}."),
            "version content closes_at stages rules engagement",
        ),
        _kind(
            "challenge.suspend",
            N_("Suspended. Nothing opens, closes or is accepted meanwhile."),
            "from",
            "reason",
        ),
        _kind("challenge.resume", N_("Resumed."), "to closes_at standstill_until", "reason"),
        _kind("challenge.terminate", N_("Ended early."), "from", "reason"),
        _kind("challenge.deliver", N_("Delivery began.")),
        _kind(
            "challenge.complete",
            N_("Completed. The result is public."),
            "in_use spent currency",
            "result lessons reason",
        ),
        _kind(
            "stage.close",
            N_("Stage {stage} closed. {received} received in time."),
            "stage received closes_at",
        ),
        _kind(
            "stage.interrupt",
            N_("Stage {stage} was interrupted: the service was not running before the deadline."),
            "stage closes_at last_heartbeat",
        ),
        _kind(
            "stage.reschedule",
            N_("Stage {stage} has a new deadline for everyone: {closes_at}."),
            "stage closes_at",
            "reason",
        ),
        _kind("stage.open", N_("{opened} proposals were opened by two people."), "stage opened record"),
        _kind(
            "stage.account",
            N_(
                "Stage {stage} ended without an opening. Its sealed entries were accounted for, and nothing was opened."
            ),
            "stage unopened record",
        ),
        _kind(
            "stage.score",
            N_("Scoring began. The panel declared its interests against every name first."),
            "stage panel declared manageable conflicts",
        ),
        _kind("stage.moderate", N_("Every evaluator locked their scores."), "stage evaluators"),
        _kind(
            "stage.decide",
            N_("Stage {stage} was decided: {forward} of {received} go on."),
            "stage forward received record",
        ),
        _kind("summary.send", N_("Every supplier of stage {stage} was sent its summary."), "stage sent"),
        _kind(
            "award.notice",
            N_("Award notice. The standstill ends on {standstill_until}."),
            "standstill_until proposals suppliers",
        ),
        _kind("award.make", N_("Awarded."), "proposals suppliers"),
        _kind("agreement.sign", N_("An agreement was signed."), "stage proposal value currency signed_on"),
    )
}


def check(type_: str, data: dict[str, object], private: dict[str, object]) -> None:
    """Raise `ValueError` where a leaf would carry what its kind does not name."""
    kind = KINDS[type_]
    unknown = (set(data) - kind.data) | (set(private) - kind.private)
    if unknown:
        raise ValueError(f"{type_} does not carry {', '.join(sorted(unknown))}")
