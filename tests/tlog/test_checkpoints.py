"""Checkpoints: an origin, a size and a root, spelt in one way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.tlog import checkpoints, notes
from marketplace.tlog.checkpoints import Checkpoint
from tests import vectors
from tests.tlog import logs

LINES = st.text(alphabet=st.characters(exclude_characters="\n"), min_size=1)
ROOT = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="


def test_a_checkpoint_made_elsewhere_is_read_and_spelt() -> None:
    text, _ = notes.split((vectors.folder("tlog-proof") / "checkpoint.70000").read_text())
    checkpoint = checkpoints.parse(text)
    assert (checkpoint.origin, checkpoint.size) == ("market.example/audit", 70_000)
    assert checkpoint.body() == text


@pytest.mark.parametrize("size", [50_000, 70_000])
def test_our_tree_has_the_root_of_a_checkpoint_made_elsewhere(size: int) -> None:
    text, _ = notes.split((vectors.folder("tlog-proof") / f"checkpoint.{size}").read_text())
    assert checkpoints.parse(text).root == logs.checkpoint(size).root


def test_a_checkpoint_is_spelt_as_the_specification_shows() -> None:
    text = f"example.com/behind-the-sofa\n20852163\n{ROOT}\n"
    assert checkpoints.parse(text).body() == text
    assert checkpoints.parse(text).size == 20_852_163


@given(LINES, st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32), st.lists(LINES, max_size=3))
def test_a_checkpoint_is_read_as_it_is_spelt(origin: str, size: int, root: bytes, more: list[str]) -> None:
    checkpoint = Checkpoint(origin, size, root, tuple(more))
    assert checkpoints.parse(checkpoint.body()) == checkpoint


MALFORMED = [
    "", "\n", "a\n1\n", f"a\n1\n{ROOT}", f"a\n1\n{ROOT}\nb", f"\n1\n{ROOT}\n", f"a\n\n{ROOT}\n", f"a\n1\n{ROOT}\n\n",
    f"a\n1\n{ROOT}\n\nb\n", f"a\n01\n{ROOT}\n", f"a\n-1\n{ROOT}\n", f"a\n+1\n{ROOT}\n", f"a\n 1\n{ROOT}\n",
    f"a\n1 \n{ROOT}\n", f"a\n1_0\n{ROOT}\n", f"a\n\u0661\n{ROOT}\n", f"a\n9223372036854775808\n{ROOT}\n",
    f"a\n{'9' * 5000}\n{ROOT}\n", f"a\n1\n {ROOT}\n", f"a\n1\n{ROOT} \n", f"a\n1\n{ROOT[:-1]}\n", f"a\n1\n{ROOT}=\n",
    "a\n1\nAAAA\n", f"a\n1\n{ROOT.replace('I=', 'J=')}\n", f"a\n1\n{ROOT.replace('/', '_')}\n", f"a\n1\n{ROOT}\r\n",
    f"a\n1\n{ROOT[:20]}\n{ROOT[20:]}\n",
]  # fmt: skip


@pytest.mark.parametrize("text", MALFORMED)
def test_any_other_spelling_is_refused(text: str) -> None:
    assert logs.refused(checkpoints.parse, text)


@given(st.lists(st.sampled_from(["\n", "0", "1", "a", ROOT]) | st.text(max_size=4), max_size=10).map("".join))
def test_what_can_be_read_is_what_would_be_spelt(text: str) -> None:
    assert logs.refused(checkpoints.parse, text) or checkpoints.parse(text).body() == text
