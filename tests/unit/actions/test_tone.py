from __future__ import annotations

import pytest

from actions.tone import cheer, upset


@pytest.mark.parametrize(
    "text",
    [
        "I am fed up with this drill",
        "worst support ever, never buying from you again",
        "what a waste of money",
        "third time this week that it jams",
        "WHY DOES THIS THING NEVER WORK",
        "my worktop is ruined",
        "it broke 😡",
    ],
)
def test_anger_is_heard(text: str) -> None:
    assert upset(text)


@pytest.mark.parametrize(
    "text",
    [
        "How do I drill without annoying the neighbours?",
        "I don't want to ruin the wall, which bit?",
        "H18 HX SDS PZ2?",
        "how do I get rid of a bad smell in the dust bag",
        "Why does it stall in oak?",
        "You do NOT need a pilot hole, right?",
    ],
)
def test_caution_and_plain_questions_are_not_anger(text: str) -> None:
    assert not upset(text)


def test_who_looks_back_content_is_not_upset() -> None:
    assert not upset("I was so annoyed with my old drill, but this worked!", "it_worked")
    assert upset("I was so annoyed with my old drill")


@pytest.mark.parametrize("text", ["Great question.", "No worries.", "Enjoy the shelf", "Done 🎉", "Done!", "Done :)"])
def test_cheer_is_heard(text: str) -> None:
    assert cheer(text)


@pytest.mark.parametrize(
    "text",
    [
        "Take great care with a great deal of dust.",
        "Press “Go!” and wait.",
        "Set a != b.",
        "A happy medium is gear 1.",
        "Ratio 1:2 (8).",
    ],
)
def test_plain_words_are_no_cheer(text: str) -> None:
    assert not cheer(text)
