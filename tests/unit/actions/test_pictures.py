from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from actions.pictures import point_is_in_the_picture, says_nothing
from actions.propose import Proposer

Make = Callable[..., Any]


@pytest.mark.parametrize(
    "text",
    ["what is this?", "Look at this!", "why does my drill do this?", "see the photo", "Any idea what went wrong here?"],
)
def test_words_that_only_point_leave_the_point_in_the_picture(text: str, turn: Make) -> None:
    assert point_is_in_the_picture(turn(text, has_media=True))
    assert not point_is_in_the_picture(turn(text))  # nothing is pointed at


@pytest.mark.parametrize(
    "text",
    [
        "How do I hang a shelf like this on a brick wall with red plugs?",
        "My H18 stalls in oak, the charge light blinks twice (photo attached)",
        "How do I get a stuck bit out?",
    ],
)
def test_words_that_say_enough_are_answered(text: str, turn: Make) -> None:
    assert not point_is_in_the_picture(turn(text, has_media=True))


def test_a_description_and_a_thread_say_what_the_words_do_not(turn: Make) -> None:
    described = turn("what is this?\nA torn wall plug.", has_media=True, media_described=True)
    assert not point_is_in_the_picture(described)
    assert not point_is_in_the_picture(
        turn("like this?", has_media=True, thread=({"by": "ours", "text": "Which plug?", "at": described.as_of},))
    )


def test_a_post_without_words(turn: Make) -> None:
    assert says_nothing(turn("🔥🔥"))
    assert not says_nothing(turn("shelf?"))


async def test_what_is_only_seen_and_not_known_is_handed_over_for_that(
    turn: Make, understood: Make, searcher: Make
) -> None:
    post = turn("My new drill makes strange noises when it runs in reverse, see the video", has_media=True)
    assert (await Proposer(searcher()).advise(post, understood())).reason == "media"
    plain = turn("My new drill makes strange noises when it runs in reverse", has_media=True)
    assert (await Proposer(searcher()).advise(plain, understood())).reason == "no_source"
