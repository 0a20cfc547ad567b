from __future__ import annotations

from collections.abc import Callable
from typing import Any

from actions.counter_question import LEAST_ASKED, counter_question, counter_questions
from actions.proposal import ThreadPost
from knowledge.results import AskedBack

Make = Callable[..., Any]

TROUBLE = "My mail does not arrive any more since this morning."
KIND = "Is this a POP or IMAP account?"


def asked(question: str, count: int = 5, weight: float = 0.1, similarity: float = 0.8) -> list[AskedBack]:
    return [AskedBack(question, f"{question[:12]}-{number}", similarity, weight) for number in range(count)]


def test_what_most_people_with_the_same_need_were_asked_is_asked(turn: Make, understood: Make) -> None:
    rare = asked("Do you use any antivirus software?", count=1)
    found = counter_question(turn(TROUBLE), understood("receive mail"), [*rare, *asked(KIND)])
    assert found is not None
    assert found.text == KIND
    assert len(found.sources) == 5
    assert found.candidate.text == "So that we can point you the right way: is this a POP or IMAP account?"
    assert found.candidate.label == "ask"
    assert found.candidate.fitness == round(found.chance, 3)


def test_wordings_of_one_question_count_together_and_the_commonest_is_used(turn: Make) -> None:
    several = [
        *asked("Are you using POP or IMAP?", 1),
        *asked(KIND, 2),
        *asked("Is your POP3 account new, or IMAP?", 1),
    ]
    (found,) = counter_questions(turn(TROUBLE), several)
    assert (found.text, len(found.sources)) == (KIND, 4)


def test_what_the_thread_has_told_is_not_asked(turn: Make, understood: Make) -> None:
    for told in ("It is a POP3 account.", "I use imap."):
        assert counter_questions(turn(f"{TROUBLE} {told}"), asked(KIND)) == []
    post = ThreadPost(by="asker", text="It is an IMAP account.", at=turn().as_of)
    assert counter_questions(turn(TROUBLE, thread=(post,)), asked(KIND)) == []


def test_whoever_quotes_a_message_is_not_asked_for_it(turn: Make) -> None:
    question = asked("What error message do you get?")
    assert counter_questions(turn(TROUBLE), question)
    assert counter_questions(turn(f'{TROUBLE} It shows "login to the server failed".'), question) == []


def test_a_question_of_few_threads_is_about_their_own_case(turn: Make, understood: Make) -> None:
    few = asked(KIND, LEAST_ASKED - 1, weight=0.3)
    assert counter_question(turn(TROUBLE), understood("receive mail"), few) is None


def test_what_hardly_anybody_was_asked_is_not_asked(turn: Make, understood: Make) -> None:
    far = [*asked(KIND, 3, weight=0.001, similarity=0.4), *asked("Do you use any antivirus software?", 3, weight=0.001)]
    assert counter_question(turn("How do I hang a shelf?"), understood(), far) is None


def test_a_second_question_is_never_asked(turn: Make, understood: Make) -> None:
    ours = ThreadPost(by="ours", text="Which version do you have?", at=turn().as_of)
    assert counter_question(turn(TROUBLE, thread=(ours,)), understood("receive mail"), asked(KIND)) is None


def test_nothing_was_asked(turn: Make, understood: Make) -> None:
    assert counter_question(turn(TROUBLE), understood("receive mail"), []) is None
