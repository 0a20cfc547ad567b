from __future__ import annotations

import pytest

from knowledge.errors import GoodwordError


@pytest.mark.parametrize(
    ("what", "hint", "told"),
    [
        ("no post was found", "is it the link of one post?", "No post was found. Is it the link of one post?"),
        ("Slack is away.", "", "Slack is away."),
        ("it is archived", "unarchive it", "It is archived. Unarchive it."),
    ],
)
def test_what_happened_and_what_to_do_are_told_as_sentences(what: str, hint: str, told: str) -> None:
    assert GoodwordError(what, hint=hint).told == told
