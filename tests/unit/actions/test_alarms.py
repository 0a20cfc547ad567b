from __future__ import annotations

import pytest

from actions.alarms import alarm
from actions.reasons import Reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("the charger caught fire last night", Reason.SAFETY),
        ("smoke is coming out of my drill", Reason.SAFETY),
        ("my battery is swollen and warm", Reason.SAFETY),
        ("drilled into something and got an electric shock", Reason.SAFETY),
        ("I cut my finger badly on the blade", Reason.SAFETY),
        ("We just drilled through a gas pipe", Reason.SAFETY),
        ("nearly took my finger. this is dangerous", Reason.SAFETY),
        ("I will burn down your office", Reason.THREAT),
        ("You will hear from my lawyer", Reason.LEGAL),
        ("I'll take you to court", Reason.LEGAL),
        ("I want my money back", Reason.ACCOUNT_MATTER),
        ("still waiting on my refund", Reason.ACCOUNT_MATTER),
        ("you've charged me twice", Reason.ACCOUNT_MATTER),
        ("where's my parcel??", Reason.ACCOUNT_MATTER),
        ("can I talk to a real person please", Reason.ASKS_FOR_PERSON),
        ("Could somebody call me back?", Reason.ASKS_FOR_PERSON),
    ],
)
def test_what_belongs_in_a_persons_hands_is_caught(text: str, reason: Reason) -> None:
    assert alarm(text) is reason


@pytest.mark.parametrize(
    "text",
    [
        "How do I put up a smoke detector mount?",
        "best drill for a fire pit bench?",
        "is it safe to drill near a socket?",
        "how do I avoid hitting a cable or a pipe?",
        "how long does a battery charge, and does it get hot?",
        "where do I find an exploded view diagram of the saw?",
        "this drill is the best thing I bought, sparks joy",
        "my order of work: drill, plug, screw",
        "how do I cut my boards to size by hand",
        "Sue asked how to sand a table",
        "what is your refund policy for opened boxes?",
        "I was talking to someone at the tennis court about decks",
        "smoking a ham, the shed door sticks",
    ],
)
def test_ordinary_requests_pass(text: str) -> None:
    assert alarm(text) is None


def test_danger_comes_before_everything_else() -> None:
    assert alarm("I want a refund, the battery caught fire") is Reason.SAFETY
