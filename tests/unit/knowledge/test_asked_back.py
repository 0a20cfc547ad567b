from __future__ import annotations

from datetime import UTC, datetime

import pytest

from knowledge.entries import Entry
from knowledge.reading.asked_back import KEY, asked_back
from knowledge.reading.threads import thread


def test_questions_that_could_be_asked_of_anybody_are_kept_in_order() -> None:
    text = "Hi Ann. Is this a POP or IMAP account ? Then try again. what error message do you get?"
    assert asked_back(text) == ["Is this a POP or IMAP account?", "What error message do you get?"]


@pytest.mark.parametrize(
    "question",
    [
        "Does that help?",  # leans on what stood before
        "Which one?",  # too short to ask for anything
        'Did you see "Inbox" in the list?',  # quotes
        "Have you read https://example.org/help before asking?",
        "What makes you think my answer is wrong?",
        "Do you see the button in the screenshot below?",
        "Does the problem go away in safe mode?",
        "IS THIS A POP ACCOUNT OR NOT?",
        "You have an account with us, right?",  # no question word
        "Really?? Which account is it then, do you know?",
        "Is it " + "very " * 20 + "slow?",
    ],
)
def test_what_belongs_to_its_own_thread_is_left_out(question: str) -> None:
    assert asked_back(question) == []


def _thread(*answers: tuple[int, str, bool]) -> Entry | None:
    record = {
        "id": "1",
        "created": "2024-01-01 00:00:00 +0000",
        "product": "thunderbird",
        "topic": "other",
        "title": "Mail is gone",
        "text": "Since today.",
        "author": "asker",
        "answers": [
            {
                "created": f"2024-01-{day:02} 00:00:00 +0000",
                "author": "asker" if own else "u2",
                "by_asker": own,
                "text": text,
            }
            for day, text, own in answers
        ],
    }
    return thread(record, "here")


LONG = "Open the settings of the account, choose the server, and look whether the box is ticked there."


def test_an_entry_knows_what_was_asked_before_its_answer_and_in_it() -> None:
    found = _thread(
        (2, "What error message do you get?", False),
        (3, "Which server do you use for this?", True),  # the asker's own question is none back
        (4, f"Is this an IMAP account? {LONG}", False),
        (5, "Do you use any antivirus software?", False),  # later than the answer
    )
    assert found is not None
    assert found.created_at == datetime(2024, 1, 4, tzinfo=UTC)
    assert found.meta[KEY].splitlines() == ["What error message do you get?", "Is this an IMAP account?"]


def test_an_entry_whose_answer_needed_no_question_says_nothing_of_it() -> None:
    found = _thread((2, LONG, False))
    assert found is not None
    assert KEY not in found.meta
