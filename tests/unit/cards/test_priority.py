"""The order of the queue: what counts, how much, and that it does not change by waiting."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from actions.proposal import Proposal, ProposalKind, Understanding
from actions.reasons import Lane, Reason
from actions.understanding import Intent
from bot.cards import priority

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


def proposal(
    reason: Reason = Reason.ANSWERED, intent: Intent = Intent.GET_SOMETHING_DONE, sure: float = 0.9, **more: Any
) -> Proposal:
    given: dict[str, Any] = {"kind": ProposalKind.ADVISE, "text": "Use a plug.", "confidence": 0.5, **more}
    understood = Understanding(intent=intent, intent_confidence=sure)
    return Proposal(reason=reason, reason_text="", understanding=understood, **given)


def need(reason: Reason, intent: Intent = Intent.GET_SOMETHING_DONE, sure: float = 0.9) -> int:
    return priority.points(proposal(reason, intent, sure), 0)["need"]


def test_what_is_at_stake_counts_most() -> None:
    falling = [
        need(Reason.SAFETY),
        need(Reason.THREAT),
        need(Reason.COMPLAINT),
        need(Reason.ANSWERED, Intent.FIX_A_PROBLEM),
        need(Reason.ANSWERED),
        need(Reason.PRAISE),
        need(Reason.SPAM),
    ]
    assert falling == sorted(falling, reverse=True)
    assert len(set(falling)) == len(falling)
    for lower in (Reason.PRAISE, Reason.ANSWERED, Reason.DID_NOT_WORK):  # all else there is does not outweigh a step
        most = priority.points(proposal(lower, confidence=1.0), 1000)
        assert sum(most.values()) < need(Reason.SAFETY)


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_its_points(reason: Reason) -> None:
    assert 0 <= need(reason) <= 100


def test_a_guess_is_a_plain_question() -> None:
    assert need(Reason.ANSWERED, Intent.COMPLAIN, sure=0.4) == need(Reason.ANSWERED)
    assert priority.lane(proposal(intent=Intent.COMPLAIN, sure=0.4)) is Lane.DEEP


def test_what_cannot_wait_has_a_lane_of_its_own() -> None:
    urgent = {reason for reason in Reason if priority.lane(proposal(reason)) is Lane.URGENT}
    assert urgent == {Reason.SAFETY, Reason.THREAT, Reason.LEGAL, Reason.COMPLAINT, Reason.KNOWN_ISSUE}
    assert priority.lane(proposal(intent=Intent.COMPLAIN)) is Lane.URGENT  # answered, and a complaint all the same
    assert priority.lane(proposal(Reason.PRAISE, lane=Lane.LIGHT)) is Lane.LIGHT


def test_others_in_the_thread_and_a_sure_draft_count_a_little() -> None:
    assert priority.points(proposal(confidence=0.8), 2) == {"need": 20, "reach": 10, "answerability": 16}
    assert priority.points(proposal(confidence=0.8, text=""), 50) == {"need": 20, "reach": 15, "answerability": 0}


def test_the_order_is_the_same_at_every_moment() -> None:
    early, late = NOON - timedelta(hours=5), NOON
    question, broken = {"need": 20}, {"need": 40}
    for hours in (0, 1, 7, 100):
        now = NOON + timedelta(hours=hours)
        by_sum = priority.as_of(broken, late, now).total - priority.as_of(question, early, now).total
        assert by_sum == 10
    assert priority.urgency(broken, Lane.DEEP, late) > priority.urgency(question, Lane.DEEP, early)
    earlier = NOON - timedelta(hours=11)
    assert priority.urgency(question, Lane.DEEP, earlier) > priority.urgency(broken, Lane.DEEP, late)


def test_nobody_waits_so_long_that_the_urgent_wait_for_them() -> None:
    years_ago = NOON - timedelta(days=3650)
    assert priority.urgency({"need": 60}, Lane.URGENT, NOON) > priority.urgency({"need": 40}, Lane.DEEP, years_ago)


def test_the_sum_that_is_shown() -> None:
    shown = priority.as_of({"answerability": 10, "need": 40, "reach": 5}, NOON, NOON + timedelta(minutes=95))
    assert shown.parts == (("need", 40), ("reach", 5), ("answerability", 10), ("wait", 3))
    assert shown.total == 58
    assert priority.as_of({"need": 40}, NOON, NOON - timedelta(hours=1)).total == 40  # clocks differ a little
