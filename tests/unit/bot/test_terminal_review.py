"""Review on the command line: a decision names the version that was shown, and no typed word is an error."""

from __future__ import annotations

from typing import Any

import pytest

from bot import terminal_review
from bot.review import Card, Decision, RejectReason, Reviewer, Verb
from tests.unit.slack.samples import card

ANNA = Reviewer("cli:anna", "Anna")


class Recorder:
    """A journey that only remembers what was decided."""

    def __init__(self) -> None:
        self.decisions: list[Decision] = []

    async def decide(self, decision: Decision) -> None:
        self.decisions.append(decision)


async def decided(shown: Card, choice: str, typed: str = "") -> Decision:
    journey: Any = Recorder()
    await terminal_review.decide(journey, shown, ANNA, choice, lambda _: typed)
    (decision,) = journey.decisions
    assert (decision.turn_id, decision.version, decision.reviewer) == (shown.turn_id, shown.version, ANNA)
    return decision


@pytest.mark.parametrize(
    ("typed", "reason", "note"),
    [
        ("tone", RejectReason.TONE, ""),
        (" Not ours ", RejectReason.NOT_OURS, ""),
        ("too brisk for a newborn", RejectReason.OTHER, "too brisk for a newborn"),
        ("", RejectReason.OTHER, ""),
    ],
)
async def test_any_words_reject(typed: str, reason: RejectReason, note: str) -> None:
    decision = await decided(card(), "reject", typed)
    assert (decision.verb, decision.reason, decision.note) == (Verb.REJECT, reason, note)


async def test_the_words_of_an_edit_and_of_a_hand_over_are_kept() -> None:
    assert (await decided(card(), "edit", "Use a plug.")).text == "Use a plug."
    assert (await decided(card(), "hand over", "To Mia")).note == "To Mia"
    assert (await decided(card(), "approve")).verb is Verb.APPROVE


async def test_an_edit_of_nothing_is_a_reply_written() -> None:
    assert (await decided(card(reply=None, body=""), "edit", "Use a plug.")).verb is Verb.WRITE


async def test_an_override_names_the_version_and_keeps_the_reason() -> None:
    decision = await decided(card(), "override", "A press address.")
    assert (decision.verb, decision.note) == (Verb.OVERRIDE, "A press address.")
