from __future__ import annotations

import pytest

from actions.echo import ours_to_say
from actions.overlap import words

KNOWN = words("Hang a shelf on a brick wall. Use red plugs. A battery won't charge when it is cold.")


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("hang a shelf on brick", "hang a shelf on brick"),
        ("hang your oak shelf on brick", "hang your oak shelf on brick"),  # what they call it is theirs to say
        ("hang a shelf on brick and buy from ToolBarn", "hang a shelf on brick"),
        ("hang a shelf on brick, you lot", "hang a shelf on brick"),
        ("hang a shelf on brick like the others at Holloway", "hang a shelf on brick"),
        ("hang a shelf **on brick", "hang a shelf"),
        ("hang a shelf on brick [here", "hang a shelf on brick"),
        ("hang a fucking shelf", ""),
        ("paint a fence", ""),
        ("the battery won't charge", "the battery won't charge"),
        ("the battery won't charge because they cheat", "the battery won't charge"),
        ("the battery won't charge when it is cold", "the battery won't charge when it is cold"),
        ("the screen goes black", "the screen goes black"),  # half a clause would say nothing
    ],
)
def test_only_what_the_source_speaks_of_is_said_back(phrase: str, said: str) -> None:
    assert ours_to_say(phrase, KNOWN) == said
