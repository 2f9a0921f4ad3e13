"""An operator without scripts: a witness and a log come, are looked at, and go."""

from __future__ import annotations

import pytest

from marketplace.actions import witnesses, witnessing
from marketplace.policy import SYSTEM
from marketplace.rules.refusals import Refused
from marketplace.tlog import notes
from marketplace.tlog.checkpoints import Checkpoint
from marketplace.tlog.notes import Cosigner
from marketplace.tlog.witnessing import Submission
from tests import factories as f
from tests.browser.conftest import Someone
from tests.browser.site import Site
from tests.jobs.test_witnesses import Neighbour, served, work
from tests.tlog import logs

pytestmark = pytest.mark.browser

HOME = "/desk/witnesses"


def test_a_witness_and_a_log_are_added_and_removed_without_scripts(site: Site, somebody: Someone) -> None:
    operator = f.a_person("Olive Operator", operator=True)
    olive = somebody(operator.name, scripts=False, email=operator.email)
    f.grow_the_log(SYSTEM, 3)
    olive.signs_in()
    olive.follows("Witnesses")
    olive.sees("Nobody yet.", "None yet.")
    with served(Neighbour(Cosigner(b"\x02" * 32, "near.example/w"))) as near:
        olive.follows("Add a witness")
        olive.fills("Address of the witness", near.url)
        olive.presses("Add the witness", status=422)
        olive.sees("Enter its verifier key")
        olive.fills("Its verifier key", str(near.signer.key))
        olive.presses("Add the witness")
        work()
    olive.goes(HOME)
    olive.sees("Cosigns", "4 entries seen")
    olive.follows("Add a log")
    olive.fills("Its verifier keys", str(logs.SIGNER.key))
    olive.presses("Add the log")
    olive.sees("Nothing came yet")
    olive.follows("Remove near.example/w")
    olive.presses("Remove the witness")
    olive.sees("near.example/w is not asked any more.", "Nobody yet.")
    olive.follows("Change the keys of log.example/log")
    olive.presses("Save the keys")
    olive.follows("Remove log.example/log")
    olive.presses("Remove the log")
    olive.sees("log.example/log is not cosigned any more.")


def test_what_is_wrong_with_neighbours_holds_on_every_screen(site: Site, somebody: Someone) -> None:
    operator = f.a_person("Olive Operator", operator=True)
    f.grow_the_log(SYSTEM, 3)
    witnesses.add(operator, "http://127.0.0.1:9/w", str(Cosigner(b"\x02" * 32, "near.example/w").key))
    witnessing.add(operator, str(logs.SIGNER.key))
    work()
    hand_in(0, logs.checkpoint(8))
    with pytest.raises(Refused, match="fork"):
        hand_in(8, Checkpoint(logs.ORIGIN, 8, bytes(32)))
    olive = somebody(operator.name, email=operator.email)
    olive.signs_in()
    olive.sees("1 witness does not cosign.", "1 log that we watch contradicts itself.")
    olive.goes(HOME)
    olive.sees("It does not answer.", "It signed two checkpoints of the same size")


def hand_in(old: int, checkpoint: Checkpoint) -> None:
    """Ask our witness to cosign a checkpoint of the other log."""
    note = notes.join(checkpoint.body(), [logs.SIGNER.sign(checkpoint.body())])
    witnessing.cosign(Submission(old, [], note), checkpoint)
