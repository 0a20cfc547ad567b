from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.outcome import MOST_WORDS, Shape, outcome_of, plain, shape, to_you, uncapitalised


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hi @holloway! How do I hang a 20kg shelf on plasterboard? #diy", "hang a 20kg shelf on plasterboard"),
        ("anyone know how to get a rawlplug out of brick?", "get a rawlplug out of brick"),
        ("whats the best way of cutting a hole in the ceiling", "cut a hole in the ceiling"),
        ("moving in. I want to hang a heavy shelf. How do I get it to stay up?", "hang a heavy shelf"),
        ("can I use a masonry bit on tile?", "use a masonry bit on tile"),
        ("need to drill through 18mm ply for cables. which bit?", "drill through 18mm ply for cables"),
    ],
)
def test_a_goal_is_taken_from_what_follows_the_wish(text: str, expected: str) -> None:
    assert outcome_of(text) == expected
    assert shape(expected) is Shape.GOAL


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my HS sander is 3 months old and the dust bag just falls off", "the dust bag just falls off"),
        ("Hello, the screw keeps spinning. What now?", "the screw keeps spinning"),
        (
            "drill bit is well and truly stuck in the chuck of my H18, tried with both hands. how do i get it out?",
            "drill bit is well and truly stuck in the chuck",
        ),
    ],
)
def test_else_what_is_wrong(text: str, expected: str) -> None:
    assert outcome_of(text) == expected


def test_a_title_that_says_what_is_wrong_comes_before_a_wish_in_the_text() -> None:
    assert outcome_of("How can I fix this?", "Links in messages do not work") == "Links in messages do not work"


@pytest.mark.parametrize(
    "text", ["How do I resolve this issue? The charger is red.", "I want to do that. The charger is red."]
)
def test_an_empty_wish_is_no_goal(text: str) -> None:
    assert "charger" in outcome_of(text)


def test_no_words_no_outcome() -> None:
    assert outcome_of("👍 https://a.example @noor") == ""


@given(st.text(max_size=400), st.text(max_size=100))
def test_any_post_gives_a_short_phrase(text: str, title: str) -> None:
    assert len(outcome_of(text, title).split()) <= MOST_WORDS


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("drill a hole in tile", Shape.GOAL),
        ("drill bit slips on the tile", Shape.TOPIC),
        ("my battery won't charge", Shape.TROUBLE),
        ("send is not working", Shape.TOPIC),
        ("wall brackets", Shape.TOPIC),
        ("", Shape.TOPIC),
    ],
)
def test_a_goal_is_told_from_a_thing_of_the_same_name(phrase: str, expected: Shape) -> None:
    assert shape(phrase) is expected


def test_the_phrase_is_said_to_its_author() -> None:
    assert to_you("hang my mirror where I've marked it") == "hang your mirror where you’ve marked it"
    assert to_you("mount a mirror in Miami") == "mount a mirror in Miami"


def test_names_and_acronyms_keep_their_capitals() -> None:
    assert uncapitalised("Hang a shelf") == "hang a shelf"
    assert uncapitalised("TV bracket") == "TV bracket"
    assert (
        uncapitalised("Bench shows no battery", "Open the Bench app; in Bench choose it.") == "Bench shows no battery"
    )
    assert uncapitalised("Wall plugs spin", "A loose wall plug.") == "wall plugs spin"


def test_a_post_is_freed_of_its_trimmings() -> None:
    assert plain("@holloway Hello there, my [email] is 🎉 at https://a.example #diy #help") == "my is at"


def test_a_goal_ends_at_the_question_mark_and_begins_at_its_verb() -> None:
    assert outcome_of("How can I block senders?\nThomas, an old customer") == "block senders"
    assert outcome_of("How do I quickly open the folder of an attachment?") == "open the folder of an attachment"
    assert outcome_of("How do I apply paint?") == "apply paint"
    assert outcome_of("I want to download Bench. The donate screen is in the way.") == "download Bench"
