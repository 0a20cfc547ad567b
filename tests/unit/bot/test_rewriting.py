from __future__ import annotations

from actions.proposal import Sentence
from bot.rewriting import attributed

DRAFT = (
    Sentence(text="To hang a shelf:"),
    Sentence(text="1. Drill. Then blow the dust out.", sources=("a",)),
    Sentence(text="2. Push a plug in.", sources=("a",)),
)


def test_what_stood_there_keeps_its_source_and_the_rest_is_the_reviewers() -> None:
    typed = "To hang a shelf:\n1. Drill. Then blow the dust out.\n2. Push two plugs in. Gently."
    assert [(one.text, one.sources, one.by) for one in attributed(typed, DRAFT, "Anna")] == [
        ("To hang a shelf:", (), ""),
        ("1. Drill. Then blow the dust out.", ("a",), ""),
        ("2. Push two plugs in.", (), "Anna"),
        ("Gently.", (), "Anna"),
    ]


def test_another_reviewers_words_stay_theirs() -> None:
    before = (Sentence(text="Wear goggles.", by="Tom"),)
    assert attributed("wear  goggles.", before, "Anna") == before


def test_empty_lines_are_no_sentences() -> None:
    assert attributed("\n\nUse a plug.\n", (), "Anna") == (Sentence(text="Use a plug.", by="Anna"),)
