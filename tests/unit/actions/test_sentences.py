from __future__ import annotations

import pytest

from actions.sentences import dangles, has_gap, own_words, split, stands_alone, without_address


def test_sentences_end_at_their_marks_and_at_lines() -> None:
    assert split("Mark it. Drill it! Done?\nNext line") == ["Mark it.", "Drill it!", "Done?", "Next line"]


@pytest.mark.parametrize(
    "text", ["Use bits e.g. PZ2 for this.", "Update to 115.8.1 first.", "Ask Dr. Smith about it.", "It is 4.0 Ah."]
)
def test_abbreviations_and_versions_end_nothing(text: str) -> None:
    assert split(text) == [text]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("Hi Bob, set the clutch to 3. Regards, Sam", "set the clutch to 3."),
        ("Hello there! Take the bit out.\n\nCheers\nMaren", "Take the bit out."),
        ("> my drill is broken\nTake the battery out.", "Take the battery out."),
        ("Bob said\nmy drill is stuck\nTurn the ring to the left.", "Turn the ring to the left."),
        ("Turn the ring to the left. ^SH", "Turn the ring to the left."),
        ("Bob said (#answer-1) my drill is stuck. Turn the ring.", ""),
        (
            "Thanks to the clutch the screw stays whole, so set it low.",
            "Thanks to the clutch the screw stays whole, so set it low.",
        ),
    ],
)
def test_an_answer_keeps_only_its_own_words(answer: str, expected: str) -> None:
    assert own_words(answer) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "What does the light show?",
        "Your screenshot shows the wrong mode.",
        "I have the same problem here.",
        "As you said, the ring is stuck.",
        "See the attached picture.",
        "Please let us know.",
        "Write to [email] for a form.",
        "Solved it.",
    ],
)
def test_what_belongs_to_another_thread_does_not_stand_alone(sentence: str) -> None:
    assert not stands_alone(sentence)


@pytest.mark.parametrize(
    "sentence",
    ["Take a picture of the pack before you open it.", "You need a 6 mm bit.", "Your battery has to be warm."],
)
def test_ordinary_advice_stands_alone(sentence: str) -> None:
    assert stands_alone(sentence)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Bob, turn the ring to the left.", "Turn the ring to the left."),
        ("First, turn the ring to the left.", "First, turn the ring to the left."),
        ("I would suggest you turn the ring.", "Turn the ring."),
        ("Yes, that fits.", "That fits."),
        ("Nothing to add here.", "Nothing to add here."),
    ],
)
def test_names_and_lead_ins_go(sentence: str, expected: str) -> None:
    assert without_address(sentence) == expected


def test_what_leans_on_the_sentence_before_dangles() -> None:
    assert dangles("This opens the menu.")
    assert dangles("If not, wait.")
    assert not dangles("Thistles are hard to drill.")


def test_a_gap_left_by_masking_is_seen() -> None:
    assert has_gap("Write to [email] today.")
    assert has_gap("Call <phone> now.")
    assert not has_gap("Press [OK] and set x < 3.")
